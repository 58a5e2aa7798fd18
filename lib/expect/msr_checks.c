// SPDX-License-Identifier: GPL-2.0-only
/* Which values KVM takes for an MSR, and what it keeps of them. */
#include "expect_regs.h"
#include "features.h"
#include "msr_checks.h"
#include "regs.h"

/* Cannot be told from a refused one by KVM_SET_MSRS. */
static enum msr_answer only_if(bool ok)
{
	return ok ? MSR_DONE : MSR_REFUSED;
}

MSR_CHECK(mtrr_base)
{
	return only_if(expect_mtrr_base_valid(c->cpuid, *value));
}

MSR_CHECK(mtrr_mask)
{
	return only_if(expect_mtrr_mask_valid(c->cpuid, *value));
}

MSR_CHECK(mtrr_fixed)
{
	int i;

	for (i = 0; i < 64; i += 8)
		if (!expect_mtrr_type_valid(*value >> i & 0xff))
			return MSR_REFUSED;
	return MSR_DONE;
}

MSR_CHECK(mtrr_def)
{
	return only_if(!(*value & ~0xcffull) &&
		       expect_mtrr_type_valid(*value & 0xff));
}

/* Types 2 and 3 are reserved, as are the upper five bits of each byte. */
MSR_CHECK(pat)
{
	int i;

	for (i = 0; i < 64; i += 8) {
		unsigned int type = *value >> i & 0xff;

		if (type > 7 || type == 2 || type == 3)
			return MSR_REFUSED;
	}
	return MSR_DONE;
}

/* Linux 6.1 looks at CR4.LA57, later ones at the CPU: test what both say. */
MSR_CHECK(canonical)
{
	int64_t v = *value;

	if (v << 16 >> 16 == v)
		return MSR_DONE;
	return v << 7 >> 7 == v ? MSR_UNSURE : MSR_REFUSED;
}

MSR_CHECK(zero)
{
	return only_if(!*value);
}

MSR_CHECK(apic_base)
{
	if (!expect_apic_base_valid(c->facts, c->cpuid, *value))
		return MSR_REFUSED;
	return only_if(who == MSR_HOST ||
		       expect_apic_base_step(msr_cpu_value(c, index), *value));
}

/* The guests that write EFER here are in long mode: LME must stay. */
MSR_CHECK(efer)
{
	uint64_t old = msr_cpu_value(c, index), v = *value;

	/* Emulated CPUs fail VMRUN with LMSLE. */
	if (v & EFER_LMSLE && expect_efer_host(c->facts) & EFER_LMSLE)
		return MSR_UNSURE;
	if (v & ~expect_efer_host(c->facts))
		return MSR_REFUSED;
	if (who == MSR_GUEST && (v & ~expect_efer_guest(c->facts, c->cpuid) ||
				 (old ^ v) & EFER_LME))
		return MSR_REFUSED;
	*value = (v & ~EFER_LMA) | (old & EFER_LMA);
	return MSR_DONE;
}

/* A guest finds the host's IBPB, even behind an intercept. */
static bool host_ibpb(const struct msr_cpu *c)
{
	return msr_host_has(c, F_AMD_IBPB) || msr_host_has(c, F_SPEC_CTRL);
}

/*
 * Until 6.6 without IBPB even 0 was refused (e47d86083c66).  SBPB may be
 * switched off or synthesised by the kernel: then do not guess.
 */
MSR_CHECK(pred_cmd)
{
	if (*value & ~(BIT(0) | BIT(7)))
		return MSR_REFUSED;
	if (!msr_kernel_has(c, CHANGE_PRED_CMD_NO_OP))
		return only_if(host_ibpb(c) && !(*value & ~BIT(0)));
	if (*value & BIT(0) &&
	    (!host_ibpb(c) || (who == MSR_GUEST &&
			       !msr_cpu_has(c, F_SPEC_CTRL) &&
			       !msr_cpu_has(c, F_AMD_IBPB))))
		return MSR_REFUSED;
	if (!(*value & BIT(7)))
		return MSR_DONE;
	if (who == MSR_GUEST && !msr_cpu_has(c, F_SBPB))
		return MSR_REFUSED;
	return msr_host_has(c, F_SBPB) || msr_kvm_has(c, F_SBPB) ?
	       MSR_UNSURE : MSR_REFUSED;
}

MSR_CHECK(flush_cmd)
{
	if (*value & ~BIT(0))
		return MSR_REFUSED;
	return only_if(msr_host_has(c, F_FLUSH_L1D));
}

/*
 * KVM tries the value on the CPU.  Only bits that the CPU enumerates are sure
 * to be taken; which others it takes is nobody's promise.
 */
MSR_CHECK(spec_ctrl)
{
	uint64_t sure = 0;

	if (msr_host_has(c, F_SPEC_CTRL) ||
	    msr_host_has(c, F_AMD_IBRS))
		sure |= BIT(0);
	if (msr_host_has(c, F_INTEL_STIBP) ||
	    msr_host_has(c, F_AMD_STIBP))
		sure |= BIT(1);
	if (msr_host_has(c, F_SPEC_CTRL_SSBD) ||
	    msr_host_has(c, F_AMD_SSBD))
		sure |= BIT(2);
	if (!*value && !msr_find(c->host, 0x48))
		return sure ? MSR_DONE : MSR_UNSURE;
	if (!*value)
		return only_if(msr_find(c->host, 0x48)->valid);
	return *value & ~sure ? MSR_UNSURE : MSR_DONE;
}

/* Bits 3, 6 and 8 are dropped by the row's mask. */
MSR_CHECK(hwcr)
{
	uint64_t ok = BIT(18) | BIT(24);

	if (msr_kernel_has(c, CHANGE_AMD_CPUID_FAULT) &&
	    msr_cpu_has(c, F_CPUID_FAULT))
		ok |= BIT(35);
	/* 8b0e00fba934 and 598a790fc20f, Linux 6.7 */
	if (msr_kernel_has(c, CHANGE_HWCR_FREQ_SEL))
		return only_if(!(*value & ~ok));
	if (!*value)	/* taken, and forgotten */
		*value = msr_cpu_value(c, index);
	return only_if(!*value || *value == BIT(18));
}

MSR_CHECK(misc_enable)
{
	uint64_t old = msr_cpu_value(c, index);

	if (who == MSR_GUEST) {
		if ((old ^ *value) & (BIT(11) | BIT(12)))
			return MSR_REFUSED;
		*value = (*value & ~BIT(7)) | (old & BIT(7));
	}
	if (c->mwait_quirk_off && (old ^ *value) & BIT(18))
		return only_if(msr_cpu_has(c, F_SSE3));
	return MSR_DONE;
}

MSR_CHECK(misc_features)
{
	if (*value & ~1ull)
		return MSR_REFUSED;
	return only_if(!*value || msr_cpu_value(c, 0xce) & BIT(31));
}

/* Clearing CPUID faulting while it is in use was allowed by 1ded7a57b805. */
MSR_CHECK(platform_info)
{
	if (msr_kernel_has(c, CHANGE_CPUID_FAULT_OFF))
		return MSR_DONE;
	return only_if(*value & BIT(31) || !(msr_cpu_value(c, 0x140) & 1));
}

MSR_CHECK(tsc_aux)
{
	bool intel = cpuid_vendor(c->cpuid) == VENDOR_INTEL;

	/* "not AMD" since fd706c9b1674 (6.9) */
	if (msr_kernel_has(c, CHANGE_AMD_OR_NOT))
		intel = !msr_cpu_amd_compatible(c);
	if (intel && *value >> 32)
		return MSR_REFUSED;
	*value = (uint32_t)*value;
	return MSR_DONE;
}

/* Without the feature the host may write 0, and what is there already. */
MSR_CHECK(tsc_ratio)
{
	uint64_t now = msr_cpu_value(c, index);

	if (msr_gate_open(c, GATE_TSC_RATIO, index))
		return only_if(!(*value >> 40));
	if (who == MSR_GUEST || (*value && *value != now))
		return MSR_REFUSED;
	*value = now;
	return MSR_DONE;
}

/* Bits 3 (lock) and 4 (disable) are stuck once 4 is set. */
MSR_CHECK(vm_cr)
{
	uint64_t now = msr_cpu_value(c, index);
	uint64_t change = now & BIT(4) ? 0x07 : 0x1f;

	if (*value & ~0x1full)
		return MSR_REFUSED;
	*value = (now & ~change) | (*value & change);
	return only_if(!(*value & BIT(4) &&
			 msr_cpu_value(c, 0xc0000080) & EFER_SVME));
}

MSR_CHECK(hsave)
{
	if (who == MSR_GUEST && !expect_hsave_pa_valid(c->cpuid, *value))
		return MSR_REFUSED;
	*value &= ~0xfffull;
	return MSR_DONE;
}

/* The rest of VMX, SGX and LMCE depends on CPUID for the guest only. */
static uint64_t feature_control_bits(const struct msr_cpu *c)
{
	uint64_t bits = BIT(0);

	if (msr_gate_open(c, GATE_VMX, 0))
		bits |= BIT(1) | BIT(2);
	if (msr_cpu_has(c, F_SGX_LC))
		bits |= BIT(17);
	if (msr_cpu_has(c, F_SGX))
		bits |= BIT(18);
	if (c->mcg_cap & BIT(27))
		bits |= BIT(20);
	return bits;
}

MSR_CHECK(feature_control)
{
	const uint64_t all = BIT(0) | BIT(1) | BIT(2) | BIT(17) | BIT(18) |
			     BIT(20);

	/* Whatever the CPUID since d2a00af2061d, 6.2 */
	if (who == MSR_HOST)
		return only_if(!(*value &
				 ~(msr_kernel_has(c, CHANGE_FEATURE_CONTROL_BY_HOST) ?
				   all : feature_control_bits(c))));
	if (msr_cpu_value(c, index) & 1)
		return MSR_REFUSED;
	return only_if(!(*value & ~feature_control_bits(c)));
}

MSR_CHECK(sgx_hash)
{
	uint64_t control = msr_cpu_value(c, 0x3a);

	return only_if(who == MSR_HOST || !(control & 1) ||
		       control & BIT(17));
}

MSR_CHECK(mcg_ctl)
{
	if (who == MSR_HOST && *value && !msr_gate_open(c, GATE_MCG_CTL, index))
		return MSR_REFUSED;
	return only_if(!*value || !~*value);
}

MSR_CHECK(mci_ctl2)
{
	if (!msr_gate_open(c, GATE_BANK, index))
		return MSR_REFUSED;
	if (who == MSR_HOST && *value && !msr_gate_open(c, GATE_CMCI, index))
		return MSR_REFUSED;
	return only_if(!(*value & ~(BIT(30) | 0x7fff)));
}

/* Four MSRs a bank: CTL, STATUS, ADDR, MISC. */
MSR_CHECK(mci)
{
	bool may_set = msr_cpu_amd_compatible(c) &&
		       msr_cpu_value(c, 0xc0010015) & BIT(18);

	switch (index & 3) {
	case 0:	/* all, none, and what Linux and UnixWare do to CTL */
		return only_if(!*value || !~(*value | BIT(10) | BIT(0)));
	case 1:
		return only_if(who == MSR_HOST || !*value || may_set);
	}
	return MSR_DONE;
}

static uint64_t system_value(const struct msr_cpu *c, uint32_t index)
{
	return msr_get(&c->facts->feature_msrs, index);
}

#define PERF_LBR_FMT	0x3full
#define PERF_PEBS_FMT	0xf00ull
#define PERF_PEBS_ALL	(BIT(6) | BIT(7) | PERF_PEBS_FMT | BIT(14) | BIT(16))

static bool same_model(const struct msr_cpu *c)
{
	uint32_t host = cpuid_get(&c->facts->cpu[0].cpuid, 1, 0, REG_EAX);
	uint32_t guest = cpuid_match_reg(c->cpuid, 1, 0, REG_EAX);

	return !((host ^ guest) & 0x0fff0ff0);
}

static bool perf_cap_intel(const struct msr_cpu *c, uint32_t index,
			   uint64_t value)
{
	uint64_t sys = system_value(c, index);

	if (value && !msr_kernel_has(c, CHANGE_VERSIONLESS_PERF_CAP) &&
	    !(cpuid_match_reg(c->cpuid, 0xa, 0, REG_EAX) & 0xff))
		return false;
	if (value & PERF_LBR_FMT &&
	    ((value ^ sys) & PERF_LBR_FMT || !same_model(c)))
		return false;
	if (!(value & PERF_PEBS_FMT))
		return true;
	return !((value ^ sys) & PERF_PEBS_ALL) && same_model(c) &&
	       msr_cpu_has(c, F_DS) &&
	       msr_cpu_has(c, F_DTES64);
}

MSR_CHECK(perf_cap)
{
	/* kvm-intel looks at the formats first, whoever writes. */
	if (!c->amd && !perf_cap_intel(c, index, *value))
		return MSR_REFUSED;
	if (msr_kernel_has(c, CHANGE_HIDDEN_MSR_UNSUPPORTED) &&
	    (who == MSR_GUEST || !msr_gate_open(c, GATE_PDCM, index)))
		return MSR_UNSUPPORTED;
	return only_if(!(*value & ~system_value(c, index)));
}

/*
 * A guest could not change it until 6.12, only write the supported value; not
 * at all in 6.12.0 (74a0e79df68a); a subset again later, and in stable.
 */
MSR_CHECK(de_cfg)
{
	uint64_t sys = system_value(c, index);

	if (*value & ~sys)
		return MSR_REFUSED;
	if (who == MSR_HOST)
		return MSR_DONE;
	if (!msr_kernel_has(c, CHANGE_DE_CFG_READ_ONLY))
		return only_if(*value == sys);
	return msr_kernel_has(c, CHANGE_DE_CFG_SUBSET) ? MSR_DONE : MSR_UNSURE;
}

/* BTF is dropped, bits 5:2 are dropped or refused; LBR remains. */
MSR_CHECK(debugctl_amd)
{
	if (!msr_kernel_has(c, CHANGE_DEBUGCTL_STRICT) &&
	    !msr_kernel_has(c, CHANGE_DEBUGCTL_DROPS))
		return MSR_UNSURE;
	*value &= msr_kernel_has(c, CHANGE_DEBUGCTL_STRICT) ? ~BIT(1) :
							      ~0x3eull;
	return only_if(!(*value & ~BIT(0)));
}

/* Bits 0 and 1, where not virtualised, are dropped without a fault. */
MSR_CHECK(debugctl_intel)
{
	bool host = who == MSR_HOST;
	uint64_t ok = 0;

	if (system_value(c, 0x345) & PERF_LBR_FMT)
		return MSR_UNSURE;
	if (msr_host_has(c, F_BUS_LOCK_DETECT) &&
	    (host || msr_cpu_has(c, F_BUS_LOCK_DETECT)))
		ok |= BIT(2);
	/* KVM has RTM where the kernel has not switched it off. */
	if (msr_kvm_has(c, F_RTM) &&
	    (host || msr_cpu_has(c, F_RTM))) {
		if (!msr_kernel_has(c, CHANGE_DEBUGCTL_RTM) && *value & BIT(15))
			return MSR_UNSURE;
		ok |= BIT(15);
	}
	if (*value & ~(ok | 3))
		return MSR_REFUSED;
	*value &= ok;
	return MSR_DONE;
}

/* Bits of U_CET and S_CET: SDM vol. 1, 17.2.1. */
#define CET_SHSTK	(BIT(0) | BIT(1))
#define CET_RESERVED	(BIT(6) | BIT(7) | BIT(8) | BIT(9))
#define CET_SUPPRESS	BIT(10)
#define CET_TRACKER	BIT(11)
#define CET_BITMAP	(~0ull << 12)

/*
 * The CPU itself judges what a guest writes; the base of the legacy bitmap,
 * which has more conditions, is left out.
 */
MSR_CHECK(cet)
{
	bool shstk = msr_gate_open(c, GATE_SHSTK, index);
	bool ibt = msr_cpu_has(c, F_IBT);

	if (*value & CET_RESERVED || (!shstk && *value & CET_SHSTK) ||
	    (!ibt && *value & ~(CET_SHSTK | CET_RESERVED)))
		return MSR_REFUSED;
	if (*value & CET_SUPPRESS && *value & CET_TRACKER)
		return MSR_REFUSED;
	return *value & CET_BITMAP ? MSR_UNSURE : MSR_DONE;
}

MSR_CHECK(ssp)
{
	if (*value & 3)
		return MSR_REFUSED;
	return check_canonical(c, who, index, value);
}

/* Components that guest CPUID shows and KVM has. */
MSR_CHECK(xss)
{
	return only_if(!(*value & ~expect_xss_mask(c->cpuid,
						   &c->facts->supported)));
}

/* The guest's XFD bits are those of dynamic components in its 0xD.0. */
MSR_CHECK(xfd)
{
	uint32_t xcr0 = cpuid_match_reg(c->cpuid, 0xd, 0, REG_EAX);

	if (*value & ~BIT(18))
		return MSR_REFUSED;
	if (!(*value & BIT(18)))
		return MSR_DONE;
	return xcr0 & BIT(18) ? MSR_UNSURE : MSR_REFUSED;
}

/* An AMD CPU has 32 bits; only for a guest that is not AMD KVM keeps 64. */
MSR_CHECK(sysenter)
{
	bool intel = cpuid_vendor(c->cpuid) == VENDOR_INTEL;

	if (msr_kernel_has(c, CHANGE_AMD_OR_NOT))
		intel = !msr_cpu_amd_compatible(c);
	if (check_canonical(c, who, index, value) != MSR_DONE)
		return MSR_UNSURE;
	if (!c->amd || intel)
		return MSR_DONE;
	/* Not intercepted: emulated CPUs keep all of it. */
	if (who == MSR_GUEST && *value >> 32)
		return MSR_UNSURE;
	*value = (uint32_t)*value;
	return MSR_DONE;
}

/*
 * KVM drops bits 31:8; where the CPU virtualises the TPR it refuses them, or
 * knows the four bits of CR8 only.
 */
MSR_CHECK(tpr)
{
	if (*value >> 32)
		return MSR_REFUSED;
	if (who == MSR_GUEST && *value & ~0xf0ull)
		return MSR_UNSURE;
	*value &= 0xff;
	return MSR_DONE;
}

/* The vCPU's VMX capabilities have a test of their own. */
MSR_CHECK(vmx_host)
{
	return MSR_UNSURE;
}
