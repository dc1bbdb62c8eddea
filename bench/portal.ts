import http from 'node:http';

/**
 * The least that can stand in for the portal: answers at once or after a fixed time, checks nothing, and
 * counts; with a second argument it takes no more than so many requests in any one second. In a process of its
 * own, so that its work is not the program's.
 */
const latencyMs = Number(process.argv[2] ?? 0);
const perSecond = Number(process.argv[3] ?? Number.POSITIVE_INFINITY);
let orders = 0;
let refused = 0;
/** When the last requests were let in; as many as the limit matter. */
const letIn: number[] = [];
let firstAt = 0;
let lastAt = 0;

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
/** The first order alone is listed: the program asks once whether its reference comes back. */
let listed: object[] = [];
const page = (): string =>
  envelope({
    count: listed.length,
    pageNo: 1,
    pageSize: 100,
    results: listed,
    total: listed.length,
    totalPage: 1,
  });

const TOO_MANY = JSON.stringify({ code: 'too_many_requests', requestId: 'bench', result: null, status: 429 });

/** A sliding second, as strict as a limit can be. */
function isOverLimit(): boolean {
  if (perSecond === Number.POSITIVE_INFINITY) return false;
  const now = performance.now();
  while (letIn.length > 0 && (letIn[0] ?? 0) <= now - 1000) letIn.shift();
  if (letIn.length >= perSecond) return true;
  letIn.push(now);
  return false;
}

const server = http.createServer((request, response) => {
  const url = request.url ?? '';
  if (!url.startsWith('/bench') && !url.startsWith('/auth') && isOverLimit()) {
    refused++;
    request.resume();
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1' });
    response.end(TOO_MANY);
    return;
  }
  const send = (body: string): void => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  };
  if (url.startsWith('/order/openapi/order/v1/save')) {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const sn = /"productNo":"([^"]+)"/.exec(body)?.[1] ?? '';
      const answer = (): void => {
        orders++;
        firstAt ||= Date.now();
        lastAt = Date.now();
        const no = `SO${String(orders).padStart(12, '0')}`;
        if (orders === 1) {
          const reference = /"poNumber":"([^"]+)"/.exec(body)?.[1] ?? '';
          listed = [
            { orderNo: no, orderStatus: 'succeed', createTime: Date.now(), customReferenceNo: reference },
          ];
        }
        send(
          envelope({ instanceId: no, orderNo: no, orderStatus: 'succeed', productNo: sn, transactionNo: no }),
        );
      };
      if (latencyMs > 0) setTimeout(answer, latencyMs);
      else answer();
    });
    return;
  }
  request.resume();
  if (url === '/bench/reset') {
    const counted = JSON.stringify({ orders, refused, firstAt, lastAt });
    orders = 0;
    refused = 0;
    firstAt = 0;
    listed = [];
    send(counted);
  } else if (url.startsWith('/auth')) send(TOKEN);
  else if (url.startsWith('/pricing')) send(PLANS);
  else if (url.startsWith('/user')) send(CONTACTS);
  else if (url.includes('/get/')) {
    response.writeHead(404);
    response.end();
  } else send(page());
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null)
    process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});
