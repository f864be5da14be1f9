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
  readonly remoteAddress = '192.0.2.1';
  readonly writableLength = 0;
  destroyed = false;
  refused = false;

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

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const shared = createCounters(1);
    counters = new CounterBlock(shared, 0);
    const limits = { connections: places, idleMs: 30_000, totalMs: 120_000 };
    const context = {
      counters,
      start: { counters: shared, tcp: limits },
      responder: { logging: false, client: new Client(), ignoresClient: () => false },
      begin: () => undefined,
      end: () => undefined,
    };
    connections = new TcpConnections(context as unknown as WorkerContext);
  });

  afterEach(() => void vi.useRealTimers());

  function accept(): IdleSocket {
    const socket = new IdleSocket();
    connections.accept(socket as unknown as Socket, 4);
    return socket;
  }

  function acceptAll(): IdleSocket[] {
    return Array.from({ length: places }, accept);
  }

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
