// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values that KVM's paravirtual MSRs take, for the guest and for the host;
 * which of them are one register; what INIT makes of them.
 * Documentation/virt/kvm/x86/msr.rst.
 */
#include "pv.h"
#include "test.h"
#include "vcpu_init.h"

static const struct value_case {
	uint32_t msr;
	uint64_t data;
	bool good;
	const char *why;
} values[] = {
	{ MSR_KVM_ASYNC_PF_EN, 0, true, "off" },
	{ MSR_KVM_ASYNC_PF_EN, 1ull << 4, false, "bit 4 is reserved" },
	{ MSR_KVM_ASYNC_PF_EN, 1ull << 5, false, "bit 5 is reserved" },
	{ MSR_KVM_ASYNC_PF_EN, PV_PAGE | 0x31, false, "bits 4, 5 are reserved" },
	{ MSR_KVM_ASYNC_PF_EN, PV_PAGE | 0xe, true, "all flags but enable" },
	{ MSR_KVM_ASYNC_PF_EN, (PV_PAGE + 64) | 0x1, true, "64-byte aligned" },
	{ MSR_KVM_ASYNC_PF_EN, PV_NO_MEMORY | 0x9, false, "no memory there" },
	{ MSR_KVM_ASYNC_PF_EN, PV_NO_MEMORY, true, "not enabled" },
	{ MSR_KVM_ASYNC_PF_INT, 0, true, "off" },
	{ MSR_KVM_ASYNC_PF_INT, 0xff, true, "a vector" },
	{ MSR_KVM_ASYNC_PF_INT, 0x100, false, "bits 63:8 are reserved" },
	{ MSR_KVM_ASYNC_PF_INT, 1ull << 63 | 0x81, false,
	  "bits 63:8 are reserved" },
	{ MSR_KVM_ASYNC_PF_ACK, 0, true, "any value" },
	{ MSR_KVM_ASYNC_PF_ACK, ~0ull, true, "any value" },
	{ MSR_KVM_STEAL_TIME, 0, true, "off" },
	{ MSR_KVM_STEAL_TIME, PV_PAGE | 0x1, true, "64-byte aligned" },
	{ MSR_KVM_STEAL_TIME, PV_PAGE | 0x3, false, "bits 5:1 are reserved" },
	{ MSR_KVM_STEAL_TIME, 0x2, false, "bits 5:1 are reserved" },
	{ MSR_KVM_STEAL_TIME, 0x20, false, "bits 5:1 are reserved" },
	{ MSR_KVM_STEAL_TIME, PV_PAGE | 0x40, true, "not enabled" },
	{ MSR_KVM_PV_EOI_EN, 0, true, "off" },
	{ MSR_KVM_PV_EOI_EN, PV_PAGE | 0x1, true, "4-byte aligned" },
	{ MSR_KVM_PV_EOI_EN, PV_PAGE | 0x5, true, "4-byte aligned" },
	{ MSR_KVM_PV_EOI_EN, PV_PAGE | 0x2, false, "bit 1 is reserved" },
	{ MSR_KVM_PV_EOI_EN, PV_PAGE | 0x3, false, "bit 1 is reserved" },
	{ MSR_KVM_PV_EOI_EN, PV_NO_MEMORY | 0x1, false, "no memory there" },
	{ MSR_KVM_PV_EOI_EN, PV_NO_MEMORY, true, "not enabled" },
	{ MSR_KVM_POLL_CONTROL, 0, true, "0 or 1" },
	{ MSR_KVM_POLL_CONTROL, 1, true, "0 or 1" },
	{ MSR_KVM_POLL_CONTROL, 2, false, "bits 63:1 are reserved" },
	{ MSR_KVM_POLL_CONTROL, 1ull << 63, false, "bits 63:1 are reserved" },
	{ MSR_KVM_SYSTEM_TIME, PV_NO_MEMORY | 1, true, "bad addresses are ignored" },
	{ MSR_KVM_WALL_CLOCK, PV_NO_MEMORY, true, "bad addresses are ignored" },
	{ MSR_KVM_SYSTEM_TIME_NEW, PV_PAGE | 1, true, "an address" },
	{ MSR_KVM_WALL_CLOCK_NEW, PV_PAGE, true, "an address" },
};

/* What is accepted is there to be read, but for the one that acknowledges. */
static uint64_t read_back(const struct value_case *c)
{
	return c->msr == MSR_KVM_ASYNC_PF_ACK ? 0 : c->data;
}

static bool testable(const struct value_case *c)
{
	return c->msr != MSR_KVM_STEAL_TIME || bench_cap(KVM_CAP_STEAL_TIME);
}

TEST(values_by_guest)
{
	static struct bench pv;
	unsigned int i;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_FAULTS);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		const struct value_case *c = &values[i];

		if (!testable(c))
			continue;
		if (c->good) {
			pv_wrmsr(&pv, c->msr, c->data, c->why);
			pv_rdmsr(&pv, c->msr, read_back(c), c->why);
		} else {
			probe_expect_fault(pv_wrmsr(&pv, c->msr, c->data, c->why),
					   GP_VECTOR, 0);
		}
	}
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST(values_by_host)
{
	static struct bench pv;
	unsigned int i;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		const struct value_case *c = &values[i];
		uint64_t got;

		if (!testable(c))
			continue;
		bench_check(&pv, (__vcpu_set_msr(&pv.vcpu, c->msr, c->data) == 1)
			    == c->good, RULE_P9, c->why,
			    "KVM_SET_MSRS 0x%x 0x%llx is %s", c->msr,
			    (unsigned long long)c->data,
			    c->good ? "accepted" : "refused");
		if (!c->good)
			continue;
		got = vcpu_get_msr(&pv.vcpu, c->msr);
		bench_check(&pv, got == read_back(c), RULE_P9, c->why,
			    "KVM_GET_MSRS 0x%x reads back 0x%llx", c->msr,
			    (unsigned long long)read_back(c));
	}
	TEST_VERDICT(pv.ok);
}

TEST(async_pf_needs_lapic)
{
	static const char why[] =
		"asynchronous page faults need the in-kernel local APIC (9d3c447c72fb)";
	static struct bench pv;

	pv_begin_vcpu(&pv, 0);
	TEST_NEEDS(&pv, NEED_FAULTS);
	pv_wrmsr(&pv, MSR_KVM_ASYNC_PF_EN, 0, why);
	probe_expect_fault(pv_wrmsr(&pv, MSR_KVM_ASYNC_PF_EN, 8, why), GP_VECTOR,
			   0);
	probe_expect_fault(pv_wrmsr(&pv, MSR_KVM_ASYNC_PF_INT, 0, why), GP_VECTOR,
			   0);
	probe_expect_fault(pv_wrmsr(&pv, MSR_KVM_ASYNC_PF_INT, 0x81, why),
			   GP_VECTOR, 0);
	pv_rdmsr(&pv, MSR_KVM_ASYNC_PF_INT, 0, why);
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

/* The old and the new numbers of the clock MSRs name the same registers. */
TEST(clock_aliases)
{
	static const char why[] = "old and new clock MSRs are one (msr.rst)";
	static struct bench pv;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	pv_wrmsr(&pv, MSR_KVM_SYSTEM_TIME, PV_PAGE, why);
	pv_rdmsr(&pv, MSR_KVM_SYSTEM_TIME_NEW, PV_PAGE, why);
	pv_wrmsr(&pv, MSR_KVM_SYSTEM_TIME_NEW, PV_PAGE + 64, why);
	pv_rdmsr(&pv, MSR_KVM_SYSTEM_TIME, PV_PAGE + 64, why);
	pv_wrmsr(&pv, MSR_KVM_WALL_CLOCK, PV_PAGE + 128, why);
	pv_rdmsr(&pv, MSR_KVM_WALL_CLOCK_NEW, PV_PAGE + 128, why);
	pv_wrmsr(&pv, MSR_KVM_WALL_CLOCK_NEW, PV_PAGE + 192, why);
	pv_rdmsr(&pv, MSR_KVM_WALL_CLOCK, PV_PAGE + 192, why);
	pv_rdmsr(&pv, MSR_KVM_SYSTEM_TIME, PV_PAGE + 64, why);
	bench_run(&pv);
	/* The wall clock is the VM's, the system time the vCPU's. */
	pv_vcpu(&pv, &pv.cpu.cpuid, false);
	pv_rdmsr(&pv, MSR_KVM_WALL_CLOCK, PV_PAGE + 192, why);
	pv_rdmsr(&pv, MSR_KVM_SYSTEM_TIME, 0, why);
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST(init_resets)
{
	static const char why[] =
		"INIT turns PV interfaces off, POLL_CONTROL stays (msr.rst)";
	static const struct {
		uint32_t msr;
		uint64_t data, after;
	} rows[] = {
		{ MSR_KVM_SYSTEM_TIME_NEW, PV_PAGE | 1, 0 },
		{ MSR_KVM_ASYNC_PF_EN, (PV_PAGE + 64) | 9, 0 },
		{ MSR_KVM_ASYNC_PF_INT, 0x81, 0 },
		{ MSR_KVM_PV_EOI_EN, (PV_PAGE + 128) | 1, 0 },
		{ MSR_KVM_STEAL_TIME, (PV_PAGE + 192) | 1, 0 },
		{ MSR_KVM_POLL_CONTROL, 0, 0 },
	};
	static struct bench pv;
	unsigned int i;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].msr != MSR_KVM_STEAL_TIME ||
		    bench_cap(KVM_CAP_STEAL_TIME))
			vcpu_set_msr(&pv.vcpu, rows[i].msr, rows[i].data);
	vcpu_send_init(&pv.vcpu);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		bench_check(&pv, vcpu_get_msr(&pv.vcpu, rows[i].msr) ==
			    rows[i].after, RULE_P10, why,
			    "MSR 0x%x after INIT is 0x%llx", rows[i].msr,
			    (unsigned long long)rows[i].after);
	TEST_VERDICT(pv.ok);
}

TEST_MAIN
