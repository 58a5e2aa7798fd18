/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vector: one run of a real QEMU.  A profile, the command line, and what
 * each vCPU was then given.
 */
#ifndef LIB_VECTOR_H
#define LIB_VECTOR_H

#include "model.h"
#include "profile.h"

struct vector {
	struct host_facts facts;
	struct model_opts *opts;
	char *refused;			/* QEMU's message if it refused */
	char *bad_option;		/* then the model's, of an option */
	unsigned int nr_vcpus;
	struct vector_vcpu {
		unsigned int index;
		struct guest_cpu cpu;
	} *vcpu;
};

/* What a comparison looked at, and how it went. */
struct vector_count {
	unsigned long vectors, vectors_ok;
	unsigned long entries, entries_ok;	/* CPUID entries, MSRs, MCE */
};

struct vector *vector_load(const char *path, char *err, size_t errlen);
struct vector *vector_load_stream(FILE *in, const char *name, char *err,
				  size_t errlen);
void vector_free(struct vector *v);

/*
 * Compute every vCPU and compare.  The first difference is printed to out.
 * Where QEMU refused, the model must refuse too: that counts as one entry,
 * and both reasons are printed.  Returns whether all agree.
 */
bool vector_compare(const struct vector *v, const char *name, FILE *out,
		    struct vector_count *count);

#endif
