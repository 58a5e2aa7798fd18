// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's options: line 1 is -cpu, line 2 -smp, line 3 -machine, line 4 the
 * version, line 5 a feature to explain.  What is taken gives a CPU or a reason
 * why not.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "model_explain.h"
#include "model_opts.h"
#include "../made_up_host.h"

enum { CPU, SMP, MACHINE, VERSION, FEATURE, NR_LINES };

/* With the model's name or without. */
static int take_cpu(struct model_opts *o, const char *text, char *err,
		    size_t n)
{
	if (!strncmp(text, "max,", 4))
		text += 4;
	return model_opts_parse(o, text, err, n);
}

static bool take_all(struct model_opts *o, char **line, char *err, size_t n)
{
	if (*line[VERSION] && model_opts_version(o, line[VERSION], err, n))
		return false;
	return !take_cpu(o, line[CPU], err, n) &&
	       (!*line[SMP] || !model_opts_smp(o, line[SMP], err, n)) &&
	       (!*line[MACHINE] ||
		!model_opts_machine(o, line[MACHINE], err, n));
}

static void explain(const struct host_facts *f, const struct model_opts *o,
		    const char *feature)
{
	FILE *out = fopen("/dev/null", "w");
	char err[300] = "";

	if (model_explain(f, o, 0, feature, out, err, sizeof(err)))
		fuzz_require(*err, "a refusal says why");
	fclose(out);
}

static void compute(const struct model_opts *o, const char *feature)
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
	if (*feature)
		explain(&f, o, feature);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model_opts *o = model_opts_new();
	char *text = malloc(size + 1), *save = text, err[300] = "";
	char *line[NR_LINES];
	unsigned int i;

	memcpy(text, data, size);
	text[size] = 0;
	for (i = 0; i < NR_LINES; i++) {
		line[i] = strsep(&save, "\n");
		if (!line[i])
			line[i] = "";
	}
	if (take_all(o, line, err, sizeof(err)))
		compute(o, line[FEATURE]);
	else
		fuzz_require(*err, "a refusal says why");
	free(text);
	model_opts_free(o);
	return 0;
}
