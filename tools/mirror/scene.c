// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenes: small stories of ioctls and guest instructions, as data, for what a
 * table of independent questions does not reach.  Each step is a fact; the
 * words of a step are explained in scenes.def.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"
#include "vcpu_init.h"

#define STEP_MAX	200

struct stage stage;

void say(const char *fmt, ...)
{
	size_t n = strlen(stage.answer);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(stage.answer + n, sizeof(stage.answer) - n, fmt, ap);
	va_end(ap);
}

void say_ret(int ret)
{
	if (ret < 0)
		say("%s", strerror(-ret));
	else
		say("%d", ret);
}

uint64_t number(char **rest)
{
	char *word = strtok_r(NULL, " ", rest);

	return word ? strtoull(word, NULL, 0) : 0;
}

/* --- machines --------------------------------------------------------------- */
static void do_vm(char **rest)
{
	char *kind = strtok_r(NULL, " ", rest);

	bench_close(&stage.g);
	stage.g.vm_flags = !kind ? VM_IRQCHIP : !strcmp(kind, "split") ?
		     VM_SPLIT_IRQCHIP : 0;
	say_ret(__vm_create(&stage.g.vm, stage.g.vm_flags));
	probe_load(&stage.g.vm);
	stage.g.next_id = 0;
	stage.g.vcpu.fd = -1;
}

static void do_vcpu(char **rest)
{
	uint32_t id = number(rest);

	if (stage.g.vcpu.fd >= 0)
		vcpu_destroy(&stage.g.vcpu);
	stage.started = false;
	probe_load(&stage.g.vm);
	say_ret(__vcpu_create(&stage.g.vcpu, &stage.g.vm, id));
}

static void do_start(char **rest)
{
	const char *mode = strtok_r(NULL, " ", rest);

	stage.started = true;
	memset(vm_at(&stage.g.vm, PROBE_SCRATCH), 0, PROBE_SCRATCH_SIZE);
	say_ret(__probe_start(&stage.g.probe, &stage.g.vcpu, !mode ? PROBE_LONG :
			      PROBE_PROTECTED));
}

/* cap vm|vcpu NUMBER ARGUMENT [FLAGS] */
static void do_cap(char **rest)
{
	char *who = strtok_r(NULL, " ", rest);
	struct kvm_enable_cap c = { 0 };

	c.cap = number(rest);
	c.args[0] = number(rest);
	c.flags = number(rest);
	say_ret(kvm_ioctl(!strcmp(who, "vm") ? stage.g.vm.fd : stage.g.vcpu.fd,
			  KVM_ENABLE_CAP, &c));
}

/* --- MSRs by ioctl ---------------------------------------------------------- */
static void do_get(char **rest)
{
	uint32_t msr = number(rest);
	unsigned int shift = number(rest);
	uint64_t value = 0;
	int ret = __vcpu_get_msr(&stage.g.vcpu, msr, &value);

	if (ret == 1)
		say("0x%llx", (unsigned long long)(value >> shift));
	else
		say_ret(ret);
}

static void do_put(char **rest)
{
	uint32_t msr = number(rest);

	say_ret(__vcpu_set_msr(&stage.g.vcpu, msr, number(rest)));
}

/* --- the guest -------------------------------------------------------------- */
static void say_exit(const struct kvm_run *run)
{
	say("%s", vcpu_exit_name(run->exit_reason));
	switch (run->exit_reason) {
	case KVM_EXIT_X86_RDMSR:
	case KVM_EXIT_X86_WRMSR:
		say(" msr 0x%x reason 0x%x data 0x%llx error %u pad %u",
		    run->msr.index, run->msr.reason, run->msr.data,
		    run->msr.error, run->msr.pad[0]);
		break;
	case KVM_EXIT_HYPERCALL:
		say(" nr %llu args %llx %llx %llx",
		    run->hypercall.nr, run->hypercall.args[0],
		    run->hypercall.args[1], run->hypercall.args[2]);
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		say(" %u", run->internal.suberror);
		break;
	case KVM_EXIT_SYSTEM_EVENT:
		say(" %u", run->system_event.type);
		break;
	}
}

static void run_guest(void)
{
	struct kvm_run *run = stage.g.vcpu.run;
	const struct probe_request *r = stage.g.probe.hdr->req;
	int ret;

	ret = __vcpu_run(&stage.g.vcpu, 2000);
	if (ret) {
		say_ret(ret);
		return;
	}
	if (run->exit_reason != KVM_EXIT_IO || run->io.port != PROBE_PORT) {
		say_exit(run);
		return;
	}
	say("%s", fault_of(r));
	if (r->answered && r->vector == PROBE_NO_VECTOR)
		say(" %llx %llx %llx %llx", (unsigned long long)r->got[0], (unsigned long long)r->got[1],
		    (unsigned long long)r->got[2], (unsigned long long)r->got[3]);
}

static enum probe_where place(const char *word)
{
	return !strcmp(word, "@3") ? PROBE_AT_CPL3 :
	       !strcmp(word, "@c0") ? PROBE_AT_COMPAT0 :
	       !strcmp(word, "@c3") ? PROBE_AT_COMPAT3 : PROBE_AT_CPL0;
}

/* x BYTES... [@PLACE] [rax=...]: execute; fep: by KVM's emulator */
static void execute(char **rest, unsigned int len)
{
	uint8_t bytes[PROBE_INSN_MAX] = { 0x0f, 0x0b, 'k', 'v', 'm' };
	struct probe_regs in = { .rdi = PROBE_SCRATCH,
				 .rsi = PROBE_SCRATCH + 0x1000 };
	enum probe_where where = PROBE_AT_CPL0;
	struct probe_request *r;
	char *word;

	while ((word = strtok_r(NULL, " ", rest))) {
		uint64_t n = strchr(word, '=') ?
			     strtoull(strchr(word, '=') + 1, NULL, 0) : 0;

		if (*word == '@')
			where = place(word);
		else if (!strncmp(word, "rax=", 4))
			in.rax = n;
		else if (!strncmp(word, "rbx=", 4))
			in.rbx = n;
		else if (!strncmp(word, "rcx=", 4))
			in.rcx = n;
		else if (!strncmp(word, "rdx=", 4))
			in.rdx = n;
		else if (!strncmp(word, "rsi=", 4))
			in.rsi = n;
		else if (!strncmp(word, "rdi=", 4))
			in.rdi = n;
		else if (len < PROBE_INSN_MAX)
			bytes[len++] = strtoul(word, NULL, 16);
	}
	probe_clear(&stage.g.probe);
	r = probe_insn(&stage.g.probe, bytes, len);
	r->in = in;
	probe_at(r, where);
	run_guest();
}

static void do_x(char **rest)
{
	execute(rest, 0);
}

static void do_fep(char **rest)
{
	execute(rest, 5);
}

static void do_rdmsr(char **rest)
{
	probe_clear(&stage.g.probe);
	probe_rdmsr(&stage.g.probe, number(rest));
	run_guest();
}

static void do_wrmsr(char **rest)
{
	uint32_t msr = number(rest);

	probe_clear(&stage.g.probe);
	probe_wrmsr(&stage.g.probe, msr, number(rest));
	run_guest();
}

static void do_cpuid(char **rest)
{
	struct probe_request *r;

	probe_clear(&stage.g.probe);
	r = probe_add(&stage.g.probe, PROBE_OP_CPUID);
	r->in.rax = number(rest);
	r->in.rcx = number(rest);
	run_guest();
}

static void do_cr(char **rest)
{
	unsigned int cr = number(rest);

	probe_clear(&stage.g.probe);
	probe_write_cr(&stage.g.probe, cr, number(rest));
	run_guest();
}

/* answer DATA ERROR: userspace's, to an exit for an MSR; and go on */
static void do_answer(char **rest)
{
	stage.g.vcpu.run->msr.data = number(rest);
	stage.g.vcpu.run->msr.error = number(rest);
	run_guest();
}

static void do_poke(char **rest)
{
	uint64_t *at = vm_at(&stage.g.vm, number(rest) & (PROBE_MEM_SIZE - 8));

	*at = number(rest);
}

static void do_peek(char **rest)
{
	uint64_t at = number(rest), mask = number(rest);
	unsigned int shift = number(rest);
	uint64_t value = *(unsigned long long *)vm_at(&stage.g.vm, at & (PROBE_MEM_SIZE - 8));

	say("0x%llx", (unsigned long long)((value & (mask ?: ~0ull)) >> shift));
}

/* sync VALID DIRTY: what KVM_RUN copies to and from kvm_run */
static void do_sync(char **rest)
{
	struct kvm_run *run = stage.g.vcpu.run;

	run->kvm_valid_regs = number(rest);
	run->kvm_dirty_regs = number(rest);
	probe_clear(&stage.g.probe);
	PROBE_INSN(&stage.g.probe, 0x90);
	run_guest();
	say(", dirty %llx, rip %llx, cr4 %llx, sipi %x",
	    (unsigned long long)run->kvm_dirty_regs, run->s.regs.regs.rip,
	    run->s.regs.sregs.cr4, run->s.regs.events.sipi_vector);
	run->kvm_valid_regs = 0;
	run->kvm_dirty_regs = 0;
}

static void do_init(char **rest)
{
	(void)rest;
	say_ret(__vcpu_send_init(&stage.g.vcpu));
}

/* --- telling ---------------------------------------------------------------- */
static const struct verb {
	const char *word;
	void (*run)(char **rest);
} verbs[] = {
	{ "vm", do_vm }, { "vcpu", do_vcpu }, { "list", do_list },
	{ "set", do_set }, { "bit", do_bit }, { "entries", do_entries },
	{ "install", do_install }, { "start", do_start },
	{ "back", do_back }, { "cap", do_cap }, { "get", do_get },
	{ "put", do_put }, { "x", do_x }, { "fep", do_fep },
	{ "rdmsr", do_rdmsr }, { "wrmsr", do_wrmsr }, { "cpuid", do_cpuid },
	{ "cr", do_cr }, { "answer", do_answer }, { "poke", do_poke },
	{ "peek", do_peek }, { "init", do_init }, { "io", do_io },
	{ "entry", do_entry }, { "sync", do_sync }, { "dump", do_dump },
};

static bool needs_guest(const char *word)
{
	static const char * const words[] = {
		"x", "fep", "rdmsr", "wrmsr", "cpuid", "cr", "answer", "sync",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

static void do_step(const char *scene, unsigned int n, const char *step)
{
	char text[STEP_MAX], *rest = NULL, *word;
	unsigned int i;

	snprintf(text, sizeof(text), "%s", step);
	word = strtok_r(text, " ", &rest);
	stage.answer[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(verbs[i].word, word))
			continue;
		if (needs_guest(word) && !stage.started)
			say("not stage.started");
		else
			verbs[i].run(&rest);
		break;
	}
	if (i == ARRAY_SIZE(verbs))
		test_stop("a scene has no '%s'", word);
	if (stage.answer[0])
		fact("scene %s %02u %s = %s", scene, n, step, stage.answer);
}

/* Steps are separated by ';'. */
static void play(const void *arg)
{
	const struct scene *s = arg;
	const char *p = s->steps;
	char step[STEP_MAX];
	unsigned int n = 0;

	bench_open(&stage.g, VM_IRQCHIP);
	variant_max(&stage.g, &stage.v);
	while (*p) {
		size_t len = strcspn(p, ";");

		p += strspn(p, " \t\n");
		len = strcspn(p, ";");
		snprintf(step, sizeof(step), "%.*s", (int)len, p);
		if (step[0])
			do_step(s->name, n++, step);
		p += len + (p[len] == ';');
	}
}

void record_scenes(void)
{
	static char name[80];
	unsigned int i;

	for (i = 0; i < nr_scenes; i++) {
		snprintf(name, sizeof(name), "scene %s", scenes[i].name);
		section(name, play, &scenes[i]);
	}
}
