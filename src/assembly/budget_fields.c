#include "assembly/budget_private.h"

#define END                                                                                                            \
	{                                                                                                              \
		NULL                                                                                                   \
	}
#define AMOUNT(need, help)                                                                                             \
	{                                                                                                              \
		"amount", FIELD_AMOUNT, need, 0, NULL, NULL, help                                                      \
	}
#define NUMBER(name, need, most, help)                                                                                 \
	{                                                                                                              \
		name, FIELD_NUMBER, need, most, NULL, NULL, help                                                       \
	}
#define TEXT(name, need, help)                                                                                         \
	{                                                                                                              \
		name, FIELD_TEXT, need, 4000, NULL, NULL, help                                                         \
	}
#define TEXTS(name, need, help)                                                                                        \
	{                                                                                                              \
		name, FIELD_TEXTS, need, 2000, NULL, NULL, help                                                        \
	}
#define DAY                                                                                                            \
	{                                                                                                              \
		"day", FIELD_DAY, false, 0, NULL, NULL, "when it happened; today when it is left out"                  \
	}
#define REFERENCE                                                                                                      \
	{                                                                                                              \
		"reference", FIELD_TEXT, false, 100, NULL, NULL, "of the voucher"                                      \
	}
#define CHAPTER(name) NUMBER(name, true, 999, "number of the chapter")

static const char *const words_income[] = {"statutory", "voluntary", "reserve", "other", NULL};
static const char *const words_procedure[] = {"meeting", "written", NULL};
static const char *const words_progress[] = {"planned", "under-way", "done", "dropped", NULL};

const struct field fields_budget_draft[] = {
	{"currency", FIELD_TEXT, false, 3, NULL, NULL, "such as EUR; that of the last budget when it is left out"},
	END,
};
static const struct field fields_chapter[] = {
	NUMBER("number", true, 999, "its number"),
	TEXTS("title", true, "its title"),
	AMOUNT(true, "what it may cost"),
	TEXTS("text", false, "what it is for"),
	END,
};
const struct field fields_budget_chapters[] = {
	{"chapters", FIELD_LIST, true, BUDGET_CHAPTERS, NULL, fields_chapter,
         "all of them, in place of what was there"},
	END,
};
static const struct field fields_activity[] = {
	NUMBER("chapter", true, 999, "number of its chapter"),
	NUMBER("number", true, 999, "its own number in the chapter"),
	TEXTS("title", true, "its title"),
	AMOUNT(true, "what it may cost"),
	TEXTS("objective", false, "what is to be reached"),
	TEXT("indicator", false, "how one will know that it is"),
	END,
};
const struct field fields_budget_programme[] = {
	{"activities", FIELD_LIST, true, BUDGET_ACTIVITIES, NULL, fields_activity,
         "all of them, in place of what was there"},
	END,
};
static const struct field fields_income[] = {
	{"kind", FIELD_WORD, true, 0, words_income, NULL, "where it comes from: one line is statutory contributions"},
	TEXTS("title", true, "its title"),
	AMOUNT(true, "how much"),
	END,
};
const struct field fields_budget_income[] = {
	{"income", FIELD_LIST, true, BUDGET_INCOMES, NULL, fields_income, "all of it, in place of what was there"},
	END,
};
static const struct field fields_weight[] = {
	{"code", FIELD_CODE, true, 0, NULL, NULL, "code of a member"},
	NUMBER("weight", true, MONEY_MAX_WEIGHT, "its units on the scale"),
	END,
};
const struct field fields_budget_scale[] = {
	{"scale", FIELD_LIST, true, BUDGET_MEMBERS, NULL, fields_weight, "every member, once"},
	NUMBER("least_ppm", false, 1000000, "millionths of the whole that a member pays at least; 0: no such limit"),
	NUMBER("most_ppm", false, 1000000, "millionths of the whole that a member pays at most; 0: no such limit"),
	END,
};
const struct field fields_budget_rules[] = {
	NUMBER("transfer_permille", false, 1000,
               "of a chapter's sum, that headquarters may move out of it and into it by itself"),
	{"twelfths", FIELD_FLAG, false, 0, NULL, NULL,
         "when the next year has no budget: a twelfth of this one a month; else all of it"},
	NUMBER("due_days", false, 366, "days from the call for contributions until they are due"),
	END,
};
const struct field fields_budget_text[] = {TEXT("text", true, "why"), END};
const struct field fields_budget_approve[] = {
	{"day", FIELD_DAY, true, 0, NULL, NULL, "when it decided"},
	{"procedure", FIELD_WORD, true, 0, words_procedure, NULL, "in a meeting, or in writing"},
	{"yes", FIELD_CODES, true, 64, NULL, NULL, "countries of its members who were for it"},
	{"no", FIELD_CODES, false, 64, NULL, NULL, "who were against it"},
	{"abstain", FIELD_CODES, false, 64, NULL, NULL, "who abstained"},
	TEXT("text", false, "what else it said"),
	END,
};
const struct field fields_budget_table[] = {
	NUMBER("session", true, ASSEMBLY_MAX_SESSION, "number of the session"),
	NUMBER("draft", true, 100000, "number of the draft resolution, whose matter is budget"),
	END,
};
const struct field fields_budget_carry[] = {
	{"decision", FIELD_TEXT, true, 39, NULL, NULL, "by which it was adopted, such as GA-2024-92-RES-05"},
	TEXT("text", false, "what else is to be known"),
	END,
};
const struct field fields_budget_call[] = {
	{"due", FIELD_DAY, false, 0, NULL, NULL, "when contributions are due; as the rules say when it is left out"},
	END,
};
const struct field fields_budget_spend[] = {
	CHAPTER("chapter"),
	NUMBER("activity", false, 999, "number of the activity in the chapter"),
	AMOUNT(true, "how much"),
	DAY,
	REFERENCE,
	TEXT("text", true, "what for"),
	END,
};
const struct field fields_budget_receive[] = {
	NUMBER("line", true, BUDGET_INCOMES, "number of the line of income, from 1"),
	AMOUNT(true, "how much"),
	DAY,
	REFERENCE,
	TEXT("text", true, "from whom, what for"),
	END,
};
const struct field fields_budget_reverse[] = {
	NUMBER("number", true, BUDGET_POSTINGS, "of what was entered"),
	TEXT("text", true, "why"),
	END,
};
const struct field fields_budget_transfer[] = {
	CHAPTER("from"),
	CHAPTER("to"),
	AMOUNT(true, "how much"),
	{"committee", FIELD_FLAG, false, 0, NULL, NULL,
         "the Executive Committee decided it: its President enters it, and the limits do not bind it"},
	TEXT("text", true, "why"),
	END,
};
const struct field fields_budget_progress[] = {
	CHAPTER("chapter"),
	NUMBER("activity", true, 999, "number of the activity in the chapter"),
	{"state", FIELD_WORD, true, 0, words_progress, NULL, "how far it is"},
	TEXT("text", true, "what was reached"),
	END,
};
