#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run_tests.sh --cpu all with machines made up here: the sums of its table, its
# exit status, and what it says of a CPU on which nothing ran.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
# shellcheck source-path=SCRIPTDIR source=front_door.sh
. tests/front_door.sh

# A machine does what its CPU is called: "good" runs the programs, "bad" runs
# them and one fails, "dies" in the first of them, "dead" does not boot,
# "absent" has no emulator, "liar" leaves no verdict, "stops" is interrupted.
fake_machine()
{
	executable "$suite/machines/run.sh" <<-'END'
		args=" $* "
		machine=amd cpu=
		while [ $# -gt 0 ] && [ "$1" != -- ]; do
			case $1 in
			--machine) machine=$2 ;;
			--cpu) cpu=$2 ;;
			--output) dir=$2 ;;
			esac
			shift
		done
		if [[ $args = *" --list-cpus "* ]]; then
			while read -r m c; do
				[ "$m" != "$machine" ] ||
					printf '%-6s %-26s text of %s\n' "$m" "$c" "$c"
			done < "$FAKE_CPUS"
			echo "No emulated CPU shows: anything."
			exit
		fi
		echo "$machine$args" >> "$FAKE_CPUS.asked"
		shift
		fail() { echo "machine: $2" >&2; exit "$1"; }
		case $cpu in
		absent*) fail 4 "cannot run here: apt-get install it" ;;
		dead*) echo "kernel=" > "$dir/machine"; fail 1 "hung while booting" ;;
		esac
		printf 'kernel=fake\nboot_seconds=1\n' > "$dir/machine"
		for program; do
			name=$(basename "${program%% *}")
			[[ $cpu != dies* ]] || fail 1 "died in $name"
			$program "$cpu" > "$dir/$name.log" 2>&1
			echo $? > "$dir/$name.status"
		done
		case $cpu in
		stops*) kill -INT "$PPID"; sleep 1 ;;
		esac
		exit 0
	END
}

vendor_test()
{
	program vendor_test <<-'END'
		printf 'TAP version 13\n1..2\nok 1 one\n'
		case $1 in
		bad*) printf 'not ok 2 two\n'; exit 1 ;;
		*) printf 'ok 2 two # SKIP why\n' ;;
		esac
	END
}

# every "MACHINE CPU..." ... -- OPTION...: run on made-up CPUs of that name.
every()
{
	local each cpu

	: > "$FAKE_CPUS"
	: > "$FAKE_CPUS.asked"
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		each=${1#* }
		for cpu in $each; do
			echo "${1%% *} $cpu" >> "$FAKE_CPUS"
		done
		shift
	done
	shift
	rm -rf "$out"
	run --cpu all --output "$out" "$@"
}

asked() { grep -qE -e "$1" "$FAKE_CPUS.asked"; }
nothing_asked() { [ ! -s "$FAKE_CPUS.asked" ]; }

test_all_good()
{
	every "amd good1 good2" "intel good3" --
	check good_status ends 0
	check good_plan prints '^1\.\.3$'
	check good_result prints '^ok 2 amd good2 # 1/0/1$'
	check good_second_machine prints '^ok 3 intel good3 # 1/0/1$'
	check good_table prints '^intel good3 +1/0/1$'
	check good_sum closes "3 passed, 0 failed, 3 skipped"
	check good_keeps_output left amd-good2/output
	check good_keeps_logs left intel-good3/vendor_test.log

	every "amd good1" "intel good3" -- --machine intel --smp 2 --test vendor_test
	check one_machine closes "1 passed, 0 failed, 1 skipped"
	check options_arrive asked '^intel .*--cpu good3 .*--smp 2 '
}

test_failures()
{
	every "amd good1 bad1 good2" --
	check failure_status ends 1
	check failure_result prints '^not ok 2 amd bad1 # 1/1/0 exit status 1, '
	check failure_names_what prints '^# +.*vendor_test'
	check failure_goes_on prints '^ok 3 amd good2 '
	check failure_sum closes "3 passed, 1 failed, 2 skipped"

	# What is missing is no pass.
	every "amd good1 dies1" --
	check death_status ends 1
	check death_is_told prints '^not ok 2 amd dies1 # '
	check death_fails closes "1 passed, 1 failed, 1 skipped"
}

test_no_boot()
{
	every "amd good1 dead1" --
	check no_boot_status ends 1
	check no_boot_result \
		prints '^not ok 2 amd dead1 # ERROR machine: hung while booting$'
	check no_boot_in_table prints '^amd dead1 +ERROR +machine: hung'
	check no_boot_is_counted prints '^1 of 2 CPUs gave no verdict'
	# Its programs did not fail: they did not run.
	check no_boot_sum closes "1 passed, 0 failed, 1 skipped"

	every "amd dead1 dead2" --
	check none_boots_status ends 4
	check none_boots_sum closes "0 passed, 0 failed, 0 skipped"

	every "amd absent1" "intel good1" --
	check absent_status ends 1
	check absent_says_why prints \
		'^not ok 1 amd absent1 # ERROR machine: cannot run here: apt-get install it$'
	every "amd absent1 absent2" --
	check all_absent_status ends 4
	check all_absent_counted prints '^2 of 2 CPUs gave no verdict'
}

# The same place twice: what was left there is no result of today.
test_old_results()
{
	every "amd good1" --
	sed -i s/good1/dead1/ "$FAKE_CPUS"
	mv "$out/amd-good1" "$out/amd-dead1"
	cp "$out/amd-dead1/machine" "$out/amd-dead1/machine.2"
	run --cpu all --output "$out"
	check old_results_do_not_count ends 4
	check old_results_sum closes "0 passed, 0 failed, 0 skipped"
}

test_interrupted()
{
	every "amd stops1 good1" --
	check interrupted_status ends 130
	check interrupted_ends_all [ "$(grep -c . "$FAKE_CPUS.asked")" = 1 ]
}

test_usage()
{
	every "amd good1" -- --machine host
	check host_is_refused ends 2
	every "amd good1" -- --json "$tmp/json"
	check json_is_refused ends 2
	check refused_runs_nothing nothing_asked
	every --
	check no_models_status ends 4
	check no_models_is_told says 'no CPU models'
}

export FAKE_CPUS=$tmp/cpus
make_suite
cp config "$suite"
fake_machine
only vendor_test
test_all_good
test_failures
test_no_boot
test_old_results
test_interrupted
test_usage
echo "1..$nr"
exit $failed
