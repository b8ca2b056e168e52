// The conditions the VM itself raises.
//
// Uses: vm/vm.h, data.  Used by: vm.  Each answers OUTCOME_RAISE or OUTCOME_COLLECT.
#ifndef VM_ERRORS_H
#define VM_ERRORS_H

#include "vm/vm.h"

// The operator `callee` is no procedure; `args` the arguments.
Value error_not_procedure(struct vm *vm, Value callee, const Value *args, unsigned n_args);
// A procedure (closure or primitive) was called with a wrong number of arguments.
Value error_arity(struct vm *vm, Value callee, const Value *args, unsigned n_args);
Value error_unbound(struct vm *vm, Value name);
Value error_unassigned(struct vm *vm, Value name);
Value error_out_of_memory(struct vm *vm);
Value error_stack(struct vm *vm);
// Is this the call of `raise` for a condition about memory or stack?  When that cannot even be entered there is no use
// in raising another one.
bool error_is_about_room(struct vm *vm, Value callee, const Value *args, unsigned n_args);
Value error_argument_list(struct vm *vm, Value list);
// A record access whose record is not of the type.
Value error_record(struct vm *vm, Value who, Value record, Value type);
// The fields of this record cannot be changed.
Value error_frozen_record(struct vm *vm, Value who, Value record);
Value error_index(struct vm *vm, const char *who, Value object, Value index);

// A condition before the library has said who handles them: print it and stop.
NORETURN void error_uncaught(struct vm *vm);

// The condition that was just raised is about an arithmetic instruction: let it name the operator of the source, and the
// argument by its place there (code_operator).
void error_restore_operator(struct vm *vm, unsigned flags);

#endif
