// What GMP's configure would have found: a plain compiler, generic C routines, nothing of an operating
// system.  Only the mpn functions listed in deps/build.sh are compiled against it.
#define HAVE_ALLOCA 0
#define HAVE_STRNLEN 0
#define HAVE_ATTRIBUTE_CONST 1
#define HAVE_ATTRIBUTE_MALLOC 1
#define HAVE_ATTRIBUTE_MODE 1
#define HAVE_ATTRIBUTE_NORETURN 1
#define HAVE_DOUBLE_IEEE_LITTLE_ENDIAN 1
#define HAVE_LIMB_LITTLE_ENDIAN 1
#define HAVE_INTMAX_T 1
#define HAVE_INTPTR_T 1
#define HAVE_LONG_DOUBLE 1
#define HAVE_LONG_LONG 1
#define HAVE_STDINT_H 1
#define HAVE_UINT_LEAST32_T 1
#define HAVE_HIDDEN_ALIAS 0
#define LSYM_PREFIX ".L"
#define TUNE_SQR_TOOM2_MAX SQR_TOOM2_MAX_GENERIC
#define WANT_TMP_REENTRANT 1
#define RETSIGTYPE void
#define STDC_HEADERS 1
