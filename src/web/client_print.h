/* What a client's certificate is known by: the SHA-256 of its DER bytes, 64 small hexadecimal digits, as
 * openssl x509 -fingerprint -sha256 prints it. Neither a common name nor an alternative name: these are what an authority
 * wrote, and another certificate may bear them, too. */
#ifndef JISR_WEB_CLIENT_PRINT_H
#define JISR_WEB_CLIENT_PRINT_H

#include "base/error.h"

#include <stddef.h>

#define CLIENT_PRINT 65 /* with the closing 0 */

void client_print(const void *der, size_t size, char ret_print[CLIENT_PRINT]);

/* Of a word that somebody typed: a fingerprint, with or without colons, else the path of a file with one certificate in
 * PEM. JISR_BAD_INPUT, JISR_NOT_FOUND, JISR_IO, JISR_TOO_LARGE, JISR_NO_MEMORY. */
int client_print_read(const char *word, char ret_print[CLIENT_PRINT], struct problem *problem);

#endif
