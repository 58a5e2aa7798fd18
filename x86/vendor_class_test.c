// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM behaves as AMD's or as Intel's CPUs do where the two differ, by the
 * vendor that leaf 0 of the installed CPUID names, whatever the host is.
 */
#include <errno.h>

#include "bench.h"
#include "test.h"
#include "walk.h"

#define MSR_MC3_STATUS	0x40d
#define WIDE		0x0000123456789abcull

static struct bench g;

static const struct reason
r_aux = { RULE_D2, "TSC_AUX[63:32]: reserved on Intel, ignored on AMD (SDM vol. 4, table 2-2; KVM __kvm_set_msr())" },
r_mci = { RULE_D3, "MCi_STATUS takes what is not 0 only from AMD guests with HWCR.McStatusWrEn (AMD PPR, MSRC001_0015[18])" },
r_sysenter = { RULE_D4, "SYSENTER_ESP and _EIP have 64 bits, but 32 for AMD guests on AMD (APM vol. 2, 6.1.2)" },
r_canonical = { RULE_D9, "SYSENTER_ESP and _EIP: no address is refused, KVM extends the sign of the highest bit that counts (854e8bb1aa06)" },
r_bit8 = { RULE_D5, "bit 8 of PML4 and PML5 entries is reserved on AMD, ignored on Intel (APM vol. 2, 5.3.3; SDM vol. 3, 4.5.4)" },
r_range = { RULE_C3, "a leaf beyond the maximum: zeros on AMD, the highest basic leaf on Intel (APM vol. 3, CPUID; SDM vol. 2A, CPUID)" };

static const struct vendor_row {
	const char *text;		/* NULL: no leaf 0 */
	bool amd;
} vendors[] = {
	{ "AuthenticAMD", true },
	{ "HygonGenuine", true },
	{ "AMDisbetter!", true },
	{ "GenuineIntel", false },
	{ "CentaurHauls", false },
	{ "  Shanghai  ", false },
	{ "GenuineTMx86", false },
	/* One register away from each. */
	{ "AuthenticAMd", false },
	{ "AuthentiCAMD", false },
	{ "authenticAMD", false },
	{ "HygonGenuinE", false },
	{ "hygonGenuine", false },
	{ "HygonGENuine", false },
	{ "AMDisbetter?", false },
	{ NULL, false },
};

static const struct vendor_row *now;

/* EBX, EDX, ECX spell the vendor. */
static void name_vendor(const struct vendor_row *v)
{
	now = v;
	bench_reset_list(&g);
	if (!v->text) {
		cpuid_remove(&g.list, 0);
		return;
	}
	cpuid_set_vendor(&g.list, v->text);
}

static bool was_ok;

static void each_vendor(void (*check)(void))
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vendors); i++) {
		name_vendor(&vendors[i]);
		was_ok = g.ok;
		g.ok = true;
		check();
		if (!g.ok)
			printf("#   vendor was: %s\n",
			       now->text ? now->text : "no leaf 0");
		g.ok = g.ok && was_ok;
	}
}

FIXTURE(vendor) { };

FIXTURE_SETUP(vendor)
{
	bench_open(&g, 0);
	bench_vcpu(&g);
}

FIXTURE_TEARDOWN(vendor)
{
	bench_close(&g);
}

/* --- TSC_AUX -------------------------------------------------------------- */
static bool has_tsc_aux(void)
{
	return bench_kvm_has(&g, F_RDTSCP) || bench_kvm_has(&g, F_RDPID);
}

/*
 * 6.1 asked "is it GenuineIntel", so that a third vendor was neither; asking
 * "is it not AMD" came with 6.9 (fd706c9b1674).
 */
static bool ambiguous(void)
{
	return !kernel_has(g.facts->kernel, CHANGE_AMD_OR_NOT) && !now->amd &&
	       (!now->text || strcmp(now->text, "GenuineIntel"));
}

static void host_tsc_aux(void)
{
	bench_install(&g);
	bench_set_msr(&g, MSR_TSC_AUX, 0x55, true, &r_aux);
	if (ambiguous())
		return;
	bench_set_msr(&g, MSR_TSC_AUX, BIT(32) | 0x66, now->amd, &r_aux);
	bench_value(&g, vcpu_get_msr(&g.vcpu, MSR_TSC_AUX),
		    now->amd ? 0x66 : 0x55, "TSC_AUX after KVM_SET_MSRS of",
		    BIT(32) | 0x66, &r_aux);
}

TEST_F(vendor, tsc_aux_by_ioctl)
{
	TEST_NEEDS(&g, NEED_TSC_AUX);
	each_vendor(host_tsc_aux);
	TEST_VERDICT(g.ok);
}

/* --- all that one guest run shows ----------------------------------------- */
static void guest_tsc_aux(void)
{
	struct probe_request *r;

	bench_want(&g, probe_wrmsr(&g.probe, MSR_TSC_AUX, 0x55), true,
		   "WRMSR TSC_AUX", 0x55, &r_aux);
	bench_want(&g, probe_wrmsr(&g.probe, MSR_TSC_AUX, BIT(63) | 0x66),
		   now->amd, "WRMSR TSC_AUX", BIT(63) | 0x66, &r_aux);
	r = probe_rdmsr_is(&g.probe, MSR_TSC_AUX, now->amd ? 0x66 : 0x55);
	bench_want(&g, r, true, "RDMSR", MSR_TSC_AUX, &r_aux);
}

static void guest_mci(uint32_t msr)
{
	bench_want(&g, probe_wrmsr(&g.probe, MSR_K7_HWCR, 0), true, "WRMSR HWCR",
		   0, &r_mci);
	bench_want(&g, probe_wrmsr(&g.probe, msr, 0), true,
		   "WRMSR of 0 to", msr, &r_mci);
	bench_want(&g, probe_wrmsr(&g.probe, msr, BIT(40)), false,
		   "WRMSR without HWCR[18] to", msr, &r_mci);
	bench_want(&g, probe_wrmsr(&g.probe, MSR_K7_HWCR, BIT(18)), true,
		   "WRMSR HWCR", BIT(18), &r_mci);
	bench_want(&g, probe_wrmsr(&g.probe, msr, BIT(40)), now->amd,
		   "WRMSR with HWCR[18] to", msr, &r_mci);
}

/* A leaf that no model has, far beyond the maximum of its class. */
static void guest_range(void)
{
	struct cpuid_answer a = expect_cpuid(&g.list, 0x7ffffff0, 0);
	struct probe_request *r;

	r = probe_cpuid(&g.probe, 0x7ffffff0, 0, a.want);
	bench_want(&g, r, true, "CPUID", 0x7ffffff0, &r_range);
}

static void guest_all(void)
{
	bench_boot(&g, PROBE_LONG);
	if (has_tsc_aux() && !ambiguous())
		guest_tsc_aux();
	/* 6.1 forgets to clear HWCR[18], so one bank is all that can be had */
	guest_mci(MSR_IA32_MC0_STATUS);
	if (kernel_has(g.facts->kernel, CHANGE_VENDOR_MCI_STATUS))
		guest_mci(MSR_MC3_STATUS);
	/* The runtime bits of leaf 0xD would need the vCPU's state. */
	if (now->amd)
		guest_range();
	bench_run(&g);
}

TEST_F(vendor, guest)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	each_vendor(guest_all);
	TEST_VERDICT(g.ok);
}

/* --- SYSENTER MSRs -------------------------------------------------------- */
static void host_sysenter(void)
{
	bool wide = !now->amd || !facts_host_is_amd(g.facts);
	uint64_t want = wide ? WIDE : (uint32_t)WIDE;

	if (ambiguous())
		return;
	bench_install(&g);
	bench_set_msr(&g, MSR_IA32_SYSENTER_EIP, WIDE, true, &r_sysenter);
	bench_value_as(&g, EVENT_MSR_KEPT,
		       vcpu_get_msr(&g.vcpu, MSR_IA32_SYSENTER_EIP), want,
		       "SYSENTER_EIP after KVM_SET_MSRS of", WIDE, &r_sysenter);
	bench_set_msr(&g, MSR_IA32_SYSENTER_ESP, WIDE + 8, true, &r_sysenter);
	bench_value_as(&g, EVENT_MSR_KEPT,
		       vcpu_get_msr(&g.vcpu, MSR_IA32_SYSENTER_ESP), want + 8,
		       "SYSENTER_ESP after KVM_SET_MSRS of", WIDE + 8,
		       &r_sysenter);
}

TEST_F(vendor, sysenter_by_ioctl)
{
	each_vendor(host_sysenter);
	TEST_VERDICT(g.ok);
}

/*
 * Not canonical, and the same bits above 48 and 57: where Intel's CPU would
 * refuse the address, KVM completes it; VM entry would fail otherwise.
 */
static void completed(uint64_t value, uint64_t want)
{
	static const uint32_t msrs[] = { MSR_IA32_SYSENTER_EIP, MSR_IA32_SYSENTER_ESP };
	bool wide = !now->amd || !facts_host_is_amd(g.facts);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		bench_set_msr(&g, msrs[i], value, true, &r_canonical);
		bench_value_as(&g, EVENT_MSR_KEPT,
			       vcpu_get_msr(&g.vcpu, msrs[i]),
			       wide ? want : (uint32_t)want,
			       "SYSENTER MSR after KVM_SET_MSRS of", value,
			       &r_canonical);
	}
}

static void host_sysenter_canonical(void)
{
	if (ambiguous())
		return;
	bench_install(&g);
	completed(0x4000000012345678, 0x12345678);
	completed(0x01ff800012345678, 0xffff800012345678);
}

TEST_F(vendor, sysenter_canonical)
{
	each_vendor(host_sysenter_canonical);
	TEST_VERDICT(g.ok);
}

/* TCG keeps all 64 bits where AMD's hardware keeps 32. */
static void guest_sysenter(void)
{
	static const uint32_t msrs[] = { MSR_IA32_SYSENTER_EIP, MSR_IA32_SYSENTER_ESP };
	unsigned int i;

	if (ambiguous() || now->amd)
		return;
	bench_boot(&g, PROBE_LONG);
	for (i = 0; i < 2; i++) {
		bench_want(&g, probe_wrmsr(&g.probe, msrs[i], WIDE + i), true,
			   "WRMSR", msrs[i], &r_sysenter);
		bench_want(&g, probe_rdmsr_is(&g.probe, msrs[i], WIDE + i),
			   true, "RDMSR", msrs[i], &r_sysenter);
	}
	bench_run(&g);
	/* What the guest wrote is what userspace saves. */
	for (i = 0; i < 2; i++)
		bench_value(&g, vcpu_get_msr(&g.vcpu, msrs[i]), WIDE + i,
			    "KVM_GET_MSRS", msrs[i], &r_sysenter);
}

TEST_F(vendor, sysenter_in_guest)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	each_vendor(guest_sysenter);
	TEST_VERDICT(g.ok);
}

/* --- page tables ---------------------------------------------------------- */
static void bit8(unsigned int top, unsigned int level)
{
	bool reserved = now->amd && level >= 4;
	uint64_t gpa;

	walk_lay(&g, top, 1);
	*walk_entry(&g, level) |= BIT(8);
	bench_value(&g, walk_translate(&g, &gpa), !reserved,
		    "KVM_TRANSLATE valid, with bit 8 in an entry of level",
		    level, &r_bit8);
}

static void walk_bit8(void)
{
	unsigned int level;

	bench_install(&g);
	walk_start(&g, 4, 0);
	for (level = 1; level <= 4; level++)
		bit8(4, level);
	if (!bench_kept(&g, F_LA57))
		return;
	walk_start(&g, 5, 0);
	bit8(5, 4);
	bit8(5, 5);
}

TEST_F(vendor, page_table_bit_8)
{
	each_vendor(walk_bit8);
	TEST_VERDICT(g.ok);
}

TEST_MAIN
