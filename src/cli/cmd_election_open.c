#include "cli/election_draft.h"

#include <string.h>
#include <time.h>

enum {
	OPTION_CREDENTIALS = 1,
	OPTION_TRUSTEE,
	OPTION_THRESHOLD,
	OPTION_TRUSTEES,
	OPTION_FOLDER,
	OPTION_PARTS,
	OPTION_REPLACE
};

static const struct option_spec option_table[] = {
	{OPTION_CREDENTIALS, 0, "credentials", "FILE", "UUID.pubcreds of the credential authority."},
	{OPTION_TRUSTEE, 0, "trustee", "FILE",
         "The public key of a mandatory trustee, ID.pubkey; to be given for each."},
	{OPTION_THRESHOLD, 0, "threshold", "FILE", "threshold.json of the threshold trustees' ceremony."},
	{OPTION_TRUSTEES, 0, "trustees", "FILE", "All trustees at once: trustees.json of belenios-tool."},
	{OPTION_FOLDER, 0, "folder", "DIR", "Where UUID.bel is written; here when not given."},
	{OPTION_PARTS, 0, "parts", NULL,
         "Write election.json, trustees.json and public_creds.json instead, for belenios-tool archive init."},
	{OPTION_REPLACE, 0, "replace", NULL,
         "With --parts: write over files that are there. An archive is never replaced."},
};

struct opening {
	const struct command *self;
	const struct draft *draft;
	struct election_out out;
	const char *credentials, *threshold, *trustees_path;
	struct text keys; /* of mandatory trustees, one a line */
	bool parts;
	struct trustees *trustees;
	struct election *election;
	struct text election_text, trustees_text, credentials_text;
};

static size_t trimmed(const struct text *text)
{
	size_t length = text->length;
	while (length > 0 && strchr("\r\n \t", text->bytes[length - 1]) != NULL)
		length--;
	return length;
}

static int read_trustees(struct opening *opening)
{
	struct problem problem = {0};
	struct text text;
	const char *path = opening->trustees_path != NULL ? opening->trustees_path : opening->threshold;
	text_init(&text, ELECTION_MAX_FILE);
	int status = path != NULL ? election_read_file(opening->self, path, &text) : STATUS_DONE;
	if (status == STATUS_DONE) {
		const struct group *group = opening->draft->group;
		int error = opening->trustees_path != NULL
		                    ? trustees_read(group, text.bytes, text.length, &opening->trustees, &problem)
		                    : trustees_assemble(group, opening->keys.bytes, opening->keys.length,
		                                        path != NULL ? text.bytes : NULL, text.length,
		                                        &opening->trustees, &problem);
		status = error == JISR_OK ? STATUS_DONE : command_fail(opening->self, error, &problem);
	}
	text_finish(&text);
	if (status == STATUS_DONE && trustees_write(opening->trustees, &opening->trustees_text) != JISR_OK)
		status = command_fail(opening->self, opening->trustees_text.error, NULL);
	return status;
}

/* belenios-tool's file of public credentials may have a login after the weight: "CREDENTIAL,WEIGHT,LOGIN" or "CREDENTIAL,,LOGIN". It has no
 * place in the archive. */
static int without_logins(const struct text *text, struct text *out, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	cJSON *item;
	int error = json_read(text->bytes, text->length, &json, problem);
	if (error != JISR_OK)
		return error;
	cJSON_ArrayForEach(item, json)
	{
		char *comma = cJSON_IsString(item) ? strchr(item->valuestring, ',') : NULL;
		if (comma != NULL && comma[1] != ',')
			comma = strchr(comma + 1, ',');
		if (comma != NULL)
			*comma = '\0';
	}
	error = json_write(json, out);
	return error == JISR_OK ? error : problem_set(problem, error, "%s", error_text(error));
}

static int read_credentials(struct opening *opening, size_t *ret_voters)
{
	struct problem problem = {0};
	struct text text;
	CLEANUP(credential_list_freep) struct credential_list *list = NULL;
	text_init(&text, ELECTION_MAX_FILE);
	int status = election_read_file(opening->self, opening->credentials, &text);
	if (status == STATUS_DONE) {
		int error = without_logins(&text, &opening->credentials_text, &problem);
		if (error == JISR_OK)
			error = credential_list_read(opening->draft->group, opening->credentials_text.bytes,
			                             opening->credentials_text.length, &list, &problem);
		problem_prefix(&problem, opening->credentials);
		status = error == JISR_OK ? STATUS_DONE : command_fail(opening->self, error, &problem);
	}
	if (status == STATUS_DONE)
		*ret_voters = credential_list_count(list);
	text_finish(&text);
	return status;
}

/* The election message: from the draft and the trustees' key, or as belenios-tool has made it. */
static int make_election(struct opening *opening)
{
	struct problem problem = {0};
	const struct draft *draft = opening->draft;
	if (draft->election != NULL) {
		if (!element_equal(&draft->election->public_key, &opening->trustees->public_key))
			return command_refuse(opening->self,
			                      "the election's public key is not that of these trustees.");
		text_add(&opening->election_text, draft->text.bytes, trimmed(&draft->text));
	} else {
		struct election given = *draft->questions;
		given.group = draft->group;
		given.uuid = draft->uuid;
		given.public_key = opening->trustees->public_key;
		int error = election_new(&given, &opening->election, &problem);
		if (error != JISR_OK)
			return command_fail(opening->self, error, &problem);
		(void)election_write(opening->election, &opening->election_text);
	}
	return opening->election_text.error == JISR_OK
	               ? STATUS_DONE
	               : command_fail(opening->self, opening->election_text.error, NULL);
}

static int write_parts(const struct opening *opening)
{
	const struct {
		const char *name;
		const struct text *text;
	} parts[] = {{"election.json", &opening->election_text},
	             {"trustees.json", &opening->trustees_text},
	             {"public_creds.json", &opening->credentials_text}};
	int status = STATUS_DONE;
	for (size_t i = 0; status == STATUS_DONE && i < sizeof parts / sizeof *parts; i++)
		status = election_write_file(opening->self, &opening->out, parts[i].name, parts[i].text->bytes,
		                             parts[i].text->length, false);
	return status;
}

static int write_archive(const struct opening *opening, size_t voters, bool json)
{
	struct problem problem = {0};
	char path[ELECTION_MAX_PATH], fingerprint[DIGEST_BASE64 + 1], hex[DIGEST_HEX + 1];
	unsigned char head[DIGEST_BYTES];
	const struct archive_begin begin = {
		.election = {opening->election_text.bytes, opening->election_text.length},
		.trustees = {opening->trustees_text.bytes, opening->trustees_text.length},
		.credentials = {opening->credentials_text.bytes, opening->credentials_text.length},
		.time = (uint64_t)time(NULL),
	};
	int put = snprintf(path, sizeof path, "%s%s%s.bel", opening->out.folder != NULL ? opening->out.folder : "",
	                   opening->out.folder != NULL ? "/" : "", opening->draft->uuid);
	if (put < 0 || (size_t)put >= sizeof path)
		return command_refuse(opening->self, "the path of --folder is too long.");
	int error = archive_begin(path, &begin, head, &problem);
	if (error != JISR_OK)
		return command_fail(opening->self, error, &problem);
	digest_fingerprint(opening->credentials_text.bytes, opening->credentials_text.length, fingerprint);
	digest_write_hex(head, hex);
	if (json) {
		printf("{\"uuid\": \"%s\", \"voters\": %zu, \"trustees\": %zu, \"credentials\": \"%s\", \"head\": "
		       "\"%s\"}\n",
		       opening->draft->uuid, voters, opening->trustees->owner_count, fingerprint, hex);
		return STATUS_DONE;
	}
	printf("%s is open: %zu voters, %zu trustees\n", path, voters, opening->trustees->owner_count);
	printf("fingerprint of the public credentials %s\n", fingerprint);
	printf("head %s\n", hex);
	return STATUS_DONE;
}

static int open_election(struct opening *opening, bool json)
{
	size_t voters = 0;
	int status = read_trustees(opening);
	if (status == STATUS_DONE)
		status = make_election(opening);
	if (status == STATUS_DONE)
		status = read_credentials(opening, &voters);
	if (status == STATUS_DONE)
		status = opening->parts ? write_parts(opening) : write_archive(opening, voters, json);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct opening opening = {.self = self};
	const char *path = NULL;
	text_init(&opening.keys, ELECTION_MAX_FILE);
	text_init(&opening.election_text, ELECTION_MAX_FILE);
	text_init(&opening.trustees_text, ELECTION_MAX_FILE);
	text_init(&opening.credentials_text, ELECTION_MAX_FILE);
	options_init(&options, self, argc, argv);
	int id, status = STATUS_DONE;
	while (status == STATUS_DONE && (id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: text_finish(&opening.keys); return options.status;
		case OPTIONS_WORD: path = options.value; break;
		case OPTION_CREDENTIALS: opening.credentials = options.value; break;
		case OPTION_TRUSTEE: status = election_read_file(self, options.value, &opening.keys); break;
		case OPTION_THRESHOLD: opening.threshold = options.value; break;
		case OPTION_TRUSTEES: opening.trustees_path = options.value; break;
		case OPTION_FOLDER: opening.out.folder = options.value; break;
		case OPTION_PARTS: opening.parts = true; break;
		case OPTION_REPLACE: opening.out.replace = true; break;
		}
	}
	bool by_parts = opening.keys.length > 0 || opening.threshold != NULL;
	if (status == STATUS_DONE &&
	    (path == NULL || opening.credentials == NULL || by_parts == (opening.trustees_path != NULL)))
		status = command_refuse(
			self, "give the draft, --credentials, and the trustees: --trustee and --threshold, or "
			      "--trustees.");
	if (status == STATUS_DONE) {
		struct draft draft;
		status = draft_init(&draft, self, path);
		opening.draft = &draft;
		if (status == STATUS_DONE)
			status = open_election(&opening, options.json);
		draft_finish(&draft);
	}
	trustees_free(opening.trustees);
	election_free(opening.election);
	text_finish(&opening.keys);
	text_finish(&opening.election_text);
	text_finish(&opening.trustees_text);
	text_finish(&opening.credentials_text);
	return status;
}

const struct command command_election_open = {
	.name = "election open",
	.usage = "UUID.draft.json --credentials UUID.pubcreds {--trustee ID.pubkey}... [--threshold threshold.json]",
	.summary = "put the parts together and open the vote",
	.about = "Run by the organiser. Checks the trustees' keys and the public credentials, computes the election's "
		 "key and "
		 "begins the archive UUID.bel, which is public from now on and only grows. Instead of the draft an "
		 "election.json "
		 "of belenios-tool may be given.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr election open UUID.draft.json --credentials UUID.pubcreds --trustee 0E716180.pubkey \\\n"
		    "    --threshold threshold.json\n",
	.run = run,
};
