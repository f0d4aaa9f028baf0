// The hub's status, pushed as server-sent events. Says how old it is; can be frozen by the person.

import { api, ok, Problem, type Schemas } from '../../shared/api/client';

export type Status = Schemas['Status'];
export type SiteStatus = NonNullable<Status['sites']>[number];

class Live {
  status = $state<Status>();
  /** When the hub last said anything, also that nothing changed. 0: never. */
  heard = $state(0);
  connected = $state(false);
  /** Why nothing is known yet, in the hub's words where it has any. */
  problem = $state.raw<Problem>();
  frozen = $state(false);
  /** A clock that screens may follow: once per second. */
  now = $state(Date.now());
  #source: EventSource | undefined;
  #retry = 1000;

  constructor() {
    setInterval(() => {
      if (!document.hidden) this.now = Date.now();
    }, 1000);
  }

  /** Connects and stays so. Called once, when the person may read. */
  start(): void {
    if (this.#source) return;
    const source = new EventSource('/api/v1/stream');
    this.#source = source;
    source.onopen = () => {
      this.connected = true;
      this.heard = Date.now();
      this.#retry = 1000;
    };
    source.addEventListener('status', (event) => {
      this.connected = true;
      this.heard = Date.now();
      this.problem = undefined;
      if (!this.frozen) this.status = JSON.parse((event as MessageEvent<string>).data) as Status;
    });
    source.onerror = () => {
      this.connected = false;
      void this.#ask_why();
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      this.#source = undefined;
      setTimeout(() => this.start(), this.#retry);
      this.#retry = Math.min(this.#retry * 2, 30_000);
    };
  }

  /** A stream of events that fails does not say why; a question does. */
  async #ask_why(): Promise<void> {
    try {
      await ok(api.GET('/api/v1/status'));
    } catch (error) {
      if (error instanceof Problem && !this.connected) this.problem = error;
    }
  }

  // A panel can show it as it shows what was asked for.
  get data(): Status | undefined {
    return this.status;
  }
  get at(): number {
    return this.heard;
  }
  get loading(): boolean {
    return this.status === undefined;
  }
  get freshness(): 'fresh' {
    return 'fresh'; // the frame of the page says it when nothing new comes
  }
  load(): Promise<void> {
    this.#source?.close();
    this.#source = undefined;
    this.problem = undefined;
    this.start();
    return Promise.resolve();
  }

  /** Of the site that is looked at. */
  readonly site = $derived(this.status?.sites?.find((site) => site.site === chosen.site) ?? this.status?.sites?.[0]);
  /** Grows with every event of the site; screens that follow it load anew. */
  readonly head = $derived(this.site?.head ?? 0);
}

const SITE_KEY = 'tieline.site';
class Chosen {
  /** "" where the hub has one site. */
  site = $state(sessionStorage.getItem(SITE_KEY) ?? '');
  set(site: string): void {
    this.site = site;
    sessionStorage.setItem(SITE_KEY, site);
  }
}

export const chosen = new Chosen();
export const live = new Live();

/** For every request of the API: which site it is about. */
export function site_query(): { site?: string } {
  return chosen.site ? { site: chosen.site } : {};
}
