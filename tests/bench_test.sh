#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scripts/bench.sh with a made-up suite: figures are kept, and a ratio that is
# worse than the committed one fails, a second of the clock does not.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bench-test.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=tests/check.sh
. tests/check.sh

suite=$tmp/suite
mkdir -p "$suite"/{scripts,machines,build/tools}
cp scripts/bench.sh "$suite/scripts/"
printf 'amd\texits_per_cpuid\t1.0\namd\tsuite_to_boot\t10\n' \
	> "$suite/scripts/bench.tsv"
printf 'all: ;\n' > "$suite/Makefile"
cat > "$suite/machines/run.sh" <<'END'
#!/bin/sh
mkdir -p "$4"
echo "exits_per_cpuid $EXITS ratio" > "$4/bench_probe.log"
echo "vcpus_64 $TOTAL ms" > "$4/bench_growth.log"
END
cat > "$suite/run_tests.sh" <<'END'
#!/bin/sh
mkdir -p "$4"
printf 'guest_boot_ms=100\nguest_total_ms=%s\nguest_idle_ms=50\n' \
	"$((TOTAL + 50))" > "$4/machine"
END
for program in bench_probe bench_growth; do
	printf '#!/bin/sh\necho "seconds 1 s"\n' > "$suite/build/tools/$program"
done
chmod +x "$suite/machines/run.sh" "$suite/run_tests.sh" \
	"$suite"/build/tools/bench_*

# ends_with STATUS EXITS TOTAL
ends_with()
{
	EXITS=$2 TOTAL=$3 "$suite/scripts/bench.sh" "$suite/build" \
		> "$tmp/out" 2>&1
	[ $? = "$1" ]
}

says()
{
	grep -qxF "$1" "$tmp/out"
}

check as_before ends_with 0 1.0 1000
check a_little_worse ends_with 0 1.14 1000
check each_exit_twice ends_with 1 2.0 1000
check says_which says 'WORSE: amd exits_per_cpuid is 2.0, was 1.0'
check suite_grew ends_with 1 1.0 1200
check history_has_all [ "$(grep -c ' amd exits_per_cpuid ' \
	"$suite/build/bench.history")" = 4 ]
check history_has_growth [ "$(grep -c ' intel vcpus_64 ' \
	"$suite/build/bench.history")" = 4 ]
checks_end
