#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What run_tests.sh prints, and when: each program as it ends, what it owed, a
# run that is stopped, a terminal, and the failed ones again.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
# shellcheck source-path=SCRIPTDIR source=front_door.sh
. tests/front_door.sh

# Three programs, the second of which waits for the file "go".
three()
{
	program a_test <<-'END'
		printf '1..2\nok 1 f.one\nok 2 f.two # SKIP unknown \n'
	END
	program b_test <<-END
		printf '1..2\\nok 1 f.early\\n'
		while [ ! -e "$tmp/go" ]; do sleep 0.1; done
		printf '# SKIP: late\\nok 2 f.late # SKIP  \\n'
	END
	program c_test <<-'END'
		printf '1..1\nok 1 f.last\n'
	END
}

# begin ARGUMENT...: a run in the background, one program at a time or as many as
# $slots says; sets pid.
slots=1
begin()
{
	last=("$@")
	rm -f "$tmp/go"
	(cd "$tmp" && SHARDS=$slots exec setsid "$suite/run_tests.sh" "$@") \
		> "$tmp/stdout" 2> "$tmp/stderr" &
	pid=$!
}

# within FILE PATTERN: it comes, before long.
within()
{
	local i

	for ((i = 0; i < 900; i++)); do
		grep -qsE -e "$2" "$1" && return
		sleep 0.1
	done
	return 1
}

test_stream()
{
	local where=$1

	only three
	begin --machine "$where" --output "$out"
	check "${where}_prints_what_has_ended" \
		within "$tmp/stdout" '^ok 1 .*: a_test$'
	check "${where}_keeps_what_has_ended" \
		within "$out/results.tap" '^ok 1 .*: a_test$'
	check "${where}_still_runs" [ ! -e "$out/b_test.status" ]
	check "${where}_skip_is_bare" prints '^# ok 2 f.two # SKIP$'
	touch "$tmp/go"
	finish
	check "${where}_status" ends 0
	check "${where}_rest" prints '^ok 3 .*: c_test$'
	check "${where}_no_blanks" [ -z "$(grep -E '^#? ?(not )?ok.* $' "$tmp/stdout")" ]
	check "${where}_closing_line" closes "3 passed, 0 failed, 2 skipped"
	check "${where}_same_in_file" cmp "$tmp/stdout" "$out/results.tap"
}

# stopped HOW SIGNAL: to the process alone, or to all of its group.
test_stopped()
{
	local what=stopped_by_$2_$1

	only three
	begin --machine host --output "$out"
	within "$tmp/stdout" '^ok 1 '
	within "$out/b_test.log" early
	kill "-$2" -- "$([ "$1" = group ] && echo -)$pid"
	finish
	check "${what}_status" ends 130
	check "${what}_keeps_what_has_ended" prints '^ok 1 .*: a_test$'
	check "${what}_keeps_what_was_said" prints '^# ok 1 f.early$'
	check "${what}_in_the_middle" prints '^not ok 2 .*: b_test # stopped$'
	check "${what}_closing_line" closes \
		"2 passed, 0 failed, 1 skipped, 2 not run"
	check "${what}_in_file" cmp "$tmp/stdout" "$out/results.tap"
}

# Nobody is left to say that it is over: neither to those who print, nor to
# those who run.  All of a run are in its session.
test_killed()
{
	local helper helpers

	only three
	begin --machine host --output "$out"
	within "$tmp/stdout" '^ok 1 '
	within "$out/b_test.log" early
	mapfile -t helpers < <(ps -o pid= -g "$pid")
	check killed_has_helpers [ ${#helpers[@]} -gt 1 ]
	kill -KILL "$pid"
	finish
	check killed_keeps_what_was_said within "$tmp/stdout" \
		'^not ok 2 .*: b_test # stopped$'
	check killed_not_run within "$tmp/stdout" '^# stopped: 2 not run$'
	touch "$tmp/go"
	for helper in "${helpers[@]}"; do
		check killed_ends_too over "$helper"
	done
	check killed_starts_no_more [ ! -e "$out/c_test.log" ]
}

# Each waits for the other, then for what does not come.
pair()
{
	local name

	for name in a b; do
		program "${name}_test" <<-END
			printf '1..1\n# \$\$\n'
			touch "$tmp/$name"
			while [ ! -e "$tmp/a" ] || [ ! -e "$tmp/b" ]; do
				sleep 0.1
			done
			echo met
			while [ ! -e "$tmp/go" ]; do sleep 0.1; done
			printf 'ok 1 f.$name\n'
		END
	done
	program c_test <<-'END'
		printf '1..1\nok 1 f.last\n'
	END
}

test_two_at_a_time()
{
	local name slots=2

	[ "$(nproc)" -ge 2 ] || return
	only pair
	rm -f "$tmp/a" "$tmp/b"
	begin --machine host --output "$out"
	for name in a b; do
		check "two_${name}_meets" within "$out/${name}_test.log" '^met$'
	done
	check two_not_three [ ! -e "$out/c_test.log" ]
	touch "$tmp/go"
	finish
	check two_closing_line closes "3 passed, 0 failed, 0 skipped"
	rm -f "$tmp/a" "$tmp/b" "$out"/*.log
	begin --machine host --output "$out"
	within "$out/a_test.log" '^met$'
	within "$out/b_test.log" '^met$'
	kill -TERM "$pid"
	finish
	check two_stopped closes "0 passed, 0 failed, 0 skipped, 3 not run"
	for name in a b; do
		check "two_stopped_ends_$name" over \
			"$(sed -n 's/^# //p' "$out/${name}_test.log")"
	done
}

# What a program owes has its name, if names are known.
test_owed()
{
	only three
	touch "$tmp/go"
	printf 'a_test f.one\na_test f.two\na_test f.three\nc_test f.last\n' \
		> "$suite/ci/names"
	program a_test <<-'END'
		printf '1..3\nok 1 f.one\n'; kill -SEGV $$
	END
	run --machine host --output "$out"
	check owed_by_name prints '^# not ok 2 f.two # lost$'
	check owed_all prints '^# not ok 3 f.three # lost$'
	check owed_closing_line closes "3 passed, 0 failed, 1 skipped, 2 errors"
	# The program's own parent has said so.
	program a_test <<-'END'
		printf '1..3\nok 1 f.one\nnot ok 2 f.two # lost\nnot ok 3 f.three # lost\n'
		kill -SEGV $$
	END
	run --machine host --output "$out"
	check owed_once closes "3 passed, 0 failed, 1 skipped, 2 errors"
	FAKE_DEATH=a_test run --machine amd --output "$out"
	check owed_by_machine prints '^# not ok 1 f.last # lost$'
	rm "$suite/ci/names"
}

# A signature is spread over registers, and more than one test sees it.
test_says_it_is()
{
	local line='#! {"kind":"cpuid","rule":"O4","reason":"a \"b\" c"'

	line=$line',"leaf":"0x40000000","subleaf":"0x0"'
	only three
	touch "$tmp/go"
	program a_test <<-END
		echo 1..3
		echo '$line,"register":"ebx","wanted_text":"KVMK","got_text":"Genu"}'
		echo '$line,"register":"ecx","wanted_text":"VMKV","got_text":"ineI"}'
		echo '$line,"register":"edx","wanted_text":"M","got_text":"ntel"}'
		echo 'not ok 1 f.one'
		echo '$line,"register":"ebx","wanted_text":"KVMK","got_text":"Genu"}'
		echo 'not ok 2 f.two'
		echo 'not ok 3 f.three'
		exit 1
	END
	run --machine host --output "$out"
	check says_it_is prints \
		'^  leaf 0x40000000: "GenuineIntel", wanted "KVMKVMKVM": 2 failures$'
	program b_test <<-'END'
		echo 1..3
		echo '#! {"kind":"cause","follows":"no-base","summary":"KVM finds no base"}'
		echo '#! {"kind":"event","rule":"P2","brief":"P2 one","follows":"no-base"}'
		echo 'not ok 1 f.one'
		echo '#! {"kind":"event","rule":"P2","brief":"P2 two","follows":"no-base"}'
		echo 'not ok 2 f.two'
		echo '#! {"kind":"event","rule":"P2","brief":"P2 three"}'
		echo 'not ok 3 f.three'
		exit 1
	END
	run --machine host --output "$out"
	check follows prints \
		'^KVM finds no base: 2 more failures follow from this \(no-base\)$'
	check follows_not_listed eval "! prints '^  b_test: f.one'"
	check follows_others_listed prints '^  b_test: f.three'
	check follows_still_fails closes "1 passed, 6 failed, 0 skipped"
	run --machine host --output "$out" -q
	check follows_is_explained prints '^Explained by no known defect: 4$'
	check says_it_is_to_people prints '^What this KVM says it is:$'
}

bad_one()
{
	three
	touch "$tmp/go"
	program b_test <<-'END'
		printf '1..3\nok 1 f.fine\n'
		echo '#! {"kind":"cpuid","lines":0,"rule":"C2","brief":"C2 0x7.0 edx bit 8 avx512-vp2intersect: wanted 0, got 1","errata":null}'
		echo 'not ok 2 f.bad'
		echo '#! {"kind":"erratum","lines":0,"errata":"bug-one","summary":"KVM forgets","why":"fixed in 6.13, 0123456789ab","area":null}'
		echo '#! {"kind":"event","lines":0,"rule":"M1","brief":"M1 RDMSR 0x10: wanted #GP(0x0), got no fault","errata":"bug-one"}'
		echo '#! {"kind":"known","lines":0,"errata":"bug-one"}'
		echo 'not ok 3 f.known'
		echo "$*" >> "$(dirname "$0")/arguments"
		exit 1
	END
}

# A terminal of $columns (80) columns; script(1) makes one.
on_terminal()
{
	last=("$@")
	status=0
	(cd "$tmp" && TERM=xterm script -qec \
		"stty cols ${columns:-80}; '$suite/run_tests.sh' $*" /dev/null) \
		> "$tmp/stdout" 2> "$tmp/stderr" < /dev/null || status=$?
}

no_escape() { ! grep -q $'\033\[[0-9;]*m' "$tmp/stdout"; }
short() { [ "$(wc -l < "$tmp/stdout")" -le "$1" ]; }

test_terminal()
{
	only bad_one
	if ! command -v script > /dev/null; then
		skip terminal "script is not installed"
		return
	fi
	if ! script -qec true /dev/null > /dev/null 2>&1; then
		skip terminal "no pseudo-terminal here"
		return
	fi
	on_terminal --machine host --output "$out"
	check terminal_status ends 1
	check terminal_short short 20
	check terminal_program prints \
		'FAIL .*b_test +2/3 +C2 0x7.0 edx bit 8 avx512-vp'
	check terminal_unknown prints 'b_test.f.bad: C2 0x7.0'
	check terminal_known prints '^  bug-one: KVM forgets .*: 1 failure'
	check terminal_totals prints '3 passed, 2 failed, 1 skipped'
	check terminal_colour eval "! no_escape"
	check terminal_file grep -q '^not ok 2 .*b_test # exit=1$' "$out/results.tap"
	columns=160 on_terminal --machine host --output "$out"
	check terminal_is_wide prints \
		'FAIL .*b_test .*avx512-vp2intersect: wanted 0, got 1'
	NO_COLOR=1 on_terminal --machine host --output "$out"
	check terminal_no_colour no_escape
	on_terminal --machine host --output "$out" -q
	check quiet_program eval "! prints '^FAIL'"
	check quiet_totals prints '3 passed, 2 failed, 1 skipped'
	on_terminal --machine host --output "$out" -v
	check verbose_table prints '^b_test +FAIL 1/2/0'
	on_terminal --machine host --output "$out" --tap
	check tap_on_terminal prints '^not ok 2 .*b_test # exit=1'
	run --machine host --output "$out" -q
	check quiet_pipe closes "3 passed, 2 failed, 1 skipped"
}

test_failed()
{
	only bad_one
	run --machine host
	rm -f "$suite/build/x86/arguments"
	run --failed
	check failed_runs_these [ "$(cat "$suite/build/x86/arguments")" = \
		"-r f.bad -r f.known" ]
	check failed_runs_no_other eval "! prints a_test"
	program b_test <<-'END'
		printf '1..1\nok 1 f.bad\n'
	END
	run --failed
	check failed_mended ends 0
	run --failed
	check failed_none ends 0
	check failed_none_says says 'Nothing failed'
}

make_suite
mkdir -p "$suite/ci"
test_stream host
test_stream amd
test_stopped alone TERM
test_stopped group TERM
test_stopped group HUP
test_killed
test_two_at_a_time
test_owed
test_says_it_is
test_terminal
test_failed
checks_end
