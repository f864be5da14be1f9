/** ZoneUpdates on a loader with zones in a folder, and everything that it answers. */
import type { ManagedZone, ZoneWriter } from '../../../../src/control/load/zone-writer.ts';
import type { UpdateRequest, UpdateResult } from '../../../../src/control/update/update-messages.ts';
import { ZoneUpdates } from '../../../../src/control/update/zone-updates.ts';
import type { BuiltZone } from '../../../../src/store/zone-store.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { buildUpdate, type UpdateRecord } from '../../../interop/lib/update-message.ts';
import { LoaderHarness } from '../load/loader-harness.ts';

export class UpdatesHarness {
  readonly loader = new LoaderHarness();
  readonly updates: ZoneUpdates;
  /** How many updates each message to main told of. */
  readonly told: number[] = [];
  commits = 0;
  /** Runs in place of a commit, or before it. */
  beforeCommit: (zone: ManagedZone, built: BuiltZone) => void = () => undefined;
  private readonly results = new Map<number, PromiseWithResolvers<UpdateResult>>();
  private nextId = 1;

  constructor() {
    const { writer } = this.loader.loader;
    const counting: ZoneWriter = {
      store: writer.store,
      get: (number) => writer.get(number),
      find: (view, zoneClass, apex) => writer.find(view, zoneClass, apex),
      inTurn: (zone, work) => writer.inTurn(zone, work),
      commit: (zone, built, delta, reason) => {
        this.commits++;
        this.beforeCommit(zone, built);
        return writer.commit(zone, built, delta, reason);
      },
      replace: (zone, built) => writer.replace(zone, built),
      noteRefreshed: (zone, timers) => writer.noteRefreshed(zone, timers),
      expire: (zone) => writer.expire(zone),
      forget: (id) => writer.forget(id),
    };
    this.updates = new ZoneUpdates(counting, ({ results }) => {
      this.told.push(results.length);
      for (const result of results) this.results.get(result.id)?.resolve(result);
    });
  }

  send(name: string, updates: readonly UpdateRecord[], prerequisites: readonly UpdateRecord[] = []) {
    return this.sendOctets(name, buildUpdate(1, name, updates, prerequisites));
  }

  /** One by one, as they come from main. */
  sendOctets(name: string, message: Uint8Array, signer?: string): Promise<UpdateResult> {
    const id = this.nextId++;
    const result = Promise.withResolvers<UpdateResult>();
    this.results.set(id, result);
    const request: UpdateRequest = {
      id,
      zone: { view: 0, class: 1, apex: wireNameFrom(`${name}.`) },
      message,
      signer: signer === undefined ? undefined : wireNameFrom(`${signer}.`),
    };
    this.updates.submit([request]);
    return result.promise;
  }

  end(): Promise<void> {
    return this.loader.end();
  }
}
