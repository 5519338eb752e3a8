/* Stolen and lost things of the demonstration's bureaus: a file of Morocco's passports, some single objects of every kind. The
 * same from the same seed, but for the numbers of single objects, which are drawn by lot, and the times of the entries. */
#include "base/sha256.h"
#include "cli/demo.h"

#include "base/json.h"
#include "base/tree.h"
#include "notices/object_act.h"
#include "notices/object_file.h"

#include <string.h>

#define SINGLES 200
#define GROUP   25 /* objects of one submission */

static uint64_t draw(const struct demo *demo, const char *purpose, uint64_t n, uint64_t below)
{
	return demo_random(demo, purpose, n) % below;
}

static int make_file(struct demo *demo, struct problem *problem)
{
	static const char *const types[] = {"passport", "passport", "passport", "identity-card", "visa"};
	static const char *const statuses[] = {"stolen", "lost", "lost", "revoked", "invalid"};
	struct caller caller = demo_caller("MA", 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	CLEANUP(memory_freep) struct object_load *load = memory_zero(1, sizeof *load);
	struct input *input = NULL;
	struct text text;
	char digest[SHA256_HEX];
	text_init(&text, (size_t)256 << 20);
	(void)text_add_string(&text, "type,status,country,number,date,reference,crime_areas\n");
	for (uint64_t i = 0; i < demo->objects; i++) {
		uint64_t random = demo_random(demo, "document", i);
		(void)text_add_format(&text, "%s,%s,MA,%c%c%06u,20%02u-%02u-%02u,D %u,%s\n", types[random % 5],
		                      statuses[random / 5 % 5], (char)('A' + i % 26), (char)('A' + i / 26 % 26),
		                      (unsigned)(i / 2 + random % 2 * 500000), (unsigned)(random >> 8) % 10 + 15,
		                      (unsigned)(random >> 16) % 12 + 1, (unsigned)(random >> 24) % 28 + 1, (unsigned)i,
		                      random % 40 == 0   ? "THB"
		                      : random % 41 == 0 ? "TER"
		                                         : "");
	}
	int error = load == NULL ? JISR_NO_MEMORY : text.error;
	if (error) {
		text_finish(&text);
		return problem_set(problem, error, "%s", error_text(error));
	}
	sha256_hex(text.bytes, text.length, digest);
	load->caller = &caller;
	load->name = "passports";
	load->kind = "document";
	load->source = "demonstration";
	load->digest = digest;
	load->strict = true;
	error = input_open_bytes(text.bytes, text.length, &input, problem);
	if (!error)
		error = object_load(demo->store, input, load, problem);
	text_finish(&text);
	return error;
}

static void add_fields(const struct demo *demo, uint64_t n, cJSON *object, const char *country)
{
	static const char letters[] = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
	static const char *const makes[] = {"Almasar", "Boreal", "Castor", "Delfin"};
	uint64_t random = demo_random(demo, "object", n);
	char number[40];
	for (int i = 0; i < 17; i++)
		number[i] = letters[demo_random(demo, "letters", n * 17 + (uint64_t)i) % (sizeof letters - 1)];
	number[17] = '\0';
	switch (n % 5) {
	case 0:
		tree_text(object, "kind", "vehicle");
		tree_text(object, "type", random % 3 == 0 ? "motorcycle" : "car");
		tree_text(object, "status", "stolen");
		tree_text(object, "vin", number);
		tree_text(object, "make", makes[random % 4]);
		tree_text(tree_add_array(object, "crime_areas"), NULL, "VEH");
		break;
	case 1:
		number[8] = '\0';
		tree_text(object, "kind", "document");
		tree_text(object, "type", "passport");
		tree_text(object, "status", random % 2 == 0 ? "lost" : "stolen");
		tree_text(object, "number", number);
		break;
	case 2:
		number[7] = '\0';
		tree_text(object, "kind", "firearm");
		tree_text(object, "type", random % 2 == 0 ? "pistol" : "rifle");
		tree_text(object, "status", random % 4 == 0 ? "trafficked" : "stolen");
		tree_text(object, "serial", number);
		tree_text(object, "make", makes[random % 4]);
		tree_text(object, "model", random % 2 == 0 ? "P 20" : "R 7");
		tree_text(object, "calibre", random % 2 == 0 ? "9 mm" : "5.56 mm");
		tree_text(tree_add_array(object, "crime_areas"), NULL, "FIR");
		break;
	case 3:
		(void)snprintf(number, sizeof number, "Landscape with a bridge, no. %u", (unsigned)n);
		tree_text(object, "kind", "artwork");
		tree_text(object, "type", "painting");
		tree_text(object, "status", "stolen");
		tree_text(object, "title", number);
		tree_text(object, "material", "oil on canvas");
		tree_text(tree_add_array(object, "crime_areas"), NULL, "CUL");
		break;
	default:
		number[12] = '\0';
		tree_text(object, "kind", "vessel");
		tree_text(object, "type", "motor");
		tree_text(object, "status", "stolen");
		tree_text(object, "hull", number);
		tree_text(object, "length", "7 m");
		break;
	}
	tree_text(object, "country", country);
}

struct entering {
	struct demo *demo;
	uint64_t next;
};

static int enter_one(struct entering *entering, struct store_write *write, struct problem *problem)
{
	static const char *const bureaus[] = {"MA", "FR", "ES", "BR", "KE", "JP", "CA", "IN"};
	struct demo *demo = entering->demo;
	const char *country = bureaus[draw(demo, "bureau", entering->next, sizeof bureaus / sizeof *bureaus)];
	struct caller caller = demo_caller(country, 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	CLEANUP(json_freep) cJSON *fields = tree_object();
	cJSON *object = tree_add_object(fields, "object");
	struct object_act act = {.step = OBJECT_ENTER, .caller = &caller, .fields = fields, .expected = ENTRY_ANY};
	add_fields(demo, entering->next, object, country);
	uint64_t reach = draw(demo, "reach", entering->next, 20);
	if (reach < 2)
		tree_text(tree_add_array(tree_add_object(fields, "reach"), reach == 0 ? "except" : "only"), NULL,
		          strcmp(country, "FR") == 0 ? "ES" : "FR");
	int error = tree_failed() ? JISR_NO_MEMORY : object_act_run(write, &act, problem);
	if (error || draw(demo, "withdrawn", entering->next, 10) != 0)
		return error;
	CLEANUP(json_freep) cJSON *reason = tree_object();
	char id[OBJECT_ID_MAX];
	(void)snprintf(id, sizeof id, "%s", act.made);
	tree_text(reason, "reason", "found");
	struct object_act back = {
		.step = OBJECT_WITHDRAW, .caller = &caller, .id = id, .fields = reason, .expected = ENTRY_ANY};
	return object_act_run(write, &back, problem);
}

static int enter_group(struct store_write *write, void *context, struct problem *problem)
{
	struct entering *entering = context;
	int error = JISR_OK;
	for (int i = 0; i < GROUP && entering->next < SINGLES && !error; i++, entering->next++)
		error = enter_one(entering, write, problem);
	return error;
}

int demo_objects(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	struct entering entering = {demo, 0};
	int error = demo->objects > 0 ? make_file(demo, problem) : JISR_OK;
	while (!error && demo->objects > 0 && entering.next < SINGLES)
		error = store_submit(demo->store, enter_group, &entering, problem);
	if (!error)
		(void)snprintf(ret_made, DEMO_MADE_MAX,
		               "%llu stolen and lost documents in a file, %llu objects one by one",
		               (unsigned long long)demo->objects, (unsigned long long)entering.next);
	return error;
}
