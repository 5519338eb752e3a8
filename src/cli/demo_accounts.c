/* One officer of each role who can sign in, so that a demonstration can be tried in a browser. What they sign in with stands
 * in DIR/demo-accounts.json (mode 0600):
 *
 *   {"passphrase": TEXT, "officers": [{"login", "role", "office", "name", "secret": BASE64URL of the one-time codes'}]}
 *
 * It is made at random for each directory. Nothing of this kind exists in a directory that jisr init founded. */
#include "cli/demo.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/tree.h"
#include "cli/print.h"
#include "members/means.h"

#include <sodium.h>
#include <string.h>

#define FILE_NAME     "demo-accounts.json"
#define FILE_MOST     ((size_t)64 << 10)
#define GROUPS        4
#define PASSPHRASE    (GROUPS * 6)
#define SECRET_LETTER 28 /* base64url of TOTP_SECRET, with the closing 0 */

/* "bofak-tulem-...": some 70 bits, easy to type. */
static void make_passphrase(char out[PASSPHRASE])
{
	static const char consonants[] = "bdfgklmnprstvz", vowels[] = "aeiou";
	for (size_t i = 0; i < PASSPHRASE - 1; i++)
		out[i] = i % 6 == 5       ? '-'
		         : i % 6 % 2 == 0 ? consonants[randombytes_uniform(sizeof consonants - 1)]
		                          : vowels[randombytes_uniform(sizeof vowels - 1)];
	out[PASSPHRASE - 1] = '\0';
}

struct chosen {
	struct officer officers[ROLE_COUNT]; /* the first of each role; id "" while there is none */
	size_t count;
};

static bool choose(void *context, const struct officer *officer)
{
	struct chosen *chosen = context;
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if (officer->roles == ROLE_BIT(role) && chosen->officers[role].id[0] == '\0') {
			chosen->officers[role] = *officer;
			chosen->count++;
		}
	return chosen->count < ROLE_COUNT;
}

static int find(struct store *store, struct chosen *chosen, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(store, &reader, problem);
	return error != JISR_OK ? error
	                        : register_officers(store_reader_sql(reader), NULL, NULL, choose, chosen, problem);
}

/* As an officer does it in a browser; the code is one of half a minute ago, so that the present one stays good. */
static int enrol(struct signin *signin, const char *officer, const char *passphrase, cJSON *row,
                 struct problem *problem)
{
	static const struct signin_from here = {"demo", "jisr demo", NULL};
	char code[ENROLMENT_CODE], otp[TOTP_DIGITS + 1], secret[SECRET_LETTER];
	struct signin_offer offer;
	struct signin_told told;
	struct sql *sql;
	int64_t now = clock_wall();
	int error = signin_invite(signin, officer, "console", now, code, problem);
	if (error == JISR_OK)
		error = signin_offer(signin, code, "jisr demo", now, &offer, problem);
	if (error == JISR_OK && totp_code(offer.enrolment.totp, now / 1000 / TOTP_SECONDS - 1, otp) != JISR_OK)
		error = problem_no_memory(problem);
	if (error == JISR_OK)
		error = signin_enrol_password(signin, code, passphrase, otp, &here, now, &told, problem);
	if (error != JISR_OK)
		return error;
	base64_url_write(offer.enrolment.totp, sizeof offer.enrolment.totp, secret);
	tree_text(row, "secret", secret);
	error = local_begin(signin_local(signin), &sql, problem);
	return error != JISR_OK
	               ? error
	               : local_end(signin_local(signin), session_end(sql, told.session.hash, problem), problem);
}

static int keep(const struct demo *demo, const cJSON *root, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct text text;
	text_init(&text, FILE_MOST);
	(void)snprintf(path, sizeof path, "%s/" FILE_NAME, demo->directory);
	int error = tree_failed() || json_write(root, &text) != JISR_OK
	                    ? problem_no_memory(problem)
	                    : file_replace(path, text.bytes, text.length, problem);
	text_finish(&text);
	return error;
}

int demo_accounts(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	CLEANUP(memory_freep) struct chosen *chosen = memory_zero(1, sizeof *chosen);
	CLEANUP(local_closep) struct local *local = NULL;
	CLEANUP(signin_freep) struct signin *signin = NULL;
	CLEANUP(json_freep) cJSON *root = tree_object();
	char passphrase[PASSPHRASE];
	if (chosen == NULL)
		return problem_no_memory(problem);
	int error = find(demo->store, chosen, problem);
	if (error == JISR_OK)
		error = local_open(demo->directory, &local, problem);
	const struct signin_options options = {.local = local,
	                                       .directory = means_directory(demo->store),
	                                       .limits = {60000, 60000},
	                                       .cost = {1, (size_t)8 << 20}}; /* grows at the first sign-in */
	if (error == JISR_OK)
		error = signin_new(&options, &signin, problem);
	make_passphrase(passphrase);
	tree_text(root, "passphrase", passphrase);
	cJSON *rows = tree_add_array(root, "officers");
	for (unsigned role = 0; error == JISR_OK && role < ROLE_COUNT; role++) {
		const struct officer *officer = &chosen->officers[role];
		if (officer->id[0] == '\0')
			continue;
		cJSON *row = tree_add_object(rows, NULL);
		tree_text(row, "login", officer->login);
		tree_text(row, "role", role_name((enum role)role));
		tree_text(row, "office", officer->office);
		tree_text(row, "name", officer->name);
		error = enrol(signin, officer->id, passphrase, row, problem);
	}
	if (error == JISR_OK)
		error = keep(demo, root, problem);
	(void)snprintf(ret_made, DEMO_MADE_MAX, "%zu officers who can sign in, one of each role (jisr demo --codes)",
	               chosen->count);
	return error;
}

/* ---- the codes of now ---- */

static bool read_secret(const cJSON *row, uint8_t ret_secret[TOTP_SECRET])
{
	const char *secret = json_get_text(row, "secret");
	size_t size = 0;
	return secret != NULL && base64_url_read(secret, strlen(secret), ret_secret, TOTP_SECRET, &size) &&
	       size == TOTP_SECRET;
}

static const char *word_of(const cJSON *row, const char *name)
{
	const char *text = json_get_text(row, name);
	return text != NULL ? text : "";
}

int demo_codes(const struct command *command, const char *directory, bool json)
{
	CLEANUP(json_freep) cJSON *root = NULL;
	char path[FILE_MAX_PATH], code[TOTP_DIGITS + 1];
	uint8_t secret[TOTP_SECRET];
	struct problem problem = {""};
	struct text text;
	int64_t seconds = clock_wall() / 1000;
	text_init(&text, FILE_MOST);
	(void)snprintf(path, sizeof path, "%s/" FILE_NAME, directory);
	int error = file_read(path, &text, &problem);
	if (error == JISR_NOT_FOUND) {
		text_finish(&text);
		return command_refuse(command,
		                      "%s is no directory that jisr demo filled. Real officers' secrets are shown to "
		                      "nobody: jisr officers enrol gives a code for a new start.",
		                      directory);
	}
	if (error == JISR_OK)
		error = json_read(text.bytes, text.length, &root, &problem);
	text_finish(&text);
	if (error != JISR_OK)
		return command_fail(command, error, &problem);
	cJSON *answer = json ? tree_object() : NULL, *list = json ? tree_add_array(answer, "officers") : NULL;
	if (json) {
		tree_text(answer, "passphrase", word_of(root, "passphrase"));
		tree_count(answer, "seconds", (uint64_t)(TOTP_SECONDS - seconds % TOTP_SECONDS));
	} else {
		printf("Passphrase of all: %s\n\n", word_of(root, "passphrase"));
	}
	const cJSON *row;
	cJSON_ArrayForEach(row, json_get(root, "officers"))
	{
		if (!read_secret(row, secret) || totp_code(secret, seconds / TOTP_SECONDS, code) != JISR_OK)
			continue;
		if (json) {
			cJSON *one = tree_add_object(list, NULL);
			tree_text(one, "login", word_of(row, "login"));
			tree_text(one, "role", word_of(row, "role"));
			tree_text(one, "office", word_of(row, "office"));
			tree_text(one, "code", code);
			continue;
		}
		print_cell(stdout, word_of(row, "login"), 24);
		printf("code %s  %-18s  ", code, word_of(row, "role"));
		print_value(stdout, word_of(row, "name"));
		putchar('\n');
	}
	if (json)
		return command_answer(command, answer, STATUS_DONE);
	printf("\nThe codes hold for about %d seconds more, each for one sign-in; then ask again.\n"
	       "Whoever reads this directory is all of them: let nobody but yourself reach a demonstration.\n",
	       (int)(2 * TOTP_SECONDS - seconds % TOTP_SECONDS));
	return command_finish(command, STATUS_DONE);
}
