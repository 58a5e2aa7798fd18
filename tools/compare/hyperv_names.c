// SPDX-License-Identifier: GPL-2.0-only
/* Bits of Hyper-V's leaves (TLFS 2.4), as far as KVM has any of them. */
#include "bits.h"

static const struct {
	uint32_t function;
	uint8_t reg, bit;
	const char *name;
} names[] = {
	{ 0x40000003, REG_EAX, 0, "vp-runtime" },
	{ 0x40000003, REG_EAX, 1, "time-ref-count" },
	{ 0x40000003, REG_EAX, 2, "synic" },
	{ 0x40000003, REG_EAX, 3, "stimer" },
	{ 0x40000003, REG_EAX, 4, "apic-msrs" },
	{ 0x40000003, REG_EAX, 5, "hypercall-msrs" },
	{ 0x40000003, REG_EAX, 6, "vp-index" },
	{ 0x40000003, REG_EAX, 7, "reset" },
	{ 0x40000003, REG_EAX, 9, "reference-tsc" },
	{ 0x40000003, REG_EAX, 11, "frequency-msrs" },
	{ 0x40000003, REG_EAX, 13, "reenlightenment" },
	{ 0x40000003, REG_EAX, 15, "invariant-tsc-control" },
	{ 0x40000003, REG_EBX, 4, "post-messages" },
	{ 0x40000003, REG_EBX, 5, "signal-events" },
	{ 0x40000003, REG_EBX, 11, "debugging" },
	{ 0x40000003, REG_EBX, 20, "extended-hypercalls" },
	{ 0x40000003, REG_EDX, 1, "guest-debugging" },
	{ 0x40000003, REG_EDX, 4, "xmm-hypercall-input" },
	{ 0x40000003, REG_EDX, 8, "frequency-msrs-there" },
	{ 0x40000003, REG_EDX, 10, "crash-msrs" },
	{ 0x40000003, REG_EDX, 11, "debug-msrs" },
	{ 0x40000003, REG_EDX, 14, "extended-gva-ranges-flush" },
	{ 0x40000003, REG_EDX, 19, "stimer-direct" },
	{ 0x40000004, REG_EAX, 2, "remote-tlb-flush" },
	{ 0x40000004, REG_EAX, 3, "apic-access" },
	{ 0x40000004, REG_EAX, 5, "relaxed-timing" },
	{ 0x40000004, REG_EAX, 9, "no-auto-eoi" },
	{ 0x40000004, REG_EAX, 10, "cluster-ipi" },
	{ 0x40000004, REG_EAX, 11, "ex-processor-masks" },
	{ 0x40000004, REG_EAX, 14, "enlightened-vmcs" },
	{ 0x40000004, REG_EAX, 18, "no-nonarch-coresharing" },
	{ 0x4000000a, REG_EAX, 17, "direct-tlb-flush" },
	{ 0x4000000a, REG_EAX, 19, "enlightened-msr-bitmap" },
	{ 0x4000000a, REG_EBX, 0, "evmcs-perf-global-ctrl" },
	{ 0x40000082, REG_EAX, 1, "kernel-debugging" },
};

const char *hyperv_bit_name(uint32_t function, unsigned int reg,
			    unsigned int bit)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].function == function && names[i].reg == reg &&
		    names[i].bit == bit)
			return names[i].name;
	return NULL;
}
