#include "members/totp.h"

#include <liboath/oath.h>
#include <qrencode.h>
#include <sodium.h>
#include <string.h>

#define QUIET 4 /* modules of white around a QR code, as its standard asks */

void totp_make(uint8_t ret_secret[TOTP_SECRET])
{
	randombytes_buf(ret_secret, TOTP_SECRET);
}

int totp_code(const uint8_t secret[TOTP_SECRET], int64_t step, char out[TOTP_DIGITS + 1])
{
	int result = oath_hotp_generate((const char *)secret, TOTP_SECRET, (uint64_t)step, TOTP_DIGITS, false,
	                                OATH_HOTP_DYNAMIC_TRUNCATION, out);
	return result == OATH_OK ? JISR_OK : JISR_NO_MEMORY;
}

bool totp_check(const uint8_t secret[TOTP_SECRET], const char *code, int64_t milliseconds, int64_t last,
                int64_t *ret_step)
{
	char given[TOTP_DIGITS + 1] = "";
	size_t count = 0;
	int64_t now = milliseconds / (TOTP_SECONDS * 1000), found = 0;
	for (; *code != '\0'; code++) {
		if (*code == ' ')
			continue;
		if (*code < '0' || *code > '9' || count == TOTP_DIGITS)
			return false;
		given[count++] = *code;
	}
	if (count != TOTP_DIGITS)
		return false;
	for (int64_t step = now - TOTP_DRIFT; step <= now + TOTP_DRIFT; step++) {
		char right[TOTP_DIGITS + 1];
		if (step > last && totp_code(secret, step, right) == JISR_OK &&
		    sodium_memcmp(right, given, TOTP_DIGITS) == 0)
			found = step;
		sodium_memzero(right, sizeof right);
	}
	if (found == 0)
		return false;
	*ret_step = found;
	return true;
}

/* Percent-encoded, so that names with any sign stay one part of the address. */
static void add_encoded(struct text *text, const char *plain)
{
	for (; *plain != '\0'; plain++) {
		unsigned char byte = (unsigned char)*plain;
		if ((byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
		    byte == '-' || byte == '.' || byte == '_')
			(void)text_add_char(text, (char)byte);
		else
			(void)text_add_format(text, "%%%02X", byte);
	}
}

int totp_uri(const uint8_t secret[TOTP_SECRET], const char *issuer, const char *account, char out[TOTP_URI_MAX])
{
	char *encoded = NULL;
	size_t length = 0;
	struct text text;
	text_init(&text, TOTP_URI_MAX - 1);
	if (oath_base32_encode((const char *)secret, TOTP_SECRET, &encoded, &length) != OATH_OK)
		return JISR_NO_MEMORY;
	(void)text_add_string(&text, "otpauth://totp/");
	add_encoded(&text, issuer);
	(void)text_add_char(&text, ':');
	add_encoded(&text, account);
	(void)text_add_string(&text, "?secret=");
	(void)text_add(&text, encoded, length);
	(void)text_add_string(&text, "&issuer=");
	add_encoded(&text, issuer);
	int error = text.error;
	if (error == JISR_OK)
		memcpy(out, text.bytes, text.length + 1);
	sodium_memzero(encoded, length);
	free(encoded);
	if (text.capacity > 0)
		sodium_memzero(text.bytes, text.capacity);
	text_finish(&text);
	return error;
}

int totp_qr(const char *uri, struct text *svg)
{
	QRcode *code = QRcode_encodeString(uri, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	if (code == NULL)
		return JISR_NO_MEMORY;
	int size = code->width + 2 * QUIET;
	(void)text_add_format(svg,
	                      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
	                      "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
	                      size, size, size, size);
	for (int y = 0; y < code->width; y++)
		for (int x = 0; x < code->width; x++) {
			int run = 0;
			while (x + run < code->width && (code->data[y * code->width + x + run] & 1) != 0)
				run++;
			if (run > 0)
				(void)text_add_format(svg, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
			x += run;
		}
	sodium_memzero(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
	return text_add_string(svg, "\"/></svg>");
}
