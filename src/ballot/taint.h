/* A mark for valgrind's memcheck, which tests/timing/ballot.c lets follow secrets: TAINT_PUBLIC says that these bytes,
 * though worked out from secrets, are about to be published or may be known. Nothing, unless built with JISR_TAINT. */
#ifndef JISR_BALLOT_TAINT_H
#define JISR_BALLOT_TAINT_H

#ifdef JISR_TAINT
#include <valgrind/memcheck.h>
#define TAINT_PUBLIC(bytes, length) VALGRIND_MAKE_MEM_DEFINED(bytes, length)
#else
#define TAINT_PUBLIC(bytes, length) ((void)0)
#endif

#endif
