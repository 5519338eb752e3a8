/* The public form by which somebody asks the Commission what is held about him: /public/{language}/data, and where it stands
 * afterwards: /public/{language}/receipt. Plain HTML, no script. Number and secret of the receipt stand in bodies, never in an
 * address. What was typed wrongly is told at its field, and everything else stays as it was typed. */
#include "web/pages_private.h"

#include "base/date.h"
#include "base/json.h"
#include "base/tree.h"
#include "base/utf8.h"
#include "notices/request.h"
#include "notices/request_act.h"
#include "web/http_carrier.h"
#include "web/multipart.h"
#include "web/pages_copies.h"
#include "web/record_reply.h"
#include "web/requests.h"
#include "web/service.h"
#include "web/signing.h"

#include <string.h>

#define BODY_MOST ((size_t)64 << 10)

enum word {
	WORD_TITLE,
	WORD_TEXT,
	WORD_WHAT,
	WORD_HOW,
	WORD_KIND,
	WORD_NAME,
	WORD_FORENAME,
	WORD_BIRTH,
	WORD_BIRTH_HELP,
	WORD_NATIONALITY,
	WORD_ADDRESS,
	WORD_EMAIL,
	WORD_PAPER,
	WORD_PAPER_KIND,
	WORD_PAPER_NUMBER,
	WORD_PAPER_COUNTRY,
	WORD_WORDS,
	WORD_SIGNED,
	WORD_SEND,
	WORD_NEEDED,
	WORD_WRONG,
	WORD_REFUSED,
	WORD_OFTEN,
	WORD_DONE,
	WORD_KEEP,
	WORD_RECEIPT,
	WORD_SECRET,
	WORD_FOLLOW,
	WORD_SHOW,
	WORD_UNKNOWN,
	WORD_STATE,
	WORD_FILED,
	WORD_UNTIL,
	WORD_ASKED,
	WORD_ANSWER,
	WORD_ADD,
	WORD_WITHDRAW,
	WORD_COPIES,
	WORDS
};

/* English, French, Spanish, Arabic. */
static const struct code words[WORDS] = {
	[WORD_TITLE] = {"",
                        {"What is held about you", "Ce qui est détenu sur vous", "Qué datos suyos se conservan",
                         "ما يُحفظ عنك"}},
	[WORD_TEXT] = {"",
                       {"Everybody may ask which data about them are held here, and ask for their correction or "
                        "deletion.",
                        "Chacun peut demander quelles données le concernant sont détenues ici, et en demander la "
                        "rectification ou l’effacement.",
                        "Toda persona puede preguntar qué datos suyos se conservan aquí y pedir su rectificación o "
                        "supresión.",
                        "يحق لكل شخص أن يسأل عن البيانات المحفوظة عنه هنا، وأن يطلب تصحيحها أو حذفها."}},
	[WORD_WHAT] =
		{"",
                 {"The Commission for the Control of Files answers. It is independent of the police; nobody else "
                  "reads what you send.",
                  "La Commission de contrôle des fichiers répond. Elle est indépendante de la police ; personne "
                  "d’autre ne lit votre envoi.",
                  "Responde la Comisión de Control de los Ficheros. Es independiente de la policía; nadie más lee "
                  "lo que envía.",
                  "تجيب لجنة الرقابة على المحفوظات. وهي مستقلة عن الشرطة، ولا يقرأ غيرها ما ترسله."}},
	[WORD_HOW] =
		{"",
                 {"You can also write a letter, or let the National Central Bureau of your country send it on. "
                  "Asking costs nothing and harms nobody.",
                  "Vous pouvez aussi écrire une lettre, ou la faire transmettre par le bureau central national de "
                  "votre pays. Demander ne coûte rien et ne nuit à personne.",
                  "También puede escribir una carta, o hacerla remitir por la Oficina Central Nacional de su país. "
                  "Preguntar no cuesta nada ni perjudica a nadie.",
                  "يمكنك أيضًا أن تكتب رسالة، أو أن يحيلها المكتب المركزي الوطني في بلدك. السؤال مجاني ولا يضر "
                  "أحدًا."}},
	[WORD_KIND] = {"", {"What you ask for", "Ce que vous demandez", "Qué pide", "ما تطلبه"}},
	[WORD_NAME] = {"", {"Family name", "Nom de famille", "Apellidos", "اسم العائلة"}},
	[WORD_FORENAME] = {"", {"Forenames", "Prénoms", "Nombre", "الاسم الأول"}},
	[WORD_BIRTH] = {"", {"Date of birth", "Date de naissance", "Fecha de nacimiento", "تاريخ الميلاد"}},
	[WORD_BIRTH_HELP] = {"",
                             {"Written 1984-02-29, 1984-02 or 1984", "Écrite 1984-02-29, 1984-02 ou 1984",
                              "Escrita 1984-02-29, 1984-02 o 1984", "يُكتب هكذا: 1984-02-29 أو 1984-02 أو 1984"}},
	[WORD_NATIONALITY] = {"", {"Nationality", "Nationalité", "Nacionalidad", "الجنسية"}},
	[WORD_ADDRESS] = {"", {"Postal address", "Adresse postale", "Dirección postal", "العنوان البريدي"}},
	[WORD_EMAIL] = {"", {"Address for mail", "Adresse électronique", "Correo electrónico", "البريد الإلكتروني"}},
	[WORD_PAPER] = {"", {"Identity document", "Pièce d’identité", "Documento de identidad", "وثيقة الهوية"}},
	[WORD_PAPER_KIND] = {"",
                             {"Kind, such as passport", "Genre, par exemple passeport", "Tipo, por ejemplo pasaporte",
                              "نوعها، كجواز السفر"}},
	[WORD_PAPER_NUMBER] = {"", {"Its number", "Son numéro", "Su número", "رقمها"}},
	[WORD_PAPER_COUNTRY] = {"",
                                {"Country that issued it", "Pays qui l’a délivrée", "País que lo expidió",
                                 "الدولة التي أصدرتها"}},
	[WORD_WORDS] = {"",
                        {"In your own words, what it is about", "Dans vos propres mots, de quoi il s’agit",
                         "Con sus palabras, de qué se trata", "بكلماتك، عمّ يدور الأمر"}},
	[WORD_SIGNED] = {"",
                         {"I am this person, and this request is my own.",
                          "Je suis cette personne, et cette demande est la mienne.",
                          "Soy esta persona y la solicitud es mía.", "أنا هذا الشخص، وهذا الطلب طلبي."}},
	[WORD_SEND] = {"", {"Send the request", "Envoyer la demande", "Enviar la solicitud", "إرسال الطلب"}},
	[WORD_NEEDED] = {"", {"This is needed.", "C’est nécessaire.", "Es necesario.", "هذا مطلوب."}},
	[WORD_WRONG] = {"",
                        {"The request was not sent: look at what is marked.",
                         "La demande n’a pas été envoyée : voyez ce qui est marqué.",
                         "La solicitud no se envió: mire lo marcado.", "لم يُرسل الطلب: انظر إلى ما هو معلّم."}},
	[WORD_REFUSED] = {"",
                          {"This could not be taken.", "Cela n’a pas pu être pris.", "No se pudo aceptar.",
                           "تعذر قبول هذا."}},
	[WORD_OFTEN] = {"",
                        {"Too many requests came from your network. Wait some minutes, or write a letter.",
                         "Trop de demandes viennent de votre réseau. Attendez quelques minutes, ou écrivez une lettre.",
                         "Llegaron demasiadas solicitudes de su red. Espere unos minutos, o escriba una carta.",
                         "وردت طلبات كثيرة من شبكتك. انتظر بضع دقائق أو اكتب رسالة."}},
	[WORD_DONE] = {"",
                       {"Your request was received", "Votre demande est reçue", "Su solicitud se ha recibido",
                        "استُلم طلبك"}},
	[WORD_KEEP] = {"",
                       {"Keep both. The secret is shown this once, and nobody can give it to you again.",
                        "Gardez les deux. Le secret n’est montré que cette fois, et personne ne peut vous le redonner.",
                        "Conserve ambos. El secreto se muestra solo esta vez y nadie puede dárselo de nuevo.",
                        "احتفظ بهما. يُعرض السر هذه المرة فقط، ولا يستطيع أحد أن يعطيك إياه ثانية."}},
	[WORD_RECEIPT] = {"", {"Number", "Numéro", "Número", "الرقم"}},
	[WORD_SECRET] = {"", {"Secret", "Code secret", "Secreto", "السر"}},
	[WORD_FOLLOW] = {"",
                         {"Where a request stands", "Où en est une demande", "En qué estado está una solicitud",
                          "أين وصل الطلب"}},
	[WORD_SHOW] = {"", {"Show", "Afficher", "Mostrar", "عرض"}},
	[WORD_UNKNOWN] = {"",
                          {"There is no request with this number and this secret.",
                           "Il n’y a pas de demande avec ce numéro et ce code.",
                           "No hay solicitud con ese número y ese secreto.", "لا يوجد طلب بهذا الرقم وهذا السر."}},
	[WORD_STATE] = {"", {"State", "État", "Estado", "الحالة"}},
	[WORD_FILED] = {"", {"Received on", "Reçue le", "Recibida el", "استُلم في"}},
	[WORD_UNTIL] = {"", {"Answered until", "Réponse avant le", "Respuesta antes del", "الإجابة قبل"}},
	[WORD_ASKED] = {"", {"What is missing", "Ce qui manque", "Qué falta", "ما ينقص"}},
	[WORD_ANSWER] = {"", {"Answer", "Réponse", "Respuesta", "الإجابة"}},
	[WORD_ADD] = {"", {"Send what is missing", "Envoyer ce qui manque", "Enviar lo que falta", "إرسال ما ينقص"}},
	[WORD_WITHDRAW] = {"", {"Withdraw the request", "Retirer la demande", "Retirar la solicitud", "سحب الطلب"}},
	[WORD_COPIES] = {"", {"Send copies", "Envoyer des copies", "Enviar copias", "إرسال النسخ"}},
};

/* What an applicant is told of the state, by the word of notices/request.h. */
static const struct code phases[] = {
	{"received", {"received", "reçue", "recibida", "استُلم"}},
	{"incomplete", {"something is missing", "incomplète", "incompleta", "ناقص"}},
	{"inadmissible", {"cannot be examined", "irrecevable", "inadmisible", "غير مقبول شكلًا"}},
	{"examination", {"being examined", "à l’examen", "en examen", "قيد الدراسة"}},
	{"answered", {"answered", "répondue", "respondida", "أُجيب عنه"}},
	{"withdrawn", {"withdrawn", "retirée", "retirada", "مسحوب"}},
};
static const struct codes phase_words = {"phase", phases, sizeof phases / sizeof *phases};

/* The fields of the form, in their order; `part`: of the identity document. */
static const struct field {
	const char *name;
	enum word word;
	bool needed, part, lines;
	unsigned most; /* characters */
} fields[] = {
	{"name", WORD_NAME, true, false, false, 200},
	{"forename", WORD_FORENAME, false, false, false, 200},
	{"birth", WORD_BIRTH, false, false, false, 10},
	{"nationality", WORD_NATIONALITY, false, false, false, 100},
	{"address", WORD_ADDRESS, false, false, true, 500},
	{"email", WORD_EMAIL, false, false, false, 200},
	{"kind", WORD_PAPER_KIND, true, true, false, 60},
	{"number", WORD_PAPER_NUMBER, true, true, false, 60},
	{"country", WORD_PAPER_COUNTRY, true, true, false, 60},
};
#define FIELDS (sizeof fields / sizeof *fields)

static const char *say(const struct page *page, enum word word)
{
	return code_label(&words[word], page->language);
}

/* How a field is called in the form: those of the document apart. */
static const char *form_id(const struct field *field, char out[40])
{
	(void)snprintf(out, 40, "%s%s", field->part ? "paper-" : "", field->name);
	return out;
}

/* What was typed, "" for nothing. */
static const char *typed(const struct page *page, const char *name)
{
	const struct multipart_part *part = page->form != NULL ? multipart_find(page->form, name) : NULL;
	const char *value = part == NULL ? http_form(page->request, name)
	                    : part->file ? NULL
	                                 : arena_text(page->request->arena, part->bytes, part->length);
	return value != NULL ? value : "";
}

/* Takes a form that came with files apart. False: it cannot be read, and the reply says so. */
static bool read_form(struct page *page, struct http_reply *reply, struct multipart *form, int *ret_error)
{
	const struct http_request *request = page->request;
	const char *type = http_header(request, "Content-Type");
	struct problem problem = {""};
	if (!http_is_type(type, "multipart/form-data"))
		return true;
	int error = multipart_read(type, request->body, request->body_length, form, &problem);
	for (size_t i = 0; error == JISR_OK && i < form->count; i++) {
		const struct multipart_part *part = &form->parts[i];
		if (!part->file && (part->length > BODY_MOST || !utf8_valid(part->bytes, part->length, NULL) ||
		                    memchr(part->bytes, '\0', part->length) != NULL))
			error = problem_set(&problem, JISR_BAD_INPUT, "the field %s is no text of at most %zu kB",
			                    part->name, BODY_MOST >> 10);
	}
	page->form = form;
	if (error)
		*ret_error = http_reply_problem(reply, 400, "The form cannot be read", problem.text);
	return error == JISR_OK;
}

static void attributes(struct page *page, const char *id, bool needed, unsigned most, const char *fault)
{
	char number[16];
	markup_attribute(&page->markup, "id", id);
	markup_attribute(&page->markup, "name", id);
	markup_attribute(&page->markup, "dir", "auto");
	if (most > 0) {
		(void)snprintf(number, sizeof number, "%u", most);
		markup_attribute(&page->markup, "maxlength", number);
	}
	if (needed)
		markup_attribute(&page->markup, "required", "");
	if (fault != NULL) {
		char about[60];
		(void)snprintf(about, sizeof about, "%s-fault", id);
		markup_attribute(&page->markup, "aria-invalid", "true");
		markup_attribute(&page->markup, "aria-describedby", about);
	}
}

void pages_label(struct page *page, const char *id, const char *text, const char *fault)
{
	markup_open(&page->markup, "label");
	markup_attribute(&page->markup, "for", id);
	markup_text(&page->markup, text);
	markup_close(&page->markup);
	if (fault == NULL)
		return;
	char about[60];
	(void)snprintf(about, sizeof about, "%s-fault", id);
	markup_open(&page->markup, "p");
	markup_attribute(&page->markup, "class", "wrong");
	markup_attribute(&page->markup, "id", about);
	markup_text(&page->markup, fault);
	markup_close(&page->markup);
}

static void add_input(struct page *page, const char *id, const char *label, bool needed, bool lines, unsigned most,
                      const char *value, const char *fault)
{
	pages_label(page, id, label, fault);
	if (lines) {
		markup_open(&page->markup, "textarea");
		attributes(page, id, needed, most, fault);
		markup_attribute(&page->markup, "rows", "4");
		markup_text(&page->markup, value);
		markup_close(&page->markup);
		return;
	}
	markup_void(&page->markup, "input");
	attributes(page, id, needed, most, fault);
	markup_attribute(&page->markup, "value", value);
}

/* What is wrong with a field as it was typed; NULL: nothing. `sent`: something was. */
static const char *fault_of(const struct page *page, const struct field *field, bool sent)
{
	char id[40];
	struct date date;
	const char *value = typed(page, form_id(field, id));
	if (!sent)
		return NULL;
	if (field->needed && value[0] == '\0')
		return say(page, WORD_NEEDED);
	if (field->word == WORD_BIRTH && value[0] != '\0' && date_read(value, strlen(value), &date) != JISR_OK)
		return say(page, WORD_BIRTH_HELP);
	return NULL;
}

static void add_field(struct page *page, const struct field *field, bool sent)
{
	char id[40], label[300];
	(void)form_id(field, id);
	(void)snprintf(label, sizeof label, "%s%s%s%s", say(page, field->word), field->word == WORD_BIRTH ? " (" : "",
	               field->word == WORD_BIRTH ? say(page, WORD_BIRTH_HELP) : "",
	               field->word == WORD_BIRTH ? ")" : "");
	add_input(page, id, label, field->needed, field->lines, field->most, typed(page, id),
	          fault_of(page, field, sent));
}

static void begin_form(struct page *page, const char *after)
{
	char address[60];
	(void)snprintf(address, sizeof address, "/public/%s%s", language_codes[page->language], after);
	markup_open(&page->markup, "form");
	markup_attribute(&page->markup, "method", "post");
	markup_attribute(&page->markup, "action", address);
	markup_attribute(&page->markup, "class", "ask");
	markup_attribute(&page->markup, "autocomplete", "off");
}

/* One that may hold files. */
static void begin_form_of_files(struct page *page, const char *after)
{
	begin_form(page, after);
	markup_attribute(&page->markup, "enctype", "multipart/form-data");
}

static void add_kinds(struct page *page)
{
	const char *asked = typed(page, "asked");
	markup_open(&page->markup, "fieldset");
	markup_leaf(&page->markup, "legend", NULL, say(page, WORD_KIND));
	for (size_t i = 0; i < codes_request.count; i++) {
		const struct code *code = &codes_request.list[i];
		char id[40];
		(void)snprintf(id, sizeof id, "asked-%s", code->code);
		markup_open(&page->markup, "label");
		markup_attribute(&page->markup, "for", id);
		markup_void(&page->markup, "input");
		markup_attribute(&page->markup, "type", "radio");
		markup_attribute(&page->markup, "id", id);
		markup_attribute(&page->markup, "name", "asked");
		markup_attribute(&page->markup, "value", code->code);
		if (strcmp(asked, code->code) == 0 || (codes_find(&codes_request, asked) == NULL && i == 0))
			markup_attribute(&page->markup, "checked", "");
		markup_text(&page->markup, " ");
		markup_text(&page->markup, code_label(code, page->language));
		markup_close(&page->markup);
	}
	markup_close(&page->markup);
}

static void add_follow(struct page *page, const char *receipt)
{
	markup_leaf(&page->markup, "h2", NULL, say(page, WORD_FOLLOW));
	begin_form(page, "/receipt");
	add_input(page, "receipt", say(page, WORD_RECEIPT), true, false, 20, receipt, NULL);
	add_input(page, "secret", say(page, WORD_SECRET), true, false, 80, "", NULL);
	markup_leaf(&page->markup, "button", NULL, say(page, WORD_SHOW));
	markup_close(&page->markup);
}

/* The form; `sent`: as it came back, with what is wrong; `refused`: what was said to it, in English; `copy`: what is wrong with
 * its files. */
static int show_form(struct page *page, struct http_reply *reply, bool sent, const char *refused, const char *copy,
                     int status)
{
	struct markup *markup = &page->markup;
	if (sent && copy == NULL && copies_chosen(page->form))
		copy = copies_again(page);
	pages_head(page, "/data", say(page, WORD_TITLE));
	if (sent) {
		markup_open(markup, "p");
		markup_attribute(markup, "class", "wrong");
		markup_attribute(markup, "role", "alert");
		markup_text(markup, say(page, refused == NULL ? WORD_WRONG : WORD_REFUSED));
		markup_close(markup);
		if (refused != NULL && refused[0] != '\0') {
			markup_open(markup, "p");
			markup_attribute(markup, "lang", "en");
			markup_attribute(markup, "dir", "ltr");
			markup_text(markup, refused);
			markup_close(markup);
		}
	}
	markup_leaf(markup, "p", NULL, say(page, WORD_TEXT));
	markup_leaf(markup, "p", NULL, say(page, WORD_WHAT));
	markup_leaf(markup, "p", NULL, say(page, WORD_HOW));
	begin_form_of_files(page, "/data");
	add_kinds(page);
	for (size_t i = 0; i < FIELDS; i++) {
		if (fields[i].part && !fields[i - 1].part) {
			markup_open(markup, "fieldset");
			markup_leaf(markup, "legend", NULL, say(page, WORD_PAPER));
		}
		add_field(page, &fields[i], sent);
	}
	copies_field(page, copy);
	markup_close(markup);
	add_input(page, "text", say(page, WORD_WORDS), true, true, 4000, typed(page, "text"),
	          sent && typed(page, "text")[0] == '\0' ? say(page, WORD_NEEDED) : NULL);
	if (sent && typed(page, "signed")[0] == '\0')
		markup_leaf(markup, "p", "wrong", say(page, WORD_NEEDED));
	markup_open(markup, "label");
	markup_attribute(markup, "for", "signed");
	markup_void(markup, "input");
	markup_attribute(markup, "type", "checkbox");
	markup_attribute(markup, "id", "signed");
	markup_attribute(markup, "name", "signed");
	markup_attribute(markup, "value", "yes");
	markup_attribute(markup, "required", "");
	markup_text(markup, " ");
	markup_text(markup, say(page, WORD_SIGNED));
	markup_close(markup);
	markup_leaf(markup, "button", NULL, say(page, WORD_SEND));
	markup_close(markup);
	add_follow(page, "");
	return pages_finish(page, reply, status);
}

static int ask(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct page page;
	int error;
	(void)service;
	return pages_start(request, reply, &page, &error) ? show_form(&page, reply, false, NULL, NULL, 200) : error;
}

/* ---- sending it ---- */

static bool complete(const struct page *page)
{
	bool good = typed(page, "text")[0] != '\0' && typed(page, "signed")[0] != '\0';
	for (size_t i = 0; i < FIELDS; i++)
		good = good && fault_of(page, &fields[i], true) == NULL;
	return good;
}

static cJSON *fields_of(const struct page *page)
{
	cJSON *root = tree_object(), *person = tree_add_object(root, "applicant"),
	      *identity = tree_add_object(person, "identity");
	const char *asked = typed(page, "asked");
	tree_text(root, "kind", codes_find(&codes_request, asked) != NULL ? asked : codes_request.list[0].code);
	tree_text(root, "language", language_codes[page->language]);
	tree_bool(root, "signed", true);
	tree_text(root, "text", typed(page, "text"));
	for (size_t i = 0; i < FIELDS; i++) {
		char id[40];
		const char *value = typed(page, form_id(&fields[i], id));
		if (value[0] != '\0')
			tree_text(fields[i].part ? identity : person, fields[i].name, value);
	}
	return root;
}

/* What became of the files: how many are kept, and which was not taken and why. */
static void add_copies(struct page *page, const struct copies *copies)
{
	struct markup *markup = &page->markup;
	const char *received = copies_received(page, copies), *fault = copies_fault(page, copies);
	if (received != NULL) {
		markup_open(markup, "p");
		markup_attribute(markup, "id", "copies");
		markup_text(markup, received);
		markup_close(markup);
	}
	if (fault != NULL) {
		markup_open(markup, "p");
		markup_attribute(markup, "class", "wrong");
		markup_attribute(markup, "role", "alert");
		markup_text(markup, fault);
		markup_close(markup);
	}
}

static int show_receipt(struct page *page, struct http_reply *reply, const struct request_act *act,
                        const struct copies *copies)
{
	struct markup *markup = &page->markup;
	pages_head(page, "/data", say(page, WORD_DONE));
	add_copies(page, copies);
	markup_open(markup, "div");
	markup_attribute(markup, "class", "receipt");
	markup_open(markup, "dl");
	for (int i = 0; i < 2; i++) {
		markup_leaf(markup, "dt", NULL, say(page, i == 0 ? WORD_RECEIPT : WORD_SECRET));
		markup_open(markup, "dd");
		markup_open(markup, "strong");
		markup_attribute(markup, "dir", "ltr");
		markup_attribute(markup, "id", i == 0 ? "given-receipt" : "given-secret");
		markup_text(markup, i == 0 ? act->made : act->made_secret);
		markup_close(markup);
		markup_close(markup);
	}
	markup_close(markup);
	markup_leaf(markup, "p", "tell", say(page, WORD_KEEP));
	markup_close(markup);
	add_follow(page, act->made);
	int error = pages_finish(page, reply, 201);
	return error ? error : http_reply_header(reply, "Cache-Control", "no-store");
}

static int foreign(struct http_reply *reply)
{
	return http_reply_problem(reply, 403, "Not allowed", "A page of another site sent this form.");
}

/* 403 for a page of another site; 429 for a source that asks too often; both are told in the page's language. */
static bool may_send(struct page *page, struct http_reply *reply, bool files, int *ret_error)
{
	if (signing_foreign(page->request)) {
		*ret_error = foreign(reply);
		return false;
	}
	if (requests_may_ask(page->request, files))
		return true;
	pages_head(page, "/data", say(page, WORD_TITLE));
	markup_leaf(&page->markup, "p", "wrong", say(page, WORD_OFTEN));
	*ret_error = pages_finish(page, reply, 429);
	if (*ret_error == JISR_OK)
		*ret_error = http_reply_header(reply, "Retry-After", "360");
	return false;
}

/* Files the request that was typed, and stores what was checked with it. */
static int file(struct service *service, struct page *page, struct http_reply *reply, struct copies *copies)
{
	CLEANUP(json_freep) cJSON *json = fields_of(page);
	struct problem problem = {""};
	bool swept;
	if (tree_failed() || json == NULL)
		return JISR_NO_MEMORY;
	struct request_act act = {.step = REQUEST_FILE,
	                          .caller = page->request->caller_is,
	                          .applicant = true,
	                          .fields = json,
	                          .expected = ENTRY_ANY};
	int error = requests_take(service_settings(service)->data, service_store(service), &act, &swept, &problem);
	if (error == JISR_BAD_INPUT || error == JISR_TOO_LARGE)
		return show_form(page, reply, true, problem.text, NULL, 422);
	if (error)
		return record_reply_error(page->request, reply, error, &problem);
	copies_keep(service, page->request, act.made, act.made_secret, copies);
	return show_receipt(page, reply, &act, copies);
}

static int send_whole(struct service *service, struct page *page, struct http_reply *reply, struct copies *copies)
{
	int error;
	if (copies_chosen(page->form)) {
		if (!may_send(page, reply, false, &error))
			return error;
		copies_check(page->form, copies);
	}
	if (copies->refused > 0)
		return copies->error == JISR_NO_MEMORY
		               ? copies->error
		               : show_form(page, reply, true, copies->problem.text, copies_fault(page, copies), 422);
	return may_send(page, reply, true, &error) ? file(service, page, reply, copies) : error;
}

static int send_form(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(copies_finish) struct copies copies = {.count = 0};
	struct multipart form = {.count = 0};
	struct page page;
	int error;
	if (record_reply_store(service, reply, &error) == NULL || !pages_start(request, reply, &page, &error))
		return error;
	if (signing_foreign(request))
		return foreign(reply);
	if (!read_form(&page, reply, &form, &error))
		return error;
	/* nothing is counted for what was only forgotten */
	return complete(&page) ? send_whole(service, &page, reply, &copies)
	                       : show_form(&page, reply, true, NULL, NULL, 422);
}

/* ---- where it stands ---- */

static void add_hidden(struct page *page, const char *name, const char *value)
{
	markup_void(&page->markup, "input");
	markup_attribute(&page->markup, "type", "hidden");
	markup_attribute(&page->markup, "name", name);
	markup_attribute(&page->markup, "value", value);
}

/* A step that the applicant may take: one button, and a text where something is missing, or files. */
static void add_step(struct page *page, const char *step, enum word word, bool text, bool files)
{
	if (files)
		begin_form_of_files(page, "/receipt");
	else
		begin_form(page, "/receipt");
	add_hidden(page, "receipt", typed(page, "receipt"));
	add_hidden(page, "secret", typed(page, "secret"));
	add_hidden(page, "step", step);
	if (text)
		add_input(page, "text", say(page, WORD_WORDS), true, true, 4000, "", NULL);
	if (files)
		copies_field(page, NULL);
	markup_leaf(&page->markup, "button", NULL, say(page, word));
	markup_close(&page->markup);
}

static int show_state(struct page *page, struct http_reply *reply, const cJSON *told, const char *refused,
                      const struct copies *copies)
{
	struct markup *markup = &page->markup;
	const char *phase = json_get_text(told, "phase"), *filed = json_get_text(told, "filed");
	char day[11] = "";
	if (filed != NULL)
		(void)snprintf(day, sizeof day, "%.10s", filed);
	pages_head(page, "/receipt", say(page, WORD_FOLLOW));
	if (refused != NULL)
		markup_leaf(markup, "p", "wrong", say(page, WORD_REFUSED));
	add_copies(page, copies);
	markup_open(markup, "dl");
	pages_row(page, say(page, WORD_RECEIPT), json_get_text(told, "receipt"));
	pages_row(page, say(page, WORD_KIND), codes_label(&codes_request, json_get_text(told, "kind"), page->language));
	markup_leaf(markup, "dt", NULL, say(page, WORD_STATE));
	markup_open(markup, "dd");
	markup_attribute(markup, "id", "phase");
	markup_text(markup, codes_label(&phase_words, phase != NULL ? phase : "", page->language));
	markup_close(markup);
	pages_row(page, say(page, WORD_FILED), day);
	pages_row(page, say(page, WORD_UNTIL), json_get_text(told, "until"));
	pages_row(page, say(page, WORD_ASKED), json_get_text(told, "asked"));
	pages_row(page, say(page, WORD_ANSWER), json_get_text(told, "answer"));
	markup_close(markup);
	if (phase != NULL && strcmp(phase, "incomplete") == 0)
		add_step(page, "complete", WORD_ADD, true, false);
	if (phase != NULL && (strcmp(phase, "received") == 0 || strcmp(phase, "incomplete") == 0))
		add_step(page, "paper", WORD_COPIES, false, true);
	if (phase != NULL &&
	    (strcmp(phase, "received") == 0 || strcmp(phase, "incomplete") == 0 || strcmp(phase, "examination") == 0))
		add_step(page, "withdraw", WORD_WITHDRAW, false, false);
	int error = pages_finish(page, reply, refused == NULL && copies->refused == 0 ? 200 : 422);
	return error ? error : http_reply_header(reply, "Cache-Control", "no-store");
}

static int unknown(struct page *page, struct http_reply *reply, bool asked)
{
	pages_head(page, "/receipt", say(page, WORD_FOLLOW));
	if (asked)
		markup_leaf(&page->markup, "p", "wrong", say(page, WORD_UNKNOWN));
	add_follow(page, typed(page, "receipt"));
	return pages_finish(page, reply, asked ? 404 : 200);
}

static int follow(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct page page;
	int error;
	(void)service;
	return pages_start(request, reply, &page, &error) ? unknown(&page, reply, false) : error;
}

/* What the applicant is told, as /api/v1/receipts/state tells it. */
static int read_state(struct service *service, const struct http_request *request, const char *id, const char *secret,
                      cJSON **ret_json, struct problem *problem)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct request found = {.kind = NULL};
	struct request_rules rules;
	struct text text;
	text_init(&text, BODY_MOST);
	int error = record_reading_begin(service, request, &reading, problem);
	if (!error)
		error = request_rules_now(reading.sql, &rules, problem);
	if (!error)
		error = request_of_receipt(reading.sql, id, secret, request->arena, &found, problem);
	if (!error)
		error = request_public(&found, &rules, &text);
	if (!error)
		error = json_read(text.bytes, text.length, ret_json, problem);
	text_finish(&text);
	return error;
}

static int take_step(struct service *service, const struct page *page, const char *step, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = tree_object();
	bool more = strcmp(step, "complete") == 0, swept;
	if (more)
		tree_text(json, "text", typed(page, "text"));
	if (tree_failed() || json == NULL)
		return JISR_NO_MEMORY;
	struct request_act act = {.step = more ? REQUEST_COMPLETE : REQUEST_WITHDRAW,
	                          .caller = page->request->caller_is,
	                          .id = typed(page, "receipt"),
	                          .secret = typed(page, "secret"),
	                          .fields = json,
	                          .expected = ENTRY_ANY};
	return requests_take(service_settings(service)->data, service_store(service), &act, &swept, problem);
}

static int state(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *told = NULL;
	CLEANUP(copies_finish) struct copies copies = {.count = 0};
	struct multipart form = {.count = 0};
	struct problem problem = {""}, refused = {""};
	struct page page;
	int error;
	if (record_reply_store(service, reply, &error) == NULL || !pages_start(request, reply, &page, &error))
		return error;
	if (!may_send(&page, reply, false, &error) || !read_form(&page, reply, &form, &error))
		return error;
	const char *step = typed(&page, "step"), *receipt = typed(&page, "receipt"), *secret = typed(&page, "secret");
	if (strcmp(step, "complete") == 0 || strcmp(step, "withdraw") == 0)
		error = take_step(service, &page, step, &refused);
	else if (strcmp(step, "paper") == 0)
		copies_take(service, request, &form, receipt, secret, &copies);
	if (error == JISR_NO_MEMORY || error == JISR_FULL || error == JISR_BUSY)
		return record_reply_error(request, reply, error, &refused);
	error = read_state(service, request, receipt, secret, &told, &problem);
	if (error == JISR_NOT_FOUND || error == JISR_DENIED || error == JISR_BAD_INPUT)
		return unknown(&page, reply, true);
	return error ? record_reply_error(request, reply, error, &problem)
	             : show_state(&page, reply, told, refused.text[0] != '\0' ? refused.text : NULL, &copies);
}

const struct http_route routes_pages_request[] = {
	{HTTP_GET, "/public/{language}/data", ask, HTTP_STYLE_PROBLEM, "public_data", .right = RIGHT_NONE},
	{HTTP_POST, "/public/{language}/data", send_form, HTTP_STYLE_PAGE, "public_data_send", .right = RIGHT_NONE,
         .heavy = true, .body_max = COPIES_BODY},
	{HTTP_GET, "/public/{language}/receipt", follow, HTTP_STYLE_PROBLEM, "public_receipt", .right = RIGHT_NONE},
	{HTTP_POST, "/public/{language}/receipt", state, HTTP_STYLE_PAGE, "public_receipt_state", .right = RIGHT_NONE,
         .heavy = true, .body_max = COPIES_BODY},
	{0},
};
