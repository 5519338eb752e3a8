#include "members/caller.h"

#include <stdio.h>
#include <string.h>

void caller_init(struct caller *caller)
{
	*caller = (struct caller){.kind = CALLER_NOBODY, .name = "anonymous", .scopes = RIGHT_ALL};
}

void caller_console(struct caller *caller, const char *office)
{
	*caller = (struct caller){.kind = CALLER_CONSOLE, .name = "console", .scopes = RIGHT_ALL};
	(void)snprintf(caller->office, sizeof caller->office, "%s", office);
}

bool caller_is_headquarters(const struct caller *caller)
{
	return strcmp(caller->office, OFFICE_HEADQUARTERS) == 0;
}

right_set caller_rights(const struct caller *caller)
{
	right_set set = RIGHT_BIT(RIGHT_NONE);
	switch (caller->kind) {
	case CALLER_NOBODY:
	case CALLER_TOKEN: set |= right_of_service(); break;
	case CALLER_CONSOLE: set |= right_of_console(); break;
	case CALLER_SESSION:
	case CALLER_API_TOKEN:
	case CALLER_CERTIFICATE: set |= right_of_roles(caller->roles, caller_is_headquarters(caller)); break;
	}
	return set & (caller->scopes | RIGHT_BIT(RIGHT_NONE));
}

bool caller_may(const struct caller *caller, enum right right)
{
	return (unsigned)right < RIGHT_COUNT && (caller_rights(caller) & RIGHT_BIT(right)) != 0;
}

bool caller_may_at(const struct caller *caller, enum right right, const char *office)
{
	if (!caller_may(caller, right))
		return false;
	return strcmp(caller->office, office) == 0 || (right_is_wide(right) && caller_is_headquarters(caller));
}

bool caller_must_prove(const struct caller *caller, enum right right, double now)
{
	return caller->kind == CALLER_SESSION && right_needs_proof(right) &&
	       (caller->proved <= 0 || now - caller->proved > RIGHT_PROOF_SECONDS);
}

static int deny(const struct caller *caller, enum right right, struct problem *problem)
{
	char who[256] = "";
	size_t length = 0;
	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		right_set own = right_of_roles(ROLE_BIT(role), false),
			  at_headquarters = right_of_roles(ROLE_BIT(role), true);
		if ((at_headquarters & RIGHT_BIT(right)) == 0)
			continue;
		int added = snprintf(who + length, sizeof who - length, "%s%s%s", length > 0 ? ", " : "",
		                     role_title(role), (own & RIGHT_BIT(right)) == 0 ? " at headquarters" : "");
		length += added > 0 && (size_t)added < sizeof who - length ? (size_t)added : 0;
	}
	return problem_set(problem, JISR_DENIED, "%s may not %s; who may: %s", caller->name, right_what(right),
	                   who[0] != '\0' ? who : "nobody");
}

int caller_check(const struct caller *caller, enum right right, struct problem *problem)
{
	return caller_may(caller, right) ? JISR_OK : deny(caller, right, problem);
}

int caller_check_at(const struct caller *caller, enum right right, const char *office, struct problem *problem)
{
	if (!caller_may(caller, right))
		return deny(caller, right, problem);
	if (!caller_may_at(caller, right, office))
		return problem_set(problem, JISR_DENIED, "%s may %s for %s alone, not for %s", caller->name,
		                   right_what(right), caller->office[0] != '\0' ? caller->office : "no office", office);
	return JISR_OK;
}
