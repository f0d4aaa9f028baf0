// Every screen and state of the phone, light, dark and sunlight, at 390 and at 320 px: accessible, within its policy,
// no error, no other origin, nothing wider than the screen, targets large enough for gloves.
//   node tests/tech/screens.mjs DIST [FOLDER_FOR_PICTURES]
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { serve } from './served.mjs';

const [dist, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const LEAST_PX = 48;
const MAIN_PX = 56;
const faults = [];

const soon = (hours) => new Date(Date.now() + hours * 3600_000).toISOString();
const steps = [
  { step: 1, text: 'Lockout LO-311 on, checked', type: 'check', required: true },
  { step: 2, text: 'Bearing temperature', type: 'number', unit: '°C', min: '20', max: '70' },
  { step: 3, text: 'Measure runout at the bearing seat', type: 'number', unit: 'mm', min: '0.000', max: '0.020' },
  { step: 4, text: 'Grease used', type: 'choice', choices: ['LGMT 2', 'LGEP 2', 'Other'] },
  { step: 5, text: 'What else did you see?', type: 'text', required: false },
];
const parts = [
  {
    line: '10',
    part: 'BRG-6205',
    description: 'Deep groove ball bearing 6205-2RS, sealed on both sides, clearance C3',
    quantity: '2.000',
    unit: 'EA',
    storeroom: 'MAIN',
  },
];

function fill(at) {
  const status = 'released';
  const spindle = {
    status,
    title: 'Spindle vibration high, replace bearing set',
    asset: 'CNC-07',
    asset_name: 'Haas VF-4',
  };
  const where = { zone: 'Hall B, bay 12', mine: true, order_type: 'corrective', due_at: soon(1.3) };
  at.hub.job('WO-48213', { ...spindle, ...where, checklist: steps, parts, parts_state: 'available' });
  const leak = { status, title: 'Gearbox leaks', asset: 'CONV-02', asset_name: 'Belt conveyor', zone: 'Hall A' };
  at.hub.job('WO-48220', { ...leak, due_at: soon(-3), parts_state: 'none', working: ['P-102'] });
  const code = (one) => ({ code: one, name: `Mechanism ${one}` });
  at.codes = {
    modes: ['VIB', 'NOI', 'OHE', 'UNK'].map((one) => ({ code: one, name: one })),
    mechanisms: ['1.2', '2.4'].map(code),
    causes: ['WEAR', 'INSTALL'].map(code),
    remedies: ['REPLACE', 'ADJUST'].map(code),
  };
  const done = {
    asset: 'CNC-07',
    title: 'Spindle belt replaced',
    status: 'closed',
    completed_at: '2026-08-14T09:00:00Z',
  };
  at.past = [{ number: 'WO-41007', ...done }];
}

/** Inside the page: what is too small for a glove, or wider than the screen. */
function measure([least, main]) {
  const seen = [...document.querySelectorAll('a, button, input, textarea')].filter(
    (one) => one.getClientRects().length && !one.closest('.vh'),
  );
  const open = document.querySelector('dialog[open]');
  const found = [];
  for (const one of open ? seen.filter((x) => open.contains(x)) : seen) {
    const box = (one.matches('.read input') ? one.closest('.read') : one).getBoundingClientRect();
    const limit = one.matches('main .btn, main .row, .actions .btn') && !one.closest('.pad canvas') ? main : least;
    const exempt = one.matches('.pad .btn') && one.textContent === 'Clear' ? least : limit;
    if (box.height < exempt - 0.5 || box.width < least - 0.5) {
      found.push(`"${(one.textContent || one.ariaLabel || '').trim().slice(0, 24)}" ${box.width}×${box.height}`);
    }
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) found.push(`${wide} px wider than the screen`);
  return found;
}

async function look(page, name) {
  await page.waitForTimeout(150);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  for (const theme of ['light', 'dark', 'sunlight']) {
    await page.evaluate((one) => (document.documentElement.dataset.theme = one), theme);
    if (pictures) await page.screenshot({ path: join(pictures, `${name}-${theme}.png`) });
    await page.setViewportSize({ width: 390, height: Math.max(844, height) }); // the bars below cover nothing
    await page.evaluate(axe);
    const found = await page.evaluate(
      (tags) => window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }),
      TAGS,
    );
    for (const one of found.violations) {
      const places = one.nodes.slice(0, 3).map((node) => node.target.join(' '));
      faults.push(`${name}, ${theme}: ${one.id}: ${places.join(' | ')}`);
    }
    await page.setViewportSize({ width: 390, height: 844 });
  }
  for (const width of [320, 390]) {
    await page.setViewportSize({ width, height: width === 320 ? 640 : 844 });
    for (const one of await page.evaluate(measure, [LEAST_PX, MAIN_PX])) faults.push(`${name}, ${width} px: ${one}`);
    if (pictures && width === 320) await page.screenshot({ path: join(pictures, `${name}-320.png`) });
  }
}

async function walk(at, page) {
  const press = (name) => page.getByRole('button', { name, exact: true }).first().click();
  await page.goto(`${at.url}/tech/`);
  await look(page, 'sign-in');
  await page.getByLabel('Name').fill('mia');
  await page.getByLabel('Password').fill('right');
  await press('Sign in');
  await page.getByText('Spindle vibration').waitFor();
  await look(page, 'work');
  await page.getByText('Spindle vibration').click();
  await look(page, 'order-locked');
  await press('Yes');
  await press('Confirm');
  await page.getByRole('button', { name: 'Start work' }).waitFor();
  await look(page, 'order-ready');
  await press('Start work');
  await page.getByRole('textbox', { name: 'Bearing temperature' }).fill('58');
  await press('Save, next step');
  await page.getByRole('textbox', { name: 'Measure runout' }).fill('0.014');
  await look(page, 'order-number');
  await page.getByRole('textbox', { name: 'Measure runout' }).fill('0.031');
  await look(page, 'order-above');
  await page.getByRole('textbox', { name: 'Measure runout' }).fill('0.014');
  await press('Save, next step');
  await look(page, 'order-choice');
  await press('LGMT 2');
  await press('Save, next step');
  await page.getByRole('button', { name: 'Take BRG-6205' }).click();
  await look(page, 'part');
  await press('Take 2 from MAIN');
  await press('Scan');
  await look(page, 'scan-sheet');
  await press('Close');
  await page.getByRole('button', { name: /History of CNC-07/ }).click();
  await look(page, 'history');
  await press('Close');
  await page.getByRole('textbox', { name: 'What else' }).fill('Belt worn');
  await press('Save, next step');
  await page.getByRole('link', { name: 'Finish' }).click();
  await look(page, 'finish');
  await page.goto(`${at.url}/tech/scan`);
  await look(page, 'scan');
  await page.getByLabel('Or type the code').fill('conv-02');
  await press('Open');
  await look(page, 'scan-asset');
  await page.goto(`${at.url}/tech/report`);
  await press('Leaks');
  await look(page, 'report');
  await page.goto(`${at.url}/tech/sent`);
  await page
    .getByText('Take', { exact: false })
    .first()
    .waitFor({ timeout: 100 })
    .catch(() => undefined);
  await look(page, 'sent');
  await page.goto(`${at.url}/tech/more`);
  await page.getByText('Signed in as').waitFor();
  await look(page, 'more');
  await trouble(at, page, press);
}

/** Nobody answers; then somebody else was faster, and something is refused. */
async function trouble(at, page, press) {
  at.hub.away = true;
  await page.goto(`${at.url}/tech/order?number=WO-48213`);
  await page.getByRole('button', { name: /Bearing temperature/ }).click();
  await page.getByRole('textbox', { name: 'Bearing temperature' }).fill('59');
  await press('Save, next step');
  await page.getByRole('button', { name: 'Take BRG-6205' }).click();
  await press('Take 1 from MAIN');
  await page.getByText('Offline').waitFor();
  await look(page, 'order-offline');
  await page.goto(`${at.url}/tech/sent`);
  await page.getByText('In the queue').waitFor();
  await look(page, 'sent-offline');
  const job = at.hub.jobs.get('WO-48213');
  const theirs = { value: '61', done_by: 'M. Diaz', done_at: soon(-0.2) };
  at.hub.job('WO-48213', {
    ...job,
    checklist: steps.map((step) => (step.step === 2 ? { ...step, ...theirs } : step)),
  });
  at.hub.away = false;
  await press('Send now');
  await page.getByText('One step differs').waitFor();
  await look(page, 'sent-conflict');
}

if (pictures) mkdirSync(pictures, { recursive: true });
const at = await serve(dist);
at.signed_in = false;
fill(at);
const browser = await chromium.launch({
  executablePath: process.env.TIELINE_CHROMIUM ?? '/usr/bin/chromium',
  args: FLAGS,
});
try {
  const page = await browser.newPage({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 1.5,
    hasTouch: true,
  });
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    const expected = /Failed to load resource.*(401|412|ERR_EMPTY_RESPONSE)/.test(message.text());
    if (message.type() === 'error' && !expected) faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(at.url) && !/^(data|blob):/.test(request.url()))
      faults.push(`other origin: ${request.url()}`);
  });
  await page.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective}`),
    ),
  );
  await walk(at, page).catch(async (error) => {
    faults.push(`the walk ended: ${error.message}`);
    if (pictures) await page.screenshot({ path: join(pictures, 'end.png') });
  });
} finally {
  await browser.close();
  await at.stop();
}
for (const fault of new Set(faults)) console.error(`FAIL ${fault}`);
console.log(faults.length ? `${faults.length} faults` : 'ok   every screen of the phone');
process.exit(faults.length ? 1 : 0);
