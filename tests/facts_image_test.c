// SPDX-License-Identifier: GPL-2.0-only
/* Facts that one program of a run leaves for the next, and refuses if foreign. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "facts_cpuid.h"
#include "facts_image.h"

#define DEVICE	"/dev/kvm"

FIXTURE(image)
{
	struct host_facts *f;
	char path[40];
	char err[200];
};

FIXTURE_SETUP(image)
{
	int fd;

	self->f = calloc(1, sizeof(*self->f));
	self->f->nr_cpu_kinds = 1;
	facts_read_raw_cpuid(&self->f->cpu[0].cpuid);
	self->f->tsc_khz = 1234567;
	strcpy(self->path, "/tmp/facts-image-XXXXXX");
	fd = mkstemp(self->path);
	ASSERT_LE(0, fd);
	close(fd);
	ASSERT_EQ(0, facts_image_save(self->path, DEVICE, self->f, self->err,
				      sizeof(self->err)));
}

FIXTURE_TEARDOWN(image)
{
	unlink(self->path);
	free(self->f);
}

static const struct host_facts *load(const char *path, const char *device,
				     char *err)
{
	return facts_image_load(path, device, err, 200);
}

TEST_F(image, gives_back_what_was_saved)
{
	const struct host_facts *f = load(self->path, DEVICE, self->err);

	ASSERT_NE(NULL, f);
	EXPECT_EQ(0, memcmp(f, self->f, sizeof(*f)));
	EXPECT_STREQ("", self->err);
}

TEST_F(image, none_there_is_no_error)
{
	unlink(self->path);
	EXPECT_EQ(NULL, load(self->path, DEVICE, self->err));
	EXPECT_STREQ("", self->err);
}

TEST_F(image, another_device)
{
	EXPECT_EQ(NULL, load(self->path, "/dev/other", self->err));
	EXPECT_NE(NULL, strstr(self->err, "another KVM device"));
}

TEST_F(image, another_cpu)
{
	cpuid_find_mut(&self->f->cpu[0].cpuid, 1, 0)->eax ^= 0x10;
	facts_image_save(self->path, DEVICE, self->f, self->err, 200);
	EXPECT_EQ(NULL, load(self->path, DEVICE, self->err));
	EXPECT_NE(NULL, strstr(self->err, "another CPU"));
}

/* The text that the file has of this machine, changed in its last letter. */
static bool change_text(const char *path, const char *text)
{
	static char all[1 << 20];
	int fd = open(path, O_RDWR);
	ssize_t n = read(fd, all, sizeof(all));
	char *at = n > 0 ? memmem(all, n, text, strlen(text)) : NULL;
	bool ok;

	if (at)
		at[strlen(text) - 1] ^= 1;
	ok = at && pwrite(fd, all, n, 0) == n;
	close(fd);
	return ok;
}

TEST_F(image, another_boot)
{
	char id[40] = "";
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY);

	ASSERT_LT(30, read(fd, id, sizeof(id) - 1));
	close(fd);
	id[strcspn(id, "\n")] = '\0';
	ASSERT_TRUE(change_text(self->path, id));
	EXPECT_EQ(NULL, load(self->path, DEVICE, self->err));
	EXPECT_NE(NULL, strstr(self->err, "another boot"));
}

TEST_F(image, damaged)
{
	ASSERT_TRUE(change_text(self->path, "kvm-cpuid facts"));
	EXPECT_EQ(NULL, load(self->path, DEVICE, self->err));
	EXPECT_NE(NULL, strstr(self->err, "another build"));
}

TEST_F(image, cut_off)
{
	ASSERT_EQ(0, truncate(self->path, sizeof(*self->f) / 2));
	EXPECT_EQ(NULL, load(self->path, DEVICE, self->err));
	EXPECT_NE(NULL, strstr(self->err, "another build"));
}

TEST_F(image, cannot_be_written)
{
	EXPECT_GT(0, facts_image_save("/nonexistent/facts", DEVICE, self->f,
				      self->err, sizeof(self->err)));
	EXPECT_NE(NULL, strstr(self->err, "/nonexistent/facts"));
}

TEST_HARNESS_MAIN
