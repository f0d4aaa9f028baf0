#pragma once
// The two distributions that stock advice rests on. Statistics, not money: binary floating point is right here.

namespace tieline::conditions {

/// Φ(z): share of a standard normal distribution below z.
double normal_below(double z);
/// z with normal_below(z) = share; share is held within 1e-12 … 1 − 1e-12.
double normal_quantile(double share);
/// Expected units short per cycle with a safety of z standard deviations: φ(z) − z · (1 − Φ(z)).
double normal_loss(double z);
/// Least whole k with P(X ≤ k) ≥ share, X Poisson with this mean (0 < mean ≤ 700, share < 1).
int poisson_quantile(double mean, double share);

}  // namespace tieline::conditions
