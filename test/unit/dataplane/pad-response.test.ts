import { expect, test } from 'vitest';
import { padResponse } from '../../../src/dataplane/pad-response.ts';

const maxOctets = 65_535;
const start = 3;

const header = (answers: number, additional: number) => [0, 1, 0x84, 0, 0, 1, 0, answers, 0, 0, 0, additional];
const question = [3, 119, 119, 119, 1, 97, 0, 0, 16, 0, 1];
/** A TXT record at the question's name, with so many octets of data. */
const txt = (octets: number) => [
  0xc0,
  12,
  0,
  16,
  0,
  1,
  0,
  0,
  1,
  44,
  octets >>> 8,
  octets & 255,
  ...Array(octets).fill(7),
];
const opt = (...options: number[]) => [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, options.length, ...options];
const nsid = [0, 3, 0, 2, 110, 49];
const tsig = [0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 0];

function pad(message: readonly number[]): Uint8Array {
  const out = new Uint8Array(start + maxOctets).fill(0xee);
  out.set(message, start);
  return out.slice(start, start + padResponse(out, start, message.length));
}

test.each([
  ['without data', [...header(0, 1), ...question, ...opt()], 468],
  ['with records and another option', [...header(2, 1), ...question, ...txt(9), ...txt(10), ...opt(...nsid)], 468],
  ['that is just short enough', [...header(1, 1), ...question, ...txt(418), ...opt()], 468],
  ['that is one octet longer', [...header(1, 1), ...question, ...txt(419), ...opt()], 936],
])('pads a response %s', (_name, message, octets) => {
  const padded = pad(message);
  expect(padded.length).toBe(octets);
  const paddingOctets = octets - message.length - 4;
  const optAt = message.findLastIndex((value, i) => value === 41 && message[i - 1] === 0 && message[i + 1] === 4) - 2;
  const options = message.slice(optAt + 11);
  const rdataOctets = options.length + 4 + paddingOctets;
  expect([...padded]).toEqual([
    ...message.slice(0, optAt + 9),
    rdataOctets >>> 8,
    rdataOctets & 255,
    ...options,
    0,
    12,
    paddingOctets >>> 8,
    paddingOctets & 255,
    ...Array(paddingOctets).fill(0),
  ]);
});

test.each([
  ['without OPT', [...header(1, 0), ...question, ...txt(9)]],
  ['with other records last', [...header(0, 1), ...question, ...txt(9)]],
  ['that is signed', [...header(0, 2), ...question, ...opt(), ...tsig]],
  ['that has no room for it', [...header(1, 1), ...question, ...txt(65_485), ...opt()]],
])('leaves a response %s alone', (_name, message) => {
  expect([...pad(message)]).toEqual(message);
});
