# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The AMD machine: QEMU's TCG emulates SVM with nested paging, so that the real
# kvm-amd runs in it.  Sourced by run.sh.
# shellcheck disable=SC2154,SC2034,SC2054 # variables of run.sh; QEMU's commas

# Empty where QEMU is not installed.
version_amd() {
	qemu-system-x86_64 --version 2> /dev/null |
		sed -n '1s/^QEMU emulator version \([0-9.]*\).*/\1/p'
}

# The CPU models it has, one a line; QEMU before 10 puts the target before each.
models_amd() {
	qemu-system-x86_64 -cpu help 2> /dev/null |
		awk '/^Recognized/ { exit } { print $1 == "x86" ? $2 : $1 }'
}

# Without a PVH entry a kernel must be a bzImage, and unpacks itself, slowly.
kernel_amd() {
	if "$tools/mkimage" --entry "$vmlinux" > /dev/null 2>&1; then
		echo "$vmlinux"
	else
		echo "$kernel"
	fi
}

command_amd() {
	# The firmware's tables, which tell Linux of the CPUs, have one a socket.
	# Time that counts instructions: on a loaded host the kernel else gives
	# up the TSC, and then a guest's KVM_RUN may make no progress at all.
	# 4 ns each: about as fast as the emulator is, and few ticks, which
	# cost an exit.  The local APIC's timer would be calibrated, in 0.2 s of
	# this time; Linux has the PIT.
	command=(qemu-system-x86_64 -icount shift=2,sleep=off
		-accel tcg -machine pc -cpu "$cpu_model"
		-smp "$smp,sockets=$smp,cores=1,threads=1" -m 512 -nodefaults -no-user-config -display none
		-no-reboot -kernel "$(kernel_amd)" -initrd "$tmp/initrd"
		-append "console=ttyS0,115200 quiet panic=-1 no_timer_check reboot=t
			tsc_early_khz=1000000 lpj=1000000 nolapic_timer norandmaps
			$(kernel_params) $append"
		-chardev "file,id=console,path=$output/console.log"
		-serial chardev:console
		-chardev stdio,id=results,signal=off
		-device isa-debugcon,iobase=0xe9,chardev=results)
}
