/* Dividing: held(m) = the sum over all parts of m * weight, held between least and most, grows with m and is straight between
 * the places where a part leaves `least` (m = least / weight) or reaches `most` (m = most / weight). The last such place at
 * which held() is not above the total says which parts are held at an end; what is left is divided among the others by their
 * weights alone, as a fraction (left * weight / sum of weights) whose whole part and remainder are exact in 128 bits. */
#include "assembly/money.h"

#include <stdio.h>
#include <string.h>

__extension__ typedef __int128 wide;

bool money_read(const char *text, int64_t *ret_cents)
{
	size_t whole = strspn(text, "0123456789"), cents = 0;
	int64_t sum = 0;
	if (whole == 0 || whole > 12 || (whole > 1 && text[0] == '0'))
		return false;
	if (text[whole] == '.') {
		cents = strspn(text + whole + 1, "0123456789");
		if (cents == 0 || cents > 2)
			return false;
	}
	if (text[whole + (cents > 0 ? 1 + cents : 0)] != '\0')
		return false;
	for (size_t i = 0; i < whole; i++)
		sum = sum * 10 + (text[i] - '0');
	for (size_t i = 0; i < 2; i++)
		sum = sum * 10 + (i < cents ? text[whole + 1 + i] - '0' : 0);
	if (sum > MONEY_MOST)
		return false;
	*ret_cents = sum;
	return true;
}

const char *money_text(int64_t cents, char out[MONEY_TEXT_MAX])
{
	uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
	(void)snprintf(out, MONEY_TEXT_MAX, "%s%llu.%02llu", cents < 0 ? "-" : "",
	               (unsigned long long)(size / 100 % 1000000000000000000u), (unsigned long long)(size % 100));
	return out;
}

bool money_growth(int64_t former, int64_t now, char out[MONEY_TEXT_MAX])
{
	if (former <= 0)
		return false;
	wide change = ((wide)now - former) * 10000;
	wide half = change < 0 ? -(wide)(former / 2) : (wide)(former / 2);
	(void)money_text((int64_t)((change + half) / former), out);
	return true;
}

int64_t money_share(int64_t total, uint32_t over, uint32_t under)
{
	return (int64_t)((wide)total * over / under);
}

/* ---- dividing ---- */

/* A measure as a fraction: m = over / under. */
struct measure {
	int64_t over;
	uint32_t under;
};

struct division {
	const uint32_t *weights;
	size_t count;
	int64_t least, most;
};

/* Where a weight is held at m: -1 at `least`, 1 at `most`, 0 between. */
static int held_at(const struct division *division, uint32_t weight, struct measure m)
{
	wide part = (wide)m.over * weight;
	return part <= (wide)division->least * m.under ? -1 : part >= (wide)division->most * m.under ? 1 : 0;
}

/* Whether held(m) is at most the total. */
static bool within(const struct division *division, struct measure m, int64_t total)
{
	wide fixed = 0, weights = 0;
	for (size_t i = 0; i < division->count; i++) {
		int end = held_at(division, division->weights[i], m);
		fixed += end < 0 ? division->least : end > 0 ? division->most : 0;
		weights += end == 0 ? division->weights[i] : 0;
	}
	return fixed * m.under + (wide)m.over * weights <= (wide)total * m.under;
}

static bool later(struct measure a, struct measure b)
{
	return (wide)a.over * b.under > (wide)b.over * a.under;
}

/* The last place at or before the measure that is sought; 0/1 when there is none. */
static struct measure last_place(const struct division *division, int64_t total)
{
	struct measure best = {0, 1};
	for (size_t i = 0; i < 2 * division->count; i++) {
		struct measure place = {i % 2 == 0 ? division->least : division->most, division->weights[i / 2]};
		if (later(place, best) && within(division, place, total))
			best = place;
	}
	return best;
}

/* Just after the place: where a part is held when the measure is a little more. */
static int held_after(const struct division *division, uint32_t weight, struct measure m)
{
	wide part = (wide)m.over * weight;
	return part < (wide)division->least * m.under ? -1 : part >= (wide)division->most * m.under ? 1 : 0;
}

/* Whether i goes before j when cents are left over. */
static bool goes_before(const uint32_t *weights, const wide *rests, size_t i, size_t j)
{
	if (rests[i] != rests[j])
		return rests[i] > rests[j];
	if (weights[i] != weights[j])
		return weights[i] > weights[j];
	return i < j;
}

bool money_divide(int64_t total, const uint32_t *weights, size_t count, int64_t least, int64_t most, int64_t *ret_parts)
{
	const struct division division = {weights, count, least, most};
	wide rests[MONEY_MAX_PARTS], open = 0, left = total;
	if (count == 0 || count > MONEY_MAX_PARTS || total < 0 || total > MONEY_MOST || least < 0 || most < least ||
	    most > MONEY_MOST || (wide)least * (wide)count > total || (wide)most * (wide)count < total)
		return false;
	for (size_t i = 0; i < count; i++)
		if (weights[i] == 0 || weights[i] > MONEY_MAX_WEIGHT)
			return false;
	struct measure place = last_place(&division, total);
	for (size_t i = 0; i < count; i++) {
		int end = held_after(&division, weights[i], place);
		rests[i] = -1; /* held */
		ret_parts[i] = end < 0 ? least : most;
		left -= end == 0 ? 0 : ret_parts[i];
		if (end == 0) {
			rests[i] = 0;
			open += weights[i];
		}
	}
	wide given = 0;
	for (size_t i = 0; i < count; i++)
		if (rests[i] == 0) {
			ret_parts[i] = (int64_t)(left * weights[i] / open);
			rests[i] = left * weights[i] % open;
			given += ret_parts[i];
		}
	/* Fewer cents are left than there are open parts that lost something. */
	for (wide cents = open > 0 ? left - given : 0; cents > 0; cents--) {
		size_t first = count;
		for (size_t i = 0; i < count; i++)
			if (rests[i] > 0 && (first == count || goes_before(weights, rests, i, first)))
				first = i;
		ret_parts[first]++;
		rests[first] = -1;
	}
	return true;
}
