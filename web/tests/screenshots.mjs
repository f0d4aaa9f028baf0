// Pictures of every page, light and dark, on a desk and on a phone, from a plant at work.
//   node tests/screenshots.mjs PATH_OF_TIELINE FOLDER [--only NAME]
// WebP, so that a whole set stays small: Chromium itself writes it, by way of a canvas.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { World } from './world.mjs';

const [program, folder] = process.argv.slice(2);
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : '';
if (!program || !folder) throw new Error('usage: node screenshots.mjs PATH_OF_TIELINE FOLDER [--only NAME]');

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

export async function picture(browser, page, name) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.webp`), await webp(browser, await page.screenshot()));
}

/** Something to show: jobs done, one that the ERP refuses, a value of an asset. */
async function live(world) {
  for (const number of ['WX-1', 'WX-2']) await world.refused_order(number);
  const facts = {
    replacement_value: '185000.00',
    currency: 'EUR',
    in_service: '2014-05-01',
    reason: 'quote of 2026',
  };
  for (const asset of ['FILLER-01', 'COMP-01', 'PACKER-01']) {
    await fetch(`${world.url}/api/v1/assets/${asset}/facts`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(facts),
    });
  }
  const done = (list) => list.work_orders.filter((one) => one.settled).length >= 20;
  const list = await world.until('/api/v1/work-orders?limit=500', done, 240_000);
  return list.work_orders.find((one) => one.settled && one.totals?.length).number;
}

const world = await World.start(program, ['--speed', '6']);
try {
  const order = await live(world);
  for (const [name, path] of Object.entries(CONSOLE)) {
    if (only && only !== name) continue;
    const page = await world.page();
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
        await picture(world.browser, page, `${name}-${size}-${colorScheme}`);
      }
    }
    console.log(name);
    await page.close();
  }
} finally {
  await world.stop();
}
