// The supervisor's board follows within two seconds: an order begun on the phone, where the technician is, a pause that
// hides it, and what the CMMS says of an order. Measured from the request that causes it to the words on the page.
//   node tests/board.mjs TIELINE
// TIELINE_SABOTAGE=deaf_board: the page hears nothing new from the hub; every step must then be too late.
import { chromium } from 'playwright-core';
import { password, PERSON, Plant } from './plant.mjs';

const FOLLOWS_MS = Number(process.env.TIELINE_FOLLOWS_MS ?? 2000); // ./test, beside others: more
const plant = await Plant.start(process.argv[2]);
const browser = await chromium.launch({
  executablePath: process.env.TIELINE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
let bad = 0;
let mia;

/** Runs `cause`, then waits for `seen`; says how long it took. */
async function follows(name, cause, seen) {
  const began = performance.now();
  try {
    await cause();
    await seen();
  } catch (failed) {
    bad += 1;
    return console.log(`FAIL ${name}: ${String(failed.message ?? failed).split('\n')[0]}`);
  }
  const took = Math.round(performance.now() - began);
  if (took > FOLLOWS_MS) bad += 1;
  console.log(`${took > FOLLOWS_MS ? 'FAIL' : 'ok  '} ${name} (${took} ms of ${FOLLOWS_MS})`);
}

async function phone(method, path, body) {
  const answer = await plant.hub(method, `/api/v1/technician/${path}`, body, mia);
  if (answer.status > 299) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
const act = (kind, number) => phone('POST', 'actions', { kind, work_order: number, at: new Date().toISOString() });
const here = (zone) => phone('PUT', 'location', { zone, by: 'zone_code', at: new Date().toISOString() });

async function main() {
  const signed = await plant.hub('POST', '/api/v1/session', { name: 'mia', password });
  mia = { Cookie: signed.headers.get('set-cookie').split(';')[0], 'X-CSRF-Token': signed.body.csrf };
  const order = await plant.told('cmms', '/api/workorders', 'POST', {
    asset: 'FILLER-01',
    summary: 'Valve drips',
    work_type: 'CM',
    status: 'RELEASED',
    assigned: [PERSON],
  });
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(`${plant.url}/sign-in?next=/board`);
  await page.getByLabel('Name').fill('chief');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const lane = (name) => page.getByRole('region', { name, exact: true });
  await lane('Ready').getByText(order.wonum).waitFor({ timeout: 30_000 });
  const person = page.getByRole('row', { name: /Mia Okafor/ });
  if (process.env.TIELINE_SABOTAGE === 'deaf_board') await page.route('**/api/v1/board*', (route) => route.abort());
  const soon = { timeout: Math.max(5000, FOLLOWS_MS) };
  await follows(
    'an order is begun on the phone',
    () => act('start', order.wonum),
    () => person.getByText('At work').waitFor(soon),
  );
  await follows(
    'she scans a zone',
    () => here('LINE-2'),
    () => person.getByText('Line 2').waitFor(soon),
  );
  await follows(
    'she moves',
    () => here('WAREHOUSE'),
    () => person.getByText('Warehouse').waitFor(soon),
  );
  await follows(
    'she pauses, and her place is hidden',
    () => act('pause', order.wonum),
    async () => {
      await person.getByText('Paused').waitFor(soon);
      await person.getByText('Warehouse').waitFor({ state: 'detached', ...soon });
    },
  );
  await follows(
    'the CMMS changes the order',
    () => plant.told('cmms', `/api/workorders/${order.wonum}`, 'PATCH', { summary: 'Valve drips badly' }),
    () => page.getByText('Valve drips badly').waitFor(soon),
  );
  await on_the_phone(order.wonum, person, soon);
}

/** The app itself: she agrees, starts, and scans the code of a zone. Without the agreement nothing is told. */
async function on_the_phone(number, person, soon) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
  const [name, value] = mia.Cookie.split('=');
  await context.addCookies([{ name, value, url: plant.url, httpOnly: true, sameSite: 'Strict' }]);
  const app = await context.newPage();
  await app.goto(`${plant.url}/tech/order?number=${number}`);
  const scan = () => app.goto(`${plant.url}/tech/scan?code=ZONE%3AUTILITY`);
  await follows(
    'she starts in the app',
    () => app.getByRole('button', { name: /Start work|Go on/ }).click(),
    () => person.getByText('At work').waitFor(soon),
  );
  await scan();
  await app.getByText('Nobody is told where you are').waitFor(soon);
  await app.goto(`${plant.url}/tech/more`);
  await app.getByRole('button', { name: 'Not told to anybody' }).click();
  await follows('she agrees and scans a zone', scan, () => person.getByText('Utilities').waitFor(soon));
  await app.goto(`${plant.url}/tech/more`);
  await follows(
    'she takes it back',
    () => app.getByRole('button', { name: 'Told while you work' }).click(),
    () => person.getByText('scanned the zone').waitFor({ state: 'detached', ...soon }),
  );
  await context.close();
}

try {
  await main();
} catch (failed) {
  bad += 1;
  console.log(`FAIL board: ${failed.stack ?? failed}`);
} finally {
  await browser.close();
  await plant.stop();
}
process.exit(bad ? 1 : 0);
