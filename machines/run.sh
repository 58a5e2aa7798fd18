#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Run programs on real KVM inside an emulated machine; see usage().

set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kvm-cpuid

machine=amd
cpu=
bochs=
smp=1
kernel=
kernel_tree=
kernel_version=
chosen_version=
is_slim=
modules=
# shellcheck disable=SC2034 # for modules.sh
params=
append=
output=
setup=
wall=600
hang=
program_limit=120
many=
files=()
programs=()
tmp=
new_tools=
watcher=
command=()

# shellcheck source-path=SCRIPTDIR source=amd.sh
. "$here/amd.sh"
# shellcheck source-path=SCRIPTDIR source=intel.sh
. "$here/intel.sh"
# shellcheck source-path=SCRIPTDIR source=cpus.sh
. "$here/cpus.sh"
# shellcheck source-path=SCRIPTDIR source=modules.sh
. "$here/modules.sh"

usage() {
	cat <<-'USAGE'
	usage: run.sh [OPTION]... --output DIR -- PROGRAM [PROGRAM]...
	       run.sh --list-cpus [--machine amd|intel]
	Boot an emulated machine with KVM and run static programs in it, one after
	the other.  PROGRAM is a host path, or "path argument argument".
	  --machine amd|intel    real kvm-amd in QEMU, real kvm-intel in Bochs
	  --cpu NAME             CPU model of the emulator; --list-cpus names them
	  --smp N                this many CPUs (1 to 8)
	  --kernel FILE          this kernel (vmlinux or bzImage)
	  --modules DIR          with KVM modules from this /lib/modules tree
	  --kernel-tree DIR      build the kernel from this tree
	  --kernel-version V     build it from Debian's linux-source-V (6.12)
	  --module-params 'P=V'  e.g. 'npt=0 nested=0 kvm.ignore_msrs=1'
	  --append 'WORDS'       more words for the kernel's command line
	  --file HOSTPATH[:NAME] put a file into the machine, at /NAME
	  --many FILE            a program that is many, by the name it is called by
	                         (without one it lists them): taken for each PROGRAM
	                         of such a name that is not newer
	  --timeout SECONDS      end the machine after this time (600)
	  --hang SECONDS         CPU time without a sign of life that is a hang (30;
	                         90 with --kernel)
	  --program-timeout S    time limit of one program, in the machine (120)
	  --output DIR           NAME.log, NAME.time (start, end) and, when it has
	                         ended, NAME.status of each program, console.log,
	                         emulator.log, machine (key=value)
	  --setup                apt-get install what is missing
	Exit status: 0 all programs ran, whatever their status; 1 the machine died or
	hung; 2 usage; 3 the kernel does not build; 4 cannot run here.
	USAGE
}

die() {
	local status=$1

	shift
	echo "machine: $*" >&2
	exit "$status"
}

bad_usage() {
	echo "run.sh: $*" >&2
	usage >&2
	exit 2
}

parse() {
	local list=

	while [ $# -gt 0 ]; do
		case $1 in
		--) shift; programs=("$@"); break ;;
		--setup) setup=1; shift; continue ;;
		--list-cpus) list=1; machine=${given_machine:-}; shift; continue ;;
		--help|-h) usage; exit 0 ;;
		--*) [ $# -ge 2 ] || bad_usage "$1 needs a value" ;;
		*) bad_usage "unexpected '$1' (programs come after --)" ;;
		esac
		case $1 in
		--machine) machine=$2; given_machine=$2 ;;
		--cpu) cpu=$2 ;;
		--smp) smp=$2 ;;
		--kernel) kernel=$2 ;;
		--kernel-tree) kernel_tree=$2 ;;
		--kernel-version) kernel_version=$2 chosen_version=$2 ;;
		--modules) modules=$2 ;;
		--module-params) params=$2 ;;
		--append) append=$2 ;;
		--timeout) wall=$2 ;;
		--hang) hang=$2 ;;
		--program-timeout) program_limit=$2 ;;
		--output) output=$2 ;;
		--file) files+=("$2") ;;
		--many) many=$2 ;;
		*) bad_usage "unknown option '$1'" ;;
		esac
		shift 2
	done
	[ -z "$list" ] || { list_cpus "$machine"; exit 0; }
}

check_number() {
	case $2 in
	''|*[!0-9]*) bad_usage "$1 takes a number of seconds, not '$2'" ;;
	esac
}

# With its forced emulation prefix KVM's emulator can be made to execute CPUID
# and other instructions.  Only tests use it, and the machine runs nothing else.
default_params() {
	case " $params " in
	*force_emulation_prefix*) ;;
	*) params+=" kvm.force_emulation_prefix=1" ;;
	esac
}

check() {
	local p

	default_params
	case $machine in
	amd|intel) ;;
	*) bad_usage "no machine '$machine'" ;;
	esac
	[[ $smp = [1-8] ]] || bad_usage "--smp takes 1 to 8 CPUs, not '$smp'"
	check_number --timeout "$wall"
	[ -z "$hang" ] || check_number --hang "$hang"
	check_number --program-timeout "$program_limit"
	[ -n "$output" ] || bad_usage "--output is missing"
	[ ${#programs[@]} -gt 0 ] || bad_usage "no program given"
	for p in "${programs[@]}"; do
		[ -x "${p%% *}" ] || bad_usage "cannot run '${p%% *}'"
	done
	[ -z "$kernel" ] || [ -r "$kernel" ] || bad_usage "no kernel '$kernel'"
	[ -z "$modules" ] || [ -d "$modules" ] || bad_usage "no directory '$modules'"
	[ -z "$many" ] || [ -x "$many" ] || bad_usage "cannot run '$many'"
}

# The kernel to build, if it is one of Debian's; with what there is instead, if
# this release does not have the one that was asked for.
choose_version() {
	local known

	[ -z "$kernel" ] || return 0
	: "${kernel_version:=$("$here/kernel-versions" --default)}"
	[ ! -e "/usr/src/linux-source-$kernel_version.tar.xz" ] || return 0
	known=$("$here/kernel-versions" | tr '\n' ' ')
	[ -n "$known" ] && [[ " $known" != *" $kernel_version "* ]] || return 0
	die 4 "cannot run here: this release has no linux-source-$kernel_version;" \
		"--kernel-version can be ${known% }"
}

# make, and the kernel's own rules, take a blank or a colon for the end of a name.
check_paths() {
	local dir

	for dir in "$here" "$cache" "$kernel_tree"; do
		case $dir in
		*[[:space:]:]*)
			die 4 "make cannot work in a path with a blank or a colon: $dir" ;;
		esac
	done
}

# What the host lacks, as Debian packages.
missing_packages() {
	local package probe args=(--kernel-version "$kernel_version")

	[ -z "$kernel" ] || args=(--no-kernel)
	"$here/packages" --machine "$machine" "${args[@]}" --with-probes |
	while read -r package probe; do
		case $probe in
		/*) [ -e "$probe" ] || echo "$package" ;;
		*) command -v "$probe" > /dev/null || echo "$package" ;;
		esac
	done
}

need_packages() {
	local missing

	missing=$(missing_packages | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	[ -n "$setup" ] ||
		die 4 "cannot run here: apt-get install ${missing% }"
	echo "machine: apt-get install $missing" >&2
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends $missing >&2 ||
		die 4 "apt-get could not install $missing"
}

# The small programs of this directory, compiled once per version of them.  They
# get their name when all are there: who comes second sees all or nothing, and
# throws his own away.  Those that nobody has used for a week go.
build_tools() {
	local id

	id=$(cat "$here"/*.[chS] "$here"/tools.mk | cksum | cut -d' ' -f1)
	tools=$cache/tools-$id
	touch -c "$tools/done" "$tools" 2> /dev/null || true
	[ ! -e "$tools/done" ] || return 0
	mkdir -p "$cache"
	find "$cache" -maxdepth 1 -name 'tools-*' -mtime +7 -exec rm -rf {} +
	new_tools=$(mktemp -d "$cache/tools-new.XXXXXX")
	make -s -f "$here/tools.mk" SRC="$here" OUT="$new_tools" \
		MAKEFLAGS= > "$tmp/tools.log" 2>&1 ||
		{ cat "$tmp/tools.log" >&2; die 4 "the machines' tools do not build"; }
	touch "$new_tools/done"
	chmod 755 "$new_tools"
	mv -T "$new_tools" "$tools" 2> /dev/null || rm -rf "$new_tools"
}

# Debian's own kernel, where --setup brought one and none has been built.
take_package() {
	local found

	[ -z "$chosen_version$modules" ] || return 1
	found=$("$here/package-kernel.sh" --version "$kernel_version") || return 1
	kernel=${found%$'\n'*}
	modules=${found#*$'\n'}
}

find_kernel() {
	local args=(--version "$kernel_version") status=0

	[ -z "$kernel" ] || return 0
	if [ -n "$kernel_tree" ]; then
		args=(--kernel-tree "$kernel_tree")
	elif take_package; then
		return 0
	fi
	kernel=$("$here/build-kernel.sh" "${args[@]}") || status=$?
	[ "$status" -eq 0 ] || exit "$status"
	is_slim=1
}

# What a distribution's kernel does at boot that KVM has no part in, and that
# takes half of its time in an emulator.  The timers are there only to measure the
# TSC with, whose frequency it is told; slim.config has none of all this.
distribution_words() {
	local calls=(jent_mod_init init_kprobe_trace trace_eval_init
		bpf_tcp_ca_kfunc_init load_system_certificate_list)
	local IFS=,

	echo "cryptomgr.notests init_on_alloc=0 hpet=disable pmtmr=0" \
		"initcall_blacklist=${calls[*]}"
}

# One that was built here is small; of others nothing is known.
suit_kernel() {
	if [ -z "$is_slim" ]; then
		append="$(distribution_words) $append"
		: "${hang:=90}"
	fi
	: "${hang:=30}"
}

# An ELF vmlinux is entered directly; a bzImage is unpacked to one first.
unpack_kernel() {
	vmlinux=$kernel
	[ "$(head -c 4 "$kernel" | tail -c 3 | tr -d '\0')" != ELF ] || return 0
	vmlinux=$tmp/vmlinux
	"$here/unpack-kernel.sh" "$kernel" "$vmlinux" ||
		die 1 "cannot find the kernel in $kernel"
}

# Whether $many has program $1 as well, of the same build.
is_one_of_many() {
	[ -n "$many" ] && [ ! "$1" -nt "$many" ] &&
		[[ $many_names == *$'\n'"${1##*/}"$'\n'* ]]
}

add_program() {
	local words=("$@") name=${1##*/}

	case " ${names[*]-} " in
	*" $name "*) bad_usage "two programs are called '$name'" ;;
	esac
	names+=("$name")
	echo "run $name ${words[*]:1}" >> "$tmp/plan"
	if is_one_of_many "$1"; then
		cpio+=("bin/$name>${many##*/}")
		return
	fi
	strip -o "$tmp/bin-$name" "$1" 2> /dev/null ||
		cp "$1" "$tmp/bin-$name"
	cpio+=("bin/$name=$tmp/bin-$name")
}

make_initramfs() {
	local f p words many_names=

	names=()
	cpio=("init=$tools/init" "plan=$tmp/plan")
	echo "limit $program_limit" > "$tmp/plan"
	# Set and empty: each program asks KVM by itself.
	[ -z "${KVM_CPUID_FACTS-set}" ] ||
		echo "facts /tmp/kvm-cpuid.facts" >> "$tmp/plan"
	[ -z "$modules" ] || add_modules
	echo "want /dev/kvm" >> "$tmp/plan"
	want_params
	echo "begin -" >> "$tmp/plan"
	if [ -n "$many" ]; then
		many_names=$'\n'$("$many")$'\n'
		cpio+=("bin/${many##*/}=$many")
	fi
	for p in "${programs[@]}"; do
		read -r -a words <<< "$p"
		add_program "${words[@]}"
	done
	for f in ${files[@]+"${files[@]}"}; do
		case $f in
		*:*) cpio+=("${f##*:}=${f%:*}") ;;
		*) cpio+=("$(basename "$f")=$f") ;;
		esac
	done
	"$tools/mkcpio" "$tmp/initrd" "${cpio[@]}" || die 2 "no initramfs"
}

prepare_output() {
	local name old=()

	mkdir -p "$output"
	for name in "${names[@]}"; do
		old+=("$output/$name".{log,time,status})
	done
	rm -f "$output/console.log" "$output/machine" "$output/emulator.log" \
		"${old[@]}"
	: > "$output/console.log"
}

# shellcheck disable=SC2317 # reached through trap
cleanup() {
	[ -z "$watcher" ] || kill "$watcher" 2> /dev/null || true
	[ -z "$watcher" ] || wait "$watcher" 2> /dev/null || true
	[ -z "$tmp" ] || rm -rf "$tmp"
	[ -z "$new_tools" ] || rm -rf "$new_tools"
}

# In the background, so that a signal to this shell is not kept waiting.
watch_machine() {
	local status=0

	"$tools/watch" -d "$output" -c "$output/console.log" \
		-n "${#programs[@]}" -w "$wall" -s "$hang" -- \
		"${command[@]}" &
	watcher=$!
	wait "$watcher" || status=$?
	watcher=
	return "$status"
}

# Two that start at the same moment may try to listen on the same port, and
# Debian's Bochs has no display without one.  The next time one of them has it.
no_free_port() {
	grep -qs 'RFB could not bind any port' "$output/emulator.log"
}

run_machine() {
	local status tries=5

	while :; do
		status=0
		prepare_output
		watch_machine || status=$?
		[ "$status" -ne 0 ] && no_free_port && [ $((tries -= 1)) -gt 0 ] ||
			return "$status"
		echo "run.sh: two displays met at one port; once more" >&2
		sleep "0.$((RANDOM % 900 + 100))"
	done
}

emulator() {
	case $machine in
	amd) echo QEMU ;;
	intel) echo Bochs ;;
	esac
}

finish() {
	local status=$1

	{
		echo "machine=$machine"
		echo "cpu=$cpu"
		[ "$smp" = 1 ] || echo "smp=$smp"
		case $(cpu_column adds) in
		"kvm-amd: "*) echo "kvm=kvm-amd" ;;
		esac
		echo "emulator=$(emulator) ${versions[$machine]}"
		cat "$output/machine.part"
		echo "status=$status"
	} > "$output/machine"
	rm -f "$output/machine.part"
	exit "$status"
}

parse "$@"
check
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
check_paths
choose_version
need_packages
choose_cpu
add_emulator_params
# What the kernel does not know goes to the environment of all programs.
append+=" KVM_CPUID_EMULATOR=$(emulator)-${versions[$machine]}"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/kvm-cpuid-machine.XXXXXX")
build_tools
find_kernel
suit_kernel
unpack_kernel
make_initramfs
status=0
"command_$machine"
run_machine || status=$?
finish "$status"
