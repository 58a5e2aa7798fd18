// SPDX-License-Identifier: GPL-2.0-only
/* Guest memory and vCPU state that the probe images start from. */
#include <string.h>

#include "probe.h"

extern const uint8_t probe_image64[], probe_image64_end[];
extern const uint8_t probe_image32[], probe_image32_end[];
extern const uint8_t probe_image16[], probe_image16_end[];

/* Fixed by the entry code: vectors start 0x100 bytes in, 16 bytes each. */
#define VECTORS		0x100
#define VECTOR_SIZE	16

#define CR0_PE		(1u << 0)
#define CR0_MP		(1u << 1)
#define CR0_ET		(1u << 4)
#define CR0_NE		(1u << 5)
#define CR0_WP		(1u << 16)
#define CR0_PG		(1u << 31)
#define CR4_PAE		(1u << 5)
#define CR4_OSFXSR	(1u << 9)
#define CR4_OSXMMEXCPT	(1u << 10)
#define EFER_LME	(1u << 8)
#define EFER_LMA	(1u << 10)

#define PTE_P		(1u << 0)
#define PTE_RW		(1u << 1)
#define PTE_US		(1u << 2)
#define PTE_PS		(1u << 7)

/* Descriptor bits 40-55 (SDM vol. 3, 3.4.5): type, S, DPL, P, AVL, L, D, G. */
static const uint64_t gdt[] = {
	0,
	0x00af9b000000ffff,	/* PROBE_CS64 */
	0x00cf93000000ffff,	/* PROBE_DS */
	0x00cf9b000000ffff,	/* PROBE_CS32 */
	0x00cff3000000ffff,	/* PROBE_UDS */
	0x00affb000000ffff,	/* PROBE_UCS64 */
	0x00cffb000000ffff,	/* PROBE_UCS32 */
	0x0000890030000067,	/* PROBE_TR: 64-bit TSS at PROBE_TSS */
	0,
};

static void copy_image(struct vm *vm, uint64_t gpa, const uint8_t *from,
		       const uint8_t *to)
{
	memcpy(vm_at(vm, gpa), from, to - from);
}

/* Two 2 MiB pages: the identity, and the same memory for CPL 3. */
static void lay_page_tables(struct vm *vm)
{
	uint64_t *pml4 = vm_at(vm, PROBE_PML4);
	uint64_t *pdpt = vm_at(vm, PROBE_PDPT);
	uint64_t *pd = vm_at(vm, PROBE_PD);
	uint64_t *pml5 = vm_at(vm, PROBE_PML5);

	pml5[0] = PROBE_PML4 | PTE_P | PTE_RW | PTE_US;
	pml4[0] = PROBE_PDPT | PTE_P | PTE_RW | PTE_US;
	pdpt[0] = PROBE_PD | PTE_P | PTE_RW | PTE_US;
	pd[0] = PTE_P | PTE_RW | PTE_PS;
	pd[1] = PTE_P | PTE_RW | PTE_US | PTE_PS;
}

static void lay_tss(struct vm *vm)
{
	uint64_t rsp0 = PROBE_STACK_RSP0;

	memset(vm_at(vm, PROBE_TSS), 0, 0x68);
	memcpy(vm_at(vm, PROBE_TSS + 4), &rsp0, sizeof(rsp0));
}

void probe_load(struct vm *vm)
{
	copy_image(vm, PROBE_IMAGE64, probe_image64, probe_image64_end);
	copy_image(vm, PROBE_IMAGE32, probe_image32, probe_image32_end);
	copy_image(vm, PROBE_IMAGE16, probe_image16, probe_image16_end);
	memcpy(vm_at(vm, PROBE_GDT), gdt, sizeof(gdt));
	lay_page_tables(vm);
	lay_tss(vm);
}

/* Interrupt gate: DPL 3 for the vector by which CPL 3 comes back. */
static void gate64(struct vm *vm, unsigned int vector, uint64_t target)
{
	uint64_t *g = vm_at(vm, PROBE_IDT + 16 * vector);
	uint64_t dpl = vector == PROBE_RETURN_VECTOR ? 3 : 0;

	g[0] = (target & 0xffff) | (uint64_t)PROBE_CS64 << 16 |
	       (0x8e00ull | dpl << 13) << 32 | (target >> 16 & 0xffff) << 48;
	g[1] = target >> 32;
}

static void gate32(struct vm *vm, unsigned int vector, uint32_t target)
{
	uint64_t *g = vm_at(vm, PROBE_IDT + 8 * vector);

	*g = (target & 0xffff) | (uint64_t)PROBE_CS32 << 16 |
	     0x8e00ull << 32 | (uint64_t)(target >> 16) << 48;
}

static void lay_idt(struct vm *vm, enum probe_mode mode)
{
	unsigned int v;

	memset(vm_at(vm, PROBE_IDT), 0, 0x1000);
	for (v = 0; v < PROBE_NR_VECTORS; v++) {
		if (mode == PROBE_LONG)
			gate64(vm, v, PROBE_IMAGE64 + VECTORS +
				      VECTOR_SIZE * v);
		else
			gate32(vm, v, PROBE_IMAGE32 + VECTORS +
				      VECTOR_SIZE * v);
	}
	if (mode == PROBE_LONG)
		gate64(vm, PROBE_RETURN_VECTOR, PROBE_IMAGE64 + VECTORS +
		       VECTOR_SIZE * PROBE_NR_VECTORS);
}

/* Every vector of the real mode table leads to the way out. */
static void lay_ivt(struct vm *vm)
{
	uint16_t *ivt = vm_at(vm, 0);
	unsigned int v;

	for (v = 0; v < 256; v++) {
		ivt[2 * v] = PROBE_IMAGE16 + VECTORS;
		ivt[2 * v + 1] = 0;
	}
}

static struct kvm_segment segment(uint16_t selector, uint8_t type)
{
	return (struct kvm_segment){
		.selector = selector, .limit = 0xffffffff, .type = type,
		.present = 1, .s = 1, .g = 1, .db = 1,
	};
}

static void set_data_segments(struct kvm_sregs *s, struct kvm_segment seg)
{
	s->ds = seg;
	s->es = seg;
	s->fs = seg;
	s->gs = seg;
	s->ss = seg;
}

static void protected_segments(struct kvm_sregs *s, enum probe_mode mode)
{
	bool is64 = mode == PROBE_LONG;

	s->cs = segment(is64 ? PROBE_CS64 : PROBE_CS32, 11);
	s->cs.l = is64;
	s->cs.db = !is64;
	set_data_segments(s, segment(PROBE_DS, 3));
	s->tr = segment(PROBE_TR, 11);
	s->tr.base = PROBE_TSS;
	s->tr.limit = 0x67;
	s->tr.s = 0;
	s->tr.g = 0;
	s->tr.db = 0;
	s->gdt.base = PROBE_GDT;
	s->gdt.limit = sizeof(gdt) - 1;
	s->idt.base = PROBE_IDT;
	s->idt.limit = 0xfff;
}

static void real_segments(struct kvm_sregs *s)
{
	struct kvm_segment seg = segment(0, 3);

	seg.limit = 0xffff;
	seg.g = 0;
	seg.db = 0;
	set_data_segments(s, seg);
	s->cs = seg;
	s->cs.type = 11;
	s->idt.base = 0;
	s->idt.limit = 0x3ff;
}

void probe_sregs(struct vm *vm, enum probe_mode mode, struct kvm_sregs *s)
{
	if (mode == PROBE_REAL) {
		lay_ivt(vm);
		real_segments(s);
		s->cr0 = CR0_ET;
		return;
	}
	lay_idt(vm, mode);
	protected_segments(s, mode);
	s->cr0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP;
	s->cr4 = CR4_OSFXSR | CR4_OSXMMEXCPT;
	if (mode == PROBE_PROTECTED)
		return;
	s->cr0 |= CR0_PG;
	s->cr3 = PROBE_PML4;
	s->cr4 |= CR4_PAE;
	s->efer = EFER_LME | EFER_LMA;
}
