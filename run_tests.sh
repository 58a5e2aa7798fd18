#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The front door: sets up, chooses where to run, runs, sums up.  Try --help.
set -u
exec < /dev/null

here=$(cd "$(dirname "$0")" && pwd)
build=$here/build
scripts=$here/scripts
machines=$here/machines

usage()
{
	cat "$scripts/help.txt"
}

say()
{
	echo "$*" >&2
}

# die STATUS MESSAGE
die()
{
	say "run_tests.sh: $2"
	# To git bisect, what could not be tried is neither good nor bad.
	[ -n "$kernel_tree" ] && exit 125
	exit "$1"
}

bad_usage()
{
	say "run_tests.sh: $1"
	usage >&2
	exit 2
}

# --- options --------------------------------------------------------------
machine='' output='' timeout='' kernel_tree='' kernel_version=''
setup='' self_check='' quick='' list='' list_cpus='' list_errata='' list_rules=''
json='' html=''
baseline=''	# a recorded host
tests=()	# as given to --test
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
		--self-check) self_check=1 ;;
		--quick) quick=1 ;;
		--list) list=1 ;;
		--list-cpus) list_cpus=1 ;;
		--list-errata) list_errata=1 ;;
		--list-rules) list_rules=1 ;;
		# The programs look for it: see lib/report/known.h.
		--allow-errata) export KVM_CPUID_ALLOW_ERRATA=1 ;;
		-h|--help) usage; exit 0 ;;
		--machine|--cpu|--kernel|--modules|--kernel-tree|--baseline|\
		--kernel-version|--module-params|--test|--timeout|--output|\
		--json|--html)
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

	case $1 in
	--machine)
		case $2 in
		host|amd|intel|all) machine=$2 ;;
		*) bad_usage "--machine: host, amd, intel or all, not '$2'" ;;
		esac ;;
	--test) tests+=("$2") ;;
	--timeout)
		[[ $2 =~ ^[1-9][0-9]*$ ]] ||
			bad_usage "--timeout: seconds, not '$2'"
		timeout=$2 ;;
	--output) output=$2 ;;
	--baseline) baseline=$(absolute "$2" "$1") || exit 2 ;;
	--json) json=$(new_file "$2" "$1") || exit 2 ;;
	--html) html=$(new_file "$2" "$1") || exit 2 ;;
	--kernel|--modules|--kernel-tree)
		file=$(absolute "$2" "$1") || exit 2
		[ "$1" = --kernel-tree ] && kernel_tree=$file
		kvm_args+=("$1" "$file") ;;
	--kernel-version)
		case $2 in
		6.12|6.1) kernel_version=$2 ;;
		*) bad_usage "--kernel-version: 6.12 or 6.1, not '$2'" ;;
		esac
		kvm_args+=("$1" "$2") ;;
	*) kvm_args+=("$1" "$2") ;;
	esac
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
	awk '/^ \*/ { sub(/^ \*\/? */, ""); text = text (NR > 2 ? " " : "") $0 }
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
			bad_usage "no test '${test%%:*}' (see --list)"
	done
}

# The command line of one test, "PATH -r CASE ..."; empty if not asked for.
command_of()
{
	local test cases='' wanted=''

	[ ${#tests[@]} -eq 0 ] && wanted=1
	for test in ${tests[@]+"${tests[@]}"}; do
		case $test in
		"$1") wanted=1 ;;
		"$1":?*) wanted=1; cases="$cases -r ${test#*:}" ;;
		esac
	done
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
build_suite()
{
	local tool

	for tool in make gcc; do
		command -v $tool > /dev/null ||
			die 4 "no $tool here; ./run_tests.sh --setup brings it"
	done
	say "Building in $build"
	make -s -C "$here" -j"$(nproc)" OUTPUT="$build" "$@" >&2 ||
		die 4 "the suite does not build"
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
	local name

	make_dir "$1"
	for name in "${names[@]}"; do
		rm -f "$1/$name.log" "$1/$name.status"
	done
	rm -f "$1/machine" "$1/machine.log" "$1"/cpuid_map.{log,status}
}

# fact KEY DIR: what the machine says about itself.
fact()
{
	sed -n "s/^$1=//p" "$2/machine" 2> /dev/null
}

# describe_run WHERE DIR STATUS SECONDS: one line for the summary.
describe_run()
{
	local kvm=KVM boot

	case $1 in
	amd) kvm="real kvm-amd in QEMU" ;;
	intel) kvm="real kvm-intel in Bochs" ;;
	esac
	printf '%s on %s, Linux %s (%s); %s s' "$kvm" "$(fact cpu "$2")" \
		"$(fact kernel "$2")" "$why" "$4"
	boot=$(fact boot_seconds "$2")
	[ -n "$boot" ] && printf ', of which boot %s' "$boot"
	[ "$1" = host ] || [ "$3" = 0 ] ||
		printf '; %s' "$(tail -n 1 "$2/machine.log")"
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
		exit 2
	fi
	cp "$baseline" "$build/baseline.$$" ||
		die 4 "cannot write to $build"
}

# run_where WHERE: run on it the commands, leave the results, write the plan.
run_where()
{
	local dir name runner start=$SECONDS note rc=0 reason=''
	local copy=$build/baseline.$$

	dir=$(dir_of "$1")
	clean_dir "$dir"
	say "Running ${#names[@]} tests on: $1 ($why)"
	case $1 in
	host)
		"$scripts/run_host.sh" --program-timeout "$timeout" \
			--output "$dir" -- "${commands[@]}" || rc=$? ;;
	*)
		runner=$machines/run_shards.sh
		[ -x "$runner" ] || runner=$machines/run.sh
		"$runner" --machine "$1" --timeout $((timeout * 3)) \
			--program-timeout "$timeout" \
			${kvm_args[@]+"${kvm_args[@]}"} --output "$dir" \
			${baseline:+--file "$copy:baseline"} \
			-- "${commands[@]/"$copy"//baseline}" 2>&1 >&2 |
			tee "$dir/machine.log" >&2
		rc=${PIPESTATUS[0]} ;;
	esac
	say "$1: $((SECONDS - start)) s"

	case $rc in
	2|130) exit "$rc" ;;
	4) reason=$(tail -n 1 "$dir/machine.log") ;;
	esac
	[ -n "$kernel_tree" ] && ! started "$dir" && exit 125

	facts "$1" "$dir" "$rc" $((SECONDS - start)) >> "$plan"
	note=$(describe_run "$1" "$dir" "$rc" $((SECONDS - start)))
	printf 'where\t%s\t%s\n' "$1" "$note" >> "$plan"
	for name in "${names[@]}"; do
		printf 'test\t%s\t%s\t%s\ttap\t%s\n' \
			"$1" "$name" "$dir" "$reason" >> "$plan"
	done
}

# For programs, what describe_run says to people.
facts()
{
	local key value trouble='' kvm=KVM

	case $1 in
	amd) kvm="real kvm-amd" ;;
	intel) kvm="real kvm-intel" ;;
	esac
	[ "$3" = 0 ] || trouble=$(tail -n 1 "$2/machine.log" 2> /dev/null)
	while IFS='=' read -r key value; do
		[ -n "$value" ] &&
			printf 'fact\t%s\t%s\t%s\n' "$1" "$key" "$value"
	done <<-END
		kernel=$(fact kernel "$2")
		cpu=$(fact cpu "$2")
		kvm=$kvm
		emulator=$(fact emulator "$2")
		why=$why
		seconds=$4
		boot_seconds=$(fact boot_seconds "$2")
		trouble=$trouble
	END
}

# What all this is for other programs; no part of the verdict.
write_results()
{
	local where map args=()

	[ -n "$json$html" ] || return 0
	for where in "${wheres[@]}"; do
		map=$(dir_of "$where")/cpuid_map.log
		[ -z "$html" ] || [ ! -e "$map" ] ||
			args+=(--map "$where=$map")
	done
	"$scripts/results.sh" ${json:+--json "$json"} ${html:+--html "$html"} \
		${args[@]+"${args[@]}"} "$plan" "$timeout" "$@"
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

main()
{
	local where tap rc ended

	parse "$@"
	check_test_names
	[ -z "$json" ] || [ "$json" != "$html" ] ||
		bad_usage "--json and --html: one file for both"
	if [ -n "$list" ]; then list_tests; exit; fi
	if [ -n "$list_cpus" ]; then
		[ "$machine" = host ] && bad_usage "host has one CPU only"
		[ "$machine" = all ] && machine=''
		exec "$machines/run.sh" --list-cpus ${machine:+--machine "$machine"}
	fi

	if [ -n "$list_errata$list_rules" ]; then
		build_suite all
		exec "$build/tools/${list_errata:+errata}${list_rules:+rules}"
	fi

	: "${timeout:=$(sed -n 's/^timeout=//p' "$here/settings")}"
	choose
	if [ -n "$output" ]; then
		make_dir "$output"
		output=$(readlink -f "$output")
	fi
	if [ -n "$setup" ]; then
		"$scripts/setup.sh" ${self_check:+--self-check} \
			${kernel_version:+PACKAGE=linux-source-"$kernel_version"} \
			"${wheres[@]}" || exit
	fi
	[ -z "$json$html" ] || command -v jq > /dev/null ||
		die 4 "no jq here; ./run_tests.sh --setup brings it"
	build_suite all
	collect

	plan=$build/plan.$$
	trap 'rm -f "$plan" "$build/baseline.$$"' EXIT
	trap 'exit 130' INT TERM HUP
	check_baseline
	: > "$plan"
	if [ -n "$self_check" ]; then
		build_suite unit
		"$scripts/self_check.sh" "$build" "$(dir_of self)" "$plan" \
			${quick:+--quick} || exit
	fi
	for where in "${wheres[@]}"; do
		run_where "$where"
	done

	tap=${output:-$build/results}/results.tap
	awk -v limit="$timeout" -f "$scripts/report.awk" \
		-f "$scripts/errata.awk" -f "$scripts/records.awk" \
		"$plan" | tee "$tap"
	ended=("${PIPESTATUS[@]}")
	rc=${ended[0]}
	[ "${ended[1]}" = 0 ] || [ "$rc" != 0 ] || rc=3
	write_results "$@" || [ "$rc" != 0 ] || rc=3
	[[ $rc = [34] ]] && [ -n "$kernel_tree" ] && rc=125
	exit "$rc"
}

main "$@"
