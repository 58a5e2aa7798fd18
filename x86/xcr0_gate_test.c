// SPDX-License-Identifier: GPL-2.0-only
/*
 * XCR0 and XSS: a value is allowed exactly when the installed leaf 0xD and
 * KVM have all of its components and the components agree with each other
 * (SDM vol. 1, 13.3; APM vol. 2, 11.5.2).  By KVM_SET_XCRS; by XSETBV in the
 * guest where the CPU intercepts it.
 */
#include <errno.h>

#include "bench.h"
#include "test.h"

static struct bench g;

static const struct reason
r_xcr0 = { RULE_X10, "XCR0 takes the components of the installed leaf 0xD that KVM has, x87 always; AVX needs SSE, AVX-512 is a triple on top of AVX, MPX and AMX are pairs (SDM vol. 1, 13.3)" },
r_kept = { RULE_X11, "XCR0 holds what was accepted last" },
r_shape = { RULE_X12, "KVM_SET_XCRS takes at most 16 registers, no flags, and knows XCR0 alone (KVM api.rst)" },
r_xsetbv = { RULE_X13, "XSETBV: #UD without CR4.OSXSAVE, #GP for another register than XCR0, a refused value, or CPL > 0 (SDM vol. 2D)" },
r_xss = { RULE_X14, "IA32_XSS: guest access needs XSAVES in leaf 0xD.1; no bit that KVM does not report there (SDM vol. 1, 13.3)" },
r_size = { RULE_X15, "KVM_GET_XCRS gives one register, XCR0 (KVM api.rst)" };

static bool allowed(uint64_t v)
{
	return expect_xcr0_valid(v, expect_xcr0_mask(&g.list,
						     &g.facts->supported));
}

static uint64_t now;			/* what XCR0 should be */

static void set_xcr0(uint64_t v, bool ok)
{
	bench_call(&g, __vcpu_set_xcr0(&g.vcpu, v), ok, -EINVAL,
		   "KVM_SET_XCRS xcr0", v, &r_xcr0);
	if (!ok)
		return;
	now = v;
	bench_value(&g, vcpu_get_xcr0(&g.vcpu), now,
		    "KVM_GET_XCRS after KVM_SET_XCRS", v, &r_kept);
}

/* All that was refused in between has left no trace. */
static void is_kept(void)
{
	bench_value(&g, vcpu_get_xcr0(&g.vcpu), now, "KVM_GET_XCRS", 0,
		    &r_kept);
}

/* 0xD.0 as the variant wants it. */
static void install_mask(uint64_t mask)
{
	struct kvm_cpuid_entry2 *e;

	bench_reset_list(&g);
	e = cpuid_find_mut(&g.list, 0xd, 0);
	if (!e)
		test_stop("the max model has XSAVE but no leaf 0xD");
	e->eax = mask;
	e->edx = mask >> 32;
	bench_install(&g);
	vcpu_set_xcr0(&g.vcpu, XCR0_X87);
	now = XCR0_X87;
}

static void sweep_singles(void)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		set_xcr0(BIT(bit), allowed(BIT(bit)));
		set_xcr0(BIT(bit) | XCR0_X87, allowed(BIT(bit) | XCR0_X87));
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
		uint64_t v = BIT(bit) | XCR0_X87 | XCR0_SSE;

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

FIXTURE(xcr0) { };

FIXTURE_SETUP(xcr0)
{
	bench_open(&g, 0);
	bench_new_guest(&g);
}

FIXTURE_TEARDOWN(xcr0)
{
	bench_close(&g);
}

TEST_F(xcr0, subsets_of_max)
{
	TEST_NEEDS(&g, NEED_XSAVE);
	install_mask(cpuid_xcr0(&g.cpu.cpuid));
	sweep_subsets(0x3ff);
	sweep_subsets(0x3ff & cpuid_xcr0(&g.cpu.cpuid));
	sweep_subsets((XCR0_AMX | BIT(10) | BIT(11) | BIT(19) | XCR0_AVX512 | 7) &
		      ~BIT(6));
	TEST_VERDICT(g.ok);
}

TEST_F(xcr0, singles_and_pairs)
{
	TEST_NEEDS(&g, NEED_XSAVE);
	install_mask(cpuid_xcr0(&g.cpu.cpuid));
	sweep_singles();
	sweep_pairs(XCR0_X87);
	TEST_VERDICT(g.ok);
}

/* A component that leaf 0xD lacks is refused, alone of all. */
TEST_F(xcr0, without_one_component)
{
	uint64_t max;
	unsigned int bit;

	TEST_NEEDS(&g, NEED_XSAVE);
	max = cpuid_xcr0(&g.cpu.cpuid);
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
	TEST_NEEDS(&g, NEED_XSAVE);
	install_mask(~0ull & ~XCR0_XTILE_DATA);
	sweep_singles();
	sweep_subsets(0x3ff);
	set_xcr0(~0ull, false);
	TEST_VERDICT(g.ok);
}

/* Without leaf 0xD, or with an empty one, x87 is left. */
TEST_F(xcr0, without_leaf)
{
	TEST_NEEDS(&g, NEED_XSAVE);
	install_mask(0);
	sweep_singles();
	cpuid_remove(&g.list, 0xd);
	bench_install(&g);
	sweep_singles();
	TEST_VERDICT(g.ok);
}

/* The XSAVE flag has no say: leaf 0xD alone counts. */
TEST_F(xcr0, without_flag)
{
	uint64_t v;

	TEST_NEEDS(&g, NEED_XSAVE);
	install_mask(cpuid_xcr0(&g.cpu.cpuid));
	bench_feature(&g, F_XSAVE, false);
	bench_install(&g);
	v = cpuid_xcr0(&g.cpu.cpuid) & (XCR0_X87 | XCR0_SSE | XCR0_AVX);
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

	TEST_NEEDS(&g, NEED_XSAVE);
	install_mask(cpuid_xcr0(&g.cpu.cpuid));
	x.xcrs[0].value = XCR0_X87 | XCR0_SSE;
	bench_call(&g, set_xcrs(&x), false, -EINVAL, "KVM_SET_XCRS nr_xcrs",
		   17, &r_shape);
	x.nr_xcrs = 1;
	x.flags = 1;
	bench_call(&g, set_xcrs(&x), false, -EINVAL, "KVM_SET_XCRS flags", 1,
		   &r_shape);
	x.flags = 0;
	x.nr_xcrs = 0;
	bench_call(&g, set_xcrs(&x), true, 0, "KVM_SET_XCRS nr_xcrs", 0,
		   &r_shape);
	x.nr_xcrs = 1;
	x.xcrs[0].xcr = 1;
	bench_call(&g, set_xcrs(&x), true, 0, "KVM_SET_XCRS of xcr", 1,
		   &r_shape);
	bench_value(&g, vcpu_get_xcr0(&g.vcpu), XCR0_X87, "XCR0 so far", 0,
		    &r_shape);
	x.nr_xcrs = 16;
	x.xcrs[1].value = XCR0_X87 | XCR0_SSE;
	bench_call(&g, set_xcrs(&x), true, 0, "KVM_SET_XCRS of xcr 1 and", 0,
		   &r_shape);
	bench_value(&g, vcpu_get_xcr0(&g.vcpu), XCR0_X87 | XCR0_SSE,
		    "XCR0 as second of the list", 0, &r_shape);
	TEST_VERDICT(g.ok);
}

TEST_F(xcr0, get_xcrs)
{
	struct kvm_xcrs x;

	memset(&x, 0xff, sizeof(x));
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_GET_XCRS, &x), true, 0,
		   "KVM_GET_XCRS", 0, &r_size);
	/* Not a matter of what KVM offers to guests: see rule K3. */
	bench_value(&g, x.nr_xcrs, !!kvm_check_cap(g.vm.kvm_fd, KVM_CAP_XCRS),
		    "nr_xcrs", 0, &r_size);
	if (x.nr_xcrs == 1) {
		bench_value(&g, x.xcrs[0].xcr, 0, "xcr", 0, &r_size);
		bench_value(&g, x.xcrs[0].value, XCR0_X87, "XCR0 after reset", 0,
			    &r_size);
		bench_value(&g, x.flags, 0, "flags", 0, &r_size);
	}
	TEST_VERDICT(g.ok);
}

/* --- in the guest ----------------------------------------------------- */
static void guest_set(uint64_t v)
{
	struct probe_request *r;
	bool ok = allowed(v);

	bench_want(&g, probe_xsetbv(&g.probe, 0, v), ok, "XSETBV", v,
		   &r_xcr0);
	if (ok)
		now = v;
	r = bench_want(&g, probe_xgetbv(&g.probe, 0), true,
		       "XGETBV after XSETBV", v, &r_kept);
	probe_expect_reg(r, REG_EAX, (uint32_t)now);
	probe_expect_reg(r, REG_EDX, now >> 32);
}

static void guest_sweep(void)
{
	unsigned int bit;
	uint64_t v;

	now = XCR0_X87;
	bench_want_fault(&g, probe_xsetbv(&g.probe, 0, XCR0_X87), UD_VECTOR,
			 "XSETBV without CR4.OSXSAVE", XCR0_X87, &r_xsetbv);
	bench_mov_cr4(&g, CR4_OSXSAVE | CR4_PROBE, true, &r_xsetbv);
	for (bit = 0; bit < 64; bit++)
		guest_set(BIT(bit) | XCR0_X87);
	for (v = 0; v < 0x400; v += 1 + (v > 0xff))
		guest_set(v);
	bench_want(&g, probe_xsetbv(&g.probe, 1, XCR0_X87), false,
		   "XSETBV of XCR1", XCR0_X87, &r_xsetbv);
	bench_want(&g, probe_xsetbv(&g.probe, ~0u, XCR0_X87), false,
		   "XSETBV of XCR -1", XCR0_X87, &r_xsetbv);
}

TEST_F(xcr0, guest_xsetbv)
{
	TEST_NEEDS(&g, NEED_XSAVE, NEED_XSETBV_EXITS, NEED_FAULTS);
	bench_boot(&g, PROBE_LONG);
	guest_sweep();
	bench_run(&g);
	bench_value(&g, vcpu_get_xcr0(&g.vcpu), now, "KVM_GET_XCRS", 0,
		    &r_kept);
	TEST_VERDICT(g.ok);
}

TEST_F(xcr0, guest_xsetbv_cpl3)
{
	struct probe_request *r;

	TEST_NEEDS(&g, NEED_XSAVE, NEED_CPL3);
	bench_boot(&g, PROBE_LONG);
	bench_mov_cr4(&g, CR4_OSXSAVE | CR4_PROBE, true, &r_xsetbv);
	r = probe_at(probe_xsetbv(&g.probe, 0, XCR0_X87), PROBE_AT_CPL3);
	bench_want(&g, r, false, "XSETBV at CPL 3", XCR0_X87, &r_xsetbv);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- IA32_XSS --------------------------------------------------------- */
static uint64_t kvm_xss(void)
{
	return cpuid_xss(&g.facts->supported);
}

/* Without XSAVES XSS is unsupported since 6.18: kvm.ignore_msrs drops writes. */
static bool write_is_dropped(void)
{
	return !cpuid_has(&g.list, F_XSAVES) &&
	       kernel_has(g.facts->kernel, CHANGE_CET) &&
	       facts_param_bool(g.facts, "kvm", "ignore_msrs", false);
}

TEST_F(xcr0, host_xss)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		if (!(kvm_xss() >> bit & 1))
			bench_set_msr(&g, MSR_IA32_XSS, BIT(bit), write_is_dropped(),
				      &r_xss);
	/* Since KVM has CET: unsupported without XSAVES in guest CPUID. */
	bench_set_msr(&g, MSR_IA32_XSS, 0, cpuid_has(&g.list, F_XSAVES) ||
		      write_is_dropped() ||
		      !kernel_has(g.facts->kernel, CHANGE_CET), &r_xss);
	TEST_VERDICT(g.ok);
}

static void guest_xss(bool exposed)
{
	unsigned int bit;

	bench_want(&g, probe_rdmsr(&g.probe, MSR_IA32_XSS), exposed, "RDMSR",
		   MSR_IA32_XSS, &r_xss);
	bench_want(&g, probe_wrmsr(&g.probe, MSR_IA32_XSS, 0),
		   exposed || write_is_dropped(),
		   "WRMSR of 0 to", MSR_IA32_XSS, &r_xss);
	for (bit = 0; bit < 64; bit++)
		if (!(kvm_xss() >> bit & 1))
			bench_want(&g, probe_wrmsr(&g.probe, MSR_IA32_XSS, BIT(bit)),
				   write_is_dropped(), "WRMSR to XSS of",
				   BIT(bit), &r_xss);
	bench_run(&g);
}

TEST_F(xcr0, guest_xss)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	bench_feature(&g, F_XSAVES, true);
	bench_boot(&g, PROBE_LONG);
	guest_xss(true);	/* as installed, whether KVM has it or not */
	bench_feature(&g, F_XSAVES, false);
	bench_boot(&g, PROBE_LONG);
	guest_xss(false);
	TEST_VERDICT(g.ok);
}

TEST_MAIN
