#include "assembly/export.h"

#include "assembly/urn_heads.h"
#include "ballot/observed.h"
#include "ballot/verify.h"
#include "base/canonical.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/tree.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* What stands in one election's archive, beside what the log says of it. */
struct election_file {
	char id[URN_ID_MAX + 1];
	struct archive *archive;
	struct archive_setup setup;
	struct archive_entry *ballots;
	size_t ballot_count, room, seen; /* seen in the log */
	const char *result;              /* NULL: none */
	size_t result_length;
	bool opened, counted;            /* by the log */
	struct note_verifier *observers; /* that the log names */
	size_t observer_count;
	const char *heads; /* what is left of heads/ID.jsonl; NULL: there is none */
	size_t heads_left;
};

struct verifying {
	struct dossier *dossier;
	cJSON *manifest;
	char hash[65];       /* of MANIFEST.json */
	bool *documented;    /* by file: an entry of the log names its digest */
	char (*digests)[65]; /* by file */
	struct election_file *elections;
	size_t election_count;
	char signed_hash[65]; /* of the last entry "assembly.archive" */
	uint64_t signed_at;
	struct export_report report;
};

static int wrong(struct problem *problem, const char *name, const char *what)
{
	return problem_set(problem, JISR_BAD_INPUT, "%s: %s", name, what);
}

/* ---- the manifest ---- */

static int check_manifest_form(struct verifying *verifying, const struct dossier_file *file, struct problem *problem)
{
	struct text text;
	int error = json_read(file->bytes, file->length, &verifying->manifest, problem);
	if (error)
		return error;
	text_init(&text, file->length + 1);
	bool same = canonical_write(verifying->manifest, &text) == JISR_OK && text.length == file->length &&
	            memcmp(text.bytes, file->bytes, file->length) == 0;
	text_finish(&text);
	if (!same || json_get_whole(verifying->manifest, "version") != 1 ||
	    json_get_whole(verifying->manifest, "session") == 0 ||
	    json_get_whole(verifying->manifest, "session") > 9999 ||
	    json_get_text(verifying->manifest, "log") == NULL || !cJSON_IsArray(json_get(verifying->manifest, "files")))
		return wrong(problem, file->name, "it is not of the form that such files have");
	verifying->report.session = (uint32_t)json_get_whole(verifying->manifest, "session");
	return JISR_OK;
}

/* It names every file before itself, in their order; only the log stands behind it. */
static int check_manifest(struct verifying *verifying, struct problem *problem)
{
	size_t count = dossier_count(verifying->dossier), at = 0;
	const struct dossier_file *file = dossier_find(verifying->dossier, "MANIFEST.json");
	if (file == NULL || count < 3 || file != dossier_get(verifying->dossier, count - 2) ||
	    strcmp(dossier_get(verifying->dossier, count - 1)->name, "log/extract.jsonl") != 0)
		return wrong(problem, "MANIFEST.json",
		             "it and log/extract.jsonl are the last two files of such an archive");
	int error = check_manifest_form(verifying, file, problem);
	if (error)
		return error;
	sha256_hex(file->bytes, file->length, verifying->hash);
	for (const cJSON *one = json_get(verifying->manifest, "files")->child; one != NULL; one = one->next, at++) {
		const char *name = json_get_text(one, "name"), *sha256 = json_get_text(one, "sha256");
		if (at >= count - 2 || name == NULL || sha256 == NULL)
			return wrong(problem, "MANIFEST.json", "it names more files than there are");
		const struct dossier_file *named = dossier_get(verifying->dossier, at);
		if (strcmp(named->name, name) != 0)
			return problem_set(problem, JISR_BAD_INPUT, "MANIFEST.json: it names %.100s where %s stands",
			                   name, named->name);
		sha256_hex(named->bytes, named->length, verifying->digests[at]);
		if (json_get_whole(one, "size") != named->length || strcmp(verifying->digests[at], sha256) != 0)
			return wrong(problem, named->name,
			             "it is not the file that MANIFEST.json names: its digest differs");
	}
	if (at != count - 2)
		return wrong(problem, dossier_get(verifying->dossier, at)->name, "MANIFEST.json does not name it");
	verifying->report.files = (uint32_t)count;
	return JISR_OK;
}

/* ---- elections ---- */

static int see_event(void *context, const struct event *event, const struct archive_entry *at, struct problem *problem)
{
	struct election_file *election = context;
	struct archive_entry payload;
	if (event->type != EVENT_BALLOT && event->type != EVENT_RESULT)
		return JISR_OK;
	int error = archive_find(election->archive, event->payload, at->index, "the payload", &payload, problem);
	if (error)
		return error;
	if (event->type == EVENT_RESULT) {
		election->result = payload.bytes;
		election->result_length = payload.length;
		return JISR_OK;
	}
	if (election->ballot_count == election->room) {
		size_t room = election->room == 0 ? 256 : 2 * election->room;
		struct archive_entry *wider = memory_zero(room, sizeof *wider);
		if (wider == NULL)
			return problem_no_memory(problem);
		if (election->ballot_count > 0)
			memcpy(wider, election->ballots, election->ballot_count * sizeof *wider);
		memory_free(election->ballots);
		election->ballots = wider;
		election->room = room;
	}
	election->ballots[election->ballot_count++] = payload;
	return JISR_OK;
}

/* As `jisr election verify` does; and what is in it is laid ready for the log. */
static int check_election(struct election_file *election, struct dossier *dossier, const struct dossier_file *file,
                          struct problem *problem)
{
	char heads[URN_ID_MAX + 16];
	const struct verify_options options = {0};
	struct verify_report report;
	size_t length = strlen(file->name);
	if (length <= 14 || length - 14 > URN_ID_MAX || strcmp(file->name + length - 4, ".bel") != 0)
		return wrong(problem, file->name, "it is no archive of an election");
	(void)snprintf(election->id, sizeof election->id, "%.*s", (int)(length - 14), file->name + 10);
	int error = archive_open_bytes(file->bytes, file->length, &election->archive, problem);
	if (!error)
		error = verify_archive(election->archive, &options, &report, problem);
	if (!error)
		error = archive_setup(election->archive, &election->setup, problem);
	if (!error)
		error = archive_walk(election->archive, see_event, election, problem);
	(void)snprintf(heads, sizeof heads, "heads/%s.jsonl", election->id);
	const struct dossier_file *told = dossier_find(dossier, heads);
	election->heads = told != NULL ? told->bytes : NULL;
	election->heads_left = told != NULL ? told->length : 0;
	if (error)
		problem_prefix(problem, file->name);
	return error;
}

static int check_elections(struct verifying *verifying, struct problem *problem)
{
	size_t count = dossier_count(verifying->dossier);
	int error = JISR_OK;
	verifying->elections = memory_zero(EXPORT_MAX_ELECTIONS, sizeof *verifying->elections);
	if (verifying->elections == NULL)
		return problem_no_memory(problem);
	for (size_t i = 0; i < count && !error; i++) {
		const struct dossier_file *file = dossier_get(verifying->dossier, i);
		if (strncmp(file->name, "elections/", 10) != 0)
			continue;
		if (verifying->election_count == EXPORT_MAX_ELECTIONS)
			return wrong(problem, file->name, "there are too many elections");
		error = check_election(&verifying->elections[verifying->election_count++], verifying->dossier, file,
		                       problem);
	}
	verifying->report.elections = (uint32_t)verifying->election_count;
	return error;
}

static bool is_bytes(const cJSON *body, const char *name, const char *bytes, size_t length)
{
	const char *text = json_get_text(body, name);
	return text != NULL && strlen(text) == length && memcmp(text, bytes, length) == 0;
}

/* The ballots' bodies are those in the archive, in the same order. */
static int see_ballot(struct election_file *election, const struct entry *entry, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *body = tree_object();
	struct text text;
	char tracking[DIGEST_BASE64 + 1];
	uint8_t hash[ENTRY_HASH];
	if (election->seen >= election->ballot_count)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the election %s lacks a ballot that the log has: entry %llu", election->id,
		                   (unsigned long long)entry->sequence);
	const struct archive_entry *ballot = &election->ballots[election->seen++];
	digest_fingerprint(ballot->bytes, ballot->length, tracking);
	tree_bytes(body, "ballot", ballot->bytes, ballot->length);
	tree_text(body, "tracking", tracking);
	if (tree_failed())
		return problem_no_memory(problem);
	text_init(&text, ENTRY_MAX_BODY);
	int error = canonical_write(body, &text);
	if (!error)
		entry_body_hash(entry->body_salt, text.bytes, text.length, hash);
	text_finish(&text);
	if (error)
		return problem_set(problem, error, "%s", error_text(error));
	return sodium_memcmp(hash, entry->header.body, sizeof hash) == 0
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "the election %s: ballot %zu is not that of entry %llu",
	                             election->id, election->seen, (unsigned long long)entry->sequence);
}

/* ---- observers ---- */

static int see_observer(struct election_file *election, const struct entry *entry, struct problem *problem)
{
	const char *written = json_get_text(entry->body, "verifier");
	size_t count = election->observer_count;
	if (count == URN_MAX_OBSERVERS)
		return problem_set(problem, JISR_BAD_INPUT, "the election %s has too many observers", election->id);
	if (election->observers == NULL)
		election->observers = memory_zero(URN_MAX_OBSERVERS, sizeof *election->observers);
	if (election->observers == NULL)
		return problem_no_memory(problem);
	int error = note_verifier_read(written != NULL ? written : "", written != NULL ? strlen(written) : 0,
	                               &election->observers[count], problem);
	if (!error)
		election->observer_count++;
	return error;
}

/* The next line of heads/ID.jsonl, which tells this entry. */
static bool told_as(struct election_file *election, const char *observer, const char *note, bool agrees)
{
	CLEANUP(json_freep) cJSON *line = NULL;
	const char *end = election->heads != NULL ? memchr(election->heads, '\n', election->heads_left) : NULL;
	if (end == NULL || json_read(election->heads, (size_t)(end - election->heads), &line, NULL) != JISR_OK)
		return false;
	election->heads_left -= (size_t)(end + 1 - election->heads);
	election->heads = end + 1;
	const char *by = json_get_text(line, "observer"), *said = json_get_text(line, "note"),
		   *written = json_get_text(line, "verifier");
	bool known = false;
	for (size_t i = 0; i < election->observer_count && written != NULL; i++) {
		char key[NOTE_MAX_KEY];
		note_verifier_write(&election->observers[i], key);
		known = known || (strcmp(key, written) == 0 && strcmp(election->observers[i].name, observer) == 0);
	}
	return known && by != NULL && said != NULL && strcmp(by, observer) == 0 && strcmp(said, note) == 0 &&
	       (cJSON_IsTrue(json_get(line, "agrees")) != 0) == agrees;
}

/* A head that an observer signed: by his key, told in heads/, and whether the archive continues it as the log says. */
static int see_head(struct verifying *verifying, struct election_file *election, const struct entry *entry,
                    struct problem *problem)
{
	const char *observer = json_get_text(entry->body, "observer"), *note = json_get_text(entry->body, "note");
	struct checkpoint checkpoint;
	bool agrees = false, said = cJSON_IsTrue(json_get(entry->body, "agrees")) != 0;
	int error = JISR_NOT_FOUND;
	for (size_t i = 0; i < election->observer_count && error && observer != NULL && note != NULL; i++)
		if (strcmp(election->observers[i].name, observer) == 0)
			error = observed_read(&election->observers[i], election->id, note, strlen(note), &checkpoint,
			                      problem);
	if (error)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the election %s: no observer signed the head of entry %llu", election->id,
		                   (unsigned long long)entry->sequence);
	error = observed_compare(election->archive, &checkpoint, &agrees, problem);
	if (error)
		return error;
	if (agrees != said)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the election %s: its archive %s what %.100s signed, and entry %llu says otherwise",
		                   election->id, agrees ? "continues" : "does not continue", observer,
		                   (unsigned long long)entry->sequence);
	if (!told_as(election, observer, note, agrees))
		return problem_set(problem, JISR_BAD_INPUT, "heads/%s.jsonl does not tell what entry %llu has",
		                   election->id, (unsigned long long)entry->sequence);
	verifying->report.heads++;
	verifying->report.forks += !agrees;
	return JISR_OK;
}

static int see_urn(struct verifying *verifying, const struct entry *entry, struct problem *problem)
{
	struct election_file *election = NULL;
	const char *id = entry->header.subject + strlen(URN_SUBJECT), *kind = entry->header.kind;
	for (size_t i = 0; i < verifying->election_count; i++)
		if (strcmp(verifying->elections[i].id, id) == 0)
			election = &verifying->elections[i];
	if (election == NULL)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the log has the election %.64s, and its archive is not here", id);
	if (strcmp(kind, "urn.ballot") == 0)
		return see_ballot(election, entry, problem);
	if (entry->body == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "entry %llu has no body",
		                   (unsigned long long)entry->sequence);
	if (strcmp(kind, "urn.observer") == 0)
		return see_observer(election, entry, problem);
	if (strcmp(kind, "urn.observe") == 0)
		return see_head(verifying, election, entry, problem);
	if (strcmp(kind, "urn.open") == 0) {
		election->opened = true;
		if (!is_bytes(entry->body, "election", election->setup.election.bytes,
		              election->setup.election.length) ||
		    !is_bytes(entry->body, "trustees", election->setup.trustees.bytes,
		              election->setup.trustees.length) ||
		    !is_bytes(entry->body, "credentials", election->setup.credentials.bytes,
		              election->setup.credentials.length))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "the election %.64s is not the one that entry %llu opened", id,
			                   (unsigned long long)entry->sequence);
	} else if (strcmp(kind, "urn.result") == 0) {
		election->counted = true;
		if (election->result == NULL ||
		    !is_bytes(entry->body, "result", election->result, election->result_length))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "the election %.64s has another result than entry %llu", id,
			                   (unsigned long long)entry->sequence);
	}
	return JISR_OK;
}

/* ---- the session ---- */

/* A closed vote is told as its entry has it. */
static int see_closed(struct verifying *verifying, const struct entry *entry, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *view = NULL;
	static const char *const numbers[] = {"yes", "no", "abstain"};
	const cJSON *made = json_get(entry->body, "made");
	char name[DOSSIER_MAX_NAME + 1];
	(void)snprintf(name, sizeof name, "views/vote-%llu.json",
	               (unsigned long long)json_get_whole(entry->body, "vote"));
	const struct dossier_file *file = dossier_find(verifying->dossier, name);
	if (file == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "%s is missing: entry %llu closed that vote", name,
		                   (unsigned long long)entry->sequence);
	int error = json_read(file->bytes, file->length, &view, problem);
	if (error)
		return error;
	const char *said = json_get_text(view, "outcome"), *is = json_get_text(made, "outcome");
	bool same = said != NULL && is != NULL &&
	            (strcmp(said, is) == 0 || strcmp(is, "chair-decides") == 0); /* settled by a later entry */
	const char *arithmetic = json_get_text(view, "arithmetic"), *reckoned = json_get_text(made, "arithmetic");
	same = same && arithmetic != NULL && reckoned != NULL && strcmp(arithmetic, reckoned) == 0;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers && json_get(made, numbers[i]) != NULL; i++)
		same = same && json_get_whole(view, numbers[i]) == json_get_whole(made, numbers[i]);
	verifying->report.votes++;
	return same ? JISR_OK
	            : problem_set(problem, JISR_BAD_INPUT, "%s tells another outcome than entry %llu of the log", name,
	                          (unsigned long long)entry->sequence);
}

static int see_entry(void *context, const struct entry *entry, struct problem *problem)
{
	struct verifying *verifying = context;
	const char *kind = entry->header.kind;
	char subject[40];
	(void)snprintf(verifying->report.made, sizeof verifying->report.made, "%s", entry->header.at);
	if (strncmp(entry->header.subject, URN_SUBJECT, strlen(URN_SUBJECT)) == 0)
		return see_urn(verifying, entry, problem);
	if (strncmp(kind, "assembly.", 9) != 0 || entry->body == NULL)
		return JISR_OK;
	size_t length = (size_t)snprintf(subject, sizeof subject, "assembly/%u", (unsigned)verifying->report.session);
	if (strncmp(entry->header.subject, subject, length) != 0 ||
	    (entry->header.subject[length] != '\0' && entry->header.subject[length] != '/'))
		return problem_set(problem, JISR_BAD_INPUT, "entry %llu is about another session",
		                   (unsigned long long)entry->sequence);
	if (strcmp(kind, "assembly.vote.close") == 0)
		return see_closed(verifying, entry, problem);
	const char *hash = json_get_text(entry->body, "hash");
	if (strcmp(kind, "assembly.document") == 0 && hash != NULL) {
		for (size_t i = 0; i + 2 < dossier_count(verifying->dossier); i++)
			verifying->documented[i] = verifying->documented[i] || strcmp(verifying->digests[i], hash) == 0;
	} else if (strcmp(kind, "assembly.archive") == 0 && hash != NULL) {
		if (strcmp(entry->header.author, ENTRY_HEADQUARTERS) != 0)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "the archive is signed by %.20s, not by headquarters", entry->header.author);
		(void)snprintf(verifying->signed_hash, sizeof verifying->signed_hash, "%s", hash);
		verifying->signed_at = entry->sequence;
	}
	return JISR_OK;
}

static int check_log(struct verifying *verifying, const struct note_verifier *key, struct problem *problem)
{
	const struct dossier_file *file = dossier_find(verifying->dossier, "log/extract.jsonl");
	int error = extract_read(file->bytes, file->length, key, see_entry, verifying, &verifying->report.log, problem);
	if (error) {
		problem_prefix(problem, file->name);
		return error;
	}
	if (strcmp(verifying->report.log.log, json_get_text(verifying->manifest, "log")) != 0)
		return wrong(problem, file->name, "it is of another log than MANIFEST.json says");
	if (strcmp(verifying->signed_hash, verifying->hash) != 0)
		return wrong(problem, "MANIFEST.json", "no entry of the log signs it");
	verifying->report.entry = verifying->signed_at;
	for (size_t i = 0; i < verifying->election_count; i++) {
		const struct election_file *election = &verifying->elections[i];
		if (!election->opened || election->seen != election->ballot_count ||
		    election->counted != (election->result != NULL))
			return problem_set(problem, JISR_BAD_INPUT, "the election %s has %s", election->id,
			                   !election->opened ? "no entry in the log"
			                   : election->seen != election->ballot_count
			                           ? "more ballots than the log"
			                           : "a result that the log does not have");
		if (election->heads_left > 0)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "heads/%s.jsonl tells of a head that the log does not have", election->id);
		verifying->report.ballots += election->ballot_count;
		verifying->report.uncounted += !election->counted;
	}
	for (size_t i = 0; i + 2 < dossier_count(verifying->dossier); i++) {
		const struct dossier_file *document = dossier_get(verifying->dossier, i);
		if (strncmp(document->name, "documents/", 10) != 0)
			continue;
		if (!verifying->documented[i])
			return wrong(problem, document->name, "no entry of the log names its digest");
		verifying->report.documents++;
	}
	return JISR_OK;
}

int export_verify(const char *bytes, size_t length, const struct note_verifier *key, struct export_report *ret_report,
                  struct problem *problem)
{
	struct verifying verifying = {.dossier = NULL};
	int error = dossier_read(bytes, length, &verifying.dossier, problem);
	if (error)
		return error;
	size_t count = dossier_count(verifying.dossier);
	verifying.documented = memory_zero(count, sizeof *verifying.documented);
	verifying.digests = memory_zero(count, sizeof *verifying.digests);
	error = verifying.documented == NULL || verifying.digests == NULL ? problem_no_memory(problem)
	                                                                  : check_manifest(&verifying, problem);
	if (!error)
		error = check_elections(&verifying, problem);
	if (!error)
		error = check_log(&verifying, key, problem);
	if (!error)
		*ret_report = verifying.report;
	for (size_t i = 0; i < verifying.election_count; i++) {
		archive_close(verifying.elections[i].archive);
		memory_free(verifying.elections[i].ballots);
		memory_free(verifying.elections[i].observers);
	}
	memory_free(verifying.elections);
	memory_free(verifying.documented);
	memory_free(verifying.digests);
	json_free(verifying.manifest);
	dossier_free(verifying.dossier);
	return error;
}
