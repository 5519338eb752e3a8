/* What a node asks to be admitted with: refused, or a node whose name, office, kind and addresses keep their forms. */
#include "network/node.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct node node;
	char spoken[NODE_SPOKEN_MAX];
	if (node_request((const char *)bytes, length, &node, spoken, NULL) != JISR_OK)
		return 0;
	if (!node_name_valid(node.name) || !entry_office_valid(node.office) || node_kind_name(node.kind) == NULL ||
	    node.url_count > NODE_URLS || node.host_count > AUTHORITY_MAX_HOSTS || strlen(spoken) >= sizeof spoken)
		abort();
	for (size_t i = 0; i < node.served.count; i++)
		if (!entry_office_valid(node.served.offices[i]))
			abort();
	return 0;
}
