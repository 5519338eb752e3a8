#include "names/rules.h"

#include <string.h>

const struct name_rules name_rules[] = {
	{"jisr-names-1", "2026-11-24", "the first rules",
         "5069316f4fb587df8a840d627456226b137e55fb11669ccc29a14c49daa51613"},
};
const size_t name_rules_count = sizeof name_rules / sizeof *name_rules;

const char *name_rules_version(void)
{
	return name_rules[name_rules_count - 1].version;
}

int name_rules_ask(const char *version, struct problem *problem)
{
	const char *own = name_rules_version();
	if (strcmp(version, own) == 0)
		return JISR_OK;
	for (size_t i = 0; i < name_rules_count; i++)
		if (strcmp(version, name_rules[i].version) == 0)
			return problem_set(problem, JISR_UNSUPPORTED,
			                   "the rules %s are those of an earlier program; this one compares by %s",
			                   version, own);
	return problem_set(problem, JISR_NOT_FOUND, "there are no rules '%.40s'; this program compares by %s", version,
	                   own);
}
