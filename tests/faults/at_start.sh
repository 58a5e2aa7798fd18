# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Functions that KVM calls while it starts: a fault there has to be turned on
# by a parameter at boot.
at_start='kvm_((set|initialize)_cpu_caps|cpu_cap_mask|init_xstate|init_msr_lists)'
at_start="$at_start|kvm_(probe_|setup_|x86_vendor_init)|raw_cpuid_get"
at_start="$at_start|(svm|vmx)_(set_cpu_caps|has_emulated_msr)"
at_start="$at_start|svm_hardware_setup|nested_vmx_(setup_|calc_)"
export at_start="$at_start|get_feature_msr|vmx_get_perf_cap"
