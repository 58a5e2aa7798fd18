// SPDX-License-Identifier: GPL-2.0-only
/*
 * EFER: each bit is allowed exactly when guest CPUID has its feature and the
 * host can do it; by WRMSR in the guest, by KVM_SET_SREGS; KVM_SET_MSRS looks
 * at the host alone.  APM vol. 2, 3.1.7; SDM vol. 3, 2.2.1.
 */
#include <errno.h>

#include "bench.h"
#include "test.h"

static struct bench g;

static const struct reason
r_gated = { RULE_E1, "this EFER bit belongs to a feature: reserved unless guest CPUID and the host have it (APM vol. 2, 3.1.7)" },
r_host = { RULE_E2, "KVM_SET_MSRS of EFER looks at what the host can do, not at guest CPUID (set_efer() of 6.1 and later)" },
r_lma = { RULE_E3, "EFER.LMA follows paging: a write cannot change it (APM vol. 2, 14.6.1)" },
r_kept = { RULE_E4, "EFER holds what was accepted last" },
r_paging = { RULE_E5, "EFER.LME cannot be changed while paging is on (APM vol. 2, 14.6.1)" };

/* Does this KVM on this host know the bit at all? */
static bool host_can(unsigned int bit)
{
	return expect_efer_host(g.facts) >> bit & 1;
}

static bool guest_may(unsigned int bit)
{
	return expect_efer_guest(g.facts, &g.list) >> bit & 1;
}

/* Max; none; each alone missing; each alone there; all claimed. */
enum variant { V_MAX, V_NONE, V_CLAIM, V_WITHOUT };

static unsigned int v_only(void)
{
	return V_WITHOUT + nr_efer_bits;
}

/* Where one feature differs, only the bits of features can tell. */
static bool of_interest(unsigned int v, unsigned int bit)
{
	return v <= V_CLAIM || expect_efer_bit(bit);
}

static void set_all(bool on)
{
	unsigned int i;

	for (i = 0; i < nr_efer_bits; i++)
		bench_feature(&g, efer_bits[i].f, on);
}

static void make_variant(unsigned int v)
{
	bench_reset_list(&g);
	if (v == V_NONE || v >= v_only())
		set_all(false);
	if (v == V_CLAIM)
		set_all(true);
	if (v >= v_only())
		bench_feature(&g, efer_bits[v - v_only()].f, true);
	else if (v >= V_WITHOUT)
		bench_feature(&g, efer_bits[v - V_WITHOUT].f, false);
}

BENCH_FIXTURE(efer, &g, 0)

/* --- by ioctl --------------------------------------------------------- */
static void host_bit(unsigned int bit, uint64_t base)
{
	uint64_t want = host_can(bit) ? base | BIT(bit) : base;

	bench_set_msr(&g, MSR_EFER, base | BIT(bit), host_can(bit), &r_host);
	if (BIT(bit) == EFER_LMA)
		want = base;
	bench_value_as(&g, EVENT_MSR_KEPT, vcpu_get_msr(&g.vcpu, MSR_EFER), want,
		       "EFER after KVM_SET_MSRS of", base | BIT(bit), &r_kept);
	bench_set_msr(&g, MSR_EFER, base, true, &r_host);
}

TEST_F(efer, set_msrs)
{
	struct kvm_sregs s;
	unsigned int bit;

	bench_vcpu(&g);
	make_variant(V_NONE);
	bench_install(&g);
	bench_start_sregs(&g, PROBE_PROTECTED, &s);
	for (bit = 0; bit < 64; bit++)
		host_bit(bit, 0);
	make_variant(V_MAX);
	bench_install(&g);
	for (bit = 0; bit < 64; bit++)
		host_bit(bit, 0);
	TEST_VERDICT(g.ok);
}

/* In long mode LMA stays 1, whatever is written. */
TEST_F(efer, set_msrs_keeps_lma)
{
	struct kvm_sregs s;

	bench_new_guest(&g);
	bench_start_sregs(&g, PROBE_LONG, &s);
	bench_set_msr(&g, MSR_EFER, EFER_LME, true, &r_lma);
	bench_value(&g, vcpu_get_msr(&g.vcpu, MSR_EFER), EFER_LME | EFER_LMA,
		    "EFER after KVM_SET_MSRS of", EFER_LME, &r_lma);
	TEST_VERDICT(g.ok);
}

/*
 * KVM_SET_SREGS goes by guest CPUID, as WRMSR in the guest does; until
 * 184bd464bdb6 (7.3, 6.12.112) it took any EFER.
 */
static void sregs_bit(struct kvm_sregs s, unsigned int bit)
{
	uint64_t base = s.efer;
	struct kvm_sregs got;
	bool ok = guest_may(bit);

	/* LMA without paging has a rule of its own. */
	if (BIT(bit) == EFER_LMA)
		return;
	s.efer |= BIT(bit);
	bench_call_known(&g, EVENT_SET_SREGS_EFER,
			 __vcpu_set_sregs(&g.vcpu, &s), ok, -EINVAL, 0,
			 "KVM_SET_SREGS efer", s.efer, &r_gated);
	vcpu_get_sregs(&g.vcpu, &got);
	bench_value_known(&g, EVENT_GET_SREGS_EFER, got.efer, ok ? s.efer : base, s.efer,
			  "KVM_GET_SREGS efer after KVM_SET_SREGS", s.efer,
			  &r_kept);
	s.efer = base;
	vcpu_set_sregs(&g.vcpu, &s);
}

TEST_F(efer, set_sregs)
{
	struct kvm_sregs s;
	unsigned int v, bit;

	bench_vcpu(&g);
	for (v = 0; v < v_only() + nr_efer_bits; v++) {
		make_variant(v);
		bench_install(&g);
		bench_start_sregs(&g, PROBE_PROTECTED, &s);
		for (bit = 0; bit < 64; bit++)
			if (of_interest(v, bit))
				sregs_bit(s, bit);
	}
	TEST_VERDICT(g.ok);
}

/* --- in the guest ----------------------------------------------------- */
static void guest_write(uint64_t base, uint64_t v, bool ok,
			const struct reason *rule)
{
	uint64_t lma = base & EFER_LMA;
	struct probe_request *r;

	bench_want(&g, probe_wrmsr(&g.probe, MSR_EFER, v), ok, "WRMSR EFER",
		   v, rule);
	r = probe_rdmsr_is(&g.probe, MSR_EFER,
			   ok ? (v & ~EFER_LMA) | lma : base);
	bench_want(&g, r, true, "EFER after WRMSR of", v, &r_kept);
	bench_want(&g, probe_wrmsr(&g.probe, MSR_EFER, base), true,
		   "WRMSR EFER", base, &r_kept);
}

/*
 * LMSLE makes VMRUN fail under TCG, and LME without paging stops TCG itself:
 * there these two are left to KVM_SET_MSRS and KVM_SET_SREGS.
 */
static bool harmful(unsigned int bit, enum probe_mode mode)
{
	if (BIT(bit) == EFER_LME)
		return mode == PROBE_PROTECTED && guest_may(bit) &&
		       bench_host_is_tcg(&g);
	return BIT(bit) == EFER_LMSLE && host_can(bit);
}

/* The LMA of the value does not count, but its feature must be there. */
static void guest_sweep(unsigned int variant, enum probe_mode mode)
{
	unsigned int bit;
	uint64_t base;

	bench_boot(&g, mode);
	base = vcpu_get_msr(&g.vcpu, MSR_EFER);
	for (bit = 0; bit < 64; bit++) {
		uint64_t v = base ^ BIT(bit);
		bool ok = v & BIT(bit) ? guest_may(bit) : true;

		if (harmful(bit, mode) || !of_interest(variant, bit))
			continue;
		if (mode == PROBE_LONG && BIT(bit) == EFER_LME)
			guest_write(base, v, false, &r_paging);
		else
			guest_write(base, v, ok, &r_gated);
	}
	bench_run(&g);
}

TEST_F(efer, guest_wrmsr)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	make_variant(V_MAX);
	guest_sweep(V_MAX, PROBE_LONG);
	make_variant(V_NONE);
	bench_feature(&g, F_LM, true);
	guest_sweep(V_NONE, PROBE_LONG);
	TEST_VERDICT(g.ok);
}

TEST_F(efer, guest_wrmsr_protected_mode)
{
	unsigned int v;

	TEST_NEEDS(&g, NEED_FAULTS);
	for (v = 0; v < v_only() + nr_efer_bits; v++) {
		make_variant(v);
		guest_sweep(v, PROBE_PROTECTED);
	}
	TEST_VERDICT(g.ok);
}

TEST_MAIN
