/* Sealed messages between fourteen offices of the demonstration: inquiries and their answers, some read, some refused. What they
 * say is the same from the same seed; keys and ids are drawn anew each time, as they must be. */
#include "cli/demo.h"

#include "base/json.h"
#include "base/tree.h"
#include "message/message.h"
#include "notices/codes.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const offices[] = {"GS", "AR", "AU", "BR", "CI", "EG", "ES",
                                      "FR", "IN", "JP", "MA", "MX", "SN", "US"};

/* A message; those below it with `answers` are to the one above. */
static const struct letter {
	const char *from, *to, *urgency, *content;
	bool answers, read;
	const char *refused; /* by the first reader; NULL: not */
} letters[] = {
	{"MA", "[\"FR\",\"ES\"]", "urgent",
         "{\"subject\":\"شاحنة حمراء في ميناء هاربرتاون\",\"text\":\"شوهدت الشاحنة المسجلة باسم شركة وهمية في الرصيف "
         "4. "
         "نرجو التحقق من مالكها.\",\"language\":\"ar\",\"reference\":\"MA/1417/2026\",\"handling\":{\"police\":\"H1\","
         "\"tlp\":\"AMBER\"},\"grading\":{\"source\":\"B\",\"information\":\"2\"},\"crime_areas\":[\"DRU\"]}",
         false, true, NULL},
	{"FR", "[\"MA\"]", "normal",
         "{\"subject\":\"Réponse : camion rouge\",\"form\":\"answer\",\"fields\":{\"result\":\"La société est inconnue "
         "au registre ; l'adresse déclarée n'existe pas.\",\"follow_up\":\"Contrôle au port demain.\"},\"reference\":"
         "\"FR-88\",\"your_reference\":\"MA/1417/2026\",\"language\":\"fr\"}",
         true, true, NULL},
	{"ES", "[\"MA\"]", "normal",
         "{\"subject\":\"Camión rojo: sin constancia\",\"form\":\"answer\",\"fields\":{\"result\":\"No consta en "
         "nuestros "
         "archivos.\"},\"your_reference\":\"MA/1417/2026\",\"language\":\"es\"}",
         true, false, NULL},
	{"EG", "[\"IN\"]", "normal",
         "{\"subject\":\"Identity of a traveller without "
         "papers\",\"form\":\"identity\",\"fields\":{\"name\":\"Inventado\","
         "\"forename\":\"Nadir\",\"born\":\"1979-11-03\",\"question\":\"Was a passport ever issued to this person?\"},"
         "\"handling\":{\"police\":\"H0\",\"tlp\":\"GREEN\"}}",
         false, true, NULL},
	{"IN", "[\"EG\"]", "normal",
         "{\"subject\":\"No passport issued\",\"form\":\"answer\",\"fields\":{\"result\":\"None was issued under this "
         "name "
         "and date.\"}}",
         true, true, NULL},
	{"US", "[\"BR\",\"MX\",\"AR\"]", "very-urgent",
         "{\"subject\":\"Child missing since this morning\",\"form\":\"information\",\"fields\":{\"case\":\"A girl of "
         "seven was taken from a school in Nowhere.\",\"asked\":\"Border crossings of the last six "
         "hours.\",\"purpose\":"
         "\"to find her\"},\"crime_areas\":[\"CHI\"],\"handling\":{\"police\":\"H0\",\"tlp\":\"AMBER\"}}",
         false, true, NULL},
	{"MX", "[\"US\"]", "very-urgent",
         "{\"subject\":\"Found, and safe\",\"text\":\"She was found at the crossing of Puerto Inventado an hour "
         "ago.\"}",
         true, true, NULL},
	{"JP", "[\"AU\"]", "normal",
         "{\"subject\":\"Wanted person "
         "inquiry\",\"form\":\"wanted-person\",\"fields\":{\"name\":\"架空\",\"forename\":\"太郎\","
         "\"nationality\":\"JP\",\"reason\":\"Applied for a licence with a forged certificate.\"}}",
         false, false, "Please write to the licensing authority: this is no police matter here."},
	{"CI", "[\"SN\",\"MA\"]", "normal",
         "{\"subject\":\"Opération conjointe : calendrier\",\"text\":\"La réunion de préparation aura lieu à Ville "
         "Fictive. "
         "Merci de confirmer vos deux participants.\",\"language\":\"fr\"}",
         false, true, NULL},
	{"GS", "\"*\"", "normal",
         "{\"subject\":\"Maintenance of the network on Sunday\",\"text\":\"Lines are checked from 02:00 to 04:00 UTC. "
         "Checks at "
         "borders go on; messages wait and are sent afterwards.\"}",
         false, false, NULL},
	{"FR", "[\"GS\"]", "urgent",
         "{\"subject\":\"Hit: place and "
         "measures\",\"form\":\"hit\",\"fields\":{\"hit\":\"2026/17\",\"place\":\"Villefictive, "
         "road check\",\"day\":\"2026-11-20\",\"measures\":\"Placed in custody, the judge sits tomorrow.\"}}",
         false, true, NULL},
};

/* The first reader of a letter: all that "to" of one begins with. */
static void first_reader(const struct letter *letter, char out[OFFICE_CODE_MAX + 1])
{
	(void)snprintf(out, OFFICE_CODE_MAX + 1, "%.2s", letter->to[0] == '[' ? letter->to + 2 : "MA");
}

static int send(struct demo *demo, const struct letter *letter, char id[MESSAGE_ID_MAX + 1], struct problem *problem)
{
	CLEANUP(json_freep) cJSON *request = tree_object();
	struct caller caller = demo_caller(letter->from, 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	struct message_order order = {.caller = &caller, .request = request, .crime = codes_is_crime};
	if (strcmp(letter->from, OFFICE_HEADQUARTERS) == 0)
		caller = demo->console;
	tree_raw(request, "to", letter->to);
	tree_raw(request, "content", letter->content);
	tree_text(request, "urgency", letter->urgency);
	if (letter->answers)
		tree_text(request, "reply_to", id);
	/* As it would come from outside: a tree, not its text. */
	char *text = tree_take(request, false);
	request = text != NULL ? cJSON_Parse(text) : NULL;
	cJSON_free(text);
	order.request = request;
	if (request == NULL)
		return problem_no_memory(problem);
	int error = message_send(demo->store, &order, problem);
	if (!error && !letter->answers)
		(void)snprintf(id, MESSAGE_ID_MAX + 1, "%s", order.made);
	char reader[OFFICE_CODE_MAX + 1];
	first_reader(letter, reader);
	struct caller other = demo_caller(reader, 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	if (!error && letter->read && strcmp(reader, OFFICE_HEADQUARTERS) != 0)
		error = message_receipt(demo->store, &other, order.made, MESSAGE_READ, NULL, problem);
	if (!error && letter->refused != NULL)
		error = message_receipt(demo->store, &other, order.made, MESSAGE_REFUSED, letter->refused, problem);
	text_finish(&order.left_out);
	return error;
}

int demo_messages(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	char id[MESSAGE_ID_MAX + 1] = "";
	uint64_t receipts = 0;
	int error = JISR_OK;
	(void)snprintf(ret_made, DEMO_MADE_MAX, "no sealed messages");
	if (demo->notices == 0)
		return JISR_OK;
	for (size_t i = 0; i < COUNT(offices) && !error; i++) {
		struct envelope_reader box;
		error = message_box_change(demo->store, &demo->console, offices[i], &box, problem);
	}
	for (size_t i = 0; i < COUNT(letters) && !error; i++)
		error = send(demo, &letters[i], id, problem);
	if (!error)
		error = message_collect(demo->store, &receipts, problem);
	(void)snprintf(ret_made, DEMO_MADE_MAX, "%zu sealed messages between %zu offices", COUNT(letters),
	               COUNT(offices));
	return error;
}
