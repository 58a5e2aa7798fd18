// SPDX-License-Identifier: GPL-2.0-only
/* rules [PROGRAM]: lists the rules that this suite, or a program, checks. */
#include "output.h"
#include "rules.h"

int main(int argc, char **argv)
{
	if (argc > 1)
		rules_list_of(stdout, argv[1]);
	else
		rules_list(stdout);
	return output_end("rules", 0, 1);
}
