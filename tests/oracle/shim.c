// SPDX-License-Identifier: GPL-2.0-only
/*
 * What QEMU gives to KVM: every KVM_SET_CPUID2 and KVM_X86_SETUP_MCE, and the
 * KVM_SET_MSRS that carries the feature MSRs, which is the one before any
 * register state is set.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "oracle.h"
#include "profile_parse.h"

static int (*real_ioctl)(int fd, unsigned long req, ...);
static int (*real_open)(const char *path, int flags, ...);
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *capture;
static int last_vcpu = -1, nr_real_vcpus;

struct host_facts *facts;
int wanted_vcpus;
struct kvm_fd fds[FDS_MAX];

void die(const char *what)
{
	fprintf(stderr, "oracle: %s\n", what);
	_exit(99);
}

/* Facts of a vector or a profile; other lines do not matter here. */
void load_facts(const char *path)
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

void start_capture(FILE *out)
{
	capture = out;
}

__attribute__((constructor)) static void start(void)
{
	const char *sites = getenv("ORACLE_SITES");
	const char *from = getenv("ORACLE_FACTS");
	const char *to = getenv("ORACLE_CAPTURE");
	const char *vcpus = getenv("ORACLE_VCPUS");

	*(void **)&real_ioctl = dlsym(RTLD_NEXT, "ioctl");
	*(void **)&real_open = dlsym(RTLD_NEXT, "open");
	if (!real_ioctl || !real_open)
		die("no ioctl, no open");
	if (from)
		load_facts(from);
	if (vcpus)
		wanted_vcpus = atoi(vcpus);
	if (sites)
		fake_cpuid_sites(sites);
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

static void show_mce(int vcpu, const uint64_t *value)
{
	show_vcpu(vcpu);
	fprintf(capture, "setup_mce 0x%016llx\n", (unsigned long long)*value);
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
		show_mce(vcpu, arg);
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

/* What the last vCPU has before it has any state is all that is of interest. */
static void leave_when_done(int fd)
{
	if (fds[fd].has_state && fds[fd].kind == FD_VCPU &&
	    fds[fd].vcpu + 1 == wanted_vcpus)
		_exit(0);
}

static bool is_ours(int fd)
{
	return fd >= 0 && fd < FDS_MAX && fds[fd].kind != FD_OTHER;
}

static int fake(int fd, unsigned long req, void *arg)
{
	int ret;

	fake_cpuid();
	pthread_mutex_lock(&lock);
	listen(fd, req, arg);
	ret = fake_ioctl(fd, req, arg);
	leave_when_done(fd);
	pthread_mutex_unlock(&lock);
	return ret;
}

/* A real KVM: a vCPU's file is known by the ioctl that made it. */
static int pass(int fd, unsigned long req, void *arg)
{
	int ret;

	if (is_ours(fd)) {
		pthread_mutex_lock(&lock);
		listen(fd, req, arg);
		pthread_mutex_unlock(&lock);
	}
	ret = real_ioctl(fd, req, arg);
	if (req == KVM_CREATE_VCPU && ret >= 0 && ret < FDS_MAX)
		fds[ret] = (struct kvm_fd){ FD_VCPU, nr_real_vcpus++, false };
	return ret;
}

int ioctl(int fd, unsigned long req, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, req);
	arg = va_arg(ap, void *);
	va_end(ap);
	req = (uint32_t)req;		/* QEMU has it in a signed int */
	return facts && is_ours(fd) ? fake(fd, req, arg) : pass(fd, req, arg);
}

static int open_file(const char *path, int flags, mode_t mode)
{
	int fd = -2;

	if (facts && !strcmp(path, "/dev/kvm"))
		return fake_fd(FD_SYSTEM);
	if (facts)
		fd = fake_device(path);
	return fd != -2 ? fd : real_open(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & (O_CREAT | O_TMPFILE)) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	return open_file(path, flags, mode);
}

int open64(const char *path, int flags, ...)
	__attribute__((alias("open")));
