/* What OFAC's CSV and XML files share: kinds of identifiers, remarks, names. Internal to src/lists. */
#ifndef JISR_LISTS_OFAC_H
#define JISR_LISTS_OFAC_H

#include "watch/entity.h"

/* The schema of an sdnType in either file: "individual" is a Person, "vessel" a Vessel, "aircraft" an Airplane,
 * everything else an Organization. */
const char *ofac_schema(const char *type);

/* Adds what stands under one kind of identifier ("Passport", "Tax ID No.", "Gender", "MMSI", ...). A kind that is not
 * known but speaks of a number is an idNumber, others are notes. country may be NULL. */
int ofac_add_identifier(struct entity *entity, struct arena *arena, const char *kind, const char *number,
                        const char *country);

/* Adds the remarks of sdn.csv: sentences separated by "; ". */
int ofac_add_remarks(struct entity *entity, struct arena *arena, const char *remarks);

/* Adds a name that is written "FAMILY, Given" for a person: as it stands under `property`, and for property "name" also
 * as lastName and firstName. */
int ofac_add_name(struct entity *entity, struct arena *arena, const char *property, const char *name);

/* "Shiraz, Iran": birthPlace, and birthCountry when the last part is a country. */
int ofac_add_birth_place(struct entity *entity, struct arena *arena, const char *place);

#endif
