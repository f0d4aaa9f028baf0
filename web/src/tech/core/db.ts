// The phone's own store. What is written here is there after the browser was closed.

import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import type { Codes, Item, LocalOrder, Past, Photo } from './types';

export interface Meta {
  seq: number; // last one given
  cursor: string; // of the hub's list of work
  as_of: string; // hub's time of the last download
  person: { name: string; full_name: string; code: string; craft: string };
  codes: Codes;
  clock_offset_ms: number; // hub's clock less this phone's
  wifi_only: boolean;
  persisted: boolean; // the browser promised not to clear this store by itself
}

interface Schema extends DBSchema {
  orders: { key: string; value: LocalOrder };
  outbox: { key: string; value: Item; indexes: { by_seq: number; by_order: string } };
  photos: { key: string; value: Photo };
  past: { key: string; value: Past; indexes: { by_asset: string } };
  meta: { key: string; value: unknown };
}

export type Database = IDBPDatabase<Schema>;
type Stores = ('orders' | 'outbox' | 'photos' | 'past' | 'meta')[];
export type Write<S extends Stores> = IDBPTransaction<Schema, S, 'readwrite'>;

export function open(name = 'tieline'): Promise<Database> {
  return openDB<Schema>(name, 1, {
    upgrade(db) {
      db.createObjectStore('orders', { keyPath: 'number' });
      const outbox = db.createObjectStore('outbox', { keyPath: 'id' });
      outbox.createIndex('by_seq', 'seq', { unique: true });
      outbox.createIndex('by_order', 'order');
      db.createObjectStore('photos', { keyPath: 'id' });
      db.createObjectStore('past', { keyPath: 'number' }).createIndex('by_asset', 'asset');
      db.createObjectStore('meta');
    },
  });
}

export async function get_meta<K extends keyof Meta>(db: Database, key: K): Promise<Meta[K] | undefined> {
  return (await db.get('meta', key)) as Meta[K] | undefined;
}

export async function set_meta<K extends keyof Meta>(db: Database, key: K, value: Meta[K]): Promise<void> {
  await db.put('meta', value, key);
}
