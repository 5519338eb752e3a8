/* What a check, a comparison and a machine readable zone say, as JSON for other programs: one form for the command line
 * (--json) and for the service. Written straight into the text; failures stay in it (base/text.h). */
#ifndef JISR_WATCH_REPORT_H
#define JISR_WATCH_REPORT_H

#include "base/text.h"
#include "watch/catalogue.h"
#include "watch/check.h"
#include "watch/mrz.h"
#include "watch/set.h"

/* One hit as an element: {"id","caption","schema","lists","score","explanation","properties"}. The properties are those
 * of the stored entity, read where it lies; they are left out when `view` is NULL or the record is damaged. */
void report_hit(struct text *text, const struct watch_view *view, const struct check_hit *hit);
/* The same, left open for more members. */
void report_hit_open(struct text *text, const struct watch_view *view, const struct check_hit *hit);

/* A comparison of two names as an element: {"score","match","threshold","query","listed","schema","explanation"}. The
 * first name is the one somebody shows. */
void report_comparison(struct text *text, const char *query_text, const char *listed_text, const char *schema,
                       const struct name *query, const struct name *listed, const struct name_score *score);

/* An object under "mrz". */
void report_mrz(struct text *text, const struct mrz *mrz);

/* One loaded list as an element; `now` is seconds since 1970 and makes "age_seconds". `whole` adds what only who looks
 * after the lists wants to know: source, numbers of names, documents and bytes. "version" is the beginning of the list's
 * content address. */
#define REPORT_VERSION_DIGITS 16
void report_list(struct text *text, const struct catalogue_list *list, int64_t now, bool whole);

/* The lines of an alignment in the order in which the query is written; what only the list has comes last. */
void report_order(const struct name_score *score, const struct part_match *ret_order[2 * NAME_MAX_PARTS]);

/* The pieces of parts [from, from + count) as written, a space between; the romanised part where the piece is missing.
 * Always ends with a 0. */
#define REPORT_PIECES_MAX (NAME_MAX_BYTES + NAME_MAX_PARTS)
void report_pieces(const struct name *name, size_t from, size_t count, char out[REPORT_PIECES_MAX]);

#endif
