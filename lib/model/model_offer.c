// SPDX-License-Identifier: GPL-2.0-only
#include "model_offer.h"
#include "model_state.h"

/* Nothing but facts and options bears on what is offered. */
static struct model asker(const struct host_facts *f,
			  const struct model_opts *o)
{
	return (struct model){ .f = f, .o = o, .qemu = o->qemu };
}

static bool is_control(uint32_t msr)
{
	return msr == 0x48b || (msr >= 0x48d && msr <= 0x490);
}

uint32_t model_offer_cpuid(const struct host_facts *f,
			   const struct model_opts *o, uint32_t function,
			   uint32_t index, enum cpuid_reg reg)
{
	struct model m = asker(f, o);

	return model_kvm_cpuid(&m, function, index, reg);
}

uint64_t model_offer_msr(const struct host_facts *f,
			 const struct model_opts *o, uint32_t msr)
{
	struct model m = asker(f, o);

	/* the model keeps the choice of a control in the low half */
	return is_control(msr) ? model_kvm_msr(&m, msr) << 32 :
				 model_kvm_msr(&m, msr);
}

uint64_t model_msr_choice(uint32_t msr, uint64_t value)
{
	if (!is_control(msr))
		return value;
	return (value & ~(value << 32)) >> 32 << 32;
}
