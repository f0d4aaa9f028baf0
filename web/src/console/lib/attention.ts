// What needs a person, the most urgent first: money and jobs that stand still, then what will stand still soon. Pure.

import type { Level } from '../parts/Mark.svelte';
import { count } from '../../shared/format';
import type { Against } from './costs';
import { groups_of, saying } from './exceptions';
import type { Availability, Exception, WorkOrder } from './lists';
import { is_late } from './orders';

export interface Attention {
  readonly id: string;
  readonly level: Level;
  readonly what: string;
  readonly why: string;
  readonly source: string;
  readonly since: string; // time, or ""
  readonly href: string;
  readonly action: string;
}

export interface Facts {
  exceptions: readonly Exception[];
  orders: readonly WorkOrder[];
  parts: readonly Availability[];
  budgets: readonly Against[];
  channels: readonly { connector?: string; state?: string; last_error?: string; last_success?: string }[];
}

const ORDER: Record<string, number> = { crit: 0, warn: 1 };

export function attention(facts: Facts, now: number): Attention[] {
  const list: Attention[] = [];
  for (const channel of facts.channels) {
    if (channel.state === 'ok' || !channel.state) continue;
    const what = `${channel.connector} does not answer`;
    const why = channel.last_error || 'Messages wait in order; nothing is lost.';
    list.push({
      id: `channel/${channel.connector}`,
      level: 'crit',
      what,
      why,
      source: channel.connector ?? '',
      since: channel.last_success ?? '',
      href: '/sync',
      action: 'Look',
    });
  }
  for (const group of groups_of(facts.exceptions)) {
    const notice = group.kind === 'notice';
    const newest = group.members[0]!;
    const what =
      group.members.length === 1
        ? `${group.title}: ${newest.subject}`
        : `${count(group.members.length, 'message')}: ${group.title}`;
    list.push({
      id: group.id,
      level: notice ? 'warn' : 'crit',
      what,
      why: saying(newest.reason).words,
      source: group.flow.replaceAll('_', ' '),
      since: group.members.at(-1)!.opened,
      href: `/exceptions/${encodeURIComponent(group.id)}`,
      action: notice ? 'Answer' : 'Fix and replay',
    });
  }
  for (const one of facts.budgets) {
    if (one.used === undefined || one.used < 80) continue;
    const over = one.used >= 100;
    list.push({
      id: `budget/${one.cost.receiver}`,
      level: over ? 'crit' : 'warn',
      what: `${one.cost.code} has used ${one.used.toFixed(0)}% of its budget`,
      why: over ? 'Further jobs go above it.' : 'Look at what is still to come this month.',
      source: 'budget',
      since: '',
      href: '/cost',
      action: 'See cost',
    });
  }
  const short = facts.parts.filter((row) => row.lines.some((line) => line.state === 'none' || line.state === 'late'));
  if (short.length) {
    const names = short
      .slice(0, 3)
      .map((row) => row.work_order)
      .join(', ');
    const rest = short.length > 3 ? ` and ${short.length - 3} more` : '';
    list.push({
      id: 'parts',
      level: 'warn',
      what: `${count(short.length, 'order')} without all parts`,
      why: `${names}${rest}: a part is late or not ordered.`,
      source: 'parts',
      since: '',
      href: '/parts?state=short',
      action: 'Plan parts',
    });
  }
  const late = facts.orders.filter((order) => is_late(order, now));
  if (late.length) {
    const names = late
      .slice(0, 3)
      .map((order) => order.number)
      .join(', ');
    list.push({
      id: 'late',
      level: 'warn',
      what: `${count(late.length, 'order')} past the due date`,
      why: names,
      source: 'CMMS',
      since: late[0]!.due_at ?? '',
      href: '/orders?state=late',
      action: 'See orders',
    });
  }
  return list.sort((a, b) => (ORDER[a.level] ?? 2) - (ORDER[b.level] ?? 2));
}
