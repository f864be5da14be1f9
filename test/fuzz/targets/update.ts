import { checkOwners } from '../../../src/store/check/check-owners.ts';
import { diffVersions } from '../../../src/store/zone-diff.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { applyDelta, DeltaWriter } from '../../../src/transfer/journal/delta.ts';
import { raiseSerial } from '../../../src/transfer/update/apply-updates.ts';
import { runUpdate, type UpdateSigner } from '../../../src/transfer/update/run-update.ts';
import { parseUpdateMessage } from '../../../src/transfer/update/update-message.ts';
import { Class, Rcode } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { Request, RequestStatus } from '../../../src/wire/request.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import { openFromMemory } from '../../../src/zonefile/zone-source.ts';
import { nameToWire } from '../../interop/lib/names.ts';
import { add, addText, buildUpdate, removeName, removeRecord, removeRrset } from '../../interop/lib/update-message.ts';
import { readHex } from '../corpus/read-corpus.ts';
import { concat, mutateBehind } from '../engine/mutate-octets.ts';
import { uncounted } from '../engine/steps.ts';
import { linear, must, type Target } from '../engine/target.ts';
import { framed, framesOf, mutateFrames } from './frames.ts';

const apex = wireNameFrom('z.test.');
const text = `$TTL 300
@ SOA ns h 4294967295 3600 600 86400 60
@ NS ns
@ MX 1 www
ns A 192.0.2.1
www A 192.0.2.2
www AAAA 2001:db8::2
*.w TXT "wild"
al CNAME www
d DNAME elsewhere.test.
cut NS ns.cut
ns.cut A 192.0.2.3
_sip._udp SRV 1 2 5060 www
@ NAPTR 100 10 "s" "SIP+D2U" "" _sip._udp
`;
const signer: UpdateSigner = {
  name: wireNameFrom('key.'),
  rules: [
    {
      action: 'deny',
      identity: wireNameFrom('key.'),
      match: 'subdomain',
      name: wireNameFrom('www.z.test.'),
      types: [],
    },
    { action: 'grant', identity: wireNameFrom('*.'), match: 'zonesub', name: undefined, types: [255] },
  ],
};

/**
 * UPDATE as the loader thread does it: up to four messages one after the other, each with what the ones before have left, each whole or
 * without a trace. The first octet: bit 0, under an `update-policy`.
 */
export function createUpdateTarget(): Target {
  const store = ZoneStore.create({ maxOctets: 1 << 28 });
  const [number = 0] = store.declareZones([{ view: 0, class: Class.in, apex }]);
  const publishBase = () => {
    const builder = store.startZone(apex, Class.in);
    const open = openFromMemory(new Map([['z', text]]));
    parseZone({ file: 'z', apex, open, sink: builder, onDiagnostic: () => undefined, chunkOctets: 4096 });
    store.publish(number, builder.finish());
    store.reclaim();
  };
  publishBase();
  return {
    corpus: corpus().map((stream) => concat(Uint8Array.of(0), stream)),
    mutate: mutateBehind(1, mutateFrames),
    maxOctets: 4096,
    allowedSteps: linear(20_000, 500),
    expected: ['changed', 'unchanged', 'problem', 'malformed'],
    run(input) {
      let outcome = 'none';
      let isChanged = false;
      for (const message of framesOf(input.subarray(1)).slice(0, 4)) {
        outcome = take(store, number, message, ((input[0] ?? 0) & 1) !== 0 ? signer : undefined);
        isChanged ||= outcome === 'changed';
      }
      if (isChanged) uncounted(publishBase);
      return outcome;
    },
  };
}

function take(store: ZoneStore, number: number, message: Uint8Array, by: UpdateSigner | undefined): string {
  // Of the other messages none comes so far.
  if (message.length > 2) message[2] = 0x28 | ((message[2] as number) & 7);
  const request = new Request();
  if (request.parse(message, 0, message.length) !== RequestStatus.deferred) return 'not deferred';
  const parsed = parseUpdateMessage(message);
  if (!parsed.ok) {
    must(parsed.error === Rcode.formErr, 'what can not be parsed is FORMERR');
    return 'malformed';
  }
  const { reader } = store;
  reader.renew();
  const before = store.currentVersion(number);
  const change = store.startChange(number);
  const lines: string[] = [];
  const outcome = runUpdate(parsed.value, change, by, (line) => lines.push(line));
  for (const line of lines) must(/^[ -~]*$/.test(line), 'what is logged is printable');
  if (!outcome.ok) {
    const { rcode, reason } = outcome.error;
    must(rcode > 0 && rcode <= 10 && reason !== '', 'a problem has an RCODE and a reason');
    change.discard();
    return 'problem';
  }
  if (!outcome.value.isChanged) {
    change.discard();
    return 'unchanged';
  }
  if (!outcome.value.hasNewSerial) raiseSerial(change, apex, Class.in);
  const built = change.finish();
  reader.renew();
  const { problems } = checkOwners(
    reader,
    built.version,
    parsed.value.updates.map(({ owner }) => owner),
  );
  if (problems.some(({ severity }) => severity === 'error')) {
    store.discard(built);
    return 'refused';
  }
  const delta = new DeltaWriter();
  diffVersions(reader, before, built.version, delta);
  if (delta.isEmpty) {
    store.discard(built);
    return 'unchanged';
  }
  must(delta.hasSoas, 'what changes the zone changes its SOA');
  const finished = delta.finish();
  store.discard(built);
  // What the journal keeps leads to the same: it is what is replayed after a crash.
  const again = store.startChange(number);
  must(applyDelta(again, finished) === undefined, 'the difference fits');
  const replayed = again.finish();
  must(replayed.serial === finished.toSerial, 'it leads to its serial');
  store.publish(number, replayed);
  store.reclaim();
  return 'changed';
}

function corpus(): readonly Uint8Array[] {
  const soa = [...nameToWire('ns.z.test'), 0, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1];
  const update = (...args: Parameters<typeof buildUpdate>) => new Uint8Array(buildUpdate(...args));
  const target = nameToWire('www.z.test');
  const messages = [
    update(1, 'z.test', [addText('a.z.test', 'x')]),
    update(1, 'z.test', [removeRrset('www.z.test', 1), add('www.z.test', 1, [192, 0, 2, 7])]),
    update(1, 'z.test', [removeName('www.z.test')], [{ name: 'www.z.test', type: 255, class: 255, ttl: 0, data: [] }]),
    update(1, 'z.test', [removeRecord('www.z.test', 1, [192, 0, 2, 2])]),
    update(1, 'z.test', [add('b.z.test', 5, target)], [{ name: 'b.z.test', type: 255, class: 254, ttl: 0, data: [] }]),
    update(1, 'z.test', [add('z.test', 6, soa)]),
    update(1, 'z.test', [removeRrset('z.test', 255), removeRrset('z.test', 2)]),
    update(1, 'z.test', [add('_sip._udp.z.test', 33, [0, 1, 0, 2, 0x13, 0xc4, ...target])]),
    update(1, 'z.test', [add('*.z.test', 39, target), add('cut.z.test', 2, target)]),
    update(1, 'z.test', [addText('h.z.test', 'y'.repeat(700))]),
    update(1, 'z.test', [], [{ name: 'www.z.test', type: 1, class: 1, ttl: 0, data: [192, 0, 2, 2] }]),
    ...readHex('messages.txt'),
  ];
  return [...messages.map((message) => framed([message])), framed(messages.slice(0, 3)), framed(messages.slice(3, 6))];
}
