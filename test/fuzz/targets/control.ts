import { ControlChannel } from '../../../src/control/channel/control-channel.ts';
import { LineFrames } from '../../../src/control/channel/line-frames.ts';
import type { ControlRequest, ControlResponse } from '../../../src/control/channel/messages.ts';
import { maxRequestOctets, parseRequest } from '../../../src/control/channel/messages.ts';
import { controlWords } from '../../../src/control/channel/words.ts';
import type { Log } from '../../../src/control/log/log.ts';
import { describeZone, FakeTarget } from '../../unit/control/channel/fake-target.ts';
import { readHex, readWords } from '../corpus/read-corpus.ts';
import { concat, mutateBehind } from '../engine/mutate-octets.ts';
import { encode, textMutator } from '../engine/mutate-text.ts';
import { linear, must, type Target } from '../engine/target.ts';

interface Answering {
  answer(request: ControlRequest): Promise<ControlResponse>;
}

const words = [...controlWords.map(({ name }) => `"${name}"`), ...readWords('control')];

/**
 * Requests on the control socket: lines, their JSON, each word with its arguments, on a server that only remembers. The first octet is
 * the length of a chunk, 0 stands for all at once.
 */
export function createControlTarget(): Target {
  const zones = ['dyn.test', 'sec.test'].map((name) => describeZone(name));
  const lines: string[] = [];
  const write = (_category: string, message: string) => void lines.push(message);
  const event = (_category: string, _severity: string, message: string) => void lines.push(message);
  const thrown: string[] = [];
  const error = (_category: string, message: string) => void thrown.push(message);
  const log = { notice: write, info: write, warning: write, error, event } as unknown as Log;
  const commands = controlWords.flatMap(({ name }) => [
    [name],
    [name, 'dyn.test'],
    [name, 'sec.test', 'IN', '_default'],
    [name, '-clean', 'dyn.test'],
    [name, 'check', 'dyn.test'],
    [name, 'added.test', '{ type primary; file "added"; };'],
    [name, 'sip1.test', '--for', '30m'],
    [name, 'on'],
  ]);
  return {
    corpus: commands
      .flatMap((command, i) => [concat(Uint8Array.of(i % 3), encode(`${JSON.stringify({ command })}\n`))])
      .concat(readHex('control.txt')),
    mutate: mutateBehind(1, textMutator(words)),
    maxOctets: 4096,
    allowedSteps: linear(60_000, 400),
    expected: ['done', 'failed', 'no request', 'no line'],
    async run(input) {
      const frames = new LineFrames(maxRequestOctets);
      const text = input.slice(1);
      const step = (input[0] ?? 0) === 0 ? Math.max(text.length, 1) : (input[0] as number);
      const requests: string[] = [];
      for (let at = 0; at < text.length; at += step) {
        const found = frames.push(text.slice(at, at + step));
        if (found === undefined) return 'broken';
        requests.push(...found);
      }
      let outcome = 'no line';
      // Words change what is in force: each input begins anew.
      const target = new FakeTarget(...zones);
      target.stopped.resolve();
      const channel = Reflect.construct(ControlChannel, [target, log, {}]) as unknown as Answering;
      for (const line of requests.slice(0, 4)) {
        const request = parseRequest(line);
        outcome = request === undefined ? 'no request' : judge(await channel.answer(request));
      }
      must(thrown.length === 0, `a word throws: ${thrown.splice(0).join()}`);
      for (const line of lines) must(!/\p{Cc}/u.test(line), 'what is logged is one line');
      lines.length = 0;
      return outcome;
    },
  };
}

function judge(response: ControlResponse): string {
  const line = JSON.stringify(response);
  must(!line.includes('\n'), 'a response is one line');
  if (response.ok) return 'done';
  must(response.failure !== '', 'a failure has a name');
  return 'failed';
}
