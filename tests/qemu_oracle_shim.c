// SPDX-License-Identifier: GPL-2.0-only
/*
 * LD_PRELOAD shim that writes down what QEMU gives to KVM: every
 * KVM_SET_CPUID2 and KVM_X86_SETUP_MCE, and the KVM_SET_MSRS that carries the
 * feature MSRs, which is the one before any register state is set.
 *
 *   ORACLE_CAPTURE=FILE  where to, in the format of vectors
 *   ORACLE_FACTS=FILE    answer as the KVM of this vector or profile would
 *                        and take whatever is set; without it, only listen
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "profile_parse.h"

#define FDS_MAX		4096

static int (*real_ioctl)(int fd, unsigned long req, ...);
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct host_facts *facts;	/* NULL: only listen */
static FILE *capture;
static int last_vcpu = -1, nr_vcpus;

enum fd_kind { FD_OTHER, FD_SYSTEM, FD_VCPU };

static struct {
	enum fd_kind kind;
	int vcpu;
	bool has_state;			/* too late for feature MSRs */
} fds[FDS_MAX];

static void die(const char *what)
{
	fprintf(stderr, "oracle: %s\n", what);
	_exit(99);
}

/* Facts of a vector or a profile; other lines do not matter here. */
static void load_facts(const char *path)
{
	char err[300] = "";
	struct line_reader r = {
		.in = fopen(path, "r"), .name = path, .err = err,
		.errlen = sizeof(err),
	};

	facts = calloc(1, sizeof(*facts));
	if (!r.in || !facts)
		die(path);
	while (line_next(&r) > 0)
		if (profile_take_line(facts, &r) < 0)
			die(err);
	fclose(r.in);
	free(r.text);
}

__attribute__((constructor)) static void start(void)
{
	const char *to = getenv("ORACLE_CAPTURE");
	const char *from = getenv("ORACLE_FACTS");

	real_ioctl = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT,
							     "ioctl");
	if (!real_ioctl)
		die("no ioctl");
	if (from)
		load_facts(from);
	if (to)
		capture = fopen(to, "w");
	if (to && !capture)
		die(to);
}

static void show_vcpu(int vcpu)
{
	if (vcpu != last_vcpu)
		fprintf(capture, "vcpu %d\n", vcpu);
	last_vcpu = vcpu;
}

static void show_cpuid(int vcpu, const struct kvm_cpuid2 *c)
{
	uint32_t i;

	show_vcpu(vcpu);
	for (i = 0; i < c->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &c->entries[i];

		fprintf(capture,
			"set_cpuid2 0x%08x 0x%08x flags=0x%x eax=0x%08x ebx=0x%08x ecx=0x%08x edx=0x%08x\n",
			e->function, e->index, e->flags, e->eax, e->ebx,
			e->ecx, e->edx);
	}
}

static void show_msrs(int vcpu, const struct kvm_msrs *m)
{
	uint32_t i;

	show_vcpu(vcpu);
	for (i = 0; i < m->nmsrs; i++)
		fprintf(capture, "set_msr 0x%08x 0x%016llx\n",
			m->entries[i].index,
			(unsigned long long)m->entries[i].data);
}

/* IA32_FEATURE_CONTROL is state, but comes before all other state. */
static bool is_feature_control(const struct kvm_msrs *m)
{
	return m->nmsrs == 1 && m->entries[0].index == 0x3a;
}

static void listen(int fd, unsigned long req, void *arg)
{
	int vcpu = fds[fd].vcpu;

	if (fds[fd].kind != FD_VCPU || !capture)
		return;
	switch (req) {
	case KVM_SET_CPUID2:
		show_cpuid(vcpu, arg);
		break;
	case KVM_X86_SETUP_MCE:
		show_vcpu(vcpu);
		fprintf(capture, "setup_mce 0x%016llx\n",
			(unsigned long long)*(uint64_t *)arg);
		break;
	case KVM_SET_MSRS:
		if (!fds[fd].has_state && !is_feature_control(arg))
			show_msrs(vcpu, arg);
		fds[fd].has_state = true;
		break;
	case KVM_SET_REGS:
	case KVM_SET_SREGS:
	case KVM_SET_SREGS2:
	case KVM_SET_MP_STATE:
		fds[fd].has_state = true;
		break;
	}
	fflush(capture);
}

static int give_cpuid(struct kvm_cpuid2 *to, const struct cpuid_list *from)
{
	if (to->nent < from->nent) {
		errno = E2BIG;
		return -1;
	}
	to->nent = from->nent;
	memcpy(to->entries, from->e, from->nent * sizeof(from->e[0]));
	return 0;
}

static int give_msr_list(struct kvm_msr_list *to, const struct msr_list *from)
{
	uint32_t i, room = to->nmsrs;

	to->nmsrs = from->n;
	if (room < from->n) {
		errno = E2BIG;
		return -1;
	}
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

/* 1: answered in *ret.  Capabilities not in the facts stay the real ones. */
static int answer_system(int fd, unsigned long req, void *arg, int *ret)
{
	struct kvm_device_attr *attr = arg;
	unsigned int i;

	switch (req) {
	case KVM_GET_SUPPORTED_CPUID:
		*ret = give_cpuid(arg, &facts->supported);
		return 1;
	case KVM_GET_SUPPORTED_HV_CPUID:
		*ret = give_cpuid(arg, &facts->hv);
		return 1;
	case KVM_GET_MSR_INDEX_LIST:
		*ret = give_msr_list(arg, &facts->msr_index);
		return 1;
	case KVM_GET_MSR_FEATURE_INDEX_LIST:
		*ret = give_msr_list(arg, &facts->feature_msrs);
		return 1;
	case KVM_GET_MSRS:
		*ret = give_feature_msrs(arg);
		return 1;
	case KVM_X86_GET_MCE_CAP_SUPPORTED:
		*(uint64_t *)arg = facts->mce_cap;
		*ret = 0;
		return 1;
	case KVM_GET_DEVICE_ATTR:
		*(uint64_t *)(uintptr_t)attr->addr = facts->xcomp_guest_supp;
		*ret = facts->xcomp_valid ? 0 : -1;
		errno = ENXIO;
		return 1;
	case KVM_CHECK_EXTENSION:
		for (i = 0; i < facts->nr_caps; i++)
			if (facts->caps[i].cap == (uintptr_t)arg) {
				*ret = facts->caps[i].value;
				return 1;
			}
		return 0;
	}
	return 0;
}

static int answer_vcpu(unsigned long req, void *arg, int *ret)
{
	const struct kvm_enable_cap *cap = arg;

	switch (req) {
	case KVM_ENABLE_CAP:
		if (cap->cap == KVM_CAP_HYPERV_ENLIGHTENED_VMCS)
			*(uint16_t *)(uintptr_t)cap->args[0] = 0x0101;
		*ret = 0;
		return 1;
	case KVM_SET_CPUID2:
	case KVM_X86_SETUP_MCE:
	case KVM_SET_TSC_KHZ:
	case KVM_SET_XSAVE:
	case KVM_SET_XCRS:
		*ret = 0;
		return 1;
	case KVM_GET_TSC_KHZ:
		*ret = facts->tsc_khz;
		return 1;
	case KVM_SET_MSRS:
	case KVM_GET_MSRS:
		*ret = ((struct kvm_msrs *)arg)->nmsrs;
		return 1;
	}
	return 0;
}

static int answer(int fd, unsigned long req, void *arg, int *ret)
{
	if (!facts)
		return 0;
	if (fds[fd].kind == FD_VCPU)
		return answer_vcpu(req, arg, ret);
	/* a VM fd is asked for capabilities too */
	if (fds[fd].kind == FD_SYSTEM || req == KVM_CHECK_EXTENSION)
		return answer_system(fd, req, arg, ret);
	return 0;
}

int ioctl(int fd, unsigned long req, ...)
{
	va_list ap;
	void *arg;
	int ret;

	va_start(ap, req);
	arg = va_arg(ap, void *);
	va_end(ap);
	req = (uint32_t)req;		/* QEMU has it in a signed int */
	if (fd < 0 || fd >= FDS_MAX)
		return real_ioctl(fd, req, arg);
	pthread_mutex_lock(&lock);
	if (req == KVM_GET_API_VERSION)
		fds[fd].kind = FD_SYSTEM;
	listen(fd, req, arg);
	ret = 0;
	if (answer(fd, req, arg, &ret)) {
		int e = errno;

		pthread_mutex_unlock(&lock);
		errno = e;
		return ret;
	}
	pthread_mutex_unlock(&lock);
	ret = real_ioctl(fd, req, arg);
	if (req == KVM_CREATE_VCPU && ret >= 0 && ret < FDS_MAX) {
		fds[ret].kind = FD_VCPU;
		fds[ret].vcpu = nr_vcpus++;
	}
	return ret;
}
