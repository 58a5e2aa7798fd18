// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control registers, EFER, XCR0, debug registers: which bits userspace may
 * set, and which the guest.
 */
#include <string.h>

#include "surface.h"

/* --- KVM_SET_SREGS ---------------------------------------------------------- */
static __u64 *field(struct kvm_sregs *s, const char *name)
{
	if (!strcmp(name, "cr0"))
		return &s->cr0;
	if (!strcmp(name, "cr3"))
		return &s->cr3;
	if (!strcmp(name, "cr4"))
		return &s->cr4;
	if (!strcmp(name, "cr8"))
		return &s->cr8;
	if (!strcmp(name, "efer"))
		return &s->efer;
	return &s->apic_base;
}

/* High bits are alike, and each costs time. */
static bool asked(unsigned int bit)
{
	return bit < 33 || bit == 47 || bit == 63;
}

/* Bits that can be turned, one at a time, from a state that KVM takes. */
static void sregs_bits(struct bench *g, const struct variant *v,
		       const struct kvm_sregs *base, const char *name,
		       const char *mode)
{
	struct kvm_sregs s;
	uint64_t takes = 0;
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		s = *base;
		*field(&s, name) ^= 1ull << bit;
		if (!asked(bit) || (bit == 13 && !strcmp(name, "efer")))
			continue;
		if (__vcpu_set_sregs(&g->vcpu, &s))
			continue;
		takes |= 1ull << bit;
		__vcpu_set_sregs(&g->vcpu, base);
	}
	fact("sregs %s %s %s takes = 0x%016llx", v->name, mode, name,
	     (unsigned long long)takes);
}

static void sregs_of_mode(struct bench *g, const struct variant *v,
			  enum probe_mode mode, const char *text)
{
	static const char * const names[] = {
		"cr4", "efer", "cr0", "cr3", "cr8", "apic_base",
	};
	struct kvm_sregs s;
	unsigned int i;
	int ret;

	vcpu_get_sregs(&g->vcpu, &s);
	probe_sregs(&g->vm, mode, &s);
	ret = __vcpu_set_sregs(&g->vcpu, &s);
	fact("sregs %s %s state = %s", v->name, text,
	     ret ? strerror(-ret) : "taken");
	for (i = 0; i < (v->brief ? 2 : ARRAY_SIZE(names)); i++)
		sregs_bits(g, v, &s, names[i], text);
}

/* --- XCR0 ------------------------------------------------------------------- */
static void xcr0_values(struct bench *g, const struct variant *v)
{
	static const uint64_t values[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 0xb, 0x13, 0x1b, 0x1f, 0x23, 0x27,
		0x47, 0x67, 0x87, 0xa7, 0xc7, 0xe3, 0xe7, 0xff, 0x103, 0x203,
		0x207, 0x2e7, 0x803, 0x1803, 0x20003, 0x40003, 0x60003,
		0x602e7,
	};
	char text[ARRAY_SIZE(values) + 1] = "";
	uint64_t takes = 0, now = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(values); i++)
		text[i] = __vcpu_set_xcr0(&g->vcpu, values[i]) ? 'n' : 'y';
	for (i = 0; i < 64; i++)
		if (asked(i) && !__vcpu_set_xcr0(&g->vcpu, 3 | 1ull << i))
			takes |= 1ull << i;
	__vcpu_set_xcr0(&g->vcpu, 1);
	__vcpu_get_xcr0(&g->vcpu, &now);
	fact("xcr0 %s ioctl values = %s, then 0x%llx", v->name, text,
	     (unsigned long long)now);
	fact("xcr0 %s ioctl takes = 0x%016llx", v->name, (unsigned long long)takes);
}

/* --- debug registers -------------------------------------------------------- */
static void debugregs(struct bench *g, const struct variant *v)
{
	struct kvm_debugregs base, d;
	uint64_t six = 0, seven = 0;
	unsigned int bit;

	memset(&base, 0, sizeof(base));
	kvm_ioctl(g->vcpu.fd, KVM_GET_DEBUGREGS, &base);
	for (bit = 0; bit < 64; bit += bit < 17 ? 1 : 15) {
		d = base;
		d.dr6 ^= 1ull << bit;
		if (!kvm_ioctl(g->vcpu.fd, KVM_SET_DEBUGREGS, &d))
			six |= 1ull << bit;
		d = base;
		d.dr7 ^= 1ull << bit;
		if (!kvm_ioctl(g->vcpu.fd, KVM_SET_DEBUGREGS, &d))
			seven |= 1ull << bit;
	}
	kvm_ioctl(g->vcpu.fd, KVM_SET_DEBUGREGS, &base);
	fact("debugregs %s reset = dr6 0x%llx, dr7 0x%llx", v->name,
	     (unsigned long long)base.dr6, (unsigned long long)base.dr7);
	fact("debugregs %s dr6 takes = 0x%016llx", v->name, (unsigned long long)six);
	fact("debugregs %s dr7 takes = 0x%016llx", v->name, (unsigned long long)seven);
}

void registers_by_ioctl(struct bench *g, const struct variant *v)
{
	struct kvm_sregs before;

	vcpu_get_sregs(&g->vcpu, &before);
	debugregs(g, v);
	xcr0_values(g, v);
	if (!v->brief) {
		sregs_of_mode(g, v, PROBE_REAL, "real");
		sregs_of_mode(g, v, PROBE_PROTECTED, "protected");
	}
	sregs_of_mode(g, v, PROBE_LONG, "long");
	if (!v->no_list)
		__probe_start(&g->probe, &g->vcpu, PROBE_LONG);
}

/* --- in the guest ----------------------------------------------------------- */
/* Every write names the whole register: none needs the one before undone. */
static void bits_in_guest(struct bench *g, const struct variant *v,
			  unsigned int cr, uint64_t base)
{
	const struct probe_request *r = g->probe.hdr->req;
	uint64_t takes = 0, keeps = 0;
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		if (!asked(bit))
			continue;
		probe_write_cr(&g->probe, cr, base ^ 1ull << bit);
		probe_read_cr(&g->probe, cr);
	}
	probe_write_cr(&g->probe, cr, base);
	if (!guest_run(g, v->name, "control registers"))
		return;
	for (bit = 0; bit < 64; bit++) {
		if (!asked(bit))
			continue;
		if (r[0].vector == PROBE_NO_VECTOR) {
			takes |= 1ull << bit;
			if (r[1].got[0] == (base ^ 1ull << bit))
				keeps |= 1ull << bit;
		}
		r += 2;
	}
	probe_clear(&g->probe);
	fact("cr%u %s guest takes = 0x%016llx", cr, v->name, (unsigned long long)takes);
	fact("cr%u %s guest keeps = 0x%016llx", cr, v->name, (unsigned long long)keeps);
}

static void efer_in_guest(struct bench *g, const struct variant *v,
			  uint64_t base)
{
	const struct probe_request *r = g->probe.hdr->req;
	uint64_t takes = 0;
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		if (asked(bit))
			probe_wrmsr(&g->probe, MSR_EFER, base ^
				    (bit == 13 ? 0 : 1ull << bit));
	probe_wrmsr(&g->probe, MSR_EFER, base);
	if (!guest_run(g, v->name, "EFER"))
		return;
	for (bit = 0; bit < 64; bit++)
		if (asked(bit) && r++->vector == PROBE_NO_VECTOR)
			takes |= 1ull << bit;
	probe_clear(&g->probe);
	fact("efer %s guest takes = 0x%016llx", v->name, (unsigned long long)takes);
}

/* By guest, after CR4.OSXSAVE where it can be. */
static void xsetbv_in_guest(struct bench *g, const struct variant *v,
			    uint64_t cr4)
{
	static const uint64_t values[] = {
		0, 1, 2, 3, 5, 7, 0xb, 0x1b, 0x27, 0xe7, 0x203, 0x207, 0x2e7,
		0x803, 0x20003, 0x60003, 1ull << 62 | 3, 3,
	};
	const struct probe_request *r = g->probe.hdr->req;
	char text[ARRAY_SIZE(values) * 12] = "";
	unsigned int i;

	probe_write_cr(&g->probe, 4, cr4 | 1ull << 18);
	for (i = 0; i < ARRAY_SIZE(values); i++)
		probe_xsetbv(&g->probe, 0, values[i]);
	probe_xsetbv(&g->probe, 1, 1);
	probe_xsetbv(&g->probe, 0, 1);
	probe_write_cr(&g->probe, 4, cr4);
	if (!guest_run(g, v->name, "XSETBV"))
		return;
	for (i = 0; i < ARRAY_SIZE(values); i++)
		strcat(strcat(text, fault_of(&r[i + 1])), " ");
	fact("xcr0 %s guest values = %sxcr1 %s", v->name, text,
	     fault_of(&r[ARRAY_SIZE(values) + 1]));
	probe_clear(&g->probe);
}

static void dr_in_guest(struct bench *g, const struct variant *v)
{
	static const unsigned int dr[] = { 6, 7 };
	const struct probe_request *r = g->probe.hdr->req;
	unsigned int i, bit;
	uint64_t takes;

	for (i = 0; i < ARRAY_SIZE(dr); i++) {
		uint64_t base = dr[i] == 6 ? 0xffff0ff0 : 0x400;

		for (bit = 0; bit < 64; bit += bit < 17 ? 1 : 15) {
			/* GD makes the next access fault */
			if (dr[i] == 7 && bit == 13)
				continue;
			PROBE_INSN(&g->probe, 0x0f, 0x23, 0xc0 | dr[i] << 3)
				->in.rax = base ^ 1ull << bit;
			PROBE_INSN(&g->probe, 0x0f, 0x21, 0xc0 | dr[i] << 3);
		}
		PROBE_INSN(&g->probe, 0x0f, 0x23, 0xc0 | dr[i] << 3)->in.rax =
			base;
		if (!guest_run(g, v->name, "debug registers"))
			return;
		r = g->probe.hdr->req;
		takes = 0;
		for (bit = 0; bit < 64; bit += bit < 17 ? 1 : 15) {
			if (dr[i] == 7 && bit == 13)
				continue;
			if (r[0].vector == PROBE_NO_VECTOR)
				takes |= 1ull << bit;
			if (r[1].got[0] == (base ^ 1ull << bit))
				takes |= 1ull << bit;
			else
				takes &= ~(1ull << bit);
			r += 2;
		}
		probe_clear(&g->probe);
		fact("dr%u %s guest keeps = 0x%016llx", dr[i], v->name,
		     (unsigned long long)takes);
	}
}

void registers_in_guest(struct bench *g, const struct variant *v)
{
	struct kvm_sregs s;

	vcpu_get_sregs(&g->vcpu, &s);
	bits_in_guest(g, v, 4, s.cr4);
	if (!v->brief) {
		bits_in_guest(g, v, 0, s.cr0);
		bits_in_guest(g, v, 8, s.cr8);
	}
	efer_in_guest(g, v, s.efer);
	xsetbv_in_guest(g, v, s.cr4);
	dr_in_guest(g, v);
}
