// The newest events of the site's log, kept up to date while a screen looks: what went where, and how long it took.

import { api, ok, Problem, type Schemas } from '../../shared/api/client';
import { live, site_query } from './live.svelte';

export type StoredEvent = Schemas['StoredEvent'];

const KEPT = 2000;
const PAGE = 500;

class Tail {
  events = $state.raw<StoredEvent[]>([]);
  ready = $state(false);
  problem = $state.raw<Problem>();
  /** When it was last read to its end. */
  at = $state(0);
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

  // A panel can show it as it shows what was asked for.
  get data(): StoredEvent[] | undefined {
    return this.ready ? this.events : undefined;
  }
  get loading(): boolean {
    return !this.ready;
  }
  get freshness(): 'fresh' | 'late' {
    return this.problem ? 'late' : 'fresh';
  }
  async load(): Promise<void> {
    if (!live.status) return live.load();
    return this.#read();
  }

  async #read(): Promise<void> {
    const head = live.head;
    const site = live.site?.site ?? '';
    if (!live.status) this.problem = live.problem;
    if (this.#busy || !live.status || live.frozen || document.hidden) return;
    if (site !== this.#site) {
      this.#site = site;
      this.#next = 0;
      this.events = [];
      this.ready = false;
    }
    if (this.#next >= head) {
      this.ready = true; // also where nothing has happened yet
      this.problem = undefined;
      return;
    }
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
      this.at = Date.now();
      this.problem = undefined;
    } catch (error) {
      this.problem = error instanceof Problem ? error : new Problem(0, 'page', 'This page failed', String(error));
    } finally {
      this.#busy = false;
    }
  }
}

export const tail = new Tail();
