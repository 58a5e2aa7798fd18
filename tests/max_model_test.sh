#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# max_model and host_profile as programs: what they print where, and with
# which status they end.  No KVM is needed, save for what is SKIPped.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-build}
max_model=$build/tools/max_model
host_profile=$build/tools/host_profile
[ -x "$max_model" ] || { echo "# SKIP $max_model is not built"; exit 4; }

tmp=$(mktemp -d "${TMPDIR:-/tmp}/max-model.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
for archive in tests/vectors/*.tar.xz; do
	xz -dc "$archive" | tar -xf - -C "$tmp" || exit 1
done
vec=$tmp/qemu-7.2-000.vec
prof=$tmp/profile
{
	echo profile 1
	grep -E '^(host_cpuid|supported_cpuid|feature_msr|msr_index|mce_cap) ' \
		"$vec"
	echo end
} > "$prof"

status=0
# run PROGRAM ARG...: output in $tmp/out and $tmp/err.
run()
{
	"$@" > "$tmp/out" 2> "$tmp/err"
	status=$?
}

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

# ends STATUS [TEXT]: how the last program ended, and what it said last.
ends()
{
	[ "$status" = "$1" ] || return 1
	[ -z "${2:-}" ] || tail -qn 1 "$tmp/out" "$tmp/err" | grep -qF "$2"
}

run "$max_model" --vector "$tmp"/qemu-7.2-*.vec
check recorded_runs ends 0 '120 of 120 vectors, 19782 of 19782 entries'
run "$max_model" --vector "$tmp"/options-7.2-*.vec
check recorded_options ends 0 '163 of 163 vectors, 23589 of 23589 entries'

sed '0,/^set_cpuid2/{/^set_cpuid2/d}' "$vec" > "$tmp/less.vec"
run "$max_model" --vector "$vec" "$tmp/less.vec"
check a_missing_entry ends 1 '1 of 2 vectors'
check first_difference grep -q 'vcpu 0: CPUID entry 0:' "$tmp/out"
echo 'vcpu 0 and more' >> "$tmp/less.vec"
run "$max_model" --vector "$tmp/less.vec"
check damaged_vector ends 1 '0 of 1 vectors, 0 of 0 entries'
check damaged_line grep -q 'less.vec:[0-9]*: expected a vCPU number' "$tmp/err"
run "$max_model" --vector /no/such.vec
check no_such_vector ends 1
run "$max_model" --vector
check vector_needs_a_file ends 2
run "$max_model" file
check no_stray_argument ends 2
run "$max_model" --profile "$prof" --json --explain x2apic
check one_view ends 2 'one of --entries, --names, --json and --explain, once'
run "$max_model" --profile "$prof" --diff 7.2 10.0 --names
check view_of_diff ends 2 'diff is printed as text or with --json'
status=0
"$max_model" --profile "$prof" > /dev/full 2> "$tmp/err" || status=$?
check full_disk ends 4 'max_model: cannot write: No space left'
"$max_model" --profile "$prof" --diff 7.2 10.0 > /dev/full 2> "$tmp/err"
check full_disk_is_no_difference [ $? = 4 ]
sed 's/$/\r/' "$prof" > "$tmp/crlf"
check lines_with_cr cmp <("$max_model" --profile "$tmp/crlf") \
	<("$max_model" --profile "$prof")
run "$max_model" --no-such-option
check unknown_option ends 2
run "$max_model" --help
check help ends 0
run "$max_model" --profile "$prof" --cpu max,+pcidd
check nearest_name ends 2 "nearest is 'pcid'"
run "$max_model" --profile "$prof" --qemu 8.0
check unknown_version ends 2 'versions are 7.2, 10.0 and latest'
run "$max_model" --profile "$prof" --smp cores=0
check bad_topology ends 2
run "$max_model" --profile "$prof" --smp 2 --vcpu 2
check no_such_vcpu ends 2 'there is no vCPU 2'
run "$max_model" --profile "$prof" --cpu max,legacy-cache=off
check refused_as_by_qemu ends 1 "doesn't support legacy-cache=off"
run "$max_model" --profile /no/such
check no_such_profile ends 1 '/no/such: No such file'
head -n 3 "$prof" > "$tmp/cut"
run "$max_model" --profile "$tmp/cut"
check cut_profile ends 1 'cut:4: expected "end"'

run "$max_model" --profile "$prof"
check says_the_version grep -q '^# rules of QEMU 11.1 (from reading sources)$' \
	"$tmp/out"
run "$max_model" --profile "$prof" --qemu 7.2 --smp 3
check every_vcpu test "$(grep -c '^vcpu ' "$tmp/out")" = 3
check says_7.2 grep -q '^# rules of QEMU 7.2 (proved on real runs)$' "$tmp/out"
run "$max_model" --profile "$prof" --names
check names grep -q '^FEAT_8000_0001_EDX .* lm$' "$tmp/out"
run "$max_model" --profile "$prof" --cpu max,-lm --explain lm
check explain ends 0 '=> not in the guest: switched off by option'
run "$max_model" --profile "$prof" --explain sse22
check explain_nearest ends 2 "nearest is 'sse2'"
run "$max_model" --profile "$prof" --json --smp 2
if command -v python3 > /dev/null; then
	check json python3 -c 'import json, sys
v = json.load(open(sys.argv[1]))["vcpus"]
sys.exit(len(v) != 2 or not v[1]["cpuid"] or v[1]["apic_id"] != 1)' "$tmp/out"
fi

# An entry, a register and an MSR have a history as well.
tiger=tests/profiles/intel-tigerlake-6.12.profile
milan=tests/profiles/amd-EPYC-Milan-6.12.profile
run "$max_model" --profile "$tiger" --qemu 10.0 --explain 4.1:eax
check explain_register grep -q \
	'host CPU 0x1c004122, KVM 0x1c004122, guest 0x00000122' "$tmp/out"
check explain_register_alone test "$(grep -c '^  e.x:' "$tmp/out")" = 1
run "$max_model" --profile "$tiger" --qemu 10.0 --explain 0x1
check explain_entry test "$(grep -c '^  e.x:' "$tmp/out")" = 4
check explain_entry_bits grep -q '+ hypervisor  *not of KVM' "$tmp/out"
run "$max_model" --profile "$tiger" --qemu 10.0 --explain msr:0x48b
check explain_msr grep -q -- '- vmx-xsaves  *it lacks what it depends on' \
	"$tmp/out"
run "$max_model" --profile "$tiger" --explain 7.0:exx
check explain_no_register ends 2 "unknown feature '7.0:exx'"
run "$max_model" --profile "$tiger" --explain 80000022
check explain_no_entry grep -q 'no such entry is installed' "$tmp/out"

# What an upgrade of QEMU changes, and why.
topology=2,maxcpus=8,cores=2,threads=2
run "$max_model" --profile "$milan" --smp "$topology" --diff 7.2 10.0
check diff ends 1
check diff_by_rule grep -q '^- cmp-legacy  *0x80000001.0.ecx.1 .*(QEMU 10.0)' \
	"$tmp/out"
check diff_by_word grep -q '^+ succor  *0x80000007.0.ebx.1 .*FEAT_8000_0007' \
	"$tmp/out"
check diff_by_default grep -q \
	'0x8000001d.3.edx .*x-amd-topoext-features-only is on by default' \
	"$tmp/out"
check diff_width grep -q \
	'0x80000008.0.eax .*0x00003028 -> 0x00283028 guest physical' "$tmp/out"
check diff_has_causes test "$(grep -c 'no single change' "$tmp/out")" = 0
run "$max_model" --profile "$tiger" --diff 7.2 10.0
check diff_by_name grep -q '^+ rfds-no  *msr.0x10a.27 .*(QEMU 9.1)' "$tmp/out"
run "$max_model" --profile "$milan" --diff 10.0 10.0
check diff_of_the_same ends 0 '# 0 differences'
run "$max_model" --profile "$milan" --machine pc-q35-7.2 \
	--smp "$topology" --diff 7.2 10.0
check diff_with_a_machine test "$(grep -c topoext "$tmp/out")" = 0
run "$max_model" --profile "$milan" --diff 10.0
check diff_needs_two ends 2
run "$max_model" --profile "$milan" --diff 10.0 8.0
check diff_of_what_is_known ends 2 'versions are 7.2, 10.0 and latest'
run "$max_model" --profile "$milan" --cpu max,avx10-version=1 --diff 7.2 10.0
check diff_one_refuses ends 1 "no option or feature 'avx10-version'"

# The whole of both by the schema, and nothing that it does not know.
validate()
{
	/usr/bin/python3 -m jsonschema -i "$1" tools/max_model.schema.json \
		> "$tmp/out" 2>&1
}

# spoilt NAME FILTER: what FILTER has made of the last one is refused.
spoilt()
{
	jq "$2" "$tmp/json" > "$tmp/spoilt" || return
	check "schema_refuses_$1" eval "! validate '$tmp/spoilt'"
}

if /usr/bin/python3 -c 'import jsonschema' 2> /dev/null &&
   command -v jq > /dev/null; then
	"$max_model" --profile "$milan" --smp 2 --json > "$tmp/json"
	check schema_guest validate "$tmp/json"
	spoilt flags '.vcpus[1].cpuid[0].flags = 8'
	spoilt no_entries '.vcpus[0].cpuid = []'
	spoilt register '.vcpus[0].cpuid[0].eax = 1'
	spoilt capability '.vcpus[0].capabilities = ["KVM_CAP_IRQCHIP"]'
	"$max_model" --profile "$milan" --smp "$topology" --diff 7.2 10.0 \
		--json > "$tmp/json"
	check schema_diff validate "$tmp/json"
	check json_diff test "$(jq '.differences |
		map(select(.name == "succor" and .bit == 1 and
			   .since == "9.1" and .after == "0x1")) | length' \
		"$tmp/json")" = 1
	spoilt kind '.differences[0].kind = "bit"'
	spoilt no_reason 'del(.differences[0].reason)'
	spoilt new_key '.colour = "red"'
	spoilt both '.vcpus = [] | .qemu = ""'
else
	echo "# SKIP schema: jq or python3-jsonschema is not installed"
fi

# The guests that are not plain.
cgs=confidential-guest-support=s
sev='sev-guest,id=s,cbitpos=0,reduced-phys-bits=1'
run "$max_model" --profile "$milan" --qemu 10.0 --machine q35,$cgs \
	--object "$sev,policy=5"
check sev_es grep -q '0x8000001f .* eax=0x0000000a ebx=0x00000040' "$tmp/out"
run "$max_model" --profile "$milan" --machine q35,$cgs
check no_sev_object ends 1 "no such guest as 's'"
run "$max_model" --profile "$milan" --object sev-guest,id=s,colour=red
check object_key ends 2 "'colour' is not known"
run "$max_model" --profile "$milan" --object sev-snp-guest,id=s --qemu 7.2
check object_of_a_later_qemu ends 1 'QEMU 7.2 has no sev-snp-guest'
run "$max_model" --profile "$milan" -m 64X
check memory_size ends 2 "not a memory size: '64X'"
run "$max_model" --profile "$milan" --qemu 10.0 --cpu max,hv-relaxed \
	--cpu max,kvm-pv-enforce-cpuid
check capabilities grep -qx 'enable_cap KVM_CAP_ENFORCE_PV_FEATURE_CPUID' \
	"$tmp/out"

# What the model of a TDX guest leaves out it says.
{
	sed '/^end$/d' "$prof"
	printf '%s\n' 'tdx_attributes 0x10000000' 'tdx_xfam 0x602e7' end
} > "$tmp/tdx"
for view in --entries --names --json '--explain invtsc'; do
	# shellcheck disable=SC2086	# an option may have an argument
	run "$max_model" --profile "$tmp/tdx" --tdx $view
	check "tdx_limits${view%% *}" grep -q 'KVM_TDX_GET_CPUID' "$tmp/out"
	check "tdx${view%% *}" ends 0
done
# But not if it was recorded what the module answers; nor of another guest.
sed 's/^end$/tdx_vcpu_cpuid 0x00000007 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000001 ecx=0x00000000 edx=0x00000000\nend/' \
	"$tmp/tdx" > "$tmp/tdx-vcpu"
run "$max_model" --profile "$tmp/tdx-vcpu" --machine \
	confidential-guest-support=t --object tdx-guest,id=t
check tdx_answered grep -q '0x00000007 0x00000000 .* ebx=0x00000001' "$tmp/out"
check tdx_without_limits test "$(grep -c not.modelled "$tmp/out")" = 0
run "$max_model" --profile "$tmp/tdx" --json
check no_tdx_limits test "$(grep -c TDX "$tmp/out")" = 0

# The same from a pipe to the last byte, however often.
run "$host_profile" check "$prof"
cp "$tmp/out" "$tmp/again"
run "$host_profile" check "$tmp/again"
check profile_is_stable cmp -s "$tmp/out" "$tmp/again"
run "$host_profile" check "$tmp/cut"
check profile_is_checked ends 1 'expected "end"'
run "$host_profile" record one two
check profile_usage ends 2
mkdir "$tmp/dir"
run env KVM_DEVICE="$tmp/dir" "$host_profile" record
check device_is_a_directory ends 4 'Is a directory'
run env KVM_DEVICE=/no/such "$max_model"
check no_device ends 4 '/no/such: No such file'
run env KVM_DEVICE=/dev/null "$max_model"
check not_a_kvm ends 4 '/dev/null: KVM_CHECK_EXTENSION'
run "$max_model" --profile tests/dumps/aida64.txt
check dump_without_kvm ends 4 'max_model: tests/dumps/aida64.txt: says nothing of KVM'
check dump_without_kvm_one_line test "$(cat "$tmp/out" "$tmp/err" | wc -l)" = 1
run "$max_model" --profile tests/dumps/aida64.txt --diff 7.2 10.0
check dump_without_kvm_diff ends 4 'aida64.txt: says nothing of KVM'

# No KVM is needed to write what a dump says.
run "$host_profile" convert tests/dumps/aida64.txt /dev/full
check disk_full ends 1 'No space left'

checks_end
