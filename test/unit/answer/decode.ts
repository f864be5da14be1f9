/** A decoder of messages that shares no code with the server: strict, plain, slow. For tests. */

export interface DecodedRecord {
  /** Presentation format, case as on the wire, with the final dot. */
  readonly owner: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  /** Presentation format for the types below, hexadecimal for others. */
  readonly rdata: string;
  readonly rdataOctets: Uint8Array;
  /** Where the RDATA begins in the message. */
  readonly rdataOffset: number;
}

export interface DecodedMessage {
  readonly id: number;
  readonly flags: number;
  readonly opcode: number;
  /** With the upper bits of the OPT. */
  readonly rcode: number;
  readonly question: { readonly name: string; readonly type: number; readonly class: number } | undefined;
  readonly answer: readonly DecodedRecord[];
  readonly authority: readonly DecodedRecord[];
  /** Without the OPT. */
  readonly additional: readonly DecodedRecord[];
  readonly opt:
    | { readonly udpOctets: number; readonly flags: number; readonly options: Map<number, Uint8Array> }
    | undefined;
}

/** Decode the whole of `message`; throws on anything that is not as RFC 1035 has it, also on octets left over. */
export function decode(message: Uint8Array): DecodedMessage {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 12;

  function nameAt(offset: number): { text: string; end: number } {
    let text = '';
    let end = -1;
    let octets = 0;
    for (let p = offset; ; ) {
      const length = view.getUint8(p);
      if (length >= 0xc0) {
        const target = view.getUint16(p) & 0x3fff;
        if (end < 0) end = p + 2;
        if (target >= p || target < 12) throw new Error(`pointer at ${p} leads to ${target}`);
        p = target;
        continue;
      }
      if (length > 63) throw new Error(`label type at ${p}`);
      octets += 1 + length;
      if (octets > 255) throw new Error(`name at ${offset} is too long`);
      if (length === 0) return { text: text === '' ? '.' : text, end: end < 0 ? p + 1 : end };
      for (let i = p + 1; i <= p + length; i++) {
        const octet = view.getUint8(i);
        const character = String.fromCharCode(octet);
        if (octet <= 0x20 || octet >= 0x7f) text += `\\${String(octet).padStart(3, '0')}`;
        else text += '.;\\()"@$'.includes(character) ? `\\${character}` : character;
      }
      text += '.';
      p += 1 + length;
    }
  }

  /** Whether a pointer stands anywhere in the name: not allowed in the RDATA of newer types. */
  function isCompressed(offset: number): boolean {
    for (let p = offset; ; p += 1 + view.getUint8(p)) {
      if (view.getUint8(p) >= 0xc0) return true;
      if (view.getUint8(p) === 0) return false;
    }
  }

  function plainName(offset: number): { text: string; end: number } {
    if (isCompressed(offset)) throw new Error(`compressed name at ${offset}`);
    return nameAt(offset);
  }

  function stringAt(offset: number): { text: string; end: number } {
    const end = offset + 1 + view.getUint8(offset);
    return { text: JSON.stringify(new TextDecoder().decode(message.subarray(offset + 1, end))), end };
  }

  function rdataText(type: number, start: number, end: number): string {
    switch (type) {
      case 1:
        return message.subarray(start, end).join('.');
      case 28:
        return Array.from({ length: 8 }, (_, i) => view.getUint16(start + 2 * i).toString(16)).join(':');
      case 2:
      case 5:
      case 12:
        return nameAt(start).text;
      case 39:
        return plainName(start).text;
      case 6: {
        const mname = nameAt(start);
        const rname = nameAt(mname.end);
        const numbers = Array.from({ length: 5 }, (_, i) => view.getUint32(rname.end + 4 * i));
        return [mname.text, rname.text, ...numbers].join(' ');
      }
      case 15:
        return `${view.getUint16(start)} ${nameAt(start + 2).text}`;
      case 16: {
        const texts: string[] = [];
        for (let p = start; p < end; ) {
          const string = stringAt(p);
          texts.push(string.text);
          p = string.end;
        }
        return texts.join(' ');
      }
      case 33:
        return `${[0, 2, 4].map((i) => view.getUint16(start + i)).join(' ')} ${plainName(start + 6).text}`;
      case 35: {
        const flags = stringAt(start + 4);
        const services = stringAt(flags.end);
        const regexp = stringAt(services.end);
        const head = `${view.getUint16(start)} ${view.getUint16(start + 2)}`;
        return `${head} ${flags.text} ${services.text} ${regexp.text} ${plainName(regexp.end).text}`;
      }
      default:
        return Array.from(message.subarray(start, end), (octet) => octet.toString(16).padStart(2, '0')).join('');
    }
  }

  function record(): DecodedRecord {
    const owner = nameAt(at);
    const type = view.getUint16(owner.end);
    const rdataOffset = owner.end + 10;
    at = rdataOffset + view.getUint16(owner.end + 8);
    if (at > message.length) throw new Error('record passes the end');
    return {
      owner: owner.text,
      type,
      class: view.getUint16(owner.end + 2),
      ttl: view.getUint32(owner.end + 4),
      rdata: rdataText(type, rdataOffset, at),
      rdataOctets: message.slice(rdataOffset, at),
      rdataOffset,
    };
  }

  function section(countOffset: number): DecodedRecord[] {
    return Array.from({ length: view.getUint16(countOffset) }, record);
  }

  const flags = view.getUint16(2);
  let question: DecodedMessage['question'];
  if (view.getUint16(4) > 1) throw new Error('more than one question');
  if (view.getUint16(4) === 1) {
    const name = plainName(at);
    question = { name: name.text, type: view.getUint16(name.end), class: view.getUint16(name.end + 2) };
    at = name.end + 4;
  }
  const answer = section(6);
  const authority = section(8);
  const additional = section(10);
  if (at !== message.length) throw new Error(`${message.length - at} octets left over`);
  const opts = additional.filter((r) => r.type === 41);
  if (opts.length > 1) throw new Error('more than one OPT');
  const opt = opts[0];
  return {
    id: view.getUint16(0),
    flags,
    opcode: (flags >> 11) & 15,
    rcode: (flags & 15) | (opt === undefined ? 0 : (opt.ttl >>> 24) << 4),
    question,
    answer,
    authority,
    additional: additional.filter((r) => r.type !== 41),
    opt: opt && { udpOctets: opt.class, flags: opt.ttl & 0xffff, options: optionsOf(opt.rdataOctets) },
  };
}

function optionsOf(rdata: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(rdata.buffer, rdata.byteOffset, rdata.byteLength);
  const options = new Map<number, Uint8Array>();
  for (let at = 0; at < rdata.length; ) {
    const end = at + 4 + view.getUint16(at + 2);
    if (end > rdata.length) throw new Error('option passes the end of OPT');
    options.set(view.getUint16(at), rdata.slice(at + 4, end));
    at = end;
  }
  return options;
}

const mnemonics: Record<number, string> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  35: 'NAPTR',
  39: 'DNAME',
  43: 'DS',
  46: 'RRSIG',
  47: 'NSEC',
  48: 'DNSKEY',
  50: 'NSEC3',
  64: 'SVCB',
  65: 'HTTPS',
};

/** `owner ttl TYPE rdata`, as dig shows it but with single blanks and without the class. */
export function lineOf(record: DecodedRecord): string {
  return `${record.owner} ${record.ttl} ${mnemonics[record.type] ?? `TYPE${record.type}`} ${record.rdata}`;
}
