/**
 * How many lanes of a run this process takes: each worker as many as the others, and together never fewer than there
 * are. Pure.
 * @param lanes of the run, over all workers
 * @param workers that take part, with this one
 */
export const shareOf = (lanes: number, workers: number): number => Math.ceil(lanes / Math.max(1, workers));
