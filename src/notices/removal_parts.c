#include "notices/hit.h"
#include "notices/removal.h"

const struct removal_part *const removal_parts[] = {&hit_removal, NULL};
