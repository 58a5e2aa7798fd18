// SPDX-License-Identifier: GPL-2.0-only
/* What the stylesheet makes of XML; the XML itself is xsltproc's to read. */
#include "dump_parse.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_dump_reader(dump_read_elements, data, size);
	return 0;
}
