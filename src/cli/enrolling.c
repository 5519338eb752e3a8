#include "cli/enrolling.h"

#include "base/clock.h"
#include "base/emit.h"
#include "base/tree.h"
#include "cli/print.h"
#include "web/client_print.h"
#include "web/house.h"

#include <sodium.h>

#define LIST_MOST ((size_t)16 << 20)

/* What signs officers in, for changes from the console: nobody signs in through it. */
struct enrolling {
	struct local *local;
	struct signin *signin;
};

static int open_signin(struct enrolling *enrolling, struct store *store, struct problem *problem)
{
	*enrolling = (struct enrolling){NULL, NULL};
	int error = local_open(store_directory(store), &enrolling->local, problem);
	if (error != JISR_OK)
		return error;
	const struct signin_options options = {
		.local = enrolling->local, .directory = house_directory(store), .cost = {1, 8 << 10}};
	return signin_new(&options, &enrolling->signin, problem);
}

static void close_signin(struct enrolling *enrolling)
{
	enrolling->signin = signin_free(enrolling->signin);
	enrolling->local = local_close(enrolling->local);
}

int enrolling_code(struct store *store, const char *officer, char ret_code[ENROLMENT_CODE],
                   struct signin_officer *ret_officer, struct problem *problem)
{
	struct enrolling enrolling;
	struct signin_officer found;
	int error = open_signin(&enrolling, store, problem);
	if (error == JISR_OK)
		error = signin_invite(enrolling.signin, officer, "console", clock_wall(), ret_code, problem);
	if (error == JISR_OK)
		error = signin_officer(enrolling.signin, officer, ret_officer != NULL ? ret_officer : &found, problem);
	close_signin(&enrolling);
	return error;
}

int enrolling_invite(const struct command *command, struct store *store, const char *officer, bool json)
{
	struct problem problem = {""};
	struct signin_officer found;
	char code[ENROLMENT_CODE];
	int error = enrolling_code(store, officer, code, &found, &problem);
	if (error != JISR_OK)
		return command_fail(command, error, &problem);
	if (json) {
		cJSON *root = tree_object();
		tree_text(root, "officer", found.id);
		tree_text(root, "login", found.login);
		tree_text(root, "enrolment", code);
		tree_count(root, "seconds", ENROLMENT_SECONDS);
		sodium_memzero(code, sizeof code);
		return command_answer(command, root, STATUS_DONE);
	}
	printf("Enrolment code of ");
	print_value(stdout, found.name);
	printf(" (%s, signs in as %s), for one hour and one use:\n\n    %s\n\n", found.id, found.login, code);
	puts("Open /desk/enrol on this service in a browser, on this machine http://localhost:8470/desk/enrol while "
	     "jisr\n"
	     "serve runs, and type it there. It sets a passkey, or a password with one-time codes; every earlier "
	     "means,\n"
	     "session and token of this officer ends with that. Give it to nobody but this officer.");
	sodium_memzero(code, sizeof code);
	return command_finish(command, STATUS_DONE);
}

int enrolling_certificate(const struct command *command, struct store *store, const char *officer,
                          const char *certificate, const char *scopes)
{
	struct problem problem = {""};
	struct enrolling enrolling;
	struct signin_officer found;
	struct sql *sql;
	char words[TOKEN_MAX_SCOPES], print[CLIENT_PRINT];
	right_set rights = 0;
	if (snprintf(words, sizeof words, "%s", scopes) >= (int)sizeof words)
		return command_refuse(command, "these are more rights than there are.");
	for (char *at = words; *at != '\0'; at++)
		*at = *at == ',' ? ' ' : *at;
	int error = token_read_scopes(words, &rights, &problem);
	if (error == JISR_OK && (rights & RIGHT_BIT(RIGHT_SELF)) != 0)
		error = problem_set(&problem, JISR_BAD_INPUT, "a program cannot change how its officer signs in");
	if (error == JISR_OK)
		error = client_print_read(certificate, print, &problem);
	if (error != JISR_OK)
		return command_fail(command, error, &problem);
	error = open_signin(&enrolling, store, &problem);
	if (error == JISR_OK)
		error = signin_officer(enrolling.signin, officer, &found, &problem);
	if (error == JISR_OK)
		error = local_begin(enrolling.local, &sql, &problem);
	if (error == JISR_OK)
		error = signin_end(enrolling.signin, sql,
		                   token_certificate_add(sql, found.id, print, rights, clock_wall(), &problem),
		                   found.id, "certificate", true, "console", &problem);
	close_signin(&enrolling);
	if (error != JISR_OK)
		return command_fail(command, error, &problem);
	printf("Who shows the certificate with the fingerprint %s acts for %s.\n"
	       "A new enrolment code of the officer, once used, ends that.\n",
	       print, found.id);
	return command_finish(command, STATUS_DONE);
}

int enrolling_certificate_end(const struct command *command, struct store *store, const char *officer,
                              const char *certificate)
{
	struct problem problem = {""};
	struct enrolling enrolling;
	struct sql *sql;
	char print[CLIENT_PRINT];
	int error = client_print_read(certificate, print, &problem);
	if (error != JISR_OK)
		return command_fail(command, error, &problem);
	error = open_signin(&enrolling, store, &problem);
	if (error == JISR_OK)
		error = local_begin(enrolling.local, &sql, &problem);
	if (error == JISR_OK)
		error = signin_end(enrolling.signin, sql, token_certificate_end(sql, officer, print, &problem), officer,
		                   "certificate", false, "console", &problem);
	close_signin(&enrolling);
	if (error != JISR_OK)
		return command_fail(command, error, &problem);
	printf("The certificate with the fingerprint %s acts for %s no longer.\n", print, officer);
	return command_finish(command, STATUS_DONE);
}

int enrolling_certificates(const struct command *command, struct store *store, const char *officer, bool json)
{
	struct problem problem = {""};
	CLEANUP(local_closep) struct local *local = NULL;
	struct token_certificate one;
	char scopes[TOKEN_MAX_SCOPES];
	struct text text;
	size_t count = 0;
	int error = local_open(store_directory(store), &local, &problem);
	if (error != JISR_OK)
		return command_fail(command, error, &problem);
	text_init(&text, LIST_MOST);
	emit_object(&text, NULL);
	emit_array(&text, "certificates");
	struct sql *sql = local_enter(local);
	while ((error = token_certificate_at(sql, officer, count, &one, &problem)) == JISR_OK) {
		token_write_scopes(one.scopes, scopes);
		emit_object(&text, NULL);
		emit_text(&text, "sha256", one.print);
		emit_text(&text, "scopes", scopes);
		emit_close_object(&text);
		if (!json)
			printf("%s  %s\n", one.print, scopes);
		count++;
	}
	local_leave(local);
	emit_close_array(&text);
	emit_close_object(&text);
	error = error == JISR_NOT_FOUND ? JISR_OK : error;
	if (error || json)
		return command_answer_or_fail(command, &text, error, &problem);
	text_finish(&text);
	if (count == 0)
		puts("No client's certificate acts for this officer.");
	return command_finish(command, STATUS_DONE);
}
