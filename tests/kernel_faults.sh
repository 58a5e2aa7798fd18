#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# One-line faults in KVM itself: does the suite turn red?  See usage().
#
# The kernel comes from Debian's linux-source or a tree of one's own, which stays
# as it is: only a copy of arch/x86/kvm in the cache takes the faults.  Faults
# within functions all go into one kernel: each is a second copy of its
# function, called while the parameter kvm.fault has the number of the fault.
# faults/loop.c turns on many of them in one boot; what it does not see has a
# boot of its own, for it may matter only while KVM starts.  Faults in tables
# and macros are built one by one (--alone: all).

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kvm-cpuid
# shellcheck source=tests/faults/edit.sh
. "$here/faults/edit.sh"
# shellcheck source=tests/faults/at_start.sh
. "$here/faults/at_start.sh"
# shellcheck source=tests/faults/build.sh
. "$here/faults/build.sh"

version=6.12
own_tree=
machines="amd intel"
pattern=.
output=
programs=$top/build/x86
action=score
resume=
alone=
quick=
limit=60
batch=50

usage() {
	cat <<-'USAGE'
	usage: kernel_faults.sh [OPTION]...
	  --check            every anchor is in the kernel source: no build, no boot
	  --list             the faults that the other options select
	  --table            id, machine, verdict and test of those in score.tsv
	  --version V        linux-source-V: 6.12 or 6.1 (6.12)
	  --kernel-tree DIR  this tree instead; of rows for other versions those
	                     whose place is in it as well
	  --machine M        amd or intel only (amd, then intel what amd cannot see)
	  --id REGEX         only faults whose id matches
	  --programs DIR     the suite's programs (build/x86)
	  --output DIR       score.tsv and the results of each run
	  --resume           skip what is in score.tsv already
	  --alone            one kernel for each fault
	  --quick            only what needs no boot and no build of its own
	Prints a line for each fault: caught, survived, broken (does not build),
	dead (does not boot).  Exit status: 0 all caught, 1 not all, 2 usage, 4
	cannot run here.
	USAGE
}

die() {
	echo "kernel_faults: $2" >&2
	exit "$1"
}

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--check|--list|--table) action=${1#--}; shift; continue ;;
		--resume) resume=1; shift; continue ;;
		--alone) alone=1; shift; continue ;;
		--quick) quick=1; shift; continue ;;
		--help|-h) usage; exit 0 ;;
		--*) [ $# -ge 2 ] || { usage >&2; exit 2; } ;;
		*) usage >&2; exit 2 ;;
		esac
		case $1 in
		--version) version=$2 ;;
		--kernel-tree) own_tree=$(readlink -f "$2") ;;
		--machine) machines=$2 ;;
		--id) pattern=$2 ;;
		--programs) programs=$2 ;;
		--output) output=$2 ;;
		*) usage >&2; exit 2 ;;
		esac
		shift 2
	done
	label=linux-$version
	[ -n "$own_tree" ] || return 0
	version=$(tree_version) || die 2 "no kernel tree: $own_tree"
	label=$(basename "$own_tree")-$(printf %s "$own_tree" | cksum | cut -d' ' -f1)
}

# "7.1" of a tree's Makefile.
tree_version() {
	local major minor

	major=$(sed -n 's/^VERSION = //p' "$own_tree/Makefile") || return 1
	minor=$(sed -n 's/^PATCHLEVEL = //p' "$own_tree/Makefile")
	[ -n "$major" ] && echo "$major.$minor"
}

# --- the faults -----------------------------------------------------------
# The stable release of the source, which differs between Debian's releases;
# where no source is unpacked, one newer than all.
source_release() {
	local release

	release=$(sed -n 's/^SUBLEVEL = //p' \
		"${own_tree:-$cache/src/linux-$version}/Makefile" \
		2> /dev/null)
	echo "${release:-9999}"
}

# All rows with their number; those for this source; those selected.
number_faults() {
	fault_rows "$here/faults" | awk -F'\t' -v OFS='\t' \
		'!/^#/ && NF { print $0, ++n }' > "$tmp/all"
	awk -F'\t' -v v="$version" -v release="$(source_release)" '
		$3 == "all" || $3 == v { print; next }
		index($3, v ".") == 1 && substr($3, length(v) + 2) + 0 <= release
		' "$tmp/all" > "$tmp/all-here"
	[ -z "$own_tree" ] || add_foreign
	awk -F'\t' -v p="$pattern" '$1 ~ p' "$tmp/all-here" > "$tmp/rows"
	[ -s "$tmp/rows" ] || die 2 "no fault is called '$pattern'"
}

# Rows that were written for other versions, if their place is in the tree.
add_foreign() {
	kvm=$own_tree/arch/x86/kvm
	awk -F'\t' 'NR == FNR { if ($3 != "all") own[$1] = 1; next }
		     !($1 in own)' "$tmp/all-here" "$tmp/all" > "$tmp/foreign"
	by_file check_file "$tmp/foreign" 2>&1 |
		sed -n 's/^\([a-z_0-9]*\): .*/\1/p' | sort -u > "$tmp/absent"
	awk -F'\t' 'FILENAME == ARGV[1] { absent[$1] = 1; next }
		     FILENAME == ARGV[2] && $3 == "all" { next }
		     !($1 in absent) && !seen[$1]++' \
		"$tmp/absent" "$tmp/all-here" "$tmp/foreign" > "$tmp/here"
	mv "$tmp/here" "$tmp/all-here"
	say "$(wc -l < "$tmp/absent") faults for other versions have no place in $own_tree"
}

# The file of a row in this kernel: the first of those named that exists.
source_file() {
	local name

	for name in ${1//|/ }; do
		[ -e "$kvm/$name" ] && break
	done
	echo "$name"
}

# by_file FUNCTION ROWS: FUNCTION FILE ROWS-OF-THE-FILE for each source file.
# Two names of a row's file may mean the same one in this kernel.
by_file() {
	local names name file files status=0

	mapfile -t names < <(cut -f4 "$2" | sort -u)
	for name in "${names[@]}"; do
		printf '%s\t%s\n' "$(source_file "$name")" "$name"
	done > "$tmp/sources"
	mapfile -t files < <(cut -f1 "$tmp/sources" | sort -u)
	for file in "${files[@]}"; do
		awk -F'\t' -v f="$file" '
			NR == FNR { if ($1 == f) is[$2] = 1; next }
			$4 in is' "$tmp/sources" "$2" > "$tmp/rows-of-file"
		"$1" "$file" "$tmp/rows-of-file" || status=1
	done
	return $status
}

check_file() {
	edit_file check "$2" "$kvm/$1"
}

check() {
	local rows

	kvm=$(source_tree)/arch/x86/kvm || exit 4
	rows=$(wc -l < "$tmp/rows")
	by_file check_file "$tmp/rows" || die 1 "not every anchor is there"
	echo "$rows faults apply to linux-$version.$(source_release)"
}

say() {
	echo "# $*" >&2
}

# --- runs -----------------------------------------------------------------
# boot DIR MACHINE[/CPU] VMLINUX WORDS PROGRAM...: run these on that kernel.
boot() {
	local dir=$1 machine=$2 kernel=$3 words=$4 cpu=()

	shift 4
	case $machine in
	*/*) cpu=(--cpu "${machine#*/}") ;;
	esac
	rm -rf "$dir"
	mkdir -p "$dir"
	timeout 1800 "$top/machines/run.sh" --machine "${machine%%/*}" \
		${cpu[@]+"${cpu[@]}"} --kernel "$kernel" --append "$words" \
		--program-timeout "$limit" --timeout 1500 --output "$dir" \
		-- "$@" > "$dir/stdout" 2> "$dir/stderr"
}

# "program test state" of every result, and "program - status" at its end.
results() {
	local log name

	for log in "$1"/*_test.log; do
		[ -e "$log" ] || continue
		name=$(basename "$log" .log)
		sed -n -E \
			-e 's/^not ok [0-9]+ -? ?([^ ]+).*/\1 fail/p' \
			-e 's/^ok [0-9]+ -? ?([^ ]+) *# *SKIP.*/\1 skip/p' \
			-e 's/^ok [0-9]+ -? ?([^ ]+).*/\1 ok/p' "$log" |
			awk -v n="$name" '!seen[$1]++ { print n, $1, $2 }'
		echo "$name - $(cat "$1/$name.status" 2> /dev/null || echo lost)"
	done | sort
}

# differences DIR BASELINE PROGRAM...: what was ok and is not now.  A program's
# status is looked at only for its untimely end.
differences() {
	local dir=$1 base=$2

	shift 2
	results "$dir" > "$tmp/now"
	basename -a "$@" > "$tmp/ran"
	awk 'FILENAME == ARGV[1] { now[$1 " " $2] = $3; next }
	     FILENAME == ARGV[2] { ran[$1] = 1; next }
	     !($1 in ran) || ($3 != "ok" && $2 != "-") { next }
	     { key = $1 " " $2; got = key in now ? now[key] : "lost" }
	     $2 == "-" && got ~ /lost|signal|timeout/ && got != $3 {
		print $1 ":" got; next }
	     $2 != "-" && (got == "fail" || got == "lost") {
		print $1 "." $2 (got == "lost" ? ":lost" : "") }' \
		"$tmp/now" "$tmp/ran" "$base"
}

# The honest kernel twice: what is not the same in both says nothing.
baseline() {
	local machine=$1 file=$output/baseline-${1//\//-} n

	case " $known " in
	*" $machine "*) return ;;
	esac
	known="$known $machine"
	for n in 1 2; do
		boot "$output/honest-${machine//\//-}-$n" "$machine" \
			"$honest" "" "${tests[@]}" ||
			die 1 "the honest kernel does not run on $machine: $output"
		results "$output/honest-${machine//\//-}-$n" > "$tmp/honest-$n"
	done
	comm -12 "$tmp/honest-1" "$tmp/honest-2" > "$file"
	say "$machine: $(grep -c ' ok$' "$file") results are ok on the honest kernel"
}

# judge DIR MACHINE STATUS PROGRAM...: sets verdict and seen.
judge() {
	local dir=$1 machine=$2 status=$3

	shift 3
	seen=$(differences "$dir" "$output/baseline-${machine//\//-}" "$@" |
		head -n 4 | tr '\n' ' ')
	verdict=survived
	[ -z "$seen" ] || verdict=caught
	[ "$status" -eq 0 ] && return
	if grep -q -s '^kernel=' "$dir/machine"; then
		verdict=caught
		seen="machine-died $seen"
	else
		verdict=dead
	fi
}

# run_fault ID NUMBER FILE MACHINE
run_fault() {
	local dir=$output/$1-${4//\//-} words='' kernel=$many/vmlinux

	if ! grep -q -x "$1" "$tmp/many"; then
		kernel=$output/alone/vmlinux
		[ "$built" = "$1" ] || build_alone "$1" "$3" || {
			verdict=broken
			seen=
			return
		}
	fi
	grep -q -x "$1" "$tmp/many" && words=kvm.fault=$2
	split_run "$dir" "$4" "$kernel" "$words"
	[ "$verdict" != caught ] || rm -rf "$dir"
}

# Faults come in groups that the same programs see: those that caught the last
# ones run first, on their own, and the others only if they see nothing.
split_run() {
	local dir=$1 status=0 part

	part=$(sed -n "s/^$id //p" "$tmp/hints")
	[ -z "$part" ] || to_front "$part"
	for part in "${tests[*]:0:2}" "${tests[*]:2}"; do
		read -r -a part <<< "$part"
		[ ${#part[@]} -gt 0 ] || continue
		boot "$@" "${part[@]}" || status=$?
		judge "$dir" "$2" "$status" "${part[@]}"
		[ "$verdict" = survived ] || break
	done
	[ "$verdict" != caught ] || to_front "${seen%%[.:]*}"
}

to_front() {
	local t moved=()

	for t in "${tests[@]}"; do
		[ "$(basename "$t")" = "$1" ] && moved=("$t" "${moved[@]}") ||
			moved+=("$t")
	done
	tests=("${moved[@]}")
}

build_alone() {
	local file status=0

	file=$(source_file "$2")
	awk -F'\t' -v i="$1" '$1 == i' "$tmp/rows" > "$tmp/row"
	edit_file one "$tmp/row" "$pristine/$file" > "$tmp/edited" || return 1
	restore
	install_file "$tmp/edited" "$file"
	build "$output/alone" || status=1
	built=$1
	[ "$status" -eq 0 ] || built=
	install_file "$pristine/$file" "$file"
	return $status
}

# The machines that can see a fault: those of its vendor that were asked for.
machines_of() {
	local m

	for m in $machines; do
		case $1 in
		both|"$m"|"$m"/*) echo "${1/both/$m}" ;;
		esac
	done
}

score_fault() {
	local id=$1 vendor=$2 file=$3 what=$4 number=$5 machine began

	for machine in $(machines_of "$vendor"); do
		began=$SECONDS
		baseline "$machine"
		run_fault "$id" "$number" "$file" "$machine"
		printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$id" "$version" "$machine" \
			"$verdict" "$((SECONDS - began))" "$seen" "$what" |
			tee -a "$output/score.tsv"
		[ "$verdict" = survived ] || break
	done
}

# --- many faults in one boot ----------------------------------------------
make_loop() {
	local t

	cc -O2 -static -Wall -o "$tmp/loop" "$here/faults/loop.c" ||
		die 4 "cannot build faults/loop.c"
	basename -a "${tests[@]}" > "$tmp/names"
	bring=()
	for t in "${tests[@]}"; do
		strip -o "$tmp/$(basename "$t")" "$t" || exit 4
		bring+=(--file "$tmp/$(basename "$t"):bin/$(basename "$t")")
	done
}

boot_loop() {
	rm -rf "$2"
	mkdir -p "$2"
	"$top/machines/run.sh" --machine "$1" --kernel "$many/vmlinux" \
		--append oops=panic \
		--program-timeout 3000 --timeout 3000 --hang 120 --output "$2" \
		--file "$tmp/list:faults" --file "$tmp/names:names" \
		"${bring[@]}" -- "$tmp/loop /faults /names" > "$2/stdout" 2> "$2/stderr"
}

# "ID PROGRAM" of those that a program caught when last they were scored.
make_hints() {
	cat "$here"/faults/score-*.tsv "$output/score.tsv" 2> /dev/null |
		awk -F'\t' '/\tcaught\t/ { for (i = 2; i <= NF; i++)
			if (match($i, /^[a-z0-9_]+_test/))
				program[$1] = substr($i, 1, RLENGTH) }
			END { for (id in program) print id, program[id] }' \
		> "$tmp/hints"
}

# Faults that can be turned on in machine $1, and that none has caught yet.
still_unseen() {
	awk -F'\t' -v m="$1" -v v="$version" -v start="$at_start" '
		FILENAME == ARGV[1] { many[$1] = 1; next }
		FILENAME == ARGV[2] { if ($2 == v && $4 == "caught") caught[$1] = 1
				      next }
		FILENAME == ARGV[4] { hint[$1] = $2; next }
		$1 in many && !($1 in caught) && $5 !~ start && ($2 == "both" || $2 == m) {
			print $10, hint[$1] }' "$tmp/many" "$output/score.tsv" \
		FS=' ' "$tmp/hints" FS='\t' "$tmp/rows"
}

# Verdicts of a loop's log; one that the machine died of is caught as well.
read_loop() {
	awk -F'\t' -v m="$2" -v v="$version" '
		NR == FNR { id[$10] = $1; what[$10] = $9; next }
		function verdict(n, by, how) {
			printf "%s\t%s\t%s\t%s\t0\t%s\t%s\n", id[n], v, m, how,
				by, what[n]
		}
		{ split($0, w, " ") }
		w[1] == "try" { now = w[2] }
		w[1] == "survived" { verdict(w[2], "", "unseen"); now = "" }
		w[1] == "caught" { verdict(w[2], w[3] "." w[4], "caught")
				   now = "" }
		END { if (now != "") verdict(now, "machine-died", "caught") }
		' "$tmp/rows" "$1/loop.log" | tee -a "$output/score.tsv"
}

sweep() {
	local dir=$output/loop-$1 last

	still_unseen "$1" > "$tmp/todo"
	say "$1: $(wc -l < "$tmp/todo") faults, $batch in a boot"
	while [ -s "$tmp/todo" ]; do
		head -n "$batch" "$tmp/todo" > "$tmp/list"
		boot_loop "$1" "$dir" || say "$1: $(tail -n 1 "$dir/stderr")"
		last=$(sed -n 's/^try //p' "$dir/loop.log" | tail -n 1)
		[ -n "$last" ] || die 1 "no fault was tried: $dir"
		read_loop "$dir" "$1"
		sed "1,/^$last /d" "$tmp/todo" > "$tmp/rest"
		mv "$tmp/rest" "$tmp/todo"
	done
}

# Of each fault the best verdict, in the order of the rows: a fault is caught
# if any machine saw it.
table() {
	awk -F'\t' -v OFS='\t' -v v="$version" '
		BEGIN { worth["unseen"] = 1; worth["broken"] = 2
			worth["dead"] = 3; worth["survived"] = 4
			worth["caught"] = 5 }
		NR == FNR && $2 == v { if (worth[$4] >= worth[best[$1]]) {
				best[$1] = $4; on[$1] = $3
				split($6, by, " "); test[$1] = by[1] } }
		NR != FNR && $1 in best {
			sub("unseen", "survived", best[$1])
			print $1, on[$1], best[$1], test[$1] }' \
		"$output/score.tsv" "$tmp/rows"
}

summary() {
	table | awk -F'\t' '
		{ of[$3]++ }
		END { printf "caught %d of %d", of["caught"],
				of["caught"] + of["survived"]
			printf " (%d do not build, %d do not boot)\n",
				of["broken"], of["dead"] }'
}

score() {
	local machine

	[ -n "$output" ] || output=$cache/faults/$label/score
	mkdir -p "$output"
	[ -n "$resume" ] || : > "$output/score.tsv"
	touch "$output/score.tsv"
	mapfile -t tests < <(find "$programs" -name '*_test' -type f -perm -u+x |
		sort)
	[ ${#tests[@]} -gt 0 ] || die 4 "no programs in $programs: run make"
	if [ -n "$own_tree" ]; then
		honest=$("$top/machines/build-kernel.sh" \
			--kernel-tree "$own_tree") || exit 4
	else
		honest=$("$top/machines/build-kernel.sh" \
			--version "$version") || exit 4
	fi
	make_tree
	build_many
	make_loop
	make_hints
	for machine in $machines; do
		[ -n "$alone" ] || sweep "$machine"
	done
	[ -n "$quick" ] || score_rest
	summary
	! table | grep -q '	survived	'
}

score_rest() {
	local id vendor file what number

	while IFS=$'\t' read -r id vendor _ file _ _ _ _ what number; do
		grep "^$id	$version	" "$output/score.tsv" |
			grep -q -v "	unseen	" && continue
		score_fault "$id" "$vendor" "$file" "$what" "$number" < /dev/null
	done < "$tmp/rows"
}

parse "$@"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/kernel-faults.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
built=
known=
case $action in
check|score) source_tree > /dev/null || exit 4 ;;
esac
number_faults
case $action in
list) cut -f1,2,3,4,8,9 "$tmp/rows" ;;
check) check ;;
table) output=${output:-$cache/faults/$label/score}; table ;;
score) score ;;
esac
