# SPDX-License-Identifier: GPL-2.0-only
#
# What differs between the results of two runs, or of two machines of a run:
#
#   jq -L scripts -s [--arg a MACHINE] [--arg b MACHINE] --arg file_a .. --arg file_b .. \
#	-f two_runs.jq A.json B.json
#
# Without machines results are matched by machine and test, with them by test.
# Makes {sides: [..], same: N, rows: [{test, machine, a, b}]} where a and b are
# {status, why}, or null where that side has no such result.

include "html_common";

def side($machine):
  .results | map(select($machine == "" or .machine == $machine)
    | . + {key: (if $machine == "" then "\(.machine) \(.test)" else .test end)})
  | group_by(.key)
  | map({key: .[0].key, value: {test: .[0].test, machine: .[0].machine,
         status: worst, why: (first(.[] | select(.findings != [] or .reason)) // .[0] | gist)}})
  | from_entries;

def machine_of($machine):
  .machines | map(select($machine == "" or .machine == $machine))
  | map([.machine, .kvm, .cpu, if .kernel then "Linux \(.kernel)" else null end]
        | map(select(.)) | join(", "));

($ARGS.named.a // "") as $ma | ($ARGS.named.b // "") as $mb
| (.[0] | side($ma)) as $a | (.[1] | side($mb)) as $b
| ([$a, $b | keys[]] | unique) as $keys
| {sides: [{file: $file_a, machines: (.[0] | machine_of($ma)), summary: .[0].summary},
           {file: $file_b, machines: (.[1] | machine_of($mb)), summary: .[1].summary}],
   same: ([$keys[] | select($a[.].status == $b[.].status)] | length),
   rows: [$keys[] | select($a[.].status != $b[.].status)
          | {test: ($a[.] // $b[.]).test,
             machine: (if $ma == "" then ($a[.] // $b[.]).machine else null end),
             a: ($a[.] | if . then {status, why} else null end),
             b: ($b[.] | if . then {status, why} else null end)}]}
