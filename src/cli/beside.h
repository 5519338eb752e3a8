/* What lies beside the log when it begins and ends to be shared: secret keys, files by digest, local.db. */
#ifndef JISR_CLI_BESIDE_H
#define JISR_CLI_BESIDE_H

#include "store/store.h"

/* Puts all of it at the address, in place of what an interrupted call left there, and makes keys/shared.seal. Before
 * store_share. Nothing else may use the directory meanwhile. JISR_STATE: a log is shared there already. */
int beside_share(const char *directory, const char *address, struct problem *problem);

/* After store_join: keys and all files into the directory, when keys/shared.seal was put there before; nothing else. */
int beside_join(const char *directory, struct problem *problem);

/* store_unshare, with all of it brought into the directory first. Nothing else may use the directory meanwhile. */
int beside_unshare(struct store *store, struct problem *problem);

#endif
