/** A message in dig's form, for what a failing test says. */
import { type DecodedMessage, type DecodedRecord, formatRecord } from './decode-message.ts';
import { className, rcodeName, typeName } from './types.ts';

const flagNames = [
  ['qr', 0x8000],
  ['aa', 0x0400],
  ['tc', 0x0200],
  ['rd', 0x0100],
  ['ra', 0x0080],
  ['ad', 0x0020],
  ['cd', 0x0010],
] as const;

export function flagText(flags: number): string {
  return flagNames.flatMap(([name, bit]) => (flags & bit ? [name] : [])).join(' ');
}

export function formatMessage(message: DecodedMessage): string {
  const { edns } = message;
  const lines = [`;; ${rcodeName(message.rcode)}, opcode ${message.opcode}, flags: ${flagText(message.flags)}`];
  if (edns !== undefined) {
    const options = edns.options.map(({ code, data }) => `; option ${code}: ${Buffer.from(data).toString('hex')}`);
    lines.push(
      `; EDNS: version ${edns.version}, flags:${edns.dnssecOk ? ' do' : ''}; udp: ${edns.udpOctets}`,
      ...options,
    );
  }
  lines.push(...message.question.map(({ name, type, class: c }) => `;${name} ${className(c)} ${typeName(type)}`));
  lines.push(...formatSection('ANSWER', message.answer), ...formatSection('AUTHORITY', message.authority));
  return [...lines, ...formatSection('ADDITIONAL', message.additional)].join('\n');
}

function formatSection(title: string, records: readonly DecodedRecord[]): string[] {
  return records.length === 0 ? [] : [`;; ${title}`, ...records.map(formatRecord)];
}
