// Rows of cost by their keys: "cost_center:CC-100|2026-11|EUR". Pure.

import * as exact from '../../shared/decimal';
import type { CostRow } from './lists';

export interface Budget {
  readonly receiver: string; // "cost_center:CC-100"
  readonly currency: string;
  readonly monthly: string; // "" where only single months have one
  readonly by_month: Readonly<Record<string, string>>;
}
export function budget_for(budgets: readonly Budget[], receiver: string, currency: string, month: string): string {
  const found = budgets.find((one) => one.receiver === receiver && one.currency === currency);
  return found ? (found.by_month[month] ?? found.monthly) : '';
}

export interface Cost {
  readonly kind: string; // "cost_center", "asset", "all", …
  readonly code: string;
  readonly receiver: string; // "cost_center:CC-100"
  readonly month: string;
  readonly currency: string;
  readonly row: CostRow;
}

export function cost_of(row: CostRow): Cost {
  const [receiver = '', month = '', currency = ''] = row.key.split('|');
  const colon = receiver.indexOf(':');
  const kind = colon < 0 ? receiver : receiver.slice(0, colon);
  return { kind, code: colon < 0 ? '' : receiver.slice(colon + 1), receiver, month, currency, row };
}

export const months_of = (costs: readonly Cost[]) =>
  [...new Set(costs.filter((one) => one.kind === 'all').map((one) => one.month))].sort();

export interface Against {
  readonly cost: Cost;
  readonly budget: string; // "" where it has none
  readonly used: number | undefined; // percent
  readonly left: string;
}

/** Receivers of one kind in a month, the dearest first, each against its budget. One without cost yet is there too. */
export function against_budget(
  costs: readonly Cost[],
  budgets: readonly Budget[],
  kind: string,
  month: string,
  currency: string,
): Against[] {
  const rows = costs.filter((one) => one.kind === kind && one.month === month && one.currency === currency);
  for (const budget of budgets) {
    if (!budget.receiver.startsWith(`${kind}:`) || budget.currency !== currency) continue;
    if (rows.some((one) => one.receiver === budget.receiver)) continue;
    const row = {
      key: `${budget.receiver}|${month}|${currency}`,
      posted: '0',
      reversed: '0',
      net: '0',
      documents: 0,
    };
    rows.push(cost_of(row));
  }
  return rows
    .map((cost): Against => {
      const budget = budget_for(budgets, cost.receiver, currency, month);
      const net = exact.parse(cost.row.net) ?? exact.ZERO;
      const limit = exact.parse(budget);
      const left = limit ? exact.text(exact.minus(limit, net)) : '';
      return { cost, budget, used: limit ? exact.percent(net, limit) : undefined, left };
    })
    .sort(
      (a, b) =>
        exact.to_number(exact.parse(b.cost.row.net) ?? exact.ZERO) -
        exact.to_number(exact.parse(a.cost.row.net) ?? exact.ZERO),
    );
}

export interface Covered {
  readonly limit: exact.Exact;
  readonly spent: exact.Exact; // of the receivers that have a budget
  readonly codes: string[];
  readonly whole: boolean; // every cost center with cost has one
}

/** The cost centers with a budget in a month and a currency, together; undefined where none has one. */
export function under_budget(
  costs: readonly Cost[],
  budgets: readonly Budget[],
  month: string,
  currency: string,
): Covered | undefined {
  const rows = against_budget(costs, budgets, 'cost_center', month, currency);
  const covered = rows.filter((one) => one.budget !== '');
  if (covered.length === 0) return undefined;
  return {
    limit: exact.sum(covered.map((one) => one.budget)),
    spent: exact.sum(covered.map((one) => one.cost.row.net)),
    codes: covered.map((one) => one.cost.code).sort(),
    whole: covered.length === rows.length,
  };
}
