// Key figures of maintenance from work orders. Each says how it is computed and which orders stand behind it. Pure.
//
// The clocks are those of the CMMS: reported = requested, begun = first start, ended = completion. Operating time is
// not told by any source yet, so time between failures counts calendar time without downtime; the texts say so.

import * as exact from '../../shared/decimal';
import type { WorkOrder } from './lists';

export interface Figure {
  readonly id: string;
  readonly name: string;
  readonly value: number | undefined; // hours or percent; undefined: nothing to compute from
  readonly unit: 'h' | '%' | '';
  readonly at_least?: boolean; // no failure seen: it is longer than this
  readonly how: string; // the definition, with its version
  readonly orders: WorkOrder[]; // the records behind it
}

const HOUR = 3_600_000;
const CORRECTIVE = new Set(['corrective', 'emergency', 'breakdown', 'repair']);
const PLANNED = new Set(['preventive', 'inspection', 'condition_based', 'predictive', 'calibration']);

export const is_failure = (order: WorkOrder) =>
  CORRECTIVE.has(order.order_type ?? '') && order.status !== 'cancelled';
const time = (text: string | undefined) => (text ? Date.parse(text) : NaN);

function mean(values: readonly number[]): number | undefined {
  return values.length ? values.reduce((a, b) => a + b, 0) / values.length : undefined;
}

/** Orders with both times, and the hours between them. */
function spans(
  orders: readonly WorkOrder[],
  from: keyof WorkOrder,
  to: keyof WorkOrder,
): { order: WorkOrder; hours: number }[] {
  return orders
    .map((order) => ({ order, hours: (time(order[to] as string) - time(order[from] as string)) / HOUR }))
    .filter((one) => one.hours >= 0);
}

export function within(orders: readonly WorkOrder[], from: number, to: number): WorkOrder[] {
  return orders.filter((order) => {
    const at = time(order.requested_at ?? order.completed_at);
    return at >= from && at < to;
  });
}

function labor(orders: readonly WorkOrder[]): exact.Exact {
  return exact.sum(orders.map((order) => order.hours));
}

/** Figures of the orders of one asset (or of many, then `assets` is how many) in the window. */
export function figures(all: readonly WorkOrder[], from: number, to: number, assets = 1): Figure[] {
  const orders = within(all, from, to);
  const failures = orders.filter(is_failure);
  const repairs = spans(failures, 'started_at', 'completed_at');
  const down = spans(failures, 'requested_at', 'completed_at');
  const answered = spans(failures, 'requested_at', 'started_at');
  const window = ((to - from) / HOUR) * assets;
  const up = Math.max(0, window - down.reduce((sum, one) => sum + one.hours, 0));
  const mttr = mean(repairs.map((one) => one.hours));
  const mtbf = failures.length ? up / failures.length : up;
  const due = orders.filter((order) => PLANNED.has(order.order_type ?? '') && (order.plan_due ?? order.due_at));
  const due_by = (order: WorkOrder) => time(order.plan_due ? `${order.plan_due}T23:59:59.999Z` : order.due_at);
  const over = due.filter((order) => order.completed_at || due_by(order) < to);
  const kept = over.filter((order) => time(order.completed_at) <= due_by(order));
  const worked = orders.filter((order) => order.hours);
  const reactive = exact.percent(labor(worked.filter(is_failure)), labor(worked));
  const of = (list: { order: WorkOrder }[]) => list.map((one) => one.order);
  return [
    {
      id: 'mttr',
      name: 'Mean time to repair',
      value: mttr,
      unit: 'h',
      how: 'From first start to completion of corrective orders, preventive work left out. Version 1.',
      orders: of(repairs),
    },
    {
      id: 'mdt',
      name: 'Mean downtime',
      value: mean(down.map((one) => one.hours)),
      unit: 'h',
      how: 'From report to completion of corrective orders, waiting included. Version 1.',
      orders: of(down),
    },
    {
      id: 'mtta',
      name: 'Mean time to begin',
      value: mean(answered.map((one) => one.hours)),
      unit: 'h',
      how: 'From report to first start of corrective orders. Version 1.',
      orders: of(answered),
    },
    {
      id: 'mtbf',
      name: 'Mean time between failures',
      value: mtbf,
      unit: 'h',
      at_least: failures.length === 0,
      how: 'Calendar time without downtime by corrective orders reported; operating hours are unknown. Version 1.',
      orders: failures,
    },
    {
      id: 'availability',
      name: 'Inherent availability',
      value: mttr === undefined ? undefined : (100 * mtbf) / (mtbf + mttr),
      unit: '%',
      how: 'Time between failures by itself plus time to repair. Version 1.',
      orders: failures,
    },
    {
      id: 'pm',
      name: 'Planned work on time',
      value: over.length ? (100 * kept.length) / over.length : undefined,
      unit: '%',
      how: 'Preventive orders completed by their due day, of those that are completed or past it. Version 1.',
      orders: over,
    },
    {
      id: 'reactive',
      name: 'Reactive work',
      value: reactive,
      unit: '%',
      how: 'Labor hours on corrective orders of all labor hours. Version 1.',
      orders: worked,
    },
  ];
}

/** "1.8" and "h"; below an hour in minutes or seconds. "–" where there is nothing to compute from. */
export function figure_value(figure: Figure): { text: string; unit: string } {
  if (figure.value === undefined) return { text: '–', unit: '' };
  let { value, unit }: { value: number; unit: string } = { value: figure.value, unit: figure.unit };
  if (unit === 'h' && value > 0 && value < 1 / 60) [value, unit] = [value * 3600, 's'];
  else if (unit === 'h' && value > 0 && value < 1) [value, unit] = [value * 60, 'min'];
  const shown = value >= 100 ? Math.round(value).toString() : value.toFixed(1);
  return { text: `${figure.at_least ? '> ' : ''}${unit === '%' && value >= 100 ? '100' : shown}`, unit };
}

export function figure_text(figure: Figure): string {
  const { text, unit } = figure_value(figure);
  return unit ? `${text} ${unit}` : text;
}
