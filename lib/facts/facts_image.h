/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The facts of this machine as one program of a run read them, for the next.
 *
 * Reading them takes an emulated machine a tenth of a second and more, and fifty
 * programs of one run all read the same.  The file is the structure itself, to be
 * mapped: a profile, which is text, takes as long to parse as KVM takes to answer.
 * It is good for the boot, the KVM module and the build that it was made by.
 */
#ifndef LIB_FACTS_IMAGE_H
#define LIB_FACTS_IMAGE_H

#include "facts.h"

/* In the environment: the path of such a file; without it KVM is asked. */
#define FACTS_IMAGE_ENV	"KVM_CPUID_FACTS"

/*
 * The facts of the file at path, which stay mapped until the process ends.
 * NULL: there is none, and err is empty; or it is damaged, of another build,
 * another boot, CPU, module or KVM device, and err says which in one line.
 */
const struct host_facts *facts_image_load(const char *path, const char *device,
					  char *err, size_t errlen);

/* Returns 0, or -errno with one line in err. */
int facts_image_save(const char *path, const char *device,
		     const struct host_facts *f, char *err, size_t errlen);

#endif
