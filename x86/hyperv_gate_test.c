// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hyper-V MSRs in a guest: there are none without the interface signature in
 * leaf 0x40000001; with it all of them, unless KVM_CAP_HYPERV_ENFORCE_CPUID
 * makes each depend on its bit of leaf 0x40000003.  The host always gets in.
 */
#include "pv.h"
#include "test.h"

#define HV1	0x31237648	/* "Hv#1" */

/* Hypervisor Top Level Functional Specification, 2.4.4 and 11. */
static const struct hv_msr {
	uint32_t msr;
	const char *name;
	enum cpuid_reg reg;
	unsigned int bit;
	enum kvm_change since;
	bool takes_0;		/* the guest may write 0, to no effect */
} msrs[] = {
	{ 0x40000000, "GUEST_OS_ID", REG_EAX, 5, 0, true },
	{ 0x40000001, "HYPERCALL", REG_EAX, 5, 0, true },
	{ 0x40000002, "VP_INDEX", REG_EAX, 6, 0, false },
	{ 0x40000003, "RESET", REG_EAX, 7, 0, false },
	{ 0x40000010, "VP_RUNTIME", REG_EAX, 0, 0, false },
	{ 0x40000020, "TIME_REF_COUNT", REG_EAX, 1, 0, false },
	{ 0x40000021, "REFERENCE_TSC", REG_EAX, 9, 0, true },
	{ 0x40000022, "TSC_FREQUENCY", REG_EAX, 11, 0, false },
	{ 0x40000023, "APIC_FREQUENCY", REG_EAX, 11, 0, false },
	{ 0x40000071, "ICR", REG_EAX, 4, 0, false },
	{ 0x40000072, "TPR", REG_EAX, 4, 0, false },
	{ 0x40000073, "VP_ASSIST_PAGE", REG_EAX, 4, 0, true },
	{ 0x400000b0, "STIMER0_CONFIG", REG_EAX, 3, 0, false },
	{ 0x400000b7, "STIMER3_COUNT", REG_EAX, 3, 0, false },
	{ 0x40000106, "REENLIGHTENMENT_CONTROL", REG_EAX, 13, 0, true },
	{ 0x40000107, "TSC_EMULATION_CONTROL", REG_EAX, 13, 0, true },
	{ 0x40000108, "TSC_EMULATION_STATUS", REG_EAX, 13, 0, false },
	{ 0x40000118, "TSC_INVARIANT_CONTROL", REG_EAX, 15, CHANGE_HYPERV_INVTSC, false },
	{ 0x40000100, "CRASH_P0", REG_EDX, 10, 0, true },
	{ 0x40000104, "CRASH_P4", REG_EDX, 10, 0, false },
	{ 0x40000105, "CRASH_CTL", REG_EDX, 10, 0, false },
};

#define H_WHY \
	"Hyper-V MSRs exist for guests with \"Hv#1\" in leaf 0x40000001, each by its bit of leaf 0x40000003 under KVM_CAP_HYPERV_ENFORCE_CPUID (8f014550dfb1)"

/* Signature and features; Hyper-V's other leaves do not matter here. */
static void hv_list(const struct bench *pv, struct cpuid_list *l,
		    uint32_t interface, uint32_t eax, uint32_t edx)
{
	cpuid_copy(l, &pv->cpu.cpuid);
	pv_add_hyperv_leaves(l, 0x40000005, interface);
	cpuid_append(l, 0x40000003, 0, 0,
		     (struct cpuid_regs){ { eax, ~0u, ~0u, edx } });
	cpuid_append(l, 0x40000005, 0, 0,
		     (struct cpuid_regs){ { ~0u, ~0u, ~0u, ~0u } });
}

static void ask_write(struct bench *pv, const struct hv_msr *m, bool open,
		      const char *when)
{
	struct probe_request *r = bench_name(pv, probe_wrmsr(&pv->probe, m->msr,
					  0), RULE_H1, H_WHY, "WRMSR %s, %s",
					     m->name, when);

	if (!open)
		probe_expect_fault(r, GP_VECTOR, 0);
}

static void ask(struct bench *pv, uint32_t eax, uint32_t edx, const char *when)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(msrs); i++) {
		const struct hv_msr *m = &msrs[i];
		uint32_t word = m->reg == REG_EAX ? eax : edx;
		struct probe_request *r;

		if (!kernel_has(pv->facts->kernel, m->since))
			continue;
		r = bench_name(pv, probe_rdmsr(&pv->probe, m->msr), RULE_H1, H_WHY,
			       "RDMSR %s, %s", m->name, when);
		if (!(word >> m->bit & 1))
			probe_expect_fault(r, GP_VECTOR, 0);
		if (m->takes_0)
			ask_write(pv, m, word >> m->bit & 1, when);
	}
	bench_run(pv);
}

#define BEGIN(pv) do { \
	pv_begin((pv), VM_IRQCHIP); \
	TEST_NEEDS((pv), NEED_HYPERV, NEED_FAULTS); \
} while (0)

TEST(no_signature)
{
	static struct bench pv;
	struct cpuid_list l;
	unsigned int i;

	BEGIN(&pv);
	pv_vcpu(&pv, &pv.cpu.cpuid, false);
	ask(&pv, 0, 0, "no Hyper-V leaves");
	for (i = 0; i < ARRAY_SIZE(msrs); i++) {
		uint64_t value;

		if (kernel_has(pv.facts->kernel, msrs[i].since))
			bench_check(&pv, __vcpu_get_msr(&pv.vcpu, msrs[i].msr,
							&value) == 1, RULE_H2,
				    "the host reads Hyper-V MSRs without the guest's leaves",
				    "KVM_GET_MSRS %s", msrs[i].name);
	}
	hv_list(&pv, &l, HV1 ^ 1, ~0u, ~0u);
	pv_vcpu(&pv, &l, false);
	ask(&pv, 0, 0, "another interface signature");
	TEST_VERDICT(pv.ok);
}

TEST(hyperv_not_enforced)
{
	static struct bench pv;
	struct cpuid_list l;

	BEGIN(&pv);
	hv_list(&pv, &l, HV1, 0, 0);
	pv_vcpu(&pv, &l, false);
	ask(&pv, ~0u, ~0u, "Hv#1 without features, not enforced");
	TEST_VERDICT(pv.ok);
}

static void enforced(struct bench *pv, uint32_t eax, uint32_t edx)
{
	struct cpuid_list l;
	char when[60];

	snprintf(when, sizeof(when), "enforced, EAX=0x%x EDX=0x%x", eax, edx);
	hv_list(pv, &l, HV1, eax, edx);
	pv_vcpu(pv, &l, false);
	vcpu_enable_cap(&pv->vcpu, KVM_CAP_HYPERV_ENFORCE_CPUID, 1);
	ask(pv, eax, edx, when);
}

TEST(hyperv_each_bit_alone)
{
	static const unsigned int bits[] = {
		0, 1, 3, 4, 5, 6, 7, 9, 11, 13, 15,
	};
	static struct bench pv;
	uint32_t rest = ~0u;
	unsigned int i;

	BEGIN(&pv);
	TEST_NEEDS(&pv, NEED_HYPERV_ENFORCEMENT);
	for (i = 0; i < ARRAY_SIZE(bits); i++) {
		enforced(&pv, 1u << bits[i], 0);
		rest &= ~(1u << bits[i]);
	}
	enforced(&pv, 0, 1u << 10);
	enforced(&pv, rest, ~(1u << 10));
	enforced(&pv, ~0u, ~0u);
	TEST_VERDICT(pv.ok);
}

/*
 * Hypercalls are KVM's until the guest says by GUEST_OS_ID that it speaks
 * Hyper-V.  Then VAPIC_POLL_IRQ is an unknown code: HV_STATUS 2 in RAX.
 */
TEST(hypercalls)
{
	static const char why[] =
		"a guest that has written GUEST_OS_ID makes Hyper-V hypercalls (TLFS 3.4)";
	static struct bench pv;
	struct cpuid_list l;

	BEGIN(&pv);
	TEST_NEEDS(&pv, NEED_HYPERCALLS);
	hv_list(&pv, &l, HV1, ~0u, ~0u);
	pv_add_leaves(&l, 0x40000100, ~0u);
	pv_vcpu(&pv, &l, false);
	bench_name(&pv, pv_hypercall_is(&pv, 1, 0), RULE_H3, why,
		"VAPIC_POLL_IRQ before GUEST_OS_ID");
	bench_name(&pv, probe_wrmsr(&pv.probe, 0x40000000, 0x8100000000000000ull),
		RULE_H3, why, "WRMSR GUEST_OS_ID");
	bench_name(&pv, pv_hypercall_is(&pv, 1, 2), RULE_H3, why,
		"code 1 after GUEST_OS_ID");
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST_MAIN
