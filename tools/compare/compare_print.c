// SPDX-License-Identifier: GPL-2.0-only
/* Differences for the reader, a heading for each cause. */
#include <inttypes.h>
#include <string.h>

#include "bits.h"
#include "compare_parts.h"
#include "cpu_kind.h"
#include "draw.h"

static const char * const cause_names[NR_CAUSES] = {
	[CAUSE_CPU] = "other CPU",
	[CAUSE_MICROCODE] = "other microcode",
	[CAUSE_KERNEL] = "other kernel",
	[CAUSE_PARAM] = "other module parameter",
	[CAUSE_NONE] = "no cause found",
};

static unsigned int count(const struct comparison *c, enum cause cause)
{
	unsigned int i, n = 0;

	for (i = 0; i < c->n; i++)
		n += c->d[i].cause == cause;
	return n;
}

static void print_cpu(const struct host_facts *f, FILE *out)
{
	struct cpuid_regs v = { { 0 } };
	uint32_t eax = cpuid_get(&f->cpu[0].cpuid, 1, 0, REG_EAX);
	char vendor[13];

	v.r[0] = cpuid_get(&f->cpu[0].cpuid, 0, 0, REG_EBX);
	v.r[1] = cpuid_get(&f->cpu[0].cpuid, 0, 0, REG_EDX);
	v.r[2] = cpuid_get(&f->cpu[0].cpuid, 0, 0, REG_ECX);
	bits_text(v.r, 3, vendor);
	fprintf(out, "%s %u/%u/%u", vendor,
		(eax >> 8 & 0xf) + (eax >> 20 & 0xff),
		(eax >> 4 & 0xf) | (eax >> 12 & 0xf0), eax & 0xf);
}

/* What it is that differs between the hosts. */
static void print_heading(const struct comparison *c, enum cause why,
			  FILE *out)
{
	fprintf(out, "\n%s", cause_names[why]);
	switch (why) {
	case CAUSE_CPU:
		fputs(": ", out);
		print_cpu(c->f[0], out);
		fputs(" -> ", out);
		print_cpu(c->f[1], out);
		if (!c->other_cpu)
			fputs(" (the same, but not its CPUID)", out);
		break;
	case CAUSE_MICROCODE:
		fprintf(out, ": %s -> %s", c->f[0]->microcode,
			c->f[1]->microcode);
		break;
	case CAUSE_KERNEL:
		fprintf(out, ": %s -> %s", c->f[0]->kernel_release,
			c->f[1]->kernel_release);
		if (!c->other_kernel)
			fputs(" (the same, with other boot options)", out);
		break;
	case CAUSE_NONE:
		fputs(" (as far as known: same CPU, microcode, kernel, parameters)",
		      out);
		break;
	default:
		break;
	}
	fputc('\n', out);
}

/* "E-core (CPU 6)", "E-core (CPU 6 in A, CPU 8 in B)" */
static void print_kind(const struct comparison *c, uint32_t i, FILE *out)
{
	const struct host_facts *a = c->f[0], *b = c->f[1];
	const struct cpu_kind *kind = i < a->nr_cpu_kinds ? &a->cpu[i] :
							    &b->cpu[i];

	fprintf(out, "%s (CPU %u", cpu_kind_name(&kind->cpuid),
		kind->first_cpu);
	if (i < c->nr_pairs && a->cpu[i].first_cpu != b->cpu[i].first_cpu)
		fprintf(out, " in A, CPU %u in B", b->cpu[i].first_cpu);
	fputc(')', out);
}

/* Where there are several kinds, each block says whose it is. */
static void print_kinds(const struct comparison *c, const struct fact *f,
			FILE *out)
{
	uint32_t i;

	if (c->f[0]->nr_cpu_kinds < 2 && c->f[1]->nr_cpu_kinds < 2)
		return;
	for (i = 0; i < FACTS_CPU_KINDS_MAX; i++)
		if (f->kinds >> i & 1) {
			fputs(", ", out);
			print_kind(c, i, out);
		}
}

/* A kind that has no counterpart. */
static void print_lost_kind(const struct comparison *c,
			    const struct difference *d, FILE *out)
{
	unsigned int side = !d->in[0];
	const struct cpu_kind *kind;

	kind = &c->f[side]->cpu[__builtin_ctz(d->fact.kinds)];
	fprintf(out, "  %s (CPU %u in %c): %s, %c has no CPU of this kind",
		cpu_kind_name(&kind->cpuid), kind->first_cpu, "AB"[side],
		side ? "gained" : "lost", "BA"[side]);
	if (cpu_kind_core(&kind->cpuid))
		fprintf(out, " (core type 0x%x)", cpu_kind_core(&kind->cpuid));
	fputc('\n', out);
}

static void print_place(const struct fact *f, FILE *out)
{
	switch (f->source) {
	case SRC_HOST_MSR:
	case SRC_FEATURE_MSR:
	case SRC_MODEL_MSR:
	case SRC_MSR_INDEX:
		fprintf(out, "  MSR 0x%08x", f->function);
		break;
	case SRC_CAP:
	case SRC_VALUE:
	case SRC_IDENTITY:
		fprintf(out, "  %s", f->name);
		break;
	case SRC_PARAM:
		fprintf(out, "  %s.%s", f->module, f->name);
		break;
	default:
		fprintf(out, "  0x%08x.%x", f->function, f->index);
		if (f->word < NR_CPUID_REGS)
			fprintf(out, " %s", cpuid_reg_name(f->word));
		else if (f->word == WORD_FLAGS)
			fputs(" flags", out);
		if (f->nth)
			fprintf(out, " (number %u of that leaf)", f->nth + 1);
	}
}

static void print_because(const struct comparison *c,
			  const struct param_row *r, FILE *out)
{
	fprintf(out, "    because %s.%s: %s -> %s\n", r->module, r->name,
		facts_param(c->f[0], r->module, r->name),
		facts_param(c->f[1], r->module, r->name));
}

static bool is_text(const struct fact *f)
{
	if (f->source > SRC_RAW || f->word >= NR_CPUID_REGS)
		return false;
	if (f->function >= 0x80000002 && f->function <= 0x80000004)
		return true;
	return f->word != REG_EAX && (f->function == 0 ||
		f->function == 0x80000000 || f->function == 0x40000000);
}

static bool is_number(const struct fact *f)
{
	return f->source == SRC_CAP || f->word == WORD_FLAGS ||
	       f->source == SRC_IDENTITY ||
	       (f->source == SRC_VALUE && !strcmp(f->name, "tsc_khz"));
}

/* One line is enough for what is no set of bits; false if it is one. */
static bool print_short(const struct comparison *c, const struct difference *d,
			FILE *out)
{
	if (is_text(&d->fact)) {
		uint32_t a = d->value[0], b = d->value[1];
		char text[2][5];

		bits_text(&a, 1, text[0]);
		bits_text(&b, 1, text[1]);
		fprintf(out, ": \"%s\" -> \"%s\"", text[0], text[1]);
	} else if (d->text[0] || d->text[1]) {
		fprintf(out, ": %s -> %s", d->text[0] ? d->text[0] : "none",
			d->text[1] ? d->text[1] : "none");
	} else if (is_number(&d->fact)) {
		fprintf(out, ": %" PRId64 " -> %" PRId64,
			(int64_t)d->value[0], (int64_t)d->value[1]);
	} else if (!d->mask) {
		fprintf(out, ": %s", d->in[1] ? "gained" : "lost");
	} else {
		return false;
	}
	fprintf(out, " (%s", source_infos[d->fact.source].name);
	print_kinds(c, &d->fact, out);
	fprintf(out, "%s)\n", d->in_model ? ", and the max model" : "");
	return true;
}

static enum bits_space space_of(enum source s)
{
	switch (s) {
	case SRC_HOST_MSR:
	case SRC_FEATURE_MSR:
	case SRC_MODEL_MSR:
		return BITS_MSR;
	case SRC_HV:
		return BITS_HYPERV;
	case SRC_VALUE:
		return BITS_UNNAMED;
	default:
		return BITS_CPUID;
	}
}

static void print_bits(const struct comparison *c, const struct difference *d,
		       FILE *out)
{
	const struct fact *f = &d->fact;
	struct drawing drawing = {
		.indent = "    ", .labels = { "A", "B" }, .marks = d->mask,
		.values = { d->value[0], d->value[1] },
	};
	struct bits_place place = {
		.space = space_of(f->source), .function = f->function,
		.index = f->index, .reg = f->word,
	};

	fprintf(out, ": %s", source_infos[f->source].name);
	print_kinds(c, f, out);
	fprintf(out, "%s%s%s\n",
		d->in_model ? ", and the max model" : "",
		d->in[0] ? "" : ", no entry in A",
		d->in[1] ? "" : ", no entry in B");
	draw(out, &drawing);
	bits_print(out, &place, d->value, d->mask);
}

static void print_difference(const struct comparison *c,
			     const struct difference *d, FILE *out)
{
	if (d->fact.source == SRC_KIND) {
		print_lost_kind(c, d, out);
		return;
	}
	print_place(&d->fact, out);
	if (!print_short(c, d, out))
		print_bits(c, d, out);
	if (d->param)
		print_because(c, d->param, out);
}

static void print_cause(const struct comparison *c, enum cause why,
			FILE *out)
{
	unsigned int i;

	if (!count(c, why))
		return;
	print_heading(c, why, out);
	for (i = 0; i < c->n; i++)
		if (c->d[i].cause == why)
			print_difference(c, &c->d[i], out);
}

static void print_limits(const struct comparison *c, FILE *out)
{
	if (c->raw_only)
		fprintf(out, "%s holds nothing of KVM: raw CPUID only is compared\n",
			c->no_kvm[0] && c->no_kvm[1] ? "Either" :
			c->no_kvm[0] ? "A" : "B");
	if (c->no_raw)
		fputs("CPUID of the CPU itself is missing in one: not compared\n",
		      out);
	if (c->other_order)
		fputs("kinds of CPU stand in another order in B: they are compared by what they are\n",
		      out);
	if (c->no_model)
		fprintf(out, "no max model to compare: %s\n", c->why_no_model);
}

static void print_summary(const struct comparison *c, FILE *out)
{
	unsigned int i, guest = 0;

	for (i = 0; i < c->n; i++)
		guest += source_infos[c->d[i].fact.source].guest;
	if (compare_status(c) == COMPARE_FAILED)
		fputs("compare: they hold nothing that could be compared\n",
		      out);
	else if (!c->n)
		fputs("compare: no difference\n", out);
	if (!c->n)
		return;
	fprintf(out, "\ncompare: %u difference%s, ", c->n,
		c->n == 1 ? "" : "s");
	if (c->raw_only)
		fputs("how many of them for guests is not known: ", out);
	else
		fprintf(out, "%u of them for guests: ", guest);
	for (i = 0; i < NR_CAUSES; i++)
		fprintf(out, "%s%s %u", i ? ", " : "", cause_names[i],
			count(c, i));
	fputc('\n', out);
}

void compare_print(const struct comparison *c, const char *name_a,
		   const char *name_b, FILE *out)
{
	enum cause cause;

	fprintf(out, "A: %s\nB: %s\n", name_a, name_b);
	print_limits(c, out);
	for (cause = 0; cause < NR_CAUSES; cause++)
		print_cause(c, cause, out);
	print_summary(c, out);
}
