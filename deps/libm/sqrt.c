// The square root as the processor's own instruction (correctly rounded, as musl's is, but quicker).
double sqrt(double x);

double sqrt(double x) {
  return __builtin_sqrt(x);
}
