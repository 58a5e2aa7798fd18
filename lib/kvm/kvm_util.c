// SPDX-License-Identifier: GPL-2.0-only
/* VM, memory and vCPU: the calls that return raw results. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest_code/protocol.h"
#include "kvm_util.h"

const char *kvm_device(void)
{
	const char *path = getenv("KVM_DEVICE");

	return path && *path ? path : "/dev/kvm";
}

int kvm_ioctl(int fd, unsigned long cmd, void *arg)
{
	int ret = ioctl(fd, cmd, arg);

	return ret < 0 ? -errno : ret;
}

int __kvm_open(void)
{
	int version, fd = open(kvm_device(), O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	version = kvm_ioctl(fd, KVM_GET_API_VERSION, NULL);
	if (version == KVM_API_VERSION)
		return fd;
	close(fd);
	return version < 0 ? version : -ENOSYS;
}

int kvm_check_cap(int fd, uint32_t cap)
{
	int ret = kvm_ioctl(fd, KVM_CHECK_EXTENSION, (void *)(long)cap);

	if (ret < 0)
		test_stop("KVM_CHECK_EXTENSION of %u: %s (errno %d)", cap,
			  strerror(-ret), -ret);
	return ret;
}

static int add_memory(struct vm *vm)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = PROBE_MEM_SIZE,
	};
	void *mem = mmap(NULL, PROBE_MEM_SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		return -errno;
	vm->mem = mem;
	vm->mem_size = PROBE_MEM_SIZE;
	region.userspace_addr = (uintptr_t)mem;
	return kvm_ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region);
}

static int add_irqchip(struct vm *vm, unsigned int flags)
{
	vm->irqchip = flags & (VM_IRQCHIP | VM_SPLIT_IRQCHIP);
	if (flags & VM_IRQCHIP)
		return kvm_ioctl(vm->fd, KVM_CREATE_IRQCHIP, NULL);
	if (flags & VM_SPLIT_IRQCHIP)
		return __vm_enable_cap(vm, KVM_CAP_SPLIT_IRQCHIP, 24);
	return 0;
}

/* Kept out of the way of guest memory; only VMX without unrestricted guest
 * uses them, and there KVM_RUN fails without the first.
 */
static int place_tss(struct vm *vm)
{
	int ret;

	if (!kvm_check_cap(vm->kvm_fd, KVM_CAP_SET_TSS_ADDR))
		return 0;
	ret = kvm_ioctl(vm->fd, KVM_SET_TSS_ADDR, (void *)0xfffbd000UL);
	return ret < 0 ? ret : 0;
}

static int fill_vm(struct vm *vm, unsigned int flags)
{
	int ret = kvm_ioctl(vm->kvm_fd, KVM_GET_VCPU_MMAP_SIZE, NULL);

	if (ret < 0)
		return ret;
	vm->run_size = ret;
	vm->fd = kvm_ioctl(vm->kvm_fd, KVM_CREATE_VM, NULL);
	if (vm->fd < 0)
		return vm->fd;
	ret = place_tss(vm);
	if (!ret)
		ret = add_irqchip(vm, flags);
	return ret ? ret : add_memory(vm);
}

#define REQ_XCOMP_GUEST_PERM	0x1025	/* ARCH_REQ_XCOMP_GUEST_PERM */
#define TILE_DATA		18

/*
 * A process has to ask for AMX before its first vCPU is there, else
 * KVM_SET_CPUID2 refuses a list that has it, and the max model has it where
 * KVM can do it (Documentation/arch/x86/xstate.rst).  Without AMX this fails,
 * and if it is not granted KVM_SET_CPUID2 will tell.
 */
static void ask_for_tiles(void)
{
	syscall(SYS_arch_prctl, REQ_XCOMP_GUEST_PERM, TILE_DATA);
}

int __vm_create(struct vm *vm, unsigned int flags)
{
	int ret;

	ask_for_tiles();
	memset(vm, 0, sizeof(*vm));
	vm->fd = -1;
	vm->kvm_fd = __kvm_open();
	if (vm->kvm_fd < 0)
		return vm->kvm_fd;
	ret = fill_vm(vm, flags);
	if (ret < 0)
		vm_destroy(vm);
	return ret;
}

void vm_destroy(struct vm *vm)
{
	if (vm->mem)
		munmap(vm->mem, vm->mem_size);
	if (vm->fd >= 0)
		close(vm->fd);
	if (vm->kvm_fd >= 0)
		close(vm->kvm_fd);
	memset(vm, 0, sizeof(*vm));
	vm->fd = -1;
	vm->kvm_fd = -1;
}

void *vm_at(const struct vm *vm, uint64_t gpa)
{
	return vm->mem + gpa;
}

/* With an in-kernel APIC all but vCPU 0 wait for a SIPI that nobody sends. */
static int make_runnable(struct vcpu *vcpu)
{
	struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_RUNNABLE };

	if (!vcpu->vm->irqchip || !vcpu->id)
		return 0;
	return kvm_ioctl(vcpu->fd, KVM_SET_MP_STATE, &state);
}

int __vcpu_create(struct vcpu *vcpu, struct vm *vm, uint32_t id)
{
	void *run;
	int ret;

	memset(vcpu, 0, sizeof(*vcpu));
	vcpu->vm = vm;
	vcpu->id = id;
	vcpu->fd = kvm_ioctl(vm->fd, KVM_CREATE_VCPU, (void *)(long)id);
	if (vcpu->fd < 0)
		return vcpu->fd;
	run = mmap(NULL, vm->run_size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   vcpu->fd, 0);
	ret = run == MAP_FAILED ? -errno : 0;
	if (!ret) {
		vcpu->run = run;
		ret = make_runnable(vcpu);
	}
	if (ret)
		vcpu_destroy(vcpu);
	return ret;
}

void vcpu_destroy(struct vcpu *vcpu)
{
	if (vcpu->run)
		munmap(vcpu->run, vcpu->vm->run_size);
	if (vcpu->fd >= 0)
		close(vcpu->fd);
	vcpu->run = NULL;
	vcpu->fd = -1;
}
