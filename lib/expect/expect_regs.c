// SPDX-License-Identifier: GPL-2.0-only
/* Which values control registers and MSRs with addresses may have. */
#include "expect.h"
#include "expect_regs.h"
#include "features.h"
#include "regs.h"

static bool kvm_has(const struct host_facts *f, struct cpuid_feature bit)
{
	return cpuid_shows(&f->supported, bit);
}

static bool cpu_has(const struct host_facts *f, struct cpuid_feature bit)
{
	return cpuid_has(&f->cpu[0].cpuid, bit);
}

/* --- CR0, CR4 ------------------------------------------------------------- */
bool expect_cr0_valid(uint64_t cr0)
{
	return !(cr0 >> 32) && (!(cr0 & CR0_NW) || cr0 & CR0_CD) &&
	       (!(cr0 & CR0_PG) || cr0 & CR0_PE);
}

const struct cr4_bit cr4_bits[] = {
	{ "UMIP",     F_UMIP, CHANGE_NONE, 11 },
	{ "LA57",     F_LA57, CHANGE_NONE, 12 },
	{ "VMXE",     F_VMX, CHANGE_NONE, 13 },
	{ "FSGSBASE", F_FSGSBASE, CHANGE_NONE, 16 },
	{ "PCIDE",    F_PCID, CHANGE_NONE, 17 },
	{ "OSXSAVE",  F_XSAVE, CHANGE_NONE, 18 },
	{ "SMEP",     F_SMEP, CHANGE_NONE, 20 },
	{ "SMAP",     F_SMAP, CHANGE_NONE, 21 },
	{ "PKE",      F_PKU, CHANGE_NONE, 22 },
	{ "LAM_SUP",  F_LAM, CHANGE_LAM, 28 },
};

const unsigned int nr_cr4_bits = ARRAY_SIZE(cr4_bits);

const struct cr4_bit *expect_cr4_bit(const struct host_facts *f,
				     unsigned int bit)
{
	unsigned int i;

	for (i = 0; i < nr_cr4_bits; i++)
		if (cr4_bits[i].bit == bit &&
		    expect_change(f, cr4_bits[i].since))
			return &cr4_bits[i];
	return NULL;
}

static uint64_t cr4_mask(const struct host_facts *f,
			 const struct cpuid_list *list)
{
	uint64_t mask = CR4_UNTIED;
	unsigned int i;

	for (i = 0; i < nr_cr4_bits; i++)
		if (expect_change(f, cr4_bits[i].since) &&
		    kvm_has(f, cr4_bits[i].f) &&
		    (!list || expect_feature_counts(f, list, cr4_bits[i].f)))
			mask |= BIT(cr4_bits[i].bit);
	return mask;
}

uint64_t expect_cr4_mask(const struct host_facts *f,
			 const struct cpuid_list *list)
{
	return cr4_mask(f, list);
}

uint64_t expect_cr4_mask_without_cpuid(const struct host_facts *f)
{
	return expect_change(f, CHANGE_CR4_NEEDS_CPUID) ? CR4_UNTIED :
							  cr4_mask(f, NULL);
}

bool expect_cr4_is_sure(const struct host_facts *f, unsigned int bit)
{
	return BIT(bit) != CR4_CET ||
	       !(kvm_has(f, F_SHSTK) || kvm_has(f, F_IBT));
}

/* --- EFER ------------------------------------------------------------------ */
const struct efer_bit efer_bits[] = {
	{ F_LM,       8,  false, true,  CHANGE_NONE },
	{ F_LM,       10, false, true,  CHANGE_NONE },
	{ F_NX,       11, false, false, CHANGE_NONE },
	{ F_SVM,      12, true,  true,  CHANGE_NONE },
	{ F_FXSR_OPT, 14, true,  false, CHANGE_NONE },
	{ F_AUTOIBRS, 21, true,  false, CHANGE_AUTOIBRS },
};

const unsigned int nr_efer_bits = ARRAY_SIZE(efer_bits);

const struct efer_bit *expect_efer_bit(unsigned int bit)
{
	unsigned int i;

	for (i = 0; i < nr_efer_bits; i++)
		if (efer_bits[i].bit == bit)
			return &efer_bits[i];
	return NULL;
}

/*
 * No CPUID bit speaks for LMSLE, one against it (EFER_LMSLE_MBZ); nested SVM
 * lets it through.
 */
static bool lmsle_possible(const struct host_facts *f)
{
	return facts_host_is_amd(f) && kvm_has(f, F_SVM) &&
	       !(cpu_has(f, F_EFER_LMSLE_MBZ) &&
		 expect_change(f, CHANGE_LMSLE_MBZ));
}

static bool efer_possible(const struct host_facts *f, const struct efer_bit *b)
{
	if (!expect_change(f, b->since) ||
	    (b->amd_only && !facts_host_is_amd(f)))
		return false;
	return b->by_kvm ? kvm_has(f, b->f) : cpu_has(f, b->f);
}

static uint64_t efer_mask(const struct host_facts *f,
			  const struct cpuid_list *list)
{
	uint64_t mask = EFER_SCE | (lmsle_possible(f) ? EFER_LMSLE : 0);
	unsigned int i;

	for (i = 0; i < nr_efer_bits; i++)
		if (efer_possible(f, &efer_bits[i]) &&
		    (!list || expect_feature_counts(f, list, efer_bits[i].f)))
			mask |= BIT(efer_bits[i].bit);
	return mask;
}

uint64_t expect_efer_host(const struct host_facts *f)
{
	return efer_mask(f, NULL);
}

uint64_t expect_efer_guest(const struct host_facts *f,
			   const struct cpuid_list *list)
{
	return efer_mask(f, list);
}

/* --- XCR0, XSS ------------------------------------------------------------- */
uint64_t expect_xcr0_mask(const struct cpuid_list *list,
			  const struct cpuid_list *supported)
{
	return cpuid_xcr0(list) & cpuid_xcr0(supported);
}

static bool all_or_none(uint64_t xcr0, uint64_t bits)
{
	return !(xcr0 & bits) || (xcr0 & bits) == bits;
}

bool expect_xcr0_valid(uint64_t xcr0, uint64_t mask)
{
	if (!(xcr0 & XCR0_X87) || xcr0 & ~(mask | XCR0_X87))
		return false;
	if (xcr0 & XCR0_AVX && !(xcr0 & XCR0_SSE))
		return false;
	if (xcr0 & XCR0_AVX512 && !(xcr0 & XCR0_AVX))
		return false;
	return all_or_none(xcr0, XCR0_MPX) && all_or_none(xcr0, XCR0_AVX512) &&
	       all_or_none(xcr0, XCR0_AMX);
}

uint64_t expect_xss_mask(const struct cpuid_list *list,
			 const struct cpuid_list *supported)
{
	return cpuid_xss(list) & cpuid_xss(supported);
}

/* --- physical addresses ------------------------------------------------------ */
unsigned int expect_maxphyaddr(const struct cpuid_list *list)
{
	const struct kvm_cpuid_entry2 *e = cpuid_match(list, 0x80000008, 0);

	if (cpuid_match_reg(list, 0x80000000, 0, REG_EAX) < 0x80000008 || !e)
		return 36;
	return e->eax & 0xff;
}

uint64_t expect_beyond_phys(const struct cpuid_list *list)
{
	unsigned int bits = expect_maxphyaddr(list);

	return bits > 63 ? 0 : ~0ull << bits;
}

/* Bits 7:0 and 9 are reserved; EXTD needs EN, and x2APIC in guest CPUID. */
bool expect_apic_base_valid(const struct host_facts *f,
			    const struct cpuid_list *list, uint64_t value)
{
	if (value & (expect_beyond_phys(list) | 0x2ff))
		return false;
	return !(value & APICBASE_EXTD) ||
	       (value & APICBASE_EN &&
		expect_feature_counts(f, list, F_X2APIC));
}

/* SDM vol. 3, 11.12.1.4: x2APIC is entered from xAPIC, left to off. */
bool expect_apic_base_step(uint64_t old, uint64_t value)
{
	if (old & APICBASE_EXTD && value & APICBASE_EN &&
	    !(value & APICBASE_EXTD))
		return false;
	return old & APICBASE_EN || !(value & APICBASE_EXTD);
}

bool expect_mtrr_type_valid(uint64_t type)
{
	return type == 0 || type == 1 || type == 4 || type == 5 || type == 6;
}

bool expect_mtrr_base_valid(const struct cpuid_list *list, uint64_t value)
{
	return expect_mtrr_type_valid(value & 0xff) && !(value & 0xf00) &&
	       !(value & expect_beyond_phys(list));
}

bool expect_mtrr_mask_valid(const struct cpuid_list *list, uint64_t value)
{
	return !(value & 0x7ff) && !(value & expect_beyond_phys(list));
}

bool expect_hsave_pa_valid(const struct cpuid_list *list, uint64_t value)
{
	return !(value & (expect_beyond_phys(list) | 0xfff));
}
