#include "web/session_page.h"

#include "base/json.h"
#include "members/organisation.h"
#include "web/markup.h"

#include <stdio.h>
#include <string.h>

static const char style[] =
	"body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#111;background:"
	"#fff}table{border-collapse:collapse}td,th{border:1px solid #888;padding:.2em .6em;text-align:start}"
	"h2{margin-block-start:2em}[lang]{margin-block-end:1em}";

static const char *text_of(const cJSON *object, const char *name)
{
	const char *text = json_get_text(object, name);
	return text != NULL ? text : "";
}

static const char *number_text(const cJSON *object, const char *name, char out[24])
{
	const cJSON *number = json_get(object, name);
	(void)snprintf(out, 24, "%.0f", cJSON_IsNumber(number) ? number->valuedouble : 0.0);
	return cJSON_IsNumber(number) ? out : "";
}

/* A text in English, else in the first language that it has. */
static const char *one_language(const cJSON *texts)
{
	const char *english = json_get_text(texts, "en");
	if (english != NULL)
		return english;
	return texts != NULL && cJSON_IsString(texts->child) ? texts->child->valuestring : "";
}

static void link_to(struct markup *markup, const char *address, const char *text)
{
	markup_open(markup, "a");
	markup_attribute(markup, "href", address);
	markup_text(markup, text);
	markup_close(markup);
}

static void row(struct markup *markup, const char *const cells[], size_t count, const char *element)
{
	markup_open(markup, "tr");
	for (size_t i = 0; i < count; i++)
		markup_leaf(markup, element, NULL, cells[i]);
	markup_close(markup);
}

static void figures(struct markup *markup, const cJSON *views)
{
	static const char *const names[] = {"countries", "delegates", "ministers", "chiefs", "observers"},
				 *const titles[] = {"Countries", "Delegates", "Ministers", "Chiefs of police",
	                                            "Observers"};
	const cJSON *session = json_get(views, "session"), *told = json_get(session, "report");
	char number[24];
	if (!cJSON_IsObject(told))
		told = json_get(json_get(views, "figures"), "figures");
	const cJSON *attended = json_get(told, "attended");
	markup_open(markup, "table");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *const cells[] = {titles[i], number_text(attended, names[i], number)};
		row(markup, cells, 2, "td");
	}
	markup_close(markup);
}

static void paragraphs(struct markup *markup, const cJSON *list, const char *language)
{
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next) {
		const cJSON *texts = json_get(one, "text");
		const char *text = json_get_text(cJSON_IsObject(texts) ? texts : one, language);
		if (text != NULL)
			markup_leaf(markup, "p", NULL, text);
	}
}

static void decisions(struct markup *markup, const cJSON *views)
{
	const cJSON *drafts = json_get(json_get(views, "one"), "draft");
	markup_leaf(markup, "h2", NULL, "Decisions");
	for (const cJSON *one = drafts != NULL ? drafts->child : NULL; one != NULL; one = one->next) {
		markup_leaf(markup, "h3", NULL, text_of(one, "decision"));
		for (unsigned i = 0; i < LANGUAGE_COUNT; i++) {
			const char *title = json_get_text(json_get(one, "title"), language_codes[i]);
			if (title == NULL)
				continue;
			markup_open(markup, "div");
			markup_attribute(markup, "lang", language_codes[i]);
			markup_attribute(markup, "dir", i == LANGUAGE_AR ? "rtl" : "ltr");
			markup_leaf(markup, "h4", NULL, title);
			paragraphs(markup, json_get(one, "preamble"), language_codes[i]);
			paragraphs(markup, json_get(one, "operative"), language_codes[i]);
			markup_close(markup);
		}
	}
}

static void votes(struct markup *markup, const cJSON *views)
{
	const cJSON *list = json_get(json_get(views, "one"), "vote");
	markup_leaf(markup, "h2", NULL, "Votes");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next) {
		char number[24], address[60];
		const char *title = text_of(one, "title"), *election = json_get_text(one, "election");
		(void)number_text(one, "number", number);
		markup_open(markup, "h3");
		markup_text(markup, "Vote ");
		markup_text(markup, number);
		markup_text(markup, ": ");
		markup_text(markup, title[0] != '\0' ? title : text_of(one, "subject"));
		markup_close(markup);
		markup_open(markup, "p");
		markup_text(markup, text_of(one, "matter"));
		markup_text(markup, ", by ");
		markup_text(markup, text_of(one, "method"));
		markup_text(markup, ": ");
		markup_leaf(markup, "strong", NULL, text_of(one, "outcome"));
		markup_text(markup, ". ");
		markup_text(markup, text_of(one, "arithmetic"));
		markup_text(markup, " ");
		(void)snprintf(address, sizeof address, "views/vote-%s.json", number);
		link_to(markup, address, "All of it");
		if (election != NULL) {
			char archive[120];
			(void)snprintf(archive, sizeof archive, "elections/%.64s.bel", election);
			markup_text(markup, ", ");
			link_to(markup, archive, "ballots and proofs");
		}
		markup_close(markup);
	}
}

static void committee(struct markup *markup, const cJSON *views)
{
	static const char *const heads[] = {"Post", "Person", "Country", "Since", "Until"};
	const cJSON *members = json_get(json_get(views, "committee"), "members");
	if (members == NULL || members->child == NULL)
		return;
	markup_leaf(markup, "h2", NULL, "The Executive Committee");
	markup_open(markup, "table");
	row(markup, heads, 5, "th");
	for (const cJSON *one = members->child; one != NULL; one = one->next) {
		char until[24];
		const char *const cells[] = {text_of(one, "post"), text_of(one, "person"), text_of(one, "country"),
		                             text_of(one, "since"), number_text(one, "until", until)};
		row(markup, cells, 5, "td");
	}
	markup_close(markup);
}

static void agenda(struct markup *markup, const cJSON *views)
{
	const cJSON *items = json_get(json_get(views, "agenda"), "items");
	markup_leaf(markup, "h2", NULL, "Agenda");
	markup_open(markup, "ol");
	for (const cJSON *one = items != NULL ? items->child : NULL; one != NULL; one = one->next)
		markup_leaf(markup, "li", NULL, one_language(json_get(one, "title")));
	markup_close(markup);
}

static void documents(struct markup *markup, const cJSON *views)
{
	const cJSON *list = json_get(json_get(views, "documents"), "documents");
	if (list == NULL || list->child == NULL)
		return;
	markup_leaf(markup, "h2", NULL, "Documents");
	markup_open(markup, "ul");
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		const cJSON *languages = json_get(one, "languages");
		for (const cJSON *in = languages != NULL ? languages->child : NULL; in != NULL; in = in->next) {
			markup_open(markup, "li");
			markup_text(markup, text_of(one, "code"));
			markup_text(markup, " (");
			markup_text(markup, text_of(in, "language"));
			markup_text(markup, "): ");
			markup_text(markup, text_of(in, "title"));
			markup_close(markup);
		}
	}
	markup_close(markup);
	markup_open(markup, "p");
	link_to(markup, "documents/", "The files");
	markup_close(markup);
}

int session_page(const cJSON *views, struct text *html)
{
	struct markup markup;
	const cJSON *session = json_get(views, "session");
	char title[200], number[24];
	(void)snprintf(title, sizeof title, "Session %s of the General Assembly, %s (%s)",
	               number_text(session, "number", number), text_of(session, "city"), text_of(session, "country"));
	markup_begin(&markup, html);
	markup_open(&markup, "html");
	markup_attribute(&markup, "lang", "en");
	markup_open(&markup, "head");
	markup_void(&markup, "meta");
	markup_attribute(&markup, "charset", "utf-8");
	markup_leaf(&markup, "title", NULL, title);
	markup_leaf(&markup, "style", NULL, style);
	markup_close(&markup);
	markup_open(&markup, "body");
	markup_leaf(&markup, "h1", NULL, title);
	markup_open(&markup, "p");
	markup_text(&markup, text_of(session, "first"));
	markup_text(&markup, " to ");
	markup_text(&markup, text_of(session, "last"));
	markup_text(&markup, ". Everything here is also in ");
	link_to(&markup, "views/", "views/");
	markup_text(&markup, " as JSON; ");
	link_to(&markup, "README.txt", "README.txt");
	markup_text(&markup, " tells how it is verified.");
	markup_close(&markup);
	figures(&markup, views);
	agenda(&markup, views);
	decisions(&markup, views);
	votes(&markup, views);
	committee(&markup, views);
	documents(&markup, views);
	markup_end(&markup);
	return html->error;
}
