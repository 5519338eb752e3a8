/* What nodes say that they have removed, as headquarters reads it. */
#include "network/hiding.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct hiding_receipt receipt;
	const char *text = (const char *)bytes;
	if (hiding_read("test/log", "rabat", text, length, &receipt)) {
		if (receipt.count == 0 || receipt.count > HIDING_MOST)
			abort();
		for (size_t i = 0; i < receipt.count; i++)
			if (receipt.sequences[i] == 0 || (i > 0 && receipt.sequences[i] <= receipt.sequences[i - 1]))
				abort();
		/* Of another node, or of another log, it is none. */
		if (hiding_read("test/log", "rabat2", text, length, &receipt) ||
		    hiding_read("test", "rabat", text, length, &receipt) ||
		    hiding_read("test/log", "raba", text, length, &receipt))
			abort();
	}
	return 0;
}
