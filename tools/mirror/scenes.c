// SPDX-License-Identifier: GPL-2.0-only
/* The scenes, and the ioctls that they may name. */
#include <string.h>

#include "kvm_util.h"
#include "scene.h"

static const struct {
	const char *name;
	unsigned long cmd;
	bool by_value;
} ioctls[] = {
#define IO(x)		{ #x, KVM_##x, false }
#define IO_VALUE(x)	{ #x, KVM_##x, true }
	IO(GET_XCRS), IO(SET_XCRS), IO(GET_DEBUGREGS), IO(SET_DEBUGREGS),
	IO(GET_SREGS), IO(SET_SREGS), IO(GET_SREGS2), IO(SET_SREGS2),
	IO(GET_REGS), IO(SET_REGS), IO(GET_LAPIC), IO(SET_LAPIC),
	IO(GET_XSAVE), IO(SET_XSAVE), IO(GET_XSAVE2), IO(GET_NESTED_STATE),
	IO(SET_NESTED_STATE), IO(X86_SETUP_MCE), IO(X86_SET_MCE),
	IO(GET_VCPU_EVENTS), IO(SET_VCPU_EVENTS), IO(X86_SET_MSR_FILTER),
	IO(SET_PMU_EVENT_FILTER), IO(GET_ONE_REG), IO(SET_ONE_REG),
	IO(GET_REG_LIST), IO(GET_CPUID2), IO(SET_CPUID2), IO(SET_CPUID),
	IO(GET_MSRS), IO(SET_MSRS), IO(ENABLE_CAP), IO(GET_MP_STATE),
	IO(SET_MP_STATE), IO(GET_CLOCK), IO(SET_CLOCK), IO(KVMCLOCK_CTRL),
	IO(GET_SUPPORTED_HV_CPUID), IO(GET_SUPPORTED_CPUID),
	IO_VALUE(SET_TSC_KHZ), IO_VALUE(GET_TSC_KHZ), IO_VALUE(SMI),
	IO_VALUE(CREATE_VCPU), IO_VALUE(SET_BOOT_CPU_ID), IO_VALUE(NMI),
	IO(SET_DEVICE_ATTR), IO(GET_DEVICE_ATTR), IO(HAS_DEVICE_ATTR),
	IO(SET_GUEST_DEBUG), IO(SET_SIGNAL_MASK),
};

unsigned long scene_ioctl(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ioctls); i++)
		if (!strcmp(ioctls[i].name, name))
			return ioctls[i].cmd;
	test_stop("a scene has no ioctl %s", name);
}

bool scene_by_value(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ioctls); i++)
		if (!strcmp(ioctls[i].name, name))
			return ioctls[i].by_value;
	return false;
}

const struct scene scenes[] = {
#define SCENE(name, ...) { name, __VA_ARGS__ },
#include "scenes.def"
};

const unsigned int nr_scenes = ARRAY_SIZE(scenes);
