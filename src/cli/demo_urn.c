#include "cli/demo_urn.h"

#include "assembly/urn_box.h"
#include "assembly/urn_bundle.h"
#include "assembly/urn_heads.h"
#include "ballot/board.h"
#include "ballot/credential_part.h"
#include "ballot/observed.h"
#include "base/file.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/thread.h"
#include "base/tree.h"

#include <string.h>

#define GROUP       "BELENIOS-2048"
#define FOLDER      "demo-election"
#define URN_MEMORY  ((size_t)64 << 20)
#define BALLOT_MOST ((size_t)1 << 20)
#define DEVICES     2 /* threads that make and send ballots */

/* Offices whose officers the demonstration can sign in are the first two trustees: MA's delegate, AD's head of bureau. */
static const char *const trustees[DEMO_TRUSTEES] = {"MA", "AD", "FR"};
static const char *const registrars[DEMO_REGISTRARS] = {"IS", "KE"};
static const char *const observers[DEMO_OBSERVERS] = {"observer-one.invalid", "observer-two.invalid"};

struct secrets {
	char seeds[DEMO_TRUSTEES][CHANNEL_SEED + 1];
	struct channel_keys keys[DEMO_TRUSTEES];
	struct note_signer signers[DEMO_OBSERVERS];
	char codes[DEMO_REGISTRARS][URN_MAX_VOTERS][CREDENTIAL_LENGTH + 1];
};

struct demo_urn {
	struct demo *demo;
	char id[URN_ID_MAX + 1];
	struct arena *arena;
	struct secrets *secrets;
	const struct group *group;
	const char *voters[URN_MAX_VOTERS];
	size_t places[URN_MAX_VOTERS]; /* places[i]: which voter stands at place i of the registrars' lists */
	size_t count;
};

struct demo_urn *demo_urn_free(struct demo_urn *urn)
{
	if (urn == NULL)
		return NULL;
	secret_free(urn->secrets);
	arena_free(urn->arena);
	return memory_free(urn);
}

size_t demo_urn_voters(const struct demo_urn *urn)
{
	return urn->count;
}

static int no_memory(struct problem *problem)
{
	return problem_no_memory(problem);
}

/* ---- acts ---- */

static int act(struct demo_urn *urn, const struct caller *caller, enum urn_act what, cJSON *fields,
               struct problem *problem)
{
	struct urn_order order = {.act = what,
	                          .caller = caller,
	                          .id = what == URN_ACT_CALL ? NULL : urn->id,
	                          .fields = fields,
	                          .expected = ENTRY_ANY};
	int error = tree_failed() ? no_memory(problem) : urn_act_submit(urn->demo->store, &order, problem);
	json_free(fields);
	if (!error && what == URN_ACT_CALL)
		(void)snprintf(urn->id, sizeof urn->id, "%s", order.made);
	return error;
}

/* What an office sends as it is. */
static int send(struct demo_urn *urn, const char *office, enum urn_act what, const struct text *text,
                struct problem *problem)
{
	struct caller caller = demo_caller(office, 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	cJSON *fields = tree_object();
	tree_bytes(fields, urn_act_field(what), text->bytes, text->length);
	return act(urn, &caller, what, fields, problem);
}

static int call(struct demo_urn *urn, unsigned vote, struct problem *problem)
{
	cJSON *fields = tree_object(), *list;
	tree_count(fields, "session", DEMO_SESSION);
	tree_count(fields, "vote", vote);
	list = tree_add_array(fields, "trustees");
	for (size_t i = 0; i < DEMO_TRUSTEES; i++)
		tree_text(list, NULL, trustees[i]);
	tree_count(fields, "threshold", DEMO_THRESHOLD);
	list = tree_add_array(fields, "registrars");
	for (size_t i = 0; i < DEMO_REGISTRARS; i++)
		tree_text(list, NULL, registrars[i]);
	return act(urn, &urn->demo->console, URN_ACT_CALL, fields, problem);
}

/* What is read for one step: the vote as it stands. */
static int look(struct demo_urn *urn, struct store_reader **ret_reader, struct urn *ret_urn, struct problem *problem)
{
	int error = store_read(urn->demo->store, ret_reader, problem);
	return error ? error : urn_get(store_reader_sql(*ret_reader), urn->id, urn->arena, ret_urn, problem);
}

/* ---- trustees ---- */

/* One step of one trustee: makes its message from what the service gives. */
static int step(struct demo_urn *urn, size_t trustee, enum urn_act what, struct text *made, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(threshold_freep) struct threshold *group = NULL;
	const struct channel_keys *keys = &urn->secrets->keys[trustee];
	struct text certificates, input;
	struct urn read;
	int error = look(urn, &reader, &read, problem);
	if (error || what == URN_ACT_CERTIFICATE)
		return error ? error : pedersen_certificate(urn->group, keys, made);
	text_init(&certificates, PEDERSEN_MAX_BYTES);
	text_init(&input, PEDERSEN_MAX_BYTES);
	struct sql *sql = store_reader_sql(reader);
	error = urn_lines(sql, &read, URN_CERTIFICATE, &certificates, problem);
	if (!error)
		error = pedersen_certificates(urn->group, certificates.bytes, certificates.length, &group, problem);
	if (!error && what == URN_ACT_POLYNOMIAL)
		error = pedersen_polynomial(group, keys, DEMO_THRESHOLD, made, problem);
	else if (!error)
		error = urn_act_input(sql, &read, trustee + 1, &input, problem);
	if (!error && what == URN_ACT_SHARE)
		error = pedersen_accept(group, keys, input.bytes, input.length, made, NULL, problem);
	text_finish(&certificates);
	text_finish(&input);
	return error;
}

static int hold_ceremony(struct demo_urn *urn, struct problem *problem)
{
	static const enum urn_act steps[] = {URN_ACT_CERTIFICATE, URN_ACT_POLYNOMIAL, URN_ACT_SHARE};
	int error = JISR_OK;
	for (size_t i = 0; i < DEMO_TRUSTEES; i++) {
		channel_seed_make(urn->secrets->seeds[i]);
		channel_keys_derive(urn->group, urn->secrets->seeds[i], &urn->secrets->keys[i]);
	}
	for (size_t s = 0; s < sizeof steps / sizeof *steps && !error; s++)
		for (size_t i = 0; i < DEMO_TRUSTEES && !error; i++) {
			struct text made;
			text_init(&made, PEDERSEN_MAX_BYTES);
			error = step(urn, i, steps[s], &made, problem);
			if (!error)
				error = send(urn, trustees[i], steps[s], &made, problem);
			text_finish(&made);
		}
	return error;
}

static int decrypt(struct demo_urn *urn, size_t trustee, struct text *made, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	CLEANUP(secret_freep) struct scalar *private_key = secret_alloc(sizeof *private_key);
	struct urn_bundle bundle;
	struct text key;
	struct urn read;
	unsigned char hash[DIGEST_BYTES];
	int error = private_key == NULL ? no_memory(problem) : look(urn, &reader, &read, problem);
	if (error)
		return error;
	text_init(&key, PEDERSEN_MAX_BYTES);
	error = urn_act_key(store_reader_sql(reader), &read, trustee + 1, &key, problem);
	if (!error)
		error = pedersen_decryption_key(urn->group, &urn->secrets->keys[trustee], key.bytes, key.length,
		                                private_key, problem);
	text_finish(&key);
	if (error)
		return error;
	error = urn_bundle_open(store_reader_sql(reader), urn->id, &bundle, problem);
	if (!error)
		error = urn_bundle_read_tally(&bundle, &read, &tally, problem);
	if (!error)
		error = decryption_make(tally, private_key, trustees_key(bundle.trustees, trustee + 1), made);
	if (!error) {
		digest_of(made->bytes, made->length, hash);
		(void)text_add_char(made, '\n');
		error = decryption_owned_write(trustee + 1, hash, made);
	}
	urn_bundle_finish(&bundle);
	return error;
}

int demo_urn_count(struct demo_urn *urn, struct problem *problem)
{
	int error = act(urn, &urn->demo->console, URN_ACT_CLOSE, NULL, problem);
	for (size_t i = 0; i < DEMO_THRESHOLD && !error; i++) {
		struct text made;
		text_init(&made, PEDERSEN_MAX_BYTES);
		error = decrypt(urn, i, &made, problem);
		if (!error)
			error = send(urn, trustees[i], URN_ACT_DECRYPT, &made, problem);
		text_finish(&made);
	}
	return error ? error : act(urn, &urn->demo->console, URN_ACT_RESULT, NULL, problem);
}

/* ---- registrars ---- */

static int read_voters(struct demo_urn *urn, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct text lines;
	struct urn read;
	text_init(&lines, PEDERSEN_MAX_BYTES);
	int error = look(urn, &reader, &read, problem);
	if (!error)
		error = urn_act_voters(&read, &lines, problem);
	char *line = error ? NULL : arena_text(urn->arena, lines.bytes, lines.length);
	text_finish(&lines);
	if (!error && line == NULL)
		return no_memory(problem);
	while (!error && *line != '\0' && urn->count < URN_MAX_VOTERS) {
		urn->voters[urn->count++] = line;
		line += strcspn(line, "\n");
		*line++ = '\0';
	}
	return error;
}

static int give_credentials(struct demo_urn *urn, struct problem *problem)
{
	unsigned char seed[CREDENTIAL_SEED];
	int error = read_voters(urn, problem);
	credential_part_seed(seed);
	if (!error)
		error = credential_part_order(seed, urn->id, urn->voters, urn->count, urn->places);
	for (size_t i = 0; i < DEMO_REGISTRARS && !error; i++) {
		struct text part;
		text_init(&part, PEDERSEN_MAX_BYTES);
		error = credential_part_make(urn->group, urn->id, registrars[i], urn->count, urn->secrets->codes[i][0],
		                             &part, problem);
		if (!error)
			error = send(urn, registrars[i], URN_ACT_CREDENTIALS, &part, problem);
		text_finish(&part);
	}
	return error;
}

int demo_urn_open(struct demo *demo, unsigned vote, struct demo_urn **ret_urn, struct problem *problem)
{
	CLEANUP(demo_urn_freep) struct demo_urn *urn = memory_zero(1, sizeof *urn);
	if (urn == NULL || arena_new(URN_MEMORY, &urn->arena) != JISR_OK ||
	    (urn->secrets = secret_alloc(sizeof *urn->secrets)) == NULL)
		return no_memory(problem);
	urn->demo = demo;
	urn->group = group_find(GROUP);
	int error = call(urn, vote, problem);
	if (!error)
		error = hold_ceremony(urn, problem);
	if (!error)
		error = give_credentials(urn, problem);
	if (!error)
		error = act(urn, &demo->console, URN_ACT_OPEN, NULL, problem);
	for (size_t i = 0; i < DEMO_OBSERVERS && !error; i++) {
		struct note_verifier verifier;
		struct text text;
		char written[NOTE_MAX_KEY];
		error = note_signer_new(observers[i], &urn->secrets->signers[i], problem);
		if (error)
			break;
		note_signer_verifier(&urn->secrets->signers[i], &verifier);
		note_verifier_write(&verifier, written);
		text_init(&text, sizeof written);
		error = text_add_string(&text, written);
		if (!error)
			error = send(urn, urn->voters[i], URN_ACT_OBSERVER, &text, problem);
		text_finish(&text);
	}
	if (error)
		return error;
	*ret_urn = urn;
	urn = NULL;
	return JISR_OK;
}

/* ---- voters ---- */

struct voting {
	const struct demo_urn *urn;
	const struct election *election;
	const struct ballot_context *context;
	struct urn_box *box;
	void (*choose)(size_t voter, size_t choices, unsigned char *chosen);
	size_t from, until, first; /* this thread's voters are first, first + DEVICES, ... from the first on */
	int error;
	struct problem problem;
};

/* Both codes of the voter who stands at that place. */
static int credential_of(const struct demo_urn *urn, size_t place, char ret_credential[CREDENTIAL_TEXT_MAX],
                         struct problem *problem)
{
	char typed[CREDENTIAL_TEXT_MAX];
	(void)snprintf(typed, sizeof typed, "%s+%s", urn->secrets->codes[0][place], urn->secrets->codes[1][place]);
	return credential_read_parts(typed, ret_credential, problem);
}

static int make_ballot(struct voting *voting, size_t voter, struct text *ballot)
{
	const struct demo_urn *urn = voting->urn;
	const size_t count = question_choices(&voting->election->questions[0]);
	struct text choices;
	char credential[CREDENTIAL_TEXT_MAX];
	unsigned char chosen[ELECTION_MAX_ANSWERS + 1] = {0};
	size_t place = 0;
	struct votes *votes = NULL;
	while (urn->places[place] != voter)
		place++;
	voting->choose(voter, count, chosen);
	text_init(&choices, BALLOT_MOST);
	(void)text_add_string(&choices, "[[");
	for (size_t i = 0; i < count; i++)
		(void)text_add_format(&choices, "%s%u", i > 0 ? "," : "", chosen[i]);
	(void)text_add_string(&choices, "]]");
	int error = choices.error;
	if (!error)
		error = votes_read(voting->election, choices.bytes, choices.length, &votes, &voting->problem);
	if (!error)
		error = credential_of(urn, place, credential, &voting->problem);
	if (!error)
		error = ballot_make(voting->context, credential, votes, ballot, &voting->problem);
	text_finish(&choices);
	secret_free(votes);
	return error;
}

static void *vote(void *context)
{
	struct voting *voting = context;
	for (size_t i = voting->from + voting->first; i < voting->until && !voting->error; i += DEVICES) {
		struct urn_receipt receipt;
		struct text ballot;
		text_init(&ballot, BALLOT_MOST);
		voting->error = make_ballot(voting, i, &ballot);
		if (!voting->error)
			voting->error = urn_box_post(voting->box, voting->urn->id, ballot.bytes, ballot.length,
			                             &receipt, &voting->problem);
		text_finish(&ballot);
	}
	return NULL;
}

/* Several devices at once: that is most of a demonstration's time. */
static int vote_all(const struct voting *voting, struct problem *problem)
{
	struct voting devices[DEVICES];
	pthread_t threads[DEVICES];
	size_t started = 0;
	int error = JISR_OK;
	while (started < DEVICES && !error) {
		devices[started] = *voting;
		devices[started].first = started;
		error = thread_start(&threads[started], vote, &devices[started], problem);
		started += error == JISR_OK;
	}
	for (size_t i = 0; i < started; i++) {
		(void)pthread_join(threads[i], NULL);
		if (error || !devices[i].error)
			continue;
		error = devices[i].error;
		if (devices[i].problem.text[0] != '\0' && problem != NULL)
			*problem = devices[i].problem;
		else
			(void)problem_set(problem, error, "%s", error_text(error));
	}
	return error;
}

static int read_election(struct demo_urn *urn, struct election **ret_election, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct urn read;
	int error = look(urn, &reader, &read, problem);
	return error ? error : election_read(read.election, strlen(read.election), ret_election, problem);
}

int demo_urn_vote(struct demo_urn *urn, size_t from, size_t until,
                  void (*choose)(size_t voter, size_t choices, unsigned char *chosen), struct problem *problem)
{
	CLEANUP(election_freep) struct election *election = NULL;
	CLEANUP(ballot_context_freep) struct ballot_context *context = NULL;
	CLEANUP(urn_box_freep) struct urn_box *box = NULL;
	int error = read_election(urn, &election, problem);
	if (!error)
		error = ballot_context_new(election, &context, problem);
	if (!error && urn_box_new(urn->demo->store, &box) != JISR_OK)
		error = no_memory(problem);
	const struct voting voting = {.urn = urn,
	                              .election = election,
	                              .context = context,
	                              .box = box,
	                              .choose = choose,
	                              .from = from,
	                              .until = until};
	return error ? error : vote_all(&voting, problem);
}

/* ---- observers ---- */

int demo_urn_observe(struct demo_urn *urn, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct urn_bundle bundle;
	struct text notes[DEMO_OBSERVERS], text;
	for (size_t i = 0; i < DEMO_OBSERVERS; i++)
		text_init(&notes[i], OBSERVED_MAX_NOTE);
	text_init(&text, OBSERVED_MAX_NOTE);
	int error = store_read(urn->demo->store, &reader, problem);
	if (error)
		return error;
	error = urn_bundle_open(store_reader_sql(reader), urn->id, &bundle, problem);
	for (size_t i = 0; i < DEMO_OBSERVERS && !error; i++) {
		const struct note_signer *signer = &urn->secrets->signers[i];
		struct checkpoint checkpoint;
		text_reset(&text);
		error = board_checkpoint(bundle.archive, signer->name, urn->id, &checkpoint, problem);
		if (!error)
			error = checkpoint_write(&checkpoint, &text);
		if (!error)
			error = note_sign(signer, text.bytes, text.length, &notes[i], problem);
	}
	urn_bundle_finish(&bundle);
	reader = store_read_end(reader);
	for (size_t i = 0; i < DEMO_OBSERVERS && !error; i++) {
		struct urn_seen seen;
		error = urn_heads_post(urn->demo->store, urn->id, notes[i].bytes, notes[i].length, &seen, problem);
		if (!error && !seen.agrees)
			error = JISR_CORRUPT; /* the problem says what differs */
	}
	for (size_t i = 0; i < DEMO_OBSERVERS; i++)
		text_finish(&notes[i]);
	text_finish(&text);
	return error;
}

/* ---- what is kept for whoever looks ---- */

static int keep_file(const struct demo_urn *urn, const char *stem, const char *rest, const char *bytes, size_t length,
                     struct problem *problem)
{
	char path[FILE_MAX_PATH];
	if (snprintf(path, sizeof path, "%s/" FOLDER "/%s%s", urn->demo->directory, stem, rest) >= (int)sizeof path)
		return problem_set(problem, JISR_TOO_LARGE, "the directory's path is too long");
	return file_replace(path, bytes, length, problem);
}

static int keep_credentials(const struct demo_urn *urn, size_t voted, struct problem *problem)
{
	size_t room = urn->count * (OFFICE_CODE_MAX + CREDENTIAL_TEXT_MAX + 2) + 1, at = 0;
	CLEANUP(secret_freep) char *lines = secret_alloc(room);
	if (lines == NULL)
		return no_memory(problem);
	for (size_t place = 0; place < urn->count; place++)
		if (urn->places[place] >= voted)
			at += (size_t)snprintf(lines + at, room - at, "%s %s+%s\n", urn->voters[urn->places[place]],
			                       urn->secrets->codes[0][place], urn->secrets->codes[1][place]);
	return keep_file(urn, "credentials", ".txt", lines, at, problem);
}

/* What the trustees agreed on: their certificates. */
static int keep_agreed(struct demo_urn *urn, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct text lines;
	struct urn read;
	text_init(&lines, PEDERSEN_MAX_BYTES);
	int error = look(urn, &reader, &read, problem);
	if (!error)
		error = urn_lines(store_reader_sql(reader), &read, URN_CERTIFICATE, &lines, problem);
	if (!error)
		error = keep_file(urn, "certs", ".jsons", lines.bytes, lines.length, problem);
	text_finish(&lines);
	return error;
}

int demo_urn_keep(struct demo_urn *urn, size_t voted, struct problem *problem)
{
	char folder[FILE_MAX_PATH];
	if (snprintf(folder, sizeof folder, "%s/" FOLDER, urn->demo->directory) >= (int)sizeof folder)
		return problem_set(problem, JISR_TOO_LARGE, "the directory's path is too long");
	int error = file_make_folder(folder, problem);
	for (size_t i = 0; i < DEMO_TRUSTEES && !error; i++)
		error = keep_file(urn, trustees[i], ".key", urn->secrets->seeds[i], CHANNEL_SEED, problem);
	if (!error)
		error = keep_agreed(urn, problem);
	return error ? error : keep_credentials(urn, voted, problem);
}
