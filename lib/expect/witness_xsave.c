// SPDX-License-Identifier: GPL-2.0-only
/* Leaf 0xD: components, sizes and offsets of the XSAVE area.  Pure. */
#include "expect.h"
#include "witness_leaf.h"

#define X87_SSE		0x3ull
#define AVX		0x4ull
#define MPX		0x18ull
#define AVX512		0xe0ull
#define PKRU		0x200ull
#define TILE_CFG	(1ull << 17)
#define TILE_DATA	(1ull << 18)

/* KVM switches these for guests (KVM_SUPPORTED_XCR0, since 5.17). */
#define KVM_XCR0	(X87_SSE | AVX | MPX | AVX512 | PKRU | TILE_CFG | \
			 TILE_DATA)

/*
 * Without arch_prctl() permission a guest gets no tile data; from 6.4 on no
 * tile configuration either (6be3ae45f567).
 */
static uint64_t permitted(const struct witness_host *h, uint64_t xcr0)
{
	if (!(xcr0 & TILE_DATA) || (h->perm & TILE_DATA))
		return xcr0;
	xcr0 &= ~TILE_DATA;
	if (!h->kernel || kernel_has(h->kernel, CHANGE_TILE_CFG_PERMISSION))
		xcr0 &= ~TILE_CFG;
	return xcr0;
}

uint64_t witness_xcr0(const struct witness_host *h, uint64_t *care)
{
	enum tri xsave = tri_and(witness_flag(h, "xsave"),
				 tri_of(h->xcr0_valid));
	enum tri mpx = witness_cond(h, WITNESS_MPX);
	uint64_t xcr0 = h->xcr0 & KVM_XCR0;

	*care = ~0ull;
	if (xsave == NO)
		return 0;
	if (mpx != YES)
		xcr0 &= ~MPX;
	if (mpx == UNKNOWN)
		*care &= ~(h->xcr0 & MPX);
	if (xcr0 & TILE_DATA && !h->perm_valid)
		*care &= ~(TILE_CFG | TILE_DATA);
	return permitted(h, xcr0);
}

static void component(const struct witness_host *h, struct witness *w,
		      unsigned int n)
{
	const struct witness_bit *xfd =
		witness_bit_find(CPUID_FEATURE(0xd, 1, REG_EAX, 4));
	struct witness_entry *e = witness_add(h, w, 0xd, n);

	e->why = "size and offset as the CPU has them; XFD bit only with XFD";
	if (witness_bit_wanted(h, xfd) != YES)
		e->r[REG_ECX].want &= ~4u;
	witness_set(e, REG_EDX, 0, ~0u);
}

/* CET_U and CET_S, which a KVM with CET adds to IA32_XSS. */
#define XSS_CET		(3u << 11)

/* Are there the two supervisor components of CET? */
static enum tri supervisor(const struct witness_host *h)
{
	if (!h->kernel || h->kernel >= RULES_KNOW_UNTIL)
		return UNKNOWN;
	if (!kernel_has(h->kernel, CHANGE_CET))
		return NO;
	return witness_cond(h, WITNESS_SHSTK);
}

static uint32_t xss(const struct witness_host *h)
{
	return supervisor(h) == YES ?
	       cpuid_get(h->raw, 0xd, 1, REG_ECX) & XSS_CET : 0;
}

static void features(const struct witness_host *h, struct witness *w,
		     uint64_t xcr0)
{
	struct witness_entry *e = witness_add(h, w, 0xd, 1);
	uint32_t compact = 1u << 1 | 1u << 3;	/* XSAVEC, XSAVES */

	e->r[REG_EAX] = witness_word(h, 0xd, 1, REG_EAX);
	e->why = "compacted size of all components; of IA32_XSS those of CET, where KVM has it";
	witness_set(e, REG_EBX, 0, ~0u);
	if (e->r[REG_EAX].want & compact)
		e->r[REG_EBX].want = expect_xsave_size(h->raw, xcr0 | xss(h),
						       true);
	if ((e->r[REG_EAX].care & compact) != compact)
		e->r[REG_EBX].care = 0;
	witness_set(e, REG_ECX, xss(h), ~0u);
	witness_set(e, REG_EDX, 0, ~0u);
	if (supervisor(h) != UNKNOWN)
		return;
	/* Whether CET is there is not known: neither is its size. */
	if (cpuid_get(h->raw, 0xd, 1, REG_ECX) & XSS_CET) {
		e->r[REG_EBX].care = 0;
		w->exact = false;
	}
	e->r[REG_ECX].care = ~(cpuid_get(h->raw, 0xd, 1, REG_ECX) & XSS_CET);
	if (h->kernel && h->kernel < RULES_KNOW_UNTIL)
		return;
	e->r[REG_EBX].care = 0;
	e->r[REG_ECX].care = ~cpuid_get(h->raw, 0xd, 1, REG_ECX);
	e->r[REG_EDX].care = ~cpuid_get(h->raw, 0xd, 1, REG_EDX);
}

WITNESS_LEAF(d)
{
	uint64_t care, xcr0 = witness_xcr0(h, &care);
	uint32_t size = expect_xsave_size(h->raw, xcr0, false);
	unsigned int n;

	e->why = "components of the host's XCR0 that KVM switches; their size";
	e->r[REG_EAX].want &= (uint32_t)xcr0;
	e->r[REG_EDX].want &= xcr0 >> 32;
	e->r[REG_EAX].care = (uint32_t)care;
	witness_set(e, REG_EBX, size, care == ~0ull ? ~0u : 0);
	e->r[REG_ECX] = e->r[REG_EBX];
	if (care != ~0ull)
		w->exact = false;
	if (!xcr0)
		return;
	features(h, w, xcr0);
	for (n = 2; n < 63; n++)
		if (((xcr0 & care) | xss(h)) & 1ull << n)
			component(h, w, n);
}
