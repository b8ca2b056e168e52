;;; SRFI 26: procedures from calls with some arguments left open.
(define-library (srfi 26)
  (export cut cute <> <...>)
  (import (scheme base))
  (begin
    (define-syntax <>
      (syntax-rules ()
        ((_ . arguments) (syntax-error "<> stands for an argument within cut or cute" (<> . arguments)))))

    (define-syntax <...>
      (syntax-rules ()
        ((_ . arguments) (syntax-error "<...> stands for the last arguments within cut or cute" (<...> . arguments)))))

    ;; (open-call call formals part ...): the parts of the call gathered so far, the formals for the open places among them,
    ;; and the parts not looked at.
    (define-syntax cut
      (syntax-rules ()
        ((_ . parts) (open-call () () . parts))))

    (define-syntax open-call
      (syntax-rules (<> <...>)
        ((_ (f x ...) formals) (lambda formals ((begin f) x ...)))
        ((_ (f x ...) (y ...) <...>) (lambda (y ... . rest) (apply f x ... rest)))
        ((_ call formals <...> . more) (syntax-error "<...> must be the last part, but here follows:" . more))
        ((_ (part ...) (y ...) <> . more) (open-call (part ... z) (y ... z) . more))
        ((_ (part ...) formals e . more) (open-call (part ... e) formals . more))))

    ;; The same with bindings for what is given, which is computed once.
    (define-syntax cute
      (syntax-rules ()
        ((_ . parts) (open-call-once () () () . parts))))

    (define-syntax open-call-once
      (syntax-rules (<> <...>)
        ((_ bindings (f x ...) formals) (let bindings (lambda formals (f x ...))))
        ((_ bindings (f x ...) (y ...) <...>) (let bindings (lambda (y ... . rest) (apply f x ... rest))))
        ((_ bindings call formals <...> . more) (syntax-error "<...> must be the last part, but here follows:" . more))
        ((_ bindings (part ...) (y ...) <> . more) (open-call-once bindings (part ... z) (y ... z) . more))
        ((_ (binding ...) (part ...) formals e . more)
         (open-call-once (binding ... (z e)) (part ... z) formals . more))))))
