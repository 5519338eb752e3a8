/* The desk: the web page of jisr, built by tools/desk and carried inside the program. "/" and "/desk/..." give the page,
 * which finds out itself what is to be shown; "/assets/..." its parts, whose names hold a hash of what is in them, so
 * that browsers keep them for good. Nothing is read from disk. */
#ifndef JISR_WEB_DESK_H
#define JISR_WEB_DESK_H

#include "web/http.h"

/* A file of the desk, as tools/embed-files writes it. */
struct desk_file {
	const char *path; /* "/index.html", "/assets/app-1A2B3C4D.js" */
	const char *type; /* Content-Type */
	const char *tag;  /* W/"...": of the content, folded or not */
	const unsigned char *bytes;
	size_t length; /* of bytes */
	size_t whole;  /* of the content */
	bool folded;   /* bytes are gzip */
};

/* In the order of strcmp. */
extern const struct desk_file desk_files[];
extern const size_t desk_file_count;

/* NULL when there is none. */
const struct desk_file *desk_find(const char *path);

/* The page may load scripts, styles, fonts and pictures from this address alone, run nothing that stands in a document,
 * be shown in no frame, and send no form. */
#define DESK_POLICY                                                                                                    \
	"default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src "       \
	"'self'; "                                                                                                     \
	"manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "        \
	"require-trusted-types-for 'script'; trusted-types jisr"

#endif
