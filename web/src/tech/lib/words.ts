// How facts read on the phone. Each state has its own text: on this phone is not sent, sent is not posted.

import { posts } from '../core/sender';
import type { Item, Job } from '../core/types';

const two = (n: number) => String(n).padStart(2, '0');

export function clock(time: number | string | undefined): string {
  if (time === undefined || time === '') return '';
  const at = new Date(time);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** "0:42:17" */
export function stopwatch(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

export function due(job: Job, now: number): { text: string; late: boolean; soon: boolean } {
  if (!job.due_at) return { text: '', late: false, soon: false };
  const at = Date.parse(job.due_at);
  const left = at - now;
  const same_day = new Date(at).toDateString() === new Date(now).toDateString();
  const day = new Date(at).toLocaleDateString(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
  const late = left < 0;
  const soon = left < 4 * 3600_000;
  if (late) return { text: `Was due ${same_day ? clock(at) : day}`, late, soon };
  return { text: same_day ? `Due ${clock(at)}, ${span(left)}` : `Due ${day}`, late, soon };
}

function span(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function things(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

export function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function where_is(item: Item, reachable: boolean, now: number): string {
  switch (item.state) {
    case 'waiting':
      if (item.hold) return 'Saved on this phone. It goes with the start of the work';
      if (item.why) return `${item.why} It tries again${item.next_at > now ? ` at ${clock(item.next_at)}` : ' now'}.`;
      return reachable ? 'Sending now' : 'Saved on this phone';
    case 'received':
      return 'Sent. The hub has it, the maintenance system follows';
    case 'sent':
      return posts(item.body)
        ? 'In the maintenance system. The ERP follows'
        : (item.why ?? 'In the maintenance system');
    case 'posted':
      return item.erp_document ? `Posted in the ERP, document ${item.erp_document}` : 'Posted in the ERP';
    case 'conflict':
      return 'Somebody else was faster';
    case 'needs_you':
      return item.why ?? 'It was refused';
  }
}

const PARTS: Record<string, string> = {
  available: 'Parts ready',
  partly: 'Parts partly there',
  due_on: 'Parts on order',
  late: 'Parts late',
  none: 'Parts missing',
};
export const parts_words = (job: Job): string => PARTS[job.parts_state ?? ''] ?? '';

/** "5.000" reads "5": zeros at the end say nothing about a count. */
export function quantity(text: string | undefined): string {
  if (!text) return '';
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
