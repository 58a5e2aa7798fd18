// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debug registers: values after creation and INIT, what KVM_SET_DEBUGREGS
 * takes, the bits of DR6 that follow guest CPUID, and CR4.DE.
 * SDM vol. 3, 9.1.1 and 17.2.
 */
#include <errno.h>

#include "bench.h"
#include "test.h"
#include "vcpu_init.h"

#define DR6_INIT	0xffff0ff0ull
#define DR7_INIT	0x400ull
#define DR6_ONES	0xfffe07f0ull	/* those of every CPU */
#define DR6_BLD		BIT(11)
#define DR6_RTM		BIT(16)

static struct bench g;

static const struct reason
r_init = { RULE_E23, "DR0-3 are 0, DR6 is 0xffff0ff0, DR7 is 0x400 after RESET and INIT (SDM vol. 3, 9.1.1)" },
r_ioctl = { RULE_E24, "DR6[63:32], DR7[63:32] and unknown flags: EINVAL, else the values are kept (kvm_vcpu_ioctl_x86_set_debugregs())" },
r_same = { RULE_E24, "the guest and KVM_{GET,SET}_DEBUGREGS mean the same registers (KVM api.rst)" },
r_fixed = { RULE_E25, "DR6[16] can be cleared with RTM, DR6[11] with BUS_LOCK_DETECT in guest CPUID, else they are 1 (SDM vol. 3, 17.2.3)" },
r_de = { RULE_E26, "DR4 and DR5 are DR6 and DR7, and #UD with CR4.DE (SDM vol. 3, 17.2.2)" },
r_gd = { RULE_E31, "with DR7.GD an access to a debug register is #DB with DR6.BD, which clears GD (SDM vol. 3, 17.2.4)" },
r_high = { RULE_E27, "bits 63:32 of DR6 and DR7 are reserved: #GP (SDM vol. 3, 17.2.6)" };

BENCH_FIXTURE(debug_regs, &g, VM_IRQCHIP)

static struct kvm_debugregs get_regs(void)
{
	struct kvm_debugregs d;

	memset(&d, 0xa5, sizeof(d));
	if (kvm_ioctl(g.vcpu.fd, KVM_GET_DEBUGREGS, &d))
		test_stop("KVM_GET_DEBUGREGS failed");
	return d;
}

static void is_reset(const char *when)
{
	struct kvm_debugregs d = get_regs();
	unsigned int i;

	for (i = 0; i < 4; i++)
		bench_value(&g, d.db[i], 0, when, i, &r_init);
	bench_value(&g, d.dr6, DR6_INIT, when, 6, &r_init);
	bench_value(&g, d.dr7, DR7_INIT, when, 7, &r_init);
}

static void set(struct kvm_debugregs d, int want, const char *what,
		uint64_t arg)
{
	int ret = kvm_ioctl(g.vcpu.fd, KVM_SET_DEBUGREGS, &d);

	bench_call(&g, ret, !want, want, what, arg, &r_ioctl);
}

static const struct kvm_debugregs some = {
	.db = { 0x1000, 0xffff800000002000, 0x3000, 0x4000 },
	.dr6 = 0xffff4ff1, .dr7 = 0x700,
};

TEST_F(debug_regs, ioctl)
{
	struct kvm_debugregs d = some;

	bench_new_guest(&g);
	is_reset("debug register of a new vCPU");
	d.flags = 1;
	set(d, -EINVAL, "KVM_SET_DEBUGREGS flags", 1);
	d = some;
	d.dr6 |= BIT(32);
	set(d, -EINVAL, "KVM_SET_DEBUGREGS DR6", d.dr6);
	d = some;
	d.dr7 |= BIT(63);
	set(d, -EINVAL, "KVM_SET_DEBUGREGS DR7", d.dr7);
	is_reset("debug register after a refused call");
	set(some, 0, "KVM_SET_DEBUGREGS", 0);
	d = get_regs();
	bench_value(&g, !memcmp(&d, &some, sizeof(d)), 1,
		    "KVM_GET_DEBUGREGS gives what was set", 0, &r_ioctl);
	vcpu_send_init(&g.vcpu);
	is_reset("debug register after INIT");
	TEST_VERDICT(g.ok);
}

/* --- MOV to and from debug registers --------------------------------------- */
static struct probe_request *mov_to(unsigned int dr, uint64_t value)
{
	struct probe_request *r = PROBE_INSN(&g.probe, 0x0f, 0x23,
					     0xc0 | dr << 3);

	r->in.rax = value;
	return r;
}

static struct probe_request *mov_from(unsigned int dr)
{
	return PROBE_INSN(&g.probe, 0x0f, 0x21, 0xc0 | dr << 3);
}

static void writes(unsigned int dr, uint64_t value,
		   const struct reason *rule)
{
	bench_want(&g, mov_to(dr, value), true, "MOV to DR of", value, rule);
}

static void reads(unsigned int dr, uint64_t want, const struct reason *rule)
{
	bench_want(&g, probe_expect_reg(mov_from(dr), REG_EAX, want), true,
		   "MOV from DR", dr, rule);
}

TEST_F(debug_regs, guest)
{
	struct kvm_debugregs d;

	bench_boot(&g, PROBE_LONG);
	set(some, 0, "KVM_SET_DEBUGREGS", 0);
	reads(0, some.db[0], &r_same);
	reads(3, some.db[3], &r_same);
	reads(7, some.dr7, &r_same);
	writes(1, 0x5000, &r_same);
	writes(2, 0x6000, &r_same);
	writes(7, 0x500, &r_same);
	bench_run(&g);
	d = get_regs();
	bench_value(&g, d.db[0], some.db[0], "DR0", 0, &r_same);
	bench_value(&g, d.db[1], 0x5000, "DR1", 1, &r_same);
	bench_value(&g, d.db[2], 0x6000, "DR2", 2, &r_same);
	bench_value(&g, d.dr7, 0x500, "DR7", 7, &r_same);
	TEST_VERDICT(g.ok);
}

/* While userspace debugs the guest, each access comes to KVM. */
static void debug_guest(uint32_t control)
{
	struct kvm_guest_debug dbg = {
		.control = KVM_GUESTDBG_ENABLE | control,
		.arch.debugreg[7] = DR7_INIT,
	};

	if (kvm_ioctl(g.vcpu.fd, KVM_SET_GUEST_DEBUG, &dbg))
		test_stop("KVM_SET_GUEST_DEBUG failed");
}

/* With hardware breakpoints of userspace. */
static void intercept_all(void)
{
	debug_guest(KVM_GUESTDBG_USE_HW_BP);
}

static void fixed_bits(bool rtm, bool bus_lock)
{
	uint64_t want = DR6_ONES;

	bench_reset_list(&g);
	bench_feature(&g, F_RTM, rtm);
	bench_feature(&g, F_BUS_LOCK_DETECT, bus_lock);
	want |= bench_guest_has(&g, F_RTM) ? 0 : DR6_RTM;
	want |= bench_guest_has(&g, F_BUS_LOCK_DETECT) ? 0 : DR6_BLD;
	bench_boot(&g, PROBE_LONG);
	intercept_all();
	writes(6, 0, &r_fixed);
	reads(6, want, &r_fixed);
	writes(0, 0x1234, &r_same);
	reads(0, 0x1234, &r_same);
	writes(7, 0, &r_same);
	reads(7, DR7_INIT, &r_same);
	bench_run(&g);
}

TEST_F(debug_regs, dr6_follows_cpuid)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	fixed_bits(false, false);
	fixed_bits(true, false);
	fixed_bits(false, true);
	TEST_VERDICT(g.ok);
}

static void set_cr4(uint64_t cr4)
{
	bench_want(&g, probe_write_cr(&g.probe, 4, cr4), true, "MOV to CR4 of",
		   cr4, &r_de);
}

/* First by KVM, which then leaves the registers to the guest; and always. */
static void aliases(bool intercepted)
{
	struct kvm_sregs sregs;
	uint64_t cr4;

	bench_boot(&g, PROBE_LONG);
	vcpu_get_sregs(&g.vcpu, &sregs);
	cr4 = sregs.cr4 & ~(CR4_DE | CR4_PSE);
	if (intercepted)
		intercept_all();
	set_cr4(cr4 | CR4_DE);
	bench_want_fault(&g, mov_from(4), UD_VECTOR, "MOV from DR4", 4, &r_de);
	bench_want_fault(&g, mov_to(5, DR7_INIT), UD_VECTOR, "MOV to DR5", 5,
			 &r_de);
	set_cr4(cr4 | CR4_PSE);
	bench_want(&g, mov_from(4), true, "MOV from DR4", 4, &r_de);
	writes(5, DR7_INIT, &r_de);
	set_cr4(cr4);
	reads(5, DR7_INIT, &r_de);
	bench_want(&g, mov_to(7, BIT(32)), false, "MOV to DR7 of", BIT(32),
		   &r_high);
	bench_want(&g, mov_to(6, BIT(63)), false, "MOV to DR6 of", BIT(63),
		   &r_high);
	bench_run(&g);
}

#define DR7_GD		BIT(13)
#define DR6_BD		BIT(13)

/*
 * Set by userspace, so that KVM has not yet left the registers to the guest;
 * it never does while userspace debugs.  Without its breakpoints the #DB is
 * the guest's.
 */
static void general_detect(const char *what, bool debugged,
			   struct probe_request *(*access)(void))
{
	struct kvm_debugregs d = { .dr6 = DR6_INIT, .dr7 = DR7_INIT | DR7_GD };

	bench_boot(&g, PROBE_LONG);
	if (debugged)
		debug_guest(0);
	set(d, 0, "KVM_SET_DEBUGREGS DR7", d.dr7);
	bench_want_fault(&g, access(), DB_VECTOR, what, 0, &r_gd);
	reads(6, DR6_INIT | DR6_BD, &r_gd);
	reads(7, DR7_INIT, &r_gd);
	bench_run(&g);
}

static struct probe_request *read_dr0(void)
{
	return mov_from(0);
}

static struct probe_request *write_dr0(void)
{
	return mov_to(0, 0x1234);
}

TEST_F(debug_regs, general_detect)
{
	TEST_NEEDS(&g, NEED_FAULTS, NEED_GENERAL_DETECT);
	general_detect("MOV from DR", false, read_dr0);
	general_detect("MOV to DR", false, write_dr0);
	general_detect("MOV from DR, debugged,", true, read_dr0);
	general_detect("MOV to DR, debugged,", true, write_dr0);
	TEST_VERDICT(g.ok);
}

TEST_F(debug_regs, aliases)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	aliases(false);
	aliases(true);
	TEST_VERDICT(g.ok);
}

TEST_MAIN
