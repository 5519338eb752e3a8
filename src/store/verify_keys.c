#include "store/verify_private.h"

#include "base/hash.h"
#include "base/json.h"

#include <sodium.h>
#include <string.h>

#define KEYS_MOST   100000
#define KEYS_MEMORY ((size_t)64 << 20)

int verify_keys_init(struct verify_keys *keys)
{
	*keys = (struct verify_keys){.capacity = 64};
	keys->slots = memory_zero(keys->capacity, sizeof *keys->slots);
	int error = keys->slots == NULL ? JISR_NO_MEMORY : arena_new(KEYS_MEMORY, &keys->arena);
	if (error)
		verify_keys_finish(keys);
	return error;
}

void verify_keys_finish(struct verify_keys *keys)
{
	keys->slots = memory_free(keys->slots);
	keys->arena = arena_free(keys->arena);
}

static size_t place_of(const struct verify_keys *keys, const char *office, const uint8_t id[4])
{
	uint32_t number;
	memcpy(&number, id, sizeof number);
	size_t at = hash_number(hash_bytes(office, strlen(office)) ^ number) & (keys->capacity - 1);
	while (keys->slots[at] != NULL && (memcmp(keys->slots[at]->verifier.id, id, 4) != 0 ||
	                                   strcmp(keys->slots[at]->verifier.name, office) != 0))
		at = (at + 1) & (keys->capacity - 1);
	return at;
}

const struct verify_key *verify_keys_find(const struct verify_keys *keys, const char *office, const uint8_t id[4],
                                          uint64_t sequence)
{
	const struct verify_key *key = keys->slots[place_of(keys, office, id)];
	/* The entry that ends a key may itself be signed by it. */
	return key != NULL && key->added <= sequence && (key->ended == 0 || sequence <= key->ended) ? key : NULL;
}

static int grow(struct verify_keys *keys)
{
	if (keys->count * 2 < keys->capacity)
		return JISR_OK;
	struct verify_keys wider = *keys;
	wider.capacity *= 2;
	wider.slots = memory_zero(wider.capacity, sizeof *wider.slots);
	if (wider.slots == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < keys->capacity; i++)
		if (keys->slots[i] != NULL)
			wider.slots[place_of(&wider, keys->slots[i]->verifier.name, keys->slots[i]->verifier.id)] =
				keys->slots[i];
	memory_free(keys->slots);
	*keys = wider;
	return JISR_OK;
}

static int add(struct verify_keys *keys, const struct note_verifier *verifier, uint64_t sequence,
               struct problem *problem)
{
	if (keys->count == KEYS_MOST)
		return problem_set(problem, JISR_BAD_INPUT, "more than %d keys", KEYS_MOST);
	size_t place = place_of(keys, verifier->name, verifier->id);
	if (keys->slots[place] != NULL)
		return problem_set(problem, JISR_BAD_INPUT, "a key is added that was there before");
	struct verify_key *key = arena_zero(keys->arena, 1, sizeof *key);
	if (key == NULL)
		return problem_no_memory(problem);
	key->verifier = *verifier;
	key->added = sequence;
	keys->slots[place] = key;
	keys->count++;
	return grow(keys) == JISR_OK ? JISR_OK : problem_no_memory(problem);
}

static bool read_verifier(const struct entry *entry, const char *name, struct note_verifier *ret_verifier)
{
	const char *text = json_get_text(entry->body, name);
	return text != NULL && note_verifier_read(text, strlen(text), ret_verifier, NULL) == JISR_OK;
}

static int end(struct verify_keys *keys, const struct entry *entry, const char *office, struct problem *problem)
{
	const char *hex = json_get_text(entry->body, "id");
	uint8_t id[4];
	size_t length = 0;
	if (hex == NULL || strlen(hex) != 8 || sodium_hex2bin(id, 4, hex, 8, NULL, &length, NULL) != 0 || length != 4)
		return problem_set(problem, JISR_BAD_INPUT, "it ends a key without naming it");
	struct verify_key *key = keys->slots[place_of(keys, office, id)];
	if (key == NULL || key->ended != 0)
		return problem_set(problem, JISR_BAD_INPUT, "it ends a key that does not count");
	key->ended = entry->sequence;
	return JISR_OK;
}

int verify_keys_apply(struct verify_keys *keys, const struct entry *entry, struct note_verifier *ret_log,
                      struct problem *problem)
{
	struct note_verifier verifier;
	const char *author = entry->header.author;
	bool founded = strcmp(entry->header.kind, "log.founded") == 0;
	if (founded != (entry->sequence == 1))
		return problem_set(problem, JISR_BAD_INPUT,
		                   founded ? "the log is founded once, by its first entry"
		                           : "the first entry does not found the log");
	if (founded) {
		if (strcmp(author, ENTRY_HEADQUARTERS) != 0 || !read_verifier(entry, "log", ret_log) ||
		    !read_verifier(entry, "key", &verifier) || strcmp(verifier.name, author) != 0)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "it does not name the keys of the log and of headquarters");
		return add(keys, &verifier, entry->sequence, problem);
	}
	bool added = strcmp(entry->header.kind, "key.added") == 0;
	if (!added && strcmp(entry->header.kind, "key.ended") != 0)
		return JISR_OK;
	const char *office = json_get_text(entry->body, "office");
	if (office == NULL || (strcmp(author, ENTRY_HEADQUARTERS) != 0 && strcmp(author, office) != 0))
		return problem_set(problem, JISR_BAD_INPUT, "%.20s may not add or end keys of %.20s", author,
		                   office != NULL ? office : "nobody");
	if (!added)
		return end(keys, entry, office, problem);
	if (!read_verifier(entry, "key", &verifier) || strcmp(verifier.name, office) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "it adds no key of %.20s", office);
	return add(keys, &verifier, entry->sequence, problem);
}
