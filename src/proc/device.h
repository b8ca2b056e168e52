// Capabilities: what a driver may touch of the machine, and no more.
//
// Uses: proc/process, platform.  Used by: proc/cpu, proc/process, prim.
//
// Idea: the core knows no device.  Ports, memory windows, interrupt lines and regions for DMA are objects of the commons, each
// of one process.  One that was restricted has rules for its registers, and what none names is not written.  A register that
// carries a bus address is written by device_set_address alone.
//
//   DEV-1  Only its owner uses a capability; nobody does when it was revoked.
//   DEV-2  A card is told of no memory but regions, and of no length beyond their ends.
//   DEV-3  When the owner of a device ends, the device is silenced before anything of it is given back.
#ifndef PROC_DEVICE_H
#define PROC_DEVICE_H

#include "proc/process.h"

// Moved between a register and a byte vector at once.
#define TRANSFER_MOST 65536

enum capability_kind { CAPABILITY_PORTS, CAPABILITY_WINDOW, CAPABILITY_INTERRUPT, CAPABILITY_REGION, CAPABILITY_DEVICE };

// The rules of restrict, as vectors: what, offset, width (RULE_FREE: how many bytes), then as far as they are there a mask, a shift
// or table, the offset of the address register, and bytes in addition.  RULE_RESET may have bits in the place of the shift that let the
// card use so many bytes there.
enum rule { RULE_FREE, RULE_BITS, RULE_ADDRESS, RULE_LENGTH, RULE_CHOICE, RULE_RESET };
enum { RULE_WHAT, RULE_OFFSET, RULE_WIDTH, RULE_MASK, RULE_SHIFT_OR_TABLE, RULE_BEHIND, RULE_EXTRA };

static inline enum capability_kind capability_kind(Value v) {
  return (enum capability_kind)fixnum_int(object_field(v, CAPABILITY_KIND));
}
static inline bool is_capability(Value v, enum capability_kind kind) {
  return is_type(v, T_CAPABILITY) && capability_kind(v) == kind;
}
// One of the running process, whose heap is charged for it; VALUE_FALSE: no room in the commons.
Value device_capability(struct heap *heap, enum capability_kind kind, sword base, sword length, Value content, Value state);
// Is it the running process's (DEV-1)?
bool device_is_mine(Value capability);
// Of ports or a window, within its length.
uint32_t device_read(Value capability, size_t offset, unsigned width);
// NULL: done; else why not, in words.
const char *device_write(Value capability, size_t offset, unsigned width, uint32_t value) MUST_USE;
const char *device_set_address(Value capability, size_t offset, Value region, size_t region_offset) MUST_USE;

// Interrupts and devices are known to the core from here on.  False: no room in the commons.
bool device_add(Value capability) MUST_USE;
// Everything of a device is `p`'s from now on.
void device_hand_over(Value device, struct process *p);
// An interrupt, or a device with all that belongs to it.
void device_revoke(Value capability);
// Its devices and interrupts are revoked.
void device_owner_ends(struct process *p);
// These lines (bits) raised an interrupt; they are masked.
void device_interrupts(unsigned lines);
void device_acknowledge(Value interrupt);

#endif
