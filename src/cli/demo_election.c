/* Elections of the Executive Committee that were really held: the President by secret ballot, counted by two of three
 * trustees, with heads of the board that two observers signed; and that of the Vice-Presidents, in which the delegations
 * are voting. Ballots go through the box that takes everybody's; who gets how many votes is the same at any time. */
#include "cli/demo_urn.h"

#include "base/tree.h"

/* Of twenty delegations fifteen are for the first candidate, three for the second, one for the third; one is for nobody. */
static void choose_president(size_t voter, size_t choices, unsigned char *chosen)
{
	size_t lot = voter * 7 % 20, wanted = lot < 15 ? 1 : lot < 18 ? 2 : lot < 19 ? 3 : 0;
	chosen[wanted < choices ? wanted : 1] = 1;
}

/* One candidate each: every choice is allowed, however many seats there are. */
static void choose_vice_president(size_t voter, size_t choices, unsigned char *chosen)
{
	size_t lot = voter * 3 % 10;
	chosen[lot < 5 ? 1 % choices : lot < 8 ? 2 % choices : 0] = 1;
}

/* Opens the vote of a round and tells its number: the session's votes are counted. */
static int open_round(struct demo *demo, unsigned contest, const char *matter, unsigned *ret_vote,
                      struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	char subject[24];
	int64_t number = 0;
	cJSON *fields = tree_object();
	(void)snprintf(subject, sizeof subject, "contest:%u", contest);
	tree_text(fields, "matter", matter);
	tree_text(fields, "subject", subject);
	tree_text(fields, "method", "secret");
	int error = demo_conduct(demo, &demo->console, CONDUCT_VOTE_OPEN, fields, problem);
	if (!error)
		error = store_read(demo->store, &reader, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(store_reader_sql(reader), "SELECT max(number) FROM assembly_vote WHERE session = ?1");
	sql_bind_number(&query, 1, DEMO_SESSION);
	error = sql_run_number(&query, 0, &number, problem);
	*ret_vote = (unsigned)number;
	return error;
}

static int elect_president(struct demo *demo, size_t ballots, size_t *ret_cast, struct problem *problem)
{
	CLEANUP(demo_urn_freep) struct demo_urn *urn = NULL;
	unsigned vote = 0;
	int error = open_round(demo, 1, "president", &vote, problem);
	if (!error)
		error = demo_urn_open(demo, vote, &urn, problem);
	if (error)
		return error;
	size_t voters = demo_urn_voters(urn), cast = ballots < voters ? ballots : voters;
	error = demo_urn_vote(urn, 0, cast / 2, choose_president, problem);
	if (!error)
		error = demo_urn_observe(urn, problem); /* what both halves have in common is signed in between */
	if (!error)
		error = demo_urn_vote(urn, cast / 2, cast, choose_president, problem);
	if (!error)
		error = demo_urn_count(urn, problem);
	if (!error)
		error = demo_urn_observe(urn, problem);
	cJSON *fields = error ? NULL : tree_object();
	if (!error) {
		tree_count(fields, "vote", vote);
		error = demo_conduct(demo, &demo->console, CONDUCT_VOTE_CLOSE, fields, problem);
	}
	*ret_cast = cast;
	return error;
}

static int begin_vice_presidents(struct demo *demo, size_t ballots, size_t *ret_cast, struct problem *problem)
{
	CLEANUP(demo_urn_freep) struct demo_urn *urn = NULL;
	unsigned vote = 0;
	int error = open_round(demo, 2, "vice-president", &vote, problem);
	if (!error)
		error = demo_urn_open(demo, vote, &urn, problem);
	if (error)
		return error;
	size_t voters = demo_urn_voters(urn), cast = ballots < voters / 6 ? ballots : voters / 6;
	error = demo_urn_vote(urn, 0, cast, choose_vice_president, problem);
	if (!error)
		error = demo_urn_observe(urn, problem);
	if (!error)
		error = demo_urn_keep(urn, cast, problem);
	*ret_cast = cast;
	return error;
}

int demo_election(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	size_t president = 0, others = 0;
	if (demo->ballots == 0) {
		(void)snprintf(ret_made, DEMO_MADE_MAX, "no secret ballots");
		return JISR_OK;
	}
	int error = elect_president(demo, demo->ballots, &president, problem);
	if (!error)
		error = begin_vice_presidents(demo, demo->ballots, &others, problem);
	(void)snprintf(
		ret_made, DEMO_MADE_MAX,
		"the President elected by %zu secret ballots, the Vice-Presidents being elected, with %zu so far",
		president, others);
	return error;
}
