#include "assembly/rule.h"

#include "assembly/field.h"
#include "base/json.h"
#include "base/tree.h"

#include <stdio.h>
#include <string.h>

#define OPEN (RULE_HANDS | RULE_DEVICE | RULE_ROLL_CALL)
#define TWO_OF_3                                                                                                       \
	{                                                                                                              \
		2, 3, false                                                                                            \
	}
#define MAJORITY                                                                                                       \
	{                                                                                                              \
		1, 2, true                                                                                             \
	}
#define ROUNDS 10 /* of an election, at most */

const char *const rule_matters[] = {"resolution", "constitution", "regulations",    "admission", "budget",
                                    "agreement",  "president",    "vice-president", "delegate",  "agenda",
                                    "emergency",  "appeal",       "procedure",      NULL};
const char *const rule_methods[] = {"hands", "device", "roll-call", "secret", NULL};
const char *const rule_records[] = {"never", "asked", "always", NULL};

#define QUORUM "the quorum (more than half of the members) and that a tie rejects"

/* What is known of each: shared/facts of the project name the sources; what could only be recalled is in `unsure`. */
static const struct {
	enum verdict_base base;
	struct verdict_share shares[3];
	size_t share_count;
	uint32_t rounds;
	enum verdict_tie tie;
	unsigned methods;
	uint32_t notice_days;
	enum rule_record record;
	const char *article, *unsure;
} first[RULE_COUNT] = {
	[RULE_RESOLUTION] =
		{VERDICT_CAST,
                 {MAJORITY},
                 1,
                 1,
                 VERDICT_TIE_REJECTS,
                 OPEN | RULE_SECRET,
                 0,
                 RULE_RECORD_ASKED,
                 "Constitution and General Regulations: a simple majority wherever they ask for nothing else",
                 QUORUM},
	[RULE_CONSTITUTION] = {VERDICT_MEMBERS,
                               {TWO_OF_3},
                               1,
                               1,
                               VERDICT_TIE_REJECTS,
                               OPEN,
                               90,
                               RULE_RECORD_ALWAYS,
                               "Constitution, Article 42: two thirds of the Members of the Organization; three months' "
                               "notice",
                               QUORUM ", and that three months are 90 days"},
	[RULE_REGULATIONS] =
		{VERDICT_CAST,
                 {TWO_OF_3},
                 1,
                 1,
                 VERDICT_TIE_REJECTS,
                 OPEN,
                 90,
                 RULE_RECORD_ASKED,
                 "General Regulations, Article 56: two thirds of the delegations casting an affirmative or "
                 "negative vote; 90 days' notice",
                 QUORUM},
	[RULE_ADMISSION] = {VERDICT_CAST,
                            {TWO_OF_3},
                            1,
                            1,
                            VERDICT_TIE_REJECTS,
                            OPEN | RULE_SECRET,
                            0,
                            RULE_RECORD_ASKED,
                            "Constitution, Article 4: two thirds",
                            QUORUM ", and that two thirds of the votes cast are meant"},
	[RULE_BUDGET] = {VERDICT_CAST,
                         {MAJORITY},
                         1,
                         1,
                         VERDICT_TIE_REJECTS,
                         OPEN,
                         30,
                         RULE_RECORD_ASKED,
                         "Constitution, Article 40; a simple majority",
                         QUORUM ", and that papers are due 30 days before"},
	[RULE_AGREEMENT] = {VERDICT_CAST,
                            {MAJORITY},
                            1,
                            1,
                            VERDICT_TIE_REJECTS,
                            OPEN,
                            0,
                            RULE_RECORD_ASKED,
                            "Constitution, Article 41; a simple majority",
                            QUORUM},
	[RULE_PRESIDENT] = {VERDICT_CAST,
                            {TWO_OF_3, TWO_OF_3, MAJORITY},
                            3,
                            ROUNDS,
                            VERDICT_TIE_AGAIN,
                            RULE_SECRET,
                            0,
                            RULE_RECORD_NEVER,
                            "Constitution, Article 16: secret ballot; two thirds, after the second ballot a simple "
                            "majority",
                            "the quorum (more than half of the members), and that a tie is voted on again"},
	[RULE_VICE_PRESIDENT] = {VERDICT_CAST,
                                 {MAJORITY},
                                 1,
                                 ROUNDS,
                                 VERDICT_TIE_AGAIN,
                                 RULE_SECRET,
                                 0,
                                 RULE_RECORD_NEVER,
                                 "Constitution, Articles 15 to 18: secret ballot",
                                 "the majority (more than half of the votes cast), the quorum, and that a tie is voted "
                                 "on again"},
	[RULE_DELEGATE] = {VERDICT_CAST,
                           {MAJORITY},
                           1,
                           ROUNDS,
                           VERDICT_TIE_AGAIN,
                           RULE_SECRET,
                           0,
                           RULE_RECORD_NEVER,
                           "Constitution, Articles 15 and 19: secret ballot",
                           "the majority (more than half of the votes cast), the quorum, and that a tie is voted on "
                           "again"},
	[RULE_AGENDA] = {VERDICT_CAST,
                         {MAJORITY},
                         1,
                         1,
                         VERDICT_TIE_REJECTS,
                         OPEN,
                         0,
                         RULE_RECORD_ASKED,
                         "General Regulations, Articles 9 to 13",
                         QUORUM ", and the majority"},
	[RULE_EMERGENCY] = {VERDICT_CAST,
                            {MAJORITY},
                            1,
                            1,
                            VERDICT_TIE_REJECTS,
                            OPEN,
                            0,
                            RULE_RECORD_ASKED,
                            "General Regulations, Articles 9 to 13: items that come late need a decision",
                            QUORUM ", and the majority for it"},
	[RULE_APPEAL] = {VERDICT_CAST,
                         {MAJORITY},
                         1,
                         1,
                         VERDICT_TIE_REJECTS,
                         OPEN,
                         0,
                         RULE_RECORD_ASKED,
                         "General Regulations, Article 52: decided at the start of the session",
                         QUORUM ", and the majority"},
	[RULE_PROCEDURE] = {VERDICT_CAST,
                            {MAJORITY},
                            1,
                            1,
                            VERDICT_TIE_REJECTS,
                            OPEN,
                            0,
                            RULE_RECORD_ASKED,
                            "Rules of Procedure of the General Assembly",
                            QUORUM ", and the majority"},
};

const char *rule_matter_name(enum rule_matter matter)
{
	return (unsigned)matter < RULE_COUNT ? rule_matters[matter] : "unknown";
}

bool rule_matter_read(const char *name, enum rule_matter *ret_matter)
{
	for (unsigned i = 0; i < RULE_COUNT; i++)
		if (strcmp(rule_matters[i], name) == 0) {
			*ret_matter = (enum rule_matter)i;
			return true;
		}
	return false;
}

void rule_first(enum rule_matter matter, struct rule *ret_rule)
{
	struct rule rule = {
		.matter = matter,
		.verdict =
			{
				.base = first[matter].base,
				.share_count = first[matter].share_count,
				.rounds = first[matter].rounds,
				.tie = first[matter].tie,
				.quorum_base = VERDICT_MEMBERS,
				.quorum = MAJORITY,
			},
		.methods = first[matter].methods,
		.notice_days = first[matter].notice_days,
		.record = first[matter].record,
	};
	memcpy(rule.verdict.shares, first[matter].shares, sizeof first[matter].shares);
	(void)snprintf(rule.article, sizeof rule.article, "%s", first[matter].article);
	(void)snprintf(rule.unsure, sizeof rule.unsure, "%s", first[matter].unsure);
	*ret_rule = rule;
}

const char *rule_share_text(struct verdict_share share, char out[RULE_SHARE_MAX])
{
	(void)snprintf(out, RULE_SHARE_MAX, "%s%u/%u", share.strict ? ">" : "", (unsigned)(share.over % 10000),
	               (unsigned)(share.under % 10000));
	return out;
}

void rule_tree(cJSON *parent, const char *key, const struct rule *rule)
{
	char share[RULE_SHARE_MAX];
	cJSON *object = tree_add_object(parent, key);
	tree_text(object, "matter", rule_matter_name(rule->matter));
	tree_text(object, "base", verdict_base_name(rule->verdict.base));
	cJSON *list = tree_add_array(object, "shares");
	for (size_t i = 0; i < rule->verdict.share_count; i++)
		tree_text(list, NULL, rule_share_text(rule->verdict.shares[i], share));
	tree_count(object, "rounds", rule->verdict.rounds);
	tree_text(object, "tie", verdict_tie_name(rule->verdict.tie));
	tree_text(object, "quorum_base", verdict_base_name(rule->verdict.quorum_base));
	if (rule->verdict.quorum.under > 0)
		tree_text(object, "quorum", rule_share_text(rule->verdict.quorum, share));
	list = tree_add_array(object, "methods");
	for (unsigned i = 0; rule_methods[i] != NULL; i++)
		if ((rule->methods & (1u << i)) != 0)
			tree_text(list, NULL, rule_methods[i]);
	tree_count(object, "notice_days", rule->notice_days);
	tree_bool(object, "proxies", rule->proxies);
	tree_text(object, "record", rule_records[rule->record]);
	tree_text(object, "article", rule->article);
	if (rule->unsure[0] != '\0')
		tree_text(object, "unsure", rule->unsure);
	tree_count(object, "version", rule->version);
}

static int read_share(const char *text, struct verdict_share *ret_share, struct problem *problem)
{
	struct verdict_share share;
	if (text == NULL || !field_share(text, &share.over, &share.under, &share.strict))
		return problem_set(problem, JISR_BAD_INPUT, "a share is written 2/3 (at least) or >1/2 (more than)");
	*ret_share = share;
	return JISR_OK;
}

static int read_verdict(const cJSON *fields, struct verdict_rule *verdict, struct problem *problem)
{
	const char *base = json_get_text(fields, "base"), *tie = json_get_text(fields, "tie");
	const char *quorum_base = json_get_text(fields, "quorum_base");
	const cJSON *shares = json_get(fields, "shares"), *rounds = json_get(fields, "rounds");
	const cJSON *quorum = json_get(fields, "quorum");
	int error = JISR_OK;
	if ((base != NULL && !verdict_base_read(base, &verdict->base)) ||
	    (quorum_base != NULL && !verdict_base_read(quorum_base, &verdict->quorum_base)))
		return problem_set(problem, JISR_BAD_INPUT, "a base is cast, voting, present, accepted or members");
	if (tie != NULL && !verdict_tie_read(tie, &verdict->tie))
		return problem_set(problem, JISR_BAD_INPUT, "\"tie\" is rejects, again or chair");
	if (cJSON_IsArray(shares)) {
		verdict->share_count = 0;
		for (const cJSON *one = shares->child; one != NULL && !error; one = one->next) {
			if (verdict->share_count == sizeof verdict->shares / sizeof *verdict->shares)
				return problem_set(problem, JISR_BAD_INPUT, "\"shares\" has at most 8, one a round");
			error = read_share(cJSON_IsString(one) ? one->valuestring : NULL,
			                   &verdict->shares[verdict->share_count++], problem);
		}
		if (!error && verdict->share_count == 0)
			error = problem_set(problem, JISR_BAD_INPUT, "\"shares\" has one at least");
	}
	if (!error && cJSON_IsNumber(rounds)) {
		if (rounds->valuedouble < 1 || rounds->valuedouble > 100)
			return problem_set(problem, JISR_BAD_INPUT, "\"rounds\" is from 1 to 100");
		verdict->rounds = (uint32_t)rounds->valuedouble;
	}
	if (!error && quorum != NULL)
		error = read_share(cJSON_IsString(quorum) ? quorum->valuestring : NULL, &verdict->quorum, problem);
	return error;
}

static bool read_word(const char *word, const char *const *words, unsigned *ret_place)
{
	for (unsigned i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0) {
			*ret_place = i;
			return true;
		}
	return false;
}

int rule_read(const cJSON *fields, struct rule *rule, struct problem *problem)
{
	struct rule changed = *rule;
	unsigned place = 0;
	const char *record = json_get_text(fields, "record"), *article = json_get_text(fields, "article");
	const char *unsure = json_get_text(fields, "unsure");
	const cJSON *methods = json_get(fields, "methods"), *days = json_get(fields, "notice_days");
	const cJSON *proxies = json_get(fields, "proxies");
	int error = read_verdict(fields, &changed.verdict, problem);
	if (error)
		return error;
	if (cJSON_IsArray(methods)) {
		changed.methods = 0;
		for (const cJSON *one = methods->child; one != NULL; one = one->next) {
			if (!cJSON_IsString(one) || !read_word(one->valuestring, rule_methods, &place))
				return problem_set(problem, JISR_BAD_INPUT,
				                   "\"methods\" are hands, device, roll-call and secret");
			changed.methods |= 1u << place;
		}
		if (changed.methods == 0)
			return problem_set(problem, JISR_BAD_INPUT, "\"methods\" has one at least");
	}
	if (cJSON_IsNumber(days) && days->valuedouble >= 0 && days->valuedouble <= 1000)
		changed.notice_days = (uint32_t)days->valuedouble;
	if (cJSON_IsBool(proxies))
		changed.proxies = cJSON_IsTrue(proxies) != 0;
	if (record != NULL) {
		if (!read_word(record, rule_records, &place))
			return problem_set(problem, JISR_BAD_INPUT, "\"record\" is never, asked or always");
		changed.record = (enum rule_record)place;
	}
	if (article != NULL)
		(void)snprintf(changed.article, sizeof changed.article, "%s", article);
	if (unsure != NULL)
		(void)snprintf(changed.unsure, sizeof changed.unsure, "%s", unsure);
	*rule = changed;
	return JISR_OK;
}

int rule_get(struct sql *sql, enum rule_matter matter, struct rule *ret_rule, struct problem *problem)
{
	struct rule rule;
	int error = JISR_OK;
	rule_first(matter, &rule);
	struct sql_query query = sql_query(
		sql, "SELECT rule, version FROM assembly_rule WHERE matter = ?1 ORDER BY version DESC LIMIT 1");
	sql_bind_text(&query, 1, rule_matter_name(matter));
	if (sql_next(&query)) {
		const char *text = sql_text(&query, 0);
		cJSON *json = NULL;
		error = json_read(text, strlen(text), &json, problem);
		rule.unsure[0] = '\0'; /* a rule that was changed says itself what of it is unsure */
		if (!error)
			error = rule_read(json, &rule, problem);
		rule.version = (uint64_t)sql_number(&query, 1);
		json_free(json);
	}
	int done = sql_done(&query, problem);
	if (error || done)
		return error ? error : done;
	*ret_rule = rule;
	return JISR_OK;
}
