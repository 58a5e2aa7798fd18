// SPDX-License-Identifier: GPL-2.0-only
/*
 * MP tables; layout and numbers from the MultiProcessor Specification 1.4,
 * chapter 4.
 */
#include <string.h>

#include "mptable.h"

#define LAPIC_BASE	0xfee00000u
#define IOAPIC_BASE	0xfec00000u
#define ISA_IRQS	16

enum entry_type {
	ENTRY_CPU	= 0,
	ENTRY_BUS	= 1,
	ENTRY_IOAPIC	= 2,
	ENTRY_IO_INT	= 3,
	ENTRY_LOCAL_INT	= 4,
};

enum int_type {
	INT_VECTORED	= 0,
	INT_NMI		= 1,
	INT_EXTINT	= 3,
};

struct floating_pointer {
	char signature[4];
	uint32_t table;
	uint8_t length;		/* in units of 16 bytes */
	uint8_t revision;
	uint8_t checksum;
	uint8_t features[5];
} __attribute__((packed));

struct config_header {
	char signature[4];
	uint16_t length;
	uint8_t revision;
	uint8_t checksum;
	char oem[8];
	char product[12];
	uint32_t oem_table;
	uint16_t oem_size;
	uint16_t entries;
	uint32_t lapic;
	uint16_t extended_length;
	uint8_t extended_checksum;
	uint8_t reserved;
} __attribute__((packed));

struct cpu_entry {
	uint8_t type;
	uint8_t apic_id;
	uint8_t apic_version;
	uint8_t flags;		/* 1 usable, 2 boot processor */
	uint32_t signature;
	uint32_t features;
	uint32_t reserved[2];
} __attribute__((packed));

struct bus_entry {
	uint8_t type;
	uint8_t id;
	char name[6];
} __attribute__((packed));

struct ioapic_entry {
	uint8_t type;
	uint8_t id;
	uint8_t version;
	uint8_t flags;
	uint32_t address;
} __attribute__((packed));

struct int_entry {
	uint8_t type;
	uint8_t int_type;
	uint16_t flags;
	uint8_t bus;
	uint8_t irq;
	uint8_t apic;
	uint8_t pin;
} __attribute__((packed));

struct builder {
	uint8_t *table;
	size_t len;
	unsigned int entries;
	uint8_t ioapic;		/* its ID: the first that no CPU has */
};

static void add(struct builder *b, const void *entry, size_t len)
{
	memcpy(b->table + b->len, entry, len);
	b->len += len;
	b->entries++;
}

/* The first CPU is the one that boots. */
static void add_processors(struct builder *b, unsigned int cpus)
{
	unsigned int i;

	for (i = 0; i < cpus; i++) {
		struct cpu_entry cpu = {
			.type = ENTRY_CPU, .apic_id = i, .apic_version = 0x14,
			.flags = i ? 1 : 3,
		};

		add(b, &cpu, sizeof(cpu));
	}
}

static void add_bus_and_ioapic(struct builder *b)
{
	struct bus_entry bus = { .type = ENTRY_BUS, .name = "ISA   " };
	struct ioapic_entry ioapic = {
		.type = ENTRY_IOAPIC, .id = b->ioapic, .version = 0x11,
		.flags = 1, .address = IOAPIC_BASE,
	};

	add(b, &bus, sizeof(bus));
	add(b, &ioapic, sizeof(ioapic));
}

/* The timer sits on pin 2, where the cascade would be; all else is straight. */
static void add_isa_interrupts(struct builder *b)
{
	for (int irq = 0; irq < ISA_IRQS; irq++) {
		struct int_entry e = {
			.type = ENTRY_IO_INT, .int_type = INT_VECTORED,
			.irq = irq, .apic = b->ioapic, .pin = irq ? irq : 2,
		};

		if (irq != 2)
			add(b, &e, sizeof(e));
	}
}

static void add_local_interrupts(struct builder *b)
{
	struct int_entry extint = {
		.type = ENTRY_LOCAL_INT, .int_type = INT_EXTINT,
		.apic = 0, .pin = 0,
	};
	struct int_entry nmi = {
		.type = ENTRY_LOCAL_INT, .int_type = INT_NMI,
		.apic = 0xff, .pin = 1,
	};

	add(b, &extint, sizeof(extint));
	add(b, &nmi, sizeof(nmi));
}

static uint8_t checksum(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint8_t sum = 0;

	while (len--)
		sum += *p++;
	return -sum;
}

size_t mptable_build(uint8_t table[MPTABLE_MAX], uint32_t address,
		     unsigned int cpus)
{
	struct floating_pointer *f = (void *)table;
	struct config_header *h = (void *)(f + 1);
	struct builder b = {
		.table = table, .len = sizeof(*f) + sizeof(*h), .ioapic = cpus,
	};

	memset(table, 0, MPTABLE_MAX);
	memcpy(f->signature, "_MP_", 4);
	f->table = address + sizeof(*f);
	f->length = 1;
	f->revision = 4;
	f->checksum = checksum(f, sizeof(*f));

	add_processors(&b, cpus);
	add_bus_and_ioapic(&b);
	add_isa_interrupts(&b);
	add_local_interrupts(&b);
	memcpy(h->signature, "PCMP", 4);
	h->length = b.len - sizeof(*f);
	h->revision = 4;
	memcpy(h->oem, "KVMCPUID", 8);
	memcpy(h->product, "emulated    ", 12);
	h->entries = b.entries;
	h->lapic = LAPIC_BASE;
	h->checksum = checksum(h, h->length);
	return b.len;
}
