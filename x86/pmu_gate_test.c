// SPDX-License-Identifier: GPL-2.0-only
/*
 * The MSRs of Intel's PMU: guest CPUID leaf 0xA says how many counters there
 * are and whether there are global controls, PERF_CAPABILITIES whether counters
 * can be written in full width.  What the guest does not have is #GP.
 * SDM vol. 3, 20.2; arch/x86/kvm/vmx/pmu_intel.c.
 */
#include "bench.h"
#include "test.h"

#define PERF_CAP_FW_WRITES	BIT(13)
#define PERF_CAP_PEBS_FORMAT	0xf00

static struct bench g;
static bool ignored;	/* what the guest does not have, instead of #GP */

static const struct reason
r_old = { RULE_U1, "a counter that old kernels touch reads 0 where the guest does not have it" },
r_has = { RULE_U3, "a counter or control that leaf 0xA gives the guest can be read (SDM vol. 3, 20.2)" },
r_gated = { RULE_U4, "leaf 0xA says how many counters there are, and from version 2 on global controls (SDM vol. 3, 20.2)" },
r_full = { RULE_U4, "the full-width counters need PERF_CAPABILITIES[13], and that needs PDCM (SDM vol. 3, 20.2.8)" },
r_ignored = { RULE_A4, "with kvm.ignore_msrs=1 an MSR that the guest does not have reads 0" },
r_debug_store = { RULE_U5, "DS_AREA needs DS, the PEBS MSRs a PEBS format in PERF_CAPABILITIES (c59a1f106f5c, 902caeb6841a)" };

FIXTURE(pmu) {
	unsigned int version, gp, fixed;	/* what KVM offers */
	uint64_t capabilities;
};

FIXTURE_SETUP(pmu)
{
	const struct host_facts *f = subject_facts();
	uint32_t eax = cpuid_get(&f->supported, 0xa, 0, REG_EAX);

	if (!facts_host_is_intel(f) || !(eax & 0xff))
		test_skip_all("this KVM offers no PMU of Intel's");
	ignored = facts_param_bool(f, "kvm", "ignore_msrs", false);
	self->version = eax & 0xff;
	self->gp = eax >> 8 & 0xff;
	self->fixed = cpuid_get(&f->supported, 0xa, 0, REG_EDX) & 0x1f;
	self->capabilities = msr_get(&f->feature_msrs, MSR_IA32_PERF_CAPABILITIES);
	bench_open(&g, 0);
}

FIXTURE_TEARDOWN(pmu)
{
	bench_close(&g);
}

/* A guest whose leaf 0xA is the one that KVM offers but for these. */
static void boot(unsigned int version, unsigned int gp, unsigned int fixed)
{
	struct kvm_cpuid_entry2 *e;

	bench_reset_list(&g);
	e = bench_entry(&g, 0xa);
	e->eax = (cpuid_get(&g.facts->supported, 0xa, 0, REG_EAX) & ~0xffffu) |
		 version | gp << 8;
	e->edx = (cpuid_get(&g.facts->supported, 0xa, 0, REG_EDX) & ~0x1fu) |
		 fixed;
	bench_feature(&g, F_PDCM, true);
	bench_boot(&g, PROBE_LONG);
}

static void can_be_read(uint32_t msr, bool there, const struct reason *rule)
{
	if (there && rule == &r_gated)
		rule = &r_has;
	if (there || !ignored)
		bench_want(&g, probe_rdmsr(&g.probe, msr), there, "RDMSR", msr,
			   rule);
	else
		bench_want(&g, probe_rdmsr_is(&g.probe, msr, 0), true, "RDMSR",
			   msr, &r_ignored);
}

/* RDMSR, and WRMSR of 0. */
static void is_there(uint32_t msr, bool there, const struct reason *rule)
{
	can_be_read(msr, there, rule);
	if (!there && ignored) {
		there = true;
		rule = &r_ignored;
	}
	bench_want(&g, probe_wrmsr(&g.probe, msr, 0), there, "WRMSR of 0", msr,
		   rule);
}

/* The first two pairs are older than CPUID's leaf. */
static void counter_is_there(unsigned int i, bool there)
{
	if (i < 2 && !there) {
		bench_want(&g, probe_rdmsr_is(&g.probe, MSR_IA32_PERFCTR0 + i, 0),
			   true, "RDMSR", MSR_IA32_PERFCTR0 + i, &r_old);
		bench_want(&g, probe_rdmsr_is(&g.probe, MSR_P6_EVNTSEL0 + i, 0),
			   true, "RDMSR", MSR_P6_EVNTSEL0 + i, &r_old);
		return;
	}
	is_there(MSR_IA32_PERFCTR0 + i, there, &r_gated);
	is_there(MSR_P6_EVNTSEL0 + i, there, &r_gated);
}

TEST_F(pmu, counters)
{
	unsigned int n, i;

	TEST_NEEDS(&g, NEED_FAULTS);
	for (n = 0; n <= self->gp; n++) {
		boot(self->version, n, self->fixed);
		for (i = 0; i < 8; i++)
			counter_is_there(i, i < n);
		bench_run(&g);
	}
	TEST_VERDICT(g.ok);
}

/* Version 1 has no fixed counters, whatever EDX says. */
TEST_F(pmu, fixed_counters)
{
	unsigned int version, n, i;

	TEST_NEEDS(&g, NEED_FAULTS);
	for (version = 1; version <= self->version; version++) {
		for (n = 0; n <= self->fixed; n++) {
			boot(version, self->gp, n);
			for (i = 0; i < 3; i++)
				is_there(MSR_CORE_PERF_FIXED_CTR0 + i,
					 version > 1 && i < n, &r_gated);
			bench_run(&g);
		}
	}
	TEST_VERDICT(g.ok);
}

TEST_F(pmu, global_controls)
{
	static const uint32_t msrs[] = {
		MSR_CORE_PERF_FIXED_CTR_CTRL, MSR_CORE_PERF_GLOBAL_CTRL, MSR_CORE_PERF_GLOBAL_OVF_CTRL,
	};
	unsigned int version, i;

	TEST_NEEDS(&g, NEED_FAULTS);
	for (version = 0; version <= self->version; version++) {
		boot(version, self->gp, self->fixed);
		for (i = 0; i < ARRAY_SIZE(msrs); i++)
			is_there(msrs[i], version > 1, &r_gated);
		/* Read-only, so no write of it. */
		can_be_read(MSR_CORE_PERF_GLOBAL_STATUS, version > 1, &r_gated);
		bench_run(&g);
	}
	TEST_VERDICT(g.ok);
}

static void full_width(bool pdcm, uint64_t capabilities, unsigned int n)
{
	unsigned int i;

	bench_feature(&g, F_PDCM, true);
	bench_new_guest(&g);
	bench_set_msr(&g, MSR_IA32_PERF_CAPABILITIES, capabilities, true, &r_full);
	bench_feature(&g, F_PDCM, pdcm);
	bench_install(&g);
	probe_start(&g.probe, &g.vcpu, PROBE_LONG);
	for (i = 0; i < 8; i++)
		is_there(MSR_IA32_PMC0 + i, pdcm && i < n &&
			 capabilities & PERF_CAP_FW_WRITES, &r_full);
	bench_run(&g);
}

TEST_F(pmu, full_width_counters)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	if (!(self->capabilities & PERF_CAP_FW_WRITES))
		TEST_SKIP("this KVM offers no full-width counters");
	full_width(true, self->capabilities, self->gp);
	full_width(true, self->capabilities & ~PERF_CAP_FW_WRITES, self->gp);
	full_width(false, self->capabilities, self->gp);
	TEST_VERDICT(g.ok);
}

/* What KVM does not support is no part of PERF_CAPABILITIES. */
TEST_F(pmu, debug_store)
{
	bool ds;

	TEST_NEEDS(&g, NEED_FAULTS);
	if (self->capabilities & PERF_CAP_PEBS_FORMAT)
		TEST_SKIP("this KVM offers PEBS");
	for (int on = 0; on <= 1; on++) {
		bench_reset_list(&g);
		bench_feature(&g, F_DS, on);
		ds = bench_guest_has(&g, F_DS);
		bench_boot(&g, PROBE_LONG);
		is_there(MSR_IA32_DS_AREA, ds, &r_debug_store);
		is_there(MSR_IA32_PEBS_ENABLE, false, &r_debug_store);
		is_there(MSR_PEBS_DATA_CFG, false, &r_debug_store);
		bench_run(&g);
	}
	TEST_VERDICT(g.ok);
}

TEST_MAIN
