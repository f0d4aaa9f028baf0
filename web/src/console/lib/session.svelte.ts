// Who is signed in. A hub without sign-in answers 404 or "off": then everybody on this machine may look and act.

import { Problem, problem_of, set_cross_site_token } from '../../shared/api/client';
import { router } from './router.svelte';

/** As the hub answers to /api/v1/session; only what this console uses. */
interface Answer {
  sign_in?: 'on' | 'off';
  signed_in?: boolean;
  name?: string;
  full_name?: string;
  roles?: string[];
  csrf?: string;
}

const NAME_KEY = 'tieline.name';

class Session {
  state = $state<'asking' | 'open' | 'signed_in' | 'signed_out' | 'unreachable'>('asking');
  name = $state('');
  full_name = $state('');
  roles = $state<string[]>([]);

  /** Who acts, for the log: the person signed in, or the name that was typed where there is no sign-in. */
  get actor(): string {
    return this.state === 'signed_in' ? this.name : this.typed_name;
  }
  typed_name = $state(localStorage.getItem(NAME_KEY) ?? '');
  set_typed_name(name: string): void {
    this.typed_name = name;
    localStorage.setItem(NAME_KEY, name);
  }

  async ask(): Promise<void> {
    try {
      const response = await fetch('/api/v1/session', { headers: { Accept: 'application/json' } });
      if (response.status === 404) return void (this.state = 'open');
      if (response.status === 401) return void (this.state = 'signed_out');
      if (!response.ok) throw problem_of(response.status, await response.json().catch(() => undefined));
      this.#take((await response.json()) as Answer);
    } catch {
      this.state = 'unreachable';
    }
  }

  #take(answer: Answer): void {
    set_cross_site_token(answer.csrf ?? '');
    this.name = answer.name ?? '';
    this.full_name = answer.full_name ?? '';
    this.roles = answer.roles ?? [];
    this.state = answer.sign_in === 'off' ? 'open' : answer.signed_in === false ? 'signed_out' : 'signed_in';
  }

  /** Throws a Problem for a wrong name or password. */
  async sign_in(name: string, password: string): Promise<void> {
    await this.#post('/api/v1/session', { name, password });
  }

  /** A one-time link: chooses the password. `name` only for the first administrator. */
  async use_link(code: string, password: string, name: string): Promise<void> {
    await this.#post('/api/v1/session/link', { code, password, ...(name ? { name } : {}) });
  }

  async #post(path: string, body: object): Promise<void> {
    let response: Response;
    try {
      const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() };
      response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    } catch {
      throw new Problem(0, 'no_answer', 'No answer', 'The hub does not answer. Check the network, then try again.');
    }
    const said: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw problem_of(response.status, said);
    this.#take(said as Answer);
  }

  async sign_out(): Promise<void> {
    const { cross_site_token } = await import('../../shared/api/client');
    await fetch('/api/v1/session', { method: 'DELETE', headers: { 'X-CSRF-Token': cross_site_token() } });
    location.assign('/sign-in');
  }

  /** Sends a person who must sign in there, and back afterwards. */
  guard(): void {
    if (this.state === 'signed_out' && router.place.name !== 'sign-in') {
      router.go(`/sign-in?next=${encodeURIComponent(router.path + location.search)}`);
    }
  }
}

export const session = new Session();
