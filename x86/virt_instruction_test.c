// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions of SVM, VMX and SGX: #UD while the feature is hidden or off,
 * and what they do once the guest has turned it on.
 */
#include <errno.h>

#include "changes.h"
#include "insn.h"
#include "test.h"

#define VM_CR_SVMDIS	(1ull << 4)

static struct bench g;

static const struct reason
r_smm = { RULE_I22, "CR4.VMXE cannot be set in SMM (SDM vol. 3, 34.14.1; vmx_is_valid_cr4())" },
r_svm = { RULE_I5, "SVM instructions are #UD without EFER.SVME, SKINIT in any case (APM vol. 3)" },
r_vmx = { RULE_I6, "VMX instructions are #UD without CR4.VMXE, all but VMXON also before VMXON; VMXON needs FEATURE_CONTROL (SDM vol. 3, 30.3)" },
r_region = { RULE_I13, "VMXON: CF is set, and nothing else happens, for a region that is not aligned, beyond MAXPHYADDR or of another revision, and in VMX operation; #GP at CPL 3 (SDM vol. 3, 30.3, VMXON)" },
r_sgx = { RULE_I10, "ENCLS: #UD without SGX and SGX1, #GP without FEATURE_CONTROL or for a leaf the guest lacks (SDM vol. 3, 36.5)" };

BENCH_FIXTURE(virt_insn, &g, 0)

/* --- SVM ------------------------------------------------------------------- */
static const struct named_insn svm_insns[] = {
	{ "VMRUN",   { 0x0f, 0x01, 0xd8 }, 3 },
	{ "VMLOAD",  { 0x0f, 0x01, 0xda }, 3 },
	{ "VMSAVE",  { 0x0f, 0x01, 0xdb }, 3 },
	{ "STGI",    { 0x0f, 0x01, 0xdc }, 3 },
	{ "CLGI",    { 0x0f, 0x01, 0xdd }, 3 },
	{ "SKINIT",  { 0x0f, 0x01, 0xde }, 3 },
	{ "INVLPGA", { 0x0f, 0x01, 0xdf }, 3 },
};

enum { VMLOAD = 1, VMSAVE, STGI, CLGI, SKINIT, INVLPGA };

static void svm_insn(unsigned int n, uint64_t rax, uint8_t vector)
{
	struct probe_request *r = insn_plain(&g, svm_insns[n].bytes,
					svm_insns[n].len);

	r->in.rax = rax;
	bench_want_fault(&g, r, vector, svm_insns[n].name, rax, &r_svm);
	/* Without the check of EFER, or of the address. */
	if ((n == INVLPGA && vector == UD_VECTOR) || vector == GP_VECTOR)
		bench_known_answer(&g, PROBE_NO_VECTOR);
}

/*
 * KVM keeps EFER.SVME on in hardware; what it leaves to hardware (virtual
 * VMLOAD and VMSAVE, virtual GIF) was never #UD until it was intercepted again
 * without the guest's EFER.SVME (460c7eb2e759).
 */
static bool left_to_hardware(unsigned int n)
{
	if (kernel_has(g.facts->kernel, CHANGE_SVM_FOLLOWS_EFER))
		return false;
	if (n == VMLOAD || n == VMSAVE)
		return facts_param_bool(g.facts, "kvm_amd", "vls", false);
	if (n == STGI || n == CLGI)
		return facts_param_bool(g.facts, "kvm_amd", "vgif", false);
	return false;
}

static void all_svm_ud(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(svm_insns); i++)
		if (!left_to_hardware(i))
			svm_insn(i, PROBE_SCRATCH, UD_VECTOR);
}

TEST_F(virt_insn, svm_off)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	insn_boot(&g);
	all_svm_ud();
	bench_run(&g);
	bench_feature(&g, F_SVM, false);
	insn_boot(&g);
	all_svm_ud();
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_F(virt_insn, svm_on)
{
	uint64_t efer = 0x500;

	TEST_NEEDS(&g, NEED_NESTED_SVM, NEED_FAULTS);
	insn_boot(&g);
	bench_want(&g, probe_wrmsr(&g.probe, MSR_EFER, efer | EFER_SVME), true,
		   "WRMSR EFER", efer | EFER_SVME, &r_svm);
	svm_insn(VMSAVE, PROBE_SCRATCH, PROBE_NO_VECTOR);
	svm_insn(VMLOAD, PROBE_SCRATCH, PROBE_NO_VECTOR);
	svm_insn(VMSAVE, PROBE_SCRATCH + 8, GP_VECTOR);
	svm_insn(VMLOAD, PROBE_SCRATCH + 8, GP_VECTOR);
	svm_insn(CLGI, 0, PROBE_NO_VECTOR);
	svm_insn(STGI, 0, PROBE_NO_VECTOR);
	svm_insn(INVLPGA, PROBE_SCRATCH, PROBE_NO_VECTOR);
	svm_insn(SKINIT, PROBE_SCRATCH, UD_VECTOR);
	bench_want(&g, probe_wrmsr(&g.probe, MSR_VM_CR, VM_CR_SVMDIS), false,
		   "WRMSR VM_CR, EFER.SVME set", VM_CR_SVMDIS, &r_svm);
	bench_want(&g, probe_wrmsr(&g.probe, MSR_EFER, efer), true,
		   "WRMSR EFER", efer, &r_svm);
	all_svm_ud();
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* CPUID installed while EFER.SVME is set: what follows EFER must go on to. */
TEST_F(virt_insn, svm_turned_off)
{
	uint64_t efer = 0x500;

	TEST_NEEDS(&g, NEED_NESTED_SVM, NEED_FAULTS);
	insn_boot(&g);
	vcpu_set_msr(&g.vcpu, MSR_EFER, efer | EFER_SVME);
	bench_install(&g);
	svm_insn(CLGI, 0, PROBE_NO_VECTOR);
	svm_insn(STGI, 0, PROBE_NO_VECTOR);
	bench_run(&g);
	bench_want(&g, probe_wrmsr(&g.probe, MSR_EFER, efer), true,
		   "WRMSR EFER", efer, &r_svm);
	all_svm_ud();
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- VMX ------------------------------------------------------------------- */
static const struct named_insn vmx_insns[] = {
	{ "VMXON",    { 0xf3, 0x0f, 0xc7, 0x37 }, 4 },
	{ "VMXOFF",   { 0x0f, 0x01, 0xc4 }, 3 },
	{ "VMLAUNCH", { 0x0f, 0x01, 0xc2 }, 3 },
	{ "VMRESUME", { 0x0f, 0x01, 0xc3 }, 3 },
	{ "VMPTRLD",  { 0x0f, 0xc7, 0x37 }, 3 },
	{ "VMPTRST",  { 0x0f, 0xc7, 0x3f }, 3 },
	{ "VMCLEAR",  { 0x66, 0x0f, 0xc7, 0x37 }, 4 },
	{ "VMREAD",   { 0x0f, 0x78, 0xc1 }, 3 },
	{ "VMWRITE",  { 0x0f, 0x79, 0xc1 }, 3 },
	{ "INVEPT",   { 0x66, 0x0f, 0x38, 0x80, 0x07 }, 5 },
	{ "INVVPID",  { 0x66, 0x0f, 0x38, 0x81, 0x07 }, 5 },
};

enum { VMXON, VMXOFF };

static void vmx_insn(unsigned int n, uint8_t vector)
{
	bench_want_fault(&g, insn_plain(&g, vmx_insns[n].bytes, vmx_insns[n].len),
			 vector, vmx_insns[n].name, 0, &r_vmx);
}

/* From number n on. */
static void vmx_ud(unsigned int n)
{
	for (; n < ARRAY_SIZE(vmx_insns); n++)
		vmx_insn(n, UD_VECTOR);
}

TEST_F(virt_insn, vmx_off)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	insn_boot(&g);
	vmx_ud(VMXON);
	bench_run(&g);
	bench_feature(&g, F_VMX, false);
	insn_boot(&g);
	vmx_ud(VMXON);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* The operand at RDI points to a region that begins with the revision. */
static void lay_vmxon_region(void)
{
	uint32_t revision = vcpu_get_msr(&g.vcpu, MSR_IA32_VMX_BASIC) & 0x7fffffff;
	uint64_t region = PROBE_SCRATCH + 0x2000;

	memcpy(vm_at(&g.vm, PROBE_SCRATCH), &region, sizeof(region));
	memcpy(vm_at(&g.vm, region), &revision, sizeof(revision));
}

static void boot_vmxe(uint64_t feature_control)
{
	uint64_t cr4 = insn_cr4(&g) | CR4_VMXE;

	insn_boot(&g);
	vcpu_set_msr(&g.vcpu, MSR_IA32_FEAT_CTL, feature_control);
	lay_vmxon_region();
	bench_want(&g, probe_write_cr(&g.probe, 4, cr4), true, "MOV to CR4 of",
		   cr4, &r_vmx);
}

TEST_F(virt_insn, vmx_on)
{
	TEST_NEEDS(&g, NEED_NESTED_VMX, NEED_FAULTS);
	boot_vmxe(0);
	vmx_insn(VMXON, GP_VECTOR);
	vmx_ud(VMXOFF);
	bench_run(&g);
	boot_vmxe(1);
	vmx_insn(VMXON, GP_VECTOR);
	bench_run(&g);
	boot_vmxe(4);
	vmx_insn(VMXON, GP_VECTOR);
	bench_run(&g);
	boot_vmxe(5);
	vmx_insn(VMXON, PROBE_NO_VECTOR);
	vmx_insn(VMXOFF, PROBE_NO_VECTOR);
	vmx_insn(VMXOFF, UD_VECTOR);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* VMXON of the region at an address, and its CF and ZF. */
static struct probe_request *vmxon_cf(uint64_t operand, uint64_t region,
				      bool fails)
{
	/* vmxon (%rdi); lahf; mov %ah,%al; and $0x41,%eax */
	static const uint8_t bytes[] = {
		0xf3, 0x0f, 0xc7, 0x37, 0x9f, 0x88, 0xe0, 0x83, 0xe0, 0x41,
	};
	struct probe_request *r = insn_plain(&g, bytes, sizeof(bytes));

	memcpy(vm_at(&g.vm, operand), &region, sizeof(region));
	r->in.rdi = operand;
	bench_want(&g, r, true, "VMXON of the region at", region, &r_region);
	return probe_expect_reg(r, REG_EAX, fails);
}

static void lay_revision(uint64_t gpa, uint32_t revision)
{
	memcpy(vm_at(&g.vm, gpa), &revision, sizeof(revision));
}

TEST_F(virt_insn, vmxon_region)
{
	uint64_t region = PROBE_SCRATCH + 0x2000, at = PROBE_SCRATCH;
	struct probe_request *r;
	uint32_t revision;

	TEST_NEEDS(&g, NEED_NESTED_VMX, NEED_FAULTS);
	boot_vmxe(5);
	revision = vcpu_get_msr(&g.vcpu, MSR_IA32_VMX_BASIC) & 0x7fffffff;
	lay_revision(region + 8, revision);
	lay_revision(region + 0x800, revision);
	lay_revision(region + 0x1000, revision ^ 1);
	lay_revision(region + 0x2000, revision | 1u << 31);
	vmxon_cf(at, region + 8, true);
	vmxon_cf(at + 8, region + 0x800, true);
	vmxon_cf(at + 16, region + 0x1000, true);
	vmxon_cf(at + 24, region + 0x2000, true);
	vmxon_cf(at + 32, region | 1ull << 52, true);
	vmx_insn(VMXOFF, UD_VECTOR);
	vmxon_cf(at + 40, region, false);
	vmxon_cf(at + 40, region, true);
	vmx_insn(VMXOFF, PROBE_NO_VECTOR);
	if (probe_place_works(&g.cpu.cpuid, PROBE_AT_CPL3)) {
		r = vmxon_cf(at + 40, region, false);
		probe_at(probe_expect_fault(r, GP_VECTOR, 0), PROBE_AT_CPL3);
		vmx_insn(VMXOFF, UD_VECTOR);
	}
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_F(virt_insn, vmxe_in_smm)
{
	struct kvm_sregs s;

	TEST_NEEDS(&g, NEED_NESTED_VMX, NEED_SMM);
	bench_boot(&g, PROBE_LONG);
	vcpu_get_sregs(&g.vcpu, &s);
	s.cr4 |= CR4_VMXE;
	vcpu_set_smm(&g.vcpu, true);
	bench_call(&g, __vcpu_set_sregs(&g.vcpu, &s), false, -EINVAL,
		   "in SMM, KVM_SET_SREGS CR4", s.cr4, &r_smm);
	vcpu_set_smm(&g.vcpu, false);
	bench_call(&g, __vcpu_set_sregs(&g.vcpu, &s), true, 0,
		   "KVM_SET_SREGS CR4", s.cr4, &r_smm);
	TEST_VERDICT(g.ok);
}

/* FEATURE_CONTROL[2:1] go with VMX, also where an earlier list had it. */
TEST_F(virt_insn, vmx_taken_away)
{
	uint64_t value;

	TEST_NEEDS(&g, NEED_NESTED_VMX, NEED_FAULTS);
	bench_boot(&g, PROBE_LONG);
	bench_feature(&g, F_VMX, false);
	bench_install(&g);
	for (value = 2; value <= 6; value += 2)
		bench_want(&g, probe_wrmsr(&g.probe, MSR_IA32_FEAT_CTL, value),
			   false, "WRMSR FEATURE_CONTROL", value, &r_vmx);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- SGX -------------------------------------------------------------------- */
static void encls(uint32_t leaf, uint8_t vector)
{
	static const uint8_t bytes[] = { 0x0f, 0x01, 0xcf };
	struct probe_request *r = insn_plain(&g, bytes, sizeof(bytes));

	r->in.rax = leaf;
	bench_want_fault(&g, r, vector, "ENCLS", leaf, &r_sgx);
}

TEST_F(virt_insn, encls_hidden)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	bench_feature(&g, F_SGX, false);
	insn_boot(&g);
	encls(0, UD_VECTOR);
	encls(2, UD_VECTOR);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_F(virt_insn, encls_exposed)
{
	TEST_NEEDS(&g, NEED_SGX, NEED_FAULTS);
	bench_feature(&g, F_SGX, true);
	bench_feature(&g, F_SGX1, true);
	insn_boot(&g);
	encls(0, GP_VECTOR);
	encls(2, GP_VECTOR);
	encls(0x7f, GP_VECTOR);
	bench_run(&g);
	bench_feature(&g, F_SGX1, false);
	insn_boot(&g);
	encls(0, UD_VECTOR);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_MAIN
