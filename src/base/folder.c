#include "base/folder.h"

#include "base/file.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void remove_tree(const char *path, int depth)
{
	DIR *folder = depth <= FOLDER_MAX_DEPTH ? opendir(path) : NULL;
	for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
		char inner[FILE_MAX_PATH];
		struct stat status;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) >= (int)sizeof inner ||
		    lstat(inner, &status) != 0)
			continue;
		if (S_ISDIR(status.st_mode))
			remove_tree(inner, depth + 1);
		else
			(void)unlink(inner);
	}
	if (folder != NULL)
		(void)closedir(folder);
	(void)rmdir(path);
}

void folder_remove(const char *path)
{
	remove_tree(path, 1);
}
