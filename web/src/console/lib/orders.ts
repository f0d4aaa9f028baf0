// Words and order of a work order's life.

import type { Level } from '../parts/Mark.svelte';
import type { WorkOrder } from './lists';

export const STATES = [
  'requested',
  'approved',
  'released',
  'in_progress',
  'completed',
  'closed',
  'reopened',
  'cancelled',
] as const;

const WORDS: Record<string, string> = {
  requested: 'Requested',
  approved: 'Approved',
  released: 'Released',
  in_progress: 'In progress',
  completed: 'Completed',
  closed: 'Closed',
  reopened: 'Reopened',
  cancelled: 'Cancelled',
};
export const state_words = (state: string | undefined) => (state ? (WORDS[state] ?? state) : '');

export function is_done(order: WorkOrder): boolean {
  return order.status === 'completed' || order.status === 'closed';
}
export function is_open(order: WorkOrder): boolean {
  return order.status !== undefined && !is_done(order) && order.status !== 'cancelled';
}
/** Due before now and still open. */
export function is_late(order: WorkOrder, now: number): boolean {
  return is_open(order) && order.due_at !== undefined && Date.parse(order.due_at) < now;
}

/** Where its cost stands in the ERP. */
export function cost_state(order: WorkOrder): { level: Level; text: string } {
  if (!is_done(order)) return { level: 'wait', text: 'Not due' };
  return order.settled ? { level: 'good', text: 'Posted' } : { level: 'warn', text: 'Waiting' };
}

export const posted = (order: WorkOrder) => order.totals?.[0]?.posted;
export const currency_of = (order: WorkOrder) => order.totals?.[0]?.currency ?? order.currency;
