/* jisr hit list, due, show, states, rules, remind. */
#include "base/clock.h"
#include "base/emit.h"
#include "base/tree.h"
#include "cli/hit.h"
#include "cli/print.h"
#include "notices/hit_emit.h"
#include "notices/object.h"

#include <string.h>

enum {
	OPTION_OFFICER = 1,
	OPTION_NOTICE,
	OPTION_OBJECT,
	OPTION_STATE,
	OPTION_OPEN,
	OPTION_AWAITS,
	OPTION_LIMIT,
	OPTION_AT,
	OPTION_WITHIN,
	OPTION_MERMAID,
};

#define OFFICER                                                                                                        \
	{                                                                                                              \
		OPTION_OFFICER, 'o', "officer", "ID",                                                                  \
			"Who looks, such as FR-3: what that office may see; without it headquarters."                  \
	}
#define AWAITS                                                                                                         \
	{                                                                                                              \
		OPTION_AWAITS, 0, "awaits", "OFFICE", "Only those whose next step is that office's."                   \
	}
#define LIMIT                                                                                                          \
	{                                                                                                              \
		OPTION_LIMIT, 'n', "limit", "COUNT", "At most so many; 20 when not given, at most 500."                \
	}

/* ---- lists ---- */

struct listing {
	bool json, by_due;
	struct viewer viewer;
	struct text text;
	const char *now;
};

static bool list_one(void *context, const struct hit *hit)
{
	struct listing *listing = context;
	if (listing->json) {
		hit_emit(&listing->text, hit, NULL, listing->now);
		return listing->text.error == JISR_OK;
	}
	const char *awaits = hit_awaits(hit);
	print_cell(stdout, hit->id, 12);
	printf(" ");
	print_cell(stdout, hit->colour, 7);
	printf(" ");
	print_cell(stdout, hit_state_label(hit->state, LANGUAGE_EN), 23);
	printf(" %-6s -> %-6s ", hit->finder, hit->owner);
	if (hit->due[0] != '\0')
		printf("%-6s by %.10s%s ", awaits != NULL ? awaits : "", hit->due,
		       strcmp(hit->due, listing->now) < 0 ? " !" : "  ");
	print_value(stdout, hit->caption);
	putchar('\n');
	return true;
}

static int list(const struct command *self, struct noticed *noticed, const struct hit_filter *filter, bool json)
{
	struct problem problem = {""};
	char now[CLOCK_UTC_MAX];
	struct listing listing = {.json = json, .by_due = filter->by_due, .now = clock_utc_exact(now)};
	struct viewer viewer = viewer_of(&noticed->recorded.caller);
	struct sql *sql = store_reader_sql(noticed->reader);
	uint64_t count = 0;
	text_init(&listing.text, NOTICE_FILE_MAX);
	emit_object(&listing.text, NULL);
	emit_array(&listing.text, "hits");
	int error = hit_count(sql, viewer, filter, &count, &problem);
	if (!error)
		error = hit_list(sql, viewer, filter, noticed->arena, list_one, &listing, &problem);
	return noticed_listed(self, &listing.text, count, error, &problem, json);
}

/* "36h", "3d" */
static bool read_span(const char *value, unsigned *ret_hours)
{
	size_t digits = strspn(value, "0123456789");
	if (digits == 0 || digits > 4 || (value[digits] != 'h' && value[digits] != 'd') || value[digits + 1] != '\0')
		return false;
	unsigned number = 0;
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (unsigned)(value[i] - '0');
	*ret_hours = number * (value[digits] == 'd' ? 24 : 1);
	return true;
}

static int run_list(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct hit_filter filter = {.limit = 20};
	const char *officer = NULL;
	char now[CLOCK_UTC_MAX], due[HIT_MOMENT], notice[NOTICE_ID_MAX + 1];
	bool is_due = strcmp(self->name, "hit due") == 0;
	unsigned within = 0;
	enum hit_state state;
	uint64_t limit;
	int id;
	const char *at = clock_utc_exact(now);
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_OPEN: filter.open = true; break;
		case OPTION_AWAITS: filter.awaits = options.value; break;
		case OPTION_NOTICE:
			if (!notice_id_read(options.value, notice))
				return command_refuse(self, "'%s' is no number of a notice, such as 2026/1234.",
				                      options.value);
			filter.subject = notice;
			break;
		case OPTION_OBJECT:
			filter.subject = object_id_read(options.value, notice) ? notice : options.value;
			break;
		case OPTION_STATE:
			if (!hit_state_read(options.value, &state))
				return command_refuse(self, "there is no state '%s': 'jisr hit states' lists them.",
				                      options.value);
			filter.states |= HIT_BIT(state);
			break;
		case OPTION_AT: at = options.value; break;
		case OPTION_WITHIN:
			if (!read_span(options.value, &within))
				return command_refuse(self, "--within is a number of hours or days: 36h, 3d.");
			break;
		case OPTION_LIMIT:
			if (!options_number(&options, 1, HIT_LIST_MOST, &limit))
				return options.status;
			filter.limit = (size_t)limit;
			break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
	if (is_due) {
		if (!hit_moment_read(at, due))
			return command_refuse(self, "--at is a moment in UTC: 2026-11-27T01:00:00Z.");
		hit_moment_add(due, (int)within, due);
		filter.due = due;
		filter.open = filter.by_due = true;
	}
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE)
		status = list(self, &noticed, &filter, options.json);
	noticed_finish(&noticed);
	return status;
}

static const struct option_spec list_options[] = {
	OFFICER,
	{OPTION_NOTICE, 0, "notice", "ID", "Only those on a notice."},
	{OPTION_OBJECT, 0, "object", "ID", "Only those on a registered object, or on a file's line."},
	{OPTION_STATE, 0, "state", "STATE", "Only those in a state: reported, arrested, ..."},
	{OPTION_OPEN, 0, "open", NULL, "Only those that are not over."},
	AWAITS,
	LIMIT,
};

const struct command command_hit_list = {
	.name = "hit list",
	.usage = "[--open] [--state STATE] [--notice ID|--object ID] [--awaits OFFICE] [--officer ID]",
	.summary = "list hits, the last changed first",
	.about =
		"Lists the hits that the office found or owns, and tells how many there are. Behind the arrow stands "
		"whose notice it is; then who has to take the next step, and by when. ! means that the day has passed.",
	.options = list_options,
	.option_count = sizeof list_options / sizeof *list_options,
	.json = true,
	.run = run_list,
};

static const struct option_spec due_options[] = {
	OFFICER,
	{OPTION_AT, 0, "at", "MOMENT", "As it was or will be then: 2026-11-27T01:00:00Z; now when not given."},
	{OPTION_WITHIN, 0, "within", "SPAN", "Also what is due within that time: 36h, 3d."},
	AWAITS,
	LIMIT,
};

const struct command command_hit_due = {
	.name = "hit due",
	.usage = "[--within SPAN] [--at MOMENT] [--awaits OFFICE] [--officer ID]",
	.summary = "list hits whose next step is due, the longest overdue first",
	.about = "Lists the open hits whose deadline has passed at that moment. Deadlines follow from the state and "
		 "from `jisr hit rules`; nobody types them.",
	.options = due_options,
	.option_count = sizeof due_options / sizeof *due_options,
	.json = true,
	.run = run_list,
};

/* ---- one ---- */

static int show(const struct command *self, struct noticed *noticed, const char *id, bool json)
{
	struct problem problem = {""};
	struct hit hit;
	char now[CLOCK_UTC_MAX];
	struct sql *sql = store_reader_sql(noticed->reader);
	struct viewer viewer = viewer_of(&noticed->recorded.caller);
	int error = hit_get(sql, viewer, id, noticed->arena, &hit, &problem);
	if (error)
		return command_fail(self, error, &problem);
	if (json) {
		struct text text;
		text_init(&text, NOTICE_FILE_MAX);
		emit_object(&text, NULL);
		emit_name(&text, "hit", 3);
		hit_emit(&text, &hit, &noticed->recorded.caller, clock_utc_exact(now));
		emit_array(&text, "history");
		error = hit_history(sql, viewer, id, hit_emit_event, &text, &problem);
		emit_close_array(&text);
		emit_close_object(&text);
		return command_answer_or_fail(self, &text, error, &problem);
	}
	print_field("number", hit.id);
	print_field(hit_about_name(hit.about), hit.subject);
	print_field("colour", codes_label(&codes_colour, hit.colour, LANGUAGE_EN));
	print_field("about", hit.caption);
	print_field("state", hit_state_label(hit.state, LANGUAGE_EN));
	print_field("found by", hit.finder);
	print_field("owner", hit.owner);
	print_field("place", hit.place);
	print_field("country", hit.country);
	print_field("found", hit.found);
	print_field("urgent", hit.urgent ? "yes" : "");
	print_field("evidence", hit.evidence);
	print_field("reference", hit.reference);
	print_field("awaits", hit_awaits(&hit));
	print_field("due", hit.due);
	print_field("outcome", hit.outcome[0] != '\0' ? codes_label(&hit_outcomes, hit.outcome, LANGUAGE_EN) : "");
	error = hit_history(sql, viewer, id, noticed_event, NULL, &problem);
	return error ? command_fail(self, error, &problem) : STATUS_DONE;
}

static int run_show(const struct command *self, int argc, char **argv)
{
	return noticed_show(self, argc, argv, OPTION_OFFICER, "which hit? Its number, such as 2026/1234.", show);
}

static const struct option_spec show_options[] = {OFFICER};

const struct command command_hit_show = {
	.name = "hit show",
	.usage = "ID [--officer ID]",
	.summary = "show one hit and its history",
	.about = "Shows one hit to its finder, to the owner of the notice and to headquarters.",
	.options = show_options,
	.option_count = 1,
	.json = true,
	.run = run_show,
};

/* ---- the table, the deadlines ---- */

static int run_states(const struct command *self, int argc, char **argv)
{
	struct options options;
	bool mermaid = false;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_MERMAID, .given = &mermaid}))
		return options.status;
	if (mermaid) {
		struct text text;
		text_init(&text, (size_t)1 << 20);
		(void)hit_draw(&text);
		printf("%s", text.bytes);
		text_finish(&text);
		return STATUS_DONE;
	}
	for (size_t i = 0; i < HIT_STEP_COUNT; i++) {
		const struct hit_row *row = &hit_rows[i];
		print_cell(stdout, row->name, 12);
		printf(" %s: ", hit_side_name(row->sides));
		const char *comma = "";
		for (int state = 0; state < HIT_STATE_COUNT; state++)
			if ((row->from & HIT_BIT(state)) != 0) {
				printf("%s%s", comma,
				       state == HIT_NONE ? "nothing" : hit_state_name((enum hit_state)state));
				comma = ", ";
			}
		printf(" -> %s%s%s\n", row->to == HIT_NONE ? "the same" : hit_state_name(row->to),
		       row->colours != NULL ? "; on" : "", row->colours != NULL ? row->colours : "");
	}
	return STATUS_DONE;
}

static const struct option_spec states_options[] = {
	{OPTION_MERMAID, 0, "mermaid", NULL, "Draw it as a Mermaid diagram."},
};

const struct command command_hit_states = {
	.name = "hit states",
	.usage = "[--mermaid]",
	.summary = "show the life of a hit: every step, from which state, by whom, on what",
	.about = "Shows the one table that everything about hits goes by.",
	.options = states_options,
	.option_count = 1,
	.run = run_states,
};

static int rules_now(struct sql *sql, cJSON **ret_rules, struct problem *problem)
{
	struct hit_rules rules;
	int error = hit_rules_now(sql, &rules, problem);
	if (!error)
		*ret_rules = hit_rules_json(&rules);
	return error;
}

static int run_rules(const struct command *self, int argc, char **argv)
{
	static const struct noticed_rules rules = {rules_now, hit_act_rules};
	return noticed_rules(self, argc, argv, OPTION_OFFICER, &rules);
}

static const struct option_spec rules_options[] = {OFFICER};

const struct command command_hit_rules = {
	.name = "hit rules",
	.usage = "[FILE] [--officer ID]",
	.summary = "show the deadlines of hits, or change them",
	.about =
		"Without a file the deadlines as they are, as JSON. With one, headquarters changes those that the file "
		"names; they count for the steps taken from then on.",
	.options = rules_options,
	.option_count = 1,
	.run = run_rules,
};

static int run_remind(const struct command *self, int argc, char **argv)
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
		int error = hit_act_remind(noticed.recorded.store, NULL, &count, &problem);
		if (error) {
			status = command_fail(self, error, &problem);
		} else if (options.json) {
			cJSON *root = tree_object();
			tree_count(root, "reminded", count);
			status = command_answer(self, root, STATUS_DONE);
		} else {
			printf("%llu reminders written.\n", (unsigned long long)count);
		}
	}
	noticed_finish(&noticed);
	return status;
}

const struct command command_hit_remind = {
	.name = "hit remind",
	.usage = "[--json]",
	.summary = "write a reminder for each hit whose deadline has passed, each once",
	.about = "The service does the same by itself once a minute. A reminder is an entry of the record, so that "
		 "finder and owner get it as an event.",
	.json = true,
	.run = run_remind,
};
