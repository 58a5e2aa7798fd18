// SPDX-License-Identifier: GPL-2.0-only
/* What dump_read_text() takes is written as cpuid -r and read again. */
#include <stdlib.h>

#include "dump_parse.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *stream = fuzz_open(data, size);
	struct dump *d = dump_new();
	char err[300];
	struct dump_reader in = { .d = d, .r = {
		.in = stream, .name = "input", .err = err,
		.errlen = sizeof(err),
	} };

	if (!dump_read_text(&in) && d->nr_cpus && d->cpu[0].nent)
		fuzz_dump(d);
	free(in.r.text);
	dump_free(d);
	fclose(stream);
	return 0;
}
