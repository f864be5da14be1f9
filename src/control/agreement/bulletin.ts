/**
 * What servers tell each other, as texts of TXT records, one text each, readable with dig:
 *
 *     ringzone-health 1 id=5f0c36a1be90d247 from=0 through=4 last=4
 *     up sip-options 192.0.2.12 5060 udp
 *     down sip-options 192.0.2.11 5060 udp
 *     gone sip-options 192.0.2.13 5060 udp
 *     drain sip3.example.com * 1790 1763886900000
 *     undrain sip2.example.com 5060 1763886800000
 *
 * `id` is another in each run of a server. Each thing that it says has a number in that run; what changes gets the next one. A bulletin
 * has what was said after number `from`, in that order, up to `through`; there is more where that isn't `last`. So to have all that is new
 * one asks from where one stands, and nobody's clock is asked: what has another `id` is begun anew. A drain is told with the seconds that
 * are left of it (`ever`: no end) and the stamp of the order; its port may be `*`.
 *
 * Texts of other kinds, and other words behind the first line's, are passed over: a later release may have more to say.
 */

import { maxEndpointKeyOctets } from '../health/endpoint.ts';
import { type DrainOrder, keyOf, maxStamp } from './drain-orders.ts';
import { type Opinion, opinionWords } from './opinion.ts';

export const bulletinVersion = 1;

/** Where a bulletin stands in what a server has said. */
export interface BulletinHead {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly from: number;
  readonly through: number;
  readonly last: number;
}

export type BulletinItem =
  /** `undefined`: it is no longer asked there. */
  | { readonly kind: 'opinion'; readonly key: string; readonly opinion: Opinion | undefined }
  | { readonly kind: 'order'; readonly order: DrainOrder };

export interface Bulletin extends BulletinHead {
  readonly items: readonly BulletinItem[];
}

/** Why texts are no bulletin that this release understands. */
export type BulletinProblem =
  | { readonly kind: 'otherVersion'; readonly version: number }
  | { readonly kind: 'malformed'; readonly text: string };

/** Of the first line. */
export const maxHeadOctets = 100;

const headWord = 'ringzone-health';

export function formatHead({ id, from, through, last }: BulletinHead): string {
  return `${headWord} ${bulletinVersion} id=${id} from=${from} through=${through} last=${last}`;
}

/** What is said to who asks in a form that this release doesn't know. */
export function formatVersion(): string {
  return `${headWord} ${bulletinVersion}`;
}

/** `wallMs`: the time of day, for what is left of a drain. */
export function formatItem(item: BulletinItem, wallMs: number): string {
  if (item.kind === 'opinion') return `${item.opinion ?? 'gone'} ${item.key}`;
  const { order } = item;
  if (order.kind === 'undrain') return `undrain ${keyOf(order)} ${order.stamp}`;
  const left = order.untilMs === undefined ? 'ever' : Math.max(0, Math.ceil((order.untilMs - wallMs) / 1000));
  return `drain ${keyOf(order)} ${left} ${order.stamp}`;
}

/** Bounded by the length of the texts; never throws. */
export function parseBulletin(texts: readonly string[], wallMs: number): Bulletin | BulletinProblem {
  const head = parseHead(texts);
  if ('kind' in head) return head;
  const items: BulletinItem[] = [];
  for (const text of texts) {
    const item = parseItem(text, wallMs);
    if (item === 'malformed') return { kind: 'malformed', text: shorten(text) };
    if (item !== undefined) items.push(item);
  }
  return { ...head, items };
}

function parseHead(texts: readonly string[]): BulletinHead | BulletinProblem {
  const heads = texts.filter((text) => text === headWord || text.startsWith(`${headWord} `));
  const [text = '', another] = heads;
  const version = /^\S+ (\d{1,9})(?: |$)/.exec(text)?.[1];
  if (another !== undefined || version === undefined)
    return { kind: 'malformed', text: shorten(another ?? texts[0] ?? '') };
  if (Number(version) !== bulletinVersion) return { kind: 'otherVersion', version: Number(version) };
  const words = new Map(text.split(' ').map((word) => word.split('=', 2) as [string, string | undefined]));
  const id = words.get('id') ?? '';
  const [from, through, last] = ['from', 'through', 'last'].map((word) => parseCount(words.get(word)));
  const isWhole = isRunId(id) && from !== undefined && through !== undefined && last !== undefined;
  if (!isWhole || from > through || through > last) return { kind: 'malformed', text: shorten(text) };
  return { id, from, through, last };
}

export function isRunId(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text);
}

/** Decimal, as the names of questions have them too. */
export function parseCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function parseItem(text: string, wallMs: number): BulletinItem | 'malformed' | undefined {
  const blank = text.indexOf(' ');
  const word = blank === -1 ? text : text.slice(0, blank);
  const rest = blank === -1 ? '' : text.slice(blank + 1);
  if (word === 'drain' || word === 'undrain') return parseOrder(word, rest, wallMs);
  const opinion = opinionWords.find((each) => each === word);
  if (opinion === undefined && word !== 'gone') return undefined;
  // Four words of printable ASCII, or five.
  if (rest.length > maxEndpointKeyOctets || !/^[!-~]+(?: [!-~]+){3,4}$/.test(rest)) return 'malformed';
  return { kind: 'opinion', key: rest, opinion };
}

function parseOrder(kind: 'drain' | 'undrain', rest: string, wallMs: number): BulletinItem | 'malformed' {
  const words = rest.split(' ');
  const [name = '', portText, ...times] = words;
  const left = kind === 'drain' ? times.shift() : 'ever';
  const port = parseCount(portText);
  const stamp = parseCount(times.shift());
  const leftSeconds = left === 'ever' ? undefined : parseCount(left);
  const isGood =
    /^[!-~]{1,200}$/.test(name) &&
    (portText === '*' || (port !== undefined && port <= 65_535)) &&
    (left === 'ever' || leftSeconds !== undefined) &&
    stamp !== undefined &&
    stamp <= maxStamp &&
    times.length === 0;
  if (!isGood) return 'malformed';
  const untilMs = leftSeconds === undefined ? undefined : Math.min(wallMs + 1000 * leftSeconds, maxStamp);
  return { kind: 'order', order: { kind, name: name.toLowerCase(), port, untilMs, stamp } };
}

/** For a log line. */
function shorten(text: string): string {
  return JSON.stringify(text.slice(0, 60).replace(/[^ -~]/g, '?'));
}
