// SPDX-License-Identifier: GPL-2.0-only
/* How it is found out whether something is here. */
#include <stddef.h>
#include <string.h>

#include "bench.h"
#include "known.h"
#include "pv.h"

static bool faults_arrive(const struct bench *g)
{
	return probe_faults_work(&g->cpu.cpuid);
}

static bool msrs_are_refused(const struct bench *g)
{
	return !facts_param_bool(g->facts, "kvm", "ignore_msrs", false);
}

static bool is_our_kvm(const struct bench *g)
{
	return !strcmp(g->facts->kvm_module, "kvm_amd") ||
	       !strcmp(g->facts->kvm_module, "kvm_intel");
}

static bool hypercalls_work(const struct bench *g)
{
	return is_our_kvm(g) || pv_try_hypercall();
}

static bool can_force_emulation(const struct bench *g)
{
	const char *on = facts_param(g->facts, "kvm", "force_emulation_prefix");

	return on && strcmp(on, "0") && strcmp(on, "N");
}

static bool cannot_force_emulation(const struct bench *g)
{
	return !can_force_emulation(g);
}

static bool hlt_needs_no_exit(const struct bench *g)
{
	return bench_cap(KVM_CAP_X86_DISABLE_EXITS) & KVM_X86_DISABLE_EXITS_HLT;
}

static bool host_is_not_tcg(const struct bench *g)
{
	return !bench_host_is_tcg(g);
}

/*
 * APM vol. 2, 15.12.2: an intercepted #DB leaves in the VMCB what its handler
 * would see in DR6.  Bochs' exception() intercepts first.
 */
static bool shows_general_detect(const struct bench *g)
{
	uint32_t version;
	const char *emulator = known_emulator(&version);

	return !bench_host_is_tcg(g) &&
	       !(facts_host_is_amd(g->facts) && emulator &&
		 !strcmp(emulator, "Bochs"));
}

static bool has_avx(const struct bench *g)
{
	return cpuid_xcr0(&g->facts->supported) & XCR0_AVX;
}

/* With AMX the state has no room in struct kvm_xsave (KVM api.rst). */
static bool xsave_has_room(const struct bench *g)
{
	return kvm_check_cap(g->vm.fd, KVM_CAP_XSAVE2) <=
	       (int)sizeof(struct kvm_xsave);
}

static bool has_tsc_aux(const struct bench *g)
{
	return bench_kvm_has(g, F_RDTSCP) || bench_kvm_has(g, F_RDPID);
}

static bool has_nested_svm(const struct bench *g)
{
	return facts_host_is_amd(g->facts) && bench_kvm_has(g, F_SVM);
}

static bool has_nested_vmx(const struct bench *g)
{
	return facts_host_is_intel(g->facts) && bench_kvm_has(g, F_VMX);
}

/* A control of VMX that KVM itself has: its exits let KVM hide the instruction. */
static bool vmx_control(const struct bench *g, unsigned int control,
			struct cpuid_feature f)
{
	return facts_host_is_intel(g->facts) && bench_kvm_has(g, f) &&
	       msr_get(&g->facts->feature_msrs,
		       MSR_IA32_VMX_PROCBASED_CTLS2) >> (32 + control) & 1;
}

static bool rdrand_exits(const struct bench *g)
{
	return vmx_control(g, 11, F_RDRAND);
}

static bool rdseed_exits(const struct bench *g)
{
	return vmx_control(g, 16, F_RDSEED);
}

static bool intel_xsaves(const struct bench *g)
{
	return facts_host_is_intel(g->facts) && bench_kvm_has(g, F_XSAVES);
}

static bool intel_waitpkg(const struct bench *g)
{
	return facts_host_is_intel(g->facts) && bench_kvm_has(g, F_WAITPKG);
}

static bool amd_rdtscp(const struct bench *g)
{
	return facts_host_is_amd(g->facts) && bench_kvm_has(g, F_RDTSCP);
}

static bool intel_rdtscp(const struct bench *g)
{
	return facts_host_is_intel(g->facts) && bench_kvm_has(g, F_RDTSCP);
}

static bool has_sgx(const struct bench *g)
{
	return bench_kvm_has(g, F_SGX) && bench_kvm_has(g, F_SGX1);
}

static bool quirk_can_go(uint64_t quirks)
{
	return !(quirks & ~bench_cap(KVM_CAP_DISABLE_QUIRKS2));
}

static bool no_mwait_can_go(const struct bench *g)
{
	return quirk_can_go(KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT);
}

static bool never_ud_can_go(const struct bench *g)
{
	return quirk_can_go(KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS);
}

static bool has_nested(const struct bench *g)
{
	return has_nested_svm(g) || has_nested_vmx(g);
}

#define BY_CALL(fn)	.is_here = fn
#define BY_CAP(n)	.cap = n
#define BY_FEATURE(bit)	.has_feature = true, .f = bit
#define BY_PLACE(w)	.has_place = true, .place = w

static const struct {
	const char *sentence;
	bool (*is_here)(const struct bench *g);
	uint32_t cap;
	bool has_feature, has_place;
	struct cpuid_feature f;
	enum probe_where place;
} needs[NR_NEEDS] = {
#define NEED(name, how, text) \
	[NEED_##name] = { .sentence = text, how },
#include "needs.def"
#undef NEED
};

static bool is_here(const struct bench *g, enum need n)
{
	if (needs[n].is_here)
		return needs[n].is_here(g);
	if (needs[n].has_feature)
		return bench_kvm_has(g, needs[n].f);
	if (needs[n].has_place)
		return needs[n].place == PROBE_AT_CPL0 ||
		       probe_place_works(&g->cpu.cpuid, needs[n].place);
	return bench_cap(needs[n].cap) > 0;
}

enum need need_place(enum probe_where where)
{
	unsigned int n;

	for (n = 0; n < NR_NEEDS; n++)
		if (needs[n].has_place && needs[n].place == where)
			return n;
	return NEED_NOTHING;
}

const char *bench_lacks(const struct bench *g, const enum need *need,
			unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!is_here(g, need[i]))
			return needs[need[i]].sentence;
	return NULL;
}
