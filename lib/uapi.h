/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one place that includes <linux/kvm.h> and supplies what headers older
 * than the suite lack.  Values are uapi, from include/uapi/linux/kvm.h and
 * arch/x86/include/uapi/asm/kvm*.h of Linux 6.12 and later.
 */
#ifndef LIB_UAPI_H
#define LIB_UAPI_H

#include <linux/kvm.h>
#include <asm/kvm_para.h>

#ifndef KVM_CAP_X86_APIC_BUS_CYCLES_NS
#define KVM_CAP_X86_APIC_BUS_CYCLES_NS	237
#endif
#ifndef KVM_CAP_X86_GUEST_MODE
#define KVM_CAP_X86_GUEST_MODE		238
#endif
#ifndef KVM_CAP_PMU_EVENT_MASKED_EVENTS
#define KVM_CAP_PMU_EVENT_MASKED_EVENTS	226
#endif
#ifndef KVM_CAP_PRE_FAULT_MEMORY
#define KVM_CAP_PRE_FAULT_MEMORY	236
#endif
#ifndef KVM_CAP_VM_TYPES
#define KVM_CAP_VM_TYPES		235
#endif
#ifndef KVM_X86_REG_MSR
#define KVM_X86_REG_TYPE_MSR		2
#define KVM_X86_REG_TYPE_KVM		3
#define KVM_X86_REG_MSR(index) \
	(KVM_REG_X86 | KVM_REG_SIZE_U64 | 2ull << 32 | (__u32)(index))
#define KVM_X86_REG_KVM(index) \
	(KVM_REG_X86 | KVM_REG_SIZE_U64 | 3ull << 32 | (__u32)(index))
#define KVM_REG_GUEST_SSP		0
#endif
#ifndef KVM_X86_TDX_VM
#define KVM_X86_TDX_VM			5
#endif
#ifndef KVM_EXIT_MEMORY_FAULT
#define KVM_EXIT_MEMORY_FAULT		39
#endif
#ifndef KVM_X86_QUIRK_SLOT_ZAP_ALL
#define KVM_X86_QUIRK_SLOT_ZAP_ALL	(1 << 7)
#endif
#ifndef KVM_X86_QUIRK_STUFF_FEATURE_MSRS
#define KVM_X86_QUIRK_STUFF_FEATURE_MSRS	(1 << 8)
#endif

#endif
