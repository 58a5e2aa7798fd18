# SPDX-License-Identifier: GPL-2.0-only
#
# Makes the JSON document of scripts/results.schema.json from the records that
# scripts/records.awk wrote, read raw and whole:
#
#   jq -Rrs --arg generated TIME -f results.jq RECORDS --args -- ARGUMENT...
#
# One result a line, so that diff and grep are of use.

# "KEY<tab>VALUE" lines, as entries; a value may hold tabs.
def fields:
  split("\n") | map(select(. != "") | split("\t")
    | {key: .[0], value: (.[1:] | join("\t"))});

def values_of($key): map(select(.key == $key) | .value);

def number: if . == null then null else (tonumber? // null) end;

def text: if . == null then null else tostring end;

def ids: if length == 0 then null else unique end;

# $m is what the program says of a mismatch, the input one of its bits; {} is
# all of it.
def finding($m; $nth):
  (if $m.kind == "event" then null else $m end) as $register
  | {
    mismatch: $nth,
    leaf: $m.leaf, subleaf: $m.subleaf, register: $m.register,
    bit: .bit, name: .name,
    msr: $register.msr, event: $m.text,
    wanted: (.wanted // $m.wanted | text), got: (.got // $m.got | text),
    register_wanted: $register.wanted, register_got: $register.got,
    rule: $m.rule, reason: $m.reason, who: $m.who,
    installed_by: $m.installed_by,
    errata: (if $m.errata then [$m.errata] else null end),
    follows: $m.follows
  };

# Where many bits differ that have no name, one finding stands for those.
def findings_of($nth):
  . as $m
  | (.bits // []) as $bits
  | (if ($bits | length) <= 8 then $bits
     else $bits | map(select(.name)) end) as $told
  | $told + (if ($told | length) == 0 or ($told | length) < ($bits | length)
             then [{}] else [] end)
  | map(finding($m; $nth));

def is_finding: .kind == "cpuid" or .kind == "msr" or .kind == "event";

def first_of($findings):
  ($findings[0] // {})
  | {leaf, subleaf, register, bit, name, msr, event, wanted, got, rule};

# The location that the harness prints is the last resort.
def reason_of($log; $findings):
  $findings[0].reason // ($log | map(select(endswith(": Test failed") | not))
    | .[0]);

def result:
  fields as $fields
  | ($fields | from_entries) as $r
  | ($fields | values_of("log")) as $log
  | ($fields | values_of("machine_line") | map(fromjson? // empty)) as $said
  | ($said | map(select(is_finding))) as $reports
  | [range($reports | length) as $i | $reports[$i] | findings_of($i + 1)[]]
  | . as $findings
  | {suite: "kvm-cpuid", test: $r.result, machine: $r.machine,
     status: $r.status, count: ($r.count | number),
     start: ($r.start | number), seconds: ($r.seconds | number)}
    + first_of($findings)
    + {reason: ($r.reason //
         if $r.status == "pass" then null
         else reason_of($log; $findings) end),
       errata: (map(.errata // [] | .[]) | ids),
       follows: $r.follows,
       not_judged: ($said | map(select(.kind == "not_judged") | .reason)),
       findings: $findings,
       log: (if $r.status == "pass" then [] else $log end)};

# Of one result: what the program says of the defects themselves.
def errata_said:
  fields | values_of("machine_line") | map(fromjson? // empty)
  | map(select(.kind == "erratum"));

# Likewise of causes: what follows from them.
def cause_said:
  fields | values_of("machine_line") | map(fromjson? // empty)
  | map(select(.kind == "cause"));

def count($status):
  map(select(.status == $status) | .count) | add // 0;

def summary:
  {pass: count("pass"), fail: count("fail"), skip: count("skip"),
   xfail: count("xfail"), xpass: count("xpass"), error: count("error"),
   not_judged: ([.[] | .machine as $m | .not_judged[] | [$m, .]]
     | unique | length)};

def verdict:
  if .fail + .error > 0 then "fail"
  elif .pass + .xfail + .xpass > 0 then "pass"
  else "skip" end;

def machine($results):
  (fields | from_entries)
  | .machine as $name
  | {machine, commit, config, parameters, kernel, cpu, kvm, emulator, why, seconds: (.seconds | number),
     boot_seconds: (.boot_seconds | number), trouble}
    + {summary: ($results | map(select(.machine == $name)) | summary)};

# What is known of the machine says more than that a program did not return.
def with_trouble($machines):
  if .status == "error" and (.reason // "" | startswith("lost results"))
  then .reason += ($machines[.machine] | if . then " (\(.))" else "" end)
  else . end;

# What is known of KVM, and how many findings it explains.
def errata($said; $findings):
  $said | group_by(.errata) | map(.[0]
    | {id: .errata, summary: "\(.summary) (\(.why))"}
    | . as $e | . + {findings:
      ($findings | map(select(.errata // [] | index($e.id))) | length)})
  | map(select(.findings > 0));

def causes($said; $results):
  $said | group_by(.follows) | map(.[0].follows as $id
    | {id: $id, summary: .[0].summary,
       results: ($results | map(select(.follows == $id)) | length)})
  | map(select(.results > 0));

def lines: map(tojson) | join(",\n  ");

def document:
  split("\n\n") | map(select(. != ""))
  | map(select(startswith("result\t")) | result) as $results
  | [.[] | select(startswith("result\t")) | errata_said[]] as $said
  | [.[] | select(startswith("result\t")) | cause_said[]] as $causes
  | map(select(startswith("machine\t")) | machine($results)) as $machines
  | ($machines | map({(.machine): .trouble}) | add) as $troubles
  | ($results | summary) as $summary
  | {
      schema: "kvm-cpuid-results", version: 1, suite: "kvm-cpuid",
      generated: $generated, arguments: $ARGS.positional,
      verdict: ($summary | verdict), summary: $summary,
      machines: $machines,
      errata: errata($said; [$results[].findings[]]),
      causes: causes($causes; $results),
      results: ($results | map(with_trouble($troubles)))
    };

def list($key): "\"\($key)\": [\n  \(.[$key] | lines)\n]";

document
| "{\n"
  + (del(.machines, .errata, .causes, .results) | to_entries
     | map("\(.key | tojson): \(.value | tojson),\n") | join(""))
  + "\(list("machines")),\n\(list("errata")),\n\(list("causes")),\n\(list("results"))\n}"
