#include "watch/check.h"

#include <string.h>

/* Both orders of a name: "SURNAME, GIVEN" tells which part is which, "GIVEN SURNAME" is how lists often write it. Only
 * of the first can be told which parts the zone cut. */
static int add_names(const struct mrz *mrz, struct arena *arena, struct check_query *query)
{
	if (mrz->surname[0] == '\0' && mrz->given_names[0] == '\0')
		return JISR_OK;
	bool both = mrz->surname[0] != '\0' && mrz->given_names[0] != '\0';
	const char *names[2];
	names[0] = both ? arena_format(arena, "%s, %s", mrz->surname, mrz->given_names)
	                : arena_format(arena, "%s%s", mrz->surname, mrz->given_names);
	names[1] = both ? arena_format(arena, "%s %s", mrz->given_names, mrz->surname) : NULL;
	if (names[0] == NULL || (both && names[1] == NULL))
		return JISR_NO_MEMORY;
	if (query->name_count + (both ? 2 : 1) > CHECK_MAX_NAMES)
		return JISR_TOO_LARGE;
	if (mrz->name_truncated)
		query->names_cut |= (uint64_t)1 << query->name_count;
	for (int i = 0; i < (both ? 2 : 1); i++)
		query->names[query->name_count++] = names[i];
	return JISR_OK;
}

static int add_country(const char country[3], struct arena *arena, struct check_query *query)
{
	if (country[0] == '\0')
		return JISR_OK;
	for (size_t i = 0; i < query->country_count; i++) {
		if (strcmp(query->countries[i], country) == 0)
			return JISR_OK;
	}
	if (query->country_count == CHECK_MAX_COUNTRIES)
		return JISR_TOO_LARGE;
	const char *copy = arena_text(arena, country, strlen(country));
	if (copy == NULL)
		return JISR_NO_MEMORY;
	query->countries[query->country_count++] = copy;
	return JISR_OK;
}

/* Under the issuer's country; without one (a specimen's code, the United Nations) under any. */
static int add_document(const struct mrz *mrz, struct arena *arena, struct check_query *query)
{
	if (mrz->number[0] == '\0')
		return JISR_OK;
	if (query->document_count == CHECK_MAX_DOCUMENTS)
		return JISR_TOO_LARGE;
	struct check_document document = {NULL, arena_text(arena, mrz->number, strlen(mrz->number))};
	if (mrz->issuer_country[0] != '\0')
		document.country = arena_text(arena, mrz->issuer_country, strlen(mrz->issuer_country));
	if (document.number == NULL || (mrz->issuer_country[0] != '\0' && document.country == NULL))
		return JISR_NO_MEMORY;
	query->documents[query->document_count++] = document;
	return JISR_OK;
}

int check_query_from_mrz(const struct mrz *mrz, struct arena *arena, struct check_query *query)
{
	struct check_query filled = *query;
	int r = add_names(mrz, arena, &filled);
	if (r == JISR_OK)
		r = add_country(mrz->nationality_country, arena, &filled);
	if (r == JISR_OK)
		r = add_document(mrz, arena, &filled);
	if (r != JISR_OK)
		return r;
	if (!date_known(filled.birth))
		filled.birth = mrz->birth;
	if (filled.sex == 0)
		filled.sex = mrz->sex;
	*query = filled;
	return JISR_OK;
}
