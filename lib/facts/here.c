// SPDX-License-Identifier: GPL-2.0-only
/* The facts of the KVM that is here, read once for a process, or for a run. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts_image.h"
#include "here.h"
#include "kvm_util.h"

static const struct host_facts *facts;
static enum { UNTRIED, USABLE, ABSENT, BROKEN } live_is;

/* A sandbox forbids; another hypervisor has the hardware. */
static bool is_refusal(int err)
{
	return err == -EPERM || err == -EACCES || err == -EBUSY;
}

/* What an earlier program of this run read; NULL if none has. */
static const struct host_facts *recorded(const char *image)
{
	const struct host_facts *f;
	char err[200];

	f = facts_image_load(image, kvm_device(), err, sizeof(err));
	if (!f && err[0])
		printf("# " FACTS_IMAGE_ENV ": %s: KVM is asked instead\n", err);
	return f;
}

/* A file that cannot be used is not overwritten: somebody may need it. */
static void record(const char *image, const struct host_facts *f)
{
	char err[200];

	if (!access(image, F_OK) ||
	    !facts_image_save(image, kvm_device(), f, err, sizeof(err)))
		return;
	printf("# " FACTS_IMAGE_ENV ": %s: the next program asks KVM too\n",
	       err);
}

static int ask_kvm(int fd, const char *image, char *err, size_t errlen)
{
	/* Large, and not needed where the image is there. */
	struct host_facts *live = calloc(1, sizeof(*live));
	int ret;

	if (!live) {
		snprintf(err, errlen, "no memory for what KVM says");
		return -ENOMEM;
	}
	ret = facts_read_live(live, fd, err, errlen);
	facts = live;
	if (!ret && image)
		record(image, facts);
	return ret;
}

static int read_facts(int fd, char *err, size_t errlen)
{
	const char *image = getenv(FACTS_IMAGE_ENV);

	if (image && !*image)
		image = NULL;
	if (image)
		facts = recorded(image);
	return facts ? 0 : ask_kvm(fd, image, err, errlen);
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
	ret = read_facts(fd, err, sizeof(err));
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
	return live_is == USABLE ? facts : NULL;
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
