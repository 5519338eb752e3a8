#include "affairs.h"

#include "assembly/agreement.h"
#include "assembly/agreement_note.h"
#include "assembly/agreement_verify.h"
#include "assembly/assembly_private.h"
#include "base/memory.h"
#include "base/sha256.h"

static struct caller secretary;

#define FOUR(text) "{'ar':'" text "','en':'" text "','es':'" text "','fr':'" text "'}"

static struct caller head(const char *office)
{
	char id[OFFICER_ID_MAX + 1];
	(void)snprintf(id, sizeof id, "%s-2", office);
	return place_caller(office, id, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
}

static void act(struct hall *hall, const struct caller *caller, const char *step, const char *id, const char *fields)
{
	affairs_do(hall, &agreement_affair, caller, step, id, fields != NULL ? affairs_fields(fields) : NULL);
}

static void refuse(struct hall *hall, const struct caller *caller, const char *step, const char *id, const char *fields,
                   int expected, const char *words)
{
	affairs_refuse(hall, &agreement_affair, caller, step, id, fields != NULL ? affairs_fields(fields) : NULL,
	               expected, words);
}

/* Whether the step is among those that are offered. */
static void offers(struct hall *hall, const struct caller *caller, const char *id, const char *step, bool expected)
{
	bool found = false;
	cJSON *told = affairs_tell(hall, &agreement_affair, caller, NULL, id);
	for (const cJSON *one = json_get(told, "may")->child; one != NULL; one = one->next)
		found = found || strcmp(one->valuestring, step) == 0;
	json_free(told);
	if (found != expected)
		fail_msg("%s: %s is %soffered to %s", id, step, found ? "" : "not ", caller->office);
}

static void shown(struct hall *hall, const struct caller *caller, const char *id, const char *path,
                  const char *expected)
{
	affairs_text(hall, &agreement_affair, caller, NULL, id, path, expected);
}

static void propose(struct hall *hall, const struct caller *caller, const char *fields, char id[AFFAIR_ID_MAX + 1])
{
	act(hall, caller, "propose", NULL, fields);
	(void)snprintf(id, AFFAIR_ID_MAX + 1, "%.*s", AFFAIR_ID_MAX, hall->id);
	assert_int_equal(strncmp(id, "AG-2", 4), 0);
}

/* What the register says, as text; "" where there is nothing. */
static struct text registered(struct hall *hall, const char *id, bool note)
{
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct text text;
	char now[CLOCK_UTC_MAX], day[11];
	(void)snprintf(day, sizeof day, "%.10s", clock_utc(now));
	text_init(&text, 1 << 20);
	assert_int_equal(store_read(hall->place.store, &reader, &problem), JISR_OK);
	struct sql *sql = store_reader_sql(reader);
	int error = id == NULL ? agreement_register(sql, day, &text, &problem)
	            : note     ? agreement_public_note(sql, id, day, &text, &problem)
	                       : agreement_public(sql, id, day, &text, &problem);
	store_read_end(reader);
	if (error) {
		assert_int_equal(error, JISR_NOT_FOUND);
		text_reset(&text);
	}
	(void)text_add_string(&text, "");
	return text;
}

struct keys {
	struct note_verifier *keys;
	size_t count, most;
};

static bool take_key(void *context, const struct office_key *key)
{
	struct keys *keys = context;
	assert_true(keys->count < keys->most);
	assert_int_equal(note_verifier_read(key->verifier, strlen(key->verifier), &keys->keys[keys->count++], NULL), 0);
	return true;
}

static size_t keys_of(struct hall *hall, struct note_verifier *keys, size_t most)
{
	struct keys found = {keys, 0, most};
	struct store_reader *reader = NULL;
	assert_int_equal(store_read(hall->place.store, &reader, NULL), JISR_OK);
	assert_int_equal(register_keys(store_reader_sql(reader), NULL, 0, take_key, &found, NULL), JISR_OK);
	store_read_end(reader);
	return found.count;
}

static int verify(const char *note, size_t length, const struct note_verifier *keys, size_t count, const char *wanted,
                  struct problem *problem)
{
	struct agreement_claim claim;
	struct arena *arena = NULL;
	int error = arena_new(1 << 20, &arena);
	if (error)
		return error;
	error = agreement_claim_read(note, length, arena, &claim, problem);
	if (!error)
		error = agreement_claim_open(&claim, note, length, keys, count, problem);
	if (!error)
		error = agreement_claim_holds(&claim, problem);
	if (!error && wanted != NULL && !agreement_claim_show(&claim, wanted))
		error = JISR_NOT_FOUND;
	arena_free(arena);
	return error;
}

/* MA and FR: negotiated, agreed. */
#define PATROLS                                                                                                        \
	"{'kind':'cooperation','title':{'en':'On joint patrols'},'parties':[{'code':'MA'},{'code':'FR'}],'days':0,"    \
	"'notice_days':180}"

static void two_offices_agree_sign_and_leave(void **state)
{
	(void)state;
	struct hall hall;
	char id[AFFAIR_ID_MAX + 1], gone[11], now[CLOCK_UTC_MAX];
	struct note_verifier keys[20];
	struct problem problem = {""};
	hall_init(&hall);
	secretary = place_caller("GS", "GS-3", ROLE_BIT(ROLE_SECRETARY_GENERAL));
	struct caller morocco = head("MA"), france = head("FR"), spain = head("ES");
	struct caller clerk = place_caller("FR", "FR-4", ROLE_BIT(ROLE_BUREAU_OFFICER));
	refuse(&hall, &spain, "propose", NULL, PATROLS, JISR_DENIED, "ES is none of the parties");
	refuse(&hall, &morocco, "propose", NULL, "{'kind':'cooperation','title':{'en':'X'},'parties':[{'code':'MA'}]}",
	       JISR_BAD_INPUT, "two parties");
	refuse(&hall, &morocco, "propose", NULL,
	       "{'kind':'cooperation','title':{'en':'X'},'parties':[{'code':'MA'},{'code':'XX'}]}", JISR_NOT_FOUND,
	       "no office XX");
	refuse(&hall, &morocco, "propose", NULL,
	       "{'kind':'cooperation','title':{'en':'X'},'parties':[{'code':'MA'},{'code':'MA'}]}", JISR_BAD_INPUT,
	       "a party twice");
	refuse(&hall, &morocco, "propose", NULL,
	       "{'kind':'cooperation','title':{'en':'X'},'parties':[{'code':'MA'},{'code':'EX-1','name':'A "
	       "union'}]}",
	       JISR_BAD_INPUT, "with others it is relations");
	propose(&hall, &morocco, PATROLS, id);
	refuse(&hall, &france, "agree", id, "{'revision':1}", JISR_STATE, "no text yet");
	refuse(&hall, &morocco, "text", id, "{'language':'english','title':'P','wording':'x'}", JISR_BAD_INPUT,
	       "language");
	refuse(&hall, &morocco, "text", id, "{'language':'en','title':'P'}", JISR_BAD_INPUT, "one of both");
	refuse(&hall, &morocco, "text", id, "{'language':'en','title':'P','wording':'a\\tb'}", JISR_BAD_INPUT,
	       "control characters");
	act(&hall, &morocco, "text", id, "{'language':'en','title':'On joint patrols','wording':'One.\\nTwo.\\n'}");
	act(&hall, &morocco, "agree", id, "{'revision':2}");
	refuse(&hall, &morocco, "agree", id, "{'revision':2}", JISR_CONFLICT, "agreed to revision 2 already");
	act(&hall, &clerk, "terms", id, "{'days':0,'notice_days':90}");
	refuse(&hall, &france, "agree", id, "{'revision':2}", JISR_CONFLICT, "it is 3 now");
	refuse(&hall, &france, "terms", id, "{'ratifications':3}", JISR_BAD_INPUT, "no more of them");
	act(&hall, &france, "agree", id, "{'revision':3}");
	shown(&hall, &france, id, "state", "negotiated");
	act(&hall, &morocco, "agree", id, "{'revision':3}");
	shown(&hall, &france, id, "state", "agreed");
	refuse(&hall, &morocco, "text", id, "{'language':'fr','title':'P','wording':'Un.'}", JISR_STATE, "is agreed");
	refuse(&hall, &secretary, "table", id, "{'session':93,'draft':1}", JISR_STATE, "not approved by the Assembly");
	refuse(&hall, &clerk, "sign", id, "{'signer':'Clerk'}", JISR_DENIED, "sign, ratify");
	act(&hall, &france, "sign", id, "{'signer':'Director General'}");
	refuse(&hall, &france, "sign", id, "{'signer':'Director General'}", JISR_CONFLICT, "signed already");
	refuse(&hall, &morocco, "reopen", id, "{'text':'changed my mind'}", JISR_STATE, "FR has signed it");
	refuse(&hall, &secretary, "deposit", id, NULL, JISR_STATE, "is agreed");
	refuse(&hall, &secretary, "sign", id, "{'signer':'Somebody','party':'MA'}", JISR_BAD_INPUT, "its own key");
	act(&hall, &morocco, "sign", id, "{'signer':'Director General'}");
	shown(&hall, &morocco, id, "state", "signed");
	assert_null(affairs_tell(&hall, &agreement_affair, &spain, NULL, id));
	struct text none = registered(&hall, id, false);
	assert_string_equal(none.bytes, "");
	text_finish(&none);
	act(&hall, &secretary, "deposit", id, NULL);
	shown(&hall, &spain, id, "state", "in-force");
	shown(&hall, &spain, id, "texts/0/wording", "One.\nTwo.\n");
	/* a stranger */
	struct text note = registered(&hall, id, true);
	size_t count = keys_of(&hall, keys, 20);
	char hex[SHA256_HEX];
	sha256_hex("One.\nTwo.\n", 10, hex);
	assert_int_equal(verify(note.bytes, note.length, keys, count, hex, &problem), JISR_OK);
	assert_int_equal(verify(note.bytes, note.length, keys, 0, NULL, &problem), JISR_CORRUPT);
	assert_non_null(strstr(problem.text, "a key that was not given"));
	/* whatever byte changes, it does not hold any more */
	for (size_t i = 0; i < note.length; i++) {
		note.bytes[i] ^= 1;
		if (verify(note.bytes, note.length, keys, count, NULL, &problem) == JISR_OK)
			fail_msg("byte %zu was changed", i);
		note.bytes[i] ^= 1;
	}
	text_finish(&note);
	/* it ends when one of two has left */
	refuse(&hall, &spain, "withdraw", id, "{'text':'x'}", JISR_DENIED, "only a party or headquarters");
	refuse(&hall, &secretary, "withdraw", id, "{'text':'x','party':'MA'}", JISR_DENIED, "acts by itself");
	act(&hall, &morocco, "withdraw", id, "{'text':'a new one is negotiated'}");
	agenda_day_add(clock_utc(now), 90, gone);
	shown(&hall, &spain, id, "ended", gone);
	shown(&hall, &spain, id, "state", "in-force");
	refuse(&hall, &morocco, "withdraw", id, "{'text':'again'}", JISR_CONFLICT, "has given notice already");
	struct text all = registered(&hall, NULL, false);
	assert_non_null(strstr(all.bytes, id));
	text_finish(&all);
	hall_same(&hall);
	place_finish(&hall.place);
}

static void draft(struct hall *hall)
{
	hall_do(hall, &hall->secretary, "draft",
	        affairs_fields("{'matter':'agreement','notified':'2025-01-01','title':" FOUR(
			"Relations") ",'operative':[" FOUR("Approves") "]}"));
}

#define UNION_BODY                                                                                                     \
	"{'kind':'relations','title':" FOUR(                                                                           \
		"With a union") ",'parties':[{'code':'GS'},{'code':'EX-1','name':'Invented "                           \
				"union','key':'%s'},{'code':'EX-2','name':'Invented court'}],"                         \
				"'notice_days':365,'ratifications':2}"

static void relations_are_valid_only_after_the_assembly(void **state)
{
	(void)state;
	struct hall hall;
	char id[AFFAIR_ID_MAX + 1], key[NOTE_MAX_KEY], fields[1000], signature[AGREEMENT_SIGNATURE + 1];
	struct note_signer outside, other;
	struct note_verifier verifier;
	struct problem problem = {""};
	struct text made;
	hall_open(&hall);
	secretary = place_caller("GS", "GS-3", ROLE_BIT(ROLE_SECRETARY_GENERAL));
	struct caller spain = head("ES");
	assert_int_equal(note_signer_new("EX-1", &outside, NULL), JISR_OK);
	assert_int_equal(note_signer_new("EX-1", &other, NULL), JISR_OK);
	note_signer_verifier(&outside, &verifier);
	note_verifier_write(&verifier, key);
	(void)snprintf(fields, sizeof fields, UNION_BODY, "EX-9+00+AA");
	refuse(&hall, &secretary, "propose", NULL, fields, JISR_BAD_INPUT, "public key of the form EX-1+ID+KEY");
	refuse(&hall, &secretary, "propose", NULL,
	       "{'kind':'relations','title':{'en':'X'},'parties':[{'code':'GS'},{'code':'MA'}]}", JISR_BAD_INPUT,
	       "no office here");
	(void)snprintf(fields, sizeof fields, UNION_BODY, key);
	propose(&hall, &secretary, fields, id);
	static const char *const languages[] = {"en", "fr", "es", "ar"};
	for (int i = 0; i < 4; i++) {
		if (i == 3)
			refuse(&hall, &secretary, "agree", id, "{'revision':4}", JISR_STATE, "Arabic, English");
		(void)snprintf(fields, sizeof fields, "{'language':'%s','title':'T','wording':'In %s'}", languages[i],
		               languages[i]);
		act(&hall, &secretary, "text", id, fields);
	}
	act(&hall, &secretary, "agree", id, "{'revision':5}");
	act(&hall, &secretary, "agree", id, "{'revision':5,'party':'EX-1'}");
	act(&hall, &secretary, "agree", id, "{'revision':5,'party':'EX-2'}");
	refuse(&hall, &secretary, "sign", id, "{'signer':'Secretary General'}", JISR_STATE, "Article 41");
	hall_do(&hall, &hall.secretary, "draft",
	        affairs_fields("{'title':" FOUR("Other") ",'operative':[" FOUR("Notes") "]}"));
	refuse(&hall, &secretary, "table", id, "{'session':93,'draft':1}", JISR_STATE,
	       "as resolution, not as agreement");
	refuse(&hall, &secretary, "table", id, "{'session':93,'draft':7}", JISR_NOT_FOUND, "no draft 7");
	draft(&hall);
	assert_null(affairs_tell(&hall, &agreement_affair, &spain, NULL, id));
	act(&hall, &secretary, "table", id, "{'session':93,'draft':2}");
	shown(&hall, &spain, id, "texts/0/wording", "In ar");
	act(&hall, &secretary, "take-back", id, "{'text':'not yet'}");
	assert_null(affairs_tell(&hall, &agreement_affair, &spain, NULL, id));
	act(&hall, &secretary, "table", id, "{'session':93,'draft':2}");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"agreement\",\"subject\":\"draft:2\",\"method\":\"hands\"}");
	refuse(&hall, &secretary, "take-back", id, "{'text':'late'}", JISR_STATE, "is open");
	hall_do(&hall, &hall.secretary, "vote.hands", "{\"vote\":1,\"yes\":1,\"no\":4,\"abstain\":0}");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	shown(&hall, &spain, id, "state", "rejected");
	refuse(&hall, &secretary, "sign", id, "{'signer':'Secretary General'}", JISR_STATE, "is rejected");
	act(&hall, &secretary, "reopen", id, "{'text':'one sentence is to go'}");
	act(&hall, &secretary, "text", id, "{'language':'en','title':'T','wording':'In better English'}");
	(void)snprintf(fields, sizeof fields, "{'revision':7}");
	act(&hall, &secretary, "agree", id, fields);
	act(&hall, &secretary, "agree", id, "{'revision':7,'party':'EX-1'}");
	act(&hall, &secretary, "agree", id, "{'revision':7,'party':'EX-2'}");
	draft(&hall);
	act(&hall, &secretary, "table", id, "{'session':93,'draft':3}");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"agreement\",\"subject\":\"draft:3\",\"method\":\"hands\"}");
	hall_do(&hall, &hall.secretary, "vote.hands", "{\"vote\":2,\"yes\":4,\"no\":1,\"abstain\":0}");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":2}");
	shown(&hall, &spain, id, "state", "approved");
	/* signed: with the key that the union keeps, on paper by the court */
	struct text text;
	cJSON *told = affairs_tell(&hall, &agreement_affair, &secretary, "note", id);
	text_init(&text, 1 << 16);
	(void)text_add_string(&text, json_get_text(told, "text"));
	json_free(told);
	text_init(&made, 1 << 16);
	assert_int_equal(note_sign(&other, text.bytes, text.length, &made, &problem), JISR_OK);
	assert_non_null(agreement_note_signature(made.bytes, signature));
	(void)snprintf(fields, sizeof fields, "{'signer':'President','party':'EX-1','signature':'%s'}", signature);
	refuse(&hall, &secretary, "sign", id, fields, JISR_BAD_INPUT, "does not hold");
	text_reset(&made);
	assert_int_equal(note_sign(&outside, text.bytes, text.length, &made, &problem), JISR_OK);
	assert_non_null(agreement_note_signature(made.bytes, signature));
	(void)snprintf(fields, sizeof fields, "{'signer':'President','party':'EX-1','signature':'%s'}", signature);
	act(&hall, &secretary, "sign", id, fields);
	refuse(&hall, &secretary, "sign", id, "{'signer':'President','party':'EX-2'}", JISR_BAD_INPUT,
	       "has given no key");
	act(&hall, &secretary, "sign", id,
	    "{'signer':'Registrar','party':'EX-2',"
	    "'paper':'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}");
	offers(&hall, &secretary, id, "sign", true);
	offers(&hall, &spain, id, "sign", false);
	act(&hall, &secretary, "sign", id, "{'signer':'Secretary General'}");
	shown(&hall, &spain, id, "state", "signed");
	act(&hall, &secretary, "deposit", id, NULL);
	shown(&hall, &spain, id, "state", "deposited");
	refuse(&hall, &secretary, "ratify", id, "{'party':'EX-1','day':'2999-01-01'}", JISR_BAD_INPUT, "still to come");
	act(&hall, &secretary, "ratify", id, "{'party':'EX-1'}");
	shown(&hall, &spain, id, "state", "deposited");
	act(&hall, &secretary, "ratify", id, "{'party':'EX-2'}");
	shown(&hall, &spain, id, "state", "in-force");
	note_signer_finish(&outside);
	note_signer_finish(&other);
	text_finish(&made);
	text_finish(&text);
	/* the note holds without the one who signed on paper */
	struct note_verifier keys[21];
	size_t count = keys_of(&hall, keys, 20);
	keys[count++] = verifier;
	struct text note = registered(&hall, id, true);
	if (verify(note.bytes, note.length, keys, count, NULL, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	text_finish(&note);
	hall_same(&hall);
	place_finish(&hall.place);
}

/* ---- days: worked out again, by looking at every day ---- */

static void entry_into_force_and_end_follow_from_the_terms(void **state)
{
	(void)state;
	static const char *const parties[] = {"MA", "FR", "ES", "IS"};
	struct hall hall;
	struct caller heads[4];
	char now[CLOCK_UTC_MAX], today[11];
	uint32_t lot = 12345;
	hall_init(&hall);
	secretary = place_caller("GS", "GS-3", ROLE_BIT(ROLE_SECRETARY_GENERAL));
	(void)snprintf(today, sizeof today, "%.10s", clock_utc(now));
	for (int i = 0; i < 4; i++)
		heads[i] = head(parties[i]);
	for (int round = 0; round < 12; round++) {
		char id[AFFAIR_ID_MAX + 1], fields[600], ratified[4][11] = {"", "", "", ""}, list[200] = "",
							 not_before[11];
#define LOT(n) ((lot = lot * 1664525u + 1013904223u) >> 8) % (n)
		unsigned count = 2 + LOT(3), needed = LOT(count + 1), days = LOT(40), notice = LOT(3);
		for (unsigned i = 0; i < count; i++)
			(void)snprintf(list + strlen(list), sizeof list - strlen(list), "%s{'code':'%s'}",
			               i > 0 ? "," : "", parties[i]);
		bool late = LOT(3) == 0;
		agenda_day_add(today, (int)LOT(60) - 30, not_before);
		(void)snprintf(fields, sizeof fields,
		               "{'kind':'technical','title':{'en':'T'},'parties':[%s],'ratifications':%u,'days':%u,"
		               "'notice_days':%u%s%s%s}",
		               list, needed, days, notice, late ? ",'not_before':'" : "", late ? not_before : "",
		               late ? "'" : "");
		propose(&hall, &heads[0], fields, id);
		act(&hall, &heads[0], "text", id, "{'language':'en','title':'T','wording':'One.'}");
		for (unsigned i = 0; i < count; i++)
			act(&hall, &heads[i], "agree", id, "{'revision':2}");
		for (unsigned i = 0; i < count; i++)
			act(&hall, &heads[i], "sign", id, "{'signer':'Head'}");
		act(&hall, &secretary, "deposit", id, NULL);
		unsigned told = LOT(count + 1), leaving = LOT(count + 1);
		for (unsigned i = 0; i < told; i++) {
			agenda_day_add(today, -(int)LOT(20), ratified[i]);
			(void)snprintf(fields, sizeof fields, "{'day':'%s'}", ratified[i]);
			if (needed == 0)
				refuse(&hall, &heads[i], "ratify", id, fields, JISR_STATE, "without ratifications");
			else
				act(&hall, &heads[i], "ratify", id, fields);
			offers(&hall, &heads[i], id, "ratify", false);
		}
		for (unsigned i = told; i < count; i++)
			offers(&hall, &heads[i], id, "ratify", needed > 0);
		for (unsigned i = 0; i < leaving; i++)
			act(&hall, &heads[i], "withdraw", id, "{'text':'x'}");
		/* the first day on which it holds that so many had ratified, so many days ago */
		char expected[11] = "", ended[11] = "";
		for (int day = 0; day <= 100 && expected[0] == '\0'; day++) {
			char then[11], base[11];
			unsigned had = 0;
			agenda_day_add(today, day, then);
			agenda_day_add(then, -(int)days, base);
			for (unsigned i = 0; i < told; i++)
				had += strcmp(ratified[i], base) <= 0;
			if (had >= needed && strcmp(today, base) <= 0 && (!late || strcmp(not_before, then) <= 0))
				(void)snprintf(expected, sizeof expected, "%s", then);
		}
		if (leaving + 1 >= count)
			agenda_day_add(today, (int)notice, ended);
		shown(&hall, &heads[0], id, "in_force", expected);
		shown(&hall, &heads[0], id, "ended", ended);
		shown(&hall, &heads[0], id, "state",
		      ended[0] != '\0' && notice == 0                       ? "ended"
		      : expected[0] != '\0' && strcmp(expected, today) <= 0 ? "in-force"
		                                                            : "deposited");
	}
	hall_same(&hall);
	place_finish(&hall.place);
}

static void limits_and_no_memory_leave_nothing_half_done(void **state)
{
	(void)state;
	struct hall hall;
	char id[AFFAIR_ID_MAX + 1], *fields = malloc(100000);
	struct problem problem = {""};
	hall_init(&hall);
	secretary = place_caller("GS", "GS-3", ROLE_BIT(ROLE_SECRETARY_GENERAL));
	struct caller morocco = head("MA"), france = head("FR");
	propose(&hall, &morocco, PATROLS, id);
	for (int more = -1; more <= 1; more++) {
		size_t length = (size_t)snprintf(fields, 100, "{\"language\":\"en\",\"title\":\"T\",\"wording\":\"");
		memset(fields + length, 'x', (size_t)(AGREEMENT_WORDING + more));
		(void)snprintf(fields + length + AGREEMENT_WORDING + more, 10, "\"}");
		int error = affairs_try(&hall, &agreement_affair, &morocco, "text", id, fields, &problem);
		assert_int_equal(error, more > 0 ? JISR_BAD_INPUT : JISR_OK);
	}
	for (int i = 1; i <= AGREEMENT_TEXTS; i++) {
		(void)snprintf(fields, 200, "{'language':'x%c','title':'T','wording':'w'}", 'a' + i);
		if (i < AGREEMENT_TEXTS)
			act(&hall, &morocco, "text", id, fields);
		else
			refuse(&hall, &morocco, "text", id, fields, JISR_TOO_LARGE, "at most 12 languages");
	}
	free(fields);
	shown(&hall, &france, id, "texts/11/language", "xl");
	/* what is told, and the note that is read, without memory */
	struct note_verifier keys[20];
	size_t count = keys_of(&hall, keys, 20);
	struct store_reader *reader = NULL;
	assert_int_equal(store_read(hall.place.store, &reader, &problem), JISR_OK);
	for (int at = 0, good = 0; !good && at < 400; at++) {
		struct text text;
		text_init(&text, 1 << 20);
		memory_fail_after(at);
		int error = affair_tell(store_reader_sql(reader), &agreement_affair, NULL, id, &morocco, &text, NULL,
		                        &problem);
		memory_fail_after(-1);
		text_finish(&text);
		assert_true(error == JISR_OK || error == JISR_NO_MEMORY);
		good = error == JISR_OK;
	}
	store_read_end(reader);
	cJSON *told = affairs_tell(&hall, &agreement_affair, &morocco, NULL, id);
	const char *note = json_get_text(told, "note");
	for (int at = 0, good = 0; !good && at < 100; at++) {
		memory_fail_after(at);
		int error = verify(note, strlen(note), keys, count, NULL, &problem);
		memory_fail_after(-1);
		assert_true(error == JISR_CORRUPT || error == JISR_NO_MEMORY);
		good = error == JISR_CORRUPT; /* nobody has signed yet */
	}
	assert_non_null(strstr(problem.text, "has not signed"));
	json_free(told);
	hall_same(&hall);
	place_finish(&hall.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_offices_agree_sign_and_leave),
		cmocka_unit_test(relations_are_valid_only_after_the_assembly),
		cmocka_unit_test(entry_into_force_and_end_follow_from_the_terms),
		cmocka_unit_test(limits_and_no_memory_leave_nothing_half_done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
