import { describe, expect, it } from 'vitest';
import { FakeHub } from '../../../tests/tech/fake_hub';
import { backoff_ms, next_items } from './sender';
import { check, part, Phone, picture } from './test_parts';
import { pull } from './sync';

const two_steps = {
  checklist: [
    { step: 1, text: 'Lockout', type: 'check' as const },
    { step: 2, text: 'Runout', type: 'number' as const, unit: 'mm', min: '0.000', max: '0.020' },
  ],
};

async function phone_with(...numbers: string[]): Promise<Phone> {
  const hub = new FakeHub();
  for (const number of numbers) hub.job(number, two_steps);
  return Phone.with(hub);
}

describe('the outbox on its way', () => {
  it('keeps the order of one work order', async () => {
    const phone = await phone_with('WO-1');
    await phone.outbox.add(check('WO-1', 1, 'yes'), check('WO-1', 2, '0.014'), part('WO-1'));
    expect(await phone.sender.flush()).toBe('ready');
    expect(phone.hub.effects.map((a) => a.kind + (a.step ?? ''))).toEqual(['check1', 'check2', 'part']);
    expect(await phone.states()).toEqual(['check received', 'check received', 'part received']);
  });

  it('makes one effect when the answer is lost, over and over', async () => {
    const phone = await phone_with('WO-1');
    const [item] = await phone.outbox.add(part('WO-1'));
    for (let i = 0; i < 3; i++) {
      phone.hub.troubles = ['answer_lost'];
      expect(await phone.sender.flush(true)).toBe('away');
    }
    expect(await phone.sender.flush(true)).toBe('ready');
    expect(phone.hub.effects).toHaveLength(1);
    const keys = phone.hub.calls.filter((c) => c.method === 'POST').map((c) => c.headers?.['Idempotency-Key']);
    expect(keys).toHaveLength(4);
    expect(new Set(keys)).toEqual(new Set([item!.id]));
  });

  it('makes one effect when the browser is killed between write and send, and between send and answer', async () => {
    const phone = await phone_with('WO-1');
    await phone.outbox.add(part('WO-1'));
    await phone.reopen();
    phone.hub.troubles = ['answer_lost'];
    await phone.sender.flush();
    await phone.reopen();
    phone.now += 120_000;
    await phone.sender.flush();
    expect(phone.hub.effects).toHaveLength(1);
    expect(await phone.states()).toEqual(['part received']);
  });

  it('backs off on 5xx and 429, and waits as long as the hub says', async () => {
    const phone = await phone_with('WO-1');
    await phone.outbox.add(part('WO-1'));
    phone.hub.troubles = [503];
    await phone.sender.flush();
    const [after_503] = await phone.outbox.items();
    expect(after_503).toMatchObject({ state: 'waiting', tries: 1, next_at: phone.now + 750 });
    phone.hub.troubles = [429];
    phone.hub.retry_after_s = 40;
    phone.now += 750;
    await phone.sender.flush();
    expect((await phone.outbox.items())[0]!.next_at).toBe(phone.now + 40_000);
    expect(await phone.sender.flush()).toBe('ready'); // nothing is due
    expect(phone.hub.effects).toHaveLength(0);
    phone.now += 40_000;
    await phone.sender.flush();
    expect(phone.hub.effects).toHaveLength(1);
  });

  it('keeps everything when the hub wants a sign-in', async () => {
    const phone = await phone_with('WO-1');
    await phone.outbox.add(part('WO-1'), check('WO-1', 1, 'yes'));
    phone.hub.troubles = [401];
    expect(await phone.sender.flush()).toBe('sign_in');
    expect(await phone.states()).toEqual(['part waiting', 'check waiting']);
    expect(await phone.sender.flush()).toBe('ready');
    expect(phone.hub.effects).toHaveLength(2);
  });

  it('a refused item blocks only its own order', async () => {
    const phone = await phone_with('WO-1', 'WO-2');
    phone.hub.refuse = (a) =>
      a.work_order === 'WO-1' && a.kind === 'part'
        ? { status: 422, body: { code: 'unknown_part', detail: 'BRG is no part.' } }
        : undefined;
    await phone.outbox.add(part('WO-1'), check('WO-1', 1, 'yes'), part('WO-2'));
    await phone.sender.flush();
    expect(await phone.states()).toEqual(['part needs_you', 'check waiting', 'part received']);
    expect((await phone.outbox.items())[0]).toMatchObject({ why: 'BRG is no part.', code: 'unknown_part' });
    phone.hub.refuse = () => undefined;
    await phone.outbox.again((await phone.outbox.items())[0]!.id);
    await phone.sender.flush();
    expect(await phone.states()).toEqual(['part received', 'check received', 'part received']);
  });

  it('letting go of a refused item takes it out of the order and lets the next ones through', async () => {
    const phone = await phone_with('WO-1');
    phone.hub.refuse = (a) => (a.kind === 'part' ? { status: 422, body: { detail: 'no' } } : undefined);
    const [stuck] = await phone.outbox.add(part('WO-1'), check('WO-1', 1, 'yes'));
    await phone.sender.flush();
    await phone.outbox.drop(stuck!.id);
    await phone.sender.flush();
    expect(await phone.states()).toEqual(['check received']);
    expect((await phone.db.get('orders', 'WO-1'))!.local.used).toBeUndefined();
  });

  it('never lets go of what may still arrive', async () => {
    const phone = await phone_with('WO-1');
    const [item] = await phone.outbox.add(part('WO-1'));
    await phone.outbox.drop(item!.id);
    expect(await phone.states()).toEqual(['part waiting']);
  });
});

describe('conflicts', () => {
  async function differing(): Promise<Phone> {
    const phone = await phone_with('WO-1');
    await phone.outbox.add(check('WO-1', 2, '58'));
    phone.hub.job('WO-1', {
      checklist: [two_steps.checklist[0]!, { ...two_steps.checklist[1]!, value: '61', done_by: 'P-2' }],
    });
    await phone.sender.flush();
    return phone;
  }

  it('are kept with both versions', async () => {
    const phone = await differing();
    const [item] = await phone.outbox.items();
    expect(item!.state).toBe('conflict');
    expect(item!.body.value).toBe('58');
    expect(item!.current?.checklist?.[1]).toMatchObject({ value: '61', done_by: 'P-2' });
    expect(phone.hub.effects).toHaveLength(0);
  });

  it('are seen also when the download came before the sending', async () => {
    const phone = await phone_with('WO-1');
    await phone.outbox.add(check('WO-1', 2, '58'));
    const theirs = { ...two_steps.checklist[1]!, value: '61' };
    phone.hub.job('WO-1', { checklist: [two_steps.checklist[0]!, theirs] });
    await pull(phone.db, phone.hub.wire);
    await phone.sender.flush();
    expect(await phone.states()).toEqual(['check conflict']);
    expect(phone.hub.effects).toHaveLength(0);
  });

  it('ours goes on their version, under a new id', async () => {
    const phone = await differing();
    const [before] = await phone.outbox.items();
    await phone.outbox.keep_mine(before!.id);
    await phone.sender.flush();
    const [after] = await phone.outbox.items();
    expect(after!.id).not.toBe(before!.id);
    expect(after!.state).toBe('received');
    expect(phone.hub.effects.map((a) => a.value)).toEqual(['58']);
  });

  it('theirs stands when ours is let go', async () => {
    const phone = await differing();
    await phone.outbox.drop((await phone.outbox.items())[0]!.id);
    expect((await phone.db.get('orders', 'WO-1'))!.local.checklist![1]!.value).toBe('61');
    expect(await phone.outbox.items()).toEqual([]);
  });

  it('a close-out of what is closed is dropped without a question', async () => {
    const phone = await phone_with('WO-1');
    await phone.outbox.finish('WO-1', '', [], { order: 'WO-1', body: { kind: 'finish' }, label: 'Finished' });
    phone.hub.job('WO-1', { status: 'completed' });
    await phone.sender.flush();
    expect(await phone.states()).toEqual(['finish sent']);
  });
});

describe('pictures', () => {
  it('go in parts, resume where the line broke, and then their action goes once', async () => {
    const phone = await phone_with('WO-1');
    const photo = picture('0190a000-0000-7000-8000-000000000001', 'WO-1', 700_000);
    const body = { kind: 'photo' as const, photo: photo.id };
    await phone.outbox.add({ order: 'WO-1', body, label: 'Photo', photos: [photo] });
    phone.hub.part_limit = 100_000;
    expect(await phone.sender.flush()).toBe('away');
    await phone.reopen();
    expect(await phone.sender.flush(true)).toBe('ready');
    expect(phone.hub.effects.map((a) => a.kind)).toEqual(['photo']);
    const [arrived, sent] = [phone.hub.photos.get(photo.id)!.data, new Uint8Array(photo.bytes)];
    expect([arrived.length, arrived.findIndex((byte, i) => byte !== sent[i])]).toEqual([700_000, -1]);
    const offsets = phone.hub.calls.filter((c) => c.method === 'PUT').map((c) => Number(c.path.split('=')[1]));
    expect(offsets).toEqual([0, 100_000, 362_144, 624_288]);
  });

  it('do not wait longer and longer while they get on', async () => {
    const phone = await phone_with('WO-1');
    const photo = picture('0190a000-0000-7000-8000-000000000003', 'WO-1', 1_000_000);
    const body = { kind: 'photo' as const, photo: photo.id };
    await phone.outbox.add({ order: 'WO-1', body, label: 'Photo', photos: [photo] });
    const tries: number[] = [];
    for (let i = 0; i < 4; i++) {
      phone.hub.troubles = [undefined as never, 'answer_lost']; // of announcement and part
      expect(await phone.sender.flush(true)).toBe('away');
      tries.push((await phone.outbox.items())[0]!.tries);
    }
    expect(tries).toEqual([1, 1, 1, 1]);
    expect(await phone.sender.flush(true)).toBe('ready');
  });

  it('do not hold up their order, and wait for Wi-Fi where that is asked for', async () => {
    const phone = await phone_with('WO-1');
    const photo = picture('0190a000-0000-7000-8000-000000000002', 'WO-1', 10);
    phone.pictures = false;
    await phone.outbox.add({
      order: 'WO-1',
      body: { kind: 'photo', photo: photo.id },
      label: 'Photo',
      photos: [photo],
    });
    await phone.outbox.add(check('WO-1', 1, 'yes'));
    await phone.sender.flush();
    expect(await phone.states()).toEqual(['photo waiting', 'check received']);
  });
});

it('says where each thing is: hub, CMMS, ERP', async () => {
  const phone = await phone_with('WO-1');
  const [item] = await phone.outbox.add(part('WO-1'));
  await phone.sender.flush();
  const kept = phone.hub.kept.get(item!.id)!;
  kept.state = { ...kept.state, state: 'sent' };
  await phone.sender.flush();
  expect(await phone.states()).toEqual(['part sent']);
  kept.state = { ...kept.state, state: 'posted', erp_document: '4900001' };
  await phone.sender.flush();
  expect((await phone.outbox.items())[0]).toMatchObject({ state: 'posted', erp_document: '4900001' });
});

it('back-off grows to a minute and is spread', () => {
  expect([0, 1, 3, 6, 30].map((n) => backoff_ms(n, 0))).toEqual([500, 1000, 4000, 30_000, 30_000]);
  expect(backoff_ms(0, 0.999)).toBeLessThan(1000);
  expect(backoff_ms(30, 0.999)).toBeLessThan(60_000);
});

it('a stuck item lets other lanes pass', async () => {
  const phone = await phone_with('WO-1', 'WO-2');
  const items = await phone.outbox.add(part('WO-1'), part('WO-1'), part('WO-2'));
  items[0]!.state = 'needs_you';
  expect(next_items(items, phone.now, true).map((item) => item.order)).toEqual(['WO-2']);
});

it('goes on at the cursor and drops what is gone, unless something of it is still on its way', async () => {
  const phone = await phone_with('WO-1', 'WO-2');
  await phone.outbox.add(part('WO-1'));
  phone.hub.job('WO-1', { status: 'cancelled' });
  phone.hub.job('WO-2', { status: 'closed' });
  await pull(phone.db, phone.hub.wire);
  expect(await phone.db.getAllKeys('orders')).toEqual(['WO-1']);
  expect(phone.hub.calls.at(-1)!.path).toContain('cursor=2');
});
