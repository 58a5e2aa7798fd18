#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tools/surface: what diff says of made-up files, by name and with its exit
# status; that a damaged file is never taken for a surface; and, where it may
# take a minute, that two recordings of one kernel are the same file.
set -u

cd "$(dirname "$0")/.." || exit 2
surface=${build:-$PWD/build}/tools/surface
tests=${build:-$PWD/build}/kvm-cpuid-all
[ -x "$surface" ] || { echo "# SKIP $surface is not built"; exit 4; }
tmp=$(mktemp -d "${TMPDIR:-/tmp}/surface-test.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
rc=0

wrong()
{
	echo "$*"
	rc=1
}

# The checksum as tools/mirror/file.c has it: FNV-1a, 64 bits.
seal()
{
	perl -Mbigint -e '
		my ($sum, $n) = (0xcbf29ce484222325, -1);
		while (<STDIN>) {
			print;
			$n++;
			for my $byte (unpack("C*", $_)) {
				$sum = (($sum ^ $byte) * 0x100000001b3) &
					0xffffffffffffffff;
			}
		}
		printf "#end facts=%d sum=%016s\n", $n,
			substr($sum->as_hex, 2);'
}

# make FILE KERNEL CPU FACT...: a surface with these facts.
make_file()
{
	local file=$1 kernel=$2 cpu=$3

	shift 3
	{
		echo "#surface version=1 kernel=$kernel module=kvm_amd" \
			"machine=\"none\" raw=0123456789abcdef cpu=\"$cpu\""
		printf '%s\n' "$@" | LC_ALL=C sort
	} | seal > "$tmp/$file"
}

# diff_is STATUS A B TEXT...: exit status, and lines that must be there.
diff_is()
{
	local want=$1 got=0 text

	"$surface" diff "$tmp/$2" "$tmp/$3" > "$tmp/out" 2>&1 || got=$?
	[ "$got" = "$want" ] ||
		wrong "diff $2 $3: exit $got, not $want: $(cat "$tmp/out")"
	shift 3
	for text; do
		grep -qF -e "$text" "$tmp/out" ||
			wrong "not said: $text; but: $(cat "$tmp/out")"
	done
}

facts=(
	'cap kvm 031:MCE = 32'
	'cpuid.supported 0x00000007.0 ebx = 0x00000081'
	'cr4 @max guest takes = 0x0000000000000620'
	'msr.gate @bare 0x00000048:MSR_IA32_SPEC_CTRL guest read = #GP(0x0)'
	'msr.gate @max 0x00000048:MSR_IA32_SPEC_CTRL guest read = 0x0000000000000000'
	'variant @bare = recorded'
	'variant @max = recorded'
	'variant @off.smep = recorded'
	'variant @only.spec-ctrl = recorded'
)
make_file a 6.12.117 "Made up" "${facts[@]}"

# --- the same ----------------------------------------------------------------
diff_is 0 a a 'the same: 9 facts'

# --- bits by name, the rule, no explanation ------------------------------------
make_file bit 6.12.117 "Made up" "${facts[@]/0x00000081/0x00000001}"
diff_is 3 a bit 'lost bit 7 smep' 'rule W1' 'unexpected' \
	'1 changes, 0 expected, 1 unexpected'
diff_is 3 bit a 'gained bit 7 smep'
make_file cr4 6.12.117 "Made up" "${facts[@]/0000620/0100620}"
diff_is 3 a cr4 'guest takes: gained bit 20 SMEP' 'rule E11'
make_file cap 6.12.117 "Made up" "${facts[@]/= 32/= 31}"
diff_is 3 a cap '031:MCE: 32 -> 31' 'rule K6'

# --- a variant says only what is not as in its base -----------------------------
make_file off 6.12.117 "Made up" "${facts[@]}" \
	'cr4 @off.smep guest takes = 0x0000000000000600'
diff_is 3 a off 'guest takes: lost bit 5 PAE' 'in @off.smep'
make_file only 6.12.117 "Made up" "${facts[@]}" \
	'msr.gate @only.spec-ctrl 0x00000048:MSR_IA32_SPEC_CTRL guest read = 0x0000000000000000'
diff_is 3 a only '#GP(0x0) -> 0x0000000000000000' 'in @only.spec-ctrl'
# One that a kernel does not have at all is one change, not one a fact.
make_file new 6.12.117 "Made up" "${facts[@]}" 'variant @off.lam = recorded' \
	'cr4 @off.lam guest takes = 0x0000000000000000'
diff_is 3 a new '1 changes'

# --- what is known of the kernels between them ---------------------------------
lam='cpuid.supported 0x00000007.1 eax = 0x0000000'
make_file old 6.6.0 "Made up" "${facts[@]}" "${lam}0"
make_file lam 6.12.0 "Made up" "${facts[@]}" "cpuid.supported 0x00000007.1 eax = 0x04000000"
diff_is 1 old lam 'gained bit 26 lam' 'expected: KVM knows the feature since Linux 6.8' \
	'1 changes, 1 expected, 0 unexpected'
make_file lam6 6.6.1 "Made up" "${facts[@]}" "cpuid.supported 0x00000007.1 eax = 0x04000000"
diff_is 3 old lam6 'unexpected'
cet='msr.index 0x000001d9:MSR_IA32_DEBUGCTLMSR follows = 0x00000000'
make_file new7 6.12.107 "Made up" "${facts[@]}"
make_file lbr 6.12.117 "Made up" "${facts[@]}" "$cet"
diff_is 1 new7 lbr 'expected: DEBUGCTL and the LBR MSRs are listed (3700f0788da6'

# A defect that one of them has, by its stable release.
efer='sregs @max long efer takes = 0x000000000000'
make_file any 6.12.107 "Made up" "${facts[@]}" "${efer}5801"
make_file strict 6.12.117 "Made up" "${facts[@]}" "${efer}1801"
diff_is 1 any strict 'lost bit 14 FFXSR' 'rule E1' \
	'expected: defect sregs-any-efer of one of them'
make_file any17 6.12.117 "Made up" "${facts[@]}" "${efer}5801"
diff_is 3 strict any17 'gained bit 14 FFXSR' 'unexpected'

# --- what the tests say ----------------------------------------------------------
bits='test cr4_gate_test.cr4.bits ='
make_file ok 6.12.117 "Made up" "${facts[@]}" "$bits ok"
make_file fail 6.12.117 "Made up" "${facts[@]}" \
	"$bits FAIL MISMATCH event=\"CR4\" wanted=\"0\" got=\"1\""
make_file skip 6.12.117 "Made up" "${facts[@]}" "$bits skip"
make_file skip7 7.1.5 "Made up" "${facts[@]}" "$bits skip"
make_file fail7 7.1.5 "Made up" "${facts[@]}" "$bits FAIL"
make_file other7 7.1.5 "Made up" "${facts[@]}" "${bits/bits/more} ok"
diff_is 3 ok fail 'cr4_gate_test.cr4.bits: ok -> FAIL MISMATCH event="CR4"' unexpected
diff_is 3 ok skip 'ok -> skip' unexpected
# Of two versions the rules say what is skipped; a failure, or a test that is
# gone, they do not.
diff_is 1 ok skip7 'ok -> skip' '1 expected, 0 unexpected'
diff_is 1 fail skip7 'FAIL MISMATCH event="CR4" wanted="0" got="1" -> skip' 'expected:'
diff_is 3 ok fail7 'ok -> FAIL' unexpected
diff_is 3 ok other7 'cr4.bits: ok -> (not there)' '2 changes, 1 expected, 1 unexpected'
diff_is 0 a ok 'no verdict is compared' 'the same: 9 facts'
diff_is 0 fail a 'no verdict is compared'

# --- bits of a capability ----------------------------------------------------------
quirks='cap kvm 213:DISABLE_QUIRKS2 ='
make_file quirks 6.12.106 "Made up" "${facts[@]}" "$quirks 511"
make_file quirks2 6.12.107 "Made up" "${facts[@]}" "$quirks 2047"
make_file quirks0 6.12.107 "Made up" "${facts[@]}" "$quirks 0"
diff_is 1 quirks quirks2 '511 -> 2047' 'expected:'
diff_is 3 quirks quirks0 '511 -> 0' unexpected

# --- what cannot be compared ----------------------------------------------------
make_file cpu 6.12.117 "Another one" "${facts[@]}"
diff_is 4 a cpu 'recorded on different CPUs'
one_line()
{
	[ "$(wc -l < "$tmp/out")" = 1 ] ||
		wrong "$1: not one line: $(cat "$tmp/out")"
}
one_line "another CPU"
for cut in 0 1 40 200 400; do
	head -c "$cut" "$tmp/a" > "$tmp/damaged"
	diff_is 4 a damaged damaged:
	one_line "cut after $cut bytes"
	diff_is 4 damaged a damaged:
done
sed '$d' "$tmp/a" > "$tmp/damaged"
diff_is 4 a damaged 'its last line is missing'
sed 's/= 32/= 33/' "$tmp/a" > "$tmp/damaged"
diff_is 4 a damaged 'checksum'
sed '3d' "$tmp/a" > "$tmp/damaged"
diff_is 4 a damaged 'damaged'
{ cat "$tmp/a"; echo; } > "$tmp/damaged"
diff_is 4 a damaged 'damaged'
head -c 3000 /dev/zero > "$tmp/damaged"
diff_is 4 a damaged 'not a file of surface record'
diff_is 4 a nothing 'No such file'
sed 's/version=1/version=99/' "$tmp/a" | sed '$d' | seal > "$tmp/damaged"
diff_is 4 a damaged 'another version'
"$surface" diff "$tmp/a" > /dev/null 2>&1
[ $? = 2 ] || wrong "diff of one file: not usage"
KVM_DEVICE=/dev/null "$surface" record > /dev/null 2>&1
[ $? = 4 ] || wrong "record without KVM: not 4"

"$surface" record --tests > /dev/null 2>&1
[ $? = 2 ] || wrong "--tests without a program: not usage"
if [ -w "${KVM_DEVICE:-/dev/kvm}" ]; then
	cp "$tmp/a" "$tmp/kept"
	"$surface" record -o "$tmp/kept" --tests /bin/true > "$tmp/out" 2>&1
	[ $? = 4 ] || wrong "record --tests /bin/true: not 4"
	one_line "record --tests /bin/true"
	[ ! -e "$tmp/kept.part" ] || wrong "a failed record has left FILE.part"
	printf '#!/bin/sh\necho no_such_thing\n' > "$tmp/garbage"
	chmod +x "$tmp/garbage"
	"$surface" record -o "$tmp/kept" --tests "$tmp/garbage" > "$tmp/out" 2>&1
	[ $? = 4 ] || wrong "record --tests of another program: not 4"
	cmp "$tmp/a" "$tmp/kept" || wrong "a failed record has damaged a file"
fi

# --- the front door's part --------------------------------------------------------
against_is()
{
	local want=$1 got=0

	shift
	scripts/against.sh "${build:-$PWD/build}" "$@" > "$tmp/out" 2>&1 || got=$?
	[ "$got" = "$want" ] ||
		wrong "against $*: exit $got, not $want: $(cat "$tmp/out")"
}

sed '3d' "$tmp/a" > "$tmp/damaged"
against_is 4 amd "$tmp/damaged" "$tmp/against"
one_line "against a damaged file"
against_is 4 amd "$tmp/nothing" "$tmp/against"
against_is 2 host 6.12 "$tmp/against"
KVM_DEVICE=/dev/null against_is 4 host "$tmp/a" "$tmp/against"

against_is 4 amd 9.99 "$tmp/against"
against_is 4 amd "$tmp" "$tmp/against"
one_line "against a directory"
against_is 4 intel "$tmp/a" "$tmp/against"
one_line "against a record of another module"

# One that is stopped leaves no machine behind.
mkdir -p "$tmp/suite/scripts" "$tmp/suite/machines"
cp scripts/against.sh "$tmp/suite/scripts/"
printf '#!/bin/sh\necho 6.12\n' > "$tmp/suite/machines/kernel-versions"
printf '#!/bin/sh\nsleep 1717 &\nwait\n' > "$tmp/suite/machines/run.sh"
chmod +x "$tmp"/suite/machines/*
"$tmp/suite/scripts/against.sh" "$tmp/none" amd 6.12 "$tmp/against" \
	> "$tmp/out" 2>&1 &
sleep 1
[ "$(pgrep -fc '^sleep 1717')" = 2 ] || wrong "against: not two machines"
kill -TERM $!
wait $!
[ $? = 130 ] || wrong "against, stopped: not 130"
pgrep -f '^sleep 1717' && wrong "against, stopped: a machine goes on"

tests/surface_faults.sh --check || wrong "surface_faults.sh does not build"

# --- the same kernel twice ------------------------------------------------------
# record MACHINE NUMBER [OPTION]...: into $tmp/MACHINE.NUMBER
record()
{
	local machine=$1 dir=$tmp/$1.$2

	shift 2
	machines/run.sh --machine "$machine" --timeout 900 --hang 200 \
		--program-timeout 900 --output "$dir" --file "$tests:tests" \
		-- "$surface record $*" > "$tmp/log" 2>&1 || {
		wrong "$machine: $(tail -n 1 "$tmp/log")"
		return 1
	}
	! grep '^section' "$dir/surface.log" ||
		wrong "$machine: a section did not come to its end"
}

same()
{
	cmp "$tmp/$1.1/surface.log" "$tmp/$1.2/surface.log" || {
		diff "$tmp/$1.1/surface.log" "$tmp/$1.2/surface.log" | head
		wrong "$1: two recordings of one kernel differ"
	}
}

[ -z "${QUICK:-}" ] || exit $rc
if command -v qemu-system-x86_64 > /dev/null; then
	record amd 1 --tests /tests && record amd 2 --tests /tests && same amd
fi
# Bochs takes a minute for each.
if command -v bochs > /dev/null && record intel 1 && [ -n "${FULL:-}" ]; then
	record intel 2 && same intel
fi
exit $rc
