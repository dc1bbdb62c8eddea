/**
 * The script that people write instead: csv-parse, p-limit and axios with keep-alive. No ledger, no second
 * look, no safety. What the program is measured against.
 */
import { createReadStream } from 'node:fs';
import http from 'node:http';
import axios from 'axios';
import { parse } from 'csv-parse';
import pLimit from 'p-limit';

const [file = '', concurrency = '20'] = process.argv.slice(2);
const client = axios.create({
  baseURL: process.env['YEASTAR_BASE_URL'] ?? '',
  httpAgent: new http.Agent({ keepAlive: true }),
  headers: { 'User-Agent': 'OpenAPI' },
});
const form = new URLSearchParams({ client_id: 'a', client_secret: 'b', grant_type: 'pp_credentials' });
const token: string = (await client.post('/auth/openapi/v1/oauth/token', form)).data.result.token;
const limit = pLimit(Number(concurrency));
const jobs: Promise<void>[] = [];
let placed = 0;
for await (const row of createReadStream(file).pipe(parse({ columns: true }))) {
  jobs.push(
    limit(async () => {
      const answer = await client.post(
        '/order/openapi/order/v1/save',
        {
          operationType: 'switch_plan',
          productId: 9,
          productNo: row.sn,
          billingId: 3048918719332507648n.toString(),
          serviceList: [
            {
              serviceType: 'plan',
              serviceId: '3048918719332507702',
              purchaseType: 'switch',
              billingModel: 'recurring',
              billingCycle: 'annually',
              multiCycle: 1,
            },
          ],
        },
        { headers: { Authorization: `Bearer ${token}` } },
      );
      if (answer.data.code === 'success') placed++;
    }),
  );
}
await Promise.all(jobs);
process.stdout.write(`${placed}\n`);
