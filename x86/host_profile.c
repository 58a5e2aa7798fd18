// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_profile: saves what this CPU and this KVM say about themselves.
 *
 *   host_profile [FILE]     save a profile, to stdout by default
 *   host_profile -c FILE    check a saved one and print it anew
 *
 * Needs /dev/kvm, or the device that KVM_DEVICE names, but not root.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"

enum { EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_SKIP = 4 };

static int usage(FILE *out, int status)
{
	fputs("usage: host_profile [FILE]      save this host's profile\n"
	      "       host_profile -c FILE     check one, print it anew\n",
	      out);
	return status;
}

static int save(const struct profile *p, const char *path)
{
	FILE *out = path ? fopen(path, "w") : stdout;
	bool ok = out && profile_save(p, out);

	if (out && path && fclose(out))
		ok = false;
	if (!path && fflush(stdout))
		ok = false;
	if (!ok)
		fprintf(stderr, "host_profile: %s: %s\n",
			path ? path : "stdout", strerror(errno));
	return ok ? EXIT_OK : EXIT_ERROR;
}

int main(int argc, char **argv)
{
	bool check = argc == 3 && !strcmp(argv[1], "-c");
	struct profile *p = profile_new();
	char err[300] = "out of memory";
	int r = -ENOMEM, status;

	if (argc == 2 && (!strcmp(argv[1], "-h") ||
			  !strcmp(argv[1], "--help")))
		return usage(stdout, EXIT_OK);
	if ((argc > 2 && !check) || (argc == 2 && argv[1][0] == '-'))
		return usage(stderr, EXIT_USAGE);
	if (p && check)
		r = profile_load(p, argv[2], err, sizeof(err));
	else if (p)
		r = facts_read_host(&p->facts, err, sizeof(err));
	if (r) {
		fprintf(stderr, "host_profile: %s\n", err);
		status = check ? EXIT_ERROR : EXIT_SKIP;
	} else {
		status = save(p, argc == 2 ? argv[1] : NULL);
	}
	profile_free(p);
	return status;
}
