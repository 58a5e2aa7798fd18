# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The CPU models of cpus.tsv.  What a model shows, and what the kernel needs to
# work on it, depends on the emulator's version: a row may be for some versions
# only, and of several rows with one name the first that is for the installed
# version counts.  Sourced by run.sh.
# shellcheck disable=SC2154 # variables of run.sh

# Where cpu_column finds what it is asked for.  What a model adds begins with
# "default: " or, where the vendor is not the machine's, "kvm-amd: ".
declare -A cpu_columns=([model]=4 [words]=5 [adds]=6)

# Whether an emulator's version meets conditions like ">=2.8,<3.1"; "-" is any.
version_awk='
	function order(version,  part) {
		split(version, part, ".")
		return part[1] * 1000 + part[2]
	}
	function holds(condition, version,  limit) {
		limit = condition
		sub(/^[<>]=?/, "", limit)
		if (condition ~ /^>=/)
			return order(version) >= order(limit)
		if (condition ~ /^<[0-9]/)
			return order(version) < order(limit)
		printf "cpus.tsv: what is \"%s\"?\n", condition > "/dev/stderr"
		exit 1
	}
	function meets(version, conditions,  i, n, each) {
		n = conditions == "-" ? 0 : split(conditions, each, ",")
		for (i = 1; i <= n; i++)
			if (!holds(each[i], version))
				return 0
		return 1
	}'

# Asking takes a moment, so each emulator is asked once.
declare -A versions=()

ask_version() {
	[ "$1" != intel ] || find_bochs
	versions[$1]=$("version_$1")
}

version_meets() {
	awk -v v="$1" -v c="$2" "$version_awk"' BEGIN { exit !meets(v, c) }'
}

# The rows of machine $1 (of all, if empty) that are for its emulator, each name
# once.  Where the emulator is not installed, those for the newest.
cpu_rows() {
	awk -F'\t' -v m="$1" -v amd="${versions[amd]-}" -v intel="${versions[intel]-}" \
		"$version_awk"'
		/^#/ || NF < 6 || (m != "" && $1 != m) { next }
		{ version = $1 == "amd" ? amd : intel }
		!meets(version == "" ? 999 : version, $3) { next }
		!seen[$1 FS $2]++' "$here/cpus.tsv"
}

list_cpus() {
	ask_version amd
	ask_version intel
	cpu_rows "${1:-}" | awk -F'\t' '{ printf "%-6s %-26s %s\n", $1, $2, $6 }'
	sed -n 's/^#! //p' "$here/cpus.tsv"
}

# What cpus.tsv has for the chosen CPU under the name $1; nothing if the CPU is
# not listed.
cpu_column() {
	cpu_rows "$machine" | awk -F'\t' -v c="$cpu" -v n="${cpu_columns[$1]}" \
		'$2 == c && $n != "-" { print $n }'
}

default_cpu() {
	cpu_rows "$machine" | awk -F'\t' '$6 ~ /^default:/ { print $2; exit }'
}

# A name that is not in the list goes to the emulator as it is, if that has it.
check_model() {
	local models

	models=$("models_$machine")
	[ -z "$models" ] || grep -qxF -e "${cpu%%,*}" <<< "$models" ||
		die 2 "$(emulator) ${versions[$machine]} has no CPU '${cpu%%,*}';" \
			"--list-cpus lists those that are known to work"
}

choose_cpu() {
	ask_version "$machine"
	: "${cpu:=$(default_cpu)}"
	[ -n "$cpu" ] || die 4 "no default CPU for this version of the emulator"
	[ -n "$(cpu_column adds)" ] || check_model
	cpu_model=$(cpu_column model)
	: "${cpu_model:=$cpu}"
	append="$(cpu_column words) $append"
}
