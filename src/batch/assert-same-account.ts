import { Problem } from '../common/errors.js';
import { isSameAccount, type PortalAccount, readAccount } from '../common/portal-account.js';
import type { RunContext } from '../runner/context.js';

/**
 * Refuses to look for orders that were sent to another account of the portal: what is not found here says nothing, and the
 * row would be paid once on each.
 */
export async function assertSameAccount(
  { batch, ledger }: Pick<RunContext, 'batch' | 'ledger'>,
  { account }: { readonly account: PortalAccount },
): Promise<void> {
  const accounts = (await ledger.runs.accountsInDoubt(batch)).map(readAccount);
  const other = accounts.find((one) => !isSameAccount(one, account));
  if (other === undefined) return;
  const where = other.address === account.address ? 'with another client' : `to ${other.address}`;
  throw new Problem(
    'another_account',
    `Rows of this batch are in doubt that were sent ${where}: their orders cannot be looked for from here.`,
    {
      remedy:
        'Nothing was sent. Run the same command with the YEASTAR_BASE_URL and YEASTAR_CLIENT_ID of before. If only the ' +
        `client of the same account is new, first look for the orders with: reconcile ${batch}`,
    },
  );
}
