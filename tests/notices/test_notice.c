#include "notices/notice.h"

#include "notice_sample.h"
#include "world.h"

/* Random notices of random owners, states and lists, read by random offices: what comes out of every function is held
 * against the model below, which knows all. JISR_NOTICE_READS=1000000 reads so often (docs/notices.md). */
#define COUNT 150
#define READS 2000

static const char *const offices[] = {"", "GS", "MA", "FR", "ES", "IS", "RB-ABJ", "M", "MAR"};
#define OFFICES (sizeof offices / sizeof *offices)

static uint64_t random_state = 7;

static unsigned random_number(unsigned below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(random_state >> 33) % below;
}

struct model {
	char id[NOTICE_ID_MAX + 1];
	char hash[65];
	const char *owner, *colour;
	int kind; /* 0: all, 1: only, 2: except */
	unsigned named;
	bool is_public;
	enum notice_state state;
};

struct models {
	struct world *world;
	struct model list[COUNT];
};

/* The rule in words, written without looking at notice_visible. */
static bool sees(const struct model *model, const char *office)
{
	if (strcmp(office, model->owner) == 0)
		return true;
	if (strcmp(office, "GS") == 0)
		return model->state != STATE_DRAFT && model->state != STATE_DISCARDED;
	if (model->state != STATE_PUBLISHED && model->state != STATE_AMENDING)
		return false;
	if (office[0] == '\0')
		return model->is_public && model->kind == 0;
	for (size_t i = 0; i < OFFICES; i++)
		if (strcmp(offices[i], office) == 0)
			return model->kind == 0 || ((model->named >> i & 1) != 0) == (model->kind == 1);
	return model->kind != 1;
}

static void take(struct store_write *write, const struct caller *caller, enum notice_step step, const char *id,
                 const char *fields, struct act *act)
{
	struct problem problem = {""};
	CLEANUP(json_freep) cJSON *json = fields != NULL ? cJSON_Parse(fields) : NULL;
	*act = (struct act){.step = step, .caller = caller, .id = id, .fields = json, .expected = ENTRY_ANY};
	if (act_run(write, act, &problem) != JISR_OK)
		fail_msg("%s %s: %s", step_name(step), fields != NULL ? fields : "", problem.text);
}

static int make_one(struct store_write *write, void *context, struct problem *problem)
{
	(void)problem;
	struct models *models = context;
	struct world *world = models->world;
	static size_t made = 0;
	struct model *model = &models->list[made];
	struct caller owner = place_caller(offices[2 + random_number(4)], "X-1", ROLE_BIT(ROLE_BUREAU_OFFICER));
	char fields[8192], reach[200] = "\"*\"", list[120] = "";
	model->owner = strcmp(owner.office, "MA") == 0   ? "MA"
	               : strcmp(owner.office, "FR") == 0 ? "FR"
	               : strcmp(owner.office, "ES") == 0 ? "ES"
	                                                 : "IS";
	model->kind = (int)random_number(3);
	model->is_public = random_number(2) == 0;
	model->colour = "red";
	model->named = 0;
	for (size_t i = 2; i < 7; i++)
		if (random_number(2) == 0) {
			model->named |= 1u << i;
			(void)snprintf(list + strlen(list), sizeof list - strlen(list), "%s\"%s\"",
			               list[0] != '\0' ? "," : "", offices[i]);
		}
	if (list[0] == '\0')
		model->kind = 0;
	if (model->kind != 0)
		(void)snprintf(reach, sizeof reach, "{\"%s\":[%s]}", model->kind == 1 ? "only" : "except", list);
	(void)snprintf(model->hash, sizeof model->hash, "%064zx", made + 1);
	(void)snprintf(fields, sizeof fields, "{\"content\":%s,\"public\":%s,\"reach\":%s}", SAMPLE_RED,
	               model->is_public ? "true" : "false", reach);
	char *place = strstr(fields, SAMPLE_HASH);
	memcpy(place, model->hash, 64);
	struct act act;
	take(write, &owner, STEP_DRAFT, NULL, fields, &act);
	(void)snprintf(model->id, sizeof model->id, "%s", act.made);
	model->state = STATE_DRAFT;
	unsigned far = random_number(8);
	if (far > 0) {
		take(write, &owner, STEP_REQUEST, model->id, NULL, &act);
		model->state = STATE_REQUESTED;
	}
	if (far > 1) {
		take(write, &world->reviewer, STEP_TAKE, model->id, NULL, &act);
		take(write, &world->reviewer, STEP_ASSESS, model->id, WORLD_GOOD_REVIEW, &act);
		model->state = STATE_IN_REVIEW;
	}
	if (far > 2) {
		take(write, &world->second, STEP_PUBLISH, model->id, NULL, &act);
		model->state = STATE_PUBLISHED;
	}
	if (far == 6) {
		take(write, &world->second, STEP_SUSPEND, model->id, "{\"text\":\"a doubt\"}", &act);
		model->state = STATE_SUSPENDED;
	}
	if (far == 7) {
		*strstr(fields, ",\"reach\"") = '\0';
		(void)snprintf(fields + strlen(fields), 2, "}");
		take(write, &owner, STEP_AMEND, model->id, fields, &act);
		model->state = STATE_AMENDING;
	}
	made++;
	return JISR_OK;
}

/* The state as an office is told it. */
static enum notice_state told(const struct model *model, const char *office)
{
	return model->state == STATE_AMENDING && !notice_inside((struct viewer){office}, model->owner) ? STATE_PUBLISHED
	                                                                                               : model->state;
}

struct seen {
	const struct models *models;
	const char *office;
	size_t count;
	struct notice_place last;
};

static const struct model *find(const struct models *models, const char *id)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(models->list[i].id, id) == 0)
			return &models->list[i];
	return NULL;
}

static bool look(void *context, const struct notice *notice)
{
	struct seen *seen = context;
	const struct model *model = find(seen->models, notice->id);
	if (model == NULL || !sees(model, seen->office))
		fail_msg("%s is shown to '%s'", notice->id, seen->office);
	assert_int_equal(notice->state, told(model, seen->office));
	(void)snprintf(seen->last.id, sizeof seen->last.id, "%s", notice->id);
	(void)snprintf(seen->last.moment, sizeof seen->last.moment, "%s", notice->changed);
	seen->count++;
	return true;
}

static bool look_event(void *context, const struct history_event *event)
{
	struct seen *seen = context;
	seen->count++;
	assert_false(strcmp(event->step, "assess") == 0 && strcmp(seen->office, "GS") != 0);
	return true;
}

static bool look_picture(void *context, const char *hash)
{
	struct seen *seen = context;
	(void)hash;
	seen->count++;
	return true;
}

struct counted {
	const struct models *models;
	const char *office;
	const struct notice_filter *filter;
	uint64_t sums[3];
};

static bool look_facet(void *context, const char *facet, const char *value, uint64_t count)
{
	struct counted *counted = context;
	const struct notice_filter *filter = counted->filter;
	bool by_state = strcmp(facet, "state") == 0, by_owner = strcmp(facet, "owner") == 0;
	uint64_t expected = 0;
	for (size_t i = 0; i < COUNT; i++) {
		const struct model *model = &counted->models->list[i];
		enum notice_state state = told(model, counted->office);
		expected += sees(model, counted->office) &&
		            (by_state || filter->states == 0 || (filter->states & STATE_BIT(state)) != 0) &&
		            (by_owner || filter->owner == NULL || strcmp(filter->owner, model->owner) == 0) &&
		            (!by_state || strcmp(value, state_name(state)) == 0) &&
		            (!by_owner || strcmp(value, model->owner) == 0);
	}
	assert_int_equal(count, expected);
	if (strcmp(facet, "crime") == 0)
		assert_true(strcmp(value, "FIN") == 0 || strcmp(value, "ORG") == 0);
	counted->sums[by_state ? 0 : by_owner ? 1 : 2] += count;
	return true;
}

static bool count_row(void *context, const struct notice *notice)
{
	(void)notice;
	++*(size_t *)context;
	return true;
}

/* Counts of facets, and pages that are skipped to in each order, against the model. */
static void read_facets(struct sql *sql, struct arena *arena, const struct models *models, const char *office)
{
	struct viewer viewer = {office};
	struct problem problem = {""};
	const struct model *model = &models->list[random_number(COUNT)];
	struct notice_filter filter = {.owner = random_number(2) == 0 ? model->owner : NULL,
	                               .states = random_number(2) == 0 ? STATE_BIT(told(model, office)) : 0,
	                               .crime = random_number(2) == 0 ? "FIN" : NULL,
	                               .order = (enum notice_order)random_number(3)};
	struct counted counted = {models, office, &filter, {0}};
	uint64_t total = 0;
	size_t rows = 0;
	uint64_t faceted = 0;
	assert_int_equal(notice_facets(sql, viewer, &filter, arena, look_facet, &counted, &faceted, &problem), JISR_OK);
	assert_int_equal(notice_count(sql, viewer, &filter, &total, &problem), JISR_OK);
	assert_int_equal(faceted, total);
	assert_true(counted.sums[0] >= total && counted.sums[1] >= total);
	if (filter.states == 0)
		assert_int_equal(counted.sums[0], total);
	filter.skip = random_number(COUNT);
	filter.limit = 1 + random_number(COUNT);
	assert_int_equal(notice_list(sql, viewer, &filter, arena, count_row, &rows, &problem), JISR_OK);
	size_t left = total > filter.skip ? (size_t)total - filter.skip : 0;
	assert_int_equal(rows, left < filter.limit ? left : filter.limit);
	filter.crime = "ENV"; /* nobody's here */
	assert_int_equal(notice_count(sql, viewer, &filter, &total, &problem), JISR_OK);
	assert_int_equal(total, 0);
}

static void read_once(struct sql *sql, struct arena *arena, const struct models *models)
{
	const char *office = offices[random_number(OFFICES)];
	const struct model *model = &models->list[random_number(COUNT)];
	struct viewer viewer = {office};
	struct notice notice;
	struct problem problem = {""};
	struct seen seen = {models, office, 0, {"", ""}};
	arena_reset(arena);
	switch (random_number(7)) {
	case 5: read_facets(sql, arena, models, office); return;
	case 0: {
		int error = notice_get(sql, viewer, model->id, arena, &notice, &problem);
		if ((error == JISR_OK) != sees(model, office))
			fail_msg("%s of %s in %s for '%s': %d", model->id, model->owner, state_name(model->state),
			         office, error);
		if (error != JISR_OK) { /* the same sentence as for what was never there */
			struct problem never = {""};
			(void)notice_get(sql, viewer, "2025/1", arena, &notice, &never);
			char expected[100];
			(void)snprintf(expected, sizeof expected, "there is no notice %s", model->id);
			assert_string_equal(problem.text, expected);
			assert_string_equal(never.text, "there is no notice 2025/1");
			assert_int_equal(error, JISR_NOT_FOUND);
		}
		return;
	}
	case 1: { /* page after page */
		size_t expected = 0;
		struct notice_filter filter = {.limit = 1 + random_number(40)};
		for (size_t i = 0; i < COUNT; i++)
			expected += sees(&models->list[i], office);
		for (;;) {
			size_t before = seen.count;
			assert_int_equal(notice_list(sql, viewer, &filter, arena, look, &seen, &problem), JISR_OK);
			if (seen.count == before)
				break;
			filter.after = &seen.last;
		}
		assert_int_equal(seen.count, expected);
		return;
	}
	case 2: {
		uint64_t count, expected = 0;
		struct notice_filter filter = {.owner = model->owner,
		                               .states = random_number(2) == 0 ? STATE_BIT(model->state) : 0};
		for (size_t i = 0; i < COUNT; i++)
			expected += sees(&models->list[i], office) &&
			            strcmp(models->list[i].owner, model->owner) == 0 &&
			            (filter.states == 0 || told(&models->list[i], office) == model->state);
		assert_int_equal(notice_count(sql, viewer, &filter, &count, &problem), JISR_OK);
		assert_int_equal(count, expected);
		return;
	}
	case 3: {
		assert_int_equal(notice_pictures(sql, viewer, model->hash, look_picture, &seen, &problem), JISR_OK);
		assert_int_equal(seen.count, sees(model, office));
		return;
	}
	case 4: {
		int error = notice_history(sql, viewer, model->id, look_event, &seen, &problem);
		bool inside = notice_inside(viewer, model->owner) && sees(model, office);
		assert_true((error == JISR_OK) == inside && (seen.count > 0) == inside);
		return;
	}
	default: { /* the place of any notice is one, and tells nothing of it */
		struct notice_place place;
		struct notice_filter filter = {.after = &place, .limit = 5};
		bool there = notice_get(sql, (struct viewer){model->owner}, model->id, arena, &notice, NULL) == JISR_OK;
		assert_true(there);
		(void)snprintf(place.moment, sizeof place.moment, "%s", notice.changed);
		(void)snprintf(place.id, sizeof place.id, "%s", notice.id);
		assert_int_equal(notice_list(sql, viewer, &filter, arena, look, &seen, &problem), JISR_OK);
		assert_true(notice_visible(viewer, model->owner, model->state, model->is_public,
		                           model->kind == 0 ? "*" : "+") == sees(model, office) ||
		            model->kind != 0);
	}
	}
}

static void no_read_shows_what_its_reader_may_not_see(void **state)
{
	(void)state;
	struct world world;
	struct store_reader *reader = NULL;
	struct arena *arena = NULL;
	struct problem problem = {""};
	static struct models models;
	const char *wanted = getenv("JISR_NOTICE_READS");
	long reads = wanted != NULL ? strtol(wanted, NULL, 10) : READS;
	world_init(&world);
	models.world = &world;
	for (size_t i = 0; i < COUNT; i++)
		if (store_submit(world.place.store, make_one, &models, &problem) != JISR_OK)
			fail_msg("%s", problem.text);
	assert_int_equal(arena_new(16 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(world.place.store, &reader, NULL), JISR_OK);
	for (long i = 0; i < reads; i++)
		read_once(store_reader_sql(reader), arena, &models);
	/* and the model is one that a leak would show in */
	size_t hidden = 0;
	for (size_t i = 0; i < COUNT; i++)
		for (size_t o = 0; o < OFFICES; o++)
			hidden += !sees(&models.list[i], offices[o]);
	assert_true(hidden > COUNT * 2);
	store_read_end(reader);
	arena_free(arena);
	place_finish(&world.place);
}

static void ids_are_read_in_both_writings(void **state)
{
	(void)state;
	char id[NOTICE_ID_MAX + 1];
	assert_true(notice_id_read("2026/17", id));
	assert_string_equal(id, "2026/17");
	assert_true(notice_id_read("2026-999999", id));
	assert_string_equal(id, "2026/999999");
	static const char *const wrong[] = {
		"", "2026", "2026/", "26/1", "2026/1x", "2026//1", "2026/12345678901", "x026/1", "2026 1"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(notice_id_read(wrong[i], id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_read_shows_what_its_reader_may_not_see),
		cmocka_unit_test(ids_are_read_in_both_writings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
