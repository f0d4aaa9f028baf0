// What a screen shows from the hub: loading, filled, stale or failed. Old data stays while new data is on its way.

import { untrack } from 'svelte';
import { Problem } from '../../shared/api/client';
import { live } from './live.svelte';

/** A screen asks for at most 1/20 of the time. */
const SELDOM = 20;

export interface Options {
  /** Loads anew so often, in milliseconds; 0: only when the key changes. */
  every?: number;
  /** Loads anew when the site's log grows, at most once per this many milliseconds. */
  with_log?: number;
}

export class Resource<T> {
  data = $state.raw<T>();
  problem = $state.raw<Problem>();
  loading = $state(true);
  /** When `data` was read. */
  at = $state(0);
  #run = 0;
  #abort: AbortController | undefined;
  #fetch: (signal: AbortSignal) => Promise<T>;
  #expected: number;
  /** How long the last load took, in milliseconds. */
  took = 0;

  constructor(fetch: (signal: AbortSignal) => Promise<T>, options: Options) {
    this.#fetch = fetch;
    this.#expected = options.every ?? options.with_log ?? 0;
  }

  /** "late" from twice, "old" from five times the expected interval; only for data that is loaded again by itself. */
  get freshness(): 'fresh' | 'late' | 'old' {
    if (!this.at || !this.#expected || live.frozen) return 'fresh';
    const age = live.now - this.at;
    const failing = this.problem !== undefined;
    if (!failing) return 'fresh';
    return age > 5 * Math.max(this.#expected, 2000)
      ? 'old'
      : age > 2 * Math.max(this.#expected, 2000)
        ? 'late'
        : 'fresh';
  }

  async load(): Promise<void> {
    const run = ++this.#run;
    this.#abort?.abort();
    this.#abort = new AbortController();
    this.loading = true;
    const began = performance.now();
    try {
      const data = await this.#fetch(this.#abort.signal);
      if (run !== this.#run) return;
      this.data = data;
      this.problem = undefined;
      this.at = Date.now();
      this.took = performance.now() - began;
    } catch (error) {
      if (run !== this.#run) return;
      this.problem = error instanceof Problem ? error : new Problem(0, 'page', 'This page failed', String(error));
    } finally {
      if (run === this.#run) this.loading = false;
    }
  }

  /** Forgets what was shown: for another object, whose place old data must not take. */
  reset(): void {
    this.data = undefined;
    this.problem = undefined;
    this.at = 0;
  }

  stop(): void {
    ++this.#run;
    this.#abort?.abort();
  }
}

/** Loads when `key` changes and as `options` say, while the component lives. Call it while the component is made. */
export function resource<T>(
  key: () => unknown,
  fetch: (signal: AbortSignal) => Promise<T>,
  options: Options = {},
): Resource<T> {
  const result = new Resource<T>(fetch, options);
  let shown: string | undefined;
  $effect(() => {
    const now = JSON.stringify(key());
    untrack(() => {
      if (shown !== undefined && shown !== now) result.reset();
      shown = now;
      void result.load();
    });
    return () => result.stop();
  });
  if (options.every) {
    $effect(() => {
      const timer = setInterval(() => {
        if (!document.hidden && !live.frozen && !result.loading) void result.load();
      }, options.every);
      return () => clearInterval(timer);
    });
  }
  if (options.with_log) follow(result, options.with_log);
  return result;
}

/**
 * The log grew: load, but not more often than every `pause` ms; a failed load is tried again as often. What takes long
 * to load is loaded seldom: a long list must not keep the hub busy.
 */
function follow<T>(result: Resource<T>, pause: number): void {
  let seen = -1;
  $effect(() => {
    const timer = setInterval(() => {
      if (document.hidden || live.frozen || result.loading) return;
      const head = live.head;
      if (seen < 0) seen = head;
      if (head === seen && !result.problem) return;
      if (result.at && Date.now() - result.at < SELDOM * result.took) return;
      seen = head;
      void result.load();
    }, pause);
    return () => clearInterval(timer);
  });
}
