/* SPDX-License-Identifier: GPL-2.0-only */
/* The fixture of the tests of KVM_GET_SUPPORTED_CPUID: its answer. */
#ifndef X86_SUPPORTED_H
#define X86_SUPPORTED_H

#include "get_cpuid.h"

FIXTURE(supported) {
	const struct host_facts *f;
	int fd;
	uint32_t n;			/* entries there are */
	struct cpuid_list list;		/* the answer */
	struct cpuid_list l;		/* for more calls */
};

static int call(int fd, struct cpuid_list *l)
{
	return kvm_ioctl(fd, KVM_GET_SUPPORTED_CPUID, l);
}

FIXTURE_SETUP(supported)
{
	self->f = subject_facts();
	self->fd = kvm_open();
	gc_prepare(&self->list, KVM_MAX_ENTRIES, 0);
	if (call(self->fd, &self->list))
		test_stop("KVM_GET_SUPPORTED_CPUID fails: %s", strerror(errno));
	self->n = self->list.nent;
}

FIXTURE_TEARDOWN(supported)
{
	close(self->fd);
}

#endif
