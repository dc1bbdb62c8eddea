import http from 'node:http';

/**
 * The least that can stand in for the portal: answers at once or after a fixed time, checks nothing, and
 * counts. In a process of its own, so that its work is not the program's.
 */
const latencyMs = Number(process.argv[2] ?? 0);
let orders = 0;
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

const server = http.createServer((request, response) => {
  const url = request.url ?? '';
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
    const counted = JSON.stringify({ orders, firstAt, lastAt });
    orders = 0;
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
