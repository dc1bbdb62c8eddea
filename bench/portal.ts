import http from 'node:http';
import { parseArgs } from 'node:util';

/**
 * The least that can stand in for the portal: it answers at once or after a fixed time, checks nothing, lists what
 * it placed, and counts. In a process of its own, so that its work is not the program's.
 */
const { values } = parseArgs({
  options: {
    /** How long an answer takes, ms: to an order, or to everything with `--slow-all`. */
    latency: { type: 'string', default: '0' },
    'slow-all': { type: 'boolean', default: false },
    /** What it takes in any one second; without it: all there is. */
    limit: { type: 'string' },
    /** Orders that were there before. */
    older: { type: 'string', default: '0' },
  },
});
const latencyMs = Number(values.latency);
const perSecond = values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit);

interface Order {
  readonly orderNo: string;
  readonly productNo: string;
  readonly reference: string;
  readonly createTime: number;
}
const DAY_MS = 86_400_000;
const older: Order[] = Array.from({ length: Number(values.older) }, (_, index) => ({
  orderNo: `OLD${String(index).padStart(11, '0')}`,
  productNo: String(100_000_000_000 + index),
  reference: '',
  createTime: Date.now() - (Number(values.older) - index) * 60_000 - DAY_MS,
}));

const orders: Order[] = [...older];
/** No number is ever given twice. */
let placed = 0;
let countedBefore = 0;
let refused = 0;
/** When the last requests were let in; as many as the limit matter. */
const letIn: number[] = [];
/** When orders arrived: the first (the canary), the second, and the answer to the last one, epoch ms. */
let times = { firstAt: 0, secondAt: 0, lastAt: 0 };

const envelope = (result: unknown): string =>
  JSON.stringify({ code: 'success', detailMessage: 'success', requestId: 'bench', result, status: 200 });

const TOKEN = envelope({
  token: 'bench-token',
  tokenHead: 'Bearer ',
  refreshToken: 'bench-refresh',
  expiresIn: '1800',
});
const PLANS = envelope({
  planList: [{ planId: '3048918719332507702', planName: 'Linkus Cloud Service Pro' }],
});
const CONTACTS = envelope([
  { billingContactId: '3048918719332507648', firstName: 'Ada', emailAddress: 'ada@example.com' },
]);
const TOO_MANY = JSON.stringify({ code: 'too_many_requests', requestId: 'bench', result: null, status: 429 });

/** @param total how many there are; `at` gives the one so many places behind the newest */
function page(url: URL, total: number, at: (place: number) => unknown): string {
  const pageNo = Number(url.searchParams.get('pageNo') ?? 1);
  const pageSize = Number(url.searchParams.get('pageSize') ?? 25);
  const from = (pageNo - 1) * pageSize;
  const results = Array.from({ length: Math.max(0, Math.min(pageSize, total - from)) }, (_, i) =>
    at(from + i),
  );
  const totalPage = Math.ceil(total / pageSize);
  return envelope({ count: results.length, pageNo, pageSize, results, total, totalPage });
}

function listed(place: number): unknown {
  const order = orders[orders.length - 1 - place];
  if (order === undefined) return null;
  const { orderNo, productNo, reference, createTime } = order;
  return {
    id: orderNo,
    orderNo,
    orderStatus: 'succeed',
    createTime,
    customReferenceNo: reference,
    productNo,
  };
}

function details(orderNo: string): string | undefined {
  const order = orders.find((order) => order.orderNo === orderNo);
  if (order === undefined) return undefined;
  const { productNo, reference, createTime } = order;
  return envelope({
    basicInformation: { productNo },
    orderInformation: { orderNo, orderStatus: 'succeed', createTime, customReferenceNo: reference },
  });
}

function save(body: string): string {
  const productNo = /"productNo":"([^"]+)"/.exec(body)?.[1] ?? '';
  const reference = /"poNumber":"([^"]+)"/.exec(body)?.[1] ?? '';
  const orderNo = `SO${String(++placed).padStart(12, '0')}`;
  orders.push({ orderNo, productNo, reference, createTime: Date.now() });
  return envelope({
    instanceId: orderNo,
    orderNo,
    orderStatus: 'succeed',
    productNo,
    transactionNo: orderNo,
  });
}

/** A sliding second, as strict as a limit can be. */
function isOverLimit(): boolean {
  if (perSecond === Number.POSITIVE_INFINITY) return false;
  const now = performance.now();
  while (letIn.length > 0 && (letIn[0] ?? 0) <= now - 1000) letIn.shift();
  if (letIn.length >= perSecond) return true;
  letIn.push(now);
  return false;
}

/** Counts from here on; what was placed is no longer listed, the older orders are. */
function reset(): string {
  const counted = JSON.stringify({ orders: placed - countedBefore, refused, ...times });
  countedBefore = placed;
  refused = 0;
  times = { firstAt: 0, secondAt: 0, lastAt: 0 };
  orders.length = older.length;
  return counted;
}

const send = (response: http.ServerResponse, status: number, body: string): void => {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
};
const later = (delayed: boolean, answer: () => void): void => {
  if (delayed && latencyMs > 0) setTimeout(answer, latencyMs);
  else answer();
};

const server = http.createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://bench');
  const path = url.pathname;
  if (path === '/bench/reset') {
    request.resume();
    send(response, 200, reset());
    return;
  }
  if (!path.startsWith('/auth') && isOverLimit()) {
    refused++;
    request.resume();
    response.setHeader('retry-after', '1');
    send(response, 429, TOO_MANY);
    return;
  }
  if (path === '/order/openapi/order/v1/save') {
    if (times.firstAt === 0) times.firstAt = Date.now();
    else if (times.secondAt === 0) times.secondAt = Date.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () =>
      later(true, () => {
        send(response, 200, save(Buffer.concat(chunks).toString()));
        times.lastAt = Date.now();
      }),
    );
    return;
  }
  request.resume();
  later(values['slow-all'], () => {
    if (path.startsWith('/auth')) send(response, 200, TOKEN);
    else if (path.startsWith('/pricing')) send(response, 200, PLANS);
    else if (path.startsWith('/user')) send(response, 200, CONTACTS);
    else if (path.startsWith('/order/openapi/order/v1/get/')) {
      const body = details(decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)));
      send(response, body === undefined ? 404 : 200, body ?? '');
    } else if (path === '/order/openapi/order/v1/page') send(response, 200, page(url, orders.length, listed));
    else
      send(
        response,
        200,
        page(url, 0, () => null),
      );
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null)
    process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});
