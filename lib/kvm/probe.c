// SPDX-License-Identifier: GPL-2.0-only
/* Host half of the guest probe: requests in, one KVM_RUN, answers out. */
#include <cpuid.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "probe.h"

static uint64_t batch_of(enum probe_mode mode)
{
	return mode == PROBE_REAL ? PROBE_BATCH16 : PROBE_BATCH;
}

static size_t batch_size(enum probe_mode mode)
{
	return mode == PROBE_REAL ? PROBE_BATCH16_SIZE : PROBE_BATCH_SIZE;
}

static const struct kvm_regs start_regs[] = {
	[PROBE_LONG] = { .rip = PROBE_IMAGE64, .rsp = PROBE_STACK,
			 .rdi = PROBE_BATCH, .rflags = 2 },
	[PROBE_PROTECTED] = { .rip = PROBE_IMAGE32, .rsp = PROBE_STACK,
			      .rdi = PROBE_BATCH, .rflags = 2 },
	[PROBE_REAL] = { .rip = PROBE_IMAGE16, .rsp = PROBE_STACK16,
			 .rdi = PROBE_BATCH16, .rflags = 2 },
};

int __probe_start(struct probe *p, struct vcpu *vcpu, enum probe_mode mode)
{
	struct kvm_sregs sregs;
	int ret = __vcpu_get_sregs(vcpu, &sregs);

	if (ret)
		return ret;
	p->vcpu = vcpu;
	p->mode = mode;
	p->hdr = vm_at(vcpu->vm, batch_of(mode));
	p->capacity = (batch_size(mode) - sizeof(*p->hdr)) /
		      sizeof(struct probe_request);
	probe_clear(p);
	probe_sregs(vcpu->vm, mode, &sregs);
	ret = __vcpu_set_sregs(vcpu, &sregs);
	return ret ? ret : __vcpu_set_regs(vcpu, &start_regs[mode]);
}

void probe_start(struct probe *p, struct vcpu *vcpu, enum probe_mode mode)
{
	int ret = __probe_start(p, vcpu, mode);

	if (ret)
		test_stop("setting the vCPU's start state: %s (errno %d)",
			  strerror(-ret), -ret);
}

void probe_clear(struct probe *p)
{
	p->hdr->magic = PROBE_MAGIC;
	p->hdr->nr = 0;
	p->hdr->done = 0;
	p->hdr->mismatches = 0;
}

struct probe_request *probe_add(struct probe *p, enum probe_op op)
{
	struct probe_request *r = &p->hdr->req[p->hdr->nr];

	if (p->hdr->nr == p->capacity)
		test_stop("a batch holds at most %u requests", p->capacity);
	p->hdr->nr++;
	memset(r, 0, sizeof(*r));
	r->op = op;
	r->want_vector = PROBE_NO_VECTOR;
	return r;
}

struct probe_request *probe_cpuid(struct probe *p, uint32_t leaf,
				  uint32_t subleaf, struct cpuid_regs want)
{
	struct probe_request *r = probe_add(p, PROBE_OP_CPUID);
	int i;

	r->in.rax = leaf;
	r->in.rcx = subleaf;
	for (i = 0; i < NR_CPUID_REGS; i++) {
		r->want[i] = want.r[i];
		r->care[i] = ~0ull;	/* the upper halves must be 0 */
	}
	return r;
}

struct probe_request *probe_rdmsr(struct probe *p, uint32_t index)
{
	struct probe_request *r = probe_add(p, PROBE_OP_RDMSR);

	r->in.rcx = index;
	return r;
}

struct probe_request *probe_rdmsr_is(struct probe *p, uint32_t index,
				     uint64_t want)
{
	struct probe_request *r = probe_rdmsr(p, index);

	probe_expect_reg(r, REG_EAX, (uint32_t)want);
	return probe_expect_reg(r, REG_EDX, want >> 32);
}

struct probe_request *probe_wrmsr(struct probe *p, uint32_t index,
				  uint64_t value)
{
	struct probe_request *r = probe_add(p, PROBE_OP_WRMSR);

	r->in.rcx = index;
	r->in.rax = (uint32_t)value;
	r->in.rdx = value >> 32;
	return r;
}

struct probe_request *probe_insn(struct probe *p, const void *insn,
				 unsigned int len)
{
	struct probe_request *r = probe_add(p, PROBE_OP_EXEC);

	if (len > PROBE_INSN_MAX)
		test_stop("an instruction has at most 15 bytes");
	memcpy(r->insn, insn, len);
	r->insn_len = len;
	return r;
}

struct probe_request *probe_write_cr(struct probe *p, unsigned int cr,
				     uint64_t value)
{
	/* mov %rax, %crN */
	struct probe_request *r = PROBE_INSN(p, 0x0f, 0x22, 0xc0 | cr << 3);

	r->in.rax = value;
	return r;
}

struct probe_request *probe_read_cr(struct probe *p, unsigned int cr)
{
	/* mov %crN, %rax */
	return PROBE_INSN(p, 0x0f, 0x20, 0xc0 | cr << 3);
}

struct probe_request *probe_xsetbv(struct probe *p, uint32_t index,
				   uint64_t value)
{
	struct probe_request *r = PROBE_INSN(p, 0x0f, 0x01, 0xd1);

	r->in.rcx = index;
	r->in.rax = (uint32_t)value;
	r->in.rdx = value >> 32;
	return r;
}

struct probe_request *probe_xgetbv(struct probe *p, uint32_t index)
{
	struct probe_request *r = PROBE_INSN(p, 0x0f, 0x01, 0xd0);

	r->in.rcx = index;
	return r;
}

struct probe_request *probe_expect_fault(struct probe_request *r,
					 uint8_t vector, uint32_t error)
{
	r->want_vector = vector;
	r->want_error = error;
	r->care_error = ~0u;
	return r;
}

struct probe_request *probe_expect_reg(struct probe_request *r,
				       unsigned int reg, uint64_t want)
{
	r->want[reg] = want;
	r->care[reg] = ~0ull;
	return r;
}

struct probe_request *probe_any(struct probe_request *r)
{
	r->want_vector = PROBE_ANY_VECTOR;
	r->care_error = 0;
	memset(r->care, 0, sizeof(r->care));
	return r;
}

struct probe_request *probe_at(struct probe_request *r, enum probe_where w)
{
	static const uint8_t insn[][2] = {
		[PROBE_OP_CPUID] = { 0x0f, 0xa2 },
		[PROBE_OP_RDMSR] = { 0x0f, 0x32 },
		[PROBE_OP_WRMSR] = { 0x0f, 0x30 },
	};

	/* Elsewhere than at CPL 0 the guest executes bytes. */
	if (r->op <= PROBE_OP_WRMSR && w != PROBE_AT_CPL0) {
		memcpy(r->insn, insn[r->op], 2);
		r->insn_len = 2;
	}
	r->where = w;
	return r;
}

uint64_t probe_value(const struct probe_request *r)
{
	return r->got[REG_EDX] << 32 | (uint32_t)r->got[REG_EAX];
}

static int explain_death(const struct probe *p, char *why, size_t len)
{
	const struct probe_header *h = p->hdr;

	if (p->mode == PROBE_REAL)
		snprintf(why, len, "the guest took an exception in real mode");
	else
		snprintf(why, len,
			 "the guest died: vector %u, error 0x%x, rip 0x%llx, cr2 0x%llx",
			 h->died_vector, h->died_error,
			 (unsigned long long)h->died_rip,
			 (unsigned long long)h->died_cr2);
	return -EIO;
}

static uint8_t exit_byte(const struct kvm_run *run)
{
	if (run->exit_reason != KVM_EXIT_IO || run->io.port != PROBE_PORT ||
	    run->io.direction != KVM_EXIT_IO_OUT || run->io.count != 1)
		return 0;
	return *((const uint8_t *)run + run->io.data_offset);
}

/* Is the CPU under this KVM QEMU's TCG?  It says so in leaf 0x40000000. */
static bool cpu_is_tcg(void)
{
	uint32_t eax, id[3];

	__cpuid(0x40000000, eax, id[0], id[1], id[2]);
	return !memcmp(id, "TCGTCGTCGTCG", sizeof(id));
}

/*
 * No CPU delivers an interrupt while IF is clear, unless KVM injects it once
 * more.  QEMU's TCG does (seen in 7.2): helper_vmrun() leaves exception_index
 * set to the vector that it has injected, and if another thread stops the CPU
 * loop before the next #VMEXIT, the same vector is delivered as an exception.
 * The guest has gone on as if nothing had come: nothing is lost.
 */
static bool strays_are_excused(const struct probe *p, uint32_t before)
{
	if (p->hdr->strays == before)
		return true;
	if (!cpu_is_tcg())
		return false;
	printf("# note: QEMU's TCG delivered an interrupt twice; ignored\n");
	return true;
}

enum run_end probe_end(const struct probe *p, int ret)
{
	const struct kvm_run *run = p->vcpu->run;
	const struct probe_header *h = p->hdr;

	if (ret)
		return RUN_ENDED_OTHERWISE;
	if (run->exit_reason == KVM_EXIT_INTERNAL_ERROR &&
	    run->internal.suberror == KVM_INTERNAL_ERROR_EMULATION)
		return RUN_ENDED_BY_EMULATOR;
	if (exit_byte(run) == PROBE_EXIT_DIED && p->mode != PROBE_REAL &&
	    h->died_vector == PROBE_NO_VECTOR && !h->died_error &&
	    !h->died_rip)
		return RUN_ENDED_AT_ZERO;
	return RUN_ENDED_OTHERWISE;
}

int __probe_run(struct probe *p, char *why, size_t len)
{
	struct kvm_run *run = p->vcpu->run;
	uint32_t strays = p->hdr->strays;
	int ret;

	p->hdr->done = 0;
	ret = __vcpu_run(p->vcpu, 0);
	p->end = probe_end(p, ret);
	if (ret || !exit_byte(run)) {
		vcpu_explain(p->vcpu, ret, why, len);
		return ret ? ret : -EIO;
	}
	if (exit_byte(run) != PROBE_EXIT_DONE)
		return explain_death(p, why, len);
	if (!strays_are_excused(p, strays)) {
		snprintf(why, len, "an interrupt came while RFLAGS.IF was clear");
		return -EIO;
	}
	if (p->hdr->done == p->hdr->nr)
		return 0;
	snprintf(why, len, "the guest answered %u of %u requests",
		 p->hdr->done, p->hdr->nr);
	return -EIO;
}

void probe_run(struct probe *p)
{
	char why[160];

	if (__probe_run(p, why, sizeof(why)))
		test_stop_run(p->end,
			      "guest run: %s; %u of %u requests answered",
			      why, p->hdr->done, p->hdr->nr);
}

/* One request in a VM of its own: was it answered as wanted? */
static bool try_request(const struct cpuid_list *cpuid, bool fault,
			enum probe_where where)
{
	struct probe_request *r;
	struct vcpu vcpu;
	struct probe p;
	char why[160];
	struct vm vm;
	int ret;
	bool ok;

	vm_create(&vm, 0);
	probe_load(&vm);
	vcpu_create(&vcpu, &vm, 0);
	vcpu_set_cpuid(&vcpu, cpuid);
	probe_start(&p, &vcpu, PROBE_LONG);
	if (fault)	/* ud2 */
		r = probe_expect_fault(PROBE_INSN(&p, 0x0f, 0x0b), UD_VECTOR,
				       0);
	else		/* nop */
		r = probe_at(PROBE_INSN(&p, 0x90), where);
	ret = __probe_run(&p, why, sizeof(why));
	/* A KVM_RUN that fails says nothing about what the guest can do. */
	if (ret && ret != -EIO && ret != -ETIME)
		test_stop("%s", why);
	ok = !ret && !r->mismatch;
	vcpu_destroy(&vcpu);
	vm_destroy(&vm);
	return ok;
}

/* Tests are forked one after the other: what one found out serves them all. */
static struct known {
	int faults;		/* 0: not tried, 1 yes, -1 no */
	int place[PROBE_AT_COMPAT3 + 1];
} *known;

__attribute__((constructor)) static void share_known(void)
{
	static struct known own;

	known = mmap(NULL, sizeof(*known), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (known == MAP_FAILED)
		known = &own;
}

bool probe_faults_work(const struct cpuid_list *cpuid)
{
	if (!known->faults)
		known->faults = try_request(cpuid, true, PROBE_AT_CPL0) ?
				1 : -1;
	return known->faults > 0;
}

bool probe_place_works(const struct cpuid_list *cpuid, enum probe_where w)
{
	if (!known->place[w])
		known->place[w] = try_request(cpuid, false, w) ? 1 : -1;
	return known->place[w] > 0;
}
