// The checklist of an order: which step comes, what blocks the start, whether a value is within its limits.

import { compare, is_decimal } from './decimal';
import type { Job, Step } from './types';

const SAFETY_WORDS = [
  '\\block(ed)?[\\s-]?out',
  '\\bloto\\b',
  '\\btag(ged)?[\\s-]?out',
  '\\bpermit\\b',
  '\\bisolat(e|ed|ion)\\b',
  'de-?energi[sz]',
  'pressure released',
  '\\bdrained\\b',
];
const SAFETY = new RegExp(SAFETY_WORDS.join('|'), 'i');

/** A step that makes the work safe. The contract has no kind of its own for it: its words tell. */
export function is_safety(step: Step): boolean {
  return step.type === 'check' && SAFETY.test(step.text);
}

/** Safety steps at the head of the list that are not confirmed: work does not start before they are. */
export function blocks_start(job: Job): Step[] {
  const steps = job.checklist ?? [];
  const first_other = steps.findIndex((step) => !is_safety(step));
  const head = first_other < 0 ? steps : steps.slice(0, first_other);
  return head.filter((step) => step.value !== 'yes' && step.value !== 'na');
}

export function is_done(step: Step): boolean {
  return step.value !== undefined && step.value !== '';
}

/** Required steps that are not filled in. */
export function missing(job: Job): Step[] {
  return (job.checklist ?? []).filter((step) => step.required !== false && !is_done(step));
}

/** The first step that is not done; undefined when all are. */
export function next_step(job: Job): Step | undefined {
  return job.checklist?.find((step) => !is_done(step));
}

export type Reading = 'empty' | 'no_number' | 'below' | 'above' | 'within' | 'no_limit';

export function judge_reading(step: Pick<Step, 'min' | 'max'>, value: string): Reading {
  if (value === '') return 'empty';
  if (!is_decimal(value)) return 'no_number';
  if (step.min !== undefined && compare(value, step.min) < 0) return 'below';
  if (step.max !== undefined && compare(value, step.max) > 0) return 'above';
  return step.min === undefined && step.max === undefined ? 'no_limit' : 'within';
}
