// Parts of an order, and the stock of the next 14 days. Pure.

import * as exact from '../../shared/decimal';
import type { Exact } from '../../shared/decimal';
import type { Level } from '../parts/Mark.svelte';
import type { Availability, Requisition, Stock } from './lists';

const WORDS: Record<string, { level: Level; text: string }> = {
  available: { level: 'good', text: 'Available' },
  partly: { level: 'warn', text: 'Partly' },
  due_on: { level: 'wait', text: 'On order' },
  late: { level: 'warn', text: 'Late' },
  none: { level: 'crit', text: 'Not ordered' },
  not_needed: { level: 'none', text: 'None needed' },
};

export function state_words(state: string | undefined): { level: Level; text: string } {
  return WORDS[state ?? ''] ?? { level: 'none', text: '' };
}

export function parts_words(row: Availability | undefined): { level: Level; text: string } {
  if (!row) return { level: 'none', text: '' };
  const shown = state_words(row.state ?? worst(row));
  if (row.state === 'due_on' && row.ready_on) return { level: 'wait', text: `On ${row.ready_on}` };
  return shown;
}

const ORDER = ['none', 'late', 'partly', 'due_on', 'available', 'not_needed'];
function worst(row: Availability): string {
  return ORDER.find((state) => row.lines.some((line) => line.state === state)) ?? '';
}

export interface Cell {
  readonly day: string;
  readonly free: Exact; // projected stock that no order has reserved, at the end of the day
  readonly change: Exact;
  readonly why: string[];
}
export interface Outlook {
  readonly part: string;
  readonly storeroom: string;
  readonly unit: string;
  readonly on_hand: Exact;
  readonly cells: Cell[];
  readonly first_short: string; // day on which the free stock falls below zero, or ""
}

export const place = (part: string | undefined, storeroom: string | undefined) => `${part ?? ''}/${storeroom ?? ''}`;

/** The days from `today` on, "2026-11-26" and 13 more. */
export function days_from(today: string, count = 14): string[] {
  const start = Date.parse(`${today}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) => new Date(start + index * 86_400_000).toISOString().slice(0, 10));
}

/**
 * Stock of a part, day by day: on hand, minus what open orders still want on the day they need it (overdue: today),
 * plus what is confirmed or expected from the vendor. A delivery without a date, or an overdue one, is not counted on.
 */
export function outlook(
  stock: Stock,
  wants: readonly { day: string; quantity: string; order: string }[],
  deliveries: readonly Requisition[],
  days: readonly string[],
): Outlook {
  const first = days[0]!;
  const changes = new Map<string, { change: Exact; why: string[] }>();
  const change = (day: string, by: Exact, why: string) => {
    const one = changes.get(day) ?? { change: exact.ZERO, why: [] };
    changes.set(day, { change: exact.add(one.change, by), why: [...one.why, why] });
  };
  for (const want of wants) {
    const quantity = exact.parse(want.quantity);
    if (quantity)
      change(
        want.day < first ? first : want.day,
        exact.minus(exact.ZERO, quantity),
        `−${want.quantity} for ${want.order}`,
      );
  }
  for (const one of deliveries) {
    const due = one.confirmed_date ?? one.delivery_date;
    const left = exact.minus(
      exact.parse(one.quantity ?? '0') ?? exact.ZERO,
      exact.parse(one.received ?? '0') ?? exact.ZERO,
    );
    if (!due || due < first || exact.compare(left, exact.ZERO) <= 0) continue;
    change(due, left, `+${exact.text(left)} from ${one.purchase_order ?? one.requisition}`);
  }
  let free = exact.parse(stock.on_hand ?? '0') ?? exact.ZERO;
  const on_hand = free;
  const cells = days.map((day) => {
    const today = changes.get(day) ?? { change: exact.ZERO, why: [] };
    free = exact.add(free, today.change);
    return { day, free, change: today.change, why: today.why };
  });
  const short = cells.find((cell) => exact.compare(cell.free, exact.ZERO) < 0);
  return {
    part: stock.part,
    storeroom: stock.storeroom,
    unit: stock.unit ?? '',
    on_hand,
    cells,
    first_short: short?.day ?? '',
  };
}
