#include "affairs.h"

#include "assembly/money.h"

static struct caller secretary, president;

#define FOUR(text) "{'ar':'" text "','en':'" text "','es':'" text "','fr':'" text "'}"
#define CHAPTERS                                                                                                       \
	"{'chapters':[{'number':1,'title':" FOUR("Staff") ",'amount':'600.10'},{'number':2,'title':" FOUR(             \
		"Systems") ",'amount':'300.00','text':" FOUR("Machines") "},{'number':3,'title':" FOUR("Travel") ","   \
														 "'am" \
														 "oun" \
														 "t':" \
														 "'99" \
														 ".90" \
														 "'}]" \
														 "}"
#define PROGRAMME                                                                                                      \
	"{'activities':[{'chapter':2,'number':1,'title':" FOUR("A network") ",'amount':'250','objective':" FOUR(       \
		"All are joined") ",'indicator':'196 joined'},{'chapter':2,'number':2,'title':" FOUR("A desk") ","     \
													       "'amou" \
													       "nt':'" \
													       "50'}]" \
													       "}"
#define INCOME                                                                                                         \
	"{'income':[{'kind':'statutory','title':" FOUR("Contributions") ",'amount':'900.00'},{'kind':'voluntary',"     \
									"'title':" FOUR("Gifts") ",'amount':'100'}]}"
#define SCALE                                                                                                          \
	"{'scale':[{'code':'ES','weight':20},{'code':'FR','weight':50},{'code':'IS','weight':1},{'code':'KE','weight'" \
	":"                                                                                                            \
	"2},{'code':'MA','weight':7}]}"

static void act(struct hall *hall, const char *step, const char *year, const char *fields)
{
	affairs_do(hall, &budget_affair, &secretary, step, year, fields != NULL ? affairs_fields(fields) : NULL);
}

static void refuse(struct hall *hall, const char *step, const char *year, const char *fields, int expected,
                   const char *words)
{
	affairs_refuse(hall, &budget_affair, &secretary, step, year, fields != NULL ? affairs_fields(fields) : NULL,
	               expected, words);
}

static const char *year(unsigned before)
{
	static char out[2][5];
	(void)snprintf(out[before], 5, "%u", affairs_year() - before);
	return out[before];
}

static void begin(struct hall *hall, bool open)
{
	if (open)
		hall_open(hall);
	else
		hall_init(hall);
	secretary = place_caller("GS", "GS-3", ROLE_BIT(ROLE_SECRETARY_GENERAL));
	president = place_caller("FR", "FR-9", ROLE_BIT(ROLE_CHAIR));
}

static void write_draft(struct hall *hall, const char *which)
{
	act(hall, "draft", which, NULL);
	act(hall, "chapters", which, CHAPTERS);
	act(hall, "programme", which, PROGRAMME);
	act(hall, "income", which, INCOME);
	act(hall, "scale", which, SCALE);
}

/* The budget before the first, which a vote outside of this record adopted. */
static void carry_over(struct hall *hall)
{
	write_draft(hall, year(1));
	act(hall, "carry-over", year(1), "{'decision':'GA-2000-1-RES-01'}");
}

static void approve(struct hall *hall, const char *which)
{
	act(hall, "submit", which, NULL);
	affairs_do(hall, &budget_affair, &president, "approve", which,
	           affairs_fields("{'day':'@T','procedure':'meeting','yes':['FR','MA'],'no':['ES']}"));
}

static void shown(struct hall *hall, const char *view, const char *which, const char *path, const char *expected)
{
	affairs_text(hall, &budget_affair, &secretary, view, which, path, expected);
}

static void a_draft_balances_before_anybody_decides_on_it(void **state)
{
	(void)state;
	struct hall hall;
	begin(&hall, false);
	const char *now = year(0);
	act(&hall, "draft", now, "{'currency':'CHF'}");
	refuse(&hall, "draft", "1999", NULL, JISR_NOT_FOUND, "2000 to 2999");
	refuse(&hall, "submit", now, NULL, JISR_STATE, "no chapters");
	refuse(&hall, "chapters", now, "{'chapters':[{'number':1,'title':" FOUR("A") ",'amount':'1.005'}]}",
	       JISR_BAD_INPUT, "sum of money such as 1250.00");
	refuse(&hall, "chapters", now, "{'chapters':[{'number':1,'title':" FOUR("A") ",'amount':-1}]}", JISR_BAD_INPUT,
	       "sum of money");
	refuse(&hall, "chapters", now,
	       "{'chapters':[{'number':1,'title':" FOUR("A") ",'amount':'1'},{'number':1,'title':" FOUR(
		       "B") ",'amount':'1'}]}",
	       JISR_BAD_INPUT, "chapter 1 stands there twice");
	refuse(&hall, "chapters", now, "{'chapters':[{'number':0,'title':" FOUR("A") ",'amount':'1'}]}", JISR_BAD_INPUT,
	       "numbered from 1");
	act(&hall, "chapters", now, CHAPTERS);
	refuse(&hall, "income", now, "{'income':[{'kind':'other','title':" FOUR("A") ",'amount':'1000'}]}",
	       JISR_BAD_INPUT, "statutory contributions, not 0");
	refuse(&hall, "submit", now, NULL, JISR_STATE,
	       "expenditure is 1000.00, income 0.00: 1000.00 are missing from income");
	act(&hall, "income", now, INCOME);
	act(&hall, "programme", now, PROGRAMME);
	refuse(&hall, "programme", now,
	       "{'activities':[{'chapter':2,'number':1,'title':" FOUR(
		       "A") ",'amount':'1'},{'chapter':2,'number':1,'title':" FOUR("B") ",'amount':'1'}]}",
	       JISR_BAD_INPUT, "activity 2.1 stands there twice");
	refuse(&hall, "submit", now, NULL, JISR_STATE, "not on the scale: ES FR IS KE MA");
	refuse(&hall, "scale", now, "{'scale':[{'code':'ZZ','weight':1}]}", JISR_NOT_FOUND, "ZZ");
	refuse(&hall, "scale", now, "{'scale':[{'code':'MA','weight':0}]}", JISR_BAD_INPUT, "weighs 1 or more");
	refuse(&hall, "scale", now, "{'scale':[{'code':'MA','weight':1},{'code':'MA','weight':2}]}", JISR_BAD_INPUT,
	       "twice");
	refuse(&hall, "scale", now, "{'scale':[{'code':'MA','weight':1}],'least_ppm':5,'most_ppm':4}", JISR_BAD_INPUT,
	       "above");
	act(&hall, "scale", now,
	    "{'scale':[{'code':'ES','weight':1},{'code':'FR','weight':1},{'code':'IS','weight':1},"
	    "{'code':'KE','weight':1},{'code':'MA','weight':1}],'most_ppm':199999}");
	refuse(&hall, "submit", now, NULL, JISR_STATE, "cannot pay 900.00 together");
	act(&hall, "scale", now, SCALE);
	act(&hall, "programme", now,
	    "{'activities':[{'chapter':2,'number':1,'title':" FOUR("A network") ",'amount':'299.99'}]}");
	refuse(&hall, "submit", now, NULL, JISR_STATE,
	       "activities of chapter 2 cost 299.99 together, the chapter 300.00");
	act(&hall, "programme", now, "{'activities':[{'chapter':9,'number':1,'title':" FOUR("A") ",'amount':'1'}]}");
	refuse(&hall, "submit", now, NULL, JISR_STATE, "activity 9.1 is of a chapter that is not there");
	act(&hall, "programme", now, "{'activities':[{'chapter':2,'number':1,'title':{'en':'A'},'amount':'300'}]}");
	refuse(&hall, "submit", now, NULL, JISR_STATE, "title of activity 2.1 is not there in all four languages");
	act(&hall, "programme", now, PROGRAMME);
	refuse(&hall, "rules", now, "{}", JISR_BAD_INPUT, "which rule");
	act(&hall, "rules", now, "{'transfer_permille':50}");
	act(&hall, "submit", now, NULL);
	refuse(&hall, "chapters", now, CHAPTERS, JISR_STATE, "is submitted: nobody can write its chapters now");
	shown(&hall, NULL, now, "content/currency", "CHF");
	shown(&hall, NULL, now, "expenditure", "1000.00");
	shown(&hall, NULL, now, "balanced", "true");
	shown(&hall, "contributions", now, "contributions/0/amount", "225.00");
	shown(&hall, "contributions", now, "contributions/1/amount", "562.50");
	shown(&hall, "contributions", now, "contributions/2/amount", "11.25");
	shown(&hall, "contributions", now, "contributions/4/code", "MA");
	shown(&hall, "contributions", now, "contributions/4/amount", "78.75");
	hall_same(&hall);
	place_finish(&hall.place);
}

static void the_committee_approves_and_the_assembly_adopts_or_rejects(void **state)
{
	(void)state;
	struct hall hall;
	static const char *const members[] = {"ES", "FR", "IS", "KE", "MA"};
	begin(&hall, true);
	carry_over(&hall);
	const char *now = year(0);
	act(&hall, "draft", now, NULL); /* with the outline of the last one */
	shown(&hall, NULL, now, "expenditure", "1000.00");
	refuse(&hall, "carry-over", now, "{'decision':'X'}", JISR_STATE, "decided by the Assembly");
	act(&hall, "submit", now, NULL);
	affairs_refuse(&hall, &budget_affair, &president, "approve", now,
	               affairs_fields("{'day':'@T','procedure':'meeting','yes':['FR'],'no':['MA']}"), JISR_STATE,
	               "1 were for it and 1 against");
	affairs_refuse(&hall, &budget_affair, &president, "approve", now,
	               affairs_fields("{'day':'@T','procedure':'written','yes':['FR','MA'],'abstain':['MA']}"),
	               JISR_BAD_INPUT, "under \"yes\" and under \"abstain\"");
	affairs_refuse(&hall, &budget_affair, &president, "approve", now,
	               "{\"day\":\"2999-01-01\",\"procedure\":\"meeting\",\"yes\":[\"FR\"]}", JISR_BAD_INPUT,
	               "still to come");
	affairs_refuse(&hall, &budget_affair, &secretary, "approve", now,
	               affairs_fields("{'day':'@T','procedure':'meeting','yes':['FR']}"), JISR_DENIED, "");
	/* who sits in the Committee, where the record knows it, decides in it */
	hall_do(&hall, &hall.secretary, "committee.sits",
	        affairs_fields("{'name':'Invented "
	                       "Seat','office':'FR','post':'vice-president','year':2000,'since':'2001-01-01',"
	                       "'until':2990}"));
	affairs_refuse(&hall, &budget_affair, &president, "approve", now,
	               affairs_fields("{'day':'@T','procedure':'meeting','yes':['FR','MA']}"), JISR_BAD_INPUT,
	               "MA had no seat in the Executive Committee");
	hall_do(&hall, &hall.secretary, "committee.sits",
	        affairs_fields(
			"{'name':'Another Seat','office':'MA','post':'delegate','year':2000,'since':'2001-01-01',"
			"'until':2990}"));
	hall_do(&hall, &hall.secretary, "committee.sits",
	        affairs_fields(
			"{'name':'A Third','office':'ES','post':'delegate','year':2000,'since':'2001-01-01','until':"
			"2990}"));
	affairs_do(&hall, &budget_affair, &president, "return", now, "{\"text\":\"too dear\"}");
	shown(&hall, NULL, now, "reason", "too dear");
	approve(&hall, now);
	shown(&hall, NULL, now, "approval/procedure", "meeting");
	refuse(&hall, "table", now, "{'session':93,'draft':1}", JISR_NOT_FOUND, "draft 1");
	hall_do(&hall, &hall.secretary, "draft",
	        affairs_fields("{'title':" FOUR("T") ",'operative':[" FOUR("APPROVES") "]}"));
	refuse(&hall, "table", now, "{'session':93,'draft':1}", JISR_STATE, "decided as resolution, not as budget");
	hall_do(&hall, &hall.secretary, "draft",
	        affairs_fields("{'matter':'budget','title':" FOUR("Budget") ",'operative':[" FOUR(
			"APPROVES it") "],'notified':'2025-10-01'}"));
	refuse(&hall, "table", now, "{'session':94,'draft':2}", JISR_NOT_FOUND, "no session 94");
	act(&hall, "table", now, "{'session':93,'draft':2}");
	act(&hall, "take-back", now, "{'text':'a mistake in it'}");
	act(&hall, "table", now, "{'session':93,'draft':2}");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"budget\",\"subject\":\"draft:2\",\"method\":\"device\"}");
	refuse(&hall, "take-back", now, "{'text':'late'}", JISR_STATE, "vote 1 on draft 2 is open");
	for (size_t i = 0; i < 5; i++) {
		struct caller delegate = hall_delegate(members[i]);
		hall_do(&hall, &delegate, "vote",
		        i < 2 ? "{\"vote\":1,\"choice\":\"yes\"}" : "{\"vote\":1,\"choice\":\"no\"}");
	}
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	shown(&hall, NULL, now, "state", "rejected");
	/* revised, approved again, adopted with another draft */
	act(&hall, "revise", now, "{'text':'with less'}");
	approve(&hall, now);
	hall_do(&hall, &hall.secretary, "draft",
	        affairs_fields("{'matter':'budget','title':" FOUR("Budget") ",'operative':[" FOUR(
			"APPROVES less") "],'notified':'2025-10-01'}"));
	act(&hall, "table", now, "{'session':93,'draft':3}");
	hall_do(&hall, &hall.secretary, "draft.withdraw", "{\"draft\":3}");
	shown(&hall, NULL, now, "state", "approved");
	hall_do(&hall, &hall.secretary, "draft",
	        affairs_fields("{'matter':'budget','title':" FOUR("Budget") ",'operative':[" FOUR(
			"APPROVES less") "],'notified':'2025-10-01'}"));
	act(&hall, "table", now, "{'session':93,'draft':4}");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"budget\",\"subject\":\"draft:4\",\"method\":\"hands\"}");
	hall_do(&hall, &hall.secretary, "vote.hands", "{\"vote\":2,\"yes\":3,\"no\":1,\"abstain\":1}");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":2}");
	shown(&hall, NULL, now, "state", "adopted");
	shown(&hall, NULL, now, "decision", "GA-2025-93-RES-01");
	refuse(&hall, "table", now, "{'session':93,'draft':4}", JISR_STATE, "is adopted");
	affairs_refuse(&hall, &budget_affair, &president, "provisional", now, "{\"text\":\"none\"}", JISR_STATE,
	               "is adopted");
	hall_same(&hall);
	place_finish(&hall.place);
}

static void what_is_spent_stays_within_what_was_voted(void **state)
{
	(void)state;
	struct hall hall;
	begin(&hall, false);
	const char *last = year(1);
	write_draft(&hall, last);
	refuse(&hall, "spend", last, "{'chapter':1,'amount':'1','text':'A'}", JISR_STATE, "nothing is in force");
	act(&hall, "carry-over", last, "{'decision':'GA-2000-1-RES-01'}");
	refuse(&hall, "spend", last, "{'chapter':1,'amount':'1','text':'A'}", JISR_BAD_INPUT, "is no day of");
	refuse(&hall, "spend", last, "{'chapter':1,'amount':'0','day':'@Z-02-03','text':'A'}", JISR_BAD_INPUT,
	       "more than nothing");
	refuse(&hall, "spend", last, "{'chapter':8,'amount':'1','day':'@Z-02-03','text':'A'}", JISR_NOT_FOUND,
	       "no chapter 8");
	refuse(&hall, "spend", last, "{'chapter':2,'activity':9,'amount':'1','day':'@Z-02-03','text':'A'}",
	       JISR_NOT_FOUND, "no activity 2.9");
	act(&hall, "spend", last,
	    "{'chapter':2,'activity':1,'amount':'200.00','day':'@Z-02-03','reference':'V1','text':'A'}");
	refuse(&hall, "spend", last, "{'chapter':2,'amount':'100.01','day':'@Z-02-03','text':'A'}", JISR_STATE,
	       "chapter 2 has 100.00 left");
	/* a voucher counts once, until it is reversed */
	refuse(&hall, "spend", last, "{'chapter':2,'amount':'1','day':'@Z-02-04','reference':'V1','text':'B'}",
	       JISR_CONFLICT, "bears the reference V1");
	act(&hall, "spend", last, "{'chapter':2,'amount':'100.00','day':'@Z-02-04','reference':'V2','text':'B'}");
	refuse(&hall, "reverse", last, "{'number':3,'text':'A'}", JISR_NOT_FOUND, "no entry 3");
	act(&hall, "reverse", last, "{'number':2,'text':'paid twice'}");
	refuse(&hall, "reverse", last, "{'number':2,'text':'again'}", JISR_CONFLICT, "reversed already");
	act(&hall, "spend", last, "{'chapter':2,'amount':'1.00','day':'@Z-02-05','reference':'V2','text':'B'}");
	act(&hall, "reverse", last, "{'number':3,'text':'entered to show that it can be'}");
	shown(&hall, NULL, last, "execution/1/open", "100.00");
	/* headquarters moves a tenth by itself, out of a chapter and into one, the Committee what it likes of what is left */
	refuse(&hall, "transfer", last, "{'from':2,'to':3,'amount':'30.01','text':'A'}", JISR_STATE,
	       "moved out of chapter 2; headquarters may move 30.00");
	refuse(&hall, "transfer", last, "{'from':1,'to':3,'amount':'10.00','text':'A'}", JISR_STATE, "into chapter 3");
	act(&hall, "transfer", last, "{'from':1,'to':2,'amount':'30.00','text':'A'}");
	refuse(&hall, "transfer", last, "{'from':1,'to':2,'amount':'0.01','text':'A'}", JISR_STATE,
	       "30.01 would have been moved");
	refuse(&hall, "transfer", last, "{'from':1,'to':2,'amount':'90','committee':true,'text':'A'}", JISR_DENIED,
	       "the President for");
	affairs_refuse(&hall, &budget_affair, &president, "transfer", last,
	               "{\"from\":1,\"to\":2,\"amount\":\"1\",\"text\":\"A\"}", JISR_DENIED, "only headquarters");
	affairs_refuse(&hall, &budget_affair, &president, "transfer", last,
	               "{\"from\":1,\"to\":2,\"amount\":\"570.11\",\"committee\":true,\"text\":\"A\"}", JISR_STATE,
	               "570.10 left");
	affairs_do(&hall, &budget_affair, &president, "transfer", last,
	           "{\"from\":1,\"to\":2,\"amount\":\"570.10\",\"committee\":true,\"text\":\"A\"}");
	refuse(&hall, "transfer", last, "{'from':1,'to':1,'amount':'1','text':'A'}", JISR_BAD_INPUT, "to another");
	shown(&hall, NULL, last, "execution/1/open", "700.10");
	shown(&hall, NULL, last, "execution/0/open", "0.00");
	refuse(&hall, "receive", last, "{'line':1,'amount':'5','day':'@Z-03-01','text':'A'}", JISR_STATE, "dues, pay");
	refuse(&hall, "receive", last, "{'line':3,'amount':'5','day':'@Z-03-01','text':'A'}", JISR_NOT_FOUND,
	       "no line of income 3");
	act(&hall, "receive", last,
	    "{'line':2,'amount':'120.50','day':'@Z-03-01','reference':'V1','text':'An invented foundation'}");
	refuse(&hall, "receive", last, "{'line':2,'amount':'1','day':'@Z-03-01','reference':'V1','text':'A'}",
	       JISR_CONFLICT, "entry 4 of");
	shown(&hall, NULL, last, "received/1/received", "120.50");
	act(&hall, "progress", last, "{'chapter':2,'activity':1,'state':'done','text':'196 joined'}");
	refuse(&hall, "progress", last, "{'chapter':1,'activity':1,'state':'done','text':'A'}", JISR_NOT_FOUND,
	       "no activity 1.1");
	shown(&hall, "programme", last, "activities/0/state", "done");
	shown(&hall, "programme", last, "activities/0/spent", "200.00");
	shown(&hall, "postings", last, "postings/1/reversed", "paid twice");
	shown(&hall, "postings", last, "transfers/1/committee", "true");
	act(&hall, "call", last, NULL);
	refuse(&hall, "call", last, NULL, JISR_CONFLICT, "already");
	act(&hall, "close", last, NULL);
	shown(&hall, NULL, last, "accounts/result", "820.50");
	refuse(&hall, "spend", last, "{'chapter':2,'amount':'1','day':'@Z-12-31','text':'late'}", JISR_STATE,
	       "is closed");
	hall_same(&hall);
	place_finish(&hall.place);
}

static void without_a_budget_the_last_ones_outline_applies_by_twelfths(void **state)
{
	(void)state;
	struct hall hall;
	char words[60], open[MONEY_TEXT_MAX], next[5];
	begin(&hall, false);
	const char *now = year(0);
	affairs_do(&hall, &budget_affair, &secretary, "draft", now, NULL);
	affairs_refuse(&hall, &budget_affair, &president, "provisional", now, "{\"text\":\"none\"}", JISR_STATE,
	               "no outline");
	carry_over(&hall);
	(void)snprintf(next, sizeof next, "%u", affairs_year() + 1);
	act(&hall, "draft", next, NULL);
	affairs_refuse(&hall, &budget_affair, &president, "provisional", next, "{\"text\":\"none\"}", JISR_STATE,
	               "has not begun");
	affairs_do(&hall, &budget_affair, &president, "provisional", now, "{\"text\":\"none was adopted\"}");
	affairs_refuse(&hall, &budget_affair, &president, "provisional", now, "{\"text\":\"none\"}", JISR_CONFLICT,
	               "already");
	/* 600.10 a year: 50.00 in January, 50.01 in February, as far as twelfths of cents go */
	refuse(&hall, "spend", now, "{'chapter':1,'amount':'50.01','day':'@Y-01-01','text':'A'}", JISR_STATE,
	       "chapter 1 has 50.00 left");
	act(&hall, "spend", now, "{'chapter':1,'amount':'50.00','day':'@Y-01-01','text':'A'}");
	unsigned month = (unsigned)strtoul(affairs_fields("@T") + 5, NULL, 10);
	int64_t left = money_share(60010, month, 12) - 5000;
	(void)snprintf(words, sizeof words, "chapter 1 has %s left", money_text(left, open));
	refuse(&hall, "spend", now, "{'chapter':1,'amount':'600','text':'A'}", JISR_STATE, words);
	shown(&hall, NULL, now, "execution/0/open", open);
	act(&hall, "call", now, "{'due':'@Y-01-01'}");
	refuse(&hall, "call", now, NULL, JISR_CONFLICT, "already");
	refuse(&hall, "transfer", now, "{'from':1,'to':2,'amount':'1','text':'A'}", JISR_STATE, "is draft");
	refuse(&hall, "close", now, NULL, JISR_STATE, "is not over");
	/* the year's own budget must have the chapters on which something was spent */
	act(&hall, "chapters", now, "{'chapters':[{'number':2,'title':" FOUR("Systems") ",'amount':'1000'}]}");
	act(&hall, "programme", now,
	    "{'activities':[{'chapter':2,'number':1,'title':" FOUR("A network") ",'amount':'1000'}]}");
	act(&hall, "income", now,
	    "{'income':[{'kind':'statutory','title':" FOUR("Contributions") ",'amount':'1000'}]}");
	act(&hall, "scale", now, SCALE);
	approve(&hall, now);
	hall_do(&hall, &hall.secretary, "draft",
	        affairs_fields("{'matter':'budget','title':" FOUR("Budget") ",'operative':[" FOUR("APPROVES") "]}"));
	refuse(&hall, "table", now, "{'session':93,'draft':1}", JISR_STATE, "spent on chapter 1 already");
	act(&hall, "reverse", now, "{'number':1,'text':'wrong chapter'}");
	act(&hall, "table", now, "{'session':93,'draft':1}");
	refuse(&hall, "spend", now, "{'chapter':1,'amount':'1','text':'A'}", JISR_STATE, "has no chapter 1");
	act(&hall, "spend", now, "{'chapter':2,'amount':'1','day':'@Y-01-01','text':'A'}");
	shown(&hall, "compare", now, "chapters/0/difference", "-600.10");
	shown(&hall, "compare", now, "chapters/0/growth", "-100.00");
	shown(&hall, "compare", now, "chapters/1/growth", "233.33");
	shown(&hall, "compare", now, "income/0/difference", "100.00");
	shown(&hall, "contributions", now, "contributions/1/growth", "11.11");
	hall_same(&hall);
	place_finish(&hall.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_draft_balances_before_anybody_decides_on_it),
		cmocka_unit_test(the_committee_approves_and_the_assembly_adopts_or_rejects),
		cmocka_unit_test(what_is_spent_stays_within_what_was_voted),
		cmocka_unit_test(without_a_budget_the_last_ones_outline_applies_by_twelfths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
