import { PUBLIC_STATUSES } from '../../output/public-status.js';
import { quantile } from '../facts.js';
import { utc } from '../rows.js';
import type { Timeline } from '../timeline.js';
import { type Chart, colourOf, FONT, LINE, label, TEXT, twice } from './look.js';
import { type ChartOption, renderSvg } from './svg.js';

const clockTime = (epochMs: number, bucketMs: number): string =>
  utc(epochMs).slice(11, bucketMs < 60_000 ? 19 : 16);

const sayPause = (ms: number): string =>
  ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;

/** Orders, latency and repeated sends, one above the other over the same time. */
export function timeChart({ buckets, bucketMs }: Timeline): Chart {
  const statuses = PUBLIC_STATUSES.filter((status) => buckets.some(({ counts }) => counts[status]));
  // A pause takes an empty place of its own, in which the lines break.
  const places = buckets.flatMap((bucket) => (bucket.pauseMs > 0 ? [undefined, bucket] : [bucket]));
  const seconds = (ms: number | undefined): number | null =>
    ms === undefined ? null : Math.max(1, ms) / 1000;
  const slow = places.map((bucket) => seconds(bucket?.slowMs));
  const known = slow.filter((value) => value !== null);
  const typical =
    quantile(
      [...known].sort((a, b) => a - b),
      0.5,
    ) ?? 1;
  // One lost answer takes as long as a thousand good ones: on a linear axis the rest would be a flat line.
  const logarithmic = Math.max(0, ...known) > 20 * typical;
  const data = places.map((bucket) => (bucket === undefined ? '' : clockTime(bucket.from, bucketMs)));
  const pauses = places.flatMap((bucket, at) =>
    bucket === undefined ? [{ at, text: sayPause(places[at + 1]?.pauseMs ?? 0) }] : [],
  );
  const repeated = buckets.some(({ again }) => again > 0);
  const panels = placed([
    { title: 'Orders sent', height: 130 },
    ...(known.length > 0
      ? [{ title: `Latency, seconds${logarithmic ? ' (logarithmic)' : ''}`, height: 88 }]
      : []),
    ...(repeated ? [{ title: 'Sent again', height: 56 }] : []),
  ]);
  const lastPanel = panels.length - 1;
  const latencyPanel = known.length > 0 ? 1 : undefined;
  return twice(({ width, narrow }) => {
    const option: ChartOption = {
      title: panels.map(({ title, top }) => ({
        text: title,
        left: 0,
        top: top - 34,
        padding: 0,
        textStyle: { color: 'var(--text)', fontFamily: FONT, fontSize: 13, fontWeight: 600 },
      })),
      grid: panels.map(({ top, height }) => ({ left: 44, right: 12, top, height })),
      xAxis: panels.map((_, i) => ({
        type: 'category',
        gridIndex: i,
        data,
        axisLine: { lineStyle: { color: LINE } },
        axisTick: { show: false },
        axisLabel: {
          show: i === lastPanel,
          ...label,
          hideOverlap: true,
          ...(narrow ? { interval: Math.ceil(data.length / 4) } : {}),
        },
      })),
      yAxis: panels.map((_, i) => ({
        type: i === latencyPanel && logarithmic ? 'log' : 'value',
        gridIndex: i,
        splitNumber: i === 0 ? 3 : 2,
        ...(i === latencyPanel ? {} : { minInterval: 1 }),
        axisLabel: { ...label, formatter: (value: number) => compact(value) },
        splitLine: { lineStyle: { color: LINE } },
      })),
      series: [
        ...statuses.map((status) => ({
          type: 'bar' as const,
          stack: 'orders',
          name: status,
          barCategoryGap: '15%',
          itemStyle: { color: colourOf(status) },
          data: places.map((bucket) => bucket?.counts[status] ?? 0),
        })),
        ...(latencyPanel === undefined
          ? []
          : [
              latency('95 % within', slow, 'var(--slow)', 'dashed'),
              latency(
                'median',
                places.map((bucket) => seconds(bucket?.medianMs)),
                'var(--accent)',
                'solid',
              ),
            ]),
        ...(repeated
          ? [
              {
                type: 'bar' as const,
                name: 'sent again',
                xAxisIndex: lastPanel,
                yAxisIndex: lastPanel,
                barCategoryGap: '15%',
                itemStyle: { color: 'var(--again)' },
                data: places.map((bucket) => bucket?.again ?? 0),
              },
            ]
          : []),
        // The pauses stand in the lowest panel, whichever that is.
        {
          type: 'bar',
          xAxisIndex: lastPanel,
          yAxisIndex: lastPanel,
          data: [],
          markLine: pauseLines(pauses),
        },
      ],
    };
    return renderSvg(
      option,
      width,
      (panels.at(-1)?.top ?? 0) + (panels.at(-1)?.height ?? 0) + 32,
      'Orders sent, latency and repeated sends over time; the table below the chart has the numbers',
    );
  });
}

interface Panel {
  readonly title: string;
  readonly height: number;
}

/** The panels one below the other, each with room for its title. */
function placed(panels: readonly Panel[]): readonly (Panel & { readonly top: number })[] {
  let next = 42;
  return panels.map((panel) => {
    const top = next;
    next += panel.height + 48;
    return { ...panel, top };
  });
}

const compact = (value: number): string =>
  value >= 10_000 ? `${Math.round(value / 1000)}k` : String(Number(value.toPrecision(3)));

const latency = (name: string, data: (number | null)[], color: string, type: 'solid' | 'dashed') => ({
  type: 'line' as const,
  name,
  xAxisIndex: 1,
  yAxisIndex: 1,
  // A single stretch has no line: its point has to be seen.
  showSymbol: data.length < 3,
  symbol: 'circle',
  lineStyle: { color, width: 2, type },
  itemStyle: { color },
  data,
});

const pauseLines = (pauses: readonly { at: number; text: string }[]) => ({
  silent: true,
  symbol: 'none',
  lineStyle: { color: TEXT, type: 'dotted' as const },
  label: { ...label, formatter: '{b}', position: 'end' as const },
  data: pauses.map(({ at, text }) => ({ xAxis: at, name: `pause ${text}` })),
});
