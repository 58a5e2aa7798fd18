// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of "cpuid -r" (Debian package cpuid), which "cpuid -f" and many
 * tools read: "CPU 3:", or "CPU:" for the one of "cpuid -1", and below it a
 * line for each leaf and subleaf.
 */
#include <string.h>

#include "dump_parse.h"

/* "CPU:" or "CPU 3:" */
static bool take_header(const char *s, uint32_t *number, bool *numbered)
{
	char copy[32];
	const char *p = copy;
	size_t n = strlen(s);
	uint64_t v;

	if (strncmp(s, "CPU", 3) || n < 4 || n >= sizeof(copy) ||
	    s[n - 1] != ':')
		return false;
	memcpy(copy, s + 3, n - 3);
	copy[n - 4] = 0;
	*numbered = copy[0];
	*number = 0;
	if (!copy[0])
		return true;
	if (*p++ != ' ' || !take_dec(&p, UINT32_MAX, &v) || *p)
		return false;
	*number = v;
	return true;
}

/*
 * "0x00000007 0x00: eax=0x... ebx=0x... ecx=0x... edx=0x...", each register
 * with all of its digits: one with fewer may be a line that was cut.
 */
static bool take_values(char *s, struct kvm_cpuid_entry2 *e)
{
	static const char regs[] =
		"eax=0x........ ebx=0x........ ecx=0x........ edx=0x........";
	char *colon = strchr(s, ':');

	if (!colon || strlen(colon) != strlen(": ") + strlen(regs))
		return false;
	memmove(colon, colon + 1, strlen(colon));
	return take_entry(s, false, e);
}

bool dump_is_cpuid_line(const char *text)
{
	uint32_t number;
	bool numbered;

	return take_header(text, &number, &numbered);
}

static int add_cpu(struct dump_reader *in, uint32_t number, bool numbered)
{
	struct dump_cpu *cpu = dump_add_cpu(in->d);

	if (!cpu)
		return dump_no_room(in, in->d->nr_cpus, DUMP_CPUS_MAX,
				    "fewer CPUs");
	cpu->numbered = numbered;
	if (numbered)
		cpu->number = number;
	return 0;
}

static int take_line(struct dump_reader *in, char *text)
{
	struct dump_cpu *cpu = dump_last_cpu(in->d);
	struct kvm_cpuid_entry2 e;
	uint32_t number;
	bool numbered;

	if (take_header(text, &number, &numbered))
		return add_cpu(in, number, numbered);
	if (!cpu)
		return line_expected(&in->r, "\"CPU:\" or \"CPU N:\"");
	if (!take_values(text, &e))
		return line_expected(&in->r,
				     "\"CPU N:\" or LEAF SUBLEAF: eax= ebx= ecx= edx=");
	if (dump_add_entry(cpu, e.function, e.index, cpuid_entry_regs(&e)))
		return 0;
	return dump_no_room(in, cpu->nent, DUMP_ENTRIES_MAX, "fewer entries");
}

int dump_read_cpuid(struct dump_reader *in)
{
	char *text;
	int got, r;

	while ((got = line_next(&in->r)) > 0) {
		text = dump_trim(in->r.text);
		r = *text ? take_line(in, text) : 0;
		if (r)
			return r;
	}
	return got;
}

bool dump_save_cpuid(const struct dump *d, FILE *out)
{
	const struct kvm_cpuid_entry2 *e;
	uint32_t i, j;

	for (i = 0; i < d->nr_cpus; i++) {
		if (d->cpu[i].numbered)
			fprintf(out, "CPU %u:\n", d->cpu[i].number);
		else
			fputs("CPU:\n", out);
		for (j = 0; j < d->cpu[i].nent; j++) {
			e = &d->cpu[i].e[j];
			fprintf(out, "   0x%08x 0x%02x: eax=0x%08x ebx=0x%08x "
				"ecx=0x%08x edx=0x%08x\n", e->function,
				e->index, e->eax, e->ebx, e->ecx, e->edx);
		}
	}
	return !ferror(out);
}
