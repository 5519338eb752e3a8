/* What the files of the domain `meeting` share. */
#ifndef JISR_ASSEMBLY_MEETING_PRIVATE_H
#define JISR_ASSEMBLY_MEETING_PRIVATE_H

#include "assembly/assembly_private.h"
#include "assembly/conduct_fields.h"
#include "assembly/timetable.h"

extern const struct field fields_meeting_ask[], fields_meeting_propose[], fields_meeting_accept[], fields_meeting_why[],
	fields_meeting_remark[], fields_meeting_weigh[], fields_meeting_place[], fields_meeting_fix[],
	fields_meeting_note[];
extern const struct field fields_timetable_times[], fields_timetable_rooms[], fields_timetable_interpreters[],
	fields_timetable_sittings[], fields_timetable_duty[];
extern const struct affair_view meeting_views[], timetable_views[];
extern const char *const words_spoken[]; /* languages */

/* The meeting as `load` read it. */
#define MEETING_OF(taking) ((const struct meeting *)(taking)->own)

#define DECIDES(name) int name(struct affair_taking *taking, struct problem *problem);
#define APPLIES(name) int name(struct affair_applying *applying, struct problem *problem);
DECIDES(meeting_ask)
DECIDES(meeting_propose)
DECIDES(meeting_accept)
DECIDES(meeting_place)
DECIDES(meeting_free)
DECIDES(meeting_wait)
DECIDES(meeting_hold)
APPLIES(meeting_ask_apply)
APPLIES(meeting_propose_apply)
APPLIES(meeting_accept_apply)
APPLIES(meeting_reason_apply)
APPLIES(meeting_cancel_apply)
APPLIES(meeting_weigh_apply)
APPLIES(meeting_place_apply)
APPLIES(meeting_free_apply)
APPLIES(meeting_fix_apply)
APPLIES(meeting_wait_apply)
APPLIES(meeting_note_apply)
DECIDES(timetable_times)
DECIDES(timetable_rooms)
DECIDES(timetable_interpreters)
DECIDES(timetable_sittings)
DECIDES(timetable_duty)
DECIDES(timetable_plan_decide)
DECIDES(timetable_plan_after)
APPLIES(timetable_times_apply)
APPLIES(timetable_rooms_apply)
APPLIES(timetable_interpreters_apply)
APPLIES(timetable_sittings_apply)
APPLIES(timetable_duty_apply)
APPLIES(timetable_plan_apply)
#undef DECIDES
#undef APPLIES

enum timetable_state timetable_state_of(struct sql *sql, uint32_t session, struct problem *problem);

/* "2025-11-25", or with `moment` "2025-11-25T09:30" too. */
bool timetable_time_valid(const char *text, bool moment);

/* Whether every text of a list is a day or time within the session. JISR_BAD_INPUT names the field. */
int timetable_check_times(const cJSON *list, const char *name, const struct assembly *assembly,
                          struct problem *problem);

/* Calls for each text of a JSON list that stands in a column. */
typedef void (*timetable_each_text)(void *context, const char *text);
void timetable_each(const char *json, timetable_each_text each, void *context);

#endif
