#include "ballot/board.h"
#include "base/note.h"
#include "cli/election.h"

#include <sodium.h>
#include <string.h>

enum { OPTION_NEW = 1, OPTION_SIGN, OPTION_CHECK, OPTION_VERIFIER, OPTION_OUT, OPTION_REPLACE };

static const struct option_spec option_table[] = {
	{OPTION_NEW, 0, "new-key", "NAME",
         "Make a key of that name (a word such as elections.example.org): NAME.signer, secret, and NAME.verifier, to "
         "be "
         "published."},
	{OPTION_SIGN, 0, "sign", "FILE", "Sign the head with this NAME.signer."},
	{OPTION_CHECK, 0, "check", "FILE", "Check a head that was signed earlier against the archive."},
	{OPTION_VERIFIER, 0, "verifier", "FILE", "The organiser's NAME.verifier, for --check."},
	{OPTION_OUT, 'o', "out", "FILE", "Where the signed head is written; standard output when not given."},
	{OPTION_REPLACE, 0, "replace", NULL, "Write over a file that is there."},
};

struct heading {
	const struct command *self;
	const char *name, *signer, *check, *verifier, *out;
	bool replace, json;
};

static int new_key(const struct heading *heading)
{
	struct secrets {
		struct note_signer signer;
		char written[NOTE_MAX_KEY + 1];
	};
	struct problem problem = {0};
	struct note_verifier verifier;
	struct election_out out = {NULL, heading->replace};
	char name[NOTE_MAX_NAME + 16], written[NOTE_MAX_KEY + 1];
	CLEANUP(secret_freep) struct secrets *secrets = secret_alloc(sizeof *secrets);
	if (secrets == NULL)
		return command_fail(heading->self, JISR_NO_MEMORY, NULL);
	if (strchr(heading->name, '/') != NULL)
		return command_refuse(heading->self, "the name of a key becomes the name of a file: no '/' in it.");
	int error = note_signer_new(heading->name, &secrets->signer, &problem);
	if (error != JISR_OK)
		return command_fail(heading->self, error, &problem);
	note_signer_write(&secrets->signer, secrets->written);
	note_signer_verifier(&secrets->signer, &verifier);
	note_verifier_write(&verifier, written);
	size_t length = strlen(secrets->written);
	secrets->written[length++] = '\n';
	(void)snprintf(name, sizeof name, "%s.signer", heading->name);
	int status = election_write_file(heading->self, &out, name, secrets->written, length, true);
	(void)snprintf(name, sizeof name, "%s.verifier", heading->name);
	length = strlen(written);
	written[length++] = '\n';
	if (status == STATUS_DONE)
		status = election_write_file(heading->self, &out, name, written, length, false);
	if (status == STATUS_DONE)
		fwrite(written, 1, length, stdout);
	return status;
}

static int sign(const struct heading *heading, const struct archive *archive, const struct election *election)
{
	struct problem problem = {0};
	struct checkpoint checkpoint;
	struct text text, note;
	size_t length = 0;
	CLEANUP(secret_freep) char *written = NULL;
	CLEANUP(secret_freep) struct note_signer *signer = secret_alloc(sizeof *signer);
	if (signer == NULL)
		return command_fail(heading->self, JISR_NO_MEMORY, NULL);
	int status = election_read_secret(heading->self, heading->signer, &written, &length);
	if (status != STATUS_DONE)
		return status;
	text_init(&text, NOTE_MAX_BYTES);
	text_init(&note, NOTE_MAX_BYTES);
	int error = note_signer_read(written, length, signer, &problem);
	if (error == JISR_OK)
		error = board_checkpoint(archive, signer->name, election->uuid, &checkpoint, &problem);
	if (error == JISR_OK)
		error = checkpoint_write(&checkpoint, &text);
	if (error == JISR_OK)
		error = note_sign(signer, text.bytes, text.length, &note, &problem);
	status = error != JISR_OK ? command_fail(heading->self, error, &problem)
	                          : election_write_path(heading->self, heading->out, heading->replace, note.bytes,
	                                                note.length, false);
	text_finish(&text);
	text_finish(&note);
	return status;
}

/* The checkpoint inside a note that the verifier's key signed. */
static int open_note(const struct heading *heading, struct checkpoint *ret_checkpoint)
{
	struct problem problem = {0};
	struct note_verifier verifier;
	struct text note, key;
	size_t length = 0;
	text_init(&note, NOTE_MAX_BYTES);
	text_init(&key, NOTE_MAX_KEY);
	int status = election_read_file(heading->self, heading->verifier, &key);
	if (status == STATUS_DONE)
		status = election_read_file(heading->self, heading->check, &note);
	if (status == STATUS_DONE) {
		int error = note_verifier_read(key.bytes, key.length, &verifier, &problem);
		status = error == JISR_OK ? STATUS_DONE : command_fail(heading->self, error, &problem);
	}
	if (status == STATUS_DONE) {
		int error = note_open(&verifier, note.bytes, note.length, &length, &problem);
		if (error == JISR_OK)
			error = checkpoint_read(note.bytes, length, ret_checkpoint, &problem);
		if (error != JISR_OK) {
			problem_prefix(&problem, heading->check);
			(void)command_fail(heading->self, error, &problem);
			status = STATUS_FOUND;
		}
	}
	text_finish(&note);
	text_finish(&key);
	return status;
}

static int check(const struct heading *heading, const struct archive *archive, const struct election *election)
{
	struct problem problem = {0};
	struct checkpoint checkpoint;
	int status = open_note(heading, &checkpoint);
	if (status != STATUS_DONE)
		return status;
	const char *slash = strrchr(checkpoint.origin, '/');
	int error = slash != NULL && strcmp(slash + 1, election->uuid) == 0
	                    ? board_continues(archive, &checkpoint, &problem)
	                    : problem_set(&problem, JISR_BAD_INPUT, "the checkpoint is of another election: %s",
	                                  checkpoint.origin);
	if (error != JISR_OK) {
		(void)command_fail(heading->self, error, &problem);
		return error == JISR_BAD_INPUT ? STATUS_FOUND : command_status(error);
	}
	if (heading->json)
		printf("{\"size\": %llu, \"continues\": true}\n", (unsigned long long)checkpoint.size);
	else
		printf("the archive continues what was signed when it had %llu events\n",
		       (unsigned long long)checkpoint.size);
	return STATUS_DONE;
}

/* Without a key: what would be signed. */
static int show(const struct heading *heading, const struct archive *archive, const struct election *election)
{
	struct problem problem = {0};
	struct checkpoint checkpoint;
	char root[2 * MERKLE_HASH + 1], head[DIGEST_HEX + 1];
	unsigned char hash[DIGEST_BYTES];
	struct event event;
	int error = board_checkpoint(archive, "jisr", election->uuid, &checkpoint, &problem);
	if (error == JISR_OK)
		error = archive_head(archive, &event, hash, &problem);
	if (error != JISR_OK)
		return command_fail(heading->self, error, &problem);
	sodium_bin2hex(root, sizeof root, checkpoint.root, MERKLE_HASH);
	digest_write_hex(hash, head);
	if (heading->json)
		printf("{\"size\": %llu, \"root\": \"%s\", \"head\": \"%s\"}\n", (unsigned long long)checkpoint.size,
		       root, head);
	else
		printf("%llu events, the last %s\nhead %s\nroot %s\n", (unsigned long long)checkpoint.size,
		       event_type_name(event.type), head, root);
	return STATUS_DONE;
}

static int with_archive(const struct heading *heading, const char *path)
{
	struct problem problem = {0};
	struct archive_setup setup;
	CLEANUP(archive_closep) struct archive *archive = NULL;
	CLEANUP(election_freep) struct election *election = NULL;
	int error = archive_open(path, &archive, &problem);
	if (error == JISR_OK)
		error = archive_setup(archive, &setup, &problem);
	if (error == JISR_OK)
		error = election_read(setup.election.bytes, setup.election.length, &election, &problem);
	if (error != JISR_OK)
		return command_fail(heading->self, error, &problem);
	return heading->signer != NULL  ? sign(heading, archive, election)
	       : heading->check != NULL ? check(heading, archive, election)
	                                : show(heading, archive, election);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct heading heading = {.self = self};
	const char *path = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTIONS_WORD, &path}, {OPTION_NEW, &heading.name}, {OPTION_SIGN, &heading.signer},
	                 {OPTION_CHECK, &heading.check}, {OPTION_VERIFIER, &heading.verifier},
	                 {OPTION_OUT, &heading.out}, {OPTION_REPLACE, .given = &heading.replace}))
		return options.status;
	heading.json = options.json;
	if ((heading.name != NULL) + (heading.signer != NULL) + (heading.check != NULL) > 1 ||
	    (heading.name != NULL) == (path != NULL) || (heading.check != NULL) != (heading.verifier != NULL))
		return command_refuse(
			self, "give an archive, and --sign FILE or --check FILE --verifier FILE; or --new-key NAME "
			      "alone.");
	return heading.name != NULL ? new_key(&heading) : with_archive(&heading, path);
}

const struct command command_election_head = {
	.name = "election head",
	.usage = "UUID.bel [--sign NAME.signer [--out FILE]]\nUUID.bel --check FILE --verifier "
		 "NAME.verifier\n--new-key NAME",
	.summary = "sign what the board holds now, or check an earlier signature",
	.about = "The organiser signs the head of the board now and then and shows it: how many events there are, and "
		 "the root "
		 "of the Merkle tree over them, as a checkpoint of c2sp.org/tlog-checkpoint signed as a "
		 "c2sp.org/signed-note "
		 "with Ed25519. Observers keep what they saw. An archive that does not continue a signed head convicts "
		 "the "
		 "organiser: the exit status is 1.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr election head --new-key elections.example.org\n"
		    "  jisr election head UUID.bel --sign elections.example.org.signer --out head-10h.txt\n"
		    "  jisr election head UUID.bel --check head-10h.txt --verifier elections.example.org.verifier\n",
	.run = run,
};
