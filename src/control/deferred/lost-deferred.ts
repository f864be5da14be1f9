import type { ControlWords } from '../../plane/control-words.ts';
import type { Log } from '../log/log.ts';

/** Whoever floods us is told of at once, then this seldom. */
const repeatMs = 10_000;

/** Tells of NOTIFYs and UPDATEs that workers have dropped because too many wait for main already. */
export class LostDeferred {
  private readonly control: ControlWords;
  private readonly log: Log;
  private lost = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(control: ControlWords, log: Log) {
    this.control = control;
    this.log = log;
  }

  /** While messages wait others are answered: a look with each answer sees all losses. */
  look(): void {
    this.lost += this.control.takeLostDeferred();
    if (this.lost > 0 && this.timer === undefined) this.tell();
  }

  private tell(): void {
    const messages = this.lost === 1 ? 'message was' : 'messages were';
    this.log.warning(
      'general',
      `${this.lost} NOTIFY or UPDATE ${messages} dropped: too many wait already (quota reached)`,
    );
    this.lost = 0;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.look();
    }, repeatMs);
    this.timer.unref();
  }
}
