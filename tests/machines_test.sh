#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Emulated machines whose programs, kernel or emulator misbehave: the results
# that were there stay, nothing that is missing passes, nothing is left behind.
# First against made-up emulators, then (unless "--fake-only") on the AMD one.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
# Alone in here, so that whatever a machine leaves behind is seen.
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/machines-test.XXXXXX")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
tmp=$TMPDIR
out=$TMPDIR/out
bin=$TMPDIR/bin
built=${build:-$PWD/build}

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell()
{
	echo "status $status"
	cat "$out.err"
	head -n 20 "$out"/*.status "$out/machine" 2> /dev/null
}

has()	# STATUS-FILE CONTENT
{
	[ "$(cat "$out/$1.status" 2> /dev/null)" = "$2" ]
}

says()	# WORDS on standard error
{
	grep -q "$1" "$out.err"
}

ends_with()	# STATUS of the last run
{
	[ "$status" -eq "$1" ]
}

one_line()
{
	[ "$(wc -l < "$out.err")" -eq 1 ]
}

both()	# COMMAND -- COMMAND, words of the first without blanks
{
	local first=()

	while [ "$1" != -- ]; do
		first+=("$1")
		shift
	done
	shift
	"${first[@]}" && "$@"
}

nothing_left()
{
	! find "$TMPDIR" -maxdepth 1 -name 'kvm-cpuid-machine.*' | grep -q . &&
		! pgrep -f "$TMPDIR/kvm-cpuid-machine" > /dev/null
}

# --- made-up emulators -----------------------------------------------------

# fake HANG-LIMIT WALL-LIMIT WORDS...: what the victim writes is the channel.
fake()
{
	local hang=$1 wall=$2

	shift 2
	rm -rf "$out"
	mkdir -p "$out"
	"$bin/watch" -d "$out" -c "$out/console.log" -n 1 -s "$hang" -w "$wall" \
		-- "$@" 2> "$out.err"
	status=$?
}

emulator()
{
	fake 2 60 "$bin/victim" "$@"
}

fake_tests()
{
	local begin=(frame B 0 "kernel=x") run=(frame S 0 prog)
	local done=(frame X 0 0) end=(frame E 0 "")

	emulator "${begin[@]}" "${run[@]}" frame O 0 text "${done[@]}" "${end[@]}"
	check "whole_run" both ends_with 0 -- has prog 0
	check "output_is_kept" grep -qx text "$out/prog.log"

	emulator chatter "${begin[@]}" noise "${run[@]}" "Next at t=0" \
		"${done[@]}" more "${end[@]}"
	check "chatter_is_skipped" both ends_with 0 -- has prog 0

	emulator "${begin[@]}" "${run[@]}" garble "${done[@]}" garble "${end[@]}"
	check "garbled_exit_frame" both ends_with 1 -- says "no exit status"

	emulator "${begin[@]}" "${run[@]}" "${end[@]}"
	check "no_exit_frame" both ends_with 1 -- says "no exit status"

	emulator "${begin[@]}" "${end[@]}"
	check "no_start_frame" both ends_with 1 -- says "no exit status"

	emulator "${begin[@]}" "${run[@]}" "${done[@]}"
	check "no_end_frame" both ends_with 1 -- says "emulator ended after prog"

	emulator "${begin[@]}" "${done[@]}"
	check "exit_without_start" both ends_with 1 -- says "never started"

	emulator "${begin[@]}" frame S 0 ../prog "${done[@]}" "${end[@]}"
	check "name_with_slash" ends_with 1

	emulator "${begin[@]}" frame F 0 "no such thing"
	check "init_gives_up" both ends_with 1 -- says "no such thing"

	emulator "${begin[@]}" "${run[@]}" spin
	check "hang_uses_cpu" both ends_with 1 -- says "hung in prog"
	check "hang_is_one_line" one_line

	emulator spin
	check "hang_at_boot" both ends_with 1 -- says "hung while booting"

	emulator "${begin[@]}" sleep
	check "idle_hang" both ends_with 1 -- says "idle for"

	fake 60 1 "$bin/victim" "${begin[@]}" "${run[@]}" spin
	check "wall_limit" both ends_with 1 -- says "time limit of 1 s"

	fake 2 8 /nonexistent/emulator
	check "no_emulator" both ends_with 1 -- says "No such file"
}

# --- the AMD machine -------------------------------------------------------

victim()	# NAME WORDS...: a program argument for run.sh
{
	local name=$1

	shift
	cp "$bin/victim" "$bin/$name"
	echo "$bin/$name $*"
}

machine()
{
	machines/run.sh --output "$out" "$@" 2> "$out.err"
	status=$?
}

amd_tests()
{
	rm -rf "$out"
	machine --program-timeout 5 -- "$(victim odd even odd)" \
		"$(victim loops start spin)" "$(victim crashes crash)" \
		"$(victim fails fail)" "$(victim leaves orphan)" \
		"$(victim sleeps sleep)" "$(victim last)"
	check "machine_survives" ends_with 0
	check "interleaved_output" [ "$(tr '\n' ' ' < "$out/odd.log")" = "even odd " ]
	check "endless_loop" has loops timeout
	check "output_before_loop" grep -qx start "$out/loops.log"
	check "crash" has crashes "signal 11"
	check "failure" has fails 3
	check "orphan" has leaves 0
	check "sleeper" has sleeps timeout
	check "those_after_run" has last 0

	machine --hang "$limit" -- "$(victim first)" "$(victim bad oops)" \
		"$(victim last)"
	check "kernel_dies" both ends_with 1 -- says " bad; console:"
	check "before_death_is_kept" has first 0
	check "after_death_is_absent" [ ! -e "$out/last.status" ]

	machine -- "$(victim bad reset)"
	check "machine_resets" both ends_with 1 -- says "ended in bad"

	machine -- "$(victim forge port frame E 0 x sleep)" "$(victim last)"
	check "forged_end" both ends_with 1 -- says "no exit status"

	machine --hang 3 --append 'rdinit=/bin/bad -- spin' -- "$(victim bad)"
	check "init_never_ends" both ends_with 1 -- says "hung while booting"

	machine --hang "$limit" --append rdinit=/none -- "$(victim last)"
	check "no_init" both ends_with 1 -- says "while booting; console: .*panic"

	machine --hang "$limit" --append clearcpuid=svm -- "$(victim last)"
	check "no_kvm" both ends_with 1 -- says "no /dev/kvm\|kvm_amd.* does not load"

	machine --module-params 'npt=0 nptt=1' -- "$(victim last)"
	check "unknown_parameter" both ends_with 1 -- says "parameters/nptt"

	machine --cpu nonsense -- "$(victim last)"
	check "no_such_cpu" both ends_with 2 -- says "QEMU .* has no CPU 'nonsense'"

	machine --kernel /bin/true -- "$(victim last)"
	check "not_a_kernel" ends_with 1
	machine -- /nonexistent
	check "no_such_program" ends_with 2
	machine "${kernel[@]:0:2}" --modules "$bin" -- "$(victim last)"
	check "no_modules" both ends_with 2 -- says "no module"
	check "nothing_left" nothing_left
}

# A signal for the whole group, as the terminal sends it, or for run.sh alone.
interrupted()
{
	local signal=$1 whom=$2 pid

	rm -rf "$out"
	mkdir -p "$out"
	setsid machines/run.sh --output "$out" -- "$(victim loops spin)" \
		2> "$out.err" &
	pid=$!
	# A slow host boots for minutes; a signal before it runs tests nothing.
	for _ in $(seq 900); do
		[ -e "$out/loops.log" ] && break
		sleep 0.2
	done
	kill "-$signal" -- "$whom$pid"
	wait "$pid"
	status=$?
}

signal_tests()
{
	interrupted INT -
	check "ctrl_c" both ends_with 130 -- nothing_left
	interrupted TERM ""
	check "terminated" both ends_with 143 -- nothing_left
	interrupted HUP -
	check "hangup" nothing_left
}

parallel()
{
	local i pids=() all=0

	for i in 1 2 3; do
		machines/run.sh --output "$out.$i" -- "$(victim "same$i" say "$i")" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || all=1
	done
	status=$all
	[ "$(cat "$out".[123]/same?.log | grep -c '^[123]$')" = 3 ]
}

# Sets kernel to the options that name what run.sh takes by itself, and limit to
# seconds of CPU time in which it boots, also on a slow host.
find_kernel()
{
	local found

	limit=5
	found=$(machines/package-kernel.sh 2> /dev/null) ||
		found=$(machines/build-kernel.sh 2> "$out.err") || return
	kernel=(--kernel "${found%%$'\n'*}")
	if [[ $found = *$'\n'* ]]; then
		kernel+=(--modules "${found#*$'\n'}")
		limit=30
	fi
}

# Facts that the first program left give the next what KVM would have said.
same_facts()
{
	local programs=("$built/x86/witness_test" "$built/x86/kvm_signature_test")
	local name

	KVM_CPUID_FACTS='' machine -- "${programs[@]}"
	rm -rf "$TMPDIR/asked"
	cp -r "$out" "$TMPDIR/asked"
	machine -- "${programs[@]}"
	for name in witness_test kvm_signature_test; do
		grep -q '^ok 1 ' "$out/$name.log" &&
			cmp "$TMPDIR/asked/$name.log" "$out/$name.log" || return
	done
}

# Two that start at once over a cache with nothing in it.
first_runs()
{
	local i pids=()

	for i in 1 2; do
		XDG_CACHE_HOME=$TMPDIR/cache machines/run.sh "${kernel[@]}" \
			--output "$out.$i" -- "$(victim "same$i" say "$i")" \
			2> "$out.err" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || return
	done
	set -- "$TMPDIR"/cache/kvm-cpuid/tools-*
	[ "$(cat "$out".[12]/same?.log | grep -c '^[12]$')" = 2 ] && [ $# = 1 ]
}

# Bochs that finds its port taken, once, as two that start together may.
port_is_taken()
{
	local fake=$TMPDIR/fake

	mkdir -p "$fake"
	cat > "$fake/bochs-bin" <<-END
		#!/bin/sh
		if [ "\$1" != --help ] && mkdir "$fake/once" 2> /dev/null; then
			echo "[RFB] RFB could not bind any port between 1 and 2" >&2
			exit 1
		fi
		exec $(command -v bochs-bin) "\$@"
	END
	chmod +x "$fake/bochs-bin"
	rm -rf "$out"
	BOCHS=$fake/bochs-bin machine --machine intel -- "$(victim last)"
}

# fake_bochs VERSION OPTION...: words is the kernel's command line.
fake_bochs()
{
	local fake=$TMPDIR/fake-$1

	mkdir -p "$fake"
	cat > "$fake/bochs-bin" <<-END
		#!/bin/sh
		echo "            Bochs x86 Emulator $1"
		[ "\$1" != --help ] || exit
		ram=\$(sed -n 's/^optramimage1: file=\(.*\), .*/\1/p' "\$3")
		grep -a -o 'console=ttyS0[[:print:]]*' "\$ram" > "$fake/words"
	END
	chmod +x "$fake/bochs-bin"
	shift
	BOCHS=$fake/bochs-bin machine --machine intel "$@" -- "$(victim last)"
	words=$(cat "$fake/words")
}

with()	# WORD... and no other of those that depend on the version
{
	local each

	each=$(tr ' ' '\n' <<< "$words" | grep 'clearcpuid=\|apicv=' | tr '\n' ' ')
	[ "${each% }" = "$*" ]
}

# Whether a distribution's kernel was kept from what costs time.
slimmed()
{
	[[ $words = *initcall_blacklist=* ]]
}

# What the kernel needs depends on the version of the emulator.
version_tests()
{
	local clear=clearcpuid=pku,xsaves,xsavec apicv=kvm_intel.enable_apicv

	fake_bochs 2.7
	check "words_bochs_2.7" with "$clear"
	fake_bochs 2.8
	check "words_bochs_2.8" with "$apicv=0" "$clear"
	fake_bochs 3.0
	check "words_bochs_3.0" with "$apicv=0"
	fake_bochs 3.1
	check "words_bochs_3.1" with
	machine --machine intel --cpu nonsense -- "$(victim last)"
	check "no_such_cpu_intel" both ends_with 2 -- says "Bochs .* has no CPU 'nonsense'"
	fake_bochs 3.0 --module-params enable_apicv=1
	check "words_of_the_user" with "$apicv=1"
	fake_bochs 3.0 "${kernel[@]}"
	check "words_of_a_kernel_by_name" slimmed
	fake_bochs 3.0
	if machines/build-kernel.sh --built > /dev/null 2>&1; then
		check "words_of_the_small_kernel" eval '! slimmed'
	else
		check "words_of_the_package" slimmed
	fi
}

intel_tests()
{
	version_tests
	port_is_taken
	check "display_port_taken" both ends_with 0 -- has last 0
	check "display_port_is_told" says "two displays met"
}

# build_bochs APT WORD...: with an apt-get that is these lines of shell.
build_bochs()
{
	local fake=$TMPDIR/fake-apt

	mkdir -p "$fake"
	printf '#!/bin/sh\n%s\n' "$1" > "$fake/apt-get"
	chmod +x "$fake/apt-get"
	shift
	PATH=$fake:$PATH XDG_CACHE_HOME=$TMPDIR/bochs machines/build-bochs.sh "$@" \
		> "$out.path" 2> "$out.err"
	status=$?
}

leaves_nothing()
{
	[ ! -s "$out.path" ] && [ -z "$(ls -d "$TMPDIR"/bochs/kvm-cpuid/bochs.* \
		"$TMPDIR"/bochs/kvm-cpuid/*/bochs 2> /dev/null)" ]
}

build_bochs_tests()
{
	build_bochs "exit 1" --built
	check "bochs_is_not_built" both ends_with 1 -- leaves_nothing
	build_bochs "echo 'E: no such suite'; exit 100"
	check "bochs_without_source" both ends_with 4 -- says "no such suite"
	check "bochs_without_source_works" both says "package bochs" -- leaves_nothing
	build_bochs 'case $* in *--tar-only*) touch bochs_3.0.orig.tar.xz ;; esac'
	check "bochs_source_is_damaged" both ends_with 3 -- says "cannot unpack"
	check "bochs_source_leaves_nothing" leaves_nothing
	build_bochs "exit 1" --bilt
	check "bochs_usage" both ends_with 2 -- leaves_nothing
}

mkdir -p "$bin"
if ! cc -std=gnu99 -O2 -Wall -Wextra -Werror -static -o "$bin/victim" \
	tests/machines_victim.c ||
   ! cc -std=gnu99 -O2 -o "$bin/watch" \
	machines/watch.c machines/results.c; then
	echo "not ok 1 build"
	exit 1
fi
fake_tests
build_bochs_tests
if [ "${1:-}" != --fake-only ]; then
	find_kernel
	if command -v qemu-system-x86_64 > /dev/null; then
		amd_tests
		signal_tests
		status=0
		check "parallel" parallel
		check "first_runs" first_runs
		check "same_facts" same_facts
	else
		echo "# SKIP the AMD machine: apt-get install qemu-system-x86"
	fi
	if command -v bochs-bin > /dev/null; then
		intel_tests
	else
		echo "# SKIP the Intel machine: apt-get install bochs"
	fi
fi
checks_end
