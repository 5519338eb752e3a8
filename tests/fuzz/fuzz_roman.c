/* Two words: byte 0 and 1 choose their scripts, a line feed parts them. Any bytes are romanised, read as sounds,
 * compared and keyed; the results must be within their limits. */
#include "names/roman.h"
#include "names/sound.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
	if (!condition) {
		abort();
	}
}

static void read_word(const char *bytes, size_t length, enum script script, struct sound *ret_sound)
{
	struct roman roman;
	must(roman_word(bytes, length, script, &roman) == 0);
	must(roman.length <= ROMAN_MAX && roman.latin[roman.length] == 0);
	for (size_t i = 0; i < roman.length; i++) {
		must((roman.latin[i] >= 'a' && roman.latin[i] <= 'z') ||
		     (roman.latin[i] >= '0' && roman.latin[i] <= '9'));
	}
	sound_read(roman.latin, roman.length, script, ret_sound);
	must(ret_sound->length <= SOUND_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2) {
		return 0;
	}
	enum script a_script = (enum script)(data[0] % SCRIPT_COUNT), b_script = (enum script)(data[1] % SCRIPT_COUNT);
	const char *bytes = (const char *)data + 2;
	size -= 2;
	const char *line = memchr(bytes, '\n', size);
	size_t first = line == NULL ? size : (size_t)(line - bytes);
	struct sound a, b;
	read_word(bytes, first, a_script, &a);
	read_word(bytes + first, size - first, b_script, &b);
	double there = sound_similarity(&a, a_script, &b, b_script),
	       back = sound_similarity(&b, b_script, &a, a_script);
	must(there == back && there >= 0 && there <= 1);
	uint32_t keys[SOUND_KEYS_MAX];
	size_t count = sound_keys(&a, keys);
	must(count >= 1 && count <= SOUND_KEYS_MAX);
	return 0;
}
