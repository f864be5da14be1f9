import { describe, expect, test } from 'vitest';
import { ControlType, controlFrame, parseControl } from '../../../../src/control/dnstap/frame-stream.ts';

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
const content = Buffer.from('protobuf:dnstap.Dnstap').toString('hex');
/** As fstrm writes them: seen in a file of named and on the socket of fstrm_capture. */
const wire = {
  start: `00000000000000220000000200000001${'00000016'}${content}`,
  ready: `00000000000000220000000400000001${'00000016'}${content}`,
  accept: `00000000000000220000000100000001${'00000016'}${content}`,
  stop: '000000000000000400000003',
  finish: '000000000000000400000005',
} as const;

describe('control frames', () => {
  test.each(Object.keys(wire) as (keyof typeof wire)[])('%s', (name) => {
    const octets = Buffer.from(wire[name], 'hex');
    expect(hex(controlFrame(ControlType[name]))).toBe(wire[name]);
    expect(parseControl(octets)).toEqual({ type: ControlType[name], takesDnstap: true, octets: octets.length });
  });

  test('are waited for until they are whole', () => {
    const octets = Buffer.from(wire.accept, 'hex');
    for (let length = 0; length < octets.length; length++) {
      expect(parseControl(octets.subarray(0, length))).toBeUndefined();
    }
    expect(parseControl(Buffer.concat([octets, octets]))).toMatchObject({ octets: octets.length });
  });

  test('one of several contents is enough, another one is not', () => {
    const field = (text: string) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(1, 0);
      head.writeUInt32BE(text.length, 4);
      return Buffer.concat([head, Buffer.from(text)]);
    };
    const accept = (...texts: readonly string[]) => {
      const fields = Buffer.concat(texts.map(field));
      const head = Buffer.alloc(12);
      head.writeUInt32BE(4 + fields.length, 4);
      head.writeUInt32BE(ControlType.accept, 8);
      return parseControl(Buffer.concat([head, fields]));
    };
    expect(accept('protobuf:other', 'protobuf:dnstap.Dnstap')).toMatchObject({ takesDnstap: true });
    expect(accept('protobuf:other')).toMatchObject({ takesDnstap: false });
    expect(accept()).toMatchObject({ takesDnstap: true });
  });

  test.each([
    ['a data frame', '0000000400000004'],
    ['no type', '0000000000000003000000'],
    ['longer than 512 octets', '0000000000000201'],
    ['a field that passes its end', '00000000000000100000000100000001000000ff61626364'],
    ['half a field', '000000000000000a00000001000000010000'],
    ['an unknown field', '000000000000000c000000010000000700000000'],
  ])('malformed: %s', (_name, octets) => {
    expect(parseControl(Buffer.from(octets, 'hex'))).toBe('malformed');
  });
});
