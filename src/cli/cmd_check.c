#include "base/emit.h"
#include "cli/explain.h"
#include "cli/lines.h"
#include "cli/loaded.h"
#include "cli/print.h"
#include "names/country.h"
#include "watch/query.h"
#include "watch/report.h"

#include <string.h>

#define CHECK_ARENA (256 * 1024 * 1024) /* memory of one check with all that is printed of it */

enum {
	OPTION_NAME = 1,
	OPTION_BORN,
	OPTION_NATIONALITY,
	OPTION_SEX,
	OPTION_DOCUMENT,
	OPTION_MRZ,
	OPTION_SCHEMA,
	OPTION_LIMIT,
	OPTION_THRESHOLD,
};

static const struct option_spec option_table[] = {
	{OPTION_NAME, 'n', "name", "TEXT",
         "A name, in any script and order. May be given several times: other names of the same person."},
	{OPTION_BORN, 'b', "born", "YYYY[-MM[-DD]]", "The birth date, or its year, or year and month."},
	{OPTION_NATIONALITY, 'c', "nationality", "CC",
         "A nationality: a code of two or three letters, or the country's name. May be given several times."},
	{OPTION_SEX, 's', "sex", "m|f", "The sex; x when the document does not specify it."},
	{OPTION_DOCUMENT, 'd', "document", "[CC:]NUMBER",
         "The number of a passport, identity card, ship, vehicle or registration, with the country's code before it "
         "when it is known. May be given several times."},
	{OPTION_MRZ, 'm', "mrz", "FILE|-",
         "Read the machine readable zone of a travel document from a file or from standard input; or the lines "
         "themselves, when the value holds '<'."},
	{OPTION_SCHEMA, 0, "schema", "SCHEMA",
         "What is checked: Person (default), Company, Organization, LegalEntity, PublicBody, Vessel, Airplane, "
         "Vehicle."},
	{OPTION_LIMIT, 'l', "limit", "N", "Show at most N hits (5 when not given, 500 at most)."},
	{OPTION_THRESHOLD, 't', "threshold", "SCORE", "The score from which it is a hit (0.70 when not given)."},
};

/* Everything of one check. */
struct request {
	const struct command *self;
	struct arena *arena;
	struct check_query query;
	struct mrz mrz;
	bool has_mrz;
	bool has_word; /* a name was given without --name */
	bool json;
};

static int take_mrz(struct request *request, const char *value)
{
	if (request->has_mrz)
		return command_refuse(request->self, "one --mrz at a time.");
	struct problem problem = {0};
	struct text zone;
	text_init(&zone, QUERY_MRZ_MAX);
	int error;
	if (strchr(value, '<') != NULL) {
		error = text_add_string(&zone, value);
		if (error == JISR_TOO_LARGE)
			(void)problem_set(&problem, error, "the machine readable zone is too long");
	} else {
		error = lines_whole(value, &zone, &problem);
	}
	if (error == JISR_OK)
		error = query_mrz(&request->query, zone.bytes, zone.length, request->arena, &request->mrz, &problem);
	text_finish(&zone);
	if (error != JISR_OK) {
		problem_prefix(&problem, "--mrz");
		return command_fail(request->self, error, &problem);
	}
	request->has_mrz = true;
	return STATUS_DONE;
}

static int take_word(struct request *request, const char *word, struct problem *problem)
{
	if (request->has_word) {
		(void)command_refuse(request->self,
		                     "several words without quotes. Put a name of several words in quotes, as in jisr "
		                     "check \"Nikola Tesla\"; give several names with --name.");
		return JISR_CANCELLED;
	}
	request->has_word = true;
	return query_name(&request->query, word, request->arena, problem);
}

/* Reads the command line; STATUS_DONE and *ret_go, or the status to end with. */
static int read_request(struct request *request, struct options *options, bool *ret_go)
{
	const char *mrz = NULL;
	struct check_query *query = &request->query;
	int id;
	*ret_go = false;
	while ((id = options_next(options)) != OPTIONS_END) {
		struct problem problem = {0};
		uint64_t number;
		int error = JISR_OK;
		const char *name = "";
		switch (id) {
		case OPTIONS_STOP: return options->status;
		case OPTIONS_WORD: error = take_word(request, options->value, &problem); break;
		case OPTION_NAME:
			name = "--name: ";
			error = query_name(query, options->value, request->arena, &problem);
			break;
		case OPTION_BORN:
			name = "--born ";
			error = query_birth(query, options->value, &problem);
			break;
		case OPTION_NATIONALITY:
			name = "--nationality ";
			error = query_country(query, options->value, request->arena, &problem);
			break;
		case OPTION_SEX:
			name = "--sex ";
			error = query_sex(query, options->value, &problem);
			break;
		case OPTION_DOCUMENT:
			name = "--document ";
			error = query_document(query, options->value, request->arena, &problem);
			break;
		case OPTION_SCHEMA:
			name = "--schema ";
			error = query_schema(options->value, &query->schema, &problem);
			break;
		case OPTION_LIMIT:
			if (!options_number(options, "limit", 1, CHECK_MAX_LIMIT, &number))
				return options->status;
			query->limit = (size_t)number;
			break;
		case OPTION_THRESHOLD:
			if (!options_fraction(options, "threshold", 0.01, 1, &query->threshold))
				return options->status;
			break;
		case OPTION_MRZ:
			if (mrz != NULL)
				return command_refuse(request->self, "one --mrz at a time.");
			mrz = options->value;
			break;
		default: return STATUS_INTERNAL;
		}
		if (error == JISR_CANCELLED) /* told already */
			return STATUS_MEND;
		if (error == JISR_NO_MEMORY)
			return command_fail(request->self, error, NULL);
		if (error != JISR_OK)
			return command_refuse(request->self, "%s%s.", name, problem.text);
	}
	request->json = options->json;
	if (mrz != NULL) {
		int status = take_mrz(request, mrz);
		if (status != STATUS_DONE)
			return status;
	}
	if (query->name_count == 0 && query->document_count == 0)
		return command_refuse(request->self,
		                      "nothing to check: give a name, --document or --mrz, as in jisr check "
		                      "\"Nikola Tesla\" --born 1856.");
	*ret_go = true;
	return STATUS_DONE;
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

static int answer_json(const struct request *request, const struct loaded *loaded, const struct check_answer *answer,
                       int status)
{
	struct text json;
	text_init(&json, CHECK_ARENA);
	emit_object(&json, NULL);
	emit_array(&json, "hits");
	for (size_t i = 0; i < answer->count; i++)
		report_hit(&json, loaded->view, &answer->hits[i]);
	emit_close_array(&json);
	emit_count(&json, "total", answer->total);
	emit_score(&json, "threshold", request->query.threshold > 0 ? request->query.threshold : NAME_THRESHOLD);
	if (request->has_mrz)
		report_mrz(&json, &request->mrz);
	loaded_json(loaded, &json);
	emit_close_object(&json);
	return command_answer_text(&command_check, &json, status);
}

static void answer_print(const struct request *request, const struct loaded *loaded, const struct check_answer *answer)
{
	if (request->has_mrz)
		print_mrz(&request->mrz);
	for (size_t i = 0; i < answer->count; i++) {
		const struct check_hit *hit = &answer->hits[i];
		explain_hit(stdout, i + 1, hit, loaded_list(loaded, hit->list), entity_of(loaded, hit, request->arena));
		putchar('\n');
	}
	if (answer->count == 0)
		printf("%sNo hit.%s", print_style(stdout, STYLE_GREEN), print_style(stdout, STYLE_NONE));
	else
		printf("%s%zu hit%s.%s", print_style(stdout, STYLE_RED), answer->total, answer->total == 1 ? "" : "s",
		       print_style(stdout, STYLE_NONE));
	if (answer->total > answer->count)
		printf(" The best %zu are shown; --limit shows more.", answer->count);
	fputs(" Asked: ", stdout);
	loaded_print(loaded, stdout);
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
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	struct check_answer answer = {0};
	status = loaded_open(&loaded, &options);
	if (status == STATUS_DONE) {
		error = watch_scratch_new(&scratch);
		if (error == JISR_OK)
			error = watch_check(loaded.view, &request.query, scratch, arena, &answer, &problem);
		if (error != JISR_OK) {
			status = command_fail(self, error, &problem);
		} else {
			status = answer.count > 0 ? STATUS_FOUND : STATUS_DONE;
			if (request.json)
				status = answer_json(&request, &loaded, &answer, status);
			else
				answer_print(&request, &loaded, &answer);
		}
	}
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
		"0 when there is none.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr check \"Nikola Tesla\" --born 1856-07-10 --nationality hr\n"
		    "  jisr check --document MA:AB123456\n"
		    "  jisr check --mrz passport.txt --json\n"
		    "  jisr check --schema Vessel --name \"Sea Star\" --document 9123456\n",
	.run = run,
};
