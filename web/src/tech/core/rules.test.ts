import { describe, expect, it } from 'vitest';
import { judge } from './conflict';
import { add, compare, hours_of, negate, step_of, typed_decimal } from './decimal';
import { blocks_start, is_safety } from './steps';
import type { Job } from './types';
import { uuid7 } from './uuid7';

const job = (value?: string, more: Partial<Job> = {}): Job => ({
  number: 'WO-1',
  version: 1,
  status: 'in_progress',
  checklist: [{ step: 2, text: 'Temperature', type: 'number', value }],
  ...more,
});
const ours = { kind: 'check' as const, at: '', work_order: 'WO-1', step: 2, value: '58' };

describe('judge', () => {
  it('drops what is the same, by value', () => {
    expect(judge(ours, job(), job('58.0'))).toEqual({ do: 'drop' });
  });
  it('sends again when the other change was elsewhere', () => {
    expect(judge(ours, job(), job(undefined, { title: 'x' }))).toEqual({ do: 'retry' });
  });
  it('asks between two readings', () => {
    expect(judge(ours, job(), job('61'))).toEqual({ do: 'ask', ours: '58', theirs: '61', what: 'step' });
  });
  it('asks when the order was cancelled, drops a finish of what is finished', () => {
    const finish = { kind: 'finish' as const, at: '' };
    expect(judge(finish, job(), job(undefined, { status: 'cancelled' })).do).toBe('ask');
    expect(judge(finish, job(), job(undefined, { status: 'completed' }))).toEqual({ do: 'drop' });
    expect(judge({ kind: 'start', at: '' }, job(), job(undefined, { status: 'completed' })).do).toBe('ask');
    expect(judge({ kind: 'start', at: '' }, job(), job())).toEqual({ do: 'retry' });
    expect(judge(ours, job(), job(undefined, { status: 'closed' })).do).toBe('ask');
  });
  it('asks between two causes, not between a cause and none', () => {
    const failure = { kind: 'failure' as const, at: '', mode: 'VIB', mechanism: '1.2', cause: 'WEAR' };
    const theirs = { mode: 'NOI', mechanism: '1.2', cause: 'WEAR' };
    expect(judge(failure, job(), job()).do).toBe('retry');
    expect(judge(failure, job(), job(undefined, { failure: theirs })).do).toBe('ask');
  });
});

describe('numbers stay texts', () => {
  it('compares and adds exactly', () => {
    expect(compare('5', '5.000')).toBe(0);
    expect(compare('-0.1', '0')).toBe(-1);
    expect(compare('9007199254740993', '9007199254740992')).toBe(1);
    expect(add('0.1', '0.2')).toBe('0.3');
    expect(add('0.001', '-0.002')).toBe('-0.001');
    expect(negate('1.5')).toBe('-1.5');
    expect(negate('0')).toBe('0');
  });
  it('reads what people type', () => {
    expect(typed_decimal(' 0,014 ')).toBe('0.014');
    expect(typed_decimal('.5')).toBe('0.5');
    expect(typed_decimal('5.')).toBe('5');
    expect(typed_decimal('1e3')).toBe('');
    expect(typed_decimal('')).toBe('');
  });
  it('steps in the last place of the limits', () => {
    expect(step_of('0.000', '0.02')).toBe('0.001');
    expect(step_of(undefined, '60')).toBe('1');
  });
  it('rounds time to hundredths of an hour', () => {
    expect(hours_of(999)).toBe('0.00');
    expect(hours_of(1_000)).toBe('0.01');
    expect(hours_of(3_600_000)).toBe('1.00');
    expect(hours_of(54_000)).toBe('0.02');
  });
});

it('writes the time into the first 48 bits of an id', () => {
  const id = uuid7(0x0123456789ab, new Uint8Array(10).fill(255));
  expect(id).toBe('01234567-89ab-7fff-bfff-ffffffffffff');
});

describe('safety', () => {
  const step = (text: string, value?: string) => ({ step: 1, text, type: 'check' as const, ...(value && { value }) });
  it('is told by the words that plants use', () => {
    const words = ['Lockout LO-311 on', 'Locked out and tagged', 'LOTO done', 'Tag-out', 'Permit to work at hand'];
    words.push('Isolated and de-energised', 'Pressure released', 'Valves closed, pump drained');
    for (const text of words) expect(is_safety(step(text)), text).toBe(true);
    for (const text of ['Door unlocked', 'Oil filter changed', 'Stage cleaned'])
      expect(is_safety(step(text)), text).toBe(false);
  });
  it('blocks the start until it is confirmed, not when it is refused', () => {
    const first = (value?: string) => job(undefined, { checklist: [step('Locked out and tagged', value)] });
    expect(blocks_start(first())).toHaveLength(1);
    expect(blocks_start(first('no'))).toHaveLength(1);
    expect(blocks_start(first('yes'))).toHaveLength(0);
  });
});
