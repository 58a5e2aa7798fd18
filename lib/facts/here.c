// SPDX-License-Identifier: GPL-2.0-only
/* The facts of the KVM that is here, read once for a process. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "here.h"
#include "kvm_util.h"

static struct host_facts live;
static enum { UNTRIED, USABLE, ABSENT, BROKEN } live_is;

/* A sandbox forbids; another hypervisor has the hardware. */
static bool is_refusal(int err)
{
	return err == -EPERM || err == -EACCES || err == -EBUSY;
}

static void read_live(void)
{
	int ret, fd = __kvm_open();
	char err[200] = "";

	live_is = USABLE;
	if (fd < 0) {
		live_is = ABSENT;
		printf("# no usable KVM: cannot use %s: %s\n", kvm_device(),
		       strerror(-fd));
		return;
	}
	ret = facts_read_live(&live, fd, err, sizeof(err));
	close(fd);
	if (!ret)
		return;
	live_is = is_refusal(ret) ? ABSENT : BROKEN;
	printf("# %s: %s\n", live_is == ABSENT ? "no usable KVM" :
	       "ERROR: KVM does not say what it can do", err);
}

const struct host_facts *subject_facts_try(void)
{
	if (live_is == UNTRIED)
		read_live();
	return live_is == USABLE ? &live : NULL;
}

bool subject_broken(void)
{
	return !subject_facts_try() && live_is == BROKEN;
}

const struct host_facts *subject_facts(void)
{
	const struct host_facts *f = subject_facts_try();

	if (subject_broken())
		test_stop("KVM does not say what it can do");
	if (!f)
		test_skip_all("there is no usable KVM here");
	return f;
}
