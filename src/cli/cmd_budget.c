/* jisr budget, jisr dues: the budget of a year and its programme of work; what members owe and pay. */
#include "cli/affairs.h"

#include <stddef.h>

static const struct command budget_steps[] = {AFFAIRS_COMMANDS(
	"budget", "YEAR", "Prints the budget of every year with its state, the newest first.",
	"Prints a budget: its content, its papers, what was spent and is left. WHAT: contributions of the members, "
	"compare "
	"(beside the last budget), programme (of work), postings.",
	"Takes one step of a budget's life and writes its entry. Sums are written 1250.00; what begins with [ or { is "
	"read as "
	"JSON; docs/budget.md tells the whole.",
	"  jisr budget show 2026\n  jisr budget show 2026 contributions --json\n",
	"  jisr budget do draft 2026\n  jisr budget do submit 2026\n  jisr budget do table 2026 session=93 draft=3\n"
	"  jisr budget do spend 2026 chapter=2 amount=1250.00 text='An invented invoice'\n")};

static const struct command *const budget_step_list[] = {&budget_steps[0], &budget_steps[1], &budget_steps[2],
                                                         &budget_steps[3]};

const struct command command_budget = {
	.name = "budget",
	.usage = "STEP [OPTION]...",
	.summary = "draft, decide and execute the budget and programme of work of a year",
	.about = "Drafted by the Secretary General, approved by the Executive Committee, adopted by a vote of the "
		 "Assembly, "
		 "executed within what was voted: docs/budget.md. It needs a record (jisr init).",
	.run = command_run_step,
	.steps = budget_step_list,
	.step_count = sizeof budget_step_list / sizeof *budget_step_list,
};

static const struct command dues_steps[] = {AFFAIRS_COMMANDS(
	"dues", "CODE", "Prints what every member was asked for, paid and owes, and who is in arrears.",
	"Prints the account of a member, year by year; its payments and appeals to itself and headquarters.",
	"Enters payments, notes arrears, appeals and what is decided on them: docs/budget.md.", "  jisr dues show MA\n",
	"  jisr dues do pay MA amount=4200.00 reference=T-77\n  jisr dues do note MA\n"
	"  jisr dues do appeal MA text='An earthquake' --officer MA-1\n")};

static const struct command *const dues_step_list[] = {&dues_steps[0], &dues_steps[1], &dues_steps[2], &dues_steps[3]};

const struct command command_dues = {
	.name = "dues",
	.usage = "STEP [OPTION]...",
	.summary = "keep members' contributions: payments, arrears, appeals",
	.about = "What a budget called for and members paid; who is in arrears for this and an earlier year loses its "
		 "vote "
		 "until it pays or is excused: docs/budget.md. It needs a record (jisr init).",
	.run = command_run_step,
	.steps = dues_step_list,
	.step_count = sizeof dues_step_list / sizeof *dues_step_list,
};
