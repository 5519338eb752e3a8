#include "assembly/conduct_fields.h"

#include "assembly/assembly.h"

#include <stddef.h>

const char *const words_role[] = {"head", "delegate", "adviser", "observer", NULL};
const char *const words_rank[] = {"minister", "chief", "other", NULL};
static const char *const words_languages[] = {"ar", "en", "es", "fr", NULL};
static const char *const words_credentials[] = {"accepted", "returned", NULL};

#define TEXT 4000 /* bytes of a reason or a remark */
#define END                                                                                                            \
	{                                                                                                              \
		NULL                                                                                                   \
	}
#define OFFICE                                                                                                         \
	{                                                                                                              \
		"office", FIELD_CODE, false, 0, NULL, NULL, "for whom: the own office when it is left out"             \
	}
#define WHY(need)                                                                                                      \
	{                                                                                                              \
		"text", FIELD_TEXT, need, TEXT, NULL, NULL, "why, or what else is to be known"                         \
	}
#define NUMBER(name, need, help)                                                                                       \
	{                                                                                                              \
		name, FIELD_NUMBER, need, 100000, NULL, NULL, help                                                     \
	}

const struct field fields_none[] = {END};

#define PLACE(need)                                                                                                    \
	{"city", FIELD_TEXT, need, ASSEMBLY_MAX_CITY, NULL, NULL, "the host city"},                                    \
		{"country", FIELD_CODE, need, 0, NULL, NULL, "the host's code, such as MA"},                           \
		{"first", FIELD_DAY, need, 0, NULL, NULL, "the first day, such as 2025-11-24"},                        \
		{"last", FIELD_DAY, need, 0, NULL, NULL, "the last day"},                                              \
		{"languages", FIELD_WORDS, false, 4, words_languages, NULL, "working languages; all four otherwise"},  \
	{                                                                                                              \
		"rooms", FIELD_NAMES, false, 100, NULL, NULL, "names of the rooms"                                     \
	}

const struct field fields_call[] = {
	{"number", FIELD_NUMBER, true, ASSEMBLY_MAX_SESSION, NULL, NULL, "the session's number, such as 93"},
	PLACE(true),
	END,
};
const struct field fields_edit[] = {PLACE(false), END};

static const struct field fields_observer[] = {
	{"code", FIELD_CODE, true, 0, NULL, NULL, "a code that no member has, such as OBS-EU"},
	{"name", FIELD_TEXT, true, 160, NULL, NULL, "who is invited"},
	END,
};
const struct field fields_invite[] = {
	{"members", FIELD_CODES, false, 300, NULL, NULL,
         "codes of members; all when left out and no observer is named"},
	{"observers", FIELD_LIST, false, 200, NULL, fields_observer, "who is invited to watch"},
	END,
};

#define PERSON                                                                                                         \
	{"name", FIELD_TEXT, true, FIELD_MAX_NAME, NULL, NULL, "the person's name"},                                   \
		{"role", FIELD_WORD, true, 0, words_role, NULL, "what the person is in the delegation"},               \
		{"rank",                                                                                               \
	         FIELD_WORD,                                                                                           \
	         false,                                                                                                \
	         0,                                                                                                    \
	         words_rank,                                                                                           \
	         NULL,                                                                                                 \
	         "minister, chief (director general of police), or other"},                                            \
	{                                                                                                              \
		"title", FIELD_TEXT, false, FIELD_MAX_NAME, NULL, NULL, "the person's title, as on the badge"          \
	}
static const struct field fields_person[] = {PERSON, END};
const struct field fields_delegation[] = {
	OFFICE,
	{"people", FIELD_LIST, true, ASSEMBLY_MAX_PEOPLE, NULL, fields_person, "the head and the others"},
	{"signed_by", FIELD_TEXT, false, FIELD_MAX_NAME, NULL, NULL, "the authority that signed the credentials"},
	{"signed", FIELD_DAY, false, 0, NULL, NULL, "the day of the credentials"},
	{"document", FIELD_HASH, false, 0, NULL, NULL, "SHA-256 of the credentials' file"},
	END,
};
const struct field fields_delegate[] = {OFFICE, PERSON, END};
const struct field fields_credentials[] = {
	{"offices", FIELD_CODES, true, ASSEMBLY_MAX_DELEGATIONS, NULL, NULL, "whose credentials were examined"},
	{"result", FIELD_WORD, true, 0, words_credentials, NULL, "what came of it"},
	WHY(false),
	END,
};
const struct field fields_arrears[] = {
	{"offices", FIELD_CODES, true, ASSEMBLY_MAX_DELEGATIONS, NULL, NULL, "codes of members"},
	{"suspended", FIELD_FLAG, true, 0, NULL, NULL, "whether they lose their vote, or have it again"},
	WHY(true),
	END,
};
const struct field fields_appeal[] = {OFFICE, WHY(true), END};
const struct field fields_appeal_decide[] = {
	{"office", FIELD_CODE, true, 0, NULL, NULL, "whose appeal it is"},
	{"granted", FIELD_FLAG, true, 0, NULL, NULL, "whether the vote is restored"},
	NUMBER("vote", false, "the vote by which the Assembly decided"),
	WHY(false),
	END,
};
const struct field fields_presence[] = {
	OFFICE,
	{"people", FIELD_NUMBERS, false, ASSEMBLY_MAX_PEOPLE, NULL, NULL, "their numbers; all when left out"},
	{"present", FIELD_FLAG, true, 0, NULL, NULL, "whether they come or go"},
	END,
};
