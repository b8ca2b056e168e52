// Images: a graph of objects as portable bytes.
//
// Uses: gc, data/table.  Used by: boot, prim.
//
// An image written on one word size loads on the other.  It holds the graph from one root, with cycles and sharing;
// the loader puts it into immortal pages or into a heap.  Format, all numbers varints unless said otherwise:
//
//   "RINGLET" 01   u32 version given by the caller   u32 size of the whole   u32 number of objects
//   shapes:    for each object its type and flags, its counts, and its raw bytes
//   contents:  for each object its Values in order; then the root
//   u32 Adler-32 of everything before
//
//   IMG-1  Objects are numbered in the order of the shapes.  A Value is a varint u: u even: the fixnum
//          unzigzag(u / 2); u mod 4 = 1: object number u / 4; u mod 4 = 3: the immediate u / 4.
//   IMG-2  A fixnum of more than 31 bits and a bignum are the same kind of object: sign and bytes, least significant first.
//   IMG-3  A table is its live entries in order; its index is built when it is loaded.
//   IMG-4  A primitive is its name.  The caller says which index it has now.
//   IMG-6  Objects that the caller says are external are not written; number n_objects + i refers to the i-th of them,
//          and whoever loads the image gives the same ones in the same order.
//   IMG-5  Whatever the bytes are, loading ends with a good graph or with false and a reason.  (What instructions
//          do is not checked: the checksum and the version stand for them.)
#ifndef CODE_IMAGE_H
#define CODE_IMAGE_H

#include "gc/heap.h"

enum image_place { IMAGE_WRITTEN, IMAGE_EXTERNAL, IMAGE_REFUSED };
// What the caller lends to both.
struct image_hooks {
  void *context;
  // Load into immortal pages, outside of every quota; else into the heap, where it is collected like all else.
  bool is_system;
  // Fingerprint of the instruction table and whatever else must be the same; an image of another one is refused.
  uint32_t version;
  // The index of the primitive of this name; false when there is none.
  bool (*find_primitive)(void *context, const char *name, size_t n, unsigned *index);
  // Code with its constants' operands as distances, or as indexes.  NULL: leave instructions as they are.
  void (*link)(Value code);
  void (*unlink)(Value code);
  // What to write in place of an object that cannot be saved (thread, continuation, stack): true and a
  // fixnum or an immediate in *instead.  NULL or false: image_write fails.
  bool (*replace)(void *context, Value v, Value *instead);
  // Is `v`, a numbered object, written, external, or something that must not be in an image (*why)?  NULL: all are
  // written.  The external ones in order of their numbers are told to `found` before image_write returns.
  enum image_place (*place)(void *context, Value v, const char **why);
  bool (*found)(void *context, const Value *externals, size_t n);
};

// Where an image goes; false: stop, it cannot be written.
struct image_sink {
  void *context;
  bool (*write)(void *context, const unsigned char *bytes, size_t n);
};

// Write the graph from `root`.  False: *why says what is wrong.  Nothing in the heap changes.  O(size), with scratch
// pages for about 6 words an object.
bool image_write(struct heap *heap, Value root, const struct image_hooks *hooks, const struct image_sink *sink,
                 const char **why) MUST_USE;
// Load an image; `externals` are the `n_externals` objects that it refers to (IMG-6).  False: *why
// says what is wrong, and is image_no_memory when it was that; what was loaded stays, unreachable.
extern const char image_no_memory[];
bool image_load(struct heap *heap, const unsigned char *bytes, size_t n, const struct image_hooks *hooks,
                const Value *externals, size_t n_externals, Value *root, const char **why) MUST_USE;

#define IMAGE_MAGIC "RINGLET\1"
#define IMAGE_MAGIC_BYTES 8
#define IMAGE_HEAD_BYTES (IMAGE_MAGIC_BYTES + 12)
#define IMAGE_TAIL_BYTES 4
#define IMAGE_FLAG_SHIFT 9
#define IMAGE_FLAGS_MASK 0x3fu  // bits 9 to 14 of a header; bit 15 is the collector's
#define IMAGE_TYPE_PAIR 0u      // T_NONE, which is in no heap
#define IMAGE_TYPE_BITS 6

// Adler-32, continued from `sum` (1 at the start).
uint32_t image_checksum(uint32_t sum, const unsigned char *bytes, size_t n);

#endif
