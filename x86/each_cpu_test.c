// SPDX-License-Identifier: GPL-2.0-only
/*
 * More than one CPU in the host: KVM_GET_SUPPORTED_CPUID and the feature MSRs
 * are the same on each, but for the APIC IDs, which are those of the CPU that
 * asks; and a vCPU that moves from CPU to CPU keeps its CPUID and its MSRs.
 */
#include <sched.h>

#include "facts_cpuid.h"
#include "bench.h"
#include "get_cpuid.h"

static struct bench g;

static const char same_why[] =
	"what KVM supports is decided once, for all CPUs (kvm_set_cpu_caps())";
static const char id_why[] =
	"the APIC ID of the CPU that the call is made on";

static const struct reason
r_moves = { RULE_S24, "a vCPU takes its CPUID and its MSRs along to another CPU (kvm_arch_vcpu_load())" };

static struct {
	cpu_set_t allowed;
	struct cpuid_list first, l;
} t;

FIXTURE(each_cpu) { };

FIXTURE_SETUP(each_cpu)
{
	subject_facts();
	if (sched_getaffinity(0, sizeof(t.allowed), &t.allowed) ||
	    CPU_COUNT(&t.allowed) < 2)
		test_skip_all("there is but one CPU to run on");
	if (subject_facts()->nr_cpu_kinds > 1)
		test_skip_all("the CPUs of this host differ among themselves");
	bench_open(&g, 0);
}

FIXTURE_TEARDOWN(each_cpu)
{
	bench_close(&g);
}

static bool stay_on(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return !sched_setaffinity(0, sizeof(one), &one) &&
	       sched_getcpu() == cpu;
}

/* The next CPU after this one, and this program on it; -1 at the end. */
static int next_cpu(const cpu_set_t *allowed, int cpu)
{
	for (cpu++; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, allowed) && stay_on(cpu))
			return cpu;
	return -1;
}

#define for_each_cpu(cpu, set) \
	for ((cpu) = next_cpu((set), -1); (cpu) >= 0; \
	     (cpu) = next_cpu((set), (cpu)))

/* --- supported CPUID -------------------------------------------------------- */
static uint32_t id_mask(uint32_t function, enum cpuid_reg reg)
{
	if (function == 1 && reg == REG_EBX)
		return 0xff000000;
	return (function == 0xb || function == 0x1f) && reg == REG_EDX ? ~0u :
									 0;
}

static bool same_entry(const struct cpuid_list *l,
		       const struct kvm_cpuid_entry2 *first)
{
	bool ok = true;
	int r;

	for (r = 0; r < NR_CPUID_REGS; r++)
		ok &= reg_is(l, first->function, first->index, r,
			     ~id_mask(first->function, r),
			     cpuid_entry_reg(first, r), RULE_G14, same_why);
	return ok;
}

static bool own_ids(const struct cpuid_list *l)
{
	bool ok = reg_is(l, 1, 0, REG_EBX, 0xff000000,
			 raw_cpuid(1, 0).r[REG_EBX], RULE_G14, id_why);

	if (cpuid_find(l, 0xb, 0))
		ok &= reg_is(l, 0xb, 0, REG_EDX, ~0u,
			     raw_cpuid(0xb, 0).r[REG_EDX], RULE_G14, id_why);
	return ok;
}

static bool ask(struct cpuid_list *l)
{
	gc_prepare(l, KVM_MAX_ENTRIES, 0);
	return check_is(RULE_G14, same_why, "KVM_GET_SUPPORTED_CPUID", 0,
			kvm_ioctl(g.vm.kvm_fd, KVM_GET_SUPPORTED_CPUID, l));
}

static bool same_list(const struct cpuid_list *l,
		      const struct cpuid_list *first)
{
	bool ok = check_is(RULE_G14, same_why, "entries", first->nent,
			   l->nent);
	uint32_t i;

	for (i = 0; ok && i < first->nent; i++)
		ok &= same_entry(l, &first->e[i]);
	return ok;
}

TEST_F(each_cpu, supported_cpuid)
{
	bool ok = ask(&t.first);
	int cpu;

	for_each_cpu(cpu, &t.allowed) {
		ok &= ask(&t.l);
		ok &= same_list(&t.l, &t.first);
		ok &= own_ids(&t.l);
	}
	TEST_VERDICT(ok);
}

/* No two CPUs have one APIC ID, so that the IDs above tell them apart. */
TEST_F(each_cpu, apic_ids_differ)
{
	uint32_t seen[CPU_SETSIZE], n = 0, i;
	bool ok = true;
	int cpu;

	for_each_cpu(cpu, &t.allowed) {
		EXPECT_TRUE(ask(&t.l));
		seen[n] = cpuid_get(&t.l, 1, 0, REG_EBX) >> 24;
		for (i = 0; i < n; i++)
			ok &= check_that(seen[i] != seen[n], RULE_G14, id_why,
					 "an APIC ID that no other CPU has",
					 -1, seen[n]);
		n++;
	}
	TEST_VERDICT(ok);
}

/* --- feature MSRs ----------------------------------------------------------- */
static void check_feature_msr(const struct msr_value *m)
{
	struct {
		struct kvm_msrs h;
		struct kvm_msr_entry e;
	} io = { .h.nmsrs = 1, .e.index = m->index };
	const struct reason r = { RULE_G14, same_why };

	bench_value(&g, kvm_ioctl(g.vm.kvm_fd, KVM_GET_MSRS, &io), m->valid,
		    "KVM_GET_MSRS", m->index, &r);
	if (m->valid)
		bench_value(&g, io.e.data, m->value, "value of MSR", m->index,
			    &r);
}

TEST_F(each_cpu, feature_msrs)
{
	const struct msr_list *l = &g.facts->feature_msrs;
	uint32_t i;
	int cpu;

	for_each_cpu(cpu, &t.allowed)
		for (i = 0; i < l->n; i++)
			check_feature_msr(&l->m[i]);
	TEST_VERDICT(g.ok);
}

/* --- a vCPU that moves ------------------------------------------------------ */
static void want_model(void)
{
	static struct cpuid_list visible;
	uint32_t i;

	expect_installed(&g.list, &g.state, &visible);
	for (i = 0; i < g.list.nent; i++) {
		const struct kvm_cpuid_entry2 *e = &g.list.e[i];
		struct cpuid_answer a = expect_cpuid(&visible, e->function,
						     e->index);

		bench_want(&g, probe_cpuid(&g.probe, e->function, e->index,
					   a.want),
			   true, "CPUID", e->function, &r_moves);
	}
}

TEST_F(each_cpu, guest_cpuid_moves)
{
	int cpu;

	bench_boot(&g, PROBE_LONG);
	for_each_cpu(cpu, &t.allowed) {
		want_model();
		bench_run(&g);
	}
	TEST_VERDICT(g.ok);
}

static void write_or_read(uint32_t msr, uint64_t value, bool write)
{
	struct probe_request *r = write ?
		probe_wrmsr(&g.probe, msr, value) :
		probe_rdmsr_is(&g.probe, msr, value);

	bench_want(&g, r, true, write ? "WRMSR" : "RDMSR", msr, &r_moves);
}

/* Written on one CPU, read on the next, where the host has values of its own. */
static void guest_msrs(uint64_t value, bool write)
{
	write_or_read(MSR_KERNEL_GS_BASE, value, write);
	write_or_read(MSR_LSTAR, value ^ 0x1000, write);
	if (bench_guest_has(&g, F_RDTSCP))
		write_or_read(MSR_TSC_AUX, value & 0xffff, write);
	bench_run(&g);
}

TEST_F(each_cpu, guest_msrs_move)
{
	uint64_t value = 0;
	int cpu;

	bench_boot(&g, PROBE_LONG);
	for_each_cpu(cpu, &t.allowed) {
		if (value)
			guest_msrs(value, false);
		value = 0x123450000ull + cpu;
		guest_msrs(value, true);
	}
	EXPECT_TRUE(stay_on(next_cpu(&t.allowed, -1)));
	guest_msrs(value, false);
	TEST_VERDICT(g.ok);
}

TEST_MAIN
