/* Bilateral meetings of the session: times, twelve rooms, interpreters, when the Assembly sits; some fifty wishes, of which most were
 * accepted, planned, and held on the first two days. Who wishes to meet whom is drawn by lot, but for the host's own. */
#include "cli/demo.h"

#include "assembly/assembly.h"
#include "assembly/timetable.h"
#include "base/json.h"

#include <string.h>

#define SESSION "93"
#define WISHES  52
#define HOST    8 /* of them, of the host */
#define HELD    14
#define LATE    3 /* accepted after the plan */

static const char *const opening[][2] = {
	{"open", "{\"minutes\":30,\"periods\":["
                 "{\"day\":\"2025-11-24\",\"begin\":\"09:00\",\"end\":\"12:30\"},"
                 "{\"day\":\"2025-11-24\",\"begin\":\"14:30\",\"end\":\"18:00\"},"
                 "{\"day\":\"2025-11-25\",\"begin\":\"09:00\",\"end\":\"12:30\"},"
                 "{\"day\":\"2025-11-25\",\"begin\":\"14:30\",\"end\":\"18:00\"},"
                 "{\"day\":\"2025-11-26\",\"begin\":\"09:00\",\"end\":\"12:30\"},"
                 "{\"day\":\"2025-11-26\",\"begin\":\"14:30\",\"end\":\"18:00\"},"
                 "{\"day\":\"2025-11-27\",\"begin\":\"09:00\",\"end\":\"12:30\"},"
                 "{\"day\":\"2025-11-27\",\"begin\":\"14:30\",\"end\":\"18:00\"}]}"},
	{"rooms", "{\"rooms\":[{\"name\":\"Atlas 1\",\"seats\":4},{\"name\":\"Atlas 2\",\"seats\":4},"
                  "{\"name\":\"Atlas 3\",\"seats\":6},{\"name\":\"Atlas 4\",\"seats\":6},"
                  "{\"name\":\"Atlas 5\",\"seats\":6},{\"name\":\"Atlas 6\",\"seats\":8},"
                  "{\"name\":\"Rif 1\",\"seats\":8},{\"name\":\"Rif 2\",\"seats\":8},"
                  "{\"name\":\"Rif 3\",\"seats\":10},{\"name\":\"Rif 4\",\"seats\":10},"
                  "{\"name\":\"Menara\",\"seats\":14},{\"name\":\"Koutoubia\",\"seats\":20,"
                  "\"closed\":[\"2025-11-24\",\"2025-11-27\"]}]}"},
	{"interpreters", "{\"interpreters\":[{\"languages\":[\"ar\",\"en\"],\"teams\":2},"
                         "{\"languages\":[\"ar\",\"fr\"],\"teams\":2},{\"languages\":[\"ar\",\"es\"],\"teams\":1},"
                         "{\"languages\":[\"en\",\"es\"],\"teams\":2},{\"languages\":[\"en\",\"fr\"],\"teams\":2},"
                         "{\"languages\":[\"es\",\"fr\"],\"teams\":1}]}"},
	{"sittings", "{\"sittings\":["
                     "{\"day\":\"2025-11-24\",\"begin\":\"10:00\",\"end\":\"12:30\",\"item\":1},"
                     "{\"day\":\"2025-11-24\",\"begin\":\"15:00\",\"end\":\"17:30\",\"item\":2},"
                     "{\"day\":\"2025-11-25\",\"begin\":\"10:00\",\"end\":\"12:30\",\"item\":3},"
                     "{\"day\":\"2025-11-26\",\"begin\":\"10:00\",\"end\":\"12:30\",\"item\":4},"
                     "{\"day\":\"2025-11-26\",\"begin\":\"15:00\",\"end\":\"16:30\",\"vote\":true},"
                     "{\"day\":\"2025-11-27\",\"begin\":\"09:30\",\"end\":\"11:00\",\"vote\":true}]}"},
};

static const char *const subjects[] = {
	"Stolen vehicles on the coast road", "Exchange of analysts",
	"Joint patrols in summer",           "Fraud by telephone",
	"Forged travel documents",           "A liaison officer",
	"Works of art taken from museums",   "Training of forensic experts",
	"Wanted persons on both lists",      "Smuggling by sea",
};
static const char *const languages[] = {"[\"en\"]",        "[\"fr\"]", "[\"es\"]",       "[\"ar\",\"fr\"]",
                                        "[\"en\",\"fr\"]", "[\"ar\"]", "[\"en\",\"es\"]"};
static const char *const days[] = {"2025-11-24", "2025-11-25", "2025-11-26", "2025-11-27"};

struct seating {
	struct demo *demo;
	struct store_write *write;
	char codes[ASSEMBLY_MAX_DELEGATIONS][OFFICE_CODE_MAX + 1];
	size_t count;
	size_t placed;
};

static int run(struct seating *seating, const struct affair *affair, const char *office, const char *step,
               const char *id, const char *fields, char ret_id[AFFAIR_ID_MAX + 1], struct problem *problem)
{
	struct caller head = demo_caller(office, 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	bool own = strcmp(office, OFFICE_HEADQUARTERS) == 0;
	struct affair_order order = {.caller = own ? &seating->demo->console : &head, .id = id, .expected = ENTRY_ANY};
	cJSON *json = NULL;
	int error = json_read(fields, strlen(fields), &json, problem);
	order.fields = json;
	if (!error && !affair_step_read(affair, step, &order.step))
		error = problem_set(problem, JISR_BAD_INPUT, "there is no step %s", step);
	if (!error)
		error = affair_run(seating->write, affair, &order, problem);
	json_free(json);
	if (!error && ret_id != NULL)
		(void)snprintf(ret_id, AFFAIR_ID_MAX + 1, "%s", order.made);
	return error;
}

static int read_delegations(struct seating *seating, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(seating->write),
	                                   "SELECT code FROM assembly_delegation WHERE session = " SESSION
	                                   " AND announced > 0 AND observer = 0 ORDER BY code");
	while (seating->count < ASSEMBLY_MAX_DELEGATIONS && sql_next(&query))
		(void)snprintf(seating->codes[seating->count++], sizeof *seating->codes, "%s", sql_text(&query, 0));
	return sql_done(&query, problem);
}

/* What the n-th wish draws of something. */
static uint64_t lot(const struct seating *seating, const char *what, size_t n, size_t of)
{
	return demo_random(seating->demo, what, n) % of;
}

static int wish(struct seating *seating, size_t n, bool answered, struct problem *problem)
{
	char id[AFFAIR_ID_MAX + 1], fields[600];
	const char *asker = seating->codes[lot(seating, "meeting a", n, seating->count)];
	const char *other = seating->codes[lot(seating, "meeting b", n, seating->count)];
	if (n < HOST)
		asker = "MA";
	if (n == 1)
		other = OFFICE_HEADQUARTERS;
	if (n % 9 == 4 && n >= HOST)
		other = "MA"; /* and many wish to meet the host */
	if (strcmp(asker, other) == 0)
		other = seating->codes[strcmp(seating->codes[n], asker) == 0 ? n + 1 : n];
	(void)snprintf(fields, sizeof fields,
	               "{\"session\":" SESSION ",\"with\":\"%s\",\"subject\":\"%s\",\"level\":\"%s\",\"people\":%u,"
	               "\"languages\":%s,\"times\":[\"%s\"]}",
	               other, subjects[lot(seating, "meeting subject", n, sizeof subjects / sizeof *subjects)],
	               n % 4 == 2 ? "heads" : "delegates", (unsigned)(2 + lot(seating, "meeting people", n, 3)),
	               languages[lot(seating, "meeting tongue", n, sizeof languages / sizeof *languages)],
	               days[lot(seating, "meeting day", n, 4)]);
	int error = run(seating, &meeting_affair, asker, "ask", NULL, fields, id, problem);
	if (error || !answered || n % 12 == 3)
		return error;
	if (n % 12 == 5)
		return run(seating, &meeting_affair, other, "decline", id,
		           "{\"text\":\"Our experts come on another day\"}", NULL, problem);
	if (n % 12 == 7)
		return run(seating, &meeting_affair, other, "propose", id,
		           "{\"text\":\"Could it be on the third day?\",\"times\":[\"2025-11-26\"]}", NULL, problem);
	(void)snprintf(fields, sizeof fields, "{\"people\":%u,\"languages\":%s}",
	               (unsigned)(2 + lot(seating, "meeting others", n, 3)),
	               languages[lot(seating, "meeting tongues", n, sizeof languages / sizeof *languages)]);
	error = run(seating, &meeting_affair, other, "accept", id, fields, NULL, problem);
	return error || n % 12 != 11 ? error
	                             : run(seating, &meeting_affair, asker, "cancel", id,
	                                   "{\"text\":\"It was settled by telephone\"}", NULL, problem);
}

struct held {
	char id[AFFAIR_ID_MAX + 1], office[OFFICE_CODE_MAX + 1];
};

static int hold(struct seating *seating, struct problem *problem)
{
	struct held held[HELD];
	size_t count = 0;
	struct sql_query query = sql_query(store_write_sql(seating->write),
	                                   "SELECT id, other FROM meeting WHERE session = " SESSION
	                                   " AND begin <> '' AND begin < '2025-11-26' ORDER BY begin, id");
	while (count < HELD && sql_next(&query)) {
		(void)snprintf(held[count].id, sizeof held->id, "%s", sql_text(&query, 0));
		(void)snprintf(held[count++].office, sizeof held->office, "%s", sql_text(&query, 1));
	}
	int error = sql_done(&query, problem);
	for (size_t i = 0; i < count && !error; i++)
		error = run(seating, &meeting_affair, held[i].office, "hold", held[i].id,
		            i % 2 == 0 ? "{\"text\":\"Both will name a contact within a month\"}"
		                       : "{\"text\":\"A draft agreement follows\"}",
		            NULL, problem);
	return error;
}

static int make(struct store_write *write, void *context, struct problem *problem)
{
	struct seating *seating = context;
	struct timetable_order order = {.caller = &seating->demo->console, .session = 93, .after = ""};
	struct timetable_made made = {0};
	int error = JISR_OK;
	seating->write = write;
	for (size_t i = 0; i < sizeof opening / sizeof *opening && !error; i++)
		error = run(seating, &timetable_affair, OFFICE_HEADQUARTERS, opening[i][0], SESSION, opening[i][1],
		            NULL, problem);
	if (!error)
		error = run(seating, &timetable_affair, "MA", "duty", SESSION, "{\"times\":[\"2025-11-25T09:00\"]}",
		            NULL, problem);
	if (!error)
		error = read_delegations(seating, problem);
	if (!error && seating->count <= WISHES)
		error = problem_set(problem, JISR_STATE, "the session has too few delegations");
	for (size_t n = 0; n < WISHES - LATE && !error; n++)
		error = wish(seating, n, true, problem);
	if (!error)
		error = timetable_plan_inside(write, &order, &made, problem);
	if (!error)
		error = hold(seating, problem);
	for (size_t n = WISHES - LATE; n < WISHES && !error; n++)
		error = wish(seating, n, n % 2 == 0, problem);
	seating->placed = made.placed;
	return error;
}

int demo_meetings(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	struct seating *seating = memory_zero(1, sizeof *seating);
	if (seating == NULL)
		return problem_no_memory(problem);
	seating->demo = demo;
	int error = store_submit(demo->store, make, seating, problem);
	(void)snprintf(ret_made, DEMO_MADE_MAX, "%d wishes for bilateral meetings, %zu placed in 12 rooms, %d held",
	               WISHES, seating->placed, HELD);
	memory_free(seating);
	return error;
}
