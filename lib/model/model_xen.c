// SPDX-License-Identifier: GPL-2.0-only
/*
 * Xen's leaves in place of KVM's (xen/include/public/arch-x86/cpuid.h), for a
 * guest that takes QEMU and KVM for a Xen.
 */
#include "model_state.h"

#define XEN_VERSION(maj, min)	((maj) << 16 | (min))
#define MSR_HYPERCALL		0x40000000
#define MSR_HYPERCALL_HYPERV	0x40000200

#define APIC_ACCESS_VIRT	(1u << 0)
#define X2APIC_VIRT		(1u << 1)
#define IOMMU_MAPPINGS		(1u << 2)
#define VCPU_ID_PRESENT		(1u << 3)
#define UPCALL_VECTOR		(1u << 6)

static uint32_t time_flags(const struct model *m)
{
	bool known = m->tsc_khz && (model_has(m, FEAT_8000_0007_EDX, 8) ||
				    opt_num(m->o, OPT_TSC_FREQUENCY) / 1000);

	return (uint32_t)known << 1 |
	       (uint32_t)model_has(m, FEAT_8000_0001_EDX, 27) << 2;
}

static uint32_t hvm_flags(const struct model *m)
{
	uint32_t version = m->o->xen_version, v = 0;

	if (version < XEN_VERSION(4, 5))
		return 0;
	if (model_flag(m, OPT_XEN_VAPIC))
		v |= APIC_ACCESS_VIRT | X2APIC_VIRT;
	v |= IOMMU_MAPPINGS;
	if (version >= XEN_VERSION(4, 6))
		v |= VCPU_ID_PRESENT;
	if (version >= XEN_VERSION(4, 17))
		v |= UPCALL_VECTOR;
	return v;
}

int model_xen(struct model *m, struct guest_cpu *out, uint32_t base)
{
	uint32_t hvm = hvm_flags(m);
	const struct cpuid_regs leaves[] = {
		/* "XenVMMXenVMM" */
		{ { base + 4, 0x566e6558, 0x65584d4d, 0x4d4d566e } },
		{ { m->o->xen_version } },
		{ { 1, model_hyperv_active(m) ? MSR_HYPERCALL_HYPERV :
						MSR_HYPERCALL } },
		{ { time_flags(m), 0, opt_num(m->o, OPT_TSC_FREQUENCY) /
				      1000 } },
		{ { hvm, hvm & VCPU_ID_PRESENT ? m->vcpu : 0 } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		if (model_plain_entry(m, out, base + i, leaves[i]))
			return -1;
	return 0;
}
