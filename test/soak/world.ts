/** Everything that a run has: servers, zones and what the model knows of them. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../interop/lib/free-port.ts';
import { Checker } from './checker.ts';
import type { ControlReply } from './clients/control-client.ts';
import { Load } from './load.ts';
import { Losses } from './losses.ts';
import { callsZone, largeZone } from './model/contents.ts';
import { SteeredZone } from './model/steered-zone.ts';
import { ZoneLedger } from './model/zone-ledger.ts';
import { randomFrom } from './random.ts';
import { BindPrimary } from './server/bind-primary.ts';
import { daemonConfig, primaryConfig, type SoakPorts } from './server/configs.ts';
import { Daemon } from './server/daemon.ts';
import { SoakFolder } from './server/soak-folder.ts';
import { SipTargets } from './work/sip-targets.ts';

export const sipTargets = 3;
const hosts = 400;
const mostTries = 3;

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly questionsPerSecond: number;
  /** Where the report goes. */
  readonly report: string;
}

export class World {
  readonly options: SoakOptions;
  readonly random: () => number;
  readonly folder = new SoakFolder();
  readonly checker = new Checker();
  readonly losses = new Losses();
  /** What went wrong beside answers. */
  readonly problems: string[] = [];
  /** How often what was done. */
  readonly counts: Record<string, number> = {};
  readonly reloaded = new ZoneLedger(largeZone('static.soak.', hosts));
  readonly updated = new ZoneLedger(largeZone('dynamic.soak.', hosts));
  readonly upstream = new ZoneLedger(largeZone('upstream.soak.', hosts));
  readonly fromBind = new ZoneLedger(largeZone('bind.soak.', hosts));
  readonly calls = new SteeredZone(callsZone('calls.soak.', sipTargets), sipTargets);
  daemon!: Daemon;
  /** Primary of `upstream`, secondary of `dynamic`. */
  primary!: Daemon;
  /** Primary of `fromBind`, where it is installed. */
  bind: BindPrimary | undefined;
  targets!: SipTargets;
  load!: Load;
  isStopping = false;
  /** Until when the file of `reloaded` was none: who read it meanwhile says so. */
  private brokenUntilMs = 0;
  private isStopped = false;
  /** Until when commands may fail, because a fault is being done. */
  private troubleUntilMs = 0;

  constructor(options: SoakOptions) {
    this.options = options;
    this.random = randomFrom(options.seed);
    this.checker.onWrong = (wrong) => console.error(`wrong: ${JSON.stringify(wrong)}`);
  }

  /** All servers, each with its zones. */
  async start(): Promise<void> {
    const { folder, random } = this;
    this.targets = await SipTargets.start(sipTargets);
    for (const zone of [this.reloaded, this.upstream, this.fromBind])
      folder.write(fileOf(zone.apex), zone.newest.format());
    folder.write(fileOf(this.calls.apex), this.calls.newest.format());
    folder.write(`disk/zones/${this.updated.apex}`, this.updated.newest.format());
    const port = await this.startServers();
    const { questionsPerSecond } = this.options;
    this.load = new Load({ port, questionsPerSecond, random }, this.checker, this.losses);
    this.load.zones = this.zones;
  }

  /** They know each other's ports before they start; another process may take one meanwhile. Gives that of the server under test. */
  private async startServers(): Promise<number> {
    for (let tries = 1; ; tries++) {
      const ports = { port: await findFreePort(), primaryPort: await findFreePort(), bindPort: await findFreePort() };
      try {
        await this.startOn(ports);
        return ports.port;
      } catch (error) {
        if (tries === mostTries) throw error;
        await Promise.all([this.daemon?.stop(), this.primary?.stop(), this.bind?.stop()]);
      }
    }
  }

  private async startOn(ports: Required<SoakPorts>): Promise<void> {
    const { folder } = this;
    const zone = { name: this.fromBind.apex, file: folder.in(fileOf(this.fromBind.apex)) };
    this.bind = await BindPrimary.start(folder, zone, ports.bindPort as number, ports.port);
    const known = this.bind === undefined ? { ...ports, bindPort: undefined } : ports;
    const primary = folder.write('primary.yaml', primaryConfig(folder, known));
    const config = folder.write('ringzone.yaml', daemonConfig(folder, known, this.targets.ports));
    this.primary = await Daemon.start({
      config: primary,
      controlPath: folder.in('primary.sock'),
      isInspectable: false,
    });
    this.daemon = await Daemon.start({ config, controlPath: folder.in('ctl.sock'), isInspectable: true });
  }

  /** Those that are there from the beginning to the end. */
  get zones(): readonly (ZoneLedger | SteeredZone)[] {
    const { reloaded, updated, upstream, calls } = this;
    return [reloaded, updated, upstream, calls, ...(this.bind === undefined ? [] : [this.fromBind])];
  }

  /** End all that was started, however far the start came. Once. */
  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    this.isStopping = true;
    const ends = await Promise.all([this.daemon?.stop(), this.primary?.stop()]);
    for (const [index, end] of ends.entries())
      if (end !== undefined && end.code !== 0) this.tell(`server ${index + 1} ended with ${JSON.stringify(end)}`);
    await this.bind?.stop();
    await this.targets?.stop();
    this.folder.remove();
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  tell(problem: string): void {
    this.problems.push(`${new Date().toISOString()} ${problem}`);
    console.error(`problem: ${problem}`);
  }

  /** What is asked of the server may fail till then. */
  expectTrouble(forMs: number): void {
    this.troubleUntilMs = Math.max(this.troubleUntilMs, performance.now() + forMs);
  }

  /** It is over. */
  endTrouble(): void {
    this.troubleUntilMs = performance.now();
  }

  /** The file of `reloaded` is none from now on, until `mendFile`. */
  breakFile(): void {
    this.brokenUntilMs = Number.POSITIVE_INFINITY;
  }

  mendFile(): void {
    this.brokenUntilMs = performance.now();
  }

  /** What was asked of the server at `sinceMs` may have met the file broken. */
  wasFileBroken(sinceMs: number): boolean {
    return this.brokenUntilMs >= sinceMs;
  }

  get isTroubled(): boolean {
    return performance.now() < this.troubleUntilMs;
  }

  /** Where the connection fails while a fault is done, again and again. */
  async control(server: Daemon, ...command: readonly string[]): Promise<ControlReply> {
    for (;;) {
      const wasTroubled = this.isTroubled;
      try {
        return await server.control(...command);
      } catch (error) {
        if (!(wasTroubled || this.isTroubled) || this.isStopping) throw error;
        await sleep(200);
      }
    }
  }
}

/** Within the folder. */
export function fileOf(apex: string): string {
  return join('zones', apex);
}
