/* A notice as an entity of FollowTheMoney: what the watch index searches, and what other programs import. */
#ifndef JISR_NOTICES_FTM_H
#define JISR_NOTICES_FTM_H

#include "notices/notice.h"
#include "watch/entity.h"

#define FTM_DATASET "notices"

/* The entity, complete, in the arena: id "notice-2026-17", its topics by colour. *ret_entity is NULL where there is nobody
 * to find: methods, events, bodies without a name. */
int ftm_entity(const char *id, const char *owner, const cJSON *content, struct arena *arena,
               struct entity **ret_entity);

/* Adds it as one line of a FollowTheMoney file. */
int ftm_line(const struct entity *entity, struct text *text);

#endif
