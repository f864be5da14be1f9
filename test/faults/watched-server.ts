/**
 * A server under a steady load of questions, each answer of which is judged by the model of the soak: faults are done to it, and at the end
 * nothing may have been wrong. RINGZONE_FAULT_LOG=1 prints what each server has said.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { Checker, type LoadTransport } from '../soak/checker.ts';
import { Load } from '../soak/load.ts';
import { Losses } from '../soak/losses.ts';
import { applyStep, largeZone, nextStep } from '../soak/model/contents.ts';
import type { ZoneContent } from '../soak/model/zone-content.ts';
import { ZoneLedger } from '../soak/model/zone-ledger.ts';
import { randomFrom } from '../soak/random.ts';
import { Daemon } from '../soak/server/daemon.ts';

/** Of the zone that is asked about. */
export const modelApex = 'model.test.';
const hosts = 20;

export interface WatchedOptions {
  /** Lines of ringzone.yaml, before `zones:`. */
  readonly settings?: (folder: string) => string;
  /** Further zones, a line each, of which the files are in the server's folder. */
  readonly zones?: (folder: string) => string;
  readonly isInspectable?: boolean;
  readonly env?: (folder: string) => Readonly<Record<string, string>>;
  readonly questionsPerSecond?: number;
  /** Where it listens, at a port that is free; 127.0.0.1 by default. */
  readonly address?: string;
  readonly wrapper?: readonly string[];
}

export class WatchedServer {
  readonly folder: string;
  readonly ledger: ZoneLedger;
  readonly checker = new Checker();
  readonly losses = new Losses();
  readonly random = randomFrom(Number(process.env.RINGZONE_SEED ?? 1));
  daemon!: Daemon;
  private load!: Load;

  private constructor(folder: string) {
    this.folder = folder;
    this.ledger = new ZoneLedger(largeZone(modelApex, hosts));
  }

  /** `prepare` may write further files before the server starts. */
  static async start(options: WatchedOptions = {}, prepare?: (server: WatchedServer) => void): Promise<WatchedServer> {
    const server = new WatchedServer(mkdtempSync(join(tmpdir(), 'ringzone-fault-')));
    prepare?.(server);
    server.write('model.zone', server.ledger.newest.format());
    server.write('ringzone.yaml', server.config(options));
    const {
      isInspectable = false,
      env = () => ({}),
      questionsPerSecond = 200,
      address = '127.0.0.1',
      wrapper = [],
    } = options;
    const paths = { config: join(server.folder, 'ringzone.yaml'), controlPath: join(server.folder, 'c.sock') };
    server.daemon = await Daemon.start({ ...paths, isInspectable, env: env(server.folder), wrapper });
    const { random, checker, losses, daemon } = server;
    server.load = new Load({ address, port: daemon.port, questionsPerSecond, random }, checker, losses);
    server.load.zones = [server.ledger];
    await server.load.start();
    return server;
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** A new version of the zone that is asked about, in the place of its file; not read yet. */
  replaceZone(): ZoneContent {
    const next = applyStep(this.ledger.newest, nextStep(this.ledger.newest, this.random));
    this.ledger.offer(next);
    renameSync(this.write('model.zone.new', next.format()), join(this.folder, 'model.zone'));
    return next;
  }

  /** Read the zone's file, and see from now on no version before it. */
  async reload(): Promise<void> {
    const reply = await this.daemon.control('reload', modelApex);
    expect(reply).toMatchObject({ ok: true });
    this.ledger.confirm(this.ledger.newest.serial);
  }

  /** Answers over these transports may be lost while `fault` is done. */
  async losing(transports: readonly LoadTransport[], fault: () => Promise<void>): Promise<void> {
    const window = this.losses.open('fault', transports);
    await fault();
    this.losses.close(window);
  }

  /** Resolves when the load has been answered so many times more, or throws. */
  async answers(count: number): Promise<void> {
    const { answered } = this.checker;
    const sum = () => answered.udp + answered.tcp;
    const wanted = sum() + count;
    await expect.poll(sum).toBeGreaterThanOrEqual(wanted);
  }

  /** Stop the load and the server: every answer was right, none was lost but where it may be, and the server ends as it should. */
  async finish(): Promise<void> {
    await this.load.stop();
    expect(this.checker.wrongAnswers).toEqual([]);
    expect(this.losses.unexplained).toEqual([]);
    expect(this.checker.answered.udp).toBeGreaterThan(0);
    expect(await this.daemon.stop()).toEqual({ code: 0, signal: null });
  }

  /** Whatever has become of it. `release` is called before its folder goes. */
  async remove(release?: () => void): Promise<void> {
    if (process.env.RINGZONE_FAULT_LOG === '1') console.log(this.daemon.ended, this.daemon.log.slice(-6000));
    this.daemon?.child.kill('SIGKILL');
    await this.load?.stop();
    await this.daemon?.exit;
    release?.();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private config({ settings = () => '', zones = () => '', address = '127.0.0.1' }: WatchedOptions): string {
    return `listen: ["${address}:0"]
workers: 2
control: ${join(this.folder, 'c.sock')}
data-dir: ${join(this.folder, 'data')}
http: false
allow-transfer: [127.0.0.1]
notify: no
${settings(this.folder)}
zones:
  ${modelApex}: { file: ${join(this.folder, 'model.zone')} }
${zones(this.folder)}
`;
  }
}
