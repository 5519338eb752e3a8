/* A handshake that has begun uses the certificate that was present then; so one that was replaced is kept for as long as
 * a handshake can last, and freed by a later reload. */
#include "web/tls.h"

#include "base/clock.h"
#include "base/file.h"

#include <gnutls/x509.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define KEEP_SECONDS 7200.0 /* a handshake is over: head-time is at most an hour */

struct certificate {
	gnutls_pcert_st chain[TLS_MAX_CHAIN];
	unsigned length;
	gnutls_privkey_t key;
	double ends;                /* seconds since 1970 */
	double replaced;            /* by clock_seconds() */
	struct certificate *before; /* replaced earlier */
};

struct mark {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
};

struct tls {
	const char *certificate_path, *key_path;
	struct certificate *present;
	struct mark marks[2]; /* of both files when they were last read */
	struct text authority;
};

static _Atomic(const struct certificate *) served;

static struct certificate *certificate_free(struct certificate *certificate)
{
	if (certificate == NULL)
		return NULL;
	for (unsigned i = 0; i < certificate->length; i++)
		gnutls_pcert_deinit(&certificate->chain[i]);
	if (certificate->key != NULL)
		gnutls_privkey_deinit(certificate->key);
	return memory_free(certificate);
}
MEMORY_DEFINE_FREEP(struct certificate, certificate_free)

static void forget_text(struct text *text)
{
	if (text->capacity > 0)
		sodium_memzero(text->bytes, text->capacity);
	text_finish(text);
}

static void mark_read(const char *path, struct mark *mark)
{
	struct stat status;
	*mark = (struct mark){0};
	if (stat(path, &status) == 0)
		*mark = (struct mark){status.st_dev, status.st_ino, status.st_size, status.st_mtim};
}

static bool mark_same(const struct mark *a, const struct mark *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

/* GnuTLS itself checks that key and certificate belong together. */
static int check_pair(const struct tls *tls, const gnutls_datum_t *certificate, const gnutls_datum_t *key,
                      struct problem *problem)
{
	gnutls_certificate_credentials_t trial;
	if (gnutls_certificate_allocate_credentials(&trial) != GNUTLS_E_SUCCESS)
		return JISR_NO_MEMORY;
	int result = gnutls_certificate_set_x509_key_mem(trial, certificate, key, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(trial);
	if (result == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
		return problem_set(problem, JISR_BAD_INPUT, "the key in %s is not that of the certificate in %s",
		                   tls->key_path, tls->certificate_path);
	if (result < 0)
		return problem_set(problem, JISR_BAD_INPUT, "%s and %s cannot be used: %s", tls->certificate_path,
		                   tls->key_path, gnutls_strerror(result));
	return JISR_OK;
}

static int read_end(const struct tls *tls, const gnutls_datum_t *pem, double *ret_ends, struct problem *problem)
{
	gnutls_x509_crt_t leaf;
	if (gnutls_x509_crt_init(&leaf) != GNUTLS_E_SUCCESS)
		return JISR_NO_MEMORY;
	int result = gnutls_x509_crt_import(leaf, pem, GNUTLS_X509_FMT_PEM);
	time_t ends = result < 0 ? 0 : gnutls_x509_crt_get_expiration_time(leaf);
	gnutls_x509_crt_deinit(leaf);
	if (result < 0 || ends == (time_t)-1)
		return problem_set(problem, JISR_BAD_INPUT, "%s holds no certificate that can be read",
		                   tls->certificate_path);
	*ret_ends = (double)ends;
	return JISR_OK;
}

static int build(const struct tls *tls, const gnutls_datum_t *chain, const gnutls_datum_t *key,
                 struct certificate **ret_certificate, struct problem *problem)
{
	CLEANUP(certificate_freep) struct certificate *made = memory_zero(1, sizeof *made);
	if (made == NULL)
		return JISR_NO_MEMORY;
	int error = check_pair(tls, chain, key, problem);
	if (error == JISR_OK)
		error = read_end(tls, chain, &made->ends, problem);
	if (error != JISR_OK)
		return error;
	unsigned length = TLS_MAX_CHAIN;
	int result = gnutls_pcert_list_import_x509_raw(made->chain, &length, chain, GNUTLS_X509_FMT_PEM, 0);
	if (result >= 0) {
		made->length = length;
		result = gnutls_privkey_init(&made->key);
	}
	if (result >= 0)
		result = gnutls_privkey_import_x509_raw(made->key, key, GNUTLS_X509_FMT_PEM, NULL, 0);
	if (result < 0)
		return problem_set(problem, result == GNUTLS_E_MEMORY_ERROR ? JISR_NO_MEMORY : JISR_BAD_INPUT,
		                   "%s cannot be used: %s", tls->certificate_path, gnutls_strerror(result));
	*ret_certificate = made;
	made = NULL;
	return JISR_OK;
}

static int read_files(const struct tls *tls, struct certificate **ret_certificate, struct problem *problem)
{
	struct text chain, key;
	text_init(&chain, TLS_MAX_FILE);
	text_init(&key, TLS_MAX_FILE);
	int error = file_read(tls->certificate_path, &chain, problem);
	if (error == JISR_OK)
		error = file_read(tls->key_path, &key, problem);
	if (error == JISR_OK) {
		gnutls_datum_t chain_bytes = {(unsigned char *)chain.bytes, (unsigned)chain.length};
		gnutls_datum_t key_bytes = {(unsigned char *)key.bytes, (unsigned)key.length};
		error = build(tls, &chain_bytes, &key_bytes, ret_certificate, problem);
	}
	text_finish(&chain);
	forget_text(&key);
	return error;
}

/* Frees what was replaced so long ago that no handshake uses it. */
static void forget_old(struct tls *tls)
{
	struct certificate **link = &tls->present->before;
	while (*link != NULL) {
		if (clock_seconds() - (*link)->replaced > KEEP_SECONDS) {
			struct certificate *old = *link;
			*link = old->before;
			certificate_free(old);
		} else {
			link = &(*link)->before;
		}
	}
}

int tls_reload(struct tls *tls, struct problem *problem)
{
	struct certificate *made = NULL;
	mark_read(tls->certificate_path, &tls->marks[0]);
	mark_read(tls->key_path, &tls->marks[1]);
	int error = read_files(tls, &made, problem);
	if (error != JISR_OK)
		return error;
	double now = (double)time(NULL);
	if (tls->present != NULL && made->ends <= now && tls->present->ends > now) {
		certificate_free(made);
		return problem_set(problem, JISR_BAD_INPUT, "the certificate in %s has ended already",
		                   tls->certificate_path);
	}
	made->before = tls->present;
	if (tls->present != NULL)
		tls->present->replaced = clock_seconds();
	tls->present = made;
	atomic_store(&served, made);
	forget_old(tls);
	return JISR_OK;
}

static int read_authority(const char *path, struct text *text, struct problem *problem)
{
	int error = file_read(path, text, problem);
	gnutls_certificate_credentials_t trial;
	if (error != JISR_OK)
		return error;
	if (gnutls_certificate_allocate_credentials(&trial) != GNUTLS_E_SUCCESS)
		return JISR_NO_MEMORY;
	gnutls_datum_t bytes = {(unsigned char *)text->bytes, (unsigned)text->length};
	int count = gnutls_certificate_set_x509_trust_mem(trial, &bytes, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(trial);
	if (count <= 0)
		return problem_set(problem, JISR_BAD_INPUT, "%s holds no certificate of an authority", path);
	return JISR_OK;
}

int tls_new(const struct settings *settings, struct tls **ret_tls, struct problem *problem)
{
	CLEANUP(tls_freep) struct tls *tls = memory_zero(1, sizeof *tls);
	if (tls == NULL)
		return JISR_NO_MEMORY;
	text_init(&tls->authority, TLS_MAX_FILE);
	tls->certificate_path = settings->tls_certificate;
	tls->key_path = settings->tls_key;
	int error = JISR_OK;
	if (settings->tls_client_authority != NULL)
		error = read_authority(settings->tls_client_authority, &tls->authority, problem);
	if (error == JISR_OK)
		error = tls_reload(tls, problem);
	if (error != JISR_OK)
		return error;
	*ret_tls = tls;
	tls = NULL;
	return JISR_OK;
}

struct tls *tls_free(struct tls *tls)
{
	if (tls == NULL)
		return NULL;
	if (tls->present != NULL)
		atomic_store(&served, NULL);
	while (tls->present != NULL) {
		struct certificate *before = tls->present->before;
		certificate_free(tls->present);
		tls->present = before;
	}
	text_finish(&tls->authority);
	return memory_free(tls);
}

bool tls_changed(const struct tls *tls)
{
	struct mark certificate, key;
	mark_read(tls->certificate_path, &certificate);
	mark_read(tls->key_path, &key);
	return !mark_same(&certificate, &tls->marks[0]) || !mark_same(&key, &tls->marks[1]);
}

double tls_ends(const struct tls *tls)
{
	(void)tls;
	const struct certificate *certificate = atomic_load(&served);
	return certificate != NULL ? certificate->ends : 0;
}

const char *tls_authority(const struct tls *tls)
{
	return tls->authority.length > 0 ? tls->authority.bytes : NULL;
}

int tls_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                 const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **ret_chain,
                 unsigned *ret_length, gnutls_privkey_t *ret_key)
{
	(void)session;
	(void)authorities;
	(void)authority_count;
	(void)algorithms;
	(void)algorithm_count;
	const struct certificate *certificate = atomic_load(&served);
	if (certificate == NULL)
		return -1;
	*ret_chain = (gnutls_pcert_st *)(uintptr_t)certificate->chain;
	*ret_length = certificate->length;
	*ret_key = certificate->key;
	return 0;
}

enum tls_client tls_client(gnutls_session_t session, char caller[TLS_MAX_CALLER], char print[CLIENT_PRINT])
{
	unsigned count = 0, status = 0;
	const gnutls_datum_t *shown = gnutls_certificate_get_peers(session, &count);
	if (shown == NULL || count == 0)
		return TLS_CLIENT_NONE;
	gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
	                                 .data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT};
	gnutls_x509_crt_t certificate;
	if (gnutls_certificate_verify_peers(session, &purpose, 1, &status) < 0 || status != 0 ||
	    gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
		return TLS_CLIENT_BAD;
	char name[TLS_MAX_CALLER] = "";
	size_t size = sizeof name;
	int result = gnutls_x509_crt_import(certificate, &shown[0], GNUTLS_X509_FMT_DER);
	if (result >= 0)
		result = gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &size);
	gnutls_x509_crt_deinit(certificate);
	if (result < 0 || name[0] == '\0')
		return TLS_CLIENT_BAD;
	for (char *c = name; *c != '\0'; c++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@", *c) == NULL)
			*c = '_';
	memcpy(caller, name, sizeof name);
	client_print(shown[0].data, shown[0].size, print);
	return TLS_CLIENT_KNOWN;
}
