/* Who asks behind a proxy. A proxy whose address the setting trusted-proxies names is believed when it says for whom it
 * asks: in X-Forwarded-For, or in Forwarded (RFC 7239) when proxy-forwarded says so; nobody else is, and never both, since a
 * proxy passes on the one that it does not write. */
#ifndef JISR_WEB_PROXY_H
#define JISR_WEB_PROXY_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROXY_MAX         32   /* addresses and networks that are trusted */
#define PROXY_MAX_HEADER  2048 /* bytes of what proxies say; longer is not believed */
#define PROXY_ADDRESS_MAX 64

struct proxy_list {
	size_t count;
	bool local; /* "unix": whoever connects to a unix socket */
	struct {
		uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
		unsigned bits;       /* that count, of 128 */
	} ranges[PROXY_MAX];
};

/* "127.0.0.1, 10.1.0.0/16, 2001:db8::/32, unix". JISR_BAD_INPUT: what is wrong. */
int proxy_read(const char *text, struct proxy_list *ret_list, struct problem *problem);

/* `address` as connections write it: "192.0.2.7:4711", "[2001:db8::1]:4711", "unix". */
bool proxy_trusts(const struct proxy_list *list, const char *address);

/* The last in the chain who is no trusted proxy, "192.0.2.9" or "[2001:db8::1]": what stands before him he may have
 * invented. `said` are all headers of the name, in order, with commas between. False when it says no such address. */
bool proxy_client(const struct proxy_list *list, const char *said, bool forwarded, char ret_address[PROXY_ADDRESS_MAX]);

#endif
