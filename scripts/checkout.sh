# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What one checkout can bear: its path, and two runs at once.  Sourced by
# run_tests.sh, whose say() and die() it uses.

# make takes a blank for the end of a name, and a colon for the end of a target.
check_path()
{
	case $1 in
	*[[:space:]:]*)
		die 4 "make cannot work in a path with a blank or a colon: $1" ;;
	esac
}

# lock FILE WHAT: until unlock, or as long as this run lasts.  Whoever comes
# second waits, so that both have their own results.
lock()
{
	mkdir -p "${1%/*}" 2> /dev/null
	{ exec {lock_fd}> "$1"; } 2> /dev/null ||
		die 4 "cannot write to ${1%/*}"
	flock -n "$lock_fd" && return
	say "run_tests.sh: waiting for another run, which $2"
	# A signal is not seen before a command ends.
	until flock -w 1 "$lock_fd"; do :; done
}

unlock()
{
	exec {lock_fd}>&-
}
