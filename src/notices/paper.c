/* Terms
 *   ink    what Cairo draws: outlines of glyphs, rules, pictures. It holds no text.
 *   layer  the characters over it: of each its code, place, width. Written as one glyph each in fonts of ours whose glyphs
 *          are empty, so that nothing depends on how a reader takes a font's ligatures apart.
 *
 *   main   the direction that most letters of a page have: readers turn a page's lines by it
 *
 * Invariants
 *   1. A line of the layer is runs of one direction. They stand in the order of the text: from left to right on a page whose
 *      main direction that is, from right to left on the others. That is where the ink is, too, but for lines that mix
 *      directions against the page's main one.
 *   2. The letters of a run from right to left stand in the order of sight, from left to right: readers expect that, and
 *      turn them round.
 *   3. The characters of one cluster (a ligature, a letter with its marks) share the cluster's width in equal parts, so
 *      that each has a place of its own and its neighbours' order is told by the places.
 *   4. Characters that only steer the direction (U+2066 to U+2069 and their elders) are not in the layer. Marks of direction
 *      (U+200E, U+200F) of our own are, where a reader would take a space, bracket or dash for a part of the wrong run.
 *   5. Nothing tells the time, the machine or chance: the same calls give the same bytes (on the same fonts).
 *
 * A font of the layer is of type 3: 255 codes, each an empty glyph one unit wide, with the table ToUnicode. libqpdf joins
 * layer and attached files to what Cairo wrote.
 */
#include "notices/paper.h"

#include "base/utf8.h"
#include "notices/picture.h"

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <qpdf/qpdf-c.h>
#include <string.h>
#include <unicode/uchar.h>

#define FAMILIES     "Noto Sans, Noto Sans Arabic, Noto Sans CJK SC, sans-serif"
#define FONT_CODES   255
#define MARK_WIDTH   0.05   /* points */
#define MARK_LEFT    0x200E /* of the direction from left to right */
#define MARK_RIGHT   0x200F
#define MAX_ATTACHED 16
#define MAX_NAME     200

struct layer_char {
	uint32_t code;
	float width;
};

struct layer_run {
	uint32_t page, line;     /* numbers */
	uint32_t first, count;   /* characters, in the order of the text */
	float x, y, size, width; /* of the ink; y: the base line, from the top */
	int offset;              /* in the text: orders the runs of a line */
	bool rtl;
};

struct attached {
	char name[MAX_NAME + 1], type[MAX_NAME + 1], description[MAX_NAME + 1];
	char *bytes;
	size_t length;
};

struct paper {
	struct text ink;
	cairo_surface_t *surface;
	cairo_t *cairo;
	PangoContext *context;
	uint32_t pages; /* begun */
	struct layer_char *chars;
	size_t char_count, char_capacity;
	struct layer_run *runs; /* by page, line, offset */
	size_t run_count, run_capacity;
	uint32_t lines;
	struct attached attached[MAX_ATTACHED];
	size_t attached_count;
	char language[16];
	int error; /* sticky: of the layer */
};

static cairo_status_t take_ink(void *closure, const unsigned char *bytes, unsigned int length)
{
	struct text *ink = closure;
	return text_add(ink, (const char *)bytes, length) == JISR_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

int paper_new(const struct paper_about *about, struct paper **ret_paper)
{
	struct paper *paper = memory_zero(1, sizeof *paper);
	if (paper == NULL)
		return JISR_NO_MEMORY;
	text_init(&paper->ink, PAPER_MAX_BYTES);
	(void)snprintf(paper->language, sizeof paper->language, "%s", about->language);
	paper->surface = cairo_pdf_surface_create_for_stream(take_ink, &paper->ink, PAPER_WIDTH, PAPER_HEIGHT);
	cairo_pdf_surface_restrict_to_version(paper->surface, CAIRO_PDF_VERSION_1_5);
	cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_TITLE, about->title);
	cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_AUTHOR, about->author);
	cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_CREATOR, "jisr");
	cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_CREATE_DATE, about->created);
	paper->cairo = cairo_create(paper->surface);
	paper->context = pango_cairo_create_context(paper->cairo);
	pango_cairo_context_set_resolution(paper->context, 72);
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(paper->context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(paper->context, FALSE);
	pango_context_set_language(paper->context, pango_language_from_string(paper->language));
	*ret_paper = paper;
	return JISR_OK;
}

struct paper *paper_free(struct paper *paper)
{
	if (paper == NULL)
		return NULL;
	g_object_unref(paper->context);
	cairo_destroy(paper->cairo);
	cairo_surface_destroy(paper->surface);
	for (size_t i = 0; i < paper->attached_count; i++)
		memory_free(paper->attached[i].bytes);
	memory_free(paper->chars);
	memory_free(paper->runs);
	text_finish(&paper->ink);
	return memory_free(paper);
}

int paper_page(struct paper *paper)
{
	if (paper->pages == PAPER_MAX_PAGES)
		return JISR_TOO_LARGE;
	if (paper->pages++ > 0)
		cairo_show_page(paper->cairo);
	return JISR_OK;
}

/* ---- ink ---- */

static void set_colour(struct paper *paper, uint32_t colour)
{
	cairo_set_source_rgb(paper->cairo, (colour >> 16 & 0xFF) / 255.0, (colour >> 8 & 0xFF) / 255.0,
	                     (colour & 0xFF) / 255.0);
}

void paper_box(struct paper *paper, double x, double y, double width, double height, uint32_t colour)
{
	set_colour(paper, colour);
	cairo_rectangle(paper->cairo, x, y, width, height);
	cairo_fill(paper->cairo);
}

void paper_line(struct paper *paper, double x1, double y1, double x2, double y2, double thick, uint32_t colour)
{
	set_colour(paper, colour);
	cairo_set_line_width(paper->cairo, thick);
	cairo_move_to(paper->cairo, x1, y1);
	cairo_line_to(paper->cairo, x2, y2);
	cairo_stroke(paper->cairo);
}

int paper_picture(struct paper *paper, double x, double y, double width, double height, const void *bytes,
                  size_t length, struct problem *problem)
{
	struct picture picture;
	CLEANUP(memory_freep) uint8_t *pixels = NULL;
	int error = picture_pixels(bytes, length, &picture, &pixels, problem);
	if (error)
		return error;
	cairo_surface_t *image = cairo_image_surface_create_for_data(
		pixels, picture.type == PICTURE_PNG ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24, (int)picture.width,
		(int)picture.height, (int)picture.width * 4);
	if (picture.type == PICTURE_JPEG) /* kept as long as Cairo needs it */
		(void)cairo_surface_set_mime_data(image, CAIRO_MIME_TYPE_JPEG, bytes, length, NULL, NULL);
	double scale = fmin(width / picture.width, height / picture.height);
	cairo_save(paper->cairo);
	cairo_translate(paper->cairo, x + (width - picture.width * scale) / 2, y);
	cairo_scale(paper->cairo, scale, scale);
	cairo_set_source_surface(paper->cairo, image, 0, 0);
	cairo_paint(paper->cairo);
	cairo_restore(paper->cairo);
	/* Cairo looks at pixels and bytes when the page ends, and they are the caller's and ours: it ends here. */
	cairo_surface_flush(paper->surface);
	cairo_surface_finish(image);
	cairo_surface_destroy(image);
	return JISR_OK;
}

/* ---- layer ---- */

static bool only_steers(uint32_t code)
{
	return (code >= 0x2066 && code <= 0x2069) || (code >= 0x202A && code <= 0x202E) || code == 0x200E ||
	       code == 0x200F || code == 0x061C || code == '\n' || code == '\r';
}

static void add_char(struct paper *paper, uint32_t code, double width)
{
	if (!paper->error)
		paper->error = memory_reserve(&paper->chars, &paper->char_capacity, paper->char_count + 1,
		                              PAPER_MAX_CHARS, sizeof *paper->chars);
	if (!paper->error)
		paper->chars[paper->char_count++] = (struct layer_char){code, (float)width};
}

/* A cluster of a run, in the order of the text. */
struct cluster {
	const char *bytes;
	size_t length;
	double width;
};

#define MAX_CLUSTER 64 /* characters; what is over it is left out of the layer: no letter has so many marks */

/* Invariant 3. */
static void add_cluster(struct paper *paper, const struct cluster *cluster)
{
	uint32_t codes[MAX_CLUSTER];
	size_t count = 0;
	for (const char *at = cluster->bytes, *end = cluster->bytes + cluster->length; at < end;) {
		uint32_t code = utf8_next(&at, end);
		if (!only_steers(code) && count < MAX_CLUSTER)
			codes[count++] = code;
	}
	for (size_t i = 0; i < count; i++)
		add_char(paper, codes[i], fmax(cluster->width / (double)count, MARK_WIDTH));
}

/* Marks stand in clusters of their own, which have no width: they belong to the letter before. */
static bool joins_before(const char *bytes, size_t length)
{
	uint32_t code = utf8_next(&bytes, bytes + length);
	return (U_MASK(u_charType((UChar32)code)) & U_GC_M_MASK) != 0 || code == 0x200C || code == 0x200D;
}

static int take_clusters(PangoGlyphItem *run, const char *text, struct cluster **ret_clusters, size_t *ret_count)
{
	PangoGlyphItemIter at;
	size_t count = 0;
	struct cluster *clusters = memory_zero((size_t)run->item->length + 1, sizeof *clusters);
	if (clusters == NULL)
		return JISR_NO_MEMORY;
	for (gboolean more = pango_glyph_item_iter_init_start(&at, run, text); more;
	     more = pango_glyph_item_iter_next_cluster(&at)) {
		int width = 0, first = at.start_glyph, last = at.end_glyph;
		if (last < first) { /* the glyphs of a run from right to left are counted backwards */
			first = at.end_glyph + 1;
			last = at.start_glyph + 1;
		}
		for (int i = first; i < last; i++)
			width += run->glyphs->glyphs[i].geometry.width;
		struct cluster one = {text + at.start_index, (size_t)(at.end_index - at.start_index),
		                      (double)width / PANGO_SCALE};
		if (count > 0 && joins_before(one.bytes, one.length)) {
			clusters[count - 1].length += one.length;
			clusters[count - 1].width += one.width;
		} else {
			clusters[count++] = one;
		}
	}
	*ret_clusters = clusters;
	*ret_count = count;
	return JISR_OK;
}

static void add_run(struct paper *paper, PangoGlyphItem *glyphs, const char *text, double x, double y, double size)
{
	CLEANUP(memory_freep) struct cluster *clusters = NULL;
	size_t count = 0;
	struct layer_run run = {paper->pages - 1,
	                        paper->lines,
	                        (uint32_t)paper->char_count,
	                        0,
	                        (float)x,
	                        (float)y,
	                        (float)size,
	                        0,
	                        glyphs->item->offset,
	                        (glyphs->item->analysis.level & 1) != 0};
	int error = take_clusters(glyphs, text, &clusters, &count);
	if (!error)
		error = memory_reserve(&paper->runs, &paper->run_capacity, paper->run_count + 1, PAPER_MAX_CHARS,
		                       sizeof *paper->runs);
	if (error) {
		paper->error = error;
		return;
	}
	for (size_t i = 0; i < count; i++)
		add_cluster(paper, &clusters[i]);
	run.count = (uint32_t)paper->char_count - run.first;
	run.width = (float)pango_glyph_string_get_width(glyphs->glyphs) / PANGO_SCALE;
	if (run.count == 0)
		return;
	size_t at = paper->run_count++;
	for (; at > 0 && paper->runs[at - 1].line == run.line && paper->runs[at - 1].offset > run.offset; at--)
		paper->runs[at] = paper->runs[at - 1];
	paper->runs[at] = run;
}

static void add_line(struct paper *paper, PangoLayoutLine *line, const char *text, double x, double y, double size)
{
	for (GSList *at = line->runs; at != NULL && !paper->error; at = at->next) {
		PangoGlyphItem *run = at->data;
		add_run(paper, run, text, x, y, size);
		x += (double)pango_glyph_string_get_width(run->glyphs) / PANGO_SCALE;
	}
	paper->lines++;
}

/* ---- text ---- */

/* The character that no font has. */
static int tell_unknown(PangoLayout *layout, const char *text, struct problem *problem)
{
	for (const char *at = text, *end = text + strlen(text); at < end;) {
		const char *begin = at;
		uint32_t code = utf8_next(&at, end);
		pango_layout_set_text(layout, begin, (int)(at - begin));
		if (pango_layout_get_unknown_glyphs_count(layout) > 0)
			return problem_set(
				problem, JISR_BAD_INPUT,
				"no font of this machine has the character %.*s (U+%04X): install one that has it "
				"(Debian's fonts-noto-core, fonts-droid-fallback, fonts-noto-cjk)",
				(int)(at - begin), begin, code);
	}
	return problem_set(problem, JISR_BAD_INPUT, "no font of this machine has all characters of a text");
}

/* In a paragraph from right to left, numbers, dates and Latin words with what joins them would be turned round at their
 * slashes and dashes: a file number 2026/1234-5 would read 5-2026/1234. Each row of them is isolated. */
static bool is_rtl(uint32_t code)
{
	UCharDirection direction = u_charDirection((UChar32)code);
	return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
}

static bool is_foreign(uint32_t code)
{
	UCharDirection direction = u_charDirection((UChar32)code);
	return direction == U_LEFT_TO_RIGHT || direction == U_EUROPEAN_NUMBER;
}

static bool is_native(uint32_t code)
{
	return is_rtl(code) || u_charDirection((UChar32)code) == U_ARABIC_NUMBER;
}

static int isolate_foreign(const char *text, struct text *out)
{
	const char *end = text + strlen(text);
	for (const char *at = text; at < end;) {
		const char *begin = at;
		uint32_t code = utf8_next(&at, end);
		if (code >= 0x2066 && code <= 0x2069) /* the caller's own */
			return text_add_string(out, begin);
		if (!is_foreign(code)) {
			(void)text_add(out, begin, (size_t)(at - begin));
			continue;
		}
		const char *last = at; /* behind the last of the row */
		int open = 0;          /* brackets that the row has opened */
		for (const char *look = at; look < end;) {
			uint32_t next = utf8_next(&look, end);
			if (is_native(next) || next == '\n' || (next >= 0x2066 && next <= 0x2069))
				break;
			open += (next == '(' || next == '[') - (next == ')' || next == ']');
			if (open < 0)
				break;
			if (is_foreign(next) || ((next == ')' || next == ']') && open == 0))
				last = look;
		}
		(void)text_add_code(out, 0x2066);
		(void)text_add(out, begin, (size_t)(last - begin));
		(void)text_add_code(out, 0x2069);
		at = last;
	}
	return out->error;
}

/* Where a place of the isolated text is in the text. */
static size_t place_before_isolating(const char *isolated, size_t place, const char *text)
{
	size_t at = 0;
	for (size_t i = 0; i < place;) {
		if (isolated[i] == text[at]) {
			i++;
			at++;
		} else {
			i += 3; /* U+2066 and U+2069 have three bytes */
		}
	}
	return at;
}

static int lay_out(struct paper *paper, const struct paper_style *style, double width, const char *text,
                   PangoLayout **ret_layout, struct problem *problem)
{
	size_t length = strlen(text);
	if (length > PAPER_MAX_TEXT)
		return problem_set(problem, JISR_TOO_LARGE, "a text for printing has %zu bytes, at most %zu are taken",
		                   length, PAPER_MAX_TEXT);
	if (!utf8_valid(text, length, NULL))
		return problem_set(problem, JISR_BAD_INPUT, "a text for printing is not UTF-8");
	pango_context_set_base_dir(paper->context, style->rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
	PangoLayout *layout = pango_layout_new(paper->context);
	PangoFontDescription *font = pango_font_description_new();
	pango_font_description_set_family_static(font, FAMILIES);
	pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
	if (style->bold)
		pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_set_auto_dir(layout, FALSE);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_alignment(layout, style->centre               ? PANGO_ALIGN_CENTER
	                                   : style->rtl != style->ends ? PANGO_ALIGN_RIGHT
	                                                               : PANGO_ALIGN_LEFT);
	pango_layout_set_text(layout, text, (int)length);
	int error = JISR_OK;
	if (style->rtl) {
		struct text isolated;
		text_init(&isolated, 4 * PAPER_MAX_TEXT);
		error = isolate_foreign(text, &isolated);
		if (!error)
			pango_layout_set_text(layout, isolated.bytes, (int)isolated.length);
		text_finish(&isolated);
	}
	if (!error && pango_layout_get_unknown_glyphs_count(layout) > 0)
		error = tell_unknown(layout, text, problem);
	if (error)
		g_object_unref(layout);
	else
		*ret_layout = layout;
	return error;
}

int paper_measure(struct paper *paper, const struct paper_style *style, double width, const char *text,
                  double *ret_height, struct problem *problem)
{
	PangoLayout *layout;
	int height, error = lay_out(paper, style, width, text, &layout, problem);
	if (error)
		return error;
	pango_layout_get_size(layout, NULL, &height);
	g_object_unref(layout);
	*ret_height = (double)height / PANGO_SCALE;
	return JISR_OK;
}

int paper_flow(struct paper *paper, const struct paper_style *style, double x, double y, double width, double height,
               const char *text, double *ret_height, const char **ret_rest, struct problem *problem)
{
	PangoLayout *layout;
	int error = lay_out(paper, style, width, text, &layout, problem);
	if (error)
		return error;
	const char *rest = "", *laid = pango_layout_get_text(layout);
	double used = 0;
	PangoLayoutIter *lines = pango_layout_get_iter(layout);
	set_colour(paper, style->colour);
	do {
		PangoRectangle extents;
		PangoLayoutLine *line = pango_layout_iter_get_line_readonly(lines);
		pango_layout_iter_get_line_extents(lines, NULL, &extents);
		double bottom = (double)(extents.y + extents.height) / PANGO_SCALE;
		if (bottom > height + 0.01) {
			rest = text + place_before_isolating(laid, (size_t)line->start_index, text);
			break;
		}
		double left = x + (double)extents.x / PANGO_SCALE;
		double base = y + (double)pango_layout_iter_get_baseline(lines) / PANGO_SCALE;
		cairo_move_to(paper->cairo, left, base);
		pango_cairo_layout_line_path(paper->cairo, line);
		cairo_fill(paper->cairo);
		add_line(paper, line, laid, left, base, style->size);
		used = bottom;
	} while (pango_layout_iter_next_line(lines));
	pango_layout_iter_free(lines);
	g_object_unref(layout);
	if (paper->error)
		return problem_set(problem, paper->error, "the document has too much text");
	*ret_height = used;
	*ret_rest = rest;
	return JISR_OK;
}

int paper_text(struct paper *paper, const struct paper_style *style, double x, double y, double width, const char *text,
               double *ret_height, struct problem *problem)
{
	const char *rest;
	return paper_flow(paper, style, x, y, width, INFINITY, text, ret_height, &rest, problem);
}

/* ---- the file ---- */

int paper_attach(struct paper *paper, const char *name, const char *type, const char *description, const void *bytes,
                 size_t length)
{
	if (paper->attached_count == MAX_ATTACHED || length > PAPER_MAX_BYTES / 2)
		return JISR_TOO_LARGE;
	struct attached *one = &paper->attached[paper->attached_count];
	one->bytes = memory_text(bytes, length);
	if (one->bytes == NULL)
		return JISR_NO_MEMORY;
	one->length = length;
	(void)snprintf(one->name, sizeof one->name, "%s", name);
	(void)snprintf(one->type, sizeof one->type, "%s", type);
	(void)snprintf(one->description, sizeof one->description, "%s", description);
	paper->attached_count++;
	return JISR_OK;
}

/* Whatever the locale: three decimals. */
static void put_number(struct text *text, double number)
{
	long thousandths = lround(number * 1000);
	(void)text_add_format(text, "%s%ld.%03ld", thousandths < 0 ? "-" : "", labs(thousandths) / 1000,
	                      labs(thousandths) % 1000);
}

static int compare_codes(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;
	return *left < *right ? -1 : *left > *right;
}

/* The codes of the layer, each once, in order. */
static int distinct_codes(const struct paper *paper, uint32_t **ret_codes, size_t *ret_count)
{
	uint32_t *codes = memory_zero(paper->char_count + 2, sizeof *codes);
	size_t count = 0;
	if (codes == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < paper->char_count; i++)
		codes[i] = paper->chars[i].code;
	codes[paper->char_count] = MARK_LEFT;
	codes[paper->char_count + 1] = MARK_RIGHT;
	qsort(codes, paper->char_count + 2, sizeof *codes, compare_codes);
	for (size_t i = 0; i < paper->char_count + 2; i++)
		if (i == 0 || codes[i] != codes[i - 1])
			codes[count++] = codes[i];
	*ret_codes = codes;
	*ret_count = count;
	return JISR_OK;
}

static qpdf_oh new_stream(qpdf_data pdf, const char *dictionary, const void *bytes, size_t length)
{
	qpdf_oh stream = qpdf_oh_new_stream(pdf);
	qpdf_oh_replace_stream_data(pdf, stream, bytes, length, qpdf_oh_new_null(pdf), qpdf_oh_new_null(pdf));
	if (dictionary != NULL) {
		qpdf_oh into = qpdf_oh_get_dict(pdf, stream), from = qpdf_oh_parse(pdf, dictionary);
		qpdf_oh_begin_dict_key_iter(pdf, from);
		while (qpdf_oh_dict_more_keys(pdf)) {
			const char *key = qpdf_oh_dict_next_key(pdf);
			qpdf_oh_replace_key(pdf, into, key, qpdf_oh_get_key(pdf, from, key));
		}
	}
	return stream;
}

/* ToUnicode of the codes of one font. */
static void write_cmap(const uint32_t *codes, size_t count, struct text *out)
{
	(void)text_add_string(out, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
	                           "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
	                           "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
	                           "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n");
	for (size_t i = 0; i < count; i++) {
		if (i % 100 == 0)
			(void)text_add_format(out, "%zu beginbfchar\n", count - i < 100 ? count - i : 100);
		if (codes[i] < 0x10000)
			(void)text_add_format(out, "<%02zX> <%04X>\n", i + 1, codes[i]);
		else
			(void)text_add_format(out, "<%02zX> <%04X%04X>\n", i + 1, 0xD800 + ((codes[i] - 0x10000) >> 10),
			                      0xDC00 + ((codes[i] - 0x10000) & 0x3FF));
		if (i % 100 == 99 || i + 1 == count)
			(void)text_add_string(out, "endbfchar\n");
	}
	(void)text_add_string(out, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
}

static qpdf_oh new_font(qpdf_data pdf, qpdf_oh glyph, const uint32_t *codes, size_t count, struct text *scratch)
{
	text_reset(scratch);
	write_cmap(codes, count, scratch);
	qpdf_oh unicode = new_stream(pdf, NULL, scratch->bytes, scratch->length);
	text_reset(scratch);
	(void)text_add_format(
		scratch,
		"<< /Type /Font /Subtype /Type3 /FontBBox [0 -0.25 1 0.85] /FontMatrix [1 0 0 1 0 0] "
		"/FirstChar 1 /LastChar %zu /Resources << >> /Encoding << /Type /Encoding /Differences [1",
		count);
	for (size_t i = 0; i < count; i++)
		(void)text_add_string(scratch, " /e");
	(void)text_add_string(scratch, "] >> /Widths [");
	for (size_t i = 0; i < count; i++)
		(void)text_add_string(scratch, " 1");
	(void)text_add_string(scratch, "] >>");
	qpdf_oh font = qpdf_oh_parse(pdf, scratch->bytes);
	qpdf_oh procedures = qpdf_oh_new_dictionary(pdf);
	qpdf_oh_replace_key(pdf, procedures, "/e", glyph);
	qpdf_oh_replace_key(pdf, font, "/CharProcs", procedures);
	qpdf_oh_replace_key(pdf, font, "/ToUnicode", unicode);
	return qpdf_make_indirect_object(pdf, font);
}

struct pen {
	const struct paper *paper;
	const uint32_t *codes; /* sorted */
	size_t count;
	size_t font; /* in use; SIZE_MAX: none */
	bool rtl;    /* the page's main direction */
	double x, y, size;
	struct text *out;
};

static void put_code(struct pen *pen, uint32_t code, double width)
{
	size_t at = (size_t)((const uint32_t *)bsearch(&code, pen->codes, pen->count, sizeof code, compare_codes) -
	                     pen->codes);
	if (at / FONT_CODES != pen->font) {
		pen->font = at / FONT_CODES;
		(void)text_add_format(pen->out, "/L%zu 1 Tf\n", pen->font);
	}
	put_number(pen->out, width);
	(void)text_add_string(pen->out, " 0 0 ");
	put_number(pen->out, pen->size);
	(void)text_add_char(pen->out, ' ');
	put_number(pen->out, pen->x);
	(void)text_add_char(pen->out, ' ');
	put_number(pen->out, PAPER_HEIGHT - pen->y);
	(void)text_add_format(pen->out, " Tm<%02zX>Tj\n", at % FONT_CODES + 1);
}

static void put_char(struct pen *pen, const struct layer_char *one)
{
	put_code(pen, one->code, (double)one->width);
	pen->x += (double)one->width;
}

/* Takes no room. */
static void put_mark(struct pen *pen, uint32_t mark)
{
	put_code(pen, mark, MARK_WIDTH);
}

/* What may stand in or at a number: poppler takes it for the beginning of one. */
static bool is_number_sign(uint32_t code)
{
	UCharDirection direction = u_charDirection((UChar32)code);
	return direction == U_EUROPEAN_NUMBER_SEPARATOR || direction == U_EUROPEAN_NUMBER_TERMINATOR ||
	       direction == U_COMMON_NUMBER_SEPARATOR;
}

/* A letter from right to left, or a mark on one. */
static bool is_letter(uint32_t code)
{
	return is_rtl(code) || u_charDirection((UChar32)code) == U_DIR_NON_SPACING_MARK;
}

/* A run from right to left on a page of the other direction: its letters in the order of sight, what has no direction and
 * stands at its ends, or holds a number's sign, in the order of the text. */
static void put_turned(struct pen *pen, const struct layer_run *run, bool last)
{
	const struct layer_char *chars = &pen->paper->chars[run->first];
	for (size_t i = 0; i < run->count;) {
		if (!is_letter(chars[i].code)) {
			put_char(pen, &chars[i++]);
			continue;
		}
		size_t end = i + 1; /* behind the last letter before a sign of numbers */
		for (size_t k = i + 1; k < run->count && !is_number_sign(chars[k].code); k++)
			if (is_letter(chars[k].code))
				end = k + 1;
		for (size_t k = end; k > i; k--)
			put_char(pen, &chars[k - 1]);
		if (end < run->count || !last)
			put_mark(pen, MARK_LEFT);
		i = end;
	}
}

static void put_run(struct pen *pen, const struct layer_run *run, bool last)
{
	const struct layer_char *chars = &pen->paper->chars[run->first];
	pen->y = (double)run->y;
	pen->size = (double)run->size;
	if (run->rtl && !pen->rtl) {
		put_turned(pen, run, last);
		return;
	}
	if (!run->rtl && pen->rtl && !last)
		put_mark(pen, MARK_RIGHT);
	for (size_t i = 0; i < run->count; i++) {
		const struct layer_char *one = &chars[run->rtl ? run->count - 1 - i : i];
		if (run->rtl && is_number_sign(one->code))
			put_mark(pen, MARK_RIGHT);
		put_char(pen, one);
	}
	UCharDirection direction = u_charDirection((UChar32)chars[run->count - 1].code);
	if (!run->rtl && pen->rtl && direction != U_LEFT_TO_RIGHT && direction != U_EUROPEAN_NUMBER &&
	    direction != U_ARABIC_NUMBER)
		put_mark(pen, MARK_LEFT);
}

/* Whether most letters of a page are from right to left. */
static bool page_is_rtl(const struct paper *paper, const struct layer_run *runs, size_t count)
{
	long balance = 0;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < runs[i].count; k++) {
			uint32_t code = paper->chars[runs[i].first + k].code;
			balance += (u_charDirection((UChar32)code) == U_LEFT_TO_RIGHT) - is_rtl(code);
		}
	return balance < 0;
}

/* The layer of one page; *next is its first run and is moved behind its last. */
static void write_layer(const struct paper *paper, uint32_t page, const uint32_t *codes, size_t count, size_t *next,
                        struct text *out)
{
	const struct layer_run *runs = &paper->runs[*next];
	size_t all = 0;
	while (*next + all < paper->run_count && runs[all].page == page)
		all++;
	struct pen pen = {paper, codes, count, SIZE_MAX, page_is_rtl(paper, runs, all), 0, 0, 0, out};
	(void)text_add_string(out, "q BT\n");
	for (size_t i = 0, of_line; i < all; i += of_line) {
		pen.x = (double)runs[i].x;
		for (of_line = 1; i + of_line < all && runs[i + of_line].line == runs[i].line; of_line++)
			pen.x = fmin(pen.x, (double)runs[i + of_line].x);
		for (size_t k = 0; k < of_line; k++) {
			size_t at = pen.rtl ? of_line - 1 - k : k; /* invariant 1 */
			put_run(&pen, &runs[i + at], at + 1 == of_line);
		}
	}
	(void)text_add_string(out, "ET Q\n");
	*next += all;
}

static int add_layer(struct paper *paper, qpdf_data pdf)
{
	CLEANUP(memory_freep) uint32_t *codes = NULL;
	size_t count, next = 0;
	int error = distinct_codes(paper, &codes, &count);
	if (error)
		return error;
	struct text scratch;
	text_init(&scratch, PAPER_MAX_BYTES);
	static const char empty[] = "1 0 d0\n";
	qpdf_oh glyph = new_stream(pdf, NULL, empty, sizeof empty - 1);
	qpdf_oh fonts = qpdf_oh_new_dictionary(pdf);
	for (size_t i = 0; i * FONT_CODES < count; i++) {
		char name[32];
		size_t some = count - i * FONT_CODES < FONT_CODES ? count - i * FONT_CODES : FONT_CODES;
		(void)snprintf(name, sizeof name, "/L%zu", i);
		qpdf_oh_replace_key(pdf, fonts, name, new_font(pdf, glyph, codes + i * FONT_CODES, some, &scratch));
	}
	fonts = qpdf_make_indirect_object(pdf, fonts);
	for (uint32_t i = 0; i < paper->pages; i++) {
		qpdf_oh page = qpdf_get_page_n(pdf, i);
		text_reset(&scratch);
		write_layer(paper, i, codes, count, &next, &scratch);
		qpdf_oh both = qpdf_oh_new_array(pdf);
		qpdf_oh_append_item(pdf, both, new_stream(pdf, NULL, scratch.bytes, scratch.length));
		qpdf_oh_append_item(pdf, both, qpdf_oh_get_key(pdf, page, "/Contents"));
		qpdf_oh_replace_key(pdf, page, "/Contents", both);
		qpdf_oh_replace_key(pdf, qpdf_oh_get_key(pdf, page, "/Resources"), "/Font", fonts);
	}
	error = scratch.error;
	text_finish(&scratch);
	return error;
}

static void add_attached(const struct paper *paper, qpdf_data pdf)
{
	qpdf_oh root = qpdf_get_root(pdf), names = qpdf_oh_new_array(pdf), all = qpdf_oh_new_array(pdf);
	for (size_t i = 0; i < paper->attached_count; i++) {
		const struct attached *one = &paper->attached[i];
		char dictionary[256];
		(void)snprintf(dictionary, sizeof dictionary, "<< /Type /EmbeddedFile /Params << /Size %zu >> >>",
		               one->length);
		qpdf_oh file = new_stream(pdf, dictionary, one->bytes, one->length);
		char type[MAX_NAME * 3 + 2] = "/"; /* a name, in which '/' is written #2f */
		size_t at = 1;
		for (const char *c = one->type; *c != '\0'; c++)
			at += (size_t)snprintf(type + at, sizeof type - at, *c == '/' ? "#2f" : "%c", *c);
		qpdf_oh_replace_key(pdf, qpdf_oh_get_dict(pdf, file), "/Subtype", qpdf_oh_parse(pdf, type));
		qpdf_oh both = qpdf_oh_new_dictionary(pdf), spec = qpdf_oh_new_dictionary(pdf);
		qpdf_oh_replace_key(pdf, both, "/F", file);
		qpdf_oh_replace_key(pdf, both, "/UF", file);
		qpdf_oh_replace_key(pdf, spec, "/Type", qpdf_oh_new_name(pdf, "/Filespec"));
		qpdf_oh_replace_key(pdf, spec, "/F", qpdf_oh_new_string(pdf, one->name));
		qpdf_oh_replace_key(pdf, spec, "/UF", qpdf_oh_new_unicode_string(pdf, one->name));
		qpdf_oh_replace_key(pdf, spec, "/Desc", qpdf_oh_new_unicode_string(pdf, one->description));
		qpdf_oh_replace_key(pdf, spec, "/AFRelationship", qpdf_oh_new_name(pdf, "/Source"));
		qpdf_oh_replace_key(pdf, spec, "/EF", both);
		spec = qpdf_make_indirect_object(pdf, spec);
		qpdf_oh_append_item(pdf, names, qpdf_oh_new_string(pdf, one->name));
		qpdf_oh_append_item(pdf, names, spec);
		qpdf_oh_append_item(pdf, all, spec);
	}
	if (paper->attached_count > 0) {
		qpdf_oh files = qpdf_oh_new_dictionary(pdf), tree = qpdf_oh_new_dictionary(pdf);
		qpdf_oh_replace_key(pdf, files, "/Names", names);
		qpdf_oh_replace_key(pdf, tree, "/EmbeddedFiles", files);
		qpdf_oh_replace_key(pdf, root, "/Names", tree);
		qpdf_oh_replace_key(pdf, root, "/AF", all);
	}
	qpdf_oh_replace_key(pdf, root, "/Lang", qpdf_oh_new_unicode_string(pdf, paper->language));
	qpdf_oh_replace_key(pdf, root, "/ViewerPreferences", qpdf_oh_parse(pdf, "<< /DisplayDocTitle true >>"));
}

static int pdf_fail(qpdf_data pdf, struct problem *problem)
{
	qpdf_error error = qpdf_get_error(pdf);
	return problem_set(problem, JISR_IO, "the document cannot be put together: %s",
	                   error != NULL ? qpdf_get_error_full_text(pdf, error) : "an unknown error");
}

int paper_finish(struct paper *paper, struct text *out, struct problem *problem)
{
	cairo_surface_finish(paper->surface);
	cairo_status_t status = cairo_surface_status(paper->surface);
	if (status != CAIRO_STATUS_SUCCESS || paper->ink.error)
		return problem_set(problem, paper->ink.error ? paper->ink.error : JISR_NO_MEMORY,
		                   "the document cannot be drawn: %s",
		                   paper->ink.error ? error_text(paper->ink.error) : cairo_status_to_string(status));
	qpdf_data pdf = qpdf_init();
	qpdf_set_suppress_warnings(pdf, QPDF_TRUE);
	qpdf_silence_errors(pdf);
	int error = JISR_OK;
	if ((qpdf_read_memory(pdf, "the document", paper->ink.bytes, paper->ink.length, NULL) & QPDF_ERRORS) != 0)
		error = pdf_fail(pdf, problem);
	if (!error && (error = add_layer(paper, pdf)) != JISR_OK)
		(void)problem_set(problem, error, "the document is too large");
	if (!error) {
		add_attached(paper, pdf);
		(void)qpdf_init_write_memory(pdf);
		qpdf_set_deterministic_ID(pdf, QPDF_TRUE);
		qpdf_set_object_stream_mode(pdf, qpdf_o_generate);
		qpdf_set_compress_streams(pdf, QPDF_TRUE);
		if ((qpdf_write(pdf) & QPDF_ERRORS) != 0 || qpdf_has_error(pdf))
			error = pdf_fail(pdf, problem);
	}
	if (!error) {
		error = text_add(out, (const char *)qpdf_get_buffer(pdf), qpdf_get_buffer_length(pdf));
		if (error)
			(void)problem_set(problem, error, "the document is too large");
	}
	qpdf_cleanup(&pdf);
	return error;
}

void paper_forget(void)
{
	pango_cairo_font_map_set_default(NULL);
	cairo_debug_reset_static_data();
	FcFini();
}
