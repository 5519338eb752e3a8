/* Notices of invented people in every colour and state, written by the bureaus of the demonstration and reviewed by
 * headquarters' officers: the same from the same seed, but for the times that entries bear. Photographs are drawn. */
#include "base/sha256.h"
#include "cli/demo.h"

#include "base/json.h"
#include "base/tree.h"
#include "notices/act.h"

#include <ctype.h>
#include <math.h>
#include <png.h>
#include <string.h>

#define GROUP     25 /* notices of one submission */
#define PICTURES  24
#define SIDE      240
#define FIRST     70000 /* invented people from here on: not those of the list */
#define REVIEWERS 6     /* GS-6 to GS-13 are reviewers (cli/demo_members.c) */

struct noting {
	struct demo *demo;
	char pictures[PICTURES][SHA256_HEX];
	unsigned next; /* notice to be made */
	unsigned published;
};

static uint64_t draw(const struct noting *noting, const char *purpose, uint64_t below)
{
	return demo_random(noting->demo, purpose, noting->next) % below;
}

/* ---- photographs ---- */

static void paint(const struct demo *demo, unsigned number, uint8_t *pixels)
{
	uint64_t random = demo_random(demo, "picture", number);
	double wide = 48 + (double)(random % 14), tall = 62 + (double)(random >> 8 & 15);
	uint8_t skin = (uint8_t)(110 + (random >> 16 & 127)), hair = (uint8_t)(random >> 24 & 127);
	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++) {
			double dx = x - SIDE / 2.0, dy = y - SIDE * 0.44;
			uint8_t *at = pixels + 3 * (y * SIDE + x);
			bool face = dx * dx / (wide * wide) + dy * dy / (tall * tall) < 1;
			bool crown = dx * dx / ((wide + 8) * (wide + 8)) + (dy + 14) * (dy + 14) / (tall * tall) < 1 &&
			             dy < 0;
			bool body = dx * dx / 8100 + (y - SIDE) * (y - SIDE) / 4900.0 < 1;
			bool eye = fabs(fabs(dx) - wide / 2.6) < 5 && fabs(dy + 8) < 3;
			at[0] = eye     ? 40
			        : face  ? skin
			        : crown ? hair
			        : body  ? (uint8_t)(random >> 32 & 127)
			                : (uint8_t)(205 + y / 10);
			at[1] = eye     ? 40
			        : face  ? (uint8_t)(skin * 0.8)
			        : crown ? (uint8_t)(hair * 0.8)
			        : body  ? (uint8_t)(random >> 40 & 127)
			                : 214;
			at[2] = eye     ? 48
			        : face  ? (uint8_t)(skin * 0.66)
			        : crown ? (uint8_t)(hair * 0.6)
			        : body  ? 110
			                : 222;
		}
}

static int draw_pictures(struct noting *noting, struct problem *problem)
{
	CLEANUP(memory_freep) uint8_t *pixels = memory_alloc((size_t)SIDE * SIDE * 3);
	CLEANUP(memory_freep) uint8_t *file = memory_alloc((size_t)SIDE * SIDE * 4);
	struct caller head = demo_caller("MA", 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	int error = pixels == NULL || file == NULL ? problem_no_memory(problem) : JISR_OK;
	for (unsigned i = 0; i < PICTURES && !error; i++) {
		png_image image = {
			.version = PNG_IMAGE_VERSION, .width = SIDE, .height = SIDE, .format = PNG_FORMAT_RGB};
		png_alloc_size_t size = (png_alloc_size_t)SIDE * SIDE * 4;
		paint(noting->demo, i, pixels);
		if (!png_image_write_to_memory(&image, file, &size, 0, pixels, 0, NULL))
			return problem_set(problem, JISR_IO, "a photograph cannot be drawn: %s", image.message);
		error = act_store_picture(noting->demo->directory, &head, file, size, noting->pictures[i], problem);
	}
	return error;
}

/* ---- content ---- */

static const char *const colours[] = {"red",    "red",    "red",    "red",  "red",   "red",   "yellow",
                                      "yellow", "yellow", "blue",   "blue", "green", "green", "black",
                                      "orange", "purple", "silver", "un",   "un",    "red"};
static const char *const crimes[] = {"FIN", "DRU", "ORG", "TER", "THB", "CYB",
                                     "FIR", "VEH", "COR", "LIF", "PRO", "SMU"};
static const char *const eyes[] = {"BRO", "BROD", "BLU", "GRE", "BLA", "BROH", "GRY"};
static const char *const hair[] = {"BLA", "BRO", "BROF", "GRY", "RED", "YELB", "HAIB"};
static const char *const languages[] = {"ARA", "ENG", "FRE", "SPA", "RUS", "CHI", "GER", "HIN", "SWA", "POR"};
static const char *const places[] = {"Nowhere",          "Harbourton",           "Qasr Wahm",
                                     "Puerto Inventado", "Novograd Vymyshlenny", "Villefictive"};
static const char *const charges[] = {
	"Fraud as a member of an organised group",
	"Trafficking in narcotic drugs",
	"Participation in a criminal organisation",
	"Unlawful possession of firearms",
	"Theft of vehicles",
	"Unauthorised access to computer systems",
	"Corruption of officials",
	"Smuggling of migrants",
};

static void add_text(const struct noting *noting, cJSON *content, const char *name, const char *place)
{
	char text[600];
	cJSON *words = tree_add_object(content, name);
	(void)snprintf(text, sizeof text, "Invented for a demonstration. Seen last in %s; nothing of this happened.",
	               place);
	tree_text(words, "en", text);
	if (draw(noting, "translated", 3) == 0) {
		(void)snprintf(
			text, sizeof text,
			"Inventé pour une démonstration. Vu pour la dernière fois à %s ; rien de cela n'est arrivé.",
			place);
		tree_text(words, "fr", text);
		(void)snprintf(text, sizeof text,
		               "Inventado para una demostración. Visto por última vez en %s; nada de esto ocurrió.",
		               place);
		tree_text(words, "es", text);
		(void)snprintf(text, sizeof text, "اسم مخترع لغرض العرض. شوهد آخر مرة في %s، ولم يحدث شيء من هذا.",
		               place);
		tree_text(words, "ar", text);
	}
}

static void upper(const char *code, char out[3])
{
	out[0] = (char)toupper((unsigned char)code[0]);
	out[1] = (char)toupper((unsigned char)code[1]);
	out[2] = '\0';
}

static int add_identity(const struct noting *noting, cJSON *content, const char *colour, const char *picture,
                        struct problem *problem)
{
	struct demo *demo = noting->demo;
	struct people_name latin, native;
	struct entity *entity;
	uint64_t person = FIRST + noting->next;
	char country[3];
	int error = people_name(demo->people, person, PEOPLE_LATIN, demo->arena, &latin);
	if (!error)
		error = people_name(demo->people, person, PEOPLE_NATIVE, demo->arena, &native);
	if (!error)
		error = people_person(demo->people, person, demo->arena, &entity);
	if (error)
		return problem_set(problem, error, "%s", error_text(error));
	bool family = latin.family[0] != '\0';
	tree_text(content, "name", family ? latin.family : latin.given);
	if (family && latin.given[0] != '\0')
		tree_text(content, "forename", latin.given);
	if (strcmp(native.full, latin.full) != 0) {
		cJSON *name = tree_add_object(tree_add_array(content, "names"), NULL);
		tree_text(name, "text", native.full);
		tree_text(name, "kind", "original");
	}
	const char *sex = entity_get(entity, "gender"), *birth = entity_get(entity, "birthDate");
	tree_text(content, "sex", sex == NULL ? "U" : sex[0] == 'f' ? "F" : "M");
	cJSON *born = tree_add_object(content, "birth");
	if (birth != NULL && strchr(birth, '/') == NULL)
		tree_text(born, "date", birth);
	tree_text(born, "place", places[draw(noting, "birthplace", 6)]);
	const char *nationality = entity_get(entity, "nationality");
	if (nationality != NULL && strlen(nationality) == 2) {
		upper(nationality, country);
		tree_text(tree_add_array(content, "nationalities"), NULL, country);
	}
	tree_score(content, "height", 1.5 + (double)draw(noting, "height", 50) / 100);
	tree_score(content, "weight", 45 + (double)draw(noting, "weight", 60));
	tree_text(tree_add_array(content, "eyes"), NULL, eyes[draw(noting, "eyes", 7)]);
	tree_text(tree_add_array(content, "hair"), NULL, hair[draw(noting, "hair", 7)]);
	tree_text(tree_add_array(content, "languages"), NULL, languages[draw(noting, "language", 10)]);
	bool known = json_get(content, "forename") != NULL && json_get(born, "date") != NULL;
	if (!known || strcmp(colour, "yellow") == 0 || draw(noting, "pictured", 3) > 0)
		tree_text(tree_add_array(content, "photographs"), NULL, picture);
	const char *passport = entity_get(entity, "passportNumber");
	if (passport != NULL && passport[0] != '\0') {
		cJSON *document = tree_add_object(tree_add_array(content, "documents"), NULL);
		const char *number = strlen(passport) > 3 && passport[2] == ':' ? passport + 3 : passport;
		tree_text(document, "kind", "passport");
		tree_text(document, "number", number);
		if (number != passport) {
			upper(passport, country);
			if (codes_country_known(country))
				tree_text(document, "country", country);
		}
	}
	return JISR_OK;
}

static void add_warrant(const struct noting *noting, cJSON *content, const char *office)
{
	char reference[40], date[16];
	cJSON *warrant = tree_add_object(tree_add_array(content, "warrants"), NULL);
	bool sentence = draw(noting, "sentence", 4) == 0;
	(void)snprintf(reference, sizeof reference, "%u/%u", 2020 + (unsigned)draw(noting, "year", 6), noting->next);
	(void)snprintf(date, sizeof date, "20%02u-%02u-%02u", 20 + (unsigned)draw(noting, "year", 6),
	               1 + (unsigned)draw(noting, "month", 12), 1 + (unsigned)draw(noting, "day", 28));
	tree_text(warrant, "country", office);
	tree_text(warrant, "authority", "Court of First Instance of Nowhere");
	tree_text(warrant, "reference", reference);
	tree_text(warrant, "date", date);
	tree_text(warrant, "purpose", sentence ? "sentence" : "prosecution");
	tree_text(warrant, "charge", charges[draw(noting, "charge", 8)]);
	tree_text(warrant, "law", "Penal Code, article 1");
	tree_count(warrant, sentence ? "sentence_months" : "maximum_penalty_months", 24 + draw(noting, "months", 200));
	cJSON *extradition = tree_add_object(content, "extradition");
	tree_bool(extradition, "assured", true);
}

static const char *status_of(const struct noting *noting, const char *colour)
{
	if (strcmp(colour, "yellow") == 0)
		return "missing";
	if (strcmp(colour, "black") == 0)
		return "body";
	if (strcmp(colour, "un") == 0)
		return "sanctioned";
	if (strcmp(colour, "green") == 0)
		return "threat";
	return draw(noting, "sentence", 4) == 0 ? "convicted" : "charged";
}

static int make_content(const struct noting *noting, const char *colour, const char *office, cJSON **ret_content,
                        struct problem *problem)
{
	cJSON *content = tree_object();
	const char *place = places[draw(noting, "place", 6)];
	bool matter = strcmp(colour, "orange") == 0 || strcmp(colour, "purple") == 0,
	     body = strcmp(colour, "black") == 0;
	int error = JISR_OK;
	*ret_content = content;
	tree_text(content, "colour", colour);
	tree_text(content, "source_language", "en");
	tree_text(content, "subject", strcmp(colour, "orange") == 0 ? "event" : matter ? "method" : "person");
	if (!matter)
		tree_text(content, "status", status_of(noting, colour));
	if (!matter && !body)
		error = add_identity(noting, content, colour, noting->pictures[draw(noting, "picture", PICTURES)],
		                     problem);
	if (matter) {
		char title[80];
		(void)snprintf(title, sizeof title, "Invented %s %u, %s", matter ? "warning" : "", noting->next, place);
		tree_text(content, "title", title);
	}
	if (strcmp(colour, "yellow") != 0 && !body && strcmp(colour, "un") != 0)
		tree_text(tree_add_array(content, "crimes"), NULL, crimes[draw(noting, "crime", 12)]);
	if (strcmp(colour, "red") == 0)
		add_warrant(noting, content, office);
	if (strcmp(colour, "red") == 0 && draw(noting, "armed", 5) == 0)
		tree_text(tree_add_array(content, "warnings"), NULL, "armed");
	if (strcmp(colour, "blue") == 0)
		tree_text(tree_add_array(content, "sought"), NULL, "location");
	if (body || strcmp(colour, "yellow") == 0) {
		cJSON *event = tree_add_object(content, "event");
		tree_text(event, "date", "2026-03");
		tree_text(event, "place", place);
		if (body)
			tree_bool(tree_add_object(content, "biometrics"), "dna", true);
	}
	if (strcmp(colour, "green") == 0 || strcmp(colour, "orange") == 0)
		add_text(noting, content, "advice", place);
	if (strcmp(colour, "silver") == 0) {
		cJSON *asset = tree_add_object(tree_add_array(content, "assets"), NULL);
		tree_text(asset, "kind", "account");
		tree_text(asset, "description", "An account that does not exist");
	}
	if (strcmp(colour, "un") == 0) {
		char reference[20];
		cJSON *un = tree_add_object(content, "un");
		(void)snprintf(reference, sizeof reference, "INi.%u", noting->next);
		tree_text(un, "reference", reference);
		tree_text(un, "reference_date", "2021-12-29");
		tree_count(un, "resolution", 1267);
		tree_text(tree_add_array(un, "measures"), NULL, "freeze");
	}
	add_text(noting, content, "summary", place);
	return error;
}

/* ---- steps ---- */

static const char good_review[] =
	"{\"review\":{\"article_2\":{\"finding\":\"complies\",\"text\":\"Nothing against it.\"},"
	"\"article_3\":{\"finding\":\"complies\",\"text\":\"An ordinary crime.\"},"
	"\"conditions\":{\"finding\":\"complies\",\"text\":\"Met.\"},\"quality\":{\"finding\":\"complies\",\"text\":"
	"\"Good.\"}}}";

static int take(struct store_write *write, const struct caller *caller, enum notice_step step, const char *id,
                const char *fields, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = fields != NULL ? cJSON_Parse(fields) : NULL;
	struct act act = {.step = step, .caller = caller, .id = id, .fields = json, .expected = ENTRY_ANY};
	return act_run(write, &act, problem);
}

static int draft(struct store_write *write, struct noting *noting, const struct caller *owner, const char *colour,
                 bool diffusion, char id[NOTICE_ID_MAX + 1], struct problem *problem)
{
	cJSON *fields = tree_object(), *content = NULL;
	arena_reset(noting->demo->arena);
	int error = make_content(noting, colour, owner->office, &content, problem);
	if (!error && !cJSON_AddItemToObject(fields, "content", content))
		error = JISR_NO_MEMORY;
	tree_text(fields, "form", diffusion ? "diffusion" : "notice");
	bool extract = strcmp(colour, "red") == 0 || strcmp(colour, "yellow") == 0 || strcmp(colour, "un") == 0;
	tree_bool(fields, "public", extract && !diffusion && draw(noting, "public", 5) < 3);
	/* most reach everybody; diffusions, and one in eight, named offices */
	if (diffusion || draw(noting, "reach", 8) == 0) {
		bool only = diffusion || draw(noting, "only", 2) == 0;
		cJSON *list = tree_add_array(tree_add_object(fields, "reach"), only ? "only" : "except");
		for (unsigned i = 0; i < 3; i++) {
			const char *code =
				organisation_members[(draw(noting, "reached", 60) + 65 * i) % ORGANISATION_MEMBERS]
					.code;
			if (strcmp(code, owner->office) != 0)
				tree_text(list, NULL, code);
		}
	}
	(void)snprintf(id, NOTICE_ID_MAX + 1, "2026/%u", 1 + noting->next * 173u % 899981u);
	struct act act = {.step = STEP_DRAFT, .caller = owner, .wanted = id, .fields = fields, .expected = ENTRY_ANY};
	if (!error)
		error = tree_failed() ? problem_no_memory(problem) : act_run(write, &act, problem);
	json_free(fields);
	return error;
}

/* Asks for the same content with one mark more. */
static int amend(struct store_write *write, const struct noting *noting, const struct caller *owner, const char *colour,
                 const char *id, struct problem *problem)
{
	cJSON *fields = tree_object(), *content = NULL;
	arena_reset(noting->demo->arena);
	int error = make_content(noting, colour, owner->office, &content, problem);
	tree_text(content, "marks", "A mark that became known later");
	if (!error && !cJSON_AddItemToObject(fields, "content", content))
		error = JISR_NO_MEMORY;
	struct act act = {.step = STEP_AMEND, .caller = owner, .id = id, .fields = fields, .expected = ENTRY_ANY};
	if (!error)
		error = tree_failed() ? problem_no_memory(problem) : act_run(write, &act, problem);
	json_free(fields);
	return error;
}

/* As if its date of review had passed. */
static int expire(struct store_write *write, const struct caller *caller, const char *id, struct problem *problem)
{
	struct act act = {
		.step = STEP_EXPIRE, .caller = caller, .id = id, .today = "2099-12-31", .expected = ENTRY_ANY};
	return act_run(write, &act, problem);
}

/* How far a notice gets, in parts of 40: most are in force. */
static int advance(struct store_write *write, struct noting *noting, const struct caller *owner, const char *colour,
                   bool diffusion, const char *id, struct problem *problem)
{
	struct caller first = demo_caller(OFFICE_HEADQUARTERS, 6 + (unsigned)draw(noting, "first", REVIEWERS),
	                                  ROLE_BIT(ROLE_REVIEWER));
	struct caller second =
		demo_caller(OFFICE_HEADQUARTERS, 12 + (unsigned)draw(noting, "second", 2), ROLE_BIT(ROLE_REVIEWER));
	unsigned far = (unsigned)draw(noting, "far", 40);
	int error = JISR_OK;
	if (far == 0)
		return JISR_OK;
	if (far == 1)
		return take(write, owner, STEP_DISCARD, id, NULL, problem);
	error = take(write, owner, diffusion ? STEP_CIRCULATE : STEP_REQUEST, id, NULL, problem);
	if (!diffusion) {
		if (error || far == 2)
			return error;
		error = take(write, &first, STEP_TAKE, id, NULL, problem);
		if (error || far == 3)
			return error;
		if (far == 4)
			return take(write, &first, STEP_RETURN, id, "{\"text\":\"Which article of the law?\"}",
			            problem);
		if (far == 5)
			return take(write, &second, STEP_REFUSE, id,
			            "{\"ground\":\"article-3\",\"text\":\"Of a political character.\"}", problem);
		if (far == 6)
			return take(write, &second, STEP_REFUSE, id,
			            "{\"ground\":\"other\",\"text\":\"Not serious enough.\"}", problem);
		error = take(write, &first, STEP_ASSESS, id, good_review, problem);
		if (!error)
			error = take(write, &second, STEP_PUBLISH, id, NULL, problem);
	}
	if (error)
		return error;
	noting->published++;
	switch (far) {
	case 7: return take(write, &first, STEP_SUSPEND, id, "{\"text\":\"A doubt about the identity.\"}", problem);
	case 8: return take(write, owner, STEP_WITHDRAW, id, "{\"text\":\"No longer sought.\"}", problem);
	case 9:
		return take(write, &second, STEP_CANCEL, id,
		            "{\"ground\":\"human-rights\",\"text\":\"New information.\"}", problem);
	case 10: return take(write, owner, STEP_END, id, "{\"ending\":\"arrest\",\"text\":\"In Nowhere.\"}", problem);
	case 11: return take(write, owner, STEP_END, id, "{\"ending\":\"extradition\"}", problem);
	case 12: return take(write, owner, STEP_END, id, "{\"ending\":\"found\"}", problem);
	case 13:
		return take(write, &second, STEP_GRANT, id, "{\"text\":\"The person's request was granted.\"}",
		            problem);
	case 14: return amend(write, noting, owner, colour, id, problem);
	case 15: return expire(write, &first, id, problem);
	default: return JISR_OK;
	}
}

static int make_one(struct store_write *write, struct noting *noting, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	const char *colour = colours[draw(noting, "colour", sizeof colours / sizeof *colours)];
	bool un = strcmp(colour, "un") == 0, diffusion = !un && draw(noting, "diffusion", 9) == 0;
	const char *office =
		un ? OFFICE_HEADQUARTERS : organisation_members[draw(noting, "office", ORGANISATION_MEMBERS)].code;
	struct caller owner = un ? demo_caller(office, 14, ROLE_BIT(ROLE_BUREAU_OFFICER))
	                         : demo_caller(office, 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	int error = draft(write, noting, &owner, colour, diffusion, id, problem);
	return error ? error : advance(write, noting, &owner, colour, diffusion, id, problem);
}

static int make_group(struct store_write *write, void *context, struct problem *problem)
{
	struct noting *noting = context;
	unsigned begin = noting->next, published = noting->published;
	int error = JISR_OK;
	for (; !error && noting->next < begin + GROUP && noting->next < noting->demo->notices; noting->next++)
		error = make_one(write, noting, problem);
	if (error) {
		noting->next = begin;
		noting->published = published;
	}
	return error;
}

int demo_notices(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	struct noting noting = {.demo = demo};
	int error = draw_pictures(&noting, problem);
	while (!error && noting.next < demo->notices)
		error = store_submit(demo->store, make_group, &noting, problem);
	if (!error)
		(void)snprintf(ret_made, DEMO_MADE_MAX, "%llu notices and diffusions, of which %u were published",
		               (unsigned long long)demo->notices, noting.published);
	return error;
}
