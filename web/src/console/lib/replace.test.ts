import { describe, expect, it } from 'vitest';
import { cost_of } from './costs';
import {
  ASSUMED,
  cases,
  flip_of,
  interval,
  LIMITS,
  read_number,
  recovery,
  yearly_of_new,
  type Assumptions,
  type Facts,
  type Flip,
} from './replace';

const now = Date.parse('2026-11-24T12:00:00Z');
const row = (asset: string, month: string, net: string, currency = 'EUR') =>
  cost_of({ key: `asset:${asset}|${month}|${currency}`, posted: net, reversed: '0', net, documents: 1 });
const facts = (asset: string, value: string, more: Partial<Facts> = {}): Facts => ({
  asset,
  replacement_value: value,
  currency: 'EUR',
  ...more,
});
const name = (n: number) => `${2025 + Math.floor((8 + n) / 12)}-${String(((8 + n) % 12) + 1).padStart(2, '0')}`;
/** The 14 months before this one. The records begin with the first, which may not be whole: 13 count. */
const months = Array.from({ length: 14 }, (_, n) => name(n));

describe('repair or replace', () => {
  it('knows the annuity', () => {
    expect(recovery(6, 15)).toBeCloseTo(0.102963, 5); // 6 % over 15 years, as tables give it
    expect(recovery(0, 10)).toBeCloseTo(0.1, 10);
    expect(yearly_of_new(10_000, { life: 10, interest: 0, upkeep: 2 })).toBeCloseTo(1200, 8);
  });

  it('ranks by yearly cost against a new one, and says when it is too early', () => {
    expect([months[0], months[13]]).toEqual(['2025-09', '2026-10']);
    const costs = [
      ...months.map((month) => row('DEAR', month, '500.00')),
      ...months.map((month) => row('CHEAP', month, '10.00')),
      ...months.slice(2).map((month) => row('NEW', month, '900.00')),
      row('DEAR', '2026-11', '9999.00'), // the month that is not over says nothing of a year
      row('RARE', '2026-05', '500.00'),
      row('RARE', '2026-07', '500.00'),
    ];
    const all = ['CHEAP', 'DEAR', 'RARE'].map((asset) => facts(asset, '20000'));
    all.push(facts('NEW', '5000', { in_service: '2025-11-02' }));
    const [dear, cheap, fresh, rare] = cases(all, costs, ASSUMED, now);
    expect([dear!.facts.asset, dear!.verdict, dear!.months]).toEqual(['DEAR', 'replace', 13]);
    expect(dear!.yearly!.mean).toBeCloseTo(6000, 6);
    expect(dear!.yearly!.low).toBeCloseTo(6000, 6); // every month the same
    expect(dear!.yearly!.high).toBeGreaterThan(6300);
    expect(dear!.to_date).toBe('16999.00');
    expect(dear!.of_value).toBeCloseTo(30, 6);
    expect([cheap!.facts.asset, cheap!.verdict]).toEqual(['CHEAP', 'repair']);
    expect([fresh!.facts.asset, fresh!.verdict, fresh!.months]).toEqual(['NEW', 'early', 11]); // from December on
    expect([rare!.facts.asset, rare!.verdict, rare!.costly]).toEqual(['RARE', 'early', 2]);
  });

  it('calls it close where one bad month made the difference', () => {
    const costs = months.map((month, n) => row('P', month, n === 4 ? '2500.00' : '20.00'));
    const [one] = cases([facts('P', '22000')], costs, ASSUMED, now);
    expect(one!.verdict).toBe('close');
    expect(one!.yearly!.low).toBeLessThan(one!.fresh);
    expect(one!.yearly!.high).toBeGreaterThan(one!.fresh);
  });

  it('starts where the records of the site begin: one posting of long ago changes nothing', () => {
    const costs = months.map((month) => row('P', month, '500.00'));
    const plain = cases([facts('P', '20000')], costs, ASSUMED, now)[0]!;
    for (const month of ['2023-01', '2023-12', '2024-12', '2025-06']) {
      const [one] = cases([facts('P', '20000')], [...costs, row('OTHER', month, '70.00')], ASSUMED, now);
      expect([month, one!.months, one!.yearly]).toEqual([month, plain.months, plain.yearly]);
    }
  });

  it('gives no verdict where costs are in another currency than the value', () => {
    for (const also of [[], months.map((month) => row('P', month, '5.00'))]) {
      const costs = [...months.map((month) => row('P', month, '900', 'USD')), ...also];
      const one = cases([facts('P', '20000')], costs, ASSUMED, now)[0]!;
      expect([one.verdict, one.others, one.yearly]).toEqual(['currency', ['USD'], undefined]);
    }
  });

  it('gives no verdict where more came back than was spent', () => {
    const costs = months.map((month, n) => row('P', month, n === 6 ? '-9000.00' : '20.00'));
    expect(cases([facts('P', '20000')], costs, ASSUMED, now)[0]!.verdict).toBe('credit');
  });

  it('reads numbers with point or comma and nothing else', () => {
    expect(read_number('7,5', LIMITS.interest)).toBe(7.5);
    expect(read_number(' 7.5 ', LIMITS.interest)).toBe(7.5);
    for (const wrong of ['', '1,000.5', '-1', '1e1', 'six', '61', '7,']) {
      expect(read_number(wrong, LIMITS.interest)).toBeUndefined();
    }
    expect(read_number('0', LIMITS.life)).toBeUndefined();
  });
});

describe('what would change the verdict', () => {
  const around = (mean: number, low: number, high: number) => ({ mean, low, high });
  const meets = (flip: Flip, value: number, with_: Assumptions, bound: number, mean: number) => {
    const assumed = ['life', 'interest', 'upkeep'].includes(flip.what) ? { ...with_, [flip.what]: flip.to } : with_;
    const fresh = yearly_of_new(flip.what === 'value' ? flip.to : value, assumed);
    expect(fresh).toBeCloseTo(flip.what === 'cost' ? bound + flip.to - mean : bound, 4);
  };

  it('can be the life of a new one', () => {
    const with_ = { life: 8, interest: 3, upkeep: 2 };
    const low = yearly_of_new(10_000, { ...with_, life: 5 });
    const flip = flip_of(around(low + 50, low, low + 100), 10_000, with_)!;
    expect([flip.what, flip.becomes]).toEqual(['life', 'close']);
    expect(flip.to).toBeCloseTo(5, 6);
    meets(flip, 10_000, with_, low, low + 50);
  });
  it('can be the interest', () => {
    const with_ = { life: 40, interest: 6, upkeep: 2 };
    const high = yearly_of_new(10_000, { ...with_, interest: 4 });
    const flip = flip_of(around(high - 50, high - 100, high), 10_000, with_)!;
    expect([flip.what, flip.becomes]).toEqual(['interest', 'close']);
    expect(flip.to).toBeCloseTo(4, 6);
  });
  it('can be the cost, when little is known of it', () => {
    const fresh = yearly_of_new(10_000, ASSUMED);
    const flip = flip_of(around(fresh * 3, fresh * 1.2, fresh * 6), 10_000, ASSUMED)!;
    expect([flip.what, flip.becomes]).toEqual(['cost', 'close']);
    expect(flip.to).toBeCloseTo(fresh * 2.8, 6); // the range moves down until its low end is at a new one
    meets(flip, 10_000, ASSUMED, fresh * 1.2, fresh * 3);
  });
  it('can be the value', () => {
    const fresh = yearly_of_new(10_000, ASSUMED);
    const flip = flip_of(around(fresh * 0.88, fresh * 0.86, fresh * 0.9), 10_000, ASSUMED)!;
    expect(flip.what).toBe('value');
    expect(flip.to).toBeCloseTo(9000, 6);
  });
  it('makes a close call clear at the nearer end', () => {
    const fresh = yearly_of_new(10_000, ASSUMED);
    expect(flip_of(around(fresh * 1.3, fresh * 0.98, fresh * 2), 10_000, ASSUMED)!.becomes).toBe('replace');
    expect(flip_of(around(fresh * 0.7, fresh * 0.3, fresh * 1.02), 10_000, ASSUMED)!.becomes).toBe('repair');
  });
});

describe('the range of the yearly cost', () => {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  const amounts: [string, () => number, number][] = [
    ['exponential', () => -500 * Math.log(random()), 500],
    ['lognormal', () => 500 * Math.exp(1.3 * normal()), 500 * Math.exp(1.3 ** 2 / 2)],
    ['all alike', () => 500, 500],
  ];
  for (const count of [12, 24]) {
    for (const [kind, amount, mean] of amounts) {
      it(`holds the truth where 4 of 5 months cost nothing: ${count} months, ${kind} amounts`, () => {
        state = count;
        let [tried, held] = [0, 0];
        while (tried < 600) {
          const values = Array.from({ length: count }, () => (random() < 0.2 ? amount() : 0));
          if (values.filter((value) => value > 0).length < 3) continue; // too early to say
          const { low, high } = interval(values);
          tried += 1;
          if (low <= mean * 0.2 && mean * 0.2 <= high) held += 1;
        }
        expect(held / tried).toBeGreaterThanOrEqual(kind === 'lognormal' ? 0.83 : 0.9);
      });
    }
  }
});
