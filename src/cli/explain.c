#include "cli/explain.h"

#include "base/shown.h"
#include "cli/print.h"
#include "names/country.h"

#include <string.h>

#define BAR_CELLS    20
#define CELL_MAX     (NAME_MAX_BYTES + NAME_MAX_PARTS)
#define FACTS_SHOWN  3  /* values of one property shown for people */
#define LEAST_COLUMN 8  /* narrowest column of names */
#define MOST_COLUMN  30 /* widest */

static int percent(double score)
{
	int hundredths = (int)(score * 100 + 0.5);
	return hundredths >= 100 && score < 0.9995 ? 99 : hundredths;
}

void explain_score(FILE *stream, double score)
{
	enum style style = score >= 0.9 ? STYLE_RED : score >= NAME_THRESHOLD ? STYLE_YELLOW : STYLE_GREEN;
	fputs(print_style(stream, style), stream);
	print_bar(stream, score, BAR_CELLS);
	fprintf(stream, " %3d %%%s", percent(score), print_style(stream, STYLE_NONE));
}

/* The pieces of parts [from, from + count) as written, a space between; the romanised part where the piece is missing.
 */
static void join_pieces(const struct name *name, size_t from, size_t count, char out[CELL_MAX])
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = from; i < from + count && i < name->count; i++) {
		const char *text = name->pieces[i].text;
		size_t length = name->pieces[i].length;
		if (text == NULL) {
			text = name->parts[i]->latin;
			length = name->parts[i]->latin_length;
		}
		int put = snprintf(out + used, CELL_MAX - used, "%s%.*s", used > 0 ? " " : "", (int)length, text);
		if (put < 0 || used + (size_t)put >= CELL_MAX)
			return;
		used += (size_t)put;
	}
}

static void measure(const char *text, size_t *width)
{
	char clean[CELL_MAX];
	shown_clean(text, strlen(text), clean, sizeof clean);
	size_t columns = print_width(clean);
	if (columns > *width)
		*width = columns < MOST_COLUMN ? columns : MOST_COLUMN;
}

/* The lines in the order in which the query is written; what only the list has comes last. */
static void sort_matches(const struct name_score *score, const struct part_match *sorted[2 * NAME_MAX_PARTS])
{
	for (size_t i = 0; i < score->count; i++) {
		const struct part_match *match = &score->matches[i];
		int place = match->query_count > 0 ? match->query_from : NAME_MAX_PARTS + match->listed_from;
		size_t at = i;
		for (; at > 0; at--) {
			const struct part_match *before = sorted[at - 1];
			if ((before->query_count > 0 ? before->query_from : NAME_MAX_PARTS + before->listed_from) <=
			    place)
				break;
			sorted[at] = before;
		}
		sorted[at] = match;
	}
}

void explain_parts(FILE *stream, const struct name *query, const struct name *listed, const struct name_score *score,
                   const char *query_heading, const char *listed_heading)
{
	char left[CELL_MAX], right[CELL_MAX];
	size_t left_width = LEAST_COLUMN, right_width = LEAST_COLUMN;
	const struct part_match *matches[2 * NAME_MAX_PARTS];
	sort_matches(score, matches);
	measure(query_heading, &left_width);
	measure(listed_heading, &right_width);
	for (size_t i = 0; i < score->count; i++) {
		const struct part_match *match = matches[i];
		join_pieces(query, match->query_from, match->query_count, left);
		join_pieces(listed, match->listed_from, match->listed_count, right);
		measure(left, &left_width);
		measure(right, &right_width);
	}
	fprintf(stream, "   %s", print_style(stream, STYLE_DIM));
	print_cell(stream, query_heading, left_width);
	fputs("     ", stream);
	print_cell(stream, listed_heading, right_width);
	fprintf(stream, "  %-13s %10s %6s%s\n", "rule", "similarity", "cost", print_style(stream, STYLE_NONE));
	for (size_t i = 0; i < score->count; i++) {
		const struct part_match *match = matches[i];
		bool both = match->query_count > 0 && match->listed_count > 0;
		join_pieces(query, match->query_from, match->query_count, left);
		join_pieces(listed, match->listed_from, match->listed_count, right);
		fputs("   ", stream);
		print_cell(stream, match->query_count > 0 ? left : "-", left_width);
		fputs(both ? "  ~  " : "     ", stream);
		print_cell(stream, match->listed_count > 0 ? right : "-", right_width);
		fprintf(stream, "  %-13s ", part_rule_name(match->rule));
		if (both)
			fprintf(stream, "%10.2f ", (double)match->similarity);
		else
			fprintf(stream, "%10s ", "");
		fprintf(stream, "%6.2f\n", (double)match->cost);
	}
	if (score->swapped)
		fprintf(stream, "   The family and given names stand in another order.\n");
}

void explain_parts_json(cJSON *object, const struct name *query, const struct name *listed,
                        const struct name_score *score)
{
	char text[CELL_MAX];
	const struct part_match *matches[2 * NAME_MAX_PARTS];
	sort_matches(score, matches);
	tree_bool(object, "swapped", score->swapped);
	cJSON *parts = tree_add_array(object, "parts");
	for (size_t i = 0; i < score->count; i++) {
		const struct part_match *match = matches[i];
		cJSON *part = tree_add_object(parts, NULL);
		join_pieces(query, match->query_from, match->query_count, text);
		tree_text(part, "query", match->query_count > 0 ? text : NULL);
		join_pieces(listed, match->listed_from, match->listed_count, text);
		tree_text(part, "listed", match->listed_count > 0 ? text : NULL);
		tree_text(part, "rule", part_rule_name(match->rule));
		tree_score(part, "similarity", (double)match->similarity);
		tree_score(part, "cost", (double)match->cost);
	}
}

/* What an officer compares with the face and the document at the window. */
static const struct fact {
	const char *property, *label;
	bool country;
} facts[] = {
	{"birthDate", "born", false},
	{"birthPlace", "born in", false},
	{"nationality", "nationality", true},
	{"citizenship", "citizenship", true},
	{"country", "country", true}, /* not beside a nationality */
	{"flag", "flag", true},
	{"gender", "sex", false},
	{"passportNumber", "passport", false},
	{"idNumber", "identity number", false},
	{"registrationNumber", "registration", false},
	{"imoNumber", "IMO number", false},
	{"position", "position", false},
	{"program", "program", false},
};

/* A country by its name; a document number "cc:NUMBER" with its country after it. */
static void print_fact(FILE *stream, const char *value, bool country)
{
	char clean[160], code[3] = {0};
	const char *name = NULL;
	memcpy(code, value, strnlen(value, 2));
	if (country && strlen(value) == 2 && country_name(code) != NULL)
		value = country_name(code);
	else if (!country && strlen(value) > 3 && value[2] == ':')
		name = country_name(code);
	if (name != NULL)
		value += 3;
	shown_clean(value, strlen(value), clean, sizeof clean);
	print_value(stream, clean);
	if (name != NULL)
		fprintf(stream, " (%s)", name);
}

static void print_facts(FILE *stream, const struct entity *entity)
{
	bool first = true;
	bool belongs = entity_get(entity, "nationality") != NULL || entity_get(entity, "citizenship") != NULL;
	for (size_t f = 0; f < sizeof facts / sizeof *facts; f++) {
		size_t found = 0;
		if (belongs && strcmp(facts[f].property, "country") == 0)
			continue;
		for (size_t i = 0; i < entity->count; i++) {
			const struct entity_property *property = &entity->properties[i];
			if (strcmp(property->name, facts[f].property) != 0)
				continue;
			if (++found > FACTS_SHOWN)
				continue;
			if (found == 1)
				fprintf(stream, "%s%s ", first ? "   " : "; ", facts[f].label);
			else
				fputs(", ", stream);
			first = false;
			print_fact(stream, property->value, facts[f].country);
		}
		if (found > FACTS_SHOWN)
			fprintf(stream, " and %zu more", found - FACTS_SHOWN);
	}
	if (!first)
		fputc('\n', stream);
}

static const char *feature_label(const char *feature)
{
	if (strcmp(feature, "birth_date") == 0)
		return "birth date";
	return feature;
}

static void print_evidence(FILE *stream, const struct check_evidence *evidence)
{
	enum style style = evidence->effect < 0 ? STYLE_GREEN : STYLE_NONE;
	fprintf(stream, "   %-12s ", feature_label(evidence->feature));
	if (style != STYLE_NONE)
		fputs(print_style(stream, style), stream);
	if (evidence->detail != NULL && evidence->detail[0] != '\0') {
		print_value(stream, evidence->detail);
	} else {
		print_value(stream, evidence->query != NULL ? evidence->query : "-");
		fputs(" ~ ", stream);
		print_value(stream, evidence->listed != NULL ? evidence->listed : "-");
	}
	if (strcmp(evidence->feature, "name") != 0 && strcmp(evidence->feature, "document") != 0 &&
	    evidence->effect != 0)
		fprintf(stream, " (%+.2f)", evidence->effect);
	if (style != STYLE_NONE)
		fputs(print_style(stream, STYLE_NONE), stream);
	fputc('\n', stream);
}

void explain_hit(FILE *stream, size_t number, const struct check_hit *hit, const struct catalogue_list *list,
                 const struct entity *entity)
{
	fprintf(stream, "%2zu. ", number);
	explain_score(stream, hit->score);
	fprintf(stream, "  %s", print_style(stream, STYLE_BOLD));
	print_value(stream, hit->caption);
	fprintf(stream, "%s\n   %s on the list ", print_style(stream, STYLE_NONE), hit->schema);
	print_value(stream, hit->list);
	if (list != NULL) {
		char age[PRINT_AGE_MAX];
		if (list->published[0] != '\0')
			fprintf(stream, " of %s", list->published);
		if (print_age(list->loaded, age)[0] != '\0')
			fprintf(stream, " (loaded %s)", age);
	}
	fputs(", id ", stream);
	print_value(stream, hit->id);
	fputc('\n', stream);
	if (entity != NULL)
		print_facts(stream, entity);
	if (hit->matched_name != NULL) {
		fputs("   asked ", stream);
		print_value(stream, hit->query_name != NULL ? hit->query_name : "");
		fputs(", listed as ", stream);
		print_value(stream, hit->matched_name);
		fputc('\n', stream);
	}
	if (hit->names != NULL && hit->query_parts != NULL && hit->listed_parts != NULL) {
		fputc('\n', stream);
		explain_parts(stream, hit->query_parts, hit->listed_parts, hit->names, "asked", "on the list");
	}
	if (hit->evidence_count > 0)
		fputc('\n', stream);
	for (size_t i = 0; i < hit->evidence_count; i++)
		print_evidence(stream, &hit->evidence[i]);
}

static void properties_json(cJSON *parent, const struct entity *entity)
{
	cJSON *properties = tree_add_object(parent, "properties"), *values = NULL;
	const char *name = NULL;
	for (size_t i = 0; i < entity->count; i++) { /* sorted by name, so that equal names stand together */
		const struct entity_property *property = &entity->properties[i];
		if (name == NULL || strcmp(name, property->name) != 0)
			values = tree_add_array(properties, property->name);
		name = property->name;
		tree_text(values, NULL, property->value);
	}
}

void explain_hit_json(cJSON *parent, const struct check_hit *hit, const struct entity *entity)
{
	cJSON *object = tree_add_object(parent, NULL);
	tree_text(object, "id", hit->id);
	tree_text(object, "caption", hit->caption);
	tree_text(object, "schema", hit->schema);
	cJSON *lists = tree_add_array(object, "lists");
	tree_text(lists, NULL, hit->list);
	tree_score(object, "score", hit->score);
	cJSON *explanation = tree_add_object(object, "explanation");
	tree_text(explanation, "rules", name_rules_version());
	tree_text(explanation, "query_name", hit->query_name);
	tree_text(explanation, "matched_name", hit->matched_name);
	if (hit->names != NULL && hit->query_parts != NULL && hit->listed_parts != NULL) {
		tree_score(explanation, "name_score", hit->names->score);
		explain_parts_json(explanation, hit->query_parts, hit->listed_parts, hit->names);
	}
	cJSON *list = tree_add_array(explanation, "evidence");
	for (size_t i = 0; i < hit->evidence_count; i++) {
		const struct check_evidence *evidence = &hit->evidence[i];
		cJSON *item = tree_add_object(list, NULL);
		tree_text(item, "feature", evidence->feature);
		tree_text(item, "query", evidence->query);
		tree_text(item, "listed", evidence->listed);
		tree_text(item, "detail", evidence->detail);
		tree_score(item, "effect", evidence->effect);
	}
	if (entity != NULL)
		properties_json(object, entity);
}
