interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Drawn {
  readonly textContent: string;
  getBoundingClientRect(): Box;
  querySelectorAll(selector: string): Iterable<Drawn>;
}

/** Texts of charts that reach out of them, and pairs that cover each other. It runs in the page, and needs nothing else there. */
export function findUnreadable(charts: readonly Drawn[]): string[] {
  return charts.flatMap((chart) => {
    const edge = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll('text')].map((text) => ({
      name: text.textContent,
      box: text.getBoundingClientRect(),
    }));
    const cut = texts.filter(
      ({ box }) =>
        Math.min(box.left - edge.left, edge.right - box.right, box.top - edge.top, edge.bottom - box.bottom) < -1,
    );
    // Boxes of lines that follow each other touch: there is room above and below the letters.
    const covers = (one: Box, other: Box) =>
      Math.min(one.right, other.right) > Math.max(one.left, other.left) &&
      Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 3;
    const covered = texts.flatMap((one, at) =>
      texts.slice(at + 1).flatMap((other) => (covers(one.box, other.box) ? [`${one.name} / ${other.name}`] : [])),
    );
    return [...cut.map(({ name }) => name), ...covered];
  });
}
