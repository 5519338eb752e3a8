/* One-time codes by time (RFC 6238: SHA-1, six digits, 30 seconds, as every authenticator app does), made by liboath.
 * The second of two factors beside a password, for who has no passkey: a code can be asked for by a false page. */
#ifndef JISR_MEMBERS_TOTP_H
#define JISR_MEMBERS_TOTP_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

#define TOTP_SECRET  20 /* bytes */
#define TOTP_SECONDS 30
#define TOTP_DIGITS  6
#define TOTP_DRIFT   1 /* steps that a clock may be off, either way */
#define TOTP_URI_MAX 512
#define TOTP_QR_MAX  ((size_t)64 << 10) /* bytes of the picture */

void totp_make(uint8_t ret_secret[TOTP_SECRET]);

/* Whether the code is that of now, or of a step beside, and of a later step than `last` (the step of the code that was
 * taken before; 0: none was): each code is taken once. Spaces in the code are passed over. *ret_step is to be kept. */
bool totp_check(const uint8_t secret[TOTP_SECRET], const char *code, int64_t milliseconds, int64_t last,
                int64_t *ret_step);

/* The code of a step: for tests. */
int totp_code(const uint8_t secret[TOTP_SECRET], int64_t step, char out[TOTP_DIGITS + 1]);

/* "otpauth://totp/ISSUER:ACCOUNT?secret=...": what an app takes, shown once. JISR_NO_MEMORY. */
int totp_uri(const uint8_t secret[TOTP_SECRET], const char *issuer, const char *account, char out[TOTP_URI_MAX]);

/* The same as a QR code: an SVG picture. JISR_NO_MEMORY, JISR_TOO_LARGE. */
int totp_qr(const char *uri, struct text *svg);

#endif
