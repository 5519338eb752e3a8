/* Any JSON as the body of every kind of entry of messages, and as a content: what the form takes has what applying reads, and
 * opening it with a box that it may name does no harm. */
#include "base/json.h"
#include "message/message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool crime(const char *code)
{
	return strlen(code) == 3;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct envelope_box box;
	struct text text;
	(void)envelope_box_read((const char *)data, size, &box, NULL);
	if (json_read((const char *)data, size, &json, NULL) != JISR_OK)
		return 0;
	for (size_t i = 0; i < message_domain.kind_count; i++) {
		problem.text[0] = '\0';
		int error = message_domain.kinds[i].check(json, &problem);
		if ((error == JISR_OK) == (problem.text[0] != '\0') || (error != JISR_OK && error != JISR_BAD_INPUT))
			abort();
	}
	if (message_check_sent(json, NULL) == JISR_OK &&
	    (json_get_text(json, "sealed") == NULL || json_get(json, "to")->child == NULL))
		abort();
	problem.text[0] = '\0';
	if ((content_check(json, crime, &problem) == JISR_OK) == (problem.text[0] != '\0'))
		abort();
	/* The box of whoever stands there first. */
	const cJSON *keys = json_get(json, "keys"), *first = cJSON_IsArray(keys) ? keys->child : NULL;
	const char *office = json_get_text(first, "office"), *key = json_get_text(first, "key");
	envelope_box_new(office != NULL && strlen(office) <= OFFICE_CODE_MAX ? office : "MA", &box);
	if (key != NULL && strlen(key) == ENVELOPE_KEY_ID)
		memcpy(box.reader.id, key, ENVELOPE_KEY_ID);
	text_init(&text, ENVELOPE_CONTENT + ENVELOPE_MORE);
	if (envelope_open(&box, "FR", "2026-0123456789abc", json, &text, &problem) == JISR_OK)
		abort();
	text_finish(&text);
	return 0;
}
