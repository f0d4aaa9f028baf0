import { expect, test } from 'vitest';
import { figures, figure_text, type Figure } from './kpi';
import type { WorkOrder } from './lists';

const FROM = Date.parse('2026-11-01T00:00:00Z');
const TO = Date.parse('2026-11-11T00:00:00Z'); // 240 h
const at = (hours: number) => new Date(FROM + hours * 3_600_000).toISOString();

function repair(
  number: string,
  reported: number,
  begun: number,
  ended: number,
  more: Partial<WorkOrder> = {},
): WorkOrder {
  return {
    number,
    order_type: 'corrective',
    status: 'closed',
    requested_at: at(reported),
    started_at: at(begun),
    completed_at: at(ended),
    ...more,
  };
}
const by_id = (orders: WorkOrder[]) =>
  new Map(figures(orders, FROM, TO).map((one): [string, Figure] => [one.id, one]));

test('two repairs in ten days', () => {
  const all = by_id([
    repair('A', 10, 11, 14, { hours: '3' }), // waits 1 h, 3 h of work, down 4 h
    repair('B', 50, 52, 53, { hours: '1' }), // waits 2 h, 1 h of work, down 3 h
    { number: 'C', order_type: 'preventive', status: 'closed', requested_at: at(1), completed_at: at(5), hours: '4' },
    repair('D', 300, 301, 302), // after the window
    repair('E', 20, 21, 22, { status: 'cancelled' }),
  ]);
  expect(all.get('mttr')!.value).toBeCloseTo(2);
  expect(all.get('mdt')!.value).toBeCloseTo(3.5);
  expect(all.get('mtta')!.value).toBeCloseTo(1.5);
  expect(all.get('mtbf')!.value).toBeCloseTo((240 - 7) / 2);
  expect(all.get('availability')!.value).toBeCloseTo((100 * 116.5) / 118.5);
  expect(all.get('reactive')!.value).toBe(50);
  expect(all.get('mttr')!.orders.map((one) => one.number)).toEqual(['A', 'B']);
});

test('without a failure the time between failures is a lower bound, not a division by zero', () => {
  const all = by_id([{ number: 'C', order_type: 'inspection', status: 'closed', requested_at: at(1) }]);
  expect(figure_text(all.get('mtbf')!)).toBe('> 240 h');
  expect(figure_text(all.get('mttr')!)).toBe('–');
  expect(all.get('availability')!.value).toBeUndefined();
});

test('planned work on time: late is not done, what is not due yet does not count', () => {
  const pm = (number: string, due: string, done?: string): WorkOrder => ({
    number,
    order_type: 'preventive',
    status: done ? 'completed' : 'released',
    requested_at: at(1),
    plan_due: due,
    ...(done ? { completed_at: done } : {}),
  });
  const all = by_id([
    pm('kept', '2026-11-03', '2026-11-03T20:00:00Z'),
    pm('late', '2026-11-03', '2026-11-04T08:00:00Z'),
    pm('missed', '2026-11-05'),
    pm('open', '2026-11-20'),
  ]);
  expect(all.get('pm')!.value).toBeCloseTo(100 / 3);
  expect(all.get('pm')!.orders.map((one) => one.number)).toEqual(['kept', 'late', 'missed']);
});

test('short times read in minutes and seconds', () => {
  const all = by_id([repair('A', 10, 10, 10.5), repair('B', 20, 20, 20.25)]);
  expect(figure_text(all.get('mttr')!)).toBe('22.5 min');
});
