// SPDX-License-Identifier: GPL-2.0-only
/* See shim.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kvm_util.h"
#include "shim.h"
#include "shim_data.h"

int __real_ioctl(int fd, unsigned long cmd, ...);
int __wrap_ioctl(int fd, unsigned long cmd, ...);

static struct shim_shared *shared;

static void from_environment(void)
{
	const char *text = getenv("KVM_CPUID_FAULT");

	if (text && shim_read(&shared->fault, text)) {
		fprintf(stderr, "KVM_CPUID_FAULT: cannot read '%s'\n", text);
		exit(2);
	}
}

/* Children inherit it, so that they count on. */
static struct shim_shared *get(void)
{
	const char *path = getenv("KVM_CPUID_SHIM");
	int fd = -1, flags = MAP_SHARED | MAP_ANONYMOUS;

	if (shared)
		return shared;
	if (path) {
		fd = open(path, O_RDWR | O_CLOEXEC);
		flags = MAP_SHARED;
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, flags,
		      fd, 0);
	if (shared == MAP_FAILED) {
		perror("KVM_CPUID_SHIM");
		exit(2);
	}
	if (fd >= 0)
		close(fd);
	from_environment();
	return shared;
}

void shim_set(const struct shim_fault *f)
{
	get()->fault = *f;
	shared->applied = 0;
}

unsigned int shim_applied(void)
{
	return get()->applied;
}

/* 0 is no file of KVM's. */
static char scope_of(int fd)
{
	char link[32], target[64] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, target, sizeof(target) - 1) < 0)
		return 0;
	if (!strncmp(target, "anon_inode:kvm-vcpu", 19))
		return SHIM_VCPU;
	if (!strncmp(target, "anon_inode:kvm-vm", 17))
		return SHIM_VM;
	return strcmp(target, kvm_device()) ? 0 : SHIM_SYSTEM;
}

static bool same(const struct shim_seen *a, const struct shim_seen *b)
{
	return a->cmd == b->cmd && a->scope == b->scope &&
	       a->item == b->item && a->function == b->function &&
	       a->index == b->index;
}

/* Processes of a program run one after the other: no locks. */
struct shim_seen *shim_note(struct shim_seen key)
{
	uint32_t hash = (key.cmd * 31 + key.scope) * 31 + key.item;
	unsigned int i, n;

	hash = ((hash * 31 + key.function) * 31 + key.index) * 2654435761u;
	for (i = hash >> 16, n = 0; n < SHIM_SEEN; i++, n++) {
		struct shim_seen *s = &shared->seen[i % SHIM_SEEN];

		if (!s->calls)
			*s = key;
		if (!same(s, &key))
			continue;
		s->calls++;
		return s;
	}
	return NULL;
}

static int logged(const struct shim_seen *s, int ret)
{
	uint32_t nth = shared->ioctls++;

	if (nth < SHIM_LOG && s) {
		shared->log[nth].seen = s - shared->seen;
		shared->log[nth].result = ret < 0 ? -errno : 0;
	}
	return ret;
}

static bool concerned(const struct shim_seen *s)
{
	const struct shim_fault *f = &shared->fault;

	return f->kind != SHIM_NONE && s && f->cmd == s->cmd &&
	       f->scope == s->scope && (!f->nth || f->nth == s->calls);
}

static int fail(void)
{
	shared->applied++;
	errno = shared->fault.error;
	return -1;
}

int __wrap_ioctl(int fd, unsigned long cmd, ...)
{
	struct shim_seen *seen, key = { .cmd = cmd };
	struct shim_shared *s = get();
	bool concerns;
	va_list ap;
	void *arg;
	int ret;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	key.scope = scope_of(fd);
	seen = key.scope ? shim_note(key) : NULL;
	concerns = concerned(seen);
	if (concerns && s->fault.kind == SHIM_ERRNO)
		return logged(seen, fail());
	if (concerns)
		arg = shim_given(&s->fault, arg, &s->applied);
	ret = __real_ioctl(fd, cmd, arg);
	logged(seen, ret);
	if (ret >= 0 && seen && s->fault.kind == SHIM_NONE)
		shim_note_items(seen, arg, ret);
	if (concerns && ret >= 0)
		ret = shim_answered(&s->fault, arg, ret, &s->applied);
	return ret;
}
