#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The live oracle: what the QEMU installed here gives to a KVM must be what
# max_model computes for that host, entry by entry.  Hosts are this one, if it
# has a /dev/kvm, an AMD and an Intel CPU from tests/profiles, and those that
# recorded runs were made with: for all but this one, QEMU asks a KVM and a
# CPU that only answer.
#
#   qemu_oracle_test.sh [-v] [-H HOST] [-c CASE] [VECTOR...]
#
# -H: only the cases of this host, "live" or a profile; -c: only this case.
# VECTORs are run once more (default: some of tests/vectors).
# QEMU and QEMU_PROGRAM: see tests/oracle/oracle.sh.
# Exit status 4: cannot be done here, and why.
set -u

cd "$(dirname "$0")/.." || exit 2
# shellcheck source=tests/oracle/oracle.sh
. tests/oracle/oracle.sh
device=${KVM_DEVICE:-/dev/kvm}
profiles='tests/profiles/amd-EPYC-Milan-6.12.profile
	tests/profiles/intel-tigerlake-6.12.profile'
verbose=
only_case=
only_host=
while getopts vc:H: option; do
	case $option in
	v) verbose=1 ;;
	c) only_case=$OPTARG ;;
	H) only_host=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))

tmp=$(mktemp -d "${TMPDIR:-/tmp}/oracle.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
oracle_start "$tmp"
echo "# QEMU $oracle_version"

nr=0
failed=0
result()
{
	nr=$((nr + 1))
	[ "$1" = 0 ] || failed=1
	[ "$1" = 0 ] && echo "ok $nr $2" || echo "not ok $nr $2"
}

# refused NAME CPU SMP MACHINE IRQCHIP [OVERCOMMIT]: the model must refuse too.
refused()
{
	echo "# QEMU refused -cpu $2:"
	grep -v warning: "$tmp/run.stderr" | sed 's/^/#   /'
	# The last line that is no warning is why.
	{
		printf 'refused %s\n' "$(grep -v warning: "$tmp/run.stderr" |
			tail -n 1)"
		echo 'vcpu 0'
	} > "$tmp/run.capture"
	oracle_vector run "$facts" "${@:2}" > "$tmp/run.vec"
	"$build/tools/max_model" --vector "$tmp/run.vec" > "$tmp/out"
	result $? "$1"
}

# compare NAME CPU SMP MACHINE IRQCHIP [OVERCOMMIT], on the host of $facts
compare()
{
	local rc=0 options=${2#max}

	set -- "$1" "${2/#max/max$defect}" "${@:3}"
	until oracle_run run "${@:2}"; do
		if learn_defect "$2"; then
			set -- "$1" "max$defect$options" "${@:3}"
			continue
		fi
		refused "$@"
		return
	done
	oracle_vector run "$facts" "${@:2}" > "$tmp/run.vec"
	"$build/tools/max_model" --vector "$tmp/run.vec" > "$tmp/out" || rc=$?
	if [ "$rc" != 0 ] || [ -n "$verbose" ]; then
		sed 's/^/# /' "$tmp/out"
	else
		sed 's/^.* vectors, /# /' "$tmp/out"
	fi
	result "$rc" "$1"
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

feature_msr()
{
	awk -v msr="$1" '$1 == "feature_msr" {
		i = $2; sub(/^0x0*/, "0x", i)
		if (i == msr) print $3
	}' "$facts"
}

# learn_defect CPU: was this the host's fault?  Then $defect gets the option
# that helps.  Any case can be the one that meets it: a KVM may take a feature
# MSR only if the guest's CPUID shows the feature.
learn_defect()
{
	local msr option

	msr=$(sed -n 's/.*failed to set MSR \(0x[0-9a-f]*\) .*/\1/p' \
		"$tmp/run.stderr")
	option=$(without "$msr")
	[ -n "$option" ] && [[ ,$defect, != *,$option,* ]] || return 1
	echo "# defect of this KVM: it offers feature MSR" \
		"$msr = $(feature_msr "$msr") and refuses what QEMU" \
		"writes to it."
	echo "# -cpu $1 makes QEMU abort here; compared with $option"
	defect+=,$option
}

# What a version lacks it is not asked for; and "fake" needs devices beside
# /dev/kvm, which the made-up KVM of a recorded host has.
knows()
{
	case $1 in
	any) ;;
	10.0) [[ $oracle_version != 7.* ]] ;;
	fake) [ -n "${ORACLE_FACTS:-}" ] ;;
	fake10) [ -n "${ORACLE_FACTS:-}" ] && knows 10.0 ;;
	esac
}

# name	since	options	smp	machine	irqchip	[what else: see oracle_also_lines]
cases()
{
	cat << 'END'
plain		any	,check=off		1	q35	on
split		any	,check=off		1	q35	split
two_cpus	any	,check=off		2	q35	on
threads		any	,check=off	1,maxcpus=4,cores=2,threads=2	q35	on
dies		any	,check=off	1,maxcpus=8,dies=2,cores=2,threads=2	q35	on
modules		10.0	,check=off	2,modules=2,dies=2,cores=3,sockets=1,maxcpus=12	q35	on
all_bits	any	,migratable=off		1	q35	on
no_pmu		any	,pmu=off		1	q35	on
no_kvm		any	,kvm=off		1	q35	on
intel		any	,vendor=GenuineIntel,family=6,model=143,stepping=8	1	q35	on
amd		any	,vendor=AuthenticAMD	2	q35	on
low_level	any	,level=4,xlevel=0x80000004	1	q35	on
high_level	any	,level=0x24,xlevel=0x80000022	1	q35	on
features	any	,-sse2,+topoext,avx2=off,+kvm-hint-dedicated	1	q35	on
phys_bits	any	,host-phys-bits=off,phys-bits=40	1	q35	on
guest_phys_bits	10.0	,guest-phys-bits=40	1	q35	on
host_cache	any	,host-cache-info=on	1	q35	on
host_cache_cores	any	,host-cache-info=on	2,cores=3,maxcpus=3	q35	on
host_cache_dies	any	,host-cache-info=on	1,dies=2,cores=3,sockets=1,maxcpus=6	q35	on
no_l3		any	,l3-cache=off		1	q35	on
model_id	any	,model-id=Oracle	1	q35	on
tsc_frequency	any	,tsc-frequency=2100000000,invtsc=on	1	q35	on
avx10		10.0	,+avx10,avx10-version=1	1	q35	on
hv_passthrough	any	,hv-passthrough=on	1	q35	on
microvm		any	,check=off		1	microvm	on
microvm_bits	any	,host-phys-bits=off,phys-bits=44	1	microvm	on
old_machine	any	,check=off		1	pc-q35-6.0	on
machine_8_2	10.0	,check=off		2	pc-q35-8.2	on
machine_9_0	10.0	,check=off		2	pc-q35-9.0	on
i440fx		any	,check=off		3	pc	on
smp_cache	10.0	,check=off	2,modules=2,dies=2,cores=2,threads=2,maxcpus=16	q35,smp-cache.0.cache=l2,smp-cache.0.topology=module,smp-cache.1.cache=l3,smp-cache.1.topology=socket	on
xen		10.0	,check=off		2	q35	split	accel=kvm,xen-version=0x40011
xen_vapic	10.0	,xen-vapic=on		1	q35	split	accel=kvm,xen-version=0x40006
xen_refused	10.0	,check=off		1	q35	on	accel=kvm,xen-version=0x40011
epc		fake	,+sgx,level=0x12	1	q35,sgx-epc.0.memdev=a,sgx-epc.0.node=0,sgx-epc.1.memdev=b,sgx-epc.1.node=0	on	memory=3G;object=memory-backend-epc,id=a,size=64M;object=memory-backend-epc,id=b,size=96M
sev		fake	,check=off		2	q35,confidential-guest-support=s	on	object=sev-guest,id=s,cbitpos=0,reduced-phys-bits=1
sev_es		fake	,check=off		1	q35,memory-encryption=s	on	object=sev-guest,id=s,cbitpos=0,reduced-phys-bits=5,policy=5
sev_refused	fake	,check=off		1	q35,confidential-guest-support=s	on	object=sev-guest,id=s,cbitpos=3,reduced-phys-bits=1
snp		fake10	,check=off		1	q35,confidential-guest-support=s	on	object=sev-snp-guest,id=s,cbitpos=0,reduced-phys-bits=1
END
}

# on_host NAME: all cases on the host of $facts
on_host()
{
	local name since cpu smp machine irqchip oracle_also oracle_vcpus

	echo "# host: $1"
	defect=
	while read -r name since cpu smp machine irqchip oracle_also; do
		oracle_vcpus=0
		[[ $oracle_also != *sev-* ]] || oracle_vcpus=${smp%%,*}
		[ -z "$only_case" ] || [ "$only_case" = "$name" ] || continue
		knows "$since" && compare "$1.$name" "max$cpu" "$smp" \
			"$machine" "$irqchip"
	done < <(cases)
}

# Is this host's own KVM there?  Opening what is not would make a plain file.
live_host()
{
	facts=$tmp/live.profile
	[ -c "$device" ] && { : <> "$device"; } 2> /dev/null &&
		"$build/tools/host_profile" record "$facts" || return
	unset ORACLE_FACTS
	defect=
	until oracle_run run "max$defect" 1 q35 on; do
		learn_defect "max$defect" && continue
		sed 's/^/# /' "$tmp/run.stderr"
		echo "# QEMU does not start on this KVM"
		return
	done
	on_host live
}

profile_host()
{
	facts=$1
	export ORACLE_FACTS=$facts
	on_host "$(basename "$1" .profile)"
}

field()
{
	sed -n "s/^$1 //p" "$2"
}

recorded_host()
{
	local oracle_also

	facts=$1
	export ORACLE_FACTS=$facts
	oracle_also=$(sed -n 's/^\(accel\|memory\|object\) /\1=/p' "$1" |
		tr '\n' ';')
	defect=
	compare "$(basename "$1" .vec)" "$(field cpu "$1")" \
		"$(field smp "$1")" "$(field machine "$1")" \
		"$(field kernel_irqchip "$1")" "$(field overcommit "$1")"
}

if [ -z "$only_host" ] || [ "$only_host" = live ]; then
	live_host || echo "# no live host: $device does not answer"
fi
for profile in ${only_host:-$profiles}; do
	[ "$profile" = live ] || profile_host "$profile"
done
if [ $# = 0 ] && [ -z "$only_host$only_case" ]; then
	for archive in tests/vectors/*.tar.xz; do
		xz -dc "$archive" | tar -xf - -C "$tmp"
	done
	set -- "$tmp"/*-"${oracle_version%.*}"-*[05]0.vec
	[ -e "$1" ] || set --
fi
for vector in "$@"; do
	recorded_host "$vector"
done
[ "$nr" != 0 ] || skip "no such case, or no such host"
echo "1..$nr"
exit "$failed"
