/** The settings that options, a view and zones have in common, under the same names as in ringzone.yaml. */
import type { Path } from '../../config/yaml-source.ts';
import type { Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';
import { firstValue, isYes, optionOf, tokenAt } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { checkQueryPlace, checkTransferPlace } from './listening-places.ts';
import { setMatches } from './match-lists.ts';
import { setRemotes } from './remotes.ts';

type Setter = (statement: Statement, path: Path, conversion: Conversion) => void;

/** Convert by the value alone; `undefined`: BIND's word for its default. */
function value(convert: (token: Token) => unknown): Setter {
  return (statement, path, { settings }) => {
    const token = firstValue(statement);
    const converted = convert(token);
    if (converted !== undefined) settings.set([...path, nameOf(statement)], converted, statement.keyword, token);
  };
}

export const number = value(({ text }) => Number(text));
export const boolean = value(isYes);

/** A word, or yes or no in any spelling. */
export const wordOrBoolean = value((token) => {
  const text = token.text.toLowerCase();
  return /^(yes|no|true|false|1|0)$/.test(text) ? isYes(token) : text;
});

const word = value(({ text }) => text.toLowerCase());
const seconds = value(({ text }) => `${text}s`);
const minutes = value(({ text }) => `${text}m`);
const sizeOrDefault = value(({ text }) => (text.toLowerCase() === 'default' ? undefined : text.toLowerCase()));

const source: Setter = (statement, path, conversion) => {
  const port = optionOf(statement.args, 'port');
  if (port !== undefined && port.text !== '*') {
    conversion.warn('NC12', `the port of ${nameOf(statement)} is not obeyed: the system chooses one`, port);
  }
  word(statement, path, conversion);
};

const matches: Setter = (statement, path, conversion) => {
  setMatches(statement, [...path, nameOf(statement)], conversion);
};

/** `transport tls` is `require-tls`; a list without it undoes that of the options. */
const allowTransfer: Setter = (statement, path, conversion) => {
  matches(statement, path, conversion);
  const { settings } = conversion;
  const transport = optionOf(statement.args, 'transport');
  const isTls = transport?.text.toLowerCase() === 'tls';
  if (isTls || isTlsRequired(path, conversion)) {
    settings.set([...path, 'require-tls'], isTls, transport ?? statement.keyword);
  }
  checkTransferPlace(statement, conversion);
};

/** By what stands around. */
function isTlsRequired(path: Path, { settings }: Conversion): boolean {
  const around = path[0] === 'views' && path.length > 2 ? [path.slice(0, 2), []] : path.length > 0 ? [[]] : [];
  const values = around.map((place) => settings.get([...place, 'require-tls']));
  return values.find((value) => value !== undefined) === true;
}

const alsoNotify: Setter = (statement, path, conversion) => {
  setRemotes(statement.args, [...path, 'also-notify'], statement.keyword, conversion);
};

const sharedSetters: Readonly<Record<string, Setter>> = {
  'allow-query': matches,
  'allow-notify': matches,
  'allow-update': matches,
  'allow-transfer': allowTransfer,
  'also-notify': alsoNotify,
  notify: wordOrBoolean,
  'notify-delay': seconds,
  'notify-source': source,
  'notify-source-v6': source,
  'transfer-source': source,
  'transfer-source-v6': source,
  'max-transfer-time-in': minutes,
  'max-transfer-idle-in': minutes,
  'max-transfer-time-out': minutes,
  'max-transfer-idle-out': minutes,
  'ixfr-from-differences': wordOrBoolean,
  'max-records': number,
  'max-journal-size': sizeOrDefault,
  'max-ixfr-ratio': word,
  'min-refresh-time': seconds,
  'max-refresh-time': seconds,
  'min-retry-time': seconds,
  'max-retry-time': seconds,
};

/** Whether a key of ringzone.yaml is one that zones leave to what stands around them. */
export function isSharedSetting(key: string): boolean {
  return key === 'require-tls' || Object.hasOwn(sharedSetters, key);
}

/** Whether `setShared` converts it. */
export function isSharedStatement(name: string): boolean {
  return Object.hasOwn(sharedSetters, name) || specialNames.includes(name);
}

/** Convert a statement that zones share with the options; `path` is that of the zone. False: it is none. */
export function setShared(statement: Statement, path: Path, conversion: Conversion): boolean {
  const name = nameOf(statement);
  const setter = Object.hasOwn(sharedSetters, name) ? sharedSetters[name] : undefined;
  if (setter !== undefined) {
    setter(statement, path, conversion);
    return true;
  }
  return setSpecial(statement, conversion);
}

const specialNames = ['allow-query-on', 'dnssec-policy', 'masterfile-format'];

/** Those that mean something here with one value alone. */
function setSpecial(statement: Statement, conversion: Conversion): boolean {
  const { keyword } = statement;
  const token = tokenAt(statement.args, 0);
  switch (nameOf(statement)) {
    case 'dnssec-policy':
      if (token?.text.toLowerCase() === 'none') return true;
      conversion.error(
        'NC13',
        'dnssec-policy cannot be obeyed: this release does not sign zones, and their signatures would expire',
        keyword,
        'let BIND or another signer sign the zone, and be its secondary',
      );
      return true;
    case 'allow-query-on':
      checkQueryPlace(statement, conversion);
      return true;
    case 'masterfile-format':
      if (token?.text.toLowerCase() === 'raw') {
        conversion.note(
          'NC11',
          'masterfile-format raw is for copies of secondaries, which are kept in data-dir',
          keyword,
        );
      }
      return true;
    default:
      return false;
  }
}
