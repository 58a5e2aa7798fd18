// SPDX-License-Identifier: GPL-2.0-only
/*
 * The expectation against tables written by hand from the SDM, the APM and the
 * rules of KVM: no KVM is needed.
 */
#include <stdio.h>
#include <string.h>

#include "kselftest_harness.h"

#include "expect.h"
#include "expect_regs.h"
#include "facts.h"

#define IDX	KVM_CPUID_FLAG_SIGNIFCANT_INDEX

/* Vendor strings of leaf 0: EBX, ECX, EDX. */
#define INTEL	0x756e6547, 0x6c65746e, 0x49656e69
#define AMD	0x68747541, 0x444d4163, 0x69746e65
#define HYGON	0x6f677948, 0x656e6975, 0x6e65476e
#define BETTER	0x69444d41, 0x21726574, 0x74656273
#define CENTAUR	0x746e6543, 0x736c7561, 0x48727561
#define KVM	0x4b4d564b, 0x564b4d56, 0x4d

struct row {
	uint32_t function, index, flags, r[4];
};

#define ROWS_MAX	14

static void fill(struct cpuid_list *l, const struct row *rows)
{
	unsigned int i;

	memset(l, 0, sizeof(*l));
	/* A row of zeros ends the list. */
	for (i = 0; i < ROWS_MAX && memcmp(&rows[i], &(struct row){ 0 },
					   sizeof(*rows)); i++)
		cpuid_append(l, rows[i].function, rows[i].index,
			     rows[i].flags,
			     (struct cpuid_regs){ { rows[i].r[0],
			     rows[i].r[1], rows[i].r[2], rows[i].r[3] } });
}

/* --- lookup ------------------------------------------------------------ */

#define COMMON_LEAVES \
	{ 1, 0, 0, { 0x11, 0x12, 0x13, 0x14 } }, \
	{ 2, 0, 0, { 0x21, 0x22, 0x23, 0x24 } }, \
	{ 4, 0, IDX, { 0x41, 0x42, 0x43, 0x44 } }, \
	{ 4, 1, IDX, { 0x51, 0x52, 0x53, 0x54 } }, \
	{ 0xb, 0, IDX, { 0xb1, 0xb2, 0xb3, 0xb4 } }, \
	{ 0xb, 1, IDX, { 0xc1, 0xc2, 0xc3, 0xc4 } }, \
	{ 0x40000000, 0, 0, { 0x40000001, 0x62, 0x63, 0x64 } }, \
	{ 0x40000001, 0, 0, { 0x71, 0x72, 0x73, 0x74 } }, \
	{ 0x80000000, 0, 0, { 0x80000008, 0x82, 0x83, 0x84 } }, \
	{ 0x80000008, 0, 0, { 0x91, 0x92, 0x93, 0x94 } }

static const struct row intel_like[ROWS_MAX] = {
	{ 0, 0, 0, { 0xb, INTEL } }, COMMON_LEAVES,
};
static const struct row intel_max4[ROWS_MAX] = {
	{ 0, 0, 0, { 4, INTEL } }, COMMON_LEAVES,
	{ 0xc0000000, 0, 0, { 0xc0000001, 0xd2, 0xd3, 0xd4 } },
};
static const struct row amd_like[ROWS_MAX] = {
	{ 0, 0, 0, { 0xb, AMD } }, COMMON_LEAVES,
};
static const struct row hygon[ROWS_MAX] = {
	{ 0, 0, 0, { 0xb, HYGON } }, COMMON_LEAVES,
};
static const struct row better[ROWS_MAX] = {
	{ 0, 0, 0, { 0xb, BETTER } }, COMMON_LEAVES,
};
static const struct row centaur[ROWS_MAX] = {
	{ 0, 0, 0, { 2, CENTAUR } }, COMMON_LEAVES,
};
/* Leaf 0 counts even if it stands last and its index does not match. */
static const struct row odd_leaf0[ROWS_MAX] = {
	COMMON_LEAVES, { 0, 7, IDX, { 2, AMD } },
};
static const struct row no_leaf0[ROWS_MAX] = { COMMON_LEAVES };
static const struct row twice[ROWS_MAX] = {
	{ 0, 0, 0, { 2, INTEL } },
	{ 1, 5, IDX, { 1, 1, 1, 1 } },
	{ 1, 0, 0, { 2, 2, 2, 2 } },
	{ 1, 0, 0, { 3, 3, 3, 3 } },
	{ 2, 0, IDX, { 4, 4, 4, 4 } },
	{ 2, 0, IDX, { 5, 5, 5, 5 } },
};

static const struct {
	const char *name;
	const struct row *rows;
	uint32_t leaf, subleaf, want[4];
} lookups[] = {
	{ "exact", intel_like, 1, 0, { 0x11, 0x12, 0x13, 0x14 } },
	{ "any ECX", intel_like, 1, 77, { 0x11, 0x12, 0x13, 0x14 } },
	{ "index 1", intel_like, 4, 1, { 0x51, 0x52, 0x53, 0x54 } },
	{ "index past the end", intel_like, 4, 2, { 0 } },
	{ "index of 32 bits", intel_like, 4, 0x100, { 0 } },
	{ "hole", intel_like, 3, 0, { 0 } },
	{ "beyond", intel_like, 0xc, 1, { 0xc1, 0xc2, 0xc3, 0xc4 } },
	{ "beyond, no such index", intel_like, 0xc, 0x305,
	  { 0, 0, 5, 0xc4 } },
	{ "beyond, other index", intel_max4, 5, 1, { 0x51, 0x52, 0x53, 0x54 } },
	{ "beyond, index missing", intel_max4, 5, 2, { 0 } },
	{ "extended hole", intel_max4, 0x80000007, 0, { 0 } },
	{ "extended maximum", intel_max4, 0x80000009, 0,
	  { 0x41, 0x42, 0x43, 0x44 } },
	{ "between 0x50000000 and 0x7fffffff", intel_max4, 0x50000000, 0,
	  { 0x41, 0x42, 0x43, 0x44 } },
	{ "0xbfffffff is extended", intel_max4, 0xbfffffff, 0,
	  { 0x41, 0x42, 0x43, 0x44 } },
	{ "0xc0000001", intel_max4, 0xc0000001, 0, { 0 } },
	{ "0xc0000002", intel_max4, 0xc0000002, 0,
	  { 0x41, 0x42, 0x43, 0x44 } },
	{ "no class 0xc0000000", centaur, 0xc0000000, 0,
	  { 0x21, 0x22, 0x23, 0x24 } },
	{ "hypervisor leaf", intel_max4, 0x40000001, 9,
	  { 0x71, 0x72, 0x73, 0x74 } },
	{ "hypervisor beyond", intel_max4, 0x40000002, 0,
	  { 0x41, 0x42, 0x43, 0x44 } },
	{ "hypervisor class missing", intel_max4, 0x40000100, 0,
	  { 0x41, 0x42, 0x43, 0x44 } },
	{ "hypervisor class 0x4fffff00", intel_max4, 0x4fffffff, 0,
	  { 0x41, 0x42, 0x43, 0x44 } },
	{ "topology", intel_like, 0xb, 2, { 0, 0, 2, 0xc4 } },
	{ "topology, CL only", intel_like, 0xb, 0xfff, { 0, 0, 0xff, 0xc4 } },
	{ "topology, AMD", amd_like, 0xb, 3, { 0, 0, 3, 0xc4 } },
	{ "no 0x1f", amd_like, 0x1f, 3, { 0 } },
	{ "AMD beyond", amd_like, 0xc, 1, { 0 } },
	{ "AMD extended beyond", amd_like, 0x80000009, 0, { 0 } },
	{ "Hygon beyond", hygon, 0xc, 1, { 0 } },
	{ "AMDisbetter! beyond", better, 0xc, 1, { 0 } },
	{ "Centaur beyond", centaur, 0xc, 1, { 0x21, 0x22, 0x23, 0x24 } },
	{ "AMD by an odd leaf 0", odd_leaf0, 0xc, 0, { 0 } },
	{ "odd leaf 0 itself", odd_leaf0, 0, 7, { 2, AMD } },
	{ "odd leaf 0, index 0", odd_leaf0, 0, 0, { 0 } },
	{ "no leaf 0", no_leaf0, 0xc, 1, { 0 } },
	{ "no leaf 0, exact", no_leaf0, 2, 1, { 0x21, 0x22, 0x23, 0x24 } },
	{ "no leaf 0, topology", no_leaf0, 0xb, 4, { 0, 0, 4, 0xc4 } },
	{ "flagged twin skipped", twice, 1, 0, { 2, 2, 2, 2 } },
	{ "flagged twin", twice, 1, 5, { 1, 1, 1, 1 } },
	{ "first of two", twice, 2, 0, { 4, 4, 4, 4 } },
};

TEST(lookup)
{
	struct cpuid_list l;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lookups); i++) {
		struct cpuid_answer a;

		fill(&l, lookups[i].rows);
		a = expect_cpuid(&l, lookups[i].leaf, lookups[i].subleaf);
		EXPECT_EQ(0, memcmp(a.want.r, lookups[i].want,
				    sizeof(a.want.r)))
			TH_LOG("%s: got %x %x %x %x", lookups[i].name,
			       a.want.r[0], a.want.r[1], a.want.r[2],
			       a.want.r[3]);
		EXPECT_NE((unsigned int)RULE_NONE, (unsigned int)a.rule);
		EXPECT_NE(NULL, a.why);
	}
}

/* --- sizes of XSAVE areas ---------------------------------------------- */

/* Raw leaf 0xD of a Sapphire Rapids server: EAX size, EBX offset, ECX flags. */
static const struct row spr[ROWS_MAX] = {
	{ 1, 0, 0, { 0, 0, 1 << 26, 0 } },
	{ 7, 0, IDX, { 0, 0, 1 << 3, 0 } },
	{ 0xd, 0, IDX, { 0x602e7, 0, 0x2b00, 0 } },
	{ 0xd, 1, IDX, { 0x1f, 0, 0x1800, 0 } },
	{ 0xd, 2, IDX, { 256, 576, 0, 0 } },
	{ 0xd, 5, IDX, { 64, 1088, 0, 0 } },
	{ 0xd, 6, IDX, { 512, 1152, 0, 0 } },
	{ 0xd, 7, IDX, { 1024, 1664, 0, 0 } },
	{ 0xd, 9, IDX, { 8, 2688, 0, 0 } },
	{ 0xd, 11, IDX, { 16, 0, 1, 0 } },
	{ 0xd, 17, IDX, { 64, 2752, 2, 0 } },
	{ 0xd, 18, IDX, { 8192, 2816, 6, 0 } },
};

static const struct {
	uint64_t xcr0;
	uint32_t standard, compacted;
} sizes[] = {
	{ 1, 576, 576 }, { 3, 576, 576 }, { 7, 832, 832 },
	{ 0xe7, 2688, 2432 }, { 0x2e7, 2696, 2440 }, { 0x203, 2696, 584 },
	{ 0x602e7, 11008, 10752 }, { 0x803, 576, 592 },
	{ 1ull << 63 | 7, 832, 832 },
};

TEST(xsave_size)
{
	struct cpuid_list host;
	unsigned int i;

	fill(&host, spr);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_EQ(sizes[i].standard,
			  expect_xsave_size(&host, sizes[i].xcr0, false));
		EXPECT_EQ(sizes[i].compacted,
			  expect_xsave_size(&host, sizes[i].xcr0, true));
	}
}

static const struct {
	uint64_t xcr0, mask;
	bool valid;
} xcr0s[] = {
	{ 0, 7, false }, { 1, 7, true }, { 2, 7, false }, { 3, 7, true },
	{ 5, 7, false }, { 7, 7, true }, { 7, 3, false }, { 1, 0, true },
	{ 3, 0, false }, { 0xe7, 0x2e7, true }, { 0x27, 0x2e7, false },
	{ 0xc7, 0x2e7, false }, { 0xe3, 0x2e7, false },
	{ 0x203, 0x2e7, true }, { 0x2e7, 0x2e7, true },
	{ 0xb, 0x1f, false }, { 0x13, 0x1f, false }, { 0x1b, 0x1f, true },
	{ 0x20003, 0x602e7, false }, { 0x40003, 0x602e7, false },
	{ 0x60003, 0x602e7, true }, { 1ull << 63 | 3, 7, false },
	{ 0x101, 0x2e7, false },
};

TEST(xcr0_valid)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(xcr0s); i++)
		EXPECT_EQ(xcr0s[i].valid, expect_xcr0_valid(xcr0s[i].xcr0,
							    xcr0s[i].mask))
			TH_LOG("XCR0 %llx", (unsigned long long)xcr0s[i].xcr0);
}

/* --- bits that follow the vCPU's state --------------------------------- */

#define V61	KERNEL(6, 1, 192)
#define V612	KERNEL(6, 12, 117)
#define NEW	KERNEL(7, 0, 0)
#define OSXSAVE	(1ull << 18)
#define PKE	(1ull << 22)
#define APIC_ON	0xfee00900ull
#define MWAIT	(1ull << 18)

enum host { HOST_SPR, HOST_BARE };

static const struct row bare[ROWS_MAX] = {
	{ 1, 0, 0, { 0, 0, 0, 0 } },
};

static const struct runtime {
	const char *name;
	uint32_t kernel;
	enum host host;
	uint64_t cr4, xcr0, xss, apic_base, misc_enable;
	bool mwait_quirk_off, hlt_exits_off;
	uint32_t old_kvm_base;
	struct row given, want;
} runtimes[] = {
	{ "OSXSAVE set", V612, HOST_SPR, OSXSAVE, 1, 0, APIC_ON, 0, 0, 0, 0,
	  { 1, 0, 0, { 0, 0, 0, 0x200 } },
	  { 1, 0, 0, { 0, 0, 1 << 27, 0x200 } } },
	{ "OSXSAVE cleared", V612, HOST_SPR, PKE, 1, 0, APIC_ON, 0, 0, 0, 0,
	  { 1, 0, 0, { ~0u, ~0u, ~0u, ~0u } },
	  { 1, 0, 0, { ~0u, ~0u, ~(1u << 27), ~0u } } },
	{ "OSXSAVE left, no XSAVE", V612, HOST_BARE, 0, 1, 0, APIC_ON, 0, 0, 0,
	  0, { 1, 0, 0, { 0, 0, 1 << 27, 0x200 } },
	  { 1, 0, 0, { 0, 0, 1 << 27, 0x200 } } },
	{ "OSXSAVE cleared, no XSAVE", NEW, HOST_BARE, 0, 1, 0, APIC_ON, 0, 0,
	  0, 0, { 1, 0, 0, { 0, 0, 1 << 27, 0x200 } },
	  { 1, 0, 0, { 0, 0, 0, 0x200 } } },
	{ "APIC cleared", V612, HOST_SPR, 0, 1, 0, 0xfee00100, 0, 0, 0, 0,
	  { 1, 0, 0, { 0, 0, 0, ~0u } }, { 1, 0, 0, { 0, 0, 0, ~0x200u } } },
	{ "APIC set", V612, HOST_SPR, 0, 1, 0, APIC_ON, 0, 0, 0, 0,
	  { 1, 0, 0, { 0, 0, 0, 0 } }, { 1, 0, 0, { 0, 0, 0, 0x200 } } },
	{ "MWAIT left", V612, HOST_SPR, 0, 1, 0, APIC_ON, MWAIT, 0, 0, 0,
	  { 1, 0, 0, { 0, 0, 0, 0x200 } }, { 1, 0, 0, { 0, 0, 0, 0x200 } } },
	{ "MWAIT set", V612, HOST_SPR, 0, 1, 0, APIC_ON, MWAIT, true, 0, 0,
	  { 1, 0, 0, { 0, 0, 0, 0x200 } }, { 1, 0, 0, { 0, 0, 8, 0x200 } } },
	{ "MWAIT cleared", V61, HOST_SPR, 0, 1, 0, APIC_ON, 0x1800, true, 0, 0,
	  { 1, 0, 0, { 0, 0, 8, 0x200 } }, { 1, 0, 0, { 0, 0, 0, 0x200 } } },
	{ "OSPKE set", V612, HOST_SPR, PKE, 1, 0, APIC_ON, 0, 0, 0, 0,
	  { 7, 0, IDX, { 0, 0, 0, 0 } }, { 7, 0, IDX, { 0, 0, 16, 0 } } },
	{ "OSPKE cleared", V61, HOST_SPR, OSXSAVE, 1, 0, APIC_ON, 0, 0, 0, 0,
	  { 7, 0, IDX, { 0, 0, ~0u, 0 } }, { 7, 0, IDX, { 0, 0, ~16u, 0 } } },
	{ "OSPKE left, no PKU", V612, HOST_BARE, 0, 1, 0, APIC_ON, 0, 0, 0, 0,
	  { 7, 0, IDX, { 0, 0, 16, 0 } }, { 7, 0, IDX, { 0, 0, 16, 0 } } },
	{ "7.1 has no OSPKE", V612, HOST_SPR, PKE, 1, 0, APIC_ON, 0, 0, 0, 0,
	  { 7, 1, IDX, { 0, 0, 0, 0 } }, { 7, 1, IDX, { 0, 0, 0, 0 } } },
	{ "0xD.0 size", V612, HOST_SPR, 0, 0x2e7, 0, APIC_ON, 0, 0, 0, 0,
	  { 0xd, 0, IDX, { 7, 5, 6, 7 } }, { 0xd, 0, IDX, { 7, 2696, 6, 7 } } },
	{ "0xD.1 size", V612, HOST_SPR, 0, 0x2e7, 0, APIC_ON, 0, 0, 0, 0,
	  { 0xd, 1, IDX, { 2, 5, 6, 7 } }, { 0xd, 1, IDX, { 2, 2440, 6, 7 } } },
	{ "0xD.1 size, XSAVES", V612, HOST_SPR, 0, 7, 0, APIC_ON, 0, 0, 0, 0,
	  { 0xd, 1, IDX, { 8, 5, 6, 7 } }, { 0xd, 1, IDX, { 8, 832, 6, 7 } } },
	{ "0xD.1 size left", V612, HOST_SPR, 0, 7, 0, APIC_ON, 0, 0, 0, 0,
	  { 0xd, 1, IDX, { 0x15, 5, 6, 7 } },
	  { 0xd, 1, IDX, { 0x15, 5, 6, 7 } } },
	{ "0xD.1 without XSS", V612, HOST_SPR, 0, 3, 0x800, APIC_ON, 0, 0, 0, 0,
	  { 0xd, 1, IDX, { 8, 5, 6, 7 } }, { 0xd, 1, IDX, { 8, 576, 6, 7 } } },
	{ "0xD.1 with XSS", NEW, HOST_SPR, 0, 3, 0x800, APIC_ON, 0, 0, 0, 0,
	  { 0xd, 1, IDX, { 8, 5, 6, 7 } }, { 0xd, 1, IDX, { 8, 592, 6, 7 } } },
	{ "0xD.2 left", V612, HOST_SPR, 0, 7, 0, APIC_ON, 0, 0, 0, 0,
	  { 0xd, 2, IDX, { 9, 5, 6, 7 } }, { 0xd, 2, IDX, { 9, 5, 6, 7 } } },
	{ "0x12.1 bent", V61, HOST_SPR, 0, 1, 0, APIC_ON, 0, 0, 0, 0,
	  { 0x12, 1, IDX, { 9, 5, ~0u, 7 } }, { 0x12, 1, IDX, { 9, 5, 3, 0 } } },
	{ "0x12.1 left", V612, HOST_SPR, 0, 1, 0, APIC_ON, 0, 0, 0, 0,
	  { 0x12, 1, IDX, { 9, 5, ~0u, 7 } },
	  { 0x12, 1, IDX, { 9, 5, ~0u, 7 } } },
	{ "PV_UNHALT", V612, HOST_SPR, 0, 1, 0, APIC_ON, 0, 0, true, 0,
	  { 0x40000001, 0, 0, { ~0u, 1, 2, 3 } },
	  { 0x40000001, 0, 0, { ~0x80u, 1, 2, 3 } } },
	{ "PV_UNHALT left", V612, HOST_SPR, 0, 1, 0, APIC_ON, 0, 0, 0, 0,
	  { 0x40000001, 0, 0, { ~0u, 1, 2, 3 } },
	  { 0x40000001, 0, 0, { ~0u, 1, 2, 3 } } },
	{ "PV_UNHALT, first list", V61, HOST_SPR, 0, 1, 0, APIC_ON, 0, 0, true,
	  0, { 0x40000001, 0, 0, { ~0u, 1, 2, 3 } },
	  { 0x40000001, 0, 0, { ~0u, 1, 2, 3 } } },
	{ "PV_UNHALT, next list", V61, HOST_SPR, 0, 1, 0, APIC_ON, 0, 0, true,
	  0x40000000, { 0x40000001, 0, 0, { ~0u, 1, 2, 3 } },
	  { 0x40000001, 0, 0, { ~0x80u, 1, 2, 3 } } },
	{ "PV_UNHALT, no base", V612, HOST_SPR, 0, 1, 0, APIC_ON, 0, 0, true,
	  0, { 0x40000101, 0, 0, { ~0u, 1, 2, 3 } },
	  { 0x40000101, 0, 0, { ~0u, 1, 2, 3 } } },
};

static void one_runtime(struct __test_metadata *_metadata,
			const struct runtime *t)
{
	struct row rows[ROWS_MAX] = { { 0x40000000, 0, 0, { 0, KVM } },
				      t->given };
	struct cpuid_list host, given, got;
	struct vcpu_state st = {
		.kernel = t->kernel, .cr4 = t->cr4, .xcr0 = t->xcr0,
		.xss = t->xss, .apic_base = t->apic_base,
		.misc_enable = t->misc_enable,
		.mwait_quirk_off = t->mwait_quirk_off,
		.hlt_exits_off = t->hlt_exits_off,
		.old_kvm_base = t->old_kvm_base,
		.host = &host, .supported = &host,
	};
	struct row rows_want[ROWS_MAX] = { t->want };
	struct cpuid_list want;

	fill(&want, rows_want);
	fill(&host, t->host == HOST_SPR ? spr : bare);
	fill(&given, rows);
	expect_installed(&given, &st, &got);
	ASSERT_EQ(2, got.nent);
	EXPECT_EQ(0, memcmp(&got.e[0], &given.e[0], sizeof(got.e[0])));
	EXPECT_EQ(0, memcmp(&got.e[1], &want.e[0], sizeof(got.e[1])))
		TH_LOG("%s: got %x %x %x %x", t->name, got.e[1].eax,
		       got.e[1].ebx, got.e[1].ecx, got.e[1].edx);
}

TEST(runtime)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(runtimes); i++)
		one_runtime(_metadata, &runtimes[i]);
}

/* --- base of the KVM leaves -------------------------------------------- */

static const struct {
	struct row row[2];
	uint32_t want;
} bases[] = {
	{ { { 0x40000000, 0, 0, { 0, KVM } } }, 0x40000000 },
	{ { { 0x40000100, 3, IDX, { 9, KVM } } }, 0x40000100 },
	{ { { 0x4000ff00, 0, 0, { 0, KVM } } }, 0x4000ff00 },
	{ { { 0x40010000, 0, 0, { 0, KVM } } }, 0 },
	{ { { 0x40000010, 0, 0, { 0, KVM } } }, 0 },
	{ { { 0x40000000, 0, 0, { 0, 0x4b4d564b, 0x564b4d56, 0x14d } } }, 0 },
	{ { { 0x40000000, 0, 0, { 0, 0x564b4d56, 0x4b4d564b, 0x4d } } }, 0 },
	{ { { 0x40000200, 0, 0, { 0, KVM } },
	    { 0x40000100, 0, 0, { 0, KVM } } }, 0x40000100 },
	{ { { 0x40000000, 0, 0, { 0, INTEL } },
	    { 0x40000000, 0, 0, { 0, KVM } } }, 0 },
};

TEST(kvm_base)
{
	struct row rows[ROWS_MAX] = { 0 };
	struct cpuid_list l;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bases); i++) {
		memcpy(rows, bases[i].row, sizeof(bases[i].row));
		fill(&l, rows);
		EXPECT_EQ(bases[i].want, expect_kvm_base(&l));
	}
}

TEST_HARNESS_MAIN
