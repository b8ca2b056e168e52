;;; (scheme bytevector): numbers and text in byte vectors, after (rnrs bytevectors).
(define-library (scheme bytevector)
  (export bytevector bytevector? make-bytevector bytevector-length bytevector-u8-ref bytevector-u8-set!
          bytevector-append bytevector-copy bytevector-copy! string->utf8 utf8->string bytevector-fill!
          bytevector-s8-ref bytevector-s8-set! bytevector-u16-ref bytevector-u16-set! bytevector-s16-ref
          bytevector-s16-set! bytevector-u32-ref bytevector-u32-set! bytevector-s32-ref bytevector-s32-set!
          bytevector-u64-ref bytevector-u64-set! bytevector-s64-ref bytevector-s64-set! bytevector-ieee-single-ref
          bytevector-ieee-single-set! bytevector-ieee-double-ref bytevector-ieee-double-set! bytevector-uint-ref
          bytevector-uint-set! bytevector-sint-ref bytevector-sint-set!
          (rename bytevector-u16-ref bytevector-u16-native-ref)
          (rename bytevector-u16-set! bytevector-u16-native-set!)
          (rename bytevector-s16-ref bytevector-s16-native-ref)
          (rename bytevector-s16-set! bytevector-s16-native-set!)
          (rename bytevector-u32-ref bytevector-u32-native-ref)
          (rename bytevector-u32-set! bytevector-u32-native-set!)
          (rename bytevector-s32-ref bytevector-s32-native-ref)
          (rename bytevector-s32-set! bytevector-s32-native-set!)
          (rename bytevector-u64-ref bytevector-u64-native-ref)
          (rename bytevector-u64-set! bytevector-u64-native-set!)
          (rename bytevector-s64-ref bytevector-s64-native-ref)
          (rename bytevector-s64-set! bytevector-s64-native-set!)
          (rename bytevector-ieee-single-ref bytevector-ieee-single-native-ref)
          (rename bytevector-ieee-single-set! bytevector-ieee-single-native-set!)
          (rename bytevector-ieee-double-ref bytevector-ieee-double-native-ref)
          (rename bytevector-ieee-double-set! bytevector-ieee-double-native-set!)
          endianness native-endianness bytevector=? bytevector->u8-list u8-list->bytevector bytevector->uint-list
          bytevector->sint-list uint-list->bytevector sint-list->bytevector string->utf16 string->utf32 utf16->string
          utf32->string)
  (import (scheme base) (scheme case-lambda)
          (only (ringlet) bytevector-fill! bytevector-s8-ref bytevector-s8-set! bytevector-u16-ref bytevector-u16-set!
                        bytevector-s16-ref bytevector-s16-set! bytevector-u32-ref bytevector-u32-set!
                        bytevector-s32-ref bytevector-s32-set! bytevector-u64-ref bytevector-u64-set!
                        bytevector-s64-ref bytevector-s64-set! bytevector-ieee-single-ref bytevector-ieee-single-set!
                        bytevector-ieee-double-ref bytevector-ieee-double-set! bytevector-uint-ref
                        bytevector-uint-set! bytevector-sint-ref bytevector-sint-set!)
          (only (ringlet internal) %raise-type %raise-range))
  (include "bytevector.scm"))
