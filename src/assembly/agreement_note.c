#include "assembly/agreement_note.h"

#include "assembly/agreement_private.h"
#include "base/base64.h"

#include <sodium.h>

#define DASH "\xe2\x80\x94 " /* before each signature of a note */

int agreement_note_text(struct sql *sql, const struct agreement *agreement, struct text *text, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT name FROM record_origin");
	(void)text_add_string(text, "jisr agreement v1\n");
	if (sql_next(&query))
		(void)text_add_format(text, "record %s\n", sql_text(&query, 0));
	int error = sql_done(&query, problem);
	if (error)
		return error;
	(void)text_add_format(text, "agreement %s\nkind %s\nrevision %u\n", agreement->id, agreement->kind,
	                      (unsigned)agreement->revision);
	for (size_t i = 0; i < agreement->party_count; i++)
		(void)text_add_format(text, "party %s%s%s\n", agreement->parties[i].code,
		                      agreement->parties[i].name[0] != '\0' ? " " : "", agreement->parties[i].name);
	query = sql_query(sql, "SELECT language, hash FROM agreement_text WHERE id = ?1 ORDER BY language");
	sql_bind_text(&query, 1, agreement->id);
	while (sql_next(&query))
		(void)text_add_format(text, "text %s %s\n", sql_text(&query, 0), sql_text(&query, 1));
	error = sql_done(&query, problem);
	(void)text_add_format(text, "terms ratifications %u days %u not-before %s notice %u\n",
	                      (unsigned)agreement->ratifications, (unsigned)agreement->days,
	                      agreement->not_before[0] != '\0' ? agreement->not_before : "-",
	                      (unsigned)agreement->notice_days);
	return error ? error : text->error ? problem_no_memory(problem) : JISR_OK;
}

static void add_signature(struct text *text, const char *name, const char *signature)
{
	(void)text_add_format(text, DASH "%s %s\n", name, signature);
}

int agreement_note(struct sql *sql, const struct agreement *agreement, struct text *text, struct problem *problem)
{
	int error = agreement_note_text(sql, agreement, text, problem);
	(void)text_add_char(text, '\n');
	for (size_t i = 0; i < agreement->party_count; i++)
		if (agreement->parties[i].signature[0] != '\0')
			add_signature(text, agreement->parties[i].code, agreement->parties[i].signature);
	return error ? error : text->error ? problem_no_memory(problem) : JISR_OK;
}

const char *agreement_note_signature(const char *note, char out[AGREEMENT_SIGNATURE + 1])
{
	const char *line = strrchr(note, ' ');
	size_t length = line != NULL ? strcspn(line + 1, "\n") : 0;
	if (length != AGREEMENT_SIGNATURE)
		return NULL;
	(void)snprintf(out, AGREEMENT_SIGNATURE + 1, "%.*s", AGREEMENT_SIGNATURE, line + 1);
	return out;
}

bool agreement_note_key(const char *signature, char out[9])
{
	uint8_t bytes[68];
	size_t length = strlen(signature);
	if (length != AGREEMENT_SIGNATURE || !base64_read(signature, length, bytes, sizeof bytes))
		return false;
	(void)sodium_bin2hex(out, 9, bytes, 4);
	return true;
}

static int verify(const struct note_verifier *key, const struct text *text, const char *name, const char *signature,
                  struct problem *problem)
{
	struct text note;
	struct problem inner = {""};
	size_t length = 0;
	text_init(&note, AGREEMENT_NOTE_MAX * 2);
	(void)text_add(&note, text->bytes, text->length);
	(void)text_add_char(&note, '\n');
	add_signature(&note, name, signature);
	int error = note.error ? note.error : note_open(key, note.bytes, note.length, &length, &inner);
	text_finish(&note);
	if (error == JISR_NO_MEMORY)
		return problem_no_memory(problem);
	return error == JISR_OK && length == text->length
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "the signature of %s does not hold for this agreement",
	                             name);
}

int agreement_note_check(struct sql *sql, const struct text *text, const char *name, const char *signature,
                         const char *verifier, bool now, struct problem *problem)
{
	struct note_verifier key;
	struct office_key held;
	char hex[9];
	uint8_t id[4];
	if (!agreement_note_key(signature, hex))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"signature\" is base64 of a key's id and an Ed25519 signature, %d characters",
		                   AGREEMENT_SIGNATURE);
	(void)sodium_hex2bin(id, sizeof id, hex, 8, NULL, NULL, NULL);
	if (verifier == NULL) {
		int error = register_key(sql, name, id, &held, problem);
		if (error)
			return error == JISR_NOT_FOUND
			               ? problem_set(problem, JISR_DENIED, "%s has no key %s", name, hex)
			               : error;
		if (now && held.ended != 0)
			return problem_set(problem, JISR_DENIED, "the key %s of %s does not count any more", hex, name);
		verifier = held.verifier;
	}
	if (note_verifier_read(verifier, strlen(verifier), &key, NULL) != JISR_OK)
		return problem_set(problem, JISR_CORRUPT, "the key of %s cannot be read", name);
	return verify(&key, text, name, signature, problem);
}
