/* Notices and diffusions in the record: the domain that the store applies (kinds of entries, tables) and what is read from
 * it. notices/act.h is what changes it.
 *
 * Everything read is asked for by a viewer, and what the viewer may not see is not there: the rule is one condition of
 * every statement, before anything is counted, ordered or cut off (notice_visible is the same rule in C). */
#ifndef JISR_NOTICES_NOTICE_H
#define JISR_NOTICES_NOTICE_H

#include "notices/content.h"
#include "notices/history.h"
#include "notices/reach.h"
#include "notices/step.h"
#include "store/store.h"

#define NOTICE_ID_MAX       15  /* bytes: "2026/999999" */
#define NOTICE_MAX_REF      100 /* bytes of the owner's own reference */
#define NOTICE_LIST_MOST    500
#define NOTICE_SUBJECT      "notice/" /* and the id with '-' for '/' */
#define NOTICE_REMOVED      "notice.removed"
#define NOTICE_RECEIPT      "notice.receipt"
#define NOTICE_MAX_ENTRIES  4096               /* about one notice, that can be made again or removed */
#define NOTICE_ENTRY_MEMORY ((size_t)16 << 20) /* for one of them */

extern const struct store_domain notice_domain;

/* Everything that is known of one. Texts live in the arena that it was read into. */
struct notice {
	char id[NOTICE_ID_MAX + 1];
	enum notice_form form;
	enum notice_state state; /* as its viewer is told it */
	bool is_public;          /* its owner wants the public extract */
	const char *owner;       /* code of the office */
	const char *reference;   /* the owner's own, "" */
	const char *colour, *caption;
	const char *reach;                         /* as reach_text writes it */
	const char *content;                       /* JSON */
	const char *proposed;                      /* content asked for in STATE_AMENDING, "" */
	const char *review;                        /* a day, "" before publication */
	const char *drafted, *published, *changed; /* moments, "" */
	const char *assessor;                      /* officer who filled in the review form last, "" */
	bool passed;                               /* and found nothing against it */
	const char *ending, *ground, *text; /* how it ended; class of refusal; the last questions or reasons: "" */
	uint64_t version;
};

/* Who looks. `office` is "" for the public and for programs of no office: they see public extracts alone. */
struct viewer {
	const char *office;
};
struct viewer viewer_of(const struct caller *caller);

/* The rule of visibility. */
bool notice_visible(struct viewer viewer, const char *owner, enum notice_state state, bool is_public,
                    const char *reach);
/* Whether the viewer may see what only owner and headquarters know: reach, history, what is proposed. */
bool notice_inside(struct viewer viewer, const char *owner);

/* JISR_NOT_FOUND, the same for what is not there and for what may not be seen. The id may have '-' for '/'. */
int notice_get(struct sql *sql, struct viewer viewer, const char *id, struct arena *arena, struct notice *ret_notice,
               struct problem *problem);

/* A place in a list that is ordered by a moment and a number: behind whatever stands there, be it there or not. It tells nothing
 * of what may not be seen: nobody looks whether there is such a thing. */
struct notice_place {
	char moment[ENTRY_AT_LENGTH + 1];
	char id[NOTICE_ID_MAX + 1];
};

enum notice_order { ORDER_CHANGE, ORDER_CAPTION, ORDER_REVIEW };

struct notice_filter {
	const char *colour, *owner;       /* NULL: any */
	const char *crime;                /* a code of codes_crime; NULL: any */
	unsigned states;                  /* a bit each, as the viewer is told of them; 0: any */
	enum notice_form form;            /* 0: any */
	const char *words;                /* in caption or reference, any case; NULL */
	const char *due;                  /* to be reviewed before that day; NULL */
	const struct notice_place *after; /* only what stands behind it in ORDER_CHANGE; NULL */
	size_t skip;                      /* so many first ones are left out */
	size_t limit;                     /* 0: NOTICE_LIST_MOST */
	enum notice_order order;          /* that of change; of the caption; of the day of review, the next first */
	bool in_force;                    /* only those, whatever the viewer else sees */
	bool extracts;                    /* only public extracts */
};

/* In ORDER_CHANGE newest first (by the moment of the last change of state that all know, then by id). `each` may stop with false. */
typedef bool (*notice_each)(void *context, const struct notice *notice);
int notice_list(struct sql *sql, struct viewer viewer, const struct notice_filter *filter, struct arena *arena,
                notice_each each, void *context, struct problem *problem);
int notice_count(struct sql *sql, struct viewer viewer, const struct notice_filter *filter, uint64_t *ret_count,
                 struct problem *problem);

/* How many there are of each value of what can be asked for: of colour, state, form, owner and crime area each as if only
 * the others were asked for, so that a list of values to choose from shows what choosing another would give. *ret_total: how
 * many the whole question finds, as notice_count tells. */
typedef bool (*notice_each_facet)(void *context, const char *facet, const char *value, uint64_t count);
int notice_facets(struct sql *sql, struct viewer viewer, const struct notice_filter *filter, struct arena *arena,
                  notice_each_facet each, void *context, uint64_t *ret_total, struct problem *problem);

/* The ids that changed in entries from `first` to `last`, each once. */
typedef bool (*notice_each_id)(void *context, const char *id);
int notice_changed(struct sql *sql, uint64_t first, uint64_t last, notice_each_id each, void *context,
                   struct problem *problem);

/* The steps taken on a notice, oldest first: for owner and headquarters; JISR_NOT_FOUND for others. Review forms are
 * headquarters' own. */
int notice_history(struct sql *sql, struct viewer viewer, const char *id, history_each each, void *context,
                   struct problem *problem);

/* The digests of all pictures of notices that the viewer sees, or of one; each until the function returns false. */
typedef bool (*notice_each_picture)(void *context, const char *hash);
int notice_pictures(struct sql *sql, struct viewer viewer, const char *only, notice_each_picture each, void *context,
                    struct problem *problem);

/* The entries about a notice, oldest first, at most NOTICE_MAX_ENTRIES (JISR_TOO_LARGE): from the last one back, each
 * names the one before. None where there never was such a notice. */
int notice_entries(struct log *log, const char *id, uint64_t ret_sequences[NOTICE_MAX_ENTRIES], size_t *ret_count,
                   struct problem *problem);
/* The same of any subject. */
int notice_entries_of(struct log *log, const char *subject, uint64_t ret_sequences[NOTICE_MAX_ENTRIES],
                      size_t *ret_count, struct problem *problem);

/* Applies again what is left of them about the thing whose entry loses its body now, that entry without it. */
typedef int (*notice_apply)(struct store_write *write, const struct entry *entry, struct problem *problem);
int notice_entries_again(struct store_write *write, const struct entry *dropped, notice_apply apply,
                         struct problem *problem);

/* The organisation's conditions as they are now. */
int notice_rules(struct sql *sql, struct content_rules *ret_rules, struct problem *problem);

/* "2026/17" from "2026-17" or itself; false when it is no id. */
bool notice_id_read(const char *text, char out[NOTICE_ID_MAX + 1]);

#endif
