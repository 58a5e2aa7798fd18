// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bring a file of /sys/kernel/debug/gcov out of an emulated machine: run last
 * in the machine it prints the file as hexadecimal lines.
 *
 *	coverage_dump NAME		in the machine: NAME like cpuid.gcda
 *	coverage_dump -d < LOG > FILE	on the host: back to binary
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#define DEBUGFS	"/sys/kernel/debug"
#define MARK	"gcda "

static int print_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	unsigned char buf[32];
	size_t n, i;

	if (!f)
		return 1;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0) {
		printf(MARK);
		for (i = 0; i < n; i++)
			printf("%02x", buf[i]);
		printf("\n");
	}
	fclose(f);
	return 0;
}

/* The tree repeats the absolute path of the build: the first NAME will do. */
static int find(const char *dir, const char *name)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int ret = 1;

	while (d && ret && (e = readdir(d))) {
		char path[1024];

		if (e->d_name[0] == '.' && strcmp(e->d_name, ".cache"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (!strcmp(e->d_name, name))
			ret = print_file(path);
		else if (e->d_type == DT_DIR)
			ret = find(path, name);
	}
	if (d)
		closedir(d);
	return ret;
}

static int decode(void)
{
	char line[256];
	unsigned int byte;
	const char *p;

	while (fgets(line, sizeof(line), stdin)) {
		if (strncmp(line, MARK, strlen(MARK)))
			continue;
		for (p = line + strlen(MARK); sscanf(p, "%2x", &byte) == 1;
		     p += 2)
			putchar(byte);
	}
	return ferror(stdout);
}

int main(int argc, char *argv[])
{
	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "-d"))
		return decode();
	if (mount("debugfs", DEBUGFS, "debugfs", 0, NULL) && errno != EBUSY) {
		perror(DEBUGFS);
		return 1;
	}
	return find(DEBUGFS "/gcov", argv[1]);
}
