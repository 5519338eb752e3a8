#include "assembly/verdict.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *what;
} bases[VERDICT_BASE_COUNT] = {
	[VERDICT_CAST] = {"cast", "votes cast for or against"},
	[VERDICT_VOTING] = {"voting", "votes, abstentions among them"},
	[VERDICT_PRESENT] = {"present", "delegations present with a vote"},
	[VERDICT_ACCEPTED] = {"accepted", "delegations with accepted credentials and a vote"},
	[VERDICT_MEMBERS] = {"members", "members of the organisation"},
};
static const char *const ties[] = {"rejects", "again", "chair"};
static const char *const outcomes[VERDICT_OUTCOME_COUNT] = {"adopted", "rejected", "no-quorum", "another-round",
                                                            "chair-decides"};

const char *verdict_base_name(enum verdict_base base)
{
	return (unsigned)base < VERDICT_BASE_COUNT ? bases[base].name : "unknown";
}

const char *verdict_base_what(enum verdict_base base)
{
	return (unsigned)base < VERDICT_BASE_COUNT ? bases[base].what : "unknown";
}

bool verdict_base_read(const char *name, enum verdict_base *ret_base)
{
	for (unsigned i = 0; i < VERDICT_BASE_COUNT; i++)
		if (strcmp(bases[i].name, name) == 0) {
			*ret_base = (enum verdict_base)i;
			return true;
		}
	return false;
}

const char *verdict_tie_name(enum verdict_tie tie)
{
	return (unsigned)tie < sizeof ties / sizeof *ties ? ties[tie] : "unknown";
}

bool verdict_tie_read(const char *name, enum verdict_tie *ret_tie)
{
	for (unsigned i = 0; i < sizeof ties / sizeof *ties; i++)
		if (strcmp(ties[i], name) == 0) {
			*ret_tie = (enum verdict_tie)i;
			return true;
		}
	return false;
}

const char *verdict_outcome_name(enum verdict_outcome outcome)
{
	return (unsigned)outcome < VERDICT_OUTCOME_COUNT ? outcomes[outcome] : "unknown";
}

static uint32_t base_of(enum verdict_base base, const struct verdict_count *count)
{
	switch (base) {
	case VERDICT_CAST: return count->yes + count->no;
	case VERDICT_VOTING: return count->yes + count->no + count->abstain;
	case VERDICT_PRESENT: return count->present;
	case VERDICT_ACCEPTED: return count->accepted;
	default: return count->members;
	}
}

static bool reaches(struct verdict_share share, uint32_t votes, uint32_t base)
{
	uint64_t left = (uint64_t)share.under * votes, right = (uint64_t)share.over * base;
	return share.strict ? left > right : left >= right;
}

uint32_t verdict_needed(struct verdict_share share, uint32_t base)
{
	uint64_t product = (uint64_t)share.over * base;
	uint64_t whole = product / share.under, rest = product % share.under;
	return (uint32_t)(whole + (share.strict || rest > 0));
}

struct verdict_share verdict_share_in(const struct verdict_rule *rule, uint32_t round)
{
	size_t place = round > 0 ? round - 1 : 0;
	return rule->shares[place < rule->share_count ? place : rule->share_count - 1];
}

struct verdict verdict_decide(const struct verdict_rule *rule, uint32_t round, const struct verdict_count *count)
{
	struct verdict_share share = verdict_share_in(rule, round);
	struct verdict verdict = {.base = base_of(rule->base, count), .present = true};
	verdict.needed = verdict_needed(share, verdict.base);
	/* Nobody for it is no majority, whatever it is a share of. */
	verdict.reached = count->yes > 0 && reaches(share, count->yes, verdict.base);
	verdict.tied = count->yes == count->no && count->yes > 0 && !verdict.reached;
	if (rule->quorum.under > 0) {
		verdict.quorum_base = base_of(rule->quorum_base, count);
		verdict.quorum = verdict_needed(rule->quorum, verdict.quorum_base);
		verdict.present = reaches(rule->quorum, count->here, verdict.quorum_base);
	}
	if (!verdict.present)
		verdict.outcome = VERDICT_NO_QUORUM;
	else if (verdict.reached)
		verdict.outcome = VERDICT_ADOPTED;
	else if (verdict.tied && rule->tie == VERDICT_TIE_CHAIR)
		verdict.outcome = VERDICT_CHAIR;
	else if (round < rule->rounds && (!verdict.tied || rule->tie != VERDICT_TIE_REJECTS))
		verdict.outcome = VERDICT_ANOTHER;
	else
		verdict.outcome = VERDICT_REJECTED;
	return verdict;
}

void verdict_text(const struct verdict_rule *rule, uint32_t round, const struct verdict_count *count,
                  char out[VERDICT_TEXT_MAX])
{
	struct verdict verdict = verdict_decide(rule, round, count);
	struct verdict_share share = verdict_share_in(rule, round);
	uint64_t left = (uint64_t)share.under * count->yes, right = (uint64_t)share.over * verdict.base;
	int length = 0;
	if (rule->quorum.under > 0)
		length = snprintf(out, VERDICT_TEXT_MAX, "Quorum: %u present, %u needed (%s %u/%u of %u %s). ",
		                  (unsigned)count->here, (unsigned)verdict.quorum,
		                  rule->quorum.strict ? "more than" : "at least", (unsigned)rule->quorum.over,
		                  (unsigned)rule->quorum.under, (unsigned)verdict.quorum_base,
		                  verdict_base_what(rule->quorum_base));
	(void)snprintf(
		out + length, VERDICT_TEXT_MAX - (size_t)length,
		"%u for, %u against, %u abstained; %u needed (%s %u/%u of %u %s): %u x %u = %llu %s %u x %u = %llu.",
		(unsigned)count->yes, (unsigned)count->no, (unsigned)count->abstain, (unsigned)verdict.needed,
		share.strict ? "more than" : "at least", (unsigned)share.over, (unsigned)share.under,
		(unsigned)verdict.base, verdict_base_what(rule->base), (unsigned)share.under, (unsigned)count->yes,
		(unsigned long long)left,
		left > right    ? ">"
		: left == right ? "="
				: "<",
		(unsigned)share.over, (unsigned)verdict.base, (unsigned long long)right);
}
