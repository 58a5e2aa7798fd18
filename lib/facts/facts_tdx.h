/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LIB_FACTS_TDX_H
#define LIB_FACTS_TDX_H

#include "facts.h"

/* KVM_TDX_CAPABILITIES of a TDX VM made for the purpose, if there is TDX. */
void facts_read_tdx(struct host_facts *f, int kvm_fd);

#endif
