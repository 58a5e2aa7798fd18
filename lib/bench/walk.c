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

uint64_t *walk_entry(struct gate *g, unsigned int level)
{
	return vm_at(&g->vm, table(level));
}

void walk_lay(struct gate *g, unsigned int top, unsigned int leaf)
{
	unsigned int level;

	memset(vm_at(&g->vm, table(5)), 0, 0x5000);
	for (level = top; level > leaf; level--)
		*walk_entry(g, level) = table(level - 1) | PTE_P | PTE_RW |
					PTE_US;
	*walk_entry(g, leaf) = PTE_P | PTE_RW | PTE_US |
			       (leaf > 1 ? PTE_PS : 0);
}

bool walk_translate(struct gate *g, uint64_t *gpa)
{
	struct kvm_translation t = { .linear_address = 0 };
	int ret = kvm_ioctl(g->vcpu.fd, KVM_TRANSLATE, &t);

	if (ret)
		test_stop("KVM_TRANSLATE: %s", strerror(-ret));
	*gpa = t.physical_address;
	return t.valid;
}
