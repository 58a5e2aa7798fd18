#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each selftest with something that is no usable /dev/kvm: it says so in one
# line that names the file and the reason, skips all that it planned, and ends
# with status 4.
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-$PWD/build}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bad-device.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

programs=("$build"/x86/*_test)
if [ ! -x "${programs[0]}" ]; then
	echo "1..0 # SKIP no programs in $build/x86"
	exit 4
fi

nr=0
failed=0
as=()	# who runs it

# wrong DEVICE REASON: what is wrong with what the program did; or nothing.
wrong()
{
	local plan skipped

	plan=$(sed -n 's/^1\.\.//p' "$tmp/out")
	skipped=$(grep -c '^ok .*# SKIP' "$tmp/out")
	[ "$status" -eq 4 ] || echo "status is $status, not 4"
	[ "$plan" = "$skipped" ] ||
		echo "$skipped skipped, of a plan of ${plan:-nothing}"
	grep -q "^# .*$1.*$2" "$tmp/out" || echo "does not say '$1: $2'"
}

# try WHAT DEVICE REASON
try()
{
	local program status faults bad=0

	nr=$((nr + 1))
	for program in "${programs[@]}"; do
		status=0
		KVM_DEVICE=$2 timeout 20 "${as[@]}" "$program" \
			> "$tmp/out" 2>&1 || status=$?
		faults=$(wrong "$2" "$3")
		[ -z "$faults" ] && continue
		printf '%s: %s\n' "$(basename "$program")" "$faults" |
			sed 's/^/# /'
		bad=1
	done
	[ "$bad" = 0 ] && echo "ok $nr $1" && return
	echo "not ok $nr $1"
	failed=1
}

# Root may open anything, so somebody else has to try, from where he may look.
try_no_permission()
{
	if [ "$(id -u)" != 0 ] || ! mknod -m 600 "$tmp/kvm" c 10 232; then
		nr=$((nr + 1))
		printf '# needs root and mknod\nok %d no_permission # SKIP\n' \
			"$nr"
		return
	fi
	chmod 755 "$tmp"
	cp "${programs[@]}" "$tmp"
	programs=("$tmp"/*_test)
	as=(setpriv --reuid 65534 --clear-groups)
	try no_permission "$tmp/kvm" "Permission denied"
}

: > "$tmp/file"
try no_device "$tmp/none" "No such file or directory"
try directory "$tmp" "Is a directory"
try regular_file "$tmp/file" "Not a tty\|Inappropriate ioctl"
try other_device /dev/null "Not a tty\|Inappropriate ioctl"
try_no_permission

echo "1..$nr"
exit $failed
