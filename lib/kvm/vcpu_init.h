/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LIB_VCPU_INIT_H
#define LIB_VCPU_INIT_H

#include "kvm_util.h"

/*
 * An INIT signal that arrives while the vCPU is not running.  KVM has taken a
 * latched one from userspace since 4.1.  Returns 0 or -errno; the one without
 * underscores stops the test if it fails.
 */
int __vcpu_send_init(struct vcpu *vcpu);
void vcpu_send_init(struct vcpu *vcpu);

#endif
