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

int dump_read_libvirt(struct dump_reader *in, const char *data, size_t size)
{
	const char *doctype = find_doctype(data, size);
	const struct filter f = {
		.by = BY_XSLTPROC, .data = data, .size = size,
		.program = libvirt_style,
		.program_size = libvirt_style_end - libvirt_style,
		.root = "<cpudata arch='x86'>",
		.cpuid = "<cpuid eax_in= ecx_in= eax= ebx= ecx= edx=/> of 0x...",
		.msr = "<msr index= edx= eax=/> of 0x...",
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
