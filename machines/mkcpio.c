// SPDX-License-Identifier: GPL-2.0-only
/*
 * Write an initramfs (cpio, "newc") without being root: directories and the
 * console node are made up here, files are copied from the host.
 *
 * usage: mkcpio OUTPUT [NAME=HOSTFILE | NAME>TARGET]...
 *
 * NAME>TARGET is a symbolic link.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MODE_DIR	0040755
#define MODE_FILE	0100755
#define MODE_CHAR	0020600
#define MODE_LINK	0120777

struct node {
	const char *name;
	unsigned int mode;
	unsigned int major, minor;
	const void *data;
	size_t len;
};

static FILE *out;
static size_t written;
static unsigned int inode;

static void put(const void *data, size_t len)
{
	if (fwrite(data, 1, len, out) != len)
		err(1, "write");
	written += len;
}

static void pad(void)
{
	while (written % 4)
		put("", 1);
}

static void put_node(const struct node *n)
{
	char head[111];
	size_t name_len = strlen(n->name) + 1;

	snprintf(head, sizeof(head),
		 "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		 ++inode, n->mode, 0, 0, 1, 0, (unsigned int)n->len, 0, 0,
		 n->major, n->minor, (unsigned int)name_len, 0);
	put(head, 110);
	put(n->name, name_len);
	pad();
	put(n->data, n->len);
	pad();
}

static void put_dir(const char *name)
{
	put_node(&(struct node){ .name = name, .mode = MODE_DIR, .data = "" });
}

static void *slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	void *data;

	if (!f || fstat(fileno(f), &st))
		err(1, "%s", path);
	if (!S_ISREG(st.st_mode))
		errx(1, "%s: not a regular file", path);
	*len = st.st_size;
	data = malloc(*len + 1);
	if (!data || fread(data, 1, *len, f) != *len)
		err(1, "%s", path);
	fclose(f);
	return data;
}

static void put_link(const char *name, const char *target)
{
	put_node(&(struct node){ .name = name, .mode = MODE_LINK,
				 .data = target, .len = strlen(target) });
}

static void put_file(const char *name, const char *path)
{
	struct node n = { .name = name, .mode = MODE_FILE };
	void *data = slurp(path, &n.len);

	n.data = data;
	put_node(&n);
	free(data);
}

static void put_arg(char *arg)
{
	char *rest = arg + strcspn(arg, "=>"), kind = *rest;

	if (!kind)
		errx(2, "%s: neither NAME=HOSTFILE nor NAME>TARGET", arg);
	*rest++ = '\0';
	if (kind == '>')
		put_link(arg, rest);
	else
		put_file(arg, rest);
}

int main(int argc, char *argv[])
{
	static const char *const dirs[] = {
		"bin", "dev", "lib", "proc", "sys", "tmp",
	};

	if (argc < 2)
		errx(2, "usage: mkcpio OUTPUT [NAME=HOSTFILE | NAME>TARGET]...");
	out = fopen(argv[1], "wb");
	if (!out)
		err(1, "%s", argv[1]);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		put_dir(dirs[i]);
	put_node(&(struct node){ .name = "dev/console", .mode = MODE_CHAR,
				 .major = 5, .minor = 1, .data = "" });
	for (int i = 2; i < argc; i++)
		put_arg(argv[i]);
	put_node(&(struct node){ .name = "TRAILER!!!", .data = "" });
	if (fclose(out))
		err(1, "%s", argv[1]);
	return 0;
}
