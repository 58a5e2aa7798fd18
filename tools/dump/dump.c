// SPDX-License-Identifier: GPL-2.0-only
/* The dump in memory: lists that grow, within limits. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "dump_parse.h"

/* Room for one more of size bytes; doubles at every power of two. */
static bool grow(void *list, uint32_t have, uint32_t max, size_t size)
{
	void **at = list;
	void *more;

	if (have >= max)
		return false;
	if (have & (have - 1))
		return true;
	more = realloc(*at, (have ? 2 * (size_t)have : 1) * size);
	if (!more)
		return false;
	*at = more;
	return true;
}

struct dump *dump_new(void)
{
	return calloc(1, sizeof(struct dump));
}

void dump_clear_cpu(struct dump_cpu *cpu)
{
	free(cpu->e);
	free(cpu->msr);
	memset(cpu, 0, sizeof(*cpu));
}

void dump_free(struct dump *d)
{
	uint32_t i;

	if (!d)
		return;
	for (i = 0; i < d->nr_cpus; i++)
		dump_clear_cpu(&d->cpu[i]);
	for (i = 0; i < d->nr_notes; i++)
		free(d->note[i]);
	for (i = 0; i < d->nr_remarks; i++)
		free(d->remark[i]);
	free(d->cpu);
	free(d->note);
	free(d->remark);
	free(d->range);
	free(d);
}

struct dump_cpu *dump_add_cpu(struct dump *d)
{
	if (!grow(&d->cpu, d->nr_cpus, DUMP_CPUS_MAX, sizeof(*d->cpu)))
		return NULL;
	d->cpu[d->nr_cpus] = (struct dump_cpu){ .number = d->nr_cpus };
	return &d->cpu[d->nr_cpus++];
}

struct dump_cpu *dump_last_cpu(struct dump *d)
{
	return d->nr_cpus ? &d->cpu[d->nr_cpus - 1] : NULL;
}

bool dump_add_entry(struct dump_cpu *cpu, uint32_t function, uint32_t index,
		    struct cpuid_regs regs)
{
	if (!grow(&cpu->e, cpu->nent, DUMP_ENTRIES_MAX, sizeof(*cpu->e)))
		return false;
	cpu->e[cpu->nent++] = (struct kvm_cpuid_entry2){
		.function = function, .index = index,
		.eax = regs.r[REG_EAX], .ebx = regs.r[REG_EBX],
		.ecx = regs.r[REG_ECX], .edx = regs.r[REG_EDX],
	};
	return true;
}

bool dump_add_msr(struct dump_cpu *cpu, uint32_t index, bool valid,
		  uint64_t value)
{
	if (!grow(&cpu->msr, cpu->nr_msrs, DUMP_MSRS_MAX, sizeof(*cpu->msr)))
		return false;
	cpu->msr[cpu->nr_msrs++] = (struct msr_value){
		.index = index, .valid = valid, .value = value,
	};
	return true;
}

bool dump_add_note(struct dump *d, const char *text)
{
	if (!grow(&d->note, d->nr_notes, DUMP_NOTES_MAX, sizeof(*d->note)))
		return false;
	d->note[d->nr_notes] = strdup(text);
	return d->note[d->nr_notes] && ++d->nr_notes;
}

bool dump_remark(struct dump *d, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (d->nr_remarks == DUMP_REMARKS_MAX)
		return true;
	if (!grow(&d->remark, d->nr_remarks, DUMP_REMARKS_MAX,
		  sizeof(*d->remark)))
		return false;
	va_start(ap, fmt);
	n = vasprintf(&d->remark[d->nr_remarks], fmt, ap);
	va_end(ap);
	d->nr_remarks += n >= 0;
	return n >= 0;
}

void dump_print_remarks(const struct dump *d, const char *name, FILE *out)
{
	uint32_t i;

	for (i = 0; i < d->nr_remarks; i++)
		fprintf(out, "host_profile: %s: %s\n", name, d->remark[i]);
}

/* A range that has no room is not told; the first ones are what is read. */
void dump_ignore_line(struct dump *d, unsigned int line)
{
	struct dump_range *last = d->nr_ranges ?
				  &d->range[d->nr_ranges - 1] : NULL;

	if (last && last->last + 1 == line)
		last->last = line;
	else if (grow(&d->range, d->nr_ranges, DUMP_REMARKS_MAX,
		      sizeof(*d->range)))
		d->range[d->nr_ranges++] = (struct dump_range){ line, line };
}

static bool print_ranges(const struct dump *d, FILE *out)
{
	uint32_t i;

	for (i = 0; i < d->nr_ranges; i++) {
		fprintf(out, "%s%u", i ? ", " : "", d->range[i].first);
		if (d->range[i].last != d->range[i].first)
			fprintf(out, "-%u", d->range[i].last);
	}
	if (d->nr_ranges == DUMP_REMARKS_MAX)
		fputs(", ...", out);
	return !fclose(out);
}

/* Text is a part of the other formats, and tells of the machine. */
bool dump_tell_ignored(struct dump *d)
{
	bool one = d->nr_ranges == 1 && d->range[0].first == d->range[0].last;
	char *text = NULL;
	size_t len;
	FILE *out;
	bool ok;

	if (!d->nr_ranges || d->format != DUMP_CPUID)
		return true;
	out = open_memstream(&text, &len);
	ok = out && print_ranges(d, out) &&
	     dump_remark(d, "no CPUID data, ignored: line%s %s",
			 one ? "" : "s", text);
	free(text);
	return ok;
}
