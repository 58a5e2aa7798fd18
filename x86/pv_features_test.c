// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's paravirtual feature bits: what KVM says it has, and what
 * KVM_CAP_ENFORCE_PV_FEATURE_CPUID makes of a guest's bits.  Each bit alone
 * must open exactly its own MSRs and hypercalls.
 */
#include "pv.h"
#include "test.h"

#define P2_WHY \
	"under enforcement a PV interface needs its feature bit (KVM api.rst, KVM_CAP_ENFORCE_PV_FEATURE_CPUID)"

/* --- what KVM says it has ---------------------------------------------- */

static bool supported_is(uint32_t leaf, const struct cpuid_regs *want,
			 const char *why)
{
	const struct cpuid_list *l = &subject_facts()->supported;
	bool ok = true;
	int i;

	for (i = 0; i < NR_CPUID_REGS; i++)
		ok &= verdict_register((struct finding){
			.leaf = leaf, .reg = i, .wanted = want->r[i],
			.got = cpuid_get(l, leaf, 0, i), .rule = RULE_P0,
			.why = why, .installed_by = "KVM_GET_SUPPORTED_CPUID",
		}, ~0u);
	return ok;
}

TEST(supported_signature)
{
	static const struct cpuid_regs want = { {
		0x40000001, 0x4b4d564b, 0x564b4d56, 0x4d } };

	TEST_VERDICT(supported_is(0x40000000, &want,
		"KVMKVMKVM and the highest KVM leaf (cpuid.rst)"));
}

TEST(supported_features)
{
	struct cpuid_regs want = { {
		expect_pv_offered(bench_cap(KVM_CAP_STEAL_TIME)), 0, 0, 0 } };

	TEST_VERDICT(supported_is(0x40000001, &want,
		"the features that every KVM on x86 has since 5.8; STEAL_TIME as KVM_CAP_STEAL_TIME; no hints"));
}

/* --- what each bit opens ----------------------------------------------- */

static void ask_msr(struct bench *pv, const struct pv_msr *m, bool open,
		    const char *when)
{
	struct probe_request *r = bench_name(pv, probe_rdmsr_is(&pv->probe,
					  m->msr, m->reset), RULE_P2, P2_WHY,
					     "RDMSR %s, %s", m->name, when);

	if (!open)
		probe_expect_fault(r, GP_VECTOR, 0);
	r = bench_name(pv, probe_wrmsr(&pv->probe, m->msr, m->reset), RULE_P2,
		       P2_WHY, "WRMSR %s, %s", m->name, when);
	if (!open || (m->msr == MSR_KVM_STEAL_TIME &&
		      !bench_cap(KVM_CAP_STEAL_TIME)))
		probe_expect_fault(r, GP_VECTOR, 0);
}

/* What a guest finds open with a word in force; ~0: all of it. */
static void ask_gates(struct bench *pv, uint32_t word, const char *when)
{
	unsigned int i;

	for (i = 0; i < PV_NR_MSRS; i++)
		ask_msr(pv, &pv_msrs[i], expect_pv_open(word, pv_msrs[i].feature),
			when);
	for (i = 0; i < PV_NR_CALLS; i++)
		bench_name(pv, pv_hypercall_is(pv, pv_calls[i].nr,
			expect_pv_open(word, pv_calls[i].feature) ?
			pv_calls[i].want : PV_ENOSYS), RULE_P2, P2_WHY,
			"hypercall %s, %s", pv_calls[i].name, when);
}

static void one_word(struct bench *pv, uint32_t word)
{
	struct cpuid_list l;
	char when[40];

	snprintf(when, sizeof(when), "features 0x%08x", word);
	pv_list(pv, &l, 0x40000000, word);
	pv_vcpu(pv, &l, true);
	ask_gates(pv, word, when);
	bench_run(pv);
}

TEST(each_bit_alone)
{
	static struct bench pv;
	unsigned int bit;

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_HYPERCALLS, NEED_PV_ENFORCEMENT, NEED_REFUSED_MSRS, NEED_FAULTS);
	for (bit = 0; bit < 32; bit++)
		if (PV_GATE_BITS >> bit & 1)
			one_word(&pv, 1u << bit);
	one_word(&pv, (uint32_t)~PV_GATE_BITS);
	one_word(&pv, ~0u);
	one_word(&pv, 0);
	TEST_VERDICT(pv.ok);
}

/* Without enforcement nothing depends on the bits. */
TEST(not_enforced)
{
	static struct bench pv;
	struct cpuid_list l;

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_HYPERCALLS);
	pv_vcpu(&pv, &pv.cpu.cpuid, false);
	ask_gates(&pv, ~0u, "no KVM leaves, not enforced");
	bench_run(&pv);
	pv_list(&pv, &l, 0x40000000, 0);
	pv_vcpu(&pv, &l, false);
	ask_gates(&pv, ~0u, "features 0, not enforced");
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

/* Two bits of the data of ASYNC_PF_EN have feature bits of their own. */
static void async_pf_word(struct bench *pv, uint32_t word)
{
	static const uint64_t data[] = { 0, 2, 4, 6, 8, 12, 14 };
	struct cpuid_list l;
	unsigned int i;

	word |= 1u << KVM_FEATURE_ASYNC_PF;
	pv_list(pv, &l, 0x40000000, word);
	pv_vcpu(pv, &l, true);
	for (i = 0; i < ARRAY_SIZE(data); i++) {
		struct probe_request *r = bench_name(pv,
			probe_wrmsr(&pv->probe, MSR_KVM_ASYNC_PF_EN, data[i]),
			RULE_P2, "bits 2 and 3 of ASYNC_PF_EN need ASYNC_PF_VMEXIT and ASYNC_PF_INT (msr.rst)",
			"WRMSR ASYNC_PF_EN 0x%x, features 0x%08x",
			(int)data[i], word);

		if (!expect_async_pf_flags(word, data[i]))
			probe_expect_fault(r, GP_VECTOR, 0);
	}
	bench_run(pv);
}

TEST(async_pf_data_bits)
{
	static struct bench pv;

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_PV_ENFORCEMENT, NEED_FAULTS);
	async_pf_word(&pv, 0);
	async_pf_word(&pv, 1u << KVM_FEATURE_ASYNC_PF_VMEXIT);
	async_pf_word(&pv, 1u << KVM_FEATURE_ASYNC_PF_INT);
	async_pf_word(&pv, 1u << KVM_FEATURE_ASYNC_PF_INT | 1u << KVM_FEATURE_ASYNC_PF_VMEXIT);
	TEST_VERDICT(pv.ok);
}

/* --- host access to what is hidden ------------------------------------- */

/*
 * 6.12 made the host's access to listed MSRs succeed with 0; hidden PV MSRs
 * came under that rule by 5bb9ac186512 (6.19, stable) only.
 */
static bool reads_0(void)
{
	return kernel_has(subject_facts()->kernel, CHANGE_LISTED_MSRS_READ_0);
}

static void hidden_read(struct bench *pv, const struct pv_msr *m, int get,
			const char *why)
{
	char what[60];

	snprintf(what, sizeof(what), "%s: KVM_GET_MSRS %s", m->name,
		 reads_0() ? "succeeds" : "fails");
	if (reads_0())
		bench_check_known(pv, EVENT_GET_MSRS, get == 1, RULE_P3, why, what);
	else
		bench_check(pv, get == 0, RULE_P3, why, "%s", what);
}

#define P3_WHY \
	"a hidden but listed MSR reads as 0 for the host and takes 0 only (44883f01fe6a, 5bb9ac186512); before that every access fails"

static void host_hidden(struct bench *pv, const struct pv_msr *m)
{
	uint64_t value = ~0ull;
	int get = __vcpu_get_msr(&pv->vcpu, m->msr, &value);
	int set0 = __vcpu_set_msr(&pv->vcpu, m->msr, 0);
	int set1 = __vcpu_set_msr(&pv->vcpu, m->msr, 1);

	bench_check(pv, set1 == 0, RULE_P3, P3_WHY, "%s: KVM_SET_MSRS of 1 fails",
		    m->name);
	bench_check(pv, get == set0, RULE_P3, P3_WHY,
		    "%s: reading and writing 0 go alike", m->name);
	hidden_read(pv, m, get, P3_WHY);
	if (get == 1)
		bench_check(pv, value == 0, RULE_P3, P3_WHY,
			    "%s: KVM_GET_MSRS reads 0", m->name);
}

static void host_open(struct bench *pv, const struct pv_msr *m, const char *when)
{
	uint64_t value = ~0ull;

	bench_check(pv, __vcpu_get_msr(&pv->vcpu, m->msr, &value) == 1 &&
		    value == m->reset, RULE_P3,
		    "the host reads the value of the MSR",
		    "KVM_GET_MSRS %s, %s: the default", m->name, when);
	if (m->msr == MSR_KVM_STEAL_TIME && !bench_cap(KVM_CAP_STEAL_TIME))
		return;
	bench_check(pv, __vcpu_set_msr(&pv->vcpu, m->msr, m->reset) == 1, RULE_P3,
		    "the host may write what the guest may", "KVM_SET_MSRS %s, %s",
		    m->name, when);
}

TEST(host_access)
{
	static struct bench pv;
	struct cpuid_list l;
	unsigned int i, bit;
	char when[40];

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_PV_ENFORCEMENT, NEED_REFUSED_MSRS);
	pv_vcpu(&pv, &pv.cpu.cpuid, true);
	for (bit = 0; bit < 32; bit++) {
		pv_list(&pv, &l, 0x40000000, 1u << bit);
		vcpu_set_cpuid(&pv.vcpu, &l);
		snprintf(when, sizeof(when), "features 0x%08x", 1u << bit);
		for (i = 0; i < PV_NR_MSRS; i++)
			if (pv_msrs[i].feature == (int)bit)
				host_open(&pv, &pv_msrs[i], when);
			else
				host_hidden(&pv, &pv_msrs[i]);
	}
	pv_enforce(&pv, false);
	for (i = 0; i < PV_NR_MSRS; i++)
		host_open(&pv, &pv_msrs[i], "not enforced");
	TEST_VERDICT(pv.ok);
}

/* Enforcement is a vCPU's own, and the word it goes by is the guest's. */
TEST(unhalt_without_hlt_exits)
{
	static struct bench pv;
	struct cpuid_list l;

	if (!(bench_cap(KVM_CAP_X86_DISABLE_EXITS) & 2))
		TEST_SKIP("this KVM does not let guests halt");
	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_HYPERCALLS, NEED_PV_ENFORCEMENT);
	vm_enable_cap(&pv.vm, KVM_CAP_X86_DISABLE_EXITS, 2);
	pv_list(&pv, &l, 0x40000000, ~0u);
	pv_vcpu(&pv, &l, true);
	/* Until 6.9 the first list of a vCPU kept the bit. */
	vcpu_set_cpuid(&pv.vcpu, &l);
	bench_name(&pv, pv_hypercall_is(&pv, 5, PV_ENOSYS), RULE_R7,
		"PV_UNHALT is taken away where HLT does not exit, and so is its hypercall",
		"KICK_CPU, HLT exits disabled");
	bench_name(&pv, pv_hypercall_is(&pv, 10, 0), RULE_R7,
		"HLT exits matter for KVM_FEATURE_PV_UNHALT only", "SEND_IPI");
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

/*
 * KVM takes the word from the list as it stands when enforcement begins: here
 * after HLT exits were disabled and a runtime update took KVM_FEATURE_PV_UNHALT out.
 * Since 6.14 neither can happen to a vCPU that exists (04cd8f8628d8).
 */
TEST(word_is_read_when_enforced)
{
	static struct bench pv;
	struct cpuid_list l;
	uint64_t base;

	if (kernel_has(subject_facts()->kernel, CHANGE_EXITS_STRICT) ||
	    !(bench_cap(KVM_CAP_X86_DISABLE_EXITS) & 2))
		TEST_SKIP("HLT exits cannot be disabled once there is a vCPU");
	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_PV_ENFORCEMENT, NEED_HYPERCALLS);
	pv_list(&pv, &l, 0x40000000, ~0u);
	pv_vcpu(&pv, &l, false);
	vm_enable_cap(&pv.vm, KVM_CAP_X86_DISABLE_EXITS, 2);
	base = vcpu_get_msr(&pv.vcpu, 0x1b);
	vcpu_set_msr(&pv.vcpu, 0x1b, base & ~(1ull << 11));
	vcpu_set_msr(&pv.vcpu, 0x1b, base);
	pv_enforce(&pv, true);
	bench_name(&pv, pv_hypercall_is(&pv, 5, PV_ENOSYS), RULE_P2,
		"enforcement goes by the list as it is when it begins (01b4f510b9f4)",
		"KICK_CPU, KVM_FEATURE_PV_UNHALT taken out before enforcement");
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST_MAIN
