# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# KVM as modules and their parameters.  Sourced by run.sh.
# shellcheck disable=SC2154 # variables of run.sh

vendor_module() {
	case $machine in
	amd) echo kvm_amd ;;
	intel) echo kvm_intel ;;
	esac
}

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
	*) vendor_module ;;
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

# The kernel ignores a parameter it does not know: make the machine refuse it.
want_params() {
	local p

	for p in $params; do
		p=$(module_of_param "$p")/parameters/${p##*.}
		echo "want /sys/module/${p%%=*}"
	done >> "$tmp/plan"
}

# Path of module $1 (with '-' or '_') below --modules, empty if there is none.
module_file() {
	find -L "$modules" -type f \( -name "${1//_/[-_]}.ko" -o \
		-name "${1//_/[-_]}.ko.[xgz]*" \) -print -quit 2> /dev/null
}

# Debug data, BTF, signature and the list of what ftrace could trace only cost
# time; loading does not need them.
slim_module() {
	local file=$1 out=$2

	case $file in
	*.xz) xz -d -c "$file" > "$out" ;;
	*.zst) zstd -q -d -c "$file" > "$out" ;;
	*.gz) gzip -d -c "$file" > "$out" ;;
	*) cat "$file" > "$out" ;;
	esac
	strip --strip-debug -R .BTF -R .comment -R __mcount_loc "$out" ||
		die 1 "$file is not a module"
}

modinfo_depends() {
	tr '\0' '\n' < "$1" | grep -a -m 1 '^depends=' |
		sed 's/^depends=//' | tr ',-' ' _'
}

# Put a module and, before it, all it depends on into the initramfs; a module
# that is not there is taken to be built in.
add_module() {
	local name=${1//-/_} file dep

	case " ${added_modules-} " in
	*" $name "*) return ;;
	esac
	added_modules="${added_modules-} $name"
	file=$(module_file "$name")
	[ -n "$file" ] || return 0
	slim_module "$file" "$tmp/$name.ko"
	for dep in $(modinfo_depends "$tmp/$name.ko"); do
		add_module "$dep"
	done
	cpio+=("lib/$name.ko=$tmp/$name.ko")
	echo "module /lib/$name.ko $(params_of "$name" | tr '\n' ' ')" >> "$tmp/plan"
}

add_modules() {
	local vendor

	vendor=$(vendor_module)
	[ -n "$(module_file "$vendor")" ] ||
		die 2 "no module $vendor.ko below $modules"
	add_module kvm
	add_module "$vendor"
	# Programs read the host's MSRs in /dev/cpu.
	add_module msr
}
