/**
 * Where zones that `ctl` has added outlive the process: a file in the data folder, in the words of ringzone.yaml, a zone a line.
 *
 *     zones:
 *       example.com: { type: primary, file: zones/example.com }
 *     views:
 *       inside:
 *         zones:
 *           example.net: { type: secondary, primaries: [ 192.0.2.1 ] }
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { reasonOf } from '../../zonefile/zone-source.ts';
import type { ConfigCode } from '../config/codes.ts';
import { parseZoneName, ValueProblem } from '../config/values.ts';
import { defaultViewName } from '../config/views.ts';
import { YamlSource } from '../config/yaml-source.ts';
import { writeAtomically } from '../load/write-atomically.ts';
import { type AddedZone, AddedZones, type ZoneSettings, zoneNameKey } from './added-zones.ts';

const fileName = 'added-zones.yaml';

const head = `# Zones that \`ringzone ctl addzone\` has added, as they would stand in ringzone.yaml. The server writes this file anew
# at each addzone, modzone and delzone. Who edits it has \`ringzone ctl reload\` read it; until then these words are refused.
`;

/** None where there is no file. An error is a file that can't be read or is not what we write. */
export function readAddedZones(dataDir: string): Result<AddedZones, readonly Diagnostic[]> {
  const path = join(dataDir, fileName);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return ok(new AddedZones(path, undefined));
    const message = `cannot read the zones that were added: ${reasonOf(error)}`;
    return err([{ severity: 'error', code: 'CF01', message, file: path }]);
  }
  return parseAddedZones(path, text);
}

export function parseAddedZones(path: string, text: string): Result<AddedZones, readonly Diagnostic[]> {
  const yaml = new YamlSource(path, text);
  const [problem] = yaml.document.errors;
  if (problem !== undefined) return err([yaml.problemAt('error', 'CF02', problem.message, problem.pos[0])]);
  const plain = yaml.plainValue(0);
  if (!plain.ok) return err([yaml.problemAt('error', 'CF02', plain.error, 0)]);
  const reader = new Reader(yaml);
  reader.read(plain.value);
  return reader.problems.length > 0 ? err(reader.problems) : ok(new AddedZones(path, text, reader.zones));
}

class Reader {
  readonly zones: AddedZone[] = [];
  readonly problems: Diagnostic[] = [];
  private readonly yaml: YamlSource;

  constructor(yaml: YamlSource) {
    this.yaml = yaml;
  }

  read(value: unknown): void {
    const { zones, views, ...rest } = this.mapAt(value, []);
    for (const key of Object.keys(rest)) this.problem('CF04', `unknown key ${key}: only zones are added here`, [key]);
    this.readZones(zones ?? {}, defaultViewName, []);
    for (const [view, below] of Object.entries(this.mapAt(views ?? {}, ['views']))) {
      const { zones: inside } = this.mapAt(below, ['views', view]);
      this.readZones(inside ?? {}, view, ['views', view]);
    }
  }

  private readZones(value: unknown, view: string, above: readonly string[]): void {
    for (const [written, settings] of Object.entries(this.mapAt(value, [...above, 'zones']))) {
      const path = [...above, 'zones', written];
      const apex = parseZoneName(written);
      if (apex instanceof ValueProblem) this.problem(apex.code, apex.message, path);
      // What stands below is looked at with the configuration.
      const source = this.sourceAt(path);
      const map = this.mapAt(settings, path);
      this.zones.push({ view, name: zoneNameKey(written), settings: map, isPassing: false, source });
    }
  }

  private sourceAt(path: readonly string[]): AddedZone['source'] {
    const { yaml } = this;
    return {
      problem: (severity, code, message, below, part, hint) =>
        yaml.problem(severity, code, message, [...path, ...below.slice(2)], part, hint),
    };
  }

  private mapAt(value: unknown, path: readonly string[]): Readonly<Record<string, unknown>> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    this.problem('CF05', 'expected a map', path);
    return {};
  }

  private problem(code: ConfigCode, message: string, path: readonly string[]): void {
    this.problems.push(this.yaml.problem('error', code, message, path, 'key'));
  }
}

/** The text of the file. */
export function formatAddedZones(zones: readonly AddedZone[]): string {
  const views = [...new Set(zones.map(({ view }) => view))].filter((view) => view !== defaultViewName);
  return [
    head,
    formatZones(zones, defaultViewName, ''),
    views.length === 0 ? '' : 'views:\n',
    ...views.map((view) => `  ${keyOf(view)}:\n${formatZones(zones, view, '    ')}`),
  ].join('');
}

function formatZones(zones: readonly AddedZone[], view: string, indent: string): string {
  const inside = zones.filter((zone) => zone.view === view);
  const lines = inside.map(({ name, settings = {} }) => `${indent}  ${keyOf(name)}: ${formatSettings(settings)}\n`);
  return lines.length === 0 ? '' : `${indent}zones:\n${lines.join('')}`;
}

/** Of settings that were formatted before: with each change all of them are written. */
const formatted = new WeakMap<ZoneSettings, string>();

/** In a line. */
export function formatSettings(settings: ZoneSettings): string {
  const text = formatted.get(settings) ?? flow(settings);
  formatted.set(settings, text);
  return text;
}

/** Read again as it is: of itself a text like `---` would begin a block, and blanks of other scripts would be lost at its end. */
function keyOf(name: string): string {
  const text = flow(name);
  if (!/\s/.test(name) && !text.includes('\n')) return text;
  return JSON.stringify(name).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();
}

/** Why the file can't be written over: somebody has edited it. */
export function editProblem({ path, text }: AddedZones): string | undefined {
  if (path === undefined) return 'there is no data-dir to keep added zones in';
  let now: string | undefined;
  try {
    now = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return `${path}: ${reasonOf(error)}`;
  }
  if (now === text) return undefined;
  return `${path} was edited: have it read first (ringzone ctl reload)`;
}

/** Keep them, durably; rejects where they can't be. Gives them with the text that the file has now. */
export async function writeAddedZones(added: AddedZones): Promise<AddedZones> {
  const { path } = added;
  if (path === undefined) throw new Error('there is no data-dir to keep added zones in');
  const text = formatAddedZones(added.kept);
  await writeAtomically(path, async (write) => write(Buffer.from(text).toString('latin1')));
  return added.written(text);
}
