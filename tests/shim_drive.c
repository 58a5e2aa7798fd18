// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run programs of the suite that are linked with the shim, with one fault
 * after the other, and expect each run to turn red.
 *
 *	shim_drive errno [sample] PROGRAM...
 *		each ioctl of each program fails: the first call, one in the
 *		middle, the last, all; with each errno of a table.  A sample
 *		has each program and each ioctl at least once.
 *	shim_drive given|supported|installed|msrs|lists|caps STEP PROGRAM...
 *		bits and entries of what KVM is given, or answers; every STEPth.
 *		One of the programs has to see it.
 * A directory stands for all of its programs.
 *	shim_drive FAULT PROGRAM
 *		one fault, as shim.h has it, and all that the program prints
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shim_drive.h"

#define LIMIT		90	/* seconds for one run */
#define KSFT_SKIP	4
#define MAX_PROGRAMS	100

static char output[64], shared_file[64];
static struct shim_shared *shared;

static const char * const verdict_names[] = {
	"red", "skipped with a reason", "green", "green with fewer results",
	"died by a signal", "hung", "not applied",
};

const char *verdict_name(enum verdict v)
{
	return verdict_names[v];
}

static void count_line(const char *line, struct outcome *o)
{
	if (!strncmp(line, "ok ", 3) && strstr(line, "# SKIP"))
		o->skipped++;
	else if (!strncmp(line, "ok ", 3))
		o->ok++;
	else if (!strncmp(line, "not ok ", 7))
		o->failed++;
	else if (strstr(line, "# SKIP: ") || strstr(line, "# no usable KVM"))
		o->reasons++;
}

static void read_output(struct outcome *o)
{
	char line[1024];
	FILE *f = fopen(output, "r");

	while (f && fgets(line, sizeof(line), f))
		count_line(line, o);
	if (f)
		fclose(f);
}

static void become(const char *path, const char *fault)
{
	int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	setsid();
	dup2(fd, 1);
	dup2(fd, 2);
	setenv("KVM_CPUID_FAULT", fault, 1);
	setenv("KVM_CPUID_SHIM", shared_file, 1);
	execl(path, path, (char *)NULL);
	_exit(127);
}

/* A program has timers of its own: the limit is kept from outside. */
static int wait_for(pid_t pid)
{
	struct timespec limit = { .tv_sec = LIMIT };
	int status = -1;
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (sigtimedwait(&child, NULL, &limit) >= 0)
			continue;
		kill(-pid, SIGKILL);
		waitpid(pid, &status, 0);
		status = -1;
		break;
	}
	kill(-pid, SIGKILL);
	return status;
}

static struct outcome run(const char *path, const struct shim_fault *f)
{
	struct outcome o = { 0 };
	char fault[128];
	sigset_t set;
	pid_t pid;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	memset(shared, 0, offsetof(struct shim_shared, log));
	shim_print(f, fault, sizeof(fault));
	pid = fork();
	if (!pid) {
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		become(path, fault);
	}
	o.status = wait_for(pid);
	read_output(&o);
	return o;
}

/* All that the last run printed, behind a mark. */
static void show_output(const char *mark)
{
	char line[1024];
	FILE *f = fopen(output, "r");

	while (f && fgets(line, sizeof(line), f))
		printf("%s%s", mark, line);
	if (f)
		fclose(f);
}

bool program_open(struct program *p, const char *path)
{
	static const struct shim_fault none = { .scope = '-' };

	p->path = path;
	p->name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	p->honest = run(path, &none);
	p->honest_run = malloc(sizeof(*shared));
	if (!p->honest_run)
		exit(1);
	memcpy(p->honest_run, shared, sizeof(*shared));
	/* What is not for this machine has nothing to lose. */
	if (!p->honest.ok && p->honest.skipped && !p->honest.failed)
		memset(p->honest_run, 0, sizeof(*p->honest_run));
	if (!p->honest.failed && p->honest.ok + p->honest.skipped)
		return true;
	printf("# %s without any fault: ok %u, skipped %u, failed %u\n",
	       path, p->honest.ok, p->honest.skipped, p->honest.failed);
	show_output("#   ");
	return false;
}

static enum verdict judge(const struct outcome *o, const struct outcome *honest)
{
	if (o->status == -1)
		return HUNG;
	if (WIFSIGNALED(o->status))
		return DIED;
	if (o->failed || (WEXITSTATUS(o->status) != 0 &&
			  WEXITSTATUS(o->status) != KSFT_SKIP))
		return RED;
	if (o->ok + o->skipped < honest->ok + honest->skipped)
		return FEWER;
	if (o->skipped <= honest->skipped)
		return GREEN;
	return o->reasons > honest->reasons ? SKIP : FEWER;
}

enum verdict program_run(const struct program *p, const struct shim_fault *f)
{
	struct outcome o = run(p->path, f);
	enum verdict v = judge(&o, &p->honest);

	if (!shared->applied && v != HUNG && v != DIED)
		return NOT_APPLIED;
	return v;
}

static int one_fault(const char *text, const char *path)
{
	struct shim_fault f;
	struct program p;

	if (shim_read(&f, text) || !program_open(&p, path))
		return 2;
	printf("# %s\n", verdict_name(program_run(&p, &f)));
	execlp("cat", "cat", output, (char *)NULL);
	return 1;
}

static void make_shared(void)
{
	int fd;

	snprintf(output, sizeof(output), "/tmp/shim-output.%d", getpid());
	snprintf(shared_file, sizeof(shared_file), "/tmp/shim-shared.%d",
		 getpid());
	fd = open(shared_file, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*shared)))
		exit(1);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		exit(1);
	close(fd);
}

/* A directory stands for all programs in it. */
static bool open_all(struct program *p, unsigned int *nr, const char *arg)
{
	char pattern[256];
	bool ok = true;
	glob_t g;
	size_t i;

	snprintf(pattern, sizeof(pattern), "%s/*_test", arg);
	if (glob(pattern, 0, NULL, &g))
		return *nr < MAX_PROGRAMS && program_open(&p[(*nr)++], arg);
	for (i = 0; i < g.gl_pathc && *nr < MAX_PROGRAMS; i++)
		ok &= program_open(&p[(*nr)++], g.gl_pathv[i]);
	return ok;
}

static bool drive(int argc, char *argv[])
{
	static struct program p[MAX_PROGRAMS];
	bool errnos = !strcmp(argv[1], "errno");
	bool sample = errnos && !strcmp(argv[2], "sample");
	int i, first = errnos && !sample ? 2 : 3;
	unsigned int nr = 0;
	bool ok = true;

	for (i = first; i < argc; i++)
		ok &= open_all(p, &nr, argv[i]);
	if (!ok)
		return false;
	if (errnos)
		return drive_errnos(p, nr, sample);
	return drive_values(p, nr, argv[1], atoi(argv[2]));
}

int main(int argc, char *argv[])
{
	bool ok;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 3)
		return 2;
	/* Each program must ask the KVM that has the fault. */
	unsetenv("KVM_CPUID_FACTS");
	make_shared();
	if (strchr(argv[1], ':'))
		return one_fault(argv[1], argv[2]);
	ok = drive(argc, argv);
	unlink(output);
	unlink(shared_file);
	return !ok;
}
