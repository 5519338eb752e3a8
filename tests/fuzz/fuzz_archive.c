/* Any bytes as an archive: what opens has entries within its bytes with the hashes that they say, and its events can be
 * walked and verified without a fault. The fuzzer cannot guess hashes, so where an entry's name does not fit its bytes the
 * name is put right first. */
#include "ballot/verify.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
	if (!condition)
		abort();
}

/* Names and checksums of the entries, as far as they can be followed. */
static void mend(uint8_t *bytes, size_t size)
{
	for (size_t at = 0; at + ARCHIVE_BLOCK <= size;) {
		char *header = (char *)bytes + at, number[13] = {0};
		memcpy(number, header + 124, 12);
		unsigned long long length = strtoull(number, NULL, 8);
		if (length > size - at - ARCHIVE_BLOCK)
			return;
		if (at > 0) {
			unsigned char hash[DIGEST_BYTES];
			char hex[DIGEST_HEX + 1];
			digest_of(header + ARCHIVE_BLOCK, length, hash);
			digest_write_hex(hash, hex);
			memcpy(header, hex, DIGEST_HEX);
		}
		unsigned sum = 0;
		memset(header + 148, ' ', 8);
		for (size_t i = 0; i < ARCHIVE_BLOCK; i++)
			sum += (unsigned char)header[i];
		(void)snprintf(header + 148, 8, "%06o", sum & 0777777);
		at += ARCHIVE_BLOCK + (length + ARCHIVE_BLOCK - 1) / ARCHIVE_BLOCK * ARCHIVE_BLOCK;
	}
}

static void look(const uint8_t *bytes, size_t size)
{
	CLEANUP(archive_closep) struct archive *archive = NULL;
	struct problem problem = {""};
	if (archive_open_bytes(bytes, size, &archive, &problem) != JISR_OK) {
		must(problem.text[0] != '\0');
		return;
	}
	for (size_t i = 0; i < archive_count(archive); i++) {
		struct archive_entry entry = archive_get(archive, i);
		unsigned char hash[DIGEST_BYTES];
		must((const uint8_t *)entry.bytes >= bytes &&
		     entry.length <= size - (size_t)((const uint8_t *)entry.bytes - bytes));
		digest_of(entry.bytes, entry.length, hash);
		must(memcmp(hash, entry.hash, sizeof hash) == 0);
	}
	struct verify_options options = {.threads = 1};
	struct verify_report report;
	must(archive_walk(archive, NULL, NULL, &problem) == JISR_OK || problem.text[0] != '\0');
	problem.text[0] = '\0';
	must(verify_archive(archive, &options, &report, &problem) == JISR_OK || problem.text[0] != '\0');
	must(verify_continues(archive, archive, &problem) == JISR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);
	must(copy != NULL);
	memcpy(copy, data, size);
	look(copy, size);
	mend(copy, size);
	look(copy, size);
	free(copy);
	return 0;
}
