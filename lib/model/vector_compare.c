// SPDX-License-Identifier: GPL-2.0-only
/* A vector against the model, entry by entry. */
#include <stdlib.h>
#include <string.h>

#include "vector.h"

/* Where a comparison stands: only the first difference is printed. */
struct cmp {
	const char *name;
	unsigned int vcpu;
	FILE *out;
	struct vector_count *count;
	bool ok;
};

static void entry_text(char *buf, size_t size,
		       const struct kvm_cpuid_entry2 *e)
{
	if (!e)
		snprintf(buf, size, "nothing");
	else
		snprintf(buf, size,
			 "0x%08x 0x%08x flags=0x%x eax=0x%08x ebx=0x%08x ecx=0x%08x edx=0x%08x",
			 e->function, e->index, e->flags, e->eax, e->ebx,
			 e->ecx, e->edx);
}

static void msr_text(char *buf, size_t size, const struct msr_value *m)
{
	if (!m)
		snprintf(buf, size, "nothing");
	else
		snprintf(buf, size, "0x%08x 0x%016llx", m->index,
			 (unsigned long long)m->value);
}

static void differ(struct cmp *c, const char *what, unsigned int i,
		   const char *want, const char *got)
{
	if (c->ok)
		fprintf(c->out, "%s: vcpu %u: %s %u:\n  QEMU  %s\n  model %s\n",
			c->name, c->vcpu, what, i, want, got);
	c->ok = false;
}

static bool same_entry(const struct kvm_cpuid_entry2 *a,
		       const struct kvm_cpuid_entry2 *b)
{
	return a && b && !memcmp(a, b, sizeof(*a));
}

static void compare_cpuid(struct cmp *c, const struct cpuid_list *want,
			  const struct cpuid_list *got)
{
	uint32_t i, n = want->nent > got->nent ? want->nent : got->nent;
	char a[120], b[120];

	for (i = 0; i < n; i++) {
		const struct kvm_cpuid_entry2 *w, *g;

		w = i < want->nent ? &want->e[i] : NULL;
		g = i < got->nent ? &got->e[i] : NULL;
		c->count->entries++;
		if (same_entry(w, g)) {
			c->count->entries_ok++;
			continue;
		}
		entry_text(a, sizeof(a), w);
		entry_text(b, sizeof(b), g);
		differ(c, "CPUID entry", i, a, b);
	}
}

static void compare_msrs(struct cmp *c, const struct msr_list *want,
			 const struct msr_list *got)
{
	uint32_t i, n = want->n > got->n ? want->n : got->n;
	char a[40], b[40];

	for (i = 0; i < n; i++) {
		const struct msr_value *w = i < want->n ? &want->m[i] : NULL;
		const struct msr_value *g = i < got->n ? &got->m[i] : NULL;

		c->count->entries++;
		if (w && g && w->index == g->index && w->value == g->value) {
			c->count->entries_ok++;
			continue;
		}
		msr_text(a, sizeof(a), w);
		msr_text(b, sizeof(b), g);
		differ(c, "MSR", i, a, b);
	}
}

static void mce_text(char *buf, size_t size, const struct guest_cpu *cpu)
{
	if (!cpu->setup_mce)
		snprintf(buf, size, "nothing");
	else
		snprintf(buf, size, "0x%016llx",
			 (unsigned long long)cpu->mcg_cap);
}

static void compare_mce(struct cmp *c, const struct guest_cpu *want,
			const struct guest_cpu *got)
{
	char a[24], b[24];

	if (!want->setup_mce && !got->setup_mce)
		return;
	mce_text(a, sizeof(a), want);
	mce_text(b, sizeof(b), got);
	c->count->entries++;
	if (!strcmp(a, b))
		c->count->entries_ok++;
	else
		differ(c, "KVM_X86_SETUP_MCE", 0, a, b);
}

/*
 * vCPUs are created in order.  If all are there, their order says which is
 * which, and it does not matter whether they are numbered by index or, as
 * KVM_CREATE_VCPU does, by APIC id.
 */
static unsigned int vcpu_index(const struct vector *v, unsigned int i)
{
	return v->nr_vcpus == model_opts_vcpus(v->opts) ? i :
							  v->vcpu[i].index;
}

static void compare_vcpu(struct cmp *c, const struct vector *v,
			 unsigned int i, struct guest_cpu *got)
{
	const struct vector_vcpu *want = &v->vcpu[i];
	char err[200] = "";

	c->vcpu = want->index;
	if (model_compute(&v->facts, v->opts, vcpu_index(v, i), got, err,
			  sizeof(err)))
		differ(c, "computing", want->index, "a guest CPU", err);
	compare_cpuid(c, &want->cpu.cpuid, &got->cpuid);
	compare_mce(c, &want->cpu, got);
	compare_msrs(c, &want->cpu.msrs, &got->msrs);
}

/* Reasons are in their own words, so that only refusing as such counts. */
static void compare_refusal(struct cmp *c, const struct vector *v,
			    struct guest_cpu *got)
{
	char err[200] = "";
	bool same = v->bad_option ||
		    model_compute(&v->facts, v->opts, 0, got, err,
				  sizeof(err));

	fprintf(c->out, "%s: vcpu 0: computing 0:\n  QEMU  refuses: %s\n  model %s\n",
		c->name, v->refused, v->bad_option ? v->bad_option :
		same ? err : "takes it");
	c->count->entries++;
	c->count->entries_ok += same;
	c->ok = same;
}

bool vector_compare(const struct vector *v, const char *name, FILE *out,
		    struct vector_count *count)
{
	struct cmp c = { .name = name, .out = out, .count = count, .ok = true };
	struct guest_cpu *got = malloc(sizeof(*got));
	unsigned int i;

	if (got && v->refused)
		compare_refusal(&c, v, got);
	for (i = 0; got && !v->refused && i < v->nr_vcpus; i++)
		compare_vcpu(&c, v, i, got);
	c.ok = c.ok && got;
	free(got);
	count->vectors++;
	count->vectors_ok += c.ok;
	return c.ok;
}
