/* One hash table for all word tables, filled once from the .def files beside this one.
 *
 * Terms: a domain is one of the tables; an entry is a word of one domain. Invariants: (1) the table is written only
 * inside pthread_once and only read after it, so readers need no lock; (2) it is never more than half full (asserted
 * while it is filled), so a search ends; (3) entries point into string literals and own nothing. */
#include "names/words.h"

#include "base/hash.h"

#include <assert.h>
#include <pthread.h>

enum domain {
	DOMAIN_FREE = 0,
	DOMAIN_PERSON,
	DOMAIN_COMMON,
	DOMAIN_NICKNAME,
	DOMAIN_ORGANIZATION,
	DOMAIN_LEGAL,
	DOMAIN_LEGAL_START
};

#define SLOTS 8192

struct entry {
	const char *word;      /* not 0-terminated */
	const char *canonical; /* 0-terminated or NULL */
	uint16_t length;
	uint8_t domain;
	uint8_t value; /* the domain's enum */
	uint16_t groups[4];
};

static struct entry table[SLOTS];
static size_t used;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static struct entry *slot_of(enum domain domain, const char *word, size_t length)
{
	size_t at = (hash_bytes(word, length) + (uint64_t)domain * 0x9E3779B97F4A7C15u) % SLOTS;
	while (table[at].domain != DOMAIN_FREE &&
	       !(table[at].domain == domain && table[at].length == length && memcmp(table[at].word, word, length) == 0))
		at = (at + 1) % SLOTS;
	return &table[at];
}

static struct entry *put(enum domain domain, const char *word, size_t length, uint8_t value, const char *canonical)
{
	struct entry *entry = slot_of(domain, word, length);
	if (entry->domain == DOMAIN_FREE) {
		*entry = (struct entry){word, canonical, (uint16_t)length, (uint8_t)domain, value, {0}};
		used++;
		assert(used < SLOTS / 2);
	}
	return entry;
}

/* Calls put for each word of a space-separated string. */
static void put_words(enum domain domain, const char *words, uint8_t value, const char *canonical)
{
	while (*words != '\0') {
		size_t length = strcspn(words, " ");
		(void)put(domain, words, length, value, canonical);
		words += length;
		words += strspn(words, " ");
	}
}

static void put_nicknames(const char *words, uint16_t group)
{
	while (*words != '\0') {
		size_t length = strcspn(words, " ");
		struct entry *entry = put(DOMAIN_NICKNAME, words, length, 0, NULL);
		for (size_t i = 0; i < 4; i++)
			if (entry->groups[i] == 0 || entry->groups[i] == group) {
				entry->groups[i] = group;
				break;
			}
		words += length;
		words += strspn(words, " ");
	}
}

static void put_legal(const char *phrases, enum legal_class class, const char *canonical)
{
	while (*phrases != '\0') {
		const char *bar = strstr(phrases, " | ");
		size_t length = bar != NULL ? (size_t)(bar - phrases) : strlen(phrases);
		(void)put(DOMAIN_LEGAL, phrases, length, (uint8_t) class, canonical);
		(void)put(DOMAIN_LEGAL_START, phrases, strcspn(phrases, " "), 1, NULL);
		phrases = bar != NULL ? bar + 3 : phrases + length;
	}
}

static void fill(void)
{
	uint16_t group = 0, romanised = WORDS_ROMANISED;
#define TITLE(words)             put_words(DOMAIN_PERSON, words, PERSON_WORD_TITLE, NULL);
#define FIRST_TITLE(words)       put_words(DOMAIN_PERSON, words, PERSON_WORD_FIRST_TITLE, NULL);
#define PARTICLE(words)          put_words(DOMAIN_PERSON, words, PERSON_WORD_PARTICLE, NULL);
#define ARTICLE(words)           put_words(DOMAIN_PERSON, words, PERSON_WORD_ARTICLE, NULL);
#define SUFFIX(words)            put_words(DOMAIN_PERSON, words, PERSON_WORD_SUFFIX, NULL);
#define STOP(words)              put_words(DOMAIN_ORGANIZATION, words, ORGANIZATION_WORD_STOP, NULL);
#define COMMON(words, form)      put_words(DOMAIN_ORGANIZATION, words, ORGANIZATION_WORD_COMMON, form);
#define NUMBER(words, form)      put_words(DOMAIN_ORGANIZATION, words, ORGANIZATION_WORD_NUMBER, form);
#define VESSEL(words)            put_words(DOMAIN_ORGANIZATION, words, ORGANIZATION_WORD_VESSEL, NULL);
#define LEGAL(class, form, list) put_legal(list, class, form);
#define COMMON_NAME(words)       put_words(DOMAIN_COMMON, words, 1, NULL);
#define ROMANISED(words)         put_nicknames(words, ++romanised);
#define NICKNAME(words)          put_nicknames(words, ++group);
#include "names/words_legal.def"
#include "names/words_names.def"
#include "names/words_organization.def"
#include "names/words_person.def"
}

static const struct entry *find(enum domain domain, const char *word, size_t length)
{
	(void)pthread_once(&once, fill);
	const struct entry *entry = slot_of(domain, word, length);
	return entry->domain == DOMAIN_FREE ? NULL : entry;
}

enum person_word words_person(const char *word, size_t length)
{
	const struct entry *entry = find(DOMAIN_PERSON, word, length);
	return entry != NULL ? (enum person_word)entry->value : PERSON_WORD_NONE;
}

bool words_common_name(const char *latin, size_t length)
{
	return find(DOMAIN_COMMON, latin, length) != NULL;
}

void words_nicknames(const char *latin, size_t length, uint16_t groups[4])
{
	const struct entry *entry = find(DOMAIN_NICKNAME, latin, length);
	for (size_t i = 0; i < 4; i++)
		groups[i] = entry != NULL ? entry->groups[i] : 0;
}

enum organization_word words_organization(const char *word, size_t length, const char **ret_canonical)
{
	const struct entry *entry = find(DOMAIN_ORGANIZATION, word, length);
	if (entry == NULL)
		return ORGANIZATION_WORD_NONE;
	*ret_canonical = entry->canonical != NULL ? entry->canonical : "";
	return (enum organization_word)entry->value;
}

enum legal_class words_legal(const char *phrase, size_t length, const char **ret_canonical)
{
	const struct entry *entry = find(DOMAIN_LEGAL, phrase, length);
	if (entry == NULL)
		return LEGAL_NONE;
	*ret_canonical = entry->canonical;
	return (enum legal_class)entry->value;
}

bool words_legal_start(const char *word, size_t length)
{
	return find(DOMAIN_LEGAL_START, word, length) != NULL;
}

/* The hundred or so family names that cover nine tenths of Chinese people, and the usual ones of two characters. */
static const char han_single[] =
	"王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖萧蕭田董袁潘"
	"蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鐘姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付傅方邹鄒熊白孟秦邱侯江尹薛闫阎"
	"閻段雷龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬覃武钱錢戴严嚴莫孔向常习習温溫康施牛樊葛邢安齐齊伍庞龐颜顏乔喬倪庄莊聂聶"
	"章"
	"鲁魯岳翟殷詹申欧歐耿关關焦柳左祁包宁甘裴";
static const char *const han_double[] = {"欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛",
                                         "东方", "東方", "皇甫", "尉迟", "尉遲", "公孙", "公孫",
                                         "慕容", "令狐", "宇文", "长孙", "長孫", "司徒"};
/* The family names of the South Korean census that more than about twenty thousand people bear. */
static const char hangul_single[] =
	"김이리박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노로하곽성차주우구라나민진지엄채원천방공현함변"
	"염여추도소"
	"석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두감호음빈동온시범좌팽승간";
static const char *const hangul_double[] = {"남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방"};

static bool begins_with(const char *text, size_t length, const char *start)
{
	size_t start_length = strlen(start);
	return length >= start_length && memcmp(text, start, start_length) == 0;
}

/* Every character here is three bytes of UTF-8. */
static size_t family_length(const char *text, size_t length, size_t characters, const char *singles,
                            const char *const *doubles, size_t double_count)
{
	if (characters >= 3)
		for (size_t i = 0; i < double_count; i++)
			if (begins_with(text, length, doubles[i]))
				return 2;
	for (const char *single = singles; *single != '\0'; single += 3)
		if (length > 3 && memcmp(text, single, 3) == 0)
			return 1;
	return 0;
}

size_t words_han_family(const char *text, size_t length, size_t characters)
{
	return family_length(text, length, characters, han_single, han_double, sizeof han_double / sizeof *han_double);
}

size_t words_hangul_family(const char *text, size_t length, size_t characters)
{
	return family_length(text, length, characters, hangul_single, hangul_double,
	                     sizeof hangul_double / sizeof *hangul_double);
}
