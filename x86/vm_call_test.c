// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls on a VM that decide what its vCPUs are: which ids there can be, which
 * of them boots, which PMU events they may count; and what these calls refuse.
 * Documentation/virt/kvm/api.rst, 4.7, 4.41, 4.120, 7.32.
 */
#include <errno.h>

#include "bench.h"
#include "test.h"

#define APIC_AP		0xfee00800ull
#define APIC_BSP	0xfee00900ull
#define MAX_EVENTS	300

static struct vm vm;
static struct bench g;

static const struct reason
r_id = { RULE_K20, "a vCPU id is below KVM_CAP_MAX_VCPU_ID, and nobody else's (KVM api.rst, 4.7)" },
r_max = { RULE_K21, "KVM_CAP_MAX_VCPU_ID is set once, to no more than the maximum; later ids are below it (KVM api.rst, 7.32)" },
r_boot = { RULE_K22, "IA32_APIC_BASE.BSP is set in the vCPU that KVM_SET_BOOT_CPU_ID names, by default 0, before there are vCPUs (KVM api.rst, 4.41)" },
r_enable = { RULE_K24, "KVM_ENABLE_CAP refuses flags and arguments that the capability has not (KVM api.rst, 4.37 and 7)" },
r_filter = { RULE_K23, "KVM_SET_PMU_EVENT_FILTER: two actions, no unknown flags, at most 300 events (KVM api.rst, 4.120)" };

FIXTURE(vm_call) { };

FIXTURE_SETUP(vm_call)
{
	subject_facts();
	g.ok = true;
	vm_create(&vm, VM_IRQCHIP);
}

FIXTURE_TEARDOWN(vm_call)
{
	vm_destroy(&vm);
}

static void call(unsigned long cmd, unsigned long arg, int want,
		 const char *what, const struct reason *rule)
{
	bench_call(&g, kvm_ioctl(vm.fd, cmd, (void *)arg), !want, want, what,
		   arg, rule);
}

static void no_vcpu(uint64_t id, int error, const struct reason *rule)
{
	call(KVM_CREATE_VCPU, id, error, "KVM_CREATE_VCPU", rule);
}

/* --- ids ---------------------------------------------------------------- */
static uint64_t max_id(void)
{
	return kvm_check_cap(vm.fd, KVM_CAP_MAX_VCPU_ID);
}

TEST_F(vm_call, vcpu_id)
{
	struct vcpu vcpu;

	no_vcpu(max_id(), -EINVAL, &r_id);
	no_vcpu(~0u, -EINVAL, &r_id);
	vcpu_create(&vcpu, &vm, 5);
	no_vcpu(5, -EEXIST, &r_id);
	vcpu_destroy(&vcpu);
	vcpu_create(&vcpu, &vm, max_id() - 1);
	vcpu_destroy(&vcpu);
	TEST_VERDICT(g.ok);
}

static void set_max(uint64_t n, bool ok)
{
	bench_call(&g, __vm_enable_cap(&vm, KVM_CAP_MAX_VCPU_ID, n), ok,
		   -EINVAL, "KVM_ENABLE_CAP of KVM_CAP_MAX_VCPU_ID", n, &r_max);
}

TEST_F(vm_call, max_vcpu_id)
{
	struct vcpu vcpu;

	if (!kernel_has(subject_facts()->kernel, CHANGE_MAX_VCPU_ID_CAP))
		TEST_SKIP("the capability came with 6.0");
	set_max(max_id() + 1, false);
	set_max(7, true);
	set_max(7, true);
	set_max(8, false);
	set_max(6, false);
	no_vcpu(7, -EINVAL, &r_max);
	vcpu_create(&vcpu, &vm, 6);
	vcpu_destroy(&vcpu);
	TEST_VERDICT(g.ok);
}

/* --- the one that boots --------------------------------------------------- */
static void base_is(uint32_t id, uint64_t want)
{
	struct vcpu vcpu;

	vcpu_create(&vcpu, &vm, id);
	bench_value(&g, vcpu_get_msr(&vcpu, MSR_IA32_APICBASE), want,
		    "APIC_BASE of vCPU", id, &r_boot);
	vcpu_destroy(&vcpu);
}

TEST_F(vm_call, boot_cpu_default)
{
	base_is(3, APIC_AP);
	base_is(0, APIC_BSP);
	call(KVM_SET_BOOT_CPU_ID, 3, -EBUSY, "KVM_SET_BOOT_CPU_ID with vCPUs",
	     &r_boot);
	TEST_VERDICT(g.ok);
}

TEST_F(vm_call, boot_cpu)
{
	call(KVM_SET_BOOT_CPU_ID, 3, 0, "KVM_SET_BOOT_CPU_ID", &r_boot);
	base_is(0, APIC_AP);
	base_is(3, APIC_BSP);
	TEST_VERDICT(g.ok);
}

/* --- the filter of PMU events ----------------------------------------------- */
static void set_events(uint32_t action, uint32_t nevents, uint32_t flags,
		       int want)
{
	static struct {
		struct kvm_pmu_event_filter f;
		uint64_t events[MAX_EVENTS + 1];
	} arg;

	arg.f.action = action;
	arg.f.nevents = nevents;
	arg.f.flags = flags;
	bench_call(&g, kvm_ioctl(vm.fd, KVM_SET_PMU_EVENT_FILTER, &arg), !want,
		   want, "KVM_SET_PMU_EVENT_FILTER events", nevents, &r_filter);
}

TEST_F(vm_call, pmu_event_filter)
{
	unsigned int bit;

	bench_value(&g, kvm_check_cap(vm.fd, KVM_CAP_PMU_EVENT_FILTER), 1,
		    "KVM_CHECK_EXTENSION", KVM_CAP_PMU_EVENT_FILTER, &r_filter);
	set_events(KVM_PMU_EVENT_ALLOW, 0, 0, 0);
	set_events(KVM_PMU_EVENT_DENY, MAX_EVENTS, 0, 0);
	set_events(KVM_PMU_EVENT_ALLOW, MAX_EVENTS + 1, 0, -E2BIG);
	set_events(2, 0, 0, -EINVAL);
	for (bit = 1; bit < 32; bit++)
		set_events(KVM_PMU_EVENT_ALLOW, 0, 1u << bit, -EINVAL);
	call(KVM_SET_PMU_EVENT_FILTER, 1, -EFAULT,
	     "KVM_SET_PMU_EVENT_FILTER at address", &r_filter);
	TEST_VERDICT(g.ok);
}

/* --- arguments of KVM_ENABLE_CAP ------------------------------------------ */
/* Each bit of "valid" may be set alone, all of "together" not at once. */
struct enable_row {
	uint32_t cap;
	const char *name;
	uint64_t valid, together;
};

static const struct enable_row enable_rows[] = {
	{ KVM_CAP_X86_BUS_LOCK_EXIT, "KVM_CAP_X86_BUS_LOCK_EXIT", 3, 3 },
	{ KVM_CAP_EXIT_HYPERCALL, "KVM_CAP_EXIT_HYPERCALL", 1 << 12, 0 },
	{ KVM_CAP_EXIT_ON_EMULATION_FAILURE,
	  "KVM_CAP_EXIT_ON_EMULATION_FAILURE", 1, 0 },
	{ KVM_CAP_EXCEPTION_PAYLOAD, "KVM_CAP_EXCEPTION_PAYLOAD", ~0ull, 0 },
};

static void enable(const struct enable_row *r, uint32_t flags, uint64_t arg,
		   bool ok)
{
	struct kvm_enable_cap cap = {
		.cap = r->cap, .flags = flags, .args[0] = arg,
	};

	bench_call(&g, kvm_ioctl(vm.fd, KVM_ENABLE_CAP, &cap), ok, -EINVAL,
		   r->name, flags ? flags : arg, &r_enable);
}

static void try_enable(const struct enable_row *r)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		enable(r, 0, 1ull << bit, r->valid >> bit & 1);
	for (bit = 0; bit < 32; bit++)
		enable(r, 1u << bit, 0, false);
	if (r->together)
		enable(r, 0, r->together, false);
	enable(r, 0, 0, true);
}

TEST_F(vm_call, enable_cap)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(enable_rows); i++)
		try_enable(&enable_rows[i]);
	TEST_VERDICT(g.ok);
}

TEST_MAIN
