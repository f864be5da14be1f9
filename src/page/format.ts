/** Numbers and times as people read them. */
import { formatAge } from '../base/format-age.ts';
import { element } from './dom.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

export function formatCount(count: number): string {
  return whole.format(count);
}

/** Per second: `0`, `0.4`, `12.3`, `4,711`. */
export function formatRate(rate: number): string {
  if (rate === 0) return '0';
  if (rate < 0.05) return '< 0.1';
  return rate < 100 ? tenth.format(rate) : whole.format(rate);
}

/** Of a part from 0 to 1: `40 %`, `38.7 %`. */
export function formatShare(part: number): string {
  const percent = part * 100;
  return `${Math.abs(percent - Math.round(percent)) < 0.05 ? whole.format(percent) : tenth.format(percent)} %`;
}

export function formatMs(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

export function many(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? '' : 's'}`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** `14:03:22`; of another day `22 Nov, 14:03`. */
export function formatTime(ms: number, nowMs: number): string {
  const isToday = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  return (isToday ? clock : day).format(ms);
}

/** The server's clock, which may differ from the browser's. */
let aheadMs = 0;

export function setServerTime(ms: number): void {
  aheadMs = ms - Date.now();
}

export function serverNowMs(): number {
  return Date.now() + aheadMs;
}

/** An age that goes on: `3 min`. `suffix`: ` ago`. */
export function ageElement(atMs: number, suffix = ''): HTMLTimeElement {
  const made = element('time', {
    datetime: new Date(atMs).toISOString(),
    title: new Date(atMs).toLocaleString('en-GB'),
    'data-at': String(atMs),
    'data-suffix': suffix,
  });
  showAge(made, serverNowMs());
  return made;
}

/** Bring all ages of the page up to date. */
export function refreshAges(): void {
  const nowMs = serverNowMs();
  for (const made of document.querySelectorAll<HTMLTimeElement>('time[data-at]')) showAge(made, nowMs);
}

function showAge(made: HTMLTimeElement, nowMs: number): void {
  const text = `${formatAge(nowMs - Number(made.dataset.at))}${made.dataset.suffix ?? ''}`;
  if (made.textContent !== text) made.textContent = text;
}
