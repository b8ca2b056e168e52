// The one place where the build's switches are read.
//
// Uses: nothing.  Used by: base.
//
// Everything else asks these names; no other file of the core contains `#if` on a build switch.
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

// 1 in debug, sanitizer and stress builds: ASSERT is checked, the allocator is armed.
#ifndef RINGLET_DEBUG
#define RINGLET_DEBUG 0
#endif

// The width of a Value.
#define WORD_BYTES __SIZEOF_POINTER__
#define WORD_BITS (8 * WORD_BYTES)

// A page of the page allocator: 512 words, so 2 KB on 32-bit and 4 KB on 64-bit.
#define PAGE_WORDS 512
#define PAGE_BYTES (PAGE_WORDS * WORD_BYTES)

#endif
