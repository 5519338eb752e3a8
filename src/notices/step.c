#include "notices/step.h"

#include <string.h>

#define S(state) STATE_BIT(STATE_##state)
#define BOTH     (FORM_NOTICE | FORM_DIFFUSION)
#define IN_FORCE STATES_IN_FORCE
#define OPEN     (IN_FORCE | S(SUSPENDED) | S(EXPIRED)) /* published once, and not over */
#define UNDER    (S(REQUESTED) | S(IN_REVIEW) | S(RETURNED))

/* The one table. */
const struct step_row step_rows[] = {
	{STEP_DRAFT, "draft", "write a draft", BOTH, S(NONE), STATE_DRAFT, SIDE_OWNER, RIGHT_NOTICES_WRITE,
         CHECK_CONTENT},
	{STEP_EDIT, "edit", "change the draft", BOTH, S(DRAFT) | S(RETURNED), STATE_NONE, SIDE_OWNER,
         RIGHT_NOTICES_WRITE, CHECK_CONTENT},
	{STEP_DISCARD, "discard", "discard the draft", BOTH, S(DRAFT), STATE_DISCARDED, SIDE_OWNER, RIGHT_NOTICES_WRITE,
         0},
	{STEP_REQUEST, "request", "request publication", FORM_NOTICE, S(DRAFT), STATE_REQUESTED, SIDE_OWNER,
         RIGHT_NOTICES_WRITE, CHECK_COMPLETE},
	{STEP_CIRCULATE, "circulate", "send the diffusion", FORM_DIFFUSION, S(DRAFT), STATE_PUBLISHED, SIDE_OWNER,
         RIGHT_NOTICES_WRITE, CHECK_COMPLETE | CHECK_ADDRESSEES},
	{STEP_TAKE, "take", "take it into review", FORM_NOTICE, S(REQUESTED), STATE_IN_REVIEW, SIDE_HEADQUARTERS,
         RIGHT_NOTICES_REVIEW, 0},
	{STEP_ASSESS, "assess", "fill in the review form", FORM_NOTICE, S(IN_REVIEW) | S(AMENDING), STATE_NONE,
         SIDE_HEADQUARTERS, RIGHT_NOTICES_REVIEW, CHECK_REVIEW},
	{STEP_RETURN, "return", "return it with questions", FORM_NOTICE, S(IN_REVIEW), STATE_RETURNED,
         SIDE_HEADQUARTERS, RIGHT_NOTICES_REVIEW, CHECK_TEXT},
	{STEP_ANSWER, "answer", "answer the questions", FORM_NOTICE, S(RETURNED), STATE_IN_REVIEW, SIDE_OWNER,
         RIGHT_NOTICES_WRITE, CHECK_COMPLETE | CHECK_TEXT},
	{STEP_PUBLISH, "publish", "publish it", FORM_NOTICE, S(IN_REVIEW), STATE_PUBLISHED, SIDE_HEADQUARTERS,
         RIGHT_NOTICES_PUBLISH, CHECK_COMPLETE | CHECK_PASSED | CHECK_FOUR_EYES},
	{STEP_REFUSE, "refuse", "refuse it", FORM_NOTICE, S(REQUESTED) | S(IN_REVIEW), STATE_REFUSED, SIDE_HEADQUARTERS,
         RIGHT_NOTICES_PUBLISH, CHECK_GROUND | CHECK_TEXT},
	{STEP_AMEND, "amend", "ask for other content", FORM_NOTICE, S(PUBLISHED), STATE_AMENDING, SIDE_OWNER,
         RIGHT_NOTICES_WRITE, CHECK_CONTENT | CHECK_COMPLETE},
	{STEP_AMEND, "amend", "change its content", FORM_DIFFUSION, S(PUBLISHED), STATE_NONE, SIDE_OWNER,
         RIGHT_NOTICES_WRITE, CHECK_CONTENT | CHECK_COMPLETE},
	{STEP_ACCEPT, "accept", "accept the other content", FORM_NOTICE, S(AMENDING), STATE_PUBLISHED,
         SIDE_HEADQUARTERS, RIGHT_NOTICES_PUBLISH, CHECK_PASSED | CHECK_FOUR_EYES},
	{STEP_DECLINE, "decline", "decline the other content", FORM_NOTICE, S(AMENDING), STATE_PUBLISHED,
         SIDE_HEADQUARTERS, RIGHT_NOTICES_REVIEW, CHECK_TEXT},
	{STEP_RESTRICT, "restrict", "say whom it reaches", BOTH, S(DRAFT) | UNDER | OPEN, STATE_NONE, SIDE_OWNER,
         RIGHT_NOTICES_WRITE, CHECK_REACH},
	{STEP_SUSPEND, "suspend", "suspend it", BOTH, IN_FORCE, STATE_SUSPENDED, SIDE_HEADQUARTERS,
         RIGHT_NOTICES_REVIEW, CHECK_TEXT},
	{STEP_RESUME, "resume", "resume it", BOTH, S(SUSPENDED), STATE_PUBLISHED, SIDE_HEADQUARTERS,
         RIGHT_NOTICES_PUBLISH, CHECK_TEXT},
	{STEP_EXPIRE, "expire", "let it expire", BOTH, IN_FORCE | S(SUSPENDED), STATE_EXPIRED, SIDE_HEADQUARTERS,
         RIGHT_NOTICES_REVIEW, CHECK_DUE},
	{STEP_RENEW, "renew", "renew it", BOTH, S(PUBLISHED) | S(EXPIRED), STATE_PUBLISHED, SIDE_OWNER,
         RIGHT_NOTICES_WRITE, CHECK_RENEWAL | CHECK_TEXT},
	{STEP_WITHDRAW, "withdraw", "withdraw it", BOTH, UNDER | OPEN, STATE_WITHDRAWN, SIDE_OWNER, RIGHT_NOTICES_WRITE,
         CHECK_TEXT},
	{STEP_END, "end", "end it as its purpose is reached", BOTH, OPEN, STATE_ENDED, SIDE_OWNER, RIGHT_NOTICES_WRITE,
         CHECK_ENDING},
	{STEP_CANCEL, "cancel", "cancel it", BOTH, OPEN, STATE_CANCELLED, SIDE_HEADQUARTERS, RIGHT_NOTICES_PUBLISH,
         CHECK_GROUND | CHECK_TEXT},
	{STEP_GRANT, "grant", "end it by a decision on a request", BOTH, OPEN, STATE_ENDED, SIDE_HEADQUARTERS,
         RIGHT_NOTICES_PUBLISH, CHECK_TEXT},
	{STEP_CORRECT, "correct", "correct it by a decision on a request", BOTH, OPEN, STATE_NONE, SIDE_HEADQUARTERS,
         RIGHT_NOTICES_PUBLISH, CHECK_CONTENT | CHECK_COMPLETE},
};
const size_t step_row_count = sizeof step_rows / sizeof *step_rows;

static const struct code states[STATE_COUNT] = {
	[STATE_NONE] = {"none", {"not there", "inexistante", "inexistente", "غير موجودة"}},
	[STATE_DRAFT] = {"draft", {"draft", "projet", "borrador", "مسودة"}},
	[STATE_REQUESTED] = {"requested", {"requested", "demandée", "solicitada", "مطلوبة"}},
	[STATE_IN_REVIEW] = {"in_review", {"in review", "en examen", "en examen", "قيد المراجعة"}},
	[STATE_RETURNED] = {"returned",
                            {"returned with questions", "renvoyée avec questions", "devuelta con preguntas",
                             "معادة مع أسئلة"}},
	[STATE_REFUSED] = {"refused", {"refused", "refusée", "denegada", "مرفوضة"}},
	[STATE_PUBLISHED] = {"published", {"published", "publiée", "publicada", "منشورة"}},
	[STATE_AMENDING] = {"amending",
                            {"published, change asked for", "publiée, modification demandée",
                             "publicada, modificación solicitada", "منشورة مع طلب تعديل"}},
	[STATE_SUSPENDED] = {"suspended", {"suspended", "suspendue", "suspendida", "معلقة"}},
	[STATE_EXPIRED] = {"expired", {"expired", "expirée", "caducada", "منتهية المدة"}},
	[STATE_WITHDRAWN] = {"withdrawn", {"withdrawn", "retirée", "retirada", "مسحوبة"}},
	[STATE_CANCELLED] = {"cancelled", {"cancelled", "annulée", "cancelada", "ملغاة"}},
	[STATE_ENDED] = {"ended", {"ended", "terminée", "terminada", "منتهية"}},
	[STATE_DISCARDED] = {"discarded", {"discarded", "abandonnée", "descartada", "متروكة"}},
};

static const char *const checks[CHECK_COUNT] = {
	"the content is well-formed",
	"the content says all that its colour asks",
	"it goes to named offices",
	"the review form is filled in",
	"a reviewer found nothing against it",
	"another officer than that reviewer",
	"a text says why",
	"one of the classes of refusal",
	"how it ended",
	"whom it reaches",
	"its date of review has passed",
	"a new date of review within the limit",
};

const struct step_row *step_row(enum notice_step step, enum notice_form form)
{
	for (size_t i = 0; i < step_row_count; i++)
		if (step_rows[i].step == step && (step_rows[i].forms & (unsigned)form) != 0)
			return &step_rows[i];
	return NULL;
}

const char *state_name(enum notice_state state)
{
	return (unsigned)state < STATE_COUNT ? states[state].code : "unknown";
}

const char *state_label(enum notice_state state, enum language language)
{
	return (unsigned)state < STATE_COUNT ? code_label(&states[state], language) : "?";
}

bool state_read(const char *name, enum notice_state *ret_state)
{
	for (int i = 0; i < STATE_COUNT; i++)
		if (strcmp(name, states[i].code) == 0) {
			*ret_state = (enum notice_state)i;
			return true;
		}
	return false;
}

const char *step_name(enum notice_step step)
{
	for (size_t i = 0; i < step_row_count; i++)
		if (step_rows[i].step == step)
			return step_rows[i].name;
	return "unknown";
}

bool step_read(const char *name, enum notice_step *ret_step)
{
	for (size_t i = 0; i < step_row_count; i++)
		if (strcmp(step_rows[i].name, name) == 0) {
			*ret_step = step_rows[i].step;
			return true;
		}
	return false;
}

const char *form_name(enum notice_form form)
{
	return form == FORM_DIFFUSION ? "diffusion" : "notice";
}

const char *check_what(enum step_check check)
{
	for (int i = 0; i < CHECK_COUNT; i++)
		if (check == 1u << i)
			return checks[i];
	return "unknown";
}

int step_allowed(enum notice_step step, enum notice_form form, enum notice_state state, const char *owner,
                 const struct caller *caller, const struct step_row **ret_row, struct problem *problem)
{
	const struct step_row *row = step_row(step, form);
	if (row == NULL)
		return problem_set(problem, JISR_STATE, "a %s has no step '%s'", form_name(form), step_name(step));
	if (!caller_may(caller, row->right))
		return caller_check(caller, row->right, problem);
	if (row->side == SIDE_OWNER && strcmp(caller->office, owner) != 0)
		return problem_set(problem, JISR_DENIED, "only its owner, %s, may %s", owner, row->what);
	if (row->side == SIDE_HEADQUARTERS && !caller_is_headquarters(caller))
		return problem_set(problem, JISR_DENIED, "only headquarters may %s", row->what);
	if ((row->from & STATE_BIT(state)) == 0)
		return problem_set(problem, JISR_STATE, "the %s is %s: nobody can %s now", form_name(form),
		                   state_label(state, LANGUAGE_EN), row->what);
	*ret_row = row;
	return JISR_OK;
}

int step_draw(enum notice_form form, struct text *text)
{
	(void)text_add_string(text, "stateDiagram-v2\n");
	for (size_t i = 0; i < step_row_count; i++) {
		const struct step_row *row = &step_rows[i];
		for (unsigned from = 0; from < STATE_COUNT && (row->forms & (unsigned)form) != 0; from++) {
			if ((row->from & STATE_BIT(from)) == 0)
				continue;
			const char *to = state_name(row->to == STATE_NONE ? (enum notice_state)from : row->to);
			(void)text_add_format(text, "    %s --> %s: %s (%s)\n",
			                      from == STATE_NONE ? "[*]" : state_name((enum notice_state)from), to,
			                      row->name, row->side == SIDE_OWNER ? "owner" : "headquarters");
		}
	}
	for (unsigned state = 0; state < STATE_COUNT; state++)
		if ((STATES_OVER & STATE_BIT(state)) != 0 && !(form == FORM_DIFFUSION && state == STATE_REFUSED))
			(void)text_add_format(text, "    %s --> [*]\n", state_name((enum notice_state)state));
	return text->error;
}
