/* Sums of money, exact: whole cents, written "1250.00". Also what is divided among many so that the parts add up to the
 * cent. Pure. */
#ifndef JISR_ASSEMBLY_MONEY_H
#define JISR_ASSEMBLY_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MONEY_MOST     INT64_C(100000000000000) /* cents: a million millions */
#define MONEY_TEXT_MAX 24                       /* bytes of a written sum, with the closing 0 */

/* Reads "1250", "1250.5", "1250.50": no sign, no spaces, no thousands set apart, at most MONEY_MOST. */
bool money_read(const char *text, int64_t *ret_cents);

/* "1250.00", "-3.05". */
const char *money_text(int64_t cents, char out[MONEY_TEXT_MAX]);

/* By how much a sum grew, in hundredths of a percent of the former one, rounded, halves away from zero: "2.53", "-100.00".
 * False when the former is 0 or less. */
bool money_growth(int64_t former, int64_t now, char out[MONEY_TEXT_MAX]);

/* total * over / under, rounded down; total from 0 to MONEY_MOST, over from 0 to under, under from 1. */
int64_t money_share(int64_t total, uint32_t over, uint32_t under);

/* Divides `total` (0 to MONEY_MOST) among `count` parts by their weights, none below `least` and none above `most` (cents):
 *   1  the parts add up to the total, to the cent;
 *   2  there is one measure m so that each part is m times its weight, held between least and most, and rounded down or up;
 *   3  rounded up are those that lose most by rounding; of equal ones the heavier, of equally heavy ones the former.
 * So who weighs more never pays less. False: a weight is 0 or over MONEY_MAX_WEIGHT, there are more than MONEY_MAX_PARTS,
 * or count * least is more than the total, or count * most less. */
#define MONEY_MAX_WEIGHT 100000000
#define MONEY_MAX_PARTS  1024
bool money_divide(int64_t total, const uint32_t *weights, size_t count, int64_t least, int64_t most,
                  int64_t *ret_parts);

#endif
