/** All statements of a named.conf as settings of ringzone.yaml; what has no place there is told. */
import type { Interfaces } from '../../../plane/sockets/host-interfaces.ts';
import type { ParseState } from '../parse-state.ts';
import type { SourceText } from '../source-text.ts';
import type { Token } from '../token.ts';
import type { Statement } from '../tree.ts';
import { blockOf } from './arguments.ts';
import { Conversion } from './conversion.ts';
import { convertHttp } from './http.ts';
import { convertKeys } from './keys.ts';
import { convertLogging } from './logging.ts';
import { convertAcls } from './match-lists.ts';
import { convertOptions } from './options.ts';
import { convertRemoteLists, noteServers } from './remotes.ts';
import { Settings } from './settings.ts';
import { convertTls } from './tls.ts';
import { allowTransfers } from './transfer-access.ts';
import { convertViews } from './views.ts';
import { convertZones, type ZoneTable } from './zones.ts';

export function convertStatements(
  statements: readonly Statement[],
  source: SourceText,
  state: ParseState,
  interfaces: Interfaces,
): Settings {
  const beginning: Token = { kind: 'end', text: '', source, start: 0, end: 0 };
  const settings = new Settings(beginning);
  const conversion = new Conversion(settings, state, statements, interfaces, beginning);
  for (const statement of statements) conversion.treat(statement);
  const options = conversion.all('options').flatMap(blockOf);
  const views = conversion.all('view');
  convertKeys(conversion);
  convertAcls(conversion);
  convertTls(conversion);
  convertRemoteLists(conversion);
  noteServers(conversion.all('server'), conversion);
  convertLogging(conversion);
  convertHttp(conversion);
  convertOptions(options, views, conversion);
  const table: ZoneTable = { files: new Map() };
  const zones = conversion.all('zone');
  if (views.length === 0) convertZones(zones, [], table, conversion);
  else {
    for (const { keyword } of zones) {
      conversion.error(
        'NC07',
        'where there is a view, all zones stand in views',
        keyword,
        'move the zone into the view',
      );
    }
    convertViews(views, options, table, conversion);
  }
  allowTransfers(conversion);
  return settings;
}
