// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include "feature.h"
#include "model_offer.h"
#include "model_opts.h"
#include "stops.h"

#define MCG_CAP		0x179	/* set by KVM_X86_SETUP_MCE */
#define MCG_BANKS	0xff

#define MSR_10A_IS_THERE	(1u << 29)	/* leaf 7 EDX */

/* Hyper-V's leaves in front of KVM's own: "Hv#1" (TLFS 2.4). */
static bool has_hyperv(const struct cpuid_list *list)
{
	return cpuid_get(list, 0x40000001, 0, REG_EAX) == 0x31237648;
}

static bool is_hyperv(const struct guest_cpu *guest, uint32_t function)
{
	return function >= 0x40000000 && function < 0x40000100 &&
	       has_hyperv(&guest->cpuid);
}

/* KVM's leaves go by their usual number, wherever the guest has them. */
static uint32_t usual(uint32_t function)
{
	return function >> 8 == 0x400001 ? function - 0x100 : function;
}

static uint32_t offered_cpuid(const struct host_facts *here,
			      const struct model_opts *o, const struct stop *s)
{
	uint32_t v;

	if (s->space == SPACE_HYPERV)
		return cpuid_get(&here->hv, s->function, s->index, s->reg);
	v = model_offer_cpuid(here, o, s->function, s->index, s->reg);
	/* QEMU gives a guest the address width of the CPU, not KVM's. */
	if (s->function == 0x80000008 && s->reg == REG_EAX)
		v = (v & ~0xffu) | (cpuid_get(&here->cpu[0].cpuid, 0x80000008,
					      0, REG_EAX) & 0xff);
	return v;
}

static enum field_kind kind_of(const struct cpuid_field *field)
{
	return field ? field->guest : FIELD_BITS;
}

/*
 * Events count as far as the vector in leaf 0xa EAX reaches; a guest without
 * a PMU has no use for any.
 */
static uint64_t counted_events(const struct guest_cpu *guest)
{
	uint32_t events = cpuid_get(&guest->cpuid, 0xa, 0, REG_EAX) >> 24;

	return events < 32 ? (UINT64_C(1) << events) - 1 : UINT32_MAX;
}

/*
 * A QEMU without a name for a bit tells every guest 0, on the guest's own
 * host too: nothing was promised by that.  Nor by an MSR that the guest does
 * not know to be there.
 */
static uint64_t told(const struct stop *s, const struct guest_cpu *guest,
		     const struct model_opts *o)
{
	uint64_t zeros = 0;
	enum feature_word w;
	unsigned int bit;

	w = s->space == SPACE_MSR ? feature_word_of_msr(s->function) :
	    feature_word_of(s->function, s->index, s->reg);
	for (bit = 0; bit < 64; bit++) {
		const struct cpuid_field *f = field_of(s->space, s->function,
						       s->index, s->reg, bit);

		if (kind_of(f) == FIELD_ZEROS)
			zeros |= UINT64_C(1) << bit;
	}
	if (s->space == SPACE_MSR &&
	    !(cpuid_get(&guest->cpuid, 7, 0, REG_EDX) & MSR_10A_IS_THERE))
		return ~zeros;
	return w == NR_FEATURE_WORDS ? UINT64_MAX :
	       ~(zeros & ~feature_named(w, o->qemu));
}

/* The bits in which a guest's 0 can be wrong. */
static uint64_t counted(const struct stop *s, const struct guest_cpu *guest,
			const struct model_opts *o)
{
	if (s->space == SPACE_HYPERV)
		return UINT64_MAX;
	if (s->space == SPACE_MSR)
		return s->function == 0x10a ? told(s, guest, o) : UINT64_MAX;
	if (s->function == 0xa)
		return s->reg == REG_EBX ? counted_events(guest) : UINT64_MAX;
	return told(s, guest, o);
}

static void add(struct stop *list, uint32_t *n, const struct stop *s)
{
	if (*n < STOPS_MAX)
		list[(*n)++] = *s;
}

/* The next part of a register that is not in done yet; s says which register. */
static bool next_part(struct stop *s, unsigned int width, uint64_t *done)
{
	unsigned int bit = 0;

	while (bit < width && *done >> bit & 1)
		bit++;
	if (bit >= width)
		return false;
	s->field = field_of(s->space, s->function, s->index, s->reg, bit);
	s->mask = field_mask(s->field, bit);
	*done |= s->mask;
	return true;
}

/* The parts of one register that are missing. */
static void judge(struct stops *out, struct stop *s, unsigned int width,
		  uint64_t count)
{
	uint64_t done = 0;

	while (next_part(s, width, &done)) {
		s->missing = field_missing(kind_of(s->field), s->mask & count,
					   s->wanted, s->offered);
		if (s->missing)
			add(out->stop, &out->n, s);
	}
}

/* The same for identity: wherever the two models differ. */
static void follow(struct stops *out, struct stop *s, unsigned int width,
		   uint64_t own)
{
	uint64_t done = 0;

	s->offered = own;
	while (next_part(s, width, &done)) {
		s->missing = (s->wanted ^ s->offered) & s->mask;
		if (s->missing && kind_of(s->field) == FIELD_IDENTITY)
			add(out->follows, &out->nr_follows, s);
	}
}

/* Of leaves without subleaves the index means nothing: QEMU leaves any. */
static uint32_t subleaf(const struct kvm_cpuid_entry2 *e)
{
	return e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX ? e->index : 0;
}

static uint32_t value_of(const struct cpuid_list *list,
			 const struct kvm_cpuid_entry2 *like,
			 enum cpuid_reg reg)
{
	uint32_t i;

	for (i = 0; i < list->nent; i++)
		if (list->e[i].function == like->function &&
		    subleaf(&list->e[i]) == subleaf(like))
			return cpuid_entry_reg(&list->e[i], reg);
	return 0;
}

static void judge_entry(struct stops *out, const struct guest_cpu *guest,
			const struct kvm_cpuid_entry2 *e,
			const struct host_facts *here,
			const struct model_opts *o,
			const struct guest_cpu *own)
{
	bool hv = is_hyperv(guest, e->function);
	enum cpuid_reg reg;

	for (reg = 0; reg < NR_CPUID_REGS; reg++) {
		struct stop s = {
			.space = hv ? SPACE_HYPERV : SPACE_CPUID,
			.function = hv ? e->function : usual(e->function),
			.index = subleaf(e),
			.reg = reg,
			.wanted = cpuid_entry_reg(e, reg),
		};

		s.offered = offered_cpuid(here, o, &s);
		judge(out, &s, 32, counted(&s, guest, o));
		if (own)
			follow(out, &s, 32, value_of(&own->cpuid, e, reg));
	}
}

static void judge_msr(struct stops *out, const struct guest_cpu *guest,
		      const struct msr_value *m, const struct host_facts *here,
		      const struct model_opts *o, const struct guest_cpu *own)
{
	struct stop s = {
		.space = SPACE_MSR, .function = m->index,
		.wanted = model_msr_choice(m->index, m->value),
		.offered = model_offer_msr(here, o, m->index),
	};

	/* Constants of QEMU, which KVM alone can refuse. */
	if (m->index == 0x486 || m->index == 0x488 || m->index == 0x48a)
		return;
	judge(out, &s, 64, counted(&s, guest, o));
	if (own && msr_find(&own->msrs, m->index))
		follow(out, &s, 64, model_msr_choice(m->index,
					msr_get(&own->msrs, m->index)));
}

static void judge_mce(struct stops *out, const struct guest_cpu *guest,
		      const struct host_facts *here)
{
	struct stop s = {
		.space = SPACE_MSR, .function = MCG_CAP,
		.wanted = guest->mcg_cap,
		.offered = here->mce_cap & ~(uint64_t)MCG_BANKS,
	};
	int banks = facts_cap(here, KVM_CAP_MCE);

	if (banks > 0)
		s.offered |= banks & MCG_BANKS;
	if (guest->setup_mce)
		judge(out, &s, 64, UINT64_MAX);
}

void stops_find(struct stops *s, const struct guest_cpu *guest,
		const struct host_facts *here, const struct model_opts *o,
		const struct guest_cpu *own)
{
	uint32_t i;

	s->n = 0;
	s->nr_follows = 0;
	judge_mce(s, guest, here);
	for (i = 0; i < guest->cpuid.nent; i++)
		judge_entry(s, guest, &guest->cpuid.e[i], here, o, own);
	for (i = 0; i < guest->msrs.n; i++)
		judge_msr(s, guest, &guest->msrs.m[i], here, o, own);
}

unsigned int stops_count(const struct stops *s)
{
	unsigned int n = 0, i;

	for (i = 0; i < s->n; i++)
		n += s->stop[i].field && s->stop[i].field->name ? 1 :
		     __builtin_popcountll(s->stop[i].missing);
	return n;
}

const char *stop_name(const struct stop *s, unsigned int bit)
{
	if (s->field && s->field->name)
		return s->field->name;
	if (s->space == SPACE_MSR)
		return feature_msr_bit_name(s->function, bit);
	if (s->space == SPACE_HYPERV)
		return NULL;
	return feature_name(s->function, s->index, s->reg, bit);
}
