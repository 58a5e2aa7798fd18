#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run_tests.sh against programs and machines made up here: what it prints and
# with which status it ends, whatever the programs do.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
# shellcheck source-path=SCRIPTDIR source=front_door.sh
. tests/front_door.sh

# --- tests ----------------------------------------------------------------
test_pass()
{
	only good
	run --machine host --output "$out"
	check pass_status ends 0
	check pass_plan_comes_first \
		[ "$(head -n 2 "$tmp/stdout")" = "$(printf 'TAP version 13\n1..1')" ]
	check pass_result prints '^ok 1 selftests: kvm-cpuid: good_test$'
	check pass_prefixes_lines prints '^# ok 1 one$'
	check pass_closing_line closes "1 passed, 0 failed, 1 skipped"
	check pass_leaves_log left good_test.log
	check pass_leaves_status left good_test.status
	check pass_leaves_tap left results.tap

	# A second run: nothing of the first, everything of the user's.
	echo mine > "$out/mine.log"
	rm "$suite/build/x86/good_test"
	run --machine host --output "$out"
	check rerun_forgets_old_results ends 1
	check rerun_keeps_other_files left mine.log
}

# bad NAME STATUS CLOSING RESULT: a program from stdin beside the good one.
bad()
{
	local what=$1

	only good
	program bad_test
	run --machine host --output "$out" --timeout 2
	check "${what}_status" ends "$2"
	check "${what}_result" prints "$4"
	check "${what}_closing_line" closes "$3"
	check "${what}_keeps_others" prints '^ok 2 .*good_test$'
}

test_bad_programs()
{
	bad failure 1 "2 passed, 1 failed, 1 skipped" \
		'^not ok 1 .*: bad_test # exit=1$' <<-'END'
		printf '1..2\nok 1 a\n# leaf 7\nnot ok 2 b\n'; exit 1
	END
	bad hidden_failure 1 "1 passed, 1 failed, 1 skipped" \
		'^not ok 1 .*in spite of' <<-'END'
		printf '1..1\nnot ok 1 b\n'
	END
	bad crash 1 "2 passed, 0 failed, 1 skipped, 2 errors" \
		'^not ok 1 .*died of signal 11' <<-'END'
		printf '1..3\nok 1 a\n'; kill -SEGV $$
	END
	bad early_exit 1 "2 passed, 0 failed, 1 skipped, 2 errors" \
		'^not ok 1 .*lost results: 1 of 3' <<-'END'
		printf '1..3\nok 1 a\n'
	END
	bad no_plan 1 "2 passed, 0 failed, 1 skipped, 1 error" \
		'^not ok 1 .*no plan' <<-'END'
		printf 'ok 1 a\n'
	END
	bad silence 1 "1 passed, 0 failed, 1 skipped, 1 error" \
		'^not ok 1 .*no plan' < /dev/null
	bad hang 1 "1 passed, 0 failed, 1 skipped, 1 error" \
		'^not ok 1 .*TIMEOUT 2 seconds' <<-'END'
		sleep 60
	END
	bad skip 0 "1 passed, 0 failed, 2 skipped" \
		'^ok 1 .*bad_test # SKIP$' <<-'END'
		echo '1..0 # SKIP no KVM'; exit 4
	END
	bad error 1 "1 passed, 0 failed, 1 skipped, 1 error" \
		'^1 error, which is no verdict on KVM' <<-'END'
		printf '1..1\nnot ok 1 a # ERROR no memory\n'; exit 1
	END
}

test_nothing_ran()
{
	only program sad_test <<-'END'
		echo '1..0 # SKIP no KVM'; exit 4
	END
	run --machine host
	check all_skipped_status ends 4
	only
	run --machine host
	check no_tests_status ends 4
}

test_usage()
{
	local args

	only good
	for args in "--frobnicate" "--machine" "--machine arm" "stray" \
		"--timeout x" "--timeout 0" "--kernel /no/such/file" "--machine host --cpu max" \
		"--kernel-version 5.10" "--kernel-version six" \
		"--output /proc/none"; do
		# shellcheck disable=SC2086 # words are wanted
		run $args
		check "usage_status_${args//[^a-z]/_}" ends 2
		check "usage_on_stderr_${args//[^a-z]/_}" says '^Usage: '
		check "usage_stdout_${args//[^a-z]/_}" silent
	done
	for args in 0 two -1; do
		SHARDS=$args run --machine host
		check "shards_${args}_status" ends 2
		check "shards_${args}_line" says "^run_tests.sh: SHARDS: .* not '$args'"
	done
	# A name that is misspelt needs no page of options.
	run --test no_such_test
	check no_such_test_status ends 2
	check no_such_test_line [ "$(cat "$tmp/stderr")" = \
		"run_tests.sh: no test 'no_such_test' (see --list)" ]
	check no_such_test_stdout silent
	run --kernel-version 5.10
	check kernel_version_offers says 'this release has [0-9. ]+, not .5.10'
	run --help
	check help_status ends 0
	check help_on_stdout prints '^Usage: '
	run --list
	check list_names prints '^good_test'
}

# Where make would end in the middle of a name.
test_path()
{
	local odd name

	only good
	for odd in "a b" a:b; do
		name='blank'
		[ "$odd" = "a b" ] || name='colon'
		rm -rf "${tmp:?}/$odd"
		cp -a "$suite" "$tmp/$odd"
		suite=$tmp/$odd run --machine host
		check "path_status_$name" ends 4
		check "path_line_$name" says "^run_tests.sh: make cannot .*: $tmp/$odd\$"
		check "path_one_line_$name" [ "$(wc -l < "$tmp/stderr")" = 1 ]
		cp Makefile "$tmp/$odd"
		make -C "$tmp/$odd" > "$tmp/stdout" 2> "$tmp/stderr"
		check "path_make_$name" says 'make cannot work in a path with a blank or a colon'
	done
}

# The first to come waits for the file "go".
slow()
{
	program good_test <<-END
		echo start >> "$tmp/order"
		while mkdir "$tmp/once" 2> /dev/null || [ -d "$tmp/once/\$\$" ]; do
			mkdir -p "$tmp/once/\$\$"
			[ ! -e "$tmp/go" ] || break
			sleep 0.1
		done
		echo end >> "$tmp/order"
		printf 'TAP version 13\n1..1\nok 1 one\n'
	END
}

# two OPTION...: a run, and one with the options before the first has ended.
# It may go on when the second waits for it, or has come as far.
two()
{
	local first second

	soon=
	rm -rf "$tmp"/{order,once,go}
	: > "$tmp/stderr"	# which says "waiting" of the last time
	KVM_DEVICE=/dev/null "$suite/run_tests.sh" --machine host --timeout 600 \
		> "$tmp/first" 2>&1 &
	first=$!
	until [ -s "$tmp/order" ]; do sleep 0.1; done
	last=(--machine host --timeout 600 "$@")
	KVM_DEVICE=/dev/null "$suite/run_tests.sh" "${last[@]}" \
		> "$tmp/stdout" 2> "$tmp/stderr" &
	second=$!
	until says 'waiting' || [ "$(wc -l < "$tmp/order")" -gt 1 ]; do
		sleep 0.1
	done
	if [ -n "${stop_second:-}" ]; then
		kill "$second"
		! over "$second" 10 || soon=1
	fi
	touch "$tmp/go"
	wait "$first"
	first_status=$?
	wait "$second"
	status=$?
}

in_order() { [ "$(tr '\n' ' ' < "$tmp/order")" = "$1 " ]; }

test_two_runs()
{
	only slow
	two
	check two_runs_first [ "$first_status:$(tail -n 1 "$tmp/first")" = "0:1 passed, 0 failed, 0 skipped" ]
	check two_runs_second ends 0
	check two_runs_result closes '1 passed, 0 failed, 0 skipped'
	check two_runs_waits says '^run_tests.sh: waiting for another run, which has its results in .*/build/results$'
	check two_runs_apart in_order 'start end start end'
	stop_second=1 two
	check stopped_while_waiting [ -n "$soon" ]
	check stopped_while_waiting_status ends 130
	check stopped_while_waiting_first [ "$first_status" = 0 ]
	two --output "$out"
	check two_places_second ends 0
	check two_places_at_once [ "$(head -n 2 "$tmp/order" | uniq)" = start ]
}

test_choice()
{
	only good
	KVM_DEVICE=$tmp/none run
	check no_device_goes_to_amd says 'on: amd \(there is no '
	KVM_DEVICE=$tmp run
	check directory_goes_to_amd says 'on: amd \(.*not a character device'
	: > "$tmp/file"
	KVM_DEVICE=$tmp/file run
	check file_goes_to_amd says 'on: amd \(.*not a character device'
	test_no_permission
	KVM_DEVICE=/dev/null run
	check device_stays_on_host says 'on: host \(/dev/null is there'
	FAKE_ARGS=$tmp/args run --machine intel --cpu corei7 --test good_test:one
	check cpu_is_passed_on grep -q -e '--cpu corei7 ' "$tmp/args"
	check case_is_passed_on grep -q -e 'good_test -r one$' "$tmp/args"
	FAKE_ARGS=$tmp/args run --machine intel --test good_test:f.one
	check fixture_and_case_are_passed_on grep -q -e 'good_test -r f.one$' "$tmp/args"
	FAKE_ARGS=$tmp/args run --machine intel --test good_test:f.one --test good_test
	check whole_program_wins grep -q -e 'good_test$' "$tmp/args"
	run --test good_test:
	check no_case_status ends 2
	check no_case_line says 'no case behind the colon'
	run --machine intel --cpu ''
	check empty_value_status ends 2
	run --quick
	check quick_alone_status ends 2
	run --failed --test good_test
	check failed_and_test_status ends 2
}

# Root may open anything, so somebody else has to try.
test_no_permission()
{
	local name=no_permission_goes_to_amd

	if [ "$(id -u)" != 0 ] || ! mknod -m 600 "$tmp/kvm" c 10 232; then
		skip "$name" "needs root and mknod"
		return
	fi
	chmod 755 "$tmp"
	chown -R 65534 "$suite"
	as=(setpriv --reuid 65534 --clear-groups)
	KVM_DEVICE=$tmp/kvm run
	as=()
	check "$name" says 'on: amd \(.*does not open for this user'
}

test_machines()
{
	only good
	run --machine all --output "$out"
	check all_status ends 0
	check all_has_a_document_for_each \
		[ "$(grep -c '^1\.\.1$' "$tmp/stdout")" = 3 ]
	check all_names_the_machine prints '^# machine: intel$'
	check all_has_one_name_for_one_result \
		[ "$(grep -c '^ok 1 selftests: kvm-cpuid: good_test$' "$tmp/stdout")" = 3 ]
	check all_closing_line closes "3 passed, 0 failed, 3 skipped"

	FAKE_BOOT=4 FAKE_SAYS="machine: apt-get install bochs" \
		run --machine intel
	check absent_emulator_status ends 4
	check absent_emulator_reason prints '^# machine: apt-get install bochs'

	program a_test < "$suite/build/x86/good_test"
	FAKE_DEATH=a_test run --machine amd
	check dead_machine_status ends 1
	check dead_machine_lost prints '^not ok 2 .*good_test # lost results'
	check dead_machine_where prints '^amd: .*died in a_test'
	FAKE_BOOT=3 FAKE_SAYS="machine: no kernel" run --machine amd
	check no_kernel_status ends 1
	check no_kernel_reason prints '^amd: .*no kernel'
}

test_bisect()
{
	only good
	run --kernel-tree "$tmp"
	check bisect_good ends 0
	FAKE_BOOT=3 FAKE_SAYS="no" run --kernel-tree "$tmp"
	check bisect_does_not_build ends 125
	FAKE_BOOT=1 FAKE_SAYS="hung" run --kernel-tree "$tmp"
	check bisect_does_not_boot ends 125
	FAKE_DEATH=good_test run --kernel-tree "$tmp"
	check bisect_bad ends 1
	# What no commit changes: a status below 128 would be a verdict on one.
	FAKE_BOOT=4 FAKE_SAYS="no bochs" run --kernel-tree "$tmp"
	check bisect_without_emulator ends 128
	run --kernel-tree "$tmp" --frobnicate
	check bisect_wrong_usage ends 128
	run --kernel-tree "$tmp/none"
	check bisect_no_tree ends 128
	printf 'all:\n\tfalse\n' > "$suite/Makefile"
	run --kernel-tree "$tmp"
	check bisect_suite_does_not_build ends 128
	printf 'all unit:\n' > "$suite/Makefile"
	program good_test <<-'END'
		echo '1..0 # SKIP no KVM'; exit 4
	END
	run --kernel-tree "$tmp"
	check bisect_has_no_kvm ends 125
}

# A recorded host: judged first, then run with a copy; the same in a machine.
test_baseline()
{
	local file="$tmp/my old host"

	only good
	executable "$suite/build/tools/baseline" <<-'END'
		[ "$1" = --check ] && { grep -q good "$2" && exit
			echo "baseline: $2:3: expected better" >&2; exit 2; }
		printf 'TAP version 13\n1..1\nok 1 baseline_%s\n' "$2"
	END
	echo bad > "$file"
	run --machine host --baseline "$file" --output "$out"
	check baseline_damaged ends 2
	check baseline_damaged_line says '^run_tests.sh: --baseline: .*host:3: expected better$'
	check baseline_nothing_ran silent
	run --kernel-tree "$tmp" --baseline "$file"
	check baseline_damaged_ends_bisection ends 128
	run --machine host --baseline "$tmp/none"
	check baseline_absent ends 2
	echo good > "$file"
	run --machine host --baseline "$file" --output "$out"
	check baseline_status ends 0
	check baseline_result prints '^# ok 1 baseline_my_old_host$'
	check baseline_copy_goes [ "$(echo "$suite"/build/baseline.*)" = "$suite/build/baseline.*" ]
	FAKE_ARGS=$tmp/args run --machine amd --baseline "$file"
	check baseline_into_machine grep -qE -e \
		'--file /[^ ]*/build/baseline\.[0-9]+:baseline .* /baseline my_old_host$' "$tmp/args"
	run --machine host --test good_test --baseline "$file"
	check baseline_beside_a_test closes "2 passed, 0 failed, 1 skipped"
}

# What --setup brings for machines: a kernel's package, a build of Bochs.
fake_setup()
{
	executable "$suite/scripts/setup.sh" <<< 'exit 0'
	executable "$suite/scripts/self_check.sh" <<-END
		echo "\$* \$(ls "$suite")" > "$tmp/self"
	END
	executable "$suite/machines/package-kernel.sh" <<-END
		[ "\$1" != --fetch ] || touch "$suite/package"
		[ -e "$suite/package" ]
	END
	executable "$suite/machines/build-bochs.sh" <<-END
		trap 'touch "$suite/stopped"; exit 143' TERM
		sleep 0.5 & wait
		touch "$suite/bochs"
	END
}

test_setup()
{
	only good
	fake_setup
	run --setup --self-check
	check setup_fetches_a_kernel grep -q -e --kernel-is-there "$tmp/self"
	check setup_waits_for_the_emulator grep -qw bochs "$tmp/self"
	run --setup --self-check
	check second_self_check_builds_one eval "! grep -q kernel-is-there '$tmp/self'"
	rm "$suite/bochs"
	printf 'all:\n\tfalse\n' > "$suite/Makefile"
	run --setup --self-check
	check setup_suite_does_not_build ends 4
	for _ in $(seq 50); do
		[ ! -e "$suite/stopped" ] || break
		sleep 0.1
	done
	check setup_stops_the_emulators_build test -e "$suite/stopped" -a ! -e "$suite/bochs"
	printf 'all unit:\n' > "$suite/Makefile"
	cp scripts/{setup,self_check}.sh "$suite/scripts"
	rm "$suite/machines"/{package-kernel,build-bochs}.sh
}

make_suite
test_pass
test_bad_programs
test_nothing_ran
test_usage
test_path
test_two_runs
test_choice
test_machines
test_bisect
test_baseline
test_setup
checks_end
