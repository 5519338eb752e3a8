#include "network/node_report.h"

#include "base/utf8.h"
#include "store/entry.h"

#include <stdio.h>
#include <string.h>

static double number_of(const cJSON *json, const char *name)
{
	const cJSON *number = json_get(json, name);
	return cJSON_IsNumber(number) && number->valuedouble >= 0 && number->valuedouble <= (double)ENTRY_MAX_NUMBER
	               ? number->valuedouble
	               : 0;
}

static void cut(char *out, size_t room, const char *text, size_t length)
{
	size_t kept = utf8_cut(text, length, room - 1);
	memcpy(out, text, kept);
	out[kept] = '\0';
}

/* The third line of a checkpoint is its root; what has fewer lines has none. */
static void read_root(const char *note, char out[NODE_REPORT_ROOT])
{
	for (int line = 0; line < 2; line++) {
		note += strcspn(note, "\n");
		note += note[0] != '\0';
	}
	cut(out, NODE_REPORT_ROOT, note, strcspn(note, "\n"));
}

int node_report_read(const char *bytes, size_t length, cJSON **ret_json, struct node_report *ret_report,
                     struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	if (length > NODE_REPORT_MAX)
		return problem_set(problem, JISR_BAD_INPUT, "a report has at most %zu bytes", NODE_REPORT_MAX);
	int error = json_read(bytes, length, &json, problem);
	if (error)
		return error;
	const char *at = json_get_text(json, "at"), *version = json_get_text(json, "version"),
		   *note = json_get_text(json, "note"), *alarm = json_get_text(json, "alarm"),
		   *run = json_get_text(json, "run");
	const cJSON *outbox = json_get(json, "outbox");
	if (at == NULL || !entry_at_valid(at) || version == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "a report says \"at\", \"version\", \"size\"");
	struct node_report report = {
		.size = json_get_whole(json, "size"),
		.at = at,
		.note = note != NULL ? note : "",
		.waiting = json_get_whole(outbox, "waiting"),
		.refused = json_get_whole(outbox, "refused"),
		.oldest_seconds = number_of(outbox, "oldest_seconds"),
	};
	cut(report.version, sizeof report.version, version, strlen(version));
	cut(report.alarm, sizeof report.alarm, alarm != NULL ? alarm : "", alarm != NULL ? strlen(alarm) : 0);
	cut(report.run, sizeof report.run, run != NULL ? run : "", run != NULL ? strlen(run) : 0);
	read_root(report.note, report.root);
	*ret_json = json;
	json = NULL;
	*ret_report = report;
	return JISR_OK;
}
