// One phone for tests: an own store, an own clock, a fake hub.

import 'fake-indexeddb/auto';
import { FakeHub } from '../../../tests/tech/fake_hub';
import { open, set_meta, type Database } from './db';
import { Outbox, type Doing } from './outbox';
import { Sender } from './sender';
import { pull } from './sync';
import type { Photo } from './types';

let phones = 0;

export class Phone {
  now = Date.UTC(2026, 10, 26, 8);
  pictures = true;
  outbox!: Outbox;
  sender!: Sender;
  private constructor(
    public db: Database,
    readonly hub: FakeHub,
    readonly name: string,
  ) {
    this.#build();
  }

  static async with(hub = new FakeHub()): Promise<Phone> {
    const name = `phone${++phones}`;
    const phone = new Phone(await open(name), hub, name);
    await set_meta(phone.db, 'person', { name: 'mia', full_name: 'Mia', code: 'P-1', craft: 'MECH' });
    await pull(phone.db, hub.wire);
    return phone;
  }

  /** The browser is killed and opened again: only what is in the store is left. */
  async reopen(): Promise<void> {
    this.db.close();
    this.db = await open(this.name);
    this.#build();
  }

  #build() {
    const now = () => this.now;
    this.outbox = new Outbox(this.db, now);
    this.sender = new Sender({
      db: this.db,
      wire: (call) => this.hub.wire(call),
      now,
      random: () => 0.5,
      alone: async (work) => (await work(), true),
      changed: () => undefined,
      pictures_allowed: () => this.pictures,
    });
  }

  async states(): Promise<string[]> {
    return (await this.outbox.items()).map((item) => `${item.body.kind} ${item.state}`);
  }
}

export const check = (order: string, step: number, value: string): Doing => ({
  order,
  body: { kind: 'check', step, value },
  label: `Step ${step}`,
});

export const part = (order: string, quantity = '1'): Doing => ({
  order,
  body: { kind: 'part', part: 'BRG', quantity, storeroom: 'MAIN' },
  label: `${quantity} × BRG`,
});

export function picture(id: string, order: string, length: number): Photo {
  const bytes = Uint8Array.from({ length }, (_, i) => i % 251).buffer;
  const taken_at = '2026-11-26T08:00:00.000Z';
  const sent = { received: 0, complete: false };
  return { id, order, type: 'image/jpeg', bytes, sha256: 'a'.repeat(64), taken_at, caption: '', ...sent };
}
