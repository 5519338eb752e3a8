/* What nodes report of themselves, as headquarters reads and tells it. */
#include "network/node_report.h"

#include "base/emit.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct node_report report, again;
	struct text text;
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(json_freep) cJSON *told = NULL;
	if (node_report_read((const char *)bytes, length, &json, &report, NULL) != JISR_OK)
		return 0;
	if (!utf8_valid(report.version, strlen(report.version), NULL) ||
	    !utf8_valid(report.alarm, strlen(report.alarm), NULL) ||
	    !utf8_valid(report.root, strlen(report.root), NULL) || !(report.oldest_seconds >= 0))
		abort();
	/* What was understood of it can be said, and is then understood as the same. */
	text_init(&text, 8 * NODE_REPORT_MAX);
	emit_object(&text, NULL);
	emit_count(&text, "size", report.size);
	emit_text(&text, "at", report.at);
	emit_text(&text, "version", report.version);
	emit_text(&text, "alarm", report.alarm);
	emit_close_object(&text);
	if (text.error != JISR_OK || node_report_read(text.bytes, text.length, &told, &again, NULL) != JISR_OK ||
	    again.size != report.size || strcmp(again.version, report.version) != 0 ||
	    strcmp(again.alarm, report.alarm) != 0)
		abort();
	text_finish(&text);
	return 0;
}
