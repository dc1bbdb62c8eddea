import type { PublicStatus } from '../../output/public-status.js';

/** Colours are the page's own variables: one drawing serves light, dark and paper. */
export const TEXT = 'var(--text-soft)';
export const LINE = 'var(--line)';
export const FONT = 'var(--font)';
export const colourOf = (status: PublicStatus): string => `var(--${status.replace('_', '-')})`;

/** Drawn once for wide pages and once for telephones: a scaled drawing would be too small to read there. */
const WIDE = { width: 1040, narrow: false } as const;
const NARROW = { width: 340, narrow: true } as const;
type Size = typeof WIDE | typeof NARROW;

export interface Chart {
  readonly wide: string;
  readonly narrow: string;
}

export const twice = (draw: (size: Size) => string): Chart => ({ wide: draw(WIDE), narrow: draw(NARROW) });
export const label = { color: TEXT, fontFamily: FONT, fontSize: 12 } as const;
