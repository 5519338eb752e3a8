#include "cli/confining.h"

#include "base/file.h"
#include "store/shared.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct paths {
	struct confine_path all[CONFINE_MAX_PATHS];
	size_t count;
	struct arena *arena;
	int error;
};

/* `folder`: the one in which it lies, so that a file that is put in its place is reached, too. */
static void add(struct paths *paths, const char *path, enum confine_access access, bool folder)
{
	if (path == NULL || paths->error != JISR_OK)
		return;
	const char *end = strrchr(path, '/');
	size_t length = !folder ? strlen(path) : end == NULL ? 0 : end == path ? 1 : (size_t)(end - path);
	char *kept = arena_text(paths->arena, length > 0 ? path : ".", length > 0 ? length : 1);
	if (kept == NULL || paths->count == CONFINE_MAX_PATHS)
		paths->error = kept == NULL ? JISR_NO_MEMORY : JISR_TOO_LARGE;
	else
		paths->all[paths->count++] = (struct confine_path){kept, access};
}

static void add_at_home(struct paths *paths, const char *name)
{
	char path[FILE_MAX_PATH];
	const char *home = getenv("HOME");
	if (home != NULL && home[0] == '/' && snprintf(path, sizeof path, "%s/%s", home, name) < (int)sizeof path)
		add(paths, path, CONFINE_READ, false);
}

static void add_named(void *context, const char *path)
{
	add(context, path, CONFINE_READ, true);
}

static void gather(struct paths *paths, const struct serving *serving, const struct settings *settings)
{
	add(paths, settings->data, CONFINE_WRITE, false);
	add(paths, settings->backups, CONFINE_WRITE, false);
	add(paths, serving_path(serving), CONFINE_READ, true);
	add(paths, settings->tls_certificate, CONFINE_READ, true);
	add(paths, settings->tls_key, CONFINE_READ, true);
	add(paths, settings->tls_client_authority, CONFINE_READ, true);
	for (size_t i = 0; i < settings->listen_count; i++)
		if (strncmp(settings->listen[i], "unix:", 5) == 0)
			add(paths, settings->listen[i] + 5, CONFINE_WRITE, true);
	if (shared_paths(settings->data, add_named, paths)) { /* where libpq looks by itself */
		add_at_home(paths, ".pgpass");
		add_at_home(paths, ".postgresql");
	}
}

int confining_enter(const struct serving *serving, struct confine_state *ret_state, struct problem *problem)
{
	const struct settings *settings = serving_settings(serving);
	struct paths paths = {0};
	*ret_state = (struct confine_state){0};
	if (!settings->confine)
		return JISR_OK;
	if (mkdir(settings->data, 0700) != 0 && errno != EEXIST && errno != ENOENT)
		return file_problem(problem, settings->data, "create it");
	int error = arena_new((size_t)CONFINE_MAX_PATHS * FILE_MAX_PATH, &paths.arena);
	if (error)
		return problem_set(problem, error, "out of memory");
	gather(&paths, serving, settings);
	error = paths.error;
	if (error)
		(void)problem_set(problem, error, "%s",
		                  error == JISR_TOO_LARGE ? "too many paths in the settings" : "out of memory");
	else
		error = confine_enter(paths.all, paths.count, ret_state, problem);
	arena_free(paths.arena);
	return error;
}

void confining_tell(const struct settings *settings, const struct confine_state *state)
{
	if (!settings->confine)
		log_say(LOG_LEVEL_WARNING, "not confined: confine = no");
	else if (state->landlock == 0 || !state->seccomp)
		log_say(LOG_LEVEL_WARNING,
		        "this kernel cannot confine %s; systemd's sandbox (packaging/jisr.service) does as far as it "
		        "can",
		        state->landlock == 0
		                ? (state->seccomp ? "files (Landlock)" : "files (Landlock) or system calls (seccomp)")
		                : "system calls (seccomp)");
}
