// The supervisor's board: lanes of orders, and who is where. Pure.

import type { Schemas } from '../../shared/api/client';

export type Board = Schemas['Board'];
export type BoardOrder = Board['orders'][number];
export type Person = Board['people'][number];
export type Zone = { code: string; name: string; x: number; y: number; width: number; height: number };

export interface Lane {
  readonly id: string;
  readonly name: string;
  readonly orders: BoardOrder[];
}

const DONE = new Set(['completed', 'closed']);

/** Late ones first, then by priority (1 is the most urgent), then by when they are due. */
function order_of(now: number) {
  const late = (order: BoardOrder) => (order.due_at && Date.parse(order.due_at) < now ? 0 : 1);
  return (a: BoardOrder, b: BoardOrder) =>
    late(a) - late(b) ||
    (a.priority ?? 9) - (b.priority ?? 9) ||
    (a.due_at ?? '9').localeCompare(b.due_at ?? '9') ||
    a.number.localeCompare(b.number);
}

/**
 * Who is at this order, by code. The phone's word counts before the CMMS's, which hears of it later: a person whom the
 * order still names, but who has paused or is done, is not at it.
 */
function workers(board: Board, order: BoardOrder): string[] {
  const by_word = board.people.filter((one) => one.state === 'working' && one.work_order === order.number);
  const away = new Set(board.people.filter((one) => one.state !== 'working').map((one) => one.code));
  const named = (order.working ?? []).filter((code) => !away.has(code));
  return [...new Set([...by_word.map((one) => one.code), ...named])];
}

function lane_of(board: Board, order: BoardOrder): string {
  if (order.status === 'cancelled') return '';
  if (DONE.has(order.status)) return 'done';
  if (order.status === 'requested' || order.status === 'approved') return 'planned';
  if (workers(board, order).length > 0) return 'working';
  const left = board.people.some((one) => one.state === 'paused' && one.work_order === order.number);
  return left || order.status === 'in_progress' ? 'paused' : 'ready';
}

export function lanes(board: Board, zone: string, now: number): Lane[] {
  const shown = board.orders.filter((order) => !zone || order.zone === zone);
  const at = new Map(shown.map((order) => [order, lane_of(board, order)]));
  const newest = (a: BoardOrder, b: BoardOrder) => (b.completed_at ?? '').localeCompare(a.completed_at ?? '');
  const lane = (id: string, name: string): Lane => ({
    id,
    name,
    orders: shown.filter((order) => at.get(order) === id).sort(id === 'done' ? newest : order_of(now)),
  });
  return [
    lane('planned', 'To release'),
    lane('ready', 'Ready'),
    lane('working', 'At work'),
    lane('paused', 'Begun, nobody at it'),
    lane('done', 'Done, 24 h'),
  ];
}

/** Working first, then paused, then free; by name. */
export function crew(people: readonly Person[]): Person[] {
  const rank = { working: 0, paused: 1, free: 2 };
  return [...people].sort(
    (a, b) => rank[a.state] - rank[b.state] || (a.name ?? a.code).localeCompare(b.name ?? b.code),
  );
}

export const name_of = (person: Person) => person.name ?? person.code;

/** Who is at this order, by name. */
export function at_order(board: Board, order: BoardOrder): string[] {
  return workers(board, order).map((code) => board.people.find((one) => one.code === code)?.name ?? code);
}

const WAYS: Record<string, string> = {
  scan: 'scanned an asset',
  zone_code: 'scanned the zone',
  beacon: 'heard a beacon',
  chosen: 'said so',
};
export const way_words = (by: string) => WAYS[by] ?? by;

/** Where a person is: as they said, else where the asset of their order stands. */
export function zone_of(person: Person, orders: readonly BoardOrder[]): { zone: string; said: boolean } {
  if (person.place?.zone) return { zone: person.place.zone, said: true };
  const asset = person.place?.asset;
  const known = asset && orders.find((order) => order.asset === asset && order.zone)?.zone;
  if (known) return { zone: known, said: true };
  if (person.state !== 'working') return { zone: '', said: false };
  return { zone: orders.find((order) => order.number === person.work_order)?.zone ?? '', said: false };
}

export interface ZoneState {
  readonly zone: Zone;
  readonly people: { person: Person; said: boolean }[];
  readonly open: number; // in all lanes but the last
  readonly working: number;
  readonly paused: number;
}

export function zone_states(zones: readonly Zone[], board: Board, now: number): ZoneState[] {
  return zones.map((zone) => {
    const people = board.people
      .map((person) => ({ person, ...zone_of(person, board.orders) }))
      .filter((one) => one.zone === zone.code)
      .map(({ person, said }) => ({ person, said }));
    const size = Object.fromEntries(lanes(board, zone.code, now).map((lane) => [lane.id, lane.orders.length]));
    const { planned = 0, ready = 0, working = 0, paused = 0 } = size;
    return { zone, people, open: planned + ready + working + paused, working, paused };
  });
}
