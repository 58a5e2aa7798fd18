// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firecracker: what its cpu-template-helper dumps of a guest's CPU, which is one
 * without the host's MSRs, and changed as Firecracker changes it.
 */
#include "dump_filter.h"
#include "dump_parse.h"

FILTER_PROGRAM(firecracker_program, "tools/dump/dump_firecracker.jq");

int dump_read_firecracker(struct dump_reader *in, const char *data, size_t size)
{
	const struct filter f = {
		.by = BY_JQ, .data = data, .size = size,
		.program = firecracker_program,
		.program_size = firecracker_program_end - firecracker_program,
		.root = "cpu-template-helper's dump",
		.cpuid = "a cpuid_modifier with leaf and subleaf of 0x...",
		.msr = "an msr_modifier with addr of 0x...",
	};

	in->r.line = 1;
	return dump_read_filtered(in, &f);
}
