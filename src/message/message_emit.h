/* Messages as JSON, for the command line and the service alike. */
#ifndef JISR_MESSAGE_MESSAGE_EMIT_H
#define JISR_MESSAGE_MESSAGE_EMIT_H

#include "message/message.h"

/* {"id","thread","reply_to","from","officer","at","urgency","files","bytes","readers","unread","sequence"; the object stays
 * open. */
void message_emit(struct text *text, const struct message *message);

/* The same with "subject", opened for the caller where that is possible, else null; closed. For lists. */
void message_emit_line(struct text *text, struct store *store, struct log *log, const struct caller *caller,
                       const struct message *message);

/* Adds "to": [{"office","key","stored","read","officer","refused","reason"}], null where nothing was said. */
int message_emit_readers(struct text *text, struct sql *sql, const struct caller *caller, const struct message *message,
                         struct problem *problem);

/* The vocabularies: {"urgencies":[{"code","words":{"ar",...}}],"handling","tlp","sources","information","forms":[{"code","words",
 * "fields":[{"code","words","kind","needed"}]}]}. */
void message_emit_forms(struct text *text);

#endif
