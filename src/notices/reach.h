/* Whom a notice reaches. Its owner may keep named offices out, or let only named ones in; a diffusion goes to named ones
 * from the beginning. For everybody else it does not exist: who asks is answered as if there were no such notice, in every
 * list, count, page, check, event and error.
 *
 * The owner and headquarters are always inside. Before publication nobody else is, whatever the list says. */
#ifndef JISR_NOTICES_REACH_H
#define JISR_NOTICES_REACH_H

#include "base/arena.h"
#include "base/error.h"
#include "store/entry.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#define REACH_MAX_OFFICES 300

enum reach_kind { REACH_ALL, REACH_ONLY, REACH_EXCEPT };

struct reach {
	enum reach_kind kind;
	const char *const *offices; /* sorted, each once */
	size_t count;
};

/* Reads "*", {"only":["FR","MA"]} or {"except":["XX"]}, as entries write audiences: codes of offices, sorted here. A
 * country's regional offices are named one by one. The codes stay where the tree has them; the list is in the arena.
 * JISR_BAD_INPUT with a sentence, JISR_TOO_LARGE, JISR_NO_MEMORY. */
int reach_read(const cJSON *json, struct arena *arena, struct reach *ret_reach, struct problem *problem);

/* Whom entries about it are for. */
struct entry_audience reach_audience(const struct reach *reach);

/* The same list as one text for a table: "*", "+FR,MA,", "-XX,". JISR_NO_MEMORY. */
int reach_text(const struct reach *reach, struct arena *arena, const char **ret_text);
/* Back from that text. JISR_NO_MEMORY. */
int reach_from_text(const char *text, struct arena *arena, struct reach *ret_reach);
/* Whether a published notice of `owner` with the reach of that text exists for an office; `office` is "" for the public and
 * for callers of no office, who see only what reaches everybody. */
bool reach_text_includes(const char *text, const char *owner, const char *office);

#endif
