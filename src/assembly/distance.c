#include "assembly/distance.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct word {
	const char *text;
	size_t length;
};

static size_t split(const char *text, struct word *words)
{
	size_t count = 0;
	for (;;) {
		text += strspn(text, " \t\r\n");
		size_t length = strcspn(text, " \t\r\n");
		if (length == 0 || count == DISTANCE_WORDS)
			return count;
		words[count++] = (struct word){text, length};
		text += length;
	}
}

static bool same(struct word a, struct word b)
{
	return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

int distance_words(const char *one, const char *other)
{
	CLEANUP(memory_freep) struct word *words = memory_zero(2 * DISTANCE_WORDS, sizeof *words);
	CLEANUP(memory_freep) uint32_t *row = memory_zero(DISTANCE_WORDS + 1, sizeof *row);
	if (words == NULL || row == NULL)
		return -1;
	size_t a = split(one, words), b = split(other, words + DISTANCE_WORDS), longest = a > b ? a : b;
	if (longest == 0)
		return 0;
	for (size_t j = 0; j <= b; j++)
		row[j] = (uint32_t)j;
	for (size_t i = 1; i <= a; i++) {
		uint32_t corner = row[0];
		row[0] = (uint32_t)i;
		for (size_t j = 1; j <= b; j++) {
			uint32_t exchanged = corner + !same(words[i - 1], words[DISTANCE_WORDS + j - 1]);
			corner = row[j];
			uint32_t least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
			row[j] = exchanged < least ? exchanged : least;
		}
	}
	return (int)((1000 * (uint64_t)row[b] + longest / 2) / longest);
}
