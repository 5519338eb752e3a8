/* The names of countries that ICU does not have; used by country.c alone. Origins: country_table.c. */
#ifndef JISR_NAMES_COUNTRY_TABLE_H
#define JISR_NAMES_COUNTRY_TABLE_H

struct country_alias {
	const char *code;  /* two lower-case letters */
	const char *names; /* separated by '|', in any spelling: they are folded as input is */
};

extern const struct country_alias country_aliases[];
extern const unsigned country_alias_count;

#endif
