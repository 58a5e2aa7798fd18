#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tests/on_release.sh with made-up mmdebstrap, mount and chroot: both commands
# are run, and a signal ends it and what it has started at once.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/on-release-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

# command NAME <<END: a shell script in place of a program.
command_named()
{
	{ echo '#!/bin/bash'; cat; } > "$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}

make_commands()
{
	local name

	mkdir -p "$tmp/bin" "$tmp/tmp"
	command_named id <<< 'echo 0'
	for name in mount umount git; do
		command_named $name <<< true
	done
	command_named mmdebstrap <<-'END'
		mkdir -p "$4/etc" "$4/root"
		echo 12 > "$4/etc/debian_version"
	END
	command_named chroot <<-END
		echo "\$*" >> "$tmp/ran"
		echo \$\$ > "$tmp/pid"
		[ ! -e "$tmp/wait" ] || exec sleep 1000
	END
}

# begin: in the background; sets pid.
begin()
{
	rm -f "$tmp/ran" "$tmp/pid"
	TMPDIR=$tmp/tmp PATH=$tmp/bin:$PATH tests/on_release.sh --quick stable \
		> "$tmp/out" 2> "$tmp/err" &
	pid=$!
}

test_both()
{
	begin
	finish
	check both_status [ "$status" = 0 ]
	check both_run [ "$(sed 's/.*run_tests.sh //' "$tmp/ran")" = \
		$'--setup --machine all\n--setup --self-check --quick' ]
	check both_leave_nothing [ -z "$(ls "$tmp/tmp")" ]
}

test_stopped()
{
	local i start child

	touch "$tmp/wait"
	begin
	for ((i = 0; i < 300; i++)); do
		[ ! -s "$tmp/pid" ] || break
		sleep 0.1
	done
	start=$SECONDS
	kill -TERM "$pid"
	finish
	child=$(cat "$tmp/pid")
	check stopped_status [ "$status" = 143 ]
	check stopped_at_once [ $((SECONDS - start)) -lt 100 ]
	check stopped_ends_the_child eval "! kill -0 '$child'"
	check stopped_runs_no_more [ "$(wc -l < "$tmp/ran")" = 1 ]
	check stopped_leaves_nothing [ -z "$(ls "$tmp/tmp")" ]
	kill "$child" 2> /dev/null
}

make_commands
test_both
test_stopped
checks_end
