// Pictures of every page, light and dark, on a desk and on a phone, from a plant at work; and of the technician's screens
// (those from the stand-in of tests/tech, which shows every state).
//   node tests/screenshots.mjs PATH_OF_TIELINE FOLDER --dist DIST [--only NAME]
// WebP, so that a whole set stays small: Chromium itself writes it, by way of a canvas.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { World } from './world.mjs';

const [program, folder] = process.argv.slice(2);
const option = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : '');
const [only, dist] = [option('--only'), option('--dist')];
if (!program || !folder || !dist)
  throw new Error('usage: node screenshots.mjs PATH_OF_TIELINE FOLDER --dist DIST [--only NAME]');

const CONSOLE = {
  overview: '/',
  exceptions: '/exceptions',
  exception: '/exceptions',
  board: '/board',
  orders: '/orders?state=all',
  order: '/orders/{order}',
  parts: '/parts?state=all',
  part: '/parts/P-2001',
  cost: '/cost',
  assets: '/assets',
  asset: '/assets/FILLER-01',
  replace: '/replace',
  flow: '/flow',
  sync: '/sync',
  trace: '/trace/{order}',
  settings: '/settings',
};
const SIZES = { desk: [1440, 900], phone: [390, 844] };

/** PNG bytes as WebP. */
async function webp(browser, png) {
  const page = await browser.newPage();
  const text = await page.evaluate(async (data) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${data}`;
    await picture.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext('2d').drawImage(picture, 0, 0);
    return canvas.toDataURL('image/webp', 0.88).split(',')[1];
  }, png.toString('base64'));
  await page.close();
  return Buffer.from(text, 'base64');
}

async function keep(browser, png, name) {
  const path = join(folder, `${name}.webp`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await webp(browser, png));
}

/** As the administrator, whom the first link makes; gives the headers of that session. */
async function sign_in(world) {
  const response = await fetch(`${world.url}/api/v1/session/link`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      code: world.link,
      name: 'lena',
      full_name: 'Lena Marsh',
      password: 'four quiet green pumps',
    }),
  });
  if (!response.ok) throw new Error(`the first link was refused: ${await response.text()}`);
  const cookie = response.headers.get('set-cookie').split(';')[0];
  world.headers = { Cookie: cookie, 'X-CSRF-Token': (await response.json()).csrf };
  const [name, value] = cookie.split('=');
  world.cookies = [{ name, value, url: world.url, httpOnly: true, sameSite: 'Strict' }];
}

/** Something to show: jobs done, one that the ERP refuses, values of assets, a technician at work. */
async function live(world) {
  for (const number of ['WX-1', 'WX-2']) await world.refused_order(number);
  const facts = {
    replacement_value: '185000.00',
    currency: 'EUR',
    in_service: '2014-05-01',
    reason: 'quote of 2026',
  };
  for (const asset of ['FILLER-01', 'COMP-01', 'PACKER-01']) {
    await world.api(`/api/v1/assets/${asset}/facts`, facts, 'PUT');
  }
  for (const [name, full_name, code] of [
    ['mia', 'Mia Okafor', 'T-01'],
    ['tom', 'Tom Brandt', 'T-02'],
  ]) {
    await world.api('/api/v1/people', { name, full_name, roles: ['technician'], person_code: code, craft: 'MECH' });
  }
  const done = (list) => list.work_orders.filter((one) => one.settled).length >= 20;
  const list = await world.until('/api/v1/work-orders?limit=500', done, 240_000);
  return list.work_orders.find((one) => one.settled && one.totals?.length).number;
}

async function phone_screens(browser) {
  const made = mkdtempSync(join(tmpdir(), 'tieline-screens-'));
  try {
    const run = spawnSync(process.execPath, [join(import.meta.dirname, 'tech/screens.mjs'), dist, made]);
    if (run.status !== 0) throw new Error(`the phone's screens: ${run.stderr}`);
    for (const name of readdirSync(made).filter((one) => /-(light|dark)\.png$/.test(one))) {
      await keep(browser, readFileSync(join(made, name)), `phone/${name.slice(0, -4)}`);
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

const world = await World.start(program, ['--speed', '6'], true);
try {
  await sign_in(world);
  const order = await live(world);
  if (!only) await phone_screens(world.browser);
  for (const [name, path] of Object.entries(CONSOLE)) {
    if (only && only !== name) continue;
    const page = await world.page();
    await page.context().addCookies(world.cookies);
    await page.goto(world.url + path.replace('{order}', order));
    if (name === 'exception') {
      await page
        .getByRole('link', { name: /Unknown cost center/ })
        .first()
        .click();
      await page.getByText('does not exist').first().waitFor();
    }
    await page.waitForFunction(
      () => !document.querySelector('[aria-busy=true]') && !/\bLoading\b/.test(document.body.innerText),
    );
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.waitForTimeout(250);
        await keep(world.browser, await page.screenshot(), `${name}-${size}-${colorScheme}`);
      }
    }
    console.log(name);
    await page.close();
  }
} finally {
  await world.stop();
}
