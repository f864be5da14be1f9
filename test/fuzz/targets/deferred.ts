import { defaultZone } from '../../../src/control/config/default-zone.ts';
import { DeferredRequest } from '../../../src/control/deferred/deferred-request.ts';
import type { Log } from '../../../src/control/log/log.ts';
import { NotifyReceiver } from '../../../src/control/notify/notify-receiver.ts';
import type { Secondaries } from '../../../src/control/secondary/secondaries.ts';
import { Updates } from '../../../src/control/update/updates.ts';
import { AccessList, defaultAccessTable } from '../../../src/plane/access/access-list-table.ts';
import { TsigClient } from '../../../src/tsig/tsig-client.ts';
import { verifyRequest } from '../../../src/tsig/verify-request.ts';
import { Class, Opcode } from '../../../src/wire/codes.ts';
import { equalNames, wireNameFrom } from '../../../src/wire/name.ts';
import { Request, RequestStatus } from '../../../src/wire/request.ts';
import { decodeMessage } from '../../interop/lib/decode-message.ts';
import { addText, buildUpdate } from '../../interop/lib/update-message.ts';
import { mutateMessage } from '../../property/answer/fuzz/mutate.ts';
import { deferredOf } from '../../unit/control/deferred/deferred-harness.ts';
import { secondaryConfig } from '../../unit/control/secondary/secondary-config.ts';
import { readHex } from '../corpus/read-corpus.ts';
import { concat, mutateBehind } from '../engine/mutate-octets.ts';
import { uncounted } from '../engine/steps.ts';
import { linear, must, type Target } from '../engine/target.ts';
import { keys, nowSeconds } from './answer-world.ts';

const secondaryApex = wireNameFrom('example.');
const primaryApex = wireNameFrom('z.test.');

/**
 * NOTIFY and UPDATE on main: who may send them, and what they are answered with. The first octet: bit 0 NOTIFY or UPDATE, bit 1 from the
 * zone's primary, bits 2 and 3 the key that signs it.
 */
export function createDeferredTarget(): Target {
  const lines: string[] = [];
  const log = {
    info: (_: string, text: string) => lines.push(text),
    event: (_: string, _severity: string, text: string) => lines.push(text),
  } as unknown as Log;
  const primaries = [{ address: '127.0.0.1', port: 53, key: undefined, tls: undefined }];
  const config = secondaryConfig({ apex: secondaryApex, primaries, allowNotify: AccessList.none });
  const zone = { config, title: 'example/IN', serial: 7, isBusy: false, isExpired: false };
  let refreshes = 0;
  const secondaries = {
    find: (_view: number, zoneClass: number, name: Uint8Array) =>
      zoneClass === Class.in && equalNames(name, 0, secondaryApex, 0) ? zone : undefined,
    noteHeard: () => undefined,
    refresh: () => refreshes++,
  } as unknown as Secondaries;
  const named = (name: string) =>
    defaultZone({ view: 0, name, apex: wireNameFrom(`${name}.`), class: Class.in, file: name });
  const rules = [
    { action: 'grant', identity: wireNameFrom('inner.'), match: 'zonesub', name: undefined, types: [] },
  ] as const;
  const zones = [
    config,
    { ...named('z.test'), apex: primaryApex, update: { kind: 'policy', rules } as const },
    { ...named('open.test'), update: { kind: 'list', list: AccessList.any } as const },
  ];
  const notify = new NotifyReceiver({ access: defaultAccessTable, zones }, secondaries, log);
  const updates = new Updates({ zones, access: defaultAccessTable }, () => undefined, log);
  const request = new Request();
  return {
    corpus: corpus(),
    mutate: mutateBehind(1, mutateMessage),
    maxOctets: 2048,
    allowedSteps: linear(4000, 40),
    expected: ['notify 0', 'notify 9', 'update 5', 'update 9', 'update waits', 'not deferred'],
    run(input) {
      const [how = 0] = input;
      const message = uncounted(() => signed(input.slice(1), how));
      if (request.parse(message, 0, message.length) !== RequestStatus.deferred) return 'not deferred';
      const verdict =
        request.tsigOffset < 0
          ? undefined
          : uncounted(() => verifyRequest(keys, message, 0, message.length, request.tsigOffset, nowSeconds));
      // A worker hands over no message whose signature is wrong.
      if (verdict !== undefined && verdict.status !== 'ok') return 'badly signed';
      const octets = Uint8Array.of(127, 0, 0, (how & 2) !== 0 ? 1 : 9);
      const client = { family: 4, octets, port: 4711 } as const;
      let reply: Uint8Array | undefined;
      const deferred = new DeferredRequest(deferredOf(message, { client, verdict }), '0x7f00', (sent) => {
        must(reply === undefined, 'it is answered once');
        reply = sent;
      });
      if (request.opcode === Opcode.notify) notify.take(deferred);
      else updates.take(deferred);
      for (const line of lines) must(/^[ -~]*$/.test(line), 'what is logged is printable');
      lines.length = 0;
      // What waits for the loader thread would be kept for ever here.
      updates.failed();
      Reflect.set(updates, 'hasFailed', false);
      const kind = request.opcode === Opcode.notify ? 'notify' : 'update';
      return uncounted(() => judge(kind, message, reply));
    },
  };
}

function judge(kind: string, message: Uint8Array, reply: Uint8Array | undefined): string {
  must(reply !== undefined, 'it is answered');
  const { id, rcode, flags, opcode, question } = decodeMessage(reply);
  must(id === ((message[0] as number) << 8) + (message[1] as number), 'the id is copied');
  must((flags & 0x8000) !== 0 && opcode === (message[2] as number) >> 3, 'QR is set, the opcode is copied');
  must(question.length === 1, 'the question is echoed');
  return rcode === 2 ? `${kind} waits` : `${kind} ${rcode}`;
}

function signed(message: Uint8Array, how: number): Uint8Array {
  if (message.length < 12) return message;
  message[2] = ((how & 1) === 0 ? 0x20 : 0x28) | ((message[2] as number) & 7);
  const key = keys[((how >> 2) & 3) - 1];
  if (key === undefined) return message;
  const client = new TsigClient(key);
  const out = new Uint8Array(message.length + client.reserveOctets);
  out.set(message);
  return out.slice(0, client.signRequest(out, 0, message.length, nowSeconds));
}

function corpus(): readonly Uint8Array[] {
  const updates = ['z.test', 'open.test', 'example', 'none.test'].map(
    (zone) => new Uint8Array(buildUpdate(7, zone, [addText(`a.${zone}`, 'x')])),
  );
  return [...readHex('notices.txt'), ...updates, ...readHex('messages.txt')].flatMap((message) =>
    [0, 1, 2, 5, 7, 11].map((how) => concat(Uint8Array.of(how), message)),
  );
}
