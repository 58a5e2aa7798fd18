/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Raw dumps that people already have: the output of "cpuid -r", libvirt's
 * <cpudata>, the text files of AIDA64, InstLatx64 and libcpuid, CPU-Z's report,
 * the output of "xen-cpuid -p", Firecracker's dumps.  They hold a CPU's own CPUID, some of its MSRs,
 * and nothing of KVM.
 */
#ifndef LIB_DUMP_H
#define LIB_DUMP_H

#include <stdio.h>

#include "profile.h"

/* A dump of a CPU that lies must not eat the machine. */
#define DUMP_BYTES_MAX		(64u << 20)
#define DUMP_CPUS_MAX		8192
#define DUMP_ENTRIES_MAX	CPUID_LIST_MAX
#define DUMP_MSRS_MAX		8192
#define DUMP_NOTES_MAX		65536
#define DUMP_REMARKS_MAX	64	/* of ranges of lines, too */

enum dump_format {
	DUMP_UNKNOWN,
	DUMP_PROFILE,		/* our own, not a dump at all */
	DUMP_CPUID,		/* cpuid -r */
	DUMP_LIBVIRT,
	DUMP_FIRECRACKER,
	DUMP_TEXT,		/* AIDA64, InstLatx64, libcpuid */
	DUMP_CPUZ,
	DUMP_XEN,		/* xen-cpuid -p */
};

/* In the flags of an entry while a dump is read: its line has no subleaf. */
#define DUMP_NO_SUBLEAF		0x80000000u

struct dump_cpu {
	uint32_t number;
	bool numbered;			/* the dump says so */
	bool decoded;			/* decoded output stands beside it */
	unsigned int line;		/* where it begins */
	uint32_t nent, nr_msrs;
	struct kvm_cpuid_entry2 *e;	/* in the order of the dump */
	struct msr_value *msr;
};

struct dump {
	enum dump_format format;
	uint32_t nr_cpus, nr_notes;
	struct dump_cpu *cpu;
	char **note;			/* text about the machine */
	uint32_t nr_remarks, nr_ranges;
	char **remark;			/* what the user should be told of it */
	struct dump_range {
		unsigned int first, last;
	} *range;			/* lines that were ignored */
	bool headers;			/* there was a section of a CPU */
	unsigned int decoded_line;	/* the first one, 0: none */
	unsigned int policies_skipped;	/* of xen-cpuid */
};

struct dump *dump_new(void);
void dump_free(struct dump *d);

/* Each is NULL or false if there are too many, or no memory for it. */
struct dump_cpu *dump_add_cpu(struct dump *d);
struct dump_cpu *dump_last_cpu(struct dump *d);
bool dump_add_entry(struct dump_cpu *cpu, uint32_t function, uint32_t index,
		    struct cpuid_regs regs);
bool dump_add_msr(struct dump_cpu *cpu, uint32_t index, bool valid,
		  uint64_t value);
bool dump_add_note(struct dump *d, const char *text);

/* Something to tell the user; what is more than a user reads is dropped. */
bool dump_remark(struct dump *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* "host_profile: NAME: ..." for each remark. */
void dump_print_remarks(const struct dump *d, const char *name, FILE *out);

void dump_clear_cpu(struct dump_cpu *cpu);

/*
 * Read a file of any kind: a profile into p, a dump into d; d->format tells.
 * Returns 0, or -errno with one line in err: "path:line: expected ..." where
 * the file is damaged.
 */
int dump_load(struct dump *d, struct profile *p, const char *path, char *err,
	      size_t errlen);

/* The same of a file that is in memory; name is what messages call it. */
int dump_parse(struct dump *d, struct profile *p, const char *data,
	       size_t size, const char *name, char *err, size_t errlen);

/* As "cpuid -r" prints it: only CPUID fits in.  False: the stream's error. */
bool dump_save_cpuid(const struct dump *d, FILE *out);

/*
 * The first CPU as libvirt's cputestdata has it, with its MSRs.  False: the
 * stream's error.
 */
bool dump_save_libvirt(const struct dump *d, FILE *out);

/*
 * A dump as a profile: one kind of CPU for all CPUs that are alike, and MSRs
 * as lines "host_msr INDEX VALUE".  False if there is no memory.
 */
bool dump_to_profile(const struct dump *d, struct profile *p);

/* The CPUs of a profile as a dump.  False if there is no memory. */
bool dump_from_profile(struct dump *d, const struct profile *p);

/*
 * A profile, or a dump of any kind as one.  Of a dump, KVM's side is not
 * known: facts_have_kvm() tells.  Remarks on a dump go to stderr.
 */
int dump_load_profile(struct profile *p, const char *path, char *err,
		      size_t errlen);

/* The verb "host_profile convert": arguments as there, returns its status. */
int dump_convert_main(int argc, char **argv);

#endif
