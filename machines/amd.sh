# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The AMD machine: QEMU's TCG emulates SVM with nested paging, so that the real
# kvm-amd runs in it.  Sourced by run.sh.
# shellcheck disable=SC2154 # variables of run.sh

default_cpu_amd() {
	echo max
}

command_amd() {
	command=(qemu-system-x86_64 -accel tcg -machine pc -cpu "$cpu"
		-smp 1 -m 256 -nodefaults -no-user-config -display none
		-no-reboot -kernel "$vmlinux" -initrd "$tmp/initrd"
		-append "console=ttyS0 quiet panic=-1 no_timer_check reboot=t
			$(kernel_params) $append"
		-chardev "file,id=console,path=$output/console.log"
		-serial chardev:console
		-chardev stdio,id=results,signal=off
		-device isa-debugcon,iobase=0xe9,chardev=results)
}
