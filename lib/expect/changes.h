/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which changes of KVM's behaviour a kernel has, as data: the rows are in
 * changes.def.  Pure.
 *
 * A release number proves that a change is there, never that it is not:
 * vendors and stable series take patches from later kernels.  From the
 * release, or the stable release, that has it on, a kernel must behave so.
 * Before that the older behaviour is expected, and the newer one is accepted
 * where a test can tell the two apart (see change_accepted() in backport.h).
 */
#ifndef LIB_CHANGES_H
#define LIB_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The newest sources that the rules were checked against: 7.1.5 by running it,
 * 7.2 and 7.3-rc by reading.
 */
#define RULES_KNOW_UNTIL	KERNEL(7, 4, 0)	/* and not including it */

enum kvm_change {
	CHANGE_NONE,
#define CHANGE(name, commit, release, what, ...) CHANGE_##name,
#include "changes.def"
#undef CHANGE
	NR_CHANGES
};

#define CHANGE_POINTS	4

struct change_row {
	const char *name;		/* of the enum, without CHANGE_ */
	const char *commit;		/* upstream, 12 digits; may be NULL */
	const char *what;
	uint32_t release;		/* KERNEL() of mainline */
	uint32_t stable[CHANGE_POINTS];	/* KERNEL(), 0 ends them */
};

extern const struct change_row kvm_changes[NR_CHANGES];

/* Must this kernel behave so?  0, not known, is before everything. */
bool kernel_has(uint32_t kernel, enum kvm_change c);

/* A stable series is named by its first two numbers. */
bool kernel_same_series(uint32_t a, uint32_t b);

/* "6.12", "6.12.117"; returns its length, as snprintf() does. */
unsigned int kernel_name(uint32_t v, char *buf, unsigned int len);

/* "a5d563890b8f, Linux 6.13, 6.12.117"; buf is returned. */
const char *change_source(enum kvm_change c, char *buf, unsigned int len);

#endif
