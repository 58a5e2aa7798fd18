#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Fuzzes every reader of text with libFuzzer, ASan and UBSan, from the seeds
# that are kept on; a target's properties stand at its top.
#
#   fuzz.sh [--keep] [SECONDS [TARGET...]]
#
# SECONDS (60) are for each target.  What breaks one is left in
# build/fuzz/broken/.  --keep puts a minimal set of what was found with the
# seeds.  Needs clang and its runtime (Debian packages clang and
# libclang-rt-dev, or libclang-rt-14-dev).
#
# Exit status: 0 nothing broke, 1 something did, 2 usage, 4 no libFuzzer.
set -u

cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/fuzz/seeds.sh
. tests/fuzz/seeds.sh

keep=
[ "${1:-}" = --keep ] && { keep=1; shift; }
seconds=${1:-60}
[ $# -gt 0 ] && shift
case $seconds in
''|*[!0-9]*) sed -n 's/^#   fuzz/usage: fuzz/p' "$0" >&2; exit 2 ;;
esac

can_fuzz()
{
	echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
		clang -fsanitize=fuzzer -x c -o /dev/null - 2> /dev/null
}

can_fuzz || {
	echo "fuzz: no clang with libFuzzer here:" \
		"Debian packages clang and libclang-rt-14-dev" >&2
	exit 4
}

build_targets "$build/fuzz" STATIC= LLVM=1 FUZZ_DRIVER= \
	USERLDFLAGS=-fsanitize=fuzzer USERCFLAGS="-O1 \
-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" ||
	exit 1

stat_of()
{
	sed -n "s/^stat::$2: *//p" "$1"
}

# The last line with coverage: edges and features.
coverage_of()
{
	grep -o 'cov: [0-9]* ft: [0-9]*' "$1" | tail -n 1
}

fuzz()
{
	local target=$1 corpus=$build/fuzz/corpus/$1 log=$build/fuzz/$1.log
	local rc=0

	unpack_seeds "$target" "$corpus" || return 1
	nice -n 19 "$build/fuzz/tests/fuzz/${target}_fuzz" \
		-max_total_time="$seconds" -max_len=8192 -timeout=10 \
		-rss_limit_mb=2000 -print_final_stats=1 \
		-artifact_prefix="$build/fuzz/broken/$target-" "$corpus" \
		> "$log" 2>&1 || rc=$?
	printf '%-14s %s executions, %s%s\n' "$target" \
		"$(stat_of "$log" number_of_executed_units)" \
		"$(coverage_of "$log")" "$([ $rc = 0 ] || echo ", BROKEN: $log")"
	return $rc
}

# As few inputs as cover the same, in an archive that depends on nothing else.
keep()
{
	local target=$1 min=$build/fuzz/min

	rm -rf "$min"
	mkdir -p "$min"
	"$build/fuzz/tests/fuzz/${target}_fuzz" -merge=1 -max_len=8192 \
		"$min" "$build/fuzz/corpus/$target" > "$build/fuzz/merge.log" \
		2>&1 || return 1
	tar -cf - -C "$min" --sort=name --mtime=@0 --owner=0 --group=0 \
		--numeric-owner . | xz -9e > "$seeds/$target.tar.xz"
}

mkdir -p "$build/fuzz/broken"
[ $# -gt 0 ] || mapfile -t all < <(targets)
status=0
for target in "${@:-${all[@]}}"; do
	fuzz "$target" || status=1
	[ -z "$keep" ] || keep "$target" || status=1
done
exit "$status"
