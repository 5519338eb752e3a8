/* The public pages: /public/{language}/..., for people without an account and without a script. What they show of notices
 * is what the public extracts say (notices/public.h), and nothing that those do not. */
#include "web/extracts.h"
#include "web/http.h"
#include "web/pages_private.h"
#include "web/record_reply.h"
#include "web/service.h"

#include "base/json.h"
#include "members/register.h"
#include "notices/codes.h"
#include "notices/public.h"

#include <string.h>

#define POLICY                                                                                                         \
	"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "                  \
	"frame-ancestors 'none'"
#define ADDRESS_MAX 400

enum word {
	WORD_TITLE,
	WORD_HOME,
	WORD_NOTICES,
	WORD_MEMBERS,
	WORD_ASK,
	WORD_AGREEMENTS,
	WORD_WELCOME,
	WORD_RED,
	WORD_YELLOW,
	WORD_UN,
	WORD_NAME,
	WORD_FORENAME,
	WORD_FIND,
	WORD_NONE,
	WORD_COUNT,
	WORD_NEXT,
	WORD_BACK,
	WORD_BORN,
	WORD_PLACE,
	WORD_NATIONALITY,
	WORD_SEX,
	WORD_HEIGHT,
	WORD_MARKS,
	WORD_CHARGE,
	WORD_COUNTRY,
	WORD_REFERENCE,
	WORD_SEEN,
	WORD_NUMBER,
	WORD_TELL,
	WORD_OFFICE,
	WORD_REGION,
	WORD_SIGN,
	WORD_LANGUAGES,
	WORD_GONE,
	WORDS
};

/* English, French, Spanish, Arabic, as in struct code. */
static const struct code words[WORDS] = {
	[WORD_TITLE] = {"", {"Public pages", "Pages publiques", "Páginas públicas", "الصفحات العامة"}},
	[WORD_HOME] = {"", {"Start", "Accueil", "Inicio", "البداية"}},
	[WORD_NOTICES] = {"", {"Public notices", "Notices publiques", "Notificaciones públicas", "النشرات العامة"}},
	[WORD_MEMBERS] = {"", {"Members and offices", "Membres et bureaux", "Miembros y oficinas", "الأعضاء والمكاتب"}},
	[WORD_AGREEMENTS] = {"", {"Agreements", "Accords", "Acuerdos", "الاتفاقات"}},
	[WORD_ASK] = {"",
                      {"What is held about you", "Ce qui est détenu sur vous", "Qué datos suyos se conservan",
                       "ما يُحفظ عنك"}},
	[WORD_WELCOME] = {"",
                          {"What everybody may see of this organisation. Nothing here needs an account or a script.",
                           "Ce que chacun peut voir de cette organisation, sans compte ni script.",
                           "Lo que todos pueden ver de esta organización, sin cuenta ni programa.",
                           "ما يحق للجميع أن يراه من هذه المنظمة، بلا حساب ولا برامج."}},
	[WORD_RED] = {"", {"Wanted persons", "Personnes recherchées", "Personas buscadas", "مطلوبون"}},
	[WORD_YELLOW] = {"", {"Missing persons", "Personnes disparues", "Personas desaparecidas", "مفقودون"}},
	[WORD_UN] = {"",
                     {"Under sanctions of the Security Council", "Sous sanctions du Conseil de sécurité",
                      "Sancionados por el Consejo de Seguridad", "خاضعون لجزاءات مجلس الأمن"}},
	[WORD_NAME] = {"", {"Family name", "Nom de famille", "Apellidos", "اسم العائلة"}},
	[WORD_FORENAME] = {"", {"Forenames", "Prénoms", "Nombre", "الاسم الأول"}},
	[WORD_FIND] = {"", {"Find", "Chercher", "Buscar", "بحث"}},
	[WORD_NONE] = {"", {"There is none.", "Il n’y en a pas.", "No hay ninguna.", "لا يوجد شيء."}},
	[WORD_COUNT] = {"", {"Found:", "Trouvées :", "Encontradas:", "عدد النتائج:"}},
	[WORD_NEXT] = {"", {"Next page", "Page suivante", "Página siguiente", "الصفحة التالية"}},
	[WORD_BACK] = {"", {"Previous page", "Page précédente", "Página anterior", "الصفحة السابقة"}},
	[WORD_BORN] = {"", {"Date of birth", "Date de naissance", "Fecha de nacimiento", "تاريخ الميلاد"}},
	[WORD_PLACE] = {"", {"Place of birth", "Lieu de naissance", "Lugar de nacimiento", "مكان الميلاد"}},
	[WORD_NATIONALITY] = {"", {"Nationality", "Nationalité", "Nacionalidad", "الجنسية"}},
	[WORD_SEX] = {"", {"Sex", "Sexe", "Sexo", "الجنس"}},
	[WORD_HEIGHT] = {"", {"Height in metres", "Taille en mètres", "Estatura en metros", "الطول بالمتر"}},
	[WORD_MARKS] = {"", {"Marks", "Signes particuliers", "Señas particulares", "العلامات الفارقة"}},
	[WORD_CHARGE] = {"", {"Charge", "Chef d’accusation", "Cargo", "التهمة"}},
	[WORD_COUNTRY] = {"", {"Wanted by", "Recherché par", "Buscado por", "الدولة الطالبة"}},
	[WORD_REFERENCE] = {"", {"Reference", "Référence", "Referencia", "المرجع"}},
	[WORD_SEEN] = {"", {"Last seen", "Vu pour la dernière fois", "Visto por última vez", "آخر مشاهدة"}},
	[WORD_NUMBER] = {"", {"Number", "Numéro", "Número", "الرقم"}},
	[WORD_TELL] = {"",
                       {"If you know something, tell the police of your country. Do not act yourself.",
                        "Si vous savez quelque chose, dites-le à la police de votre pays. N’agissez pas vous-même.",
                        "Si sabe algo, dígalo a la policía de su país. No actúe usted mismo.",
                        "إن كنت تعلم شيئًا فأخبر شرطة بلدك، ولا تتصرف بنفسك."}},
	[WORD_OFFICE] = {"", {"Office", "Bureau", "Oficina", "المكتب"}},
	[WORD_REGION] = {"", {"Country", "Pays", "País", "البلد"}},
	[WORD_SIGN] = {"", {"For officers", "Pour les agents", "Para agentes", "للموظفين"}},
	[WORD_LANGUAGES] = {"", {"Languages", "Langues", "Idiomas", "اللغات"}},
	[WORD_GONE] = {"",
                       {"There is no such public notice: it was never published, or is no longer.",
                        "Cette notice publique n’existe pas, ou plus.", "Esa notificación pública no existe, o ya no.",
                        "لا وجود لهذه النشرة العامة، أو لم تعد موجودة."}},
};

static const char *const language_names[LANGUAGE_COUNT] = {
	[LANGUAGE_AR] = "العربية", [LANGUAGE_EN] = "English", [LANGUAGE_ES] = "Español", [LANGUAGE_FR] = "Français"};

static const struct kind {
	const char *name; /* in addresses */
	unsigned kinds;
	enum word title;
} kinds[] = {
	{"red", PUBLIC_RED, WORD_RED},
	{"yellow", PUBLIC_YELLOW, WORD_YELLOW},
	{"un", PUBLIC_UN, WORD_UN},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static const char *say(const struct page *page, enum word word)
{
	return code_label(&words[word], page->language);
}

void pages_link(struct page *page, const char *after, const char *text, bool current)
{
	char address[ADDRESS_MAX];
	(void)snprintf(address, sizeof address, "/public/%s%s", language_codes[page->language], after);
	markup_open(&page->markup, "a");
	markup_attribute(&page->markup, "href", address);
	if (current)
		markup_attribute(&page->markup, "aria-current", "page");
	markup_text(&page->markup, text);
	markup_close(&page->markup);
}

void pages_row(struct page *page, const char *term, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	markup_leaf(&page->markup, "dt", NULL, term);
	markup_open(&page->markup, "dd");
	markup_leaf(&page->markup, "bdi", NULL, value);
	markup_close(&page->markup);
}

void pages_head(struct page *page, const char *after, const char *title)
{
	struct markup *markup = &page->markup;
	static const struct {
		const char *after;
		enum word word;
	} places[] = {{"", WORD_HOME},
	              {"/notices/red", WORD_NOTICES},
	              {"/members", WORD_MEMBERS},
	              {"/agreements", WORD_AGREEMENTS},
	              {"/data", WORD_ASK}};
	markup_open(markup, "html");
	markup_attribute(markup, "lang", language_codes[page->language]);
	markup_attribute(markup, "dir", page->language == LANGUAGE_AR ? "rtl" : "ltr");
	markup_open(markup, "head");
	markup_void(markup, "meta");
	markup_attribute(markup, "charset", "utf-8");
	markup_void(markup, "meta");
	markup_attribute(markup, "name", "viewport");
	markup_attribute(markup, "content", "width=device-width, initial-scale=1");
	markup_void(markup, "link");
	markup_attribute(markup, "rel", "stylesheet");
	markup_attribute(markup, "href", "/public/style.css");
	markup_leaf(markup, "title", NULL, title);
	markup_close(markup);
	markup_open(markup, "body");
	markup_open(markup, "header");
	markup_leaf(markup, "strong", NULL, page->language == LANGUAGE_AR ? "جسر" : "jisr");
	markup_open(markup, "nav");
	markup_attribute(markup, "aria-label", say(page, WORD_TITLE));
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		pages_link(page, places[i].after, say(page, places[i].word), strcmp(places[i].after, after) == 0);
	markup_close(markup);
	markup_open(markup, "nav");
	markup_attribute(markup, "aria-label", say(page, WORD_LANGUAGES));
	for (int i = 0; i < LANGUAGE_COUNT; i++) {
		char address[ADDRESS_MAX];
		(void)snprintf(address, sizeof address, "/public/%s%s", language_codes[i], after);
		markup_open(markup, "a");
		markup_attribute(markup, "href", address);
		markup_attribute(markup, "lang", language_codes[i]);
		markup_attribute(markup, "hreflang", language_codes[i]);
		if (i == (int)page->language)
			markup_attribute(markup, "aria-current", "true");
		markup_text(markup, language_names[i]);
		markup_close(markup);
	}
	markup_close(markup);
	markup_close(markup);
	markup_open(markup, "main");
	markup_leaf(markup, "h1", NULL, title);
}

int pages_finish(struct page *page, struct http_reply *reply, int status)
{
	struct markup *markup = &page->markup;
	markup_close(markup); /* main */
	markup_open(markup, "footer");
	markup_open(markup, "a");
	markup_attribute(markup, "href", "/");
	markup_text(markup, say(page, WORD_SIGN));
	markup_close(markup);
	markup_end(markup);
	reply->status = status;
	reply->type = "text/html; charset=utf-8";
	int error = http_reply_header(reply, "Content-Security-Policy", POLICY);
	if (!error)
		error = http_reply_header(reply, "Content-Language", language_codes[page->language]);
	if (!error)
		error = http_reply_header(reply, "Cache-Control", "no-cache");
	if (!error)
		error = http_reply_header(reply, "X-Frame-Options", "DENY");
	return error ? error : reply->body.error;
}

bool pages_start(const struct http_request *request, struct http_reply *reply, struct page *page, int *ret_error)
{
	page->request = request;
	page->form = NULL;
	if (!codes_read_language(request->variables[0], &page->language)) {
		*ret_error = http_reply_problem(reply, 404, "Not found",
		                                "Public pages are in ar, en, es and fr: /public/en.");
		return false;
	}
	markup_begin(&page->markup, &reply->body);
	*ret_error = JISR_OK;
	return true;
}

static const struct kind *kind_of(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static void add_kinds(struct page *page, const struct kind *current)
{
	markup_open(&page->markup, "ul");
	markup_attribute(&page->markup, "class", "kinds");
	for (size_t i = 0; i < KINDS; i++) {
		char after[60];
		(void)snprintf(after, sizeof after, "/notices/%s", kinds[i].name);
		markup_open(&page->markup, "li");
		markup_attribute(&page->markup, "class", kinds[i].name);
		pages_link(page, after, say(page, kinds[i].title), &kinds[i] == current);
		markup_close(&page->markup);
	}
	markup_close(&page->markup);
}

static int home(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct page page;
	int error;
	(void)service;
	if (!pages_start(request, reply, &page, &error))
		return error;
	pages_head(&page, "", say(&page, WORD_TITLE));
	markup_leaf(&page.markup, "p", NULL, say(&page, WORD_WELCOME));
	markup_leaf(&page.markup, "h2", NULL, say(&page, WORD_NOTICES));
	add_kinds(&page, NULL);
	return pages_finish(&page, reply, 200);
}

/* ---- members ---- */

static bool add_office(void *context, const struct office *office)
{
	struct page *page = context;
	char country[120];
	if (!office->open)
		return true;
	codes_country_name(office->country, page->language, country, sizeof country);
	markup_open(&page->markup, "tr");
	markup_leaf(&page->markup, "td", NULL, office->names.text[page->language]);
	markup_leaf(&page->markup, "td", NULL, country);
	markup_close(&page->markup);
	return page->markup.text->error == JISR_OK;
}

static int members(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct page page;
	int error;
	if (record_reply_store(service, reply, &error) == NULL || !pages_start(request, reply, &page, &error))
		return error;
	pages_head(&page, "/members", say(&page, WORD_MEMBERS));
	markup_open(&page.markup, "table");
	markup_open(&page.markup, "thead");
	markup_open(&page.markup, "tr");
	for (int i = 0; i < 2; i++) {
		markup_open(&page.markup, "th");
		markup_attribute(&page.markup, "scope", "col");
		markup_text(&page.markup, say(&page, i == 0 ? WORD_OFFICE : WORD_REGION));
		markup_close(&page.markup);
	}
	markup_close(&page.markup);
	markup_close(&page.markup);
	markup_open(&page.markup, "tbody");
	error = store_read(service_store(service), &reader, &problem);
	if (!error)
		error = register_offices(store_reader_sql(reader), NULL, add_office, &page, &problem);
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, &problem);
	}
	markup_close(&page.markup);
	markup_close(&page.markup);
	return pages_finish(&page, reply, 200);
}

/* ---- notices ---- */

struct asked {
	struct extracts_held held;
	struct public_question question;
	struct text answer;
	cJSON *json;
};

static void asked_finish(struct asked *asked)
{
	json_free(asked->json);
	text_finish(&asked->answer);
	extracts_release(&asked->held);
}

/* What the public interface answers: a list, or one notice where there is an id. */
static int answer(struct service *service, const struct http_request *request, const struct kind *kind, const char *id,
                  struct asked *asked, struct problem *problem)
{
	static const char *const known[] = {"name", "forename", "page"};
	char now[CLOCK_UTC_MAX];
	struct public_pair *pairs = arena_zero(request->arena, sizeof known / sizeof *known, sizeof *pairs);
	text_init(&asked->answer, HTTP_MAX_REPLY);
	if (pairs == NULL)
		return JISR_NO_MEMORY;
	asked->question =
		(struct public_question){.kinds = kind->kinds, .path = kind->name, .base = "", .pairs = pairs};
	(void)date_read(clock_utc(now), 10, &asked->question.today);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		const char *value = http_query(request, known[i]);
		if (value != NULL)
			pairs[asked->question.pair_count++] = (struct public_pair){known[i], value};
	}
	int error = extracts_take(service_extracts(service), &asked->held, problem);
	asked->question.cap = asked->held.cap;
	if (!error && id == NULL)
		error = public_list(asked->held.set, &asked->question, &asked->answer);
	else if (!error)
		error = public_detail(asked->held.set, &asked->question, id, &asked->answer);
	if (!error)
		asked->json = cJSON_ParseWithLength(asked->answer.bytes, asked->answer.length);
	return error ? error : asked->json == NULL ? JISR_NO_MEMORY : JISR_OK;
}

/* "2026-176211" of "2026/176211" and of itself. */
static void key_of(const cJSON *notice, char out[40])
{
	const char *id = json_get_text(notice, "entity_id");
	(void)snprintf(out, 40, "%.39s", id != NULL ? id : "");
	char *slash = strchr(out, '/');
	if (slash != NULL)
		*slash = '-';
}

static const char *picture_of(const cJSON *notice)
{
	return json_get_text(json_get(json_get(notice, "_links"), "thumbnail"), "href");
}

static void add_name(struct page *page, const cJSON *notice)
{
	const char *name = json_get_text(notice, "name"), *forename = json_get_text(notice, "forename");
	markup_open(&page->markup, "bdi");
	markup_text(&page->markup, name != NULL ? name : "");
	if (name != NULL && forename != NULL)
		markup_text(&page->markup, ", ");
	markup_text(&page->markup, forename != NULL ? forename : "");
	markup_close(&page->markup);
}

static void add_countries(struct page *page, const cJSON *list)
{
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next) {
		char name[120];
		codes_country_name(cJSON_IsString(one) ? one->valuestring : "", page->language, name, sizeof name);
		markup_leaf(&page->markup, "span", "country", name);
		markup_text(&page->markup, " ");
	}
}

static void add_item(struct page *page, const struct kind *kind, const cJSON *notice)
{
	char key[40], address[ADDRESS_MAX];
	key_of(notice, key);
	(void)snprintf(address, sizeof address, "/public/%s/notices/%s/%s", language_codes[page->language], kind->name,
	               key);
	markup_open(&page->markup, "li");
	markup_open(&page->markup, "a");
	markup_attribute(&page->markup, "href", address);
	if (picture_of(notice) != NULL) {
		markup_void(&page->markup, "img");
		markup_attribute(&page->markup, "src", picture_of(notice));
		markup_attribute(&page->markup, "alt", "");
		markup_attribute(&page->markup, "loading", "lazy");
	}
	add_name(page, notice);
	markup_close(&page->markup);
	add_countries(page, json_get(notice, "nationalities"));
	markup_close(&page->markup);
}

static void add_field(struct page *page, enum word word, const char *name, const char *value)
{
	char id[40];
	(void)snprintf(id, sizeof id, "find-%s", name);
	markup_open(&page->markup, "label");
	markup_attribute(&page->markup, "for", id);
	markup_text(&page->markup, say(page, word));
	markup_close(&page->markup);
	markup_void(&page->markup, "input");
	markup_attribute(&page->markup, "id", id);
	markup_attribute(&page->markup, "name", name);
	markup_attribute(&page->markup, "dir", "auto");
	markup_attribute(&page->markup, "maxlength", "100");
	markup_attribute(&page->markup, "value", value != NULL ? value : "");
}

/* To another page of the same question. */
static void add_turn(struct page *page, const struct kind *kind, size_t number, enum word word)
{
	struct text address;
	char number_text[24];
	text_init(&address, 4096);
	(void)text_add_format(&address, "/public/%s/notices/%s?", language_codes[page->language], kind->name);
	static const char *const kept[] = {"name", "forename"};
	for (size_t i = 0; i < 2; i++) {
		const char *value = http_query(page->request, kept[i]);
		if (value == NULL || value[0] == '\0')
			continue;
		(void)text_add_format(&address, "%s=", kept[i]);
		for (const char *at = value; *at != '\0'; at++)
			(void)text_add_format(&address, "%%%02X", (unsigned)(unsigned char)*at);
		(void)text_add_char(&address, '&');
	}
	(void)snprintf(number_text, sizeof number_text, "page=%zu", number);
	(void)text_add_string(&address, number_text);
	if (!address.error) {
		markup_open(&page->markup, "a");
		markup_attribute(&page->markup, "href", address.bytes);
		markup_attribute(&page->markup, "rel", word == WORD_NEXT ? "next" : "prev");
		markup_text(&page->markup, say(page, word));
		markup_close(&page->markup);
	}
	text_finish(&address);
}

static int gone(struct page *page, struct http_reply *reply)
{
	text_reset(&reply->body);
	markup_begin(&page->markup, &reply->body);
	pages_head(page, "/notices/red", say(page, WORD_NOTICES));
	markup_leaf(&page->markup, "p", NULL, say(page, WORD_GONE));
	add_kinds(page, NULL);
	return pages_finish(page, reply, 404);
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(asked_finish) struct asked asked = {.json = NULL};
	struct problem problem = {""};
	struct page page;
	char after[60], number[24];
	int error;
	if (!pages_start(request, reply, &page, &error))
		return error;
	const struct kind *kind = kind_of(request->variables[1]);
	if (kind == NULL)
		return gone(&page, reply);
	error = answer(service, request, kind, NULL, &asked, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	(void)snprintf(after, sizeof after, "/notices/%s", kind->name);
	pages_head(&page, after, say(&page, kind->title));
	add_kinds(&page, kind);
	markup_open(&page.markup, "form");
	markup_attribute(&page.markup, "method", "get");
	add_field(&page, WORD_NAME, "name", http_query(request, "name"));
	add_field(&page, WORD_FORENAME, "forename", http_query(request, "forename"));
	markup_leaf(&page.markup, "button", NULL, say(&page, WORD_FIND));
	markup_close(&page.markup);
	const cJSON *total = json_get(asked.json, "total"), *links = json_get(asked.json, "_links");
	const cJSON *number_json = json_get(json_get(asked.json, "query"), "page");
	const cJSON *found = json_get(json_get(asked.json, "_embedded"), "notices");
	size_t at = cJSON_IsNumber(number_json) ? (size_t)number_json->valuedouble : 1;
	(void)snprintf(number, sizeof number, " %.0f", cJSON_IsNumber(total) ? total->valuedouble : 0);
	markup_open(&page.markup, "p");
	markup_text(&page.markup, say(&page, WORD_COUNT));
	markup_text(&page.markup, number);
	markup_close(&page.markup);
	markup_open(&page.markup, "ul");
	markup_attribute(&page.markup, "class", "found");
	for (const cJSON *one = cJSON_IsArray(found) ? found->child : NULL; one != NULL; one = one->next)
		add_item(&page, kind, one);
	markup_close(&page.markup);
	markup_open(&page.markup, "p");
	markup_attribute(&page.markup, "class", "turns");
	if (json_get(links, "prev") != NULL)
		add_turn(&page, kind, at - 1, WORD_BACK);
	if (json_get(links, "next") != NULL)
		add_turn(&page, kind, at + 1, WORD_NEXT);
	markup_close(&page.markup);
	return pages_finish(&page, reply, 200);
}

static void add_warrants(struct page *page, const cJSON *list_of)
{
	for (const cJSON *one = cJSON_IsArray(list_of) ? list_of->child : NULL; one != NULL; one = one->next) {
		const char *country = json_get_text(one, "issuing_country_id");
		char name[120] = "";
		if (country != NULL)
			codes_country_name(country, page->language, name, sizeof name);
		pages_row(page, say(page, WORD_COUNTRY), name);
		pages_row(page, say(page, WORD_CHARGE), json_get_text(one, "charge"));
	}
}

static int detail(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(asked_finish) struct asked asked = {.json = NULL};
	struct problem problem = {""};
	struct page page;
	char after[ADDRESS_MAX], key[40], height[24] = "";
	int error;
	if (!pages_start(request, reply, &page, &error))
		return error;
	const struct kind *kind = kind_of(request->variables[1]);
	error = kind == NULL ? JISR_NOT_FOUND : answer(service, request, kind, request->variables[2], &asked, &problem);
	if (error == JISR_NOT_FOUND)
		return gone(&page, reply);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	const cJSON *json = asked.json, *metres = json_get(json, "height");
	key_of(json, key);
	(void)snprintf(after, sizeof after, "/notices/%s/%s", kind->name, key);
	pages_head(&page, after, say(&page, kind->title));
	markup_open(&page.markup, "article");
	markup_attribute(&page.markup, "class", kind->name);
	markup_open(&page.markup, "h2");
	add_name(&page, json);
	markup_close(&page.markup);
	if (picture_of(json) != NULL) {
		markup_void(&page.markup, "img");
		markup_attribute(&page.markup, "src", picture_of(json));
		markup_attribute(&page.markup, "alt", "");
	}
	markup_open(&page.markup, "dl");
	pages_row(&page, say(&page, WORD_NUMBER), json_get_text(json, "entity_id"));
	pages_row(&page, say(&page, WORD_BORN), json_get_text(json, "date_of_birth"));
	pages_row(&page, say(&page, WORD_PLACE), json_get_text(json, "place_of_birth"));
	if (cJSON_IsArray(json_get(json, "nationalities")) && json_get(json, "nationalities")->child != NULL) {
		markup_leaf(&page.markup, "dt", NULL, say(&page, WORD_NATIONALITY));
		markup_open(&page.markup, "dd");
		add_countries(&page, json_get(json, "nationalities"));
		markup_close(&page.markup);
	}
	if (json_get_text(json, "sex_id") != NULL)
		pages_row(&page, say(&page, WORD_SEX),
		          codes_label(&codes_sex, json_get_text(json, "sex_id"), page.language));
	if (cJSON_IsNumber(metres) && metres->valuedouble > 0)
		(void)snprintf(height, sizeof height, "%.2f", metres->valuedouble);
	pages_row(&page, say(&page, WORD_HEIGHT), height);
	pages_row(&page, say(&page, WORD_MARKS), json_get_text(json, "distinguishing_marks"));
	pages_row(&page, say(&page, WORD_REFERENCE), json_get_text(json, "un_reference"));
	pages_row(&page, say(&page, WORD_SEEN), json_get_text(json, "date_of_event"));
	add_warrants(&page, json_get(json, "arrest_warrants"));
	markup_close(&page.markup);
	markup_leaf(&page.markup, "p", "tell", say(&page, WORD_TELL));
	markup_close(&page.markup);
	return pages_finish(&page, reply, 200);
}

static int style(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	static const char rules[] =
		":root{color-scheme:light dark;--paper:#f3f5f7;--card:#fff;--ink:#14202b;--soft:#51606f;--line:#d4dbe2;"
		"--brand:#0b4a68;--wrong:#a01022}@media(prefers-color-scheme:dark){:root{--paper:#0f161d;--card:#"
		"18222c;--ink:#e9eef3;"
		"--soft:#a9b7c4;--line:#2d3b49;--brand:#7cc7e6;--wrong:#ff9aa6}}*{box-sizing:border-box}"
		"body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.6 'Segoe UI','Noto Sans','Noto "
		"Sans "
		"Arabic',system-ui,sans-serif}"
		"header,footer{display:flex;flex-wrap:wrap;gap:.5rem 2rem;align-items:center;padding:.8rem "
		"clamp(1rem,4vw,3rem);"
		"background:var(--card);border-block-end:1px solid var(--line)}header "
		"strong{font-size:1.4rem;color:var(--brand)}"
		"nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem}nav:last-child{margin-inline-start:auto}"
		"a{color:var(--brand);text-underline-offset:.2em;padding-block:.2rem}a[aria-current]{font-weight:700;"
		"text-decoration:none}:focus-visible{outline:3px solid #0a6cff;outline-offset:2px}"
		"main{max-inline-size:64rem;margin-inline:auto;padding:clamp(1rem,4vw,2rem)}h1{margin-block:0 "
		"1rem;line-height:1.25}"
		"ul{list-style:none;padding:0;margin:0}.kinds{display:flex;flex-wrap:wrap;gap:.75rem;margin-block-end:"
		"1.5rem}"
		".kinds li{padding:.5rem 1rem;background:var(--card);border:1px solid "
		"var(--line);border-inline-start:.5rem solid "
		"var(--mark);border-radius:8px}.red{--mark:#b3122a}.yellow{--mark:#f2c200}.un{--mark:#0a6f9c}"
		"form{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;margin-block-end:1rem}"
		"input,button{min-block-size:2.6rem;padding:.3rem .8rem;border:1px solid #8593a1;border-radius:8px;"
		"background:var(--card);color:var(--ink);font:inherit}"
		".found{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr))}"
		".found li{padding:.75rem;background:var(--card);border:1px solid var(--line);border-radius:8px}"
		".found a{display:flex;gap:.9rem;align-items:center;font-weight:600}.found "
		"img{inline-size:3.5rem;block-size:4.5rem;"
		"object-fit:cover;border-radius:4px}.country{color:var(--soft);font-size:.9rem}"
		".ask{display:grid;gap:.9rem;max-inline-size:40rem}.ask label{font-weight:600}.ask p{margin:0}.ask "
		"input:not([type=radio],[type=checkbox]),.ask select,.ask textarea{inline-size:100%}.ask "
		"input[type=radio],.ask input[type=checkbox]{min-block-size:0}select,textarea{padding:.5rem "
		".8rem;border:1px solid #8593a1;border-radius:8px;background:var(--card);color:var(--ink);font:inherit}"
		"fieldset{border:1px solid "
		"var(--line);border-radius:8px;display:grid;gap:.6rem}.wrong{color:var(--wrong);"
		"font-weight:600}.receipt{padding:1rem;border:2px dashed #8593a1;border-radius:8px}.receipt "
		"strong{font-size:1.3rem;overflow-wrap:anywhere}"
		".turns{display:flex;gap:1.5rem}article{padding:1.5rem;background:var(--card);border:1px solid "
		"var(--line);"
		"border-block-start:.6rem solid var(--mark);border-radius:10px;overflow-wrap:anywhere}"
		"article img{max-block-size:18rem;max-inline-size:100%;border-radius:8px}"
		"dl{display:grid;grid-template-columns:minmax(7rem,14rem) 1fr;gap:.5rem "
		"1rem}dt{color:var(--soft)}dd{margin:0}"
		".tell{font-weight:600}pre{white-space:pre-wrap}table{border-collapse:collapse;inline-size:100%;"
		"background:var(--card)}"
		"th,td{padding:.5rem .8rem;text-align:start;border-block-end:1px solid var(--line)}"
		"footer{border-block:1px solid var(--line) 0;margin-block-start:2rem}"
		"@media print{header,footer,form,.turns{display:none}}";
	(void)service;
	(void)request;
	reply->status = 200;
	reply->type = "text/css; charset=utf-8";
	int error = http_reply_header(reply, "Cache-Control", "public, max-age=3600");
	return error ? error : text_add(&reply->body, rules, sizeof rules - 1);
}

const struct http_route routes_pages[] = {
	{HTTP_GET, "/public/style.css", style, HTTP_STYLE_PROBLEM, "public_style", .right = RIGHT_NONE},
	{HTTP_GET, "/public/{language}", home, HTTP_STYLE_PROBLEM, "public_home", .right = RIGHT_NONE},
	{HTTP_GET, "/public/{language}/members", members, HTTP_STYLE_PROBLEM, "public_members", .right = RIGHT_NONE},
	{HTTP_GET, "/public/{language}/notices/{kind}", list, HTTP_STYLE_PROBLEM, "public_page_list",
         .right = RIGHT_NONE},
	{HTTP_GET, "/public/{language}/notices/{kind}/{id}", detail, HTTP_STYLE_PROBLEM, "public_page_notice",
         .right = RIGHT_NONE},
	{0},
};
