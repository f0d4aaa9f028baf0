// A hostile client, browser and page against the built programs: scripts in what other systems say, requests forged by
// another page, planted sessions, other people's pictures, floods of bytes, paths that climb.
//   node tests/hostile.mjs TIELINE [--web-dir DIST] [--only CHECK] [--self-test]
// `--self-test` does each of these things as somebody who may, or in a page that lets it: every check must then be red.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { password, Plant } from './plant.mjs';
import { CHROMIUM, Hands } from './tech/hands.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'web-dir': { type: 'string' }, 'self-test': { type: 'boolean' }, only: { type: 'string' } },
});
const planted = values['self-test'] ?? false;
const SCRIPTS = [
  '<img src=x onerror="window.hit=1">',
  '</script><script>window.hit=1</script>',
  '"><svg onload=window.hit=1>',
  "{{constructor.constructor('window.hit=1')()}}",
];
const MIB = 1 << 20;

let reds = [];
/** A check goes on after what it has found: each fault is told. */
function must(holds, words) {
  if (!holds) reds.push(words);
  return holds;
}

/** A page with a session that tells what ran in it and what its policy forbade. */
async function page_of(world, session, options = {}) {
  const context = await world.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  if (session) {
    const [name, value] = session.Cookie.split('=');
    await context.addCookies([{ name, value, url: world.plant.url, httpOnly: true, sameSite: 'Strict' }]);
  }
  const page = await context.newPage();
  page.reports = [];
  page.on('dialog', (dialog) => void dialog.dismiss());
  await page.exposeFunction('told', (words) => page.reports.push(words));
  await page.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (event) => window.told(event.violatedDirective)),
  );
  return page;
}

async function is_clean(page, where) {
  await page.waitForTimeout(300);
  if (planted) {
    await page.evaluate((text) => (document.querySelector('h1').innerHTML = text), SCRIPTS[0]);
    await page.waitForTimeout(200);
  }
  must(!(await page.evaluate(() => window.hit)), `a script ran on ${where}`);
  must(page.reports.length === 0, `the policy of ${where} had to stop ${page.reports.join(', ')}`);
  const own = await page.evaluate(() => document.querySelectorAll('img[src="x"], svg[onload]').length);
  must(own === 0, `${where} made elements of somebody's text`);
}

/** Text of another system is text: on each page that shows it, and in addresses. */
async function scripts({ plant, ...world }) {
  const summary = SCRIPTS.join(' ').slice(0, 180);
  const order = await plant.told('cmms', '/api/workorders', 'POST', {
    asset: 'FILLER-01',
    summary,
    description: summary,
    status: 'RELEASED',
    assigned: ['T-01'],
    checklist: SCRIPTS.map((text) => ({ text, type: 'TEXT' })),
  });
  const number = order.wonum;
  await plant.until('the order', async () => {
    const found = await plant.hub('GET', `/api/v1/technician/work/${number}`, undefined, plant.mia);
    return found.status === 200;
  });
  const desk = await page_of({ plant, ...world }, plant.chief);
  const evil = encodeURIComponent('<img src=x onerror=hit=1>');
  const shown = [`/orders/${number}`, `/trace/${number}`, '/orders?state=all'];
  for (const path of [...shown, `/trace/${evil}`, `/orders/${evil}`, `/parts/${evil}`, `/orders?q=${evil}`]) {
    await desk.goto(plant.url + path);
    await desk.locator('h1').first().waitFor();
    if (shown.includes(path)) await desk.getByText(SCRIPTS[0]).first().waitFor();
    await is_clean(desk, path);
  }
  const phone = await page_of({ plant, ...world }, plant.mia, { hasTouch: true });
  await phone.goto(`${plant.url}/tech/`);
  await phone.getByText(SCRIPTS[0]).first().waitFor();
  await is_clean(phone, '/tech/');
  for (const path of [`/tech/order?number=${number}`, `/tech/scan?code=${evil}`, `/tech/report?asset=${evil}`]) {
    await phone.goto(plant.url + path);
    await phone.locator('header').first().waitFor();
    await is_clean(phone, path);
  }
}

/** A page of another port of the same machine: the browser sends the cookie along, SameSite does not help. */
async function forged({ plant, ...world }) {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end('<h1>Win a phone</h1>');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const page = await page_of({ plant, ...world }, plant.chief);
  const carried = [];
  page.on('request', async (request) => {
    if (request.url().startsWith(`${plant.url}/api`)) carried.push((await request.allHeaders()).cookie ?? '');
  });
  await page.goto(planted ? plant.url : `http://127.0.0.1:${server.address().port}/`);
  const token = planted ? plant.chief['X-CSRF-Token'] : '';
  await page.evaluate(
    async ([url, csrf]) => {
      const body = JSON.stringify({ name: 'eve', roles: ['administrator'] });
      const send = (options) =>
        fetch(`${url}/api/v1/people`, { method: 'POST', body, credentials: 'include', ...options });
      const own = csrf ? { 'X-CSRF-Token': csrf } : {};
      await send({ mode: 'no-cors', headers: { 'Content-Type': 'text/plain' } }).catch(() => undefined);
      await send({ headers: { 'Content-Type': 'application/json', ...own } }).catch(() => undefined);
      const out = { method: 'DELETE', credentials: 'include' };
      if (!csrf) await fetch(`${url}/api/v1/session`, out).catch(() => undefined);
      const form = document.createElement('form');
      Object.assign(form, { action: `${url}/api/v1/people`, method: 'post', enctype: 'text/plain' });
      const field = document.createElement('input');
      Object.assign(field, { name: body.slice(0, -1) + ',"x":"', value: '"}' });
      form.append(field);
      document.body.append(form);
      if (!csrf) form.submit();
    },
    [plant.url, token],
  );
  await page.waitForTimeout(800);
  server.closeAllConnections();
  server.close();
  must(
    carried.some((cookie) => cookie.includes('session')),
    'the browser sent no cookie: nothing was tried',
  );
  const people = await plant.hub('GET', '/api/v1/people', undefined, plant.chief);
  must(people.status === 200, 'another page has signed the administrator out');
  must(!JSON.stringify(people.body).includes('"eve"'), 'another page has made an administrator');
}

/** A session that was planted before the sign-in is not the one after it. */
async function fixation({ plant, ...world }) {
  const known = plant.carl.Cookie; // the attacker's own session, put into the victim's browser
  const page = await page_of({ plant, ...world }, planted ? null : plant.carl);
  await page.goto(`${plant.url}/sign-in`);
  await page.evaluate(
    async ([name, secret]) => {
      await fetch('/api/v1/session', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
        body: JSON.stringify({ name, password: secret }),
      });
    },
    ['mia', password],
  );
  const after = (await page.context().cookies(plant.url)).map((one) => `${one.name}=${one.value}`).join('; ');
  const attacker = planted ? after : known;
  const seen = await plant.hub('GET', '/api/v1/session', undefined, { Cookie: attacker });
  must(seen.body.name !== 'mia', 'who planted the session is now somebody else');
}

async function digest_of(bytes) {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
const announced = async (bytes, id) => ({
  id,
  bytes: bytes.length,
  sha256: await digest_of(bytes),
  type: 'image/jpeg',
});
const a_jpeg = (filler) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(60_000, filler)]);

async function put_part(plant, id, bytes, session) {
  const response = await fetch(`${plant.url}/api/v1/technician/photos/${id}?offset=0`, {
    method: 'PUT',
    headers: { ...session, 'Content-Type': 'application/octet-stream' },
    body: bytes,
  });
  return response.status;
}
async function content(plant, id, session) {
  const response = await fetch(`${plant.url}/api/v1/technician/photos/${id}/content`, { headers: session });
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** Somebody else's picture: not read, not replaced by its name, not added to, not passed off as one's own. */
async function pictures({ plant }) {
  const id = crypto.randomUUID();
  const [hers, other] = [a_jpeg('m'), a_jpeg('e')];
  const eve = planted ? plant.mia : plant.eva;
  await plant.hub('POST', '/api/v1/technician/photos', await announced(hers, id), plant.mia);
  must(
    (await put_part(plant, id, hers, planted ? plant.mia : plant.eva)) === 404,
    'she adds to a picture of another',
  );
  await put_part(plant, id, hers, plant.mia);
  const again = await plant.hub('POST', '/api/v1/technician/photos', await announced(other, id), eve);
  must(again.status === 409, `a picture was announced over another one: ${again.status}`);
  must((await put_part(plant, id, other, eve)) === 404, 'bytes went into a finished picture of another');
  must((await content(plant, id, eve)).status === 403, 'she reads a picture of another');
  const body = { kind: 'photo', work_order: 'WO-000001', at: new Date().toISOString(), photo: id };
  const used = await plant.hub('POST', '/api/v1/technician/actions', body, eve);
  must(used.body.code === 'photo_missing', `she uses a picture of another: ${JSON.stringify(used.body)}`);
  const kept = await content(plant, id, plant.mia);
  must(kept.status === 200 && kept.bytes.equals(hers), 'the picture is not what it was');
}

/** Highest resident memory since it was asked last. */
function peak_kib(pid) {
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  writeFileSync(`/proc/${pid}/clear_refs`, '5'); // the high-water mark begins anew (proc(5))
  return peak;
}

/** Sends `bytes` of a body as fast as they are taken; gives the status and how many went out. */
function flood(plant, path, bytes, headers, chunked) {
  const socket = connect(plant.port, '127.0.0.1');
  const part = Buffer.alloc(MIB, 'x');
  const length = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes}`;
  const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  let [sent, text] = [0, ''];
  return new Promise((done) => {
    const end = () => done({ status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1] ?? 0), sent });
    socket.on('data', (got) => (text += got));
    socket.on('error', end);
    socket.on('close', end);
    socket.setTimeout(30_000, () => socket.destroy());
    socket.write(
      `PUT ${path} HTTP/1.1\r\nHost: 127.0.0.1:${plant.port}\r\nContent-Type: application/octet-stream\r\n` +
        `${own.join('')}${length}\r\n\r\n`,
    );
    const more = () => {
      while (sent < bytes && !socket.destroyed) {
        const head = chunked ? `${part.length.toString(16)}\r\n` : '';
        sent += part.length;
        if (!socket.write(Buffer.concat([Buffer.from(head), part, Buffer.from(chunked ? '\r\n' : '')]))) break;
      }
      if (sent >= bytes) socket.end();
    };
    socket.on('drain', more);
    more();
  });
}

/** 500 MB: not announced, not taken by length nor by stream, and the hub's memory stays what it was. */
async function large({ plant }) {
  const bytes = 500 * MIB;
  const id = crypto.randomUUID();
  const told = { ...(await announced(a_jpeg('l'), id)), bytes: planted ? 60_004 : bytes };
  const answer = await plant.hub('POST', '/api/v1/technician/photos', told, plant.mia);
  must(answer.status === 400, `a picture of ${told.bytes} bytes was announced: ${answer.status}`);
  peak_kib(plant.pid('hub'));
  await plant.hub('GET', '/api/v1/session');
  const before = peak_kib(plant.pid('hub'));
  const path = `/api/v1/technician/photos/${id}?offset=0`;
  const tries = [false, true, true, true].map((chunked) => flood(plant, path, bytes, plant.mia, chunked));
  for (const { status, sent } of await Promise.all(tries)) {
    must(status === 413 || status === 0, `a body of 500 MB was answered ${status}`);
    must(sent < 64 * MIB, `the hub took ${sent} bytes of it`);
  }
  const grown = peak_kib(plant.pid('hub')) - before;
  must(grown < 64 * 1024, `the hub has grown by ${grown} KiB`);
  const alive = await plant.hub('GET', '/api/v1/session');
  must(alive.status === 200, 'the hub does not answer any more');
  console.log(`     four floods of 500 MB: the hub's peak grew by ${grown} KiB`);
}

/** One request as it is written, which fetch would put in order. */
function raw(plant, path, session) {
  const socket = connect(plant.port, '127.0.0.1');
  let text = '';
  return new Promise((done) => {
    socket.on('data', (got) => (text += got.toString('latin1')));
    socket.on('error', () => done(text));
    socket.on('close', () => done(text));
    const accept = 'Accept: text/html\r\nConnection: close';
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${plant.port}\r\nCookie: ${session.Cookie}\r\n${accept}\r\n\r\n`,
    );
  });
}

/** Paths that climb out of where the files are. */
async function paths({ plant }) {
  const up = ['../', '..%2f', '..%2F', '..%5c', '..\\', '%2e%2e/', '%2e%2e%2f', '..%252f', '....//', '.%00./'];
  const targets = up.flatMap((one) => [`${one.repeat(8)}etc/passwd`, `${one}data/identity.db`, `${one}tieline.yaml`]);
  const places = ['/', '/assets/', '/tech/', '/tech/assets/', '//', '/api/v1/technician/photos/'];
  const asked = places.flatMap((place) => targets.map((target) => place + target));
  asked.push(
    '/index.html%00.js',
    '/%00',
    '/assets/%c0%ae%c0%ae/x',
    `/assets/${'a/'.repeat(3000)}`,
    `/${'x'.repeat(40_000)}`,
  );
  const photo = '/api/v1/technician/photos/';
  asked.push(`${photo}${crypto.randomUUID().toUpperCase()}/content`, `${photo}${crypto.randomUUID()}%00/content`);
  asked.push(
    `${photo}..%2f..%2fidentity.db/content`,
    `${photo}${'a'.repeat(6000)}/content`,
    `${photo}%2e%2e/content`,
  );
  if (planted) asked.push('/icon.svg');
  for (const path of asked) {
    const text = await raw(plant, path, plant.mia);
    const status = Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1] ?? 0);
    const short = `${path.slice(0, 60)} was answered ${status}`;
    must(!/root:.*:0:0:|SQLite format|data_dir:/.test(text), `${short} with a file of this machine`);
    // What looks like a place within an app is answered with the app's own page.
    const own_page = status === 200 && /<title>[^<]*Tieline/.test(text);
    must(own_page || [400, 403, 404, 414, 431].includes(status), `${short} ${text.slice(0, 200)}`);
  }
  must((await plant.hub('GET', '/api/v1/session')).status === 200, 'the hub does not answer any more');
}

/** Two people, one browser: what the first did without a network is not sent in the session of the second. */
async function borrowed({ plant }) {
  const hands = new Hands(plant.url);
  const title = 'Belt of packer 1 slips';
  const { wonum } = await plant.told('cmms', '/api/workorders', 'POST', {
    asset: 'PACKER-01',
    summary: title,
    status: 'RELEASED',
    assigned: ['T-01'],
  });
  try {
    await hands.open();
    await hands.sign_in();
    await hands.settled_in();
    await hands.see(title);
    await hands.network(false);
    await hands.page.getByText(title).click();
    await hands.press('Start work');
    await hands.context.clearCookies();
    const [name, value] = (planted ? plant.mia : plant.eva).Cookie.split('=');
    await hands.context.addCookies([{ name, value, url: plant.url, httpOnly: true, sameSite: 'Strict' }]);
    await hands.network(true);
    await hands.see(/Sign in again to send/).catch(() => undefined);
    const order = await plant.told('cmms', `/api/workorders/${wonum}`);
    must(order.working.length === 0, `work was sent in a borrowed session, by ${order.working.join()}`);
    await hands.page.getByRole('link', { name: /Sign in again/ }).click();
    await hands.page.getByLabel('Name').fill('eva');
    await hands.page.getByLabel('Password').fill(password);
    await hands.press('Sign in');
    await hands.see('Mia Okafor has work on this phone that is not sent');
    await hands.sign_in_as('mia');
    const began = async () => (await plant.told('cmms', `/api/workorders/${wonum}`)).working.join();
    must(await plant.until('the start', began, 15_000).catch(() => false), 'her own work did not follow her sign-in');
    must((await began()) === 'T-01', `work was sent under another name: ${await began()}`);
  } finally {
    await hands.close();
  }
}

const CHECKS = { scripts, forged, fixation, pictures, large, paths, borrowed };

async function main() {
  const plant = await Plant.start(positionals[0], values['web-dir']);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  let bad = 0;
  try {
    const eva = { name: 'eva', full_name: 'Eva Lindt', roles: ['technician'], person_code: 'T-02' };
    plant.eva = await plant.invite(plant.chief, eva);
    for (const [name, check] of Object.entries(CHECKS)) {
      if (values.only && name !== values.only) continue;
      const began = Date.now();
      reds = [];
      const failed = await check({ plant, browser }).then(() => '').catch((error) => error.stack); // prettier-ignore
      const good = planted ? reds.length > 0 : !failed && reds.length === 0;
      if (!good) bad += 1;
      const words = [...reds.slice(0, 6), ...(good ? [] : [failed])].join('\n       ');
      const verdict = good ? (planted ? 'red ' : 'ok  ') : 'FAIL';
      console.log(`${verdict} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s) ${words}`);
    }
  } finally {
    await browser.close();
    await plant.stop();
  }
  process.exit(bad ? 1 : 0);
}

await main();
