// SPDX-License-Identifier: GPL-2.0-only
/*
 * What KVM_GET_SUPPORTED_CPUID says, by its own rules: order and shape of the
 * list, contents that no CPU may change, leaf 0xD, and the capabilities and
 * attributes that have to agree with it.  Whether its bits are true to the CPU
 * is the subject of witness_test.
 */
#include "facts_cpuid.h"
#include "supported.h"
#include "witness.h"

/* --- shape of the list ------------------------------------------------ */

static uint32_t class_of(uint32_t function)
{
	return function & 0xc0000000;
}

/* Basic, extended, (Centaur,) hypervisor; growing within a class. */
TEST_F(supported, order)
{
	static const uint32_t classes[] = {
		0, 0x80000000, 0xc0000000, 0x40000000,
	};
	uint32_t i, c = 0;
	bool ok = true;

	for (i = 1; i < t.n; i++) {
		const struct kvm_cpuid_entry2 *a = &t.list.e[i - 1];
		const struct kvm_cpuid_entry2 *b = &t.list.e[i];

		while (c < ARRAY_SIZE(classes) - 1 &&
		       class_of(b->function) != classes[c])
			c++;
		if (class_of(a->function) != classes[c])
			ok &= check_is(RULE_O1, "a class begins with its base",
				       "function", classes[c], b->function);
		else if (a->function == b->function)
			ok &= check_that(a->index < b->index, RULE_O1,
					 "subleaves in increasing order, each once",
					 "subleaf after the one wanted", a->index,
					 b->index);
		else
			ok &= check_is(RULE_O1, "no function is left out", "function",
				       a->function + 1, b->function);
	}
	ok &= check_is(RULE_O1, "leaf 0 comes first", "function", 0,
		       t.list.e[0].function);
	TEST_VERDICT(ok);
}

/* From the base up to the maximum that the base names. */
TEST_F(supported, maximum)
{
	static const uint32_t bases[] = { 0, 0x80000000, 0x40000000 };
	bool ok = true;
	uint32_t i, k;

	for (i = 0; i < ARRAY_SIZE(bases); i++) {
		uint32_t last = 0;

		for (k = 0; k < t.n; k++)
			if (class_of(t.list.e[k].function) == bases[i])
				last = t.list.e[k].function;
		ok &= reg_is(&t.list, bases[i], 0, REG_EAX, ~0u, last,
			     RULE_O1, "EAX of a base is the last leaf there is");
	}
	TEST_VERDICT(ok);
}

static bool has_subleaves(uint32_t function)
{
	switch (function) {
	case 0x4: case 0x7: case 0xb: case 0xd: case 0xf: case 0x10:
	case 0x12: case 0x14: case 0x17: case 0x18: case 0x1d: case 0x1e:
	case 0x1f: case 0x24: case 0x8000001d:
		return true;
	}
	return false;
}

static bool synthesised(uint32_t function)
{
	return class_of(function) == 0x40000000 ||
	       (function >= 0x80000000 &&
		function > raw_cpuid(0x80000000, 0).r[REG_EAX]);
}

TEST_F(supported, flags)
{
	bool ok = true;
	uint32_t i;

	for (i = 0; i < t.n; i++) {
		const struct kvm_cpuid_entry2 *e = &t.list.e[i];
		bool want = has_subleaves(e->function) &&
			    !synthesised(e->function);
		char what[40];

		snprintf(what, sizeof(what), "flags of leaf 0x%x",
			 e->function);
		ok &= check_is(RULE_O5, "SIGNIFICANT_INDEX for leaves with subleaves, no other flag ever (api.rst)",
			       what, want ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
			       e->flags);
	}
	TEST_VERDICT(ok);
}

static uint32_t last_subleaf(const struct cpuid_list *l, uint32_t function)
{
	uint32_t i, last = 0;

	for (i = 0; i < l->nent; i++)
		if (l->e[i].function == function)
			last = l->e[i].index;
	return last;
}

static bool only_subleaf_0(const struct cpuid_list *l, uint32_t function)
{
	switch (function) {
	case 0x4: case 0x7: case 0xd: case 0x12: case 0x14: case 0x1d:
	case 0x1e: case 0x24: case 0x8000001d:
		return true;
	}
	return check_is(RULE_O9, "a leaf of which KVM gives no subleaves",
			"last subleaf", 0, last_subleaf(l, function));
}

TEST_F(supported, subleaves)
{
	const struct cpuid_list *l = &t.list;
	uint32_t last, i;
	bool ok = true;

	for (i = 0; i < t.n; i++)
		ok &= only_subleaf_0(l, l->e[i].function);
	ok &= reg_is(l, 7, 0, REG_EAX, ~0u, last_subleaf(l, 7), RULE_O9,
		     "7.0.EAX is the last subleaf there is");
	for (last = last_subleaf(l, 4), i = 0; i <= last; i++)
		ok &= check_that(!(cpuid_get(l, 4, i, REG_EAX) & 0x1f) ==
				 (i == last), RULE_O9,
				 "leaf 4 ends with the first subleaf of type 0",
				 "last subleaf of leaf 4", last, i);
	for (last = last_subleaf(l, 0x8000001d), i = 0; i <= last; i++)
		ok &= check_that(!(cpuid_get(l, 0x8000001d, i, REG_EAX) & 0x1f) ==
				 (i == last), RULE_O9,
				 "leaf 0x8000001d ends with the first subleaf of type 0",
				 "last subleaf of leaf 0x8000001d", last, i);
	TEST_VERDICT(ok);
}

/* --- contents that depend on no CPU ----------------------------------- */

/* A register, the bits that are fixed, and what they are. */
static const struct fixed {
	uint32_t leaf, index;
	enum cpuid_reg reg;
	uint32_t mask, want;
	enum rule id;
	const char *why;
} fixed[] = {
	{ 1, 0, REG_ECX, 1u << 21, ~0u, RULE_B1,
	  "x2APIC is emulated on every CPU" },
	{ 7, 0, REG_EBX, 1u << 1, ~0u, RULE_B1,
	  "TSC_ADJUST is emulated on every CPU" },
	{ 7, 0, REG_EDX, 1u << 29, ~0u, RULE_B1,
	  "ARCH_CAPABILITIES is emulated on every CPU, AMD's as well" },
	{ 0x80000021, 0, REG_EAX, 1u << 9, ~0u, RULE_B1,
	  "there is no SMM_CTL MSR for guests" },
	{ 1, 0, REG_ECX, 1u << 3 | 1u << 4 | 1u << 6 | 1u << 7 | 1u << 8 |
	  1u << 10 | 1u << 11 | 1u << 14 | 1u << 18 | 1u << 27, 0, RULE_B2,
	  "MONITOR, DS-CPL, SMX, EST, TM2, CNXT-ID, SDBG, xTPR, DCA, OSXSAVE belong to the host" },
	{ 1, 0, REG_EDX, 1u << 18 | 1u << 22 | 1u << 28 | 1u << 29 | 1u << 31,
	  0, RULE_B2, "PSN, ACPI, HTT, TM, PBE belong to the host" },
	{ 7, 0, REG_ECX, 1u << 4, 0, RULE_B2, "OSPKE is the guest's CR4.PKE" },
	{ 7, 0, REG_EDX, 1u << 15 | 1u << 18 | 1u << 30, 0, RULE_B2,
	  "HYBRID, PCONFIG, CORE_CAPABILITIES are not virtualised" },
	{ 6, 0, REG_EAX, ~0u, 4, RULE_B3, "ARAT and nothing else" },
	{ 6, 0, REG_EBX, ~0u, 0, RULE_B3, "no power management for guests" },
	{ 6, 0, REG_ECX, ~0u, 0, RULE_B3, "no power management for guests" },
	{ 6, 0, REG_EDX, ~0u, 0, RULE_B3, "no power management for guests" },
	{ 0xb, 0, REG_EAX, ~0u, 0, RULE_B3, "no topology" },
	{ 0xb, 0, REG_EBX, ~0u, 0, RULE_B3, "no topology" },
	{ 0xb, 0, REG_ECX, ~0u, 0, RULE_B3, "no topology" },
	{ 0x40000000, 0, REG_EAX, ~0u, 0x40000001, RULE_O4, "KVM's last leaf" },
	{ 0x40000000, 0, REG_EBX, ~0u, 0x4b4d564b, RULE_O4, "\"KVMK\"" },
	{ 0x40000000, 0, REG_ECX, ~0u, 0x564b4d56, RULE_O4, "\"VMKV\"" },
	{ 0x40000000, 0, REG_EDX, ~0u, 0x0000004d, RULE_O4, "\"M\"" },
	{ 0x40000001, 0, REG_EAX, 0x01007edb, ~0u, RULE_B4,
	  "KVM features that need nothing from the host (cpuid.rst)" },
	{ 0x40000001, 0, REG_EAX, 1u << 2 | 1u << 15 | 1u << 16 | 1u << 17, 0,
	  RULE_B4, "MMU_OP is dead; the others are userspace's to add" },
	{ 0x40000001, 0, REG_EBX, ~0u, 0, RULE_B4, "reserved" },
	{ 0x40000001, 0, REG_ECX, ~0u, 0, RULE_B4, "reserved" },
	{ 0x40000001, 0, REG_EDX, ~0u, 0, RULE_B4,
	  "hints are userspace's to give" },
	{ 0x80000001, 0, REG_EBX, 0x0fff0000, 0, RULE_B5, "reserved" },
	{ 0x80000006, 0, REG_EDX, 0x00030000, 0, RULE_B5, "reserved" },
	{ 0x80000007, 0, REG_EDX, ~(1u << 8), 0, RULE_B5,
	  "invariant TSC and nothing else" },
	{ 0x80000008, 0, REG_ECX, 0xffff0f00, 0, RULE_B5, "reserved" },
	{ 0x80000008, 0, REG_EDX, ~0u, 0, RULE_B5, "reserved" },
	{ 0x80000019, 0, REG_ECX, ~0u, 0, RULE_B5, "reserved" },
	{ 0x80000019, 0, REG_EDX, ~0u, 0, RULE_B5, "reserved" },
	{ 0x8000001a, 0, REG_EAX, ~7u, 0, RULE_B5, "reserved" },
};

TEST_F(supported, fixed_bits)
{
	bool ok = true;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fixed); i++) {
		const struct fixed *x = &fixed[i];

		if (cpuid_find(&t.list, x->leaf, x->index))
			ok &= reg_is(&t.list, x->leaf, x->index, x->reg,
				     x->mask, x->want, x->id, x->why);
	}
	TEST_VERDICT(ok);
}

/* Leaves that KVM gives as zeros. */
static bool zero_leaf(uint32_t function)
{
	switch (function) {
	case 0x3: case 0x5: case 0x8: case 0x9: case 0xc: case 0xe:
	case 0xf ... 0x11: case 0x13: case 0x15 ... 0x1c:
	case 0x20 ... 0x23: case 0x80000002 ... 0x80000004:
	case 0x80000009: case 0x8000000b ... 0x80000018:
	case 0x8000001b: case 0x8000001c: case 0x8000001e: case 0x80000020:
		return true;
	}
	return false;
}

TEST_F(supported, zero_leaves)
{
	bool ok = true;
	uint32_t i;
	int r;

	for (i = 0; i < t.n; i++) {
		const struct kvm_cpuid_entry2 *e = &t.list.e[i];

		for (r = 0; zero_leaf(e->function) && r < NR_CPUID_REGS; r++)
			ok &= reg_is(&t.list, e->function, e->index, r,
				     ~0u, 0, RULE_B6,
				     "a leaf that KVM has no rule for");
	}
	TEST_VERDICT(ok);
}

/* A bit that may be there only if another is. */
static const struct implied {
	struct cpuid_feature f, needs;
	const char *why;
} implied[] = {
	{ { 7, 0, REG_EBX, 5 }, { 1, 0, REG_ECX, 28 }, "AVX2 needs AVX" },
	{ { 1, 0, REG_ECX, 28 }, { 1, 0, REG_ECX, 26 }, "AVX needs XSAVE" },
	{ { 1, 0, REG_ECX, 28 }, { 0xd, 0, REG_EAX, 2 },
	  "AVX needs its component of XCR0" },
	{ { 7, 0, REG_EBX, 16 }, { 0xd, 0, REG_EAX, 5 },
	  "AVX-512 needs its components of XCR0" },
	{ { 7, 0, REG_EBX, 16 }, { 0xd, 0, REG_EAX, 6 },
	  "AVX-512 needs its components of XCR0" },
	{ { 7, 0, REG_EBX, 16 }, { 0xd, 0, REG_EAX, 7 },
	  "AVX-512 needs its components of XCR0" },
	{ { 7, 0, REG_ECX, 3 }, { 0xd, 0, REG_EAX, 9 },
	  "PKU needs its component of XCR0" },
	{ { 7, 0, REG_EBX, 14 }, { 0xd, 0, REG_EAX, 3 },
	  "MPX needs its components of XCR0" },
	{ { 7, 0, REG_EBX, 10 }, { 1, 0, REG_ECX, 17 },
	  "INVPCID comes with PCID on every CPU" },
	{ { 0xd, 1, REG_EAX, 3 }, { 1, 0, REG_ECX, 26 },
	  "XSAVES needs XSAVE" },
	{ { 0x12, 0, REG_EAX, 0 }, { 7, 0, REG_EBX, 2 }, "SGX1 needs SGX" },
	{ { 0x8000000a, 0, REG_EDX, 0 }, { 0x80000001, 0, REG_ECX, 2 },
	  "nested paging needs SVM" },
	{ { 0x8000000a, 0, REG_EDX, 5 }, { 0x80000001, 0, REG_ECX, 2 },
	  "VMCB clean bits need SVM" },
};

TEST_F(supported, implied_bits)
{
	bool ok = true;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(implied); i++) {
		const struct cpuid_feature *n = &implied[i].needs;

		if (cpuid_has(&t.list, implied[i].f))
			ok &= reg_is(&t.list, n->function, n->index,
				     n->reg, 1u << n->bit, ~0u, RULE_B7,
				     implied[i].why);
	}
	TEST_VERDICT(ok);
}

/* --- leaf 0xD --------------------------------------------------------- */

static uint64_t components(const struct cpuid_list *l)
{
	return (uint64_t)cpuid_get(l, 0xd, 0, REG_EDX) << 32 |
	       cpuid_get(l, 0xd, 0, REG_EAX);
}

static uint64_t supervisor(const struct cpuid_list *l)
{
	return (uint64_t)cpuid_get(l, 0xd, 1, REG_EDX) << 32 |
	       cpuid_get(l, 0xd, 1, REG_ECX);
}

TEST_F(supported, xsave_components)
{
	const struct cpuid_list *l = &t.list;
	uint64_t all = components(l) | supervisor(l);
	const struct kvm_cpuid_entry2 *e;
	bool ok = true;
	uint32_t i;

	if (!cpuid_find(l, 0xd, 0))
		TEST_SKIP("there is no leaf 0xd");
	ok = check_is(RULE_X4, "there is a subleaf 1 if there are components",
		"subleaf 1 present", components(l) != 0,
		cpuid_find(l, 0xd, 1) != NULL);
	for (i = 2; i < 64; i++) {
		e = cpuid_find(l, 0xd, i);
		ok &= check_is(RULE_X4, "a subleaf for each component, and no other",
			       "component has a subleaf", all >> i & 1, e != NULL);
		if (!e)
			continue;
		ok &= check_that(e->eax > 0, RULE_X4, "a component has a size",
				 "size of a component", 1, e->eax);
		ok &= check_is(RULE_X4, "ECX[0] tells supervisor components",
			       "ECX[0]", supervisor(l) >> i & 1, e->ecx & 1);
		ok &= reg_is(l, 0xd, i, REG_EDX, ~0u, 0, RULE_X4, "reserved");
	}
	TEST_VERDICT(ok);
}

TEST_F(supported, xsave_sizes)
{
	const struct cpuid_list *l = &t.list;
	uint32_t compact = 1u << 1 | 1u << 3, size;
	bool ok;

	if (!cpuid_find(l, 0xd, 0))
		TEST_SKIP("there is no leaf 0xd");
	size = expect_xsave_size(l, components(l), false);
	ok = reg_is(l, 0xd, 0, REG_EBX, ~0u, size, RULE_X2,
		    "end of the last component, standard form");
	ok &= reg_is(l, 0xd, 0, REG_ECX, ~0u, size, RULE_X2,
		     "end of the last component, standard form");
	size = 0;
	if (cpuid_get(l, 0xd, 1, REG_EAX) & compact)
		size = expect_xsave_size(l, components(l) | supervisor(l),
					 true);
	ok &= reg_is(l, 0xd, 1, REG_EBX, ~0u, size, RULE_X3,
		     "all components in compacted form, 0 without XSAVEC and XSAVES");
	TEST_VERDICT(ok);
}

TEST_F(supported, xsave_mask)
{
	const struct cpuid_list *l = &t.list;
	uint64_t tiles = 3ull << 17, m = components(l);
	bool ok;

	if (!cpuid_find(l, 0xd, 0))
		TEST_SKIP("there is no leaf 0xd");
	ok = check_is(RULE_X1, "AVX-512's three components come together",
		"bits 7:5", 0, (m >> 5 & 7) != 0 && (m >> 5 & 7) != 7);
	ok &= check_is(RULE_X1, "MPX's two components come together", "bits 4:3", 0,
		       (m >> 3 & 3) != 0 && (m >> 3 & 3) != 3);
	if (m)
		ok &= check_is(RULE_X1, "x87 and SSE are always there", "bits 1:0", 3,
			       m & 3);
	if (t.f->xcomp_valid)
		ok &= check_is(RULE_X6, "KVM_X86_XCOMP_GUEST_SUPP is the same mask, whatever is permitted",
			       "components", t.f->xcomp_guest_supp & ~tiles,
			       m & ~tiles);
	ok &= reg_is(l, 0xd, 1, REG_EAX, ~0x1fu, 0, RULE_X3,
		     "XSAVEOPT, XSAVEC, XGETBV1, XSAVES, XFD");
	TEST_VERDICT(ok);
}

#define REQ_XCOMP_GUEST_PERM	0x1025	/* ARCH_REQ_XCOMP_GUEST_PERM */
#define XTILE_DATA		18

/* The only thing about the caller that counts (since 5.17). */
TEST_F(supported, amx_permission)
{
	const char *why = "tile data needs arch_prctl(ARCH_REQ_XCOMP_GUEST_PERM)";
	struct cpuid_list *l = &t.list;
	bool ok;

	if (!(t.f->xcomp_guest_supp >> XTILE_DATA & 1))
		TEST_SKIP("this CPU or KVM has no AMX");
	ok = reg_is(l, 0xd, 0, REG_EAX, 1u << 18, 0, RULE_G9, why);
	if (kernel_has(t.f->kernel, CHANGE_TILE_CFG_PERMISSION))
		ok &= reg_is(l, 0xd, 0, REG_EAX, 1u << 17, 0, RULE_G9, why);
	ok &= reg_is(l, 7, 0, REG_EDX, 1u << 24, ~0u, RULE_G9,
		     "the AMX flags stay");
	if (syscall(158 /* arch_prctl */, REQ_XCOMP_GUEST_PERM, XTILE_DATA))
		TEST_SKIP("the permission for AMX is refused");
	gc_prepare(l, KVM_MAX_ENTRIES, 0);
	EXPECT_EQ(0, call(t.fd, l));
	ok &= reg_is(l, 0xd, 0, REG_EAX, 3u << 17, ~0u, RULE_G9, why);
	TEST_VERDICT(ok);
}

/* --- capabilities that have to agree ---------------------------------- */

static bool __cap_is(int fd, uint32_t cap, const char *name, long want,
		     enum rule id, const char *why)
{
	char what[60];

	snprintf(what, sizeof(what), "KVM_CHECK_EXTENSION(%s)", name);
	return check_is(id, why, what, want, kvm_check_cap(fd, cap));
}

#define cap_is(fd, cap, ...)	__cap_is(fd, cap, #cap, __VA_ARGS__)

TEST_F(supported, caps_of_cpuid)
{
	const struct cpuid_list *l = &t.list;
	uint32_t size = cpuid_get(l, 0xd, 0, REG_EBX);
	bool steal = cpuid_get(l, 0x40000001, 0, REG_EAX) >> 5 & 1;
	bool ok;

	ok = cap_is(t.fd, KVM_CAP_EXT_CPUID, 1, RULE_K1, "this call is there");
	ok &= cap_is(t.fd, KVM_CAP_XSAVE, 1, RULE_K1, "KVM_GET_XSAVE is there");
	ok &= cap_is(t.fd, KVM_CAP_TSC_DEADLINE_TIMER, 1, RULE_K1,
		     "the emulated local APIC has the TSC deadline timer");
	ok &= cap_is(t.fd, KVM_CAP_XSAVE2, size > 4096 ? size : 4096, RULE_X6,
		     "the size of leaf 0xd, at least 4096");
	ok &= cap_is(t.fd, KVM_CAP_STEAL_TIME, steal, RULE_K2,
		     "the capability and the feature bit say the same");
	TEST_VERDICT(ok);
}

/* What the host says is what the capabilities should say. */
TEST_F(supported, caps_of_host)
{
	static struct witness_host h;
	const struct host_facts *f = t.f;
	const char *sure = "/proc/self/schedstat tells whether the kernel counts";
	bool ok = true;

	witness_read_host(&h, f, &f->cpu[0].cpuid);
	if (witness_refuses(&h))
		TEST_SKIP("%s", witness_refuses(&h));
	if (h.sched_info != UNKNOWN)
		ok &= cap_is(t.fd, KVM_CAP_STEAL_TIME, h.sched_info, RULE_K2, sure);
	if (h.flags[0])
		ok &= cap_is(t.fd, KVM_CAP_XCRS, witness_flag(&h, "xsave"), RULE_K3,
			     "XCR0 is there if the kernel uses XSAVE");
	if (facts_param(f, "kvm", "enable_pmu"))
		ok &= cap_is(t.fd, KVM_CAP_PMU_CAPABILITY,
			     facts_param_bool(f, "kvm", "enable_pmu", true),
			     RULE_K4, "the capability follows kvm.enable_pmu");
	if (facts_host_is_amd(f) && h.flags[0] && f->nr_params)
		ok &= cap_is(t.fd, KVM_CAP_TSC_CONTROL,
			     tri_and(witness_param(&h, "tsc_scaling"),
				     witness_flag(&h, "tsc_scale")), RULE_K5,
			     "TSC scaling, as CPU and kvm_amd.tsc_scaling say");
	if (facts_host_is_intel(f) && msr_find(&h.msrs, 0x48b))
		ok &= cap_is(t.fd, KVM_CAP_TSC_CONTROL,
			     msr_get(&h.msrs, 0x48b) >> (32 + 25) & 1, RULE_K5,
			     "TSC scaling, as the CPU's VMX controls say");
	TEST_VERDICT(ok);
}

#define MCG_CTL_P	(1ull << 8)
#define MCG_CMCI_P	(1ull << 10)
#define MCG_SER_P	(1ull << 24)
#define MCG_LMCE_P	(1ull << 27)

TEST_F(supported, mce)
{
	uint64_t want = MCG_CTL_P | MCG_SER_P;

	if (!t.f->mce_cap_valid)
		TEST_SKIP("there is no KVM_X86_GET_MCE_CAP_SUPPORTED");
	if (facts_host_is_intel(t.f))
		want |= MCG_LMCE_P | MCG_CMCI_P;	/* 6.0: 281b52780b57 */
	EXPECT_TRUE(cap_is(t.fd, KVM_CAP_MCE, 32, RULE_K6, "banks"));
	TEST_VERDICT(check_as(EVENT_MCE_CAP, want == t.f->mce_cap, RULE_K6,
			"SDM vol. 3, IA32_MCG_CAP: CTL, SER; on Intel CMCI and LMCE",
			"KVM_X86_GET_MCE_CAP_SUPPORTED", want,
			t.f->mce_cap));
}

TEST_MAIN
