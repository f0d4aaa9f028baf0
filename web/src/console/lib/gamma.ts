// Quantiles of the gamma distribution. Pure.

/** ln Γ(x) for x > 0: Stirling's series after a shift to x >= 8; better than 1e-10 (Abramowitz, Stegun 6.1.41). */
function ln_gamma(x: number): number {
  let shift = 0;
  for (; x < 8; ++x) shift -= Math.log(x);
  const square = x * x;
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / x;
  return shift + (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series;
}

/** Share of the distribution with this shape and scale 1 that lies below x: γ(shape, x) / Γ(shape), by its series. */
function below(shape: number, x: number): number {
  if (x <= 0) return 0;
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; n < 100_000 && term > sum * 1e-14; ++n) {
    term *= x / (shape + n);
    sum += term;
  }
  return Math.min(1, sum * Math.exp(shape * Math.log(x) - x - ln_gamma(shape)));
}

/** The x below which the share p < 1 of the gamma distribution of this mean and variance lies. All three above 0. */
export function gamma_quantile(p: number, mean: number, variance: number): number {
  const shape = (mean * mean) / variance;
  let [low, high] = [0, shape + 20 * Math.sqrt(shape) + 40];
  for (let step = 0; step < 60; ++step) {
    const middle = (low + high) / 2;
    if (below(shape, middle) < p) low = middle;
    else high = middle;
  }
  return (low * variance) / mean;
}
