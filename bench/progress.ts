import { type Options, SingleBar } from 'cli-progress';

/** Tells people what runs, how far the run is and how long it still takes. */
export interface Progress {
  /** @param label of what starts now */
  begin(label: string): void;
  at(what: string): void;
  end(): void;
}

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  readonly totalSeconds: number;
  /** ms since any fixed moment */
  readonly now: () => number;
}

/** A bar on a terminal, a line per step elsewhere. */
export function createProgress(options: ProgressOptions): Progress {
  const clock = new RemainingTime(options);
  return options.stream.isTTY ? new BarProgress(options, clock) : new LineProgress(options, clock);
}

/** A run ends when its claims are decided, or its minutes are up. */
class RemainingTime {
  readonly #startedAt: number;
  label = '';

  constructor(private readonly options: ProgressOptions) {
    this.#startedAt = options.now();
  }

  get(): { percent: number; left: string } {
    const { now, totalSeconds } = this.options;
    const elapsed = (now() - this.#startedAt) / 1000;
    const percent = Math.min(MOST_PERCENT, Math.round((100 * elapsed) / totalSeconds));
    return { percent, left: formatSeconds(Math.max(0, totalSeconds - elapsed)) };
  }
}

/** On a slow machine the least rounds take longer than the minutes. */
const MOST_PERCENT = 99;

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${`${whole % 60}`.padStart(2, '0')}`;
}

class BarProgress implements Progress {
  readonly #bar: SingleBar;

  constructor(
    options: ProgressOptions,
    private readonly clock: RemainingTime,
  ) {
    const style: Options = {
      stream: options.stream,
      format: '{bar} {percentage} % · about {left} left · {what}',
      barsize: 20,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      linewrap: false,
      gracefulExit: false,
      clearOnComplete: true,
    };
    this.#bar = new SingleBar(style);
    this.#bar.start(100, 0, { left: '', what: 'starting the cluster' });
  }

  begin(label: string): void {
    this.clock.label = label;
    this.at('');
  }

  at(what: string): void {
    const { percent, left } = this.clock.get();
    this.#bar.update(percent, { left, what: [this.clock.label, what].filter(Boolean).join(': ') });
  }

  end(): void {
    this.#bar.stop();
  }
}

class LineProgress implements Progress {
  #last = '';

  constructor(
    private readonly options: ProgressOptions,
    private readonly clock: RemainingTime,
  ) {}

  begin(label: string): void {
    this.clock.label = label;
  }

  at(what: string): void {
    const line = `${this.clock.label}: ${what}`;
    if (line === this.#last) return;
    this.#last = line;
    const { percent, left } = this.clock.get();
    this.options.stream.write(`${line} (${percent} %, about ${left} left)\n`);
  }

  end(): void {}
}
