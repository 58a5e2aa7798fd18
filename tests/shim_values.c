// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim_drive supported, msrs, ...: bits, entries and values in what KVM is
 * given and in what it answers.  One of the programs has to turn red.
 */
#include <stdio.h>
#include <string.h>

#include "lib/facts/msr_index.h"
#include "lib/uapi.h"
#include "shim_drive.h"

static const struct stage {
	const char *name;
	uint32_t cmd;
	char scope;
	char shape;		/* c CPUID list, m MSRs, i indices, n number */
	unsigned int bits;	/* of a value */
} stages[] = {
	{ "given", (uint32_t)KVM_SET_CPUID2, SHIM_VCPU, 'c', 32 },
	{ "installed", (uint32_t)KVM_GET_CPUID2, SHIM_VCPU, 'c', 32 },
	{ "supported", (uint32_t)KVM_GET_SUPPORTED_CPUID, SHIM_SYSTEM, 'c', 32 },
	{ "emulated", (uint32_t)KVM_GET_EMULATED_CPUID, SHIM_SYSTEM, 'c', 32 },
	{ "hyperv", (uint32_t)KVM_GET_SUPPORTED_HV_CPUID, SHIM_SYSTEM, 'c', 32 },
	{ "written_msrs", (uint32_t)KVM_SET_MSRS, SHIM_VCPU, 'm', 64 },
	{ "msrs", (uint32_t)KVM_GET_MSRS, SHIM_VCPU, 'm', 64 },
	{ "feature_msrs", (uint32_t)KVM_GET_MSRS, SHIM_SYSTEM, 'm', 64 },
	{ "msr_index", (uint32_t)KVM_GET_MSR_INDEX_LIST, SHIM_SYSTEM, 'i', 32 },
	{ "feature_index", (uint32_t)KVM_GET_MSR_FEATURE_INDEX_LIST,
	  SHIM_SYSTEM, 'i', 32 },
	{ "caps", KVM_CHECK_EXTENSION, SHIM_SYSTEM, 'n', 31 },
	{ "tsc_khz", KVM_GET_TSC_KHZ, SHIM_VCPU, 'n', 31 },
	{ "mce_cap", (uint32_t)KVM_X86_GET_MCE_CAP_SUPPORTED, SHIM_SYSTEM,
	  'n', 64 },
	{ "xcomp", (uint32_t)KVM_GET_DEVICE_ATTR, SHIM_SYSTEM, 'n', 64 },
};

/* What cannot be seen, and why.  function ~0: any. */
static const struct silent {
	const char *stage;
	uint32_t function, index;
	int reg;		/* -1: any */
	uint64_t bits;
	const char *why;
} silents[] = {
	{ "given", 1, 0, 2, 1u << 27, "KVM writes it: OSXSAVE is CR4.OSXSAVE" },
	{ "given", 1, 0, 3, 1u << 9, "KVM writes it: APIC is APICBASE.EN" },
	{ "given", 7, 0, 2, 1u << 4, "KVM writes it: OSPKE is CR4.PKE" },
	{ "given", 0xd, 0, 1, ~0u, "KVM writes it: the size is that of XCR0" },
	{ "given", 0xd, 1, 1, ~0u, "KVM writes it: the size is that of XCR0" },
	{ "written_msrs", 0, MSR_IA32_DEBUGCTLMSR, -1, ~0ull,
	  "KVM drops it, as the CPU has no LBR virtualisation" },
	{ "caps", 0, KVM_CAP_HYPERV_DIRECT_TLBFLUSH, -1, 1,
	  "as KVM was built, which shows nowhere else" },
	{ "caps", 0, KVM_CAP_SGX_ATTRIBUTE, -1, 1,
	  "as KVM was built, which shows nowhere else" },
	{ "caps", 0, KVM_CAP_X86_NOTIFY_VMEXIT, -1, 1,
	  "the CPU's, which shows nowhere else" },
	{ "caps", 0, KVM_CAP_X86_DISABLE_EXITS, -1, 1,
	  "MWAIT exits: the CPU's errata decide" },
	{ "caps", 0, KVM_CAP_X86_DISABLE_EXITS, -1, 0x7ffffff0,
	  "a newer kernel may know more exits" },
	{ "caps", 0, KVM_CAP_VM_TYPES, -1, 0x1e,
	  "protected VMs: the CPU's and the build's" },
};

#define NR_SILENTS	(sizeof(silents) / sizeof(silents[0]))

static struct program *programs;
static unsigned int nr_programs, step, turn, tried, caught;
static unsigned int declared[NR_SILENTS];
static const struct stage *stage;

static const struct silent *silent(const struct shim_fault *f)
{
	size_t i;

	for (i = 0; i < NR_SILENTS; i++) {
		const struct silent *s = &silents[i];

		if (!strcmp(s->stage, stage->name) &&
		    (f->kind == SHIM_BIT || f->kind == SHIM_VALUE) &&
		    (s->function == ~0u || s->function == f->function) &&
		    s->index == f->index &&
		    (s->reg < 0 || s->reg == (int)f->reg) &&
		    s->bits >> f->bit & 1)
			return s;
	}
	return NULL;
}

static bool reads(const struct program *p, const struct shim_fault *f)
{
	const struct shim_seen *s = p->honest_run->seen;
	int i;

	for (i = 0; i < SHIM_SEEN; i++)
		if (s[i].calls && s[i].item && s[i].cmd == f->cmd &&
		    s[i].scope == f->scope && s[i].function == f->function &&
		    s[i].index == f->index)
			return true;
	return false;
}

/* By the first program that turns red; signals and hangs count at once. */
static void one(const struct shim_fault *f)
{
	const struct silent *why = silent(f);
	enum verdict v = NOT_APPLIED, got;
	char text[128];
	unsigned int i;

	if (turn++ % step)
		return;
	for (i = 0; i < nr_programs && v != RED; i++) {
		if (!reads(&programs[i], f))
			continue;
		got = program_run(&programs[i], f);
		if (got != NOT_APPLIED)
			v = got;
		if (got == DIED || got == HUNG)
			break;
	}
	if (v == NOT_APPLIED)
		return;
	if (why && v == GREEN) {
		declared[why - silents]++;
		return;
	}
	tried++;
	if (v == RED) {
		caught++;
		return;
	}
	shim_print(f, text, sizeof(text));
	printf("# NOT SEEN: %s, %s: %s\n", stage->name, text, verdict_name(v));
}

static void bits(struct shim_fault *f, enum shim_kind kind, unsigned int n)
{
	f->kind = kind;
	for (f->bit = 0; f->bit < n; f->bit++)
		one(f);
	f->bit = 0;
}

static void whole(struct shim_fault *f)
{
	f->kind = SHIM_DROP;
	one(f);
	f->kind = SHIM_DUPLICATE;
	one(f);
}

static void all_of(struct shim_fault f)
{
	if (stage->shape == 'c') {
		for (f.reg = 0; f.reg < 4; f.reg++)
			bits(&f, SHIM_BIT, 32);
		f.reg = 0;
		bits(&f, SHIM_FUNCTION, 32);
		bits(&f, SHIM_INDEX, 32);
		bits(&f, SHIM_FLAGS, 32);
		whole(&f);
	} else if (stage->shape == 'i') {
		bits(&f, SHIM_INDEX, 32);
		whole(&f);
	} else {
		bits(&f, SHIM_VALUE, stage->bits);
	}
}

static bool had_before(unsigned int nr, const struct shim_fault *f)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (reads(&programs[i], f))
			return true;
	return false;
}

static void things_of(unsigned int nr)
{
	const struct shim_seen *s = programs[nr].honest_run->seen;
	int i;

	for (i = 0; i < SHIM_SEEN; i++) {
		struct shim_fault f = {
			.cmd = s[i].cmd, .scope = s[i].scope,
			.function = s[i].function, .index = s[i].index,
		};

		if (s[i].calls && s[i].item && f.cmd == stage->cmd &&
		    f.scope == stage->scope && !had_before(nr, &f))
			all_of(f);
	}
}

static bool find_stage(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
		if (!strcmp(stages[i].name, name))
			stage = &stages[i];
	return stage;
}

bool drive_values(struct program *p, unsigned int nr, const char *what,
		  unsigned int every)
{
	unsigned int i, sum = 0;

	if (!find_stage(what) || !every)
		return false;
	programs = p;
	nr_programs = nr;
	step = every;
	/* Beside the model's list programs have odd ones that few look at. */
	for (i = 0; i < (stage->scope == SHIM_VCPU && stage->shape == 'c' ?
			 1 : nr); i++)
		things_of(i);
	for (i = 0; i < NR_SILENTS; i++) {
		sum += declared[i];
		if (declared[i])
			printf("# %u not to be seen in %x.%x: %s\n",
			       declared[i], silents[i].function,
			       silents[i].index, silents[i].why);
	}
	printf("caught %u of %u faults in %s, %u declared unobservable\n",
	       caught, tried, what, sum);
	return tried && caught == tried;
}
