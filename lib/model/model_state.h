/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The max model at work: what one computation carries from step to step.
 * For the model_*.c files only.
 */
#ifndef LIB_MODEL_STATE_H
#define LIB_MODEL_STATE_H

#include "model_opts.h"
#include "model_rules.h"

#define XSAVE_AREAS	64

struct xsave_area {
	uint32_t size, offset, flags;
};

/* Widths and counts that follow from -smp. */
struct topology {
	unsigned int core_off, module_off, die_off, pkg_off;
	unsigned int per_die, per_pkg;
	unsigned int socket, die, module, core, thread;	/* of this vCPU */
	uint32_t apic_id;
	bool extended;			/* leaf 0x1f is there */
};

/* How far a feature bit came: kept for --explain. */
struct model_trace {
	uint64_t enabled[NR_FEATURE_WORDS];	/* after auto-enable */
	uint64_t expanded[NR_FEATURE_WORDS];	/* after the whole expand */
	uint64_t filtered[NR_FEATURE_WORDS];	/* removed by filter */
	uint64_t removed[NR_FEATURE_WORDS];	/* by expand, not by a row */
	/* 1 + row of feature_deps[] that cleared the bit, 0: none */
	uint8_t dep[NR_FEATURE_WORDS][64];
};

struct model {
	const struct host_facts *f;
	const struct model_opts *o;
	unsigned int qemu;
	unsigned int vcpu;
	struct topology topo;

	char vendor[13];
	uint32_t signature;		/* leaf 1 EAX */
	char model_id[48];

	uint64_t feat[NR_FEATURE_WORDS];
	uint64_t user[NR_FEATURE_WORDS];
	struct model_trace trace;

	struct xsave_area area[XSAVE_AREAS];
	uint32_t min_level, min_xlevel, min_xlevel2, min_func7;
	uint32_t level, xlevel, xlevel2, func7;
	unsigned int avx10_version, avx10_subleaf;
	unsigned int phys_bits, guest_phys_bits;
	uint64_t ucode_rev, mcg_cap;
	uint32_t tsc_khz;
	bool pmu;
	uint32_t slots;			/* for entries, used so far */

	char *err;
	size_t errlen;
};

static inline bool model_rule(const struct model *m, enum model_rule r)
{
	return model_rule_of(m->o, r) != (m->o->other_rules >> r & 1);
}

static inline bool model_flag(const struct model *m, enum opt_flag flag)
{
	return opt_flag(m->o, flag);
}

static inline bool model_has(const struct model *m, enum feature_word w,
			     unsigned int bit)
{
	return m->feat[w] >> bit & 1;
}

/* A profile need not name every capability: dflt if it does not. */
int32_t model_cap_or(const struct model *m, uint32_t cap, int32_t dflt);

/* model_fail.c: report one line; returns -EINVAL. */
int model_fail(struct model *m, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* model_supported.c: what KVM, then QEMU, calls supported */
uint32_t model_kvm_raw(const struct model *m, uint32_t function,
		       uint32_t index, enum cpuid_reg reg);
uint32_t model_kvm_cpuid(const struct model *m, uint32_t function,
			 uint32_t index, enum cpuid_reg reg);
struct cpuid_regs model_kvm_regs(const struct model *m, uint32_t function,
				 uint32_t index);
uint64_t model_kvm_msr(const struct model *m, uint32_t index);
uint64_t model_kvm_word(const struct model *m, enum feature_word w);
uint64_t model_supported(const struct model *m, enum feature_word w,
			 bool for_guest);
struct cpuid_regs model_host_regs(const struct model *m, uint32_t function,
				  uint32_t index);

/* model_vendor.c */
bool model_is_intel(const struct model *m);
bool model_is_amd(const struct model *m);
bool model_is_zhaoxin(const struct model *m);
void model_identity(struct model *m);

/* model_machine.c: can this QEMU make the machine that is asked for? */
enum irqchip_mode model_irqchip(const struct model *m);
int model_machine(struct model *m);

/* model_topology.c */
int model_topology(struct model *m, unsigned int vcpu);
uint32_t model_last_apic_id(const struct model *m);
struct cpuid_regs model_leaf_b(const struct model *m, uint32_t index);
struct cpuid_regs model_leaf_1f(const struct model *m, uint32_t index);

/* model_xsave.c */
uint64_t model_xsave_mask(const struct model *m, bool xss);
int model_xsave_areas(struct model *m);
void model_xsave_components(struct model *m);
struct cpuid_regs model_leaf_d(const struct model *m, uint32_t index);

/* model_expand.c, model_levels.c, model_filter.c, model_avx10.c */
int model_expand(struct model *m);
void model_levels(struct model *m);
int model_filter(struct model *m);
int model_avx10(struct model *m);
bool model_avx10_filter(struct model *m);

/* model_realize.c */
unsigned int model_host_phys_bits(const struct model *m);
int model_realize(struct model *m);

/* model_leaf*.c: the guest's CPUID function, before KVM touches it */
struct cpuid_regs model_leaf(const struct model *m, uint32_t function,
			     uint32_t index);
typedef struct cpuid_regs (*model_leaf_fn)(const struct model *m,
					   uint32_t index);
model_leaf_fn model_leaf_basic(uint32_t function);
model_leaf_fn model_leaf_ext(uint32_t function);
struct cpuid_regs model_leaf_2(const struct model *m, uint32_t index);
struct cpuid_regs model_leaf_4(const struct model *m, uint32_t index);
struct cpuid_regs model_leaf_80000005(const struct model *m, uint32_t index);
struct cpuid_regs model_leaf_80000006(const struct model *m, uint32_t index);
struct cpuid_regs model_leaf_8000001d(const struct model *m, uint32_t index);

/* model_entries.c, model_hypervisor.c, model_hyperv.c, model_msrs.c */
#define MODEL_ENTRIES_MAX	100	/* QEMU's array; one more aborts */
struct kvm_cpuid_entry2 *model_slot(struct model *m, struct guest_cpu *out);
int model_entries(struct model *m, struct guest_cpu *out);
int model_plain_entry(struct model *m, struct guest_cpu *out,
		      uint32_t function, struct cpuid_regs v);
int model_xen(struct model *m, struct guest_cpu *out, uint32_t base);
int model_hypervisor(struct model *m, struct guest_cpu *out);
int model_frequency_leaf(struct model *m, struct guest_cpu *out);
uint32_t model_hyperv_host(const struct model *m, uint32_t function,
			   enum cpuid_reg reg);
bool model_hyperv_active(const struct model *m);
int model_hyperv_vpindex(struct model *m);
int model_hyperv(struct model *m, struct guest_cpu *out);
void model_msrs(struct model *m, struct guest_cpu *out);
int model_mce(struct model *m, struct guest_cpu *out);

/* model_sev.c, model_sgx.c */
bool model_sev(const struct model *m);
int model_sev_check(struct model *m);
uint32_t model_snp_adjust(const struct model *m, uint32_t function,
			  uint32_t index, enum cpuid_reg reg, uint32_t value);
struct cpuid_regs model_leaf_8000001f(const struct model *m, uint32_t index);
struct cpuid_regs model_leaf_12(const struct model *m, uint32_t index);
int model_sgx_check(struct model *m);

/* model_tdx.c */
int model_tdx_check(struct model *m);
int model_tdx_get_cpuid(struct model *m);
uint32_t model_tdx_adjust(const struct model *m, uint32_t function,
			  uint32_t index, enum cpuid_reg reg, uint32_t value);

/* Everything up to and including realize; model_compute() adds the output. */
int model_prepare(struct model *m, const struct host_facts *f,
		  const struct model_opts *o, unsigned int vcpu, char *err,
		  size_t errlen);

#endif
