const SAID_AGAIN_AFTER_MS = 60_000;

export interface Log {
  info(line: string): void;
  warn(line: string): void;
}

/** The same warning at most once a minute: whoever is refused tries again and again. */
export function sayOnce(log: Log): Log {
  const said = new Map<string, number>();
  return {
    info: (line) => log.info(line),
    warn(line) {
      const nowMs = performance.now();
      for (const [old, atMs] of said) if (nowMs - atMs > SAID_AGAIN_AFTER_MS) said.delete(old);
      if (said.has(line)) return;
      said.set(line, nowMs);
      log.warn(line);
    },
  };
}
