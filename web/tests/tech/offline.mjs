// A technician does orders where there is no network; the network comes back. In the CMMS the order is completed with
// labor, part, steps and pictures; in the ERP the part is issued and the cost is booked once; a controller sees it on
// the open page. The same when browser, hub or answers are lost in the middle.
//   node tests/tech/offline.mjs TIELINE [--web-dir DIST] [--pictures FOLDER] [--only STEP] [--sabotage keys|outbox]
// `--sabotage` plants a fault and ends well where the comparison finds it.
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { Plant } from '../plant.mjs';
import { CHROMIUM, Hands } from './hands.mjs';
import { begin, CENTS, close, differences, effects, ONCE, picture_faults, release, take } from './job.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    'web-dir': { type: 'string' },
    pictures: { type: 'string' },
    sabotage: { type: 'string' },
  },
});
const ACTIONS = '**/api/v1/technician/actions';
const PHOTOS = '**/api/v1/technician/photos**';
const THROUGH_MS = values.sabotage ? 30_000 : 60_000;

/** A mismatch of what is with what must be: what `--sabotage` has to bring about. */
class Differs extends Error {}

/** The controller's page: open all the time, never loaded anew. */
class CostPage {
  orders = 0;

  static async open(plant) {
    const page = new CostPage();
    page.browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    const context = await page.browser.newContext({ viewport: { width: 1440, height: 900 } });
    const [name, value] = plant.carl.Cookie.split('=');
    await context.addCookies([{ name, value, url: plant.url, httpOnly: true, sameSite: 'Strict' }]);
    page.page = await context.newPage();
    await page.page.goto(`${plant.url}/cost`);
    await page.page.getByText('Net', { exact: true }).first().waitFor();
    await page.page.evaluate(() => (window.since_the_start = true));
    return page;
  }

  /** One more order stands in the total, to the cent. */
  async shows_one_more() {
    this.orders += 1;
    const wanted = ((this.orders * CENTS) / 100).toFixed(2);
    const net = this.page.locator('dl.figures div', { hasText: 'Net' }).locator('dd').first();
    const shown = async () => (await net.innerText()).replace(/[^0-9.]/g, '');
    for (const end = Date.now() + 30_000; (await shown()) !== wanted;) {
      if (Date.now() > end) throw new Differs(`the cost page shows ${await shown()} instead of ${wanted}`);
      await this.page.waitForTimeout(100);
    }
    if (!(await this.page.evaluate(() => window.since_the_start))) throw new Differs('the cost page was loaded anew');
  }
}

/** Waits until all is through, then compares both systems and the phone with what must be. */
async function holds(plant, cost, hands, number) {
  const open = async () =>
    (await hands.kept('outbox')).filter((one) => one.order === number && !is_through(one)).map(in_words);
  for (const end = Date.now() + THROUGH_MS; (await open()).length;) {
    if (Date.now() > end) break;
    await new Promise((done) => setTimeout(done, 200));
  }
  const found = differences(await effects(plant, number), ONCE);
  found.push(...(await picture_faults(plant, hands, number)));
  found.push(...(await open()).map((one) => `still open on the phone: ${one}`));
  if (found.length) throw new Differs(`${number}:\n  ${found.join('\n  ')}`);
  await cost.shows_one_more();
}

const POSTED = ['part', 'labor', 'finish'];
const is_through = (one) => one.state === (POSTED.includes(one.body.kind) ? 'posted' : 'sent');
const in_words = (one) => `${one.body.kind} ${one.state} ${one.why ?? ''}`;

/** Calls `act` once, when the phone sends its `nth` request that fits. */
function at_request(hands, nth, fits, act) {
  let count = 0;
  return new Promise((done, failed) => {
    const late = setTimeout(() => failed(new Error(`request ${nth} never came, only ${count}`)), THROUGH_MS);
    const seen = (request) => {
      if (!fits(request) || ++count !== nth) return;
      clearTimeout(late);
      hands.page.off('request', seen);
      void act().then(done, failed);
    };
    hands.page.on('request', seen);
  });
}
const sends_action = (request) => request.method() === 'POST' && request.url().endsWith('/technician/actions');
const sends_part = (request) => request.method() === 'PUT' && request.url().includes('/technician/photos/');

/** Opens the app, finds the new order, and goes where there is no network. */
async function go_offline(plant, hands, title) {
  const number = await release(plant, title);
  await hands.open();
  await hands.come_in();
  await hands.settled_in();
  await hands.see(title);
  await hands.network(false);
  await hands.reload();
  await hands.see('Offline');
  return number;
}

async function clean({ plant, cost, hands }) {
  const number = await go_offline(plant, hands, 'Seal of valve 12 leaks');
  await hands.look('work-offline');
  await begin(hands, 'Seal of valve 12 leaks');
  await take(hands, 'QRCode');
  await hands.reload();
  await close(hands, number);
  await hands.page.goto(`${plant.url}/tech/sent`);
  await hands.see('Saved on this phone');
  await hands.look('queue');
  await hands.network(true);
  await holds(plant, cost, hands, number);
  await hands.see('Posted in the ERP');
  await hands.look('posted');
}

/** Killed after the work, with nothing sent; killed again with half of it sent, and in the middle of a picture. */
async function killed_browser({ plant, cost, hands }) {
  const number = await go_offline(plant, hands, 'Browser of pump 2 dies');
  await begin(hands, 'Browser of pump 2 dies');
  await take(hands, 'Code128');
  await hands.kill();
  if (values.sabotage === 'outbox') hands.forgets = true;
  await hands.open('/tech/', false);
  await hands.page.getByText('Browser of pump 2 dies').click();
  await close(hands, number);
  await hands.kill();
  const moments = [
    [1, sends_part],
    [2, sends_action],
    [4, sends_action],
  ];
  for (const [nth, fits] of values.sabotage ? [] : moments) {
    await hands.open('/tech/sent', false);
    const dead = at_request(hands, nth, fits, () => hands.kill());
    await hands.network(true);
    await Promise.race([dead, hands.sign_in_again().catch(() => dead)]); // it may die while its first screen changes
    await dead;
  }
  await hands.open('/tech/sent');
  await hands.sign_in_again();
  await holds(plant, cost, hands, number);
}

/** Killed while requests are under way: in the steps, in a picture, and with the close-out taken but not passed on. */
async function killed_hub({ plant, cost, hands }) {
  const number = await go_offline(plant, hands, 'Hub dies over filler 3');
  await begin(hands, 'Hub dies over filler 3');
  await take(hands, 'DataMatrix');
  await close(hands, number);
  const finishes = (request) => sends_action(request) && request.postData().includes('"finish"');
  for (const [nth, fits] of [
    [1, sends_part],
    [3, sends_action],
    [1, finishes],
  ]) {
    const dead = at_request(hands, nth, fits, () => plant.kill('hub'));
    await hands.network(true);
    await dead;
    await plant.run('hub');
  }
  await holds(plant, cost, hands, number);
}

/** Every answer is lost once after the hub took the request; in the end each request is sent once more, backwards. */
async function repeated({ plant, cost, hands }) {
  const number = await go_offline(plant, hands, 'Answers of capper 1 get lost');
  await begin(hands, 'Answers of capper 1 get lost');
  await take(hands, 'QRCode');
  await close(hands, number);
  const sent = new Map();
  await hands.page.route(ACTIONS, (route) => lose_once(route, sent));
  await hands.page.route(PHOTOS, (route) => lose_once(route, sent));
  await hands.network(true);
  await holds(plant, cost, hands, number);
  const actions = [...sent.values()].filter((one) => one.url.endsWith('/actions'));
  if (actions.length < 11) throw new Differs(`only ${actions.length} actions were seen on their way`);
  await hands.page.unrouteAll();
  for (const one of actions.reverse()) {
    const again = await plant.hub('POST', new URL(one.url).pathname, one.body, await hands.headers_of(one));
    if (again.status !== 200 || again.headers.get('Idempotent-Replayed') !== 'true')
      throw new Differs(`a repeat was answered ${again.status} ${JSON.stringify(again.body)}`);
  }
  await new Promise((done) => setTimeout(done, 1500)); // a second effect would come now
  const found = differences(await effects(plant, number), ONCE);
  if (found.length) throw new Differs(`${number} after all was sent again:\n  ${found.join('\n  ')}`);
}

async function lose_once(route, sent) {
  const request = route.request();
  if (request.method() === 'GET') return route.continue();
  const headers = await request.allHeaders();
  const key = `${request.method()} ${request.url()} ${headers['idempotency-key'] ?? ''}`;
  if (!sent.has(key)) {
    const answer = await route.fetch();
    if (answer.status() === 403) return route.fulfill({ response: answer }); // it asks for the session's token first
    sent.set(key, { url: request.url(), body: request.postData(), headers });
    return route.abort('connectionreset');
  }
  if (values.sabotage !== 'keys' || !sends_action(request)) return route.continue();
  return route.continue({ headers: { ...headers, 'idempotency-key': crypto.randomUUID() } });
}

const STEPS = { clean, 'killed browser': killed_browser, 'killed hub': killed_hub, 'repeated sends': repeated };
const SABOTAGED = { keys: 'repeated sends', outbox: 'killed browser' };

async function run(world, name) {
  const began = Date.now();
  const hands = new Hands(world.plant.url, values.pictures);
  try {
    await STEPS[name]({ ...world, hands });
    if (hands.faults.length) throw new Error(hands.faults.join('\n'));
    console.log(`ok   ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    return null;
  } catch (failed) {
    await hands.look('failed').catch(() => undefined);
    return failed;
  } finally {
    await hands.close();
  }
}

async function main() {
  if (values.pictures) mkdirSync(values.pictures, { recursive: true });
  const plant = await Plant.start(positionals[0], values['web-dir']);
  const cost = await CostPage.open(plant);
  let bad = 0;
  try {
    for (const name of values.sabotage
      ? [SABOTAGED[values.sabotage]]
      : values.only
        ? [values.only]
        : Object.keys(STEPS)) {
      const failed = await run({ plant, cost }, name);
      const wanted = values.sabotage ? failed instanceof Differs : !failed;
      if (!wanted) bad += 1;
      if (failed)
        console.log(`${wanted ? 'found' : 'FAIL'} ${name}: ${wanted ? failed.message : (failed.stack ?? failed)}`);
      else if (!wanted) console.log(`FAIL ${name}: the planted fault was not found`);
    }
  } finally {
    await cost.browser.close();
    await plant.stop();
  }
  process.exit(bad ? 1 : 0);
}

await main();
