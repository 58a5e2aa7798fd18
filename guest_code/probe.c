// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest half of the probe, built three times from this one source: for
 * 64-bit, for 32-bit protected and for real mode (-m16).  The entry code of
 * each mode provides probe_exec, which runs one piece of code and survives its
 * fault.
 */
#include "probe.h"
#include "state.h"

struct probe_state probe_state = { .vector = PROBE_NO_VECTOR };

_Static_assert(__builtin_offsetof(struct probe_request, in) == REQ_RAX &&
	       sizeof(struct probe_regs) == REQ_RDI + 8 - REQ_RAX &&
	       __builtin_offsetof(struct probe_request, got) == REQ_GOT,
	       "entry code and protocol disagree");
_Static_assert(__builtin_offsetof(struct probe_state, got) == ST_RAX &&
	       __builtin_offsetof(struct probe_state, cr2) == ST_CR2 &&
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

/*
 * Runs code at target with the registers that r gives.  0: it came back, and
 * r->got has the registers.  1: it came by a vector, probe_state has them; that
 * is a fault, or with PROBE_NO_VECTOR the return of code that cannot "ret".
 *
 * By no call that C knows: the compiler saves what it needs of the registers,
 * which is less than all of those that a function must keep.
 */
#ifdef __x86_64__
#define SPOILT	"rbx", "rcx", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", \
		"r14", "r15", "memory", "cc"
#else
#define SPOILT	"ebx", "ecx", "ebp", "memory", "cc"
#endif
static inline int exec(probe_word target, const struct probe_request *r)
{
	probe_word where = r->where;
	int by_vector;

#ifdef __x86_64__
	if (where != PROBE_AT_CPL0) {
		asm volatile("call probe_exec_at"
			     : "=a"(by_vector), "+D"(target), "+S"(where)
			     : "d"(r) : SPOILT);
		return by_vector;
	}
#endif
	asm volatile("call probe_exec"
		     : "=a"(by_vector), "+D"(target), "+S"(where)
		     : "d"(r) : SPOILT);
	return by_vector;
}

/* By enum probe_op. */
static const char *const stubs[] = {
	probe_stub_cpuid, probe_stub_rdmsr, probe_stub_wrmsr,
};

/* Of code that came back by a vector; the state is as at the start again. */
static void answer(struct probe_request *r)
{
	int i;

	r->vector = probe_state.vector;
	if (r->vector != PROBE_NO_VECTOR) {
		r->error = probe_state.error;
		r->fault_addr = probe_state.cr2;
	}
	for (i = 0; i < 4; i++)
		r->got[i] = probe_state.got[i];
	probe_state.vector = PROBE_NO_VECTOR;
	probe_state.error = 0;
}

/* Straight on: a sweep shall cost little more than the instructions in it. */
static int wrong(const struct probe_request *r)
{
	if (r->vector != r->want_vector && r->want_vector != PROBE_ANY_VECTOR)
		return 1;
	if (r->vector != PROBE_NO_VECTOR)
		return !!((r->error ^ r->want_error) & r->care_error);
	return !!(((r->got[0] ^ r->want[0]) & r->care[0]) |
		  ((r->got[1] ^ r->want[1]) & r->care[1]) |
		  ((r->got[2] ^ r->want[2]) & r->care[2]) |
		  ((r->got[3] ^ r->want[3]) & r->care[3]));
}

static void run(probe_word target, struct probe_request *r)
{
	if (exec(target, r))
		answer(r);
}

static void serve(struct probe_request *r)
{
	r->vector = PROBE_NO_VECTOR;
	r->error = 0;
	r->fault_addr = 0;
	if (r->op < sizeof(stubs) / sizeof(stubs[0]) &&
	    r->where == PROBE_AT_CPL0) {
		run((probe_word)stubs[r->op], r);
	} else if (r->op == PROBE_OP_BARE_CPUID) {
		bare_cpuid(r);
	} else {
		plant(r);
		run(PROBE_EXEC_HERE, r);
	}
}

/* Called by the entry code; comes back to begin the next KVM_RUN's batch. */
void probe_main(struct probe_header *h)
{
	struct probe_request *r;
	uint32_t i, bad;

	for (;;) {
		h->runs++;
		h->done = 0;
		h->mismatches = 0;
		for (i = 0, r = h->req; i < h->nr; i++, r++) {
			serve(r);
			bad = wrong(r);
			r->mismatch = bad;
			h->mismatches += bad;
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
