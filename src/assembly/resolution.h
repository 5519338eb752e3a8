/* Draft resolutions as they are read: their paragraphs in the four languages, what is missing, their amendments in the order in
 * which they are voted on. */
#ifndef JISR_ASSEMBLY_RESOLUTION_H
#define JISR_ASSEMBLY_RESOLUTION_H

#include "assembly/assembly.h"

#include <cjson/cJSON.h>

struct resolution {
	uint32_t number, item;
	char matter[20], state[12];
	char notified[11]; /* the day on which it reached the members; "" */
	cJSON *title;      /* {"en": ...} */
	cJSON *preamble;   /* [{"en": ...}, ...] */
	cJSON *operative;  /* [{"id": 1, "text": {"en": ...}}, ...] */
};

/* JISR_NOT_FOUND, JISR_NO_MEMORY. */
int resolution_read(struct sql *sql, uint32_t session, uint32_t number, struct resolution *ret_draft,
                    struct problem *problem);
void resolution_finish(struct resolution *draft);

/* The texts that lack a language, as "title (ar), paragraph 3 (es)" in `out`; true when none does. */
#define RESOLUTION_MISSING_MAX 300
bool resolution_complete(const struct resolution *draft, char out[RESOLUTION_MISSING_MAX]);
/* The same for one text in several languages. */
bool resolution_text_complete(const cJSON *text);

/* The amendment that is voted on next: the furthest from the text of those that are still open; 0 when there is none. */
int resolution_furthest(struct sql *sql, uint32_t session, uint32_t draft, uint32_t *ret_number,
                        struct problem *problem);

/* The paragraphs with an amendment in them; NULL when there is no memory. `kind` is delete, replace or add. */
cJSON *resolution_amended(const cJSON *operative, const char *kind, uint32_t paragraph, const cJSON *text);

#endif
