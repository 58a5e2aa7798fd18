// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_GET_XSAVE, KVM_SET_XSAVE: components that the host has but the guest
 * lacks come in, for images of old, and do not go out again (8647c52e9504);
 * components that KVM lacks are refused.  And the ioctls of XCR0.
 */
#include <errno.h>

#include "bench.h"
#include "test.h"

#define FPSSE		3u
#define AVX		4u
#define XSTATE_BV	512	/* SDM vol. 1, 13.4.2 */
#define MXCSR		24
#define XMM0		160

static struct bench g;

static const struct reason
r_in = { RULE_X16, "KVM_SET_XSAVE takes the components that KVM supports, whatever the guest has (8647c52e9504)" },
r_refused = { RULE_X16, "KVM_SET_XSAVE refuses components that KVM lacks (KVM api.rst)" },
r_out = { RULE_X17, "KVM_GET_XSAVE has only components of the guest, x87 and SSE always (ad856280ddea, a1020a25e697)" },
r_flags = { RULE_X18, "KVM_SET_XCRS: no flags, at most 16 registers, others than XCR0 do not count (kvm_vcpu_ioctl_x86_set_xcrs())" };

BENCH_FIXTURE(xsave, &g, 0)

static uint64_t kvm_xcr0(void)
{
	return cpuid_xcr0(&g.facts->supported);
}

/* A guest with these components; without leaf 0xd if there are none. */
static void guest_has(uint32_t components)
{
	struct kvm_cpuid_entry2 *e;

	bench_reset_list(&g);
	e = cpuid_find_mut(&g.list, 0xd, 0);
	if (!components)
		cpuid_remove(&g.list, 0xd);
	else if (e)
		e->eax = components;
	bench_new_guest(&g);
}

static struct kvm_xsave area;

static uint64_t *xstate_bv(void)
{
	return (uint64_t *)((char *)area.region + XSTATE_BV);
}

static void get(void)
{
	memset(&area, 0xa5, sizeof(area));
	if (kvm_ioctl(g.vcpu.fd, KVM_GET_XSAVE, &area))
		test_stop("KVM_GET_XSAVE failed");
}

static void set(uint64_t bv, int want, const struct reason *rule)
{
	*xstate_bv() = bv;
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_SET_XSAVE, &area), !want, want,
		   "KVM_SET_XSAVE with XSTATE_BV", bv, rule);
}

/* What is set of x87 and SSE comes back, and AVX as the guest has it. */
static void round_trip(uint32_t components)
{
	uint32_t *xmm0 = area.region + XMM0 / 4;
	uint64_t bv = FPSSE | (kvm_xcr0() & AVX);

	guest_has(components);
	get();
	bench_value(&g, area.region[MXCSR / 4], 0x1f80, "MXCSR of a new vCPU",
		    components, &r_out);
	*xmm0 = 0x12345678;
	set(bv, 0, &r_in);
	get();
	bench_value(&g, *xmm0, 0x12345678, "XMM0", components, &r_out);
	bench_value_as(&g, EVENT_XSTATE_BV, *xstate_bv(),
		   bv & (components | FPSSE), "XSTATE_BV with guest components", components, &r_out);
}

TEST_F(xsave, components_of_the_guest)
{
	TEST_NEEDS(&g, NEED_AVX, NEED_XSAVE_ROOM);
	round_trip(FPSSE);
	round_trip(FPSSE | AVX);
	round_trip(0);
	TEST_VERDICT(g.ok);
}

TEST_F(xsave, components_of_kvm)
{
	uint64_t known = kvm_xcr0();
	unsigned int bit;

	TEST_NEEDS(&g, NEED_XSAVE, NEED_XSAVE_ROOM);
	guest_has(FPSSE);
	get();
	for (bit = 2; bit < 64; bit++)
		if (!(known >> bit & 1))
			set(FPSSE | 1ull << bit, -EINVAL, &r_refused);
	set(FPSSE, 0, &r_in);
	TEST_VERDICT(g.ok);
}

static void set_xcrs(struct kvm_xcrs x, int want, const char *what)
{
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_SET_XCRS, &x), !want, want, what,
		   x.nr_xcrs, &r_flags);
}

TEST_F(xsave, xcrs)
{
	struct kvm_xcrs x = { .nr_xcrs = 1, .xcrs[0].value = FPSSE };

	TEST_NEEDS(&g, NEED_XSAVE);
	guest_has(FPSSE);
	set_xcrs(x, 0, "KVM_SET_XCRS of XCR0");
	bench_value(&g, vcpu_get_xcr0(&g.vcpu), FPSSE, "XCR0", 0, &r_flags);
	x.xcrs[0].value = 1;
	x.flags = 1;
	set_xcrs(x, -EINVAL, "KVM_SET_XCRS with flags");
	x.flags = 0;
	x.nr_xcrs = 17;
	set_xcrs(x, -EINVAL, "KVM_SET_XCRS of 17 registers");
	x.nr_xcrs = 0;
	set_xcrs(x, 0, "KVM_SET_XCRS of none");
	x.nr_xcrs = 1;
	x.xcrs[0].xcr = 1;
	set_xcrs(x, 0, "KVM_SET_XCRS of XCR1");
	x.xcrs[0].xcr = 0;
	x.xcrs[0].value = 2;
	set_xcrs(x, -EINVAL, "KVM_SET_XCRS of a bad value");
	bench_value(&g, vcpu_get_xcr0(&g.vcpu), FPSSE, "XCR0", 0, &r_flags);
	TEST_VERDICT(g.ok);
}

TEST_MAIN
