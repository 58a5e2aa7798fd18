/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LIB_VCPU_INIT_H
#define LIB_VCPU_INIT_H

#include "kvm_util.h"

/*
 * An INIT signal that arrives while the vCPU is not running.  Returns 0, or
 * -errno where KVM does not take a latched INIT.
 */
int vcpu_send_init(struct vcpu *vcpu);

#endif
