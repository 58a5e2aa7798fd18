// SPDX-License-Identifier: GPL-2.0-only
/* MSRs of the host, by the msr driver (CONFIG_X86_MSR) and as root. */
#include <fcntl.h>
#include <unistd.h>

#include "msr_sweep.h"

void host_msrs_read(struct msr_list *list, const uint32_t *index,
		    unsigned int n)
{
	int fd = open("/dev/cpu/0/msr", O_RDONLY);
	unsigned int i;

	list->n = 0;
	if (fd < 0)
		return;
	for (i = 0; i < n; i++) {
		uint64_t value = 0;
		bool ok = pread(fd, &value, sizeof(value), index[i]) ==
			  sizeof(value);

		msr_append(list, index[i], ok, value);
	}
	close(fd);
}
