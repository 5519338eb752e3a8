#include "assembly/affairs.h"

#include "assembly/agreement.h"
#include "assembly/budget.h"
#include "assembly/dues.h"
#include "assembly/timetable.h"

#include <string.h>

const struct affair *const affairs_all[] = {&budget_affair,  &dues_affair,      &agreement_affair,
                                            &meeting_affair, &timetable_affair, NULL};

const struct affair *affairs_find(const char *name)
{
	for (const struct affair *const *affair = affairs_all; *affair != NULL; affair++)
		if (strcmp((*affair)->name, name) == 0)
			return *affair;
	return NULL;
}

const struct affair *affairs_find_plural(const char *plural)
{
	for (const struct affair *const *affair = affairs_all; *affair != NULL; affair++)
		if (strcmp((*affair)->plural, plural) == 0)
			return *affair;
	return NULL;
}
