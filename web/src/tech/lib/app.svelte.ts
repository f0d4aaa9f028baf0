// What the screens show, read from the phone's store, and the moments at which the phone talks to the hub.

import type { Schemas } from '../../shared/api/client';
import { get_meta, open, set_meta, type Database, type Meta } from '../core/db';
import { Outbox, type Doing } from '../core/outbox';
import { posts, Sender, type Outcome } from '../core/sender';
import { pull, pull_codes, pull_past, tidy } from '../core/sync';
import type { Codes, Item, LocalOrder, Past } from '../core/types';
import { ask_session, belongs_to, on_clock, sign_in, sign_out, wire } from './wire';
import { place } from './place.svelte';

const EVERY_MS = 30_000;
const WHILE_FOLLOWING_MS = 3_000; // something is between hub, CMMS and ERP
const FOLLOWED_FOR_MS = 120_000; // what the ERP has not booked by then is asked for less often
const NOBODY = 'this phone'; // where the hub asks nobody to sign in
const LOCK = 'tieline.outbox';

class App {
  state = $state<'opening' | 'closed' | 'sign_in' | 'ready'>('opening');
  trouble = $state(''); // why the store is closed to us
  /** Whether the last word with the hub was answered. */
  reachable = $state(true);
  must_sign_in = $state(false);
  busy = $state(false);
  orders = $state.raw<LocalOrder[]>([]);
  items = $state.raw<Item[]>([]);
  photo_bytes = $state.raw<Record<string, { all: number; received: number }>>({});
  past = $state.raw<Past[]>([]);
  codes = $state.raw<Codes | undefined>(undefined);
  person = $state.raw<Meta['person']>({ name: '', full_name: '', code: '', craft: '' });
  as_of = $state('');
  wifi_only = $state(false);
  persisted = $state(true);
  crowded = $state(false); // 80 % of what the browser lets us keep
  said = $state(''); // for the live region: what just happened
  now = $state(Date.now());

  #db!: Database;
  #outbox!: Outbox;
  #sender!: Sender;
  #channel = new BroadcastChannel('tieline');
  #timer = 0;
  #again = false;
  #asked = false; // whose session this page has

  async start(): Promise<void> {
    try {
      this.#db = await open();
    } catch (failed) {
      this.trouble = String(failed);
      this.state = 'closed';
      return;
    }
    this.#outbox = new Outbox(this.#db);
    this.#sender = new Sender({
      db: this.#db,
      wire,
      now: Date.now,
      random: Math.random,
      alone,
      changed: () => void this.#reload_soon(),
      pictures_allowed: () => !this.wifi_only || on_wifi(),
    });
    on_clock((offset) => void set_meta(this.#db, 'clock_offset_ms', offset));
    this.#channel.onmessage = () => void this.#reload();
    await this.#reload();
    const known = await get_meta(this.#db, 'person');
    if (known) this.state = 'ready'; // the work is here: no waiting for a network
    addEventListener('online', () => void this.sync());
    addEventListener('offline', () => (this.reachable = false));
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void this.sync());
    setInterval(() => (this.now = Date.now()), 1000);
    await this.sync();
    await tidy(this.#db, Date.now());
  }

  order(number: string): LocalOrder | undefined {
    return this.orders.find((order) => order.number === number);
  }

  /** Not yet on the hub's disk, and on its way there. */
  get unsent(): Item[] {
    return this.items.filter((item) => item.state === 'waiting' && !item.hold);
  }
  get stuck(): Item[] {
    return this.items.filter((item) => item.state === 'conflict' || item.state === 'needs_you');
  }
  get running(): LocalOrder | undefined {
    return this.orders.find((order) => order.timer.running_since !== null);
  }

  async do(...doings: Doing[]): Promise<void> {
    await this.#wrote(this.#outbox.add(...doings), doings[0]?.label ?? '');
  }
  async begin(order: string): Promise<void> {
    await this.#wrote(this.#outbox.start(order, this.person.craft), `Started ${order}`);
    place.started();
  }
  async pause(order: string): Promise<void> {
    await this.#wrote(this.#outbox.pause(order, this.person.craft), `Paused ${order}`);
  }
  async finish(order: string, before: Doing[], last: Doing): Promise<void> {
    await this.#wrote(this.#outbox.finish(order, this.person.craft, before, last), `Finished ${order}`);
  }
  async again(id: string): Promise<void> {
    await this.#wrote(this.#outbox.again(id), 'It will be sent again');
  }
  async keep_mine(id: string): Promise<void> {
    await this.#wrote(this.#outbox.keep_mine(id), 'Yours will be sent');
  }
  async drop(id: string): Promise<void> {
    await this.#wrote(this.#outbox.drop(id), 'Let go');
  }

  async picture(id: string): Promise<Blob | undefined> {
    const photo = await this.#db.get('photos', id);
    return photo && new Blob([photo.bytes], { type: photo.type });
  }

  async set_wifi_only(only: boolean): Promise<void> {
    this.wifi_only = only;
    await set_meta(this.#db, 'wifi_only', only);
    void this.sync();
  }

  /** Undefined when signed in, else what to say. */
  async sign_in(name: string, password: string): Promise<string | undefined> {
    if (this.#holds_work_of_another(name.toLowerCase())) {
      return `${this.person.full_name} has work on this phone that is not sent. It goes only under that name.`;
    }
    const answer = await sign_in(name, password);
    if (answer.status === 200) {
      await this.#take_session(answer.body as Schemas['Session']);
      void this.sync();
      return undefined;
    }
    if (answer.status === 0) return 'The hub does not answer. Signing in needs a network once.';
    return (answer.body as { detail?: string } | undefined)?.detail ?? `The hub answered ${answer.status}.`;
  }

  /** Refused while something is only on this phone. A step that was confirmed without a start goes with the person:
   *  whoever does the work looks with their own eyes. */
  async sign_out(): Promise<string | undefined> {
    if (this.unsent.length) return 'Not everything is sent yet. Signing out now would strand it on this phone.';
    try {
      await sign_out();
    } catch {
      return 'The hub does not answer. Signing out needs a network.';
    }
    await this.#clear();
    this.#channel.postMessage(0);
    location.assign('/tech/');
    return undefined;
  }

  async #clear(): Promise<void> {
    const tx = this.#db.transaction(['orders', 'outbox', 'photos', 'past', 'meta'], 'readwrite');
    for (const name of ['orders', 'outbox', 'photos', 'past', 'meta'] as const) await tx.objectStore(name).clear();
    await tx.done;
  }

  /** What one person did is never sent in the session of another, who may use the same browser. */
  #holds_work_of_another(name: string): boolean {
    const open = ['waiting', 'conflict', 'needs_you'];
    return (
      this.person.name !== '' && name !== this.person.name && this.items.some((item) => open.includes(item.state))
    );
  }

  /** Sends and fetches; a second call while one runs makes it run once more. */
  async sync(pressing = false): Promise<void> {
    if (this.busy) {
      this.#again = true;
      return;
    }
    this.busy = true;
    clearTimeout(this.#timer);
    try {
      do {
        this.#again = false;
        this.#heard(await this.#talk(pressing));
      } while (this.#again && this.reachable && !this.must_sign_in);
    } finally {
      this.busy = false;
      await this.#reload();
      this.#plan();
    }
  }

  async #talk(pressing: boolean): Promise<Outcome> {
    if (!this.#asked || this.state !== 'ready' || this.must_sign_in || !this.person.name) {
      const answer = await ask_session();
      if (answer.status !== 200) return answer.status === 401 ? 'sign_in' : 'away';
      const session = answer.body as Schemas['Session'];
      if (session.sign_in === 'on' && !session.signed_in) return 'sign_in';
      if (this.#holds_work_of_another(session.name || NOBODY)) return 'sign_in';
      this.#asked = true;
      await this.#take_session(session);
    }
    const sent = await this.#sender.flush(pressing);
    if (sent === 'sign_in' || sent === 'away') return sent;
    const pulled = await pull(this.#db, wire);
    if (pulled !== 'ready') return pulled;
    if (!this.codes) await pull_codes(this.#db, wire);
    if (!this.past.length) await pull_past(this.#db, wire);
    return 'ready';
  }

  #heard(outcome: Outcome): void {
    if (outcome === 'busy') return; // another tab is at it
    this.reachable = outcome !== 'away';
    this.must_sign_in = outcome === 'sign_in';
    if (this.state === 'ready') return;
    if (outcome === 'ready') this.state = 'ready';
    else this.state = this.person.name ? 'ready' : 'sign_in';
  }

  async #take_session(session: Schemas['Session']): Promise<void> {
    const { name = '', full_name = '', person_code = '', craft = '' } = session;
    const person = { name: name || NOBODY, full_name: full_name || name, code: person_code || name, craft };
    if (this.person.name && this.person.name !== person.name) {
      await this.#clear(); // the other one's orders; nothing of theirs is unsent
      await this.#reload();
    }
    await set_meta(this.#db, 'person', person);
    this.person = person;
    belongs_to(person.name);
    this.must_sign_in = false;
    this.state = 'ready';
    this.persisted = (await navigator.storage?.persist?.()) ?? false;
  }

  #plan(): void {
    const times = this.unsent.map((item) => item.next_at - Date.now());
    const follows = (item: Item) =>
      item.state === 'received' ||
      (item.state === 'sent' && posts(item.body) && Date.now() - item.changed_at < FOLLOWED_FOR_MS);
    const following = this.reachable && this.items.some(follows);
    const wait = Math.min(EVERY_MS, ...times, following ? WHILE_FOLLOWING_MS : EVERY_MS);
    this.#timer = window.setTimeout(() => void this.sync(), Math.max(250, wait));
  }

  async #wrote(writing: Promise<unknown>, said: string): Promise<void> {
    await writing; // a full store throws here, and the screen keeps what was typed
    this.said = `${said}. Saved on this phone.`;
    await this.#reload();
    this.#channel.postMessage(0);
    void this.sync();
  }

  #soon = 0;
  #reload_soon(): void {
    this.#soon ||= window.setTimeout(() => {
      this.#soon = 0;
      void this.#reload();
    }, 100);
  }

  async #reload(): Promise<void> {
    this.now = Date.now();
    this.orders = await this.#db.getAll('orders');
    this.items = await this.#db.getAllFromIndex('outbox', 'by_seq');
    this.past = await this.#db.getAll('past');
    this.codes = await get_meta(this.#db, 'codes');
    this.as_of = (await get_meta(this.#db, 'as_of')) ?? '';
    this.person = (await get_meta(this.#db, 'person')) ?? this.person;
    belongs_to(this.person.name);
    this.wifi_only = (await get_meta(this.#db, 'wifi_only')) ?? false;
    const sizes: App['photo_bytes'] = {};
    for (const photo of await this.#db.getAll('photos')) {
      sizes[photo.id] = { all: photo.bytes.byteLength, received: photo.received };
    }
    this.photo_bytes = sizes;
    const kept = await navigator.storage?.estimate?.();
    this.crowded = !!kept?.quota && (kept.usage ?? 0) > 0.8 * kept.quota;
  }
}

/** One tab at a time; where the browser has no locks, this one. */
async function alone(work: () => Promise<void>): Promise<boolean> {
  if (!navigator.locks) return (await work(), true);
  return navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
    return lock !== null;
  });
}

function on_wifi(): boolean {
  const connection = (navigator as { connection?: { type?: string } }).connection;
  return connection?.type === undefined || connection.type === 'wifi' || connection.type === 'ethernet';
}

export const app = new App();
