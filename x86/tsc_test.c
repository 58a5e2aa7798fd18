// SPDX-License-Identifier: GPL-2.0-only
/*
 * The time stamp counter: writes by the guest and by userspace, TSC_ADJUST,
 * KVM_VCPU_TSC_OFFSET, and its frequency.  SDM vol. 3, 18.17.
 */
#include <errno.h>
#include <x86intrin.h>

#include "backport.h"
#include "bench.h"
#include "expect_tsc.h"
#include "test.h"

#define FAR		BIT(56)		/* decades ahead */
#define SOON		BIT(42)		/* minutes */

static struct bench g;

static const struct reason
r_write = { RULE_T20, "a write of the TSC sets it, and adds the difference to TSC_ADJUST (SDM vol. 3, 18.17.3)" },
r_adjust = { RULE_T21, "a write of TSC_ADJUST moves the TSC by its change (SDM vol. 3, 18.17.3)" },
r_host = { RULE_T22, "userspace restores TSC and TSC_ADJUST one without the other (ba904635d498)" },
r_offset = { RULE_T23, "KVM_VCPU_TSC_OFFSET is the difference to the host's TSC (devices/vcpu.rst)" },
r_scale = { RULE_T25, "with KVM_CAP_TSC_CONTROL the guest's TSC runs at the frequency set (KVM api.rst, 4.55)" },
r_late = { RULE_T24, "KVM_SET_TSC_KHZ of a VM comes before its vCPUs (dcbe5a466c12, 6.17)" },
r_khz = { RULE_T24, "KVM_SET_TSC_KHZ: 0 is the host's frequency; less than the host's needs KVM_CAP_TSC_CONTROL (KVM api.rst)" };

FIXTURE(tsc) { };

FIXTURE_SETUP(tsc)
{
	bench_open(&g, VM_IRQCHIP);
	bench_feature(&g, F_TSC_ADJUST, true);
	bench_boot(&g, PROBE_LONG);
}

FIXTURE_TEARDOWN(tsc)
{
	bench_close(&g);
}

static void near_to(uint64_t got, uint64_t from, const char *what,
		    const struct reason *rule)
{
	bench_value_as(&g, EVENT_TSC, got - from < SOON, 1, what, got, rule);
}

static struct probe_request *rdtsc(void)
{
	return PROBE_INSN(&g.probe, 0x0f, 0x31);
}

static struct probe_request *adjust(void)
{
	return probe_rdmsr(&g.probe, MSR_IA32_TSC_ADJUST);
}

TEST_F(tsc, guest_write)
{
	struct probe_request *t0, *t1, *a0, *a1, *msr;
	struct tsc_pair want;

	t0 = rdtsc();
	a0 = adjust();
	probe_wrmsr(&g.probe, MSR_IA32_TSC, FAR);
	t1 = rdtsc();
	msr = probe_rdmsr(&g.probe, MSR_IA32_TSC);
	a1 = adjust();
	probe_run(&g.probe);
	want = expect_guest_tsc((struct tsc_pair){ probe_value(t0),
						   probe_value(a0) }, FAR);
	near_to(probe_value(t1), want.tsc, "TSC after a write", &r_write);
	near_to(probe_value(msr), probe_value(t1), "RDMSR of the TSC",
		&r_write);
	near_to(probe_value(t1) - probe_value(a1),
		want.tsc - want.adjust, "TSC - TSC_ADJUST after a write", &r_write);
	near_to(vcpu_get_msr(&g.vcpu, MSR_IA32_TSC), probe_value(t1),
		"KVM_GET_MSRS of the TSC", &r_write);
	TEST_VERDICT(g.ok);
}

TEST_F(tsc, adjust)
{
	struct probe_request *t[4], *a;
	struct tsc_pair want = { 0 };

	t[0] = rdtsc();
	probe_wrmsr(&g.probe, MSR_IA32_TSC_ADJUST, FAR);
	t[1] = rdtsc();
	probe_wrmsr(&g.probe, MSR_IA32_TSC_ADJUST, FAR + 1);
	t[2] = rdtsc();
	a = adjust();
	probe_wrmsr(&g.probe, MSR_IA32_TSC_ADJUST, 0);
	t[3] = rdtsc();
	probe_run(&g.probe);
	want.tsc = probe_value(t[0]);
	want = expect_guest_tsc_adjust(want, FAR, true);
	near_to(probe_value(t[1]), want.tsc, "TSC after TSC_ADJUST was set",
		&r_adjust);
	want = expect_guest_tsc_adjust(want, FAR + 1, true);
	near_to(probe_value(t[2]), want.tsc, "TSC after TSC_ADJUST grew by 1",
		&r_adjust);
	bench_value(&g, probe_value(a), want.adjust, "TSC_ADJUST", 0,
		    &r_adjust);
	want = expect_guest_tsc_adjust(want, 0, true);
	near_to(probe_value(t[3]), want.tsc,
		"TSC after TSC_ADJUST was cleared", &r_adjust);
	TEST_VERDICT(g.ok);
}

static uint64_t guest_tsc(void)
{
	struct probe_request *r;

	probe_clear(&g.probe);
	r = rdtsc();
	probe_run(&g.probe);
	return probe_value(r);
}

TEST_F(tsc, userspace)
{
	struct tsc_pair want = { guest_tsc(), 0 };

	vcpu_set_msr(&g.vcpu, MSR_IA32_TSC_ADJUST, FAR);
	want = expect_host_tsc_adjust(want, FAR);
	near_to(guest_tsc(), want.tsc, "TSC after userspace set TSC_ADJUST",
		&r_host);
	vcpu_set_msr(&g.vcpu, MSR_IA32_TSC, FAR / 2);
	want = expect_host_tsc(want, FAR / 2);
	near_to(guest_tsc(), want.tsc, "TSC after userspace set it", &r_host);
	bench_value(&g, vcpu_get_msr(&g.vcpu, MSR_IA32_TSC_ADJUST), want.adjust,
		    "TSC_ADJUST", 0, &r_host);
	TEST_VERDICT(g.ok);
}

static int offset_attr(unsigned long cmd, uint64_t *offset)
{
	struct kvm_device_attr a = {
		.group = KVM_VCPU_TSC_CTRL, .attr = KVM_VCPU_TSC_OFFSET,
		.addr = (uintptr_t)offset,
	};

	return kvm_ioctl(g.vcpu.fd, cmd, &a);
}

TEST_F(tsc, offset)
{
	int has = offset_attr(KVM_HAS_DEVICE_ATTR, NULL);
	uint64_t offset, now;

	/* Without any attribute of vCPUs, and without this one. */
	if (has == -ENOTTY || has == -EINVAL || has == -ENXIO)
		TEST_SKIP("this KVM has no KVM_VCPU_TSC_OFFSET");
	if (has)
		test_stop("KVM_HAS_DEVICE_ATTR: errno %d", -has);
	now = guest_tsc();
	bench_call(&g, offset_attr(KVM_GET_DEVICE_ATTR, &offset), true, 0,
		   "KVM_GET_DEVICE_ATTR", 0, &r_offset);
	offset += FAR;
	bench_call(&g, offset_attr(KVM_SET_DEVICE_ATTR, &offset), true, 0,
		   "KVM_SET_DEVICE_ATTR", offset, &r_offset);
	near_to(guest_tsc(), now + FAR, "TSC after the offset grew", &r_offset);
	TEST_VERDICT(g.ok);
}

static int vcpu_khz(void)
{
	return kvm_ioctl(g.vcpu.fd, KVM_GET_TSC_KHZ, NULL);
}

static void set_khz(int fd, unsigned long khz, int want)
{
	bench_call_as(&g, EVENT_SET_TSC_KHZ,
		      kvm_ioctl(fd, KVM_SET_TSC_KHZ, (void *)khz), !want, want,
		      "KVM_SET_TSC_KHZ", khz, &r_khz);
}

static void is_scaled(uint64_t got, uint64_t before, uint64_t after,
		      const char *what)
{
	bench_value(&g, expect_tsc_ratio(got, before, after, 2), 1, what, got,
		    &r_scale);
}

/* What the guest and userspace read is twice the host's, and the offset. */
static void runs_twice_as_fast(void)
{
	uint64_t offset, before = __rdtsc(), got;

	if (offset_attr(KVM_GET_DEVICE_ATTR, &offset))
		return;
	got = vcpu_get_msr(&g.vcpu, MSR_IA32_TSC) - offset;
	is_scaled(got, before, __rdtsc(), "KVM_GET_MSRS of a TSC twice as fast");
	before = __rdtsc();
	got = guest_tsc() - offset;
	is_scaled(got, before, __rdtsc(), "RDTSC of a TSC twice as fast");
}

/* Of a VM that has a vCPU, and of one that has none yet. */
static void vm_frequency(int host)
{
	unsigned long khz = 2ul * host;
	int ret = kvm_ioctl(g.vm.fd, KVM_SET_TSC_KHZ, (void *)khz);
	bool late = change_wanted(g.facts->kernel,
				  CHANGE_TSC_KHZ_BEFORE_VCPUS, ret == -EINVAL);
	bool ok;

	bench_call_as(&g, EVENT_SET_TSC_KHZ, ret, !late, -EINVAL,
		      "KVM_SET_TSC_KHZ, late", khz, late ? &r_late : &r_khz);
	/* A new VM begins as ok: what was found before must not be lost. */
	ok = g.ok;
	bench_close(&g);
	bench_open(&g, VM_IRQCHIP);
	g.ok = ok;
	set_khz(g.vm.fd, khz, 0);
	bench_vcpu(&g);
	bench_value_as(&g, EVENT_GET_TSC_KHZ, vcpu_khz(), khz, "KVM_GET_TSC_KHZ of a new vCPU", 0,
		       &r_khz);
}

/* Twice as fast, which every KVM can pretend. */
TEST_F(tsc, frequency)
{
	bool control = kvm_check_cap(g.vm.kvm_fd, KVM_CAP_TSC_CONTROL) > 0;
	int host = vcpu_khz();

	if (host <= 0)
		TEST_SKIP("the host does not know its TSC's frequency");
	set_khz(g.vcpu.fd, 2ul * host, 0);
	bench_value_as(&g, EVENT_GET_TSC_KHZ, vcpu_khz(), 2 * host, "KVM_GET_TSC_KHZ", 0, &r_khz);
	if (control)
		runs_twice_as_fast();
	set_khz(g.vcpu.fd, 0, 0);
	bench_value_as(&g, EVENT_GET_TSC_KHZ, vcpu_khz(), host, "KVM_GET_TSC_KHZ after 0", 0, &r_khz);
	set_khz(g.vcpu.fd, host / 2, control ? 0 : -EINVAL);
	if (kvm_check_cap(g.vm.fd, KVM_CAP_VM_TSC_CONTROL) > 0 || !control)
		vm_frequency(host);
	TEST_VERDICT(g.ok);
}

/* --- with and without TSC_ADJUST in the guest's CPUID -------------------- */

static void tsc_adjust_is(bool moves, bool moved)
{
	static const char * const did[] = { "dropped", "moved the TSC" };
	const struct finding m = {
		.kind = FOUND_EVENT, .event = EVENT_TSC_ADJUST,
		.what = "guest WRMSR 0x3b = 2^60",
		.answer = ANSWER_BOOL, .wanted = moves, .got = moved,
		.wanted_text = did[moves],
		.got_text = did[moved], .rule = RULE_T13,
		.why = "TSC_ADJUST is added to the TSC if CPUID has it, else dropped (SDM vol. 3, 18.17.3)",
		.has_msr = true, .msr = MSR_IA32_TSC_ADJUST,
	};

	if (moves == moved)
		return;
	report_finding(&m);
	g.ok = false;
}

static void write_tsc_adjust(bool has)
{
	const uint64_t far = BIT(60);	/* no guest's TSC runs so far */
	struct probe_request *before, *after;
	struct tsc_pair was = { 0 }, want;

	before = rdtsc();
	probe_wrmsr(&g.probe, MSR_IA32_TSC_ADJUST, far);
	after = rdtsc();
	probe_run(&g.probe);
	was.tsc = probe_value(before);
	want = expect_guest_tsc_adjust(was, far, has);
	tsc_adjust_is(want.tsc - was.tsc >= far,
		      probe_value(after) - was.tsc >= far);
}

TEST_F(tsc, moved_by_tsc_adjust)
{
	int on;

	for (on = 0; on <= 1; on++) {
		bench_feature(&g, F_TSC_ADJUST, on);
		bench_boot(&g, PROBE_LONG);
		write_tsc_adjust(on);
	}
	TEST_VERDICT(g.ok);
}

TEST_MAIN
