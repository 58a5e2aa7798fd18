// SPDX-License-Identifier: GPL-2.0-only
/* KVM ties a VM to the process that made it: each section has its own. */
#include <string.h>

#include "surface.h"

static struct cpuid_list model;
static const struct host_facts *facts;

void mirror_prepare(void)
{
	static struct bench s;

	bench_model(&s, NULL);
	model = s.cpu.cpuid;
	facts = s.facts;
}

void mirror_open(struct bench *g, unsigned int vm_flags)
{
	memset(g, 0, sizeof(*g));
	g->facts = facts;
	g->cpu.cpuid = model;
	g->list = model;
	g->vm.fd = -1;
	g->vcpu.fd = -1;
	g->ok = true;
	bench_vm(g, vm_flags);
}

/* What finds most with least comes first: the sections need not each other. */
void record_all(void)
{
	record_device();
	record_cpuid();
	record_scenes();
	record_tables();
	record_msrs();
	record_gates();
}
