# SPDX-License-Identifier: GPL-2.0-only
#
# The bit map: for each machine what tools/cpuid_map printed there, one sign a
# bit.  A bit that is 0 everywhere and has no name is a plain dot, which keeps
# the page small.

include "html_common";

def nibbles: {
  "48": [0,0,0,0], "49": [0,0,0,1], "50": [0,0,1,0], "51": [0,0,1,1],
  "52": [0,1,0,0], "53": [0,1,0,1], "54": [0,1,1,0], "55": [0,1,1,1],
  "56": [1,0,0,0], "57": [1,0,0,1], "97": [1,0,1,0], "98": [1,0,1,1],
  "99": [1,1,0,0], "100": [1,1,0,1], "101": [1,1,1,0], "102": [1,1,1,1]};

# "0x0000000f" as 32 numbers, bit 31 first; null of "-".
def word_bits:
  nibbles as $n
  | if startswith("0x") then [.[2:] | explode[] | $n[tostring][]] else null end;

# [class, sign] of a bit.
def state($wanted; $got; $cpu; $kvm):
  if $wanted == null or $got == null then ["q", "?"]
  elif $wanted != $got then ["w", if $got == 1 then "+" else "−" end]
  elif $got == 1 then
    if $cpu == 1 and $kvm == 1 then ["s", "1"] else ["v", "v"] end
  elif $kvm == 1 then ["k", "k"]
  elif $cpu == 1 then ["h", "h"]
  else ["", "·"] end;

def shown: if . == null then "-" else tostring end;

# Blocks of a register and its bits.
def registers:
  ("\n" + .) | split("\nregister\t")[1:]
  | map(split("\n")
    | (.[0] | split("\t")) as $f
    | ($f[3:7] | map(word_bits)) as $views
    | {leaf: $f[0], subleaf: $f[1], reg: $f[2], wanted: $f[3], got: $f[4],
       views: $views,
       names: ([.[1:][] | select(startswith("bit\t")) | split("\t")
         | {(.[4]): .[5]}] | add // {})}
    | .bits = [range(32) as $i
        | state($views[0][$i]; $views[1][$i]; $views[2][$i]; $views[3][$i])]
    | .wrong = [range(32) as $i | select(.bits[$i][0] == "w")
        | {bit: (31 - $i), name: .names[(31 - $i) | tostring],
           sign: .bits[$i][1]}]);

def told($r; $i):
  (31 - $i) as $bit
  | $r.names[$bit | tostring] as $name
  | "bit \($bit)\(if $name == null or $name == "-" then "" else " \($name)" end)"
    + ": wanted \($r.views[0][$i] | shown), got \($r.views[1][$i] | shown)"
    + ", CPU \($r.views[2][$i] | shown), KVM \($r.views[3][$i] | shown)";

def cell($r; $i):
  $r.bits[$i] as $s
  | (if $i % 8 == 0 and $i > 0 then " " else "" end)
    + if $s[0] == "" and $r.names[(31 - $i) | tostring] == null then $s[1]
      else "<b\(if $s[0] == "" then "" else " class=\($s[0])" end)"
        + " title=\"\(told($r; $i) | h)\">\($s[1])</b>" end;

def register_row:
  . as $r
  | "<tr\(if .wrong == [] then "" else " class=bad" end)>"
    + "<th scope=row>\(.reg)</th><td class=bits>"
    + ([range(32) as $i | cell($r; $i)] | join("")) + "</td>"
    + "<td>\(.wanted)</td><td>\(.got)</td></tr>\n";

def ruler: "31    24 23    16 15     8 7      0";

def leaf_title:
  "\(.leaf)" + (.subleaf | ltrimstr("0x") | sub("^0+(?=.)"; "") | ".\(.)");

# In words, for who cannot hover.
def differences:
  map(. as $r | .wrong | select(. != [])
    | "\($r.reg): " + (map("\(.sign)\(.bit)"
        + (if .name == null or .name == "-" then "" else " \(.name | h)" end))
      | join(", ")))
  | if . == [] then "" else
      "<tr class=bad><td colspan=4 class=diff><span>✗ differs in \(join("; "))</span></td></tr>\n"
    end;

def leaf_rows:
  "<tbody><tr class=leaf><th scope=rowgroup>\(.[0] | leaf_title)</th>"
  + "<td class=bits aria-hidden=true>\(ruler)</td>"
  + "<td>wanted</td><td>got</td></tr>\n"
  + (map(register_row) | join("")) + differences + "</tbody>\n";

def msr_rows:
  split("\n") | map(select(startswith("msr\t")) | split("\t")
    | (.[2] != .[3] and .[2] != "-") as $bad
    | "<tr\(if $bad then " class=bad" else "" end)><th scope=row>\(.[1])</th>"
      + "<td>\(.[2])</td><td>\(.[3])\(if $bad then " ✗" else "" end)</td>"
      + "<td>\(.[5])</td></tr>\n");

def msr_table($machine):
  msr_rows as $rows
  | if $rows == [] then "" else
      ["<thead><tr><th scope=col>MSR</th><th scope=col>wanted</th>"
       + "<th scope=col>got</th><th scope=col>KVM offers</th></tr></thead><tbody>\n"]
      + $rows + ["</tbody>"]
      | box("Feature MSRs on \($machine)"; "map"; "Feature MSRs on \($machine)")
    end;

def map_of($machine):
  . as $text
  | registers as $regs
  | ($regs | map(.wrong | length) | add // 0) as $wrong
  | ($regs | group_by([.leaf, .subleaf])) as $leaves
  | "<details class=map><summary><strong>\($machine | h)</strong> "
    + "<span class=gist>leaves and subleaves: \($leaves | length), "
    + (if $wrong == 0 then "all bits as wanted"
       else "<span class=\"st fail\">✗ \($wrong | many("bit")) not as wanted</span>" end)
    + "</span></summary>\n"
    + ($leaves | map(sort_by(.reg) | leaf_rows)
       | box("CPUID of \($machine | h)"; "map"; "Bit map of \($machine)"))
    + ($text | msr_table($machine)) + "</details>\n";

def legend:
  [["s", "1", "set, as wanted: the CPU has it, KVM offers it"],
   ["v", "v", "set, as wanted: made by KVM or by the model"],
   ["k", "k", "clear, as wanted: KVM offers it, the model leaves it out"],
   ["h", "h", "clear, as wanted: only the CPU has it"],
   ["", "·", "clear, as wanted: nobody has it"],
   ["w", "+", "wrong: set, must be clear"],
   ["w", "−", "wrong: clear, must be set"],
   ["q", "?", "the guest gave no answer"]]
  | "<dl class=legend>" + (map("<div><dt><b class=\"x \(.[0])\">\(.[1])</b></dt>"
      + "<dd>\(.[2])</dd></div>") | join("")) + "</dl>\n";

# $maps: {MACHINE: what cpuid_map printed}, $notes: {MACHINE: why it did not}.
def map_section($maps; $notes):
  "<section id=map><h2>Bit map</h2>\n"
  + "<p>Every CPUID register of every machine, bit 31 on the left: what the "
  + "guest must see and what it saw, beside what the CPU has and what KVM "
  + "offers.  A bit's name and its four values are shown when it is pointed at."
  + "</p>\n" + legend
  + ($maps | to_entries | map(.key as $m | .value | map_of($m)) | join(""))
  + ($notes | to_entries
     | map("<p class=note>! No map of \(.key | h): \(.value | h)</p>\n")
     | join(""))
  + "</section>\n";
