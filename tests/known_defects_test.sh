#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What becomes of known defects behind the programs: names of tests in the
# table, annotations in the summary, status of a run, --allow-errata.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/known.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
suite=$tmp/suite

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

# --- the table -------------------------------------------------------------
# "PROGRAM FIXTURE TEST" for each row that says where it must show.
due_tests()
{
	"${build:-build}/tools/errata" | sed -n 's/^ *must show in //p' | tr ':.' '  '
}

tests_exist()
{
	local program fixture name n=0

	while read -r program fixture name; do
		n=$((n + 1))
		grep -qE "^TEST(_F\($fixture, |\()$name\)" "x86/$program.c" && continue
		echo "# no $fixture.$name in x86/$program.c"
		return 1
	done < <(due_tests)
	[ "$n" -ge 6 ]
}

# One test a variant could show in one of them only.
tests_have_no_variants()
{
	local program fixture _

	while read -r program fixture _; do
		grep -q "^FIXTURE_VARIANT($fixture)" "x86/$program.c" && return 1
	done < <(due_tests)
	return 0
}

# --- a run -----------------------------------------------------------------
# A suite of one program, which is the text on standard input.
program()
{
	rm -rf "$suite"
	mkdir -p "$suite/x86" "$suite/machines" "$suite/build/x86"
	cp -a run_tests.sh scripts settings "$suite"
	printf 'all:\n' > "$suite/Makefile"
	echo '/* Made up. */' > "$suite/x86/one_test.c"
	{
		echo '#!/bin/sh'
		cat
	} > "$suite/build/x86/one_test"
	chmod +x "$suite/build/x86/one_test"
}

run()
{
	KVM_DEVICE=/dev/null "$suite/run_tests.sh" --machine host "$@" \
		> "$tmp/out" 2> "$tmp/err"
	status=$?
}

# says STATUS LINE...: the run ended so, and said these.
says()
{
	local line

	[ "$status" = "$1" ] || return 1
	shift
	for line; do
		grep -qxF -e "$line" "$tmp/out" || return 1
	done
}

says_not()
{
	! grep -qF -e "$1" "$tmp/out"
}

two_of_three()
{
	program <<'END'
cat <<'LOG'
TAP version 13
1..4
#! {"kind":"erratum","lines":0,"errata":"lax-msrs","summary":"some MSRs take any value: all","why":"quirk of this KVM: MSRs","area":"MSRs"}
#! {"kind":"erratum","lines":0,"errata":"cpuid-forced","summary":"CPUID (of the CPU)","why":"quirk of this KVM: CPUID","area":"CPUID"}
#! {"kind":"event","lines":0,"rule":"V6","text":"x","wanted":"1","got":"2","errata":"lax-msrs"}
# known: not-this-one
#! {"kind":"known","lines":0,"errata":"lax-msrs"}
#! {"kind":"known","lines":0,"errata":"cpuid-forced"}
not ok 1 a.one
#! {"kind":"erratum","lines":0,"errata":"no-msrs","summary":"its own","why":"quirk of this KVM: MSRs","area":"MSRs"}
#! {"kind":"known","lines":0,"errata":"lax-msrs"}
#! {"kind":"known","lines":0,"errata":"no-msrs"}
not ok 2 a.two
#! {"kind":"erratum","lines":0,"errata":"own-tsc","summary":"its own","why":"quirk of this KVM: guests","area":"guests"}
#! {"kind":"event","lines":0,"rule":"V6","text":"y","wanted":"1","got":"2","errata":null}
not ok 3 a.three
ok 4 a.four
LOG
exit 1
END
	run
	says 1 "Known defects:" \
		"  MSRs: lax-msrs: some MSRs take any value: all: 2 failures, no-msrs 1" \
		"  CPUID: cpuid-forced: CPUID (of the CPU): 1 failure" \
		"  nothing known explains 1 failure" \
		"1 passed, 3 failed, 0 skipped"
}

xfail_and_xpass()
{
	program <<'END'
cat <<'LOG'
TAP version 13
1..2
#! {"kind":"erratum","lines":0,"errata":"nent","summary":"of a kernel","why":"fixed in 6.5, 0123456789ab","area":null}
#! {"kind":"known","lines":0,"errata":"nent"}
ok 1 a.one # XFAIL  
# erratum other did not show, though this kernel is known to have it
ok 2 a.two # XPASS  
LOG
END
	run
	says 0 "  nent: of a kernel (fixed in 6.5, 0123456789ab): 1 XFAIL" \
		"1 of those passed failed as this kernel is known to (XFAIL)" \
		"1 passed where a failure was expected (XPASS): one_test.a.two" \
		"2 passed, 0 failed, 0 skipped"
}

# What was said of one test is not held for the next.
forgets()
{
	program <<'END'
cat <<'LOG'
TAP version 13
1..3
#! {"kind":"erratum","lines":0,"errata":"nent","summary":"of a kernel","why":"fixed in 6.5, 0123456789ab","area":null}
#! {"kind":"known","lines":0,"errata":"nent"}
ok 1 a.one # SKIP
not ok 2 a.two
ok 3 a.three
LOG
exit 1
END
	run
	says 1 "1 passed, 1 failed, 1 skipped" && says_not "Known defects"
}

nothing_known()
{
	program <<'END'
printf 'TAP version 13\n1..1\nnot ok 1 a.one\n'
exit 1
END
	run
	says 1 && says_not "Known defects" && says_not "nothing known"
}

# The program says what it was told.
told()
{
	program <<'END'
echo 'TAP version 13'
echo 1..1
echo "# allowed: ${KVM_CPUID_ALLOW_ERRATA-not}"
echo 'ok 1 a.one'
END
	unset KVM_CPUID_ALLOW_ERRATA
	run "${@:2}"
	says 0 "# # allowed: $1"
}

check "tests that must show a defect exist" tests_exist
check "tests that must show a defect have no variants" tests_have_no_variants
check "failures are counted by what explains them" two_of_three
check "XFAIL and XPASS do not fail, and are told" xfail_and_xpass
check "what explains one test does not explain the next" forgets
check "no known defect, no word of them" nothing_known
check "programs are not told to allow" told not
check "programs are told of --allow-errata" told 1 --allow-errata

checks_end
