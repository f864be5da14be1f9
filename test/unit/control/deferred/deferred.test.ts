import { describe, expect, it } from 'vitest';
import { CookieStatus, ServerCookies } from '../../../../src/answer/cookie/server-cookies.ts';
import { DeferredReplies } from '../../../../src/control/deferred/deferred-replies.ts';
import { DeferredRequest } from '../../../../src/control/deferred/deferred-request.ts';
import { Client } from '../../../../src/plane/access/client.ts';
import { ControlWords } from '../../../../src/plane/control-words.ts';
import type { ListenSockets } from '../../../../src/plane/sockets/listen-sockets.ts';
import { TsigClient } from '../../../../src/tsig/tsig-client.ts';
import { createTsigKey } from '../../../../src/tsig/tsig-key.ts';
import { verifyRequest } from '../../../../src/tsig/verify-request.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { Request } from '../../../../src/wire/request.ts';
import { addText, buildUpdate } from '../../../interop/lib/update-message.ts';
import { deferredOf } from './deferred-harness.ts';

const message = buildUpdate(0x4321, 'd.test', [addText('a.d.test', 'x')]);

describe('DeferredRequest', () => {
  it('knows its client as logs name it, and answers', () => {
    const sent: (Uint8Array | undefined)[] = [];
    const request = new DeferredRequest(deferredOf(message), '0x7f00', (octets) => sent.push(octets));
    expect(request.clientText).toBe('client @0x7f00 127.0.0.1#4711');
    expect(request.client).toMatchObject({ family: 4, port: 4711, key: -1 });
    request.answer({ rcode: 5 });
    request.dismiss();
    expect(Buffer.from(sent[0] ?? []).toString('hex', 0, 4)).toBe('4321a805');
    expect(sent[1]).toBeUndefined();
  });

  it('answers a cookie, with the others of the server', () => {
    const secret = Uint8Array.from({ length: 16 }, (_, i) => i);
    const cookie = '2464c4abcf10c957';
    const notify = Buffer.from(
      `12342000000100000000000101640474657374000006000100002904d000000000000c000a0008${cookie}`,
      'hex',
    );
    const ask = (message: Uint8Array, secrets?: readonly Uint8Array[]) => {
      let sent = '';
      const settings = secrets === undefined ? undefined : { secrets, isRequired: true };
      const take = (octets?: Uint8Array) => {
        sent = Buffer.from(octets ?? []).toString('hex');
      };
      new DeferredRequest(deferredOf(message), '0x7f00', take, undefined, settings).answer({
        rcode: 5,
        extendedError: 18,
      });
      return sent;
    };
    const question = '01640474657374000006000100002904d000000000';
    expect(ask(notify)).toBe(`1234a0050001000000000001${question}0006000f00020012`);
    const answered = ask(notify, [secret]);
    const head = `1234a0050001000000000001${question}0022000f00020012000a0018${cookie}01000000`;
    expect(answered.slice(0, head.length)).toBe(head);
    expect(answered).toHaveLength(head.length + 24);
    // What it got is one of ours for this address.
    const client = new Client();
    client.octets = Uint8Array.of(127, 0, 0, 1);
    const cookies = new ServerCookies([secret]);
    const back = Buffer.from(answered.slice(-48), 'hex');
    expect(cookies.check(back, 0, 24, client, Math.floor(Date.now() / 1000))).toBe(CookieStatus.valid);
    expect(ask(message, [secret])).toBe(ask(message));
  });

  it('signs what answers a signed message', () => {
    const key = createTsigKey(wireNameFrom('ddns-key.'), 'hmac-sha256', new Uint8Array(32).fill(7));
    const client = new TsigClient(key);
    const nowSeconds = Math.floor(Date.now() / 1000);
    const signed = new Uint8Array(512);
    signed.set(message);
    const octets = client.signRequest(signed, 0, message.length, nowSeconds);
    const parsed = new Request();
    parsed.parse(signed, 0, octets);
    const verdict = verifyRequest([key], signed, 0, octets, parsed.tsigOffset, nowSeconds);
    if (verdict.status !== 'ok') throw new Error(verdict.status);
    let response = new Uint8Array(0);
    const deferred = deferredOf(signed.slice(0, octets), { verdict });
    const request = new DeferredRequest(deferred, '0x7f00', (reply = new Uint8Array(0)) => {
      response = Uint8Array.from(reply);
    });
    expect(request.clientText).toBe('client @0x7f00 127.0.0.1#4711/key ddns-key');
    expect(request.client.key).toBe(0);
    request.answer({ rcode: 0 });
    expect(client.verify(response, 0, response.length, nowSeconds)).toBe('ok');
  });
});

describe('DeferredReplies', () => {
  it('gives each message back its place, answered or not, by whatever way', () => {
    const control = new ControlWords();
    const sockets = { udpSocket: () => -1 } as unknown as ListenSockets;
    const replies = new DeferredReplies(sockets, control);
    const sent: [number, number][] = [];
    const reply = (octets: Uint8Array, number: number) => sent.push([octets.length, number]);
    const datagram = {
      kind: 'datagram',
      addressIndex: 0,
      peer: new Uint8Array(16),
      control: new Uint8Array(0),
    } as const;
    const all = 1000;
    const take = () => Array.from({ length: all }, () => control.takeDeferred());
    expect(take().every(Boolean)).toBe(true);
    expect(control.takeDeferred()).toBe(false);
    for (let i = 0; i < all; i++) {
      const way = i % 2 === 0 ? {} : { route: datagram };
      // A socket that has gone takes nothing, and that is no error; silence is told to the worker, which counts.
      replies.finish(deferredOf(message, way), i % 4 < 2 ? Uint8Array.of(1) : undefined, reply);
    }
    expect(take().every(Boolean)).toBe(true);
    expect(control.takeDeferred()).toBe(false);
    expect(sent).toHaveLength(all / 2);
    expect(sent.slice(0, 2)).toEqual([
      [1, 7],
      [0, 7],
    ]);
  });
});
