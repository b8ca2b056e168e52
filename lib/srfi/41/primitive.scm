;;; Streams: promises of an end or of a pair whose parts are computed when they are needed, once.
;;;
;;; A stream holds a pair (thunk . #f) or, once it is forced, (#f . value).  Forcing is a loop: when the thunk returns
;;; another stream that is not forced either, both go on with the same pair, so a chain of streams that end in the call
;;; of the next takes constant space.

(define-record-type <stream>
  (make-stream state)
  stream?
  (state stream-state set-stream-state!))

;; `head` is a thunk until it is `known?`.
(define-record-type <stream-pair>
  (make-pair head known? tail)
  pair-of-stream?
  (head pair-head set-pair-head!)
  (known? pair-known? set-pair-known!)
  (tail pair-tail))

(define (forced stream)
  (let ((thunk (car (stream-state stream))))
    (if thunk
        (let ((next (thunk)))
          (if (not (stream? next)) (%raise-type 'stream-lambda 1 "a body that returns a stream" next))
          (let ((state (stream-state stream)))
            (if (car state)
                (let ((next-state (stream-state next)))
                  (set-car! state (car next-state))
                  (set-cdr! state (cdr next-state))
                  (set-stream-state! next state))))
          (forced stream))
        (cdr (stream-state stream)))))

(define-syntax stream-lazy
  (syntax-rules ()
    ((_ e) (make-stream (cons (lambda () e) #f)))))

(define-syntax stream-cons
  (syntax-rules ()
    ((_ a b) (make-stream (cons #f (make-pair (lambda () a) #f (stream-lazy b)))))))

(define-syntax stream-lambda
  (syntax-rules ()
    ((_ formals . body) (lambda formals (stream-lazy (let () . body))))))

(define stream-null (make-stream (cons #f '())))

(define (stream-null? x)
  "(stream-null? x)\nIs X a stream without elements?"
  (and (stream? x) (null? (forced x))))

(define (stream-pair? x)
  "(stream-pair? x)\nIs X a stream with elements?"
  (and (stream? x) (pair-of-stream? (forced x))))

(define (pair-of who stream)
  (let ((pair (and (stream? stream) (forced stream))))
    (if (pair-of-stream? pair)
        pair
        (%raise-type who 1 (if (stream? stream) "a stream that is not empty" "a stream") stream))))

(define (stream-car stream)
  "(stream-car stream)\nThe first element of STREAM, computed the first time."
  (let ((pair (pair-of 'stream-car stream)))
    (if (not (pair-known? pair))
        (let ((value ((pair-head pair))))
          (if (not (pair-known? pair))
              (begin
                (set-pair-head! pair value)
                (set-pair-known! pair #t)))))
    (pair-head pair)))

(define (stream-cdr stream)
  "(stream-cdr stream)\nSTREAM without its first element."
  (pair-tail (pair-of 'stream-cdr stream)))
