#include "assembly/conduct_fields.h"

#include "assembly/assembly.h"
#include "assembly/committee.h"
#include "assembly/draw.h"
#include "assembly/precedence.h"
#include "assembly/queue.h"
#include "assembly/rule.h"

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
		{"city_names",                                                                                         \
	         FIELD_TEXTS,                                                                                          \
	         false,                                                                                                \
	         ASSEMBLY_MAX_CITY,                                                                                    \
	         NULL,                                                                                                 \
	         NULL,                                                                                                 \
	         "the city in languages that write it otherwise"},                                                     \
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
	{"offices", FIELD_CODES, false, ASSEMBLY_MAX_DELEGATIONS, NULL, NULL, "whole delegations, by the secretariat"},
	{"people", FIELD_NUMBERS, false, ASSEMBLY_MAX_PEOPLE, NULL, NULL, "their numbers; all when left out"},
	{"present", FIELD_FLAG, true, 0, NULL, NULL, "whether they come or go"},
	END,
};

/* ---- the agenda, drafts ---- */

static const char *const words_item_state[] = {"open", "done", "deferred", NULL};
static const char *const words_amendment[] = {"delete", "replace", "add", NULL};
static const char *const words_method[] = {"hands", "device", "roll-call", "secret", NULL};
static const char *const words_choice[] = {"yes", "no", "abstain", "absent", NULL};
static const char *const words_base[] = {"cast", "voting", "present", "accepted", "members", NULL};
static const char *const words_tie[] = {"rejects", "again", "chair", NULL};

#define TITLE(need)                                                                                                    \
	{                                                                                                              \
		"title", FIELD_TEXTS, need, 500, NULL, NULL, "the title, in one or more languages"                     \
	}
#define DRAFT(need) NUMBER("draft", need, "number of the draft")
#define PARAGRAPHS  200

const struct field fields_item[] = {OFFICE, TITLE(true), WHY(false), END};
const struct field fields_item_state[] = {
	NUMBER("item", true, "its number"),
	{"state", FIELD_WORD, true, 0, words_item_state, NULL, "what becomes of it"},
	END,
};
const struct field fields_document[] = {
	{"code", FIELD_TEXT, true, 60, NULL, NULL, "such as AG-2025-93-RAP-01"},
	{"language", FIELD_WORD, true, 0, words_languages, NULL, "of this text"},
	NUMBER("item", false, "the item that it is about"),
	DRAFT(false),
	{"title", FIELD_TEXT, true, 500, NULL, NULL, "its title in that language"},
	{"hash", FIELD_HASH, true, 0, NULL, NULL, "SHA-256 of the file"},
	NUMBER("pages", false, "how many it has"),
	END,
};
const struct field fields_draft[] = {
	OFFICE,
	{"matter", FIELD_WORD, false, 0, rule_matters, NULL, "what kind of decision; resolution when left out"},
	NUMBER("item", false, "the item that it is about"),
	TITLE(true),
	{"preamble", FIELD_PARAGRAPHS, false, PARAGRAPHS, NULL, NULL, "HAVING EXAMINED, CONSIDERING ..."},
	{"operative", FIELD_PARAGRAPHS, true, PARAGRAPHS, NULL, NULL, "APPROVES, ASKS ...: what is decided"},
	{"notified", FIELD_DAY, false, 0, NULL, NULL, "the day on which it reached the members"},
	END,
};
const struct field fields_draft_text[] = {
	DRAFT(true),
	TITLE(false),
	{"preamble", FIELD_PARAGRAPHS, false, PARAGRAPHS, NULL, NULL, "as many as the draft has"},
	{"operative", FIELD_PARAGRAPHS, false, PARAGRAPHS, NULL, NULL, "as many as the draft has"},
	{"notified", FIELD_DAY, false, 0, NULL, NULL, "the day on which it reached the members"},
	END,
};
const struct field fields_draft_sponsor[] = {OFFICE, DRAFT(true), END};
const struct field fields_draft_number[] = {DRAFT(true), WHY(false), END};
const struct field fields_amendment[] = {
	OFFICE,
	DRAFT(true),
	{"kind", FIELD_WORD, true, 0, words_amendment, NULL, "what it does to the paragraph; add puts one after it"},
	NUMBER("paragraph", true, "id of the operative paragraph; 0 with add: before the first"),
	{"text", FIELD_TEXTS, false, FIELD_MAX_PARAGRAPH, NULL, NULL, "what is said instead, or added"},
	END,
};
const struct field fields_amendment_text[] = {
	NUMBER("amendment", true, "its number"),
	{"text", FIELD_TEXTS, true, FIELD_MAX_PARAGRAPH, NULL, NULL, "in further languages"},
	END,
};
const struct field fields_amendment_place[] = {
	NUMBER("amendment", true, "its number"),
	NUMBER("distance", true, "from 0, the nearest, to 1000 and more: the furthest is voted on first"),
	WHY(false),
	END,
};
const struct field fields_amendment_number[] = {NUMBER("amendment", true, "its number"), WHY(false), END};

/* ---- debates ---- */

const struct field fields_floor[] = {
	NUMBER("statement", false, "seconds for a statement; 300 when left out"),
	NUMBER("others", false, "seconds for a question, a reply, a point of order; 120 when left out"),
	{"list_closed", FIELD_FLAG, false, 0, NULL, NULL, "whether no more statements are taken"},
	{"balanced", FIELD_FLAG, false, 0, NULL, NULL, "whether delegations that spoke least go first"},
	NUMBER("quota", false, "seconds that a delegation's statements on the item may take together; 0: no limit"),
	END,
};
const struct field fields_speak[] = {
	OFFICE,
	{"kind", FIELD_WORD, true, 0, queue_kinds, NULL, "what it will be"},
	NUMBER("person", false, "number of the speaker in the delegation"),
	END,
};
const struct field fields_speak_withdraw[] = {OFFICE, NUMBER("speech", true, "its number"), END};
const struct field fields_motion[] = {
	OFFICE,
	{"kind", FIELD_WORD, true, 0, precedence_names, NULL, "which motion, the first goes first"},
	WHY(false),
	END,
};
const struct field fields_motion_rule[] = {
	NUMBER("motion", true, "its number"),
	{"carried", FIELD_FLAG, true, 0, NULL, NULL, "how the chair rules"},
	WHY(false),
	END,
};

/* ---- votes ---- */

const struct field fields_rule[] = {
	{"matter", FIELD_WORD, true, 0, rule_matters, NULL, "which kind of decision"},
	{"base", FIELD_WORD, false, 0, words_base, NULL, "what the share is taken of"},
	{"shares", FIELD_SHARES, false, 8, NULL, NULL, "what is needed, by round: 2/3 (at least) or >1/2 (more than)"},
	{"rounds", FIELD_NUMBER, false, 100, NULL, NULL, "how many there can be"},
	{"tie", FIELD_WORD, false, 0, words_tie, NULL, "what as many for as against means"},
	{"quorum", FIELD_SHARE, false, 0, NULL, NULL, "which share must be present"},
	{"quorum_base", FIELD_WORD, false, 0, words_base, NULL, "of what"},
	{"methods", FIELD_WORDS, false, 4, rule_methods, NULL, "how it can be voted on"},
	{"notice_days", FIELD_NUMBER, false, 1000, NULL, NULL, "days before the session by which it is proposed"},
	{"proxies", FIELD_FLAG, false, 0, NULL, NULL, "whether a member can vote for another"},
	{"record", FIELD_WORD, false, 0, rule_records, NULL, "whether it is published who voted how"},
	{"article", FIELD_TEXT, false, RULE_MAX_TEXT, NULL, NULL, "where it stands"},
	{"unsure", FIELD_TEXT, false, RULE_MAX_TEXT, NULL, NULL, "what of it is not confirmed"},
	WHY(true),
	END,
};
const struct field fields_draw[] = {
	{"commitment", FIELD_HASH, true, 0, NULL, NULL, "SHA-256 of a secret seed of 16 to 200 bytes"},
	{"text", FIELD_TEXT, false, TEXT, NULL, NULL, "what is drawn"},
	END,
};
const struct field fields_draw_say[] = {
	OFFICE,
	NUMBER("draw", true, "its number"),
	{"number", FIELD_NUMBER, true, 1000000000, NULL, NULL, "any number that nobody foresees"},
	END,
};
const struct field fields_draw_reveal[] = {
	NUMBER("draw", true, "its number"),
	{"seed", FIELD_TEXT, true, DRAW_MAX_SEED, NULL, NULL, "the seed that it was bound to"},
	END,
};
const struct field fields_vote_open[] = {
	{"matter", FIELD_WORD, true, 0, rule_matters, NULL, "what kind of decision: which rule"},
	{"subject", FIELD_TEXT, false, 60, NULL, NULL,
         "draft:3, amendment:7, motion:2, item:4, agenda:, appeal:MA or contest:1; else a title alone"},
	{"title", FIELD_TEXT, false, 500, NULL, NULL, "what is voted on, in words"},
	{"method", FIELD_WORD, true, 0, words_method, NULL, "how"},
	{"record", FIELD_FLAG, false, 0, NULL, NULL, "whether it is published who voted how"},
	NUMBER("draw", false, "the draw that says who is called first"),
	END,
};
const struct field fields_vote[] = {
	{"vote", FIELD_NUMBER, true, 100000, NULL, NULL, "its number"},
	{"choice", FIELD_WORD, true, 0, words_choice, NULL, "the vote; absent in a roll call alone"},
	{"office", FIELD_CODE, false, 0, NULL, NULL, "for whom: by proxy, or as answered to the roll call"},
	END,
};
const struct field fields_proxy[] = {
	OFFICE,
	{"holder", FIELD_CODE, true, 0, NULL, NULL, "who votes; the member itself to take it back"},
	END,
};
const struct field fields_vote_hands[] = {
	NUMBER("vote", true, "its number"),
	NUMBER("yes", true, "hands for it"),
	NUMBER("no", true, "hands against it"),
	NUMBER("abstain", true, "abstentions"),
	END,
};
const struct field fields_vote_number[] = {NUMBER("vote", true, "its number"), END};
const struct field fields_vote_settle[] = {
	NUMBER("vote", true, "its number"),
	{"adopted", FIELD_FLAG, true, 0, NULL, NULL, "how the chair decides"},
	WHY(true),
	END,
};
const struct field fields_vote_cancel[] = {NUMBER("vote", true, "its number"), WHY(true), END};

/* ---- the Executive Committee ---- */

static const char *const words_post[] = {"president", "vice-president", "delegate", NULL};
static const char *const words_region[] = {"africa", "americas", "asia", "europe", NULL};

#define PERSON_NAME(need)                                                                                              \
	{                                                                                                              \
		"name", FIELD_TEXT, need, COMMITTEE_MAX_PERSON, NULL, NULL, "the person's name, always the same"       \
	}
const struct field fields_committee_sits[] = {
	PERSON_NAME(true),
	{"office", FIELD_CODE, true, 0, NULL, NULL, "the member whose delegate it is"},
	{"post", FIELD_WORD, true, 0, words_post, NULL, "which seat"},
	{"year", FIELD_NUMBER, true, 9999, NULL, NULL, "of the session that elected"},
	{"since", FIELD_DAY, true, 0, NULL, NULL, "the first day in the seat"},
	{"until", FIELD_NUMBER, true, 9999, NULL, NULL, "the year in whose session the term ends"},
	WHY(false),
	END,
};
const struct field fields_committee_leave[] = {
	PERSON_NAME(true),
	{"day", FIELD_DAY, false, 0, NULL, NULL, "from which the seat is vacant; today when left out"},
	WHY(true),
	END,
};
const struct field fields_committee_setting[] = {
	{"setting", FIELD_TEXT, true, 40, NULL, NULL, "its name: the view \"committee\" lists them"},
	NUMBER("value", true, "the new value"),
	WHY(true),
	END,
};
const struct field fields_contest_call[] = {
	{"post", FIELD_WORD, true, 0, words_post, NULL, "which seat"},
	{"region", FIELD_WORD, false, 0, words_region, NULL, "of delegates' seats"},
	{"vacancy", FIELD_FLAG, false, 0, NULL, NULL, "whether it fills the rest of a term that somebody left"},
	WHY(false),
	END,
};
#define CONTEST NUMBER("contest", true, "number of the contest")
const struct field fields_candidature[] = {
	OFFICE,     CONTEST, NUMBER("person", false, "number of the person in the delegation"), PERSON_NAME(false),
	WHY(false), END,
};
const struct field fields_candidature_withdraw[] = {
	CONTEST,
	NUMBER("candidate", true, "number of the candidature"),
	WHY(false),
	END,
};
const struct field fields_contest_lot[] = {CONTEST, NUMBER("draw", true, "the draw that decides"), END};
const struct field fields_contest_end[] = {CONTEST, WHY(true), END};

const struct field fields_archive_keep[] = {
	{"entry", FIELD_NUMBER, true, 1000000000, NULL, NULL, "that signs it"},
	{"hash", FIELD_HASH, true, 0, NULL, NULL, "SHA-256 of the file"},
	{"size", FIELD_NUMBER, true, 2000000000, NULL, NULL, "its bytes"},
	END,
};
const struct field fields_archive[] = {
	{"hash", FIELD_HASH, true, 0, NULL, NULL, "SHA-256 of the archive's MANIFEST.json"},
	END,
};
const struct field fields_forget[] = {WHY(true), END};
