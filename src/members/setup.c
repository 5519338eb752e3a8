#include "members/setup.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/tree.h"
#include "members/change.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define FILE_MOST ((size_t)4 << 10)

static int path_of(const char *directory, char path[FILE_MAX_PATH], struct problem *problem)
{
	int length = snprintf(path, FILE_MAX_PATH, "%s/" SETUP_FILE, directory);
	return length > 0 && length < FILE_MAX_PATH ? JISR_OK
	                                            : problem_set(problem, JISR_TOO_LARGE, "the path is too long");
}

int setup_make(const char *directory, char ret_code[ENROLMENT_CODE], struct problem *problem)
{
	char path[FILE_MAX_PATH], hex[2 * LOCAL_HASH + 1];
	uint8_t hash[LOCAL_HASH];
	struct text text;
	int error = path_of(directory, path, problem);
	if (error)
		return error;
	enrolment_code_make(ret_code, hash);
	text_init(&text, FILE_MOST);
	(void)text_add_format(&text, "{\"sha256\":\"%s\",\"ends\":%lld}\n",
	                      sodium_bin2hex(hex, sizeof hex, hash, sizeof hash),
	                      (long long)(clock_wall() + (int64_t)SETUP_SECONDS * 1000));
	error = text.error ? problem_set(problem, text.error, "out of memory")
	                   : file_replace(path, text.bytes, text.length, problem);
	text_finish(&text);
	return error;
}

/* What was made: its hash and its end. JISR_NOT_FOUND: nothing. */
static int read_made(const char *directory, uint8_t ret_hash[LOCAL_HASH], double *ret_ends)
{
	char path[FILE_MAX_PATH];
	CLEANUP(json_freep) cJSON *json = NULL;
	struct text text;
	size_t size = 0;
	text_init(&text, FILE_MOST);
	int error = path_of(directory, path, NULL);
	if (!error)
		error = file_read(path, &text, NULL);
	if (!error)
		error = json_read(text.bytes, text.length, &json, NULL);
	text_finish(&text);
	const char *hex = json_get_text(json, "sha256");
	const cJSON *ends = json_get(json, "ends");
	if (error || hex == NULL || !cJSON_IsNumber(ends) ||
	    sodium_hex2bin(ret_hash, LOCAL_HASH, hex, strlen(hex), NULL, &size, NULL) != 0 || size != LOCAL_HASH)
		return JISR_NOT_FOUND;
	*ret_ends = ends->valuedouble;
	return JISR_OK;
}

static bool found(void *context, const struct officer *officer)
{
	(void)officer;
	*(bool *)context = true;
	return false;
}

static bool has_officer(struct sql *sql)
{
	bool any = false;
	return register_officers(sql, NULL, NULL, found, &any, NULL) != JISR_OK || any;
}

bool setup_needed(struct store *store)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	uint8_t hash[LOCAL_HASH];
	double ends;
	return read_made(store_directory(store), hash, &ends) == JISR_OK &&
	       store_read(store, &reader, NULL) == JISR_OK && !has_officer(store_reader_sql(reader));
}

static int not_needed(struct problem *problem)
{
	return problem_set(problem, JISR_NOT_FOUND, "this installation has been set up");
}

int setup_check(struct store *store, const char *code, int64_t now, struct problem *problem)
{
	uint8_t given[LOCAL_HASH], made[LOCAL_HASH];
	double ends = 0;
	if (!setup_needed(store) || read_made(store_directory(store), made, &ends) != JISR_OK)
		return not_needed(problem);
	if (!enrolment_code_read(code, given) || sodium_memcmp(given, made, sizeof made) != 0 || (double)now >= ends)
		return problem_set(
			problem, JISR_DENIED,
			"this is not the code that jisr init printed, or it has ended. On the machine itself, "
			"jisr officers appoint and jisr officers enrol let the first administrator in");
	return JISR_OK;
}

struct appointing {
	struct change_order name, appoint;
};

static int appoint(struct store_write *write, void *context, struct problem *problem)
{
	struct appointing *appointing = context;
	if (has_officer(store_write_sql(write)))
		return not_needed(problem);
	int error = appointing->name.fields != NULL ? change_run(write, &appointing->name, problem) : JISR_OK;
	return error ? error : change_run(write, &appointing->appoint, problem);
}

int setup_appoint(struct store *store, const char *code, const cJSON *administrator, const cJSON *names, int64_t now,
                  char ret_officer[OFFICER_ID_MAX + 1], struct problem *problem)
{
	CLEANUP(json_freep) cJSON *fields = NULL;
	CLEANUP(json_freep) cJSON *office = NULL;
	struct caller console;
	char path[FILE_MAX_PATH];
	int error = setup_check(store, code, now, problem);
	if (error)
		return error;
	if (!cJSON_IsObject(administrator) || json_get(administrator, "roles") != NULL ||
	    json_get(administrator, "office") != NULL)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"administrator\" is {\"name\", \"login\"} and perhaps \"email\"");
	fields = cJSON_Duplicate(administrator, true);
	tree_text(fields, "office", OFFICE_HEADQUARTERS);
	tree_text(tree_add_array(fields, "roles"), NULL, role_name(ROLE_ADMINISTRATOR));
	if (names != NULL) {
		office = tree_object();
		cJSON *copy = cJSON_Duplicate(names, true);
		if (copy == NULL || !cJSON_AddItemToObject(office, "names", copy))
			return problem_no_memory(problem);
	}
	if (tree_failed() || fields == NULL)
		return problem_no_memory(problem);
	caller_console(&console, OFFICE_HEADQUARTERS);
	struct appointing appointing = {
		.name = {.change = CHANGE_OFFICE_EDIT,
	                 .caller = &console,
	                 .target = OFFICE_HEADQUARTERS,
	                 .fields = office,
	                 .expected = ENTRY_ANY},
		.appoint = {
			.change = CHANGE_OFFICER_APPOINT, .caller = &console, .fields = fields, .expected = ENTRY_ANY}};
	error = store_submit(store, appoint, &appointing, problem);
	if (error)
		return error;
	(void)snprintf(ret_officer, OFFICER_ID_MAX + 1, "%.*s", OFFICER_ID_MAX, appointing.appoint.id);
	if (path_of(store_directory(store), path, NULL) == JISR_OK)
		(void)unlink(path); /* it opens nothing any more in any case */
	return JISR_OK;
}
