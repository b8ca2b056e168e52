// placeholder
#include "gc/collector.h"
bool heap_verify(struct heap *heap, const char **why) { (void)heap; *why = ""; return true; }
