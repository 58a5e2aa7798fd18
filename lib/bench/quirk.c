// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is this KVM known for that?  Each probe looks for the quirk itself, with a
 * vCPU of its own, and by other means than the tests whose failures it is to
 * explain.
 */
#include <string.h>
#include <unistd.h>

#include "errata.h"
#include "probe.h"
#include "bench.h"
#include "pv.h"

#define NO_BTS_NO_PEBS		0x1800ull

struct trial {
	struct vm vm;
	struct vcpu vcpu;
};

static bool set_up(struct trial *b)
{
	return !__vm_create(&b->vm, 0) && !__vcpu_create(&b->vcpu, &b->vm, 0);
}

static void take_down(struct trial *b)
{
	vcpu_destroy(&b->vcpu);
	vm_destroy(&b->vm);
}

/* --- what it makes of lists ------------------------------------------------ */
/* Leaves that are known to be rewritten, and 0x80000001, whose ECX may be. */
static bool may_be_bent(uint32_t leaf)
{
	return leaf == 1 || leaf == 7 || leaf == 0xd || leaf == 0x80000001;
}

/* What KVM offers, and the subleaves that it does not offer and the CPU has. */
static void all_leaves(struct cpuid_list *l, const struct host_facts *f)
{
	const struct cpuid_list *raw = &f->cpu[0].cpuid;
	uint32_t i;

	cpuid_copy(l, &f->supported);
	for (i = 0; i < raw->nent; i++)
		if ((raw->e[i].function == 7 || raw->e[i].function == 0xd) &&
		    !cpuid_find(l, raw->e[i].function, raw->e[i].index))
			cpuid_append(l, raw->e[i].function, raw->e[i].index,
				     KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
				     (struct cpuid_regs){ { 0 } });
}

/* XCR0 bits of leaf 0xd that a process must ask the kernel for are left out. */
#define XCR0_NO_AMX	0x2ffu

static uint32_t may_be_set(const struct kvm_cpuid_entry2 *e, int reg)
{
	if (e->function != 0xd || e->index || (reg != REG_EAX && reg != REG_EDX))
		return ~0u;
	return reg == REG_EAX ? XCR0_NO_AMX : 0;
}

static void set_bits(struct kvm_cpuid_entry2 *e, uint32_t bits)
{
	int r;

	for (r = 0; r < NR_CPUID_REGS; r++)
		cpuid_entry_set_reg(e, r, bits & may_be_set(e, r));
}

static void drop_flags(struct cpuid_list *l, uint32_t leaf)
{
	uint32_t i;

	for (i = 0; i < l->nent; i++)
		if (l->e[i].function == leaf)
			l->e[i].flags = 0;
}

static bool bend(struct trial *b, const struct host_facts *f, uint32_t bits,
		 bool index, struct cpuid_list *out)
{
	uint32_t i;

	all_leaves(out, f);
	if (!index)
		drop_flags(out, 0xd);
	for (i = 0; i < out->nent; i++)
		if (may_be_bent(out->e[i].function))
			set_bits(&out->e[i], bits);
	return !__vcpu_set_cpuid(&b->vcpu, out) && !__vcpu_get_cpuid(&b->vcpu, out);
}

static uint64_t cr4_taken(struct trial *b)
{
	struct kvm_sregs base, s;
	uint64_t taken = 0;
	unsigned int bit;

	vcpu_get_sregs(&b->vcpu, &base);
	for (bit = 0; bit < 64; bit++) {
		s = base;
		s.cr4 |= BIT(bit);
		if (!__vcpu_set_sregs(&b->vcpu, &s))
			taken |= BIT(bit);
	}
	vcpu_set_sregs(&b->vcpu, &base);
	return taken;
}

static bool try_lists(struct bent_lists *to)
{
	const struct host_facts *f = subject_facts_try();
	struct trial b;
	bool ok;

	if (!f || !set_up(&b))
		return false;
	ok = bend(&b, f, ~0u, false, &to->no_index) &&
	     bend(&b, f, 0, true, &to->none);
	to->cr4_none = ok ? cr4_taken(&b) : 0;
	ok = ok && bend(&b, f, ~0u, true, &to->all);
	to->cr4_all = ok ? cr4_taken(&b) : 0;
	take_down(&b);
	return ok;
}

const struct bent_lists *quirk_bent(void)
{
	static struct bent_lists lists;
	static bool asked, ok;

	if (!asked)
		ok = try_lists(&lists);
	asked = true;
	return ok ? &lists : NULL;
}

/* --- each quirk -------------------------------------------------------------- */
/* Leaf 7 has bits that nobody installed. */
static bool cpuid_forced(struct trial *b, const struct host_facts *f)
{
	const struct bent_lists *l = quirk_bent();

	return l && cpuid_get(&l->none, 7, 0, REG_EBX);
}

static bool refused(struct trial *b, uint32_t msr)
{
	uint64_t value;

	return __vcpu_get_msr(&b->vcpu, msr, &value) != 1;
}

/* kvm-amd has the one, kvm-intel the other whatever CPUID says. */
static bool vendor_msrs(struct trial *b, const struct host_facts *f)
{
	if (facts_host_is_amd(f))
		return refused(b, MSR_AMD64_DE_CFG);
	return facts_host_is_intel(f) && refused(b, MSR_IA32_SGXLEPUBKEYHASH0);
}

/* 2 is no memory type (SDM vol. 3, table 12-10). */
static bool lax_msrs(struct trial *b, const struct host_facts *f)
{
	return __vcpu_set_msr(&b->vcpu, MSR_IA32_CR_PAT, 2) == 1;
}

/* What KVM offers is what a new vCPU should have. */
static bool not_stuffed(struct trial *b, const struct host_facts *f)
{
	uint64_t value;

	return msr_get(&f->feature_msrs, MSR_IA32_UCODE_REV) &&
	       __vcpu_get_msr(&b->vcpu, MSR_IA32_UCODE_REV, &value) == 1 && !value;
}

static bool misc_enable(struct trial *b, const struct host_facts *f)
{
	uint64_t value;

	return __vcpu_get_msr(&b->vcpu, MSR_IA32_MISC_ENABLE, &value) == 1 &&
	       !(value & NO_BTS_NO_PEBS);
}

static bool no_ffxsr(struct trial *b, const struct host_facts *f)
{
	return cpuid_has(&f->cpu[0].cpuid, F_FXSR_OPT) &&
	       __vcpu_set_msr(&b->vcpu, MSR_EFER, EFER_FFXSR) != 1;
}

static bool start(struct trial *b, const struct host_facts *f, struct probe *p)
{
	probe_load(&b->vm);
	return !__vcpu_set_cpuid(&b->vcpu, &f->supported) &&
	       !__probe_start(p, &b->vcpu, PROBE_LONG);
}

/* addps: every 64-bit CPU has it, KVM's emulator does not. */
static bool emulator(struct trial *b, const struct host_facts *f)
{
	struct probe p;
	char why[160];

	if (!start(b, f, &p))
		return false;
	PROBE_INSN(&p, 0x0f, 0x58, 0xc0);
	return __probe_run(&p, why, sizeof(why)) &&
	       strstr(why, "KVM_EXIT_INTERNAL_ERROR");
}

#define STEAL_PAGE	PROBE_SCRATCH

/*
 * A guest turns steal time on, and leaves.  The version counts the writes of
 * KVM: none before the guest is entered anew?
 */
static bool late_once(struct probe *p, uint32_t *version)
{
	uint32_t first;
	char why[160];

	probe_clear(p);
	probe_wrmsr(p, MSR_KVM_STEAL_TIME, 0);
	probe_wrmsr(p, MSR_KVM_STEAL_TIME, STEAL_PAGE | 1);
	*version = 0;
	if (__probe_run(p, why, sizeof(why)) || p->hdr->mismatches)
		return false;
	first = *version;
	probe_clear(p);
	return !__probe_run(p, why, sizeof(why)) && !first && *version;
}

/* An interrupt of the host may bring the requests forward: try again. */
static bool late_requests(struct trial *b, const struct host_facts *f)
{
	struct probe p;
	int i;

	if (!start(b, f, &p))
		return false;
	for (i = 0; i < 8; i++)
		if (late_once(&p, (uint32_t *)vm_at(&b->vm, STEAL_PAGE + 8)))
			return true;
	return false;
}

#define FAR	(1ull << 50)

/* Userspace sets the TSC; the guest reads it. */
static bool own_tsc(struct trial *b, const struct host_facts *f)
{
	struct probe_request *r;
	struct probe p;
	char why[160];

	if (!start(b, f, &p) || __vcpu_set_msr(&b->vcpu, MSR_IA32_TSC, FAR) != 1)
		return false;
	r = PROBE_INSN(&p, 0x0f, 0x31);
	return !__probe_run(&p, why, sizeof(why)) && probe_value(r) < FAR;
}

/* A base that has been installed, and a feature that only counts if enforced. */
static bool set_wall_clock(struct trial *b, bool enforce)
{
	return !__vcpu_enable_cap(&b->vcpu, KVM_CAP_ENFORCE_PV_FEATURE_CPUID,
				  enforce) &&
	       __vcpu_set_msr(&b->vcpu, MSR_KVM_WALL_CLOCK_NEW,
			      PROBE_SCRATCH) == 1;
}

/* Not enforced it works, so that nothing but the base can be missing. */
static bool no_base(struct trial *b, const struct host_facts *f)
{
	static struct cpuid_list l;

	memset(&l, 0, sizeof(l));
	cpuid_append(&l, 0, 0, 0, (struct cpuid_regs){ { 1 } });
	cpuid_append(&l, 1, 0, 0, (struct cpuid_regs){ { 0 } });
	pv_add_leaves(&l, 0x40000000, 1u << KVM_FEATURE_CLOCKSOURCE2);
	return !__vcpu_set_cpuid(&b->vcpu, &l) && set_wall_clock(b, false) &&
	       !set_wall_clock(b, true);
}

static bool (* const probes[NR_QUIRKS])(struct trial *b,
					const struct host_facts *f) = {
	[QUIRK_CPUID_FORCED] = cpuid_forced,
	[QUIRK_VENDOR_MSRS] = vendor_msrs,
	[QUIRK_LAX_MSRS] = lax_msrs,
	[QUIRK_NOT_STUFFED] = not_stuffed,
	[QUIRK_MISC_ENABLE] = misc_enable,
	[QUIRK_NO_FFXSR] = no_ffxsr,
	[QUIRK_EMULATOR] = emulator,
	[QUIRK_LATE_REQUESTS] = late_requests,
	[QUIRK_OWN_TSC] = own_tsc,
	[QUIRK_NO_BASE] = no_base,
};

bool quirk_probe(enum quirk q)
{
	const struct host_facts *f = subject_facts_try();
	struct trial b;
	bool yes;

	if (!f || !probes[q] || !set_up(&b))
		return false;
	yes = probes[q](&b, f);
	take_down(&b);
	return yes;
}
