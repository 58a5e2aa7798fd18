// SPDX-License-Identifier: GPL-2.0-only
/* See shim_data.h.  Tests also hand in pointers to nowhere: copy with care. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cpuid.h"
#include "shim_data.h"

#define MAX_MSRS	256

/* Room for any list of entries or MSRs that KVM would take. */
static struct {
	union {
		struct cpuid_list cpuid;
		struct {
			struct kvm_msrs head;
			struct kvm_msr_entry e[MAX_MSRS];
		} msrs;
	};
} copy;

static bool read_safely(void *to, const void *from, size_t len)
{
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	ssize_t n = pread(fd, to, len, (uintptr_t)from);

	close(fd);
	return n == (ssize_t)len;
}

static bool copy_cpuid(const void *arg)
{
	struct cpuid_list *l = &copy.cpuid;

	memset(l, 0, sizeof(*l));
	return read_safely(l, arg, offsetof(struct cpuid_list, e)) &&
	       l->nent <= KVM_MAX_ENTRIES &&
	       (!l->nent || read_safely(l->e, (const char *)arg +
					offsetof(struct cpuid_list, e),
					l->nent * sizeof(l->e[0])));
}

static bool copy_msrs(const void *arg)
{
	struct kvm_msrs *head = &copy.msrs.head;

	return read_safely(head, arg, sizeof(*head)) &&
	       head->nmsrs < MAX_MSRS &&
	       (!head->nmsrs || read_safely(copy.msrs.e, (const char *)arg +
					    sizeof(*head), head->nmsrs *
					    sizeof(copy.msrs.e[0])));
}

/* --- what is noted ------------------------------------------------------ */

static bool is_cpuid_list(uint32_t cmd)
{
	return cmd == (uint32_t)KVM_SET_CPUID2 ||
	       cmd == (uint32_t)KVM_GET_CPUID2 ||
	       cmd == (uint32_t)KVM_GET_SUPPORTED_CPUID ||
	       cmd == (uint32_t)KVM_GET_EMULATED_CPUID ||
	       cmd == (uint32_t)KVM_GET_SUPPORTED_HV_CPUID;
}

static bool is_msr_list(uint32_t cmd)
{
	return cmd == (uint32_t)KVM_GET_MSR_INDEX_LIST ||
	       cmd == (uint32_t)KVM_GET_MSR_FEATURE_INDEX_LIST;
}

static bool is_msrs(uint32_t cmd)
{
	return cmd == (uint32_t)KVM_GET_MSRS || cmd == (uint32_t)KVM_SET_MSRS;
}

static void note(const struct shim_seen *call, uint32_t function,
		 uint32_t index)
{
	shim_note((struct shim_seen){
		.cmd = call->cmd, .scope = call->scope, .item = 1,
		.function = function, .index = index,
	});
}

static void note_entries(const struct shim_seen *call, const void *arg)
{
	uint32_t i;

	if (!copy_cpuid(arg))
		return;
	for (i = 0; i < copy.cpuid.nent; i++)
		if (copy.cpuid.e[i].function != ~0u)
			note(call, copy.cpuid.e[i].function,
			     copy.cpuid.e[i].index);
}

/* Those that KVM took: it stops at the first that it refuses. */
static void note_msrs(const struct shim_seen *call, const void *arg, int ret)
{
	int i;

	if (!copy_msrs(arg))
		return;
	for (i = 0; i < ret; i++)
		note(call, 0, copy.msrs.e[i].index);
}

/* The array of indices is as long as the caller made it: one by one. */
static void note_list(const struct shim_seen *call, const void *arg)
{
	uint32_t i, n, index;

	if (!read_safely(&n, arg, sizeof(n)))
		return;
	for (i = 0; i < n && i < 4096; i++)
		if (read_safely(&index, (const uint32_t *)arg + 1 + i,
				sizeof(index)))
			note(call, 0, index);
}

void shim_note_items(const struct shim_seen *call, const void *arg, int ret)
{
	if (is_cpuid_list(call->cmd))
		note_entries(call, arg);
	else if (is_msrs(call->cmd))
		note_msrs(call, arg, ret);
	else if (is_msr_list(call->cmd))
		note_list(call, arg);
	else if (call->cmd == KVM_CHECK_EXTENSION)
		note(call, 0, (uintptr_t)arg);
	else if (call->cmd == (uint32_t)KVM_X86_GET_MCE_CAP_SUPPORTED ||
		 call->cmd == (uint32_t)KVM_GET_DEVICE_ATTR ||
		 call->cmd == KVM_GET_TSC_KHZ)
		note(call, 0, 0);
}

/* --- what is changed ---------------------------------------------------- */

static void remove_entry(struct cpuid_list *l, uint32_t i)
{
	l->nent--;
	memmove(&l->e[i], &l->e[i + 1], (l->nent - i) * sizeof(l->e[0]));
	memset(&l->e[l->nent], 0xff, sizeof(l->e[0]));
}

static bool insert_turned(struct cpuid_list *l, uint32_t i)
{
	struct kvm_cpuid_entry2 *e = &l->e[i];

	if (l->nent == KVM_MAX_ENTRIES)
		return false;
	memmove(e + 1, e, (l->nent - i) * sizeof(*e));
	l->nent++;
	e->eax = ~e->eax;
	e->ebx = ~e->ebx;
	e->ecx = ~e->ecx;
	e->edx = ~e->edx;
	return true;
}

static bool change_entry(struct cpuid_list *l, uint32_t i,
			 const struct shim_fault *f)
{
	struct kvm_cpuid_entry2 *e = &l->e[i];
	uint32_t *regs[] = { &e->eax, &e->ebx, &e->ecx, &e->edx };
	uint32_t mask = 1u << (f->bit & 31);

	switch (f->kind) {
	case SHIM_BIT:
		*regs[f->reg & 3] ^= mask;
		return true;
	case SHIM_FUNCTION:
		e->function ^= mask;
		return true;
	case SHIM_INDEX:
		e->index ^= mask;
		return true;
	case SHIM_FLAGS:
		e->flags ^= mask;
		return true;
	case SHIM_DROP:
		remove_entry(l, i);
		return true;
	case SHIM_DUPLICATE:
		return insert_turned(l, i);
	default:
		return false;
	}
}

static bool change_list(struct cpuid_list *l, const struct shim_fault *f)
{
	uint32_t i;

	for (i = 0; i < l->nent; i++)
		if (l->e[i].function == f->function &&
		    l->e[i].index == f->index)
			return change_entry(l, i, f);
	return false;
}

static bool change_msrs(struct kvm_msr_entry *e, uint32_t n,
			const struct shim_fault *f)
{
	bool changed = false;
	uint32_t i;

	for (i = 0; i < n && f->kind == SHIM_VALUE; i++)
		if (e[i].index == f->index) {
			e[i].data ^= 1ull << (f->bit & 63);
			changed = true;
		}
	return changed;
}

void *shim_given(const struct shim_fault *f, void *arg, uint32_t *applied)
{
	bool changed = false;

	if (f->cmd == (uint32_t)KVM_SET_CPUID2)
		changed = copy_cpuid(arg) && change_list(&copy.cpuid, f);
	else if (f->cmd == (uint32_t)KVM_SET_MSRS)
		changed = copy_msrs(arg) &&
			  change_msrs(copy.msrs.e, copy.msrs.head.nmsrs, f);
	*applied += changed;
	return changed ? &copy : arg;
}

/* In place: KVM could write there.  A list grows only where there is room. */
static bool answer_cpuid(const struct shim_fault *f, struct cpuid_list *l)
{
	if (!copy_cpuid(l) || !change_list(&copy.cpuid, f))
		return false;
	if (copy.cpuid.nent > l->nent)
		copy.cpuid.nent = l->nent;
	memcpy(l, &copy, offsetof(struct cpuid_list, e) +
			 l->nent * sizeof(l->e[0]));
	return true;
}

static bool answer_list(const struct shim_fault *f, struct kvm_msr_list *l)
{
	uint32_t i;

	for (i = 0; i < l->nmsrs && l->indices[i] != f->index; i++)
		;
	if (i == l->nmsrs || l->nmsrs < 2)
		return false;
	if (f->kind == SHIM_INDEX)
		l->indices[i] ^= 1u << (f->bit & 31);
	else if (f->kind == SHIM_DROP)
		l->indices[i] = l->indices[--l->nmsrs];
	else	/* in the place of its neighbour */
		l->indices[i ? i - 1 : 1] = f->index;
	return true;
}

static bool answer_number(const struct shim_fault *f, void *arg)
{
	uint64_t *value = arg;

	if (f->cmd == (uint32_t)KVM_GET_DEVICE_ATTR)
		value = (void *)(uintptr_t)((struct kvm_device_attr *)arg)->addr;
	*value ^= 1ull << (f->bit & 63);
	return true;
}

int shim_answered(const struct shim_fault *f, void *arg, int ret,
		  uint32_t *applied)
{
	bool changed = false;

	if (f->cmd == (uint32_t)KVM_SET_CPUID2)
		return ret;
	if (is_cpuid_list(f->cmd))
		changed = answer_cpuid(f, arg);
	else if (f->cmd == (uint32_t)KVM_GET_MSRS)
		changed = change_msrs(((struct kvm_msrs *)arg)->entries, ret,
				      f);
	else if (is_msr_list(f->cmd))
		changed = answer_list(f, arg);
	else if (f->cmd == KVM_GET_TSC_KHZ ||
		 (f->cmd == KVM_CHECK_EXTENSION &&
		  (uint32_t)(uintptr_t)arg == f->index)) {
		ret ^= 1 << (f->bit & 31);
		changed = true;
	} else if (f->cmd == (uint32_t)KVM_X86_GET_MCE_CAP_SUPPORTED ||
		   f->cmd == (uint32_t)KVM_GET_DEVICE_ATTR)
		changed = answer_number(f, arg);
	*applied += changed;
	return ret;
}
