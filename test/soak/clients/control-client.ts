/** The control socket, spoken as docs/ctl.md has it. */
import { connect } from 'node:net';

export interface ControlReply {
  readonly ok: boolean;
  readonly text: string;
  readonly failure?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Rejects where nobody answers in time. */
export function control(path: string, command: readonly string[], timeoutMs = 60_000): Promise<ControlReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    const fail = (reason: string): void => {
      socket.destroy();
      reject(new Error(`ctl ${command.join(' ')}: ${reason}`));
    };
    socket.setTimeout(timeoutMs, () => fail(`no reply in ${timeoutMs} ms`));
    socket.on('connect', () => socket.write(`${JSON.stringify({ command })}\n`));
    socket.on('error', ({ message }) => fail(message));
    socket.on('close', () => fail('closed'));
    socket.on('data', (data) => {
      text += data.toString();
      const reply = text.split('\n').find((line, index, lines) => index < lines.length - 1 && line.includes('"ok":'));
      if (reply === undefined) return;
      socket.removeAllListeners('close');
      socket.destroy();
      resolve(JSON.parse(reply) as ControlReply);
    });
  });
}
