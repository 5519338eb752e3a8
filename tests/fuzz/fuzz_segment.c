/* A segment with damaged bytes, opened and searched. Checksums would keep almost all damage out, so the input changes
 * bytes of a sound segment (each four bytes: a place in three, a value in one), and the checksums are made right again
 * as far as opening looks at them: what is left are the bounds that every look-up checks. */
#include "watch/check.h"
#include "watch/segment_format.h"
#include "watch/set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct segment *sound_segment(struct arena *arena)
{
	static const char *const names[] = {"Oskar Lindqvist", "Lindqvist, O.", "Иван Петров", "Ana Ruiz Lopez"};
	static const char *const companies[] = {"Nordlicht Logistik Handel", "NLH GmbH"};
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	struct segment *segment = NULL;
	if (segment_builder_new(&builder) != JISR_OK)
		abort();
	for (int i = 0; i < 40; i++) {
		char id[16];
		struct entity *entity;
		bool company = i % 8 == 7;
		const char *name = company ? companies[i / 8 % 2] : names[i % 4], *births[] = {"1970", "1980-01-02"},
			   *countries[] = {"se", "no", "dk"};
		(void)snprintf(id, sizeof id, "p%d", i);
		int error = entity_new(id, company ? "Company" : "Person", arena, &entity);
		for (int k = 0; k < 2 && !error; k++)
			error = entity_add(entity, arena, "birthDate", births[k], strlen(births[k]));
		for (int k = 0; k < 3 && !error; k++)
			error = entity_add(entity, arena, "nationality", countries[k], 2);
		if (error || entity_add(entity, arena, "name", name, strlen(name)) != JISR_OK ||
		    entity_add_document(entity, arena, "passportNumber", "se", id, strlen(id)) != JISR_OK ||
		    entity_complete(entity, arena) != JISR_OK || segment_builder_put(builder, entity) != JISR_OK)
			abort();
	}
	if (segment_builder_open(builder, "fuzz", &segment) != JISR_OK)
		abort();
	return segment;
}

static void search(struct segment *segment, struct arena *arena)
{
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	struct check_answer answer;
	struct check_query query = {.names = {"Oskar Lindkvist", "Ivan Petrov", "AnaRuiz Lopez"},
	                            .name_count = 3,
	                            .names_cut = 1 << 2,
	                            .birth = {19700101, 19700101},
	                            .countries = {"fi"},
	                            .country_count = 1,
	                            .documents = {{"se", "P7"}},
	                            .document_count = 1};
	uint32_t number;
	struct entity *entity;
	(void)segment_find(segment, "p7", &number);
	for (uint32_t i = 0; i < 50; i++)
		(void)segment_entity(segment, i, arena, &entity);
	(void)segment_verify(segment, NULL);
	if (watch_set_new(&set) != JISR_OK || watch_scratch_new(&scratch) != JISR_OK ||
	    watch_set_replace(set, "fuzz", segment) != JISR_OK)
		abort();
	const struct watch_view *view = watch_view_take(set);
	(void)watch_check(view, &query, scratch, arena, &answer, NULL);
	(void)watch_check_exhaustive(view, &query, scratch, arena, &answer, NULL);
	struct check_query company = {
		.schema = "Company", .names = {"NLH", "Nordlicht Logistik Handel"}, .name_count = 2};
	(void)watch_check(view, &company, scratch, arena, &answer, NULL);
	watch_view_release(view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct segment *sound;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	if (arena_new((size_t)256 << 20, &arena) != JISR_OK)
		abort();
	if (sound == NULL)
		sound = sound_segment(arena);
	unsigned char *bytes = memory_alloc(sound->size);
	if (bytes == NULL)
		abort();
	memcpy(bytes, sound->bytes, sound->size);
	for (; size >= 4; data += 4, size -= 4) {
		size_t at = ((size_t)data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16) % sound->size;
		bytes[at] = data[3];
	}
	struct segment_table *table = (void *)(bytes + sound->size - sizeof *table);
	for (int i = 0; i < SECTION_COUNT; i++) {
		struct section_place *place = &table->sections[i];
		if (place->offset <= sound->size && place->length <= sound->size - place->offset)
			place->checksum = hash_bytes(bytes + place->offset, place->length);
	}
	table->checksum = segment_table_checksum((const void *)bytes, table);
	struct segment *segment;
	if (segment_adopt(bytes, sound->size, false, &segment, NULL) == JISR_OK)
		search(segment, arena);
	else
		memory_free(bytes);
	return 0;
}
