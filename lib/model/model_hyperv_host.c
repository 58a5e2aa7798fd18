// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hyper-V leaves that KVM offers.  A KVM older than KVM_GET_SUPPORTED_HV_CPUID
 * is asked for capabilities and for MSRs that it lists instead.
 */
#include "model_state.h"

#define HV_FEATURES	0x40000003
#define HV_ADVICE	0x40000004
#define EVMCS		(UINT32_C(1) << 14)

#define B(n)		(UINT32_C(1) << (n))

static const struct old_kvm {
	uint32_t cap, msr;		/* both, if not 0 */
	uint32_t function;
	enum cpuid_reg reg;
	uint32_t bits;
} old_kvm[] = {
	{ KVM_CAP_HYPERV, 0, HV_FEATURES, REG_EAX, B(4) | B(5) },
	{ KVM_CAP_HYPERV, 0, HV_FEATURES, REG_EDX, B(3) },
	{ KVM_CAP_HYPERV, 0, HV_ADVICE, REG_EAX, B(3) | B(5) },
	{ KVM_CAP_HYPERV_TIME, 0, HV_FEATURES, REG_EAX, B(1) | B(9) },
	{ 0, 0x40000022, HV_FEATURES, REG_EAX, B(11) },	/* frequencies */
	{ 0, 0x40000022, HV_FEATURES, REG_EDX, B(8) },
	{ 0, 0x40000105, HV_FEATURES, REG_EDX, B(10) },	/* crash */
	{ 0, 0x40000106, HV_FEATURES, REG_EAX, B(13) },	/* reenlightenment */
	{ 0, 0x40000003, HV_FEATURES, REG_EAX, B(7) },	/* reset */
	{ 0, 0x40000002, HV_FEATURES, REG_EAX, B(6) },	/* VP index */
	{ 0, 0x40000010, HV_FEATURES, REG_EAX, B(0) },	/* VP runtime */
	{ KVM_CAP_HYPERV_SYNIC2, 0x40000080, HV_FEATURES, REG_EAX, B(2) },
	{ 0, 0x400000b0, HV_FEATURES, REG_EAX, B(3) },	/* timers */
	{ 0, 0x400000ff, HV_FEATURES, REG_EDX, B(1) | B(11) }, /* debugger */
	{ 0, 0x400000ff, HV_FEATURES, REG_EBX, B(12) },
	{ KVM_CAP_HYPERV_TLBFLUSH, 0, HV_ADVICE, REG_EAX, B(2) | B(11) },
	{ KVM_CAP_HYPERV_ENLIGHTENED_VMCS, 0, HV_ADVICE, REG_EAX, EVMCS },
	{ KVM_CAP_HYPERV_SEND_IPI, 0, HV_ADVICE, REG_EAX, B(10) | B(11) },
};

/* The older SynIC is enough for a guest that has it from KVM alone. */
static uint32_t cap_of(const struct model *m, const struct old_kvm *k)
{
	if (k->cap == KVM_CAP_HYPERV_SYNIC2 &&
	    model_flag(m, OPT_HV_SYNIC_KVM_ONLY))
		return KVM_CAP_HYPERV_SYNIC;
	return k->cap;
}

static bool offers(const struct model *m, const struct old_kvm *k)
{
	if (k->cap && facts_cap(m->f, cap_of(m, k)) <= 0)
		return false;
	return !k->msr || msr_find(&m->f->msr_index, k->msr);
}

static uint32_t old_kvm_offers(const struct model *m, uint32_t function,
			       enum cpuid_reg reg)
{
	uint32_t v = 0;
	unsigned int i;

	if (function == HV_ADVICE && reg == REG_EBX)
		return opt_num(m->o, OPT_HV_SPINLOCKS);
	for (i = 0; i < ARRAY_SIZE(old_kvm); i++)
		if (old_kvm[i].function == function && old_kvm[i].reg == reg &&
		    offers(m, &old_kvm[i]))
			v |= old_kvm[i].bits;
	return v;
}

uint32_t model_hyperv_host(const struct model *m, uint32_t function,
			   enum cpuid_reg reg)
{
	uint32_t v;

	if (facts_cap(m->f, KVM_CAP_HYPERV_CPUID) <= 0)
		return old_kvm_offers(m, function, reg);
	v = cpuid_get(&m->f->hv, function, 0, reg);
	/* a vCPU does not show it before it is switched on */
	if (function == HV_ADVICE && reg == REG_EAX &&
	    cpuid_find(&m->f->hv, function, 0) &&
	    facts_cap(m->f, KVM_CAP_SYS_HYPERV_CPUID) <= 0 &&
	    facts_cap(m->f, KVM_CAP_HYPERV_ENLIGHTENED_VMCS) > 0)
		v |= EVMCS;
	return v;
}
