/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rows of msr_rules.c point at: conditions, reset values, checks of a
 * value written.  A check may change the value to what is kept.
 */
#ifndef LIB_MSR_CHECKS_H
#define LIB_MSR_CHECKS_H

#include "msr_model.h"

#define MSR_CHECK(name) \
	enum msr_answer check_##name(const struct msr_cpu *c, \
				     enum msr_who who, uint32_t index, \
				     uint64_t *value)

MSR_CHECK(apic_base);
MSR_CHECK(canonical);
MSR_CHECK(cet);
MSR_CHECK(counter);
MSR_CHECK(de_cfg);
MSR_CHECK(debugctl_amd);
MSR_CHECK(debugctl_intel);
MSR_CHECK(efer);
MSR_CHECK(event_select);
MSR_CHECK(feature_control);
MSR_CHECK(fixed_control);
MSR_CHECK(fixed_counter);
MSR_CHECK(flush_cmd);
MSR_CHECK(global_clear);
MSR_CHECK(global_control);
MSR_CHECK(global_status);
MSR_CHECK(hsave);
MSR_CHECK(hwcr);
MSR_CHECK(mcg_ctl);
MSR_CHECK(mci);
MSR_CHECK(mci_ctl2);
MSR_CHECK(misc_enable);
MSR_CHECK(misc_features);
MSR_CHECK(mtrr_base);
MSR_CHECK(mtrr_def);
MSR_CHECK(mtrr_fixed);
MSR_CHECK(mtrr_mask);
MSR_CHECK(pat);
MSR_CHECK(perf_cap);
MSR_CHECK(platform_info);
MSR_CHECK(pred_cmd);
MSR_CHECK(sgx_hash);
MSR_CHECK(spec_ctrl);
MSR_CHECK(ssp);
MSR_CHECK(sysenter);
MSR_CHECK(tpr);
MSR_CHECK(tsc_aux);
MSR_CHECK(tsc_ratio);
MSR_CHECK(vm_cr);
MSR_CHECK(vmx_host);
MSR_CHECK(xfd);
MSR_CHECK(xss);
MSR_CHECK(zero);

bool has_no_pmu(const struct msr_cpu *c);
bool has_no_full_width(const struct msr_cpu *c);
bool has_no_pebs(const struct msr_cpu *c);
bool has_no_debug_store(const struct msr_cpu *c);
bool has_no_lbrv(const struct msr_cpu *c);
bool has_smm(const struct msr_cpu *c);
bool has_hyperv(const struct msr_cpu *c);
bool has_no_pt(const struct msr_cpu *c);
bool has_mpx(const struct msr_cpu *c);
bool has_leaf_1(const struct msr_cpu *c);
bool has_no_osvw(const struct msr_cpu *c);
bool has_no_nested(const struct msr_cpu *c);

/* Gates of Intel's PMU; see msr_pmu.c. */
bool open_counter(const struct msr_cpu *c, uint32_t index);
bool open_fixed_counter(const struct msr_cpu *c, uint32_t index);
bool open_pmu_controls(const struct msr_cpu *c, uint32_t index);

uint64_t reset_arch_cap(const struct msr_cpu *c, uint32_t index);
uint64_t reset_perf_cap(const struct msr_cpu *c, uint32_t index);
uint64_t reset_platform_info(const struct msr_cpu *c, uint32_t index);
uint64_t reset_ucode(const struct msr_cpu *c, uint32_t index);
uint64_t reset_apic_base(const struct msr_cpu *c, uint32_t index);
uint64_t reset_osvw_status(const struct msr_cpu *c, uint32_t index);
uint64_t reset_ic_cfg(const struct msr_cpu *c, uint32_t index);
uint64_t reset_mci(const struct msr_cpu *c, uint32_t index);
uint64_t reset_mcg_cap(const struct msr_cpu *c, uint32_t index);
uint64_t reset_mcg_ctl(const struct msr_cpu *c, uint32_t index);

#endif
