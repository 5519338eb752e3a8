/* jisr poll: secret votes in the record. Secrets of trustees, registrar and voters are never read here: `jisr election`
 * makes what is sent, on a machine of their own. */
#include "assembly/urn_act.h"
#include "assembly/urn_box.h"
#include "assembly/urn_bundle.h"
#include "assembly/urn_heads.h"
#include "base/json.h"
#include "base/tree.h"
#include "cli/election.h"
#include "cli/notice.h"
#include "cli/poll.h"
#include "cli/print.h"

#include <string.h>

enum { OPTION_OFFICER = 1, OPTION_HEIGHT, OPTION_HEAD, OPTION_TEXT, OPTION_TRUSTEE, OPTION_OUT, OPTION_REPLACE };

#define URN_TEXT_MAX ((size_t)512 << 20)

/* ---- reading ---- */

static int print_list(const struct command *self, struct text *text)
{
	CLEANUP(json_freep) cJSON *root = NULL;
	if (json_read(text->bytes, text->length, &root, NULL) != JISR_OK)
		return command_fail(self, JISR_NO_MEMORY, NULL);
	const cJSON *list = json_get(root, "elections");
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		const char *awaited = json_get_text(one, "awaited");
		printf("%s  %-9s  %.0f voters, %.0f ballots  ", json_get_text(one, "id"), json_get_text(one, "state"),
		       json_get(one, "voters")->valuedouble, json_get(one, "ballots")->valuedouble);
		print_value(stdout, json_get_text(one, "name"));
		if (awaited != NULL) {
			fputs("; awaits ", stdout);
			fputs(awaited, stdout);
		}
		putchar('\n');
	}
	return command_finish(self, STATUS_DONE);
}

static int run_list(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct text text;
	struct problem problem = {""};
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options))
		return options.status;
	text_init(&text, URN_TEXT_MAX);
	int status = noticed_open(&noticed, &options, NULL, true);
	if (status == STATUS_DONE) {
		int error = urn_tell_all(store_reader_sql(noticed.reader), &text, &problem);
		status = error || options.json ? command_answer_or_fail(self, &text, error, &problem)
		                               : print_list(self, &text);
	}
	text_finish(&text);
	noticed_finish(&noticed);
	return status;
}

static void print_result(const cJSON *shown)
{
	const cJSON *questions = json_get(json_get(shown, "call"), "questions");
	const cJSON *result = json_get(json_get(shown, "result"), "result"),
		    *counts = result != NULL ? result->child : NULL;
	for (const cJSON *one = questions->child; one != NULL; one = one->next) {
		print_value(stdout, json_get_text(one, "question"));
		putchar('\n');
		const cJSON *count = counts != NULL ? counts->child : NULL;
		if (cJSON_IsTrue(json_get(one, "blank"))) {
			fputs("  blank", stdout);
			if (count != NULL)
				printf(": %.0f", count->valuedouble);
			putchar('\n');
			count = count != NULL ? count->next : NULL;
		}
		for (const cJSON *answer = json_get(one, "answers")->child; answer != NULL; answer = answer->next) {
			fputs("  ", stdout);
			print_value(stdout, answer->valuestring);
			if (count != NULL)
				printf(": %.0f", count->valuedouble);
			putchar('\n');
			count = count != NULL ? count->next : NULL;
		}
		counts = counts != NULL ? counts->next : NULL;
	}
}

static int print_shown(const struct command *self, struct text *text)
{
	CLEANUP(json_freep) cJSON *shown = NULL;
	if (json_read(text->bytes, text->length, &shown, NULL) != JISR_OK)
		return command_fail(self, JISR_NO_MEMORY, NULL);
	const cJSON *call = json_get(shown, "call");
	const char *awaited = json_get_text(shown, "awaited"), *cancelled = json_get_text(shown, "cancelled");
	print_value(stdout, json_get_text(shown, "name"));
	printf("\n%s, %.0f voters, %.0f ballots\n", json_get_text(shown, "state"),
	       json_get(shown, "voters")->valuedouble, json_get(shown, "ballots")->valuedouble);
	if (awaited != NULL)
		printf("awaits %s\n", awaited);
	if (cancelled != NULL) {
		fputs("cancelled: ", stdout);
		print_value(stdout, cancelled);
		putchar('\n');
	}
	const char *alone = json_get_text(call, "registrar");
	fputs("registrars:", stdout);
	if (alone != NULL)
		printf(" %s", alone);
	const cJSON *registrars = json_get(call, "registrars");
	for (const cJSON *one = registrars != NULL ? registrars->child : NULL; one != NULL; one = one->next)
		printf(" %s", one->valuestring);
	printf("; %.0f of these trustees decrypt:", json_get(call, "threshold")->valuedouble);
	for (const cJSON *one = json_get(call, "trustees")->child; one != NULL; one = one->next)
		printf(" %s", one->valuestring);
	putchar('\n');
	print_result(shown);
	for (const cJSON *one = json_get(shown, "witnesses")->child; one != NULL; one = one->next)
		printf("%s saw event %.0f, %s\n", json_get_text(one, "office"), json_get(one, "height")->valuedouble,
		       json_get_text(one, "head"));
	return command_finish(self, STATUS_DONE);
}

static int run_show(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct text text;
	struct problem problem = {""};
	const char *which = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTIONS_WORD, &which}))
		return options.status;
	if (which == NULL)
		return command_refuse(self, "which vote? 'jisr poll list' names them.");
	text_init(&text, URN_TEXT_MAX);
	int status = noticed_open(&noticed, &options, NULL, true);
	if (status == STATUS_DONE) {
		int error = urn_tell(store_reader_sql(noticed.reader), which, &text, &problem);
		status = error || options.json ? command_answer_or_fail(self, &text, error, &problem)
		                               : print_shown(self, &text);
	}
	text_finish(&text);
	noticed_finish(&noticed);
	return status;
}

/* ---- fetching ---- */

static int fetch(struct sql *sql, const char *id, const char *what, const char *office, struct arena *arena,
                 struct text *text, struct problem *problem)
{
	struct urn poll;
	int error = urn_get(sql, id, arena, &poll, problem);
	if (error)
		return error;
	if (strcmp(what, "archive") == 0)
		return urn_bundle_bytes(sql, id, text, problem);
	if (strcmp(what, "draft") == 0)
		return urn_act_draft(&poll, text, problem);
	if (strcmp(what, "voters") == 0)
		return urn_act_voters(&poll, text, problem);
	if (strcmp(what, "certificates") == 0)
		return urn_lines(sql, &poll, URN_CERTIFICATE, text, problem);
	if (strcmp(what, "heads") == 0)
		return urn_heads_lines(sql, id, text, problem);
	if (strcmp(what, "head") == 0) {
		struct urn_head head;
		error = urn_bundle_head(sql, &poll, &head, problem);
		return error ? error : text_add_format(text, "%llu %s\n", (unsigned long long)head.height, head.hash);
	}
	bool input = strcmp(what, "input") == 0;
	if (!input && strcmp(what, "key") != 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "there is no '%s': archive, draft, voters, certificates, head, heads, input or key",
		                   what);
	size_t trustee = office != NULL ? urn_trustee(&poll, office) : 0;
	if (trustee == 0)
		return problem_set(problem, JISR_BAD_INPUT, "--trustee is one of the offices that are trustees");
	return input ? urn_act_input(sql, &poll, trustee, text, problem)
	             : urn_act_key(sql, &poll, trustee, text, problem);
}

static int run_fetch(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct text text;
	struct problem problem = {""};
	const char *which = NULL, *what = NULL, *office = NULL, *out = NULL;
	bool replace = false;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_TRUSTEE, &office}, {OPTION_OUT, &out}, {OPTION_REPLACE, .given = &replace},
	                 {OPTIONS_WORD, &which}, {OPTIONS_WORD, &what}))
		return options.status;
	if (what == NULL)
		return command_refuse(self, "jisr poll fetch ID archive.");
	text_init(&text, URN_TEXT_MAX);
	int status = noticed_open(&noticed, &options, NULL, true);
	if (status == STATUS_DONE) {
		int error =
			fetch(store_reader_sql(noticed.reader), which, what, office, noticed.arena, &text, &problem);
		status = error ? command_fail(self, error, &problem)
		               : election_write_path(self, out, replace, text.bytes, text.length, false);
	}
	text_finish(&text);
	noticed_finish(&noticed);
	return status == STATUS_DONE ? command_finish(self, status) : status;
}

/* ---- acting ---- */

static int act(const struct command *self, const struct options *options, struct urn_order *order, const char *officer)
{
	struct noticed noticed;
	struct problem problem = {""};
	int status = noticed_open(&noticed, options, officer, false);
	if (status == STATUS_DONE) {
		order->caller = &noticed.recorded.caller;
		int error = urn_act_submit(noticed.recorded.store, order, &problem);
		if (error) {
			status = command_fail(self, error, &problem);
		} else if (options->json) {
			cJSON *root = tree_object();
			tree_text(root, "id", order->made);
			tree_text(root, "act", urn_act_name(order->act));
			tree_count(root, "version", order->version);
			status = command_answer(self, root, STATUS_DONE);
		} else {
			printf("%s: %s\n", order->made, urn_act_name(order->act));
			status = command_finish(self, STATUS_DONE);
		}
	}
	noticed_finish(&noticed);
	return status;
}

static int run_call(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct urn_order order = {.act = URN_ACT_CALL, .expected = ENTRY_ANY};
	CLEANUP(json_freep) cJSON *fields = NULL;
	const char *officer = NULL, *path = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTIONS_WORD, &path}))
		return options.status;
	if (path == NULL)
		return command_refuse(self, "what is asked? A file of JSON, or - for standard input.");
	int status = noticed_json(self, path, NOTICE_FILE_MAX, &fields);
	order.fields = fields;
	return status == STATUS_DONE ? act(self, &options, &order, officer) : status;
}

static int read_file(const struct command *self, const char *path, const char *name, cJSON *fields)
{
	struct text text;
	text_init(&text, NOTICE_FILE_MAX);
	int status = noticed_file(self, path, &text);
	if (status == STATUS_DONE)
		tree_bytes(fields, name, text.bytes, text.length);
	text_finish(&text);
	return status;
}

static int run_do(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct urn_order order = {.act = URN_ACTS, .expected = ENTRY_ANY};
	CLEANUP(json_freep) cJSON *fields = tree_object();
	const char *officer = NULL, *path = NULL;
	uint64_t height;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_OFFICER) {
			officer = options.value;
		} else if (id == OPTION_HEIGHT) {
			if (!options_number(&options, 0, 1000000000, &height))
				return options.status;
			tree_count(fields, options.name, height);
		} else if (id == OPTION_HEAD || id == OPTION_TEXT) {
			tree_text(fields, options.name, options.value);
		} else if (order.id == NULL) {
			order.id = options.value;
		} else if (order.act == URN_ACTS) {
			if (!urn_act_read(options.value, &order.act) || order.act == URN_ACT_CALL)
				return command_refuse(
					self,
					"there is no act '%s': certificate, polynomial, share, credentials, "
					"open, close, decrypt, result, witness, observer or cancel.",
					options.value);
		} else if (path == NULL && urn_act_field(order.act) != NULL) {
			path = argv[options.next - 1];
		} else {
			return command_refuse(self, "'%s' is not needed.", options.value);
		}
	}
	if (order.act == URN_ACTS)
		return command_refuse(self, "jisr poll do ID ACT [FILE].");
	if (urn_act_field(order.act) != NULL && path == NULL)
		return command_refuse(self, "'%s' needs the file that is sent.", urn_act_name(order.act));
	int status = path != NULL ? read_file(self, path, urn_act_field(order.act), fields) : STATUS_DONE;
	if (status != STATUS_DONE)
		return status;
	if (tree_failed())
		return command_fail(self, JISR_NO_MEMORY, NULL);
	order.fields = fields;
	return act(self, &options, &order, officer);
}

static int post_one(const struct command *self, struct urn_box *box, const char *id, const char *path, bool json)
{
	struct text text;
	struct problem problem = {""};
	struct urn_receipt receipt;
	text_init(&text, NOTICE_FILE_MAX);
	int status = noticed_file(self, path, &text);
	if (status == STATUS_DONE) {
		int error =
			urn_box_post(box, id, text.bytes != NULL ? text.bytes : "", text.length, &receipt, &problem);
		if (error) {
			problem_prefix(&problem, path);
			status = command_fail(self, error, &problem);
		} else if (json) {
			printf("{\"tracking\":\"%s\",\"place\":%llu,\"again\":%s}\n", receipt.tracking,
			       (unsigned long long)receipt.place, receipt.again ? "true" : "false");
		} else {
			printf("%s is ballot %llu on the board%s\n", receipt.tracking,
			       (unsigned long long)receipt.place, receipt.again ? ", and was there already" : "");
		}
	}
	text_finish(&text);
	return status;
}

static int run_post(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct recorded recorded;
	CLEANUP(urn_box_freep) struct urn_box *box = NULL;
	const char *which = NULL, *files[1000];
	size_t count = 0;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (which == NULL)
			which = options.value;
		else if (count == sizeof files / sizeof *files)
			return command_refuse(self, "at most %zu files at once.", count);
		else
			files[count++] = argv[options.next - 1];
	}
	if (count == 0)
		return command_refuse(self, "jisr poll post ID BALLOT...");
	int status = recorded_open(&recorded, &options, false);
	if (status == STATUS_DONE && urn_box_new(recorded.store, &box) != JISR_OK)
		status = command_fail(self, JISR_NO_MEMORY, NULL);
	for (size_t i = 0; status == STATUS_DONE && i < count; i++)
		status = post_one(self, box, which, files[i], options.json);
	box = urn_box_free(box);
	recorded_finish(&recorded);
	return status == STATUS_DONE ? command_finish(self, status) : status;
}

static int observe_one(const struct command *self, struct store *store, const char *id, const char *path, bool json)
{
	struct text text;
	struct problem problem = {""};
	struct urn_seen seen;
	text_init(&text, NOTICE_FILE_MAX);
	int status = noticed_file(self, path, &text);
	if (status == STATUS_DONE) {
		int error =
			urn_heads_post(store, id, text.bytes != NULL ? text.bytes : "", text.length, &seen, &problem);
		problem_prefix(&problem, path);
		if (error) {
			status = command_fail(self, error, &problem);
		} else if (json) {
			cJSON *root = tree_object();
			tree_text(root, "observer", seen.observer);
			tree_count(root, "size", seen.size);
			tree_count(root, "entry", seen.entry);
			tree_bool(root, "agrees", seen.agrees);
			status = command_answer(self, root, seen.agrees ? STATUS_DONE : STATUS_FOUND);
		} else {
			printf("%s: entry %llu; the board %s the %llu events that were seen\n", seen.observer,
			       (unsigned long long)seen.entry, seen.agrees ? "continues" : "DOES NOT CONTINUE",
			       (unsigned long long)seen.size);
			status = seen.agrees ? STATUS_DONE : STATUS_FOUND;
		}
	}
	text_finish(&text);
	return status;
}

static int run_observe(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct recorded recorded;
	const char *which = NULL, *path = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTIONS_WORD, &which}, {OPTIONS_WORD, &path}))
		return options.status;
	if (path == NULL)
		return command_refuse(self, "jisr poll observe ID NOTE.");
	int status = recorded_open(&recorded, &options, false);
	if (status == STATUS_DONE)
		status = observe_one(self, recorded.store, which, path, options.json);
	recorded_finish(&recorded);
	return status == STATUS_DONE ? command_finish(self, status) : status;
}

/* ---- the commands ---- */

#define OFFICER                                                                                                        \
	{                                                                                                              \
		OPTION_OFFICER, 'o', "officer", "ID", "Who acts, such as MA-12; else the console of headquarters."     \
	}

static const struct option_spec call_options[] = {OFFICER};
static const struct option_spec do_options[] = {
	OFFICER,
	{OPTION_HEIGHT, 0, "height", "NUMBER", "With 'witness': the number of the event that was seen last."},
	{OPTION_HEAD, 0, "head", "HASH", "With 'witness': its hash, the head."},
	{OPTION_TEXT, 't', "text", "TEXT", "With 'cancel': why."},
};
static const struct option_spec fetch_options[] = {
	{OPTION_TRUSTEE, 0, "trustee", "OFFICE", "With 'input' and 'key': whose."},
	{OPTION_OUT, 0, "out", "FILE", "Where to; standard output when not given."},
	{OPTION_REPLACE, 0, "replace", NULL, "Write over a file that is there."},
};

static const struct command step_list = {.name = "poll list",
                                         .usage = "",
                                         .summary = "list the secret votes",
                                         .about = "Lists the secret votes, newest first.",
                                         .json = true,
                                         .run = run_list};
static const struct command step_show = {.name = "poll show",
                                         .usage = "ID",
                                         .summary = "show one",
                                         .about = "Shows a secret vote: what is asked, what is awaited, who witnessed "
                                                  "its board, and the result.",
                                         .json = true,
                                         .run = run_show};
static const struct command step_call = {
	.name = "poll call",
	.usage = "FILE [--officer ID]",
	.summary = "call a secret vote",
	.about =
		"FILE is JSON: session and vote, the open secret vote of a session, which gives the question and who "
		"may "
		"vote; or name, questions (as 'jisr election new' takes them) and electorate; and trustees, threshold, "
		"registrars. Offices are named by their codes. docs/verify-an-election.md shows one.",
	.options = call_options,
	.option_count = sizeof call_options / sizeof *call_options,
	.json = true,
	.run = run_call};
static const struct command step_do = {
	.name = "poll do",
	.usage = "ID ACT [FILE] [--officer ID]",
	.summary = "send what trustees and registrar made; open, close, count, witness, cancel",
	.about =
		"certificate, polynomial, share and decrypt take the file that 'jisr election trustee' and 'jisr "
		"election "
		"decrypt' wrote; credentials takes what 'jisr election credentials --registrar' wrote, ID.OFFICE.part. "
		"open, close and result are the organiser's; witness "
		"signs, with the office's key, that this head of the board was seen; observer takes an independent "
		"observer's "
		"NAME.verifier; cancel ends it before the result.",
	.options = do_options,
	.option_count = sizeof do_options / sizeof *do_options,
	.json = true,
	.run = run_do};
static const struct command step_post = {.name = "poll post",
                                         .usage = "ID BALLOT...",
                                         .summary = "put ballots on the board",
                                         .about = "Checks each ballot and appends it to the record. A ballot that is "
                                                  "there already is not taken twice; its "
                                                  "receipt is printed again.",
                                         .json = true,
                                         .run = run_post};
static const struct command step_observe = {
	.name = "poll observe",
	.usage = "ID NOTE",
	.summary = "enter a head of the board that an observer signed",
	.about = "NOTE is what 'jisr election observe' wrote. Whoever brings it: the observer is known by the "
		 "signature. Exit "
		 "status 1 when the board does not continue what was signed, which is recorded with the note.",
	.json = true,
	.run = run_observe};
static const struct command step_fetch = {
	.name = "poll fetch",
	.usage = "ID {archive|draft|voters|certificates|head|heads} [--out FILE]\nID {input|key} --trustee OFFICE "
		 "[--out "
		 "FILE]",
	.summary = "write the archive, or what registrar and trustees need",
	.about =
		"archive is ID.bel, for 'jisr election verify' and belenios-tool; draft and voters are for registrars; "
		"certificates, input and key are for trustees; head is the number and the hash of the last event; "
		"heads is what observers signed, for 'jisr election verify --heads'.",
	.options = fetch_options,
	.option_count = sizeof fetch_options / sizeof *fetch_options,
	.run = run_fetch};

static const struct command *const steps[] = {&step_list, &step_show,    &step_call,  &step_do,
                                              &step_post, &step_observe, &step_fetch, &command_poll_carry};

const struct command command_poll = {
	.name = "poll",
	.usage = "STEP [OPTION]...",
	.summary = "hold secret votes that everybody can verify",
	.about = "A secret vote in the record: trustees hold the key together, registrars give credentials together, "
		 " ballots are made on the voters' devices. docs/verify-an-election.md tells the whole way. "
		 "It needs a record (jisr init).",
	.run = command_run_step,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
