/* jisr request paper, copy, clean: copies of identity papers with individuals' requests. */
#include "cli/notice.h"
#include "cli/record.h"
#include "web/papers.h"

#include <signal.h>
#include <sys/resource.h>

#define CLEAN_MEMORY  ((rlim_t)1 << 30) /* bytes of address space */
#define CLEAN_SECONDS 8                 /* of processor time */

enum { OPTION_OFFICER = 1, OPTION_SECRET, OPTION_OUT };

static const struct option_spec paper_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "The officer of the Commission who adds it, such as CCF-1."},
	{OPTION_SECRET, 0, "secret", "TEXT", "The secret of the receipt, as the applicant."},
};
static const struct option_spec copy_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who looks, such as CCF-1."},
	{OPTION_OUT, 0, "out", "FILE", "Where the copy is written; standard output when not given."},
};

static int run_paper(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	const char *id = NULL, *file = NULL, *officer = NULL, *secret = NULL;
	struct problem problem = {""};
	struct text bytes;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_SECRET, &secret}, {OPTIONS_WORD, &id},
	                 {OPTIONS_WORD, &file}))
		return options.status;
	if (file == NULL)
		return command_refuse(self, "which request, and which file? Such as 2026/123456, and then it.");
	text_init(&bytes, IDENTITY_MAX_BYTES);
	int status = noticed_file(self, file, &bytes);
	if (status != STATUS_DONE) {
		text_finish(&bytes);
		return status;
	}
	int error = papers_apart("/proc/self/exe", &problem);
	if (error) {
		text_finish(&bytes);
		return command_fail(self, error, &problem);
	}
	status = noticed_open(&noticed, &options, officer, false);
	if (status == STATUS_DONE) {
		struct request_act act = {.step = REQUEST_PAPER,
		                          .caller = &noticed.recorded.caller,
		                          .id = id,
		                          .secret = secret,
		                          .expected = ENTRY_ANY};
		error = papers_take(store_directory(noticed.recorded.store), noticed.recorded.store, &act, bytes.bytes,
		                    bytes.length, &problem);
		status = error ? command_fail(self, error, &problem)
		               : noticed_taken(self, act.made, request_step_name(act.step), act.version, NULL,
		                               options.json);
	}
	noticed_finish(&noticed);
	text_finish(&bytes);
	return status;
}

const struct command command_request_paper = {
	.name = "request paper",
	.usage = "ID FILE [--officer ID | --secret TEXT]",
	.summary = "add a copy of an identity paper",
	.about =
		"Adds a JPEG, PNG or PDF file of at most 8 MB to a request that is not admitted yet; at most six. Of a "
		"photograph "
		"the picture alone is kept, of a PDF the pages; one with scripts, attachments or what starts a program "
		"is "
		"refused. The copy is stored encrypted, and only the Commission can open it.",
	.options = paper_options,
	.option_count = sizeof paper_options / sizeof *paper_options,
	.json = true,
	.run = run_paper,
};

static int run_copy(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	const char *id = NULL, *digest = NULL, *officer = NULL, *out = NULL;
	struct problem problem = {""};
	struct text bytes;
	enum identity_type type;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_OUT, &out}, {OPTIONS_WORD, &id},
	                 {OPTIONS_WORD, &digest}))
		return options.status;
	if (digest == NULL)
		return command_refuse(self, "which request, and which copy? Such as 2026/123456, and then it.");
	text_init(&bytes, IDENTITY_MAX_BYTES);
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE) {
		int error = caller_check(&noticed.recorded.caller, RIGHT_REQUESTS_HANDLE, &problem);
		if (!error)
			error = papers_show(store_directory(noticed.recorded.store), store_reader_sql(noticed.reader),
			                    viewer_of(&noticed.recorded.caller), id, digest, &bytes, &type, &problem);
		status = error ? command_fail(self, error, &problem)
		               : record_write(self, out, bytes.bytes, bytes.length);
	}
	noticed_finish(&noticed);
	text_finish(&bytes);
	return status;
}

const struct command command_request_copy = {
	.name = "request copy",
	.usage = "ID DIGEST [--out FILE] --officer ID",
	.summary = "write a copy of an identity paper that came with a request",
	.about =
		"Writes the copy as it was kept. 'jisr request show' lists the copies of a request with their digests.",
	.options = copy_options,
	.option_count = sizeof copy_options / sizeof *copy_options,
	.run = run_copy,
};

/* The service runs this for what strangers send (web/papers.h): what it may take of the machine is limited. */
static void limit_this_process(void)
{
	const struct rlimit seconds = {CLEAN_SECONDS, CLEAN_SECONDS};
	(void)setrlimit(RLIMIT_CPU, &seconds);
#ifndef __SANITIZE_ADDRESS__ /* whose shadow is larger than any limit */
	const struct rlimit memory = {CLEAN_MEMORY, CLEAN_MEMORY};
	(void)setrlimit(RLIMIT_AS, &memory);
#endif
}

static int run_clean(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct identity identity;
	struct problem problem = {""};
	struct text bytes, clean;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options))
		return options.status;
	limit_this_process();
	text_init(&bytes, IDENTITY_MAX_BYTES + 1);
	text_init(&clean, IDENTITY_MAX_BYTES + 1024);
	int status = noticed_file(self, "-", &bytes);
	if (status == STATUS_DONE) {
		int error = identity_clean(bytes.bytes, bytes.length, &clean, &identity, &problem);
		if (error)
			status = command_fail(self, error, &problem);
		else if ((status = record_write(self, NULL, clean.bytes, clean.length)) == STATUS_DONE)
			fprintf(stderr, "%u %s\n", identity.pages, identity_mime(identity.type));
	}
	text_finish(&clean);
	text_finish(&bytes);
	return status;
}

const struct command command_request_clean = {
	.name = "request clean",
	.usage = "<FILE >COPY",
	.summary = "check a copy of an identity paper as the service does",
	.about = "Reads a JPEG, PNG or PDF file from standard input, within 1 GB of memory and 8 seconds, and writes "
		 "what would "
		 "be kept "
		 "of it; the number of pages and the type to standard error.",
	.run = run_clean,
};
