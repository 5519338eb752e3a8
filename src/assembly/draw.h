/* Drawing by lot so that everybody can check it and nobody can steer it: first somebody binds himself to a secret seed by its
 * SHA-256; then delegations say numbers, which he cannot foresee; then the seed is told. The value is
 *
 *   SHA-256("jisr draw v1\n" | seed | "\n" | for each number by code: CODE | ":" | number | "\n")
 *
 * Whoever said a number honestly at random knows that the value is random. Pure. */
#ifndef JISR_ASSEMBLY_DRAW_H
#define JISR_ASSEMBLY_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DRAW_VALUE    32
#define DRAW_MIN_SEED 16 /* bytes: a shorter one can be guessed from its hash */
#define DRAW_MAX_SEED 200

struct draw_number {
	const char *code; /* of the delegation, each once */
	uint32_t number;
};

/* SHA-256 of the seed in hexadecimal. */
void draw_commit(const char *seed, char out[65]);

/* Sorts the numbers by code. */
void draw_value(const char *seed, struct draw_number *numbers, size_t count, uint8_t out[DRAW_VALUE]);

/* A place from 0 to count - 1, each as probable as another: the first 8 bytes of SHA-256(value | n) for n = 0, 1, ... that are
 * below the greatest multiple of count, modulo count. */
size_t draw_place(const uint8_t value[DRAW_VALUE], size_t count);

#endif
