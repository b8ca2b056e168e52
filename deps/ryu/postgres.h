// What Ryu's source expects of the program it was taken from: a few names for integers, no assertions.
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include <string.h>

typedef int32_t int32;
typedef int64_t int64;
typedef uint8_t uint8;
typedef uint32_t uint32;
typedef uint64_t uint64;
#define UINT64CONST(x) UINT64_C(x)
#define Assert(condition) ((void)0)
#define SIZEOF_VOID_P __SIZEOF_POINTER__
#define SIZEOF_SIZE_T __SIZEOF_POINTER__
#ifdef __SIZEOF_INT128__
typedef unsigned __int128 uint128;
#define HAVE_INT128 1
#endif
