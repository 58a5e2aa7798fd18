// SPDX-License-Identifier: GPL-2.0-only
/*
 * libvirt's <cpudata arch='x86'>, of which its cputestdata has hundreds: a
 * stylesheet makes a line of each element, "3 cpuid [0x00000007][0x00]...",
 * with the element's own line in front.
 */
#include <string.h>

#include "dump_filter.h"
#include "dump_parse.h"

/* A dump is some 20 kB. */
#define XML_BYTES_MAX	(8u << 20)

FILTER_PROGRAM(libvirt_style, "tools/dump/dump_libvirt.xsl");

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

static int take_cpuid(struct dump_reader *in, const char *s)
{
	struct dump_cpu *cpu = dump_last_cpu(in->d);
	struct cpuid_regs regs;
	uint32_t v[6];

	if (!take_values(s, v, 6))
		return line_expected(&in->r,
				     "<cpuid eax_in= ecx_in= eax= ebx= ecx= edx=/> of 0x...");
	memcpy(regs.r, v + 2, sizeof(regs.r));
	if (dump_add_entry(cpu, v[0], v[1], regs))
		return 0;
	return dump_no_room(in, cpu->nent, DUMP_ENTRIES_MAX, "fewer entries");
}

static int take_msr(struct dump_reader *in, const char *s)
{
	struct dump_cpu *cpu = dump_last_cpu(in->d);
	uint32_t v[3];

	if (!take_values(s, v, 3))
		return line_expected(&in->r,
				     "<msr index= edx= eax=/> of 0x...");
	if (dump_add_msr(cpu, v[0], true, (uint64_t)v[1] << 32 | v[2]))
		return 0;
	return dump_no_room(in, cpu->nr_msrs, DUMP_MSRS_MAX, "fewer MSRs");
}

static int take_root(struct dump_reader *in, const char *s)
{
	if (!s || strcmp(s, "[x86]"))
		return line_expected(&in->r, "<cpudata arch='x86'>");
	if (dump_add_cpu(in->d))
		return 0;
	return dump_no_room(in, 0, 1, "");
}

static int take_element(struct dump_reader *in)
{
	const char *s = in->r.text, *args;
	uint64_t line;

	if (!take_dec(&s, UINT32_MAX, &line))
		return line_expected(&in->r, "the line of an element");
	in->r.line = line;
	if (!in->d->nr_cpus)
		return take_root(in, line_key(s, "cpudata"));
	args = line_key(s, "cpuid");
	if (args)
		return take_cpuid(in, args);
	args = line_key(s, "msr");
	if (args)
		return take_msr(in, args);
	return line_expected(&in->r, "<cpuid> or <msr>");
}

int dump_read_elements(struct dump_reader *in)
{
	int got, r;

	while ((got = line_next(&in->r)) > 0) {
		r = take_element(in);
		if (r)
			return r;
	}
	return got;
}

/* Entities can name files and grow without bound; a dump needs none. */
static const char *find_doctype(const char *data, size_t size)
{
	return memmem(data, size, "<!DOCTYPE", strlen("<!DOCTYPE"));
}

static unsigned int line_of(const char *data, const char *at)
{
	unsigned int line = 1;

	for (; data < at; data++)
		line += *data == '\n';
	return line;
}

int dump_read_filtered(struct dump_reader *in, const struct filter *f)
{
	FILE *all = in->r.in;
	int r;

	in->r.in = filter_run(f, &in->r, &r);
	if (in->r.in) {
		r = dump_read_elements(in);
		fclose(in->r.in);
	}
	in->r.in = all;
	return r;
}

int dump_read_libvirt(struct dump_reader *in, const char *data, size_t size)
{
	const char *doctype = find_doctype(data, size);
	const struct filter f = {
		.by = BY_XSLTPROC, .data = data, .size = size,
		.program = libvirt_style,
		.program_size = libvirt_style_end - libvirt_style,
	};

	in->r.line = doctype ? line_of(data, doctype) : 1;
	if (doctype)
		return line_expected(&in->r, "no DOCTYPE");
	if (size > XML_BYTES_MAX)
		return line_expected(&in->r, "less XML");
	return dump_read_filtered(in, &f);
}

static void save_cpuid(FILE *out, const struct kvm_cpuid_entry2 *e)
{
	fprintf(out, "  <cpuid eax_in='0x%08x' ecx_in='0x%02x' eax='0x%08x' ebx='0x%08x' ecx='0x%08x' edx='0x%08x'/>\n",
		e->function, e->index, e->eax, e->ebx, e->ecx, e->edx);
}

static void save_msr(FILE *out, const struct msr_value *m)
{
	if (m->valid)
		fprintf(out, "  <msr index='0x%x' edx='0x%08x' eax='0x%08x'/>\n",
			m->index, (uint32_t)(m->value >> 32),
			(uint32_t)m->value);
}

bool dump_save_libvirt(const struct dump *d, FILE *out)
{
	const struct dump_cpu *cpu = d->cpu;
	uint32_t i;

	fputs("<cpudata arch='x86'>\n", out);
	for (i = 0; d->nr_cpus && i < cpu->nent; i++)
		save_cpuid(out, &cpu->e[i]);
	for (i = 0; d->nr_cpus && i < cpu->nr_msrs; i++)
		save_msr(out, &cpu->msr[i]);
	fputs("</cpudata>\n", out);
	return !ferror(out);
}
