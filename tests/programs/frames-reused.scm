;; Frames that run again while they are being marked from (MARK-3).  The stack is deep, and each frame holds the only
;; reference to a list until it is returned to, and loses it at once.  The stress mode that begins cycles and verifies
;; finds what such a frame held when the cycle began and was not marked.
;; args: 100000
;; stress-args: 20000
;; => #t

(define depth (string->number (cadr (command-line))))

(define (sum n)
  (if (= n 0)
      0
      (let* ((held (list n 1)) (below (sum (- n 1))))
        (after below held))))
(define (after below held)
  (let ((all (+ below (car held) (cadr held))))
    (make-vector 100 all)
    all))

(display (= (sum depth) (+ depth (quotient (* depth (+ depth 1)) 2))))
(newline)
