# SPDX-License-Identifier: GPL-2.0-only
#
# For tests of run_tests.sh, to be sourced in the suite's top directory: a suite
# of shell scripts in place of programs and machines.
#
# shellcheck shell=bash
# shellcheck disable=SC2034	# these are for who sources this
# shellcheck disable=SC2317	# functions are reached through check()

tmp=$(mktemp -d "${TMPDIR:-/tmp}/front-door.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
suite=$tmp/suite
out=$tmp/out

as=()	# who runs it: a command to put in front
last=()	# what run_tests.sh was called with, and how it ended
status=0
# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell()
{
	echo "after: ./run_tests.sh ${last[*]} (status $status)"
	cat "$tmp/stdout" "$tmp/stderr"
}

# --- a suite with no C in it ----------------------------------------------
make_suite()
{
	mkdir -p "$suite/x86" "$suite/machines" "$suite/build/x86"
	cp -a run_tests.sh scripts settings "$suite"
	printf 'all unit:\n' > "$suite/Makefile"
	cat > "$suite/machines/run.sh" <<-'END'
		#!/bin/bash
		echo "$@" > "${FAKE_ARGS:-/dev/null}"
		while [ "$1" != -- ]; do
			[ "$1" = --output ] && dir=$2
			shift
		done
		shift
		echo "kernel=fake" > "$dir/machine"
		[ -n "${FAKE_BOOT:-}" ] && { echo "$FAKE_SAYS" >&2; exit "$FAKE_BOOT"; }
		for program; do
			name=$(basename "${program%% *}")
			$program > "$dir/$name.log" 2>&1
			echo $? > "$dir/$name.status"
			[ "$name" = "${FAKE_DEATH:-}" ] && {
				rm "$dir/$name.status"
				echo "machine: died in $name" >&2
				exit 1
			}
		done
		exit 0
	END
	chmod +x "$suite/machines/run.sh"
	executable "$suite/machines/kernel-versions" <<< 'printf "6.1\n6.12\n"'
}

# executable FILE <<END: a shell script stands for the C.
executable()
{
	{ echo "#!/bin/bash"; cat; } > "$1"
	chmod +x "$1"
}

# program NAME <<END: a test.
program()
{
	echo "/* $1 */" > "$suite/x86/$1.c"
	executable "$suite/build/x86/$1"
}

good()
{
	program good_test <<-'END'
		printf 'TAP version 13\n1..2\nok 1 one\nok 2 two # SKIP why\n'
	END
}

only()
{
	rm -rf "$suite/x86" "$suite/build" "$out"
	mkdir -p "$suite/x86" "$suite/build/"{x86,tools}
	[ $# -eq 0 ] || "$@"
}

# run ARG...: sets status.
run()
{
	last=("$@")
	status=0
	(cd "$tmp" && "${as[@]}" "$suite/run_tests.sh" "$@") \
		> "$tmp/stdout" 2> "$tmp/stderr" || status=$?
}

prints() { grep -qE -e "$1" "$tmp/stdout"; }
says() { grep -qE -e "$1" "$tmp/stderr"; }
silent() { [ ! -s "$tmp/stdout" ]; }
ends() { [ "$status" -eq "$1" ]; }
closes() { [ "$(tail -n 1 "$tmp/stdout")" = "$1" ]; }
left() { [ -e "$out/$1" ]; }

