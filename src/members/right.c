#include "members/right.h"

#include <string.h>

#define READER    ROLE_BIT(ROLE_READER)
#define BORDER    ROLE_BIT(ROLE_BORDER_OFFICER)
#define BUREAU    ROLE_BIT(ROLE_BUREAU_OFFICER)
#define HEAD      ROLE_BIT(ROLE_HEAD_OF_BUREAU)
#define REVIEWER  ROLE_BIT(ROLE_REVIEWER)
#define SECRETARY ROLE_BIT(ROLE_SECRETARY_GENERAL)
#define AUDITOR   ROLE_BIT(ROLE_AUDITOR)
#define ADMIN     ROLE_BIT(ROLE_ADMINISTRATOR)
#define CONTROL   ROLE_BIT(ROLE_COMMISSION)
#define DELEGATE  ROLE_BIT(ROLE_DELEGATE)
#define CHAIR     ROLE_BIT(ROLE_CHAIR)
#define ASSEMBLY  ROLE_BIT(ROLE_ASSEMBLY_SECRETARY)
#define ALL       (((role_set)1 << ROLE_COUNT) - 1)
#define POLICE    (READER | BORDER | BUREAU | HEAD | REVIEWER | SECRETARY) /* whose work is with persons and objects */

/* The one table. Auditors and administrators do not look people up: who watches the searches makes none, and who runs
 * the machine needs none. Nobody but an auditor reads the access log, not even the console. */
static const struct row {
	const char *name, *what;
	role_set anywhere;     /* roles that give it in every office */
	role_set headquarters; /* and those that give it at headquarters alone */
	bool service;          /* without an officer: right_of_service */
	bool console;          /* on the command line */
	bool wide;             /* headquarters has it over every office */
	bool proof;            /* a session needs a fresh proof */
} rows[RIGHT_COUNT] = {
	[RIGHT_UNSAID] = {"unsaid", "do what no right was said for", 0, 0, false, false, false, false},
	[RIGHT_NONE] = {"none", "do what everybody may", ALL, 0, true, true, false, false},
	[RIGHT_CHECK] = {"check", "ask whether somebody is listed", POLICE, 0, true, true, false, false},
	[RIGHT_SEARCH] = {"search", "search and read what the lists say", POLICE | CONTROL, 0, true, true, false,
                          false},
	[RIGHT_DECIDE] = {"decide", "remember who is somebody else", BORDER | BUREAU | HEAD | REVIEWER, 0, true, true,
                          false, false},
	[RIGHT_LISTS_READ] = {"lists.read", "see which lists are loaded", ALL, 0, true, true, false, false},
	[RIGHT_LISTS_LOAD] = {"lists.load", "load and drop lists", 0, ADMIN, false, true, false, true},
	[RIGHT_SELF] = {"self", "manage the own session, means of signing in and tokens", ALL, 0, false, false, false,
                        false},
	[RIGHT_MEMBERS_READ] = {"members.read", "see members, offices and their public keys", ALL, 0, true, true, true,
                                false},
	[RIGHT_MEMBERS_CHANGE] = {"members.change", "admit and suspend members", 0, SECRETARY | ADMIN, false, true,
                                  true, true},
	[RIGHT_OFFICES_CHANGE] = {"offices.change", "open, change and close offices", 0, SECRETARY | ADMIN, false, true,
                                  true, true},
	[RIGHT_KEYS_CHANGE] = {"keys.change", "add and end keys of an office", ADMIN, 0, false, true, true, true},
	[RIGHT_OFFICERS_READ] = {"officers.read", "see the officers of an office", ALL, 0, false, true, true, false},
	[RIGHT_OFFICERS_CHANGE] = {"officers.change", "appoint officers, change their roles and end them", HEAD | ADMIN,
                                   0, false, true, true, true},
	[RIGHT_LOG_READ] = {"log.read", "read the entries of the log that the office may see",
                            BUREAU | HEAD | REVIEWER | SECRETARY | AUDITOR | ADMIN, 0, false, true, false, false},
	[RIGHT_LOG_PROVE] = {"log.prove", "read checkpoints and proofs of the log", ALL, 0, true, true, false, false},
	[RIGHT_EVENTS] = {"events", "be told of entries that the office may see", ALL, 0, false, true, false, false},
	[RIGHT_ACCESS_READ] = {"access.read", "read who searched, checked, viewed and exported what", AUDITOR, 0, false,
                               false, true, true},
	[RIGHT_NOTICES_READ] = {"notices.read", "read the notices that reach the office", POLICE | CONTROL, 0, false,
                                true, false, false},
	[RIGHT_NOTICES_WRITE] = {"notices.write", "write and change the office's own notices", BUREAU | HEAD, 0, false,
                                 true, false, false},
	[RIGHT_NOTICES_REVIEW] = {"notices.review", "examine requests for notices", 0, REVIEWER | SECRETARY, false,
                                  true, true, false},
	[RIGHT_NOTICES_PUBLISH] = {"notices.publish", "publish, refuse and cancel notices", 0, REVIEWER | SECRETARY,
                                   false, true, true, true},
	[RIGHT_POLLS_RUN] = {"polls.run", "call, open, close and count secret votes", 0, SECRETARY | ASSEMBLY, false,
                             true, true, true},
	[RIGHT_POLLS_TAKE] = {"polls.take", "act for the office as trustee, registrar or witness of secret votes",
                              DELEGATE | HEAD | SECRETARY, 0, false, true, false, false},
	[RIGHT_ASSEMBLY_READ] = {"assembly.read", "follow the assembly", ALL, 0, false, true, true, false},
	[RIGHT_ASSEMBLY_DELEGATE] = {"assembly.delegate", "act for the office's delegation at the assembly",
                                     DELEGATE | HEAD, 0, false, false, false, false},
	[RIGHT_ASSEMBLY_CHAIR] = {"assembly.chair", "preside over the assembly", CHAIR, 0, false, true, true, false},
	[RIGHT_ASSEMBLY_SECRETARY] = {"assembly.secretary", "run the assembly's secretariat", 0, SECRETARY | ASSEMBLY,
                                      false, true, true, false},
	[RIGHT_HITS_READ] = {"hits.read", "read the hits of the office", BORDER | BUREAU | HEAD | REVIEWER | SECRETARY,
                             0, false, true, true, false},
	[RIGHT_HITS_WRITE] = {"hits.write", "report hits", BORDER | BUREAU | HEAD, 0, false, true, false, false},
	[RIGHT_HITS_FOLLOW] = {"hits.follow", "follow hits up", BUREAU | HEAD, REVIEWER | SECRETARY, false, true, false,
                               false},
	[RIGHT_OBJECTS_READ] = {"objects.read", "read the registered objects that reach the office", POLICE, 0, false,
                                true, false, false},
	[RIGHT_OBJECTS_WRITE] = {"objects.write", "enter, change and withdraw the office's own objects", BUREAU | HEAD,
                                 0, false, true, false, false},
	[RIGHT_REQUESTS_READ] = {"requests.read", "read individuals' requests", CONTROL | BUREAU | HEAD,
                                 REVIEWER | SECRETARY, false, true, false, false},
	[RIGHT_REQUESTS_HANDLE] = {"requests.handle", "examine individuals' requests", CONTROL, 0, false, false, false,
                                   false},
	[RIGHT_REQUESTS_DECIDE] = {"requests.decide", "decide on individuals' requests", CONTROL, 0, false, false,
                                   false, true},
	[RIGHT_REQUESTS_REPLY] = {"requests.reply", "reply to the Commission", BUREAU | HEAD, 0, false, false, false,
                                  false},
	[RIGHT_REQUESTS_EXECUTE] = {"requests.execute", "carry out what the Commission decided", 0,
                                    REVIEWER | SECRETARY, false, true, false, true},
	[RIGHT_RETENTION] = {"retention", "remove what is past its time", 0, SECRETARY | ADMIN, false, true, false,
                             true},
	[RIGHT_OPERATIONS_READ] = {"operations.read", "read joint operations", POLICE, 0, false, true, false, false},
	[RIGHT_OPERATIONS_WRITE] = {"operations.write", "plan operations and report results", BUREAU | HEAD,
                                    REVIEWER | SECRETARY, false, true, false, false},
	[RIGHT_OPERATIONS_PUBLISH] = {"operations.publish", "publish summaries of operations", 0, REVIEWER | SECRETARY,
                                      false, true, true, true},
	[RIGHT_MESSAGES_READ] = {"messages.read", "read the messages to and from the office", BUREAU | HEAD | CONTROL,
                                 REVIEWER | SECRETARY, false, true, false, false},
	[RIGHT_MESSAGES_WRITE] = {"messages.write", "send messages for the office", BUREAU | HEAD | CONTROL,
                                  REVIEWER | SECRETARY, false, true, false, false},
	[RIGHT_BACKUPS] = {"backups", "make and check backups", 0, ADMIN, false, true, false, true},
	[RIGHT_BUDGET_WRITE] = {"budget.write", "draft and execute the budget, keep members' accounts", 0, SECRETARY,
                                false, true, true, false},
	[RIGHT_AGREEMENTS_WRITE] = {"agreements.write", "negotiate the office's agreements", BUREAU | HEAD,
                                    SECRETARY | ASSEMBLY, false, true, false, false},
	[RIGHT_AGREEMENTS_SIGN] = {"agreements.sign", "sign, ratify and leave agreements for the office", HEAD,
                                   SECRETARY, false, true, false, true},
};

static const struct {
	const char *name, *title;
} roles_known[ROLE_COUNT] = {
	[ROLE_READER] = {"reader", "reader"},
	[ROLE_BORDER_OFFICER] = {"border-officer", "border officer"},
	[ROLE_BUREAU_OFFICER] = {"bureau-officer", "bureau officer"},
	[ROLE_HEAD_OF_BUREAU] = {"head-of-bureau", "head of bureau"},
	[ROLE_REVIEWER] = {"reviewer", "reviewer"},
	[ROLE_SECRETARY_GENERAL] = {"secretary-general", "secretary general"},
	[ROLE_AUDITOR] = {"auditor", "auditor"},
	[ROLE_ADMINISTRATOR] = {"administrator", "administrator"},
	[ROLE_DELEGATE] = {"delegate", "delegate to the assembly"},
	[ROLE_CHAIR] = {"chair", "chair of the assembly"},
	[ROLE_ASSEMBLY_SECRETARY] = {"assembly-secretary", "secretary of the assembly"},
	[ROLE_COMMISSION] = {"commission", "member of the Commission"},
};

_Static_assert(RIGHT_COUNT < 64, "a right_set has a bit a right");

static const struct row *row_of(enum right right)
{
	static const struct row unknown = {"unknown", "do what this program does not know"};
	return (unsigned)right < RIGHT_COUNT ? &rows[right] : &unknown;
}

right_set right_of_service(void)
{
	right_set set = 0;
	for (unsigned right = 0; right < RIGHT_COUNT; right++)
		if (rows[right].service)
			set |= RIGHT_BIT(right);
	return set;
}

right_set right_of_console(void)
{
	right_set set = 0;
	for (unsigned right = 0; right < RIGHT_COUNT; right++)
		if (rows[right].console)
			set |= RIGHT_BIT(right);
	return set;
}

right_set right_of_roles(role_set roles, bool headquarters)
{
	right_set set = RIGHT_BIT(RIGHT_NONE);
	for (unsigned right = 0; right < RIGHT_COUNT; right++)
		if (((rows[right].anywhere | (headquarters ? rows[right].headquarters : 0)) & roles) != 0)
			set |= RIGHT_BIT(right);
	return set;
}

bool right_is_wide(enum right right)
{
	return row_of(right)->wide;
}

bool right_needs_proof(enum right right)
{
	return row_of(right)->proof;
}

const char *right_name(enum right right)
{
	return row_of(right)->name;
}

const char *right_what(enum right right)
{
	return row_of(right)->what;
}

bool right_read(const char *name, enum right *ret_right)
{
	for (unsigned right = 0; right < RIGHT_COUNT; right++)
		if (strcmp(rows[right].name, name) == 0) {
			*ret_right = (enum right)right;
			return true;
		}
	return false;
}

const char *role_name(enum role role)
{
	return (unsigned)role < ROLE_COUNT ? roles_known[role].name : "unknown";
}

const char *role_title(enum role role)
{
	return (unsigned)role < ROLE_COUNT ? roles_known[role].title : "unknown";
}

bool role_read(const char *name, enum role *ret_role)
{
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if (strcmp(roles_known[role].name, name) == 0) {
			*ret_role = (enum role)role;
			return true;
		}
	return false;
}

role_set role_given_by(role_set roles)
{
	if ((roles & ADMIN) != 0)
		return ALL;
	return (roles & HEAD) != 0 ? READER | BORDER | BUREAU | HEAD | DELEGATE : 0;
}
