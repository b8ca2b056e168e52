// How inputs of `compile` and `run` are changed: as forms, not as bytes.
//
// Uses: nothing of the core.  Used by: libFuzzer.
//
// A form is found in the text as the bytes it covers.  Forms are replaced, moved, copied, dropped, wrapped and spliced
// in from a second input or from the dictionary; now and then libFuzzer changes bytes, so that broken text occurs too.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMS_MOST 2000
#define DEPTH_MOST 200
#define WORDS_MOST 2000
#define TEXT_MOST ((size_t)1 << 16)

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t n_a, const uint8_t *b, size_t n_b, uint8_t *out, size_t most,
                                 unsigned seed);

// --- chance ------------------------------------------------------------------------------------------------------
static uint64_t chance;

static unsigned below(unsigned n) {
  chance = chance * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)((chance >> 33) % n);
}

// --- the dictionary ------------------------------------------------------------------------------------------
static char *words[WORDS_MOST];
static unsigned n_words;

// libFuzzer's format: "word" with \" and \\ for themselves; # begins a comment.
static void read_words(void) {
  char line[500];
  FILE *file = fopen(DICTIONARY_FILE, "r");
  while (file && n_words < WORDS_MOST && fgets(line, sizeof line, file)) {
    if (line[0] != '"') continue;
    char *to = line;
    for (char *from = line + 1; *from && *from != '"'; from++) {
      if (*from == '\\') from++;
      *to++ = *from;
    }
    *to = 0;
    words[n_words++] = strdup(line);
  }
  if (file) fclose(file);
  if (n_words == 0) words[n_words++] = strdup("x");
}

static const char *a_word(void) {
  if (n_words == 0) read_words();
  return words[below(n_words)];
}

// --- the forms of a text -------------------------------------------------------------------------------------
struct form {
  const uint8_t *start;
  size_t n;
};

static int is_delimiter(uint8_t c) {
  return c <= ' ' || c == '(' || c == ')' || c == '"' || c == ';' || c == '\'';
}

static size_t atom_length(const uint8_t *s, size_t n) {
  size_t i = 1;
  if (s[0] == '"') {
    while (i < n && s[i] != '"') i += s[i] == '\\' ? 2 : 1;
    return i < n ? i + 1 : n;
  }
  if (s[0] == '#' && n > 2 && s[1] == '\\') i = 3;
  while (i < n && !is_delimiter(s[i])) i++;
  return i;
}

// All forms within the text, lists and what is in them; how many.
static unsigned find_forms(const uint8_t *s, size_t n, struct form *forms) {
  size_t open[DEPTH_MOST];
  unsigned depth = 0, n_forms = 0;
  for (size_t i = 0; i < n && n_forms < FORMS_MOST;) {
    if (s[i] == '(') {
      if (depth < DEPTH_MOST) open[depth] = i;
      depth++;
      i++;
    } else if (s[i] == ')') {
      if (depth > 0 && --depth < DEPTH_MOST) forms[n_forms++] = (struct form){s + open[depth], i + 1 - open[depth]};
      i++;
    } else if (s[i] <= ' ' || s[i] == '\'' || s[i] == ';') {
      i++;
    } else {
      size_t length = atom_length(s + i, n - i);
      forms[n_forms++] = (struct form){s + i, length};
      i += length;
    }
  }
  return n_forms;
}

// --- changes ---------------------------------------------------------------------------------------------------
struct text {
  uint8_t bytes[TEXT_MOST];
  size_t n;
};
static struct text made;

static void add(const void *bytes, size_t n) {
  if (made.n + n > TEXT_MOST) return;
  memcpy(made.bytes + made.n, bytes, n);
  made.n += n;
}
static void add_word(const char *word) {
  add(word, strlen(word));
}

// A list of a few words and forms.
static void add_new_form(const struct form *forms, unsigned n_forms) {
  static const char *const heads[] = {"(", "#(", "(", "((", "`(", "'("};
  unsigned head = below(6);
  add_word(heads[head]);
  for (unsigned i = below(4) + 1; i > 0; i--) {
    const struct form *f = &forms[below(n_forms)];
    if (below(2)) add_word(a_word());
    else add(f->start, f->n);
    add_word(i > 1 ? below(12) ? " " : " . " : head == 3 ? "))" : ")");
  }
}

// What stands in place of the form `at`; `other` are the forms of a second text, or the same.
static void add_change(const struct form *at, const struct form *forms, unsigned n_forms, const struct form *other,
                       unsigned n_other) {
  const struct form *f = &other[below(n_other)];
  switch (below(12)) {
  case 0: case 1: case 2: add_word(a_word()); break;
  case 3: case 4: add(f->start, f->n); break;
  case 5: add(at->start, at->n), add_word(" "), add(f->start, f->n); break;
  case 6: add(f->start, f->n), add_word(" "), add(at->start, at->n); break;
  case 7: break;
  case 8: add_word("("), add_word(a_word()), add_word(" "), add(at->start, at->n), add_word(")"); break;
  case 9:
    // The list without its parentheses, or an atom in some.
    if (at->n > 2 && at->start[0] == '(') add(at->start + 1, at->n - 2);
    else add_word("("), add(at->start, at->n), add_word(")");
    break;
  case 10: add_new_form(forms, n_forms); break;
  default: add(at->start, at->n), add_word(" ..."); break;
  }
}

static void change(const uint8_t *s, size_t n, const struct form *forms, unsigned n_forms, const struct form *other,
                   unsigned n_other) {
  made.n = 0;
  if (n_forms == 0) {
    add_word("("), add_word(a_word()), add_word(" "), add_word(a_word()), add_word(")");
    return;
  }
  const struct form *at = &forms[below(n_forms)];
  size_t before = (size_t)(at->start - s);
  add(s, before);
  add_change(at, forms, n_forms, other, n_other);
  add(at->start + at->n, n - before - at->n);
}

static int changes_forms(void) {
  static int answer = -1;
  const char *target = getenv("FUZZ_TARGET");
  if (answer < 0) answer = target && (!strcmp(target, "compile") || !strcmp(target, "run") || !strcmp(target, "reader"));
  return answer;
}
// The first byte of an input of `run` is no text.
static size_t header_bytes(void) {
  return !strcmp(getenv("FUZZ_TARGET"), "run");
}

static struct form forms_a[FORMS_MOST], forms_b[FORMS_MOST];

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed) {
  chance = seed;
  size_t head = changes_forms() ? header_bytes() : 0;
  if (!changes_forms() || below(8) == 0 || size < head) return LLVMFuzzerMutate(data, size, most);
  if (head && below(20) == 0) data[0] = (uint8_t)('a' + below(26));
  for (unsigned times = 1 + below(4); times > 0; times--) {
    unsigned n = find_forms(data + head, size - head, forms_a);
    change(data + head, size - head, forms_a, n, forms_a, n);
    if (made.n + head > most) break;
    memcpy(data + head, made.bytes, made.n);
    size = head + made.n;
  }
  return size;
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t n_a, const uint8_t *b, size_t n_b, uint8_t *out, size_t most,
                                 unsigned seed) {
  chance = seed;
  size_t head = changes_forms() ? header_bytes() : 0;
  if (n_a < head || n_b < head) return 0;
  unsigned n_forms_a = find_forms(a + head, n_a - head, forms_a), n_forms_b = find_forms(b + head, n_b - head, forms_b);
  if (n_forms_b == 0) return 0;
  change(a + head, n_a - head, forms_a, n_forms_a, forms_b, n_forms_b);
  if (made.n + head > most) return 0;
  memcpy(out, a, head);
  memcpy(out + head, made.bytes, made.n);
  return head + made.n;
}
