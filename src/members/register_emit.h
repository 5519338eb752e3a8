/* The register as JSON, the same from the API and from the command line. Each writes one object (base/emit.h). */
#ifndef JISR_MEMBERS_REGISTER_EMIT_H
#define JISR_MEMBERS_REGISTER_EMIT_H

#include "members/register.h"

void register_emit_member(struct text *text, const char *key, const struct member *member);
void register_emit_office(struct text *text, const char *key, const struct office *office);
void register_emit_officer(struct text *text, const char *key, const struct officer *officer);
void register_emit_key(struct text *text, const char *key, const struct office_key *office_key);

/* "1a2b3c4d". */
#define REGISTER_KEY_ID 9
const char *register_key_id(const struct office_key *key, char out[REGISTER_KEY_ID]);

#endif
