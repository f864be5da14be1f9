import { expect, it } from 'vitest';
import { parseTsigAlgorithm } from '../../../src/tsig/tsig-algorithm.ts';

it.each([
  ['hmac-sha256', 'hmac-sha256', 32],
  ['HMAC-SHA512', 'hmac-sha512', 64],
  ['hmac-sha256.', 'hmac-sha256', 32],
  ['hmac-md5', 'hmac-md5', 16],
  ['hmac-md5.sig-alg.reg.int', 'hmac-md5', 16],
  ['hmac-sha256-128', 'hmac-sha256', 16],
  ['hmac-sha1-80', 'hmac-sha1', 10],
  ['hmac-md5-80', 'hmac-md5', 10],
])('%s is %s with a MAC of %i octets', (text, algorithm, macOctets) => {
  expect(parseTsigAlgorithm(text)).toEqual({ algorithm, macOctets });
});

it.each([
  'sha256',
  'hmac-sha3',
  'hmac-sha256-127',
  'hmac-sha256-120',
  'hmac-sha256-264',
  'hmac-sha1.sig-alg.reg.int',
  '',
])('%j is none', (text) => {
  expect(parseTsigAlgorithm(text)).toBeUndefined();
});
