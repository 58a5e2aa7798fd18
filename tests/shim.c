// SPDX-License-Identifier: GPL-2.0-only
/*
 * See shim.h.  A program of the suite takes its fault from the environment:
 *
 *	KVM_CPUID_FAULT=KIND:FUNCTION:INDEX:REG:BIT:NTH:ERRNO
 *
 * KIND by name, the others numbers; REG 0..3 is EAX..EDX.
 *	KVM_CPUID_FAULT_LOG=FILE	a line for every ioctl: its number, s for
 *					/dev/kvm itself or v, the command
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cpuid.h"
#include "shim.h"

int __real_ioctl(int fd, unsigned long cmd, ...);
int __wrap_ioctl(int fd, unsigned long cmd, ...);

/* Shared with the children, so that they count on. */
static struct shared {
	struct shim_fault fault;
	unsigned int applied, ioctls;
} *shared;

static const char * const kind_names[SHIM_NR] = {
	"none", "errno", "bit", "function", "index", "flags", "drop",
	"duplicate", "msr",
};

const char *shim_kind_name(enum shim_kind kind)
{
	return kind < SHIM_NR ? kind_names[kind] : "?";
}

static enum shim_kind kind_named(const char *name)
{
	int i;

	for (i = 0; i < SHIM_NR; i++)
		if (!strcmp(kind_names[i], name))
			return i;
	fprintf(stderr, "KVM_CPUID_FAULT: no kind '%s'\n", name);
	exit(2);
}

static void from_environment(struct shim_fault *f)
{
	const char *text = getenv("KVM_CPUID_FAULT");
	char kind[16];

	memset(f, 0, sizeof(*f));
	if (!text)
		return;
	if (sscanf(text, "%15[^:]:%i:%i:%u:%u:%u:%d", kind,
		   (int *)&f->function, (int *)&f->index, &f->reg, &f->bit,
		   &f->nth, &f->error) != 7) {
		fprintf(stderr, "KVM_CPUID_FAULT: cannot read '%s'\n", text);
		exit(2);
	}
	f->kind = kind_named(kind);
}

static struct shared *get(void)
{
	if (shared)
		return shared;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		exit(2);
	from_environment(&shared->fault);
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

unsigned int shim_ioctls(void)
{
	return get()->ioctls;
}

static uint32_t *reg_of(struct kvm_cpuid_entry2 *e, unsigned int reg)
{
	uint32_t *regs[] = { &e->eax, &e->ebx, &e->ecx, &e->edx };

	return regs[reg & 3];
}

static void remove_entry(struct cpuid_list *l, uint32_t i)
{
	l->nent--;
	memmove(&l->e[i], &l->e[i + 1], (l->nent - i) * sizeof(l->e[0]));
}

static void insert_turned(struct cpuid_list *l, uint32_t i)
{
	struct kvm_cpuid_entry2 *e = &l->e[i];

	if (l->nent == KVM_MAX_ENTRIES)
		return;
	memmove(e + 1, e, (l->nent - i) * sizeof(*e));
	l->nent++;
	e->eax = ~e->eax;
	e->ebx = ~e->ebx;
	e->ecx = ~e->ecx;
	e->edx = ~e->edx;
}

static void change_entry(struct cpuid_list *l, uint32_t i,
			 const struct shim_fault *f)
{
	struct kvm_cpuid_entry2 *e = &l->e[i];
	uint32_t mask = 1u << (f->bit & 31);

	switch (f->kind) {
	case SHIM_BIT:
		*reg_of(e, f->reg) ^= mask;
		break;
	case SHIM_FUNCTION:
		e->function ^= mask;
		break;
	case SHIM_INDEX:
		e->index ^= mask;
		break;
	case SHIM_FLAGS:
		e->flags ^= mask;
		break;
	case SHIM_DROP:
		remove_entry(l, i);
		break;
	case SHIM_DUPLICATE:
		insert_turned(l, i);
		break;
	default:
		return;
	}
	shared->applied++;
}

/* A copy of the list with the fault in it; NULL if it is not concerned. */
static struct cpuid_list *faulty_list(const struct cpuid_list *given)
{
	static struct cpuid_list list;
	const struct shim_fault *f = &shared->fault;
	uint32_t i;

	if (f->kind < SHIM_BIT || f->kind > SHIM_DUPLICATE ||
	    given->nent > KVM_MAX_ENTRIES)
		return NULL;
	for (i = 0; i < given->nent; i++)
		if (given->e[i].function == f->function &&
		    given->e[i].index == f->index)
			break;
	if (i == given->nent)
		return NULL;
	memset(&list, 0, sizeof(list));
	list.nent = given->nent;
	memcpy(list.e, given->e, given->nent * sizeof(list.e[0]));
	change_entry(&list, i, f);
	return &list;
}

/* Up to 255 values, as KVM takes them. */
static void *faulty_msrs(const struct kvm_msrs *given)
{
	static struct {
		struct kvm_msrs head;
		struct kvm_msr_entry e[256];
	} copy;
	const struct shim_fault *f = &shared->fault;
	uint32_t i;

	if (f->kind != SHIM_MSR || given->nmsrs > 255)
		return NULL;
	copy.head = *given;
	memcpy(copy.e, given->entries, given->nmsrs * sizeof(copy.e[0]));
	for (i = 0; i < given->nmsrs; i++)
		if (copy.e[i].index == f->index) {
			copy.e[i].data ^= 1ull << (f->bit & 63);
			shared->applied++;
		}
	return &copy;
}

static char scope(int fd)
{
	char link[32], target[64] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, target, sizeof(target) - 1) < 0)
		return '?';
	return strncmp(target, "anon_inode:", 11) ? 's' : 'v';
}

static void log_ioctl(unsigned int nth, int fd, unsigned long cmd)
{
	const char *path = getenv("KVM_CPUID_FAULT_LOG");
	FILE *f = path ? fopen(path, "ae") : NULL;

	if (!f)
		return;
	fprintf(f, "%u %c %lx\n", nth, scope(fd), cmd);
	fclose(f);
}

int __wrap_ioctl(int fd, unsigned long cmd, ...)
{
	struct shared *s = get();
	unsigned int nth = __sync_add_and_fetch(&s->ioctls, 1);
	void *arg, *other = NULL;
	va_list ap;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	log_ioctl(nth, fd, cmd);
	if (s->fault.kind == SHIM_ERRNO && s->fault.nth == nth) {
		s->applied++;
		errno = s->fault.error;
		return -1;
	}
	if (cmd == KVM_SET_CPUID2)
		other = faulty_list(arg);
	else if (cmd == KVM_SET_MSRS)
		other = faulty_msrs(arg);
	return __real_ioctl(fd, cmd, other ? other : arg);
}
