/* jisr agreement: what parties agree to, the register, and whether a signed note is true. */
#include "assembly/agreement_note.h"
#include "assembly/agreement_verify.h"
#include "base/clock.h"
#include "base/sha256.h"
#include "base/tree.h"
#include "cli/affairs.h"
#include "cli/notice.h"
#include "cli/record.h"
#include "members/register.h"

#include <string.h>

#define KEYS_MOST     100 /* of one note */
#define VERIFY_MEMORY ((size_t)4 << 20)
#define FILE_MOST     ((size_t)256 << 20) /* of a text */

static const struct command agreement_steps[] = {AFFAIRS_COMMANDS(
	"agreement", "ID", "Prints the agreements that the office may see, the newest first.",
	"Prints an agreement: its parties, terms, texts and signatures. WHAT: note (the text that is signed).",
	"Takes one step of an agreement's life and writes its entry; 'propose' gives it a number. A wording comes from "
	"a "
	"file as wording=@FILE. Signing uses the office's key that this machine holds, unless a signature made "
	"elsewhere "
	"is given; docs/agreements.md tells the whole.",
	"  jisr agreement show AG-2026-417\n",
	"  jisr agreement do propose kind=cooperation title.en='On joint patrols' "
	"parties='[{\"code\":\"MA\"},{\"code\":\"FR\"}]' days=30 notice_days=180 --officer MA-1\n"
	"  jisr agreement do text AG-2026-417 language=en title='On joint patrols' wording=@patrols.txt --officer "
	"MA-1\n"
	"  jisr agreement do agree AG-2026-417 revision=2 --officer FR-1\n"
	"  jisr agreement do sign AG-2026-417 signer='Head of the bureau' --officer FR-1\n")};

/* ---- note ---- */

enum { OPTION_OFFICER = 1, OPTION_OUT, OPTION_KEY, OPTION_TEXT, OPTION_SECRET };

static const struct option_spec note_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who looks, such as MA-12; else the console of headquarters."},
	{OPTION_OUT, 0, "out", "FILE", "Where it is written; else to standard output."},
};

static int read_note(const struct noticed *noticed, const char *id, struct text *note, struct problem *problem)
{
	struct agreement agreement;
	char now[CLOCK_UTC_MAX], day[11];
	(void)snprintf(day, sizeof day, "%.10s", clock_utc(now));
	int error = agreement_get(store_reader_sql(noticed->reader), id, noticed->recorded.caller.office, day,
	                          noticed->arena, &agreement, problem);
	return error ? error : agreement_note(store_reader_sql(noticed->reader), &agreement, note, problem);
}

static int run_note(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct text note;
	struct problem problem = {""};
	const char *officer = NULL, *out = NULL, *word = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_OUT, &out}, {OPTIONS_WORD, &word}))
		return options.status;
	if (word == NULL)
		return command_refuse(self, "which agreement? Name it, such as %s.", agreement_affair.example);
	text_init(&note, AGREEMENT_NOTE_MAX * 4);
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE) {
		int error = read_note(&noticed, word, &note, &problem);
		status = error ? command_fail(self, error, &problem) : record_write(self, out, note.bytes, note.length);
	}
	noticed_finish(&noticed);
	text_finish(&note);
	return status == STATUS_DONE ? command_finish(self, status) : status;
}

static const struct command command_note = {
	.name = "agreement note",
	.usage = "ID [--out FILE] [--officer ID]",
	.summary = "write the signed note of an agreement",
	.about = "Writes the text that is signed, with the signatures that are there, in the form of "
		 "c2sp.org/signed-note: "
		 "'jisr "
		 "agreement verify' and other programs check it with the public keys of the parties.",
	.options = note_options,
	.option_count = 2,
	.examples = "  jisr agreement note AG-2026-417 --out agreement.note\n",
	.run = run_note,
};

/* ---- sign: where the key is, without a record ---- */

static const struct option_spec sign_options[] = {
	{OPTION_SECRET, 's', "secret", "FILE", "The party's secret key, PRIVATE+KEY+NAME+ID+BASE64."},
};

static int sign(const struct command *self, const struct text *note, const struct text *key, struct arena *arena)
{
	struct agreement_claim claim;
	struct note_signer signer;
	struct problem problem = {""};
	struct text made;
	char signature[AGREEMENT_SIGNATURE + 1];
	bool party = false;
	int error = agreement_claim_read(note->bytes, note->length, arena, &claim, &problem);
	if (!error)
		error = note_signer_read(key->bytes, key->length, &signer, &problem);
	if (error)
		return command_fail(self, error, &problem);
	for (size_t i = 0; i < claim.party_count; i++)
		party = party || strcmp(claim.parties[i].code, signer.name) == 0;
	if (!party) {
		int status =
			command_refuse(self, "the key is of '%s', which is no party of %s.", signer.name, claim.id);
		note_signer_finish(&signer);
		return status;
	}
	text_init(&made, AGREEMENT_NOTE_MAX * 2);
	error = note_sign(&signer, note->bytes, claim.length, &made, &problem);
	note_signer_finish(&signer);
	if (!error && agreement_note_signature(made.bytes, signature) != NULL)
		printf("%s\n", signature);
	text_finish(&made);
	return error ? command_fail(self, error, &problem) : command_finish(self, STATUS_DONE);
}

static int run_sign(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct text note, key;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const char *path = NULL, *secret = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_SECRET, &secret}, {OPTIONS_WORD, &path}))
		return options.status;
	if (path == NULL || secret == NULL)
		return command_refuse(self, path == NULL ? "which note?" : "--secret is missing: the file of a key.");
	text_init(&note, AGREEMENT_NOTE_MAX * 4);
	text_init(&key, NOTE_MAX_KEY + 16);
	int status = arena_new(VERIFY_MEMORY, &arena) ? command_fail(self, JISR_NO_MEMORY, NULL) : STATUS_DONE;
	if (status == STATUS_DONE)
		status = noticed_file(self, path, &note);
	if (status == STATUS_DONE)
		status = noticed_file(self, secret, &key);
	if (status == STATUS_DONE)
		status = sign(self, &note, &key, arena);
	if (key.bytes != NULL)
		explicit_bzero(key.bytes, key.length);
	text_finish(&key);
	text_finish(&note);
	return status;
}

static const struct command command_sign = {
	.name = "agreement sign",
	.usage = "--secret FILE NOTE",
	.summary = "sign an agreement where the key is kept",
	.about = "Prints the signature of the note's text by the key, for 'jisr agreement do sign ID signature=...': a "
		 "key "
		 "need not be "
		 "on the machine that keeps the record. It needs no record.",
	.options = sign_options,
	.option_count = 1,
	.examples = "  jisr agreement sign --secret union.key agreement.note\n",
	.run = run_sign,
};

/* ---- verify ---- */

static const struct option_spec verify_options[] = {
	{OPTION_KEY, 'k', "key", "KEY",
         "Public key of a party, NAME+ID+BASE64, as it is known from elsewhere; any number. Without any, the "
         "record's."},
	{OPTION_TEXT, 't', "text", "FILE", "The file of a text, whose digest the note is to name; any number."},
};

struct verifying {
	struct note_verifier keys[KEYS_MOST];
	size_t key_count;
	const struct agreement_claim *claim;
};

static bool take_key(void *context, const struct office_key *key)
{
	struct verifying *verifying = context;
	for (size_t i = 0; i < verifying->claim->party_count && verifying->key_count < KEYS_MOST; i++)
		if (strcmp(verifying->claim->parties[i].code, key->office) == 0 &&
		    note_verifier_read(key->verifier, strlen(key->verifier), &verifying->keys[verifying->key_count],
		                       NULL) == JISR_OK)
			verifying->key_count++;
	return true;
}

/* The keys that the record has of the parties: of offices, those too that ended since; of others what the agreement says. */
static int record_keys(struct options *options, struct verifying *verifying)
{
	struct noticed noticed;
	struct agreement agreement;
	struct problem problem = {""};
	int status = noticed_open(&noticed, options, NULL, true);
	if (status == STATUS_DONE) {
		struct sql *sql = store_reader_sql(noticed.reader);
		int error = register_keys(sql, NULL, 0, take_key, verifying, &problem);
		if (!error)
			error = agreement_get(sql, verifying->claim->id, OFFICE_HEADQUARTERS, "", noticed.arena,
			                      &agreement, &problem);
		for (size_t i = 0; !error && i < agreement.party_count && verifying->key_count < KEYS_MOST; i++) {
			const char *key = agreement.parties[i].key;
			if (key[0] != '\0' &&
			    note_verifier_read(key, strlen(key), &verifying->keys[verifying->key_count], NULL) ==
			            JISR_OK)
				verifying->key_count++;
		}
		if (error)
			status = command_fail(options->command, error, &problem);
	}
	noticed_finish(&noticed);
	return status;
}

static void print_claim(const struct agreement_claim *claim, bool from_record)
{
	printf("agreement %s of the record %s, revision %u, is signed as it stands here\n", claim->id, claim->record,
	       (unsigned)claim->revision);
	for (size_t i = 0; i < claim->party_count; i++) {
		const struct agreement_claim_party *party = &claim->parties[i];
		printf("  %s%s%s: ", party->code, party->name[0] != '\0' ? " " : "", party->name);
		if (party->standing == AGREEMENT_GOOD)
			printf("signed with the key %s\n", party->key_id);
		else
			puts("no signature here; the register says whether it signed on paper");
	}
	for (size_t i = 0; i < claim->text_count; i++)
		printf("  text %s %s%s\n", claim->texts[i].language, claim->texts[i].hash,
		       claim->texts[i].seen ? ": the file that was shown" : "");
	puts(from_record ? "by the keys that this record knows" : "by the keys that were given");
}

static int tell_claim(const struct command *self, const struct agreement_claim *claim, bool from_record, bool json)
{
	static const char *const standings[] = {"none", "unknown", "good"};
	if (!json) {
		print_claim(claim, from_record);
		return command_finish(self, STATUS_DONE);
	}
	cJSON *root = tree_object();
	tree_text(root, "id", claim->id);
	tree_text(root, "record", claim->record);
	tree_text(root, "kind", claim->kind);
	tree_count(root, "revision", claim->revision);
	cJSON *list = tree_add_array(root, "parties");
	for (size_t i = 0; i < claim->party_count; i++) {
		cJSON *one = tree_add_object(list, NULL);
		tree_text(one, "code", claim->parties[i].code);
		tree_text(one, "name", claim->parties[i].name[0] != '\0' ? claim->parties[i].name : NULL);
		tree_text(one, "signature", standings[claim->parties[i].standing]);
		tree_text(one, "key_id", claim->parties[i].key_id[0] != '\0' ? claim->parties[i].key_id : NULL);
	}
	list = tree_add_array(root, "texts");
	for (size_t i = 0; i < claim->text_count; i++) {
		cJSON *one = tree_add_object(list, NULL);
		tree_text(one, "language", claim->texts[i].language);
		tree_text(one, "hash", claim->texts[i].hash);
		tree_bool(one, "shown", claim->texts[i].seen);
	}
	tree_text(root, "keys", from_record ? "record" : "given");
	return command_answer(self, root, STATUS_DONE);
}

/* Exit status 1 with the sentence for what is wrong with the note, another for what is wrong with the question. */
static int wrong(const struct command *self, int error, const struct problem *problem)
{
	int status = command_fail(self, error, problem);
	return error == JISR_BAD_INPUT || error == JISR_CORRUPT ? STATUS_FOUND : status;
}

static int show_texts(const struct command *self, struct agreement_claim *claim, const char *const *paths, size_t count)
{
	struct problem problem = {""};
	for (size_t i = 0; i < count; i++) {
		struct text file;
		char digest[SHA256_HEX];
		text_init(&file, FILE_MOST);
		int status = noticed_file(self, paths[i], &file);
		if (status == STATUS_DONE)
			sha256_hex(file.bytes != NULL ? file.bytes : "", file.length, digest);
		text_finish(&file);
		if (status != STATUS_DONE)
			return status;
		if (!agreement_claim_show(claim, digest)) {
			(void)problem_set(&problem, JISR_CORRUPT, "%s is none of the texts that were signed", paths[i]);
			return wrong(self, JISR_CORRUPT, &problem);
		}
	}
	return STATUS_DONE;
}

static int run_verify(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct text note;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct agreement_claim claim = {0};
	struct verifying verifying = {.claim = &claim};
	struct problem problem = {""};
	const char *path = NULL, *texts[AGREEMENT_TEXTS];
	size_t text_count = 0;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_KEY && verifying.key_count < KEYS_MOST) {
			if (note_verifier_read(options.value, strlen(options.value),
			                       &verifying.keys[verifying.key_count++], &problem) != JISR_OK)
				return command_refuse(self, "--key: %s.", problem.text);
		} else if (id == OPTION_TEXT && text_count < AGREEMENT_TEXTS) {
			texts[text_count++] = options.value;
		} else if (path == NULL && id != OPTION_KEY && id != OPTION_TEXT) {
			path = options.value;
		} else {
			return command_refuse(self, "'%s' is not needed.", options.value);
		}
	}
	if (path == NULL)
		return command_refuse(self, "which file?");
	bool from_record = verifying.key_count == 0;
	text_init(&note, AGREEMENT_NOTE_MAX * 4);
	int status = arena_new(VERIFY_MEMORY, &arena) ? command_fail(self, JISR_NO_MEMORY, NULL) : STATUS_DONE;
	if (status == STATUS_DONE)
		status = noticed_file(self, path, &note);
	if (status == STATUS_DONE) {
		const char *bytes = note.bytes != NULL ? note.bytes : "";
		int error = agreement_claim_read(bytes, note.length, arena, &claim, &problem);
		if (!error && from_record)
			status = record_keys(&options, &verifying);
		if (!error && status == STATUS_DONE)
			error = agreement_claim_open(&claim, bytes, note.length, verifying.keys, verifying.key_count,
			                             &problem);
		if (!error && status == STATUS_DONE)
			error = agreement_claim_holds(&claim, &problem);
		problem_prefix(&problem, path);
		if (error)
			status = wrong(self, error, &problem);
	}
	text_finish(&note);
	if (status == STATUS_DONE)
		status = show_texts(self, &claim, texts, text_count);
	return status == STATUS_DONE ? tell_claim(self, &claim, from_record, options.json) : status;
}

static const struct command command_verify = {
	.name = "agreement verify",
	.usage = "[--key KEY]... [--text FILE]... NOTE",
	.summary = "verify a signed agreement, as a stranger can",
	.about = "Checks that every party with an office signed this text, by the public keys that are given, and that "
		 "the "
		 "files "
		 "shown are texts that were signed. With --key it needs no record. Exit status 1 when something is "
		 "wrong.",
	.options = verify_options,
	.option_count = 2,
	.json = true,
	.examples = "  jisr agreement verify agreement.note --key MA+5f... --key FR+90... --text patrols.txt\n",
	.run = run_verify,
};

static const struct command *const agreement_step_list[] = {
	&agreement_steps[0], &agreement_steps[1], &agreement_steps[2], &agreement_steps[3],
	&command_note,       &command_sign,       &command_verify};

const struct command command_agreement = {
	.name = "agreement",
	.usage = "STEP [OPTION]...",
	.summary = "negotiate, sign and keep agreements; the public register",
	.about = "Between offices, and with other organisations: negotiated in texts, approved by the Assembly where "
		 "the rule "
		 "asks it, "
		 "signed with the keys of the parties, kept in a register that everybody may read: docs/agreements.md. "
		 "It "
		 "needs a "
		 "record (jisr init), except to verify and to sign.",
	.run = command_run_step,
	.steps = agreement_step_list,
	.step_count = sizeof agreement_step_list / sizeof *agreement_step_list,
};
