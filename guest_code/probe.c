// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest half of the probe, built three times from this one source: for
 * 64-bit, for 32-bit protected and for real mode (-m16).  The entry code of
 * each mode provides probe_exec(), which runs one piece of code, survives its
 * fault and fills probe_state.
 */
#include "probe.h"
#include "state.h"

struct probe_state probe_state;

_Static_assert(sizeof(struct probe_regs) == PROBE_REGS_SIZE,
	       "entry code and protocol disagree");
_Static_assert(__builtin_offsetof(struct probe_state, cr2) == ST_CR2 &&
	       __builtin_offsetof(struct probe_state, rip) == ST_RIP &&
	       __builtin_offsetof(struct probe_state, saved_sp) == ST_SP &&
	       __builtin_offsetof(struct probe_state, error) == ST_ERROR &&
	       __builtin_offsetof(struct probe_state, vector) == ST_VECTOR &&
	       __builtin_offsetof(struct probe_state, strays) == ST_STRAYS,
	       "entry code and struct probe_state disagree");

static void outb(uint16_t port, uint8_t value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static void cpuid(uint32_t regs[4])
{
	asm volatile("cpuid"
		     : "+a"(regs[0]), "=b"(regs[1]), "+c"(regs[2]),
		       "=d"(regs[3]));
}

static void bare_cpuid(const struct probe_request *r)
{
	uint32_t i;

	for (i = 0; i < (uint32_t)r->in.rsi; i++) {
		uint32_t regs[4] = { r->in.rax, 0, r->in.rcx, 0 };

		cpuid(regs);
	}
}

/* Code at the exec address: the instruction, then a way back. */
static void plant(const struct probe_request *r)
{
	volatile uint8_t *code = (volatile uint8_t *)PROBE_EXEC_HERE;
	uint32_t i;

	for (i = 0; i < r->insn_len && i < PROBE_INSN_MAX; i++)
		code[i] = r->insn[i];
	if (r->where == PROBE_AT_CPL0) {
#ifdef PROBE_REAL_MODE
		code[i++] = 0x66;	/* the caller is 32-bit code */
#endif
		code[i] = 0xc3;		/* ret */
	} else {
		code[i] = 0xcd;		/* int */
		code[i + 1] = PROBE_RETURN_VECTOR;
	}
}

/* By enum probe_op. */
static const char *const stubs[] = {
	probe_stub_cpuid, probe_stub_rdmsr, probe_stub_wrmsr,
};

static probe_word target_of(const struct probe_request *r)
{
	if (r->op < sizeof(stubs) / sizeof(stubs[0]) &&
	    r->where == PROBE_AT_CPL0)
		return (probe_word)stubs[r->op];
	plant(r);
	return PROBE_EXEC_HERE;
}

static void answer(struct probe_request *r)
{
	r->vector = probe_state.vector;
	r->error = probe_state.error;
	r->fault_addr = probe_state.cr2;
	r->got[0] = probe_state.regs.rax;
	r->got[1] = probe_state.regs.rbx;
	r->got[2] = probe_state.regs.rcx;
	r->got[3] = probe_state.regs.rdx;
}

/* Straight on: a sweep shall cost little more than the instructions in it. */
static int wrong(const struct probe_request *r)
{
	if (r->want_vector != PROBE_ANY_VECTOR && r->vector != r->want_vector)
		return 1;
	if (r->vector != PROBE_NO_VECTOR)
		return !!((r->error ^ r->want_error) & r->care_error);
	return !!(((r->got[0] ^ r->want[0]) & r->care[0]) |
		  ((r->got[1] ^ r->want[1]) & r->care[1]) |
		  ((r->got[2] ^ r->want[2]) & r->care[2]) |
		  ((r->got[3] ^ r->want[3]) & r->care[3]));
}

static void serve(struct probe_request *r)
{
	if (r->op == PROBE_OP_BARE_CPUID) {
		bare_cpuid(r);
		r->vector = PROBE_NO_VECTOR;
		return;
	}
	probe_state.regs = r->in;
	probe_state.vector = PROBE_NO_VECTOR;
	probe_state.error = 0;
	probe_state.cr2 = 0;
	probe_exec(target_of(r), r->where);
	answer(r);
}

/* Called by the entry code; comes back to begin the next KVM_RUN's batch. */
void probe_main(struct probe_header *h)
{
	struct probe_request *r;
	uint32_t i;

	for (;;) {
		h->runs++;
		h->done = 0;
		h->mismatches = 0;
		for (i = 0, r = h->req; i < h->nr; i++, r++) {
			serve(r);
			r->mismatch = wrong(r);
			h->mismatches += r->mismatch;
			r->answered = 1;
			h->done = i + 1;
		}
		h->strays += probe_state.strays;
		probe_state.strays = 0;
		outb(PROBE_PORT, PROBE_EXIT_DONE);
	}
}

/* A fault that no request asked for. */
void probe_died(struct probe_header *h)
{
	h->died_vector = probe_state.vector;
	h->died_error = probe_state.error;
	h->died_rip = probe_state.rip;
	h->died_cr2 = probe_state.cr2;
	for (;;)
		outb(PROBE_PORT, PROBE_EXIT_DIED);
}
