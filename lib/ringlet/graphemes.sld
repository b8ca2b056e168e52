;;; Where one character as people see it ends and the next begins: grapheme clusters, UAX 29.
(define-library (ringlet graphemes)
  (export grapheme-boundary?)
  (import (scheme base) (only (ringlet internal) %char-grapheme-class))
  (include "graphemes.scm"))
