#include "notices/request_step.h"

#include <string.h>

#define S(state)  REQUEST_BIT(REQUEST_##state)
#define UNDER     (S(EXAMINED) | S(CONSULTING) | S(PROPOSED))
#define OPEN      (S(FILED) | S(INCOMPLETE))
#define APPLICANT (REQUEST_BY_APPLICANT | REQUEST_BY_COMMISSION)
#define C         REQUEST_BY_COMMISSION

/* The one table. */
const struct request_row request_rows[REQUEST_STEP_COUNT] = {
	{REQUEST_FILE, "file", "file a request", S(NONE), REQUEST_FILED, APPLICANT, RIGHT_REQUESTS_HANDLE, 0},
	{REQUEST_ASK, "ask", "ask for what is missing", S(FILED), REQUEST_INCOMPLETE, C, RIGHT_REQUESTS_HANDLE,
         REQUEST_CHECK_TEXT},
	{REQUEST_COMPLETE, "complete", "add what was missing", S(INCOMPLETE), REQUEST_FILED, APPLICANT,
         RIGHT_REQUESTS_HANDLE, REQUEST_CHECK_TEXT},
	{REQUEST_ADMIT, "admit", "find it admissible", S(FILED), REQUEST_EXAMINED, C, RIGHT_REQUESTS_HANDLE,
         REQUEST_CHECK_FORM},
	{REQUEST_REJECT, "reject", "find it inadmissible", S(FILED) | S(INCOMPLETE), REQUEST_INADMISSIBLE, C,
         RIGHT_REQUESTS_DECIDE, REQUEST_CHECK_GROUND | REQUEST_CHECK_TEXT},
	{REQUEST_LINK, "link", "say which notices it is about", S(EXAMINED), REQUEST_NONE, C, RIGHT_REQUESTS_HANDLE,
         REQUEST_CHECK_LINKS},
	{REQUEST_CONSULT, "consult", "ask the office that owns the data", S(EXAMINED), REQUEST_CONSULTING, C,
         RIGHT_REQUESTS_HANDLE, REQUEST_CHECK_OFFICE | REQUEST_CHECK_TEXT},
	{REQUEST_REPLY, "reply", "tell the Commission what may be told", S(CONSULTING), REQUEST_EXAMINED,
         REQUEST_BY_SOURCE, RIGHT_REQUESTS_REPLY, REQUEST_CHECK_DISCLOSE | REQUEST_CHECK_TEXT},
	{REQUEST_RECALL, "recall", "go on without the office's reply", S(CONSULTING), REQUEST_EXAMINED, C,
         RIGHT_REQUESTS_HANDLE, REQUEST_CHECK_TEXT},
	{REQUEST_BLOCK, "block", "block the data meanwhile", UNDER | S(DECIDED), REQUEST_NONE, C, RIGHT_REQUESTS_DECIDE,
         REQUEST_CHECK_LINKED | REQUEST_CHECK_TEXT},
	{REQUEST_LIFT, "lift", "lift the block", UNDER | S(DECIDED), REQUEST_NONE, C, RIGHT_REQUESTS_DECIDE,
         REQUEST_CHECK_TEXT},
	{REQUEST_PROPOSE, "propose", "propose a decision", S(EXAMINED), REQUEST_PROPOSED, C, RIGHT_REQUESTS_HANDLE,
         REQUEST_CHECK_OUTCOME | REQUEST_CHECK_TEXT},
	{REQUEST_RETURN, "return", "return the proposal", S(PROPOSED), REQUEST_EXAMINED, C, RIGHT_REQUESTS_DECIDE,
         REQUEST_CHECK_TEXT},
	{REQUEST_DECIDE, "decide", "decide", S(PROPOSED), REQUEST_DECIDED, C, RIGHT_REQUESTS_DECIDE,
         REQUEST_CHECK_EYES},
	{REQUEST_EXECUTE, "execute", "carry the decision out", S(DECIDED), REQUEST_EXECUTED, REQUEST_BY_HEADQUARTERS,
         RIGHT_REQUESTS_EXECUTE, REQUEST_CHECK_ORDERED},
	{REQUEST_ANSWER, "answer", "tell the applicant", S(DECIDED) | S(EXECUTED), REQUEST_ANSWERED, C,
         RIGHT_REQUESTS_HANDLE, REQUEST_CHECK_DONE},
	{REQUEST_WITHDRAW, "withdraw", "withdraw it", S(FILED) | S(INCOMPLETE) | UNDER, REQUEST_WITHDRAWN, APPLICANT,
         RIGHT_REQUESTS_HANDLE, 0},
	{REQUEST_PAPER, "paper", "add a copy of an identity paper", OPEN, REQUEST_NONE, APPLICANT,
         RIGHT_REQUESTS_HANDLE, REQUEST_CHECK_PAPER},
	{REQUEST_SHRED, "shred", "remove a copy of an identity paper",
         OPEN | UNDER | S(DECIDED) | S(EXECUTED) | REQUEST_OVER, REQUEST_NONE, C, RIGHT_REQUESTS_HANDLE,
         REQUEST_CHECK_COPY},
	{REQUEST_FORGET, "forget", "forget who asked", REQUEST_OVER, REQUEST_NONE, C, RIGHT_REQUESTS_DECIDE, 0},
};

static const struct {
	struct code code;
	const char *phase;
} states[REQUEST_STATE_COUNT] = {
	[REQUEST_NONE] = {{"none", {"not there", "inexistante", "inexistente", "غير موجود"}}, "none"},
	[REQUEST_FILED] = {{"filed", {"received", "reçue", "recibida", "مستلم"}}, "received"},
	[REQUEST_INCOMPLETE] = {{"incomplete", {"incomplete", "incomplète", "incompleta", "غير مكتمل"}}, "incomplete"},
	[REQUEST_INADMISSIBLE] = {{"inadmissible", {"inadmissible", "irrecevable", "inadmisible", "غير مقبول"}},
                                  "inadmissible"},
	[REQUEST_EXAMINED] = {{"examined", {"examined", "en examen", "en examen", "قيد الدراسة"}}, "examination"},
	[REQUEST_CONSULTING] = {{"consulting",
                                 {"source consulted", "source consultée", "fuente consultada", "المصدر مُستشار"}},
                                "examination"},
	[REQUEST_PROPOSED] = {{"proposed",
                               {"decision proposed", "décision proposée", "decisión propuesta", "قرار مقترح"}},
                              "examination"},
	[REQUEST_DECIDED] = {{"decided", {"decided", "décidée", "decidida", "صدر القرار"}}, "examination"},
	[REQUEST_EXECUTED] = {{"executed", {"carried out", "exécutée", "ejecutada", "نُفّذ"}}, "examination"},
	[REQUEST_ANSWERED] = {{"answered", {"answered", "répondue", "respondida", "أُجيب"}}, "answered"},
	[REQUEST_WITHDRAWN] = {{"withdrawn", {"withdrawn", "retirée", "retirada", "مسحوب"}}, "withdrawn"},
};

static const char *const checks[REQUEST_CHECK_COUNT] = {
	"a text says why",
	"the form of admissibility is filled in",
	"one of the grounds of inadmissibility",
	"numbers of notices that are there",
	"an office that owns one of the linked notices",
	"what may be told",
	"granted, granted in part or refused",
	"another officer than who proposed",
	"there is something to carry out",
	"what was decided is carried out",
	"a notice is linked",
	"a JPEG, PNG or PDF file; at most six of them",
	"a copy that is there",
};

const char *request_state_name(enum request_state state)
{
	return (unsigned)state < REQUEST_STATE_COUNT ? states[state].code.code : "unknown";
}

const char *request_state_label(enum request_state state, enum language language)
{
	return (unsigned)state < REQUEST_STATE_COUNT ? code_label(&states[state].code, language) : "?";
}

bool request_state_read(const char *name, enum request_state *ret_state)
{
	for (int i = 0; i < REQUEST_STATE_COUNT; i++)
		if (strcmp(name, states[i].code.code) == 0) {
			*ret_state = (enum request_state)i;
			return true;
		}
	return false;
}

const char *request_step_name(enum request_step step)
{
	return (unsigned)step < REQUEST_STEP_COUNT ? request_rows[step].name : "unknown";
}

bool request_step_read(const char *name, enum request_step *ret_step)
{
	for (int i = 0; i < REQUEST_STEP_COUNT; i++)
		if (strcmp(name, request_rows[i].name) == 0) {
			*ret_step = (enum request_step)i;
			return true;
		}
	return false;
}

const char *request_check_what(enum request_check check)
{
	for (int i = 0; i < REQUEST_CHECK_COUNT; i++)
		if (check == 1u << i)
			return checks[i];
	return "unknown";
}

const char *request_phase(enum request_state state)
{
	return (unsigned)state < REQUEST_STATE_COUNT ? states[state].phase : "unknown";
}

int request_allowed(enum request_step step, enum request_state state, const char *consulted,
                    const struct caller *caller, bool applicant, struct problem *problem)
{
	const struct request_row *row = &request_rows[step];
	bool commission = strcmp(caller->office, OFFICE_COMMISSION) == 0;
	bool mine = ((row->sides & REQUEST_BY_APPLICANT) != 0 && applicant) ||
	            ((row->sides & REQUEST_BY_COMMISSION) != 0 && commission) ||
	            ((row->sides & REQUEST_BY_SOURCE) != 0 && consulted[0] != '\0' &&
	             strcmp(caller->office, consulted) == 0) ||
	            ((row->sides & REQUEST_BY_HEADQUARTERS) != 0 && caller_is_headquarters(caller));
	if (!(applicant && (row->sides & REQUEST_BY_APPLICANT) != 0) && !caller_may(caller, row->right))
		return caller_check(caller, row->right, problem);
	if (!mine)
		return problem_set(problem, JISR_DENIED, "only %s may %s",
		                   (row->sides & REQUEST_BY_HEADQUARTERS) != 0 ? "headquarters"
		                   : (row->sides & REQUEST_BY_SOURCE) != 0     ? "the office that was asked"
		                                                               : "the Commission",
		                   row->what);
	if ((row->from & REQUEST_BIT(state)) == 0)
		return problem_set(problem, JISR_STATE, "the request is %s: nobody can %s now",
		                   request_state_label(state, LANGUAGE_EN), row->what);
	return JISR_OK;
}

int request_draw(struct text *text)
{
	(void)text_add_string(text, "stateDiagram-v2\n");
	for (size_t i = 0; i < REQUEST_STEP_COUNT; i++) {
		const struct request_row *row = &request_rows[i];
		const char *who = (row->sides & REQUEST_BY_APPLICANT) != 0      ? "applicant"
		                  : (row->sides & REQUEST_BY_SOURCE) != 0       ? "source"
		                  : (row->sides & REQUEST_BY_HEADQUARTERS) != 0 ? "headquarters"
		                                                                : "commission";
		for (unsigned from = 0; from < REQUEST_STATE_COUNT; from++) {
			if ((row->from & REQUEST_BIT(from)) == 0)
				continue;
			const char *to = row->step == REQUEST_FORGET
			                         ? "[*]"
			                         : request_state_name(row->to == REQUEST_NONE ? (enum request_state)from
			                                                                      : row->to);
			(void)text_add_format(text, "    %s --> %s: %s (%s)\n",
			                      from == REQUEST_NONE ? "[*]"
			                                           : request_state_name((enum request_state)from),
			                      to, row->name, who);
		}
	}
	return text->error;
}
