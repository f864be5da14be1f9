/** The client's end of the control channel. */
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { err, ok, type Result } from '../../base/result.ts';
import { LineFrames } from './line-frames.ts';
import { type ControlRequest, type ControlResponse, parseResponse } from './messages.ts';
import { pathProblem } from './socket-path.ts';

/** Why there is no response, and what to do about it. */
export interface ControlProblem {
  readonly message: string;
  readonly hint: string | undefined;
}

/** A server that lives says within this that it has the request; what it does then may take as long as it takes. */
const usualReceiptMs = 10_000;
/** The counters and the diagnostics of a thousand zones. */
const maxResponseOctets = 16_777_216;

/** Ask the server at `path` and wait for what comes of it. */
export function askControl(
  path: string,
  request: ControlRequest,
  receiptMs = usualReceiptMs,
): Promise<Result<ControlResponse, ControlProblem>> {
  const problem = pathProblem(path);
  if (problem !== undefined) return Promise.resolve(err({ message: `${path}: ${problem}`, hint: undefined }));
  return new Promise((resolve) => {
    const frames = new LineFrames(maxResponseOctets);
    const socket = connect(path);
    const end = (result: Result<ControlResponse, ControlProblem>) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const fail = (message: string, hint?: string) => end(err({ message, hint }));
    const timer = setTimeout(
      () => fail(`the server at ${path} does not answer`, 'it may be stopped or overloaded'),
      receiptMs,
    );
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk: Buffer) => {
      const lines = frames.push(chunk);
      if (lines === undefined) {
        fail(`what answers at ${path} is no Ringzone`);
        return;
      }
      for (const line of lines) {
        const response = parseResponse(line);
        if (response === undefined) fail(`what answers at ${path} is no Ringzone`);
        else if ('received' in response) clearTimeout(timer);
        else end(ok(response));
      }
    });
    socket.on('error', (error: NodeJS.ErrnoException) => end(err(connectProblem(path, error))));
    socket.on('close', () => fail('the server has ended before it answered', 'its log says why'));
  });
}

function connectProblem(path: string, error: NodeJS.ErrnoException): ControlProblem {
  switch (error.code) {
    case 'ENOENT':
      return {
        message: `no server at ${path}: no such socket`,
        hint: 'is it running? Name its socket with --control, or its configuration with -c',
      };
    case 'ECONNREFUSED':
      // What Linux says of any other file too.
      if (statSync(path, { throwIfNoEntry: false })?.isSocket() === false) return noSocket(path);
      return { message: `no server at ${path}: the one that made the socket has ended`, hint: 'start it again' };
    case 'EACCES':
      return { message: `no access to ${path}: permission denied`, hint: whoMay(path) };
    case 'ENOTSOCK':
      return noSocket(path);
    case 'ECONNRESET':
    case 'EPIPE':
      return { message: 'the server has ended before it answered', hint: 'its log says why' };
    default:
      return { message: `${path}: ${error.message}`, hint: undefined };
  }
}

function noSocket(path: string): ControlProblem {
  return { message: `${path} is no socket`, hint: undefined };
}

function whoMay(path: string): string {
  try {
    const { uid, gid } = statSync(path);
    return `user ${uid} and group ${gid} may speak to the server: become one of them (sudo), or join the group`;
  } catch {
    return "the server's user and its group may speak to it";
  }
}
