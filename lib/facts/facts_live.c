// SPDX-License-Identifier: GPL-2.0-only
/* Host facts from ioctls on /dev/kvm, on a VM and on a vCPU. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "facts_cpuid.h"
#include "facts_sysfs.h"
#include "facts_tdx.h"

/* What the readers below share; err is the caller's. */
struct live {
	struct host_facts *f;
	int kvm_fd, vm_fd, vcpu_fd;
	char *err;
	size_t errlen;
};

static int fail(struct live *l, const char *what)
{
	int e = errno ? errno : EIO;

	snprintf(l->err, l->errlen, "%s: %s", what, strerror(e));
	return -e;
}

/* What is not there is 0; an error is none of KVM's answers. */
static int read_caps(struct live *l)
{
	unsigned int i;
	int r;

	for (i = 0; i < facts_nr_caps; i++) {
		r = ioctl(l->kvm_fd, KVM_CHECK_EXTENSION,
			  (unsigned long)facts_caps[i].cap);
		if (r < 0)
			return fail(l, "KVM_CHECK_EXTENSION");
		facts_set_cap(l->f, facts_caps[i].cap, r);
	}
	return 0;
}

/*
 * KVM clamps nent to KVM_MAX_ENTRIES when it writes, and answers E2BIG if its
 * own list is longer than what it was given, so one call with the maximum is
 * enough; KVM_GET_EMULATED_CPUID checks that all padding is zero.
 */
static int read_cpuid_list(struct live *l, int fd, unsigned long ioc,
			   const char *what, struct cpuid_list *list)
{
	memset(list, 0, sizeof(*list));
	list->nent = KVM_MAX_ENTRIES;
	if (ioctl(fd, ioc, list)) {
		memset(list, 0, sizeof(*list));
		return fail(l, what);
	}
	return 0;
}

static int read_supported(struct live *l)
{
	struct host_facts *f = l->f;
	int r;

	r = read_cpuid_list(l, l->kvm_fd, KVM_GET_SUPPORTED_CPUID,
			    "KVM_GET_SUPPORTED_CPUID", &f->supported);
	if (r || !facts_cap(f, KVM_CAP_EXT_EMUL_CPUID))
		return r;
	return read_cpuid_list(l, l->kvm_fd, KVM_GET_EMULATED_CPUID,
			       "KVM_GET_EMULATED_CPUID", &f->emulated);
}

/* On /dev/kvm since Linux 5.11, on a vCPU before. */
static int read_hyperv(struct live *l)
{
	int fd = facts_cap(l->f, KVM_CAP_SYS_HYPERV_CPUID) ? l->kvm_fd :
							     l->vcpu_fd;

	if (!facts_cap(l->f, KVM_CAP_HYPERV_CPUID))
		return 0;
	return read_cpuid_list(l, fd, KVM_GET_SUPPORTED_HV_CPUID,
			       "KVM_GET_SUPPORTED_HV_CPUID", &l->f->hv);
}

/* A list ioctl gives E2BIG and the true count if nmsrs is too small. */
static int read_msr_list(struct live *l, unsigned long ioc, const char *what,
			 struct msr_list *list)
{
	struct {		/* struct kvm_msr_list */
		uint32_t nmsrs;
		uint32_t indices[FACTS_MSRS_MAX];
	} buf;
	uint32_t i;

	memset(&buf, 0, sizeof(buf));
	buf.nmsrs = FACTS_MSRS_MAX;
	if (ioctl(l->kvm_fd, ioc, &buf))
		return fail(l, what);
	list->n = 0;
	for (i = 0; i < buf.nmsrs && i < FACTS_MSRS_MAX; i++)
		msr_append(list, buf.indices[i], false, 0);
	return 0;
}

/*
 * System KVM_GET_MSRS stops at the first MSR it refuses, which is no error:
 * ask one by one.
 */
static int read_feature_values(struct live *l)
{
	struct {		/* struct kvm_msrs */
		uint32_t nmsrs;
		uint32_t pad;
		struct kvm_msr_entry entry;
	} buf;
	uint32_t i;
	int r;

	for (i = 0; i < l->f->feature_msrs.n; i++) {
		struct msr_value *m = &l->f->feature_msrs.m[i];

		memset(&buf, 0, sizeof(buf));
		buf.nmsrs = 1;
		buf.entry.index = m->index;
		r = ioctl(l->kvm_fd, KVM_GET_MSRS, &buf);
		if (r < 0)
			return fail(l, "KVM_GET_MSRS of /dev/kvm");
		m->valid = r == 1;
		m->value = m->valid ? buf.entry.data : 0;
	}
	return 0;
}

static int read_msrs(struct live *l)
{
	struct host_facts *f = l->f;
	int r;

	r = read_msr_list(l, KVM_GET_MSR_INDEX_LIST, "KVM_GET_MSR_INDEX_LIST",
			  &f->msr_index);
	if (r || !facts_cap(f, KVM_CAP_GET_MSR_FEATURES))
		return r;
	r = read_msr_list(l, KVM_GET_MSR_FEATURE_INDEX_LIST,
			  "KVM_GET_MSR_FEATURE_INDEX_LIST", &f->feature_msrs);
	return r ? r : read_feature_values(l);
}

/* An attribute that this KVM does not know is ENXIO. */
static int read_xcomp(struct live *l)
{
	struct host_facts *f = l->f;
	uint64_t value = 0;
	struct kvm_device_attr attr = {
		.attr = KVM_X86_XCOMP_GUEST_SUPP,
		.addr = (uintptr_t)&value,
	};

	if (!facts_cap(f, KVM_CAP_SYS_ATTRIBUTES))
		return 0;
	if (!ioctl(l->kvm_fd, KVM_GET_DEVICE_ATTR, &attr)) {
		f->xcomp_valid = true;
		f->xcomp_guest_supp = value;
	} else if (errno != ENXIO) {
		return fail(l, "KVM_GET_DEVICE_ATTR");
	}
	return 0;
}

/* Values that an older KVM lacks altogether: absent, not an error. */
static int read_system_values(struct live *l)
{
	struct host_facts *f = l->f;
	uint64_t value = 0;
	int r = read_xcomp(l);

	if (r)
		return r;
	if (!ioctl(l->kvm_fd, KVM_X86_GET_MCE_CAP_SUPPORTED, &value)) {
		f->mce_cap_valid = true;
		f->mce_cap = value;
	} else if (facts_cap(f, KVM_CAP_MCE)) {
		return fail(l, "KVM_X86_GET_MCE_CAP_SUPPORTED");
	}
	f->sgx_provision = facts_cap(f, KVM_CAP_SGX_ATTRIBUTE) > 0 &&
			   !access("/dev/sgx_provision", R_OK);
	return 0;
}

static int make_vcpu(struct live *l)
{
	l->vm_fd = ioctl(l->kvm_fd, KVM_CREATE_VM, 0UL);
	if (l->vm_fd < 0)
		return fail(l, "KVM_CREATE_VM");
	l->vcpu_fd = ioctl(l->vm_fd, KVM_CREATE_VCPU, 0UL);
	if (l->vcpu_fd < 0)
		return fail(l, "KVM_CREATE_VCPU");
	return 0;
}

/* EIO: the host's TSC is not stable. */
static int read_tsc_khz(struct live *l)
{
	int r;

	if (!facts_cap(l->f, KVM_CAP_GET_TSC_KHZ))
		return 0;
	r = ioctl(l->vcpu_fd, KVM_GET_TSC_KHZ, 0UL);
	if (r < 0 && errno != EIO)
		return fail(l, "KVM_GET_TSC_KHZ");
	l->f->tsc_khz = r > 0 ? r : 0;
	return 0;
}

static int read_vcpu_values(struct live *l)
{
	int r = make_vcpu(l);

	if (!r)
		r = read_tsc_khz(l);
	return r ? r : read_hyperv(l);
}

int facts_read_live(struct host_facts *f, int kvm_fd, char *err,
		    size_t errlen)
{
	struct live l = {
		.f = f, .kvm_fd = kvm_fd, .vm_fd = -1, .vcpu_fd = -1,
		.err = err, .errlen = errlen,
	};
	int r;

	memset(f, 0, sizeof(*f));
	facts_read_cpu_kinds(f);
	facts_read_sysfs(f);	/* which module it is depends on the CPU */
	r = read_caps(&l);
	if (!r)
		r = read_supported(&l);
	if (!r)
		r = read_msrs(&l);
	if (!r)
		r = read_system_values(&l);
	if (!r) {
		facts_read_tdx(f, kvm_fd);
		r = read_vcpu_values(&l);
	}
	if (l.vcpu_fd >= 0)
		close(l.vcpu_fd);
	if (l.vm_fd >= 0)
		close(l.vm_fd);
	return r;
}
