/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LIB_FACTS_SYSFS_H
#define LIB_FACTS_SYSFS_H

#include "facts.h"

/* Kernel release, microcode, KVM modules and their parameters. */
void facts_read_sysfs(struct host_facts *f);

#endif
