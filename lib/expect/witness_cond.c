// SPDX-License-Identifier: GPL-2.0-only
/* Questions to a host that the witness's table asks.  Pure. */
#include <string.h>

#include "witness.h"

static bool host_is_intel(const struct witness_host *h)
{
	return cpuid_vendor(h->raw) == VENDOR_INTEL;
}

static enum tri raw_bit(const struct witness_host *h, uint32_t leaf,
			enum cpuid_reg reg, unsigned int bit)
{
	return tri_of(cpuid_get(h->raw, leaf, 0, reg) >> bit & 1);
}

/* A whole word of a list of words. */
static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);
	const char *p = text;

	while ((p = strstr(p, word))) {
		bool starts = p == text || p[-1] == ' ';

		if (starts && (p[len] == ' ' || !p[len]))
			return true;
		p += len;
	}
	return false;
}

enum tri witness_flag(const struct witness_host *h, const char *name)
{
	if (!name[0])
		return YES;
	return h->flags[0] ? tri_of(has_word(h->flags, name)) : UNKNOWN;
}

/* /proc/cpuinfo has its "bugs" line even if there are none. */
static enum tri bug(const struct witness_host *h, const char *name)
{
	return h->flags[0] ? tri_of(has_word(h->bugs, name)) : UNKNOWN;
}

static const char *module(const struct witness_host *h)
{
	return host_is_intel(h) ? "kvm_intel" : "kvm_amd";
}

static bool has_params(const struct host_facts *f, const char *name)
{
	uint32_t i;

	for (i = 0; i < f->nr_params; i++)
		if (!strcmp(f->params[i].module, name))
			return true;
	return false;
}

/*
 * A parameter that is missing among others is one of a feature that this
 * kernel was built without.  KVM turns its own copy off where the CPU lacks
 * something, but the table asks for the CPU's bit as well.
 */
enum tri witness_param(const struct witness_host *h, const char *name)
{
	if (!has_params(h->facts, module(h)))
		return UNKNOWN;
	return tri_of(facts_param_bool(h->facts, module(h), name, false));
}

static enum tri pmu(const struct witness_host *h)
{
	if (!facts_param(h->facts, "kvm", "enable_pmu"))
		return UNKNOWN;
	return tri_of(facts_param_bool(h->facts, "kvm", "enable_pmu", false));
}

static enum tri tdp(const struct witness_host *h)
{
	return witness_param(h, host_is_intel(h) ? "ept" : "npt");
}

/* VMX controls: the upper half of the MSR says what may be set. */
static enum tri control(const struct witness_host *h, uint32_t msr,
			unsigned int bit)
{
	const struct msr_value *m = msr_find(&h->msrs, msr);

	if (!m || !m->valid)
		return UNKNOWN;
	return tri_of(m->value >> (32 + bit) & 1);
}

#define VMX_BASIC	0x480
#define VMX_PROCBASED2	0x48b
#define VMX_EXIT	0x483
#define VMX_ENTRY	0x484

/* On AMD there is no such control. */
static enum tri secondary(const struct witness_host *h, unsigned int bit,
			  enum tri on_amd)
{
	return host_is_intel(h) ? control(h, VMX_PROCBASED2, bit) : on_amd;
}

static enum tri mpx(const struct witness_host *h)
{
	if (!host_is_intel(h))
		return NO;
	if (h->xcr0_valid && (h->xcr0 & 0x18) != 0x18)
		return NO;
	return tri_and(control(h, VMX_ENTRY, 16), control(h, VMX_EXIT, 23));
}

static enum tri amd(const struct witness_host *h, enum tri t)
{
	return host_is_intel(h) ? NO : t;
}

static enum tri intel(const struct witness_host *h, enum tri t)
{
	return host_is_intel(h) ? t : NO;
}

/* Nested SVM, and a parameter on top of it. */
static enum tri svm(const struct witness_host *h, const char *param)
{
	enum tri t = amd(h, witness_param(h, "nested"));

	return param ? tri_and(t, witness_param(h, param)) : t;
}

/*
 * SSBD through an MSR of family 15h to 17h: the kernel has "ssbd", yet no
 * bit of CPUID says so (init_ssbd in arch/x86/kernel/cpu/amd.c).
 */
static enum tri ls_cfg_ssbd(const struct witness_host *h)
{
	enum tri other = tri_or(raw_bit(h, 0x80000008, REG_EBX, 24),
				raw_bit(h, 0x80000008, REG_EBX, 25));

	other = tri_or(other, raw_bit(h, 7, REG_EDX, 31));
	return amd(h, tri_and(witness_flag(h, "ssbd"), tri_not(other)));
}

static unsigned int family(const struct witness_host *h)
{
	uint32_t eax = cpuid_get(h->raw, 1, 0, REG_EAX);
	unsigned int f = eax >> 8 & 0xf;

	return f == 0xf ? f + (eax >> 20 & 0xff) : f;
}

static enum tri intel_cond(const struct witness_host *h, enum witness_cond c)
{
	switch (c) {
	case WITNESS_INTEL:
		return intel(h, YES);
	case WITNESS_PDCM:
		return host_is_intel(h) ? pmu(h) : YES;
	case WITNESS_PEBS:	/* also needs what only perf knows */
		return intel(h, tri_and(witness_flag(h, "pebs"),
					tri_and(pmu(h), UNKNOWN)));
	case WITNESS_VMX:
		return intel(h, witness_param(h, "nested"));
	case WITNESS_INVPCID:
		return secondary(h, 12, YES);
	case WITNESS_SGX:
		return intel(h, witness_param(h, "sgx"));
	case WITNESS_MPX:
		return mpx(h);
	case WITNESS_PT:
		return intel(h, witness_param(h, "pt_mode"));
	case WITNESS_RDTSCP:
		return secondary(h, 3, YES);
	case WITNESS_UMIP_EMULATED:
		return tri_and(secondary(h, 2, NO),
			       tri_not(witness_flag(h, "umip")));
	case WITNESS_WAITPKG:
		return secondary(h, 26, NO);
	case WITNESS_XSAVES:
		return secondary(h, 20, YES);
	default:
		return UNKNOWN;
	}
}

static enum tri amd_cond(const struct witness_host *h, enum witness_cond c)
{
	switch (c) {
	case WITNESS_AMD_PMU:
		return amd(h, pmu(h));
	case WITNESS_PERFMON_V2:
		return amd(h, tri_and(pmu(h), witness_flag(h, "perfctr_core")));
	case WITNESS_SVM:
		return svm(h, NULL);
	case WITNESS_SVM_NPT:
		return svm(h, "npt");
	case WITNESS_SVM_NRIPS:
		return svm(h, "nrips");
	case WITNESS_SVM_TSC:
		return svm(h, "tsc_scaling");
	case WITNESS_SVM_VLS:
		return tri_and(svm(h, "vls"), tdp(h));
	case WITNESS_SVM_LBRV:
		return svm(h, "lbrv");
	case WITNESS_SVM_VGIF:
		return svm(h, "vgif");
	case WITNESS_SVM_VNMI:
		return tri_and(svm(h, "vnmi"), svm(h, "vgif"));
	case WITNESS_SEV:
		return amd(h, witness_param(h, "sev"));
	case WITNESS_SEV_ES:
		return amd(h, witness_param(h, "sev_es"));
	case WITNESS_SEV_SNP:
		return amd(h, witness_param(h, "sev_snp"));
	case WITNESS_ERAPS:	/* and what the kernel makes of it */
		return amd(h, tri_and(tdp(h), UNKNOWN));
	case WITNESS_AMD_BARE:
		return amd(h, raw_bit(h, 1, REG_ECX, 31) ? NO : UNKNOWN);
	case WITNESS_AMD_ZEN:
		return amd(h, family(h) >= 0x17 ? UNKNOWN : NO);
	default:
		return UNKNOWN;
	}
}

/* On AMD the guest's SPEC_CTRL promises IBPB_RET since 6.13. */
static enum tri ibrs_ibpb(const struct witness_host *h)
{
	enum tri both = tri_and(witness_flag(h, "ibrs"),
				witness_flag(h, "ibpb"));

	if (!kernel_has(h->kernel, CHANGE_SPEC_CTRL_NEEDS_IBPB_RET))
		return both;
	return tri_and(both, tri_and(raw_bit(h, 0x80000008, REG_EBX, 30),
				     raw_bit(h, 0x80000008, REG_EBX, 12)));
}

/* VMX loads and saves the state of CET, and injects #CP (VMX_BASIC[56]). */
static enum tri vmx_cet(const struct witness_host *h)
{
	enum tri t = tri_and(control(h, VMX_ENTRY, 20), control(h, VMX_EXIT, 28));

	t = tri_and(t, control(h, VMX_BASIC, 56 - 32));
	return tri_and(t, witness_param(h, "unrestricted_guest"));
}

/*
 * The kernel lets guests have the state of CET in IA32_XSS where it has shadow
 * stacks itself.  If it does not use them nothing says whether it could.
 */
static enum tri cet(const struct witness_host *h)
{
	enum tri t = raw_bit(h, 7, REG_ECX, 7);

	if (witness_flag(h, "user_shstk") != YES)
		t = tri_and(t, UNKNOWN);
	t = tri_and(t, tri_and(tdp(h), witness_flag(h, "xsaves")));
	if (facts_param_bool(h->facts, "kvm", "allow_smaller_maxphyaddr",
			     false) ||
	    facts_param_bool(h->facts, module(h), "allow_smaller_maxphyaddr",
			     false) ||
	    !facts_param_bool(h->facts, module(h), "cet", true))
		return NO;
	return host_is_intel(h) ? tri_and(t, vmx_cet(h)) : t;
}

static enum tri common_cond(const struct witness_host *h, enum witness_cond c)
{
	switch (c) {
	case WITNESS_PKU:	/* CR4.PKE of the host */
		return tri_and(tdp(h), raw_bit(h, 7, REG_ECX, 4));
	case WITNESS_IBRS_IBPB:
		return ibrs_ibpb(h);
	case WITNESS_SHSTK:
		return cet(h);
	case WITNESS_IBT:
		return intel(h, cet(h));
	case WITNESS_IBPB_RET:	/* the kernel's SPEC_CTRL: Intel's bit */
		return tri_and(tri_and(witness_flag(h, "ibpb"),
				       raw_bit(h, 7, REG_EDX, 26)),
			       tri_not(bug(h, "eibrs_pbrsb")));
	case WITNESS_IBRS:
		return witness_flag(h, "ibrs");
	case WITNESS_IBPB:
		return witness_flag(h, "ibpb");
	case WITNESS_STIBP:
		return witness_flag(h, "stibp");
	case WITNESS_AMD_SSBD:
		return raw_bit(h, 0x80000008, REG_EBX, 24);
	case WITNESS_INTEL_SSBD:
		return tri_and(raw_bit(h, 7, REG_EDX, 31),
			       witness_flag(h, "ssbd"));
	case WITNESS_VIRT_SSBD:
		return tri_or(ls_cfg_ssbd(h), amd(h, raw_bit(h, 0x80000008,
							     REG_EBX, 24)));
	case WITNESS_SSB_NO:
		return tri_not(bug(h, "spec_store_bypass"));
	case WITNESS_NO_TDP:
		return tri_not(tdp(h));
	case WITNESS_LFENCE:	/* wherever there is SSE2 */
		return raw_bit(h, 1, REG_EDX, 26);
	case WITNESS_NO_NULL_SEG:
		return tri_not(bug(h, "null_seg"));
	default:
		return UNKNOWN;
	}
}

/* In the order of enum witness_cond. */
static const struct {
	const char *text;
	enum tri (*ask)(const struct witness_host *h, enum witness_cond c);
} conds[NR_WITNESS_CONDS] = {
	[WITNESS_NONE] = { "nothing else", NULL },
	[WITNESS_ALWAYS] = { "KVM emulates it on every CPU", NULL },
	[WITNESS_NEVER] = { "never passed on", NULL },
	[WITNESS_INTEL] = { "kvm_intel only", intel_cond },
	[WITNESS_PDCM] = { "on Intel: kvm.enable_pmu", intel_cond },
	[WITNESS_PEBS] = { "PEBS that works with EPT", intel_cond },
	[WITNESS_VMX] = { "kvm_intel.nested", intel_cond },
	[WITNESS_INVPCID] = { "VMX control \"enable INVPCID\"", intel_cond },
	[WITNESS_SGX] = { "kvm_intel.sgx", intel_cond },
	[WITNESS_MPX] = { "VMX controls for BNDCFGS, and XCR0", intel_cond },
	[WITNESS_PT] = { "kvm_intel.pt_mode", intel_cond },
	[WITNESS_PKU] = { "EPT or NPT, and CR4.PKE of the host", common_cond },
	[WITNESS_RDTSCP] = { "VMX control \"enable RDTSCP\"", intel_cond },
	[WITNESS_UMIP_EMULATED] = {
		"emulated by VMX control \"descriptor-table exiting\"",
		intel_cond },
	[WITNESS_WAITPKG] = { "VMX control \"enable user wait and pause\"",
			      intel_cond },
	[WITNESS_XSAVES] = { "VMX control \"enable XSAVES\"", intel_cond },
	[WITNESS_IBRS_IBPB] = { "the kernel uses IBRS and IBPB", common_cond },
	[WITNESS_IBRS] = { "the kernel uses IBRS", common_cond },
	[WITNESS_IBPB] = { "the kernel uses IBPB", common_cond },
	[WITNESS_STIBP] = { "the kernel uses STIBP", common_cond },
	[WITNESS_AMD_SSBD] = { "AMD's SSBD bit", common_cond },
	[WITNESS_INTEL_SSBD] = { "Intel's SSBD bit", common_cond },
	[WITNESS_VIRT_SSBD] = { "SSBD by LS_CFG, or AMD's bit", common_cond },
	[WITNESS_SSB_NO] = { "no bug spec_store_bypass", common_cond },
	[WITNESS_NO_TDP] = { "shadow paging (no EPT or NPT)", common_cond },
	[WITNESS_AMD_PMU] = { "kvm_amd with kvm.enable_pmu", amd_cond },
	[WITNESS_PERFMON_V2] = { "kvm.enable_pmu, six counters", amd_cond },
	[WITNESS_SVM] = { "kvm_amd.nested", amd_cond },
	[WITNESS_SVM_NPT] = { "kvm_amd.nested and npt", amd_cond },
	[WITNESS_SVM_NRIPS] = { "kvm_amd.nested and nrips", amd_cond },
	[WITNESS_SVM_TSC] = { "kvm_amd.nested and tsc_scaling", amd_cond },
	[WITNESS_SVM_VLS] = { "kvm_amd.nested, vls and npt", amd_cond },
	[WITNESS_SVM_LBRV] = { "kvm_amd.nested and lbrv", amd_cond },
	[WITNESS_SVM_VGIF] = { "kvm_amd.nested and vgif", amd_cond },
	[WITNESS_SVM_VNMI] = { "kvm_amd.nested, vgif and vnmi", amd_cond },
	[WITNESS_SEV] = { "kvm_amd.sev", amd_cond },
	[WITNESS_SEV_ES] = { "kvm_amd.sev_es", amd_cond },
	[WITNESS_SEV_SNP] = { "kvm_amd.sev_snp", amd_cond },
	[WITNESS_LFENCE] = { "LFENCE is serialising", common_cond },
	[WITNESS_NO_NULL_SEG] = { "no bug null_seg", common_cond },
	[WITNESS_AMD_BARE] = { "a bare AMD CPU that the kernel knows",
			       amd_cond },
	[WITNESS_SHSTK] = { "EPT or NPT, XSAVES, a kernel with CET",
			    common_cond },
	[WITNESS_IBT] = { "kvm_intel, EPT, XSAVES, a kernel with CET",
			  common_cond },
	[WITNESS_ERAPS] = { "kvm_amd with NPT", amd_cond },
	[WITNESS_IBPB_RET] = { "Intel's IBPB and SPEC_CTRL, no bug eibrs_pbrsb",
			       common_cond },
	[WITNESS_AMD_ZEN] = { "a Zen CPU that the kernel knows", amd_cond },
};

enum tri witness_cond(const struct witness_host *h, enum witness_cond c)
{
	if (c == WITNESS_NEVER)
		return NO;
	return conds[c].ask ? conds[c].ask(h, c) : YES;
}

const char *witness_cond_text(enum witness_cond c)
{
	return conds[c].text;
}
