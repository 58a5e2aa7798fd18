// SPDX-License-Identifier: GPL-2.0-only
/*
 * XML is for xsltproc to read and JSON for jq, programs of their own with bounds
 * on what they may use.  They get files of memory: whatever they do, they have
 * nothing to name.
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

#include "dump_filter.h"

/* Thousands of times what the dump of a CPU needs. */
#define CPU_SECONDS	10
#define WALL_SECONDS	30
#define MEMORY_BYTES	(1ul << 30)
#define OUTPUT_BYTES	(32ul << 20)

#define NOT_THERE	127	/* as a shell has it */

/* One for each of the program's files. */
enum { IN, OUT, ERR, PROGRAM, NR_FILES };

static const struct reader {
	const char *argv[8];
	const char *reads, *missing, *failed, *too_much;
} readers[] = {
	[BY_XSLTPROC] = {
		{ "xsltproc", "--nonet", "--novalid", "--nowrite",
		  "/proc/self/fd/3", "-", NULL }, "XML",
		"to read XML, xsltproc is needed (Debian package xsltproc)",
		"xsltproc failed",
		"xsltproc took more time or room than a dump needs",
	},
	[BY_JQ] = {
		{ "jq", "-r", "-f", "/proc/self/fd/3", NULL }, "JSON",
		"to read JSON, jq is needed (Debian package jq)", "jq failed",
		"jq took more time or room than a dump needs",
	},
};

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

static bool open_all(int fd[NR_FILES], const struct filter *f)
{
	bool ok = true;
	unsigned int i;

	for (i = 0; i < NR_FILES; i++) {
		fd[i] = memfd_create("filter", MFD_CLOEXEC);
		ok = ok && fd[i] >= 0;
	}
	return ok && fill(fd[IN], f->data, f->size) &&
	       fill(fd[PROGRAM], f->program, f->program_size);
}

static void bound(int resource, rlim_t most)
{
	struct rlimit l = { most, most };

	setrlimit(resource, &l);
}

/* The numbers of the files are those of the enum: PROGRAM is 3. */
static void run_child(const int fd[NR_FILES], const struct reader *by)
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
	execvp(by->argv[0], (char *const *)by->argv);
	_exit(errno == ENOENT ? NOT_THERE : 1);
}

/* The exit status, -1 if it was killed. */
static int run(const int fd[NR_FILES], const struct reader *by)
{
	pid_t child = fork(), got;
	int status;

	if (!child)
		run_child(fd, by);
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

/*
 * Where it is wrong, and why: "-:5: parser error : ..." of xsltproc, "parse error:
 * ... at line 5, column 3" or "jq: error (at <stdin>:5): ..." of jq.
 */
static bool take_place(const char *said, unsigned int *line, const char **why)
{
	static const char * const before[] = { "-:", "<stdin>:", " at line " };
	const char *at = NULL;
	char *end;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(before) && !at; i++)
		at = strstr(said, before[i]);
	if (!at)
		return false;
	*line = strtoul(at + strlen(before[i - 1]), &end, 10);
	*why = i < ARRAY_SIZE(before) ? end + strspn(end, ")") : ": damaged";
	return true;
}

static int complain(int fd, struct line_reader *r, const struct reader *by)
{
	char said[200];
	const char *why;
	ssize_t n = pread(fd, said, sizeof(said) - 1, 0);

	said[n > 0 ? n : 0] = 0;
	said[strcspn(said, "\n")] = 0;
	if (!take_place(said, &r->line, &why))
		return failed(r, EIO, by->failed);
	snprintf(r->err, r->errlen, "%s:%u: expected %s%s", r->name, r->line,
		 by->reads, why);
	return -EINVAL;
}

static int run_all(const int fd[NR_FILES], struct line_reader *r,
		   const struct reader *by)
{
	switch (run(fd, by)) {
	case 0:
		return 0;
	case NOT_THERE:
		return failed(r, ENOPKG, by->missing);
	case -1:
		return failed(r, EFBIG, by->too_much);
	default:
		return complain(fd[ERR], r, by);
	}
}

FILE *filter_run(const struct filter *f, struct line_reader *r, int *e)
{
	FILE *out = NULL;
	int fd[NR_FILES];

	if (!open_all(fd, f))
		*e = failed(r, errno, strerror(errno));
	else
		*e = run_all(fd, r, &readers[f->by]);
	if (!*e && !lseek(fd[OUT], 0, SEEK_SET))
		out = fdopen(fd[OUT], "r");
	if (out)
		fd[OUT] = -1;
	else if (!*e)
		*e = failed(r, EIO, strerror(errno));
	close_all(fd);
	return out;
}
