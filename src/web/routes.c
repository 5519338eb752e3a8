#include "web/routes.h"

#include <string.h>

struct line {
	const struct http_route *route;
	size_t part_count;
	struct {
		const char *text; /* in the pattern, not ended; NULL for a variable */
		size_t length;
	} parts[URI_MAX_SEGMENTS];
	uint32_t fixed; /* a bit a part, the first part highest: 1 where it is written out */
};

struct routes {
	size_t count;
	struct line lines[ROUTES_MAX];
};

/* One a line, so that two who add one do not meet. */
/* clang-format off */
const struct http_route *const routes_all[] = {
	routes_health,
	routes_yente,
	routes_reconcile,
	routes_api,
	routes_decisions,
	routes_members,
	routes_log,
	routes_events,
	routes_access,
	routes_session,
	routes_self,
	routes_desk,
	routes_notices,
	routes_public,
	routes_requests,
	routes_assembly,
	routes_codes,
	routes_hits,
	routes_polls,
	routes_affairs,
	routes_messages,
	routes_objects,
	routes_operations,
	routes_pages,
	routes_pages_agreements,
	routes_network,
	routes_lists,
	routes_backups,
	routes_means,
	routes_nodes,
	routes_setup,
	routes_pages_request,
	routes_outbox,
	NULL,
};
/* clang-format on */

static int read_pattern(const struct http_route *route, struct line *line)
{
	*line = (struct line){.route = route};
	if (route->pattern[0] != '/')
		return JISR_BAD_INPUT;
	size_t variables = 0;
	for (const char *at = route->pattern + 1; *at != '\0';) {
		size_t length = strcspn(at, "/");
		if (line->part_count == URI_MAX_SEGMENTS)
			return JISR_TOO_LARGE;
		if (at[0] == '{') {
			if (at[length - 1] != '}' || ++variables > HTTP_MAX_VARIABLES)
				return JISR_BAD_INPUT;
		} else {
			line->parts[line->part_count].text = at;
			line->parts[line->part_count].length = length;
			line->fixed |= (uint32_t)1 << (31 - line->part_count);
		}
		line->part_count++;
		at += length + (at[length] == '/');
	}
	return JISR_OK;
}

int routes_new(const struct http_route *const *tables, struct routes **ret_routes)
{
	CLEANUP(routes_freep) struct routes *routes = memory_zero(1, sizeof *routes);
	if (routes == NULL)
		return JISR_NO_MEMORY;
	for (; *tables != NULL; tables++)
		for (const struct http_route *route = *tables; route->pattern != NULL; route++) {
			if (routes->count == ROUTES_MAX)
				return JISR_TOO_LARGE;
			int error = read_pattern(route, &routes->lines[routes->count++]);
			if (error != JISR_OK)
				return error;
		}
	*ret_routes = routes;
	routes = NULL;
	return JISR_OK;
}

struct routes *routes_free(struct routes *routes)
{
	return memory_free(routes);
}

const struct http_route *routes_at(const struct routes *routes, size_t index)
{
	return index < routes->count ? routes->lines[index].route : NULL;
}

bool routes_of_health(const struct http_route *route)
{
	for (const struct http_route *health = routes_health; health->pattern != NULL; health++)
		if (health == route)
			return true;
	return false;
}

static bool fits(const struct line *line, const struct uri *uri)
{
	if (line->part_count != uri->segment_count)
		return false;
	for (size_t i = 0; i < line->part_count; i++) {
		const char *segment = uri->segments[i];
		if (line->parts[i].text == NULL) {
			if (segment[0] == '\0')
				return false;
		} else if (strncmp(segment, line->parts[i].text, line->parts[i].length) != 0 ||
		           segment[line->parts[i].length] != '\0') {
			return false;
		}
	}
	return true;
}

/* How a path that no route knows is answered: as its neighbours are. */
static enum http_style style_of(const struct routes *routes, const struct uri *uri)
{
	for (size_t i = 0; i < routes->count && uri->segment_count > 0; i++) {
		const struct line *line = &routes->lines[i];
		if (line->part_count > 0 && line->parts[0].text != NULL &&
		    strlen(uri->segments[0]) == line->parts[0].length &&
		    memcmp(uri->segments[0], line->parts[0].text, line->parts[0].length) == 0)
			return line->route->style;
	}
	return HTTP_STYLE_PROBLEM;
}

void routes_find(const struct routes *routes, const struct uri *uri, enum http_method method,
                 struct routes_found *ret_found)
{
	struct routes_found found = {0};
	const struct line *best = NULL;
	uint32_t fixed = 0; /* of the best path, whatever its method: "/a/b" hides "/a/{x}" */
	for (size_t i = 0; i < routes->count; i++) {
		const struct line *line = &routes->lines[i];
		if (!fits(line, uri) || (found.allowed != 0 && line->fixed < fixed))
			continue;
		if (found.allowed == 0 || line->fixed > fixed) {
			found.allowed = 0;
			fixed = line->fixed;
			best = NULL;
			found.style = line->route->style;
		}
		found.allowed |= line->route->method;
		if ((line->route->method & method) != 0) {
			best = line;
			found.index = i;
		}
	}
	if (best != NULL) {
		found.route = best->route;
		found.style = best->route->style;
		for (size_t i = 0, variables = 0; i < best->part_count; i++)
			if (best->parts[i].text == NULL)
				found.variables[variables++] = uri->segments[i];
	} else if (found.allowed == 0) {
		found.style = style_of(routes, uri);
	}
	*ret_found = found;
}

const char *routes_allow(unsigned allowed, char out[ROUTES_ALLOW_MAX])
{
	static const struct {
		enum http_method method;
		const char *text;
	} methods[] = {{HTTP_GET, "GET, HEAD"},
	               {HTTP_POST, "POST"},
	               {HTTP_PUT, "PUT"},
	               {HTTP_PATCH, "PATCH"},
	               {HTTP_DELETE, "DELETE"}};
	out[0] = '\0';
	for (size_t i = 0, used = 0; i < sizeof methods / sizeof *methods; i++)
		if ((allowed & methods[i].method) != 0)
			used += (size_t)snprintf(out + used, ROUTES_ALLOW_MAX - used, "%s%s", used > 0 ? ", " : "",
			                         methods[i].text);
	return out;
}
