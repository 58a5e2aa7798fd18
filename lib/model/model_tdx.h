/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LIB_MODEL_TDX_H
#define LIB_MODEL_TDX_H

#include "model.h"

/* What KVM_TDX_INIT_VM takes. */
struct tdx_guest {
	uint64_t attributes;
	uint64_t xfam;
	struct cpuid_list cpuid;
};

/*
 * A TDX guest on a host whose facts hold TDX capabilities.  The options must
 * say "tdx".  Returns 0, or a negative number with one line in err.  Each
 * vCPU's own list is that of model_compute().
 */
int model_tdx(const struct host_facts *f, const struct model_opts *o,
	      struct tdx_guest *out, char *err, size_t errlen);

#endif
