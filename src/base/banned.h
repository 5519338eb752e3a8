/* Included before every file: functions that have no bound, no error or hidden state become compile errors. */
#ifndef JISR_BASE_BANNED_H
#define JISR_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets atoi atol atof gmtime localtime asctime ctime

#endif
