// SPDX-License-Identifier: GPL-2.0-only
/* Hyper-V leaves: not offered yet, as on a KVM without KVM_CAP_HYPERV. */
#include "model_state.h"

bool model_hyperv_active(const struct model *m)
{
	(void)m;
	return false;
}

int model_hyperv(struct model *m, struct guest_cpu *out)
{
	(void)m;
	(void)out;
	return 0;
}
