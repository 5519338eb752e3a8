#include "notices/removal.h"

const struct removal_part *const removal_parts[] = {NULL};
