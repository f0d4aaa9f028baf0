import { expect, test } from 'vitest';
import * as exact from './decimal';

const plus = (a: string, b: string) => exact.text(exact.add(exact.parse(a)!, exact.parse(b)!));

test('sums are exact where binary numbers are not', () => {
  expect(plus('0.1', '0.2')).toBe('0.3');
  expect(plus('9007199254740993', '0.01')).toBe('9007199254740993.01');
  expect(plus('-0.05', '0.03')).toBe('-0.02');
  expect(exact.text(exact.sum(['12.50', undefined, 'x', '-2.505']))).toBe('9.995');
});

test('what is no decimal is none', () => {
  for (const text of ['', '1.', '.5', '1e3', '+1', '1,000', ' 1', 'NaN']) expect(exact.parse(text)).toBeUndefined();
});

test('comparison and percent', () => {
  expect(exact.compare(exact.parse('1.10')!, exact.parse('1.1')!)).toBe(0);
  expect(exact.compare(exact.parse('-1')!, exact.parse('0.0')!)).toBe(-1);
  expect(exact.percent(exact.parse('50.5')!, exact.parse('100')!)).toBe(50.5);
  expect(exact.percent(exact.parse('1')!, exact.ZERO)).toBeUndefined();
});

test('any sum of random cents is what their integers say', () => {
  let seed = 7;
  const next = () => (seed = (seed * 48271) % 2147483647);
  for (let round = 0; round < 200; ++round) {
    const cents = Array.from({ length: 20 }, () => (next() % 2_000_001) - 1_000_000);
    const texts = cents.map((one) => exact.text({ units: BigInt(one), scale: 2 }));
    const total = cents.reduce((a, b) => a + b, 0);
    expect(exact.sum(texts).units).toBe(BigInt(total));
  }
});
