// What the phone keeps. Shapes of the hub come from schemas/openapi.yaml; the rest is the phone's own.

import type { Schemas } from '../../shared/api/client';

export type Job = Schemas['Job'];
export type Step = NonNullable<Job['checklist']>[number];
export type Action = Schemas['Action'];
export type ActionState = Schemas['ActionState'];
export type Codes = Schemas['FailureCodes'];
export type Kind = Action['kind'];

/** One order on the phone: what the hub told last, and the same with what was done here and is not yet in it. */
export interface LocalOrder {
  number: string;
  base: Job;
  local: Job;
  timer: Timer;
}

/** Own working time on one order. Whole milliseconds of the phone's clock. */
export interface Timer {
  running_since: number | null;
  spent_ms: number; // before running_since, already turned into labor or not
}

/** waiting: on this phone; received: on the hub's disk; sent: the CMMS has it; posted: the ERP has booked it.
 *  conflict: somebody else set the value first; needs_you: refused, nothing more happens without a person. */
export type ItemState = 'waiting' | 'received' | 'sent' | 'posted' | 'conflict' | 'needs_you';

/** One thing that was done. `id` is its Idempotency-Key for every try. */
export interface Item {
  id: string;
  seq: number; // order in which it was done on this phone
  order: string; // "" for a fault report
  lane: string; // items of one lane go one after the other
  body: Action;
  base_version: number | null; // goes as If-Match, only of actions that set a value
  before: Job | null; // what it changes, as the hub had told it then: a later download must not hide a conflict
  hold?: boolean; // a step confirmed before the start: it goes with the start, since before it the CMMS takes none
  seen: number; // equal facts that the order showed before this one: tells when the hub's copy holds it
  photos: string[]; // uploaded before the action itself
  state: ItemState;
  tries: number;
  next_at: number; // not before (phone's clock, ms)
  changed_at: number;
  label: string; // in the words of the screen
  why?: string; // why it was refused, or what the last try said
  code?: string;
  current?: Job; // of a conflict: the order as the hub has it
  sent_version?: number; // version of the hub's copy when we learned that the CMMS has it
  document?: string;
  erp_document?: string;
}

export interface Photo {
  id: string;
  order: string;
  type: 'image/jpeg' | 'image/png' | 'image/webp';
  bytes: ArrayBuffer;
  sha256: string;
  taken_at: string;
  caption: string;
  received: number; // bytes that the hub has said it has
  complete: boolean;
}

/** An earlier order of an asset, for its history. */
export interface Past {
  number: string;
  asset: string;
  title: string;
  status: string;
  completed_at: string;
}
