#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The results for programs and the page, made from logs that are made up here:
# every status, every kind of report, odd bytes, lost results; and what
# run_tests.sh does with --json and --html when it cannot.
#
# shellcheck disable=SC2317	# functions are reached through check()
# shellcheck disable=SC2016	# what looks like the shell's is jq's, or data
set -u

cd "$(dirname "$0")/.." || exit 2
command -v jq > /dev/null || { echo "jq is not installed"; exit 4; }
tmp=$(mktemp -d "${TMPDIR:-/tmp}/report-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
here=$PWD
schema=$here/scripts/results.schema.json

nr=0
failed=0
# check WHAT COMMAND...: one result.
check()
{
	local what=$1

	shift
	nr=$((nr + 1))
	if "$@" > "$tmp/said" 2>&1; then
		echo "ok $nr $what"
	else
		sed 's/^/#   /' "$tmp/said" | head -n 20
		echo "not ok $nr $what"
		failed=1
	fi
}

# skip WHAT WHY
skip()
{
	nr=$((nr + 1))
	echo "# SKIP: $2"
	echo "ok $nr $1 # SKIP"
}

# --- made-up logs ---------------------------------------------------------
# log MACHINE NAME STATUS: a log from stdin; STATUS - is none.
log()
{
	mkdir -p "$tmp/$1"
	cat > "$tmp/$1/$2.log"
	[ "$3" = - ] || echo "$3" > "$tmp/$1/$2.status"
	printf 'test\t%s\t%s\t%s\ttap\t\n' "$1" "$2" "$tmp/$1" >> "$tmp/plan"
}

fact()
{
	printf 'fact\t%s\t%s\t%s\n' "$1" "$2" "$3" >> "$tmp/plan"
}

make_statuses()
{
	# A $ ends a line that ends with blanks.
	sed 's/\$$//' <<-'END' | log host status_test 1
		TAP version 13
		1..11
		# Starting 11 tests from 1 test cases.
		#  RUN           a.pass ...
		#            OK  a.pass
		ok 1 a.pass
		# SKIP: this CPU has "none" of it
		ok 2 a.skip # SKIP
		ok 3 a.old_skip # SKIP no <room> & no time
		# MISMATCH event="known" wanted="1" got="0" rule=R1
		#   why: the SDM says so
		#   erratum: old-bug: KVM forgets it (fixed in 6.13, 0123456789ab)
		# known: old-bug
		ok 4 a.known # XFAIL
		ok 5 a.mended # XPASS
		# no memory
		not ok 6 a.error # ERROR
		# x86/a.c:12:fail:Expected 0 (0) != all_is_well (0)
		not ok 7 a.assertion
		ok 8 a.after
		not ok 9 a.silent
		# SKIP: not here
		#      SKIP       $
		ok 10 a.blank # SKIP  $
		# SKIP: nor there
		ok 11 a.unknown # SKIP unknown
	END
	printf '1..3\nok 1 b.one\n# the last words\n' | log host died_test 'signal 11'
	printf '1..1\n' | log host hung_test timeout
	printf '1..1\nok 1 c\n' | log host gone_test -
	printf 'TAP version 13\n1..0 # SKIP no KVM\n' | log host none_test 4
	printf '1..0 # SKIP no SVM\n' | log amd none_test 4
	printf '1..1\n' | log amd early_test 0
	fact amd trouble 'machine: hung in early_test'
	fact host kernel '6.12	with a tab'
	fact host seconds 12
	fact host boot_seconds 1.60
}

make_reports()
{
	log host report_test 1 <<-'END'
		1..5
		# MISMATCH leaf=0x00000007 subleaf=0x1 reg=ecx wanted=0x00000005 got=0x00000106 rule=C2
		#   wanted 0000_0000_0000_0000_0000_0000_0000_0101
		#   got    0000_0000_0000_0000_0000_0001_0000_0110
		#                                      ^        ^^
		#   bit 0 first: wanted 1, got 0
		#   bit 1 unnamed: wanted 0, got 1
		#   bit 8 waitpkg: wanted 0, got 1
		#   why: as installed: all of it
		#   installed by: max model, entry 3
		#   erratum: bug-one: one (quirk of this KVM)
		#   erratum: bug-two: two: and more (quirk of this KVM)
		not ok 1 r.leaf
		# MISMATCH leaf=0x80000008 subleaf=0x0 reg=eax wanted=0x00000f00 got=0x000000ff rule=-
		#   bit 4 some: wanted 0, got 1
		not ok 2 r.more_bits_than_named
		# MISMATCH msr=0x00000808 who=guest RDMSR 0x808 (x2APIC and back) wanted=0x8000000000000000 got=0x0000000000000001 rule=L1
		#   bit 63 top
		not ok 3 r.msr
		# MISMATCH msr=0x0000003a who=KVM_GET_MSRS wanted=0x0000000000000000 got=0x0000000000000001 rule=L2
		# MISMATCH event="say "wanted="x" here" wanted="no "fault"" got="#GP(0x0)	tab" rule=E1
		#   why: 1 < 2 & 'so on'
		# MISMATCH something else
		not ok 4 r.several
		ok 5 r.fine
	END
}

# What no log should hold, and some do.
make_odd()
{
	printf '1..2\n# \377\376 \033[31mred\001 "quo\\te" <b>&amp;\tand a tab\r\n' \
		> "$tmp/odd"
	printf '# \303\251 %s\n\nnot ok 1 o.bytes\n' '$(x) `y` %s' >> "$tmp/odd"
	{
		head -c 5000 /dev/zero | tr '\0' x
		for i in $(seq 150); do
			printf '\n# line %d' "$i"
		done
		printf '\nnot ok 2 o.<long> "name"\n'
	} >> "$tmp/odd"
	log host odd_test 1 < "$tmp/odd"
}

make_map()
{
	{
		printf 'register\t0x00000001\t0x00000000\tecx'
		printf '\t0x%08x' 0x47 0x2f 0x1b 0xa3
		printf '\nbit\t0x00000001\t0x00000000\tecx\t%s\t%s' \
			0 both 1 cpu+kvm 2 '<made>' 3 extra 4 cpu-only \
			5 extra2 6 missing 7 offered 9 never
		printf '\nregister\t0x0000000d\t0x0000000a\teax'
		printf '\t%s' 0x00000002 - - 0x00000001
		printf '\nmsr\t0x0000010a\t0x%016x\t0x%016x\t-\t0x%016x\n' \
			1 2 3
	} > "$tmp/map.log"
	echo 0 > "$tmp/map.status"
	echo 'cpuid_map: no <KVM>' > "$tmp/no_map.log"
	echo 4 > "$tmp/no_map.status"
}

make()
{
	: > "$tmp/plan"
	printf 'where\thost\twhat\nwhere\tamd\twhat\n' > "$tmp/plan"
	make_statuses
	make_reports
	make_odd
	make_map
	printf 'test\tintel\tstatus_test\t%s\ttap\tno "Bochs" here\n' "$tmp/none" \
		>> "$tmp/plan"
}

report()
{
	scripts/results.sh --json "$tmp/$1.json" --html "$tmp/$1.html" \
		--map "host=$tmp/map.log" --map "amd=$tmp/no_map.log" \
		"$tmp/plan" 60 --machine all -- '"<&'
}

# --- the document ---------------------------------------------------------
# that FILTER: holds for the document.
that()
{
	jq -e "def r(\$t): .results[] | select(.test == \$t); $1" "$tmp/a.json"
}

test_statuses()
{
	check same_counts_as_printed that '[.summary[]] == [5, 8, 7, 1, 1, 6]'
	check printed_counts [ "$(awk -v limit=60 -f scripts/report.awk \
		-f scripts/records.awk -f scripts/errata.awk "$tmp/plan" |
		grep -a 'passed, ')" = "7 passed, 14 failed, 7 skipped" ]
	check verdict that '.verdict == "fail"'
	check pass that 'r("status_test.a.pass") | .status == "pass" and
		.reason == null and .findings == [] and .leaf == null'
	check skip_reason_before that 'r("status_test.a.skip") | .status == "skip"
		and .reason == "this CPU has \"none\" of it"'
	check skip_reason_behind that 'r("status_test.a.old_skip") |
		.status == "skip" and .reason == "no <room> & no time"'
	check skip_reason_of_harness that '[r("status_test.a.blank",
		"status_test.a.unknown").reason]
		== ["not here", "nor there"]'
	check xfail that 'r("status_test.a.known") | .status == "xfail" and
		.errata == ["old-bug"] and .reason == "the SDM says so"'
	check xpass that 'r("status_test.a.mended").status == "xpass"'
	check error that 'r("status_test.a.error") | .status == "error" and
		.reason == "no memory"'
	check assertion that 'r("status_test.a.assertion") | .status == "fail" and
		(.reason | startswith("x86/a.c:12"))'
	check nothing_said that 'r("status_test.a.silent") |
		.status == "fail" and .log == []'
	check reasons_do_not_leak that 'r("status_test.a.after").reason == null'
}

test_lost()
{
	check died that 'r("died_test") | .status == "error" and .count == 2 and
		.reason == "died of signal 11" and .log == ["the last words"]'
	check died_keeps_results that 'r("died_test.b.one").status == "pass"'
	check hung that 'r("hung_test") | .status == "error" and .count == 1 and
		.reason == "TIMEOUT 60 seconds"'
	check gone that 'r("gone_test") | .status == "error" and
		(.reason | startswith("lost results"))'
	check lost_names_machine_trouble that 'r("early_test").reason ==
		"lost results: 0 of 1 (machine: hung in early_test)"'
	check program_skipped that '[r("none_test")] | map([.status, .reason]) ==
		[["skip", "no KVM"], ["skip", "no SVM"]]'
	check machine_skipped that '[r("status_test")] | length == 1 and
		.[0].machine == "intel" and .[0].status == "skip" and
		.[0].reason == "no \"Bochs\" here"'
	check machine_facts that '.machines[0] | .machine == "host" and
		.kernel == "6.12\twith a tab" and .seconds == 12 and
		.boot_seconds == 1.6 and .trouble == null'
	check machine_counts that '.machines[2].summary.skip == 1'
	check arguments that '.arguments == ["--machine", "all", "--", "\"<&"]'
}

test_findings()
{
	check leaf_bits that 'r("report_test.r.leaf").findings |
		map([.leaf, .subleaf, .register, .bit, .name, .wanted, .got]) == [
		["0x00000007", "0x1", "ecx", 0, "first", "1", "0"],
		["0x00000007", "0x1", "ecx", 1, null, "0", "1"],
		["0x00000007", "0x1", "ecx", 8, "waitpkg", "0", "1"]]'
	check leaf_words that 'r("report_test.r.leaf").findings[1] |
		.register_wanted == "0x00000005" and .register_got == "0x00000106"
		and .rule == "C2" and .reason == "as installed: all of it" and
		.installed_by == "max model, entry 3"'
	check result_has_first_finding that 'r("report_test.r.leaf") |
		.leaf == "0x00000007" and .bit == 0 and .name == "first" and
		.wanted == "1" and .got == "0" and .register == "ecx" and
		.subleaf == "0x1" and .reason == "as installed: all of it"'
	check errata_of_findings that 'r("report_test.r.leaf") |
		.errata == ["bug-one", "bug-two"] and
		all(.findings[]; .errata == ["bug-one", "bug-two"])'
	check errata_listed that '.errata | map([.id, .summary, .findings]) |
		.[1] == ["bug-two", "two: and more (quirk of this KVM)", 3]'
	check unlisted_bits_have_one_finding that '
		r("report_test.r.more_bits_than_named").findings |
		map(.bit) == [4, null] and .[1].wanted == "0x00000f00" and
		.[0].rule == null'
	check msr that 'r("report_test.r.msr").findings |
		map([.msr, .who, .bit, .name, .wanted, .got]) == [
		["0x00000808", "guest RDMSR 0x808 (x2APIC and back)", 63, "top",
		 "1", "0"],
		["0x00000808", "guest RDMSR 0x808 (x2APIC and back)", null, null,
		 "0x8000000000000000", "0x0000000000000001"]]'
	check several that 'r("report_test.r.several").findings |
		map(.mismatch) == [1, 2, 3]'
	check event_with_quotes that 'r("report_test.r.several").findings[1] |
		.event == "say \"wanted=\"x\" here" and
		.wanted == "no \"fault\"" and .got == "#GP(0x0)\ttab" and
		.rule == "E1" and .reason == "1 < 2 & \u0027so on\u0027"'
	check unknown_report_is_kept that 'r("report_test.r.several")
		.findings[2].event == "something else"'
	check findings_do_not_leak that 'r("report_test.r.fine") |
		.findings == [] and .errata == null'
}

test_odd()
{
	check odd_bytes that 'r("odd_test.o.bytes").log |
		.[0] == "\ufffd\ufffd \u001b[31mred\u0001 \"quo\\te\" <b>&amp;\tand a tab"
		and .[1] == "\u00e9 $(x) `y` %s"'
	check odd_name that 'r("odd_test.o.<long> \"name\"") |
		(.log | length) == 100 and (.log[0] | length) == 1000'
	report b
	check same_again cmp <(grep -v '^"generated"' "$tmp/a.json") \
		<(grep -v '^"generated"' "$tmp/b.json")
	check one_result_a_line [ "$(grep -c '^  {"suite"' "$tmp/a.json")" = \
		"$(jq '.results | length' "$tmp/a.json")" ]
}

# The examples in README do something.
test_examples()
{
	local line n=0

	cp "$tmp/a.json" "$tmp/results.json"
	grep -E '^    jq .* results\.json' README > "$tmp/examples"
	while read -r line; do
		n=$((n + 1))
		check "example_$n" eval "(cd $tmp && $line) | grep ."
	done < "$tmp/examples"
	check examples [ "$n" -ge 5 ]
}

# --- the schema -----------------------------------------------------------
validate()
{
	/usr/bin/python3 -m jsonschema -i "$1" "$schema"
}

# refused NAME FILTER: a document that FILTER has spoilt is not accepted.
refused()
{
	jq "$2" "$tmp/a.json" > "$tmp/spoilt.json" || return
	check "schema_refuses_$1" eval "! validate '$tmp/spoilt.json'"
}

test_schema()
{
	if ! /usr/bin/python3 -c 'import jsonschema' 2> "$tmp/said"; then
		skip schema "python3-jsonschema is not installed"
		return
	fi
	check schema_accepts validate "$tmp/a.json"
	refused status '.results[0].status = "maybe"'
	refused missing_key 'del(.results[0].reason)'
	refused new_key '.results[0].colour = "red"'
	refused bit '(.results[].findings[] | select(.bit == 63)).bit = 64'
	refused number_for_word '.results[0].leaf = 7'
	refused event_with_bit '(.results[].findings[] | select(.event)).bit = 1'
	refused pass_with_reason '.results[0].reason = "none"'
	refused error_without_reason \
		'(.results[] | select(.status == "error")).reason = null'
	refused version '.version = 2'
	refused time '.generated = "yesterday"'
}

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
	check page_has_counts has '7 passed, 14 failed, 7 skipped'
	check page_has_reason has 'why: as installed: all of it'
	check page_has_bits has 'set, must be clear: 1 (unnamed), 8 waitpkg'
	check page_has_erratum has 'known: bug-one, bug-two'
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
	mkdir -p "$tmp/suite/x86" "$tmp/suite/build/x86"
	cp -a run_tests.sh scripts settings "$tmp/suite"
	printf 'all unit:\n' > "$tmp/suite/Makefile"
	echo '/* a */' > "$tmp/suite/x86/a_test.c"
	printf '#!/bin/sh\necho 1..1; echo ok 1 a\n' > "$tmp/suite/build/x86/a_test"
	printf '#!/bin/sh\ncat %s\n' "$tmp/map.log" > "$tmp/suite/build/x86/cpuid_map"
	chmod +x "$tmp/suite/build/x86/"*
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
	rm "$tmp/suite/build/x86/cpuid_map"
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
	local place

	for place in - /dev/full "$tmp/none/r.json" "$tmp/files" /proc/r.json; do
		run --json "$place"
		check "place_${place//[^a-z]/_}_status" ends 2
		check "place_${place//[^a-z]/_}_runs_nothing" [ ! -s "$tmp/stdout" ]
	done
	check device_is_still_one [ -c /dev/full ]
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

make
report a || echo "# results.sh: $?"
test_statuses
test_lost
test_findings
test_odd
test_examples
test_schema
test_page
test_map
small_suite
test_front_door
test_bad_places
test_no_room
echo "1..$nr"
exit $failed
