#include "base/emit.h"
#include "cli/accessed.h"
#include "cli/explain.h"
#include "cli/loaded.h"
#include "cli/person.h"
#include "cli/print.h"
#include "names/country.h"
#include "watch/report.h"
#include "web/decisions.h"
#include "web/service.h"

#define WHAT_MOST   ((size_t)64 << 10)  /* bytes of a command line; the access log keeps its beginning */
#define CHECK_ARENA (256 * 1024 * 1024) /* memory of one check with all that is printed of it */

enum { OPTION_LIMIT = PERSON_OPTION_NEXT, OPTION_THRESHOLD, OPTION_CALLER, OPTION_SHOW, OPTION_PURPOSE };

static const struct option_spec option_table[] = {
	PERSON_OPTIONS,
	{OPTION_LIMIT, 'l', "limit", "N", "Show at most N hits (5 when not given, 500 at most)."},
	{OPTION_THRESHOLD, 't', "threshold", "SCORE", "The score from which it is a hit (0.70 when not given)."},
	{OPTION_CALLER, 0, "caller", "NAME",
         "Leave out those whom this caller called different (jisr decide, /api/v1/decisions), until either side "
         "changes."},
	{OPTION_SHOW, 0, "show-hidden", NULL, "With --caller: show them all the same, and say what was decided."},
	ACCESSED_OPTION(OPTION_PURPOSE),
};

/* Everything of one check. */
struct request {
	const struct command *self;
	struct arena *arena;
	struct person person;
	const char *purpose; /* for the access log; NULL: none stated */
	const char *caller;  /* whose decisions are heeded; NULL: nobody's */
	bool show_hidden;
	struct decisions *decisions;
	struct decisions_asked *asked; /* NULL without a caller */
	bool json;
};

/* Reads the command line; STATUS_DONE and *ret_go, or the status to end with. */
static int read_request(struct request *request, struct options *options, bool *ret_go)
{
	struct check_query *query = &request->person.query;
	int id, status;
	*ret_go = false;
	while ((id = options_next(options)) != OPTIONS_END) {
		uint64_t number;
		switch (id) {
		case OPTIONS_STOP: return options->status;
		case OPTION_LIMIT:
			if (!options_number(options, 1, CHECK_MAX_LIMIT, &number))
				return options->status;
			query->limit = (size_t)number;
			break;
		case OPTION_THRESHOLD:
			if (!options_fraction(options, 0.01, 1, &query->threshold))
				return options->status;
			break;
		case OPTION_CALLER: request->caller = options->value; break;
		case OPTION_SHOW: request->show_hidden = true; break;
		case OPTION_PURPOSE: request->purpose = options->value; break;
		default:
			if (!person_take(&request->person, options, id, request->arena, &status))
				return STATUS_INTERNAL;
			if (status != STATUS_DONE)
				return status;
		}
	}
	request->json = options->json;
	if (request->caller == NULL && (request->show_hidden || request->person.reference != NULL))
		return command_refuse(request->self, "--%s needs --caller: whose decisions?",
		                      request->show_hidden ? "show-hidden" : "reference");
	status = person_end(&request->person, request->self, request->arena);
	*ret_go = status == STATUS_DONE;
	return status;
}

static void print_mrz(const struct mrz *mrz)
{
	char birth[DATE_TEXT_MAX], expiry[DATE_TEXT_MAX];
	date_write(mrz->birth, birth);
	date_write(mrz->expiry, expiry);
	printf("%sRead from the document%s (%s, type %s, issued by ", print_style(stdout, STYLE_BOLD),
	       print_style(stdout, STYLE_NONE), mrz_format_name(mrz->format), mrz->document_type);
	const char *issuer = mrz->issuer_country[0] != '\0' ? country_name(mrz->issuer_country) : NULL;
	print_value(stdout, issuer != NULL ? issuer : mrz->issuer);
	fputs(")\n   surname ", stdout);
	print_value(stdout, mrz->surname);
	fputs("; given names ", stdout);
	print_value(stdout, mrz->given_names[0] != '\0' ? mrz->given_names : "none");
	if (mrz->name_truncated)
		fputs(" (cut off by the length of the zone)", stdout);
	const char *nationality = mrz->nationality_country[0] != '\0' ? country_name(mrz->nationality_country) : NULL;
	fputs("\n   number ", stdout);
	print_value(stdout, mrz->number);
	fputs("; nationality ", stdout);
	print_value(stdout, nationality != NULL ? nationality : mrz->nationality);
	printf("; born %s; sex %s; expires %s%s\n", birth[0] != '\0' ? birth : "unknown",
	       mrz->sex == 'm'   ? "male"
	       : mrz->sex == 'f' ? "female"
	                         : "not specified",
	       expiry[0] != '\0' ? expiry : "unknown",
	       date_known(mrz->expiry) && mrz->expiry.to < query_today() ? " (EXPIRED)" : "");
	for (size_t i = 0; i < mrz->note_count; i++) {
		printf("   %s!%s ", print_style(stdout, STYLE_YELLOW), print_style(stdout, STYLE_NONE));
		print_value(stdout, mrz->notes[i]);
		putchar('\n');
	}
	if (mrz->checks_passed)
		printf("   check digits right%s\n", mrz->note_count > 0 ? " after that" : "");
	else
		printf("   %sCHECK DIGITS WRONG: read the document again, or look whether it was altered.%s\n",
		       print_style(stdout, STYLE_RED), print_style(stdout, STYLE_NONE));
	putchar('\n');
}

static struct entity *entity_of(const struct loaded *loaded, const struct check_hit *hit, struct arena *arena)
{
	struct entity *entity = NULL;
	if (watch_view_entity(loaded->view, hit->segment, hit->entity, arena, &entity) != JISR_OK)
		return NULL;
	return entity;
}

/* What was decided about a hit. */
static bool mark_hit(const struct request *request, const struct check_hit *hit, struct decision_mark *mark)
{
	return request->asked != NULL && decisions_mark(request->asked, hit->segment, hit->entity, mark) == JISR_OK &&
	       mark->id != 0;
}

static int answer_json(const struct request *request, const struct loaded *loaded, const struct check_answer *answer,
                       int status)
{
	struct text json;
	text_init(&json, CHECK_ARENA);
	emit_object(&json, NULL);
	emit_array(&json, "hits");
	for (size_t i = 0; i < answer->count; i++) {
		struct decision_mark mark = {.id = 0};
		report_hit_open(&json, loaded->view, &answer->hits[i]);
		if (mark_hit(request, &answer->hits[i], &mark))
			decision_mark_emit(&mark, &json);
		emit_close_object(&json);
	}
	emit_close_array(&json);
	emit_count(&json, "total", answer->total);
	if (request->asked != NULL)
		emit_count(&json, "hidden", decisions_hidden(request->asked));
	const struct check_query *query = &request->person.query;
	emit_score(&json, "threshold", query->threshold > 0 ? query->threshold : NAME_THRESHOLD);
	if (request->person.has_mrz)
		report_mrz(&json, &request->person.mrz);
	loaded_json(loaded, &json);
	emit_close_object(&json);
	return command_answer_text(&command_check, &json, status);
}

static void answer_print(const struct request *request, const struct loaded *loaded, const struct check_answer *answer)
{
	if (request->person.has_mrz)
		print_mrz(&request->person.mrz);
	for (size_t i = 0; i < answer->count; i++) {
		const struct check_hit *hit = &answer->hits[i];
		struct decision_mark mark;
		explain_hit(stdout, i + 1, hit, loaded_list(loaded, hit->list), entity_of(loaded, hit, request->arena));
		if (mark_hit(request, hit, &mark))
			printf("   decided %s: %s%s%s\n", mark.made, mark.decision,
			       mark.again != NULL ? "; shown again, because " : "",
			       mark.again != NULL ? mark.again : "");
		putchar('\n');
	}
	if (answer->count == 0)
		printf("%sNo hit.%s", print_style(stdout, STYLE_GREEN), print_style(stdout, STYLE_NONE));
	else
		printf("%s%s%zu hit%s.%s", print_style(stdout, STYLE_RED), answer->total_exact ? "" : "At least ",
		       answer->total, answer->total == 1 ? "" : "s", print_style(stdout, STYLE_NONE));
	if (answer->total > answer->count)
		printf(" The best %zu are shown; --limit shows more.", answer->count);
	if (request->asked != NULL && decisions_hidden(request->asked) > 0)
		printf(" %llu not shown, because of decisions; --show-hidden shows them.",
		       (unsigned long long)decisions_hidden(request->asked));
	fputs(" Asked: ", stdout);
	loaded_print(loaded, stdout);
}

static bool not_hidden(void *context, uint32_t segment, uint32_t entity)
{
	return !decisions_hides(context, segment, entity);
}

/* Asks what the caller decided about this person. */
static int ask_decisions(struct request *request, const struct loaded *loaded, const struct lists *lists,
                         struct problem *problem)
{
	struct check_query *query = &request->person.query;
	if (request->caller == NULL)
		return JISR_OK;
	int error = decisions_open(loaded->directory, true, &request->decisions, problem);
	if (error == JISR_OK)
		error = decisions_ask(request->decisions, request->caller, request->person.reference, query, lists,
		                      request->arena, &request->asked);
	query->accept = request->show_hidden ? NULL : not_hidden;
	query->accept_context = request->asked;
	return error;
}

/* As it was typed, and who was read from a document. */
static int write_down(const struct request *request, int argc, char **argv, struct accessed *accessed,
                      const struct check_answer *answer)
{
	struct text what;
	char result[32];
	text_init(&what, WHAT_MOST);
	(void)text_add_string(&what, "jisr check");
	for (int i = 0; i < argc; i++)
		(void)text_add_format(&what, " %s", argv[i]);
	if (request->person.has_mrz)
		(void)text_add_format(&what, " (read: %s %s, %s)", request->person.mrz.given_names,
		                      request->person.mrz.surname, request->person.mrz.number);
	(void)snprintf(result, sizeof result, "%zu hits", answer->total);
	int status = what.error == JISR_NO_MEMORY
	                     ? command_fail(request->self, JISR_NO_MEMORY, NULL)
	                     : accessed_write(accessed, request->self, "check", what.bytes, result);
	text_finish(&what);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	options_init(&options, self, argc, argv);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct request request = {.self = self};
	struct problem problem = {0};
	bool go;
	int error = arena_new(CHECK_ARENA, &arena);
	if (error != JISR_OK)
		return command_fail(self, error, NULL);
	request.arena = arena;
	int status = read_request(&request, &options, &go);
	if (!go)
		return status;
	struct loaded loaded;
	struct accessed accessed = {NULL};
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	struct check_answer answer = {0};
	status = loaded_open(&loaded, &options);
	if (status == STATUS_DONE)
		status = accessed_open(&accessed, self, loaded.directory, request.purpose);
	if (status == STATUS_DONE) {
		const struct lists lists = {.view = loaded.view,
		                            .list = catalogue_at(loaded.catalogue, 0),
		                            .count = catalogue_count(loaded.catalogue)};
		error = watch_scratch_new(&scratch);
		if (error == JISR_OK)
			error = ask_decisions(&request, &loaded, &lists, &problem);
		if (error == JISR_OK)
			error = watch_check(loaded.view, &request.person.query, scratch, arena, &answer, &problem);
		status = error != JISR_OK ? command_fail(self, error, &problem)
		                          : write_down(&request, argc, argv, &accessed, &answer);
		if (status == STATUS_DONE) {
			status = answer.count > 0 ? STATUS_FOUND : STATUS_DONE;
			if (request.json)
				status = answer_json(&request, &loaded, &answer, status);
			else
				answer_print(&request, &loaded, &answer);
		}
	}
	accessed_finish(&accessed);
	decisions_close(request.decisions);
	loaded_finish(&loaded);
	return status;
}

const struct command command_check = {
	.name = "check",
	.usage = "NAME [OPTION]...\n[--name TEXT]... [--document [CC:]NUMBER]... [--mrz FILE|-] [OPTION]...",
	.summary = "check one person, company, vessel or document against the loaded lists",
	.about =
		"Asks every loaded list for one person or thing and prints the hits, best first, each with its reason: "
		"which "
		"part of the name matched which, by which rule, and what birth date, nationality and sex did to the "
		"score. A document number that matches is a hit on its own.\n\n"
		"Give all that is known: what agrees confirms a hit, what contradicts lowers its score. Values of the "
		"command line go before those of a machine readable zone. The exit status is 1 when there is a hit and "
		"0 when there is none.\n\n"
		"Where the directory has a record, the check stands in its access log before anything is printed.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr check \"Nikola Tesla\" --born 1856-07-10 --nationality hr\n"
		    "  jisr check --document MA:AB123456\n"
		    "  jisr check --mrz passport.txt --json\n"
		    "  jisr check --schema Vessel --name \"Sea Star\" --document 9123456\n"
		    "  jisr check \"Nikola Tesla\" --caller bank --reference 4711\n",
	.run = run,
};
