#include "assembly/contest.h"

#include "assembly/draw.h"
#include "base/digits.h"

#include <sodium.h>
#include <stdlib.h>

#define BEFORE_END (ASSEMBLY_BIT(ASSEMBLY_CALLED) | ASSEMBLY_BIT(ASSEMBLY_OPEN))
#define IN_SESSION ASSEMBLY_BIT(ASSEMBLY_OPEN)

/* ---- reading ---- */

int contest_read(struct sql *sql, uint32_t session, uint32_t number, struct contest *ret_contest,
                 struct problem *problem)
{
	struct contest contest = {.region = COMMITTEE_NO_REGION};
	enum region region;
	int error = JISR_OK;
	struct sql_query query = sql_query(sql, "SELECT post, region, vacancy, until, state, race FROM assembly_contest"
	                                        " WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		contest.number = number;
		(void)committee_post_read(sql_text(&query, 0), &contest.post);
		if (region_read(sql_text(&query, 1), &region))
			contest.region = (int)region;
		contest.vacancy = sql_number(&query, 2) != 0;
		contest.until = (unsigned)sql_number(&query, 3);
		(void)snprintf(contest.state, sizeof contest.state, "%s", sql_text(&query, 4));
		contest.begun = sql_text(&query, 5)[0] != '\0';
		if (contest.begun)
			error = committee_record_race(sql_text(&query, 5), &contest.race, problem);
	}
	int done = sql_done(&query, error ? NULL : problem);
	if (error || done)
		return error ? error : done;
	if (contest.number == 0)
		return problem_set(problem, JISR_NOT_FOUND, "there is no contest %u in session %u", (unsigned)number,
		                   (unsigned)session);
	*ret_contest = contest;
	return JISR_OK;
}

uint32_t contest_of(const char *subject)
{
	return strncmp(subject, "contest:", 8) == 0 ? digits_number(subject + 8) : 0;
}

void contest_title(const struct contest *contest, char out[CONTEST_TITLE_MAX])
{
	if (contest->region == COMMITTEE_NO_REGION)
		(void)snprintf(out, CONTEST_TITLE_MAX, "%s", committee_post_title(contest->post));
	else
		(void)snprintf(out, CONTEST_TITLE_MAX, "%s, %s", committee_post_title(contest->post),
		               region_name((enum region)contest->region));
}

unsigned contest_year(const char *first_day)
{
	return (unsigned)strtoul(first_day, NULL, 10);
}

/* How many seats it fills, as the committee will be after this session. */
static unsigned contest_seats(const struct contest *contest, const struct committee_record *record,
                              const struct committee *after, const char *day, unsigned year)
{
	struct committee_needs needs;
	const struct committee_event *left[COMMITTEE_MAX_SEATS];
	committee_needs(after, &record->rules, &needs);
	unsigned lacking = contest->post == COMMITTEE_PRESIDENT        ? needs.president
	                   : contest->post == COMMITTEE_VICE_PRESIDENT ? needs.vice_presidents
	                                                               : needs.delegates[contest->region];
	unsigned vacant = (unsigned)committee_vacancies(record->events, record->count, day, year, contest->post,
	                                                contest->region, left);
	if (vacant > lacking)
		vacant = lacking;
	return contest->vacancy ? (vacant > 0 ? 1 : 0) : lacking - vacant;
}

int contest_begin(struct conducting *conducting, unsigned states, struct electing *electing, struct problem *problem)
{
	int error = states != 0 ? conducting_state(conducting, states, problem) : JISR_OK;
	if (!error)
		error = committee_record_read(conducting->sql, store_write_arena(conducting->write), &electing->record,
		                              problem);
	electing->year = contest_year(conducting->assembly.first);
	return error ? error
	             : committee_after(electing->record.events, electing->record.count, conducting->today,
	                               electing->year, &electing->after, problem);
}

/* The act is about that contest. */
static void contest_name(struct conducting *conducting, uint32_t number)
{
	(void)snprintf(conducting->part, sizeof conducting->part, "/contest/%u", (unsigned)number);
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%u", (unsigned)number);
}

/* The contest that the field names, and that no ballot of it is open. */
int contest_quiet(struct conducting *conducting, struct contest *contest, struct problem *problem)
{
	char subject[30];
	int64_t open = 0;
	uint32_t number = conducting_number(conducting, "contest");
	int error = contest_read(conducting->sql, conducting->session, number, contest, problem);
	if (error)
		return error;
	(void)snprintf(subject, sizeof subject, "contest:%u", (unsigned)number);
	struct sql_query query = sql_query(conducting->sql, "SELECT max(number) FROM assembly_vote WHERE session = ?1"
	                                                    " AND subject = ?2 AND state = 'open'");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_text(&query, 2, subject);
	error = sql_run_number(&query, 0, &open, problem);
	if (!error && open > 0)
		error = problem_set(problem, JISR_STATE,
		                    "contest %u is being voted on in vote %lld: wait until it is closed",
		                    (unsigned)number, (long long)open);
	contest_name(conducting, number);
	return error;
}

int contest_need(const struct contest *contest, const char *state, struct problem *problem)
{
	return strcmp(contest->state, state) == 0
	               ? JISR_OK
	               : problem_set(problem, JISR_STATE, "contest %u is %s%s", (unsigned)contest->number,
	                             strcmp(contest->state, "candidatures") == 0 ? "still taking candidatures"
	                             : strcmp(contest->state, "voting") == 0     ? "being voted on, round by round"
	                                                                         : contest->state,
	                             strcmp(state, "candidatures") == 0 ? ": no candidature is taken any more" : "");
}

/* ---- contests ---- */

int contest_call(struct conducting *conducting, struct problem *problem)
{
	struct electing electing;
	struct contest contest = {.region = COMMITTEE_NO_REGION};
	enum region region;
	char title[CONTEST_TITLE_MAX];
	int64_t running = 0;
	const char *where = conducting_text(conducting, "region");
	int error = contest_begin(conducting, BEFORE_END, &electing, problem);
	if (error)
		return error;
	(void)committee_post_read(conducting_text(conducting, "post"), &contest.post);
	if (where != NULL && region_read(where, &region))
		contest.region = (int)region;
	if ((contest.post == COMMITTEE_DELEGATE) != (where != NULL))
		return problem_set(problem, JISR_BAD_INPUT,
		                   where != NULL ? "\"region\" is of delegates alone"
		                                 : "delegates are elected by region: say which (\"region\")");
	contest.vacancy = conducting_flag(conducting, "vacancy");
	contest_title(&contest, title);
	struct sql_query query =
		sql_query(conducting->sql,
	                  "SELECT max(number) FROM assembly_contest WHERE session = ?1 AND post = ?2 AND region ="
	                  " ?3 AND vacancy = ?4 AND state IN ('candidatures', 'voting')");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_text(&query, 2, committee_post_name(contest.post));
	sql_bind_text(&query, 3, where != NULL ? where : "");
	sql_bind_number(&query, 4, contest.vacancy);
	error = sql_run_number(&query, 0, &running, problem);
	if (!error && running > 0)
		error = problem_set(problem, JISR_CONFLICT, "contest %lld is about that", (long long)running);
	if (error)
		return error;
	unsigned seats = contest_seats(&contest, &electing.record, &electing.after, conducting->today, electing.year);
	if (seats == 0)
		return problem_set(problem, JISR_STATE, "%s: no seat %s", title,
		                   contest.vacancy ? "was left before its term ended"
		                                   : "is to be filled by the session of this year");
	const struct committee_event *left =
		contest.vacancy ? committee_vacancy(electing.record.events, electing.record.count, conducting->today,
	                                            electing.year, contest.post, contest.region)
				: NULL;
	error = conducting_next(conducting, "SELECT max(number) FROM assembly_contest WHERE session = ?1",
	                        &contest.number, problem);
	tree_count(conducting->made, "number", contest.number);
	tree_count(conducting->made, "seats", seats);
	tree_count(conducting->made, "until",
	           committee_until(&electing.record.rules, contest.post, electing.year, left));
	if (left != NULL)
		tree_text(conducting->made, "after", left->person);
	contest_name(conducting, contest.number);
	conducting->expected = 0;
	return error;
}

int contest_call_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(applying->sql, "INSERT INTO assembly_contest VALUES(?1, ?2, ?3, ?4, ?5, ?6,"
	                                                  " ?7, ?8, 'candidatures', '', ?9)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->made, "number"));
	sql_bind_text(&query, 3, applying_text(applying->body, "post"));
	sql_bind_text(&query, 4, applying_text(applying->body, "region"));
	sql_bind_number(&query, 5, applying_number(applying->made, "seats"));
	sql_bind_number(&query, 6, applying_flag(applying->body, "vacancy"));
	sql_bind_number(&query, 7, applying_number(applying->made, "until"));
	sql_bind_text(&query, 8, applying_text(applying->made, "after"));
	sql_bind_number(&query, 9, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int contest_end(struct conducting *conducting, struct problem *problem)
{
	struct contest contest;
	int error = conducting_state(conducting, BEFORE_END, problem);
	if (!error)
		error = contest_quiet(conducting, &contest, problem);
	if (!error && strcmp(contest.state, "candidatures") != 0 && strcmp(contest.state, "voting") != 0)
		error = problem_set(problem, JISR_STATE, "contest %u is %s", (unsigned)contest.number, contest.state);
	return error;
}

static int set_state(struct applying *applying, uint32_t number, const char *state, const char *race,
                     struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE assembly_contest SET state = ?3, race = ifnull(?4, race), version = ?5"
	                                 " WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, number);
	sql_bind_text(&query, 3, state);
	sql_bind_text(&query, 4, race);
	sql_bind_number(&query, 5, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int contest_end_apply(struct applying *applying, struct problem *problem)
{
	return set_state(applying, applying_number(applying->body, "contest"), "ended", NULL, problem);
}

/* ---- rounds ---- */

/* The rule of decision by which a post is filled: "president" for the President. */
static enum rule_matter contest_matter(enum committee_post post)
{
	static const enum rule_matter matters[COMMITTEE_POSTS] = {RULE_PRESIDENT, RULE_VICE_PRESIDENT, RULE_DELEGATE};
	return matters[post];
}

static bool is_more_than_half(struct verdict_share share)
{
	return share.strict && 2 * share.over == share.under;
}

/* Brings the majorities of the rule into the settings. JISR_STATE: an election cannot be held by such a rule. */
static int contest_majority(const struct rule *rule, struct committee_rules *rules, struct problem *problem)
{
	const struct verdict_rule *verdict = &rule->verdict;
	const char *matter = rule_matter_name(rule->matter);
	size_t high = verdict->share_count - 1;
	if (verdict->base != VERDICT_CAST)
		return problem_set(
			problem, JISR_STATE,
			"an election is decided by the votes cast, and the rule of %s counts otherwise: change "
			"its base",
			matter);
	if (!is_more_than_half(verdict->shares[high]))
		return problem_set(
			problem, JISR_STATE,
			"the last rounds of an election ask for more than half (>1/2), and the rule of %s does "
			"not: change its shares",
			matter);
	for (size_t i = 0; i < high; i++)
		if (verdict->shares[i].strict || verdict->shares[i].over != verdict->shares[0].over ||
		    verdict->shares[i].under != verdict->shares[0].under || rule->matter != RULE_PRESIDENT)
			return problem_set(problem, JISR_STATE,
			                   "before the last rounds an election of the President asks for one share (at "
			                   "least so much), and others for none: change the shares of the rule of %s",
			                   matter);
	rules->value[COMMITTEE_MORE_THAN_HALF] = 1;
	rules->value[COMMITTEE_HIGH_ROUNDS] = (unsigned)high;
	if (high > 0) {
		rules->value[COMMITTEE_HIGH_OVER] = verdict->shares[0].over;
		rules->value[COMMITTEE_HIGH_UNDER] = verdict->shares[0].under;
	}
	return committee_rules_check(rules, problem);
}

/* The state of a contest whose race stands so. */
static const char *state_of(const struct race *race)
{
	return race->state == RACE_FILLED ? "filled" : race->state == RACE_VACANT ? "vacant" : "voting";
}

/* The race in `made`, when there is one, becomes the contest's. */
static int contest_apply_race(struct applying *applying, uint32_t number, struct problem *problem)
{
	const char *json;
	struct race race;
	int error = applying_json(applying, json_get(applying->made, "race"), &json, problem);
	if (error || json[0] == '\0')
		return error;
	error = committee_record_race(json, &race, problem);
	return error ? error : set_state(applying, number, state_of(&race), json, problem);
}

/* President before Vice-Presidents before delegates: who may stand depends on who was elected. */
static int check_order(const struct conducting *conducting, const struct contest *contest, struct problem *problem)
{
	int64_t before = 0;
	struct sql_query query = sql_query(
		conducting->sql,
		"SELECT min(number) FROM assembly_contest WHERE session = ?1 AND state IN ('candidatures',"
		" 'voting') AND CASE post WHEN 'president' THEN 0 WHEN 'vice-president' THEN 1 ELSE 2 END < ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, contest->post);
	int error = sql_run_number(&query, 0, &before, problem);
	if (!error && before > 0)
		error = problem_set(problem, JISR_STATE,
		                    "contest %lld is decided first: the President, then the Vice-Presidents, then "
		                    "delegates",
		                    (long long)before);
	return error;
}

static void bar(struct conducting *conducting, const char *name, const char *country, const struct problem *why)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(conducting->made, "barred");
	if (list == NULL)
		list = tree_add_array(conducting->made, "barred");
	cJSON *one = tree_add_object(list, NULL);
	tree_text(one, "person", name);
	tree_text(one, "country", country);
	tree_text(one, "why", why->text);
}

/* Those who were entered and may stand, the others barred. */
static int gather(struct conducting *conducting, const struct electing *electing, const struct contest *contest,
                  struct committee_candidate *candidates, size_t *ret_count, struct problem *problem)
{
	struct arena *arena = store_write_arena(conducting->write);
	bool lost = false;
	size_t count = 0;
	struct sql_query query =
		sql_query(conducting->sql, "SELECT name, office FROM assembly_candidate WHERE session = ?1 AND contest"
	                                   " = ?2 AND NOT withdrawn ORDER BY number");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, contest->number);
	while (sql_next(&query) && count < RACE_MAX_CANDIDATES) {
		const char *name = sql_text(&query, 0), *office = sql_text(&query, 1);
		candidates[count].person = arena_text(arena, name, strlen(name));
		candidates[count].country = arena_text(arena, office, strlen(office));
		lost = lost || candidates[count].person == NULL || candidates[count].country == NULL;
		count++;
	}
	int error = sql_done(&query, problem);
	if (!error && lost)
		error = problem_no_memory(problem);
	size_t kept = 0;
	for (size_t i = 0; i < count && !error; i++) {
		struct problem why = {""};
		struct member member;
		error = contest_may_stand(conducting->sql, &electing->record, &conducting->assembly, conducting->today,
		                          candidates[i].person, candidates[i].country, contest, &why);
		if (error == JISR_STATE) {
			bar(conducting, candidates[i].person, candidates[i].country, &why);
			error = JISR_OK;
			continue;
		}
		if (!error)
			error = register_member(conducting->sql, candidates[i].country, &member, problem);
		else
			(void)problem_set(problem, error, "%s", why.text);
		candidates[kept] = candidates[i];
		candidates[kept++].region = !error ? member.region : REGION_AFRICA;
	}
	*ret_count = kept;
	return error;
}

static int begin_race(struct conducting *conducting, const struct electing *electing, const struct rule *rule,
                      struct contest *contest, struct problem *problem)
{
	struct committee_candidate candidates[RACE_MAX_CANDIDATES];
	struct committee_rules rules = electing->record.rules;
	size_t count = 0;
	unsigned seats = contest_seats(contest, &electing->record, &electing->after, conducting->today, electing->year);
	if (seats == 0)
		return problem_set(problem, JISR_STATE, "contest %u: no seat is vacant any more",
		                   (unsigned)contest->number);
	int error = contest_majority(rule, &rules, problem);
	if (!error)
		error = gather(conducting, electing, contest, candidates, &count, problem);
	if (!error && count == 0)
		error = problem_set(problem, JISR_STATE, "contest %u: nobody stands who may",
		                    (unsigned)contest->number);
	return error ? error : race_begin(&contest->race, contest->post, seats, &rules, candidates, count, problem);
}

/* Who was elected elsewhere meanwhile must withdraw: that can decide a tie, so it is an act of its own. */
static int go_on(struct conducting *conducting, const struct electing *electing, const struct contest *contest,
                 struct problem *problem)
{
	if (contest->race.state == RACE_LOT)
		return problem_set(problem, JISR_STATE, "contest %u is tied: lots are to be drawn (contest.lot)",
		                   (unsigned)contest->number);
	for (size_t i = 0; i < contest->race.count; i++) {
		const struct race_candidate *candidate = &contest->race.candidates[i];
		struct problem why = {""};
		if (candidate->standing != RACE_STANDS && candidate->standing != RACE_WAITS)
			continue;
		int error = contest_may_stand(conducting->sql, &electing->record, &conducting->assembly,
		                              conducting->today, candidate->person, candidate->country, contest, &why);
		if (error)
			return problem_set(problem, error,
			                   "%s; the candidature is withdrawn first (candidature.withdraw)", why.text);
	}
	return JISR_OK;
}

int contest_open(struct conducting *conducting, uint32_t number, const struct rule *rule, uint32_t *ret_round,
                 struct problem *problem)
{
	struct electing electing;
	struct contest contest;
	int error = contest_begin(conducting, IN_SESSION, &electing, problem);
	if (!error)
		error = contest_read(conducting->sql, conducting->session, number, &contest, problem);
	if (error)
		return error;
	if (rule->matter != contest_matter(contest.post))
		return problem_set(problem, JISR_STATE, "contest %u is decided as %s, not as %s", (unsigned)number,
		                   rule_matter_name(contest_matter(contest.post)), rule_matter_name(rule->matter));
	if (contest.begun || strcmp(contest.state, "candidatures") != 0)
		error = contest_need(&contest, "voting", problem);
	if (!error)
		error = check_order(conducting, &contest, problem);
	if (!error)
		error = contest.begun ? go_on(conducting, &electing, &contest, problem)
		                      : begin_race(conducting, &electing, rule, &contest, problem);
	if (error)
		return error;
	char asked[RACE_ASKED_MAX], name[COMMITTEE_MAX_PERSON + OFFICE_CODE_MAX + 4];
	race_asked(&contest.race, asked);
	tree_text(conducting->made, "asked", asked);
	tree_count(conducting->made, "choose", contest.race.run_off ? contest.race.run_seats : contest.race.seats);
	cJSON *standing = tree_add_array(conducting->made, "standing");
	for (size_t i = 0; i < contest.race.count; i++)
		if (contest.race.candidates[i].standing == RACE_STANDS) {
			(void)snprintf(name, sizeof name, "%s (%s)", contest.race.candidates[i].person,
			               contest.race.candidates[i].country);
			tree_text(standing, NULL, name);
		}
	committee_record_race_tree(conducting->made, "race", &contest.race);
	*ret_round = contest.race.round;
	return JISR_OK;
}

int contest_open_apply(struct applying *applying, uint32_t number, struct problem *problem)
{
	return contest_apply_race(applying, number, problem);
}

/* Who was elected since `before`, as events to be; and what comes next. */
void contest_tell_elected(struct conducting *conducting, const struct electing *electing, const struct contest *contest,
                          const struct race *before)
{
	const struct committee_event *left =
		contest->vacancy ? committee_vacancy(electing->record.events, electing->record.count, conducting->today,
	                                             electing->year, contest->post, contest->region)
				 : NULL;
	cJSON *list = tree_add_array(conducting->made, "elected");
	for (size_t i = 0; i < contest->race.count; i++) {
		const struct race_candidate *candidate = &contest->race.candidates[i];
		if (candidate->standing != RACE_ELECTED || before->candidates[i].standing == RACE_ELECTED)
			continue;
		cJSON *one = tree_add_object(list, NULL);
		tree_text(one, "person", candidate->person);
		tree_text(one, "country", candidate->country);
		tree_text(one, "region", region_name(candidate->region));
		tree_text(one, "post", committee_post_name(contest->post));
		tree_count(one, "until", committee_until(&electing->record.rules, contest->post, electing->year, left));
		tree_bool(one, "vacancy", contest->vacancy);
	}
	tree_count(conducting->made, "year", electing->year);
	committee_record_race_tree(conducting->made, "race", &contest->race);
	static const char *const outcomes[] = {"another-round", "lot", "elected", "vacant"};
	tree_text(conducting->made, "outcome", outcomes[contest->race.state]);
}

static int tell_votes(struct conducting *conducting, const struct race *race, const uint64_t *votes, uint64_t cast,
                      uint64_t blank, struct problem *problem)
{
	char asked[RACE_ASKED_MAX];
	struct text text;
	text_init(&text, 16384);
	race_asked(race, asked);
	(void)text_add_format(&text, "%llu ballots, %llu of them blank: %llu valid. Asked for: %s.",
	                      (unsigned long long)cast, (unsigned long long)blank, (unsigned long long)(cast - blank),
	                      asked);
	cJSON *list = tree_add_array(conducting->made, "votes");
	for (size_t i = 0; i < race->count; i++) {
		const struct race_candidate *candidate = &race->candidates[i];
		if (candidate->standing != RACE_STANDS)
			continue;
		(void)text_add_format(&text, " %s (%s): %llu%s.", candidate->person, candidate->country,
		                      (unsigned long long)votes[i],
		                      race_enough(race, votes[i], cast - blank) ? ", enough" : "");
		cJSON *one = tree_add_object(list, NULL);
		tree_text(one, "person", candidate->person);
		tree_text(one, "country", candidate->country);
		tree_count(one, "votes", votes[i]);
	}
	if (!text.error)
		tree_text(conducting->made, "arithmetic", text.bytes);
	int error = text.error ? problem_set(problem, text.error, "%s", error_text(text.error)) : JISR_OK;
	text_finish(&text);
	return error;
}

int contest_count(struct conducting *conducting, uint32_t number, const uint64_t *counts, size_t count, uint64_t cast,
                  uint64_t blank, struct problem *problem)
{
	struct electing electing;
	struct contest contest;
	uint64_t votes[RACE_MAX_CANDIDATES] = {0};
	size_t at = 0;
	int error = contest_begin(conducting, IN_SESSION, &electing, problem);
	if (!error)
		error = contest_read(conducting->sql, conducting->session, number, &contest, problem);
	if (error)
		return error;
	for (size_t i = 0; i < contest.race.count; i++)
		if (contest.race.candidates[i].standing == RACE_STANDS && at < count)
			votes[i] = counts[at++];
	if (at != count || blank > cast)
		return problem_set(problem, JISR_CORRUPT, "the result is of other candidates than those who stand");
	struct race before = contest.race;
	error = tell_votes(conducting, &before, votes, cast, blank, problem);
	if (!error)
		error = race_count(&contest.race, votes, cast - blank, problem);
	tree_count(conducting->made, "cast", cast);
	tree_count(conducting->made, "blank", blank);
	if (!error)
		contest_tell_elected(conducting, &electing, &contest, &before);
	return error;
}

int contest_count_apply(struct applying *applying, uint32_t number, struct problem *problem)
{
	const cJSON *elected = json_get(applying->made, "elected");
	int64_t part = 0;
	int error = contest_apply_race(applying, number, problem);
	for (const cJSON *one = elected != NULL ? elected->child : NULL; one != NULL && !error; one = one->next) {
		struct happened happened = {
			.what = COMMITTEE_ELECTED,
			.day = applying->entry->header.at,
			.year = applying_number(applying->made, "year"),
			.person = applying_text(one, "person"),
			.country = applying_text(one, "country"),
			.region = applying_text(one, "region"),
			.post = applying_text(one, "post"),
			.until = applying_number(one, "until"),
			.vacancy = applying_flag(one, "vacancy"),
		};
		error = contest_event(applying, part++, &happened, problem);
	}
	return error;
}

/* ---- lots ---- */

/* Among those who are tied, in the order of SHA-256("jisr lot v1\n" | the draw's value | name): everybody can compute it. */
struct lot {
	uint8_t hash[crypto_hash_sha256_BYTES];
	size_t place;
};

static int by_hash(const void *a, const void *b)
{
	return memcmp(((const struct lot *)a)->hash, ((const struct lot *)b)->hash, crypto_hash_sha256_BYTES);
}

/* Of several draws nobody picks the one that suits him: the first that was begun after the tie decides. */
static int check_draw(const struct conducting *conducting, uint32_t contest, uint32_t draw, struct problem *problem)
{
	int64_t first = 0;
	struct sql_query query = sql_query(
		conducting->sql, "SELECT min(d.number) FROM assembly_draw d JOIN assembly_contest c ON c.session ="
				 " d.session AND c.number = ?2 AND d.version > c.version WHERE d.session = ?1");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, contest);
	int error = sql_run_number(&query, 0, &first, problem);
	if (error || first == draw)
		return error;
	return first == 0 ? problem_set(problem, JISR_STATE,
	                                "contest %u is decided by a draw that is begun after the tie, and none was",
	                                (unsigned)contest)
	                  : problem_set(problem, JISR_STATE,
	                                "the first draw that was begun after the tie decides: draw %lld",
	                                (long long)first);
}

int contest_lot(struct conducting *conducting, struct problem *problem)
{
	struct electing electing;
	struct contest contest;
	struct lot lots[RACE_MAX_CANDIDATES];
	size_t order[RACE_MAX_CANDIDATES], count = 0;
	uint8_t value[DRAW_VALUE];
	int error = contest_begin(conducting, IN_SESSION, &electing, problem);
	if (!error)
		error = contest_quiet(conducting, &contest, problem);
	if (!error)
		error = contest_need(&contest, "voting", problem);
	if (!error && (!contest.begun || contest.race.state != RACE_LOT))
		error = problem_set(problem, JISR_STATE, "contest %u is not tied: no lot is drawn",
		                    (unsigned)contest.number);
	if (!error)
		error = check_draw(conducting, contest.number, conducting_number(conducting, "draw"), problem);
	if (!error)
		error = poll_lot(conducting, conducting_number(conducting, "draw"), value, problem);
	if (error)
		return error;
	for (size_t i = 0; i < contest.race.count; i++) {
		crypto_hash_sha256_state state;
		const struct race_candidate *candidate = &contest.race.candidates[i];
		if (candidate->standing != RACE_STANDS)
			continue;
		crypto_hash_sha256_init(&state);
		crypto_hash_sha256_update(&state, (const unsigned char *)"jisr lot v1\n", 12);
		crypto_hash_sha256_update(&state, value, sizeof value);
		crypto_hash_sha256_update(&state, (const unsigned char *)candidate->person, strlen(candidate->person));
		crypto_hash_sha256_final(&state, lots[count].hash);
		lots[count++].place = i;
	}
	qsort(lots, count, sizeof *lots, by_hash);
	for (size_t i = 0; i < count; i++)
		order[i] = lots[i].place;
	struct race before = contest.race;
	error = race_lot(&contest.race, order, count, problem);
	if (error)
		return error;
	cJSON *list = tree_add_array(conducting->made, "order");
	for (size_t i = 0; i < count; i++)
		tree_text(list, NULL, contest.race.candidates[order[i]].person);
	contest_tell_elected(conducting, &electing, &contest, &before);
	return JISR_OK;
}

int contest_lot_apply(struct applying *applying, struct problem *problem)
{
	return contest_count_apply(applying, applying_number(applying->body, "contest"), problem);
}
