// What the newest events say about each link: a source that is read, or a target that is written. Pure.

import type { StoredEvent } from './tail.svelte';

export interface Link {
  readonly id: string; // "in/cmms", "out/erp/cost"
  readonly direction: 'in' | 'out';
  readonly connector: string;
  readonly noun: string; // what travels: "work orders", "cost"
  count: number;
  /** And not settled since: what was replaced, sent again or given up needs nobody any more. */
  refused: number;
  /** Milliseconds: out, from the event that caused it; in, from when it happened at the source. */
  readonly delays: number[];
  readonly ticks: { count: number; refused: number }[];
  last: string;
  last_refusal: string;
}

const OUTCOMES = new Set(['booked', 'rejected', 'parked']);
export const TICKS = 48;

interface Receipt {
  key?: string; // of the command
  connector?: string;
  noun?: string;
  reason?: string;
}

interface ExceptionFacts {
  exception?: string;
  command?: string;
}

/** Takes a refusal out of the counts once its exception is closed. */
function refusals() {
  const open = new Map<string, () => void>(); // command → takes its refusal back
  const commands = new Map<string, string>(); // exception → command
  return {
    add(command: string | undefined, take_back: () => void) {
      if (command) open.set(command, take_back);
    },
    hear(type: string, facts: ExceptionFacts | null) {
      const exception = facts?.exception ?? '';
      if (type === 'exception.opened' && facts?.command) commands.set(exception, facts.command);
      if (type !== 'exception.closed') return;
      const command = commands.get(exception) ?? '';
      open.get(command)?.();
      open.delete(command);
    },
  };
}

/** Noun of a snapshot's type: "workorder.completed" → "workorder". */
const noun_of = (type: string) => type.slice(0, type.indexOf('.'));

export function links_of(events: readonly StoredEvent[], from: number, to: number): Link[] {
  const links = new Map<string, Link>();
  const recorded = new Map<string, number>();
  const tick = Math.max(1, (to - from) / TICKS);
  const link = (direction: 'in' | 'out', connector: string, noun: string): Link => {
    const id = `${direction}/${connector}/${noun}`;
    let found = links.get(id);
    if (!found) {
      const ticks = Array.from({ length: TICKS }, () => ({ count: 0, refused: 0 }));
      found = { id, direction, connector, noun, count: 0, refused: 0, delays: [], ticks, last: '', last_refusal: '' };
      links.set(id, found);
    }
    return found;
  };
  const refused_ones = refusals();
  for (const event of events) {
    const at = Date.parse(event.recorded);
    recorded.set(event.id, at);
    const outcome = event.type.slice(event.type.lastIndexOf('.') + 1);
    const receipt = event.data as Receipt | null;
    const sent = event.source === 'hub' && OUTCOMES.has(outcome) && receipt?.connector;
    if (event.source === 'hub') refused_ones.hear(event.type, event.data as ExceptionFacts | null);
    if (event.source === 'hub' && !sent) continue;
    // What a flow concluded stays within the hub.
    if (event.source === 'configuration' || event.source.startsWith('flow/') || at < from) continue;
    const one = sent
      ? link('out', receipt.connector!, receipt.noun ?? '')
      : link('in', event.source, noun_of(event.type));
    const place = one.ticks[Math.min(TICKS - 1, Math.max(0, Math.floor((at - from) / tick)))]!;
    const refused = sent && outcome !== 'booked';
    one.count++;
    place.count++;
    one.last = event.recorded;
    if (refused) {
      one.refused++;
      place.refused++;
      one.last_refusal = receipt.reason ?? '';
      refused_ones.add(receipt.key, () => {
        one.refused--;
        place.refused--;
        if (one.refused === 0) one.last_refusal = '';
      });
    }
    const began = sent ? recorded.get(event.cause ?? '') : Date.parse(event.time);
    // What a source dates long before it could tell (first load, 1970) says nothing about the link.
    if (began !== undefined && at - began >= 0 && at - began < 3_600_000) one.delays.push(at - began);
  }
  return [...links.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The q-quantile (0..1) of values by nearest rank; undefined of none. */
export function quantile(values: readonly number[], q: number): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

const NOUNS: Record<string, [one: string, many: string]> = {
  workorder: ['Work order', 'Work orders'],
  part: ['Part', 'Parts'],
  balance: ['Stock balance', 'Stock balances'],
  stock: ['Stock', 'Stock'],
  mirror: ['Stock mirror', 'Stock mirror'],
  cost: ['Cost', 'Cost postings'],
  reversal: ['Reversal', 'Reversals'],
  order: ['ERP order', 'ERP orders'],
  link: ['Order number', 'Order numbers'],
  issue: ['Goods issue', 'Goods issues'],
  issue_reversal: ['Return', 'Returns'],
  equipment: ['Equipment history', 'Equipment history'],
  reservation: ['Reservation', 'Reservations'],
  requisition: ['Requisition', 'Requisitions'],
  purchase_order: ['Purchase order', 'Purchase orders'],
  delivery: ['Delivery', 'Deliveries'],
  invoice: ['Invoice', 'Invoices'],
  transaction_link: ['Issue number', 'Issue numbers'],
  parts_state: ['Parts state', 'Parts states'],
};

const plain = (noun: string) => noun.charAt(0).toUpperCase() + noun.slice(1).replaceAll('_', ' ');
/** Of a link: "Work orders". */
export const noun_words = (noun: string) => NOUNS[noun]?.[1] ?? plain(noun);
/** Of one event: "Work order". */
export const noun_word = (noun: string) => NOUNS[noun]?.[0] ?? plain(noun);
