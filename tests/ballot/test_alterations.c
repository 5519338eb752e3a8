/* Every message of an election, altered in one place, all hashes put right again: what was altered must be refused with
 * a sentence, or, where it is no fault in itself (the order of public credentials), must be seen by whoever kept the
 * head. A sample of all alterations in ./test; all of them, some minutes, with
 *
 *     JISR_ALTERATIONS=all build/tests/ballot/test_ballot_alterations */
#include "sample.h"

#include "ballot/group_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SAMPLED 60 /* alterations of each election in ./test */

struct alteration {
	const struct group *group;
	size_t wanted; /* number of the alteration that is carried out; SIZE_MAX counts only */
	size_t seen;
	bool neutral; /* it may be no fault in itself */
	bool list;    /* the message is the list of public credentials */
	char what[200];
};

static bool now(struct alteration *alteration, const char *what, const char *where)
{
	if (alteration->seen++ != alteration->wanted)
		return false;
	(void)snprintf(alteration->what, sizeof alteration->what, "%s: %s", where, what);
	return true;
}

static void set(cJSON *item, const char *string)
{
	assert_non_null(cJSON_SetValuestring(item, string));
}

/* ret = decimal + or - modulus */
static void shifted(const char *decimal, const mp_limb_t *modulus, bool negative, char ret[2000])
{
	mpz_t number, by;
	assert_int_equal(mpz_init_set_str(number, decimal, 10), 0);
	mpz_roinit_n(by, modulus, GROUP_LIMBS);
	if (negative)
		mpz_sub(number, by, number);
	else
		mpz_add(number, number, by);
	assert_true(mpz_sizeinbase(number, 10) < 1900);
	(void)mpz_get_str(ret, 10, number);
	mpz_clear(number);
}

static void alter_number(struct alteration *alteration, cJSON *item, const char *where)
{
	char other[2000];
	const char *digits = item->valuestring;
	bool element = strlen(digits) > 200;
	const mp_limb_t *modulus = element ? alteration->group->p : alteration->group->q;
	static const mp_limb_t one[GROUP_LIMBS] = {1};
	if (now(alteration, "a leading zero", where)) {
		(void)snprintf(other, sizeof other, "0%s", digits);
		set(item, other);
	} else if (now(alteration, "a blank at the end", where)) {
		(void)snprintf(other, sizeof other, "%s ", digits);
		set(item, other);
	} else if (now(alteration, "a minus", where)) {
		(void)snprintf(other, sizeof other, "-%s", digits);
		set(item, other);
	} else if (now(alteration, "0", where)) {
		set(item, strcmp(digits, "0") == 0 ? "2" : "0");
	} else if (now(alteration, "1", where)) {
		set(item, strcmp(digits, "1") == 0 ? "2" : "1");
	} else if (now(alteration, "one more", where)) {
		shifted(digits, one, false, other);
		set(item, other);
	} else if (now(alteration, "the modulus more", where)) {
		shifted(digits, modulus, false, other);
		set(item, other);
	} else if (now(alteration, "the modulus less it", where)) {
		shifted(digits, modulus, true, other);
		set(item, other);
	}
}

static void alter_string(struct alteration *alteration, cJSON *item, const char *where)
{
	char *string = item->valuestring;
	size_t length = strlen(string);
	if (length > 20 && strspn(string, "0123456789") == length) {
		alter_number(alteration, item, where);
	} else if (now(alteration, "another first character", where)) {
		if (length > 0)
			string[0] = string[0] == 'a' ? 'b' : 'a';
		else
			set(item, "a");
	} else if (now(alteration, "another last character", where)) {
		if (length > 0)
			string[length - 1] = string[length - 1] == '1' ? '2' : '1';
		else
			set(item, "1");
	} else if (now(alteration, "one character less", where)) {
		if (length > 0)
			string[length - 1] = '\0';
		else
			set(item, " ");
	}
}

static void alter(struct alteration *alteration, cJSON *item, const char *where);

static void alter_children(struct alteration *alteration, cJSON *item, const char *where)
{
	size_t index = 0;
	for (cJSON *child = item->child; child != NULL; child = child->next, index++) {
		char inner[120];
		if (child->string != NULL)
			(void)snprintf(inner, sizeof inner, "%.90s.%.20s", where, child->string);
		else
			(void)snprintf(inner, sizeof inner, "%.90s[%zu]", where, index);
		alter(alteration, child, inner);
	}
}

static void alter(struct alteration *alteration, cJSON *item, const char *where)
{
	int count = cJSON_GetArraySize(item);
	if (cJSON_IsString(item)) {
		alter_string(alteration, item, where);
	} else if (cJSON_IsNumber(item)) {
		if (now(alteration, "one more", where))
			cJSON_SetNumberValue(item, item->valuedouble + 1);
		else if (now(alteration, "one less", where))
			cJSON_SetNumberValue(item, item->valuedouble - 1);
		else if (now(alteration, "a half more", where))
			cJSON_SetNumberValue(item, item->valuedouble + 0.5);
	} else if (cJSON_IsBool(item)) {
		if (now(alteration, "the other", where))
			item->type = cJSON_IsTrue(item) ? cJSON_False : cJSON_True;
	} else if (cJSON_IsArray(item)) {
		if (now(alteration, "one item more", where)) {
			cJSON_AddItemToArray(item, count > 0 ? cJSON_Duplicate(item->child, true) : cJSON_CreateNull());
		} else if (count > 0 && now(alteration, "one item less", where)) {
			cJSON_DeleteItemFromArray(item, 0);
		} else if (count > 1 && now(alteration, "two items exchanged", where)) {
			char *first = cJSON_PrintUnformatted(item->child),
			     *second = cJSON_PrintUnformatted(item->child->next);
			alteration->neutral = alteration->list || strcmp(first, second) == 0;
			cJSON_free(first);
			cJSON_free(second);
			cJSON_InsertItemInArray(item, 0, cJSON_DetachItemFromArray(item, 1));
		}
		alter_children(alteration, item, where);
	} else if (cJSON_IsObject(item)) {
		if (now(alteration, "a member more", where))
			(void)cJSON_AddStringToObject(item, "extra", "1");
		else if (count > 0 && now(alteration, "a member less", where))
			cJSON_DeleteItemFromArray(item, 0);
		alter_children(alteration, item, where);
	}
}

/* Carries out alteration `wanted` of a message; counts them when wanted is SIZE_MAX. */
static size_t alter_text(const struct sample *sample, struct text *text, size_t wanted, bool list,
                         struct alteration *ret_alteration)
{
	struct alteration alteration = {.group = sample->group, .wanted = wanted, .list = list};
	CLEANUP(json_freep) cJSON *json = cJSON_ParseWithLength(text->bytes, text->length);
	assert_non_null(json);
	alter(&alteration, json, "");
	if (wanted != SIZE_MAX) {
		text_reset(text);
		assert_int_equal(json_write(json, text), JISR_OK);
		*ret_alteration = alteration;
	}
	return alteration.seen;
}

/* The event messages as they are in the archive, for altering. */
static void keep_events(struct sample *sample, const struct text *bytes)
{
	struct archive *archive;
	struct problem problem = {0};
	assert_int_equal(archive_open_bytes(bytes->bytes, bytes->length, &archive, &problem), JISR_OK);
	size_t event = 0;
	for (size_t i = 0; i < archive_count(archive); i++) {
		struct archive_entry entry = archive_get(archive, i);
		if (entry.kind == ARCHIVE_EVENT)
			text_add(&sample->events[event++].event, entry.bytes, entry.length);
	}
	(void)archive_close(archive);
}

struct run {
	struct sample *sample;
	struct text original;
	size_t done, neutral;
};

static void judge(struct run *run, const char *message, const struct alteration *alteration)
{
	struct text bytes;
	struct problem problem = {0};
	struct verify_report report;
	text_init(&bytes, SIZE_MAX);
	sample_archive(run->sample, &bytes);
	run->done++;
	bool same = bytes.length == run->original.length && memcmp(bytes.bytes, run->original.bytes, bytes.length) == 0;
	int error = sample_verify(&bytes, &report, &problem);
	if (error != JISR_OK && (problem.text[0] == '\0' || (error != JISR_BAD_INPUT && error != JISR_UNSUPPORTED)))
		fail_msg("%s %s: refused with %d '%s'", message, alteration->what, error, problem.text);
	if (error == JISR_OK && !same && !alteration->neutral)
		fail_msg("%s %s: accepted", message, alteration->what);
	if (error == JISR_OK && !same) {
		struct archive *old, *new;
		run->neutral++;
		assert_int_equal(archive_open_bytes(run->original.bytes, run->original.length, &old, &problem),
		                 JISR_OK);
		assert_int_equal(archive_open_bytes(bytes.bytes, bytes.length, &new, &problem), JISR_OK);
		assert_int_equal(verify_continues(old, new, &problem), JISR_BAD_INPUT);
		(void)archive_close(old);
		(void)archive_close(new);
	}
	text_finish(&bytes);
}

/* Every step-th alteration of one message. */
static void alter_message(struct run *run, struct text *text, const char *name, bool list, size_t step, size_t *phase)
{
	struct alteration alteration = {0};
	struct text saved;
	size_t count = alter_text(run->sample, text, SIZE_MAX, list, NULL);
	text_init(&saved, SIZE_MAX);
	text_add(&saved, text->bytes, text->length);
	for (size_t i = *phase; i < count; i += step) {
		(void)alter_text(run->sample, text, i, list, &alteration);
		judge(run, name, &alteration);
		text_reset(text);
		text_add(text, saved.bytes, saved.length);
	}
	*phase = (*phase + step - count % step) % step;
	text_finish(&saved);
}

static size_t count_all(struct sample *sample)
{
	size_t count = 0;
	for (size_t i = 0; i < sample->event_count; i++)
		for (size_t j = 0; j < sample->events[i].count; j++)
			if (sample->events[i].messages[j].length > 0)
				count += alter_text(sample, &sample->events[i].messages[j], SIZE_MAX, false, NULL);
	return count;
}

static void alter_election(struct sample *sample)
{
	struct run run = {.sample = sample};
	struct problem problem = {0};
	struct verify_report report;
	const char *wanted = getenv("JISR_ALTERATIONS");
	text_init(&run.original, SIZE_MAX);
	sample_archive(sample, &run.original);
	if (sample_verify(&run.original, &report, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	size_t all = count_all(sample), phase = 0;
	size_t step = wanted != NULL && strcmp(wanted, "all") == 0 ? 1 : all / SAMPLED + 1;
	for (size_t i = 0; i < sample->event_count; i++) {
		struct sample_event *event = &sample->events[i];
		for (size_t j = 0; j < event->count; j++) {
			char name[80];
			bool payload = event->count > 1 && j + 1 == event->count;
			(void)snprintf(name, sizeof name, "%s %zu, message %zu", event_type_name(event->type), i, j);
			if (event->messages[j].length == 0)
				continue; /* sample_archive writes it */
			event->keep = payload;
			alter_message(&run, &event->messages[j], name, event->type == EVENT_SETUP && j == 2, step,
			              &phase);
			event->keep = false;
		}
	}
	keep_events(sample, &run.original);
	phase = 0;
	for (size_t i = 0; i < sample->event_count; i++) {
		/* One event is altered, those after it are chained to it as it is now. */
		struct sample_event *event = &sample->events[i];
		for (size_t j = 0; j < sample->event_count; j++)
			if (j != i)
				text_reset(&sample->events[j].event);
		alter_message(&run, &event->event, event_type_name(event->type), false, step == 1 ? 1 : 5, &phase);
		if (i + 1 < sample->event_count) {
			text_reset(&event->event);
			keep_events(sample, &run.original);
		}
	}
	print_message("# %zu alterations, %zu of them seen by the head alone\n", run.done, run.neutral);
	text_finish(&run.original);
}

static void no_alteration_of_an_own_election_passes(void **state)
{
	(void)state;
	struct sample sample;
	const char *wanted = getenv("JISR_ALTERATIONS");
	sample_init(&sample, &(struct sample_plan){.weights = true, .voters = wanted != NULL ? 6 : 2});
	alter_election(&sample);
	sample_finish(&sample);
}

static void no_alteration_of_an_election_by_belenios_tool_passes(void **state)
{
	(void)state;
	struct sample sample;
	char path[4096];
	const char *shared = getenv("JISR_SHARED");
	(void)snprintf(path, sizeof path, "%s/data/belenios-archives/e5t/dHvU6JtmkPXheF.bel",
	               shared != NULL ? shared : "../shared");
	if (access(path, R_OK) != 0)
		skip();
	sample_load(&sample, path);
	alter_election(&sample);
	sample_finish(&sample);
}

/* Any byte of the file itself. */
static void no_flipped_bit_of_an_archive_passes_unseen(void **state)
{
	(void)state;
	struct sample sample;
	struct text bytes;
	struct verify_report report;
	sample_init(&sample, &(struct sample_plan){.questions = "[{\"answers\":[\"Yes\"],\"min\":0,\"max\":1,"
	                                                        "\"question\":\"?\"}]",
	                                           .votes = "[[1]]",
	                                           .voters = 1});
	text_init(&bytes, SIZE_MAX);
	sample_archive(&sample, &bytes);
	const char *wanted = getenv("JISR_ALTERATIONS");
	size_t step = wanted != NULL && strcmp(wanted, "all") == 0 ? 1 : 211;
	for (size_t i = 0; i < bytes.length; i += step) {
		struct problem problem = {0};
		bytes.bytes[i] = (char)(bytes.bytes[i] ^ 1 << i % 8);
		/* Only the time in the file BELENIOS is free: no hash holds it. */
		if (sample_verify(&bytes, &report, &problem) == JISR_OK && i / ARCHIVE_BLOCK != 1)
			fail_msg("byte %zu", i);
		bytes.bytes[i] = (char)(bytes.bytes[i] ^ 1 << i % 8);
	}
	text_finish(&bytes);
	sample_finish(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_alteration_of_an_own_election_passes),
		cmocka_unit_test(no_alteration_of_an_election_by_belenios_tool_passes),
		cmocka_unit_test(no_flipped_bit_of_an_archive_passes_unseen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
