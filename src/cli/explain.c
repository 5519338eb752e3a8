#include "cli/explain.h"

#include "base/shown.h"
#include "cli/print.h"
#include "names/country.h"
#include "watch/report.h"

#include <string.h>

#define BAR_CELLS    20
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

static void measure(const char *text, size_t *width)
{
	char clean[REPORT_PIECES_MAX];
	shown_clean(text, strlen(text), clean, sizeof clean);
	size_t columns = print_width(clean);
	if (columns > *width)
		*width = columns < MOST_COLUMN ? columns : MOST_COLUMN;
}

void explain_parts(FILE *stream, const struct name *query, const struct name *listed, const struct name_score *score,
                   const char *query_heading, const char *listed_heading)
{
	char left[REPORT_PIECES_MAX], right[REPORT_PIECES_MAX];
	size_t left_width = LEAST_COLUMN, right_width = LEAST_COLUMN;
	const struct part_match *matches[2 * NAME_MAX_PARTS];
	report_order(score, matches);
	measure(query_heading, &left_width);
	measure(listed_heading, &right_width);
	for (size_t i = 0; i < score->count; i++) {
		const struct part_match *match = matches[i];
		report_pieces(query, match->query_from, match->query_count, left);
		report_pieces(listed, match->listed_from, match->listed_count, right);
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
		report_pieces(query, match->query_from, match->query_count, left);
		report_pieces(listed, match->listed_from, match->listed_count, right);
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
