// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's options: line 1 is -cpu, line 2 -smp, line 3 -machine, line 4 the
 * version.  What is taken gives a CPU or a reason why not.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "model_opts.h"
#include "../made_up_host.h"

/* With the model's name or without. */
static int take_cpu(struct model_opts *o, const char *text, char *err,
		    size_t n)
{
	if (!strncmp(text, "max,", 4))
		text += 4;
	return model_opts_parse(o, text, err, n);
}

static bool take_all(struct model_opts *o, char *text, char *err, size_t n)
{
	char *line[4], *save = text;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		line[i] = strsep(&save, "\n");
		if (!line[i])
			line[i] = "";
	}
	if (*line[3] && model_opts_version(o, line[3], err, n))
		return false;
	return !take_cpu(o, line[0], err, n) &&
	       (!*line[1] || !model_opts_smp(o, line[1], err, n)) &&
	       (!*line[2] || !model_opts_machine(o, line[2], err, n));
}

static void compute(const struct model_opts *o)
{
	static struct host_facts f;
	struct guest_cpu *cpu = calloc(1, sizeof(*cpu));
	unsigned int n = model_opts_vcpus(o);
	char err[300] = "";

	if (!f.nr_cpu_kinds)
		made_up_host(&f);
	fuzz_require(n, "at least one vCPU");
	if (model_compute(&f, o, n - 1, cpu, err, sizeof(err)))
		fuzz_require(*err, "a refusal says why");
	else
		fuzz_require(cpu->cpuid.nent, "a CPU has CPUID");
	free(cpu);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model_opts *o = model_opts_new();
	char *text = malloc(size + 1), err[300] = "";

	memcpy(text, data, size);
	text[size] = 0;
	if (take_all(o, text, err, sizeof(err)))
		compute(o);
	else
		fuzz_require(*err, "a refusal says why");
	free(text);
	model_opts_free(o);
	return 0;
}
