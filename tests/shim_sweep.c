// SPDX-License-Identifier: GPL-2.0-only
/*
 * Put every fault there is into the list between the suite and KVM, one at a
 * time, and ask the guest and KVM_GET_CPUID2 as the suite does: each fault has
 * to be seen, but for those that KVM itself overwrites.
 *
 *	shim_sweep [STEP]	every STEPth fault only
 *
 * Prints the faults that were not seen and "caught N of N".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim.h"
#include "bench.h"

/* A VM does not give the memory of a vCPU back before its end. */
#define VCPUS_PER_VM	48

/* What KVM writes itself whatever was installed, so that a fault is healed. */
static const struct {
	uint32_t function, index;
	unsigned int reg;
	uint32_t mask;
	const char *why;
} healed[] = {
	{ 1, 0, REG_ECX, 1u << 27, "OSXSAVE is CR4.OSXSAVE" },
	{ 1, 0, REG_EDX, 1u << 9, "APIC is APICBASE.EN" },
	{ 7, 0, REG_ECX, 1u << 4, "OSPKE is CR4.PKE" },
	{ 0xd, 0, REG_EBX, ~0u, "the size is that of XCR0" },
	{ 0xd, 1, REG_EBX, ~0u, "the compacted size is that of XCR0" },
};

static struct bench s;
static struct cpuid_list visible;
static unsigned int vcpus, step = 1, tried, caught, by_guest, silent;

/* The compacted size is KVM's only with XSAVEC or XSAVES in the model. */
static bool compacted(void)
{
	return cpuid_get(&visible, 0xd, 1, REG_EAX) & 0xa;
}

static const char *healed_why(const struct shim_fault *f)
{
	size_t i;

	if (f->function == 0xd && f->index == 1 && !compacted())
		return NULL;
	for (i = 0; i < sizeof(healed) / sizeof(healed[0]); i++)
		if (f->kind == SHIM_BIT && healed[i].function == f->function &&
		    healed[i].index == f->index && healed[i].reg == f->reg &&
		    healed[i].mask & (1u << f->bit))
			return healed[i].why;
	return NULL;
}

/* Each installed leaf as it is, and with an index that nothing has. */
static void ask_guest(struct probe *p)
{
	uint32_t i;

	for (i = 0; i < visible.nent; i++) {
		const struct kvm_cpuid_entry2 *e = &visible.e[i];
		uint32_t odd = e->index | 0x4100;

		probe_cpuid(p, e->function, e->index,
			    expect_cpuid(&visible, e->function, e->index).want);
		probe_cpuid(p, e->function, odd,
			    expect_cpuid(&visible, e->function, odd).want);
	}
}

static bool guest_sees(struct vcpu *vcpu)
{
	struct probe p;
	char why[160];

	if (__probe_start(&p, vcpu, PROBE_LONG))
		return true;
	probe_clear(&p);
	ask_guest(&p);
	return __probe_run(&p, why, sizeof(why)) || p.hdr->mismatches;
}

static bool ioctl_sees(struct vcpu *vcpu)
{
	static struct cpuid_list got;

	return __vcpu_get_cpuid(vcpu, &got) || got.nent != visible.nent ||
	       memcmp(got.e, visible.e, got.nent * sizeof(got.e[0]));
}

/* 1 seen by the guest, 2 by the ioctls, 0 not seen. */
static int see(struct vcpu *vcpu)
{
	if (__vcpu_set_cpuid(vcpu, &s.cpu.cpuid))
		return 2;
	if (guest_sees(vcpu))
		return 1;
	return ioctl_sees(vcpu) ? 2 : 0;
}

static int try(const struct shim_fault *f)
{
	struct vcpu vcpu;
	int seen;

	if (vcpus == VCPUS_PER_VM) {
		vm_destroy(&s.vm);
		vcpus = 0;
	}
	if (!vcpus)
		bench_vm(&s, 0);
	vcpu_create(&vcpu, &s.vm, vcpus++);
	shim_set(f);
	seen = see(&vcpu);
	if (f->kind != SHIM_NONE && !shim_applied())
		test_stop("the fault was not applied");
	vcpu_destroy(&vcpu);
	return seen;
}

static void describe(const struct shim_fault *f, const char *what)
{
	printf("# %s: %s function 0x%x index 0x%x %s bit %u\n", what,
	       shim_kind_name(f->kind), f->function, f->index,
	       f->kind == SHIM_BIT ? cpuid_reg_name(f->reg) : "", f->bit);
}

static void count(const struct shim_fault *f)
{
	static unsigned int nr;
	const char *why = healed_why(f);
	int seen;

	if (nr++ % step)
		return;
	seen = try(f);
	if (why) {
		silent++;
		if (seen)
			describe(f, "healed, yet seen");
		return;
	}
	tried++;
	caught += !!seen;
	by_guest += seen == 1;
	if (!seen)
		describe(f, "NOT SEEN");
}

static void faults_of_entry(const struct kvm_cpuid_entry2 *e)
{
	struct shim_fault f = {
		.cmd = (uint32_t)KVM_SET_CPUID2, .scope = SHIM_VCPU,
		.function = e->function, .index = e->index,
	};

	for (f.kind = SHIM_BIT, f.reg = 0; f.reg < 4; f.reg++)
		for (f.bit = 0; f.bit < 32; f.bit++)
			count(&f);
	f.reg = 0;
	for (f.kind = SHIM_FUNCTION; f.kind <= SHIM_FLAGS; f.kind++)
		for (f.bit = 0; f.bit < 32; f.bit++)
			count(&f);
	f.bit = 0;
	for (f.kind = SHIM_DROP; f.kind <= SHIM_DUPLICATE; f.kind++)
		count(&f);
}

int main(int argc, char *argv[])
{
	struct shim_fault none = { .kind = SHIM_NONE };
	uint32_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1 && atoi(argv[1]) > 0)
		step = atoi(argv[1]);
	bench_model(&s, NULL);
	bench_vm(&s, 0);
	bench_boot_list(&s, &s.cpu.cpuid, PROBE_LONG);
	expect_installed(&s.cpu.cpuid, &s.state, &visible);
	bench_close(&s);
	if (try(&none))
		test_stop("something is wrong here without any fault");
	for (i = 0; i < s.cpu.cpuid.nent; i++)
		faults_of_entry(&s.cpu.cpuid.e[i]);
	for (i = 0; i < sizeof(healed) / sizeof(healed[0]); i++)
		printf("# KVM overwrites %x.%x.%s & %08x: %s\n",
		       healed[i].function, healed[i].index,
		       cpuid_reg_name(healed[i].reg), healed[i].mask, healed[i].why);
	printf("caught %u of %u (%u by the guest), %u overwritten by KVM\n",
	       caught, tried, by_guest, silent);
	return caught != tried;
}
