#include "ballot/observed.h"

#include "ballot/board.h"

#include <string.h>

int observed_read(const struct note_verifier *observer, const char *uuid, const char *note, size_t length,
                  struct checkpoint *ret_checkpoint, struct problem *problem)
{
	struct checkpoint checkpoint;
	size_t text = 0, name = strlen(observer->name);
	if (length > OBSERVED_MAX_NOTE)
		return problem_set(problem, JISR_TOO_LARGE, "the note of a head has at most %zu bytes",
		                   OBSERVED_MAX_NOTE);
	int error = note_open(observer, note, length, &text, problem);
	if (!error)
		error = checkpoint_read(note, text, &checkpoint, problem);
	if (error)
		return error;
	if (strncmp(checkpoint.origin, observer->name, name) != 0 || checkpoint.origin[name] != '/' ||
	    strcmp(checkpoint.origin + name + 1, uuid) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "the note is about %.100s, not about %.100s/%.64s",
		                   checkpoint.origin, observer->name, uuid);
	*ret_checkpoint = checkpoint;
	return JISR_OK;
}

int observed_compare(const struct archive *archive, const struct checkpoint *checkpoint, bool *ret_agrees,
                     struct problem *problem)
{
	struct problem found = {""};
	int error = board_continues(archive, checkpoint, &found);
	if (error != JISR_OK && problem != NULL)
		*problem = found;
	if (error != JISR_OK && error != JISR_BAD_INPUT)
		return error;
	*ret_agrees = error == JISR_OK;
	return JISR_OK;
}
