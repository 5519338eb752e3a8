/* jisr poll carry: the service's half of `jisr trustee` (cli/cmd_trustee.c): takes what a trustee has sent in a folder, and lays
 * into it what the trustee needs next. */
#include "assembly/urn_act.h"
#include "assembly/urn_bundle.h"
#include "base/file.h"
#include "base/json.h"
#include "base/tree.h"
#include "cli/election.h"
#include "cli/notice.h"
#include "cli/poll.h"

#include <unistd.h>

enum { OPTION_OFFICER = 1, OPTION_FOLDER };

static const struct option_spec option_table[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "The trustee's officer, such as FR-1."},
	{OPTION_FOLDER, 'f', "folder", "DIR", "What is carried between here and the trustee."},
};

struct carrying {
	const struct command *self;
	struct noticed noticed;
	const char *id, *folder;
};

static const struct {
	const char *ending;
	enum urn_act act;
	enum urn_part part;
} sent[] = {
	{".cert", URN_ACT_CERTIFICATE, URN_CERTIFICATE},
	{".polynomial", URN_ACT_POLYNOMIAL, URN_POLYNOMIAL},
	{".voutput", URN_ACT_SHARE, URN_SHARE},
	{".decryption", URN_ACT_DECRYPT, URN_DECRYPTION},
};

static int read_urn(struct carrying *carrying, struct store_reader **ret_reader, struct urn *ret_urn,
                    size_t *ret_trustee, struct problem *problem)
{
	const char *office = carrying->noticed.recorded.caller.office;
	int error = store_read(carrying->noticed.recorded.store, ret_reader, problem);
	if (!error)
		error = urn_get(store_reader_sql(*ret_reader), carrying->id, carrying->noticed.arena, ret_urn, problem);
	*ret_trustee = error ? 0 : urn_trustee(ret_urn, office);
	if (!error && *ret_trustee == 0)
		error = problem_set(problem, JISR_BAD_INPUT, "%s is no trustee of this vote", office);
	return error;
}

static int submit(struct carrying *carrying, size_t which, const char *path, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct urn_order order = {.act = sent[which].act,
	                          .caller = &carrying->noticed.recorded.caller,
	                          .id = carrying->id,
	                          .fields = fields,
	                          .expected = ENTRY_ANY};
	struct text text;
	text_init(&text, NOTICE_FILE_MAX);
	int error = file_read(path, &text, problem);
	if (!error)
		tree_bytes(fields, urn_act_field(order.act), text.bytes, text.length);
	text_finish(&text);
	if (!error && tree_failed())
		error = problem_no_memory(problem);
	if (!error)
		error = urn_act_submit(carrying->noticed.recorded.store, &order, problem);
	if (!error)
		printf("taken: %s\n", urn_act_name(order.act));
	return error;
}

/* What is there and was not sent yet, in the order of the ceremony. */
static int take(struct carrying *carrying, struct problem *problem)
{
	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
		CLEANUP(store_read_endp) struct store_reader *reader = NULL;
		char path[FILE_MAX_PATH], name[ELECTION_MAX_NAME];
		const char *has = "";
		struct urn urn;
		size_t trustee;
		int error = read_urn(carrying, &reader, &urn, &trustee, problem);
		if (!error)
			error = urn_sent(store_reader_sql(reader), urn.id, sent[i].part, trustee,
			                 carrying->noticed.arena, &has, problem);
		if (error)
			return error;
		unsigned count = has[0] != '\0' ? 0 : election_find_file(carrying->folder, sent[i].ending, name);
		if (count > 1)
			return problem_set(problem, JISR_BAD_INPUT, "%s holds more than one file *%s", carrying->folder,
			                   sent[i].ending);
		reader = store_read_end(reader);
		if (count == 1 && snprintf(path, sizeof path, "%s/%s", carrying->folder, name) >= (int)sizeof path)
			return problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", carrying->folder);
		error = count == 1 ? submit(carrying, i, path, problem) : JISR_OK;
		if (error)
			return error;
	}
	return JISR_OK;
}

static int lay(const struct carrying *carrying, const char *name, const struct text *text, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	if (snprintf(path, sizeof path, "%s/%s", carrying->folder, name) >= (int)sizeof path)
		return problem_set(problem, JISR_TOO_LARGE, "the folder's path is too long");
	int error = file_replace(path, text->bytes, text->length, problem);
	if (!error)
		printf("given: %s\n", name);
	return error;
}

static int give(struct carrying *carrying, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	static const char *const names[] = {"certs.jsons", "vinput", "dkey", "vote.bel"};
	struct urn urn;
	size_t trustee;
	int error = read_urn(carrying, &reader, &urn, &trustee, problem);
	for (size_t i = 0; i < sizeof names / sizeof *names && !error; i++) {
		bool ready = i < 3 ? urn.sent[i] == urn.trustees : urn.state == URN_CLOSED;
		struct sql *sql = store_reader_sql(reader);
		struct text text;
		if (!ready)
			continue;
		text_init(&text, (size_t)512 << 20);
		error = i == 0   ? urn_lines(sql, &urn, URN_CERTIFICATE, &text, problem)
		        : i == 1 ? urn_act_input(sql, &urn, trustee, &text, problem)
		        : i == 2 ? urn_act_key(sql, &urn, trustee, &text, problem)
		                 : urn_bundle_bytes(sql, urn.id, &text, problem);
		if (!error)
			error = lay(carrying, names[i], &text, problem);
		text_finish(&text);
	}
	char awaited[URN_AWAITED_MAX];
	if (!error)
		urn_awaited(&urn, awaited);
	if (!error && awaited[0] != '\0')
		printf("the vote awaits %s\n", awaited);
	return error;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct carrying carrying = {.self = self};
	struct problem problem = {""};
	const char *officer = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_FOLDER, &carrying.folder},
	                 {OPTIONS_WORD, &carrying.id}))
		return options.status;
	if (carrying.id == NULL || carrying.folder == NULL || officer == NULL)
		return command_refuse(self, "jisr poll carry ID --folder DIR --officer FR-1.");
	if (access(carrying.folder, R_OK | W_OK | X_OK) != 0)
		return command_refuse(self, "%s is no folder that can be read and written.", carrying.folder);
	int status = noticed_open(&carrying.noticed, &options, officer, false);
	if (status == STATUS_DONE) {
		int error = take(&carrying, &problem);
		if (!error)
			error = give(&carrying, &problem);
		if (error)
			status = command_fail(self, error, &problem);
	}
	noticed_finish(&carrying.noticed);
	return status == STATUS_DONE ? command_finish(self, status) : status;
}

const struct command command_poll_carry = {
	.name = "poll carry",
	.usage = "ID --folder DIR --officer ID",
	.summary = "take what a trustee made, and give what it needs next",
	.about = "The service's half of 'jisr trustee': sends what lies in the folder and was not sent yet, as 'poll "
		 "do' does, and "
		 "writes certs.jsons, vinput, dkey and vote.bel into it as soon as they are there. Nothing in the "
		 "folder is "
		 "secret.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.examples = "  jisr poll carry ID --folder /media/stick --officer FR-1\n",
	.run = run,
};
