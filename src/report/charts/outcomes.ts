import { PUBLIC_STATUSES } from '../../output/public-status.js';
import type { Facts } from '../facts.js';
import { WORDS } from '../words.js';
import { type Chart, colourOf, label, twice } from './look.js';
import { renderSvg } from './svg.js';

/** How many rows came to which end. */
export function outcomesChart({ counts, total }: Facts): Chart {
  const shown = PUBLIC_STATUSES.filter((status) => counts[status] > 0);
  const share = (rows: number): string => {
    const percent = (rows / total) * 100;
    if (percent < 0.1) return '< 0.1 %';
    // One failed row among thousands must not be rounded away.
    if (percent > 99.9 && rows < total) return '> 99.9 %';
    return `${percent.toFixed(percent < 10 || percent > 99 ? 1 : 0)} %`;
  };
  const description = shown.map((status) => `${counts[status]} ${WORDS[status]}`).join(', ');
  return twice(({ width, narrow }) =>
    renderSvg(
      {
        grid: { left: 84, right: narrow ? 92 : 130, top: 4, bottom: 4 },
        xAxis: { type: 'value', show: false, max: Math.max(...shown.map((status) => counts[status])) },
        yAxis: {
          type: 'category',
          inverse: true,
          data: shown.map((status) => WORDS[status]),
          axisLine: { show: false },
          axisTick: { show: false },
          axisLabel: { ...label, fontSize: 13, align: 'left', margin: 80 },
        },
        series: {
          type: 'bar',
          barWidth: 18,
          data: shown.map((status) => ({
            value: counts[status],
            itemStyle: { color: colourOf(status), borderRadius: 3 },
          })),
          // A single row among thousands must still be seen.
          barMinHeight: 3,
          label: {
            show: true,
            position: 'right',
            ...label,
            formatter: ({ value }) => `${Number(value).toLocaleString('en')}  ${share(Number(value))}`,
          },
        },
      },
      width,
      shown.length * 34 + 8,
      `Rows by status: ${description}`,
    ),
  );
}
