/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * "Can the guest of A run here, and what stops it?"  The max model of a
 * recorded host, judged by what this KVM offers, then installed in a guest.
 */
#ifndef LIB_REPLAY_H
#define LIB_REPLAY_H

#include <stdio.h>

#include "install.h"
#include "stops.h"

struct replay {
	const char *name;		/* of A, for messages */
	const struct host_facts *a, *here;
	const struct model_opts *opts;
	struct guest_cpu guest;		/* the max model of A */
	struct guest_cpu own;		/* of here ... */
	bool has_own;			/* ... if it could be computed */
	struct stops stops;
	struct install *in;		/* NULL: judged without a guest */
};

/* What host_profile replay ends with. */
enum replay_status {
	REPLAY_CAN = 0,
	REPLAY_CANNOT = 1,
	REPLAY_USAGE = 2,
	REPLAY_SOME = 3,		/* of fleet: only if started on some of them */
	REPLAY_FAILED = 4,		/* no verdict */
};

/* Prints the findings, and last of all the verdict. */
enum replay_status replay_print(const struct replay *r, FILE *out);

/* host_profile replay: the arguments after the verb. */
int replay_main(int argc, char **argv);

/* host_profile fleet: the same. */
int fleet_main(int argc, char **argv);

#endif
