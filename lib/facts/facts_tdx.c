// SPDX-License-Identifier: GPL-2.0-only
/* TDX capabilities of the host; uapi of Linux 6.16. */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "facts_tdx.h"

/* asm/kvm.h since 6.16 has these as kvm_tdx_cmd and kvm_tdx_capabilities. */
#define TDX_CMD_CAPABILITIES	0

struct tdx_cmd {
	uint32_t id;
	uint32_t flags;
	uint64_t data;
	uint64_t hw_error;
};

struct tdx_caps {
	uint64_t supported_attrs;
	uint64_t supported_xfam;
	uint64_t reserved[254];
	struct cpuid_list cpuid;
};

static bool get_caps(int vm_fd, struct tdx_caps *caps)
{
	struct tdx_cmd cmd = {
		.id = TDX_CMD_CAPABILITIES, .data = (uintptr_t)caps,
	};

	memset(caps, 0, sizeof(*caps));
	caps->cpuid.nent = KVM_MAX_ENTRIES;
	return !ioctl(vm_fd, KVM_MEMORY_ENCRYPT_OP, &cmd);
}

void facts_read_tdx(struct host_facts *f, int kvm_fd)
{
	struct tdx_caps caps;
	int vm_fd;

	if (!(facts_cap(f, KVM_CAP_VM_TYPES) & 1 << KVM_X86_TDX_VM))
		return;
	vm_fd = ioctl(kvm_fd, KVM_CREATE_VM, (unsigned long)KVM_X86_TDX_VM);
	if (vm_fd < 0)
		return;
	if (get_caps(vm_fd, &caps)) {
		f->tdx_valid = true;
		f->tdx_attributes = caps.supported_attrs;
		f->tdx_xfam = caps.supported_xfam;
		f->tdx_cpuid = caps.cpuid;
	}
	close(vm_fd);
}
