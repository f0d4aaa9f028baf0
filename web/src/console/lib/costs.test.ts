import { expect, test } from 'vitest';
import * as exact from '../../shared/decimal';
import { against_budget, cost_of, under_budget, type Budget } from './costs';
import { by_day } from './money_days';

const row = (key: string, net: string) => cost_of({ key, posted: net, reversed: '0', net, documents: 1 });
const costs = [
  row('all|2026-11|EUR', '900.01'),
  row('cost_center:CC-1|2026-11|EUR', '800.01'),
  row('cost_center:CC-2|2026-11|EUR', '100'),
  row('cost_center:CC-1|2026-10|EUR', '5'),
  row('cost_center:CC-1|2026-11|USD', '7'),
];
const budget = (code: string, monthly: string, by_month = {}): Budget => ({
  receiver: `cost_center:${code}`,
  currency: 'EUR',
  monthly,
  by_month,
});

test('keys are taken apart', () => {
  expect(costs[1]).toMatchObject({ kind: 'cost_center', code: 'CC-1', month: '2026-11', currency: 'EUR' });
  expect(costs[0]).toMatchObject({ kind: 'all', code: '' });
});

test('each receiver against its own budget; a month of its own goes first', () => {
  const rows = against_budget(
    costs,
    [budget('CC-1', '1', { '2026-11': '1000.00' }), budget('CC-9', '50')],
    'cost_center',
    '2026-11',
    'EUR',
  );
  expect(rows.map((one) => [one.cost.code, one.used, one.left])).toEqual([
    ['CC-1', 80, '199.99'],
    ['CC-2', undefined, ''],
    ['CC-9', 0, '50'],
  ]);
});

test('budgets are compared only with what they cover', () => {
  const part = under_budget(costs, [budget('CC-1', '1000')], '2026-11', 'EUR')!;
  expect([exact.text(part.spent), exact.text(part.limit), part.whole]).toEqual(['800.01', '1000', false]);
  expect(under_budget(costs, [budget('CC-1', '1'), budget('CC-2', '1')], '2026-11', 'EUR')!.whole).toBe(true);
  expect(under_budget(costs, [], '2026-11', 'EUR')).toBeUndefined();
});

test('cost by day counts documents of cost in one currency, reversals with their sign', () => {
  const document = (date: string, noun: string, amount: string, currency = 'EUR') => ({
    key: date + noun,
    date,
    noun,
    amount,
    currency,
  });
  const days = by_day(
    [
      document('2026-11-03', 'cost', '10.10'),
      document('2026-11-05', 'issue', '1.05'),
      document('2026-11-05', 'reversal', '-10.10'),
      document('2026-11-05', 'accrual', '500'),
      document('2026-11-05', 'cost', '3', 'USD'),
    ],
    'EUR',
  );
  expect(days.map((one) => [one.day, one.exact])).toEqual([
    [1, '0'],
    [3, '10.10'],
    [5, '1.05'],
  ]);
});
