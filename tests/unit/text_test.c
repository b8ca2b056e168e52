// Symbols, strings, characters, ports, the reader and the printer, through their primitives.
//
// Uses: data, text, prim/tables, gc.
//
// `run` calls a primitive as the VM does: it makes room, runs again, follows tail calls, and plays the library's refill
// and drain.  Under stress it lets every slice be interrupted and moves everything in between.
#include <stdlib.h>

#include "base/platform.h"
#include "data/list.h"
#include "data/port.h"
#include "data/record.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/utf8.h"
#include "data/values.h"
#include "prim/tables.h"
#include "test.h"
#include "text/reader.h"
#include "text/unicode.h"

// References that make the linker take these tables out of the archive.
const struct primitive *const text_test_tables[] = {
  symbols_primitives, strings_primitives, chars_primitives, bytevectors_primitives, ports_primitives, text_primitives,
  tables_primitives, records_primitives};

static struct context cx;
static bool stress;

static void move_all(void) {
  if (stress)
    heap_collect_major(cx.heap);
  else
    heap_collect_minor(cx.heap);
}
// So that cases may keep Values in C variables between calls, a short room is made longer without a collection, unless
// much is needed.
static void make_room(size_t bytes) {
  if (cx.heap->top <= cx.heap->limit && bytes <= (size_t)(cx.heap->limit - cx.heap->top)) return;
  if (bytes > 8 * PAGE_BYTES) {
    CHECK(heap_collect(cx.heap, bytes));
  } else {
    uword *p = heap_alloc_more(cx.heap, HEAP_LARGE_BYTES - 8);
    CHECK(p);
    heap_fill(p, HEAP_LARGE_BYTES - 8);
  }
}

// --- the device behind ports with refill and drain ------------------------------------------------------
static const char *device_input;
static size_t device_left, device_step;
static char device_output[1 << 16];
static size_t device_written;

static const struct primitive *find_primitive(const char *name) {
  unsigned index = 0;
  if (!primitive_find(name, strlen(name), &index)) {
    printf("no primitive %s\n", name);
    abort();
  }
  return primitive_at(index);
}

static void refill(Value port) {
  size_t n = device_left < device_step ? device_left : device_step;
  if (n == 0) {
    port_set_flags(port, port_flags(port) | PORT_AT_END);
    return;
  }
  make_room(0);
  Value done;
  while (value_eq(done = port_fill(&cx, port, (const unsigned char *)device_input, n), OUTCOME_COLLECT)) {
    CHECK(heap_collect(cx.heap, cx.need_bytes));
    port = pair_car(cx.heap->roots[ROOT_TEMP_2]);
  }
  CHECK(!is_outcome(done));
  device_input += n;
  device_left -= n;
}
static void drain(Value port) {
  size_t n = (size_t)port_number(port, PORT_OUT_END);
  CHECK(device_written + n < sizeof device_output);
  memcpy(device_output + device_written, bytes_data(object_field(port, PORT_OUT_BUFFER)), n);
  device_written += n;
  port_set_number(port, PORT_OUT_END, 0);
}

// The list in ROOT_TEMP_2 holds the arguments: Values in C variables do not survive this call under stress.
static Value run_listed(const struct primitive *p) {
  for (unsigned tries = 0;;) {
    Value args[16];
    unsigned n = 0;
    if (stress) move_all();
    make_room(0);
    for (Value l = cx.heap->roots[ROOT_TEMP_2]; is_pair(l); l = pair_cdr(l)) args[n++] = pair_car(l);
    CHECK(n >= p->min && (p->max == PRIMITIVE_REST || n <= p->max));
    for (unsigned i = n; i < 16; i++) args[i] = VALUE_DEFAULT;
    cx.interrupts = stress;
    Value v = p->fn(&cx, args, n);
    if (!is_outcome(v) || value_eq(v, OUTCOME_RAISE)) return v;
    if (value_eq(v, OUTCOME_COLLECT)) {
      CHECK(++tries < 8);
      CHECK(heap_collect(cx.heap, cx.need_bytes));
      continue;
    }
    tries = 0;
    if (value_eq(v, OUTCOME_AGAIN)) continue;
    CHECK(value_eq(v, OUTCOME_TAIL_CALL));
    Value procedure = cx.tail_procedure, list = cx.tail_arguments;
    if (is_symbol(procedure)) {
      Value port = pair_car(list);
      cx.heap->roots[ROOT_TEMP_2] = list;
      bool fills = string_equal_c(symbol_name(procedure), "refill");
      if (fills)
        refill(port);
      else
        drain(port);
      list = pair_cdr(cx.heap->roots[ROOT_TEMP_2]);
      procedure = pair_car(list);
      list = pair_cdr(list);
    }
    p = primitive_at((unsigned)fixnum_int(object_field(procedure, PRIMITIVE_INDEX)));
    cx.heap->roots[ROOT_TEMP_2] = list;
  }
}
static Value run(const char *name, unsigned n, const Value *args) {
  cx.heap->roots[ROOT_TEMP_2] = VALUE_NIL;
  if (cx.heap->top > cx.heap->limit || cx.heap->limit - cx.heap->top < 512) make_room(512);
  Value list = VALUE_NIL;
  for (unsigned i = n; i-- > 0;) list = pair_make(cx.heap, args[i], list);
  cx.heap->roots[ROOT_TEMP_2] = list;
  return run_listed(find_primitive(name));
}
#define RUN(name, ...) run(name, sizeof((Value[]){__VA_ARGS__}) / sizeof(Value), (Value[]){__VA_ARGS__})
#define ROOT(n) (cx.heap->roots[ROOT_TEMP_##n])

static Value string(const char *utf8) {
  for (;;) {
    Value s = string_from_utf8(&cx, (const unsigned char *)utf8, strlen(utf8));
    if (!is_outcome(s)) return s;
    make_room(cx.need_bytes);
  }
}
static Value symbol(const char *name) {
  for (;;) {
    Value s = symbol_intern_c(&cx, name);
    if (!is_outcome(s)) return s;
    make_room(cx.need_bytes);
  }
}

static char text_buffer[1 << 16];
static const char *utf8(Value s) {
  size_t n = 0;
  CHECK(is_string(s));
  for (sword i = 0; i < string_length(s) && n < sizeof text_buffer - 5; i++)
    n += utf8_encode(string_char(s, i), (unsigned char *)text_buffer + n);
  text_buffer[n] = 0;
  return text_buffer;
}
static const char *written(Value v, int mode) {
  return utf8(RUN("%write-to-string", v, fixnum(mode), VALUE_FALSE));
}
// The condition that was raised: its message, and where.
static const char *raised(Value v, sword *position) {
  CHECK(value_eq(v, OUTCOME_RAISE));
  Value where = object_field(cx.condition, CONDITION_POSITION);
  if (position) *position = is_pair(where) ? fixnum_int(pair_cdr(where)) : 0;
  return utf8(object_field(cx.condition, CONDITION_MESSAGE));
}

static Value read_from(const char *bytes, size_t n) {
  Value b;
  while (is_outcome(b = bytes_make_raw(&cx, n))) make_room(cx.need_bytes);
  memcpy(bytes_data(b), bytes, n);
  Value port = RUN("%open-input-text", b, VALUE_FALSE);
  ROOT(1) = port;
  return RUN("%read", port);
}
static Value read_text(const char *text) {
  return read_from(text, strlen(text));
}

static bool reads_as(const char *in, const char *out, const char *file, int line) {
  Value v = read_text(in);
  const char *got = is_outcome(v) ? "(an error)" : written(v, 1);
  bool ok = strcmp(got, out) == 0;
  if (!ok) printf("%s:%d: %s reads as %s\n", file, line, in, got);
  return test_check(ok, in, file, line);
}
#define READS(in, out) reads_as(in, out, __FILE__, __LINE__)

static bool fails_with(const char *in, size_t n, const char *message, sword l, sword c, const char *file, int line) {
  sword position;
  Value v = read_from(in, n);
  const char *got = is_outcome(v) ? raised(v, &position) : "(no error)";
  bool ok = strcmp(got, message) == 0 && is_outcome(v) && position == (l << 10 | c);
  if (!ok) printf("%s:%d: %s fails with: %s (%d, %d)\n", file, line, in, got, is_outcome(v) ? (int)(position >> 10) : 0, is_outcome(v) ? (int)(position & 1023) : 0);
  return test_check(ok, in, file, line);
}
#define FAILS(in, message, line, column) fails_with(in, sizeof(in) - 1, message, line, column, __FILE__, __LINE__)

// --- cases --------------------------------------------------------------------------------------------
static void test_symbols(void) {
  TEST(value_eq(symbol("car"), symbol("car")));
  TEST(!value_eq(symbol("car"), symbol("cdr")));
  TEST(value_eq(RUN("string->symbol", string("lambda")), known(cx.heap, KNOWN_LAMBDA)));
  TEST(symbol_hash(symbol("lambda")) == string_hash(symbol_name(symbol("lambda"))));
  TEST(symbol_hash(symbol("lambda")) <= SYMBOL_HASH_MASK);
  TEST(string_is_immutable(symbol_name(symbol("car"))));
  char name[16];
  for (int i = 0; i < 5000; i++) {
    snprintf(name, sizeof name, "s%d", i);
    symbol(name);
  }
  move_all();
  bool same = true;
  for (int i = 0; i < 5000; i++) {
    snprintf(name, sizeof name, "s%d", i);
    same = same && string_equal_c(symbol_name(symbol(name)), name);
    same = same && value_eq(symbol(name), symbol(name));
  }
  TEST(same);
  Value g = RUN("%gensym", string("tmp"));
  TEST(!symbol_is_interned(g));
  ROOT(3) = g;
  Value h = RUN("%gensym", string("tmp"));
  TEST(!value_eq(ROOT(3), h));
  TEST(value_eq(RUN("symbol<?", symbol("a"), symbol("b"), symbol("c")), VALUE_TRUE));
}

static void test_strings(void) {
  TEST_STRING(utf8(string("gr\u00fc\u00df \u4f60\U0001f600")), "gr\u00fc\u00df \u4f60\U0001f600");
  Value s = RUN("make-string", fixnum(3), value_char('a'));
  TEST(string_width(s) == 1);
  ROOT(3) = s;
  RUN("string-set!", s, fixnum(1), value_char(0x4f60));
  TEST(string_width(ROOT(3)) == 4);
  TEST_STRING(utf8(ROOT(3)), "a\u4f60a");
  TEST(value_eq(RUN("string=?", string("a\u4f60a"), ROOT(3)), VALUE_TRUE));
  RUN("string-set!", ROOT(3), fixnum(1), value_char('a'));
  TEST(value_eq(RUN("string=?", string("aaa"), ROOT(3), string("aaa")), VALUE_TRUE));
  TEST(string_hash(ROOT(3)) == string_hash(string("aaa")));
  TEST(value_eq(RUN("string-set!", ROOT(3), fixnum(3), value_char('a')), OUTCOME_RAISE));
  TEST(value_eq(RUN("string-set!", symbol_name(symbol("car")), fixnum(0), value_char('a')), OUTCOME_RAISE));
  TEST(value_eq(object_field(cx.condition, CONDITION_TYPE), known(cx.heap, KNOWN_IMMUTABLE)));
  TEST(value_eq(RUN("string<?", string("a"), string("ab"), string("b")), VALUE_TRUE));
  TEST(value_eq(RUN("string>?", string("a"), string("ab")), VALUE_FALSE));
  TEST(value_eq(RUN("string-ci=?", string("Stra\u00dfe"), string("STRASSE")), VALUE_TRUE));
  TEST_STRING(utf8(RUN("string-upcase", string("stra\u00dfe"))), "STRASSE");
  TEST_STRING(utf8(RUN("string-downcase", string("\u03a7\u0391\u039f\u03a3 \u03a3"))), "\u03c7\u03b1\u03bf\u03c2 \u03c3");
  TEST_STRING(utf8(RUN("string-append", string("ab"), string(""), string("\u4f60"))), "ab\u4f60");
  TEST_STRING(utf8(RUN("substring", string("abcdef"), fixnum(2), fixnum(4))), "cd");
  ROOT(3) = RUN("string-copy", string("abcdef"));
  RUN("string-copy!", ROOT(3), fixnum(1), ROOT(3), fixnum(0), fixnum(5));
  TEST_STRING(utf8(ROOT(3)), "aabcde");
  RUN("string-fill!", ROOT(3), value_char(0x4f60), fixnum(4));
  TEST_STRING(utf8(ROOT(3)), "aabc\u4f60\u4f60");
  TEST_STRING(written(RUN("string->list", ROOT(3), fixnum(3)), 1), "(#\\c #\\\u4f60 #\\\u4f60)");
  TEST_STRING(utf8(RUN("list->string", RUN("string->list", ROOT(3)))), "aabc\u4f60\u4f60");
  TEST_STRING(utf8(RUN("vector->string", RUN("string->vector", ROOT(3)))), "aabc\u4f60\u4f60");
  TEST(value_eq(RUN("string-search-forward", string("bc"), string("abcbc"), fixnum(2)), fixnum(3)));
  TEST(value_eq(RUN("string-search-forward", string("x"), string("abcbc")), VALUE_FALSE));
  TEST(value_eq(RUN("string-search-forward", string(""), string("abc"), fixnum(3)), fixnum(3)));
  TEST_STRING(written(RUN("string->utf8", string("\u00fc")), 1), "#u8(195 188)");
  TEST(value_eq(RUN("utf8->string", RUN("bytevector", fixnum('a'), fixnum(0xff), fixnum('b'))), OUTCOME_RAISE));
  TEST(value_eq(RUN("make-string", fixnum(-1)), OUTCOME_RAISE));
  TEST(value_eq(RUN("substring", string("abc"), fixnum(2), fixnum(1)), OUTCOME_RAISE));
}

static void test_utf8(void) {
  unsigned char bytes[4];
  uint32_t c = 0;
  bool all = true;
  for (uint32_t i = 0; i < 0x110000; i++) {
    if (!is_scalar_value(i)) continue;
    unsigned n = utf8_encode(i, bytes);
    all = all && n == utf8_size(i) && utf8_decode(bytes, n, &c) == (int)n && c == i;
    for (unsigned k = 1; k < n; k++) all = all && utf8_decode(bytes, k, &c) == 0;
  }
  TEST(all);
  TEST(utf8_decode((const unsigned char *)"\xc0\x80", 2, &c) < 0);
  TEST(utf8_decode((const unsigned char *)"\xed\xa0\x80", 3, &c) < 0);
  TEST(utf8_decode((const unsigned char *)"\xf4\x90\x80\x80", 4, &c) < 0);
  TEST(utf8_decode((const unsigned char *)"\xe4\xbd(", 3, &c) == -2);
}

static void test_characters(void) {
  TEST(unicode_map('a', UNICODE_TO_UPPER) == 'A' && unicode_map(0x3c2, UNICODE_TO_FOLD) == 0x3c3);
  TEST(unicode_map(0x10428, UNICODE_TO_UPPER) == 0x10400 && unicode_map(0xdf, UNICODE_TO_UPPER) == 0xdf);
  TEST(unicode_is(0x4e00, UNICODE_ALPHABETIC) && unicode_is(0x20001, UNICODE_ALPHABETIC));
  TEST(!unicode_is(0x10ffff, UNICODE_ALPHABETIC) && !unicode_is('1', UNICODE_ALPHABETIC));
  TEST(unicode_is(0xa0, UNICODE_WHITE) && unicode_is(' ', UNICODE_WHITE) && !unicode_is('x', UNICODE_WHITE));
  TEST(unicode_digit_value(0x663) == 3 && unicode_digit_value('a') == -1 && unicode_digit_value(0x1d7ff) == 9);
  TEST(unicode_is(0xaa, UNICODE_LOWER) && unicode_is(0x130, UNICODE_UPPER));
  TEST(value_eq(RUN("char-upcase", value_char(0xff)), value_char(0x178)));
  TEST(value_eq(RUN("char-ci=?", value_char('a'), value_char('A'), value_char('a')), VALUE_TRUE));
  TEST(value_eq(RUN("integer->char", fixnum(0xd800)), OUTCOME_RAISE));
}

static void test_reader(void) {
  READS("(a b . c)", "(a b . c)");
  READS(" ; c\n #| x #| y |# |# #;(1 2) (a #;b)", "(a)");
  READS("'(quasi `(a ,b ,@c))", "'(quasi `(a ,b ,@c))");
  READS("(quote a b)", "(quote a b)");
  READS("#(1 #t #false \"x\\n\" #\\a #\\space #\\x41 #\\x)", "#(1 #t #f \"x\\n\" #\\a #\\space #\\A #\\x)");
  READS("#u8(0 255 7)", "#u8(0 255 7)");
  READS("\"a\\x41;\\t\\\\\\\"z\\\n    y\"", "\"aA\\t\\\\\\\"zy\"");
  READS("|hello world|", "|hello world|");
  READS("a|B c|d", "|aB cd|");
  READS("|a\\x41;\\|b|", "|aA\\|b|");
  READS("||", "||");
  READS("(+ - ... 1+ -> .5. |.| |1| +i? |+1|)", "(+ - ... 1+ -> .5. |.| |1| +i? |+1|)");
  READS("#!fold-case (ABC \"ABC\" #\\A Stra\u00dfe #T) ", "(abc \"ABC\" #\\A strasse #t)");
  READS("(1 -2 #xff #e10 123456789012345678901234567890 1/2 1.5)", "(1 -2 255 10 123456789012345678901234567890 1/2 1.5)");
  READS("#!/usr/bin/ringlet\n(x)", "(x)");
  READS("\ufeff(x)", "(x)");
  READS("#0=(a . #0#)", "#0=(a . #0#)");
  READS("#0=#(a #0# b)", "#0=#(a #0# b)");
  READS("(#1=(x) #1# #1#)", "((x) (x) (x))");
  READS("'#0=(a '#0#)", "(quote #0=(a (quote #0#)))");
  READS("#3=(#4=(#3#) #4#)", "#0=((#0#) (#0#))");
  READS("#0=(a #1=#0# . #1#)", "#0=(a #0# . #0#)");
  READS("\u4f60\u597d", "\u4f60\u597d");
  READS("#\\\u4f60", "#\\\u4f60");
  READS("#\\(", "#\\(");
  READS("(#\\))", "(#\\))");
  READS("#!eof", "#<eof>");
  READS("(#!default #!unspecific)", "(#!default #<unspecified>)");
  READS("a;c", "a");
  READS("()", "()");
  TEST(value_eq(read_text("  ; nothing"), VALUE_EOF));
  // Several data from one port.
  TEST_STRING(written(read_text("a (b) \"c\""), 1), "a");
  TEST_STRING(written(RUN("%read", ROOT(1)), 1), "(b)");
  TEST_STRING(written(RUN("%read", ROOT(1)), 1), "\"c\"");
  TEST(value_eq(RUN("%read", ROOT(1)), VALUE_EOF));
}

static void test_reader_errors(void) {
  FAILS("  )", "there is a ) that closes nothing", 1, 3);
  FAILS("\n (a (b)", "the input ends inside a list that started at line 2, column 2", 2, 8);
  FAILS("#(a\n", "the input ends inside a vector that started at line 1, column 1", 2, 1);
  FAILS("'", "the input ends inside a quotation that started at line 1, column 1", 1, 2);
  FAILS("(a \"bc", "the input ends inside a string that started at line 1, column 4", 1, 7);
  FAILS("#| x #| |#", "the input ends inside a #| comment that started at line 1, column 1", 1, 11);
  FAILS("a|b", "the input ends inside a |symbol| that started at line 1, column 1", 1, 4);
  FAILS("#;", "the input ends inside a #; comment that started at line 1, column 1", 1, 3);
  FAILS("#", "the input ends inside a datum", 1, 2);
  FAILS("(. a)", "a dot by itself is allowed only before the last element of a list", 1, 2);
  FAILS("(a .)", "nothing follows the dot of a list that started at line 1, column 1", 1, 5);
  FAILS("(a . b c)", "more than one datum follows the dot of a list that started at line 1, column 1", 1, 8);
  FAILS("(a ')", "a datum is missing before ) in a quotation that started at line 1, column 4", 1, 5);
  FAILS("#foo", "unknown syntax after #:", 1, 1);
  FAILS("(x #\\foo)", "unknown character name:", 1, 4);
  FAILS("\"a\\q\"", "bad \\ escape in a string that started at line 1, column 1", 1, 4);
  FAILS("\"a\\xd800;\"", "bad \\ escape in a string that started at line 1, column 1", 1, 9);
  FAILS("#u8(1 256)", "an element is not an exact integer from 0 to 255 in a bytevector that started at line 1, column 1", 1, 7);
  FAILS("#u8(a)", "an element is not an exact integer from 0 to 255 in a bytevector that started at line 1, column 1", 1, 5);
  FAILS("#5#", "this datum label was not defined before:", 1, 1);
  FAILS("(#0=a #0=b)", "this datum label was defined before:", 1, 7);
  FAILS("#0=#0#", "this datum label stands for nothing but itself:", 1, 4);
  FAILS("#99999999999=a", "this datum label is too big:", 1, 1);
  FAILS("(a \x01)", "there is a control character, which no program text contains:", 1, 4);
  FAILS("a\0b", "there is a control character, which no program text contains:", 1, 2);
  FAILS("(a\n \xff\xfe)", "the input is not UTF-8 text here", 2, 2);
  FAILS("\"\xc3", "the input is not UTF-8 text here", 1, 2);
  FAILS("[a]", "this character has no meaning in program text:", 1, 1);
  // Behind an error reading goes on.
  TEST(value_eq(read_text(") a"), OUTCOME_RAISE));
  TEST_STRING(written(RUN("%read", ROOT(1)), 1), "a");
}

static void test_positions(void) {
  Value port = RUN("open-input-string", string("(a\n (b c) 'd\n  #((e)))"));
  Value both = RUN("%read", port, VALUE_FALSE, VALUE_TRUE);
  TEST(values_count(both) == 2);
  Value list = values_ref(both, 0), positions = values_ref(both, 1);
  TEST(vector_length(positions) == 8);
  Value *p = vector_slots(positions);
  TEST(value_eq(p[0], list) && value_eq(p[1], fixnum(1 << 10 | 1)));
  TEST(value_eq(p[2], pair_car(pair_cdr(list))) && value_eq(p[3], fixnum(2 << 10 | 2)));
  TEST(value_eq(p[4], pair_car(pair_cdr(pair_cdr(list)))) && value_eq(p[5], fixnum(2 << 10 | 8)));
  TEST(value_eq(p[7], fixnum(3 << 10 | 5)));
}

// The same text through a port that gives `step` bytes at a time.
static Value device_port(const char *text, size_t step, sword flags) {
  device_input = text;
  device_left = strlen(text);
  device_step = step;
  device_written = 0;
  ROOT(3) = symbol("refill");
  Value drains = symbol("drain");
  return RUN("%make-port", fixnum(flags), VALUE_FALSE, ROOT(3), drains, VALUE_FALSE, VALUE_FALSE);
}

static void test_refill(void) {
  static const char text[] = "(define (f \u4f60 . y) \"str\\x41;ing \u00fc\" #| c #| d |# |# #\\space #u8(1 2) ; z\n `(,@y 12.5))";
  for (size_t step = 1; step < 9; step++) {
    Value v = RUN("%read", device_port(text, step, PORT_INPUT | PORT_TEXTUAL));
    TEST_STRING(written(v, 1), "(define (f \u4f60 . y) \"strAing \u00fc\" #\\space #u8(1 2) `(,@y 12.5))");
  }
  ROOT(1) = device_port("\u4f60x\nline two\n\nlast", 1, PORT_INPUT | PORT_TEXTUAL);
  TEST(value_eq(RUN("%char-ready?", ROOT(1)), VALUE_FALSE));
  TEST(value_eq(RUN("%peek-char", ROOT(1)), value_char(0x4f60)));
  TEST(value_eq(RUN("%read-char", ROOT(1)), value_char(0x4f60)));
  TEST_STRING(utf8(RUN("%read-line", ROOT(1))), "x");
  TEST_STRING(utf8(RUN("%read-string", ROOT(1), fixnum(4))), "line");
  TEST(value_eq(RUN("%port-line", ROOT(1)), fixnum(2)) && value_eq(RUN("%port-column", ROOT(1)), fixnum(5)));
  TEST_STRING(utf8(RUN("%read-line", ROOT(1))), " two");
  TEST_STRING(utf8(RUN("%read-line", ROOT(1))), "");
  TEST_STRING(utf8(RUN("%read-string", ROOT(1), fixnum(100))), "last");
  TEST(value_eq(RUN("%read-string", ROOT(1), fixnum(1)), VALUE_EOF));
  TEST(value_eq(RUN("%read-line", ROOT(1)), VALUE_EOF));
  TEST(value_eq(RUN("%read-char", ROOT(1)), VALUE_EOF));
  ROOT(1) = device_port("abcdefgh", 3, PORT_INPUT | PORT_BINARY);
  TEST(value_eq(RUN("%peek-u8", ROOT(1)), fixnum('a')) && value_eq(RUN("%read-u8", ROOT(1)), fixnum('a')));
  TEST_STRING(written(RUN("%read-bytevector", ROOT(1), fixnum(3)), 1), "#u8(98 99 100)");
  ROOT(4) = RUN("make-bytevector", fixnum(6), fixnum(0));
  TEST(value_eq(RUN("%read-bytevector!", ROOT(1), ROOT(4), fixnum(1), fixnum(6)), fixnum(4)));
  TEST_STRING(written(ROOT(4), 1), "#u8(0 101 102 103 104 0)");
  TEST(value_eq(RUN("%read-bytevector!", ROOT(1), ROOT(4), fixnum(0), fixnum(6)), VALUE_EOF));
  TEST(value_eq(RUN("%read-char", ROOT(1)), OUTCOME_RAISE));
}

static void test_output(void) {
  ROOT(1) = device_port("", 1, PORT_OUTPUT | PORT_TEXTUAL);
  ROOT(4) = RUN("make-string", fixnum(5000), value_char(0xfc));
  RUN("%write-string", ROOT(1), ROOT(4), fixnum(0), fixnum(5000));
  RUN("%write-char", ROOT(1), value_char('x'));
  TEST(value_eq(RUN("%port-output-column", ROOT(1)), fixnum(5002)));
  RUN("%newline", ROOT(1));
  RUN("%fresh-line", ROOT(1));
  RUN("%write", ROOT(4), ROOT(1), fixnum(1));
  RUN("%flush", ROOT(1));
  TEST(device_written == 10000 + 2 + 10002);
  bool right = device_output[10000] == 'x' && device_output[10001] == '\n' && device_output[10002] == '"';
  for (size_t i = 0; i < 10000; i++) right = right && device_output[i] == "\xc3\xbc"[i % 2] && device_output[10003 + i] == device_output[i];
  TEST(right);
  RUN("%write-char", ROOT(1), value_char('y'));
  RUN("close-port", ROOT(1));
  TEST(device_output[device_written - 1] == 'y');
  TEST(value_eq(RUN("%write-char", ROOT(1), value_char('y')), OUTCOME_RAISE));
  TEST(value_eq(RUN("output-port-open?", ROOT(1)), VALUE_FALSE));
  ROOT(1) = device_port("", 1, PORT_OUTPUT | PORT_BINARY);
  ROOT(4) = RUN("make-bytevector", fixnum(3000), fixnum(7));
  RUN("%write-bytevector", ROOT(1), ROOT(4), fixnum(0), fixnum(3000));
  RUN("%write-u8", ROOT(1), fixnum(8));
  RUN("%flush", ROOT(1));
  TEST(device_written == 3001 && device_output[3000] == 8 && device_output[2999] == 7);
  ROOT(1) = run("open-output-bytevector", 0, NULL);
  RUN("%write-u8", ROOT(1), fixnum(1));
  RUN("%write-bytevector", ROOT(1), ROOT(4), fixnum(0), fixnum(2));
  TEST_STRING(written(RUN("get-output-bytevector", ROOT(1)), 1), "#u8(1 7 7)");
  TEST(value_eq(RUN("get-output-string", ROOT(1)), OUTCOME_RAISE));
}

static Value record(void) {
  Value fields = read_text("#(x y)");
  ROOT(3) = fields;
  Value name = symbol("point");
  make_room(1024);
  Value rtd = RUN("%make-rtd", name, ROOT(3), VALUE_FALSE);
  return RUN("%record", rtd, fixnum(1), fixnum(2));
}

static void test_printer(void) {
  TEST_STRING(written(read_text("(\"a\\nb\" #\\a |x y|)"), 0), "(a\nb a x y)");
  TEST_STRING(written(string("tab\t \"q\" \\ \x01 \u00fc"), 1), "\"tab\\t \\\"q\\\" \\\\ \\x1; \u00fc\"");
  TEST_STRING(written(value_char(0x200b), 1), "#\\x200b");
  TEST_STRING(written(value_char(0), 1), "#\\null");
  TEST_STRING(written(read_text("(#1=(x) #1# #1#)"), 2), "(#0=(x) #0# #0#)");
  TEST_STRING(written(read_text("(#1=(x) #1# #1#)"), 3), "((x) (x) (x))");
  TEST_STRING(written(read_text("#0=(a #0# #1=(b) . #1#)"), 2), "#0=(a #0# #1=(b) . #1#)");
  TEST_STRING(written(record(), 1), "#<point x: 1 y: 2>");
  TEST_STRING(written(VALUE_UNSPECIFIED, 1), "#<unspecified>");
  TEST_STRING(written(RUN("open-input-string", string("")), 1), "#<input-port>");
  TEST_STRING(written(RUN("%make-table", fixnum(0)), 1), "#<hash-table 0>");
  raised(RUN("char-upcase", fixnum(5)), NULL);
  TEST_STRING(written(cx.condition, 1), "#<condition type char-upcase: argument 1 should be a character, but is 5>");
  TEST_STRING(utf8(RUN("%write-to-string", read_text("(1 2 3 4 5 6 7)"), fixnum(1), fixnum(6))), "(1 2 3...");
  TEST_STRING(utf8(RUN("%write-to-string", read_text("(1 2)"), fixnum(1), fixnum(5))), "(1 2)");
  TEST_STRING(utf8(RUN("%write-to-string", read_text("#0=(1 . #0#)"), fixnum(3), fixnum(9))), "(1 1 1 1 ...");
}

// Random text is read or refused, whole or through a port of small steps; what was read is written as text that reads
// and writes the same.
static void test_random_text(void) {
  static const char *const pieces[] = {"(", ")", "(", ")", "#(", "#u8(", " ", "'", ",@", "`", ".", " . ", "a", "|", "\"",
                                       "\\", "x41;", "#\\", "#", "#0=", "#0#", "#1=", "#1#", ";", "\n", "#|", "|#", "#;",
                                       "12", "-", "1/2", "1e3", "#t", "#!eof", "\xce\xbb", "\xff", "\x01", "[", "space"};
  uint64_t seed = 7;
  unsigned n_read = 0, n_refused = 0, n_wrong = 0;
  for (unsigned round = 0; round < 20000; round++) {
    char text[200] = "", once[4096];
    for (unsigned i = test_random(&seed) % 16 + 1; i > 0; i--)
      strcat(text, pieces[test_random(&seed) % ARRAY_LENGTH(pieces)]);
    if (round % 64 == 0) move_all();
    Value v = round % 2 ? read_text(text)
                        : RUN("%read", device_port(text, 1 + test_random(&seed) % 3, PORT_INPUT | PORT_TEXTUAL));
    if (is_outcome(v)) {
      n_refused++;
      continue;
    }
    n_read++;
    if (value_eq(v, VALUE_EOF)) continue;
    snprintf(once, sizeof once, "%s", written(v, 1));
    if (strstr(once, "#<")) continue;
    v = read_text(once);
    bool same = !is_outcome(v) && strcmp(written(v, 1), once) == 0;
    if (!same && n_wrong++ < 5) printf("%s was written as %s\n", text, once);
  }
  TEST(n_read > 2000 && n_refused > 2000);
  TEST(n_wrong == 0);
}

// A deep or long structure as text, read and written again, must come out the same.
static void test_big(const char *what, const char *open, const char *middle, const char *close, size_t n) {
  size_t n_open = strlen(open), n_close = strlen(close), n_middle = strlen(middle), at = 0;
  size_t length = n * (n_open + n_close) + n_middle;
  char *text = malloc(length + 1);
  for (size_t i = 0; i < n; i++, at += n_open) memcpy(text + at, open, n_open);
  memcpy(text + at, middle, n_middle);
  at += n_middle;
  for (size_t i = 0; i < n; i++, at += n_close) memcpy(text + at, close, n_close);
  uint64_t start = platform_time_us();
  Value v = read_from(text, length);
  uint64_t middle_us = platform_time_us();
  CHECK(!is_outcome(v));
  ROOT(1) = v;
  ROOT(3) = run("open-output-string", 0, NULL);
  TEST(!is_outcome(RUN("%write", ROOT(1), ROOT(3), fixnum(1))));
  Value out = object_field(ROOT(3), PORT_OUT_BUFFER);
  size_t n_out = (size_t)port_number(ROOT(3), PORT_OUT_END);
  TEST(n_out == length && memcmp(bytes_data(out), text, length) == 0);
  printf("%s: read %d ms, written %d ms\n", what, (int)((middle_us - start) / 1000), (int)((platform_time_us() - middle_us) / 1000));
  free(text);
}

static void test_all(void) {
  test_symbols();
  test_strings();
  test_characters();
  test_reader();
  test_reader_errors();
  test_positions();
  test_refill();
  test_output();
  test_printer();
}

// "(x x ... x)" with a million elements.
static char *million_elements(void) {
  size_t n = 1000000;
  char *text = malloc(2 * n + 2);
  text[0] = '(';
  for (size_t i = 0; i < n; i++) memcpy(text + 1 + 2 * i, "x ", 2);
  memcpy(text + 2 * n, ")", 2);
  return text;
}

int main(void) {
  struct memory_range memory = platform_memory();
  CHECK(pages_init(memory.start, memory.size_bytes, false));
  cx.heap = heap_create((size_t)200 << 20);
  CHECK(cx.heap);
  known_init(cx.heap);
  values_init(cx.heap);
  heap_collect_minor(cx.heap);
  record_types_init(cx.heap);
  test_utf8();
  test_all();
  stress = true;
  test_all();
  stress = false;
  test_random_text();
  char *many = million_elements();
  test_big("a million nested lists", "(", "", ")", 1000000);
  test_big("a list of a million", "", many, "", 1);
  free(many);
  return test_finish();
}
