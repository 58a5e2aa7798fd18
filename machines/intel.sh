# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The Intel machine: Bochs emulates VMX with EPT, so that the real kvm-intel
# runs in it.  The kernel lies in memory when the CPU comes out of reset: no
# BIOS, no boot loader, no PCI.  Sourced by run.sh.
# shellcheck disable=SC2154,SC2034 # variables of run.sh

intel_memory=256
# Instructions per emulated second.
intel_ips=100000000
# Whether the CPU has the MSRs of a PMU.
intel_pmu=

# The Bochs of build-bochs.sh, where it was built, or else Debian's.  BOCHS in the
# environment names another one, which has an rfb display.  Before version_intel.
find_bochs() {
	bochs=${BOCHS:-}
	[ -z "$bochs" ] || return 0
	bochs=$("$here/build-bochs.sh" --built) || bochs='bochs-bin'
}

# Empty where Bochs is not installed.
version_intel() {
	"$bochs" --help 2>&1 |
		sed -n 's/^ *Bochs x86 Emulator \([0-9.]*\).*/\1/p' | head -n 1
}

# The CPU models it has, one a line.
models_intel() {
	"$bochs" --help cpu 2>&1 | awk 'NF == 1'
}

# Bochs 2.8 and 3.0 refuse every VM entry with a posted-interrupt descriptor that
# is not page-aligned (its issue 556, mended after 3.0 by a77e02ff34ed); 2.7 has
# no posted interrupts.  Who asks for them by name gets them.
add_emulator_params() {
	[ "$machine" = intel ] || return 0
	version_meets "${versions[intel]}" ">=2.8,<3.1" || return 0
	case $params in
	*enable_apicv=*) ;;
	*) params+=" kvm_intel.enable_apicv=0" ;;
	esac
}

# What a kernel cannot find out quickly, or without ACPI.
intel_cmdline() {
	echo "console=ttyS0,115200 quiet panic=-1 no_timer_check pci=off reboot=t" \
		"tsc_early_khz=$((intel_ips / 1000)) lpj=$((intel_ips / 100))" \
		"$(kernel_params) $append"
}

# MSRs that this emulator lacks: address, type, value, then masks of reserved
# and of ignored bits, each as high and low half.
# MISC_ENABLE has fast strings, MONITOR, no BTS and no PEBS: without fast
# strings Linux clears ERMS, and 6.1 with FSRM but no ERMS overruns in memmove().
# The microcode revision cannot be written.
write_msrs() {
	cat <<-MSRS
	1a0 0 00000000 00041801 0 0 0 0
	08b 0 000000b4 00000000 0 0 ffffffff ffffffff
	MSRS
	[ -z "$intel_pmu" ] || write_pmu_msrs
}

# The MSRs of a PMU, for leaf 0xA of the CPU model: they hold what is written
# and count nothing, which satisfies perf, and KVM offers its guests a PMU.
# PERF_CAPABILITIES (345) has LBR format 5, and full-width writes (4c1-4c8).
write_pmu_msrs() {
	local msr

	for msr in {193..200} {390..397} {1217..1224} {777..780} {909..912} 1009; do
		printf '%03x 0 0 0 0 0 0 0\n' "$msr"
	done
	echo "345 0 00000000 00002005 0 0 0 0"
}

# Debian's has no display without a window, a terminal or a port.
display() {
	case $bochs in
	"$cache"/*) echo nogui ;;
	*) echo 'rfb, options="timeout=0"' ;;
	esac
}

# The VGA ROM must be there, but nothing runs it.
write_bochsrc() {
	head -c 512 /dev/zero > "$tmp/vga.rom"
	cat <<-BOCHSRC
	config_interface: textconfig
	display_library: $(display)
	memory: guest=$intel_memory, host=$intel_memory
	romimage: file=$tmp/rom.bin
	vgaromimage: file=$tmp/vga.rom
	optramimage1: file=$tmp/ram.bin, address=$1
	cpu: model=${cpu_model%, pmu}, count=$smp, ips=$intel_ips, reset_on_triple_fault=0, ignore_bad_msrs=1, msrs=$tmp/msrs
	clock: sync=none, time0=utc
	ata0: enabled=0
	ata1: enabled=0
	com1: enabled=1, mode=file, dev=$output/console.log
	port_e9_hack: enabled=1
	plugin_ctrl: unmapped=1, serial=1, biosdev=0, speaker=0, parallel=0
	panic: action=fatal
	error: action=ignore
	info: action=ignore
	debug: action=ignore
	log: $tmp/bochs.log
	BOCHSRC
}

command_intel() {
	local base

	base=$("$tools/mkimage" "$vmlinux" "$tmp/initrd" "$(intel_cmdline)" \
		"$intel_memory" "$smp" "$tools/rom.bin" "$tmp/rom.bin" "$tmp/ram.bin") ||
		die 1 "cannot lay out the kernel in memory"
	case $cpu_model in *", pmu") intel_pmu=1 ;; esac
	write_msrs > "$tmp/msrs"
	write_bochsrc "$base" > "$tmp/bochsrc"
	command=("$bochs" -q -f "$tmp/bochsrc")
	# One that has the debugger built in, as Debian's, stops at its prompt.
	if "$bochs" --help 2>&1 | grep -q '^ *-rc '; then
		printf 'c\nquit\n' > "$tmp/debugger"
		command+=(-rc "$tmp/debugger")
	fi
}
