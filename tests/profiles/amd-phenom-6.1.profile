profile 1
vendor AuthenticAMD
signature family 16 model 2 stepping 3
brand AMD Phenom(tm) 9550 Quad-Core Processor
microcode 0x1000065
kernel 6.1.192-kvmslim
kvm_module kvm_amd
param kvm eager_page_split Y
param kvm enable_pmu N
param kvm enable_vmware_backdoor N
param kvm flush_on_reuse N
param kvm force_emulation_prefix 0
param kvm halt_poll_ns 200000
param kvm halt_poll_ns_grow 2
param kvm halt_poll_ns_grow_start 10000
param kvm halt_poll_ns_shrink 0
param kvm ignore_msrs N
param kvm kvmclock_periodic_sync Y
param kvm lapic_timer_advance_ns -1
param kvm min_timer_period_us 200
param kvm mitigate_smt_rsb N
param kvm mmio_caching Y
param kvm nx_huge_pages N
param kvm nx_huge_pages_recovery_period_ms 0
param kvm nx_huge_pages_recovery_ratio 60
param kvm pi_inject_timer 0
param kvm report_ignored_msrs Y
param kvm tdp_mmu Y
param kvm tsc_tolerance_ppm 250
param kvm vector_hashing Y
param kvm_amd avic N
param kvm_amd dump_invalid_vmcb N
param kvm_amd force_avic N
param kvm_amd intercept_smi Y
param kvm_amd lbrv 0
param kvm_amd nested 1
param kvm_amd npt Y
param kvm_amd nrips 0
param kvm_amd pause_filter_count 0
param kvm_amd pause_filter_count_grow 2
param kvm_amd pause_filter_count_max 65535
param kvm_amd pause_filter_count_shrink 0
param kvm_amd pause_filter_thresh 0
param kvm_amd tsc_scaling 0
param kvm_amd vgif 0
param kvm_amd vls 0
param kvm_intel allow_smaller_maxphyaddr N
param kvm_intel dump_invalid_vmcs N
param kvm_intel emulate_invalid_guest_state Y
param kvm_intel enable_apicv N
param kvm_intel enable_ipiv Y
param kvm_intel enable_shadow_vmcs Y
param kvm_intel ept Y
param kvm_intel eptad Y
param kvm_intel error_on_inconsistent_vmcs_config Y
param kvm_intel fasteoi Y
param kvm_intel flexpriority Y
param kvm_intel nested Y
param kvm_intel nested_early_check N
param kvm_intel ple_gap 128
param kvm_intel ple_window 4096
param kvm_intel ple_window_grow 2
param kvm_intel ple_window_max 4294967295
param kvm_intel ple_window_shrink 0
param kvm_intel pml Y
param kvm_intel preemption_timer Y
param kvm_intel sgx Y
param kvm_intel unrestricted_guest Y
param kvm_intel vmentry_l1d_flush auto
param kvm_intel vnmi Y
param kvm_intel vpid Y
cap ADJUST_CLOCK 14
cap BINARY_STATS_FD 1
cap CHECK_EXTENSION_VM 1
cap DEBUGREGS 1
cap DISABLE_QUIRKS 1
cap DISABLE_QUIRKS2 127
cap ENFORCE_PV_FEATURE_CPUID 1
cap EXIT_HYPERCALL 4096
cap EXIT_ON_EMULATION_FAILURE 1
cap EXT_CPUID 1
cap EXT_EMUL_CPUID 1
cap GET_MSR_FEATURES 1
cap GET_TSC_KHZ 1
cap HYPERV 1
cap HYPERV_CPUID 1
cap HYPERV_DIRECT_TLBFLUSH 0
cap HYPERV_ENFORCE_CPUID 1
cap HYPERV_ENLIGHTENED_VMCS 0
cap HYPERV_SEND_IPI 1
cap HYPERV_SYNIC 1
cap HYPERV_SYNIC2 1
cap HYPERV_TIME 1
cap HYPERV_TLBFLUSH 1
cap HYPERV_VP_INDEX 1
cap IMMEDIATE_EXIT 1
cap IRQCHIP 1
cap MAX_VCPUS 1024
cap MAX_VCPU_ID 4096
cap MCE 32
cap NESTED_STATE 4224
cap PIT2 1
cap PMU_CAPABILITY 0
cap PTP_KVM 0
cap SGX_ATTRIBUTE 1
cap SPLIT_IRQCHIP 1
cap SYNC_REGS 7
cap SYS_ATTRIBUTES 1
cap SYS_HYPERV_CPUID 1
cap TSC_CONTROL 0
cap TSC_DEADLINE_TIMER 1
cap VCPU_EVENTS 1
cap VM_GPA_BITS 0
cap VM_TSC_CONTROL 0
cap VM_TYPES 0
cap X2APIC_API 3
cap X86_APIC_BUS_CYCLES_NS 0
cap X86_BUS_LOCK_EXIT 0
cap X86_DISABLE_EXITS 14
cap X86_GUEST_MODE 0
cap X86_MSR_FILTER 1
cap X86_NOTIFY_VMEXIT 0
cap X86_SMM 1
cap X86_TRIPLE_FAULT_EVENT 1
cap X86_USER_SPACE_MSR 1
cap XCRS 0
cap XSAVE 1
cap XSAVE2 4096
mce_cap 0x0000000001000100
tsc_khz 1000000
xcomp_guest_supp 0x0000000000000000
cpu_kind 0
host_cpuid 0x00000000 0x00000000 eax=0x00000005 ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65
host_cpuid 0x00000001 0x00000000 eax=0x00100f23 ebx=0x00000800 ecx=0x80802009 edx=0x078bfbfd
host_cpuid 0x00000002 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000003 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000004 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000005 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000003 edx=0x00000000
host_cpuid 0x40000000 0x00000000 eax=0x40000001 ebx=0x54474354 ecx=0x43544743 edx=0x47435447
host_cpuid 0x40000001 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000000 0x00000000 eax=0x8000001a ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65
host_cpuid 0x80000001 0x00000000 eax=0x00100f23 ebx=0x00000000 ecx=0x00000065 edx=0xedd3fbfd
host_cpuid 0x80000002 0x00000000 eax=0x20444d41 ebx=0x6e656850 ecx=0x74286d6f edx=0x3920296d
host_cpuid 0x80000003 0x00000000 eax=0x20303535 ebx=0x64617551 ecx=0x726f432d edx=0x72502065
host_cpuid 0x80000004 0x00000000 eax=0x7365636f ebx=0x00726f73 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000005 0x00000000 eax=0x01ff01ff ebx=0x01ff01ff ecx=0x40020140 edx=0x40020140
host_cpuid 0x80000006 0x00000000 eax=0x00000000 ebx=0x42004200 ecx=0x02008140 edx=0x00808140
host_cpuid 0x80000007 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000008 0x00000000 eax=0x00003028 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000009 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x8000000a 0x00000000 eax=0x00000001 ebx=0x00000010 ecx=0x00000000 edx=0x00000001
host_cpuid 0x8000000b 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x8000000c 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x8000000d 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x8000000e 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x8000000f 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000010 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000011 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000012 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000013 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000014 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000015 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000016 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000017 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000018 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000019 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x8000001a 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000000 0x00000000 flags=0x0 eax=0x00000005 ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65
supported_cpuid 0x00000001 0x00000000 flags=0x0 eax=0x00100f23 ebx=0x00000800 ecx=0x00a02001 edx=0x078bfbfd
supported_cpuid 0x00000002 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000003 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000004 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000005 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x40000000 0x00000000 flags=0x0 eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d
supported_cpuid 0x40000001 0x00000000 flags=0x0 eax=0x01007efb ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000000 0x00000000 flags=0x0 eax=0x8000001a ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65
supported_cpuid 0x80000001 0x00000000 flags=0x0 eax=0x00100f23 ebx=0x00000000 ecx=0x00000065 edx=0xedd3fbfd
supported_cpuid 0x80000002 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000003 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000004 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000005 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000006 0x00000000 flags=0x0 eax=0x00000000 ebx=0x42004200 ecx=0x02008140 edx=0x00808140
supported_cpuid 0x80000007 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000008 0x00000000 flags=0x0 eax=0x00003028 ebx=0x04000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000009 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x8000000a 0x00000000 flags=0x0 eax=0x00000001 ebx=0x00000008 ecx=0x00000000 edx=0x10000021
supported_cpuid 0x8000000b 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x8000000c 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x8000000d 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x8000000e 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x8000000f 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000010 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000011 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000012 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000013 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000014 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000015 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000016 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000017 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000018 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000019 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x8000001a 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
emulated_cpuid 0x00000000 0x00000000 flags=0x0 eax=0x00000007 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
emulated_cpuid 0x00000001 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00400000 edx=0x00000000
emulated_cpuid 0x00000007 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00400000 edx=0x00000000
hv_cpuid 0x40000000 0x00000000 flags=0x0 eax=0x40000082 ebx=0x756e694c ecx=0x564b2078 edx=0x7648204d
hv_cpuid 0x40000001 0x00000000 flags=0x0 eax=0x31237648 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000002 0x00000000 flags=0x0 eax=0x00003839 ebx=0x000a0000 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000003 0x00000000 flags=0x0 eax=0x00002aff ebx=0x00000830 ecx=0x00000000 edx=0x00080d12
hv_cpuid 0x40000004 0x00000000 flags=0x0 eax=0x00040e2c ebx=0x00000fff ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000005 0x00000000 flags=0x0 eax=0x00000400 ebx=0x00000040 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x4000000a 0x00000000 flags=0x0 eax=0x00080000 ebx=0x00000001 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000080 0x00000000 flags=0x0 eax=0x00000000 ebx=0x756e694c ecx=0x564b2078 edx=0x7648204d
hv_cpuid 0x40000081 0x00000000 flags=0x0 eax=0x31235356 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000082 0x00000000 flags=0x0 eax=0x00000002 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
feature_msr 0x0000008b 0x0000000001000065
feature_msr 0x0000010a 0x400000000c000079
feature_msr 0x00000345 0x0000000000000000
feature_msr 0xc0011029 0x0000000000000002
msr_index 0x00000010
msr_index 0x00000011
msr_index 0x00000012
msr_index 0x00000034
msr_index 0x0000003a
msr_index 0x0000003b
msr_index 0x00000048
msr_index 0x0000008b
msr_index 0x0000009e
msr_index 0x000000ce
msr_index 0x0000010a
msr_index 0x00000140
msr_index 0x00000174
msr_index 0x00000175
msr_index 0x00000176
msr_index 0x0000017a
msr_index 0x0000017b
msr_index 0x000001a0
msr_index 0x000001fc
msr_index 0x00000277
msr_index 0x00000309
msr_index 0x0000030a
msr_index 0x0000030b
msr_index 0x00000345
msr_index 0x0000038d
msr_index 0x0000038e
msr_index 0x0000038f
msr_index 0x00000390
msr_index 0x000003f1
msr_index 0x000003f2
msr_index 0x00000600
msr_index 0x000006e0
msr_index 0x40000000
msr_index 0x40000001
msr_index 0x40000002
msr_index 0x40000003
msr_index 0x40000010
msr_index 0x40000020
msr_index 0x40000021
msr_index 0x40000022
msr_index 0x40000023
msr_index 0x40000073
msr_index 0x40000080
msr_index 0x400000b0
msr_index 0x400000f1
msr_index 0x400000f2
msr_index 0x400000f3
msr_index 0x400000f4
msr_index 0x400000f5
msr_index 0x400000ff
msr_index 0x40000100
msr_index 0x40000101
msr_index 0x40000102
msr_index 0x40000103
msr_index 0x40000104
msr_index 0x40000105
msr_index 0x40000106
msr_index 0x40000107
msr_index 0x40000108
msr_index 0x4b564d00
msr_index 0x4b564d01
msr_index 0x4b564d02
msr_index 0x4b564d03
msr_index 0x4b564d04
msr_index 0x4b564d05
msr_index 0x4b564d06
msr_index 0x4b564d07
msr_index 0xc0000081
msr_index 0xc0000082
msr_index 0xc0000083
msr_index 0xc0000084
msr_index 0xc0000102
msr_index 0xc0000103
msr_index 0xc0000104
msr_index 0xc0010000
msr_index 0xc0010001
msr_index 0xc0010002
msr_index 0xc0010003
msr_index 0xc0010004
msr_index 0xc0010005
msr_index 0xc0010006
msr_index 0xc0010007
msr_index 0xc0010015
msr_index 0xc0010117
msr_index 0xc001011f
msr_index 0xc0010200
msr_index 0xc0010201
msr_index 0xc0010202
msr_index 0xc0010203
msr_index 0xc0010204
msr_index 0xc0010205
msr_index 0xc0010206
msr_index 0xc0010207
msr_index 0xc0010208
msr_index 0xc0010209
msr_index 0xc001020a
msr_index 0xc001020b
end
