/* The session that this is made for: entered with invented people, it comes out in its figures and in four languages. */
#include "assembly/communique.h"

#include "hall.h"
#include "members/fill.h"

#define DELEGATIONS 179
#define PEOPLE      812

static void enter(struct hall *hall, size_t place, const char *code)
{
	size_t people = PEOPLE / DELEGATIONS + (place < PEOPLE % DELEGATIONS);
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct conduct_order order = {CONDUCT_DELEGATION, &hall->place.console, 93, fields, ENTRY_ANY, "", "", 0};
	struct problem problem = {""};
	tree_text(fields, "office", code);
	cJSON *list = tree_add_array(fields, "people");
	for (size_t i = 0; i < people; i++) {
		char name[40];
		cJSON *person = tree_add_object(list, NULL);
		(void)snprintf(name, sizeof name, "Invented Person %zu", place * 10 + i);
		tree_text(person, "name", name);
		tree_text(person, "role", i == 0 ? "head" : "delegate");
		/* 25 ministers lead, 82 chiefs of police lead or come second */
		tree_text(person, "rank", i == 0 && place < 25 ? "minister" : i == 1 && place < 82 ? "chief" : "other");
	}
	assert_false(tree_failed());
	if (conduct_submit(hall->place.store, &order, &problem) != JISR_OK)
		fail_msg("%s: %s", code, problem.text);
}

static void expect(struct hall *hall, const char *language, const char *const *lines)
{
	CLEANUP(json_freep) cJSON *view = hall_view(hall, &hall->place.console, "communique", language);
	const cJSON *one = json_get(view, "paragraphs")->child;
	for (; *lines != NULL; lines++, one = one->next) {
		assert_non_null(one);
		assert_string_equal(one->valuestring, *lines);
	}
	assert_null(one);
}

static void session_93_comes_out_in_its_figures_and_in_four_languages(void **state)
{
	(void)state;
	struct hall hall;
	struct fill_count count = {0};
	struct problem problem = {""};
	size_t entered = 0;
	place_init(&hall.place);
	if (fill_organisation(hall.place.store, &hall.place.console, &count, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	hall.secretary = hall.chair = hall.place.console;
	hall_do(&hall, &hall.place.console, "session.call",
	        "{\"number\":93,\"city\":\"Marrakech\",\"city_names\":{\"ar\":\"مراكش\"},\"country\":\"MA\","
	        "\"first\":\"2025-11-24\",\"last\":\"2025-11-27\"}");
	hall_do(&hall, &hall.place.console, "invite", NULL);
	CLEANUP(json_freep) cJSON *offices = tree_object();
	cJSON *list = tree_add_array(offices, "offices");
	for (size_t i = 0; i < ORGANISATION_MEMBERS && entered < DELEGATIONS; i++) {
		if (i % 12 == 5 && i - entered < ORGANISATION_MEMBERS - DELEGATIONS)
			continue; /* seventeen do not come */
		tree_text(list, NULL, organisation_members[i].code);
		enter(&hall, entered++, organisation_members[i].code);
	}
	assert_int_equal(entered, DELEGATIONS);
	tree_text(offices, "result", "accepted");
	char *fields = cJSON_PrintUnformatted(offices);
	hall_do(&hall, &hall.place.console, "credentials", fields);
	cJSON_free(fields);
	cJSON_DeleteItemFromObject(offices, "result");
	tree_bool(offices, "present", true);
	fields = cJSON_PrintUnformatted(offices);
	hall_do(&hall, &hall.place.console, "session.open", NULL);
	hall_do(&hall, &hall.place.console, "presence", fields);
	cJSON_free(fields);
	hall_do(&hall, &hall.place.console, "presence",
	        "{\"office\":\"MA\",\"present\":false}"); /* who left had attended */
	hall_do(&hall, &hall.place.console, "session.close", NULL);
	static const struct {
		const char *name;
		int expected;
	} figures[] = {{"countries", 179}, {"delegates", 812}, {"ministers", 25}, {"chiefs", 82}};
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		assert_int_equal(hall_number(&hall, "session", NULL, "report", "attended", figures[i].name),
		                 figures[i].expected);
	assert_int_equal(hall_number(&hall, "session", NULL, "report", "members", NULL), 196);
	hall_do(&hall, &hall.place.console, "forget", "{\"text\":\"the session is over\"}"); /* the figures stay */
	expect(&hall, "en",
	       (const char *const[]){
		       "Communiqué: session 93 of the General Assembly",
		       "Session 93 of the General Assembly was held in Marrakech (Morocco) from 24 to 27 November "
		       "2025.",
		       "Participation: 179 countries (of the Organization's 196 members), 812 delegates, among them "
		       "25 ministers and 82 directors general of police.",
		       NULL});
	expect(&hall, "fr",
	       (const char *const[]){
		       "Communiqué : session 93 de l’Assemblée générale",
		       "La session 93 de l’Assemblée générale s’est tenue à Marrakech (Maroc) du 24 au 27 novembre "
		       "2025.",
		       "Participation : 179 pays (sur les 196 membres de l’Organisation), 812 délégués, dont 25 "
		       "ministres et 82 directeurs généraux de la police.",
		       NULL});
	expect(&hall, "es",
	       (const char *const[]){
		       "Comunicado: reunión 93 de la Asamblea General",
		       "La reunión 93 de la Asamblea General se celebró en Marrakech (Marruecos) del 24 al 27 de "
		       "noviembre de 2025.",
		       "Participación: 179 países (de los 196 miembros de la Organización), 812 delegados, entre ellos "
		       "25 ministros y 82 directores generales de policía.",
		       NULL});
	expect(&hall, "ar",
	       (const char *const[]){
		       "بيان صحفي: الدورة ٩٣ للجمعية العامة",
		       "عُقدت الدورة ٩٣ للجمعية العامة في مراكش (المغرب) من ٢٤ إلى ٢٧ تشرين الثاني/نوفمبر ٢٠٢٥.",
		       "شاركت في أعمالها ١٧٩ دولة (عدد أعضاء المنظمة: ١٩٦)، ومثّلها ٨١٢ مندوبًا، منهم ٢٥ وزيرًا و٨٢ مديرًا "
		       "عامًا للشرطة.",
		       NULL});
	hall_same(&hall);
	place_finish(&hall.place);
}

static void has(uint32_t number, enum language language, const char *words)
{
	struct assembly_count count = {number, 0, number, number, number, number};
	struct communique communique = {.session = 1,
	                                .city = {"A", "A", "A", "A"},
	                                .country = "MA",
	                                .first = "2025-11-30",
	                                .last = "2025-12-02",
	                                .members = 196,
	                                .count = &count,
	                                .resolutions = number,
	                                .votes = number};
	struct text text;
	text_init(&text, COMMUNIQUE_MAX);
	assert_int_equal(communique_write(&communique, language, &text), JISR_OK);
	if (strstr(text.bytes, words) == NULL)
		fail_msg("%u: no \"%s\" in\n%s", (unsigned)number, words, text.bytes);
	text_finish(&text);
}

static void plurals_are_those_of_the_language(void **state)
{
	(void)state;
	static const struct {
		uint32_t number;
		const char *words;
	} arabic[] = {
		{1, "منهم وزير واحد"}, {2, "ومثّلها مندوبان، منهم وزيران ومديران عامان للشرطة"},
		{3, "٣ وزراء"},        {10, "١٠ دول"},
		{11, "١١ مندوبًا"},     {99, "٩٩ وزيرًا"},
		{100, "١٠٠ وزير"},     {103, "١٠٣ وزراء"},
		{111, "١١١ قرارًا"},
	};
	for (size_t i = 0; i < sizeof arabic / sizeof *arabic; i++)
		has(arabic[i].number, LANGUAGE_AR, arabic[i].words);
	has(1, LANGUAGE_EN, "1 delegate, among them 1 minister and 1 director general of police.");
	has(1, LANGUAGE_FR, "1 pays ");
	has(1, LANGUAGE_FR, "1 délégué, dont 1 ministre et 1 directeur général de la police");
	has(1, LANGUAGE_ES, "1 país ");
	has(12345, LANGUAGE_EN, "12,345 countries");
	has(12345, LANGUAGE_ES, "12.345 países");
	has(12345, LANGUAGE_AR, "١٢٬٣٤٥ دولة");
	has(2, LANGUAGE_EN, "from 30 November to 2 December 2025");
	has(2, LANGUAGE_FR, "du 30 novembre au 2 décembre 2025");
	has(2, LANGUAGE_ES, "del 30 de noviembre al 2 de diciembre de 2025");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(session_93_comes_out_in_its_figures_and_in_four_languages),
		cmocka_unit_test(plurals_are_those_of_the_language),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
