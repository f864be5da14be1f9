import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TcpConnections } from '../../../src/dataplane/tcp-connections.ts';
import type { WorkerContext } from '../../../src/dataplane/worker-context.ts';
import { Client } from '../../../src/plane/access/client.ts';
import { Counter, CounterBlock, createCounters } from '../../../src/plane/counters.ts';

const places = 3;

/** As much of a socket as a connection without questions touches. */
class IdleSocket extends EventEmitter {
  readonly remoteAddress: string;
  readonly writableLength = 0;
  destroyed = false;
  refused = false;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.destroyed = true;
  }

  resetAndDestroy(): void {
    this.refused = true;
  }
}

const half = Buffer.of(0);

describe('TcpConnections', () => {
  let connections: TcpConnections;
  let counters: CounterBlock;
  let limits: { connections: number; connectionsPerClient?: number; idleMs: number; totalMs: number };

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const shared = createCounters(1);
    counters = new CounterBlock(shared, 0);
    limits = { connections: places, idleMs: 30_000, totalMs: 120_000 };
    const context = {
      counters,
      start: { counters: shared, tcp: limits },
      responder: { logging: false, client: new Client(), ignoresClient: () => false },
      begin: () => undefined,
      countDuration: () => undefined,
      end: () => undefined,
    };
    connections = new TcpConnections(context as unknown as WorkerContext);
  });

  afterEach(() => void vi.useRealTimers());

  function accept(address = '192.0.2.1'): IdleSocket {
    const socket = new IdleSocket(address);
    connections.accept(socket as unknown as Socket, 4);
    return socket;
  }

  function acceptAll(): IdleSocket[] {
    return Array.from({ length: places }, () => accept());
  }

  it('gives a client no more than its own, within which its idle ones go for new ones', () => {
    limits.connectionsPerClient = 2;
    const [first, second] = [accept('2001:db8::1'), accept('2001:db8::2')];
    expect(accept('2001:db8::3').refused).toBe(true);
    expect(accept('2001:db8:0:1::1').refused).toBe(false);
    vi.advanceTimersByTime(1100);
    expect(accept('2001:db8::3').refused).toBe(false);
    expect([first.destroyed, second.destroyed]).toEqual([true, false]);
  });

  it('counts a connection until it is closed', () => {
    limits.connectionsPerClient = 1;
    accept().emit('close');
    expect(accept().refused).toBe(false);
    expect(accept().refused).toBe(true);
  });

  it('takes a place from who has more than half of them for who has none, though it is at work', () => {
    const [first, second] = [accept(), accept()];
    const other = accept('198.51.100.1');
    first.emit('data', half);
    second.emit('data', half);
    other.emit('data', half);
    expect(accept().refused).toBe(true);
    expect(accept('203.0.113.1').refused).toBe(false);
    expect([first.destroyed, second.destroyed, other.destroyed]).toEqual([true, false, false]);
  });

  it('gives the place of the longest idle connection to a new one, after its second to ask', () => {
    const [first, second] = acceptAll();
    vi.advanceTimersByTime(900);
    expect(accept().refused).toBe(true);
    vi.advanceTimersByTime(200);
    expect(accept().refused).toBe(false);
    expect([first?.destroyed, second?.destroyed]).toEqual([true, false]);
    expect(counters.get(Counter.tcpEvicted)).toBe(1);
    expect(counters.get(Counter.tcpRefused)).toBe(1);
  });

  it('leaves alone one that is in the middle of a question', () => {
    const [first, second] = acceptAll();
    first?.emit('data', half);
    vi.advanceTimersByTime(1100);
    expect(accept().refused).toBe(false);
    expect([first?.destroyed, second?.destroyed]).toEqual([false, true]);
  });

  it('takes a stuck one, also where its client sends an octet now and then', () => {
    const stuck = acceptAll();
    for (const socket of stuck) socket.emit('data', half);
    vi.advanceTimersByTime(3000);
    expect(accept().refused).toBe(true);
    for (const socket of stuck) socket.emit('data', Buffer.of(200));
    vi.advanceTimersByTime(2100);
    expect(accept().refused).toBe(false);
    expect(stuck.map((socket) => socket.destroyed)).toEqual([true, false, false]);
  });
});
