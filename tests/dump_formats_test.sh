#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# host_profile convert, as a program: dumps of every format give the CPUID that
# they were made from, what is written is read again, by cpuid(1) too, and
# damage is named with its file and line.
#
# tests/dumps/ was made from the CPUID of a profile by another program.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-build}
host_profile=$build/tools/host_profile
[ -x "$host_profile" ] || { echo "# SKIP $host_profile is not built"; exit 4; }
made_from=tests/profiles/intel-corei7_icelake_u-6.12.profile

tmp=$(mktemp -d "${TMPDIR:-/tmp}/dumps.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell() { :; }

# check_or_skip WHAT COMMAND...: status 4 of the command is a SKIP.
check_or_skip()
{
	local rc=0

	"${@:2}" > "$tmp/log" 2>&1 || rc=$?
	if [ "$rc" = 4 ]; then
		skip "$1" "$(head -n 1 "$tmp/log")"
	else
		check "$1" as_before "$rc"
	fi
}

# The same end once more, for check.
as_before()
{
	tail -n 12 "$tmp/log"
	return "$1"
}

need()
{
	command -v "$1" > /dev/null && return
	echo "$1 is not installed"
	return 4
}

# --- every format holds the same CPU --------------------------------------
cpuid_of()
{
	grep '^host_cpuid ' "$1"
}

# same_cpu FILE LEAFS-LEFT-OUT: the first kind of CPU is the one it was made of
same_cpu()
{
	case $1 in *.xml) need xsltproc || return ;; *.json) need jq || return ;; esac
	"$host_profile" convert "$1" "$tmp/profile" || return 1
	"$host_profile" check "$tmp/profile" > /dev/null || return 1
	diff <(cpuid_of "$made_from" | sort) <(cpuid_of "$tmp/profile" | sort)
}

# What is there is right; a format may hold less, or zeros beside it.
same_cpu_as_far()
{
	"$host_profile" convert "$1" "$tmp/profile" || return 1
	cpuid_of "$tmp/profile" | grep -v 'eax=0x0* ebx=0x0* ecx=0x0* edx=0x0*$' \
		> "$tmp/some"
	[ "$(wc -l < "$tmp/some")" -ge 20 ] || return 1
	! grep -vxFf <(cpuid_of "$made_from") "$tmp/some"
}

sections()
{
	[ "$("$host_profile" convert --to cpuid "$1" | grep -c '^CPU')" = "$2" ]
}

host_msrs()
{
	case $1 in *.xml) need xsltproc || return ;; *.json) need jq || return ;; esac
	"$host_profile" convert "$1" | sed -n 's/^host_msr //p' |
		diff - <(printf '%s\n' "${@:2}")
}

for dump in one-cpu.cpuid aida64.txt headerless.txt libcpuid.test libvirt.xml \
	firecracker.json; do
	check_or_skip "$dump holds the CPU" same_cpu "tests/dumps/$dump"
done
check_or_skip "libcpuid's arrays hold it" \
	same_cpu_as_far tests/dumps/libcpuid-arrays.test
check_or_skip "InstLatx64's text holds it" same_cpu_as_far tests/dumps/instlatx64.txt
for dump in aida64.txt headerless.txt libcpuid.test instlatx64.txt; do
	check_or_skip "$dump keeps both CPUs" sections "tests/dumps/$dump" 2
done
check_or_skip "AIDA64's MSRs" host_msrs tests/dumps/aida64.txt \
	"0x0000001b 0x00000000fee00900" "0x0000010a 0x000000000000002b" \
	"0x00000300 -"
check_or_skip "Firecracker's MSRs" host_msrs tests/dumps/firecracker.json \
	"0x0000010a 0x000000000000002b" "0x00000277 0x0007040600070405"
check_or_skip "libvirt's MSRs" host_msrs tests/dumps/libvirt.xml \
	"0x0000010a 0x000000000000002b"

# --- cpuid -r, there and back ---------------------------------------------
unchanged()
{
	"$host_profile" convert --to cpuid "$1" | diff "$1" -
}

kinds()
{
	"$host_profile" convert "$1" | sed -n 's/^cpu_kind //p' |
		diff - <(printf '%s\n' "${@:2}")
}

# Through cpuid -r and back, no profile loses CPUID.
every_profile()
{
	local p

	for p in tests/profiles/*.profile; do
		"$host_profile" convert --to cpuid "$p" "$tmp/dump" &&
			"$host_profile" convert "$tmp/dump" "$tmp/back" ||
			return 1
		diff <(grep '^host_cpuid\|^cpu_kind' "$p") \
			<(grep '^host_cpuid\|^cpu_kind' "$tmp/back") || return 1
	done
}

msrs_stay()
{
	"$host_profile" convert tests/dumps/aida64.txt "$tmp/once" &&
		"$host_profile" convert "$tmp/once" "$tmp/twice" &&
		diff "$tmp/once" "$tmp/twice"
}

for dump in one-cpu hybrid; do
	check_or_skip "$dump is written as it was read" \
		unchanged "tests/dumps/$dump.cpuid"
done
check_or_skip "alike but for the APIC id is one kind" \
	kinds tests/dumps/hybrid.cpuid 0 2
check_or_skip "every profile, through cpuid -r and back" every_profile
check_or_skip "MSRs stay in a profile" msrs_stay

# --- cpuid(1) itself -------------------------------------------------------
real_dump()
{
	need cpuid || return
	cpuid "$@" > "$tmp/real" && [ -s "$tmp/real" ] &&
		unchanged "$tmp/real"
}

# What we write, cpuid -f reads: it repeats all of it.
read_by_cpuid()
{
	local p

	need cpuid || return
	for p in tests/profiles/*-6.12.profile; do
		"$host_profile" convert --to cpuid "$p" > "$tmp/dump" &&
			cpuid -r -f "$tmp/dump" | diff "$tmp/dump" - || return 1
	done
}

named_by_cpuid()
{
	need cpuid || return
	"$host_profile" convert --to cpuid "$made_from" > "$tmp/dump"
	cpuid -f "$tmp/dump" | grep 'vendor_id = "GenuineIntel"'
}

check_or_skip "what cpuid -r prints" real_dump -r
check_or_skip "what cpuid -1 -r prints" real_dump -1 -r
check_or_skip "cpuid -f reads what is written" read_by_cpuid
check_or_skip "cpuid -f understands it" named_by_cpuid

# --- damage ----------------------------------------------------------------
# refused STATUS MESSAGE FILE: in one line, with nothing written
refused()
{
	rm -rf "$tmp/out"
	mkdir "$tmp/out"
	"$host_profile" convert "$3" "$tmp/out/file" 2> "$tmp/err"
	[ $? = "$1" ] || return 1
	cat "$tmp/err"
	[ -z "$(ls "$tmp/out")" ] && [ "$(wc -l < "$tmp/err")" = 1 ] &&
		grep -qF -- "$2" "$tmp/err"
}

# xml MESSAGE TEXT
xml()
{
	need xsltproc || return
	printf '%s\n' "$2" > "$tmp/bad.xml"
	refused 1 "$1" "$tmp/bad.xml"
}

json()
{
	need jq || return
	printf '%s\n' "$2" > "$tmp/bad.json"
	refused 1 "$1" "$tmp/bad.json"
}

# A program that is copied alone has no xsltproc, but it has the stylesheet.
no_xsltproc()
{
	"$host_profile" convert tests/dumps/libvirt.xml > "$tmp/with" || return
	mkdir -p "$tmp/alone" &&
		cp "$host_profile" tests/dumps/libvirt.xml "$tmp/alone" &&
		(cd "$tmp/alone" && ./host_profile convert libvirt.xml) |
		diff "$tmp/with" - || return 1
	env PATH="$tmp/alone" "$host_profile" convert tests/dumps/libvirt.xml \
		2> "$tmp/err"
	[ $? = 4 ] && grep 'Debian package xsltproc' "$tmp/err"
}

xml_in_one_line()
{
	need xsltproc || return
	tr '\n' ' ' < tests/dumps/libvirt.xml > "$tmp/one-line.xml"
	"$host_profile" convert tests/dumps/libvirt.xml > "$tmp/usual" &&
		"$host_profile" convert "$tmp/one-line.xml" |
		diff "$tmp/usual" - && [ -s "$tmp/usual" ]
}

# elements NUMBER MESSAGE: that many within each other
elements()
{
	need xsltproc || return
	{
		echo '<cpudata arch="x86">'
		head -c "$1" /dev/zero | sed 's/\x0/<a>/g'
	} > "$tmp/bad.xml"
	refused 1 "$2" "$tmp/bad.xml"
}

halved()
{
	local line

	line=$(($(wc -l < "$1") / 2))
	head -n "$line" "$1" | head -c -7 > "$tmp/half"
	refused 1 "$tmp/half:$line: expected" "$tmp/half"
}

binary()
{
	printf 'CPU:\n\0\n' > "$tmp/bad"
	refused 1 ":2: expected text, not binary data" "$tmp/bad"
}

endless()
{
	{ echo CPU:; head -c 100000 /dev/zero | tr '\0' x; } > "$tmp/bad"
	refused 1 ":2: expected a shorter line" "$tmp/bad"
}

too_large()
{
	{ echo CPU:; head -c 70000000 /dev/zero | tr '\0' '\n'; } > "$tmp/bad"
	refused 1 "File too large" "$tmp/bad"
}

billion_laughs='<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
check_or_skip "no file" refused 1 "No such file" "$tmp/not-here"
check_or_skip "no dump" refused 1 "README:1: expected a profile or a dump" README
check_or_skip "an empty file" refused 1 "null:1: expected a profile" /dev/null
check_or_skip "cpuid -r cut short" halved tests/dumps/one-cpu.cpuid
check_or_skip "text cut short" halved tests/dumps/headerless.txt
check_or_skip "binary data" binary
check_or_skip "an endless line" endless
check_or_skip "a file too large" too_large
check_or_skip "no XML" xml "bad.xml:2: expected XML" $'<cpudata arch="x86">\n</a>'
check_or_skip "another architecture" xml "1: expected <cpudata arch='x86'>" \
	'<cpudata arch="s390x"/>'
check_or_skip "a missing attribute" xml ":2: expected <cpuid eax_in=" \
	$'<cpudata arch="x86">\n<cpuid eax_in="0x1" eax="0x1"/></cpudata>'
check_or_skip "an attribute of no number" xml ":1: expected <msr index=" \
	'<cpudata arch="x86"><msr index="0x1" eax="0x1]" edx="0x1"/></cpudata>'
check_or_skip "an attribute with a line in it" xml ":1: expected <msr index=" \
	'<cpudata arch="x86"><msr index="0x1&#10;" eax="0x1" edx="0x1"/></cpudata>'
check_or_skip "XML in one line" xml_in_one_line
check_or_skip "elements without end" elements 300000 "bad.xml:2: expected XML"
check_or_skip "XML without end" elements 3000000 "bad.xml:1: expected less XML"
check_or_skip "entities" xml ":1: expected no DOCTYPE" "$billion_laughs<a>&b;</a>"
check_or_skip "the program alone" no_xsltproc
check_or_skip "a template" json 'expected a dump, whose bits are 0 and 1' \
	'{"cpuid_modifiers": [{"leaf": "0x7", "subleaf": "0x0", "modifiers":
	[{"register": "eax", "bitmap": "0bxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx01"}]}]}'
check_or_skip "damaged JSON" json ':2: expected JSON: damaged' \
	'{"cpuid_modifiers": [
	{"leaf": ]}'
check_or_skip "no leaf in JSON" json 'expected CPUID data' \
	'{"cpuid_modifiers": []}'

# --- the command line -------------------------------------------------------
usage()
{
	"$host_profile" convert "$@" 2> "$tmp/err"
	[ $? = 2 ] && grep '^usage: host_profile convert' "$tmp/err"
}

full_disk()
{
	[ -c /dev/full ] || return 4
	# less than a buffer: nothing is written before the end
	head -n 3 tests/dumps/one-cpu.cpuid > "$tmp/short"
	"$host_profile" convert "$tmp/short" > /dev/full
	[ $? = 1 ]
}

from_a_pipe()
{
	"$host_profile" convert /dev/stdin < tests/dumps/one-cpu.cpuid |
		grep -q '^host_cpuid'
}

check_or_skip "no file named" usage
check_or_skip "an unknown target" usage --to csv tests/dumps/one-cpu.cpuid
check_or_skip "too many files" usage a b c
check_or_skip "a full disk" full_disk
check_or_skip "from a pipe" from_a_pipe

checks_end
