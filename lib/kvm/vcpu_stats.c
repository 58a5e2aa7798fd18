// SPDX-License-Identifier: GPL-2.0-only
/* A statistic of a vCPU by its name, from KVM's binary interface. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm_util.h"
#include "uapi.h"

static bool read_value(int fd, const struct kvm_stats_header *head,
		       const char *name, uint64_t *value)
{
	size_t len = sizeof(struct kvm_stats_desc) + head->name_size;
	struct kvm_stats_desc *d = calloc(1, len + 1);
	bool found = false;
	uint32_t i;

	for (i = 0; d && i < head->num_desc && !found; i++) {
		if (pread(fd, d, len, head->desc_offset + i * len) !=
		    (ssize_t)len)
			break;
		found = !strcmp(d->name, name) &&
			pread(fd, value, sizeof(*value),
			      head->data_offset + d->offset) ==
			sizeof(*value);
	}
	free(d);
	return found;
}

bool vcpu_stat(struct vcpu *vcpu, const char *name, uint64_t *value)
{
	int fd = kvm_ioctl(vcpu->fd, KVM_GET_STATS_FD, NULL);
	struct kvm_stats_header head;
	bool found;

	if (fd < 0)
		return false;
	found = pread(fd, &head, sizeof(head), 0) == sizeof(head) &&
		read_value(fd, &head, name, value);
	close(fd);
	return found;
}
