/* jisr decide: decisions about pairs, for who works without the service. They lie where the service keeps its own
 * (web/decisions.h), and each of both sees what the other adds. */
#include "base/emit.h"
#include "base/json.h"
#include "cli/loaded.h"
#include "cli/person.h"
#include "cli/print.h"
#include "web/decisions.h"
#include "web/service.h"

#include <inttypes.h>
#include <string.h>

#define DECIDE_ARENA ((size_t)256 << 20) /* memory of one decision, with the check that it makes */
#define LIST_MAX     ((size_t)1 << 30)   /* bytes of what is listed */
#define LIST_USUAL   100                 /* decisions shown where no other number is given */

enum {
	OPTION_CALLER = PERSON_OPTION_NEXT,
	OPTION_LIST,
	OPTION_ENTITY,
	OPTION_DECISION,
	OPTION_REASON,
	OPTION_BY,
	OPTION_WITHDRAWN,
	OPTION_LIMIT,
};

#define CALLER_ROW                                                                                                     \
	{                                                                                                              \
		OPTION_CALLER, 0, "caller", "NAME",                                                                    \
			"Whose decisions: the name that --caller of check and batch, or a token of the service, has."  \
	}

static int need_caller(const struct command *self, const char *caller)
{
	return caller == NULL || caller[0] == '\0'
	               ? command_refuse(self, "whose decisions? Say --caller NAME, as check and batch do.")
	               : STATUS_DONE;
}

/* ---- record ---- */

static const struct option_spec record_options[] = {
	PERSON_OPTIONS,
	CALLER_ROW,
	{OPTION_LIST, 'L', "list", "NAME", "The list of the hit."},
	{OPTION_ENTITY, 'e', "entity", "ID", "The id of the hit on that list."},
	{OPTION_DECISION, 0, "decision", "WORD",
         "different (the pair is not shown any more until either side changes), same, or unsure."},
	{OPTION_REASON, 0, "reason", "TEXT", "Why; kept with the decision."},
	{OPTION_BY, 0, "by", "NAME", "Who decided."},
};

static int record_open(const struct command *self, const struct options *options, struct decision_new *decision,
                       struct arena *arena)
{
	struct loaded loaded;
	struct problem problem = {0};
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	int64_t id;
	bool repeated;
	int status = loaded_open(&loaded, options);
	if (status == STATUS_DONE) {
		const struct lists lists = {.view = loaded.view,
		                            .list = catalogue_at(loaded.catalogue, 0),
		                            .count = catalogue_count(loaded.catalogue)};
		int error = decisions_open(loaded.directory, false, &decisions, &problem);
		if (error == JISR_OK)
			error = watch_scratch_new(&scratch);
		decision->scratch = scratch;
		if (error == JISR_OK)
			error = decisions_add(decisions, decision, &lists, arena, &id, &repeated, &problem);
		if (error != JISR_OK)
			status = command_fail(self, error, &problem);
		else if (options->json)
			printf("{\"id\": %" PRId64 "}\n", id);
		else
			printf("decision %" PRId64 "\n", id);
	}
	loaded_finish(&loaded);
	return status;
}

static int record(const struct command *self, int argc, char **argv)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct options options;
	struct person person = {.reference = NULL};
	struct decision_new decision = {.reason = "", .by = ""};
	int id, status;
	if (arena_new(DECIDE_ARENA, &arena) != JISR_OK)
		return command_fail(self, JISR_NO_MEMORY, NULL);
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_CALLER: decision.caller = options.value; break;
		case OPTION_LIST: decision.list = options.value; break;
		case OPTION_ENTITY: decision.entity = options.value; break;
		case OPTION_DECISION: decision.decision = options.value; break;
		case OPTION_REASON: decision.reason = options.value; break;
		case OPTION_BY: decision.by = options.value; break;
		default:
			if (!person_take(&person, &options, id, arena, &status))
				return STATUS_INTERNAL;
			if (status != STATUS_DONE)
				return status;
		}
	status = need_caller(self, decision.caller);
	if (status == STATUS_DONE && (decision.list == NULL || decision.entity == NULL || decision.decision == NULL))
		return command_refuse(self,
		                      "--%s is missing. As in jisr check: --list and --entity name the hit, --decision "
		                      "says what it is.",
		                      decision.list == NULL     ? "list"
		                      : decision.entity == NULL ? "entity"
		                                                : "decision");
	if (status == STATUS_DONE)
		status = person_end(&person, self, arena);
	decision.query = &person.query;
	decision.reference = person.reference;
	return status == STATUS_DONE ? record_open(self, &options, &decision, arena) : status;
}

static const struct command decide_record = {
	.name = "decide record",
	.usage = "--caller NAME --list NAME --entity ID --decision WORD NAME [OPTION]...",
	.summary = "say whether somebody who was checked is somebody listed",
	.about = "Describe the person as you did when you checked, and name the hit. With --reference the decision "
		 "counts for "
		 "this customer alone (jisr batch takes the id of a row for it), without one for every check of "
		 "exactly these "
		 "facts. A later decision about the same pair takes the place of the earlier.",
	.options = record_options,
	.option_count = sizeof record_options / sizeof *record_options,
	.json = true,
	.examples = "  jisr decide record --caller bank --list ofac-sdn --entity 36 --decision different \\\n"
		    "      \"Nikola Tesla\" --born 1856 --reference 4711 --reason \"Another birth place.\"\n",
	.run = record,
};

/* ---- list ---- */

static const struct option_spec list_options[] = {
	CALLER_ROW,
	{PERSON_OPTION_REFERENCE, 'r', "reference", "TEXT", "Those about this customer."},
	{OPTION_LIST, 'L', "list", "NAME", "Those about hits of this list."},
	{OPTION_ENTITY, 'e', "entity", "ID", "Those about this hit."},
	{OPTION_DECISION, 0, "decision", "WORD", "Those that say different, same or unsure."},
	{OPTION_WITHDRAWN, 0, "withdrawn", NULL, "Also those that were taken back or replaced."},
	{OPTION_LIMIT, 'l', "limit", "N", "At most N, the newest (100 when not given)."},
};

/* As many as the filter allows, over pages. */
static int read_all(struct decisions *decisions, const char *caller, struct decisions_filter *filter, size_t limit,
                    struct text *json, struct problem *problem)
{
	int error = JISR_OK;
	bool more = true;
	while (more && limit > 0 && error == JISR_OK) {
		int64_t next = 0;
		filter->limit = limit < DECISIONS_MAX_PAGE ? limit : DECISIONS_MAX_PAGE;
		limit -= filter->limit;
		error = decisions_list(decisions, caller, filter, json, &next, problem);
		filter->after = next;
		more = next != 0;
	}
	return error;
}

static void print_decision(const cJSON *one)
{
	const char *reference = json_get_text(one, "reference"), *withdrawn = json_get_text(one, "withdrawn");
	const cJSON *name = json_get(json_get(one, "query"), "names");
	printf("%6.0f  %s  %-9s  ", json_get(one, "id")->valuedouble, json_get_text(one, "made"),
	       json_get_text(one, "decision"));
	print_value(stdout, reference != NULL ? reference : "-");
	fputs("  ", stdout);
	print_value(stdout, name != NULL && name->child != NULL ? name->child->valuestring : "(a document)");
	fputs("  and  ", stdout);
	print_value(stdout, json_get_text(one, "caption"));
	fputs("  (", stdout);
	print_value(stdout, json_get_text(one, "list"));
	fputs(" ", stdout);
	print_value(stdout, json_get_text(one, "entity"));
	fputs(withdrawn != NULL ? ", taken back)\n" : ")\n", stdout);
}

static int print_all(const struct command *self, const struct text *json)
{
	CLEANUP(json_freep) cJSON *tree = NULL;
	struct problem problem = {0};
	int error = json_read(json->bytes, json->length, &tree, &problem);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	for (const cJSON *one = json_get(tree, "decisions")->child; one != NULL; one = one->next)
		print_decision(one);
	if (json_get(tree, "decisions")->child == NULL)
		puts("No decision.");
	return STATUS_DONE;
}

static int list(const struct command *self, int argc, char **argv)
{
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	struct decisions_filter filter = {.reference = NULL};
	struct options options;
	struct problem problem = {0};
	char directory[LOADED_PATH_MAX];
	const char *caller = NULL;
	uint64_t limit = LIST_USUAL;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_CALLER: caller = options.value; break;
		case PERSON_OPTION_REFERENCE: filter.reference = options.value; break;
		case OPTION_LIST: filter.list = options.value; break;
		case OPTION_ENTITY: filter.entity = options.value; break;
		case OPTION_DECISION: filter.decision = options.value; break;
		case OPTION_WITHDRAWN: filter.withdrawn = true; break;
		case OPTION_LIMIT:
			if (!options_number(&options, 1, DECISIONS_MAX, &limit))
				return options.status;
			break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
	int status = need_caller(self, caller);
	if (status != STATUS_DONE)
		return status;
	if (!options_data(&options, directory, sizeof directory))
		return STATUS_MEND;
	struct text json;
	text_init(&json, LIST_MAX);
	emit_object(&json, NULL);
	emit_array(&json, "decisions");
	int error = decisions_open(directory, true, &decisions, &problem);
	if (error == JISR_OK)
		error = read_all(decisions, caller, &filter, (size_t)limit, &json, &problem);
	emit_close_array(&json);
	emit_close_object(&json);
	if (error || options.json)
		return command_answer_or_fail(self, &json, error, &problem);
	status = print_all(self, &json);
	text_finish(&json);
	return status;
}

static const struct command decide_list = {
	.name = "decide list",
	.usage = "--caller NAME [OPTION]...",
	.summary = "show the decisions of a caller, newest first",
	.about = "Shows what a caller decided and what still counts of it.",
	.options = list_options,
	.option_count = sizeof list_options / sizeof *list_options,
	.json = true,
	.examples = "  jisr decide list --caller bank --reference 4711\n",
	.run = list,
};

/* ---- withdraw, erase ---- */

static const struct option_spec withdraw_options[] = {CALLER_ROW};

static int take_back(const struct command *self, int argc, char **argv, bool erase)
{
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	struct options options;
	struct problem problem = {0};
	char directory[LOADED_PATH_MAX];
	const char *caller = NULL, *number = NULL;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_CALLER: caller = options.value; break;
		default:
			if (number != NULL)
				return command_refuse(self, "one decision at a time.");
			number = options.value;
		}
	int status = need_caller(self, caller);
	if (status != STATUS_DONE)
		return status;
	char *end = NULL;
	long long decision = number != NULL && number[0] >= '0' && number[0] <= '9' ? strtoll(number, &end, 10) : 0;
	if (decision <= 0 || *end != '\0' || decision == INT64_MAX)
		return command_refuse(self, "which one? Its number, as jisr decide list shows it.");
	if (!options_data(&options, directory, sizeof directory))
		return STATUS_MEND;
	int error = decisions_open(directory, false, &decisions, &problem);
	if (error == JISR_OK)
		error = decisions_withdraw(decisions, caller, decision, erase, &problem);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	printf("decision %lld %s\n", decision, erase ? "erased" : "taken back: the pair is shown again");
	return STATUS_DONE;
}

static int withdraw(const struct command *self, int argc, char **argv)
{
	return take_back(self, argc, argv, false);
}

static int erase(const struct command *self, int argc, char **argv)
{
	return take_back(self, argc, argv, true);
}

static const struct command decide_withdraw = {
	.name = "decide withdraw",
	.usage = "ID --caller NAME",
	.summary = "take a decision back: the pair is shown again",
	.about = "The pair is shown again. That it was decided stays on record; decide erase removes that too.",
	.options = withdraw_options,
	.option_count = 1,
	.examples = "  jisr decide withdraw 12 --caller bank\n",
	.run = withdraw,
};

static const struct command decide_erase = {
	.name = "decide erase",
	.usage = "ID --caller NAME",
	.summary = "take a decision back and leave no trace of its texts",
	.about = "As decide withdraw; and names, reason and reference are overwritten in the file.",
	.options = withdraw_options,
	.option_count = 1,
	.examples = "  jisr decide erase 12 --caller bank\n",
	.run = erase,
};

static const struct command *const steps[] = {&decide_record, &decide_list, &decide_withdraw, &decide_erase};

const struct command command_decide = {
	.name = "decide",
	.usage = "STEP [OPTION]...",
	.summary = "remember who is somebody else, so that a pair is not shown again",
	.about = "Decisions about pairs of somebody checked and somebody listed, kept in the data directory, where the "
		 "service "
		 "keeps its own. jisr check and jisr batch heed them with --caller. docs/decisions.md tells when a "
		 "pair comes "
		 "back.",
	.examples = "  jisr decide record --help\n",
	.run = command_run_step,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
