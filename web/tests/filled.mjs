// Pages and dialogs that stay empty in a fresh plant, filled with made-up answers of the hub: the board with its plan,
// repair or replace, the settings and both dialogs. Seen by axe in light and dark, then used.
import { small_targets, violations } from './axe.mjs';
import { expect } from './world.mjs';

const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90"><path fill="#888" d="M0 0h80v90H0z"/>' +
  '<path fill="#000" d="M80 0h80v90H80z"/></svg>';
const PLAN = {
  picture: true,
  zones: [
    { code: 'L1', name: 'Line 1', x: 2, y: 4, width: 46, height: 90 },
    { code: 'WH', name: 'Warehouse', x: 52, y: 4, width: 46, height: 90 },
  ],
};
const BOARD = {
  as_of: ago(0),
  cut: true,
  orders: [
    { number: 'W-1', status: 'released', title: 'Seal', asset: 'P-1', zone: 'L1', due_at: ago(90) },
    { number: 'W-2', status: 'in_progress', title: 'Valve', asset: 'P-2', zone: 'L1', working: ['T1'] },
    { number: 'W-3', status: 'in_progress', title: 'Belt', zone: 'WH' },
    { number: 'W-4', status: 'approved', title: 'Pump', zone: 'WH' },
    { number: 'W-5', status: 'completed', title: 'Lamp', zone: 'WH', completed_at: ago(5) },
  ],
  people: [
    {
      code: 'T1',
      name: 'Mia Okafor',
      state: 'working',
      work_order: 'W-2',
      since: ago(20),
      place: { zone: 'L1', by: 'zone_code', at: ago(4) },
    },
    { code: 'T2', name: 'Jon Berg', state: 'paused', work_order: 'W-3', since: ago(9) },
    { code: 'T3', name: 'Ida Lund', state: 'free' },
    { code: 'T4', name: 'Tom Reyes', state: 'working', work_order: 'W-3', since: ago(9) },
  ],
};
const month = (back) => {
  const day = new Date();
  day.setUTCDate(1);
  day.setUTCMonth(day.getUTCMonth() - back);
  return day.toISOString().slice(0, 7);
};
const cost = (asset, back, net, currency) => ({
  key: `asset:${asset}|${month(back)}|${currency}`,
  posted: net,
  reversed: '0',
  net,
  documents: 1,
});
const back = Array.from({ length: 16 }, (_, n) => n + 1);
const COSTS = {
  rows: [
    ...back.map((n) => cost('DEAR-1', n, '500.00', 'EUR')),
    ...back.map((n) => cost('CHEAP-1', n, '5.00', 'EUR')),
    ...back.map((n) => cost('OTHER-1', n, '900.00', 'USD')),
    cost('RARE-1', 3, '70.00', 'EUR'),
    cost('BARE-1', 3, '70.00', 'EUR'),
  ],
};
const worth = (asset) => ({ asset, replacement_value: '20000.00', currency: 'EUR' });
const FACTS = { assets: ['DEAR-1', 'CHEAP-1', 'OTHER-1', 'RARE-1'].map(worth) };
const field = (name, kind, value) => ({
  name,
  kind,
  required: kind === 'url',
  // As the sandbox ERP's list of objects: long, and without a space.
  fallback:
    kind === 'integer' ? '30' : kind === 'text' ? 'material,planning,stock,reservation,requisition,'.repeat(4) : '',
  help: 'As the other system calls it',
  from: 'file',
  ...(value ? { value } : {}),
});
const SETTINGS = {
  file: 'tieline.yaml',
  pending: true,
  connectors: [
    {
      name: 'erp',
      system: 'sandbox_erp',
      title: 'Sandbox ERP',
      tested_with: '1.0',
      sites: ['p1'],
      fields: [
        field('base_url', 'url', 'http://127.0.0.1:1'),
        field('url', 'text'),
        field('retries', 'integer'),
        field('token', 'secret'),
      ],
    },
  ],
  sites: [{ id: 'p1', name: 'Plant 1', thresholds: [80, 100] }],
};

/** A page of somebody with these roles, over made-up answers. No roles: a hub without sign-in. */
async function open(world, path, roles, settings = SETTINGS) {
  const page = await world.page();
  const answer = (pattern, json) => page.route(pattern, (route) => route.fulfill({ json }));
  if (roles) {
    const session = { sign_in: 'on', signed_in: true, name: 'lena', full_name: 'Lena Marsh', roles, csrf: 'c' };
    await answer('**/api/v1/session', session);
  }
  await answer('**/api/v1/board*', BOARD);
  await answer('**/api/v1/floor-plan', PLAN);
  await answer('**/api/v1/floor-plan?*', PLAN);
  await page.route('**/api/v1/floor-plan/picture*', (route) =>
    route.fulfill({ body: PICTURE, contentType: 'image/svg+xml' }),
  );
  await answer('**/api/v1/assets?*', FACTS);
  await answer('**/api/v1/cost?*', COSTS);
  await answer('**/api/v1/settings', settings);
  await page.goto(world.url + path);
  return page;
}

/** Runs in the page: until the colours of the other scheme have all been painted, also where they fade. */
const settled = async () => {
  for (let frames = 0; frames < 2; ++frames) await new Promise((resolve) => requestAnimationFrame(resolve));
  await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)));
};

/** Axe, small targets and the width, in light and dark on a desk and a phone. */
async function look(page, name) {
  const faults = [];
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(60);
      await page.evaluate(settled);
      faults.push(...(await violations(page)).map((one) => `${name} ${width} ${colorScheme}: ${one}`));
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) faults.push(`${name} ${width}: ${wide} px wider than the window`);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('dialog[open]')].reduce(
        (most, one) => Math.max(most, one.scrollWidth - one.clientWidth),
        0,
      ),
    );
    if (cut > 0) faults.push(`${name} ${width}: ${cut} px wider than its dialog`);
    faults.push(...(await page.evaluate(small_targets)).map((one) => `${name} ${width}: target ${one}`));
  }
  faults.push(...page.faults.map((one) => `${name}: ${one}`));
  expect(faults.length === 0, `\n  ${faults.join('\n  ')}`);
}
const sees = (page, text) => page.getByText(text).first().waitFor({ timeout: 10_000 });
const none = async (page, role, name) =>
  expect((await page.getByRole(role, { name }).count()) === 0, `there is a ${role} "${name}"`);

async function board(world) {
  const page = await open(world, '/board', ['planner']);
  await sees(page, 'There are more orders or people');
  const zone = page.getByRole('button', { name: /Line 1/ });
  await zone.waitFor();
  const words = (await zone.innerText()).replaceAll(/\s+/g, ' ');
  expect(/Line 1 2 open, 1 at work Mia Okafor scanned the zone \d+ min ago/.test(words), `the zone says: ${words}`);
  const bare = await page.evaluate(
    () =>
      [...document.querySelectorAll('.plan .zone > *')].filter(
        (one) => getComputedStyle(one).backgroundColor === 'rgba(0, 0, 0, 0)',
      ).length,
  );
  expect(bare === 0, `${bare} words lie on the picture without a ground; axe cannot judge them`);
  const paused = page.getByRole('region', { name: 'Begun, nobody at it', exact: true });
  expect((await paused.getByText('W-3').count()) === 0, 'W-3 is at work: Tom is at it');
  await look(page, 'board');
  await page.close();
}

async function replace(world) {
  const page = await open(world, '/replace?interest=six', ['planner']);
  await sees(page, 'Its costs are in USD, its value in EUR');
  await sees(page, '1 month with cost of 15 on record, 3 are needed');
  await sees(page, 'Keep repairing');
  const interest = page.getByLabel('Interest, % a year');
  expect((await interest.inputValue()) === 'six', 'what is wrong in the address is shown');
  await sees(page, 'Write a number from 0 to 60');
  await look(page, 'replace with a slip');
  await interest.fill('7,5');
  await interest.press('Tab');
  await page.waitForURL('**/replace?interest=7.5');
  expect((await page.getByText('Write a number').count()) === 0, 'a comma is taken');
  await interest.fill('x');
  await interest.press('Tab');
  expect((await interest.getAttribute('aria-invalid')) === 'true', 'wrong words stay and are marked');
  expect((await interest.inputValue()) === 'x', 'wrong words stay');
  await page.close();
}

async function facts_dialog(world) {
  const page = await open(world, '/replace', ['controller']);
  await page.getByRole('button', { name: 'Change the value of DEAR-1' }).click();
  const sent = [];
  await page.route('**/api/v1/assets/*/facts*', (route) => {
    sent.push(route.request().postDataJSON());
    return route.fulfill({ json: worth('DEAR-1') });
  });
  await page.getByLabel('Replacement value').fill('185.000');
  await page.getByLabel('In service since').fill('2999-01-01');
  await page.getByLabel('Life of a new one whole years').fill('7.5');
  await page.getByLabel('Where does it come from?').fill('Quote of May');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  for (const words of ['without separators of thousands', 'still to come', 'whole years from 1']) {
    await sees(page, words);
  }
  expect(sent.length === 0, 'nothing wrong is sent');
  const focus = await page.evaluate(() => document.activeElement.id);
  expect(focus === 'facts-replacement_value', `the focus is at ${focus}`);
  await look(page, 'facts');
  await page.getByLabel('Replacement value').fill('185000,50');
  await page.getByLabel('In service since').fill('2014-05-01');
  await page.getByLabel('Life of a new one whole years').fill('8');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await sees(page, 'The value of DEAR-1 is kept.');
  expect(sent[0].replacement_value === '185000.50' && sent[0].life_years === 8, JSON.stringify(sent[0]));
  await page.close();
}

async function connection_dialog(world) {
  const page = await open(world, '/settings', ['integrator']);
  await page.getByRole('button', { name: 'Open the connection erp' }).click();
  await page.route('**/connectors/erp/probe', (route) =>
    route.fulfill({ json: { system: 'Sandbox ERP', holds: false, rights: ['read'], missing: ['post'] } }),
  );
  await page.getByRole('button', { name: 'Try the connection' }).click();
  await sees(page, 'Missing: post');
  await look(page, 'connection');
  const url = page.getByLabel('Base url');
  await url.fill('http://127.0.0.1:2');
  expect((await page.getByText('Missing: post').count()) === 0, 'what was found is of other values');
  const problem = {
    type: 'urn:x',
    title: 'No',
    status: 422,
    code: 'bad_url',
    field: 'base_url',
    detail: 'No address.',
  };
  await page.unroute('**/connectors/erp/probe');
  await page.route('**/connectors/erp/probe', (route) =>
    route.fulfill({ status: 422, json: problem, contentType: 'application/problem+json' }),
  );
  await page.getByRole('button', { name: 'Try the connection' }).click();
  await sees(page, 'No address.');
  const marked = await page.locator('dialog [aria-invalid=true]').evaluateAll((list) => list.map((one) => one.id));
  expect(marked.join() === 'field-base_url', `marked: ${marked}`);
  const described = await url.getAttribute('aria-describedby');
  expect(described.includes('connection-problem') && described.includes('about-base_url'), described);
  await page.close();
}

async function alerts(world) {
  let now = { ...SETTINGS, pending: false };
  const page = await open(world, '/settings', ['controller']);
  await page.route('**/api/v1/settings', (route) => route.fulfill({ json: now }));
  await page.reload();
  const asked = [];
  await page.route('**/api/v1/settings/thresholds*', (route) => {
    asked.push(route.request().url());
    return route.fulfill({ json: {} });
  });
  await none(page, 'button', /Open the connection/);
  const list = page.getByLabel('Budgets of Plant 1 alert at');
  await list.fill('70, 9x');
  await sees(page, 'Write whole percentages');
  await look(page, 'alerts');
  await list.fill('70, 90');
  await page.getByLabel('Why?').fill('Earlier');
  now = { ...now, pending: true };
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await sees(page, 'An integrator or administrator reloads the hub.');
  expect(new URL(asked[0]).searchParams.get('site') === 'p1', `asked of ${asked[0]}`);
  await page.close();
}

/** A hub that does not come to run with what was kept must not be said to. */
async function reload(world) {
  let now = SETTINGS;
  const page = await open(world, '/settings', ['administrator']);
  await page.route('**/api/v1/settings', (route) => route.fulfill({ json: now }));
  await page.route('**/api/v1/settings/reload', (route) => {
    const sites = [{ ...SETTINGS.sites[0], thresholds: [60] }]; // somebody else's, meanwhile
    now = { ...SETTINGS, sites, problem: 'Line 3 is wrong.' };
    return route.fulfill({ status: 202, json: {} });
  });
  await page.getByLabel('Budgets of Plant 1 alert at').fill('70');
  await page.getByRole('button', { name: 'Reload the hub' }).click();
  await sees(page, 'The kept settings do not count yet');
  await sees(page, 'Line 3 is wrong.');
  await none(page, 'button', 'Reload the hub');
  expect((await page.getByText('The hub runs with the kept').count()) === 0, 'it was said to run');
  expect((await page.getByLabel('Budgets of Plant 1 alert at').inputValue()) === '70', 'the half-typed list is gone');
  const lost = await page.evaluate(() => document.activeElement === document.body);
  expect(!lost, 'the focus is lost');
  now = SETTINGS;
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.unroute('**/api/v1/settings/reload');
  await page.route('**/api/v1/settings/reload', (route) => {
    now = { ...SETTINGS, pending: false };
    return route.fulfill({ status: 202, json: {} });
  });
  await page.getByRole('button', { name: 'Reload the hub' }).click();
  await sees(page, 'The hub runs with the kept settings.');
  await page.close();
}

/** Auditors and people of a hub without sign-in see what stands there, and no form that the hub would refuse. */
async function lookers(world) {
  for (const roles of [['auditor'], undefined]) {
    const page = await open(world, '/settings', roles);
    if (!roles) await sees(page, 'Nobody signs in at this hub, so nothing can be changed here');
    await sees(page, 'Budgets of Plant 1 alert at 80, 100 percent.');
    await none(page, 'button', 'Reload the hub');
    await page.getByRole('button', { name: 'Open the connection erp' }).click();
    await page.getByLabel('Base url').waitFor();
    for (const name of ['Keep', 'Try the connection']) await none(page, 'button', name);
    await page.goto(`${world.url}/replace`);
    await sees(page, 'Keep repairing');
    if (!roles) await sees(page, 'Nobody signs in at this hub, so no value can be kept here');
    for (const name of ['Add a value', /Change the value/]) await none(page, 'button', name);
    await page.close();
  }
}

export const filled_steps = {
  'the board with people and places': board,
  'repair or replace with costs': replace,
  'the value of an asset': facts_dialog,
  'a connection': connection_dialog,
  'alerts, by a controller': alerts,
  'a reload that fails, and one that does not': reload,
  'who only looks': lookers,
};
