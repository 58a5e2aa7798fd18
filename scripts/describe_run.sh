# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of run_tests.sh: what ran where, for the summary and for other programs.
# Uses its variables.
# shellcheck disable=SC2154,SC2034 # run_tests.sh sets and reads them

# fact KEY DIR: what the machine says about itself.
fact()
{
	sed -n "s/^$1=//p" "$2/machine" 2> /dev/null
}

# kvm_of DIR: Bochs has models of AMD, too.
kvm_of()
{
	local kvm

	kvm=$(fact kvm "$1")
	echo "${kvm:-kvm-intel}"
}

# describe_run WHERE DIR STATUS SECONDS: one line for the summary.
describe_run()
{
	local kvm=KVM boot

	case $1 in
	amd) kvm="real kvm-amd in QEMU" ;;
	intel) kvm="real $(kvm_of "$2") in Bochs" ;;
	esac
	printf '%s on %s, Linux %s (%s); %s s' "$kvm" "$(fact cpu "$2")" \
		"$(fact kernel "$2")" "$why" "$4"
	boot=$(fact boot_seconds "$2")
	[ -n "$boot" ] && printf ', of which boot %s' "$boot"
	# The one that --setup brought; a small one is built when asked for.
	if [ -z "$kernel" ] &&
	   [[ $(fact kernel "$2") =~ ^([0-9]+\.[0-9]+)\..*-cloud-amd64$ ]]; then
		printf '; --kernel-version %s builds a kernel that is faster' \
			"${BASH_REMATCH[1]}"
	fi
	[ "$1" = host ] || [ "$3" = 0 ] ||
		printf '; %s' "$(tail -n 1 "$2/machine.log")"
}

# The suite's own commit, where it stands in a repository.
commit_of()
{
	git -C "$1" describe --always --dirty --abbrev=12 2> /dev/null
}

# Parameters of KVM's modules: the host's, or those asked for.
parameters_of()
{
	local file words=() i

	if [ "$1" = host ]; then
		for file in /sys/module/kvm{,_amd,_intel}/parameters/*; do
			[ -r "$file" ] || continue
			words+=("$(cut -d/ -f4 <<< "$file").${file##*/}=$(< "$file")")
		done
	fi
	for ((i = 0; i < ${#kvm_args[@]}; i++)); do
		[ "${kvm_args[i]}" = --module-params ] &&
			words+=("${kvm_args[i + 1]}")
	done
	echo "${words[*]-}"
}

# For programs, what describe_run says to people.
facts()
{
	local key value trouble='' kvm=KVM

	case $1 in
	amd) kvm="real kvm-amd" ;;
	intel) kvm="real $(kvm_of "$2")" ;;
	esac
	[ "$3" = 0 ] || trouble=$(tail -n 1 "$2/machine.log" 2> /dev/null)
	while IFS='=' read -r key value; do
		[ -n "$value" ] &&
			printf 'fact\t%s\t%s\t%s\n' "$1" "$key" "$value"
	done <<-END
		commit=$(commit_of "$here")
		config=$(cksum < "$here/config" | cut -d' ' -f1)
		parameters=$(parameters_of "$1")
		kernel=$(fact kernel "$2")
		cpu=$(fact cpu "$2")
		kvm=$kvm
		emulator=$(fact emulator "$2")
		why=$why
		seconds=$4
		boot_seconds=$(fact boot_seconds "$2")
		trouble=$trouble
	END
}

# What all this is for other programs; no part of the verdict.
write_results()
{
	local where map args=()

	[ -n "$json$html$kcidb" ] || return 0
	for where in "${wheres[@]}"; do
		map=$(dir_of "$where")/cpuid_map.log
		[ -z "$html" ] || [ ! -e "$map" ] ||
			args+=(--map "$where=$map")
	done
	"$scripts/results.sh" ${json:+--json "$json"} ${html:+--html "$html"} \
		${kcidb:+--kcidb "$kcidb"} \
		${args[@]+"${args[@]}"} "$plan" "$timeout" "$@"
}
