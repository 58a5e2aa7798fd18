// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of the local APIC that the APIC id and the mode decide: ids in
 * x2APIC mode and in KVM_GET_LAPIC, ICR and SELF_IPI, which registers there
 * are; and CR8.  SDM vol. 3, 10.12 and 10.8.6.
 */
#include <errno.h>

#include "bench.h"
#include "expect_apic.h"
#include "test.h"

#define APIC_XAPIC	0xfee00800ull
#define APIC_X2APIC	0xfee00c00ull
#define X2(reg)		(0x800 + ((reg) >> 4))
#define REG_ID		0x20
#define REG_TPR		0x80
#define REG_LDR		0xd0
#define REG_SPIV	0xf0
#define REG_ESR		0x280
#define REG_ICR		0x300
#define REG_ICR2	0x310
#define REG_TMCCT	0x390
#define REG_LVTT	0x320
#define REG_TMICT	0x380
#define REG_TDCR	0x3e0
#define REG_SELF_IPI	0x3f0
#define REG_IRR		0x200
#define VECTOR		0x31
/* Bits that make another interrupt of it: shorthand, and trigger mode. */
#define ICR_SENDS	(BIT(15) | BIT(18) | BIT(19))
#define NOBODY		(0xfeull << 32)	/* destination: no such APIC */

static struct bench g;

static const struct reason
r_id = { RULE_A39, "x2APIC id: the vCPU's id; logical id: cluster id[31:4], bit id[3:0] (SDM vol. 3, 10.12.10)" },
r_format = { RULE_A40, "KVM_{GET,SET}_LAPIC in x2APIC mode: the id in bits 31:24, all 32 bits with KVM_X2APIC_API_USE_32BIT_IDS (KVM api.rst, 7.7)" },
r_icr = { RULE_A41, "x2APIC ICR: one register of 64 bits, reserved are 31:20, 17:16 and 13 (SDM vol. 3, 10.12.9)" },
r_self = { RULE_A41, "SELF_IPI: write-only, bits 7:0 alone (SDM vol. 3, 10.12.11)" },
r_exist = { RULE_A42, "which registers exist in x2APIC mode, and may be read (SDM vol. 3, table 10-6)" },
r_timer = { RULE_A37, "writes of IA32_TSC_DEADLINE are ignored in one-shot mode (SDM vol. 3, 10.5.4.1)" },
r_cr8 = { RULE_A43, "CR8 is TPR[7:4], its other bits are reserved (SDM vol. 3, 10.8.6)" };

FIXTURE(lapic) { };

FIXTURE_SETUP(lapic)
{
	bench_open(&g, VM_IRQCHIP);
	bench_feature(&g, F_X2APIC, true);
}

FIXTURE_TEARDOWN(lapic)
{
	bench_close(&g);
}

static void boot_x2apic(uint32_t id)
{
	g.next_id = id;
	bench_boot(&g, PROBE_LONG);
	bench_set_msr(&g, MSR_IA32_APICBASE, APIC_X2APIC | (id ? 0 : BIT(8)), true,
		      &r_id);
}

static void reads(uint32_t reg, uint64_t want, const struct reason *rule)
{
	bench_want(&g, probe_rdmsr_is(&g.probe, X2(reg), want), true, "RDMSR",
		   X2(reg), rule);
}

static void writes(uint32_t reg, uint64_t value, bool ok,
		   const struct reason *rule)
{
	bench_want(&g, probe_wrmsr(&g.probe, X2(reg), value), ok, "WRMSR of",
		   value, rule);
}

static struct kvm_lapic_state get_lapic(void)
{
	struct kvm_lapic_state s;

	vcpu_get_lapic(&g.vcpu, &s);
	return s;
}

static void guest_reads_ids(uint32_t id)
{
	reads(REG_ID, id, &r_id);
	reads(REG_LDR, expect_x2apic_ldr(id), &r_id);
	bench_run(&g);
}

TEST_F(lapic, ids)
{
	struct kvm_lapic_state s;

	boot_x2apic(35);
	guest_reads_ids(35);
	s = get_lapic();
	bench_value(&g, lapic_reg(&s, REG_ID), expect_lapic_id(35, false),
		    "APIC id", 35, &r_format);
	bench_value(&g, lapic_reg(&s, REG_LDR), expect_x2apic_ldr(35),
		    "logical id", 35, &r_id);
	lapic_set_reg(&s, REG_LDR, 0x1234);
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_SET_LAPIC, &s), true, 0,
		   "KVM_SET_LAPIC", 35, &r_format);
	guest_reads_ids(35);
	TEST_VERDICT(g.ok);
}

TEST_F(lapic, ids_of_32_bits)
{
	struct kvm_lapic_state s;

	vm_enable_cap(&g.vm, KVM_CAP_X2APIC_API, KVM_X2APIC_API_USE_32BIT_IDS);
	boot_x2apic(35);
	s = get_lapic();
	bench_value(&g, lapic_reg(&s, REG_ID), expect_lapic_id(35, true),
		    "APIC id", 35, &r_format);
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_SET_LAPIC, &s), true, 0,
		   "KVM_SET_LAPIC", 35, &r_format);
	lapic_set_reg(&s, REG_ID, 34);
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_SET_LAPIC, &s), false, -EINVAL,
		   "KVM_SET_LAPIC of another id", 34, &r_format);
	bench_call(&g, __vm_enable_cap(&g.vm, KVM_CAP_X2APIC_API, 1ull << 63),
		   false, -EINVAL, "KVM_CAP_X2APIC_API", 1ull << 63, &r_format);
	TEST_VERDICT(g.ok);
}

static bool irr_has(unsigned int vector)
{
	return vcpu_lapic_reg(&g.vcpu, REG_IRR + vector / 32 * 16) >> vector % 32 & 1;
}

static void write_icr(uint64_t icr)
{
	bool valid = expect_x2apic_icr_valid(icr);

	writes(REG_ICR, icr, valid, &r_icr);
	if (valid)
		reads(REG_ICR, expect_x2apic_icr(icr), &r_icr);
}

/* Delivery status, bit 12, is not reserved, and never set. */
TEST_F(lapic, icr)
{
	struct kvm_lapic_state s;
	unsigned int bit;

	TEST_NEEDS(&g, NEED_FAULTS);
	boot_x2apic(0);
	writes(REG_SPIV, 0x1ff, true, &r_icr);
	for (bit = 12; bit < 32; bit++)
		if (!(BIT(bit) & ICR_SENDS))
			write_icr(NOBODY | BIT(bit) | VECTOR);
	write_icr(NOBODY | BIT(12) | BIT(14) | VECTOR);
	bench_run(&g);
	bench_value(&g, irr_has(VECTOR), 0, "interrupt pending", VECTOR, &r_icr);
	s = get_lapic();
	bench_value(&g, lapic_reg(&s, REG_ICR2), 0xfe, "ICR2 in KVM_GET_LAPIC", 0,
		    &r_icr);
	TEST_VERDICT(g.ok);
}

static void self_ipi(uint64_t value)
{
	bool valid = expect_self_ipi_valid(value);

	writes(REG_SELF_IPI, value, valid, &r_self);
	bench_run(&g);
	bench_value(&g, irr_has(VECTOR), valid, "interrupt pending", VECTOR,
		    &r_self);
}

TEST_F(lapic, self_ipi)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	boot_x2apic(0);
	writes(REG_SPIV, 0x1ff, true, &r_icr);
	self_ipi(BIT(8) | VECTOR);
	self_ipi(BIT(32) | VECTOR);
	self_ipi(VECTOR);
	TEST_VERDICT(g.ok);
}

/* KVM looks at 0 before a write: only what no value may be written to. */
static void access_x2apic(uint32_t reg)
{
	bool read = expect_x2apic_readable(reg, false);

	bench_want(&g, probe_rdmsr(&g.probe, X2(reg)), read, "RDMSR", X2(reg),
		   &r_exist);
	if (!expect_x2apic_writable(reg, false))
		bench_want(&g, probe_wrmsr(&g.probe, X2(reg), 0), false,
			   "WRMSR", X2(reg), &r_exist);
}

TEST_F(lapic, x2apic_registers)
{
	uint32_t reg;

	TEST_NEEDS(&g, NEED_FAULTS);
	boot_x2apic(0);
	for (reg = 0; reg < 0x1000; reg += 16) {
		access_x2apic(reg);
		if (reg % 0x400 == 0x3f0)
			bench_run(&g);
	}
	reads(REG_TMCCT, 0, &r_exist);
	writes(REG_ESR, 1, false, &r_exist);
	writes(REG_ESR, 0, true, &r_exist);
	writes(REG_SPIV, 0x3ff, true, &r_exist);
	reads(REG_SPIV, 0x3ff, &r_exist);
	writes(REG_TPR, BIT(32), false, &r_exist);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- timer --------------------------------------------------------------- */
#define DELAY	64

static struct probe_request *current_count(void)
{
	return probe_rdmsr(&g.probe, X2(REG_TMCCT));
}

TEST_F(lapic, deadline_in_other_modes)
{
	struct probe_request *before, *after;
	unsigned int i;

	boot_x2apic(0);
	writes(REG_SPIV, 0x1ff, true, &r_timer);
	writes(REG_TDCR, 0xb, true, &r_timer);
	writes(REG_LVTT, BIT(16) | VECTOR, true, &r_timer);
	writes(REG_TMICT, ~0u, true, &r_timer);
	for (i = 0; i < DELAY; i++)
		current_count();
	before = current_count();
	probe_wrmsr(&g.probe, MSR_IA32_TSC_DEADLINE, ~0ull >> 2);
	after = current_count();
	probe_run(&g.probe);
	bench_value(&g, probe_value(after) <= probe_value(before), 1,
		    "the timer runs on after a write of TSC_DEADLINE",
		    probe_value(before), &r_timer);
	bench_value(&g, vcpu_get_msr(&g.vcpu, MSR_IA32_TSC_DEADLINE), 0,
		    "TSC_DEADLINE in one-shot mode", 0, &r_timer);
	TEST_VERDICT(g.ok);
}

/* --- CR8 ----------------------------------------------------------------- */
static void to_cr8(uint64_t value)
{
	struct probe_request *r = PROBE_INSN(&g.probe, 0x44, 0x0f, 0x22, 0xc0);

	r->in.rax = value;
	bench_want(&g, r, expect_cr8_valid(value), "MOV to CR8 of", value, &r_cr8);
}

static void from_cr8(uint64_t want)
{
	struct probe_request *r = PROBE_INSN(&g.probe, 0x44, 0x0f, 0x20, 0xc0);

	bench_want(&g, probe_expect_reg(r, REG_EAX, want), true,
		   "MOV from CR8", want, &r_cr8);
}

TEST_F(lapic, cr8)
{
	struct kvm_lapic_state s;

	TEST_NEEDS(&g, NEED_FAULTS);
	bench_boot(&g, PROBE_LONG);
	to_cr8(15);
	from_cr8(15);
	/* QEMU's TCG keeps the guest's CR8 itself, and ignores the others. */
	if (!bench_host_is_tcg(&g)) {
		to_cr8(16);
		to_cr8(BIT(32));
	}
	bench_run(&g);
	s = get_lapic();
	bench_value(&g, lapic_reg(&s, REG_TPR), expect_tpr_of_cr8(15),
		    "TPR", 0, &r_cr8);
	lapic_set_reg(&s, REG_TPR, 0xa5);
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_SET_LAPIC, &s), true, 0,
		   "KVM_SET_LAPIC", 0, &r_cr8);
	from_cr8(expect_cr8_of_tpr(0xa5));
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_MAIN
