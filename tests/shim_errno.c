// SPDX-License-Identifier: GPL-2.0-only
/* shim_drive errno: ioctls that fail. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kvm.h>

#include "lib/uapi.h"
#include "shim_drive.h"

#define ERRNOS	5

/*
 * What api.rst documents for an ioctl, and what any ioctl may come to; two
 * that none has.
 */
static const struct call {
	uint32_t cmd;
	const char *name;
	int documented[ERRNOS];
} calls[] = {
#define CALL(name, ...)	{ (uint32_t)name, #name, { __VA_ARGS__ } }
	CALL(KVM_CHECK_EXTENSION),
	CALL(KVM_CREATE_IRQCHIP, EEXIST, ENOMEM),
	CALL(KVM_CREATE_VCPU, EEXIST, ENOMEM, EBUSY),
	CALL(KVM_CREATE_VM, ENOMEM, EPERM, EBUSY),
	CALL(KVM_ENABLE_CAP, EPERM),
	CALL(KVM_GET_API_VERSION),
	CALL(KVM_GET_CLOCK),
	CALL(KVM_GET_CPUID2, E2BIG),
	CALL(KVM_GET_DEVICE_ATTR, ENXIO, EPERM),
	CALL(KVM_GET_EMULATED_CPUID, E2BIG, ENOMEM),
	CALL(KVM_GET_LAPIC, ENOMEM),
	CALL(KVM_GET_MP_STATE),
	CALL(KVM_GET_MSRS, E2BIG, ENOMEM),
	CALL(KVM_GET_MSR_FEATURE_INDEX_LIST, E2BIG),
	CALL(KVM_GET_MSR_INDEX_LIST, E2BIG),
	CALL(KVM_GET_NESTED_STATE, E2BIG),
	CALL(KVM_GET_REGS, ENOMEM),
	CALL(KVM_GET_SREGS, ENOMEM),
	CALL(KVM_GET_SREGS2, ENOMEM),
	CALL(KVM_GET_SUPPORTED_CPUID, E2BIG, ENOMEM),
	CALL(KVM_GET_SUPPORTED_HV_CPUID, E2BIG),
	CALL(KVM_GET_TSC_KHZ, EIO),
	CALL(KVM_GET_VCPU_EVENTS),
	CALL(KVM_GET_VCPU_MMAP_SIZE),
	CALL(KVM_GET_XCRS, ENOMEM),
	CALL(KVM_GET_XSAVE, ENOMEM),
	CALL(KVM_HAS_DEVICE_ATTR, ENXIO),
	CALL(KVM_RUN, EINTR, EAGAIN, ENOEXEC, ENOSYS, EPERM),
	CALL(KVM_SET_CLOCK),
	CALL(KVM_SET_CPUID, E2BIG, ENOMEM),
	CALL(KVM_SET_CPUID2, E2BIG, ENOMEM, EPERM),
	CALL(KVM_SET_DEVICE_ATTR, ENXIO, EPERM),
	CALL(KVM_SET_LAPIC, ENOMEM),
	CALL(KVM_SET_MP_STATE),
	CALL(KVM_SET_MSRS, E2BIG, ENOMEM),
	CALL(KVM_SET_NESTED_STATE, ENOMEM),
	CALL(KVM_SET_REGS, ENOMEM),
	CALL(KVM_SET_SREGS, ENOMEM),
	CALL(KVM_SET_SREGS2, ENOMEM),
	CALL(KVM_SET_TSS_ADDR),
	CALL(KVM_SET_USER_MEMORY_REGION, EEXIST, ENOMEM),
	CALL(KVM_SET_VCPU_EVENTS),
	CALL(KVM_SET_XCRS, ENOMEM),
	CALL(KVM_SMI),
	CALL(KVM_TRANSLATE),
	CALL(KVM_X86_GET_MCE_CAP_SUPPORTED),
	CALL(KVM_X86_SETUP_MCE),
};

static const int for_all[] = { EINVAL, EFAULT, ENOTTY, EXDEV, EDOM };

/*
 * Where a run may stay green, or be skipped with its reason: the call asks
 * whether something is there, and KVM may say no; or nothing depends on it.
 */
static const struct question {
	const char *program;	/* NULL: any */
	char scope;		/* 0: any */
	uint32_t cmd;		/* 0: any */
	int error;		/* 0: any */
	enum verdict may_be;
	const char *why;
} questions[] = {
	{ NULL, SHIM_VCPU, KVM_RUN, EINTR, GREEN,
	  "a signal that is not ours: KVM_RUN is called again" },
	{ NULL, SHIM_SYSTEM, KVM_GET_API_VERSION, 0, SKIP,
	  "what does not answer this is no KVM" },
	{ NULL, 0, 0, EPERM, SKIP, "a sandbox may forbid any of the first calls" },
	{ NULL, 0, 0, EBUSY, SKIP, "another hypervisor may have the hardware" },
	{ NULL, SHIM_VCPU, KVM_GET_TSC_KHZ, EIO, GREEN,
	  "a host whose TSC is not stable" },
	{ NULL, SHIM_SYSTEM, (uint32_t)KVM_GET_DEVICE_ATTR, ENXIO, GREEN,
	  "a KVM that does not know the attribute" },
	{ NULL, SHIM_VCPU, (uint32_t)KVM_HAS_DEVICE_ATTR, ENXIO, SKIP,
	  "a KVM without the attribute" },
	{ NULL, SHIM_VCPU, (uint32_t)KVM_HAS_DEVICE_ATTR, EINVAL, SKIP,
	  "a KVM without the attribute" },
	{ NULL, SHIM_VCPU, (uint32_t)KVM_HAS_DEVICE_ATTR, ENOTTY, SKIP,
	  "a KVM whose vCPUs have no attributes" },
};

static unsigned int tried, caught, allowed[sizeof(questions) /
					   sizeof(questions[0])];

/* Without a row an ioctl has the errnos that are for all. */
static const struct call *call_of(uint32_t cmd)
{
	static struct call other;
	static char name[24];
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].cmd == cmd)
			return &calls[i];
	snprintf(name, sizeof(name), "ioctl 0x%x", cmd);
	other = (struct call){ .cmd = cmd, .name = name };
	return &other;
}

static const struct question *question_of(const char *program,
					  const struct shim_fault *f,
					  enum verdict v)
{
	size_t i;

	for (i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		const struct question *q = &questions[i];

		if ((!q->program || !strcmp(q->program, program)) &&
		    (!q->scope || q->scope == f->scope) &&
		    (!q->cmd || q->cmd == f->cmd) &&
		    (!q->error || q->error == f->error) && q->may_be == v)
			return q;
	}
	return NULL;
}

/* Which calls of the honest run failed of themselves with this errno. */
static bool same_as_honest(const struct program *p, const struct shim_seen *s,
			   const struct shim_fault *f)
{
	const struct shim_shared *h = p->honest_run;
	uint32_t i, nth = 0;

	for (i = 0; i < h->ioctls && i < SHIM_LOG; i++) {
		if (h->log[i].seen != s - h->seen)
			continue;
		nth++;
		if ((!f->nth || f->nth == nth) &&
		    h->log[i].result != -f->error)
			return false;
	}
	return true;
}

static void not_seen(const struct program *p, const struct shim_fault *f,
		     enum verdict v)
{
	char text[128];

	shim_print(f, text, sizeof(text));
	printf("# NOT SEEN: %s, %s: %s: %s (%s)\n", p->name,
	       call_of(f->cmd)->name, strerror(f->error), verdict_name(v),
	       text);
}

static void one(const struct program *p, const struct shim_seen *s,
		uint32_t nth, int error)
{
	struct shim_fault f = {
		.kind = SHIM_ERRNO, .scope = s->scope, .cmd = s->cmd,
		.nth = nth, .error = error,
	};
	const struct question *q;
	enum verdict v;

	if (same_as_honest(p, s, &f))
		return;
	v = program_run(p, &f);
	q = question_of(p->name, &f, v);
	if (v == NOT_APPLIED)
		return;
	if (q) {
		allowed[q - questions]++;
		return;
	}
	tried++;
	if (v == RED)
		caught++;
	else
		not_seen(p, &f, v);
}

/* First, one in the middle, last, all: as far as these differ. */
static unsigned int places(const struct shim_seen *s, uint32_t *nth)
{
	unsigned int n = 0;

	nth[n++] = 1;
	if (s->calls > 2)
		nth[n++] = s->calls / 2 + 1;
	if (s->calls > 1) {
		nth[n++] = s->calls;
		nth[n++] = 0;
	}
	return n;
}

static unsigned int errors_of(uint32_t cmd, int *errors)
{
	const struct call *c = call_of(cmd);
	unsigned int i, n = 0;

	for (i = 0; i < ERRNOS && c->documented[i]; i++)
		errors[n++] = c->documented[i];
	for (i = 0; i < sizeof(for_all) / sizeof(for_all[0]); i++)
		errors[n++] = for_all[i];
	return n;
}

static void all_of(const struct program *p, const struct shim_seen *s)
{
	int errors[2 * ERRNOS];
	unsigned int i, k, n = errors_of(s->cmd, errors);
	uint32_t nth[4];
	unsigned int nr = places(s, nth);

	for (i = 0; i < nr; i++)
		for (k = 0; k < n; k++)
			one(p, s, nth[i], errors[k]);
}

/* Another place and another errno each time. */
static void one_of(const struct program *p, const struct shim_seen *s)
{
	static unsigned int turn;
	int errors[2 * ERRNOS];
	unsigned int n = errors_of(s->cmd, errors);
	uint32_t nth[4];
	unsigned int nr = places(s, nth);

	one(p, s, nth[turn % nr], errors[turn % n]);
	turn++;
}

static bool is_ioctl(const struct shim_seen *s)
{
	return s->calls && !s->item;
}

static void everything(const struct program *p)
{
	int i;

	for (i = 0; i < SHIM_SEEN; i++)
		if (is_ioctl(&p->honest_run->seen[i]))
			all_of(p, &p->honest_run->seen[i]);
}

static bool had_before(uint32_t cmd)
{
	static uint32_t had[200];
	static unsigned int n;
	unsigned int i;

	for (i = 0; i < n; i++)
		if (had[i] == cmd)
			return true;
	if (n < sizeof(had) / sizeof(had[0]))
		had[n++] = cmd;
	return false;
}

/* What no program before had; where there is nothing, anything. */
static void sample_of(const struct program *p)
{
	const struct shim_seen *any = NULL;
	bool some = false;
	int i;

	for (i = 0; i < SHIM_SEEN; i++) {
		const struct shim_seen *s = &p->honest_run->seen[i];

		if (!is_ioctl(s))
			continue;
		any = s;
		if (had_before(s->cmd))
			continue;
		some = true;
		one_of(p, s);
	}
	if (!some && any)
		one_of(p, any);
}

bool drive_errnos(struct program *programs, unsigned int nr, bool sample)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (sample)
			sample_of(&programs[i]);
		else
			everything(&programs[i]);
		if (!sample)
			printf("# %s: caught %u of %u so far\n",
			       programs[i].name, caught, tried);
	}
	for (i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		if (allowed[i])
			printf("# %u %s: %s\n", allowed[i],
			       verdict_name(questions[i].may_be),
			       questions[i].why);
	printf("caught %u of %u failing ioctls\n", caught, tried);
	return tried && caught == tried;
}
