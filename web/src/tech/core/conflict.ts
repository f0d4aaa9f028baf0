// Somebody else was faster: what to do with a value of ours that the hub did not take (UX: offline rule 4).

import { compare, is_decimal } from './decimal';
import type { Action, Job } from './types';

/** drop: both say the same, nothing is left to do; retry: theirs touches something else, ours goes on the new version;
 *  ask: a person decides between two values. */
export type Verdict = { do: 'drop' } | { do: 'retry' } | { do: 'ask'; ours: string; theirs: string; what: string };

const same = (a: string | undefined, b: string | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && is_decimal(a) && is_decimal(b) && compare(a, b) === 0);

const NO_MORE_WORK = new Set(['cancelled', 'closed', 'completed']);

/** `before`: the order as this phone knew it from the hub when the action was made. */
export function judge(action: Action, before: Job, current: Job): Verdict {
  if (action.kind === 'check') return judge_check(action, before, current);
  if (action.kind === 'failure') {
    const theirs = current.failure;
    const keys = ['mode', 'mechanism', 'cause'] as const;
    if (keys.every((key) => same(action[key], theirs?.[key]))) return { do: 'drop' };
    if (keys.every((key) => same(before.failure?.[key], theirs?.[key]))) return { do: 'retry' };
    const text = (f: Job['failure']) => keys.map((key) => f?.[key] ?? 'none').join(' / ');
    return { do: 'ask', ours: text(action), theirs: text(theirs), what: 'failure' };
  }
  return judge_status(action, current);
}

function judge_check(action: Action, before: Job, current: Job): Verdict {
  const of = (job: Job) => job.checklist?.find((s) => s.step === action.step);
  const [was, now] = [of(before), of(current)];
  if (!now) return { do: 'ask', ours: action.value ?? '', theirs: 'no such step any more', what: 'step' };
  if (same(now.value, action.value)) return { do: 'drop' };
  if (same(now.value, was?.value) && !NO_MORE_WORK.has(current.status)) return { do: 'retry' };
  if (same(now.value, was?.value)) {
    return { do: 'ask', ours: action.value ?? '', theirs: `order is ${current.status}`, what: 'status' };
  }
  return { do: 'ask', ours: action.value ?? '', theirs: now.value ?? 'empty', what: 'step' };
}

/** Completed beats in progress; cancelled asks. */
function judge_status(action: Action, current: Job): Verdict {
  const ours =
    { start: 'start work', pause: 'pause work', finish: 'completed' }[action.kind as string] ?? action.kind;
  if (action.kind === 'finish' && (current.status === 'completed' || current.status === 'closed'))
    return { do: 'drop' };
  if (action.kind === 'pause' && NO_MORE_WORK.has(current.status) && current.status !== 'cancelled')
    return { do: 'drop' };
  if (action.kind === 'start' && current.status === 'in_progress') return { do: 'retry' };
  if (NO_MORE_WORK.has(current.status))
    return { do: 'ask', ours, theirs: `order is ${current.status}`, what: 'status' };
  return { do: 'retry' };
}
