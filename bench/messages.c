/* tools/bench messages [--messages N] [--threads N] [--bytes N]: sealed messages from a bureau to another, end to end.
 *
 * Threads send; one collects meanwhile, as the service does: each message is sealed, signed, durable in the log, opened by the
 * reader's office and its signed receipt durable. Then every message is read once more and compared with what was sent. Beside it,
 * in the same run, what the primitives alone take: libsodium's sealed box and AEAD for the same bytes, one message after another. */
#include "base/json.h"
#include "base/tree.h"
#include "bench.h"
#include "members/change.h"
#include "message/message.h"

#include <getopt.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>

static const struct store_domain *const domains[] = {&register_domain, &message_domain, NULL};
static char folder[] = "/tmp/jisr-bench-messages-XXXXXX";
static struct store *store;
static char *words;
static atomic_long next_one, collected;
static long messages = 20000;
static _Atomic bool ending;

static void must(int error, const struct problem *problem, const char *what)
{
	if (error == 0)
		return;
	fprintf(stderr, "bench messages: %s: %s\n", what, problem->text[0] ? problem->text : error_text(error));
	exit(3);
}

static bool crime(const char *code)
{
	return code == NULL;
}

static struct caller officer(const char *office)
{
	struct caller caller;
	caller_init(&caller);
	caller.kind = CALLER_SESSION;
	caller.roles = ROLE_BIT(ROLE_HEAD_OF_BUREAU);
	(void)snprintf(caller.office, sizeof caller.office, "%s", office);
	(void)snprintf(caller.officer, sizeof caller.officer, "%s-1", office);
	return caller;
}

static void found(void)
{
	static const char *const codes[] = {"FR", "MA"};
	struct problem problem = {""};
	struct caller console;
	const struct store_options options = {.directory = folder, .domains = domains};
	if (mkdtemp(folder) == NULL)
		exit(3);
	must(store_found(&options, "bench.example/record", &store, &problem), &problem, "founding");
	caller_console(&console, OFFICE_HEADQUARTERS);
	for (size_t i = 0; i < 4; i++) {
		cJSON *fields = tree_object();
		tree_text(fields, "code", codes[i / 2]);
		struct change_order order = {i % 2 == 0 ? CHANGE_MEMBER_ADMIT : CHANGE_OFFICE_OPEN,
		                             &console,
		                             NULL,
		                             fields,
		                             ENTRY_ANY,
		                             "",
		                             0};
		must(change_submit(store, &order, &problem), &problem, "opening an office");
		json_free(fields);
	}
	for (size_t i = 0; i < 2; i++) {
		struct envelope_reader box;
		must(message_box_change(store, &console, codes[i], &box, &problem), &problem, "making a box");
	}
}

static void *send_on(void *context)
{
	struct caller caller = officer("MA");
	struct problem problem = {""};
	(void)context;
	while (atomic_fetch_add(&next_one, 1) < messages) {
		cJSON *request = tree_object(), *content = tree_add_object(request, "content");
		tree_text(tree_add_array(request, "to"), NULL, "FR");
		tree_text(content, "subject", "A message of the benchmark");
		tree_text(content, "text", words);
		struct message_order order = {.caller = &caller, .request = request, .crime = crime};
		must(message_send(store, &order, &problem), &problem, "sending");
		text_finish(&order.left_out);
		json_free(request);
	}
	return NULL;
}

static void *collect_on(void *context)
{
	struct problem problem = {""};
	(void)context;
	while (collected < messages) {
		uint64_t count = 0;
		must(message_collect(store, &count, &problem), &problem, "collecting");
		collected += (long)count;
		if (count == 0)
			(void)nanosleep(&(struct timespec){0, 1000000}, NULL);
	}
	ending = true;
	return NULL;
}

struct reading {
	struct store_reader *reader;
	struct caller caller;
	long good;
};

static bool read_one(void *context, const struct message *message)
{
	struct reading *reading = context;
	struct problem problem = {""};
	cJSON *content = NULL;
	must(message_content(store, store_reader_log(reading->reader), &reading->caller, message, &content, &problem),
	     &problem, "reading");
	const char *text = json_get_text(content, "text");
	reading->good += text != NULL && strcmp(text, words) == 0;
	json_free(content);
	return true;
}

static double primitives(size_t bytes)
{
	unsigned char public[crypto_box_PUBLICKEYBYTES], secret[crypto_box_SECRETKEYBYTES], key[32], box[80],
		nonce[24] = {0};
	unsigned char *plain = calloc(1, bytes), *sealed = calloc(1, bytes + 16);
	unsigned long long length;
	long count = 2000;
	(void)crypto_box_keypair(public, secret);
	double start = bench_now();
	for (long i = 0; i < count; i++) {
		randombytes_buf(key, sizeof key);
		for (int reader = 0; reader < 2; reader++)
			(void)crypto_box_seal(box, key, sizeof key, public);
		(void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, &length, plain, bytes, NULL, 0, NULL, nonce,
		                                                 key);
		if (crypto_box_seal_open(key, box, sizeof box, public, secret) != 0)
			exit(3);
		if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &length, NULL, sealed, bytes + 16, NULL, 0, nonce,
		                                               key) != 0)
			exit(3);
	}
	double seconds = bench_now() - start;
	free(plain);
	free(sealed);
	return (double)count / seconds;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"messages", required_argument, NULL, 'm'},
	                                        {"threads", required_argument, NULL, 't'},
	                                        {"bytes", required_argument, NULL, 'b'},
	                                        {0}};
	long threads = 32, bytes = 1000;
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		long number = optarg != NULL ? strtol(optarg, NULL, 10) : 0;
		if (number <= 0 || (option == 't' && number > 256) || (option == 'b' && number > CONTENT_TEXT))
			return 2;
		*(option == 'm' ? &messages : option == 't' ? &threads : &bytes) = number;
	}
	pthread_t senders[256], collector;
	if (sodium_init() < 0 || (words = malloc((size_t)bytes + 1)) == NULL)
		return 3;
	memset(words, 'w', (size_t)bytes);
	words[bytes] = '\0';
	found();
	double start = bench_now();
	(void)pthread_create(&collector, NULL, collect_on, NULL);
	for (long i = 0; i < threads; i++)
		(void)pthread_create(&senders[i], NULL, send_on, NULL);
	for (long i = 0; i < threads; i++)
		(void)pthread_join(senders[i], NULL);
	double sent = bench_now() - start;
	(void)pthread_join(collector, NULL);
	double done = bench_now() - start;
	struct reading reading = {.caller = officer("FR")};
	struct problem problem = {""};
	struct message_filter filter = {.folder = MESSAGE_IN, .limit = (size_t)messages + 1};
	must(store_read(store, &reading.reader, &problem), &problem, "reading");
	double reads = bench_now();
	must(message_list(store_reader_sql(reading.reader), &reading.caller, &filter, read_one, &reading, &problem),
	     &problem, "reading");
	reads = bench_now() - reads;
	store_read_end(reading.reader);
	printf("%ld messages of %ld bytes, %ld senders\n", messages, bytes, threads);
	printf("  sent, durable:                  %8.0f a second\n", (double)messages / sent);
	printf("  opened, receipts durable:       %8.0f a second end to end\n", (double)messages / done);
	printf("  opened again by the reader:     %8.0f a second; %ld as they were sent\n", (double)messages / reads,
	       reading.good);
	printf("  libsodium alone, one thread:    %8.0f a second\n", primitives((size_t)bytes));
	store_free(store);
	char command[80];
	(void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
	(void)!system(command);
	return reading.good == messages ? 0 : 1;
}
