// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sizes of XSAVE areas in leaf 0xD: they follow XCR0 and XSS through every
 * value that the guest may give them.
 */
#include "runtime.h"
#include "test.h"

#define XCR0_VALUES_MAX	256

/* All values that a guest may give XCR0, by the SDM and the list. */
static unsigned int xcr0_values(uint64_t mask, uint64_t *values)
{
	unsigned int bits[64], nr_bits = 0, n = 0, i;
	uint64_t pick;

	for (i = 1; i < 63; i++)
		if (mask >> i & 1)
			bits[nr_bits++] = i;
	for (pick = 0; nr_bits < 16 && pick < 1ull << nr_bits; pick++) {
		uint64_t v = 1;

		for (i = 0; i < nr_bits; i++)
			v |= (pick >> i & 1) << bits[i];
		if (expect_xcr0_valid(v, mask) && n < XCR0_VALUES_MAX)
			values[n++] = v;
	}
	return n;
}

PLAIN_FIXTURE(xcr0)
FIXTURE_VARIANT(xcr0) { bool by_guest; };
FIXTURE_VARIANT_ADD(xcr0, by_xcrs) { .by_guest = false };
FIXTURE_VARIANT_ADD(xcr0, by_guest) { .by_guest = true };

/* Returns whether KVM has seen it: an emulated CPU may not tell it. */
static bool set_xcr0(struct bench *t, bool by_guest, uint64_t value)
{
	if (by_guest)
		rt_guest_does(t, probe_xsetbv(&t->probe, 0, value), "XSETBV",
			      RULE_R4);
	else
		rt_must(t, !__vcpu_set_xcr0(&t->vcpu, value),
			"KVM_SET_XCRS");
	t->state.xcr0 = value;
	return vcpu_get_xcr0(&t->vcpu) == value;
}

TEST_F(xcr0, sizes)
{
	static uint64_t values[XCR0_VALUES_MAX];
	static struct bench t;
	unsigned int i, n;
	char what[60];

	rt_begin(&t, true);
	if (!cpuid_has(&t.list, F_XSAVE))
		TEST_SKIP("KVM offers no XSAVE here");
	rt_set_cr4(&t, BY_SREGS, t.state.cr4 | CR4_OSXSAVE);
	n = xcr0_values(expect_xcr0_mask(&t.list, t.state.supported),
			values);
	/* Upwards and downwards: steps of one component and of many. */
	for (i = 0; i < 2 * n; i++) {
		uint64_t v = values[i < n ? i : 2 * n - 1 - i];

		if (!set_xcr0(&t, variant->by_guest, v)) {
			if (variant->by_guest)
				TEST_SKIP("this CPU does not tell KVM of the guest's XSETBV");
			rt_must(&t, false, "KVM_GET_XCRS after KVM_SET_XCRS");
		}
		snprintf(what, sizeof(what), "XCR0=0x%llx",
			 (unsigned long long)v);
		rt_check(&t, what);
	}
	TEST_VERDICT(t.ok && n > 1);
}

/* 0xD.1.EBX stays as installed unless XSAVEC or XSAVES is installed. */
TEST(xcr0_no_compaction)
{
	static struct bench t;
	struct kvm_cpuid_entry2 *e;
	uint64_t mask;
	unsigned int i;

	subject_facts();
	for (i = 0; i < 3; i++) {
		static const uint32_t eax[] = { 0x15, 0x2, 0x8 };

		rt_begin_vm(&t, true, 0);
		e = cpuid_find_mut(&t.list, 0xd, 1);
		if (!e || !cpuid_has(&t.list, F_XSAVE))
			TEST_SKIP("KVM offers no XSAVE here");
		e->eax = eax[i];
		rt_begin_vcpu(&t);
		mask = expect_xcr0_mask(&t.list, t.state.supported);
		t.state.xcr0 = expect_xcr0_valid(mask, mask) ? mask : 3;
		vcpu_set_xcr0(&t.vcpu, t.state.xcr0);
		rt_check_ioctl(&t, "0xD.1 with other features");
		TEST_VERDICT(t.ok);
	}
}

TEST(xss_sizes)
{
	static struct bench t;
	uint64_t supported;
	unsigned int bit;

	rt_begin(&t, false);
	supported = cpuid_get(t.state.supported, 0xd, 1, REG_ECX) |
		    (uint64_t)cpuid_get(t.state.supported, 0xd, 1,
					REG_EDX) << 32;
	if (!supported)
		TEST_SKIP("this KVM offers no supervisor state");
	for (bit = 0; bit < 64; bit++) {
		if (!(supported >> bit & 1))
			continue;
		rt_set_msr(&t, bit & 1 ? BY_MSRS : BY_GUEST, MSR_IA32_XSS,
			1ull << bit);
		t.state.xss = 1ull << bit;
		rt_check(&t, "XSS with one bit");
	}
	rt_set_msr(&t, BY_MSRS, MSR_IA32_XSS, supported);
	t.state.xss = supported;
	rt_check(&t, "XSS with all bits");
	TEST_VERDICT(t.ok);
}

TEST_MAIN
