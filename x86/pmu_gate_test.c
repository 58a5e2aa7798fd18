// SPDX-License-Identifier: GPL-2.0-only
/*
 * The MSRs of Intel's PMU: guest CPUID leaf 0xA says how many counters there
 * are and whether there are global controls, PERF_CAPABILITIES whether counters
 * can be written in full width.  What the guest does not have is #GP.
 * SDM vol. 3, 20.2; arch/x86/kvm/vmx/pmu_intel.c.
 */
#include "gate.h"
#include "test.h"

#define BIT(n)			(1ull << (n))
#define MSR_PERFCTR		0xc1
#define MSR_EVENTSEL		0x186
#define MSR_FIXED_CTR		0x309
#define MSR_PERF_CAPABILITIES	0x345
#define MSR_FIXED_CTR_CTRL	0x38d
#define MSR_GLOBAL_STATUS	0x38e
#define MSR_GLOBAL_CTRL		0x38f
#define MSR_GLOBAL_OVF_CTRL	0x390
#define MSR_PEBS_ENABLE		0x3f1
#define MSR_PEBS_DATA_CFG	0x3f2
#define MSR_FULL_WIDTH		0x4c1
#define MSR_DS_AREA		0x600
#define PERF_CAP_FW_WRITES	BIT(13)
#define PERF_CAP_PEBS_FORMAT	0xf00

static struct gate g;

static const struct gate_rule
r_old = { RULE_U1, "a counter that old kernels touch reads 0 where the guest does not have it" },
r_has = { RULE_U3, "a counter or control that leaf 0xA gives the guest can be read (SDM vol. 3, 20.2)" },
r_gated = { RULE_U4, "leaf 0xA says how many counters there are, and from version 2 on global controls (SDM vol. 3, 20.2)" },
r_full = { RULE_U4, "the full-width counters need PERF_CAPABILITIES[13], and that needs PDCM (SDM vol. 3, 20.2.8)" },
r_debug_store = { RULE_U5, "DS_AREA needs DS, the PEBS MSRs a PEBS format in PERF_CAPABILITIES (c59a1f106f5c, 902caeb6841a)" };

static const struct cpuid_feature
f_ds = CPUID_FEATURE_INIT(1, 0, REG_EDX, 21),
f_pdcm = CPUID_FEATURE_INIT(1, 0, REG_ECX, 15);

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
	self->version = eax & 0xff;
	self->gp = eax >> 8 & 0xff;
	self->fixed = cpuid_get(&f->supported, 0xa, 0, REG_EDX) & 0x1f;
	self->capabilities = msr_get(&f->feature_msrs, MSR_PERF_CAPABILITIES);
	gate_open(&g, 0);
}

FIXTURE_TEARDOWN(pmu)
{
	gate_close(&g);
}

/* A guest whose leaf 0xA is the one that KVM offers but for these. */
static void boot(unsigned int version, unsigned int gp, unsigned int fixed)
{
	struct kvm_cpuid_entry2 *e;

	gate_reset_list(&g);
	e = gate_entry(&g, 0xa);
	e->eax = (cpuid_get(&g.facts->supported, 0xa, 0, REG_EAX) & ~0xffffu) |
		 version | gp << 8;
	e->edx = (cpuid_get(&g.facts->supported, 0xa, 0, REG_EDX) & ~0x1fu) |
		 fixed;
	gate_feature(&g, f_pdcm, true);
	gate_boot(&g, PROBE_LONG);
}

/* RDMSR, and WRMSR of 0. */
static void is_there(uint32_t msr, bool there, const struct gate_rule *rule)
{
	if (there && rule == &r_gated)
		rule = &r_has;
	gate_want(&g, probe_rdmsr(&g.probe, msr), there, "RDMSR", msr, rule);
	gate_want(&g, probe_wrmsr(&g.probe, msr, 0), there, "WRMSR of 0", msr,
		  rule);
}

/* The first two pairs are older than CPUID's leaf. */
static void counter_is_there(unsigned int i, bool there)
{
	if (i < 2 && !there) {
		gate_want(&g, probe_rdmsr_is(&g.probe, MSR_PERFCTR + i, 0),
			  true, "RDMSR", MSR_PERFCTR + i, &r_old);
		gate_want(&g, probe_rdmsr_is(&g.probe, MSR_EVENTSEL + i, 0),
			  true, "RDMSR", MSR_EVENTSEL + i, &r_old);
		return;
	}
	is_there(MSR_PERFCTR + i, there, &r_gated);
	is_there(MSR_EVENTSEL + i, there, &r_gated);
}

TEST_F(pmu, counters)
{
	unsigned int n, i;

	GATE_NEEDS_FAULTS(&g);
	for (n = 0; n <= self->gp; n++) {
		boot(self->version, n, self->fixed);
		for (i = 0; i < 8; i++)
			counter_is_there(i, i < n);
		gate_run(&g);
	}
	TEST_VERDICT(g.ok);
}

/* Version 1 has no fixed counters, whatever EDX says. */
TEST_F(pmu, fixed_counters)
{
	unsigned int version, n, i;

	GATE_NEEDS_FAULTS(&g);
	for (version = 1; version <= self->version; version++) {
		for (n = 0; n <= self->fixed; n++) {
			boot(version, self->gp, n);
			for (i = 0; i < 3; i++)
				is_there(MSR_FIXED_CTR + i,
					 version > 1 && i < n, &r_gated);
			gate_run(&g);
		}
	}
	TEST_VERDICT(g.ok);
}

TEST_F(pmu, global_controls)
{
	static const uint32_t msrs[] = {
		MSR_FIXED_CTR_CTRL, MSR_GLOBAL_CTRL, MSR_GLOBAL_OVF_CTRL,
	};
	unsigned int version, i;

	GATE_NEEDS_FAULTS(&g);
	for (version = 0; version <= self->version; version++) {
		boot(version, self->gp, self->fixed);
		for (i = 0; i < ARRAY_SIZE(msrs); i++)
			is_there(msrs[i], version > 1, &r_gated);
		/* Read-only, so no write of it. */
		gate_want(&g, probe_rdmsr(&g.probe, MSR_GLOBAL_STATUS),
			  version > 1, "RDMSR", MSR_GLOBAL_STATUS,
			  version > 1 ? &r_has : &r_gated);
		gate_run(&g);
	}
	TEST_VERDICT(g.ok);
}

static void full_width(bool pdcm, uint64_t capabilities, unsigned int n)
{
	unsigned int i;

	gate_feature(&g, f_pdcm, true);
	gate_vcpu(&g);
	gate_install(&g);
	gate_set_msr(&g, MSR_PERF_CAPABILITIES, capabilities, true, &r_full);
	gate_feature(&g, f_pdcm, pdcm);
	gate_install(&g);
	probe_start(&g.probe, &g.vcpu, PROBE_LONG);
	for (i = 0; i < 8; i++)
		is_there(MSR_FULL_WIDTH + i, pdcm && i < n &&
			 capabilities & PERF_CAP_FW_WRITES, &r_full);
	gate_run(&g);
}

TEST_F(pmu, full_width_counters)
{
	GATE_NEEDS_FAULTS(&g);
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

	GATE_NEEDS_FAULTS(&g);
	if (self->capabilities & PERF_CAP_PEBS_FORMAT)
		TEST_SKIP("this KVM offers PEBS");
	for (int on = 0; on <= 1; on++) {
		gate_reset_list(&g);
		gate_feature(&g, f_ds, on);
		ds = gate_guest_has(&g, f_ds);
		gate_boot(&g, PROBE_LONG);
		is_there(MSR_DS_AREA, ds, &r_debug_store);
		is_there(MSR_PEBS_ENABLE, false, &r_debug_store);
		is_there(MSR_PEBS_DATA_CFG, false, &r_debug_store);
		gate_run(&g);
	}
	TEST_VERDICT(g.ok);
}

TEST_MAIN
