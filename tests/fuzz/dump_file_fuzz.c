// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole file of bytes: what dump_parse() takes is written as cpuid -r and
 * read again.  XML is xsltproc's to read and JSON jq's, and left out.
 */
#include <string.h>

#include "dump_parse.h"
#include "fuzz.h"

static bool is_ours(const uint8_t *data, size_t size)
{
	return !memchr(data, '<', size) &&
	       !memmem(data, size, "cpuid_modifiers", strlen("cpuid_modifiers"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dump *d = dump_new();
	struct profile *p = profile_new();
	char err[300] = "";
	int r = -1;

	if (is_ours(data, size))
		r = dump_parse(d, p, (const char *)data, size, "input", err,
			       sizeof(err));
	if (!r && d->format != DUMP_PROFILE && d->nr_cpus && d->cpu[0].nent)
		fuzz_dump(d);
	if (r && is_ours(data, size))
		fuzz_require(*err, "a refusal says why");
	dump_free(d);
	profile_free(p);
	return 0;
}
