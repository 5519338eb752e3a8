#include "cli/beside.h"

#include "members/local.h"
#include "store/seal.h"
#include "store/shared_files.h"
#include "store/shared_keys.h"
#include "web/decisions_store.h"

#include <sodium.h>

/* ---- beginning ---- */

static int give_local(struct shared *shared, const uint8_t *seal, const char *directory, struct problem *problem)
{
	CLEANUP(local_closep) struct local *local = NULL;
	struct sql *sql;
	int error = local_open(directory, &local, problem);
	if (error)
		return error;
	sql = local_enter(local);
	error = mirror_give(shared, seal, LOCAL_BASE, local_tables, sql, problem);
	local_leave(local);
	return error;
}

/* What is shared already by the same log is left as it is: it may have gone on since. */
static int look(struct shared *shared, bool *ret_there, struct problem *problem)
{
	struct shared_origin origin;
	int error = shared_create(shared, problem);
	if (!error)
		error = shared_origin(shared, &origin, problem);
	*ret_there = !error;
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

int beside_share(const char *directory, const char *address, struct problem *problem)
{
	CLEANUP(shared_freep) struct shared *shared = NULL;
	uint8_t seal[SEAL_KEY];
	bool there = false;
	if (store_is_shared(directory))
		return problem_set(problem, JISR_STATE,
		                   "the record in %s shares its log already (" SHARED_ADDRESS_FILE ")", directory);
	int error = shared_open(address, &shared, problem);
	if (!error)
		error = look(shared, &there, problem);
	if (error || there)
		return error;
	error = seal_load(directory, SEAL_SHARED_FILE, true, seal, problem);
	if (!error) /* first, since it makes keys/local.seal where there is none */
		error = give_local(shared, seal, directory, problem);
	if (!error)
		error = decision_store_give(directory, shared, seal, problem);
	if (!error)
		error = shared_keys_give(shared, seal, directory, problem);
	if (!error)
		error = shared_files_give(shared, directory, problem);
	sodium_memzero(seal, sizeof seal);
	return error;
}

/* ---- joining ---- */

int beside_join(const char *directory, struct problem *problem)
{
	CLEANUP(shared_freep) struct shared *shared = NULL;
	uint8_t seal[SEAL_KEY];
	int error = shared_of(directory, &shared, problem);
	if (error || shared == NULL)
		return error;
	error = seal_load(directory, SEAL_SHARED_FILE, false, seal, problem);
	if (error)
		return error == JISR_NOT_FOUND ? JISR_OK : error;
	error = shared_keys_take(shared, seal, directory, problem);
	sodium_memzero(seal, sizeof seal);
	return error ? error : shared_files_take(shared, directory, problem);
}

/* ---- ending ---- */

/* Who waits for the lock meanwhile finds the log closed when he gets it. */
static int take_back(struct store *store, struct mirror *mirror, struct problem *problem)
{
	int error = mirror_begin(mirror, problem);
	if (error)
		return error;
	error = store_unshare(store, problem);
	if (!error)
		return mirror_end_sharing(mirror, problem);
	mirror_rollback(mirror);
	return error;
}

struct ending {
	struct store *store;
	struct mirror *local;
};

static int take_all_back(void *context, struct problem *problem)
{
	const struct ending *ending = context;
	return ending->local != NULL ? take_back(ending->store, ending->local, problem)
	                             : store_unshare(ending->store, problem);
}

int beside_unshare(struct store *store, struct problem *problem)
{
	CLEANUP(local_closep) struct local *local = NULL;
	const char *directory = store_directory(store);
	if (!store_is_shared(directory))
		return store_unshare(store, problem); /* says what is wrong */
	int error = beside_join(directory, problem);
	if (!error)
		error = local_open(directory, &local, problem);
	if (error)
		return error;
	struct ending ending = {store, local_mirror(local)};
	return decision_store_unshare(directory, take_all_back, &ending, problem);
}
