/** Zone files to begin with, what they may include, and how they are changed. */
import { typeText } from '../../../src/rr/mnemonics.ts';
import { readFolder, readTestFiles, readWords } from '../corpus/read-corpus.ts';
import { encode, textMutator } from '../engine/mutate-text.ts';
import type { Mutate } from '../engine/target.ts';

/** Thrown by a sink that has seen enough. */
export class TooMany extends Error {
  override readonly name = 'TooMany';
}

export const includedFiles: readonly (readonly [string, Uint8Array])[] = [
  ['a.inc', encode('sub A 192.0.2.1\n$ORIGIN deep\n@ TXT "in"\n')],
  ['b.inc', encode('$INCLUDE a.inc\n$INCLUDE self\nx CNAME @\n')],
];

export function zoneCorpus(): readonly Uint8Array[] {
  const small = ({ length }: Uint8Array) => length <= 6000;
  return [
    ...readTestFiles('zonefile', '.zone'),
    ...readTestFiles('zonefile', '.out'),
    ...readTestFiles('golden', '.zone'),
    ...readTestFiles('../zones', ''),
    ...readFolder('zones'),
  ].filter(small);
}

const types = Array.from({ length: 270 }, (_, type) => typeText(type));
const rdata = readWords('zone-data');
const words = readWords('zone');

export const mutateZone: Mutate = textMutator([...words, ...words, ...types, ...rdata, ...rdata, ...rdata, ...rdata]);

/** A record that a $GENERATE makes takes as many steps as one that is written. */
export function seriesSteps(input: Uint8Array, mostRecords: number): number {
  return Buffer.from(input).toString('latin1').toUpperCase().includes('$GENERATE') ? 1000 * mostRecords : 0;
}
