profile 1
vendor GenuineIntel
signature family 6 model 102 stepping 3
brand Intel(R) Core(TM) i3-8121U CPU @ 2.20GHz
microcode 0xb4
kernel 6.1.192-kvmslim
kvm_module kvm_intel
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
param kvm_intel allow_smaller_maxphyaddr N
param kvm_intel dump_invalid_vmcs N
param kvm_intel emulate_invalid_guest_state Y
param kvm_intel enable_apicv N
param kvm_intel enable_ipiv N
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
param kvm_intel pml N
param kvm_intel preemption_timer Y
param kvm_intel sgx N
param kvm_intel unrestricted_guest Y
param kvm_intel vmentry_l1d_flush cond
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
cap HYPERV_ENLIGHTENED_VMCS 1
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
cap NESTED_STATE 8320
cap PIT2 1
cap PMU_CAPABILITY 0
cap PTP_KVM 0
cap SGX_ATTRIBUTE 1
cap SPLIT_IRQCHIP 1
cap SYNC_REGS 7
cap SYS_ATTRIBUTES 1
cap SYS_HYPERV_CPUID 1
cap TSC_CONTROL 1
cap TSC_DEADLINE_TIMER 1
cap VCPU_EVENTS 1
cap VM_GPA_BITS 0
cap VM_TSC_CONTROL 1
cap VM_TYPES 0
cap X2APIC_API 3
cap X86_APIC_BUS_CYCLES_NS 0
cap X86_BUS_LOCK_EXIT 0
cap X86_DISABLE_EXITS 15
cap X86_GUEST_MODE 0
cap X86_MSR_FILTER 1
cap X86_NOTIFY_VMEXIT 0
cap X86_SMM 1
cap X86_TRIPLE_FAULT_EVENT 1
cap X86_USER_SPACE_MSR 1
cap XCRS 1
cap XSAVE 1
cap XSAVE2 4096
mce_cap 0x0000000009000500
tsc_khz 50000
xcomp_guest_supp 0x00000000000000e7
cpu_kind 0
host_cpuid 0x00000000 0x00000000 eax=0x00000016 ebx=0x756e6547 ecx=0x6c65746e edx=0x49656e69
host_cpuid 0x00000001 0x00000000 eax=0x00060663 ebx=0x00010800 ecx=0x7ffaf3bf edx=0xbfebfbff
host_cpuid 0x00000002 0x00000000 eax=0x76036301 ebx=0x00f0b5ff ecx=0x00000000 edx=0x00c30000
host_cpuid 0x00000003 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000004 0x00000000 eax=0x1c004121 ebx=0x01c0003f ecx=0x0000003f edx=0x00000000
host_cpuid 0x00000004 0x00000001 eax=0x1c004122 ebx=0x01c0003f ecx=0x0000003f edx=0x00000000
host_cpuid 0x00000004 0x00000002 eax=0x1c004143 ebx=0x03c0003f ecx=0x000003ff edx=0x00000000
host_cpuid 0x00000004 0x00000003 eax=0x1c03c163 ebx=0x0280003f ecx=0x00002fff edx=0x00000004
host_cpuid 0x00000004 0x00000004 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000005 0x00000000 eax=0x00000040 ebx=0x00000040 ecx=0x00000003 edx=0x11142020
host_cpuid 0x00000006 0x00000000 eax=0x00002ff7 ebx=0x00000002 ecx=0x00000009 edx=0x00000000
host_cpuid 0x00000007 0x00000000 eax=0x00000000 ebx=0xf0bf27eb ecx=0x0000000e edx=0x00000000
host_cpuid 0x00000008 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000009 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x0000000a 0x00000000 eax=0x07300404 ebx=0x00000000 ecx=0x00000000 edx=0x00000603
host_cpuid 0x0000000b 0x00000000 eax=0x00000001 ebx=0x00000001 ecx=0x00000000 edx=0x00000000
host_cpuid 0x0000000c 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x0000000d 0x00000000 eax=0x000002e7 ebx=0x00000a80 ecx=0x00000ac0 edx=0x00000000
host_cpuid 0x0000000d 0x00000001 eax=0x0000000f ebx=0x00000a80 ecx=0x00000000 edx=0x00000000
host_cpuid 0x0000000d 0x00000002 eax=0x00000100 ebx=0x00000240 ecx=0x00000000 edx=0x00000000
host_cpuid 0x0000000d 0x00000005 eax=0x00000040 ebx=0x00000440 ecx=0x00000000 edx=0x00000000
host_cpuid 0x0000000d 0x00000006 eax=0x00000200 ebx=0x00000480 ecx=0x00000000 edx=0x00000000
host_cpuid 0x0000000d 0x00000007 eax=0x00000400 ebx=0x00000680 ecx=0x00000000 edx=0x00000000
host_cpuid 0x0000000e 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x0000000f 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x0000000f 0x00000001 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000010 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000010 0x00000001 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000010 0x00000002 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000010 0x00000003 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000010 0x00000004 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000010 0x00000005 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000011 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000012 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000012 0x00000001 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000012 0x00000002 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000013 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000014 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x00000015 0x00000000 eax=0x00000002 ebx=0x000000b8 ecx=0x016e3600 edx=0x00000000
host_cpuid 0x00000016 0x00000000 eax=0x00000898 ebx=0x00000c80 ecx=0x00000064 edx=0x00000000
host_cpuid 0x80000000 0x00000000 eax=0x80000008 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000001 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000121 edx=0x2c100800
host_cpuid 0x80000002 0x00000000 eax=0x65746e49 ebx=0x2952286c ecx=0x726f4320 edx=0x4d542865
host_cpuid 0x80000003 0x00000000 eax=0x33692029 ebx=0x3231382d ecx=0x43205531 edx=0x40205550
host_cpuid 0x80000004 0x00000000 eax=0x322e3220 ebx=0x7a484730 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000005 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
host_cpuid 0x80000006 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x01006040 edx=0x00000000
host_cpuid 0x80000007 0x00000000 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000100
host_cpuid 0x80000008 0x00000000 eax=0x00003028 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000000 0x00000000 flags=0x0 eax=0x00000016 ebx=0x756e6547 ecx=0x6c65746e edx=0x49656e69
supported_cpuid 0x00000001 0x00000000 flags=0x0 eax=0x00060663 ebx=0x00010800 ecx=0x76fa3223 edx=0x0f8bfbff
supported_cpuid 0x00000002 0x00000000 flags=0x0 eax=0x76036301 ebx=0x00f0b5ff ecx=0x00000000 edx=0x00c30000
supported_cpuid 0x00000003 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000004 0x00000000 flags=0x1 eax=0x1c004121 ebx=0x01c0003f ecx=0x0000003f edx=0x00000000
supported_cpuid 0x00000004 0x00000001 flags=0x1 eax=0x1c004122 ebx=0x01c0003f ecx=0x0000003f edx=0x00000000
supported_cpuid 0x00000004 0x00000002 flags=0x1 eax=0x1c004143 ebx=0x03c0003f ecx=0x000003ff edx=0x00000000
supported_cpuid 0x00000004 0x00000003 flags=0x1 eax=0x1c03c163 ebx=0x0280003f ecx=0x00002fff edx=0x00000004
supported_cpuid 0x00000004 0x00000004 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000005 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000006 0x00000000 flags=0x0 eax=0x00000004 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000007 0x00000000 flags=0x1 eax=0x00000000 ebx=0xf0bf27eb ecx=0x00000006 edx=0x20000000
supported_cpuid 0x00000008 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000009 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000a 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000b 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000c 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000d 0x00000000 flags=0x1 eax=0x000000e7 ebx=0x00000a80 ecx=0x00000a80 edx=0x00000000
supported_cpuid 0x0000000d 0x00000001 flags=0x1 eax=0x00000005 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000d 0x00000002 flags=0x1 eax=0x00000100 ebx=0x00000240 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000d 0x00000005 flags=0x1 eax=0x00000040 ebx=0x00000440 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000d 0x00000006 flags=0x1 eax=0x00000200 ebx=0x00000480 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000d 0x00000007 flags=0x1 eax=0x00000400 ebx=0x00000680 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000e 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x0000000f 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000010 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000011 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000012 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000013 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000014 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000015 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x00000016 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x40000000 0x00000000 flags=0x0 eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d
supported_cpuid 0x40000001 0x00000000 flags=0x0 eax=0x01007efb ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000000 0x00000000 flags=0x0 eax=0x80000008 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000001 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000121 edx=0x2c100800
supported_cpuid 0x80000002 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000003 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000004 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000005 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
supported_cpuid 0x80000006 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x01006040 edx=0x00000000
supported_cpuid 0x80000007 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000100
supported_cpuid 0x80000008 0x00000000 flags=0x0 eax=0x00003028 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
emulated_cpuid 0x00000000 0x00000000 flags=0x0 eax=0x00000007 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
emulated_cpuid 0x00000001 0x00000000 flags=0x0 eax=0x00000000 ebx=0x00000000 ecx=0x00400000 edx=0x00000000
emulated_cpuid 0x00000007 0x00000000 flags=0x1 eax=0x00000000 ebx=0x00000000 ecx=0x00400000 edx=0x00000000
hv_cpuid 0x40000000 0x00000000 flags=0x0 eax=0x40000082 ebx=0x756e694c ecx=0x564b2078 edx=0x7648204d
hv_cpuid 0x40000001 0x00000000 flags=0x0 eax=0x31237648 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000002 0x00000000 flags=0x0 eax=0x00003839 ebx=0x000a0000 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000003 0x00000000 flags=0x0 eax=0x00002aff ebx=0x00000830 ecx=0x00000000 edx=0x00080d12
hv_cpuid 0x40000004 0x00000000 flags=0x0 eax=0x00044e2c ebx=0x00000fff ecx=0x00000000 edx=0x00000000
hv_cpuid 0x40000005 0x00000000 flags=0x0 eax=0x00000400 ebx=0x00000040 ecx=0x00000000 edx=0x00000000
hv_cpuid 0x4000000a 0x00000000 flags=0x0 eax=0x00080101 ebx=0x00000001 ecx=0x00000000 edx=0x00000000
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
feature_msr 0x00000489 0x0000000000772fff
feature_msr 0x0000048a 0x0000000000000032
feature_msr 0x0000048b 0x021378ff00000000
feature_msr 0x0000048c 0x00000f0106334041
feature_msr 0x0000048d 0x0000007f00000016
feature_msr 0x0000048e 0xf7f9fffe04006172
feature_msr 0x0000048f 0x007fffff00036dfb
feature_msr 0x00000490 0x0000f3ff000011fb
feature_msr 0x00000491 0x0000000000000001
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
