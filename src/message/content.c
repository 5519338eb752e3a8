#include "message/content.h"

#include "base/base64.h"
#include "base/date.h"
#include "base/digits.h"
#include "base/json.h"
#include "base/tree.h"
#include "base/utf8.h"
#include "base/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

const struct content_word content_urgencies[] = {
	{"normal", {"عادي", "normal", "normal", "normal"}},
	{"urgent", {"عاجل", "urgent", "urgente", "urgent"}},
	{"very-urgent", {"عاجل جداً", "very urgent", "muy urgente", "très urgent"}},
};
const size_t content_urgency_count = COUNT(content_urgencies);

const struct content_word content_handlings[] = {
	{"H0",
         {"للاستخدام في منع الجريمة ومكافحتها فقط", "only to prevent and combat crime",
          "solo para prevenir y combatir la delincuencia", "uniquement pour prévenir et combattre la criminalité"}},
	{"H1",
         {"لا يُستخدم في إجراءات قضائية دون إذن المصدر", "not in judicial proceedings without the sender's permission",
          "no en procedimientos judiciales sin permiso del remitente",
          "pas en procédure judiciaire sans l'accord de l'expéditeur"}},
	{"H2",
         {"لا يُنشر دون إذن المصدر", "no dissemination without the sender's permission",
          "sin difusión sin permiso del remitente", "pas de diffusion sans l'accord de l'expéditeur"}},
	{"H3",
         {"قيود أخرى، كما ورد", "other restrictions, as written", "otras restricciones, como se indica",
          "autres restrictions, comme indiqué"}},
};
const size_t content_handling_count = COUNT(content_handlings);

const struct content_word content_tlps[] = {
	{"RED",
         {"للمتلقين وحدهم", "for the readers alone", "solo para los destinatarios", "pour les seuls destinataires"}},
	{"AMBER+STRICT", {"داخل المكتب فقط", "within the office", "dentro de la oficina", "au sein du bureau"}},
	{"AMBER",
         {"المكتب ومن يعمل معه", "the office and those who work with it", "la oficina y quienes trabajan con ella",
          "le bureau et ceux qui travaillent avec lui"}},
	{"GREEN", {"أوساط الشرطة", "the police community", "la comunidad policial", "la communauté policière"}},
	{"CLEAR", {"بلا قيد", "without limit", "sin límite", "sans limite"}},
};
const size_t content_tlp_count = COUNT(content_tlps);

const struct content_word content_sources[] = {
	{"A", {"موثوق تماماً", "completely reliable", "totalmente fiable", "totalement fiable"}},
	{"B", {"موثوق في الغالب", "mostly reliable", "fiable en general", "fiable le plus souvent"}},
	{"C", {"غير موثوق في الغالب", "mostly unreliable", "poco fiable en general", "peu fiable le plus souvent"}},
	{"X", {"لا يمكن تقديره", "cannot be assessed", "no puede valorarse", "ne peut être évalué"}},
};
const size_t content_source_count = COUNT(content_sources);

const struct content_word content_informations[] = {
	{"1", {"مؤكد", "known to be true", "cierta sin reservas", "exacte sans réserve"}},
	{"2",
         {"معروف لدى المصدر شخصياً", "known personally to the source", "conocida personalmente por la fuente",
          "connue personnellement de la source"}},
	{"3",
         {"غير معروف لدى المصدر وتدعمه معلومات أخرى", "not known to the source, but corroborated",
          "no conocida por la fuente, pero corroborada", "non connue de la source, mais corroborée"}},
	{"4", {"لا يمكن تأكيده", "cannot be corroborated", "no puede corroborarse", "ne peut être corroborée"}},
};
const size_t content_information_count = COUNT(content_informations);

/* ---- forms ---- */

#define FIELD(code, ar, en, es, fr, kind, needed)                                                                      \
	{                                                                                                              \
		{code, {ar, en, es, fr}}, kind, needed                                                                 \
	}
#define PERSON                                                                                                         \
	FIELD("name", "اسم العائلة", "family name", "apellidos", "nom", CONTENT_IS_TEXT, true),                        \
		FIELD("forename", "الاسم الشخصي", "forename", "nombre", "prénom", CONTENT_IS_TEXT, false),             \
		FIELD("born", "تاريخ الميلاد", "date of birth", "fecha de nacimiento", "date de naissance",            \
	              CONTENT_IS_DAY, false),                                                                          \
		FIELD("nationality", "الجنسية", "nationality", "nacionalidad", "nationalité", CONTENT_IS_COUNTRY,      \
	              false),                                                                                          \
		FIELD("document", "رقم الوثيقة", "number of the document", "número del documento",                     \
	              "numéro du document", CONTENT_IS_TEXT, false)

static const struct content_field wanted_fields[] = {
	PERSON,
	FIELD("reason", "سبب الاستعلام", "reason for the inquiry", "motivo de la consulta", "motif de la demande",
              CONTENT_IS_LONG, true),
	FIELD("place", "مكان وجود الشخص", "where the person is", "dónde se encuentra la persona",
              "où se trouve la personne", CONTENT_IS_TEXT, false),
	FIELD("held_until", "محتجز حتى", "held until", "retenida hasta", "retenue jusqu'au", CONTENT_IS_DAY, false),
};
static const struct content_field identity_fields[] = {
	PERSON,
	FIELD("parents", "اسما الوالدين", "names of the parents", "nombres de los padres", "noms des parents",
              CONTENT_IS_TEXT, false),
	FIELD("question", "المطلوب تأكيده", "what is to be confirmed", "qué debe confirmarse", "ce qui est à confirmer",
              CONTENT_IS_LONG, true),
};
static const struct content_field hit_fields[] = {
	FIELD("hit", "رقم المطابقة", "number of the hit", "número del positivo", "numéro de la réponse positive",
              CONTENT_IS_NUMBER, true),
	FIELD("place", "المكان", "place", "lugar", "lieu", CONTENT_IS_TEXT, true),
	FIELD("day", "اليوم", "day", "día", "jour", CONTENT_IS_DAY, true),
	FIELD("measures", "الإجراءات المتخذة", "measures taken", "medidas adoptadas", "mesures prises", CONTENT_IS_LONG,
              true),
};
static const struct content_field information_fields[] = {
	FIELD("case", "ملخص القضية", "the case in short", "resumen del caso", "résumé de l'affaire", CONTENT_IS_LONG,
              true),
	FIELD("asked", "المعلومات المطلوبة", "information asked for", "información solicitada",
              "informations demandées", CONTENT_IS_LONG, true),
	FIELD("purpose", "الغرض", "purpose", "finalidad", "finalité", CONTENT_IS_TEXT, true),
	FIELD("answer_by", "الرد قبل", "answer by", "responder antes del", "réponse avant le", CONTENT_IS_DAY, false),
};
static const struct content_field answer_fields[] = {
	FIELD("result", "النتيجة", "result", "resultado", "résultat", CONTENT_IS_LONG, true),
	FIELD("follow_up", "ما يتبع", "what follows", "qué sigue", "suites", CONTENT_IS_LONG, false),
};

#define FORM(code, ar, en, es, fr, fields)                                                                             \
	{                                                                                                              \
		{code, {ar, en, es, fr}}, fields, COUNT(fields)                                                        \
	}
const struct content_form content_forms[] = {
	FORM("wanted-person", "استعلام عن شخص مطلوب", "wanted person inquiry", "consulta sobre persona buscada",
             "demande sur une personne recherchée", wanted_fields),
	FORM("identity", "تأكيد هوية", "identity confirmation", "confirmación de identidad", "confirmation d'identité",
             identity_fields),
	FORM("hit", "إشعار بمطابقة", "hit notification", "notificación de positivo", "notification de réponse positive",
             hit_fields),
	FORM("information", "طلب معلومات", "request for information", "solicitud de información",
             "demande d'informations", information_fields),
	FORM("answer", "رد", "answer", "respuesta", "réponse", answer_fields),
};
const size_t content_form_count = COUNT(content_forms);

const struct content_form *content_form_find(const char *code)
{
	for (size_t i = 0; i < content_form_count; i++)
		if (strcmp(content_forms[i].word.code, code) == 0)
			return &content_forms[i];
	return NULL;
}

/* ---- checking ---- */

bool content_knows(const struct content_word *words, size_t count, const char *code)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i].code, code) == 0)
			return true;
	return false;
}

/* Members of an object are those of a list of names, " name name ". */
static int check_members(const cJSON *object, const char *where, const char *names, struct problem *problem)
{
	if (!cJSON_IsObject(object))
		return problem_set(problem, JISR_BAD_INPUT, "%s is an object: {...}", where);
	const char *stranger = words_stranger(object, names);
	return stranger == NULL ? JISR_OK
	                        : problem_set(problem, JISR_BAD_INPUT, "%s has no member '%.40s'; it has%s", where,
	                                      stranger, names);
}

/* In one line nothing steers the direction either (U+202E and the like): it makes one name look like another. */
static bool has_control(const char *text, bool lines)
{
	for (const char *at = text, *end = text + strlen(text); at < end;) {
		uint32_t code = utf8_next(&at, end);
		if ((code < 0x20 && !(lines && (code == '\n' || code == '\t'))) || code == 0x7F)
			return true;
		if (!lines && ((code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069)))
			return true;
	}
	return false;
}

static int check_text(const cJSON *object, const char *name, size_t most, bool lines, bool needed,
                      struct problem *problem)
{
	const cJSON *value = json_get(object, name);
	if (value == NULL && !needed)
		return JISR_OK;
	if (value == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is missing", name);
	if (!cJSON_IsString(value) || value->valuestring[0] == '\0' || strlen(value->valuestring) > most ||
	    has_control(value->valuestring, lines))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is plain text of 1 to %zu bytes%s", name, most,
		                   lines ? "" : ", in one line, without marks that turn its direction");
	return JISR_OK;
}

static int check_word(const cJSON *object, const char *name, const struct content_word *words, size_t count,
                      struct problem *problem)
{
	const cJSON *value = json_get(object, name);
	char all[200] = "";
	size_t length = 0;
	if (value == NULL || (cJSON_IsString(value) && content_knows(words, count, value->valuestring)))
		return JISR_OK;
	for (size_t i = 0; i < count && length < sizeof all - 20; i++)
		length += (size_t)snprintf(all + length, sizeof all - length, "%s%s", i > 0 ? ", " : "", words[i].code);
	return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is one of %s", name, all);
}

static bool is_day(const char *text)
{
	return date_day_read(text, strlen(text), NULL) == JISR_OK;
}

/* "2026/17": of a notice, a hit. */
static bool is_number(const char *text)
{
	const char *slash = strchr(text, '/');
	return slash != NULL && slash - text == 4 && strspn(text, "0123456789") == 4 && digits_only(slash + 1, 9);
}

static int check_field(const cJSON *fields, const struct content_field *field, struct problem *problem)
{
	const char *name = field->word.code, *value = json_get_text(fields, name);
	int error = check_text(fields, name, field->kind == CONTENT_IS_LONG ? CONTENT_FIELD : CONTENT_SHORT,
	                       field->kind == CONTENT_IS_LONG, field->needed, problem);
	if (error || value == NULL)
		return error;
	if (field->kind == CONTENT_IS_DAY && !is_day(value))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is a day, written as 2026-03-31", name);
	if (field->kind == CONTENT_IS_COUNTRY &&
	    (strlen(value) != 2 || !isupper((unsigned char)value[0]) || !isupper((unsigned char)value[1])))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is a country's code of two letters, such as MA",
		                   name);
	if (field->kind == CONTENT_IS_NUMBER && !is_number(value))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is a number such as 2026/17", name);
	return JISR_OK;
}

static int check_form(const cJSON *content, struct problem *problem)
{
	const cJSON *code = json_get(content, "form"), *fields = json_get(content, "fields");
	if (code == NULL)
		return fields == NULL ? JISR_OK
		                      : problem_set(problem, JISR_BAD_INPUT,
		                                    "\"fields\" belong to a \"form\", and there is none");
	const struct content_form *form = cJSON_IsString(code) ? content_form_find(code->valuestring) : NULL;
	if (form == NULL)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"form\": there are wanted-person, identity, hit, information, answer");
	char names[400] = " ";
	size_t length = 1;
	for (size_t i = 0; i < form->field_count; i++)
		length += (size_t)snprintf(names + length, sizeof names - length, "%s ", form->fields[i].word.code);
	if (fields == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "the form %s asks for \"fields\":%s", form->word.code,
		                   names);
	int error = check_members(fields, "\"fields\"", names, problem);
	for (size_t i = 0; i < form->field_count && !error; i++)
		error = check_field(fields, &form->fields[i], problem);
	return error;
}

static int check_crimes(const cJSON *list, bool (*crime)(const char *code), struct problem *problem)
{
	if (list == NULL)
		return JISR_OK;
	if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > CONTENT_CRIMES)
		return problem_set(problem, JISR_BAD_INPUT, "\"crime_areas\" lists at most %d codes, as in [\"DRU\"]",
		                   CONTENT_CRIMES);
	for (const cJSON *one = list->child; one != NULL; one = one->next)
		if (!cJSON_IsString(one) || !crime(one->valuestring))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "\"crime_areas\": '%.20s' is none; 'jisr notice codes' lists them",
			                   cJSON_IsString(one) ? one->valuestring : "?");
	return JISR_OK;
}

bool content_name_valid(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && strlen(name) <= CONTENT_SHORT && !has_control(name, false) &&
	       strpbrk(name, "/\\") == NULL;
}

static bool type_valid(const char *type)
{
	size_t length = strspn(type, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-/");
	return length >= 3 && length <= 100 && type[length] == '\0' && strchr(type, '/') != NULL;
}

bool content_file(const cJSON *content, size_t index, struct attachment *ret_attachment, const char **ret_name,
                  const char **ret_type)
{
	const cJSON *list = json_get(content, "files"), *one = cJSON_IsArray(list) ? list->child : NULL;
	while (one != NULL && index-- > 0)
		one = one->next;
	const char *name = json_get_text(one, "name"), *type = json_get_text(one, "type"),
		   *digest = json_get_text(one, "digest"), *key = json_get_text(one, "key");
	if (name == NULL || !content_name_valid(name) || type == NULL || !type_valid(type) || digest == NULL ||
	    !attachment_digest_valid(digest) || key == NULL ||
	    !json_whole(json_get(one, "size"), 0, ATTACHMENT_MOST, &ret_attachment->size) ||
	    !base64_read(key, strlen(key), ret_attachment->key, ATTACHMENT_KEY))
		return false;
	(void)snprintf(ret_attachment->digest, sizeof ret_attachment->digest, "%s", digest);
	ret_attachment->sealed = attachment_sealed_size(ret_attachment->size);
	*ret_name = name;
	*ret_type = type;
	return true;
}

void content_add_file(cJSON *content, const struct attachment *attachment, const char *name, const char *type)
{
	char key[BASE64_LENGTH(ATTACHMENT_KEY) + 1];
	cJSON *list = cJSON_GetObjectItemCaseSensitive(content, "files");
	if (list == NULL)
		list = tree_add_array(content, "files");
	cJSON *one = tree_add_object(list, NULL);
	base64_write(attachment->key, ATTACHMENT_KEY, key);
	tree_text(one, "name", name);
	tree_text(one, "type", type);
	tree_count(one, "size", attachment->size);
	tree_text(one, "digest", attachment->digest);
	tree_text(one, "key", key);
}

static int check_files(const cJSON *content, struct problem *problem)
{
	const cJSON *list = json_get(content, "files");
	struct attachment attachment;
	const char *name, *type;
	if (list == NULL)
		return JISR_OK;
	int count = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : -1;
	if (count < 0 || count > CONTENT_FILES)
		return problem_set(problem, JISR_BAD_INPUT, "\"files\" lists at most %d attachments", CONTENT_FILES);
	for (int i = 0; i < count; i++)
		if (!content_file(content, (size_t)i, &attachment, &name, &type))
			return problem_set(
				problem, JISR_BAD_INPUT,
				"\"files\": number %d is no {\"name\",\"type\",\"size\",\"digest\",\"key\"} as the "
				"upload of an attachment gave it, with a plain name of a file",
				i + 1);
	return JISR_OK;
}

int content_check(const cJSON *content, bool (*crime)(const char *code), struct problem *problem)
{
	static const char names[] =
		" subject text reference your_reference language handling grading crime_areas notice"
		" form fields files ";
	static const char *const shorts[] = {"reference", "your_reference"};
	const cJSON *handling = json_get(content, "handling"), *grading = json_get(content, "grading");
	const char *notice = json_get_text(content, "notice"), *language = json_get_text(content, "language");
	int error = check_members(content, "the content of a message", names, problem);
	if (!error)
		error = check_text(content, "subject", CONTENT_SUBJECT, false, true, problem);
	if (!error)
		error = check_text(content, "text", CONTENT_TEXT, true, false, problem);
	for (size_t i = 0; i < COUNT(shorts) && !error; i++)
		error = check_text(content, shorts[i], CONTENT_SHORT, false, false, problem);
	if (!error && handling != NULL)
		error = check_members(handling, "\"handling\"", " police tlp note ", problem);
	if (!error)
		error = check_word(handling, "police", content_handlings, content_handling_count, problem);
	if (!error)
		error = check_word(handling, "tlp", content_tlps, content_tlp_count, problem);
	if (!error)
		error = check_text(handling, "note", CONTENT_FIELD, true,
		                   json_get_text(handling, "police") != NULL &&
		                           strcmp(json_get_text(handling, "police"), "H3") == 0,
		                   problem);
	if (!error && grading != NULL)
		error = check_members(grading, "\"grading\"", " source information ", problem);
	if (!error)
		error = check_word(grading, "source", content_sources, content_source_count, problem);
	if (!error)
		error = check_word(grading, "information", content_informations, content_information_count, problem);
	if (!error)
		error = check_crimes(json_get(content, "crime_areas"), crime, problem);
	if (!error && json_get(content, "notice") != NULL && (notice == NULL || !is_number(notice)))
		error = problem_set(problem, JISR_BAD_INPUT, "\"notice\" is the number of a notice, such as 2026/17");
	if (!error && json_get(content, "language") != NULL &&
	    (language == NULL || strlen(language) != 2 || !islower((unsigned char)language[0]) ||
	     !islower((unsigned char)language[1])))
		error = problem_set(problem, JISR_BAD_INPUT, "\"language\" is a code of two letters, such as fr");
	if (!error)
		error = check_form(content, problem);
	if (!error)
		error = check_files(content, problem);
	if (!error && json_get(content, "text") == NULL && json_get(content, "form") == NULL)
		error = problem_set(problem, JISR_BAD_INPUT, "write a \"text\", or fill in a \"form\"");
	return error;
}
