import { isLosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { plainText } from '../common/plain-text.js';
import { optionalInteger } from './json.js';

/** A PBX of the account, with all that the portal tells of it. */
export interface Pbx {
  /** `undefined`: no field of it could be recognised as one. */
  readonly serialNumber: string | undefined;
  /** By the names that the portal uses, without the serial number; what lies inside another is `outer.inner`. */
  readonly fields: ReadonlyMap<string, string>;
}

export interface PbxPage {
  readonly pbxs: readonly Pbx[];
  /** Items on this page, readable or not. */
  readonly count: number;
  readonly total?: number;
}

/** The developer guide says that the serial number is in the list, not under which name: `productNo` is an assumption. */
const SERIAL_KEYS = ['productNo', 'sn', 'serialNumber', 'serialNo', 'productSn'];
const SERIAL = /^[A-Za-z0-9]{1,64}$/;

const pageSchema = z.object({ results: z.array(z.unknown()).nullish(), total: optionalInteger });

/** A page of `instance_product_list` (developer guide); `undefined` if the result is not such a page. */
export function readPbxPage(result: unknown): PbxPage | undefined {
  if (result === null) return { pbxs: [], count: 0 };
  const parsed = pageSchema.safeParse(result);
  if (!parsed.success) return undefined;
  const { results, total } = parsed.data;
  if (results == null && total !== 0) return undefined;
  const items = results ?? [];
  return {
    pbxs: items.map(readPbx),
    count: items.length,
    ...(total === undefined ? {} : { total }),
  };
}

/** A PBX as the list or `detail` tells it. */
export function readPbx(item: unknown): Pbx {
  const fields = new Map<string, string>();
  flatten('', item, fields, 0);
  for (const key of SERIAL_KEYS) {
    const value = fields.get(key);
    if (value === undefined || !SERIAL.test(value) || value === fields.get('productId')) continue;
    fields.delete(key);
    return { serialNumber: value, fields };
  }
  return { serialNumber: undefined, fields };
}

const MAX_DEPTH = 4;

function flatten(name: string, value: unknown, fields: Map<string, string>, depth: number): void {
  const isObject = typeof value === 'object' && value !== null && !isLosslessNumber(value);
  if (isObject && depth < MAX_DEPTH) {
    for (const [key, inner] of Object.entries(value))
      flatten(name === '' ? plainText(key) : `${name}.${plainText(key)}`, inner, fields, depth + 1);
  } else if (name !== '') fields.set(name, isObject ? '…' : asText(value));
}

const asText = (value: unknown): string =>
  value === null || value === undefined ? '' : plainText(String(value)).trim();
