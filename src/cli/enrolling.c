#include "cli/enrolling.h"

#include "base/clock.h"
#include "base/tree.h"
#include "cli/print.h"
#include "members/means.h"

#include <sodium.h>

int enrolling_code(struct store *store, const char *officer, char ret_code[ENROLMENT_CODE],
                   struct signin_officer *ret_officer, struct problem *problem)
{
	CLEANUP(local_closep) struct local *local = NULL;
	CLEANUP(signin_freep) struct signin *signin = NULL;
	struct signin_officer found;
	const struct signin_directory directory = means_directory(store);
	int error = local_open(store_directory(store), &local, problem);
	if (error == JISR_OK) {
		const struct signin_options options = {
			.local = local, .directory = directory, .cost = {1, 8 << 10}}; /* nobody signs in here */
		error = signin_new(&options, &signin, problem);
	}
	if (error == JISR_OK)
		error = signin_invite(signin, officer, "console", clock_wall(), ret_code, problem);
	if (error == JISR_OK)
		error = directory.find(directory.context, officer, ret_officer != NULL ? ret_officer : &found);
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
	CLEANUP(local_closep) struct local *local = NULL;
	struct problem problem = {""};
	struct signin_officer found;
	struct sql *sql;
	char words[TOKEN_MAX_SCOPES];
	right_set rights = 0;
	if (snprintf(words, sizeof words, "%s", scopes) >= (int)sizeof words)
		return command_refuse(command, "these are more rights than there are.");
	for (char *at = words; *at != '\0'; at++)
		*at = *at == ',' ? ' ' : *at;
	const struct signin_directory directory = means_directory(store);
	int error = token_read_scopes(words, &rights, &problem);
	if (error == JISR_OK && (rights & RIGHT_BIT(RIGHT_SELF)) != 0)
		error = problem_set(&problem, JISR_BAD_INPUT, "a program cannot change how its officer signs in");
	if (error == JISR_OK && directory.find(directory.context, officer, &found) != JISR_OK)
		error = problem_set(&problem, JISR_NOT_FOUND, "there is no officer %s who may sign in", officer);
	if (error == JISR_OK)
		error = local_open(store_directory(store), &local, &problem);
	if (error == JISR_OK)
		error = local_begin(local, &sql, &problem);
	if (error == JISR_OK)
		error = local_end(
			local,
			token_certificate_add(sql, found.id, certificate, certificate, rights, clock_wall(), &problem),
			&problem);
	if (error == JISR_OK)
		error = directory.note(directory.context, found.id, "certificate", true, "console", &problem);
	if (error != JISR_OK)
		return command_fail(command, error, &problem);
	printf("Who shows the certificate ");
	print_value(stdout, certificate);
	printf(" acts for %s. A new enrolment code of the officer, once used, ends that.\n", found.id);
	return command_finish(command, STATUS_DONE);
}
