#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What kernel CIs make of the results: parsers that Debian and npm package, the
# filter for LAVA, a submission to kcidb, and the list of names.
#
# shellcheck disable=SC2317	# functions are reached through check()
# shellcheck disable=SC2016	# what looks like the shell's is jq's
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-$PWD/build}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/ci-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell() { :; }

# A run with every kind of result, as kselftest's runner prints it.
ktap()
{
	cat <<-'END'
		TAP version 13
		1..3
		# selftests: kvm-cpuid: a_test
		# TAP version 13
		# 1..5
		# ok 1 f.pass
		# # SKIP: no such CPU
		# ok 2 f.skip # SKIP
		# not ok 3 f.fail
		# ok 4 f.known # XFAIL
		# not ok 5 f.gone # lost
		not ok 1 selftests: kvm-cpuid: a_test # exit=139
		# selftests: kvm-cpuid: b_test
		# TAP version 13
		# 1..1
		# ok 1 f.other
		ok 2 selftests: kvm-cpuid: b_test
		# selftests: kvm-cpuid: c_test
		# TAP version 13
		# 1..1
		# ok 1 f.none # SKIP
		ok 3 selftests: kvm-cpuid: c_test # SKIP
	END
}

# --- parsers ------------------------------------------------------------------
test_python_tap()
{
	/usr/bin/python3 -c 'import tap.parser' 2> "$tmp/said" || {
		skip python_tap "python3-tap is not installed"
		return
	}
	cat > "$tmp/parse.py" <<-'END'
		import sys, tap.parser
		for line in open(sys.argv[1]):
		    line = line[2:] if line.startswith("# ") else line
		    r = tap.parser.Parser().parse_line(line.rstrip("\n"))
		    if r.category == "test":
		        print(r.description.strip("- "), r.ok, r.skip)
	END
	/usr/bin/python3 "$tmp/parse.py" "$tmp/ktap" > "$tmp/seen"
	check python_tap_sees_all [ "$(wc -l < "$tmp/seen")" = 10 ]
	check python_tap_skip grep -qx 'f.skip True True' "$tmp/seen"
	check python_tap_fail grep -q '^f.fail False' "$tmp/seen"
	check python_tap_lost grep -q '^f.gone False' "$tmp/seen"
}

# prove sees programs; their results are comments to it.
test_prove()
{
	command -v prove > /dev/null || {
		skip prove "perl's prove is not installed"
		return
	}
	prove -v --exec cat "$tmp/ktap" > "$tmp/seen" 2>&1
	check prove_fails grep -q '^Result: FAIL' "$tmp/seen"
	check prove_names_program grep -q 'Failed test:  *1$' "$tmp/seen"
}

test_kunit()
{
	local kunit=${KUNIT:-} dir

	for dir in "${KSRC:-}" "${XDG_CACHE_HOME:-$HOME/.cache}"/kvm-cpuid/src/* /lib/modules/*/source /usr/src/linux*; do
		[ -n "$kunit" ] || [ ! -e "$dir/tools/testing/kunit/kunit.py" ] ||
			kunit=$dir/tools/testing/kunit/kunit.py
	done
	[ -n "$kunit" ] || {
		skip kunit "no kernel tree with kunit.py: KSRC names one"
		return
	}
	ci/subtests kunit < "$tmp/ktap" | python3 "$kunit" parse > "$tmp/seen" 2>&1
	check kunit_counts grep -qE 'passed: 3, failed: 2, skipped: 2' "$tmp/seen"
}

# Debian's: its modules are not where a node from elsewhere looks.
test_tap_parser()
{
	command -v tap-parser > /dev/null || {
		skip tap_parser "node-tap-parser is not installed"
		return
	}
	export NODE_PATH=${NODE_PATH:-/usr/share/nodejs}
	tap-parser -t < "$tmp/ktap" > "$tmp/seen"
	check tap_parser_fails [ $? = 1 ]
	check tap_parser_sees_programs grep -q '^# failed 1 of 3 tests' "$tmp/seen"
	ci/subtests tap14 < "$tmp/ktap" | tap-parser -t -f |
		sed -nE 's/^((not )?ok) [0-9]+ - ([a-c]_test) > /\1 \3 /p' > "$tmp/seen"
	check tap_parser_sees_all diff "$tmp/seen" - <<-'END'
		ok a_test f.pass
		ok a_test f.skip # SKIP
		not ok a_test f.fail
		ok a_test f.known \# XFAIL
		not ok a_test f.gone \# lost
		ok b_test f.other
		ok c_test f.none # SKIP
	END
}

# --- the filter ---------------------------------------------------------------
test_lava()
{
	local awk awks=(awk)

	command -v busybox > /dev/null && awks+=("busybox awk")
	for awk in "${awks[@]}"; do
		$awk -v names="$tmp/names" -v report=plain \
			-f ci/lava/results.awk < "$tmp/ktap" > "$tmp/seen"
		check "lava_${awk%% *}_status" [ $? = 1 ]
		check "lava_${awk%% *}_results" diff "$tmp/seen" - <<-'END'
			a_test.f.pass pass
			a_test.f.skip skip
			a_test.f.fail fail
			a_test.f.known pass
			a_test.f.gone fail
			a_test fail
			b_test.f.other pass
			b_test pass
			c_test.f.none skip
			c_test skip
			d_test.f.never fail
			results fail
		END
	done
	grep SKIP "$tmp/ktap" | awk -v report=plain -f ci/lava/results.awk > "$tmp/seen"
	check lava_all_skipped_fails grep -qx 'results fail' "$tmp/seen"
	: | awk -v report=plain -f ci/lava/results.awk > "$tmp/seen"
	check lava_nothing_fails grep -qx 'results fail' "$tmp/seen"
	sed -n '/b_test/,/ok 2/p' "$tmp/ktap" |
		awk -v report=plain -f ci/lava/results.awk > "$tmp/seen"
	check lava_good_passes grep -qx 'results pass' "$tmp/seen"
	check lava_filter_streams filter_streams
}

# What has come is told while more may come, however slow this host is.
filter_streams()
{
	local rc

	# shellcheck disable=SC2046 # no word or two
	coproc filter { exec awk $(ci/lava/interactive.sh) -f ci/lava/results.awk; }
	head -n 6 "$tmp/ktap" >&"${filter[1]}"
	timeout 60 grep -q f.pass <&"${filter[0]}"
	rc=$?
	# shellcheck disable=SC2154 # set by coproc
	kill "$filter_PID"
	wait "$filter_PID" 2> /dev/null
	return "$rc"
}

# --- kcidb --------------------------------------------------------------------
make_results()
{
	mkdir -p "$tmp/dir"
	sed -n 's/^# \(.*\)/\1/; /_test$/d; 4,11p' "$tmp/ktap" > "$tmp/dir/a_test.log"
	echo 139 > "$tmp/dir/a_test.status"
	echo '1700000000.25 1700000001.75' > "$tmp/dir/a_test.time"
	printf 'where\thost\tw\nfact\thost\tkernel\t6.12\nfact\thost\tcommit\tabc\ntest\thost\ta_test\t%s\ttap\t\n' \
		"$tmp/dir" > "$tmp/plan"
	scripts/results.sh --json "$tmp/json" --kcidb "$tmp/kcidb" "$tmp/plan" 60
}

test_kcidb()
{
	local path='^([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*)?$'

	command -v jq > /dev/null || {
		skip kcidb "jq is not installed"
		return
	}
	check kcidb_is_made make_results
	check kcidb_version jq -e '.version == {major: 5, minor: 3}' "$tmp/kcidb"
	check kcidb_all jq -e '.tests | length == 5' "$tmp/kcidb"
	check kcidb_paths jq -e --arg p "$path" \
		'all(.tests[]; .path | test($p)) and
		 ([.tests[].path] | length == (unique | length))' "$tmp/kcidb"
	check kcidb_statuses jq -e '[.tests[].status] ==
		["PASS", "SKIP", "FAIL", "FAIL", "MISS"]' "$tmp/kcidb"
	check kcidb_time jq -e '.tests[0] | .duration == 1.5 and
		.start_time == "2023-11-14T22:13:20Z"' "$tmp/kcidb"
	check kcidb_refers jq -e '(.builds | map(.id)) as $b |
		all(.tests[]; .build_id | IN($b[]))' "$tmp/kcidb"
	check kcidb_no_nulls jq -e '[.. | nulls] == []' "$tmp/kcidb"
	if /usr/bin/python3 -c 'import kcidb_io' 2> /dev/null; then
		check kcidb_is_valid /usr/bin/python3 -c 'import sys, json, kcidb_io
kcidb_io.schema.V5_3.validate(json.load(open(sys.argv[1])))' "$tmp/kcidb"
	else
		skip kcidb_is_valid "no python package kcidb-io, which has the schema"
	fi
	check kcidb_build_of_ci eval "jq -e --arg origin ci --arg build ci:1 \
		--arg run 1 -f scripts/kcidb.jq '$tmp/json' | jq -e '.builds == [] and
		.tests[0].build_id == \"ci:1\"'"
}

# --- names --------------------------------------------------------------------
test_names()
{
	check names_are_unique [ -z "$(sort ci/names | uniq -d)" ]
	# For what keeps one of two that are equal, tuxrun for one.
	check names_are_unique_without_program \
		[ -z "$(grep -v '^#' ci/names | cut -d' ' -f2 | sort | uniq -d)" ]
	# LAVA's monitors write them in small letters and without dots.
	check names_are_unique_folded [ -z "$(grep -v '^#' ci/names |
		tr '[:upper:] .' '[:lower:]__' | sort | uniq -d)" ]
	check names_are_legal eval "! grep -v '^#' ci/names |
		grep -vE '^[a-z0-9_]+_test [A-Za-z0-9_.]+$'"
	[ -x "$build/x86/witness_test" ] || {
		skip names_are_those_of_the_programs "nothing is built"
		return
	}
	# In which order a program has its tests is the compiler's choice.
	scripts/names.sh "$build" | LC_ALL=C sort > "$tmp/built"
	LC_ALL=C sort ci/names > "$tmp/listed"
	check names_are_those_of_the_programs diff "$tmp/listed" "$tmp/built"
}

# --- the patch series -----------------------------------------------------------
# A kernel tree as far as the series changes it.
test_in_tree()
{
	local tree=$tmp/tree selftests=tools/testing/selftests
	local -x GIT_AUTHOR_NAME=ci GIT_AUTHOR_EMAIL=ci@localhost
	local -x GIT_COMMITTER_NAME=ci GIT_COMMITTER_EMAIL=ci@localhost

	mkdir -p "$tree/$selftests"
	: > "$tree/$selftests/lib.mk"
	printf 'TARGETS += kselftest_harness\nTARGETS += kvm\nTARGETS += landlock\n' \
		> "$tree/$selftests/Makefile"
	printf 'KERNEL VIRTUAL MACHINE FOR X86 (KVM/x86)\nM:\tNobody\n' \
		> "$tree/MAINTAINERS"
	(cd "$tree" && git init -q . && git add . && git commit -qm base)
	check in_tree_makes_a_series ci/in-tree "$tree" "$tmp/series"
	check in_tree_series_applies git -C "$tree" am -q "$tmp"/series/000[1-9]*
	check in_tree_series_is_whole diff -r -x tests lib \
		"$tree/$selftests/kvm-cpuid/lib"
	check in_tree_has_target grep -qx 'TARGETS += kvm-cpuid' \
		"$tree/$selftests/Makefile"
	check in_tree_has_maintainers grep -q "^F:.*$selftests/kvm-cpuid/" \
		"$tree/MAINTAINERS"
	check in_tree_has_cover_letter eval "grep -q '^Subject: .*KVM: selftests' \
		'$tmp'/series/0000-* && ! grep -q -F '*** BLURB' '$tmp'/series/0000-*"
}

ktap > "$tmp/ktap"
sed -nE 's/^# ok [0-9]+ (f\.[a-z]+).*/a_test \1/p' "$tmp/ktap" | head -n 3 > "$tmp/names"
echo "d_test f.never" >> "$tmp/names"
test_python_tap
test_prove
test_kunit
test_tap_parser
test_lava
test_kcidb
test_names
test_in_tree
checks_end
