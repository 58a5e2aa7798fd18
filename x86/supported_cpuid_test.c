// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_GET_SUPPORTED_CPUID as a call: how it takes and returns the number of
 * entries, what it writes where, which files know it, and that its answer is
 * the same each time and on every CPU.
 */
#include <sched.h>

#include "facts_cpuid.h"
#include "supported.h"

/* --- the call -------------------------------------------------------- */

TEST_F(supported, nent_0)
{
	gc_prepare(&t.l, 0, 1);
	TEST_VERDICT(check_is(RULE_G1, "room for no entry is too little (api.rst)",
			"nent=0", -E2BIG, call(t.fd, &t.l)));
}

/* Every size that is too small; nothing may be written then. */
TEST_F(supported, too_small)
{
	bool ok = true;
	uint32_t i;

	for (i = 1; i < t.n; i++) {
		gc_prepare(&t.l, i, 1);
		ok &= check_is(RULE_G3, "the list does not fit (api.rst)",
			       "nent below the number of entries", -E2BIG,
			       call(t.fd, &t.l));
		ok &= check_is(RULE_G3, "a call that fails leaves nent as it was",
			       "nent after E2BIG", i, t.l.nent);
		ok &= check_that(gc_untouched_from(&t.l, 0, 1), RULE_G3,
				 "a call that fails writes no entry",
				 "bytes written with E2BIG", 0, i);
	}
	TEST_VERDICT(ok);
}

static bool fits(int fd, struct cpuid_list *l, uint32_t nent,
		 const struct cpuid_list *want)
{
	bool ok;

	gc_prepare(l, nent, 1);
	ok = check_is(RULE_G4, "the list fits", "nent at least the number of entries",
		0, call(fd, l));
	ok &= check_is(RULE_G4, "nent becomes the number of entries", "nent after",
		       want->nent, l->nent);
	ok &= check_that(gc_untouched_from(l, want->nent, 1), RULE_G8,
			 "nothing is written beyond the last entry",
			 "bytes written beyond the last entry", 0, 1);
	return ok;
}

/* Exactly enough, one and two more, the limit, and beyond the limit. */
TEST_F(supported, large_enough)
{
	const uint32_t sizes[] = { t.n, t.n + 1, t.n + 2,
				   KVM_MAX_ENTRIES };
	bool ok = true;
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		ok &= fits(t.fd, &t.l, sizes[i], &t.list);
	TEST_VERDICT(ok);
}

TEST_F(supported, beyond_limit)
{
	static const uint32_t sizes[] = {
		KVM_MAX_ENTRIES + 1, 300, CPUID_LIST_MAX, 0x10000,
		0x7fffffff, 0xffffffff,
	};
	bool ok = true;
	uint32_t i;

	/* Larger numbers are taken for 256 (3f4e3eb417b1, 5.11). */
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		ok &= fits(t.fd, &t.l, sizes[i], &t.list);
	TEST_VERDICT(ok);
}

TEST_F(supported, padding_ignored)
{
	gc_prepare(&t.l, KVM_MAX_ENTRIES, 0xffffffff);
	t.l.padding = 0xffffffff;
	TEST_VERDICT(check_is(RULE_G5, "padding the caller hands in was never checked",
			"dirty padding", 0, call(t.fd, &t.l)));
}

TEST_F(supported, padding_of_answer)
{
	bool ok = true;
	uint32_t i;

	gc_prepare(&t.l, KVM_MAX_ENTRIES, 0xffffffff);
	EXPECT_EQ(0, call(t.fd, &t.l));
	for (i = 0; i < t.l.nent; i++)
		ok &= check_is(RULE_G5, "KVM hands out no stale memory",
			       "padding of an entry", 0, t.l.e[i].padding[0] |
			       t.l.e[i].padding[1] | t.l.e[i].padding[2]);
	TEST_VERDICT(ok);
}

TEST_F(supported, bad_pointers)
{
	struct kvm_cpuid2 *c = gc_cliff(PROT_NONE);
	bool ok;

	ok = check_is(RULE_G12, "a head that cannot be read", "argument NULL", -EFAULT,
		call(t.fd, NULL));
	c->nent = KVM_MAX_ENTRIES;
	ok &= check_is(RULE_G12, "entries that cannot be written", "unmapped entries",
		       -EFAULT, call(t.fd, (void *)c));
	ok &= check_is(RULE_G12, "a call that fails leaves nent as it was",
		       "nent after EFAULT", KVM_MAX_ENTRIES, c->nent);
	gc_cliff_end(c);
	TEST_VERDICT(ok);
}

/* The list is the system's: it is asked for on /dev/kvm only. */
TEST_F(supported, other_files)
{
	struct vcpu vcpu;
	struct vm vm;
	bool ok;

	vm_create(&vm, 0);
	vcpu_create(&vcpu, &vm, 0);
	ok = check_is(RULE_G13, "a system ioctl (api.rst)", "on a VM", -ENOTTY,
		call(vm.fd, &t.l));
	ok &= check_is(RULE_G13, "a system ioctl (api.rst)", "on a vCPU", -EINVAL,
		       call(vcpu.fd, &t.l));
	vcpu_destroy(&vcpu);
	vm_destroy(&vm);
	TEST_VERDICT(ok);
}

/* --- stability ------------------------------------------------------- */

/* Only the APIC ID tells on which CPU the call was made. */
static void drop_apic_id(struct cpuid_list *l)
{
	uint32_t i;

	for (i = 0; i < l->nent; i++) {
		if (l->e[i].function == 1)
			l->e[i].ebx &= 0x00ffffff;
		if (l->e[i].function == 0xb || l->e[i].function == 0x1f)
			l->e[i].edx = 0;
	}
}

static bool same(const char *what, struct cpuid_list *a, struct cpuid_list *b)
{
	uint32_t i;
	bool ok = check_is(RULE_G11, "the list depends on nothing but the host", what,
			   a->nent, b->nent);

	for (i = 0; ok && i < a->nent; i++) {
		ok = !memcmp(&a->e[i], &b->e[i], sizeof(a->e[i]));
		check_that(ok, RULE_G11, "the list depends on nothing but the host",
			   what, a->e[i].function, b->e[i].function);
	}
	return ok;
}

static bool stay_on(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return !sched_setaffinity(0, sizeof(one), &one);
}

TEST_F(supported, calls_agree)
{
	if (!stay_on(sched_getcpu()))
		TEST_SKIP("cannot stay on one CPU");
	gc_prepare(&t.list, KVM_MAX_ENTRIES, 0);
	gc_prepare(&t.l, t.n, 0);
	EXPECT_EQ(0, call(t.fd, &t.list));
	EXPECT_EQ(0, call(t.fd, &t.l));
	TEST_VERDICT(same("a second call", &t.list, &t.l));
}

TEST_F(supported, cpus_agree)
{
	cpu_set_t allowed;
	bool ok = true;
	int cpu;

	if (t.f->nr_cpu_kinds > 1)
		TEST_SKIP("the CPUs of this host differ among themselves");
	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		TEST_SKIP("cannot tell which CPUs there are");
	drop_apic_id(&t.list);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed) || !stay_on(cpu))
			continue;
		gc_prepare(&t.l, KVM_MAX_ENTRIES, 0);
		EXPECT_EQ(0, call(t.fd, &t.l));
		drop_apic_id(&t.l);
		ok &= same("a call on another CPU", &t.list, &t.l);
	}
	TEST_VERDICT(ok);
}

/* The APIC IDs in it are those of the CPU that asks. */
TEST_F(supported, apic_id)
{
	const char *why = "the APIC ID of the CPU the call is made on";
	uint32_t id, x2id;
	bool ok;

	if (!stay_on(sched_getcpu()))
		TEST_SKIP("cannot stay on one CPU");
	EXPECT_EQ(0, call(t.fd, &t.list));
	id = raw_cpuid(1, 0).r[REG_EBX];
	x2id = raw_cpuid(0xb, 0).r[REG_EDX];
	ok = reg_is(&t.list, 1, 0, REG_EBX, 0xff000000, id, RULE_G11, why);
	if (cpuid_find(&t.list, 0xb, 0))
		ok &= reg_is(&t.list, 0xb, 0, REG_EDX, ~0u, x2id, RULE_G11,
			     why);
	if (cpuid_find(&t.list, 0x1f, 0))
		ok &= reg_is(&t.list, 0x1f, 0, REG_EDX, ~0u, x2id, RULE_G11,
			     why);
	TEST_VERDICT(ok);
}

/* No VM is needed, and none changes the answer. */
TEST_F(supported, with_vm)
{
	struct vcpu vcpu;
	struct vm vm;

	stay_on(sched_getcpu());
	gc_prepare(&t.list, KVM_MAX_ENTRIES, 0);
	EXPECT_EQ(0, call(t.fd, &t.list));
	vm_create(&vm, VM_IRQCHIP);
	vcpu_create(&vcpu, &vm, 0);
	cpuid_copy(&t.l, &t.list);
	t.l.nent = 3;
	vcpu_set_cpuid(&vcpu, &t.l);
	gc_prepare(&t.l, KVM_MAX_ENTRIES, 0);
	EXPECT_EQ(0, call(vm.kvm_fd, &t.l));
	TEST_VERDICT(same("a call while there is a vCPU with another list",
			  &t.list, &t.l));
	vcpu_destroy(&vcpu);
	vm_destroy(&vm);
}

TEST_MAIN
