// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's clocks tell the time: kvmclock, wall clock, clock pairing, steal time.
 * Documentation/virt/kvm/x86/msr.rst and hypercalls.rst.
 */
#include <errno.h>
#include <math.h>
#include <time.h>

#include "pv.h"
#include "test.h"

/* Documentation/virt/kvm/x86/msr.rst: struct pvclock_vcpu_time_info. */
struct time_info {
	uint32_t version;
	uint32_t pad0;
	uint64_t tsc_timestamp;
	uint64_t system_time;
	uint32_t tsc_to_system_mul;
	int8_t tsc_shift;
	uint8_t flags;
	uint8_t pad[2];
};

struct wall_clock {
	uint32_t version, sec, nsec;
};

#define SECOND		1000000000ull
#define T0		(5000 * SECOND)

static uint64_t kvm_clock(struct bench *pv)
{
	struct kvm_clock_data data = { 0 };

	if (kvm_ioctl(pv->vm.fd, KVM_GET_CLOCK, &data))
		test_stop("KVM_GET_CLOCK fails");
	return data.clock;
}

static void set_kvm_clock(struct bench *pv, uint64_t ns)
{
	struct kvm_clock_data data = { .clock = ns };

	if (kvm_ioctl(pv->vm.fd, KVM_SET_CLOCK, &data))
		test_stop("KVM_SET_CLOCK fails");
}

/* The factor that turns TSC ticks into nanoseconds, as kHz. */
static double clock_khz(const struct time_info *t)
{
	return 1e6 * 4294967296.0 / t->tsc_to_system_mul /
	       ldexp(1.0, t->tsc_shift);
}

static void check_time_info(struct bench *pv, const struct time_info *t,
			    const char *when)
{
	static const char why[] =
		"kvmclock tells the VM's time in terms of the vCPU's TSC (msr.rst, MSR_KVM_SYSTEM_TIME_NEW)";
	int khz = kvm_ioctl(pv->vcpu.fd, KVM_GET_TSC_KHZ, NULL);
	uint64_t now = kvm_clock(pv), tsc = vcpu_get_msr(&pv->vcpu, 0x10);

	bench_check(pv, t->version && !(t->version & 1), RULE_P11, why,
		    "%s: version %u is even and not 0", when, t->version);
	bench_check(pv, t->system_time >= T0 && t->system_time <= now, RULE_P11, why,
		    "%s: system time %llu between %llu and KVM_GET_CLOCK %llu",
		    when, (unsigned long long)t->system_time,
		    (unsigned long long)T0, (unsigned long long)now);
	bench_check(pv, t->tsc_timestamp && t->tsc_timestamp <= tsc &&
		    tsc - t->tsc_timestamp < 1ull << 42, RULE_P11, why,
		    "%s: TSC time stamp 0x%llx of the guest, whose TSC is 0x%llx",
		    when, (unsigned long long)t->tsc_timestamp,
		    (unsigned long long)tsc);
	bench_check(pv, khz <= 0 || fabs(clock_khz(t) / khz - 1) < 0.01, RULE_P11,
		    why, "%s: factor is that of %d kHz, not %.0f", when, khz,
		    clock_khz(t));
	bench_check(pv, !t->pad0 && !t->pad[0] && !t->pad[1] &&
		    !(t->flags & ~3), RULE_P11, why, "%s: padding and flags", when);
}

static void try_system_time(struct bench *pv, uint32_t msr, uint64_t gpa)
{
	struct time_info *t = vm_at(&pv->vm, gpa);
	uint32_t version;

	memset(t, 0, sizeof(*t));
	set_kvm_clock(pv, T0);
	pv_wrmsr(pv, msr, gpa | 1, "an address, and the enable bit");
	bench_name(pv, probe_expect_reg(pv_guest_reads(pv, gpa + 4, 4), REG_EAX, 0),
		RULE_P11, "padding", "padding seen by the guest");
	bench_run(pv);
	check_time_info(pv, t, "enabled");
	version = t->version;
	set_kvm_clock(pv, T0);
	bench_run(pv);
	check_time_info(pv, t, "after KVM_SET_CLOCK");
	bench_check(pv, t->version > version, RULE_P11, "each update counts twice",
		    "version grows");
	pv_wrmsr(pv, msr, gpa, "an address, not enabled");
	bench_run(pv);
	memset(t, 0, sizeof(*t));
	set_kvm_clock(pv, T0);
	bench_run(pv);
	bench_check(pv, !t->version && !t->system_time, RULE_P11,
		    "bit 0 turns kvmclock on and off", "disabled: not written");
}

TEST(system_time)
{
	static struct bench pv;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	/* Far from the host's. */
	vcpu_set_msr(&pv.vcpu, 0x10, 1ull << 56);
	try_system_time(&pv, MSR_KVM_SYSTEM_TIME_NEW, PV_PAGE);
	try_system_time(&pv, MSR_KVM_SYSTEM_TIME, PV_PAGE + 0x1040);
	TEST_VERDICT(pv.ok);
}

/* --- flags -------------------------------------------------------------- */
#define FLAG_TSC_STABLE		1
#define FLAG_STOPPED		2

static void flags_are(struct bench *pv, const struct time_info *t, uint8_t mask,
		      uint8_t want, const char *why, const char *when)
{
	bench_check(pv, (t->flags & mask) == want, RULE_P20, why,
		    "%s: flags 0x%x, wanted 0x%x of 0x%x", when, t->flags, want,
		    mask);
}

TEST(guest_stopped)
{
	static const char why[] =
		"KVM_KVMCLOCK_CTRL sets PVCLOCK_GUEST_STOPPED, which the guest alone clears (KVM api.rst, 4.77)";
	struct time_info *t;
	static struct bench pv;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	t = vm_at(&pv.vm, PV_PAGE);
	memset(t, 0, sizeof(*t));
	bench_check(&pv, kvm_ioctl(pv.vcpu.fd, KVM_KVMCLOCK_CTRL, NULL) == -EINVAL,
		    RULE_P20, why, "EINVAL before the guest has a clock");
	pv_wrmsr(&pv, MSR_KVM_SYSTEM_TIME_NEW, PV_PAGE | 1, why);
	bench_run(&pv);
	flags_are(&pv, t, FLAG_STOPPED, 0, why, "running");
	bench_check(&pv, !kvm_ioctl(pv.vcpu.fd, KVM_KVMCLOCK_CTRL, NULL), RULE_P20,
		    why, "KVM_KVMCLOCK_CTRL");
	bench_run(&pv);
	flags_are(&pv, t, FLAG_STOPPED, FLAG_STOPPED, why, "stopped");
	set_kvm_clock(&pv, T0);
	bench_run(&pv);
	flags_are(&pv, t, FLAG_STOPPED, FLAG_STOPPED, why,
		  "after an update of the clock");
	t->flags = 0;
	set_kvm_clock(&pv, T0);
	bench_run(&pv);
	flags_are(&pv, t, FLAG_STOPPED, 0, why, "cleared by the guest");
	TEST_VERDICT(pv.ok);
}

/* KVM_GET_CLOCK and the guest's flag say the same of the VM's master clock. */
static bool clock_is_stable(struct bench *pv)
{
	struct kvm_clock_data data = { 0 };

	if (kvm_ioctl(pv->vm.fd, KVM_GET_CLOCK, &data))
		test_stop("KVM_GET_CLOCK fails");
	return data.flags & KVM_CLOCK_TSC_STABLE;
}

static void update_and_run(struct bench *pv)
{
	set_kvm_clock(pv, T0);
	bench_run(pv);
}

TEST(tsc_stable)
{
	static const char why[] =
		"PVCLOCK_TSC_STABLE: one clock for all vCPUs, which KVM_GET_CLOCK tells of; not for a boot CPU that uses the old MSR (54750f2cf042)";
	struct time_info *t;
	static struct bench pv;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	t = vm_at(&pv.vm, PV_PAGE);
	memset(t, 0, sizeof(*t));
	pv_wrmsr(&pv, MSR_KVM_SYSTEM_TIME_NEW, PV_PAGE | 1, why);
	update_and_run(&pv);
	flags_are(&pv, t, FLAG_TSC_STABLE, clock_is_stable(&pv), why,
		  "the new MSR");
	pv_wrmsr(&pv, MSR_KVM_SYSTEM_TIME, PV_PAGE | 1, why);
	update_and_run(&pv);
	flags_are(&pv, t, FLAG_TSC_STABLE, 0, why, "the old MSR");
	bench_check(&pv, !clock_is_stable(&pv), RULE_P20, why,
		    "the old MSR: KVM_GET_CLOCK says not stable");
	TEST_VERDICT(pv.ok);
}

static double time_of_day(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void try_wall_clock(struct bench *pv, uint32_t msr, uint64_t gpa)
{
	static const char why[] =
		"the wall clock is the time of day when kvmclock was 0 (msr.rst, MSR_KVM_WALL_CLOCK_NEW)";
	struct wall_clock *w = vm_at(&pv->vm, gpa);
	double before, got, after;

	memset(w, 0, sizeof(*w) + 4);
	w->version = 6;
	pv_wrmsr(pv, msr, gpa, "an address");
	bench_run(pv);
	before = time_of_day();
	got = w->sec + w->nsec * 1e-9 + kvm_clock(pv) * 1e-9;
	after = time_of_day();
	bench_check(pv, got > before - 0.2 && got < after + 0.2, RULE_P11, why,
		    "wall clock plus kvmclock is now, not %+.1f s", got - before);
	bench_check(pv, w->nsec < SECOND, RULE_P11, why, "nsec below a second");
	bench_check(pv, w->version == 8, RULE_P11,
		    "the version grows by 2 with each write",
		    "version 6 becomes 8, not %u", w->version);
	bench_check(pv, !*(uint32_t *)(w + 1), RULE_P11, why, "no byte more");
}

TEST(wall_clock)
{
	static struct bench pv;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	try_wall_clock(&pv, MSR_KVM_WALL_CLOCK, PV_PAGE);
	try_wall_clock(&pv, MSR_KVM_WALL_CLOCK_NEW, PV_PAGE + 0x100);
	TEST_VERDICT(pv.ok);
}

/*
 * KVM takes its time from these (gtod_is_based_on_tsc(), x86.c).  The second
 * one serves for the first second or so after boot.
 */
static bool clocksource_is_tsc(void)
{
	static const char * const tsc[] = {
		"tsc\n", "tsc-early\n", "hyperv_clocksource_tsc_page\n",
	};
	FILE *f = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "r");
	char name[40] = "";
	unsigned int i;

	if (f && !fgets(name, sizeof(name), f))
		name[0] = 0;
	if (f)
		fclose(f);
	for (i = 0; i < ARRAY_SIZE(tsc); i++)
		if (!strcmp(name, tsc[i]))
			return true;
	return false;
}

TEST(clock_pairing)
{
	static const char why[] =
		"host time and guest TSC of one moment, where the host's clock is the TSC (hypercalls.rst, KVM_HC_CLOCK_PAIRING)";
	static struct bench pv;
	struct kvm_clock_pairing *c;
	struct probe_request *r;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_HYPERCALLS);
	c = vm_at(&pv.vm, PV_PAGE);
	memset(c, 0xff, sizeof(*c));
	r = pv_hypercall(&pv, 9, PV_PAGE, 1, 0, 0);
	bench_name(&pv, probe_expect_reg(r, REG_EAX, PV_EOPNOTSUPP), RULE_P12, why,
		"CLOCK_PAIRING of an unknown clock");
	bench_run(&pv);
	bench_check(&pv, c->sec == -1, RULE_P12, why, "refused: nothing written");
	if (!clocksource_is_tsc()) {
		bench_name(&pv, probe_expect_reg(pv_hypercall(&pv, 9, PV_PAGE, 0, 0,
			0), REG_EAX, PV_EOPNOTSUPP), RULE_P12, why,
			"CLOCK_PAIRING without TSC clocksource");
		bench_run(&pv);
		TEST_VERDICT(pv.ok);
		return;
	}
	bench_name(&pv, probe_expect_reg(pv_hypercall(&pv, 9, PV_NO_MEMORY, 0, 0, 0),
		REG_EAX, PV_EFAULT), RULE_P12, why, "CLOCK_PAIRING to no memory");
	bench_name(&pv, probe_expect_reg(pv_hypercall(&pv, 9, PV_PAGE, 0, 0, 0),
		REG_EAX, 0), RULE_P12, why, "CLOCK_PAIRING");
	bench_run(&pv);
	bench_check(&pv, llabs(c->sec - time(NULL)) < 3, RULE_P12, why,
		    "seconds are now");
	bench_check(&pv, c->nsec >= 0 && c->nsec < (int64_t)SECOND && c->tsc &&
		    c->tsc != ~0ull && !c->flags && !c->pad[0] && !c->pad[8],
		    RULE_P12, why, "nsec, TSC, flags and padding");
	TEST_VERDICT(pv.ok);
}

/* --- steal time -------------------------------------------------------- */

static uint64_t run_delay(void)
{
	unsigned long long runtime, delay = 0;
	FILE *f = fopen("/proc/self/schedstat", "r");

	if (!f)
		return ~0ull;
	if (fscanf(f, "%llu %llu", &runtime, &delay) != 2)
		delay = ~0ull;
	fclose(f);
	return delay;
}

static void try_steal_time(struct bench *pv, uint32_t features)
{
	static const char why[] =
		"time that the vCPU did not run is counted, the version is even again (msr.rst, MSR_KVM_STEAL_TIME)";
	const uint64_t before = 1000 * SECOND;
	struct kvm_steal_time *st = vm_at(&pv->vm, PV_PAGE);
	struct probe_request *r;
	struct cpuid_list l;

	memset(st, 0, sizeof(*st));
	st->version = 5;	/* junk: an update was under way for ever */
	st->steal = before;
	st->preempted = 1;
	pv_list(pv, &l, 0x40000000, features);
	pv_vcpu(pv, &l, true);
	pv_wrmsr(pv, MSR_KVM_STEAL_TIME, PV_PAGE | 1, why);
	bench_name(pv, probe_expect_reg(pv_guest_reads(pv, PV_PAGE + 16, 1), REG_EAX,
		0), RULE_P13, "a running vCPU is not preempted",
		"\"preempted\" seen by the guest");
	r = pv_guest_reads(pv, PV_PAGE + 8, 4);
	r->care[REG_EAX] = 1;
	bench_name(pv, r, RULE_P13, why, "version seen by the guest is even");
	bench_run(pv);
	bench_check_as(pv, EVENT_PV_VERSION,
		       !(st->version & 1) && st->version >= 8, RULE_P13, why,
		       "version %u is even", st->version);
	bench_check(pv, st->steal >= before &&
		    (run_delay() == ~0ull ||
		     st->steal - before <= run_delay()), RULE_P13, why,
		    "steal grew by %llu ns, at most the thread's wait",
		    (unsigned long long)(st->steal - before));
	bench_check(pv, !st->flags && !st->pad[0] && !st->pad[10], RULE_P13, why,
		    "flags and padding stay 0");
	pv_wrmsr(pv, MSR_KVM_STEAL_TIME, PV_PAGE, "not enabled");
	bench_run(pv);
	memset(st, 0, sizeof(*st));
	bench_run(pv);
	bench_check(pv, !st->version, RULE_P13, "bit 0 turns it on and off",
		    "disabled: not written");
}

TEST(steal_time)
{
	static struct bench pv;

	pv_begin(&pv, VM_IRQCHIP);
	if (!bench_cap(KVM_CAP_STEAL_TIME))
		TEST_SKIP("this kernel does not account run delay");
	try_steal_time(&pv, ~0u);
	try_steal_time(&pv, ~(1u << KVM_FEATURE_PV_TLB_FLUSH));
	TEST_VERDICT(pv.ok);
}

TEST_MAIN
