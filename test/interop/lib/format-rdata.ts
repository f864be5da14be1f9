/** RDATA (decompressed) as dig prints it, for the types that tests meet; all others as RFC 3597 §5 has it. */
import { labelToText } from './names.ts';
import { typeName } from './types.ts';

export function formatRdata(type: number, rdata: Uint8Array): string {
  const format = formats[typeName(type)];
  try {
    if (format !== undefined && rdata.length > 0) return format(new Fields(rdata));
  } catch {
    // Not as its type has it: shown as octets.
  }
  return `\\# ${rdata.length} ${Buffer.from(rdata).toString('hex')}`.trimEnd();
}

const name = (f: Fields): string => f.name();
const u16Name = (f: Fields): string => `${f.u16()} ${f.name()}`;
const strings = (f: Fields): string => f.strings();
const digest = (f: Fields): string => `${f.u16()} ${f.u8()} ${f.u8()} ${f.hex()}`;
const key = (f: Fields): string => `${f.u16()} ${f.u8()} ${f.u8()} ${f.base64()}`;

const formats: Readonly<Record<string, (f: Fields) => string>> = {
  A: (f) => Array.from(f.exactly(4)).join('.'),
  AAAA: (f) => formatAddress6(f.exactly(16)),
  NS: name,
  CNAME: name,
  PTR: name,
  DNAME: name,
  MB: name,
  MG: name,
  MR: name,
  MD: name,
  MF: name,
  MX: u16Name,
  AFSDB: u16Name,
  RT: u16Name,
  KX: u16Name,
  LP: u16Name,
  RP: (f) => `${f.name()} ${f.name()}`,
  MINFO: (f) => `${f.name()} ${f.name()}`,
  SOA: (f) => `${f.name()} ${f.name()} ${f.u32()} ${f.u32()} ${f.u32()} ${f.u32()} ${f.u32()}`,
  TXT: strings,
  SPF: strings,
  HINFO: strings,
  AVC: strings,
  X25: strings,
  ISDN: strings,
  SRV: (f) => `${f.u16()} ${f.u16()} ${f.u16()} ${f.name()}`,
  NAPTR: (f) => `${f.u16()} ${f.u16()} ${f.string()} ${f.string()} ${f.string()} ${f.name()}`,
  URI: (f) => `${f.u16()} ${f.u16()} ${quote(f.rest())}`,
  CAA: (f) => `${f.u8()} ${Buffer.from(f.take(f.u8())).toString('latin1')} ${quote(f.rest())}`,
  DS: digest,
  CDS: digest,
  DLV: digest,
  DNSKEY: key,
  CDNSKEY: key,
  KEY: key,
  SSHFP: (f) => `${f.u8()} ${f.u8()} ${f.hex()}`,
  TLSA: (f) => `${f.u8()} ${f.u8()} ${f.u8()} ${f.hex()}`,
  SMIMEA: (f) => `${f.u8()} ${f.u8()} ${f.u8()} ${f.hex()}`,
  RRSIG: formatSignature,
  SIG: formatSignature,
  NSEC: (f) => `${f.name()} ${f.typeBitmap()}`.trimEnd(),
  NSEC3: (f) => `${f.u8()} ${f.u8()} ${f.u16()} ${f.salt()} ${base32Hex(f.take(f.u8()))} ${f.typeBitmap()}`.trimEnd(),
  NSEC3PARAM: (f) => `${f.u8()} ${f.u8()} ${f.u16()} ${f.salt()}`,
};

function formatSignature(f: Fields): string {
  const covered = typeName(f.u16());
  const head = [covered, f.u8(), f.u8(), f.u32(), f.time(), f.time(), f.u16(), f.name()];
  return `${head.join(' ')} ${f.base64()}`;
}

class Fields {
  private at = 0;
  private readonly rdata: Uint8Array;

  constructor(rdata: Uint8Array) {
    this.rdata = rdata;
  }

  take(count: number): Uint8Array {
    if (this.at + count > this.rdata.length) throw new Error('RDATA cut short');
    this.at += count;
    return this.rdata.subarray(this.at - count, this.at);
  }

  exactly(count: number): Uint8Array {
    if (this.rdata.length !== count) throw new Error('RDATA length');
    return this.take(count);
  }

  rest(): Uint8Array {
    return this.take(this.rdata.length - this.at);
  }

  u8(): number {
    return this.take(1)[0] as number;
  }

  u16(): number {
    return this.u8() * 256 + this.u8();
  }

  u32(): number {
    return this.u16() * 65_536 + this.u16();
  }

  name(): string {
    let text = '';
    for (let length = this.u8(); length !== 0; length = this.u8()) text += `${labelToText(this.take(length))}.`;
    return text === '' ? '.' : text;
  }

  string(): string {
    return quote(this.take(this.u8()));
  }

  strings(): string {
    const all: string[] = [];
    while (this.at < this.rdata.length) all.push(this.string());
    return all.join(' ');
  }

  hex(): string {
    return Buffer.from(this.rest()).toString('hex').toUpperCase();
  }

  base64(): string {
    return Buffer.from(this.rest()).toString('base64');
  }

  salt(): string {
    const octets = this.take(this.u8());
    return octets.length === 0 ? '-' : Buffer.from(octets).toString('hex').toUpperCase();
  }

  time(): string {
    return new Date(this.u32() * 1000).toISOString().replace(/[-T:]|\.000Z/g, '');
  }

  typeBitmap(): string {
    const types: string[] = [];
    while (this.at < this.rdata.length) {
      const window = this.u8();
      const bits = this.take(this.u8());
      for (const [i, octet] of bits.entries()) {
        for (let bit = 0; bit < 8; bit++) if (octet & (0x80 >> bit)) types.push(typeName(window * 256 + i * 8 + bit));
      }
    }
    return types.join(' ');
  }
}

function quote(octets: Uint8Array): string {
  const text = Array.from(octets, (octet) => {
    if (octet < 0x20 || octet >= 0x7f) return `\\${String(octet).padStart(3, '0')}`;
    return octet === 0x22 || octet === 0x5c ? `\\${String.fromCharCode(octet)}` : String.fromCharCode(octet);
  });
  return `"${text.join('')}"`;
}

function base32Hex(octets: Uint8Array): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUV';
  const bits = Array.from(octets, (octet) => octet.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** RFC 5952. */
function formatAddress6(octets: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((octets[2 * i] as number) << 8) | (octets[2 * i + 1] as number));
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]/`).hostname.slice(1, -1);
}
