#include "assembly/export.h"

#include "assembly/conduct.h"
#include "assembly/document.h"
#include "assembly/urn_bundle.h"
#include "assembly/urn_heads.h"
#include "assembly/view.h"
#include "base/canonical.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/tree.h"

#include <stdlib.h>
#include <string.h>

#define VIEW_MOST           ((size_t)64 << 20)
#define PAGE_MOST           ((size_t)64 << 20)
#define URN_MEMORY          ((size_t)16 << 20)
#define EXPORT_MAX_NUMBERED 2000 /* votes, drafts, contests of a session */

struct exporting {
	struct store *store;
	struct sql *sql;
	uint32_t session;
	struct dossier *dossier;
	cJSON *views; /* for the page */
	struct export_made made;
	struct arena *arena;
	const char *elections[EXPORT_MAX_ELECTIONS];
	uint32_t adopted[EXPORT_MAX_NUMBERED];
	size_t adopted_count;
};

static int add(struct exporting *exporting, const char *name, const struct text *text, struct problem *problem)
{
	if (text->error)
		return problem_set(problem, text->error, "%s", error_text(text->error));
	return dossier_add(exporting->dossier, name, text->bytes != NULL ? text->bytes : "", text->length, problem);
}

/* ---- views ---- */

/* A view as a file, and into the page's object: under `key`, or in the array of that name when `id` is given. */
static int add_view(struct exporting *exporting, enum view view, const char *id, struct problem *problem)
{
	char name[DOSSIER_MAX_NAME + 1];
	struct text text;
	cJSON *json = NULL;
	text_init(&text, VIEW_MOST);
	int error = view_write(exporting->sql, view, exporting->session, id, NULL, &text, NULL, problem);
	if (!error)
		error = json_read(text.bytes, text.length, &json, problem);
	if (!error)
		(void)text_add_char(&text, '\n');
	(void)snprintf(name, sizeof name, "views/%s%s%s.json", view_name(view), id != NULL ? "-" : "",
	               id != NULL ? id : "");
	if (!error)
		error = add(exporting, name, &text, problem);
	text_finish(&text);
	if (error) {
		json_free(json);
		return error;
	}
	cJSON *parent = exporting->views;
	if (id != NULL) {
		parent = cJSON_GetObjectItemCaseSensitive(exporting->views, "one");
		parent = cJSON_GetObjectItemCaseSensitive(parent, view_name(view));
		if (parent == NULL)
			parent = tree_add_array(cJSON_GetObjectItemCaseSensitive(exporting->views, "one"),
			                        view_name(view));
	}
	bool put =
		id != NULL ? cJSON_AddItemToArray(parent, json) : cJSON_AddItemToObject(parent, view_name(view), json);
	if (!put)
		json_free(json);
	return put ? JISR_OK : problem_no_memory(problem);
}

static int add_numbered(struct exporting *exporting, enum view view, struct sql_query query, uint32_t *list,
                        size_t *ret_count, struct problem *problem)
{
	uint32_t numbers[EXPORT_MAX_NUMBERED];
	size_t count = 0;
	sql_bind_number(&query, 1, exporting->session);
	while (sql_next(&query) && count < EXPORT_MAX_NUMBERED)
		numbers[count++] = (uint32_t)sql_number(&query, 0);
	int error = sql_done(&query, problem);
	for (size_t i = 0; i < count && !error; i++) {
		char id[12];
		(void)snprintf(id, sizeof id, "%u", (unsigned)numbers[i]);
		error = add_view(exporting, view, id, problem);
	}
	if (list != NULL) {
		memcpy(list, numbers, count * sizeof *numbers);
		*ret_count = count;
	}
	return error;
}

/* What is not public at every moment, and is public of a session whose archive is made. */
static bool goes_in(enum view view)
{
	return view != VIEW_STAGE && (view_public(view) || view == VIEW_FIGURES || view == VIEW_DOCUMENTS ||
	                              view == VIEW_RULES || view == VIEW_DRAWS);
}

static int add_views(struct exporting *exporting, struct problem *problem)
{
	int error = JISR_OK;
	(void)tree_add_object(exporting->views, "one");
	for (unsigned view = 0; view < VIEW_COUNT && !error; view++)
		if (goes_in((enum view)view) && !view_takes_id((enum view)view))
			error = add_view(exporting, (enum view)view, NULL, problem);
	if (!error)
		error = add_numbered(exporting, VIEW_DRAFT,
		                     sql_query(exporting->sql,
		                               "SELECT number FROM assembly_draft WHERE session = ?1 AND"
		                               " decision <> '' ORDER BY number"),
		                     exporting->adopted, &exporting->adopted_count, problem);
	if (!error)
		error = add_numbered(exporting, VIEW_VOTE,
		                     sql_query(exporting->sql, "SELECT number FROM assembly_vote WHERE session = ?1 AND"
		                                               " state = 'closed' ORDER BY number"),
		                     NULL, NULL, problem);
	if (!error)
		error = add_numbered(
			exporting, VIEW_CONTEST,
			sql_query(exporting->sql,
		                  "SELECT number FROM assembly_contest WHERE session = ?1 ORDER BY number"),
			NULL, NULL, problem);
	for (unsigned i = 0; i < LANGUAGE_COUNT && !error; i++)
		error = add_view(exporting, VIEW_COMMUNIQUE, language_codes[i], problem);
	return error;
}

/* ---- documents, elections ---- */

static int add_document(struct exporting *exporting, const char *code, const char *language, const char *hash,
                        struct problem *problem)
{
	char name[DOSSIER_MAX_NAME + 1];
	const char *ending = "";
	struct text text;
	text_init(&text, DOCUMENT_MAX_BYTES);
	int error = document_load(store_directory(exporting->store), hash, &text, NULL);
	if (error == JISR_NOT_FOUND) {
		exporting->made.missing++;
		error = JISR_OK;
	} else if (error) {
		error = document_load(store_directory(exporting->store), hash, &text, problem);
	} else {
		(void)document_type(text.bytes, text.length, &ending);
		(void)snprintf(name, sizeof name, "documents/%s.%s%s", code, language, ending);
		error = add(exporting, name, &text, problem);
		exporting->made.documents++;
	}
	text_finish(&text);
	return error;
}

static int add_documents(struct exporting *exporting, struct problem *problem)
{
	int error = JISR_OK;
	struct sql_query query = sql_query(
		exporting->sql, "SELECT code, language, hash FROM assembly_document WHERE session = ?1 ORDER BY"
				" code, language");
	sql_bind_number(&query, 1, exporting->session);
	while (!error && sql_next(&query))
		error = add_document(exporting, sql_text(&query, 0), sql_text(&query, 1), sql_text(&query, 2), problem);
	int done = sql_done(&query, error ? NULL : problem);
	return error ? error : done;
}

static int add_elections(struct exporting *exporting, struct problem *problem)
{
	bool lost = false;
	struct sql_query query = sql_query(exporting->sql, "SELECT id FROM urn WHERE session = ?1 AND opened_at <> ''"
	                                                   " ORDER BY sequence LIMIT ?2");
	sql_bind_number(&query, 1, exporting->session);
	sql_bind_number(&query, 2, EXPORT_MAX_ELECTIONS);
	while (sql_next(&query)) {
		const char *id = sql_text(&query, 0);
		const char *copy = arena_text(exporting->arena, id, strlen(id));
		lost = lost || copy == NULL;
		exporting->elections[exporting->made.elections++] = copy;
	}
	int error = sql_done(&query, problem);
	if (!error && lost)
		error = problem_no_memory(problem);
	for (uint32_t i = 0; i < exporting->made.elections && !error; i++) {
		char name[DOSSIER_MAX_NAME + 1];
		struct text text;
		text_init(&text, DOSSIER_MAX_BYTES);
		(void)snprintf(name, sizeof name, "elections/%s.bel", exporting->elections[i]);
		error = urn_bundle_bytes(exporting->sql, exporting->elections[i], &text, problem);
		if (!error)
			error = add(exporting, name, &text, problem);
		text_reset(&text);
		(void)snprintf(name, sizeof name, "heads/%s.jsonl", exporting->elections[i]);
		if (!error)
			error = urn_heads_lines(exporting->sql, exporting->elections[i], &text, problem);
		if (!error && text.length > 0)
			error = add(exporting, name, &text, problem);
		text_finish(&text);
	}
	return error;
}

/* ---- README, page, manifest ---- */

static const char readme[] =
	"The archive of session %u of the General Assembly, from the log %s.\n\n"
	"index.html is for people. views/ holds what is told of the session in public, as JSON; documents/ the "
	"documents'\n"
	"files; elections/ the archive of each secret vote; heads/ what observers signed of its board.\n\n"
	"To verify it:\n"
	"    jisr assembly verify FILE\n"
	"It prints the key of the log: compare it with the one that the organisation publishes, or give it (--key).\n\n"
	"Without that program: MANIFEST.json names every file with its SHA-256 (sha256sum tells the same). The last "
	"line of\n"
	"log/extract.jsonl is the entry that states the SHA-256 of MANIFEST.json, signed by the General Secretariat\n"
	"(Ed25519 over \"jisr entry v1\", a line end, the log's name, a line end, and the header). Each line has the "
	"proof (RFC\n"
	"6962) that the entry is in the log's tree, whose signed head is in the first line "
	"(c2sp.org/tlog-checkpoint).\n"
	"The leaf is SHA-256 of a 0 byte, salt, header, key id, signature; a body's hash in the header is SHA-256 of "
	"body_salt\n"
	"and the body as canonical JSON (RFC 8785). Ballots' bodies are left out: they are "
	"{\"ballot\":..,\"tracking\":..} with the\n"
	"messages of elections/, in their order. Each election verifies by itself, also with belenios-tool.\n";

static int add_page(struct exporting *exporting, export_page page, struct problem *problem)
{
	struct text text;
	text_init(&text, PAGE_MOST);
	(void)text_add_format(&text, readme, (unsigned)exporting->session, store_log_name(exporting->store));
	int error = add(exporting, "README.txt", &text, problem);
	text_reset(&text);
	if (!error)
		error = page(exporting->views, &text);
	if (error && problem != NULL && problem->text[0] == '\0')
		(void)problem_set(problem, error, "%s", error_text(error));
	if (!error)
		error = add(exporting, "index.html", &text, problem);
	text_finish(&text);
	return error;
}

static int add_manifest(struct exporting *exporting, uint64_t sequence, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *manifest = tree_object();
	cJSON *files = tree_add_array(manifest, "files");
	struct text text;
	text_init(&text, (size_t)16 << 20);
	for (size_t i = 0; i < dossier_count(exporting->dossier); i++) {
		const struct dossier_file *file = dossier_get(exporting->dossier, i);
		cJSON *one = tree_add_object(files, NULL);
		char hex[65];
		sha256_hex(file->bytes, file->length, hex);
		tree_text(one, "name", file->name);
		tree_text(one, "sha256", hex);
		tree_count(one, "size", file->length);
	}
	tree_text(manifest, "log", store_log_name(exporting->store));
	tree_count(manifest, "sequence", sequence);
	tree_count(manifest, "session", exporting->session);
	tree_count(manifest, "version", 1);
	int error = tree_failed() ? JISR_NO_MEMORY : canonical_write(manifest, &text);
	if (error)
		(void)problem_no_memory(problem);
	else
		error = add(exporting, "MANIFEST.json", &text, problem);
	if (!error)
		sha256_hex(text.bytes, text.length, exporting->made.hash);
	text_finish(&text);
	exporting->made.files = (uint32_t)dossier_count(exporting->dossier);
	return error;
}

/* ---- the log ---- */

struct choosing {
	const struct exporting *exporting;
	uint64_t until; /* and the entry that signs */
};

static bool is_election(const struct exporting *exporting, const char *id)
{
	for (uint32_t i = 0; i < exporting->made.elections; i++)
		if (strcmp(exporting->elections[i], id) == 0)
			return true;
	return false;
}

/* Drafts that were adopted alone; and of votes those whose entries everybody may see. */
static bool is_public(const struct exporting *exporting, const struct entry *entry)
{
	static const char *const kinds[] = {"session.", "item",       "agenda.",  "document",    "rule",   "draw",
	                                    "vote",     "committee.", "contest.", "candidature", "archive"};
	const char *kind = entry->header.kind + strlen("assembly.");
	if (entry->header.audience.kind != AUDIENCE_ALL)
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strncmp(kind, kinds[i], strlen(kinds[i])) == 0)
			return true;
	if (strncmp(kind, "draft", 5) != 0 || entry->body_bytes == NULL)
		return false;
	CLEANUP(json_freep) cJSON *body = NULL;
	if (json_read(entry->body_bytes, entry->body_length, &body, NULL) != JISR_OK)
		return false;
	const cJSON *number = json_get(body, "draft");
	if (number == NULL)
		number = json_get(json_get(body, "made"), "number");
	for (size_t i = 0; i < exporting->adopted_count; i++)
		if (cJSON_IsNumber(number) && number->valuedouble == exporting->adopted[i])
			return true;
	return false;
}

static enum extract_choice choose(void *context, const struct entry *entry)
{
	const struct choosing *choosing = context;
	const struct exporting *exporting = choosing->exporting;
	char subject[40];
	size_t length = (size_t)snprintf(subject, sizeof subject, "assembly/%u", (unsigned)exporting->session);
	if (entry->sequence > choosing->until && entry->sequence != exporting->made.entry)
		return EXTRACT_NOT;
	if (strncmp(entry->header.subject, URN_SUBJECT, strlen(URN_SUBJECT)) == 0)
		return !is_election(exporting, entry->header.subject + strlen(URN_SUBJECT)) ? EXTRACT_NOT
		       : strcmp(entry->header.kind, "urn.ballot") == 0                      ? EXTRACT_WITHOUT_BODY
		                                                                            : EXTRACT_WHOLE;
	if (strncmp(entry->header.subject, subject, length) != 0 ||
	    (entry->header.subject[length] != '\0' && entry->header.subject[length] != '/') ||
	    strncmp(entry->header.kind, "assembly.", strlen("assembly.")) != 0)
		return EXTRACT_NOT;
	return is_public(exporting, entry) ? EXTRACT_WHOLE : EXTRACT_NOT;
}

static int add_log(struct exporting *exporting, uint64_t until, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct choosing choosing = {exporting, until};
	struct text text;
	text_init(&text, EXTRACT_MAX_BYTES);
	int error = store_read(exporting->store, &reader, problem);
	if (!error)
		error = extract_write(store_reader_log(reader), exporting->made.entry, choose, &choosing, &text,
		                      problem);
	if (!error)
		error = add(exporting, "log/extract.jsonl", &text, problem);
	text_finish(&text);
	return error;
}

static int sign(struct exporting *exporting, const struct caller *caller, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct conduct_order order = {.act = CONDUCT_ARCHIVE,
	                              .caller = caller,
	                              .session = exporting->session,
	                              .fields = fields,
	                              .expected = ENTRY_ANY};
	tree_text(fields, "hash", exporting->made.hash);
	if (tree_failed())
		return problem_no_memory(problem);
	int error = conduct_submit(exporting->store, &order, problem);
	exporting->made.entry = order.version;
	return error;
}

static int gather(struct exporting *exporting, export_page page, uint64_t *ret_until, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(exporting->store, &reader, problem);
	if (error)
		return error;
	exporting->sql = store_reader_sql(reader);
	*ret_until = store_reader_sequence(reader);
	error = add_views(exporting, problem);
	if (!error)
		error = add_documents(exporting, problem);
	if (!error)
		error = add_elections(exporting, problem);
	if (!error)
		error = add_page(exporting, page, problem);
	return error ? error : add_manifest(exporting, *ret_until, problem);
}

int export_kept(struct sql *sql, uint32_t session, struct export_kept *ret_kept, struct problem *problem)
{
	struct export_kept kept = {.entry = 0};
	struct sql_query query =
		sql_query(sql, "SELECT hash, size, entry, at FROM assembly_archive WHERE session = ?1");
	sql_bind_number(&query, 1, session);
	if (sql_next(&query)) {
		(void)snprintf(kept.file, sizeof kept.file, "%s", sql_text(&query, 0));
		kept.size = (uint64_t)sql_number(&query, 1);
		kept.entry = (uint64_t)sql_number(&query, 2);
		(void)snprintf(kept.at, sizeof kept.at, "%s", sql_text(&query, 3));
	}
	int error = sql_done(&query, problem);
	if (!error && kept.entry == 0)
		return problem_set(problem, JISR_NOT_FOUND, "no archive of session %u was made yet", (unsigned)session);
	if (!error)
		*ret_kept = kept;
	return error;
}

/* The file is there before the entry names it; the one before goes when nothing names it any more. */
static int keep(struct exporting *exporting, const struct caller *caller, const struct text *tar,
                struct problem *problem)
{
	CLEANUP(json_freep) cJSON *fields = tree_object();
	const char *directory = store_directory(exporting->store);
	struct conduct_order order = {.act = CONDUCT_ARCHIVE_KEEP,
	                              .caller = caller,
	                              .session = exporting->session,
	                              .fields = fields,
	                              .expected = ENTRY_ANY};
	struct export_kept before = {.entry = 0};
	{
		CLEANUP(store_read_endp) struct store_reader *reader = NULL;
		int error = store_read(exporting->store, &reader, problem);
		if (!error)
			error = export_kept(store_reader_sql(reader), exporting->session, &before, problem);
		if (error && error != JISR_NOT_FOUND)
			return error;
	}
	int error = document_keep(directory, tar->bytes, tar->length, exporting->made.file, problem);
	if (error)
		return error;
	tree_count(fields, "entry", exporting->made.entry);
	tree_text(fields, "hash", exporting->made.file);
	tree_count(fields, "size", tar->length);
	error = tree_failed() ? problem_no_memory(problem) : conduct_submit(exporting->store, &order, problem);
	if (!error && before.entry > 0 && strcmp(before.file, exporting->made.file) != 0)
		document_drop(directory, before.file);
	return error;
}

int export_make(struct store *store, const struct caller *caller, uint32_t session, export_page page, struct text *tar,
                struct export_made *ret_made, struct problem *problem)
{
	uint64_t until = 0;
	struct exporting *exporting = memory_zero(1, sizeof *exporting);
	if (exporting == NULL)
		return problem_no_memory(problem);
	exporting->store = store;
	exporting->session = session;
	exporting->views = tree_object();
	int error = caller_check(caller, RIGHT_ASSEMBLY_SECRETARY, problem);
	if (!error && (dossier_new(&exporting->dossier) != JISR_OK ||
	               arena_new(URN_MEMORY, &exporting->arena) != JISR_OK || exporting->views == NULL))
		error = problem_no_memory(problem);
	if (!error)
		error = gather(exporting, page, &until, problem);
	if (!error)
		error = sign(exporting, caller, problem);
	if (!error)
		error = add_log(exporting, until, problem);
	if (!error)
		error = dossier_write(exporting->dossier, tar, problem);
	if (!error)
		error = keep(exporting, caller, tar, problem);
	if (!error)
		*ret_made = exporting->made;
	json_free(exporting->views);
	dossier_free(exporting->dossier);
	arena_free(exporting->arena);
	memory_free(exporting);
	return error;
}
