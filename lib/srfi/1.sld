;;; SRFI 1: lists.
(define-library (srfi 1)
  (export
   ;; constructors
   cons list xcons cons* make-list list-tabulate list-copy circular-list iota
   ;; predicates
   pair? null? (rename list? proper-list?) circular-list? dotted-list? not-pair? null-list? list=
   ;; selectors
   car cdr caar cadr cdar cddr caaar caadr cadar caddr cdaar cdadr cddar cdddr
   caaaar caaadr caadar caaddr cadaar cadadr caddar cadddr cdaaar cdaadr cdadar cdaddr cddaar cddadr cdddar cddddr
   list-ref first second third fourth fifth sixth seventh eighth ninth tenth car+cdr
   take drop take-right drop-right take! drop-right! split-at split-at! last last-pair
   ;; length, appending, reversing
   length length+ append concatenate reverse append-reverse append! concatenate! reverse! append-reverse!
   zip unzip1 unzip2 unzip3 unzip4 unzip5 count
   ;; folding and mapping
   fold fold-right pair-fold pair-fold-right reduce reduce-right unfold unfold-right
   append-map (rename append-map append-map!) map (rename map map!) (rename map map-in-order)
   for-each pair-for-each filter-map
   ;; filtering
   filter partition remove (rename filter filter!) (rename partition partition!) (rename remove remove!)
   ;; searching
   find find-tail take-while drop-while span break any every list-index member memq memv
   (rename take-while take-while!) (rename span span!) (rename break break!)
   ;; deleting
   delete delete-duplicates (rename delete delete!) (rename delete-duplicates delete-duplicates!)
   ;; association lists
   assoc assq assv alist-cons alist-copy alist-delete (rename alist-delete alist-delete!)
   ;; sets
   lset<= lset= lset-adjoin lset-union lset-intersection lset-difference lset-xor lset-diff+intersection
   (rename lset-union lset-union!) (rename lset-intersection lset-intersection!)
   (rename lset-difference lset-difference!) (rename lset-xor lset-xor!)
   (rename lset-diff+intersection lset-diff+intersection!)
   ;; changing pairs
   set-car! set-cdr!)
  (import (scheme base) (scheme case-lambda) (scheme cxr)
          (only (ringlet)
                cons* list-tabulate iota first second third take drop last last-pair length+ concatenate
                append-reverse reverse! count fold fold-right reduce reduce-right append-map filter-map
                filter partition remove find find-tail take-while drop-while any every list-index
                delete delete-duplicates)
          (only (ringlet internal)
                %raise-type %raise-range %check-index %end-of-list %end-of-two %end-of-all %all-pairs? %cars %cdrs
                %nth %make-table %table-ref %table-set! %table-kind-if-any %has-same? %more-than?))
  (include "1.scm")
  (include "1-sets.scm"))
