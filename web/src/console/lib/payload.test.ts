import { expect, test } from 'vitest';
import { leaves, side_by_side, suggestion, with_value, worth } from './payload';

const payload = {
  reference: 'K1',
  currency: 'EUR',
  lines: [
    { side: 'debit', amount: '84.00', receiver: { code: 'CC-999' } },
    { side: 'credit', amount: '84.00' },
  ],
};
const body = { ref: 'K1', items: [{ amount: '84.00', costCenter: 'CC-999' }] };

test('a journal is worth its debits', () => {
  expect(worth(payload)).toEqual({ amount: '84.00', currency: 'EUR' });
  expect(worth({ expected_amount: '859.50', currency: 'EUR' })).toEqual({ amount: '859.50', currency: 'EUR' });
  expect(worth({ on_hand: '2' })).toBeUndefined();
});

test('only a value that stands once in the payload has a source', () => {
  expect(side_by_side(payload, body)).toEqual([
    { field: 'ref', value: 'K1', from: 'reference' },
    { field: 'items.0.amount', value: '84.00', from: '' },
    { field: 'items.0.costCenter', value: 'CC-999', from: 'lines.0.receiver.code' },
  ]);
});

test("the peer's field leads to the member of the payload, and its advice to the value", () => {
  const details = { field: '/items/0/costCenter', answer: { did_you_mean: 'CC-900' } };
  expect(suggestion(payload, details, body)).toEqual({ field: 'lines.0.receiver.code', value: 'CC-900' });
  expect(suggestion({ quantity: '3' }, { field: '/quantity' }, {})).toEqual({ field: 'quantity', value: '' });
  expect(suggestion(payload, { field: '/nothing' }, body)).toBeUndefined();
});

test('a changed value leaves the original alone', () => {
  const changed = with_value(payload, 'lines.0.receiver.code', 'CC-100');
  expect(leaves(changed)).toContainEqual(['lines.0.receiver.code', 'CC-100']);
  expect(payload.lines[0]!.receiver!.code).toBe('CC-999');
  expect(with_value(payload, 'lines.9.code', 'x')).toBeUndefined();
});
