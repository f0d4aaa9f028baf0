// The hub over fetch: no answer is status 0, a missing cross-site token is fetched and the request repeated once.

import type { Schemas } from '../../shared/api/client';
import type { Answer, Call, Wire } from '../core/sender';

const DEADLINE_MS = 20_000;

let csrf = '';
let whose = '';
let clock: (offset_ms: number) => void = () => undefined;

/** Called with the hub's clock less this phone's, to about a second, from the Date of its answers. */
export function on_clock(told: (offset_ms: number) => void): void {
  clock = told;
}

/** The person whose work this phone holds: nothing is sent in the session of somebody else. "" while it holds none. */
export function belongs_to(name: string): void {
  whose = name;
}

function is_of_another(answer: Answer): boolean {
  const { signed_in, name } = (answer.body ?? {}) as Partial<Schemas['Session']>;
  return whose !== '' && signed_in === true && name !== whose;
}

export const wire: Wire = async (call) => {
  const answer = await once(call);
  const code = (answer.body as { code?: string } | undefined)?.code;
  if (answer.status !== 403 || code !== 'csrf_missing') return answer;
  const session = await ask_session();
  if (is_of_another(session)) return { status: 401, body: undefined };
  return session.status === 200 ? once(call) : session;
};

export async function ask_session(): Promise<Answer> {
  return keep_token(await once({ method: 'GET', path: '/api/v1/session' }));
}

export async function sign_in(name: string, password: string): Promise<Answer> {
  return keep_token(await once({ method: 'POST', path: '/api/v1/session', json: { name, password } }));
}

export async function sign_out(): Promise<void> {
  const headers = { 'X-CSRF-Token': csrf };
  await fetch('/api/v1/session', { method: 'DELETE', headers, signal: AbortSignal.timeout(DEADLINE_MS) });
  csrf = '';
}

function keep_token(answer: Answer): Answer {
  if (answer.status === 200) csrf = (answer.body as Schemas['Session']).csrf ?? '';
  return answer;
}

async function once(call: Call): Promise<Answer> {
  const headers: Record<string, string> = { Accept: 'application/json', ...call.headers };
  if (call.method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf;
  if (call.json !== undefined) headers['Content-Type'] = 'application/json';
  if (call.bytes) headers['Content-Type'] = 'application/octet-stream';
  if (call.method === 'POST' && !headers['Idempotency-Key']) headers['Idempotency-Key'] = crypto.randomUUID();
  const body = call.bytes ?? (call.json === undefined ? undefined : JSON.stringify(call.json));
  try {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const response = await fetch(call.path, { method: call.method, headers, body, signal, cache: 'no-store' });
    const date = Date.parse(response.headers.get('Date') ?? '');
    if (date) clock(date + 500 - Date.now());
    const text = await response.text(); // cut off in the middle: throws, and counts as no answer
    const wait = Number(response.headers.get('Retry-After') ?? '');
    return { status: response.status, body: parsed(text), ...(wait > 0 ? { retry_after_s: wait } : {}) };
  } catch {
    return { status: 0, body: undefined };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
