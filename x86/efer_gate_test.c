// SPDX-License-Identifier: GPL-2.0-only
/*
 * EFER: each bit is allowed exactly when guest CPUID has its feature and the
 * host can do it; by WRMSR in the guest, by KVM_SET_SREGS; KVM_SET_MSRS looks
 * at the host alone.  APM vol. 2, 3.1.7; SDM vol. 3, 2.2.1.
 */
#include <errno.h>

#include "gate.h"
#include "test.h"

#define BIT(n)		(1ull << (n))
#define MSR_EFER	0xc0000080
#define EFER_SCE	BIT(0)
#define EFER_LME	BIT(8)
#define EFER_LMA	BIT(10)
#define EFER_SVME	BIT(12)
#define EFER_LMSLE	BIT(13)

static struct gate g;

static const struct gate_rule
r_gated = { RULE_E1, "this EFER bit belongs to a feature: reserved unless guest CPUID and the host have it (APM vol. 2, 3.1.7)" },
r_host = { RULE_E2, "KVM_SET_MSRS of EFER looks at what the host can do, not at guest CPUID (set_efer() of 6.1 and later)" },
r_lma = { RULE_E3, "EFER.LMA follows paging: a write cannot change it (APM vol. 2, 14.6.1)" },
r_kept = { RULE_E4, "EFER holds what was accepted last" },
r_paging = { RULE_E5, "EFER.LME cannot be changed while paging is on (APM vol. 2, 14.6.1)" };

static const struct cpuid_feature
f_nx = CPUID_FEATURE_INIT(0x80000001, 0, REG_EDX, 20),
f_fxsr_opt = CPUID_FEATURE_INIT(0x80000001, 0, REG_EDX, 25),
f_lm = CPUID_FEATURE_INIT(0x80000001, 0, REG_EDX, 29),
f_svm = CPUID_FEATURE_INIT(0x80000001, 0, REG_ECX, 2),
f_lmsle_mbz = CPUID_FEATURE_INIT(0x80000008, 0, REG_EBX, 20),
f_autoibrs = CPUID_FEATURE_INIT(0x80000021, 0, REG_EAX, 8);

static const struct efer_row {
	const struct cpuid_feature *f;
	uint8_t bit;
	bool amd_only;			/* kvm-amd alone lets it through */
	bool by_kvm;			/* KVM's word counts, not the CPU's */
	enum kvm_change since;
} rows[] = {
	{ &f_lm,       8,  false, true,  0 },
	{ &f_lm,       10, false, true,  0 },
	{ &f_nx,       11, false, false, 0 },
	{ &f_svm,      12, true,  true,  0 },
	{ &f_fxsr_opt, 14, true,  false, 0 },
	{ &f_autoibrs, 21, true,  false, CHANGE_AUTOIBRS },
};

static const struct cpuid_feature *gated[] = {
	&f_nx, &f_fxsr_opt, &f_lm, &f_svm, &f_autoibrs,
};

static const struct efer_row *row_of(unsigned int bit)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].bit == bit)
			return &rows[i];
	return NULL;
}

/* The CPU says EFER_LMSLE_MBZ, and this kernel goes by it. */
static bool lmsle_forbidden(void)
{
	return gate_host_has(&g, f_lmsle_mbz) &&
	       kernel_has(g.facts->kernel, CHANGE_LMSLE_MBZ);
}

/* Does this KVM on this host know the bit at all? */
static bool host_can(unsigned int bit)
{
	const struct efer_row *row = row_of(bit);

	if (BIT(bit) == EFER_SCE)
		return true;
	/* No CPUID bit speaks of LMSLE; nested SVM lets it through. */
	if (BIT(bit) == EFER_LMSLE)
		return facts_host_is_amd(g.facts) && gate_kvm_has(&g, f_svm) &&
		       !lmsle_forbidden();
	if (!row || !kernel_has(g.facts->kernel, row->since))
		return false;
	if (row->amd_only && !facts_host_is_amd(g.facts))
		return false;
	return row->by_kvm ? gate_kvm_has(&g, *row->f) :
			     gate_host_has(&g, *row->f);
}

static bool guest_may(unsigned int bit)
{
	const struct efer_row *row = row_of(bit);

	return host_can(bit) && (!row || gate_guest_has(&g, *row->f));
}

/* Max; none; each alone missing; each alone there; all claimed. */
enum variant { V_MAX, V_NONE, V_CLAIM, V_WITHOUT,
	       V_ONLY = V_WITHOUT + ARRAY_SIZE(gated),
	       NR_VARIANTS = V_ONLY + ARRAY_SIZE(gated) };

/* Where one feature differs, only the bits of features can tell. */
static bool of_interest(unsigned int v, unsigned int bit)
{
	return v <= V_CLAIM || row_of(bit);
}

static void set_all(bool on)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gated); i++)
		gate_feature(&g, *gated[i], on);
}

static void make_variant(unsigned int v)
{
	gate_reset_list(&g);
	if (v == V_NONE || v >= V_ONLY)
		set_all(false);
	if (v == V_CLAIM)
		set_all(true);
	if (v >= V_ONLY)
		gate_feature(&g, *gated[v - V_ONLY], true);
	else if (v >= V_WITHOUT)
		gate_feature(&g, *gated[v - V_WITHOUT], false);
}

FIXTURE(efer) { int unused; };

FIXTURE_SETUP(efer)
{
	gate_open(&g, 0);
}

FIXTURE_TEARDOWN(efer)
{
	gate_close(&g);
}

/* --- by ioctl --------------------------------------------------------- */
static void start_sregs(enum probe_mode mode, struct kvm_sregs *s)
{
	vcpu_get_sregs(&g.vcpu, s);
	probe_sregs(&g.vm, mode, s);
	vcpu_set_sregs(&g.vcpu, s);
}

static void host_bit(unsigned int bit, uint64_t base)
{
	uint64_t want = host_can(bit) ? base | BIT(bit) : base;

	gate_set_msr(&g, MSR_EFER, base | BIT(bit), host_can(bit), &r_host);
	if (BIT(bit) == EFER_LMA)
		want = base;
	gate_value_as(&g, EVENT_MSR_KEPT, vcpu_get_msr(&g.vcpu, MSR_EFER), want,
		      "EFER after KVM_SET_MSRS of", base | BIT(bit), &r_kept);
	gate_set_msr(&g, MSR_EFER, base, true, &r_host);
}

TEST_F(efer, set_msrs)
{
	struct kvm_sregs s;
	unsigned int bit;

	gate_vcpu(&g);
	make_variant(V_NONE);
	gate_install(&g);
	start_sregs(PROBE_PROTECTED, &s);
	for (bit = 0; bit < 64; bit++)
		host_bit(bit, 0);
	make_variant(V_MAX);
	gate_install(&g);
	for (bit = 0; bit < 64; bit++)
		host_bit(bit, 0);
	TEST_VERDICT(g.ok);
}

/* In long mode LMA stays 1, whatever is written. */
TEST_F(efer, set_msrs_keeps_lma)
{
	struct kvm_sregs s;

	gate_vcpu(&g);
	gate_install(&g);
	start_sregs(PROBE_LONG, &s);
	gate_set_msr(&g, MSR_EFER, EFER_LME, true, &r_lma);
	gate_value(&g, vcpu_get_msr(&g.vcpu, MSR_EFER), EFER_LME | EFER_LMA,
		   "EFER after KVM_SET_MSRS of", EFER_LME, &r_lma);
	TEST_VERDICT(g.ok);
}

/*
 * KVM_SET_SREGS goes by guest CPUID, as WRMSR in the guest does; until
 * 184bd464bdb6 (7.0, stable) it took any EFER.
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
	gate_call_known(&g, EVENT_SET_SREGS_EFER,
			__vcpu_set_sregs(&g.vcpu, &s), ok, -EINVAL, 0,
			"KVM_SET_SREGS efer", s.efer, &r_gated);
	vcpu_get_sregs(&g.vcpu, &got);
	gate_value_known(&g, EVENT_GET_SREGS_EFER, got.efer, ok ? s.efer : base, s.efer,
			 "KVM_GET_SREGS efer after KVM_SET_SREGS", s.efer,
			 &r_kept);
	s.efer = base;
	vcpu_set_sregs(&g.vcpu, &s);
}

TEST_F(efer, set_sregs)
{
	struct kvm_sregs s;
	unsigned int v, bit;

	gate_vcpu(&g);
	for (v = 0; v < NR_VARIANTS; v++) {
		make_variant(v);
		gate_install(&g);
		start_sregs(PROBE_PROTECTED, &s);
		for (bit = 0; bit < 64; bit++)
			if (of_interest(v, bit))
				sregs_bit(s, bit);
	}
	TEST_VERDICT(g.ok);
}

/* --- in the guest ----------------------------------------------------- */
static void guest_write(uint64_t base, uint64_t v, bool ok,
			const struct gate_rule *rule)
{
	uint64_t lma = base & EFER_LMA;
	struct probe_request *r;

	gate_want(&g, probe_wrmsr(&g.probe, MSR_EFER, v), ok, "WRMSR EFER",
		  v, rule);
	r = probe_rdmsr_is(&g.probe, MSR_EFER,
			   ok ? (v & ~EFER_LMA) | lma : base);
	gate_want(&g, r, true, "EFER after WRMSR of", v, &r_kept);
	gate_want(&g, probe_wrmsr(&g.probe, MSR_EFER, base), true,
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
		       gate_host_is_tcg(&g);
	return BIT(bit) == EFER_LMSLE && host_can(bit);
}

/* The LMA of the value does not count, but its feature must be there. */
static void guest_sweep(unsigned int variant, enum probe_mode mode)
{
	unsigned int bit;
	uint64_t base;

	gate_boot(&g, mode);
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
	gate_run(&g);
}

TEST_F(efer, guest_wrmsr)
{
	GATE_NEEDS_FAULTS(&g);
	make_variant(V_MAX);
	guest_sweep(V_MAX, PROBE_LONG);
	make_variant(V_NONE);
	gate_feature(&g, f_lm, true);
	guest_sweep(V_NONE, PROBE_LONG);
	TEST_VERDICT(g.ok);
}

TEST_F(efer, guest_wrmsr_protected_mode)
{
	unsigned int v;

	GATE_NEEDS_FAULTS(&g);
	for (v = 0; v < NR_VARIANTS; v++) {
		make_variant(v);
		guest_sweep(v, PROBE_PROTECTED);
	}
	TEST_VERDICT(g.ok);
}

TEST_MAIN
