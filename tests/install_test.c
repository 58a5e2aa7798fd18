// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which capabilities are enabled for a guest CPU, and when.  The KVM is made
 * up: it takes everything, and writes down what it was asked.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "install.h"
#include "bench.h"

#define CALLS	200

struct call {
	unsigned long request;
	uint32_t cap;
	uint64_t arg;
};

/* Of a child as well. */
static struct {
	unsigned int n;
	struct call call[CALLS];
} *seen;

static int new_fd(void)
{
	int fd = memfd_create("kvm", 0);

	return fd < 0 || ftruncate(fd, 0x10000) ? -1 : fd;
}

int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	struct call c = { .request = (uint32_t)request };
	va_list args;
	void *arg;

	(void)fd;
	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (c.request == KVM_ENABLE_CAP) {
		c.cap = ((struct kvm_enable_cap *)arg)->cap;
		c.arg = ((struct kvm_enable_cap *)arg)->args[0];
	}
	if (seen->n < CALLS)
		seen->call[seen->n++] = c;
	switch (c.request) {
	case KVM_GET_API_VERSION:
		return KVM_API_VERSION;
	case KVM_GET_VCPU_MMAP_SIZE:
		return 0x1000;
	case KVM_CREATE_VM:
	case KVM_CREATE_VCPU:
		return new_fd();
	default:
		return 0;
	}
}

/* Where in the order of calls; -1: never */
static int when(unsigned long request, uint32_t cap, uint64_t arg)
{
	unsigned int i;

	for (i = 0; i < seen->n; i++)
		if (seen->call[i].request == request &&
		    seen->call[i].cap == cap && seen->call[i].arg == arg)
			return i;
	return -1;
}

static int pmu_off(void)
{
	return when(KVM_ENABLE_CAP, KVM_CAP_PMU_CAPABILITY,
		    KVM_PMU_CAP_DISABLE);
}

static int hyperv(void)
{
	return when(KVM_ENABLE_CAP, KVM_CAP_HYPERV_ENFORCE_CPUID, 1);
}

static void in_order(struct __test_metadata *_metadata)
{
	int vm = when(KVM_CREATE_VM, 0, 0);
	int vcpu = when(KVM_CREATE_VCPU, 0, 0);
	int cpuid = when(KVM_SET_CPUID2, 0, 0);

	ASSERT_LE(0, vm);
	EXPECT_LT(vm, pmu_off());
	EXPECT_LT(pmu_off(), vcpu);
	EXPECT_LT(vcpu, hyperv());
	EXPECT_LT(hyperv(), cpuid);
}

FIXTURE(install)
{
	struct install *i;
	struct bench s;
	struct host_facts facts;
};

FIXTURE_SETUP(install)
{
	setenv("KVM_DEVICE", "/dev/null", 1);
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, seen);
	self->i = install_new();
	ASSERT_NE(NULL, self->i);
	memset(&self->s, 0, sizeof(self->s));
	memset(&self->facts, 0, sizeof(self->facts));
	self->facts.nr_cpu_kinds = 1;
	self->s.facts = &self->facts;
	self->s.cpu.disable_pmu = true;
	self->s.cpu.enforce_hyperv = true;
}

FIXTURE_TEARDOWN(install)
{
	install_free(self->i);
	munmap(seen, sizeof(*seen));
}

TEST_F(install, capabilities_of_a_replayed_guest)
{
	install_run(self->i, &self->facts, &self->s.cpu);
	in_order(_metadata);
	EXPECT_EQ(0, self->i->disable_pmu);
	EXPECT_EQ(0, self->i->enforce_hyperv);
}

TEST_F(install, capabilities_of_the_subject)
{
	bench_start(&self->s);
	in_order(_metadata);
	bench_close(&self->s);
}

TEST_F(install, none_if_not_wanted)
{
	self->s.cpu.disable_pmu = false;
	self->s.cpu.enforce_hyperv = false;
	install_run(self->i, &self->facts, &self->s.cpu);
	bench_start(&self->s);
	bench_close(&self->s);
	EXPECT_LE(0, when(KVM_SET_CPUID2, 0, 0));
	EXPECT_EQ(-1, pmu_off());
	EXPECT_EQ(-1, hyperv());
}

TEST_HARNESS_MAIN
