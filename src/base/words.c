#include "base/words.h"

#include <stdio.h>
#include <string.h>

bool words_hold(const char *words, const char *word)
{
	size_t length = strlen(word);
	if (length == 0 || strchr(word, ' ') != NULL)
		return false;
	for (const char *at = strstr(words, word); at != NULL; at = strstr(at + 1, word))
		if (at != words && at[-1] == ' ' && at[length] == ' ')
			return true;
	return false;
}

const char *words_stranger(const cJSON *object, const char *words)
{
	for (const cJSON *one = object != NULL ? object->child : NULL; one != NULL; one = one->next)
		if (!words_hold(words, one->string))
			return one->string;
	return NULL;
}

const char *words_of_bits(unsigned bits, unsigned count, const char *(*word)(unsigned bit), char *out, size_t size)
{
	size_t length = (size_t)snprintf(out, size, ",");
	for (unsigned i = 0; i < count && length < size; i++)
		if ((bits >> i & 1) != 0)
			length += (size_t)snprintf(out + length, size - length, "%s,", word(i));
	return out;
}
