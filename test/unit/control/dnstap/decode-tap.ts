/**
 * A decoder of dnstap that shares no code with the encoder: Frame Streams by its specification, protobuf by its encoding guide, the
 * fields by dnstap.proto.
 */

export interface Frames {
  /** Types of the control frames, each with the number of data frames before it. */
  readonly controls: readonly (readonly [type: number, after: number])[];
  readonly data: readonly Buffer[];
}

export function splitFrames(stream: Uint8Array): Frames {
  const octets = Buffer.from(stream);
  const controls: [number, number][] = [];
  const data: Buffer[] = [];
  for (let at = 0; at < octets.length; ) {
    const length = octets.readUInt32BE(at);
    if (length > 0) {
      if (at + 4 + length > octets.length) throw new Error('the stream ends in a frame');
      data.push(octets.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    } else {
      controls.push([octets.readUInt32BE(at + 8), data.length]);
      at += 8 + octets.readUInt32BE(at + 4);
    }
  }
  return { controls, data };
}

type Fields = ReadonlyMap<number, bigint | Buffer>;

function parseFields(octets: Buffer): Fields {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const octet = octets.readUInt8(at++);
      value |= BigInt(octet & 127) << shift;
      if (octet < 128) return value;
    }
  };
  const take = (length: number) => {
    if (at + length > octets.length) throw new Error('a field is longer than its message');
    at += length;
    return octets.subarray(at - length, at);
  };
  const fields = new Map<number, bigint | Buffer>();
  while (at < octets.length) {
    const key = Number(varint());
    const number = key >> 3;
    if (fields.has(number)) throw new Error(`field ${number} is given twice`);
    if ((key & 7) === 0) fields.set(number, varint());
    else if ((key & 7) === 2) fields.set(number, take(Number(varint())));
    else if ((key & 7) === 5) fields.set(number, BigInt(take(4).readUInt32LE()));
    else throw new Error(`field ${number} has wire type ${key & 7}`);
  }
  return fields;
}

const messageFields: Readonly<Record<number, string>> = {
  1: 'type',
  2: 'family',
  3: 'protocol',
  4: 'queryAddress',
  5: 'responseAddress',
  6: 'queryPort',
  7: 'responsePort',
  8: 'querySeconds',
  9: 'queryNanoseconds',
  10: 'query',
  11: 'zone',
  12: 'responseSeconds',
  13: 'responseNanoseconds',
  14: 'response',
};

/** The fields of a data frame by name; octets as hex, identity and version as text. */
export function decodeTap(frame: Buffer): Readonly<Record<string, string | number>> {
  const fields = parseFields(frame);
  const message = fields.get(14);
  if (fields.get(15) !== 1n || !Buffer.isBuffer(message)) throw new Error('not a message');
  const decoded: Record<string, string | number> = {};
  for (const [number, name] of [
    [1, 'identity'],
    [2, 'version'],
  ] as const) {
    const value = fields.get(number);
    if (Buffer.isBuffer(value)) decoded[name] = value.toString();
  }
  for (const [number, value] of parseFields(message)) {
    const name = messageFields[number];
    if (name === undefined) throw new Error(`unknown field ${number}`);
    decoded[name] = Buffer.isBuffer(value) ? value.toString('hex') : Number(value);
  }
  return decoded;
}
