// All primitive tables of the core, joined into one numbering.
//
// Uses: prim/tables.  Used by: boot, vm.
#include "prim/tables.h"

struct primitive_table {
  const struct primitive *first;
  const unsigned *n;
};

#define TABLE_ENTRY(area) {area##_primitives, &n_##area##_primitives},
static const struct primitive_table tables[] = {PRIMITIVE_TABLES(TABLE_ENTRY)};
#undef TABLE_ENTRY

static unsigned table_size(const struct primitive_table *table) {
  return *table->n;
}

unsigned primitive_count(void) {
  unsigned n = 0;
  for (unsigned t = 0; t < ARRAY_LENGTH(tables); t++) n += table_size(&tables[t]);
  return n;
}

const struct primitive *primitive_at(unsigned index) {
  for (unsigned t = 0; t < ARRAY_LENGTH(tables); t++) {
    unsigned n = table_size(&tables[t]);
    if (index < n) return &tables[t].first[index];
    index -= n;
  }
  return NULL;
}

static bool is_named(const struct primitive *p, const char *name, size_t n_bytes) {
  size_t i = 0;
  while (i < n_bytes && p->name[i] && p->name[i] == name[i]) i++;
  return i == n_bytes && !p->name[i];
}

bool primitive_find(const char *name, size_t n_bytes, unsigned *index) {
  unsigned base = 0;
  for (unsigned t = 0; t < ARRAY_LENGTH(tables); t++) {
    unsigned n = table_size(&tables[t]);
    for (unsigned i = 0; i < n; i++) {
      if (!is_named(&tables[t].first[i], name, n_bytes)) continue;
      *index = base + i;
      return true;
    }
    base += n;
  }
  return false;
}
