// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls that report a failure on one line and end the test process.  A
 * test runs in a process of its own, so nobody else's result is lost.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm_util.h"
#include "vcpu_init.h"

/* tools/testing/selftests/kselftest.h */
#define STATUS_FAIL	1
#define STATUS_SKIP	4

int (*test_stop_status)(enum run_end end, const char *text);
void (*test_skip_told)(const char *text);

void test_skip_all(const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printf("# SKIP: %s\n", text);
	if (test_skip_told)
		test_skip_told(text);
	fflush(stdout);
	_exit(STATUS_SKIP);
}

static void __attribute__((noreturn))
stop(enum run_end end, const char *fmt, va_list ap)
{
	int status = STATUS_FAIL;
	char text[400];

	vsnprintf(text, sizeof(text), fmt, ap);
	printf("# ERROR: %s\n", text);
	if (test_stop_status)
		status = test_stop_status(end, text);
	fflush(stdout);
	_exit(status);
}

void test_stop(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	stop(RUN_ENDED_OTHERWISE, fmt, ap);
}

void test_stop_run(enum run_end end, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	stop(end, fmt, ap);
}

static void must(const char *what, int ret)
{
	if (ret < 0)
		test_stop("%s: %s (errno %d)", what, strerror(-ret), -ret);
}

static void no_kvm(int err)
{
	const char *hint = "is the kvm module loaded?";

	if (err == EACCES || err == EPERM)
		hint = "run as root or join the device's group";
	else if (err == ENOTTY || err == EISDIR || err == ENOSYS)
		hint = "this is not a KVM device; check $KVM_DEVICE";
	test_skip_all("cannot use %s: %s; %s", kvm_device(), strerror(err),
		      hint);
}

int kvm_open(void)
{
	int fd = __kvm_open();

	if (fd < 0)
		no_kvm(-fd);
	return fd;
}

void vm_create(struct vm *vm, unsigned int flags)
{
	close(kvm_open());
	must("creating a VM", __vm_create(vm, flags));
}

void vcpu_create(struct vcpu *vcpu, struct vm *vm, uint32_t id)
{
	must("KVM_CREATE_VCPU", __vcpu_create(vcpu, vm, id));
}

void vcpu_set_cpuid(struct vcpu *vcpu, const struct cpuid_list *list)
{
	must("KVM_SET_CPUID2", __vcpu_set_cpuid(vcpu, list));
}

void vcpu_get_cpuid(struct vcpu *vcpu, struct cpuid_list *list)
{
	must("KVM_GET_CPUID2", __vcpu_get_cpuid(vcpu, list));
}

uint64_t vcpu_get_msr(struct vcpu *vcpu, uint32_t index)
{
	uint64_t value;
	int ret = __vcpu_get_msr(vcpu, index, &value);

	must("KVM_GET_MSRS", ret);
	if (ret != 1)
		test_stop("KVM_GET_MSRS: MSR 0x%x was refused", index);
	return value;
}

void vcpu_set_msr(struct vcpu *vcpu, uint32_t index, uint64_t value)
{
	int ret = __vcpu_set_msr(vcpu, index, value);

	must("KVM_SET_MSRS", ret);
	if (ret != 1)
		test_stop("KVM_SET_MSRS: MSR 0x%x: 0x%llx was refused",
			  index, (unsigned long long)value);
}

void vcpu_get_sregs(struct vcpu *vcpu, struct kvm_sregs *sregs)
{
	must("KVM_GET_SREGS", __vcpu_get_sregs(vcpu, sregs));
}

void vcpu_set_sregs(struct vcpu *vcpu, const struct kvm_sregs *sregs)
{
	must("KVM_SET_SREGS", __vcpu_set_sregs(vcpu, sregs));
}

void vcpu_get_regs(struct vcpu *vcpu, struct kvm_regs *regs)
{
	int ret = kvm_ioctl(vcpu->fd, KVM_GET_REGS, regs);

	if (ret)
		test_stop("KVM_GET_REGS: %s", strerror(-ret));
}

void vcpu_set_regs(struct vcpu *vcpu, const struct kvm_regs *regs)
{
	must("KVM_SET_REGS", __vcpu_set_regs(vcpu, regs));
}

void vcpu_set_xcr0(struct vcpu *vcpu, uint64_t xcr0)
{
	must("KVM_SET_XCRS", __vcpu_set_xcr0(vcpu, xcr0));
}

uint64_t vcpu_get_xcr0(struct vcpu *vcpu)
{
	uint64_t xcr0;

	must("KVM_GET_XCRS", __vcpu_get_xcr0(vcpu, &xcr0));
	return xcr0;
}

void vcpu_enable_cap(struct vcpu *vcpu, uint32_t cap, uint64_t arg0)
{
	must("KVM_ENABLE_CAP (vCPU)", __vcpu_enable_cap(vcpu, cap, arg0));
}

void vm_enable_cap(struct vm *vm, uint32_t cap, uint64_t arg0)
{
	must("KVM_ENABLE_CAP (VM)", __vm_enable_cap(vm, cap, arg0));
}

void vcpu_set_smm(struct vcpu *vcpu, bool on)
{
	struct kvm_vcpu_events events;

	must("KVM_GET_VCPU_EVENTS",
	     kvm_ioctl(vcpu->fd, KVM_GET_VCPU_EVENTS, &events));
	events.flags = KVM_VCPUEVENT_VALID_SMM;
	events.smi.smm = on;
	must(on ? "KVM_SET_VCPU_EVENTS with smi.smm 1" :
		  "KVM_SET_VCPU_EVENTS with smi.smm 0",
	     kvm_ioctl(vcpu->fd, KVM_SET_VCPU_EVENTS, &events));
}

void vcpu_send_init(struct vcpu *vcpu)
{
	must("INIT by KVM_SET_VCPU_EVENTS and KVM_GET_MP_STATE",
	     __vcpu_send_init(vcpu));
}
