/* A session of the Assembly under way: 179 of 196 members have come with 812 invented people, 25 of them ministers and 82
 * directors general of police; the agenda is adopted, a resolution is adopted by device, an amendment waits, speakers wait, and
 * a vote is open in which half of the delegations have voted.
 *
 * Heads of bureaus act for their countries, the console for chair and secretariat. */
#include "cli/demo.h"

#include "assembly/conduct.h"
#include "base/json.h"
#include "base/tree.h"

#include <string.h>

#define DELEGATIONS 179
#define PEOPLE      812
#define MINISTERS   25
#define CHIEFS      82
#define FIRST       200000 /* of the invented people who are delegates */
#define AT_ONCE     40     /* acts in one transaction */

struct coming {
	struct demo *demo;
	const char *codes[DELEGATIONS];
	size_t people[DELEGATIONS];
	size_t done; /* acts of the kind that is under way */
};

static int act(struct store_write *write, const struct caller *caller, enum conduct conduct, cJSON *fields,
               struct problem *problem)
{
	struct conduct_order order = {
		.act = conduct, .caller = caller, .session = DEMO_SESSION, .fields = fields, .expected = ENTRY_ANY};
	int error = tree_failed() ? problem_no_memory(problem) : conduct_run(write, &order, problem);
	json_free(fields);
	return error;
}

static int say(struct store_write *write, const struct caller *caller, enum conduct conduct, const char *fields,
               struct problem *problem)
{
	cJSON *json = NULL;
	int error = fields != NULL ? json_read(fields, strlen(fields), &json, problem) : JISR_OK;
	return error ? error : act(write, caller, conduct, json, problem);
}

/* Which members come: all but seventeen, by the seed; and with how many. */
static void choose(struct coming *coming)
{
	size_t left = ORGANISATION_MEMBERS, wanted = DELEGATIONS, count = 0;
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++, left--)
		if (demo_random(coming->demo, "delegations", i) % left < wanted) {
			coming->codes[count++] = organisation_members[i].code;
			wanted--;
		}
	for (size_t i = 0; i < DELEGATIONS; i++)
		coming->people[i] = PEOPLE / DELEGATIONS + (i < PEOPLE % DELEGATIONS);
}

static int add_person(struct coming *coming, cJSON *list, uint64_t number, const char *role, const char *rank)
{
	struct people_name name;
	arena_reset(coming->demo->arena);
	int error = people_name(coming->demo->people, FIRST + number, PEOPLE_LATIN, coming->demo->arena, &name);
	if (error)
		return error;
	cJSON *person = tree_add_object(list, NULL);
	tree_text(person, "name", name.full);
	tree_text(person, "role", role);
	tree_text(person, "rank", rank);
	return JISR_OK;
}

/* Ministers head the first delegations; directors general head others, or come with a minister. */
static int announce(struct store_write *write, void *context, struct problem *problem)
{
	struct coming *coming = context;
	int error = JISR_OK;
	for (size_t n = 0; n < AT_ONCE && coming->done < DELEGATIONS && !error; n++, coming->done++) {
		size_t i = coming->done;
		cJSON *fields = tree_object();
		cJSON *people = tree_add_array(fields, "people");
		for (size_t k = 0; k < coming->people[i] && !error; k++) {
			bool minister = k == 0 && i < MINISTERS;
			bool chief = (k == 0 && i >= MINISTERS && i < CHIEFS) || (k == 1 && i < MINISTERS);
			error = add_person(coming, people, i * 8 + k,
			                   k == 0  ? "head"
			                   : k < 3 ? "delegate"
			                           : "adviser",
			                   minister ? "minister"
			                   : chief  ? "chief"
			                            : "other");
		}
		tree_text(fields, "signed_by", "Ministry of the Interior");
		struct caller caller = demo_caller(coming->codes[i], 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
		if (error)
			json_free(fields);
		else
			error = act(write, &caller, CONDUCT_DELEGATION, fields, problem);
	}
	return error;
}

static cJSON *offices(const struct coming *coming, const char *key, const char *word, const char *value)
{
	cJSON *fields = tree_object(), *list = tree_add_array(fields, "offices");
	for (size_t i = 0; i < DELEGATIONS; i++)
		tree_text(list, NULL, coming->codes[i]);
	if (value != NULL)
		tree_text(fields, word, value);
	else
		tree_bool(fields, key, true);
	return fields;
}

static int call(struct store_write *write, void *context, struct problem *problem)
{
	struct coming *coming = context;
	int error =
		say(write, &coming->demo->console, CONDUCT_SESSION_CALL,
	            "{\"number\":93,\"city\":\"Marrakech\",\"city_names\":{\"ar\":\"مراكش\"},\"country\":\"MA\","
	            "\"first\":\"2025-11-24\",\"last\":\"2025-11-27\",\"rooms\":[\"Plenary\",\"Atlas\",\"Menara\"]}",
	            problem);
	if (!error)
		error = say(write, &coming->demo->console, CONDUCT_INVITE, NULL, problem);
	if (!error)
		error = say(write, &coming->demo->console, CONDUCT_INVITE,
		            "{\"observers\":[{\"code\":\"OBS-1\",\"name\":\"An invented union of states\"},"
		            "{\"code\":\"OBS-2\",\"name\":\"An invented research institute\"}]}",
		            problem);
	return error;
}

#define TITLE(ar, en, es, fr) "\"title\":{\"ar\":\"" ar "\",\"en\":\"" en "\",\"es\":\"" es "\",\"fr\":\"" fr "\"}"
#define TEXT(ar, en, es, fr)  "{\"ar\":\"" ar "\",\"en\":\"" en "\",\"es\":\"" es "\",\"fr\":\"" fr "\"}"

/* Everything that is agreed before the first vote. Items and drafts come before the session is opened. */
static int begin(struct store_write *write, void *context, struct problem *problem)
{
	struct coming *coming = context;
	const struct caller *console = &coming->demo->console;
	struct caller first = demo_caller(coming->codes[0], 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	struct caller second = demo_caller(coming->codes[1], 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	static const char *const items[] = {
		"{" TITLE("تقرير الأنشطة", "Activity report", "Informe de actividades", "Rapport d'activité") "}",
		"{" TITLE("الميزانية", "Budget", "Presupuesto", "Budget") "}",
		"{" TITLE("تبادل بيانات وثائق السفر المسروقة", "Exchange of data on stolen travel documents",
	                  "Intercambio de datos sobre documentos de viaje robados",
	                  "Échange de données sur les documents de voyage volés") "}",
	};
	int error = act(write, console, CONDUCT_CREDENTIALS, offices(coming, NULL, "result", "accepted"), problem);
	if (!error)
		error = act(write, console, CONDUCT_PRESENCE, offices(coming, "present", NULL, NULL), problem);
	for (size_t i = 0; i < sizeof items / sizeof *items && !error; i++)
		error = say(write, console, CONDUCT_ITEM, items[i], problem);
	if (!error)
		error = say(
			write, console, CONDUCT_DRAFT,
			"{\"item\":3," TITLE("وثائق السفر", "Travel documents", "Documentos de viaje", "Documents de voyage") ",\"preamble\":[" TEXT(
				"إذ تضع في اعتبارها التقرير", "HAVING EXAMINED the report",
				"HABIENDO EXAMINADO el informe",
				"AYANT EXAMINÉ le rapport") "],\"operative\":"
							    "[" TEXT("تعتمد "
		                                                     "التوصيات",
		                                                     "APPROVES "
		                                                     "the "
		                                                     "recommendati"
		                                                     "ons",
		                                                     "APRUEBA las "
		                                                     "recomendacio"
		                                                     "nes",
		                                                     "APPROUVE "
		                                                     "les "
		                                                     "recommandati"
		                                                     "ons") "," TEXT("تطلب من المكاتب إرسال بياناتها "
		                                                                     "كل يوم",
		                                                                     "ASKS bureaus to send their data "
		                                                                     "every day",
		                                                                     "PIDE a las oficinas que envíen "
		                                                                     "sus datos cada día",
		                                                                     "DEMANDE aux bureaux d'envoyer "
		                                                                     "leurs données chaque jour") "]}",
			problem);
	if (!error)
		error = say(
			write, &first, CONDUCT_DRAFT,
			"{\"item\":3," TITLE("التدريب", "Training", "Formación", "Formation") ",\"operative\":[" TEXT(
				"تطلب برنامجًا للتدريب كل سنة", "ASKS for a programme of training every year",
				"PIDE un programa de formación cada año",
				"DEMANDE un programme de formation chaque année") "]}",
			problem);
	if (!error)
		error = say(write, console, CONDUCT_SESSION_OPEN, NULL, problem);
	if (!error)
		error = say(write, console, CONDUCT_AGENDA_ADOPT, NULL, problem);
	if (!error)
		error = say(write, console, CONDUCT_ITEM_STATE, "{\"item\":3,\"state\":\"open\"}", problem);
	if (!error)
		error = say(write, &second, CONDUCT_DRAFT_SPONSOR, "{\"draft\":1}", problem);
	if (!error)
		error = say(write, &second, CONDUCT_AMENDMENT,
		            "{\"draft\":2,\"kind\":\"replace\",\"paragraph\":1,\"text\":" TEXT(
				    "تطلب برنامجًا للتدريب كل سنتين",
				    "ASKS for a programme of training every second year",
				    "PIDE un programa de formación cada dos años",
				    "DEMANDE un programme de formation tous les deux ans") "}",
		            problem);
	for (size_t i = 0; i < 6 && !error; i++) {
		struct caller speaker = demo_caller(coming->codes[10 + i], 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
		error = say(write, &speaker, CONDUCT_SPEAK,
		            i == 5 ? "{\"kind\":\"reply\"}" : "{\"kind\":\"statement\"}", problem);
	}
	if (!error)
		error = say(write, console, CONDUCT_SPEAK_NEXT, NULL, problem);
	if (!error)
		error = say(write, console, CONDUCT_VOTE_OPEN,
		            "{\"matter\":\"resolution\",\"subject\":\"draft:1\",\"method\":\"device\",\"record\":true}",
		            problem);
	return error;
}

/* Most are for it. `vote` 2 is the one that goes on: half have voted. */
static int vote(struct store_write *write, struct coming *coming, unsigned number, size_t until,
                struct problem *problem)
{
	int error = JISR_OK;
	for (size_t n = 0; n < AT_ONCE && coming->done < until && !error; n++, coming->done++) {
		uint64_t lot = demo_random(coming->demo, number == 1 ? "vote 1" : "vote 2", coming->done) % 20;
		struct caller caller = demo_caller(coming->codes[coming->done], 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
		cJSON *fields = tree_object();
		tree_count(fields, "vote", number);
		tree_text(fields, "choice", lot == 0 ? "abstain" : lot <= 3 ? "no" : "yes");
		error = act(write, &caller, CONDUCT_VOTE, fields, problem);
	}
	return error;
}

static int first_vote(struct store_write *write, void *context, struct problem *problem)
{
	return vote(write, context, 1, DELEGATIONS - 3, problem);
}

static int second_vote(struct store_write *write, void *context, struct problem *problem)
{
	return vote(write, context, 2, DELEGATIONS / 2, problem);
}

static int next(struct store_write *write, void *context, struct problem *problem)
{
	struct coming *coming = context;
	int error = say(write, &coming->demo->console, CONDUCT_VOTE_CLOSE, "{\"vote\":1}", problem);
	return error ? error
	             : say(write, &coming->demo->console, CONDUCT_VOTE_OPEN,
	                   "{\"matter\":\"resolution\",\"subject\":\"amendment:1\",\"method\":\"device\"}", problem);
}

static int repeat(struct coming *coming, store_command command, size_t until, struct problem *problem)
{
	int error = JISR_OK;
	coming->done = 0;
	while (!error && coming->done < until)
		error = store_submit(coming->demo->store, command, coming, problem);
	return error;
}

int demo_assembly(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	struct coming coming = {.demo = demo};
	choose(&coming);
	int error = store_submit(demo->store, call, &coming, problem);
	if (!error)
		error = repeat(&coming, announce, DELEGATIONS, problem);
	if (!error)
		error = store_submit(demo->store, begin, &coming, problem);
	if (!error)
		error = repeat(&coming, first_vote, DELEGATIONS - 3, problem);
	if (!error)
		error = store_submit(demo->store, next, &coming, problem);
	if (!error)
		error = repeat(&coming, second_vote, DELEGATIONS / 2, problem);
	(void)snprintf(ret_made, DEMO_MADE_MAX,
	               "session %d of the Assembly under way: %d delegations, %d people, a vote open", DEMO_SESSION,
	               DELEGATIONS, PEOPLE);
	return error;
}
