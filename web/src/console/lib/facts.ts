// What a person types about an asset, read without guessing and without rounding. Pure.

import { parse } from '../../shared/decimal';

export interface Typed {
  readonly asset: string;
  readonly value: string;
  readonly currency: string;
  readonly in_service: string;
  readonly life: string;
}
export interface Read {
  readonly replacement_value: string;
  readonly currency: string;
  readonly in_service?: string;
  readonly life_years?: number;
}
export type Field = 'replacement_value' | 'currency' | 'in_service' | 'life_years';
export type Wrong = Partial<Record<Field, string>>;

const LIFE_MOST = 200;

/** "185000", "185000.50" and "185000,50"; undefined where a separator may be one of thousands: 185.000 is not 185. */
export function read_amount(text: string): string | undefined {
  const plain = text.trim().replaceAll(/(?<=\d)[ \u00a0\u202f](?=\d{3}(\D|$))/g, '');
  if (!/^\d+([.,]\d{1,2})?$/.test(plain)) return undefined;
  const value = plain.replace(',', '.');
  return (parse(value)?.units ?? 0n) > 0n ? value : undefined;
}

const is_day = (text: string) => {
  const day = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(+day) && day.toISOString().startsWith(text);
};

/** `today`: "2026-11-24" where the reader is. Either what goes to the hub, or words for each field that is wrong. */
export function read_facts(typed: Typed, today: string): { body: Read } | { wrong: Wrong } {
  const wrong: Wrong = {};
  const value = read_amount(typed.value);
  if (value === undefined) {
    wrong.replacement_value = 'Write an amount above 0 without separators of thousands, like 185000 or 185000.50.';
  }
  const currency = typed.currency.trim().toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) wrong.currency = 'Write three letters, like EUR.';
  const since = typed.in_service.trim();
  if (since && !is_day(since)) wrong.in_service = 'Write a day as YYYY-MM-DD, like 2014-05-01.';
  else if (since > today)
    wrong.in_service = 'This day is still to come. Write the day from which on it has been used.';
  const life = typed.life.trim();
  const years = /^\d{1,3}$/.test(life) ? Number(life) : 0;
  if (life && (years < 1 || years > LIFE_MOST))
    wrong.life_years = `Write whole years from 1 to ${LIFE_MOST}, like 15.`;
  if (Object.keys(wrong).length > 0 || value === undefined) return { wrong };
  return {
    body: {
      replacement_value: value,
      currency,
      ...(since ? { in_service: since } : {}),
      ...(life ? { life_years: years } : {}),
    },
  };
}
