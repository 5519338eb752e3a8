#include "watch/report.h"

#include "base/emit.h"
#include "watch/check_private.h"

#include <string.h>

void report_order(const struct name_score *score, const struct part_match *ret_order[2 * NAME_MAX_PARTS])
{
	for (size_t i = 0; i < score->count; i++) {
		const struct part_match *match = &score->matches[i];
		int place = match->query_count > 0 ? match->query_from : NAME_MAX_PARTS + match->listed_from;
		size_t at = i;
		for (; at > 0; at--) {
			const struct part_match *before = ret_order[at - 1];
			if ((before->query_count > 0 ? before->query_from : NAME_MAX_PARTS + before->listed_from) <=
			    place)
				break;
			ret_order[at] = before;
		}
		ret_order[at] = match;
	}
}

void report_pieces(const struct name *name, size_t from, size_t count, char out[REPORT_PIECES_MAX])
{
	size_t used = 0;
	for (size_t i = from; i < from + count && i < name->count; i++) {
		const char *text = name->pieces[i].text;
		size_t length = name->pieces[i].length;
		if (text == NULL) {
			text = name->parts[i]->latin;
			length = name->parts[i]->latin_length;
		}
		if (used + length + 2 > REPORT_PIECES_MAX)
			break;
		if (used > 0)
			out[used++] = ' ';
		memcpy(out + used, text, length);
		used += length;
	}
	out[used] = '\0';
}

static void pieces(struct text *text, const char *key, const struct name *name, size_t from, size_t count)
{
	char joined[REPORT_PIECES_MAX];
	if (count > 0)
		report_pieces(name, from, count, joined);
	emit_text(text, key, count > 0 ? joined : NULL);
}

/* "swapped" and "parts" of an object: how two names were aligned. */
static void report_parts(struct text *text, const struct name *query, const struct name *listed,
                         const struct name_score *score)
{
	const struct part_match *order[2 * NAME_MAX_PARTS];
	report_order(score, order);
	emit_bool(text, "swapped", score->swapped);
	emit_array(text, "parts");
	for (size_t i = 0; i < score->count; i++) {
		const struct part_match *match = order[i];
		emit_object(text, NULL);
		pieces(text, "query", query, match->query_from, match->query_count);
		pieces(text, "listed", listed, match->listed_from, match->listed_count);
		emit_text(text, "rule", part_rule_name(match->rule));
		emit_score(text, "similarity", (double)match->similarity);
		emit_score(text, "cost", (double)match->cost);
		emit_close_object(text);
	}
	emit_close_array(text);
}

/* Sorted by name in the record, so that equal names stand together. */
static void properties(struct text *text, const struct watch_view *view, const struct check_hit *hit)
{
	if (hit->segment >= view->count || hit->entity >= view->layers[hit->segment].segment->entities)
		return;
	struct record_reader reader = segment_record(view->layers[hit->segment].segment, hit->entity);
	struct record_head head;
	const char *open = NULL;
	size_t mark = text->length;
	record_read_head(&reader, &head);
	emit_object(text, "properties");
	for (uint32_t i = 0; i < head.count && !reader.bad; i++) {
		const char *name, *value;
		record_read_property(&reader, &name, &value);
		if (open == NULL || strcmp(open, name) != 0) {
			if (open != NULL)
				emit_close_array(text);
			emit_name(text, name, strlen(name));
			emit_array(text, NULL);
			open = name;
		}
		emit_text(text, NULL, value);
	}
	if (open != NULL)
		emit_close_array(text);
	emit_close_object(text);
	if (reader.bad && text->error == JISR_OK) {
		text->length = mark;
		text->bytes[mark] = '\0';
	}
}

void report_hit_open(struct text *text, const struct watch_view *view, const struct check_hit *hit)
{
	emit_object(text, NULL);
	emit_text(text, "id", hit->id);
	emit_text(text, "caption", hit->caption);
	emit_text(text, "schema", hit->schema);
	emit_array(text, "lists");
	emit_text(text, NULL, hit->list);
	emit_close_array(text);
	emit_score(text, "score", hit->score);
	emit_object(text, "explanation");
	emit_text(text, "rules", name_rules_version());
	emit_text(text, "query_name", hit->query_name);
	emit_text(text, "matched_name", hit->matched_name);
	if (hit->names != NULL && hit->query_parts != NULL && hit->listed_parts != NULL) {
		emit_score(text, "name_score", hit->names->score);
		report_parts(text, hit->query_parts, hit->listed_parts, hit->names);
	}
	emit_array(text, "evidence");
	for (size_t i = 0; i < hit->evidence_count; i++) {
		const struct check_evidence *evidence = &hit->evidence[i];
		emit_object(text, NULL);
		emit_text(text, "feature", evidence->feature);
		emit_text(text, "query", evidence->query);
		emit_text(text, "listed", evidence->listed);
		emit_text(text, "detail", evidence->detail);
		emit_score(text, "effect", evidence->effect);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_close_object(text);
	if (view != NULL)
		properties(text, view, hit);
}

void report_hit(struct text *text, const struct watch_view *view, const struct check_hit *hit)
{
	report_hit_open(text, view, hit);
	emit_close_object(text);
}

void report_comparison(struct text *text, const char *query_text, const char *listed_text, const char *schema,
                       const struct name *query, const struct name *listed, const struct name_score *score)
{
	emit_object(text, NULL);
	emit_score(text, "score", score->score);
	emit_bool(text, "match", score->score >= NAME_THRESHOLD);
	emit_score(text, "threshold", NAME_THRESHOLD);
	emit_text(text, "query", query_text);
	emit_text(text, "listed", listed_text);
	emit_text(text, "schema", schema);
	emit_object(text, "explanation");
	emit_text(text, "rules", name_rules_version());
	report_parts(text, query, listed, score);
	emit_close_object(text);
	emit_close_object(text);
}

static void date(struct text *text, const char *key, struct date value)
{
	char written[DATE_TEXT_MAX];
	date_write(value, written);
	emit_text(text, key, written[0] != '\0' ? written : NULL);
}

void report_mrz(struct text *text, const struct mrz *mrz)
{
	char sex[2] = {mrz->sex, '\0'};
	emit_object(text, "mrz");
	emit_text(text, "format", mrz_format_name(mrz->format));
	emit_text(text, "document_type", mrz->document_type);
	emit_text(text, "issuer", mrz->issuer);
	emit_text(text, "nationality", mrz->nationality);
	emit_text(text, "number", mrz->number);
	emit_text(text, "surname", mrz->surname);
	emit_text(text, "given_names", mrz->given_names);
	emit_bool(text, "name_truncated", mrz->name_truncated);
	date(text, "birth", mrz->birth);
	date(text, "expiry", mrz->expiry);
	emit_text(text, "sex", mrz->sex != 0 ? sex : NULL);
	emit_bool(text, "checks_passed", mrz->checks_passed);
	emit_array(text, "notes");
	for (size_t i = 0; i < mrz->note_count; i++)
		emit_text(text, NULL, mrz->notes[i]);
	emit_close_array(text);
	emit_close_object(text);
}

static bool digits(const char *text, size_t count, int *ret_number)
{
	int number = 0;
	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = number * 10 + text[i] - '0';
	}
	*ret_number = number;
	return true;
}

/* Seconds since 1970 of "2026-11-23T21:00:00Z"; false when the text is no such time. By the rule of civil days (a year
 * from March on, eras of 400 years): no locale and no time zone is asked. */
static bool seconds_of(const char *utc, int64_t *ret_seconds)
{
	int year, month, day, hour, minute, second;
	if (strnlen(utc, 20) < 20 || !digits(utc, 4, &year) || !digits(utc + 5, 2, &month) ||
	    !digits(utc + 8, 2, &day) || !digits(utc + 11, 2, &hour) || !digits(utc + 14, 2, &minute) ||
	    !digits(utc + 17, 2, &second) || month < 1 || month > 12)
		return false;
	int64_t shifted = month > 2 ? year : year - 1, era = shifted / 400, of_era = shifted % 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719468;
	*ret_seconds = days * 86400 + hour * 3600 + minute * 60 + second;
	return true;
}

void report_list(struct text *text, const struct catalogue_list *list, int64_t now, bool whole)
{
	int64_t loaded;
	emit_object(text, NULL);
	emit_text(text, "name", list->name);
	emit_text(text, "format", list->format);
	if (whole)
		emit_text(text, "source", list->source);
	emit_text(text, "published", list->published[0] != '\0' ? list->published : NULL);
	emit_text(text, "loaded", list->loaded);
	if (seconds_of(list->loaded, &loaded))
		emit_count(text, "age_seconds", now > loaded ? (uint64_t)(now - loaded) : 0);
	else
		emit_null(text, "age_seconds");
	emit_bytes(text, "version", list->file, strnlen(list->file, REPORT_VERSION_DIGITS));
	emit_count(text, "entities", list->entities);
	if (whole) {
		emit_count(text, "names", list->names);
		emit_count(text, "documents", list->documents);
		emit_count(text, "bytes", list->bytes);
	}
	emit_close_object(text);
}
