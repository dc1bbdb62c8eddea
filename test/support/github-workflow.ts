import { registerHooks } from 'node:module';

/**
 * What GitHub's own parser finds wrong with a workflow: its keys, the types of their values, and whether each expression
 * uses what exists at its place.
 */
export async function problemsOfWorkflow(text: string): Promise<readonly string[]> {
  // The package imports its schema as JSON in a way that only bundlers understand.
  const hooks = registerHooks({
    load: (url, context, next) =>
      next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
  });
  try {
    const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
      '@actions/workflow-parser'
    );
    const file = { name: '.github/workflows/orders.yml', content: text };
    const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
    if (value !== undefined) await convertWorkflowTemplate(context, value);
    return context.errors.getErrors().map(({ message }) => message);
  } finally {
    hooks.deregister();
  }
}
