/* Any bytes as a machine readable zone: what is read is well-formed, and a failed check never goes without a note. */
#include "watch/mrz.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void must_end(const char *text, size_t size)
{
	must(memchr(text, '\0', size) != NULL);
}

static void must_be_range(struct date date)
{
	must(date.from <= date.to);
	must((date.from == 0) == (date.to == 0));
	must(date.from == 0 || (date.from / 100 % 100 >= 1 && date.to / 100 % 100 <= 12));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mrz mrz;
	memset(&mrz, 'x', sizeof mrz);
	struct problem problem = {""};
	if (mrz_read((const char *)data, size, 20261123, &mrz, &problem) != JISR_OK) {
		must(problem.text[0] != '\0');
		return 0;
	}
	must_end(mrz.number, sizeof mrz.number);
	must_end(mrz.surname, sizeof mrz.surname);
	must_end(mrz.given_names, sizeof mrz.given_names);
	must_end(mrz.optional, sizeof mrz.optional);
	must(strlen(mrz.document_type) <= 2 && strlen(mrz.issuer) <= 3 && strlen(mrz.nationality) <= 3);
	must(strlen(mrz.issuer_country) % 2 == 0 && strlen(mrz.nationality_country) % 2 == 0);
	must(mrz.sex == 0 || mrz.sex == 'm' || mrz.sex == 'f');
	must(mrz.note_count <= MRZ_MAX_NOTES && (mrz.checks_passed || mrz.note_count > 0));
	for (size_t i = 0; i < mrz.note_count; i++)
		must_end(mrz.notes[i], sizeof mrz.notes[i]);
	must_be_range(mrz.birth);
	must_be_range(mrz.expiry);
	return 0;
}
