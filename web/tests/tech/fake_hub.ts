// The technician routes of schemas/openapi.yaml in memory, for tests of the phone alone. The proof with the real hub is
// offline.mjs; this one only makes troubles that a real hub makes seldom, one by one.

import type { Answer, Call, Wire } from '../../src/tech/core/sender';
import type { Action, ActionState, Job } from '../../src/tech/core/types';

/** What befalls one request: nothing arrives; it arrives and the answer is lost; or the hub answers with a status. */
export type Trouble = 'request_lost' | 'answer_lost' | number;

interface Kept {
  body: string;
  answer: Answer;
  state: ActionState;
}

export class FakeHub {
  jobs = new Map<string, Job>();
  kept = new Map<string, Kept>();
  effects: Action[] = []; // what really happened, once each
  photos = new Map<string, { bytes: number; data: number[]; sha256: string }>();
  troubles: Trouble[] = []; // for the next writes, one each
  away = false;
  calls: Call[] = [];
  retry_after_s?: number;
  refuse: (action: Action) => Answer | undefined = () => undefined;
  part_limit = Infinity; // bytes of a part that arrive before the line breaks
  #cursor = 0;

  job(number: string, more: Partial<Job> = {}): Job {
    const job: Job = { number, status: 'in_progress', ...more, version: ++this.#cursor };
    this.jobs.set(number, job);
    return job;
  }

  wire: Wire = async (call) => {
    this.calls.push(call);
    if (this.away) return { status: 0, body: undefined };
    const trouble = call.method === 'GET' ? undefined : this.troubles.shift();
    if (trouble === 'request_lost') return { status: 0, body: undefined };
    if (typeof trouble === 'number') {
      return { status: trouble, body: { detail: `trouble ${trouble}` }, retry_after_s: this.retry_after_s };
    }
    const answer = this.#answer(call);
    return trouble === 'answer_lost' ? { status: 0, body: undefined } : answer;
  };

  #answer(call: Call): Answer {
    const url = new URL(call.path, 'http://hub');
    if (url.pathname === '/api/v1/technician/work') return this.#work(url);
    if (url.pathname === '/api/v1/technician/actions')
      return call.method === 'POST' ? this.#act(call) : this.#told(url);
    if (url.pathname === '/api/v1/technician/photos') return this.#announce(call);
    if (url.pathname.startsWith('/api/v1/technician/photos/')) return this.#part(url, call);
    return { status: 404, body: { detail: `no route ${url.pathname}` } };
  }

  #work(url: URL): Answer {
    const after = Number(url.searchParams.get('cursor') ?? 0);
    const changed = [...this.jobs.values()].filter((job) => job.version > after);
    const open = (job: Job) => ['released', 'in_progress', 'reopened'].includes(job.status);
    const gone = after ? changed.filter((job) => !open(job)).map((job) => job.number) : [];
    return { status: 200, body: { work: changed.filter(open), gone, cursor: String(this.#cursor), more: false } };
  }

  #act(call: Call): Answer {
    const key = call.headers?.['Idempotency-Key'] ?? '';
    const body = JSON.stringify(call.json);
    const known = this.kept.get(key);
    if (known) return known.body === body ? { ...known.answer, status: 200 } : problem(422, 'key_reused');
    const action = call.json as Action;
    const refused = this.refuse(action);
    if (refused) return refused;
    const job = this.jobs.get(action.work_order ?? '');
    if (action.work_order && !job) return problem(404, 'unknown_order');
    const stale = job && this.#stale(action, job, call.headers?.['If-Match']);
    if (stale) return stale;
    const state: ActionState = { id: key, kind: action.kind, state: 'received', received: action.at };
    const answer = { status: 202, body: state };
    this.kept.set(key, { body, answer, state });
    this.effects.push(action);
    return answer;
  }

  #stale(action: Action, job: Job, if_match: string | undefined): Answer | undefined {
    const seen = if_match === undefined ? Infinity : Number(if_match.replaceAll('"', ''));
    const sets = ['start', 'pause', 'finish', 'check', 'failure'].includes(action.kind);
    const over = ['cancelled', 'completed', 'closed'].includes(job.status);
    const step = job.checklist?.find((s) => s.step === action.step);
    const differs = action.kind === 'check' && step?.value !== undefined && step.value !== action.value;
    if (!sets || !(over || (differs && job.version > seen))) return undefined;
    return { status: 412, body: { code: 'stale', detail: 'Somebody else was faster.', current: job } };
  }

  #told(url: URL): Answer {
    const ids = (url.searchParams.get('ids') ?? '').split(',');
    const actions = ids.map((id) => this.kept.get(id)?.state).filter((state) => state !== undefined);
    return { status: 200, body: { actions } };
  }

  #announce(call: Call): Answer {
    const said = call.json as { id: string; bytes: number; sha256: string };
    const known = this.photos.get(said.id);
    if (!known) this.photos.set(said.id, { bytes: said.bytes, data: [], sha256: said.sha256 });
    return { status: known ? 200 : 201, body: this.#photo(said.id) };
  }

  #part(url: URL, call: Call): Answer {
    const id = url.pathname.split('/').at(-1)!;
    const photo = this.photos.get(id);
    if (!photo) return problem(404, 'unknown_photo');
    if (Number(url.searchParams.get('offset')) !== photo.data.length) {
      return { status: 409, body: { code: 'wrong_offset', ...this.#photo(id) } };
    }
    const bytes = new Uint8Array(call.bytes!);
    if (bytes.length > this.part_limit) {
      for (const byte of bytes.subarray(0, this.part_limit)) photo.data.push(byte);
      this.part_limit = Infinity;
      return { status: 0, body: undefined };
    }
    for (const byte of bytes) photo.data.push(byte);
    return { status: 200, body: this.#photo(id) };
  }

  #photo(id: string) {
    const { bytes, data } = this.photos.get(id)!;
    return { id, bytes, received: data.length, complete: data.length === bytes };
  }
}

function problem(status: number, code: string): Answer {
  return { status, body: { code, title: code, detail: `refused: ${code}` } };
}
