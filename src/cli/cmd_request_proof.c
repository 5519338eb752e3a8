/* jisr request proof: what of a removed notice can be proved to anybody, without a word of what it said. */
#include "base/tree.h"
#include "cli/notice.h"
#include "cli/record.h"
#include "notices/removal_proof.h"

#include <string.h>

enum { OPTION_OUT = 1, OPTION_HEADERS };

static const struct option_spec proof_options[] = {
	{OPTION_OUT, 0, "out", "FILE", "Where the proof is written; standard output when not given."},
	{OPTION_HEADERS, 0, "headers", NULL,
         "Show the headers of the dropped entries, too: they name offices and officers, so not to the applicant."},
};

static int run_proof(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	const char *notice = NULL, *out = NULL;
	bool headers = false;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OUT, &out}, {OPTION_HEADERS, .given = &headers}, {OPTIONS_WORD, &notice}))
		return options.status;
	if (notice == NULL)
		return command_refuse(self, "which notice? The number that it had, such as 2026/1234.");
	int status = noticed_open(&noticed, &options, NULL, true);
	if (status == STATUS_DONE) {
		cJSON *proof = NULL;
		int error = removal_prove(store_reader_log(noticed.reader), store_log_name(noticed.recorded.store),
		                          notice, headers, &proof, &problem);
		char *text = error ? NULL : tree_take(proof, true);
		if (error || text == NULL)
			status = command_fail(self, error ? error : JISR_NO_MEMORY, &problem);
		else
			status = record_write(self, out, text, strlen(text));
		cJSON_free(text);
	}
	noticed_finish(&noticed);
	return status;
}

const struct command command_request_proof = {
	.name = "request proof",
	.usage = "NOTICE [--out FILE] [--headers]",
	.summary = "prove that a notice was removed, without a word of what it said",
	.about = "Writes, as JSON: the hashes of the notice's entries, for each the signed entry that its body was "
		 "dropped, how "
		 "they lead to the log's signed checkpoint, and that checkpoint. Anybody who has the log's public key "
		 "can check "
		 "it. docs/commission.md tells what it proves and what it cannot.",
	.options = proof_options,
	.option_count = sizeof proof_options / sizeof *proof_options,
	.examples = "  jisr request proof 2026/1234 --out proof.json\n",
	.run = run_proof,
};
