/* jisr notice list, show, print, export, picture, states, codes, rules. */
#include "base/clock.h"
#include "base/emit.h"
#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "cli/notice.h"
#include "cli/print.h"
#include "notices/ftm.h"
#include "notices/paper.h"
#include "notices/picture.h"
#include "notices/print.h"

enum {
	OPTION_OFFICER = 1,
	OPTION_COLOUR,
	OPTION_STATE,
	OPTION_OWNER,
	OPTION_CRIME,
	OPTION_WORDS,
	OPTION_LIMIT,
	OPTION_LANGUAGE,
	OPTION_OUT,
	OPTION_MERMAID,
	OPTION_PUBLIC
};

#define OFFICER                                                                                                        \
	{                                                                                                              \
		OPTION_OFFICER, 'o', "officer", "ID",                                                                  \
			"Who looks, such as FR-3: what that office may see; without it headquarters."                  \
	}

/* ---- list ---- */

static const struct option_spec list_options[] = {
	OFFICER,
	{OPTION_COLOUR, 0, "colour", "COLOUR", "Only those of a colour: red, yellow, ..."},
	{OPTION_STATE, 0, "state", "STATE", "Only those in a state: published, in_review, ..."},
	{OPTION_OWNER, 0, "owner", "OFFICE", "Only those of an office."},
	{OPTION_CRIME, 0, "crime", "CODE", "Only those about a crime area: DRU, ORG, ..."},
	{OPTION_WORDS, 'w', "words", "TEXT", "Only those whose name, number or reference holds this."},
	{OPTION_LIMIT, 'n', "limit", "COUNT", "At most so many, newest first; 20 when not given, at most 500."},
};

struct listing {
	bool json;
	struct text text;
};

static bool list_one(void *context, const struct notice *notice)
{
	struct listing *listing = context;
	if (listing->json) {
		emit_object(&listing->text, NULL);
		emit_text(&listing->text, "id", notice->id);
		emit_text(&listing->text, "form", form_name(notice->form));
		emit_text(&listing->text, "colour", notice->colour);
		emit_text(&listing->text, "state", state_name(notice->state));
		emit_text(&listing->text, "owner", notice->owner);
		emit_text(&listing->text, "caption", notice->caption);
		emit_text(&listing->text, "changed", notice->changed);
		emit_close_object(&listing->text);
		return listing->text.error == JISR_OK;
	}
	print_cell(stdout, notice->id, 12);
	printf(" ");
	print_cell(stdout, notice->colour, 7);
	printf(" ");
	print_cell(stdout, state_label(notice->state, LANGUAGE_EN), 24);
	printf(" ");
	print_cell(stdout, notice->owner, 7);
	printf(" ");
	print_value(stdout, notice->caption);
	putchar('\n');
	return true;
}

static int list(const struct command *self, struct noticed *noticed, const struct notice_filter *filter, bool json)
{
	struct problem problem = {""};
	struct listing listing = {.json = json};
	struct viewer viewer = viewer_of(&noticed->recorded.caller);
	struct sql *sql = store_reader_sql(noticed->reader);
	uint64_t count = 0;
	text_init(&listing.text, NOTICE_FILE_MAX);
	emit_object(&listing.text, NULL);
	emit_array(&listing.text, "notices");
	int error = notice_count(sql, viewer, filter, &count, &problem);
	if (!error)
		error = notice_list(sql, viewer, filter, noticed->arena, list_one, &listing, &problem);
	return noticed_listed(self, &listing.text, count, error, &problem, json);
}

static int run_list(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct notice_filter filter = {.limit = 20};
	const char *officer = NULL;
	enum notice_state state;
	uint64_t limit;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_COLOUR: filter.colour = options.value; break;
		case OPTION_OWNER: filter.owner = options.value; break;
		case OPTION_CRIME: filter.crime = options.value; break;
		case OPTION_WORDS: filter.words = options.value; break;
		case OPTION_STATE:
			if (!state_read(options.value, &state))
				return command_refuse(self, "there is no state '%s': 'jisr notice states' lists them.",
				                      options.value);
			filter.states |= STATE_BIT(state);
			break;
		case OPTION_LIMIT:
			if (!options_number(&options, 1, NOTICE_LIST_MOST, &limit))
				return options.status;
			filter.limit = (size_t)limit;
			break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
	if (filter.crime != NULL && !codes_is_crime(filter.crime))
		return command_refuse(self, "there is no crime area '%s': 'jisr notice codes' lists them.",
		                      filter.crime);
	if (filter.colour != NULL && codes_find(&codes_colour, filter.colour) == NULL)
		return command_refuse(self, "there is no colour '%s': 'jisr notice codes' lists them.", filter.colour);
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE)
		status = list(self, &noticed, &filter, options.json);
	noticed_finish(&noticed);
	return status;
}

const struct command command_notice_list = {
	.name = "notice list",
	.usage = "[--colour COLOUR] [--state STATE] [--owner OFFICE] [--crime CODE] [--words TEXT] [--officer ID]",
	.summary = "list notices, newest first",
	.about = "Lists the notices that the office may see, and tells how many there are.",
	.options = list_options,
	.option_count = sizeof list_options / sizeof *list_options,
	.json = true,
	.run = run_list,
};

/* ---- one notice ---- */

struct one_order {
	const char *id, *officer, *out;
	enum language language;
};

static int read_one(const struct command *self, struct options *options, struct one_order *order)
{
	int id;
	while ((id = options_next(options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options->status;
		case OPTION_OFFICER: order->officer = options->value; break;
		case OPTION_OUT: order->out = options->value; break;
		case OPTION_LANGUAGE:
			if (!codes_read_language(options->value, &order->language))
				return command_refuse(self, "--language is ar, en, es or fr.");
			break;
		default:
			if (order->id != NULL)
				return command_refuse(self, "one notice at a time: what is '%s'?", options->value);
			order->id = options->value;
		}
	return order->id != NULL ? -1 : command_refuse(self, "which notice? Its number, such as 2026/1234.");
}

static int show_words(struct noticed *noticed, const struct notice *notice)
{
	struct problem problem = {""};
	struct findings findings;
	struct sql *sql = store_reader_sql(noticed->reader);
	struct viewer viewer = viewer_of(&noticed->recorded.caller);
	print_field("number", notice->id);
	print_field("form", form_name(notice->form));
	print_field("colour", codes_label(&codes_colour, notice->colour, LANGUAGE_EN));
	print_field("about", notice->caption);
	print_field("state", state_label(notice->state, LANGUAGE_EN));
	print_field("owner", notice->owner);
	print_field("published", notice->published);
	print_field("review", notice->review);
	print_field("ended by", notice->ending);
	if (!notice_inside(viewer, notice->owner))
		return STATUS_DONE;
	print_field("reaches", notice->reach);
	print_field("public", notice->is_public ? "yes" : "no");
	print_field("reference", notice->reference);
	print_field("ground", notice->ground);
	if (act_lacks(sql, notice, &findings, &problem) == JISR_OK)
		for (size_t i = 0; i < findings.count; i++) {
			char line[600];
			(void)snprintf(line, sizeof line, "%s %s: %s", findings.list[i].field, findings.list[i].what,
			               findings.list[i].todo);
			print_field("lacks", line);
		}
	return notice_history(sql, viewer, notice->id, noticed_event, NULL, &problem) == JISR_OK ? STATUS_DONE
	                                                                                         : STATUS_MEND;
}

static int run_show(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct notice notice;
	struct problem problem = {""};
	struct one_order order = {0};
	options_init(&options, self, argc, argv);
	int status = read_one(self, &options, &order);
	if (status >= 0)
		return status;
	status = noticed_open(&noticed, &options, order.officer, true);
	if (status == STATUS_DONE) {
		int error = notice_get(store_reader_sql(noticed.reader), viewer_of(&noticed.recorded.caller), order.id,
		                       noticed.arena, &notice, &problem);
		if (error)
			status = command_fail(self, error, &problem);
		else if (options.json)
			printf("%s\n", notice.content);
		else
			status = show_words(&noticed, &notice);
	}
	noticed_finish(&noticed);
	return status;
}

static const struct option_spec show_options[] = {OFFICER};

const struct command command_notice_show = {
	.name = "notice show",
	.usage = "ID [--officer ID]",
	.summary = "show one notice, what it lacks, and its history",
	.about = "Shows one notice. Whom it reaches, what it lacks and its history are for its owner and headquarters. "
		 "With --json "
		 "what it says, as `notice edit --content` takes it.",
	.options = show_options,
	.option_count = 1,
	.json = true,
	.run = run_show,
};

static int print_pdf(const struct command *self, struct noticed *noticed, const struct one_order *order)
{
	struct notice notice;
	struct problem problem = {""};
	struct text pdf, picture, record;
	char moment[CLOCK_UTC_MAX], name[64];
	CLEANUP(json_freep) cJSON *content = NULL;
	struct sql *sql = store_reader_sql(noticed->reader);
	text_init(&pdf, PAPER_MAX_BYTES);
	text_init(&picture, PICTURE_MAX_BYTES);
	text_init(&record, (size_t)8 << 20);
	int error = notice_get(sql, viewer_of(&noticed->recorded.caller), order->id, noticed->arena, &notice, &problem);
	if (!error) {
		content = cJSON_Parse(notice.content);
		const cJSON *photographs = json_get(content, "photographs");
		if (photographs != NULL &&
		    act_load_picture(store_directory(noticed->recorded.store), photographs->child->valuestring,
		                     &picture, &problem) != JISR_OK)
			text_reset(&picture);
		if (print_record(sql, store_reader_log(noticed->reader), store_log_name(noticed->recorded.store),
		                 &notice, &record, &problem) != JISR_OK)
			text_reset(&record);
		struct print_job job = {
			.notice = &notice,
			.content = content,
			.language = order->language,
			.moment = clock_utc(moment),
			.printer = noticed->recorded.caller.officer,
			.picture = picture.length > 0 ? picture.bytes : NULL,
			.picture_length = picture.length,
			.record = record.length > 0 ? record.bytes : NULL,
			.record_length = record.length,
		};
		problem.text[0] = '\0';
		error = print_notice(&job, &pdf, &problem);
		paper_forget();
	}
	if (!error) {
		(void)snprintf(name, sizeof name, "notice-%s-%s.pdf", notice.id, language_codes[order->language]);
		for (char *at = name; *at != '\0'; at++)
			if (*at == '/')
				*at = '-';
		const char *path = order->out != NULL ? order->out : name;
		error = file_replace(path, pdf.bytes, pdf.length, &problem);
		if (!error)
			printf("%s\n", path);
	}
	text_finish(&pdf);
	text_finish(&picture);
	text_finish(&record);
	return error ? command_fail(self, error, &problem) : STATUS_DONE;
}

static int run_print(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct one_order order = {.language = LANGUAGE_EN};
	options_init(&options, self, argc, argv);
	int status = read_one(self, &options, &order);
	if (status >= 0)
		return status;
	status = noticed_open(&noticed, &options, order.officer, true);
	if (status == STATUS_DONE)
		status = print_pdf(self, &noticed, &order);
	noticed_finish(&noticed);
	return status;
}

static const struct option_spec print_options[] = {
	OFFICER,
	{OPTION_LANGUAGE, 'l', "language", "CODE", "ar, en, es or fr; en when not given."},
	{OPTION_OUT, 'O', "out", "FILE", "Where the PDF is written; notice-NUMBER-LANGUAGE.pdf when not given."},
};

const struct command command_notice_print = {
	.name = "notice print",
	.usage = "ID [--language CODE] [--out FILE] [--officer ID]",
	.summary = "print a notice as PDF, in one of the four languages",
	.about = "Writes a PDF with the notice's colour and photograph. Its text can be searched and copied in every "
		 "script, and the "
		 "signed entry of the record is attached to it (pdfdetach -list).",
	.options = print_options,
	.option_count = sizeof print_options / sizeof *print_options,
	.run = run_print,
};

/* ---- export ---- */

struct exporting {
	struct text text;
	int error;
};

static bool export_one(void *context, const struct notice *notice)
{
	struct exporting *exporting = context;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(json_freep) cJSON *content = cJSON_Parse(notice->content);
	struct entity *entity = NULL;
	exporting->error = content == NULL ? JISR_NO_MEMORY : arena_new((size_t)8 << 20, &arena);
	if (!exporting->error)
		exporting->error = ftm_entity(notice->id, notice->owner, content, arena, &entity);
	text_reset(&exporting->text);
	if (!exporting->error && entity != NULL)
		exporting->error = ftm_line(entity, &exporting->text);
	if (!exporting->error)
		(void)fwrite(exporting->text.bytes, 1, exporting->text.length, stdout);
	return exporting->error == JISR_OK;
}

static int run_export(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	struct notice_filter filter = {.in_force = true, .limit = INT32_MAX};
	const char *officer = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_PUBLIC, .given = &filter.extracts}))
		return options.status;
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE) {
		struct exporting exporting = {.error = JISR_OK};
		text_init(&exporting.text, CONTENT_MAX_BYTES * 4);
		int error = notice_list(store_reader_sql(noticed.reader), viewer_of(&noticed.recorded.caller), &filter,
		                        noticed.arena, export_one, &exporting, &problem);
		if (!error)
			error = exporting.error;
		text_finish(&exporting.text);
		if (error)
			status = command_fail(self, error, &problem);
	}
	noticed_finish(&noticed);
	return status;
}

static const struct option_spec export_options[] = {
	OFFICER,
	{OPTION_PUBLIC, 0, "public", NULL, "Only those with a public extract."},
};

const struct command command_notice_export = {
	.name = "notice export",
	.usage = "[--public] [--officer ID]",
	.summary = "write the notices in force as FollowTheMoney, one entity a line",
	.about = "Writes what the office may see, for `jisr load` elsewhere and for other programs. Methods, events "
		 "and bodies without a "
		 "name are left out: there is nobody to find.",
	.options = export_options,
	.option_count = sizeof export_options / sizeof *export_options,
	.run = run_export,
};

/* ---- pictures ---- */

static int run_picture(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	const char *officer = NULL, *path = NULL;
	char hash[SHA256_HEX];
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTIONS_WORD, &path}))
		return options.status;
	if (path == NULL)
		return command_refuse(self, "which picture? A JPEG or PNG file.");
	int status = noticed_open(&noticed, &options, officer, false);
	struct text bytes;
	text_init(&bytes, PICTURE_MAX_BYTES + 1);
	if (status == STATUS_DONE)
		status = noticed_file(self, path, &bytes);
	if (status == STATUS_DONE) {
		int error = act_store_picture(store_directory(noticed.recorded.store), &noticed.recorded.caller,
		                              bytes.bytes, bytes.length, hash, &problem);
		if (error) {
			problem_prefix(&problem, path);
			status = command_fail(self, error, &problem);
		} else {
			printf("%s\n", hash);
		}
	}
	text_finish(&bytes);
	noticed_finish(&noticed);
	return status;
}

static const struct option_spec picture_options[] = {OFFICER};

const struct command command_notice_picture = {
	.name = "notice picture",
	.usage = "FILE [--officer ID]",
	.summary = "store a photograph; prints the address that \"photographs\" of a notice takes",
	.about = "Checks that the file is a whole JPEG or PNG of a usable size, and keeps it by its SHA-256.",
	.options = picture_options,
	.option_count = 1,
	.run = run_picture,
};

/* ---- the table, the codes, the conditions ---- */

static int run_states(const struct command *self, int argc, char **argv)
{
	struct options options;
	bool mermaid = false;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_MERMAID, .given = &mermaid}))
		return options.status;
	for (int form = FORM_NOTICE; mermaid && form <= FORM_DIFFUSION; form++) {
		struct text text;
		text_init(&text, (size_t)1 << 20);
		(void)step_draw((enum notice_form)form, &text);
		printf("%s\n", text.bytes);
		text_finish(&text);
	}
	for (size_t i = 0; !mermaid && i < step_row_count; i++) {
		const struct step_row *row = &step_rows[i];
		print_cell(stdout, row->name, 10);
		printf(" %-12s ", row->side == SIDE_OWNER ? "owner" : "headquarters");
		const char *comma = "";
		for (int state = 0; state < STATE_COUNT; state++)
			if ((row->from & STATE_BIT(state)) != 0) {
				printf("%s%s", comma,
				       state == STATE_NONE ? "nothing" : state_name((enum notice_state)state));
				comma = ", ";
			}
		printf(" -> %s%s\n", row->to == STATE_NONE ? "the same" : state_name(row->to),
		       row->forms == FORM_NOTICE      ? " (notices)"
		       : row->forms == FORM_DIFFUSION ? " (diffusions)"
		                                      : "");
		for (int check = 0; check < CHECK_COUNT; check++)
			if ((row->checks & 1u << check) != 0)
				printf("           asks: %s\n", check_what((enum step_check)(1u << check)));
	}
	return STATUS_DONE;
}

static const struct option_spec states_options[] = {
	{OPTION_MERMAID, 0, "mermaid", NULL, "Draw it as a Mermaid diagram."},
};

const struct command command_notice_states = {
	.name = "notice states",
	.usage = "[--mermaid]",
	.summary = "show the life of a notice: every step, from which state, by whom",
	.about = "Shows the one table that everything about notices goes by.",
	.options = states_options,
	.option_count = 1,
	.run = run_states,
};

static int run_codes(const struct command *self, int argc, char **argv)
{
	static const struct codes *const tables[] = {&codes_colour,   &codes_subject, &codes_status, &codes_sex,
	                                             &codes_eyes,     &codes_hair,    &codes_crime,  &codes_warning,
	                                             &codes_document, &codes_name,    &codes_sought, &codes_measure,
	                                             &codes_asset,    &codes_ending,  &codes_refusal};
	struct options options;
	enum language language = LANGUAGE_EN;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_LANGUAGE:
			if (!codes_read_language(options.value, &language))
				return command_refuse(self, "--language is ar, en, es or fr.");
			break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		printf("%s\n", tables[i]->name);
		for (size_t k = 0; k < tables[i]->count; k++)
			printf("  %-18s %s\n", tables[i]->list[k].code, code_label(&tables[i]->list[k], language));
	}
	return STATUS_DONE;
}

static const struct option_spec codes_options[] = {
	{OPTION_LANGUAGE, 'l', "language", "CODE", "ar, en, es or fr; en when not given."},
};

const struct command command_notice_codes = {
	.name = "notice codes",
	.usage = "[--language CODE]",
	.summary = "list the codes that notices carry, with their words",
	.about = "Lists the codes of colours, crime areas, eyes, hair and so on. Countries are ISO 3166 alpha-2, "
		 "languages ISO 639-2.",
	.options = codes_options,
	.option_count = 1,
	.run = run_codes,
};

static int rules_now(struct sql *sql, cJSON **ret_rules, struct problem *problem)
{
	struct content_rules rules;
	int error = notice_rules(sql, &rules, problem);
	if (!error)
		*ret_rules = content_rules_json(&rules);
	return error;
}

static int run_rules(const struct command *self, int argc, char **argv)
{
	static const struct noticed_rules rules = {rules_now, act_rules};
	return noticed_rules(self, argc, argv, OPTION_OFFICER, &rules);
}

static const struct option_spec rules_options[] = {OFFICER};

const struct command command_notice_rules = {
	.name = "notice rules",
	.usage = "[FILE] [--officer ID]",
	.summary = "show the organisation's conditions for notices, or change them",
	.about = "Without a file the conditions as they are, as JSON. With one, headquarters changes those that the "
		 "file names.",
	.options = rules_options,
	.option_count = 1,
	.run = run_rules,
};
