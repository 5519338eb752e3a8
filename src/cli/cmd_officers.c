#include "cli/enrolling.h"
#include "cli/print.h"
#include "cli/registered.h"
#include "members/register_emit.h"

enum {
	OPTION_NAME = 1,
	OPTION_LOGIN,
	OPTION_EMAIL,
	OPTION_ROLES,
	OPTION_REASON,
	OPTION_OFFICE,
	OPTION_CERTIFICATE,
	OPTION_SCOPES,
	OPTION_FORGET
};

#define ROLES_HELP                                                                                                     \
	"Separated by commas: reader, border-officer, bureau-officer, head-of-bureau, reviewer, secretary-general, "   \
	"auditor, administrator, delegate, chair, assembly-secretary."

static const struct option_spec appoint_options[] = {
	{OPTION_NAME, 0, "name", "NAME", "The officer's name. Needed."},
	{OPTION_LOGIN, 0, "login", "WORD", "What the officer signs in with: a-z, 0-9, '.', '-', '_'. Needed."},
	{OPTION_ROLES, 0, "roles", "ROLE,...", ROLES_HELP " Needed."},
	{OPTION_EMAIL, 0, "email", "ADDRESS", "Where the officer can be written to."},
};
static const struct option_spec edit_options[] = {
	{OPTION_NAME, 0, "name", "NAME", "The officer's name."},
	{OPTION_LOGIN, 0, "login", "WORD", "What the officer signs in with."},
	{OPTION_EMAIL, 0, "email", "ADDRESS", "Where the officer can be written to."},
};
static const struct option_spec roles_options[] = {
	{OPTION_ROLES, 0, "roles", "ROLE,...", ROLES_HELP " They replace those the officer has. Needed."},
};
static const struct option_spec end_options[] = {
	{OPTION_REASON, 0, "reason", "TEXT", "Why; it stands in the log. Needed."},
};
static const struct option_spec move_options[] = {
	{OPTION_OFFICE, 0, "office", "OFFICE", "Where the officer works from now on. Needed."},
	{OPTION_ROLES, 0, "roles", "ROLE,...", ROLES_HELP " Those that the officer has there. Needed."},
	{OPTION_REASON, 0, "reason", "TEXT", "Why; it stands in the log. Needed."},
};
static const struct option_spec certificate_options[] = {
	{OPTION_CERTIFICATE, 0, "certificate", "FILE",
         "The client's certificate in PEM, or its SHA-256 fingerprint. Without it those that act for the officer are "
         "listed."},
	{OPTION_SCOPES, 0, "scopes", "RIGHT,...", "What the program may do, of what the officer may: check,search."},
	{OPTION_FORGET, 0, "forget", NULL, "It acts for the officer no longer."},
};

static bool show(void *context, const struct officer *officer)
{
	struct registered_list *list = context;
	list->count++;
	if (list->json != NULL) {
		register_emit_officer(list->json, NULL, officer);
		return true;
	}
	printf("%-10s  %-9s  ", officer->id, register_officer_state(officer->state));
	print_cell(stdout, officer->name[0] != '\0' ? officer->name : "-", 30);
	fputs("  ", stdout);
	print_cell(stdout, officer->login[0] != '\0' ? officer->login : "-", 24);
	fputs("  ", stdout);
	for (unsigned role = 0, printed = 0; role < ROLE_COUNT; role++)
		if ((officer->roles & ROLE_BIT(role)) != 0)
			printf("%s%s", printed++ > 0 ? ", " : "", role_title((enum role)role));
	putchar('\n');
	return true;
}

static int show_all(struct sql *sql, struct registered_list *list, struct problem *problem)
{
	struct office office;
	int error = list->code != NULL ? register_office(sql, list->code, &office, problem) : JISR_OK;
	return error ? error : register_officers(sql, list->code, NULL, show, list, problem);
}

static int list(const struct command *self, int argc, char **argv)
{
	return registered_list(self, argc, argv, "officers", "No officer is appointed yet.", show_all);
}

static int enrol(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct recorded recorded;
	const char *officer = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTIONS_WORD, &officer}))
		return options.status;
	if (officer == NULL)
		return command_refuse(self, "which officer? Give the id, as in MA-12.");
	int status = recorded_open(&recorded, &options, false);
	if (status != STATUS_DONE)
		return status;
	status = enrolling_invite(self, recorded.store, officer, options.json);
	recorded_finish(&recorded);
	return status;
}

static int certificate(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct recorded recorded;
	const char *officer = NULL, *file = NULL, *scopes = NULL;
	bool forget = false;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTIONS_WORD && officer != NULL)
			return command_refuse(self, "one officer: what is '%s'?", options.value);
		if (id == OPTION_FORGET)
			forget = true;
		else
			*(id == OPTION_CERTIFICATE ? &file : id == OPTION_SCOPES ? &scopes : &officer) = options.value;
	}
	if (officer == NULL)
		return command_refuse(self, "which officer? Give the id, as in MA-12.");
	if (forget ? file == NULL || scopes != NULL : (file == NULL) != (scopes == NULL))
		return command_refuse(self, "--certificate goes with --scopes or with --forget.");
	int status = recorded_open(&recorded, &options, false);
	if (status != STATUS_DONE)
		return status;
	if (file == NULL)
		status = enrolling_certificates(self, recorded.store, officer, options.json);
	else if (forget)
		status = enrolling_certificate_end(self, recorded.store, officer, file);
	else
		status = enrolling_certificate(self, recorded.store, officer, file, scopes);
	recorded_finish(&recorded);
	return status;
}

static const struct command step_list = {
	.name = "officers list",
	.usage = "[--json] [OFFICE]",
	.summary = "tell which officers there are",
	.about = "Prints the officers of every office, or of one.",
	.json = true,
	.run = list,
};
static const struct command step_appoint = {
	.name = "officers appoint",
	.usage = "--name NAME --login WORD --roles ROLE,... OFFICE",
	.summary = "appoint an officer",
	.about = "Headquarters' console appoints officers of headquarters, and the first head or administrator of any "
		 "other office, who then appoints the rest. How the officer signs in is set up afterwards: jisr "
		 "officers enrol.",
	.options = appoint_options,
	.option_count = sizeof appoint_options / sizeof *appoint_options,
	.json = true,
	.examples = "  jisr officers appoint MA --name 'Invented Officer' --login i.officer --roles head-of-bureau\n",
	.run = registered_submit,
};
static const struct command step_edit = {
	.name = "officers edit",
	.usage = "[OPTION]... OFFICER",
	.summary = "change an officer's name, sign-in name or address",
	.about = "What no option says stays as it is. An officer is named by his id, as in MA-12.",
	.options = edit_options,
	.option_count = sizeof edit_options / sizeof *edit_options,
	.json = true,
	.run = registered_submit,
};
static const struct command step_roles = {
	.name = "officers roles",
	.usage = "--roles ROLE,... OFFICER",
	.summary = "give an officer other roles",
	.about = "The roles replace those that the officer has. The last administrator of an office stays one.",
	.options = roles_options,
	.option_count = 1,
	.json = true,
	.run = registered_submit,
};
static const struct command step_end = {
	.name = "officers end",
	.usage = "--reason TEXT OFFICER",
	.summary = "end an officer's account for good",
	.about = "The officer signs in no more. What he wrote stays in the log. The last administrator of an office "
		 "cannot be ended.",
	.options = end_options,
	.option_count = 1,
	.json = true,
	.run = registered_submit,
};
static const struct command step_suspend = {
	.name = "officers suspend",
	.usage = "--reason TEXT OFFICER",
	.summary = "keep an officer out until further notice",
	.about = "The officer's sessions end at once, and neither the officer nor a program of the officer's gets in. "
		 "What the officer signs in with stays, and counts again from jisr officers reinstate on.",
	.options = end_options,
	.option_count = 1,
	.json = true,
	.run = registered_submit,
};
static const struct command step_reinstate = {
	.name = "officers reinstate",
	.usage = "--reason TEXT OFFICER",
	.summary = "let a suspended officer in again",
	.about = "The officer signs in as before; sessions from before the suspension stay ended.",
	.options = end_options,
	.option_count = 1,
	.json = true,
	.run = registered_submit,
};
static const struct command step_move = {
	.name = "officers move",
	.usage = "--office OFFICE --roles ROLE,... --reason TEXT OFFICER",
	.summary = "let an officer work in another office",
	.about = "The officer gets an id of the new office, keeps the name and the sign-in name, and sets up anew how "
		 "to "
		 "sign in (jisr officers enrol); under the old id nobody gets in any more. Headquarters "
		 "moves officers between itself, regional bureaus, liaison offices and representations, a member's "
		 "bureau "
		 "between itself and its sub-bureaus. Elsewhere the officer is ended here and appointed there.",
	.options = move_options,
	.option_count = sizeof move_options / sizeof *move_options,
	.json = true,
	.examples = "  jisr officers move --office RB-ABJ --roles bureau-officer --reason 'posted to Abidjan' GS-7\n",
	.run = registered_submit,
};

static const struct command step_enrol = {
	.name = "officers enrol",
	.usage = "[--json] OFFICER",
	.summary = "give out a code by which an officer sets how to sign in",
	.about = "Prints a code that holds for one hour and one use: with it the officer sets a passkey, or a password "
		 "with "
		 "one-time codes, in a browser. Every earlier means, session and token of the officer ends then, so "
		 "this is "
		 "also the way back for somebody who lost them. There is no other way to set a means for somebody, and "
		 "no "
		 "password that was there before.",
	.json = true,
	.examples = "  jisr officers enrol MA-12\n",
	.run = enrol,
};

static const struct command step_certificate = {
	.name = "officers certificate",
	.usage = "--certificate FILE --scopes RIGHT,... OFFICER\n--certificate FILE --forget OFFICER\n[--json] OFFICER",
	.summary = "let a program with a client's certificate act for an officer",
	.about = "The certificate is one of the authority that the setting tls-client-authority names. It is known by "
		 "its "
		 "SHA-256 fingerprint: a renewed one is registered anew. The program may do what the scopes say and "
		 "the "
		 "officer may.",
	.options = certificate_options,
	.option_count = sizeof certificate_options / sizeof *certificate_options,
	.json = true,
	.examples = "  jisr officers certificate --certificate gate-7.pem --scopes check MA-12\n",
	.run = certificate,
};

static const struct command *const steps[] = {&step_list, &step_appoint, &step_enrol,   &step_certificate,
                                              &step_edit, &step_roles,   &step_suspend, &step_reinstate,
                                              &step_move, &step_end};

const struct command command_officers = {
	.name = "officers",
	.usage = "[--json]\nSTEP [OPTION]...",
	.summary = "tell and change who works in the offices, and with which roles",
	.about = "Without a step it lists the officers. docs/members.md has the table of what each role may do.",
	.json = true,
	.run = command_run_step_or_list,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
