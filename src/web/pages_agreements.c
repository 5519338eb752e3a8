/* /public/{language}/agreements: the register of agreements (assembly/agreement.h). */
#include "web/pages_private.h"
#include "web/record_reply.h"
#include "web/service.h"

#include "assembly/agreement.h"
#include "base/clock.h"
#include "base/json.h"
#include "members/register.h"

#include <stdio.h>
#include <string.h>

#define ADDRESS_MAX 80

enum word {
	WORD_AGREEMENTS,
	WORD_AGREEMENTS_TEXT,
	WORD_NUMBER,
	WORD_PARTIES,
	WORD_STATE,
	WORD_DEPOSITED,
	WORD_IN_FORCE,
	WORD_ENDED,
	WORD_DECISION,
	WORD_SIGNED,
	WORD_RATIFIED,
	WORD_LEAVES,
	WORD_TEXTS,
	WORD_NOTE,
	WORD_NOTE_TEXT,
	WORD_NO_AGREEMENT,
	WORDS
};

/* English, French, Spanish, Arabic. */
static const struct code words[WORDS] = {
	[WORD_AGREEMENTS] = {"", {"Agreements", "Accords", "Acuerdos", "الاتفاقات"}},
	[WORD_AGREEMENTS_TEXT] = {"",
                                  {"The register of agreements: what was signed, by whom, and what is in force.",
                                   "Le registre des accords : ce qui a été signé, par qui, et ce qui est en vigueur.",
                                   "El registro de acuerdos: qué se firmó, quién lo firmó y qué está en vigor.",
                                   "سجل الاتفاقات: ما وُقّع، ومن وقّعه، وما هو نافذ."}},
	[WORD_NUMBER] = {"", {"Number", "Numéro", "Número", "الرقم"}},
	[WORD_PARTIES] = {"", {"Parties", "Parties", "Partes", "الأطراف"}},
	[WORD_STATE] = {"", {"State", "État", "Estado", "الحالة"}},
	[WORD_DEPOSITED] = {"", {"Deposited", "Déposé", "Depositado", "مودَع"}},
	[WORD_IN_FORCE] = {"", {"In force", "En vigueur", "En vigor", "نافذ"}},
	[WORD_ENDED] = {"", {"Ended", "Terminé", "Terminado", "منتهٍ"}},
	[WORD_DECISION] = {"",
                           {"Decision of the Assembly", "Décision de l’Assemblée", "Decisión de la Asamblea",
                            "قرار الجمعية"}},
	[WORD_SIGNED] = {"", {"Signed", "Signé", "Firmado", "وُقّع"}},
	[WORD_RATIFIED] = {"", {"Ratified", "Ratifié", "Ratificado", "صُدّق"}},
	[WORD_LEAVES] = {"", {"Leaves", "Se retire", "Se retira", "ينسحب"}},
	[WORD_TEXTS] = {"", {"Texts", "Textes", "Textos", "النصوص"}},
	[WORD_NOTE] = {"", {"Signatures", "Signatures", "Firmas", "التواقيع"}},
	[WORD_NOTE_TEXT] =
		{"",
                 {"This text and the lines below it are what anybody can verify with the public keys of the parties.",
                  "Ce texte et les lignes qui le suivent peuvent être vérifiés par chacun avec les clés publiques des "
                  "parties.",
                  "Este texto y las líneas que lo siguen puede comprobarlos cualquiera con las claves públicas de las "
                  "partes.",
                  "يمكن لأي شخص أن يتحقق من هذا النص والأسطر التي تليه بالمفاتيح العامة للأطراف."}},
	[WORD_NO_AGREEMENT] = {"",
                               {"There is no such agreement in the register.", "Cet accord n’est pas dans le registre.",
                                "Ese acuerdo no está en el registro.", "لا وجود لهذا الاتفاق في السجل."}},
};

static const char *say(const struct page *page, enum word word)
{
	return code_label(&words[word], page->language);
}

static void add_row(struct page *page, enum word word, const char *value)
{
	if (value[0] == '\0')
		return;
	markup_leaf(&page->markup, "dt", NULL, say(page, word));
	markup_leaf(&page->markup, "dd", NULL, value);
}

static const char *state_of(const struct page *page, const struct agreement *agreement)
{
	return say(page, agreement->state == AGREEMENT_IN_FORCE ? WORD_IN_FORCE
	                 : agreement->state == AGREEMENT_ENDED  ? WORD_ENDED
	                                                        : WORD_DEPOSITED);
}

/* The title in the page's language, or in the first that there is. */
static void add_title(struct page *page, const struct agreement *agreement)
{
	CLEANUP(json_freep) cJSON *titles = cJSON_Parse(agreement->title);
	const char *language = language_codes[page->language], *title = json_get_text(titles, language);
	if (title == NULL && titles != NULL && cJSON_IsString(titles->child)) {
		language = titles->child->string;
		title = titles->child->valuestring;
	}
	markup_open(&page->markup, "bdi");
	markup_attribute(&page->markup, "lang", language);
	markup_text(&page->markup, title != NULL ? title : "");
	markup_close(&page->markup);
}

static void add_party(struct page *page, struct sql *sql, const struct agreement_party *party)
{
	struct office office;
	const char *name = party->name;
	if (name[0] == '\0')
		name = register_office(sql, party->code, &office, NULL) == JISR_OK ? office.names.text[page->language]
		                                                                   : party->code;
	markup_leaf(&page->markup, "bdi", NULL, name);
}

struct agreements {
	struct page *page;
	struct sql *sql;
};

static bool add_agreement(void *context, const struct agreement *agreement)
{
	struct agreements *agreements = context;
	struct page *page = agreements->page;
	char after[ADDRESS_MAX];
	(void)snprintf(after, sizeof after, "/agreements/%s", agreement->id);
	markup_open(&page->markup, "tr");
	markup_open(&page->markup, "td");
	pages_link(page, after, agreement->id, false);
	markup_close(&page->markup);
	markup_open(&page->markup, "td");
	add_title(page, agreement);
	markup_close(&page->markup);
	markup_open(&page->markup, "td");
	for (size_t i = 0; i < agreement->party_count; i++) {
		if (i > 0)
			markup_text(&page->markup, " · ");
		add_party(page, agreements->sql, &agreement->parties[i]);
	}
	markup_close(&page->markup);
	markup_leaf(&page->markup, "td", NULL, state_of(page, agreement));
	markup_close(&page->markup);
	return page->markup.text->error == JISR_OK;
}

static int agreements(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	static const enum word columns[] = {WORD_NUMBER, WORD_AGREEMENTS, WORD_PARTIES, WORD_STATE};
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct page page;
	char now[CLOCK_UTC_MAX], day[11];
	int error;
	if (record_reply_store(service, reply, &error) == NULL || !pages_start(request, reply, &page, &error))
		return error;
	(void)snprintf(day, sizeof day, "%.10s", clock_utc(now));
	pages_head(&page, "/agreements", say(&page, WORD_AGREEMENTS));
	markup_leaf(&page.markup, "p", NULL, say(&page, WORD_AGREEMENTS_TEXT));
	markup_open(&page.markup, "table");
	markup_open(&page.markup, "thead");
	markup_open(&page.markup, "tr");
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		markup_open(&page.markup, "th");
		markup_attribute(&page.markup, "scope", "col");
		markup_text(&page.markup, say(&page, columns[i]));
		markup_close(&page.markup);
	}
	markup_close(&page.markup);
	markup_close(&page.markup);
	markup_open(&page.markup, "tbody");
	error = store_read(service_store(service), &reader, &problem);
	if (!error) {
		struct agreements shown = {&page, store_reader_sql(reader)};
		error = agreement_each(shown.sql, "", day, request->arena, add_agreement, &shown, &problem);
	}
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, &problem);
	}
	markup_close(&page.markup);
	markup_close(&page.markup);
	return pages_finish(&page, reply, 200);
}

static void add_parties(struct page *page, struct sql *sql, const struct agreement *agreement)
{
	struct markup *markup = &page->markup;
	markup_leaf(markup, "h3", NULL, say(page, WORD_PARTIES));
	markup_open(markup, "ul");
	for (size_t i = 0; i < agreement->party_count; i++) {
		const struct agreement_party *party = &agreement->parties[i];
		const struct {
			enum word word;
			const char *value;
		} days[] = {{WORD_SIGNED, party->signed_at},
		            {WORD_RATIFIED, party->ratified},
		            {WORD_LEAVES, party->withdrawn}};
		markup_open(markup, "li");
		add_party(page, sql, party);
		if (party->signer[0] != '\0') {
			markup_text(markup, " — ");
			markup_leaf(markup, "bdi", NULL, party->signer);
		}
		for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
			char line[160];
			if (days[d].value[0] == '\0')
				continue;
			(void)snprintf(line, sizeof line, " · %s %.10s", say(page, days[d].word), days[d].value);
			markup_text(markup, line);
		}
		markup_close(markup);
	}
	markup_close(markup);
}

static int add_wordings(struct page *page, struct sql *sql, const struct agreement *agreement, struct problem *problem)
{
	struct markup *markup = &page->markup;
	struct agreement_text texts[AGREEMENT_TEXTS];
	size_t count = 0;
	int error = agreement_texts(sql, agreement->id, page->request->arena, texts, &count, problem);
	markup_leaf(markup, "h3", NULL, say(page, WORD_TEXTS));
	for (size_t i = 0; i < count; i++) {
		markup_open(markup, "details");
		if (strcmp(texts[i].language, language_codes[page->language]) == 0)
			markup_attribute(markup, "open", "");
		markup_open(markup, "summary");
		markup_leaf(markup, "code", NULL, texts[i].language);
		markup_text(markup, " ");
		markup_leaf(markup, "bdi", NULL, texts[i].title);
		markup_close(markup);
		markup_open(markup, "pre");
		markup_attribute(markup, "lang", texts[i].language);
		markup_attribute(markup, "dir", "auto");
		markup_text(markup, texts[i].wording);
		markup_close(markup);
		markup_open(markup, "p");
		markup_text(markup, "SHA-256 ");
		markup_leaf(markup, "code", NULL, texts[i].hash);
		markup_close(markup);
		markup_close(markup);
	}
	return error;
}

static int add_note(struct page *page, struct sql *sql, const char *id, const char *day, struct problem *problem)
{
	struct markup *markup = &page->markup;
	char address[ADDRESS_MAX];
	struct text note;
	text_init(&note, HTTP_MAX_REPLY);
	int error = agreement_public_note(sql, id, day, &note, problem);
	markup_leaf(markup, "h3", NULL, say(page, WORD_NOTE));
	markup_leaf(markup, "p", NULL, say(page, WORD_NOTE_TEXT));
	markup_open(markup, "pre");
	markup_attribute(markup, "dir", "ltr");
	markup_text(markup, note.bytes != NULL ? note.bytes : "");
	markup_close(markup);
	text_finish(&note);
	(void)snprintf(address, sizeof address, "/api/v1/public/agreements/%s/note", id);
	markup_open(markup, "p");
	markup_open(markup, "a");
	markup_attribute(markup, "href", address);
	markup_leaf(markup, "bdi", NULL, address);
	markup_close(markup);
	markup_close(markup);
	return error;
}

static int agreement(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct page page;
	struct agreement one;
	char now[CLOCK_UTC_MAX], day[11], after[ADDRESS_MAX];
	int error;
	if (record_reply_store(service, reply, &error) == NULL || !pages_start(request, reply, &page, &error))
		return error;
	(void)snprintf(day, sizeof day, "%.10s", clock_utc(now));
	error = store_read(service_store(service), &reader, &problem);
	if (!error)
		error = agreement_get(store_reader_sql(reader), request->variables[1], "", day, request->arena, &one,
		                      &problem);
	if (error == JISR_NOT_FOUND) {
		pages_head(&page, "/agreements", say(&page, WORD_AGREEMENTS));
		markup_leaf(&page.markup, "p", NULL, say(&page, WORD_NO_AGREEMENT));
		return pages_finish(&page, reply, 404);
	}
	struct sql *sql = error ? NULL : store_reader_sql(reader);
	if (!error) {
		(void)snprintf(after, sizeof after, "/agreements/%s", one.id);
		pages_head(&page, after, one.id);
		markup_open(&page.markup, "article");
		markup_open(&page.markup, "h2");
		add_title(&page, &one);
		markup_close(&page.markup);
		markup_open(&page.markup, "dl");
		add_row(&page, WORD_STATE, state_of(&page, &one));
		add_row(&page, WORD_DECISION, one.decision);
		add_row(&page, WORD_DEPOSITED, arena_format(request->arena, "%.10s", one.deposited));
		add_row(&page, WORD_IN_FORCE, one.in_force);
		add_row(&page, WORD_ENDED, one.ended);
		markup_close(&page.markup);
		add_parties(&page, sql, &one);
		error = add_wordings(&page, sql, &one, &problem);
	}
	if (!error)
		error = add_note(&page, sql, one.id, day, &problem);
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, &problem);
	}
	markup_close(&page.markup);
	return pages_finish(&page, reply, 200);
}

const struct http_route routes_pages_agreements[] = {
	{HTTP_GET, "/public/{language}/agreements", agreements, HTTP_STYLE_PROBLEM, "public_agreements",
         .right = RIGHT_NONE, .heavy = true},
	{HTTP_GET, "/public/{language}/agreements/{id}", agreement, HTTP_STYLE_PROBLEM, "public_agreement",
         .right = RIGHT_NONE, .heavy = true},
	{0},
};
