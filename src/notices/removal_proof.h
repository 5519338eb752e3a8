/* What of a removed notice can be proved to anybody, without a word of what it said: the hashes of its entries, for each the signed
 * entry that its body was dropped, how they lead to the log's signed checkpoint (RFC 6962), and that checkpoint. */
#ifndef JISR_NOTICES_REMOVAL_PROOF_H
#define JISR_NOTICES_REMOVAL_PROOF_H

#include "store/log.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

/* `headers`: with the headers of the dropped entries, which name offices and officers: not for the applicant.
 * JISR_NOT_FOUND: no notice of that number was removed. */
int removal_prove(struct log *log, const char *log_name, const char *notice, bool headers, cJSON **ret_proof,
                  struct problem *problem);

#endif
