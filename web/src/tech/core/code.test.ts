import { describe, expect, it } from 'vitest';
import { meaning } from './code';

describe('a scanned code', () => {
  it('names a zone only where its label says so', () => {
    expect(meaning('ZONE:LINE-2', [])).toEqual({ is: 'zone', zone: 'LINE-2' });
    expect(meaning(' zone = Hall 3 ', [])).toEqual({ is: 'zone', zone: 'Hall 3' });
    expect(meaning('ZONE:', [])).toEqual({ is: 'unknown', code: 'ZONE:' });
    expect(meaning('LINE-2', [])).toEqual({ is: 'unknown', code: 'LINE-2' });
  });
});
