/**
 * The same random questions over the same random zones, asked of this server, BIND, NSD and Knot. What two of the three
 * agree on is expected, unless `explanations.ts` says why not; docs/rfc-coverage.md lists these.
 *
 * RINGZONE_SEED takes other zones and questions, RINGZONE_DIFF_ZONES and RINGZONE_DIFF_QUESTIONS make it longer, RINGZONE_DIFF_SHOW
 * shows more of what is found.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBind } from '../lib/bind.ts';
import { decodeMessage } from '../lib/decode-message.ts';
import { ask } from '../lib/dns-client.ts';
import { findCommand, type Judge, type JudgeZone } from '../lib/judge.ts';
import { startKnot } from '../lib/knot.ts';
import { startNsd } from '../lib/nsd.ts';
import { startRingzone } from '../lib/ringzone.ts';
import { type AnswerParts, type Difference, findDifferences, partsOf } from './compare.ts';
import { explain } from './explanations.ts';
import { Random } from './random.ts';
import { type RandomQuestion, type RandomZone, randomQuestion, randomZone } from './random-zone.ts';

const seed = Number(process.env.RINGZONE_SEED);
const zoneCount = Number(process.env.RINGZONE_DIFF_ZONES ?? 320);
const questionCount = Number(process.env.RINGZONE_DIFF_QUESTIONS ?? 21_000);
const shownFindings = Number(process.env.RINGZONE_DIFF_SHOW ?? 10);
/** Every n-th zone is signed, in turn with NSEC and NSEC3. */
const signedEvery = 6;
const inFlight = 40;

const signer = findCommand('dnssec-signzone');
let folder = '';
let zones: readonly RandomZone[] = [];
let ours: Judge | undefined;
let judges: readonly Judge[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-differential-'));
  const random = new Random(seed);
  zones = makeZones(random);
  const files = zones.map((zone, index) => writeZone(zone, index));
  const started = await Promise.all([startBind(files), startNsd(files), startKnot(files)]);
  judges = started.filter((judge) => judge !== undefined);
  if (judges.length < 3) return;
  ours = await startRingzone(files);
}, 120_000);

afterAll(async () => {
  await Promise.all([ours, ...judges].map((server) => server?.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function makeZones(random: Random): RandomZone[] {
  const made: RandomZone[] = [];
  for (let i = 0; i < zoneCount; i++) {
    const others = made.slice(-5).map((zone) => zone.apex);
    made.push(randomZone(random, `z${i}.test.`, others, isSigned(i)));
  }
  return made;
}

function isSigned(index: number): boolean {
  return signer !== undefined && index % signedEvery === signedEvery - 1;
}

function writeZone(zone: RandomZone, index: number): JudgeZone {
  const file = join(folder, `z${index}.zone`);
  writeFileSync(file, zone.text);
  return { name: zone.apex.slice(0, -1), file: isSigned(index) ? signZone(zone.apex, file, index) : file };
}

/** Sign with keys of its own, once with NSEC, once with NSEC3, once with NSEC3 and opt-out. */
function signZone(apex: string, file: string, index: number): string {
  const keys = ['-fKSK', ''].map((flag) => {
    const made = spawnSync('dnssec-keygen', ['-q', '-a', 'ECDSAP256SHA256', ...(flag ? ['-f', 'KSK'] : []), apex], {
      cwd: folder,
      encoding: 'utf8',
    });
    return made.stdout.trim();
  });
  const turn = Math.floor(index / signedEvery) % 3;
  const nsec3 = turn === 0 ? [] : ['-3', turn === 1 ? '-' : 'ab12', '-H', String(turn), ...(turn === 2 ? ['-A'] : [])];
  const argumentList = ['-S', '-q', '-O', 'full', '-e', '20401231000000', '-o', apex, ...nsec3, file];
  const signed = spawnSync(signer as string, argumentList, { cwd: folder, encoding: 'utf8' });
  if (signed.status !== 0) throw new Error(`dnssec-signzone ${keys.join(' ')}: ${signed.stderr}`);
  return `${file}.signed`;
}

interface Finding {
  readonly question: RandomQuestion;
  readonly difference: Difference;
}

it('answers as the majority of BIND, NSD and Knot', { timeout: 300_000 }, async (context) => {
  if (judges.length < 3) return context.skip('needs BIND, NSD and Knot');
  expect(ours).toBeDefined();
  for (const server of [ours as Judge, ...judges]) expect([server.name, server.notLoaded]).toEqual([server.name, []]);
  const random = new Random(seed + 1);
  const questions = Array.from({ length: questionCount }, () => randomQuestion(random, random.pick(zones), zones));
  const findings: Finding[] = [];
  const explained = new Map<string, number>();
  let asked = 0;
  const worker = async (): Promise<void> => {
    for (let question = questions.pop(); question !== undefined; question = questions.pop()) {
      asked++;
      for (const difference of await askAll(question)) {
        const reason = explain(question, difference, zones);
        if (reason === undefined) findings.push({ question, difference });
        else explained.set(reason, (explained.get(reason) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));

  const summary = [...explained].map(([reason, count]) => `  ${count} × ${reason}`).join('\n');
  console.info(
    `seed ${seed}: ${asked} questions over ${zones.length} zones; explained differences:\n${summary || '  none'}`,
  );
  expect(asked).toBe(questionCount);
  const shown = findings.slice(0, shownFindings).map(describe).join('\n\n');
  expect(findings.length, `seed ${seed}: ${findings.length} unexplained\n${shown}`).toBe(0);
});

async function askAll(question: RandomQuestion): Promise<Difference[]> {
  const answers = await Promise.all([ours as Judge, ...judges].map((server) => askOne(server, question)));
  const theirs = Object.fromEntries(judges.map((judge, index) => [judge.name, answers[index + 1] as AnswerParts]));
  return findDifferences(answers[0] as AnswerParts, theirs);
}

async function askOne(server: Judge, question: RandomQuestion): Promise<AnswerParts> {
  const { name, type, edns, tcp } = question;
  const flags = question.recursionDesired ? 0x0100 : 0;
  const options = edns === 'none' ? {} : { edns: { udpOctets: 1232, dnssecOk: edns === 'do' } };
  return partsOf(decodeMessage(await ask(server.port, { name, type, flags, tcp, ...options })));
}

function describe({ question, difference }: Finding): string {
  const { name, type, recursionDesired, edns, tcp } = question;
  const { part, ours: said } = difference;
  const theirs = Object.entries(difference.theirs).map(([server, answer]) => `--- ${server}\n${answer[part]}`);
  const asked = `${name} ${type} rd=${Number(recursionDesired)} edns=${edns} ${tcp ? 'tcp' : 'udp'}`;
  const zone = zones.find(({ apex }) => name === apex || name.endsWith(`.${apex}`));
  return [`### ${asked}: ${part}`, `--- ours\n${said[part]}`, ...theirs, `--- zone\n${zone?.text}`].join('\n');
}
