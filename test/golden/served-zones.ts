/** Zones read, built and published in memory, and the answer algorithm on top of them. */
import { Answerer } from '../../src/answer/answerer.ts';
import { Transport } from '../../src/answer/outcome.ts';
import { ResponseCache } from '../../src/answer/response-cache.ts';
import { type Diagnostic, formatDiagnostic } from '../../src/base/diagnostic.ts';
import type { AnswerSettings } from '../../src/plane/answer-settings.ts';
import { ZoneReader } from '../../src/store/zone-reader.ts';
import { ZoneStore } from '../../src/store/zone-store.ts';
import { wireNameFrom } from '../../src/wire/name.ts';
import { parseZone } from '../../src/zonefile/parse-zone.ts';

/** What BIND, NSD and Knot are configured to in test/interop/lib. */
export const judgedSettings: AnswerSettings = {
  ednsUdpOctets: 1232,
  minimalResponses: 'no-auth-recursive',
  version: 'ringzone-test',
  hostname: 'test-host',
  serverId: 'test-id',
};

export class ServedZones {
  private readonly reader: ZoneReader;
  private readonly answerer: Answerer;
  private readonly cached: Answerer;
  private readonly response = new Uint8Array(65_535);

  constructor(
    zones: readonly { readonly name: string; readonly file: string }[],
    settings: AnswerSettings = judgedSettings,
  ) {
    const store = ZoneStore.create();
    const apexes = zones.map((zone) => wireNameFrom(zone.name));
    const numbers = store.declareZones(apexes.map((apex) => ({ view: 0, class: 1, apex })));
    for (const [i, apex] of apexes.entries()) {
      const builder = store.startZone(apex, 1);
      const errors: Diagnostic[] = [];
      const onDiagnostic = (diagnostic: Diagnostic): void => {
        if (diagnostic.severity === 'error') errors.push(diagnostic);
      };
      parseZone({ file: zones[i]?.file as string, apex, sink: builder, onDiagnostic });
      if (errors.length > 0) throw new Error(errors.map(formatDiagnostic).join('\n'));
      store.publish(numbers[i] as number, builder.finish());
    }
    this.reader = new ZoneReader(store.arena, 0);
    this.answerer = new Answerer(this.reader, settings);
    this.cached = new Answerer(this.reader, settings, new ResponseCache(this.reader));
  }

  /** The response's octets; none for silence. */
  answer(request: Uint8Array, tcp: boolean): Uint8Array {
    return this.answerWith(this.answerer, request, tcp);
  }

  /** The same with a response cache in front: missed, missed again and kept, found. */
  answerFromCache(request: Uint8Array, tcp: boolean): readonly Uint8Array[] {
    return [1, 2, 3].map(() => this.answerWith(this.cached, request, tcp));
  }

  private answerWith(answerer: Answerer, request: Uint8Array, tcp: boolean): Uint8Array {
    const { reader, response } = this;
    reader.enter();
    const octets = answerer.answer(request, 0, request.length, tcp ? Transport.tcp : Transport.udp, 0, response, 0);
    reader.leave();
    return response.slice(0, octets);
  }
}
