import { expect, test } from 'vitest';
import * as f from './format';

test('amounts keep every digit that they came with', () => {
  expect(f.money('1234567.50', 'EUR')).toBe('€1,234,567.50');
  expect(f.money('-1234.5', 'USD')).toBe('−$1,234.5');
  expect(f.money('12345678901234567890.12', 'CHF')).toBe('CHF 12,345,678,901,234,567,890.12');
  expect(f.money('0.00', 'EUR')).toBe('€0.00');
  expect(f.money(undefined, 'EUR')).toBe('');
  expect(f.decimal('-0.125')).toBe('−0.125');
});

test('spans read as people say them', () => {
  expect(f.span(0)).toBe('0 ms');
  expect(f.span(999)).toBe('999 ms');
  expect(f.span(4000)).toBe('4 s');
  expect(f.span(38 * 60_000)).toBe('38 min');
  expect(f.span(5 * 3_600_000)).toBe('5 h');
  expect(f.span(3 * 86_400_000)).toBe('3 days');
  expect(f.span(-5)).toBe('0 ms');
});

test('times are in the zone of the browser, over the change to winter time', () => {
  expect(f.zone()).toBe('Europe/Berlin');
  expect(f.moment('2026-10-25T00:30:00Z')).toBe('2026-10-25 02:30:00');
  expect(f.moment('2026-10-25T01:30:00Z')).toBe('2026-10-25 02:30:00');
  expect(f.clock('2026-11-26T23:30:00Z', Date.parse('2026-11-26T23:40:00Z'))).toBe('00:30');
  expect(f.clock('2026-11-24T12:00:00Z', Date.parse('2026-11-26T12:00:00Z'))).toBe('2026-11-24');
});

test('counts and words', () => {
  expect(f.count(1, 'message')).toBe('1 message');
  expect(f.count(12000, 'message')).toBe('12,000 messages');
  expect(f.words('in_progress')).toBe('In progress');
  expect(f.month('2026-11')).toBe('November 2026');
});
