/* Turns what a builder collected into the bytes of a segment.
 *
 * Numbers are given in an order that depends on the entities alone: entities by id, forms by class and then in the order
 * in which the entities' names first use them, parts by their consonants. So the same entities give the same bytes
 * whatever the order of the puts, neighbours in id order lie near each other, and so do parts that sound alike: what one
 * look-up reads of parts, keys and postings lies in few places.
 *
 * Everything is written once, from front to back, through one buffer; the table of sections comes last. Beside the
 * builder this needs 16 bytes an entity, 8 a form, 8 a part, and the postings (16 bytes a part of a form), the bearers
 * (8 bytes a name) and the keys (16 bytes a key) one after the other. */
#include "watch/segment_write.h"

#include "base/memory.h"
#include "names/sign.h"

#define NO_NUMBER UINT32_MAX

static void numbering_finish(struct numbering *numbering)
{
	memory_free(numbering->order);
	memory_free(numbering->form_number);
	memory_free(numbering->part_number);
	memory_free(numbering->forms);
	memory_free(numbering->parts);
	memory_free(numbering->summaries);
}

static const char *id_of(const struct segment_builder *builder, uint32_t entity)
{
	const struct built_entity *built = &builder->entities[entity];
	return record_id(builder->records.bytes + built->record, built->record_length);
}

static int compare_entities(const void *left, const void *right, void *context)
{
	const struct sorted_entity *a = left, *b = right;
	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	return strcmp(id_of(context, a->entity), id_of(context, b->entity));
}

static unsigned class_of(const struct segment_builder *builder, uint32_t form)
{
	unsigned class = 0;
	for (uint32_t at = builder->forms_start[form] + 1; at < builder->forms_start[form + 1]; at++)
		class += form_class_part(builder->parts[FORM_PART(builder->form_words[at])].kind);
	return class;
}

/* Gives the used forms, listed in order of first use, their numbers: by class, then by first use. */
static int number_forms(const struct segment_builder *builder, struct numbering *numbering)
{
	CLEANUP(memory_freep) uint32_t *used = memory_alloc(numbering->form_count * sizeof *used);
	if (used == NULL)
		return JISR_NO_MEMORY;
	memcpy(used, numbering->forms, numbering->form_count * sizeof *used);
	uint32_t next[FORM_CLASSES + 1] = {0};
	for (uint32_t i = 0; i < numbering->form_count; i++)
		next[class_of(builder, used[i]) + 1]++;
	for (unsigned class = 1; class <= FORM_CLASSES; class ++)
		next[class] += next[class - 1];
	memcpy(numbering->classes, next, sizeof next);
	for (uint32_t i = 0; i < numbering->form_count; i++) {
		uint32_t to = next[class_of(builder, used[i])]++;
		numbering->forms[to] = used[i];
		numbering->form_number[used[i]] = to;
	}
	return JISR_OK;
}

/* A used part with the classes of its first consonants, four bits each. */
struct sorted_part {
	uint64_t consonants;
	uint32_t part;
};

static uint64_t consonants_of(const struct name_part *part)
{
	static const uint8_t classes[26] = {['b' - 'a'] = 1, ['p' - 'a'] = 1, ['f' - 'a'] = 1, ['v' - 'a'] = 1,
	                                    ['w' - 'a'] = 1, ['d' - 'a'] = 2, ['t' - 'a'] = 2, ['c' - 'a'] = 3,
	                                    ['g' - 'a'] = 3, ['k' - 'a'] = 3, ['q' - 'a'] = 3, ['x' - 'a'] = 3,
	                                    ['s' - 'a'] = 4, ['z' - 'a'] = 4, ['j' - 'a'] = 4, ['l' - 'a'] = 5,
	                                    ['r' - 'a'] = 5, ['m' - 'a'] = 6, ['n' - 'a'] = 7};
	uint64_t consonants = 0;
	unsigned room = 64, last = 0;
	for (size_t i = 0; i < part->latin_length && room > 0; i++) {
		unsigned class = part->latin[i] >= 'a' ? classes[part->latin[i] - 'a'] : 8;
		if (class != 0 && class != last)
			consonants |= (uint64_t) class << (room -= 4);
		last = class;
	}
	return consonants;
}

static int compare_parts(const void *left, const void *right, void *context)
{
	const struct sorted_part *a = left, *b = right;
	const struct segment_builder *builder = context;
	if (a->consonants != b->consonants)
		return a->consonants < b->consonants ? -1 : 1;
	const struct name_part *one = &builder->parts[a->part], *two = &builder->parts[b->part];
	int order = memcmp(one->latin, two->latin, sizeof one->latin);
	return order != 0 ? order : memcmp(one, two, sizeof *one);
}

static int number_parts(struct segment_builder *builder, struct numbering *numbering)
{
	CLEANUP(memory_freep) struct sorted_part *sorted = memory_alloc(builder->part_count * sizeof *sorted);
	if (sorted == NULL)
		return JISR_NO_MEMORY;
	for (uint32_t i = 0; i < numbering->form_count; i++) {
		uint32_t form = numbering->forms[i];
		for (uint32_t at = builder->forms_start[form] + 1; at < builder->forms_start[form + 1]; at++) {
			uint32_t part = FORM_PART(builder->form_words[at]);
			if (numbering->part_number[part] == NO_NUMBER) {
				numbering->part_number[part] = 0;
				sorted[numbering->part_count++] =
					(struct sorted_part){consonants_of(&builder->parts[part]), part};
			}
		}
	}
	qsort_r(sorted, numbering->part_count, sizeof *sorted, compare_parts, builder);
	for (uint32_t i = 0; i < numbering->part_count; i++) {
		numbering->parts[i] = sorted[i].part;
		numbering->part_number[sorted[i].part] = i;
	}
	return JISR_OK;
}

static int number(struct segment_builder *builder, struct numbering *numbering)
{
	numbering->order = memory_alloc(builder->live * sizeof *numbering->order);
	numbering->form_number = memory_alloc(builder->form_count * sizeof(uint32_t));
	numbering->forms = memory_alloc(builder->form_count * sizeof(uint32_t));
	numbering->part_number = memory_alloc(builder->part_count * sizeof(uint32_t));
	numbering->parts = memory_alloc(builder->part_count * sizeof(uint32_t));
	if (numbering->order == NULL || numbering->form_number == NULL || numbering->forms == NULL ||
	    numbering->part_number == NULL || numbering->parts == NULL)
		return JISR_NO_MEMORY;
	size_t live = 0;
	for (size_t i = 0; i < builder->entity_count; i++) {
		if (builder->entities[i].dead)
			continue;
		const char *id = id_of(builder, (uint32_t)i);
		uint64_t prefix = 0;
		for (size_t k = 0; k < 8; k++) {
			prefix = prefix << 8 | (unsigned char)*id;
			id += *id != '\0';
		}
		numbering->order[live++] = (struct sorted_entity){prefix, (uint32_t)i};
	}
	qsort_r(numbering->order, live, sizeof *numbering->order, compare_entities, builder);
	memset(numbering->form_number, 0xff, builder->form_count * sizeof(uint32_t));
	memset(numbering->part_number, 0xff, builder->part_count * sizeof(uint32_t));
	for (size_t i = 0; i < live; i++) {
		const struct built_entity *built = &builder->entities[numbering->order[i].entity];
		for (uint32_t k = 0; k < built->name_count; k++) {
			uint32_t form = builder->names[built->name + k].form;
			if (numbering->form_number[form] == NO_NUMBER) {
				numbering->form_number[form] = 0;
				numbering->forms[numbering->form_count++] = form;
			}
		}
		numbering->names += built->name_count;
	}
	int error = number_forms(builder, numbering);
	return error ? error : number_parts(builder, numbering);
}

static void write_entities(const struct segment_builder *builder, const struct numbering *numbering,
                           struct segment_sink *sink)
{
	uint64_t offset = 0;
	segment_sink_begin(sink, SECTION_ENTITY_OFFSETS);
	for (size_t i = 0; i < builder->live; i++) {
		segment_sink_add(sink, &offset, sizeof offset);
		offset += builder->entities[numbering->order[i].entity].record_length;
	}
	segment_sink_add(sink, &offset, sizeof offset);
	segment_sink_end(sink, SECTION_ENTITY_OFFSETS);

	segment_sink_begin(sink, SECTION_RECORDS);
	for (size_t i = 0; i < builder->live; i++) {
		const struct built_entity *built = &builder->entities[numbering->order[i].entity];
		segment_sink_add(sink, builder->records.bytes + built->record, built->record_length);
	}
	segment_sink_end(sink, SECTION_RECORDS);
}

/* The words of EXTRAS that an entity's attributes use, and the same attributes pointing at `next`. */
static size_t move_extras(struct attributes *attributes, uint32_t next, uint32_t ranges[2][2])
{
	size_t count = 0;
	if (attributes->flags & ATTRIBUTES_BIRTHS) {
		ranges[count][0] = (uint32_t)attributes->birth_from;
		ranges[count][1] = (uint32_t)attributes->birth_to * 2;
		attributes->birth_from = (int32_t)next;
		next += ranges[count++][1];
	}
	if (attributes->flags & ATTRIBUTES_COUNTRIES) {
		ranges[count][0] = attributes->countries[0] | (uint32_t)attributes->countries[1] << 16;
		ranges[count][1] = attributes->country_count;
		attributes->countries[0] = (uint16_t)next;
		attributes->countries[1] = (uint16_t)(next >> 16);
		count++;
	}
	return count;
}

static void write_attributes(const struct segment_builder *builder, const struct numbering *numbering,
                             struct segment_sink *sink)
{
	uint32_t ranges[2][2], next = 0;
	segment_sink_begin(sink, SECTION_ATTRIBUTES);
	for (size_t i = 0; i < builder->live; i++) {
		struct attributes attributes = builder->entities[numbering->order[i].entity].attributes;
		size_t count = move_extras(&attributes, next, ranges);
		for (size_t k = 0; k < count; k++)
			next += ranges[k][1];
		segment_sink_add(sink, &attributes, sizeof attributes);
	}
	segment_sink_end(sink, SECTION_ATTRIBUTES);

	segment_sink_begin(sink, SECTION_EXTRAS);
	for (size_t i = 0; i < builder->live; i++) {
		struct attributes attributes = builder->entities[numbering->order[i].entity].attributes;
		size_t count = move_extras(&attributes, 0, ranges);
		for (size_t k = 0; k < count; k++)
			segment_sink_add(sink, builder->extras + ranges[k][0], ranges[k][1] * sizeof(uint32_t));
	}
	segment_sink_end(sink, SECTION_EXTRAS);
}

static void write_parts(const struct segment_builder *builder, const struct numbering *numbering,
                        struct segment_sink *sink)
{
	segment_sink_begin(sink, SECTION_PARTS);
	for (uint32_t i = 0; i < numbering->part_count; i++)
		segment_sink_add(sink, &builder->parts[numbering->parts[i]], sizeof(struct name_part));
	segment_sink_end(sink, SECTION_PARTS);

	segment_sink_begin(sink, SECTION_PART_SIGNS);
	for (uint32_t i = 0; i < numbering->part_count; i++) {
		uint32_t sign = sign_of(&builder->parts[numbering->parts[i]]);
		segment_sink_add(sink, &sign, sizeof sign);
	}
	segment_sink_end(sink, SECTION_PART_SIGNS);
}

static bool repeated(const uint32_t *words, uint32_t at)
{
	for (uint32_t i = 0; i < at; i++)
		if (FORM_PART(words[i]) == FORM_PART(words[at]))
			return true;
	return false;
}

/* A summary of nobody has a year_to of 0. */
static void summary_join(struct summary *summary, const struct summary *other)
{
	if (summary->year_to == 0) {
		*summary = *other;
		return;
	}
	summary->year_from = other->year_from < summary->year_from ? other->year_from : summary->year_from;
	summary->year_to = other->year_to > summary->year_to ? other->year_to : summary->year_to;
	summary->day = other->day == summary->day ? other->day : 0;
	summary->country = other->country == summary->country ? other->country : 0;
}

static struct summary summary_of(const struct attributes *attributes)
{
	struct summary summary = {0, UINT8_MAX, 0, 0};
	struct date birth = {attributes->birth_from, attributes->birth_to};
	if ((attributes->flags & ATTRIBUTES_BIRTHS) == 0 && date_known(birth)) {
		summary.year_from = posting_year(birth.from / 10000);
		summary.year_to = posting_year(birth.to / 10000);
		summary.day = date_is_day(birth) ? posting_day(birth) : 0;
	}
	if (attributes->country_count == 1)
		summary.country = posting_country(attributes->countries[0]);
	return summary;
}

/* The posting of a form under its part `but`; returns how many others it tells, at most POSTING_OTHERS. */
static size_t posting_fill(const struct segment_builder *builder, const struct numbering *numbering, uint32_t form,
                           const uint32_t *words, uint32_t count, uint32_t but, struct posting *ret_posting)
{
	struct posting posting = {.form = form, .bearers = numbering->summaries[form]};
	size_t others = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (i == but || !form_class_part(builder->parts[FORM_PART(words[i])].kind))
			continue;
		if (others == POSTING_OTHERS) {
			posting.others[0] = POSTING_MORE;
			break;
		}
		posting.others[others++] = part_mark(numbering->part_number[FORM_PART(words[i])]);
	}
	*ret_posting = posting;
	return others;
}

static int summarise(const struct segment_builder *builder, struct numbering *numbering)
{
	numbering->summaries = memory_zero(numbering->form_count, sizeof *numbering->summaries);
	if (numbering->summaries == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < builder->live; i++) {
		const struct built_entity *built = &builder->entities[numbering->order[i].entity];
		struct summary summary = summary_of(&built->attributes);
		for (uint32_t k = 0; k < built->name_count; k++)
			summary_join(
				&numbering->summaries[numbering->form_number[builder->names[built->name + k].form]],
				&summary);
	}
	return JISR_OK;
}

/* Notes who stands beside a part in one form, as the form's posting has it. */
static void join_company(struct part_hot *hot, const struct posting *posting, size_t others)
{
	if (others == 0)
		hot->flags |= HOT_ALONE;
	if (posting->others[0] == POSTING_MORE)
		hot->company[0] = POSTING_MORE;
	for (size_t i = 0; i < others && hot->company[0] != POSTING_MORE; i++) {
		size_t at = 0;
		while (at < HOT_COMPANY && hot->company[at] != 0 && hot->company[at] != posting->others[i])
			at++;
		if (at == HOT_COMPANY)
			hot->company[0] = POSTING_MORE;
		else
			hot->company[at] = posting->others[i];
	}
}

static int write_postings(const struct segment_builder *builder, const struct numbering *numbering,
                          struct segment_sink *sink)
{
	size_t total = 0;
	CLEANUP(memory_freep) uint32_t *start = memory_zero((size_t)numbering->part_count + 2, sizeof *start);
	if (start == NULL)
		return JISR_NO_MEMORY;
	/* start[p + 2] counts, then start[p + 1] runs from the beginning of p's postings to their end. */
	for (uint32_t i = 0; i < numbering->form_count; i++) {
		uint32_t count;
		const uint32_t *words = segment_form_words(builder, numbering->forms[i], &count);
		for (uint32_t k = 0; k < count; k++) {
			if (repeated(words, k))
				continue;
			start[numbering->part_number[FORM_PART(words[k])] + 2]++;
			total++;
		}
	}
	if (total > UINT32_MAX)
		return JISR_TOO_LARGE;
	for (uint32_t i = 2; i < numbering->part_count + 2; i++)
		start[i] += start[i - 1];
	CLEANUP(memory_freep) struct posting *postings = memory_alloc(total * sizeof *postings);
	CLEANUP(memory_freep) struct part_hot *hot = memory_zero(numbering->part_count, sizeof *hot);
	if (postings == NULL || hot == NULL)
		return JISR_NO_MEMORY;
	for (uint32_t i = 0; i < numbering->part_count; i++) {
		const struct name_part *part = &builder->parts[numbering->parts[i]];
		hot[i].weight = part->weight;
		hot[i].first = part->latin_length > 0 ? (uint8_t)part->latin[0] : 0;
		hot[i].flags = form_class_part(part->kind) ? HOT_NAMES : 0;
	}
	for (uint32_t i = 0; i < numbering->form_count; i++) {
		uint32_t count;
		const uint32_t *words = segment_form_words(builder, numbering->forms[i], &count);
		for (uint32_t k = 0; k < count; k++) {
			uint32_t part = numbering->part_number[FORM_PART(words[k])];
			if (repeated(words, k))
				continue;
			struct posting *posting = &postings[start[part + 1]++];
			size_t others = posting_fill(builder, numbering, i, words, count, k, posting);
			join_company(&hot[part], posting, others);
			summary_join(&hot[part].bearers, &numbering->summaries[i]);
		}
	}
	segment_sink_section(sink, SECTION_PART_HOT, hot, numbering->part_count * sizeof *hot);
	segment_sink_section(sink, SECTION_POSTINGS_START, start, ((size_t)numbering->part_count + 1) * sizeof *start);
	segment_sink_section(sink, SECTION_POSTINGS, postings, total * sizeof *postings);
	return JISR_OK;
}

static int write_forms(const struct segment_builder *builder, const struct numbering *numbering,
                       struct segment_sink *sink)
{
	segment_sink_section(sink, SECTION_CLASSES, numbering->classes, sizeof numbering->classes);
	uint32_t next = 0;
	segment_sink_begin(sink, SECTION_FORMS_START);
	for (uint32_t i = 0; i < numbering->form_count; i++) {
		uint32_t count;
		segment_sink_add(sink, &next, sizeof next);
		(void)segment_form_words(builder, numbering->forms[i], &count);
		next += FORM_HEAD + count;
	}
	segment_sink_add(sink, &next, sizeof next);
	segment_sink_end(sink, SECTION_FORMS_START);

	/* start[f + 2] counts, then start[f + 1] runs from the first bearer of f to its end, as for the postings. */
	CLEANUP(memory_freep) uint32_t *start = memory_zero((size_t)numbering->form_count + 2, sizeof *start);
	CLEANUP(memory_freep) struct bearer *bearers = memory_alloc(numbering->names * sizeof *bearers);
	if (start == NULL || bearers == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < builder->live; i++) {
		const struct built_entity *built = &builder->entities[numbering->order[i].entity];
		for (uint32_t k = 0; k < built->name_count; k++)
			start[numbering->form_number[builder->names[built->name + k].form] + 2]++;
	}
	for (uint32_t i = 0; i < numbering->form_count; i++)
		if (start[i + 2] > SEGMENT_MAX_BEARERS)
			return JISR_TOO_LARGE;
	for (uint32_t i = 2; i < numbering->form_count + 2; i++)
		start[i] += start[i - 1];
	for (size_t i = 0; i < builder->live; i++) {
		const struct built_entity *built = &builder->entities[numbering->order[i].entity];
		struct summary summary = summary_of(&built->attributes);
		uint8_t year = summary.year_from == summary.year_to ? summary.year_from : 0;
		for (uint32_t k = 0; k < built->name_count; k++) {
			const struct built_name *name = &builder->names[built->name + k];
			bearers[start[numbering->form_number[name->form] + 1]++] =
				(struct bearer){(uint32_t)i, name->property, year, summary.country};
		}
	}
	segment_sink_begin(sink, SECTION_FORMS);
	for (uint32_t i = 0; i < numbering->form_count; i++) {
		uint32_t count;
		const uint32_t *words = segment_form_words(builder, numbering->forms[i], &count);
		uint32_t head[FORM_HEAD + NAME_MAX_PARTS] = {start[i], words[-1] | (start[i + 1] - start[i])};
		for (uint32_t k = 0; k < count; k++) {
			uint32_t part = FORM_PART(words[k]);
			head[FORM_HEAD + k] = numbering->part_number[part] | FORM_ROLE(words[k]) << 28 |
			                      (uint32_t)form_class_part(builder->parts[part].kind) << 30;
		}
		segment_sink_add(sink, head, (FORM_HEAD + count) * sizeof *head);
	}
	segment_sink_end(sink, SECTION_FORMS);
	segment_sink_section(sink, SECTION_BEARERS, bearers, numbering->names * sizeof *bearers);
	return JISR_OK;
}

static int add_to_section(void *context, const void *bytes, size_t length)
{
	struct segment_sink *sink = context;
	segment_sink_add(sink, bytes, length);
	return sink->error;
}

static int write_documents(const struct segment_builder *builder, const struct numbering *numbering,
                           struct segment_sink *sink)
{
	CLEANUP(documents_builder_freep) struct documents_builder *documents = NULL;
	int error = documents_builder_new(&documents);
	for (size_t i = 0; i < builder->live && !error; i++) {
		const struct built_entity *built = &builder->entities[numbering->order[i].entity];
		if (built->document_count == 0)
			continue;
		const unsigned char *at = builder->documents.bytes + built->document;
		for (uint32_t k = 0; k < built->document_count && !error; k++) {
			char country[3] = {(char)at[0], (char)at[1], 0};
			error = documents_builder_add(documents, country[0] != 0 ? country : NULL,
			                              (const char *)at + BUILT_DOCUMENT_HEAD, at[2], (uint32_t)i);
			at += BUILT_DOCUMENT_HEAD + at[2];
			sink->table.documents++;
		}
	}
	if (error)
		return error;
	uint64_t size = 0;
	segment_sink_begin(sink, SECTION_DOCUMENTS);
	if (sink->table.documents > 0)
		error = documents_builder_finish(documents, add_to_section, sink, &size);
	segment_sink_end(sink, SECTION_DOCUMENTS);
	return error;
}

static int write_all(struct segment_builder *builder, const char *list, struct segment_sink *sink)
{
	struct segment_header header = {.version = SEGMENT_VERSION, .endian = SEGMENT_ENDIAN};
	memcpy(header.magic, SEGMENT_MAGIC, sizeof header.magic);
	(void)snprintf(header.rules, sizeof header.rules, "%s", name_rules_version());
	segment_sink_raw(sink, &header, sizeof header);
	segment_sink_section(sink, SECTION_LIST, list, strlen(list) + 1);
	struct numbering numbering = {0};
	int error = number(builder, &numbering);
	if (!error) {
		write_entities(builder, &numbering, sink);
		write_attributes(builder, &numbering, sink);
		write_parts(builder, &numbering, sink);
		error = summarise(builder, &numbering);
	}
	if (!error)
		error = write_postings(builder, &numbering, sink);
	if (!error)
		error = write_forms(builder, &numbering, sink);
	if (!error)
		error = segment_write_part_keys(builder, &numbering, sink);
	if (!error)
		error = segment_write_joins(builder, &numbering, sink);
	if (!error)
		error = segment_write_acronyms(builder, &numbering, sink);
	if (!error)
		error = write_documents(builder, &numbering, sink);
	numbering_finish(&numbering);
	if (error)
		return error;
	static const unsigned char zeros[SEGMENT_ALIGN];
	segment_sink_raw(sink, zeros, (SEGMENT_ALIGN - sink->offset % SEGMENT_ALIGN) % SEGMENT_ALIGN);
	struct segment_table *table = &sink->table;
	table->file_bytes = sink->offset + sizeof *table;
	table->checksum = segment_table_checksum(&header, table);
	memcpy(table->magic, SEGMENT_MAGIC, sizeof table->magic);
	segment_sink_raw(sink, table, sizeof *table);
	if (sink->fd >= 0)
		segment_sink_flush(sink);
	return sink->error;
}

int segment_builder_write(struct segment_builder *builder, const char *list, int fd, struct problem *problem)
{
	if (strlen(list) > SEGMENT_MAX_LIST)
		return problem_set(problem, JISR_TOO_LARGE, "the list's name is longer than %d bytes",
		                   SEGMENT_MAX_LIST);
	CLEANUP(memory_freep) unsigned char *buffer = memory_alloc(SEGMENT_SINK_BUFFER);
	if (buffer == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "not enough memory to write list '%s'", list);
	struct segment_sink sink = {.fd = fd, .buffer = buffer};
	int error = write_all(builder, list, &sink);
	if (error == JISR_IO)
		return problem_set(problem, error, "cannot write list '%s': %s", list, strerror(sink.system_error));
	return error ? problem_set(problem, error, "cannot write list '%s': %s", list, error_text(error)) : JISR_OK;
}

int segment_builder_open(struct segment_builder *builder, const char *list, struct segment **ret_segment)
{
	if (strlen(list) > SEGMENT_MAX_LIST)
		return JISR_TOO_LARGE;
	struct segment_sink sink = {.fd = -1};
	int error = write_all(builder, list, &sink);
	if (!error)
		error = segment_adopt(sink.memory.bytes, sink.memory.length, false, ret_segment, NULL);
	if (error)
		memory_free(sink.memory.bytes);
	return error;
}
