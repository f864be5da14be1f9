/**
 * A zone of which health is published, through random runs of all that can happen to it: what secondaries get is the zone with the wishes
 * put on it, by differences that fit exactly, under serials that only rise; and the zone itself stays what its operator made it.
 */
import { afterEach, expect, test } from 'vitest';
import { defaultHealthSettings } from '../../../../src/control/health/health-plan.ts';
import type { ZoneToLoad } from '../../../../src/control/loader-messages.ts';
import type { PublishWish } from '../../../../src/control/published/publish-wish.ts';
import { asWritten, type SteeringSettings } from '../../../../src/control/steering/steering-settings.ts';
import { Reaction, TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { LoaderHarness } from '../../../unit/control/load/loader-harness.ts';
import { Follower } from '../../../unit/control/published/follower.ts';

const name = 'p.test';
const owners = ['_sip._udp', '_sip._tcp'];
const names = ['sip1', 'sip2', 'sip3'];
const steps = Number(process.env.RINGZONE_PUBLISHED_STEPS ?? 25);
const seed = Number(process.env.RINGZONE_PUBLISHED_SEED ?? Math.floor(Math.random() * 2 ** 31));

const steering: SteeringSettings = {
  policy: asWritten,
  health: { settings: defaultHealthSettings, transport: undefined, addresses: [], publish: true },
  owners: [],
  healthPlace: undefined,
  place: undefined,
};

/** Of the owners: target and priority. */
type Content = Map<string, Map<string, number>>;

let harness: LoaderHarness | undefined;
afterEach(async () => {
  await harness?.end();
  harness = undefined;
});

test.each([
  ['static', 0],
  ['static', 1],
  ['dynamic', 2],
  ['dynamic', 3],
] as const)(
  'a %s zone, run %d',
  async (kind, run) => {
    const random = randomOf(seed + run);
    const world = new World(kind, random);
    harness = world.harness;
    const done: string[] = [];
    try {
      await world.begin();
      for (let step = 0; step < steps; step++) {
        done.push(await world.step());
        await world.check();
      }
    } catch (error) {
      throw new Error(`seed ${seed}: ${done.join(', ')}`, { cause: error });
    }
  },
  60_000,
);

class World {
  readonly harness = new LoaderHarness();
  private readonly follower = new Follower(this.harness, name);
  private kind: 'static' | 'dynamic';
  private readonly random: (below: number) => number;
  private content: Content = new Map();
  private fileSerial = 100;
  private wishes: readonly PublishWish[] = [];
  private isPublished = true;
  private order = 0;

  constructor(kind: 'static' | 'dynamic', random: (below: number) => number) {
    this.kind = kind;
    this.random = random;
    for (const owner of owners) this.content.set(owner, new Map(names.map((target, i) => [target, i])));
  }

  async begin(): Promise<void> {
    this.writeFile();
    await this.harness.load(this.zone());
    await this.check();
  }

  async step(): Promise<string> {
    switch (this.random(10)) {
      case 0:
      case 1:
      case 2:
        return await this.wish();
      case 3:
      case 4:
        return this.kind === 'static' ? await this.edit() : await this.update();
      case 5:
        await this.harness.restart(this.zone());
        return 'restart';
      case 6:
        await this.harness.crash();
        await this.harness.restart(this.zone());
        return 'crash';
      case 7:
        await this.harness.loader.command('sync', undefined, this.random(2) === 0);
        return 'sync';
      case 8:
        return await this.switchKind();
      default:
        return await this.toggle();
    }
  }

  /** Secondaries look now and then. */
  async check(): Promise<void> {
    const { harness, follower } = this;
    const zoneSrv = [...this.content].flatMap(([owner, targets]) =>
      [...targets].map(([target, priority]) => `${owner}.p.test. 300 IN SRV ${priority} 1 5060 ${target}.p.test.`),
    );
    expect(harness.records(name).filter((line) => line.includes(' SRV '))).toEqual(zoneSrv.toSorted());
    const published = follower.axfr().records.filter((line) => line.includes(' SRV '));
    expect(published.toSorted()).toEqual([...this.expected()].toSorted());
    if (this.random(3) === 0) return;
    await follower.refresh();
    expect(follower.records.toSorted()).toEqual(follower.axfr().records.toSorted());
  }

  private *expected(): Generator<string> {
    for (const [owner, targets] of this.content) {
      const wish = this.isPublished
        ? this.wishes.find((each) => Buffer.compare(each.owner, nameOf(owner)) === 0)
        : undefined;
      const stateOf = (target: string) =>
        wish?.targets.find((each) => Buffer.compare(each.target, nameOf(target)) === 0)?.state ?? TargetState.up;
      const up = [...targets.keys()].filter((target) => stateOf(target) === TargetState.up);
      const ttl = up.length === targets.size ? 300 : 15;
      const highest = Math.max(...targets.values());
      for (const [target, priority] of targets) {
        const state = stateOf(target);
        const isKept = state === TargetState.up || up.length === 0;
        if (!isKept && (state === TargetState.drained || wish?.reaction === Reaction.withdraw)) continue;
        yield `${owner}.p.test. ${ttl} IN SRV ${isKept ? priority : highest + 1} 1 5060 ${target}.p.test.`;
      }
    }
  }

  private async wish(): Promise<string> {
    if (!this.isPublished) return 'nothing';
    this.wishes = owners.flatMap((owner): PublishWish[] => {
      const targets = names.flatMap((target) => {
        const state = [TargetState.up, TargetState.up, TargetState.down, TargetState.drained][this.random(4)];
        return state === undefined || state === TargetState.up ? [] : [{ target: nameOf(target), port: 5060, state }];
      });
      const reaction = this.random(2) === 0 ? Reaction.withdraw : Reaction.demote;
      return targets.length === 0 ? [] : [{ owner: nameOf(owner), reaction, degradedTtlSeconds: 15, targets }];
    });
    const { harness, wishes } = this;
    const order = ++this.order;
    harness.loader.publish({ kind: 'publish', zone: harness.zone(name).id, order, wishes, isSettled: true });
    await expect.poll(() => harness.publishReports.at(-1), { interval: 2 }).toMatchObject({ order });
    expect(harness.publishReports.at(-1)?.problem).toBeUndefined();
    return `wish ${wishes.map(({ targets }) => targets.length).join('+')}`;
  }

  /** By hand, with a serial that is newer, or not raised, or raised from what the file had. */
  private async edit(): Promise<string> {
    this.change();
    const isRunning = this.random(2) === 0;
    if (!isRunning) await this.harness.loader.stop();
    // Without `publish` nobody raises it but the person who edits.
    this.fileSerial += [this.isPublished ? 0 : 1, 1, 100][this.random(3)] as number;
    this.writeFile();
    if (isRunning) await this.harness.load(this.zone());
    else await this.harness.restart(this.zone());
    return `edit ${this.fileSerial}`;
  }

  private async update(): Promise<string> {
    const [removed, added] = this.change();
    await this.harness.change(name, removed, added);
    return 'update';
  }

  /** Another priority of some target; gives the record before and after. */
  private change(): readonly [string, string] {
    const owner = owners[this.random(2)] as string;
    const target = names[this.random(3)] as string;
    const before = this.content.get(owner)?.get(target) as number;
    const after = before + 1 + this.random(5);
    this.content.get(owner)?.set(target, after);
    const textOf = (priority: number) => `${owner} SRV ${priority} 1 5060 ${target}`;
    return [textOf(before), textOf(after)];
  }

  /** The zone takes updates from now on, or no more; then its file is what the server has written. */
  private async switchKind(): Promise<string> {
    this.kind = this.kind === 'static' ? 'dynamic' : 'static';
    await this.loadAnew();
    this.fileSerial = Number(
      /SOA[^(]*\(\s*(\d+)|SOA \S+ \S+ (\d+)/
        .exec(this.harness.read(name))
        ?.slice(1)
        .find((it) => it),
    );
    return this.kind;
  }

  private async loadAnew(): Promise<void> {
    if (this.random(2) === 0) await this.harness.load(this.zone());
    else await this.harness.restart(this.zone());
  }

  private async toggle(): Promise<string> {
    this.isPublished = !this.isPublished;
    this.wishes = [];
    await this.loadAnew();
    return `publish: ${this.isPublished}`;
  }

  private zone(): ZoneToLoad {
    const more = this.isPublished ? { steering } : {};
    return this.kind === 'static' ? this.harness.static(name, more) : this.harness.dynamic(name, more);
  }

  private writeFile(): void {
    const srv = [...this.content].flatMap(([owner, targets]) =>
      [...targets].map(([target, priority]) => `${owner} SRV ${priority} 1 5060 ${target}\n`),
    );
    const head = `$TTL 300\n@ SOA ns root ${this.fileSerial} 1800 600 604800 300\n@ NS ns\nns A 192.0.2.1\n`;
    this.harness.write(name, `${head}${names.map((target) => `${target} A 192.0.2.9\n`).join('')}${srv.join('')}`);
  }
}

function nameOf(text: string): Uint8Array {
  return wireNameFrom(`${text}.${name}.`);
}

function randomOf(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}
