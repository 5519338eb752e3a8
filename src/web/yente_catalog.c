/* GET /catalog (and /manifest): the lists, and the datasets that their entities name, as yente's datasets. POST /updatez:
 * looks now whether lists changed. */
#include "web/yente.h"

#include "base/emit.h"
#include "web/yente_index.h"

#include <stdio.h>
#include <string.h>

/* Digits of "2026-11-23T21:00:00Z" and the first three of the content address: the form of version that clients check. */
static const char *version_of(const struct catalogue_list *list, char out[24])
{
	size_t used = 0;
	for (const char *at = list->loaded; *at != '\0' && used < 14; at++)
		if (*at >= '0' && *at <= '9')
			out[used++] = *at;
	(void)snprintf(out + used, 24 - used, "-%.3s", list->file);
	return out;
}

static void write_time(struct text *text, const char *key, const char *utc)
{
	emit_bytes(text, key, utc, strnlen(utc, 19)); /* without the zone, as yente writes it */
}

struct dataset {
	const char *name, *title, *version, *changed; /* version NULL: not loaded by itself */
	uint64_t entities;
};

/* The members that every dataset has; the object stays open for its children. */
static void write_dataset(struct text *text, const struct dataset *dataset)
{
	emit_object(text, NULL);
	emit_text(text, "name", dataset->name);
	emit_text(text, "title", dataset->title);
	emit_text(text, "version", dataset->version);
	emit_text(text, "index_version", dataset->version);
	emit_bool(text, "index_current", true);
	emit_bool(text, "load", dataset->version != NULL);
	emit_count(text, "entity_count", dataset->entities);
	emit_count(text, "thing_count", dataset->entities);
	if (dataset->changed != NULL) {
		write_time(text, "updated_at", dataset->changed);
		write_time(text, "last_export", dataset->changed);
	}
	emit_array(text, "resources");
	emit_close_array(text);
	emit_bool(text, "namespace", false);
	emit_array(text, "children");
}

static void close_dataset(struct text *text)
{
	emit_close_array(text);
	emit_close_object(text);
}

static bool is_list(const struct lists *lists, const char *name)
{
	for (size_t i = 0; i < lists->count; i++)
		if (yente_dataset_equal(lists->list[i].name, name, strlen(name)))
			return true;
	return false;
}

/* Whether an earlier list names the dataset too: then it was written there, with all its entities. */
static bool named_before(const struct yente_index *index, size_t list, const char *name)
{
	struct yente_index_dataset dataset;
	for (size_t i = 0; i < list; i++)
		if (yente_index_dataset_find(index, i, name, &dataset))
			return true;
	return false;
}

static void write_lists(struct text *text, const struct lists *lists, const struct yente_index *index)
{
	struct yente_index_dataset part;
	char name[CATALOGUE_MAX_NAME + 1], version[24];
	for (size_t i = 0; i < lists->count; i++) {
		const struct catalogue_list *list = &lists->list[i];
		yente_dataset(list->name, name);
		struct dataset dataset = {name, list->name, version_of(list, version), list->loaded, list->entities};
		write_dataset(text, &dataset);
		for (size_t n = 0; yente_index_dataset_at(index, i, n, &part); n++)
			if (!yente_dataset_equal(list->name, part.name, strlen(part.name)))
				emit_text(text, NULL, part.name);
		close_dataset(text);
	}
	for (size_t i = 0; i < lists->count; i++)
		for (size_t n = 0; yente_index_dataset_at(index, i, n, &part); n++) {
			if (is_list(lists, part.name) || named_before(index, i, part.name))
				continue;
			struct dataset dataset = {.name = part.name, .title = part.name, .entities = part.entities};
			struct yente_index_dataset other;
			for (size_t k = i + 1; k < lists->count; k++)
				if (yente_index_dataset_find(index, k, part.name, &other))
					dataset.entities += other.entities;
			write_dataset(text, &dataset);
			close_dataset(text);
		}
}

static void write_catalog(struct text *text, const struct lists *lists, const struct yente_index *index)
{
	char name[CATALOGUE_MAX_NAME + 1];
	uint64_t entities = 0;
	for (size_t i = 0; i < lists->count; i++)
		entities += lists->list[i].entities;
	emit_object(text, NULL);
	emit_array(text, "datasets");
	struct dataset all = {.name = "default", .title = "All lists", .changed = lists->changed, .entities = entities};
	write_dataset(text, &all);
	for (size_t i = 0; i < lists->count; i++) {
		yente_dataset(lists->list[i].name, name);
		emit_text(text, NULL, name);
	}
	close_dataset(text);
	write_lists(text, lists, index);
	emit_close_array(text);
	emit_array(text, "current");
	for (size_t i = 0; i < lists->count; i++) {
		yente_dataset(lists->list[i].name, name);
		emit_text(text, NULL, name);
	}
	emit_close_array(text);
	emit_array(text, "outdated");
	emit_close_array(text);
	emit_bool(text, "index_stale", false);
	emit_close_object(text);
}

/* Whether a list of tags has this one; "*" has every one. */
static bool has_tag(const char *header, const char *tag)
{
	size_t length = strlen(tag);
	while (header != NULL && *header != '\0') {
		header += strspn(header, " \t,");
		if (strncmp(header, "W/", 2) == 0)
			header += 2;
		size_t size = strcspn(header, ", \t");
		if ((size == 1 && *header == '*') || (size == length && memcmp(header, tag, length) == 0))
			return true;
		header += size;
	}
	return false;
}

int yente_post_updatez(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	const char *token = http_query(request, "token");
	bool sync;
	int error = yente_boolean(request, reply, "sync", false, &sync);
	if (error == JISR_OK &&
	    (token == NULL || settings_caller(service_settings(service), token, strlen(token)) == NULL))
		error = yente_refuse(reply, 403, "Invalid token.");
	if (error != JISR_OK)
		return yente_done(reply, error);
	if (!sync)
		service_look(service);
	else if (service_refresh(service, &problem) != JISR_OK)
		return yente_done(reply, yente_refuse(reply, 500, "%s", problem.text));
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "status", "ok");
	emit_close_object(&reply->body);
	reply->status = 200;
	reply->type = "application/json";
	return reply->body.error;
}

int yente_get_catalog(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	const char *tag = arena_format(request->arena, "\"%s\"", held.lists->tag);
	if (tag == NULL)
		return JISR_NO_MEMORY;
	int error = http_reply_header(reply, "ETag", tag);
	if (error == JISR_OK)
		error = http_reply_header(reply, "Cache-Control", "public, max-age=300");
	if (error != JISR_OK)
		return error;
	reply->status = 304;
	if (has_tag(http_header(request, "If-None-Match"), tag))
		return JISR_OK;
	const struct yente_index *index;
	error = yente_index_take(held.lists, &index);
	if (error != JISR_OK)
		return error;
	write_catalog(&reply->body, held.lists, index);
	yente_index_release(index);
	reply->status = 200;
	reply->type = "application/json";
	return reply->body.error;
}
