/* Files that lie beside the log, and nodes: lists, files of objects, photographs, sealed attachments. Each is known by its
 * SHA-256, and an entry names it. At headquarters: which of them a node may have. At a node: those that its entries name are
 * fetched while the line holds, and again when somebody asks for one that is missing; what no entry names any more is removed. */
#ifndef JISR_WEB_NODE_FILES_H
#define JISR_WEB_NODE_FILES_H

#include "base/file.h"
#include "network/network.h"
#include "network/pull.h"

#define NODE_FILES_MAX 4000000             /* that a node's entries may name */
#define NODE_FILE_MOST ((uint64_t)8 << 30) /* bytes of one */

struct service;
struct node_files;

/* Where the file lies that a node asks for. JISR_NOT_FOUND, with the same words: there is none, or the node may not have it. */
int node_files_find(struct store_reader *reader, const char *directory, const struct network_node *node,
                    const char *folder, const char *digest, char path[FILE_MAX_PATH], struct problem *problem);

/* For a node; from now on whoever misses a file in its directory has it fetched (store/shared_files.h). */
int node_files_new(struct service *service, const struct network_node *own, struct node_files **ret_files,
                   struct problem *problem);
struct node_files *node_files_free(struct node_files *files);
MEMORY_DEFINE_FREEP(struct node_files, node_files_free)
/* The line, once there is one; NULL before it ends: waits for who is just fetching. */
void node_files_line(struct node_files *files, struct pull *pull);

/* Fetches what is missing, for some seconds at most, and removes what is named no more. On the tending thread. */
void node_files_tend(struct node_files *files, struct pull *pull);

/* The entry up to which files that are named no more are gone. */
uint64_t node_files_cleared(struct node_files *files);

#endif
