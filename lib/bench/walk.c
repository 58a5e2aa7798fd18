// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "walk.h"

#define PTE_P		1ull
#define PTE_RW		2ull
#define PTE_US		4ull
#define PTE_PS		0x80ull

static uint64_t table(unsigned int level)
{
	return PROBE_SCRATCH + 0x1000ull * (5 - level);
}

uint64_t walk_root(unsigned int top)
{
	return table(top);
}

void walk_start(struct bench *g, unsigned int top, uint64_t efer)
{
	struct kvm_sregs s;

	vcpu_get_sregs(&g->vcpu, &s);
	probe_sregs(&g->vm, PROBE_LONG, &s);
	s.cr3 = walk_root(top);
	if (top == 5)
		s.cr4 |= CR4_LA57;
	s.efer |= efer;
	vcpu_set_sregs(&g->vcpu, &s);
}

uint64_t *walk_entry(struct bench *g, unsigned int level)
{
	return vm_at(&g->vm, table(level));
}

void walk_lay(struct bench *g, unsigned int top, unsigned int leaf)
{
	unsigned int level;

	memset(vm_at(&g->vm, table(5)), 0, 0x5000);
	for (level = top; level > leaf; level--)
		*walk_entry(g, level) = table(level - 1) | PTE_P | PTE_RW |
					PTE_US;
	*walk_entry(g, leaf) = PTE_P | PTE_RW | PTE_US |
			       (leaf > 1 ? PTE_PS : 0);
}

bool walk_translate(struct bench *g, uint64_t *gpa)
{
	struct kvm_translation t = { .linear_address = 0 };
	int ret = kvm_ioctl(g->vcpu.fd, KVM_TRANSLATE, &t);

	if (ret)
		test_stop("KVM_TRANSLATE: %s", strerror(-ret));
	*gpa = t.physical_address;
	return t.valid;
}
