/* Runs a fuzzer as an ordinary test, without a fuzzing engine.
 *
 *   fuzz_NAME FOLDER...
 *
 * Every file of the folders is given to LLVMFuzzerTestOneInput as it is, then cut off (in the middle, before its
 * last byte, empty), then mutations of it: flipped bits, overwritten, inserted, doubled
 * and removed bytes, splices with another file. The mutations are the same in every run and on every machine, so a
 * failure can be repeated; REPLAY_SECONDS bounds a run on slow inputs. Each input lies in a block of its exact size, so
 * that AddressSanitizer sees a read of one byte too many. Prints one TAP line a folder; a crash ends the program, and
 * the input that did it is written to the file named by JISR_FUZZ_CRASH when that is set. */
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define REPLAY_SECONDS    4     /* most seconds of mutations a folder */
#define REPLAY_MUTATIONS  20000 /* most mutations a folder */
#define REPLAY_MAX_INPUTS 2000
#define REPLAY_MAX_BYTES  ((size_t)4 << 20)
#define REPLAY_MUTABLE    ((size_t)64 << 10) /* longer inputs are cut to this before they are mutated */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak)); /* of AddressSanitizer */

struct input {
	uint8_t *bytes;
	size_t size;
};

static struct input inputs[REPLAY_MAX_INPUTS];
static size_t input_count;
static const uint8_t *current; /* what is being tried, for keep_current */
static size_t current_size;

static uint64_t random_state;

/* splitmix64 */
static uint64_t random_next(void)
{
	uint64_t mixed = random_state += 0x9E3779B97F4A7C15u;
	mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
	mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
	return mixed ^ mixed >> 31;
}

static size_t random_below(size_t limit)
{
	return limit == 0 ? 0 : (size_t)(random_next() % limit);
}

static void fail(const char *what, const char *path)
{
	printf("Bail out! %s: %s\n", what, path);
	exit(2);
}

static void keep_current(void)
{
	const char *path = getenv("JISR_FUZZ_CRASH");
	FILE *file = path != NULL ? fopen(path, "wb") : NULL;
	if (file != NULL) {
		(void)fwrite(current, 1, current_size, file);
		(void)fclose(file);
	}
}

/* abort() by the fuzzer itself; what a sanitizer finds comes through its death callback. */
static void on_abort(int signal_number)
{
	keep_current();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void try_input(const uint8_t *bytes, size_t size)
{
	uint8_t *exact = malloc(size > 0 ? size : 1);
	if (exact == NULL)
		fail("out of memory", "input");
	if (size > 0)
		memcpy(exact, bytes, size);
	current = exact;
	current_size = size;
	(void)LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static void read_input(const char *path)
{
	if (input_count == REPLAY_MAX_INPUTS)
		fail("more inputs than REPLAY_MAX_INPUTS", path);
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = malloc(REPLAY_MAX_BYTES);
	if (file == NULL || bytes == NULL)
		fail("cannot read", path);
	size_t size = fread(bytes, 1, REPLAY_MAX_BYTES, file);
	(void)fclose(file);
	uint8_t *exact = realloc(bytes, size > 0 ? size : 1);
	inputs[input_count++] = (struct input){exact != NULL ? exact : bytes, size};
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void read_folder(const char *path)
{
	struct dirent **names;
	int count = scandir(path, &names, visible, alphasort);
	if (count < 0)
		fail("cannot read folder", path);
	for (int i = 0; i < count; i++) {
		char file[4096];
		(void)snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
		struct stat status;
		if (stat(file, &status) == 0 && S_ISREG(status.st_mode))
			read_input(file);
		free(names[i]);
	}
	free(names);
}

/* One random change of the `size` bytes in `buffer`, which has room for twice REPLAY_MUTABLE; the new size. */
static size_t mutate_once(uint8_t *buffer, size_t size)
{
	static const uint8_t telling[] = {0,   1,   0x7F, 0x80, 0xFF, '<',  '>',  '&',  '"',  '\'',
	                                  ',', ';', '{',  '}',  '[',  ']',  ':',  '\\', '\n', '\r',
	                                  ' ', '0', '9',  '-',  '/',  0xC0, 0xD8, 0xE2, 0xEF, 0xF4};
	size_t at = random_below(size), length = 1 + random_below(16);
	switch (random_below(8)) {
	case 0: /* flip a bit */
		if (size > 0)
			buffer[at] ^= (uint8_t)(1u << random_below(8));
		return size;
	case 1: /* overwrite with a byte that parsers look for */
		if (size > 0)
			buffer[at] = telling[random_below(sizeof telling)];
		return size;
	case 2: /* cut off */ return at;
	case 3: /* take a stretch out */
		if (length > size - at)
			length = size - at;
		memmove(buffer + at, buffer + at + length, size - at - length);
		return size - length;
	case 4: /* double a stretch */
		length = 1 + random_below(size - at < 256 ? size - at : 256);
		if (size == 0 || length > size - at || size + length > 2 * REPLAY_MUTABLE)
			return size;
		memmove(buffer + at + length, buffer + at, size - at);
		return size + length;
	case 5: /* put a byte in */
		if (size + 1 > 2 * REPLAY_MUTABLE)
			return size;
		memmove(buffer + at + 1, buffer + at, size - at);
		buffer[at] = telling[random_below(sizeof telling)];
		return size + 1;
	case 6: { /* the start of this one, the end of another */
		const struct input *other = &inputs[random_below(input_count)];
		size_t from = random_below(other->size), left = other->size - from;
		if (left > REPLAY_MUTABLE)
			left = REPLAY_MUTABLE;
		memcpy(buffer + at, other->bytes + from, left);
		return at + left;
	}
	default: /* random bytes */
		for (size_t i = at; i < size && i < at + length; i++)
			buffer[i] = (uint8_t)random_next();
		return size;
	}
}

static double seconds_now(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t try_mutations(size_t first)
{
	static uint8_t buffer[3 * REPLAY_MUTABLE + 16];
	double end = seconds_now() + REPLAY_SECONDS;
	size_t tried = 0;
	for (; tried < REPLAY_MUTATIONS && seconds_now() < end; tried++) {
		const struct input *input = &inputs[first + tried % (input_count - first)];
		size_t size = input->size < REPLAY_MUTABLE ? input->size : REPLAY_MUTABLE;
		memcpy(buffer, input->bytes, size);
		for (size_t changes = 1 + random_below(4); changes > 0; changes--)
			size = mutate_once(buffer, size < 2 * REPLAY_MUTABLE ? size : REPLAY_MUTABLE);
		try_input(buffer, size);
	}
	return tried;
}

int main(int argc, char **argv)
{
	signal(SIGABRT, on_abort);
	if (__sanitizer_set_death_callback != NULL)
		__sanitizer_set_death_callback(keep_current);
	if (argc < 2)
		fail("no folder given", argv[0]);
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		size_t first = input_count;
		read_folder(argv[i]);
		const char *slash = strrchr(argv[i], '/');
		const char *name = slash != NULL ? slash + 1 : argv[i];
		if (input_count == first) {
			printf("not ok %d - fuzz inputs of %s: the folder holds none\n", i, name);
			continue;
		}
		random_state = 20261123;
		for (size_t j = first; j < input_count; j++) {
			size_t size = inputs[j].size;
			try_input(inputs[j].bytes, size);
			try_input(inputs[j].bytes, size / 2);
			try_input(inputs[j].bytes, size > 0 ? size - 1 : 0);
		}
		try_input((const uint8_t *)"", 0);
		size_t mutations = try_mutations(first);
		printf("ok %d - fuzz inputs of %s: %zu stored, %zu mutations\n", i, name, input_count - first,
		       mutations);
		(void)fflush(stdout);
	}
	for (size_t i = 0; i < input_count; i++)
		free(inputs[i].bytes);
	return 0;
}
