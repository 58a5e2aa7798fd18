# SPDX-License-Identifier: GPL-2.0-only
#
# For tests of what run_tests.sh writes, to be sourced in the suite's top
# directory: logs that are made up, and what scripts/results.sh makes of them.
#
# shellcheck shell=bash
# shellcheck disable=SC2034	# these are for who sources this
# shellcheck disable=SC2016	# what looks like the shell's is data
# shellcheck disable=SC2317	# functions are reached through check()

command -v jq > /dev/null || { echo "jq is not installed"; exit 4; }
tmp=$(mktemp -d "${TMPDIR:-/tmp}/report-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell() { :; }

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
		# SKIP: words that nobody reads
		#! {"kind":"skip","lines":1,"rule":null,"reason":"this CPU has \"none\" of it","errata":null}
		ok 2 a.skip # SKIP
		ok 3 a.old_skip # SKIP no <room> & no time
		#! {"kind":"erratum","lines":0,"rule":null,"reason":null,"errata":"old-bug","summary":"KVM forgets it","why":"fixed in 6.13, 0123456789ab","area":null}
		# MISMATCH in words that nobody reads
		#   why: neither this
		#! {"kind":"event","lines":2,"rule":"R1","reason":"the SDM says so","event":"check","text":"known","wanted":"1","got":"0","arg":"0x0","msr":null,"name":null,"brief":"R1 known: wanted 1, got 0","errata":"old-bug"}
		#! {"kind":"known","lines":0,"rule":null,"reason":null,"errata":"old-bug"}
		ok 4 a.known # XFAIL
		ok 5 a.mended # XPASS
		# ERROR: no memory
		#! {"kind":"error","lines":1,"reason":"no memory"}
		not ok 6 a.error # ERROR
		# x86/a.c:12:fail:Expected 0 (0) != all_is_well (0)
		not ok 7 a.assertion
		# NOT JUDGED: MSR 0x123: this kernel is newer
		#! {"kind":"not_judged","lines":1,"reason":"MSR 0x123: this kernel is newer"}
		ok 8 a.after
		not ok 9 a.silent
		# SKIP: not here
		#! {"kind":"skip","lines":1,"reason":"not here"}
		#      SKIP       $
		ok 10 a.blank # SKIP  $
		# SKIP: nor there
		#! {"kind":"skip","lines":1,"reason":"nor there"}
		ok 11 a.unknown # SKIP unknown
	END
	printf '1..3\nok 1 b.one\n#! {"kind":"cpuid","lines":0,"rule":"C2","reason":"found before it died","leaf":"0x00000007","subleaf":"0x0","register":"edx","wanted":"0x00000010","got":"0x00000110","bits":[{"bit":8,"name":"x","wanted":0,"got":1}],"installed_by":null,"brief":"C2 0x7.0 edx bit 8 x","errata":null}\n# the last words\n' | log host died_test 'signal 11'
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
		# MISMATCH leaf=0x00000007 subleaf=0x1 reg=ecx
		#   wanted 0000_0000_0000_0000_0000_0000_0000_0101
		#   bit 8 in words
		#! {"kind":"erratum","lines":0,"errata":"bug-one","summary":"one: and more","why":"quirk of this KVM","area":"CPUID"}
		#! {"kind":"cpuid","lines":3,"rule":"C2","reason":"as installed: all of it","leaf":"0x00000007","subleaf":"0x1","register":"ecx","wanted":"0x00000005","got":"0x00000106","bits":[{"bit":0,"name":"first","wanted":1,"got":0},{"bit":1,"name":null,"wanted":0,"got":1},{"bit":8,"name":"waitpkg","wanted":0,"got":1}],"installed_by":"max model, entry 3","brief":"C2 0x7.1 ecx bit 0 first: wanted 1, got 0 ...","errata":"bug-one"}
		not ok 1 r.leaf
		#! {"kind":"cpuid","lines":0,"rule":null,"reason":null,"leaf":"0x80000008","subleaf":"0x0","register":"eax","wanted":"0x00000f00","got":"0x000001ff","bits":[{"bit":0,"name":null,"wanted":0,"got":1},{"bit":1,"name":null,"wanted":0,"got":1},{"bit":2,"name":null,"wanted":0,"got":1},{"bit":3,"name":null,"wanted":0,"got":1},{"bit":4,"name":"some","wanted":0,"got":1},{"bit":5,"name":null,"wanted":0,"got":1},{"bit":6,"name":null,"wanted":0,"got":1},{"bit":7,"name":null,"wanted":0,"got":1},{"bit":9,"name":null,"wanted":1,"got":0},{"bit":10,"name":null,"wanted":1,"got":0},{"bit":11,"name":null,"wanted":1,"got":0}],"installed_by":null,"brief":"x","errata":null}
		not ok 2 r.more_bits_than_named
		#! {"kind":"msr","lines":0,"rule":"L1","reason":null,"msr":"0x00000808","name":null,"who":"guest RDMSR 0x808 (x2APIC and back)","wanted":"0x8000000000000000","got":"0x0000000000000001","bits":[{"bit":0,"name":null,"wanted":0,"got":1},{"bit":63,"name":"top","wanted":1,"got":0}],"brief":"x","errata":null}
		not ok 3 r.msr
		#! {"kind":"msr","lines":0,"rule":"L2","reason":null,"msr":"0x0000003a","name":"MSR_IA32_FEAT_CTL","who":"KVM_GET_MSRS","wanted":"0x0000000000000000","got":"0x0000000000000001","bits":[{"bit":0,"name":null,"wanted":0,"got":1}],"brief":"x","errata":null}
		#! {"kind":"event","lines":0,"rule":"E1","reason":"1 < 2 & 'so on'","event":"guest_wrmsr","text":"say \"wanted=\"x\" here","wanted":"no \"fault\"","got":"#GP(0x0)\ttab","arg":"0x0","msr":"0x0000003a","name":"MSR_IA32_FEAT_CTL","brief":"x","errata":null}
		# MISMATCH in words, which are no finding
		#! not JSON
		#! {"kind":"cpuid",
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

make
report a || echo "# results.sh: $?"
