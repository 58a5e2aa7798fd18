// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's paravirtual interfaces do what they promise: clocks tell the time,
 * pages are written, interrupts and kicks arrive, bad values are refused, INIT
 * resets.  Documentation/virt/kvm/x86/msr.rst and hypercalls.rst.
 */
#include <math.h>
#include <time.h>

#include "pv.h"
#include "test.h"
#include "vcpu_init.h"

#define PAGE		PROBE_SCRATCH	/* what the MSRs point at */
#define FAR_AWAY	0xfee0000000ull	/* no memory there */
#define NOSYS		((uint64_t)-1000)
#define EINVAL_		((uint64_t)-22)
#define EFAULT_		((uint64_t)-14)
#define EPERM_		((uint64_t)-1)
#define EOPNOTSUPP_	((uint64_t)-95)

#define NEEDS_FAULTS(pv) do { \
	if (!probe_faults_work(&(pv)->plain)) \
		TEST_SKIP("this KVM does not deliver exceptions to a 64-bit guest"); \
} while (0)

static void begin(struct pv *pv, unsigned int vm_flags)
{
	pv_begin(pv, vm_flags);
	pv_vcpu(pv, &pv->plain, false);
}

static struct probe_request *wrmsr(struct pv *pv, uint32_t msr, uint64_t data,
				   const char *why)
{
	return pv_note(pv, probe_wrmsr(&pv->probe, msr, data), "P9", why,
		       "WRMSR 0x%x: 0x%llx", msr, (unsigned long long)data);
}

static struct probe_request *rdmsr(struct pv *pv, uint32_t msr, uint64_t want,
				   const char *why)
{
	return pv_note(pv, probe_rdmsr_is(&pv->probe, msr, want), "P9", why,
		       "RDMSR 0x%x", msr);
}

/* The guest's own look at a byte or word of memory, in EAX. */
static struct probe_request *guest_reads(struct pv *pv, uint64_t gpa,
					 unsigned int bytes)
{
	static const uint8_t movb[] = { 0x0f, 0xb6, 0x07 };
	static const uint8_t movl[] = { 0x8b, 0x07 };
	struct probe_request *r = bytes == 1 ?
		probe_insn(&pv->probe, movb, sizeof(movb)) :
		probe_insn(&pv->probe, movl, sizeof(movl));

	r->in.rdi = gpa;
	return r;
}

static struct probe_request *guest_writes0(struct pv *pv, uint64_t gpa)
{
	/* movl $0, (%rdi) */
	struct probe_request *r = PROBE_INSN(&pv->probe, 0xc7, 0x07, 0, 0, 0,
					     0);

	r->in.rdi = gpa;
	return r;
}

/* --- values ------------------------------------------------------------ */

static const struct value_case {
	uint32_t msr;
	uint64_t data;
	bool good;
	const char *why;
} values[] = {
	{ PV_MSR_ASYNC_PF_EN, 0, true, "off" },
	{ PV_MSR_ASYNC_PF_EN, 1ull << 4, false, "bit 4 is reserved" },
	{ PV_MSR_ASYNC_PF_EN, 1ull << 5, false, "bit 5 is reserved" },
	{ PV_MSR_ASYNC_PF_EN, PAGE | 0x31, false, "bits 4, 5 are reserved" },
	{ PV_MSR_ASYNC_PF_EN, PAGE | 0xe, true, "all flags but enable" },
	{ PV_MSR_ASYNC_PF_EN, (PAGE + 64) | 0x1, true, "64-byte aligned" },
	{ PV_MSR_ASYNC_PF_EN, FAR_AWAY | 0x9, false, "no memory there" },
	{ PV_MSR_ASYNC_PF_EN, FAR_AWAY, true, "not enabled" },
	{ PV_MSR_ASYNC_PF_INT, 0, true, "off" },
	{ PV_MSR_ASYNC_PF_INT, 0xff, true, "a vector" },
	{ PV_MSR_ASYNC_PF_INT, 0x100, false, "bits 63:8 are reserved" },
	{ PV_MSR_ASYNC_PF_INT, 1ull << 63 | 0x81, false,
	  "bits 63:8 are reserved" },
	{ PV_MSR_ASYNC_PF_ACK, 0, true, "any value" },
	{ PV_MSR_ASYNC_PF_ACK, ~0ull, true, "any value" },
	{ PV_MSR_STEAL_TIME, 0, true, "off" },
	{ PV_MSR_STEAL_TIME, PAGE | 0x1, true, "64-byte aligned" },
	{ PV_MSR_STEAL_TIME, PAGE | 0x3, false, "bits 5:1 are reserved" },
	{ PV_MSR_STEAL_TIME, 0x2, false, "bits 5:1 are reserved" },
	{ PV_MSR_STEAL_TIME, 0x20, false, "bits 5:1 are reserved" },
	{ PV_MSR_STEAL_TIME, PAGE | 0x40, true, "not enabled" },
	{ PV_MSR_EOI_EN, 0, true, "off" },
	{ PV_MSR_EOI_EN, PAGE | 0x1, true, "4-byte aligned" },
	{ PV_MSR_EOI_EN, PAGE | 0x5, true, "4-byte aligned" },
	{ PV_MSR_EOI_EN, PAGE | 0x2, false, "bit 1 is reserved" },
	{ PV_MSR_EOI_EN, PAGE | 0x3, false, "bit 1 is reserved" },
	{ PV_MSR_EOI_EN, FAR_AWAY | 0x1, false, "no memory there" },
	{ PV_MSR_EOI_EN, FAR_AWAY, true, "not enabled" },
	{ PV_MSR_POLL_CONTROL, 0, true, "0 or 1" },
	{ PV_MSR_POLL_CONTROL, 1, true, "0 or 1" },
	{ PV_MSR_POLL_CONTROL, 2, false, "bits 63:1 are reserved" },
	{ PV_MSR_POLL_CONTROL, 1ull << 63, false, "bits 63:1 are reserved" },
	{ PV_MSR_SYSTEM_TIME, FAR_AWAY | 1, true, "bad addresses are ignored" },
	{ PV_MSR_WALL_CLOCK, FAR_AWAY, true, "bad addresses are ignored" },
	{ PV_MSR_SYSTEM_TIME_NEW, PAGE | 1, true, "an address" },
	{ PV_MSR_WALL_CLOCK_NEW, PAGE, true, "an address" },
};

/* What is accepted is there to be read, but for the one that acknowledges. */
static uint64_t read_back(const struct value_case *c)
{
	return c->msr == PV_MSR_ASYNC_PF_ACK ? 0 : c->data;
}

static bool testable(const struct value_case *c)
{
	return c->msr != PV_MSR_STEAL_TIME || pv_cap(KVM_CAP_STEAL_TIME);
}

TEST(values_by_guest)
{
	static struct pv pv;
	unsigned int i;

	begin(&pv, VM_IRQCHIP);
	NEEDS_FAULTS(&pv);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		const struct value_case *c = &values[i];

		if (!testable(c))
			continue;
		if (c->good) {
			wrmsr(&pv, c->msr, c->data, c->why);
			rdmsr(&pv, c->msr, read_back(c), c->why);
		} else {
			probe_expect_fault(wrmsr(&pv, c->msr, c->data, c->why),
					   GP_VECTOR, 0);
		}
	}
	pv_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST(values_by_host)
{
	static struct pv pv;
	unsigned int i;

	begin(&pv, VM_IRQCHIP);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		const struct value_case *c = &values[i];
		uint64_t got;

		if (!testable(c))
			continue;
		pv_check(&pv, (__vcpu_set_msr(&pv.vcpu, c->msr, c->data) == 1)
			 == c->good, "P9", c->why,
			 "KVM_SET_MSRS 0x%x 0x%llx is %s", c->msr,
			 (unsigned long long)c->data,
			 c->good ? "accepted" : "refused");
		if (!c->good)
			continue;
		got = vcpu_get_msr(&pv.vcpu, c->msr);
		pv_check(&pv, got == read_back(c), "P9", c->why,
			 "KVM_GET_MSRS 0x%x reads back 0x%llx", c->msr,
			 (unsigned long long)read_back(c));
	}
	TEST_VERDICT(pv.ok);
}

TEST(async_pf_needs_lapic)
{
	static const char why[] =
		"asynchronous page faults need the in-kernel local APIC (9d3c447c72fb)";
	static struct pv pv;

	begin(&pv, 0);
	NEEDS_FAULTS(&pv);
	wrmsr(&pv, PV_MSR_ASYNC_PF_EN, 0, why);
	probe_expect_fault(wrmsr(&pv, PV_MSR_ASYNC_PF_EN, 8, why), GP_VECTOR,
			   0);
	probe_expect_fault(wrmsr(&pv, PV_MSR_ASYNC_PF_INT, 0, why), GP_VECTOR,
			   0);
	probe_expect_fault(wrmsr(&pv, PV_MSR_ASYNC_PF_INT, 0x81, why),
			   GP_VECTOR, 0);
	rdmsr(&pv, PV_MSR_ASYNC_PF_INT, 0, why);
	pv_run(&pv);
	TEST_VERDICT(pv.ok);
}

/* The old and the new numbers of the clock MSRs name the same registers. */
TEST(clock_aliases)
{
	static const char why[] = "old and new clock MSRs are one (msr.rst)";
	static struct pv pv;

	begin(&pv, VM_IRQCHIP);
	wrmsr(&pv, PV_MSR_SYSTEM_TIME, PAGE, why);
	rdmsr(&pv, PV_MSR_SYSTEM_TIME_NEW, PAGE, why);
	wrmsr(&pv, PV_MSR_SYSTEM_TIME_NEW, PAGE + 64, why);
	rdmsr(&pv, PV_MSR_SYSTEM_TIME, PAGE + 64, why);
	wrmsr(&pv, PV_MSR_WALL_CLOCK, PAGE + 128, why);
	rdmsr(&pv, PV_MSR_WALL_CLOCK_NEW, PAGE + 128, why);
	wrmsr(&pv, PV_MSR_WALL_CLOCK_NEW, PAGE + 192, why);
	rdmsr(&pv, PV_MSR_WALL_CLOCK, PAGE + 192, why);
	rdmsr(&pv, PV_MSR_SYSTEM_TIME, PAGE + 64, why);
	pv_run(&pv);
	/* The wall clock is the VM's, the system time the vCPU's. */
	pv_vcpu(&pv, &pv.plain, false);
	rdmsr(&pv, PV_MSR_WALL_CLOCK, PAGE + 192, why);
	rdmsr(&pv, PV_MSR_SYSTEM_TIME, 0, why);
	pv_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST(init_resets)
{
	static const char why[] =
		"INIT turns PV interfaces off, POLL_CONTROL stays (msr.rst)";
	static const struct {
		uint32_t msr;
		uint64_t data, after;
	} rows[] = {
		{ PV_MSR_SYSTEM_TIME_NEW, PAGE | 1, 0 },
		{ PV_MSR_ASYNC_PF_EN, (PAGE + 64) | 9, 0 },
		{ PV_MSR_ASYNC_PF_INT, 0x81, 0 },
		{ PV_MSR_EOI_EN, (PAGE + 128) | 1, 0 },
		{ PV_MSR_STEAL_TIME, (PAGE + 192) | 1, 0 },
		{ PV_MSR_POLL_CONTROL, 0, 0 },
	};
	static struct pv pv;
	unsigned int i;

	begin(&pv, VM_IRQCHIP);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].msr != PV_MSR_STEAL_TIME ||
		    pv_cap(KVM_CAP_STEAL_TIME))
			vcpu_set_msr(&pv.vcpu, rows[i].msr, rows[i].data);
	if (vcpu_send_init(&pv.vcpu))
		TEST_SKIP("this KVM does not take a latched INIT");
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		pv_check(&pv, vcpu_get_msr(&pv.vcpu, rows[i].msr) ==
			 rows[i].after, "P10", why,
			 "MSR 0x%x after INIT is 0x%llx", rows[i].msr,
			 (unsigned long long)rows[i].after);
	TEST_VERDICT(pv.ok);
}

/* --- clocks ------------------------------------------------------------ */

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

static uint64_t kvm_clock(struct pv *pv)
{
	struct kvm_clock_data data = { 0 };

	if (kvm_ioctl(pv->vm.fd, KVM_GET_CLOCK, &data))
		test_stop("KVM_GET_CLOCK fails");
	return data.clock;
}

static void set_kvm_clock(struct pv *pv, uint64_t ns)
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

static void check_time_info(struct pv *pv, const struct time_info *t,
			    const char *when)
{
	static const char why[] =
		"kvmclock tells the VM's time in terms of the vCPU's TSC (msr.rst, MSR_KVM_SYSTEM_TIME_NEW)";
	int khz = kvm_ioctl(pv->vcpu.fd, KVM_GET_TSC_KHZ, NULL);
	uint64_t now = kvm_clock(pv);

	pv_check(pv, t->version && !(t->version & 1), "P11", why,
		 "%s: version %u is even and not 0", when, t->version);
	pv_check(pv, t->system_time >= T0 && t->system_time <= now, "P11", why,
		 "%s: system time %llu between %llu and KVM_GET_CLOCK %llu",
		 when, (unsigned long long)t->system_time,
		 (unsigned long long)T0, (unsigned long long)now);
	pv_check(pv, t->tsc_timestamp, "P11", why, "%s: TSC time stamp", when);
	pv_check(pv, khz <= 0 || fabs(clock_khz(t) / khz - 1) < 0.01, "P11",
		 why, "%s: factor is that of %d kHz, not %.0f", when, khz,
		 clock_khz(t));
	pv_check(pv, !t->pad0 && !t->pad[0] && !t->pad[1] &&
		 !(t->flags & ~3), "P11", why, "%s: padding and flags", when);
}

static void try_system_time(struct pv *pv, uint32_t msr, uint64_t gpa)
{
	struct time_info *t = vm_at(&pv->vm, gpa);
	uint32_t version;

	memset(t, 0, sizeof(*t));
	set_kvm_clock(pv, T0);
	wrmsr(pv, msr, gpa | 1, "an address, and the enable bit");
	pv_note(pv, probe_expect_reg(guest_reads(pv, gpa + 4, 4), REG_EAX, 0),
		"P11", "padding", "padding seen by the guest");
	pv_run(pv);
	check_time_info(pv, t, "enabled");
	version = t->version;
	set_kvm_clock(pv, T0);
	pv_run(pv);
	check_time_info(pv, t, "after KVM_SET_CLOCK");
	pv_check(pv, t->version > version, "P11", "each update counts twice",
		 "version grows");
	wrmsr(pv, msr, gpa, "an address, not enabled");
	pv_run(pv);
	memset(t, 0, sizeof(*t));
	set_kvm_clock(pv, T0);
	pv_run(pv);
	pv_check(pv, !t->version && !t->system_time, "P11",
		 "bit 0 turns kvmclock on and off", "disabled: not written");
}

TEST(system_time)
{
	static struct pv pv;

	begin(&pv, VM_IRQCHIP);
	try_system_time(&pv, PV_MSR_SYSTEM_TIME_NEW, PAGE);
	try_system_time(&pv, PV_MSR_SYSTEM_TIME, PAGE + 0x1040);
	TEST_VERDICT(pv.ok);
}

static void try_wall_clock(struct pv *pv, uint32_t msr, uint64_t gpa)
{
	static const char why[] =
		"the wall clock is the time of day when kvmclock was 0 (msr.rst, MSR_KVM_WALL_CLOCK_NEW)";
	struct wall_clock *w = vm_at(&pv->vm, gpa);
	double now, got;

	memset(w, 0, sizeof(*w) + 4);
	w->version = 6;
	wrmsr(pv, msr, gpa, "an address");
	pv_run(pv);
	got = w->sec + w->nsec * 1e-9 + kvm_clock(pv) * 1e-9;
	now = time(NULL);
	pv_check(pv, fabs(got - now) < 3, "P11", why,
		 "wall clock plus kvmclock is now, not %+.1f s", got - now);
	pv_check(pv, w->nsec < SECOND, "P11", why, "nsec below a second");
	pv_check(pv, w->version == 8, "P11",
		 "the version grows by 2 with each write",
		 "version 6 becomes 8, not %u", w->version);
	pv_check(pv, !*(uint32_t *)(w + 1), "P11", why, "no byte more");
}

TEST(wall_clock)
{
	static struct pv pv;

	begin(&pv, VM_IRQCHIP);
	try_wall_clock(&pv, PV_MSR_WALL_CLOCK, PAGE);
	try_wall_clock(&pv, PV_MSR_WALL_CLOCK_NEW, PAGE + 0x100);
	TEST_VERDICT(pv.ok);
}

static bool clocksource_is_tsc(void)
{
	FILE *f = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "r");
	char name[32] = "";

	if (f && !fgets(name, sizeof(name), f))
		name[0] = 0;
	if (f)
		fclose(f);
	return !strcmp(name, "tsc\n");
}

TEST(clock_pairing)
{
	static const char why[] =
		"host time and guest TSC of one moment, where the host's clock is the TSC (hypercalls.rst, KVM_HC_CLOCK_PAIRING)";
	static struct pv pv;
	struct kvm_clock_pairing *c;
	struct probe_request *r;

	begin(&pv, VM_IRQCHIP);
	c = vm_at(&pv.vm, PAGE);
	memset(c, 0xff, sizeof(*c));
	r = pv_hypercall(&pv, 9, PAGE, 1, 0, 0);
	pv_note(&pv, probe_expect_reg(r, REG_EAX, EOPNOTSUPP_), "P12", why,
		"CLOCK_PAIRING of an unknown clock");
	pv_run(&pv);
	pv_check(&pv, c->sec == -1, "P12", why, "refused: nothing written");
	if (!clocksource_is_tsc()) {
		pv_note(&pv, probe_expect_reg(pv_hypercall(&pv, 9, PAGE, 0, 0,
			0), REG_EAX, EOPNOTSUPP_), "P12", why,
			"CLOCK_PAIRING without TSC clocksource");
		pv_run(&pv);
		TEST_VERDICT(pv.ok);
		return;
	}
	pv_note(&pv, probe_expect_reg(pv_hypercall(&pv, 9, FAR_AWAY, 0, 0, 0),
		REG_EAX, EFAULT_), "P12", why, "CLOCK_PAIRING to no memory");
	pv_note(&pv, probe_expect_reg(pv_hypercall(&pv, 9, PAGE, 0, 0, 0),
		REG_EAX, 0), "P12", why, "CLOCK_PAIRING");
	pv_run(&pv);
	pv_check(&pv, llabs(c->sec - time(NULL)) < 3, "P12", why,
		 "seconds are now");
	pv_check(&pv, c->nsec >= 0 && c->nsec < (int64_t)SECOND && c->tsc &&
		 c->tsc != ~0ull && !c->flags && !c->pad[0] && !c->pad[8],
		 "P12", why, "nsec, TSC, flags and padding");
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

static void try_steal_time(struct pv *pv, uint32_t features)
{
	static const char why[] =
		"time that the vCPU did not run is counted, the version is even again (msr.rst, MSR_KVM_STEAL_TIME)";
	const uint64_t before = 1000 * SECOND;
	struct kvm_steal_time *st = vm_at(&pv->vm, PAGE);
	struct probe_request *r;
	struct cpuid_list l;

	memset(st, 0, sizeof(*st));
	st->version = 5;	/* junk: an update was under way for ever */
	st->steal = before;
	st->preempted = 1;
	pv_list(pv, &l, 0x40000000, features);
	pv_vcpu(pv, &l, true);
	wrmsr(pv, PV_MSR_STEAL_TIME, PAGE | 1, why);
	pv_note(pv, probe_expect_reg(guest_reads(pv, PAGE + 16, 1), REG_EAX,
		0), "P13", "a running vCPU is not preempted",
		"\"preempted\" seen by the guest");
	r = guest_reads(pv, PAGE + 8, 4);
	r->care[REG_EAX] = 1;
	pv_note(pv, r, "P13", why, "version seen by the guest is even");
	pv_run(pv);
	pv_check(pv, !(st->version & 1) && st->version >= 8, "P13", why,
		 "version %u is even", st->version);
	pv_check(pv, st->steal >= before &&
		 (run_delay() == ~0ull ||
		  st->steal - before <= run_delay()), "P13", why,
		 "steal grew by %llu ns, at most the thread's wait",
		 (unsigned long long)(st->steal - before));
	pv_check(pv, !st->flags && !st->pad[0] && !st->pad[10], "P13", why,
		 "flags and padding stay 0");
	wrmsr(pv, PV_MSR_STEAL_TIME, PAGE, "not enabled");
	pv_run(pv);
	memset(st, 0, sizeof(*st));
	pv_run(pv);
	pv_check(pv, !st->version, "P13", "bit 0 turns it on and off",
		 "disabled: not written");
}

TEST(steal_time)
{
	static struct pv pv;

	pv_begin(&pv, VM_IRQCHIP);
	if (!pv_cap(KVM_CAP_STEAL_TIME))
		TEST_SKIP("this kernel does not account run delay");
	try_steal_time(&pv, ~0u);
	try_steal_time(&pv, ~(1u << PV_TLB_FLUSH));
	TEST_VERDICT(pv.ok);
}

/* --- interrupts -------------------------------------------------------- */

#define VECTOR		PROBE_RETURN_VECTOR	/* its gate returns */
#define APIC_SPIV	0xf0
#define APIC_ISR	0x100
#define APIC_IRR	0x200

static void get_lapic(struct vcpu *v, struct kvm_lapic_state *s)
{
	if (kvm_ioctl(v->fd, KVM_GET_LAPIC, s))
		test_stop("KVM_GET_LAPIC fails");
}

static void set_lapic(struct vcpu *v, const struct kvm_lapic_state *s)
{
	if (kvm_ioctl(v->fd, KVM_SET_LAPIC, (void *)s))
		test_stop("KVM_SET_LAPIC fails");
}

static uint32_t *apic_vector_reg(struct kvm_lapic_state *s, unsigned int base)
{
	return (uint32_t *)(s->regs + base + 16 * (VECTOR / 32));
}

static bool apic_bit(struct vcpu *v, unsigned int base)
{
	struct kvm_lapic_state s;

	get_lapic(v, &s);
	return *apic_vector_reg(&s, base) >> VECTOR % 32 & 1;
}

/* Software enable, and maybe an interrupt that waits. */
static void enable_apic(struct vcpu *v, bool pending)
{
	struct kvm_lapic_state s;

	get_lapic(v, &s);
	*(uint32_t *)(s.regs + APIC_SPIV) = 0x1ff;
	if (pending)
		*apic_vector_reg(&s, APIC_IRR) |= 1u << VECTOR % 32;
	set_lapic(v, &s);
}

/* With APICv or AVIC the hardware takes EOIs and KVM leaves the page alone. */
static bool apic_virtualised(const struct host_facts *f)
{
	return facts_param_bool(f, "kvm_intel", "enable_apicv", false) ||
	       facts_param_bool(f, "kvm_amd", "avic", false);
}

#define EOI_TRIES	8
#define EOI_WHY \
	"the flag is set while an interrupt is in service; a guest that clears it has done the EOI (msr.rst, MSR_KVM_PV_EOI_EN)"

/*
 * sti; nop: the interrupt comes, its gate leads back.  Any exit from the guest
 * in between takes the flag away until the next event, so touch the page
 * before, and try again.
 */
static struct probe_request *take_interrupt(struct pv *pv)
{
	struct kvm_lapic_state s;

	get_lapic(&pv->vcpu, &s);
	*apic_vector_reg(&s, APIC_ISR) = 0;
	set_lapic(&pv->vcpu, &s);
	enable_apic(&pv->vcpu, true);
	guest_reads(pv, PAGE, 1);
	return pv_note(pv, PROBE_INSN(&pv->probe, 0xfb, 0x90, 0x90), "P14",
		       EOI_WHY, "STI with an interrupt pending");
}

static bool eoi_flag_seen(struct pv *pv)
{
	struct probe_request *r;
	bool seen;

	take_interrupt(pv);
	r = guest_reads(pv, PAGE, 1);
	probe_run(&pv->probe);
	seen = r->got[REG_EAX] == 1;
	pv_check(pv, apic_bit(&pv->vcpu, APIC_ISR), "P14", EOI_WHY,
		 "flag not cleared: the interrupt stays in service");
	pv_check(pv, !*(uint8_t *)vm_at(&pv->vm, PAGE), "P14", EOI_WHY,
		 "KVM takes the flag back when the guest exits");
	probe_clear(&pv->probe);
	return seen;
}

static bool eoi_by_guest(struct pv *pv)
{
	take_interrupt(pv);
	guest_writes0(pv, PAGE);
	pv_run(pv);
	return !apic_bit(&pv->vcpu, APIC_ISR);
}

static bool sometimes(struct pv *pv, bool (*what)(struct pv *))
{
	int i;

	for (i = 0; i < EOI_TRIES; i++)
		if (what(pv))
			return true;
	return false;
}

TEST(pv_eoi)
{
	static struct pv pv;

	begin(&pv, VM_IRQCHIP);
	if (apic_virtualised(pv.facts))
		TEST_SKIP("the hardware virtualises the APIC: no EOI is saved");
	pv_check(&pv, !eoi_flag_seen(&pv), "P14", EOI_WHY,
		 "not enabled: no flag");
	vcpu_set_msr(&pv.vcpu, PV_MSR_EOI_EN, PAGE | 1);
	pv_check(&pv, sometimes(&pv, eoi_flag_seen), "P14", EOI_WHY,
		 "flag set while the interrupt is in service");
	pv_check(&pv, sometimes(&pv, eoi_by_guest), "P14", EOI_WHY,
		 "flag cleared by the guest: EOI done");
	TEST_VERDICT(pv.ok);
}

TEST(async_pf_wakeup)
{
	static const char why[] =
		"enabling asks for \"page ready\" of all pages: token ~0 and the interrupt that ASYNC_PF_INT names; the next one waits for token 0 and an ACK (msr.rst)";
	static struct pv pv;
	uint32_t *token;

	begin(&pv, VM_IRQCHIP);
	token = vm_at(&pv.vm, PAGE + 4);
	enable_apic(&pv.vcpu, false);
	wrmsr(&pv, PV_MSR_ASYNC_PF_INT, VECTOR, why);
	wrmsr(&pv, PV_MSR_ASYNC_PF_EN, PAGE | 0x1, why);
	pv_note(&pv, probe_expect_reg(guest_reads(&pv, PAGE + 4, 4), REG_EAX,
		0), "P15", why, "token without delivery by interrupt");
	wrmsr(&pv, PV_MSR_ASYNC_PF_EN, 0, why);
	wrmsr(&pv, PV_MSR_ASYNC_PF_EN, PAGE | 0x9, why);
	pv_note(&pv, probe_expect_reg(guest_reads(&pv, PAGE + 4, 4), REG_EAX,
		~0u), "P15", why, "token after enabling");
	pv_run(&pv);
	pv_check(&pv, apic_bit(&pv.vcpu, APIC_IRR), "P15", why,
		 "interrupt 0x%x pending", VECTOR);
	pv_check(&pv, *token == ~0u, "P15", why, "token ~0");
	pv_check(&pv, !*(uint32_t *)vm_at(&pv.vm, PAGE), "P15", why,
		 "the flags word stays 0");
	TEST_VERDICT(pv.ok);
}

/* --- hypercalls -------------------------------------------------------- */

static uint32_t mp_state(struct vcpu *v)
{
	struct kvm_mp_state s = { 0 };

	if (kvm_ioctl(v->fd, KVM_GET_MP_STATE, &s))
		test_stop("KVM_GET_MP_STATE fails");
	return s.mp_state;
}

static void halt(struct vcpu *v)
{
	struct kvm_mp_state s = { .mp_state = KVM_MP_STATE_HALTED };

	if (kvm_ioctl(v->fd, KVM_SET_MP_STATE, &s))
		test_stop("KVM_SET_MP_STATE fails");
}

TEST(kick_cpu)
{
	static const char why[] =
		"KICK_CPU wakes the vCPU whose APIC id is in the second argument (hypercalls.rst)";
	static struct pv pv;
	struct vcpu other[3];
	unsigned int i;

	begin(&pv, VM_IRQCHIP);
	for (i = 0; i < 3; i++) {
		vcpu_create(&other[i], &pv.vm, i + 1);
		vcpu_set_cpuid(&other[i], &pv.plain);
		halt(&other[i]);
	}
	pv_note(&pv, probe_expect_reg(pv_hypercall(&pv, 5, 1, 2, 3, 3),
		REG_EAX, 0), "P16", why, "KICK_CPU of APIC id 2");
	pv_run(&pv);
	for (i = 0; i < 3; i++)
		pv_check(&pv, (mp_state(&other[i]) == KVM_MP_STATE_RUNNABLE) ==
			 (i == 1), "P16", why, "vCPU %u is %s", i + 1,
			 i == 1 ? "runnable" : "still halted");
	TEST_VERDICT(pv.ok);
}

/* vCPU ids, and thereby APIC ids, of the targets. */
static const uint32_t targets[] = { 1, 5, 33, 65, 70 };
#define NR_TARGETS	5

struct ipi_case {
	const char *name;
	uint64_t low, high, min, icr, want;
	unsigned int hit;	/* bit per row of targets[] */
};

static const struct ipi_case ipis[] = {
	{ "one", 1ull << 1, 0, 0, VECTOR, 1, 0x1 },
	{ "two of a word", 1ull << 1 | 1ull << 33, 0, 0, VECTOR, 2, 0x5 },
	{ "nobody there", 1ull << 2, 0, 0, VECTOR, 0, 0 },
	{ "second word", 0, 1ull << 1 | 1ull << 6, 0, VECTOR, 2, 0x18 },
	{ "from 5 on", 1, 1ull << 1, 5, VECTOR, 2, 0x12 },
	{ "beyond all", ~0ull, ~0ull, 200, VECTOR, 0, 0 },
	{ "destination in ICR", 2, 0, 0, VECTOR | 0x40000, EINVAL_, 0 },
	{ "shorthand in ICR", 2, 0, 0, VECTOR | 0x80000, EINVAL_, 0 },
};

static void check_ipi(struct pv *pv, struct vcpu *other,
		      const struct ipi_case *c)
{
	static const char why[] =
		"SEND_IPI sends to the APIC ids of two bitmaps from a first id on, and returns how many took it (hypercalls.rst)";
	unsigned int i;

	for (i = 0; i < NR_TARGETS; i++) {
		struct kvm_lapic_state s;

		get_lapic(&other[i], &s);
		*apic_vector_reg(&s, APIC_IRR) = 0;
		set_lapic(&other[i], &s);
	}
	pv_note(pv, probe_expect_reg(pv_hypercall(pv, 10, c->low, c->high,
		c->min, c->icr), REG_EAX, c->want), "P17", why,
		"SEND_IPI, %s", c->name);
	pv_run(pv);
	for (i = 0; i < NR_TARGETS; i++)
		pv_check(pv, apic_bit(&other[i], APIC_IRR) ==
			 (c->hit >> i & 1), "P17", why,
			 "SEND_IPI, %s: APIC id %u %s", c->name, targets[i],
			 c->hit >> i & 1 ? "has the interrupt" :
					   "has no interrupt");
}

TEST(send_ipi)
{
	static struct vcpu other[NR_TARGETS];
	static struct pv pv;
	unsigned int i;

	begin(&pv, VM_IRQCHIP);
	for (i = 0; i < NR_TARGETS; i++) {
		vcpu_create(&other[i], &pv.vm, targets[i]);
		vcpu_set_cpuid(&other[i], &pv.plain);
		enable_apic(&other[i], false);
	}
	for (i = 0; i < ARRAY_SIZE(ipis); i++)
		check_ipi(&pv, other, &ipis[i]);
	TEST_VERDICT(pv.ok);
}

#define MAP_GPA		12
#define MAP_WHY \
	"MAP_GPA_RANGE goes to userspace where KVM_CAP_EXIT_HYPERCALL asks for it, whatever the feature bits (hypercalls.rst)"

static void map_gpa_refused(struct pv *pv, uint64_t gpa, uint64_t npages,
			    uint64_t want, const char *name)
{
	pv_note(pv, probe_expect_reg(pv_hypercall(pv, MAP_GPA, gpa, npages, 0,
		0), REG_EAX, want), "P18", MAP_WHY, "MAP_GPA_RANGE, %s", name);
}

TEST(map_gpa_range)
{
	static struct pv pv;
	struct kvm_run *run;
	struct cpuid_list l;

	pv_begin(&pv, VM_IRQCHIP);
	if (!(pv_cap(KVM_CAP_EXIT_HYPERCALL) >> MAP_GPA & 1))
		TEST_SKIP("this KVM does not exit to userspace on hypercalls");
	/* Enforced, and without the bit: it does not matter. */
	pv_list(&pv, &l, 0x40000000, 0);
	pv_vcpu(&pv, &l, true);
	map_gpa_refused(&pv, 0x1000, 1, NOSYS, "not enabled");
	pv_run(&pv);
	pv_check(&pv, __vm_enable_cap(&pv.vm, KVM_CAP_EXIT_HYPERCALL, 1) ==
		 -EINVAL, "P18", MAP_WHY, "no other hypercall can be asked for");
	vm_enable_cap(&pv.vm, KVM_CAP_EXIT_HYPERCALL, 1 << MAP_GPA);
	map_gpa_refused(&pv, 0x1001, 1, EINVAL_, "unaligned");
	map_gpa_refused(&pv, 0x1000, 0, EINVAL_, "no pages");
	map_gpa_refused(&pv, 0x1000, ~0ull, EINVAL_, "wraps around");
	pv_run(&pv);
	map_gpa_refused(&pv, 0x5000, 3, 77, "answered by userspace");
	pv.probe.hdr->req[0].in.rdx = 0x10;
	run = pv.vcpu.run;
	if (__vcpu_run(&pv.vcpu, 0))
		test_stop("KVM_RUN fails");
	pv_check(&pv, run->exit_reason == KVM_EXIT_HYPERCALL &&
		 run->hypercall.nr == MAP_GPA &&
		 run->hypercall.args[0] == 0x5000 &&
		 run->hypercall.args[1] == 3 && run->hypercall.args[2] == 0x10,
		 "P18", MAP_WHY, "KVM_EXIT_HYPERCALL with number and arguments");
	pv_check(&pv, run->hypercall.longmode == 1, "P18", MAP_WHY,
		 "the exit tells of 64-bit mode");
	run->hypercall.ret = 77;
	pv_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST(user_mode)
{
	static const uint64_t nrs[] = { 1, 5, 9, 10, 11, 12, 99 };
	static struct pv pv;
	unsigned int i;

	begin(&pv, VM_IRQCHIP);
	if (!probe_place_works(&pv.plain, PROBE_AT_CPL3))
		TEST_SKIP("this KVM does not run the guest at CPL 3");
	for (i = 0; i < ARRAY_SIZE(nrs); i++) {
		pv_note(&pv, probe_at(pv_hypercall_is(&pv, nrs[i], EPERM_),
			PROBE_AT_CPL3), "P5",
			"hypercalls are for CPL 0 (07708c4af1346)",
			"hypercall %u at CPL 3", (unsigned int)nrs[i]);
		pv_note(&pv, probe_at(pv_hypercall_is(&pv, nrs[i],
			(uint32_t)EPERM_), PROBE_AT_COMPAT3), "P5",
			"a hypercall outside 64-bit mode gives 32 bits",
			"hypercall %u in compatibility mode at CPL 3",
			(unsigned int)nrs[i]);
	}
	pv_note(&pv, probe_at(pv_hypercall_is(&pv, 99, (uint32_t)NOSYS),
		PROBE_AT_COMPAT0), "P5",
		"a hypercall outside 64-bit mode gives 32 bits",
		"unknown hypercall in compatibility mode");
	pv_run(&pv);
	TEST_VERDICT(pv.ok);
}

#define QUIRK_FIX_HYPERCALL	(1 << 5)
#define P7_WHY \
	"the other vendor's hypercall instruction is rewritten in place unless KVM_X86_QUIRK_FIX_HYPERCALL_INSN is disabled (f1a9761fbb00)"

TEST(other_vendors_instruction)
{
	static struct pv pv;
	uint8_t wrong[3], right[3];
	struct probe_request *r;

	begin(&pv, VM_IRQCHIP);
	pv_hypercall_insn(facts_host_is_amd(pv.facts), right);
	pv_hypercall_insn(!facts_host_is_amd(pv.facts), wrong);
	r = probe_insn(&pv.probe, wrong, sizeof(wrong));
	r->in.rax = 1;
	pv_note(&pv, probe_expect_reg(r, REG_EAX, 0), "P7", P7_WHY,
		"hypercall by the other vendor's instruction");
	pv_run(&pv);
	pv_check(&pv, !memcmp(vm_at(&pv.vm, PROBE_EXEC), right, 3), "P7",
		 P7_WHY, "the instruction is rewritten in memory");
	TEST_VERDICT(pv.ok);
}

TEST(other_vendors_instruction_quirk_off)
{
	static struct pv pv;
	uint8_t wrong[3];
	struct probe_request *r;

	pv_begin(&pv, VM_IRQCHIP);
	if (!(pv_cap(KVM_CAP_DISABLE_QUIRKS2) & QUIRK_FIX_HYPERCALL))
		TEST_SKIP("this KVM cannot disable the quirk");
	NEEDS_FAULTS(&pv);
	vm_enable_cap(&pv.vm, KVM_CAP_DISABLE_QUIRKS2, QUIRK_FIX_HYPERCALL);
	pv_vcpu(&pv, &pv.plain, false);
	pv_hypercall_insn(!facts_host_is_amd(pv.facts), wrong);
	r = probe_insn(&pv.probe, wrong, sizeof(wrong));
	r->in.rax = 1;
	pv_note(&pv, probe_expect_fault(r, UD_VECTOR, 0), "P7", P7_WHY,
		"the other vendor's instruction, quirk disabled");
	pv_run(&pv);
	pv_check(&pv, !memcmp(vm_at(&pv.vm, PROBE_EXEC), wrong, 3), "P7",
		 P7_WHY, "the instruction stays as it is");
	pv_note(&pv, pv_hypercall_is(&pv, 1, 0), "P7", P7_WHY,
		"hypercall by the right instruction");
	pv_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST_MAIN
