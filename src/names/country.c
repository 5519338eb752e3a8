/* Countries by code and name.
 *
 * Terms: the key of a text is what is left after folding case, compatibility forms, accents, Arabic letter variants and
 * everything that is neither letter nor digit (one space between words; "&" is "and", "st" is "saint").
 *
 * Tables, built once at the first use and never changed after (pthread_once, so readers need no lock):
 *   keys    hash of a key -> code. From ICU's regions of type territory: alpha-3 codes and the display names in six
 *           languages; then country_table.c, whose entries win over ICU's.
 *   names   code -> English short name of ICU (CLDR), or the first alias for former countries.
 * They are static arrays, so that nothing can fail for want of memory: 7,500 of 16,384 slots are in use.
 *
 * A text is looked up as it is; then without joining words; then without the words that only make a name formal
 * ("Islamic Republic of"); then, with a comma, turned round ("Korea, North"). The aliases hold every formal name where
 * those words make the difference (the two Congos, Koreas and Chinas). */
#include "names/country.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "names/country_table.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/uregion.h>
#include <unicode/ustring.h>

#define SLOTS   16384 /* a power of two, at least twice the keys */
#define KEY_MAX 160   /* bytes; a longer text is no country */
#define LETTERS 26

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct slot {
	uint64_t hash; /* 0: free */
	char code[2];
};

static struct slot keys[SLOTS];
static char names[LETTERS * LETTERS][64];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const char *const languages[] = {"en", "fr", "es", "ar", "ru", "zh"};

/* Words that only join: a second key without them stands for every name ("Trinidad y Tabago", "the Congo"). */
static const char *const link_words[] = {"the", "of", "and", "la",  "le",  "les", "l", "d", "de", "du",
                                         "des", "et", "el",  "los", "las", "del", "y", "e", "a",  "и"};

/* The words that may be taken off around a name, in the six languages; sorted by nothing, looked through: short. */
static const char *const formal_words[] = {
	"former",
	"formerly",
	"region",
	"possibly",
	"the",
	"of",
	"and",
	"republic",
	"kingdom",
	"state",
	"states",
	"islamic",
	"democratic",
	"people",
	"peoples",
	"s",
	"socialist",
	"federal",
	"federation",
	"federative",
	"federated",
	"union",
	"independent",
	"commonwealth",
	"principality",
	"duchy",
	"grand",
	"sultanate",
	"emirate",
	"co",
	"operative",
	"cooperative",
	"arab",
	"bolivarian",
	"plurinational",
	"hashemite",
	"oriental",
	"province",
	"territory",
	"sar",
	"la",
	"le",
	"les",
	"l",
	"d",
	"de",
	"du",
	"des",
	"republique",
	"royaume",
	"etat",
	"islamique",
	"democratique",
	"populaire",
	"federale",
	"socialiste",
	"principaute",
	"duche",
	"federation",
	"union",
	"independant",
	"arabe",
	"unie",
	"uni",
	"cooperative",
	"hachemite",
	"bolivarienne",
	"plurinational",
	"sultanat",
	"emirat",
	"el",
	"los",
	"las",
	"del",
	"republica",
	"reino",
	"estado",
	"islamica",
	"democratica",
	"popular",
	"federativa",
	"principado",
	"gran",
	"ducado",
	"sultania",
	"sultanato",
	"confederacion",
	"commonwealth",
	"independiente",
	"cooperativa",
	"hachemita",
	"oriental",
	"mancomunidad",
	"республика",
	"королевство",
	"государство",
	"исламская",
	"демократическая",
	"народная",
	"социалистическая",
	"федеративная",
	"федерация",
	"княжество",
	"великое",
	"герцогство",
	"султанат",
	"союз",
	"арабская",
	"независимое",
	"иорданское",
	"хашимитское",
	"содружество",
	"кооперативная",
	"хашимитское",
	"объединенная",
	"федеральная",
	"народно",
	"جمهوريه",
	"مملكه",
	"المملكه",
	"دوله",
	"سلطنه",
	"اماره",
	"الاسلاميه",
	"الديمقراطيه",
	"الديموقراطيه",
	"الشعبيه",
	"الاتحاديه",
	"الاشتراكيه",
	"العربيه",
	"كومنولث",
	"دوقيه",
	"الكبري",
	"الهاشميه",
	"المتحده",
	"البوليفاريه",
	"المتعدده",
	"القوميات",
	"الفيدراليه",
	"التعاونيه",
	"ولايات",
};

/* The same for Chinese, where words are not separated: taken off the end. */
static const char *const formal_endings[] = {"伊斯兰共和国",
                                             "人民民主共和国",
                                             "社会主义共和国",
                                             "联邦民主共和国",
                                             "民主社会主义共和国",
                                             "联邦共和国",
                                             "民主共和国",
                                             "人民共和国",
                                             "阿拉伯共和国",
                                             "合作共和国",
                                             "共和国",
                                             "哈希姆王国",
                                             "王国",
                                             "大公国",
                                             "公国",
                                             "苏丹国",
                                             "联邦",
                                             "独立国",
                                             "国"};

static bool all_letters(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z')))
			return false;
	return true;
}

struct key {
	char bytes[KEY_MAX];
	size_t length;
	bool cut; /* longer than KEY_MAX */
};

static void key_put(struct key *key, uint32_t code)
{
	char bytes[4];
	size_t size = utf8_put(bytes, code);
	if (key->length + size >= KEY_MAX) {
		key->cut = true;
		return;
	}
	memcpy(key->bytes + key->length, bytes, size);
	key->length += size;
}

static void key_space(struct key *key)
{
	if (key->length > 0 && key->bytes[key->length - 1] != ' ')
		key_put(key, ' ');
}

/* Spellings of one Arabic letter that writers use for one another. */
static uint32_t arabic_fold(uint32_t code)
{
	switch (code) {
	case 0x622:
	case 0x623:
	case 0x625:
	case 0x671: return 0x627; /* alef with madda, hamza, wasla */
	case 0x629: return 0x647; /* teh marbuta */
	case 0x649:
	case 0x6CC: return 0x64A; /* alef maksura, Farsi yeh */
	case 0x6A9: return 0x643; /* keheh */
	case 0x451: return 0x435; /* Cyrillic io */
	default: return code;
	}
}

static void key_letter(struct key *key, uint32_t code)
{
	code = arabic_fold((uint32_t)u_foldCase((UChar32)code, U_FOLD_CASE_DEFAULT));
	if (code == '&') {
		key_space(key);
		key_put(key, 'a'), key_put(key, 'n'), key_put(key, 'd');
		key_space(key);
	} else if (u_charType((UChar32)code) == U_NON_SPACING_MARK || u_charType((UChar32)code) == U_FORMAT_CHAR ||
	           code == 0x640) {
		return; /* accents, vowel signs, direction marks, tatweel */
	} else if (u_isalnum((UChar32)code)) {
		key_put(key, code);
	} else {
		key_space(key);
	}
}

static void key_make(const char *text, size_t length, const UNormalizer2 *normalizer, struct key *key)
{
	const char *at = text, *end = text + length;
	key->length = 0;
	key->cut = length > 4 * KEY_MAX;
	while (at < end && !key->cut) {
		uint32_t code = utf8_next(&at, end);
		UChar apart[32];
		UErrorCode status = U_ZERO_ERROR;
		int32_t count = -1;
		if (code == UTF8_INVALID) {
			key->cut = true;
			break;
		}
		if (code >= 0x80 && normalizer != NULL && !(code >= 0x621 && code <= 0x64A) && code != 0x439)
			count = unorm2_getDecomposition(normalizer, (UChar32)code, apart, 32, &status);
		if (count <= 0 || U_FAILURE(status)) {
			key_letter(key, code);
			continue;
		}
		for (int32_t i = 0; i < count;) {
			UChar32 letter;
			U16_NEXT(apart, i, count, letter);
			key_letter(key, (uint32_t)letter);
		}
	}
	while (key->length > 0 && key->bytes[key->length - 1] == ' ')
		key->length--;
	if (key->length > 3 && memcmp(key->bytes, "st ", 3) == 0 && key->length + 3 < KEY_MAX) {
		memmove(key->bytes + 6, key->bytes + 3, key->length - 3);
		memcpy(key->bytes, "saint ", 6);
		key->length += 3;
	}
}

static const char article[] = "ال"; /* 4 bytes */

static bool is_word_of(const char *const *words, size_t count, const char *word, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(words[i], word, length) == 0 && words[i][length] == '\0')
			return true;
	return false;
}

/* The key without some words; false when none was there. */
static bool strip_words(const struct key *key, const char *const *words, size_t count, struct key *ret_short)
{
	bool stripped = false;
	ret_short->length = 0;
	ret_short->cut = key->cut;
	for (size_t start = 0; start < key->length;) {
		size_t end = start;
		while (end < key->length && key->bytes[end] != ' ')
			end++;
		if (is_word_of(words, count, key->bytes + start, end - start)) {
			stripped = true;
		} else {
			if (ret_short->length > 0)
				ret_short->bytes[ret_short->length++] = ' ';
			memcpy(ret_short->bytes + ret_short->length, key->bytes + start, end - start);
			ret_short->length += end - start;
		}
		start = end + 1;
	}
	return stripped;
}

static struct slot *slot_of(uint64_t hash)
{
	size_t at = hash & (SLOTS - 1);
	while (keys[at].hash != 0 && keys[at].hash != hash)
		at = (at + 1) & (SLOTS - 1);
	return &keys[at];
}

static uint64_t key_hash(const char *bytes, size_t length)
{
	uint64_t hash = hash_bytes(bytes, length);
	return hash == 0 ? 1 : hash;
}

static void key_store(const struct key *key, const char code[2], bool wins)
{
	if (key->cut || key->length == 0)
		return;
	struct slot *slot = slot_of(key_hash(key->bytes, key->length));
	if (slot->hash != 0 && !wins)
		return;
	slot->hash = key_hash(key->bytes, key->length);
	memcpy(slot->code, code, 2);
}

static void store(const char *text, size_t length, const char code[2], bool wins, const UNormalizer2 *normalizer)
{
	struct key key;
	struct key linked;
	key_make(text, length, normalizer, &key);
	key_store(&key, code, wins);
	if (strip_words(&key, link_words, COUNT(link_words), &linked) && linked.length > 3)
		key_store(&linked, code, false);
	/* the Arabic article may be left out */
	struct key bare = key;
	if (key.length > 10 && memcmp(key.bytes, article, 4) == 0) {
		bare.length -= 4;
		memmove(bare.bytes, key.bytes + 4, bare.length);
		key_store(&bare, code, false);
	}
}

/* A display name of ICU; "Myanmar (Burma)" also stands for each of its two halves. */
static void store_display(const char *name, const char code[2], const UNormalizer2 *normalizer)
{
	const char *open = strstr(name, "(");
	store(name, strlen(name), code, false, normalizer);
	if (open == NULL)
		open = strstr(name, "（");
	if (open == NULL || open == name)
		return;
	store(name, (size_t)(open - name), code, false, normalizer);
}

static char *name_slot(const char code[2])
{
	return names[(code[0] - 'a') * LETTERS + (code[1] - 'a')];
}

static void add_region(const char *region, const UNormalizer2 *normalizer)
{
	char code[3] = {(char)(region[0] | 0x20), (char)(region[1] | 0x20), '\0'};
	char locale[8];
	(void)snprintf(locale, sizeof locale, "und_%.2s", region);
	const char *three = uloc_getISO3Country(locale);
	if (three != NULL && strlen(three) == 3)
		store(three, 3, code, false, NULL);
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
		UChar wide[128];
		char name[256];
		int32_t length = 0;
		UErrorCode status = U_ZERO_ERROR;
		(void)uloc_getDisplayCountry(locale, languages[i], wide, 128, &status);
		(void)u_strToUTF8(name, sizeof name, &length, wide, -1, &status);
		if (U_FAILURE(status) || status == U_USING_DEFAULT_WARNING)
			continue;
		store_display(name, code, normalizer);
		if (i == 0 && length < (int32_t)sizeof names[0])
			memcpy(name_slot(code), name, (size_t)length + 1);
	}
}

/* Regions of ICU that are no countries of documents: Outlying Oceania, the European Union, pseudo locales. */
static bool is_excluded(const char *region)
{
	static const char *const excluded[] = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "DG", "IC", "EA", "CP"};
	for (size_t i = 0; i < sizeof excluded / sizeof *excluded; i++)
		if (memcmp(region, excluded[i], 2) == 0)
			return true;
	return false;
}

static void build(void)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *normalizer = unorm2_getNFKDInstance(&status);
	if (U_FAILURE(status))
		normalizer = NULL;
	UEnumeration *regions = uregion_getAvailable(URGN_TERRITORY, &status);
	int32_t length;
	for (const char *region; U_SUCCESS(status) && (region = uenum_next(regions, &length, &status)) != NULL;)
		if (length == 2 && all_letters(region, 2) && !is_excluded(region))
			add_region(region, normalizer);
	uenum_close(regions);
	static const struct {
		char code[3];
		const char *name;
	} former[] = {{"su", "Soviet Union"},   {"yu", "Yugoslavia"},           {"dd", "East Germany"},
	              {"cs", "Czechoslovakia"}, {"an", "Netherlands Antilles"}, {"yd", "South Yemen"}};
	for (size_t i = 0; i < sizeof former / sizeof *former; i++)
		memcpy(name_slot(former[i].code), former[i].name, strlen(former[i].name) + 1);
	for (unsigned i = 0; i < country_alias_count; i++)
		for (const char *at = country_aliases[i].names; at != NULL;) {
			const char *bar = strchr(at, '|');
			store(at, bar == NULL ? strlen(at) : (size_t)(bar - at), country_aliases[i].code, true,
			      normalizer);
			at = bar == NULL ? NULL : bar + 1;
		}
}

static bool find(const char *bytes, size_t length, char out[3])
{
	const struct slot *slot = slot_of(key_hash(bytes, length));
	if (length == 0 || slot->hash == 0)
		return false;
	memcpy(out, slot->code, 2);
	out[2] = '\0';
	return true;
}

static bool find_chinese(const struct key *key, char out[3])
{
	for (size_t i = 0; i < sizeof formal_endings / sizeof *formal_endings; i++) {
		size_t length = strlen(formal_endings[i]);
		if (key->length > length && memcmp(key->bytes + key->length - length, formal_endings[i], length) == 0)
			if (find(key->bytes, key->length - length, out))
				return true;
	}
	return false;
}

/* As it is, then without joining words, then without formal words, then (Arabic) without the article of the first. */
static bool find_name(const struct key *key, char out[3])
{
	struct key linked, shorter;
	if (key->cut || key->length == 0)
		return false;
	if (find(key->bytes, key->length, out))
		return true;
	if (strip_words(key, link_words, COUNT(link_words), &linked) && find(linked.bytes, linked.length, out))
		return true;
	bool stripped = strip_words(&linked, formal_words, COUNT(formal_words), &shorter);
	if (stripped && shorter.length > 2 && find(shorter.bytes, shorter.length, out))
		return true;
	const struct key *rest = stripped ? &shorter : key;
	if (rest->length > 8 && memcmp(rest->bytes, article, 4) == 0 && find(rest->bytes + 4, rest->length - 4, out))
		return true;
	return find_chinese(key, out);
}

static bool read_code(const char *text, size_t length, char out[3])
{
	char code[2] = {(char)(text[0] | 0x20), (char)(text[1] | 0x20)};
	/* FollowTheMoney writes parts of countries as "gb-sct" */
	if (length != 2 && !(length >= 4 && length <= 7 && text[2] == '-' && all_letters(text + 3, length - 3)))
		return false;
	if (!all_letters(text, 2))
		return false;
	if (name_slot(code)[0] == '\0')
		return length == 2 && find(code, 2, out);
	memcpy(out, code, 2);
	out[2] = '\0';
	return true;
}

bool country_read(const char *text, size_t length, char out[3])
{
	(void)pthread_once(&once, build);
	while (length > 0 && (unsigned char)text[0] <= ' ')
		text++, length--;
	while (length > 0 && ((unsigned char)text[length - 1] <= ' ' || text[length - 1] == '<'))
		length--;
	if (length == 0)
		return false;
	if (length >= 2 && read_code(text, length, out))
		return true;
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *normalizer = unorm2_getNFKDInstance(&status);
	if (U_FAILURE(status))
		normalizer = NULL;
	struct key key;
	key_make(text, length, normalizer, &key);
	if (find_name(&key, out))
		return true;
	const char *comma = memchr(text, ',', length);
	if (comma == NULL || key.cut)
		return false;
	char turned[4 * KEY_MAX + 2];
	size_t before = (size_t)(comma - text), after = length - before - 1;
	memcpy(turned, comma + 1, after);
	turned[after] = ' ';
	memcpy(turned + after + 1, text, before);
	key_make(turned, length, normalizer, &key);
	return find_name(&key, out);
}

const char *country_name(const char *code)
{
	(void)pthread_once(&once, build);
	if (strlen(code) != 2 || code[0] < 'a' || code[0] > 'z' || code[1] < 'a' || code[1] > 'z')
		return NULL;
	const char *name = name_slot(code);
	return name[0] == '\0' ? NULL : name;
}
