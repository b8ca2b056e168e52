;;; Fields of a record whose names begin with % are not printed.
(define-record-type point (make-point %id x %cache y) point? (%id point-id) (x point-x) (%cache point-cache) (y point-y))
(define-record-type secret (make-secret %a %b) secret? (%a secret-a) (%b secret-b))
(write (make-point 1 2 '(3) 4)) (newline)
(write (make-secret 1 2)) (newline)
(write (list (make-secret "a" (make-point 1 2 3 (make-secret 1 2))) 'x)) (newline)

;; => #<point x: 2 y: 4>
;; => #<secret>
;; => (#<secret> x)
