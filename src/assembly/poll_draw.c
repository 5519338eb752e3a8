/* Drawing by lot: bound to a secret seed, numbers said, the seed told (assembly/draw.h). */
#include "assembly/assembly_private.h"
#include "assembly/draw.h"

#include <stdlib.h>

#define IN_SESSION ASSEMBLY_BIT(ASSEMBLY_OPEN)

int poll_draw(struct conducting *conducting, struct problem *problem)
{
	uint32_t number = 0;
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = conducting_next(conducting, "SELECT max(number) FROM assembly_draw WHERE session = ?1", &number,
		                        problem);
	if (error)
		return error;
	tree_count(conducting->made, "number", number);
	conducting->expected = 0;
	(void)snprintf(conducting->part, sizeof conducting->part, "/draw/%u", (unsigned)number);
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%u", (unsigned)number);
	return JISR_OK;
}

int poll_draw_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "INSERT INTO assembly_draw VALUES(?1, ?2, ?3, ?4, '', '', '[]', ?5)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->made, "number"));
	sql_bind_text(&query, 3, applying_text(applying->body, "text"));
	sql_bind_text(&query, 4, applying_text(applying->body, "commitment"));
	sql_bind_number(&query, 5, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

/* What is there of a draw: its commitment, its value and order ("" while it is not revealed), its numbers as JSON. */
struct lot {
	char commitment[65], value[65];
	cJSON *numbers, *order;
};

static void lot_finish(struct lot *lot)
{
	lot->numbers = json_free(lot->numbers);
	lot->order = json_free(lot->order);
}

static int read_lot(const struct conducting *conducting, uint32_t number, struct lot *lot, struct problem *problem)
{
	bool there = false;
	int error = JISR_OK;
	struct sql_query query =
		sql_query(conducting->sql, "SELECT commitment, value, numbers FROM assembly_draw WHERE "
	                                   "session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		const char *numbers = sql_text(&query, 2);
		there = true;
		(void)snprintf(lot->commitment, sizeof lot->commitment, "%s", sql_text(&query, 0));
		(void)snprintf(lot->value, sizeof lot->value, "%s", sql_text(&query, 1));
		error = json_read(numbers, strlen(numbers), &lot->numbers, problem);
	}
	int done = sql_done(&query, problem);
	if (error || done)
		return error ? error : done;
	return there ? JISR_OK
	             : problem_set(problem, JISR_NOT_FOUND, "there is no draw %u in session %u", (unsigned)number,
	                           (unsigned)conducting->session);
}

int poll_draw_say(struct conducting *conducting, struct problem *problem)
{
	CLEANUP(lot_finish) struct lot lot = {"", "", NULL, NULL};
	const char *code = NULL;
	uint32_t number = conducting_number(conducting, "draw");
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = conducting_delegation(conducting, &code, problem);
	if (!error)
		error = read_lot(conducting, number, &lot, problem);
	if (error)
		return error;
	if (lot.value[0] != '\0')
		return problem_set(problem, JISR_STATE, "draw %u is over", (unsigned)number);
	for (const cJSON *one = lot.numbers->child; one != NULL; one = one->next)
		if (strcmp(applying_text(one, "code"), code) == 0)
			return problem_set(problem, JISR_CONFLICT, "%s has said its number already", code);
	tree_text(conducting->made, "code", code);
	(void)snprintf(conducting->part, sizeof conducting->part, "/draw/%u/%s", (unsigned)number, code);
	conducting->expected = 0;
	return JISR_OK;
}

int poll_draw_say_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE assembly_draw SET numbers = json_insert(numbers, '$[#]', json_object("
	                                 "'code', ?3, 'number', ?4)) WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "draw"));
	sql_bind_text(&query, 3, applying_text(applying->made, "code"));
	sql_bind_number(&query, 4, applying_number(applying->body, "number"));
	return sql_run(&query, problem);
}

int poll_draw_reveal(struct conducting *conducting, struct problem *problem)
{
	CLEANUP(lot_finish) struct lot lot = {"", "", NULL, NULL};
	struct draw_number numbers[ASSEMBLY_MAX_DELEGATIONS];
	uint8_t value[DRAW_VALUE];
	char commitment[65], hex[65];
	size_t count = 0;
	uint32_t number = conducting_number(conducting, "draw");
	const char *seed = conducting_text(conducting, "seed");
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = read_lot(conducting, number, &lot, problem);
	if (error)
		return error;
	if (lot.value[0] != '\0')
		return problem_set(problem, JISR_STATE, "draw %u is over", (unsigned)number);
	if (strlen(seed) < DRAW_MIN_SEED)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "a seed of fewer than %d bytes can be guessed from its hash: begin another draw",
		                   DRAW_MIN_SEED);
	draw_commit(seed, commitment);
	if (strcmp(commitment, lot.commitment) != 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the seed's SHA-256 is %.16s..., and draw %u is bound to %.16s...", commitment,
		                   (unsigned)number, lot.commitment);
	for (const cJSON *one = lot.numbers->child; one != NULL && count < ASSEMBLY_MAX_DELEGATIONS; one = one->next)
		numbers[count++] = (struct draw_number){applying_text(one, "code"), applying_number(one, "number")};
	if (count == 0)
		return problem_set(problem, JISR_STATE,
		                   "no delegation has said a number yet: whoever knows the seed would know the lot");
	draw_value(seed, numbers, count, value);
	for (size_t i = 0; i < DRAW_VALUE; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", value[i]);
	tree_text(conducting->made, "value", hex);
	(void)snprintf(conducting->part, sizeof conducting->part, "/draw/%u", (unsigned)number);
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%u", (unsigned)number);
	return JISR_OK;
}

int poll_draw_reveal_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql, "UPDATE assembly_draw SET seed = ?3, value = ?4 WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "draw"));
	sql_bind_text(&query, 3, applying_text(applying->body, "seed"));
	sql_bind_text(&query, 4, applying_text(applying->made, "value"));
	return sql_run(&query, problem);
}

int poll_lot(const struct conducting *conducting, uint32_t number, uint8_t ret_value[32], struct problem *problem)
{
	CLEANUP(lot_finish) struct lot lot = {"", "", NULL, NULL};
	int error = read_lot(conducting, number, &lot, problem);
	if (error)
		return error;
	if (lot.value[0] == '\0')
		return problem_set(problem, JISR_STATE, "draw %u is not revealed yet", (unsigned)number);
	for (size_t i = 0; i < DRAW_VALUE; i++) {
		char byte[3] = {lot.value[2 * i], lot.value[2 * i + 1], '\0'};
		ret_value[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	return JISR_OK;
}
