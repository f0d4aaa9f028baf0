import { describe, expect, it } from 'vitest';
import { FakeHub } from '../../../tests/tech/fake_hub';
import { check, part, Phone } from './test_parts';
import { pull } from './sync';

const steps = { checklist: [{ step: 1, text: 'Lockout', type: 'check' as const }] };

async function phone_with(...numbers: string[]): Promise<Phone> {
  const hub = new FakeHub();
  for (const number of numbers) hub.job(number, steps);
  return Phone.with(hub);
}

const local = async (phone: Phone, number: string) => (await phone.db.get('orders', number))!.local;

describe('writing', () => {
  it('changes the order and appends in one transaction, or neither', async () => {
    const phone = await phone_with('WO-1');
    await expect(phone.outbox.add(check('WO-1', 1, 'yes'), part('WO-9'))).rejects.toThrow(
      'WO-9 is not on this phone',
    );
    expect(await phone.outbox.items()).toEqual([]);
    expect((await local(phone, 'WO-1')).checklist![0]!.value).toBeUndefined();
    await phone.outbox.add(check('WO-1', 1, 'yes'));
    await phone.reopen();
    expect(await phone.states()).toEqual(['check waiting']);
    expect((await local(phone, 'WO-1')).checklist![0]).toMatchObject({ value: 'yes', done_by: 'P-1' });
  });

  it('gives ids that sort by time, and a sequence without gaps', async () => {
    const phone = await phone_with('WO-1');
    for (let i = 0; i < 5; i++) {
      await phone.outbox.add(part('WO-1'));
      phone.now += 1;
    }
    const items = await phone.outbox.items();
    expect(items.map((item) => item.seq)).toEqual([1, 2, 3, 4, 5]);
    expect(items.map((item) => item.id)).toEqual(items.map((item) => item.id).sort());
    expect(items[0]!.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('a step that is confirmed before the start', () => {
  const released = { ...steps, status: 'released' as const };

  it('goes behind the start, whenever it was confirmed, and holds nothing else up', async () => {
    const hub = new FakeHub();
    hub.job('WO-1', released);
    const phone = await Phone.with(hub);
    await phone.outbox.add(check('WO-1', 1, 'yes'));
    await phone.outbox.add(part('WO-1'));
    await phone.sender.flush();
    expect(hub.effects.map((one) => one.kind)).toEqual(['part']);
    await phone.reopen();
    await phone.outbox.start('WO-1', 'MECH');
    await phone.sender.flush();
    expect(hub.effects.map((one) => one.kind)).toEqual(['part', 'start', 'check']);
    expect((await local(phone, 'WO-1')).checklist![0]).toMatchObject({ value: 'yes', done_by: 'P-1' });
  });

  it('waits no longer when somebody else has started', async () => {
    const hub = new FakeHub();
    hub.job('WO-1', released);
    const phone = await Phone.with(hub);
    await phone.outbox.add(check('WO-1', 1, 'yes'));
    hub.job('WO-1', { ...released, status: 'in_progress' });
    await pull(phone.db, hub.wire);
    await phone.sender.flush();
    expect(hub.effects.map((one) => one.kind)).toEqual(['check']);
  });
});

describe('time', () => {
  it('becomes labor, to the hundredth of an hour, and survives the browser', async () => {
    const phone = await phone_with('WO-1');
    await phone.outbox.start('WO-1', 'MECH');
    phone.now += 42 * 60_000 + 17_000;
    await phone.reopen();
    await phone.outbox.pause('WO-1', 'MECH');
    const items = await phone.outbox.items();
    expect(items.map((item) => item.body.kind)).toEqual(['start', 'labor', 'pause']);
    expect(items[1]!.body).toMatchObject({ hours: '0.70', craft: 'MECH', started_at: '2026-11-26T08:00:00.000Z' });
    expect((await phone.db.get('orders', 'WO-1'))!.timer).toEqual({ running_since: null, spent_ms: 2_537_000 });
  });

  it('runs on one order only: starting another pauses the first', async () => {
    const phone = await phone_with('WO-1', 'WO-2');
    await phone.outbox.start('WO-1', '');
    phone.now += 3_600_000;
    await phone.outbox.start('WO-2', '');
    expect((await phone.outbox.items()).map((i) => `${i.order} ${i.body.kind}`)).toEqual([
      'WO-1 start',
      'WO-1 labor',
      'WO-1 pause',
      'WO-2 start',
    ]);
    await phone.outbox.start('WO-2', '');
    expect(await phone.outbox.items()).toHaveLength(4);
  });

  it('closing out books the time first and ends with the close-out', async () => {
    const phone = await phone_with('WO-1');
    await phone.outbox.start('WO-1', '');
    phone.now += 1_800_000;
    const signature = { order: 'WO-1', body: { kind: 'signature' as const, name: 'Mia' }, label: 'Signed' };
    await phone.outbox.finish('WO-1', '', [signature], {
      order: 'WO-1',
      body: { kind: 'finish' },
      label: 'Finished',
    });
    expect((await phone.outbox.items()).map((i) => i.body.kind)).toEqual(['start', 'labor', 'signature', 'finish']);
    expect((await local(phone, 'WO-1')).status).toBe('completed');
  });
});

describe('what the hub tells later', () => {
  it('shows a part once when the hub has it, also a second equal one', async () => {
    const phone = await phone_with('WO-1');
    await phone.outbox.add(part('WO-1'));
    phone.hub.job('WO-1', { ...steps, used: [{ transaction: 'T-1', part: 'BRG', quantity: '1.000' }] });
    await pull(phone.db, phone.hub.wire);
    expect((await local(phone, 'WO-1')).used).toHaveLength(1);
    await phone.outbox.add(part('WO-1'));
    expect((await local(phone, 'WO-1')).used).toHaveLength(2);
    await pull(phone.db, phone.hub.wire);
    expect((await local(phone, 'WO-1')).used).toHaveLength(2);
  });

  it('keeps our value over an older copy and takes the newer one', async () => {
    const phone = await phone_with('WO-1');
    const [item] = await phone.outbox.add(check('WO-1', 1, 'yes'));
    phone.hub.job('WO-1', { ...steps, title: 'New title' });
    await pull(phone.db, phone.hub.wire);
    expect(await local(phone, 'WO-1')).toMatchObject({ title: 'New title', checklist: [{ value: 'yes' }] });
    await phone.sender.flush();
    const kept = phone.hub.kept.get(item!.id)!;
    kept.state = { ...kept.state, state: 'sent' };
    await phone.sender.flush();
    expect((await local(phone, 'WO-1')).checklist![0]!.value).toBe('yes');
    phone.hub.job('WO-1', { checklist: [{ ...steps.checklist[0]!, value: 'no' }] });
    await pull(phone.db, phone.hub.wire);
    expect((await local(phone, 'WO-1')).checklist![0]!.value).toBe('no');
  });
});
