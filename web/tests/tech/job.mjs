// One order, done on the phone as a technician does it, and what it must have become in the CMMS and in the ERP.
import { CRAFT, PERSON } from '../plant.mjs';
import { label, photo } from './pictures.mjs';

const PART = 'P-2016';
const HOUR_MS = 3_600_000;

/** A released order in the CMMS, assigned to the technician. Gives its number. */
export async function release(plant, summary) {
  const order = await plant.told('cmms', '/api/workorders', 'POST', {
    asset: 'FILLER-01',
    summary,
    work_type: 'CM',
    status: 'RELEASED',
    assigned: [PERSON],
    checklist: [
      { text: 'Locked out and tagged', type: 'CHECK', required: true },
      { text: 'Torque', type: 'NUMBER', unit: 'Nm', min: '1.5', max: '3.0', required: true },
      { text: 'Leak test', type: 'CHOICE', choices: ['tight', 'leaks'], required: true },
    ],
    planned_materials: [{ item: PART, quantity: '2', storeroom: 'MAIN' }],
  });
  return order.wonum;
}

/** What stands in both systems when everything was taken once. */
export const ONCE = {
  status: 'COMP',
  steps: [`1 true by ${PERSON}`, `2 2.2 by ${PERSON}`, `3 tight by ${PERSON}`],
  labor: [`${PERSON} ${CRAFT} 1.25 h at 62.5`],
  parts: [`ISSUE 2 PC ${PART} from MAIN, booked`],
  materials: [`2 PC ${PART}`],
  pictures: ['image/jpeg', 'image/png'],
  signatures: ['Mia Okafor, work done'],
  failure: 'VIB 2.4 wear replace',
  working: [],
  issues: [`-2 PC ${PART}, -38.80 EUR`],
  costs: ['goods_issue 38.80 to CC-100', 'journal 78.12 to CC-100'], // 1.25 h × 62.50 = 78.125, half to even
};
export const CENTS = 11_692; // of one order

/** The checklist, with a value beyond its limit that is put right. */
export async function begin(hands, title) {
  await hands.page.getByText(title).click();
  await hands.press('Yes');
  await hands.press('Confirm');
  await hands.press('Start work');
  const torque = hands.page.getByRole('textbox', { name: 'Torque' });
  await torque.fill('3,4');
  await hands.see('Above the limit');
  await hands.look('above-the-limit');
  await torque.fill('2,2');
  await hands.press('Save, next step');
  await hands.press('tight');
  await hands.press('Save, next step');
  await hands.page.getByRole('link', { name: 'Finish' }).waitFor();
}

/** The part from a picture of its label, and a photo. */
export async function take(hands, format) {
  await hands.press('Scan');
  await hands.page.getByLabel('Scan from a picture').setInputFiles(await label(`PART:${PART}`, format));
  await hands.look('part');
  await hands.press('Take 2 from MAIN');
  await hands.page.getByLabel('Take a photo').setInputFiles(await photo(hands.page, 3000, 2000));
  await hands.see('Pictures and documents');
  await hands.look('taken');
}

/** Cause, signature, time, closed. */
export async function close(hands, number) {
  await hands.page.getByRole('link', { name: 'Finish' }).click();
  for (const name of ['Vibrates', 'Wear', 'Expected wear', 'Replaced']) {
    const button = hands.page.getByRole('button', { name, exact: true });
    if (!(await button.count())) await hands.press('More');
    await button.click();
  }
  const pad = hands.page.locator('canvas');
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  const { mouse } = hands.page;
  await mouse.move(box.x + 20, box.y + 60);
  await mouse.down();
  await mouse.move(box.x + 120, box.y + 90, { steps: 5 });
  await mouse.move(box.x + 200, box.y + 30, { steps: 5 });
  await mouse.up();
  await hands.look('signed');
  await hands.work_for(number, 1.25 * HOUR_MS);
  await hands.press('Sign and close the order');
  await hands.page.getByRole('heading', { name: 'Finished' }).waitFor();
}

const sorted = (list) => [...list].sort();

/** The same of the real thing: read from the CMMS and the ERP themselves, past the hub. */
export async function effects(plant, number) {
  const [order, moves, stock, books] = await Promise.all([
    plant.told('cmms', `/api/workorders/${number}`),
    plant.told('cmms', `/api/part-transactions?wonum=${number}`),
    plant.told('erp', `/api/movements?workOrder=${number}`),
    plant.told('erp', `/api/documents?workOrder=${number}&lines=true`),
  ]);
  const { failure } = order;
  return {
    status: order.status,
    steps: order.checklist.map((one) => `${one.step} ${one.value} by ${one.done_by}`),
    labor: order.labor.map((one) => `${one.person} ${one.craft} ${one.hours} h at ${one.rate}`),
    parts: moves.items.map(
      (one) => `${one.type} ${one.quantity} ${one.uom} ${one.item} from ${one.storeroom}, ${one.erp_status}`,
    ),
    materials: order.materials.map((one) => `${one.quantity} ${one.uom} ${one.item}`),
    pictures: sorted(order.attachments.map((one) => one.type)),
    signatures: order.signatures.map((one) => `${one.name}, ${one.meaning}`),
    failure: failure ? `${failure.mode} ${failure.mechanism} ${failure.cause} ${failure.remedy}` : '',
    working: order.working,
    issues: stock.items.map((one) => `${one.quantity} ${one.unit} ${one.material}, ${one.value} ${one.currency}`),
    costs: sorted(
      books.documents.flatMap((document) =>
        document.items
          .filter((line) => line.costCenter)
          .map(
            (line) => `${document.kind} ${line.debitCredit === 'D' ? '' : '-'}${line.amount} to ${line.costCenter}`,
          ),
      ),
    ),
  };
}

/** Where two results differ, in words; [] where they are the same. */
export function differences(found, wanted) {
  const text = (value) => JSON.stringify(value);
  const names = new Set([...Object.keys(found), ...Object.keys(wanted)]);
  return [...names]
    .filter((name) => text(found[name]) !== text(wanted[name]))
    .map((name) => `${name}: ${text(found[name])} instead of ${text(wanted[name])}`);
}

/** The pictures of the order in the CMMS, byte for byte those of the phone, without a word of where they were taken. */
export async function picture_faults(plant, hands, number) {
  const faults = [];
  const order = await plant.told('cmms', `/api/workorders/${number}`);
  const kept = (await hands.kept('photos')).filter((one) => one.order === number);
  for (const photo_kept of kept) {
    const there = order.attachments.find((one) => one.id === photo_kept.id);
    if (!there) {
      faults.push(`picture ${photo_kept.id} is not in the CMMS`);
      continue;
    }
    const { content_base64 } = await plant.told('cmms', `/api/workorders/${number}/attachments/${there.id}`);
    const bytes = Buffer.from(content_base64, 'base64');
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
    if (digest !== photo_kept.sha256) faults.push(`picture ${photo_kept.id} is another one in the CMMS`);
    if (bytes.includes('Exif')) faults.push(`picture ${photo_kept.id} still says where it was taken`);
  }
  if (kept.length !== 2) faults.push(`the phone keeps ${kept.length} pictures instead of 2`);
  return faults;
}
