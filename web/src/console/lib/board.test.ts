import { describe, expect, it } from 'vitest';
import { at_order, crew, lanes, zone_of, zone_states, type Board } from './board';

const now = Date.parse('2026-11-24T12:00:00Z');
const board: Board = {
  as_of: '2026-11-24T12:00:00Z',
  cut: false,
  orders: [
    { number: 'W-1', status: 'released', priority: 3, zone: 'A', asset: 'P-1' },
    { number: 'W-2', status: 'released', priority: 1, zone: 'B' },
    { number: 'W-3', status: 'released', priority: 4, due_at: '2026-11-24T11:00:00Z', zone: 'A' },
    { number: 'W-4', status: 'in_progress', zone: 'B' },
    { number: 'W-5', status: 'in_progress', zone: 'A' },
    { number: 'W-6', status: 'completed', zone: 'A' },
    { number: 'W-7', status: 'approved' },
    { number: 'W-8', status: 'cancelled', zone: 'A' },
    { number: 'W-9', status: 'in_progress', zone: 'A', working: ['T3'] }, // whom the phone knows elsewhere
    { number: 'W-10', status: 'in_progress', zone: 'A' }, // nobody is at it
    { number: 'W-11', status: 'released', zone: 'B' }, // left, and the CMMS never heard of it
    { number: 'W-12', status: 'in_progress', zone: 'B', working: ['T9'] }, // as the CMMS says
  ],
  people: [
    { code: 'T2', state: 'free' },
    { code: 'T1', name: 'Zoe', state: 'working', work_order: 'W-4' },
    { code: 'T3', name: 'Ann', state: 'paused', work_order: 'W-5' },
    {
      code: 'T4',
      name: 'Max',
      state: 'working',
      work_order: 'W-1',
      place: { by: 'scan', asset: 'P-1', at: '2026-11-24T11:59:00Z' },
    },
    { code: 'T5', state: 'working', work_order: 'W-8' }, // cancelled under his hands
    { code: 'T6', state: 'paused', work_order: 'W-11' },
  ],
};
const numbers = (zone: string) =>
  Object.fromEntries(lanes(board, zone, now).map((lane) => [lane.id, lane.orders.map((order) => order.number)]));

describe('the board', () => {
  it('puts orders where they stand, late ones first', () => {
    expect(numbers('')).toEqual({
      planned: ['W-7'],
      ready: ['W-3', 'W-2'],
      working: ['W-1', 'W-12', 'W-4'], // Max has begun W-1, the CMMS has not heard of it yet
      paused: ['W-10', 'W-11', 'W-5', 'W-9'],
      done: ['W-6'],
    });
    expect(numbers('B')['ready']).toEqual(['W-2']);
  });
  it('shows who is at work first', () => {
    expect(crew(board.people).map((one) => one.code)).toEqual(['T4', 'T5', 'T1', 'T3', 'T6', 'T2']);
    const at = (number: string) =>
      at_order(
        board,
        board.orders.find((one) => one.number === number)!,
      );
    expect([at('W-4'), at('W-9'), at('W-12')]).toEqual([['Zoe'], [], ['T9']]);
  });
  it('knows a zone by word, by the scanned asset, or guesses it from the order', () => {
    expect(zone_of(board.people[3]!, board.orders)).toEqual({ zone: 'A', said: true });
    expect(zone_of(board.people[1]!, board.orders)).toEqual({ zone: 'B', said: false });
    expect(zone_of(board.people[2]!, board.orders)).toEqual({ zone: '', said: false });
    const zones = [{ code: 'A', name: 'Hall A', x: 0, y: 0, width: 10, height: 10 }];
    const [hall] = zone_states(zones, board, now);
    expect(hall!.people.map((one) => one.person.code)).toEqual(['T4', 'T5']);
    const seen = Object.fromEntries(lanes(board, 'A', now).map((lane) => [lane.id, lane.orders.length]));
    expect([hall!.open, hall!.working, hall!.paused]).toEqual([5, seen['working'], seen['paused']]);
    expect([seen['working'], seen['paused']]).toEqual([1, 3]);
  });
});
