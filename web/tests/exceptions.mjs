// An exception is understood, mended, tried and replayed by mouse, and by keyboard alone; in the end the ERP has exactly
// one journal for each order.
import { expect, run_steps } from './world.mjs';

const MINE = 'journal.post';
// TIELINE_SABOTAGE=wrong_fix: what is chosen is as unknown as what was there.
const FIX = process.env.TIELINE_SABOTAGE === 'wrong_fix' ? 'CC-998' : 'CC-100';
const refused = (list, orders) =>
  list.exceptions.filter(
    (one) => one.code === 'unknown_cost_center' && one.flow === 'cost_posting' && orders.includes(one.subject),
  );

async function make(world, orders) {
  for (const number of orders) await world.refused_order(number);
  await world.until('/api/v1/exceptions?open=true', (list) => refused(list, orders).length >= orders.length);
}

async function booked_once(world, orders) {
  for (const number of orders) {
    const trace = await world.until(`/api/v1/trace/${number}`, (one) =>
      one.events.some((event) => event.type === 'cost.booked'),
    );
    const journals = trace.documents.filter((one) => one.kind === MINE);
    expect(journals.length === 1 && journals[0].document, `${number}: ${JSON.stringify(trace.documents)}`);
    expect(journals[0].amount === '84.00', `${number} was booked with ${journals[0].amount}`);
    const command = trace.commands.find((one) => one.kind === MINE);
    expect(
      command.payload.lines[0].receiver.code === 'CC-100',
      `${number} went to ${JSON.stringify(command.payload)}`,
    );
    const replayed = trace.events.filter((event) => event.type.endsWith('.replayed'));
    expect(JSON.stringify(replayed).includes('Lena'), `the log does not say who replayed ${number}`);
  }
}

async function by_mouse(world) {
  const orders = ['WM-1', 'WM-2', 'WM-3'];
  await make(world, orders);
  const page = await world.page();
  await page.goto(`${world.url}/exceptions`);
  await page.getByRole('link', { name: /Unknown cost center.*cost posting/ }).click();
  await page.getByText('the cost center CC-999 does not exist').waitFor();
  await page.getByText('The other system suggests CC-900.').waitFor();
  await page.getByText('Change a value').click();
  await page.getByRole('textbox', { name: 'New value' }).fill(FIX);
  await page.getByRole('button', { name: /^Preview/ }).click();
  await page.getByText('Can be sent: POST').nth(2).waitFor();
  await page
    .getByRole('cell', { name: new RegExp(`CC-999.*${FIX}`) })
    .first()
    .waitFor();
  await page.getByRole('button', { name: /^Replay 3 messages/ }).click();
  await page.getByLabel('Your name').fill('Lena Marsh');
  await page.getByLabel('Reason').fill('CC-999 was a typing mistake');
  await page.getByRole('dialog').getByRole('button', { name: 'Replay 3 messages' }).click();
  await page.getByText('3 messages put right.').waitFor({ timeout: 20_000 });
  await booked_once(world, orders);
  expect(page.faults.length === 0, page.faults.join('\n'));
  await page.close();
}

async function by_keyboard(world) {
  const orders = ['WK-1', 'WK-2'];
  await make(world, orders);
  const page = await world.page();
  page.mouse.click = page.mouse.move = () => {
    throw new Error('this test has no mouse');
  };
  await page.goto(`${world.url}/`);
  await page.waitForSelector('h1');
  const press = (...keys) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  await press('g', 'e');
  await page.waitForURL('**/exceptions/**');
  // The order is refused for the same cost center and is another cause, above or below.
  for (let tries = 0; tries < 20 && !page.url().endsWith('cost_posting'); ++tries) {
    await press('j');
    await page.waitForTimeout(200);
  }
  await page.getByRole('heading', { level: 2, name: 'Unknown cost center' }).waitFor();
  await page.getByText('The other system suggests').waitFor();
  await press('c');
  await page.waitForFunction(() => document.activeElement?.id === 'new-value');
  await press('Control+a');
  await page.keyboard.type(FIX);
  await press('Escape', 'p');
  await page.getByText('Can be sent: POST').nth(1).waitFor();
  await press('r');
  await page.getByRole('dialog').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.closest('label')?.textContent?.trim() ?? '');
  for (let tries = 0; tries < 4 && !(await focused()).startsWith('Your name'); ++tries) await press('Tab');
  await page.keyboard.type('Lena Marsh');
  await press('Tab');
  await page.keyboard.type('Typing mistake');
  await press('Enter');
  await page.getByText('2 messages put right.').waitFor({ timeout: 20_000 });
  await booked_once(world, orders);
  // The focus goes on to the next cause in the list.
  await page.waitForFunction(() => document.activeElement?.matches('.lst a[aria-current], .lst h1'));
  expect(page.faults.length === 0, page.faults.join('\n'));
  await page.close();
}

await run_steps({ 'by mouse': by_mouse, 'by keyboard alone': by_keyboard }, ['--no-plant']);
