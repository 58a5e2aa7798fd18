#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The results for programs, made from logs that are made up: every status,
# every kind of report, odd bytes, lost results; and what the schema refuses.
#
# shellcheck disable=SC2317	# functions are reached through check()
# shellcheck disable=SC2016	# what looks like the shell's is jq's
set -u

cd "$(dirname "$0")/.." || exit 2
# shellcheck source-path=SCRIPTDIR source=report_logs.sh
. tests/report_logs.sh

schema=$PWD/scripts/results.schema.json

# --- the document ---------------------------------------------------------
# that FILTER: holds for the document.
that()
{
	jq -e "def r(\$t): .results[] | select(.test == \$t); $1" "$tmp/a.json"
}

test_statuses()
{
	check same_counts_as_printed that '[.summary[]] == [5, 8, 7, 1, 1, 6, 1]'
	awk -v limit=60 -f scripts/report.awk -f scripts/records.awk \
		-f scripts/errata.awk -f scripts/odd.awk \
		-f scripts/quiet.awk "$tmp/plan" \
		> "$tmp/summary"
	check printed_counts [ "$(grep -a 'passed, ' "$tmp/summary")" = "7 passed, 8 failed, 7 skipped, 6 errors" ]
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
	check not_judged that 'r("status_test.a.after") | .status == "pass" and
		.not_judged == ["MSR 0x123: this kernel is newer"]'
	check not_judged_is_named grep -qF '  MSR 0x123: this kernel is newer' \
		"$tmp/summary"
	check xpass_is_named grep -q '(XPASS): status_test.a.mended$' \
		"$tmp/summary"
	check errors_are_told grep -q '^6 errors, which are no verdict on KVM' \
		"$tmp/summary"
	check errors_have_a_column grep -Eq '^all +7/8/5/5 +0/0/1/1 +0/0/1$' \
		"$tmp/summary"
	check words_are_not_read that '[.. | strings |
		select(test("that nobody reads"))] == []'
	check reasons_do_not_leak that 'r("status_test.a.after").reason == null'
}

test_lost()
{
	check died that 'r("died_test") | .status == "error" and .count == 2 and
		.reason == "died of signal 11" and .log == ["the last words"]'
	check died_keeps_findings that 'r("died_test").findings |
		map([.leaf, .bit, .reason]) ==
		[["0x00000007", 8, "found before it died"]]'
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
		.errata == ["bug-one"] and
		all(.findings[]; .errata == ["bug-one"])'
	check errata_listed that '.errata | map([.id, .summary, .findings]) |
		.[0] == ["bug-one", "one: and more (quirk of this KVM)", 3]'
	check unlisted_bits_have_one_finding that '
		r("report_test.r.more_bits_than_named").findings |
		map(.bit) == [4, null] and .[1].wanted == "0x00000f00" and
		.[0].rule == null'
	check msr that 'r("report_test.r.msr").findings |
		map([.msr, .who, .bit, .name, .wanted, .got, .register_wanted]) == [
		["0x00000808", "guest RDMSR 0x808 (x2APIC and back)", 0, null,
		 "0", "1", "0x8000000000000000"],
		["0x00000808", "guest RDMSR 0x808 (x2APIC and back)", 63, "top",
		 "1", "0", "0x8000000000000000"]]'
	check several that 'r("report_test.r.several").findings |
		map(.mismatch) == [1, 2]'
	check event_with_quotes that 'r("report_test.r.several").findings[1] |
		.event == "say \"wanted=\"x\" here" and
		.wanted == "no \"fault\"" and .got == "#GP(0x0)\ttab" and
		.rule == "E1" and .reason == "1 < 2 & \u0027so on\u0027"'
	check other_lines_are_kept that 'r("report_test.r.several").log ==
		["MISMATCH in words, which are no finding", "#! not JSON"]'
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

# A run of its own: one failure, and two that follow from it.
test_follows()
{
	local event='"kind":"event","lines":0,"rule":"P2","text":"RDMSR","wanted":"no fault","got":"#GP(0x0)","brief":"x","errata":null'

	printf 'where\thost\twhat\n' > "$tmp/plan"
	log host cause_test 1 <<-END
		1..4
		#! {$event}
		not ok 1 c.first
		#! {"kind":"cause","lines":0,"follows":"no-base","summary":"KVM finds <no> base"}
		#! {$event,"follows":"no-base"}
		not ok 2 c.second
		#! {$event,"follows":"no-base"}
		#! {$event,"follows":"no-base"}
		not ok 3 c.third
		#! {$event,"follows":"no-base"}
		#! {$event}
		not ok 4 c.both
	END
	check follows_made report f
	mv "$tmp/f.json" "$tmp/a.json"
	check follows_named that '[.results[].follows] ==
		[null, "no-base", "no-base", null]'
	check follows_counted that '.causes ==
		[{id: "no-base", summary: "KVM finds <no> base", results: 2}]'
	check follows_still_fails that '.summary.fail == 4'
	check follows_on_page grep -q '2 more follow from <code>no-base</code>' \
		"$tmp/f.html"
	check follows_not_in_full eval \
		"! grep -q '<strong>c.second</strong>' '$tmp/f.html'"
	check follows_own_in_full grep -q '<strong>c.both</strong>' "$tmp/f.html"
	if /usr/bin/python3 -c 'import jsonschema' 2> "$tmp/said"; then
		check follows_valid validate "$tmp/a.json"
	fi
}

# The examples in scripts/README do something.
test_examples()
{
	local line n=0

	cp "$tmp/a.json" "$tmp/results.json"
	grep -E '^    jq .* results\.json' scripts/README > "$tmp/examples"
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

test_statuses
test_lost
test_findings
test_odd
test_examples
test_schema
test_follows
checks_end
