profile 1
vendor GenuineIntel
signature family 6 model 30 stepping 5
brand Intel(R) Core(TM) i5 CPU         750  @ 2.67GHz
microcode 0xb4
kernel 6.12.117-kvmslim
kvm_module kvm_intel
param kvm eager_page_split Y
param kvm enable_pmu N
param kvm enable_virt_at_load Y
param kvm enable_vmware_backdoor N
param kvm flush_on_reuse N
param kvm force_emulation_prefix 0
param kvm halt_poll_ns 200000
param kvm halt_poll_ns_grow 2
param kvm halt_poll_ns_grow_start 10000
param kvm halt_poll_ns_shrink 2
param kvm ignore_msrs N
param kvm kvmclock_periodic_sync Y
param kvm lapic_timer_advance Y
param kvm min_timer_period_us 200
param kvm mitigate_smt_rsb N
param kvm mmio_caching Y
param kvm nx_huge_pages Y
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
param kvm_amd lbrv 1
param kvm_amd nested 1
param kvm_amd npt Y
param kvm_amd nrips 1
param kvm_amd pause_filter_count 3000
param kvm_amd pause_filter_count_grow 2
param kvm_amd pause_filter_count_max 65535
param kvm_amd pause_filter_count_shrink 0
param kvm_amd pause_filter_thresh 128
param kvm_amd tsc_scaling 1
param kvm_amd vgif 1
param kvm_amd vls 1
param kvm_amd vnmi Y
param kvm_intel allow_smaller_maxphyaddr N
param kvm_intel dump_invalid_vmcs N
param kvm_intel emulate_invalid_guest_state Y
param kvm_intel enable_apicv N
param kvm_intel enable_ipiv N
param kvm_intel enable_shadow_vmcs N
param kvm_intel ept Y
param kvm_intel eptad N
param kvm_intel error_on_inconsistent_vmcs_config Y
param kvm_intel fasteoi Y
param kvm_intel flexpriority Y
param kvm_intel nested Y
param kvm_intel nested_early_check N
param kvm_intel ple_gap 0
param kvm_intel ple_window 0
param kvm_intel ple_window_grow 0
param kvm_intel ple_window_max 0
param kvm_intel ple_window_shrink 0
param kvm_intel pml N
param kvm_intel preemption_timer N
param kvm_intel sgx N
param kvm_intel unrestricted_guest N
param kvm_intel vmentry_l1d_flush cond
param kvm_intel vnmi Y
param kvm_intel vpid Y
cap ADJUST_CLOCK 14
cap BINARY_STATS_FD 1
cap CHECK_EXTENSION_VM 1
cap DEBUGREGS 1
cap DISABLE_QUIRKS 1
cap DISABLE_QUIRKS2 1535
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
cap HYPERV_ENLIGHTENED_VMCS 1
cap HYPERV_SEND_IPI 1
cap HYPERV_SYNIC 1
cap HYPERV_SYNIC2 1
cap HYPERV_TIME 1
cap HYPERV_TLBFLUSH 1
cap HYPERV_VP_INDEX 1
cap IMMEDIATE_EXIT 1
cap IRQCHIP 1
cap MAX_VCPUS 4096
cap MAX_VCPU_ID 16384
cap MCE 32
cap NESTED_STATE 8320
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
cap VM_TYPES 1
cap X2APIC_API 3
cap X86_APIC_BUS_CYCLES_NS 1
cap X86_BUS_LOCK_EXIT 0
cap X86_DISABLE_EXITS 14
cap X86_GUEST_MODE 1
cap X86_MSR_FILTER 1
cap X86_NOTIFY_VMEXIT 0
cap X86_SMM 1
cap X86_TRIPLE_FAULT_EVENT 1
cap X86_USER_SPACE_MSR 1
cap XCRS 0
cap XSAVE 1
cap XSAVE2 4096
mce_cap 0x0000000009000500
tsc_khz 50000
xcomp_guest_supp 0x0000000000000000
cpu_kind 0
host_cpuid 0x00000000 0x00000000 eax=0x0000000b ebx=0x756e6547 ecx=0x6c65746e edx=0x49656e69
host_cpuid 0x00000001 0x00000000 eax=0x000106e5 ebx=0x00010800 ecx=0x0098e3fd edx=0xbfebfbff
host_cpuid 0x00000002 0x00000000 eax=0x55035a01 ebx=0x00f0b0e4 ecx=0x00000000 edx=0x09ca212c
host_cpuid 0x00000003 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000004 0x00000000 eax=0x1c004121 ebx=0x01c0003f ecx=0x0000003f edx=0x00000000
host_cpuid 0x00000004 0x00000001 eax=0x1c004122 ebx=0x00c0003f ecx=0x0000007f edx=0x00000000
host_cpuid 0x00000004 0x00000002 eax=0x1c004143 ebx=0x01c0003f ecx=0x000001ff edx=0x00000000
host_cpuid 0x00000004 0x00000003 eax=0x1c03c163 ebx=0x03c0003f ecx=0x00001fff edx=0x00000002
host_cpuid 0x00000004 0x00000004 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000005 0x00000000 eax=0x00000040 ebx=0x00000040 ecx=0x00000003 edx=0x00001120
host_cpuid 0x00000006 0x00000000 eax=0x00000003 ebx=0x00000002 ecx=0x00000001 edx=0x00000000
host_cpuid 0x00000007 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000008 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000009 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x0000000a 0x00000000 eax=0x07300403 ebx=0x00000044 ecx=0x00000000 edx=0x00000603
host_cpuid 0x0000000b 0x00000000 eax=0x00000001 ebx=0x00000001 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000000 0x00000000 eax=0x80000008 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000001 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000001 edx=0x28100800
host_cpuid 0x80000002 0x00000000 eax=0x65746e49 ebx=0x2952286c ecx=0x726f4320 edx=0x4d542865
host_cpuid 0x80000003 0x00000000 eax=0x35692029 ebx=0x55504320 ecx=0x20202020 edx=0x20202020
host_cpuid 0x80000004 0x00000000 eax=0x30353720 ebx=0x20402020 ecx=0x37362e32 edx=0x007a4847
host_cpuid 0x80000005 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000006 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x01006040 edx=0x00000000
host_cpuid 0x80000007 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000100
host_cpuid 0x80000008 0x00000000 eax=0x00003028 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000000 0x00000000 flags=0x0 eax=0x0000000b ebx=0x756e6547 ecx=0x6c65746e edx=0x49656e69
supported_cpuid 0x00000001 0x00000000 flags=0x0 eax=0x000106e5 ebx=0x00010800 ecx=0x00b82221 edx=0x078bfbff
supported_cpuid 0x00000002 0x00000000 flags=0x0 eax=0x55035a01 ebx=0x00f0b0e4 ecx=0x00000000 edx=0x09ca212c
supported_cpuid 0x00000003 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000004 0x00000000 flags=0x1 eax=0x1c004121 ebx=0x01c0003f ecx=0x0000003f edx=0x00000000
supported_cpuid 0x00000004 0x00000001 flags=0x1 eax=0x1c004122 ebx=0x00c0003f ecx=0x0000007f edx=0x00000000
supported_cpuid 0x00000004 0x00000002 flags=0x1 eax=0x1c004143 ebx=0x01c0003f ecx=0x000001ff edx=0x00000000
supported_cpuid 0x00000004 0x00000003 flags=0x1 eax=0x1c03c163 ebx=0x03c0003f ecx=0x00001fff edx=0x00000002
supported_cpuid 0x00000004 0x00000004 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000005 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000006 0x00000000 flags=0x0 eax=0x00000004 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000007 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000002 ecx=0x00000004 edx=0x20000000
supported_cpuid 0x00000008 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000009 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000a 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000b 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x40000000 0x00000000 flags=0x0 eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d
supported_cpuid 0x40000001 0x00000000 flags=0x0 eax=0x01007efb ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000000 0x00000000 flags=0x0 eax=0x80000008 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000001 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000001 edx=0x28100800
supported_cpuid 0x80000002 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000003 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000004 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000005 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000006 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x01006040 edx=0x00000000
supported_cpuid 0x80000007 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000100
supported_cpuid 0x80000008 0x00000000 flags=0x0 eax=0x00283028 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
emulated_cpuid 0x00000000 0x00000000 flags=0x0 eax=0x00000007 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
emulated_cpuid 0x00000001 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00400000 edx=0x00000000
emulated_cpuid 0x00000007 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00400000 edx=0x00000000
hv_cpuid 0x40000000 0x00000000 flags=0x0 eax=0x40000082 ebx=0x756e694c ecx=0x564b2078 edx=0x7648204d
hv_cpuid 0x40000001 0x00000000 flags=0x0 eax=0x31237648 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000002 0x00000000 flags=0x0 eax=0x00003839 ebx=0x000a0000 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000003 0x00000000 flags=0x0 eax=0x0000aaff ebx=0x00100830 ecx=0x00000000 edx=0x00084d12
hv_cpuid 0x40000004 0x00000000 flags=0x0 eax=0x00044e2c ebx=0x00000fff ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000005 0x00000000 flags=0x0 eax=0x00001000 ebx=0x00000040 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x4000000a 0x00000000 flags=0x0 eax=0x000a0101 ebx=0x00000001 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000080 0x00000000 flags=0x0 eax=0x00000000 ebx=0x756e694c ecx=0x564b2078 edx=0x7648204d
hv_cpuid 0x40000081 0x00000000 flags=0x0 eax=0x31235356 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000082 0x00000000 flags=0x0 eax=0x00000002 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
feature_msr 0x0000008b 0x000000b400000000
feature_msr 0x0000010a 0x400000000c000048
feature_msr 0x00000345 0x0000000000000000
feature_msr 0x00000480 0x00d8100011e57ed0
feature_msr 0x00000481 0x0000007f00000016
feature_msr 0x00000482 0xf7f9fffe0401e172
feature_msr 0x00000483 0x007fffff00036dff
feature_msr 0x00000484 0x0000f3ff000011ff
feature_msr 0x00000485 0x0000000020000165
feature_msr 0x00000486 0x0000000080000021
feature_msr 0x00000487 0x00000000ffffffff
feature_msr 0x00000488 0x0000000000002000
feature_msr 0x00000489 0x0000000000006fff
feature_msr 0x0000048a 0x0000000000000032
feature_msr 0x0000048b 0x0000407f00000000
feature_msr 0x0000048c 0x00000f0106134041
feature_msr 0x0000048d 0x0000007f00000016
feature_msr 0x0000048e 0xf7f9fffe04006172
feature_msr 0x0000048f 0x007fffff00036dfb
feature_msr 0x00000490 0x0000f3ff000011fb
feature_msr 0x00000491 0x0000000000000000
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
msr_index 0x000001d9
msr_index 0x000001db
msr_index 0x000001dc
msr_index 0x000001dd
msr_index 0x000001de
msr_index 0x000001fc
msr_index 0x00000277
msr_index 0x00000345
msr_index 0x00000480
msr_index 0x00000485
msr_index 0x00000486
msr_index 0x00000488
msr_index 0x0000048a
msr_index 0x0000048b
msr_index 0x0000048c
msr_index 0x0000048d
msr_index 0x0000048e
msr_index 0x0000048f
msr_index 0x00000490
msr_index 0x00000491
msr_index 0x000004d0
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
msr_index 0x40000118
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
msr_index 0xc0010015
msr_index 0xc0010117
end
