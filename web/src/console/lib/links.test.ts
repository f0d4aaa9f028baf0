import { expect, test } from 'vitest';
import { links_of, quantile } from './links';
import type { StoredEvent } from './tail.svelte';

const T0 = Date.parse('2026-11-26T10:00:00Z');
const time = (ms: number) => new Date(T0 + ms).toISOString();
function event(seq: number, more: Partial<StoredEvent>): StoredEvent {
  return {
    seq,
    id: `e${seq}`,
    source: 'cmms',
    type: 'workorder.completed',
    subject: 'W',
    site: 's',
    time: time(0),
    recorded: time(0),
    data: {},
    ...more,
  };
}

test('a booking is as late as the event that caused it is old', () => {
  const links = links_of(
    [
      event(1, { time: time(-200), recorded: time(0) }),
      event(2, {
        source: 'hub',
        type: 'cost.booked',
        cause: 'e1',
        recorded: time(50),
        data: { connector: 'erp', noun: 'cost' },
      }),
      event(3, {
        source: 'hub',
        type: 'cost.rejected',
        cause: 'e1',
        recorded: time(90),
        data: { connector: 'erp', noun: 'cost', reason: 'no' },
      }),
      event(4, { source: 'hub', type: 'exception.opened', recorded: time(90) }),
      event(5, { source: 'flow/supply', type: 'availability.changed', recorded: time(90) }),
    ],
    T0 - 1000,
    T0 + 1000,
  );
  expect(links.map((link) => [link.id, link.count, link.refused, link.delays])).toEqual([
    ['in/cmms/workorder', 1, 0, [200]],
    ['out/erp/cost', 2, 1, [50, 90]],
  ]);
  expect(links[1]!.ticks.reduce((sum, tick) => sum + tick.count, 0)).toBe(2);
});

test('a refusal counts until its exception is closed', () => {
  const refused = (seq: number, key: string) =>
    event(seq, { source: 'hub', type: 'mirror.rejected', data: { key, connector: 'cmms', noun: 'mirror' } });
  const told = (seq: number, of: 'opened' | 'closed', exception: string, command?: string) =>
    event(seq, { source: 'hub', type: `exception.${of}`, data: { exception, ...(command ? { command } : {}) } });
  const story = [
    refused(1, 'A'),
    told(2, 'opened', 'EX-2', 'A'),
    refused(3, 'B'),
    told(4, 'opened', 'EX-4', 'B'),
    told(5, 'closed', 'EX-2'),
    told(6, 'closed', 'EX-0'), // opened before the newest events begin
  ];
  const link = (events: StoredEvent[]) => links_of(events, T0 - 10, T0 + 10)[0]!;
  expect(link(story.slice(0, 4)).refused).toBe(2);
  expect(link(story).refused).toBe(1);
  expect(link(story).count).toBe(2);
  expect(link(story).ticks.reduce((sum, tick) => sum + tick.refused, 0)).toBe(1);
  expect(link([...story, refused(7, 'A'), told(8, 'opened', 'EX-8', 'A')]).refused).toBe(2);
});

test('what a source dates long ago says nothing about the link', () => {
  const [link] = links_of([event(1, { time: '1970-01-01T00:00:00Z' })], T0 - 10, T0 + 10);
  expect(link!.delays).toEqual([]);
});

test('quantiles by nearest rank', () => {
  expect(quantile([], 0.5)).toBeUndefined();
  expect(quantile([3, 1, 2, 4], 0.5)).toBe(2);
  expect(
    quantile(
      Array.from({ length: 100 }, (_, index) => index + 1),
      0.95,
    ),
  ).toBe(95);
});
