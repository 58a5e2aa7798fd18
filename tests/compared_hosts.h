/* SPDX-License-Identifier: GPL-2.0-only */
/* Two made-up hosts, and what their comparison says. */
#ifndef TESTS_COMPARED_HOSTS_H
#define TESTS_COMPARED_HOSTS_H

#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "compare_parts.h"
#include "made_up_host.h"

FIXTURE(hosts)
{
	struct host_facts *a, *b;
	struct comparison c;
	char *text;		/* as printed */
	size_t len;
};

static inline void set_param(struct host_facts *f, const char *module,
			     const char *name, const char *value)
{
	uint32_t i;

	for (i = 0; i < f->nr_params; i++)
		if (!strcmp(f->params[i].module, module) &&
		    !strcmp(f->params[i].name, name))
			break;
	strcpy(f->params[i].module, module);
	strcpy(f->params[i].name, name);
	strcpy(f->params[i].value, value);
	f->nr_params += i == f->nr_params;
}

static inline void whole_host(struct host_facts *f)
{
	made_up_host(f);
	strcpy(f->kernel_release, "6.12.1-made-up");
	f->kernel = KERNEL(6, 12, 1);
	strcpy(f->kvm_module, "kvm_intel");
	strcpy(f->microcode, "0x1");
	set_param(f, "kvm_intel", "sgx", "Y");
	set_param(f, "kvm_intel", "ept", "Y");
	set_param(f, "kvm_amd", "npt", "Y");
	set_param(f, "kvm", "tdp_mmu", "Y");
	add(&f->hv, 0x40000003, 0, 0, 0, 0, 0, 0);
	add(&f->emulated, 7, 0, IDX, 0, 0, 0, 0);
	add(&f->cpu[0].cpuid, 0xb, 0, IDX, 0, 1, 0x100, 0);
	add(&f->cpu[0].cpuid, 0x16, 0, 0, 3000, 0, 0, 0);
	add(&f->cpu[0].cpuid, 0x19, 0, 0, 0, 0, 0, 0);
	add(&f->cpu[0].cpuid, 0x1f, 1, IDX, 0, 1, 0x201, 0);
	add(&f->cpu[0].cpuid, 0x40000010, 0, 0, 3000000, 0, 0, 0);
	add(&f->cpu[0].cpuid, 0x8000001e, 0, 0, 0, 0, 0, 0);
	add(&f->cpu[0].cpuid, 0x80000026, 2, IDX, 0, 0, 0, 0);
	add(&f->supported, 0xb, 0, IDX, 0, 0, 0, 0);
	add(&f->supported, 0x19, 0, 0, 0, 0, 0, 0);
	add(&f->supported, 0x1f, 1, IDX, 0, 0, 0, 0);
	add(&f->supported, 0x8000001e, 0, 0, 0, 0, 0, 0);
	add(&f->supported, 0x80000026, 2, IDX, 0, 0, 0, 0);
	msr_append(&f->feature_msrs, 0x48b, true, 0);
	msr_append(&f->feature_msrs, 0x8b, true, 0x100000000ull);
	facts_set_cap(f, KVM_CAP_MCE, 32);
	facts_set_cap(f, KVM_CAP_X86_SMM, 1);
	f->xcomp_valid = true;
	f->xcomp_guest_supp = 0x2e7;
	f->tsc_khz = 3000000;
}

FIXTURE_SETUP(hosts)
{
	memset(self, 0, sizeof(*self));
	self->a = calloc(1, sizeof(*self->a));
	self->b = calloc(1, sizeof(*self->b));
	whole_host(self->a);
	whole_host(self->b);
}

FIXTURE_TEARDOWN(hosts)
{
	compare_free(&self->c);
	free(self->text);
	free(self->a);
	free(self->b);
}

static inline enum compare_status run(struct _test_data_hosts *self)
{
	FILE *out;

	compare_free(&self->c);
	free(self->text);
	if (compare_facts(&self->c, self->a, self->b))
		return COMPARE_FAILED;
	out = open_memstream(&self->text, &self->len);
	compare_print(&self->c, "one", "two", out);
	fclose(out);
	return compare_status(&self->c);
}

static inline bool says(struct _test_data_hosts *self, const char *wanted)
{
	bool found = strstr(self->text, wanted);

	if (!found)
		printf("# \"%s\" is not in:\n%s", wanted, self->text);
	return found;
}

static inline unsigned int count(const struct comparison *c, enum cause cause)
{
	unsigned int i, n = 0;

	for (i = 0; i < c->n; i++)
		n += c->d[i].cause == cause;
	return n;
}

/* All differences have one cause. */
static inline bool only(const struct comparison *c, enum cause cause)
{
	return c->n && count(c, cause) == c->n;
}

static inline void flip(struct cpuid_list *l, uint32_t fn, uint32_t index,
			enum cpuid_reg reg, uint32_t bits)
{
	struct kvm_cpuid_entry2 *e = cpuid_find_mut(l, fn, index);

	cpuid_entry_set_reg(e, reg, cpuid_entry_reg(e, reg) ^ bits);
}

static inline void flip_both(struct host_facts *f, uint32_t fn, uint32_t index,
			     enum cpuid_reg reg, uint32_t bits)
{
	flip(&f->cpu[0].cpuid, fn, index, reg, bits);
	flip(&f->supported, fn, index, reg, bits);
}

#endif
