// SPDX-License-Identifier: GPL-2.0-only
/*
 * In an emulated machine whose kernel has many faults (kernel_faults.sh): turn
 * one on after the other and run the suite's programs until one of them sees
 * it.  A fault that only matters while KVM starts cannot be seen here.
 *
 *	loop NUMBERS PROGRAMS	two files, one of each a line; the programs
 *				are in /bin; after a number those that are
 *				likely to see it may be named, and "only" if
 *				no other shall look
 *
 * Prints "try N", then "caught N PROGRAM TEST" or "survived N".
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PARAMETER	"/sys/module/kvm/parameters/fault"
#define OUTPUT		"/tmp/output"
#define LIMIT		60
#define MAX_PROGRAMS	64

/* What a run of a program gave. */
struct outcome {
	int status;
	unsigned int ok, failed;
	char first[80];			/* test that failed */
};

static struct program {
	const char *name;
	bool known;			/* what it says without a fault */
	struct outcome honest;
} program[MAX_PROGRAMS];

static int programs;

static void choose(unsigned int number)
{
	FILE *f = fopen(PARAMETER, "w");

	if (!f || fprintf(f, "%u\n", number) < 0 || fclose(f)) {
		perror(PARAMETER);
		exit(2);
	}
}

static void count_line(const char *line, struct outcome *o)
{
	char name[80];

	if (!strncmp(line, "ok ", 3) && !strstr(line, "# SKIP"))
		o->ok++;
	else if (sscanf(line, "not ok %*u %79s", name) == 1 && !o->failed++)
		strcpy(o->first, name);
}

static void read_output(struct outcome *o)
{
	char line[1024];
	FILE *f = fopen(OUTPUT, "r");

	while (f && fgets(line, sizeof(line), f))
		count_line(line, o);
	if (f)
		fclose(f);
}

static void become(const char *name)
{
	char path[256];
	int fd = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	setsid();
	dup2(fd, 1);
	dup2(fd, 2);
	alarm(LIMIT);
	snprintf(path, sizeof(path), "/bin/%s", name);
	execl(path, name, (char *)NULL);
	_exit(127);
}

static struct outcome run(const char *name)
{
	struct outcome o = { 0 };
	pid_t pid = fork();

	if (!pid)
		become(name);
	waitpid(pid, &o.status, 0);
	kill(-pid, SIGKILL);
	read_output(&o);
	return o;
}

/* Only programs that are asked for are run without a fault. */
static void know(struct program *p, unsigned int number)
{
	if (p->known)
		return;
	choose(0);
	p->honest = run(p->name);
	p->known = true;
	choose(number);
	printf("honest %s\n", p->name);
}

/* Names the test that fails, or says how the program came to its end. */
static bool seen(const struct program *p, char *test)
{
	struct outcome o = run(p->name);

	strcpy(test, o.failed > p->honest.failed ? o.first : "lost");
	return o.failed > p->honest.failed ||
	       o.ok + o.failed < p->honest.ok + p->honest.failed ||
	       (WIFSIGNALED(o.status) && !WIFSIGNALED(p->honest.status));
}

/* The next fault is likely to be of the same kind. */
static void to_front(int i)
{
	struct program p = program[i];

	memmove(&program[1], &program[0], i * sizeof(p));
	program[0] = p;
}

static void try_first(const char *name)
{
	int i;

	for (i = 0; i < programs; i++)
		if (!strcmp(program[i].name, name))
			to_front(i);
}

static void try_fault(unsigned int number, int most)
{
	char test[80];
	int i;

	printf("try %u\n", number);
	choose(number);
	for (i = 0; i < most; i++) {
		know(&program[i], number);
		if (seen(&program[i], test))
			break;
	}
	choose(0);
	if (i == most) {
		printf("survived %u\n", number);
		return;
	}
	printf("caught %u %s %s\n", number, program[i].name, test);
	to_front(i);
}

static void read_programs(const char *path)
{
	FILE *f = fopen(path, "r");
	char name[64];

	while (f && programs < MAX_PROGRAMS && fscanf(f, "%63s", name) == 1)
		program[programs++].name = strdup(name);
	if (f)
		fclose(f);
}

/* "NUMBER [PROGRAM ...] [only]": the first one named is tried first. */
static void try_line(char *line)
{
	char *word[MAX_PROGRAMS], *w;
	int n = 0, most = programs;

	for (w = strtok(line, "\n "); w && n < MAX_PROGRAMS;
	     w = strtok(NULL, "\n "))
		word[n++] = w;
	if (!n)
		return;
	if (!strcmp(word[n - 1], "only"))
		most = --n - 1;
	while (n-- > 1)
		try_first(word[n]);
	try_fault(strtoul(word[0], NULL, 10), most);
}

int main(int argc, char *argv[])
{
	char line[1024];
	FILE *list;

	setvbuf(stdout, NULL, _IOLBF, 0);
	list = argc == 3 ? fopen(argv[1], "r") : NULL;
	if (!list)
		return 2;
	choose(0);
	read_programs(argv[2]);
	while (fgets(line, sizeof(line), list))
		try_line(line);
	printf("done\n");
	return 0;
}
