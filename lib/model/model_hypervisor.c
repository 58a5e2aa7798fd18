// SPDX-License-Identifier: GPL-2.0-only
/* KVM's own leaves, and the frequency leaf that VMware invented. */
#include "model_state.h"

#define KVM_BASE		0x40000000
#define KVM_BASE_HYPERV		0x40000100
#define FREQUENCY_LEAF		0x40000010
#define APIC_BUS_KHZ		1000000

static uint32_t kvm_base(const struct model *m)
{
	return model_hyperv_active(m) ? KVM_BASE_HYPERV : KVM_BASE;
}

int model_plain_entry(struct model *m, struct guest_cpu *out,
		      uint32_t function, struct cpuid_regs v)
{
	struct kvm_cpuid_entry2 *e = model_slot(m, out);

	if (!e)
		return -1;
	e->function = function;
	e->eax = v.r[REG_EAX];
	e->ebx = v.r[REG_EBX];
	e->ecx = v.r[REG_ECX];
	e->edx = v.r[REG_EDX];
	return 0;
}

/* "KVMKVMKVM" and NULs, in EBX, ECX, EDX; the features one leaf up. */
int model_hypervisor(struct model *m, struct guest_cpu *out)
{
	uint32_t base = kvm_base(m);

	if (model_hyperv_active(m) && model_hyperv(m, out))
		return -1;
	if (m->o->xen_version)
		return model_xen(m, out, base);
	if (!model_flag(m, OPT_KVM))
		return 0;
	if (model_plain_entry(m, out, base, (struct cpuid_regs){ {
			base + 1, 0x4b4d564b, 0x564b4d56, 0x4d } }))
		return -1;
	return model_plain_entry(m, out, base + 1, (struct cpuid_regs){ {
			m->feat[FEAT_KVM], 0, 0, m->feat[FEAT_KVM_HINTS] } });
}

/* Only if the TSC is known, and stable or chosen by the user. */
static bool has_frequency_leaf(const struct model *m)
{
	return model_flag(m, OPT_VMWARE_FREQ) && model_flag(m, OPT_KVM) &&
	       !m->o->xen_version && kvm_base(m) == KVM_BASE && m->tsc_khz &&
	       (model_has(m, FEAT_8000_0007_EDX, 8) ||
		opt_num(m->o, OPT_TSC_FREQUENCY) / 1000);
}

int model_frequency_leaf(struct model *m, struct guest_cpu *out)
{
	struct kvm_cpuid_entry2 *signature;

	if (!has_frequency_leaf(m))
		return 0;
	if (model_plain_entry(m, out, FREQUENCY_LEAF, (struct cpuid_regs){ {
			m->tsc_khz, APIC_BUS_KHZ } }))
		return -1;
	signature = cpuid_find_mut(&out->cpuid, KVM_BASE, 0);
	if (signature && signature->eax < FREQUENCY_LEAF)
		signature->eax = FREQUENCY_LEAF;
	return 0;
}
