import { expect, test } from 'vitest';
import { opcodeName, qtypeName, rcodeName } from '../../../../src/control/statistics/code-names.ts';
import { serverDescriptions, zoneDescriptions } from '../../../../src/control/statistics/counter-descriptions.ts';
import { Counter } from '../../../../src/plane/counters.ts';

test('every counter with a name of BIND has its place and its words', () => {
  const ofBind = Object.keys(Counter).filter((name) => /^[A-Z]/.test(name) && !/^TCP[46]/.test(name));
  expect([...Object.keys(serverDescriptions), ...Object.keys(zoneDescriptions)].toSorted()).toEqual(ofBind.toSorted());
});

test('codes are named as BIND names them', () => {
  expect([0, 3, 4, 5, 15].map(opcodeName)).toEqual(['QUERY', 'RESERVED3', 'NOTIFY', 'UPDATE', 'RESERVED15']);
  expect([0, 10, 11, 16, 17, 23].map(rcodeName)).toEqual([
    'NOERROR',
    'NOTZONE',
    'RESERVED11',
    'BADVERS',
    '17',
    'BADCOOKIE',
  ]);
  expect([0, 1, 33, 255, 256].map(qtypeName)).toEqual(['Others', 'A', 'SRV', 'ANY', 'Others']);
});
