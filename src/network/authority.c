#include "network/authority.h"

#include "base/file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define DAY            86400
#define AUTHORITY_DAYS 7300
#define SERVER_DAYS    825
#define BACKDATED      (2 * DAY) /* a node's clock may be behind */
#define SERIAL         16

static int failed(struct problem *problem, const char *what, int result)
{
	return problem_set(problem, result == GNUTLS_E_MEMORY_ERROR ? JISR_NO_MEMORY : JISR_BAD_INPUT, "%s: %s", what,
	                   gnutls_strerror(result));
}

int authority_path(const char *directory, const char *name, char *path, size_t size, struct problem *problem)
{
	int length = snprintf(path, size, "%s/" AUTHORITY_FOLDER "%s%s", directory, name[0] != '\0' ? "/" : "", name);
	return length > 0 && (size_t)length < size
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", directory);
}

static int make_folder(const char *directory, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = authority_path(directory, "", path, sizeof path, problem);
	if (!error && mkdir(path, 0700) != 0 && errno != EEXIST)
		error = file_problem(problem, path, "create it");
	return error;
}

static int write_file(const char *directory, const char *name, const void *bytes, size_t length,
                      struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = authority_path(directory, name, path, sizeof path, problem);
	return error ? error : file_replace(path, bytes, length, problem);
}

static int read_file(const char *directory, const char *name, struct text *text, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = authority_path(directory, name, path, sizeof path, problem);
	return error ? error : file_read(path, text, problem);
}

/* ---- keys ---- */

static int write_key(const char *directory, const char *name, gnutls_x509_privkey_t key, struct problem *problem)
{
	gnutls_datum_t pem = {NULL, 0};
	int result = gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem);
	if (result < 0)
		return failed(problem, "the key", result);
	int error = write_file(directory, name, pem.data, pem.size, problem);
	sodium_memzero(pem.data, pem.size);
	gnutls_free(pem.data);
	return error;
}

static int make_key(const char *directory, const char *name, gnutls_x509_privkey_t *ret_key, struct problem *problem)
{
	gnutls_x509_privkey_t key;
	int result = gnutls_x509_privkey_init(&key);
	if (result < 0)
		return failed(problem, "the key", result);
	result =
		gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	int error = result < 0 ? failed(problem, "the key", result) : write_key(directory, name, key, problem);
	if (error)
		gnutls_x509_privkey_deinit(key);
	else
		*ret_key = key;
	return error;
}

static int read_key(const char *directory, const char *name, gnutls_x509_privkey_t *ret_key, struct problem *problem)
{
	struct text pem;
	text_init(&pem, AUTHORITY_MAX_PEM);
	int error = read_file(directory, name, &pem, problem);
	if (!error) {
		const gnutls_datum_t bytes = {(unsigned char *)pem.bytes, (unsigned)pem.length};
		int result = gnutls_x509_privkey_init(ret_key);
		if (result >= 0 && (result = gnutls_x509_privkey_import(*ret_key, &bytes, GNUTLS_X509_FMT_PEM)) < 0)
			gnutls_x509_privkey_deinit(*ret_key);
		if (result < 0)
			error = failed(problem, name, result);
	}
	if (pem.capacity > 0)
		sodium_memzero(pem.bytes, pem.capacity);
	text_finish(&pem);
	return error;
}

static int read_certificate(const char *directory, const char *name, gnutls_x509_crt_t *ret_certificate,
                            struct problem *problem)
{
	struct text pem;
	text_init(&pem, AUTHORITY_MAX_PEM);
	int error = read_file(directory, name, &pem, problem);
	if (!error) {
		const gnutls_datum_t bytes = {(unsigned char *)pem.bytes, (unsigned)pem.length};
		int result = gnutls_x509_crt_init(ret_certificate);
		if (result >= 0 && (result = gnutls_x509_crt_import(*ret_certificate, &bytes, GNUTLS_X509_FMT_PEM)) < 0)
			gnutls_x509_crt_deinit(*ret_certificate);
		if (result < 0)
			error = failed(problem, name, result);
	}
	text_finish(&pem);
	return error;
}

/* ---- certificates ---- */

struct issuing {
	const char *name;
	unsigned days;
	const char *purpose; /* NULL: an authority */
	const char *const *hosts;
	size_t host_count;
	bool serves; /* to a purpose of its own: a server, too */
};

static int add_host(gnutls_x509_crt_t certificate, const char *host)
{
	unsigned char address[16];
	if (inet_pton(AF_INET, host, address) == 1)
		return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, address, 4,
		                                            GNUTLS_FSAN_APPEND);
	if (inet_pton(AF_INET6, host, address) == 1)
		return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, address, 16,
		                                            GNUTLS_FSAN_APPEND);
	return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, host, (unsigned)strlen(host),
	                                            GNUTLS_FSAN_APPEND);
}

/* All but the public key and the signature. */
static int describe(gnutls_x509_crt_t certificate, const struct issuing *issuing)
{
	unsigned char serial[SERIAL], id[64];
	size_t size = sizeof id;
	time_t now = time(NULL);
	randombytes_buf(serial, sizeof serial);
	serial[0] &= 0x7F;
	serial[0] |= 0x40;
	int result = gnutls_x509_crt_set_version(certificate, 3);
	if (result >= 0)
		result = gnutls_x509_crt_set_serial(certificate, serial, sizeof serial);
	if (result >= 0)
		result = gnutls_x509_crt_set_activation_time(certificate, now - BACKDATED);
	if (result >= 0)
		result = gnutls_x509_crt_set_expiration_time(certificate, now + (time_t)issuing->days * DAY);
	if (result >= 0)
		result = gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, issuing->name,
		                                       (unsigned)strlen(issuing->name));
	if (result >= 0)
		result = gnutls_x509_crt_set_basic_constraints(certificate, issuing->purpose == NULL, -1);
	if (result >= 0)
		result = gnutls_x509_crt_set_key_usage(certificate, issuing->purpose == NULL
		                                                            ? GNUTLS_KEY_KEY_CERT_SIGN
		                                                            : GNUTLS_KEY_DIGITAL_SIGNATURE);
	if (result >= 0 && issuing->purpose != NULL)
		result = gnutls_x509_crt_set_key_purpose_oid(certificate, issuing->purpose, 0);
	if (result >= 0 && issuing->serves)
		result = gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0);
	for (size_t i = 0; result >= 0 && i < issuing->host_count; i++)
		result = add_host(certificate, issuing->hosts[i]);
	if (result >= 0)
		result = gnutls_x509_crt_get_key_id(certificate, 0, id, &size);
	if (result >= 0)
		result = gnutls_x509_crt_set_subject_key_id(certificate, id, size);
	return result;
}

static int export_text(gnutls_x509_crt_t certificate, struct text *pem, struct problem *problem)
{
	gnutls_datum_t bytes = {NULL, 0};
	int result = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &bytes);
	if (result < 0)
		return failed(problem, "the certificate", result);
	int error = text_add(pem, (const char *)bytes.data, bytes.size);
	gnutls_free(bytes.data);
	return error ? problem_set(problem, error, "out of memory") : JISR_OK;
}

/* Signs by the authority, or by its own key when `authority` is NULL. */
static int sign(gnutls_x509_crt_t certificate, gnutls_x509_crt_t authority, gnutls_x509_privkey_t key, struct text *pem,
                struct problem *problem)
{
	int result = gnutls_x509_crt_sign2(certificate, authority != NULL ? authority : certificate, key,
	                                   GNUTLS_DIG_SHA256, 0);
	return result < 0 ? failed(problem, "the certificate cannot be signed", result)
	                  : export_text(certificate, pem, problem);
}

static int print_of(gnutls_x509_crt_t certificate, char ret_print[AUTHORITY_PRINT], struct problem *problem)
{
	unsigned char hash[32];
	size_t size = sizeof hash;
	int result = gnutls_x509_crt_get_fingerprint(certificate, GNUTLS_DIG_SHA256, hash, &size);
	if (result < 0)
		return failed(problem, "the certificate", result);
	(void)sodium_bin2hex(ret_print, AUTHORITY_PRINT, hash, sizeof hash);
	return JISR_OK;
}

/* For a key of our own, or for the key of a request; *ret_print is its fingerprint, NULL when nobody asks. */
static int issue(const struct issuing *issuing, gnutls_x509_privkey_t own, gnutls_x509_crq_t asked,
                 gnutls_x509_crt_t authority, gnutls_x509_privkey_t key, struct text *pem,
                 char ret_print[AUTHORITY_PRINT], struct problem *problem)
{
	gnutls_x509_crt_t certificate;
	int result = gnutls_x509_crt_init(&certificate);
	if (result < 0)
		return failed(problem, "the certificate", result);
	result = own != NULL ? gnutls_x509_crt_set_key(certificate, own) : gnutls_x509_crt_set_crq(certificate, asked);
	if (result >= 0)
		result = describe(certificate, issuing);
	int error = result < 0 ? failed(problem, "the certificate", result)
	                       : sign(certificate, authority, key, pem, problem);
	if (!error && ret_print != NULL)
		error = print_of(certificate, ret_print, problem);
	gnutls_x509_crt_deinit(certificate);
	return error;
}

static int make_authority(const char *directory, struct problem *problem)
{
	gnutls_x509_privkey_t key;
	struct text pem;
	const struct issuing issuing = {.name = "jisr network", .days = AUTHORITY_DAYS};
	text_init(&pem, AUTHORITY_MAX_PEM);
	int error = make_key(directory, "authority.key", &key, problem);
	if (error)
		return error;
	error = issue(&issuing, key, NULL, NULL, key, &pem, NULL, problem);
	if (!error)
		error = write_file(directory, "authority.crt", pem.bytes, pem.length, problem);
	gnutls_x509_privkey_deinit(key);
	text_finish(&pem);
	return error;
}

bool authority_host_valid(const char *host)
{
	return host[0] != '\0' && host[0] != '-' && strlen(host) <= AUTHORITY_MAX_HOST &&
	       strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:") == strlen(host);
}

static int make_server(const char *directory, const struct issuing *issuing, struct problem *problem)
{
	gnutls_x509_crt_t authority;
	gnutls_x509_privkey_t key, own;
	struct text pem;
	int error = read_certificate(directory, "authority.crt", &authority, problem);
	if (error)
		return error;
	error = read_key(directory, "authority.key", &key, problem);
	if (!error) {
		text_init(&pem, AUTHORITY_MAX_PEM);
		error = make_key(directory, "server.key", &own, problem);
		if (!error) {
			error = issue(issuing, own, NULL, authority, key, &pem, NULL, problem);
			gnutls_x509_privkey_deinit(own);
		}
		if (!error)
			error = write_file(directory, "server.crt", pem.bytes, pem.length, problem);
		text_finish(&pem);
		gnutls_x509_privkey_deinit(key);
	}
	gnutls_x509_crt_deinit(authority);
	return error;
}

int authority_serve(const char *directory, const char *const *hosts, size_t count, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct stat status;
	for (size_t i = 0; i < count; i++)
		if (!authority_host_valid(hosts[i]))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "'%.60s' is no name or address of a machine: write hq.example or 192.0.2.7",
			                   hosts[i]);
	if (count == 0 || count > AUTHORITY_MAX_HOSTS)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "name the machine as nodes reach it: 1 to %d names or addresses",
		                   AUTHORITY_MAX_HOSTS);
	int error = make_folder(directory, problem);
	if (!error)
		error = authority_path(directory, "authority.crt", path, sizeof path, problem);
	if (!error && stat(path, &status) != 0)
		error = make_authority(directory, problem);
	const struct issuing issuing = {hosts[0], SERVER_DAYS, GNUTLS_KP_TLS_WWW_SERVER, hosts, count};
	return error ? error : make_server(directory, &issuing, problem);
}

/* ---- requests ---- */

static int write_request(gnutls_x509_privkey_t key, const char *name, struct text *request, struct problem *problem)
{
	gnutls_x509_crq_t asked;
	gnutls_datum_t pem = {NULL, 0};
	int result = gnutls_x509_crq_init(&asked);
	if (result < 0)
		return failed(problem, "the request", result);
	result = gnutls_x509_crq_set_version(asked, 1);
	if (result >= 0)
		result = gnutls_x509_crq_set_dn_by_oid(asked, GNUTLS_OID_X520_COMMON_NAME, 0, name,
		                                       (unsigned)strlen(name));
	if (result >= 0)
		result = gnutls_x509_crq_set_key(asked, key);
	if (result >= 0)
		result = gnutls_x509_crq_sign2(asked, key, GNUTLS_DIG_SHA256, 0);
	if (result >= 0)
		result = gnutls_x509_crq_export2(asked, GNUTLS_X509_FMT_PEM, &pem);
	gnutls_x509_crq_deinit(asked);
	if (result < 0)
		return failed(problem, "the request", result);
	int error = text_add(request, (const char *)pem.data, pem.size);
	gnutls_free(pem.data);
	return error ? problem_set(problem, error, "out of memory") : JISR_OK;
}

int authority_ask(const char *directory, const char *name, struct text *request, struct problem *problem)
{
	gnutls_x509_privkey_t key;
	int error = make_folder(directory, problem);
	if (!error)
		error = make_key(directory, "node.key", &key, problem);
	if (error)
		return error;
	error = write_request(key, name, request, problem);
	gnutls_x509_privkey_deinit(key);
	return error;
}

int authority_sign(const char *directory, const char *request, size_t length, const char *name,
                   const char *const *hosts, size_t host_count, unsigned days, struct text *certificate,
                   char ret_print[AUTHORITY_PRINT], struct problem *problem)
{
	gnutls_x509_crq_t asked;
	gnutls_x509_crt_t authority;
	gnutls_x509_privkey_t key;
	const gnutls_datum_t bytes = {(unsigned char *)request, (unsigned)length};
	const struct issuing issuing = {.name = name,
	                                .days = days,
	                                .purpose = GNUTLS_KP_TLS_WWW_CLIENT,
	                                .hosts = hosts,
	                                .host_count = host_count,
	                                .serves = host_count > 0};
	int result = gnutls_x509_crq_init(&asked);
	if (result < 0)
		return failed(problem, "the request", result);
	result = gnutls_x509_crq_import(asked, &bytes, GNUTLS_X509_FMT_PEM);
	if (result >= 0)
		result = gnutls_x509_crq_verify(asked, 0);
	int error = result < 0 ? failed(problem, "the node's request for a certificate", result)
	                       : read_certificate(directory, "authority.crt", &authority, problem);
	if (!error) {
		error = read_key(directory, "authority.key", &key, problem);
		if (!error) {
			error = issue(&issuing, NULL, asked, authority, key, certificate, ret_print, problem);
			gnutls_x509_privkey_deinit(key);
		}
		gnutls_x509_crt_deinit(authority);
	}
	gnutls_x509_crq_deinit(asked);
	return error;
}

/* ---- looking ---- */

static bool same_key(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key)
{
	unsigned char of_certificate[64], of_key[64];
	size_t length = sizeof of_certificate, key_length = sizeof of_key;
	return gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, of_certificate, &length) >= 0 &&
	       gnutls_x509_privkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, of_key, &key_length) >= 0 &&
	       length == key_length && memcmp(of_certificate, of_key, length) == 0;
}

int authority_fits(const char *directory, const char *certificate, size_t length, struct problem *problem)
{
	gnutls_x509_crt_t shown;
	gnutls_x509_privkey_t key;
	const gnutls_datum_t bytes = {(unsigned char *)certificate, (unsigned)length};
	int error = read_key(directory, "node.key", &key, problem);
	if (error)
		return error;
	int result = gnutls_x509_crt_init(&shown);
	if (result < 0) {
		gnutls_x509_privkey_deinit(key);
		return failed(problem, "the certificate", result);
	}
	result = gnutls_x509_crt_import(shown, &bytes, GNUTLS_X509_FMT_PEM);
	if (result < 0)
		error = failed(problem, "the certificate of the admission", result);
	else if (!same_key(shown, key))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "this admission answers another request than the one of %s: its certificate is of "
		                    "another key. Give headquarters the request that 'jisr node init' wrote here",
		                    directory);
	gnutls_x509_crt_deinit(shown);
	gnutls_x509_privkey_deinit(key);
	return error;
}

int authority_ends(const char *directory, const char *name, double *ret_ends, struct problem *problem)
{
	gnutls_x509_crt_t certificate;
	int error = read_certificate(directory, name, &certificate, problem);
	if (error)
		return error;
	time_t ends = gnutls_x509_crt_get_expiration_time(certificate);
	gnutls_x509_crt_deinit(certificate);
	if (ends == (time_t)-1)
		return problem_set(problem, JISR_BAD_INPUT, "%s does not say when it ends", name);
	*ret_ends = (double)ends;
	return JISR_OK;
}
