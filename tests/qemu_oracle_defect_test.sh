#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# qemu_oracle_test.sh tells a KVM that refuses a feature MSR it offers from a
# fault of the model, whichever case meets it first; and nothing else passes
# for that.
set -u

cd "$(dirname "$0")/.." || exit 2
real=${QEMU:-qemu-system-x86_64}
# shellcheck source=tests/oracle/oracle.sh
. tests/oracle/oracle.sh
command -v "$real" > /dev/null || skip "$real is not installed"
command -v objdump > /dev/null || skip "objdump is not installed"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/defect.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
export QEMU=$tmp/qemu QEMU_PROGRAM=${QEMU_PROGRAM:-$(command -v "$real")}
export ORACLE_SITES=$tmp/sites
oracle_sites > "$ORACLE_SITES"
host=tests/profiles/intel-tigerlake-6.12.profile
nr=0
failed=0

result()
{
	nr=$((nr + 1))
	[ "$1" = 0 ] || failed=1
	[ "$1" = 0 ] && echo "ok $nr $2" || echo "not ok $nr $2"
}

# fake_qemu PATTERN MESSAGE: aborts with the message if the options are such.
fake_qemu()
{
	cat > "$QEMU" << END
#!/bin/bash
case "\$*" in
*arch-capabilities=off*) ;;
*$1*)
	echo "qemu-system-x86_64: error: $2" >&2
	kill -ABRT \$\$
	;;
esac
exec $real "\$@"
END
	chmod +x "$QEMU"
}

oracle()
{
	bash tests/qemu_oracle_test.sh -H "$host" -c "$1" > "$tmp/out" 2>&1
}

fake_qemu level=4 "failed to set MSR 0x10a to 0x10c0c0d"
oracle low_level
rc=$?
[ "$rc" != 4 ] || { cat "$tmp/out"; exit 4; }
[ "$rc" = 0 ] && grep -q '^# defect of this KVM: .* MSR 0x10a' "$tmp/out" &&
	grep -q '^ok 1 .*low_level$' "$tmp/out"
result $? "defect met by one case only"

# The option helps, and the case is compared all the same: 1 of the level
# that QEMU was not told.
fake_qemu level=4 "failed to set MSR 0x10a to 0x10c0c0d"
sed -i 's/^exec .*/exec '"$real"' "${@\/level=4\/level=5}"/' "$QEMU"
! oracle low_level && grep -q '^not ok 1 .*low_level$' "$tmp/out"
result $? "what differs still fails"

fake_qemu level=4 "failed to set MSR 0x12345 to 0x0"
! oracle low_level && ! grep -q '^# defect' "$tmp/out"
result $? "an MSR that no feature stands for is no defect"

fake_qemu q35 "Assertion failed"
! oracle plain && ! grep -q '^# defect' "$tmp/out"
result $? "an abort for another reason is no defect"

echo "1..$nr"
exit "$failed"
