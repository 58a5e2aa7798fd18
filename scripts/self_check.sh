#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The suite's own tests, as far as they need no KVM: unit tests (plain, with
# sanitizers, under valgrind), script tests, lint.  Leaves results the way
# machines/run.sh does and adds them to the plan for report.awk.  One step more
# than there are CPUs runs at a time, as some only wait; each leaves alone what
# the others use.
#
# self_check.sh BUILD DIR PLAN [--quick] [--kernel-is-there]
#
# shellcheck disable=SC2317	# functions are reached through run_step()
set -u

cd "$(dirname "$0")/.." || exit 2
quick='' kernel_is_there=''
build=$1 dir=$2 plan=$3
shift 3
[[ " $* " != *" --quick "* ]] || quick=1
[[ " $* " != *" --kernel-is-there "* ]] || kernel_is_there=1
limit=1800	# a hang, even where something else keeps all CPUs busy
jobs=$(($(nproc) + 1))
export build
# Where make finds lib.mk, and lint finds checkpatch.
kdir=$build/linux
[ -e ../lib.mk ] && kdir=../../../..

mkdir -p "$dir" || exit 2

# step NAME KIND COMMAND...: to be run by run_steps().
steps=()
step()
{
	local IFS=$'\t'

	steps+=("$*")
}

# run_step NAME KIND COMMAND...: exit status 4 means that it cannot be done here.
run_step()
{
	local name=$1 rc=0 start=$SECONDS

	shift 2
	"$@" > "$dir/$name.log" 2>&1 < /dev/null || rc=$?
	echo "$rc" > "$dir/$name.status"
	case $rc in
	0) rc=ok ;;
	4) rc=skip ;;
	*) rc="FAIL ($rc)" ;;
	esac
	printf 'self-check: %-32s %s, %d s\n' "$name" "$rc" \
		$((SECONDS - start)) >&2
}

# With job control each has a process group, which is ended with it.
run_steps()
{
	local line words

	set -m
	trap 'end_steps; exit 130' INT TERM HUP
	for line in "${steps[@]}"; do
		IFS=$'\t' read -r -a words <<< "$line"
		while [ "$(jobs -pr | wc -l)" -ge "$jobs" ]; do
			wait -n
		done
		run_step "${words[@]}" &
	done
	wait
	set +m
	trap - INT TERM HUP
}

end_steps()
{
	local job

	for job in $(jobs -pr); do
		kill -- "-$job" 2> /dev/null
	done
	wait
}

# In the order of the steps, whichever ended first.
add_to_plan()
{
	local line words

	for line in "${steps[@]}"; do
		IFS=$'\t' read -r -a words <<< "$line"
		printf 'test\tself\t%s\t%s\t%s\t\n' "${words[0]}" "$dir" \
			"${words[1]}" >> "$plan"
	done
	steps=()
}

limited()
{
	timeout -k 5 "$limit" "$@"
}

need()
{
	command -v "$1" > /dev/null && return
	echo "$1 is not installed"
	return 4
}

# --- the pure parts -------------------------------------------------------
units()
{
	local unit

	for unit in tests/*_test.c; do
		[ -e "$unit" ] && basename "$unit" .c
	done
}

# all_units DIR COMMAND...: every unit test in DIR, run by COMMAND.
all_units()
{
	local from=$1 unit rc=0 said

	shift
	said=$(mktemp "$dir/unit.XXXXXX") || return
	for unit in $(units); do
		echo "$unit"
		limited "$@" "$from/tests/$unit" > "$said" 2>&1 && continue
		echo "$unit: exit=$?"
		cat "$said"
		rc=1
	done
	rm -f "$said"
	return "$rc"
}

# build_in DIR ARG...: build once more, in another way.
build_in()
{
	local to=$1

	shift
	make -s -j"$jobs" OUTPUT="$to" KSRC="$kdir" "$@"
}

sanitize()
{
	build_in "$build/sanitized" SANITIZE=1 unit
}

sanitized()
{
	sanitize || return 1
	all_units "$build/sanitized"
}

# Valgrind replaces malloc by name, which a static program does not offer: those
# of the other compiler are dynamic.
valgrinded()
{
	local from=$build/clang

	need valgrind || return
	if ! command -v clang > /dev/null; then
		from=$build/dynamic
		build_in "$from" STATIC= unit || return 1
	fi
	VECTORS_EVERY=20 all_units "$from" valgrind -q --error-exitcode=99 \
		--leak-check=full --trace-children=yes
}

# --- lint, and the other compiler -----------------------------------------
scripts()
{
	git ls-files 2> /dev/null | grep . ||
		find . -name .git -prune -o -path ./build -prune -o \
			-type f -print
}

# Linters take up to half a second for a file: those found clean before, by this
# linter in this form, are left out.
#
# not_clean_yet LINTER FILE...: into todo, lines of sha1sum.
not_clean_yet()
{
	known=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kvm-cpuid/lint-clean-$(
		sha1sum <<< "$1" | cut -c 1-12)
	shift
	mapfile -t todo < <(sha1sum "$@" |
		grep -vxFf <(cat "$known" 2> /dev/null))
	echo "$# files, ${#todo[@]} of them not seen before"
}

remember_clean()
{
	! mkdir -p "${known%/*}" || printf '%s\n' "${todo[@]}" >> "$known"
}

# A script is linted with what it sources: a change there lints all again.
lint_shell()
{
	local files known todo sourced

	need shellcheck || return
	mapfile -t files < <(scripts | while read -r file; do
		head -n 1 "$file" | grep -aq '^#!.*sh$' && echo "$file"
	done)
	mapfile -t sourced < <(scripts | grep -F -f <(
		grep -ho 'source=[a-z_/]*\.sh' "${files[@]}" | sed 's|.*[=/]||'))
	not_clean_yet "$(shellcheck --version; cat "${sourced[@]}")" "${files[@]}"
	[ ${#todo[@]} -gt 0 ] || return 0
	shellcheck -x -f gcc "${todo[@]#*  }" && remember_clean
}

lint_c()
{
	local checkpatch=$kdir/scripts/checkpatch.pl known files todo rc=0
	# The two sscanf rules would have user space call kstrtol().
	# shellcheck disable=SC2054 # its lists have commas
	local options=(--no-tree --terse --quiet --max-line-length=100
		--show-types --ignore NAKED_SSCANF,SSCANF_TO_KSTRTO)

	need perl || return
	[ -e "$checkpatch" ] || { echo "no $checkpatch"; return 4; }
	mapfile -t files < <(scripts | grep '\.[chS]$')
	not_clean_yet "$(cat "$checkpatch"; echo "${options[*]}")" "${files[@]}"
	[ ${#todo[@]} -gt 0 ] || return 0
	perl "$checkpatch" "${options[@]}" -f "${todo[@]#*  }" \
		> "$dir/lint.tmp" || rc=1
	grep -v '^total: ' "$dir/lint.tmp"
	rm -f "$dir/lint.tmp"
	[ "$rc" != 0 ] || remember_clean
	return "$rc"
}

# Debug data of a form that Debian 12's valgrind reads, for unit_valgrind.
clang_build()
{
	need clang || return
	build_in "$build/clang" LLVM=1 STATIC= USERCFLAGS=-gdwarf-4 all unit
}

script_step()
{
	[ ! -e "$1" ] || step "$(basename "$1" .sh)" plain \
		limited env QUICK="$quick" bash "$1"
}

# Tests boot it; what builds it first must not have a test's time limit.
kernel()
{
	[ -n "$kernel_is_there" ] || machines/build-kernel.sh
}

# A board's flash is small: the programs, stripped, in bytes for each.
size_of_programs()
{
	local program sum=0 n=0

	# glibc alone would be more than half of it.  Debian 13's gcc and musl
	# make 284 kB of what is 277 kB on 12.
	need musl-gcc || return
	for program in x86/*_test.c; do
		program=$build/${program%.c}
		strip -o "$dir/stripped" "$program" || return 1
		sum=$((sum + $(stat -c %s "$dir/stripped")))
		n=$((n + 1))
	done
	rm -f "$dir/stripped"
	echo "$n programs, $sum bytes, stripped, $((sum / n)) for each"
	[ "$sum" -lt $((n * 300000)) ]
}

# --------------------------------------------------------------------------
# First, with all CPUs, what several steps use.  The builds are made again by
# the steps, which say what went wrong with them.
step kernel plain kernel
run_steps
if [ -z "$quick" ]; then
	sanitize > "$dir/builds.tmp" 2>&1
	clang_build > "$dir/builds.tmp" 2>&1
	rm -f "$dir/builds.tmp"
fi
printf 'where\tself\tthe suite itself, with no KVM\n' >> "$plan"
add_to_plan
# Of the others those that take longest come first.
if [ -z "$quick" ]; then
	step unit_valgrind plain valgrinded
	step unit_sanitized plain sanitized
	step clang_build plain clang_build
fi
step lint_c plain lint_c
for script in shim surface machines run_stream rooms; do
	script_step "tests/${script}_test.sh"
done
for unit in $(units); do
	step "$unit" tap limited "$build/tests/$unit"
done
for script in tests/*_test.sh; do
	[[ " ${steps[*]}" == *" $(basename "$script" .sh)"$'\t'* ]] || script_step "$script"
done
step lint_shell plain lint_shell
step size_of_programs plain size_of_programs
run_steps
add_to_plan
exit 0
