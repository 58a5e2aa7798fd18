// SPDX-License-Identifier: GPL-2.0-only
/* Facts for the witness from this machine; whatever is missing is unknown. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "witness.h"

const uint32_t witness_msrs[] = {
	0x480, 0x481, 0x482, 0x483, 0x484, 0x485, 0x48b, 0x48c,
};

const unsigned int nr_witness_msrs = ARRAY_SIZE(witness_msrs);

/* "key<TAB>: value" of the first CPU, kept if it fits. */
static void take_line(const char *line, const char *key, char *value,
		      size_t len)
{
	const char *colon = strchr(line, ':');
	size_t n = strlen(key);

	if (value[0] || strncmp(line, key, n) || !colon ||
	    (line[n] != '\t' && line[n] != ' ') || strlen(colon) >= len)
		return;
	/* "flags" alone: not "vmx flags", which begins otherwise. */
	colon += colon[1] == ' ' ? 2 : 1;
	memcpy(value, colon, strlen(colon) + 1);
	value[strcspn(value, "\n")] = '\0';
}

static void read_cpuinfo(struct witness_host *h)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	char line[8192], sizes[100] = "";

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		take_line(line, "flags", h->flags, sizeof(h->flags));
		take_line(line, "bugs", h->bugs, sizeof(h->bugs));
		take_line(line, "address sizes", sizes, sizeof(sizes));
	}
	fclose(f);
	h->phys_bits = strtoul(sizes, NULL, 10);
}

/* Only where the OS has set CR4.OSXSAVE may XGETBV be executed. */
static void read_xcr0(struct witness_host *h)
{
	uint32_t lo, hi;

	if (!(cpuid_get(h->raw, 1, 0, REG_ECX) >> 27 & 1))
		return;
	asm volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	h->xcr0 = (uint64_t)hi << 32 | lo;
	h->xcr0_valid = true;
}

#define XCOMP_GET_GUEST_PERM	0x1024	/* ARCH_GET_XCOMP_GUEST_PERM */

static void read_permission(struct witness_host *h)
{
	h->perm_valid = !syscall(SYS_arch_prctl, XCOMP_GET_GUEST_PERM,
				 &h->perm);
}

static void read_msrs(struct witness_host *h)
{
	char path[40];
	unsigned int i;
	uint64_t v;
	int fd;

	snprintf(path, sizeof(path), "/dev/cpu/%d/msr", sched_getcpu());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	for (i = 0; fd >= 0 && i < nr_witness_msrs; i++)
		if (pread(fd, &v, sizeof(v), witness_msrs[i]) == sizeof(v))
			msr_append(&h->msrs, witness_msrs[i], true, v);
	if (fd >= 0)
		close(fd);
}

/*
 * Time on a CPU, time waiting for one, how often it got one: the last is not 0
 * for who reads it, but all three are if the kernel does not count
 * (sched_info_on()).
 */
static void read_sched_info(struct witness_host *h)
{
	FILE *f = fopen("/proc/self/schedstat", "re");
	unsigned long long ran, waited, times;

	h->sched_info = UNKNOWN;
	if (!f)
		return;
	if (fscanf(f, "%llu %llu %llu", &ran, &waited, &times) == 3)
		h->sched_info = tri_of(ran || waited || times);
	fclose(f);
}

void witness_read_host(struct witness_host *h, const struct host_facts *facts,
		       const struct cpuid_list *raw)
{
	memset(h, 0, sizeof(*h));
	h->facts = facts;
	h->raw = raw;
	h->kernel = facts->kernel;
	h->distro = strstr(facts->kernel_release, ".el") ||
		    strstr(facts->kernel_release, "default");
	read_cpuinfo(h);
	read_xcr0(h);
	read_permission(h);
	read_msrs(h);
	read_sched_info(h);
}
