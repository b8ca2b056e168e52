;;; (srfi 160 base): the basic procedures of numeric vectors, for all kinds of elements.
(define-library (srfi 160 base)
  (export make-u8vector u8vector u8vector? u8vector-length u8vector-ref u8vector-set! u8? u8vector->list
          list->u8vector make-s8vector s8vector s8vector? s8vector-length s8vector-ref s8vector-set! s8?
          s8vector->list list->s8vector make-u16vector u16vector u16vector? u16vector-length u16vector-ref
          u16vector-set! u16? u16vector->list list->u16vector make-s16vector s16vector s16vector? s16vector-length
          s16vector-ref s16vector-set! s16? s16vector->list list->s16vector make-u32vector u32vector u32vector?
          u32vector-length u32vector-ref u32vector-set! u32? u32vector->list list->u32vector make-s32vector s32vector
          s32vector? s32vector-length s32vector-ref s32vector-set! s32? s32vector->list list->s32vector make-u64vector
          u64vector u64vector? u64vector-length u64vector-ref u64vector-set! u64? u64vector->list list->u64vector
          make-s64vector s64vector s64vector? s64vector-length s64vector-ref s64vector-set! s64? s64vector->list
          list->s64vector make-f32vector f32vector f32vector? f32vector-length f32vector-ref f32vector-set! f32?
          f32vector->list list->f32vector make-f64vector f64vector f64vector? f64vector-length f64vector-ref
          f64vector-set! f64? f64vector->list list->f64vector make-c64vector c64vector c64vector? c64vector-length
          c64vector-ref c64vector-set! c64? c64vector->list list->c64vector make-c128vector c128vector c128vector?
          c128vector-length c128vector-ref c128vector-set! c128? c128vector->list list->c128vector)
  (import (rename (scheme base)
                  (make-bytevector make-u8vector) (bytevector u8vector) (bytevector? u8vector?)
                  (bytevector-length u8vector-length) (bytevector-u8-ref u8vector-ref)
                  (bytevector-u8-set! u8vector-set!))
          (only (ringlet)
                make-s8vector s8vector s8vector? s8vector-length s8vector-ref s8vector-set! make-u16vector u16vector
                u16vector? u16vector-length u16vector-ref u16vector-set! make-s16vector s16vector s16vector?
                s16vector-length s16vector-ref s16vector-set! make-u32vector u32vector u32vector? u32vector-length
                u32vector-ref u32vector-set! make-s32vector s32vector s32vector? s32vector-length s32vector-ref
                s32vector-set! make-u64vector u64vector u64vector? u64vector-length u64vector-ref u64vector-set!
                make-s64vector s64vector s64vector? s64vector-length s64vector-ref s64vector-set! make-f32vector
                f32vector f32vector? f32vector-length f32vector-ref f32vector-set! make-f64vector f64vector f64vector?
                f64vector-length f64vector-ref f64vector-set! make-c64vector c64vector c64vector? c64vector-length
                c64vector-ref c64vector-set! make-c128vector c128vector c128vector? c128vector-length c128vector-ref
                c128vector-set!)
          (ringlet numeric-vectors))
  (begin
    (define u8? (numeric-element? 0)) (define u8vector->list (numeric->list 0)) (define list->u8vector (list->numeric 0))
    (define s8? (numeric-element? 1)) (define s8vector->list (numeric->list 1)) (define list->s8vector (list->numeric 1))
    (define u16? (numeric-element? 2)) (define u16vector->list (numeric->list 2)) (define list->u16vector (list->numeric 2))
    (define s16? (numeric-element? 3)) (define s16vector->list (numeric->list 3)) (define list->s16vector (list->numeric 3))
    (define u32? (numeric-element? 4)) (define u32vector->list (numeric->list 4)) (define list->u32vector (list->numeric 4))
    (define s32? (numeric-element? 5)) (define s32vector->list (numeric->list 5)) (define list->s32vector (list->numeric 5))
    (define u64? (numeric-element? 6)) (define u64vector->list (numeric->list 6)) (define list->u64vector (list->numeric 6))
    (define s64? (numeric-element? 7)) (define s64vector->list (numeric->list 7)) (define list->s64vector (list->numeric 7))
    (define f32? (numeric-element? 8)) (define f32vector->list (numeric->list 8)) (define list->f32vector (list->numeric 8))
    (define f64? (numeric-element? 9)) (define f64vector->list (numeric->list 9)) (define list->f64vector (list->numeric 9))
    (define c64? (numeric-element? 10)) (define c64vector->list (numeric->list 10)) (define list->c64vector (list->numeric 10))
    (define c128? (numeric-element? 11)) (define c128vector->list (numeric->list 11)) (define list->c128vector (list->numeric 11))))
