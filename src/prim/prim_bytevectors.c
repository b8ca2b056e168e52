// Primitives on bytevectors, and UTF-8.
//
// Uses: data/string, prim/args, prim/slices.  Used by: prim/table.
//
// What would go through more than SLICE_BYTES is left to Scheme.
#include "data/string.h"
#include "data/utf8.h"
#include "prim/args.h"
#include "prim/slices.h"
#include "prim/tables.h"

static bool is_byte(Value v) {
  return is_fixnum(v) && fixnum_int(v) >= 0 && fixnum_int(v) <= 255;
}
static Value raise_byte(struct context *cx, const char *who, unsigned argument, Value v) {
  return raise_type(cx, who, argument, "a byte (an exact integer, 0 to 255)", v);
}
static Value raise_bytes(struct context *cx, const char *who, unsigned argument, Value v) {
  return raise_type(cx, who, argument, "a bytevector", v);
}
static Value copy_bytes(struct context *cx, Value from, sword start, sword end) {
  if (is_long(cx, end - start, SLICE_BYTES))
    return outcome_in_scheme(cx, "bytevector-copy", 3, (Value[]){from, fixnum(start), fixnum(end)});
  Value bytes = bytes_make_raw(cx, (size_t)(end - start));
  if (!is_outcome(bytes)) memcpy(bytes_data(bytes), bytes_data(from) + start, (size_t)(end - start));
  return bytes;
}

PRIM(prim_bytevector_p) {
  return value_bool(is_bytes(args[0]));
}

PRIM(prim_make_bytevector) {
  sword length = is_fixnum(args[0]) ? fixnum_int(args[0]) : -1;
  if (length < 0) return raise_type(cx, "make-bytevector", 1, "a length (an exact integer, not negative)", args[0]);
  bool filled = is_given(args, n, 1);
  if (filled && !is_byte(args[1])) return raise_byte(cx, "make-bytevector", 2, args[1]);
  if (is_long(cx, length, SLICE_BYTES))
    return outcome_in_scheme(cx, "make-bytevector", 2, (Value[]){args[0], filled ? args[1] : fixnum(0)});
  Value bytes = bytes_make_raw(cx, (size_t)length);
  if (!is_outcome(bytes)) memset(bytes_data(bytes), filled ? (int)fixnum_int(args[1]) : 0, (size_t)length);
  return bytes;
}

PRIM(prim_bytevector) {
  for (unsigned i = 0; i < n; i++)
    if (!is_byte(args[i])) return raise_byte(cx, "bytevector", i + 1, args[i]);
  Value bytes = bytes_make_raw(cx, n);
  if (is_outcome(bytes)) return bytes;
  for (unsigned i = 0; i < n; i++) bytes_data(bytes)[i] = (unsigned char)fixnum_int(args[i]);
  return bytes;
}

PRIM(prim_bytevector_length) {
  if (!is_bytes(args[0])) return raise_bytes(cx, "bytevector-length", 1, args[0]);
  return fixnum(bytes_length(args[0]));
}

// Is args[1] an index into the bytevector args[0]?
static bool is_index(Value *args) {
  return is_fixnum(args[1]) && fixnum_int(args[1]) >= 0 && fixnum_int(args[1]) < bytes_length(args[0]);
}

PRIM(prim_bytevector_ref) {
  if (!is_bytes(args[0])) return raise_bytes(cx, "bytevector-u8-ref", 1, args[0]);
  if (!is_index(args)) return raise_index(cx, "bytevector-u8-ref", 2, args[1], "bytevector", bytes_length(args[0]));
  return fixnum(bytes_data(args[0])[fixnum_int(args[1])]);
}

PRIM(prim_bytevector_set) {
  if (!is_bytes(args[0])) return raise_bytes(cx, "bytevector-u8-set!", 1, args[0]);
  if (!is_index(args)) return raise_index(cx, "bytevector-u8-set!", 2, args[1], "bytevector", bytes_length(args[0]));
  if (!is_byte(args[2])) return raise_byte(cx, "bytevector-u8-set!", 3, args[2]);
  if (object_is_immutable(args[0])) return raise_immutable(cx, "bytevector-u8-set!", 1, args[0]);
  bytes_data(args[0])[fixnum_int(args[1])] = (unsigned char)fixnum_int(args[2]);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_bytevector_copy) {
  sword start, end;
  if (!is_bytes(args[0])) return raise_bytes(cx, "bytevector-copy", 1, args[0]);
  Value ok = arg_range(cx, "bytevector-copy", args, n, 1, bytes_length(args[0]), &start, &end);
  return is_outcome(ok) ? ok : copy_bytes(cx, args[0], start, end);
}

PRIM(prim_bytevector_copy_to) {
  const char *who = "bytevector-copy!";
  sword start, end;
  if (!is_bytes(args[0])) return raise_bytes(cx, who, 1, args[0]);
  if (!is_bytes(args[2])) return raise_bytes(cx, who, 3, args[2]);
  Value ok = arg_range(cx, who, args, n, 3, bytes_length(args[2]), &start, &end);
  if (is_outcome(ok)) return ok;
  sword room = bytes_length(args[0]) - (end - start);
  if (!is_fixnum(args[1]) || fixnum_int(args[1]) < 0 || fixnum_int(args[1]) > room)
    return raise_range(cx, who, 2, args[1], 0, room);
  if (object_is_immutable(args[0])) return raise_immutable(cx, who, 1, args[0]);
  if (is_long(cx, end - start, SLICE_BYTES))
    return outcome_in_scheme(cx, who, 5, (Value[]){args[0], args[1], args[2], fixnum(start), fixnum(end)});
  memmove(bytes_data(args[0]) + fixnum_int(args[1]), bytes_data(args[2]) + start, (size_t)(end - start));
  return VALUE_UNSPECIFIED;
}

PRIM(prim_bytevector_fill) {
  sword start, end;
  if (!is_bytes(args[0])) return raise_bytes(cx, "bytevector-fill!", 1, args[0]);
  if (!is_byte(args[1])) return raise_byte(cx, "bytevector-fill!", 2, args[1]);
  Value ok = arg_range(cx, "bytevector-fill!", args, n, 2, bytes_length(args[0]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (object_is_immutable(args[0])) return raise_immutable(cx, "bytevector-fill!", 1, args[0]);
  if (is_long(cx, end - start, SLICE_BYTES))
    return outcome_in_scheme(cx, "bytevector-fill!", 4, (Value[]){args[0], args[1], fixnum(start), fixnum(end)});
  memset(bytes_data(args[0]) + start, (int)fixnum_int(args[1]), (size_t)(end - start));
  return VALUE_UNSPECIFIED;
}

PRIM(prim_bytevector_append) {
  size_t length = 0, at = 0;
  for (unsigned i = 0; i < n; i++) {
    if (!is_bytes(args[i])) return raise_bytes(cx, "bytevector-append", i + 1, args[i]);
    length += (size_t)bytes_length(args[i]);
  }
  if (is_long(cx, (sword)length, SLICE_BYTES)) return outcome_in_scheme(cx, "bytevector-append", n, args);
  Value bytes = bytes_make_raw(cx, length);
  if (is_outcome(bytes)) return bytes;
  for (unsigned i = 0; i < n; i++) {
    size_t part = (size_t)bytes_length(args[i]);
    memcpy(bytes_data(bytes) + at, bytes_data(args[i]), part);
    at += part;
  }
  return bytes;
}

// For lib/boot/long.scm, which fills it.
PRIM(prim_bytevector_raw) {
  return bytes_make_raw(cx, (size_t)fixnum_int(args[0]));
}

PRIM(prim_utf8_to_string) {
  sword start, end;
  if (!is_bytes(args[0])) return raise_bytes(cx, "utf8->string", 1, args[0]);
  Value ok = arg_range(cx, "utf8->string", args, n, 1, bytes_length(args[0]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (is_long(cx, end - start, SLICE_CHARS))
    return outcome_in_scheme(cx, "utf8->string", 3, (Value[]){args[0], fixnum(start), fixnum(end)});
  size_t n_bytes = (size_t)(end - start), room = BYTES_BYTES(n_bytes) + BYTES_BYTES(4 * n_bytes) + STRING_BYTES;
  const unsigned char *p = bytes_data(args[0]) + start;
  bool is_copied = bytes_may_change(args[0]);
  if (is_copied) {
    Value copy = bytes_make_raw(cx, n_bytes);
    if (is_outcome(copy)) return outcome_collect(cx, room);
    p = memcpy(bytes_data(copy), p, n_bytes);
  }
  uint32_t c;
  for (size_t i = 0; i < n_bytes;) {
    int length = utf8_decode(p + i, n_bytes - i, &c);
    if (length <= 0) {
      return raise_condition(cx, KNOWN_RANGE, "utf8->string", "this bytevector holds no UTF-8 from this index on:", 2,
                             (Value[]){args[0], fixnum(start + (sword)i)});
    }
    i += (size_t)length;
  }
  Value string = string_from_utf8(cx, p, n_bytes);
  return is_copied && value_eq(string, OUTCOME_COLLECT) ? outcome_collect(cx, room) : string;
}

PRIM(prim_string_to_utf8) {
  sword start, end;
  if (!is_string(args[0])) return raise_type(cx, "string->utf8", 1, "a string", args[0]);
  Value ok = arg_range(cx, "string->utf8", args, n, 1, string_length(args[0]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (is_long(cx, end - start, SLICE_CHARS))
    return outcome_in_scheme(cx, "string->utf8", 3, (Value[]){args[0], fixnum(start), fixnum(end)});
  return string_to_utf8(cx, args[0], start, end);
}

const struct primitive bytevectors_primitives[] = {
  {"bytevector?", prim_bytevector_p, 1, 1, "(bytevector? x)\nIs X a bytevector?"},
  {"make-bytevector", prim_make_bytevector, 1, 2,
   "(make-bytevector length [byte])\nA new bytevector of LENGTH bytes, each BYTE (0 if not given)."},
  {"bytevector", prim_bytevector, 0, PRIMITIVE_REST, "(bytevector byte ...)\nA new bytevector of the BYTES."},
  {"bytevector-length", prim_bytevector_length, 1, 1, "(bytevector-length bytevector)\nHow many bytes BYTEVECTOR has."},
  {"bytevector-u8-ref", prim_bytevector_ref, 2, 2, "(bytevector-u8-ref bytevector k)\nByte K of BYTEVECTOR, counted from 0."},
  {"bytevector-u8-set!", prim_bytevector_set, 3, 3,
   "(bytevector-u8-set! bytevector k byte)\nMake BYTE byte K of BYTEVECTOR. An error if BYTEVECTOR is a literal."},
  {"bytevector-copy", prim_bytevector_copy, 1, 3,
   "(bytevector-copy bytevector [start end])\nA new bytevector of the bytes from START up to END."},
  {"bytevector-copy!", prim_bytevector_copy_to, 3, 5,
   "(bytevector-copy! to at from [start end])\nCopy the bytes of FROM from START up to END into TO, from AT on. They may be the same."},
  {"bytevector-fill!", prim_bytevector_fill, 2, 4,
   "(bytevector-fill! bytevector byte [start end])\nMake BYTE every byte of BYTEVECTOR from START up to END."},
  {"bytevector-append", prim_bytevector_append, 0, PRIMITIVE_REST,
   "(bytevector-append bytevector ...)\nA new bytevector of the bytes of all BYTEVECTORS."},
  {"%bytevector-raw", prim_bytevector_raw, 1, 1, "(%bytevector-raw n)\nA bytevector of N bytes, not yet filled."},
  {"utf8->string", prim_utf8_to_string, 1, 3,
   "(utf8->string bytevector [start end])\nThe text that the bytes from START up to END encode; a condition when they are not UTF-8."},
  {"string->utf8", prim_string_to_utf8, 1, 3,
   "(string->utf8 string [start end])\nThe UTF-8 bytes of STRING from START up to END."},
};
const unsigned n_bytevectors_primitives = ARRAY_LENGTH(bytevectors_primitives);
