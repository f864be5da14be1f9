/** Whether octets are a message: quick, and with no code of the product's. What the records mean another decoder judges, now and then. */

/** What is wrong with the response, `undefined` where nothing is. */
export function findMalformed(message: Uint8Array): string | undefined {
  if (message.length < 12) return 'less than a header';
  let at = 12;
  for (let count = u16(message, 4); count > 0; count--) {
    at = passName(message, at);
    if (at < 0 || at + 4 > message.length) return 'a malformed question';
    at += 4;
  }
  let opts = 0;
  let behindTsig = false;
  for (let count = u16(message, 6) + u16(message, 8) + u16(message, 10); count > 0; count--) {
    if (behindTsig) return 'a record behind the TSIG';
    at = passName(message, at);
    if (at < 0 || at + 10 > message.length) return 'a malformed record';
    const type = u16(message, at);
    if (type === 41) opts++;
    if (type === 250) behindTsig = true;
    at += 10 + u16(message, at + 8);
    if (at > message.length) return 'a record that is cut short';
  }
  if (opts > 1) return 'two OPT';
  return at === message.length ? undefined : 'octets behind the last record';
}

/** Behind the name; -1 where it is none, or does not end in 255 octets. */
function passName(message: Uint8Array, start: number): number {
  let behind = -1;
  let octets = 0;
  let at = start;
  for (;;) {
    const length = message[at];
    if (length === undefined) return -1;
    if (length >= 0xc0) {
      const to = u16(message, at) & 0x3fff;
      if (behind < 0) behind = at + 2;
      if (to >= at || to < 12) return -1;
      at = to;
      continue;
    }
    if (length > 63) return -1;
    octets += 1 + length;
    if (octets > 255) return -1;
    at += 1 + length;
    if (length === 0) return behind < 0 ? at : behind;
  }
}

function u16(message: Uint8Array, at: number): number {
  return ((message[at] as number) << 8) | (message[at + 1] as number);
}
