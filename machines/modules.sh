# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# KVM as modules and their parameters.  Sourced by run.sh.
# shellcheck disable=SC2154 # variables of run.sh

# Parameters whose owner the name alone tells.
module_of_param() {
	case $1 in
	*.*) echo "${1%%.*}" ;;
	ignore_msrs*|report_ignored_msrs*|enable_pmu*|eager_page_split*|\
	force_emulation_prefix*|enable_vmware_backdoor*|tdp_mmu*|\
	mitigate_smt_rsb*|kvmclock_periodic_sync*|min_timer_period_us*|\
	tsc_tolerance_ppm*|lapic_timer_advance*|pi_inject_timer*|\
	vector_hashing*|flush_on_reuse*|nx_huge_pages*|halt_poll_ns*|\
	mmio_caching*)
		echo kvm ;;
	*) [ "$machine" = amd ] && echo kvm_amd || echo kvm_intel ;;
	esac
}

# The words of --module-params that belong to module $1.
params_of() {
	local p

	for p in $params; do
		[ "$(module_of_param "$p")" = "$1" ] || continue
		case ${p%%=*} in
		*.*) echo "${p#*.}" ;;
		*) echo "$p" ;;
		esac
	done
}

# For KVM built into the kernel.
kernel_params() {
	local m p

	for m in kvm kvm_amd kvm_intel; do
		for p in $(params_of "$m"); do
			echo -n "$m.$p "
		done
	done
}
