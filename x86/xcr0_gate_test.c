// SPDX-License-Identifier: GPL-2.0-only
/*
 * XCR0 and XSS: a value is allowed exactly when the installed leaf 0xD and
 * KVM have all of its components and the components agree with each other
 * (SDM vol. 1, 13.3; APM vol. 2, 11.5.2).  By KVM_SET_XCRS; by XSETBV in the
 * guest where the CPU intercepts it.
 */
#include <errno.h>

#include "gate.h"
#include "test.h"

#define BIT(n)		(1ull << (n))
#define X_FP		BIT(0)
#define X_SSE		BIT(1)
#define X_AVX		BIT(2)
#define X_MPX		(BIT(3) | BIT(4))
#define X_AVX512	(BIT(5) | BIT(6) | BIT(7))
#define X_AMX		(BIT(17) | BIT(18))
#define X_XTILE_DATA	BIT(18)
#define CR4_OSXSAVE	BIT(18)
#define MSR_XSS		0xda0

static struct gate g;

static const struct gate_rule
r_xcr0 = { RULE_X10, "XCR0 takes the components of the installed leaf 0xD that KVM has, x87 always; AVX needs SSE, AVX-512 is a triple on top of AVX, MPX and AMX are pairs (SDM vol. 1, 13.3)" },
r_kept = { RULE_X11, "XCR0 holds what was accepted last" },
r_shape = { RULE_X12, "KVM_SET_XCRS takes at most 16 registers, no flags, and knows XCR0 alone (KVM api.rst)" },
r_xsetbv = { RULE_X13, "XSETBV: #UD without CR4.OSXSAVE, #GP for another register than XCR0, a refused value, or CPL > 0 (SDM vol. 2D)" },
r_xss = { RULE_X14, "IA32_XSS: guest access needs XSAVES in leaf 0xD.1; no bit that KVM does not report there (SDM vol. 1, 13.3)" },
r_size = { RULE_X15, "KVM_GET_XCRS gives one register, XCR0 (KVM api.rst)" };

static const struct cpuid_feature f_xsave = { 1, 0, REG_ECX, 26 };
static const struct cpuid_feature f_xsaves = { 0xd, 1, REG_EAX, 3 };

static uint64_t leaf_mask(const struct cpuid_list *l)
{
	return cpuid_get(l, 0xd, 0, REG_EAX) |
	       (uint64_t)cpuid_get(l, 0xd, 0, REG_EDX) << 32;
}

static bool pair(uint64_t value, uint64_t mask)
{
	return !(value & mask) || (value & mask) == mask;
}

static bool allowed(uint64_t v)
{
	uint64_t mask = leaf_mask(&g.list) & leaf_mask(&g.facts->supported);

	if (!(v & X_FP) || v & ~(mask | X_FP))
		return false;
	if (v & X_AVX && !(v & X_SSE))
		return false;
	if (v & X_AVX512 && !(v & X_AVX))
		return false;
	return pair(v, X_AVX512) && pair(v, X_MPX) && pair(v, X_AMX);
}

static uint64_t now;			/* what XCR0 should be */

static void set_xcr0(uint64_t v, bool ok)
{
	gate_call(&g, __vcpu_set_xcr0(&g.vcpu, v), ok, -EINVAL,
		  "KVM_SET_XCRS xcr0", v, &r_xcr0);
	if (!ok)
		return;
	now = v;
	gate_value(&g, vcpu_get_xcr0(&g.vcpu), now,
		   "KVM_GET_XCRS after KVM_SET_XCRS", v, &r_kept);
}

/* All that was refused in between has left no trace. */
static void is_kept(void)
{
	gate_value(&g, vcpu_get_xcr0(&g.vcpu), now, "KVM_GET_XCRS", 0,
		   &r_kept);
}

/* 0xD.0 as the variant wants it. */
static void install_mask(uint64_t mask)
{
	struct kvm_cpuid_entry2 *e;

	gate_reset_list(&g);
	e = cpuid_find_mut(&g.list, 0xd, 0);
	if (!e)
		test_stop("the max model has XSAVE but no leaf 0xD");
	e->eax = mask;
	e->edx = mask >> 32;
	gate_install(&g);
	vcpu_set_xcr0(&g.vcpu, X_FP);
	now = X_FP;
}

static void sweep_singles(void)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		set_xcr0(BIT(bit), allowed(BIT(bit)));
		set_xcr0(BIT(bit) | X_FP, allowed(BIT(bit) | X_FP));
		is_kept();
	}
}

static void sweep_pairs(uint64_t with)
{
	unsigned int a, b;

	for (a = 0; a < 64; a++) {
		for (b = 0; b < a; b++)
			set_xcr0(BIT(a) | BIT(b) | with,
				 allowed(BIT(a) | BIT(b) | with));
		is_kept();
	}
}

/* One component with and without each of some others. */
static void sweep_pairs_with(uint64_t others, uint64_t one)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		uint64_t v = BIT(bit) | X_FP | X_SSE;

		if (!(others >> bit & 1))
			continue;
		set_xcr0(v, allowed(v));
		set_xcr0(v | one, allowed(v | one));
	}
	is_kept();
}

/* Every combination of the components that any CPU has. */
static void sweep_subsets(uint64_t mask)
{
	uint64_t v = 0;

	do {
		set_xcr0(v, allowed(v));
		v = (v - mask) & mask;
	} while (v);
	is_kept();
}

FIXTURE(xcr0) { int unused; };

FIXTURE_SETUP(xcr0)
{
	gate_open(&g, 0);
	gate_vcpu(&g);
	gate_install(&g);
}

FIXTURE_TEARDOWN(xcr0)
{
	gate_close(&g);
}

#define NEEDS_XSAVE() do { \
	if (!gate_kvm_has(&g, f_xsave)) \
		TEST_SKIP("this KVM has no XSAVE"); \
} while (0)

TEST_F(xcr0, subsets_of_max)
{
	NEEDS_XSAVE();
	install_mask(leaf_mask(&g.model));
	sweep_subsets(0x3ff);
	sweep_subsets(0x3ff & leaf_mask(&g.model));
	sweep_subsets((X_AMX | BIT(10) | BIT(11) | BIT(19) | X_AVX512 | 7) &
		      ~BIT(6));
	TEST_VERDICT(g.ok);
}

TEST_F(xcr0, singles_and_pairs)
{
	NEEDS_XSAVE();
	install_mask(leaf_mask(&g.model));
	sweep_singles();
	sweep_pairs(X_FP);
	TEST_VERDICT(g.ok);
}

/* A component that leaf 0xD lacks is refused, alone of all. */
TEST_F(xcr0, without_one_component)
{
	uint64_t max;
	unsigned int bit;

	NEEDS_XSAVE();
	max = leaf_mask(&g.model);
	for (bit = 0; bit < 64; bit++) {
		if (!(max >> bit & 1))
			continue;
		install_mask(max & ~BIT(bit));
		set_xcr0(max, allowed(max));
		/* The one that lacks, with each other one. */
		sweep_pairs_with(max, BIT(bit));
	}
	TEST_VERDICT(g.ok);
}

/* Components that KVM does not have stay shut, whatever leaf 0xD claims. */
TEST_F(xcr0, claimed_components)
{
	NEEDS_XSAVE();
	install_mask(~0ull & ~X_XTILE_DATA);
	sweep_singles();
	sweep_subsets(0x3ff);
	set_xcr0(~0ull, false);
	TEST_VERDICT(g.ok);
}

/* Without leaf 0xD, or with an empty one, x87 is left. */
TEST_F(xcr0, without_leaf)
{
	NEEDS_XSAVE();
	install_mask(0);
	sweep_singles();
	cpuid_remove(&g.list, 0xd);
	gate_install(&g);
	sweep_singles();
	TEST_VERDICT(g.ok);
}

/* The XSAVE flag has no say: leaf 0xD alone counts. */
TEST_F(xcr0, without_flag)
{
	uint64_t v;

	NEEDS_XSAVE();
	install_mask(leaf_mask(&g.model));
	gate_feature(&g, f_xsave, false);
	gate_install(&g);
	v = leaf_mask(&g.model) & (X_FP | X_SSE | X_AVX);
	set_xcr0(v, allowed(v));
	TEST_VERDICT(g.ok);
}

static int set_xcrs(const struct kvm_xcrs *x)
{
	return kvm_ioctl(g.vcpu.fd, KVM_SET_XCRS, (void *)x);
}

TEST_F(xcr0, ioctl_shape)
{
	struct kvm_xcrs x = { .nr_xcrs = 17 };

	NEEDS_XSAVE();
	install_mask(leaf_mask(&g.model));
	x.xcrs[0].value = X_FP | X_SSE;
	gate_call(&g, set_xcrs(&x), false, -EINVAL, "KVM_SET_XCRS nr_xcrs",
		  17, &r_shape);
	x.nr_xcrs = 1;
	x.flags = 1;
	gate_call(&g, set_xcrs(&x), false, -EINVAL, "KVM_SET_XCRS flags", 1,
		  &r_shape);
	x.flags = 0;
	x.nr_xcrs = 0;
	gate_call(&g, set_xcrs(&x), true, 0, "KVM_SET_XCRS nr_xcrs", 0,
		  &r_shape);
	x.nr_xcrs = 1;
	x.xcrs[0].xcr = 1;
	gate_call(&g, set_xcrs(&x), true, 0, "KVM_SET_XCRS of xcr", 1,
		  &r_shape);
	gate_value(&g, vcpu_get_xcr0(&g.vcpu), X_FP, "XCR0 so far", 0,
		   &r_shape);
	x.nr_xcrs = 16;
	x.xcrs[1].value = X_FP | X_SSE;
	gate_call(&g, set_xcrs(&x), true, 0, "KVM_SET_XCRS of xcr 1 and", 0,
		  &r_shape);
	gate_value(&g, vcpu_get_xcr0(&g.vcpu), X_FP | X_SSE,
		   "XCR0 as second of the list", 0, &r_shape);
	TEST_VERDICT(g.ok);
}

TEST_F(xcr0, get_xcrs)
{
	struct kvm_xcrs x;

	memset(&x, 0xff, sizeof(x));
	gate_call(&g, kvm_ioctl(g.vcpu.fd, KVM_GET_XCRS, &x), true, 0,
		  "KVM_GET_XCRS", 0, &r_size);
	/* Not a matter of what KVM offers to guests: see rule K3. */
	gate_value(&g, x.nr_xcrs, !!kvm_check_cap(g.vm.kvm_fd, KVM_CAP_XCRS),
		   "nr_xcrs", 0, &r_size);
	if (x.nr_xcrs == 1) {
		gate_value(&g, x.xcrs[0].xcr, 0, "xcr", 0, &r_size);
		gate_value(&g, x.xcrs[0].value, X_FP, "XCR0 after reset", 0,
			   &r_size);
		gate_value(&g, x.flags, 0, "flags", 0, &r_size);
	}
	TEST_VERDICT(g.ok);
}

/* --- in the guest ----------------------------------------------------- */
static void guest_set(uint64_t v)
{
	struct probe_request *r;
	bool ok = allowed(v);

	gate_want(&g, probe_xsetbv(&g.probe, 0, v), ok, "XSETBV", v,
		  &r_xcr0);
	if (ok)
		now = v;
	r = gate_want(&g, probe_xgetbv(&g.probe, 0), true,
		      "XGETBV after XSETBV", v, &r_kept);
	probe_expect_reg(r, REG_EAX, (uint32_t)now);
	probe_expect_reg(r, REG_EDX, now >> 32);
}

static void guest_sweep(void)
{
	unsigned int bit;
	uint64_t v;

	now = X_FP;
	gate_want_fault(&g, probe_xsetbv(&g.probe, 0, X_FP), UD_VECTOR,
			"XSETBV without CR4.OSXSAVE", X_FP, &r_xsetbv);
	gate_want(&g, probe_write_cr(&g.probe, 4, CR4_OSXSAVE | 0x620), true,
		  "MOV to CR4 of", CR4_OSXSAVE | 0x620, &r_xsetbv);
	for (bit = 0; bit < 64; bit++)
		guest_set(BIT(bit) | X_FP);
	for (v = 0; v < 0x400; v += 1 + (v > 0xff))
		guest_set(v);
	gate_want(&g, probe_xsetbv(&g.probe, 1, X_FP), false,
		  "XSETBV of XCR1", X_FP, &r_xsetbv);
	gate_want(&g, probe_xsetbv(&g.probe, ~0u, X_FP), false,
		  "XSETBV of XCR -1", X_FP, &r_xsetbv);
}

TEST_F(xcr0, guest_xsetbv)
{
	NEEDS_XSAVE();
	if (gate_host_is_tcg(&g))
		TEST_SKIP("QEMU's TCG does not intercept XSETBV");
	GATE_NEEDS_FAULTS(&g);
	gate_boot(&g, PROBE_LONG);
	guest_sweep();
	gate_run(&g);
	gate_value(&g, vcpu_get_xcr0(&g.vcpu), now, "KVM_GET_XCRS", 0,
		   &r_kept);
	TEST_VERDICT(g.ok);
}

TEST_F(xcr0, guest_xsetbv_cpl3)
{
	struct probe_request *r;

	NEEDS_XSAVE();
	if (!probe_place_works(&g.model, PROBE_AT_CPL3))
		TEST_SKIP("this KVM does not run the guest at CPL 3");
	gate_boot(&g, PROBE_LONG);
	gate_want(&g, probe_write_cr(&g.probe, 4, CR4_OSXSAVE | 0x620), true,
		  "MOV to CR4 of", CR4_OSXSAVE | 0x620, &r_xsetbv);
	r = probe_at(probe_xsetbv(&g.probe, 0, X_FP), PROBE_AT_CPL3);
	gate_want(&g, r, false, "XSETBV at CPL 3", X_FP, &r_xsetbv);
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- IA32_XSS --------------------------------------------------------- */
static uint64_t kvm_xss(void)
{
	const struct cpuid_list *l = &g.facts->supported;

	return cpuid_get(l, 0xd, 1, REG_ECX) |
	       (uint64_t)cpuid_get(l, 0xd, 1, REG_EDX) << 32;
}

/* Without XSAVES XSS is unsupported since 6.18: kvm.ignore_msrs drops writes. */
static bool write_is_dropped(void)
{
	return !cpuid_has(&g.list, f_xsaves) &&
	       kernel_has(g.facts->kernel, CHANGE_CET) &&
	       facts_param_bool(g.facts, "kvm", "ignore_msrs", false);
}

TEST_F(xcr0, host_xss)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		if (!(kvm_xss() >> bit & 1))
			gate_set_msr(&g, MSR_XSS, BIT(bit), write_is_dropped(),
				     &r_xss);
	/* Since KVM has CET: unsupported without XSAVES in guest CPUID. */
	gate_set_msr(&g, MSR_XSS, 0, cpuid_has(&g.list, f_xsaves) ||
		     write_is_dropped() ||
		     !kernel_has(g.facts->kernel, CHANGE_CET), &r_xss);
	TEST_VERDICT(g.ok);
}

static void guest_xss(bool exposed)
{
	unsigned int bit;

	gate_want(&g, probe_rdmsr(&g.probe, MSR_XSS), exposed, "RDMSR",
		  MSR_XSS, &r_xss);
	gate_want(&g, probe_wrmsr(&g.probe, MSR_XSS, 0),
		  exposed || write_is_dropped(),
		  "WRMSR of 0 to", MSR_XSS, &r_xss);
	for (bit = 0; bit < 64; bit++)
		if (!(kvm_xss() >> bit & 1))
			gate_want(&g, probe_wrmsr(&g.probe, MSR_XSS, BIT(bit)),
				  write_is_dropped(), "WRMSR to XSS of",
				  BIT(bit), &r_xss);
	gate_run(&g);
}

TEST_F(xcr0, guest_xss)
{
	GATE_NEEDS_FAULTS(&g);
	gate_feature(&g, f_xsaves, true);
	gate_boot(&g, PROBE_LONG);
	guest_xss(true);	/* as installed, whether KVM has it or not */
	gate_feature(&g, f_xsaves, false);
	gate_boot(&g, PROBE_LONG);
	guest_xss(false);
	TEST_VERDICT(g.ok);
}

TEST_MAIN
