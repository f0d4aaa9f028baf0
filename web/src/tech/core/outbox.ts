// What was done on this phone, on its way. One transaction changes the order on the phone and appends to the outbox, so
// that neither is there without the other, whenever the browser is closed.

import { apply, count_equal, replay, sets_value } from './apply';
import type { Database, Write } from './db';
import { get_meta } from './db';
import { hours_of } from './decimal';
import type { Action, Item, Job, LocalOrder, Photo } from './types';
import { uuid7 } from './uuid7';

export const APP = 'tieline-tech/1';

export interface Doing {
  body: Omit<Action, 'at' | 'work_order' | 'app' | 'clock_offset_ms'>;
  order: string; // "" for a fault report
  label: string;
  photos?: Photo[]; // new pictures that go with it
}

const STARTED = new Set<Job['status']>(['in_progress', 'reopened']);
const STORES = ['orders', 'outbox', 'photos', 'meta'] as const;
type Tx = Write<['orders', 'outbox', 'photos', 'meta']>;

export class Outbox {
  constructor(
    readonly db: Database,
    readonly now: () => number = Date.now,
    readonly new_id: () => string = () => uuid7(now()),
  ) {}

  /** Durable when it resolves. Several in one call are kept together or not at all. */
  async add(...doings: Doing[]): Promise<Item[]> {
    const tx = this.#begin();
    return this.#commit(tx, () => this.#append_all(tx, doings));
  }

  /** Begins own time on `order`; time that runs on another order is paused there, with its labor. */
  async start(order: string, craft: string): Promise<Item[]> {
    const tx = this.#begin();
    return this.#commit(tx, async () => {
      const items: Item[] = [];
      for (const other of await tx.objectStore('orders').getAll()) {
        if (other.timer.running_since === null || other.number === order) continue;
        items.push(...(await this.#stop(tx, other, craft, 'pause')));
      }
      const mine = await this.#order(tx, order);
      if (mine.timer.running_since !== null) return items;
      mine.timer = { ...mine.timer, running_since: this.now() };
      await tx.objectStore('orders').put(mine);
      items.push(...(await this.#append_all(tx, [{ order, body: { kind: 'start' }, label: `Started ${order}` }])));
      await this.#let_go_behind(tx, order);
      return items;
    });
  }

  /** Stops own time; the hours since the start become labor. */
  async pause(order: string, craft: string): Promise<Item[]> {
    const tx = this.#begin();
    return this.#commit(tx, async () => this.#stop(tx, await this.#order(tx, order), craft, 'pause'));
  }

  /** Closes the order: time, then what `before` says (signature, failure), then the close-out itself. */
  async finish(order: string, craft: string, before: Doing[], last: Doing): Promise<Item[]> {
    const tx = this.#begin();
    return this.#commit(tx, async () => {
      const stopped = await this.#stop(tx, await this.#order(tx, order), craft, null);
      return [...stopped, ...(await this.#append_all(tx, [...before, last]))];
    });
  }

  /** All of them, oldest first. */
  items(): Promise<Item[]> {
    return this.db.getAllFromIndex('outbox', 'by_seq');
  }

  /** Sends it again with the same id. */
  async again(id: string): Promise<void> {
    await this.#change(id, (item) => ({ ...item, state: 'waiting', tries: 0, next_at: 0, why: undefined }));
  }

  /** A person keeps the own value against the newer one: it goes on that version, under a new id, since the hub has
   *  answered the old one for good. */
  async keep_mine(id: string): Promise<void> {
    const tx = this.#begin();
    await this.#commit(tx, async () => {
      const item = await tx.objectStore('outbox').get(id);
      if (!item?.current) return [];
      await tx.objectStore('outbox').delete(id);
      const again = { ...item, id: this.new_id(), state: 'waiting' as const, tries: 0, next_at: 0 };
      again.base_version = item.current.version;
      again.before = touched(item.current, item.body);
      again.current = again.why = again.code = undefined;
      await tx.objectStore('outbox').put(again);
      await refresh(tx, item.order, item.current);
      return [again];
    });
  }

  /** A person lets go of what was not accepted. Only for items that are stuck: nothing else is ever removed here. */
  async drop(id: string): Promise<void> {
    const tx = this.#begin();
    await this.#commit(tx, async () => {
      const item = await tx.objectStore('outbox').get(id);
      if (!item || (item.state !== 'conflict' && item.state !== 'needs_you')) return [];
      await tx.objectStore('outbox').delete(id);
      for (const photo of item.photos) await tx.objectStore('photos').delete(photo);
      await refresh(tx, item.order, item.current);
      return [];
    });
  }

  /** What was confirmed before the start goes behind it. */
  async #let_go_behind(tx: Tx, order: string): Promise<void> {
    const items = await tx.objectStore('outbox').index('by_order').getAll(order);
    for (const item of items.filter((one) => one.hold).sort((a, b) => a.seq - b.seq)) {
      await tx.objectStore('outbox').put({ ...item, seq: await this.#next_seq(tx), hold: false });
    }
  }

  async #next_seq(tx: Tx): Promise<number> {
    const seq = (((await tx.objectStore('meta').get('seq')) as number | undefined) ?? 0) + 1;
    await tx.objectStore('meta').put(seq, 'seq');
    return seq;
  }

  #begin(): Tx {
    return this.db.transaction([...STORES] as ['orders', 'outbox', 'photos', 'meta'], 'readwrite', {
      durability: 'strict',
    });
  }

  async #commit<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
    try {
      const done = await work();
      await tx.done;
      return done;
    } catch (failed) {
      try {
        tx.abort();
      } catch {
        // it is over already
      }
      await tx.done.catch(() => undefined);
      throw failed;
    }
  }

  async #order(tx: Tx, number: string): Promise<LocalOrder> {
    const order = await tx.objectStore('orders').get(number);
    if (!order) throw new Error(`${number} is not on this phone. Open Work and refresh it.`);
    return order;
  }

  async #stop(tx: Tx, order: LocalOrder, craft: string, then: 'pause' | null): Promise<Item[]> {
    const since = order.timer.running_since;
    if (since === null) return [];
    const ended = Math.max(since, this.now());
    order.timer = { running_since: null, spent_ms: order.timer.spent_ms + (ended - since) };
    await tx.objectStore('orders').put(order);
    const doings: Doing[] = [];
    const hours = hours_of(ended - since);
    if (hours !== '0.00') {
      const times = { started_at: new Date(since).toISOString(), ended_at: new Date(ended).toISOString() };
      const body = { kind: 'labor' as const, hours, ...times, ...(craft ? { craft } : {}) };
      doings.push({ order: order.number, body, label: `${hours} h of work` });
    }
    if (then) doings.push({ order: order.number, body: { kind: then }, label: `Paused ${order.number}` });
    return this.#append_all(tx, doings);
  }

  async #append_all(tx: Tx, doings: Doing[]): Promise<Item[]> {
    const items: Item[] = [];
    for (const doing of doings) items.push(await this.#append(tx, doing));
    return items;
  }

  async #append(tx: Tx, doing: Doing): Promise<Item> {
    const meta = tx.objectStore('meta');
    const seq = await this.#next_seq(tx);
    const offset = (await meta.get('clock_offset_ms')) as number | undefined;
    const me = ((await meta.get('person')) as { code: string } | undefined)?.code ?? '';
    const order = doing.order ? await this.#order(tx, doing.order) : null;
    const id = this.new_id();
    const body: Action = { ...doing.body, at: new Date(this.now()).toISOString(), app: APP };
    if (order) body.work_order = doing.order;
    if (offset !== undefined) body.clock_offset_ms = Math.round(offset);
    const photos = (doing.photos ?? []).map((photo) => photo.id);
    for (const photo of doing.photos ?? []) await tx.objectStore('photos').put(photo);
    const item: Item = {
      id,
      seq,
      order: doing.order,
      lane: lane_of(doing.order, id, photos.length > 0),
      body,
      base_version: order && sets_value(body) ? order.base.version : null,
      before: order && sets_value(body) ? touched(order.base, body) : null,
      hold: order !== null && body.kind === 'check' && !STARTED.has(order.local.status),
      seen: order ? count_equal(order.local, body, me) : 0,
      photos,
      state: 'waiting',
      tries: 0,
      next_at: 0,
      changed_at: this.now(),
      label: doing.label,
    };
    await tx.objectStore('outbox').add(item);
    if (order) {
      order.local = apply(order.local, item, me);
      await tx.objectStore('orders').put(order);
    }
    return item;
  }

  async #change(id: string, change: (item: Item) => Item): Promise<void> {
    const tx = this.#begin();
    await this.#commit(tx, async () => {
      const item = await tx.objectStore('outbox').get(id);
      if (item) {
        await tx.objectStore('outbox').put(change(item));
        await refresh(tx, item.order);
      }
      return [];
    });
  }
}

/** Only what the action may overwrite. */
function touched({ number, version, status, failure, checklist }: Job, body: Action): Job {
  const step = checklist?.find((one) => one.step === body.step);
  return { number, version, status, failure, ...(step ? { checklist: [step] } : {}) };
}

/** Pictures take a lane of their own beside their order: a slow upload does not hold up the work. Every report too. */
function lane_of(order: string, id: string, pictures: boolean): string {
  if (!order) return `report ${id}`;
  return pictures ? `${order} pictures` : order;
}

/** The order's picture made anew from what the hub told (`base`, or what is there) and from the outbox. */
export async function refresh(
  tx: Write<['orders', 'outbox', 'photos', 'meta']>,
  number: string,
  base?: LocalOrder['base'],
) {
  const order = await tx.objectStore('orders').get(number);
  if (!order) return;
  const me = ((await tx.objectStore('meta').get('person')) as { code: string } | undefined)?.code ?? '';
  const items = await tx.objectStore('outbox').index('by_order').getAll(number);
  if (base && base.version >= order.base.version) order.base = base;
  for (const item of items) {
    // Somebody else has started it: nothing is to be waited for.
    if (item.hold && STARTED.has(order.base.status)) await tx.objectStore('outbox').put({ ...item, hold: false });
  }
  order.local = replay(order.base, items, me);
  await tx.objectStore('orders').put(order);
}

export async function my_code(db: Database): Promise<string> {
  return (await get_meta(db, 'person'))?.code ?? '';
}
