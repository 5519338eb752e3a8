/* Messages between offices: the domain of the record, what is read, and the one way to change anything about them.
 *
 * Kinds, subject "message/ID":
 *   message.sent     by the sender, for the readers (and headquarters, who carries it): the envelope and the sealed content,
 *                    {"to":["FR","MA"],"urgency","reply_to"?,"files":[{"digest","sealed"}],"keys","bound","sealed"}
 *                    (message/envelope.h). To be dropped whole
 *   message.stored   by a reader's office, for the sender: it opened there, and the attachments are there
 *   message.read     by a reader's officer, for the sender
 *   message.refused  by a reader's office, for the sender: {"reason"}
 * and "message.box", subject "message-box/OFFICE", by an office, for all: {"key": 64 hexadecimal digits}, what is sealed to
 * from now on.
 *
 * Each is signed by the office that says it, so that a receipt is proof; that headquarters has accepted a message is proven
 * by its place in the log. Ids are drawn where a message is sealed, 64 bits by lot, so that a bureau without a line can make
 * one and no gap tells of others.
 *
 * Who sees a message: sender and readers; headquarters sees that it exists, between whom, when and how large. Only an office
 * whose box (message/keyring.h) is on this installation opens its content, and only for that office's own officers. */
#ifndef JISR_MESSAGE_MESSAGE_H
#define JISR_MESSAGE_MESSAGE_H

#include "base/clock.h"
#include "members/register.h"
#include "message/content.h"
#include "message/envelope.h"

#define MESSAGE_ID_MAX  21                 /* "2026-k3m9q7x2w4t8z" and more years */
#define MESSAGE_REASON  500                /* bytes */
#define MESSAGE_MEMORY  ((size_t)16 << 20) /* what reading one with its content takes at most */
#define MESSAGE_COLLECT 100                /* receipts in one transaction */

extern const struct store_domain message_domain;

bool message_id_valid(const char *id);
/* A new id of that year ("2026"...). */
void message_id_new(const char *at, char out[MESSAGE_ID_MAX + 1]);

/* ---- boxes ---- */

/* Every office that has a box, by code, with what is sealed to now. */
typedef bool (*message_each_box)(void *context, const struct envelope_reader *box, const char *at);
int message_boxes(struct sql *sql, message_each_box each, void *context, struct problem *problem);

/* Makes a box for an office on this installation and says so in the record; messages that were sealed to an older one stay
 * readable where its file is. Right: keys.change at the office. */
int message_box_change(struct store *store, const struct caller *caller, const char *office,
                       struct envelope_reader *ret_reader, struct problem *problem);

/* The same for a box that was made elsewhere, at a node: its public half. */
int message_box_announce(struct store *store, const struct caller *caller, const char *office, const char *key,
                         struct envelope_reader *ret_reader, struct problem *problem);

/* ---- sending ---- */

struct message_order {
	const struct caller *caller;
	/* {"to": ["FR"] or {"region":"africa"} or "*", "urgency"?, "reply_to"?, "content": {...}} is sealed here;
	 * {"id","to":["FR"],"urgency","reply_to"?,"files","keys","bound","sealed"} was sealed where it was written. */
	const cJSON *request;
	bool (*crime)(const char *code); /* whether a crime area is known */
	/* what came of it */
	char made[MESSAGE_ID_MAX + 1];
	uint64_t version;
	struct text left_out; /* offices of a region, or of all, that have no box: "AD, AG"; text_finish it */
};

/* Seals what is to be sealed, without sending it: the body that message_send takes as a request, with its "id". */
int message_seal(struct store *store, struct message_order *order, cJSON **ret_sealed, struct problem *problem);

/* JISR_BAD_INPUT, JISR_DENIED, JISR_STATE (an office without a box, closed, suspended), JISR_CONFLICT (a box has been
 * replaced since it was sealed; the id was used), JISR_NOT_FOUND (what is replied to). */
int message_send(struct store *store, struct message_order *order, struct problem *problem);

/* Whether a body has the form of a message that was sent. JISR_BAD_INPUT. */
int message_check_sent(const cJSON *body, struct problem *problem);

/* ---- receipts ---- */

enum message_receipt { MESSAGE_STORED, MESSAGE_READ, MESSAGE_REFUSED };

/* Nothing when the office has said so already. `reason`: of a refusal. JISR_NOT_FOUND: no message to the caller's office. */
int message_receipt(struct store *store, const struct caller *caller, const char *id, enum message_receipt receipt,
                    const char *reason, struct problem *problem);

/* Says of every message to an office whose box is here, and of which it was not said yet, that it is stored, or why it is
 * refused: it does not open, or its attachments are not what they are said to be. Those whose attachments have not arrived
 * wait. */
int message_collect(struct store *store, uint64_t *ret_count, struct problem *problem);

/* The same where the log is written elsewhere: each receipt is given to `tell`, which may be asked again until the log has it. */
typedef int (*message_say)(void *context, const char *office, const char *id, enum message_receipt receipt,
                           const char *reason, struct problem *problem);
int message_collect_for(struct store *store, message_say tell, void *context, uint64_t *ret_count,
                        struct problem *problem);

/* Takes a message back from everybody: its content and envelope are dropped from the log, its attachments removed. By the
 * sender's office. What readers have copied stays with them. */
int message_remove(struct store *store, const struct caller *caller, const char *id, const char *reason,
                   struct problem *problem);

/* ---- reading ---- */

struct message {
	char id[MESSAGE_ID_MAX + 1];
	uint64_t sequence;
	char thread[MESSAGE_ID_MAX + 1], reply_to[MESSAGE_ID_MAX + 1]; /* "" */
	char sender[OFFICE_CODE_MAX + 1], officer[OFFICER_ID_MAX + 1];
	char at[ENTRY_AT_LENGTH + 1], urgency[16];
	uint64_t files, bytes; /* attachments, and bytes of all that is sealed */
	size_t readers;        /* offices beside the sender */
	bool unread;           /* the viewer's office is a reader and has not read it */
};

/* What one reader has said; texts live for the call. "" where it has not. */
struct message_reader {
	const char *office, *key, *stored, *read, *officer, *refused, *reason;
	bool told; /* whether the caller is told what it said; all but office and key are "" else */
};

enum message_folder { MESSAGE_IN, MESSAGE_OUT, MESSAGE_BOTH, MESSAGE_CARRIED };

struct message_filter {
	enum message_folder folder;      /* MESSAGE_CARRIED: envelopes of everybody's, for headquarters */
	bool unread;                     /* only those that the office has not read */
	const char *office;              /* the other side; NULL: any */
	const char *thread;              /* NULL: any */
	const char *after_at, *after_id; /* where to go on; NULL */
	size_t limit;
};

typedef bool (*message_each)(void *context, const struct message *message);
/* Of the caller's office, newest first. JISR_DENIED: headquarters alone sees what it carries. */
int message_list(struct sql *sql, const struct caller *caller, const struct message_filter *filter, message_each each,
                 void *context, struct problem *problem);
/* How many there are, whatever place the filter goes on from. */
int message_count(struct sql *sql, const struct caller *caller, const struct message_filter *filter,
                  uint64_t *ret_count, struct problem *problem);

/* One that the caller may see: as sender, as reader, or as headquarters. */
int message_get(struct sql *sql, const struct caller *caller, const char *id, struct message *ret_message,
                struct problem *problem);
/* Whether an office is its sender or one of its readers. */
bool message_mine(struct sql *sql, const char *office, const struct message *message);
/* Its readers by code: all of them for sender and headquarters; for a reader all offices, what they said of its own alone. */
typedef bool (*message_each_reader)(void *context, const struct message_reader *reader);
int message_readers(struct sql *sql, const struct caller *caller, const struct message *message,
                    message_each_reader each, void *context, struct problem *problem);

/* Its content, opened for the caller's office: freed with json_free. JISR_DENIED: the caller's office is neither sender nor
 * reader. JISR_NOT_FOUND: the box is not on this installation. JISR_CORRUPT. */
int message_content(struct store *store, struct log *log, const struct caller *caller, const struct message *message,
                    cJSON **ret_content, struct problem *problem);

/* Whether a message names a file of that digest. */
int message_names_file(struct sql *sql, const char *digest, bool *ret_named, struct problem *problem);

/* The digests of attachments of messages that the office has sent or is a reader of, or of one; each until the function returns
 * false. */
typedef bool (*message_each_file)(void *context, const char *digest);
int message_files(struct sql *sql, const char *office, const char *only, message_each_file each, void *context,
                  struct problem *problem);

/* Removes files that no message names and that are older than a day. */
int message_clean(struct store *store, struct problem *problem);

#endif
