/* SIGINT and SIGTERM while something is being written: the command sees it between two records, tidies up, and then
 * ends as the signal ends a program, so that a shell script around it stops too. */
#ifndef JISR_CLI_STOP_H
#define JISR_CLI_STOP_H

#include <stdbool.h>

/* From here on the signals are noted instead of ending the program. SIGINT stays ignored where it was. */
void stop_hold(void);

/* True once a signal has come. */
bool stop_wanted(void);

/* Ends the program by the signal that has come; returns when none has. */
void stop_obey(void);

#endif
