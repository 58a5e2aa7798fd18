# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the scripts that bring something once, into the cache, have in common.
# Sourced by build-kernel.sh, package-kernel.sh and build-bochs.sh.
# shellcheck disable=SC2154,SC2034 # log is theirs, and cache for them

cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kvm-cpuid

# Here each thing is built once, in a directory that its commands name: of a kernel
# that was built elsewhere ccache knows 232 of 1,006 objects, and is in the way.
export CCACHE_DISABLE=1

say() {
	echo "$(basename "$0" .sh): $*" >&2
}

die() {
	local status=$1

	shift
	say "$*"
	exit "$status"
}

# What a compiler said last, and where all of it is.
fail() {
	grep -a -m 5 -E ' error: |Error [0-9]|\*\*\*|undefined reference' "$log" >&2 ||
		tail -n 5 "$log" >&2
	die 3 "$1 (log: $log)"
}

# Two callers at once: the second waits and finds the work done.
lock() {
	mkdir -p "$(dirname "$1")"
	exec 9> "$1"
	flock -n 9 && return
	say "waiting for another build"
	flock 9
}
