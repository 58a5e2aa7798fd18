// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values of Hyper-V's MSRs in a guest that has them: whose index, which
 * frequencies, what may be written by whom, and the exits of a crash and of a
 * reset.  Hypervisor Top Level Functional Specification, 7.8, 12.3, 12.4.
 */
#include <errno.h>

#include "pv.h"
#include "test.h"

#define HV1		0x31237648	/* "Hv#1" */
#define GUEST_OS_ID	0x40000000
#define HYPERCALL	0x40000001
#define VP_INDEX	0x40000002
#define RESET		0x40000003
#define TIME_REF	0x40000020
#define TSC_FREQUENCY	0x40000022
#define APIC_FREQUENCY	0x40000023
#define CRASH_P0	0x40000100
#define CRASH_P4	0x40000104
#define CRASH_CTL	0x40000105
#define CRASH_NOTIFY	(1ull << 63)
#define LINUX_ID	0x8100000000000000ull

#define H_WHY \
	"Hyper-V MSRs as KVM gives them to a guest with \"Hv#1\" in leaf 0x40000001 (TLFS 7.8, 12.3)"

static struct bench pv;

static void begin(uint32_t id)
{
	struct cpuid_list l;

	pv_begin(&pv, VM_IRQCHIP);
	cpuid_copy(&l, &pv.cpu.cpuid);
	pv_add_hyperv_leaves(&l, 0x40000005, HV1);
	pv.next_id = id;
	pv_vcpu(&pv, &l, false);
}

#define BEGIN(id) do { \
	begin(id); \
	TEST_NEEDS(&pv, NEED_HYPERV, NEED_FAULTS); \
} while (0)

static void reads(uint32_t msr, uint64_t want)
{
	bench_name(&pv, probe_rdmsr_is(&pv.probe, msr, want), RULE_H7, H_WHY,
		"RDMSR 0x%x", msr);
}

static void writes(uint32_t msr, uint64_t value, bool ok)
{
	struct probe_request *r = probe_wrmsr(&pv.probe, msr, value);

	if (!ok)
		probe_expect_fault(r, GP_VECTOR, 0);
	bench_name(&pv, r, RULE_H7, H_WHY, "WRMSR 0x%x of 0x%llx", msr,
		(unsigned long long)value);
}

static void host_sets(uint32_t msr, uint64_t value, int want)
{
	bench_check(&pv, __vcpu_set_msr(&pv.vcpu, msr, value) == want, RULE_H7, H_WHY,
		    "KVM_SET_MSRS 0x%x of 0x%llx gives %d", msr,
		    (unsigned long long)value, want);
}

/* The index is the number of the vCPU in the VM, which is not its id. */
TEST(identity)
{
	int khz;

	BEGIN(5);
	khz = kvm_ioctl(pv.vcpu.fd, KVM_GET_TSC_KHZ, NULL);
	reads(VP_INDEX, 0);
	writes(VP_INDEX, 1, false);
	reads(TSC_FREQUENCY, khz * 1000ull);
	writes(TSC_FREQUENCY, 0, false);
	reads(APIC_FREQUENCY, 1000000000);
	writes(APIC_FREQUENCY, 0, false);
	bench_run(&pv);
	host_sets(VP_INDEX, 7, 1);
	host_sets(VP_INDEX, 1u << 16, 0);
	reads(VP_INDEX, 7);
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST(hypercall_page)
{
	uint8_t insn[3], *page;

	BEGIN(0);
	page = vm_at(&pv.vm, PV_PAGE);
	memset(page, 0x90, 8);
	writes(HYPERCALL, PV_PAGE | 1, true);
	reads(HYPERCALL, 0);
	writes(GUEST_OS_ID, LINUX_ID, true);
	reads(GUEST_OS_ID, LINUX_ID);
	writes(HYPERCALL, PV_PAGE | 1, true);
	reads(HYPERCALL, PV_PAGE | 1);
	bench_run(&pv);
	pv_hypercall_insn(facts_host_is_amd(pv.facts), insn);
	bench_check(&pv, !memcmp(page, insn, 3) && page[3] == 0xc3, RULE_H8,
		    "the hypercall page has the vendor's instruction and RET (TLFS 3.13)",
		    "the page's first bytes");
	writes(GUEST_OS_ID, 0, true);
	reads(HYPERCALL, PV_PAGE);
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

/* 100 ns each. */
TEST(reference_time)
{
	struct kvm_clock_data before = { 0 }, after = { 0 };
	struct probe_request *r;
	uint64_t got;

	BEGIN(0);
	if (kvm_ioctl(pv.vm.fd, KVM_GET_CLOCK, &before))
		test_stop("KVM_GET_CLOCK fails");
	r = probe_rdmsr(&pv.probe, TIME_REF);
	probe_run(&pv.probe);
	got = probe_value(r);
	if (kvm_ioctl(pv.vm.fd, KVM_GET_CLOCK, &after))
		test_stop("KVM_GET_CLOCK fails");
	bench_check(&pv, got + 1 >= before.clock / 100 &&
		    got <= after.clock / 100 + 1, RULE_H9,
		    "TIME_REF_COUNT is the VM's clock in units of 100 ns (TLFS 12.4)",
		    "%llu between %llu and %llu", (unsigned long long)got,
		    (unsigned long long)before.clock / 100,
		    (unsigned long long)after.clock / 100);
	TEST_VERDICT(pv.ok);
}

static void exits(uint32_t type, const char *what)
{
	struct kvm_run *run = pv.vcpu.run;

	if (__vcpu_run(&pv.vcpu, 0))
		test_stop("KVM_RUN fails");
	bench_check(&pv, run->exit_reason == KVM_EXIT_SYSTEM_EVENT &&
		    run->system_event.type == type, RULE_H10,
		 "a crash or a reset that the guest asks for goes to userspace (TLFS 7.8.1, 7.9; KVM api.rst)",
		    "KVM_EXIT_SYSTEM_EVENT, %s", what);
}

TEST(crash_and_reset)
{
	BEGIN(0);
	writes(CRASH_P0, 0x1111, true);
	writes(CRASH_P4, 0x5555, true);
	reads(CRASH_P0, 0x1111);
	reads(CRASH_P4, 0x5555);
	reads(CRASH_CTL, 0);
	bench_run(&pv);
	host_sets(CRASH_CTL, ~0ull, 1);
	reads(CRASH_CTL, CRASH_NOTIFY);
	reads(RESET, 0);
	writes(RESET, 0, true);
	bench_run(&pv);
	writes(CRASH_CTL, CRASH_NOTIFY, true);
	exits(KVM_SYSTEM_EVENT_CRASH, "crash");
	bench_run(&pv);
	writes(RESET, 1, true);
	exits(KVM_SYSTEM_EVENT_RESET, "reset");
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST_MAIN
