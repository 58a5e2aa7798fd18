// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines that a filter makes of XML or JSON, one an element: its line in the
 * file, what it is, and each value in brackets, "3 cpuid [0x00000007][0x00]...".
 */
#include <string.h>

#include "dump_filter.h"
#include "dump_parse.h"

/* "[0x0000000d]" */
static bool take_value(const char **s, uint32_t *value)
{
	char number[16];
	const char *p = number;
	size_t n = strcspn(*s, "]");
	uint64_t v;

	if (**s != '[' || (*s)[n] != ']' || n >= sizeof(number))
		return false;
	memcpy(number, *s + 1, n - 1);
	number[n - 1] = 0;
	*s += n + 1;
	if (!take_hex(&p, 8, &v) || *p)
		return false;
	*value = v;
	return true;
}

static bool take_values(const char *s, uint32_t *v, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!take_value(&s, &v[i]))
			return false;
	return !*s;
}

static int take_cpuid(struct dump_reader *in, const struct filter *f,
		      const char *s)
{
	struct dump_cpu *cpu = dump_last_cpu(in->d);
	struct cpuid_regs regs;
	uint32_t v[6];

	if (!take_values(s, v, 6))
		return line_expected(&in->r, f->cpuid);
	memcpy(regs.r, v + 2, sizeof(regs.r));
	if (dump_add_entry(cpu, v[0], v[1], regs))
		return 0;
	return dump_no_room(in, cpu->nent, DUMP_ENTRIES_MAX, "fewer entries");
}

static int take_msr(struct dump_reader *in, const struct filter *f,
		    const char *s)
{
	struct dump_cpu *cpu = dump_last_cpu(in->d);
	uint32_t v[3];

	if (!take_values(s, v, 3))
		return line_expected(&in->r, f->msr);
	if (dump_add_msr(cpu, v[0], true, (uint64_t)v[1] << 32 | v[2]))
		return 0;
	return dump_no_room(in, cpu->nr_msrs, DUMP_MSRS_MAX, "fewer MSRs");
}

static int take_root(struct dump_reader *in, const struct filter *f,
		     const char *s)
{
	if (!s || strcmp(s, "[x86]"))
		return line_expected(&in->r, f->root);
	if (dump_add_cpu(in->d))
		return 0;
	return dump_no_room(in, 0, 1, "");
}

static int take_element(struct dump_reader *in, const struct filter *f)
{
	const char *s = in->r.text, *args;
	uint64_t line;

	if (!take_dec(&s, UINT32_MAX, &line))
		return line_expected(&in->r, "the line of an element");
	in->r.line = line;
	if (!in->d->nr_cpus)
		return take_root(in, f, line_key(s, "cpudata"));
	args = line_key(s, "cpuid");
	if (args)
		return take_cpuid(in, f, args);
	args = line_key(s, "msr");
	if (args)
		return take_msr(in, f, args);
	return line_expected(&in->r, f->cpuid);
}

int dump_read_elements(struct dump_reader *in, const struct filter *f)
{
	int got, r;

	while ((got = line_next(&in->r)) > 0) {
		r = take_element(in, f);
		if (r)
			return r;
	}
	return got;
}

int dump_read_filtered(struct dump_reader *in, const struct filter *f)
{
	FILE *all = in->r.in;
	int r;

	in->r.in = filter_run(f, &in->r, &r);
	if (in->r.in) {
		r = dump_read_elements(in, f);
		fclose(in->r.in);
	}
	in->r.in = all;
	return r;
}
