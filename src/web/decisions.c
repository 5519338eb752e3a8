/* Decisions in memory, in front of decisions_store.
 *
 * Terms
 *   subject  what a decision is looked up by: a digest of caller and reference, or, where it names no reference, of
 *            caller and all facts
 *   entry    what is kept of a decision that counts: enough to hide a pair and to say what changed
 *   shard    a part of the table of entries, by the first byte of the subject, with a lock of its own
 *   names    words that many entries share (properties, rules): kept once, told by their number
 *
 * Invariants
 *   1. Entries are what the table on disk says up to the change `seen`: memory is changed only by reading rows that have
 *      changed since, one's own like those of other processes. What is in memory is on disk.
 *   2. At most one entry of a subject has a given list and id.
 *   3. Who checks holds a shard's lock for reading while it copies the few entries of one subject; who takes changes
 *      over holds it for writing while it links one entry in or out. Nobody waits for the disk with a shard's lock.
 *   4. `storing` is held by whoever uses the store; `seen`, `names` grow under it. A name, once given, never changes and
 *      stays until the end, so that entries may be read without it.
 *
 * A shard's table doubles when it is full: of 256 shards a million decisions puts 4,000 into each, which are linked anew
 * in under a tenth of a millisecond. */
#include "web/decisions.h"

#include "base/clock.h"
#include "base/emit.h"
#include "base/hash.h"
#include "base/json.h"
#include "watch/set.h"
#include "web/decisions_facts.h"
#include "web/decisions_store.h"
#include "web/service.h"
#include "web/yente_filter.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define SHARDS          256
#define SHARD_FIRST     8    /* places of a shard's table at first */
#define NAMES_MAX       4096 /* distinct properties and rules */
#define NAME_PLACES     (2 * NAMES_MAX)
#define NAME_OTHER      0    /* one that did not fit any more */
#define SUBJECT_MAX     1000 /* decisions about one person */
#define SAID_MAX        6    /* changes that a sentence names */
#define STORED_TEXT_MAX ((size_t)1 << 20)

enum kind { KIND_DIFFERENT, KIND_SAME, KIND_UNSURE, KINDS };
static const char *const kind_words[KINDS] = {"different", "same", "unsure"};

struct sum {
	uint32_t sum;
	uint16_t name;
};

struct entry {
	struct entry *next; /* in its place of the table */
	int64_t id;
	int64_t made; /* seconds since 1970 */
	unsigned char subject[DIGEST_BYTES];
	unsigned char pair[DIGEST_BYTES]; /* list and id */
	struct facts facts;
	uint64_t entity_hash;
	uint16_t rules; /* a name */
	uint8_t kind;
	bool by_document;
	uint16_t count;
	struct sum sums[];
};

struct shard {
	pthread_rwlock_t lock;
	struct entry **places;
	size_t place_count, count;
};

struct decisions {
	pthread_mutex_t storing;
	struct decision_store *store; /* NULL: there is no file, and none is to be made */
	int64_t seen;
	char *names[NAMES_MAX];
	uint16_t name_places[NAME_PLACES]; /* numbers by hash; 0: free */
	_Atomic size_t name_count;
	_Atomic uint64_t count, bytes, failures;
	struct shard shards[SHARDS];
};

/* ---- names ---- */

/* The number of a word; with `storing` held. */
static uint16_t name_number(struct decisions *decisions, const char *name)
{
	size_t count = atomic_load_explicit(&decisions->name_count, memory_order_relaxed);
	size_t place = hash_bytes(name, strlen(name)) % NAME_PLACES;
	for (; decisions->name_places[place] != 0; place = (place + 1) % NAME_PLACES)
		if (strcmp(decisions->names[decisions->name_places[place]], name) == 0)
			return decisions->name_places[place];
	char *copy = count < NAMES_MAX ? memory_text(name, strlen(name)) : NULL;
	if (copy == NULL)
		return NAME_OTHER;
	decisions->names[count] = copy;
	decisions->name_places[place] = (uint16_t)count;
	atomic_store_explicit(&decisions->name_count, count + 1, memory_order_release);
	return (uint16_t)count;
}

static const char *name_of(const struct decisions *decisions, uint16_t number)
{
	return number < atomic_load_explicit(&decisions->name_count, memory_order_acquire) ? decisions->names[number]
	                                                                                   : "something";
}

/* ---- the table ---- */

static struct shard *shard_of(struct decisions *decisions, const unsigned char subject[DIGEST_BYTES])
{
	return &decisions->shards[subject[0]];
}

static size_t place_of(const struct shard *shard, const unsigned char subject[DIGEST_BYTES])
{
	uint32_t bits;
	memcpy(&bits, subject + 1, sizeof bits);
	return bits & (shard->place_count - 1);
}

static size_t entry_bytes(const struct entry *entry)
{
	return sizeof *entry + entry->count * sizeof entry->sums[0];
}

/* With the lock held for writing. */
static int shard_grow(struct shard *shard)
{
	if (shard->count < shard->place_count)
		return JISR_OK;
	size_t count = shard->place_count > 0 ? 2 * shard->place_count : SHARD_FIRST;
	struct entry **places = memory_zero(count, sizeof *places);
	if (places == NULL)
		return shard->place_count > 0 ? JISR_OK : JISR_NO_MEMORY;
	struct entry **old = shard->places;
	size_t old_count = shard->place_count;
	shard->places = places;
	shard->place_count = count;
	for (size_t i = 0; i < old_count; i++)
		for (struct entry *entry = old[i], *next; entry != NULL; entry = next) {
			struct entry **place = &places[place_of(shard, entry->subject)];
			next = entry->next;
			entry->next = *place;
			*place = entry;
		}
	memory_free(old);
	return JISR_OK;
}

/* Takes the entry over. */
static int table_add(struct decisions *decisions, struct entry *entry)
{
	struct shard *shard = shard_of(decisions, entry->subject);
	pthread_rwlock_wrlock(&shard->lock);
	int error = shard_grow(shard);
	if (!error) {
		struct entry **place = &shard->places[place_of(shard, entry->subject)];
		entry->next = *place;
		*place = entry;
		shard->count++;
		atomic_fetch_add(&decisions->count, 1);
		atomic_fetch_add(&decisions->bytes, entry_bytes(entry));
	}
	pthread_rwlock_unlock(&shard->lock);
	return error;
}

/* The entry of that id, linked out; NULL when there is none. An erased row tells no subject: without one all places of
 * the shard are looked through. */
static struct entry *table_take(struct decisions *decisions, struct shard *shard, const unsigned char *subject,
                                int64_t id)
{
	struct entry *found = NULL;
	pthread_rwlock_wrlock(&shard->lock);
	size_t first = subject != NULL && shard->place_count > 0 ? place_of(shard, subject) : 0;
	size_t end = subject != NULL && shard->place_count > 0 ? first + 1 : shard->place_count;
	for (size_t i = first; i < end && found == NULL; i++)
		for (struct entry **link = &shard->places[i]; *link != NULL; link = &(*link)->next)
			if ((*link)->id == id) {
				found = *link;
				*link = found->next;
				shard->count--;
				atomic_fetch_sub(&decisions->count, 1);
				atomic_fetch_sub(&decisions->bytes, entry_bytes(found));
				break;
			}
	pthread_rwlock_unlock(&shard->lock);
	return found;
}

static void table_remove(struct decisions *decisions, const unsigned char subject[DIGEST_BYTES], int64_t id)
{
	static const unsigned char erased[DIGEST_BYTES];
	struct entry *entry = NULL;
	if (memcmp(subject, erased, DIGEST_BYTES) != 0)
		entry = table_take(decisions, shard_of(decisions, subject), subject, id);
	else
		for (size_t i = 0; i < SHARDS && entry == NULL; i++)
			entry = table_take(decisions, &decisions->shards[i], NULL, id);
	memory_free(entry);
}

static size_t table_copy(struct shard *shard, const unsigned char subject[DIGEST_BYTES], struct arena *arena,
                         struct entry **copies, size_t count, bool *no_memory)
{
	pthread_rwlock_rdlock(&shard->lock);
	for (const struct entry *entry = shard->place_count > 0 ? shard->places[place_of(shard, subject)] : NULL;
	     entry != NULL && !*no_memory; entry = entry->next) {
		if (memcmp(entry->subject, subject, DIGEST_BYTES) != 0)
			continue;
		struct entry *copy = count < 2 * SUBJECT_MAX ? arena_alloc(arena, entry_bytes(entry)) : NULL;
		if (copy != NULL) {
			memcpy(copy, entry, entry_bytes(entry));
			copies[count++] = copy;
		}
		*no_memory = copy == NULL;
	}
	pthread_rwlock_unlock(&shard->lock);
	return count;
}

static size_t table_count(struct shard *shard, const unsigned char subject[DIGEST_BYTES])
{
	size_t count = 0;
	pthread_rwlock_rdlock(&shard->lock);
	for (const struct entry *entry = shard->place_count > 0 ? shard->places[place_of(shard, subject)] : NULL;
	     entry != NULL; entry = entry->next)
		count += memcmp(entry->subject, subject, DIGEST_BYTES) == 0;
	pthread_rwlock_unlock(&shard->lock);
	return count;
}

/* ---- rows ---- */

static void pair_digest(const char *list, const char *entity, unsigned char out[DIGEST_BYTES])
{
	const char *texts[] = {list, entity};
	facts_digest_texts(texts, 2, out);
}

static enum kind kind_of(const char *word)
{
	enum kind kind = KIND_DIFFERENT;
	while (kind < KINDS && strcmp(word, kind_words[kind]) != 0)
		kind++;
	return kind;
}

static int entry_new(struct decisions *decisions, const struct decision_row *row, struct entry **ret_entry)
{
	CLEANUP(json_freep) cJSON *listed = NULL;
	struct problem problem = {""};
	int error = json_read(row->listed, strlen(row->listed), &listed, &problem);
	if (error == JISR_NO_MEMORY)
		return error;
	int count = error || !cJSON_IsObject(listed) ? 0 : cJSON_GetArraySize(listed);
	struct entry *entry = memory_zero(1, sizeof *entry + (size_t)count * sizeof entry->sums[0]);
	if (entry == NULL)
		return JISR_NO_MEMORY;
	enum kind kind = kind_of(row->decision);
	entry->id = row->id;
	entry->made = 0;
	(void)clock_utc_read(row->made, &entry->made);
	memcpy(entry->subject, row->subject, DIGEST_BYTES);
	pair_digest(row->list, row->entity, entry->pair);
	entry->facts = row->facts;
	entry->entity_hash = row->entity_hash;
	entry->rules = name_number(decisions, row->rules);
	entry->kind = (uint8_t)(kind < KINDS ? kind : KIND_UNSURE);
	entry->by_document = row->by_document;
	const cJSON *sum;
	if (count > 0)
		cJSON_ArrayForEach(sum, listed)
		{
			entry->sums[entry->count++] = (struct sum){cJSON_IsNumber(sum) ? (uint32_t)sum->valuedouble : 0,
			                                           name_number(decisions, sum->string)};
		}
	*ret_entry = entry;
	return JISR_OK;
}

/* Invariant 1: what one changed row does to memory. */
static int take_row(void *context, const struct decision_row *row)
{
	struct decisions *decisions = context;
	struct entry *entry = NULL;
	if (row->withdrawn[0] == '\0') {
		if (atomic_load(&decisions->count) >= DECISIONS_MAX)
			return JISR_TOO_LARGE;
		int error = entry_new(decisions, row, &entry);
		if (error)
			return error;
	}
	table_remove(decisions, row->subject, row->id);
	int error = entry != NULL ? table_add(decisions, entry) : JISR_OK;
	if (error)
		memory_free(entry);
	else
		decisions->seen = row->change;
	return error;
}

/* With `storing` held. */
static int take_changes(struct decisions *decisions, struct problem *problem)
{
	int error = decision_store_changes(decisions->store, decisions->seen, take_row, decisions, problem);
	if (error == JISR_TOO_LARGE)
		return problem_set(problem, error,
		                   "over %d decisions: the later ones do not count. Take old ones back first",
		                   DECISIONS_MAX);
	return error == JISR_NO_MEMORY ? problem_set(problem, error, "out of memory") : error;
}

int decisions_look(struct decisions *decisions, struct problem *problem)
{
	int error = JISR_OK;
	pthread_mutex_lock(&decisions->storing);
	if (decisions->store != NULL && decision_store_moved(decisions->store))
		error = take_changes(decisions, problem);
	pthread_mutex_unlock(&decisions->storing);
	return error;
}

/* ---- opening ---- */

int decisions_open(const char *directory, bool read_only, struct decisions **ret_decisions, struct problem *problem)
{
	CLEANUP(decisions_closep) struct decisions *decisions = memory_zero(1, sizeof *decisions);
	if (decisions == NULL)
		return problem_no_memory(problem);
	pthread_mutex_init(&decisions->storing, NULL);
	for (size_t i = 0; i < SHARDS; i++)
		pthread_rwlock_init(&decisions->shards[i].lock, NULL);
	decisions->names[NAME_OTHER] = memory_text("something", strlen("something"));
	if (decisions->names[NAME_OTHER] == NULL)
		return problem_no_memory(problem);
	atomic_store(&decisions->name_count, 1);
	int error = decision_store_open(directory, read_only, &decisions->store, problem);
	if (error == JISR_NOT_FOUND && read_only)
		error = JISR_OK;
	else if (!error)
		error = take_changes(decisions, problem);
	if (error)
		return error;
	*ret_decisions = decisions;
	decisions = NULL;
	return JISR_OK;
}

struct decisions *decisions_close(struct decisions *decisions)
{
	if (decisions == NULL)
		return NULL;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &decisions->shards[i];
		for (size_t p = 0; p < shard->place_count; p++)
			for (struct entry *entry = shard->places[p], *next; entry != NULL; entry = next) {
				next = entry->next;
				memory_free(entry);
			}
		memory_free(shard->places);
		pthread_rwlock_destroy(&shard->lock);
	}
	for (size_t i = 0; i < NAMES_MAX; i++)
		memory_free(decisions->names[i]);
	decision_store_close(decisions->store);
	pthread_mutex_destroy(&decisions->storing);
	return memory_free(decisions);
}

void decisions_state(struct decisions *decisions, struct decisions_state *ret_state)
{
	*ret_state = (struct decisions_state){atomic_load(&decisions->count), atomic_load(&decisions->bytes),
	                                      atomic_load(&decisions->failures)};
}

/* ---- asking ---- */

/* What became of a decision, seen from one query and one version of the list. */
enum standing {
	STANDING_UNKNOWN, /* not looked at yet */
	STANDING_HIDES,
	STANDING_TOLD,  /* shown, with the decision beside it */
	STANDING_AGAIN, /* would hide, but something changed */
};

struct judged {
	const struct entry *entry;
	enum standing standing;
	bool own_reference; /* looked up by reference: its facts may be others */
	bool counted;       /* among those hidden */
	const char *again;
};

struct decisions_asked {
	struct decisions *decisions;
	const struct lists *lists;
	struct arena *arena;
	struct facts facts;
	bool with_documents; /* the query gives some */
	uint64_t hidden;
	struct judged *judged;
	size_t count;
};

static void subject_of_reference(const char *caller, const char *reference, unsigned char out[DIGEST_BYTES])
{
	const char *texts[] = {"reference", caller, reference};
	facts_digest_texts(texts, 3, out);
}

static void subject_of_facts(const char *caller, const struct facts *facts, unsigned char out[DIGEST_BYTES])
{
	unsigned char both[2 * DIGEST_BYTES];
	const char *texts[] = {"facts", caller};
	facts_digest_texts(texts, 2, both);
	memcpy(both + DIGEST_BYTES, facts->whole, DIGEST_BYTES);
	facts_digest_bytes(both, sizeof both, out);
}

int decisions_ask(struct decisions *decisions, const char *caller, const char *reference,
                  const struct check_query *query, const struct lists *lists, struct arena *arena,
                  struct decisions_asked **ret_asked)
{
	struct decisions_asked *asked = arena_zero(arena, 1, sizeof *asked);
	if (asked == NULL)
		return JISR_NO_MEMORY;
	*asked = (struct decisions_asked){.decisions = decisions, .lists = lists, .arena = arena};
	*ret_asked = asked;
	if (decisions == NULL || atomic_load_explicit(&decisions->count, memory_order_relaxed) == 0)
		return JISR_OK;
	int error = facts_of(query, &asked->facts);
	if (error)
		return error;
	asked->with_documents = query->document_count > 0;
	unsigned char subject[DIGEST_BYTES];
	struct entry *copies[2 * SUBJECT_MAX];
	size_t by_reference = 0, count;
	bool no_memory = false;
	if (reference != NULL && reference[0] != '\0') {
		subject_of_reference(caller, reference, subject);
		by_reference = table_copy(shard_of(decisions, subject), subject, arena, copies, 0, &no_memory);
	}
	subject_of_facts(caller, &asked->facts, subject);
	count = table_copy(shard_of(decisions, subject), subject, arena, copies, by_reference, &no_memory);
	asked->judged = count > 0 ? arena_zero(arena, count, sizeof *asked->judged) : NULL;
	if (no_memory || (count > 0 && asked->judged == NULL))
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		asked->judged[i] = (struct judged){.entry = copies[i], .own_reference = i < by_reference};
	asked->count = count;
	return JISR_OK;
}

/* "a", "a and b", "a, b and c": word by word. */
struct saying {
	struct text text;
	const char *held; /* the last word, not written yet */
	size_t count;
};

static void say(struct saying *saying, const char *word)
{
	if (++saying->count > SAID_MAX)
		return;
	if (saying->held != NULL)
		text_add_format(&saying->text, "%s%s", saying->count > 2 ? ", " : "", saying->held);
	saying->held = word;
}

static char *saying_take(struct saying *saying, struct arena *arena, const char *before, const char *after)
{
	if (saying->count > SAID_MAX)
		text_add_format(&saying->text, ", %s and %zu more", saying->held, saying->count - SAID_MAX);
	else if (saying->held != NULL)
		text_add_format(&saying->text, "%s%s", saying->count > 1 ? " and " : "", saying->held);
	char *said =
		saying->text.error != JISR_OK ? NULL : arena_format(arena, "%s%s%s", before, saying->text.bytes, after);
	text_finish(&saying->text);
	return said;
}

/* NULL when out of memory. */
static char *say_facts(const struct decisions_asked *asked, const struct entry *entry)
{
	struct saying saying = {.count = 0};
	text_init(&saying.text, STORED_TEXT_MAX);
	for (int fact = 0; fact < FACT_COUNT; fact++)
		if (asked->facts.sums[fact] != entry->facts.sums[fact])
			say(&saying, fact_word((enum fact)fact));
	return saying_take(&saying, asked->arena, "the question changed: ", "");
}

static const struct sum *sum_of(const struct decisions *decisions, const struct entry *entry, const char *property)
{
	for (size_t i = 0; i < entry->count; i++)
		if (strcmp(name_of(decisions, entry->sums[i].name), property) == 0)
			return &entry->sums[i];
	return NULL;
}

/* Whether what counts of the entity changed: *ret_said is then the sentence, else NULL. */
static int compare_listed(const struct decisions_asked *asked, const struct entry *entry, uint32_t segment,
                          uint32_t number, const char **ret_said)
{
	struct entity *entity;
	struct listed_sum *now;
	size_t count;
	struct saying saying = {.count = 0};
	int error = watch_view_entity(asked->lists->view, segment, number, asked->arena, &entity);
	if (!error)
		error = listed_sums(entity, asked->arena, &now, &count);
	if (error)
		return error;
	text_init(&saying.text, STORED_TEXT_MAX);
	bool *seen = arena_zero(asked->arena, entry->count + 1u, sizeof *seen);
	if (seen == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct sum *then = sum_of(asked->decisions, entry, now[i].property);
		if (then == NULL || then->sum != now[i].sum)
			say(&saying, now[i].property);
		if (then != NULL)
			seen[then - entry->sums] = true;
	}
	for (size_t i = 0; i < entry->count; i++)
		if (!seen[i])
			say(&saying, name_of(asked->decisions, entry->sums[i].name));
	if (saying.count == 0) {
		text_finish(&saying.text);
		*ret_said = NULL;
		return JISR_OK;
	}
	char after[64] = "";
	const struct catalogue_list *list = yente_list(asked->lists, segment);
	if (list != NULL)
		(void)snprintf(after, sizeof after, " (its version loaded %.20s)", list->loaded);
	*ret_said = saying_take(&saying, asked->arena, "the list changed ", after);
	return *ret_said != NULL ? JISR_OK : JISR_NO_MEMORY;
}

/* When in doubt, also for want of memory, a pair is shown. */
static void judge(const struct decisions_asked *asked, struct judged *judged, uint32_t segment, uint32_t number)
{
	const struct entry *entry = judged->entry;
	const char *rules = name_of(asked->decisions, entry->rules);
	judged->standing = STANDING_AGAIN;
	if (entry->kind != KIND_DIFFERENT) {
		judged->standing = STANDING_TOLD;
	} else if (memcmp(entry->facts.whole, asked->facts.whole, DIGEST_BYTES) != 0) {
		judged->again = say_facts(asked, entry);
	} else if (asked->with_documents && !entry->by_document && strcmp(rules, name_rules_version()) != 0) {
		judged->again = arena_format(asked->arena, "the rules of comparing changed from %s to %s", rules,
		                             name_rules_version());
	} else if (watch_view_entity_hash(asked->lists->view, segment, number) == entry->entity_hash) {
		judged->standing = STANDING_HIDES;
	} else {
		const char *said = "the listed record could not be compared";
		if (compare_listed(asked, entry, segment, number, &said) == JISR_OK && said == NULL)
			judged->standing = STANDING_HIDES;
		judged->again = said;
	}
	if (judged->standing == STANDING_AGAIN && judged->again == NULL)
		judged->again = "it could not be compared: out of memory";
}

/* The decision about an entity: one that hides before others, then the newest. NULL when there is none. */
static struct judged *find(struct decisions_asked *asked, uint32_t segment, uint32_t number)
{
	struct judged *best = NULL;
	unsigned char pair[DIGEST_BYTES];
	if (asked->count == 0)
		return NULL;
	pair_digest(watch_view_list(asked->lists->view, segment),
	            watch_view_entity_id(asked->lists->view, segment, number), pair);
	for (size_t i = 0; i < asked->count; i++) {
		struct judged *judged = &asked->judged[i];
		if (memcmp(judged->entry->pair, pair, DIGEST_BYTES) != 0)
			continue;
		if (judged->standing == STANDING_UNKNOWN)
			judge(asked, judged, segment, number);
		bool hides = judged->standing == STANDING_HIDES;
		if (best == NULL || (hides && best->standing != STANDING_HIDES) ||
		    (hides == (best->standing == STANDING_HIDES) && judged->entry->id > best->entry->id))
			best = judged;
	}
	return best;
}

bool decisions_hides(struct decisions_asked *asked, uint32_t segment, uint32_t entity)
{
	struct judged *judged = find(asked, segment, entity);
	if (judged == NULL || judged->standing != STANDING_HIDES)
		return false;
	asked->hidden += !judged->counted;
	judged->counted = true;
	return true;
}

uint64_t decisions_hidden(const struct decisions_asked *asked)
{
	return asked->hidden;
}

int decisions_mark(struct decisions_asked *asked, uint32_t segment, uint32_t entity, struct decision_mark *ret_mark)
{
	const struct judged *judged = find(asked, segment, entity);
	*ret_mark = (struct decision_mark){.id = 0};
	if (judged == NULL)
		return JISR_OK;
	char made[CLOCK_UTC_MAX];
	(void)clock_utc_at(judged->entry->made, made);
	*ret_mark = (struct decision_mark){
		.id = judged->entry->id,
		.decision = kind_words[judged->entry->kind],
		.made = arena_text(asked->arena, made, strlen(made)),
		.hidden = judged->standing == STANDING_HIDES,
		.again = judged->standing == STANDING_AGAIN ? judged->again : NULL,
	};
	return ret_mark->made != NULL ? JISR_OK : JISR_NO_MEMORY;
}

void decision_mark_emit(const struct decision_mark *mark, struct text *text)
{
	if (mark->id == 0)
		return;
	emit_object(text, "decision");
	emit_count(text, "id", (uint64_t)mark->id);
	emit_text(text, "decision", mark->decision);
	emit_text(text, "made", mark->made);
	emit_bool(text, "hidden", mark->hidden);
	emit_text(text, "again", mark->again);
	emit_close_object(text);
}

/* ---- deciding ---- */

static int check_length(const char *text, size_t most, const char *what, struct problem *problem)
{
	return strnlen(text, most + 1) <= most
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "%s may have at most %zu bytes", what, most);
}

static int check_words(const struct decision_new *decision, struct problem *problem)
{
	if (kind_of(decision->decision) == KINDS)
		return problem_set(problem, JISR_BAD_INPUT, "'%.40s' is no decision: write different, same or unsure",
		                   decision->decision);
	int error = check_length(decision->caller, DECISIONS_MAX_CALLER, "the caller's name", problem);
	if (!error)
		error = check_length(decision->reference != NULL ? decision->reference : "", DECISIONS_MAX_REFERENCE,
		                     "the reference", problem);
	if (!error)
		error = check_length(decision->reason, DECISIONS_MAX_REASON, "the reason", problem);
	if (!error)
		error = check_length(decision->by, DECISIONS_MAX_BY, "the name of who decided", problem);
	if (!error)
		error = check_length(decision->key != NULL ? decision->key : "", DECISIONS_MAX_KEY,
		                     "the idempotency key", problem);
	if (!error && decision->caller[0] == '\0')
		error = problem_set(problem, JISR_BAD_INPUT, "a decision needs the name of its caller");
	return error;
}

struct only {
	uint32_t segment, entity;
};

static bool accept_only(void *context, uint32_t segment, uint32_t entity)
{
	const struct only *only = context;
	return segment == only->segment && entity == only->entity;
}

/* How the pair compares now. That it is no match is no error: a decision may be made about it all the same. */
static int score_pair(const struct decision_new *decision, const struct lists *lists, struct only only,
                      struct arena *arena, struct decision_row *row, struct problem *problem)
{
	struct check_query query = *decision->query;
	struct check_answer answer;
	query.accept = accept_only;
	query.accept_context = &only;
	query.lists = &decision->list;
	query.list_count = 1;
	query.limit = 1;
	int error = watch_check(lists->view, &query, decision->scratch, arena, &answer, problem);
	if (error)
		return error;
	for (size_t i = 0; i < answer.count; i++) {
		row->score = answer.hits[i].score;
		for (size_t e = 0; e < answer.hits[i].evidence_count; e++)
			row->by_document |= strcmp(answer.hits[i].evidence[e].feature, "document") == 0 &&
			                    answer.hits[i].evidence[e].effect > 0;
	}
	return JISR_OK;
}

/* The listed side as it stands. */
static int describe_listed(const struct lists *lists, struct only only, struct arena *arena, struct text *text,
                           struct decision_row *row)
{
	struct entity *entity;
	struct listed_sum *sums;
	size_t count;
	int error = watch_view_entity(lists->view, only.segment, only.entity, arena, &entity);
	if (!error)
		error = listed_sums(entity, arena, &sums, &count);
	if (error)
		return error;
	emit_object(text, NULL);
	for (size_t i = 0; i < count; i++) {
		emit_name(text, sums[i].property, strlen(sums[i].property));
		emit_count(text, NULL, sums[i].sum);
	}
	emit_close_object(text);
	row->caption = entity->caption;
	row->entity_hash = watch_view_entity_hash(lists->view, only.segment, only.entity);
	return text->error;
}

static int fill_row(const struct decision_new *decision, const struct lists *lists, struct arena *arena,
                    struct decision_row *row, struct problem *problem)
{
	struct only only;
	struct text query, listed;
	if (!watch_view_find(lists->view, decision->list, decision->entity, &only.segment, &only.entity))
		return problem_set(problem, JISR_NOT_FOUND, "there is no '%.200s' on the list '%.63s'",
		                   decision->entity, decision->list);
	text_init(&query, STORED_TEXT_MAX);
	text_init(&listed, STORED_TEXT_MAX);
	int error = facts_of(decision->query, &row->facts);
	if (!error)
		error = describe_listed(lists, only, arena, &listed, row);
	facts_emit(decision->query, &query);
	if (!error)
		error = query.error;
	if (!error) {
		row->query = arena_text(arena, query.bytes, query.length);
		row->listed = arena_text(arena, listed.bytes, listed.length);
		error = row->query == NULL || row->listed == NULL ? JISR_NO_MEMORY : JISR_OK;
	}
	text_finish(&query);
	text_finish(&listed);
	if (!error && row->reference[0] != '\0')
		subject_of_reference(decision->caller, row->reference, row->subject);
	else if (!error)
		subject_of_facts(decision->caller, &row->facts, row->subject);
	if (error)
		return problem_set(problem, error, "the decision cannot be stored: %s", error_text(error));
	return score_pair(decision, lists, only, arena, row, problem);
}

static int refuse_missing(struct decisions *decisions, struct problem *problem)
{
	return decisions == NULL || decisions->store == NULL
	               ? problem_set(problem, JISR_NOT_FOUND, "no decision was made here yet")
	               : JISR_OK;
}

int decisions_add(struct decisions *decisions, const struct decision_new *decision, const struct lists *lists,
                  struct arena *arena, int64_t *ret_id, bool *ret_repeated, struct problem *problem)
{
	char now[CLOCK_UTC_MAX];
	struct decision_row row = {
		.caller = decision->caller,
		.reference = decision->reference != NULL ? decision->reference : "",
		.list = decision->list,
		.entity = decision->entity,
		.decision = decision->decision,
		.reason = decision->reason,
		.by = decision->by,
		.key = decision->key != NULL ? decision->key : "",
		.made = now,
		.rules = name_rules_version(),
		.withdrawn = "",
	};
	(void)clock_utc(now);
	int error = refuse_missing(decisions, problem);
	if (!error)
		error = check_words(decision, problem);
	if (!error)
		error = fill_row(decision, lists, arena, &row, problem);
	if (error)
		return error;
	pthread_mutex_lock(&decisions->storing);
	if (atomic_load(&decisions->count) >= DECISIONS_MAX)
		error = problem_set(problem, JISR_TOO_LARGE,
		                    "%d decisions are the most that are kept. Take old ones back", DECISIONS_MAX);
	else if (table_count(shard_of(decisions, row.subject), row.subject) >= SUBJECT_MAX)
		error = problem_set(problem, JISR_TOO_LARGE, "%d decisions about one person are the most that are kept",
		                    SUBJECT_MAX);
	if (!error)
		error = decision_store_add(decisions->store, &row, ret_id, ret_repeated, problem);
	if (!error)
		error = take_changes(decisions, problem);
	if (error == JISR_FULL || error == JISR_IO || error == JISR_CORRUPT || error == JISR_NO_MEMORY)
		atomic_fetch_add(&decisions->failures, 1);
	pthread_mutex_unlock(&decisions->storing);
	return error;
}

int decisions_withdraw(struct decisions *decisions, const char *caller, int64_t id, bool erase, struct problem *problem)
{
	char now[CLOCK_UTC_MAX];
	int error = refuse_missing(decisions, problem);
	if (error)
		return error;
	(void)clock_utc(now);
	pthread_mutex_lock(&decisions->storing);
	error = decision_store_withdraw(decisions->store, caller, id, now, erase, problem);
	if (!error)
		error = take_changes(decisions, problem);
	pthread_mutex_unlock(&decisions->storing);
	return error;
}

/* ---- listing ---- */

struct listing {
	struct text *text;
	size_t left;
	int64_t last, next;
};

static int list_row(void *context, const struct decision_row *row)
{
	struct listing *listing = context;
	struct text *text = listing->text;
	if (listing->left == 0) {
		listing->next = listing->last;
		return JISR_OK;
	}
	listing->left--;
	listing->last = row->id;
	emit_object(text, NULL);
	emit_count(text, "id", (uint64_t)row->id);
	emit_text(text, "reference", row->reference[0] != '\0' ? row->reference : NULL);
	emit_raw(text, "query", row->query, strlen(row->query));
	emit_text(text, "list", row->list);
	emit_text(text, "entity", row->entity);
	emit_text(text, "caption", row->caption);
	emit_text(text, "decision", row->decision);
	emit_text(text, "reason", row->reason);
	emit_text(text, "by", row->by);
	emit_text(text, "made", row->made);
	emit_score(text, "score", row->score);
	emit_text(text, "rules", row->rules);
	emit_text(text, "withdrawn", row->withdrawn[0] != '\0' ? row->withdrawn : NULL);
	emit_close_object(text);
	return text->error;
}

int decisions_list(struct decisions *decisions, const char *caller, const struct decisions_filter *filter,
                   struct text *text, int64_t *ret_next, struct problem *problem)
{
	struct listing listing = {.text = text, .left = filter->limit};
	*ret_next = 0;
	if (refuse_missing(decisions, NULL) != JISR_OK)
		return JISR_OK;
	pthread_mutex_lock(&decisions->storing);
	int error = decision_store_list(decisions->store, caller, filter, list_row, &listing, problem);
	pthread_mutex_unlock(&decisions->storing);
	if (!error)
		*ret_next = listing.next;
	return error;
}

int decisions_get(struct decisions *decisions, const char *caller, int64_t id, struct text *text,
                  struct problem *problem)
{
	struct listing listing = {.text = text, .left = 1};
	int error = refuse_missing(decisions, problem);
	if (error)
		return error;
	pthread_mutex_lock(&decisions->storing);
	error = decision_store_get(decisions->store, caller, id, list_row, &listing, problem);
	pthread_mutex_unlock(&decisions->storing);
	if (!error && listing.left == 1)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no decision %lld", (long long)id);
	return error;
}
