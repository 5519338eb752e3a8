/* jisr assembly export, verify: the archive of a session, and whether it is true. */
#include "assembly/export.h"
#include "base/tree.h"
#include "cli/assembly.h"
#include "cli/notice.h"
#include "cli/record.h"
#include "web/session_page.h"

#include <string.h>
#include <unistd.h>

enum { OPTION_OFFICER = 1, OPTION_OUT, OPTION_KEY };

/* ---- export ---- */

static const struct option_spec export_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who signs, such as GS-3; else the console of headquarters."},
	{OPTION_OUT, 0, "out", "FILE", "Where it is written; session-NUMBER.tar when not given."},
};

static int write_made(const struct command *self, const struct export_made *made, uint32_t session, const char *out,
                      const struct text *tar, bool json)
{
	int status = record_write(self, out, tar->bytes, tar->length);
	if (status != STATUS_DONE)
		return status;
	if (made->missing > 0)
		fprintf(stderr,
		        "%u texts of documents have no file here (jisr assembly file): the archive is without them\n",
		        (unsigned)made->missing);
	if (json) {
		cJSON *root = tree_object();
		tree_text(root, "file", out);
		tree_count(root, "session", session);
		tree_count(root, "files", made->files);
		tree_count(root, "documents", made->documents);
		tree_count(root, "missing", made->missing);
		tree_count(root, "elections", made->elections);
		tree_count(root, "entry", made->entry);
		tree_text(root, "manifest", made->hash);
		return command_answer(self, root, STATUS_DONE);
	}
	printf("%s: %u files, %u of documents, %u elections; signed by entry %llu\n", out, (unsigned)made->files,
	       (unsigned)made->documents, (unsigned)made->elections, (unsigned long long)made->entry);
	return command_finish(self, STATUS_DONE);
}

static int run_export(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct text tar;
	struct problem problem = {""};
	struct export_made made;
	char name[40];
	const char *officer = NULL, *out = NULL, *word = NULL;
	uint32_t session = 0;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_OUT, &out}, {OPTIONS_WORD, &word}))
		return options.status;
	if (word == NULL)
		return command_refuse(self, "which session? Its number, such as 93.");
	if (!assembly_session(self, word, &session))
		return STATUS_MEND;
	(void)snprintf(name, sizeof name, "session-%u.tar", (unsigned)session);
	if (out == NULL)
		out = name;
	/* Before it is signed in the record. */
	if (strcmp(out, "-") != 0 && access(out, F_OK) == 0)
		return command_refuse(self, "%s is there already. Take it away, or name another file.", out);
	text_init(&tar, 2 * DOSSIER_MAX_BYTES);
	int status = noticed_open(&noticed, &options, officer, false);
	if (status == STATUS_DONE) {
		int error = export_make(noticed.recorded.store, &noticed.recorded.caller, session, session_page, &tar,
		                        &made, &problem);
		status = error ? command_fail(self, error, &problem)
		               : write_made(self, &made, session, out, &tar, options.json);
	}
	noticed_finish(&noticed);
	text_finish(&tar);
	return status;
}

const struct command command_assembly_export = {
	.name = "assembly export",
	.usage = "[--officer ID] [--out FILE] SESSION",
	.summary = "write everything public of a session into one signed file",
	.about = "Writes a plain tar file that is readable without this program: a page, what is told of the session "
		 "as JSON, the "
		 "documents' files, the archive of each secret vote, and the entries of the log that all this rests "
		 "on, with "
		 "proofs. The log signs it: an entry states the digest of its manifest. What is still open is told as "
		 "open; make it again at the end.",
	.options = export_options,
	.option_count = sizeof export_options / sizeof *export_options,
	.json = true,
	.examples = "  jisr assembly export 93 --out session-93.tar\n  jisr assembly verify session-93.tar\n",
	.run = run_export,
};

/* ---- verify ---- */

static const struct option_spec verify_options[] = {
	{OPTION_KEY, 'k', "key", "KEY", "The log's public key as it is known from elsewhere: NAME+ID+BASE64."},
};

static int print_verified(const struct command *self, const struct export_report *report, bool known, bool json)
{
	char key[NOTE_MAX_KEY];
	note_verifier_write(&report->log.key, key);
	if (json) {
		cJSON *root = tree_object();
		tree_count(root, "session", report->session);
		tree_text(root, "log", report->log.log);
		tree_text(root, "key", key);
		tree_bool(root, "key_given", known);
		tree_text(root, "made", report->made);
		tree_count(root, "entry", report->entry);
		tree_count(root, "entries", report->log.entries);
		tree_count(root, "tree", report->log.size);
		tree_count(root, "files", report->files);
		tree_count(root, "documents", report->documents);
		tree_count(root, "votes", report->votes);
		tree_count(root, "elections", report->elections);
		tree_count(root, "uncounted", report->uncounted);
		tree_count(root, "ballots", report->ballots);
		tree_count(root, "heads", report->heads);
		tree_count(root, "forks", report->forks);
		return command_answer(self, root, STATUS_DONE);
	}
	printf("the archive of session %u is true: %u files, %u of documents, %u votes, %u elections with %llu "
	       "ballots\n",
	       (unsigned)report->session, (unsigned)report->files, (unsigned)report->documents, (unsigned)report->votes,
	       (unsigned)report->elections, (unsigned long long)report->ballots);
	if (report->uncounted > 0)
		printf("elections that were open when it was made, or cancelled, and have no count: %u\n",
		       (unsigned)report->uncounted);
	if (report->heads > 0)
		printf(report->forks > 0 ? "observers signed %llu heads of the boards; %llu of them are NOT CONTINUED\n"
		                         : "observers signed %llu heads of the boards; all are continued\n",
		       (unsigned long long)report->heads, (unsigned long long)report->forks);
	printf("signed by entry %llu of the log %s, %s; %llu entries of a tree of %llu\n",
	       (unsigned long long)report->entry, report->log.log, report->made,
	       (unsigned long long)report->log.entries, (unsigned long long)report->log.size);
	printf(known ? "the log's key is the one that was given\n"
	             : "the log's key is %s: compare it with the one that the organisation publishes\n",
	       key);
	return command_finish(self, STATUS_DONE);
}

static int run_verify(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct text text;
	struct problem problem = {""};
	struct export_report report;
	struct note_verifier key;
	const char *path = NULL, *given = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_KEY, &given}, {OPTIONS_WORD, &path}))
		return options.status;
	if (path == NULL)
		return command_refuse(self, "which file?");
	if (given != NULL && note_verifier_read(given, strlen(given), &key, &problem) != JISR_OK)
		return command_refuse(self, "--key: %s.", problem.text);
	text_init(&text, 2 * DOSSIER_MAX_BYTES);
	int status = noticed_file(self, path, &text);
	if (status == STATUS_DONE) {
		int error = export_verify(text.bytes != NULL ? text.bytes : "", text.length,
		                          given != NULL ? &key : NULL, &report, &problem);
		problem_prefix(&problem, path);
		if (error) {
			status = command_fail(self, error, &problem);
			if (error == JISR_BAD_INPUT || error == JISR_CORRUPT)
				status = STATUS_FOUND;
		} else {
			status = print_verified(self, &report, given != NULL, options.json);
		}
	}
	text_finish(&text);
	return status;
}

const struct command command_assembly_verify = {
	.name = "assembly verify",
	.usage = "[--key KEY] FILE",
	.summary = "verify the archive of a session, as a stranger can",
	.about = "Checks the file's form, every digest, every signature and proof of the log, each secret vote as "
		 "'jisr election "
		 "verify' does, that it is the one of the log, and that votes and documents are told as the log has "
		 "them. It needs "
		 "no record. Exit status 1 when something is wrong.",
	.options = verify_options,
	.option_count = 1,
	.json = true,
	.examples = "  jisr assembly verify session-93.tar\n",
	.run = run_verify,
};
