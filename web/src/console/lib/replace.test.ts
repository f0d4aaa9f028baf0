import { describe, expect, it } from 'vitest';
import { cost_of } from './costs';
import { ASSUMED, cases, flip_of, recovery, yearly_of_new, type Facts } from './replace';

const now = Date.parse('2026-11-24T12:00:00Z');
const row = (asset: string, month: string, net: string) =>
  cost_of({ key: `asset:${asset}|${month}|EUR`, posted: net, reversed: '0', net, documents: 1 });
const facts = (asset: string, value: string, more: Partial<Facts> = {}): Facts => ({
  asset,
  replacement_value: value,
  currency: 'EUR',
  ...more,
});
const months = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10'].map((month) => `2026-${month}`);

describe('repair or replace', () => {
  it('knows the annuity', () => {
    expect(recovery(6, 15)).toBeCloseTo(0.102963, 5); // 6 % over 15 years, as tables give it
    expect(recovery(0, 10)).toBeCloseTo(0.1, 10);
    expect(yearly_of_new(10_000, { life: 10, interest: 0, upkeep: 2 })).toBeCloseTo(1200, 8);
  });

  it('ranks by yearly cost against a new one, and says when it is too early', () => {
    const costs = [
      ...months.map((month) => row('DEAR', month, '500.00')),
      ...months.map((month) => row('CHEAP', month, '10.00')),
      row('DEAR', '2026-11', '9999.00'), // the month that is not over says nothing of a year
    ];
    const all = [facts('CHEAP', '20000'), facts('DEAR', '20000'), facts('NEW', '5000', { in_service: '2026-10-02' })];
    const [dear, cheap, fresh] = cases(all, costs, ASSUMED, now);
    expect([dear!.facts.asset, dear!.verdict, dear!.months]).toEqual(['DEAR', 'replace', 10]);
    expect(dear!.yearly!.mean).toBeCloseTo(6000, 6);
    expect(dear!.yearly!.low).toBeCloseTo(6000, 6); // every month the same: nothing is uncertain
    expect(dear!.to_date).toBe('14999.00');
    expect(dear!.of_value).toBeCloseTo(30, 6);
    expect([cheap!.facts.asset, cheap!.verdict]).toEqual(['CHEAP', 'repair']);
    expect([fresh!.verdict, fresh!.yearly]).toEqual(['early', undefined]);
  });

  it('calls it close where one bad month made the difference', () => {
    const costs = months.map((month, n) => row('P', month, n === 4 ? '2500.00' : '20.00'));
    const [one] = cases([facts('P', '22000')], costs, ASSUMED, now);
    expect(one!.verdict).toBe('close');
    expect(one!.yearly!.low).toBeLessThan(one!.fresh);
    expect(one!.yearly!.high).toBeGreaterThan(one!.fresh);
    const again = cases([facts('P', '22000')], costs, ASSUMED, now)[0]!;
    expect(again.yearly).toEqual(one!.yearly); // the same records, the same interval
  });

  it('names the assumption that would turn it', () => {
    const value = 10_000;
    const near = yearly_of_new(value, { ...ASSUMED, life: 14 });
    const flip = flip_of(near, value, ASSUMED)!;
    for (const what of ['life', 'interest', 'upkeep', 'value', 'cost'] as const) {
      if (flip.what !== what) continue;
      const changed = what === 'value' || what === 'cost' ? {} : { [what]: flip.to };
      const worth = what === 'value' ? flip.to : value;
      const cost = what === 'cost' ? flip.to : near;
      expect(yearly_of_new(worth, { ...ASSUMED, ...changed })).toBeCloseTo(cost, 4);
    }
    expect(['cost', 'value']).toContain(flip.what); // they move in proportion, life and interest less
  });

  it('leaves other currencies out', () => {
    const costs = months.map((month) =>
      cost_of({ key: `asset:P|${month}|USD`, posted: '900', reversed: '0', net: '900', documents: 1 }),
    );
    expect(cases([facts('P', '20000')], costs, ASSUMED, now)[0]!.to_date).toBe('0');
  });
});
