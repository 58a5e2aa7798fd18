// SPDX-License-Identifier: GPL-2.0-only
/*
 * Capabilities of a VM that change what its vCPUs are: broadcasts of EOI by
 * the version register of the local APIC, and the PMU.
 * Documentation/virt/kvm/api.rst, 7.7 and 8.35.
 */
#include <errno.h>

#include "backport.h"
#include "bench.h"
#include "test.h"

/* Flags of KVM_CAP_X2APIC_API. */
#define ENABLE_SUPPRESSION	BIT(2)
#define DISABLE_SUPPRESSION	BIT(3)
#define ALL_FLAGS		0xfull
/* Of KVM_CAP_PMU_CAPABILITY. */
#define PMU_DISABLE		BIT(0)
/* Of the version register at 0x30. */
#define LVR			0x30
#define LVR_DIRECTED_EOI	BIT(24)

static struct bench g;

static const struct reason
r_flags = { RULE_A44, "KVM_CAP_X2APIC_API: suppression of EOI broadcasts is enabled or disabled, not both, and enabled with a split irqchip alone (KVM api.rst, 7.7; 6517dfbcc918)" },
r_version = { RULE_A44, "APIC version bit 24: x2APIC in CPUID, and EOI broadcasts that can be suppressed: as KVM_CAP_X2APIC_API says, else as the I/O APIC is outside of the kernel (6517dfbcc918)" },
r_pmu = { RULE_K25, "KVM_CAP_PMU_CAPABILITY: bit 0, with kvm.enable_pmu, before there are vCPUs (KVM api.rst, 8.35)" };

BENCH_FIXTURE(vm_option, &g, VM_IRQCHIP)

static void new_vm(unsigned int flags)
{
	bench_vm(&g, flags);
}

static int enable(uint32_t cap, uint64_t flags)
{
	return __vm_enable_cap(&g.vm, cap, flags);
}

/* --- EOI broadcasts -------------------------------------------------------- */
static bool has_eoi_flags(void)
{
	return change_wanted(g.facts->kernel, CHANGE_X2APIC_EOI_FLAGS,
			     kvm_check_cap(g.vm.kvm_fd, KVM_CAP_X2APIC_API) &
			     ENABLE_SUPPRESSION);
}

static void flags(uint64_t f, bool ok)
{
	bench_call(&g, enable(KVM_CAP_X2APIC_API, f), ok, -EINVAL,
		   "KVM_ENABLE_CAP of KVM_CAP_X2APIC_API", f, &r_flags);
}

TEST_F(vm_option, x2apic_flags)
{
	bool have = has_eoi_flags();
	unsigned int bit;

	for (bit = have ? 4 : 2; bit < 64; bit++)
		flags(BIT(bit), false);
	flags(ENABLE_SUPPRESSION, false);
	flags(ENABLE_SUPPRESSION | DISABLE_SUPPRESSION, false);
	flags(DISABLE_SUPPRESSION, have);
	flags(3, true);
	new_vm(VM_SPLIT_IRQCHIP);
	flags(ENABLE_SUPPRESSION | DISABLE_SUPPRESSION, false);
	flags(ALL_FLAGS, false);
	flags(ENABLE_SUPPRESSION, have);
	flags(DISABLE_SUPPRESSION, have);
	if (have)
		bench_value(&g, kvm_check_cap(g.vm.fd, KVM_CAP_X2APIC_API),
			    ALL_FLAGS, "KVM_CAP_X2APIC_API with a split irqchip",
			    0, &r_flags);
	TEST_VERDICT(g.ok);
}

static uint32_t version(bool x2apic)
{
	struct kvm_lapic_state lapic;
	uint32_t v;

	bench_feature(&g, F_X2APIC, x2apic);
	bench_vcpu(&g);
	bench_install(&g);
	if (kvm_ioctl(g.vcpu.fd, KVM_GET_LAPIC, &lapic))
		test_stop("KVM_GET_LAPIC failed");
	memcpy(&v, lapic.regs + LVR, sizeof(v));
	return v;
}

static void bit_is(unsigned int irqchip, uint64_t f, bool want)
{
	new_vm(irqchip);
	if (f)
		flags(f, true);
	bench_value(&g, version(true) & LVR_DIRECTED_EOI,
		    want ? LVR_DIRECTED_EOI : 0, "version bit 24 with flags", f,
		    &r_version);
	bench_value(&g, version(false) & LVR_DIRECTED_EOI, 0,
		    "version bit 24 without x2APIC, with flags", f, &r_version);
}

TEST_F(vm_option, x2apic_version)
{
	bit_is(VM_IRQCHIP, 0, false);
	bit_is(VM_SPLIT_IRQCHIP, 0, true);
	bit_is(VM_SPLIT_IRQCHIP, 3, true);
	if (has_eoi_flags()) {
		bit_is(VM_IRQCHIP, DISABLE_SUPPRESSION, false);
		bit_is(VM_SPLIT_IRQCHIP, DISABLE_SUPPRESSION, false);
		bit_is(VM_SPLIT_IRQCHIP, ENABLE_SUPPRESSION, true);
	}
	TEST_VERDICT(g.ok);
}

/* --- PMU ------------------------------------------------------------------- */
static void pmu(uint64_t f, bool ok, const char *what)
{
	bench_call(&g, enable(KVM_CAP_PMU_CAPABILITY, f), ok, -EINVAL, what, f,
		   &r_pmu);
}

TEST_F(vm_option, pmu_capability)
{
	bool on = facts_param_bool(g.facts, "kvm", "enable_pmu", false);
	unsigned int bit;

	if (!facts_param(g.facts, "kvm", "enable_pmu"))
		TEST_SKIP("the parameter enable_pmu is not readable");
	on = on && kvm_check_cap(g.vm.kvm_fd, KVM_CAP_PMU_CAPABILITY);
	for (bit = 1; bit < 64; bit++)
		pmu(BIT(bit) | PMU_DISABLE, false, "PMU_CAPABILITY");
	pmu(PMU_DISABLE, on, "PMU_CAPABILITY");
	pmu(0, on, "PMU_CAPABILITY");
	bench_vcpu(&g);
	pmu(PMU_DISABLE, false, "with a vCPU, PMU_CAPABILITY");
	pmu(0, false, "with a vCPU, PMU_CAPABILITY");
	TEST_VERDICT(g.ok);
}

TEST_MAIN
