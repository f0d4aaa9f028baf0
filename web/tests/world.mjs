// A hub with its sandbox plant, started from the built program, and a browser to look at it. Everything is on loopback
// and ends with the test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const CHROMIUM = process.env.TIELINE_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const START_MS = 60_000;

export class World {
  /** `program`: the path of tieline. `args` go to `tieline up`. `people`: they sign in; `link` is the first one's code. */
  static async start(program, args = [], people = false) {
    const world = new World();
    world.folder = mkdtempSync(join(tmpdir(), 'tieline-web-'));
    // Mostly nobody signs in: what a session may and may not is tested by the hub itself (src/api).
    const open = people ? [] : ['--no-sign-in'];
    world.child = spawn(program, ['up', ...open, '--dir', world.folder, '--port', '0', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    world.url = await new Promise((resolve, reject) => {
      let text = '';
      const late = setTimeout(
        () => reject(new Error(`tieline up was not ready within ${START_MS / 1000} s:\n${text}`)),
        START_MS,
      );
      world.child.stdout.on('data', (bytes) => {
        text += bytes;
        const ready = /ready at (http:\S+)/.exec(text);
        world.link = /sign-in#(\S+)\n/.exec(text)?.[1];
        if (ready && (!people || world.link)) {
          clearTimeout(late);
          resolve(ready[1]);
        }
      });
      world.child.on('exit', (code) => reject(new Error(`tieline up ended with ${code}:\n${text}`)));
    });
    world.child.removeAllListeners('exit');
    world.browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    return world;
  }

  async api(path, body, method = 'POST') {
    const headers = { ...this.headers };
    if (body) Object.assign(headers, { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() });
    const response = await fetch(
      this.url + path,
      body ? { method, headers, body: JSON.stringify(body) } : { headers },
    );
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** Asks until `test` holds for the answer. */
  async until(path, test, ms = 30_000) {
    for (const end = Date.now() + ms; ;) {
      const answer = await this.api(path);
      if (test(answer)) return answer;
      if (Date.now() > end)
        throw new Error(`${path} did not come to what was waited for: ${JSON.stringify(answer).slice(0, 600)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** A done job whose cost center the ERP does not know: its journal is refused. */
  async refused_order(number) {
    const line = {
      kind: 'labor',
      id: 'L1',
      currency: 'EUR',
      hours: '2',
      rate: '42.00',
      person: 'P-103',
      craft: 'MECH',
    };
    const data = {
      number,
      asset: 'PUMP-01',
      title: 'Seal replaced',
      order_type: 'corrective',
      status: 'completed',
      company_code: '1000',
      receiver: { kind: 'cost_center', code: 'CC-999' },
      currency: 'EUR',
      planned_cost: '84.00',
      completed_at: new Date(Date.now() - 60_000).toISOString(),
      lines: [line],
    };
    await this.api('/api/v1/events', { type: 'workorder.completed', subject: number, data });
  }

  /** A page that keeps what went wrong in it. */
  async page(options = {}) {
    const page = await this.browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
    page.faults = [];
    page.on('pageerror', (error) => page.faults.push(`script: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') page.faults.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== this.url && !['data:', 'blob:'].includes(url.protocol))
        page.faults.push(`other origin: ${url.origin}`);
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy: ${event.violatedDirective} forbids ${event.blockedURI || 'inline'}`);
      });
    });
    return page;
  }

  async stop() {
    await this.browser?.close();
    if (this.child && this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      await Promise.race([once(this.child, 'exit'), new Promise((resolve) => setTimeout(resolve, 8000).unref())]);
      if (this.child.exitCode === null) this.child.kill('SIGKILL');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs the steps of a test program on a world and exits with 1 where one failed. */
export async function run_steps(steps, args = []) {
  const program = process.argv[2];
  if (!program) throw new Error('usage: node TEST.mjs PATH_OF_TIELINE');
  const world = await World.start(program, args);
  let failed = 0;
  try {
    for (const [name, step] of Object.entries(steps)) {
      const began = Date.now();
      try {
        await step(world);
        console.log(`ok   ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      } catch (error) {
        failed += 1;
        console.error(`FAIL ${name}: ${error.stack ?? error}`);
      }
    }
  } finally {
    await world.stop();
  }
  process.exit(failed ? 1 : 0);
}

export function expect(holds, words) {
  if (!holds) throw new Error(words);
}
