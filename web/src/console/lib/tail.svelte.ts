// The newest events of the site's log, kept up to date while a screen looks: what went where, and how long it took.

import { api, ok, type Schemas } from '../../shared/api/client';
import { live, site_query } from './live.svelte';

export type StoredEvent = Schemas['StoredEvent'];

const KEPT = 2000;
const PAGE = 500;

class Tail {
  events = $state.raw<StoredEvent[]>([]);
  ready = $state(false);
  failed = $state('');
  #next = 0;
  #busy = false;
  #site = '';

  /** Follows the log while the component lives. Call it while the component is made. */
  follow(): void {
    $effect(() => {
      const timer = setInterval(() => void this.#read(), 1000);
      void this.#read();
      return () => clearInterval(timer);
    });
  }

  async #read(): Promise<void> {
    const head = live.head;
    const site = live.site?.site ?? '';
    if (this.#busy || !head || live.frozen || document.hidden) return;
    if (site !== this.#site) {
      this.#site = site;
      this.#next = 0;
      this.events = [];
      this.ready = false;
    }
    if (this.#next >= head) return;
    this.#busy = true;
    try {
      // Whatever is older than what is kept would be thrown away at once.
      let next = Math.max(this.#next, head - KEPT);
      const fresh: StoredEvent[] = [];
      for (let more = true; more && fresh.length < KEPT;) {
        const page = await ok(
          api.GET('/api/v1/events', { params: { query: { after: next, limit: PAGE, ...site_query() } } }),
        );
        fresh.push(...page.events);
        more = page.more && page.next > next;
        next = page.next;
      }
      this.#next = next;
      this.events = [...this.events, ...fresh].slice(-KEPT);
      this.ready = true;
      this.failed = '';
    } catch (error) {
      this.failed = error instanceof Error ? error.message : String(error);
    } finally {
      this.#busy = false;
    }
  }
}

export const tail = new Tail();
