/* jisr meeting, jisr timetable: bilateral meetings of a session; its times, rooms and interpreters, and the plans. */
#include "assembly/timetable.h"
#include "base/emit.h"
#include "cli/affairs.h"
#include "cli/notice.h"

static const struct command meeting_steps[] = {AFFAIRS_COMMANDS(
	"meeting", "ID", "Prints the meetings of the office; to the secretariat those of all.",
	"Prints a meeting: who with whom, what about, when and where, and what came of it.",
	"Takes one step of a meeting's life and writes its entry; 'ask' gives it a number. Only the two sides and the "
	"secretariat "
	"hear of it; docs/delegate.md tells the whole.",
	"  jisr meeting show MT-93-417 --officer MA-1\n",
	"  jisr meeting do ask session=93 with=FR subject='Joint patrols' languages=ar,fr times=2025-11-25 --officer "
	"MA-1\n"
	"  jisr meeting do accept MT-93-417 people=3 languages=fr --officer FR-1\n"
	"  jisr meeting do place MT-93-417 time=2025-11-25T09:30 room='Room 2'\n"
	"  jisr meeting do hold MT-93-417 text='An agreement is drafted' --officer FR-1\n")};

static const struct command *const meeting_step_list[] = {&meeting_steps[0], &meeting_steps[1], &meeting_steps[2],
                                                          &meeting_steps[3]};

const struct command command_meeting = {
	.name = "meeting",
	.usage = "STEP [OPTION]...",
	.summary = "ask for, answer, place and hold bilateral meetings of a session",
	.about = "One office asks another for a meeting, which accepts, declines or proposes other conditions; the "
		 "secretariat "
		 "gives it a time and a room, by a plan (jisr timetable plan) or by hand: docs/delegate.md. It needs a "
		 "record "
		 "(jisr init).",
	.run = command_run_step,
	.steps = meeting_step_list,
	.step_count = sizeof meeting_step_list / sizeof *meeting_step_list,
};

static const struct command timetable_steps[] = {AFFAIRS_COMMANDS(
	"timetable", "SESSION", "Prints the sessions that have a timetable of meetings.",
	"Prints the times, rooms, interpreters and sittings, the office's own duties, and to the secretariat the "
	"plans. "
	"WHAT: "
	"meetings (those that the office may see).",
	"Says when and where meetings can be held, and when somebody cannot; docs/chair.md tells the whole.",
	"  jisr timetable show 93\n  jisr timetable show 93 meetings --officer MA-1\n",
	"  jisr timetable do open 93 minutes=30 "
	"periods='[{\"day\":\"2025-11-25\",\"begin\":\"09:00\",\"end\":\"12:30\"}]'\n"
	"  jisr timetable do rooms 93 rooms='[{\"name\":\"Room 1\",\"seats\":8}]'\n"
	"  jisr timetable do interpreters 93 interpreters='[{\"languages\":[\"ar\",\"en\"],\"teams\":2}]'\n"
	"  jisr timetable do duty 93 times=2025-11-25T09:30,2025-11-26 --officer MA-1\n")};

/* ---- plan ---- */

enum { OPTION_OFFICER = 1, OPTION_AFTER, OPTION_SECONDS, OPTION_REHEARSAL };

static const struct option_spec plan_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who acts, such as GS-3; else the console of headquarters."},
	{OPTION_AFTER, 0, "after", "TIME",
         "What is placed before that day or time, such as 2025-11-26T13:00, stays, and nothing else is placed there."},
	{OPTION_SECONDS, 0, "seconds", "NUMBER", "To search at most; 10 when not given, 60 at most."},
	{OPTION_REHEARSAL, 'n', "rehearsal", NULL, "Tells what the plan would be, and changes nothing."},
};

static void print_made(const struct timetable_order *order, const struct timetable_made *made)
{
	printf("session %u: %zu of %zu meetings have a place, %zu were moved, %zu lost theirs; %.2f s\n",
	       (unsigned)order->session, made->placed, made->wishes, made->moved, made->lost, made->seconds);
	printf("weight placed %llu of %llu: ", (unsigned long long)made->weight, (unsigned long long)made->weight_all);
	if (made->weight == made->weight_most)
		puts("no plan places more");
	else
		printf("no plan places more than %llu, so that %llu are open\n", (unsigned long long)made->weight_most,
		       (unsigned long long)(made->weight_most - made->weight));
	if (order->rehearsal)
		puts("a rehearsal: nothing was changed");
}

static int plan(const struct command *self, const struct options *options, const char *officer,
                struct timetable_order *order)
{
	struct noticed noticed;
	struct timetable_made made;
	struct problem problem = {""};
	struct text text;
	int status = noticed_open(&noticed, options, officer, false);
	if (status == STATUS_DONE) {
		order->caller = &noticed.recorded.caller;
		int error = timetable_plan(noticed.recorded.store, order, &made, &problem);
		if (error) {
			status = command_fail(self, error, &problem);
		} else if (options->json) {
			text_init(&text, 4096);
			emit_object(&text, NULL);
			timetable_emit_made(&text, &made);
			emit_close_object(&text);
			status = command_answer_text(self, &text, STATUS_DONE);
		} else {
			print_made(order, &made);
			status = command_finish(self, STATUS_DONE);
		}
	}
	noticed_finish(&noticed);
	return status;
}

static int run_plan(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct timetable_order order = {.after = ""};
	const char *officer = NULL;
	uint64_t seconds = 0;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_OFFICER)
			officer = options.value;
		else if (id == OPTION_AFTER)
			order.after = options.value;
		else if (id == OPTION_REHEARSAL)
			order.rehearsal = true;
		else if (id == OPTION_SECONDS) {
			if (!options_number(&options, 1, TIMETABLE_SECONDS, &seconds))
				return options.status;
		} else if (order.session != 0)
			return command_refuse(self, "'%s' is not needed.", options.value);
		else if (!timetable_session(options.value, &order.session))
			return command_refuse(self, "'%s' is no session's number.", options.value);
	}
	if (order.session == 0)
		return command_refuse(self, "which session? Name it by its number, such as 93.");
	order.seconds = (double)seconds;
	return plan(self, &options, officer, &order);
}

static const struct command command_plan = {
	.name = "timetable plan",
	.usage = "SESSION [--after TIME] [--seconds NUMBER] [--rehearsal] [--officer ID] [--json]",
	.summary = "give the meetings of a session their times and rooms",
	.about =
		"Places what weighs most: both sides free, a room large enough, interpreters where they are needed. "
		"Says "
		"whether the plan is proven best, or how much more another could place at most. What is fixed stays; "
		"what has "
		"a place keeps it unless more is won by moving it. The plan is put in force whole, or not at all where "
		"something that it rests on has changed meanwhile.",
	.options = plan_options,
	.option_count = sizeof plan_options / sizeof *plan_options,
	.json = true,
	.examples = "  jisr timetable plan 93 --rehearsal\n  jisr timetable plan 93 --after 2025-11-26T13:00\n",
	.run = run_plan,
};

static const struct command *const timetable_step_list[] = {&timetable_steps[0], &timetable_steps[1],
                                                            &timetable_steps[2], &timetable_steps[3], &command_plan};

const struct command command_timetable = {
	.name = "timetable",
	.usage = "STEP [OPTION]...",
	.summary = "times, rooms and interpreters of a session's meetings, and the plan",
	.about = "What the secretariat has to place bilateral meetings (jisr meeting), and the plan that places them: "
		 "docs/chair.md. It needs a record (jisr init).",
	.run = command_run_step,
	.steps = timetable_step_list,
	.step_count = sizeof timetable_step_list / sizeof *timetable_step_list,
};
