#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The live oracle: what the QEMU installed here gives to this very /dev/kvm
# must be what max_model computes for this host, entry by entry.
#
#   qemu_oracle_test.sh [-v] [MADE_UP...]
#
# MADE_UP are vectors (default: some of tests/vectors): QEMU is run once more
# with the answers of that KVM in place of the real one's.
# Exit status 4: cannot be done here, and why.
#
# shellcheck disable=SC2317	# functions are reached through compare()
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-build}
qemu=${QEMU:-qemu-system-x86_64}
device=${KVM_DEVICE:-/dev/kvm}
verbose=
[ "${1:-}" = -v ] && { verbose=1; shift; }

skip()
{
	echo "# SKIP $1"
	exit 4
}

command -v "$qemu" > /dev/null || skip "$qemu is not installed"
command -v "${CC:-cc}" > /dev/null || skip "no compiler for the shim"
# Opening what is not there would make a plain file of it.
[ -c "$device" ] || skip "there is no $device"
{ : <> "$device"; } 2> /dev/null || skip "$device does not open"
[ -x "$build/tools/max_model" ] || skip "$build/tools/max_model is not built"

tmp=$(mktemp -d "${TMPDIR:-/tmp}/oracle.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
shim=$tmp/shim.so
"${CC:-cc}" -std=gnu11 -O1 -D_GNU_SOURCE= -shared -fPIC -iquote lib -iquote lib/facts \
	-o "$shim" tests/qemu_oracle_shim.c lib/cpuid.c lib/facts/facts.c \
	lib/facts/facts_caps.c lib/facts/profile_line.c \
	lib/facts/profile_load.c \
	-ldl -lpthread || skip "the shim does not build"

# Rules exist for two versions only.
version=$("$qemu" --version |
	sed -n '1s/.*version \([0-9]*\.[0-9]*\(\.[0-9]*\)\{0,1\}\).*/\1/p')
case $version in
7.2 | 7.2.*) rules="proved on real runs" ;;
11.1 | 11.1.*) rules="from reading sources" ;;
*) skip "QEMU ${version:-of no version}: there are rules for 7.2 and 11.1" ;;
esac
echo "# QEMU $version, rules $rules, $device"

# run_qemu CPU SMP MACHINE IRQCHIP: capture in $tmp/capture.
run_qemu()
{
	# In a shell of its own, which alone says that QEMU aborted.
	(qemu_once "$@") 2> /dev/null
}

qemu_once()
{
	: > "$tmp/capture"
	printf '{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n' |
		ORACLE_CAPTURE=$tmp/capture LD_PRELOAD=$shim \
		timeout -k 5 60 "$qemu" -nodefaults -display none -S -m 64 \
		-qmp stdio -accel kvm -machine "$3,kernel-irqchip=$4" \
		-cpu "$1" -smp "$2" > "$tmp/qmp" 2> "$tmp/stderr"
}

# Lines of the host's own facts, without the frame of a profile.
host_facts()
{
	sed -e '/^profile /d' -e '/^end$/d' "$tmp/profile"
}

# vector CPU SMP MACHINE IRQCHIP FACTS: a vector of the last run.
vector()
{
	printf 'vector 1\nqemu %s\nmachine %s\ncpu %s\nsmp %s\n' \
		"$version" "$3" "$1" "$2"
	printf 'kernel_irqchip %s\n' "$4"
	"$5"
	cat "$tmp/capture"
}

nr=0
failed=0
result()
{
	nr=$((nr + 1))
	[ "$1" = 0 ] || failed=1
	[ "$1" = 0 ] && echo "ok $nr $2" || echo "not ok $nr $2"
}

# compare NAME CPU SMP MACHINE IRQCHIP FACTS
compare()
{
	local name=$1 rc=0

	shift
	if ! run_qemu "$1" "$2" "$3" "$4"; then
		echo "# QEMU refused -cpu $1:"
		grep -v warning: "$tmp/stderr" | sed 's/^/#   /'
		echo 'vcpu 0' > "$tmp/capture"
		vector "$@" > "$tmp/run.vec"
		"$build/tools/max_model" --vector "$tmp/run.vec" |
			grep -q 'computing 0:'
		result $? "$name"
		return
	fi
	vector "$@" > "$tmp/run.vec"
	"$build/tools/max_model" --vector "$tmp/run.vec" > "$tmp/out" || rc=$?
	if [ "$rc" != 0 ] || [ -n "$verbose" ]; then
		sed 's/^/# /' "$tmp/out"
	else
		sed 's/^.* vectors, /# /' "$tmp/out"
	fi
	result "$rc" "$name"
}

# A feature MSR that KVM offers and then refuses kills QEMU.  The feature that
# exposes it, switched off, makes QEMU write 0, or nothing.
without()
{
	case $1 in
	0x10a) echo arch-capabilities=off ;;
	0xcf) echo core-capability=off ;;
	0x345) echo pdcm=off ;;
	0x48? | 0x49?) echo vmx=off ;;
	esac
}

# Sets $defect to the options that get QEMU past this host's defects.
find_defects()
{
	local msr option tries

	defect=
	for tries in 1 2 3 4; do
		run_qemu "max$defect" 1 q35 on && return
		msr=$(sed -n 's/.*failed to set MSR \(0x[0-9a-f]*\) .*/\1/p' \
			"$tmp/stderr")
		option=$(without "$msr")
		[ -n "$option" ] || break
		echo "# defect of this KVM ($tries): it offers feature MSR" \
			"$msr = $(feature_msr "$msr") and refuses what QEMU" \
			"writes to it."
		echo "# -cpu max$defect makes QEMU abort here;" \
			"compared with $option"
		defect+=,$option
	done
	sed 's/^/# /' "$tmp/stderr"
	skip "QEMU does not start on this KVM"
}

feature_msr()
{
	awk -v msr="$1" '$1 == "feature_msr" {
		i = $2; sub(/^0x0*/, "0x", i)
		if (i == msr) print $3
	}' "$tmp/profile"
}

"$build/tools/host_profile" record "$tmp/profile" || skip "no profile of this host"
find_defects

# name	options	smp	machine	irqchip
while read -r name cpu smp machine irqchip; do
	compare "$name" "max$defect$cpu" "$smp" "$machine" "$irqchip" host_facts
done << END
plain			,check=off		1	q35	on
split			,check=off		1	q35	split
two_cpus		,check=off		2	q35	on
threads			,check=off		1,maxcpus=4,cores=2,threads=2	q35	on
dies			,check=off	1,maxcpus=8,dies=2,cores=2,threads=2	q35	on
all_bits		,migratable=off		1	q35	on
no_pmu			,pmu=off		1	q35	on
no_kvm			,kvm=off		1	q35	on
intel			,vendor=GenuineIntel,family=6,model=143,stepping=8	1	q35	on
amd			,vendor=AuthenticAMD	2	q35	on
low_level		,level=4,xlevel=0x80000004	1	q35	on
high_level		,level=0x24,xlevel=0x80000022	1	q35	on
features		,-sse2,+topoext,avx2=off,+kvm-hint-dedicated	1	q35	on
phys_bits		,host-phys-bits=off,phys-bits=40	1	q35	on
host_cache		,host-cache-info=on	1	q35	on
no_l3			,l3-cache=off		1	q35	on
model_id		,model-id=Oracle	1	q35	on
old_machine		,check=off		1	pc-q35-6.0	on
END

# Vectors whose KVM is to be answered for, instead of the real one.
field()
{
	sed -n "s/^$1 //p" "$2"
}

made_up_facts()
{
	sed -e '/^vector /d' -e '/^qemu /d' -e '/^machine /d' -e '/^cpu /d' \
		-e '/^smp /d' -e '/^kernel_irqchip /d' -e '/^vcpu /,$d' \
		-e '/^host_cpuid /d' "$made_up"
	grep '^host_cpuid ' "$tmp/profile"
}

if [ $# = 0 ]; then
	for archive in tests/vectors/*.tar.xz; do
		xz -dc "$archive" | tar -xf - -C "$tmp"
	done
	set -- "$tmp"/*-7.2-*[05]0.vec
	[ -e "$1" ] || set --
fi
for made_up in "$@"; do
	made_up_facts > "$tmp/facts"
	export ORACLE_FACTS=$tmp/facts
	compare "$(basename "$made_up" .vec)" "$(field cpu "$made_up")" \
		"$(field smp "$made_up")" "$(field machine "$made_up")" \
		"$(field kernel_irqchip "$made_up")" made_up_facts
	unset ORACLE_FACTS
done
echo "1..$nr"
exit "$failed"
