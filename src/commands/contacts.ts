import { type AskOption, askPortal } from '../batch/ask-portal.js';
import { type ListOption, sayList } from '../batch/say-list.js';
import type { Call, Ending } from '../cli/call.js';

/** The billing contacts, with the ids that a file can name them by. */
export async function contacts(call: Call<AskOption | ListOption>): Promise<Ending> {
  const { connection } = await askPortal(call);
  const found = await connection.portal.billingContacts();
  return await sayList(call, {
    noun: 'billing contact',
    head: ['billingContactId', 'name', 'company', 'email'],
    rows: found.map(({ billingContactId, name, company, email }) => [billingContactId, name, company, email]),
    json: { billingContacts: found },
    none: 'The portal lists no billing contacts: create one in the Partner Portal.',
  });
}
