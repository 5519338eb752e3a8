/* Lists in XML, one record at a time over libxml2's streaming reader. No network, no entities, no document type:
 * a list has none. Internal to src/lists. */
#ifndef JISR_LISTS_XML_H
#define JISR_LISTS_XML_H

#include "lists/reading.h"

#include <libxml/tree.h>

/* Called for each element named in `records`, with its whole subtree. Non-zero stops. */
typedef int xml_record(void *context, const xmlNode *node, uint64_t line);
/* Called for the root element's start, with its attributes and without its content. */
typedef int xml_root(void *context, const xmlNode *node);

/* Takes the input over and reads it to its end. `records` is a list of local names closed by NULL. Anything that is not
 * well-formed fails the list: XML cannot be taken up again after an error. */
int xml_read(struct reading *reading, struct input *input, const char *const *records, xml_root *root,
             xml_record *record, void *context);

/* First child element of that local name, NULL when there is none or node is NULL. */
const xmlNode *xml_child(const xmlNode *node, const char *name);

/* Next sibling of the same name. */
const xmlNode *xml_next(const xmlNode *node);

/* The text inside a child element, all its pieces joined, in the arena; "" when there is none. NULL: out of memory. */
const char *xml_child_text(const xmlNode *node, const char *name, struct arena *arena);

/* The text inside an element. */
const char *xml_text(const xmlNode *node, struct arena *arena);

/* An attribute's value, "" when there is none. NULL: out of memory. */
const char *xml_attribute(const xmlNode *node, const char *name, struct arena *arena);

#endif
