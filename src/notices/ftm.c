#include "notices/ftm.h"

#include "base/emit.h"
#include "base/json.h"

#include <ctype.h>
#include <string.h>

/* The topic that each colour is, as FollowTheMoney's users know them. */
static const struct {
	const char *colour, *topic;
} topics[] = {
	{"red", "wanted"},   {"blue", "reg.warn"}, {"green", "crime"},
	{"silver", "crime"}, {"un", "sanction"},   {"orange", "reg.warn"},
};

struct building {
	struct entity *entity;
	struct arena *arena;
	int error;
};

static void add(struct building *building, const char *property, const char *value)
{
	if (value != NULL && building->error == JISR_OK)
		building->error = entity_add(building->entity, building->arena, property, value, strlen(value));
}

static void add_country(struct building *building, const char *property, const char *code)
{
	char small[3];
	if (code == NULL || strlen(code) != 2)
		return;
	small[0] = (char)tolower((unsigned char)code[0]);
	small[1] = (char)tolower((unsigned char)code[1]);
	small[2] = '\0';
	add(building, property, small);
}

static void add_names(struct building *building, const cJSON *content)
{
	const char *name = json_get_text(content, "name"), *forename = json_get_text(content, "forename");
	if (name != NULL && forename != NULL) {
		const char *full = arena_format(building->arena, "%s %s", forename, name);
		if (full == NULL)
			building->error = JISR_NO_MEMORY;
		add(building, "name", full);
		add(building, "firstName", forename);
		add(building, "lastName", name);
	} else {
		add(building, "name", name != NULL ? name : forename);
	}
	const cJSON *list = json_get(content, "names");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next) {
		const char *kind = json_get_text(one, "kind");
		add(building,
		    strcmp(kind, "original") == 0                                 ? "name"
		    : strcmp(kind, "birth") == 0 || strcmp(kind, "previous") == 0 ? "previousName"
		    : strcmp(kind, "weak") == 0                                   ? "weakAlias"
		                                                                  : "alias",
		    json_get_text(one, "text"));
	}
}

static void add_documents(struct building *building, const cJSON *content)
{
	const cJSON *list = json_get(content, "documents");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL && building->error == JISR_OK;
	     one = one->next) {
		const char *code = json_get_text(one, "country"), *number = json_get_text(one, "number");
		char small[3] = "";
		if (code != NULL)
			(void)snprintf(small, sizeof small, "%c%c", tolower((unsigned char)code[0]),
			               tolower((unsigned char)code[1]));
		building->error = entity_add_document(
			building->entity, building->arena,
			strcmp(json_get_text(one, "kind"), "passport") == 0 ? "passportNumber" : "idNumber",
			code != NULL ? small : NULL, number, strlen(number));
	}
}

static void add_person(struct building *building, const cJSON *content)
{
	const cJSON *birth = json_get(content, "birth"), *list;
	const char *sex = json_get_text(content, "sex");
	add(building, "birthDate", json_get_text(birth, "date"));
	add(building, "birthPlace", json_get_text(birth, "place"));
	add_country(building, "birthCountry", json_get_text(birth, "country"));
	list = json_get(content, "nationalities");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next)
		add_country(building, "nationality", one->valuestring);
	if (sex != NULL && sex[0] != 'U')
		add(building, "gender", sex[0] == 'F' ? "female" : "male");
	add(building, "appearance", json_get_text(content, "marks"));
}

static void add_rest(struct building *building, const char *id, const char *owner, const cJSON *content)
{
	const char *colour = json_get_text(content, "colour");
	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
		if (strcmp(topics[i].colour, colour) == 0)
			add(building, "topics", topics[i].topic);
	const cJSON *list = json_get(content, "warrants");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next) {
		const char *note = arena_format(building->arena, "wanted by %s: %s", json_get_text(one, "country"),
		                                json_get_text(one, "charge"));
		if (note == NULL)
			building->error = JISR_NO_MEMORY;
		add(building, "notes", note);
	}
	list = json_get(content, "warnings");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next)
		add(building, "notes", codes_label(&codes_warning, one->valuestring, LANGUAGE_EN));
	const char *program =
		arena_format(building->arena, "%s %s, %s", codes_label(&codes_colour, colour, LANGUAGE_EN), id, owner);
	if (program == NULL)
		building->error = JISR_NO_MEMORY;
	add(building, "program", program);
}

int ftm_entity(const char *id, const char *owner, const cJSON *content, struct arena *arena, struct entity **ret_entity)
{
	struct building building = {.arena = arena};
	const char *subject = json_get_text(content, "subject");
	bool person = strcmp(subject, "person") == 0;
	*ret_entity = NULL;
	if ((!person && strcmp(subject, "entity") != 0) ||
	    (json_get(content, "name") == NULL && json_get(content, "forename") == NULL &&
	     json_get(content, "names") == NULL))
		return JISR_OK;
	char *name = arena_format(arena, "notice-%s", id);
	if (name == NULL)
		return JISR_NO_MEMORY;
	for (char *at = name; *at != '\0'; at++)
		if (*at == '/')
			*at = '-';
	building.error = entity_new(name, person ? "Person" : "LegalEntity", arena, &building.entity);
	if (building.error)
		return building.error;
	add_names(&building, content);
	if (person)
		add_person(&building, content);
	add_documents(&building, content);
	add_rest(&building, id, owner, content);
	if (!building.error)
		building.error = entity_complete(building.entity, arena);
	if (!building.error)
		*ret_entity = building.entity;
	return building.error;
}

int ftm_line(const struct entity *entity, struct text *text)
{
	emit_object(text, NULL);
	emit_text(text, "id", entity->id);
	emit_text(text, "schema", entity->schema);
	emit_text(text, "caption", entity->caption);
	emit_object(text, "properties");
	for (size_t i = 0; i < entity->count;) {
		const char *name = entity->properties[i].name;
		emit_array(text, name);
		for (; i < entity->count && strcmp(entity->properties[i].name, name) == 0; i++) {
			const char *value = entity->properties[i].value;
			/* a document stands as "cc:NUMBER" inside */
			if (property_use(name) == USE_DOCUMENT && islower((unsigned char)value[0]) &&
			    islower((unsigned char)value[1]) && value[2] == ':')
				value += 3;
			emit_text(text, NULL, value);
		}
		emit_close_array(text);
	}
	emit_close_object(text);
	emit_array(text, "datasets");
	emit_text(text, NULL, FTM_DATASET);
	emit_close_array(text);
	emit_close_object(text);
	return text_add_char(text, '\n');
}
