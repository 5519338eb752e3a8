/* From words to parts.
 *
 * Terms: a word is what split.h finds; a part is what is compared. A person's words become parts by: dropping articles,
 * joining Arabic compounds (compound.h), splitting an unspaced Chinese or Korean name into family and given name, and
 * deciding what each part is (title, particle, initial, patronymic). An organisation's by: finding legal forms (longest
 * phrase first), joining spelled-out acronyms, reading numbers, countries and common words. Invariants: (1) a name that
 * has any letter has at least one part that is not a title, particle or legal form; (2) parts stand in the order
 * written; (3) every byte of a part is set, so that equal parts are equal bytes. */
#include "names/name.h"

#include "base/hash.h"
#include "names/compare.h"
#include "names/compound.h"
#include "names/country.h"
#include "names/words.h"

#include <string.h>

/* How much a part says, of 1000. A name that many bear says less; what a clerk may leave out says little. */
enum {
	WEIGHT_NAME = 1000,
	WEIGHT_COMMON_NAME = 800,
	WEIGHT_INITIAL = 500,
	WEIGHT_PATRONYMIC = 500,
	WEIGHT_PARTICLE = 40,
	WEIGHT_TITLE = 30,
	WEIGHT_SUFFIX = 60,
	WEIGHT_LEGAL_FORM = 120,
	WEIGHT_LEGAL_FORM_OF_PERSON = 40,
	WEIGHT_NUMBER = 500,
	WEIGHT_COMMON_WORD = 450,
	WEIGHT_PLACE = 500,
	WEIGHT_STOP_WORD = 40,
};

struct reader {
	struct arena *arena;
	struct name *name;
	enum name_kind kind;
	int error;
};

enum name_kind name_kind_of_schema(const char *schema)
{
	static const char *const objects[] = {"Vessel", "Airplane", "Vehicle", "Aircraft", NULL};
	if (schema == NULL || strcmp(schema, "Person") == 0)
		return NAME_PERSON;
	for (size_t i = 0; objects[i] != NULL; i++)
		if (strcmp(schema, objects[i]) == 0)
			return NAME_OBJECT;
	return NAME_ORGANIZATION;
}

/* Different spellings that are one: hamza seats and teh marbuta are folded only for this comparison. */
static uint64_t spelling_hash(const struct split_word *word)
{
	if (word->script == SCRIPT_LATIN && !word->has_digits)
		return hash_bytes(word->roman.latin, word->roman.length);
	char text[SPLIT_MAX_TEXT + 1];
	memcpy(text, word->text, word->text_length);
	for (size_t i = 0; word->script == SCRIPT_ARABIC && i + 1 < word->text_length; i += 2)
		if (memcmp(text + i, "ة", 2) == 0)
			memcpy(text + i, "ه", 2);
	return hash_bytes(text, word->text_length);
}

/* Adds a part. Letters cut off a long word still count in its hash, so two long words are the same only when they are.
 */
static struct name_part *add_part(struct reader *reader, const char *latin, size_t length, enum script script,
                                  uint64_t text_hash, enum part_kind kind, uint16_t weight, enum part_role role,
                                  const char *piece, size_t piece_length)
{
	struct name *name = reader->name;
	if (reader->error != JISR_OK || length == 0)
		return NULL;
	if (name->count == NAME_MAX_PARTS) {
		name->truncated = 1;
		return NULL;
	}
	struct name_part *part = arena_alloc(reader->arena, sizeof *part);
	if (part == NULL) {
		reader->error = JISR_NO_MEMORY;
		return NULL;
	}
	part_fill(part, latin, length, script, text_hash, kind, weight);
	if (kind == PART_NAME && reader->kind == NAME_PERSON)
		words_nicknames(latin, length, part->groups);
	name->parts[name->count] = part;
	name->roles[name->count] = (uint8_t)role;
	name->pieces[name->count].text = piece;
	name->pieces[name->count].length = piece_length;
	name->count++;
	return part;
}

static struct name_part *add_word(struct reader *reader, const struct split_word *word, enum part_kind kind,
                                  uint16_t weight, enum part_role role)
{
	return add_part(reader, word->roman.latin, word->roman.length, (enum script)word->script, spelling_hash(word),
	                kind, weight, role, word->piece, word->piece_length);
}

static uint16_t name_weight(const char *latin, size_t length)
{
	return words_common_name(latin, length) ? WEIGHT_COMMON_NAME : WEIGHT_NAME;
}

/* Scripts that have single letters which stand for a name. */
static bool has_initials(enum script script)
{
	return script == SCRIPT_LATIN || script == SCRIPT_CYRILLIC || script == SCRIPT_GREEK;
}

static bool is_vowel(char letter)
{
	return memchr("aeiouy", letter, 6) != NULL;
}

/* "JC", "MD": two capitals that nobody can pronounce, in a name that is not all in capitals. */
static bool is_initial_pair(const struct split_word *word, bool all_capitals)
{
	const char *latin = word->roman.latin;
	return word->script == SCRIPT_LATIN && word->roman.length == 2 && word->capitals && !all_capitals &&
	       !is_vowel(latin[0]) && !is_vowel(latin[1]);
}

static enum person_word person_word(const struct split_word *word)
{
	enum person_word found = words_person(word->roman.latin, word->roman.length);
	return found != PERSON_WORD_NONE ? found : words_person(word->text, word->text_length);
}

/* al, el, ul are articles wherever they stand before a word; the assimilated ones (as, ar, ad ...) may be names of
 * their own (Ad, An, As), so they count only when a hyphen ties them to the word. */
static bool drops_article(const struct split *split, size_t at)
{
	const struct split_word *word = &split->words[at];
	if (at + 1 >= split->count || person_word(word) != PERSON_WORD_ARTICLE)
		return false;
	return word->hyphen || word->script != SCRIPT_LATIN || strcmp(word->roman.latin, "al") == 0 ||
	       strcmp(word->roman.latin, "el") == 0 || strcmp(word->roman.latin, "ul") == 0 ||
	       strcmp(word->roman.latin, "ur") == 0;
}

/* Splits an unspaced Chinese or Korean name. */
static bool split_family(struct reader *reader, const struct split_word *word)
{
	size_t family = 0;
	if (word->script == SCRIPT_HAN && word->characters >= 2 && word->characters <= 4)
		family = words_han_family(word->text, word->text_length, word->characters);
	else if (word->script == SCRIPT_HANGUL && word->characters >= 2 && word->characters <= 4)
		family = words_hangul_family(word->text, word->text_length, word->characters);
	if (family == 0 || word->piece_length != word->text_length)
		return false;
	size_t bytes = family * 3;
	for (size_t half = 0; half < 2; half++) {
		const char *text = word->text + (half == 0 ? 0 : bytes);
		size_t length = half == 0 ? bytes : word->text_length - bytes;
		struct roman roman;
		reader->error = roman_word(text, length, (enum script)word->script, &roman);
		if (reader->error != JISR_OK)
			return true;
		(void)add_part(reader, roman.latin, roman.length, (enum script)word->script, hash_bytes(text, length),
		               PART_NAME, name_weight(roman.latin, roman.length), half == 0 ? ROLE_FAMILY : ROLE_GIVEN,
		               word->piece + (half == 0 ? 0 : bytes), length);
	}
	return true;
}

static bool ends_with(const struct name_part *part, const char *end)
{
	size_t length = strlen(end);
	return part->latin_length > length + 2 && memcmp(part->latin + part->latin_length - length, end, length) == 0;
}

static bool looks_patronymic(const struct name_part *part)
{
	static const char *const ends[] = {"ovich", "evich",  "ovic",   "evic",  "ovych",   "yovych", "iyovych",
	                                   "ovna",  "evna",   "ivna",   "yivna", "inichna", "ilyich", "kuzmich",
	                                   "vich",  "ovitch", "evitch", "ovitj", "owicz",   "uulu",   "kyzy"};
	if (part->script != SCRIPT_LATIN && part->script != SCRIPT_CYRILLIC)
		return false;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends_with(part, ends[i]))
			return true;
	return false;
}

static void set_kind(struct name *name, size_t at, enum part_kind kind, uint16_t weight)
{
	struct name_part *part = (struct name_part *)name->parts[at]; /* ours until name_read returns */
	part->kind = (uint8_t)kind;
	part->weight = weight;
	if (kind != PART_NAME)
		memset(part->groups, 0, sizeof part->groups);
}

/* In a name of three parts or more, the last -vich or -vna that does not stand first is the father's name. */
static void mark_patronymic(struct name *name)
{
	size_t names = 0, last = 0;
	for (size_t i = 0; i < name->count; i++) {
		names += name->parts[i]->kind == PART_NAME;
		if (i > 0 && name->parts[i]->kind == PART_NAME && looks_patronymic(name->parts[i]))
			last = i;
	}
	if (names >= 3 && last > 0)
		set_kind(name, last, PART_PATRONYMIC, WEIGHT_PATRONYMIC);
}

/* Invariant 1: a name of only titles and particles ("Sultan", "King") is a name after all. */
static void keep_some_name(struct name *name)
{
	for (size_t i = 0; i < name->count; i++)
		if (name->parts[i]->kind == PART_NAME || name->parts[i]->kind == PART_INITIAL ||
		    name->parts[i]->kind == PART_PATRONYMIC)
			return;
	for (size_t i = 0; i < name->count; i++)
		set_kind(name, i, PART_NAME, WEIGHT_COMMON_NAME);
}

static const char *piece_end(const struct split_word *word)
{
	return word->piece + word->piece_length;
}

static void read_person_word(struct reader *reader, const struct split *split, size_t at, enum part_role role,
                             bool all_capitals)
{
	const struct split_word *word = &split->words[at];
	const char *canonical;
	enum person_word known = person_word(word);
	if (known == PERSON_WORD_PARTICLE && !(word->roman.length == 1 && (word->dot || word->capitals)))
		(void)add_word(reader, word, PART_PARTICLE, WEIGHT_PARTICLE, role);
	else if (word->roman.length == 1 && has_initials((enum script)word->script))
		(void)add_word(reader, word, PART_INITIAL, WEIGHT_INITIAL, role);
	else if (is_initial_pair(word, all_capitals) && known == PERSON_WORD_NONE)
		for (size_t i = 0; i < 2; i++)
			(void)add_part(reader, word->roman.latin + i, 1, SCRIPT_LATIN,
			               hash_bytes(word->roman.latin + i, 1), PART_INITIAL, WEIGHT_INITIAL, role,
			               word->piece + i, 1);
	else if (known == PERSON_WORD_TITLE || (known == PERSON_WORD_FIRST_TITLE && at == 0 && split->count >= 3))
		(void)add_word(reader, word, PART_TITLE, WEIGHT_TITLE, role);
	else if (known == PERSON_WORD_SUFFIX && at > 0)
		(void)add_word(reader, word, PART_SUFFIX, WEIGHT_SUFFIX, role);
	else if (at > 0 && at + 1 == split->count && word->script == SCRIPT_LATIN && word->roman.length >= 3 &&
	         words_legal(word->roman.latin, word->roman.length, &canonical) != LEGAL_NONE)
		(void)add_word(reader, word, PART_LEGAL_FORM, WEIGHT_LEGAL_FORM_OF_PERSON, role);
	else
		(void)add_word(reader, word, PART_NAME, name_weight(word->roman.latin, word->roman.length), role);
}

static void read_person(struct reader *reader, struct split *split)
{
	bool all_capitals = true;
	for (size_t i = 0; i < split->count; i++) {
		struct split_word *word = &split->words[i];
		all_capitals = all_capitals && (word->script != SCRIPT_LATIN || word->capitals);
		if (word->script == SCRIPT_ARABIC)
			reader->error = compound_strip_article(word);
		else if (has_initials((enum script)word->script) || word->script == SCRIPT_OTHER)
			compound_canonical(&word->roman);
		if (reader->error != JISR_OK)
			return;
	}
	bool comma = split->count > 1 && split->words[0].commas == 0 && split->words[split->count - 1].commas == 1;
	if (split->count == 1 && split_family(reader, &split->words[0]))
		return;
	for (size_t i = 0; i < split->count && reader->error == JISR_OK;) {
		struct split_word *word = &split->words[i];
		enum part_role role = !comma ? ROLE_NONE : word->commas == 0 ? ROLE_FAMILY : ROLE_GIVEN;
		struct roman joined;
		size_t taken = compound_join(split, i, &joined);
		if (taken > 0) {
			const struct split_word *last = &split->words[i + taken - 1];
			(void)add_part(reader, joined.latin, joined.length, (enum script)word->script,
			               hash_bytes(joined.latin, joined.length), PART_NAME,
			               name_weight(joined.latin, joined.length), role, word->piece,
			               (size_t)(piece_end(last) - word->piece));
			i += taken;
			continue;
		}
		if (!drops_article(split, i))
			read_person_word(reader, split, i, role, all_capitals);
		i++;
	}
	mark_patronymic(reader->name);
	keep_some_name(reader->name);
}

/* A legal form that begins at `at`: the number of words it takes, 0 when there is none. Forms of one or two letters
 * count only where forms stand: first or last. */
static size_t legal_form(const struct split *split, size_t at, const char **ret_canonical, enum legal_class *ret_class)
{
	const struct split_word *word = &split->words[at];
	const char *text = word->script == SCRIPT_LATIN ? word->roman.latin : word->text;
	if (!words_legal_start(text, strlen(text)))
		return 0;
	size_t best = 0;
	char phrase[LEGAL_MAX_WORDS * (SPLIT_MAX_TEXT + 1)];
	size_t length = 0;
	for (size_t count = 1; count <= LEGAL_MAX_WORDS && at + count <= split->count; count++) {
		word = &split->words[at + count - 1];
		text = word->script == SCRIPT_LATIN ? word->roman.latin : word->text;
		if (count > 1)
			phrase[length++] = ' ';
		memcpy(phrase + length, text, strlen(text));
		length += strlen(text);
		enum legal_class class = words_legal(phrase, length, ret_canonical);
		bool placed = length > 2 || at == 0 || at + count == split->count ||
		              split->words[at + count].commas > word->commas;
		if (class != LEGAL_NONE && placed && count < split->count) {
			best = count;
			*ret_class = class;
		}
	}
	if (best > 0) { /* the longest one again, for its canonical form */
		length = 0;
		for (size_t i = 0; i < best; i++) {
			word = &split->words[at + i];
			text = word->script == SCRIPT_LATIN ? word->roman.latin : word->text;
			if (i > 0)
				phrase[length++] = ' ';
			memcpy(phrase + length, text, strlen(text));
			length += strlen(text);
		}
		(void)words_legal(phrase, length, ret_canonical);
	}
	return best;
}

/* Joins runs of single letters written with full stops (A.B.C., S.A.R.L.) into one word. */
static void join_acronyms(struct split *split)
{
	size_t kept = 0;
	for (size_t i = 0; i < split->count;) {
		size_t run = 0;
		while (i + run < split->count && split->words[i + run].characters == 1 &&
		       has_initials((enum script)split->words[i + run].script) &&
		       (run == 0 || split->words[i + run - 1].dot))
			run++;
		if (kept != i)
			split->words[kept] = split->words[i];
		struct split_word *word = &split->words[kept++];
		for (size_t k = 1; k < run; k++) {
			const struct split_word *next = &split->words[i + k];
			if (word->text_length + next->text_length > SPLIT_MAX_TEXT ||
			    word->roman.length + next->roman.length > ROMAN_MAX)
				break;
			memcpy(word->text + word->text_length, next->text, next->text_length + 1u);
			word->text_length = (uint8_t)(word->text_length + next->text_length);
			word->characters++;
			memcpy(word->roman.latin + word->roman.length, next->roman.latin, next->roman.length + 1u);
			word->roman.length = (unsigned char)(word->roman.length + next->roman.length);
			word->piece_length = (size_t)(piece_end(next) - word->piece);
		}
		i += run > 1 ? run : 1;
	}
	split->count = kept;
}

static bool all_digits(const struct split_word *word)
{
	for (size_t i = 0; i < word->roman.length; i++)
		if (word->roman.latin[i] < '0' || word->roman.latin[i] > '9')
			return false;
	return true;
}

/* "forty-four", "forty 4": a number word for tens, and one for the unit, are one number. */
static bool joins_number(const struct name_part *before, const char *digits)
{
	return before->kind == PART_NUMBER && before->latin_length == 2 && before->latin[1] == '0' &&
	       strlen(digits) == 1 && digits[0] != '0';
}

static void add_number(struct reader *reader, const struct split_word *word, const char *digits)
{
	struct name *name = reader->name;
	while (digits[0] == '0' && digits[1] != '\0')
		digits++;
	if (name->count > 0 && joins_number(name->parts[name->count - 1], digits) && !all_digits(word - 1)) {
		struct name_part *part = (struct name_part *)name->parts[name->count - 1];
		char joined[3] = {part->latin[0], digits[0], '\0'};
		part_fill(part, joined, 2, SCRIPT_LATIN, hash_bytes(joined, 2), PART_NUMBER, WEIGHT_NUMBER);
		name->pieces[name->count - 1].length = (size_t)(piece_end(word) - name->pieces[name->count - 1].text);
		return;
	}
	(void)add_part(reader, digits, strlen(digits), SCRIPT_LATIN, hash_bytes(digits, strlen(digits)), PART_NUMBER,
	               WEIGHT_NUMBER, ROLE_NONE, word->piece, word->piece_length);
}

/* A country or its adjective; short words are too ambiguous (de, la, co), save three that are always meant so. */
static bool place(const struct split_word *word, char code[3])
{
	const char *latin = word->roman.latin;
	bool known_short = strcmp(latin, "uk") == 0 || strcmp(latin, "usa") == 0 || strcmp(latin, "uae") == 0;
	if (!known_short && word->roman.length < 4)
		return false;
	if (strcmp(latin, "uk") == 0)
		latin = "gb";
	return word->script == SCRIPT_LATIN ? country_read(latin, strlen(latin), code)
	                                    : country_read(word->text, word->text_length, code);
}

static void read_organization(struct reader *reader, struct split *split)
{
	join_acronyms(split);
	for (size_t i = 0; i < split->count && reader->error == JISR_OK;) {
		const struct split_word *word = &split->words[i];
		const char *canonical = "";
		enum legal_class class = LEGAL_NONE;
		size_t taken = reader->kind == NAME_ORGANIZATION ? legal_form(split, i, &canonical, &class) : 0;
		if (taken > 0) {
			struct name_part *part = add_part(
				reader, canonical, strlen(canonical), SCRIPT_LATIN,
				hash_bytes(canonical, strlen(canonical)), PART_LEGAL_FORM, WEIGHT_LEGAL_FORM, ROLE_NONE,
				word->piece, (size_t)(piece_end(&split->words[i + taken - 1]) - word->piece));
			if (part != NULL)
				part->groups[0] = (uint16_t) class;
			i += taken;
			continue;
		}
		enum organization_word known = words_organization(word->roman.latin, word->roman.length, &canonical);
		if (known == ORGANIZATION_WORD_NONE)
			known = words_organization(word->text, word->text_length, &canonical);
		char code[3];
		if (all_digits(word))
			add_number(reader, word, word->roman.latin);
		else if (known == ORGANIZATION_WORD_NUMBER && (i > 0 || word->roman.length > 1))
			add_number(reader, word, canonical);
		else if (known == ORGANIZATION_WORD_VESSEL && i == 0 && reader->kind == NAME_OBJECT)
			(void)add_word(reader, word, PART_TITLE, WEIGHT_TITLE, ROLE_NONE);
		else if (known == ORGANIZATION_WORD_STOP)
			(void)add_word(reader, word, PART_PARTICLE, WEIGHT_STOP_WORD, ROLE_NONE);
		else if (known == ORGANIZATION_WORD_COMMON && reader->kind == NAME_ORGANIZATION)
			(void)add_part(reader, canonical, strlen(canonical), SCRIPT_LATIN,
			               hash_bytes(canonical, strlen(canonical)), PART_COMMON, WEIGHT_COMMON_WORD,
			               ROLE_NONE, word->piece, word->piece_length);
		else if (reader->kind == NAME_ORGANIZATION && place(word, code))
			(void)add_part(reader, code, 2, SCRIPT_LATIN, hash_bytes(code, 2), PART_PLACE, WEIGHT_PLACE,
			               ROLE_NONE, word->piece, word->piece_length);
		else
			(void)add_word(reader, word, PART_NAME, WEIGHT_NAME, ROLE_NONE);
		i++;
	}
	for (size_t i = 0; i < reader->name->count; i++)
		if (reader->name->parts[i]->weight >= 400)
			return;
	for (size_t i = 0; i < reader->name->count; i++)
		set_kind(reader->name, i, PART_NAME, WEIGHT_COMMON_NAME);
}

static void count_scripts(struct name *name)
{
	uint32_t seen = 0;
	for (size_t i = 0; i < name->count; i++)
		seen |= 1u << (name->parts[i]->script % 32);
	name->scripts = (uint8_t)__builtin_popcount(seen);
}

int name_read(const char *bytes, size_t length, enum name_kind kind, struct arena *arena, struct name **ret_name)
{
	struct split split;
	size_t kept = length > NAME_MAX_BYTES ? NAME_MAX_BYTES : length;
	char *copy = arena_text(arena, bytes, kept);
	struct name *name = arena_zero(arena, 1, sizeof *name);
	if (copy == NULL || name == NULL)
		return JISR_NO_MEMORY;
	int error = split_name(copy, kept, kind, &split);
	if (error != JISR_OK)
		return error;
	name->kind = (uint8_t)kind;
	name->truncated = split.truncated || length > NAME_MAX_BYTES;
	struct reader reader = {arena, name, kind, JISR_OK};
	if (kind == NAME_PERSON)
		read_person(&reader, &split);
	else
		read_organization(&reader, &split);
	if (reader.error != JISR_OK)
		return reader.error;
	count_scripts(name);
	*ret_name = name;
	return JISR_OK;
}

int name_read_fields(const char *family, const char *given, struct arena *arena, struct name **ret_name)
{
	const char *first = family != NULL ? family : "", *second = given != NULL ? given : "";
	const char *between = *first != '\0' && *second != '\0' ? ", " : "";
	char *joined = arena_format(arena, "%s%s%s", first, between, second);
	if (joined == NULL)
		return JISR_NO_MEMORY;
	return name_read(joined, strlen(joined), NAME_PERSON, arena, ret_name);
}

bool part_join(const struct name *name, size_t from, size_t count, struct name_part *ret_part)
{
	char latin[PART_MAX];
	size_t length = 0;
	for (size_t i = from; i < from + count; i++) {
		const struct name_part *part = name->parts[i];
		if (length + part->latin_length > PART_MAX)
			return false;
		memcpy(latin + length, part->latin, part->latin_length);
		length += part->latin_length;
	}
	part_fill(ret_part, latin, length, (enum script)name->parts[from]->script, hash_bytes(latin, length), PART_NAME,
	          WEIGHT_NAME);
	return true;
}
