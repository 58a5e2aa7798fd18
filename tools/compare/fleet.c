// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "field.h"
#include "fleet.h"
#include "model_offer.h"
#include "promise.h"

/* A word of both: a register of CPUID, or an MSR. */
struct word {
	enum field_space space;
	uint32_t function, index;
	enum cpuid_reg reg;
	unsigned int width;
};

static uint64_t meet_part(enum field_kind kind, uint64_t a, uint64_t b)
{
	switch (kind) {
	case FIELD_BITS:
		return a & b;
	case FIELD_ZEROS:
		return a | b;
	case FIELD_AT_MOST:
		return a < b ? a : b;
	case FIELD_EQUAL:
	case FIELD_LAYOUT:
		return a == b ? a : 0;
	default:
		return a;
	}
}

static uint64_t meet_word(const struct word *w, uint64_t a, uint64_t b)
{
	uint64_t done = 0, v = 0;
	unsigned int bit;

	for (bit = 0; bit < w->width; bit++) {
		const struct cpuid_field *f = field_of(w->space, w->function,
						       w->index, w->reg, bit);
		uint64_t mask = field_mask(f, bit);

		if (done & mask)
			continue;
		done |= mask;
		v |= meet_part(f ? (enum field_kind)f->kvm : FIELD_BITS,
			       a & mask, b & mask);
	}
	return v;
}

static void meet_entry(struct kvm_cpuid_entry2 *e, const struct cpuid_list *b,
		       enum field_space space)
{
	struct word w = { space, e->function, e->index, 0, 32 };

	for (w.reg = 0; w.reg < NR_CPUID_REGS; w.reg++)
		cpuid_entry_set_reg(e, w.reg,
			meet_word(&w, cpuid_entry_reg(e, w.reg),
				  cpuid_get(b, e->function, e->index, w.reg)));
}

/* What is not there is a leaf of zeros, of which some count. */
static void add_zero_leaves(struct cpuid_list *a, const struct cpuid_list *b)
{
	uint32_t i;

	for (i = 0; i < b->nent; i++)
		if (!cpuid_find(a, b->e[i].function, b->e[i].index))
			cpuid_append(a, b->e[i].function, b->e[i].index,
				     b->e[i].flags,
				     (struct cpuid_regs){ { 0 } });
}

static bool is_zero(const struct kvm_cpuid_entry2 *e)
{
	return !(e->eax | e->ebx | e->ecx | e->edx);
}

static void meet_list(struct cpuid_list *a, const struct cpuid_list *b,
		      enum field_space space)
{
	uint32_t own = a->nent, i, n = 0;

	add_zero_leaves(a, b);
	for (i = 0; i < a->nent; i++) {
		bool both = i < own && cpuid_find(b, a->e[i].function,
						  a->e[i].index);

		a->e[n] = a->e[i];
		meet_entry(&a->e[n], b, space);
		n += both || !is_zero(&a->e[n]);
	}
	a->nent = n;
}

/* --- XSAVE ---------------------------------------------------------------- */

/* What brings a component (SDM vol. 1, 13.1). */
static const struct {
	uint8_t component;
	struct cpuid_feature feature;
} brings[] = {
	{ 2, CPUID_FEATURE_INIT(0x1, 0, REG_ECX, 28) },		/* AVX */
	{ 3, CPUID_FEATURE_INIT(0x7, 0, REG_EBX, 14) },		/* MPX */
	{ 4, CPUID_FEATURE_INIT(0x7, 0, REG_EBX, 14) },
	{ 5, CPUID_FEATURE_INIT(0x7, 0, REG_EBX, 16) },		/* AVX-512 */
	{ 6, CPUID_FEATURE_INIT(0x7, 0, REG_EBX, 16) },
	{ 7, CPUID_FEATURE_INIT(0x7, 0, REG_EBX, 16) },
	{ 9, CPUID_FEATURE_INIT(0x7, 0, REG_ECX, 3) },		/* PKU */
	{ 17, CPUID_FEATURE_INIT(0x7, 0, REG_EDX, 24) },	/* AMX */
	{ 18, CPUID_FEATURE_INIT(0x7, 0, REG_EDX, 24) },
	{ 19, CPUID_FEATURE_INIT(0x7, 1, REG_EDX, 21) },	/* APX */
};

static bool has_component(const struct cpuid_list *l, uint32_t i)
{
	return cpuid_get(l, 0xd, i, REG_EAX);
}

/* A guest that moves finds its registers at one place only. */
static uint64_t clashes(const struct cpuid_list *a, const struct cpuid_list *b)
{
	uint64_t clash = 0;
	uint32_t i;

	for (i = 2; i < 63; i++)
		if (has_component(a, i) && has_component(b, i) &&
		    (cpuid_get(a, 0xd, i, REG_EAX) !=
		     cpuid_get(b, 0xd, i, REG_EAX) ||
		     cpuid_get(a, 0xd, i, REG_EBX) !=
		     cpuid_get(b, 0xd, i, REG_EBX)))
			clash |= UINT64_C(1) << i;
	return clash;
}

static bool same_feature(struct cpuid_feature a, struct cpuid_feature b)
{
	return a.function == b.function && a.index == b.index &&
	       a.reg == b.reg && a.bit == b.bit;
}

/* What one feature brings is enabled together or not at all. */
static uint64_t with_siblings(uint64_t clash)
{
	uint64_t all = clash;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(brings); i++)
		for (k = 0; k < ARRAY_SIZE(brings); k++)
			if (clash >> brings[i].component & 1 &&
			    same_feature(brings[i].feature, brings[k].feature))
				all |= UINT64_C(1) << brings[k].component;
	return all;
}

static void clear(struct cpuid_list *l, uint32_t index, enum cpuid_reg reg,
		  uint32_t bits)
{
	struct kvm_cpuid_entry2 *e = cpuid_find_mut(l, 0xd, index);

	if (e)
		cpuid_entry_set_reg(e, reg, cpuid_entry_reg(e, reg) & ~bits);
}

static void drop_components(struct cpuid_list *l, uint64_t clash)
{
	unsigned int i;

	clear(l, 0, REG_EAX, clash);
	clear(l, 0, REG_EDX, clash >> 32);
	clear(l, 1, REG_ECX, clash);
	clear(l, 1, REG_EDX, clash >> 32);
	for (i = 0; i < ARRAY_SIZE(brings); i++)
		if (clash >> brings[i].component & 1)
			cpuid_set_feature(l, brings[i].feature, false);
}

/* How large XSAVE's area is with the components that are left. */
static void size_components(struct cpuid_list *l)
{
	struct kvm_cpuid_entry2 *e = cpuid_find_mut(l, 0xd, 0);
	uint32_t i, end;

	if (!e || !e->ecx)
		return;
	e->ecx = 576;
	for (i = 2; i < 32; i++) {
		end = cpuid_get(l, 0xd, i, REG_EAX) +
		      cpuid_get(l, 0xd, i, REG_EBX);
		if (e->eax >> i & 1 && end > e->ecx)
			e->ecx = end;
	}
}

/* --- the rest of a host ----------------------------------------------------- */

static void meet_msrs(struct msr_list *a, const struct msr_list *b)
{
	uint32_t i, n = 0;

	for (i = 0; i < a->n; i++) {
		struct word w = { SPACE_MSR, a->m[i].index, 0, 0, 64 };
		const struct msr_value *m = msr_find(b, a->m[i].index);

		if (!m)
			continue;
		a->m[n] = a->m[i];
		a->m[n].valid = a->m[i].valid && m->valid;
		a->m[n].value = meet_word(&w, a->m[i].value, m->value);
		n++;
	}
	a->n = n;
}

static void meet_caps(struct host_facts *a, const struct host_facts *b)
{
	uint32_t i;

	for (i = 0; i < a->nr_caps; i++) {
		int32_t *v = &a->caps[i].value;
		int other = facts_cap(b, a->caps[i].cap);

		if (promise_cap_has_flags(a->caps[i].cap))
			*v = *v > 0 && other > 0 ? *v & other : 0;
		else if (other < *v)
			*v = other;
	}
}

/* What both were told alike. */
static void meet_params(struct host_facts *a, const struct host_facts *b)
{
	uint32_t i, n = 0;

	for (i = 0; i < a->nr_params; i++) {
		const char *other = facts_param(b, a->params[i].module,
						a->params[i].name);

		if (other && !strcmp(other, a->params[i].value))
			a->params[n++] = a->params[i];
	}
	a->nr_params = n;
}

/* The older kernel's name: a guest of it moves to later ones. */
static void meet_kernel(struct host_facts *a, const struct host_facts *b)
{
	if (b->kernel >= a->kernel)
		return;
	a->kernel = b->kernel;
	memcpy(a->kernel_release, b->kernel_release,
	       sizeof(a->kernel_release));
}

static void meet_system(struct host_facts *a, const struct host_facts *b)
{
	struct word mce = { SPACE_MSR, 0x179, 0, 0, 64 };

	a->xcomp_valid = a->xcomp_valid && b->xcomp_valid;
	a->xcomp_guest_supp &= b->xcomp_guest_supp;
	a->mce_cap_valid = a->mce_cap_valid && b->mce_cap_valid;
	a->mce_cap = meet_word(&mce, a->mce_cap, b->mce_cap);
	a->tsc_khz = a->tsc_khz == b->tsc_khz ? a->tsc_khz : 0;
	a->sgx_provision = a->sgx_provision && b->sgx_provision;
	a->tdx_valid = false;
}

/* Each kind of CPU of a hybrid machine can get the guest. */
static void meet_cpus(struct host_facts *a, const struct host_facts *b)
{
	uint32_t i;

	for (i = 1; i < a->nr_cpu_kinds; i++)
		meet_list(&a->cpu[0].cpuid, &a->cpu[i].cpuid, SPACE_CPUID);
	for (i = 0; i < b->nr_cpu_kinds; i++)
		meet_list(&a->cpu[0].cpuid, &b->cpu[i].cpuid, SPACE_CPUID);
	a->nr_cpu_kinds = 1;
}

/*
 * QEMU takes bits away that KVM lists but that cannot work on this CPU; the
 * model that all can run has the first member's CPU, where it would not.
 */
static void as_offered(struct host_facts *f, const struct model_opts *o)
{
	struct cpuid_list *l = &f->supported;
	enum cpuid_reg reg;
	uint32_t i;

	for (i = 0; i < l->nent; i++)
		for (reg = 0; reg < NR_CPUID_REGS; reg++) {
			struct kvm_cpuid_entry2 *e = &l->e[i];
			uint32_t v = cpuid_entry_reg(e, reg);

			v &= model_offer_cpuid(f, o, e->function, e->index,
					       reg);
			cpuid_entry_set_reg(e, reg, v);
		}
}

void fleet_meet(struct host_facts *a, const struct host_facts *other)
{
	static struct host_facts b;
	struct model_opts *o = model_opts_new();
	uint64_t clash;

	b = *other;
	if (o) {
		as_offered(a, o);
		as_offered(&b, o);
	}
	model_opts_free(o);
	clash = clashes(&a->cpu[0].cpuid, &b.cpu[0].cpuid) |
		clashes(&a->supported, &b.supported);
	clash = with_siblings(clash);
	meet_cpus(a, &b);
	meet_list(&a->supported, &b.supported, SPACE_CPUID);
	meet_list(&a->emulated, &b.emulated, SPACE_CPUID);
	meet_list(&a->hv, &b.hv, SPACE_HYPERV);
	meet_msrs(&a->feature_msrs, &b.feature_msrs);
	meet_msrs(&a->host_msrs, &b.host_msrs);
	meet_msrs(&a->msr_index, &b.msr_index);
	meet_caps(a, &b);
	meet_params(a, &b);
	meet_system(a, &b);
	meet_kernel(a, &b);
	drop_components(&a->supported, clash);
	drop_components(&a->cpu[0].cpuid, clash);
	a->xcomp_guest_supp &= ~clash;
	size_components(&a->supported);
	size_components(&a->cpu[0].cpuid);
}
