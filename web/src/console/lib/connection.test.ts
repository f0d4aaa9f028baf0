import { describe, expect, it } from 'vitest';
import { changes_of, is_field, read_percents } from './connection';

describe('settings that are typed', () => {
  const fields = [{ name: 'url', value: 'http://a' }, { name: 'token_file' }, { name: 'retries', value: '3' }];
  it('sends only what changed, and null for what was emptied', () => {
    expect(changes_of(fields, { url: 'http://a', token_file: '', retries: '3' })).toEqual({});
    expect(changes_of(fields, { url: 'http://b', token_file: 'x', retries: '' })).toEqual({
      url: 'http://b',
      token_file: 'x',
      retries: null,
    });
  });
  it('marks the field that the hub means, and no other that ends alike', () => {
    expect([is_field('url', 'url'), is_field('settings.url', 'url')]).toEqual([true, true]);
    expect([is_field('base_url', 'url'), is_field('settings.base_url', 'url'), is_field(undefined, 'url')]).toEqual([
      false,
      false,
      false,
    ]);
  });
  it('reads a list of percentages or nothing', () => {
    expect(read_percents('80, 100 120')).toEqual([80, 100, 120]);
    for (const text of ['', ',', '80, x', '80.5', '0', '-5', '80 %']) expect(read_percents(text)).toBeUndefined();
  });
});
