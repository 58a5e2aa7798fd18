// SPDX-License-Identifier: GPL-2.0-only
/* Facts on their way from the processes that find them to the file. */
#include <errno.h>
#include <search.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "surface.h"

/* CPU time: a guest that waits has its own limit in KVM_RUN. */
#define SECTION_LIMIT_S	120

static FILE *pipe_up;		/* in a section: where its facts go */
static char **lines;
static unsigned int nr_lines, max_lines;

void fact(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(pipe_up, fmt, ap);
	va_end(ap);
	putc('\n', pipe_up);
}

static void add_line(const char *text)
{
	if (nr_lines == max_lines) {
		max_lines = max_lines ? 2 * max_lines : 4096;
		lines = realloc(lines, max_lines * sizeof(*lines));
	}
	if (lines)
		lines[nr_lines] = strdup(text);
	if (!lines || !lines[nr_lines])
		exit(4);
	nr_lines++;
}

/* A file without a name; both processes have it. */
static FILE *shared_file(const char *name)
{
	int fd = memfd_create(name, 0);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r+");

	if (!f) {
		perror("surface: memfd_create");
		exit(4);
	}
	return f;
}

/* --- a second recording, held against the first --------------------------- */
static bool watching, found;
static unsigned int at;			/* the line that is due */
static char difference[400];

void facts_watch(void)
{
	watching = true;
	found = false;
	at = 0;
}

bool facts_differ(char *text, size_t len)
{
	if (!found && at < nr_lines) {
		snprintf(difference, sizeof(difference), "missing: %s",
			 lines[at]);
		found = true;
	}
	snprintf(text, len, "%s", difference);
	return found;
}

static void watch_line(const char *text)
{
	if (found || (at < nr_lines && !strcmp(lines[at], text))) {
		at++;
		return;
	}
	found = true;
	snprintf(difference, sizeof(difference), "%s", text);
}

/* --- variants are told by what is different from their base --------------- */
static void *of_bases;		/* a tree of the lines of bases */

static int whole_line(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* What a base says stays for its variants, which come later. */
static void keep_base(const char *text)
{
	char *copy = strdup(text);
	char **node = copy ? tsearch(copy, &of_bases, whole_line) : NULL;

	if (!node)
		exit(4);
	if (*node != copy)
		free(copy);
}

/* The same fact of the base, word for word? */
static bool repeats_base(const char *text)
{
	char other[4096];

	if (surface_in_base(text, other, sizeof(other)))
		return tfind(other, &of_bases, whole_line);
	if (strstr(text, " @"))
		keep_base(text);
	return false;
}

static void keep_line(const char *text)
{
	if (repeats_base(text))
		return;
	if (watching)
		watch_line(text);
	else
		add_line(text);
}

static void take_lines(FILE *f)
{
	static char line[4096];

	rewind(f);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		keep_line(line);
	}
}

/* The last thing that a section said: the library's reason for giving up. */
static void last_words(FILE *f, char *text, size_t len)
{
	char line[400];

	text[0] = '\0';
	rewind(f);
	while (fgets(line, sizeof(line), f))
		if (line[0] != '\n')
			snprintf(text, len, "%s", line);
	text[strcspn(text, "\n")] = '\0';
}

/* test_stop() leaves by _exit(). */
static int save_facts(enum run_end end, const char *text)
{
	(void)end;
	(void)text;
	fflush(pipe_up);
	return 1;
}

static void in_section(FILE *facts, FILE *said, void (*run)(const void *),
		       const void *arg)
{
	const struct rlimit limit = { SECTION_LIMIT_S, SECTION_LIMIT_S };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pipe_up = facts;
	test_stop_status = save_facts;
	dup2(fileno(said), 1);
	dup2(fileno(said), 2);
	setrlimit(RLIMIT_CPU, &limit);
	run(arg);
	fflush(stdout);
	fflush(facts);
	_exit(0);
}

static void note_end(const char *name, int status, FILE *said)
{
	char text[400], line[600];

	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	last_words(said, text, sizeof(text));
	if (WIFSIGNALED(status))
		snprintf(line, sizeof(line), "section %s = ended by signal %d",
			 name, WTERMSIG(status));
	else
		snprintf(line, sizeof(line), "section %s = gave up: %s", name,
			 text);
	keep_line(line);
}

void section(const char *name, void (*run)(const void *arg), const void *arg)
{
	FILE *facts = shared_file("facts"), *said = shared_file("said");
	int status = 0;
	pid_t pid;

	if (watching && found) {
		fclose(facts);
		fclose(said);
		return;
	}
	setvbuf(facts, NULL, _IOFBF, 1 << 16);
	fflush(stdout);
	pid = fork();
	if (!pid)
		in_section(facts, said, run, arg);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	take_lines(facts);
	note_end(name, status, said);
	fclose(facts);
	fclose(said);
}

/* --- the file --------------------------------------------------------------- */
static size_t key_length(const char *line)
{
	const char *eq = strstr(line, " = ");

	return eq ? (size_t)(eq - line) : strlen(line);
}

static bool same_key(const char *a, const char *b)
{
	size_t n = key_length(a);

	return n == key_length(b) && !memcmp(a, b, n);
}

/* By key, as strcmp() of keys alone would have it. */
static int by_text(const void *a, const void *b)
{
	const char *x = *(char * const *)a, *y = *(char * const *)b;
	size_t n = key_length(x), m = key_length(y);
	int ret = memcmp(x, y, n < m ? n : m);

	if (ret)
		return ret;
	return n != m ? (n < m ? -1 : 1) : strcmp(x + n, y + m);
}

void facts_write(FILE *out, const struct surface_head *h)
{
	unsigned int i, n = 0;
	char **kept;

	qsort(lines, nr_lines, sizeof(*lines), by_text);
	kept = calloc(nr_lines + 1, sizeof(*kept));
	if (!kept)
		exit(4);
	for (i = 0; i < nr_lines; i++)
		if (!n || !same_key(kept[n - 1], lines[i]))
			kept[n++] = lines[i];
	surface_write(out, h, kept, n);
	free(kept);
}
