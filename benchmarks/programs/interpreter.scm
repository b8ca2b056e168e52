;;; A small Scheme in Scheme, which runs a program of its own: association lists, dispatch on symbols, apply.
(import (scheme base) (scheme write) (scheme cxr) (scheme process-context))

(define (lookup name environment)
  (cond ((assq name environment) => cdr)
        (else (error "unknown variable" name))))

(define (evaluate e environment)
  (cond ((symbol? e) (lookup e environment))
        ((not (pair? e)) e)
        (else
         (case (car e)
           ((quote) (cadr e))
           ((if)
            (if (evaluate (cadr e) environment)
                (evaluate (caddr e) environment)
                (evaluate (cadddr e) environment)))
           ((lambda)
            (lambda arguments
              (evaluate (caddr e)
                        (append (map cons (cadr e) arguments) environment))))
           ((let-recursive)
            (let* ((binding (cons (cadr e) #f))
                   (inner (cons binding environment)))
              (set-cdr! binding (evaluate (caddr e) inner))
              (evaluate (cadddr e) inner)))
           (else
            (apply (evaluate (car e) environment)
                   (map (lambda (argument) (evaluate argument environment))
                        (cdr e))))))))

(define base-environment
  (list (cons '+ +) (cons '- -) (cons '< <) (cons 'cons cons) (cons 'car car)
        (cons 'cdr cdr) (cons 'null? null?)))

(define program
  '(let-recursive fib
     (lambda (n)
       (if (< n 2)
           n
           (+ (fib (- n 1)) (fib (- n 2)))))
     (let-recursive build
       (lambda (n)
         (if (< n 1)
             (quote ())
             (cons (fib n) (build (- n 1)))))
       (let-recursive total
         (lambda (list)
           (if (null? list)
               0
               (+ (car list) (total (cdr list)))))
         (total (build 24))))))

(let ((result (evaluate program base-environment)))
  (display "interpreter: ")
  (display result)
  (newline)
  (exit (= result 121392)))
