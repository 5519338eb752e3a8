/* Hits in the record: somebody whom a notice asks for was found, or something that is registered. The domain that the store
 * applies (kinds of entries, tables) and what is read from it. notices/hit_act.h is what changes it.
 *
 * A hit is known to the office that found, to the office that owns the notice, and to headquarters. For everybody else
 * there is none, also for those whom the notice reaches: the rule is one condition of every statement. What a hit says of
 * the notice is what its finder saw when it was reported: no later content shows through it. */
#ifndef JISR_NOTICES_HIT_H
#define JISR_NOTICES_HIT_H

#include "notices/hit_step.h"
#include "notices/notice.h"
#include "notices/removal.h"

#define HIT_SUBJECT      "hit/" /* and the id with '-' for '/' */
#define HIT_LIST_MOST    500
#define HIT_MAX_PLACE    200 /* characters */
#define HIT_MAX_EVIDENCE ((size_t)16 << 10)
#define HIT_REMINDED     "hit.remind" /* kind: a deadline has passed */

extern const struct store_domain hit_domain;

/* What was found. */
enum hit_about { HIT_ABOUT_NOTICE, HIT_ABOUT_OBJECT };
const char *hit_about_name(enum hit_about about);

/* Everything that is known of one. Texts live in the arena that it was read into. */
struct hit {
	char id[NOTICE_ID_MAX + 1]; /* "2026/123456" */
	enum hit_state state;
	enum hit_about about;
	bool urgent;
	bool ended;                     /* the notice was ended with it */
	const char *subject;            /* id of the notice, or of the object */
	const char *colour, *caption;   /* as they were; colour "object" for an object */
	const char *finder, *owner;     /* codes of offices */
	const char *place, *country;    /* country "" when it was not said */
	const char *found;              /* the moment */
	const char *evidence;           /* JSON, "" when none was given */
	const char *reference;          /* of the request or decision, "" */
	const char *outcome;            /* "" while it is open */
	const char *reported, *changed; /* moments */
	const char *due;                /* by when the next step is due; "" */
	const char *reminded;           /* the deadline of which everybody was reminded last; "" */
	uint64_t version;
};

/* The office that has to take the next step; NULL when it is over. */
const char *hit_awaits(const struct hit *hit);

/* JISR_NOT_FOUND, the same for what is not there and for what may not be seen. The id may have '-' for '/'. */
int hit_get(struct sql *sql, struct viewer viewer, const char *id, struct arena *arena, struct hit *ret_hit,
            struct problem *problem);

struct hit_filter {
	const char *subject; /* id of a notice or object; NULL: any */
	const char *office;  /* on either side; NULL */
	const char *awaits;  /* the office that has to take the next step; NULL */
	const char *due;     /* by a deadline before that moment; NULL */
	const char *colour;  /* of the notice, "object"; NULL: any */
	const char *finder;  /* NULL: any */
	const char *owner;   /* NULL: any */
	const char *step;    /* the name of one that was taken, when FROM and UNTIL say; NULL: any, or the report */
	const char *from;    /* a day or moment; NULL */
	const char *until;   /* before it; NULL */
	unsigned states;     /* a bit each; 0: any */
	bool open;           /* only those that are not over */
	bool unreminded;     /* only those of whose deadline nobody was reminded */
	bool by_due;         /* the earliest deadline first; else the last changed first */
	const struct notice_place *after; /* only what stands behind it, in the order of the list; NULL */
	size_t limit;                     /* 0: HIT_LIST_MOST */
};
typedef bool (*hit_each)(void *context, const struct hit *hit);
int hit_list(struct sql *sql, struct viewer viewer, const struct hit_filter *filter, struct arena *arena, hit_each each,
             void *context, struct problem *problem);
int hit_count(struct sql *sql, struct viewer viewer, const struct hit_filter *filter, uint64_t *ret_count,
              struct problem *problem);

/* How many hits there are of those asked for: by "finder", "owner", "colour", "state"; and by "month", of which the value is
 * a step and when it was taken, "arrest/2026-03". A hit counts once in each line. */
typedef bool (*hit_each_figure)(void *context, const char *figure, const char *value, uint64_t count);
int hit_figures(struct sql *sql, struct viewer viewer, const struct hit_filter *filter, hit_each_figure each,
                void *context, struct problem *problem);

/* The steps, oldest first; the detail is JSON of what else was said. JISR_NOT_FOUND. */
int hit_history(struct sql *sql, struct viewer viewer, const char *id, history_each each, void *context,
                struct problem *problem);

/* The entries that bear what hits on a notice or object say of it; and why it stays while one is open, else NULL. */
int hit_entries_on(struct store_write *write, enum hit_about about, const char *subject,
                   struct removal_entries *entries, struct problem *problem);
/* Every step of hits on objects whose ids begin so: lines of a file. `sequence` is that of an entry that says something of it, or 0.
 * What `each` returns ends it, unless it is 0. */
typedef int (*hit_each_below_one)(void *context, const char *object, bool open, uint64_t sequence,
                                  struct problem *problem);
int hit_each_below(struct sql *sql, const char *prefix, hit_each_below_one each, void *context,
                   struct problem *problem);
int hit_holds(struct sql *sql, enum hit_about about, const char *subject, const char **ret_why,
              struct problem *problem);

/* What goes with a notice that is removed: the entries about hits on it. An open hit holds a notice whose time is over. */
extern const struct removal_part hit_removal;

/* The deadlines as they are now. */
int hit_rules_now(struct sql *sql, struct hit_rules *ret_rules, struct problem *problem);

#endif
