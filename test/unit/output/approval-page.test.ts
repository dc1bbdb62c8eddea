import { describe, expect, it } from 'vitest';
import { type Approval, approvalPage } from '../../../src/output/approval-page.js';
import { collectFindings } from '../../../src/output/findings.js';

const ROOM = 1_000_000;
const APPROVAL: Approval = {
  batch: 'june',
  job: 'switch-plan',
  file: 'june.csv',
  portal: 'https://openapi.partner.yeastar.com',
  sandbox: false,
  counts: { succeeded: 1, pending: 0, failed: 0, in_doubt: 0, invalid: 0, not_sent: 2, total: 3 },
  now: 2,
  resent: 0,
  limit: undefined,
  byPlan: [{ id: '3048', name: 'Pro', orders: 2 }],
  byContact: [{ id: '17', name: 'Ada Keller', orders: 2 }],
  firstRows: [
    {
      sn: '36A',
      plan: 'Pro',
      billingCycle: 'annually',
      multiCycle: 3,
      billingContact: 'Ada Keller',
      poNumber: 'JUNE-AB',
    },
    {
      sn: '36B',
      plan: 'Pro',
      billingCycle: 'annually',
      multiCycle: 1,
      billingContact: 'Ada Keller',
      poNumber: null,
    },
  ],
  findings: { count: 0, list: [], shared: [] },
  blocked: false,
  plan: 'c0ffee',
  results: 'june.results.csv',
  next: [{ say: 'place exactly this:', command: 'yeastar-batch june.csv --plan c0ffee' }],
};

describe('the page on which a dry run is approved', () => {
  it('shows what is ordered, for whom, for which PBX first, and the command that places exactly that', () => {
    expect(approvalPage(APPROVAL, ROOM)).toMatchInlineSnapshot(`
      "### batch june: place 2 orders at openapi.partner.yeastar.com?

      This was a dry run: nothing was sent. The approved run places exactly these orders, or none.

      |  |  |
      | --- | --- |
      | Batch | june \\(job switch\\-plan\\) |
      | File | \`june.csv\` |
      | Portal | \`https://openapi.partner.yeastar.com\` |
      | Orders | 2 to place |
      | Plan hash | \`c0ffee\` |

      **Orders by plan**

      | Plan | Id | Rows |
      | --- | --- | --- |
      | Pro | \`3048\` | 2 |

      **Orders by billing contact**

      | Billing contact | Id | Rows |
      | --- | --- | --- |
      | Ada Keller | \`17\` | 2 |

      **Rows of the file by status**

      | Status | Rows |
      | --- | --- |
      | succeeded | 1 |
      | not_sent | 2 |

      **The first 2 orders**

      | sn | plan | billingCycle | multiCycle | billingContact | poNumber |
      | --- | --- | --- | --- | --- | --- |
      | \`36A\` | Pro | annually | 3 | Ada Keller | \`JUNE-AB\` |
      | \`36B\` | Pro | annually | 1 | Ada Keller | none |

      **Next:** place exactly this:

      \`\`\`sh
      yeastar-batch june.csv --plan c0ffee
      \`\`\`

      "
    `);
  });

  it('shows prices by plan and of all orders, if they are known', () => {
    const byPlan = [
      { id: '3048', name: 'Pro', orders: 2, price: '198.00 USD' },
      { id: '3049', name: 'Basic', orders: 1 },
    ];
    const text = approvalPage({ ...APPROVAL, byPlan, total: '198.00 USD' }, ROOM);
    expect(text).toContain('| Pro | `3048` | 2 | 198.00 USD |\n| Basic | `3049` | 1 | not known |');
    expect(text).toContain('| Price of all orders | 198.00 USD |');
  });

  it('says first that a file with findings cannot be placed, and lists them', () => {
    const findings = collectFindings();
    findings.add({ line: 2, code: 'unknown_plan', message: 'no plan "Gold"' });
    const next = [{ say: 'fix the file and run the same command again.' }];
    const text = approvalPage({ ...APPROVAL, findings: findings.found(), blocked: true, next }, ROOM);
    expect(text).toMatch(/^### batch june cannot be placed: 1 problem\n/);
    expect(text).toContain('Nothing can be placed before the problems below are fixed.');
    expect(text).toContain('| 2 | `unknown_plan` | no plan "Gold" |');
    expect(text).toContain('**Next:** fix the file and run the same command again.');
  });

  it('counts rows in doubt that may be sent again, and says that --limit holds', () => {
    const text = approvalPage({ ...APPROVAL, resent: 3, limit: 5 }, ROOM);
    expect(text).toContain('### batch june: place up to 5 orders at openapi.partner.yeastar.com?');
    expect(text).toContain('2 to place, and up to 3 of the rows in doubt');
    expect(text).toContain('at most 5 in one run');
    expect(approvalPage({ ...APPROVAL, now: 0 }, ROOM)).toMatch(/^### batch june: no order to place\n/);
  });

  it('fits what GitHub takes: contacts are counted from the hundredth on, findings as far as the room goes', () => {
    const findings = collectFindings();
    for (let line = 2; line < 9_000; line++) {
      findings.add({ line, code: 'unknown_plan', message: `no plan "${'é'.repeat(300)}${line}"` });
    }
    const byContact = Array.from({ length: 120 }, (_, i) => ({ id: `${i}`, name: `N${i}`, orders: 1 }));
    const text = approvalPage({ ...APPROVAL, byContact, findings: findings.found() }, ROOM);
    expect(text).toContain('… and 20 more\n');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(ROOM);
    const told = text.match(/`unknown_plan`/g)?.length ?? 0;
    expect(told).toBeGreaterThan(1_000);
    expect(text).toContain(
      `… and ${8_998 - told} more problems: the results have them all, in the column errorMessage: \`june.results.csv\``,
    );
    expect(text).toContain('yeastar-batch june.csv --plan c0ffee');
  });

  it('makes no markup of what a file or the portal says', () => {
    const hostile = '|a|\n# ![x](https://evil.example) <img src=x> @team `code` *b* [l](u)';
    const text = approvalPage(
      {
        ...APPROVAL,
        batch: hostile,
        byPlan: [{ id: hostile, name: hostile, orders: 1 }],
        firstRows: [
          {
            sn: hostile,
            plan: hostile,
            billingCycle: 'annually',
            multiCycle: 1,
            billingContact: hostile,
            poNumber: hostile,
          },
        ],
      },
      ROOM,
    );
    const outsideCode = text.replace(/`[^`\n]*`/g, '');
    expect(outsideCode).not.toMatch(/<img|https:\/\/evil|@team|(?<!\\)\]\(|(?<!\\)!/);
    expect(text).not.toContain('\n# ');
    const row = text.split('\n').find((line) => line.endsWith(' | 1 |')) ?? '';
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
    const command = "yeastar-batch './```june\n# x.csv' --plan c0ffee";
    const copied = approvalPage({ ...APPROVAL, next: [{ say: 'place it:', command }] }, ROOM);
    expect(copied).toContain(`\n\`\`\`\`sh\n${command}\n\`\`\`\`\n`);
  });
});
