// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many runs of one program: its start, which costs more than all that is of
 * interest, is done once.  ORACLE_RUNS names a file with a path in each line:
 *
 *   PATH.vec	facts of the host and the command line, a vector without a
 *		result; what QEMU gave to KVM, or that it refused, is appended
 *   PATH.rc	exit status, 128 and more: the number of the signal that ended it
 *
 * The process is copied where main() would begin.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "oracle.h"

#define SECONDS_MAX	60
#define ARGS_MAX	32
#define TEXT_MAX	4096

typedef int (*main_fn)(int argc, char **argv, char **env);

static main_fn real_main;

/* What a line of the vector says after its key. */
static void field(const char *path, const char *key, char *text)
{
	FILE *in = fopen(path, "r");
	char line[TEXT_MAX];
	size_t n = strlen(key);

	text[0] = 0;
	while (in && fgets(line, sizeof(line), in))
		if (!strncmp(line, key, n) && line[n] == ' ') {
			line[strcspn(line, "\n")] = 0;
			strcpy(text, line + n + 1);
			break;
		}
	if (in)
		fclose(in);
}

/* -object for each line of that key; they live as long as the process. */
static int object_args(const char *path, char **args, int n)
{
	FILE *in = fopen(path, "r");
	char line[TEXT_MAX];

	while (in && fgets(line, sizeof(line), in))
		if (!strncmp(line, "object ", 7) && n + 2 < ARGS_MAX) {
			line[strcspn(line, "\n")] = 0;
			args[n++] = "-object";
			args[n++] = strdup(line + 7);
		}
	if (in)
		fclose(in);
	return n;
}

/* The end, if it does not end by itself. */
static void commands_to_stdin(void)
{
	static const char text[] =
		"{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"quit\"}\n";
	int fd[2];

	if (pipe(fd) || write(fd[1], text, sizeof(text) - 1) < 0)
		die("no pipe");
	close(fd[1]);
	dup2(fd[0], STDIN_FILENO);
}

static int run(const char *vec, const char *stderr_path)
{
	static char machine[TEXT_MAX], cpu[TEXT_MAX], smp[TEXT_MAX];
	static char irqchip[TEXT_MAX], overcommit[TEXT_MAX], accel[TEXT_MAX];
	static char memory[TEXT_MAX];
	char *args[ARGS_MAX] = {
		"qemu", "-nodefaults", "-display", "none", "-S", "-m", memory,
		"-qmp", "stdio", "-accel", accel, "-machine", machine, "-cpu",
		cpu, "-smp", smp,
	};
	int n = 17;

	field(vec, "accel", accel);
	if (!accel[0])
		strcpy(accel, "kvm");
	field(vec, "memory", memory);
	if (!memory[0])
		strcpy(memory, "64");
	field(vec, "machine", machine);
	field(vec, "kernel_irqchip", irqchip);
	field(vec, "cpu", cpu);
	field(vec, "smp", smp);
	field(vec, "overcommit", overcommit);
	strcat(strcat(machine, ",kernel-irqchip="), irqchip);
	if (overcommit[0]) {
		args[n++] = "-overcommit";
		args[n++] = overcommit;
	}
	n = object_args(vec, args, n);
	wanted_vcpus = atoi(smp);
	load_facts(vec);
	start_capture(fopen(vec, "a"));
	commands_to_stdin();
	if (!freopen("/dev/null", "w", stdout) ||
	    !freopen(stderr_path, "w", stderr))
		die(stderr_path);
	alarm(SECONDS_MAX);
	return real_main(n, args, environ);
}

/* The last line that is no warning is why. */
static void append_refusal(const char *vec, const char *stderr_path)
{
	FILE *out = fopen(vec, "a"), *in = fopen(stderr_path, "r");
	char line[TEXT_MAX], last[TEXT_MAX] = "?\n";

	while (in && fgets(line, sizeof(line), in))
		if (!strstr(line, "warning:"))
			strcpy(last, line);
	if (out)
		fprintf(out, "refused %svcpu 0\n", last);
	if (in)
		fclose(in);
	if (out)
		fclose(out);
}

static void serve_one(const char *path)
{
	char vec[TEXT_MAX], err[TEXT_MAX], rc[TEXT_MAX];
	int status = 0;
	FILE *out;
	pid_t pid;

	snprintf(vec, sizeof(vec), "%s.vec", path);
	snprintf(err, sizeof(err), "%s.stderr", path);
	snprintf(rc, sizeof(rc), "%s.rc", path);
	pid = fork();
	if (!pid)
		exit(run(vec, err));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("no process");
	status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				       WEXITSTATUS(status);
	if (status == 1)
		append_refusal(vec, err);
	out = fopen(rc, "w");
	if (!out)
		die(rc);
	fprintf(out, "%d\n", status);
	fclose(out);
}

/* As a whole: a child that leaves would move the place in an open file. */
static char *all_of(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!in || getdelim(&text, &size, 0, in) < 0)
		die(path);
	fclose(in);
	return text;
}

static int serve(int argc, char **argv, char **env)
{
	char *text = all_of(getenv("ORACLE_RUNS")), *path, *save = NULL;

	(void)argc;
	(void)argv;
	(void)env;
	for (path = strtok_r(text, "\n", &save); path;
	     path = strtok_r(NULL, "\n", &save))
		serve_one(path);
	free(text);
	return 0;
}

/* Not the shell of a script around it. */
static bool is_qemu(const char *name)
{
	const char *slash = strrchr(name, '/');

	return !strncmp(slash ? slash + 1 : name, "qemu-system", 11);
}

/* In the place of glibc's. */
int __libc_start_main(main_fn main, int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*rtld_fini)(void),
		      void *stack_end);

int __libc_start_main(main_fn main, int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*rtld_fini)(void),
		      void *stack_end)
{
	__typeof__(__libc_start_main) *real;

	*(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
	real_main = main;
	return real(getenv("ORACLE_RUNS") && is_qemu(argv[0]) ? serve : main, argc, argv, init,
		    fini, rtld_fini, stack_end);
}
