import { randomBytes } from 'node:crypto';
import { parseTsigAlgorithm, tsigAlgorithmNames, tsigAlgorithms } from '../tsig/tsig-algorithm.ts';
import { parseName, rootName } from '../wire/name.ts';
import { type Output, write } from './output.ts';
import type { KeyFormat } from './tsig-key-formats.ts';

export interface TsigKeygenOptions {
  readonly algorithm: string;
  readonly format: KeyFormat;
}

export type { KeyFormat } from './tsig-key-formats.ts';

/** Print a new key with a random secret as long as its MAC. Resolves to the exit code. */
export async function runTsigKeygen(name: string, options: TsigKeygenOptions, output: Output): Promise<number> {
  const octets = new TextEncoder().encode(name);
  if (parseName(octets, 0, octets.length, rootName, new Uint8Array(256), 0) < 0) {
    await write(output.stderr, `error: ${JSON.stringify(name)} is not a domain name, which the name of a key is\n`);
    return 2;
  }
  const parsed = parseTsigAlgorithm(options.algorithm);
  if (parsed === undefined) {
    await write(
      output.stderr,
      `error: no algorithm ${JSON.stringify(options.algorithm)}\nhint: one of ${tsigAlgorithmNames.join(', ')}\n`,
    );
    return 2;
  }
  const { algorithm } = parsed;
  const secret = randomBytes(tsigAlgorithms[algorithm].macOctets).toString('base64');
  await write(output.stdout, keyTexts[options.format](name, options.algorithm.toLowerCase(), secret));
  return 0;
}

const keyTexts: Readonly<Record<KeyFormat, (name: string, algorithm: string, secret: string) => string>> = {
  bind: (name, algorithm, secret) => `key "${name}" {\n\talgorithm ${algorithm};\n\tsecret "${secret}";\n};\n`,
  yaml: (name, algorithm, secret) =>
    `keys:\n  ${JSON.stringify(name)}: { algorithm: ${algorithm}, secret: "${secret}" }\n`,
  knot: (name, algorithm, secret) =>
    `key:\n  - id: ${JSON.stringify(name)}\n    algorithm: ${algorithm}\n    secret: ${secret}\n`,
  nsd: (name, algorithm, secret) => `key:\n    name: "${name}"\n    algorithm: ${algorithm}\n    secret: "${secret}"\n`,
};
