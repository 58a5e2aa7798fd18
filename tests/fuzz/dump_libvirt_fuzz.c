// SPDX-License-Identifier: GPL-2.0-only
/* What the stylesheet makes of XML; the XML itself is xsltproc's to read. */
#include "dump_filter.h"
#include "dump_parse.h"
#include "fuzz.h"

static int read_lines(struct dump_reader *in)
{
	static const struct filter words = {
		.root = "a root", .cpuid = "six values", .msr = "three",
	};

	return dump_read_elements(in, &words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_dump_reader(read_lines, data, size);
	return 0;
}
