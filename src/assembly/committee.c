#include "assembly/committee.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *title;
} posts[COMMITTEE_POSTS] = {
	[COMMITTEE_PRESIDENT] = {"president", "President"},
	[COMMITTEE_VICE_PRESIDENT] = {"vice-president", "Vice-President"},
	[COMMITTEE_DELEGATE] = {"delegate", "Delegate"},
};

const char *committee_post_name(enum committee_post post)
{
	return posts[post].name;
}

const char *committee_post_title(enum committee_post post)
{
	return posts[post].title;
}

bool committee_post_read(const char *name, enum committee_post *ret_post)
{
	for (unsigned post = 0; post < COMMITTEE_POSTS; post++)
		if (strcmp(posts[post].name, name) == 0) {
			*ret_post = (enum committee_post)post;
			return true;
		}
	return false;
}

/* ---- settings ---- */

static const struct committee_setting_row settings[COMMITTEE_SETTINGS] = {
	[COMMITTEE_YEARS_PRESIDENT] = {"president_years", "Constitution 17", 12, 1, 4, true,
                                       "years of the President's term"},
	[COMMITTEE_YEARS_VICE_PRESIDENT] = {"vice_president_years", "Constitution 17", 12, 1, 3, true,
                                            "years of a Vice-President's term"},
	[COMMITTEE_YEARS_DELEGATE] = {"delegate_years", "Constitution 19", 12, 1, 3, true,
                                      "years of a delegate's term"},
	[COMMITTEE_VICE_PRESIDENTS] = {"vice_presidents", "Constitution 15", REGION_COUNT - 1, 1, 3, true,
                                       "number of Vice-Presidents"},
	[COMMITTEE_DELEGATES_AFRICA] =
		{"delegates_africa", "Constitution 15", 9, 0, 2, false,
                 "delegates' seats of Africa; nine in all is confirmed, how they are shared out is not"},
	[COMMITTEE_DELEGATES_AMERICAS] = {"delegates_americas", "Constitution 15", 9, 0, 2, false,
                                          "delegates' seats of the Americas"},
	[COMMITTEE_DELEGATES_ASIA] = {"delegates_asia", "Constitution 15", 9, 0, 2, false, "delegates' seats of Asia"},
	[COMMITTEE_DELEGATES_EUROPE] = {"delegates_europe", "Constitution 15", 9, 0, 3, false,
                                        "delegates' seats of Europe"},
	[COMMITTEE_HIGH_OVER] = {"president_over", "Constitution 16", 100, 1, 2, true,
                                 "the President's first ballots ask for OVER"},
	[COMMITTEE_HIGH_UNDER] = {"president_under", "Constitution 16", 100, 1, 3, true,
                                  "... of UNDER parts of the valid votes"},
	[COMMITTEE_HIGH_ROUNDS] = {"president_rounds", "Constitution 16", 20, 0, 2, true, "ballots that ask for it"},
	[COMMITTEE_MORE_THAN_HALF] = {"more_than_half", "Constitution 16", 1, 0, 1, false,
                                      "1: a simple majority is more than half of the valid votes; 0: the most votes"},
	[COMMITTEE_PAIRS_PRESIDENT] = {"president_pairs", "", 40, 2, 4, false,
                                       "from this round on two candidates for President stand"},
	[COMMITTEE_PAIRS_OTHERS] = {"others_pairs", "", 40, 2, 2, false,
                                    "from this round on two candidates for each other seat stand"},
	[COMMITTEE_TIE_REPEATS] = {"tie_repeats", "", 10, 0, 1, false,
                                   "times that a tied run-off is repeated before lots are drawn"},
	[COMMITTEE_COOLING_DAYS] = {"cooling_days", "Constitution 17, 19", 3650, 0, 366, false,
                                    "days after leaving a post during which one may not stand where the post forbids "
                                    "it; \"immediately\" in the texts"},
	[COMMITTEE_FOURTH] = {"fourth_vice_president", "Constitution 17", 1, 0, 1, false,
                              "1: where the President is of a Vice-President's region, a further Vice-President is "
                              "elected of the region that has none"},
	[COMMITTEE_SERVED_COUNTS] = {"served_counts", "Constitution 23", 1, 0, 1, false,
                                     "1: who served out another's term has held the post"},
	[COMMITTEE_MUST_ATTEND] = {"must_attend", "Constitution 23", 1, 0, 1, false,
                                   "1: candidates are delegates of the session"},
};

const struct committee_setting_row *committee_setting(enum committee_setting setting)
{
	return &settings[setting];
}

bool committee_setting_read(const char *name, enum committee_setting *ret_setting)
{
	for (unsigned i = 0; i < COMMITTEE_SETTINGS; i++)
		if (strcmp(settings[i].name, name) == 0) {
			*ret_setting = (enum committee_setting)i;
			return true;
		}
	return false;
}

void committee_rules_init(struct committee_rules *rules)
{
	for (unsigned i = 0; i < COMMITTEE_SETTINGS; i++)
		rules->value[i] = settings[i].usual;
}

int committee_rules_check(const struct committee_rules *rules, struct problem *problem)
{
	for (unsigned i = 0; i < COMMITTEE_SETTINGS; i++)
		if (rules->value[i] < settings[i].least || rules->value[i] > settings[i].most)
			return problem_set(problem, JISR_BAD_INPUT, "%s is %u: from %u to %u is possible",
			                   settings[i].name, rules->value[i], settings[i].least, settings[i].most);
	if (rules->value[COMMITTEE_HIGH_OVER] > rules->value[COMMITTEE_HIGH_UNDER])
		return problem_set(problem, JISR_BAD_INPUT, "nobody can have %u/%u of the votes",
		                   rules->value[COMMITTEE_HIGH_OVER], rules->value[COMMITTEE_HIGH_UNDER]);
	if (2 * rules->value[COMMITTEE_HIGH_OVER] <= rules->value[COMMITTEE_HIGH_UNDER])
		return problem_set(problem, JISR_BAD_INPUT,
		                   "two candidates can have %u/%u of the votes: ask for more than half",
		                   rules->value[COMMITTEE_HIGH_OVER], rules->value[COMMITTEE_HIGH_UNDER]);
	return JISR_OK;
}

/* ---- composition ---- */

/* Days since 1 March of the year 0, of a day that is one. */
static long day_number(const char *day)
{
	int year = 0, month = 0, of_month = 0;
	if (sscanf(day, "%4d-%2d-%2d", &year, &month, &of_month) != 3)
		return 0;
	year -= month <= 2;
	month += month <= 2 ? 9 : -3;
	return 365L * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + of_month - 1;
}

long committee_days(const char *from, const char *to)
{
	return day_number(to) - day_number(from);
}

static int too_many(struct problem *problem)
{
	return problem_set(problem, JISR_BAD_INPUT, "more than %d people would sit in the committee",
	                   COMMITTEE_MAX_SEATS);
}

static void unseat(struct committee *committee, size_t at)
{
	committee->count--;
	memmove(&committee->seats[at], &committee->seats[at + 1], (committee->count - at) * sizeof *committee->seats);
}

static void unseat_person(struct committee *committee, const char *person)
{
	for (size_t i = committee->count; i-- > 0;)
		if (strcmp(committee->seats[i].elected->person, person) == 0)
			unseat(committee, i);
}

static int seat(struct committee *committee, const struct committee_event *elected, const char *since,
                struct problem *problem)
{
	if (committee->count == COMMITTEE_MAX_SEATS)
		return too_many(problem);
	/* Behind all of the same post and those before it: by post, then by seniority. */
	size_t at = committee->count;
	while (at > 0 && committee->seats[at - 1].elected->post > elected->post)
		at--;
	memmove(&committee->seats[at + 1], &committee->seats[at], (committee->count - at) * sizeof *committee->seats);
	committee->seats[at] = (struct committee_seat){.elected = elected, .since = since};
	committee->count++;
	return JISR_OK;
}

static void set_acting(struct committee *committee)
{
	for (size_t i = 0; i < committee->count; i++)
		committee->seats[i].acting = i == 0 && committee->seats[i].elected->post == COMMITTEE_VICE_PRESIDENT;
}

/* Those who sit, and those who were elected and whose session has not ended. */
struct fold {
	struct committee now, coming;
};

static int fold_closed(struct fold *fold, const struct committee_event *closed, struct problem *problem)
{
	for (size_t i = fold->now.count; i-- > 0;)
		if (fold->now.seats[i].elected->until <= closed->year)
			unseat(&fold->now, i);
	for (size_t i = 0; i < fold->coming.count; i++) {
		const struct committee_event *elected = fold->coming.seats[i].elected;
		unseat_person(&fold->now, elected->person); /* gives up the seat held until then */
		int error = seat(&fold->now, elected, closed->day, problem);
		if (error)
			return error;
	}
	fold->coming.count = 0;
	return JISR_OK;
}

static int fold_events(const struct committee_event *events, size_t count, const char *day, struct fold *fold,
                       struct problem *problem)
{
	int error = JISR_OK;
	memset(fold, 0, sizeof *fold);
	if (count > COMMITTEE_MAX_EVENTS)
		return problem_set(problem, JISR_BAD_INPUT, "more than %d events of the committee",
		                   COMMITTEE_MAX_EVENTS);
	for (size_t i = 0; i < count && !error; i++) {
		const struct committee_event *event = &events[i];
		if (i > 0 && strcmp(event->day, events[i - 1].day) < 0)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "event %zu of the committee is of %s, the one before of %s", i + 1,
			                   event->day, events[i - 1].day);
		if (strcmp(event->day, day) > 0)
			break;
		switch (event->what) {
		case COMMITTEE_ELECTED:
			if (event->vacancy) {
				unseat_person(&fold->now, event->person);
				error = seat(&fold->now, event, event->day, problem);
			} else {
				error = seat(&fold->coming, event, event->day, problem);
			}
			break;
		case COMMITTEE_LEFT:
			unseat_person(&fold->now, event->person);
			unseat_person(&fold->coming, event->person);
			break;
		case COMMITTEE_CLOSED: error = fold_closed(fold, event, problem); break;
		}
	}
	return error;
}

int committee_at(const struct committee_event *events, size_t count, const char *day, struct committee *ret_committee,
                 struct problem *problem)
{
	struct fold fold;
	int error = fold_events(events, count, day, &fold, problem);
	if (error)
		return error;
	set_acting(&fold.now);
	*ret_committee = fold.now;
	return JISR_OK;
}

int committee_after(const struct committee_event *events, size_t count, const char *day, unsigned year,
                    struct committee *ret_committee, struct problem *problem)
{
	struct fold fold;
	const struct committee_event closed = {.what = COMMITTEE_CLOSED, .day = day, .year = year};
	int error = fold_events(events, count, day, &fold, problem);
	if (!error)
		error = fold_closed(&fold, &closed, problem);
	if (error)
		return error;
	for (size_t i = 0; i < fold.now.count; i++)
		if (fold.now.seats[i].since == day)
			fold.now.seats[i].since = fold.now.seats[i].elected->day;
	set_acting(&fold.now);
	*ret_committee = fold.now;
	return JISR_OK;
}

/* ---- seats to fill ---- */

void committee_needs(const struct committee *after, const struct committee_rules *rules,
                     struct committee_needs *ret_needs)
{
	struct committee_needs needs = {.president = 1};
	unsigned vice = 0, delegates[REGION_COUNT] = {0}, taken = 0;
	for (size_t i = 0; i < after->count; i++) {
		const struct committee_event *elected = after->seats[i].elected;
		switch (elected->post) {
		case COMMITTEE_PRESIDENT: needs.president = 0; break;
		case COMMITTEE_VICE_PRESIDENT: vice++; break;
		default: delegates[elected->region]++; continue;
		}
		taken |= 1u << elected->region;
	}
	unsigned free_regions = 0;
	for (unsigned region = 0; region < REGION_COUNT; region++) {
		unsigned seats = rules->value[COMMITTEE_DELEGATES_AFRICA + region];
		needs.delegates[region] = seats > delegates[region] ? seats - delegates[region] : 0;
		if ((taken & 1u << region) == 0) {
			needs.open |= 1u << region;
			free_regions++;
		}
	}
	unsigned lacking =
		rules->value[COMMITTEE_VICE_PRESIDENTS] > vice ? rules->value[COMMITTEE_VICE_PRESIDENTS] - vice : 0;
	/* The President and all Vice-Presidents are of one region each; if two share one, another is left without. */
	if (rules->value[COMMITTEE_FOURTH] != 0 && needs.president == 0 &&
	    rules->value[COMMITTEE_VICE_PRESIDENTS] == REGION_COUNT - 1 && free_regions > lacking)
		lacking = free_regions;
	needs.vice_presidents = lacking < free_regions ? lacking : free_regions;
	*ret_needs = needs;
}

unsigned committee_until(const struct committee_rules *rules, enum committee_post post, unsigned year,
                         const struct committee_event *left)
{
	return left != NULL ? left->until : year + rules->value[COMMITTEE_YEARS_PRESIDENT + post];
}

size_t committee_vacancies(const struct committee_event *events, size_t count, const char *day, unsigned year,
                           enum committee_post post, int region,
                           const struct committee_event *ret_left[COMMITTEE_MAX_SEATS])
{
	/* Each departure opens a vacancy until an election for a vacancy fills it. */
	const struct committee_event *open[COMMITTEE_MAX_SEATS];
	size_t opened = 0;
	for (size_t i = 0; i < count && strcmp(events[i].day, day) <= 0; i++) {
		const struct committee_event *event = &events[i], *of = NULL;
		if (event->what == COMMITTEE_LEFT) {
			struct committee before;
			if (committee_at(events, i, event->day, &before, NULL) != JISR_OK)
				return 0;
			for (size_t at = 0; at < before.count; at++)
				if (strcmp(before.seats[at].elected->person, event->person) == 0)
					of = before.seats[at].elected;
			if (of != NULL && opened < COMMITTEE_MAX_SEATS)
				open[opened++] = of;
		} else if (event->what == COMMITTEE_ELECTED && event->vacancy) {
			for (size_t at = 0; at < opened; at++)
				if (open[at]->post == event->post && open[at]->until == event->until &&
				    (event->post != COMMITTEE_DELEGATE || open[at]->region == event->region)) {
					opened--;
					memmove(&open[at], &open[at + 1], (opened - at) * sizeof *open);
					break;
				}
		}
	}
	size_t found = 0;
	for (size_t at = 0; at < opened; at++)
		if (open[at]->post == post && open[at]->until > year &&
		    (region == COMMITTEE_NO_REGION || (int)open[at]->region == region))
			ret_left[found++] = open[at];
	return found;
}

const struct committee_event *committee_vacancy(const struct committee_event *events, size_t count, const char *day,
                                                unsigned year, enum committee_post post, int region)
{
	const struct committee_event *left[COMMITTEE_MAX_SEATS];
	return committee_vacancies(events, count, day, year, post, region, left) > 0 ? left[0] : NULL;
}

/* ---- who may stand ---- */

/* Does having held this post forbid to stand for that one? */
static bool forbids(enum committee_post held, enum committee_post post)
{
	return held == post || (held != COMMITTEE_DELEGATE && post == COMMITTEE_DELEGATE);
}

/* The last day on which the person held the seat, "" if it never began, the day itself if it holds it then. */
static const char *held_until(const struct committee_event *events, size_t count, size_t election, const char *day)
{
	const struct committee_event *elected = &events[election];
	const char *began = elected->vacancy ? elected->day : "";
	for (size_t i = election + 1; i < count && strcmp(events[i].day, day) <= 0; i++) {
		bool of_person = events[i].what != COMMITTEE_CLOSED && strcmp(events[i].person, elected->person) == 0;
		if (events[i].what == COMMITTEE_LEFT && of_person)
			return began[0] != '\0' ? events[i].day : "";
		if (events[i].what == COMMITTEE_ELECTED && of_person && events[i].vacancy)
			return events[i].day; /* changed to another seat */
		if (events[i].what != COMMITTEE_CLOSED)
			continue;
		if (began[0] == '\0')
			began = events[i].day;
		else if (events[i].year >= elected->until)
			return events[i].day;
	}
	return began[0] != '\0' ? day : "";
}

static int check_cooling(const struct committee_event *events, size_t count, const struct committee_rules *rules,
                         const char *day, const struct committee_candidate *candidate, enum committee_post post,
                         struct problem *problem)
{
	for (size_t i = 0; i < count; i++) {
		const struct committee_event *event = &events[i];
		if (event->what != COMMITTEE_ELECTED || strcmp(event->day, day) > 0 ||
		    strcmp(event->person, candidate->person) != 0 || !forbids(event->post, post) ||
		    (event->vacancy && rules->value[COMMITTEE_SERVED_COUNTS] == 0))
			continue;
		const char *until = held_until(events, count, i, day);
		if (until[0] != '\0' && committee_days(until, day) <= (long)rules->value[COMMITTEE_COOLING_DAYS])
			return problem_set(problem, JISR_STATE,
			                   "%s was %s until %s, and may not immediately stand for %s (%s; %u days)",
			                   candidate->person, committee_post_title(event->post), until,
			                   committee_post_title(post), settings[COMMITTEE_COOLING_DAYS].article,
			                   rules->value[COMMITTEE_COOLING_DAYS]);
	}
	return JISR_OK;
}

int committee_may_stand(const struct committee_event *events, size_t count, const struct committee_rules *rules,
                        const char *day, unsigned year, const struct committee_candidate *candidate,
                        enum committee_post post, int region, struct problem *problem)
{
	struct committee after;
	int error = committee_after(events, count, day, year, &after, problem);
	if (error)
		return error;
	if (rules->value[COMMITTEE_MUST_ATTEND] != 0 && !candidate->attends)
		return problem_set(problem, JISR_STATE, "%s is no delegate of this session (%s)", candidate->person,
		                   settings[COMMITTEE_MUST_ATTEND].article);
	if (region != COMMITTEE_NO_REGION && (int)candidate->region != region)
		return problem_set(problem, JISR_STATE, "%s is of %s, the seat of %s", candidate->country,
		                   region_name(candidate->region), region_name((enum region)region));
	for (size_t i = 0; i < after.count; i++) {
		const struct committee_event *sits = after.seats[i].elected;
		bool self = strcmp(sits->person, candidate->person) == 0;
		if (self && sits->post == post)
			return problem_set(problem, JISR_STATE, "%s is %s until %u already", candidate->person,
			                   committee_post_title(post), sits->until);
		if (self && sits->year == year)
			return problem_set(problem, JISR_STATE, "%s was elected %s in this session", candidate->person,
			                   committee_post_title(sits->post));
		if (!self && strcmp(sits->country, candidate->country) == 0)
			return problem_set(problem, JISR_STATE, "%s has a seat already: %s, until %u (Constitution 15)",
			                   candidate->country, committee_post_title(sits->post), sits->until);
		bool leads = sits->post == COMMITTEE_PRESIDENT || sits->post == COMMITTEE_VICE_PRESIDENT;
		bool shares = !self && leads && sits->region == candidate->region;
		if (shares && (post == COMMITTEE_VICE_PRESIDENT ||
		               (post == COMMITTEE_PRESIDENT && rules->value[COMMITTEE_FOURTH] == 0)))
			return problem_set(
				problem, JISR_STATE,
				"%s has a %s already, until %u: the President and the Vice-Presidents are of "
				"different continents (Constitution 15)",
				region_name(candidate->region), committee_post_title(sits->post), sits->until);
	}
	return check_cooling(events, count, rules, day, candidate, post, problem);
}
