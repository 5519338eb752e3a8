/* jisr assembly file, fetch: documents' files, stored and given out. */
#include "assembly/conduct.h"
#include "assembly/document.h"
#include "base/json.h"
#include "base/tree.h"
#include "cli/assembly.h"
#include "cli/notice.h"
#include "cli/record.h"

enum {
	OPTION_OFFICER = 1,
	OPTION_SESSION,
	OPTION_CODE,
	OPTION_LANGUAGE,
	OPTION_TITLE,
	OPTION_ITEM,
	OPTION_DRAFT,
	OPTION_PAGES,
	OPTION_OUT
};

/* ---- file ---- */

static const struct option_spec file_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who stores it, such as GS-3; else the console of headquarters."},
	{OPTION_SESSION, 's', "session", "NUMBER",
         "Also distributes it in this session; code, language and title are needed."},
	{OPTION_CODE, 'c', "code", "CODE", "The document's code, such as AG-2025-93-RAP-01."},
	{OPTION_LANGUAGE, 'l', "language", "LANGUAGE", "ar, en, es or fr: the language of this file."},
	{OPTION_TITLE, 't', "title", "TEXT", "Its title in that language."},
	{OPTION_ITEM, 0, "item", "NUMBER", "The item of the agenda that it is about."},
	{OPTION_DRAFT, 0, "draft", "NUMBER", "The draft resolution whose text it is."},
	{OPTION_PAGES, 0, "pages", "NUMBER", "How many pages it has."},
};

/* Names it in the session. Its file is stored by then, and stays if this is refused: it is the same file the next time. */
static int distribute(const struct command *self, struct noticed *noticed, uint32_t session, cJSON *fields,
                      const char *hash)
{
	struct problem problem = {""};
	struct conduct_order order = {.act = CONDUCT_DOCUMENT,
	                              .caller = &noticed->recorded.caller,
	                              .session = session,
	                              .fields = fields,
	                              .expected = ENTRY_ANY};
	tree_text(fields, "hash", hash);
	int error = tree_failed() ? JISR_NO_MEMORY : conduct_submit(noticed->recorded.store, &order, &problem);
	return error ? command_fail(self, error, &problem) : STATUS_DONE;
}

static int store_file(const struct command *self, const struct options *options, const char *officer, const char *path,
                      uint32_t session, cJSON *fields)
{
	struct noticed noticed;
	struct text text;
	struct problem problem = {""};
	char hash[DOCUMENT_HASH];
	text_init(&text, DOCUMENT_MAX_BYTES);
	int status = noticed_file(self, path, &text);
	if (status == STATUS_DONE) {
		status = noticed_open(&noticed, options, officer, false);
		int error = status == STATUS_DONE
		                    ? document_store(store_directory(noticed.recorded.store), &noticed.recorded.caller,
		                                     text.bytes != NULL ? text.bytes : "", text.length, hash, &problem)
		                    : JISR_OK;
		problem_prefix(&problem, path);
		if (error)
			status = command_fail(self, error, &problem);
		if (status == STATUS_DONE && session > 0)
			status = distribute(self, &noticed, session, fields, hash);
		if (status == STATUS_DONE)
			printf(options->json ? "{\"hash\":\"%s\"}\n" : "%s\n", hash);
		noticed_finish(&noticed);
	}
	text_finish(&text);
	return status == STATUS_DONE ? command_finish(self, status) : status;
}

static int run_file(const struct command *self, int argc, char **argv)
{
	static const char *const needed[] = {"code", "language", "title"};
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct options options;
	const char *officer = NULL, *path = NULL;
	uint32_t session = 0;
	uint64_t number;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_OFFICER) {
			officer = options.value;
		} else if (id == OPTION_SESSION) {
			if (!assembly_session(self, options.value, &session))
				return STATUS_MEND;
		} else if (id == OPTION_CODE || id == OPTION_LANGUAGE || id == OPTION_TITLE) {
			tree_text(fields, options.name, options.value);
		} else if (id == OPTION_ITEM || id == OPTION_DRAFT || id == OPTION_PAGES) {
			if (!options_number(&options, 1, 100000, &number))
				return options.status;
			tree_count(fields, options.name, number);
		} else if (path == NULL) {
			path = options.value;
		} else {
			return command_refuse(self, "'%s' is not needed: one file at a time.", options.value);
		}
	}
	if (path == NULL)
		return command_refuse(self, "which file?");
	if (session == 0 && fields != NULL && fields->child != NULL)
		return command_refuse(self, "in which session is it distributed? --session 93.");
	for (size_t i = 0; session > 0 && i < sizeof needed / sizeof *needed; i++)
		if (json_get(fields, needed[i]) == NULL)
			return command_refuse(self, "what is distributed needs --%s.", needed[i]);
	return store_file(self, &options, officer, path, session, fields);
}

const struct command command_assembly_file = {
	.name = "assembly file",
	.usage = "[--officer ID] FILE\n[--officer ID] --session NUMBER --code CODE --language LANGUAGE --title TEXT "
		 "[--item "
		 "NUMBER] [--draft NUMBER] [--pages NUMBER] FILE",
	.summary = "store the file of a document, and distribute it",
	.about =
		"Stores a PDF, a word processor's file or a plain text, of at most 32 MB, and prints its SHA-256. With "
		"--session it is distributed at once, under a code and in a language; else the act 'document' names "
		"the "
		"SHA-256 later. What is distributed can be opened by every delegation, and goes into the archive of "
		"the "
		"session.",
	.options = file_options,
	.option_count = sizeof file_options / sizeof *file_options,
	.json = true,
	.examples = "  jisr assembly file --session 93 --code AG-2025-93-RAP-01 --language fr --title \"Rapport "
		    "d'activité\" --item 1 report-fr.pdf\n",
	.run = run_file,
};

/* ---- fetch ---- */

static const struct option_spec fetch_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who opens it, such as MA-2; else the console of headquarters."},
	{OPTION_OUT, 0, "out", "FILE",
         "Where it is written; CODE.LANGUAGE and its ending when not given; - for standard output."},
};

static int find(struct sql *sql, uint32_t session, const char *code, const char *language, char hash[DOCUMENT_HASH],
                struct problem *problem)
{
	bool found = false;
	struct sql_query query =
		sql_query(sql, "SELECT hash FROM assembly_document WHERE session = ?1 AND code = ?2 AND"
	                       " language = ?3");
	sql_bind_number(&query, 1, session);
	sql_bind_text(&query, 2, code);
	sql_bind_text(&query, 3, language);
	if (sql_next(&query)) {
		(void)snprintf(hash, DOCUMENT_HASH, "%s", sql_text(&query, 0));
		found = true;
	}
	int error = sql_done(&query, problem);
	return error || found
	               ? error
	               : problem_set(problem, JISR_NOT_FOUND, "session %u has no document %.60s in the language %.10s",
	                             (unsigned)session, code, language);
}

static int run_fetch(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct text text;
	struct problem problem = {""};
	const char *words[3] = {NULL}, *officer = NULL, *out = NULL, *ending = "";
	char hash[DOCUMENT_HASH], stem[DOCUMENT_NAME], name[DOCUMENT_NAME + 8];
	uint32_t session = 0;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_OUT, &out}, {OPTIONS_WORD, &words[0]},
	                 {OPTIONS_WORD, &words[1]}, {OPTIONS_WORD, &words[2]}))
		return options.status;
	if (words[2] == NULL)
		return command_refuse(self, "which document? As in: jisr assembly fetch 93 AG-2025-93-RAP-01 fr.");
	if (!assembly_session(self, words[0], &session))
		return STATUS_MEND;
	text_init(&text, DOCUMENT_MAX_BYTES);
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE) {
		struct sql *sql = store_reader_sql(noticed.reader);
		int error = find(sql, session, words[1], words[2], hash, &problem);
		if (!error)
			error = document_open(sql, store_directory(noticed.recorded.store), &noticed.recorded.caller,
			                      hash, stem, &text, &problem);
		if (error) {
			status = command_fail(self, error, &problem);
		} else {
			(void)document_type(text.bytes, text.length, &ending);
			(void)snprintf(name, sizeof name, "%s%s", stem, ending);
			status = record_write(self, out != NULL ? out : name, text.bytes, text.length);
		}
		if (status == STATUS_DONE && out == NULL)
			printf("%s\n", name);
	}
	noticed_finish(&noticed);
	text_finish(&text);
	return status == STATUS_DONE ? command_finish(self, status) : status;
}

const struct command command_assembly_fetch = {
	.name = "assembly fetch",
	.usage = "[--officer ID] [--out FILE] SESSION CODE LANGUAGE",
	.summary = "write the file of a document that was distributed",
	.about = "Writes the file as it was stored, after comparing it with the SHA-256 that the record names.",
	.options = fetch_options,
	.option_count = sizeof fetch_options / sizeof *fetch_options,
	.examples = "  jisr assembly fetch 93 AG-2025-93-RAP-01 fr --officer MA-2\n",
	.run = run_fetch,
};
