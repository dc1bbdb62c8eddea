import { createServer, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import switchPlan from '../../../jobs/switch-plan.js';
import { systemClock } from '../../../src/common/clock.js';
import { Problem } from '../../../src/common/errors.js';
import type { BillingContactId, OrderNo, PlanId, SerialNumber } from '../../../src/common/ids.js';
import { createSecrets } from '../../../src/common/secrets.js';
import { readWholeList } from '../../../src/evidence/read-list.js';
import { createPortal, type Portal } from '../../../src/portal/portal.js';
import { readInventory } from '../../../src/portal/read-inventory.js';
import { directCarrier } from '../../support/direct-carrier.js';
import { openGate } from '../../support/open-gate.js';

const SECONDS = 1000;
const TIMEOUT_MS = 400;
/** Each of a query's tries ends in time; nothing is waited for in between. */
const LONGEST_MS = 12 * TIMEOUT_MS;

const TOKEN_PATH = '/auth/openapi/v1/oauth/token';
const TOKEN = JSON.stringify({
  code: 'success',
  status: 200,
  result: { token: 'a-good-token', refreshToken: 'refresh-it', expiresIn: '1800' },
});

/** What is written to the connection, byte for byte, for every request but the token's. */
let answer: Buffer = Buffer.alloc(0);
let tokenAnswer: Buffer | undefined;
/** Leaves the connection open after the answer. */
let leaveOpen = false;
let server: Server;
let url = '';
const sockets = new Set<Socket>();

const http = (status: number, headers: Record<string, string>, body: Buffer): Buffer => {
  const lines = Object.entries({ 'content-length': String(body.length), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Some Words\r\n${lines.join('')}\r\n`), body]);
};

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      // The rest of a request that came in two parts.
      if (!/^(GET|POST) /.test(text)) return;
      const ofToken = text.startsWith(`POST ${TOKEN_PATH}`);
      if (ofToken && tokenAnswer === undefined) {
        socket.end(http(200, { connection: 'close' }, Buffer.from(TOKEN)));
        return;
      }
      socket.write((ofToken ? tokenAnswer : undefined) ?? answer);
      if (!leaveOpen) socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** The client as the program has it; waits between tries are left out. */
const client = (): Portal =>
  createPortal({
    baseUrl: url,
    carrier: directCarrier(),
    credentials: { clientId: 'client', clientSecret: 'a-long-secret' },
    secrets: createSecrets(),
    timeoutMs: TIMEOUT_MS,
    clock: { ...systemClock, random: () => 0 },
    gate: openGate(),
    stopping: new AbortController().signal,
    observe: () => undefined,
    onDate: undefined,
  } as Parameters<typeof createPortal>[0]);

const SN = '369471667338' as SerialNumber;
const ORDER = switchPlan.order({
  serialNumber: SN,
  planId: '3048918719332507702' as PlanId,
  billingContactId: '3048918719332507648' as BillingContactId,
  billingCycle: 'annually',
  multiCycle: 1,
});

/** Values that the portal's fields could have in the hands of someone who wishes us ill. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', 0, -1, 1e300, true, [], {}, 'success', SN, 'SO1', '../..', '\0'),
  fc.jsonValue({ maxDepth: 3 }),
);
const result = fc.oneof(
  odd,
  fc.array(fc.record({ orderNo: odd, planId: odd, billingContactId: odd, productNo: odd, createTime: odd }), {
    maxLength: 3,
  }),
  fc.record(
    {
      orderNo: odd,
      orderStatus: odd,
      productNo: fc.oneof(fc.constant(SN), odd),
      transactionNo: odd,
      instanceId: odd,
      token: odd,
      expiresIn: odd,
      refreshToken: odd,
      results: fc.oneof(odd, fc.array(fc.record({ orderNo: odd, createTime: odd }), { maxLength: 3 })),
      total: odd,
      totalPage: fc.constantFrom<unknown>(0, 1, 2, -1, '1', null),
    },
    { requiredKeys: [] },
  ),
);
const envelope = fc
  .record(
    { code: fc.oneof(fc.constant('success'), odd), status: odd, detailMessage: odd, requestId: odd, result },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));
const text = fc.oneof(
  envelope,
  envelope.chain((whole) => fc.nat(whole.length).map((length) => whole.slice(0, length))),
  fc.json(),
  fc.constantFrom('', '[', '['.repeat(20_000), '{"code":"success","code":"failed"}', 'null', '<html>'),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
const body = fc.oneof(
  { weight: 5, arbitrary: text.map((value) => Buffer.from(value)) },
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);
const status = fc.oneof(
  { weight: 4, arbitrary: fc.constant(200) },
  fc.constantFrom(
    201,
    204,
    206,
    301,
    302,
    304,
    307,
    400,
    401,
    403,
    404,
    408,
    409,
    418,
    422,
    429,
    500,
    503,
    599,
  ),
  fc.integer({ min: 200, max: 999 }),
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom('application/json', 'text/html; charset=utf-16', 'nonsense', ''),
    'content-length': fc.constantFrom('0', '1', '100000', '-1', 'many', '99999999999'),
    'content-encoding': fc.constantFrom('gzip', 'br', 'nonsense'),
    'transfer-encoding': fc.constantFrom('chunked', 'gzip, chunked'),
    'retry-after': fc.constantFrom('0', '-5', 'soon', '0.001', 'Thu, 01 Jan 1970 00:00:00 GMT', ''),
    date: fc.constantFrom('', 'yesterday', 'Fri, 31 Dec 9999 23:59:59 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT'),
    location: fc.constantFrom('/', 'http://127.0.0.1:1/', '//elsewhere.example', '%'),
    connection: fc.constantFrom('close', 'keep-alive', 'upgrade'),
    'set-cookie': fc.constantFrom('a=b'),
  },
  { requiredKeys: [] },
);

interface Said {
  readonly bytes: Buffer;
  readonly open: boolean;
  /** What it is as HTTP, where it is written as such. */
  readonly status?: number;
  readonly body?: Buffer;
}

/** As the portal says it, but for one thing or none. */
const nearlyProper = fc
  .record({ field: fc.constantFrom('orderNo', 'productNo', 'orderStatus', 'code', 'none'), value: odd })
  .map(({ field, value }): Said => {
    const good = { orderNo: 'SO1', orderStatus: 'succeed', productNo: SN, transactionNo: 'TR1' };
    const proper = {
      code: 'success',
      status: 200,
      result: field === 'code' ? good : { ...good, [field]: value },
    };
    const content = Buffer.from(JSON.stringify(field === 'code' ? { ...proper, code: value } : proper));
    return { bytes: http(200, { connection: 'close' }, content), open: false, status: 200, body: content };
  });

const said: fc.Arbitrary<Said> = fc.oneof(
  { weight: 2, arbitrary: nearlyProper },
  {
    weight: 6,
    arbitrary: fc.record({ status, headers, body, plain: fc.boolean() }).map((all) => ({
      bytes: http(all.status, all.plain ? { connection: 'close' } : { ...all.headers }, all.body),
      open: false,
      status: all.status,
      body: all.body,
    })),
  },
  fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ bytes: Buffer.from(bytes), open: false })),
  fc
    .constantFrom('HTTP/1.1 200', 'HTTP/1.1 999999 x\r\n\r\n', 'HTTP/0.9 200 OK\r\n\r\n', '\r\n', '')
    .map((start) => ({ bytes: Buffer.from(start), open: false })),
);

/** Chance may not come by one in 600. */
const turnedAway: Said = {
  bytes: http(429, { connection: 'close' }, Buffer.alloc(0)),
  open: false,
  status: 429,
  body: Buffer.alloc(0),
};

/** An answer that never ends is waited for to the end, so there are few. */
const saidOrSilent = fc.oneof(
  { weight: 40, arbitrary: said },
  said.map((one) => ({ bytes: one.bytes.subarray(0, one.bytes.length >> 1), open: true })),
);

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('a hang')), LONGEST_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether anybody could take this for "your order was placed", read without any of the program's code. */
function saysPlaced({ status: code, body: content }: Said): boolean {
  if (code === undefined || content === undefined || code < 200 || code > 299) return false;
  try {
    const value = JSON.parse(content.toString()) as {
      code?: unknown;
      result?: { orderNo?: unknown; productNo?: unknown };
    };
    const { orderNo, productNo } = value.result ?? {};
    return (
      typeof value.code === 'string' &&
      value.code.toLowerCase() === 'success' &&
      (typeof orderNo === 'number' || (typeof orderNo === 'string' && orderNo.trim() !== '')) &&
      (typeof productNo !== 'string' || productNo.trim() === '' || productNo.trim().toUpperCase() === SN)
    );
  } catch {
    return false;
  }
}

it('takes no answer for a placed order but a proper one, and always comes to an end', {
  timeout: 120 * SECONDS,
}, async () => {
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(saidOrSilent, async (one) => {
      const portal = client();
      answer = one.bytes;
      leaveOpen = one.open;
      tokenAnswer = undefined;
      try {
        const outcome = await inTime(portal.placeOrder(ORDER, performance.now() + TIMEOUT_MS));
        kinds.add(outcome.kind);
        expect(['placed', 'refused', 'turned-away', 'unknown']).toContain(outcome.kind);
        if (outcome.kind === 'placed') expect(saysPlaced(one)).toBe(true);
        expect(JSON.stringify(outcome)).not.toContain('a-good-token');
      } finally {
        portal.close();
      }
    }),
    { numRuns: 300, examples: [[turnedAway]] },
  );
  expect([...kinds].sort()).toEqual(['placed', 'refused', 'turned-away', 'unknown']);
});

const QUESTIONS: Record<string, (portal: Portal) => Promise<unknown>> = {
  plans: (portal) => portal.plans(9, SN),
  'billing contacts': (portal) => portal.billingContacts(),
  'order details': (portal) => portal.orderDetails('SO000000000001' as OrderNo),
  'a page of the list': (portal) => portal.orderPage(1),
  'the whole list': (portal) => readWholeList(portal.orderPage),
  'a page of the PBXs': (portal) => portal.pbxPage(9, 1),
  'all PBXs': (portal) =>
    readInventory(
      (pageNo) => portal.pbxPage(9, pageNo),
      (pbx) => pbx,
      () => undefined,
    ),
  'a PBX': (portal) => portal.pbx(9, SN),
  'the list prices': (portal) => portal.listPrices(9, 'annually'),
  'the final price': (portal) => portal.finalPrice(ORDER, '7048918719332507702'),
  access: (portal) => portal.checkAccess(),
  'a probe': (portal) => portal.probe(),
};

for (const [what, question] of Object.entries(QUESTIONS)) {
  it(`answers the question for ${what} or says why not, whatever comes back`, {
    timeout: 120 * SECONDS,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(said, async (one) => {
        const portal = client();
        answer = one.bytes;
        leaveOpen = false;
        tokenAnswer = undefined;
        try {
          const found = await inTime(question(portal)).catch((error: unknown) => {
            if (!(error instanceof Problem)) throw error;
            expect(error.message).not.toContain('a-good-token');
          });
          // What goes to files and to the ledger as it comes.
          if (/PBX|price/.test(what)) expect(inspect(found, { depth: 8 })).not.toContain('a-good-token');
        } finally {
          portal.close();
        }
      }),
      { numRuns: 60 },
    );
  });
}

it('sends no order without a token, whatever the token endpoint says', {
  timeout: 120 * SECONDS,
}, async () => {
  await fc.assert(
    fc.asyncProperty(said, async (one) => {
      const portal = client();
      answer = http(200, {}, Buffer.from('{"code":"success","result":{"orderNo":"SO1"}}'));
      leaveOpen = false;
      tokenAnswer = one.bytes;
      try {
        const outcome = await inTime(portal.placeOrder(ORDER, performance.now() + LONGEST_MS));
        const token = tokenOf(one);
        if (token === undefined) expect(['never-sent', 'turned-away']).toContain(outcome.kind);
      } finally {
        portal.close();
      }
    }),
    { numRuns: 120 },
  );
});

/** A token in whatever was said, read without any of the program's code. */
function tokenOf({ body: content }: Said): string | undefined {
  try {
    const value = JSON.parse(content?.toString() ?? '') as { result?: { token?: unknown } };
    return typeof value.result?.token === 'string' ? value.result.token : undefined;
  } catch {
    return undefined;
  }
}
