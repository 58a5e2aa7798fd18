// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lay out memory for a machine that has no boot loader: the kernel's segments
 * where its ELF header wants them, PVH start info, command line and initramfs;
 * and fill in the reset ROM (rom.S) that enters the kernel.
 *
 * usage: mkimage VMLINUX INITRD COMMANDLINE MEMORY_MB CPUS ROM OUT_ROM OUT_IMAGE
 * prints the address at which OUT_IMAGE belongs.
 *        mkimage --entry VMLINUX
 * prints the kernel's PVH entry, and fails if it has none.
 *
 * PVH: Xen's docs/misc/pvh.pandoc and Linux' Documentation/arch/x86.
 */
#include <elf.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mptable.h"

#define PVH_MAGIC		0x336ec578u
#define NOTE_PHYS32_ENTRY	18

#define MB			(1ul << 20)
#define ROM_SIZE		0x10000
#define ROM_BASE		0xf0000
#define ROM_TABLES		0x100
#define ALIGN(x, a)		(((x) + (a) - 1) / (a) * (a))

enum { RAM = 1, RESERVED = 2 };

struct rom_head {
	char magic[8];
	uint32_t image_base, image_size;
	uint32_t entry, start_info;
};

struct start_info {
	uint32_t magic, version, flags, nr_modules;
	uint64_t modlist, cmdline, rsdp, memmap;
	uint32_t nr_memmap, reserved;
};

struct module {
	uint64_t address, size, cmdline, reserved;
};

struct memmap {
	uint64_t address, size;
	uint32_t type, reserved;
};

/* First page of the image. */
struct boot_page {
	struct start_info info;
	struct module initrd;
	struct memmap map[4];
	char cmdline[2048];
};

struct blob {
	uint8_t *data;
	size_t len;
};

struct image {
	uint8_t *data;
	uint64_t base, kernel_end, initrd, end;
};

static struct blob slurp(const char *path)
{
	struct blob b;
	struct stat st;
	FILE *f = fopen(path, "rb");

	if (!f || fstat(fileno(f), &st))
		err(1, "%s", path);
	b.len = st.st_size;
	b.data = malloc(b.len + 1);
	if (!b.data || fread(b.data, 1, b.len, f) != b.len)
		err(1, "%s", path);
	fclose(f);
	return b;
}

static void save(const char *path, const void *data, size_t len)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(data, 1, len, f) != len || fclose(f))
		err(1, "%s", path);
}

static const Elf64_Ehdr *elf_header(const struct blob *b)
{
	const Elf64_Ehdr *h = (const void *)b->data;

	if (b->len < sizeof(*h) || memcmp(h->e_ident, ELFMAG, SELFMAG) ||
	    h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_machine != EM_X86_64)
		errx(1, "the kernel is not an x86-64 ELF file");
	if (h->e_phoff + h->e_phnum * sizeof(Elf64_Phdr) > b->len)
		errx(1, "the kernel's program headers are cut off");
	return h;
}

static const Elf64_Phdr *segment(const struct blob *b, int i)
{
	const Elf64_Ehdr *h = elf_header(b);
	const Elf64_Phdr *p = (const void *)(b->data + h->e_phoff);

	if (i >= h->e_phnum)
		return NULL;
	if (p[i].p_offset > b->len || p[i].p_filesz > b->len - p[i].p_offset)
		errx(1, "the kernel is cut off");
	return &p[i];
}

/* 0 if the notes of this segment do not name an entry. */
static uint32_t entry_in_notes(const uint8_t *p, const uint8_t *end)
{
	while (p + sizeof(Elf64_Nhdr) <= end) {
		const Elf64_Nhdr *n = (const void *)p;
		const uint8_t *name = p + sizeof(*n);
		const uint8_t *desc = name + ALIGN(n->n_namesz, 4);

		if (desc + 4 > end)
			return 0;
		if (n->n_type == NOTE_PHYS32_ENTRY && n->n_namesz == 4 &&
		    !memcmp(name, "Xen", 4))
			return *(const uint32_t *)desc;
		p = desc + ALIGN(n->n_descsz, 4);
	}
	return 0;
}

static uint32_t pvh_entry(const struct blob *kernel)
{
	const Elf64_Phdr *p;
	uint32_t entry;

	for (int i = 0; (p = segment(kernel, i)); i++) {
		const uint8_t *notes = kernel->data + p->p_offset;

		if (p->p_type != PT_NOTE)
			continue;
		entry = entry_in_notes(notes, notes + p->p_filesz);
		if (entry)
			return entry;
	}
	return 0;
}

static void plan(struct image *m, const struct blob *kernel, size_t initrd)
{
	uint64_t low = UINT64_MAX, high = 0;
	const Elf64_Phdr *p;

	for (int i = 0; (p = segment(kernel, i)); i++) {
		if (p->p_type != PT_LOAD)
			continue;
		if (p->p_paddr < low)
			low = p->p_paddr;
		if (p->p_paddr + p->p_memsz > high)
			high = p->p_paddr + p->p_memsz;
	}
	if (low < 2 * MB || low >= high)
		errx(1, "the kernel does not load above 2 MiB");
	/* The boot page and nothing else lies in the MiB below the kernel. */
	m->base = low / MB * MB - MB;
	m->kernel_end = high;
	m->initrd = ALIGN(high, 2 * MB);
	m->end = ALIGN(m->initrd + initrd, 4096);
}

static void place_kernel(struct image *m, const struct blob *kernel)
{
	const Elf64_Phdr *p;

	for (int i = 0; (p = segment(kernel, i)); i++)
		if (p->p_type == PT_LOAD)
			memcpy(m->data + (p->p_paddr - m->base),
			       kernel->data + p->p_offset, p->p_filesz);
}

static uint64_t address_in(const struct image *m, const void *p)
{
	return m->base + ((const uint8_t *)p - m->data);
}

static void fill_boot_page(struct image *m, const char *cmdline, size_t initrd,
			   uint64_t memory)
{
	struct boot_page *b = (void *)m->data;

	if (strlen(cmdline) >= sizeof(b->cmdline))
		errx(1, "the command line is too long");
	strcpy(b->cmdline, cmdline);
	b->initrd = (struct module){ .address = m->initrd, .size = initrd };
	b->map[0] = (struct memmap){ 0, 0x9fc00, RAM, 0 };
	b->map[1] = (struct memmap){ 0x9fc00, 0x400, RESERVED, 0 };
	b->map[2] = (struct memmap){ 0xf0000, 0x10000, RESERVED, 0 };
	b->map[3] = (struct memmap){ MB, memory - MB, RAM, 0 };
	b->info = (struct start_info){
		.magic = PVH_MAGIC, .version = 1, .nr_modules = 1,
		.modlist = address_in(m, &b->initrd),
		.cmdline = address_in(m, b->cmdline),
		.memmap = address_in(m, b->map), .nr_memmap = 4,
	};
}

static void fill_rom(struct blob *rom, const struct image *m, uint32_t entry,
		     unsigned int cpus)
{
	struct rom_head *h = (void *)rom->data;

	if (rom->len != ROM_SIZE || memcmp(h->magic, "KVMCPUID", 8))
		errx(1, "this is not the reset ROM");
	h->image_base = m->base;
	h->image_size = m->end - m->base;
	h->entry = entry;
	h->start_info = m->base;
	mptable_build(rom->data + ROM_TABLES, ROM_BASE + ROM_TABLES, cpus);
}

static int print_entry(const char *path)
{
	struct blob kernel = slurp(path);
	uint32_t entry = pvh_entry(&kernel);

	if (!entry)
		errx(1, "the kernel has no PVH entry (CONFIG_PVH)");
	printf("0x%x\n", entry);
	return 0;
}

static void build(char *argv[])
{
	struct blob kernel = slurp(argv[1]), initrd = slurp(argv[2]);
	struct blob rom = slurp(argv[6]);
	uint64_t memory = strtoul(argv[4], NULL, 0) * MB;
	unsigned long cpus = strtoul(argv[5], NULL, 0);
	uint32_t entry = pvh_entry(&kernel);
	struct image m;

	if (!entry)
		errx(1, "the kernel has no PVH entry (CONFIG_PVH)");
	if (!cpus || cpus > MPTABLE_CPUS_MAX)
		errx(2, "1 to %d CPUs, not %s", MPTABLE_CPUS_MAX, argv[5]);
	plan(&m, &kernel, initrd.len);
	if (m.end > memory)
		errx(1, "kernel and initramfs do not fit in memory");
	m.data = calloc(1, m.end - m.base);
	if (!m.data)
		err(1, "memory");
	place_kernel(&m, &kernel);
	memcpy(m.data + (m.initrd - m.base), initrd.data, initrd.len);
	fill_boot_page(&m, argv[3], initrd.len, memory);
	fill_rom(&rom, &m, entry, cpus);
	save(argv[7], rom.data, rom.len);
	save(argv[8], m.data, m.end - m.base);
	printf("0x%lx\n", (unsigned long)m.base);
}

int main(int argc, char *argv[])
{
	if (argc == 3 && !strcmp(argv[1], "--entry"))
		return print_entry(argv[2]);
	if (argc != 9)
		errx(2, "usage: mkimage VMLINUX INITRD COMMANDLINE MEMORY_MB CPUS ROM OUT_ROM OUT_IMAGE");
	build(argv);
	return 0;
}
