import { describe, expect, it } from 'vitest';
import { read_amount, read_facts } from './facts';

const typed = { asset: 'P-1', value: '185000,50', currency: 'eur', in_service: '2014-05-01', life: '15' };
const read = (more: Partial<typeof typed>) => read_facts({ ...typed, ...more }, '2026-11-24');

describe('what is typed about an asset', () => {
  it('reads it as it is meant', () => {
    const body = { replacement_value: '185000.50', currency: 'EUR', in_service: '2014-05-01', life_years: 15 };
    expect(read({})).toEqual({ body });
    expect(read({ in_service: '', life: ' ' })).toEqual({
      body: { replacement_value: '185000.50', currency: 'EUR' },
    });
    expect(read({ in_service: '2026-11-24' })).toHaveProperty('body'); // today
  });
  it('never guesses what a separator is', () => {
    expect(read_amount('185 000.5')).toBe('185000.5');
    for (const text of ['185.000', '185,000', '1,850.00', '1.850,00', '0', '0.00', '-5', '12 34', '1e5', '']) {
      expect([text, read_amount(text)]).toEqual([text, undefined]);
    }
  });
  it('never rounds a life, and refuses days that are none or to come', () => {
    for (const life of ['7.5', '0', '201', 'ten']) expect(read({ life })).toHaveProperty('wrong.life_years');
    for (const in_service of ['2026-11-25', '2026-02-30', '1.5.2014']) {
      expect(read({ in_service })).toHaveProperty('wrong.in_service');
    }
    expect(read({ currency: '€' })).toHaveProperty('wrong.currency');
  });
});
