#include "store/store_private.h"

#include "base/hash.h"

#include <string.h>

#define BUCKETS (sizeof((struct store_registry *)0)->buckets / sizeof(uint16_t))

static size_t bucket_of(const char *kind)
{
	return hash_bytes(kind, strlen(kind)) & (BUCKETS - 1);
}
_Static_assert((BUCKETS & (BUCKETS - 1)) == 0 && BUCKETS >= 2 * STORE_MAX_KINDS, "a table that is never full");

/* The bucket where a kind is, or would go. */
static size_t place_of(const struct store_registry *registry, const char *kind)
{
	size_t at = bucket_of(kind);
	while (registry->buckets[at] != 0 &&
	       strcmp(registry->handlers[registry->buckets[at] - 1].kind->kind, kind) != 0)
		at = (at + 1) & (BUCKETS - 1);
	return at;
}

const struct store_handler *store_registry_find(const struct store_registry *registry, const char *kind)
{
	uint16_t number = registry->buckets[place_of(registry, kind)];
	return number != 0 ? &registry->handlers[number - 1] : NULL;
}

const struct store_handler *store_registry_next(const struct store_registry *registry,
                                                const struct store_handler *handler)
{
	return handler->next != 0 ? &registry->handlers[handler->next - 1] : NULL;
}

static int add_kind(struct store_registry *registry, const struct store_kind *kind, struct problem *problem)
{
	if (!entry_kind_valid(kind->kind))
		return problem_set(problem, JISR_BAD_INPUT, "\"%.80s\" cannot name a kind of entries", kind->kind);
	if (registry->handler_count == STORE_MAX_KINDS)
		return problem_set(problem, JISR_TOO_LARGE, "more than %d kinds of entries", STORE_MAX_KINDS);
	size_t place = place_of(registry, kind->kind);
	size_t *link = NULL;
	for (size_t number = registry->buckets[place]; number != 0; number = *link) {
		struct store_handler *handler = &registry->handlers[number - 1];
		if (handler->kind->check != NULL && kind->check != NULL)
			return problem_set(problem, JISR_BAD_INPUT, "two domains check entries of the kind \"%s\"",
			                   kind->kind);
		link = &handler->next;
	}
	registry->handlers[registry->handler_count++] = (struct store_handler){.kind = kind};
	if (link != NULL)
		*link = registry->handler_count;
	else
		registry->buckets[place] = (uint16_t)registry->handler_count;
	return JISR_OK;
}

static int add_domain(struct store_registry *registry, const struct store_domain *domain, struct problem *problem)
{
	if (registry->domain_count == sizeof registry->domains / sizeof *registry->domains)
		return problem_set(problem, JISR_TOO_LARGE, "too many domains");
	registry->domains[registry->domain_count++] = domain;
	for (size_t i = 0; i < domain->kind_count; i++) {
		int error = add_kind(registry, &domain->kinds[i], problem);
		if (error)
			return error;
	}
	return JISR_OK;
}

static bool is_hidable(const struct store_registry *registry, const char *kind)
{
	size_t family = strcspn(kind, ".") + 1;
	for (size_t i = 0; i < registry->handler_count; i++)
		if (registry->handlers[i].kind->hides && strncmp(registry->handlers[i].kind->kind, kind, family) == 0)
			return true;
	return false;
}

int store_registry_init(struct store_registry *registry, const struct store_domain *const *domains,
                        struct problem *problem)
{
	memset(registry, 0, sizeof *registry);
	int error = add_domain(registry, &store_own_domain, problem);
	for (size_t i = 0; !error && domains != NULL && domains[i] != NULL; i++)
		error = add_domain(registry, domains[i], problem);
	for (size_t i = 0; i < registry->handler_count; i++)
		registry->handlers[i].hidable = is_hidable(registry, registry->handlers[i].kind->kind);
	return error;
}

int store_registry_reaches(const struct store_handler *handler, const struct store_registry *registry, bool hiding,
                           struct sql *sql, const struct entry *entry, const char *office, bool *ret_reaches,
                           struct problem *problem)
{
	int error = JISR_OK;
	*ret_reaches = true;
	for (; *ret_reaches && !error && handler != NULL; handler = store_registry_next(registry, handler))
		if (handler->kind->reaches != NULL && handler->kind->hides == hiding)
			error = handler->kind->reaches(sql, entry, office, ret_reaches, problem);
	return error;
}

int store_write_reaches(struct store_write *write, const struct entry *entry, const char *office, bool *ret_reaches,
                        struct problem *problem)
{
	const struct store_handler *handler = store_registry_find(write->registry, entry->header.kind);
	int error = store_registry_reaches(handler, write->registry, false, write->sql, entry, office, ret_reaches,
	                                   problem);
	return error || !*ret_reaches ? error
	                              : store_registry_reaches(handler, write->registry, true, write->sql, entry,
	                                                       office, ret_reaches, problem);
}

int store_registry_check(const struct store_registry *registry, const char *kind, const cJSON *body,
                         struct problem *problem)
{
	const struct store_handler *handler = store_registry_find(registry, kind);
	if (handler == NULL)
		return problem_set(problem, JISR_UNSUPPORTED, "this program knows no entries of the kind \"%s\"", kind);
	for (; handler != NULL; handler = store_registry_next(registry, handler))
		if (handler->kind->check != NULL)
			return handler->kind->check(body, problem);
	return JISR_OK;
}

int store_apply(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	const struct store_handler *handler = store_registry_find(write->registry, entry->header.kind);
	if (handler == NULL)
		return problem_set(
			problem, JISR_UNSUPPORTED,
			"entry %llu is of the kind \"%s\", which this program does not know: it was written by a "
			"later version. Use that version",
			(unsigned long long)entry->sequence, entry->header.kind);
	int error = JISR_OK;
	write->applying = true;
	for (; !error && handler != NULL; handler = store_registry_next(write->registry, handler))
		if (handler->kind->apply != NULL)
			error = handler->kind->apply(write, entry, problem);
	write->applying = false;
	if (error) {
		char prefix[64];
		(void)snprintf(prefix, sizeof prefix, "applying entry %llu", (unsigned long long)entry->sequence);
		problem_prefix(problem, prefix);
	}
	return error;
}
