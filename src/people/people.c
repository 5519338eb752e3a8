/* Terms. A tradition is a way of naming (people_words.h) with its tables; a part is one word of a name in the script of
 * the tradition and in two romanisations; a draft is a person's parts in order.
 *
 * A table's ranks are drawn with a weight of 1 / (rank + 3), which is how the first hundreds of real name registers
 * fall. A third of the surnames (RARE_PERCENT) do not come from a table but are composed of syllables; the space of
 * compositions is so large that few of them repeat.
 *
 * Invariants: 1. everything drawn for entity n comes from one stream started from (seed, n), in a fixed order, in
 * integers only: the same on every machine. 2. struct people is not written after people_new. */
#include "people/people.h"

#include "base/date.h"
#include "base/error.h"
#include "people/people_text.h"
#include "people/people_words.h"

#include <stdio.h>
#include <string.h>

#define RARE_PERCENT        33
#define NATIVE_ONLY_PERCENT 6 /* people whom a list names in their own script alone */
#define MAX_VARIANTS        5
#define MAX_PARTS           8
#define PEOPLE_LIMIT        ((size_t)4 << 20) /* bytes of all tables */

struct word {
	const char *native;
	const char *latin[MAX_VARIANTS];
	unsigned latin_count;
};

struct table {
	struct word *words;
	uint32_t *sums; /* sums[i] = weights of words 0 to i */
	size_t count;
};

struct tradition {
	struct table male, female, family, onset, nucleus, coda, ending;
	const char *const *countries;
	size_t country_count;
};

struct people {
	uint64_t seed;
	struct arena *arena;
	struct tradition traditions[PEOPLE_TRADITIONS];
	struct table trade_words, trade_kinds, vessel_words;
	struct table passports; /* native = country, latin[0] = template */
};

/* How many people in a hundred each tradition gets. */
static const unsigned shares[PEOPLE_TRADITIONS] = {
	[PEOPLE_ARABIC] = 21,    [PEOPLE_PERSIAN] = 7,   [PEOPLE_PAKISTANI] = 5,  [PEOPLE_TURKISH] = 4,
	[PEOPLE_RUSSIAN] = 12,   [PEOPLE_UKRAINIAN] = 3, [PEOPLE_CHINESE] = 9,    [PEOPLE_KOREAN] = 3,
	[PEOPLE_JAPANESE] = 2,   [PEOPLE_SPANISH] = 10,  [PEOPLE_PORTUGUESE] = 2, [PEOPLE_FRENCH] = 3,
	[PEOPLE_ENGLISH] = 6,    [PEOPLE_GERMAN] = 3,    [PEOPLE_INDIAN] = 4,     [PEOPLE_WEST_AFRICAN] = 4,
	[PEOPLE_INDONESIAN] = 2,
};

/* ---- tables ---- */

/* Splits one word in place: "native:latin/latin". */
static void read_word(char *text, struct word *word)
{
	for (char *at = text; *at != '\0'; at++)
		if (*at == '_')
			*at = ' ';
	word->native = text;
	char *colon = strchr(text, ':');
	if (colon == NULL) {
		word->latin[0] = text;
		word->latin_count = 1;
		return;
	}
	*colon = '\0';
	for (char *at = colon + 1; at != NULL && word->latin_count < MAX_VARIANTS;) {
		word->latin[word->latin_count++] = at;
		at = strchr(at, '/');
		if (at != NULL)
			*at++ = '\0';
	}
}

static int read_table(const char *text, struct arena *arena, struct table *table)
{
	if (text == NULL)
		return JISR_OK;
	char *copy = arena_text(arena, text, strlen(text));
	size_t count = 1;
	for (const char *at = text; *at != '\0'; at++)
		count += *at == ' ';
	table->words = arena_zero(arena, count, sizeof *table->words);
	table->sums = arena_zero(arena, count, sizeof *table->sums);
	if (copy == NULL || table->words == NULL || table->sums == NULL)
		return JISR_NO_MEMORY;
	uint32_t sum = 0;
	for (char *at = copy; at != NULL && table->count < count;) {
		char *space = strchr(at, ' ');
		if (space != NULL)
			*space++ = '\0';
		if (*at != '\0') {
			read_word(at, &table->words[table->count]);
			sum += 1000000 / (uint32_t)(table->count + 3);
			table->sums[table->count++] = sum;
		}
		at = space;
	}
	return JISR_OK;
}

static int read_countries(const char *text, struct arena *arena, struct tradition *tradition)
{
	struct table table = {0};
	int error = read_table(text, arena, &table);
	if (error != JISR_OK)
		return error;
	const char **countries = arena_zero(arena, table.count, sizeof *countries);
	if (countries == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < table.count; i++)
		countries[i] = table.words[i].native;
	tradition->countries = countries;
	tradition->country_count = table.count;
	return JISR_OK;
}

static int read_tables(struct people *people)
{
	for (size_t i = 0; i < PEOPLE_TRADITIONS; i++) {
		const struct people_words *words = &people_words[i];
		struct tradition *tradition = &people->traditions[i];
		const struct {
			const char *text;
			struct table *table;
		} all[] = {
			{words->male, &tradition->male},       {words->female, &tradition->female},
			{words->family, &tradition->family},   {words->onset, &tradition->onset},
			{words->nucleus, &tradition->nucleus}, {words->coda, &tradition->coda},
			{words->ending, &tradition->ending},
		};
		int error = read_countries(words->countries, people->arena, tradition);
		for (size_t j = 0; j < sizeof all / sizeof *all && error == JISR_OK; j++)
			error = read_table(all[j].text, people->arena, all[j].table);
		if (error != JISR_OK)
			return error;
	}
	int error = read_table(people_trade_words, people->arena, &people->trade_words);
	if (error == JISR_OK)
		error = read_table(people_trade_kinds, people->arena, &people->trade_kinds);
	if (error == JISR_OK)
		error = read_table(people_vessel_words, people->arena, &people->vessel_words);
	if (error == JISR_OK)
		error = read_table(people_passports, people->arena, &people->passports);
	return error;
}

int people_new(uint64_t seed, struct people **ret_people)
{
	CLEANUP(people_freep) struct people *people = memory_zero(1, sizeof *people);
	if (people == NULL)
		return JISR_NO_MEMORY;
	people->seed = seed;
	int error = arena_new(PEOPLE_LIMIT, &people->arena);
	if (error == JISR_OK)
		error = read_tables(people);
	if (error != JISR_OK)
		return error;
	*ret_people = people;
	people = NULL;
	return JISR_OK;
}

struct people *people_free(struct people *people)
{
	if (people != NULL)
		arena_free(people->arena);
	return memory_free(people);
}

static const struct word *draw(const struct table *table, struct people_random *random)
{
	uint32_t wanted = (uint32_t)random_below(random, table->sums[table->count - 1]);
	size_t low = 0, high = table->count - 1;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (table->sums[middle] > wanted)
			high = middle;
		else
			low = middle + 1;
	}
	return &table->words[low];
}

/* For syllables, whose order in the table says nothing. */
static const struct word *draw_evenly(const struct table *table, struct people_random *random)
{
	return &table->words[random_below(random, table->count)];
}

/* ---- parts ---- */

struct part {
	struct spelling native;
	struct spelling latin; /* as the record writes it */
	struct spelling other; /* as another record would */
};

struct draft {
	enum people_tradition tradition;
	bool female;
	bool family_first;  /* in the record's Latin name */
	bool native_first;  /* family first in the native script */
	bool native_joined; /* no spaces in the native script */
	bool family_known;  /* the last part is a family name */
	size_t count;
	struct part parts[MAX_PARTS]; /* given names first, the family name or names last */
	size_t given_count;
};

static bool is_cyrillic(enum people_tradition tradition)
{
	return tradition == PEOPLE_RUSSIAN || tradition == PEOPLE_UKRAINIAN;
}

/* Most often the usual romanisation. */
static const char *variant(const struct word *word, struct people_random *random)
{
	return word->latin[random_percent(random, 55) ? 0 : random_below(random, word->latin_count)];
}

static void romanise(struct part *part, enum people_tradition tradition, struct people_random *random)
{
	bool ukrainian = tradition == PEOPLE_UKRAINIAN;
	unsigned scheme = random_percent(random, 50);
	spelling_add_cyrillic(&part->latin, part->native.bytes, part->native.length, ukrainian, scheme);
	spelling_add_cyrillic(&part->other, part->native.bytes, part->native.length, ukrainian, 1 - scheme);
}

/* Adds a table's word to the end of a part in all its spellings (the Latin of Cyrillic comes later, from the whole). */
static void part_add(struct part *part, const struct word *word, struct people_random *random, bool cyrillic)
{
	spelling_add_string(&part->native, word->native);
	if (cyrillic)
		return;
	spelling_add_string(&part->latin, variant(word, random));
	spelling_add_string(&part->other, word->latin[random_below(random, word->latin_count)]);
}

static struct part *new_part(struct draft *draft)
{
	struct part *part = &draft->parts[draft->count < MAX_PARTS ? draft->count++ : MAX_PARTS - 1];
	part->native.length = part->latin.length = part->other.length = 0;
	part->native.bytes[0] = part->latin.bytes[0] = part->other.bytes[0] = '\0';
	return part;
}

static void capitalise(struct part *part)
{
	spelling_capitalise(&part->native, 0);
	spelling_capitalise(&part->latin, 0);
	spelling_capitalise(&part->other, 0);
}

static bool ends_with(const struct spelling *spelling, const char *ending)
{
	size_t length = strlen(ending);
	return spelling->length >= length && memcmp(spelling->bytes + spelling->length - length, ending, length) == 0;
}

static void replace_end(struct spelling *spelling, const char *old, const char *new)
{
	spelling->length -= strlen(old);
	spelling->bytes[spelling->length] = '\0';
	spelling_add_string(spelling, new);
}

/* Ivanov, Ivanova; Pokrovsky, Pokrovskaya. */
static void agree_with_female(struct spelling *family, bool ukrainian)
{
	static const char *const russian[][2] = {
		{"ов", "ова"},    {"ев", "ева"},    {"ёв", "ёва"}, {"ин", "ина"},
		{"ский", "ская"}, {"цкий", "цкая"}, {"ой", "ая"},
	};
	static const char *const ukrainian_pairs[][2] = {{"ський", "ська"}, {"цький", "цька"}, {"ов", "ова"}};
	size_t count = ukrainian ? sizeof ukrainian_pairs / sizeof *ukrainian_pairs : sizeof russian / sizeof *russian;
	for (size_t i = 0; i < count; i++) {
		const char *const *pair = ukrainian ? ukrainian_pairs[i] : russian[i];
		if (ends_with(family, pair[0])) {
			replace_end(family, pair[0], pair[1]);
			return;
		}
	}
}

static void add_patronymic(struct draft *draft, const struct tradition *tradition, struct people_random *random)
{
	bool ukrainian = draft->tradition == PEOPLE_UKRAINIAN;
	/* Where the rule below would be wrong: the masculine, the feminine. */
	static const char *const irregular[][3] = {
		{"Павел", "Павлович", "Павловна"},
		{"Пётр", "Петрович", "Петровна"},
		{"Лев", "Львович", "Львовна"},
		{"Михаил", "Михайлович", "Михайловна"},
		{"Микола", "Миколайович", "Миколаївна"},
		{"Дмитрий", "Дмитриевич", "Дмитриевна"},
		{"Григорій", "Григорович", "Григорівна"},
		{"Илья", "Ильич", "Ильинична"},
	};
	struct part *part = new_part(draft);
	const char *father = draw(&tradition->male, random)->native;
	for (size_t i = 0; i < sizeof irregular / sizeof *irregular; i++)
		if (strcmp(father, irregular[i][0]) == 0) {
			spelling_add_string(&part->native, irregular[i][draft->female ? 2 : 1]);
			romanise(part, draft->tradition, random);
			return;
		}
	spelling_add_string(&part->native, father);
	if (ukrainian) {
		const char *end = draft->female ? "івна" : "ович";
		if (ends_with(&part->native, "й"))
			replace_end(&part->native, "й", draft->female ? "ївна" : "йович");
		else if (ends_with(&part->native, "о"))
			replace_end(&part->native, "о", end);
		else if (ends_with(&part->native, "а"))
			replace_end(&part->native, "а", draft->female ? "івна" : "ич");
		else
			spelling_add_string(&part->native, end);
	} else if (ends_with(&part->native, "ий"))
		replace_end(&part->native, "ий", draft->female ? "ьевна" : "ьевич");
	else if (ends_with(&part->native, "й"))
		replace_end(&part->native, "й", draft->female ? "евна" : "евич");
	else if (ends_with(&part->native, "ь"))
		replace_end(&part->native, "ь", draft->female ? "евна" : "евич");
	else if (ends_with(&part->native, "а"))
		replace_end(&part->native, "а", draft->female ? "ична" : "ич");
	else if (ends_with(&part->native, "я"))
		replace_end(&part->native, "я", draft->female ? "инична" : "ич");
	else
		spelling_add_string(&part->native, draft->female ? "овна" : "ович");
	romanise(part, draft->tradition, random);
}

static void add_given(struct draft *draft, const struct tradition *tradition, bool female, struct people_random *random)
{
	const struct table *table = female ? &tradition->female : &tradition->male;
	struct part *part = new_part(draft);
	bool cyrillic = is_cyrillic(draft->tradition);
	part_add(part, draw(table, random), random, cyrillic);
	if (cyrillic)
		romanise(part, draft->tradition, random);
}

static void make_small(struct spelling *spelling, size_t at)
{
	if (at < spelling->length && spelling->bytes[at] >= 'A' && spelling->bytes[at] <= 'Z')
		spelling->bytes[at] = (char)(spelling->bytes[at] + 32);
}

/* A given name of one or two characters or syllables, as in Chinese and Korean. */
static void add_syllables(struct draft *draft, const struct tradition *tradition, struct people_random *random)
{
	const struct table *table = draft->female ? &tradition->female : &tradition->male;
	static const char *const joints[] = {"", "-", " "};
	bool korean = draft->tradition == PEOPLE_KOREAN;
	bool two = korean || random_percent(random, 75);
	struct part *part = new_part(draft);
	part_add(part, draw_evenly(table, random), random, false);
	if (two) {
		spelling_add_string(&part->latin, joints[random_percent(random, korean ? 60 : 15) ? 1 : 0]);
		spelling_add_string(&part->other, joints[random_below(random, 3)]);
		size_t latin = part->latin.length, other = part->other.length;
		part_add(part, draw_evenly(table, random), random, false);
		if (part->other.bytes[other - 1] == ' ')
			spelling_capitalise(&part->other, other);
		else
			make_small(&part->other, other);
		make_small(&part->latin, latin); /* Young-ho */
	}
	capitalise(part);
}

static void compose_surname(struct part *part, const struct tradition *tradition, struct people_random *random,
                            bool cyrillic)
{
	for (size_t syllables = 1 + random_percent(random, 45); syllables > 0; syllables--) {
		part_add(part, draw_evenly(&tradition->onset, random), random, cyrillic);
		part_add(part, draw_evenly(&tradition->nucleus, random), random, cyrillic);
		part_add(part, draw_evenly(&tradition->coda, random), random, cyrillic);
	}
	part_add(part, draw_evenly(&tradition->ending, random), random, cyrillic);
}

static void add_family(struct draft *draft, const struct tradition *tradition, struct people_random *random)
{
	struct part *part = new_part(draft);
	bool cyrillic = is_cyrillic(draft->tradition);
	bool rare = tradition->onset.count > 0 && random_percent(random, RARE_PERCENT);
	if (!rare)
		part_add(part, draw(&tradition->family, random), random, cyrillic);
	else if (draft->tradition == PEOPLE_ARABIC && random_percent(random, 60)) {
		static const char *const articles[] = {"al-", "al-", "Al-", "El-", "el-", "Al "};
		spelling_add_string(&part->native, "ال");
		spelling_add_string(&part->latin, articles[random_below(random, 6)]);
		spelling_add_string(&part->other, articles[random_below(random, 6)]);
		compose_surname(part, tradition, random, false);
		spelling_capitalise(&part->latin, 3);
		spelling_capitalise(&part->other, 3);
	} else {
		compose_surname(part, tradition, random, cyrillic);
		capitalise(part);
	}
	if (cyrillic) {
		if (draft->female)
			agree_with_female(&part->native, draft->tradition == PEOPLE_UKRAINIAN);
		romanise(part, draft->tradition, random);
	}
	draft->family_known = true;
}

static void add_fixed(struct draft *draft, const char *native, const char *latin, const char *other)
{
	struct part *part = new_part(draft);
	spelling_add_string(&part->native, native);
	spelling_add_string(&part->latin, latin);
	spelling_add_string(&part->other, other);
}

/* The parts of one person, by the rules of the tradition. */
static void draft_person(const struct people *people, enum people_tradition which, struct people_random *random,
                         struct draft *draft)
{
	const struct tradition *tradition = &people->traditions[which];
	draft->tradition = which;
	draft->female = random_percent(random, 22); /* as on watchlists */
	draft->family_first = draft->native_first = draft->native_joined = draft->family_known = false;
	draft->count = 0;
	switch (which) {
	case PEOPLE_ARABIC:
		add_given(draft, tradition, draft->female, random);
		if (random_percent(random, 12))
			add_fixed(draft, draft->female ? "بنت" : "بن", draft->female ? "bint" : "bin",
			          draft->female ? "bent" : "ibn");
		add_given(draft, tradition, false, random);
		if (random_percent(random, 45))
			add_given(draft, tradition, false, random);
		draft->given_count = draft->count;
		if (random_percent(random, 82))
			add_family(draft, tradition, random);
		return;
	case PEOPLE_RUSSIAN:
	case PEOPLE_UKRAINIAN:
		add_given(draft, tradition, draft->female, random);
		if (random_percent(random, 85))
			add_patronymic(draft, tradition, random);
		draft->given_count = draft->count;
		add_family(draft, tradition, random);
		return;
	case PEOPLE_CHINESE:
	case PEOPLE_KOREAN:
		draft->family_first = random_percent(random, 80);
		draft->native_first = draft->native_joined = true;
		add_syllables(draft, tradition, random);
		draft->given_count = draft->count;
		add_family(draft, tradition, random);
		return;
	case PEOPLE_JAPANESE:
		draft->family_first = random_percent(random, 30);
		draft->native_first = draft->native_joined = true;
		add_given(draft, tradition, draft->female, random);
		draft->given_count = draft->count;
		add_family(draft, tradition, random);
		return;
	case PEOPLE_SPANISH:
	case PEOPLE_PORTUGUESE:
		add_given(draft, tradition, draft->female, random);
		if (random_percent(random, 50))
			add_given(draft, tradition, draft->female, random);
		draft->given_count = draft->count;
		add_family(draft, tradition, random);
		if (random_percent(random, which == PEOPLE_SPANISH ? 85 : 50))
			add_family(draft, tradition, random);
		return;
	case PEOPLE_INDONESIAN:
		add_given(draft, tradition, draft->female, random);
		if (random_percent(random, 45))
			add_given(draft, tradition, draft->female, random);
		draft->given_count = draft->count;
		if (random_percent(random, 70))
			add_family(draft, tradition, random);
		return;
	default:
		add_given(draft, tradition, draft->female, random);
		if (random_percent(random, which == PEOPLE_ENGLISH ? 50 : 20))
			add_given(draft, tradition, draft->female, random);
		draft->given_count = draft->count;
		add_family(draft, tradition, random);
	}
}

/* ---- the whole name ---- */

static const struct spelling *written(const struct part *part, enum people_writing writing)
{
	return writing == PEOPLE_NATIVE ? &part->native : writing == PEOPLE_LATIN ? &part->latin : &part->other;
}

static void join(const struct draft *draft, enum people_writing writing, bool family_first, bool upper_family,
                 const char *comma, struct spelling *out)
{
	size_t given = draft->given_count < draft->count ? draft->given_count : draft->count;
	size_t families = draft->count - given;
	bool spaced = !(writing == PEOPLE_NATIVE && draft->native_joined);
	out->length = 0;
	out->bytes[0] = '\0';
	for (size_t i = 0; i < draft->count; i++) {
		size_t at = family_first ? (i < families ? given + i : i - families) : i;
		if (i > 0 && family_first && i == families && comma != NULL)
			spelling_add_string(out, comma);
		else if (i > 0 && spaced)
			spelling_add_string(out, " ");
		size_t from = out->length;
		const struct spelling *part = written(&draft->parts[at], writing);
		if (upper_family && at >= given) {
			spelling_add_plain(out, part->bytes, part->length);
			for (size_t j = from; j < out->length; j++)
				if (out->bytes[j] >= 'a' && out->bytes[j] <= 'z')
					out->bytes[j] = (char)(out->bytes[j] - 32);
		} else
			spelling_add(out, part->bytes, part->length);
	}
}

/* An alias that says what the name says already is left out. */
static int add(struct entity *entity, struct arena *arena, const char *property, const struct spelling *value)
{
	const char *name = strcmp(property, "alias") == 0 ? entity_get(entity, "name") : NULL;
	if (name != NULL && strcmp(name, value->bytes) == 0)
		return JISR_OK;
	return entity_add(entity, arena, property, value->bytes, value->length);
}

static int add_names(const struct draft *draft, struct people_random *random, struct arena *arena,
                     struct entity *entity)
{
	bool has_native = draft->parts[0].native.length > 0 && (unsigned char)draft->parts[0].native.bytes[0] >= 0xCC;
	struct spelling name, plain = {0};
	if (has_native && random_percent(random, NATIVE_ONLY_PERCENT)) {
		join(draft, PEOPLE_NATIVE, draft->native_first, false, NULL, &name);
		return add(entity, arena, "name", &name);
	}
	bool comma = draft->family_known && random_percent(random, 20);
	join(draft, PEOPLE_LATIN, comma || draft->family_first, comma, comma ? ", " : NULL, &name);
	int error = add(entity, arena, "name", &name);
	if (error == JISR_OK && has_native && random_percent(random, 60)) {
		struct spelling native;
		join(draft, PEOPLE_NATIVE, draft->native_first, false, NULL, &native);
		error = add(entity, arena, "alias", &native);
	}
	if (error == JISR_OK && has_native && random_percent(random, 45)) {
		join(draft, PEOPLE_OTHER, draft->family_first != random_percent(random, 25), false, NULL, &name);
		error = add(entity, arena, "alias", &name);
	}
	if (error == JISR_OK && !has_native && random_percent(random, 40)) {
		spelling_add_plain(&plain, name.bytes, name.length);
		error = add(entity, arena, "alias", &plain);
	}
	if (error == JISR_OK && draft->count > 2 && random_percent(random, 15)) { /* the short form */
		struct draft brief = *draft;
		brief.parts[1] = draft->parts[draft->count - 1];
		brief.count = 2;
		brief.given_count = 1;
		join(&brief, PEOPLE_LATIN, draft->family_first, false, NULL, &name);
		error = add(entity, arena, "alias", &name);
	}
	if (error == JISR_OK && draft->tradition == PEOPLE_ARABIC && !draft->female && random_percent(random, 12)) {
		struct spelling kunya = {0};
		spelling_add_string(&kunya, random_percent(random, 50) ? "Abu " : "Abou ");
		spelling_add(&kunya, draft->parts[draft->count - 1 < 2 ? 0 : 1].other.bytes,
		             draft->parts[draft->count - 1 < 2 ? 0 : 1].other.length);
		error = add(entity, arena, "weakAlias", &kunya);
	}
	if (error == JISR_OK && draft->family_known && random_percent(random, 60)) {
		error = add(entity, arena, "firstName", &draft->parts[0].latin);
		if (error == JISR_OK)
			error = add(entity, arena, "lastName", &draft->parts[draft->count - 1].latin);
	}
	return error;
}

/* ---- what stands beside the name ---- */

static int add_births(struct people_random *random, struct arena *arena, struct entity *entity)
{
	int year = 1938 + (int)random_below(random, 35) + (int)random_below(random, 34);
	int month = 1 + (int)random_below(random, 12);
	int day = 1 + (int)random_below(random, (size_t)date_month_days(year, month));
	size_t kind = random_below(random, 100);
	char text[48];
	if (kind < 5)
		return JISR_OK; /* not known */
	if (kind < 15)
		(void)snprintf(text, sizeof text, "%d", year);
	else if (kind < 19)
		(void)snprintf(text, sizeof text, "%d-%02d", year, month);
	else
		(void)snprintf(text, sizeof text, "%d-%02d-%02d", year, month, day);
	int error = entity_add(entity, arena, "birthDate", text, strlen(text));
	if (error == JISR_OK && kind >= 95) { /* two are told */
		(void)snprintf(text, sizeof text, "%d", year + 1 + (int)random_below(random, 3));
		error = entity_add(entity, arena, "birthDate", text, strlen(text));
	}
	return error;
}

static const char *passport_template(const struct people *people, const char *country)
{
	for (size_t i = 0; i < people->passports.count; i++)
		if (strcmp(people->passports.words[i].native, country) == 0)
			return people->passports.words[i].latin[0];
	return "A9999999";
}

static int add_document(const char *property, const char *country, const char *template, struct people_random *random,
                        struct arena *arena, struct entity *entity)
{
	static const char letters[] = "ABCDEFGHJKLMNPRSTUVWXYZ", mixed[] = "0123456789CFGHJKLMNPRTVWXYZ";
	char number[24];
	size_t length = 0;
	for (; template[length] != '\0' && length + 1 < sizeof number; length++) {
		char kind = template[length];
		if (kind == 'A')
			number[length] = letters[random_below(random, sizeof letters - 1)];
		else if (kind == '9')
			number[length] = (char)('0' + random_below(random, 10));
		else if (kind == 'X')
			number[length] = mixed[random_below(random, sizeof mixed - 1)];
		else
			number[length] = kind;
	}
	return entity_add_document(entity, arena, property, country, number, length);
}

static int add_string(struct entity *entity, struct arena *arena, const char *property, const char *value)
{
	return entity_add(entity, arena, property, value, strlen(value));
}

static enum people_tradition draw_tradition(struct people_random *random)
{
	size_t wanted = random_below(random, 100), sum = 0;
	for (size_t i = 0; i < PEOPLE_TRADITIONS; i++) {
		sum += shares[i];
		if (wanted < sum)
			return (enum people_tradition)i;
	}
	return PEOPLE_ENGLISH;
}

static const char *draw_country(const struct tradition *tradition, struct people_random *random)
{
	return tradition->countries[random_below(random, tradition->country_count)];
}

/* Everything about entity `number` but its schema comes from here. */
static struct people_random start(const struct people *people, uint64_t number)
{
	struct people_random random = {people->seed ^ (number + 1) * 0xD1B54A32D192ED03u};
	random.state = random_next(&random);
	return random;
}

static int begin(uint64_t number, const char *schema, struct arena *arena, struct entity **ret_entity)
{
	char id[32];
	(void)snprintf(id, sizeof id, "inv-%08llu", (unsigned long long)number);
	return entity_new(id, schema, arena, ret_entity);
}

static int join_some(const struct draft *draft, enum people_writing writing, size_t from, size_t to,
                     struct arena *arena, const char **ret_text)
{
	struct draft some = {.native_joined = draft->native_joined, .count = to - from, .given_count = to - from};
	struct spelling text;
	memcpy(some.parts, draft->parts + from, (to - from) * sizeof *some.parts);
	join(&some, writing, false, false, NULL, &text);
	*ret_text = arena_text(arena, text.bytes, text.length);
	return *ret_text == NULL ? JISR_NO_MEMORY : JISR_OK;
}

int people_name(const struct people *people, uint64_t number, enum people_writing writing, struct arena *arena,
                struct people_name *ret_name)
{
	struct people_random random = start(people, number);
	struct draft draft;
	struct people_name name;
	struct spelling full;
	draft_person(people, draw_tradition(&random), &random, &draft);
	join(&draft, writing, writing == PEOPLE_NATIVE ? draft.native_first : draft.family_first, false, NULL, &full);
	name.full = arena_text(arena, full.bytes, full.length);
	int error = name.full == NULL ? JISR_NO_MEMORY : JISR_OK;
	size_t given = draft.family_known ? draft.given_count : draft.count;
	if (error == JISR_OK)
		error = join_some(&draft, writing, 0, given, arena, &name.given);
	if (error == JISR_OK)
		error = join_some(&draft, writing, given, draft.count, arena, &name.family);
	if (error == JISR_OK)
		*ret_name = name;
	return error;
}

int people_person(const struct people *people, uint64_t number, struct arena *arena, struct entity **ret_entity)
{
	struct people_random random = start(people, number);
	struct entity *entity;
	struct draft draft;
	draft_person(people, draw_tradition(&random), &random, &draft);
	const struct tradition *tradition = &people->traditions[draft.tradition];
	const char *country = draw_country(tradition, &random);
	int error = begin(number, "Person", arena, &entity);
	if (error == JISR_OK)
		error = add_names(&draft, &random, arena, entity);
	if (error == JISR_OK)
		error = add_births(&random, arena, entity);
	if (error == JISR_OK && random_percent(&random, 92))
		error = add_string(entity, arena, "nationality", country);
	if (error == JISR_OK && random_percent(&random, 4))
		error = add_string(entity, arena, "nationality",
		                   draw_country(&people->traditions[draw_tradition(&random)], &random));
	if (error == JISR_OK && random_percent(&random, 85))
		error = add_string(entity, arena, "gender", draft.female ? "female" : "male");
	if (error == JISR_OK && random_percent(&random, 55))
		error = add_document("passportNumber", country, passport_template(people, country), &random, arena,
		                     entity);
	if (error == JISR_OK && random_percent(&random, 15))
		error = add_document("idNumber", country, "9999999999", &random, arena, entity);
	if (error == JISR_OK)
		error = add_string(entity, arena, "topics", random_percent(&random, 40) ? "wanted" : "sanction");
	if (error == JISR_OK)
		error = entity_complete(entity, arena);
	if (error == JISR_OK)
		*ret_entity = entity;
	return error;
}

static int make_company(const struct people *people, uint64_t number, struct people_random *random, struct arena *arena,
                        struct entity **ret_entity)
{
	static const struct {
		const char *form;
		const char *country;
	} forms[] = {{"Ltd", "gb"},       {"LLC", "ae"},
	             {"OOO", "ru"},       {"GmbH", "de"},
	             {"S.A.", "es"},      {"SARL", "fr"},
	             {"Co., Ltd.", "cn"}, {"JSC", "by"},
	             {"A.Ş.", "tr"},      {"Limited", "hk"},
	             {"Inc.", "us"},      {"PJSC", "ir"},
	             {"FZE", "ae"},       {"S. de R.L. de C.V.", "mx"}};
	size_t form = random_below(random, sizeof forms / sizeof *forms);
	struct spelling name = {0};
	if (random_percent(random, 50)) {
		struct draft draft = {.tradition = draw_tradition(random)};
		add_family(&draft, &people->traditions[draft.tradition], random);
		spelling_add(&name, draft.parts[0].latin.bytes, draft.parts[0].latin.length);
	} else
		spelling_add_string(&name, draw(&people->trade_words, random)->native);
	spelling_add_string(&name, " ");
	if (random_percent(random, 50)) {
		spelling_add_string(&name, draw(&people->trade_words, random)->native);
		spelling_add_string(&name, " ");
	}
	spelling_add_string(&name, draw(&people->trade_kinds, random)->native);
	struct spelling whole = name;
	spelling_add_string(&whole, " ");
	spelling_add_string(&whole, forms[form].form);
	struct entity *entity;
	int error = begin(number, "Company", arena, &entity);
	if (error == JISR_OK)
		error = add(entity, arena, "name", &whole);
	if (error == JISR_OK && random_percent(random, 30))
		error = add(entity, arena, "alias", &name);
	if (error == JISR_OK)
		error = add_string(entity, arena, "jurisdiction", forms[form].country);
	if (error == JISR_OK && random_percent(random, 60))
		error = add_document("registrationNumber", forms[form].country, "9999999999", random, arena, entity);
	if (error == JISR_OK)
		error = add_string(entity, arena, "topics", "sanction");
	if (error == JISR_OK)
		error = entity_complete(entity, arena);
	if (error == JISR_OK)
		*ret_entity = entity;
	return error;
}

static int make_vessel(const struct people *people, uint64_t number, struct people_random *random, struct arena *arena,
                       struct entity **ret_entity)
{
	static const char *const flags[] = {"pa", "lr", "mh", "ir", "ru", "kp", "tz", "gr", "cm", "km"};
	struct spelling name = {0};
	spelling_add_string(&name, draw(&people->vessel_words, random)->native);
	spelling_add_string(&name, " ");
	spelling_add_string(&name, random_percent(random, 70) ? draw(&people->vessel_words, random)->native
	                                                      : draw(&people->trade_words, random)->native);
	if (random_percent(random, 40)) {
		char serial[8];
		(void)snprintf(serial, sizeof serial, " %zu", 1 + random_below(random, 99));
		spelling_add_string(&name, serial);
	}
	/* IMO number: six digits and their sum weighted 7 to 2, modulo 10. */
	unsigned digits = 850000 + (unsigned)random_below(random, 149999), sum = 0;
	for (unsigned rest = digits, weight = 2; weight <= 7; weight++, rest /= 10)
		sum += rest % 10 * weight;
	char imo[16];
	(void)snprintf(imo, sizeof imo, "IMO%u%u", digits, sum % 10);
	struct entity *entity;
	int error = begin(number, "Vessel", arena, &entity);
	if (error == JISR_OK)
		error = add(entity, arena, "name", &name);
	if (error == JISR_OK)
		error = add_string(entity, arena, "imoNumber", imo);
	if (error == JISR_OK)
		error = add_string(entity, arena, "flag", flags[random_below(random, sizeof flags / sizeof *flags)]);
	if (error == JISR_OK)
		error = add_string(entity, arena, "topics", "sanction");
	if (error == JISR_OK)
		error = entity_complete(entity, arena);
	if (error == JISR_OK)
		*ret_entity = entity;
	return error;
}

int people_entity(const struct people *people, uint64_t number, struct arena *arena, struct entity **ret_entity)
{
	if (number % 100 < 94)
		return people_person(people, number, arena, ret_entity);
	struct people_random random = start(people, number);
	return number % 100 < 98 ? make_company(people, number, &random, arena, ret_entity)
	                         : make_vessel(people, number, &random, arena, ret_entity);
}
