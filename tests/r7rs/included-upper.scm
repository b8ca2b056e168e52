(DEFINE Included-Folded 'FOLDED)
