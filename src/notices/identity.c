#include "notices/identity.h"

#include "base/memory.h"
#include "notices/picture_clean.h"

#include <qpdf/qpdf-c.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum identity_type identity_type(const void *bytes, size_t length)
{
	if (length > 5 && memcmp(bytes, "%PDF-", 5) == 0)
		return IDENTITY_PDF;
	if (length > 3 && memcmp(bytes, "\xFF\xD8\xFF", 3) == 0)
		return IDENTITY_JPEG;
	return length > 8 && memcmp(bytes, "\x89PNG\r\n\x1A\n", 8) == 0 ? IDENTITY_PNG : (enum identity_type)0;
}

const char *identity_mime(enum identity_type type)
{
	return type == IDENTITY_PDF    ? "application/pdf"
	       : type == IDENTITY_JPEG ? picture_mime(PICTURE_JPEG)
	                               : picture_mime(PICTURE_PNG);
}

/* ---- PDF ---- */

/* Keys and names that make a document run, start or hold something; as libqpdf gives them, with #65 resolved. */
static const struct {
	const char *name, *what;
} refused[] = {
	{"/JS", "a script"},
	{"/JavaScript", "a script"},
	{"/Launch", "what starts another program"},
	{"/EF", "another file"},
	{"/EmbeddedFile", "another file"},
	{"/EmbeddedFiles", "another file"},
	{"/FileAttachment", "another file"},
	{"/XFA", "a form with scripts"},
	{"/SubmitForm", "what sends data elsewhere"},
	{"/ImportData", "what loads data from elsewhere"},
	{"/GoToR", "a link to another file"},
	{"/GoToE", "a link to another file"},
	{"/Rendition", "sound or film"},
	{"/RichMedia", "sound or film"},
	{"/RichMediaContent", "sound or film"},
	{"/Movie", "sound or film"},
	{"/Sound", "sound or film"},
	{"/3D", "a model"},
};
/* Keys that tell who made a document, with what and when, or what happens when it is opened; left out. */
static const char *const dropped[] = {"/Metadata", "/PieceInfo", "/Thumb",       "/OpenAction",
                                      "/AA",       "/Info",      "/LastModified"};

static const char *refuse(const char *name)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (strcmp(name, refused[i].name) == 0)
			return refused[i].what;
	return NULL;
}

/* Everything that can be reached, each indirect object once. */
struct walk {
	qpdf_data pdf;
	qpdf_oh *waiting;
	size_t count, capacity, seen_total;
	unsigned char *seen; /* by number of object, a bit each */
	const char *found;   /* what has no place there */
	int error;
};

#define OBJECTS_MOST 1000000 /* numbers of objects */

static void wait_for(struct walk *walk, qpdf_oh node)
{
	if (walk->error)
		return;
	if (qpdf_oh_is_indirect(walk->pdf, node)) {
		int number = qpdf_oh_get_object_id(walk->pdf, node);
		if (number < 0 || number >= OBJECTS_MOST) {
			walk->error = JISR_TOO_LARGE;
			return;
		}
		unsigned char bit = (unsigned char)(1u << (number % 8));
		if ((walk->seen[number / 8] & bit) != 0) {
			qpdf_oh_release(walk->pdf, node);
			return;
		}
		walk->seen[number / 8] |= bit;
	}
	if (++walk->seen_total > IDENTITY_MAX_NODES)
		walk->error = JISR_TOO_LARGE;
	else
		walk->error = memory_reserve(&walk->waiting, &walk->capacity, walk->count + 1, IDENTITY_MAX_NODES,
		                             sizeof *walk->waiting);
	if (!walk->error)
		walk->waiting[walk->count++] = node;
}

static void look_at_dictionary(struct walk *walk, qpdf_oh dictionary)
{
	for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) {
		qpdf_oh value = qpdf_oh_get_key(walk->pdf, dictionary, dropped[i]);
		/* What is left out is looked at all the same: a file with a script is not taken. */
		if (!qpdf_oh_is_null(walk->pdf, value))
			wait_for(walk, value);
		qpdf_oh_remove_key(walk->pdf, dictionary, dropped[i]);
	}
	qpdf_oh_begin_dict_key_iter(walk->pdf, dictionary);
	while (!walk->error && qpdf_oh_dict_more_keys(walk->pdf)) {
		const char *key = qpdf_oh_dict_next_key(walk->pdf);
		const char *what = refuse(key);
		if (what != NULL)
			walk->found = what;
		wait_for(walk, qpdf_oh_get_key(walk->pdf, dictionary, key));
	}
}

static bool is_jpeg(struct walk *walk, qpdf_oh dictionary)
{
	qpdf_oh filter = qpdf_oh_get_key(walk->pdf, dictionary, "/Filter");
	if (qpdf_oh_is_array(walk->pdf, filter) && qpdf_oh_get_array_n_items(walk->pdf, filter) == 1)
		filter = qpdf_oh_get_array_item(walk->pdf, filter, 0);
	if (!qpdf_oh_is_name(walk->pdf, filter))
		return false;
	const char *name = qpdf_oh_get_name(walk->pdf, filter);
	return strcmp(name, "/DCTDecode") == 0 || strcmp(name, "/DCT") == 0;
}

/* A photograph inside says where it was taken as one that stands alone does. */
static void clean_jpeg(struct walk *walk, qpdf_oh stream, qpdf_oh dictionary)
{
	unsigned char *bytes = NULL;
	size_t length = 0;
	QPDF_BOOL filtered = QPDF_FALSE;
	struct text clean;
	if (qpdf_oh_get_stream_data(walk->pdf, stream, qpdf_dl_none, &filtered, &bytes, &length) & QPDF_ERRORS)
		return; /* qpdf_has_error tells */
	text_init(&clean, IDENTITY_MAX_BYTES);
	int error = picture_clean(bytes, length, PICTURE_JPEG, &clean, NULL);
	if (!error)
		qpdf_oh_replace_stream_data(walk->pdf, stream, (const unsigned char *)clean.bytes, clean.length,
		                            qpdf_oh_get_key(walk->pdf, dictionary, "/Filter"),
		                            qpdf_oh_get_key(walk->pdf, dictionary, "/DecodeParms"));
	if (error == JISR_NO_MEMORY)
		walk->error = error;
	else if (error)
		walk->found = "a damaged picture";
	text_finish(&clean);
	free(bytes);
}

static void look_at(struct walk *walk, qpdf_oh node)
{
	switch (qpdf_oh_get_type_code(walk->pdf, node)) {
	case ot_name: {
		const char *what = refuse(qpdf_oh_get_name(walk->pdf, node));
		walk->found = what != NULL ? what : walk->found;
		break;
	}
	case ot_array: {
		int count = qpdf_oh_get_array_n_items(walk->pdf, node);
		for (int i = 0; i < count && !walk->error; i++)
			wait_for(walk, qpdf_oh_get_array_item(walk->pdf, node, i));
		break;
	}
	case ot_dictionary: look_at_dictionary(walk, node); break;
	case ot_stream: {
		qpdf_oh dictionary = qpdf_oh_get_dict(walk->pdf, node);
		look_at_dictionary(walk, dictionary);
		/* Its bytes stand in the file, or it is no copy of anything. */
		if (qpdf_oh_has_key(walk->pdf, dictionary, "/F"))
			walk->found = "a link to another file";
		if (is_jpeg(walk, dictionary))
			clean_jpeg(walk, node, dictionary);
		break;
	}
	default: break;
	}
}

static int damaged(struct problem *problem)
{
	return problem_set(problem, JISR_BAD_INPUT, "the PDF is damaged or cut off: make the copy again");
}

static int look_at_all(qpdf_data pdf, struct problem *problem)
{
	CLEANUP(memory_freep) unsigned char *seen = memory_zero(OBJECTS_MOST / 8, 1);
	CLEANUP(memory_freep) qpdf_oh *waiting = NULL;
	struct walk walk = {.pdf = pdf, .seen = seen};
	if (seen == NULL)
		return problem_no_memory(problem);
	wait_for(&walk, qpdf_get_trailer(pdf));
	while (!walk.error && walk.count > 0 && walk.found == NULL && !qpdf_has_error(pdf)) {
		qpdf_oh node = walk.waiting[--walk.count];
		look_at(&walk, node);
		qpdf_oh_release(pdf, node);
	}
	waiting = walk.waiting;
	if (walk.error == JISR_NO_MEMORY)
		return problem_no_memory(problem);
	if (walk.error)
		return problem_set(problem, JISR_TOO_LARGE,
		                   "the PDF holds more than %d objects: send a scan or a photograph",
		                   IDENTITY_MAX_NODES);
	if (walk.found != NULL)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"the PDF holds %s, which has no place in a copy of a paper: send a scan or a photograph",
			walk.found);
	return qpdf_has_error(pdf) ? damaged(problem) : JISR_OK;
}

static int write_anew(qpdf_data pdf, struct text *clean, struct problem *problem)
{
	if ((qpdf_init_write_memory(pdf) & QPDF_ERRORS) != 0)
		return damaged(problem);
	qpdf_set_deterministic_ID(pdf, QPDF_TRUE);
	qpdf_set_object_stream_mode(pdf, qpdf_o_disable);
	qpdf_set_decode_level(pdf, qpdf_dl_none);
	qpdf_set_compress_streams(pdf, QPDF_FALSE);
	if ((qpdf_write(pdf) & QPDF_ERRORS) != 0 || qpdf_has_error(pdf))
		return damaged(problem);
	size_t length = qpdf_get_buffer_length(pdf);
	int error = length > IDENTITY_MAX_BYTES ? JISR_TOO_LARGE
	                                        : text_add(clean, (const char *)qpdf_get_buffer(pdf), length);
	if (error == JISR_TOO_LARGE)
		return problem_set(problem, error, "the PDF is larger than %zu MB", IDENTITY_MAX_BYTES >> 20);
	return error ? problem_no_memory(problem) : JISR_OK;
}

/* Without `clean` it is looked at only. */
static int clean_open(qpdf_data pdf, struct text *clean, unsigned *ret_pages, struct problem *problem)
{
	if (qpdf_is_encrypted(pdf))
		return problem_set(problem, JISR_BAD_INPUT, "the PDF is encrypted: send it without a password");
	int pages = qpdf_get_num_pages(pdf);
	if (pages < 1 || qpdf_has_error(pdf))
		return damaged(problem);
	if (pages > IDENTITY_MAX_PAGES)
		return problem_set(problem, JISR_TOO_LARGE, "the PDF has %d pages, at most %d are taken", pages,
		                   IDENTITY_MAX_PAGES);
	int error = look_at_all(pdf, problem);
	if (!error && clean != NULL)
		error = write_anew(pdf, clean, problem);
	if (!error)
		*ret_pages = (unsigned)pages;
	return error;
}

static int read_pdf(const void *bytes, size_t length, struct text *clean, unsigned *ret_pages, struct problem *problem)
{
	qpdf_data pdf = qpdf_init();
	qpdf_set_suppress_warnings(pdf, QPDF_TRUE);
	qpdf_silence_errors(pdf);
	int error = JISR_OK;
	if ((qpdf_read_memory(pdf, "the copy", bytes, length, NULL) & QPDF_ERRORS) != 0) {
		qpdf_error told = qpdf_get_error(pdf);
		error = told != NULL && qpdf_get_error_code(pdf, told) == qpdf_e_password
		                ? problem_set(problem, JISR_BAD_INPUT,
		                              "the PDF is encrypted: send it without a password")
		                : damaged(problem);
	} else {
		error = clean_open(pdf, clean, ret_pages, problem);
	}
	if (qpdf_has_error(pdf)) /* told above; libqpdf says so on standard error unless it is taken */
		(void)qpdf_get_error(pdf);
	qpdf_cleanup(&pdf);
	return error;
}

/* What is kept must be a PDF that is taken again, and of as many pages: libqpdf mends damage that it does not know again in what
 * it has written. */
static int clean_pdf(const void *bytes, size_t length, struct text *clean, unsigned *ret_pages, struct problem *problem)
{
	unsigned kept = 0;
	int error = read_pdf(bytes, length, clean, ret_pages, problem);
	if (!error)
		error = read_pdf(clean->bytes, clean->length, NULL, &kept, problem);
	return error ? error : kept == *ret_pages ? JISR_OK : damaged(problem);
}

/* ---- the whole ---- */

static int clean_picture(const void *bytes, size_t length, struct text *clean, struct problem *problem)
{
	struct picture picture;
	int error = picture_read(bytes, length, &picture, problem);
	if (!error)
		error = picture_clean(bytes, length, picture.type, clean, problem);
	if (error == JISR_NO_MEMORY)
		return problem_no_memory(problem);
	/* what is kept must be the same picture, and whole */
	if (!error)
		error = picture_read(clean->bytes, clean->length, &picture, problem);
	return error;
}

int identity_clean(const void *bytes, size_t length, struct text *clean, struct identity *ret_identity,
                   struct problem *problem)
{
	struct identity identity = {identity_type(bytes, length), 1};
	if (length > IDENTITY_MAX_BYTES)
		return problem_set(problem, JISR_TOO_LARGE, "a copy is at most %zu MB: make the picture smaller",
		                   IDENTITY_MAX_BYTES >> 20);
	if (identity.type == 0)
		return problem_set(problem, JISR_UNSUPPORTED,
		                   "a copy is a JPEG, PNG or PDF file: this is another kind of file");
	int error = identity.type == IDENTITY_PDF ? clean_pdf(bytes, length, clean, &identity.pages, problem)
	                                          : clean_picture(bytes, length, clean, problem);
	if (!error)
		*ret_identity = identity;
	return error;
}
