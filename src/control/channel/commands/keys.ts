import { nameText } from '../../../wire/name.ts';
import { bare, type ControlCommand } from '../control-command.ts';
import { fail, succeed } from '../messages.ts';
import { findZone } from '../zone-argument.ts';

/** All are of the configuration: none is negotiated (TKEY). Those that the configuration has no more are not shown. */
export const tsigList = bare((target) => {
  const { keys, views } = target.config();
  const names = keys.map(({ name }) => nameText(name)).filter((name) => !/^revoked-\d+\.invalid$/.test(name));
  const lines = views.flatMap((view) => names.map((name) => `view "${view.name}"; type "static"; key "${name}";`));
  return succeed(lines.length === 0 ? 'no tsig keys found.' : lines.join('\n'), { keys: names });
});

/** BIND too deletes only those that were negotiated. */
export const tsigDelete: ControlCommand = ([name]) => {
  if (name === undefined) return fail('unexpected end of input', 'tsig-delete KEY [VIEW]');
  return succeed('0 tsig keys deleted.', { deleted: 0 });
};

/** `dnssec -status ZONE`; whatever else it does is for whom signs. */
export const dnssec: ControlCommand = async ([word, ...rest], target) => {
  if (word === undefined) return fail('unexpected end of input', 'dnssec -status ZONE');
  if (word !== '-status') {
    const reason = 'this server serves signed zones and does not sign: say it where the keys are';
    return fail('not implemented', reason);
  }
  const found = await findZone(rest, target);
  if (!found.ok) return found.error;
  const { isSigned } = found.value.zone;
  return succeed('Zone does not have dnssec-policy', { hasPolicy: false, isSigned });
};
