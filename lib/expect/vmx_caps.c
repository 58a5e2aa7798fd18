// SPDX-License-Identifier: GPL-2.0-only
/* Prediction of what nested VMX offers: nested_vmx_setup_ctls_msrs(). */
#include <string.h>

#include "msr_model.h"
#include "vmx_caps.h"
#include "features.h"
#include "regs.h"

#define AT(i)	((i) - VMX_FIRST)

#define BASIC		0x480
#define PINBASED	0x481
#define PROCBASED	0x482
#define EXIT		0x483
#define ENTRY		0x484
#define MISC		0x485
#define CR0_FIXED0	0x486
#define CR0_FIXED1	0x487
#define CR4_FIXED0	0x488
#define CR4_FIXED1	0x489
#define VMCS_ENUM	0x48a
#define PROCBASED2	0x48b
#define EPT_VPID	0x48c
#define TRUE_PIN	0x48d
#define TRUE_PROC	0x48e
#define TRUE_EXIT	0x48f
#define TRUE_ENTRY	0x490
#define VMFUNC		0x491

static const char * const names[NR_VMX_MSRS] = {
	"BASIC", "PINBASED_CTLS", "PROCBASED_CTLS", "EXIT_CTLS", "ENTRY_CTLS",
	"MISC", "CR0_FIXED0", "CR0_FIXED1", "CR4_FIXED0", "CR4_FIXED1",
	"VMCS_ENUM", "PROCBASED_CTLS2", "EPT_VPID_CAP", "TRUE_PINBASED_CTLS",
	"TRUE_PROCBASED_CTLS", "TRUE_EXIT_CTLS", "TRUE_ENTRY_CTLS", "VMFUNC",
};

const char *vmx_cap_name(uint32_t index)
{
	return names[AT(index)];
}

/* The default1 classes: SDM vol. 3, A.3.1, A.3.2, A.4, A.5. */
uint64_t vmx_default1(uint32_t index)
{
	switch (index) {
	case PINBASED:
		return 0x00000016;
	case PROCBASED:
		return 0x0401e172;
	case EXIT:
		return 0x00036dff;
	case ENTRY:
		return 0x000011ff;
	}
	return 0;
}

uint32_t vmx_true_index(uint32_t index)
{
	return index - PINBASED + TRUE_PIN;
}

/*
 * Controls: KVM takes from the CPU those it uses itself (uses), of them it
 * offers some to a nested hypervisor (passes), and others whatever the CPU
 * has (emulates).  Of the default1 class some may be cleared (may_clear).
 */
static const struct control_rule {
	uint32_t from, to;		/* host MSR, TRUE MSR of KVM */
	uint32_t uses, passes, emulates;
	uint32_t must, may_clear;
} controls[] = {
	/* interrupts, NMI, virtual NMIs, posted interrupts; timer */
	{ PINBASED, TRUE_PIN, 0x000000e9, 0x000000a9, 0x00000040,
	  0x00000016, 0 },
	/* all but tertiary controls; MSR bitmaps; CR3 exiting optional */
	{ PROCBASED, TRUE_PROC, 0xfbfb9e8c, 0xebf99e8c, 0x10000000,
	  0x0401e172, 0x00018000 },
	/* 64-bit host, PAT, BNDCFGS; EFER, timer, PERF_GLOBAL_CTRL, ack */
	{ EXIT, TRUE_EXIT, 0x03fc9204, 0x008c0200, 0x00709000,
	  0x00036dff, 0x00000004 },
	/* 64-bit guest, PAT, BNDCFGS; EFER, PERF_GLOBAL_CTRL */
	{ ENTRY, TRUE_ENTRY, 0x0007e204, 0x00014200, 0x0000a000,
	  0x000011ff, 0x00000004 },
};

/* Secondary controls that KVM uses and passes on (6.1 and 6.12 alike). */
#define SECONDARY_USES		0x5e1fffff
#define SECONDARY_PASSES	0x06113b5c

#define SEC_APIC_ACCESSES	BIT(0)
#define SEC_EPT			BIT(1)
#define SEC_DESC		BIT(2)
#define SEC_RDTSCP		BIT(3)
#define SEC_X2APIC		BIT(4)
#define SEC_VPID		BIT(5)
#define SEC_UNRESTRICTED	BIT(7)
#define SEC_APIC_REGS		BIT(8)
#define SEC_VID			BIT(9)
#define SEC_RDRAND		BIT(11)
#define SEC_INVPCID		BIT(12)
#define SEC_VMFUNC		BIT(13)
#define SEC_SHADOW		BIT(14)
#define SEC_ENCLS		BIT(15)
#define SEC_RDSEED		BIT(16)
#define SEC_PML			BIT(17)
#define SEC_XSAVES		BIT(20)
#define SEC_TSC_SCALING		BIT(25)
#define SEC_USR_WAIT		BIT(26)

static bool param(const struct host_facts *f, const char *name)
{
	return facts_param_bool(f, "kvm_intel", name, false);
}

/* Allowed-0 in the low half, allowed-1 in the high half. */
static uint32_t adjust(uint32_t wanted, uint64_t msr)
{
	return (wanted & (uint32_t)(msr >> 32)) | (uint32_t)msr;
}

static uint64_t halves(uint64_t low, uint64_t high)
{
	return (uint32_t)low | high << 32;
}

static uint32_t secondary_used(const struct msr_list *host)
{
	uint32_t proc = adjust(controls[1].uses, msr_get(host, PROCBASED));
	uint32_t sec = adjust(SECONDARY_USES, msr_get(host, PROCBASED2));

	if (!(proc & BIT(31)))
		return 0;
	if (!(proc & BIT(21)))	/* no TPR shadow */
		sec &= ~(SEC_APIC_REGS | SEC_X2APIC | SEC_VID);
	return sec;
}

static uint64_t secondary_offered(const struct host_facts *f,
				  const struct msr_list *host)
{
	uint64_t sec = (secondary_used(host) & SECONDARY_PASSES) | SEC_SHADOW;

	if (param(f, "ept"))
		sec |= SEC_EPT | (param(f, "eptad") ? SEC_PML : 0);
	if (param(f, "vpid"))
		sec |= SEC_VPID;
	if (param(f, "unrestricted_guest"))
		sec |= SEC_UNRESTRICTED;
	if (param(f, "flexpriority"))
		sec |= SEC_APIC_ACCESSES;
	if (param(f, "sgx"))
		sec |= SEC_ENCLS;
	return sec << 32;
}

static uint32_t drop_pin(const struct host_facts *f,
			 const struct msr_list *host)
{
	bool posted = param(f, "enable_apicv") &&
		      secondary_used(host) & SEC_VID;

	return posted ? 0 : BIT(7);
}

static void predict_controls(const struct host_facts *f,
			     const struct msr_list *host,
			     struct vmx_caps *c)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(controls); i++) {
		const struct control_rule *r = &controls[i];
		uint32_t used = adjust(r->uses, msr_get(host, r->from));
		uint64_t high = (used & r->passes) | r->emulates | r->must;

		if (r->from == PINBASED)
			high &= ~(uint64_t)drop_pin(f, host);
		c->msr[AT(r->to)] = halves(r->must & ~r->may_clear, high);
		c->msr[AT(r->from)] = c->msr[AT(r->to)] | r->must;
	}
	c->msr[AT(PROCBASED2)] = secondary_offered(f, host);
}

/* Walk lengths, memory type, INVEPT as the CPU; the rest is emulated. */
static uint64_t ept_vpid(const struct host_facts *f,
			 const struct msr_list *host)
{
	uint64_t caps = 0;

	if (param(f, "ept")) {
		caps = msr_get(host, EPT_VPID) &
		       (BIT(0) | BIT(6) | BIT(7) | BIT(14) | BIT(20));
		caps |= BIT(16) | BIT(17) | BIT(25) | BIT(26);
		if (param(f, "eptad"))
			caps |= BIT(21);
	}
	if (param(f, "vpid"))
		caps |= 0xf01ull << 32;
	return caps;
}

static bool umip_emulated(const struct host_facts *f,
			  const struct msr_list *host)
{
	return !(cpuid_get(&f->cpu[0].cpuid, 7, 0, REG_ECX) & BIT(2)) &&
	       secondary_used(host) & SEC_DESC;
}

/* What KVM says of itself, whatever the CPU. */
static void predict_fixed(struct vmx_caps *c)
{
	/* revision of vmcs12, 4 KiB, write-back, TRUE controls */
	c->msr[AT(BASIC)] = 0x11e57ed0 | 0x1000ull << 32 | 6ull << 50 | BIT(55);
	/* timer rate 5, HLT, wait-for-SIPI, VMWRITE to read-only fields */
	c->msr[AT(MISC)] = 5 | BIT(6) | BIT(8) | BIT(29);
	c->msr[AT(CR0_FIXED0)] = 0x80000021;	/* PG, NE, PE */
	c->msr[AT(CR4_FIXED0)] = 0x2000;	/* VMXE */
	c->msr[AT(VMCS_ENUM)] = 0x19 << 1;	/* TSC multiplier */
}

static void nothing_of_the_cpu(struct vmx_caps *c)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(controls); i++) {
		const struct control_rule *r = &controls[i];

		c->care[AT(r->from)] = ~0u;
		c->care[AT(r->to)] = ~0u | (uint64_t)r->must << 32;
	}
	c->care[AT(BASIC)] &= ~BIT(54);
	c->care[AT(MISC)] = ~BIT(5);
	c->care[AT(CR0_FIXED1)] = 0;
	c->care[AT(CR4_FIXED1)] = 0;
	c->care[AT(PROCBASED2)] = ~0u;
	c->care[AT(EPT_VPID)] = ~0ull << 32;
	c->care[AT(VMFUNC)] = ~1ull;
}

static bool has_cet(const struct host_facts *f)
{
	return cpuid_get(&f->supported, 7, 0, REG_ECX) & BIT(7) ||
	       cpuid_get(&f->supported, 7, 0, REG_EDX) & BIT(20);
}

/* CET's loads come with CET; BASIC[56] as the CPU has it. */
static void predict_cet(const struct host_facts *f,
			const struct msr_list *host, struct vmx_caps *c)
{
	const uint64_t load_exit = BIT(28) << 32, load_entry = BIT(20) << 32;

	c->msr[AT(BASIC)] |= msr_get(host, BASIC) & BIT(56);
	c->care[AT(BASIC)] &= msr_find(host, BASIC) ? ~0ull : ~BIT(56);
	if (!has_cet(f))
		return;
	c->msr[AT(EXIT)] |= load_exit;
	c->msr[AT(TRUE_EXIT)] |= load_exit;
	c->msr[AT(ENTRY)] |= load_entry;
	c->msr[AT(TRUE_ENTRY)] |= load_entry;
}

void vmx_caps_of_kvm(const struct host_facts *f, const struct msr_list *host,
		     struct vmx_caps *c)
{
	memset(c, 0, sizeof(*c));
	memset(c->care, 0xff, sizeof(c->care));
	predict_fixed(c);
	predict_controls(f, host, c);
	c->msr[AT(BASIC)] |= msr_get(host, BASIC) & BIT(54);
	c->msr[AT(MISC)] |= msr_get(host, MISC) & BIT(5);
	c->msr[AT(CR0_FIXED1)] = msr_get(host, CR0_FIXED1);
	c->msr[AT(CR4_FIXED1)] = msr_get(host, CR4_FIXED1);
	if (umip_emulated(f, host))
		c->msr[AT(CR4_FIXED1)] |= BIT(11);
	c->msr[AT(EPT_VPID)] = ept_vpid(f, host);
	if (param(f, "ept") && secondary_used(host) & SEC_VMFUNC)
		c->msr[AT(VMFUNC)] = 1;
	if (kernel_has(f->kernel, CHANGE_CET))
		predict_cet(f, host, c);
	/* Fields that the CPU's VMCS lacks no longer count: next is the timer. */
	if (kernel_has(f->kernel, CHANGE_VMCS12_OF_CPU) &&
	    !(secondary_used(host) & SEC_TSC_SCALING))
		c->msr[AT(VMCS_ENUM)] = 0x17 << 1;
	if (!msr_find(host, BASIC) || !msr_find(host, BASIC)->valid)
		nothing_of_the_cpu(c);
}

/*
 * CR4 bits a nested hypervisor may set in VMX operation: those of CPUID as it
 * was installed, whether KVM has the features or not.
 */
static const struct {
	uint32_t cr4;
	struct cpuid_feature f;
	enum kvm_change since;
} fixed1[] = {
	{ 0x00000003, F_VME, 0 },  /* VME, PVI */
	{ 0x00000004, F_TSC, 0 },  /* TSD */
	{ 0x00000008, F_DE, 0 },  /* DE */
	{ 0x00000010, F_PSE, 0 },  /* PSE */
	{ 0x00000020, F_PAE, 0 },  /* PAE */
	{ 0x00000040, F_MCE, 0 },  /* MCE */
	{ 0x00000080, F_PGE, 0 }, /* PGE */
	{ 0x00000200, F_FXSR, 0 }, /* OSFXSR */
	{ 0x00000400, F_SSE, 0 }, /* OSXMMEXCPT */
	{ 0x00000800, F_UMIP, 0 },  /* UMIP */
	{ 0x00001000, F_LA57, 0 }, /* LA57 */
	{ 0x00002000, F_VMX, 0 },  /* VMXE */
	{ 0x00004000, F_SMX, 0 },  /* SMXE */
	{ 0x00010000, F_FSGSBASE, 0 },  /* FSGSBASE */
	{ 0x00020000, F_PCID, 0 }, /* PCIDE */
	{ 0x00040000, F_XSAVE, 0 }, /* OSXSAVE */
	{ 0x00100000, F_SMEP, 0 },  /* SMEP */
	{ 0x00200000, F_SMAP, 0 }, /* SMAP */
	{ 0x00400000, F_PKU, 0 },  /* PKE */
	{ 0x10000000, F_LAM,
	  CHANGE_LAM },						  /* LAM_SUP */
	{ 0x00800000, F_SHSTK,
	  CHANGE_CET },						  /* SHSTK */
	{ 0x00800000, F_IBT,
	  CHANGE_CET },						  /* IBT */
};

static uint64_t cr4_fixed1(const struct msr_cpu *c)
{
	uint64_t bits = 0x100;	/* PCE, always */
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fixed1); i++)
		if (msr_kernel_has(c, fixed1[i].since) &&
		    cpuid_match_reg(c->cpuid, fixed1[i].f.function,
				    fixed1[i].f.index, fixed1[i].f.reg) >>
		    fixed1[i].f.bit & 1)
			bits |= fixed1[i].cr4;
	return bits;
}

static bool has_xsaves(const struct msr_cpu *c)
{
	const struct cpuid_feature xsave = F_XSAVE;
	const struct cpuid_feature xsaves = F_XSAVES;

	return msr_kvm_has(c, xsave) && msr_cpu_has(c, xsave) &&
	       msr_cpu_has(c, xsaves) &&
	       (!msr_kernel_has(c, CHANGE_XSAVES_BY_KVM) ||
		msr_kvm_has(c, xsaves));
}

static uint64_t secondary_by_cpuid(const struct msr_cpu *c)
{
	uint64_t bits = 0;

	if (has_xsaves(c))
		bits |= SEC_XSAVES;
	if (msr_cpu_has(c, F_RDTSCP) ||
	    msr_cpu_has(c, F_RDPID))
		bits |= SEC_RDTSCP;
	if (msr_cpu_has(c, F_INVPCID))
		bits |= SEC_INVPCID;
	if (msr_cpu_has(c, F_RDRAND))
		bits |= SEC_RDRAND;
	if (msr_cpu_has(c, F_RDSEED))
		bits |= SEC_RDSEED;
	if (msr_cpu_has(c, F_WAITPKG))
		bits |= SEC_USR_WAIT;
	return bits;
}

void vmx_caps_of_vcpu(const struct host_facts *f,
		      const struct cpuid_list *cpuid, bool stuffing,
		      struct vmx_caps *caps)
{
	const uint64_t all = SEC_XSAVES | SEC_RDTSCP | SEC_INVPCID |
			     SEC_RDRAND | SEC_RDSEED | SEC_USR_WAIT;
	static const struct msr_list none;
	uint64_t *sec = &caps->msr[AT(PROCBASED2)];
	struct msr_cpu c;

	msr_cpu_init(&c, f, &none, cpuid);
	if (!stuffing) {
		memset(caps->msr, 0, sizeof(caps->msr));
		memset(caps->care, 0xff, sizeof(caps->care));
		for (unsigned int i = 0; i < ARRAY_SIZE(controls); i++)
			caps->msr[AT(controls[i].from)] = controls[i].must;
	} else {
		*sec &= ~(all << 32) | secondary_by_cpuid(&c) << 32;
	}
	caps->msr[AT(CR0_FIXED1)] = 0xffffffff;
	caps->msr[AT(CR4_FIXED1)] = cr4_fixed1(&c);
	caps->care[AT(CR0_FIXED1)] = ~0ull;
	caps->care[AT(CR4_FIXED1)] = ~0ull;
}

static bool subset(uint64_t value, uint64_t of, uint64_t mask)
{
	return !(value & mask & ~of);
}

static bool basic_ok(uint64_t sys, uint64_t v)
{
	const uint64_t features = BIT(49) | BIT(54) | BIT(55) | 7ull << 45 |
				  0xffull << 56 | BIT(31);

	return subset(v, sys, features) && !(v & BIT(48)) &&
	       !((v ^ sys) & 0x7fffffff) &&
	       (v >> 32 & 0x1fff) >= (sys >> 32 & 0x1fff);
}

static bool misc_ok(uint64_t sys, uint64_t v, bool timer)
{
	const uint64_t features = 0x1e0 | 0x3e00 | BIT(14) | BIT(15) |
				  BIT(28) | BIT(29) | BIT(30) | BIT(31);

	if (!subset(v, sys, features) || v >> 32 != sys >> 32)
		return false;
	if (timer && (v ^ sys) & 0x1f)
		return false;
	return (v >> 16 & 0x1ff) <= (sys >> 16 & 0x1ff) &&
	       (v >> 25 & 7) <= (sys >> 25 & 7);
}

bool vmx_cap_writable(uint32_t index, const uint64_t *sys,
		      const uint64_t *now, uint64_t v)
{
	uint64_t s = sys[AT(index)];

	switch (index) {
	case BASIC:
		return basic_ok(s, v);
	case MISC:
		return misc_ok(s, v, now[AT(TRUE_PIN)] >> 32 & BIT(6));
	case TRUE_PIN ... TRUE_ENTRY:
	case PROCBASED2:
		return subset(s, v, 0xffffffff) && subset(v, s, ~0ull << 32);
	case CR0_FIXED0:
	case CR4_FIXED0:
		return subset(s, v, ~0ull);
	case VMCS_ENUM:
		return true;
	case EPT_VPID:
	case VMFUNC:
		return subset(v, s, ~0ull);
	}
	return false;	/* derived from others, or from CPUID */
}
