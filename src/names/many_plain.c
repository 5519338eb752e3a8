/* The kernel that every machine has, and what the others are tested against: one word after the other. */
#include "names/many_lanes.h"

#include <string.h>

static unsigned least_of(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static uint8_t in_byte(unsigned cost)
{
	return (uint8_t)least_of(cost, UINT8_MAX);
}

static uint8_t symbol_of(uint8_t letter)
{
	return (uint8_t)((letter >= 'a' ? letter - 'a' : letter - '0' + 26) & (MANY_SYMBOLS - 1));
}

/* Weighted optimal string alignment: part.c tells the costs. */
static uint8_t spelling_cost(const struct many_spelling *word, const uint8_t *letters, size_t length)
{
	uint16_t rows[3][PART_MAX + 1], *above2 = rows[0], *above = rows[1], *row = rows[2];
	uint8_t symbols[PART_MAX], omit[PART_MAX];
	const unsigned most = word->most[length];
	above[0] = 0;
	for (size_t j = 0; j < length; j++) {
		symbols[j] = symbol_of(letters[j]);
		omit[j] = j > 0 && symbols[j] == symbols[j - 1] ? word->letters->double_omit
		                                                : word->letters->omit[symbols[j]];
		above[j + 1] = (uint16_t)(above[j] + omit[j]);
	}
	for (size_t i = 0; i < word->length; i++) {
		unsigned least = row[0] = (uint16_t)(above[0] + word->omit[i]);
		for (size_t j = 0; j < length; j++) {
			unsigned best = above[j] + word->letters->costs[word->symbols[i]][symbols[j]];
			best = least_of(best, above[j + 1] + word->omit[i]);
			best = least_of(best, row[j] + omit[j]);
			if (i > 0 && j > 0 && word->symbols[i] == symbols[j - 1] &&
			    word->symbols[i - 1] == symbols[j] && word->symbols[i] != symbols[j])
				best = least_of(best, above2[j - 1] + word->letters->swap);
			row[j + 1] = (uint16_t)best;
			least = least_of(least, best);
		}
		if (least > most)
			return MANY_GIVEN_UP;
		uint16_t *spare = above2;
		above2 = above;
		above = row;
		row = spare;
	}
	return above[length] > most ? MANY_GIVEN_UP : (uint8_t)above[length];
}

/* What it costs to leave out each phone; returns how many are up to and with the first consonant. */
static unsigned omit_fill(const struct many_sound *word, const uint8_t *phones, size_t length, uint8_t *ret_omit)
{
	unsigned first = 0;
	bool first_seen = false;
	for (size_t i = 0; i < length; i++) {
		uint8_t phone = phones[i] & 0x7F;
		bool weak = (phones[i] & WEAK) != 0, last = i + 1 == length;
		uint8_t kind = word->others->kinds[phone];
		bool coda = i > 0 && kind == KIND_CONSONANT &&
		            (last || word->others->kinds[phones[i + 1] & 0x7F] == KIND_CONSONANT);
		unsigned omit = word->others->anywhere[phone];
		if (weak)
			omit = kind == KIND_VOWEL ? word->others->weak_vowel : word->others->weak_other;
		else if (kind == KIND_VOWEL)
			omit = i == 0 ? word->others->begin[phone] : last ? word->others->end[phone] : omit;
		else if (coda)
			omit = last && i > 1 ? word->others->last[phone] : word->others->coda[phone];
		else if (phone == PLAIN(H) && i > 0 && word->others->kinds[phones[i - 1] & 0x7F] == KIND_CONSONANT)
			omit = word->others->breath;
		if (!first_seen && !weak) {
			omit += omit / 2;
			first = (unsigned)i + 1;
			first_seen = kind != KIND_VOWEL;
		}
		ret_omit[i] = (uint8_t)omit;
	}
	return first;
}

static uint8_t sound_cost(const struct many_sound *word, const uint8_t *phones, size_t length, uint16_t *ret_weight)
{
	uint8_t omit[SOUND_MAX];
	unsigned row[SOUND_MAX + 1] = {0}, first = omit_fill(word, phones, length, omit);
	for (size_t j = 0; j < length; j++)
		row[j + 1] = row[j] + omit[j];
	*ret_weight = (uint16_t)row[length];
	for (size_t i = 0; i < word->length; i++) {
		unsigned diagonal = row[0], left = row[0] + word->omit[i], least = left;
		row[0] = left;
		for (size_t j = 0; j < length; j++) {
			const uint8_t *costs = i < word->first || j < first ? word->heavy[i] : word->costs[i];
			unsigned best = least_of(diagonal + costs[phones[j] & 0x7F], row[j + 1] + word->omit[i]);
			best = least_of(best, left + omit[j]);
			diagonal = row[j + 1];
			row[j + 1] = left = best;
			least = least_of(least, best);
		}
		if (least > MANY_LIMIT)
			return UINT8_MAX;
	}
	return in_byte(row[length]);
}

void many_plain(const struct many_word *word, const uint8_t rows[MANY_MOST][MANY_ROW], size_t count,
                struct many_costs *ret_costs)
{
	for (size_t i = 0; i < count; i++) {
		const uint8_t *latin = rows[i] + ROW_LATIN, *sound = rows[i] + ROW_PHONES;
		if (word->spelling != NULL)
			ret_costs->spelling[i] = spelling_cost(word->spelling, latin + 1, latin[0]);
		if (word->stripped != NULL)
			ret_costs->stripped[i] = spelling_cost(word->stripped, latin + 1, latin[0]);
		if (word->sound != NULL)
			ret_costs->sound[i] = sound_cost(word->sound, sound + 1, sound[0], &ret_costs->weight[i]);
	}
}
