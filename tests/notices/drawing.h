/* The drawings in docs/ are those of the tables that the program goes by. Included after cmocka. */
#ifndef JISR_TESTS_NOTICES_DRAWING_H
#define JISR_TESTS_NOTICES_DRAWING_H

#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A page of docs/ must have the drawing, which `jisr COMMAND --mermaid` gives, too. */
static inline void drawing_must_stand(const char *name, const char *command, int (*draw)(struct text *text))
{
	char path[FILE_MAX_PATH];
	struct text page, drawing;
	const char *source = getenv("JISR_SOURCE");
	if (source == NULL)
		skip();
	(void)snprintf(path, sizeof path, "%s/docs/%s", source, name);
	text_init(&page, 1 << 20);
	text_init(&drawing, 1 << 20);
	assert_int_equal(file_read(path, &page, NULL), JISR_OK);
	(void)text_add_string(&drawing, "```mermaid\n");
	assert_int_equal(draw(&drawing), JISR_OK);
	(void)text_add_string(&drawing, "```\n");
	if (strstr(page.bytes, drawing.bytes) == NULL)
		fail_msg("docs/%s does not have the drawing that 'jisr %s --mermaid' gives", name, command);
	text_finish(&page);
	text_finish(&drawing);
}

#endif
