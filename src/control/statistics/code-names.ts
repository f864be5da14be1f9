/** Opcodes, RCODEs and types as BIND's statistics name them. */
import { typeText } from '../../rr/mnemonics.ts';
import { rcodeMnemonic } from '../../wire/rcode-text.ts';

const opcodes: Readonly<Record<number, string>> = { 0: 'QUERY', 1: 'IQUERY', 2: 'STATUS', 4: 'NOTIFY', 5: 'UPDATE' };

export function opcodeName(opcode: number): string {
  return opcodes[opcode] ?? `RESERVED${opcode}`;
}

/** 23 counts all above too. */
export function rcodeName(rcode: number): string {
  return rcodeMnemonic(rcode) ?? (rcode < 16 ? `RESERVED${rcode}` : String(rcode));
}

/** BIND's `Others`: type 0 and those above 255. */
export function isOtherType(type: number): boolean {
  return type === 0 || type > 255;
}

export const qtypeName = (type: number): string => (isOtherType(type) ? 'Others' : typeText(type));
