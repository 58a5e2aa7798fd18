// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "facts_cpuid.h"
#include "facts_image.h"
#include "whole_file.h"

#define MAGIC	"kvm-cpuid facts 1"

/* What an image must agree in with the machine that it is used on. */
struct stamp {
	char magic[24];
	char build[24];		/* the structure may be another tomorrow */
	char boot[40];		/* /proc/sys/kernel/random/boot_id */
	char release[80];	/* uname -r */
	char device[80];
	/* A module that was loaded anew may have other parameters. */
	uint64_t module_id, module_time;
};

struct image {
	struct stamp stamp;
	struct host_facts facts;
};

static void read_boot_id(char *out, size_t len)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, out, len - 1);

	out[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

static void read_module_id(struct stamp *s, const char *module)
{
	char path[60];
	struct stat st;

	snprintf(path, sizeof(path), "/sys/module/%s", module);
	if (stat(path, &st))
		return;
	s->module_id = st.st_ino;
	s->module_time = st.st_ctim.tv_sec * 1000000000ULL + st.st_ctim.tv_nsec;
}

/* What every image of this build begins with. */
static void stamp_of_build(struct stamp *s)
{
	memset(s, 0, sizeof(*s));
	snprintf(s->magic, sizeof(s->magic), "%s", MAGIC);
	snprintf(s->build, sizeof(s->build), "%zu %zu", sizeof(struct image),
		 offsetof(struct host_facts, msr_index));
}

static void stamp_of_here(struct stamp *s, const char *device,
			  const char *module)
{
	struct utsname u = { 0 };

	stamp_of_build(s);
	uname(&u);
	read_boot_id(s->boot, sizeof(s->boot));
	snprintf(s->release, sizeof(s->release), "%.79s", u.release);
	snprintf(s->device, sizeof(s->device), "%.79s", device);
	read_module_id(s, module);
}

/* A virtual machine may have moved to another CPU within one boot. */
static bool is_this_cpu(const struct cpuid_list *cpuid)
{
	struct cpuid_regs id = raw_cpuid(0, 0), model = raw_cpuid(1, 0);

	return cpuid_get(cpuid, 0, 0, REG_EBX) == id.r[REG_EBX] &&
	       cpuid_get(cpuid, 0, 0, REG_ECX) == id.r[REG_ECX] &&
	       cpuid_get(cpuid, 0, 0, REG_EDX) == id.r[REG_EDX] &&
	       cpuid_get(cpuid, 1, 0, REG_EAX) == model.r[REG_EAX];
}

static bool has_this_cpu(const struct host_facts *f)
{
	uint32_t i;

	for (i = 0; i < f->nr_cpu_kinds; i++)
		if (is_this_cpu(&f->cpu[i].cpuid))
			return true;
	return false;
}

/* What differs, NULL if nothing does. */
static const char *differs(const struct image *image, const char *device)
{
	const struct stamp *s = &image->stamp;
	struct stamp here;

	stamp_of_here(&here, device, image->facts.kvm_module);
	if (strcmp(s->boot, here.boot))
		return "another boot";
	if (strcmp(s->release, here.release))
		return "another kernel";
	if (strcmp(s->device, here.device))
		return "another KVM device";
	if (s->module_id != here.module_id ||
	    s->module_time != here.module_time)
		return "a KVM module that was loaded before this one";
	return has_this_cpu(&image->facts) ? NULL : "another CPU";
}

/* Before anything else in it is believed. */
static bool has_form(const struct image *image)
{
	struct stamp build;

	stamp_of_build(&build);
	return !memcmp(image->stamp.magic, build.magic, sizeof(build.magic)) &&
	       !memcmp(image->stamp.build, build.build, sizeof(build.build)) &&
	       image->facts.nr_cpu_kinds &&
	       image->facts.nr_cpu_kinds <= FACTS_CPU_KINDS_MAX;
}

static const struct image *map(const char *path, char *err, size_t errlen)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const struct image *image = MAP_FAILED;
	struct stat st;

	if (fd < 0) {
		if (errno != ENOENT)
			snprintf(err, errlen, "%s: %s", path, strerror(errno));
		return NULL;
	}
	if (!fstat(fd, &st) && st.st_size == sizeof(*image))
		image = mmap(NULL, sizeof(*image), PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (image != MAP_FAILED && has_form(image))
		return image;
	snprintf(err, errlen, "%s: no facts, or those of another build", path);
	return NULL;
}

const struct host_facts *facts_image_load(const char *path, const char *device,
					  char *err, size_t errlen)
{
	const struct image *image;
	const char *other;

	err[0] = '\0';
	image = map(path, err, errlen);
	if (!image)
		return NULL;
	other = differs(image, device);
	if (!other)
		return &image->facts;
	snprintf(err, errlen, "%s: the facts of %s", path, other);
	return NULL;
}

/* As struct image, whose facts follow the stamp without a gap. */
_Static_assert(offsetof(struct image, facts) == sizeof(struct stamp), "gap");
struct source {
	struct stamp stamp;
	const struct host_facts *facts;
};

static bool save(const void *what, FILE *out)
{
	const struct source *s = what;

	return fwrite(&s->stamp, sizeof(s->stamp), 1, out) == 1 &&
	       fwrite(s->facts, sizeof(*s->facts), 1, out) == 1;
}

int facts_image_save(const char *path, const char *device,
		     const struct host_facts *f, char *err, size_t errlen)
{
	struct source s = { .facts = f };
	struct whole_file file = { .save = save, .what = &s };

	stamp_of_here(&s.stamp, device, f->kvm_module);
	return whole_file_write(&file, path, err, errlen);
}
