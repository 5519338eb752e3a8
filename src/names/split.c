/* One pass over the code points finds words; each word is then folded and romanised.
 *
 * A word is a run of letters, digits and marks of one script. What does not end a word: apostrophes of every shape
 * (they are left out: O'Brien, Qa'ida, Cho'ng; a Hebrew word keeps its geresh, which changes the consonant), and
 * characters that cannot be seen (direction marks, joiners, soft hyphens). What ends it: everything else, a change of
 * script, and a small letter before a capital when three letters or more stand before (FridrichBuchenberg, but not
 * McDonald or LeBron). */
#include "names/split.h"

#include "base/utf8.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#define MOST_MARKS 3 /* combining marks kept in a row: more are an attack or a mistake */
#define MOST_UNITS 96

enum class { CLASS_BREAK, CLASS_LETTER, CLASS_DIGIT, CLASS_MARK, CLASS_APOSTROPHE, CLASS_INVISIBLE };

static bool is_apostrophe(uint32_t code)
{
	switch (code) {
	case '\'':
	case '`':
	case 0xB4:
	case 0x2BB:
	case 0x2BC:
	case 0x2BD:
	case 0x2BE:
	case 0x2BF:
	case 0x2B9:
	case 0x2018:
	case 0x2019:
	case 0x201B:
	case 0x2032:
	case 0x5F3:
	case 0xFF07:
	case 0x2C8:
	case 0x55A: return true;
	}
	return false;
}

static enum class class_of(uint32_t code) {
	if (code < 0x80){if ((code | 32) >= 'a' && (code | 32) <= 'z') return CLASS_LETTER;
	                 if (code >= '0' && code <= '9') return CLASS_DIGIT;
	                 return code == '\'' || code == '`' ? CLASS_APOSTROPHE : CLASS_BREAK;}
if (is_apostrophe(code)) return CLASS_APOSTROPHE;
switch (u_charType((UChar32)code)) {
case U_UPPERCASE_LETTER:
case U_LOWERCASE_LETTER:
case U_TITLECASE_LETTER:
case U_MODIFIER_LETTER:
case U_OTHER_LETTER:
case U_LETTER_NUMBER: return CLASS_LETTER;
case U_DECIMAL_DIGIT_NUMBER:
case U_OTHER_NUMBER: return CLASS_DIGIT;
case U_NON_SPACING_MARK:
case U_COMBINING_SPACING_MARK:
case U_ENCLOSING_MARK: return CLASS_MARK;
case U_FORMAT_CHAR:
case U_CONTROL_CHAR: return CLASS_INVISIBLE;
}
return code == 0x640 ? CLASS_INVISIBLE : CLASS_BREAK; /* 0x640: Arabic tatweel, only stretches */
}

/* Marks that Arabic and Hebrew write or leave out at will. */
static bool is_optional_mark(UChar32 code)
{
	return (code >= 0x64B && code <= 0x65F) || code == 0x670 || (code >= 0x591 && code <= 0x5C7) || code == 0x640;
}

/* Letters of Arabic script that different keyboards write for the same letter. ة is kept: it sounds like a. */
static UChar32 plain_arabic(UChar32 code)
{
	switch (code) {
	case 0x622:
	case 0x623:
	case 0x625:
	case 0x671:
	case 0x672:
	case 0x673: return 0x627; /* alefs */
	case 0x649:
	case 0x6CC:
	case 0x6D2:
	case 0x6CD:
	case 0x6CE:
	case 0x626: return 0x64A; /* yehs */
	case 0x6A9:
	case 0x6AA: return 0x643; /* kafs */
	case 0x6C1:
	case 0x6BE:
	case 0x6D5:
	case 0x6C0:
	case 0x6C2: return 0x647; /* hehs */
	case 0x6C3: return 0x629; /* teh marbuta goal */
	case 0x624: return 0x648; /* waw with hamza */
	case 0x6BA: return 0x646; /* noon ghunna */
	}
	return code;
}

static int fold_unicode(struct split_word *word, const UChar *units, int32_t count)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *normalizer = unorm2_getNFKCCasefoldInstance(&status);
	UChar folded[MOST_UNITS * 4];
	int32_t length =
		U_FAILURE(status) ? 0 : unorm2_normalize(normalizer, units, count, folded, MOST_UNITS * 4, &status);
	if (status == U_BUFFER_OVERFLOW_ERROR)
		length = MOST_UNITS * 4;
	else if (U_FAILURE(status))
		return JISR_NO_MEMORY;
	size_t used = 0;
	word->characters = 0;
	for (int32_t i = 0; i < length;) {
		UChar32 code;
		U16_NEXT(folded, i, length, code);
		if (is_optional_mark(code) || U_IS_SURROGATE(code))
			continue;
		if (word->script == SCRIPT_ARABIC)
			code = plain_arabic(code);
		int32_t digit = u_charDigitValue(code);
		if (digit >= 0)
			code = '0' + digit;
		char bytes[4];
		size_t size = utf8_put(bytes, (uint32_t)code);
		if (used + size > SPLIT_MAX_TEXT)
			break;
		memcpy(word->text + used, bytes, size);
		used += size;
		word->characters++;
	}
	word->text[used] = '\0';
	word->text_length = (uint8_t)used;
	return JISR_OK;
}

/* A digit that stands for the letter it looks like, in a person's name: Ig0r, Sech1n. */
static char letter_for_digit(char digit)
{
	static const char letters[10] = {'o', 'i', 'z', 'e', 'a', 's', 'g', 't', 'b', 'g'};
	return digit >= '0' && digit <= '9' ? letters[digit - '0'] : digit;
}

/* Digits inside a Latin word are letters in disguise, unless they make up most of it (Apt12, A320). */
static void unmask_digits(struct roman *roman)
{
	size_t digits = 0;
	for (size_t i = 0; i < roman->length; i++)
		digits += roman->latin[i] >= '0' && roman->latin[i] <= '9';
	if (digits == 0 || digits * 2 >= roman->length)
		return;
	for (size_t i = 0; i < roman->length; i++)
		roman->latin[i] = letter_for_digit(roman->latin[i]);
}

/* Letters of a script that nobody romanises (Khmer, Lao): two Latin consonants for each character, so that words of the
 * script still compare with each other by their letters. */
static void stand_in(struct split_word *word)
{
	static const char consonants[] = "bcdfghjklmnpqrstvwxz";
	const char *cursor = word->text, *end = word->text + word->text_length;
	size_t length = 0;
	while (cursor < end && length + 2 <= ROMAN_MAX) {
		uint32_t code = utf8_next(&cursor, end);
		word->roman.latin[length++] = consonants[code / 20 % 20];
		word->roman.latin[length++] = consonants[code % 20];
	}
	word->roman.latin[length] = '\0';
	word->roman.length = (unsigned char)length;
}

/* The state of the pass: the word being collected. */
struct run {
	const char *start, *end; /* in the original */
	UChar units[MOST_UNITS];
	int32_t count;
	int marks;         /* in a row */
	bool ascii;        /* only ASCII letters and digits so far */
	bool small, large; /* cased letters seen */
	bool last_small;   /* the last letter was a small one */
	bool digits;
	int letters;
	enum script script; /* SCRIPT_NONE while only digits were seen */
};

static void run_add(struct run *run, uint32_t code)
{
	if (run->count + 2 > MOST_UNITS)
		return;
	U16_APPEND_UNSAFE(run->units, run->count, (UChar32)code);
}

static int run_close(struct run *run, struct split *split, enum name_kind kind, uint8_t commas)
{
	if (run->count == 0)
		return JISR_OK;
	struct run closed = *run;
	*run = (struct run){.ascii = true, .script = SCRIPT_NONE};
	if (split->count == SPLIT_MAX_WORDS) {
		split->truncated = true;
		return JISR_OK;
	}
	struct split_word *word = &split->words[split->count];
	*word = (struct split_word){.piece = closed.start,
	                            .piece_length = (size_t)(closed.end - closed.start),
	                            .script = closed.script == SCRIPT_NONE ? SCRIPT_LATIN : (uint8_t)closed.script,
	                            .commas = commas,
	                            .has_digits = closed.digits,
	                            .capitals = closed.script == SCRIPT_LATIN && closed.large && !closed.small};
	int error;
	if (closed.ascii) {
		int32_t length = closed.count > SPLIT_MAX_TEXT ? SPLIT_MAX_TEXT : closed.count;
		for (int32_t i = 0; i < length; i++)
			word->text[i] = (char)(closed.units[i] >= 'A' && closed.units[i] <= 'Z' ? closed.units[i] | 32
			                                                                        : closed.units[i]);
		word->text_length = word->characters = (uint8_t)length;
		word->roman.length = (uint8_t)(length > ROMAN_MAX ? ROMAN_MAX : length);
		memcpy(word->roman.latin, word->text, word->roman.length);
	} else {
		error = fold_unicode(word, closed.units, closed.count);
		if (error == JISR_OK && word->text_length > 0)
			error = roman_word(word->text, word->text_length, word->script, &word->roman);
		if (error != JISR_OK)
			return error;
	}
	if (kind == NAME_PERSON && closed.digits && closed.script == SCRIPT_LATIN)
		unmask_digits(&word->roman);
	if (word->roman.length == 0 && word->script == SCRIPT_OTHER)
		stand_in(word);
	if (word->roman.length > 0)
		split->count++;
	return JISR_OK;
}

static bool mac_prefix(const struct run *run)
{
	return run->count == 3 && (run->units[0] | 32) == 'm' && (run->units[1] | 32) == 'a' &&
	       (run->units[2] | 32) == 'c';
}

/* A capital that ends the word begins no new one (GmbH). */
static bool letter_follows(const char *cursor, const char *end)
{
	return cursor < end && class_of(utf8_next(&cursor, end)) == CLASS_LETTER;
}

/* True when a letter of this script cannot go on the word. */
static bool script_breaks(const struct run *run, enum script script)
{
	return run->script != SCRIPT_NONE && script != run->script;
}

int split_name(const char *bytes, size_t length, enum name_kind kind, struct split *ret_split)
{
	struct split *split = ret_split;
	split->count = 0;
	split->truncated = length > NAME_MAX_BYTES;
	const char *cursor = bytes, *end = bytes + utf8_cut(bytes, length, NAME_MAX_BYTES);
	struct run run = {.ascii = true, .script = SCRIPT_NONE};
	uint8_t commas = 0;
	int error = JISR_OK;
	while (cursor < end && error == JISR_OK) {
		const char *start = cursor;
		uint32_t code = utf8_next(&cursor, end);
		if (code == UTF8_INVALID || code == 0)
			continue;
		enum class class = class_of(code);
		if (class == CLASS_INVISIBLE && code >= 0x20)
			continue;
		if (class == CLASS_APOSTROPHE) {
			if (run.script == SCRIPT_HEBREW) {
				run_add(&run, 0x5F3);
				run.end = cursor;
			}
			continue;
		}
		if (class == CLASS_MARK) {
			if (run.count > 0 && run.marks++ < MOST_MARKS) {
				run_add(&run, code);
				run.ascii = false;
				run.end = cursor;
			}
			continue;
		}
		if (class == CLASS_BREAK || class == CLASS_INVISIBLE) {
			size_t before = split->count;
			bool open = run.count > 0;
			error = run_close(&run, split, kind, commas);
			bool closed = open && split->count > before;
			if (closed && (code == '-' || code == 0x2010 || code == 0x2011 || code == 0x5BE))
				split->words[split->count - 1].hyphen = true;
			if (closed && code == '.')
				split->words[split->count - 1].dot = true;
			if ((code == ',' || code == 0x60C || code == 0xFF0C) && commas < 250)
				commas++;
			continue;
		}
		enum script script = class == CLASS_LETTER ? script_of(code) : SCRIPT_NONE;
		bool small = false, large = false;
		if (class == CLASS_LETTER) {
			small = code < 0x80 ? code >= 'a' : u_islower((UChar32)code);
			large = code < 0x80 ? code <= 'Z' : u_isupper((UChar32)code);
			bool hump = large && run.last_small && run.letters >= 3 && !mac_prefix(&run) &&
			            letter_follows(cursor, end);
			if (script_breaks(&run, script) || hump)
				error = run_close(&run, split, kind, commas);
			if (error != JISR_OK)
				break;
			run.script = script;
			run.letters++;
		} else {
			run.digits = true;
		}
		if (run.count == 0)
			run.start = start;
		run_add(&run, code);
		run.end = cursor;
		run.marks = 0;
		run.ascii = run.ascii && code < 0x80;
		run.small = run.small || small;
		run.large = run.large || large;
		run.last_small = small;
	}
	if (error == JISR_OK)
		error = run_close(&run, split, kind, commas);
	return error;
}
