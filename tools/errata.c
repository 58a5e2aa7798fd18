// SPDX-License-Identifier: GPL-2.0-only
/* Lists the known defects that explain a failure, and who has them. */
#include "errata.h"

int main(void)
{
	errata_list();
	return 0;
}
