#include <stdio.h>

int main(void)
{
	puts("jisr " JISR_VERSION);
	return 0;
}
