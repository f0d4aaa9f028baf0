import { expect, test } from 'vitest';
import { csv } from './csv';

test('quotes, commas and line breaks survive', () => {
  expect(csv(['a', 'b'], [['x"y', 'one, two\nthree']])).toBe('\ufeffa,b\r\n"x""y","one, two\nthree"\r\n');
});

test('a text that a spreadsheet would run is only a text; a number stays a number', () => {
  expect(csv(['v'], [['=SUM(A1)'], ['+1'], ['@x'], ['-2+3'], ['-12.50'], [undefined]])).toBe(
    "\ufeffv\r\n'=SUM(A1)\r\n'+1\r\n'@x\r\n'-2+3\r\n-12.50\r\n\r\n",
  );
});
