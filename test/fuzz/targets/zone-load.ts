import { Answerer } from '../../../src/answer/answerer.ts';
import { Transport } from '../../../src/answer/outcome.ts';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import { writeZoneText } from '../../../src/control/load/zone-text.ts';
import { checkZonemd } from '../../../src/dnssec/zonemd.ts';
import { loadZoneFile } from '../../../src/store/load-zone.ts';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { type BuiltZone, ZoneStore } from '../../../src/store/zone-store.ts';
import { Class } from '../../../src/wire/codes.ts';
import { formatName, wireNameFrom } from '../../../src/wire/name.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import { openFromMemory } from '../../../src/zonefile/zone-source.ts';
import { brokenRules } from '../../property/answer/fuzz/check.ts';
import { defaultSettings, questionOctets } from '../../unit/answer/served.ts';
import { uncounted } from '../engine/steps.ts';
import { must, RuleBroken, type Target } from '../engine/target.ts';
import { findMalformed } from '../engine/walk-message.ts';
import { includedFiles, mutateZone, seriesSteps, TooMany, zoneCorpus } from './zone-texts.ts';

const apexText = 'ex.test.';
const apex = wireNameFrom(apexText);
const mostRecords = 300;
const mostOwners = 4;
/** Room for a file of megabytes would take most of the time. */
const smallChunks = { chunkOctets: 4096 };
/** What is asked of each owner, and below it. */
const qtypes = [1, 5, 33, 35, 39, 48, 255, 6];

/**
 * A zone file as the loader takes it: built, checked with all checks, printed as a dynamic zone's file and loaded again, published, and
 * asked: chains of aliases, delegations and proofs as nobody would write them.
 */
export function createZoneLoadTarget(): Target {
  const store = ZoneStore.create({ maxOctets: 1 << 28 });
  const [number = 0] = store.declareZones([{ view: 0, class: Class.in, apex }]);
  const reader = new ZoneReader(store.arena, 0);
  const answerer = new Answerer(reader, defaultSettings);
  const response = new Uint8Array(65_535);

  const load = (input: Uint8Array, strict: boolean) =>
    loadZoneFile(store, {
      file: 'self',
      apex,
      zoneClass: Class.in,
      strict,
      checks: [checkZonemd],
      open: openFromMemory(new Map([['self', input], ...includedFiles])),
      ...smallChunks,
    });

  const printAndLoad = (zone: BuiltZone, records: number) => {
    let text = '';
    void writeZoneText(store.reader, zone.version, (piece) => {
      text += piece;
    });
    // Text of the printer is Latin-1, an octet a character.
    const again = load(new Uint8Array(Buffer.from(text, 'latin1')), false);
    const shown = again.diagnostics.filter(({ severity }) => severity === 'error').map((d) => formatDiagnostic(d));
    must(again.zone !== undefined, `a zone that was printed can be loaded: ${shown.join('\n')}\n${text}`);
    must(again.zone.serial === zone.serial && again.records === records, 'it has the same serial and as many records');
    store.discard(again.zone);
  };

  const ask = (owner: string, isThorough: boolean) => {
    for (const [i, qtype] of qtypes.entries()) {
      const qname = i % 3 === 2 && owner.length < 200 ? `x.y.${owner}` : owner;
      const message = questionOctets({ qname, qtype, edns: i % 2 === 0 ? 1232 : 4096, dnssecOk: i % 2 === 0 });
      const tcp = i === 7;
      reader.enter();
      const transport = tcp ? Transport.tcp : Transport.udp;
      const octets = answerer.answer(message, 0, message.length, transport, 0, response, 0);
      reader.leave();
      const wire = response.subarray(0, octets);
      const malformed = findMalformed(wire);
      must(malformed === undefined, `${owner} ${qtype}: a response is well-formed: ${malformed}`);
      if (!isThorough) continue;
      const broken = uncounted(() => brokenRules(message, tcp, 1232, wire.slice()));
      if (broken.length > 0) throw new RuleBroken(`${owner} ${qtype}: ${broken.join('; ')}`);
    }
  };

  return {
    corpus: zoneCorpus().map((text) => relocate(text)),
    mutate: mutateZone,
    maxOctets: 6000,
    // Eight questions of each owner, of which those of an NSEC3 zone may be hashed 500 times.
    allowedSteps: (input) =>
      150_000 + 1000 * input.length + seriesSteps(input, mostRecords) + (hasNsec3(input) ? 100_000_000 : 0),
    expected: ['served', 'refused'],
    run(input) {
      const owners = uncounted(() => ownersOf(input));
      if (owners === undefined) return 'cut';
      const { zone, diagnostics, records } = load(input, (input.length & 1) === 0);
      for (const diagnostic of diagnostics)
        must(/^(ZF|ZC|SIP)\d\d$/.test(diagnostic.code), 'a diagnostic has a documented code');
      if (zone === undefined) {
        must(
          diagnostics.some(({ severity }) => severity === 'error'),
          'what is refused has an error',
        );
        return 'refused';
      }
      if ((input.length & 3) === 0) uncounted(() => printAndLoad(zone, records));
      store.publish(number, zone);
      store.reclaim();
      for (const owner of owners) ask(owner, (input.length & 3) === 1);
      return 'served';
    },
  };
}

/** Texts of other zones, as if they were of this one. */
function relocate(text: Uint8Array): Uint8Array {
  const origin = /^\$ORIGIN\s+(\S+)/m.exec(Buffer.from(text).toString('latin1'))?.[1];
  if (origin === undefined || origin === '.') return text;
  return new Uint8Array(Buffer.from(Buffer.from(text).toString('latin1').replaceAll(origin, apexText), 'latin1'));
}

function hasNsec3(input: Uint8Array): boolean {
  const text = Buffer.from(input).toString('latin1');
  return /nsec3|type(50|51)\b/i.test(text);
}

/** Some owners of the zone; `undefined` where it has too many records to be looked at each time. */
function ownersOf(input: Uint8Array): readonly string[] | undefined {
  const owners = new Set<string>();
  let count = 0;
  try {
    parseZone({
      file: 'self',
      apex,
      open: openFromMemory(new Map([['self', input], ...includedFiles])),
      onDiagnostic: () => undefined,
      maxDiagnostics: 0,
      ...smallChunks,
      sink: {
        addRecord({ owner }) {
          if (++count > mostRecords) throw new TooMany();
          if (owners.size < mostOwners) owners.add(formatName(owner));
        },
      },
    });
  } catch (error) {
    if (error instanceof TooMany) return undefined;
    throw error;
  }
  return [...owners];
}
