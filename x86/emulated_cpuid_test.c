// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_GET_EMULATED_CPUID: what KVM can do in software that the CPU cannot.
 * Its contract is stricter than that of KVM_GET_SUPPORTED_CPUID: padding has
 * to be zero, and room for one more entry than it returns is asked for.
 */
#include "get_cpuid.h"

/* Entries 0, 1 and 7; a fourth must fit because the next range is tried. */
#define NR	3
#define ROOM	4

static struct {
	const struct host_facts *f;
	int fd;
	struct cpuid_list list, l;
} t;

FIXTURE(emulated) { };

static int call(int fd, struct cpuid_list *l)
{
	return kvm_ioctl(fd, KVM_GET_EMULATED_CPUID, l);
}

FIXTURE_SETUP(emulated)
{
	t.f = subject_facts();
	t.fd = kvm_open();
	if (kvm_check_cap(t.fd, KVM_CAP_EXT_EMUL_CPUID) != 1)
		test_stop("KVM_CAP_EXT_EMUL_CPUID is not 1");
	gc_prepare(&t.list, KVM_MAX_ENTRIES, 0);
	if (call(t.fd, &t.list))
		test_stop("KVM_GET_EMULATED_CPUID fails: %s", strerror(errno));
}

FIXTURE_TEARDOWN(emulated)
{
	close(t.fd);
}

TEST_F(emulated, too_small)
{
	bool ok = true;
	uint32_t i;

	for (i = 0; i < ROOM; i++) {
		gc_prepare(&t.l, i, 0);
		ok &= check_is(RULE_G7, "room for one entry more than there are",
			       "nent below 4", -E2BIG, call(t.fd, &t.l));
		ok &= check_is(RULE_G3, "a call that fails leaves nent as it was",
			       "nent after E2BIG", i, t.l.nent);
		ok &= check_that(gc_untouched_from(&t.l, 0, 0), RULE_G3,
				 "a call that fails writes no entry",
				 "bytes written with E2BIG", 0, i);
	}
	TEST_VERDICT(ok);
}

TEST_F(emulated, large_enough)
{
	static const uint32_t sizes[] = {
		ROOM, ROOM + 1, KVM_MAX_ENTRIES, KVM_MAX_ENTRIES + 1, 512,
		0xffffffff,
	};
	bool ok = true;
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		gc_prepare(&t.l, sizes[i], 0);
		ok &= check_is(RULE_G7, "the list fits", "nent of 4 and more", 0,
			       call(t.fd, &t.l));
		ok &= check_is(RULE_G4, "nent becomes the number of entries",
			       "nent after", NR, t.l.nent);
		ok &= check_that(gc_untouched_from(&t.l, NR, 0), RULE_G8,
				 "nothing is written beyond the last entry",
				 "bytes written beyond the last entry", 0, 1);
	}
	TEST_VERDICT(ok);
}

/* Each of the three words, of each entry that the caller offers. */
TEST_F(emulated, padding)
{
	static const uint32_t places[] = { 0, 1, 2, 3, 100, 255 };
	bool ok = true;
	uint32_t i, k;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		for (k = 0; k < 3; k++) {
			gc_prepare(&t.l, KVM_MAX_ENTRIES, 0);
			t.l.e[places[i]].padding[k] = 0x80000000;
			ok &= check_is(RULE_G6, "padding must be 0 (api.rst)",
				       "padding of an entry", -EINVAL,
				       call(t.fd, &t.l));
			ok &= check_is(RULE_G6, "a call that fails leaves nent as it was",
				       "nent after EINVAL", KVM_MAX_ENTRIES,
				       t.l.nent);
		}
	TEST_VERDICT(ok);
}

/* It is looked at before anything else, but only in the first 256. */
TEST_F(emulated, padding_first)
{
	bool ok;

	gc_prepare(&t.l, 1, 0);
	t.l.e[0].padding[0] = 1;
	ok = check_is(RULE_G6, "padding is checked before the size", "nent=1", -EINVAL,
		call(t.fd, &t.l));
	gc_prepare(&t.l, 0, 1);
	ok &= check_is(RULE_G1, "no entry, no padding", "nent=0", -E2BIG,
		       call(t.fd, &t.l));
	gc_prepare(&t.l, 300, 0);
	t.l.e[KVM_MAX_ENTRIES].padding[0] = 1;
	ok &= check_is(RULE_G6, "entries beyond the limit are not looked at",
		       "padding of entry 256", 0, call(t.fd, &t.l));
	gc_prepare(&t.l, ROOM, 0);
	t.l.e[ROOM].padding[0] = 1;
	ok &= check_is(RULE_G6, "entries beyond nent are not looked at",
		       "padding of entry nent", 0, call(t.fd, &t.l));
	TEST_VERDICT(ok);
}

TEST_F(emulated, bad_pointers)
{
	struct kvm_cpuid2 *c = gc_cliff(PROT_NONE);
	bool ok;

	ok = check_is(RULE_G12, "a head that cannot be read", "argument NULL", -EFAULT,
		call(t.fd, NULL));
	c->nent = ROOM;
	ok &= check_is(RULE_G12, "padding that cannot be read is not zero",
		       "unmapped entries", -EINVAL, call(t.fd, (void *)c));
	gc_cliff_end(c);
	c = gc_cliff(PROT_READ);
	c->nent = ROOM;
	ok &= check_is(RULE_G12, "entries that cannot be written", "read-only entries",
		       -EFAULT, call(t.fd, (void *)c));
	ok &= check_is(RULE_G12, "a call that fails leaves nent as it was",
		       "nent after EFAULT", ROOM, c->nent);
	gc_cliff_end(c);
	TEST_VERDICT(ok);
}

/* Leaves 0, 1 and 7 in this order, and only subleaf 0. */
TEST_F(emulated, entries)
{
	static const uint32_t functions[NR] = { 0, 1, 7 };
	bool ok = check_is(RULE_O6, "leaves 0, 1 and 7", "entries", NR,
			   t.list.nent);
	uint32_t i;

	for (i = 0; i < NR && i < t.list.nent; i++) {
		const struct kvm_cpuid_entry2 *e = &t.list.e[i];

		ok &= check_is(RULE_O6, "leaves 0, 1 and 7", "function", functions[i],
			       e->function);
		ok &= check_is(RULE_O6, "no subleaves", "index", 0, e->index);
		ok &= check_is(RULE_O6, "leaf 7 has subleaves", "flags",
			       e->function == 7 ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
			       e->flags);
		ok &= check_is(RULE_G5, "KVM hands out no stale memory", "padding", 0,
			       e->padding[0] | e->padding[1] | e->padding[2]);
	}
	TEST_VERDICT(ok);
}

TEST_F(emulated, contents)
{
	const struct cpuid_list *l = &t.list;
	/* RDPID reads the MSR that RDTSCP reads. */
	bool rdtscp = cpuid_get(&t.f->supported, 0x80000001, 0,
				REG_EDX) >> 27 & 1;
	const char *why = "MOVBE and, with RDTSCP, RDPID; nothing else";
	static const uint32_t functions[NR] = { 0, 1, 7 };
	uint32_t want[NR][NR_CPUID_REGS] = {
		{ [REG_EAX] = 7 },
		{ [REG_ECX] = 1u << 22 },
		{ [REG_ECX] = rdtscp ? 1u << 22 : 0 },
	};
	bool ok = true;
	int i, r;

	for (i = 0; i < NR; i++)
		for (r = 0; r < NR_CPUID_REGS; r++)
			ok &= reg_is(l, functions[i], 0, r, ~0u, want[i][r],
				     RULE_O6, why);
	TEST_VERDICT(ok);
}

TEST_F(emulated, calls_agree)
{
	gc_prepare(&t.l, ROOM, 0);
	EXPECT_EQ(0, call(t.fd, &t.l));
	TEST_VERDICT(check_that(!memcmp(t.l.e, t.list.e,
					NR * sizeof(t.l.e[0])), RULE_G11,
				"the list depends on nothing but the host",
				"a second call differs", 0, 1));
}

TEST_MAIN
