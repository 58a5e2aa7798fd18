// SPDX-License-Identifier: GPL-2.0-only
/* A profile becomes a file as a whole or not at all. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile.h"

static int failed(const char *path, char *err, size_t errlen)
{
	int e = errno ? errno : EIO;

	snprintf(err, errlen, "%s: %s", path, strerror(e));
	return -e;
}

/* What mkstemp() makes is for its owner only; a profile is for everybody. */
static bool usual_mode(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	return !fchmod(fd, 0666 & ~mask);
}

static bool save_and_close(const struct profile *p, FILE *out, bool sync)
{
	bool ok = profile_save(p, out) && !fflush(out) &&
		  (!sync || !fsync(fileno(out)));
	int e = errno;

	if (fclose(out))
		return false;
	errno = e;
	return ok;
}

static int write_beside(const struct profile *p, const char *path, char *err,
			size_t errlen)
{
	char tmp[PATH_MAX];
	FILE *out = NULL;
	int fd, e;

	errno = ENAMETOOLONG;
	if (snprintf(tmp, sizeof(tmp), "%s.tmp-XXXXXX", path) >=
	    (int)sizeof(tmp))
		return failed(path, err, errlen);
	fd = mkstemp(tmp);
	if (fd < 0)
		return failed(path, err, errlen);
	if (usual_mode(fd))
		out = fdopen(fd, "w");
	if (!out)
		close(fd);
	else if (save_and_close(p, out, true) && !rename(tmp, path))
		return 0;
	e = errno;
	unlink(tmp);
	errno = e;
	return failed(path, err, errlen);
}

/* A device, a pipe: nothing that could be replaced. */
static int write_into(const struct profile *p, const char *path, char *err,
		      size_t errlen)
{
	FILE *out = fopen(path, "w");

	if (!out || !save_and_close(p, out, false))
		return failed(path, err, errlen);
	return 0;
}

int profile_write(const struct profile *p, const char *path, char *err,
		  size_t errlen)
{
	char whole[PATH_MAX];
	struct stat st;

	errno = 0;
	if (stat(path, &st)) {
		if (errno != ENOENT)
			return failed(path, err, errlen);
		return write_beside(p, path, err, errlen);
	}
	if (!S_ISREG(st.st_mode))
		return write_into(p, path, err, errlen);
	/* a link stays one */
	if (!realpath(path, whole))
		return failed(path, err, errlen);
	return write_beside(p, whole, err, errlen);
}
