/* Any bytes as client data, as an attestation object, as authenticator data and as CBOR: what is taken lies inside. */
#include "members/passkey.h"
#include "members/passkey_cbor.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_lie_inside(struct passkey_bytes part, const uint8_t *data, size_t size)
{
	if (part.bytes != NULL && (part.bytes < data || part.size > size || part.bytes > data + size - part.size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const origins[] = {"https://desk.example.org"};
	static const char client[] =
		"{\"type\":\"webauthn.create\",\"challenge\":\"AA\",\"origin\":\"https://desk.example.org\"}";
	static const struct passkey_site site = {"desk.example.org", origins, 1};
	struct passkey_bytes bytes = {data, size}, fixed = {(const uint8_t *)client, sizeof client - 1};
	struct passkey_attestation attestation;
	struct passkey_challenge challenge;
	struct passkey_data read;
	struct passkey passkey;
	struct passkey_cbor reader;
	(void)passkey_read_client(&site, "webauthn.get", bytes, &challenge, NULL);
	if (passkey_read_attestation(bytes, &attestation, NULL) == JISR_OK) {
		must_lie_inside(attestation.data, data, size);
		must_lie_inside(attestation.statement, data, size);
	}
	for (int fresh = 0; fresh < 2; fresh++)
		if (passkey_read_data(bytes, fresh, &read, NULL) == JISR_OK) {
			must_lie_inside(read.id, data, size);
			must_lie_inside(read.key, data, size);
		}
	if (passkey_register(&site, fixed, bytes, &passkey, NULL) == JISR_OK && passkey.key_size == 0)
		abort();
	passkey_cbor_init(&reader, data, size);
	while (!reader.failed && reader.at < reader.end)
		passkey_cbor_skip(&reader);
	if (reader.at > reader.end)
		abort();
	return 0;
}
