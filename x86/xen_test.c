// SPDX-License-Identifier: GPL-2.0-only
/*
 * What KVM does for guests of Xen with CPUID and MSRs: the leaf of the TSC,
 * and the MSR of the hypercall page.  Documentation/virt/kvm/api.rst,
 * KVM_XEN_HVM_CONFIG; Xen's public/arch-x86/cpuid.h.
 */
#include <errno.h>
#include <string.h>

#include "backport.h"
#include "pv.h"
#include "test.h"

/* An MSR that neither KVM's nor Hyper-V's interface has. */
#define XEN_MSR		0x40000200
#define XEN_MSR_FIRST	0x40000000
#define XEN_MSR_LAST	0x4fffffff

#define HYPERCALL_MSR	(1u << 0)	/* flags of KVM_XEN_HVM_CONFIG */
#define INTERCEPT_HCALL	(1u << 1)

static const char
config_why[] = "KVM_XEN_HVM_CONFIG takes flags of its own, no pages with INTERCEPT_HCALL, and an MSR of the synthetic range (KVM api.rst; 5c17848134ab)",
leaf_why[] = "Xen's leaf base + 3: subleaf 1 has the factor and shift of kvmclock in ECX and EDX, subleaf 2 the kHz of the TSC in EAX (f422f853af03)",
page_why[] = "the guest's write of the hypercall MSR fills a page with 128 hypercalls (KVM api.rst, KVM_XEN_HVM_CONFIG)",
host_why[] = "userspace's write of the hypercall MSR writes no page (3617c0ee7dec)";

static int configure(struct bench *pv, uint32_t flags, uint32_t msr)
{
	struct kvm_xen_hvm_config config = { .flags = flags, .msr = msr };

	return kvm_ioctl(pv->vm.fd, KVM_XEN_HVM_CONFIG, &config);
}

static void config_is(struct bench *pv, uint32_t flags, uint32_t msr, int want)
{
	int ret = configure(pv, flags, msr);

	bench_check(pv, ret == want, RULE_P22, config_why,
		    "flags 0x%x, MSR 0x%x: %d, wanted %d", flags, msr, ret, want);
}

TEST(config)
{
	struct kvm_xen_hvm_config blob = {
		.flags = INTERCEPT_HCALL, .msr = XEN_MSR, .blob_size_64 = 1,
	};
	static struct bench pv;
	bool newer;
	int other;

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_XEN);
	config_is(&pv, 0, 0, 0);
	config_is(&pv, INTERCEPT_HCALL, XEN_MSR, 0);
	config_is(&pv, HYPERCALL_MSR, XEN_MSR, -EINVAL);
	config_is(&pv, 1u << 31, XEN_MSR, -EINVAL);
	bench_check(&pv, kvm_ioctl(pv.vm.fd, KVM_XEN_HVM_CONFIG, &blob) == -EINVAL,
		    RULE_P22, config_why, "a page with INTERCEPT_HCALL: EINVAL");
	newer = change_wanted(pv.facts->kernel, CHANGE_XEN_MSR_RANGE,
			      configure(&pv, 0, 0x10) == -EINVAL);
	other = newer ? -EINVAL : 0;
	config_is(&pv, 0, 0x10, other);
	config_is(&pv, 0, XEN_MSR_FIRST - 1, other);
	config_is(&pv, 0, XEN_MSR_FIRST, 0);
	config_is(&pv, 0, XEN_MSR_LAST, 0);
	config_is(&pv, 0, XEN_MSR_LAST + 1, other);
	config_is(&pv, 0, 0, 0);
	TEST_VERDICT(pv.ok);
}

/* --- leaf of the TSC ---------------------------------------------------- */
#define XEN_SIGNATURE	0x566e6558, 0x65584d4d, 0x4d4d566e
#define BASE		0x40000100

/* What is installed in each subleaf, but for what KVM writes there. */
static const struct cpuid_regs installed = { { 0x11, 0x22, 0x33, 0x44 } };

struct tsc_case {
	const char *name;
	uint32_t last_leaf, ebx;
	bool filled;
};

static const struct tsc_case tsc_cases[] = {
	{ "last leaf 3", BASE + 3, 0x566e6558, true },
	{ "last leaf 5", BASE + 5, 0x566e6558, true },
	{ "last leaf 2", BASE + 2, 0x566e6558, false },
	{ "another signature", BASE + 5, 0x566e6559, false },
};

static void xen_list(const struct bench *pv, const struct tsc_case *c,
		     struct cpuid_list *l)
{
	const uint32_t sig[] = { XEN_SIGNATURE };
	uint32_t i;

	cpuid_copy(l, &pv->cpu.cpuid);
	cpuid_append(l, BASE, 0, 0, (struct cpuid_regs){ {
		     c->last_leaf, c->ebx, sig[1], sig[2] } });
	for (i = 0; i < 3; i++)
		cpuid_append(l, BASE + 3, i, KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
			     installed);
}

static void subleaf_is(struct bench *pv, const char *name, uint32_t index,
		       struct cpuid_regs want)
{
	bench_name(pv, probe_cpuid(&pv->probe, BASE + 3, index, want), RULE_P23,
		leaf_why, "%s: subleaf %u", name, index);
}

/* Factor and shift as the guest's clock page has them (msr.rst). */
static void try_leaf(struct bench *pv, const struct tsc_case *c, bool fills)
{
	struct cpuid_regs one = installed, two = installed;
	const uint8_t *clock = vm_at(&pv->vm, PV_PAGE);
	struct cpuid_list l;
	int khz;

	xen_list(pv, c, &l);
	pv_vcpu(pv, &l, false);
	pv_wrmsr(pv, MSR_KVM_SYSTEM_TIME_NEW, PV_PAGE | 1, leaf_why);
	bench_run(pv);
	khz = kvm_ioctl(pv->vcpu.fd, KVM_GET_TSC_KHZ, NULL);
	bench_check(pv, khz > 0, RULE_P23, leaf_why, "KVM_GET_TSC_KHZ: %d", khz);
	if (c->filled && fills) {
		memcpy(&one.r[REG_ECX], clock + 24, 4);
		one.r[REG_EDX] = (int8_t)clock[28];
		two.r[REG_EAX] = khz;
	}
	subleaf_is(pv, c->name, 0, installed);
	subleaf_is(pv, c->name, 1, one);
	subleaf_is(pv, c->name, 2, two);
	bench_run(pv);
}

TEST(tsc_leaf)
{
	static struct bench pv;
	unsigned int i;

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_XEN);
	bench_check(&pv, !configure(&pv, INTERCEPT_HCALL, XEN_MSR), RULE_P22,
		    config_why, "configured");
	for (i = 0; i < ARRAY_SIZE(tsc_cases); i++)
		try_leaf(&pv, &tsc_cases[i],
			 kernel_has(pv.facts->kernel, CHANGE_XEN_TSC_LEAF));
	TEST_VERDICT(pv.ok);
}

/* --- hypercall page ----------------------------------------------------- */
#define SLOT	32		/* bytes of each hypercall: mov, vmcall, ret, int3 */

static void page_is(struct bench *pv, bool filled, const char *when)
{
	const uint8_t *page = vm_at(&pv->vm, PV_PAGE);
	uint8_t want[SLOT], insn[3];
	uint32_t i;
	bool same = true;

	pv_hypercall_insn(facts_host_is_amd(pv->facts), insn);
	for (i = 0; i < 4096 / SLOT; i++) {
		memset(want, filled ? 0xcc : 0, SLOT);
		if (filled) {
			want[0] = 0xb8;
			memcpy(want + 1, &i, 4);
			memcpy(want + 5, insn, 3);
			want[8] = 0xc3;
		}
		same &= !memcmp(page + i * SLOT, want, SLOT);
	}
	bench_check(pv, same, RULE_P24, page_why, "%s: the page is %s", when,
		    filled ? "filled" : "left as it was");
}

static void guest_writes(struct bench *pv, uint64_t value, bool allowed,
			 const char *when)
{
	struct probe_request *r;

	memset(vm_at(&pv->vm, PV_PAGE), 0, 4096);
	r = bench_name(pv, probe_wrmsr(&pv->probe, XEN_MSR, value), RULE_P24,
		       page_why, "%s: WRMSR 0x%x: 0x%llx", when, XEN_MSR,
		       (unsigned long long)value);
	if (!allowed)
		probe_expect_fault(r, GP_VECTOR, 0);
	bench_run(pv);
	page_is(pv, allowed, when);
}

static void host_writes(struct bench *pv)
{
	bool done, filled;

	memset(vm_at(&pv->vm, PV_PAGE), 0, 4096);
	done = __vcpu_set_msr(&pv->vcpu, XEN_MSR, PV_PAGE) == 1;
	filled = !change_wanted(pv->facts->kernel, CHANGE_XEN_PAGE_BY_GUEST,
				!done);
	bench_check(pv, done == filled, RULE_P24, host_why,
		    "userspace's write is %s", done ? "done" : "refused");
	page_is(pv, filled, "userspace");
}

TEST(xen_hypercall_page)
{
	static struct bench pv;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_XEN, NEED_REFUSED_MSRS, NEED_FAULTS);
	guest_writes(&pv, PV_PAGE, false, "not configured");
	bench_check(&pv, !configure(&pv, INTERCEPT_HCALL, XEN_MSR), RULE_P22,
		    config_why, "configured");
	guest_writes(&pv, PV_PAGE, true, "configured");
	guest_writes(&pv, PV_PAGE | 1, false, "second page");
	host_writes(&pv);
	bench_check(&pv, !configure(&pv, 0, 0), RULE_P22, config_why,
		    "taken back");
	guest_writes(&pv, PV_PAGE, false, "taken back");
	TEST_VERDICT(pv.ok);
}

TEST_MAIN
