/**
 * The zone of many sites: each has two A, a TXT and an SRV below it. Also the questions to it, drawn by a generator with
 * a fixed seed, so that each run asks the same.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { BenchQuestion } from '../generator/question-file.ts';

export const sitesZone = 'example.com.';
const chunkSites = 1000;

/** Write `siteCount` sites of four records each. */
export function writeSitesZone(file: string, siteCount: number, serial = 1): void {
  const fd = openSync(file, 'w');
  writeSync(fd, `$TTL 300\n@ SOA ns1 hostmaster ${serial} 3600 900 1209600 300\n@ NS ns1\nns1 A 192.0.2.1\n`);
  for (let site = 0; site < siteCount; site += chunkSites) {
    const count = Math.min(chunkSites, siteCount - site);
    writeSync(fd, Array.from({ length: count }, (_, i) => formatSite(site + i)).join(''));
  }
  closeSync(fd);
}

/** 4 in 10 ask A, 4 SRV, 1 TXT, 1 a name that is missing. `signatures` is what DO adds to each answer. */
export function drawSiteQuestions(count: number, siteCount: number, signatures: 0 | 1 = 0): BenchQuestion[] {
  const random = createRandom(20_120_223);
  return Array.from({ length: count }, (_, i) => makeQuestion(i % 10, siteName(random() % siteCount), signatures));
}

function makeQuestion(kind: number, site: string, signatures: 0 | 1): BenchQuestion {
  if (kind === 0) return { name: `${site}-gone.${sitesZone}`, type: 'A', rcode: 3, answers: 0 };
  if (kind === 1) return { name: `${site}.${sitesZone}`, type: 'TXT', rcode: 0, answers: 1 + signatures };
  if (kind % 2 === 0) return { name: `${site}.${sitesZone}`, type: 'A', rcode: 0, answers: 2 + signatures };
  return { name: `_sip._udp.${site}.${sitesZone}`, type: 'SRV', rcode: 0, answers: 1 + signatures };
}

function formatSite(site: number): string {
  const name = siteName(site);
  const [high, middle, low] = [site >>> 16, (site >>> 8) & 255, site & 255];
  return (
    `${name} A 10.${high}.${middle}.${low}\n\tA 10.${128 + high}.${middle}.${low}\n` +
    `\tTXT "customer ${site}"\n_sip._udp.${name} SRV 10 60 5060 ${name}\n`
  );
}

export function siteName(site: number): string {
  return `site${String(site).padStart(6, '0')}`;
}

/** Mulberry32: 32 random bits a call. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  };
}
