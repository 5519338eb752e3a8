/* The keys under which a word is found.
 *
 * A word's skeleton is the row of its consonants' groups. There are fine groups (enum group) and coarse ones, which
 * merge what scripts merge: b with v, s with sh, ch, j, l with r, h with k. Words meet under
 *
 *   whole     the skeleton, any vowels: the same name in two scripts or two spellings. Coarse, but fine up to
 *             FINE_WHOLE consonants, since short skeletons are common; also with single consonants read otherwise
 *   less      the coarse skeleton without one consonant, from LESS consonants on
 *   gap       the fine skeleton with a gap in one place, below that
 *   string    up to STRING consonants: the word with its vowels, and without one sound
 *
 * so that a letter more, fewer, other or swapped is found again, and yet a word meets few others. */
#include "names/sound_phones.h"

#include <string.h>

#define SKELETON_MAX 10 /* consonants looked at; longer words differ enough by then */
#define STRING_MAX   14 /* sounds of a string: 4 bits each in 64 bits, less a byte */
#define FINE_WHOLE   2
#define LESS         5
#define STRING       4
#define TURNS_MAX    6  /* other readings of a Latin word */
#define PRODUCT_MAX  24 /* readings of another */

enum key_space { SPACE_COARSE = 1, SPACE_FINE, SPACE_GAP, SPACE_STRING };

/* Consonants that another script may leave out: an r that no vowel follows; a last consonant that French is silent
 * about. */
enum { QUIET_R = 1, QUIET_END = 2 };

struct bone {
	uint8_t groups[GROUPS_MAX + 2]; /* usual reading first */
	uint8_t count;                  /* readings */
	uint8_t phone;                  /* with WEAK */
	uint8_t quiet;                  /* QUIET_... */
};

struct key_list {
	uint32_t *keys;
	size_t count;
	bool coarse_only; /* skeletons of all consonants and of all but one, and no others */
};

static void key_add(struct key_list *list, enum key_space space, uint64_t packed)
{
	if (list->coarse_only && space != SPACE_COARSE && space != SPACE_FINE)
		return;
	uint64_t value = (packed ^ (uint64_t)space << 60) * 0x9e3779b97f4a7c15u;
	value ^= value >> 29;
	value *= 0xbf58476d1ce4e5b9u;
	value ^= value >> 32;
	uint32_t key = (uint32_t)value;
	for (size_t i = 0; i < list->count; i++) {
		if (list->keys[i] == key) {
			return;
		}
	}
	if (list->count < SOUND_KEYS_MAX) {
		list->keys[list->count++] = key;
	}
}

static uint8_t coarse_group(uint8_t group)
{
	switch (group) {
	case GROUP_F: return GROUP_P;
	case GROUP_C: return GROUP_S;
	case GROUP_R: return GROUP_L;
	case GROUP_H: return GROUP_K; // г and х for h; kh, ch, j for it
	default: return group;
	}
}

/* Elements packed, 4 bits each after a leading 1, without the one at `left_out`. */
static uint64_t pack(const uint8_t *elements, size_t n, size_t left_out)
{
	uint64_t packed = 1;
	for (size_t i = 0; i < n; i++) {
		if (i != left_out) {
			packed = packed << 4 | elements[i];
		}
	}
	return packed;
}

static void key_whole(const uint8_t *groups, size_t n, struct key_list *list)
{
	if (n <= FINE_WHOLE) {
		key_add(list, SPACE_FINE, pack(groups, n, n));
		return;
	}
	uint8_t coarse[SKELETON_MAX];
	for (size_t i = 0; i < n; i++) {
		coarse[i] = coarse_group(groups[i]);
	}
	key_add(list, SPACE_COARSE, pack(coarse, n, n));
}

/* The keys of the usual reading. */
static void keys_usual(const uint8_t *groups, size_t n, struct key_list *list)
{
	key_whole(groups, n, list);
	uint8_t elements[SKELETON_MAX];
	for (size_t i = 0; i < n; i++) {
		elements[i] = n >= LESS ? coarse_group(groups[i]) : groups[i];
	}
	for (size_t i = 0; i < n && n >= LESS; i++) {
		key_add(list, SPACE_COARSE, pack(elements, n, i));
	}
	for (size_t i = 0; i < n && n == LESS - 1; i++) {
		elements[i] = 15;
		key_add(list, SPACE_GAP, pack(elements, n, n));
		elements[i] = groups[i];
	}
}

/* The whole skeleton with every consonant that is the phone `other` read in its `reading`-th way: one language reads a
 * letter the same way all through a word. PHONE_NONE for none. Those of a kind in
 * `quiet` are left out. */
static void key_reading(const struct bone *bones, size_t n, uint8_t other, size_t reading, uint8_t quiet,
                        struct key_list *list)
{
	uint8_t groups[SKELETON_MAX];
	size_t length = 0;
	for (size_t i = 0; i < n; i++) {
		uint8_t group = bones[i].groups[bones[i].phone == other ? reading : 0];
		if (group != GROUP_NONE && (bones[i].quiet & quiet) == 0) {
			groups[length++] = group;
		}
	}
	key_whole(groups, length, list);
}

static bool phone_before(const struct bone *bones, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (bones[j].phone == bones[i].phone) {
			return true;
		}
	}
	return false;
}

/* The other readings of one consonant at a time. */
static void keys_single(const struct bone *bones, size_t n, struct key_list *list)
{
	size_t turns = 0;
	for (size_t i = 0; i < n; i++) {
		size_t readings = phone_before(bones, i) ? 0 : bones[i].count;
		for (size_t reading = 1; reading < readings && turns < TURNS_MAX; reading++, turns++) {
			key_reading(bones, n, bones[i].phone, reading, 0, list);
		}
	}
}

/* All readings of all consonants: of words in scripts that blur many, and which are few beside the Latin ones. */
static void keys_product(const struct bone *bones, size_t n, struct key_list *list)
{
	for (size_t turn = 1, turns = 2; turn < turns && turn < PRODUCT_MAX; turn++) {
		uint8_t groups[SKELETON_MAX];
		size_t length = 0, rest = turn;
		turns = 1;
		for (size_t i = 0; i < n; i++) {
			uint8_t group = bones[i].groups[rest % bones[i].count];
			rest /= bones[i].count;
			turns *= bones[i].count;
			if (group != GROUP_NONE) {
				groups[length++] = group;
			}
		}
		key_whole(groups, length, list);
	}
}

static void bone_fill(const struct sound_tables *tables, const struct sound *sound, size_t at, struct bone *bone)
{
	unsigned phone = sound->phones[at] & 0x7F;
	const struct phone_info *info = &tables->phones[phone];
	unsigned next = at + 1 < sound->length && at + 1 < SOUND_MAX ? sound->phones[at + 1] & 0x7F : 0;
	bool weak = sound->phones[at] & WEAK;
	bone->phone = sound->phones[at];
	bone->count = 0;
	if (weak) {
		bone->groups[bone->count++] = GROUP_NONE;
	}
	memcpy(bone->groups + bone->count, info->groups, info->group_count);
	bone->count = (uint8_t)(bone->count + info->group_count);
	if (phone == PLAIN(H) && !weak) {
		bone->groups[bone->count++] = GROUP_NONE; // many do not speak it
	}
	bool last = at + 1 >= sound->length;
	bone->quiet = phone == PLAIN(R) && (next == 0 || tables->phones[next].kind == KIND_CONSONANT) ? QUIET_R : 0;
	bone->quiet |= last && (phone == PLAIN(T) || phone == PLAIN(D) || phone == X_S || phone == X_Z) ? QUIET_END : 0;
}

static size_t make_keys(const struct sound *sound, bool coarse_only, uint32_t keys[SOUND_KEYS_MAX])
{
	const struct sound_tables *tables = sound_tables();
	struct key_list list = {keys, 0, coarse_only};
	struct bone bones[SKELETON_MAX];
	uint8_t groups[SKELETON_MAX], string[STRING_MAX];
	size_t n = 0, usual = 0, string_length = 0;
	bool foreign = false;
	uint8_t quiet = 0;
	for (size_t i = 0; i < sound->length && i < SOUND_MAX; i++) {
		unsigned phone = sound->phones[i] & 0x7F;
		const struct phone_info *info = &tables->phones[phone];
		if (info->group_count == 0) {
			continue; // no phone
		}
		uint8_t element = GROUP_NONE;
		foreign |= phone >= A_B;
		if (info->vowel != 0) {
			element = sound->phones[i] & WEAK ? GROUP_NONE : (uint8_t)(GROUP_COUNT + info->vowel - 1);
		} else if (n < SKELETON_MAX && !(info->group_count == 1 && info->groups[0] == GROUP_NONE)) {
			bone_fill(tables, sound, i, &bones[n]);
			quiet |= bones[n].quiet;
			element = bones[n++].groups[0];
			if (element != GROUP_NONE) {
				groups[usual++] = element;
			}
		}
		if (element != GROUP_NONE && string_length < STRING_MAX) {
			string[string_length++] = element;
		}
	}
	keys_usual(groups, usual, &list);
	if (usual <= STRING) {
		for (size_t i = 0; i <= string_length; i++) {
			key_add(&list, SPACE_STRING, pack(string, string_length, i));
		}
	}
	if (foreign) {
		keys_product(bones, n, &list);
	} else {
		keys_single(bones, n, &list);
	}
	for (uint8_t kinds = QUIET_R; kinds <= (QUIET_R | QUIET_END); kinds++) {
		if ((kinds & quiet) == kinds) {
			key_reading(bones, n, PHONE_NONE, 0, kinds, &list);
		}
	}
	return list.count;
}

size_t sound_keys(const struct sound *sound, uint32_t keys[SOUND_KEYS_MAX])
{
	return make_keys(sound, false, keys);
}

size_t sound_skeleton_keys(const struct sound *sound, uint32_t keys[SOUND_KEYS_MAX])
{
	return make_keys(sound, true, keys);
}
