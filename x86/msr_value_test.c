// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values of MSRs: what a new vCPU has, which values the guest and userspace
 * may write, what is kept of them.  MSRs with reserved bits, or bits that are
 * dropped, get every bit alone; others a few values.  Each value is written
 * and read by the guest on one vCPU and by userspace on another.
 *
 * Further vCPUs have state that changes the rules: machine check banks,
 * x2APIC mode, a locked FEATURE_CONTROL, CPUID faulting, MAXPHYADDR.
 */
#include "msr_groups.h"

/* Each access costs: read where it can have changed. */
static void write_read(struct msr_sweep *s, enum msr_who who, uint32_t msr,
		       uint64_t value)
{
	if (sweep_access(s, who, MSR_WRITE, msr, value) == MSR_DONE)
		sweep_access(s, who, MSR_READ, msr, 0);
}

static void every_bit(struct msr_sweep *s, enum msr_who who, uint32_t msr)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		write_read(s, who, msr, msr_cpu_value(&s->cpu, msr) ^ BIT(bit));
}

static const uint64_t few[] = { 1, ~0ull, 0x123456789abcdef0, BIT(31) };

static bool keeps_nothing(enum msr_access a)
{
	return a == ACCESS_UNSUPPORTED || a == ACCESS_IGNORED ||
	       a == ACCESS_REFUSED;
}

/* Where nothing is ever kept two values do. */
static void few_values(struct msr_sweep *s, enum msr_who who, uint32_t msr)
{
	const struct msr_rule *r = msr_rule_find(&s->cpu, msr);
	bool kept = r &&
		    !keeps_nothing(r->access[MSR_GUEST][MSR_WRITE]);
	unsigned int i;

	for (i = 0; i < (kept ? ARRAY_SIZE(few) : 2); i++)
		write_read(s, who, msr, few[i]);
}

/*
 * MSRs whose guest write reaches the CPU: it, not KVM, looks at the value.
 * And those that would end the guest.
 */
static bool plain_values_only(uint32_t msr)
{
	return (msr >= 0x174 && msr <= 0x176) ||
	       (msr >= 0xc0000081 && msr <= 0xc0000084) || msr == 0xc0000102;
}

static const uint64_t plain[] = {
	0xabcd, 0x12345678, 0xffff800000001000, BIT(63), 0x00007ffffffff000,
};

static void plain_values(struct msr_sweep *s, enum msr_who who, uint32_t msr)
{
	unsigned int i, width = msr == 0xc0000084 || who == MSR_GUEST ? 32 : 63;

	if (msr == 0x174)	/* a selector */
		width = 16;
	for (i = 0; i < ARRAY_SIZE(plain); i++)
		if (!(plain[i] >> width) || width == 63)
			write_read(s, who, msr, plain[i]);
}

static bool has_rules_for_bits(const struct msr_rule *r)
{
	return r->check || r->reserved || r->dropped;
}

/*
 * Of variable MTRRs the first and the last; all others like their kind.  KVM
 * does not ask who writes an MTRR or the PAT.
 */
static bool worth_every_bit(const struct msr_rule *r, enum msr_who who)
{
	if (r->first >= 0x202 && r->first <= 0x20d)
		return false;
	if (who == MSR_GUEST && r->first >= 0x200 && r->first <= 0x2ff)
		return false;
	return has_rules_for_bits(r);
}

static void access_msr(struct msr_sweep *s, enum msr_who who, uint32_t msr,
		       bool thorough)
{
	sweep_access(s, who, MSR_READ, msr, 0);
	if (plain_values_only(msr))
		plain_values(s, who, msr);
	else if (thorough)
		every_bit(s, who, msr);
	few_values(s, who, msr);
	write_read(s, who, msr, 0);
	sweep_access(s, who, MSR_READ, msr, 0);
}

static void few_or_plain(struct msr_sweep *s, enum msr_who who, uint32_t msr)
{
	sweep_access(s, who, MSR_READ, msr, 0);
	if (plain_values_only(msr))
		plain_values(s, who, msr);
	else
		few_values(s, who, msr);
	write_read(s, who, msr, 0);
}

/* State that a later row needs: not changed at random. */
static bool has_its_own_sweep(const struct msr_rule *r)
{
	return r->gate == GATE_X2APIC_MODE || r->first == 0x1b ||
	       r->first == 0xc0000080 || r->first == 0x3a ||
	       r->first == 0xc0010114;
}

static void access_row(struct msr_sweep *s, enum msr_who who,
		       const struct msr_rule *r)
{
	if (msr_rule_find(&s->cpu, r->first) != r || has_its_own_sweep(r))
		return;
	if (plain_values_only(r->first))
		few_or_plain(s, who, r->first);
	else
		access_msr(s, who, r->first, worth_every_bit(r, who));
	if (r->last != r->first)
		few_or_plain(s, who, r->last);
	/* A status and an address of the machine check banks. */
	if (r->last > r->first + 8)
		access_msr(s, who, r->first + 1, r->first == 0x400);
}

/* A few indices that nobody uses: KVM must not take them for another. */
static const uint32_t nobodys[] = {
	0x2, 0x1a, 0x47, 0x4a, 0x7f, 0x8a, 0xcc, 0xcf, 0x109, 0x10c, 0x123,
	0x13f, 0x141, 0x178, 0x19f, 0x1a1, 0x1d8, 0x1fb, 0x276, 0x278, 0x2a0,
	0x2fe, 0x300, 0x347, 0x47f + 1, 0x492, 0x4d1, 0x6e1, 0x7ff, 0x900,
	0xd8f, 0xda1, 0xe00, 0xc000007f, 0xc0000105, 0xc0010116, 0xc0010118,
	0xc001011e, 0xc0011028, 0xc001102b, 0xc0020000, 0xffffffff,
};

static void access_all(struct msr_sweep *s, enum msr_who who)
{
	unsigned int i;

	for (i = 0; i < msr_nr_rules; i++)
		access_row(s, who, &msr_rules[i]);
	for (i = 0; i < ARRAY_SIZE(nobodys); i++) {
		sweep_access(s, who, MSR_READ, nobodys[i], 0);
		sweep_access(s, who, MSR_WRITE, nobodys[i], 0);
		sweep_access(s, who, MSR_WRITE, nobodys[i], 1);
	}
}

/* The max model, and all that opens an MSR. */
static void open_gates(struct cpuid_list *l)
{
	unsigned int g, i;

	for (g = 0; g < NR_MSR_GATES; g++)
		for (i = 0; i < msr_gates[g].n; i++)
			cpuid_set_feature(l, msr_gates[g].any[i], true);
}

static struct cpuid_list open_model;

static void sweep_values(struct msr_sweep *s, enum msr_who who)
{
	sweep_begin(s, "all gate bits", &open_model);
	sweep_start(s);
	access_all(s, who);
	sweep_end(s);
}

static void efer_bit(struct msr_sweep *s, enum msr_who who, unsigned int bit)
{
	write_read(s, who, 0xc0000080, 0x500 ^ BIT(bit));
	write_read(s, who, 0xc0000080, 0x500);
}

/* EFER of a guest that runs in long mode: one bit, or all of them. */
static void sweep_efer(struct msr_sweep *s, const char *config,
		       const struct cpuid_list *l, int only)
{
	unsigned int who, bit;

	sweep_begin(s, config, l);
	sweep_start(s);
	for (who = MSR_GUEST; who <= MSR_HOST; who++) {
		sweep_access(s, who, MSR_READ, 0xc0000080, 0);
		for (bit = 0; bit < 64; bit++)
			if (only < 0 || only == (int)bit)
				efer_bit(s, who, bit);
		sweep_run(s);
	}
	sweep_end(s);
}

static const struct {
	struct cpuid_feature f;
	int bit;
} efer_features[] = {
	{ F_SYSCALL, 0 },	/* SYSCALL */
	{ F_NX, 11 },	/* NX */
	{ F_SVM, 12 },	/* SVM */
	{ F_FXSR_OPT, 14 },	/* FXSR_OPT */
	{ F_AUTOIBRS, 21 },	/* AUTOIBRS */
};

static void sweep_efers(struct msr_sweep *s)
{
	static struct cpuid_list l;
	char name[60];
	unsigned int i;

	sweep_efer(s, "max model", &s->bench->cpu.cpuid, -1);
	for (i = 0; i < ARRAY_SIZE(efer_features); i++) {
		struct cpuid_feature f = efer_features[i].f;
		const char *n = feature_name(f.function, 0, f.reg, f.bit);

		cpuid_copy(&l, &s->bench->cpu.cpuid);
		if (!cpuid_has(&l, f))
			continue;
		cpuid_set_feature(&l, f, false);
		snprintf(name, sizeof(name), "all but %s", n ? n : "?");
		sweep_efer(s, name, &l, efer_features[i].bit);
	}
}

/* Every way from mode to mode, and every other bit. */
static const uint64_t apic_bases[] = {
	0xfee00900, 0xfee00800, 0xfee00000, 0xfee00c00, 0xfee00400, 0xfee00900,
	0xfee00c00, 0xfee00800, 0xfee00d00, 0xfee00000, 0xfee00c00, 0xfee00800,
	0xfee00c00, 0x00000c00, 0xfee01c00, 0xfee00000, 0xfee00400, 0xfee00800,
};

static void sweep_apic_base(struct msr_sweep *s, const char *config, bool bit)
{
	static struct cpuid_list l;
	unsigned int who, i;

	cpuid_copy(&l, &s->bench->cpu.cpuid);
	cpuid_set_feature(&l, F_X2APIC, bit);
	sweep_begin(s, config, &l);
	sweep_start(s);
	for (who = MSR_GUEST; who <= MSR_HOST; who++) {
		sweep_access(s, who, MSR_READ, 0x1b, 0);
		for (i = 0; i < ARRAY_SIZE(apic_bases); i++)
			write_read(s, who, 0x1b, apic_bases[i]);
		every_bit(s, who, 0x1b);
		write_read(s, who, 0x1b, 0xfee00000);
		write_read(s, who, 0x1b, 0xfee00800);
		sweep_run(s);
	}
	sweep_end(s);
}

/* In x2APIC mode and out of it; then the timer in TSC-deadline mode. */
static void access_x2apic(struct msr_sweep *s, enum msr_who who)
{
	unsigned int i;

	for (i = 0; i < msr_nr_rules; i++) {
		const struct msr_rule *r = &msr_rules[i];

		if (r->gate != GATE_X2APIC_MODE)
			continue;
		sweep_access(s, who, MSR_READ, r->first, 0);
		few_values(s, who, r->first);
		sweep_access(s, who, MSR_READ, r->last, 0);
		write_read(s, who, r->first, 0);
	}
}

static void sweep_x2apic(struct msr_sweep *s)
{
	static struct cpuid_list l;
	unsigned int who;

	cpuid_copy(&l, &s->bench->cpu.cpuid);
	cpuid_set_feature(&l, F_X2APIC, true);
	sweep_begin(s, "x2APIC and back", &l);
	sweep_start(s);
	for (who = MSR_GUEST; who <= MSR_HOST; who++) {
		access_x2apic(s, who);
		write_read(s, who, 0x1b, 0xfee00c00);
		access_x2apic(s, who);
		write_read(s, who, 0x1b, 0xfee00000);
		access_x2apic(s, who);
		write_read(s, who, 0x1b, 0xfee00800);
		sweep_run(s);
	}
	sweep_end(s);
}

/* Bits of FEATURE_CONTROL that KVM knows, and one that it does not. */
#define FEATURE_CONTROL_BITS	(BIT(1) | BIT(2) | BIT(17) | BIT(18) | \
				 BIT(20) | BIT(3))

/* FEATURE_CONTROL: bit by bit, then locked. */
static void sweep_feature_control(struct msr_sweep *s, const char *config,
				  const struct cpuid_list *l, uint64_t bits,
				  uint64_t lock)
{
	unsigned int who, bit;

	sweep_begin(s, config, l);
	sweep_start(s);
	for (who = MSR_GUEST; who <= MSR_HOST; who++) {
		sweep_access(s, who, MSR_READ, 0x3a, 0);
		for (bit = 1; bit < 64; bit++)
			if (bits & BIT(bit))
				write_read(s, who, 0x3a, BIT(bit));
		write_read(s, who, 0x3a, 0);
		sweep_run(s);
	}
	write_read(s, MSR_GUEST, 0x3a, lock);
	write_read(s, MSR_GUEST, 0x3a, 0);
	write_read(s, MSR_GUEST, 0x3a, lock);
	write_read(s, MSR_GUEST, 0x8c, 5);
	sweep_run(s);
	write_read(s, MSR_HOST, 0x3a, lock | BIT(2));
	write_read(s, MSR_HOST, 0x3a, 0);
	write_read(s, MSR_GUEST, 0x3a, BIT(2));
	sweep_end(s);
}

static void sweep_feature_controls(struct msr_sweep *s)
{
	static const struct cpuid_feature bits[] = {
		F_VMX,		/* VMX */
		F_SGX,		/* SGX */
		F_SGX_LC,	/* SGX_LC */
	};
	static const char * const names[] = {
		"all but VMX", "all but SGX", "all but SGX_LC",
	};
	static struct cpuid_list l;
	unsigned int i;

	sweep_feature_control(s, "max model", &s->bench->cpu.cpuid,
			      ~1ull, 1);
	for (i = 0; i < ARRAY_SIZE(bits); i++) {
		l = open_model;
		cpuid_set_feature(&l, bits[(i + 1) % 3], true);
		cpuid_set_feature(&l, bits[(i + 2) % 3], true);
		cpuid_set_feature(&l, bits[i], false);
		sweep_feature_control(s, names[i], &l, FEATURE_CONTROL_BITS,
				      1 | BIT(17));
	}
}

/* SVM_DISABLE sticks: each vCPU once. */
static void sweep_vm_cr(struct msr_sweep *s, enum msr_who who)
{
	sweep_begin(s, "max model", &s->bench->cpu.cpuid);
	sweep_start(s);
	sweep_access(s, who, MSR_READ, 0xc0010114, 0);
	for (unsigned int bit = 0; bit < 64; bit++)
		if (bit != 4)
			write_read(s, who, 0xc0010114, BIT(bit));
	write_read(s, who, 0xc0010114, 0);
	write_read(s, who, 0xc0010114, 0x18);
	write_read(s, who, 0xc0010114, 0);
	write_read(s, who, 0xc0010114, 0x07);
	write_read(s, who, 0xc0010114, 0x10);
	sweep_end(s);
}

/* KVM_X86_SETUP_MCE: fewer banks, MCG_CTL, CMCI, LMCE. */
static void sweep_mce(struct msr_sweep *s, const char *config, uint64_t cap)
{
	static const uint32_t msrs[] = {
		0x179, 0x17b, 0x280, 0x284, 0x289, 0x28a, 0x29f, 0x400, 0x401,
		0x402, 0x424, 0x427, 0x428, 0x42b, 0x47f, 0x4d0,
	};
	unsigned int who, i;

	sweep_begin(s, config, &open_model);
	s->cpu.mcg_cap = cap;
	sweep_start(s);
	if (kvm_ioctl(s->bench->vcpu.fd, KVM_X86_SETUP_MCE, &cap))
		test_stop("KVM_X86_SETUP_MCE 0x%llx was refused",
			  (unsigned long long)cap);
	for (who = MSR_GUEST; who <= MSR_HOST; who++) {
		for (i = 0; i < ARRAY_SIZE(msrs); i++)
			access_msr(s, who, msrs[i], msrs[i] == 0x284);
		write_read(s, who, 0x3a, BIT(20));
		access_msr(s, who, 0x4d0, false);
		/* Another bit does not open it. */
		write_read(s, who, 0x3a, BIT(2));
		sweep_access(s, who, MSR_READ, 0x4d0, 0);
		write_read(s, who, 0x3a, 0);
		write_read(s, who, 0x4d0, 1);
		sweep_run(s);
	}
	sweep_end(s);
}

static void sweep_mces(struct msr_sweep *s)
{
	uint64_t cap = s->bench->facts->mce_cap & (BIT(8) | BIT(10) |
						   BIT(24) | BIT(27));

	sweep_mce(s, "10 banks, all of MCG_CAP", 10 | cap);
	sweep_mce(s, "10 banks, MCG_CTL only", 10 | BIT(8));
	sweep_mce(s, "10 banks, nothing else", 10);
}

/* HWCR[18] lets an AMD guest write MCi_STATUS, and is not forgotten. */
static void sweep_hwcr(struct msr_sweep *s)
{
	static const uint64_t hwcr[] = {
		BIT(18), BIT(24), BIT(18) | BIT(24), BIT(18) | 0x148, 0,
	};
	unsigned int i;

	sweep_begin(s, "max model", &s->bench->cpu.cpuid);
	sweep_start(s);
	for (i = 0; i < ARRAY_SIZE(hwcr); i++) {
		write_read(s, MSR_GUEST, 0xc0010015, hwcr[i]);
		write_read(s, MSR_GUEST, 0x401, 0x1234);
		write_read(s, MSR_GUEST, 0x402, 0x1234);
		write_read(s, MSR_GUEST, 0x401, 0);
	}
	sweep_end(s);
}

/* The guest's write leaves MISC_ENABLE[7] as it is, set or clear. */
static void sweep_misc_enable(struct msr_sweep *s)
{
	sweep_begin(s, "MISC_ENABLE[7] set", &s->bench->cpu.cpuid);
	sweep_start(s);
	write_read(s, MSR_HOST, 0x1a0, 0x1880);
	write_read(s, MSR_GUEST, 0x1a0, 0x1801);
	write_read(s, MSR_GUEST, 0x1a0, 0x1880);
	sweep_end(s);
}

/* CPUID faulting, and its announcement. */
static void sweep_faulting(struct msr_sweep *s, enum msr_who who)
{
	sweep_begin(s, "max model", &s->bench->cpu.cpuid);
	sweep_start(s);
	write_read(s, who, 0x140, 1);
	sweep_run(s);
	write_read(s, MSR_HOST, 0xce, 0x1234);
	write_read(s, MSR_HOST, 0xce, BIT(31) | 0x1234);
	write_read(s, who, 0x140, 0);
	sweep_run(s);
	write_read(s, MSR_HOST, 0xce, 0x1234);
	write_read(s, who, 0x140, 1);
	write_read(s, who, 0x140, 2);
	sweep_guest(s, MSR_READ, 0xce, 0);
	sweep_end(s);
}

/* The capability is the VM's: a VM of its own, then. */
static void sweep_platform_info(struct msr_sweep *s)
{
	bench_vm(s->bench, VM_IRQCHIP);
	sweep_begin(s, "KVM_CAP_MSR_PLATFORM_INFO 0", &open_model);
	vm_enable_cap(&s->bench->vm, KVM_CAP_MSR_PLATFORM_INFO, 0);
	s->cpu.platform_info_hidden = true;
	sweep_start(s);
	access_msr(s, MSR_HOST, 0xce, false);
	access_msr(s, MSR_GUEST, 0xce, false);
	write_read(s, MSR_HOST, 0xce, BIT(31));
	write_read(s, MSR_GUEST, 0x140, 1);
	sweep_run(s);
	vm_enable_cap(&s->bench->vm, KVM_CAP_MSR_PLATFORM_INFO, 1);
	s->cpu.platform_info_hidden = false;
	sweep_guest(s, MSR_READ, 0xce, 0);
	sweep_end(s);
}

/* Reserved address bits follow the guest's MAXPHYADDR. */
static void sweep_physbits(struct msr_sweep *s, unsigned int bits)
{
	static const uint32_t msrs[] = { 0x200, 0x20f, 0xc0010117, 0x1b };
	static struct cpuid_list l;
	struct kvm_cpuid_entry2 *e;
	unsigned int who, i, bit;
	char name[40];

	cpuid_copy(&l, &s->bench->cpu.cpuid);
	e = cpuid_find_mut(&l, 0x80000008, 0);
	if (!bits)
		cpuid_remove(&l, 0x80000008);
	else if (e)
		e->eax = (e->eax & ~0xffu) | bits;
	snprintf(name, sizeof(name), "MAXPHYADDR %u", bits);
	sweep_begin(s, name, &l);
	sweep_start(s);
	for (who = MSR_GUEST; who <= MSR_HOST; who++) {
		for (i = 0; i < ARRAY_SIZE(msrs); i++)
			for (bit = 35; bit < 54; bit++)
				write_read(s, who, msrs[i], BIT(bit) |
					   (msrs[i] == 0x1b ? 0x800 : 0));
		sweep_run(s);
	}
	sweep_end(s);
}

static void sweep(struct msr_sweep *s)
{
	cpuid_copy(&open_model, &s->bench->cpu.cpuid);
	open_gates(&open_model);
	sweep_values(s, MSR_GUEST);
	sweep_values(s, MSR_HOST);
	sweep_efers(s);
	sweep_apic_base(s, "max model", true);
	sweep_apic_base(s, "all but x2APIC", false);
	sweep_x2apic(s);
	sweep_feature_controls(s);
	sweep_vm_cr(s, MSR_GUEST);
	sweep_vm_cr(s, MSR_HOST);
	sweep_mces(s);
	sweep_hwcr(s);
	sweep_misc_enable(s);
	sweep_faulting(s, MSR_GUEST);
	sweep_faulting(s, MSR_HOST);
	sweep_physbits(s, 0);
	sweep_physbits(s, 39);
	sweep_physbits(s, 52);
	sweep_platform_info(s);
}

SWEEP_FIXTURE(msr)

#define MSR_GROUP_BOTH(name) GROUP(msr, name);
#define MSR_GROUP_VALUES(name) GROUP(msr, name);
#define MSR_GROUP_GATE(name)
#include "msr_groups.def"

GROUP_TESTS(msr)

SWEEP_MAIN(sweep)
