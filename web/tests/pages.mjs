// Every page in light and dark, on a desk, a phone and at 320 pixels: accessible, within its policy, without an error,
// without a request elsewhere, without scrolling sideways; and what it shows when the hub gives it nothing or is gone.
import { small_targets, violations } from './axe.mjs';
import { PAGES } from './addresses.mjs';
import { filled_steps } from './filled.mjs';
import { state_steps } from './states.mjs';
import { expect, run_steps } from './world.mjs';

const SIZES = [
  [1440, 900],
  [390, 844],
  [320, 700],
];
/** A line that is hard to read. */
const pale = () => {
  const line = document.createElement('p');
  line.textContent = 'hard to read';
  Object.assign(line.style, { color: '#999999', background: '#ffffff' });
  document.querySelector('main, body').append(line);
};

async function look_at(world, path) {
  const page = await world.page();
  const faults = [];
  await page.goto(world.url + path);
  await page.waitForSelector('h1', { state: 'attached' });
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'), undefined, { timeout: 15_000 });
  if (process.env.TIELINE_SABOTAGE === 'pale_words') await page.evaluate(pale);
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of width === 320 ? ['light'] : ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(60);
      const where = `${path} ${width} ${colorScheme}`;
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) faults.push(`${where}: ${wide} px wider than the window`);
      if (width !== 320) faults.push(...(await violations(page)).map((one) => `${where}: ${one}`));
    }
    faults.push(...(await page.evaluate(small_targets)).map((one) => `${path} ${width}: target ${one}`));
  }
  const headings = await page.locator('h1').count();
  if (headings !== 1) faults.push(`${path}: ${headings} first headings`);
  faults.push(...page.faults.map((one) => `${path}: ${one}`));
  await page.close();
  return faults;
}

async function every_page(world) {
  for (const number of ['WX-1', 'WX-2', 'WX-3']) await world.refused_order(number);
  await world.until('/api/v1/exceptions?open=true', (list) => list.exceptions.length >= 3);
  await world.until('/api/v1/work-orders?limit=20', (list) => list.work_orders.length >= 5);
  const faults = [];
  for (const path of PAGES) faults.push(...(await look_at(world, path)));
  expect(faults.length === 0, `\n  ${faults.join('\n  ')}`);
}

/** The checks themselves must see what they are for. */
async function planted(world) {
  const page = await world.page();
  await page.goto(`${world.url}/settings`);
  await page.waitForSelector('h1');
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<img src="/icon.svg"><div class="wide"></div><button>x</button>');
    Object.assign(document.querySelector('.wide').style, { width: '3000px', height: '10px' });
    document.body.insertAdjacentHTML('beforeend', '<p style="color:red">x</p>');
    setTimeout(() => {
      throw new Error('planted');
    });
    fetch('http://127.0.0.2:9/').catch(() => undefined);
  });
  await page.waitForTimeout(300);
  const found = await violations(page);
  expect(
    found.some((one) => one.startsWith('image-alt')),
    `axe missed a picture without words: ${found}`,
  );
  expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), 'the width was missed');
  for (const word of ['planted', 'policy: style-src', 'policy: connect-src']) {
    expect(
      page.faults.some((one) => one.includes(word)),
      `${word} was missed: ${page.faults.join('; ')}`,
    );
  }
  await page.close();
}

const LISTS = {
  '/orders': ['**/api/v1/work-orders?*', { work_orders: [] }, 'No work orders yet'],
  '/exceptions': ['**/api/v1/exceptions?*', { exceptions: [] }, 'No exceptions'],
  '/parts': ['**/api/v1/stock?*', { stock: [] }, 'No part fits'],
  '/assets': ['**/api/v1/work-orders?*', { work_orders: [] }, 'No work order names an asset yet'],
  '/cost?by=asset': ['**/api/v1/cost?*', { rows: [] }, 'No cost in'],
};

async function empty(world) {
  for (const [path, [pattern, nothing, words]] of Object.entries(LISTS)) {
    const page = await world.page();
    await page.route(pattern, (route) => route.fulfill({ json: nothing }));
    await page.goto(world.url + path);
    await page.getByText(words).first().waitFor({ timeout: 10_000 });
    await page.close();
  }
}

async function stale(world) {
  const page = await world.page();
  await page.goto(`${world.url}/orders?state=all&find=WX-1`);
  await page.getByRole('link', { name: 'WX-1' }).waitFor();
  await page.route('**/api/v1/work-orders?*', (route) => route.abort());
  await page
    .getByText('The hub does not answer')
    .or(page.getByText('No answer'))
    .first()
    .waitFor({ timeout: 20_000 });
  expect(await page.getByRole('link', { name: 'WX-1' }).isVisible(), 'the last known rows stay');
  await page.close();
}

/** With sign-in on, a person who is not signed in comes to the sign-in page, and back to where they wanted to go. */
async function guard(world) {
  const page = await world.page();
  let signed_in = false;
  await page.route('**/api/v1/session', async (route) => {
    if (route.request().method() === 'POST') signed_in = route.request().postDataJSON().password === 'right password';
    if (route.request().method() === 'POST' && !signed_in) {
      return route.fulfill({
        status: 401,
        json: { title: 'No', status: 401, code: 'wrong_sign_in', detail: 'Name or password is wrong.' },
      });
    }
    return route.fulfill({
      json: { sign_in: 'on', signed_in, name: 'lena', full_name: 'Lena Marsh', roles: ['integrator'], csrf: 'c' },
    });
  });
  await page.goto(`${world.url}/cost?by=asset`);
  await page.getByLabel('Name').fill('lena');
  await page.getByLabel('Password').fill('wrong password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Name or password is wrong.').waitFor();
  await page.getByLabel('Password').fill('right password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/cost?by=asset');
  await page.getByText('Lena Marsh').waitFor();
  await page.close();
}

const every = { 'every page, light and dark, three sizes': every_page };
await run_steps(
  process.env.TIELINE_SABOTAGE === 'pale_words'
    ? every
    : {
        'the checks see what is planted': planted,
        ...every,
        'empty lists say what to do': empty,
        'stale keeps the last values': stale,
        'sign-in guards and leads back': guard,
        ...state_steps,
        ...filled_steps,
      },
  ['--speed', '8'],
);
