// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions of features, by the CPU and by KVM's emulator: what they fault
 * with, and what they leave in registers where that does not move.
 */
#include <string.h>

#include "insn.h"
#include "surface.h"

struct row {
	const char *name;
	uint8_t bytes[10];
	uint8_t len;
	uint8_t where;
	bool emulated;		/* once more with the emulation prefix */
	bool value;		/* EAX says something */
	uint64_t rax, rcx, rdx;
};

#define B(...) \
	.len = sizeof((const uint8_t[]){ __VA_ARGS__ }), .bytes = { __VA_ARGS__ }
#define EMU	.emulated = true
#define VAL	.value = true
#define CPL3	.where = PROBE_AT_CPL3
#define COMPAT0	.where = PROBE_AT_COMPAT0
#define COMPAT3	.where = PROBE_AT_COMPAT3

static const struct row rows[] = {
#include "instructions.def"
};

static struct probe_request *add_row(struct bench *g, const struct row *row,
				     bool prefix)
{
	uint8_t bytes[PROBE_INSN_MAX] = { 0x0f, 0x0b, 'k', 'v', 'm' };
	struct probe_request *r;

	memcpy(bytes + (prefix ? 5 : 0), row->bytes, row->len);
	r = probe_insn(&g->probe, bytes, row->len + (prefix ? 5 : 0));
	r->in = (struct probe_regs){ .rax = row->rax, .rcx = row->rcx,
		.rdx = row->rdx, .rsi = PROBE_SCRATCH + 0x1000,
		.rdi = PROBE_SCRATCH };
	if (row->where == PROBE_AT_CPL3 || row->where == PROBE_AT_COMPAT3) {
		r->in.rsi += PROBE_USER_ALIAS;
		r->in.rdi += PROBE_USER_ALIAS;
	}
	return probe_at(r, row->where);
}

static void tell(const struct variant *v, const struct row *row, bool prefix,
		 const struct probe_request *r)
{
	const char *how = prefix ? "emulated" : "executed";

	if (row->value && r->vector == PROBE_NO_VECTOR)
		fact("insn %s %s, %s = ok, rax 0x%llx", v->name, row->name,
		     how, (unsigned long long)r->got[0]);
	else
		fact("insn %s %s, %s = %s", v->name, row->name, how,
		     fault_of(r));
}

static void of_features(struct bench *g, const struct variant *v)
{
	const struct probe_request *r = g->probe.hdr->req;
	unsigned int i;

	for (i = 0; i < nr_insns; i++) {
		struct probe_request *n = insn_plain(g, insns[i].bytes,
						     insns[i].len);

		n->in.rax = insns[i].rax;
		n->in.rcx = insns[i].rcx;
	}
	if (!guest_run(g, v->name, "instructions of features"))
		return;
	for (i = 0; i < nr_insns; i++)
		fact("insn %s %s = %s", v->name, insns[i].name,
		     fault_of(&r[i]));
	probe_clear(&g->probe);
}

/* Each by itself: what ends the guest is an answer as well. */
static void one_by_one(struct bench *g, const struct variant *v)
{
	unsigned int i, prefix;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		for (prefix = 0; prefix <= rows[i].emulated; prefix++) {
			struct probe_request *r;

			variant_boot(g, v);
			r = add_row(g, &rows[i], prefix);
			if (guest_run(g, v->name, rows[i].name))
				tell(v, &rows[i], prefix, r);
		}
}

void instructions_in_guest(struct bench *g, const struct variant *v)
{
	const struct probe_request *r = g->probe.hdr->req;
	unsigned int i, prefix;

	of_features(g, v);
	__vcpu_set_msr(&g->vcpu, 0xc0000103, 0x4321);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		for (prefix = 0; prefix <= rows[i].emulated; prefix++)
			add_row(g, &rows[i], prefix);
	if (!guest_run(g, v->name, "instructions")) {
		if (!v->brief)
			one_by_one(g, v);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		for (prefix = 0; prefix <= rows[i].emulated; prefix++)
			tell(v, &rows[i], prefix, r++);
	probe_clear(&g->probe);
}
