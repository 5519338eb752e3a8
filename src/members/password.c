/* What is guessed first, by rule and not by list: each of the following counts as one character, and PASSWORD_REST
 * characters must be left.
 *
 *   a known word          of the owner, of this product, of police work, and those that most passwords begin with
 *   a run                 four or more characters that lie beside each other on a keyboard, or follow each other in the
 *                         alphabet or in counting, forwards or backwards
 *   a repetition          of a piece of 1 to 12 characters that came just before: counts for nothing
 *   a year                1900 to 2099
 *
 * Letters are compared without case, and figures that stand for letters (p4$$w0rd) as these letters. */
#include "members/password.h"

#include "base/clock.h"
#include "base/thread.h"
#include "base/utf8.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#define RUN_LEAST  4
#define PIECE_MOST 12
#define WORD_LEAST 3 /* characters of an owner's word that is looked for */
#define DIFFERENT  5 /* characters that a password must have */

int password_read(const char *bytes, size_t length, struct password *ret_password, struct problem *problem)
{
	UChar wide[PASSWORD_MAX_BYTES + 1], normal[PASSWORD_MAX_BYTES * 2 + 1];
	UErrorCode status = U_ZERO_ERROR;
	int32_t count = 0, size = 0;
	int error = JISR_OK;
	if (length > PASSWORD_MAX_BYTES)
		return problem_set(problem, JISR_TOO_LARGE, "a password has at most %d characters", PASSWORD_MOST);
	if (!utf8_valid(bytes, length, NULL))
		return problem_set(problem, JISR_BAD_INPUT, "the password is not UTF-8");
	const UNormalizer2 *form = unorm2_getNFKCInstance(&status);
	(void)u_strFromUTF8(wide, PASSWORD_MAX_BYTES, &count, bytes, (int32_t)length, &status);
	int32_t normal_count = unorm2_normalize(form, wide, count, normal, PASSWORD_MAX_BYTES * 2, &status);
	(void)u_strToUTF8(ret_password->text, sizeof ret_password->text - 1, &size, normal, normal_count, &status);
	if (status == U_BUFFER_OVERFLOW_ERROR || size >= (int32_t)sizeof ret_password->text)
		error = JISR_TOO_LARGE;
	else if (U_FAILURE(status))
		error = JISR_NO_MEMORY;
	ret_password->length = 0;
	ret_password->characters = 0;
	if (error == JISR_OK) {
		ret_password->length = (size_t)size;
		ret_password->text[size] = '\0';
		ret_password->characters = (size_t)u_countChar32(normal, normal_count);
		for (int32_t i = 0; i < normal_count; i++)
			if (u_iscntrl(normal[i]))
				error = JISR_BAD_INPUT;
		if (ret_password->characters > PASSWORD_MOST)
			error = JISR_TOO_LARGE;
	}
	sodium_memzero(wide, sizeof wide);
	sodium_memzero(normal, sizeof normal);
	if (error == JISR_OK)
		return JISR_OK;
	password_finish(ret_password);
	if (error == JISR_TOO_LARGE)
		return problem_set(problem, error, "a password has at most %d characters", PASSWORD_MOST);
	if (error == JISR_BAD_INPUT)
		return problem_set(problem, error, "the password holds a control character");
	return problem_set(problem, error, "out of memory");
}

void password_finish(struct password *password)
{
	sodium_memzero(password, sizeof *password);
}

/* ---- what is guessed first ---- */

struct folded {
	uint32_t code[PASSWORD_MAX_BYTES * 3];
	size_t count;
};

/* Without case; with `letters`, figures and signs as the letters that they stand for. Spaces and signs between stay. */
static void fold(const char *text, size_t length, bool letters, struct folded *out)
{
	static const char *const stands = "0o1i3e4a5s7t@a$s!i|l";
	out->count = 0;
	for (const char *at = text, *end = text + length;
	     at < end && out->count < sizeof out->code / sizeof *out->code;) {
		uint32_t code = utf8_next(&at, end);
		code = (uint32_t)u_foldCase((UChar32)code, U_FOLD_CASE_DEFAULT);
		for (const char *pair = stands; letters && code < 0x80 && *pair != '\0'; pair += 2)
			if ((uint32_t)(unsigned char)pair[0] == code) {
				code = (uint32_t)(unsigned char)pair[1];
				break;
			}
		out->code[out->count++] = code;
	}
}

static const char *const known_words[] = {
	"jisr",        "interpol",      "police",         "polizei",      "policia",       "policie",
	"bureau",      "notice",        "passport",       "border",       "officer",       "administrator",
	"admin",       "password",      "passwort",       "passphrase",   "motdepasse",    "mot de passe",
	"contraseña",  "contrasena",    "passwd",         "secret",       "secreto",       "geheim",
	"welcome",     "bienvenue",     "bienvenido",     "willkommen",   "letmein",       "changeme",
	"iloveyou",    "login",         "default",        "monkey",       "dragon",        "football",
	"master",      "sunshine",      "princess",       "superman",     "batman",        "summer",
	"winter",      "spring",        "autumn",         "january",      "february",      "march",
	"april",       "august",        "september",      "october",      "november",      "december",
	"monday",      "tuesday",       "wednesday",      "thursday",     "friday",        "saturday",
	"sunday",      "correct horse", "battery staple", "correcthorse", "batterystaple", "كلمة السر",
	"كلمة المرور", "مرحبا",         "الشرطة",         "пароль",       "полиция",       NULL};

/* Rows of keyboards, as they lie. */
static const char *const rows[] = {
	"`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./",  "qwertzuiopü+", "yxcvbnm,.-",   "azertyuiop",
	"qsdfghjklm",    "wxcvbn,;:!",   "1qaz",        "2wsx",        "3edc",         "4rfv",         "5tgb",
	"6yhn",          "7ujm",         "8ik,",        "9ol.",        "0p;/",         "йцукенгшщзхъ", "фывапролджэ",
	"ячсмитьбю",     "ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلاىةوزظ", "!\"#$%&'()",   "!@#$%^&*()",   NULL};

static bool beside_in_row(const char *row, uint32_t first, uint32_t second)
{
	const char *end = row + strlen(row);
	uint32_t before = 0;
	for (const char *at = row; at < end;) {
		uint32_t code = utf8_next(&at, end);
		if (before != 0 && ((before == first && code == second) || (before == second && code == first)))
			return true;
		before = code;
	}
	return false;
}

static bool beside(uint32_t first, uint32_t second)
{
	uint32_t apart = first > second ? first - second : second - first;
	if (apart == 1 && u_isalnum((UChar32)first) && u_isalnum((UChar32)second))
		return true;
	for (size_t i = 0; rows[i] != NULL; i++)
		if (beside_in_row(rows[i], first, second))
			return true;
	return false;
}

/* Characters from `at` that are a run; below RUN_LEAST: none. */
static size_t run_at(const struct folded *text, size_t at)
{
	size_t length = 1;
	while (at + length < text->count && beside(text->code[at + length - 1], text->code[at + length]))
		length++;
	return length;
}

/* Characters from `at` that repeat what came just before. */
static size_t repetition_at(const struct folded *text, size_t at)
{
	size_t most = 0;
	for (size_t piece = 1; piece <= PIECE_MOST && piece <= at; piece++) {
		size_t length = 0;
		while (at + length < text->count && text->code[at + length] == text->code[at + length - piece])
			length++;
		if (length >= piece && length > most)
			most = length;
	}
	return most > 1 ? most : 0; /* a doubled letter is spelling */
}

static size_t year_at(const struct folded *text, size_t at)
{
	const uint32_t *code = text->code + at;
	if (text->count - at < 4 || !((code[0] == '1' && code[1] == '9') || (code[0] == '2' && code[1] == '0')))
		return 0;
	return u_isdigit((UChar32)code[2]) && u_isdigit((UChar32)code[3]) ? 4 : 0;
}

static size_t word_at(const struct folded *text, size_t at, const char *word, size_t length)
{
	struct folded folded;
	fold(word, length, true, &folded);
	if (folded.count < WORD_LEAST || folded.count > text->count - at)
		return 0;
	return memcmp(text->code + at, folded.code, folded.count * sizeof *folded.code) == 0 ? folded.count : 0;
}

/* Also each part of a name that has several. */
static size_t owned_at(const struct folded *text, size_t at, const char *words)
{
	size_t most = word_at(text, at, words, strlen(words));
	for (const char *part = words; *part != '\0';) {
		size_t length = strcspn(part, " -.@_'");
		size_t found = word_at(text, at, part, length);
		most = found > most ? found : most;
		part += length + (part[length] != '\0');
	}
	return most;
}

static size_t guessed_at(const struct folded *plain, const struct folded *letters, size_t at, const char *const *words)
{
	size_t most = 0, found = run_at(plain, at);
	if (found >= RUN_LEAST)
		most = found;
	if ((found = year_at(plain, at)) > most)
		most = found;
	for (size_t i = 0; known_words[i] != NULL; i++)
		if ((found = word_at(letters, at, known_words[i], strlen(known_words[i]))) > most)
			most = found;
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		if ((found = owned_at(letters, at, words[i])) > most)
			most = found;
	return most;
}

static size_t different(const struct folded *text)
{
	size_t count = 0;
	for (size_t i = 0; i < text->count; i++) {
		size_t before = 0;
		while (before < i && text->code[before] != text->code[i])
			before++;
		count += before == i;
	}
	return count;
}

/* Characters left when each guessed piece counts as one and a repeated one as none. */
static size_t rest_of(const struct password *password, const char *const *words, size_t *ret_different)
{
	struct folded plain, letters;
	size_t rest = 0;
	fold(password->text, password->length, false, &plain);
	fold(password->text, password->length, true, &letters);
	for (size_t at = 0; at < plain.count;) {
		size_t guessed = guessed_at(&plain, &letters, at, words), repeated = repetition_at(&plain, at);
		rest += repeated < guessed || repeated == 0;
		at += repeated > guessed ? repeated : guessed > 0 ? guessed : 1;
	}
	*ret_different = different(&plain);
	sodium_memzero(&plain, sizeof plain);
	sodium_memzero(&letters, sizeof letters);
	return rest;
}

int password_check(const struct password *password, const char *const *words, struct problem *problem)
{
	size_t distinct = 0;
	if (password->characters < PASSWORD_LEAST)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"the password has %zu characters; %d are needed, of whatever kind. Four or five words that "
			"do not belong together are easy to remember",
			password->characters, PASSWORD_LEAST);
	if (rest_of(password, words, &distinct) < PASSWORD_REST || distinct < DIFFERENT)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"the password is one of those that are guessed first: it is made of repetitions, keys that "
			"lie beside each other, years, your own name or common words. Take four or five words that "
			"do not belong together");
	return JISR_OK;
}

/* ---- the gate ---- */

struct password_gate {
	pthread_mutex_t mutex;
	pthread_cond_t freed;
	unsigned most, busy, waiting;
	struct password_cost cost;
	char nobody[PASSWORD_HASH_MAX]; /* a hash that no password has, at today's cost */
};

/* A hash at this cost of something that nobody knows. */
static int make_nobody(struct password_gate *gate)
{
	unsigned char unknown[32];
	randombytes_buf(unknown, sizeof unknown);
	int failed = crypto_pwhash_str_alg(gate->nobody, (const char *)unknown, sizeof unknown, gate->cost.passes,
	                                   gate->cost.memory, crypto_pwhash_ALG_ARGON2ID13);
	sodium_memzero(unknown, sizeof unknown);
	return failed ? JISR_NO_MEMORY : JISR_OK;
}

int password_gate_new(unsigned most, struct password_cost cost, struct password_gate **ret_gate)
{
	_Static_assert(PASSWORD_HASH_MAX >= crypto_pwhash_STRBYTES, "room for a hash");
	struct password_gate *gate = memory_zero(1, sizeof *gate);
	if (gate == NULL)
		return JISR_NO_MEMORY;
	gate->most = most < 2 ? 2 : most;
	gate->cost = cost;
	(void)pthread_mutex_init(&gate->mutex, NULL);
	thread_wait_init(&gate->freed);
	if (make_nobody(gate) != JISR_OK) {
		password_gate_free(gate);
		return JISR_NO_MEMORY;
	}
	*ret_gate = gate;
	return JISR_OK;
}

struct password_gate *password_gate_free(struct password_gate *gate)
{
	if (gate != NULL) {
		(void)pthread_cond_destroy(&gate->freed);
		(void)pthread_mutex_destroy(&gate->mutex);
	}
	return memory_free(gate);
}

/* One place is the owners'. */
static bool free_place(const struct password_gate *gate, bool owner)
{
	return gate->busy + (owner ? 0 : 1) < gate->most && (owner || gate->waiting == 0);
}

static bool enter(struct password_gate *gate, bool owner, double seconds)
{
	const struct timespec until = clock_after((int64_t)(seconds * 1000));
	(void)pthread_mutex_lock(&gate->mutex);
	gate->waiting += owner;
	bool late = !owner;
	while (!free_place(gate, owner) && !late)
		late = pthread_cond_timedwait(&gate->freed, &gate->mutex, &until) != 0;
	bool in = free_place(gate, owner);
	gate->waiting -= owner;
	gate->busy += in;
	(void)pthread_mutex_unlock(&gate->mutex);
	return in;
}

static void leave(struct password_gate *gate)
{
	(void)pthread_mutex_lock(&gate->mutex);
	gate->busy--;
	(void)pthread_cond_broadcast(&gate->freed);
	(void)pthread_mutex_unlock(&gate->mutex);
}

static int busy(struct problem *problem)
{
	return problem_set(problem, JISR_BUSY, "too many people sign in at this moment; try again in a few seconds");
}

int password_hash(struct password_gate *gate, const struct password *password, double seconds,
                  char ret_hash[PASSWORD_HASH_MAX], struct problem *problem)
{
	if (!enter(gate, true, seconds))
		return busy(problem);
	int failed = crypto_pwhash_str_alg(ret_hash, password->text, password->length, gate->cost.passes,
	                                   gate->cost.memory, crypto_pwhash_ALG_ARGON2ID13);
	leave(gate);
	return failed ? problem_no_memory(problem) : JISR_OK;
}

int password_verify(struct password_gate *gate, const struct password *password, const char *hash, bool owner,
                    double seconds, bool *ret_right, bool *ret_stale, struct problem *problem)
{
	if (!enter(gate, owner, seconds))
		return busy(problem);
	errno = 0;
	int wrong = crypto_pwhash_str_verify(hash != NULL ? hash : gate->nobody, password->text, password->length);
	bool starved = wrong != 0 && errno == ENOMEM;
	leave(gate);
	if (starved)
		return problem_no_memory(problem);
	*ret_right = hash != NULL && wrong == 0;
	*ret_stale = *ret_right && crypto_pwhash_str_needs_rehash(hash, gate->cost.passes, gate->cost.memory) != 0;
	return JISR_OK;
}
