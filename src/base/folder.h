/* Folders with all that is in them. */
#ifndef JISR_BASE_FOLDER_H
#define JISR_BASE_FOLDER_H

#define FOLDER_MAX_DEPTH 10 /* folders in folders */

/* Removes a folder and what is in it, as far as it can; follows no link. */
void folder_remove(const char *path);

#endif
