// SPDX-License-Identifier: GPL-2.0-only
/*
 * XML is for xsltproc to read, a program of its own with bounds on what it
 * may use.  It gets files of memory: whatever it does, it has nothing to name.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dump_xslt.h"

/* Thousands of times what the dump of a CPU needs. */
#define CPU_SECONDS	10
#define WALL_SECONDS	30
#define MEMORY_BYTES	(1ul << 30)
#define OUTPUT_BYTES	(32ul << 20)

#define NOT_THERE	127	/* as a shell has it */

/* One for each of the program's files. */
enum { IN, OUT, ERR, STYLE, NR_FILES };

static bool fill(int fd, const void *data, size_t size)
{
	const char *at = data;
	ssize_t n;

	for (; size; size -= n, at += n) {
		n = write(fd, at, size);
		if (n <= 0)
			return false;
	}
	return !lseek(fd, 0, SEEK_SET);
}

static void close_all(int fd[NR_FILES])
{
	unsigned int i;

	for (i = 0; i < NR_FILES; i++)
		if (fd[i] >= 0)
			close(fd[i]);
}

static bool open_all(int fd[NR_FILES], const struct xslt *x)
{
	bool ok = true;
	unsigned int i;

	for (i = 0; i < NR_FILES; i++) {
		fd[i] = memfd_create("xslt", MFD_CLOEXEC);
		ok = ok && fd[i] >= 0;
	}
	return ok && fill(fd[IN], x->data, x->size) &&
	       fill(fd[STYLE], x->style, x->style_size);
}

static void bound(int resource, rlim_t most)
{
	struct rlimit l = { most, most };

	setrlimit(resource, &l);
}

/* The numbers of the files are those of the enum: STYLE is 3. */
static void run_child(const int fd[NR_FILES])
{
	int high[NR_FILES];
	unsigned int i;

	for (i = 0; i < NR_FILES; i++)
		high[i] = fcntl(fd[i], F_DUPFD_CLOEXEC, NR_FILES);
	for (i = 0; i < NR_FILES; i++)
		if (high[i] < 0 || dup2(high[i], i) < 0)
			_exit(1);
	bound(RLIMIT_CPU, CPU_SECONDS);
	bound(RLIMIT_AS, MEMORY_BYTES);
	bound(RLIMIT_FSIZE, OUTPUT_BYTES);
	bound(RLIMIT_CORE, 0);
	signal(SIGALRM, SIG_DFL);
	alarm(WALL_SECONDS);
	execlp("xsltproc", "xsltproc", "--nonet", "--novalid", "--nowrite",
	       "/proc/self/fd/3", "-", (char *)NULL);
	_exit(errno == ENOENT ? NOT_THERE : 1);
}

/* The exit status, -1 if it was killed. */
static int run(const int fd[NR_FILES])
{
	pid_t child = fork(), got;
	int status;

	if (!child)
		run_child(fd);
	if (child < 0)
		return -1;
	do
		got = waitpid(child, &status, 0);
	while (got < 0 && errno == EINTR);
	return got == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int failed(struct line_reader *r, int e, const char *why)
{
	snprintf(r->err, r->errlen, "%s: %s", r->name, why);
	return -e;
}

/* "-:5: parser error : ..." is what its parser says of line 5. */
static int complain(int fd, struct line_reader *r)
{
	char said[120], *text;
	ssize_t n = pread(fd, said, sizeof(said) - 1, 0);

	said[n > 0 ? n : 0] = 0;
	said[strcspn(said, "\n")] = 0;
	if (strncmp(said, "-:", 2))
		return failed(r, EIO, "xsltproc failed");
	r->line = strtoul(said + 2, &text, 10);
	snprintf(r->err, r->errlen, "%s:%u: expected XML%s", r->name, r->line,
		 text);
	return -EINVAL;
}

static int run_all(const int fd[NR_FILES], struct line_reader *r)
{
	switch (run(fd)) {
	case 0:
		return 0;
	case NOT_THERE:
		return failed(r, ENOPKG, "to read XML, xsltproc is needed (Debian package xsltproc)");
	case -1:
		return failed(r, EFBIG, "xsltproc took more time or room than a dump needs");
	default:
		return complain(fd[ERR], r);
	}
}

FILE *xslt_run(const struct xslt *x, struct line_reader *r, int *e)
{
	FILE *out = NULL;
	int fd[NR_FILES];

	if (!open_all(fd, x))
		*e = failed(r, errno, strerror(errno));
	else
		*e = run_all(fd, r);
	if (!*e && !lseek(fd[OUT], 0, SEEK_SET))
		out = fdopen(fd[OUT], "r");
	if (out)
		fd[OUT] = -1;
	else if (!*e)
		*e = failed(r, EIO, strerror(errno));
	close_all(fd);
	return out;
}
