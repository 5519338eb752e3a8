/* The organisation as it is publicly known: who its members are, and which offices it has beside their bureaus. This is
 * what a new record can be filled from; what counts afterwards is what the record says. */
#ifndef JISR_MEMBERS_ORGANISATION_H
#define JISR_MEMBERS_ORGANISATION_H

#include "members/caller.h"

#include <stddef.h>

#define ORGANISATION_MEMBERS 196
#define NAMES_MAX            160 /* bytes of a name in one language */

/* The four official languages, in the order in which everything keeps them. */
enum language { LANGUAGE_AR, LANGUAGE_EN, LANGUAGE_ES, LANGUAGE_FR, LANGUAGE_COUNT };
extern const char *const language_codes[LANGUAGE_COUNT]; /* "ar", "en", "es", "fr" */

struct names {
	char text[LANGUAGE_COUNT][NAMES_MAX + 1];
};

enum region { REGION_AFRICA, REGION_AMERICAS, REGION_ASIA, REGION_EUROPE, REGION_COUNT };
/* "africa", "americas", "asia" (with the South Pacific), "europe". */
const char *region_name(enum region region);
bool region_read(const char *name, enum region *ret_region);

struct organisation_member {
	char code[3]; /* ISO 3166-1 alpha-2, upper case */
	enum region region;
};
/* Sorted by code; ORGANISATION_MEMBERS of them. */
extern const struct organisation_member organisation_members[];

enum office_kind {
	OFFICE_IS_HEADQUARTERS,   /* the General Secretariat */
	OFFICE_IS_BUREAU,         /* the national central bureau of a member, whose code it has */
	OFFICE_IS_SUB_BUREAU,     /* of a member, in one of its territories */
	OFFICE_IS_REGIONAL,       /* regional bureau of the General Secretariat */
	OFFICE_IS_LIAISON,        /* liaison office */
	OFFICE_IS_REPRESENTATION, /* special representation to another organisation */
	OFFICE_IS_COMMISSION,     /* the Commission for the Control of Files: OFFICE_COMMISSION alone */
	OFFICE_KIND_COUNT
};
/* "headquarters", "bureau", "sub-bureau", "regional-bureau", "liaison-office", "representation",
 * "commission". */
const char *office_kind_name(enum office_kind kind);
bool office_kind_read(const char *name, enum office_kind *ret_kind);
/* The roles that officers of such an office can have. */
role_set office_kind_roles(enum office_kind kind);

struct organisation_office {
	const char *code; /* "RB-ABJ" */
	enum office_kind kind;
	const char *country; /* where it stands */
	const char *names[LANGUAGE_COUNT];
};
/* Without the members' bureaus; headquarters first, then by code. */
extern const struct organisation_office organisation_offices[];
extern const size_t organisation_office_count;

/* The name of a country in the four languages: as the organisation and the United Nations write it, else ICU's. False
 * when ICU knows no such country. */
bool organisation_country(const char *code, struct names *ret_names);

/* "NCB Morocco", "BCN Maroc" ...: of a member of these names. */
void organisation_bureau(const struct names *member, struct names *ret_names);

#endif
