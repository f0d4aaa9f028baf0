// Cost by day of a month, from the booked documents. Pure.

import * as exact from '../../shared/decimal';
import type { Schemas } from '../../shared/api/client';

type Booked = Schemas['BookedDocument'];
const COST = new Set(['cost', 'reversal', 'issue', 'issue_reversal']);

/** Documents that carry cost in a currency; accruals are none. */
export function is_cost(one: Booked, currency: string): boolean {
  return COST.has(one.noun) && one.amount !== undefined && one.currency === currency;
}

/** Totals at the end of each day on which something was posted, ascending, beginning with day 1. */
export function by_day(
  documents: readonly Booked[],
  currency: string,
): { day: number; total: number; exact: string }[] {
  const days = new Map<number, exact.Exact>([[1, exact.ZERO]]);
  for (const one of documents) {
    if (!is_cost(one, currency)) continue;
    const day = Number(one.date.slice(8, 10));
    days.set(day, exact.add(days.get(day) ?? exact.ZERO, exact.parse(one.amount!) ?? exact.ZERO));
  }
  let total = exact.ZERO;
  return [...days.entries()]
    .sort((a, b) => a[0] - b[0])
    .map(([day, amount]) => {
      total = exact.add(total, amount);
      return { day, total: exact.to_number(total), exact: exact.text(total) };
    });
}
