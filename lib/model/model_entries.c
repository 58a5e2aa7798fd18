// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list for KVM_SET_CPUID2, in QEMU's order and with its slots: an entry
 * that turns out to be all zero is not written back, its slot is used again,
 * and what the next writer does not set (the index of a plain leaf) stays.
 */
#include <string.h>

#include "model_state.h"

/*
 * Where the next entry goes; NULL if QEMU would abort.  QEMU clears all slots at
 * the beginning, this each before its first use: most are never used.
 */
struct kvm_cpuid_entry2 *model_slot(struct model *m, struct guest_cpu *out)
{
	struct kvm_cpuid_entry2 *e = &out->cpuid.e[out->cpuid.nent];

	if (out->cpuid.nent >= MODEL_ENTRIES_MAX) {
		model_fail(m, "more than %d CPUID entries (level 0x%x)",
			   MODEL_ENTRIES_MAX, m->level);
		return NULL;
	}
	if (out->cpuid.nent >= m->slots) {
		memset(e, 0, sizeof(*e));
		m->slots = out->cpuid.nent + 1;
	}
	out->cpuid.nent++;
	return e;
}

static void fill(struct kvm_cpuid_entry2 *e, uint32_t function,
		 uint32_t flags, struct cpuid_regs v)
{
	e->function = function;
	e->flags = flags;
	e->eax = v.r[REG_EAX];
	e->ebx = v.r[REG_EBX];
	e->ecx = v.r[REG_ECX];
	e->edx = v.r[REG_EDX];
}

static struct kvm_cpuid_entry2 *add(struct model *m, struct guest_cpu *out,
				    uint32_t function, uint32_t index)
{
	struct kvm_cpuid_entry2 *e = model_slot(m, out);

	if (!e)
		return NULL;
	e->index = index;
	fill(e, function, KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
	     model_leaf(m, function, index));
	return e;
}

static int plain(struct model *m, struct guest_cpu *out, uint32_t function,
		 bool keep_zero)
{
	struct kvm_cpuid_entry2 *e = model_slot(m, out);

	if (!e)
		return -1;
	fill(e, function, 0, model_leaf(m, function, 0));
	if (!keep_zero && !(e->eax | e->ebx | e->ecx | e->edx))
		out->cpuid.nent--;
	return 0;
}

/* Leaf 2 was once to be read several times over. */
static int leaf_2(struct model *m, struct guest_cpu *out)
{
	struct kvm_cpuid_entry2 *e = model_slot(m, out);
	uint32_t i, times, flags;

	if (!e)
		return -1;
	times = model_leaf(m, 2, 0).r[REG_EAX] & 0xff;
	flags = KVM_CPUID_FLAG_STATEFUL_FUNC | KVM_CPUID_FLAG_STATE_READ_NEXT;
	if (model_rule(m, RULE_LEAF2_FLAGS) && times < 2)
		flags = e->flags;
	fill(e, 2, flags, model_leaf(m, 2, 0));
	for (i = 1; i < times; i++) {
		e = model_slot(m, out);
		if (!e)
			return -1;
		fill(e, 2, KVM_CPUID_FLAG_STATEFUL_FUNC, model_leaf(m, 2, 0));
	}
	return 0;
}

/* Is this subleaf the last one?  It is kept all the same. */
static bool is_last(uint32_t function, uint32_t index,
		    const struct kvm_cpuid_entry2 *e)
{
	switch (function) {
	case 0xb:
	case 0x1f:
		return !(e->ecx & 0xff00);
	case 0x07:			/* before RULE_LEAF7_COUNTED */
	case 0x12:
		return index > 1 && (e->eax & 0xf) != 1;
	default:			/* 4, 0x8000001d */
		return !e->eax;
	}
}

static int until_last(struct model *m, struct guest_cpu *out,
		      uint32_t function)
{
	struct kvm_cpuid_entry2 *e;
	uint32_t index = 0;

	do {
		e = add(m, out, function, index);
		if (!e)
			return -1;
	} while (!is_last(function, index++, e));
	return 0;
}

/* Holes are left out; 7.2 forgets to give back the slot of the last one. */
static int leaf_d(struct model *m, struct guest_cpu *out)
{
	struct kvm_cpuid_entry2 *e = NULL;
	uint32_t index;

	for (index = 0; index < XSAVE_AREAS; index++) {
		e = add(m, out, 0xd, index);
		if (!e)
			return -1;
		if (!e->eax)
			out->cpuid.nent--;
	}
	if (!e->eax && !model_rule(m, RULE_XSAVE_NO_LAST))
		out->cpuid.nent++;
	return 0;
}

/* Subleaf 0 EAX tells how many more there are. */
static int counted(struct model *m, struct guest_cpu *out, uint32_t function)
{
	struct kvm_cpuid_entry2 *e = add(m, out, function, 0);
	uint32_t index, count;

	if (!e)
		return -1;
	count = e->eax;
	for (index = 1; index <= count && index; index++)
		if (!add(m, out, function, index))
			return -1;
	return 0;
}

/* Where there is none, old QEMU leaves behind the entry that it took for it. */
static int leaf_1f(struct model *m, struct guest_cpu *out)
{
	if (m->topo.extended)
		return until_last(m, out, 0x1f);
	if (!model_rule(m, RULE_1F_NO_SLOT) && !model_slot(m, out))
		return -1;
	return 0;
}

static int leaf_7(struct model *m, struct guest_cpu *out)
{
	return model_rule(m, RULE_LEAF7_COUNTED) ? counted(m, out, 7) :
						   until_last(m, out, 7);
}

static int basic(struct model *m, struct guest_cpu *out, uint32_t function)
{
	switch (function) {
	case 0x02:
		return leaf_2(m, out);
	case 0x07:
		return leaf_7(m, out);
	case 0x1f:
		return leaf_1f(m, out);
	case 0x04:
	case 0x0b:
	case 0x12:
		return until_last(m, out, function);
	case 0x0d:
		return leaf_d(m, out);
	case 0x24:
		if (!model_rule(m, RULE_AVX10))
			return plain(m, out, function, false);
		return counted(m, out, function);
	case 0x14:
	case 0x1d:
	case 0x1e:
		return counted(m, out, function);
	default:
		return plain(m, out, function, false);
	}
}

static int extended(struct model *m, struct guest_cpu *out, uint32_t function)
{
	if (function == 0x8000001d)
		return until_last(m, out, function);
	return plain(m, out, function, false);
}

static int centaur(struct model *m, struct guest_cpu *out, uint32_t function)
{
	return plain(m, out, function, true);
}

/*
 * A level may be anything that a user says; holes use no slot, so bound the
 * walk as well: no QEMU has a leaf beyond these in any class.
 */
static int each_leaf(struct model *m, struct guest_cpu *out, uint32_t first,
		     int (*one)(struct model *m, struct guest_cpu *out,
				uint32_t function))
{
	uint32_t limit = model_leaf(m, first, 0).r[REG_EAX];
	uint32_t function;

	for (function = first; function >= first && function <= limit;
	     function++) {
		if (function - first > 0x1000000)
			return model_fail(m, "maximum leaf 0x%x is absurd",
					  limit);
		if (one(m, out, function))
			return -1;
	}
	return 0;
}

int model_entries(struct model *m, struct guest_cpu *out)
{
	if (each_leaf(m, out, 0, basic))
		return -1;
	if (each_leaf(m, out, 0x80000000, extended))
		return -1;
	if (!m->xlevel2)
		return 0;
	return each_leaf(m, out, 0xc0000000, centaur);
}
