import { describe, expect, it } from 'vitest';
import { gamma_quantile } from './gamma';

describe('quantiles of the gamma distribution', () => {
  it('are those of the tables of chi-square: mean k, variance 2k', () => {
    const chi = (p: number, k: number) => gamma_quantile(p, k, 2 * k);
    expect(chi(0.05, 2)).toBeCloseTo(0.1026, 4);
    expect(chi(0.95, 2)).toBeCloseTo(5.9915, 4);
    expect(chi(0.05, 10)).toBeCloseTo(3.9403, 4);
    expect(chi(0.95, 10)).toBeCloseTo(18.307, 3);
    expect(chi(0.975, 100)).toBeCloseTo(129.561, 3);
  });
  it('are narrow where nearly nothing varies', () => {
    expect(gamma_quantile(0.025, 6000, 1)).toBeCloseTo(6000 - 1.96, 1);
    expect(gamma_quantile(0.975, 6000, 1)).toBeCloseTo(6000 + 1.96, 1);
  });
});
