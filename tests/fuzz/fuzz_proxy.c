/* A setting up to the first line's end, then what a proxy says: whatever address comes out is one, and nobody on the list
 * unless all are. */
#include "web/proxy.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proxy_list list = {.count = 0};
	struct problem problem;
	char *text = malloc(size + 1), address[PROXY_ADDRESS_MAX];
	if (text != NULL) {
		memcpy(text, data, size);
		text[size] = '\0';
	}
	char *line = text != NULL ? strchr(text, '\n') : NULL;
	if (line != NULL) {
		*line++ = '\0';
		if (proxy_read(text, &list, &problem) != JISR_OK)
			list.count = 0;
		(void)proxy_trusts(&list, line);
		for (int forwarded = 0; forwarded < 2; forwarded++) {
			uint8_t bytes[16];
			if (!proxy_client(&list, line, forwarded == 1, address))
				continue;
			size_t length = strlen(address);
			if (address[0] == '[' && address[length - 1] == ']') {
				address[length - 1] = '\0';
				if (inet_pton(AF_INET6, address + 1, bytes) != 1)
					abort();
			} else if (inet_pton(AF_INET, address, bytes) != 1) {
				abort();
			}
		}
	}
	free(text);
	return 0;
}
