// Sends the outbox. Every try of an item carries its id as Idempotency-Key, so a repeat after a lost answer, a killed
// browser or a killed hub makes no second effect. One tab sends at a time.

import { judge } from './conflict';
import type { Database } from './db';
import { refresh } from './outbox';
import type { Action, ActionState, Item, Job } from './types';
import { upload } from './upload';

export interface Answer {
  status: number; // 0: no answer
  body: unknown;
  retry_after_s?: number;
}

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  headers?: Record<string, string>;
  json?: unknown;
  bytes?: ArrayBuffer;
}

export type Wire = (call: Call) => Promise<Answer>;

export interface Surroundings {
  db: Database;
  wire: Wire;
  now: () => number;
  random: () => number; // [0, 1)
  /** Runs `work` while no other tab does; false where one does already. */
  alone: (work: () => Promise<void>) => Promise<boolean>;
  changed: () => void; // something of the outbox is different now
  pictures_allowed: () => boolean;
}

/** ready: everything that could go has gone; sign_in: the hub wants a sign-in; away: the network or the hub is. */
export type Outcome = 'ready' | 'sign_in' | 'away' | 'busy';

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;
const RETRIES_ON_NEWER = 5;
const STORES = ['orders', 'outbox', 'photos', 'meta'] as ['orders', 'outbox', 'photos', 'meta'];

export function backoff_ms(tries: number, random: number): number {
  const ceiling = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(tries, 10));
  return ceiling / 2 + (random * ceiling) / 2;
}

/** The items that may go now: the first open one of each lane, unless it is stuck or waits for its time. */
export function next_items(items: readonly Item[], now: number, pictures: boolean): Item[] {
  const seen = new Set<string>();
  const ready: Item[] = [];
  for (const item of [...items].sort((a, b) => a.seq - b.seq)) {
    if (item.hold || item.state === 'received' || item.state === 'sent' || item.state === 'posted') continue;
    if (seen.has(item.lane)) continue;
    seen.add(item.lane);
    if (item.state !== 'waiting' || item.next_at > now) continue;
    if (item.photos.length && !pictures) continue;
    ready.push(item);
  }
  return ready;
}

export class Sender {
  constructor(readonly at: Surroundings) {}

  /** `pressing`: a person asked for it, so waiting times are passed over. */
  async flush(pressing = false): Promise<Outcome> {
    let outcome: Outcome = 'busy';
    await this.at.alone(async () => {
      if (pressing) await this.#hurry();
      outcome = await this.#send_all();
      if (outcome === 'ready') outcome = await this.#follow();
    });
    return outcome;
  }

  async #hurry(): Promise<void> {
    for (const item of await this.#items()) {
      if (item.state === 'waiting' && item.next_at > 0) await this.#put({ ...item, next_at: 0 });
    }
  }

  async #items(): Promise<Item[]> {
    return this.at.db.getAllFromIndex('outbox', 'by_seq');
  }

  async #send_all(): Promise<Outcome> {
    let away = false;
    for (;;) {
      const ready = next_items(await this.#items(), this.at.now(), this.at.pictures_allowed());
      if (!ready.length) return away ? 'away' : 'ready';
      for (const item of ready) {
        const outcome = await this.#send(item);
        if (outcome === 'sign_in') return 'sign_in';
        if (outcome === 'away') return 'away'; // the others would find the same
        if (outcome === 'busy') away = true;
      }
    }
  }

  async #send(item: Item): Promise<Outcome> {
    for (const id of item.photos) {
      const photo = await this.at.db.get('photos', id);
      if (!photo || photo.complete) continue;
      const uploaded = await upload(this.at, photo);
      if (uploaded.status < 200 || uploaded.status > 299) {
        // What gets on, if only by a part, is not made to wait longer and longer.
        const got_on = ((await this.at.db.get('photos', id))?.received ?? 0) > photo.received;
        return this.#refused(got_on ? { ...item, tries: 0 } : item, uploaded);
      }
    }
    const headers: Record<string, string> = { 'Idempotency-Key': item.id };
    if (item.base_version !== null) headers['If-Match'] = `"${item.base_version}"`;
    const answer = await this.at.wire({
      method: 'POST',
      path: '/api/v1/technician/actions',
      headers,
      json: item.body,
    });
    if (answer.status === 200 || answer.status === 202) {
      await this.#take(item, answer.body as ActionState);
      return 'ready';
    }
    return this.#refused(item, answer);
  }

  async #refused(item: Item, answer: Answer): Promise<Outcome> {
    const said = (answer.body ?? {}) as { code?: string; detail?: string; title?: string; current?: Job };
    if (answer.status === 401) return 'sign_in';
    const passing = answer.status === 0 || answer.status >= 500 || [408, 409, 425, 429].includes(answer.status);
    if (passing) {
      const wait = Math.max((answer.retry_after_s ?? 0) * 1000, backoff_ms(item.tries, this.at.random()));
      const why =
        answer.status === 0 ? undefined : (said.detail ?? said.title ?? `The hub answered ${answer.status}.`);
      await this.#put({ ...item, tries: item.tries + 1, next_at: this.at.now() + wait, why });
      return answer.status === 0 ? 'away' : 'busy';
    }
    if (answer.status === 412 && said.current) {
      await this.#stale(item, said.current, said.code ?? '');
      return 'ready';
    }
    const why = said.detail ?? said.title ?? `The hub answered ${answer.status}.`;
    await this.#put({ ...item, state: 'needs_you', tries: item.tries + 1, why, code: said.code });
    return 'ready';
  }

  async #stale(item: Item, current: Job, code: string): Promise<void> {
    const verdict = judge(item.body, item.before ?? current, current);
    if (verdict.do === 'drop') {
      const done = { ...item, state: 'sent' as const, why: 'It was so already.', sent_version: current.version };
      return this.#put(done, current);
    }
    if (verdict.do === 'retry' && item.tries < RETRIES_ON_NEWER) {
      return this.#put({ ...item, tries: item.tries + 1, base_version: current.version }, current);
    }
    await this.#put({ ...item, state: 'conflict', current, code }, current);
  }

  /** What the hub says about what it has: on its way, in the CMMS, in the ERP, or refused there. */
  async #follow(): Promise<Outcome> {
    const open = (await this.#items()).filter((i) => i.state === 'received' || (i.state === 'sent' && posts(i.body)));
    for (let from = 0; from < open.length; from += 50) {
      const some = open.slice(from, from + 50);
      const ids = some.map((item) => item.id).join(',');
      const answer = await this.at.wire({ method: 'GET', path: `/api/v1/technician/actions?ids=${ids}&limit=100` });
      if (answer.status === 401) return 'sign_in';
      if (answer.status !== 200) return 'away';
      const states = new Map((answer.body as { actions: ActionState[] }).actions.map((state) => [state.id, state]));
      for (const item of some) {
        const state = states.get(item.id);
        if (state) await this.#take(item, state);
      }
    }
    return 'ready';
  }

  async #take(item: Item, said: ActionState): Promise<void> {
    const state = STATES[said.state];
    const told = { why: said.reason, document: said.document, erp_document: said.erp_document };
    const next: Item = { ...item, ...told, state, next_at: 0 };
    if (same(item, next)) return;
    if (state === 'sent' || state === 'posted') {
      next.sent_version ??= (await this.at.db.get('orders', item.order))?.base.version;
    }
    if (said.state === 'conflict') next.current = (await this.at.db.get('orders', item.order))?.base;
    await this.#put(next);
  }

  async #put(item: Item, base?: Job): Promise<void> {
    const tx = this.at.db.transaction(STORES, 'readwrite');
    // A person may have let go of it meanwhile.
    if (await tx.objectStore('outbox').get(item.id)) {
      await tx.objectStore('outbox').put({ ...item, changed_at: this.at.now() });
      await refresh(tx, item.order, base);
    }
    await tx.done;
    this.at.changed();
  }
}

const STATES: Record<ActionState['state'], Item['state']> = {
  received: 'received',
  sent: 'sent',
  posted: 'posted',
  refused: 'needs_you',
  conflict: 'conflict',
  needs_person: 'needs_you',
};

const POSTS = new Set(['part', 'return', 'labor', 'finish']);
/** Whether the ERP books something for it: then "sent" is not the end. */
export function posts(action: Action): boolean {
  return POSTS.has(action.kind);
}

function same(a: Item, b: Item): boolean {
  return a.state === b.state && a.document === b.document && a.erp_document === b.erp_document && a.why === b.why;
}
