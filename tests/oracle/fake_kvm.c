// SPDX-License-Identifier: GPL-2.0-only
/*
 * A KVM that only answers: enough for a QEMU that is started with -S and
 * never runs a guest.  What can be set is taken.
 */
#include <errno.h>
#include <linux/psp-sev.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "oracle.h"

/* Headers of a Debian 12 have none of these. */
#define CAP_USER_MEMORY2	231
#define CAP_MEMORY_ATTRIBUTES	233
#define CAP_GUEST_MEMFD		234
#define CAP_VM_TYPES		235
#define CREATE_GUEST_MEMFD	_IOWR(KVMIO, 0xd4, uint64_t[8])

#define MSR_VP_INDEX		0x40000002

#define SEV_HAS_ES	0x100		/* struct sev_user_data_status flags */

#define RUN_SIZE	0x3000		/* struct kvm_run and two more pages */

/*
 * Capabilities that facts do not name: what QEMU cannot start without, and
 * for vectors that list none, the KVM those were recorded with.
 */
static const struct cap_value dflt_caps[] = {
	{ KVM_CAP_USER_MEMORY, 1 },
	{ KVM_CAP_DESTROY_MEMORY_REGION_WORKS, 1 },
	{ KVM_CAP_JOIN_MEMORY_REGIONS_WORKS, 1 },
	{ KVM_CAP_INTERNAL_ERROR_DATA, 1 },
	{ KVM_CAP_IOEVENTFD, 1 },
	{ KVM_CAP_IOEVENTFD_ANY_LENGTH, 1 },
	{ KVM_CAP_IRQFD, 1 },
	{ KVM_CAP_IRQFD_RESAMPLE, 1 },
	{ KVM_CAP_IRQCHIP, 1 },
	{ KVM_CAP_IRQ_ROUTING, 4096 },
	{ KVM_CAP_SIGNAL_MSI, 1 },
	{ KVM_CAP_IRQ_INJECT_STATUS, 1 },
	{ KVM_CAP_SPLIT_IRQCHIP, 1 },
	{ KVM_CAP_PIT2, 1 },
	{ KVM_CAP_PIT_STATE2, 1 },
	{ KVM_CAP_SET_TSS_ADDR, 1 },
	{ KVM_CAP_SET_IDENTITY_MAP_ADDR, 1 },
	{ KVM_CAP_EXT_CPUID, 1 },
	{ KVM_CAP_MP_STATE, 1 },
	{ KVM_CAP_NR_VCPUS, 64 },
	{ KVM_CAP_MAX_VCPUS, 4096 },
	{ KVM_CAP_MAX_VCPU_ID, 4096 },
	{ KVM_CAP_NR_MEMSLOTS, 512 },
	{ KVM_CAP_VCPU_EVENTS, 1 },
	{ KVM_CAP_DEBUGREGS, 1 },
	{ KVM_CAP_XSAVE, 1 },
	{ KVM_CAP_XCRS, 1 },
	{ KVM_CAP_SYNC_MMU, 1 },
	{ KVM_CAP_ADJUST_CLOCK, 14 },
	{ KVM_CAP_KVMCLOCK_CTRL, 1 },
	{ KVM_CAP_IMMEDIATE_EXIT, 1 },
	{ KVM_CAP_CLOCKSOURCE, 1 },
	{ KVM_CAP_VAPIC, 1 },
	{ KVM_CAP_SET_GUEST_DEBUG, 1 },
	{ KVM_CAP_X86_ROBUST_SINGLESTEP, 1 },
	{ KVM_CAP_READONLY_MEM, 1 },
	{ KVM_CAP_X2APIC_API, 15 },
	{ KVM_CAP_CHECK_EXTENSION_VM, 1 },
	{ KVM_CAP_GET_MSR_FEATURES, 1 },
	{ KVM_CAP_SYS_ATTRIBUTES, 1 },
	{ KVM_CAP_TSC_DEADLINE_TIMER, 1 },
	{ KVM_CAP_GET_TSC_KHZ, 1 },
	{ KVM_CAP_TSC_CONTROL, 1 },
	{ KVM_CAP_MCE, 32 },
	{ KVM_CAP_XEN_HVM, 0x1ff },
	{ CAP_USER_MEMORY2, 1 },
	{ CAP_MEMORY_ATTRIBUTES, 8 },	/* private memory */
	{ CAP_GUEST_MEMFD, 1 },
	{ CAP_VM_TYPES, 0x1f },		/* plain, protected, SEV, ES, SNP */
	{ KVM_CAP_SGX_ATTRIBUTE, 1 },
};

static int check_extension(uint32_t cap)
{
	unsigned int i;

	for (i = 0; i < facts->nr_caps; i++)
		if (facts->caps[i].cap == cap)
			return facts->caps[i].value;
	for (i = 0; i < ARRAY_SIZE(dflt_caps); i++)
		if (dflt_caps[i].cap == cap)
			return dflt_caps[i].value;
	return 0;
}

static int fail(int error)
{
	errno = error;
	return -1;
}

static int give_cpuid(struct kvm_cpuid2 *to, const struct cpuid_list *from)
{
	if (to->nent < from->nent)
		return fail(E2BIG);
	to->nent = from->nent;
	memcpy(to->entries, from->e, from->nent * sizeof(from->e[0]));
	return 0;
}

static int give_msr_list(struct kvm_msr_list *to, const struct msr_list *from)
{
	uint32_t i, room = to->nmsrs;

	to->nmsrs = from->n;
	if (room < from->n)
		return fail(E2BIG);
	for (i = 0; i < from->n; i++)
		to->indices[i] = from->m[i].index;
	return 0;
}

static int give_feature_msrs(struct kvm_msrs *m)
{
	uint32_t i;

	for (i = 0; i < m->nmsrs; i++) {
		const struct msr_value *v;

		v = msr_find(&facts->feature_msrs, m->entries[i].index);
		if (!v || !v->valid)
			break;
		m->entries[i].data = v->value;
	}
	return i;
}

static int device_attr(const struct kvm_device_attr *attr)
{
	if (attr->group || attr->attr || !facts->xcomp_valid)
		return fail(ENXIO);
	*(uint64_t *)(uintptr_t)attr->addr = facts->xcomp_guest_supp;
	return 0;
}

static int system_ioctl(unsigned long req, void *arg)
{
	switch (req) {
	case KVM_GET_API_VERSION:
		return KVM_API_VERSION;
	case KVM_CREATE_VM:
		return fake_fd(FD_VM);
	case KVM_GET_VCPU_MMAP_SIZE:
		return RUN_SIZE;
	case KVM_GET_SUPPORTED_CPUID:
		return give_cpuid(arg, &facts->supported);
	case KVM_GET_SUPPORTED_HV_CPUID:
		return give_cpuid(arg, &facts->hv);
	case KVM_GET_MSR_INDEX_LIST:
		return give_msr_list(arg, &facts->msr_index);
	case KVM_GET_MSR_FEATURE_INDEX_LIST:
		return give_msr_list(arg, &facts->feature_msrs);
	case KVM_GET_MSRS:
		return give_feature_msrs(arg);
	case KVM_X86_GET_MCE_CAP_SUPPORTED:
		*(uint64_t *)arg = facts->mce_cap;
		return 0;
	case KVM_GET_DEVICE_ATTR:
	case KVM_HAS_DEVICE_ATTR:
		return device_attr(arg);
	}
	return 0;
}

static int vm_ioctl(unsigned long req)
{
	if (req == CREATE_GUEST_MEMFD)
		return memfd_create("guest", MFD_CLOEXEC);
	return req == KVM_CREATE_VCPU ? fake_fd(FD_VCPU) : 0;
}

/* Firmware that is up and can do SEV-ES. */
static int sev_ioctl(const struct sev_issue_cmd *cmd)
{
	struct sev_user_data_status *status =
		(struct sev_user_data_status *)(uintptr_t)cmd->data;

	if (cmd->cmd == SEV_PLATFORM_STATUS) {
		status->api_major = 1;
		status->api_minor = 55;
		status->state = 1;
		status->flags = SEV_HAS_ES;
	}
	return 0;
}

/* Hyper-V's number of a vCPU is how KVM counts it; QEMU looks. */
static int give_msrs(struct kvm_msrs *m, int vcpu)
{
	uint32_t i;

	for (i = 0; i < m->nmsrs; i++)
		if (m->entries[i].index == MSR_VP_INDEX)
			m->entries[i].data = vcpu;
	return m->nmsrs;
}

static int vcpu_ioctl(int fd, unsigned long req, void *arg)
{
	const struct kvm_enable_cap *cap = arg;

	switch (req) {
	case KVM_RUN:
		return fail(EINTR);
	case KVM_ENABLE_CAP:
		if (cap->cap == KVM_CAP_HYPERV_ENLIGHTENED_VMCS)
			*(uint16_t *)(uintptr_t)cap->args[0] = 0x0101;
		return 0;
	case KVM_GET_SUPPORTED_HV_CPUID:
		return give_cpuid(arg, &facts->hv);
	case KVM_GET_TSC_KHZ:
		return facts->tsc_khz;
	case KVM_SET_MSRS:
		return ((struct kvm_msrs *)arg)->nmsrs;
	case KVM_GET_MSRS:
		return give_msrs(arg, fds[fd].vcpu);
	}
	return 0;
}

int fake_fd(enum fd_kind kind)
{
	static int nr_vcpus;
	int fd = memfd_create("kvm", MFD_CLOEXEC);

	if (fd < 0 || fd >= FDS_MAX || ftruncate(fd, RUN_SIZE))
		die("no file for a made-up KVM");
	fds[fd] = (struct kvm_fd){ .kind = kind };
	if (kind == FD_VCPU)
		fds[fd].vcpu = nr_vcpus++;
	return fd;
}

int fake_device(const char *path)
{
	if (!strcmp(path, "/dev/sev"))
		return fake_fd(FD_SEV);
	if (!strcmp(path, "/dev/sgx_vepc"))
		return memfd_create("epc", MFD_CLOEXEC);
	if (strcmp(path, "/dev/sgx_provision"))
		return -2;
	return facts->sgx_provision ? memfd_create("provision", MFD_CLOEXEC) :
				      fail(ENOENT);
}

int fake_ioctl(int fd, unsigned long req, void *arg)
{
	if (req == KVM_CHECK_EXTENSION)
		return check_extension((uintptr_t)arg);
	switch (fds[fd].kind) {
	case FD_SYSTEM:
		return system_ioctl(req, arg);
	case FD_VM:
		return vm_ioctl(req);
	case FD_SEV:
		return sev_ioctl(arg);
	default:
		return vcpu_ioctl(fd, req, arg);
	}
}
