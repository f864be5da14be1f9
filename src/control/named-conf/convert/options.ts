/** The options, with those of the one view over them. */
import type { Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';
import { findStatement, firstValue, isYes, listOf, optionOf, textOf, tokenAt } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { convertListen } from './listen.ts';
import { setMatches } from './match-lists.ts';
import { setRemotes } from './remotes.ts';
import { boolean, number, setShared, wordOrBoolean } from './shared-settings.ts';

/** Each pins a version of its zone here. */
const maxTransfersOut = 64;

export function convertOptions(options: readonly Statement[], conversion: Conversion): void {
  for (const statement of options) {
    if (conversion.treat(statement) && !setShared(statement, [], conversion)) setOption(statement, conversion);
  }
  convertListen(options, conversion);
  warnOfRecursion(options, conversion);
}

function setOption(statement: Statement, conversion: Conversion): void {
  const { settings } = conversion;
  const { keyword } = statement;
  const token = firstValue(statement);
  const set = (key: string, value: unknown) => settings.set([key], value, keyword, token);
  switch (nameOf(statement)) {
    case 'blackhole':
      setMatches(statement, ['blackhole'], conversion);
      break;
    case 'catalog-zones':
      convertCatalogs(statement, conversion);
      break;
    case 'hostname':
    case 'server-id':
    case 'version': {
      const isNone = token.kind === 'word' && token.text.toLowerCase() === 'none';
      set(nameOf(statement), isNone ? false : token.text);
      break;
    }
    case 'minimal-responses':
      wordOrBoolean(statement, [], conversion);
      break;
    case 'querylog':
      boolean(statement, [], conversion);
      break;
    case 'max-udp-size':
      // BIND takes what is beyond as the nearest.
      set('edns-udp-size', Math.min(4096, Math.max(512, Number(token.text))));
      break;
    case 'tcp-idle-timeout':
      set('tcp-idle-timeout', `${Number(token.text) * 100}ms`);
      break;
    case 'transfers-out':
      if (Number(token.text) > maxTransfersOut) {
        conversion.note('NC11', `transfers-out is at most ${maxTransfersOut} here`, token);
      }
      set('transfers-out', Math.min(maxTransfersOut, Number(token.text)));
      break;
    case 'notify-rate':
    case 'serial-query-rate':
    case 'tcp-clients':
    case 'transfers-in':
    case 'transfers-per-ns':
      number(statement, [], conversion);
      break;
    default:
    // directory, port, recursion, listen-on and the like are read where they are needed.
  }
}

function warnOfRecursion(options: readonly Statement[], conversion: Conversion): void {
  const recursion = findStatement(options, 'recursion');
  if (recursion !== undefined && !isYes(firstValue(recursion))) return;
  const message =
    'BIND resolves too unless recursion no; clients that use this host as their resolver will get REFUSED';
  const hint = 'write recursion no; in options when nobody does';
  conversion.warn('NC14', message, recursion?.keyword ?? conversion.beginning, hint);
}

/** Catalogs (RFC 9432) whose members are served as secondary zones. */
function convertCatalogs(statement: Statement, conversion: Conversion): void {
  const { settings } = conversion;
  for (const item of listOf(statement.args)?.items ?? []) {
    const name = optionOf(item, 'zone') as Token;
    settings.set(['catalogs', name.text], { members: {} }, name);
    const index = item.findIndex(
      (argument) => argument.kind === 'token' && /^default-(primaries|masters)$/i.test(argument.token.text),
    );
    const key = tokenAt(item, index);
    if (index >= 0 && key !== undefined) {
      setRemotes(item.slice(index), ['catalogs', name.text, 'members', 'primaries'], key, conversion);
    }
    const folder = optionOf(item, 'zone-directory');
    if (folder !== undefined) {
      conversion.note('NC11', 'zone-directory has no meaning here: copies are kept in data-dir', folder);
    }
  }
}

/** Whether a view has all clients and all addresses. */
export function isForAll(view: readonly Statement[]): boolean {
  const harmless: Readonly<Record<string, string>> = {
    'match-clients': '{any}',
    'match-destinations': '{any}',
    'match-recursive-only': 'no',
  };
  return view.every((statement) => {
    const text = harmless[nameOf(statement)];
    return text === undefined || text === textOf(statement.args);
  });
}
