// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel's PMU as a guest has it: leaf 0xA of guest CPUID says what there is, as
 * far as KVM has it (intel_pmu_refresh(), intel_pmu_set_msr()).  SDM vol. 3,
 * 20.2.  Values that depend on PEBS, TSX or Intel PT are not predicted.
 */
#include "features.h"
#include "msr_checks.h"

#define PERF_CAP_PEBS		0xf00	/* PEBS format */
#define PERF_CAP_FULL_WIDTH	BIT(13)
#define EVENTSEL_RESERVED	0xffffffff00200000ull
#define EVENTSEL_SOMETIMES	(3ull << 32 | BIT(34))	/* TSX, PEBS */
#define FIXED_CONTROLS		0xbull	/* of the four bits of each counter */
#define STATUS_OVERFLOWS	(BIT(62) | BIT(63))

/* A field of leaf 0xA: what the guest is told, but not more than KVM has. */
static unsigned int pmu_field(const struct msr_cpu *c, enum cpuid_reg reg,
			      unsigned int shift, uint32_t mask)
{
	uint32_t guest = cpuid_match_reg(c->cpuid, 0xa, 0, reg) >> shift & mask;
	uint32_t kvm = cpuid_match_reg(&c->facts->supported, 0xa, 0, reg) >> shift & mask;

	return guest < kvm ? guest : kvm;
}

static unsigned int pmu_version(const struct msr_cpu *c)
{
	return cpuid_match_reg(c->cpuid, 0xa, 0, REG_EAX) & 0xff;
}

static unsigned int nr_counters(const struct msr_cpu *c)
{
	return pmu_version(c) ? pmu_field(c, REG_EAX, 8, 0xff) : 0;
}

static unsigned int nr_fixed(const struct msr_cpu *c)
{
	return pmu_version(c) > 1 ? pmu_field(c, REG_EDX, 0, 0x1f) : 0;
}

static uint64_t low_bits(unsigned int n)
{
	return n < 64 ? BIT(n) - 1 : ~0ull;
}

static uint64_t perf_capabilities(const struct msr_cpu *c)
{
	return msr_gate_open(c, GATE_PDCM, 0x345) ? msr_cpu_value(c, 0x345) : 0;
}

bool open_counter(const struct msr_cpu *c, uint32_t index)
{
	return index - (index >= 0x186 ? 0x186 : 0xc1) < nr_counters(c);
}

bool open_fixed_counter(const struct msr_cpu *c, uint32_t index)
{
	return index - 0x309 < nr_fixed(c);
}

bool open_pmu_controls(const struct msr_cpu *c, uint32_t index)
{
	return pmu_version(c) > 1;
}

bool has_no_full_width(const struct msr_cpu *c)
{
	return !(perf_capabilities(c) & PERF_CAP_FULL_WIDTH);
}

bool has_no_pebs(const struct msr_cpu *c)
{
	return !(perf_capabilities(c) & PERF_CAP_PEBS);
}

bool has_no_debug_store(const struct msr_cpu *c)
{
	return !msr_cpu_has(c, F_DS);
}

/* The guest's write is of 32 bits, sign-extended (SDM vol. 3, 20.2.8). */
MSR_CHECK(counter)
{
	if (who == MSR_GUEST)
		*value = (uint64_t)(int64_t)(int32_t)*value;
	*value &= low_bits(pmu_field(c, REG_EAX, 16, 0xff));
	return MSR_DONE;
}

MSR_CHECK(fixed_counter)
{
	*value &= low_bits(pmu_field(c, REG_EDX, 5, 0xff));
	return MSR_DONE;
}

/* Where there is no such event select, nothing looks at the value. */
MSR_CHECK(event_select)
{
	if (!open_counter(c, index))
		return MSR_DONE;
	if (*value & EVENTSEL_RESERVED & ~EVENTSEL_SOMETIMES)
		return MSR_REFUSED;
	if (!(*value & EVENTSEL_SOMETIMES))
		return MSR_DONE;
	return has_no_pebs(c) && !msr_cpu_has(c, CPUID_FEATURE(0x7, 0, REG_EBX, 4)) &&
	       !msr_cpu_has(c, CPUID_FEATURE(0x7, 0, REG_EBX, 11)) ?
	       MSR_REFUSED : MSR_UNSURE;
}

MSR_CHECK(fixed_control)
{
	uint64_t known = 0;
	unsigned int i;

	for (i = 0; i < nr_fixed(c); i++)
		known |= FIXED_CONTROLS << 4 * i;
	if (!(*value & ~known))
		return MSR_DONE;
	return has_no_pebs(c) ? MSR_REFUSED : MSR_UNSURE;
}

static uint64_t all_counters(const struct msr_cpu *c)
{
	return low_bits(nr_counters(c)) | low_bits(nr_fixed(c)) << 32;
}

MSR_CHECK(global_control)
{
	return *value & ~all_counters(c) ? MSR_REFUSED : MSR_DONE;
}

/* Read-only for the guest; 6.1 takes all that userspace writes. */
MSR_CHECK(global_status)
{
	if (who == MSR_GUEST)
		return MSR_REFUSED;
	return *value & ~(all_counters(c) | STATUS_OVERFLOWS) ? MSR_UNSURE : MSR_DONE;
}

/* A 1 of the guest clears a bit of the status; nothing is kept. */
MSR_CHECK(global_clear)
{
	uint64_t reserved = *value & ~(all_counters(c) | STATUS_OVERFLOWS);

	*value = 0;
	if (reserved)
		return has_no_pt(c) ? MSR_REFUSED : MSR_UNSURE;
	return MSR_DONE;
}
