// SPDX-License-Identifier: GPL-2.0-only
/* CPUID instructions of the program, made to answer as another CPU's. */
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "oracle.h"

#define SITES_MAX	64

static uint8_t *site[SITES_MAX];
static unsigned int nr_sites;

/* The program itself comes first, and is all that is of interest. */
static int load_address(struct dl_phdr_info *info, size_t size, void *base)
{
	(void)size;
	*(uintptr_t *)base = info->dlpi_addr;
	return 1;
}

void fake_cpuid_sites(const char *path)
{
	FILE *in = fopen(path, "r");
	uintptr_t base = 0;
	unsigned long at;

	if (!in)
		die(path);
	dl_iterate_phdr(load_address, &base);
	while (nr_sites < SITES_MAX && fscanf(in, "%lx", &at) == 1)
		site[nr_sites++] = (uint8_t *)(base + at);
	fclose(in);
}

static bool is_site(greg_t at)
{
	unsigned int i;

	for (i = 0; i < nr_sites; i++)
		if (site[i] == (uint8_t *)at)
			return true;
	return false;
}

/* UD2 where CPUID was. */
static void answer(int sig, siginfo_t *info, void *context)
{
	greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
	const struct kvm_cpuid_entry2 *e;

	(void)info;
	if (!is_site(r[REG_RIP])) {
		signal(sig, SIG_DFL);
		return;
	}
	e = cpuid_find(&facts->cpu[0].cpuid, r[REG_RAX], r[REG_RCX]);
	r[REG_RAX] = e ? e->eax : 0;
	r[REG_RBX] = e ? e->ebx : 0;
	r[REG_RCX] = e ? e->ecx : 0;
	r[REG_RDX] = e ? e->edx : 0;
	r[REG_RIP] += 2;
}

static void replace(uint8_t *at)
{
	void *page = (void *)((uintptr_t)at & -0x1000ul);

	/* an instruction can lie across two pages */
	if (mprotect(page, 0x2000, PROT_READ | PROT_WRITE | PROT_EXEC))
		die("cannot write to QEMU's code");
	if (memcmp(at, "\x0f\xa2", 2))
		die("no CPUID instruction where one should be");
	memcpy(at, "\x0f\x0b", 2);	/* UD2 */
	mprotect(page, 0x2000, PROT_READ | PROT_EXEC);
}

/*
 * Not before KVM is first asked: until then QEMU looks for instructions that
 * it may use itself.
 */
void fake_cpuid(void)
{
	struct sigaction act = {
		.sa_sigaction = answer, .sa_flags = SA_SIGINFO,
	};
	static bool done;
	unsigned int i;

	if (done || !nr_sites)
		return;
	done = true;
	for (i = 0; i < nr_sites; i++)
		replace(site[i]);
	sigaction(SIGILL, &act, NULL);
}
