// A plant with people in it: CMMS, ERP and hub as processes of their own, each to be killed and started again at the
// same address with the same data; an administrator, a technician and a controller who sign in. All on loopback.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const START_MS = 60_000;
const PASSWORD = 'nine blue slow gears';
export const CRAFT = 'MECH';
export const PERSON = 'T-01'; // of the demo ERP's persons, at the rate of a mechanic

/** First of `count` ports in a row that nobody listens on. */
async function free_ports(count) {
  for (let tries = 0; tries < 50; ++tries) {
    const first = 20_000 + Math.floor(Math.random() * 40_000);
    const probes = Array.from({ length: count }, (_, i) => listening(first + i));
    const open = await Promise.all(probes);
    for (const server of open) server?.close();
    if (open.every(Boolean)) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
}

function listening(port) {
  const server = createServer();
  return new Promise((done) => {
    server.once('error', () => done(null));
    server.listen(port, '127.0.0.1', () => done(server));
  });
}

/** Starts a program and waits until it says `ready`; gives the process and what matched. */
export async function start(name, program, args, ready, env = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  child.name = name;
  const found = await new Promise((done, failed) => {
    let text = '';
    const late = setTimeout(
      () => failed(new Error(`${name} was not ready in ${START_MS / 1000} s:\n${text}`)),
      START_MS,
    );
    child.on('exit', (code) => failed(new Error(`${name} ended with ${code}:\n${text}`)));
    child.stdout.on('data', (bytes) => {
      text += bytes;
      const match = ready.exec(text);
      if (match) {
        clearTimeout(late);
        done(match);
      }
    });
  });
  child.removeAllListeners('exit');
  return [child, found];
}

/** Ends a process and waits until it is gone. */
export async function end(child, signal = 'SIGTERM') {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), 8000);
  await gone;
  clearTimeout(late);
}

export class Plant {
  #running = new Map();

  /** `program`: the path of tieline; `web_dir`: pages to be shown instead of the program's own. */
  static async start(program, web_dir = '') {
    const plant = new Plant();
    plant.program = program;
    plant.web = web_dir ? ['--web-dir', resolve(web_dir)] : [];
    plant.folder = mkdtempSync(join(tmpdir(), 'tieline-plant-'));
    try {
      await plant.#found();
      await Promise.all([plant.run('cmms'), plant.run('erp')]);
      await plant.run('hub');
    } catch (failed) {
      await plant.stop();
      throw failed;
    }
    return plant;
  }

  /** `tieline up` makes configuration and secrets; people are invited; the ERP's masters reach the CMMS. */
  async #found() {
    this.port = await free_ports(3);
    const args = ['up', '--no-plant', '--dir', this.folder, '--port', String(this.port)];
    const [up, [, link]] = await start('tieline up', this.program, args, /administrator:\n\s+(\S+)/);
    this.#running.set('up', up);
    this.url = new URL(link).origin;
    this.token = { cmms: this.#secret('cmms.token'), erp: this.#secret('erp.token'), hub: this.#secret('hub.token') };
    const chief = await this.#use_link(new URL(link).hash.slice(1), { name: 'chief' });
    this.mia = await this.invite(chief, {
      name: 'mia',
      full_name: 'Mia Okafor',
      roles: ['technician'],
      person_code: PERSON,
    });
    this.carl = await this.invite(chief, { name: 'carl', full_name: 'Carl Haas', roles: ['controller'] });
    this.chief = chief;
    await this.until('the ERP’s masters in the CMMS', async () => {
      const found = await Promise.all([
        this.asks('cmms', `/api/persons/${PERSON}`),
        this.asks('cmms', '/api/items/P-2016'),
      ]);
      return found.every((answer) => answer.status === 200) && found[0].body.rates?.length > 0;
    });
    await end(up);
    this.#running.delete('up');
  }

  #secret(name) {
    return readFileSync(join(this.folder, 'secrets', name), 'utf8').trim();
  }

  async #use_link(code, more = {}) {
    const response = await this.hub('POST', '/api/v1/session/link', { code, password: PASSWORD, ...more });
    if (response.status !== 200) throw new Error(`the link was refused: ${JSON.stringify(response.body)}`);
    const cookie = response.headers.get('set-cookie').split(';')[0];
    return { Cookie: cookie, 'X-CSRF-Token': response.body.csrf };
  }

  /** Invites, takes the link, chooses the password; gives the headers of that person's session. */
  async invite(chief, person) {
    const craft = person.roles.includes('technician') ? { craft: CRAFT } : {};
    const invited = await this.hub('POST', '/api/v1/people', { ...person, ...craft }, chief);
    if (invited.status !== 201) throw new Error(`${person.name} was not invited: ${JSON.stringify(invited.body)}`);
    return this.#use_link(invited.body.link.split('#')[1]);
  }

  /** Starts `cmms`, `erp` or `hub` at its own address with its own data. */
  async run(name) {
    const env = { SANDBOX_ERP_TOKEN: this.token.erp, SANDBOX_CMMS_TOKEN: this.token.cmms };
    const own = dirname(resolve(this.program));
    const at = { cmms: 1, erp: 2 }[name];
    const [child] =
      name === 'hub'
        ? await start(
            name,
            this.program,
            ['serve', '--config', join(this.folder, 'tieline.yaml'), ...this.web],
            /ready at/,
          )
        : await start(
            name,
            join(own, '../../sandbox/tieline-sandbox'),
            [name, '--demo', '--port', String(this.port + at), '--data', join(this.folder, `sandbox-${name}.db`)],
            /http:\S+/,
            env,
          );
    this.#running.set(name, child);
  }

  pid(name) {
    return this.#running.get(name).pid;
  }

  /** As a power cut does it: no last words. */
  async kill(name) {
    await end(this.#running.get(name), 'SIGKILL');
    this.#running.delete(name);
  }

  async hub(method, path, body, headers = {}) {
    return ask(this.url + path, method, body, headers);
  }

  /** The CMMS or the ERP, past the hub. */
  async asks(system, path, method = 'GET', body = undefined) {
    const port = this.port + { cmms: 1, erp: 2 }[system];
    return ask(`http://127.0.0.1:${port}${path}`, method, body, { Authorization: `Bearer ${this.token[system]}` });
  }

  /** What the other system answers, which must be good. */
  async told(system, path, method, body) {
    const { status, body: said } = await this.asks(system, path, method, body);
    if (status > 299) throw new Error(`${system} ${path}: ${status} ${JSON.stringify(said)}`);
    return said;
  }

  async until(what, test, ms = 60_000) {
    for (const end_at = Date.now() + ms; ;) {
      const found = await test().catch(() => false);
      if (found) return found;
      if (Date.now() > end_at) throw new Error(`waited ${ms / 1000} s in vain for: ${what}`);
      await new Promise((done) => setTimeout(done, 200));
    }
  }

  async stop() {
    for (const name of ['hub', 'cmms', 'erp', 'up']) await end(this.#running.get(name));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const password = PASSWORD;

async function ask(url, method, body, headers) {
  const more =
    body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  const response = await fetch(url, {
    method,
    headers: { ...more, ...headers },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  let parsed = text;
  try {
    parsed = JSON.parse(text);
  } catch {
    // not every answer is JSON
  }
  return { status: response.status, headers: response.headers, body: parsed };
}
