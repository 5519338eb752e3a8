/* Comparing one part with many.
 *
 * Terms: row (many_lanes.h), group: the parts of one script, which a kernel compares with a word made ready for that
 * script; special: left to part_similarity_filed.
 *
 * Invariant: what is written for a part is what part_similarity_filed says, to the last bit (tests/names/test_many.c). A
 * kernel's costs are exact up to MANY_LIMIT, and whole numbers; what follows from them is computed as part.c does.
 *
 * Measured on words of a million people's names, each against the 164 that are filed around it: 28 ns a pair with AVX-512,
 * 236 ns one after the other (processor time, busy machine). */
#include "names/many.h"

#include "names/compare.h"
#include "names/many_lanes.h"

#include <pthread.h>
#include <string.h>

/* Parts are fetched this many places ahead: they lie anywhere. */
#define AHEAD 32

#define GROUP_SPECIAL SCRIPT_COUNT
#define GROUP_NONE_OF (SCRIPT_COUNT + 1) /* impossible bytes */
#define GROUP_COUNT   (SCRIPT_COUNT + 2)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static many_kernel *kernel;

static void choose_kernel(void)
{
	kernel = many_avx512_here() ? many_avx512 : many_avx2_here() ? many_avx2 : NULL;
}

/* A group of fewer is compared one by one: a kernel takes as long for one as for all its lanes. */
#define GROUP_LEAST 4

/* A word made ready for a group. */
struct made_ready {
	const struct name_part *part;
	enum script script;
	double least;
	double sound_least;
	struct many_word word;
	struct many_spelling spelling, stripped;
	struct many_sound sound;
};

static void group_fill(const struct name_part *part, enum script script, double least, struct made_ready *ret_group)
{
	size_t article = part->script == script ? part_many_article(part) : 0;
	ret_group->part = part;
	ret_group->script = script;
	ret_group->least = least;
	ret_group->word = (struct many_word){0};
	ret_group->sound_least = part_many_sound_least(part, script, least);
	if (part->script == script) {
		part_many_spelling(part->latin, part->latin_length, least, &ret_group->spelling);
		ret_group->word.spelling = &ret_group->spelling;
	}
	if (article > 0) {
		part_many_spelling(part->latin + article, part->latin_length - article, 0, &ret_group->stripped);
		ret_group->word.stripped = &ret_group->stripped;
	}
	sound_many(&part->sound, (enum script)part->script, script, &ret_group->sound);
	ret_group->word.sound = &ret_group->sound;
}

static bool sound_part(const struct name_part *part)
{
	return part->latin_length <= PART_MAX && part->sound.length <= SOUND_MAX && part->kind < PART_KIND_COUNT &&
	       part->script < SCRIPT_COUNT;
}

/* Nothing but costs decides how alike the two are. */
static double by_costs(const struct made_ready *group, const struct name_part *stored, const struct many_costs *costs,
                       size_t lane)
{
	const struct name_part *part = group->part;
	unsigned length = stored->latin_length;
	bool one = group->word.spelling != NULL;
	unsigned spelling = one ? costs->spelling[lane] : MANY_GIVEN_UP;
	bool same_letters =
		one ? spelling == 0 : length == part->latin_length && memcmp(stored->latin, part->latin, length) == 0;
	bool same = same_letters || (one && stored->text_hash == part->text_hash);
	bool glued = (group->word.stripped != NULL && length < part->latin_length &&
	              costs->stripped[lane] != MANY_GIVEN_UP) ||
	             (one && part_many_glued(part, stored));
	enum part_rule rule;
	if (same)
		return part_similarity_filed(part, stored, group->least, &rule);
	double alike = 0;
	unsigned cost = costs->sound[lane], weights = group->sound.weight + costs->weight[lane];
	/* What sound_measured would find too far apart, found out without a division. */
	if (cost <= MANY_LIMIT && 2 * cost <= (1 - group->sound_least) * weights + 1e-6 && stored->sound.length > 0 &&
	    part->sound.length > 0)
		alike = sound_measured(cost, weights, one, group->sound_least);
	return spelling != MANY_GIVEN_UP || glued || alike > 0
	               ? part_many_similarity(part, stored, spelling, glued, alike)
	               : 0;
}

/* What a batch under way holds. */
struct batch {
	size_t count;
	uint32_t places[MANY_MOST]; /* in the numbers */
	uint8_t rows[MANY_MOST][MANY_ROW];
};

static void run_batch(const struct made_ready *group, const struct name_part *stored, const uint32_t *numbers,
                      struct batch *batch, double *similarities)
{
	struct many_costs costs;
	kernel(&group->word, batch->rows, batch->count, &costs);
	for (size_t lane = 0; lane < batch->count; lane++) {
		uint32_t place = batch->places[lane];
		similarities[place] = by_costs(group, &stored[numbers[place]], &costs, lane);
	}
	batch->count = 0;
}

static void fetch(const struct name_part *part)
{
	__builtin_prefetch(part);
	__builtin_prefetch((const char *)part + sizeof *part - 1);
}

/* Parts sorted out at once. */
#define PORTION 512

/* Places of the parts of each group, one group after the other: those of group g are places[start[g]] to
 * places[start[g + 1] - 1]. */
struct groups {
	uint16_t start[GROUP_COUNT + 1], places[PORTION];
};

static void sort_out(const struct name_part *part, const struct name_part *stored, const uint32_t *numbers,
                     size_t count, struct groups *ret_groups)
{
	bool special = kernel == NULL || part_many_special(part), unlike_others = part_many_by_syllables(part);
	uint8_t group[PORTION];
	memset(ret_groups->start, 0, sizeof ret_groups->start);
	for (size_t i = 0; i < count && i < AHEAD; i++)
		fetch(&stored[numbers[i]]);
	for (size_t i = 0; i < count; i++) {
		if (i + AHEAD < count)
			fetch(&stored[numbers[i + AHEAD]]);
		const struct name_part *other = &stored[numbers[i]];
		bool word = other->kind == PART_NAME || other->kind == PART_PATRONYMIC || other->kind == PART_COMMON;
		bool grouped = part->groups[0] != 0 && other->groups[0] != 0;
		bool common = part->kind == PART_COMMON && other->kind == PART_COMMON;
		bool apart = unlike_others && other->script == part->script;
		group[i] = (uint8_t)(!sound_part(other)                               ? GROUP_NONE_OF
		                     : special || apart || !word || grouped || common ? GROUP_SPECIAL
		                                                                      : other->script);
		ret_groups->start[group[i] + 1]++;
	}
	uint16_t next[GROUP_COUNT];
	for (size_t i = 0; i < GROUP_COUNT; i++) {
		next[i] = ret_groups->start[i];
		ret_groups->start[i + 1] = (uint16_t)(ret_groups->start[i + 1] + next[i]);
	}
	for (size_t i = 0; i < count; i++)
		ret_groups->places[next[group[i]]++] = (uint16_t)i;
}

static void compare_group(const struct name_part *part, const struct name_part *stored, const uint32_t *numbers,
                          double least, const struct groups *groups, uint8_t script, double *similarities)
{
	const uint16_t *places = groups->places + groups->start[script];
	size_t count = (size_t)(groups->start[script + 1] - groups->start[script]);
	enum part_rule rule;
	struct made_ready group;
	struct batch batch = {.count = 0};
	bool filled = false;
	for (size_t i = 0; i < count; i++) {
		if (batch.count == 0 && count - i < GROUP_LEAST) {
			similarities[places[i]] =
				part_similarity_filed(part, &stored[numbers[places[i]]], least, &rule);
			continue;
		}
		batch.places[batch.count] = places[i];
		memcpy(batch.rows[batch.count++], (const uint8_t *)&stored[numbers[places[i]]] + ROW_OF_PART, MANY_ROW);
		if (batch.count < MANY_MOST && i + 1 < count)
			continue;
		if (!filled)
			group_fill(part, (enum script)script, least, &group);
		filled = true;
		run_batch(&group, stored, numbers, &batch, similarities);
	}
}

static size_t compare_portion(const struct name_part *part, const struct name_part *stored, const uint32_t *numbers,
                              size_t count, double least, struct part_near *ret_near)
{
	struct groups groups;
	double similarities[PORTION];
	enum part_rule rule;
	sort_out(part, stored, numbers, count, &groups);
	for (uint8_t script = 0; script < SCRIPT_COUNT; script++)
		compare_group(part, stored, numbers, least, &groups, script, similarities);
	for (size_t i = groups.start[GROUP_SPECIAL]; i < groups.start[GROUP_SPECIAL + 1]; i++) {
		size_t place = groups.places[i];
		similarities[place] = part_similarity_filed(part, &stored[numbers[place]], least, &rule);
	}
	for (size_t i = groups.start[GROUP_NONE_OF]; i < groups.start[GROUP_NONE_OF + 1]; i++)
		similarities[groups.places[i]] = 0;
	size_t near = 0;
	for (size_t i = 0; i < count; i++)
		if (similarities[i] > 0 && similarities[i] >= least)
			ret_near[near++] = (struct part_near){numbers[i], (float)similarities[i]};
	return near;
}

size_t part_many(const struct name_part *part, const struct name_part *stored, const uint32_t *numbers, size_t count,
                 double least, struct part_near *ret_near)
{
	(void)pthread_once(&once, choose_kernel);
	size_t near = 0;
	for (size_t from = 0; from < count; from += PORTION)
		near += compare_portion(part, stored, numbers + from, count - from < PORTION ? count - from : PORTION,
		                        least, ret_near + near);
	return near;
}
