#include "cli/batch_row.h"

#include "base/emit.h"
#include "watch/query.h"
#include "watch/report.h"

#include <csv.h>
#include <string.h>

/* What customers' files call them; the better name first. */
const struct sheet_name batch_columns[] = {
	{"id", COLUMN_ID},
	{"customer id", COLUMN_ID},
	{"person id", COLUMN_ID},
	{"reference", COLUMN_ID},
	{"ref", COLUMN_ID},
	{"name", COLUMN_NAME},
	{"full name", COLUMN_NAME},
	{"complete name", COLUMN_NAME},
	{"caption", COLUMN_NAME},
	{"first name", COLUMN_GIVEN},
	{"given name", COLUMN_GIVEN},
	{"given names", COLUMN_GIVEN},
	{"forename", COLUMN_GIVEN},
	{"forenames", COLUMN_GIVEN},
	{"middle name", COLUMN_MIDDLE},
	{"second name", COLUMN_MIDDLE},
	{"last name", COLUMN_FAMILY},
	{"family name", COLUMN_FAMILY},
	{"surname", COLUMN_FAMILY},
	{"birth date", COLUMN_BIRTH},
	{"date of birth", COLUMN_BIRTH},
	{"dob", COLUMN_BIRTH},
	{"born", COLUMN_BIRTH},
	{"birthday", COLUMN_BIRTH},
	{"year of birth", COLUMN_BIRTH},
	{"nationality", COLUMN_NATIONALITY},
	{"nationalities", COLUMN_NATIONALITY},
	{"citizenship", COLUMN_NATIONALITY},
	{"country", COLUMN_NATIONALITY},
	{"sex", COLUMN_SEX},
	{"gender", COLUMN_SEX},
	{"document", COLUMN_DOCUMENT},
	{"document number", COLUMN_DOCUMENT},
	{"passport number", COLUMN_DOCUMENT},
	{"passport", COLUMN_DOCUMENT},
	{"passport no", COLUMN_DOCUMENT},
	{"id number", COLUMN_DOCUMENT},
	{"schema", COLUMN_SCHEMA},
	{NULL, 0},
};

void batch_row_init(struct batch_row *row)
{
	*row = (struct batch_row){0};
	text_init(&row->answer, BATCH_ANSWER_MAX);
	text_init(&row->notes, BATCH_ANSWER_MAX);
}

void batch_row_finish(struct batch_row *row)
{
	text_finish(&row->answer);
	text_finish(&row->notes);
}

void batch_row_reset(struct batch_row *row)
{
	text_reset(&row->answer);
	text_reset(&row->notes);
	row->hits = row->hidden = 0;
	row->unread = false;
	row->error = JISR_OK;
}

static const char *cell(const struct batch_row *row, enum batch_column column)
{
	const char *value = row->cells.values[column];
	if (value == NULL)
		return NULL;
	value += strspn(value, " \t\r\n");
	return value[0] != '\0' ? value : NULL;
}

static void note(struct batch_row *row, const char *column, const struct problem *problem)
{
	text_add_format(&row->notes, "%s%s%s%s", row->notes.length > 0 ? "; " : "", column, column[0] ? " " : "",
	                problem->text);
}

/* The row's id, or its line when the file has no ids. */
static const char *row_id(const struct batch_row *row, char out[24])
{
	const char *id = cell(row, COLUMN_ID);
	if (id != NULL)
		return id;
	(void)snprintf(out, 24, "%llu", (unsigned long long)row->cells.line);
	return out;
}

/* Given and family name of two columns; several names stand in the column of whole names. */
static int add_two_names(const struct batch_row *row, struct check_query *query, struct arena *arena,
                         struct problem *problem)
{
	const char *given = cell(row, COLUMN_GIVEN), *middle = cell(row, COLUMN_MIDDLE),
		   *family = cell(row, COLUMN_FAMILY);
	if (given == NULL && family == NULL)
		return JISR_OK;
	/* With both, the comma tells the name reader which is the family name. */
	const char *joined = arena_format(arena, "%s%s%s%s%s", family ? family : "", family && given ? ", " : "",
	                                  given ? given : "", middle ? " " : "", middle ? middle : "");
	return joined == NULL ? JISR_NO_MEMORY : query_name(query, joined, arena, problem);
}

/* Each value between semicolons through one of the readers of cli/query.h. A value that is wrong is told, and the row
 * is checked without it: leaving the row out could let somebody through. */
static int add_values(struct batch_row *row, const char *value, const char *column, struct check_query *query,
                      struct arena *arena,
                      int (*read)(struct check_query *, const char *, struct arena *, struct problem *))
{
	while (value != NULL) {
		struct problem problem = {0};
		const char *end = strchr(value, ';');
		size_t length = end != NULL ? (size_t)(end - value) : strlen(value);
		while (length > 0 && value[0] == ' ') {
			value++;
			length--;
		}
		while (length > 0 && value[length - 1] == ' ')
			length--;
		char *piece = arena_text(arena, value, length);
		if (piece == NULL)
			return JISR_NO_MEMORY;
		int error = length == 0 ? JISR_OK : read(query, piece, arena, &problem);
		if (error == JISR_NO_MEMORY)
			return error;
		if (error != JISR_OK)
			note(row, column, &problem);
		value = end != NULL ? end + 1 : NULL;
	}
	return JISR_OK;
}

static int read_birth(struct check_query *query, const char *text, struct arena *arena, struct problem *problem)
{
	(void)arena;
	return query_birth(query, text, problem);
}

static int read_sex(struct check_query *query, const char *text, struct arena *arena, struct problem *problem)
{
	(void)arena;
	return query_sex(query, text, problem);
}

static int read_schema(struct check_query *query, const char *text, struct arena *arena, struct problem *problem)
{
	(void)arena;
	return query_schema(text, &query->schema, problem);
}

static int read_row(struct batch_row *row, struct check_query *query, struct arena *arena)
{
	static const struct {
		enum batch_column column;
		const char *name;
		int (*read)(struct check_query *, const char *, struct arena *, struct problem *);
	} readers[] = {
		{COLUMN_BIRTH, "birthDate", read_birth}, {COLUMN_NATIONALITY, "nationality", query_country},
		{COLUMN_SEX, "sex", read_sex},           {COLUMN_DOCUMENT, "document", query_document},
		{COLUMN_SCHEMA, "schema", read_schema},
	};
	struct problem problem = {0};
	const char *names = cell(row, COLUMN_NAME);
	int error = names != NULL ? add_values(row, names, "name", query, arena, query_name)
	                          : add_two_names(row, query, arena, &problem);
	for (size_t i = 0; error == JISR_OK && i < sizeof readers / sizeof *readers; i++)
		error = add_values(row, cell(row, readers[i].column), readers[i].name, query, arena, readers[i].read);
	return error;
}

/* One CSV field; in quotes where it needs them. */
static void add_field(struct text *text, const char *value, char after)
{
	size_t length = strlen(value);
	if (strpbrk(value, ",;\"\r\n\t") == NULL && (length == 0 || (value[0] != ' ' && value[length - 1] != ' '))) {
		text_add(text, value, length);
	} else {
		CLEANUP(memory_freep) char *quoted = memory_alloc(2 * length + 2);
		if (quoted == NULL)
			text->error = JISR_NO_MEMORY;
		else
			text_add(text, quoted, csv_write(quoted, 2 * length + 2, value, length));
	}
	text_add_char(text, after);
}

static void add_hit(struct text *text, const char *id, const struct check_hit *hit, const struct decision_mark *mark)
{
	add_field(text, id, ',');
	add_field(text, hit->id, ',');
	add_field(text, hit->caption, ',');
	add_field(text, hit->list, ',');
	text_add_format(text, "%.4f,", hit->score);
	add_field(text, hit->matched_name != NULL ? hit->matched_name : "", mark != NULL ? ',' : '\n');
	if (mark == NULL)
		return;
	struct text said;
	text_init(&said, BATCH_ANSWER_MAX);
	if (mark->id != 0)
		text_add_format(&said, "%s%s%s", mark->decision, mark->again != NULL ? ", shown again: " : "",
		                mark->again != NULL ? mark->again : "");
	add_field(text, said.bytes, '\n');
	text->error = text->error != JISR_OK ? text->error : said.error;
	text_finish(&said);
}

/* What was decided of a hit; NULL where nobody's decisions are heeded. */
static int mark_hit(struct decisions_asked *asked, const struct check_hit *hit, struct decision_mark *mark,
                    const struct decision_mark **ret_mark)
{
	*ret_mark = asked != NULL ? mark : NULL;
	return asked != NULL ? decisions_mark(asked, hit->segment, hit->entity, mark) : JISR_OK;
}

static int answer_row(const struct batch_asking *asking, struct batch_row *row, const struct check_answer *answer,
                      struct decisions_asked *asked)
{
	struct decision_mark mark;
	const struct decision_mark *made;
	int error = JISR_OK;
	char number[24];
	const char *id = row_id(row, number);
	if (!asking->json) {
		for (size_t i = 0; i < answer->count && error == JISR_OK; i++) {
			error = mark_hit(asked, &answer->hits[i], &mark, &made);
			add_hit(&row->answer, id, &answer->hits[i], error == JISR_OK ? made : NULL);
		}
		return error != JISR_OK ? error : row->answer.error;
	}
	emit_object(&row->answer, NULL);
	emit_text(&row->answer, "id", id);
	emit_count(&row->answer, "line", row->cells.line);
	emit_array(&row->answer, "hits");
	for (size_t i = 0; i < answer->count && error == JISR_OK; i++) {
		error = mark_hit(asked, &answer->hits[i], &mark, &made);
		report_hit_open(&row->answer, NULL, &answer->hits[i]);
		if (error == JISR_OK && made != NULL)
			decision_mark_emit(made, &row->answer);
		emit_close_object(&row->answer);
	}
	if (error != JISR_OK)
		return error;
	emit_close_array(&row->answer);
	if (asked != NULL)
		emit_count(&row->answer, "hidden", row->hidden);
	emit_close_object(&row->answer);
	return text_add_char(&row->answer, '\n');
}

static bool not_hidden(void *context, uint32_t segment, uint32_t entity)
{
	return !decisions_hides(context, segment, entity);
}

int batch_row_check(const struct batch_asking *asking, struct batch_row *row, struct watch_scratch *scratch,
                    struct arena *arena)
{
	struct check_query query = {.limit = asking->limit, .threshold = asking->threshold};
	struct check_answer answer = {0};
	struct problem problem = {0};
	arena_reset(arena);
	int error = read_row(row, &query, arena);
	if (error != JISR_OK)
		return error;
	if (query.name_count == 0 && query.document_count == 0) {
		(void)problem_set(&problem, 0, "NOT CHECKED: the row has neither a name nor a document");
		note(row, "", &problem);
		row->unread = true;
		return JISR_OK;
	}
	struct decisions_asked *asked = NULL;
	if (asking->caller != NULL) {
		error = decisions_ask(asking->decisions, asking->caller, cell(row, COLUMN_ID), &query, &asking->lists,
		                      arena, &asked);
		if (error != JISR_OK)
			return error;
		query.accept = asking->show_hidden ? NULL : not_hidden;
		query.accept_context = asked;
	}
	error = watch_check(asking->view, &query, scratch, arena, &answer, &problem);
	if (error == JISR_BAD_INPUT) { /* a name of no letters */
		struct problem sentence;
		(void)problem_set(&sentence, 0, "NOT CHECKED: %s", problem.text);
		note(row, "", &sentence);
		row->unread = true;
		return JISR_OK;
	}
	if (error != JISR_OK)
		return error;
	if (row->notes.length > 0) {
		(void)problem_set(&problem, 0, "checked without it");
		note(row, "", &problem);
	}
	row->hits = answer.count;
	row->hidden = asked != NULL ? (size_t)decisions_hidden(asked) : 0;
	return answer_row(asking, row, &answer, asked);
}
