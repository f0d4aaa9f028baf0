// Where the person is, for the board of whoever leads the shift: only by their consent, only while they work, only from
// codes that they scan. Nothing of it is kept on the phone but the consent, and nothing on the hub but the last place.

import { wire } from './wire';

const KEY = 'tieline.place';
const PATH = '/api/v1/technician/location';
/** The hub hears of a start from the outbox, a moment later. */
const AFTER_START_MS = [3000, 15_000];

interface Here {
  zone?: string;
  asset?: string;
  by: 'scan' | 'zone_code';
}

class Place {
  agreed = $state(localStorage.getItem(KEY) === 'yes');
  #last: Here | undefined;

  set(agreed: boolean): void {
    this.agreed = agreed;
    localStorage.setItem(KEY, agreed ? 'yes' : 'no');
    this.#last = undefined;
    if (!agreed) void wire({ method: 'DELETE', path: PATH });
  }

  /** A code was scanned here. */
  scanned(here: Here, working: boolean): void {
    if (!this.agreed) return;
    this.#last = here;
    if (working) void this.#tell();
  }

  /** Work was begun: whoever scans first and starts then is still where they scanned. */
  started(): void {
    if (!this.agreed || !this.#last) return;
    for (const ms of AFTER_START_MS) setTimeout(() => void this.#tell(), ms);
  }

  /** Nothing is told late: a place of before is none. Without a network it is simply not told. */
  async #tell(): Promise<void> {
    if (!this.agreed || !this.#last || !navigator.onLine) return;
    await wire({ method: 'PUT', path: PATH, json: { ...this.#last, at: new Date().toISOString() } });
  }
}

export const place = new Place();
