/* jisr message: sealed messages between offices. */
#include "base/emit.h"
#include "base/file.h"
#include "base/input.h"
#include "base/json.h"
#include "base/tree.h"
#include "cli/notice.h"
#include "cli/posted.h"
#include "cli/print.h"
#include "message/keyring.h"
#include "message/message_emit.h"
#include "web/house.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define ATTACHED_MOST CONTENT_FILES

enum {
	OPTION_OFFICER = 1,
	OPTION_TO,
	OPTION_SUBJECT,
	OPTION_TEXT,
	OPTION_CONTENT,
	OPTION_URGENCY,
	OPTION_REPLY,
	OPTION_ATTACH,
	OPTION_FOLDER,
	OPTION_UNREAD,
	OPTION_OFFICE,
	OPTION_THREAD,
	OPTION_LIMIT,
	OPTION_REASON,
	OPTION_FILE,
	OPTION_OUT,
};

#define WHICH "which message? Give its id; 'jisr message list' shows them."
#define OFFICER                                                                                                        \
	{                                                                                                              \
		OPTION_OFFICER, 'o', "officer", "ID",                                                                  \
			"Who acts or reads, such as MA-12; without it the console of headquarters."                    \
	}

static const struct option_spec send_options[] = {
	{OPTION_TO, 't', "to", "OFFICES",
         "FR,MA for some; region:africa for the bureaus of a region; all for everybody."},
	{OPTION_SUBJECT, 's', "subject", "TEXT", "What it is about, in one line. Sealed like all else that is said."},
	{OPTION_TEXT, 0, "text", "FILE", "What it says, a text file; - is standard input."},
	{OPTION_CONTENT, 'c', "content", "FILE",
         "The content as a JSON object: forms, gradings, handling codes. docs/messages.md tells its members."},
	{OPTION_URGENCY, 'u', "urgency", "WORD", "normal (when not given), urgent or very-urgent."},
	{OPTION_REPLY, 'r', "reply-to", "ID", "The message that this answers."},
	{OPTION_ATTACH, 'a', "attach", "FILE", "Attaches a file of at most 100 MB; may be given up to 20 times."},
	OFFICER,
};
static const struct option_spec list_options[] = {
	{OPTION_FOLDER, 'f', "folder", "FOLDER",
         "in (when not given), out, both; carried: the envelopes of everybody's, for headquarters."},
	{OPTION_UNREAD, 'u', "unread", NULL, "Only those that the office has not read."},
	{OPTION_OFFICE, 0, "office", "CODE", "Only those from or to that office."},
	{OPTION_THREAD, 't', "thread", "ID", "Only the messages of a thread."},
	{OPTION_LIMIT, 'l', "limit", "N", "At most N, the newest (100 when not given)."},
	OFFICER,
};
static const struct option_spec show_options[] = {OFFICER};
static const struct option_spec reason_options[] = {
	{OPTION_REASON, 'r', "reason", "TEXT", "Why; the sender of a refused message reads it."},
	OFFICER,
};
static const struct option_spec save_options[] = {
	{OPTION_FILE, 'f', "file", "N", "Which attachment, from 1 (when not given the first)."},
	{OPTION_OUT, 'O', "out", "FILE",
         "Where it is written; without it its own name, in this folder. Never over a file."},
	OFFICER,
};
static const struct option_spec box_options[] = {
	{OPTION_OFFICE, 0, "office", "CODE", "Whose box; without it headquarters'."},
	OFFICER,
};

/* ---- sending ---- */

static const char *type_of(const char *name)
{
	static const char *const types[][2] = {
		{".pdf", "application/pdf"},   {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"},
		{".png", "image/png"},         {".txt", "text/plain"}, {".csv", "text/csv"},
		{".json", "application/json"},
	};
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot != NULL && i < sizeof types / sizeof *types; i++)
		if (strcasecmp(dot, types[i][0]) == 0)
			return types[i][1];
	return "application/octet-stream";
}

static int attach(const struct command *self, const char *directory, const char *path, cJSON *content)
{
	CLEANUP(attachment_dropp) struct attachment_writer *writer = NULL;
	CLEANUP(memory_freep) char *block = memory_alloc(ATTACHMENT_PIECE);
	struct attachment attachment;
	struct problem problem = {""};
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	if (!content_name_valid(name))
		return command_refuse(self, "'%s' is no name of a file that can be sent: rename it.", name);
	FILE *file = fopen(path, "rbe");
	int error = file == NULL ? file_problem(&problem, path, "read it") : JISR_OK;
	if (!error && block == NULL)
		error = JISR_NO_MEMORY;
	if (!error)
		error = attachment_begin(directory, &writer, &problem);
	for (size_t length = 1; !error && length > 0;) {
		length = fread(block, 1, ATTACHMENT_PIECE, file);
		if (length == 0 && ferror(file))
			error = file_problem(&problem, path, "read it");
		if (!error)
			error = attachment_add(writer, block, length, &problem);
	}
	if (!error)
		error = attachment_end(writer, &attachment, &problem);
	if (file != NULL)
		(void)fclose(file);
	if (error == JISR_TOO_LARGE)
		return command_refuse(self, "%s: %s.", path, problem.text);
	if (error)
		return command_fail(self, error, &problem);
	content_add_file(content, &attachment, name, type_of(name));
	return STATUS_DONE;
}

/* "FR,MA", "region:africa", "all" as the request has it. */
static void add_to(cJSON *request, const char *words)
{
	if (strcmp(words, "all") == 0)
		tree_text(request, "to", "*");
	else if (strncmp(words, "region:", 7) == 0)
		tree_text(tree_add_object(request, "to"), "region", words + 7);
	else
		tree_list(request, "to", words);
}

/* Sealed here: headquarters is not to see its content. */
static int send_from_node(const struct command *self, struct noticed *noticed, struct message_order *order, bool json)
{
	CLEANUP(json_freep) cJSON *sealed = NULL;
	struct problem problem = {""};
	int error = message_seal(noticed->recorded.store, order, &sealed, &problem);
	struct message_order rehearsed = {.caller = order->caller, .request = sealed, .crime = order->crime};
	struct posted posted = {
		.what = "api_message_send", .collection = "messages", .fields = sealed, .made = order->made};
	posted_begin(&posted, &noticed->recorded);
	if (!error) {
		error = message_send(noticed->recorded.store, &rehearsed, &problem);
		text_finish(&rehearsed.left_out);
	}
	posted_end(&posted);
	if (!error && order->left_out.length > 0)
		fprintf(stderr, "Left out, for want of a box to seal to: %s.\n", order->left_out.bytes);
	text_finish(&order->left_out);
	return error ? command_fail(self, error, &problem) : posted_send(self, &noticed->recorded, &posted, json);
}

static int send(const struct command *self, struct noticed *noticed, const cJSON *request, bool json)
{
	struct problem problem = {""};
	struct message_order order = {.caller = &noticed->recorded.caller, .request = request, .crime = codes_is_crime};
	uint64_t count;
	struct node node;
	if (house_of(noticed->recorded.store, &node))
		return send_from_node(self, noticed, &order, json);
	int status = STATUS_DONE, error = message_send(noticed->recorded.store, &order, &problem);
	if (error)
		status = command_fail(self, error, &problem);
	/* For readers whose boxes are here, too. */
	if (!error)
		(void)message_collect(noticed->recorded.store, &count, NULL);
	if (!error && json) {
		cJSON *root = tree_object();
		tree_text(root, "id", order.made);
		tree_count(root, "version", order.version);
		tree_text(root, "left_out", order.left_out.length > 0 ? order.left_out.bytes : NULL);
		status = command_answer(self, root, STATUS_DONE);
	} else if (!error) {
		printf("%s: sent\n", order.made);
		if (order.left_out.length > 0)
			fprintf(stderr, "Left out, for want of a box to seal to: %s.\n", order.left_out.bytes);
	}
	text_finish(&order.left_out);
	return status;
}

/* Prints what would be sent, sealed: for whoever carries it. */
static int seal(const struct command *self, struct noticed *noticed, const cJSON *request)
{
	struct problem problem = {""};
	struct message_order order = {.caller = &noticed->recorded.caller, .request = request, .crime = codes_is_crime};
	cJSON *sealed = NULL;
	int error = message_seal(noticed->recorded.store, &order, &sealed, &problem);
	text_finish(&order.left_out);
	return error ? command_fail(self, error, &problem) : command_answer(self, sealed, STATUS_DONE);
}

static int read_text(const struct command *self, const char *path, cJSON *content)
{
	struct text text;
	text_init(&text, CONTENT_TEXT + 1);
	int status = noticed_file(self, path, &text);
	while (status == STATUS_DONE && text.length > 0 && text.bytes[text.length - 1] == '\n')
		text.bytes[--text.length] = '\0';
	if (status == STATUS_DONE)
		tree_text(content, "text", text.bytes);
	text_finish(&text);
	return status;
}

static int run_send(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	CLEANUP(json_freep) cJSON *request = tree_object(), *content = NULL;
	const char *officer = NULL, *text = NULL, *path = NULL, *subject = NULL, *to = NULL;
	const char *attached[ATTACHED_MOST];
	size_t attached_count = 0;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_TO: to = options.value; break;
		case OPTION_SUBJECT: subject = options.value; break;
		case OPTION_TEXT: text = options.value; break;
		case OPTION_CONTENT: path = options.value; break;
		case OPTION_URGENCY: tree_text(request, "urgency", options.value); break;
		case OPTION_REPLY: tree_text(request, "reply_to", options.value); break;
		case OPTION_ATTACH:
			if (attached_count == ATTACHED_MOST)
				return command_refuse(self, "at most %d files can be attached.", ATTACHED_MOST);
			attached[attached_count++] = options.value;
			break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
	if (to == NULL)
		return command_refuse(self, "to whom? Give --to FR,MA, --to region:africa or --to all.");
	if (path == NULL && (subject == NULL || text == NULL))
		return command_refuse(self, "what? Give --subject and --text, or --content.");
	add_to(request, to);
	int status = path != NULL ? noticed_json(self, path, ENVELOPE_CONTENT, &content) : STATUS_DONE;
	if (status == STATUS_DONE && content == NULL)
		content = tree_object();
	if (status == STATUS_DONE && !cJSON_IsObject(content))
		return command_refuse(self, "%s: the content is an object: {\"subject\",...}.", path);
	if (status == STATUS_DONE && subject != NULL)
		tree_text(content, "subject", subject);
	if (status == STATUS_DONE && text != NULL)
		status = read_text(self, text, content);
	if (status != STATUS_DONE)
		return status;
	status = noticed_open(&noticed, &options, officer, false);
	for (size_t i = 0; i < attached_count && status == STATUS_DONE; i++)
		status = attach(self, store_directory(noticed.recorded.store), attached[i], content);
	if (status == STATUS_DONE) {
		if (!cJSON_AddItemToObject(request, "content", content))
			status = command_fail(self, JISR_NO_MEMORY, NULL);
		else
			content = NULL;
	}
	if (status == STATUS_DONE)
		status = strcmp(self->name, "message seal") == 0 ? seal(self, &noticed, request)
		                                                 : send(self, &noticed, request, options.json);
	noticed_finish(&noticed);
	return status;
}

/* ---- lists ---- */

struct listing {
	struct text *text; /* NULL: printed */
	const struct noticed *noticed;
	size_t damaged;         /* messages that do not open though their box is here, or should be */
	struct problem problem; /* of the first of these */
};

static bool list_one(void *context, const struct message *message)
{
	struct listing *listing = context;
	struct store *store = listing->noticed->recorded.store;
	const struct caller *caller = &listing->noticed->recorded.caller;
	struct log *log = store_reader_log(listing->noticed->reader);
	if (listing->text != NULL) {
		message_emit_line(listing->text, store, log, caller, message);
		return listing->text->error == JISR_OK;
	}
	CLEANUP(json_freep) cJSON *content = NULL;
	struct problem problem = {""};
	int error = message_content(store, log, caller, message, &content, &problem);
	bool damaged =
		error && error != JISR_NOT_FOUND && error != JISR_DENIED; /* else it is not this place's to open */
	if (damaged && listing->damaged++ == 0)
		listing->problem = problem;
	printf("%s%s %s %-7s ", message->unread ? print_style(stdout, STYLE_BOLD) : "", message->id, message->at,
	       message->sender);
	print_cell(stdout, strcmp(message->urgency, "normal") == 0 ? "" : message->urgency, 12);
	putchar(' ');
	print_value(stdout, json_get_text(content, "subject") != NULL ? json_get_text(content, "subject")
	                    : damaged                                 ? "(does not open)"
	                                                              : "(sealed)");
	printf("%s\n", print_style(stdout, STYLE_NONE));
	return true;
}

static int run_list(const struct command *self, int argc, char **argv)
{
	static const char *const folders[] = {"in", "out", "both", "carried"};
	struct options options;
	struct noticed noticed;
	struct text list;
	struct problem problem = {""};
	struct message_filter filter = {.folder = MESSAGE_IN};
	const char *officer = NULL, *folder = "in";
	uint64_t limit = 100, total = 0;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_FOLDER: folder = options.value; break;
		case OPTION_UNREAD: filter.unread = true; break;
		case OPTION_OFFICE: filter.office = options.value; break;
		case OPTION_THREAD: filter.thread = options.value; break;
		case OPTION_LIMIT:
			if (!options_number(&options, 1, 100000, &limit))
				return options.status;
			break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
	size_t which = 0;
	while (which < 4 && strcmp(folders[which], folder) != 0)
		which++;
	if (which == 4)
		return command_refuse(self, "there is no folder '%s': in, out, both or carried.", folder);
	filter.folder = (enum message_folder)which;
	filter.limit = (size_t)limit;
	int status = noticed_open(&noticed, &options, officer, true);
	if (status != STATUS_DONE) {
		noticed_finish(&noticed);
		return status;
	}
	struct listing listing = {.text = options.json ? &list : NULL, .noticed = &noticed};
	text_init(&list, (size_t)256 << 20);
	emit_object(&list, NULL);
	emit_array(&list, "messages");
	struct sql *sql = store_reader_sql(noticed.reader);
	int error = message_list(sql, &noticed.recorded.caller, &filter, list_one, &listing, &problem);
	if (!error)
		error = message_count(sql, &noticed.recorded.caller, &filter, &total, &problem);
	status = noticed_listed(self, &list, total, error, &problem, options.json);
	if (listing.damaged > 0)
		fprintf(stderr, "%zu of them %s not open: %s\n", listing.damaged, listing.damaged == 1 ? "does" : "do",
		        listing.problem.text);
	noticed_finish(&noticed);
	return status;
}

/* ---- one ---- */

static void print_word(const char *label, const char *value)
{
	if (value == NULL)
		return;
	printf("   %s: ", label);
	print_value(stdout, value);
	putchar('\n');
}

static bool print_reader(void *context, const struct message_reader *reader)
{
	(void)context;
	if (!reader->told) { /* sender and headquarters know what became of it there */
		printf("   to %s\n", reader->office);
		return true;
	}
	printf("   to %-7s %s%s%s%s", reader->office, reader->stored[0] != '\0' ? "stored " : "",
	       reader->stored[0] != '\0' ? reader->stored : "waits", reader->read[0] != '\0' ? ", read " : "",
	       reader->read);
	if (reader->refused[0] != '\0') {
		printf(", refused %s: ", reader->refused);
		print_value(stdout, reader->reason);
	}
	putchar('\n');
	return true;
}

static void print_content(const cJSON *content)
{
	static const char *const names[] = {"reference", "your_reference", "language", "notice"};
	const cJSON *handling = json_get(content, "handling"), *grading = json_get(content, "grading"),
		    *fields = json_get(content, "fields");
	struct attachment attachment;
	const char *name, *type;
	printf("%s", print_style(stdout, STYLE_BOLD));
	print_value(stdout, json_get_text(content, "subject"));
	printf("%s\n", print_style(stdout, STYLE_NONE));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		print_word(names[i], json_get_text(content, names[i]));
	print_word("handling", json_get_text(handling, "police"));
	print_word("TLP", json_get_text(handling, "tlp"));
	print_word("note", json_get_text(handling, "note"));
	print_word("source", json_get_text(grading, "source"));
	print_word("information", json_get_text(grading, "information"));
	print_word("form", json_get_text(content, "form"));
	for (const cJSON *one = fields != NULL ? fields->child : NULL; one != NULL; one = one->next)
		print_word(one->string, cJSON_IsString(one) ? one->valuestring : NULL);
	if (json_get_text(content, "text") != NULL) {
		putchar('\n');
		print_wrapped(stdout, json_get_text(content, "text"), 0, print_columns());
	}
	for (size_t i = 0; content_file(content, i, &attachment, &name, &type); i++) {
		printf("   file %zu: ", i + 1);
		print_value(stdout, name);
		printf(" (%llu bytes)\n", (unsigned long long)attachment.size);
	}
}

/* Shows a message; what cannot be opened is shown as its envelope, and the reason told. */
static int show(const struct command *self, struct noticed *noticed, const char *which, bool json)
{
	CLEANUP(json_freep) cJSON *content = NULL;
	struct problem problem = {""}, sealed = {""};
	struct message message;
	struct text text;
	struct sql *sql = store_reader_sql(noticed->reader);
	const struct caller *caller = &noticed->recorded.caller;
	int error = message_get(sql, caller, which, &message, &problem);
	if (error)
		return command_fail(self, error, &problem);
	int closed = message_content(noticed->recorded.store, store_reader_log(noticed->reader), caller, &message,
	                             &content, &sealed);
	if (json) {
		text_init(&text, (size_t)4 << 20);
		message_emit(&text, &message);
		error = message_emit_readers(&text, sql, caller, &message, &problem);
		if (closed) {
			emit_null(&text, "content");
			emit_text(&text, "sealed", sealed.text);
		} else {
			char *written = cJSON_PrintUnformatted(content);
			emit_raw(&text, "content", written != NULL ? written : "null",
			         strlen(written != NULL ? written : "null"));
			cJSON_free(written);
		}
		emit_close_object(&text);
		return command_answer_or_fail(self, &text, error, &problem);
	}
	printf("%s from %s%s%s, %s, %s%s%s\n", message.id, message.sender, message.officer[0] != '\0' ? ", " : "",
	       message.officer, message.at, message.urgency, message.reply_to[0] != '\0' ? ", answers " : "",
	       message.reply_to);
	error = message_readers(sql, caller, &message, print_reader, NULL, &problem);
	if (closed)
		printf("%s.\n", sealed.text);
	else
		print_content(content);
	return error ? command_fail(self, error, &problem) : command_finish(self, STATUS_DONE);
}

static int run_show(const struct command *self, int argc, char **argv)
{
	return noticed_show(self, argc, argv, OPTION_OFFICER, WHICH, show);
}

static int run_receipt(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	const char *which = NULL, *officer = NULL, *reason = NULL, *step = strrchr(self->name, ' ') + 1;
	bool reads = strcmp(step, "read") == 0, removes = strcmp(step, "remove") == 0;
	int status, error = JISR_OK;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_REASON, &reason}, {OPTIONS_WORD, &which}))
		return options.status;
	if (which == NULL)
		return command_refuse(self, WHICH);
	/* Looking at it stands in the access log, too, and is refused when it cannot. */
	status = reads ? noticed_open(&noticed, &options, officer, true) : STATUS_DONE;
	if (reads)
		noticed_finish(&noticed);
	if (status == STATUS_DONE)
		status = noticed_open(&noticed, &options, officer, false);
	else
		return status;
	if (status != STATUS_DONE) {
		noticed_finish(&noticed);
		return status;
	}
	struct store *store = noticed.recorded.store;
	const struct caller *caller = &noticed.recorded.caller;
	CLEANUP(json_freep) cJSON *why = reason != NULL ? tree_object() : NULL;
	if (reason != NULL)
		tree_text(why, "reason", reason);
	struct posted posted = {
		.what = "api_message_step", .collection = "messages", .id = which, .step = step, .fields = why};
	posted_begin(&posted, &noticed.recorded);
	error = posted.blind ? JISR_OK
	        : removes    ? message_remove(store, caller, which, reason, &problem)
	                     : message_receipt(store, caller, which, reads ? MESSAGE_READ : MESSAGE_REFUSED, reason,
	                                       &problem);
	posted_end(&posted);
	if (!error && posted.here)
		status = posted_send(self, &noticed.recorded, &posted, options.json && !reads);
	if (error)
		status = command_fail(self, error, &problem);
	else if (status == STATUS_DONE && reads) {
		error = store_read(store, &noticed.reader, &problem);
		status = error ? command_fail(self, error, &problem) : show(self, &noticed, which, options.json);
	} else if (status == STATUS_DONE && !posted.here)
		printf("%s: %s\n", which, removes ? "taken back" : "refused");
	noticed_finish(&noticed);
	return status;
}

/* ---- attachments ---- */

/* Written beside it first: a file that is there is half of nothing. */
static int save(struct store *store, const struct attachment *attachment, const char *path, struct problem *problem)
{
	CLEANUP(attachment_closep) struct attachment_reader *reader = NULL;
	char temp[FILE_MAX_PATH];
	const void *bytes;
	size_t length = 1;
	int fd = -1;
	if (access(path, F_OK) == 0)
		return problem_set(problem, JISR_BAD_INPUT, "%s is there already: give another name with --out", path);
	int error = attachment_open(store_directory(store), attachment->digest, attachment->key, &reader, problem);
	if (!error)
		error = file_temp(path, temp, &fd, problem);
	while (!error && length > 0) {
		error = attachment_read(reader, &bytes, &length, problem);
		if (!error && file_write(fd, bytes, length) != JISR_OK)
			error = file_problem(problem, temp, "write it");
	}
	if (!error)
		error = file_publish(fd, temp, path, problem);
	else if (fd >= 0)
		(void)unlink(temp);
	if (fd >= 0)
		(void)close(fd);
	return error;
}

static int run_save(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	CLEANUP(json_freep) cJSON *content = NULL;
	struct message message;
	struct attachment attachment;
	const char *which = NULL, *officer = NULL, *out = NULL, *name = NULL, *type;
	uint64_t place = 1;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_OUT: out = options.value; break;
		case OPTION_FILE:
			if (!options_number(&options, 1, CONTENT_FILES, &place))
				return options.status;
			break;
		default:
			if (which != NULL)
				return command_refuse(self, "'%s' is not needed.", options.value);
			which = options.value;
		}
	if (which == NULL)
		return command_refuse(self, WHICH);
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE) {
		const struct caller *caller = &noticed.recorded.caller;
		int error = message_get(store_reader_sql(noticed.reader), caller, which, &message, &problem);
		if (!error)
			error = message_content(noticed.recorded.store, store_reader_log(noticed.reader), caller,
			                        &message, &content, &problem);
		if (!error && !content_file(content, (size_t)place - 1, &attachment, &name, &type))
			error = problem_set(&problem, JISR_NOT_FOUND, "it has no attachment %llu",
			                    (unsigned long long)place);
		if (!error)
			error = save(noticed.recorded.store, &attachment, out != NULL ? out : name, &problem);
		if (error) {
			status = command_fail(self, error, &problem);
		} else {
			print_value(stdout, out != NULL ? out : name);
			printf(": %llu bytes\n", (unsigned long long)attachment.size);
		}
	}
	noticed_finish(&noticed);
	return status;
}

/* ---- boxes, collecting, forms ---- */

/* The box stays here, and its public half goes to headquarters. */
static int box_at_node(const struct command *self, struct noticed *noticed, const char *office, bool json)
{
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct problem problem = {""};
	struct envelope_reader reader, told;
	struct store *store = noticed->recorded.store;
	const struct caller *caller = &noticed->recorded.caller;
	char hex[2 * ENVELOPE_PUBLIC + 1];
	int error = caller_check_at(caller, RIGHT_KEYS_CHANGE, office, &problem);
	if (!error)
		error = keyring_make(store_directory(store), office, &reader, &problem);
	if (error)
		return command_fail(self, error, &problem);
	for (size_t i = 0; i < sizeof reader.key; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", reader.key[i]);
	tree_text(fields, "office", office);
	tree_text(fields, "key", hex);
	struct posted posted = {.what = "api_box_change", .collection = "boxes", .fields = fields};
	posted_begin(&posted, &noticed->recorded);
	error = message_box_announce(store, caller, office, hex, &told, &problem);
	posted_end(&posted);
	if (error)
		keyring_drop(store_directory(store), office, reader.id);
	return error ? command_fail(self, error, &problem) : posted_send(self, &noticed->recorded, &posted, json);
}

static int run_box(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	struct envelope_reader reader;
	const char *officer = NULL, *office = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_OFFICE, &office}))
		return options.status;
	int status = noticed_open(&noticed, &options, officer, false);
	if (status == STATUS_DONE) {
		const struct caller *caller = &noticed.recorded.caller;
		struct node node;
		bool here = house_of(noticed.recorded.store, &node);
		if (office == NULL)
			office = caller->office;
		int error =
			here ? JISR_OK : message_box_change(noticed.recorded.store, caller, office, &reader, &problem);
		if (error)
			status = command_fail(self, error, &problem);
		else if (here)
			status = box_at_node(self, &noticed, office, options.json);
		else if (options.json) {
			cJSON *root = tree_object();
			tree_text(root, "office", reader.office);
			tree_text(root, "key", reader.id);
			status = command_answer(self, root, STATUS_DONE);
		} else
			printf("%s: messages are sealed to %s from now on. Keep a copy of keys/%s-%s.box where it is "
			       "safe.\n",
			       reader.office, reader.id, reader.office, reader.id);
	}
	noticed_finish(&noticed);
	return status;
}

static int run_collect(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	uint64_t count = 0;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options))
		return options.status;
	int status = noticed_open(&noticed, &options, NULL, false);
	if (status == STATUS_DONE) {
		int error = message_collect(noticed.recorded.store, &count, &problem);
		if (!error)
			error = message_clean(noticed.recorded.store, &problem);
		if (error)
			status = command_fail(self, error, &problem);
		else
			printf("%llu receipts written.\n", (unsigned long long)count);
	}
	noticed_finish(&noticed);
	return status;
}

static int run_forms(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct text text;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options))
		return options.status;
	if (options.json) {
		text_init(&text, (size_t)1 << 20);
		message_emit_forms(&text);
		return command_answer_text(self, &text, STATUS_DONE);
	}
	for (size_t i = 0; i < content_form_count; i++) {
		const struct content_form *form = &content_forms[i];
		printf("%s: %s\n", form->word.code, form->word.words[LANGUAGE_EN]);
		for (size_t n = 0; n < form->field_count; n++)
			printf("   %-12s %s%s\n", form->fields[n].word.code, form->fields[n].word.words[LANGUAGE_EN],
			       form->fields[n].needed ? ", needed" : "");
	}
	return command_finish(self, STATUS_DONE);
}

/* ---- the table ---- */

#define STEP(variable, step, words, text, more, table, runs)                                                           \
	static const struct command variable = {                                                                       \
		.name = "message " step,                                                                               \
		.usage = words,                                                                                        \
		.summary = text,                                                                                       \
		.about = more,                                                                                         \
		.options = table,                                                                                      \
		.option_count = sizeof(table) / sizeof *(table),                                                       \
		.json = true,                                                                                          \
		.run = runs,                                                                                           \
	}

STEP(command_send, "send", "--to OFFICES (--subject TEXT --text FILE | --content FILE) [OPTION]...",
     "seal and send a message",
     "The content is encrypted on this machine; headquarters, which carries it, sees from whom it is, to whom, and how "
     "long.",
     send_options, run_send);
STEP(command_seal, "seal", "--to OFFICES (--subject TEXT --text FILE | --content FILE) [OPTION]...",
     "seal a message without sending it, and print it",
     "What is printed is the body that POST /api/v1/messages takes: whoever sends it on cannot read it.", send_options,
     run_send);
STEP(command_list, "list", "[--folder FOLDER] [OPTION]...", "list the messages of the officer's office",
     "Newest first; those that the office has not read are bold.", list_options, run_list);
STEP(command_show, "show", "ID [--officer ID]", "show a message, and what became of it",
     "No receipt is written: 'jisr message read' shows it and says so to the sender.", show_options, run_show);
STEP(command_read, "read", "ID [--officer ID]", "show a message and tell the sender that it was read",
     "The receipt is signed by the office and names the officer.", show_options, run_receipt);
STEP(command_refuse_it, "refuse", "ID --reason TEXT [--officer ID]", "tell the sender that nothing will be done",
     "The refusal is signed by the office, and the sender reads the reason.", reason_options, run_receipt);
STEP(command_remove, "remove", "ID --reason TEXT [--officer ID]", "take back a message of the own office",
     "Content, envelope and attachments are gone for everybody; what readers have copied stays with them.",
     reason_options, run_receipt);
STEP(command_save, "save", "ID [--file N] [--out FILE] [--officer ID]", "save an attachment",
     "It is opened only when it is whole and unchanged.", save_options, run_save);
STEP(command_box, "box", "[--office CODE] [--officer ID]", "make the key that messages to an office are sealed to",
     "The secret half stays on this machine, in the folder of keys. A new one takes the place of the old one, which is "
     "kept "
     "for what was sealed to it. Lost is lost: keep a copy.",
     box_options, run_box);

static const struct command command_collect = {
	.name = "message collect",
	.usage = "",
	.summary = "write receipts for what has arrived for the offices of this machine",
	.about = "'jisr serve' does so by itself.",
	.run = run_collect,
};
static const struct command command_forms = {
	.name = "message forms",
	.usage = "",
	.summary = "show the forms that a message can be, and their fields",
	.about = "With --json also urgencies, handling codes and gradings, in four languages.",
	.json = true,
	.run = run_forms,
};

static const struct command *const message_steps[] = {
	&command_send,   &command_seal, &command_list, &command_show,    &command_read,  &command_refuse_it,
	&command_remove, &command_save, &command_box,  &command_collect, &command_forms,
};

const struct command command_message = {
	.name = "message",
	.usage = "STEP [OPTION]...",
	.summary = "send and read sealed messages between offices",
	.about =
		"Only the offices that a message is for, and its sender, can open it; each step of its way is a signed "
		"receipt. docs/messages.md tells all.",
	.run = command_run_step,
	.steps = message_steps,
	.step_count = sizeof message_steps / sizeof *message_steps,
};
