// SPDX-License-Identifier: GPL-2.0-only
/*
 * Userspace decides on MSR accesses: KVM_CAP_X86_USER_SPACE_MSR hands it those
 * that KVM would refuse, KVM_X86_SET_MSR_FILTER makes KVM refuse more.  A
 * refused access that userspace did not ask for is #GP, as ever.
 * Documentation/virt/kvm/api.rst: 4.97, 5 (KVM_EXIT_X86_RDMSR), 7.21.
 */
#include <errno.h>

#include "backport.h"
#include "bench.h"
#include "test.h"

#define INVAL		KVM_MSR_EXIT_REASON_INVAL
#define UNKNOWN		KVM_MSR_EXIT_REASON_UNKNOWN
#define FILTER		KVM_MSR_EXIT_REASON_FILTER
#define ALL_REASONS	(INVAL | UNKNOWN | FILTER)
#define FILTER_READ	KVM_MSR_FILTER_READ
#define FILTER_WRITE	KVM_MSR_FILTER_WRITE
#define FILTER_BOTH	(FILTER_READ | FILTER_WRITE)

#define MSR_NOBODYS	0x4b564d80	/* in KVM's own range, not in use */
#define MSR_NOBODYS2	0xff		/* in the range of the CPU's bitmap */
#define PAT_VALUE	0x0007040600070406
#define PAT_BAD		0x0007040600070402
#define ANSWER		0x8123456789abcdef

static struct bench g;

static const struct reason
r_mask = { RULE_U10, "KVM_CAP_X86_USER_SPACE_MSR takes the three reasons there are, and no other bit; a refused mask changes nothing (KVM api.rst, 7.21)" },
r_exit = { RULE_U11, "an access that KVM refuses for one of the reasons asked for leaves to userspace, any other is #GP (KVM api.rst, 7.21)" },
r_told = { RULE_U12, "userspace is told the MSR, why it was refused, and what the guest would write (KVM api.rst, KVM_EXIT_X86_RDMSR)" },
r_answer = { RULE_U13, "the guest gets what userspace answers: the value, or #GP for an error (KVM api.rst, KVM_EXIT_X86_RDMSR)" },
r_filter = { RULE_U14, "the filter decides by the first range of this access, else by its default (KVM api.rst, 4.97)" },
r_x2apic = { RULE_U15, "x2APIC MSRs, 0x800 to 0x8ff, cannot be filtered (KVM api.rst, 4.97)" },
r_shape = { RULE_U16, "KVM_X86_SET_MSR_FILTER: no unknown flags, a range has a direction and at most 0x600 bytes of bitmap, nothing can be denied by default alone; what is refused changes nothing (KVM api.rst, 4.97)" },
r_host = { RULE_U17, "the filter is for the guest: userspace reads and writes as ever (KVM api.rst, 4.97)" };

/* --- what comes out ---------------------------------------------------- */
/* By request of the batch; reason 0 for one that must not leave. */
static struct user_exit {
	uint32_t reason;
	uint32_t msr;
	bool write;
	uint64_t data;
	bool refuse;
	bool seen;
} exits[BENCH_NOTES];

static bool is_msr_exit(const struct kvm_run *run)
{
	return run->exit_reason == KVM_EXIT_X86_RDMSR ||
	       run->exit_reason == KVM_EXIT_X86_WRMSR;
}

static void judge_exit(const struct kvm_run *run, const struct user_exit *e)
{
	uint32_t kind = e->write ? KVM_EXIT_X86_WRMSR : KVM_EXIT_X86_RDMSR;
	uint32_t msr = run->msr.index;
	unsigned int i;

	bench_value_as(&g, EVENT_USER_EXIT_REASON, run->msr.reason, e->reason,
		       "reason of the exit for MSR", msr, &r_told);
	if (!e->reason)
		return;
	bench_value(&g, msr, e->msr, "MSR of the exit for", e->msr, &r_told);
	bench_value(&g, run->exit_reason, kind, "exit for MSR", msr, &r_told);
	bench_value(&g, run->msr.data, e->data, "data of the exit for MSR",
		    msr, &r_told);
	bench_value(&g, run->msr.error, 0, "error of the exit for MSR", msr,
		    &r_told);
	for (i = 0; i < ARRAY_SIZE(run->msr.pad); i++)
		bench_value(&g, run->msr.pad[i], 0,
			    "padding of the exit for MSR", msr, &r_told);
}

static void serve_exit(struct kvm_run *run)
{
	struct user_exit *e = &exits[g.probe.hdr->done];

	judge_exit(run, e);
	e->seen = true;
	run->msr.data = ANSWER;
	/* Padding is KVM's to clear. */
	memset(run->msr.pad, 0xff, sizeof(run->msr.pad));
	run->msr.error = e->refuse;
}

static void judge_missing(uint32_t nr)
{
	uint32_t i;

	for (i = 0; i < nr; i++)
		if (exits[i].reason && !exits[i].seen)
			bench_value_as(&g, EVENT_USER_EXIT_REASON, 0,
				       exits[i].reason,
				       "reason of the exit for MSR", exits[i].msr,
				       &r_exit);
}

static void run_batch(void)
{
	struct probe_header *h = g.probe.hdr;
	struct kvm_run *run = g.vcpu.run;
	uint32_t left = h->nr + 1;
	char why[160];
	int ret;

	h->done = 0;
	do {
		ret = __vcpu_run(&g.vcpu, 0);
		if (!ret && is_msr_exit(run))
			serve_exit(run);
	} while (!ret && is_msr_exit(run) && left--);
	vcpu_explain(&g.vcpu, ret, why, sizeof(why));
	if (ret || h->done != h->nr)
		test_stop_run(probe_end(&g.probe, ret),
			      "guest run: %s; %u of %u requests answered", why,
			      h->done, h->nr);
	judge_missing(h->nr);
	bench_judge(&g);
	memset(exits, 0, sizeof(exits));
}

/* --- what the guest does ------------------------------------------------ */
static struct probe_request *access_msr(uint32_t msr, bool write, uint64_t value)
{
	return write ? probe_wrmsr(&g.probe, msr, value) :
		       probe_rdmsr(&g.probe, msr);
}

static const char *what_of(bool write)
{
	return write ? "WRMSR" : "RDMSR";
}

/* Stays in the guest: done, or #GP. */
static struct probe_request *stays(uint32_t msr, bool write, uint64_t value,
				   bool ok, const struct reason *rule)
{
	return bench_want(&g, access_msr(msr, write, value), ok,
			  what_of(write), msr, rule);
}

/* Leaves, and userspace answers. */
static void leaves(uint32_t msr, bool write, uint64_t value, uint32_t reason,
		   bool refuse)
{
	struct probe_request *r = access_msr(msr, write, value);

	exits[g.probe.hdr->nr - 1] = (struct user_exit){
		reason, msr, write, write ? value : 0, refuse, false
	};
	bench_want(&g, r, !refuse, what_of(write), msr, &r_answer);
	if (write || refuse)
		return;
	probe_expect_reg(r, REG_EAX, (uint32_t)ANSWER);
	probe_expect_reg(r, REG_EDX, ANSWER >> 32);
}

/* Refused by KVM: comes out if this reason was asked for. */
static void refused(uint32_t msr, bool write, uint64_t value, uint32_t reason,
		    uint32_t mask)
{
	if (!(mask & reason)) {
		stays(msr, write, value, false, &r_exit);
		return;
	}
	leaves(msr, write, value, reason, false);
	leaves(msr, write, value, reason, true);
}

static void reads_as(uint32_t msr, uint64_t want, const struct reason *rule)
{
	struct probe_request *r = probe_rdmsr_is(&g.probe, msr, want);

	bench_want(&g, r, true, "RDMSR", msr, rule);
}

/* --- filters ------------------------------------------------------------- */
static int set_filter(const struct kvm_msr_filter *f)
{
	return kvm_ioctl(g.vm.fd, KVM_X86_SET_MSR_FILTER, (void *)f);
}

static void must_set_filter(const struct kvm_msr_filter *f)
{
	bench_call(&g, set_filter(f), true, 0, "KVM_X86_SET_MSR_FILTER flags",
		   f->flags, &r_shape);
}

static void no_filter(void)
{
	struct kvm_msr_filter f = { .flags = KVM_MSR_FILTER_DEFAULT_ALLOW };

	must_set_filter(&f);
}

static uint8_t none[8], all[16] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
};

static struct kvm_msr_filter_range range(uint32_t flags, uint32_t base,
					 uint32_t nmsrs, uint8_t *bitmap)
{
	return (struct kvm_msr_filter_range){
		.flags = flags, .base = base, .nmsrs = nmsrs, .bitmap = bitmap,
	};
}

/* All but one MSR as ever. */
static void deny_one(uint32_t msr)
{
	struct kvm_msr_filter f = { .flags = KVM_MSR_FILTER_DEFAULT_ALLOW };

	f.ranges[0] = range(FILTER_BOTH, msr, 1, none);
	must_set_filter(&f);
}

FIXTURE(user_msr) { };

FIXTURE_SETUP(user_msr)
{
	bench_open(&g, VM_IRQCHIP);
	memset(exits, 0, sizeof(exits));
}

FIXTURE_TEARDOWN(user_msr)
{
	bench_close(&g);
}

/* --- the capability ------------------------------------------------------ */
static void ask_for(uint64_t mask, bool ok)
{
	bench_call(&g, __vm_enable_cap(&g.vm, KVM_CAP_X86_USER_SPACE_MSR, mask),
		   ok, -EINVAL, "KVM_CAP_X86_USER_SPACE_MSR mask", mask,
		   &r_mask);
}

TEST_F(user_msr, mask)
{
	unsigned int bit;

	TEST_NEEDS(&g, NEED_FAULTS, NEED_REFUSED_MSRS);
	bench_value(&g, kvm_check_cap(g.vm.fd, KVM_CAP_X86_USER_SPACE_MSR), 1,
		    "KVM_CHECK_EXTENSION", KVM_CAP_X86_USER_SPACE_MSR, &r_mask);
	bench_value(&g, kvm_check_cap(g.vm.fd, KVM_CAP_X86_MSR_FILTER), 1,
		    "KVM_CHECK_EXTENSION", KVM_CAP_X86_MSR_FILTER, &r_mask);
	bench_boot(&g, PROBE_LONG);
	ask_for(UNKNOWN, true);
	for (bit = 3; bit < 64; bit++)
		ask_for(INVAL | 1ull << bit, false);
	refused(MSR_NOBODYS, false, 0, UNKNOWN, UNKNOWN);
	refused(MSR_IA32_CR_PAT, true, PAT_BAD, INVAL, UNKNOWN);
	run_batch();
	TEST_VERDICT(g.ok);
}

/* Each kind of refusal under each mask. */
static void sweep_mask(uint32_t mask)
{
	ask_for(mask, true);
	refused(MSR_NOBODYS, false, 0, UNKNOWN, mask);
	refused(MSR_NOBODYS, true, ~ANSWER, UNKNOWN, mask);
	refused(MSR_NOBODYS2, false, 0, UNKNOWN, mask);
	refused(MSR_NOBODYS2, true, 1, UNKNOWN, mask);
	refused(MSR_X2APIC_VERSION, false, 0, INVAL, mask);
	refused(MSR_IA32_CR_PAT, true, PAT_BAD, INVAL, mask);
	refused(MSR_KERNEL_GS_BASE, false, 0, FILTER, mask);
	refused(MSR_KERNEL_GS_BASE, true, 0x1234, FILTER, mask);
	stays(MSR_IA32_CR_PAT, true, PAT_VALUE, true, &r_exit);
	reads_as(MSR_IA32_CR_PAT, PAT_VALUE, &r_exit);
	run_batch();
}

TEST_F(user_msr, reasons)
{
	uint32_t mask;

	TEST_NEEDS(&g, NEED_FAULTS, NEED_REFUSED_MSRS);
	bench_boot(&g, PROBE_LONG);
	vcpu_set_msr(&g.vcpu, MSR_KERNEL_GS_BASE, 0x5678);
	deny_one(MSR_KERNEL_GS_BASE);
	for (mask = 0; mask <= ALL_REASONS; mask++)
		sweep_mask(mask);
	bench_value(&g, vcpu_get_msr(&g.vcpu, MSR_KERNEL_GS_BASE), 0x5678,
		    "KERNEL_GS_BASE after what only userspace saw", 0, &r_exit);
	TEST_VERDICT(g.ok);
}

/*
 * MSRs that the model lacks: what they are called has a reason, too.  Before
 * 6.12 nothing but the number of the release tells what a PV MSR is called.
 */
static bool names_are_known(uint32_t kernel)
{
	return kernel_has(kernel, CHANGE_PV_MSR_UNSUPPORTED) ||
	       kernel_has(kernel, CHANGE_LISTED_MSRS_READ_0);
}

/* Where userspace reads 0 from a hidden PV MSR, it is "unsupported". */
static uint32_t pv_reason(void)
{
	uint64_t value;
	bool reads = __vcpu_get_msr(&g.vcpu, 0x4b564d00, &value) == 1;

	return change_wanted(g.facts->kernel, CHANGE_PV_MSR_UNSUPPORTED,
			     reads) ? UNKNOWN : INVAL;
}

static const uint32_t pv_msrs[] = {
	0x11, 0x12, 0x4b564d00, 0x4b564d01, 0x4b564d02, 0x4b564d03,
	0x4b564d04, 0x4b564d05, 0x4b564d06, 0x4b564d07,
};

static void boot_hidden(void)
{

	bench_feature(&g, F_RDTSCP, false);
	bench_feature(&g, F_RDPID, false);
	bench_entry(&g, 0x40000001)->eax = 0;
	bench_vcpu(&g);
	vcpu_enable_cap(&g.vcpu, KVM_CAP_ENFORCE_PV_FEATURE_CPUID, 1);
	bench_install(&g);
	probe_load(&g.vm);
	probe_start(&g.probe, &g.vcpu, PROBE_LONG);
}

TEST_F(user_msr, hidden)
{
	unsigned int i;
	uint32_t reason;

	TEST_NEEDS(&g, NEED_FAULTS, NEED_REFUSED_MSRS);
	if (!names_are_known(g.facts->kernel))
		TEST_SKIP("not known what this kernel calls a hidden MSR");
	boot_hidden();
	reason = pv_reason();
	ask_for(ALL_REASONS, true);
	refused(MSR_TSC_AUX, false, 0, INVAL, ALL_REASONS);
	refused(MSR_TSC_AUX, true, 0, INVAL, ALL_REASONS);
	for (i = 0; i < ARRAY_SIZE(pv_msrs); i++) {
		leaves(pv_msrs[i], false, 0, reason, false);
		leaves(pv_msrs[i], true, 0, reason, false);
	}
	run_batch();
	deny_one(MSR_TSC_AUX);
	refused(MSR_TSC_AUX, false, 0, FILTER, ALL_REASONS);
	refused(MSR_TSC_AUX, true, 0, FILTER, ALL_REASONS);
	run_batch();
	TEST_VERDICT(g.ok);
}

/* --- the filter ----------------------------------------------------------- */
/* What api.rst says of an access. */
static bool allows(const struct kvm_msr_filter *f, uint32_t msr,
		   uint32_t direction)
{
	unsigned int i;

	if (msr >= 0x800 && msr <= 0x8ff)
		return true;
	for (i = 0; i < ARRAY_SIZE(f->ranges); i++) {
		const struct kvm_msr_filter_range *r = &f->ranges[i];
		uint32_t n = msr - r->base;

		if (r->flags & direction && n < r->nmsrs)
			return r->bitmap[n / 8] >> n % 8 & 1;
	}
	return !(f->flags & KVM_MSR_FILTER_DEFAULT_DENY);
}

/* One that nobody has leaves as unknown, unless the filter is first. */
static void try_filter(const struct kvm_msr_filter *f, uint32_t msr)
{
	unsigned int write;

	for (write = 0; write < 2; write++) {
		bool ok = allows(f, msr, write ? FILTER_WRITE : FILTER_READ);

		leaves(msr, write, 5, ok ? UNKNOWN : FILTER, false);
	}
}

static void filter_is(const struct kvm_msr_filter *f)
{
	static const uint32_t around[] = {
		0, 1, 2, 3, 7, 8, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72,
	};
	unsigned int i;

	must_set_filter(f);
	for (i = 0; i < ARRAY_SIZE(around); i++)
		try_filter(f, MSR_NOBODYS - 64 + around[i]);
	run_batch();
}

/* Allowed every other one of 66 MSRs; a range inside has another word. */
static void make_filter(struct kvm_msr_filter *f, uint32_t flags,
			uint32_t first, uint32_t second, uint32_t direction)
{
	static uint8_t every_other[16];

	memset(every_other, 0x55, 8);
	memset(every_other + 8, 0xaa, 8);
	memset(f, 0, sizeof(*f));
	f->flags = flags;
	f->ranges[first] = range(direction, MSR_NOBODYS - 63, 66, every_other);
	f->ranges[second] = range(FILTER_BOTH, MSR_NOBODYS, 8,
				  flags ? all : none);
}

TEST_F(user_msr, filter_ranges)
{
	struct kvm_msr_filter f;
	uint32_t direction;

	TEST_NEEDS(&g, NEED_FAULTS, NEED_REFUSED_MSRS);
	bench_boot(&g, PROBE_LONG);
	ask_for(ALL_REASONS, true);
	for (direction = 1; direction <= FILTER_BOTH; direction++) {
		make_filter(&f, KVM_MSR_FILTER_DEFAULT_ALLOW, 0, 1, direction);
		filter_is(&f);
		/* Ranges without MSRs in between, and the last of all. */
		make_filter(&f, KVM_MSR_FILTER_DEFAULT_ALLOW, 3, 15, direction);
		filter_is(&f);
	}
	TEST_VERDICT(g.ok);
}

/* Denied by default: all MSRs that the guest touches are in the batch. */
TEST_F(user_msr, filter_default_deny)
{
	struct kvm_msr_filter f;

	TEST_NEEDS(&g, NEED_FAULTS, NEED_REFUSED_MSRS);
	bench_boot(&g, PROBE_LONG);
	ask_for(ALL_REASONS, true);
	make_filter(&f, KVM_MSR_FILTER_DEFAULT_DENY, 0, 1, FILTER_READ);
	filter_is(&f);
	make_filter(&f, KVM_MSR_FILTER_DEFAULT_DENY, 9, 2, FILTER_WRITE);
	filter_is(&f);
	leaves(MSR_KERNEL_GS_BASE, false, 0, FILTER, false);
	leaves(MSR_KERNEL_GS_BASE, true, 1, FILTER, false);
	leaves(MSR_IA32_CR_PAT, true, PAT_BAD, FILTER, true);
	run_batch();
	TEST_VERDICT(g.ok);
}

TEST_F(user_msr, filter_x2apic)
{
	struct kvm_msr_filter f = { .flags = KVM_MSR_FILTER_DEFAULT_ALLOW };
	static uint8_t zero[64];

	TEST_NEEDS(&g, NEED_FAULTS, NEED_REFUSED_MSRS);
	bench_boot(&g, PROBE_LONG);
	ask_for(UNKNOWN | FILTER, true);
	f.ranges[0] = range(FILTER_BOTH, 0x700, 0x200, zero);
	must_set_filter(&f);
	f.ranges[1] = range(FILTER_BOTH, 0x900, 0x10, zero);
	must_set_filter(&f);
	leaves(0x7ff, false, 0, FILTER, false);
	leaves(0x900, true, 0, FILTER, false);
	/* Of xAPIC mode: refused, but by nobody's filter. */
	stays(0x800, false, 0, false, &r_x2apic);
	stays(0x802, true, 0, false, &r_x2apic);
	stays(0x8ff, false, 0, false, &r_x2apic);
	run_batch();
	vcpu_set_msr(&g.vcpu, 0x1b, vcpu_get_msr(&g.vcpu, 0x1b) | 0xc00);
	stays(0x803, false, 0, true, &r_x2apic);
	stays(0x808, true, 0, true, &r_x2apic);
	run_batch();
	TEST_VERDICT(g.ok);
}

/* One filter for all vCPUs, at once; without the capability a #GP. */
TEST_F(user_msr, filter_takes_effect)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	bench_boot(&g, PROBE_LONG);
	stays(MSR_KERNEL_GS_BASE, true, 0x1111, true, &r_filter);
	reads_as(MSR_KERNEL_GS_BASE, 0x1111, &r_filter);
	run_batch();
	deny_one(MSR_KERNEL_GS_BASE);
	stays(MSR_KERNEL_GS_BASE, true, 0x2222, false, &r_filter);
	stays(MSR_KERNEL_GS_BASE, false, 0, false, &r_filter);
	run_batch();
	bench_value(&g, vcpu_get_msr(&g.vcpu, MSR_KERNEL_GS_BASE), 0x1111,
		    "KVM_GET_MSRS of a filtered MSR", MSR_KERNEL_GS_BASE, &r_host);
	bench_set_msr(&g, MSR_KERNEL_GS_BASE, 0x3333, true, &r_host);
	no_filter();
	reads_as(MSR_KERNEL_GS_BASE, 0x3333, &r_filter);
	run_batch();
	deny_one(MSR_KERNEL_GS_BASE);
	bench_boot(&g, PROBE_LONG);	/* another vCPU of the same VM */
	stays(MSR_KERNEL_GS_BASE, true, 0x4444, false, &r_filter);
	stays(MSR_KERNEL_GS_BASE, false, 0, false, &r_filter);
	run_batch();
	TEST_VERDICT(g.ok);
}

/* Reads alone are filtered, or writes alone, where no exit is needed else. */
static void one_direction(uint32_t direction)
{
	struct kvm_msr_filter f = { .flags = KVM_MSR_FILTER_DEFAULT_ALLOW };

	f.ranges[0] = range(direction, MSR_KERNEL_GS_BASE - 1, 3, none);
	f.ranges[0].bitmap = (uint8_t []){ 5, 0, 0, 0, 0, 0, 0, 0 };
	must_set_filter(&f);
	stays(MSR_KERNEL_GS_BASE, true, direction, direction == FILTER_READ,
	      &r_filter);
	stays(MSR_KERNEL_GS_BASE, false, 0, direction == FILTER_WRITE, &r_filter);
	run_batch();
}

TEST_F(user_msr, filter_one_direction)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	bench_boot(&g, PROBE_LONG);
	one_direction(FILTER_READ);
	one_direction(FILTER_WRITE);
	one_direction(FILTER_READ);
	TEST_VERDICT(g.ok);
}

/* --- what is no filter ------------------------------------------------------ */
static void bad_filter(const struct kvm_msr_filter *f, int error,
		       const char *what, uint64_t arg)
{
	bench_call(&g, set_filter(f), false, error, what, arg, &r_shape);
}

static void bad_ranges(struct kvm_msr_filter *f)
{
	struct kvm_msr_filter_range *last = &f->ranges[15];
	static uint8_t big[0x608];
	unsigned int bit;

	*last = range(0, MSR_IA32_CR_PAT, 1, none);
	bad_filter(f, -EINVAL, "range without a direction, of MSR", MSR_IA32_CR_PAT);
	for (bit = 2; bit < 32; bit++) {
		last->flags = FILTER_READ | 1u << bit;
		bad_filter(f, -EINVAL, "range with flags", last->flags);
	}
	*last = range(FILTER_READ, 0, 0x600 * 8 + 1, big);
	bad_filter(f, -EINVAL, "range of so many MSRs", last->nmsrs);
	last->nmsrs = ~0u;
	bad_filter(f, -EINVAL, "range of so many MSRs", last->nmsrs);
	*last = range(FILTER_READ, MSR_IA32_CR_PAT, 64, (void *)1);
	bad_filter(f, -EFAULT, "range with a bitmap at address", 1);
}

TEST_F(user_msr, filter_refused)
{
	struct kvm_msr_filter f = { .flags = KVM_MSR_FILTER_DEFAULT_DENY };
	unsigned int bit;

	TEST_NEEDS(&g, NEED_FAULTS);
	bench_boot(&g, PROBE_LONG);
	deny_one(MSR_KERNEL_GS_BASE);
	bad_filter(&f, -EINVAL, "deny by default, without ranges", 0);
	for (bit = 1; bit < 32; bit++) {
		f.flags = 1u << bit;
		bad_filter(&f, -EINVAL, "filter with flags", f.flags);
	}
	f.flags = 0;
	bad_ranges(&f);
	bad_filter((void *)1, -EFAULT, "a filter at address", 1);
	stays(MSR_KERNEL_GS_BASE, false, 0, false, &r_shape);
	stays(MSR_IA32_CR_PAT, false, 0, true, &r_shape);
	run_batch();
	TEST_VERDICT(g.ok);
}

TEST_F(user_msr, filter_accepted)
{
	struct kvm_msr_filter f = { .flags = KVM_MSR_FILTER_DEFAULT_ALLOW };
	static uint8_t big[0x600];

	TEST_NEEDS(&g, NEED_FAULTS);
	bench_boot(&g, PROBE_LONG);
	/* Of a range without MSRs nothing else counts. */
	f.ranges[0] = range(~0u, MSR_IA32_CR_PAT, 0, (void *)1);
	f.ranges[1] = range(0, MSR_IA32_CR_PAT, 0, NULL);
	f.ranges[2] = range(FILTER_BOTH, 0xc0000000, 0x600 * 8, big);
	must_set_filter(&f);
	stays(MSR_KERNEL_GS_BASE, false, 0, false, &r_filter);
	stays(MSR_IA32_CR_PAT, false, 0, true, &r_filter);
	run_batch();
	TEST_VERDICT(g.ok);
}

TEST_MAIN
