// SPDX-License-Identifier: GPL-2.0-only
/* A vector is read and computed, whatever its host says about itself. */
#include "fuzz.h"
#include "vector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vector_count count = { 0 };
	FILE *in = fuzz_open(data, size), *out = fopen("/dev/null", "w");
	struct vector *v;
	char err[300];

	v = vector_load_stream(in, "input", err, sizeof(err));
	if (v) {
		vector_compare(v, "input", out, &count);
		fuzz_require(count.vectors == 1 &&
			     count.entries_ok <= count.entries,
			     "a comparison counts what it does");
	}
	vector_free(v);
	fclose(out);
	fclose(in);
	return 0;
}
