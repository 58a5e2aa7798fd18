// SPDX-License-Identifier: GPL-2.0-only
/*
 * CR4, CR3, CR0, CR8: each bit is allowed exactly when guest CPUID says so
 * and the host can do it; by KVM_SET_SREGS, KVM_SET_SREGS2 and by MOV in the
 * guest.  Rules R1.. below; SDM vol. 3, 2.5; APM vol. 2, 3.1.
 */
#include <errno.h>

#include "bench.h"
#include "test.h"

#define CR0_WP		BIT(16)

static struct bench g;

static const struct reason
r_gated = { RULE_E11, "this CR4 bit belongs to a feature: reserved unless guest CPUID and KVM have the feature (SDM vol. 3, 2.5)" },
r_free = { RULE_E12, "KVM never ties this CR4 bit to CPUID (kvm_is_valid_cr4() of 6.1 and later)" },
r_reserved = { RULE_E13, "a CR4 bit that this KVM does not know is reserved (SDM vol. 3, 2.5)" },
r_kept = { RULE_E14, "CR4 holds what was accepted last" },
r_pae = { RULE_E15, "CR4.PAE cannot be cleared in long mode (SDM vol. 3, 4.1.1)" },
r_la57 = { RULE_E16, "CR4.LA57 cannot be changed in long mode (SDM vol. 3, 4.1.1)" },
r_pcide = { RULE_E17, "CR4.PCIDE can be set only in IA-32e mode and with CR3[11:0] = 0 (SDM vol. 3, 4.10.1)" },
r_no_cpuid = { RULE_S16, "before KVM_SET_CPUID2 only the host limits CR4; since 6.14 (85e5ba83c016) no feature is there" },
r_cr0 = { RULE_E18, "CR0: bits 63:32 are 0, NW needs CD, PG needs PE (SDM vol. 3, 2.5)" },
r_cr0_low = { RULE_E19, "reserved bits of CR0[31:0] are ignored by MOV and read as 0, ET reads as 1 (APM vol. 2, 3.1.1)" },
r_mode = { RULE_E20, "EFER.LME, EFER.LMA, CR0.PG, CR4.PAE and CS.L must agree (KVM_SET_SREGS; SDM vol. 3, 9.8.5)" },
r_cet = { RULE_E22, "CR4.CET: SHSTK or IBT in CPUID, and CR0.WP stays 1 with it (SDM vol. 3, 2.5)" },
r_cr8 = { RULE_E21, "CR8[63:4] are reserved; KVM_SET_SREGS drops such a value (SDM vol. 3, 10.8.6)" };

/*
 * Features whose CR4 bits KVM does not virtualise in any version up to 6.12:
 * claiming them must open nothing.
 */
static const struct cpuid_feature never[] = {
	F_SMX,	/* SMX: SMXE */
	F_KEY_LOCKER,	/* KL */
	F_PKS,	/* PKS */
	F_UINTR,	/* UINTR */
	F_LASS,	/* LASS */
	F_FRED,	/* FRED */
};

static const struct cr4_bit *row_of(unsigned int bit)
{
	return expect_cr4_bit(g.facts, bit);
}

static const struct reason *rule_of(unsigned int bit)
{
	if (row_of(bit))
		return &r_gated;
	return CR4_UNTIED >> bit & 1 ? &r_free : &r_reserved;
}

static bool allowed(unsigned int bit)
{
	return expect_cr4_mask(g.facts, &g.list) >> bit & 1;
}

static bool not_judged(unsigned int bit)
{
	return !expect_cr4_is_sure(g.facts, bit);
}

/* Every model that differs in the gated features of interest. */
enum variant { V_MAX, V_NONE, V_CLAIM_ALL, V_WITHOUT };

/* Then each alone missing, each alone there. */
static unsigned int v_only(void)
{
	return V_WITHOUT + nr_cr4_bits;
}

/* Where one feature differs, only the bits of features can tell. */
static bool of_interest(unsigned int v, unsigned int bit)
{
	return v <= V_CLAIM_ALL || row_of(bit);
}

static void set_all(bool on)
{
	unsigned int i;

	for (i = 0; i < nr_cr4_bits; i++)
		bench_feature(&g, cr4_bits[i].f, on);
}

static void claim_never(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(never); i++)
		bench_feature(&g, never[i], true);
}

static void make_variant(unsigned int v)
{
	bench_reset_list(&g);
	if (v == V_NONE || v >= v_only())
		set_all(false);
	if (v == V_CLAIM_ALL) {
		set_all(true);
		claim_never();
	}
	if (v >= v_only())
		bench_feature(&g, cr4_bits[v - v_only()].f, true);
	else if (v >= V_WITHOUT)
		bench_feature(&g, cr4_bits[v - V_WITHOUT].f, false);
}

/* --- by ioctl --------------------------------------------------------- */
static void sregs_bit(struct kvm_sregs base, unsigned int bit,
		      const struct reason *rule, bool ok)
{
	struct kvm_sregs s = base, got;

	s.cr4 ^= BIT(bit);
	bench_call_as(&g, EVENT_SET_SREGS_CR4, __vcpu_set_sregs(&g.vcpu, &s),
		      ok, -EINVAL, "KVM_SET_SREGS cr4", s.cr4, rule);
	vcpu_get_sregs(&g.vcpu, &got);
	bench_value(&g, got.cr4, ok ? s.cr4 : base.cr4,
		    "KVM_GET_SREGS cr4 after KVM_SET_SREGS", s.cr4, &r_kept);
	vcpu_set_sregs(&g.vcpu, &base);
}

static void sregs2_bit(const struct kvm_sregs *base, unsigned int bit,
		       bool ok)
{
	struct kvm_sregs2 s;

	if (__vcpu_get_sregs2(&g.vcpu, &s))
		test_stop("KVM_GET_SREGS2 failed");
	s.cr4 ^= BIT(bit);
	bench_call_as(&g, EVENT_SET_SREGS_CR4, __vcpu_set_sregs2(&g.vcpu, &s),
		      ok, -EINVAL, "KVM_SET_SREGS2 cr4", s.cr4, rule_of(bit));
	vcpu_set_sregs(&g.vcpu, base);
}

static void sweep_sregs(unsigned int v, bool sregs2)
{
	struct kvm_sregs base;
	unsigned int bit;

	bench_start_sregs(&g, PROBE_LONG, &base);
	for (bit = 0; bit < 64; bit++) {
		if (not_judged(bit) || !of_interest(v, bit))
			continue;
		if (sregs2)
			sregs2_bit(&base, bit, BIT(bit) != CR4_PAE &&
				   allowed(bit));
		else if (BIT(bit) == CR4_PAE)
			sregs_bit(base, bit, &r_pae, false);
		else
			sregs_bit(base, bit, rule_of(bit), allowed(bit));
	}
}

BENCH_FIXTURE(cr4, &g, 0)

TEST_F(cr4, set_sregs)
{
	unsigned int v;

	bench_vcpu(&g);
	for (v = 0; v < v_only() + nr_cr4_bits; v++) {
		make_variant(v);
		bench_install(&g);
		sweep_sregs(v, false);
	}
	TEST_VERDICT(g.ok);
}

TEST_F(cr4, set_sregs2)
{
	unsigned int v;

	TEST_NEEDS(&g, NEED_SREGS2);
	bench_vcpu(&g);
	for (v = V_MAX; v <= V_CLAIM_ALL; v++) {
		make_variant(v);
		bench_install(&g);
		sweep_sregs(v, true);
	}
	TEST_VERDICT(g.ok);
}

/* Before any KVM_SET_CPUID2 a guest has no features, and CR4 may have. */
TEST_F(cr4, without_cpuid)
{
	struct kvm_sregs base;
	unsigned int bit;
	uint64_t mask;

	bench_vcpu(&g);
	mask = expect_cr4_mask_without_cpuid(g.facts);
	bench_start_sregs(&g, PROBE_PROTECTED, &base);
	for (bit = 0; bit < 64; bit++) {
		if (!not_judged(bit))
			sregs_bit(base, bit, &r_no_cpuid, mask >> bit & 1);
	}
	TEST_VERDICT(g.ok);
}

/* --- in the guest ----------------------------------------------------- */
/* What the guest reads from CR4 before it writes any, and its CR0. */
static uint64_t first_cr4, first_cr0;

static void boot_and_read(enum probe_mode mode, struct kvm_sregs *s)
{
	struct probe_request *r;

	bench_boot(&g, mode);
	vcpu_get_sregs(&g.vcpu, s);
	r = probe_read_cr(&g.probe, 4);
	probe_run(&g.probe);
	first_cr4 = r->got[REG_EAX];
	first_cr0 = s->cr0;
	probe_clear(&g.probe);
}

/*
 * An emulator with qemu-read-cr shows the guest the CPU's CR4, in which KVM has
 * set more bits than the guest, or its CR0.
 */
static uint64_t with_read_cr_bug(uint64_t cr4)
{
	if (first_cr4 == first_cr0)
		return first_cr0;
	return cr4 | (first_cr4 & (CR4_MCE | CR4_PAE));
}

static void write_and_back(uint64_t base, uint64_t cr4, bool ok,
			   const struct reason *rule)
{
	struct probe_request *r;

	bench_mov_cr4(&g, cr4, ok, rule);
	r = bench_want(&g, probe_read_cr(&g.probe, 4), true,
		       "CR4 after MOV to CR4 of", cr4, &r_kept);
	probe_expect_reg(r, REG_EAX, ok ? cr4 : base);
	bench_known_answer(&g, with_read_cr_bug(ok ? cr4 : base));
	if (ok)
		bench_mov_cr4(&g, base, true, &r_kept);
}

static void guest_bit(uint64_t base, unsigned int bit, bool long_mode)
{
	const struct reason *rule = rule_of(bit);
	bool ok = allowed(bit);

	if (not_judged(bit))
		return;
	if (long_mode && BIT(bit) == CR4_PAE) {
		rule = &r_pae;
		ok = false;
	}
	if (long_mode && BIT(bit) == CR4_LA57 && ok) {
		rule = &r_la57;
		ok = false;
	}
	if (!long_mode && BIT(bit) == CR4_PCIDE && ok) {
		rule = &r_pcide;
		ok = false;
	}
	write_and_back(base, base ^ BIT(bit), ok, rule);
}

/* --- CET -------------------------------------------------------------- */
static void cr0_wp(uint64_t cr0, bool wp, bool ok)
{
	uint64_t v = wp ? cr0 | CR0_WP : cr0 & ~CR0_WP;

	bench_want(&g, probe_write_cr(&g.probe, 0, v), ok, "MOV to CR0 of", v,
		   &r_cet);
}

/* Either feature opens the bit; it and CR0.WP = 0 exclude each other. */
static void cet_bit(bool shstk, bool ibt)
{
	struct kvm_sregs s;
	bool ok;

	bench_feature(&g, F_SHSTK, shstk);
	bench_feature(&g, F_IBT, ibt);
	ok = (shstk && bench_kvm_has(&g, F_SHSTK)) ||
	     (ibt && bench_kvm_has(&g, F_IBT));
	bench_boot(&g, PROBE_LONG);
	vcpu_get_sregs(&g.vcpu, &s);
	cr0_wp(s.cr0, true, true);
	bench_want(&g, probe_write_cr(&g.probe, 4, s.cr4 | CR4_CET), ok,
		   "MOV to CR4 of", s.cr4 | CR4_CET, &r_cet);
	cr0_wp(s.cr0, false, !ok);
	bench_want(&g, probe_write_cr(&g.probe, 4, s.cr4), true,
		   "MOV to CR4 of", s.cr4, &r_cet);
	cr0_wp(s.cr0, false, true);
	bench_want(&g, probe_write_cr(&g.probe, 4, s.cr4 | CR4_CET), false,
		   "without CR0.WP, MOV to CR4 of", s.cr4 | CR4_CET, &r_cet);
	cr0_wp(s.cr0, true, true);
	bench_run(&g);
}

TEST_F(cr4, cet)
{
	if (!bench_kvm_has(&g, F_SHSTK) && !bench_kvm_has(&g, F_IBT))
		TEST_SKIP("KVM has no CET here");
	TEST_NEEDS(&g, NEED_FAULTS);
	cet_bit(false, false);
	cet_bit(true, false);
	cet_bit(false, true);
	cet_bit(true, true);
	TEST_VERDICT(g.ok);
}

/*
 * Where SVM does not decode the operand of MOV to CR, KVM emulates the
 * instruction, and its emulator drops bits 63:32 of CR0 and CR4 (mk_cr_64()
 * in all versions up to 6.12): not judged there, nor where a foreign KVM runs all
 * of a guest's kernel in the emulator.
 */
static bool emulates_kernels(void)
{
	return kvm_module_is_foreign(g.facts->kvm_module) &&
	       quirk_probe(QUIRK_EMULATOR);
}

static unsigned int mov_bits(enum probe_mode mode)
{
	if (mode != PROBE_LONG || emulates_kernels())
		return 32;
	return facts_host_is_amd(g.facts) &&
	       !bench_host_has(&g, F_DECODE_ASSISTS) ? 32 : 64;
}

static void guest_sweep(unsigned int v, enum probe_mode mode)
{
	unsigned int bit, bits = mov_bits(mode);
	struct kvm_sregs s;

	make_variant(v);
	boot_and_read(mode, &s);
	for (bit = 0; bit < bits; bit++)
		if (of_interest(v, bit))
			guest_bit(s.cr4, bit, mode == PROBE_LONG);
	bench_run(&g);
}

TEST_F(cr4, guest_mov)
{
	unsigned int v;

	TEST_NEEDS(&g, NEED_FAULTS);
	for (v = 0; v < v_only(); v++)
		guest_sweep(v, PROBE_LONG);
	TEST_VERDICT(g.ok);
}

/* LA57 can be set where there is no paging, PCIDE cannot. */
TEST_F(cr4, guest_mov_protected_mode)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	guest_sweep(V_MAX, PROBE_PROTECTED);
	guest_sweep(V_NONE, PROBE_PROTECTED);
	TEST_VERDICT(g.ok);
}

TEST_F(cr4, guest_pcide_needs_cr3_low_zero)
{
	struct kvm_sregs s;

	make_variant(V_MAX);
	if (!allowed(17))
		TEST_SKIP("no PCID here");
	TEST_NEEDS(&g, NEED_FAULTS);
	boot_and_read(PROBE_LONG, &s);
	bench_want(&g, probe_write_cr(&g.probe, 3, s.cr3 | 0x18), true,
		   "MOV to CR3 of", s.cr3 | 0x18, &r_pcide);
	write_and_back(s.cr4, s.cr4 | CR4_PCIDE, false, &r_pcide);
	bench_want(&g, probe_write_cr(&g.probe, 3, s.cr3), true,
		   "MOV to CR3 of", s.cr3, &r_pcide);
	bench_mov_cr4(&g, s.cr4 | CR4_PCIDE, true, &r_pcide);
	bench_want(&g, probe_write_cr(&g.probe, 3, s.cr3 | BIT(63)), true,
		   "with PCIDE, MOV to CR3 of", s.cr3 | BIT(63), &r_pcide);
	bench_mov_cr4(&g, s.cr4, true, &r_kept);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- CR0, CR8 and the agreement of modes -------------------------------- */
/* 32-bit, paging off: nothing but CR0's own rules speaks. */
TEST_F(cr4, set_sregs_cr0)
{
	struct kvm_sregs base, s;
	unsigned int bit;

	bench_new_guest(&g);
	bench_start_sregs(&g, PROBE_PROTECTED, &base);
	for (bit = 0; bit < 64; bit++) {
		s = base;
		s.cr0 ^= BIT(bit);
		bench_call(&g, __vcpu_set_sregs(&g.vcpu, &s), expect_cr0_valid(s.cr0),
			   -EINVAL, "KVM_SET_SREGS cr0", s.cr0, &r_cr0);
		vcpu_set_sregs(&g.vcpu, &base);
	}
	s = base;
	s.cr0 |= CR0_NW | CR0_CD;
	bench_call(&g, __vcpu_set_sregs(&g.vcpu, &s), true, -EINVAL,
		   "KVM_SET_SREGS cr0", s.cr0, &r_cr0);
	s.cr0 = CR0_PG | CR0_ET;
	bench_call(&g, __vcpu_set_sregs(&g.vcpu, &s), false, -EINVAL,
		   "KVM_SET_SREGS cr0", s.cr0, &r_cr0);
	TEST_VERDICT(g.ok);
}

/* What MOV makes of CR0: bits 6-15, 17, 19-28 are reserved. */
#define CR0_DEFINED	0xe005003full

static void guest_cr0(uint64_t base, uint64_t cr0, bool ok)
{
	struct probe_request *r;
	uint64_t kept = (cr0 & CR0_DEFINED) | CR0_ET;

	bench_want(&g, probe_write_cr(&g.probe, 0, cr0), ok, "MOV to CR0 of",
		   cr0, ok ? &r_cr0_low : &r_cr0);
	r = bench_want(&g, probe_read_cr(&g.probe, 0), true,
		       "CR0 after MOV to CR0 of", cr0, &r_cr0_low);
	probe_expect_reg(r, REG_EAX, ok ? kept : base);
	bench_want(&g, probe_write_cr(&g.probe, 0, base), true,
		   "MOV to CR0 of", base, &r_cr0_low);
}

TEST_F(cr4, guest_mov_cr0)
{
	struct kvm_sregs s;
	unsigned int bit;

	TEST_NEEDS(&g, NEED_FAULTS);
	bench_boot(&g, PROBE_LONG);
	vcpu_get_sregs(&g.vcpu, &s);
	for (bit = 0; bit < mov_bits(PROBE_LONG); bit++) {
		uint64_t cr0 = s.cr0 ^ BIT(bit);

		/* EM and TS make SSE fault, not the guest; PG: long mode */
		guest_cr0(s.cr0, cr0, expect_cr0_valid(cr0) && cr0 & CR0_PG);
	}
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

static void try_mode(struct kvm_sregs s, const char *what, bool ok)
{
	bench_call(&g, __vcpu_set_sregs(&g.vcpu, &s), ok, -EINVAL, what,
		   s.efer, &r_mode);
}

TEST_F(cr4, set_sregs_mode)
{
	struct kvm_sregs lm, pm, s;

	bench_new_guest(&g);
	bench_start_sregs(&g, PROBE_PROTECTED, &pm);
	bench_start_sregs(&g, PROBE_LONG, &lm);
	try_mode(lm, "long mode, efer", true);
	s = lm;
	s.efer &= ~EFER_LMA;
	try_mode(s, "LME and PG without LMA, efer", false);
	s = lm;
	s.efer &= ~EFER_LME;
	try_mode(s, "LMA without LME, efer", false);
	s = lm;
	s.cr4 &= ~CR4_PAE;
	try_mode(s, "LME and PG without PAE, efer", false);
	s = lm;
	s.cs.l = 0;
	try_mode(s, "compatibility mode, efer", true);
	s = pm;
	s.efer = EFER_LME;
	try_mode(s, "LME without PG, efer", true);
	s.efer |= EFER_LMA;
	try_mode(s, "LMA without PG, efer", false);
	s = pm;
	s.cs.l = 1;
	try_mode(s, "CS.L outside long mode, efer", false);
	s = lm;
	s.efer = 0;
	s.cs.l = 0;
	try_mode(s, "PAE paging, efer", true);
	s.cs.l = 1;
	try_mode(s, "CS.L with PAE paging, efer", false);
	TEST_VERDICT(g.ok);
}

TEST_F(cr4, set_sregs_cr8)
{
	struct kvm_sregs s, got;
	unsigned int bit;

	bench_new_guest(&g);
	bench_start_sregs(&g, PROBE_PROTECTED, &s);
	for (bit = 0; bit < 64; bit++) {
		s.cr8 = 5;
		vcpu_set_sregs(&g.vcpu, &s);
		s.cr8 = BIT(bit);
		vcpu_set_sregs(&g.vcpu, &s);
		vcpu_get_sregs(&g.vcpu, &got);
		bench_value(&g, got.cr8, bit < 4 ? s.cr8 : 5,
			    "KVM_GET_SREGS cr8 after", s.cr8, &r_cr8);
	}
	TEST_VERDICT(g.ok);
}

TEST_MAIN
