/* Any JSON as the body of every kind of entry of the register: what its form takes has every member that applying reads. */
#include "base/json.h"
#include "members/register.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	if (json_read((const char *)data, size, &json, NULL) != JISR_OK)
		return 0;
	for (size_t i = 0; i < register_domain.kind_count; i++) {
		const struct store_kind *kind = &register_domain.kinds[i];
		struct problem problem = {""};
		if (kind->check == NULL)
			continue;
		int error = kind->check(json, &problem);
		if ((error == JISR_OK) == (problem.text[0] != '\0') || (error != JISR_OK && error != JISR_BAD_INPUT))
			abort();
		const char *key = strncmp(kind->kind, "officer", 7) == 0 ? "id" : "code";
		if (error == JISR_OK && (json_get_text(json, key) == NULL || json_get_text(json, key)[0] == '\0'))
			abort();
	}
	return 0;
}
