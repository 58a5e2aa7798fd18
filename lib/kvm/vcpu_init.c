// SPDX-License-Identifier: GPL-2.0-only
#include "vcpu_init.h"

int __vcpu_send_init(struct vcpu *vcpu)
{
	struct kvm_vcpu_events events;
	struct kvm_mp_state state;
	int ret = kvm_ioctl(vcpu->fd, KVM_GET_VCPU_EVENTS, &events);

	events.flags = KVM_VCPUEVENT_VALID_SMM;
	events.smi.smm = 0;
	events.smi.pending = 0;
	events.smi.smm_inside_nmi = 0;
	events.smi.latched_init = 1;
	if (!ret)
		ret = kvm_ioctl(vcpu->fd, KVM_SET_VCPU_EVENTS, &events);
	/* KVM takes pending INITs before it tells the state. */
	return ret ? ret : kvm_ioctl(vcpu->fd, KVM_GET_MP_STATE, &state);
}
