// SPDX-License-Identifier: GPL-2.0-only
/*
 * MAXPHYADDR of guest CPUID: address bits from there on are reserved in CR3,
 * in the APIC base, in variable MTRRs, in PDPTEs, in VM_HSAVE_PA, in page
 * tables.  With it: NX, 1 GiB pages, LA57, and the linear address width.
 * SDM vol. 3, 4.1.4 and 4.5; APM vol. 2, 5.3.
 */
#include <errno.h>

#include "backport.h"
#include "bench.h"
#include "test.h"
#include "walk.h"

static struct bench g;

static const struct reason
r_cr3 = { RULE_A10, "address bits of CR3 beyond MAXPHYADDR are reserved, CR3[63] needs MOV with PCIDE, CR3[62:61] LAM (SDM vol. 3, 4.5.2)" },
r_apic = { RULE_A11, "IA32_APIC_BASE: bits beyond MAXPHYADDR, 9 and 7:0 are reserved, EXTD needs x2APIC and EN (SDM vol. 3, 10.4.4, 10.12.1)" },
r_base = { RULE_A12, "IA32_MTRR_PHYSBASEn: bits beyond MAXPHYADDR and 11:8 are reserved, the type is 0, 1, 4, 5 or 6 (SDM vol. 3, 11.11.2.3)" },
r_mask = { RULE_A13, "IA32_MTRR_PHYSMASKn: bits beyond MAXPHYADDR and 10:0 are reserved (SDM vol. 3, 11.11.2.3)" },
r_hsave = { RULE_A14, "VM_HSAVE_PA is a page's physical address (APM vol. 2, 15.30.4)" },
r_walk = { RULE_A15, "address bits of a page table entry beyond MAXPHYADDR are reserved (SDM vol. 3, 4.5.4)" },
r_nx = { RULE_A16, "bit 63 of a page table entry is reserved unless EFER.NXE (SDM vol. 3, 4.5.4)" },
r_gb = { RULE_A17, "1 GiB pages follow guest CPUID with shadow paging, else the host's CPUID (KVM, guest_can_use_gbpages())" },
r_ps = { RULE_A18, "bit 7 of PML5 and PML4 entries is reserved (SDM vol. 3, 4.5.4)" },
r_pdpte = { RULE_A19, "turning on PAE paging loads the PDPTEs: reserved bits of a present one cause #GP (SDM vol. 3, 4.4.1)" },
r_la57 = { RULE_A20, "with CR4.LA57 the walk has five levels (SDM vol. 3, 4.5)" },
r_width = { RULE_S3, "the linear address width of leaf 0x80000008 is 0, 48 or 57 (KVM api.rst, KVM_SET_CPUID2)" };

static const uint8_t widths[] = {
	32, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
	52,
};

static unsigned int maxphyaddr(void)
{
	return expect_maxphyaddr(&g.list);
}

static void list_width(unsigned int bits)
{
	struct kvm_cpuid_entry2 *e = bench_entry(&g, 0x80000008);

	if (bench_entry(&g, 0x80000000)->eax < 0x80000008)
		test_stop("the max model ends before leaf 0x80000008");
	e->eax = (e->eax & ~0xffu) | bits;
}

static void install_width(unsigned int bits)
{
	bench_reset_list(&g);
	list_width(bits);
	bench_install(&g);
}

/* All bits at the ends of the range, else those around the width. */
static bool of_interest(unsigned int bit)
{
	return maxphyaddr() <= 36 || maxphyaddr() == 52 || bit >= 62 ||
	       (bit + 2 >= maxphyaddr() && bit <= maxphyaddr() + 1);
}

static bool beyond(unsigned int bit)
{
	return bit >= maxphyaddr();
}

/* --- CR3, APIC base and MTRRs by ioctl ---------------------------------- */
static void sweep_cr3(void)
{
	struct kvm_sregs base, s;
	unsigned int bit;

	vcpu_get_sregs(&g.vcpu, &base);
	probe_sregs(&g.vm, PROBE_LONG, &base);
	vcpu_set_sregs(&g.vcpu, &base);
	for (bit = 12; bit < 64; bit++) {
		bool lam = (bit == 61 || bit == 62) &&
			   bench_kvm_has(&g, F_LAM) &&
			   bench_guest_has(&g, F_LAM);

		if (!of_interest(bit))
			continue;
		s = base;
		s.cr3 ^= BIT(bit);
		bench_call(&g, __vcpu_set_sregs(&g.vcpu, &s),
			   !beyond(bit) || lam, -EINVAL, "KVM_SET_SREGS cr3",
			   s.cr3, &r_cr3);
	}
	vcpu_set_sregs(&g.vcpu, &base);
}

static bool apicbase_ok(uint64_t v)
{
	return expect_apic_base_valid(g.facts, &g.list, v);
}

static void sweep_apicbase(void)
{
	struct kvm_sregs s;
	unsigned int bit;

	vcpu_get_sregs(&g.vcpu, &s);
	for (bit = 0; bit < 64; bit++) {
		uint64_t v = APICBASE_RESET ^ BIT(bit);

		if (!of_interest(bit))
			continue;
		bench_set_msr(&g, MSR_IA32_APICBASE, v, apicbase_ok(v), &r_apic);
		s.apic_base = v;
		bench_call(&g, __vcpu_set_sregs(&g.vcpu, &s), apicbase_ok(v),
			   -EINVAL, "KVM_SET_SREGS apic_base", v, &r_apic);
	}
	bench_set_msr(&g, MSR_IA32_APICBASE, APICBASE_RESET, true, &r_apic);
}

static void sweep_mtrrs(void)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		if (!of_interest(bit))
			continue;
		bench_set_msr(&g, MSR_MTRRphysBase0, BIT(bit), expect_mtrr_base_valid(&g.list, BIT(bit)),
			      &r_base);
		bench_set_msr(&g, MSR_MTRRphysMask0, BIT(bit), expect_mtrr_mask_valid(&g.list, BIT(bit)),
			      &r_mask);
	}
}

static void sweep_all(void)
{
	sweep_cr3();
	sweep_apicbase();
	sweep_mtrrs();
}

/* --- page tables -------------------------------------------------------- */
static void want_walk(unsigned int level, uint64_t change, bool ok,
		      uint64_t want, const struct reason *rule)
{
	uint64_t *e = walk_entry(&g, level), gpa;
	bool valid;

	*e ^= change;
	valid = walk_translate(&g, &gpa);
	bench_value(&g, valid, ok, "KVM_TRANSLATE valid, with bits in an entry",
		    change, rule);
	if (valid && ok)
		bench_value(&g, gpa, want,
			    "KVM_TRANSLATE address, with bits in an entry",
			    change, rule);
	*e ^= change;
}

#define PTE_ADDR	0x000ffffffffff000ull

static void sweep_leaf(unsigned int level)
{
	static const uint8_t first[] = { 0, 12, 21, 30 };
	unsigned int bit;

	walk_lay(&g, 4, level);
	for (bit = first[level]; bit < 63; bit++)
		if (of_interest(bit))
			want_walk(level, BIT(bit), bit >= 52 || !beyond(bit),
				  BIT(bit) & PTE_ADDR, &r_walk);
}

FIXTURE(physaddr) { };

FIXTURE_SETUP(physaddr)
{
	bench_open(&g, 0);
	bench_vcpu(&g);
}

FIXTURE_TEARDOWN(physaddr)
{
	bench_close(&g);
}

TEST_F(physaddr, each_width)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(widths); i++) {
		install_width(widths[i]);
		sweep_all();
	}
	TEST_VERDICT(g.ok);
}

/* No width: 36 bits, as before there was leaf 0x80000008. */
TEST_F(physaddr, no_leaf_is_36)
{
	install_width(40);
	cpuid_remove(&g.list, 0x80000008);
	bench_install(&g);
	sweep_all();
	TEST_VERDICT(g.ok);
}

TEST_F(physaddr, low_maximum_is_36)
{
	install_width(40);
	bench_entry(&g, 0x80000000)->eax = 0x80000007;
	bench_install(&g);
	sweep_all();
	TEST_VERDICT(g.ok);
}

TEST_F(physaddr, no_maximum_is_36)
{
	install_width(40);
	cpuid_remove(&g.list, 0x80000000);
	bench_install(&g);
	sweep_all();
	TEST_VERDICT(g.ok);
}

/* A maximum of exactly 0x80000008 is enough. */
TEST_F(physaddr, maximum_of_80000008_is_enough)
{
	install_width(40);
	bench_entry(&g, 0x80000000)->eax = 0x80000008;
	bench_install(&g);
	sweep_apicbase();
	TEST_VERDICT(g.ok);
}

TEST_F(physaddr, without_cpuid_is_36)
{
	bench_vcpu(&g);
	g.list.nent = 0;
	sweep_apicbase();
	sweep_mtrrs();
	TEST_VERDICT(g.ok);
}

TEST_F(physaddr, page_tables)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(widths); i++) {
		install_width(widths[i]);
		walk_start(&g, 4, 0);
		sweep_leaf(1);
		sweep_leaf(2);
	}
	TEST_VERDICT(g.ok);
}

TEST_F(physaddr, page_tables_nx)
{
	unsigned int level;

	if (!bench_guest_has(&g, F_NX))
		TEST_SKIP("no NX here");
	bench_install(&g);
	for (level = 1; level <= 4; level++) {
		walk_lay(&g, 4, 1);
		walk_start(&g, 4, 0);
		want_walk(level, BIT(63), false, 0, &r_nx);
		walk_start(&g, 4, EFER_NX);
		want_walk(level, BIT(63), true, 0, &r_nx);
	}
	TEST_VERDICT(g.ok);
}

TEST_F(physaddr, page_tables_ps)
{
	bench_install(&g);
	walk_start(&g, 4, 0);
	walk_lay(&g, 4, 1);
	want_walk(4, 0, true, 0, &r_ps);
	want_walk(4, 0x80, false, 0, &r_ps);
	TEST_VERDICT(g.ok);
}

static bool tdp(void)
{
	if (facts_host_is_amd(g.facts))
		return facts_param_bool(g.facts, "kvm_amd", "npt", true);
	return facts_param_bool(g.facts, "kvm_intel", "ept", true);
}

/* Other modules may page as they like. */
static bool paging_known(void)
{
	return !bench_lacks(&g, (enum need[]){ NEED_OUR_KVM }, 1);
}

static void gb_page(bool exposed)
{
	bool ok = tdp() ? bench_host_has(&g, F_GBPAGES) : exposed;

	bench_reset_list(&g);
	bench_feature(&g, F_GBPAGES, exposed);
	bench_install(&g);
	walk_start(&g, 4, 0);
	walk_lay(&g, 4, 3);
	want_walk(3, 0, ok, 0, &r_gb);
}

TEST_F(physaddr, gbpages)
{
	if (!paging_known())
		TEST_SKIP("neither kvm-amd nor kvm-intel: not known whether paging is nested");
	gb_page(true);
	gb_page(false);
	TEST_VERDICT(g.ok);
}

TEST_F(physaddr, five_levels)
{
	if (!bench_kvm_has(&g, F_LA57))
		TEST_SKIP("no LA57 here");
	bench_install(&g);
	if (!bench_kept(&g, F_LA57))
		TEST_SKIP("this KVM takes LA57 out of guest CPUID");
	walk_lay(&g, 5, 1);
	walk_start(&g, 5, 0);
	want_walk(5, 0, true, 0, &r_la57);
	want_walk(5, 0x80, false, 0, &r_ps);
	want_walk(5, 1, false, 0, &r_la57);
	TEST_VERDICT(g.ok);
}

/* --- in the guest ------------------------------------------------------- */
static void guest_wrmsr(uint32_t msr, uint64_t v, bool ok, const char *what,
			const struct reason *rule)
{
	bench_want(&g, probe_wrmsr(&g.probe, msr, v), ok, what, v, rule);
}

static void guest_bit(unsigned int bit)
{
	uint64_t v = APICBASE_RESET ^ BIT(bit);

	/* The way to x2APIC and back has a test of its own. */
	if (bit != 10 && bit != 11)
		guest_wrmsr(MSR_IA32_APICBASE, v, apicbase_ok(v),
			    "WRMSR APIC_BASE", &r_apic);
	guest_wrmsr(MSR_MTRRphysBase0, BIT(bit), expect_mtrr_base_valid(&g.list, BIT(bit)),
		    "WRMSR MTRR_PHYSBASE0", &r_base);
	guest_wrmsr(MSR_MTRRphysMask0, BIT(bit), expect_mtrr_mask_valid(&g.list, BIT(bit)),
		    "WRMSR MTRR_PHYSMASK0", &r_mask);
	if (bench_kvm_has(&g, F_SVM))
		guest_wrmsr(MSR_VM_HSAVE_PA, BIT(bit),
			    expect_hsave_pa_valid(&g.list, BIT(bit)),
			    "WRMSR VM_HSAVE_PA",
			    &r_hsave);
}

TEST_F(physaddr, guest_wrmsr)
{
	static const uint8_t some[] = { 36, 40, 52 };
	unsigned int i, bit;

	TEST_NEEDS(&g, NEED_FAULTS);
	for (i = 0; i < ARRAY_SIZE(some); i++) {
		bench_reset_list(&g);
		list_width(some[i]);
		bench_boot(&g, PROBE_LONG);
		for (bit = 0; bit < 64; bit++)
			guest_bit(bit);
		guest_wrmsr(MSR_IA32_APICBASE, APICBASE_RESET, true,
			    "WRMSR APIC_BASE", &r_apic);
		bench_run(&g);
	}
	TEST_VERDICT(g.ok);
}

#define PAE_PD		(PROBE_SCRATCH + 0x1000)

/* Four PDPTEs at a place of their own for each case. */
static void lay_pdpt(unsigned int n, uint64_t third)
{
	uint64_t *pdpt = vm_at(&g.vm, PROBE_SCRATCH + 32 * n);

	pdpt[0] = PAE_PD | 1;
	pdpt[1] = 0;
	pdpt[2] = third;
	pdpt[3] = 0;
}

static void turn_on_pae(unsigned int n, uint64_t third, bool ok)
{
	uint64_t cr0 = 0x10033;

	lay_pdpt(n, third);
	bench_want(&g, probe_write_cr(&g.probe, 3, PROBE_SCRATCH + 32 * n),
		   true, "MOV to CR3 of", PROBE_SCRATCH + 32 * n, &r_pdpte);
	bench_want(&g, probe_write_cr(&g.probe, 0, cr0 | CR0_PG), ok,
		   "MOV to CR0 that turns on paging, with a PDPTE of", third,
		   &r_pdpte);
	bench_want(&g, probe_write_cr(&g.probe, 0, cr0), true,
		   "MOV to CR0 of", cr0, &r_pdpte);
}

/* Paging turned on with nothing mapped beyond the first GiB. */
static bool pae_works(void)
{
	uint64_t *pd = vm_at(&g.vm, PAE_PD);
	struct probe_request *r;
	char why[160];

	bench_boot(&g, PROBE_PROTECTED);
	pd[0] = 0x83;
	lay_pdpt(0, 0);
	probe_write_cr(&g.probe, 4, 0x620);
	probe_write_cr(&g.probe, 3, PROBE_SCRATCH);
	r = probe_write_cr(&g.probe, 0, 0x10033 | CR0_PG);
	return !__probe_run(&g.probe, why, sizeof(why)) && r->answered &&
	       r->vector == PROBE_NO_VECTOR;
}

/* The first bit of an address that a PDPTE had better not have. */
static unsigned int pdpte_limit(void)
{
	unsigned int memory = 0;

	if (!tdp() && !kernel_has(g.facts->kernel, CHANGE_DUMMY_ROOT)) {
		not_judged("PDPTE with an address outside memory",
			   "before Linux 6.6 shadow paging ends such a guest");
		while (BIT(memory) < g.vm.mem_size)
			memory++;
		return memory;
	}
	/* Hardware has a say too: what must work stays within its width. */
	return cpuid_get(&g.facts->cpu[0].cpuid, 0x80000008, 0, REG_EAX) & 0xff;
}

static void sweep_pdpte(unsigned int limit)
{
	unsigned int bit, n = 0;
	uint64_t *pd = vm_at(&g.vm, PAE_PD);

	pd[0] = 0x83;
	turn_on_pae(n++, 0, true);
	turn_on_pae(n++, 1, true);
	turn_on_pae(n++, BIT(62) | 0x1e6, true);
	for (bit = 1; bit < 64; bit++) {
		bool fixed = bit == 1 || bit == 2 || (bit >= 5 && bit <= 8);
		bool ok = !fixed && !beyond(bit);

		if (!ok || bit < limit)
			turn_on_pae(n++, BIT(bit) | 1, ok);
	}
}

TEST_F(physaddr, guest_pdptes)
{
	static const uint8_t some[] = { 36, 38 };
	unsigned int i, limit;

	TEST_NEEDS(&g, NEED_FAULTS);
	if (!paging_known() && !pae_works())
		TEST_SKIP("neither kvm-amd nor kvm-intel, and no PAE paging");
	limit = pdpte_limit();
	for (i = 0; i < ARRAY_SIZE(some); i++) {
		bench_reset_list(&g);
		list_width(some[i]);
		bench_boot(&g, PROBE_PROTECTED);
		bench_mov_cr4(&g, CR4_PROBE, true, &r_pdpte);
		sweep_pdpte(limit);
		bench_run(&g);
	}
	TEST_VERDICT(g.ok);
}

TEST_F(physaddr, linear_width)
{
	struct kvm_cpuid_entry2 *e;
	unsigned int w;

	install_width(40);
	e = bench_entry(&g, 0x80000008);
	for (w = 0; w < 256; w++) {
		e->eax = (e->eax & ~0xff00u) | w << 8;
		bench_call(&g, __vcpu_set_cpuid(&g.vcpu, &g.list),
			   w == 0 || w == 48 || w == 57, -EINVAL,
			   "KVM_SET_CPUID2, linear address width", w,
			   &r_width);
	}
	TEST_VERDICT(g.ok);
}

TEST_MAIN
