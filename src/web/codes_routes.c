/* What notices, hits, registered objects and individuals' requests are written with: every code with its words, and the
 * form of an object, so that no client needs a list of its own. */
#include "web/http.h"
#include "web/service.h"

#include "base/emit.h"
#include "notices/hit_step.h"
#include "notices/object_form.h"
#include "notices/request.h"
#include "notices/step.h"

static void emit_words(struct text *text, const char *code, const char *const words[LANGUAGE_COUNT])
{
	emit_object(text, code);
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		emit_text(text, language_codes[i], words[i]);
	emit_close_object(text);
}

static void emit_table(struct text *text, const char *name, const struct codes *codes)
{
	emit_object(text, name);
	for (size_t i = 0; i < codes->count; i++) {
		const char *words[LANGUAGE_COUNT];
		for (int k = 0; k < LANGUAGE_COUNT; k++)
			words[k] = code_label(&codes->list[i], (enum language)k);
		emit_words(text, codes->list[i].code, words);
	}
	emit_close_object(text);
}

static int finish(struct http_reply *reply)
{
	reply->status = 200;
	reply->type = "application/json";
	int error = http_reply_header(reply, "Cache-Control", "public, max-age=3600");
	return error ? error : reply->body.error;
}

struct table {
	const char *name;
	const struct codes *codes;
};

static int notice_codes(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	static const struct table all[] = {
		{"colour", &codes_colour},   {"crime", &codes_crime},     {"eyes", &codes_eyes},
		{"hair", &codes_hair},       {"sex", &codes_sex},         {"status", &codes_status},
		{"refusal", &codes_refusal}, {"warning", &codes_warning}, {"document", &codes_document},
		{"measure", &codes_measure}, {"ending", &codes_ending},   {"asset", &codes_asset},
		{"name", &codes_name},       {"sought", &codes_sought},   {"subject", &codes_subject},
	};
	struct text *text = &reply->body;
	const char *words[LANGUAGE_COUNT];
	(void)service;
	(void)request;
	emit_object(text, NULL);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		emit_table(text, all[i].name, all[i].codes);
	emit_object(text, "state");
	for (int state = STATE_DRAFT; state < STATE_COUNT; state++) {
		for (int k = 0; k < LANGUAGE_COUNT; k++)
			words[k] = state_label((enum notice_state)state, (enum language)k);
		emit_words(text, state_name((enum notice_state)state), words);
	}
	emit_close_object(text);
	emit_close_object(text);
	return finish(reply);
}

static int codes(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	static const struct table all[] = {
		{"hit_outcome", &hit_outcomes},          {"object_kind", &codes_object},
		{"object_status", &codes_object_status}, {"object_end", &codes_object_end},
		{"request_kind", &codes_request},        {"request_ground", &codes_inadmissible},
		{"request_disclose", &codes_disclose},   {"request_outcome", &codes_outcome},
	};
	struct text *text = &reply->body;
	const char *words[LANGUAGE_COUNT];
	(void)service;
	(void)request;
	emit_object(text, NULL);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		emit_table(text, all[i].name, all[i].codes);
	emit_object(text, "hit_state");
	for (int state = HIT_REPORTED; state < HIT_STATE_COUNT; state++) {
		for (int k = 0; k < LANGUAGE_COUNT; k++)
			words[k] = hit_state_label((enum hit_state)state, (enum language)k);
		emit_words(text, hit_state_name((enum hit_state)state), words);
	}
	emit_close_object(text);
	emit_object(text, "request_state");
	for (int state = REQUEST_FILED; state < REQUEST_STATE_COUNT; state++) {
		for (int k = 0; k < LANGUAGE_COUNT; k++)
			words[k] = request_state_label((enum request_state)state, (enum language)k);
		emit_words(text, request_state_name((enum request_state)state), words);
	}
	emit_close_object(text);
	emit_close_object(text);
	return finish(reply);
}

static int object_form(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct text *text = &reply->body;
	(void)service;
	(void)request;
	emit_object(text, NULL);
	emit_array(text, "kinds");
	for (int kind = 0; kind < OBJECT_KINDS; kind++) {
		emit_object(text, NULL);
		emit_text(text, "kind", object_kind_name((enum object_kind)kind));
		emit_table(text, "types", object_types((enum object_kind)kind));
		emit_array(text, "statuses");
		for (size_t i = 0; i < codes_object_status.count; i++)
			if (object_status_fits((enum object_kind)kind, codes_object_status.list[i].code))
				emit_text(text, NULL, codes_object_status.list[i].code);
		emit_close_array(text);
		emit_array(text, "fields");
		for (int field = OBJECT_COUNTRY; field < OBJECT_FIELDS; field++) {
			if (!object_has((enum object_kind)kind, (enum object_field)field))
				continue;
			emit_object(text, NULL);
			emit_text(text, "field", object_field_name((enum object_field)field));
			emit_text(text, "form", object_field_form((enum object_field)field));
			emit_bool(text, "needed", object_must((enum object_kind)kind, (enum object_field)field));
			emit_count(text, "most", object_field_most((enum object_field)field));
			emit_close_object(text);
		}
		emit_close_array(text);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_close_object(text);
	return finish(reply);
}

const struct http_route routes_codes[] = {
	{HTTP_GET, "/api/v1/notices/codes", notice_codes, HTTP_STYLE_PROBLEM, "api_notice_codes", .right = RIGHT_NONE},
	{HTTP_GET, "/api/v1/codes", codes, HTTP_STYLE_PROBLEM, "api_codes", .right = RIGHT_NONE},
	{HTTP_GET, "/api/v1/objects/form", object_form, HTTP_STYLE_PROBLEM, "api_object_form", .right = RIGHT_NONE},
	{0},
};
