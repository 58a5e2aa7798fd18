// SPDX-License-Identifier: GPL-2.0-only
/* vCPU state by ioctl: the calls that return raw results. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "kvm_util.h"

/* struct cpuid_list begins as struct kvm_cpuid2 does. */
_Static_assert(offsetof(struct cpuid_list, e) ==
	       offsetof(struct kvm_cpuid2, entries), "list layout");
_Static_assert(offsetof(struct cpuid_list, nent) ==
	       offsetof(struct kvm_cpuid2, nent), "list layout");

int __vcpu_set_cpuid(struct vcpu *vcpu, const struct cpuid_list *list)
{
	return kvm_ioctl(vcpu->fd, KVM_SET_CPUID2, (void *)list);
}

/* 6.1 leaves nent as passed, so mark the end by a function KVM cannot have. */
static void end_marks(struct cpuid_list *list)
{
	memset(list->e, 0xff, KVM_MAX_ENTRIES * sizeof(list->e[0]));
	list->padding = 0;
	list->nent = KVM_MAX_ENTRIES;
}

static bool marked(const struct kvm_cpuid_entry2 *e)
{
	return e->function == ~0u && e->index == ~0u && e->flags == ~0u;
}

int __vcpu_get_cpuid(struct vcpu *vcpu, struct cpuid_list *list)
{
	int ret;

	end_marks(list);
	ret = kvm_ioctl(vcpu->fd, KVM_GET_CPUID2, list);
	if (ret)
		return ret;
	while (list->nent && marked(&list->e[list->nent - 1]))
		list->nent--;
	return 0;
}

struct one_msr {
	struct kvm_msrs head;
	struct kvm_msr_entry entry;
};

/* What is handed in must not matter: it is nothing that an MSR has. */
#define NOT_AN_ANSWER	0x5ead5ead5ead5eadull

int __vcpu_get_msr(struct vcpu *vcpu, uint32_t index, uint64_t *value)
{
	struct one_msr m = {
		.head.nmsrs = 1,
		.entry = { .index = index, .data = NOT_AN_ANSWER },
	};
	int ret = kvm_ioctl(vcpu->fd, KVM_GET_MSRS, &m);

	*value = m.entry.data;
	return ret;
}

int __vcpu_set_msr(struct vcpu *vcpu, uint32_t index, uint64_t value)
{
	struct one_msr m = {
		.head.nmsrs = 1,
		.entry = { .index = index, .data = value },
	};

	return kvm_ioctl(vcpu->fd, KVM_SET_MSRS, &m);
}

int __vcpu_get_sregs(struct vcpu *vcpu, struct kvm_sregs *sregs)
{
	return kvm_ioctl(vcpu->fd, KVM_GET_SREGS, sregs);
}

int __vcpu_set_sregs(struct vcpu *vcpu, const struct kvm_sregs *sregs)
{
	return kvm_ioctl(vcpu->fd, KVM_SET_SREGS, (void *)sregs);
}

int __vcpu_get_sregs2(struct vcpu *vcpu, struct kvm_sregs2 *sregs)
{
	return kvm_ioctl(vcpu->fd, KVM_GET_SREGS2, sregs);
}

int __vcpu_set_sregs2(struct vcpu *vcpu, const struct kvm_sregs2 *sregs)
{
	return kvm_ioctl(vcpu->fd, KVM_SET_SREGS2, (void *)sregs);
}

int __vcpu_set_regs(struct vcpu *vcpu, const struct kvm_regs *regs)
{
	return kvm_ioctl(vcpu->fd, KVM_SET_REGS, (void *)regs);
}

int __vcpu_set_xcr0(struct vcpu *vcpu, uint64_t xcr0)
{
	struct kvm_xcrs xcrs = { .nr_xcrs = 1, .xcrs[0].value = xcr0 };

	return kvm_ioctl(vcpu->fd, KVM_SET_XCRS, &xcrs);
}

int __vcpu_get_xcr0(struct vcpu *vcpu, uint64_t *xcr0)
{
	struct kvm_xcrs xcrs = { 0 };
	int ret = kvm_ioctl(vcpu->fd, KVM_GET_XCRS, &xcrs);

	*xcr0 = xcrs.nr_xcrs ? xcrs.xcrs[0].value : 0;
	return ret;
}

static int enable_cap(int fd, uint32_t cap, uint64_t arg0)
{
	struct kvm_enable_cap c = { .cap = cap, .args[0] = arg0 };

	return kvm_ioctl(fd, KVM_ENABLE_CAP, &c);
}

int __vcpu_enable_cap(struct vcpu *vcpu, uint32_t cap, uint64_t arg0)
{
	return enable_cap(vcpu->fd, cap, arg0);
}

int __vm_enable_cap(struct vm *vm, uint32_t cap, uint64_t arg0)
{
	return enable_cap(vm->fd, cap, arg0);
}

void vcpu_get_lapic(struct vcpu *vcpu, struct kvm_lapic_state *state)
{
	if (kvm_ioctl(vcpu->fd, KVM_GET_LAPIC, state))
		test_stop("KVM_GET_LAPIC failed");
}

void vcpu_set_lapic(struct vcpu *vcpu, const struct kvm_lapic_state *state)
{
	if (kvm_ioctl(vcpu->fd, KVM_SET_LAPIC, (void *)state))
		test_stop("KVM_SET_LAPIC failed");
}

uint32_t vcpu_lapic_reg(struct vcpu *vcpu, unsigned int reg)
{
	struct kvm_lapic_state state;

	vcpu_get_lapic(vcpu, &state);
	return lapic_reg(&state, reg);
}

uint32_t lapic_reg(const struct kvm_lapic_state *state, unsigned int reg)
{
	uint32_t value;

	memcpy(&value, state->regs + reg, sizeof(value));
	return value;
}

void lapic_set_reg(struct kvm_lapic_state *state, unsigned int reg,
		   uint32_t value)
{
	memcpy(state->regs + reg, &value, sizeof(value));
}
