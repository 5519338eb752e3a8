/* Bytes as JSON from elsewhere: what comes out is content of the right form, or a sentence says why there is none. */
#include "notices/import.h"

#include "base/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(json_freep) cJSON *content = NULL;
	struct problem problem = {""};
	struct import import = {.colour = size % 2 == 0 ? "blue" : NULL, .language = "en"};
	struct findings findings;
	char country[3];
	if (json_read((const char *)data, size, &json, NULL) != JISR_OK)
		return 0;
	findings_init(&findings);
	int error = import_content(&import, json, country, &content, &problem);
	if (error == JISR_OK)
		content_form(content, &findings);
	if ((error != JISR_OK && problem.text[0] == '\0') || findings.total > 0)
		abort();
	return 0;
}
