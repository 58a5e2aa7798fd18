# SPDX-License-Identifier: GPL-2.0-only
#
# What Firecracker's cpu-template-helper dumps, alone or in a fingerprint, as one
# line an element, as dump_libvirt.xsl makes them: each value in brackets.  JSON
# knows no lines, so all of them are of line 1.

# "0b0101" or, of an MSR, 64 of them; a template has x for what it leaves alone.
def bits:
  ltrimstr("0b") | gsub("_"; "")
  | if test("^[01]{1,64}$") then . else
      error("expected a dump, whose bits are 0 and 1, not \(.[:70])") end;

def number: reduce explode[] as $c (0; 2 * . + $c - 48);

def hex:
  . as $n
  | [range(7; -1; -1) | pow(16; .) as $p
     | ($n / $p | floor) % 16 | "0123456789abcdef"[.:. + 1]]
  | "[0x\(join(""))]";

def low: (.[-32:] | number | hex);
def high: (.[:-32] | number | hex);

def register($name):
  first(.modifiers[] | select(.register == $name) | .bitmap) // "0b0"
  | bits | low;

def key: "[\(tostring | gsub("[\\[\\]\\n\\r]"; "?"))]";

def cpuid:
  "1 cpuid " + (.leaf | key) + (.subleaf | key) + register("eax")
  + register("ebx") + register("ecx") + register("edx");

def msr: "1 msr " + (.addr | key) + (.bitmap | bits | high + low);

(.guest_cpu_config // .)
| "1 cpudata [x86]", (.cpuid_modifiers[] | cpuid), (.msr_modifiers // [] | .[] | msr)
