// How values read. Amounts are texts from end to end; only their digits are grouped.

const group = (digits: string) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** "-1234.5" → "−1,234.5". Decimals stay as they are. */
export function decimal(text: string): string {
  const negative = text.startsWith('-');
  const [whole = '0', fraction] = (negative ? text.slice(1) : text).split('.');
  return `${negative ? '−' : ''}${group(whole)}${fraction === undefined ? '' : `.${fraction}`}`;
}

const SIGNS: Record<string, string> = { EUR: '€', USD: '$', GBP: '£' };

/** "€1,234.50"; "CHF 1,234.50" for currencies without a sign that everybody knows. */
export function money(amount: string | undefined, currency: string | undefined): string {
  if (amount === undefined || amount === '') return '';
  const shown = decimal(amount);
  const sign = SIGNS[currency ?? ''];
  if (sign === undefined) return `${currency ?? ''} ${shown}`.trim();
  return shown.startsWith('−') ? `−${sign}${shown.slice(1)}` : sign + shown;
}

/** A count with its noun: "1 message", "12 messages". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${group(String(n))} ${n === 1 ? one : many}`;
}

/** "4 s", "38 min", "5 h", "3 days": how long something took or has waited. */
export function span(ms: number): string {
  const s = Math.max(0, ms) / 1000;
  if (s < 1) return `${Math.round(s * 1000)} ms`;
  if (s < 90) return `${s < 10 && !Number.isInteger(s) ? s.toFixed(1) : Math.round(s)} s`;
  if (s < 5400) return `${Math.round(s / 60)} min`;
  if (s < 48 * 3600) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86400)} days`;
}

export function age(time: string | undefined, now: number): string {
  return time === undefined ? '' : span(now - Date.parse(time));
}

const two = (n: number) => String(n).padStart(2, '0');

/** "2026-11-24 13:04:11" in the zone of this browser; `when` of tables and tooltips. */
export function moment(time: string | undefined): string {
  if (!time) return '';
  const d = new Date(time);
  return `${day(time)} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

/** "13:04", or the day where it is not today. */
export function clock(time: string | undefined, now: number): string {
  if (!time) return '';
  const d = new Date(time);
  return day(time) === day(new Date(now).toISOString()) ? `${two(d.getHours())}:${two(d.getMinutes())}` : day(time);
}

export function day(time: string): string {
  const d = new Date(time);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

/** The zone that times are shown in, for exports: "Europe/Berlin". */
export function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** "2026-11" → "November 2026". */
export function month(text: string): string {
  const [year, number] = text.split('-');
  return `${MONTHS[Number(number) - 1] ?? text} ${year}`;
}

/** "in_progress" → "In progress". */
export function words(code: string | undefined): string {
  if (!code) return '';
  const plain = code.replaceAll(/[_.]/g, ' ');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
