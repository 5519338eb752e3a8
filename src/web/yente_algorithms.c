/* Clients name the rules by which they want to be answered. jisr has its own; the names of yente's are known and answered
 * by jisr's too, so that a client need not be changed before it can be tried; the header X-Algorithm of each answer and
 * /algorithms tell by which rules. */
#include "web/yente.h"

#include "base/emit.h"
#include "names/name.h"
#include "watch/check.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const config_none[] = {NULL};
static const char *const config_logic_v2[] = {"nm_name_property",
                                              "nm_number_mismatch",
                                              "nm_extra_query_name",
                                              "nm_extra_result_name",
                                              "nm_family_name_weight",
                                              "nm_fuzzy_cutoff_factor",
                                              NULL};

/* Those of nomenklatura 4.17 that yente 5 offers. */
static const struct yente_algorithm others[] = {
	{"logic-v2", false, config_logic_v2},   {"logic-v1", false, config_none}, {"name-based", false, config_none},
	{"name-qualified", false, config_none}, {"ofac", false, config_none},     {"regression-v1", false, config_none},
};

static bool is_word(const char *text, size_t length, const char *word)
{
	return length == strlen(word) && strncasecmp(text, word, length) == 0;
}

int yente_algorithm(const char *name, struct yente_algorithm *ret_algorithm, struct problem *problem)
{
	struct problem versions = {""};
	char word[64];
	name += strspn(name, " ");
	size_t length = strlen(name);
	while (length > 0 && name[length - 1] == ' ')
		length--;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (is_word(name, length, others[i].name)) {
			*ret_algorithm = others[i];
			return JISR_OK;
		}
	if (!is_word(name, length, "best")) {
		(void)snprintf(word, sizeof word, "%.*s", length < sizeof word ? (int)length : 0, name);
		for (char *at = word; *at != '\0'; at++)
			*at = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
		int error = name_rules_ask(word, &versions);
		if (error != JISR_OK)
			return problem_set(problem, error, "Invalid algorithm: %.60s. %s", word, versions.text);
	}
	*ret_algorithm = (struct yente_algorithm){name_rules_version(), true, config_none};
	return JISR_OK;
}

size_t yente_features(struct yente_feature features[8], char texts[8][400])
{
	size_t count = 0;
	(void)snprintf(
		texts[count], 400,
		"The best of the query's names against the best of the listed ones, part by part, in any script; a "
		"weak alias counts %.2f of it. A name under the threshold is no hit whatever else agrees.",
		CHECK_WEAK_ALIAS);
	features[count++] = (struct yente_feature){"name", 1.0, NULL};
	(void)snprintf(
		texts[count], 400,
		"A document's number: %.2f when number and country agree, %.2f when the number agrees and a country "
		"is missing, nothing when the countries differ. Whatever the name says.",
		CHECK_DOCUMENT, CHECK_DOCUMENT_ONLY);
	features[count++] = (struct yente_feature){"document", CHECK_DOCUMENT, NULL};
	(void)snprintf(
		texts[count], 400,
		"Birth (incorporation): the same day %+.2f, a slip of the pen %+.2f, another day of the year %+.2f, "
		"another year %+.2f, more than %d years between %+.2f.",
		CHECK_BIRTH_EQUAL, CHECK_BIRTH_SLIP, CHECK_BIRTH_DAY, CHECK_BIRTH_YEAR, CHECK_BIRTH_YEARS,
		CHECK_BIRTH_FAR);
	features[count++] = (struct yente_feature){"birth_date", CHECK_BIRTH_FAR, NULL};
	(void)snprintf(texts[count], 400, "No country in common %+.2f.", CHECK_COUNTRY_OTHER);
	features[count++] = (struct yente_feature){"nationality", CHECK_COUNTRY_OTHER, NULL};
	(void)snprintf(texts[count], 400, "Another sex %+.2f.", CHECK_SEX_OTHER);
	features[count++] = (struct yente_feature){"sex", CHECK_SEX_OTHER, NULL};
	for (size_t i = 0; i < count; i++)
		features[i].text = texts[i];
	return count;
}

#define MANUAL "docs/matching.md"

static void write_features(struct text *text, const struct yente_feature *features, size_t count)
{
	emit_object(text, "features");
	for (size_t i = 0; i < count; i++) {
		emit_object(text, features[i].name);
		emit_text(text, "description", features[i].text);
		emit_score(text, "coefficient", features[i].coefficient);
		emit_text(text, "url", MANUAL);
		emit_close_object(text);
	}
	emit_close_object(text);
}

static void write_algorithm(struct text *text, const struct yente_algorithm *algorithm, const char *description,
                            const struct yente_feature *features, size_t count)
{
	emit_object(text, NULL);
	emit_text(text, "name", algorithm->name);
	emit_text(text, "description", description);
	write_features(text, features, count);
	emit_object(text, "docs");
	emit_text(text, "name", algorithm->name);
	emit_text(text, "description", description);
	emit_object(text, "config");
	emit_close_object(text);
	write_features(text, features, count);
	emit_close_object(text);
	emit_close_object(text);
}

int yente_get_algorithms(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct text *text = &reply->body;
	struct yente_feature features[8];
	char texts[8][400], description[300];
	size_t count = yente_features(features, texts);
	const struct yente_algorithm own = {name_rules_version(), true, config_none};
	emit_object(text, NULL);
	emit_array(text, "algorithms");
	write_algorithm(
		text, &own,
		"jisr's rules: names compared part by part across scripts, lowered by birth date, country and sex "
		"that disagree; documents by their number.",
		features, count);
	bool accepted = service_settings(service)->accept_algorithms;
	for (size_t i = 0; accepted && i < sizeof others / sizeof *others; i++) {
		(void)snprintf(
			description, sizeof description,
			"Not implemented here: a request for %s is accepted and answered by %s. Scores differ from "
			"yente's.",
			others[i].name, own.name);
		write_algorithm(text, &others[i], description, features, count);
	}
	emit_close_array(text);
	emit_text(text, "default", "best");
	emit_text(text, "best", own.name);
	emit_close_object(text);
	(void)request;
	reply->status = 200;
	reply->type = "application/json";
	return text->error;
}
