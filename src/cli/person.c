#include "cli/person.h"

#include "cli/lines.h"

#include <string.h>

static int take_word(struct person *person, const struct options *options, struct arena *arena, struct problem *problem)
{
	if (person->has_word) {
		(void)command_refuse(options->command,
		                     "several words without quotes. Put a name of several words in quotes, as in jisr "
		                     "%s \"Nikola Tesla\"; give several names with --name.",
		                     options->command->name);
		return JISR_CANCELLED;
	}
	person->has_word = true;
	return query_name(&person->query, options->value, arena, problem);
}

bool person_take(struct person *person, const struct options *options, int id, struct arena *arena, int *ret_status)
{
	struct check_query *query = &person->query;
	struct problem problem = {0};
	const char *name = "";
	int error = JISR_OK;
	*ret_status = STATUS_DONE;
	switch (id) {
	case OPTIONS_WORD: error = take_word(person, options, arena, &problem); break;
	case PERSON_OPTION_NAME:
		name = "--name: ";
		error = query_name(query, options->value, arena, &problem);
		break;
	case PERSON_OPTION_BORN:
		name = "--born ";
		error = query_birth(query, options->value, &problem);
		break;
	case PERSON_OPTION_NATIONALITY:
		name = "--nationality ";
		error = query_country(query, options->value, arena, &problem);
		break;
	case PERSON_OPTION_SEX:
		name = "--sex ";
		error = query_sex(query, options->value, &problem);
		break;
	case PERSON_OPTION_DOCUMENT:
		name = "--document ";
		error = query_document(query, options->value, arena, &problem);
		break;
	case PERSON_OPTION_SCHEMA:
		name = "--schema ";
		error = query_schema(options->value, &query->schema, &problem);
		break;
	case PERSON_OPTION_MRZ:
		if (person->mrz_from != NULL)
			*ret_status = command_refuse(options->command, "one --mrz at a time.");
		person->mrz_from = options->value;
		return true;
	case PERSON_OPTION_REFERENCE:
		if (options->value[0] == '\0')
			*ret_status = command_refuse(options->command, "--reference is empty.");
		person->reference = options->value;
		return true;
	default: return false;
	}
	if (error == JISR_CANCELLED) /* told already */
		*ret_status = STATUS_MEND;
	else if (error == JISR_NO_MEMORY)
		*ret_status = command_fail(options->command, error, NULL);
	else if (error != JISR_OK)
		*ret_status = command_refuse(options->command, "%s%s.", name, problem.text);
	return true;
}

static int take_mrz(struct person *person, const struct command *self, struct arena *arena)
{
	struct problem problem = {0};
	struct text zone;
	text_init(&zone, QUERY_MRZ_MAX);
	int error;
	if (strchr(person->mrz_from, '<') != NULL) {
		error = text_add_string(&zone, person->mrz_from);
		if (error == JISR_TOO_LARGE)
			(void)problem_set(&problem, error, "the machine readable zone is too long");
	} else {
		error = lines_whole(person->mrz_from, &zone, &problem);
	}
	if (error == JISR_OK)
		error = query_mrz(&person->query, zone.bytes, zone.length, arena, &person->mrz, &problem);
	text_finish(&zone);
	if (error != JISR_OK) {
		problem_prefix(&problem, "--mrz");
		return command_fail(self, error, &problem);
	}
	person->has_mrz = true;
	return STATUS_DONE;
}

int person_end(struct person *person, const struct command *self, struct arena *arena)
{
	int status = person->mrz_from != NULL ? take_mrz(person, self, arena) : STATUS_DONE;
	if (status == STATUS_DONE && person->query.name_count == 0 && person->query.document_count == 0)
		status = command_refuse(self,
		                        "nothing to check: give a name, --document or --mrz, as in jisr %s \"Nikola "
		                        "Tesla\" --born 1856.",
		                        self->name);
	return status;
}
