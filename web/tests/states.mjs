// What each page shows while the hub has not answered yet, and when it refuses: told in words, accessible in light and
// dark, never wider than the window, and well again once the hub answers.
import { PAGES_OF_DATA } from './addresses.mjs';
import { violations } from './axe.mjs';
import { expect } from './world.mjs';

const DATA = '**/api/v1/**';
// Who is signed in is known before a page is shown.
const not_data = (url) => /\/api\/v1\/session\b/.test(url);
// What a page must not say while it knows nothing.
const ALL_WELL = /Every system answers|No exceptions|No work orders yet|Nothing passed|No part fits|No cost in/;
const problem = {
  type: 'urn:x',
  title: 'The store is busy',
  status: 503,
  code: 'busy',
  detail: 'Try again soon.',
};

async function look(page, path, faults) {
  for (const [width, height, colorScheme] of [
    [320, 700, 'light'],
    [1440, 900, 'light'],
    [1440, 900, 'dark'],
  ]) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(60);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) faults.push(`${path} at ${width}: ${wide} px wider than the window`);
    if (width !== 320) faults.push(...(await violations(page)).map((one) => `${path} ${colorScheme}: ${one}`));
  }
}

/** Script errors and breaches of the policy; that the hub was made to refuse is no fault of the page. */
const own_faults = (page, path) =>
  page.faults.filter((one) => !/503|Failed to load resource/.test(one)).map((one) => `${path}: ${one}`);

const refuse = (route) => route.fulfill({ status: 503, json: problem, contentType: 'application/problem+json' });

async function loading(world) {
  const faults = [];
  for (const path of PAGES_OF_DATA) {
    const page = await world.page();
    let open;
    const opened = new Promise((resolve) => (open = resolve));
    await page.route(DATA, async (route) => {
      if (!not_data(route.request().url())) await opened;
      await route.continue().catch(() => undefined);
    });
    await page.goto(world.url + path);
    const told = page.getByRole('status').filter({ hasText: 'Loading' }).first();
    await told
      .waitFor({ state: 'attached', timeout: 10_000 })
      .catch(() => faults.push(`${path} does not say that it loads`));
    if ((await page.getByText(ALL_WELL).count()) > 0) faults.push(`${path} says that all is well before it knows`);
    if ((await page.locator('h1').count()) !== 1) faults.push(`${path} has no heading while it loads`);
    await look(page, `${path} loading`, faults);
    open();
    const busy = () => !document.querySelector('[aria-busy=true]');
    await page
      .waitForFunction(busy, undefined, { timeout: 15_000 })
      .catch(() => faults.push(`${path} loads for ever`));
    faults.push(...own_faults(page, path));
    await page.close();
  }
  expect(faults.length === 0, `\n  ${faults.join('\n  ')}`);
}

async function failed(world) {
  const faults = [];
  for (const path of PAGES_OF_DATA) {
    const page = await world.page();
    let refused = 0;
    await page.route(DATA, (route) => {
      if (not_data(route.request().url())) return route.continue();
      ++refused;
      return refuse(route);
    });
    await page.goto(world.url + path);
    const told = page.getByText('The store is busy').first();
    await told.waitFor({ timeout: 10_000 }).catch(() => faults.push(`${path} does not say what failed`));
    if ((await page.getByText(ALL_WELL).count()) > 0)
      faults.push(`${path} says that all is well while nothing is known`);
    await look(page, `${path} failed`, faults);
    await page.unroute(DATA);
    const again = page.getByRole('button', { name: 'Try again' });
    for (let left = 30; left > 0 && (await again.count()) > 0; --left) {
      await again
        .first()
        .click({ timeout: 2000 })
        .catch(() => undefined);
      await page.waitForTimeout(200);
    }
    await told.waitFor({ state: 'detached', timeout: 10_000 }).catch(() => faults.push(`${path} stays failed`));
    if (refused === 0) faults.push(`${path} asked the hub for nothing`);
    faults.push(...own_faults(page, path));
    await page.close();
  }
  expect(faults.length === 0, `\n  ${faults.join('\n  ')}`);
}

/** The log's events alone fail, while the hub tells its state: what follows them says so, and is well by itself later. */
async function events_failed(world) {
  for (const path of ['/', '/sync', '/flow']) {
    const page = await world.page();
    await page.route('**/api/v1/events?*', refuse);
    await page.goto(world.url + path);
    const told = page.getByText('The store is busy').first();
    await told.waitFor({ timeout: 10_000 });
    expect((await page.getByText('Nothing passed').count()) === 0, `${path} says that nothing passed`);
    await page.unroute('**/api/v1/events?*');
    await told.waitFor({ state: 'detached', timeout: 10_000 });
    await page.close();
  }
}

export const state_steps = {
  'every page while it loads': loading,
  'every page that fails': failed,
  'the events alone fail': events_failed,
};
