/* Files of objects: whatever the bytes, nothing but whole objects of the office's own country are entered, and each of them
 * is found again by its key. */
#include "notices/object_file.h"

#include "members/register.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct store *store;

static void found(void)
{
	static const struct store_domain *const domains[] = {&register_domain, &notice_domain, &object_domain, NULL};
	static char folder[] = "/tmp/jisr-fuzz-XXXXXX";
	if (mkdtemp(folder) == NULL || store_found(&(struct store_options){.directory = folder, .domains = domains},
	                                           "fuzz.example/record", &store, NULL) != JISR_OK)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const kinds[] = {NULL, "document", "vehicle", "firearm", "artwork", "vessel"};
	static struct object_load load;
	struct caller caller;
	struct input *input = NULL;
	struct problem problem = {""};
	if (size == 0 || size > 4096)
		return 0;
	if (store == NULL)
		found();
	caller_console(&caller, OFFICE_HEADQUARTERS);
	load = (struct object_load){.caller = &caller, .name = "fuzz", .source = "", .digest = ""};
	load.kind = kinds[bytes[0] % 6];
	load.fewer = true;
	if (input_open_bytes(bytes + 1, size - 1, &input, NULL) != JISR_OK)
		return 0;
	int error = object_load(store, input, &load, &problem);
	if (error == JISR_OK ? load.entered == 0 || load.added + load.changed + load.unchanged != load.entered
	                     : problem.text[0] == '\0')
		abort();
	if (load.entered + load.bad > load.rows)
		abort();
	return 0;
}
