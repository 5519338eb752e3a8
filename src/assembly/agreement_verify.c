#include "assembly/agreement_verify.h"

#include "assembly/agreement_note.h"
#include "assembly/agreement_private.h"
#include "base/text.h"

#include <sodium.h>

#define SIGNATURE_LINE "\n\xe2\x80\x94 " /* before the name */

/* The lines of the text, one after another. */
struct lines {
	char *at, *end;
	char *line;      /* the present one, without its end */
	unsigned number; /* of it, from 1 */
};

static bool next(struct lines *lines)
{
	char *newline = lines->at < lines->end ? memchr(lines->at, '\n', (size_t)(lines->end - lines->at)) : NULL;
	if (newline == NULL)
		return false;
	*newline = '\0';
	lines->number++;
	lines->line = lines->at;
	lines->at = newline + 1;
	return true;
}

/* What stands after the word in the present line; NULL when the line begins otherwise. */
static char *after(const struct lines *lines, const char *word)
{
	size_t length = strlen(word);
	return lines->line != NULL && strncmp(lines->line, word, length) == 0 && lines->line[length] == ' '
	               ? lines->line + length + 1
	               : NULL;
}

static char *expect(struct lines *lines, const char *word)
{
	return next(lines) ? after(lines, word) : NULL;
}

static bool number(const char *text, uint32_t *ret_number)
{
	size_t digits = text != NULL ? strspn(text, "0123456789") : 0;
	if (digits == 0 || digits > 7 || (text[0] == '0' && digits > 1) ||
	    (text[digits] != '\0' && text[digits] != ' '))
		return false;
	*ret_number = (uint32_t)strtoul(text, NULL, 10);
	return true;
}

/* "terms ratifications 0 days 30 not-before - notice 180" */
static bool read_terms(char *line, struct agreement_claim *claim)
{
	static const char *const names[] = {"ratifications", "days", "not-before", "notice"};
	const char *values[4];
	char *rest = line, *word;
	for (size_t i = 0; i < 4; i++) {
		word = strsep(&rest, " ");
		values[i] = word != NULL && strcmp(word, names[i]) == 0 ? strsep(&rest, " ") : NULL;
		if (values[i] == NULL)
			return false;
	}
	claim->not_before = values[2];
	return rest == NULL && number(values[0], &claim->ratifications) && number(values[1], &claim->days) &&
	       number(values[3], &claim->notice_days) && (strcmp(values[2], "-") == 0 || field_day_valid(values[2]));
}

static bool read_party(char *text, struct agreement_claim *claim)
{
	struct agreement_claim_party *party = &claim->parties[claim->party_count];
	char *rest = text;
	if (claim->party_count == AGREEMENT_PARTIES)
		return false;
	party->code = strsep(&rest, " ");
	party->name = rest != NULL ? rest : "";
	if (!field_code_valid(party->code) || (rest != NULL && rest[0] == '\0') ||
	    (claim->party_count > 0 && strcmp(claim->parties[claim->party_count - 1].code, party->code) >= 0))
		return false;
	claim->party_count++;
	return true;
}

static bool read_text(char *text, struct agreement_claim *claim)
{
	struct agreement_claim_text *one = &claim->texts[claim->text_count];
	char *rest = text;
	if (claim->text_count == AGREEMENT_TEXTS)
		return false;
	one->language = strsep(&rest, " ");
	one->hash = rest;
	if (!text_is_hex(rest, 64) ||
	    (claim->text_count > 0 && strcmp(claim->texts[claim->text_count - 1].language, one->language) >= 0))
		return false;
	claim->text_count++;
	return true;
}

static bool read_lines(struct lines *lines, struct agreement_claim *claim)
{
	char *rest;
	if (!next(lines) || strcmp(lines->line, "jisr agreement v1") != 0 ||
	    (claim->record = expect(lines, "record")) == NULL || (claim->id = expect(lines, "agreement")) == NULL ||
	    !agreement_id_valid(claim->id) || (claim->kind = expect(lines, "kind")) == NULL ||
	    agreement_kind(claim->kind) == NULL || !number(expect(lines, "revision"), &claim->revision))
		return false;
	bool more = next(lines);
	while (more && (rest = after(lines, "party")) != NULL) {
		if (!read_party(rest, claim))
			return false;
		more = next(lines);
	}
	while (more && (rest = after(lines, "text")) != NULL) {
		if (!read_text(rest, claim))
			return false;
		more = next(lines);
	}
	rest = more ? after(lines, "terms") : NULL;
	return rest != NULL && read_terms(rest, claim) && lines->at == lines->end && claim->party_count >= 2 &&
	       claim->text_count >= 1;
}

int agreement_claim_read(const char *note, size_t length, struct arena *arena, struct agreement_claim *ret_claim,
                         struct problem *problem)
{
	struct agreement_claim claim = {0};
	const char *gap = length < AGREEMENT_NOTE_MAX * 4 && memchr(note, '\0', length) == NULL
	                          ? memmem(note, length, "\n\n", 2)
	                          : NULL;
	char *copy = gap != NULL ? arena_text(arena, note, (size_t)(gap + 1 - note)) : NULL;
	if (gap == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "this is no signed agreement");
	if (copy == NULL)
		return problem_no_memory(problem);
	claim.length = (size_t)(gap + 1 - note);
	struct lines lines = {copy, copy + claim.length, NULL, 0};
	if (!read_lines(&lines, &claim))
		return problem_set(problem, JISR_BAD_INPUT, "this is no signed agreement: see its line %u",
		                   lines.number);
	*ret_claim = claim;
	return JISR_OK;
}

/* Whether a line below the text bears that name. */
static bool named(const struct agreement_claim *claim, const char *note, size_t length, const char *code)
{
	char begin[OFFICE_CODE_MAX + 8];
	int size = snprintf(begin, sizeof begin, SIGNATURE_LINE "%s ", code);
	return memmem(note + claim->length, length - claim->length, begin, (size_t)size) != NULL;
}

int agreement_claim_open(struct agreement_claim *claim, const char *note, size_t length,
                         const struct note_verifier *keys, size_t key_count, struct problem *problem)
{
	for (size_t i = 0; i < claim->party_count; i++) {
		struct agreement_claim_party *party = &claim->parties[i];
		party->standing = named(claim, note, length, party->code) ? AGREEMENT_NO_KEY : AGREEMENT_NO_SIGNATURE;
		for (size_t k = 0; k < key_count; k++) {
			size_t signed_length = 0;
			struct problem inner = {""};
			if (strcmp(keys[k].name, party->code) != 0)
				continue;
			int error = note_open(&keys[k], note, length, &signed_length, &inner);
			if (error == JISR_NO_MEMORY)
				return problem_no_memory(problem);
			if (error == JISR_NOT_FOUND)
				continue;
			(void)sodium_bin2hex(party->key_id, sizeof party->key_id, keys[k].id, 4);
			if (error || signed_length != claim->length)
				return problem_set(problem, JISR_CORRUPT,
				                   "the signature of %s by the key %s does not hold: %s", party->code,
				                   party->key_id, error ? inner.text : "it is of another text");
			party->standing = AGREEMENT_GOOD;
		}
	}
	return JISR_OK;
}

bool agreement_claim_show(struct agreement_claim *claim, const char *hash)
{
	bool any = false;
	for (size_t i = 0; i < claim->text_count; i++)
		if (strcmp(claim->texts[i].hash, hash) == 0)
			any = claim->texts[i].seen = true;
	return any;
}

int agreement_claim_holds(const struct agreement_claim *claim, struct problem *problem)
{
	for (size_t i = 0; i < claim->party_count; i++) {
		const struct agreement_claim_party *party = &claim->parties[i];
		if (party->standing == AGREEMENT_NO_KEY)
			return problem_set(problem, JISR_CORRUPT,
			                   "the signature of %s is by a key that was not given: it cannot be checked",
			                   party->code);
		if (party->standing == AGREEMENT_NO_SIGNATURE && party->name[0] == '\0')
			return problem_set(problem, JISR_CORRUPT, "%s has not signed this", party->code);
	}
	return JISR_OK;
}
