#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The page of results, made from logs that are made up; and what run_tests.sh
# does with --json and --html when it cannot write them.
#
# shellcheck disable=SC2317	# functions are reached through check()
# shellcheck disable=SC2016	# what looks like the shell's is jq's
set -u

cd "$(dirname "$0")/.." || exit 2
# shellcheck source-path=SCRIPTDIR source=report_logs.sh
. tests/report_logs.sh

# --- the page -------------------------------------------------------------
page=$tmp/a.html
has() { grep -qF -e "$1" "$page"; }
hasnt() { ! grep -qE -e "$1" "$page"; }

unique_ids()
{
	! grep -oE '<[a-z0-9]+ [^>]*\bid=[^ >]+' "$page" | sed 's/.* id=//' |
		sort | uniq -d | grep .
}

targets_exist()
{
	local id

	grep -oE 'href=#[^ >]+' "$page" | sed 's/.*#//' | sort -u > "$tmp/ids"
	[ -s "$tmp/ids" ] || return
	while read -r id; do
		grep -qE "\bid=${id}[ >]" "$page" || { echo "$id"; return 1; }
	done < "$tmp/ids"
}

all_failures_named()
{
	local case

	jq -r '.results[] | select(.status == "fail" or .status == "error")
		| .test | split(".") | if length > 1 then .[1:] | join(".")
		  else .[0] end | @html' "$tmp/a.json" > "$tmp/failures"
	[ "$(wc -l < "$tmp/failures")" -ge 10 ] || return
	sed -n '/<section id=failures/,/<.section>/p' "$page" > "$tmp/section"
	while read -r case; do
		grep -qF "<strong>$case</strong>" "$tmp/section" ||
			{ echo "$case"; return 1; }
	done < "$tmp/failures"
}


# r.leaf, which a known defect explains, after another of its program.
known_is_last()
{
	[ "$(grep -n -m 1 '<strong>r.leaf</strong>' "$page" | cut -d: -f1)" -gt \
	  "$(grep -n -m 1 '<strong>r.msr</strong>' "$page" | cut -d: -f1)" ]
}

# Every element that must be closed is, in the right order.
well_formed()
{
	awk '{ text = text $0 "\n" }
	END {
		while (match(text, /<\/?[a-z][a-z0-9]*/)) {
			tag = substr(text, RSTART + 1, RLENGTH - 1)
			text = substr(text, RSTART + RLENGTH)
			if (tag ~ /^(meta|br)$/)
				continue
			if (tag !~ /^\//)
				open[++n] = tag
			else if (open[n--] != substr(tag, 2)) {
				print tag " closes " open[n + 1]
				exit 1
			}
		}
		exit n != 0
	}' "$page"
}

parses()
{
	# It knows HTML 4, so complaints about newer elements are its own.
	xmllint --html --noout "$page" 2>&1 | grep 'error :' |
		grep -vE 'Tag (header|nav|main|section|details|summary|time|footer) ' \
		> "$tmp/errors"
	cat "$tmp/errors"
	[ ! -s "$tmp/errors" ]
}

test_page()
{
	check page_is_well_formed well_formed
	if command -v xmllint > /dev/null; then
		check page_parses parses
	else
		skip page_parses "xmllint is not installed"
	fi
	check page_needs_nothing hasnt '(https?:|//[a-z]|<(script|link|img|iframe)|src=|@import|url\()'
	check page_ids_are_unique unique_ids
	check page_links_lead_somewhere targets_exist
	check page_has_all_failures all_failures_named
	check page_has_no_control_characters [ "$(tr -d '\t\n' < "$page" |
		tr -dc '\000-\037\177' | wc -c)" = 0 ]
	check page_escapes hasnt '<(long|room|made|KVM)>'
	check page_says_verdict has '✗ FAIL'
	check page_has_counts has '7 passed, 8 failed, 7 skipped, 6 errors'
	check page_has_reason has 'why: as installed: all of it'
	check page_has_bits has 'set, must be clear: 1 (unnamed), 8 waitpkg'
	check page_has_erratum has 'known: bug-one'
	check page_says_what_is_left has 'some of it; the 13 of 14 that nothing'
	check page_has_known_last known_is_last
	check page_has_not_judged has '<li>MSR 0x123: this kernel is newer'
	check page_has_skip_reason has 'this CPU has &quot;none&quot; of it'
	check page_has_trouble has '! machine: hung in early_test'
	check page_is_small [ "$(wc -c < "$page")" -lt 60000 ]
}

test_map()
{
	local state

	for state in 'class=s title="bit 0 both: wanted 1, got 1, CPU 1, KVM 1">1' \
		'class=s title="bit 1 cpu+kvm: wanted 1, got 1, CPU 1, KVM 1">1' \
		'class=v title="bit 2 &lt;made&gt;: wanted 1, got 1, CPU 0, KVM 0">v' \
		'class=w title="bit 3 extra: wanted 0, got 1, CPU 1, KVM 0">+' \
		'class=h title="bit 4 cpu-only: wanted 0, got 0, CPU 1, KVM 0">h' \
		'class=w title="bit 6 missing: wanted 1, got 0, CPU 0, KVM 0">−' \
		'class=k title="bit 7 offered: wanted 0, got 0, CPU 0, KVM 1">k' \
		'title="bit 9 never: wanted 0, got 0, CPU 0, KVM 0">·' \
		'class=q title="bit 0: wanted 0, got -, CPU -, KVM 1">?'; do
		check "map_${state//[^a-z0-9]/_}" has "<b $state</b>"
	done
	check map_names_what_differs has \
		'✗ differs in ecx: −6 missing, +5 extra2, +3 extra'
	check map_titles_subleaf has '<th scope=rowgroup>0x0000000d.a</th>'
	check map_plain_dots has '········ ········'
	check map_msr has '<td>0x0000000000000002 ✗</td>'
	check map_missing_is_said has 'No map of amd: cpuid_map: 4: cpuid_map: no &lt;KVM&gt;'
}

# --- the files ------------------------------------------------------------
small_suite()
{
	mkdir -p "$tmp/suite/x86" "$tmp/suite/build/"{x86,tools}
	cp -a run_tests.sh scripts settings "$tmp/suite"
	printf 'all unit:\n' > "$tmp/suite/Makefile"
	echo '/* a */' > "$tmp/suite/x86/a_test.c"
	printf '#!/bin/sh\necho 1..1; echo ok 1 a\n' > "$tmp/suite/build/x86/a_test"
	printf '#!/bin/sh\ncat %s\n' "$tmp/map.log" > "$tmp/suite/build/tools/cpuid_map"
	chmod +x "$tmp/suite/build/"*/*
}

run()
{
	status=0
	"$tmp/suite/run_tests.sh" --machine host --output "$tmp/out" "$@" \
		> "$tmp/stdout" 2> "$tmp/stderr" || status=$?
}

ends() { echo "status $status"; cat "$tmp/stderr"; [ "$status" = "$1" ]; }
no_leftovers() { ! find "$tmp/files" -name '*.new.*' | grep .; }

test_front_door()
{
	mkdir "$tmp/files"
	run
	cp "$tmp/stdout" "$tmp/plain"
	run --json "$tmp/files/r.json" --html="$tmp/files/r.html"
	check both_status ends 0
	check stdout_is_unchanged cmp <(sed 's/; [0-9]* s//' "$tmp/plain") \
		<(sed 's/; [0-9]* s//' "$tmp/stdout")
	check json_is_written [ "$(jq -r .verdict "$tmp/files/r.json")" = pass ]
	check html_is_written grep -q '✓ PASS' "$tmp/files/r.html"
	check map_is_drawn grep -q 'CPUID of host' "$tmp/files/r.html"
	check map_is_no_test [ "$(jq '.results | length' "$tmp/files/r.json")" = 1 ]
	rm "$tmp/suite/build/tools/cpuid_map"
	run --html "$tmp/files/r.html"
	check no_map_status ends 0
	check no_map_note grep -q 'No map of host: ' "$tmp/files/r.html"
	ln -s r.json "$tmp/files/link"
	run --json "$tmp/files/link"
	check link_stays_link [ -L "$tmp/files/link" ]
	check nothing_is_left_over no_leftovers
}

test_bad_places()
{
	local place what

	mkfifo "$tmp/pipe"
	for place in - "$tmp/pipe" "$tmp/none/r.json" "$tmp/files" /proc/r.json; do
		run --json "$place"
		what=${place#"$tmp"}
		what=${what//[^a-z]/_}
		check "place_${what}_status" ends 2
		check "place_${what}_runs_nothing" [ ! -s "$tmp/stdout" ]
	done
	check pipe_is_still_one [ -p "$tmp/pipe" ]
	run --json "$tmp/files/x" --html "$tmp/files/x"
	check one_file_for_both ends 2
}

# A jq that fails, a file that may not grow, no jq.
test_no_room()
{
	mkdir "$tmp/bin"
	printf '#!/bin/sh\necho "{"; echo "jq: No space left" >&2; exit 2\n' \
		> "$tmp/bin/jq"
	chmod +x "$tmp/bin/jq"
	echo old > "$tmp/files/full.json"
	PATH=$tmp/bin:$PATH run --json "$tmp/files/full.json"
	check no_room_status ends 3
	check no_room_says_so [ "$(grep -c 'cannot write .*No space' \
		"$tmp/stderr")" = 1 ]
	check no_room_stdout_is_whole [ "$(tail -n 1 "$tmp/stdout")" = \
		"1 passed, 0 failed, 0 skipped" ]
	check no_room_keeps_old_file grep -qx old "$tmp/files/full.json"
	check no_room_leaves_nothing no_leftovers

	# A file of its real size that may not grow.
	check limit_status eval '! (trap "" XFSZ; ulimit -f 8; report limit)'
	check limit_leaves_nothing eval '! ls "$tmp"/limit.*'

	rm "$tmp/bin/jq"
	ln -s /usr/bin/* "$tmp/bin/" 2> "$tmp/said"
	rm -f "$tmp/bin/jq"
	PATH=$tmp/bin run --json "$tmp/files/r.json"
	check no_jq_status ends 4
	check no_jq_says_so grep -q 'no jq here' "$tmp/stderr"
}

# --- two runs -------------------------------------------------------------------
two() { scripts/two_runs.sh "$@" > "$tmp/two" 2> "$tmp/two.err"; }
two_ends() { local want=$1; shift; two "$@"; [ $? = "$want" ]; }

# The other run: the first failure passes, the first pass fails, one is gone.
test_two_runs()
{
	local b=$tmp/b.json page=$tmp/two.html

	jq '([.results[].status] | index("fail")) as $f
		| ([.results[].status] | index("pass")) as $p
		| .results[$f].status = "pass" | .results[$f].findings = []
		| .results[$f].reason = null
		| .results[$p].status = "fail" | .results[$p].reason = "made up"
		| .results |= map(select(.status != "xpass"))' "$tmp/a.json" > "$b"
	check two_same_status two_ends 0 "$tmp/a.json" "$tmp/a.json"
	check two_same_says_nothing test ! -s "$tmp/two"
	check two_other_status two_ends 1 --html "$page" "$tmp/a.json" "$b"
	check two_rows [ "$(cut -f 2,3 "$tmp/two" | sort | paste -sd';')" = \
		"$(printf 'fail\tpass;pass\tfail;xpass\t-')" ]
	check two_reason grep -q "$(printf 'pass\tfail\tmade up')" "$tmp/two"
	check two_page_is_whole well_formed
	check two_page_has_reason has 'made up</span>'
	check two_page_counts has '3 results differ'
	check two_no_results two_ends 2 "$tmp/a.json" README
	check two_no_results_says_so grep -q 'README: not a file of results' \
		"$tmp/two.err"
	check two_no_machine two_ends 2 "$tmp/a.json:none" "$b:none"
	check two_no_machine_says_which grep -q 'no machine none; it has: ' \
		"$tmp/two.err"
	check two_page_not_written two_ends 2 --html "$tmp/no/dir" "$b" "$b"
}

test_page
test_two_runs
test_map
small_suite
test_front_door
test_bad_places
test_no_room
checks_end
