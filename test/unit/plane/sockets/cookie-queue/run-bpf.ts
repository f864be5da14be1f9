/** Classic BPF as the kernel runs it (Linux, Documentation/networking/filter.rst), for tests: a second hand beside the assembler. */

/** What a program sees: the UDP payload at positive offsets, the IP header at those from -0x100000 on. */
export interface BpfPacket {
  readonly payload: Uint8Array;
  readonly network: Uint8Array;
}

/** What the program gives; `missed` where a load had nothing to load, which ends a program with 0. */
export function runBpf(program: Uint8Array, packet: BpfPacket): number | 'missed' {
  const view = new DataView(program.buffer, program.byteOffset, program.length);
  const scratch = new Uint32Array(16);
  let a = 0;
  let x = 0;
  for (let at = 0; at < program.length; at += 8) {
    const code = view.getUint16(at, true);
    const k = view.getUint32(at + 4, true);
    const operand = (code & 8) === 0 ? k : x;
    switch (code & 7) {
      case 0: {
        const loaded = load(code, k, x, scratch, packet);
        if (loaded === undefined) return 'missed';
        a = loaded;
        break;
      }
      case 1:
        x = (code & 0xe0) === 0x60 ? (scratch[k] as number) : k;
        break;
      case 2:
        scratch[k] = a;
        break;
      case 4:
        a = calculate(code & 0xf0, a, operand) >>> 0;
        break;
      case 5: {
        if ((code & 0xf0) === 0) at += 8 * k;
        else at += 8 * (view.getUint8(at + (compare(code & 0xf0, a, operand) ? 2 : 3)) as number);
        break;
      }
      case 6:
        return (code & 0x18) === 0x10 ? a : k;
      default:
        if (code === 0x07) x = a;
        else a = x;
    }
  }
  throw new Error('the program has no end');
}

function load(code: number, k: number, x: number, scratch: Uint32Array, packet: BpfPacket): number | undefined {
  const mode = code & 0xe0;
  if (mode === 0) return k;
  if (mode === 0x60) return scratch[k];
  if (mode === 0x80) return packet.payload.length;
  const offset = (k | 0) + (mode === 0x40 ? x : 0);
  const octets = offset >= 0 ? packet.payload : packet.network;
  const from = offset >= 0 ? offset : offset + 0x100000;
  const size = { 0: 4, 8: 2, 16: 1 }[code & 0x18] as number;
  if (from < 0 || from + size > octets.length) return undefined;
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (octets[from + i] as number);
  return value;
}

function calculate(operation: number, a: number, b: number): number {
  switch (operation) {
    case 0x00:
      return a + b;
    case 0x10:
      return a - b;
    case 0x20:
      return Math.imul(a, b);
    case 0x40:
      return a | b;
    case 0x50:
      return a & b;
    case 0x60:
      return a << b;
    case 0x70:
      return a >>> b;
    case 0x90:
      return a % b;
    case 0xa0:
      return a ^ b;
    default:
      throw new Error(`operation ${operation}`);
  }
}

function compare(operation: number, a: number, b: number): boolean {
  if (operation === 0x10) return a === b;
  if (operation === 0x20) return a > b;
  if (operation === 0x30) return a >= b;
  throw new Error(`comparison ${operation}`);
}
