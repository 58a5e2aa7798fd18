/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LIB_FACTS_SYSFS_H
#define LIB_FACTS_SYSFS_H

#include "facts.h"

/* Kernel release, microcode, KVM modules and their parameters. */
void facts_read_sysfs(struct host_facts *f);

/* A word of a line of /proc/cpuinfo, "flags" or "bugs", of the first CPU. */
bool facts_kernel_flag(const char *line, const char *word);

#endif
