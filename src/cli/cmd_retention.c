#include "base/clock.h"
#include "base/date.h"
#include "base/emit.h"
#include "base/tree.h"
#include "cli/notice.h"
#include "web/retention.h"

#include <string.h>

enum { OPTION_OFFICER = 1, OPTION_RUN, OPTION_DAY };

static const struct option_spec retention_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who acts, such as GS-3; without it the console of headquarters."},
	{OPTION_RUN, 0, "run", NULL, "Do it; without it, it is only listed."},
	{OPTION_DAY, 0, "day", "DAY", "What would be due on that day, 2031-05-31; not with --run."},
};

struct listing {
	bool json;
	struct text text;
	uint64_t count, held;
};

static bool list_one(void *context, const struct retention_item *item)
{
	struct listing *listing = context;
	listing->count++;
	listing->held += item->held != NULL;
	if (listing->json) {
		emit_object(&listing->text, NULL);
		emit_text(&listing->text, "action", retention_name(item->action));
		emit_text(&listing->text, "id", item->id);
		emit_text(&listing->text, "owner", item->owner);
		emit_text(&listing->text, "due", item->due);
		emit_text(&listing->text, "held", item->held);
		emit_close_object(&listing->text);
		return listing->text.error == JISR_OK;
	}
	printf("%-7s %-12s %-8s due %s%s%s\n", retention_name(item->action), item->id, item->owner, item->due,
	       item->held != NULL ? ", held: " : "", item->held != NULL ? item->held : "");
	return true;
}

static int list(const struct command *self, struct noticed *noticed, const char *day, bool json)
{
	struct listing listing = {.json = json};
	struct problem problem = {""};
	text_init(&listing.text, NOTICE_FILE_MAX);
	emit_object(&listing.text, NULL);
	emit_array(&listing.text, "due");
	int error = caller_check(&noticed->recorded.caller, RIGHT_RETENTION, &problem);
	if (!error)
		error = retention_list(store_reader_sql(noticed->reader), day, list_one, &listing, &problem);
	emit_close_array(&listing.text);
	emit_count(&listing.text, "total", listing.count);
	emit_count(&listing.text, "held", listing.held);
	emit_close_object(&listing.text);
	if (error || json)
		return command_answer_or_fail(self, &listing.text, error, &problem);
	text_finish(&listing.text);
	printf("%llu due, %llu of them held.\n", (unsigned long long)listing.count, (unsigned long long)listing.held);
	return STATUS_DONE;
}

static int run_now(const struct command *self, struct noticed *noticed, const char *day, bool json)
{
	struct retention_done done;
	struct problem problem = {""};
	struct store *store = noticed->recorded.store;
	int error = retention_run(store_directory(store), store, &noticed->recorded.caller, day, &done, &problem);
	if (error)
		return command_fail(self, error, &problem);
	if (json) {
		cJSON *root = tree_object();
		tree_count(root, "expired", done.expired);
		tree_count(root, "removed", done.removed);
		tree_count(root, "forgotten", done.forgotten);
		tree_count(root, "held", done.held);
		tree_count(root, "failed", done.failed);
		tree_bool(root, "swept", done.swept);
		return command_answer(self, root, done.failed > 0 ? STATUS_MEND : STATUS_DONE);
	}
	printf("%llu expired, %llu removed, %llu who asked forgotten; %llu are held.\n",
	       (unsigned long long)done.expired, (unsigned long long)done.removed, (unsigned long long)done.forgotten,
	       (unsigned long long)done.held);
	if (!done.swept)
		printf("Remnants in files are left while others read them: run it again, or leave it to the "
		       "service.\n");
	if (done.failed > 0)
		return command_refuse(self, "%llu could not be done, the first one because: %s",
		                      (unsigned long long)done.failed, problem.text);
	return STATUS_DONE;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	char now[CLOCK_UTC_MAX], today[11];
	const char *officer = NULL, *day = NULL;
	bool running = false;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_RUN, .given = &running}, {OPTION_DAY, &day}))
		return options.status;
	if (day != NULL && running)
		return command_refuse(self, "--day only lists: what is done is done by today's date.");
	if (day != NULL && date_day_read(day, strlen(day), NULL) != JISR_OK)
		return command_refuse(self, "--day is a day, written 2031-05-31.");
	(void)snprintf(today, sizeof today, "%.10s", day != NULL ? day : clock_utc(now));
	int status = noticed_open(&noticed, &options, officer, !running);
	if (status == STATUS_DONE)
		status = running ? run_now(self, &noticed, today, options.json)
		                 : list(self, &noticed, today, options.json);
	noticed_finish(&noticed);
	return status;
}

const struct command command_retention = {
	.name = "retention",
	.usage = "[--day DAY] [--json]\n--run [--officer ID] [--json]",
	.summary = "list or remove what is past its time",
	.about =
		"Lists what is due: notices past their date of review, which expire; notices that ended some months "
		"ago (the "
		"condition keep_months), which are removed as a granted request removes them; objects that nobody "
		"amended, and files of them that nobody loaded anew, for years (object_months), which lapse, and those "
		"withdrawn or dropped some months ago, which are cleared; and those who asked the "
		"Commission "
		"some months before, who are forgotten. What a pending request holds stays, and the list says why.\n\n"
		"jisr serve does it by itself once a day.",
	.options = retention_options,
	.option_count = sizeof retention_options / sizeof *retention_options,
	.json = true,
	.examples = "  jisr retention\n  jisr retention --day 2027-01-01\n  jisr retention --run\n",
	.run = run,
};
