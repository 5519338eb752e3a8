/* Marks for valgrind's memcheck, which then tells every branch and every index that depends on a secret: TAINT_SECRET says
 * that bytes are one (as if they were not initialised), TAINT_PUBLIC that these bytes, though worked out from secrets,
 * are about to be published or may be known. Nothing, unless built with JISR_TAINT (tests/timing/ballot.c). */
#ifndef JISR_BALLOT_TAINT_H
#define JISR_BALLOT_TAINT_H

#ifdef JISR_TAINT
#include <valgrind/memcheck.h>
#define TAINT_SECRET(bytes, length) VALGRIND_MAKE_MEM_UNDEFINED(bytes, length)
#define TAINT_PUBLIC(bytes, length) VALGRIND_MAKE_MEM_DEFINED(bytes, length)
#else
#define TAINT_SECRET(bytes, length) ((void)0)
#define TAINT_PUBLIC(bytes, length) ((void)0)
#endif

#endif
