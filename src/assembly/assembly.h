/* The General Assembly in the record: the domain that the store applies (kinds of entries, tables), and what other modules
 * read from it: sessions, delegations, and who may vote at this moment. assembly/conduct.h is what changes it,
 * assembly/view.h what tells it.
 *
 * A session is called, opened and closed. A delegation is that of a member, under its code, or of an observer; members'
 * delegations vote, one vote each, when their credentials are accepted, their vote is not suspended, and one of their
 * people is present. */
#ifndef JISR_ASSEMBLY_ASSEMBLY_H
#define JISR_ASSEMBLY_ASSEMBLY_H

#include "members/organisation.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

#define ASSEMBLY_MAX_SESSION     9999
#define ASSEMBLY_MAX_DELEGATIONS 400 /* of a session, observers included */
#define ASSEMBLY_MAX_PEOPLE      200 /* of a delegation */
#define ASSEMBLY_MAX_CITY        100 /* bytes */

extern const struct store_domain assembly_domain;

enum assembly_state { ASSEMBLY_NONE, ASSEMBLY_CALLED, ASSEMBLY_OPEN, ASSEMBLY_CLOSED };
/* "called", "open", "closed". */
const char *assembly_state_name(enum assembly_state state);

struct assembly {
	uint32_t number;
	enum assembly_state state;
	char city[ASSEMBLY_MAX_CITY + 1], country[3]; /* of the host */
	char first[11], last[11];                     /* days */
	uint64_t version;
};

/* JISR_NOT_FOUND with a sentence. */
int assembly_get(struct sql *sql, uint32_t number, struct assembly *ret_assembly, struct problem *problem);

/* One member of the organisation, as far as it may vote in a session now. */
struct assembly_seat {
	char code[OFFICE_CODE_MAX + 1];
	bool announced;                   /* has a delegation */
	bool accepted;                    /* whose credentials were found good */
	bool suspended;                   /* no vote, for arrears, or as a suspended member */
	bool present;                     /* one of its people is */
	char holder[OFFICE_CODE_MAX + 1]; /* to whom it gave its proxy; "" */
};
/* All of it but the last: registered, accepted, not suspended, present. */
bool assembly_seat_votes(const struct assembly_seat *seat);

/* Every member of the organisation, by code: the electorate is those for whom assembly_seat_votes holds. */
typedef bool (*assembly_each_seat)(void *context, const struct assembly_seat *seat);
int assembly_seats(struct sql *sql, uint32_t number, assembly_each_seat each, void *context, struct problem *problem);

/* How many there are of what: `announced` is what delegations registered, `present` who is there now, `attended` who was
 * there at any time. */
struct assembly_figures {
	uint32_t members;   /* of the organisation */
	uint32_t invited;   /* members */
	uint32_t accepted;  /* delegations of members with good credentials */
	uint32_t suspended; /* members without a vote */
	struct assembly_count {
		uint32_t countries, observers; /* delegations of members; of observers */
		uint32_t delegates;            /* people of members' delegations */
		uint32_t ministers, chiefs;    /* of them */
		uint32_t watching;             /* people of observers' delegations */
	} announced, present, attended;
};
int assembly_figures(struct sql *sql, uint32_t number, struct assembly_figures *ret_figures, struct problem *problem);

#endif
