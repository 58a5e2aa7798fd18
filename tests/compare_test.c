// SPDX-License-Identifier: GPL-2.0-only
/* Two hosts compared: by what a difference is caused. */
#include "compared_hosts.h"

TEST_F(hosts, same)
{
	EXPECT_EQ(COMPARE_SAME, run(self));
	EXPECT_EQ(0, self->c.n);
	EXPECT_STREQ("A: one\nB: two\ncompare: no difference\n", self->text);
}

/* --- causes ---------------------------------------------------------------- */

TEST_F(hosts, other_cpu)
{
	flip_both(self->b, 1, 0, REG_EAX, 0x10);
	flip_both(self->b, 7, 0, REG_EBX, BIT32(16));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_CPU));
	EXPECT_TRUE(says(self, "GenuineIntel 6/207/2 -> GenuineIntel 6/206/2"));
	EXPECT_TRUE(says(self, "  0x00000007.0 ebx: KVM_GET_SUPPORTED_CPUID, "
			 "and the max model\n"
		"    A      1111_1111_1111_1111_1111_1111_1111_1111\n"
		"    B      1111_1111_1111_1110_1111_1111_1111_1111\n"
		"                             ^\n"
		"    lost bit 16 avx512f\n"));
}

TEST_F(hosts, other_cpu_of_the_same_name)
{
	flip_both(self->b, 7, 0, REG_EBX, BIT32(16));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_CPU));
	EXPECT_TRUE(says(self, "(the same, but not its CPUID)"));
}

TEST_F(hosts, other_microcode)
{
	strcpy(self->b->microcode, "0x2");
	flip_both(self->b, 7, 0, REG_EDX, BIT32(26));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_MICROCODE));
	EXPECT_TRUE(says(self, "other microcode: 0x1 -> 0x2"));
	EXPECT_TRUE(says(self, "lost bit 26 spec-ctrl"));
}

/* The revision of the microcode is a feature MSR, and no kernel's doing. */
TEST_F(hosts, microcode_msr)
{
	strcpy(self->b->microcode, "0x2");
	strcpy(self->b->kernel_release, "6.13.0");
	self->b->feature_msrs.m[1].value = 0x200000000ull;
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_EQ(1, count(&self->c, CAUSE_KERNEL));
	EXPECT_EQ(self->c.n - 1, count(&self->c, CAUSE_MICROCODE));
}

TEST_F(hosts, other_kernel)
{
	strcpy(self->b->kernel_release, "6.13.0");
	flip(&self->b->supported, 7, 0, REG_ECX, BIT32(22));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_KERNEL));
	EXPECT_TRUE(says(self, "other kernel: 6.12.1-made-up -> 6.13.0\n"));
	EXPECT_TRUE(says(self, "lost bit 22 rdpid"));
	EXPECT_TRUE(says(self, "2 differences, 1 of them for guests: "
			 "other CPU 0, other microcode 0, other kernel 2, "));
}

/* Raw CPUID differs, but not of this bit. */
TEST_F(hosts, kernel_and_cpu)
{
	strcpy(self->b->kernel_release, "6.13.0");
	flip_both(self->b, 7, 0, REG_EBX, BIT32(18));
	flip(&self->b->supported, 7, 0, REG_EBX, BIT32(19));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_EQ(1, count(&self->c, CAUSE_CPU));
	EXPECT_EQ(2, count(&self->c, CAUSE_KERNEL));
}

TEST_F(hosts, boot_options)
{
	flip(&self->b->cpu[0].cpuid, 7, 0, REG_ECX, BIT32(4));
	flip(&self->b->supported, 7, 0, REG_ECX, BIT32(3));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_KERNEL));
	EXPECT_TRUE(says(self, "(the same, with other boot options)"));
	EXPECT_TRUE(says(self, "lost bit 3 pku"));

	/* PKU does not come from OSPKE going */
	flip(&self->b->supported, 7, 0, REG_ECX, BIT32(3));
	flip(&self->a->supported, 7, 0, REG_ECX, BIT32(3));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_NONE));
}

TEST_F(hosts, other_parameter)
{
	set_param(self->b, "kvm_intel", "sgx", "N");
	flip(&self->b->supported, 7, 0, REG_EBX, BIT32(2));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_PARAM));
	EXPECT_TRUE(says(self, "    lost bit 2 sgx\n"
			 "    because kvm_intel.sgx: Y -> N\n"));
	EXPECT_TRUE(says(self, "  kvm_intel.sgx: Y -> N (module parameter)"));
}

/* Switching it off cannot have brought the bit. */
TEST_F(hosts, parameter_that_went_the_other_way)
{
	set_param(self->b, "kvm_intel", "sgx", "N");
	flip(&self->a->supported, 7, 0, REG_EBX, BIT32(2));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_EQ(1, count(&self->c, CAUSE_PARAM));
	EXPECT_EQ(self->c.n - 1, count(&self->c, CAUSE_NONE));
	EXPECT_LT(1, self->c.n);
}

TEST_F(hosts, parameter_that_governs_another_bit)
{
	set_param(self->b, "kvm_intel", "sgx", "N");
	flip(&self->b->supported, 7, 0, REG_EBX, BIT32(3));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_EQ(1, count(&self->c, CAUSE_PARAM));
	EXPECT_EQ(1, count(&self->c, CAUSE_NONE));
}

/* Bits of one register with two causes are told apart. */
TEST_F(hosts, two_causes_in_a_register)
{
	set_param(self->b, "kvm_intel", "ept", "0");
	flip(&self->b->supported, 0x80000001, 0, REG_EDX, BIT32(20));
	flip(&self->a->supported, 0x80000001, 0, REG_EDX, BIT32(26));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(says(self, "gained bit 26 pdpe1gb\n"
			 "    because kvm_intel.ept: Y -> 0\n"));
	EXPECT_TRUE(says(self, "lost bit 20 nx\n\ncompare: 3 differences"));
	EXPECT_EQ(1, count(&self->c, CAUSE_NONE));
}

/* Shadow paging has large pages of its own (cpuid.c: tdp_enabled). */
TEST_F(hosts, shadow_paging_brings_large_pages)
{
	strcpy(self->a->kvm_module, "kvm_amd");
	strcpy(self->b->kvm_module, "kvm_amd");
	set_param(self->b, "kvm_amd", "npt", "N");
	flip(&self->a->supported, 0x80000001, 0, REG_EDX, BIT32(26));
	flip(&self->b->supported, 7, 0, REG_ECX, BIT32(3));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_PARAM));
	EXPECT_TRUE(says(self, "gained bit 26 pdpe1gb\n"
			 "    because kvm_amd.npt: Y -> N\n"));
	EXPECT_TRUE(says(self, "lost bit 3 pku\n"
			 "    because kvm_amd.npt: Y -> N\n"));
}

/* A hypervisor below has these leaves too, which KVM's do not come from. */
TEST_F(hosts, hypervisor_leaves)
{
	flip_both(self->b, 0x40000001, 0, REG_EAX, BIT32(5));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_NONE));
	EXPECT_TRUE(says(self, "lost bit 5 kvm-steal-time"));
}

TEST_F(hosts, no_cause)
{
	flip(&self->b->supported, 7, 0, REG_EBX, BIT32(16));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_NONE));
	EXPECT_TRUE(says(self, "\nno cause found (as far as known: "
			 "same CPU, microcode, kernel, parameters)\n"));
}

/* Each row of the table, as it should go and the other way round. */
static void set_fact(struct host_facts *f, const struct param_row *r, bool on)
{
	uint64_t v = on ? r->mask & -r->mask : 0;
	unsigned int word = r->word == ANY_WORD ? REG_EAX : r->word;
	struct cpuid_list *l = r->source == SRC_HV ? &f->hv : &f->supported;
	uint32_t index = r->index == ANY_SUBLEAF ? 0 : r->index;

	f->supported.nent = 1;	/* leaf 0 is all that is wanted */
	f->hv.nent = f->feature_msrs.n = f->msr_index.n = f->nr_caps = 0;
	if (r->source == SRC_CAP)
		facts_set_cap(f, r->first, on);
	else if (r->source == SRC_FEATURE_MSR)
		msr_append(&f->feature_msrs, r->first, true, v);
	else if (r->source == SRC_MSR_INDEX && on)
		msr_append(&f->msr_index, r->first, false, 0);
	else if (r->source == SRC_SUPPORTED || r->source == SRC_HV)
		cpuid_entry_set_reg(cpuid_append(l, r->first, index, 0,
				    (struct cpuid_regs){ { 0 } }), word, v);
}

TEST_F(hosts, each_parameter)
{
	const struct param_row *r;
	int on, fact;

	for (r = param_rows; r < param_rows + nr_param_rows; r++)
		for (on = 0; on < 2; on++)
			for (fact = 0; fact < 2; fact++) {
				bool fits = !r->sign ||
					    (fact == on) == (r->sign > 0);

				set_param(self->a, r->module, r->name,
					  on ? "0" : "1");
				set_param(self->b, r->module, r->name,
					  on ? "1" : "0");
				set_fact(self->a, r, !fact);
				set_fact(self->b, r, fact);
				strcpy(self->a->kvm_module, r->module);
				strcpy(self->b->kvm_module, r->module);
				EXPECT_EQ(COMPARE_GUEST, run(self));
				EXPECT_EQ(fits, only(&self->c, CAUSE_PARAM)) {
					printf("# %s.%s row %zu\n%s",
					       r->module, r->name,
					       r - param_rows, self->text);
				}
				set_param(self->a, r->module, r->name, "1");
				set_param(self->b, r->module, r->name, "1");
			}
}

/* --- who sees it ----------------------------------------------------------- */

TEST_F(hosts, kernel_only)
{
	strcpy(self->b->kernel_release, "6.12.2");
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_KERNEL));
	EXPECT_TRUE(says(self, "1 difference, 0 of them for guests"));
}

TEST_F(hosts, microcode_only)
{
	strcpy(self->b->microcode, "0x2");
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_MICROCODE));
}

TEST_F(hosts, parameter_only)
{
	set_param(self->b, "kvm", "tdp_mmu", "N");
	set_param(self->b, "kvm", "new_one", "3");
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_EQ(2, count(&self->c, CAUSE_PARAM));
	EXPECT_TRUE(says(self, "kvm.new_one: none -> 3"));

	/* a new kernel's new parameter */
	strcpy(self->b->kernel_release, "6.13.0");
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_EQ(1, count(&self->c, CAUSE_PARAM));
	EXPECT_EQ(2, count(&self->c, CAUSE_KERNEL));
}

TEST_F(hosts, raw_bit_that_no_guest_sees)
{
	flip(&self->b->cpu[0].cpuid, 7, 0, REG_EBX, BIT32(16));
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_CPU));
	EXPECT_TRUE(says(self, "0x00000007.0 ebx: CPUID of the CPU\n"));
}

/* A model takes family and model of its CPU whatever KVM says. */
TEST_F(hosts, signature_reaches_the_model)
{
	flip(&self->b->cpu[0].cpuid, 1, 0, REG_EAX, 0x10);
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(only(&self->c, CAUSE_CPU));
	EXPECT_TRUE(says(self, "0x00000001.0 eax: the max model\n"));
}

TEST_F(hosts, unknown_is_no_difference)
{
	self->b->kernel_release[0] = 0;
	self->b->microcode[0] = 0;
	self->b->nr_params = 0;
	self->b->tsc_khz = 0;
	self->b->nr_caps = 0;
	EXPECT_EQ(COMPARE_SAME, run(self));
}

/* What there is beside CPUID, a row each; all is for guests to see. */

TEST_HARNESS_MAIN
