/* The budget of this year, carried over from before the record began: called for, paid by most, spent in part; that of next
 * year, approved by the Executive Committee and before the Assembly with a draft resolution; six members whose arrears are
 * noted, among those who did not come, so that the electorate of the session stays as it is. */
#include "cli/demo.h"

#include "assembly/assembly.h"
#include "assembly/budget.h"
#include "assembly/conduct.h"
#include "assembly/dues.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/tree.h"

#include <stdlib.h>
#include <string.h>

#define ARREARS 6  /* members */
#define AT_ONCE 50 /* payments in one transaction */

struct accounting {
	struct demo *demo;
	unsigned year, month; /* now */
	size_t done;          /* members whose payments are entered */
	const char *absent[ARREARS];
	size_t absent_count;
};

#define TEXT(ar, en, es, fr) "{\"ar\":\"" ar "\",\"en\":\"" en "\",\"es\":\"" es "\",\"fr\":\"" fr "\"}"

/* %s: sums of this year or of the next. */
#define CHAPTERS                                                                                                       \
	"{\"chapters\":[{\"number\":1,\"title\":" TEXT(                                                                \
		"الموظفون", "Staff", "Personal",                                                                       \
		"Personnel") ",\"amount\":\"%s\"},"                                                                    \
			     "{\"number\":2,\"title\":" TEXT(                                                          \
				     "العمليات", "Operations", "Operaciones",                                          \
				     "Opérations") ",\"amount\":\"%s\"},"                                              \
						   "{\"number\":3,\"title\":" TEXT(                                    \
							   "النظم والشبكة", "Systems and network", "Sistemas y red",   \
							   "Systèmes et réseau") ","                                   \
										 "\"amount\":\"%s\"},{\"number\":4,"   \
										 "\"title\":" TEXT(                    \
											 "الجمعية العامة",             \
											 "General Assembly",           \
											 "Asamblea General",           \
											 "Assemblée générale") ",\"am" \
													       "ount"  \
													       "\":"   \
													       "\"%"   \
													       "s\"}]" \
													       "}"
#define PROGRAMME                                                                                                      \
	"{\"activities\":[{\"chapter\":2,\"number\":1,\"title\":" TEXT(                                                \
		"عمليات مشتركة", "Joint operations", "Operaciones conjuntas",                                          \
		"Opérations conjointes") ","                                                                           \
					 "\"amount\":\"%s\",\"objective\":" TEXT(                                      \
						 "عملية في كل منطقة", "One operation in each region",                  \
						 "Una operación en cada región",                                       \
						 "Une opération dans chaque région") ","                               \
										     "\"indicator\":\"four "           \
										     "operations "                     \
										     "reported\"},{\"chapter\":2,"     \
										     "\"number\":2,\"title\":" TEXT(   \
											     "التدريب", "Training",    \
											     "Formación",              \
											     "Formation") ",\"amount"  \
													  "\":\"%s\"}" \
													  "]}"
#define INCOME                                                                                                         \
	"{\"income\":[{\"kind\":\"statutory\",\"title\":" TEXT(                                                        \
		"مساهمات الأعضاء", "Members' contributions", "Contribuciones de los miembros",                         \
		"Contributions des membres") ",\"amount\":\"%s\"},"                                                    \
					     "{\"kind\":\"voluntary\",\"title\":" TEXT(                                \
						     "تبرعات", "Voluntary contributions",                              \
						     "Contribuciones voluntarias",                                     \
						     "Contributions volontaires") ",\"amount\":\"%s\"}]}"

static int take(struct store_write *write, const struct caller *caller, const struct affair *affair, const char *step,
                const char *id, cJSON *fields, struct problem *problem)
{
	struct affair_order order = {.caller = caller, .id = id, .fields = fields, .expected = ENTRY_ANY};
	int error = tree_failed() || !affair_step_read(affair, step, &order.step)
	                    ? problem_no_memory(problem)
	                    : affair_run(write, affair, &order, problem);
	json_free(fields);
	return error;
}

static int say(struct accounting *accounting, struct store_write *write, const struct affair *affair, const char *step,
               const char *id, const char *fields, struct problem *problem)
{
	cJSON *json = NULL;
	int error = fields != NULL ? json_read(fields, strlen(fields), &json, problem) : JISR_OK;
	return error ? error : take(write, &accounting->demo->console, affair, step, id, json, problem);
}

/* The more members, the lighter most of them: 1 to 1001 units. */
static cJSON *scale(struct accounting *accounting)
{
	cJSON *fields = tree_object(), *list = tree_add_array(fields, "scale");
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++) {
		uint64_t lot = demo_random(accounting->demo, "scale", i) % 100;
		cJSON *one = tree_add_object(list, NULL);
		tree_text(one, "code", organisation_members[i].code);
		tree_count(one, "weight", 1 + lot * lot * lot / 1000);
	}
	tree_count(fields, "least_ppm", 300);
	return fields;
}

/* Drafts and, for the year that is under way, carries over. */
static int draft(struct accounting *accounting, struct store_write *write, unsigned year, const char *const sums[8],
                 struct problem *problem)
{
	char id[8], text[4000];
	(void)snprintf(id, sizeof id, "%u", year);
	int error = say(accounting, write, &budget_affair, "draft", id, NULL, problem);
	(void)snprintf(text, sizeof text, CHAPTERS, sums[0], sums[1], sums[2], sums[3]);
	if (!error)
		error = say(accounting, write, &budget_affair, "chapters", id, text, problem);
	(void)snprintf(text, sizeof text, PROGRAMME, sums[4], sums[5]);
	if (!error)
		error = say(accounting, write, &budget_affair, "programme", id, text, problem);
	(void)snprintf(text, sizeof text, INCOME, sums[6], sums[7]);
	if (!error)
		error = say(accounting, write, &budget_affair, "income", id, text, problem);
	return error ? error
	             : take(write, &accounting->demo->console, &budget_affair, "scale", id, scale(accounting), problem);
}

/* Those who were invited to the session and announced nobody, by code. */
static int find_absent(struct accounting *accounting, struct store_write *write, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write),
	                                   "SELECT code FROM assembly_delegation WHERE session = ?1 AND NOT observer"
	                                   " AND NOT announced ORDER BY code");
	sql_bind_number(&query, 1, DEMO_SESSION);
	while (accounting->absent_count < ARREARS && sql_next(&query))
		for (size_t i = 0; i < ORGANISATION_MEMBERS; i++)
			if (strcmp(organisation_members[i].code, sql_text(&query, 0)) == 0)
				accounting->absent[accounting->absent_count++] = organisation_members[i].code;
	return sql_done(&query, problem);
}

static int begin(struct store_write *write, void *context, struct problem *problem)
{
	static const char *const sums[] = {"46350000.00", "9870000.50", "14200000.00", "3100000.00",
	                                   "6120000.50",  "3750000.00", "61520000.50", "12000000.00"};
	struct accounting *accounting = context;
	char id[8], text[200];
	(void)snprintf(id, sizeof id, "%u", accounting->year);
	int error = draft(accounting, write, accounting->year, sums, problem);
	(void)snprintf(text, sizeof text, "{\"decision\":\"GA-%u-92-RES-04\"}", accounting->year - 1);
	if (!error)
		error = say(accounting, write, &budget_affair, "carry-over", id, text, problem);
	if (!error)
		error = find_absent(accounting, write, problem);
	(void)snprintf(text, sizeof text, "{\"year\":%u,\"amount\":\"18200.00\"}", accounting->year - 1);
	for (size_t i = 0; i < accounting->absent_count && !error; i++)
		error = say(accounting, write, &dues_affair, "opening", accounting->absent[i], text, problem);
	(void)snprintf(text, sizeof text, "{\"due\":\"%u-01-01\"}", accounting->year);
	return error ? error : say(accounting, write, &budget_affair, "call", id, text, problem);
}

static bool is_absent(const struct accounting *accounting, const char *code)
{
	for (size_t i = 0; i < accounting->absent_count; i++)
		if (strcmp(accounting->absent[i], code) == 0)
			return true;
	return false;
}

/* Most pay all of it, some a part, some nothing yet. */
static int pay(struct store_write *write, void *context, struct problem *problem)
{
	struct accounting *accounting = context;
	int error = JISR_OK;
	for (size_t n = 0; n < AT_ONCE && accounting->done < ORGANISATION_MEMBERS && !error; n++, accounting->done++) {
		const char *code = organisation_members[accounting->done].code;
		uint64_t lot = demo_random(accounting->demo, "payments", accounting->done) % 10;
		struct dues_account account;
		char text[120], day[11];
		if (is_absent(accounting, code) || lot == 9)
			continue;
		(void)snprintf(day, sizeof day, "%u-%02u-01", accounting->year % 10000, accounting->month % 100);
		error = dues_account(store_write_sql(write), code, day, &account, problem);
		int64_t cents = lot == 8 ? account.called / 2 : account.called;
		(void)snprintf(text, sizeof text, "{\"amount\":\"%lld.%02lld\",\"reference\":\"%s-%u\"}",
		               (long long)(cents / 100), (long long)(cents % 100), code, accounting->year);
		if (!error)
			error = say(accounting, write, &dues_affair, "pay", code, text, problem);
	}
	return error;
}

static int spend(struct accounting *accounting, struct store_write *write, const char *id, struct problem *problem)
{
	char text[300];
	int error = JISR_OK;
	for (unsigned month = 1; month <= accounting->month && !error; month++) {
		(void)snprintf(text, sizeof text,
		               "{\"chapter\":1,\"amount\":\"3862500.00\",\"day\":\"%s-%02u-01\",\"text\":\"Salaries\"}",
		               id, month);
		error = say(accounting, write, &budget_affair, "spend", id, text, problem);
		(void)snprintf(
			text, sizeof text,
			"{\"chapter\":2,\"activity\":1,\"amount\":\"%u.25\",\"day\":\"%s-%02u-01\",\"reference\":"
			"\"OP-%02u\",\"text\":\"A joint operation\"}",
			300000 + (unsigned)(demo_random(accounting->demo, "spending", month) % 90000), id, month,
			month);
		if (!error)
			error = say(accounting, write, &budget_affair, "spend", id, text, problem);
	}
	if (!error)
		error = say(accounting, write, &budget_affair, "transfer", id,
		            "{\"from\":3,\"to\":4,\"amount\":\"250000.00\",\"text\":\"Interpretation\"}", problem);
	if (!error)
		error = say(accounting, write, &budget_affair, "progress", id,
		            "{\"chapter\":2,\"activity\":1,\"state\":\"under-way\",\"text\":\"Three regions of four\"}",
		            problem);
	for (size_t i = 0; i < accounting->absent_count && !error; i++)
		error = say(accounting, write, &dues_affair, "note", accounting->absent[i], NULL, problem);
	return error ? error
	             : say(accounting, write, &dues_affair, "appeal", accounting->absent[0],
	                   "{\"text\":\"An earthquake has taken all that was set aside\"}", problem);
}

static int table(struct accounting *accounting, struct store_write *write, struct problem *problem)
{
	static const char *const sums[] = {"47800000.00", "10940000.00", "15100000.75", "3200000.00",
	                                   "6800000.00",  "4140000.00",  "64540000.75", "12500000.00"};
	static const char *const draft_fields =
		"{\"matter\":\"budget\",\"item\":2,\"notified\":\"2025-10-20\",\"title\":" TEXT(
			"ميزانية السنة المقبلة", "Budget of next year", "Presupuesto del año próximo",
			"Budget de l'année prochaine") ",\"operative\":[" TEXT("تعتمد مشروع الميزانية وبرنامج العمل",
	                                                                       "APPROVES the draft budget and the "
	                                                                       "programme "
	                                                                       "of work",
	                                                                       "APRUEBA el proyecto de presupuesto y "
	                                                                       "el "
	                                                                       "programa de trabajo",
	                                                                       "APPROUVE le projet de budget et le "
	                                                                       "programme de travail") "]}";
	struct conduct_order order = {.act = CONDUCT_DRAFT,
	                              .caller = &accounting->demo->console,
	                              .session = DEMO_SESSION,
	                              .expected = ENTRY_ANY};
	char id[8], text[300], yes[80] = "";
	cJSON *fields = NULL;
	for (size_t i = 0; i < 8; i++) /* the President, and seven more */
		(void)snprintf(yes + strlen(yes), sizeof yes - strlen(yes), "%s\"%s\"", i > 0 ? "," : "",
		               demo_committee_country(accounting->demo, i));
	(void)snprintf(id, sizeof id, "%u", accounting->year + 1);
	int error = draft(accounting, write, accounting->year + 1, sums, problem);
	if (!error)
		error = say(accounting, write, &budget_affair, "submit", id, NULL, problem);
	(void)snprintf(
		text, sizeof text,
		"{\"day\":\"%u-01-01\",\"procedure\":\"written\",\"yes\":[%s],\"no\":[\"%s\"],\"abstain\":[\"%s\"]}",
		accounting->year, yes, demo_committee_country(accounting->demo, 11),
		demo_committee_country(accounting->demo, 12));
	if (!error)
		error = say(accounting, write, &budget_affair, "approve", id, text, problem);
	if (!error)
		error = json_read(draft_fields, strlen(draft_fields), &fields, problem);
	order.fields = fields;
	if (!error)
		error = conduct_run(write, &order, problem);
	json_free(fields);
	(void)snprintf(text, sizeof text, "{\"session\":%d,\"draft\":%s}", DEMO_SESSION, order.id);
	return error ? error : say(accounting, write, &budget_affair, "table", id, text, problem);
}

static int go_on(struct store_write *write, void *context, struct problem *problem)
{
	struct accounting *accounting = context;
	char id[8];
	(void)snprintf(id, sizeof id, "%u", accounting->year);
	int error = spend(accounting, write, id, problem);
	return error ? error : table(accounting, write, problem);
}

int demo_budget(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	char now[CLOCK_UTC_MAX];
	struct accounting accounting = {.demo = demo};
	(void)clock_utc(now);
	accounting.year = (unsigned)strtoul(now, NULL, 10);
	accounting.month = (unsigned)strtoul(now + 5, NULL, 10);
	int error = store_submit(demo->store, begin, &accounting, problem);
	while (!error && accounting.done < ORGANISATION_MEMBERS)
		error = store_submit(demo->store, pay, &accounting, problem);
	if (!error)
		error = store_submit(demo->store, go_on, &accounting, problem);
	(void)snprintf(
		ret_made, DEMO_MADE_MAX,
		"the budget of %u, called for and spent in part, that of %u before the Assembly, %d members in arrears",
		accounting.year, accounting.year + 1, ARREARS);
	return error;
}
