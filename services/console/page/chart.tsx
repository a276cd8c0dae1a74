import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';

/** uPlot's own script is a classic one, a third of the size of its module. */
declare const window: { readonly uPlot?: typeof uPlot } & Window;

export interface Line {
  readonly label: string;
  /** Name of a custom property with its colour. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  readonly dash?: readonly number[];
  /** In px. A second between two that had no requests is a point, not a line; without a size there are lines alone. */
  readonly pointSize?: number;
}

interface ChartProps {
  readonly title: string;
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly most: number | null;
}

const HEIGHT_PX = 74;
const WINDOW_S = 120;

/** Its words for who sees no picture are the numbers beside it. */
export function Chart({ title, times, lines, most }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const labels = lines.map(({ label }) => label).join(' ');
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    if (!place.current || !window.uPlot) return;
    const made = new window.uPlot(optionsOf(place.current, lines, most), [[]], place.current);
    plot.current = made;
    return () => made.destroy();
  }, [labels]);
  useEffect(() => {
    plot.current?.setData([[...times], ...lines.map(({ values }) => [...values])]);
  });
  return (
    <figure class="chart">
      <figcaption>
        {title}
        {lines.map(({ label, colour }) => (
          <span key={label} class={`key ${colour}`}>
            {label}
          </span>
        ))}
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}

function optionsOf(place: HTMLElement, lines: readonly Line[], most: number | null): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('rule'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui',
  };
  return {
    width: Math.max(place.clientWidth, 100),
    height: HEIGHT_PX,
    padding: [6, 4, 8, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: (_plot, _low, high) => [high - WINDOW_S, high] },
      y: { range: (_plot, _low, high) => [0, most ?? Math.max(high * 1.1, 1)] },
    },
    axes: [
      { ...axis, show: false },
      { ...axis, size: 44 },
    ],
    series: [
      {},
      ...lines.map(({ label, colour: name, dash, pointSize }) => ({
        label,
        stroke: colour(name),
        width: 2,
        points: { show: pointSize !== undefined, size: pointSize ?? 0, width: 0, fill: colour(name) },
        ...(dash && { dash: [...dash] }),
      })),
    ],
  };
}
