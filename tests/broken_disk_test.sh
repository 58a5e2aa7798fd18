#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A disk that is full, a directory that is gone, a kill in the middle: nothing
# that is half written is taken for whole, nothing missing for passed.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
here=$PWD
linux=${build:-$here/build}/linux
tmp=$(mktemp -d "${TMPDIR:-/tmp}/broken-disk.XXXXXX")
small=$tmp/small
status=0

# shellcheck disable=SC2329 # reached by trap
cleanup()
{
	umount "$small" 2> /dev/null
	rm -rf "$tmp"
}
trap cleanup EXIT

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell()
{
	echo "status $status"
	tail -n 15 "$tmp/out" "$tmp/err" 2> /dev/null
}

ends() { [ "$status" -eq "$1" ]; }
not_green() { [ "$status" -ne 0 ]; }
says() { cat "$tmp/out" "$tmp/err" | grep -q -e "$1"; }
not() { ! "$@"; }

# A suite with one program of no weight, which prints $1 lines.
make_suite()
{
	suite=$tmp/suite
	mkdir -p "$suite/x86" "$suite/build/x86"
	cp -a run_tests.sh scripts settings "$suite"
	printf 'all unit:\n' > "$suite/Makefile"
	echo "/* One */" > "$suite/x86/one_test.c"
	cat > "$suite/build/x86/one_test" <<-'END'
		#!/bin/bash
		echo TAP version 13
		echo "1..$LINES_TO_SAY"
		for ((i = 1; i <= LINES_TO_SAY; i++)); do
			echo "ok $i case.$i" || exit 1
		done
	END
	chmod +x "$suite/build/x86/one_test"
}

# run LINES ARGUMENT...: /dev/null is a device that opens.
run()
{
	status=0
	LINES_TO_SAY=$1 KVM_DEVICE=/dev/null "$suite/run_tests.sh" \
		--machine host "${@:2}" > "$tmp/out" 2> "$tmp/err" || status=$?
}

full_disk()
{
	mkdir "$small"
	if ! mount -t tmpfs -o size=64k none "$small" 2> /dev/null; then
		skip full_disk "a small tmpfs needs root"
		return
	fi
	run 20 --output "$small/fits"
	check small_disk_fits ends 0
	run 20000 --output "$small/log"
	check log_does_not_fit not_green
	check log_is_lost says '^not ok 1 .*one_test'
	rm -rf "$small/log"
	run 2000 --output "$small/tap"
	check tap_does_not_fit not_green
	rm -rf "$small/tap"
	# Nothing fits, not even a status.
	mkdir "$small/none"
	dd if=/dev/zero of="$small/fill" bs=4k > /dev/null 2>&1
	run 5 --output "$small/none"
	check nothing_fits not_green
	umount "$small"
}

read_only()
{
	mkdir "$tmp/ro"
	chmod 555 "$tmp/ro"
	if [ -w "$tmp/ro" ]; then
		skip read_only "root may write anywhere"
		return
	fi
	run 5 --output "$tmp/ro/results"
	check read_only ends 2
}

# The program takes the directory of its results away.
vanishing()
{
	cp "$suite/build/x86/one_test" "$tmp/keep"
	# shellcheck disable=SC2016 # for the program
	echo "rm -rf '$tmp/gone'" >> "$suite/build/x86/one_test"
	run 5 --output "$tmp/gone"
	check output_vanishes not_green
	cp "$tmp/keep" "$suite/build/x86/one_test"
}

# killed SIGNAL: run_tests.sh in the middle of its program.
killed()
{
	local pid

	echo 'echo not ok 6; sleep 30' >> "$suite/build/x86/one_test"
	LINES_TO_SAY=5 KVM_DEVICE=/dev/null setsid "$suite/run_tests.sh" \
		--machine host --output "$tmp/killed" \
		> "$tmp/out" 2> "$tmp/err" &
	pid=$!
	for _ in $(seq 100); do
		grep -qs 'not ok 6' "$tmp/killed/one_test.log" && break
		sleep 0.1
	done
	kill "-$1" -- "-$pid"
	wait "$pid" 2> /dev/null
	cp "$tmp/keep" "$suite/build/x86/one_test"
	check "killed_by_$1_has_no_status" not test -e "$tmp/killed/one_test.status"
	# Nobody can be asked to add "not ok" who is killed.
	check "killed_by_$1_has_no_pass" not grep -q '^ok ' "$tmp/killed/results.tap"
	run 5 --output "$tmp/killed"
	check "after_$1_a_run_is_whole" ends 0
	rm -rf "$tmp/killed"
}

# --- make -------------------------------------------------------------------

# A compiler that writes half of what it should, and is killed.
half_compiler()
{
	cat > "$tmp/half-cc" <<-'END'
		#!/bin/bash
		for ((i = 1; i <= $#; i++)); do
			[ "${!i}" = -o ] && { i=$((i + 1)); out=${!i}; }
		done
		case $out in
		*one_test*) echo half > "$out"; kill -KILL $PPID; sleep 1 ;;
		esac
		exec gcc "$@"
	END
	chmod +x "$tmp/half-cc"
}

killed_make()
{
	local tree=$tmp/tree

	if [ ! -e "$linux/tools/testing/selftests/lib.mk" ]; then
		skip killed_make "no kernel files in $linux"
		return
	fi
	half_compiler
	mkdir -p "$tree/x86" "$tree/lib"
	cp -a Makefile config settings guest_code "$tree"
	cp -a lib/*.h lib/cpuid.c "$tree/lib"
	printf '%s\n' '// SPDX-License-Identifier: GPL-2.0-only' \
		'int main(void) { return 0; }' > "$tree/x86/one_test.c"
	status=0
	make -s -C "$tree" KSRC="$linux" LIBC=glibc CC="$tmp/half-cc" \
		> "$tmp/out" 2> "$tmp/err" || status=$?
	sleep 1
	check make_is_killed not_green
	check no_half_object not test -e "$tree/build/x86/one_test.o"
	status=0
	make -s -C "$tree" KSRC="$linux" LIBC=glibc > "$tmp/out" \
		2> "$tmp/err" || status=$?
	check make_again ends 0
	check program_is_whole "$tree/build/x86/one_test"
}

# --- the machines' results --------------------------------------------------

# One program that ends well, in a machine that is made up.
watch_one()
{
	status=0
	"$tmp/watch" -d "$tmp/watched" -c "$tmp/console" -n 1 -s 5 -w 60 -- \
		"$tmp/victim" frame B 0 kernel=x frame S 0 prog \
		frame O 0 text frame X 0 0 frame E 0 "" \
		> "$tmp/out" 2> "$tmp/err" || status=$?
}

full_watch()
{
	local cc=(cc -std=gnu99 -O2)

	if [ ! -c /dev/full ]; then
		skip watch "there is no /dev/full"
		return
	fi
	if ! "${cc[@]}" -o "$tmp/victim" -static tests/machines_victim.c ||
	   ! "${cc[@]}" -o "$tmp/watch" machines/watch.c machines/results.c; then
		skip watch "the machines' tools do not build here"
		return
	fi
	mkdir "$tmp/watched"
	ln -s /dev/full "$tmp/watched/prog.log"
	watch_one
	check watch_log_is_full not_green
	check watch_says_so says 'cannot write the log of prog'
	rm -f "$tmp/watched"/*
	ln -s /dev/full "$tmp/watched/prog.status"
	watch_one
	check watch_status_is_full not_green
}

make_suite
full_disk
read_only
vanishing
killed TERM
killed KILL
killed_make
full_watch
checks_end
