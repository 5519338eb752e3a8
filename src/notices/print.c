#include "notices/print.h"

#include "base/emit.h"
#include "base/json.h"
#include "notices/paper.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

#define MARGIN      42.0
#define INNER       (PAPER_WIDTH - 2 * MARGIN)
#define BAND        62.0
#define NUMBER      120.0 /* width that the number takes there */
#define TITLE_LEAST 12.0
#define BOTTOM      (PAPER_HEIGHT - 54.0)
#define LABEL_WIDTH 150.0
#define PHOTO_WIDTH 120.0
#define PHOTO_TALL  150.0
#define SIZE        9.5
#define GREY        0x5F6368u
#define MAX_VALUE   ((size_t)32 << 10)

/* Words of the form: English, French, Spanish, Arabic. */
static const struct code words[] = {
	{"advice",
         {"Advice to officers", "Conduite à tenir", "Instrucciones para los agentes", "توجيهات لرجال الشرطة"}},
	{"aliases", {"Other names", "Autres noms", "Otros nombres", "أسماء أخرى"}},
	{"assets", {"Assets", "Avoirs", "Bienes", "الأصول"}},
	{"authority", {"Issued by", "Délivré par", "Expedida por", "الجهة المصدرة"}},
	{"birth", {"Date of birth", "Date de naissance", "Fecha de nacimiento", "تاريخ الولادة"}},
	{"birth_place", {"Place of birth", "Lieu de naissance", "Lugar de nacimiento", "مكان الولادة"}},
	{"charge", {"Charges", "Qualification", "Cargos", "التهم"}},
	{"crimes", {"Crime areas", "Domaines de criminalité", "Áreas delictivas", "مجالات الإجرام"}},
	{"documents", {"Identity documents", "Documents d'identité", "Documentos de identidad", "وثائق الهوية"}},
	{"event", {"Date and place", "Date et lieu", "Fecha y lugar", "التاريخ والمكان"}},
	{"extradition",
         {"Extradition sought from", "Extradition demandée à", "Extradición solicitada a", "يُطلب التسليم من"}},
	{"eyes", {"Eyes", "Yeux", "Ojos", "العينان"}},
	{"forename", {"Forename", "Prénom", "Nombre", "الاسم الشخصي"}},
	{"hair", {"Hair", "Cheveux", "Cabello", "الشعر"}},
	{"height", {"Height", "Taille", "Estatura", "الطول"}},
	{"languages", {"Languages spoken", "Langues parlées", "Idiomas que habla", "اللغات"}},
	{"law", {"Law", "Texte de loi", "Disposición legal", "النص القانوني"}},
	{"lead",
         {"A hit is a lead: confirm it with the owner before acting on it.",
          "Une réponse positive est une piste : la confirmer auprès du propriétaire avant d'agir.",
          "Una coincidencia es un indicio: confírmela con el propietario antes de actuar.",
          "المطابقة مجرد دليل: يجب تأكيدها لدى الجهة المالكة قبل التصرف."}},
	{"marks", {"Distinguishing marks", "Signes particuliers", "Señas particulares", "علامات مميزة"}},
	{"months", {"months", "mois", "meses", "شهرا"}},
	{"name", {"Family name", "Nom de famille", "Apellidos", "اسم العائلة"}},
	{"nationality", {"Nationality", "Nationalité", "Nacionalidad", "الجنسية"}},
	{"number", {"Number", "Numéro", "Número", "الرقم"}},
	{"official",
         {"For official police use only", "Réservé à l'usage officiel de la police",
          "Para uso policial oficial exclusivamente", "للاستعمال الرسمي للشرطة فقط"}},
	{"owner", {"Owner", "Propriétaire", "Propietario", "الجهة المالكة"}},
	{"page", {"Page", "Page", "Página", "صفحة"}},
	{"parents", {"Parents", "Parents", "Padres", "الوالدان"}},
	{"penalty", {"Maximum penalty", "Peine maximale", "Pena máxima", "العقوبة القصوى"}},
	{"printed", {"Printed", "Imprimé", "Impreso", "طُبعت في"}},
	{"profession", {"Profession", "Profession", "Profesión", "المهنة"}},
	{"published", {"Published", "Publiée", "Publicada", "تاريخ النشر"}},
	{"record",
         {"The signed record is attached to this file.", "L'enregistrement signé est joint à ce fichier.",
          "El registro firmado va adjunto a este archivo.", "السجل الموقّع مرفق بهذا الملف."}},
	{"reference", {"Reference", "Référence", "Referencia", "المرجع"}},
	{"sentence", {"Sentence", "Peine prononcée", "Pena impuesta", "العقوبة المحكوم بها"}},
	{"sex", {"Sex", "Sexe", "Sexo", "الجنس"}},
	{"sought", {"Sought", "Recherché", "Se solicita", "المطلوب"}},
	{"source",
         {"Text in its source language", "Texte dans la langue d'origine", "Texto en el idioma de origen",
          "النص بلغته الأصلية"}},
	{"state", {"State", "État", "Estado", "الحالة"}},
	{"status", {"Status", "Statut", "Situación", "الصفة"}},
	{"summary", {"Facts", "Exposé des faits", "Exposición de los hechos", "ملخص الوقائع"}},
	{"title", {"Title", "Titre", "Título", "العنوان"}},
	{"un", {"Committee's reference", "Référence du comité", "Referencia del comité", "مرجع اللجنة"}},
	{"warnings", {"WARNING", "ATTENTION", "ATENCIÓN", "تحذير"}},
	{"warrant", {"Warrant or judgment", "Mandat ou jugement", "Orden o sentencia", "أمر أو حكم"}},
	{"weight", {"Weight", "Poids", "Peso", "الوزن"}},
};
static const struct codes all_words = {"word", words, sizeof words / sizeof *words};

static const struct {
	const char *colour;
	uint32_t band, ink;
} bands[] = {
	{"red", 0xB3261E, 0xFFFFFF},    {"blue", 0x1F5FA8, 0xFFFFFF},   {"green", 0x2E7D32, 0xFFFFFF},
	{"yellow", 0xF2C200, 0x202020}, {"black", 0x202020, 0xFFFFFF},  {"orange", 0xE07A00, 0x202020},
	{"purple", 0x6A3D9A, 0xFFFFFF}, {"silver", 0xB8BCC2, 0x202020}, {"un", 0x3F8FC9, 0xFFFFFF},
};

struct sheet_of {
	const struct print_job *job;
	struct paper *paper;
	struct problem *problem;
	double y;      /* where the next line begins */
	double narrow; /* below this the photograph no longer takes room */
	unsigned page;
	bool rtl;
	uint32_t band, ink;
	struct text value; /* of the field that is put together */
};

static const char *word(const struct sheet_of *sheet, const char *name)
{
	return codes_label(&all_words, name, sheet->job->language);
}

static struct paper_style style_of(const struct sheet_of *sheet, double size, bool bold, uint32_t colour)
{
	return (struct paper_style){.size = size, .bold = bold, .rtl = sheet->rtl, .colour = colour};
}

/* ---- pages ---- */

/* A bureau by its country, other offices by their own name. */
static void owner_name(const char *code, enum language language, char *out, size_t size)
{
	for (size_t i = 0; i < organisation_office_count; i++)
		if (strcmp(organisation_offices[i].code, code) == 0) {
			(void)snprintf(out, size, "%s", organisation_offices[i].names[language]);
			return;
		}
	if (codes_country_known(code))
		codes_country_name(code, language, out, size);
	else
		(void)snprintf(out, size, "%s", code);
}

static int put_footer(struct sheet_of *sheet)
{
	char line[600], owner[200];
	double height;
	struct paper_style style = style_of(sheet, 7.5, false, GREY);
	const struct notice *notice = sheet->job->notice;
	paper_line(sheet->paper, MARGIN, BOTTOM + 8, PAPER_WIDTH - MARGIN, BOTTOM + 8, 0.5, GREY);
	owner_name(notice->owner, sheet->job->language, owner, sizeof owner);
	(void)snprintf(line, sizeof line, "%s · %s: %s · %s %.16s UTC%s%s", word(sheet, "official"),
	               word(sheet, "owner"), owner, word(sheet, "printed"), sheet->job->moment,
	               sheet->job->printer[0] != '\0' ? " · " : "", sheet->job->printer);
	for (char *at = line; (at = strchr(at, 'T')) != NULL; at++)
		if (at > line && at[-1] >= '0' && at[-1] <= '9')
			*at = ' ';
	int error = paper_text(sheet->paper, &style, MARGIN, BOTTOM + 12, INNER - 70, line, &height, sheet->problem);
	style.ends = true;
	(void)snprintf(line, sizeof line, "%s %u", word(sheet, "page"), sheet->page);
	return error ? error
	             : paper_text(sheet->paper, &style, sheet->rtl ? MARGIN : PAPER_WIDTH - MARGIN - 70, BOTTOM + 12,
	                          70, line, &height, sheet->problem);
}

static int begin_page(struct sheet_of *sheet)
{
	int error = paper_page(sheet->paper);
	if (error)
		return problem_set(sheet->problem, error, "the notice takes more than %d pages", PAPER_MAX_PAGES);
	sheet->page++;
	sheet->y = MARGIN;
	sheet->narrow = 0;
	paper_box(sheet->paper, 0, 0, PAPER_WIDTH, sheet->page == 1 ? BAND : 10, sheet->band);
	return put_footer(sheet);
}

static int need_room(struct sheet_of *sheet, double height)
{
	return sheet->y + height > BOTTOM ? begin_page(sheet) : JISR_OK;
}

/* ---- parts ---- */

static double width_here(const struct sheet_of *sheet)
{
	return sheet->y < sheet->narrow ? INNER - PHOTO_WIDTH - 12 : INNER;
}

static double left_here(const struct sheet_of *sheet)
{
	return sheet->rtl && sheet->y < sheet->narrow ? MARGIN + PHOTO_WIDTH + 12 : MARGIN;
}

/* A value of unknown direction is isolated, so that what stands at its ends stays there. */
static void add_value(struct sheet_of *sheet, const char *value)
{
	if (value == NULL)
		return;
	if (sheet->value.length > 0)
		(void)text_add_string(&sheet->value, sheet->rtl ? "، " : ", ");
	(void)text_add_code(&sheet->value, 0x2068);
	for (const char *at = value; *at != '\0'; at++) {
		if (*at != '\n') {
			(void)text_add_char(&sheet->value, *at);
			continue;
		}
		(void)text_add_string(&sheet->value, "\xE2\x81\xA9\n"); /* the end of a line ends the isolation, too */
		(void)text_add_code(&sheet->value, 0x2068);
	}
	(void)text_add_code(&sheet->value, 0x2069);
}

/* Label and value beside each other; the value that was put together, which is emptied. Nothing when it is empty. */
static int put_field(struct sheet_of *sheet, const char *label)
{
	struct paper_style small = style_of(sheet, 8, false, GREY), large = style_of(sheet, SIZE, false, 0x111111);
	double height, label_height;
	if (sheet->value.error)
		return problem_set(sheet->problem, sheet->value.error, "a field of the notice is too long to print");
	if (sheet->value.length == 0)
		return JISR_OK;
	double width = width_here(sheet) - LABEL_WIDTH - 8;
	int error = paper_measure(sheet->paper, &large, width, sheet->value.bytes, &height, sheet->problem);
	if (!error)
		error = need_room(sheet, height < 200 ? height + 4 : 40);
	double left = left_here(sheet);
	width = width_here(sheet) - LABEL_WIDTH - 8;
	if (!error)
		error = paper_text(sheet->paper, &small, sheet->rtl ? left + width + 8 : left, sheet->y + 1,
		                   LABEL_WIDTH, word(sheet, label), &label_height, sheet->problem);
	if (!error)
		error = paper_text(sheet->paper, &large, sheet->rtl ? left : left + LABEL_WIDTH + 8, sheet->y, width,
		                   sheet->value.bytes, &height, sheet->problem);
	if (!error)
		sheet->y += (height > label_height ? height : label_height) + 4;
	text_reset(&sheet->value);
	return error;
}

static int put_heading(struct sheet_of *sheet, const char *text)
{
	double height;
	struct paper_style style = style_of(
		sheet, 10.5, true, sheet->band == 0xF2C200 || sheet->band == 0xB8BCC2 ? 0x202020 : sheet->band);
	int error = need_room(sheet, 48);
	if (error)
		return error;
	sheet->y += 8;
	error = paper_text(sheet->paper, &style, left_here(sheet), sheet->y, width_here(sheet), text, &height,
	                   sheet->problem);
	sheet->y += height + 1;
	paper_line(sheet->paper, left_here(sheet), sheet->y, left_here(sheet) + width_here(sheet), sheet->y, 0.6,
	           sheet->band);
	sheet->y += 5;
	return error;
}

/* A text that may run over pages. Its direction is that of its own language. */
static int put_text(struct sheet_of *sheet, const char *text, bool rtl)
{
	struct paper_style style = style_of(sheet, SIZE, false, 0x111111);
	style.rtl = rtl;
	while (text[0] != '\0') {
		double height;
		const char *rest;
		int error = need_room(sheet, 30);
		if (!error)
			error = paper_flow(sheet->paper, &style, left_here(sheet), sheet->y, width_here(sheet),
			                   BOTTOM - sheet->y, text, &height, &rest, sheet->problem);
		if (error)
			return error;
		if (rest == text)
			return problem_set(sheet->problem, JISR_BAD_INPUT,
			                   "a line of the notice is higher than a page");
		sheet->y += height + 3;
		text = rest;
		if (text[0] != '\0' && (error = begin_page(sheet)) != JISR_OK)
			return error;
	}
	return JISR_OK;
}

/* ---- the notice ---- */

static int put_head(struct sheet_of *sheet)
{
	const struct print_job *job = sheet->job;
	char line[200];
	double height;
	struct paper_style style = style_of(sheet, 20, true, sheet->ink);
	const char *title = codes_label(&codes_colour, job->notice->colour, job->language);
	double line_height;
	/* A long one is written smaller, so that it stays one line and in the band. */
	int error = paper_measure(sheet->paper, &style, 4 * INNER, title, &line_height, sheet->problem);
	if (!error)
		error = paper_measure(sheet->paper, &style, INNER - NUMBER, title, &height, sheet->problem);
	while (!error && height > line_height + 1 && style.size > TITLE_LEAST) {
		style.size -= 1;
		error = paper_measure(sheet->paper, &style, INNER - NUMBER, title, &height, sheet->problem);
	}
	if (!error)
		error = paper_text(sheet->paper, &style, sheet->rtl ? MARGIN + NUMBER : MARGIN, 12, INNER - NUMBER,
		                   title, &height, sheet->problem);
	style.size = 14;
	style.ends = true;
	(void)snprintf(line, sizeof line, "%s", job->notice->id);
	if (!error)
		error = paper_text(sheet->paper, &style, sheet->rtl ? MARGIN : PAPER_WIDTH - MARGIN - NUMBER, 18,
		                   NUMBER, line, &height, sheet->problem);
	sheet->y = BAND + 14;
	if (error || job->picture == NULL)
		return error;
	sheet->narrow = sheet->y + PHOTO_TALL + 8;
	return paper_picture(sheet->paper, sheet->rtl ? MARGIN : PAPER_WIDTH - MARGIN - PHOTO_WIDTH, sheet->y,
	                     PHOTO_WIDTH, PHOTO_TALL, job->picture, job->picture_length, sheet->problem);
}

static int put_warnings(struct sheet_of *sheet)
{
	double height;
	const cJSON *list = json_get(sheet->job->content, "warnings");
	if (list == NULL)
		return JISR_OK;
	(void)text_add_format(&sheet->value, "%s: ", word(sheet, "warnings"));
	for (const cJSON *one = list->child; one != NULL; one = one->next)
		(void)text_add_format(&sheet->value, "%s%s",
		                      codes_label(&codes_warning, one->valuestring, sheet->job->language),
		                      one->next == NULL ? ""
		                      : sheet->rtl      ? "، "
		                                        : ", ");
	struct paper_style style = style_of(sheet, 10.5, true, 0x8C0000);
	int error = paper_measure(sheet->paper, &style, width_here(sheet) - 12, sheet->value.bytes, &height,
	                          sheet->problem);
	if (error)
		return error;
	paper_box(sheet->paper, left_here(sheet), sheet->y, width_here(sheet), height + 8, 0xFDE7E7);
	error = paper_text(sheet->paper, &style, left_here(sheet) + 6, sheet->y + 4, width_here(sheet) - 12,
	                   sheet->value.bytes, &height, sheet->problem);
	sheet->y += height + 16;
	text_reset(&sheet->value);
	return error;
}

static int put_line(struct sheet_of *sheet, const char *label, const char *value)
{
	add_value(sheet, value);
	return put_field(sheet, label);
}

static int put_codes(struct sheet_of *sheet, const char *label, const cJSON *list, const struct codes *codes)
{
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next)
		add_value(sheet, codes_label(codes, one->valuestring, sheet->job->language));
	return put_field(sheet, label);
}

static void add_country(struct sheet_of *sheet, const char *code)
{
	char name[160];
	if (code == NULL)
		return;
	codes_country_name(code, sheet->job->language, name, sizeof name);
	add_value(sheet, name);
}

static int put_countries(struct sheet_of *sheet, const char *label, const cJSON *list)
{
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next)
		add_country(sheet, one->valuestring);
	return put_field(sheet, label);
}

static int put_place(struct sheet_of *sheet, const char *label, const cJSON *place, bool date)
{
	if (date)
		add_value(sheet, json_get_text(place, "date"));
	add_value(sheet, json_get_text(place, "place"));
	add_country(sheet, json_get_text(place, "country"));
	return put_field(sheet, label);
}

static int put_number(struct sheet_of *sheet, const char *label, const cJSON *number, const char *unit)
{
	char text[60];
	if (!cJSON_IsNumber(number))
		return JISR_OK;
	double value = number->valuedouble;
	(void)snprintf(text, sizeof text, "%.*f %s", value < 3 ? 2 : value == floor(value) ? 0 : 1, value, unit);
	return put_line(sheet, label, text);
}

static int put_months(struct sheet_of *sheet, const char *label, const cJSON *number)
{
	char text[60];
	if (!cJSON_IsNumber(number))
		return JISR_OK;
	(void)snprintf(text, sizeof text, "%.0f %s", number->valuedouble, word(sheet, "months"));
	add_value(sheet, text);
	return put_field(sheet, label);
}

static int put_names(struct sheet_of *sheet)
{
	const cJSON *list = json_get(sheet->job->content, "names");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next) {
		if (sheet->value.length > 0)
			(void)text_add_char(&sheet->value, '\n');
		(void)text_add_format(&sheet->value, "\xE2\x81\xA8%s\xE2\x81\xA9 (%s)", json_get_text(one, "text"),
		                      codes_label(&codes_name, json_get_text(one, "kind"), sheet->job->language));
	}
	return put_field(sheet, "aliases");
}

static int put_documents(struct sheet_of *sheet)
{
	const cJSON *list = json_get(sheet->job->content, "documents");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next) {
		char country[160] = "";
		const char *code = json_get_text(one, "country");
		if (code != NULL)
			codes_country_name(code, sheet->job->language, country, sizeof country);
		(void)text_add_format(&sheet->value, "%s%s \xE2\x81\xA8%s\xE2\x81\xA9%s%s",
		                      sheet->value.length > 0 ? "\n" : "",
		                      codes_label(&codes_document, json_get_text(one, "kind"), sheet->job->language),
		                      json_get_text(one, "number"),
		                      code == NULL ? ""
		                      : sheet->rtl ? "، "
		                                   : ", ",
		                      country);
	}
	return put_field(sheet, "documents");
}

static int put_languages(struct sheet_of *sheet)
{
	const cJSON *list = json_get(sheet->job->content, "languages");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next) {
		char name[120];
		codes_language_name(one->valuestring, sheet->job->language, name, sizeof name);
		add_value(sheet, name);
	}
	return put_field(sheet, "languages");
}

static int put_identity(struct sheet_of *sheet)
{
	const cJSON *content = sheet->job->content, *birth = json_get(content, "birth");
	const cJSON *parents = json_get(content, "parents");
	enum language language = sheet->job->language;
	const char *sex = json_get_text(content, "sex"), *status = json_get_text(content, "status");
	int error = put_line(sheet, "title", json_get_text(content, "title"));
	if (!error)
		error = put_line(sheet, "name", json_get_text(content, "name"));
	if (!error)
		error = put_line(sheet, "forename", json_get_text(content, "forename"));
	if (!error)
		error = put_names(sheet);
	if (!error)
		error = put_line(sheet, "sex", sex != NULL ? codes_label(&codes_sex, sex, language) : NULL);
	if (!error)
		error = put_line(sheet, "birth", json_get_text(birth, "date"));
	if (!error)
		error = put_place(sheet, "birth_place", birth, false);
	if (!error)
		error = put_countries(sheet, "nationality", json_get(content, "nationalities"));
	static const char *const parent[] = {"father_forename", "father_name", "mother_forename", "mother_name"};
	for (int i = 0; i < 4; i++)
		add_value(sheet, json_get_text(parents, parent[i]));
	if (!error)
		error = put_field(sheet, "parents");
	if (!error)
		error = put_number(sheet, "height", json_get(content, "height"), "m");
	if (!error)
		error = put_number(sheet, "weight", json_get(content, "weight"), "kg");
	if (!error)
		error = put_codes(sheet, "eyes", json_get(content, "eyes"), &codes_eyes);
	if (!error)
		error = put_codes(sheet, "hair", json_get(content, "hair"), &codes_hair);
	if (!error)
		error = put_line(sheet, "marks", json_get_text(content, "marks"));
	if (!error)
		error = put_languages(sheet);
	if (!error)
		error = put_line(sheet, "profession", json_get_text(content, "profession"));
	if (!error)
		error = put_documents(sheet);
	if (!error)
		error = put_line(sheet, "status", status != NULL ? codes_label(&codes_status, status, language) : NULL);
	if (!error)
		error = put_codes(sheet, "crimes", json_get(content, "crimes"), &codes_crime);
	if (!error)
		error = put_codes(sheet, "sought", json_get(content, "sought"), &codes_sought);
	if (!error)
		error = put_place(sheet, "event", json_get(content, "event"), true);
	return error ? error : put_line(sheet, "un", json_get_text(json_get(content, "un"), "reference"));
}

static int put_warrant(struct sheet_of *sheet, const cJSON *warrant)
{
	int error = put_heading(sheet, word(sheet, "warrant"));
	add_value(sheet, json_get_text(warrant, "reference"));
	add_value(sheet, json_get_text(warrant, "date"));
	if (!error)
		error = put_field(sheet, "reference");
	add_value(sheet, json_get_text(warrant, "authority"));
	add_country(sheet, json_get_text(warrant, "country"));
	if (!error)
		error = put_field(sheet, "authority");
	add_value(sheet, json_get_text(warrant, "charge"));
	add_value(sheet, json_get_text(warrant, "charge_translation"));
	if (!error)
		error = put_field(sheet, "charge");
	if (!error)
		error = put_line(sheet, "law", json_get_text(warrant, "law"));
	if (!error)
		error = put_months(sheet, "penalty", json_get(warrant, "maximum_penalty_months"));
	return error ? error : put_months(sheet, "sentence", json_get(warrant, "sentence_months"));
}

static int put_judicial(struct sheet_of *sheet)
{
	const cJSON *list = json_get(sheet->job->content, "warrants");
	int error = JISR_OK;
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL && !error; one = one->next)
		error = put_warrant(sheet, one);
	return error ? error
	             : put_countries(sheet, "extradition",
	                             json_get(json_get(sheet->job->content, "extradition"), "countries"));
}

static int put_assets(struct sheet_of *sheet)
{
	const cJSON *list = json_get(sheet->job->content, "assets");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next)
		(void)text_add_format(&sheet->value, "%s%s: \xE2\x81\xA8%s\xE2\x81\xA9",
		                      sheet->value.length > 0 ? "\n" : "",
		                      codes_label(&codes_asset, json_get_text(one, "kind"), sheet->job->language),
		                      json_get_text(one, "description"));
	return put_field(sheet, "assets");
}

static int put_words(struct sheet_of *sheet, const char *field)
{
	enum language language = sheet->job->language;
	const char *text = content_words(sheet->job->content, field, sheet->job->language, &language);
	if (text == NULL)
		return JISR_OK;
	int error = put_heading(sheet, word(sheet, field));
	if (!error && language != sheet->job->language) {
		double height;
		struct paper_style style = style_of(sheet, 8, false, GREY);
		error = paper_text(sheet->paper, &style, left_here(sheet), sheet->y, width_here(sheet),
		                   word(sheet, "source"), &height, sheet->problem);
		sheet->y += height + 2;
	}
	return error ? error : put_text(sheet, text, language == LANGUAGE_AR);
}

static int put_end(struct sheet_of *sheet)
{
	const struct notice *notice = sheet->job->notice;
	char day[11];
	int error = put_heading(sheet, notice->id);
	(void)snprintf(day, sizeof day, "%.10s", notice->published);
	if (!error)
		error = put_line(sheet, "published", day[0] != '\0' ? day : NULL);
	if (!error)
		error = put_line(sheet, "state",
		                 state_label(notice->state == STATE_AMENDING ? STATE_PUBLISHED : notice->state,
		                             sheet->job->language));
	if (!error)
		error = put_text(sheet, word(sheet, "lead"), sheet->rtl);
	return error || sheet->job->record == NULL ? error : put_text(sheet, word(sheet, "record"), sheet->rtl);
}

static int put_all(struct sheet_of *sheet)
{
	int error = begin_page(sheet);
	if (!error)
		error = put_head(sheet);
	if (!error)
		error = put_warnings(sheet);
	if (!error)
		error = put_identity(sheet);
	if (!error && sheet->page == 1 && sheet->y < sheet->narrow)
		sheet->y = sheet->narrow;
	if (!error)
		error = put_judicial(sheet);
	if (!error)
		error = put_assets(sheet);
	if (!error)
		error = put_words(sheet, "summary");
	if (!error)
		error = put_words(sheet, "advice");
	return error ? error : put_end(sheet);
}

int print_notice(const struct print_job *job, struct text *out, struct problem *problem)
{
	CLEANUP(paper_freep) struct paper *paper = NULL;
	char title[120];
	(void)snprintf(title, sizeof title, "%s %s", codes_label(&codes_colour, job->notice->colour, job->language),
	               job->notice->id);
	const struct paper_about about = {title, job->notice->owner, language_codes[job->language], job->moment};
	int error = paper_new(&about, &paper);
	if (error)
		return problem_set(problem, error, "out of memory");
	struct sheet_of sheet = {.job = job, .paper = paper, .problem = problem, .rtl = job->language == LANGUAGE_AR};
	for (size_t i = 0; i < sizeof bands / sizeof *bands; i++)
		if (strcmp(bands[i].colour, job->notice->colour) == 0) {
			sheet.band = bands[i].band;
			sheet.ink = bands[i].ink;
		}
	text_init(&sheet.value, MAX_VALUE);
	error = put_all(&sheet);
	text_finish(&sheet.value);
	if (!error && job->record != NULL) {
		error = paper_attach(paper, "record.json", "application/json", "The signed entry of the record",
		                     job->record, job->record_length);
		if (error)
			(void)problem_set(problem, error, "the record is too large to attach");
	}
	return error ? error : paper_finish(paper, out, problem);
}

int print_record(struct sql *sql, struct log *log, const char *name, const struct notice *notice, struct text *out,
                 struct problem *problem)
{
	int64_t sequence = 0;
	struct entry *entry = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct sql_query query = sql_query(sql, "SELECT max(sequence) FROM notice_history WHERE id = ?1"
	                                        " AND step IN ('publish', 'circulate', 'accept', 'resume', 'renew')");
	sql_bind_text(&query, 1, notice->id);
	int error = sql_run_number(&query, 0, &sequence, problem);
	if (!error && sequence == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "the notice %s was never published", notice->id);
	if (!error && arena_new((size_t)8 << 20, &arena) != JISR_OK)
		error = problem_no_memory(problem);
	if (!error)
		error = log_read(log, (uint64_t)sequence, LOG_WITH_BODY, arena, &entry, problem);
	if (error)
		return error;
	char hex[2 * ENTRY_SIGNATURE + 1];
	emit_object(out, NULL);
	emit_text(out, "log", name);
	emit_count(out, "sequence", entry->sequence);
	emit_bytes(out, "header", entry->header_bytes, entry->header_length);
	emit_text(out, "key_id", sodium_bin2hex(hex, sizeof hex, entry->key_id, sizeof entry->key_id));
	emit_text(out, "signature", sodium_bin2hex(hex, sizeof hex, entry->signature, sizeof entry->signature));
	emit_text(out, "salt", sodium_bin2hex(hex, sizeof hex, entry->salt, sizeof entry->salt));
	emit_text(out, "body_salt", sodium_bin2hex(hex, sizeof hex, entry->body_salt, sizeof entry->body_salt));
	emit_bytes(out, "body", entry->body_bytes, entry->body_length);
	emit_close_object(out);
	return out->error;
}
