/* The options by which a person (or a company, a ship) is described on the command line: for checking one, and for saying
 * what was decided about one. */
#ifndef JISR_CLI_PERSON_H
#define JISR_CLI_PERSON_H

#include "cli/options.h"
#include "watch/query.h"

/* Ids of the options; a command's own begin at PERSON_OPTION_NEXT. */
enum {
	PERSON_OPTION_NAME = 1,
	PERSON_OPTION_BORN,
	PERSON_OPTION_NATIONALITY,
	PERSON_OPTION_SEX,
	PERSON_OPTION_DOCUMENT,
	PERSON_OPTION_MRZ,
	PERSON_OPTION_SCHEMA,
	PERSON_OPTION_REFERENCE,
	PERSON_OPTION_NEXT,
};

/* Their rows in a command's table. */
/* clang-format off */
#define PERSON_OPTIONS                                                                                                 \
	{PERSON_OPTION_NAME, 'n', "name", "TEXT",                                                                      \
	 "A name, in any script and order. May be given several times: other names of the same person."},             \
	{PERSON_OPTION_BORN, 'b', "born", "YYYY[-MM[-DD]]", "The birth date, or its year, or year and month."},        \
	{PERSON_OPTION_NATIONALITY, 'c', "nationality", "CC",                                                          \
	 "A nationality: a code of two or three letters, or the country's name. May be given several times."},        \
	{PERSON_OPTION_SEX, 's', "sex", "m|f", "The sex; x when the document does not specify it."},                   \
	{PERSON_OPTION_DOCUMENT, 'd', "document", "[CC:]NUMBER",                                                       \
	 "The number of a passport, identity card, ship, vehicle or registration, with the country's code before it " \
	 "when it is known. May be given several times."},                                                            \
	{PERSON_OPTION_MRZ, 'm', "mrz", "FILE|-",                                                                      \
	 "Read the machine readable zone of a travel document from a file or from standard input; or the lines "      \
	 "themselves, when the value holds '<'."},                                                                    \
	{PERSON_OPTION_SCHEMA, 0, "schema", "SCHEMA",                                                                  \
	 "What is checked: Person (default), Company, Organization, LegalEntity, PublicBody, Vessel, Airplane, "      \
	 "Vehicle."},                                                                                                 \
	{PERSON_OPTION_REFERENCE, 'r', "reference", "TEXT",                                                            \
	 "Your own name or number of who is asked about: decisions made under it count for this one alone."}
/* clang-format on */

struct person {
	struct check_query query;
	struct mrz mrz;
	bool has_mrz;
	const char *reference; /* NULL: none was given */
	const char *mrz_from;  /* of --mrz, read last, so that what is said in words goes before */
	bool has_word;         /* a name was given without --name */
};

/* Takes what options_next gave, when it is one of the above or a word, which is a name: true. `*ret_status` is then
 * STATUS_DONE, or the status to end with after a sentence. Strings live in the arena or in argv. */
bool person_take(struct person *person, const struct options *options, int id, struct arena *arena, int *ret_status);

/* After the last option: reads the zone, and refuses somebody of whom neither a name nor a document is known. The status to
 * end with, or STATUS_DONE. */
int person_end(struct person *person, const struct command *self, struct arena *arena);

#endif
