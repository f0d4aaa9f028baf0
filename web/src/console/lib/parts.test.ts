import { expect, test } from 'vitest';
import * as exact from '../../shared/decimal';
import { days_from, outlook, parts_words } from './parts';

const stock = { part: 'SEAL-9', storeroom: 'MAIN', on_hand: '4', unit: 'PC', position: '4' };
const days = days_from('2026-11-28', 5);
const free = (of: ReturnType<typeof outlook>) => of.cells.map((cell) => exact.text(cell.free));

test('the days go over the end of a month', () => {
  expect(days).toEqual(['2026-11-28', '2026-11-29', '2026-11-30', '2026-12-01', '2026-12-02']);
});

test('wants leave on their day, overdue ones today; deliveries come by what is left of them', () => {
  const wants = [
    { day: '2026-11-20', quantity: '1', order: 'WO-1' },
    { day: '2026-11-30', quantity: '5.5', order: 'WO-2' },
  ];
  const due = [
    { requisition: '1', purchase_order: '45', quantity: '10', received: '4', confirmed_date: '2026-12-01' },
    { requisition: '2', quantity: '99', confirmed_date: '2026-11-01' }, // overdue: not counted on
    { requisition: '3', quantity: '99' }, // without a date
  ];
  const of = outlook(stock, wants, due, days);
  expect(free(of)).toEqual(['3', '3', '-2.5', '3.5', '3.5']);
  expect(of.first_short).toBe('2026-11-30');
  expect(of.cells[3]!.why).toEqual(['+6 from 45']);
});

test('the words of an order are those of its worst line', () => {
  const line = (state: 'available' | 'late' | 'none') => ({ line: 'P1', part: 'X', storeroom: 'M', state });
  expect(parts_words({ work_order: 'W', lines: [line('available'), line('late')] }).text).toBe('Late');
  expect(parts_words({ work_order: 'W', lines: [line('late'), line('none')] }).level).toBe('crit');
  expect(parts_words({ work_order: 'W', state: 'due_on', ready_on: '2026-12-01', lines: [] }).text).toBe(
    'On 2026-12-01',
  );
  expect(parts_words(undefined).text).toBe('');
});
