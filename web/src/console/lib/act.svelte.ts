// Acting on exceptions, one after the other, so that a run can be watched and stopped. The hub keeps each command's
// key: a second replay cannot post twice.

import { api, ok, Problem, type Schemas } from '../../shared/api/client';
import { site_query } from './live.svelte';

export type Detail = Schemas['ExceptionDetail'];
export type Outcome = { state: 'waiting' | 'sending' | 'done' | 'again' | 'failed' | 'stopped'; text: string };
export type Ask =
  | { verb: 'replay'; payloads: Map<string, Record<string, unknown>> }
  | { verb: 'give_up' }
  | { verb: 'resolve'; outcome: 'present' | 'absent'; document?: string }
  | { verb: 'answer'; choice: string };

export const detail = (id: string, signal?: AbortSignal): Promise<Detail> =>
  ok(api.GET('/api/v1/exceptions/{id}', { params: { path: { id }, query: site_query() }, signal }));

async function ask(id: string, how: Ask, actor: string, reason: string): Promise<void> {
  const params = { path: { id }, query: site_query() };
  if (how.verb === 'replay') {
    const payload = how.payloads.get(id);
    const body = { actor, ...(reason ? { reason } : {}), ...(payload ? { payload } : {}) };
    await ok(api.POST('/api/v1/exceptions/{id}/replay', { params, body }));
  } else if (how.verb === 'give_up') {
    await ok(api.POST('/api/v1/exceptions/{id}/give_up', { params, body: { actor, reason } }));
  } else if (how.verb === 'answer') {
    const body = { actor, choice: how.choice, ...(reason ? { reason } : {}) };
    await ok(api.POST('/api/v1/exceptions/{id}/answer', { params, body }));
  } else {
    const body = { actor, reason, outcome: how.outcome, ...(how.document ? { document: how.document } : {}) };
    await ok(api.POST('/api/v1/exceptions/{id}/resolve', { params, body }));
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const SETTLE_TRIES = 24;

/** What became of it: 2xx only means that the request is on disk. */
async function settle(id: string, verb: Ask['verb']): Promise<Outcome> {
  for (let tries = 0; tries < SETTLE_TRIES; ++tries) {
    await pause(tries < 8 ? 150 : 500);
    const now = await detail(id);
    if (now.state === 'closed') {
      if (verb !== 'replay' && verb !== 'resolve') return { state: 'done', text: now.resolution ?? 'Closed' };
      if (now.command_state === 'booked') return { state: 'done', text: 'Booked' };
      if (now.command_state === 'rejected') return { state: 'again', text: 'Refused again: a new exception is open' };
      if (!now.command || now.command_state === 'withdrawn')
        return { state: 'done', text: now.resolution ?? 'Closed' };
    }
  }
  return { state: 'waiting', text: 'On its way, not booked yet' };
}

class Run {
  busy = $state(false);
  stopping = $state(false);
  outcomes = $state<Record<string, Outcome>>({});

  stop(): void {
    this.stopping = true;
  }

  /** One after the other. The first refusal of this hub (not of the peer) ends the run: the next would fail alike. */
  async start(ids: readonly string[], how: Ask, actor: string, reason: string): Promise<Outcome[]> {
    this.busy = true;
    this.stopping = false;
    for (const id of ids) this.outcomes[id] = { state: 'waiting', text: 'Waiting' };
    for (const id of ids) {
      if (this.stopping) {
        this.outcomes[id] = { state: 'stopped', text: 'Not sent' };
        continue;
      }
      this.outcomes[id] = { state: 'sending', text: 'Sending' };
      try {
        await ask(id, how, actor, reason);
        this.outcomes[id] = await settle(id, how.verb);
      } catch (error) {
        this.outcomes[id] = { state: 'failed', text: error instanceof Error ? error.message : String(error) };
        if (error instanceof Problem && (error.offline || error.status === 401 || error.status === 403))
          this.stopping = true;
      }
    }
    this.busy = false;
    return ids.map((id) => this.outcomes[id]!);
  }
}

export const run = new Run();
