/* jisr trustee: a trustee's part in a secret vote, on the trustee's own machine, which needs no line: it looks at what was
 * carried here, takes the one step that is next, and lays out what is to be carried back. The steps are those of `jisr
 * election trustee` and `jisr election decrypt`; the folder of keys remembers how far it has come.
 *
 *   KEYS   ID.key (secret, never leaves), and beside it what was agreed and made: certs.jsons, ID.cert, ID.polynomial, ...
 *   CARRY  comes: certs.jsons, vinput, dkey, vote.bel; goes: ID.cert, ID.polynomial, ID.voutput, ID.decryption */
#include "base/file.h"
#include "cli/election.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPTION_KEYS = 1, OPTION_CARRY, OPTION_AGREED, OPTION_THRESHOLD };

static const struct option_spec option_table[] = {
	{OPTION_KEYS, 'k', "keys", "DIR", "The folder of this vote's keys: one for each vote, of the trustee alone."},
	{OPTION_CARRY, 'c', "carry", "DIR",
         "The folder that is carried between here and the service, such as a stick."},
	{OPTION_AGREED, 0, "agreed", NULL, "The fingerprints were compared with those of the other trustees: go on."},
	{OPTION_THRESHOLD, 0, "threshold", "N",
         "With --agreed: how many trustees are needed to decrypt, as the vote says."},
};

struct trusted {
	const struct command *self;
	const char *keys, *carry, *threshold;
	bool agreed;
	char id[DIGEST_HEX + 1]; /* of the key; "" before there is one */
};

/* How many keys lie in a folder: 0, 1 or 2 for more; and the fingerprint by which one of them is named. */
static unsigned count_keys(const char *folder, char ret_id[DIGEST_HEX + 1])
{
	char name[ELECTION_MAX_NAME] = "";
	unsigned count = election_find_file(folder, ".key", name);
	if (strlen(name) == DIGEST_HEX + strlen(".key")) {
		memcpy(ret_id, name, DIGEST_HEX);
		ret_id[DIGEST_HEX] = '\0';
	}
	return count;
}

static void path_of(char out[ELECTION_MAX_PATH], const char *folder, const char *stem, const char *rest)
{
	(void)snprintf(out, ELECTION_MAX_PATH, "%s/%s%s", folder, stem, rest);
}

static bool there(const char *folder, const char *stem, const char *rest)
{
	char path[ELECTION_MAX_PATH];
	path_of(path, folder, stem, rest);
	return access(path, F_OK) == 0;
}

static int copy(const struct trusted *trusted, const char *from, const char *to, const char *stem, const char *rest)
{
	char source[ELECTION_MAX_PATH], target[ELECTION_MAX_PATH];
	struct problem problem = {""};
	struct text text;
	text_init(&text, ELECTION_MAX_FILE);
	path_of(source, from, stem, rest);
	path_of(target, to, stem, rest);
	int error = file_read(source, &text, &problem);
	if (!error)
		error = file_replace(target, text.bytes != NULL ? text.bytes : "", text.length, &problem);
	text_finish(&text);
	return error ? command_fail(trusted->self, error, &problem) : STATUS_DONE;
}

static int run_step(const struct command *command, char *words[], int count)
{
	int status = command->run(command, count, words);
	(void)fflush(stdout);
	return status;
}

/* What was made goes onto what is carried. */
static int hand_out(const struct trusted *trusted, const char *rest, const char *what)
{
	int status = copy(trusted, trusted->keys, trusted->carry, trusted->id, rest);
	if (status == STATUS_DONE)
		printf("%s is made: carry %s/%s%s to the service\n", what, trusted->carry, trusted->id, rest);
	return status;
}

static int make(struct trusted *trusted)
{
	char *words[] = {"certificate", "--folder", (char *)trusted->keys};
	int status = run_step(&command_election_trustee, words, 3);
	if (status == STATUS_DONE && count_keys(trusted->keys, trusted->id) != 1)
		status = command_refuse(trusted->self, "%s holds more than one key.", trusted->keys);
	return status == STATUS_DONE ? hand_out(trusted, ".cert", "the certificate") : status;
}

/* The fingerprints are shown first; what was agreed is kept here, and nothing that is carried later can change it. */
static int agree(const struct trusted *trusted)
{
	char certs[ELECTION_MAX_PATH], key[ELECTION_MAX_PATH];
	path_of(certs, trusted->carry, "certs.jsons", "");
	path_of(key, trusted->keys, trusted->id, ".key");
	char *check[] = {"check", "--certs", certs};
	int status = run_step(&command_election_trustee, check, 3);
	if (status != STATUS_DONE || !trusted->agreed) {
		if (status == STATUS_DONE)
			printf("compare these lines with the other trustees, by telephone or in the hall; yours is "
			       "%s.\nThen run "
			       "this again with --agreed --threshold N\n",
			       trusted->id);
		return status;
	}
	if (trusted->threshold == NULL)
		return command_refuse(trusted->self,
		                      "how many trustees are needed to decrypt? --threshold N, as the vote says.");
	char *words[] = {"polynomial",
	                 "--certs",
	                 certs,
	                 "--key",
	                 key,
	                 "--threshold",
	                 (char *)trusted->threshold,
	                 "--folder",
	                 (char *)trusted->keys};
	status = run_step(&command_election_trustee, words, 9);
	if (status == STATUS_DONE)
		status = copy(trusted, trusted->carry, trusted->keys, "certs.jsons", "");
	return status == STATUS_DONE ? hand_out(trusted, ".polynomial", "the polynomial") : status;
}

static int accept(const struct trusted *trusted)
{
	char certs[ELECTION_MAX_PATH], key[ELECTION_MAX_PATH], input[ELECTION_MAX_PATH];
	path_of(certs, trusted->keys, "certs.jsons", "");
	path_of(key, trusted->keys, trusted->id, ".key");
	path_of(input, trusted->carry, "vinput", "");
	char *words[] = {"accept", "--certs", certs, "--key", key, "--folder", (char *)trusted->keys, input};
	int status = run_step(&command_election_trustee, words, 8);
	return status == STATUS_DONE ? hand_out(trusted, ".voutput", "the share") : status;
}

static int decrypt(const struct trusted *trusted)
{
	char archive[ELECTION_MAX_PATH], key[ELECTION_MAX_PATH], dkey[ELECTION_MAX_PATH], out[ELECTION_MAX_PATH];
	path_of(archive, trusted->carry, "vote.bel", "");
	path_of(key, trusted->keys, trusted->id, ".key");
	path_of(dkey, trusted->carry, "dkey", "");
	path_of(out, trusted->keys, trusted->id, ".decryption");
	char *words[] = {archive, "--key", key, "--decryption-key", dkey, "--out", out};
	int status = run_step(&command_election_decrypt, words, 7);
	return status == STATUS_DONE ? hand_out(trusted, ".decryption", "the partial decryption") : status;
}

/* Steps may have been taken at the desk's page, which saves the key and certs.jsons, and sends the rest itself. */
static bool has_agreed(const struct trusted *trusted)
{
	return there(trusted->keys, trusted->id, ".polynomial") || there(trusted->keys, "certs.jsons", "");
}

static bool has_shared(const struct trusted *trusted)
{
	return there(trusted->keys, trusted->id, ".voutput") || there(trusted->carry, "vote.bel", "");
}

static int await(const struct trusted *trusted)
{
	const char *what = !has_agreed(trusted)   ? "certs.jsons, all certificates"
	                   : !has_shared(trusted) ? "vinput, what the other trustees sent to this one"
	                   : !there(trusted->keys, trusted->id, ".decryption")
	                           ? "vote.bel and dkey, after the vote is closed"
	                           : NULL;
	if (what == NULL)
		printf("everything is done: keep the key until the result is verified\n");
	else
		printf("nothing to do now: %s is awaited in %s\n", what, trusted->carry);
	return STATUS_DONE;
}

/* One and the same folder would carry the key away; so would a key that lies there. */
static int check_folders(const struct trusted *trusted)
{
	struct stat keys, carry;
	char name[ELECTION_MAX_NAME];
	if (mkdir(trusted->keys, 0700) != 0 && errno != EEXIST)
		return command_refuse(trusted->self, "%s cannot be made.", trusted->keys);
	if (stat(trusted->keys, &keys) != 0 || stat(trusted->carry, &carry) != 0 || !S_ISDIR(keys.st_mode) ||
	    !S_ISDIR(carry.st_mode))
		return command_refuse(trusted->self, "%s and %s are to be two folders that are there.", trusted->keys,
		                      trusted->carry);
	if (keys.st_dev == carry.st_dev && keys.st_ino == carry.st_ino)
		return command_refuse(trusted->self,
		                      "the keys and what is carried are in one folder: the key would be carried away.");
	if (election_find_file(trusted->carry, ".key", name) > 0 ||
	    election_find_file(trusted->carry, ".privkey", name) > 0)
		return command_refuse(trusted->self, "a key lies in %s. It must not be carried: take it away first.",
		                      trusted->carry);
	if ((keys.st_mode & 077) != 0)
		return command_refuse(trusted->self, "others can look into %s: chmod 700 first.", trusted->keys);
	return STATUS_DONE;
}

static int step(struct trusted *trusted)
{
	int status = check_folders(trusted);
	unsigned keys = count_keys(trusted->keys, trusted->id);
	if (status != STATUS_DONE)
		return status;
	if (keys > 1)
		return command_refuse(trusted->self, "%s holds more than one key: a folder for each vote.",
		                      trusted->keys);
	if (keys == 0)
		return make(trusted);
	if (!has_agreed(trusted))
		return there(trusted->carry, "certs.jsons", "") ? agree(trusted) : await(trusted);
	if (!has_shared(trusted))
		return there(trusted->carry, "vinput", "") ? accept(trusted) : await(trusted);
	if (!there(trusted->keys, trusted->id, ".decryption"))
		return there(trusted->carry, "vote.bel", "") && there(trusted->carry, "dkey", "") ? decrypt(trusted)
		                                                                                  : await(trusted);
	return await(trusted);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct trusted trusted = {.self = self};
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_KEYS, &trusted.keys}, {OPTION_CARRY, &trusted.carry},
	                 {OPTION_AGREED, .given = &trusted.agreed}, {OPTION_THRESHOLD, &trusted.threshold}))
		return options.status;
	if (trusted.keys == NULL || trusted.carry == NULL)
		return command_refuse(self, "where is the key, and what is carried? --keys DIR --carry DIR.");
	if (strlen(trusted.keys) + DIGEST_HEX + 20 >= ELECTION_MAX_PATH ||
	    strlen(trusted.carry) + DIGEST_HEX + 20 >= ELECTION_MAX_PATH)
		return command_refuse(self, "the folders' paths are too long.");
	return step(&trusted);
}

const struct command command_trustee = {
	.name = "trustee",
	.usage = "--keys DIR --carry DIR [--agreed --threshold N]",
	.summary = "a trustee's part in a secret vote, on a machine of its own",
	.about = "Run it whenever something was carried here: it takes the step that is next, and says what to carry "
		 "back. "
		 "First it makes the key, which stays in --keys; then, once the trustees have compared the "
		 "fingerprints that "
		 "it prints (--agreed), its part of the common key; after the vote is closed it verifies the whole "
		 "archive and "
		 "decrypts its part of the sum. At the service 'jisr poll carry' does the other half. What was agreed "
		 "is kept "
		 "beside the key, so that nothing that is carried later can change it. docs/verify-an-election.md "
		 "tells the "
		 "whole way.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.examples = "  jisr trustee --keys ~/vote-7 --carry /media/stick\n"
		    "  jisr trustee --keys ~/vote-7 --carry /media/stick --agreed --threshold 2\n",
	.run = run,
};
