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

# "ID: SUMMARY"
def erratum: split(": ") | {id: .[0], summary: (.[1:] | join(": "))};

def ids: if length == 0 then null else unique end;

# $m is a report of a mismatch, the input one of its bits; {} is all of it.
def finding($m; $errata; $nth):
  {
    mismatch: $nth,
    leaf: $m.leaf, subleaf: $m.subleaf, register: $m.register,
    bit: (.bit | number), name: .name,
    msr: $m.msr, event: $m.event,
    wanted: (.wanted // $m.wanted), got: (.got // $m.got),
    register_wanted: (if $m.event then null else $m.wanted end),
    register_got: (if $m.event then null else $m.got end),
    rule: $m.rule, reason: $m.reason, who: $m.who,
    installed_by: $m.installed_by, errata: $errata
  };

# Where not every bit has a line of its own, one finding stands for the rest.
def findings_of($nth):
  split("\nbit\t")
  | (.[0] | fields) as $head
  | ($head | from_entries) as $m
  | ($head | values_of("erratum") | map(erratum.id) | ids) as $errata
  | .[1:] | map("bit\t" + . | fields | from_entries)
  | . + (if length == 0 or length < ($m.differ | number // 0)
         then [{}] else [] end)
  | map(finding($m; $errata; $nth));

def first_of($findings):
  ($findings[0] // {})
  | {leaf, subleaf, register, bit, name, msr, event, wanted, got, rule};

# The location that the harness prints is the last resort.
def reason_of($log; $findings):
  $findings[0].reason // ($log | map(select(endswith(": Test failed") | not))
    | .[0]);

def result:
  split("\nmismatch\t")
  | (.[0] | fields) as $head
  | ($head | from_entries) as $r
  | ($head | values_of("log")) as $log
  | .[1:] as $reports
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
       findings: $findings,
       log: (if $r.status == "pass" then [] else $log end)};

def count($status):
  map(select(.status == $status) | .count) | add // 0;

def summary:
  {pass: count("pass"), fail: count("fail"), skip: count("skip"),
   xfail: count("xfail"), xpass: count("xpass"), error: count("error")};

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
def errata($findings):
  split("\n") | map(select(startswith("erratum\t"))) | unique
  | join("\n") | fields | map(.value | erratum)
  | map(. as $e | . + {findings:
      ($findings | map(select(.errata // [] | index($e.id))) | length)});

def lines: map(tojson) | join(",\n  ");

def document:
  . as $text
  | split("\n\n") | map(select(. != ""))
  | map(select(startswith("result\t")) | result) as $results
  | map(select(startswith("machine\t")) | machine($results)) as $machines
  | ($machines | map({(.machine): .trouble}) | add) as $troubles
  | ($results | summary) as $summary
  | {
      schema: "kvm-cpuid-results", version: 1, suite: "kvm-cpuid",
      generated: $generated, arguments: $ARGS.positional,
      verdict: ($summary | verdict), summary: $summary,
      machines: $machines,
      errata: ($text | errata([$results[].findings[]])),
      results: ($results | map(with_trouble($troubles)))
    };

def list($key): "\"\($key)\": [\n  \(.[$key] | lines)\n]";

document
| "{\n"
  + (del(.machines, .errata, .results) | to_entries
     | map("\(.key | tojson): \(.value | tojson),\n") | join(""))
  + "\(list("machines")),\n\(list("errata")),\n\(list("results"))\n}"
