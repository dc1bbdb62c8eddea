/** What the campaigns came to, for the one line at the end. */
export interface Figures {
  campaigns: number;
  portals: Record<string, number>;
  runs: number;
  kills: Record<string, number>;
  signals: number;
  ledgersLost: number;
  colleagues: number;
  ordersByHand: number;
  clocksSet: number;
  outages: number;
  faults: Record<string, number>;
  orders: number;
  duplicates: number;
  forgotten: number;
  untrue: number;
  /** On portals that are not well-behaved: nothing else can be known of these rows. */
  leftInDoubt: number;
  /** On such portals, too: every run stopped before it had anything to say of the rows. */
  withoutResults: number;
  /** Campaigns played again, because the machine stood still. */
  repeated: number;
}

export const noFigures = (): Figures => ({
  campaigns: 0,
  portals: {},
  runs: 0,
  kills: {},
  signals: 0,
  ledgersLost: 0,
  colleagues: 0,
  ordersByHand: 0,
  clocksSet: 0,
  outages: 0,
  faults: {},
  orders: 0,
  duplicates: 0,
  forgotten: 0,
  untrue: 0,
  leftInDoubt: 0,
  withoutResults: 0,
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
  const { campaigns, portals, runs, kills, faults } = figures;
  return [
    `campaigns ${campaigns} (${byName(portals)})`,
    `runs ${runs}`,
    `kills ${total(kills)} (${byName(kills)})`,
    `signals ${figures.signals}`,
    `ledgers lost ${figures.ledgersLost}`,
    `colleagues' runs ${figures.colleagues}`,
    `orders by hand ${figures.ordersByHand}`,
    `clocks set ${figures.clocksSet}`,
    `outages ${figures.outages}`,
    `faults ${total(faults)} (${byName(faults)})`,
    `orders ${figures.orders}`,
    `duplicates ${figures.duplicates}`,
    `forgotten ${figures.forgotten}`,
    `untrue ${figures.untrue}`,
    `left in doubt ${figures.leftInDoubt}`,
    `without results ${figures.withoutResults}`,
    ...(figures.repeated === 0 ? [] : [`played again after a standstill ${figures.repeated}`]),
  ].join('; ');
}
