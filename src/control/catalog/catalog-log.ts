/** What is said of catalogs and their members, in named's words. */
import { nameText } from '../../wire/name.ts';
import { displayName } from '../config/display-name.ts';
import type { Log } from '../log/log.ts';
import type { MemberEvent } from './member-table.ts';

export function logMemberEvent(log: Log, event: MemberEvent): void {
  const zone = `zone '${nameText(event.member.apex)}'`;
  const catalog = displayName(event.catalog);
  switch (event.kind) {
    case 'added':
      log.info('general', `catz: adding ${zone} from catalog '${catalog}' - success`);
      break;
    case 'modified':
      log.info('general', `catz: modifying ${zone} from catalog '${catalog}' - success`);
      break;
    case 'deleted':
      log.info('general', `catz: deleting ${zone} from catalog '${catalog}' - success`);
      break;
    case 'reset':
      log.info('general', `catz: ${zone} unique label has changed, reset state`);
      break;
    case 'moved':
      log.info('general', `catz: ${zone} change of ownership from '${displayName(event.from)}' to '${catalog}'`);
      if (event.isReset) log.info('general', `catz: ${zone} unique label has changed, reset state`);
      break;
    case 'clash':
      log.error('general', `catz: ${zone} will not be added because ${reasonOf(event.owner)}`);
      break;
  }
}

function reasonOf(owner: string | undefined): string {
  return owner === undefined
    ? 'it is an explicitly configured zone'
    : `another catalog zone already contains an entry with that zone: '${displayName(owner)}'`;
}
