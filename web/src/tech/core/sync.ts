// Brings the hub's work to the phone: what changed since the cursor, what is gone, codes, the history of its assets.

import type { Schemas } from '../../shared/api/client';
import { get_meta, set_meta, type Database } from './db';
import { refresh } from './outbox';
import type { Outcome, Wire } from './sender';
import type { Codes, Job, Past } from './types';

const PAGE = 100;
const MOST_PAGES = 50; // 5,000 orders: a phone keeps no more
const PAST_PER_ASSET = 20;
const PAST_PAGES = 5;
const KEEP_DONE_MS = 7 * 24 * 3600 * 1000;
const STORES = ['orders', 'outbox', 'photos', 'meta'] as ['orders', 'outbox', 'photos', 'meta'];

export async function pull(db: Database, wire: Wire): Promise<Outcome> {
  let cursor = (await get_meta(db, 'cursor')) ?? '';
  let all: Set<string> | undefined = cursor ? undefined : new Set(); // of a download from the start: what is open
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = `scope=team&limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const answer = await wire({ method: 'GET', path: `/api/v1/technician/work?${query}` });
    if (answer.status === 401) return 'sign_in';
    if (cursor && (answer.status === 400 || answer.status === 410 || answer.status === 422)) {
      cursor = ''; // the hub no longer knows this place: everything anew
      all = new Set();
      await set_meta(db, 'cursor', '');
      continue;
    }
    if (answer.status !== 200) return 'away';
    const told = answer.body as Schemas['Work'];
    for (const job of told.work) all?.add(job.number);
    await take(db, told, told.more ? undefined : all);
    cursor = told.cursor;
    if (!told.more) return 'ready';
  }
  return 'ready';
}

/** A page and its cursor are kept together: after a crash the next pull goes on where this one ended. `all`: numbers of
 *  every open order, where they are known; what is not among them is gone. */
export async function take(db: Database, told: Schemas['Work'], all?: Set<string>): Promise<void> {
  const tx = db.transaction(STORES, 'readwrite');
  const orders = tx.objectStore('orders');
  const gone = new Set(told.gone);
  if (all) for (const number of await orders.getAllKeys()) if (!all.has(number)) gone.add(number);
  for (const job of told.work) await take_one(tx, job);
  for (const number of gone) {
    const order = await orders.get(number);
    if (!order) continue;
    // What was done on it here and is not yet through keeps it on the phone.
    const items = await tx.objectStore('outbox').index('by_order').getAll(number);
    if (items.some((item) => !['sent', 'posted'].includes(item.state)) || order.timer.running_since !== null) {
      await orders.put({ ...order, local: { ...order.local, status: closed(order.local.status) } });
    } else {
      await orders.delete(number);
    }
  }
  await tx.objectStore('meta').put(told.cursor, 'cursor');
  if (told.as_of) await tx.objectStore('meta').put(told.as_of, 'as_of');
  await tx.done;
}

const closed = (status: Job['status']): Job['status'] => (status === 'cancelled' ? status : 'completed');

async function take_one(tx: Parameters<typeof refresh>[0], job: Job): Promise<void> {
  const orders = tx.objectStore('orders');
  const known = await orders.get(job.number);
  if (!known)
    await orders.put({ number: job.number, base: job, local: job, timer: { running_since: null, spent_ms: 0 } });
  await refresh(tx, job.number, job);
}

export async function pull_codes(db: Database, wire: Wire): Promise<void> {
  const answer = await wire({ method: 'GET', path: '/api/v1/technician/codes' });
  if (answer.status === 200) await set_meta(db, 'codes', answer.body as Codes);
}

/** The last orders of the assets that are in the work on this phone. */
export async function pull_past(db: Database, wire: Wire): Promise<void> {
  const orders = await db.getAll('orders');
  const wanted = new Set(orders.map((order) => order.base.asset).filter((asset): asset is string => !!asset));
  const found = new Map<string, Past[]>();
  let after = '';
  for (let page = 0; page < PAST_PAGES && wanted.size; page++) {
    const query = `limit=1000${after ? `&after=${encodeURIComponent(after)}` : ''}`;
    const answer = await wire({ method: 'GET', path: `/api/v1/work-orders?${query}` });
    if (answer.status !== 200) return;
    const told = answer.body as { work_orders: Schemas['WorkOrderRow'][]; next?: string };
    for (const row of told.work_orders) {
      if (!row.asset || !row.completed_at || !wanted.has(row.asset)) continue;
      const { number, asset, title = '', status = '', completed_at } = row;
      found.set(asset, [...(found.get(asset) ?? []), { number, asset, title, status, completed_at }]);
    }
    if (!told.next) break;
    after = told.next;
  }
  const tx = db.transaction('past', 'readwrite');
  await tx.store.clear();
  for (const rows of found.values()) {
    rows.sort((a, b) => (a.completed_at < b.completed_at ? 1 : -1));
    for (const row of rows.slice(0, PAST_PER_ASSET)) await tx.store.put(row);
  }
  await tx.done;
}

/** Removes what is through and older than a week, with its pictures. */
export async function tidy(db: Database, now: number): Promise<void> {
  const tx = db.transaction(STORES, 'readwrite');
  for (const item of await tx.objectStore('outbox').getAll()) {
    if (item.state !== 'posted' && item.state !== 'sent') continue;
    if (now - item.changed_at < KEEP_DONE_MS) continue;
    await tx.objectStore('outbox').delete(item.id);
    for (const photo of item.photos) await tx.objectStore('photos').delete(photo);
  }
  await tx.done;
}
