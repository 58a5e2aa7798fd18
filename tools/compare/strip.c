// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "compare_parts.h"
#include "cpu_kind.h"
#include "strip.h"

#define WIDTH	100

void strip_fold(FILE *out, const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t n = 1 + strcspn(text + 1, " ");

		if (column && column + n > WIDTH) {
			fputs("\n     ", out);
			column = 5;
		}
		fwrite(text, 1, n, out);
		column += n;
		text += n;
	}
	fputc('\n', out);
}

/* Of a hybrid machine, what its CPUs are called below. */
static void print_other_kinds(const struct strip *s,
			      const struct host_facts *f)
{
	uint32_t i;

	for (i = 0; f->nr_cpu_kinds > 1 && i < f->nr_cpu_kinds; i++)
		fprintf(s->out, "%s %s from CPU %u", i ? "," : "  kinds of CPU:",
			cpu_kind_name(&f->cpu[i].cpuid), f->cpu[i].first_cpu);
	if (f->nr_cpu_kinds > 1)
		fputc('\n', s->out);
}

static void print_host(const struct strip *s, unsigned int host)
{
	const struct host_facts *f = s->f[host];
	const struct cpuid_list *l = &f->cpu[0].cpuid;
	uint32_t eax = cpuid_get(l, 1, 0, REG_EAX), r[12], i;
	char brand[49];

	for (i = 0; i < 12; i++)
		r[i] = cpuid_get(l, 0x80000002 + i / 4, 0, i % 4);
	bits_text(r, 12, brand);
	for (i = 48; i && brand[i - 1] == ' '; i--)
		brand[i - 1] = 0;
	fprintf(s->out, "\n%s:\n  family %u model %u stepping %u, %s\n",
		s->names[host], (eax >> 8 & 0xf) + (eax >> 20 & 0xff),
		(eax >> 4 & 0xf) | (eax >> 12 & 0xf0), eax & 0xf, brand);
	print_other_kinds(s, f);
	if (facts_have_kvm(f))
		fprintf(s->out, "  kernel %s, microcode %s, %s\n",
			f->kernel_release[0] ? f->kernel_release : "?",
			f->microcode[0] ? f->microcode : "?",
			f->kvm_module[0] ? f->kvm_module : "?");
	else
		fputs("  nothing of KVM\n", s->out);
	strip_print_own_facts(s, host);
	strip_print_own_leaves(s, host);
}

/* A kernel may have both vendor modules built in: one of them is idle. */
static void drop_idle_params(struct host_facts *f)
{
	uint32_t i, n = 0;

	for (i = 0; i < f->nr_params; i++)
		if (!f->kvm_module[0] || !strcmp(f->params[i].module, "kvm") ||
		    !strcmp(f->params[i].module, f->kvm_module))
			f->params[n++] = f->params[i];
	f->nr_params = n;
}

static int print_all(struct strip *s)
{
	unsigned int i;

	if (!strip_find_leaves(s) || !strip_find_facts(s))
		return -ENOMEM;
	fprintf(s->out, "common to %u host%s:\n", s->n, s->n == 1 ? "" : "s");
	strip_print_facts(s);
	strip_print_leaves(s);
	for (i = 0; i < s->n; i++)
		print_host(s, i);
	return 0;
}

static void release(struct strip *s)
{
	unsigned int i;

	for (i = 0; i < NR_STRIP_LISTS; i++)
		free(s->leaves[i]);
	for (i = 0; i < s->nr_shared; i++)
		free(s->shared[i]);
	free(s->shared);
	free(s->f);
}

int strip_print(const struct host_facts * const *f, const char * const *names,
		unsigned int n, FILE *out)
{
	struct host_facts *clean = calloc(n, sizeof(*clean));
	struct strip s = { .n = n, .names = names, .out = out };
	unsigned int i;
	int r = -ENOMEM;

	s.f = calloc(n, sizeof(*s.f));
	for (i = 0; i < n && clean && s.f; i++) {
		clean[i] = *f[i];
		if (i)
			compare_drop_noise(&clean[i], f[0]);
		compare_drop_noise_of_kinds(&clean[i]);
		drop_idle_params(&clean[i]);
		s.f[i] = &clean[i];
	}
	if (clean && s.f)
		r = print_all(&s);
	release(&s);
	free(clean);
	return r;
}
