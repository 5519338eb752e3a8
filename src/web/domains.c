#include "web/domains.h"

#include "members/register.h"

const struct store_domain *const domains_all[] = {
	&register_domain,
	NULL,
};
