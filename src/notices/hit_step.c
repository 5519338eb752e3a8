#include "notices/hit_step.h"

#include "base/clock.h"
#include "base/tree.h"
#include "store/entry.h"

#include <string.h>

#define S(state)  HIT_BIT(HIT_##state)
#define UNKNOWN   (S(REPORTED) | S(ACKNOWLEDGED) | S(ASKED)) /* nobody has said yet who it is */
#define HELD      (S(ARRESTED) | S(REQUESTED) | S(GRANTED))  /* somebody is in custody */
#define REACHED   (S(HANDED_OVER) | S(FOUND) | S(IDENTIFIED) | S(INFORMED) | S(APPLIED))
#define OPEN      (UNKNOWN | S(CONFIRMED) | HELD | REACHED)
#define INFORMING " red blue green orange purple silver object "

/* The one table. */
const struct hit_row hit_rows[HIT_STEP_COUNT] = {
	{HIT_REPORT, "report", "report a hit", S(NONE), HIT_REPORTED, HIT_FINDER, RIGHT_HITS_WRITE, NULL,
         " notice object place country at urgent evidence text ", " place text ", NULL},
	{HIT_WITHDRAW, "withdraw", "withdraw the report", UNKNOWN | S(CONFIRMED), HIT_WITHDRAWN, HIT_FINDER,
         RIGHT_HITS_WRITE, NULL, " text ", " text ", "withdrawn"},
	{HIT_ACKNOWLEDGE, "acknowledge", "acknowledge the report", S(REPORTED), HIT_ACKNOWLEDGED, HIT_OWNER,
         RIGHT_HITS_FOLLOW, NULL, " text ", " ", NULL},
	{HIT_ASK, "ask", "ask for more", S(REPORTED) | S(ACKNOWLEDGED), HIT_ASKED, HIT_OWNER, RIGHT_HITS_FOLLOW, NULL,
         " text ", " text ", NULL},
	{HIT_ANSWER, "answer", "answer what was asked", S(ASKED), HIT_ACKNOWLEDGED, HIT_FINDER, RIGHT_HITS_WRITE, NULL,
         " evidence text ", " text ", NULL},
	{HIT_CONFIRM, "confirm", "confirm who or what it is", UNKNOWN, HIT_CONFIRMED, HIT_OWNER, RIGHT_HITS_FOLLOW,
         NULL, " text ", " ", NULL},
	{HIT_DENY, "deny", "say that it is somebody else", UNKNOWN, HIT_DENIED, HIT_OWNER, RIGHT_HITS_FOLLOW, NULL,
         " text ", " text ", "not-the-person"},
	{HIT_ARREST, "arrest", "report the provisional arrest", S(CONFIRMED), HIT_ARRESTED, HIT_FINDER,
         RIGHT_HITS_FOLLOW, " red ", " at place days text ", " ", NULL},
	{HIT_REQUEST, "request", "send the request for extradition", S(ARRESTED), HIT_REQUESTED, HIT_OWNER,
         RIGHT_HITS_FOLLOW, " red ", " reference text ", " reference ", NULL},
	{HIT_GRANT, "grant", "report that extradition is granted", S(REQUESTED), HIT_GRANTED, HIT_FINDER,
         RIGHT_HITS_FOLLOW, " red ", " text ", " text ", NULL},
	{HIT_REFUSE, "refuse", "report that extradition is refused", S(REQUESTED), HIT_REFUSED, HIT_FINDER,
         RIGHT_HITS_FOLLOW, " red ", " text ", " text ", "refused"},
	{HIT_HAND_OVER, "hand-over", "report the hand-over", S(GRANTED), HIT_HANDED_OVER, HIT_FINDER, RIGHT_HITS_FOLLOW,
         " red ", " at place text ", " ", NULL},
	{HIT_RELEASE, "release", "report the release", HELD, HIT_RELEASED, HIT_FINDER, RIGHT_HITS_FOLLOW, " red ",
         " at text ", " text ", "released"},
	{HIT_FIND, "find", "report who or what is found", S(CONFIRMED), HIT_FOUND, HIT_FINDER, RIGHT_HITS_FOLLOW,
         " yellow object ", " at place text ", " text ", NULL},
	{HIT_IDENTIFY, "identify", "say who it is", S(CONFIRMED), HIT_IDENTIFIED, HIT_FINDER, RIGHT_HITS_FOLLOW,
         " black blue yellow ", " text ", " text ", NULL},
	{HIT_INFORM, "inform", "give the information", S(CONFIRMED), HIT_INFORMED, HIT_FINDER, RIGHT_HITS_FOLLOW,
         INFORMING, " at place text ", " text ", NULL},
	{HIT_APPLY, "apply", "report that the measures were applied", S(CONFIRMED), HIT_APPLIED, HIT_FINDER,
         RIGHT_HITS_FOLLOW, " un ", " at place text ", " text ", NULL},
	{HIT_CONCLUDE, "conclude", "conclude what has reached its purpose", REACHED, HIT_CLOSED, HIT_OWNER,
         RIGHT_HITS_FOLLOW, NULL, " end text ", " ", "reached"},
	{HIT_CLOSE, "close", "close it without that", UNKNOWN | S(CONFIRMED) | HELD, HIT_CLOSED,
         HIT_OWNER | HIT_HEADQUARTERS, RIGHT_HITS_FOLLOW, NULL, " outcome text ", " outcome text ", ""},
	{HIT_NOTE, "note", "write a note", OPEN, HIT_NONE, HIT_FINDER | HIT_OWNER | HIT_HEADQUARTERS, RIGHT_HITS_FOLLOW,
         NULL, " text ", " text ", NULL},
};

#define NO_RULE HIT_RULE_COUNT

static const struct {
	struct code code;
	unsigned awaits;    /* side */
	enum hit_rule rule; /* its deadline */
	const char *ending; /* of the notice, where a hit in this state is concluded */
} states[HIT_STATE_COUNT] = {
	[HIT_NONE] = {{"none", {"not there", "inexistante", "inexistente", "غير موجودة"}}, 0, NO_RULE, NULL},
	[HIT_REPORTED] = {{"reported", {"reported", "signalée", "comunicada", "مبلَّغ عنها"}},
                          HIT_OWNER,
                          HIT_RULE_ACKNOWLEDGE,
                          NULL},
	[HIT_ACKNOWLEDGED] = {{"acknowledged", {"acknowledged", "reçue", "recibida", "مستلمة"}},
                              HIT_OWNER,
                              HIT_RULE_IDENTITY,
                              NULL},
	[HIT_ASKED] = {{"asked",
                        {"more is asked for", "compléments demandés", "se piden más datos", "طُلب المزيد من المعلومات"}},
                       HIT_FINDER,
                       HIT_RULE_ANSWER,
                       NULL},
	[HIT_CONFIRMED] = {{"confirmed", {"confirmed", "confirmée", "confirmada", "مؤكدة"}},
                           HIT_FINDER,
                           HIT_RULE_ACT,
                           NULL},
	[HIT_ARRESTED] = {{"arrested",
                           {"provisionally arrested", "arrestation provisoire", "detención preventiva", "توقيف مؤقت"}},
                          HIT_OWNER,
                          HIT_RULE_REQUEST,
                          NULL},
	[HIT_REQUESTED] = {{"requested",
                            {"extradition requested", "extradition demandée", "extradición solicitada", "طُلب التسليم"}},
                           HIT_FINDER,
                           HIT_RULE_DECISION,
                           NULL},
	[HIT_GRANTED] = {{"granted",
                          {"extradition granted", "extradition accordée", "extradición concedida", "مُنح التسليم"}},
                         HIT_FINDER,
                         HIT_RULE_HAND_OVER,
                         NULL},
	[HIT_HANDED_OVER] = {{"handed_over", {"handed over", "remis", "entregado", "تم التسليم"}},
                             HIT_OWNER,
                             HIT_RULE_CONCLUDE,
                             "extradition"},
	[HIT_FOUND] = {{"found", {"found", "retrouvé", "localizado", "عُثر عليه"}},
                       HIT_OWNER,
                       HIT_RULE_CONCLUDE,
                       "found"},
	[HIT_IDENTIFIED] = {{"identified", {"identified", "identifié", "identificado", "حُددت هويته"}},
                            HIT_OWNER,
                            HIT_RULE_CONCLUDE,
                            "found"},
	[HIT_INFORMED] = {{"informed",
                           {"information given", "renseignements donnés", "información facilitada", "أُعطيت المعلومات"}},
                          HIT_OWNER,
                          HIT_RULE_CONCLUDE,
                          "purpose"},
	[HIT_APPLIED] = {{"applied", {"measures applied", "mesures appliquées", "medidas aplicadas", "طُبّقت التدابير"}},
                         HIT_OWNER,
                         HIT_RULE_CONCLUDE,
                         NULL},
	[HIT_DENIED] = {{"denied", {"somebody else", "une autre personne", "otra persona", "شخص آخر"}},
                        0,
                        NO_RULE,
                        NULL},
	[HIT_WITHDRAWN] = {{"withdrawn", {"withdrawn", "retirée", "retirada", "مسحوبة"}}, 0, NO_RULE, NULL},
	[HIT_REFUSED] = {{"refused",
                          {"extradition refused", "extradition refusée", "extradición denegada", "رُفض التسليم"}},
                         0,
                         NO_RULE,
                         NULL},
	[HIT_RELEASED] = {{"released", {"released", "libéré", "puesto en libertad", "أُفرج عنه"}}, 0, NO_RULE, NULL},
	[HIT_CLOSED] = {{"closed", {"closed", "close", "cerrada", "مغلقة"}}, 0, NO_RULE, NULL},
};

static const struct code outcomes[] = {
	{"applied", {"Measures applied", "Mesures appliquées", "Medidas aplicadas", "طُبّقت التدابير"}},
	{"deceased", {"Deceased", "Décédé", "Fallecido", "متوفى"}},
	{"found", {"Found", "Retrouvé", "Localizado", "عُثر عليه"}},
	{"gone", {"Gone before anything was done", "Parti avant toute mesure", "Se marchó antes", "غادر قبل أي إجراء"}},
	{"handed_over", {"Handed over", "Remis", "Entregado", "تم التسليم"}},
	{"identified", {"Identified", "Identifié", "Identificado", "حُددت هويته"}},
	{"informed", {"Information given", "Renseignements donnés", "Información facilitada", "أُعطيت المعلومات"}},
	{"no-action", {"No action taken", "Aucune suite", "Sin actuación", "بدون إجراء"}},
	{"not-the-person", {"Somebody else", "Une autre personne", "Otra persona", "شخص آخر"}},
	{"other", {"Other", "Autre", "Otro", "غير ذلك"}},
	{"prosecuted", {"Prosecuted where found", "Poursuivi sur place", "Enjuiciado en el lugar", "حوكم حيث وُجد"}},
	{"refused", {"Extradition refused", "Extradition refusée", "Extradición denegada", "رُفض التسليم"}},
	{"released", {"Released", "Libéré", "Puesto en libertad", "أُفرج عنه"}},
	{"withdrawn", {"Reported in error", "Signalée par erreur", "Comunicada por error", "أُبلغ عنها خطأً"}},
};
const struct codes hit_outcomes = {"outcome", outcomes, sizeof outcomes / sizeof *outcomes};

/* ---- deadlines ---- */

const struct hit_rule_row hit_rule_rows[HIT_RULE_COUNT] = {
	[HIT_RULE_URGENT] = {"urgent_hours", "for the owner's answers to an urgent report", false, 3, 240},
	[HIT_RULE_ACKNOWLEDGE] = {"acknowledge_hours", "for the owner to acknowledge a report", false, 24, 2000},
	[HIT_RULE_IDENTITY] = {"identity_hours", "for the owner to say who it is", false, 72, 2000},
	[HIT_RULE_ANSWER] = {"answer_hours", "for the finder to answer what the owner asks", false, 72, 2000},
	[HIT_RULE_ACT] = {"act_days", "for the finder to do what the notice asks for", true, 7, 365},
	[HIT_RULE_REQUEST] = {"request_days", "of provisional arrest, where no treaty is named", true, 18, 365},
	[HIT_RULE_REQUEST_MOST] = {"request_most_days", "of provisional arrest that a treaty may give", true, 40, 365},
	[HIT_RULE_DECISION] = {"decision_days", "for the decision on extradition", true, 180, 2000},
	[HIT_RULE_HAND_OVER] = {"hand_over_days", "for the hand-over", true, 15, 365},
	[HIT_RULE_CONCLUDE] = {"conclude_days", "for the owner to conclude", true, 14, 365},
};

void hit_rules_init(struct hit_rules *rules)
{
	for (size_t i = 0; i < HIT_RULE_COUNT; i++)
		rules->value[i] = hit_rule_rows[i].first;
}

static void read_rule(const cJSON *one, struct hit_rules *rules, struct findings *findings)
{
	for (size_t i = 0; i < HIT_RULE_COUNT; i++) {
		const struct hit_rule_row *row = &hit_rule_rows[i];
		if (strcmp(one->string, row->name) != 0)
			continue;
		uint64_t value;
		if (json_whole(one, 1, row->most, &value))
			rules->value[i] = (unsigned)value;
		else
			findings_add(findings, row->name, "write a whole number of hours or days, as its name says",
			             "is out of its limits");
		return;
	}
	findings_add(findings, one->string, "'jisr hit rules' lists the deadlines", "is no deadline");
}

void hit_rules_read(const cJSON *json, struct hit_rules *rules, struct findings *findings)
{
	if (!cJSON_IsObject(json) || json->child == NULL)
		findings_add(findings, "rules", "write {\"identity_hours\":72}", "name no deadline");
	for (const cJSON *one = cJSON_IsObject(json) ? json->child : NULL; one != NULL; one = one->next)
		read_rule(one, rules, findings);
}

cJSON *hit_rules_json(const struct hit_rules *rules)
{
	cJSON *json = tree_object();
	for (size_t i = 0; i < HIT_RULE_COUNT; i++)
		tree_count(json, hit_rule_rows[i].name, rules->value[i]);
	return json;
}

unsigned hit_state_awaits(enum hit_state state)
{
	return (unsigned)state < HIT_STATE_COUNT ? states[state].awaits : 0;
}

unsigned hit_state_hours(enum hit_state state, bool urgent, unsigned days, const struct hit_rules *rules)
{
	enum hit_rule rule = (unsigned)state < HIT_STATE_COUNT ? states[state].rule : NO_RULE;
	if (rule == NO_RULE)
		return 0;
	if (urgent && (state == HIT_REPORTED || state == HIT_ACKNOWLEDGED))
		rule = HIT_RULE_URGENT;
	if (state == HIT_ARRESTED && days > 0)
		return days * 24;
	return rules->value[rule] * (hit_rule_rows[rule].days ? 24 : 1);
}

void hit_moment_add(const char *at, int hours, char out[HIT_MOMENT])
{
	char moment[CLOCK_UTC_MAX];
	int64_t seconds = 0;
	(void)clock_utc_read(at, &seconds);
	(void)clock_utc_at(seconds + (int64_t)hours * 3600, moment);
	(void)snprintf(out, HIT_MOMENT, "%.19s%.5s", moment, strlen(at) == HIT_MOMENT - 1 ? at + 19 : ".000Z");
}

bool hit_moment_read(const char *text, char out[HIT_MOMENT])
{
	size_t length = strlen(text);
	if (length == 20)
		(void)snprintf(out, HIT_MOMENT, "%.19s.000Z", text);
	else if (length == HIT_MOMENT - 1)
		(void)snprintf(out, HIT_MOMENT, "%s", text);
	else
		return false;
	return text[length - 1] == 'Z' && entry_at_valid(out);
}

/* ---- names ---- */

const char *hit_state_name(enum hit_state state)
{
	return (unsigned)state < HIT_STATE_COUNT ? states[state].code.code : "unknown";
}

const char *hit_state_label(enum hit_state state, enum language language)
{
	return (unsigned)state < HIT_STATE_COUNT ? code_label(&states[state].code, language) : "?";
}

bool hit_state_read(const char *name, enum hit_state *ret_state)
{
	for (int i = 0; i < HIT_STATE_COUNT; i++)
		if (strcmp(name, states[i].code.code) == 0) {
			*ret_state = (enum hit_state)i;
			return true;
		}
	return false;
}

const char *hit_step_name(enum hit_step step)
{
	return (unsigned)step < HIT_STEP_COUNT ? hit_rows[step].name : "unknown";
}

bool hit_step_read(const char *name, enum hit_step *ret_step)
{
	for (int i = 0; i < HIT_STEP_COUNT; i++)
		if (strcmp(hit_rows[i].name, name) == 0) {
			*ret_step = (enum hit_step)i;
			return true;
		}
	return false;
}

const char *hit_side_name(unsigned side)
{
	switch (side) {
	case HIT_FINDER: return "finder";
	case HIT_OWNER: return "owner";
	case HIT_HEADQUARTERS: return "headquarters";
	case HIT_OWNER | HIT_HEADQUARTERS: return "owner or headquarters";
	case HIT_FINDER | HIT_OWNER | HIT_HEADQUARTERS: return "finder, owner or headquarters";
	default: return "nobody";
	}
}

const char *hit_ending(enum hit_state state)
{
	return (unsigned)state < HIT_STATE_COUNT ? states[state].ending : NULL;
}

/* ---- who may ---- */

static unsigned sides_of(const struct caller *caller, const char *finder, const char *owner)
{
	unsigned sides = caller_is_headquarters(caller) ? HIT_HEADQUARTERS : 0;
	if (strcmp(caller->office, finder) == 0)
		sides |= HIT_FINDER;
	if (strcmp(caller->office, owner) == 0)
		sides |= HIT_OWNER;
	return sides;
}

static bool fits(const struct hit_row *row, const char *colour)
{
	char word[24];
	(void)snprintf(word, sizeof word, " %.20s ", colour);
	return row->colours == NULL || strstr(row->colours, word) != NULL;
}

int hit_allowed(enum hit_step step, enum hit_state state, const char *finder, const char *owner, const char *colour,
                const struct caller *caller, struct problem *problem)
{
	const struct hit_row *row = &hit_rows[step];
	if (!caller_may(caller, row->right))
		return caller_check(caller, row->right, problem);
	if ((row->sides & sides_of(caller, finder, owner)) == 0)
		return problem_set(problem, JISR_DENIED, "only the %s (%s) may %s", hit_side_name(row->sides),
		                   row->sides == HIT_FINDER ? finder : owner, row->what);
	if (!fits(row, colour))
		return problem_set(problem, JISR_STATE, "nobody can %s here: that goes with%s, and this is %s",
		                   row->what, row->colours, colour);
	if ((row->from & HIT_BIT(state)) == 0)
		return problem_set(problem, JISR_STATE, "the hit is %s: nobody can %s now",
		                   hit_state_label(state, LANGUAGE_EN), row->what);
	return JISR_OK;
}

int hit_draw(struct text *text)
{
	(void)text_add_string(text, "stateDiagram-v2\n");
	for (size_t i = 0; i < HIT_STEP_COUNT; i++) {
		const struct hit_row *row = &hit_rows[i];
		for (unsigned from = 0; from < HIT_STATE_COUNT; from++) {
			if ((row->from & HIT_BIT(from)) == 0)
				continue;
			const char *to = hit_state_name(row->to == HIT_NONE ? (enum hit_state)from : row->to);
			(void)text_add_format(text, "    %s --> %s: %s (%s)\n",
			                      from == HIT_NONE ? "[*]" : hit_state_name((enum hit_state)from), to,
			                      row->name, hit_side_name(row->sides));
		}
	}
	for (unsigned state = 0; state < HIT_STATE_COUNT; state++)
		if ((HIT_STATES_OVER & HIT_BIT(state)) != 0)
			(void)text_add_format(text, "    %s --> [*]\n", hit_state_name((enum hit_state)state));
	return text->error;
}
