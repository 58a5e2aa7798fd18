// SPDX-License-Identifier: GPL-2.0-only
/* Lists the known defects that explain a failure, and who has them. */
#include "errata.h"
#include "output.h"

int main(void)
{
	errata_list();
	return output_end("errata", 0, 1);
}
