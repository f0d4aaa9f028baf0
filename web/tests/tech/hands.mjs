// A technician's hands and eyes: one browser on a phone, with a store that outlives it, driven by what the screen shows.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { password } from '../plant.mjs';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
export const CHROMIUM = process.env.TIELINE_CHROMIUM ?? '/usr/bin/chromium';
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, deviceScaleFactor: 1 };
// What a browser says about a network that is gone, and about answers that the app asks for.
const EXPECTED = /net::ERR_|the server responded with a status of (401|403|404|409|412|5..)/;

export class Hands {
  faults = [];

  constructor(url, pictures = '') {
    this.url = url;
    this.pictures = pictures;
    this.store = mkdtempSync(join(tmpdir(), 'tieline-phone-'));
  }

  /** Opens the browser on its store. `path`: which screen; `network`: whether there is one. */
  async open(path = '/tech/', network = true) {
    this.context = await chromium.launchPersistentContext(this.store, {
      executablePath: CHROMIUM,
      args: [...FLAGS, ...QUIET],
      ...PHONE,
    });
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    this.page.setDefaultTimeout(20_000);
    this.#listen();
    await this.network(network);
    if (this.forgets) await this.page.addInitScript(forget_outbox);
    await this.page.goto(this.url + path);
  }

  #listen() {
    const { page } = this;
    page.on('pageerror', (error) => this.faults.push(`script: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.test(message.text()))
        this.faults.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== this.url && !['data:', 'blob:'].includes(protocol)) this.faults.push(`other origin: ${origin}`);
    });
  }

  async sign_in(name = 'mia') {
    await this.page.getByLabel('Name').fill(name);
    await this.page.getByLabel('Password').fill(password);
    await this.press('Sign in');
    await this.page.getByRole('heading', { name: 'Work', exact: true }).waitFor();
  }

  /** Signs in where the app asks for it. */
  async come_in() {
    const work = this.page.getByRole('heading', { name: 'Work', exact: true });
    await work.or(this.page.getByLabel('Password')).first().waitFor();
    if (!(await work.isVisible())) await this.sign_in();
  }

  /** A browser that was killed may have lost the session; the work is there all the same. */
  async sign_in_again() {
    await this.page.getByRole('link', { name: /Sign in again to send/ }).click();
    await this.sign_in_as();
  }

  /** On the screen that asks for it; `name`: somebody else than the one who is named there. */
  async sign_in_as(name = '') {
    await this.page.getByRole('heading', { name: 'Sign in again' }).waitFor();
    if (name) await this.page.getByLabel('Name').fill(name);
    await this.page.getByLabel('Password').fill(password);
    await this.press('Sign in');
    await this.page.getByRole('heading', { name: 'Sign in again' }).waitFor({ state: 'detached' });
  }

  /** The headers of a request that was seen, with the session that the browser has now. */
  async headers_of(request) {
    const cookies = await this.context.cookies(this.url);
    const Cookie = cookies.map((one) => `${one.name}=${one.value}`).join('; ');
    const wanted = ['idempotency-key', 'if-match', 'x-csrf-token', 'content-type'];
    const own = Object.entries(request.headers).filter(([name]) => wanted.includes(name));
    return { ...Object.fromEntries(own), Cookie };
  }

  /** The app opens without a network from here on. */
  async settled_in() {
    await this.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  }

  async press(name) {
    await this.page.getByRole('button', { name, exact: true }).first().click();
  }
  async see(text) {
    await this.page.getByText(text).first().waitFor();
  }
  async look(name) {
    if (this.pictures) await this.page.screenshot({ path: join(this.pictures, `${name}.png`) });
  }
  /** Lights off and on again in the app itself, with the network as it is. */
  async reload() {
    await this.page.reload();
  }
  async network(on) {
    await this.context.setOffline(!on);
  }

  /** Everything of the phone's store, as it is on disk. */
  async kept(store) {
    return this.page.evaluate(
      (name) =>
        new Promise((done, failed) => {
          const asked = indexedDB.open('tieline');
          asked.onerror = () => failed(asked.error);
          asked.onsuccess = () => {
            const all = asked.result.transaction(name).objectStore(name).getAll();
            all.onsuccess = () => {
              asked.result.close();
              done(all.result.map((one) => (one.bytes ? { ...one, bytes: one.bytes.byteLength } : one)));
            };
          };
        }),
      store,
    );
  }

  /** A test does not wait an hour: the running time of an order is moved back by `ms`, in the phone's own store. */
  async work_for(number, ms) {
    await this.page.evaluate(
      ([order, back]) =>
        new Promise((done, failed) => {
          const asked = indexedDB.open('tieline');
          asked.onerror = () => failed(asked.error);
          asked.onsuccess = () => {
            const tx = asked.result.transaction('orders', 'readwrite');
            const found = tx.objectStore('orders').get(order);
            found.onsuccess = () => {
              const { timer } = found.result;
              tx.objectStore('orders').put({
                ...found.result,
                timer: { ...timer, running_since: Date.now() - back },
              });
            };
            tx.oncomplete = () => {
              asked.result.close();
              new BroadcastChannel('tieline').postMessage(0);
              done();
            };
          };
        }),
      [number, ms],
    );
  }

  /** As a battery that falls out: every process of this browser at once. */
  async kill() {
    const own = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && command(name).includes(this.store));
    for (const pid of own) process.kill(Number(pid), 'SIGKILL');
    await new Promise((done) => setTimeout(done, 300));
    await this.context.close().catch(() => undefined);
  }

  async close() {
    await this.context?.close().catch(() => undefined);
    rmSync(this.store, { recursive: true, force: true });
  }
}

/** A planted fault: an outbox that does not outlive the page. */
function forget_outbox() {
  const asked = indexedDB.open('tieline');
  asked.onsuccess = () => {
    asked.result.transaction('outbox', 'readwrite').objectStore('outbox').clear();
    asked.result.close();
  };
}

function command(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has just ended
  }
}
