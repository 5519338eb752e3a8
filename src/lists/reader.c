/* Finds the format of each file, checks that they go together, and hands them to the format's reader. */
#include "lists/reader.h"

#include "lists/detect.h"
#include "lists/reading.h"

#include <string.h>
#include <sys/stat.h>

#define MAX_FILES 100000

const char *list_format_name(enum list_format format)
{
	static const char *const names[LIST_FORMAT_COUNT] = {
		[LIST_UNKNOWN] = "unknown",
		[LIST_FTM] = "FollowTheMoney JSON lines",
		[LIST_FTM_DELTA] = "FollowTheMoney delta file",
		[LIST_OFAC_CSV] = "OFAC SDN (CSV)",
		[LIST_OFAC_XML] = "OFAC SDN (XML)",
		[LIST_UN_XML] = "UN Security Council consolidated list (XML)",
		[LIST_EU_XML] = "EU Financial Sanctions File (XML)",
		[LIST_UK_CSV] = "UK consolidated list (CSV)",
		[LIST_INTERPOL_JSON] = "INTERPOL notices (JSON)",
		[LIST_CSV] = "CSV with a header",
	};
	return (unsigned)format < LIST_FORMAT_COUNT ? names[format] : "unknown";
}

/* The base name up to its first dot, in the letters that a list's name may have. */
static void name_from_path(const char *path, char *out, size_t size)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash == NULL ? path : slash + 1;
	size_t used = 0;
	for (; *base != '\0' && *base != '.' && used + 1 < size; base++) {
		char byte = *base >= 'A' && *base <= 'Z' ? (char)(*base | 0x20) : *base;
		bool letter = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
		if (letter)
			out[used++] = byte;
		else if (used > 0)
			out[used++] = byte == '_' ? '_' : '-';
	}
	while (used > 0 && (out[used - 1] == '-' || out[used - 1] == '_'))
		used--;
	out[used] = '\0';
}

static const char *suggested_name(enum list_format format, const char *path)
{
	switch (format) {
	case LIST_OFAC_CSV: return "ofac-sdn";
	case LIST_OFAC_XML: return strstr(path, "cons") != NULL ? "ofac-consolidated" : "ofac-sdn";
	case LIST_UN_XML: return "un-sc";
	case LIST_EU_XML: return "eu-fsf";
	case LIST_UK_CSV: return "uk-hmt";
	case LIST_INTERPOL_JSON: return "interpol";
	default: return "";
	}
}

/* FollowTheMoney files are always called entities.ftm.json: their reader names the list after the data set. */
static void suggest_name(struct reading *reading, const char *path)
{
	char *name = reading->summary.name;
	size_t size = sizeof reading->summary.name;
	(void)snprintf(name, size, "%s", suggested_name(reading->summary.format, path));
	if (name[0] != '\0')
		return;
	name_from_path(path, name, size);
	bool ftm = reading->summary.format == LIST_FTM || reading->summary.format == LIST_FTM_DELTA;
	if (ftm && (strcmp(name, "entities") == 0 || strcmp(name, "targets") == 0))
		name[0] = '\0';
}

static int detect_input(struct reading *reading, struct input *input, struct detected *ret_detected)
{
	const char *bytes;
	size_t length;
	int error = input_peek(input, INPUT_MAX_PEEK, &bytes, &length, reading->problem);
	if (error != JISR_OK)
		return reading_fail_again(reading, error);
	error = detect_format(bytes, length, ret_detected);
	if (error != JISR_OK)
		return reading_fail(reading, error, 0, "out of memory");
	if (ret_detected->format == LIST_UNKNOWN)
		return reading_fail(
			reading, JISR_BAD_INPUT, 0,
			"is not a list that is known (%s). Known: FollowTheMoney JSON lines, OFAC CSV and XML, UN XML, "
			"EU XML, UK CSV, INTERPOL JSON, and CSV with a header that has a name",
			ret_detected->instead == NULL ? "its content is none of them" : ret_detected->instead);
	return JISR_OK;
}

/* The formats of all files must be one. */
static int detect_all(struct reading *reading, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		CLEANUP(input_freep) struct input *input = NULL;
		struct detected found;
		int error = reading_open(reading, paths[i], &input);
		if (error == JISR_OK)
			error = detect_input(reading, input, &found);
		if (error != JISR_OK)
			return error;
		reading->total += input_total(input);
		if (i == 0)
			reading->summary.format = found.format;
		if (found.format != reading->summary.format)
			return reading_fail(reading, JISR_BAD_INPUT, 0, "is %s, but %s is %s: load them one by one",
			                    list_format_name(found.format), paths[0],
			                    list_format_name(reading->summary.format));
	}
	return JISR_OK;
}

typedef int read_one(struct reading *reading, struct input *input);

static read_one *reader_of(enum list_format format)
{
	switch (format) {
	case LIST_OFAC_XML: return ofac_xml_read;
	case LIST_UN_XML: return un_xml_read;
	case LIST_EU_XML: return eu_xml_read;
	case LIST_UK_CSV: return uk_csv_read;
	case LIST_CSV: return plain_csv_read;
	default: return NULL;
	}
}

static int read_files(struct reading *reading, const char *const *paths, size_t count)
{
	enum list_format format = reading->summary.format;
	switch (format) {
	case LIST_FTM:
	case LIST_FTM_DELTA: return ftm_read(reading, paths, count, format == LIST_FTM_DELTA);
	case LIST_OFAC_CSV: return ofac_csv_read(reading, paths, count);
	case LIST_INTERPOL_JSON: return interpol_json_read(reading, paths, count);
	default: break;
	}
	if (count > 1)
		return reading_fail(reading, JISR_BAD_INPUT, 0, "is %s, which is one file: load them one by one",
		                    list_format_name(format));
	struct input *input = NULL;
	int error = reading_open(reading, paths[0], &input);
	if (error != JISR_OK)
		return error;
	return reader_of(format)(reading, input);
}

/* Standard input can be looked at only once, so it is kept in a file that takes its place. */
static int from_standard_input(struct reading *reading)
{
	CLEANUP(input_freep) struct input *input = NULL;
	struct detected found;
	int error = reading_open(reading, "-", &input);
	if (error == JISR_OK && (error = input_keep(input, reading->problem)) != JISR_OK)
		return reading_fail_again(reading, error);
	if (error == JISR_OK)
		error = detect_input(reading, input, &found);
	if (error != JISR_OK)
		return error;
	reading->summary.format = found.format;
	reading->total = input_total(input);
	suggest_name(reading, "-");
	error = input_rewind(input, reading->problem);
	if (error != JISR_OK)
		return reading_fail_again(reading, error);
	read_one *reader = reader_of(found.format);
	if (reader != NULL) {
		struct input *taken = input;
		input = NULL;
		return reader(reading, taken);
	}
	/* the readers of several files open them by path */
	char path[64];
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", input_descriptor(input));
	const char *paths[] = {path};
	return read_files(reading, paths, 1);
}

int list_read(const char *const *paths, size_t path_count, const struct list_sink *sink,
              struct list_summary *ret_summary, struct problem *problem)
{
	struct reading reading;
	if (path_count == 0 || path_count > MAX_FILES)
		return problem_set(problem, JISR_BAD_INPUT, "give 1 to %d files", MAX_FILES);
	for (size_t i = 0; i < path_count; i++)
		if (path_count > 1 && strcmp(paths[i], "-") == 0)
			return problem_set(problem, JISR_BAD_INPUT, "standard input must be the only file");
	struct problem own = {""}; /* sentences are put together in parts: there must be a place */
	int error = reading_init(&reading, sink, problem != NULL ? problem : &own);
	if (error != JISR_OK)
		return problem_set(problem, error, "out of memory");
	reading.problem->text[0] = '\0';
	if (strcmp(paths[0], "-") == 0) {
		error = from_standard_input(&reading);
	} else {
		error = detect_all(&reading, paths, path_count);
		reading.path = paths[0];
		if (error == JISR_OK) {
			suggest_name(&reading, paths[0]);
			error = read_files(&reading, paths, path_count);
		}
	}
	reading.input = NULL;
	if (error == JISR_OK)
		error = reading_end(&reading);
	if (error == JISR_OK)
		*ret_summary = reading.summary;
	reading_finish(&reading);
	return error;
}
