// SPDX-License-Identifier: GPL-2.0-only
/* A file comes to be as a whole or not at all. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "whole_file.h"

static int failed(const char *path, char *err, size_t errlen)
{
	int e = errno ? errno : EIO;

	snprintf(err, errlen, "%s: %s", path, strerror(e));
	return -e;
}

/* What mkstemp() makes is for its owner only. */
static bool usual_mode(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	return !fchmod(fd, 0666 & ~mask);
}

static bool save_and_close(const struct whole_file *f, FILE *out, bool sync)
{
	bool ok = f->save(f->what, out) && !fflush(out) &&
		  (!sync || !fsync(fileno(out)));
	int e = errno;

	if (fclose(out))
		return false;
	errno = e;
	return ok;
}

static int write_beside(const struct whole_file *f, const char *path,
			char *err, size_t errlen)
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
	else if (save_and_close(f, out, true) && !rename(tmp, path))
		return 0;
	e = errno;
	unlink(tmp);
	errno = e;
	return failed(path, err, errlen);
}

/* A device, a pipe: nothing that could be replaced. */
static int write_into(const struct whole_file *f, const char *path,
		      char *err, size_t errlen)
{
	FILE *out = fopen(path, "w");

	if (!out || !save_and_close(f, out, false))
		return failed(path, err, errlen);
	return 0;
}

int whole_file_write(const struct whole_file *f, const char *path, char *err,
		     size_t errlen)
{
	char whole[PATH_MAX];
	struct stat st;

	errno = 0;
	if (stat(path, &st)) {
		if (errno != ENOENT)
			return failed(path, err, errlen);
		return write_beside(f, path, err, errlen);
	}
	if (!S_ISREG(st.st_mode))
		return write_into(f, path, err, errlen);
	/* a link stays one */
	if (!realpath(path, whole))
		return failed(path, err, errlen);
	return write_beside(f, whole, err, errlen);
}
