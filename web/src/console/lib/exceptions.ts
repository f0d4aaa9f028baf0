// Exceptions by cause: what failed for the same reason is one thing to put right. Pure.

import type { Exception } from './lists';

export interface Group {
  readonly id: string; // in the address
  readonly title: string;
  readonly code: string;
  readonly kind: string;
  readonly flow: string;
  readonly members: Exception[]; // newest first
}

/** Title of a cause, in words of a plant. Where the code is not known here, its own words. */
const TITLES: Record<string, string> = {
  stock_insufficient: 'More was taken than the ERP has on stock',
  period_closed: 'The posting period is closed',
  cost_center_closed: 'A cost center is closed',
  unknown_item: 'An item is unknown to the other system',
  unknown_material: 'A material is unknown to the ERP',
  missing_field: 'A value is missing',
  late: 'An ordered part comes too late',
  undecidable: 'Nobody can tell whether it was booked',
  unknown_outcome: 'Nobody can tell whether it was booked',
};

export function title_of(code: string): string {
  const known = TITLES[code];
  if (known) return known;
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function group_id(exception: Exception): string {
  return [exception.kind, exception.code, exception.flow || 'hub'].join('.');
}

/** What stops money or an order first; then what was opened last. */
const weight = (group: Group) => (group.kind === 'notice' ? 1 : 0);

export function groups_of(exceptions: readonly Exception[]): Group[] {
  const groups = new Map<string, Group>();
  for (const one of exceptions) {
    const id = group_id(one);
    let group = groups.get(id);
    if (!group) {
      group = { id, title: title_of(one.code), code: one.code, kind: one.kind, flow: one.flow ?? '', members: [] };
      groups.set(id, group);
    }
    group.members.push(one);
  }
  return [...groups.values()].sort(
    (a, b) => weight(a) - weight(b) || (a.members[0]!.opened < b.members[0]!.opened ? 1 : -1),
  );
}

/** "the sandbox ERP answered 422: only 2 PC are there" → who said it, and what. */
export function saying(reason: string): { who: string; words: string } {
  const match = /^(.{1,60}?) answered (\d{3}): (.*)$/s.exec(reason);
  return match ? { who: `${match[1]} (${match[2]})`, words: match[3]! } : { who: '', words: reason };
}
