// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bits that KVM keeps up to date in the installed entries.  The rules are
 * those of arch/x86/kvm/cpuid.c of 6.1 and 6.12; where they differ, the
 * kernel's version decides.
 */
#include "expect.h"
#include "expect_regs.h"
#include "facts.h"
#include "features.h"
#include "regs.h"

#define MISC_MWAIT	BIT(18)

/* XSAVE header and legacy area: 512 + 64 bytes. */
#define XSAVE_MIN	576

uint32_t expect_xsave_size(const struct cpuid_list *host, uint64_t features,
			   bool compacted)
{
	uint32_t size = XSAVE_MIN;
	unsigned int i;

	for (i = 2; i < 63; i++) {
		uint32_t len, offset;

		if (!(features >> i & 1))
			continue;
		len = cpuid_get(host, 0xd, i, REG_EAX);
		offset = cpuid_get(host, 0xd, i, REG_EBX);
		if (compacted && cpuid_get(host, 0xd, i, REG_ECX) & 2)
			size = (size + 63) & ~63u;
		if (compacted)
			size += len;
		else if (offset + len > size)
			size = offset + len;
	}
	return size;
}

static void put_bit(uint32_t *reg, unsigned int bit, bool on)
{
	*reg = on ? *reg | 1u << bit : *reg & ~(1u << bit);
}

static void leaf1(struct kvm_cpuid_entry2 *e, const struct vcpu_state *st)
{
	/* Until 6.14 KVM leaves OSXSAVE alone where the host has no XSAVE. */
	if (cpuid_has(st->supported, F_XSAVE) ||
	    kernel_has(st->kernel, CHANGE_RUNTIME_BITS_ALWAYS))
		put_bit(&e->ecx, 27, st->cr4 & CR4_OSXSAVE);
	put_bit(&e->edx, 9, st->apic_base & APICBASE_EN);
	if (st->mwait_quirk_off)
		put_bit(&e->ecx, 3, st->misc_enable & MISC_MWAIT);
}

/*
 * The kernel's X86_FEATURE_PKU decides, whether or not KVM passes PKU on (with
 * shadow paging it does not) and whether or not the kernel uses it ("nopku").
 * /proc/cpuinfo has it; where that is not known, its use tells.
 */
static bool host_has_pku(const struct vcpu_state *st)
{
	return st->kernel_has_pku || cpuid_has(st->supported, F_PKU) ||
	       cpuid_has(st->host, F_OSPKE);
}

static void leaf7(struct kvm_cpuid_entry2 *e, const struct vcpu_state *st)
{
	if (host_has_pku(st) ||
	    kernel_has(st->kernel, CHANGE_RUNTIME_BITS_ALWAYS))
		put_bit(&e->ecx, 4, st->cr4 & CR4_PKE);
}

static void leafd_1(struct kvm_cpuid_entry2 *e, const struct vcpu_state *st)
{
	uint64_t features = st->xcr0;

	/* XSAVEC or XSAVES, of the installed entry. */
	if (!(e->eax & (1u << 1 | 1u << 3)))
		return;
	/* Since CET came to KVM, XSAVES areas count too. */
	if (kernel_has(st->kernel, CHANGE_CET))
		features |= st->xss;
	e->ebx = expect_xsave_size(st->host, features, true);
}

uint32_t expect_kvm_base(const struct cpuid_list *list)
{
	uint32_t base;

	for (base = 0x40000000; base < 0x40010000; base += 0x100) {
		const struct kvm_cpuid_entry2 *e = cpuid_first(list, base);

		if (e && e->ebx == 0x4b4d564b && e->ecx == 0x564b4d56 &&
		    e->edx == 0x4d)
			return base;
	}
	return 0;
}

/*
 * A guest that never exits on HLT cannot be kicked out of it.  Until 6.9
 * (4736d85f0d18) KVM looked for the leaf at the base of the list that was
 * installed before, so that the first list of a vCPU kept the bit.
 */
static void pv_features(struct cpuid_list *list, const struct vcpu_state *st)
{
	uint32_t base = kernel_has(st->kernel, CHANGE_UNHALT_OF_NEW_LIST) ?
			expect_kvm_base(list) : st->old_kvm_base;
	struct kvm_cpuid_entry2 *e = base ? cpuid_first_mut(list, base | 1) : NULL;

	if (e && st->hlt_exits_off)
		put_bit(&e->eax, 7, false);
}

/*
 * SGX: until 6.3 (275a87244ec8) KVM bent the XFRM that enclaves may ask for to
 * what the guest may have in XCR0.
 */
static void leaf12_1(struct kvm_cpuid_entry2 *e, uint64_t xcr0_mask)
{
	e->ecx = (e->ecx & (uint32_t)xcr0_mask) | 3;
	e->edx &= xcr0_mask >> 32;
}

void expect_installed(const struct cpuid_list *installed,
		      const struct vcpu_state *st, struct cpuid_list *out)
{
	struct kvm_cpuid_entry2 *e;

	cpuid_copy(out, installed);
	e = cpuid_first_mut(out, 1);
	if (e)
		leaf1(e, st);
	e = cpuid_match_mut(out, 7, 0);
	if (e)
		leaf7(e, st);
	e = cpuid_match_mut(out, 0xd, 0);
	if (e)
		e->ebx = expect_xsave_size(st->host, st->xcr0, false);
	e = cpuid_match_mut(out, 0xd, 1);
	if (e)
		leafd_1(e, st);
	e = cpuid_match_mut(out, 0x12, 1);
	if (e && !kernel_has(st->kernel, CHANGE_SGX_XFRM_KEPT))
		leaf12_1(e, expect_xcr0_mask(out, st->supported));
	pv_features(out, st);
}
