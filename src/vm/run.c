// The loop that runs instructions.
//
// Uses: vm/vm.h, vm/errors.h, data/number.  Used by: proc.
//
// `pc` points at the running instruction until it is done, so that one that needs a collection, waits or
// fails can simply be run again.  Instructions that may collect read their operands anew afterwards.
#include "base/platform.h"
#include "data/list.h"
#include "data/local.h"
#include "data/number.h"
#include "data/record.h"
#include "data/values.h"
#include "gc/commons.h"
#include "vm/errors.h"
#include "vm/vm.h"

#define R(i) fp[pc[i]]
#define K(i) (*(const Value *)(const void *)(pc - pc[i]))
// The value of the cell that is constant operand i.
#define CELL_AT(i) value_from_word(cell_of(K(i))[CELL_VALUE])
#define NEXT(n)          \
  do {                   \
    pc += (n);           \
    goto *labels[*pc];   \
  } while (0)
#define JUMP(i)            \
  do {                     \
    pc += unit_s32(pc + (i)); \
    goto *labels[*pc];     \
  } while (0)
// After n collections under stress, about n over this many safepoints pass before the next; and one more for
// this many bytes in use, since that is what moving or verifying everything costs.
#define STRESS_SLOWING 4
#define STRESS_WAIT_BYTES 1024
// A primitive that asks for room this often without coming to an end has none; before the last time everything is
// collected.
#define RETRIES_MOST 8
// The variable that holds a record's type may have been given another one since, so the field has to be there, too.
#define HAS_FIELD(r, index) (header_aux(object_header(r)) >= (unsigned)RECORD_FIELDS + (index))
#define IS_RECORD_OF(r, type, index) \
  (is_type(r, T_RECORD) && LIKELY(value_eq(object_field(r, RECORD_TYPE), type)) && LIKELY(HAS_FIELD(r, index)))
#define SAVE() (vm->pc = pc, vm->fp = fp)
#define LOAD() (pc = vm->pc, fp = vm->fp)

// Stress: collect at every safepoint at first, then at ever rarer ones, so that long programs end too.
static bool stress_is_due(struct heap *heap) {
  if (!(heap->stress & STRESS_EVERY_SAFEPOINT) || heap->stress_wait-- > 0) return false;
  heap->stress_wait = (uint32_t)(heap->epoch / STRESS_SLOWING + heap_used_bytes(heap) / STRESS_WAIT_BYTES);
  return true;
}

// Does the heap want to collect before `bytes` more are taken?
static inline bool wants_collection(struct heap *heap, size_t bytes) {
  return UNLIKELY(heap->top + bytes > heap->limit) || (RINGLET_DEBUG && stress_is_due(heap));
}

// Is there room for so much now?  Under stress the way with the safepoint is the one to take.
static inline bool has_room(struct heap *heap, size_t bytes) {
  return LIKELY(heap->top + bytes <= heap->limit) && !(RINGLET_DEBUG && heap->stress);
}

// Is each safepoint to be counted?
static inline bool counts_safepoints(struct vm *vm) {
  return RINGLET_DEBUG && (vm->break_after || (vm->cx.heap->stress & STRESS_PREEMPT));
}

// A fuzzer breaks programs at places that a replay finds again.  Under stress each safepoint preempts, and is passed when it is
// come to again.
static void count_safepoint(struct vm *vm) {
  if (!counts_safepoints(vm)) return;
  if (vm->break_after && --vm->break_after == 0) vm_interrupt(vm, IRQ_BREAK);
  if (!(vm->cx.heap->stress & STRESS_PREEMPT) || vm->preemption_off) return;
  vm->was_preempted = !vm->was_preempted;
  if (vm->was_preempted) vm_interrupt(vm, IRQ_YIELD);
}

// Put the frame of an injected call above `top`: what to go back to, then a slot for the stub.
static Value *push_injected(struct vm *vm, Value *fp, const Unit *pc, Value *top, const Unit *stub, Value procedure) {
  top[0] = raw_pc(pc);
  top[1] = fixnum(top - fp);
  top[2] = fixnum(vm->n_args);
  top[3] = raw_pc(stub);
  top[4] = procedure;
  return top + 5;
}

enum { SPREAD_NO_LIST = -1, SPREAD_NO_ROOM = -2 };

// Spread a list into argument slots of the frame at vm->fp, which may move; how many, or why not.
static int spread_arguments(struct vm *vm, Value list) {
  sword n = list_length(list);
  if (n < 0 || n > 60000) return SPREAD_NO_LIST;
  if (vm->fp + n + VM_SLACK / 2 > vm->segment_end) {
    vm->n_args = 0;
    if (!stack_grow(vm, (size_t)n)) return SPREAD_NO_ROOM;
  }
  for (sword i = 0; i < n; i++, list = pair_cdr(list))
    vm->fp[i] = pair_car(list);
  return (int)n;
}

static Value parameter_value(struct vm *vm, Value parameter) {
  Value list = object_field(vm->cx.heap->roots[ROOT_THREAD], THREAD_PARAMETERS);
  for (; is_pair(list); list = pair_cdr(list))
    if (value_eq(pair_car(pair_car(list)), parameter)) return pair_cdr(pair_car(list));
  return local_parameter(&vm->cx, parameter);
}

static inline uword *cell_of(Value cell) {
  return object_words(cell);
}

static Value cell_assign(struct vm *vm, Value cell, Value v) {
  if (UNLIKELY(heap_is_frozen(cell))) {
    if (value_eq(object_field(cell, CELL_VALUE), VALUE_LOCAL)) return local_set(&vm->cx, cell, v);
    return raise_immutable(&vm->cx, "set!", 1, object_field(cell, CELL_NAME));
  }
  heap_store(vm->cx.heap, cell, object_slot(cell, CELL_VALUE), v);
  return VALUE_UNSPECIFIED;
}

// The value of a cell where none is to be seen: VALUE_UNBOUND, or the process has it.
static __attribute__((noinline)) Value hidden_value(struct vm *vm, Value cell) {
  Value v = object_field(cell, CELL_VALUE);
  return value_eq(v, VALUE_LOCAL) ? local_value(&vm->cx, cell) : v;
}

enum vm_result vm_run(struct vm *vm) {
  static const void *const labels[] = {
#define OP(name, operands) &&op_##name,
#include "code/op.def"
#undef OP
  };
  struct heap *const heap = vm->cx.heap;
  const Unit *pc;
  Value *fp;
  unsigned n_args = vm->n_args;
  unsigned retries = 0;
  Value v;
  LOAD();
  goto *labels[*pc];

#define TOP() frame_top(vm, fp)
// Begin what is at pc with the n_args arguments in the frame at fp.  The usual ENTER is done here, which saves a jump.
#define BEGIN()                                                                    \
  do {                                                                             \
    if (LIKELY(*pc == OP_ENTER && n_args == pc[1] && fp + pc[2] <= vm->stack_limit) && \
        !counts_safepoints(vm))                                                    \
      pc += 3;                                                                     \
    goto *labels[*pc];                                                             \
  } while (0)
// Call v with them.
#define APPLY()                                         \
  do {                                                  \
    if (UNLIKELY(!is_type(v, T_CLOSURE))) goto apply_other; \
    pc = code_units(object_field(v, CLOSURE_CODE));     \
    BEGIN();                                            \
  } while (0)
// Return v.
#define RETURN()           \
  do {                     \
    pc = slot_pc(fp[-2]);  \
    fp[-2] = v;            \
    fp -= pc[-1];          \
    goto *labels[*pc];     \
  } while (0)
#define COLLECT(bytes)                            \
  do {                                            \
    SAVE();                                       \
    if (!vm_collect(vm, TOP(), (bytes))) goto out_of_memory; \
  } while (0)
#define ROOM(bytes)                                          \
  do {                                                       \
    if (wants_collection(heap, (bytes))) COLLECT(HEAP_ROOM_BYTES); \
  } while (0)

  // --- moves and constants
op_MOVE:
  R(1) = R(2);
  NEXT(3);
op_MOVE2:
  R(1) = R(2);
  R(3) = R(4);
  NEXT(5);
op_LOADK:
  R(1) = K(2);
  NEXT(3);
op_LOADK_FAR:
  R(1) = code_constant(object_field(fp[-1], CLOSURE_CODE), (unsigned)unit_s32(pc + 2));
  NEXT(4);
op_LOADI:
  R(1) = fixnum((int16_t)pc[2]);
  NEXT(3);
op_IMM:
  R(1) = value_from_word(pc[2]);
  NEXT(3);
op_FREE:
  R(1) = object_field(fp[-1], CLOSURE_CAPTURED + pc[2]);
  NEXT(3);
op_SELF:
  R(1) = fp[-1];
  NEXT(2);

#define EXPECT_MUTABLE(test, who, culprit)             \
  if (UNLIKELY(!(test))) {                             \
    ROOM(0);                                           \
    v = raise_immutable(&vm->cx, who, 1, culprit);     \
    goto inline_outcome;                               \
  }
#define STORE(who, holder, slot, argument, value)                      \
  if (UNLIKELY(!heap_try_store(heap, (holder), (slot), (value)))) {    \
    ROOM(0);                                                           \
    v = raise_not_stored(&vm->cx, who, (holder), (argument), (value)); \
    goto inline_outcome;                                               \
  }

  // --- boxes
op_BOX: {
  ROOM(FIXED_BYTES(1));
  uword *p = heap_alloc(heap, FIXED_BYTES(1));
  p[0] = header_make(T_BOX, 0);
  p[1] = R(2).w;
  R(1) = value_from_object(p);
  NEXT(3);
}
op_UNBOX:
  R(1) = object_field(R(2), BOX_VALUE);
  NEXT(3);
op_UNBOX_CHECKED:
  v = object_field(R(2), BOX_VALUE);
  if (UNLIKELY(value_eq(v, VALUE_UNASSIGNED))) {
    ROOM(0);
    v = error_unassigned(vm, K(3));
    goto inline_outcome;
  }
  R(1) = v;
  NEXT(4);
op_SET_BOX:
  EXPECT_MUTABLE(heap_try_store(heap, R(1), object_slot(R(1), BOX_VALUE), R(2)), "set!", VALUE_FALSE)
  NEXT(3);

  // --- globals
// `v`, read from `cell`, is no value: the process may have one.
#define SEE_LOCAL(cell)                                   \
  if (UNLIKELY(is_no_value(v))) {                         \
    v = hidden_value(vm, (cell));                         \
    if (is_outcome(v)) goto inline_outcome;               \
    if (value_eq(v, VALUE_UNBOUND)) goto unbound;         \
  }
#define ASSIGN(cell, value)                  \
  do {                                       \
    ROOM(0);                                 \
    v = cell_assign(vm, (cell), (value));    \
    if (is_outcome(v)) goto inline_outcome;  \
  } while (0)
op_GREF:
  v = CELL_AT(2);
  SEE_LOCAL(K(2));
  R(1) = v;
  NEXT(3);
op_CELL_REF:
  v = value_from_word(cell_of(R(2))[CELL_VALUE]);
  SEE_LOCAL(R(2));
  R(1) = v;
  NEXT(3);
op_GSET:
  if (UNLIKELY(value_eq(object_field(K(1), CELL_VALUE), VALUE_UNBOUND))) goto unbound;
  ASSIGN(K(1), R(2));
  NEXT(3);
op_CELL_SET:
  if (UNLIKELY(value_eq(object_field(R(1), CELL_VALUE), VALUE_UNBOUND))) goto unbound;
  ASSIGN(R(1), R(2));
  NEXT(3);
op_GDEF:
  ASSIGN(K(1), R(2));
  NEXT(3);
op_CELL_DEF:
  ASSIGN(R(1), R(2));
  NEXT(3);

  // --- closures
op_CLOSURE: {
  unsigned n = pc[3];
  size_t bytes = AUX_BYTES(1 + n);
  uword *p;
  if (LIKELY(bytes <= HEAP_ROOM_BYTES)) {
    ROOM(bytes);
    p = heap_alloc(heap, bytes);
  } else {
    ROOM(0);
    p = heap_try_alloc(heap, bytes);
    if (!p) {
      COLLECT(bytes);
      NEXT(0);
    }
  }
  p[0] = header_make(T_CLOSURE, 1 + n);
  p[CLOSURE_CODE] = K(2).w;
  for (unsigned i = 0; i < n; i++)
    p[CLOSURE_CAPTURED + i] = R(4 + i).w;
  R(1) = value_from_object(p);
  NEXT(4 + n);
}
op_CLOSURE_FROM: {
  unsigned n = pc[3];
  size_t bytes = AUX_BYTES(1 + n);
  ROOM(0);
  uword *p = heap_try_alloc(heap, bytes);
  if (!p) {
    COLLECT(bytes);
    NEXT(0);
  }
  p[0] = header_make(T_CLOSURE, 1 + n);
  p[CLOSURE_CODE] = R(2).w;
  for (unsigned i = 0; i < n; i++)
    p[CLOSURE_CAPTURED + i] = R(4 + i).w;
  R(1) = value_from_object(p);
  NEXT(4 + n);
}
op_CLOSURE_PATCH:
  heap_store(heap, R(1), object_slot(R(1), CLOSURE_CAPTURED + pc[2]), R(3));
  NEXT(4);

  // --- calls
op_CALL:
  v = R(1);
  n_args = pc[2];
  fp += pc[3];
  pc += 4;
  fp[-2] = raw_pc(pc);
  fp[-1] = v;
apply:
  APPLY();
op_CALL_GLOBAL: {
  v = CELL_AT(1);
  SEE_LOCAL(K(1));
  n_args = pc[2];
  fp += pc[3];
  pc += 4;
  fp[-2] = raw_pc(pc);
  fp[-1] = v;
  APPLY();
}
op_CALL_GLOBAL_1: {
  v = CELL_AT(1);
  SEE_LOCAL(K(1));
  Value argument = R(2);
  Value *callee_fp = fp + pc[3];
  const Unit *next = pc + 4;
  n_args = 1;
  if (LIKELY(is_type(v, T_CLOSURE))) {
    pc = code_units(object_field(v, CLOSURE_CODE));
    if (*pc == OP_FIELD_GET && IS_RECORD_OF(argument, CELL_AT(1), pc[2])) {
      callee_fp[-2] = object_field(argument, RECORD_FIELDS + pc[2]);
      pc = next;
      goto *labels[*pc];
    }
  }
  fp = callee_fp;
  fp[-2] = raw_pc(next);
  fp[-1] = v;
  fp[0] = argument;
  if (UNLIKELY(!is_type(v, T_CLOSURE))) goto apply_other;
  BEGIN();
}
op_TAIL: {
  v = R(1);
  n_args = pc[2];
  Value *from = fp + pc[3];
  fp[-1] = v;
  for (unsigned i = 0; i < n_args; i++)
    fp[i] = from[i];
  APPLY();
}
op_TAIL_GLOBAL: {
  v = CELL_AT(1);
  SEE_LOCAL(K(1));
  n_args = pc[2];
  Value *from = fp + pc[3];
  fp[-1] = v;
  for (unsigned i = 0; i < n_args; i++)
    fp[i] = from[i];
  APPLY();
}
op_RET:
  v = R(1);
  RETURN();
op_RETI:
  v = value_from_word(pc[1]);
  RETURN();
return_value:
  RETURN();

  // --- entry
op_ENTER:
  if (UNLIKELY(n_args != pc[1])) goto wrong_arity;
  count_safepoint(vm);
  if (UNLIKELY(fp + pc[2] > vm->stack_limit)) goto stack_check;
  NEXT(3);
op_ENTER_REST: {
  unsigned required = pc[1];
  if (UNLIKELY(n_args < required)) goto wrong_arity;
  unsigned most = n_args > pc[2] ? n_args : pc[2];
  if (UNLIKELY(fp + most > vm->stack_limit)) goto stack_check;
  vm->n_args = n_args;
  size_t bytes = (n_args - required) * PAIR_BYTES;
  if (wants_collection(heap, bytes)) {
    SAVE();
    if (!vm_collect(vm, fp + n_args, bytes + HEAP_ROOM_BYTES)) goto out_of_memory_in_call;
    if (!heap_reserve(heap, bytes)) goto out_of_memory_in_call;
  }
  Value list = VALUE_NIL;
  for (unsigned i = n_args; i > required; i--)
    list = pair_make(heap, fp[i - 1], list);
  fp[required] = list;
  NEXT(3);
}
op_CASE:
  if (n_args == pc[1]) JUMP(2);
  NEXT(4);
op_CASE_REST:
  if (n_args >= pc[1]) JUMP(2);
  NEXT(4);
op_CASE_FAIL:
  goto wrong_arity;

  // --- whole procedures
op_FIELD_GET:
  if (LIKELY(n_args == 1) && IS_RECORD_OF(fp[0], CELL_AT(1), pc[2])) {
    v = object_field(fp[0], RECORD_FIELDS + pc[2]);
    RETURN();
  }
  pc += 3;
  BEGIN();
op_FIELD_SET:
  if (LIKELY(n_args == 2) && IS_RECORD_OF(fp[0], CELL_AT(1), pc[2])) {
    if (LIKELY(heap_try_store(heap, fp[0], object_slot(fp[0], RECORD_FIELDS + pc[2]), fp[1]))) {
      v = VALUE_UNSPECIFIED;
      RETURN();
    }
  }
  pc += 3;
  BEGIN();
op_RECORD_MAKE: {
  size_t bytes = AUX_BYTES(1 + pc[2]);
  v = CELL_AT(1);
  if (LIKELY(n_args == pc[2] && is_rtd(heap, v)) && vector_length(object_field(v, RTD_FIELD_NAMES)) == (sword)n_args &&
      has_room(heap, bytes)) {
    uword *p = heap_alloc(heap, bytes);
    p[0] = header_make(T_RECORD, 1 + n_args);
    p[RECORD_TYPE] = v.w;
    for (unsigned i = 0; i < n_args; i++)
      p[RECORD_FIELDS + i] = fp[i].w;
    v = value_from_object(p);
    RETURN();
  }
  pc += 3;
  BEGIN();
}
op_RECORD_IS:
  v = CELL_AT(1);
  if (LIKELY(n_args == 1 && is_rtd(heap, v))) {
    v = value_bool(record_has_type(fp[0], v));
    RETURN();
  }
  pc += 2;
  BEGIN();

  // --- jumps
op_JMP:
  JUMP(1);
op_LOOP:
  pc += unit_s32(pc + 1);
  count_safepoint(vm);
  if (UNLIKELY(fp > vm->stack_limit)) goto poll;
  if (RINGLET_DEBUG && stress_is_due(heap)) COLLECT(HEAP_ROOM_BYTES);
  goto *labels[*pc];

#define BRANCH(NAME, CONDITION, length) \
  op_##NAME##_F : if (!(CONDITION)) JUMP((length) - 2); \
  NEXT(length);                          \
  op_##NAME##_T : if (CONDITION) JUMP((length) - 2); \
  NEXT(length);
  BRANCH(FALSE, is_false(R(1)), 4)
  BRANCH(NULL, is_nil(R(1)), 4)
  BRANCH(PAIR, is_pair(R(1)), 4)
  BRANCH(CHAR, is_char(R(1)), 4)
  BRANCH(FIXNUM, is_fixnum(R(1)), 4)
  BRANCH(EQ, value_eq(R(1), R(2)), 5)
  BRANCH(EQI, R(1).w == pc[2], 5)
  BRANCH(TYPE, is_type(R(1), (enum object_type)pc[2]), 5)

#define NUMBER_BRANCH(NAME, OPERATOR, SLOW)                         \
  op_##NAME##_F : {                                                 \
    Value a = R(1), b = R(2);                                       \
    if (LIKELY(are_fixnums(a, b))) {                                \
      if (!((sword)a.w OPERATOR (sword)b.w)) JUMP(3);               \
      NEXT(5);                                                      \
    }                                                               \
    if (is_type(a, T_FLONUM) && is_type(b, T_FLONUM)) {             \
      if (!(flonum_double(a) OPERATOR flonum_double(b))) JUMP(3);   \
      NEXT(5);                                                      \
    }                                                               \
    ROOM(0);                                                        \
    v = SLOW(&vm->cx, R(1), R(2));                                  \
    if (is_outcome(v)) goto inline_outcome;                         \
    retries = 0;                                                    \
    if (is_false(v)) JUMP(3);                                       \
    NEXT(5);                                                        \
  }                                                                 \
  op_##NAME##_T : {                                                 \
    Value a = R(1), b = R(2);                                       \
    if (LIKELY(are_fixnums(a, b))) {                                \
      if ((sword)a.w OPERATOR (sword)b.w) JUMP(3);                  \
      NEXT(5);                                                      \
    }                                                               \
    ROOM(0);                                                        \
    v = SLOW(&vm->cx, R(1), R(2));                                  \
    if (is_outcome(v)) goto inline_outcome;                         \
    retries = 0;                                                    \
    if (is_true(v)) JUMP(3);                                        \
    NEXT(5);                                                        \
  }
  NUMBER_BRANCH(LT, <, number_less)
  NUMBER_BRANCH(LE, <=, number_less_equal)
  NUMBER_BRANCH(NUMEQ, ==, number_equal)

#define IMMEDIATE_BRANCH(NAME, OPERATOR, SLOW)                      \
  op_##NAME##_F : {                                                 \
    Value a = R(1), b = fixnum((int16_t)pc[2]);                     \
    if (LIKELY(is_fixnum(a))) {                                     \
      if (!((sword)a.w OPERATOR (sword)b.w)) JUMP(3);               \
      NEXT(5);                                                      \
    }                                                               \
    ROOM(0);                                                        \
    v = SLOW(&vm->cx, R(1), b);                                     \
    if (is_outcome(v)) goto inline_outcome;                         \
    retries = 0;                                                    \
    if (is_false(v)) JUMP(3);                                       \
    NEXT(5);                                                        \
  }                                                                 \
  op_##NAME##_T : {                                                 \
    Value a = R(1), b = fixnum((int16_t)pc[2]);                     \
    if (LIKELY(is_fixnum(a))) {                                     \
      if ((sword)a.w OPERATOR (sword)b.w) JUMP(3);                  \
      NEXT(5);                                                      \
    }                                                               \
    ROOM(0);                                                        \
    v = SLOW(&vm->cx, R(1), b);                                     \
    if (is_outcome(v)) goto inline_outcome;                         \
    retries = 0;                                                    \
    if (is_true(v)) JUMP(3);                                        \
    NEXT(5);                                                        \
  }
  IMMEDIATE_BRANCH(LTI, <, number_less)
  IMMEDIATE_BRANCH(LEI, <=, number_less_equal)
  IMMEDIATE_BRANCH(GTI, >, number_greater)
  IMMEDIATE_BRANCH(GEI, >=, number_greater_equal)
  IMMEDIATE_BRANCH(NUMEQI, ==, number_equal)

  // --- arithmetic
#define SLOW_ARITHMETIC(SLOW, b)          \
  do {                                    \
    ROOM(0);                              \
    heap_arm(heap, HEAP_ROOM_BYTES);      \
    v = SLOW(&vm->cx, R(2), b);           \
    heap_arm(heap, HEAP_UNARMED);         \
    if (UNLIKELY(is_outcome(v))) goto inline_outcome; \
    retries = 0;                          \
    R(1) = v;                             \
    NEXT(4);                              \
  } while (0)
#define FLONUM_ARITHMETIC(OPERATOR)                                     \
  if (is_type(a, T_FLONUM) && is_type(b, T_FLONUM)) {                   \
    double x = flonum_double(a) OPERATOR flonum_double(b);              \
    ROOM(FLONUM_BYTES);                                                 \
    R(1) = flonum_make(heap, x);                                        \
    NEXT(4);                                                            \
  }
op_ADD: {
  Value a = R(2), b = R(3);
  sword sum;
  if (LIKELY(are_fixnums(a, b) && !__builtin_add_overflow((sword)a.w, (sword)b.w, &sum))) {
    R(1) = value_from_word((uword)sum);
    NEXT(4);
  }
  FLONUM_ARITHMETIC(+)
  SLOW_ARITHMETIC(number_add, R(3));
}
op_SUB: {
  Value a = R(2), b = R(3);
  sword difference;
  if (LIKELY(are_fixnums(a, b) && !__builtin_sub_overflow((sword)a.w, (sword)b.w, &difference))) {
    R(1) = value_from_word((uword)difference);
    NEXT(4);
  }
  FLONUM_ARITHMETIC(-)
  SLOW_ARITHMETIC(number_sub, R(3));
}
op_MUL: {
  Value a = R(2), b = R(3);
  sword product;
  if (LIKELY(are_fixnums(a, b) && !__builtin_mul_overflow((sword)a.w >> 1, (sword)b.w, &product))) {
    R(1) = value_from_word((uword)product);
    NEXT(4);
  }
  FLONUM_ARITHMETIC(*)
  SLOW_ARITHMETIC(number_mul, R(3));
}
op_DIV: {
  Value a = R(2), b = R(3);
  FLONUM_ARITHMETIC(/)
  SLOW_ARITHMETIC(number_div, R(3));
}
op_ADDI: {
  Value a = R(2), b = fixnum((int16_t)pc[3]);
  sword sum;
  if (LIKELY(is_fixnum(a) && !__builtin_add_overflow((sword)a.w, (sword)b.w, &sum))) {
    R(1) = value_from_word((uword)sum);
    NEXT(4);
  }
  SLOW_ARITHMETIC(number_add, b);
}
op_MULI: {
  Value a = R(2);
  sword product;
  if (LIKELY(is_fixnum(a) && !__builtin_mul_overflow((sword)a.w, (sword)(int16_t)pc[3], &product))) {
    R(1) = value_from_word((uword)product);
    NEXT(4);
  }
  SLOW_ARITHMETIC(number_mul, fixnum((int16_t)pc[3]));
}
  // Fixnum division cannot overflow but for the least fixnum by -1, which the slow way takes.
#define FIXNUM_DIVISION (are_fixnums(R(2), R(3)) && (sword)R(3).w > 0)
op_QUOTIENT:
  if (LIKELY(FIXNUM_DIVISION)) {
    R(1) = fixnum(fixnum_int(R(2)) / fixnum_int(R(3)));
    NEXT(4);
  }
  SLOW_ARITHMETIC(number_quotient, R(3));
op_REMAINDER:
  if (LIKELY(FIXNUM_DIVISION)) {
    R(1) = fixnum(fixnum_int(R(2)) % fixnum_int(R(3)));
    NEXT(4);
  }
  SLOW_ARITHMETIC(number_remainder, R(3));
op_MODULO:
  if (LIKELY(FIXNUM_DIVISION)) {
    sword m = fixnum_int(R(2)) % fixnum_int(R(3));
    R(1) = fixnum(m < 0 ? m + fixnum_int(R(3)) : m);
    NEXT(4);
  }
  SLOW_ARITHMETIC(number_modulo, R(3));
#define IMMEDIATE_DIVISOR ((sword)(int16_t)pc[3])
op_QUOTIENTI:
  if (LIKELY(is_fixnum(R(2)))) {
    R(1) = fixnum(fixnum_int(R(2)) / IMMEDIATE_DIVISOR);
    NEXT(4);
  }
  SLOW_ARITHMETIC(number_quotient, fixnum(IMMEDIATE_DIVISOR));
op_REMAINDERI:
  if (LIKELY(is_fixnum(R(2)))) {
    R(1) = fixnum(fixnum_int(R(2)) % IMMEDIATE_DIVISOR);
    NEXT(4);
  }
  SLOW_ARITHMETIC(number_remainder, fixnum(IMMEDIATE_DIVISOR));
op_MODULOI:
  if (LIKELY(is_fixnum(R(2)))) {
    sword m = fixnum_int(R(2)) % IMMEDIATE_DIVISOR;
    R(1) = fixnum(m < 0 ? m + IMMEDIATE_DIVISOR : m);
    NEXT(4);
  }
  SLOW_ARITHMETIC(number_modulo, fixnum(IMMEDIATE_DIVISOR));

  // --- pairs
op_CONS: {
  ROOM(PAIR_BYTES);
  Value *p = (Value *)heap_alloc(heap, PAIR_BYTES);
  p[0] = R(2);
  p[1] = R(3);
  R(1) = value_from_pair(p);
  NEXT(4);
}
#define EXPECT(test, who, argument, wanted, culprit)              \
  if (UNLIKELY(!(test))) {                                        \
    ROOM(0);                                                      \
    v = raise_type(&vm->cx, who, argument, wanted, culprit);      \
    goto inline_outcome;                                          \
  }
op_CAR:
  EXPECT(is_pair(R(2)), "car", 1, "a pair", R(2))
  R(1) = pair_car(R(2));
  NEXT(3);
op_CDR:
  EXPECT(is_pair(R(2)), "cdr", 1, "a pair", R(2))
  R(1) = pair_cdr(R(2));
  NEXT(3);
op_CADR:
  EXPECT(is_pair(R(2)) && is_pair(pair_cdr(R(2))), "cadr", 1, "a list of two or more", R(2))
  R(1) = pair_car(pair_cdr(R(2)));
  NEXT(3);
op_CDDR:
  EXPECT(is_pair(R(2)) && is_pair(pair_cdr(R(2))), "cddr", 1, "a list of two or more", R(2))
  R(1) = pair_cdr(pair_cdr(R(2)));
  NEXT(3);
op_SET_CAR:
  EXPECT(is_pair(R(1)), "set-car!", 1, "a pair", R(1))
  EXPECT_MUTABLE(!heap_is_constant(R(1)), "set-car!", R(1))
  STORE("set-car!", R(1), pair_car_slot(R(1)), 2, R(2))
  NEXT(3);
op_SET_CDR:
  EXPECT(is_pair(R(1)), "set-cdr!", 1, "a pair", R(1))
  EXPECT_MUTABLE(!heap_is_constant(R(1)), "set-cdr!", R(1))
  STORE("set-cdr!", R(1), pair_cdr_slot(R(1)), 2, R(2))
  NEXT(3);

  // --- vectors, strings, byte vectors
#define INDEX_OK(object, index) (is_fixnum(index) && (index).w < object_field(object, 1).w)
#define EXPECT_INDEX(who, object, index)              \
  if (UNLIKELY(!INDEX_OK(object, index))) {           \
    ROOM(0);                                          \
    v = error_index(vm, who, object, index);          \
    goto inline_outcome;                              \
  }
op_VECTOR_REF:
  EXPECT(is_type(R(2), T_VECTOR), "vector-ref", 1, "a vector", R(2))
  EXPECT_INDEX("vector-ref", R(2), R(3))
  R(1) = vector_slots(R(2))[fixnum_int(R(3))];
  NEXT(4);
op_VECTOR_REFI:
  EXPECT(is_type(R(2), T_VECTOR), "vector-ref", 1, "a vector", R(2))
  EXPECT_INDEX("vector-ref", R(2), fixnum((int16_t)pc[3]))
  R(1) = vector_slots(R(2))[(int16_t)pc[3]];
  NEXT(4);
op_VECTOR_SET:
  EXPECT(is_type(R(1), T_VECTOR), "vector-set!", 1, "a vector", R(1))
  EXPECT_INDEX("vector-set!", R(1), R(2))
  EXPECT_MUTABLE(!object_flags(R(1), HEADER_FLAG_IMMUTABLE), "vector-set!", R(1))
  STORE("vector-set!", R(1), vector_slots(R(1)) + fixnum_int(R(2)), 3, R(3))
  NEXT(4);
op_VECTOR_SETI:
  EXPECT(is_type(R(1), T_VECTOR), "vector-set!", 1, "a vector", R(1))
  EXPECT_INDEX("vector-set!", R(1), fixnum((int16_t)pc[3]))
  EXPECT_MUTABLE(!object_flags(R(1), HEADER_FLAG_IMMUTABLE), "vector-set!", R(1))
  STORE("vector-set!", R(1), vector_slots(R(1)) + (int16_t)pc[3], 3, R(2))
  NEXT(4);
op_VECTOR_LENGTH:
  EXPECT(is_type(R(2), T_VECTOR), "vector-length", 1, "a vector", R(2))
  R(1) = object_field(R(2), 1);
  NEXT(3);
op_STRING_REF:
  EXPECT(is_type(R(2), T_STRING), "string-ref", 1, "a string", R(2))
  EXPECT_INDEX("string-ref", R(2), R(3))
  R(1) = value_char(string_char(R(2), fixnum_int(R(3))));
  NEXT(4);
op_BYTES_REF:
  EXPECT(is_type(R(2), T_BYTES), "bytevector-u8-ref", 1, "a bytevector", R(2))
  EXPECT_INDEX("bytevector-u8-ref", R(2), R(3))
  R(1) = fixnum(bytes_data(R(2))[fixnum_int(R(3))]);
  NEXT(4);

  // --- records: the type or, rarely, one below it
op_RECORD_REF:
  if (UNLIKELY(!IS_RECORD_OF(R(2), R(3), pc[4]))) goto record_slow;
  R(1) = object_field(R(2), RECORD_FIELDS + pc[4]);
  NEXT(5);
op_RECORD_SET:
  if (UNLIKELY(!IS_RECORD_OF(R(1), R(2), pc[3]))) goto record_slow;
  if (UNLIKELY(!heap_try_store(heap, R(1), object_slot(R(1), RECORD_FIELDS + pc[3]), R(4)))) goto record_slow;
  NEXT(5);
record_slow: {
  bool set = *pc == OP_RECORD_SET;
  Value record = set ? R(1) : R(2);
  Value type = set ? R(2) : R(3);
  unsigned index = set ? pc[3] : pc[4];
  if (!record_has_type(record, type) || !HAS_FIELD(record, index)) {
    ROOM(0);
    Value who = object_field(object_field(fp[-1], CLOSURE_CODE), CODE_NAME);
    v = error_record(vm, who, set ? R(1) : R(2), set ? R(2) : R(3));
    goto inline_outcome;
  }
  if (set) {
    Value who = object_field(object_field(fp[-1], CLOSURE_CODE), CODE_NAME);
    if (!heap_try_store(heap, record, object_slot(record, RECORD_FIELDS + index), R(4))) {
      ROOM(0);
      v = error_frozen_record(vm, who, R(1));
      goto inline_outcome;
    }
  } else R(1) = object_field(record, RECORD_FIELDS + index);
  NEXT(5);
}

op_CHAR_INTEGER:
  EXPECT(is_char(R(2)), "char->integer", 1, "a character", R(2))
  R(1) = fixnum((sword)char_code(R(2)));
  NEXT(3);
op_INTEGER_CHAR: {
  Value n = R(2);
  EXPECT(is_fixnum(n) && (n.w < fixnum(0xd800).w || (n.w >= fixnum(0xe000).w && n.w < fixnum(0x110000).w)),
         "integer->char", 1, "a Unicode scalar value", R(2))
  R(1) = value_char((uint32_t)fixnum_int(R(2)));
  NEXT(3);
}

  // --- primitives without a frame
op_PRIM: {
  ROOM(0);
  const struct primitive *p = vm->primitives[fixnum_int(object_field(K(2), PRIMITIVE_INDEX))];
  Value *args = fp + pc[4];
  unsigned n = pc[3];
  if (p->max != PRIMITIVE_REST)
    for (unsigned i = n; i < p->max; i++)
      args[i] = VALUE_DEFAULT;
  heap_arm(heap, HEAP_ROOM_BYTES);
  v = p->fn(&vm->cx, args, n);
  heap_arm(heap, HEAP_UNARMED);
  if (UNLIKELY(is_outcome(v))) goto inline_outcome;
  retries = 0;
  R(1) = v;
  NEXT(5);
}

  // --- outcomes of an instruction; pc still points at it
unbound:
  ROOM(0);
  // A collection may have moved the name.
  v = *pc == OP_GREF || *pc == OP_TAIL_GLOBAL || *pc == OP_CALL_GLOBAL || *pc == OP_CALL_GLOBAL_1 || *pc == OP_GSET
          ? object_field(K(*pc == OP_GREF ? 2 : 1), CELL_NAME)
          : object_field(*pc == OP_CELL_REF ? R(2) : R(1), CELL_NAME);
  v = error_unbound(vm, v);
inline_outcome:
  if (value_eq(v, OUTCOME_COLLECT)) {
    if (++retries > RETRIES_MOST) goto out_of_memory;
    COLLECT(vm->cx.need_bytes);
    if (retries == RETRIES_MOST) vm_collect_all(vm, TOP());
    NEXT(0);
  }
  retries = 0;
  if (value_eq(v, OUTCOME_RAISE)) goto raise;
  if (value_eq(v, OUTCOME_AGAIN)) {
    if (vm->cx.interrupts) goto poll;
    NEXT(0);
  }
  if (value_eq(v, OUTCOME_BLOCK)) {
    SAVE();
    return VM_BLOCKED;
  }
  CHECK(value_eq(v, OUTCOME_TAIL_CALL));
  vm->n_args = 0;
  fp = push_injected(vm, fp, pc, TOP(), stub_prim, vm->cx.tail_procedure);
  v = vm->cx.tail_arguments;
  goto spread;

raise:
  vm_allow_preemption(vm);
  if (!is_type(heap->roots[ROOT_RAISE_HANDLER], T_CLOSURE)) error_uncaught(vm);
  if (*pc == OP_ADDI || *pc == OP_MULI || (*pc >= OP_LT_F && *pc <= OP_NUMEQI_T)) {
    Value code = object_field(fp[-1], CLOSURE_CODE);
    error_restore_operator(vm, code_operator(code, (unsigned)(pc - code_units(code))));
  }
  vm->n_args = n_args;
  fp = push_injected(vm, fp, pc, TOP(), stub_trap, heap->roots[ROOT_RAISE_HANDLER]);
  fp[0] = vm->cx.condition;
  n_args = 1;
  v = fp[-1];
  goto apply;

out_of_memory:
  retries = 0;
  if (heap_waits(heap)) goto poll;
  v = error_out_of_memory(vm);
  if (!value_eq(v, OUTCOME_RAISE)) goto rescue;
  goto raise;

  // Not even a condition fits: drop the whole stack, which frees what it held.
rescue:
  if (!stack_rescue(vm)) {
    vm->exit_status = PLATFORM_FATAL_STATUS;
    return VM_EXITED;
  }
  LOAD();
  n_args = vm->n_args;
  goto *labels[*pc];

  // --- interrupts between two instructions; pc points at the one to come
poll: {
  unsigned bits = __atomic_exchange_n(&vm->cx.interrupts, 0, __ATOMIC_SEQ_CST);
  vm->stack_limit = vm->real_limit;
  if (vm->cx.interrupts) vm->stack_limit = NULL;
  SAVE();
  vm->n_args = n_args;
  Value *top = vm_top(vm);
  if (bits & IRQ_COLLECT) {
    if (!heap->limit && !vm_collect(vm, top, HEAP_ROOM_BYTES)) {
      if (top == fp + n_args) goto out_of_memory_in_call;
      goto out_of_memory;
    }
  }
  size_t due = bits & IRQ_COMMONS ? commons_due_words() : 0;
  if (due) vm_collect_commons(vm, top, due);
  bits &= ~(IRQ_COLLECT | IRQ_COMMONS);
  if (vm->preemption_off) {
    vm->deferred |= bits;
    goto *labels[*pc];
  }
  unsigned mine = vm->takes_breaks ? IRQ_BREAK | IRQ_TIME : IRQ_TIME;
  vm->signals |= bits & ~mine;
  if (bits & mine) {
    Value handler = heap->roots[bits & IRQ_TIME ? ROOT_TIME_HANDLER : ROOT_BREAK_HANDLER];
    fp = push_injected(vm, fp, pc, top, stub_trap, handler);
    n_args = 0;
    v = fp[-1];
    goto apply;
  }
  if (!vm->signals) goto *labels[*pc];
  return VM_YIELDED;
}

op_TRAP_RETURN: {
  Value *trap = fp - 5;
  pc = slot_pc(trap[0]);
  fp = trap - fixnum_int(trap[1]);
  n_args = vm->n_args = (unsigned)fixnum_int(trap[2]);
  goto *labels[*pc];
}
op_PRIM_RETURN: {
  Value *trap = fp - 5;
  v = fp[-2];
  pc = slot_pc(trap[0]);
  fp = trap - fixnum_int(trap[1]);
  R(1) = v;
  if (*pc == OP_PRIM) NEXT(5);
  NEXT(4);  // arithmetic
}

  // --- the stack ran out, or an interrupt made it seem so; pc points at an ENTER
stack_check:
  if (vm->cx.interrupts) goto poll;
  vm->stack_limit = vm->real_limit;
  {
    size_t need = pc[2] > n_args ? pc[2] : n_args;
    if (fp + need <= vm->real_limit) goto *labels[*pc];
    vm->n_args = n_args;
    SAVE();
    if (!stack_grow(vm, need)) {
      if (heap_waits(heap)) goto poll;
      vm_collect_all(vm, fp + n_args);
      bool grown = stack_grow(vm, need);
      // A short stack is not what fills the memory: the segment in reserve is for what has to be done now.
      if (!grown && stack_is_short(vm)) {
        stack_use_reserve(vm);
        grown = stack_grow(vm, need);
      }
      if (!grown) goto out_of_stack;
    }
    LOAD();
    goto *labels[*pc];
  }
out_of_stack:
  // The handler runs in this call's place, in the segment kept for it.
  stack_use_reserve(vm);
  v = error_stack(vm);
  goto framed_raise;
out_of_memory_in_call:
  retries = 0;
  if (heap_waits(heap)) goto poll;
  v = error_out_of_memory(vm);
framed_raise:
  vm_allow_preemption(vm);
  if (!value_eq(v, OUTCOME_RAISE)) goto rescue;
  if (error_is_about_room(vm, fp[-1], fp, n_args)) goto rescue;
  if (!is_type(heap->roots[ROOT_RAISE_HANDLER], T_CLOSURE)) error_uncaught(vm);
  fp[-1] = heap->roots[ROOT_RAISE_HANDLER];
  fp[0] = vm->cx.condition;
  n_args = 1;
  v = fp[-1];
  goto apply;

wrong_arity:
  vm->n_args = n_args;
  v = error_arity(vm, fp[-1], fp, n_args);
  goto framed_outcome;

  // --- calling what is no closure; fp is the new frame
op_REAPPLY:
  n_args = vm->n_args;
  if (vm->cx.interrupts) goto poll;
  v = fp[-1];
  goto apply;
apply_other:
  vm->n_args = n_args;
  if (is_type(v, T_PRIMITIVE)) {
    const struct primitive *p = vm->primitives[fixnum_int(object_field(v, PRIMITIVE_INDEX))];
    if (n_args < p->min || (p->max != PRIMITIVE_REST && n_args > p->max)) goto wrong_arity;
    if (wants_collection(heap, 0)) {
      pc = stub_reapply;
      SAVE();
      if (!vm_collect(vm, fp + n_args, HEAP_ROOM_BYTES)) goto out_of_memory_in_call;
    }
    if (UNLIKELY(fp + n_args > vm->stack_limit)) {
      if (vm->cx.interrupts) {
        pc = stub_reapply;
        goto poll;
      }
      vm->stack_limit = vm->real_limit;
    }
    if (p->max != PRIMITIVE_REST)
      for (unsigned i = n_args; i < p->max; i++)
        fp[i] = VALUE_DEFAULT;
    heap_arm(heap, HEAP_ROOM_BYTES);
    v = p->fn(&vm->cx, fp, n_args);
    heap_arm(heap, HEAP_UNARMED);
    if (LIKELY(!is_outcome(v))) {
      retries = 0;
      goto return_value;
    }
    goto framed_outcome;
  }
  if (is_type(v, T_PARAMETER)) {
    if (n_args > 1) goto wrong_arity;
    if (n_args == 0) {
      v = parameter_value(vm, v);
      if (is_outcome(v)) goto framed_outcome;
      goto return_value;
    }
    // A new value, which the library converts.
    fp[1] = fp[0];
    fp[0] = v;
    v = fp[-1] = heap->roots[ROOT_SET_PARAMETER];
    n_args = 2;
    goto apply;
  }
  if (is_type(v, T_CONT)) {
    v = values_make(&vm->cx, n_args, fp);
    if (!is_outcome(v)) {
      stack_resume(vm, fp[-1], v);
      LOAD();
      goto *labels[*pc];
    }
  } else {
    v = error_not_procedure(vm, v, fp, n_args);
  }
framed_outcome:
  // An outcome of the call in the frame at fp.
  if (value_eq(v, OUTCOME_RAISE)) goto framed_raise;
  if (value_eq(v, OUTCOME_TAIL_CALL)) {
    retries = 0;
    fp[-1] = vm->cx.tail_procedure;
    v = vm->cx.tail_arguments;
    goto spread;
  }
  pc = stub_reapply;
  SAVE();
  if (value_eq(v, OUTCOME_COLLECT)) {
    if (++retries > RETRIES_MOST) goto out_of_memory_in_call;
    if (!vm_collect(vm, fp + n_args, vm->cx.need_bytes)) goto out_of_memory_in_call;
    if (retries == RETRIES_MOST) vm_collect_all(vm, fp + n_args);
    goto op_REAPPLY;
  }
  retries = 0;
  if (value_eq(v, OUTCOME_AGAIN)) goto op_REAPPLY;
  if (value_eq(v, OUTCOME_BLOCK)) return VM_BLOCKED;
  // OUTCOME_VM
  switch ((enum vm_request)vm->cx.vm_request) {
  case VM_CAPTURE: {
    Value k;
    if (!stack_capture(vm, fp - 2, &k)) {
      if (!vm_collect(vm, fp + n_args, 4 * CONT_BYTES)) goto out_of_memory_in_call;
      goto op_REAPPLY;
    }
    fp[-1] = fp[0];
    fp[0] = k;
    n_args = 1;
    v = fp[-1];
    goto apply;
  }
  case VM_RESUME:
    stack_resume(vm, fp[0], vm->cx.tail_arguments);
    LOAD();
    goto *labels[*pc];
  case VM_COLLECT_ALL:
    vm_collect_all(vm, fp + n_args);
    v = VALUE_UNSPECIFIED;
    goto return_value;
  case VM_YIELD:
    // It returns first, so that it is not run again.
    v = VALUE_UNSPECIFIED;
    pc = slot_pc(fp[-2]);
    fp[-2] = v;
    fp -= pc[-1];
    SAVE();
    return VM_YIELDED;
  case VM_FINISH:
    return VM_DONE;
  case VM_RESCUE:
    goto rescue;
  case VM_EXIT:
    vm->exit_status = (int)fixnum_int(fp[0]);
    return VM_EXITED;
  }

spread: {
  // Call fp[-1] with the list v.
  vm->fp = fp;
  int n = spread_arguments(vm, v);
  if (n == SPREAD_NO_ROOM) {
    fp[0] = v;
    pc = stub_reapply;
    SAVE();
    vm_collect_all(vm, fp + 1);
    v = fp[0];
    n = spread_arguments(vm, v);
  }
  fp = vm->fp;
  if (n < 0) {
    vm->n_args = n_args = 0;
    v = n == SPREAD_NO_LIST ? error_argument_list(vm, v) : error_stack(vm);
    goto framed_outcome;
  }
  n_args = (unsigned)n;
  v = fp[-1];
  goto apply;
}

op_UNDERFLOW:
  if (wants_collection(heap, CONT_BYTES)) {
    SAVE();
    if (!vm_collect(vm, fp - 1, HEAP_ROOM_BYTES)) {
      if (heap_waits(heap)) goto poll;
      goto rescue;
    }
  }
  SAVE();
  if (!stack_underflow(vm)) {
    if (heap_waits(heap)) goto poll;
    vm_collect_all(vm, fp - 1);
    bool resumed = stack_underflow(vm);
    // The way back to the handler of a memory condition may need the segment kept for handlers.
    if (!resumed) stack_use_reserve(vm);
    if (!resumed && !stack_underflow(vm)) goto rescue;
  }
  LOAD();
  goto *labels[*pc];
op_HALT:
  return VM_DONE;
}
