// SPDX-License-Identifier: GPL-2.0-only
/*
 * What KVM_CHECK_EXTENSION answers: capabilities that go with CPUID, MSRs and
 * their gates have the value that this kernel gives them, a VM says what
 * /dev/kvm says, and those that belong together agree.
 *
 * A kernel newer than the table may know more bits of a mask.
 */
#include <errno.h>
#include <unistd.h>

#include "backport.h"
#include "test.h"

struct row {
	uint32_t cap;
	const char *name;
	enum kvm_change since;
	bool mask;		/* a newer kernel may have more bits */
	int want;
};

#define ROW(cap, since, mask, want) \
	{ KVM_CAP_##cap, "KVM_CAP_" #cap, CHANGE_##since, mask, want }
#define ONE(cap, since) \
	{ KVM_CAP_##cap, "KVM_CAP_" #cap, CHANGE_##since, false, 1 }

/* arch/x86/kvm/x86.c, kvm_vm_ioctl_check_extension(): no condition on any. */
static const struct row rows[] = {
	ROW(ADJUST_CLOCK, CAPS_5_16, true, 0xe),	/* stable, realtime, host TSC */
	ONE(ASYNC_PF_INT, NONE),
	ONE(BINARY_STATS_FD, CAPS_5_14),
	ONE(CHECK_EXTENSION_VM, NONE),
	ONE(DEBUGREGS, NONE),
	ONE(DISABLE_QUIRKS, NONE),
	ONE(ENABLE_CAP, NONE),
	ONE(ENFORCE_PV_FEATURE_CPUID, NONE),
	ONE(EXCEPTION_PAYLOAD, NONE),
	ROW(EXIT_HYPERCALL, CAPS_5_14, true, 1 << 12),	/* MAP_GPA_RANGE */
	ONE(EXIT_ON_EMULATION_FAILURE, CAPS_5_15),
	ONE(EXT_CPUID, NONE),
	ONE(EXT_EMUL_CPUID, NONE),
	ONE(GET_MSR_FEATURES, NONE),
	ONE(GET_TSC_KHZ, NONE),
	ONE(IMMEDIATE_EXIT, NONE),
	ONE(IRQCHIP, CAPS_6_1),
	ONE(KVMCLOCK_CTRL, NONE),
	ROW(MCE, NONE, false, 32),
	ONE(MP_STATE, NONE),
	ONE(MSR_PLATFORM_INFO, NONE),
	ONE(PMU_EVENT_FILTER, NONE),
	ONE(PMU_EVENT_MASKED_EVENTS, CAPS_6_3),
	ROW(SET_GUEST_DEBUG2, CAPS_5_15, true, 0x1f0003),
	ONE(SET_TSS_ADDR, NONE),
	ROW(PTP_KVM, CAPS_5_12, true, 0),		/* x86 has a hypercall */
	ROW(VM_GPA_BITS, CAPS_5_16, true, 0),	/* not of x86 */
	ONE(SPLIT_IRQCHIP, NONE),
	ONE(SREGS2, CAPS_5_14),
	ROW(SYNC_REGS, NONE, true, 7),	/* regs, sregs, events */
	ONE(SYS_ATTRIBUTES, CAPS_5_17),
	ONE(TSC_DEADLINE_TIMER, NONE),
	ONE(VCPU_ATTRIBUTES, CAPS_5_16),
	ONE(VCPU_EVENTS, NONE),
	ROW(X86_APIC_BUS_CYCLES_NS, CAPS_6_12, false, 1),
	ONE(X86_GUEST_MODE, CAPS_6_12),
	ONE(X86_MSR_FILTER, NONE),
	ONE(X86_TRIPLE_FAULT_EVENT, CAPS_6_1),
	ONE(X86_USER_SPACE_MSR, NONE),
	ONE(XSAVE, NONE),
};

/* One switch of the configuration, CONFIG_KVM_HYPERV, has them all. */
static const uint32_t hyperv[] = {
	KVM_CAP_HYPERV_VAPIC, KVM_CAP_HYPERV_SPIN, KVM_CAP_HYPERV_TIME,
	KVM_CAP_HYPERV_SYNIC, KVM_CAP_HYPERV_SYNIC2, KVM_CAP_HYPERV_VP_INDEX,
	KVM_CAP_HYPERV_EVENTFD, KVM_CAP_HYPERV_TLBFLUSH,
	KVM_CAP_HYPERV_SEND_IPI, KVM_CAP_HYPERV_CPUID,
	KVM_CAP_HYPERV_ENFORCE_CPUID, KVM_CAP_SYS_HYPERV_CPUID,
};

/* Flags, whatever they depend on. */
static const uint32_t flags[] = {
	KVM_CAP_HYPERV_DIRECT_TLBFLUSH, KVM_CAP_HYPERV_ENLIGHTENED_VMCS,
	KVM_CAP_SGX_ATTRIBUTE, KVM_CAP_X86_NOTIFY_VMEXIT,
};

FIXTURE(capability) {
	const struct host_facts *facts;
	struct vm vm;
	int fd;
};

FIXTURE_SETUP(capability)
{
	self->facts = subject_facts();
	vm_create(&self->vm, 0);
	self->fd = self->vm.kvm_fd;
	if (strcmp(self->facts->kvm_module, "kvm_amd") &&
	    strcmp(self->facts->kvm_module, "kvm_intel"))
		TEST_SKIP("neither kvm-amd nor kvm-intel");
}

FIXTURE_TEARDOWN(capability)
{
	vm_destroy(&self->vm);
}

static bool value_is(enum rule rule, const char *what, int want, int got,
		     const char *why)
{
	char wanted[24], came[24];
	struct finding m = {
		.kind = FOUND_EVENT, .what = what,
		.wanted_text = wanted, .got_text = came, .rule = rule,
		.why = why, .answer = ANSWER_VALUE, .wanted = want,
		.got = got,
	};

	if (want == got)
		return true;
	snprintf(wanted, sizeof(wanted), "0x%x", want);
	snprintf(came, sizeof(came), "0x%x", got);
	report_finding(&m);
	return false;
}

static bool in_range(enum rule rule, const char *what, int least, int most,
		     int got, const char *why)
{
	char wanted[24], came[24];
	struct finding m = {
		.kind = FOUND_EVENT, .what = what,
		.wanted_text = wanted, .got_text = came, .rule = rule,
		.why = why,
	};

	if (least <= got && got <= most)
		return true;
	snprintf(wanted, sizeof(wanted), "%d to %d", least, most);
	snprintf(came, sizeof(came), "%d", got);
	report_finding(&m);
	return false;
}

/* Of a mask, on a kernel newer than the table: what else is there. */
static int more_bits(const struct row *r, int got)
{
	if (got & ~r->want)
		not_judged(r->name, "this kernel has bits that are not known");
	return got & r->want;
}

static bool check_row(const struct row *r, int fd, uint32_t kernel)
{
	int got = kvm_check_cap(fd, r->cap);

	if (!kernel_has(kernel, r->since))
		return true;
	if (r->mask && kernel >= RULES_KNOW_UNTIL)
		got = more_bits(r, got);
	return value_is(RULE_K7, r->name, r->want, got,
		  "this kernel's answer depends on nothing (KVM api.rst, KVM_CHECK_EXTENSION)");
}

#define X2APIC_ENABLE_SUPPRESSION	BIT(2)

/* Two bits, and four with 6517dfbcc918. */
static bool check_x2apic_api(int fd, uint32_t kernel)
{
	int got = kvm_check_cap(fd, KVM_CAP_X2APIC_API);
	bool newer = change_wanted(kernel, CHANGE_X2APIC_EOI_FLAGS,
				   got == 0xf);

	return value_is(RULE_K7, "KVM_CAP_X2APIC_API", newer ? 0xf : 3, got,
		  "32-bit ids, broadcasts, and (6517dfbcc918, 7.0) suppression of EOI broadcasts");
}

/* The PIT is part of the I/O APIC's option, CONFIG_KVM_IOAPIC, since 6.17. */
static bool check_pit(int fd, uint32_t kernel)
{
	int got = kvm_check_cap(fd, KVM_CAP_PIT2);
	bool optional = change_wanted(kernel, CHANGE_IOAPIC_OPTIONAL, !got);
	int want = optional ? kvm_check_cap(fd, KVM_CAP_PIT_STATE2) : 1;

	return value_is(RULE_K7, "KVM_CAP_PIT2", want, got,
			"all of the PIT, or (CONFIG_KVM_IOAPIC, 6.17) nothing");
}

TEST_F(capability, fixed)
{
	uint32_t kernel = self->facts->kernel;
	bool ok = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		ok &= check_row(&rows[i], self->fd, kernel);
	ok &= check_x2apic_api(self->fd, kernel);
	ok &= check_pit(self->fd, kernel);
	TEST_VERDICT(ok);
}

TEST_F(capability, vm_agrees)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		ok &= value_is(RULE_K8, rows[i].name, kvm_check_cap(self->fd, rows[i].cap),
			       kvm_check_cap(self->vm.fd, rows[i].cap),
			       "an ordinary VM has what /dev/kvm says");
	/* This VM has no split irqchip. */
	ok &= value_is(RULE_K8, "KVM_CAP_X2APIC_API",
		       kvm_check_cap(self->fd, KVM_CAP_X2APIC_API) &
		       ~X2APIC_ENABLE_SUPPRESSION,
		       kvm_check_cap(self->vm.fd, KVM_CAP_X2APIC_API),
		       "EOI broadcasts can be suppressed with a split irqchip only (6517dfbcc918)");
	ok &= value_is(RULE_K8, "KVM_CAP_PIT2", kvm_check_cap(self->fd, KVM_CAP_PIT2),
		       kvm_check_cap(self->vm.fd, KVM_CAP_PIT2),
		       "an ordinary VM has what /dev/kvm says");
	TEST_VERDICT(ok);
}

TEST_F(capability, hyperv)
{
	int want = kvm_check_cap(self->fd, KVM_CAP_HYPERV);
	bool ok = value_is(RULE_K9, "KVM_CAP_HYPERV", !!want, want, "a flag");
	char what[40];
	size_t i;

	if (!kernel_has(self->facts->kernel, CHANGE_HYPERV_CAPS))
		TEST_SKIP("this kernel has not all of them");
	for (i = 0; i < ARRAY_SIZE(hyperv); i++) {
		snprintf(what, sizeof(what), "capability %u", hyperv[i]);
		ok &= value_is(RULE_K9, what, want, kvm_check_cap(self->fd, hyperv[i]),
			 "Hyper-V emulation is built as a whole or not at all (KVM_CAP_HYPERV)");
	}
	TEST_VERDICT(ok);
}

/* KVM_SMI is there, if SMM is; kvm-intel wants real mode without vm86. */
TEST_F(capability, smm)
{
	struct vcpu vcpu;
	int smi;

	vcpu_create(&vcpu, &self->vm, 0);
	smi = kvm_ioctl(vcpu.fd, KVM_SMI, NULL);
	vcpu_destroy(&vcpu);
	if (facts_host_is_intel(self->facts) &&
	    !facts_param_bool(self->facts, "kvm_intel", "unrestricted_guest",
			      false))
		TEST_SKIP("no unrestricted guests here");
	if (smi && smi != -ENOTTY)
		test_stop("KVM_SMI: errno %d", -smi);
	TEST_VERDICT(value_is(RULE_K10, "KVM_CAP_X86_SMM", !smi,
			kvm_check_cap(self->fd, KVM_CAP_X86_SMM),
			"KVM_SMI works where there is SMM (KVM api.rst, KVM_SMI)"));
}

TEST_F(capability, vcpus)
{
	int max = kvm_check_cap(self->fd, KVM_CAP_MAX_VCPUS);
	int online = sysconf(_SC_NPROCESSORS_ONLN);
	bool ok;

	if (!kernel_has(self->facts->kernel, CHANGE_MANY_VCPUS))
		TEST_SKIP("other limits before 5.16");
	ok = value_is(RULE_K11, "KVM_CAP_MAX_VCPU_ID", 4 * max,
		kvm_check_cap(self->fd, KVM_CAP_MAX_VCPU_ID),
		"four ids for each vCPU (KVM_VCPU_ID_RATIO)");
	ok &= in_range(RULE_K11, "KVM_CAP_MAX_VCPUS", 1024, 4096, max,
		       "CONFIG_KVM_MAX_NR_VCPUS");
	ok &= value_is(RULE_K11, "KVM_CAP_NR_VCPUS", online < max ? online : max,
		       kvm_check_cap(self->fd, KVM_CAP_NR_VCPUS),
		       "as many as there are CPUs (KVM api.rst, KVM_CREATE_VCPU)");
	ok &= value_is(RULE_K8, "KVM_CAP_MAX_VCPUS of a VM", max,
		       kvm_check_cap(self->vm.fd, KVM_CAP_MAX_VCPUS),
		       "an ordinary VM has what /dev/kvm says");
	TEST_VERDICT(ok);
}

/* With nested=0 a later kernel may have none (b65699be2c60). */
static int nested_state_size(const struct host_facts *f, int fd)
{
	bool nested = facts_param_bool(f, f->kvm_module, "nested", true);

	if (!nested && change_wanted(f->kernel, CHANGE_NESTED_CAPS_OFF,
				     !kvm_check_cap(fd, KVM_CAP_NESTED_STATE)))
		return kvm_check_cap(fd, KVM_CAP_NESTED_STATE);
	return 128 + (facts_host_is_amd(f) ? 0x1000 : 0x2000);
}

TEST_F(capability, hardware)
{
	int exits = kvm_check_cap(self->fd, KVM_CAP_X86_DISABLE_EXITS);
	int lock = kvm_check_cap(self->fd, KVM_CAP_X86_BUS_LOCK_EXIT);
	bool ok;

	ok = value_is(RULE_K12, "KVM_CAP_NESTED_STATE",
		nested_state_size(self->facts, self->fd),
		kvm_check_cap(self->fd, KVM_CAP_NESTED_STATE),
		"struct kvm_nested_state with the vendor's data (KVM api.rst, KVM_GET_NESTED_STATE)");
	/* HLT and CSTATE come together, MWAIT with them or not at all. */
	ok &= value_is(RULE_K12, "KVM_CAP_X86_DISABLE_EXITS", 4 |
		       (exits & 2 ? 0xa : 0) | (exits & 2 ? exits & 1 : 0),
		 exits & 0xf, "PAUSE always; HLT and CSTATE as kvm.mitigate_smt_rsb says; MWAIT if the CPU can");
	ok &= value_is(RULE_K12, "KVM_CAP_X86_BUS_LOCK_EXIT", lock ? 3 : 0, lock,
		       "the modes off and exit, or nothing");
	ok &= value_is(RULE_K12, "KVM_CAP_VM_TSC_CONTROL",
		       kernel_has(self->facts->kernel, CHANGE_VM_TSC_CONTROL) ?
		       kvm_check_cap(self->fd, KVM_CAP_TSC_CONTROL) : 0,
		       kvm_check_cap(self->fd, KVM_CAP_VM_TSC_CONTROL),
		       "as KVM_CAP_TSC_CONTROL, for the VM");
	TEST_VERDICT(ok);
}

TEST_F(capability, flags)
{
	bool ok = true;
	char what[40];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		int got = kvm_check_cap(self->fd, flags[i]);

		snprintf(what, sizeof(what), "capability %u", flags[i]);
		ok &= value_is(RULE_K12, what, !!got, got, "a flag");
	}
	if (facts_host_is_amd(self->facts))
		ok &= value_is(RULE_K12, "KVM_CAP_HYPERV_ENLIGHTENED_VMCS", 0,
			       kvm_check_cap(self->fd,
					     KVM_CAP_HYPERV_ENLIGHTENED_VMCS),
			       "a VMCS is Intel's");
	TEST_VERDICT(ok);
}

/* AMD's protected VMs are types 2 to 4, Intel's 5 (TDX, since 6.16). */
static int known_types(const struct host_facts *f)
{
	if (f->kernel >= RULES_KNOW_UNTIL)
		return ~0;
	if (facts_host_is_amd(f))
		return 0x1f;
	return kernel_has(f->kernel, CHANGE_TDX) ? 0x23 : 0x03;
}

TEST_F(capability, since_6_12)
{
	const char *tdp = facts_host_is_amd(self->facts) ? "npt" : "ept";
	int types;
	bool ok;

	if (!kernel_has(self->facts->kernel, CHANGE_CAPS_6_12))
		TEST_SKIP("before 6.12");
	types = kvm_check_cap(self->fd, KVM_CAP_VM_TYPES);
	ok = value_is(RULE_K12, "KVM_CAP_VM_TYPES", (types & known_types(self->facts)) | 1,
		types, "ordinary VMs, and no types that this vendor has not");
	ok &= value_is(RULE_K12, "KVM_CAP_PRE_FAULT_MEMORY",
		       facts_param_bool(self->facts, self->facts->kvm_module, tdp,
					true),
		       kvm_check_cap(self->fd, KVM_CAP_PRE_FAULT_MEMORY),
		       "needs nested paging (npt, ept)");
	TEST_VERDICT(ok);
}

TEST_MAIN
