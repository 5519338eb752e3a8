/* The kernel written in vectors of bytes, a lane a word. Included by a file for each set of instructions, which says what
 * a vector is:
 *
 *   LANES, KERNEL (the kernel's name), HERE (attribute of each function), vec (LANES bytes), mask (a truth value a lane)
 *   v_load v_store v_set v_add (saturating) v_least v_half; v_equal v_below (a < b; both under 128) v_over (a > b); m_and m_not m_pick
 *   (m, then, else); m_top (the top bit set); v_table: a table of 128 bytes kept ready, v_table_load v_look (by bytes under
 *   128); v_table64, v_table64_load, v_look64 (the same of 64); v_columns: 16 bytes of each row as 16 vectors; v_widen: adds
 *   a vector to two of 16-bit lanes; v_store_wide.
 *
 * Columns run to the longest word of the batch: what stands behind the end of a shorter one is computed and not used. */
#ifndef JISR_NAMES_MANY_KERNEL_H
#define JISR_NAMES_MANY_KERNEL_H

/* As in many_plain.c; the words' letters are columns. */
HERE static inline void spelling_costs(const struct many_spelling *word, const vec *symbols, vec lengths,
                                       size_t columns, uint8_t *ret_costs)
{
	vec rows[3][PART_MAX + 1], *above2 = rows[0], *above = rows[1], *row = rows[2], omit[PART_MAX];
	const v_table64 others = v_table64_load(word->letters->omit);
	const vec most = v_look64(v_table64_load(word->most), lengths);
	mask given_up = m_top(v_set(0));
	const vec twice = v_set(word->letters->double_omit), swap = v_set(word->letters->swap);
	above[0] = v_set(0);
	for (size_t j = 0; j < columns; j++) {
		omit[j] = v_look64(others, symbols[j]);
		if (j > 0)
			omit[j] = m_pick(m_and(v_equal(symbols[j], symbols[j - 1]),
			                       m_not(v_equal(symbols[j], v_set(MANY_BEHIND)))),
			                 twice, omit[j]);
		above[j + 1] = v_add(above[j], omit[j]);
	}
	for (size_t i = 0; i < word->length; i++) {
		const v_table64 costs = v_table64_load(word->letters->costs[word->symbols[i]]);
		const vec left_out = v_set(word->omit[i]), letter = v_set(word->symbols[i]);
		const vec before = v_set(i > 0 ? word->symbols[i - 1] : 0);
		const bool swaps = i > 0 && word->symbols[i] != word->symbols[i - 1];
		vec least = row[0] = v_add(above[0], left_out);
		for (size_t j = 0; j < columns; j++) {
			vec best = v_add(above[j], v_look64(costs, symbols[j]));
			best = v_least(best, v_add(above[j + 1], left_out));
			best = v_least(best, v_add(row[j], omit[j]));
			if (swaps && j > 0) {
				mask swapped = m_and(v_equal(symbols[j - 1], letter), v_equal(symbols[j], before));
				best = m_pick(swapped, v_least(best, v_add(above2[j - 1], swap)), best);
			}
			row[j + 1] = best;
			least = v_least(least, best);
		}
		given_up = m_or(given_up, v_over(least, most));
		vec *spare = above2;
		above2 = above;
		above = row;
		row = spare;
	}
	vec result = above[0];
	for (size_t j = 1; j <= columns; j++)
		result = m_pick(v_equal(lengths, v_set((uint8_t)j)), above[j], result);
	given_up = m_or(given_up, v_over(result, most));
	v_store(ret_costs, m_pick(given_up, v_set(MANY_GIVEN_UP), result));
}

/* The omit of column i, before the word's beginning weighs more. */
HERE static inline vec omit_of(const struct many_sound *word, const vec *phones, const vec *kinds, mask weak, mask last,
                               size_t i)
{
	const vec consonant = v_set(KIND_CONSONANT), vowel = v_set(KIND_VOWEL);
	const mask is_vowel = v_equal(kinds[i], vowel), is_consonant = v_equal(kinds[i], consonant);
	vec omit = v_look(v_table_load(word->others->anywhere), phones[i]);
	vec sung = i == 0 ? v_look(v_table_load(word->others->begin), phones[i])
	                  : m_pick(last, v_look(v_table_load(word->others->end), phones[i]), omit);
	omit = m_pick(is_vowel, sung, omit);
	if (i > 0) {
		const mask before = v_equal(kinds[i - 1], consonant);
		mask breath = m_and(m_and(v_equal(phones[i], v_set(PLAIN(H))), before), m_not(is_vowel));
		omit = m_pick(breath, v_set(word->others->breath), omit);
		const vec coda = v_look(v_table_load(word->others->coda), phones[i]);
		const vec end = i > 1 ? v_look(v_table_load(word->others->last), phones[i]) : coda;
		omit = m_pick(m_and(is_consonant, v_equal(kinds[i + 1], consonant)), coda, omit);
		omit = m_pick(m_and(is_consonant, last), end, omit);
	}
	const vec weak_omit = m_pick(is_vowel, v_set(word->others->weak_vowel), v_set(word->others->weak_other));
	return m_pick(weak, weak_omit, omit);
}

HERE static inline void sound_costs(const struct many_sound *word, const vec *values, vec lengths, size_t columns,
                                    uint8_t *ret_costs, uint16_t *ret_weights)
{
	vec phones[SOUND_MAX], kinds[SOUND_MAX + 1], omit[SOUND_MAX], row[SOUND_MAX + 1], first = v_set(0);
	mask seen = m_top(v_set(0)), weak[SOUND_MAX];
	const v_table kind = v_table_load(word->others->kinds);
	wide weights = v_no_weights();
	for (size_t i = 0; i < columns; i++) {
		weak[i] = m_top(values[i]);
		phones[i] = v_and(values[i], v_set(0x7F));
		kinds[i] = v_look(kind, phones[i]);
	}
	kinds[columns] = v_set(KIND_VOWEL);
	size_t firsts = 0;
	row[0] = v_set(0);
	for (size_t i = 0; i < columns; i++) {
		const mask here = v_below(v_set((uint8_t)i), lengths), last = v_equal(lengths, v_set((uint8_t)(i + 1)));
		omit[i] = omit_of(word, phones, kinds, weak[i], last, i);
		const mask begins = m_and(m_and(m_not(seen), m_not(weak[i])), here);
		if (m_any(begins)) {
			omit[i] = m_pick(begins, v_add(omit[i], v_half(omit[i])), omit[i]);
			first = m_pick(begins, v_set((uint8_t)(i + 1)), first);
			seen = m_or(seen, m_and(begins, m_not(v_equal(kinds[i], v_set(KIND_VOWEL)))));
			firsts = i + 1;
		}
		weights = v_widen(weights, m_pick(here, omit[i], v_set(0)));
		row[i + 1] = v_add(row[i], omit[i]);
	}
	v_store_wide(ret_weights, weights);
	for (size_t i = 0; i < word->length; i++) {
		const v_table costs = v_table_load(i < word->first ? word->heavy[i] : word->costs[i]);
		const v_table heavy = v_table_load(word->heavy[i]);
		const vec left_out = v_set(word->omit[i]);
		vec diagonal = row[0], left = v_add(row[0], left_out);
		row[0] = left;
		for (size_t j = 0; j < columns; j++) {
			vec cost = v_look(costs, phones[j]);
			if (j < firsts)
				cost = m_pick(v_below(v_set((uint8_t)j), first), v_look(heavy, phones[j]), cost);
			vec best = v_least(v_add(diagonal, cost), v_add(row[j + 1], left_out));
			best = v_least(best, v_add(left, omit[j]));
			diagonal = row[j + 1];
			row[j + 1] = left = best;
		}
	}
	vec result = row[0];
	for (size_t j = 1; j <= columns; j++)
		result = m_pick(v_equal(lengths, v_set((uint8_t)j)), row[j], result);
	v_store(ret_costs, result);
}

/* The column of lengths, then those of bytes, `most` of them at most; returns how many the longest word has. */
HERE static inline size_t columns_of(const uint8_t rows[MANY_MOST][MANY_ROW], size_t count, size_t from, size_t most,
                                     vec *ret_columns)
{
	size_t longest = 0;
	for (size_t i = 0; i < count; i++)
		longest = rows[i][from] > longest ? rows[i][from] : longest;
	longest = longest < most ? longest : most;
	v_columns(rows, count, from, ret_columns);
	if (longest > 15)
		v_columns(rows, count, from + 16, ret_columns + 16);
	return longest;
}

HERE static void compare_lanes(const struct many_word *word, const uint8_t rows[MANY_MOST][MANY_ROW], size_t count,
                               uint8_t *ret_spelling, uint8_t *ret_stripped, uint8_t *ret_sound, uint16_t *ret_weights)
{
	vec columns[32];
	if (word->spelling != NULL || word->stripped != NULL) {
		size_t longest = columns_of(rows, count, ROW_LATIN, PART_MAX, columns);
		for (size_t j = 1; j <= longest; j++) {
			const mask digit = v_below(columns[j], v_set('a'));
			const vec symbols = v_less(columns[j], m_pick(digit, v_set('0' - 26), v_set('a')));
			const mask here = v_below(v_set((uint8_t)(j - 1)), columns[0]);
			columns[j] = m_pick(here, v_and(symbols, v_set(MANY_SYMBOLS - 1)), v_set(MANY_BEHIND));
		}
		if (word->spelling != NULL)
			spelling_costs(word->spelling, columns + 1, columns[0], longest, ret_spelling);
		if (word->stripped != NULL)
			spelling_costs(word->stripped, columns + 1, columns[0], longest, ret_stripped);
	}
	if (word->sound != NULL) {
		size_t longest = columns_of(rows, count, ROW_PHONES, SOUND_MAX, columns);
		sound_costs(word->sound, columns + 1, columns[0], longest, ret_sound, ret_weights);
	}
}

void KERNEL(const struct many_word *word, const uint8_t rows[MANY_MOST][MANY_ROW], size_t count,
            struct many_costs *ret_costs)
{
	for (size_t from = 0; from < count; from += LANES)
		compare_lanes(word, rows + from, count - from < LANES ? count - from : LANES,
		              ret_costs->spelling + from, ret_costs->stripped + from, ret_costs->sound + from,
		              ret_costs->weight + from);
}

#endif
