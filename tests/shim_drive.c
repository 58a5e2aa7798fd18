// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run programs of the suite that are linked with the shim, with one fault
 * after the other, and expect each run to turn red.
 *
 *	shim_drive errno STEP PROGRAM...	every STEPth ioctl fails
 *	shim_drive msr STEP PROGRAM...		bits of written MSR values
 *	shim_drive bit STEP PROGRAM...		bits of installed registers
 *
 * A failed ioctl may also end in a skip that says why, or mean that something
 * optional is not there; it must not end in a signal, a hang or, with fewer
 * results than before, in green.  Prints "caught N of N".
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kvm.h>

#define LIMIT		60	/* seconds for one run */
#define KSFT_SKIP	4

struct outcome {
	int status;
	unsigned int ok, skipped, failed;
};

static char output[64], ioctl_log[64];
static unsigned int step = 1, tried, caught, optional;

static void count_line(const char *line, struct outcome *o)
{
	if (!strncmp(line, "ok ", 3) && strstr(line, "# SKIP"))
		o->skipped++;
	else if (!strncmp(line, "ok ", 3))
		o->ok++;
	else if (!strncmp(line, "not ok ", 7))
		o->failed++;
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

static void become(const char *path, const char *fault, bool log)
{
	int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	setsid();
	dup2(fd, 1);
	dup2(fd, 2);
	if (fault)
		setenv("KVM_CPUID_FAULT", fault, 1);
	if (log)
		setenv("KVM_CPUID_FAULT_LOG", ioctl_log, 1);
	alarm(LIMIT);
	execl(path, path, (char *)NULL);
	_exit(127);
}

static struct outcome run(const char *path, const char *fault, bool log)
{
	struct outcome o = { 0 };
	pid_t pid = fork();

	if (!pid)
		become(path, fault, log);
	waitpid(pid, &o.status, 0);
	kill(-pid, SIGKILL);
	read_output(&o);
	return o;
}

static bool red(const struct outcome *o, const struct outcome *honest)
{
	return o->failed > honest->failed ||
	       (WIFEXITED(o->status) && WEXITSTATUS(o->status) != 0 &&
		WEXITSTATUS(o->status) != KSFT_SKIP &&
		!honest->failed);
}

/* Died or hung, which is neither red nor green. */
static bool lost(const struct outcome *o)
{
	return WIFSIGNALED(o->status);
}

static void not_seen(const char *path, const char *fault,
		     const struct outcome *o)
{
	printf("# %s: %s with %s: ok %u, skipped %u, failed %u, status 0x%x\n",
	       lost(o) ? "DIED" : "NOT SEEN", path, fault, o->ok, o->skipped,
	       o->failed, o->status);
}

/*
 * KVM may lack what these ask for.  An MSR that KVM lists and cannot read is
 * for the witness to find, not for every program.
 */
static bool is_question(char scope, unsigned long cmd)
{
	return (scope == 's' && cmd == KVM_GET_MSRS) ||
	       cmd == KVM_CHECK_EXTENSION || cmd == KVM_GET_TSC_KHZ ||
	       cmd == KVM_GET_DEVICE_ATTR || cmd == KVM_HAS_DEVICE_ATTR ||
	       cmd == KVM_X86_GET_MCE_CAP_SUPPORTED;
}

static void one_errno(const char *path, const struct outcome *honest,
		      unsigned int nth, char scope, unsigned long cmd)
{
	static const int errors[] = { EINVAL, ENOMEM, EIO };
	char fault[64];
	struct outcome o;

	snprintf(fault, sizeof(fault), "errno:0:0:0:0:%u:%d", nth,
		 errors[nth % 3]);
	o = run(path, fault, false);
	if (!lost(&o) && !red(&o, honest) &&
	    (is_question(scope, cmd) || o.skipped > honest->skipped)) {
		optional++;
		return;
	}
	tried++;
	if (!lost(&o) && red(&o, honest))
		caught++;
	else
		not_seen(path, fault, &o);
}

/* Every child of the harness repeats the numbers of its siblings: the log's
 * highest number is the end.
 */
static void errnos(const char *path, const struct outcome *honest)
{
	unsigned int nth, next = 1;
	unsigned long cmd;
	char scope;
	FILE *f = fopen(ioctl_log, "r");

	while (f && fscanf(f, "%u %c %lx", &nth, &scope, &cmd) == 3) {
		if (nth != next)
			continue;
		one_errno(path, honest, nth, scope, cmd);
		next = nth + step;
	}
	if (f)
		fclose(f);
}

/* Leaf 0 to 7 by register: what every model has. */
static void bits(const char *path, const struct outcome *honest)
{
	static const struct {
		unsigned int function, index;
	} leaf[] = { { 0, 0 }, { 1, 0 }, { 7, 0 }, { 0xd, 0 },
		     { 0x40000000, 0 }, { 0x40000001, 0 },
		     { 0x80000001, 0 }, { 0x80000008, 0 } };
	unsigned int i, nr = 0;

	for (i = 0; i < sizeof(leaf) / sizeof(leaf[0]) * 128; i += step) {
		unsigned int reg = i / 32 % 4, bit = (i + nr++) % 32;
		char fault[64];
		struct outcome o;

		if ((leaf[i / 128].function == 1 && reg >= 2) ||
		    (leaf[i / 128].function == 7 && reg == 2) ||
		    (leaf[i / 128].function == 0xd && reg == 1))
			continue;	/* KVM's own bits: see shim_sweep.c */
		snprintf(fault, sizeof(fault), "bit:%#x:%#x:%u:%u:0:0",
			 leaf[i / 128].function, leaf[i / 128].index, reg, bit);
		o = run(path, fault, false);
		tried++;
		if (!lost(&o) && red(&o, honest))
			caught++;
		else
			not_seen(path, fault, &o);
	}
}

/* MSRs that keep every bit of some value the suite writes. */
static void msrs(const char *path, const struct outcome *honest)
{
	static const unsigned int index[] = { 0x10a, 0x8b, 0x1fc, 0x1a0,
					      0xc0000081, 0x277 };
	unsigned int i;

	for (i = 0; i < sizeof(index) / sizeof(index[0]) * 64; i += step) {
		char fault[64];
		struct outcome o;

		snprintf(fault, sizeof(fault), "msr:0:%#x:0:%u:0:0",
			 index[i / 64], i % 64);
		o = run(path, fault, false);
		tried++;
		if (!lost(&o) && red(&o, honest))
			caught++;
		else
			not_seen(path, fault, &o);
	}
}

static void drive(const char *kind, const char *path)
{
	struct outcome honest;

	unlink(ioctl_log);
	honest = run(path, NULL, !strcmp(kind, "errno"));
	if (!honest.ok) {
		printf("# %s: nothing is ok without any fault\n", path);
		return;
	}
	if (!strcmp(kind, "errno"))
		errnos(path, &honest);
	else if (!strcmp(kind, "msr"))
		msrs(path, &honest);
	else
		bits(path, &honest);
}

int main(int argc, char *argv[])
{
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 4 || atoi(argv[2]) < 1)
		return 2;
	step = atoi(argv[2]);
	snprintf(output, sizeof(output), "/tmp/shim-output.%d", getpid());
	snprintf(ioctl_log, sizeof(ioctl_log), "/tmp/shim-log.%d", getpid());
	for (i = 3; i < argc; i++)
		drive(argv[1], argv[i]);
	unlink(output);
	unlink(ioctl_log);
	printf("caught %u of %u %s faults, %u optional\n", caught, tried,
	       argv[1], optional);
	return !tried || caught != tried;
}
