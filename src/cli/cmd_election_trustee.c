#include "ballot/pedersen.h"
#include "cli/election.h"

#include <string.h>

enum {
	OPTION_GROUP = 1,
	OPTION_CERTS,
	OPTION_KEY,
	OPTION_THRESHOLD,
	OPTION_POLYNOMIALS,
	OPTION_FOLDER,
	OPTION_REPLACE
};

static const struct option_spec option_table[] = {
	{OPTION_GROUP, 0, "group", "NAME", "The election's group: BELENIOS-2048 when not given."},
	{OPTION_CERTS, 0, "certs", "FILE",
         "All certificates, in an order that is the same for everybody; may be given several times."},
	{OPTION_KEY, 0, "key", "FILE", "The trustee's own secret, ID.key."},
	{OPTION_THRESHOLD, 0, "threshold", "N", "How many trustees are needed to decrypt."},
	{OPTION_POLYNOMIALS, 0, "polynomials", "FILE",
         "All polynomials, in the order of the certificates; may be given several times."},
	{OPTION_FOLDER, 0, "folder", "DIR", "Where files are written; here when not given."},
	{OPTION_REPLACE, 0, "replace", NULL, "Write over files that are there."},
};

struct ceremony {
	const struct command *self;
	const struct group *group;
	struct election_out out;
	struct text certs, polynomials, files; /* what was given, one message a line */
	const char *key;
	uint64_t threshold;
	struct threshold *trustees; /* of the certificates */
	struct channel_keys *keys;  /* of --key, in secret memory */
};

static int fail(const struct ceremony *ceremony, int error, const struct problem *problem)
{
	return command_fail(ceremony->self, error, problem);
}

/* ID.EXTENSION, where ID is the fingerprint of a certificate. */
static int write_named(const struct ceremony *ceremony, const unsigned char id[DIGEST_BYTES], const char *extension,
                       const char *bytes, size_t length, bool secret)
{
	char hex[DIGEST_HEX + 1], name[DIGEST_HEX + 16];
	digest_write_hex(id, hex);
	(void)snprintf(name, sizeof name, "%s.%s", hex, extension);
	return election_write_file(ceremony->self, &ceremony->out, name, bytes, length, secret);
}

/* --- a mandatory trustee's key --- */

static int step_key(struct ceremony *ceremony)
{
	struct secrets {
		struct scalar private_key;
		char text[TRUSTEE_MAX_PRIVATE];
	};
	struct trustee_key key;
	char digits[GROUP_DIGITS + 1], id[DIGEST_HEX + 1], name[32];
	unsigned char hash[DIGEST_BYTES];
	struct text text;
	CLEANUP(secret_freep) struct secrets *secrets = secret_alloc(sizeof *secrets);
	int error = secrets == NULL ? JISR_NO_MEMORY : trustee_key_make(ceremony->group, &secrets->private_key, &key);
	if (error == JISR_OK)
		error = trustee_private_write(ceremony->group, &secrets->private_key, secrets->text);
	if (error != JISR_OK)
		return fail(ceremony, error, NULL);
	/* Named as belenios-tool does: by the beginning of the public key's hash. */
	digest_of(digits, element_write(&key.public_key, digits), hash);
	digest_write_hex(hash, id);
	for (int i = 0; i < 8; i++)
		id[i] = (char)(id[i] >= 'a' ? id[i] - 'a' + 'A' : id[i]);
	id[8] = '\0';
	text_init(&text, ELECTION_MAX_FILE);
	trustee_key_write(&text, &key);
	text_add_char(&text, '\n');
	int status = text.error == JISR_OK ? STATUS_DONE : fail(ceremony, text.error, NULL);
	(void)snprintf(name, sizeof name, "%.8s.privkey", id);
	if (status == STATUS_DONE)
		status = election_write_file(ceremony->self, &ceremony->out, name, secrets->text, strlen(secrets->text),
		                             true);
	(void)snprintf(name, sizeof name, "%.8s.pubkey", id);
	if (status == STATUS_DONE)
		status = election_write_file(ceremony->self, &ceremony->out, name, text.bytes, text.length, false);
	text_finish(&text);
	if (status == STATUS_DONE)
		printf("trustee %s\n", id);
	return status;
}

/* --- threshold trustees: the six steps --- */

static int step_certificate(struct ceremony *ceremony)
{
	struct secrets {
		char seed[CHANNEL_SEED + 2];
		struct channel_keys keys;
	};
	struct text text;
	struct problem problem = {0};
	CLEANUP(secret_freep) struct secrets *secrets = secret_alloc(sizeof *secrets);
	CLEANUP(threshold_freep) struct threshold *one = NULL;
	char hex[DIGEST_HEX + 1];
	if (secrets == NULL)
		return fail(ceremony, JISR_NO_MEMORY, NULL);
	channel_seed_make(secrets->seed);
	channel_keys_derive(ceremony->group, secrets->seed, &secrets->keys);
	secrets->seed[CHANNEL_SEED] = '\n';
	text_init(&text, ELECTION_MAX_FILE);
	int error = pedersen_certificate(ceremony->group, &secrets->keys, &text);
	if (error == JISR_OK)
		error = text_add_char(&text, '\n');
	if (error == JISR_OK)
		error = pedersen_certificates(ceremony->group, text.bytes, text.length, &one, &problem);
	int status = error == JISR_OK ? STATUS_DONE : fail(ceremony, error, &problem);
	if (status == STATUS_DONE)
		status = write_named(ceremony, one->certificates[0].fingerprint, "key", secrets->seed, CHANNEL_SEED + 1,
		                     true);
	if (status == STATUS_DONE)
		status =
			write_named(ceremony, one->certificates[0].fingerprint, "cert", text.bytes, text.length, false);
	text_finish(&text);
	if (status == STATUS_DONE) {
		digest_write_hex(one->certificates[0].fingerprint, hex);
		printf("certificate %s\n", hex);
	}
	return status;
}

static int step_check(struct ceremony *ceremony)
{
	for (size_t i = 0; i < ceremony->trustees->count; i++) {
		char hex[DIGEST_HEX + 1];
		digest_write_hex(ceremony->trustees->certificates[i].fingerprint, hex);
		printf("trustee %zu %s\n", i + 1, hex);
	}
	return STATUS_DONE;
}

static const unsigned char *own_fingerprint(const struct ceremony *ceremony)
{
	size_t self = pedersen_find(ceremony->trustees, ceremony->keys);
	return self != 0 ? ceremony->trustees->certificates[self - 1].fingerprint : NULL;
}

static int step_polynomial(struct ceremony *ceremony)
{
	struct problem problem = {0};
	struct text text;
	if (ceremony->threshold == 0)
		return command_refuse(ceremony->self,
		                      "how many trustees are needed to decrypt? --threshold N, the same for all.");
	text_init(&text, PEDERSEN_MAX_BYTES);
	int error =
		pedersen_polynomial(ceremony->trustees, ceremony->keys, (unsigned)ceremony->threshold, &text, &problem);
	if (error == JISR_OK)
		error = text_add_char(&text, '\n');
	int status = error != JISR_OK ? fail(ceremony, error, &problem)
	                              : write_named(ceremony, own_fingerprint(ceremony), "polynomial", text.bytes,
	                                            text.length, false);
	text_finish(&text);
	return status;
}

/* One file for each trustee, in the order of the certificates. */
static int write_each(const struct ceremony *ceremony, struct text *texts, const char *extension, bool secret)
{
	int status = STATUS_DONE;
	for (size_t i = 0; status == STATUS_DONE && i < ceremony->trustees->count; i++) {
		if (text_add_char(&texts[i], '\n') != JISR_OK)
			return fail(ceremony, texts[i].error, NULL);
		status = write_named(ceremony, ceremony->trustees->certificates[i].fingerprint, extension,
		                     texts[i].bytes, texts[i].length, secret);
	}
	return status;
}

static int step_route(struct ceremony *ceremony)
{
	struct problem problem = {0};
	struct text vinputs[PEDERSEN_MAX_TRUSTEES];
	for (size_t i = 0; i < PEDERSEN_MAX_TRUSTEES; i++)
		text_init(&vinputs[i], PEDERSEN_MAX_BYTES);
	int error =
		pedersen_route(ceremony->trustees, ceremony->files.bytes, ceremony->files.length, vinputs, &problem);
	int status =
		error != JISR_OK ? fail(ceremony, error, &problem) : write_each(ceremony, vinputs, "vinput", false);
	for (size_t i = 0; i < PEDERSEN_MAX_TRUSTEES; i++)
		text_finish(&vinputs[i]);
	return status;
}

static int step_accept(struct ceremony *ceremony)
{
	struct problem problem = {0};
	struct text text;
	size_t accused = 0;
	text_init(&text, PEDERSEN_MAX_BYTES);
	int error = pedersen_accept(ceremony->trustees, ceremony->keys, ceremony->files.bytes, ceremony->files.length,
	                            &text, &accused, &problem);
	if (error == JISR_OK)
		error = text_add_char(&text, '\n');
	int status = error != JISR_OK ? fail(ceremony, error, &problem)
	                              : write_named(ceremony, own_fingerprint(ceremony), "voutput", text.bytes,
	                                            text.length, false);
	text_finish(&text);
	if (accused != 0) {
		char hex[DIGEST_HEX + 1];
		digest_write_hex(ceremony->trustees->certificates[accused - 1].fingerprint, hex);
		fprintf(stderr,
		        "Tell all trustees, by another way than through the organiser: trustee %zu (%s) sent a share "
		        "that "
		        "cannot be used.\nThe ceremony must begin again.\n",
		        accused, hex);
		status = STATUS_FOUND;
	}
	return status;
}

static int step_combine(struct ceremony *ceremony)
{
	struct problem problem = {0};
	struct text parameters, keys[PEDERSEN_MAX_TRUSTEES];
	text_init(&parameters, PEDERSEN_MAX_BYTES);
	for (size_t i = 0; i < PEDERSEN_MAX_TRUSTEES; i++)
		text_init(&keys[i], PEDERSEN_MAX_BYTES);
	int error = pedersen_combine(ceremony->trustees, ceremony->polynomials.bytes, ceremony->polynomials.length,
	                             ceremony->files.bytes, ceremony->files.length, &parameters, keys, &problem);
	if (error == JISR_OK)
		error = text_add_char(&parameters, '\n');
	int status = error != JISR_OK ? fail(ceremony, error, &problem)
	                              : election_write_file(ceremony->self, &ceremony->out, "threshold.json",
	                                                    parameters.bytes, parameters.length, false);
	if (status == STATUS_DONE)
		status = write_each(ceremony, keys, "dkey", true);
	text_finish(&parameters);
	for (size_t i = 0; i < PEDERSEN_MAX_TRUSTEES; i++)
		text_finish(&keys[i]);
	return status;
}

/* --- the command --- */

static const struct step {
	const char *name;
	int (*run)(struct ceremony *ceremony);
	bool certs, key, polynomials, files;
} steps[] = {
	{"key", step_key, false, false, false, false},
	{"certificate", step_certificate, false, false, false, false},
	{"check", step_check, true, false, false, false},
	{"polynomial", step_polynomial, true, true, false, false},
	{"route", step_route, true, false, false, true},
	{"accept", step_accept, true, true, false, true},
	{"combine", step_combine, true, false, true, true},
};

static const struct step *find_step(const char *name)
{
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (strcmp(steps[i].name, name) == 0)
			return &steps[i];
	return NULL;
}

static int read_key(struct ceremony *ceremony)
{
	CLEANUP(secret_freep) char *seed = NULL;
	size_t length = 0;
	int status = election_read_secret(ceremony->self, ceremony->key, &seed, &length);
	if (status != STATUS_DONE)
		return status;
	if (!channel_seed_valid(seed, length))
		return command_refuse(ceremony->self, "%s is no key of a threshold trustee: 22 characters of Base58.",
		                      ceremony->key);
	ceremony->keys = secret_alloc(sizeof *ceremony->keys);
	if (ceremony->keys == NULL)
		return fail(ceremony, JISR_NO_MEMORY, NULL);
	channel_keys_derive(ceremony->group, seed, ceremony->keys);
	return STATUS_DONE;
}

static int run_step(struct ceremony *ceremony, const struct step *step)
{
	struct problem problem = {0};
	if (step->certs != (ceremony->certs.length > 0) || step->key != (ceremony->key != NULL) ||
	    step->polynomials != (ceremony->polynomials.length > 0) || step->files != (ceremony->files.length > 0))
		return command_refuse(ceremony->self,
		                      "the step '%s' needs%s%s%s%s; see 'jisr election trustee --help'.", step->name,
		                      step->certs ? " --certs" : " no --certs", step->key ? ", --key" : "",
		                      step->polynomials ? ", --polynomials" : "",
		                      step->files ? ", and the files that were sent" : ", and no other file");
	int status = step->key ? read_key(ceremony) : STATUS_DONE;
	if (status == STATUS_DONE && step->certs) {
		int error = pedersen_certificates(ceremony->group, ceremony->certs.bytes, ceremony->certs.length,
		                                  &ceremony->trustees, &problem);
		if (error != JISR_OK)
			status = fail(ceremony, error, &problem);
	}
	return status == STATUS_DONE ? step->run(ceremony) : status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct ceremony ceremony = {.self = self};
	const struct step *step = NULL;
	const char *group = "BELENIOS-2048";
	text_init(&ceremony.certs, PEDERSEN_MAX_BYTES);
	text_init(&ceremony.polynomials, PEDERSEN_MAX_BYTES);
	text_init(&ceremony.files, PEDERSEN_MAX_BYTES);
	options_init(&options, self, argc, argv);
	int id, status = STATUS_DONE;
	while (status == STATUS_DONE && (id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: status = options.status == STATUS_DONE ? -1 : options.status; break;
		case OPTIONS_WORD:
			if (step != NULL)
				status = election_read_file(self, options.value, &ceremony.files);
			else if ((step = find_step(options.value)) == NULL)
				status = command_refuse(
					self,
					"there is no step '%s': key, certificate, check, polynomial, route, "
					"accept or combine.",
					options.value);
			break;
		case OPTION_GROUP: group = options.value; break;
		case OPTION_CERTS: status = election_read_file(self, options.value, &ceremony.certs); break;
		case OPTION_KEY: ceremony.key = options.value; break;
		case OPTION_THRESHOLD:
			if (!options_number(&options, 1, PEDERSEN_MAX_TRUSTEES, &ceremony.threshold))
				status = options.status;
			break;
		case OPTION_POLYNOMIALS: status = election_read_file(self, options.value, &ceremony.polynomials); break;
		case OPTION_FOLDER: ceremony.out.folder = options.value; break;
		case OPTION_REPLACE: ceremony.out.replace = true; break;
		}
	}
	if (status == STATUS_DONE && step == NULL)
		status = command_refuse(self,
		                        "which step? key, certificate, check, polynomial, route, accept or combine.");
	if (status == STATUS_DONE) {
		ceremony.group = election_group(self, group);
		status = ceremony.group == NULL ? STATUS_MEND : run_step(&ceremony, step);
	}
	threshold_free(ceremony.trustees);
	secret_free(ceremony.keys);
	text_finish(&ceremony.certs);
	text_finish(&ceremony.polynomials);
	text_finish(&ceremony.files);
	return status == -1 ? STATUS_DONE : status;
}

const struct command command_election_trustee = {
	.name = "election trustee",
	.usage = "key\ncertificate\ncheck --certs FILE\n"
		 "polynomial --certs FILE --key ID.key --threshold N\nroute --certs FILE POLYNOMIAL...\n"
		 "accept --certs FILE --key ID.key ID.vinput\n"
		 "combine --certs FILE --polynomials FILE VOUTPUT...",
	.summary = "make the trustees' keys, step by step",
	.about =
		"A mandatory trustee runs 'key' and sends ID.pubkey to the organiser.\n\n"
		"Threshold trustees, of whom N are enough to decrypt, go through six steps together; the organiser "
		"carries "
		"files between them. (1) Each trustee: 'certificate', sends ID.cert. (2) The organiser puts all "
		"certificates into one file, certs.jsons, and sends it to all; each runs 'check' and compares the "
		"fingerprints with the other trustees, by telephone. (3) Each trustee: 'polynomial', sends "
		"ID.polynomial. "
		"(4) The organiser: 'route', sends each trustee its ID.vinput. (5) Each trustee: 'accept', sends "
		"ID.voutput, or complains. (6) The organiser: 'combine', sends each trustee its ID.dkey and keeps "
		"threshold.json for 'election open'. Files are given in the order of the certificates: ID.* is in that "
		"order when certs.jsons was made of ID.cert.\n\n"
		"ID.privkey and ID.key are secret and leave the trustee's machine never. The files are those of "
		"belenios-tool; each trustee may use either program.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.examples = "  jisr election trustee key --folder secret\n"
		    "  cat *.cert > certs.jsons; jisr election trustee check --certs certs.jsons\n",
	.run = run,
};
