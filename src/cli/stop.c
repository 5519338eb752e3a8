#include "cli/stop.h"

#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t arg_signal;

static void on_signal(int number)
{
	arg_signal = number;
}

void stop_hold(void)
{
	/* Without SA_RESTART: a read that waits for a terminal or a pipe ends too. */
	struct sigaction action = {.sa_handler = on_signal}, before;
	(void)sigaction(SIGINT, NULL, &before);
	if (before.sa_handler != SIG_IGN)
		(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

bool stop_wanted(void)
{
	return arg_signal != 0;
}

void stop_obey(void)
{
	if (arg_signal == 0)
		return;
	(void)fflush(stdout);
	(void)signal(arg_signal, SIG_DFL);
	(void)raise(arg_signal);
}
