// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_TDX_INIT_VM takes the TDX variant of the max model.  Needs a host with
 * TDX; says what is missing elsewhere.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "test.h"
#include "model.h"
#include "model_tdx.h"

/* asm/kvm.h since Linux 6.16: kvm_tdx_cmd, kvm_tdx_init_vm */
#define TDX_CMD_INIT_VM		1

struct tdx_cmd {
	uint32_t id;
	uint32_t flags;
	uint64_t data;
	uint64_t hw_error;
};

struct tdx_init_vm {
	uint64_t attributes;
	uint64_t xfam;
	uint64_t mrconfigid[6];
	uint64_t mrowner[6];
	uint64_t mrownerconfig[6];
	uint64_t reserved[12];
	struct cpuid_list cpuid;
};

static int open_kvm(void)
{
	const char *path = getenv("KVM_DEVICE");

	return open(path && *path ? path : "/dev/kvm", O_RDWR | O_CLOEXEC);
}

/* Split irqchip is the only one that a TD can have. */
static int make_td(int kvm_fd)
{
	struct kvm_enable_cap split = {
		.cap = KVM_CAP_SPLIT_IRQCHIP, .args = { 24 },
	};
	int vm = ioctl(kvm_fd, KVM_CREATE_VM, (unsigned long)KVM_X86_TDX_VM);

	if (vm >= 0 && ioctl(vm, KVM_ENABLE_CAP, &split)) {
		close(vm);
		return -1;
	}
	return vm;
}

static int init_td(int vm, const struct tdx_guest *td)
{
	struct tdx_init_vm *init = calloc(1, sizeof(*init));
	struct tdx_cmd cmd = {
		.id = TDX_CMD_INIT_VM, .data = (uintptr_t)init,
	};
	int r, tries = 10000;

	if (!init)
		return -1;
	init->attributes = td->attributes;
	init->xfam = td->xfam;
	init->cpuid = td->cpuid;
	/* the TDX module is busy now and then */
	do {
		r = ioctl(vm, KVM_MEMORY_ENCRYPT_OP, &cmd);
	} while (r && errno == EAGAIN && --tries);
	if (r)
		printf("# KVM_TDX_INIT_VM: %s, TDX status 0x%llx\n",
		       strerror(errno), (unsigned long long)cmd.hw_error);
	free(init);
	return r;
}

/* NULL, or why there can be no TD here. */
static const char *missing(const struct host_facts *f)
{
	if (!(facts_cap(f, KVM_CAP_VM_TYPES) & 1 << KVM_X86_TDX_VM))
		return "KVM_CAP_VM_TYPES lacks TDX: no TDX module, kvm_intel.tdx=0, or a kernel before 6.16";
	return f->tdx_valid ? NULL : "KVM_TDX_CAPABILITIES does not answer";
}

FIXTURE(tdx_model)
{
	int kvm_fd, vm;
	struct model_opts *o;
	struct tdx_guest td;
	char err[300];
};

FIXTURE_SETUP(tdx_model)
{
	self->vm = -1;
	self->kvm_fd = -1;
	self->o = model_opts_new();
	ASSERT_NE(NULL, self->o);
	if (missing(subject_facts()))
		return;
	ASSERT_EQ(0, model_opts_set(self->o, "tdx"));
	ASSERT_EQ(0, model_tdx(subject_facts(), self->o, &self->td, self->err,
			       sizeof(self->err))) {
		printf("# %s\n", self->err);
	}
	self->kvm_fd = open_kvm();
	ASSERT_LE(0, self->kvm_fd);
	self->vm = make_td(self->kvm_fd);
	ASSERT_LE(0, self->vm);
}

FIXTURE_TEARDOWN(tdx_model)
{
	if (self->vm >= 0)
		close(self->vm);
	if (self->kvm_fd >= 0)
		close(self->kvm_fd);
	model_opts_free(self->o);
}

TEST_F(tdx_model, init_vm_takes_the_model)
{
	if (missing(subject_facts()))
		TEST_SKIP("%s", missing(subject_facts()));
	TEST_VERDICT(!init_td(self->vm, &self->td));
}

/* One attribute more than is supported must be refused. */
TEST_F(tdx_model, init_vm_refuses_an_attribute)
{
	if (missing(subject_facts()))
		TEST_SKIP("%s", missing(subject_facts()));
	self->td.attributes |= ~subject_facts()->tdx_attributes;
	TEST_VERDICT(init_td(self->vm, &self->td));
}

TEST_MAIN
