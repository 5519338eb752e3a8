#include "base/emit.h"
#include "cli/print.h"
#include "cli/record.h"
#include "store/entry_emit.h"

#include <cjson/cJSON.h>
#include <string.h>

#define SHOWN       20 /* entries when --count is not given */
#define SHOWN_MOST  100000
#define JSON_MOST   ((size_t)256 << 20)
#define ENTRY_ARENA ((size_t)8 << 20)

enum { OPTION_FROM = 1, OPTION_COUNT, OPTION_SUBJECT, OPTION_KIND };

static const struct option_spec option_table[] = {
	{OPTION_FROM, 'f', "from", "N", "Begin with entry N; without it the last entries are shown."},
	{OPTION_COUNT, 'c', "count", "N", "Show at most N entries: 20 when not given."},
	{OPTION_SUBJECT, 's', "subject", "SUBJECT", "Only what changed this one thing, newest first: notice/2026-17."},
	{OPTION_KIND, 0, "kind", "KIND", "Only entries of this kind."},
};

struct showing {
	const struct command *self;
	uint64_t from, count, sequence, shown;
	const char *subject, *kind;
	bool counted;
	struct text *json; /* NULL without --json */
};

static void print_line(const struct entry *entry)
{
	printf("%s%8llu%s  %.19s  %-6s  ", print_style(stdout, STYLE_BOLD), (unsigned long long)entry->sequence,
	       print_style(stdout, STYLE_NONE), entry->header.at, entry->header.author);
	print_cell(stdout, entry->header.kind, 22);
	printf("  %s%s%s%s\n", entry->header.subject, entry->header.officer[0] != '\0' ? "  by " : "",
	       entry->header.officer, entry->body_bytes == NULL ? "  (body dropped)" : "");
}

static void print_whole(const struct entry *entry)
{
	print_line(entry);
	printf("header    ");
	print_value_bytes(stdout, entry->header_bytes, entry->header_length);
	printf("\nbody      ");
	if (entry->body_bytes != NULL)
		print_value_bytes(stdout, entry->body_bytes, entry->body_length);
	else
		printf("dropped");
	putchar('\n');
}

static void show(struct showing *showing, const struct entry *entry)
{
	showing->shown++;
	if (showing->json != NULL)
		entry_emit(showing->json, NULL, entry, true);
	else if (showing->sequence != 0)
		print_whole(entry);
	else
		print_line(entry);
}

static int show_next(void *context, const struct entry *entry, struct problem *problem)
{
	struct showing *showing = context;
	(void)problem;
	if (showing->kind == NULL || strcmp(showing->kind, entry->header.kind) == 0)
		show(showing, entry);
	return showing->shown < showing->count ? 0 : 1;
}

/* From the newest back along `previous`. */
static int show_subject(struct showing *showing, struct log *log, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	uint64_t sequence = 0;
	int error = arena_new(ENTRY_ARENA, &arena);
	if (!error)
		error = log_subject(log, showing->subject, &sequence, problem);
	while (!error && sequence != 0 && showing->shown < showing->count) {
		struct entry *entry = NULL;
		uint64_t next = 0;
		arena_reset(arena);
		error = log_read(log, sequence, LOG_WITHOUT_BODY, arena, &entry, problem);
		if (!error && (showing->kind == NULL || strcmp(showing->kind, entry->header.kind) == 0))
			show(showing, entry);
		if (!error)
			next = entry->header.previous < sequence ? entry->header.previous : 0;
		sequence = next;
	}
	return error;
}

static int show_log(struct showing *showing, struct store_reader *reader, struct problem *problem)
{
	struct log *log = store_reader_log(reader);
	uint64_t size = store_reader_sequence(reader);
	if (showing->subject != NULL)
		return show_subject(showing, log, problem);
	if (showing->sequence != 0) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct entry *entry = NULL;
		int error = arena_new(ENTRY_ARENA, &arena);
		if (!error)
			error = log_read(log, showing->sequence, LOG_WITHOUT_BODY, arena, &entry, problem);
		if (!error)
			show(showing, entry);
		return error;
	}
	uint64_t from = showing->from != 0                               ? showing->from
	                : showing->kind != NULL || size < showing->count ? 1
	                                                                 : size - showing->count + 1;
	int error = log_each(log, from, LOG_WITHOUT_BODY, show_next, showing, problem);
	return error == 1 ? JISR_OK : error;
}

/* False: the command ends now with `status`. */
static bool read_words(struct showing *showing, struct options *options)
{
	bool good = true;
	int id;
	while (good && (id = options_next(options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return false;
		case OPTION_FROM: good = options_number(options, 1, ENTRY_MAX_NUMBER, &showing->from); break;
		case OPTION_COUNT: good = options_number(options, 1, SHOWN_MOST, &showing->count); break;
		case OPTION_SUBJECT: showing->subject = options->value; break;
		case OPTION_KIND: showing->kind = options->value; break;
		default:
			if (showing->sequence != 0)
				(void)command_refuse(showing->self, "one entry at a time: what is '%s'?",
				                     options->value);
			else if (record_number(showing->self, options->value, &showing->sequence))
				break;
			options->status = STATUS_MEND;
			return false;
		}
	if (good && showing->sequence != 0 &&
	    (showing->from != 0 || showing->subject != NULL || showing->kind != NULL)) {
		options->status = command_refuse(showing->self, "one entry, or a choice of them: not both.");
		return false;
	}
	return good;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct showing showing = {.self = self, .count = SHOWN};
	struct text json;
	options_init(&options, self, argc, argv);
	if (!read_words(&showing, &options))
		return options.status;
	int status = record_open(&options, RECORD_LOG, &store);
	if (status != STATUS_DONE)
		return status;
	text_init(&json, JSON_MOST);
	showing.json = options.json ? &json : NULL;
	emit_object(&json, NULL);
	emit_array(&json, "entries");
	int error = store_read(store, &reader, &problem);
	if (!error)
		error = show_log(&showing, reader, &problem);
	emit_close_array(&json);
	emit_close_object(&json);
	if (error || options.json)
		return command_answer_or_fail(self, &json, error, &problem);
	text_finish(&json);
	if (showing.shown == 0)
		puts("No entry.");
	return STATUS_DONE;
}

const struct command command_log_show = {
	.name = "log show",
	.usage = "[--json] [SEQUENCE]\n[--json] [--from N] [--count N] [--subject SUBJECT] [--kind KIND]",
	.summary = "show entries of the log",
	.about = "One line an entry: its sequence, when, which office, what it is, what it changes, and by which "
		 "officer. With "
		 "a sequence, that entry with its header as it was signed and its body.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr log show\n  jisr log show 17\n  jisr log show --subject notice/2026-17\n",
	.run = run,
};
