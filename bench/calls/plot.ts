/** The pictures of docs/sip.md: what `ringzone resolve --plot` draws of BIND and of each policy. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { plotShares } from '../../src/cli/resolve/report/plot-svg.ts';
import { bind, policies, ringzoneWith } from './asked-server.ts';
import { howToWeights, howToZone } from './phones-zone.ts';
import { playZone } from './share.ts';

const binary = resolve(import.meta.dirname, '../../bin/ringzone.js');

export interface PictureSettings {
  /** Where they go: share-bind.svg, share-shape.svg and so on. */
  readonly folder: string;
  readonly calls: number;
  readonly seed: number;
  note(text: string): void;
}

export async function drawPictures(settings: PictureSettings): Promise<void> {
  mkdirSync(settings.folder, { recursive: true });
  for (const server of [bind, ...policies.map((policy) => ringzoneWith(policy))]) {
    const judge = await server.start([howToZone]);
    if (judge === undefined) continue;
    const file = join(settings.folder, `share-${server.name.toLowerCase()}.svg`);
    settings.note(file);
    try {
      if (server.name === 'sticky') await drawSticky(judge.port, file, settings);
      else await drawByCommand(judge.port, file, settings);
    } finally {
      await judge.stop();
    }
  }
}

async function drawByCommand(port: number, file: string, { calls, seed }: PictureSettings): Promise<void> {
  const args = [
    ...['resolve', howToZone.name, '--server', `127.0.0.1:${port}`, '--as', 'all'],
    ...['--calls', String(calls), '--seed', String(seed), '--plot', file],
    ...howToWeights.flatMap((weight) => ['--expect', weight]),
  ];
  const child = spawn(process.execPath, [binary, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`ringzone ${args.join(' ')}: exit code ${status}`);
}

/** The command asks from one address, which `sticky` always sends to the same server: here each call comes from another one. */
async function drawSticky(port: number, file: string, settings: PictureSettings): Promise<void> {
  const clients = ['all'];
  const { request, run } = await playZone(ringzoneWith('sticky'), port, howToZone.name, howToWeights, {
    ...settings,
    clients,
  });
  writeFileSync(file, plotShares(request, run));
}
