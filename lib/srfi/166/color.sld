;;; (srfi 166 color): colours and styles by the escape sequences of ANSI terminals.
(define-library (srfi 166 color)
  (export as-red as-blue as-green as-cyan as-yellow as-magenta as-white as-black as-bold as-underline
          as-color as-true-color on-red on-blue on-green on-cyan on-yellow on-magenta on-white on-black
          on-color on-true-color)
  (import (scheme base) (srfi 166 base))
  (begin
    ;; What is in force: foreground, background, bold, underlined, each a code or #f.
    (define styles (make-state-variable 'styles #(#f #f #f #f)))

    ;; Codes are no characters on the screen, so they go to the port and not through the output, which counts columns.
    (define (codes string)
      (fn (port) (write-string string port) nothing))

    (define (sequence code) (string-append "\x1b;[" code "m"))
    (define (all-codes style)
      (let loop ((i 3) (text ""))
        (if (< i 0)
            (if (string=? text "") (sequence "0") text)
            (loop (- i 1) (if (vector-ref style i) (string-append (sequence (vector-ref style i)) text) text)))))

    (define (styled index code formats)
      (fn (styles)
        (let ((inner (vector-copy styles)))
          (vector-set! inner index code)
          (each (codes (sequence code))
                (run-inside inner formats)
                (codes (all-codes styles))))))
    (define (run-inside inner formats)
      (with ((styles inner)) (each-in-list formats)))

    (define (style index code)
      (lambda formats
        "(as-STYLE format ...)\nThe FORMATs in the colour or style of the name, on-COLOUR: in front of that colour."
        (styled index code formats)))
    (define as-black (style 0 "30"))
    (define as-red (style 0 "31"))
    (define as-green (style 0 "32"))
    (define as-yellow (style 0 "33"))
    (define as-blue (style 0 "34"))
    (define as-magenta (style 0 "35"))
    (define as-cyan (style 0 "36"))
    (define as-white (style 0 "37"))
    (define on-black (style 1 "40"))
    (define on-red (style 1 "41"))
    (define on-green (style 1 "42"))
    (define on-yellow (style 1 "43"))
    (define on-blue (style 1 "44"))
    (define on-magenta (style 1 "45"))
    (define on-cyan (style 1 "46"))
    (define on-white (style 1 "47"))
    (define as-bold (style 2 "1"))
    (define as-underline (style 3 "4"))

    (define (cube-code first red green blue)
      (string-append first ";5;" (number->string (+ 16 (* 36 red) (* 6 green) blue))))
    (define (true-code first red green blue)
      (string-append first ";2;" (number->string red) ";" (number->string green) ";" (number->string blue)))
    (define (as-color red green blue . formats)
      "(as-color red green blue format ...)\nThe FORMATs in a colour of the 256: each part from 0 to 5."
      (styled 0 (cube-code "38" red green blue) formats))
    (define (as-true-color red green blue . formats)
      "(as-true-color red green blue format ...)\nThe FORMATs in a colour: each part from 0 to 255."
      (styled 0 (true-code "38" red green blue) formats))
    (define (on-color red green blue . formats)
      "(on-color red green blue format ...)\nThe FORMATs on a background of the 256 colours: each part from 0 to 5."
      (styled 1 (cube-code "48" red green blue) formats))
    (define (on-true-color red green blue . formats)
      "(on-true-color red green blue format ...)\nThe FORMATs on a background: each part from 0 to 255."
      (styled 1 (true-code "48" red green blue) formats))))
