// What an action does to the order on the phone. Pure: the same order and actions always give the same picture.

import { compare, negate } from './decimal';
import type { Action, Item, Job } from './types';

const SETS_VALUE = new Set(['start', 'pause', 'finish', 'check', 'failure']);

/** Whether somebody else's value could be overwritten; what only adds a fact never conflicts (UX: offline rule 3). */
export function sets_value(action: Action): boolean {
  return SETS_VALUE.has(action.kind);
}

const same_number = (a: string | undefined, b: string | undefined) =>
  a !== undefined && b !== undefined && compare(a, b) === 0;

/** How many facts equal to this action's the order shows. */
export function count_equal(job: Job, a: Action, me: string): number {
  switch (a.kind) {
    case 'note':
      return (job.notes ?? []).filter((n) => n.text === (a.note ?? a.text)).length;
    case 'photo':
      return (job.attachments ?? []).filter((x) => x.id === a.photo).length;
    case 'signature':
      return (job.signatures ?? []).filter((s) => s.name === a.name).length;
    case 'reading':
      return (job.meters ?? []).filter((m) => m.meter === a.meter && m.value === a.value).length;
    case 'labor':
      return (job.labor ?? []).filter((l) => l.person === me && same_number(l.hours, a.hours)).length;
    case 'part':
    case 'return': {
      const moved = a.kind === 'part' ? a.quantity : negate(a.quantity ?? '0');
      return (job.used ?? []).filter((u) => u.part === a.part && same_number(u.quantity, moved)).length;
    }
    default:
      return 0;
  }
}

/** The order with `item` in it; the same order where it holds it already. */
export function apply(job: Job, item: Pick<Item, 'body' | 'seen' | 'id'>, me: string): Job {
  const a = item.body;
  if (!sets_value(a) && count_equal(job, a, me) > item.seen) return job;
  switch (a.kind) {
    case 'start':
      return {
        ...job,
        status: 'in_progress',
        started_at: job.started_at ?? a.at,
        working: [...new Set([...(job.working ?? []), me])],
      };
    case 'pause':
      return { ...job, working: (job.working ?? []).filter((who) => who !== me) };
    case 'finish':
      return { ...job, status: 'completed', working: [] };
    case 'check':
      return {
        ...job,
        checklist: (job.checklist ?? []).map((s) =>
          s.step === a.step ? { ...s, value: a.value, done_by: me, done_at: a.at } : s,
        ),
      };
    case 'failure':
      return { ...job, failure: { mode: a.mode, mechanism: a.mechanism, cause: a.cause, remedy: a.remedy } };
    default:
      return with_fact(job, item, me);
  }
}

function with_fact(job: Job, item: Pick<Item, 'body' | 'id'>, me: string): Job {
  const a = item.body;
  switch (a.kind) {
    case 'note':
      return { ...job, notes: [...(job.notes ?? []), { text: a.note ?? a.text ?? '', by: me, at: a.at }] };
    case 'photo':
      return {
        ...job,
        attachments: [...(job.attachments ?? []), { id: a.photo, caption: a.caption, by: me, at: a.at }],
      };
    case 'signature':
      return { ...job, signatures: [...(job.signatures ?? []), { name: a.name, by: me, at: a.at }] };
    case 'labor':
      return { ...job, labor: [...(job.labor ?? []), { person: me, craft: a.craft, hours: a.hours ?? '0' }] };
    case 'reading':
      return {
        ...job,
        meters: [
          ...(job.meters ?? []).filter((m) => m.meter !== a.meter),
          { meter: a.meter, value: a.value, unit: a.unit },
        ],
      };
    case 'part':
    case 'return': {
      const quantity = a.kind === 'part' ? a.quantity : negate(a.quantity ?? '0');
      const used = { transaction: item.id, part: a.part, quantity, unit: a.unit, storeroom: a.storeroom };
      return { ...job, used: [...(job.used ?? []), used] };
    }
    default:
      return job;
  }
}

/** What the hub told with everything of this phone that may not be in it yet, in the order in which it was done. */
export function replay(base: Job, items: readonly Item[], me: string): Job {
  return [...items]
    .sort((a, b) => a.seq - b.seq)
    .filter((item) => item.order === base.number && counts(item, base))
    .reduce((job, item) => apply(job, item, me), base);
}

/** A set value that the CMMS has stops counting when the hub tells a newer version: that one is the truth. */
function counts(item: Item, base: Job): boolean {
  if (item.state === 'conflict' || item.state === 'needs_you') return false;
  const there = item.state === 'sent' || item.state === 'posted';
  return !(there && sets_value(item.body) && base.version > (item.sent_version ?? 0));
}
