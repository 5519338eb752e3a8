/* A document for printing: text, rules, pictures on A4 pages, as PDF, in any script and direction.
 *
 * What is seen is drawn by Pango and Cairo as outlines. What is read by machines (search, copy, pdftotext, a screen
 * reader) is a text layer of our own over it: one invisible glyph for each character, where the character stands. The
 * text that fonts give by themselves is wrong for Arabic: a ligature of lam and alef comes out turned round
 * (docs/notices.md tells what was measured). Files can be attached. The same calls give the same bytes.
 *
 * Lengths are points (1/72 inch) from the upper left corner of the page. In a paragraph from right to left numbers, dates
 * and Latin words are isolated, so that their parts are not turned round. */
#ifndef JISR_NOTICES_PAPER_H
#define JISR_NOTICES_PAPER_H

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAPER_WIDTH  595.28
#define PAPER_HEIGHT 841.89

#define PAPER_MAX_PAGES 200
#define PAPER_MAX_TEXT  ((size_t)256 << 10) /* bytes of one text */
#define PAPER_MAX_CHARS ((size_t)2 << 20)   /* characters of a document */
#define PAPER_MAX_BYTES ((size_t)64 << 20)  /* of the file, with what is attached */

struct paper;

struct paper_about {
	const char *title;
	const char *author;
	const char *language; /* "en", "fr", "es", "ar" */
	const char *created;  /* UTC, "2026-11-23T21:00:00Z"; nothing else tells a time */
};

/* An empty document; the first page is begun with paper_page. Allocates; owner frees. */
int paper_new(const struct paper_about *about, struct paper **ret_paper);
struct paper *paper_free(struct paper *paper);
MEMORY_DEFINE_FREEP(struct paper, paper_free)

/* Begins a page. JISR_TOO_LARGE over PAPER_MAX_PAGES. */
int paper_page(struct paper *paper);

struct paper_style {
	double size; /* points */
	bool bold;
	bool rtl;        /* the paragraph's direction, and the side that it begins on */
	bool ends;       /* stand at the far side instead */
	bool centre;     /* stand in the middle */
	uint32_t colour; /* 0xRRGGBB */
};

/* Height of a text within a width, and the text drawn with its upper edge at y. UTF-8; newlines begin a line.
 * JISR_BAD_INPUT: not UTF-8, or no font has one of its characters (the problem names it). JISR_TOO_LARGE. */
int paper_measure(struct paper *paper, const struct paper_style *style, double width, const char *text,
                  double *ret_height, struct problem *problem);
int paper_text(struct paper *paper, const struct paper_style *style, double x, double y, double width, const char *text,
               double *ret_height, struct problem *problem);

/* As paper_text, at most `height` high: draws the lines that fit and gives what is left of the text, "" when all
 * fitted: all of it when not even one line fits. */
int paper_flow(struct paper *paper, const struct paper_style *style, double x, double y, double width, double height,
               const char *text, double *ret_height, const char **ret_rest, struct problem *problem);

void paper_box(struct paper *paper, double x, double y, double width, double height, uint32_t colour);
void paper_line(struct paper *paper, double x1, double y1, double x2, double y2, double thick, uint32_t colour);

/* A JPEG or PNG within a box, its proportions kept, at the top and in the middle. The errors of picture_read. The bytes
 * must outlive the page. */
int paper_picture(struct paper *paper, double x, double y, double width, double height, const void *bytes,
                  size_t length, struct problem *problem);

/* A file inside the document. The bytes are copied. */
int paper_attach(struct paper *paper, const char *name, const char *type, const char *description, const void *bytes,
                 size_t length);

/* Ends the document and adds its bytes to `out`. */
int paper_finish(struct paper *paper, struct text *out, struct problem *problem);

/* Frees what the libraries remember of fonts, for the end of the program. No document may be there, and no other thread may
 * use one. */
void paper_forget(void);

#endif
