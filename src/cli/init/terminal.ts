/** Questions to whoever sits at the terminal. */
import { createInterface, type Interface } from 'node:readline';
import type { Interviewee } from './ask-plan.ts';

/** Must be closed, or the program goes on waiting for keys. */
export class Terminal implements Interviewee {
  private readonly lines: Interface;
  private readonly output: NodeJS.WritableStream;
  /** Typed or pasted ahead of their questions. */
  private readonly ahead: string[] = [];
  private waiting: ((answer: string | undefined) => void) | undefined;
  private isClosed = false;

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.output = output;
    this.lines = createInterface({ input, output });
    this.lines.on('line', (line) => {
      if (this.waiting === undefined) this.ahead.push(line);
      else this.answer(line);
    });
    // Ctrl-C and Ctrl-D both end it.
    this.lines.once('close', () => {
      this.isClosed = true;
      this.answer(undefined);
    });
  }

  ask(question: string): Promise<string | undefined> {
    const line = this.ahead.shift();
    if (line !== undefined) {
      this.output.write(`${question}${line}\n`);
      return Promise.resolve(line);
    }
    if (this.isClosed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.waiting = resolve;
      this.lines.setPrompt(question);
      this.lines.prompt();
    });
  }

  tell(text: string): void {
    this.output.write(text);
  }

  close(): void {
    this.lines.close();
  }

  private answer(line: string | undefined): void {
    this.waiting?.(line);
    this.waiting = undefined;
  }
}
