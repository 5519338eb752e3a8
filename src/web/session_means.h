/* What an officer signs in with, told as JSON: for the officer, and for who is in charge of the office. Inside local_enter. */
#ifndef JISR_WEB_SESSION_MEANS_H
#define JISR_WEB_SESSION_MEANS_H

#include "members/token.h"

#include <cjson/cJSON.h>

/* Each adds an array to the object: "passkeys", "tokens", "certificates". */
int session_means_passkeys(struct sql *sql, const char *officer, cJSON *root, struct problem *problem);
int session_means_tokens(struct sql *sql, const char *officer, cJSON *root, struct problem *problem);
int session_means_certificates(struct sql *sql, const char *officer, cJSON *root, struct problem *problem);

/* The members of one token. */
void session_means_token(cJSON *object, const struct token *token);

/* A list of names of rights. False: one is no right, or none that a program may have. */
bool session_means_scopes(const cJSON *list, right_set *ret_scopes);

#endif
