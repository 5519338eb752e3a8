/* What a serving process can do at most, whoever should come to run his own bytes in it: which files it reaches (Landlock,
 * landlock(7)) and which system calls it can make (seccomp(2), by libseccomp). Entered before the first thread starts,
 * inherited by all, never left again; no memory dump is written. It reads and writes its data directory, reads what it was told to read and what
 * the system's libraries need, starts no program, and opens no sockets but those of IP, Unix and the resolver. */
#ifndef JISR_WEB_CONFINE_H
#define JISR_WEB_CONFINE_H

#include "base/error.h"

#include <stdbool.h>

#define CONFINE_MAX_PATHS 64

enum confine_access {
	CONFINE_READ,  /* a file, or a folder with all that lies in it */
	CONFINE_WRITE, /* the same, and changed, made, renamed and removed there */
};

struct confine_path {
	const char *path;
	enum confine_access access;
};

/* What is in force since confine_enter. */
struct confine_state {
	int landlock; /* the kernel's version of Landlock; 0: it has none, and files are as open as before */
	bool seccomp;
};

/* What the kernel can do; changes nothing. */
void confine_kernel(struct confine_state *ret_state);

/* Confines the calling thread and every thread that it starts from now on. Paths that are not there are passed over:
 * what comes into being later under a name of its own is out of reach, so name the folder of a file that is replaced.
 * The system's own files (libraries, fonts, time zones, certificates, resolver) and the folder for temporary files are
 * added. What the kernel cannot do is left out and told in ret_state. JISR_IO: a kernel that can, refused;
 * JISR_TOO_LARGE; JISR_NO_MEMORY: nothing may be relied on then, and the process should end. */
int confine_enter(const struct confine_path *paths, size_t count, struct confine_state *ret_state,
                  struct problem *problem);

#endif
