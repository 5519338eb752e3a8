#include "web/client_print.h"

#include "base/file.h"
#include "base/sha256.h"

#include <gnutls/x509.h>
#include <string.h>

#define FILE_MOST ((size_t)64 << 10)

void client_print(const void *der, size_t size, char ret_print[CLIENT_PRINT])
{
	sha256_hex(der, size, ret_print);
}

/* "AB:CD:...", as openssl prints it, or without the colons. */
static bool read_digits(const char *word, char ret_print[CLIENT_PRINT])
{
	size_t count = 0;
	char print[CLIENT_PRINT] = "";
	for (; *word != '\0'; word++) {
		if (*word == ':' && count > 0 && count % 2 == 0)
			continue;
		if (strchr("0123456789abcdefABCDEF", *word) == NULL || count == CLIENT_PRINT - 1)
			return false;
		print[count++] = *word >= 'A' && *word <= 'F' ? (char)(*word - 'A' + 'a') : *word;
	}
	if (count != CLIENT_PRINT - 1)
		return false;
	memcpy(ret_print, print, sizeof print);
	return true;
}

static int read_certificate(const char *path, const struct text *text, char ret_print[CLIENT_PRINT],
                            struct problem *problem)
{
	gnutls_x509_crt_t certificate;
	gnutls_datum_t der = {NULL, 0};
	const gnutls_datum_t pem = {(unsigned char *)text->bytes, (unsigned)text->length};
	if (gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
		return problem_no_memory(problem);
	int result = gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM);
	if (result >= 0)
		result = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &der);
	gnutls_x509_crt_deinit(certificate);
	if (result < 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "%s holds no certificate in PEM (%s). Give the program's own, or its SHA-256 "
		                   "fingerprint: openssl x509 -noout -fingerprint -sha256 -in FILE",
		                   path, gnutls_strerror(result));
	client_print(der.data, der.size, ret_print);
	gnutls_free(der.data);
	return JISR_OK;
}

int client_print_read(const char *word, char ret_print[CLIENT_PRINT], struct problem *problem)
{
	struct text text;
	if (read_digits(word, ret_print))
		return JISR_OK;
	text_init(&text, FILE_MOST);
	int error = file_read(word, &text, problem);
	if (error == JISR_OK)
		error = read_certificate(word, text.length > 0 ? &text : &(struct text){.bytes = (char[]){""}},
		                         ret_print, problem);
	text_finish(&text);
	return error;
}
