/* The Executive Committee: who sits in it on any day, which seats a session fills, and who may stand for them. Pure: it
 * works on the list of what happened (elections, departures, ends of sessions), and keeps nothing. Rounds of one contest
 * are in assembly/race.h.
 *
 * What the texts say, and how sure that is, stands in the table of settings: what could not be confirmed is a setting with
 * a default that says so. */
#ifndef JISR_ASSEMBLY_COMMITTEE_H
#define JISR_ASSEMBLY_COMMITTEE_H

#include "members/organisation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMMITTEE_MAX_SEATS  64   /* sitting at once, whatever the settings */
#define COMMITTEE_MAX_EVENTS 4096 /* in the list: centuries */
#define COMMITTEE_MAX_PERSON 63   /* bytes of what stands for a person */
#define COMMITTEE_NO_REGION  (-1)

enum committee_post { COMMITTEE_PRESIDENT, COMMITTEE_VICE_PRESIDENT, COMMITTEE_DELEGATE, COMMITTEE_POSTS };
/* "president", "vice-president", "delegate"; and "President" ... for people. */
const char *committee_post_name(enum committee_post post);
const char *committee_post_title(enum committee_post post);
bool committee_post_read(const char *name, enum committee_post *ret_post);

enum committee_setting {
	COMMITTEE_YEARS_PRESIDENT,
	COMMITTEE_YEARS_VICE_PRESIDENT,
	COMMITTEE_YEARS_DELEGATE,
	COMMITTEE_VICE_PRESIDENTS,
	COMMITTEE_DELEGATES_AFRICA, /* the four in the order of enum region */
	COMMITTEE_DELEGATES_AMERICAS,
	COMMITTEE_DELEGATES_ASIA,
	COMMITTEE_DELEGATES_EUROPE,
	COMMITTEE_HIGH_OVER, /* the President's first ballots: OVER / UNDER of the valid votes, ROUNDS times */
	COMMITTEE_HIGH_UNDER,
	COMMITTEE_HIGH_ROUNDS,
	COMMITTEE_MORE_THAN_HALF,  /* 1: a simple majority is more than half of the valid votes; 0: the most votes */
	COMMITTEE_PAIRS_PRESIDENT, /* from this round on only two for each seat stand, and the most votes decide */
	COMMITTEE_PAIRS_OTHERS,
	COMMITTEE_TIE_REPEATS, /* so often a tied ballot is repeated; then lots are drawn */
	COMMITTEE_COOLING_DAYS,
	COMMITTEE_FOURTH,        /* 1: a fourth Vice-President where the President's continent asks for one */
	COMMITTEE_SERVED_COUNTS, /* 1: who served out another's term has held the post */
	COMMITTEE_MUST_ATTEND,   /* 1: candidates are delegates of the session */
	COMMITTEE_SETTINGS
};

struct committee_setting_row {
	const char *name;    /* "president_years" */
	const char *article; /* where the texts say so */
	unsigned most;       /* from `least` to this */
	unsigned least, usual;
	bool confirmed; /* read in a source; else a default that the organisation must confirm */
	const char *what;
};
/* Never NULL for a setting. */
const struct committee_setting_row *committee_setting(enum committee_setting setting);
bool committee_setting_read(const char *name, enum committee_setting *ret_setting);

struct committee_rules {
	unsigned value[COMMITTEE_SETTINGS];
};
void committee_rules_init(struct committee_rules *rules);
/* JISR_BAD_INPUT names the setting that is out of its range or contradicts another. */
int committee_rules_check(const struct committee_rules *rules, struct problem *problem);

enum committee_happening {
	COMMITTEE_ELECTED, /* in the session of `year`; sits from its end on, or at once when it fills a vacancy */
	COMMITTEE_LEFT,    /* the person's seat is vacant from this day on */
	COMMITTEE_CLOSED,  /* the session of `year` ended: so do terms until then, and those elected in it begin */
};

/* Texts stay the caller's. `day` is "2025-11-27"; events are in the order in which they happened. */
struct committee_event {
	enum committee_happening what;
	const char *day;
	unsigned year;       /* of the session */
	const char *person;  /* ELECTED and LEFT */
	const char *country; /* ELECTED: code of the member; so are the rest */
	enum region region;
	enum committee_post post;
	unsigned until; /* the year in whose session the term ends */
	bool vacancy;   /* serves out the term of somebody who left: sits at once */
};

struct committee_seat {
	const struct committee_event *elected; /* in the caller's list */
	const char *since;                     /* the first day */
	bool acting;                           /* acts as President: the senior Vice-President while there is none */
};

struct committee {
	size_t count;
	struct committee_seat seats[COMMITTEE_MAX_SEATS]; /* President, Vice-Presidents, delegates; each by seniority */
};

/* Who sits at the end of that day. JISR_BAD_INPUT: the list is not in order, or names more than COMMITTEE_MAX_SEATS. */
int committee_at(const struct committee_event *events, size_t count, const char *day, struct committee *ret_committee,
                 struct problem *problem);

/* Who will sit after the session of `year` as far as it is known on that day: who stays, and who was elected in it. */
int committee_after(const struct committee_event *events, size_t count, const char *day, unsigned year,
                    struct committee *ret_committee, struct problem *problem);

/* What the session of that year has to fill. Vice-Presidents come from regions that have none and are not the
 * President's: `open` has a bit for each such region, so that they are elected after the President. */
struct committee_needs {
	unsigned president, vice_presidents, delegates[REGION_COUNT];
	unsigned open;
};
void committee_needs(const struct committee *after, const struct committee_rules *rules,
                     struct committee_needs *ret_needs);

/* Until which year a seat filled in this session is held: `left` is the event of who held it and left early, else NULL. */
unsigned committee_until(const struct committee_rules *rules, enum committee_post post, unsigned year,
                         const struct committee_event *left);

/* Seats that were left before their term ended and were not filled since, for that post (and region, for delegates;
 * COMMITTEE_NO_REGION: any): the events of the elections of those who left, the oldest first, as many as
 * COMMITTEE_MAX_SEATS. Returns how many there are. */
size_t committee_vacancies(const struct committee_event *events, size_t count, const char *day, unsigned year,
                           enum committee_post post, int region,
                           const struct committee_event *ret_left[COMMITTEE_MAX_SEATS]);
/* The oldest of them; NULL when there is none. */
const struct committee_event *committee_vacancy(const struct committee_event *events, size_t count, const char *day,
                                                unsigned year, enum committee_post post, int region);

struct committee_candidate {
	const char *person, *country;
	enum region region;
	bool attends; /* is a delegate of this session */
};

/* May the candidate stand for this post in the session of `year`, on this day? `region` is that of the contest, or
 * COMMITTEE_NO_REGION. JISR_STATE with the sentence that says why not. */
int committee_may_stand(const struct committee_event *events, size_t count, const struct committee_rules *rules,
                        const char *day, unsigned year, const struct committee_candidate *candidate,
                        enum committee_post post, int region, struct problem *problem);

/* Days from one day to another, both "YYYY-MM-DD". */
long committee_days(const char *from, const char *to);

#endif
