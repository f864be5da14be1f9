/** Signs a zone by BIND's tools: ECDSA P-256, NSEC, one key for keys and one for the zone. */
import { spawnSync } from 'node:child_process';

/** Returns the signed file's path. Throws what the tools say when they fail. */
export function signZone(zone: string, file: string, folder: string): string {
  const algorithm = ['-a', 'ECDSAP256SHA256', '-K', folder];
  run('dnssec-keygen', ['-q', ...algorithm, '-f', 'KSK', zone]);
  run('dnssec-keygen', ['-q', ...algorithm, zone]);
  const signed = `${file}.signed`;
  run('dnssec-signzone', ['-q', '-S', '-K', folder, '-d', folder, '-o', zone, '-f', signed, file]);
  return signed;
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`);
}
