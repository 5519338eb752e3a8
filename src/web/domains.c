#include "web/domains.h"

#include "assembly/agreement.h"
#include "assembly/assembly.h"
#include "assembly/budget.h"
#include "assembly/meeting.h"
#include "assembly/urn.h"
#include "members/means.h"
#include "members/register.h"
#include "message/message.h"
#include "network/hiding.h"
#include "network/network.h"
#include "network/taken.h"
#include "notices/hit.h"
#include "notices/notice.h"
#include "notices/object.h"
#include "notices/operation.h"
#include "notices/request.h"
#include "web/record_lists.h"

/* One a line, so that two who add one do not meet. */
/* clang-format off */
const struct store_domain *const domains_all[] = {
	&record_lists_domain,
	&register_domain,
	&notice_domain,
	&hit_domain,
	&object_domain,
	&operation_domain,
	&request_domain,
	&assembly_domain,
	&budget_domain,
	&agreement_domain,
	&meeting_domain,
	&means_domain,
	&urn_domain,
	&message_domain,
	&network_domain,
	&hiding_domain,
	&taken_domain,
	NULL,
};
/* clang-format on */

int domains_open(const char *directory, bool read_only, struct store **ret_store, struct problem *problem)
{
	const struct store_options options = {.directory = directory, .domains = domains_all, .read_only = read_only};
	return store_open(&options, ret_store, problem);
}

int domains_migrate(const char *directory, struct problem *problem)
{
	struct store *store = NULL;
	int error = domains_open(directory, false, &store, problem);
	store = store_free(store);
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}
