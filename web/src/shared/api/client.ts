// The hub's API, typed by schemas/openapi.yaml. Every failure is a Problem, also one of the network.

import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from '../../../generated/schema';

export type Schemas = components['schemas'];

/** What went wrong, in words for people: RFC 9457, or the same shape for a hub that cannot be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number, // 0: no answer at all
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly field?: string,
  ) {
    super(detail || title);
    this.name = 'Problem';
  }
  get offline(): boolean {
    return this.status === 0;
  }
}

/** Sends what machines and pages alike must send. With a session, the hub wants its cross-site token back. */
const headers: Middleware = {
  onRequest({ request }) {
    if (request.method === 'GET' || request.method === 'HEAD') return request;
    if (!request.headers.has('Idempotency-Key')) request.headers.set('Idempotency-Key', crypto.randomUUID());
    const token = machine_token();
    if (token) request.headers.set('Authorization', `Bearer ${token}`);
    const csrf = cross_site_token();
    if (csrf) request.headers.set('X-CSRF-Token', csrf);
    return request;
  },
};

let csrf = '';
/** The session's token against cross-site requests; "" where no sign-in is configured. */
export function cross_site_token(): string {
  return csrf;
}
export function set_cross_site_token(token: string): void {
  csrf = token;
}

const TOKEN_KEY = 'tieline.token';
/** The hub's own token (api.token), typed by a person where one is configured; kept for this tab only. */
export function machine_token(): string {
  try {
    return sessionStorage.getItem(TOKEN_KEY) ?? '';
  } catch {
    return '';
  }
}
export function set_machine_token(token: string): void {
  try {
    sessionStorage.setItem(TOKEN_KEY, token);
  } catch {
    // storage is closed to this page: asked again for the next request
  }
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: (request) => reach(request) });
api.use(headers);

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    if (request.signal.aborted) throw new Problem(0, 'aborted', 'Cancelled', 'The request was cancelled.');
    throw new Problem(
      0,
      'no_answer',
      'No answer',
      'The hub does not answer. Check the network; the page tries again.',
    );
  }
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The body of an answer, or throws its Problem. `const page = await ok(api.GET('/api/v1/cost', {}))`. */
export async function ok<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (response.ok && data !== undefined) return data;
  throw problem_of(response.status, error);
}

export function problem_of(status: number, body: unknown): Problem {
  const said = (typeof body === 'object' && body !== null ? body : {}) as Partial<Schemas['Problem']>;
  const title = said.title ?? `The hub answered ${status}`;
  return new Problem(status, said.code ?? `http_${status}`, title, said.detail ?? title, said.field);
}
