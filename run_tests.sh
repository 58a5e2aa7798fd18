#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The front door: sets up, chooses where to run, runs, sums up.  Try --help.
set -u
exec < /dev/null

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
build=$here/build
scripts=$here/scripts
machines=$here/machines

# shellcheck source=scripts/checkout.sh
. "$scripts/checkout.sh"
# shellcheck source=scripts/describe_run.sh
. "$scripts/describe_run.sh"
# shellcheck source=scripts/print_run.sh
. "$scripts/print_run.sh"

usage()
{
	cat "$scripts/help.txt"
}

say()
{
	echo "$*" >&2
}

# To git bisect a status below 128 is a verdict on the commit, and 125 that
# this one cannot be tried.  What no commit can change must end the bisection.
broken()
{
	[ -z "$bisecting" ] || exit 128
	exit "$1"
}

# die STATUS MESSAGE
die()
{
	say "run_tests.sh: $2"
	broken "$1"
}

bad_usage()
{
	say "run_tests.sh: $1"
	usage >&2
	broken 2
}

# --- options --------------------------------------------------------------
machine='' output='' timeout='' kernel='' kernel_tree='' kernel_version=''
setup='' ci='' self_check='' quick='' list='' list_cpus='' list_errata='' list_rules=''
json='' html='' kcidb=''
baseline=''	# a recorded host
against=''	# a record, a kernel, a tree or a version: compare surfaces
every_cpu=''
tests=()	# as given to --test
view=''		# tap, quiet, verbose, or nothing: as standard output is
failed=''	# only those that failed the last time
bisecting=''
kvm_args=()	# for machines/run.sh only

# An argument that names a file means it from where the user stands.
absolute()
{
	[ -e "$1" ] || bad_usage "$2: no such file or directory: $1"
	readlink -f "$1"
}

# One that will be written beside itself and renamed: never a device.
new_file()
{
	local file=''

	[ "$1" = - ] || file=$(readlink -f -- "$1")
	[ -n "$file" ] || bad_usage "$2: no place for a file: $1"
	[ ! -e "$file" ] || [ -f "$file" ] ||
		bad_usage "$2: not a regular file: $1"
	(set -C; : > "$file.new.$$" && rm "$file.new.$$") 2> /dev/null ||
		bad_usage "$2: cannot write to ${file%/*}"
	echo "$file"
}

parse()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--setup) setup=1 ;;
		--ci) ci=1 ;;
		--self-check) self_check=1 ;;
		--quick) quick=1 ;;
		--list) list=1 ;;
		--list-cpus) list_cpus=1 ;;
		--list-errata) list_errata=1 ;;
		--list-rules) list_rules=1 ;;
		--failed) failed=1 ;;
		--tap|-vv) view=tap ;;
		-v) view=verbose ;;
		-q) view=quiet ;;
		# The programs look for it: see lib/report/known.h.
		--allow-errata) export KVM_CPUID_ALLOW_ERRATA=1 ;;
		-h|--help) usage; exit 0 ;;
		--machine|--cpu|--smp|--kernel|--modules|--kernel-tree|--baseline|\
		--kernel-version|--module-params|--test|--timeout|--output|\
		--json|--html|--kcidb|--against)
			[ $# -gt 1 ] || bad_usage "$1 needs a value"
			parse_value "$1" "$2"
			shift ;;
		--*=*) parse "${1%%=*}" "${1#*=}" ;;
		*) bad_usage "unknown option: $1" ;;
		esac
		shift
	done
}

parse_value()
{
	local file

	[ -n "$2" ] || bad_usage "$1 needs a value"
	case $1 in
	--module-params)
		[[ ! " $2 " =~ \ [^\ =]+\  ]] ||
			bad_usage "--module-params: NAME=VALUE, not '$2'"
		kvm_args+=("$1" "$2") ;;
	--machine)
		case $2 in
		host|amd|intel|all) machine=$2 ;;
		*) bad_usage "--machine: host, amd, intel or all, not '$2'" ;;
		esac ;;
	--cpu)
		if [ "$2" = all ]; then
			every_cpu=1
		else
			kvm_args+=("$1" "$2")
		fi ;;
	--smp)
		[[ $2 = [1-8] ]] || bad_usage "--smp: 1 to 8 CPUs, not '$2'"
		kvm_args+=("$1" "$2") ;;
	--test) tests+=("$2") ;;
	--against) against=$2 ;;
	--timeout)
		[[ $2 =~ ^[1-9][0-9]*$ ]] ||
			bad_usage "--timeout: seconds, not '$2'"
		timeout=$2 ;;
	--output) output=$2 ;;
	--baseline) baseline=$(absolute "$2" "$1") || exit ;;
	--json) json=$(new_file "$2" "$1") || exit ;;
	--html) html=$(new_file "$2" "$1") || exit ;;
	--kcidb) kcidb=$(new_file "$2" "$1") || exit ;;
	--kernel|--modules|--kernel-tree)
		file=$(absolute "$2" "$1") || exit
		[ "$1" = --kernel-tree ] && kernel_tree=$file
		[ "$1" = --kernel ] && kernel=$file
		kvm_args+=("$1" "$file") ;;
	--kernel-version)
		[[ $2 =~ ^[0-9]+\.[0-9]+$ ]] ||
			bad_usage "--kernel-version: as in 6.12, not '$2'"
		kernel_version=$2
		kvm_args+=("$1" "$2") ;;
	*) kvm_args+=("$1" "$2") ;;
	esac
}

# Debian's kernel of the release that this is, where it is known which it has.
check_kernel_version()
{
	local known

	[ -n "$kernel_version" ] && [ -z "$setup" ] || return 0
	known=$("$machines/kernel-versions" | tr '\n' ' ')
	[ -z "$known" ] || [[ " $known" == *" $kernel_version "* ]] ||
		bad_usage "--kernel-version: this release has ${known% }, not '$kernel_version'"
}

# --- what there is to run -------------------------------------------------
# Sources tell, so that --list needs no build.
all_tests()
{
	(cd "$here/x86" 2> /dev/null && ls -- *_test.c) | sed 's/\.c$//'
}

# The first sentence of the comment that heads the source.
describe()
{
	awk '/^ \*/ { sub(/^ \*\/? */, ""); text = text " " $0; next }
	     !/^ \*/ && text { exit }
	     END { sub(/[.:;?] .*|\. *$/, "", text); sub(/^ /, "", text)
		   print text }' "$here/x86/$1.c"
}

list_tests()
{
	local name

	for name in $(all_tests); do
		printf '%-28s %s\n' "$name" "$(describe "$name")"
	done
}

check_test_names()
{
	local test

	for test in ${tests[@]+"${tests[@]}"}; do
		all_tests | grep -qxF -e "${test%%:*}" ||
			die 2 "no test '${test%%:*}' (see --list)"
		[ -n "${test#*:}" ] || die 2 "--test $test: no case behind the colon"
	done
}

# What a program calls its cases; it asks KVM for nothing.
cases_of()
{
	KVM_DEVICE=/nonexistent/kvm "$build/x86/$1" 2> /dev/null |
		sed -nE 's/^(not )?ok [0-9]+ ([^ ]+).*/\2/p'
}

# FIXTURE.VARIANT.CASE, or one or two of the three: in full.  Only what is built
# knows; a suite without a list of names is made up.
resolve_cases()
{
	local test name case full resolved=()

	[ -e "$here/ci/names" ] || return 0
	for test in ${tests[@]+"${tests[@]}"}; do
		if [[ $test != *:* ]]; then
			resolved+=("$test")
			continue
		fi
		name=${test%%:*} case=${test#*:}
		mapfile -t full < <(cases_of "$name" |
			awk -v want=".$case." 'index("." $0 ".", want)')
		[ ${#full[@]} -gt 0 ] ||
			die 2 "no case '$case' in $name ($build/x86/$name -l lists them)"
		resolved+=("${full[@]/#/$name:}")
	done
	tests=(${resolved[@]+"${resolved[@]}"})
}

# The command line of one test, "PATH -r CASE ..."; empty if not asked for.
command_of()
{
	local test cases='' whole='' wanted=''

	[ ${#tests[@]} -eq 0 ] && wanted=1
	for test in ${tests[@]+"${tests[@]}"}; do
		case $test in
		"$1") wanted=1 whole=1 ;;
		"$1":*) wanted=1; cases="$cases -r ${test#*:}" ;;
		esac
	done
	[ -z "$whole" ] || cases=''
	[ -n "$wanted" ] && echo "$build/x86/$1$cases"
}

# --- where to run ---------------------------------------------------------
kvm_device=${KVM_DEVICE:-/dev/kvm}

# Why the host's KVM cannot be used; nothing if it can.
host_trouble()
{
	if [ ! -e "$kvm_device" ]; then
		echo "there is no $kvm_device"
	elif [ ! -c "$kvm_device" ]; then
		echo "$kvm_device is not a character device"
	elif ! (exec 3<> "$kvm_device") 2> /dev/null; then
		echo "$kvm_device does not open for this user"
	fi
}

# --cpu all: the emulated machines alone.
choose_every_cpu()
{
	[ -z "$json$html$self_check" ] ||
		bad_usage "--cpu all: not with --json, --html, --self-check"
	case $machine in
	host) bad_usage "--cpu is for an emulated machine" ;;
	amd|intel) wheres=("$machine") ;;
	*) wheres=(amd intel) ;;
	esac
}

# Sets wheres (the machines to run on) and why.
choose()
{
	local trouble

	trouble=$(host_trouble)
	why="chosen by --machine"
	case $machine in
	all) wheres=(host amd intel) ;;
	?*) wheres=("$machine") ;;
	*)
		if [ -n "$self_check" ]; then
			wheres=(amd intel)
			why="self-check"
		elif [ ${#kvm_args[@]} -gt 0 ]; then
			wheres=(amd)
			why="an option asks for an emulated machine"
		elif [ -z "$trouble" ]; then
			wheres=(host)
			why="$kvm_device is there and opens"
		else
			wheres=(amd)
			why=$trouble
		fi ;;
	esac
	if [ "${wheres[*]}" = host ] && [ ${#kvm_args[@]} -gt 0 ]; then
		bad_usage "${kvm_args[0]} is for an emulated machine"
	fi
}

# --- build ----------------------------------------------------------------
# With Debian's own kernel the first answer needs no build of one.  A self-check
# that finds it there builds its own, for the next.
fetched=''
fetch_kernel()
{
	[ -n "$setup" ] && [ "${wheres[*]}" != host ] &&
		[ -z "$kernel_tree$kernel_version$kernel" ] &&
		! "$machines/package-kernel.sh" > /dev/null || return 0
	! "$machines/package-kernel.sh" --fetch > /dev/null || fetched=1
}

# The Intel machine's emulator; where it cannot be built, the package's does.  It
# waits for the network at first: what else is to be built is built meanwhile.
emulator=''
build_emulator()
{
	[ -n "$setup" ] && [[ " $self_check ${wheres[*]} " =~ \ (1|intel)\  ]] ||
		return 0
	"$machines/build-bochs.sh" > /dev/null &
	emulator=$!
	trap 'kill "$emulator" 2> /dev/null' EXIT
}

wait_for_emulator()
{
	[ -z "$emulator" ] || wait "$emulator"
	trap - EXIT
}

# The same sources are compiled again in each clone, by the self-check in four
# ways: ccache, where it is, does it once.  The compiler tells it the headers; to
# look for them by itself, it would have each file preprocessed.
use_ccache()
{
	local dir

	for dir in /usr/lib/ccache /usr/lib64/ccache; do
		if [ -x "$dir/gcc" ]; then
			export PATH=$dir:$PATH CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
			export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$here}
		fi
	done
}

build_suite()
{
	local tool

	for tool in make gcc; do
		command -v $tool > /dev/null ||
			die 4 "no $tool here; ./run_tests.sh --setup brings it"
	done
	check_path "$here"
	lock "$build/.lock" "builds in $build"
	say "Building in $build"
	make -s -C "$here" -j"$(nproc)" OUTPUT="$build" \
		${kernel_tree:+KERNEL_TREE="$kernel_tree"} "$@" 2>&1 | show_build
	[ "${PIPESTATUS[0]}" = 0 ] || die 4 "the suite does not build"
	unlock
}

# --- run ------------------------------------------------------------------
# Each of these adds lines to $plan, which report.awk reads.
dir_of()
{
	if [ -z "$output" ]; then
		echo "$build/results/$1"
	elif [ ${#wheres[@]} -gt 1 ] || [ -n "$self_check" ]; then
		echo "$output/$1"
	else
		echo "$output"
	fi
}

make_dir()
{
	if ! { mkdir -p "$1" && [ -w "$1" ]; } 2> /dev/null; then
		bad_usage "cannot write to $1"
	fi
}

# Old results must not pass for new ones; what else is there is the user's.
clean_dir()
{
	local name old=()

	make_dir "$1"
	for name in "${names[@]}" cpuid_map; do
		old+=("$1/$name".{log,status,time})
	done
	rm -f "$1"/{machine,machine.log} "${old[@]}"
}

# Whether any test came as far as to print: the machine had booted.
started()
{
	local name

	for name in "${names[@]}"; do
		[ -e "$1/$name.log" ] && return
	done
	return 1
}

# Before anything runs: one line if the file is no baseline.  A command is
# split at blanks, so it is run with a copy whose name has none.
check_baseline()
{
	local trouble

	[ -n "$baseline" ] || return 0
	if ! trouble=$("$build/tools/baseline" --check "$baseline" 2>&1); then
		say "run_tests.sh: --${trouble}"
		broken 2
	fi
	cp "$baseline" "$build/baseline.$$" ||
		die 4 "cannot write to $build"
}

# plan_tests WHERE DIR REASON
plan_tests()
{
	local name

	for name in "${names[@]}"; do
		printf 'test\t%s\t%s\t%s\ttap\t%s\n' "$1" "$name" "$2" "$3"
	done
}

# runner WHERE DIR: start it; sets runner.
runner=''
start_runner()
{
	local program copy=$build/baseline.$$ many=$build/kvm-cpuid-all

	if [ "$1" = host ]; then
		"$scripts/run_host.sh" --program-timeout "$timeout" \
			--output "$2" -- "${commands[@]}" &
		runner=$!
		return
	fi
	program=$machines/run_shards.sh
	[ -x "$program" ] || program=$machines/run.sh
	[ -x "$many" ] || many=''
	# That it hangs is told by CPU time; by the clock a busy host is as slow.
	"$program" --machine "$1" --timeout $((timeout * 15)) \
		--program-timeout "$timeout" \
		${kvm_args[@]+"${kvm_args[@]}"} --output "$2" \
		${baseline:+--file "$copy:baseline"} ${many:+--many "$many"} \
		-- "${commands[@]/"$copy"//baseline}" >&4 2>&4 &
	runner=$!
}

# What a machine says goes to its log, and to those who see no other progress.
open_machine_log()
{
	if [ -n "$moving" ]; then
		exec 4> "$1/machine.log"
	else
		exec 4> >(trap '' INT TERM HUP; exec tee "$1/machine.log" >&2)
		log_writer=$!
	fi
}

close_machine_log()
{
	exec 4>&-
	[ -z "$log_writer" ] || wait "$log_writer"
	log_writer=''
}

# Told to stop: the runner first, so that what has ended is printed.
stopping=''
begun=''	# what prints is there, and must not lose its plan
# shellcheck disable=SC2317 # reached by trap
stop()
{
	[ -z "$stopping" ] && [ -n "$begun" ] || exit 130
	stopping=1
	[ -z "$runner" ] || kill "$runner" 2> /dev/null
}

# A signal ends the wait, but not what is waited for.
wait_for_runner()
{
	local rc

	# The signal came before it had a name.
	[ -z "$stopping" ] || kill "$runner" 2> /dev/null
	while :; do
		wait "$runner"
		rc=$?
		kill -0 "$runner" 2> /dev/null || break
	done
	runner=''
	return "$rc"
}

# run_where WHERE: run on it the commands, print what ends, leave the results,
# write the plan.
run_where()
{
	local dir note rc=0 reason='' word=gone start=$SECONDS printer

	dir=$(dir_of "$1")
	clean_dir "$dir"
	[ -n "$moving" ] || say "Running ${#names[@]} tests on: $1 ($why)"
	plan_tests "$1" "$dir" '' > "$plan.$1"
	: > "$plan.$1.running"
	begun=1
	print_programs "$plan.$1" "$1" &
	printer=$!
	log_writer=''
	[ "$1" = host ] || open_machine_log "$dir"
	start_runner "$1" "$dir"
	wait_for_runner || rc=$?
	[ "$1" = host ] || close_machine_log
	case $rc in
	2|4) word=absent reason=$(tail -n 1 "$dir/machine.log") ;;
	esac
	[ -z "$stopping" ] || word=stopped
	mv "$plan.$1.running" "$plan.$1.$word"
	wait "$printer" || tap_trouble=1
	[ -n "$moving" ] || say "$1: $((SECONDS - start)) s"

	[ "$rc" != 2 ] || [ -n "$stopping" ] || broken 2
	if [ -n "$bisecting" ] && [ -z "$stopping" ] && ! started "$dir"; then
		[ "$rc" = 4 ] && exit 128
		exit 125
	fi
	facts "$1" "$dir" "$rc" $((SECONDS - start)) >> "$plan"
	note=$(describe_run "$1" "$dir" "$rc" $((SECONDS - start)))
	printf 'where\t%s\t%s\n' "$1" "$note" >> "$plan"
	[ -z "$stopping" ] || printf 'stopped\t%s\n' "$1" >> "$plan"
	plan_tests "$1" "$dir" "$reason" >> "$plan"
}

# Sets names and commands from --test.
collect()
{
	local name command

	names=() commands=()
	for name in $(all_tests); do
		command=$(command_of "$name") || continue
		names+=("$name")
		commands+=("$command")
	done
	# No test, but the page has a picture of it; last, to harm nobody.
	[ -z "$html" ] || commands+=("$build/tools/cpuid_map")
	if [ -n "$baseline" ]; then
		name=$(basename "$baseline")
		name=${name//[^[:alnum:]._+-]/_}
		names+=(baseline)
		commands+=("$build/tools/baseline $build/baseline.$$ $name")
	fi
	[ ${#names[@]} -gt 0 ] || die 4 "there are no tests in $here/x86"
}

# --- once more what failed --------------------------------------------------
# What --failed takes up is the last run's, whatever it was.
remember_run()
{
	printf '%s\n' "${wheres[*]}" ${kvm_args[@]+"${kvm_args[@]}"} \
		> "$build/results/last.args"
	: > "$build/results/last.failed"
}

recall_failed()
{
	local last=$build/results/last last_where last_args

	[ -e "$last.args" ] ||
		die 4 "there is no last run in $build/results"
	# A program that failed as a whole is run as a whole.
	mapfile -t tests < <(awk -F'\t' '$1 == "self" { next }
		{ name = $2; sub(/:.*/, "", name); all[$2] = name }
		END { for (t in all) if (t == all[t] || !(all[t] in all))
			print t }' "$last.failed" | sort -u | grep -vx baseline)
	if [ ${#tests[@]} -eq 0 ]; then
		say "Nothing failed in the last run"
		exit 0
	fi
	if [ -n "$machine" ] || [ ${#kvm_args[@]} -gt 0 ]; then
		return
	fi
	{
		read -r last_where
		mapfile -t last_args
	} < "$last.args"
	case $last_where in
	*\ *) machine=all ;;
	*) machine=$last_where ;;
	esac
	kvm_args=(${last_args[@]+"${last_args[@]}"})
}

# Names of results are of use where programs are run as a whole.
known_names=$here/ci/names
check_names()
{
	if [ ! -e "$known_names" ] || [[ "${tests[*]-}" = *:* ]]; then
		known_names=''
	fi
}

# --against: no test runs; see scripts/against.sh for the status.
compare_surfaces()
{
	[ ${#wheres[@]} = 1 ] || bad_usage "--against: one machine, not ${wheres[*]}"
	[ -z "${tests[*]-}$json$html$kcidb$baseline" ] ||
		bad_usage "--against compares kernels: no --test, --json, --html, --kcidb, --baseline"
	make_dir "$(dir_of "${wheres[0]}")/surface"
	exec "$scripts/against.sh" "$build" "${wheres[0]}" "$against" \
		"$(dir_of "${wheres[0]}")/surface" \
		${kvm_args[@]+"${kvm_args[@]}"}
}

# --cpu all: this script once for each CPU model.
run_every_cpu()
{
	local args=("${kvm_args[@]}" --timeout "$timeout") test

	for test in ${tests[@]+"${tests[@]}"}; do
		args+=(--test "$test")
	done
	[ -z "$baseline" ] || args+=(--baseline "$baseline")
	exec "$scripts/every_cpu.sh" "${output:-$build/results/cpus}" \
		"${wheres[@]}" -- "${args[@]}"
}

# Of runs that were killed.
remove_old_plans()
{
	local file pid

	for file in "$build"/plan.[0-9]*; do
		pid=${file#"$build/plan."}
		[ ! -e "$file" ] || kill -0 "${pid%%.*}" 2> /dev/null || rm -f "$file"
	done
}

main()
{
	local where rc

	case " $* " in
	*" --kernel-tree"[=\ ]*) bisecting=1 ;;
	esac
	trap 'exit 130' INT TERM HUP
	parse "$@"
	[ -z "$quick" ] || [ -n "$self_check" ] ||
		bad_usage "--quick is for --self-check"
	[ -z "$failed" ] || [ ${#tests[@]} -eq 0 ] ||
		bad_usage "--failed and --test: one of them"
	[ -z "$failed" ] || recall_failed
	[[ ${SHARDS:-1} =~ ^[1-9][0-9]{0,3}$ ]] ||
		bad_usage "SHARDS: how many programs at a time, not '$SHARDS'"
	check_test_names
	check_kernel_version
	[ -z "$json" ] || [ "$json" != "$html" ] ||
		bad_usage "--json and --html: one file for both"
	if [ -n "$list" ]; then list_tests; exit; fi
	if [ -n "$list_cpus" ]; then
		[ "$machine" = host ] && bad_usage "host has one CPU only"
		[ "$machine" = all ] && machine=''
		exec "$machines/run.sh" --list-cpus ${machine:+--machine "$machine"}
	fi

	if [ -n "$list_rules" ] && [ -e "$here/RULES" ]; then
		exec cat "$here/RULES"
	fi
	if [ -n "$list_errata$list_rules" ]; then
		build_suite all
		exec "$build/tools/${list_errata:+errata}${list_rules:+rules}"
	fi

	: "${timeout:=$(sed -n 's/^timeout=//p' "$here/settings")}"
	if [ -n "$every_cpu" ]; then choose_every_cpu; else choose; fi
	choose_view
	check_names
	if [ -n "$output" ]; then
		make_dir "$output"
		output=$(readlink -f "$output")
	fi
	if [ -n "$setup" ]; then
		KERNEL_TREE=$kernel_tree "$scripts/setup.sh" \
			${self_check:+--self-check} ${ci:+--ci} \
			${kernel_version:+PACKAGE=linux-source-"$kernel_version"} \
			"${wheres[@]}" || broken $?
	fi
	use_ccache
	fetch_kernel
	build_emulator
	[ -z "$json$html$kcidb" ] || command -v jq > /dev/null ||
		die 4 "no jq here; ./run_tests.sh --setup brings it"
	build_suite all
	wait_for_emulator
	resolve_cases
	[ -z "$every_cpu" ] || run_every_cpu
	[ -z "$against" ] || compare_surfaces
	collect

	remove_old_plans
	plan=$build/plan.$$ tap_trouble=''
	trap 'rm -f "$plan" "$plan".* "$build/baseline.$$"' EXIT
	trap stop INT TERM HUP
	check_baseline
	lock "${output:-$build/results}/.lock" \
		"has its results in ${output:-$build/results}"
	: > "$plan"
	mkdir -p "$build/results"
	tap=${output:-$build/results}/results.tap
	: > "$tap"
	if [ -n "$self_check" ]; then
		lock "$build/.lock-self-check" "checks the suite in $build"
		build_suite unit
		"$scripts/self_check.sh" "$build" "$(dir_of self)" "$plan" \
			${quick:+--quick} ${fetched:+--kernel-is-there} || exit
		cp "$plan" "$plan.self"
		: > "$plan.self.gone"
		print_programs "$plan.self" self || tap_trouble=1
	fi
	remember_run
	for where in "${wheres[@]}"; do
		[ -n "$stopping" ] || run_where "$where"
	done

	print_summary
	rc=$?
	[ -z "$stopping" ] || exit 130
	[ -z "$tap_trouble" ] || [ "$rc" != 0 ] || rc=3
	write_results "$@" || [ "$rc" != 0 ] || rc=3
	case $bisecting$rc in
	13) rc=128 ;;
	14) rc=125 ;;
	esac
	exit "$rc"
}

main "$@"
