import { describe, expect, it } from 'vitest';
import type { Remote } from '../../../../src/control/config/config.ts';
import { UnreachablePrimaries } from '../../../../src/control/secondary/unreachable-primaries.ts';

const remote = (address: string, port = 53): Remote => ({ address, port, key: undefined, tls: undefined });

describe('primaries that could not be reached', () => {
  it('are remembered for ten minutes, by address and port', () => {
    let nowMs = 5;
    const unreachable = new UnreachablePrimaries(() => nowMs);
    unreachable.note(remote('192.0.2.1'), 'timed out');
    unreachable.note(remote('2001:DB8:0::1'), 'host unreachable');
    expect(unreachable.has(remote('192.0.2.1'))).toBe(true);
    expect(unreachable.has(remote('192.0.2.1', 54))).toBe(false);
    expect(unreachable.has(remote('2001:db8::1'))).toBe(true);
    nowMs += 599_999;
    expect(unreachable.has(remote('192.0.2.1'))).toBe(true);
    nowMs += 1;
    expect(unreachable.has(remote('192.0.2.1'))).toBe(false);
  });

  it('are not those that refuse, which costs nothing', () => {
    const unreachable = new UnreachablePrimaries();
    unreachable.note(remote('192.0.2.1'), 'connection refused');
    expect(unreachable.has(remote('192.0.2.1'))).toBe(false);
  });

  it('are forgotten when they speak', () => {
    const unreachable = new UnreachablePrimaries();
    unreachable.note(remote('192.0.2.1', 53), 'timed out');
    unreachable.note(remote('192.0.2.1', 54), 'timed out');
    unreachable.note(remote('192.0.2.10'), 'timed out');
    unreachable.forget('192.0.2.1');
    expect([remote('192.0.2.1'), remote('192.0.2.1', 54), remote('192.0.2.10')].map((r) => unreachable.has(r))).toEqual(
      [false, false, true],
    );
  });

  it('are a thousand at most, the latest', () => {
    const unreachable = new UnreachablePrimaries();
    for (let port = 1; port <= 1001; port++) unreachable.note(remote('192.0.2.1', port), 'timed out');
    expect([1, 2, 1001].map((port) => unreachable.has(remote('192.0.2.1', port)))).toEqual([false, true, true]);
  });
});
