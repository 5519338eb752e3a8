/* Terms
 *   letter  a code point without case and accent; what is neither letter nor digit ends a word
 *   word    a run of letters; each Han character is a word by itself, because nothing stands between its words
 *   term    one or more words that must follow each other, with what was said about them
 *   clause  terms of which one must hold; all clauses must
 *
 *   token   a number for a word or for how it begins, the same for the words of queries and of records
 *
 * Who goes through records without an index of words looks at the bytes of a record first: when it is all ASCII and one
 * word of a clause is not in it, it is left. */
#include "web/yente_text.h"

#include "base/hash.h"
#include "base/utf8.h"

#include <pthread.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

#define LETTER_NONE 0 /* ends a word */
#define LETTER_MARK 1 /* stands for nothing */
#define LETTER_HAN  2 /* a word by itself */

/* Letters of the first plane; the others are looked up. */
static uint16_t letters[0x10000];
static pthread_once_t letters_once = PTHREAD_ONCE_INIT;

static uint32_t find_letter(uint32_t code)
{
	if (u_charType((UChar32)code) == U_NON_SPACING_MARK || code == 0x640 || code == 0x200C || code == 0x200D)
		return LETTER_MARK;
	if (!u_isalnum((UChar32)code))
		return code == '\'' || code == 0x2019 ? LETTER_MARK : LETTER_NONE;
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *normalizer = unorm2_getNFKDInstance(&status);
	UChar apart[32];
	int32_t count = U_SUCCESS(status) ? unorm2_getDecomposition(normalizer, (UChar32)code, apart, 32, &status) : -1;
	if (U_SUCCESS(status) && count > 0 && (apart[0] & 0xF800) != 0xD800 && u_isalnum(apart[0]))
		code = apart[0];
	return (uint32_t)u_foldCase((UChar32)code, U_FOLD_CASE_DEFAULT);
}

static void find_letters(void)
{
	for (uint32_t code = 0; code < 0x10000; code++)
		letters[code] = (uint16_t)find_letter(code);
}

static uint32_t letter_of(uint32_t code)
{
	return code < 0x10000 ? letters[code] : code == UTF8_INVALID ? LETTER_NONE : find_letter(code);
}

static bool is_han(uint32_t code)
{
	return code >= 0x2E80 && u_hasBinaryProperty((UChar32)code, UCHAR_IDEOGRAPHIC);
}

struct word {
	const uint32_t *letters;
	uint32_t count;
	const char *ascii; /* the same in lower-case ASCII, ended with 0; NULL when it has other letters */
};

struct term {
	struct yente_field field; /* YENTE_FIELD_NONE: anywhere */
	bool fielded, negative, prefix;
	const struct word *words;
	size_t count;
};

struct clause {
	size_t first, count; /* terms */
};

struct yente_text {
	struct term terms[YENTE_TEXT_TERMS];
	struct clause clauses[YENTE_TEXT_TERMS];
	size_t term_count, clause_count;
	const char *words;
	size_t letter_count;
	struct yente_need *needs;
	size_t need_count;
};

/* --- words of a text --- */

struct reader {
	const char *at, *end;
};

/* Compares the next word with `word`: 1 the same, 0 another, -1 no word left. `begins` is enough when asked for. */
static int next_word(struct reader *reader, const struct word *word, bool prefix)
{
	uint32_t letter = LETTER_NONE, code = 0, seen = 0;
	bool same = true, any = false, han = false;
	while (reader->at < reader->end) {
		const char *here = reader->at;
		unsigned char byte = (unsigned char)*reader->at;
		if (byte < 0x80) {
			code = byte;
			reader->at++;
		} else {
			code = utf8_next(&reader->at, reader->end);
		}
		letter = letter_of(code);
		if (letter == LETTER_MARK)
			continue;
		if (letter == LETTER_NONE) {
			if (any)
				break;
			continue;
		}
		han = byte >= 0x80 && is_han(letter);
		if (han && any) { /* the word before ends here */
			reader->at = here;
			break;
		}
		same = same && (seen < word->count ? letter == word->letters[seen] : prefix);
		seen++;
		any = true;
		if (han)
			break;
	}
	if (!any)
		return -1;
	return same && seen >= word->count;
}

#define TOKEN_LETTERS 3 /* of a beginning */
#define TOKEN_WHOLE   0x9e3779b97f4a7c15u
#define TOKEN_BEGIN   0xc2b2ae3d27d4eb4fu

static uint64_t token_letter(uint64_t token, uint32_t letter)
{
	return (token ^ letter) * 0x100000001b3u;
}

/* The end of a token: bits of all letters in all places; never 0. */
static uint64_t token_end(uint64_t token, uint64_t kind)
{
	uint64_t end = hash_number(token ^ kind);
	return end != 0 ? end : 1;
}

bool yente_text_word(const char **at, const char *end, struct yente_word *ret_word)
{
	uint64_t token = 0, begin = 0;
	uint32_t seen = 0;
	pthread_once(&letters_once, find_letters);
	while (*at < end) {
		const char *here = *at;
		uint32_t letter = letter_of(utf8_next(at, end));
		if (letter == LETTER_MARK)
			continue;
		if (letter == LETTER_NONE) {
			if (seen > 0)
				break;
			continue;
		}
		bool han = is_han(letter);
		if (han && seen > 0) { /* the word before ends here */
			*at = here;
			break;
		}
		token = token_letter(token, letter);
		if (++seen == TOKEN_LETTERS)
			begin = token;
		if (han)
			break;
	}
	*ret_word = (struct yente_word){token_end(token, TOKEN_WHOLE),
	                                seen >= TOKEN_LETTERS ? token_end(begin, TOKEN_BEGIN) : 0};
	return seen > 0;
}

static bool holds_phrase(const struct term *term, const char *value, size_t length)
{
	struct reader reader = {value, value + length};
	for (;;) {
		bool last = term->count == 1;
		int same = next_word(&reader, &term->words[0], last && term->prefix);
		if (same < 0)
			return false;
		if (same == 0)
			continue;
		struct reader rest = reader;
		size_t i = 1;
		while (i < term->count && next_word(&rest, &term->words[i], i + 1 == term->count && term->prefix) == 1)
			i++;
		if (i == term->count)
			return true;
	}
}

/* --- reading a query --- */

struct parse {
	struct yente_text *text;
	struct arena *arena;
	struct problem *problem;
	const char *at;
	bool simple;
	bool negative, or ; /* said before the next term */
};

static int refuse(struct parse *parse, const char *what)
{
	return problem_set(parse->problem, JISR_BAD_INPUT,
	                   "Invalid query: %s. With simple=true every text is accepted.", what);
}

/* Makes the words of a term. */
static int read_words(struct parse *parse, const char *bytes, size_t length, struct term *term)
{
	struct word *words = arena_zero(parse->arena, length + 1, sizeof *words);
	uint32_t *all = arena_alloc(parse->arena, (length + 1) * sizeof *all);
	const char *at = bytes, *end = bytes + length;
	struct word *word = NULL;
	size_t used = 0;
	if (words == NULL || all == NULL)
		return JISR_NO_MEMORY;
	while (at < end) {
		uint32_t letter = letter_of(utf8_next(&at, end));
		if (letter == LETTER_MARK)
			continue;
		if (letter == LETTER_NONE) {
			word = NULL;
			continue;
		}
		bool han = is_han(letter);
		if (word == NULL || han) {
			word = &words[term->count++];
			word->letters = all + used;
		}
		all[used++] = letter;
		word->count++;
		word = han ? NULL : word;
	}
	parse->text->letter_count += used;
	if (parse->text->letter_count > YENTE_TEXT_LETTERS)
		return problem_set(parse->problem, JISR_TOO_LARGE, "Invalid query: more than %d letters",
		                   YENTE_TEXT_LETTERS);
	for (size_t i = 0; i < term->count; i++) {
		char *ascii = arena_alloc(parse->arena, words[i].count + 1);
		if (ascii == NULL)
			return JISR_NO_MEMORY;
		bool plain = true;
		for (uint32_t k = 0; k < words[i].count; k++) {
			plain &= words[i].letters[k] < 0x80;
			ascii[k] = (char)words[i].letters[k];
		}
		ascii[words[i].count] = '\0';
		words[i].ascii = plain ? ascii : NULL;
	}
	term->words = words;
	return JISR_OK;
}

static int add_term(struct parse *parse, const char *field, const char *bytes, size_t length, bool prefix)
{
	struct yente_text *text = parse->text;
	struct term term = {.negative = parse->negative, .prefix = prefix};
	bool or = parse->or ;
	parse->negative = parse->or = false;
	if (field != NULL) {
		term.fielded = true;
		term.field = strcmp(field, "name") == 0 ? yente_field("names") : yente_field(field);
	}
	int error = read_words(parse, bytes, length, &term);
	if (error != JISR_OK || term.count == 0)
		return error;
	if (text->term_count == YENTE_TEXT_TERMS)
		return problem_set(parse->problem, JISR_TOO_LARGE, "Invalid query: more than %d words",
		                   YENTE_TEXT_TERMS);
	if (or &&text->clause_count > 0)
		text->clauses[text->clause_count - 1].count++;
	else
		text->clauses[text->clause_count++] = (struct clause){text->term_count, 1};
	text->terms[text->term_count++] = term;
	if (term.negative || term.fielded)
		return JISR_OK;
	text->words = arena_format(parse->arena, "%s%s%.*s", text->words, *text->words != '\0' ? " " : "", (int)length,
	                           bytes);
	return text->words == NULL ? JISR_NO_MEMORY : JISR_OK;
}

/* A word or field:word. */
static int read_bare(struct parse *parse, const char *field)
{
	static const char ends[] = " \t\r\n\"()";
	const char *from = parse->at;
	size_t length = strcspn(from, ends);
	const char *colon = field == NULL && !parse->simple ? memchr(from, ':', length) : NULL;
	if (colon != NULL && colon > from && colon[1] != '\0') {
		const char *name = arena_text(parse->arena, from, (size_t)(colon - from));
		parse->at = colon + 1;
		if (name == NULL)
			return JISR_NO_MEMORY;
		if (*parse->at != '"')
			return read_bare(parse, name);
		const char *close = strchr(parse->at + 1, '"');
		if (close == NULL)
			return refuse(parse, "a quotation mark is not closed");
		from = parse->at + 1;
		parse->at = close + 1;
		return add_term(parse, name, from, (size_t)(close - from), false);
	}
	parse->at += length;
	if (field == NULL && length == 2 && memcmp(from, "OR", 2) == 0) {
		parse->or = true;
		return JISR_OK;
	}
	if (field == NULL && length == 3 && memcmp(from, "AND", 3) == 0)
		return JISR_OK;
	if (field == NULL && length == 3 && memcmp(from, "NOT", 3) == 0) {
		parse->negative = true;
		return JISR_OK;
	}
	if (!parse->simple && strcspn(from, "/[]{}^") < length)
		return refuse(parse, "/, [, ], {, } and ^ stand for themselves only between quotation marks");
	size_t star = strcspn(from, "*");
	bool prefix = star < length;
	return add_term(parse, field, from, prefix ? star : length, prefix);
}

static int read_query(struct parse *parse)
{
	int depth = 0, error = JISR_OK;
	while (error == JISR_OK && *(parse->at += strspn(parse->at, " \t\r\n")) != '\0') {
		char byte = *parse->at;
		if (byte == '(' || byte == ')') {
			depth += byte == '(' ? 1 : -1;
			if (depth < 0 && !parse->simple)
				return refuse(parse, "a bracket is closed that was not opened");
			parse->at++;
		} else if (byte == '"') {
			const char *close = strchr(parse->at + 1, '"'), *from = parse->at + 1;
			if (close == NULL && !parse->simple)
				return refuse(parse, "a quotation mark is not closed");
			parse->at = close == NULL ? from : close + 1;
			if (close != NULL)
				error = add_term(parse, NULL, from, (size_t)(close - from), false);
		} else if (byte == '-' || byte == '!') {
			parse->negative = true;
			parse->at++;
		} else if (byte == '|') {
			parse->or = true;
			parse->at++;
		} else if (byte == '+' || byte == '&') {
			parse->at++;
		} else {
			error = read_bare(parse, NULL);
		}
	}
	if (error == JISR_OK && depth > 0 && !parse->simple)
		error = refuse(parse, "a bracket is not closed");
	return error;
}

/* The token of a word of a query; 0 when it says nothing that an index of words knows. */
static uint64_t need_of(const struct word *word, bool begins)
{
	uint64_t token = 0;
	if (begins && word->count < TOKEN_LETTERS)
		return 0;
	for (uint32_t i = 0; i < word->count && (!begins || i < TOKEN_LETTERS); i++)
		token = token_letter(token, word->letters[i]);
	return token_end(token, begins ? TOKEN_BEGIN : TOKEN_WHOLE);
}

/* Whether what the term looks at stands in the record, so that its words can be told from it. Schema, datasets and dates
 * may stand in a record otherwise than in the answer. */
static bool in_record(const struct term *term)
{
	enum yente_field_kind kind = term->field.kind;
	return !term->negative && (!term->fielded || kind == YENTE_FIELD_PROPERTY || kind == YENTE_FIELD_TYPE ||
	                           kind == YENTE_FIELD_CAPTION || kind == YENTE_FIELD_ID);
}

/* The needs of a clause are taken back when one of its terms has none. */
static int read_needs(struct yente_text *text, struct arena *arena)
{
	size_t words = 0;
	for (size_t i = 0; i < text->term_count; i++)
		words += text->terms[i].count;
	text->needs = arena_zero(arena, words + 1, sizeof *text->needs);
	if (text->needs == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < text->clause_count; i++) {
		size_t before = text->need_count;
		bool all = true;
		for (size_t k = text->clauses[i].first; all && k < text->clauses[i].first + text->clauses[i].count;
		     k++) {
			const struct term *term = &text->terms[k];
			size_t found = text->need_count;
			for (size_t n = 0; n < term->count && in_record(term); n++) {
				uint64_t token = need_of(&term->words[n], term->prefix && n + 1 == term->count);
				if (token != 0)
					text->needs[text->need_count++] =
						(struct yente_need){token, (uint16_t)i, (uint16_t)k};
			}
			all = text->need_count > found;
		}
		if (!all)
			text->need_count = before;
	}
	return JISR_OK;
}

const struct yente_need *yente_text_needs(const struct yente_text *text, size_t *ret_count)
{
	*ret_count = text->need_count;
	return text->needs;
}

int yente_text_read(const char *query, bool simple, struct arena *arena, struct yente_text **ret_text,
                    struct problem *problem)
{
	pthread_once(&letters_once, find_letters);
	struct yente_text *text = arena_zero(arena, 1, sizeof *text);
	if (text == NULL)
		return JISR_NO_MEMORY;
	text->words = "";
	struct parse parse = {.text = text, .arena = arena, .problem = problem, .at = query, .simple = simple};
	int error = read_query(&parse);
	if (error == JISR_OK)
		error = read_needs(text, arena);
	if (error == JISR_OK)
		*ret_text = text;
	return error;
}

bool yente_text_empty(const struct yente_text *text)
{
	return text->clause_count == 0;
}

const char *yente_text_words(const struct yente_text *text)
{
	return text->words;
}

/* --- matching --- */

static const uint8_t lower[128] = {
	['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7',
	['8'] = '8', ['9'] = '9', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f',
	['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n',
	['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v',
	['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd',
	['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l',
	['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't',
	['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
};

/* An apostrophe inside a word stands for nothing, and other letters may stand for these: then it may be there. */
static bool may_hold(const char *bytes, size_t length, const char *word)
{
	for (size_t i = 0; i < length; i++) {
		if ((signed char)bytes[i] < 0)
			return true;
		if (lower[(unsigned char)bytes[i]] != (uint8_t)word[0])
			continue;
		size_t k = 1;
		while (word[k] != '\0' && i + k < length && (signed char)bytes[i + k] >= 0 &&
		       lower[(unsigned char)bytes[i + k]] == (uint8_t)word[k])
			k++;
		if (word[k] == '\0' || (i + k < length && ((signed char)bytes[i + k] < 0 || bytes[i + k] == '\'')))
			return true;
	}
	return false;
}

static bool any_high(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((signed char)bytes[i] < 0)
			return true;
	return false;
}

bool yente_text_may(const struct yente_text *text, const char *bytes, size_t length)
{
	for (size_t i = 0; i < text->clause_count; i++) {
		const struct clause *clause = &text->clauses[i];
		bool may = false;
		for (size_t k = clause->first; k < clause->first + clause->count && !may; k++) {
			const struct term *term = &text->terms[k];
			const char *ascii = term->words[0].ascii;
			/* Schema, datasets and dates may stand in a record otherwise than in the answer. */
			may = term->negative || term->fielded ||
			      (ascii != NULL ? may_hold(bytes, length, ascii) : any_high(bytes, length));
		}
		if (!may)
			return false;
	}
	return true;
}

struct looking {
	const struct term *term;
};

static bool lacks(void *context, const char *value, size_t length)
{
	return !holds_phrase(((const struct looking *)context)->term, value, length);
}

static bool term_holds(const struct term *term, const struct yente_thing *thing, bool *ret_names)
{
	struct looking looking = {term};
	if (term->fielded)
		return !yente_field_each(&term->field, thing, lacks, &looking);
	for (int names = 1; names >= 0; names--) {
		for (size_t i = 0; i < thing->entity.count; i++) {
			const struct entity_property *property = &thing->entity.properties[i];
			enum property_use use = property_use(property->name);
			bool name = use == USE_NAME || use == USE_WEAK_NAME;
			if (name == (names == 1) && holds_phrase(term, property->value, strlen(property->value))) {
				*ret_names = name;
				return true;
			}
		}
		if (names == 1 && holds_phrase(term, thing->entity.caption, strlen(thing->entity.caption)))
			return true;
	}
	*ret_names = false;
	return holds_phrase(term, thing->entity.id, strlen(thing->entity.id));
}

enum yente_text_match yente_text_match(const struct yente_text *text, const struct yente_thing *thing, bool named)
{
	bool all_names = true;
	for (size_t i = 0; i < text->clause_count; i++) {
		const struct clause *clause = &text->clauses[i];
		bool holds = false;
		for (size_t k = clause->first; k < clause->first + clause->count && !holds; k++) {
			const struct term *term = &text->terms[k];
			bool names = true;
			if (named && !term->negative && !term->fielded)
				holds = true;
			else
				holds = term_holds(term, thing, &names) != term->negative;
			all_names &= names || term->fielded || term->negative;
		}
		if (!holds)
			return YENTE_TEXT_NO;
	}
	return all_names ? YENTE_TEXT_NAMES : YENTE_TEXT_SOMEWHERE;
}
