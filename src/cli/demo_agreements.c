/* Agreements: one in force, one that waits for ratifications, one that ended, one before the Assembly with a draft resolution,
 * one that is negotiated. Their parties, texts and signers are invented; the keys are those of the offices. */
#include "cli/demo.h"

#include "assembly/agreement.h"
#include "assembly/conduct.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#define TITLE(ar, en, es, fr) "{\"ar\":\"" ar "\",\"en\":\"" en "\",\"es\":\"" es "\",\"fr\":\"" fr "\"}"

static const char *const languages[] = {"ar", "en", "es", "fr"};

static const struct treaty {
	unsigned number;
	const char *kind, *title;
	const char *with[3];  /* offices beside headquarters */
	const char *outside;  /* a party without an office, as a member of the list of parties; NULL */
	const char *terms;    /* members of the fields */
	const char *texts[4]; /* in the order of `languages` */
	enum agreement_state state;
	unsigned ratified; /* by so many of `with` */
} treaties[] = {
	{14,
         "cooperation",
         TITLE("اتفاق بشأن الدوريات المشتركة", "Agreement on joint patrols", "Acuerdo sobre patrullas conjuntas",
               "Accord sur les patrouilles conjointes"),
         {"FR", "MA"},
         NULL,
         "\"days\":0,\"notice_days\":180",
         {"المادة 1. يجوز لكل مكتب أن يرسل موظفين إلى دوريات المكتب الآخر.\n",
          "Article 1. Each bureau may send officers to the patrols of the other.\n",
          "Artículo 1. Cada oficina podrá enviar funcionarios a las patrullas de la otra.\n",
          "Article 1. Chaque bureau peut envoyer des agents aux patrouilles de l’autre.\n"},
         AGREEMENT_IN_FORCE,
         0},
	{21,
         "technical",
         TITLE("اتفاق بشأن تدريب المحللين", "Agreement on the training of analysts",
               "Acuerdo sobre la formación de analistas", "Accord sur la formation des analystes"),
         {"BR", "KE", "SG"},
         NULL,
         "\"days\":30,\"ratifications\":3,\"notice_days\":90",
         {"المادة 1. يُدرَّب عشرون محللًا كل سنة.\n", "Article 1. Twenty analysts are trained each year.\n",
          "Artículo 1. Cada año se formará a veinte analistas.\n",
          "Article 1. Vingt analystes sont formés chaque année.\n"},
         AGREEMENT_DEPOSITED,
         2},
	{33,
         "technical",
         TITLE("اتفاق بشأن خط اتصال مؤقت", "Agreement on a temporary line", "Acuerdo sobre una línea provisional",
               "Accord sur une ligne provisoire"),
         {"NG"},
         NULL,
         "\"days\":0,\"notice_days\":0",
         {"المادة 1. يُشغَّل الخط حتى نهاية العملية.\n", "Article 1. The line is kept until the operation ends.\n",
          "Artículo 1. La línea se mantendrá hasta el fin de la operación.\n",
          "Article 1. La ligne est maintenue jusqu’à la fin de l’opération.\n"},
         AGREEMENT_ENDED,
         0},
	{48,
         "relations",
         TITLE("اتفاق مع اتحاد متخيَّل للموانئ", "Agreement with an invented union of ports",
               "Acuerdo con una unión inventada de puertos", "Accord avec une union inventée de ports"),
         {NULL},
         "{\"code\":\"EX-1\",\"name\":\"Union of Invented Ports\"}",
         "\"days\":30,\"notice_days\":365",
         {"المادة 1. يتبادل الطرفان ما يلزم لسلامة الموانئ.\n",
          "Article 1. The parties exchange what the safety of ports requires.\n",
          "Artículo 1. Las partes intercambiarán lo necesario para la seguridad de los puertos.\n",
          "Article 1. Les parties échangent ce que requiert la sécurité des ports.\n"},
         AGREEMENT_TABLED,
         0},
	{52,
         "cooperation",
         TITLE("اتفاق بشأن المركبات المسروقة", "Agreement on stolen vehicles", "Acuerdo sobre vehículos robados",
               "Accord sur les véhicules volés"),
         {"ES", "PT"},
         NULL,
         "\"days\":60,\"notice_days\":180",
         {NULL, "Article 1. What is found is told within a day.\n",
          "Artículo 1. Lo que se encuentre se comunicará en un día.\n", NULL},
         AGREEMENT_NEGOTIATED,
         0},
};
#define TREATIES (sizeof treaties / sizeof *treaties)

struct signing {
	struct demo *demo;
	struct store_write *write;
	const struct treaty *treaty;
	char id[AFFAIR_ID_MAX + 1];
};

static int say(struct signing *signing, const char *office, const char *step, const char *fields,
               struct problem *problem)
{
	struct caller head = demo_caller(office, 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	bool own = strcmp(office, OFFICE_HEADQUARTERS) == 0;
	struct affair_order order = {
		.caller = own ? &signing->demo->console : &head, .id = signing->id, .expected = ENTRY_ANY};
	cJSON *json = NULL;
	int error = json_read(fields, strlen(fields), &json, problem);
	order.fields = json;
	if (!error && !affair_step_read(&agreement_affair, step, &order.step))
		error = problem_set(problem, JISR_BAD_INPUT, "there is no step %s", step);
	if (!error)
		error = affair_run(signing->write, &agreement_affair, &order, problem);
	json_free(json);
	return error;
}

/* The same by every office that is a party, headquarters first. */
static int say_all(struct signing *signing, const char *step, const char *fields, struct problem *problem)
{
	int error = say(signing, OFFICE_HEADQUARTERS, step, fields, problem);
	for (size_t i = 0; i < 3 && signing->treaty->with[i] != NULL && !error; i++)
		error = say(signing, signing->treaty->with[i], step, fields, problem);
	return error;
}

static int propose(struct signing *signing, struct problem *problem)
{
	const struct treaty *treaty = signing->treaty;
	char fields[2000];
	size_t length = (size_t)snprintf(fields, sizeof fields,
	                                 "{\"kind\":\"%s\",\"title\":%s,%s,\"parties\":[{\"code\":\"GS\"}",
	                                 treaty->kind, treaty->title, treaty->terms);
	for (size_t i = 0; i < 3 && treaty->with[i] != NULL; i++)
		length += (size_t)snprintf(fields + length, sizeof fields - length, ",{\"code\":\"%s\"}",
		                           treaty->with[i]);
	(void)snprintf(fields + length, sizeof fields - length, "%s%s]}", treaty->outside != NULL ? "," : "",
	               treaty->outside != NULL ? treaty->outside : "");
	int error = say(signing, OFFICE_HEADQUARTERS, "propose", fields, problem);
	CLEANUP(json_freep) cJSON *title = cJSON_Parse(treaty->title);
	for (size_t i = 0; i < 4 && !error; i++) {
		if (treaty->texts[i] == NULL)
			continue;
		cJSON *text = cJSON_CreateObject();
		(void)cJSON_AddStringToObject(text, "language", languages[i]);
		(void)cJSON_AddStringToObject(text, "title", json_get_text(title, languages[i]));
		(void)cJSON_AddStringToObject(text, "wording", treaty->texts[i]);
		char *written = cJSON_PrintUnformatted(text);
		error = written != NULL ? say(signing, OFFICE_HEADQUARTERS, "text", written, problem)
		                        : problem_no_memory(problem);
		cJSON_free(written);
		cJSON_Delete(text);
	}
	return error;
}

/* With a draft resolution of the session. */
static int table(struct signing *signing, struct problem *problem)
{
	struct conduct_order order = {.act = CONDUCT_DRAFT,
	                              .caller = &signing->demo->console,
	                              .session = DEMO_SESSION,
	                              .expected = ENTRY_ANY};
	char fields[1000];
	cJSON *json = NULL;
	(void)snprintf(
		fields, sizeof fields,
		"{\"matter\":\"agreement\",\"item\":2,\"notified\":\"2025-10-20\",\"title\":%s,\"operative\":[%s]}",
		signing->treaty->title,
		TITLE("توافق على الاتفاق", "APPROVES the agreement", "APRUEBA el acuerdo", "APPROUVE l’accord"));
	int error = json_read(fields, strlen(fields), &json, problem);
	order.fields = json;
	if (!error)
		error = conduct_run(signing->write, &order, problem);
	json_free(json);
	(void)snprintf(fields, sizeof fields, "{\"session\":%d,\"draft\":%s}", DEMO_SESSION, order.id);
	return error ? error : say(signing, OFFICE_HEADQUARTERS, "table", fields, problem);
}

static int conclude(struct signing *signing, struct problem *problem)
{
	const struct treaty *treaty = signing->treaty;
	int error = propose(signing, problem);
	if (error || treaty->state == AGREEMENT_NEGOTIATED)
		return error;
	error = say_all(signing, "agree", "{\"revision\":5}", problem);
	if (!error && treaty->outside != NULL)
		error = say(signing, OFFICE_HEADQUARTERS, "agree", "{\"revision\":5,\"party\":\"EX-1\"}", problem);
	if (error || treaty->state == AGREEMENT_TABLED)
		return error ? error : table(signing, problem);
	error = say_all(signing, "sign", "{\"signer\":\"Head of the bureau\"}", problem);
	if (!error)
		error = say(signing, OFFICE_HEADQUARTERS, "deposit", "{}", problem);
	for (size_t i = 0; i < treaty->ratified && !error; i++)
		error = say(signing, treaty->with[i], "ratify", "{}", problem);
	return error || treaty->state != AGREEMENT_ENDED
	               ? error
	               : say(signing, treaty->with[0], "withdraw", "{\"text\":\"The operation has ended\"}", problem);
}

static int make(struct store_write *write, void *context, struct problem *problem)
{
	struct signing *signing = context;
	int error = JISR_OK;
	signing->write = write;
	for (size_t i = 0; i < TREATIES && !error; i++) {
		signing->treaty = &treaties[i];
		(void)snprintf(signing->id, sizeof signing->id, "AG-%.4s-%u", store_write_at(write),
		               treaties[i].number);
		error = conclude(signing, problem);
	}
	return error;
}

int demo_agreements(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	struct signing signing = {.demo = demo};
	int error = store_submit(demo->store, make, &signing, problem);
	(void)snprintf(ret_made, DEMO_MADE_MAX,
	               "%zu agreements: three in the register, one before the Assembly, one negotiated", TREATIES);
	return error;
}
