// SPDX-License-Identifier: GPL-2.0-only
/* This host's facts, for programs that need no more of KVM than that. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts.h"

int facts_read_host(struct host_facts *f, char *err, size_t errlen)
{
	const char *path = getenv("KVM_DEVICE");
	char what[120];
	int fd, r;

	if (!path || !*path)
		path = "/dev/kvm";
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		snprintf(err, errlen, "%s: %s", path, strerror(errno));
		return -errno;
	}
	r = facts_read_live(f, fd, what, sizeof(what));
	if (r)
		snprintf(err, errlen, "%s: %s", path, what);
	close(fd);
	return r;
}
