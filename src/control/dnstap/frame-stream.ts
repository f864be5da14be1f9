/**
 * Frame Streams, the framing of dnstap (https://farsightsec.github.io/fstrm/): a data frame is its length (32 bits, network order) and so
 * many octets. Length 0 is an escape: a control frame follows, its length, its type and fields.
 *
 *     file       START  data ...  STOP
 *     socket     READY ->  <- ACCEPT  START ->  data ...  STOP ->  <- FINISH
 */
import { putU32, u32At } from '../../base/octets.ts';

export const ControlType = { accept: 1, start: 2, stop: 3, ready: 4, finish: 5 } as const;
export type ControlType = (typeof ControlType)[keyof typeof ControlType];

/** The one field that there is. */
const contentTypeField = 1;
/** fstrm's bound on a control frame. */
const maxControlOctets = 512;

const dnstapContent = new TextEncoder().encode('protobuf:dnstap.Dnstap');

/** A control frame, with the content type of dnstap where it is one that names it. */
export function controlFrame(type: ControlType): Uint8Array {
  const hasContent = type !== ControlType.stop && type !== ControlType.finish;
  const frame = new Uint8Array(12 + (hasContent ? 8 + dnstapContent.length : 0));
  putU32(frame, 4, frame.length - 8);
  putU32(frame, 8, type);
  if (!hasContent) return frame;
  putU32(frame, 12, contentTypeField);
  putU32(frame, 16, dnstapContent.length);
  frame.set(dnstapContent, 20);
  return frame;
}

/** What the other end of a socket has said. */
export interface Control {
  readonly type: number;
  /** Whether it takes dnstap: it names it, or nothing. */
  readonly takesDnstap: boolean;
  /** Of the whole frame. */
  readonly octets: number;
}

/** Parse the control frame at the beginning of `octets`; `undefined`: it is not whole yet, `malformed`: it is none. */
export function parseControl(octets: Uint8Array): Control | 'malformed' | undefined {
  if (octets.length < 8) return undefined;
  const length = u32At(octets, 4);
  if (u32At(octets, 0) !== 0 || length < 4 || length > maxControlOctets) return 'malformed';
  if (octets.length < 8 + length) return undefined;
  const contents = parseFields(octets.subarray(12, 8 + length));
  if (contents === undefined) return 'malformed';
  const takesDnstap = contents.length === 0 || contents.some(isDnstap);
  return { type: u32At(octets, 8), takesDnstap, octets: 8 + length };
}

function parseFields(fields: Uint8Array): readonly Uint8Array[] | undefined {
  const contents: Uint8Array[] = [];
  for (let at = 0; at < fields.length; ) {
    if (at + 8 > fields.length || u32At(fields, at) !== contentTypeField) return undefined;
    const end = at + 8 + u32At(fields, at + 4);
    if (end > fields.length) return undefined;
    contents.push(fields.subarray(at + 8, end));
    at = end;
  }
  return contents;
}

function isDnstap(content: Uint8Array): boolean {
  return content.length === dnstapContent.length && content.every((octet, i) => octet === dnstapContent[i]);
}
