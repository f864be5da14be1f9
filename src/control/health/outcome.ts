import type { SipReply } from '../../sip/message-reply.ts';
import type { CodeRange, HealthSettings } from './health-plan.ts';

/** What came of one probe. */
export type ProbeOutcome =
  | { readonly kind: 'alive'; readonly reply: string; readonly latencyMs: number }
  | {
      readonly kind: 'draining';
      readonly reply: string;
      readonly latencyMs: number;
      readonly retryAfterSeconds: number | undefined;
    }
  /** `reply`: what was said, where something was. */
  | { readonly kind: 'failed'; readonly reason: string; readonly reply?: string | undefined }
  /** Nothing can be concluded: it is the prober's own fault. */
  | { readonly kind: 'none'; readonly reason: string };

/** What a final reply says about who sent it. */
export function judgeReply(reply: SipReply, settings: HealthSettings, latencyMs: number): ProbeOutcome {
  const text = `${reply.status} ${reply.reason}`.trim();
  if (hasCode(settings.drainCodes, reply.status))
    return { kind: 'draining', reply: text, latencyMs, retryAfterSeconds: reply.retryAfterSeconds };
  // 408 is what proxies make of their own timeouts: nobody was there.
  if (reply.status === 408 || hasCode(settings.failCodes, reply.status))
    return { kind: 'failed', reason: `reply ${text}`, reply: text };
  return { kind: 'alive', reply: text, latencyMs };
}

function hasCode(ranges: readonly CodeRange[], code: number): boolean {
  return ranges.some(({ from, to }) => code >= from && code <= to);
}

/** Faults of this machine that say nothing about the other. */
const ownFaults = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'EAGAIN',
  'EPERM',
  'EACCES',
  'EINVAL',
]);

const faultTexts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'port unreachable',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  ETIMEDOUT: 'connection timed out',
};

/** What an error of a socket says. */
export function judgeError(error: NodeJS.ErrnoException): ProbeOutcome {
  const code = error.code ?? '';
  if (ownFaults.has(code)) return { kind: 'none', reason: `this server's fault: ${error.message}` };
  const text = faultTexts[code] ?? error.message.replace(/[^ -~]/g, '?').slice(0, 200);
  return { kind: 'failed', reason: text };
}
