// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls that carry MSRs: how many entries they take, how many they say
 * they did, what they leave in the caller's buffer, on /dev/kvm and on a vCPU;
 * and the two that list MSRs.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test.h"

#define POISON		0xa5a5a5a5a5a5a5a5ull
#define MAX_MSRS	256		/* MAX_IO_MSRS: as many are too many */
#define NO_SUCH_MSR	0x12345

struct msrs {
	uint32_t nmsrs, pad;
	struct kvm_msr_entry e[MAX_MSRS + 1];
};

static struct {
	struct bench g;
	int kvm;
	struct msrs m;
} t;

FIXTURE(msr_ioctl) { };

FIXTURE_SETUP(msr_ioctl)
{
	bench_open(&t.g, 0);
	bench_vcpu(&t.g);
	t.kvm = t.g.vm.kvm_fd;
	memset(&t.m, 0xa5, sizeof(t.m));
}

FIXTURE_TEARDOWN(msr_ioctl)
{
	bench_close(&t.g);
}

static void fill(struct msrs *m, uint32_t n, uint32_t index, uint64_t data)
{
	uint32_t i;

	m->nmsrs = n;
	for (i = 0; i < n && i <= MAX_MSRS; i++) {
		m->e[i].index = index;
		m->e[i].data = data;
	}
}

/* A1: the number done, up to 255; 256 are too many, before anything else. */
TEST_F(msr_ioctl, vcpu_counts)
{
	struct msrs *m = &t.m;

	fill(m, 0, 0, 0);
	EXPECT_EQ(0, kvm_ioctl(t.g.vcpu.fd, KVM_GET_MSRS, m));
	EXPECT_EQ(0, kvm_ioctl(t.g.vcpu.fd, KVM_SET_MSRS, m));
	fill(m, MAX_MSRS - 1, MSR_IA32_POWER_CTL, 7);
	EXPECT_EQ(MAX_MSRS - 1, kvm_ioctl(t.g.vcpu.fd, KVM_SET_MSRS, m));
	EXPECT_EQ(MAX_MSRS - 1, kvm_ioctl(t.g.vcpu.fd, KVM_GET_MSRS, m));
	EXPECT_EQ(7, m->e[MAX_MSRS - 2].data);
	fill(m, MAX_MSRS, MSR_IA32_POWER_CTL, 8);
	EXPECT_EQ(-E2BIG, kvm_ioctl(t.g.vcpu.fd, KVM_SET_MSRS, m));
	EXPECT_EQ(-E2BIG, kvm_ioctl(t.g.vcpu.fd, KVM_GET_MSRS, m));
	EXPECT_EQ(7, vcpu_get_msr(&t.g.vcpu, MSR_IA32_POWER_CTL));
	EXPECT_EQ(8, m->e[0].data);
	m->nmsrs = ~0u;
	EXPECT_EQ(-E2BIG, kvm_ioctl(t.g.vcpu.fd, KVM_GET_MSRS, m));
}

/* A1: the first that fails ends it; those before are done, those after not. */
TEST_F(msr_ioctl, vcpu_set_stops)
{
	struct msrs *m = &t.m;

	TEST_NEEDS(&t.g, NEED_REFUSED_MSRS);
	fill(m, 5, MSR_IA32_POWER_CTL, 0);
	m->e[0].data = 0x11;
	m->e[1].data = 0x22;
	m->e[2].index = NO_SUCH_MSR;
	m->e[2].data = 1;
	m->e[3].data = 0x44;
	EXPECT_EQ(2, kvm_ioctl(t.g.vcpu.fd, KVM_SET_MSRS, m));
	EXPECT_EQ(0x22, vcpu_get_msr(&t.g.vcpu, MSR_IA32_POWER_CTL));
	/* The caller's buffer is only read. */
	EXPECT_EQ(0x11, m->e[0].data);
	EXPECT_EQ(5, m->nmsrs);
	m->e[0].index = NO_SUCH_MSR;
	EXPECT_EQ(0, kvm_ioctl(t.g.vcpu.fd, KVM_SET_MSRS, m));
}

TEST_F(msr_ioctl, vcpu_get_stops)
{
	struct msrs *m = &t.m;

	TEST_NEEDS(&t.g, NEED_REFUSED_MSRS);
	vcpu_set_msr(&t.g.vcpu, MSR_IA32_POWER_CTL, 0x55);
	fill(m, 5, MSR_IA32_POWER_CTL, POISON);
	m->e[2].index = NO_SUCH_MSR;
	EXPECT_EQ(2, kvm_ioctl(t.g.vcpu.fd, KVM_GET_MSRS, m));
	EXPECT_EQ(0x55, m->e[0].data);
	EXPECT_EQ(0x55, m->e[1].data);
	/* Nothing of the kernel's stack may show. */
	EXPECT_TRUE(m->e[2].data == 0 || m->e[2].data == POISON);
	EXPECT_EQ(POISON, m->e[3].data);
	EXPECT_EQ(POISON, m->e[4].data);
	/* Beyond nmsrs nothing is written. */
	EXPECT_EQ(POISON, m->e[5].data);
	EXPECT_EQ(5, m->nmsrs);
}

/* Each entry is its own MSR: not the first one again and again. */
TEST_F(msr_ioctl, vcpu_mixed)
{
	static const struct { uint32_t index; uint64_t data; } set[] = {
		{ 0x17a, 5 }, { MSR_IA32_POWER_CTL, 0x123456789abcdef0 },
		{ MSR_IA32_UCODE_REV, 0x777 }, { 0xc0000081, 0xfedcba9876543210 },
		{ 0x1a0, 0x1801 },
	};
	struct msrs *m = &t.m;
	unsigned int i;

	fill(m, ARRAY_SIZE(set), 0, 0);
	for (i = 0; i < ARRAY_SIZE(set); i++) {
		m->e[i].index = set[i].index;
		m->e[i].data = set[i].data;
	}
	ASSERT_EQ((int)ARRAY_SIZE(set),
		  kvm_ioctl(t.g.vcpu.fd, KVM_SET_MSRS, m));
	for (i = 0; i < ARRAY_SIZE(set); i++)
		m->e[i].data = POISON;
	ASSERT_EQ((int)ARRAY_SIZE(set),
		  kvm_ioctl(t.g.vcpu.fd, KVM_GET_MSRS, m));
	for (i = 0; i < ARRAY_SIZE(set); i++) {
		EXPECT_EQ(set[i].index, m->e[i].index);
		EXPECT_EQ(set[i].data, m->e[i].data);
	}
}

/* A page of entries, and nothing mapped behind it. */
TEST_F(msr_ioctl, bad_memory)
{
	long page = sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct msrs *m = (void *)(p + page - 8 - 2 * sizeof(m->e[0]));

	ASSERT_NE(MAP_FAILED, (void *)p);
	munmap(p + page, page);
	m->nmsrs = 2;
	m->e[0].index = MSR_IA32_POWER_CTL;
	m->e[1].index = MSR_IA32_POWER_CTL;
	EXPECT_EQ(2, kvm_ioctl(t.g.vcpu.fd, KVM_GET_MSRS, m));
	m->nmsrs = 3;
	EXPECT_EQ(-EFAULT, kvm_ioctl(t.g.vcpu.fd, KVM_GET_MSRS, m));
	EXPECT_EQ(-EFAULT, kvm_ioctl(t.g.vcpu.fd, KVM_SET_MSRS, m));
	EXPECT_EQ(-EFAULT, kvm_ioctl(t.kvm, KVM_GET_MSRS, m));
	EXPECT_EQ(-EFAULT, kvm_ioctl(t.g.vcpu.fd, KVM_GET_MSRS,
				     p + page));
	munmap(p, page);
}

/* A read-only buffer can be set from, not read into. */
TEST_F(msr_ioctl, read_only_memory)
{
	long page = sysconf(_SC_PAGESIZE);
	struct msrs *m = mmap(NULL, page, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, (void *)m);
	m->nmsrs = 1;
	m->e[0].index = MSR_IA32_POWER_CTL;
	m->e[0].data = 3;
	mprotect(m, page, PROT_READ);
	EXPECT_EQ(1, kvm_ioctl(t.g.vcpu.fd, KVM_SET_MSRS, m));
	EXPECT_EQ(3, vcpu_get_msr(&t.g.vcpu, MSR_IA32_POWER_CTL));
	EXPECT_EQ(-EFAULT, kvm_ioctl(t.g.vcpu.fd, KVM_GET_MSRS, m));
	munmap(m, page);
}

/* M3: the same limits on /dev/kvm. */
TEST_F(msr_ioctl, system_counts)
{
	struct msrs *m = &t.m;

	fill(m, 0, 0, 0);
	EXPECT_EQ(0, kvm_ioctl(t.kvm, KVM_GET_MSRS, m));
	fill(m, MAX_MSRS - 1, MSR_IA32_UCODE_REV, POISON);
	EXPECT_EQ(MAX_MSRS - 1, kvm_ioctl(t.kvm, KVM_GET_MSRS, m));
	EXPECT_EQ(msr_get(&t.g.facts->feature_msrs, MSR_IA32_UCODE_REV),
		  m->e[MAX_MSRS - 2].data);
	fill(m, MAX_MSRS, MSR_IA32_UCODE_REV, POISON);
	EXPECT_EQ(-E2BIG, kvm_ioctl(t.kvm, KVM_GET_MSRS, m));
	EXPECT_EQ(POISON, m->e[0].data);
	/* There is nothing to set. */
	fill(m, 1, MSR_IA32_UCODE_REV, 0);
	EXPECT_EQ(-EINVAL, kvm_ioctl(t.kvm, KVM_SET_MSRS, m));
}

/* M3: an unlisted MSR ends it; a listed one that is no feature is 0, or does. */
TEST_F(msr_ioctl, system_get_stops)
{
	bool listed_read_0 = kernel_has(t.g.facts->kernel,
					CHANGE_LISTED_MSRS_READ_0);
	struct msrs *m = &t.m;

	TEST_NEEDS(&t.g, NEED_REFUSED_MSRS);
	fill(m, 4, MSR_IA32_UCODE_REV, POISON);
	m->e[1].index = NO_SUCH_MSR;
	EXPECT_EQ(1, kvm_ioctl(t.kvm, KVM_GET_MSRS, m));
	EXPECT_EQ(msr_get(&t.g.facts->feature_msrs, MSR_IA32_UCODE_REV),
		  m->e[0].data);
	EXPECT_TRUE(m->e[1].data == 0 || m->e[1].data == POISON);
	EXPECT_EQ(POISON, m->e[2].data);
	m->e[1].index = MSR_IA32_POWER_CTL;
	m->e[1].data = POISON;
	EXPECT_EQ(listed_read_0 ? 4 : 1, kvm_ioctl(t.kvm, KVM_GET_MSRS, m));
	EXPECT_EQ(0, m->e[1].data);
	/* Known to a vCPU, but not listed: the APIC base. */
	m->e[1].index = 0x1b;
	EXPECT_EQ(1, kvm_ioctl(t.kvm, KVM_GET_MSRS, m));
}

static bool pat_2_refused(struct vcpu *vcpu)
{
	const struct finding m = {
		.kind = FOUND_EVENT, .event = EVENT_SET_MSRS,
		.what = "KVM_SET_MSRS 0x277 = 0x2",
		.answer = ANSWER_RESULT, .wanted = 0, .got = 1,
		.wanted_text = "0", .got_text = "1",
		.rule = RULE_A4, .why = "2 is no memory type (SDM vol. 3, 13.12.2)",
		.has_msr = true, .msr = 0x277,
	};

	if (!__vcpu_set_msr(vcpu, 0x277, 2))
		return true;
	report_finding(&m);
	return false;
}

/* kvm.ignore_msrs (A4): unknown MSRs read 0, and drop writes. */
TEST_F(msr_ioctl, unknown_msr)
{
	int ok = facts_param_bool(t.g.facts, "kvm", "ignore_msrs", false);
	uint64_t value = POISON;

	EXPECT_EQ(ok, __vcpu_get_msr(&t.g.vcpu, NO_SUCH_MSR, &value));
	EXPECT_TRUE(value == 0 || value == POISON);
	EXPECT_EQ(ok, __vcpu_set_msr(&t.g.vcpu, NO_SUCH_MSR, 1));
	EXPECT_EQ(ok, __vcpu_set_msr(&t.g.vcpu, NO_SUCH_MSR, 0));
	/* A bad value of a known MSR is bad all the same. */
	TEST_VERDICT(pat_2_refused(&t.g.vcpu));
}

struct index_list {
	uint32_t nmsrs;
	uint32_t index[FACTS_MSRS_MAX];
};

static bool untouched(const struct index_list *l, uint32_t from)
{
	uint32_t i;

	for (i = from; i < FACTS_MSRS_MAX; i++)
		if (l->index[i] != (uint32_t)POISON)
			return false;
	return true;
}

/* M1: E2BIG tells the true number, and writes no entry. */
static void list_contract(struct __test_metadata *_metadata, int fd,
			  unsigned long cmd, const struct msr_list *want)
{
	const uint32_t too_few[] = { 0, want->n - 1 };
	struct index_list l;
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(too_few); i++) {
		memset(&l, 0xa5, sizeof(l));
		l.nmsrs = too_few[i];
		EXPECT_EQ(-E2BIG, kvm_ioctl(fd, cmd, &l));
		EXPECT_EQ(want->n, l.nmsrs);
		EXPECT_TRUE(untouched(&l, 0));
	}
	memset(&l, 0xa5, sizeof(l));
	l.nmsrs = want->n;
	EXPECT_EQ(0, kvm_ioctl(fd, cmd, &l));
	EXPECT_EQ(want->n, l.nmsrs);
	EXPECT_TRUE(untouched(&l, want->n));
	memset(&l, 0xa5, sizeof(l));
	l.nmsrs = want->n + 5;
	EXPECT_EQ(0, kvm_ioctl(fd, cmd, &l));
	EXPECT_EQ(want->n, l.nmsrs);
	EXPECT_TRUE(untouched(&l, want->n));
	for (i = 0; i < want->n; i++)
		EXPECT_EQ(want->m[i].index, l.index[i]);
	EXPECT_EQ(-EFAULT, kvm_ioctl(fd, cmd, NULL));
}

TEST_F(msr_ioctl, index_list)
{
	list_contract(_metadata, t.kvm, KVM_GET_MSR_INDEX_LIST,
		      &t.g.facts->msr_index);
}

TEST_F(msr_ioctl, feature_index_list)
{
	list_contract(_metadata, t.kvm, KVM_GET_MSR_FEATURE_INDEX_LIST,
		      &t.g.facts->feature_msrs);
}

TEST_MAIN
