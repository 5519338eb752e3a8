#include "assembly/communique.h"

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/unum.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

/* CLDR's plural categories; a form that a language does not use is NULL and stands for OTHER. */
enum plural { ZERO, ONE, TWO, FEW, MANY, OTHER, PLURALS };
static const char *const plural_names[PLURALS] = {"zero", "one", "two", "few", "many", "other"};

enum noun { COUNTRIES, DELEGATES, MINISTERS, CHIEFS, OBSERVERS, RESOLUTIONS, VOTES, NOUNS };

/* # is the number. Arabic: the subject's case, as the sentences below ask for it; after 11 to 99 the accusative singular. */
static const char *const nouns[NOUNS][LANGUAGE_COUNT][PLURALS] = {
	[COUNTRIES] = {[LANGUAGE_AR] = {"# دولة", "دولة واحدة", "دولتان", "# دول", "# دولة", "# دولة"},
                       [LANGUAGE_EN] = {[ONE] = "# country", [OTHER] = "# countries"},
                       [LANGUAGE_ES] = {[ONE] = "# país", [OTHER] = "# países"},
                       [LANGUAGE_FR] = {[ONE] = "# pays", [OTHER] = "# pays"}},
	[DELEGATES] = {[LANGUAGE_AR] = {"# مندوب", "مندوب واحد", "مندوبان", "# مندوبين", "# مندوبًا", "# مندوب"},
                       [LANGUAGE_EN] = {[ONE] = "# delegate", [OTHER] = "# delegates"},
                       [LANGUAGE_ES] = {[ONE] = "# delegado", [OTHER] = "# delegados"},
                       [LANGUAGE_FR] = {[ONE] = "# délégué", [OTHER] = "# délégués"}},
	[MINISTERS] = {[LANGUAGE_AR] = {"# وزير", "وزير واحد", "وزيران", "# وزراء", "# وزيرًا", "# وزير"},
                       [LANGUAGE_EN] = {[ONE] = "# minister", [OTHER] = "# ministers"},
                       [LANGUAGE_ES] = {[ONE] = "# ministro", [OTHER] = "# ministros"},
                       [LANGUAGE_FR] = {[ONE] = "# ministre", [OTHER] = "# ministres"}},
	[CHIEFS] =
		{[LANGUAGE_AR] = {"# مدير عام للشرطة", "مدير عام واحد للشرطة", "مديران عامان للشرطة",
                                  "# مديرين عامين للشرطة", "# مديرًا عامًا للشرطة", "# مدير عام للشرطة"},
                 [LANGUAGE_EN] = {[ONE] = "# director general of police", [OTHER] = "# directors general of police"},
                 [LANGUAGE_ES] =
                         {[ONE] = "# director general de policía", [OTHER] = "# directores generales de policía"},
                 [LANGUAGE_FR] =
                         {[ONE] = "# directeur général de la police", [OTHER] = "# directeurs généraux de la police"}},
	[OBSERVERS] = {[LANGUAGE_AR] = {"# مراقب", "مراقب واحد", "مراقبان", "# مراقبين", "# مراقبًا", "# مراقب"},
                       [LANGUAGE_EN] = {[ONE] = "# observer", [OTHER] = "# observers"},
                       [LANGUAGE_ES] = {[ONE] = "# observador", [OTHER] = "# observadores"},
                       [LANGUAGE_FR] = {[ONE] = "# observateur", [OTHER] = "# observateurs"}},
	[RESOLUTIONS] = {[LANGUAGE_AR] = {"# قرار", "قرار واحد", "قراران", "# قرارات", "# قرارًا", "# قرار"},
                         [LANGUAGE_EN] = {[ONE] = "# resolution", [OTHER] = "# resolutions"},
                         [LANGUAGE_ES] = {[ONE] = "# resolución", [OTHER] = "# resoluciones"},
                         [LANGUAGE_FR] = {[ONE] = "# résolution", [OTHER] = "# résolutions"}},
	[VOTES] = {[LANGUAGE_AR] = {"# تصويت", "تصويت واحد", "تصويتان", "# عمليات تصويت", "# عملية تصويت",
                                    "# عملية تصويت"},
                   [LANGUAGE_EN] = {[ONE] = "# vote", [OTHER] = "# votes"},
                   [LANGUAGE_ES] = {[ONE] = "# votación", [OTHER] = "# votaciones"},
                   [LANGUAGE_FR] = {[ONE] = "# vote", [OTHER] = "# votes"}},
};

static const char *const months[LANGUAGE_COUNT][12] = {
	[LANGUAGE_AR] = {"كانون الثاني/يناير", "شباط/فبراير", "آذار/مارس", "نيسان/أبريل", "أيار/مايو", "حزيران/يونيه",
                         "تموز/يوليه", "آب/أغسطس", "أيلول/سبتمبر", "تشرين الأول/أكتوبر", "تشرين الثاني/نوفمبر",
                         "كانون الأول/ديسمبر"},
	[LANGUAGE_EN] = {"January", "February", "March", "April", "May", "June", "July", "August", "September",
                         "October", "November", "December"},
	[LANGUAGE_ES] = {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
                         "octubre", "noviembre", "diciembre"},
	[LANGUAGE_FR] = {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
                         "octobre", "novembre", "décembre"},
};

/* What stands in braces is filled in; the nouns come with their numbers. */
static const struct sentences {
	const char *title, *held, *holding;
	const char *span, *span_months, *span_years, *one_day; /* {a} {A} {x} to {b} {B} {y}: day, month, year */
	const char *took, *among_both, *among_one;
	const char *observers, *decided, *none;
} sentences[LANGUAGE_COUNT] = {
	[LANGUAGE_AR] = {"بيان صحفي: الدورة {session} للجمعية العامة",
                         "عُقدت الدورة {session} للجمعية العامة في {city} ({country}) {when}.",
                         "تُعقد الدورة {session} للجمعية العامة في {city} ({country}) {when}.", "من {a} إلى {b} {B} {y}",
                         "من {a} {A} إلى {b} {B} {y}", "من {a} {A} {x} إلى {b} {B} {y}", "في {b} {B} {y}",
                         "شاركت في أعمالها {countries} (عدد أعضاء المنظمة: {members})، ومثّلها {delegates}{among}.",
                         "، منهم {ministers} و{chiefs}", "، منهم {one}", "وحضرها بصفة مراقب: {observers}.",
                         "اعتمدت الجمعية العامة: {resolutions}، وأُجريت: {votes}.", "أُجريت: {votes}."},
	[LANGUAGE_EN] = {"Communiqué: session {session} of the General Assembly",
                         "Session {session} of the General Assembly was held in {city} ({country}) {when}.",
                         "Session {session} of the General Assembly is held in {city} ({country}) {when}.",
                         "from {a} to {b} {B} {y}", "from {a} {A} to {b} {B} {y}", "from {a} {A} {x} to {b} {B} {y}",
                         "on {b} {B} {y}",
                         "Participation: {countries} (of the Organization's {members} members), {delegates}{among}.",
                         ", among them {ministers} and {chiefs}", ", among them {one}", "Also present: {observers}.",
                         "Adopted by the Assembly: {resolutions}; {votes} in all.", "Held in all: {votes}."},
	[LANGUAGE_ES] =
		{"Comunicado: reunión {session} de la Asamblea General",
                 "La reunión {session} de la Asamblea General se celebró en {city} ({country}) {when}.",
                 "La reunión {session} de la Asamblea General se celebra en {city} ({country}) {when}.",
                 "del {a} al {b} de {B} de {y}", "del {a} de {A} al {b} de {B} de {y}",
                 "del {a} de {A} de {x} al {b} de {B} de {y}", "el {b} de {B} de {y}",
                 "Participación: {countries} (de los {members} miembros de la Organización), {delegates}{among}.",
                 ", entre ellos {ministers} y {chiefs}", ", entre ellos {one}", "Asistencia adicional: {observers}.",
                 "Aprobado por la Asamblea: {resolutions}; {votes} en total.", "En total: {votes}."},
	[LANGUAGE_FR] =
		{"Communiqué : session {session} de l’Assemblée générale",
                 "La session {session} de l’Assemblée générale s’est tenue à {city} ({country}) {when}.",
                 "La session {session} de l’Assemblée générale se tient à {city} ({country}) {when}.",
                 "du {a} au {b} {B} {y}", "du {a} {A} au {b} {B} {y}", "du {a} {A} {x} au {b} {B} {y}",
                 "le {b} {B} {y}",
                 "Participation : {countries} (sur les {members} membres de l’Organisation), {delegates}{among}.",
                 ", dont {ministers} et {chiefs}", ", dont {one}", "Également présents : {observers}.",
                 "Adopté par l’Assemblée : {resolutions} ; {votes} au total.", "Au total : {votes}."},
};

static const char *const locales[LANGUAGE_COUNT] = {"ar@numbers=arab", "en", "es", "fr"};

struct writing {
	enum language language;
	UNumberFormat *numbers;
	UPluralRules *plurals;
	int error;
	struct {
		const char *name;
		char value[512];
	} slots[24];
	size_t count;
};

/* Numbers of years and days have no grouping. */
static void number_text(struct writing *writing, uint32_t number, bool grouped, char out[64])
{
	UErrorCode status = U_ZERO_ERROR;
	UChar wide[32];
	int32_t length = 0;
	unum_setAttribute(writing->numbers, UNUM_GROUPING_USED, grouped);
	(void)unum_format(writing->numbers, (int32_t)number, wide, 32, NULL, &status);
	(void)u_strToUTF8(out, 64, &length, wide, -1, &status);
	if (U_FAILURE(status)) {
		out[0] = '\0';
		writing->error = JISR_UNSUPPORTED;
	}
}

static char *slot(struct writing *writing, const char *name)
{
	for (size_t i = 0; i < writing->count; i++)
		if (strcmp(writing->slots[i].name, name) == 0)
			return writing->slots[i].value;
	writing->slots[writing->count].name = name;
	return writing->slots[writing->count++].value;
}

static void set_number(struct writing *writing, const char *name, uint32_t number, bool grouped)
{
	number_text(writing, number, grouped, slot(writing, name));
}

static void set_noun(struct writing *writing, const char *name, enum noun noun, uint32_t number)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar wide[16];
	char keyword[16] = "", figure[64];
	const char *const *forms = nouns[noun][writing->language], *form = forms[OTHER];
	(void)uplrules_select(writing->plurals, number, wide, 16, &status);
	if (U_SUCCESS(status))
		(void)u_austrncpy(keyword, wide, sizeof keyword - 1);
	else
		writing->error = JISR_UNSUPPORTED;
	for (unsigned i = 0; i < PLURALS; i++)
		if (strcmp(plural_names[i], keyword) == 0 && forms[i] != NULL)
			form = forms[i];
	number_text(writing, number, true, figure);
	const char *mark = strchr(form, '#');
	char *out = slot(writing, name);
	if (mark == NULL)
		(void)snprintf(out, 512, "%s", form);
	else
		(void)snprintf(out, 512, "%.*s%s%s", (int)(mark - form), form, figure, mark + 1);
}

/* A sentence with its slots filled; what is filled in is not looked at again. */
static void fill(const struct writing *writing, const char *sentence, struct text *text)
{
	for (;;) {
		size_t length = strcspn(sentence, "{");
		(void)text_add(text, sentence, length);
		sentence += length;
		const char *end = strchr(sentence, '}');
		if (end == NULL)
			return;
		size_t name = (size_t)(end - sentence - 1);
		for (size_t i = 0; i < writing->count; i++)
			if (strlen(writing->slots[i].name) == name &&
			    memcmp(writing->slots[i].name, sentence + 1, name) == 0)
				(void)text_add_string(text, writing->slots[i].value);
		sentence = end + 1;
	}
}

static int set_filled(struct writing *writing, const char *name, const char *sentence)
{
	struct text text;
	text_init(&text, 500);
	fill(writing, sentence, &text);
	int error = text.error;
	(void)snprintf(slot(writing, name), 512, "%s", error ? "" : text.bytes);
	text_finish(&text);
	return error;
}

static void line(const struct writing *writing, const char *sentence, struct text *text)
{
	fill(writing, sentence, text);
	(void)text_add_char(text, '\n');
}

static int set_when(struct writing *writing, const struct communique *communique)
{
	const struct sentences *its = &sentences[writing->language];
	unsigned first[3] = {0}, last[3] = {0};
	if (sscanf(communique->first, "%u-%u-%u", &first[0], &first[1], &first[2]) != 3 ||
	    sscanf(communique->last, "%u-%u-%u", &last[0], &last[1], &last[2]) != 3 || first[1] < 1 || first[1] > 12 ||
	    last[1] < 1 || last[1] > 12)
		return JISR_BAD_INPUT;
	set_number(writing, "a", first[2], false);
	set_number(writing, "b", last[2], false);
	set_number(writing, "x", first[0], false);
	set_number(writing, "y", last[0], false);
	(void)snprintf(slot(writing, "A"), 512, "%s", months[writing->language][first[1] - 1]);
	(void)snprintf(slot(writing, "B"), 512, "%s", months[writing->language][last[1] - 1]);
	if (strcmp(communique->first, communique->last) == 0)
		return set_filled(writing, "when", its->one_day);
	return set_filled(writing, "when",
	                  first[0] != last[0]   ? its->span_years
	                  : first[1] != last[1] ? its->span_months
	                                        : its->span);
}

static int set_among(struct writing *writing, const struct assembly_count *count)
{
	const struct sentences *its = &sentences[writing->language];
	set_noun(writing, "ministers", MINISTERS, count->ministers);
	set_noun(writing, "chiefs", CHIEFS, count->chiefs);
	(void)snprintf(slot(writing, "one"), 512, "%s", slot(writing, count->ministers > 0 ? "ministers" : "chiefs"));
	if (count->ministers > 0 && count->chiefs > 0)
		return set_filled(writing, "among", its->among_both);
	return set_filled(writing, "among", count->ministers + count->chiefs > 0 ? its->among_one : "");
}

static int write_all(struct writing *writing, const struct communique *communique, struct text *text)
{
	const struct sentences *its = &sentences[writing->language];
	const struct assembly_count *count = communique->count;
	struct names country;
	int error = organisation_country(communique->country, &country) ? JISR_OK : JISR_NOT_FOUND;
	if (!error)
		error = set_when(writing, communique);
	if (!error)
		error = set_among(writing, count);
	if (error)
		return error;
	set_number(writing, "session", communique->session, false);
	set_number(writing, "members", communique->members, true);
	(void)snprintf(slot(writing, "city"), 512, "%s", communique->city[writing->language]);
	(void)snprintf(slot(writing, "country"), 512, "%s", country.text[writing->language]);
	set_noun(writing, "countries", COUNTRIES, count->countries);
	set_noun(writing, "delegates", DELEGATES, count->delegates);
	set_noun(writing, "observers", OBSERVERS, count->watching);
	set_noun(writing, "resolutions", RESOLUTIONS, communique->resolutions);
	set_noun(writing, "votes", VOTES, communique->votes);
	line(writing, its->title, text);
	line(writing, communique->over ? its->held : its->holding, text);
	if (count->countries > 0)
		line(writing, its->took, text);
	if (count->watching > 0)
		line(writing, its->observers, text);
	if (communique->resolutions > 0)
		line(writing, its->decided, text);
	else if (communique->votes > 0)
		line(writing, its->none, text);
	return writing->error != JISR_OK ? writing->error : text->error;
}

int communique_write(const struct communique *communique, enum language language, struct text *text)
{
	UErrorCode status = U_ZERO_ERROR;
	struct writing writing = {.language = language};
	writing.numbers = unum_open(UNUM_DECIMAL, NULL, 0, locales[language], NULL, &status);
	writing.plurals = uplrules_open(locales[language], &status);
	int error = U_FAILURE(status) ? JISR_UNSUPPORTED : write_all(&writing, communique, text);
	if (writing.numbers != NULL)
		unum_close(writing.numbers);
	if (writing.plurals != NULL)
		uplrules_close(writing.plurals);
	return error;
}
