/* What the commands of the Assembly print: answers that are JSON, for people, and the fields that can be given. */
#ifndef JISR_CLI_READABLE_H
#define JISR_CLI_READABLE_H

#include "assembly/field.h"
#include "cli/command.h"

/* What to end with: the JSON as it is, or line by line; after an error its sentence. Finishes the text. */
int readable_answer(const struct command *self, struct text *text, bool json, int error, const struct problem *problem);

/* A line a field, what a list holds below it. */
void readable_fields(const struct field *fields, int indent);

#endif
