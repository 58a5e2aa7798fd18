// SPDX-License-Identifier: GPL-2.0-only
#include "expect_pv.h"

const struct pv_msr pv_msrs[PV_NR_MSRS] = {
	{ MSR_KVM_WALL_CLOCK, "WALL_CLOCK", KVM_FEATURE_CLOCKSOURCE, 0 },
	{ MSR_KVM_SYSTEM_TIME, "SYSTEM_TIME", KVM_FEATURE_CLOCKSOURCE, 0 },
	{ MSR_KVM_WALL_CLOCK_NEW, "WALL_CLOCK_NEW", KVM_FEATURE_CLOCKSOURCE2, 0 },
	{ MSR_KVM_SYSTEM_TIME_NEW, "SYSTEM_TIME_NEW", KVM_FEATURE_CLOCKSOURCE2, 0 },
	{ MSR_KVM_ASYNC_PF_EN, "ASYNC_PF_EN", KVM_FEATURE_ASYNC_PF, 0 },
	{ MSR_KVM_STEAL_TIME, "STEAL_TIME", KVM_FEATURE_STEAL_TIME, 0 },
	{ MSR_KVM_PV_EOI_EN, "PV_EOI_EN", KVM_FEATURE_PV_EOI, 0 },
	{ MSR_KVM_POLL_CONTROL, "POLL_CONTROL", KVM_FEATURE_POLL_CONTROL, 1 },
	{ MSR_KVM_ASYNC_PF_INT, "ASYNC_PF_INT", KVM_FEATURE_ASYNC_PF_INT, 0 },
	{ MSR_KVM_ASYNC_PF_ACK, "ASYNC_PF_ACK", KVM_FEATURE_ASYNC_PF_INT, 0 },
};

const struct pv_call pv_calls[PV_NR_CALLS] = {
	{ 1, "VAPIC_POLL_IRQ", PV_NO_FEATURE, 0 },
	{ 2, "MMU_OP", PV_NEVER, 0 },
	{ 3, "FEATURES", PV_NEVER, 0 },
	{ 4, "PPC_MAP_MAGIC_PAGE", PV_NEVER, 0 },
	{ 5, "KICK_CPU", KVM_FEATURE_PV_UNHALT, 0 },
	{ 6, "6", PV_NEVER, 0 },
	{ 7, "7", PV_NEVER, 0 },
	{ 8, "8", PV_NEVER, 0 },
	{ 10, "SEND_IPI", KVM_FEATURE_PV_SEND_IPI, 0 },
	{ 11, "SCHED_YIELD", KVM_FEATURE_PV_SCHED_YIELD, 0 },
	{ 12, "MAP_GPA_RANGE", PV_NEVER, 0 },
	{ 13, "13", PV_NEVER, 0 },
	{ 0, "0", PV_NEVER, 0 },
	{ 0xffffffff, "0xffffffff", PV_NEVER, 0 },
};

uint32_t expect_pv_offered(bool steal_time)
{
	uint32_t word = PV_GATE_BITS | BIT(KVM_FEATURE_NOP_IO_DELAY) |
			BIT(KVM_FEATURE_PV_TLB_FLUSH) |
			BIT(KVM_FEATURE_ASYNC_PF_VMEXIT) |
			BIT(KVM_FEATURE_CLOCKSOURCE_STABLE_BIT);

	return steal_time ? word : word & ~BIT(KVM_FEATURE_STEAL_TIME);
}

bool expect_pv_open(uint32_t word, int feature)
{
	return feature == PV_NO_FEATURE ||
	       (feature >= 0 && word >> feature & 1);
}

bool expect_async_pf_flags(uint32_t word, uint64_t data)
{
	return (!(data & BIT(2)) ||
		word & BIT(KVM_FEATURE_ASYNC_PF_VMEXIT)) &&
	       (!(data & BIT(3)) || word & BIT(KVM_FEATURE_ASYNC_PF_INT));
}
