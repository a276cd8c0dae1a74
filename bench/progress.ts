import { type Options, SingleBar } from 'cli-progress';

/** Tells people what runs, how far the run is and how long it still takes. */
export interface Progress {
  /** @param plannedSeconds of the experiment that starts now */
  begin(label: string, plannedSeconds: number): void;
  at(fraction: number, what: string): void;
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

/** Planned seconds, corrected by how the run has kept to its plan so far. */
class RemainingTime {
  readonly #startedAt: number;
  #doneSeconds = 0;
  #plannedSeconds = 0;
  label = '';

  constructor(private readonly options: ProgressOptions) {
    this.#startedAt = options.now();
  }

  begin(label: string, plannedSeconds: number): void {
    this.#doneSeconds += this.#plannedSeconds;
    this.#plannedSeconds = plannedSeconds;
    this.label = label;
  }

  at(fraction: number): { percent: number; left: string } {
    const done = this.#doneSeconds + fraction * this.#plannedSeconds;
    const elapsed = (this.options.now() - this.#startedAt) / 1000;
    const pace = done > 5 ? elapsed / done : 1;
    const left = Math.max(0, this.options.totalSeconds - done) * pace;
    return { percent: (100 * done) / this.options.totalSeconds, left: formatSeconds(left) };
  }
}

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
      format: '{bar} {percentage} % · {left} left · {what}',
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

  begin(label: string, plannedSeconds: number): void {
    this.clock.begin(label, plannedSeconds);
    this.at(0, '');
  }

  at(fraction: number, what: string): void {
    const { percent, left } = this.clock.at(fraction);
    this.#bar.update(Math.round(percent), { left, what: [this.clock.label, what].filter(Boolean).join(': ') });
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

  begin(label: string, plannedSeconds: number): void {
    this.clock.begin(label, plannedSeconds);
  }

  at(fraction: number, what: string): void {
    const line = `${this.clock.label}: ${what}`;
    if (line === this.#last) return;
    this.#last = line;
    const { percent, left } = this.clock.at(fraction);
    this.options.stream.write(`${line} (${Math.round(percent)} %, about ${left} left)\n`);
  }

  end(): void {}
}
