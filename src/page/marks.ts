/** States as a shape, a colour and a word: none of them says it alone. */
import { element } from './dom.ts';
import type { Level, OpinionWord, PeerWord, SecondaryWord, TargetWord } from './page-data.ts';

const svg = 'http://www.w3.org/2000/svg';

/** A disc with a tick, a triangle with a bar, a square with a cross, a ring. In a square of 16. */
const shapes: Readonly<
  Record<Level, readonly (readonly [tag: string, attributes: Readonly<Record<string, string>>])[]>
> = {
  good: [
    ['circle', { cx: '8', cy: '8', r: '7', class: 'fill' }],
    ['path', { d: 'M4.6 8.3l2.3 2.3 4.5-4.9', class: 'stroke' }],
  ],
  warning: [
    ['path', { d: 'M8 1.2 15.4 14.4H.6z', class: 'fill' }],
    ['path', { d: 'M8 6v4M8 12v.6', class: 'stroke' }],
  ],
  bad: [
    ['rect', { x: '1', y: '1', width: '14', height: '14', rx: '2.5', class: 'fill' }],
    ['path', { d: 'M5 5l6 6M11 5l-6 6', class: 'stroke' }],
  ],
  unknown: [['circle', { cx: '8', cy: '8', r: '6', class: 'ring' }]],
};

export function mark(level: Level): SVGSVGElement {
  const made = document.createElementNS(svg, 'svg');
  made.setAttribute('viewBox', '0 0 16 16');
  made.setAttribute('class', `mark ${level}`);
  made.setAttribute('aria-hidden', 'true');
  for (const [tag, attributes] of shapes[level]) {
    const part = document.createElementNS(svg, tag);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
    made.append(part);
  }
  return made;
}

/** The shape and the word. */
export function marked(level: Level, word: string): HTMLElement {
  return element('span', { class: `marked ${level}` }, mark(level), word);
}

const targetLevels: Readonly<Record<TargetWord, readonly [Level, string]>> = {
  up: ['good', 'up'],
  down: ['bad', 'down'],
  drained: ['warning', 'drained'],
  doubted: ['warning', 'seen down'],
  trying: ['unknown', 'asking'],
  unprobed: ['unknown', 'not probed'],
};

export function targetMark(word: TargetWord): HTMLElement {
  return marked(...targetLevels[word]);
}

export const secondaryLevels: Readonly<Record<SecondaryWord, Level>> = {
  current: 'good',
  told: 'unknown',
  behind: 'warning',
  silent: 'warning',
  unknown: 'unknown',
};

export const opinionMarks: Readonly<Record<OpinionWord, readonly [Level, string]>> = {
  up: ['good', 'up'],
  down: ['bad', 'down'],
  drained: ['warning', 'says no new calls'],
  trying: ['unknown', 'asking'],
  none: ['unknown', 'does not ask it'],
  silent: ['unknown', 'not heard'],
};

export const peerMarks: Readonly<Record<PeerWord, readonly [Level, string]>> = {
  heard: ['good', 'heard'],
  silent: ['warning', 'not heard'],
  asking: ['unknown', 'asking'],
};
