/* SPDX-License-Identifier: GPL-2.0-only */
/* The fixture of the tests of KVM_GET_SUPPORTED_CPUID: its answer. */
#ifndef X86_SUPPORTED_H
#define X86_SUPPORTED_H

#include "get_cpuid.h"

static struct {
	const struct host_facts *f;
	int fd;
	uint32_t n;			/* entries there are */
	struct cpuid_list list;		/* the answer */
	struct cpuid_list l;		/* for more calls */
} t;

FIXTURE(supported) { };

static int call(int fd, struct cpuid_list *l)
{
	return kvm_ioctl(fd, KVM_GET_SUPPORTED_CPUID, l);
}

FIXTURE_SETUP(supported)
{
	t.f = subject_facts();
	t.fd = kvm_open();
	gc_prepare(&t.list, KVM_MAX_ENTRIES, 0);
	if (call(t.fd, &t.list))
		test_stop("KVM_GET_SUPPORTED_CPUID fails: %s", strerror(errno));
	t.n = t.list.nent;
}

FIXTURE_TEARDOWN(supported)
{
	close(t.fd);
}

#endif
