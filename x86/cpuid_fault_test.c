// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUID faulting: at privilege levels 1 to 3, but in system management mode
 * at none.
 */
#include <sys/mman.h>

#include "backport.h"
#include "bench.h"
#include "test.h"

/* Slot of the address space that a CPU in SMM sees: KVM api.rst, 4.35. */
#define SMM_SLOT		(1u << 16)

static struct bench g;

static const struct reason
r_fault = { RULE_C15, "CPUID at CPL 3 is #GP(0) while MISC_FEATURES_ENABLES[0] is set, but not in SMM (690dc03859e7)" };

static const struct reason
r_hwcr = { RULE_C16, "CPUID at CPL 3 is #GP(0) while HWCR[35] is set, which takes 0x80000021.EAX[17] in guest CPUID (e93a93f11490)" },
r_level = { RULE_C12, "CPUID at CPL 1, 2 and 3 is #GP(0) while MISC_FEATURES_ENABLES[0] is set (db2336a80489)" };

FIXTURE(cpuid_fault) { };

FIXTURE_SETUP(cpuid_fault)
{
	bench_open(&g, 0);
	TEST_NEEDS(&g, NEED_SMM, NEED_CPL3);
}

FIXTURE_TEARDOWN(cpuid_fault)
{
	bench_close(&g);
}

/* The same memory, for SMM as well. */
static void map_for_smm(void)
{
	struct kvm_userspace_memory_region slot = {
		.slot = SMM_SLOT, .memory_size = g.vm.mem_size,
		.userspace_addr = (uintptr_t)g.vm.mem,
	};

	if (kvm_ioctl(g.vm.fd, KVM_SET_USER_MEMORY_REGION, &slot))
		test_stop("KVM_SET_USER_MEMORY_REGION for SMM failed");
}

/* Does CPUID fault at CPL 3, and at CPL 0? */
static bool faults(enum probe_where where)
{
	struct probe_request *r = PROBE_INSN(&g.probe, 0x0f, 0xa2);
	bool fault;

	probe_any(probe_at(r, where));
	probe_run(&g.probe);
	fault = r->vector == GP_VECTOR;
	probe_clear(&g.probe);
	return fault;
}

static void check(bool smm, bool at_cpl3)
{
	bench_value(&g, faults(PROBE_AT_CPL3), at_cpl3,
		    "#GP by CPUID at CPL 3, SMM", smm, &r_fault);
	bench_value(&g, faults(PROBE_AT_CPL0), false,
		    "#GP by CPUID at CPL 0, SMM", smm, &r_fault);
}

TEST_F(cpuid_fault, in_smm)
{
	bool newer;

	map_for_smm();
	bench_boot(&g, PROBE_LONG);
	vcpu_set_msr(&g.vcpu, MSR_MISC_FEATURES_ENABLES, 1);
	check(false, true);
	vcpu_set_smm(&g.vcpu, true);
	newer = change_wanted(g.facts->kernel, CHANGE_NO_CPUID_FAULT_IN_SMM,
			      !faults(PROBE_AT_CPL3));
	check(true, !newer);
	vcpu_set_smm(&g.vcpu, false);
	check(false, true);
	TEST_VERDICT(g.ok);
}

/* --- levels 1 and 2 -------------------------------------------------------- */
BENCH_FIXTURE(cpuid_fault_level, &g, 0)

/* No exception handler runs at these levels: a fault ends in a triple fault. */
static void lay_code(void)
{
	static const uint8_t code[] = {
		0x0f, 0xa2,			/* cpuid */
		0xe6, PROBE_PORT,		/* out */
	};

	memcpy(vm_at(&g.vm, PROBE_SCRATCH), code, sizeof(code));
}

static void start_at(unsigned int cpl)
{
	struct kvm_regs regs = {
		.rip = PROBE_SCRATCH, .rflags = 2 | 3 << 12,	/* IOPL 3 */
	};
	struct kvm_sregs s;

	vcpu_get_sregs(&g.vcpu, &s);
	s.cs.dpl = s.ss.dpl = cpl;
	s.cs.selector |= cpl;
	s.ss.selector |= cpl;
	s.idt.limit = 0;
	vcpu_set_sregs(&g.vcpu, &s);
	vcpu_set_regs(&g.vcpu, &regs);
}

static void level_faults(unsigned int cpl, bool enabled)
{
	uint32_t reason;

	bench_boot(&g, PROBE_LONG);
	lay_code();
	vcpu_set_msr(&g.vcpu, MSR_MISC_FEATURES_ENABLES, enabled);
	start_at(cpl);
	if (__vcpu_run(&g.vcpu, 0))
		test_stop("KVM_RUN at CPL %u failed", cpl);
	reason = g.vcpu.run->exit_reason;
	if (reason != KVM_EXIT_IO && reason != KVM_EXIT_SHUTDOWN)
		test_stop("CPUID at CPL %u: %s", cpl, vcpu_exit_name(reason));
	bench_value(&g, reason == KVM_EXIT_SHUTDOWN, enabled && cpl,
		    "triple fault by CPUID at CPL", cpl, &r_level);
}

TEST_F(cpuid_fault_level, each)
{
	unsigned int cpl;

	TEST_NEEDS(&g, NEED_OUR_KVM, NEED_CPL3);
	for (cpl = 0; cpl < 3; cpl++) {
		level_faults(cpl, false);
		level_faults(cpl, true);
	}
	TEST_VERDICT(g.ok);
}

/* --- AMD's way --------------------------------------------------------------- */
BENCH_FIXTURE(cpuid_fault_amd, &g, 0)

#define HWCR_CPUID_USER_DIS	BIT(35)

static void hwcr_faults(uint64_t hwcr, bool has_bit)
{
	bench_value(&g, faults(PROBE_AT_CPL3), has_bit && hwcr,
		    "#GP by CPUID at CPL 3, HWCR", hwcr, &r_hwcr);
	bench_value(&g, faults(PROBE_AT_CPL0), false,
		    "#GP by CPUID at CPL 0, HWCR", hwcr, &r_hwcr);
}

/* KVM emulates it on hosts of every vendor (7.2); older ones refuse the bit. */
static void by_hwcr(bool has_bit)
{
	int ret;

	bench_reset_list(&g);
	bench_feature(&g, F_CPUID_FAULT, has_bit);
	bench_boot(&g, PROBE_LONG);
	hwcr_faults(0, has_bit);
	ret = __vcpu_set_msr(&g.vcpu, MSR_K7_HWCR, HWCR_CPUID_USER_DIS);
	if (has_bit && change_wanted(g.facts->kernel, CHANGE_AMD_CPUID_FAULT,
				     ret == 1))
		bench_value(&g, ret, 1, "KVM_SET_MSRS of HWCR",
			    HWCR_CPUID_USER_DIS, &r_hwcr);
	if (ret != 1)
		return;
	hwcr_faults(HWCR_CPUID_USER_DIS, has_bit);
	vcpu_set_msr(&g.vcpu, MSR_K7_HWCR, 0);
	hwcr_faults(0, has_bit);
}

TEST_F(cpuid_fault_amd, by_hwcr)
{
	TEST_NEEDS(&g, NEED_OUR_KVM, NEED_CPL3, NEED_REFUSED_MSRS);
	by_hwcr(false);
	by_hwcr(true);
	TEST_VERDICT(g.ok);
}

TEST_MAIN
