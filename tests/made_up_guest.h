/* SPDX-License-Identifier: GPL-2.0-only */
/* A guest CPU of the max model on a host that is made up. */
#ifndef TESTS_MADE_UP_GUEST_H
#define TESTS_MADE_UP_GUEST_H

#include "made_up_host.h"
#include "model_opts.h"

FIXTURE(max_model)
{
	struct host_facts f;
	struct model_opts o;
	struct guest_cpu cpu;
	char err[200];
};

FIXTURE_SETUP(max_model)
{
	memset(self, 0, sizeof(*self));
	made_up_host(&self->f);
	model_opts_init(&self->o);
}

FIXTURE_TEARDOWN(max_model)
{
}

static inline int opts(struct _test_data_max_model *self, const char *text)
{
	return model_opts_parse(&self->o, text, self->err, sizeof(self->err));
}

static inline int smp(struct _test_data_max_model *self, const char *text)
{
	return model_opts_smp(&self->o, text, self->err, sizeof(self->err));
}

static inline int vcpu(struct _test_data_max_model *self, unsigned int nr)
{
	return model_compute(&self->f, &self->o, nr, &self->cpu, self->err,
			     sizeof(self->err));
}

static inline uint32_t reg(struct _test_data_max_model *self, uint32_t fn,
			   uint32_t index, enum cpuid_reg r)
{
	return cpuid_get(&self->cpu.cpuid, fn, index, r);
}

static inline struct kvm_cpuid_entry2 *kvm(struct _test_data_max_model *self,
					   uint32_t fn, uint32_t index)
{
	return cpuid_find_mut(&self->f.supported, fn, index);
}

static inline struct kvm_cpuid_entry2 *host(struct _test_data_max_model *self,
					   uint32_t fn, uint32_t index)
{
	return cpuid_find_mut(&self->f.cpu[0].cpuid, fn, index);
}

#endif
