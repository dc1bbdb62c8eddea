/** What the campaigns came to, for the one line at the end. */
export interface Figures {
  campaigns: number;
  runs: number;
  kills: Record<string, number>;
  signals: number;
  ledgersLost: number;
  outages: number;
  faults: Record<string, number>;
  orders: number;
  duplicates: number;
  forgotten: number;
  differing: number;
  /** Campaigns played again, because the machine stood still. */
  repeated: number;
}

export const noFigures = (): Figures => ({
  campaigns: 0,
  runs: 0,
  kills: {},
  signals: 0,
  ledgersLost: 0,
  outages: 0,
  faults: {},
  orders: 0,
  duplicates: 0,
  forgotten: 0,
  differing: 0,
  repeated: 0,
});

export function count(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

export function addTo(sum: Figures, more: Figures): void {
  for (const [name, value] of Object.entries(more) as [keyof Figures, Figures[keyof Figures]][]) {
    if (typeof value === 'number') (sum[name] as number) += value;
    else
      for (const [kind, times] of Object.entries(value))
        count(sum[name] as Record<string, number>, kind, times);
  }
}

const byName = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, times) => sum + times, 0);

export function lineOf(figures: Figures): string {
  const { campaigns, runs, kills, signals, ledgersLost, outages, faults, orders } = figures;
  return [
    `campaigns ${campaigns}`,
    `runs ${runs}`,
    `kills ${total(kills)} (${byName(kills)})`,
    `signals ${signals}`,
    `ledgers lost ${ledgersLost}`,
    `outages ${outages}`,
    `faults ${total(faults)} (${byName(faults)})`,
    `orders ${orders}`,
    `duplicates ${figures.duplicates}`,
    `forgotten ${figures.forgotten}`,
    `rows whose result differs from the truth ${figures.differing}`,
    ...(figures.repeated === 0 ? [] : [`played again after a standstill ${figures.repeated}`]),
  ].join('; ');
}
