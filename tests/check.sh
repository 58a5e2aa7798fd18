# SPDX-License-Identifier: GPL-2.0-only
#
# One result a check, for tests that are scripts: to be sourced in the suite's
# top directory, with $tmp a directory of the test's own.
#
#	check "what should be so" COMMAND ARGUMENT...
#	skip "what cannot be tried" "why"
#	finish				waits for $pid; sets status
#	over PID [SECONDS]		whether it ends in that time (30)
#	checks_end			prints the plan, and exits
#
# What a command of check prints is shown where it fails, and what tell() says,
# which the test may define anew: by default what it keeps in out and err.
#
# shellcheck shell=bash
# shellcheck disable=SC2154	# tmp is of who sources this

nr=0
failed=0

tell()
{
	cat "$tmp/out" "$tmp/err" 2> /dev/null
}

check_failed()
{
	{ cat "$tmp/said"; tell; } | tail -n 20 | cut -c 1-300 |
		sed "s/^/#   /"
	echo "not ok $nr $1"
	failed=1
}

# check WHAT COMMAND...
check()
{
	local what=$1

	shift
	nr=$((nr + 1))
	if "$@" > "$tmp/said" 2>&1; then
		echo "ok $nr $what"
	else
		check_failed "$what"
	fi
}

# skip WHAT WHY
skip()
{
	nr=$((nr + 1))
	printf '# SKIP: %s\nok %d %s # SKIP\n' "$2" "$nr" "$1"
}

# The end of what a test has left in the background as $pid: its status.
finish()
{
	status=0
	wait "$pid" || status=$?
}

# over PID [SECONDS]
over()
{
	local i

	for ((i = 0; i < ${2:-30} * 10; i++)); do
		kill -0 "$1" 2> /dev/null || return 0
		sleep 0.1
	done
	return 1
}

checks_end()
{
	echo "1..$nr"
	exit "$failed"
}
