// SPDX-License-Identifier: GPL-2.0-only
/* A profile that loads is saved and loaded again as the same text. */
#include <stdlib.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile *p = profile_new();
	FILE *in = fuzz_open(data, size);
	char err[300];

	if (!profile_load_stream(p, in, "input", err, sizeof(err)))
		fuzz_profile_again(p);
	fclose(in);
	profile_free(p);
	return 0;
}
