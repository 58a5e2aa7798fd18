// SPDX-License-Identifier: GPL-2.0-only
/* What dump_read_text() takes is written as cpuid -r and read again. */
#include "dump_parse.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_dump_reader(dump_read_text, data, size);
	return 0;
}
