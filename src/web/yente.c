#include "web/yente.h"

/* Bytes of a body that asks for one person, or a few: it is answered at once. */
#define ONE_QUERY 4096
/* A body's tree takes up to forty times its bytes. */
#define BODY_MOST ((size_t)4 << 20)

const struct http_route routes_yente[] = {
	{HTTP_POST, "/match/{dataset}", yente_post_match, HTTP_STYLE_DETAIL, "match", .right = RIGHT_CHECK,
         .access = "check", .body_max = BODY_MOST, .heavy_body = ONE_QUERY},
	{HTTP_POST, "/updatez", yente_post_updatez, HTTP_STYLE_DETAIL, "updatez", .right = RIGHT_LISTS_READ,
         .heavy = true},
	{HTTP_GET, "/search/{dataset}", yente_get_search, HTTP_STYLE_DETAIL, "search", .right = RIGHT_SEARCH,
         .access = "search", .heavy = true},
	{HTTP_GET, "/entities/{id}", yente_get_entity, HTTP_STYLE_DETAIL, "entity", .right = RIGHT_SEARCH,
         .access = "view", .heavy = true},
	{HTTP_GET, "/entities/{id}/adjacent", yente_get_adjacent, HTTP_STYLE_DETAIL, "adjacent", .right = RIGHT_SEARCH,
         .access = "view", .heavy = true},
	{HTTP_GET, "/entities/{id}/adjacent/{property}", yente_get_adjacent_property, HTTP_STYLE_DETAIL, "adjacent",
         .right = RIGHT_SEARCH, .access = "view", .heavy = true},
	{HTTP_GET, "/catalog", yente_get_catalog, HTTP_STYLE_DETAIL, "catalog", .right = RIGHT_LISTS_READ,
         .heavy = true},
	{HTTP_GET, "/manifest", yente_get_catalog, HTTP_STYLE_DETAIL, "catalog", .right = RIGHT_LISTS_READ,
         .heavy = true},
	{HTTP_GET, "/algorithms", yente_get_algorithms, HTTP_STYLE_DETAIL, "algorithms", .right = RIGHT_CHECK},
	{0},
};
