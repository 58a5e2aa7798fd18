// SPDX-License-Identifier: GPL-2.0-only
/* Extended leaves, and KVM's own.  Pure. */
#include "witness_leaf.h"

static void word(const struct witness_host *h, struct witness_entry *e,
		 enum cpuid_reg reg)
{
	e->r[reg] = witness_word(h, e->function, e->index, reg);
}

static bool from(const struct witness_host *h, enum kvm_change c)
{
	return kernel_has(h->kernel, c);
}

/* 6.1 is known not to have what 6.12 has; between them nobody has looked. */
static bool between(const struct witness_host *h, enum kvm_change c)
{
	return !h->kernel || h->distro ||
	       (from(h, CHANGE_AFTER_6_1) && !from(h, c));
}

/* Newer than what the rules were checked against. */
static bool newer(const struct witness_host *h)
{
	return !h->kernel || h->kernel >= RULES_KNOW_UNTIL;
}

WITNESS_LEAF(80000000)
{
	/* 0x80000022 came with PerfMonV2 (6.5). */
	uint32_t limit = from(h, CHANGE_PERFMON_V2) ? 0x80000022 : 0x80000021;
	uint32_t max = e->r[REG_EAX].want;
	enum tri synth = tri_or(witness_cond(h, WITNESS_LFENCE),
				witness_cond(h, WITNESS_NO_NULL_SEG));

	if (max > limit)
		max = limit;
	if (max >= 0x8000001d && max < 0x80000021 && synth == YES)
		max = 0x80000021;
	e->r[REG_EAX].want = max;
	e->why = "the CPU's maximum up to what KVM knows, at least 0x80000021 where there is 0x8000001d";
	if (h->distro || synth == UNKNOWN) {
		e->r[REG_EAX].care = 0;
		w->exact = false;
	}
}

WITNESS_LEAF(80000001)
{
	(void)w;
	e->r[REG_EBX].want &= ~0x0fff0000u;
	word(h, e, REG_ECX);
	word(h, e, REG_EDX);
}

WITNESS_LEAF(80000005)
{
	(void)w;
	e->why = "L1 caches and TLBs of the CPU; zeros in 6.1";
	if (between(h, CHANGE_L1_CACHE_LEAF))
		witness_unknown(e);
	else if (!from(h, CHANGE_L1_CACHE_LEAF))
		witness_zero(e);
}

WITNESS_LEAF(80000006)
{
	(void)h;
	(void)w;
	e->r[REG_EDX].want &= ~0x00030000u;
	e->why = "L2 cache of the CPU without the reserved bits EDX[17:16]";
}

WITNESS_LEAF(80000007)
{
	(void)w;
	witness_zero(e);
	word(h, e, REG_EDX);
	e->why = "invariant TSC is all of it";
}

/* EAX[7:0] physical, [15:8] linear, [23:16] guest physical address bits. */
WITNESS_LEAF(80000008)
{
	bool intel = cpuid_vendor(h->raw) == VENDOR_INTEL;
	enum tri tdp = witness_param(h, intel ? "ept" : "npt");
	uint32_t phys = e->r[REG_EAX].want & 0xff;
	uint32_t linear = e->r[REG_EAX].want >> 8 & 0xff;
	uint32_t guest = 0, care = 0xffffffff;

	(void)w;
	if (tdp == NO)
		phys = h->phys_bits;
	else if (from(h, CHANGE_GUEST_PHYS_BITS))	/* GuestPhysAddrSize */
		guest = phys;
	if (tdp == UNKNOWN || (tdp == NO && !phys))
		care = 0x0000ff00;
	/* Above 48 it depends on the levels of the nested tables. */
	if (guest > 48 || between(h, CHANGE_GUEST_PHYS_BITS))
		care &= ~0x00ff0000u;
	if (linear < 48)
		linear = 48;
	witness_set(e, REG_EAX, phys | linear << 8 | guest << 16, care);
	word(h, e, REG_EBX);
	e->r[REG_ECX].want &= 0x0000f0ff;
	witness_set(e, REG_EDX, 0, ~0u);
	e->why = "address widths and core count of the CPU; guest physical width with EPT or NPT (6.10)";
}

WITNESS_LEAF(8000000a)
{
	enum tri svm = witness_cond(h, WITNESS_SVM);

	(void)w;
	witness_zero(e);
	e->why = "nested SVM: revision 1, 8 ASIDs; zeros without";
	if (svm == UNKNOWN)
		witness_unknown(e);
	if (svm != YES)
		return;
	e->r[REG_EAX].want = 1;
	e->r[REG_EBX].want = 8;
	word(h, e, REG_EDX);
}

WITNESS_LEAF(80000019)
{
	(void)h;
	(void)w;
	witness_set(e, REG_ECX, 0, ~0u);
	witness_set(e, REG_EDX, 0, ~0u);
}

WITNESS_LEAF(8000001a)
{
	uint32_t eax = e->r[REG_EAX].want & 7;

	(void)h;
	(void)w;
	witness_zero(e);
	e->r[REG_EAX].want = eax;
}

WITNESS_LEAF(8000001f)
{
	enum tri sev = witness_bit_wanted(h,
		witness_bit_find(CPUID_FEATURE(0x8000001f, 0, REG_EAX, 1)));

	(void)w;
	e->why = "SEV's data if KVM has SEV; no VMPL, no reduced addresses";
	if (sev != YES)
		witness_zero(e);
	if (sev == UNKNOWN)
		witness_unknown(e);
	if (sev != YES)
		return;
	word(h, e, REG_EAX);
	e->r[REG_EBX].want &= 0x3f;
}

WITNESS_LEAF(80000021)
{
	uint32_t ebx = e->r[REG_EBX].want;

	(void)w;
	witness_zero(e);
	word(h, e, REG_EAX);
	word(h, e, REG_ECX);
	/*
	 * KVM asks the CPU for TSA_*_NO even where the leaf is beyond its
	 * maximum; the answer is up to the CPU (QEMU gives that of another
	 * leaf).
	 */
	if (cpuid_get(h->raw, 0x80000000, 0, REG_EAX) < 0x80000021 &&
	    !from(h, CHANGE_RAW_LEAF_IN_RANGE))
		e->r[REG_ECX].care &= ~(1u << 1 | 1u << 2 | 1u << 7);
	/* With ERAPS comes the size of the return address predictor. */
	if (e->r[REG_EAX].want >> 24 & 1)
		e->r[REG_EBX].want = ebx & 0x00ff0000;
	if (!(e->r[REG_EAX].care >> 24 & 1))
		e->r[REG_EBX].care = ~(ebx & 0x00ff0000);
}

WITNESS_LEAF(80000022)
{
	struct witness_reg v2;

	(void)w;
	witness_zero(e);
	v2 = witness_word(h, 0x80000022, 0, REG_EAX);
	e->r[REG_EAX] = v2;
	e->why = "PerfMonV2: the number of core counters; zeros without";
	/* At most six, but perf may know of fewer. */
	if (v2.want & 1 || !(v2.care & 1))
		e->r[REG_EBX].care = ~0xfu;
}

WITNESS_LEAF(40000000)
{
	(void)h;
	(void)w;
	witness_set(e, REG_EAX, 0x40000001, ~0u);
	witness_set(e, REG_EBX, 0x4b4d564b, ~0u);	/* "KVMK" */
	witness_set(e, REG_ECX, 0x564b4d56, ~0u);	/* "VMKV" */
	witness_set(e, REG_EDX, 0x0000004d, ~0u);	/* "M\0\0\0" */
	e->why = "KVM's signature (Documentation/virt/kvm/x86/cpuid.rst)";
}

/*
 * Clock sources 0, 3, 24; I/O delay 1; async page faults 4, 10, 14; EOI 6;
 * unhalt 7; TLB flush 9; IPI 11; poll control 12; yield 13 (all since 5.8).
 */
#define PV_ALWAYS	0x01007edb
#define PV_STEAL_TIME	(1u << 5)

WITNESS_LEAF(40000001)
{
	uint32_t care = h->sched_info == UNKNOWN ? ~PV_STEAL_TIME : ~0u;

	(void)w;
	witness_zero(e);
	e->why = "KVM's own features; steal time if the kernel counts run delays";
	/* Bits that a later kernel may add. */
	if (newer(h))
		care &= PV_ALWAYS | PV_STEAL_TIME | 1u << 2 | 1u << 15 |
			1u << 16 | 1u << 17;
	witness_set(e, REG_EAX, PV_ALWAYS |
		    (h->sched_info == YES ? PV_STEAL_TIME : 0), care);
}
